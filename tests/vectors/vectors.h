/*
 * Reading a file of vectors: JSON whose byte strings are hex, or {"head": hex, "unit": hex, "size": n}: the head, then the unit over and
 * over, cut at n bytes.
 */
#ifndef VECTORS_H
#define VECTORS_H

#include <jansson.h>

#include "arena.h"
#include "base64.h"
#include "tap.h"

__attribute__((unused)) static json_t *vectors_load(const char *path)
{
	json_error_t fault;
	json_t *root = json_load_file(path, 0, &fault);
	if (root == NULL)
		tap_fail(__FILE__, __LINE__, "%s: %s", path, fault.text);
	return root;
}

__attribute__((unused)) static struct text vectors_text(const json_t *object, const char *name)
{
	const char *string = json_string_value(json_object_get(object, name));
	if (string == NULL)
		tap_fail(__FILE__, __LINE__, "no text %s", name);
	return text_of_string(string);
}

__attribute__((unused)) static int64_t vectors_integer(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);
	expect(json_is_integer(value));
	return json_integer_value(value);
}

/* The bytes of a string of hex. */
__attribute__((unused)) static struct bytes vectors_hex(struct arena *arena, const json_t *object, const char *name)
{
	const struct text hex = vectors_text(object, name);
	uint8_t *data = arena_allocate(arena, hex.size / 2);
	expect(data != NULL && base64_hex_decode(hex, data, hex.size / 2));
	return (struct bytes){.data = data, .size = hex.size / 2};
}

/* The bytes of {head, unit, size}. */
__attribute__((unused)) static struct bytes vectors_bytes(struct arena *arena, const json_t *object, const char *name)
{
	const json_t *row = json_object_get(object, name);
	const struct bytes head = vectors_hex(arena, row, "head");
	const struct bytes unit = vectors_hex(arena, row, "unit");
	const size_t size = (size_t)vectors_integer(row, "size");
	uint8_t *data = arena_allocate(arena, size);
	expect(data != NULL && (unit.size > 0 || head.size == size));
	for (size_t i = 0; i < size; i++)
		data[i] = i < head.size ? head.data[i] : unit.data[(i - head.size) % unit.size];
	return (struct bytes){.data = data, .size = size};
}

#endif
