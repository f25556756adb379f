/*
 * Ids as people write them: T1, T01.1, T04-R1, T-NEW, R0.T03, MUFFIN R1-T01, CROISSANT-T01 (R0), MUFFIN-P0101; and
 * ranges of them.
 */
#include "scan_parts.h"

enum { DIGITS_MAX = 9, ROUND_DIGITS_MAX = 3, RANGE_MAX = 99 };

/* Words that may stand before an id and are no name. */
static const char *const noise[] = {
	"and", "claim",       "evidence",     "former",         "formerly", "my",      "of",       "old",  "our",
	"own", "perspective", "perspectives", "recommendation", "the",      "tension", "tensions", "with",
};

bool scan_id_noise(struct text word)
{
	for (size_t i = 0; i < sizeof(noise) / sizeof(noise[0]); i++) {
		if (text_equal_ignoring_case(word, text_of_string(noise[i])))
			return true;
	}
	return false;
}

static bool is_id_letter(char c)
{
	return c == 'P' || c == 'R' || c == 'T' || c == 'E' || c == 'C';
}

static bool digit_at(struct text text, size_t at)
{
	return at < text.size && scan_text_digit(text.data[at]);
}

static bool upper_at(struct text text, size_t at)
{
	return at < text.size && scan_text_upper(text.data[at]);
}

/* Offset behind the digits at an offset, and their value; of more than `max` digits the offset itself. */
static size_t read_digits(struct text text, size_t at, size_t max, int *ret_value)
{
	size_t end = at;
	int value = 0;
	for (; digit_at(text, end); end++) {
		if (end - at == max)
			return at;
		value = value * 10 + (text.data[end] - '0');
	}
	*ret_value = value;
	return end;
}

/* Offset behind the letters and digits at an offset; *ret_capitals when no small letter is among them. */
static size_t read_word(struct text text, size_t at, bool *ret_capitals)
{
	*ret_capitals = true;
	for (size_t size; at < text.size; at += size) {
		size = scan_text_digit(text.data[at]) ? 1 : scan_text_letter(text, at);
		if (size == 0)
			break;
		if (text.data[at] >= 'a' && text.data[at] <= 'z')
			*ret_capitals = false;
	}
	return at;
}

/* Offset behind the piece of a tail at an offset, or the offset itself: `.1`, `-R1`, `-RESPONSE`, a letter right behind
   the digits. What looks like a further id of the same kind begins a range and is none. */
static size_t tail_piece(struct text text, size_t at, char letter, enum scan_id_place place)
{
	if (at >= text.size)
		return at;
	bool capitals;
	if (text.data[at] == '.' && digit_at(text, at + 1)) {
		int value;
		return read_digits(text, at + 1, DIGITS_MAX, &value);
	}
	if (text.data[at] != '-' || at + 1 >= text.size)
		return at;
	if (text.data[at + 1] == letter && digit_at(text, at + 2))
		return at;
	const size_t end = read_word(text, at + 1, &capitals);
	return end > at + 1 && (capitals || place == SCAN_ID_ZONE) ? end : at;
}

static size_t read_tail(struct text text, size_t at, enum scan_id_place place, struct scan_id *id)
{
	const size_t from = at;
	bool capitals;
	if (scan_text_letter(text, at) == 1 && read_word(text, at, &capitals) == at + 1)
		at++;
	for (size_t end; (end = tail_piece(text, at, id->letter, place)) > at;)
		at = end;
	if (at > from)
		id->tail = text_slice(text, from, at);
	return at;
}

/* `T-NEW`: a word in place of a number. Anywhere else than in a marker only NEW is one, for T-SQL is no id. */
static size_t read_wordy(struct text text, size_t at, enum scan_id_place place, struct scan_id *id)
{
	bool capitals = false;
	const size_t end = at < text.size && text.data[at] == '-' ? read_word(text, at + 1, &capitals) : at;
	const struct text word = text_slice(text, at + 1, end);
	if (!capitals || word.size < 2 || !upper_at(text, at + 1) || (place == SCAN_ID_TEXT && !text_is(word, "NEW")))
		return 0;
	id->number = -1;
	id->tail = text_slice(text, at, end);
	return end;
}

/* Offset behind `(R0)` or `(Round 0)` at an offset, one blank before it allowed; the offset itself when none stands
   there. */
static size_t read_round_behind(struct text text, size_t at, struct scan_id *id)
{
	size_t from = at + (at < text.size && text.data[at] == ' ');
	if (scan_text_at(text, from, "(Round "))
		from += strlen("(Round ");
	else if (scan_text_at(text, from, "(R"))
		from += strlen("(R");
	else
		return at;
	int round;
	const size_t end = read_digits(text, from, ROUND_DIGITS_MAX, &round);
	if (end == from || end >= text.size || text.data[end] != ')')
		return at;
	id->round = round;
	return end + 1;
}

/* Offset behind an id without a name: [Rn[-.]]Tn and its tail; 0 when none begins there. */
static size_t read_bare(struct text text, size_t at, enum scan_id_place place, struct scan_id *id)
{
	id->round = -1;
	if (upper_at(text, at) && text.data[at] == 'R') {
		int round;
		const size_t end = read_digits(text, at + 1, ROUND_DIGITS_MAX, &round);
		if (end > at + 1 && end + 1 < text.size && (text.data[end] == '-' || text.data[end] == '.') &&
			is_id_letter(text.data[end + 1]) && (digit_at(text, end + 2) || scan_text_at(text, end + 2, "-NEW"))) {
			id->round = round;
			at = end + 1;
		}
	}
	if (at >= text.size || !is_id_letter(text.data[at]))
		return 0;
	id->letter = text.data[at];
	size_t end = read_digits(text, at + 1, DIGITS_MAX, &id->number);
	if (end > at + 1) {
		id->digits = text_slice(text, at + 1, end);
		end = read_tail(text, end, place, id);
	} else {
		end = read_wordy(text, at + 1, place, id);
	}
	if (end == 0 || scan_text_word_at(text, end))
		return 0;
	return id->round < 0 ? read_round_behind(text, end, id) : end;
}

/* Offset behind `'s` or `’s` at an offset, or the offset. */
static size_t skip_possessive(struct text text, size_t at)
{
	if (scan_text_at(text, at, "'s "))
		return at + 2;
	return scan_text_at(text, at, "\u2019s ") ? at + strlen("\u2019s") : at;
}

/* Whether a name joined to a bare id by a blank may be one at this place. */
static bool name_fits(struct text name, const struct scan_id *id, enum scan_id_place place)
{
	bool capitals;
	if (scan_id_noise(name))
		return false;
	(void)read_word(name, 0, &capitals);
	return place != SCAN_ID_LABEL || id->round >= 0 || (capitals && name.size >= 2);
}

/* Offset behind an id that begins with a name: words joined by '-', then '-' or a blank. */
static size_t read_named(struct text text, size_t at, enum scan_id_place place, struct scan_id *id)
{
	const bool capital = upper_at(text, at) || ((unsigned char)text.data[at] >= 0x80 && scan_text_letter(text, at) > 0);
	if (!capital && (place != SCAN_ID_ZONE || scan_text_letter(text, at) == 0))
		return 0;
	for (size_t end = at; end - at <= SCAN_NAME_MAX;) {
		bool capitals;
		end = read_word(text, end, &capitals);
		if (end - at > SCAN_NAME_MAX || end >= text.size)
			return 0;
		size_t behind = 0;
		if (text.data[end] == '-' && (behind = read_bare(text, end + 1, place, id)) > 0) {
			id->name = text_slice(text, at, end);
			return behind;
		}
		if (text.data[end] == '-' && scan_text_letter(text, end + 1) > 0) {
			end++;
			continue;
		}
		const size_t blank = skip_possessive(text, end);
		if (!capital || text.data[blank] != ' ' || (behind = read_bare(text, blank + 1, place, id)) == 0)
			return 0;
		id->name = text_slice(text, at, end);
		return name_fits(id->name, id, place) ? behind : 0;
	}
	return 0;
}

size_t scan_id_at(struct text text, size_t at, enum scan_id_place place, struct scan_id *ret_id)
{
	if (at >= text.size || scan_text_word_before(text, at))
		return 0;
	struct scan_id id = {0};
	size_t end = read_bare(text, at, place, &id);
	if (end == 0) {
		id = (struct scan_id){0};
		end = read_named(text, at, place, &id);
	}
	if (end == 0)
		return 0;
	id.written = text_slice(text, at, end);
	id.offset = at;
	*ret_id = id;
	return end - at;
}

static bool append(struct scan_id_list *list, const struct scan_id *id)
{
	/* Most texts hold one id, and many texts are asked. */
	if (list->capacity == 0) {
		list->items = arena_allocate(list->arena, sizeof(*id));
		list->capacity = list->items != NULL;
	}
	if (list->items == NULL || !arena_grow(list->arena, &list->items, list->count, &list->capacity, sizeof(*id)))
		return false;
	list->items[list->count++] = *id;
	return true;
}

/* Size of the range mark at an offset: '-', "--", or an en dash; 0 when none. */
static size_t range_mark(struct text text, size_t at)
{
	if (scan_text_at(text, at, "\u2013"))
		return strlen("\u2013");
	if (scan_text_at(text, at, "--"))
		return 2;
	return scan_text_at(text, at, "-") ? 1 : 0;
}

/* The id that ends a range which `first` begins and whose mark stands at `at`: same letter, a higher number, no tail. */
static size_t range_end(struct text text, size_t at, const struct scan_id *first, struct scan_id *ret_last)
{
	const size_t mark = range_mark(text, at);
	if (mark == 0 || text_present(first->tail))
		return 0;
	struct scan_id last = {0};
	const size_t end = read_bare(text, at + mark, SCAN_ID_TEXT, &last);
	if (end == 0 || text_present(last.tail) || last.letter != first->letter || last.number <= first->number ||
		last.number - first->number > RANGE_MAX || (last.round >= 0 && last.round != first->round))
		return 0;
	*ret_last = last;
	return end;
}

static bool append_range(struct scan_id_list *list, struct scan_id id, const struct scan_id *last, struct text written)
{
	const int width = (int)id.digits.size;
	const size_t between = (size_t)(last->number - id.number - 1);
	const bool affordable = between <= *list->range_budget;
	*list->range_budget -= affordable ? between : 0;
	id.written = written;
	if (!append(list, &id))
		return false;
	for (int number = id.number + 1; affordable && number < last->number; number++) {
		id.number = number;
		if (!arena_format(list->arena, &id.digits, "%0*d", width, number) || !append(list, &id))
			return false;
	}
	id.number = last->number;
	id.digits = last->digits;
	return append(list, &id);
}

bool scan_id_take(struct scan_id_list *list, struct text text, size_t at, enum scan_id_place place, size_t *ret_end)
{
	struct scan_id id, last;
	const size_t size = scan_id_at(text, at, place, &id);
	*ret_end = at + size;
	if (size == 0)
		return true;
	const size_t end = range_end(text, at + size, &id, &last);
	if (end == 0)
		return append(list, &id);
	*ret_end = end;
	return append_range(list, id, &last, text_slice(text, at, end));
}

bool scan_ids(struct arena *arena, struct text text, struct scan_id **ret_ids, size_t *ret_count)
{
	size_t budget = SCAN_RANGE_BUDGET;
	struct scan_id_list list = {.arena = arena, .range_budget = &budget};
	for (size_t at = 0, end; at < text.size; at = end) {
		if (!scan_id_take(&list, text, at, SCAN_ID_TEXT, &end))
			return false;
		if (end == at) {
			bool capitals;
			end = read_word(text, at, &capitals);
		}
		if (end == at)
			end++;
	}
	*ret_ids = list.items;
	*ret_count = list.count;
	return true;
}
