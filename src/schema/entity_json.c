/*
 * JSON: one writer and one reader for all entities, over the rows of entities.def.
 */
#include "entity_json.h"

#include "digest.h"
#include "field.h"
#include "json_show.h"
#include "moment.h"

enum { VALUE_SHOWN = 160 };

static const char hex_digits[] = "0123456789abcdef";

static void write_hash(struct json_writer *writer, struct bytes hash)
{
	char hex[2 * DIGEST_SIZE];
	const size_t size = hash.size < DIGEST_SIZE ? hash.size : DIGEST_SIZE;
	for (size_t i = 0; i < size; i++) {
		hex[2 * i] = hex_digits[hash.data[i] >> 4];
		hex[2 * i + 1] = hex_digits[hash.data[i] & 15];
	}
	json_write_text(writer, (struct text){.data = hex, .size = 2 * size});
}

static void write_texts(struct json_writer *writer, const struct text_list *texts)
{
	json_write_array(writer);
	for (size_t i = 0; i < texts->count; i++)
		json_write_text(writer, texts->items[i]);
	json_write_end(writer);
}

static void write_object(struct json_writer *writer, const struct schema_shape *shape, const void *object)
{
	json_write_object(writer);
	entity_json_write(writer, shape, object);
	json_write_end(writer);
}

static void write_groups(struct json_writer *writer, const struct schema_field *field,
						 const struct schema_groups *groups)
{
	json_write_array(writer);
	for (size_t i = 0; i < groups->count; i++)
		write_object(writer, field->group, field_item(field, groups, i));
	json_write_end(writer);
}

static void write_value(struct json_writer *writer, const struct schema_field *field, const void *object)
{
	const void *member = field_view(field, object);
	switch (field->kind) {
	case SCHEMA_TEXT:
	case SCHEMA_TIME:
		json_write_text(writer, *(const struct text *)member);
		return;
	case SCHEMA_HASH:
		write_hash(writer, *(const struct bytes *)member);
		return;
	case SCHEMA_TEXTS:
		write_texts(writer, member);
		return;
	case SCHEMA_INTEGER:
		json_write_scaled(writer, ((const struct schema_integer *)member)->value, field->unit->scale);
		return;
	case SCHEMA_BOOLEAN:
		json_write_boolean(writer, ((const struct schema_boolean *)member)->value);
		return;
	case SCHEMA_WORD:
		json_write_text(writer, vocabulary_word(field->vocabulary, field_word(field, object)));
		return;
	case SCHEMA_GROUP:
		write_object(writer, field->group, field_group(field, object));
		return;
	case SCHEMA_GROUPS:
		write_groups(writer, field, member);
		return;
	}
}

void entity_json_write(struct json_writer *writer, const struct schema_shape *shape, const void *object)
{
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct schema_field *field = &shape->fields[i];
		if (!field_present(field, object))
			continue;
		json_write_key(writer, field->name);
		write_value(writer, field, object);
	}
}

/* Where a value is read. Paths are made only where something is wrong, or below which something may be. */
struct place {
	struct arena *arena;
	struct problem_list *problems;
	struct text path; /* of the object, "" for the whole */
};

/* What was expected of a value. */
struct rule {
	struct text constraint;
	struct text valid; /* absent where the options cannot be listed */
};

static bool path_below(const struct place *place, struct text name, struct text *ret_path)
{
	return arena_format(place->arena, ret_path, "%.*s%s%.*s", (int)place->path.size, place->path.data,
						place->path.size > 0 && name.size > 0 ? "." : "", (int)name.size, name.data);
}

static bool path_of_item(const struct place *place, struct text name, size_t index, struct text *ret_path)
{
	struct text path;
	return path_below(place, name, &path) &&
		   arena_format(place->arena, ret_path, "%.*s[%zu]", (int)path.size, path.data, index);
}

static bool report(const struct place *place, struct problem problem)
{
	problem_add(place->problems, &problem);
	return !place->problems->exhausted;
}

static bool report_value(const struct place *place, struct text name, const json_t *json, struct rule rule)
{
	struct problem problem = {
		.code = PROBLEM_INVALID_VALUE,
		.constraint = rule.constraint,
		.valid = rule.valid,
	};
	if (!path_below(place, name, &problem.path) || !json_show_plain(place->arena, json, VALUE_SHOWN, &problem.value) ||
		!arena_format(place->arena, &problem.message, "%.*s must be %.*s", (int)problem.path.size, problem.path.data,
					  (int)rule.constraint.size, rule.constraint.data))
		return false;
	problem.suggestion =
		json_is_null(json) ? TEXT("leave an absent field out") : TEXT("give a value that the constraint admits");
	return report(place, problem);
}

static bool report_item(const struct place *place, const struct schema_field *field, size_t index, const json_t *json)
{
	struct text name;
	return arena_format(place->arena, &name, "%s[%zu]", field->name, index) &&
		   report_value(place, name, json, (struct rule){.constraint = TEXT("a string")});
}

static bool report_missing(const struct place *place, const struct schema_field *field)
{
	struct problem problem = {
		.code = PROBLEM_MISSING_FIELD,
		.constraint = TEXT("required"),
		.suggestion = TEXT("add the field"),
	};
	if (!path_below(place, text_of_string(field->name), &problem.path) ||
		!arena_format(place->arena, &problem.message, "%.*s is missing: %s", (int)problem.path.size, problem.path.data,
					  field->what))
		return false;
	return report(place, problem);
}

/* Names joined by commas. */
static bool join(struct arena *arena, struct text *joined, const char *name)
{
	return arena_format(arena, joined, "%.*s%s%s", (int)joined->size, joined->data, joined->size > 0 ? ", " : "", name);
}

static bool report_unknown(const struct place *place, const struct schema_shape *shape, const char *key,
						   const json_t *json)
{
	struct problem problem = {
		.code = PROBLEM_UNKNOWN_FIELD,
		.constraint = TEXT("no unknown fields"),
		.valid = TEXT(""),
		.suggestion = TEXT("leave the field out, or give it one of the valid names"),
	};
	for (size_t i = 0; i < shape->field_count; i++) {
		if (!join(place->arena, &problem.valid, shape->fields[i].name))
			return false;
	}
	if (!path_below(place, text_of_string(key), &problem.path) ||
		!json_show_plain(place->arena, json, VALUE_SHOWN, &problem.value) ||
		!arena_format(place->arena, &problem.message, "%.*s is no field of %s", (int)problem.path.size,
					  problem.path.data, shape->name))
		return false;
	return report(place, problem);
}

static bool read_text(const struct place *place, const struct schema_field *field, const json_t *json,
					  struct text *ret_text)
{
	const struct text text = json_read_text(json);
	int64_t micros;
	if (!text_present(text))
		return report_value(place, text_of_string(field->name), json, (struct rule){.constraint = TEXT("a string")});
	if (field->kind == SCHEMA_TIME && !moment_parse(text, &micros))
		return report_value(place, text_of_string(field->name), json,
							(struct rule){.constraint = TEXT("a moment in UTC, YYYY-MM-DDThh:mm:ss.ffffffZ")});
	return arena_copy_text(place->arena, text, ret_text);
}

/* The value of a lower-case hex digit, or -1. */
static int hex_value(char c)
{
	const char *at = c == '\0' ? NULL : strchr(hex_digits, c);
	return at != NULL ? (int)(at - hex_digits) : -1;
}

static bool parse_hash(struct text hex, uint8_t ret_hash[static DIGEST_SIZE])
{
	if (hex.size != 2 * DIGEST_SIZE)
		return false;
	for (size_t i = 0; i < DIGEST_SIZE; i++) {
		const int high = hex_value(hex.data[2 * i]);
		const int low = hex_value(hex.data[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		ret_hash[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

static bool read_hash(const struct place *place, const struct schema_field *field, const json_t *json,
					  struct bytes *ret_hash)
{
	uint8_t hash[DIGEST_SIZE];
	if (!parse_hash(json_read_text(json), hash))
		return report_value(place, text_of_string(field->name), json,
							(struct rule){.constraint = TEXT("64 lower-case hex digits")});
	return arena_copy(place->arena, (struct bytes){.data = hash, .size = sizeof(hash)}, ret_hash);
}

static bool read_texts(const struct place *place, const struct schema_field *field, const json_t *json,
					   struct text_list *ret_texts)
{
	if (!json_is_array(json))
		return report_value(place, text_of_string(field->name), json,
							(struct rule){.constraint = TEXT("an array of strings")});
	const size_t count = json_array_size(json);
	struct text *items = arena_allocate_array(place->arena, count, sizeof(*items));
	if (items == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		const json_t *item = json_array_get(json, i);
		if (json_is_string(item) ? !arena_copy_text(place->arena, json_read_text(item), &items[i])
								 : !report_item(place, field, i, item))
			return false;
	}
	*ret_texts = (struct text_list){.items = items, .count = count, .present = true};
	return true;
}

/* A number of unit scale must be whole; others are taken to the nearest that the scale can say. */
static bool parse_integer(const struct schema_unit *unit, const json_t *json, int64_t *ret_value)
{
	int64_t value;
	if (!json_read_scaled(json, unit->scale, &value) || value < unit->min || value > unit->max)
		return false;
	if (unit->scale == 1 && json_is_real(json)) {
		const double fraction = json_real_value(json) - (double)value;
		if (fraction > 0 || fraction < 0)
			return false;
	}
	*ret_value = value;
	return true;
}

static bool read_integer(const struct place *place, const struct schema_field *field, const json_t *json,
						 struct schema_integer *ret_integer)
{
	const struct schema_unit *unit = field->unit;
	int64_t value;
	if (!parse_integer(unit, json, &value)) {
		struct text constraint;
		if (!arena_format(place->arena, &constraint, "%s from %" PRId64 " to %" PRId64,
						  unit->scale == 1 ? "a whole number" : "a number", unit->min / unit->scale,
						  unit->max / unit->scale))
			return false;
		return report_value(place, text_of_string(field->name), json, (struct rule){.constraint = constraint});
	}
	*ret_integer = (struct schema_integer){.value = value, .present = true};
	return true;
}

static bool read_boolean(const struct place *place, const struct schema_field *field, const json_t *json,
						 struct schema_boolean *ret_boolean)
{
	if (!json_is_boolean(json))
		return report_value(place, text_of_string(field->name), json,
							(struct rule){.constraint = TEXT("true or false")});
	*ret_boolean = (struct schema_boolean){.value = json_is_true(json), .present = true};
	return true;
}

static bool read_word(const struct place *place, const struct schema_field *field, const json_t *json, void *object)
{
	const struct vocabulary *vocabulary = field->vocabulary;
	unsigned value;
	if (vocabulary_find_relaxed(vocabulary, json_read_text(json), &value)) {
		field_set_word(field, object, value);
		return true;
	}
	struct rule rule = {.constraint = TEXT("one of the valid words"), .valid = TEXT("")};
	for (unsigned i = 0; i < vocabulary->count; i++) {
		if (!join(place->arena, &rule.valid, vocabulary->words[i]))
			return false;
	}
	return report_value(place, text_of_string(field->name), json, rule);
}

static bool read_group(const struct place *place, const struct schema_field *field, const json_t *json, void *object)
{
	const struct text name = text_of_string(field->name);
	if (!json_is_object(json))
		return report_value(place, name, json, (struct rule){.constraint = TEXT("an object")});
	void *group = arena_allocate(place->arena, field->group->size);
	struct text path;
	if (group == NULL || !path_below(place, name, &path))
		return false;
	field_set_group(field, object, group);
	return entity_json_read(place->arena, field->group, json, path, NULL, group, place->problems);
}

static bool read_groups(const struct place *place, const struct schema_field *field, const json_t *json,
						struct schema_groups *ret_groups)
{
	const struct text name = text_of_string(field->name);
	if (!json_is_array(json))
		return report_value(place, name, json, (struct rule){.constraint = TEXT("an array of objects")});
	const size_t count = json_array_size(json);
	uint8_t *items = arena_allocate_array(place->arena, count, field->group->size);
	if (items == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		struct text path;
		if (!path_of_item(place, name, i, &path) ||
			!entity_json_read(place->arena, field->group, json_array_get(json, i), path, NULL,
							  items + i * field->group->size, place->problems))
			return false;
	}
	*ret_groups = (struct schema_groups){.items = items, .count = count, .present = true};
	return true;
}

static bool read_value(const struct place *place, const struct schema_field *field, const json_t *json, void *object)
{
	void *slot = field_slot(field, object);
	switch (field->kind) {
	case SCHEMA_TEXT:
	case SCHEMA_TIME:
		return read_text(place, field, json, slot);
	case SCHEMA_HASH:
		return read_hash(place, field, json, slot);
	case SCHEMA_TEXTS:
		return read_texts(place, field, json, slot);
	case SCHEMA_INTEGER:
		return read_integer(place, field, json, slot);
	case SCHEMA_BOOLEAN:
		return read_boolean(place, field, json, slot);
	case SCHEMA_WORD:
		return read_word(place, field, json, object);
	case SCHEMA_GROUP:
		return read_group(place, field, json, object);
	case SCHEMA_GROUPS:
		return read_groups(place, field, json, slot);
	}
	return true;
}

static bool is_ignored(const char *const *ignored, const char *key)
{
	for (; ignored != NULL && *ignored != NULL; ignored++) {
		if (strcmp(*ignored, key) == 0)
			return true;
	}
	return false;
}

/* jansson's iterators take an object they do not change as one they might. */
static json_t *iterable(const json_t *json)
{
	return (json_t *)(uintptr_t)json;
}

static bool read_unknown(const struct place *place, const struct schema_shape *shape, const json_t *json,
						 const char *const *ignored)
{
	json_t *object = iterable(json);
	for (void *at = json_object_iter(object); at != NULL; at = json_object_iter_next(object, at)) {
		const char *key = json_object_iter_key(at);
		if (is_ignored(ignored, key) || field_find(shape, text_of_string(key)) != NULL)
			continue;
		if (!report_unknown(place, shape, key, json_object_iter_value(at)))
			return false;
	}
	return true;
}

bool entity_json_read(struct arena *arena, const struct schema_shape *shape, const json_t *json, struct text path,
					  const char *const *ignored, void *object, struct problem_list *problems)
{
	const struct place place = {
		.arena = arena,
		.problems = problems,
		.path = text_present(path) ? path : TEXT(""),
	};
	if (!json_is_object(json))
		return report_value(&place, TEXT(""), json, (struct rule){.constraint = TEXT("an object")});
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct schema_field *field = &shape->fields[i];
		const json_t *value = is_ignored(ignored, field->name) ? NULL : json_object_get(json, field->name);
		if (value != NULL ? !read_value(&place, field, value, object)
						  : field->required && !field_present(field, object) && !report_missing(&place, field))
			return false;
	}
	return read_unknown(&place, shape, json, ignored);
}
