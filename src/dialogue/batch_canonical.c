/*
 * JSON as deterministic CBOR.
 */
#include "batch_canonical.h"

#include "cbor_write.h"
#include "error.h"

enum { MILLIONTHS = 1000000 };

static bool write_value(struct cbor_writer *writer, struct arena *arena, const json_t *json);

static int compare_keys(const void *a, const void *b)
{
	return cbor_write_key_compare(*(const struct text *)a, *(const struct text *)b);
}

static bool write_object(struct cbor_writer *writer, struct arena *arena, const json_t *json)
{
	size_t count = json_object_size(json);
	struct text *keys = arena_allocate_array(arena, count, sizeof(*keys));
	if (keys == NULL)
		return false;
	size_t i = 0;
	json_t *object = (json_t *)(uintptr_t)json; /* jansson's iterators are not const-correct */
	for (void *at = json_object_iter(object); at != NULL; at = json_object_iter_next(object, at))
		keys[i++] = text_of_string(json_object_iter_key(at));
	qsort(keys, count, sizeof(*keys), compare_keys);
	cbor_write_map(writer, count);
	for (i = 0; i < count; i++) {
		cbor_write_text(writer, keys[i]);
		if (!write_value(writer, arena, json_object_get(json, keys[i].data)))
			return false;
	}
	return true;
}

static bool write_array(struct cbor_writer *writer, struct arena *arena, const json_t *json)
{
	size_t count = json_array_size(json);
	cbor_write_array(writer, count);
	for (size_t i = 0; i < count; i++) {
		if (!write_value(writer, arena, json_array_get(json, i)))
			return false;
	}
	return true;
}

static bool write_real(struct cbor_writer *writer, const json_t *json)
{
	int64_t number;
	if (json_read_scaled(json, 1, &number) && (double)number == json_real_value(json)) {
		cbor_write_integer(writer, number);
		return true;
	}
	if (!json_read_scaled(json, MILLIONTHS, &number))
		return false;
	cbor_write_array(writer, 1);
	cbor_write_integer(writer, number);
	return true;
}

/* The writer's own depth ends the recursion: deeper than that it has failed. */
static bool write_value(struct cbor_writer *writer, struct arena *arena, const json_t *json)
{
	if (writer->fault != NULL)
		return false;
	switch (json_typeof(json)) {
	case JSON_OBJECT:
		return write_object(writer, arena, json);
	case JSON_ARRAY:
		return write_array(writer, arena, json);
	case JSON_STRING:
		cbor_write_text(writer, json_read_text(json));
		return true;
	case JSON_INTEGER:
		cbor_write_integer(writer, json_integer_value(json));
		return true;
	case JSON_REAL:
		return write_real(writer, json);
	case JSON_TRUE:
	case JSON_FALSE:
		cbor_write_boolean(writer, json_is_true(json));
		return true;
	case JSON_NULL:
		cbor_write_map(writer, 0);
		return true;
	}
	return false;
}

enum hansard_status batch_canonical(struct arena *arena, const json_t *json, struct bytes *ret_canonical,
									struct hansard_error *error)
{
	struct buffer out;
	struct cbor_writer writer;
	buffer_init(&out, LIMIT_DOCUMENT);
	cbor_write_begin(&writer, &out);
	enum hansard_status status = HANSARD_OK;
	if (!write_value(&writer, arena, json) || !cbor_write_finish(&writer)) {
		bool memory = writer.fault == NULL || text_is(text_of_string(writer.fault), "out of memory");
		status = memory ? error_memory(error)
						: error_set(error, HANSARD_INVALID, "invalid_value", "the batch: %s", writer.fault);
	} else if (!arena_copy(arena, buffer_view(&out), ret_canonical)) {
		status = error_memory(error);
	}
	buffer_finish(&out);
	return status;
}
