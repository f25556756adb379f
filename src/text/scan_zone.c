/*
 * What stands in a marker's bracket behind its keyword: ids, `on`, `to NAME` in any order, then the label.
 */
#include "scan_parts.h"

enum { REMARK_MAX = 80, NOISE_WORDS_MAX = 4, NAME_WORDS_MAX = 3 };

struct zone {
	struct text text; /* the content up to the closing bracket: offsets are those of the content */
	size_t at;
	bool small_names; /* after `to` */
	struct scan_zone *out;
};

static size_t word_end(struct text text, size_t at)
{
	while (at < text.size && scan_text_word_at(text, at))
		at += scan_text_letter(text, at) > 0 ? scan_text_letter(text, at) : 1;
	return at;
}

/* Offset behind the words at `at` that say nothing, if at least one is there. */
static size_t skip_noise(struct text text, size_t at)
{
	for (int i = 0; i < NOISE_WORDS_MAX; i++) {
		const size_t end = word_end(text, at);
		if (end == at || end >= text.size || !scan_text_blank(text.data[end]) ||
			!scan_id_noise(text_slice(text, at, end)))
			break;
		at = scan_text_skip_blanks(text, end);
	}
	return at;
}

/* Takes an id or a range, words that say nothing before it. *ret_taken is false when none stands at the place. */
static bool take_id(struct zone *zone, enum scan_id_place place, bool *ret_taken)
{
	size_t end;
	const size_t at = place == SCAN_ID_ZONE ? skip_noise(zone->text, zone->at) : zone->at;
	if (!scan_id_take(&zone->out->ids, zone->text, at, place, &end))
		return false;
	*ret_taken = end > at;
	if (*ret_taken)
		zone->at = end;
	return true;
}

static bool is_word(struct text text, size_t at, const char *word)
{
	const size_t end = word_end(text, at);
	return text_equal_ignoring_case(text_slice(text, at, end), text_of_string(word)) &&
		   (end >= text.size || scan_text_blank(text.data[end]));
}

/* Offset behind a name at `at`: capitalised words, or one behind '@'. The offset itself when there is none. */
static size_t name_end(struct text text, size_t at)
{
	const bool handle = at < text.size && text.data[at] == '@';
	size_t end = at + handle;
	for (int words = 0; words < NAME_WORDS_MAX; words++) {
		const size_t from = words == 0 ? end : end + 1;
		struct scan_id id;
		const bool capital =
			from < text.size && (scan_text_upper(text.data[from]) || (unsigned char)text.data[from] >= 0x80);
		size_t behind = word_end(text, from);
		while (behind + 1 < text.size && text.data[behind] == '-' && scan_text_letter(text, behind + 1) > 0)
			behind = word_end(text, behind + 1);
		const bool fits = behind > from && behind - from <= SCAN_NAME_MAX && (capital || (handle && words == 0));
		/* MUFFIN T01 names two things: whom, and then what. */
		if (!fits || (words > 0 && (text.data[end] != ' ' || handle || scan_id_at(text, from, SCAN_ID_ZONE, &id) > 0)))
			break;
		end = behind;
	}
	return end == at + handle ? at : end;
}

/* Offset behind a name in small letters at `at`: one word, and then the label, its end, an id or `on`. The offset itself
   when there is none. */
static size_t small_name_end(struct text text, size_t at)
{
	struct scan_id id;
	size_t end = word_end(text, at);
	while (end > at && end + 1 < text.size && text.data[end] == '-' && scan_text_letter(text, end + 1) > 0)
		end = word_end(text, end + 1);
	const size_t behind = scan_text_skip_blanks(text, end);
	const bool ends = behind >= text.size || scan_text_separator(text, behind) > 0 || is_word(text, behind, "on") ||
					  scan_id_at(text, behind, SCAN_ID_ZONE, &id) > 0;
	return ends && end - at <= SCAN_NAME_MAX ? end : at;
}

/* Whether a joint between ids (comma and the like) stands at the place; its size is 1. */
static bool is_joint(struct text text, size_t at)
{
	return at < text.size && strchr(",/&+;", text.data[at]) != NULL;
}

/* Keeps a name, without the sign before it. */
static bool keep_name(struct zone *zone, size_t from, size_t end)
{
	struct scan_zone *out = zone->out;
	const bool marked = zone->text.data[from] == '@';
	zone->at = end;
	if (!arena_grow(out->ids.arena, &out->to, out->to_count, &out->to_capacity, sizeof(*out->to)))
		return false;
	out->to[out->to_count++] = text_slice(zone->text, from + marked, end);
	return true;
}

/* Takes further names of a list: `, Tart`, `& @tart`, `and Tart`. One that goes on as a sentence is none. */
static bool take_further(struct zone *zone)
{
	for (;;) {
		const struct text text = zone->text;
		struct scan_id id;
		size_t at = scan_text_skip_blanks(text, zone->at);
		const size_t joint = is_joint(text, at) ? 1 : is_word(text, at, "and") ? 3 : 0;
		at = scan_text_skip_blanks(text, at + joint);
		if (joint == 0 || at >= text.size || scan_id_at(text, at, SCAN_ID_ZONE, &id) > 0)
			return true;
		const size_t end = name_end(text, at), behind = scan_text_skip_blanks(text, end);
		const bool ends = behind >= text.size || scan_text_separator(text, behind) > 0 || is_joint(text, behind) ||
						  is_word(text, behind, "and") || is_word(text, behind, "on") ||
						  scan_id_at(text, behind, SCAN_ID_ZONE, &id) > 0;
		if (end == at || !ends)
			return true;
		if (!keep_name(zone, at, end))
			return false;
	}
}

/* Takes `to NAME` or `@name`, and the names of a list behind it. *ret_taken is false when none stands at the place. */
static bool take_names(struct zone *zone, bool *ret_taken)
{
	const bool handle = zone->at < zone->text.size && zone->text.data[zone->at] == '@';
	*ret_taken = false;
	if (!handle && !is_word(zone->text, zone->at, "to"))
		return true;
	const size_t from = handle ? zone->at : scan_text_skip_blanks(zone->text, zone->at + 2);
	size_t end = name_end(zone->text, from);
	if (end == from && !handle && zone->small_names)
		end = small_name_end(zone->text, from);
	if (end == from)
		return true;
	*ret_taken = true;
	return keep_name(zone, from, end) && take_further(zone);
}

/* Moves over a remark in parentheses that stands before the colon: `T01 (trait shape): label`. */
static void skip_remark(struct zone *zone)
{
	const struct text text = text_slice(zone->text, 0, zone->at + REMARK_MAX);
	if (zone->at >= text.size || text.data[zone->at] != '(')
		return;
	const char *close = memchr(text.data + zone->at, ')', text.size - zone->at);
	if (close == NULL)
		return;
	const size_t behind = scan_text_skip_blanks(zone->text, (size_t)(close - text.data) + 1);
	if (scan_text_separator(zone->text, behind) > 0)
		zone->at = behind;
}

/* Takes one thing between keyword and label. *ret_taken is false when none is left. */
static bool take_one(struct zone *zone, enum scan_id_place place, bool *ret_taken)
{
	const size_t before = zone->at;
	zone->at = scan_text_skip_blanks(zone->text, zone->at);
	const bool joint = is_joint(zone->text, zone->at);
	if (joint)
		zone->at = scan_text_skip_blanks(zone->text, zone->at + 1);
	else if (zone->at == before && before < zone->text.size && zone->text.data[before] == '-' &&
			 zone->out->ids.count == 0)
		zone->at++; /* TENSION-T01 */
	if (place == SCAN_ID_ZONE && is_word(zone->text, zone->at, "on")) {
		zone->at += 2;
		*ret_taken = true;
		return true;
	}
	*ret_taken = false;
	if (place == SCAN_ID_ZONE && !take_names(zone, ret_taken))
		return false;
	if (!*ret_taken && !take_id(zone, place, ret_taken))
		return false;
	if (!*ret_taken)
		zone->at = before;
	return true;
}

static bool take_all(struct zone *zone, enum scan_id_place place)
{
	for (bool taken = true; taken;) {
		if (!take_one(zone, place, &taken))
			return false;
	}
	return true;
}

/* Moves over a separator with the blanks around it. */
static bool skip_separator(struct zone *zone)
{
	const size_t at = scan_text_skip_blanks(zone->text, zone->at);
	const size_t size = scan_text_separator(zone->text, at);
	if (size > 0)
		zone->at = scan_text_skip_blanks(zone->text, at + size);
	return size > 0;
}

/* Ids that lead a label. One that is part of its first words ("T01's framing") counts, and stays in the label. */
static bool take_leading(struct zone *zone)
{
	const size_t label = zone->at;
	const size_t count = zone->out->ids.count;
	size_t at = label;
	for (bool taken = true; taken;) {
		zone->at = scan_text_skip_blanks(zone->text, at);
		const size_t joint = is_joint(zone->text, zone->at) ? 1 : is_word(zone->text, zone->at, "and") ? 3 : 0;
		if (at > label && joint == 0)
			break;
		zone->at = scan_text_skip_blanks(zone->text, zone->at + (at > label ? joint : 0));
		if (!take_id(zone, SCAN_ID_LABEL, &taken))
			return false;
		if (taken)
			at = zone->at;
	}
	zone->at = at;
	const bool stands_alone =
		at >= zone->text.size || scan_text_blank(zone->text.data[at]) || scan_text_separator(zone->text, at) > 0;
	if (zone->out->ids.count == count || !stands_alone)
		zone->at = label;
	else if (!skip_separator(zone))
		zone->at = scan_text_skip_blanks(zone->text, zone->at);
	return true;
}

/* The own id of a statement whose colon stands before it: `[TENSION: T01: label]`. */
static bool take_own(struct zone *zone, char letter)
{
	struct scan_id id;
	const size_t size = scan_id_at(zone->text, zone->at, SCAN_ID_LABEL, &id);
	if (size == 0 || id.letter != letter)
		return true;
	const size_t behind = scan_text_skip_blanks(zone->text, zone->at + size);
	if (behind < zone->text.size && scan_text_separator(zone->text, behind) == 0)
		return true;
	bool taken;
	if (!take_id(zone, SCAN_ID_LABEL, &taken))
		return false;
	(void)skip_separator(zone);
	return true;
}

bool scan_zone_label_ids(struct scan_zone *zone, struct text text)
{
	if (!text_present(zone->label))
		return true;
	const size_t from = (size_t)(zone->label.data - text.data);
	for (size_t at = from, end; at < from + zone->label.size; at = end) {
		struct scan_id id;
		const size_t size = scan_id_at(text, at, SCAN_ID_TEXT, &id);
		end = at + size;
		if (size > 0 && (text_present(id.name) || id.round >= 0)) {
			if (!scan_id_take(&zone->label_ids, text, at, SCAN_ID_TEXT, &end))
				return false;
		} else if (size == 0) {
			end = word_end(text, at);
			end += end == at;
		}
	}
	return true;
}

bool scan_zone_read(struct text text, size_t at, char statement, struct scan_zone *zone)
{
	struct zone reader = {.text = text, .at = at, .small_names = statement == 0, .out = zone};
	if (!take_all(&reader, SCAN_ID_ZONE))
		return false;
	reader.at = scan_text_skip_blanks(text, reader.at);
	skip_remark(&reader);
	zone->colon = reader.at < text.size && text.data[reader.at] == ':';
	const bool separated = skip_separator(&reader);
	if (statement == 0 && separated && !take_leading(&reader))
		return false;
	if (statement != 0 && separated && zone->ids.count == 0 && !take_own(&reader, statement))
		return false;
	zone->label = text_trim(text_slice(text, reader.at, text.size));
	if (zone->label.size == 0)
		zone->label = TEXT_ABSENT;
	return true;
}

bool scan_zone_behind(struct text text, size_t *at, char statement, struct scan_zone *zone)
{
	struct zone reader = {.text = text, .at = *at, .out = zone};
	(void)skip_separator(&reader);
	reader.at = scan_text_skip_blanks(text, reader.at);
	if (statement == 0 && is_word(text, reader.at, "on"))
		reader.at = scan_text_skip_blanks(text, reader.at + 2);
	if (!(statement != 0 ? take_own(&reader, statement) : take_leading(&reader)))
		return false;
	size_t before = reader.at;
	while (before > *at && scan_text_blank(text.data[before - 1]))
		before--;
	const bool parted = before >= 1 && (text.data[before - 1] == ':' || text.data[before - 1] == '-' ||
										(before >= 3 && scan_text_separator(text, before - 3) == 3));
	if (zone->ids.count > 0 && parted)
		*at = reader.at;
	return true;
}
