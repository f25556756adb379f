/*
 * Keywords of markers: one table of words with what each means, and how they combine.
 */
#include "nearest.h"
#include "scan_parts.h"

/* One row per word as it is written. `meaning` is an entity_type, move_type or verdict_type, by keyword. */
static const struct keyword_row {
	const char *word;
	enum scan_keyword keyword;
	int meaning;
} keywords[] = {
	{"PERSPECTIVE", SCAN_STATEMENT, ENTITY_PERSPECTIVE},
	{"TENSION", SCAN_STATEMENT, ENTITY_TENSION},
	{"RECOMMENDATION", SCAN_STATEMENT, ENTITY_RECOMMENDATION},
	{"EVIDENCE", SCAN_STATEMENT, ENTITY_EVIDENCE},
	{"CLAIM", SCAN_STATEMENT, ENTITY_CLAIM},
	{"REFINEMENT", SCAN_REFINE, MOVE_REFINE},
	{"REFINED", SCAN_REFINE, MOVE_REFINE},
	{"CONCESSION", SCAN_CONCEDE, MOVE_CONCEDE},
	{"RESOLVED", SCAN_RESOLVE, MOVE_RESOLVE},
	{"RESOLUTION", SCAN_RESOLVE, MOVE_RESOLVE},
	{"ACKNOWLEDGED", SCAN_COMMENT, 0},
	{"DEFER", SCAN_COMMENT, 0},
	{"DISSENT", SCAN_VERDICT, VERDICT_DISSENT},
	{"DEFEND", SCAN_MOVE, MOVE_DEFEND},
	{"DEFENDED", SCAN_MOVE, MOVE_DEFEND},
	{"DEFENDING", SCAN_MOVE, MOVE_DEFEND},
	{"DEFENSE", SCAN_MOVE, MOVE_DEFEND},
	{"DEFENCE", SCAN_MOVE, MOVE_DEFEND},
	{"CONFIRM", SCAN_MOVE, MOVE_DEFEND},
	{"CONFIRMED", SCAN_MOVE, MOVE_DEFEND},
	{"CONFIRMING", SCAN_MOVE, MOVE_DEFEND},
	{"CONFIRMATION", SCAN_MOVE, MOVE_DEFEND},
	{"CHALLENGE", SCAN_MOVE, MOVE_CHALLENGE},
	{"CHALLENGED", SCAN_MOVE, MOVE_CHALLENGE},
	{"CHALLENGING", SCAN_MOVE, MOVE_CHALLENGE},
	{"BRIDGE", SCAN_MOVE, MOVE_BRIDGE},
	{"BRIDGED", SCAN_MOVE, MOVE_BRIDGE},
	{"BRIDGING", SCAN_MOVE, MOVE_BRIDGE},
	{"REQUEST", SCAN_MOVE, MOVE_REQUEST},
	{"REQUESTED", SCAN_MOVE, MOVE_REQUEST},
	{"REQUESTING", SCAN_MOVE, MOVE_REQUEST},
	{"CONCEDE", SCAN_MOVE, MOVE_CONCEDE},
	{"CONCEDED", SCAN_MOVE, MOVE_CONCEDE},
	{"CONCEDING", SCAN_MOVE, MOVE_CONCEDE},
	{"ACCEPT", SCAN_MOVE, MOVE_CONCEDE},
	{"ACCEPTED", SCAN_MOVE, MOVE_CONCEDE},
	{"ACCEPTING", SCAN_MOVE, MOVE_CONCEDE},
	{"ACCEPTANCE", SCAN_MOVE, MOVE_CONCEDE},
	{"REFINE", SCAN_MOVE, MOVE_REFINE},
	{"REFINING", SCAN_MOVE, MOVE_REFINE},
	{"RESOLVE", SCAN_MOVE, MOVE_RESOLVE},
	{"RESOLVING", SCAN_MOVE, MOVE_RESOLVE},
	{"CONVERGE", SCAN_MOVE, MOVE_CONVERGE},
	{"CONVERGED", SCAN_MOVE, MOVE_CONVERGE},
	{"CONVERGING", SCAN_MOVE, MOVE_CONVERGE},
	{"CONVERGENCE", SCAN_MOVE, MOVE_CONVERGE},
	{"PROPOSAL", SCAN_NEVER_SIGNAL, 0},
	{"PROPOSED", SCAN_NEVER_SIGNAL, 0},
	{"CONDITIONAL", SCAN_NEVER_SIGNAL, 0},
	{"CONDITIONALLY", SCAN_NEVER_SIGNAL, 0},
	{"PARTIAL", SCAN_NEVER_SIGNAL, 0},
	{"PARTIALLY", SCAN_NEVER_SIGNAL, 0},
};

/* Keywords of two words, which mean something else than the first of them. */
static const struct pair_row {
	const char *first;
	const char *second;
	enum scan_keyword keyword;
	int meaning;
	bool anywhere;
} pairs[] = {
	{"REFINED", "RESOLUTION", SCAN_RESOLVE, MOVE_RESOLVE, false},
	{"MINORITY", "VERDICT", SCAN_VERDICT, VERDICT_MINORITY, false},
	{"CONVERGENCE", "CONFIRMED", SCAN_MOVE, MOVE_CONVERGE, true},
};

enum { WORD_MIN = 2, UNKNOWN_MIN = 3 };

/* A word in capitals and the words joined to it: CONVERGE-PARTIAL, CONCESSION/REFINEMENT. */
struct word {
	struct text base;
	struct text whole;
};

static size_t capitals_end(struct text text, size_t at)
{
	while (at < text.size && scan_text_upper(text.data[at]))
		at++;
	return at;
}

/* Whether nothing behind a keyword makes it part of something else: FOO.BAR, FOO's, FOO|BAR. */
static bool ends_keyword(struct text text, size_t at)
{
	if (at >= text.size)
		return true;
	const bool goes_on = text.data[at] == '.' && scan_text_word_at(text, at + 1);
	return !goes_on && !scan_text_word_at(text, at) && text.data[at] != '|' && text.data[at] != '\'';
}

static bool read_word(struct text text, size_t at, struct word *ret_word)
{
	const size_t base_end = capitals_end(text, at);
	size_t end = base_end;
	/* Behind '-' or '/' another word follows, or an id, which is not the keyword's. */
	while (end < text.size && (text.data[end] == '-' || text.data[end] == '/')) {
		const size_t next = capitals_end(text, end + 1);
		if (next < end + 1 + WORD_MIN || scan_text_word_at(text, next))
			break;
		end = next;
	}
	if (base_end < at + WORD_MIN || !ends_keyword(text, end))
		return false;
	*ret_word = (struct word){.base = text_slice(text, at, base_end), .whole = text_slice(text, at, end)};
	return true;
}

static const struct keyword_row *find_row(struct text word)
{
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++) {
		if (text_is(word, keywords[i].word))
			return &keywords[i];
	}
	return NULL;
}

static void set_meaning(struct scan_keyword_found *found, enum scan_keyword keyword, int meaning)
{
	found->keyword = keyword;
	switch (keyword) {
	case SCAN_STATEMENT:
		found->entity = (enum entity_type)meaning;
		break;
	case SCAN_REFINE:
	case SCAN_CONCEDE:
	case SCAN_RESOLVE:
	case SCAN_MOVE:
		found->move = (enum move_type)meaning;
		break;
	case SCAN_VERDICT:
		found->verdict = (enum verdict_type)meaning;
		break;
	case SCAN_REFERENCE:
		found->ref = (enum ref_type)meaning;
		break;
	case SCAN_COMMENT:
	case SCAN_NEVER_SIGNAL:
	case SCAN_UNKNOWN:
		break;
	}
}

static bool is_weak(struct text word)
{
	const struct keyword_row *row = find_row(word);
	return row != NULL && row->keyword == SCAN_NEVER_SIGNAL;
}

/* Whether one of the words that qualify a keyword takes the signal from it. */
static bool has_weak_qualifier(const struct word *word)
{
	for (size_t at = word->base.size; at < word->whole.size;) {
		const size_t end = capitals_end(word->whole, at + 1);
		if (is_weak(text_slice(word->whole, at + 1, end)))
			return true;
		at = end;
	}
	return false;
}

static bool is_move(enum scan_keyword keyword)
{
	return keyword == SCAN_MOVE || keyword == SCAN_REFINE || keyword == SCAN_CONCEDE || keyword == SCAN_RESOLVE;
}

/* What a word means by itself, its qualifiers included: only moves may be qualified. */
static void judge_word(const struct word *word, struct scan_keyword_found *found)
{
	const struct keyword_row *row = find_row(word->base);
	const bool qualified = word->whole.size > word->base.size;
	found->keyword = SCAN_UNKNOWN;
	if (row == NULL || memchr(word->whole.data, '/', word->whole.size) != NULL)
		return;
	if (row->keyword == SCAN_NEVER_SIGNAL || (is_move(row->keyword) && has_weak_qualifier(word)))
		found->keyword = SCAN_NEVER_SIGNAL;
	else if (!qualified || is_move(row->keyword))
		set_meaning(found, row->keyword, row->meaning);
}

/* Takes the second word of a keyword into it, where the two belong together. */
static void join_second(const struct word *first, const struct word *second, size_t end,
						struct scan_keyword_found *found)
{
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (!text_is(first->whole, pairs[i].first) || !text_is(second->base, pairs[i].second))
			continue;
		set_meaning(found, pairs[i].keyword, pairs[i].meaning);
		if (has_weak_qualifier(second))
			found->keyword = SCAN_NEVER_SIGNAL;
		found->anywhere = pairs[i].anywhere;
		found->size = end;
		return;
	}
	const struct keyword_row *row = find_row(second->base);
	const bool names_what = row != NULL && row->keyword == SCAN_STATEMENT && found->keyword != SCAN_STATEMENT;
	if (row == NULL || names_what) /* RESOLVED TENSION T01 */
		return;
	const bool moves = is_move(found->keyword) || found->keyword == SCAN_NEVER_SIGNAL;
	if (moves && (is_weak(first->base) || row->keyword == SCAN_NEVER_SIGNAL))
		found->keyword = SCAN_NEVER_SIGNAL;
	else
		found->keyword = SCAN_UNKNOWN; /* TENSION RESOLVED: two keywords that say nothing together */
	found->size = end;
}

/* Offset behind `PREFIX:` and blanks with which a text begins, or 0. */
static size_t behind_prefix(struct text text, const char *prefix)
{
	if (!scan_text_at(text, 0, prefix))
		return 0;
	const size_t at = scan_text_skip_blanks(text, strlen(prefix));
	return at < text.size && text.data[at] == ':' ? scan_text_skip_blanks(text, at + 1) : 0;
}

/* MOVE:X. An X that is no move is unknown, whatever else it may mean. */
static void read_move(struct text text, size_t at, struct scan_keyword_found *found)
{
	struct word word, second;
	found->keyword = SCAN_UNKNOWN;
	found->anywhere = true;
	found->size = at;
	if (!read_word(text, at, &word))
		return;
	found->size = at + word.whole.size;
	judge_word(&word, found);
	if (scan_text_at(text, found->size, " ") && read_word(text, found->size + 1, &second) &&
		find_row(second.base) != NULL) {
		struct scan_keyword_found joined = *found;
		join_second(&word, &second, found->size + 1 + second.whole.size, &joined);
		*found = joined;
		found->anywhere = true;
	}
	if (is_move(found->keyword))
		set_meaning(found, SCAN_MOVE, (int)found->move);
	else if (found->keyword != SCAN_NEVER_SIGNAL)
		found->keyword = SCAN_UNKNOWN;
}

static void read_reference(struct text text, size_t at, struct scan_keyword_found *found)
{
	struct word word;
	unsigned value;
	found->keyword = SCAN_UNKNOWN;
	found->anywhere = true;
	found->size = at;
	if (!read_word(text, at, &word))
		return;
	found->size = at + word.whole.size;
	if (vocabulary_find_relaxed(&vocabulary_ref_type, word.whole, &value))
		set_meaning(found, SCAN_REFERENCE, (int)value);
}

bool scan_keyword_at(struct text text, struct scan_keyword_found *ret_found)
{
	struct scan_keyword_found found = {.keyword = SCAN_UNKNOWN};
	struct word word, second;
	size_t at;
	if ((at = behind_prefix(text, "MOVE")) > 0) {
		read_move(text, at, &found);
	} else if ((at = behind_prefix(text, "RE")) > 0) {
		read_reference(text, at, &found);
	} else if (scan_text_at(text, 0, "RE ")) { /* RE SUPPORT P0001 */
		read_reference(text, scan_text_skip_blanks(text, 3), &found);
		if (found.keyword == SCAN_UNKNOWN)
			return false;
	} else {
		if (!read_word(text, 0, &word))
			return false;
		found.size = word.whole.size;
		judge_word(&word, &found);
		if (scan_text_at(text, found.size, " ") && read_word(text, found.size + 1, &second))
			join_second(&word, &second, found.size + 1 + second.whole.size, &found);
		if (found.keyword == SCAN_UNKNOWN && word.base.size < UNKNOWN_MIN)
			return false;
	}
	*ret_found = found;
	return true;
}

struct text scan_keyword_nearest(struct text written)
{
	struct text known[sizeof(keywords) / sizeof(keywords[0])];
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
		known[i] = text_of_string(keywords[i].word);
	const size_t move = text_starts_with(written, TEXT("MOVE:")) ? strlen("MOVE:") : 0;
	return nearest_of(text_slice(written, move, written.size), known, sizeof(keywords) / sizeof(keywords[0]));
}
