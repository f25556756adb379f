/*
 * A text in the making: where it goes, the arena its pieces are made in, and whether memory ran out on the way. Writers
 * built on it need not check every step; draft_finish() reports the first failure and leaves no half answer behind.
 */
#ifndef DRAFT_H
#define DRAFT_H

#include "arena.h"

struct draft {
	struct arena *arena;
	struct buffer *out;
	size_t start; /* size of out when the draft began */
	bool failed;
};

/* Arguments of "%.*s" for a whole text. */
#define DRAFT_ARGS(text) ((int)(text).size), ((text).data ? (text).data : "")

/* draft_begin(draft, arena, out): appends to out from here on. */
void draft_begin(struct draft *draft, struct arena *arena, struct buffer *out);

/* draft_finish(draft, error): HANSARD_OK, or HANSARD_FAILED when memory ran out; out is then as it was at the begin. */
enum hansard_status draft_finish(struct draft *draft, struct hansard_error *error);

/* draft_text(draft, text), draft_string(draft, string), draft_repeat(draft, text, count): append. */
void draft_text(struct draft *draft, struct text text);
void draft_string(struct draft *draft, const char *string);
void draft_repeat(struct draft *draft, struct text text, size_t count);

/* draft_format(draft, format, ...): a text in the arena made as printf would; "" when memory ran out. Appends nothing.
 */
struct text draft_format(struct draft *draft, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* draft_count(draft, count, one, many): "1 file", "3 files". Appends nothing. */
struct text draft_count(struct draft *draft, size_t count, const char *one, const char *many);

/* draft_join(draft, a, b): a and b in one text. Appends nothing. */
struct text draft_join(struct draft *draft, struct text a, struct text b);

/* draft_list(draft, list, item): `item` put behind `list` with a comma, or alone when list is empty. */
struct text draft_list(struct draft *draft, struct text list, struct text item);

/* draft_capital(draft, text), draft_capitals(draft, text): with its first letter, or every letter, of ASCII in
   capitals. Append nothing. */
struct text draft_capital(struct draft *draft, struct text text);
struct text draft_capitals(struct draft *draft, struct text text);

#endif
