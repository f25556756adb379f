/*
 * Small questions about a text that several rules ask.
 */
#ifndef DERIVE_TEXT_H
#define DERIVE_TEXT_H

#include "bytes.h"

/* derive_text_word(text, at, ret_word): the next word (letters of any alphabet, digits, apostrophes, underscores) at or
   behind *at; moves *at behind it. */
bool derive_text_word(struct text text, size_t *at, struct text *ret_word);

/* derive_text_has_word(text, word): some word of text is this one, without regard to case. */
bool derive_text_has_word(struct text text, const char *word);

/* derive_text_first_word(text): its first word, absent when there is none. */
struct text derive_text_first_word(struct text text);

/* derive_text_words(text): how many words of letters it has. */
size_t derive_text_words(struct text text);

/* derive_text_names(text): no more words than a name has: four, or up to eight most of which begin with no small letter:
   "Ana Maria de la Cruz". */
bool derive_text_names(struct text text);

/* derive_text_begins(text, prefix): text begins with prefix, without regard to case. */
bool derive_text_begins(struct text text, const char *prefix);

/* derive_text_ends(text, suffix): text ends with suffix, without regard to case. */
bool derive_text_ends(struct text text, const char *suffix);

/* derive_text_same(text, string): equal without regard to case. */
bool derive_text_same(struct text text, const char *string);

/* derive_text_find_byte(text, byte, from): offset of a byte, or SIZE_MAX. */
size_t derive_text_find_byte(struct text text, char byte, size_t from);

/* derive_text_integer(text, ret_value, ret_rest): the integer that a value begins with ("420 points", "1,200");
   signed values, percentages, fractions, ranges ("7-9"), numbers divided by blanks and
   approximations are none. */
bool derive_text_integer(struct text text, int64_t *ret_value, struct text *ret_rest);

/* derive_text_difference(text, ret_value): the difference that is stated behind a score: "(+413)", "+30". */
bool derive_text_difference(struct text text, int64_t *ret_value);

/* derive_text_sums(name): what a row of sums, averages or of everybody is called: "Grand total", "All". */
bool derive_text_sums(struct text name);

/* derive_text_decimal(text, ret_millionths): a decimal number in [0, 1] in millionths, without floats. */
bool derive_text_decimal(struct text text, int64_t *ret_millionths);

/* derive_text_parts(text, ret_parts): W, C, T and R of a value such as "5/6/7/8" or "5:6:7:8"; false for any other. */
bool derive_text_parts(struct text text, int64_t ret_parts[4]);

/* derive_text_nothing(text): a placeholder, or a word that says that nothing stands here: n/a, none, TBD. */
bool derive_text_nothing(struct text text);

/* derive_text_permille(text, ret_permille): "83%", "~83%", "100% (6/6)", "5/6" in per mille, rounded. */
bool derive_text_permille(struct text text, int64_t *ret_permille);

/* derive_text_round(text, ret_round): the round that a text names: "R1", "R0-R3" is the last, "Round 2". False when
   none is named. */
bool derive_text_round(struct text text, int *ret_round);

/* derive_text_round_heading(text, ret_round, ret_rest): a heading that begins with `Round n`; *ret_rest is what
   follows it, without a separator. */
bool derive_text_round_heading(struct text text, int *ret_round, struct text *ret_rest);

/* derive_text_unbracketed(text): without one trailing "(...)" and the blanks before it. */
struct text derive_text_unbracketed(struct text text);

/* derive_text_claimed(text): what was claimed, where a written document also shows what the record holds: without
   "(record: ...)" at the end or before another bracket. Empty when nothing stands before it: there was no claim. */
struct text derive_text_claimed(struct text text);

/* derive_text_stripped(text): without leading and trailing blanks, emphasis marks and separators (:, -, dashes,
   arrows). */
struct text derive_text_stripped(struct text text);

/* derive_text_dash(text, at, ret_size): bytes of a separator that begins at `at`: " - ", "--", en and em dash; 0 for
   none. */
size_t derive_text_dash(struct text text, size_t at);

/* derive_text_arrow(text): offset behind the last arrow (-> or U+2192), or SIZE_MAX. */
size_t derive_text_arrow(struct text text);

/* derive_text_paragraph(text): the first paragraph: up to the first blank line. */
struct text derive_text_paragraph(struct text text);

#endif
