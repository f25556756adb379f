/*
 * The codec: one writer and one reader for all entities, over the rows of entities.def.
 */
#include "entity_codec.h"

#include "cbor_read.h"
#include "cbor_write.h"
#include "digest.h"
#include "error.h"
#include "field.h"
#include "moment.h"

/* What is being written or read, and whom errors name. Fields of RECORDs are all sealed. */
struct writing {
	struct cbor_writer writer;
	bool clear;
	const struct entity_head *entity;
	struct hansard_error *error;
};

struct reading {
	struct cbor_reader reader;
	bool clear;
	struct arena *arena;
	const struct entity_head *entity;
	struct hansard_error *error;
};

/* What is wrong with a field of a shape: of the entity, or of a RECORD in it. */
struct trouble {
	const char *kind;
	const char *shape;
	struct text field;
	const char *why;
};

static const char must_be_there[] = "it must be there";

static enum hansard_status refuse(const struct entity_head *entity, struct trouble trouble, struct hansard_error *error)
{
	return error_set(error, HANSARD_INVALID, trouble.kind, "%s/" ERROR_TEXT ": %s." ERROR_TEXT ": %s",
					 entity_shape(entity->type)->name, ERROR_TEXT_ARGS(entity->subkey), trouble.shape,
					 ERROR_TEXT_ARGS(trouble.field), trouble.why);
}

static struct text name_of(const struct schema_field *field)
{
	return (struct text){.data = field->name, .size = field->name_size};
}

/* What is wrong with a present value, or NULL. What CBOR itself refuses is left to it. */
static const char *fault_of(const struct schema_field *field, const void *object)
{
	const void *member = field_view(field, object);
	int64_t micros;
	switch (field->kind) {
	case SCHEMA_TIME:
		return moment_parse(*(const struct text *)member, &micros) ? NULL : "not a moment";
	case SCHEMA_HASH:
		return ((const struct bytes *)member)->size == DIGEST_SIZE ? NULL : "not a hash of 32 bytes";
	case SCHEMA_INTEGER: {
		const int64_t value = ((const struct schema_integer *)member)->value;
		return value >= field->unit->min && value <= field->unit->max ? NULL : "an integer outside its range";
	}
	case SCHEMA_WORD:
		return field_word(field, object) <= field->vocabulary->count ? NULL : "not a word of its vocabulary";
	case SCHEMA_TEXT:
	case SCHEMA_TEXTS:
	case SCHEMA_BOOLEAN:
	case SCHEMA_GROUP:
	case SCHEMA_GROUPS:
		break;
	}
	return NULL;
}

/* The first required field that is absent; the absent text when there is none. */
static struct text missing_of(const struct schema_shape *shape, bool clear, const void *object)
{
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct schema_field *field = &shape->fields[i];
		if (field->required && field->clear == clear && !field_present(field, object))
			return name_of(field);
	}
	return TEXT_ABSENT;
}

/* The present field whose key follows `previous` (NULL: the first) in deterministic order, or NULL. */
static const struct schema_field *next_field(const struct writing *writing, const struct schema_shape *shape,
											 const void *object, const struct schema_field *previous)
{
	const struct schema_field *next = NULL;
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct schema_field *field = &shape->fields[i];
		if (field->clear != writing->clear || !field_present(field, object))
			continue;
		if (previous != NULL && cbor_write_key_compare(name_of(field), name_of(previous)) <= 0)
			continue;
		if (next == NULL || cbor_write_key_compare(name_of(field), name_of(next)) < 0)
			next = field;
	}
	return next;
}

static size_t count_fields(const struct writing *writing, const struct schema_shape *shape, const void *object)
{
	size_t count = 0;
	for (size_t i = 0; i < shape->field_count; i++)
		count += shape->fields[i].clear == writing->clear && field_present(&shape->fields[i], object);
	return count;
}

static enum hansard_status write_map(struct writing *writing, const struct schema_shape *shape, const void *object);

static void write_texts(struct cbor_writer *writer, const struct text_list *texts)
{
	cbor_write_array(writer, texts->count);
	for (size_t i = 0; i < texts->count; i++)
		cbor_write_text(writer, texts->items[i]);
}

static enum hansard_status write_groups(struct writing *writing, const struct schema_field *field,
										const struct schema_groups *groups)
{
	cbor_write_array(&writing->writer, groups->count);
	enum hansard_status status = HANSARD_OK;
	for (size_t i = 0; i < groups->count && status == HANSARD_OK; i++)
		status = write_map(writing, field->group, field_item(field, groups, i));
	return status;
}

static enum hansard_status write_value(struct writing *writing, const struct schema_field *field, const void *object)
{
	struct cbor_writer *writer = &writing->writer;
	const void *member = field_view(field, object);
	switch (field->kind) {
	case SCHEMA_TEXT:
	case SCHEMA_TIME:
		cbor_write_text(writer, *(const struct text *)member);
		break;
	case SCHEMA_HASH:
		cbor_write_bytes(writer, *(const struct bytes *)member);
		break;
	case SCHEMA_TEXTS:
		write_texts(writer, member);
		break;
	case SCHEMA_INTEGER:
		cbor_write_integer(writer, ((const struct schema_integer *)member)->value);
		break;
	case SCHEMA_BOOLEAN:
		cbor_write_boolean(writer, ((const struct schema_boolean *)member)->value);
		break;
	case SCHEMA_WORD:
		cbor_write_text(writer, vocabulary_word(field->vocabulary, field_word(field, object)));
		break;
	case SCHEMA_GROUP:
		return write_map(writing, field->group, field_group(field, object));
	case SCHEMA_GROUPS:
		return write_groups(writing, field, member);
	}
	return HANSARD_OK;
}

/* A writer that fails says so at the field that made it fail. */
static enum hansard_status check_written(const struct writing *writing, const struct schema_shape *shape,
										 struct text name)
{
	const char *fault = writing->writer.fault;
	if (fault == NULL)
		return HANSARD_OK;
	if (strcmp(fault, "out of memory") == 0)
		return error_memory(writing->error);
	return refuse(writing->entity, (struct trouble){"invalid_value", shape->name, name, fault}, writing->error);
}

static enum hansard_status write_map(struct writing *writing, const struct schema_shape *shape, const void *object)
{
	struct text name = missing_of(shape, writing->clear, object);
	if (text_present(name))
		return refuse(writing->entity, (struct trouble){"missing_field", shape->name, name, must_be_there},
					  writing->error);
	cbor_write_map(&writing->writer, count_fields(writing, shape, object));
	enum hansard_status status = check_written(writing, shape, TEXT("*"));
	for (const struct schema_field *field = NULL; status == HANSARD_OK;) {
		field = next_field(writing, shape, object, field);
		if (field == NULL)
			break;
		name = name_of(field);
		const char *why = fault_of(field, object);
		if (why != NULL)
			return refuse(writing->entity, (struct trouble){"invalid_value", shape->name, name, why}, writing->error);
		cbor_write_text(&writing->writer, name);
		status = write_value(writing, field, object);
		if (status == HANSARD_OK)
			status = check_written(writing, shape, name);
	}
	return status;
}

/* On failure out is as it was. */
static enum hansard_status write_entity(const struct entity_head *entity, bool clear, struct buffer *out,
										struct hansard_error *error)
{
	struct writing writing = {.clear = clear, .entity = entity, .error = error};
	const size_t size = out->size;
	cbor_write_begin(&writing.writer, out);
	const enum hansard_status status = write_map(&writing, entity_shape(entity->type), entity);
	if (status != HANSARD_OK)
		out->size = size;
	return status;
}

enum hansard_status entity_codec_attrs(const struct entity_head *entity, struct buffer *out,
									   struct hansard_error *error)
{
	return write_entity(entity, true, out, error);
}

enum hansard_status entity_codec_sealed(const struct entity_head *entity, struct buffer *out,
										struct hansard_error *error)
{
	const struct schema_shape *shape = entity_shape(entity->type);
	const struct writing sealed = {.clear = false};
	if (count_fields(&sealed, shape, entity) == 0 && !text_present(missing_of(shape, false, entity)))
		return HANSARD_OK;
	return write_entity(entity, false, out, error);
}

static enum hansard_status read_map(struct reading *reading, const struct schema_shape *shape, void *object);

static enum hansard_status read_texts(struct reading *reading, struct text_list *ret_texts)
{
	size_t count;
	if (!cbor_read_array(&reading->reader, &count))
		return HANSARD_OK;
	struct text *items = arena_allocate_array(reading->arena, count, sizeof(*items));
	if (items == NULL)
		return error_memory(reading->error);
	for (size_t i = 0; i < count; i++) {
		if (!cbor_read_text(&reading->reader, &items[i]))
			return HANSARD_OK;
	}
	*ret_texts = (struct text_list){.items = items, .count = count, .present = true};
	return HANSARD_OK;
}

static enum hansard_status read_group(struct reading *reading, const struct schema_field *field, void *object)
{
	void *group = arena_allocate(reading->arena, field->group->size);
	if (group == NULL)
		return error_memory(reading->error);
	field_set_group(field, object, group);
	return read_map(reading, field->group, group);
}

static enum hansard_status read_groups(struct reading *reading, const struct schema_field *field,
									   struct schema_groups *ret_groups)
{
	size_t count;
	if (!cbor_read_array(&reading->reader, &count))
		return HANSARD_OK;
	uint8_t *items = arena_allocate_array(reading->arena, count, field->group->size);
	if (items == NULL)
		return error_memory(reading->error);
	for (size_t i = 0; i < count; i++) {
		const enum hansard_status status = read_map(reading, field->group, items + i * field->group->size);
		if (status != HANSARD_OK)
			return status;
	}
	*ret_groups = (struct schema_groups){.items = items, .count = count, .present = true};
	return HANSARD_OK;
}

/* An unknown word leaves the field absent, which the caller refuses. */
static void read_word(struct reading *reading, const struct schema_field *field, void *object)
{
	struct text word;
	unsigned value;
	if (cbor_read_text(&reading->reader, &word) && vocabulary_find(field->vocabulary, word, &value))
		field_set_word(field, object, value);
}

/* A fault of the reader itself is left to the caller, who asks for it after every value. */
static enum hansard_status read_value(struct reading *reading, const struct schema_field *field, void *object)
{
	struct cbor_reader *reader = &reading->reader;
	void *slot = field_slot(field, object);
	switch (field->kind) {
	case SCHEMA_TEXT:
	case SCHEMA_TIME:
		(void)cbor_read_text(reader, slot);
		break;
	case SCHEMA_HASH:
		(void)cbor_read_bytes(reader, slot);
		break;
	case SCHEMA_TEXTS:
		return read_texts(reading, slot);
	case SCHEMA_INTEGER: {
		struct schema_integer *integer = slot;
		integer->present = cbor_read_integer(reader, &integer->value);
		break;
	}
	case SCHEMA_BOOLEAN: {
		struct schema_boolean *boolean = slot;
		boolean->present = cbor_read_boolean(reader, &boolean->value);
		break;
	}
	case SCHEMA_WORD:
		read_word(reading, field, object);
		break;
	case SCHEMA_GROUP:
		return read_group(reading, field, object);
	case SCHEMA_GROUPS:
		return read_groups(reading, field, slot);
	}
	return HANSARD_OK;
}

/* The pairs that storage keeps in the attrs of items that are cut in parts. */
static bool is_reserved(const struct reading *reading, struct text key)
{
	return reading->clear && (text_is(key, "parts") || text_is(key, "parts_root"));
}

static const char *fault_of_read(const struct reading *reading, const struct schema_field *field, const void *object)
{
	if (reading->reader.fault != NULL)
		return reading->reader.fault;
	if (!field_present(field, object))
		return "not a word of its vocabulary";
	return fault_of(field, object);
}

static enum hansard_status read_pair(struct reading *reading, const struct schema_shape *shape, void *object)
{
	struct text key = TEXT("*");
	if (!cbor_read_text(&reading->reader, &key))
		return refuse(reading->entity, (struct trouble){"invalid_value", shape->name, key, reading->reader.fault},
					  reading->error);
	const struct schema_field *field = field_find(shape, key);
	if (field == NULL || field->clear != reading->clear) {
		if (is_reserved(reading, key) && cbor_read_skip(&reading->reader, NULL))
			return HANSARD_OK;
		const char *why = reading->reader.fault != NULL ? reading->reader.fault : "no such field here";
		return refuse(reading->entity, (struct trouble){"unknown_field", shape->name, key, why}, reading->error);
	}
	const enum hansard_status status = read_value(reading, field, object);
	if (status != HANSARD_OK)
		return status;
	const char *why = fault_of_read(reading, field, object);
	if (why != NULL)
		return refuse(reading->entity, (struct trouble){"invalid_value", shape->name, key, why}, reading->error);
	return HANSARD_OK;
}

static enum hansard_status read_map(struct reading *reading, const struct schema_shape *shape, void *object)
{
	size_t pairs;
	if (!cbor_read_map(&reading->reader, &pairs))
		return refuse(reading->entity, (struct trouble){"invalid_value", shape->name, TEXT("*"), reading->reader.fault},
					  reading->error);
	for (size_t i = 0; i < pairs; i++) {
		const enum hansard_status status = read_pair(reading, shape, object);
		if (status != HANSARD_OK)
			return status;
	}
	const struct text missing = missing_of(shape, reading->clear, object);
	if (text_present(missing))
		return refuse(reading->entity, (struct trouble){"missing_field", shape->name, missing, must_be_there},
					  reading->error);
	return HANSARD_OK;
}

static enum hansard_status read_entity(struct reading *reading, struct bytes encoded, struct entity_head *entity)
{
	const struct schema_shape *shape = entity_shape(entity->type);
	cbor_read_begin(&reading->reader, encoded);
	const enum hansard_status status = read_map(reading, shape, entity);
	if (status != HANSARD_OK || cbor_read_finish(&reading->reader))
		return status;
	const char *part = reading->clear ? "attrs" : "sealed fields";
	return refuse(entity, (struct trouble){"invalid_value", shape->name, text_of_string(part), reading->reader.fault},
				  reading->error);
}

enum hansard_status entity_codec_read(struct arena *arena, enum entity_type type, struct text subkey,
									  struct bytes attrs, struct bytes sealed, struct entity_head **ret_entity,
									  struct hansard_error *error)
{
	struct entity_head *entity = entity_codec_create(arena, type, subkey);
	if (entity == NULL)
		return error_memory(error);
	struct reading reading = {.clear = true, .arena = arena, .entity = entity, .error = error};
	enum hansard_status status = read_entity(&reading, attrs, entity);
	if (status != HANSARD_OK)
		return status;
	reading.clear = false;
	const struct text missing = missing_of(entity_shape(type), false, entity);
	if (sealed.size > 0)
		status = read_entity(&reading, sealed, entity);
	else if (text_present(missing))
		status =
			refuse(entity, (struct trouble){"missing_field", entity_shape(type)->name, missing, must_be_there}, error);
	if (status == HANSARD_OK && sealed.size == 1) /* no other map is so short */
		status = refuse(entity, (struct trouble){"invalid_value", entity_shape(type)->name, TEXT("*"), "an empty map"},
						error);
	if (status == HANSARD_OK)
		*ret_entity = entity;
	return status;
}

struct entity_head *entity_codec_create(struct arena *arena, enum entity_type type, struct text subkey)
{
	struct entity_head *entity = arena_allocate(arena, entity_shape(type)->size);
	if (entity == NULL)
		return NULL;
	entity->type = type;
	entity->subkey = subkey;
	return entity;
}
