/*
 * Access to fields by their row.
 */
#include "field.h"

/* Enums are read and written as unsigned, which is what they are made of. */
#define VOCABULARY(name, prefix, what)                                                                                 \
	_Static_assert(sizeof(enum name) == sizeof(unsigned), "an enum is as wide as unsigned");
#define WORD(name, prefix, value, word)
#define VOCABULARY_END(name)
#include "vocabularies.def"
#undef VOCABULARY
#undef WORD
#undef VOCABULARY_END

const struct schema_field *field_find(const struct schema_shape *shape, struct text name)
{
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct schema_field *field = &shape->fields[i];
		if (field->name_size == name.size && memcmp(field->name, name.data, name.size) == 0)
			return field;
	}
	return NULL;
}

const void *field_view(const struct schema_field *field, const void *object)
{
	return (const uint8_t *)object + field->offset;
}

void *field_slot(const struct schema_field *field, void *object)
{
	return (uint8_t *)object + field->offset;
}

unsigned field_word(const struct schema_field *field, const void *object)
{
	unsigned value;
	memcpy(&value, field_view(field, object), sizeof(value));
	return value;
}

void field_set_word(const struct schema_field *field, void *object, unsigned value)
{
	memcpy(field_slot(field, object), &value, sizeof(value));
}

/* A GROUP is a pointer whose type only the field knows; all pointers to structs look alike. */
const void *field_group(const struct schema_field *field, const void *object)
{
	const void *group;
	memcpy(&group, field_view(field, object), sizeof(group));
	return group;
}

void field_set_group(const struct schema_field *field, void *object, const void *group)
{
	memcpy(field_slot(field, object), &group, sizeof(group));
}

const void *field_item(const struct schema_field *field, const struct schema_groups *groups, size_t index)
{
	return (const uint8_t *)groups->items + index * field->group->size;
}

bool field_present(const struct schema_field *field, const void *object)
{
	const void *member = field_view(field, object);
	switch (field->kind) {
	case SCHEMA_TEXT:
	case SCHEMA_TIME:
		return text_present(*(const struct text *)member);
	case SCHEMA_HASH:
		return ((const struct bytes *)member)->data != NULL;
	case SCHEMA_TEXTS:
		return ((const struct text_list *)member)->present;
	case SCHEMA_INTEGER:
		return ((const struct schema_integer *)member)->present;
	case SCHEMA_BOOLEAN:
		return ((const struct schema_boolean *)member)->present;
	case SCHEMA_WORD:
		return field_word(field, object) != 0;
	case SCHEMA_GROUP:
		return field_group(field, object) != NULL;
	case SCHEMA_GROUPS:
		return ((const struct schema_groups *)member)->present;
	}
	return false;
}

static bool texts_equal(const struct text_list *a, const struct text_list *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		if (!text_equal(a->items[i], b->items[i]))
			return false;
	}
	return true;
}

static bool groups_equal(const struct schema_field *field, const struct schema_groups *a, const struct schema_groups *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		if (!field_equal(field->group, field_item(field, a, i), field_item(field, b, i)))
			return false;
	}
	return true;
}

/* Both are present. */
static bool values_equal(const struct schema_field *field, const void *a, const void *b)
{
	const void *x = field_view(field, a);
	const void *y = field_view(field, b);
	switch (field->kind) {
	case SCHEMA_TEXT:
	case SCHEMA_TIME:
		return text_equal(*(const struct text *)x, *(const struct text *)y);
	case SCHEMA_HASH:
		return bytes_equal(*(const struct bytes *)x, *(const struct bytes *)y);
	case SCHEMA_TEXTS:
		return texts_equal(x, y);
	case SCHEMA_INTEGER:
		return ((const struct schema_integer *)x)->value == ((const struct schema_integer *)y)->value;
	case SCHEMA_BOOLEAN:
		return ((const struct schema_boolean *)x)->value == ((const struct schema_boolean *)y)->value;
	case SCHEMA_WORD:
		return field_word(field, a) == field_word(field, b);
	case SCHEMA_GROUP:
		return field_equal(field->group, field_group(field, a), field_group(field, b));
	case SCHEMA_GROUPS:
		return groups_equal(field, x, y);
	}
	return false;
}

bool field_same(const struct schema_field *field, const void *a, const void *b)
{
	const bool present = field_present(field, a);
	return present == field_present(field, b) && (!present || values_equal(field, a, b));
}

void field_copy(const struct schema_field *field, void *to, const void *from)
{
	static const size_t sizes[] = {
		[SCHEMA_TEXT] = sizeof(struct text),
		[SCHEMA_TIME] = sizeof(struct text),
		[SCHEMA_HASH] = sizeof(struct bytes),
		[SCHEMA_TEXTS] = sizeof(struct text_list),
		[SCHEMA_INTEGER] = sizeof(struct schema_integer),
		[SCHEMA_BOOLEAN] = sizeof(struct schema_boolean),
		[SCHEMA_WORD] = sizeof(unsigned),
		[SCHEMA_GROUP] = sizeof(void *),
		[SCHEMA_GROUPS] = sizeof(struct schema_groups),
	};
	memcpy(field_slot(field, to), field_view(field, from), sizes[field->kind]);
}

bool field_equal(const struct schema_shape *shape, const void *a, const void *b)
{
	for (size_t i = 0; i < shape->field_count; i++) {
		if (!field_same(&shape->fields[i], a, b))
			return false;
	}
	return true;
}
