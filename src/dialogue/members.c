/*
 * The reader of rows. A value is shown in problems as compact JSON, cut where it is long.
 */
#include "members.h"

#include "entity.h"
#include "json_show.h"
#include "limits.h"
#include "nearest.h"

enum { VALUE_SHOWN = 120 };

const struct members_unit members_count = {0, LIMIT_INTEGER, 1, "an integer from 0"};
const struct members_unit members_round = {0, LIMIT_ROUND, 1, "an integer from 0 to 99"};
const struct members_unit members_score = {-LIMIT_INTEGER, LIMIT_INTEGER, 1, "an integer"};
const struct members_unit members_fraction = {0, 1000000, 1000000, "a number from 0 to 1 with at most six decimals"};
const struct members_unit members_percent = {0, 1000, 10, "a number from 0 to 100 with at most one decimal"};

struct text members_path(struct arena *arena, struct text path, const char *name)
{
	struct text joined = TEXT_ABSENT;
	if (path.size == 0)
		return text_of_string(name);
	(void)arena_format(arena, &joined, "%.*s.%s", (int)path.size, path.data, name);
	return joined;
}

struct text members_index(struct arena *arena, struct text path, size_t i)
{
	struct text joined = TEXT_ABSENT;
	(void)arena_format(arena, &joined, "%.*s[%zu]", (int)path.size, path.size == 0 ? "" : path.data, i);
	return joined;
}

static struct text show_value(struct arena *arena, const json_t *value)
{
	struct text shown = TEXT_ABSENT;
	(void)json_show(arena, value, VALUE_SHOWN, &shown);
	return shown;
}

static void add_invalid(struct problem_list *problems, struct text path, const json_t *value, const char *constraint)
{
	struct text message = TEXT_ABSENT;
	(void)arena_format(problems->arena, &message, "%.*s must be %s", (int)path.size, path.data, constraint);
	problem_add(problems, &(struct problem){.code = PROBLEM_INVALID_VALUE,
											.path = path,
											.value = show_value(problems->arena, value),
											.constraint = text_of_string(constraint),
											.message = message,
											.suggestion = json_is_null(value) || (json_is_string(value) &&
																				  json_string_length(value) == 0)
															  ? TEXT("leave out a member that has no value")
															  : TEXT_ABSENT});
}

static void read_text(const struct members_row *row, const json_t *value, struct text path, void *target,
					  struct problem_list *problems)
{
	struct text text = json_read_text(value);
	if (!text_present(text) || text.size == 0 || (row->required && text_trim(text).size == 0)) {
		add_invalid(problems, path, value, row->required ? "a text that is not blank" : "a text that is not empty");
		return;
	}
	struct text copy;
	if (arena_copy_text(problems->arena, text, &copy))
		*(struct text *)target = copy;
	else
		problems->exhausted = true;
}

bool members_texts(const json_t *json, struct text path, struct text_list *ret_list, struct problem_list *problems)
{
	if (!json_is_array(json)) {
		add_invalid(problems, path, json, "a list of texts");
		return true;
	}
	size_t count = json_array_size(json);
	struct text *items = arena_allocate_array(problems->arena, count, sizeof(*items));
	if (items == NULL)
		return false;
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		const json_t *item = json_array_get(json, i);
		struct text text = json_read_text(item);
		if (!text_present(text) || text_trim(text).size == 0) {
			struct text place = members_index(problems->arena, path, i);
			if (!text_present(place))
				return false;
			add_invalid(problems, place, item, "a text that is not blank");
		} else if (!arena_copy_text(problems->arena, text, &items[kept++])) {
			return false;
		}
	}
	*ret_list = (struct text_list){.items = items, .count = kept, .present = true};
	return true;
}

static void read_word(const struct members_row *row, const json_t *value, struct text path, void *target,
					  struct problem_list *problems)
{
	struct text text = json_read_text(value);
	if (text_present(text) && vocabulary_find_relaxed(row->words, text, target))
		return;
	struct text words[32];
	size_t count = 0;
	while (count < row->words->count && count < sizeof(words) / sizeof(words[0])) {
		words[count] = vocabulary_word(row->words, (unsigned)count + 1);
		count++;
	}
	struct text valid = TEXT_ABSENT;
	struct text message = TEXT_ABSENT;
	struct text suggestion = TEXT_ABSENT;
	struct text nearest = text_present(text) ? nearest_of(text, words, count) : TEXT_ABSENT;
	bool good = nearest_list(problems->arena, words, count, &valid) &&
				arena_format(problems->arena, &message, "%.*s must be one of: %.*s", (int)path.size, path.data,
							 (int)valid.size, valid.data);
	if (good && text_present(nearest))
		good = arena_format(problems->arena, &suggestion, "did you mean \"%.*s\"?", (int)nearest.size, nearest.data);
	if (!good)
		problems->exhausted = true;
	problem_add(problems, &(struct problem){.code = row->edge ? PROBLEM_INVALID_REF_TYPE : PROBLEM_INVALID_VALUE,
											.path = path,
											.value = show_value(problems->arena, value),
											.constraint = text_of_string(row->words->what),
											.message = message,
											.valid = valid,
											.suggestion = suggestion});
}

/* Exactly a multiple of 1 / scale: 0.95 is no exact binary fraction, but the nearest to 950000 millionths. */
static bool read_number(const json_t *value, int64_t scale, int64_t *ret_number)
{
	int64_t number;
	if (!json_read_scaled(value, scale, &number))
		return false;
	if (json_is_real(value) && json_real_value(value) != (double)number / (double)scale)
		return false;
	*ret_number = number;
	return true;
}

static void read_value(const struct members_row *row, const json_t *value, struct text path, void *target,
					   struct problem_list *problems)
{
	int64_t number;
	switch (row->kind) {
	case MEMBERS_TEXT:
		read_text(row, value, path, target, problems);
		break;
	case MEMBERS_TEXTS:
		if (!members_texts(value, path, target, problems))
			problems->exhausted = true;
		break;
	case MEMBERS_INTEGER:
		if (read_number(value, row->unit->scale, &number) && number >= row->unit->min && number <= row->unit->max)
			*(struct schema_integer *)target = (struct schema_integer){.value = number, .present = true};
		else
			add_invalid(problems, path, value, row->unit->constraint);
		break;
	case MEMBERS_BOOLEAN:
		if (json_is_boolean(value))
			*(struct schema_boolean *)target = (struct schema_boolean){.value = json_is_true(value), .present = true};
		else
			add_invalid(problems, path, value, "true or false");
		break;
	case MEMBERS_WORD:
		read_word(row, value, path, target, problems);
		break;
	case MEMBERS_OBJECT:
		if (json_is_object(value))
			*(const json_t **)target = value;
		else
			add_invalid(problems, path, value, "an object");
		break;
	case MEMBERS_LIST:
		if (json_is_array(value))
			*(const json_t **)target = value;
		else
			add_invalid(problems, path, value, "a list");
		break;
	}
}

static void add_missing(const struct members_shape *shape, const struct members_row *row, struct text path,
						struct problem_list *problems)
{
	struct text message = TEXT_ABSENT;
	if (!arena_format(problems->arena, &message, "%s needs \"%s\"", shape->what, row->name))
		problems->exhausted = true;
	problem_add(problems, &(struct problem){.code = PROBLEM_MISSING_FIELD,
											.path = path,
											.constraint = TEXT("required"),
											.message = message,
											.suggestion = TEXT("add the member")});
}

static void add_unknown(const struct members_shape *shape, const char *name, const json_t *value, struct text path,
						struct problem_list *problems)
{
	struct text names[32];
	size_t count = 0;
	for (; count < shape->count && count < sizeof(names) / sizeof(names[0]); count++)
		names[count] = text_of_string(shape->rows[count].name);
	struct text nearest = nearest_of(text_of_string(name), names, count);
	struct text valid = TEXT_ABSENT;
	struct text message = TEXT_ABSENT;
	struct text suggestion = TEXT("leave it out");
	bool good = nearest_list(problems->arena, names, count, &valid) &&
				arena_format(problems->arena, &message, "%s has no member \"%s\"", shape->what, name);
	if (good && text_present(nearest))
		good = arena_format(problems->arena, &suggestion, "did you mean \"%.*s\"?", (int)nearest.size, nearest.data);
	if (!good)
		problems->exhausted = true;
	problem_add(problems, &(struct problem){.code = PROBLEM_UNKNOWN_FIELD,
											.path = path,
											.value = show_value(problems->arena, value),
											.constraint = TEXT("only the members listed"),
											.message = message,
											.valid = valid,
											.suggestion = suggestion});
}

static const struct members_row *find_row(const struct members_shape *shape, const char *name)
{
	for (size_t i = 0; i < shape->count; i++) {
		if (text_is(text_of_string(name), shape->rows[i].name))
			return &shape->rows[i];
	}
	return NULL;
}

static const char *name_of_type(const json_t *json)
{
	switch (json_typeof(json)) {
	case JSON_OBJECT:
		return "an object";
	case JSON_ARRAY:
		return "an array";
	case JSON_STRING:
		return "a string";
	case JSON_INTEGER:
	case JSON_REAL:
		return "a number";
	case JSON_TRUE:
		return "true";
	case JSON_FALSE:
		return "false";
	case JSON_NULL:
		break;
	}
	return "null";
}

static void add_no_object(const struct members_shape *shape, const json_t *json, struct text path,
						  struct problem_list *problems)
{
	struct text message = TEXT_ABSENT;
	struct text place = path;
	const char *noun = strchr(shape->what, ' ');
	bool good =
		arena_format(problems->arena, &message, "%s is a JSON object, this is %s", shape->what, name_of_type(json)) &&
		(path.size > 0 || arena_format(problems->arena, &place, "(%s)", noun != NULL ? noun + 1 : shape->what));
	if (!good)
		problems->exhausted = true;
	problem_add(problems, &(struct problem){.code = PROBLEM_INVALID_VALUE,
											.path = place,
											.value = show_value(problems->arena, json),
											.constraint = TEXT("an object"),
											.message = message});
}

bool members_read(const struct members_shape *shape, const json_t *json, struct text path, void *object,
				  struct problem_list *problems)
{
	if (!json_is_object(json)) {
		add_no_object(shape, json, path, problems);
		return false;
	}
	for (size_t i = 0; i < shape->count; i++) {
		const struct members_row *row = &shape->rows[i];
		const json_t *value = json_object_get(json, row->name);
		struct text place =
			value != NULL || row->required ? members_path(problems->arena, path, row->name) : TEXT_ABSENT;
		if (value != NULL)
			read_value(row, value, place, (char *)object + row->offset, problems);
		else if (row->required)
			add_missing(shape, row, place, problems);
	}
	for (void *at = json_object_iter((json_t *)(uintptr_t)json); at != NULL;
		 at = json_object_iter_next((json_t *)(uintptr_t)json, at)) {
		const char *name = json_object_iter_key(at);
		struct text place;
		if (find_row(shape, name) != NULL)
			continue;
		if (!arena_copy_text(problems->arena, members_path(problems->arena, path, name), &place))
			problems->exhausted = true;
		else
			add_unknown(shape, name, json_object_iter_value(at), place, problems);
	}
	return !problems->exhausted;
}
