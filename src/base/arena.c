/*
 * The arena: memory is handed out from the front of a chunk; chunks double in size up to CHUNK_MAX. What is too big to
 * share a chunk gets one of its own, so that the rest of the current chunk is not lost.
 */
#include "arena.h"

#include <stdalign.h>
#include <stdarg.h>

enum { CHUNK_FIRST = 16 * 1024, CHUNK_MAX = 4 * 1024 * 1024, GROW_FIRST = 8 };

struct chunk {
	struct chunk *next;
	size_t size;
	size_t used;
	alignas(max_align_t) uint8_t data[];
};

struct arena {
	struct chunk *current; /* allocations come from here; older chunks follow it */
	size_t ceiling;
	size_t reserved; /* bytes of all chunks */
	size_t used;
	size_t next_size;
};

struct arena *arena_create(size_t ceiling)
{
	struct arena *arena = calloc(1, sizeof(*arena));
	if (arena == NULL)
		return NULL;
	*arena = (struct arena){.ceiling = ceiling, .next_size = CHUNK_FIRST};
	return arena;
}

void arena_destroy(struct arena *arena)
{
	if (arena == NULL)
		return;
	for (struct chunk *chunk = arena->current, *next; chunk != NULL; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	free(arena);
}

static struct chunk *chunk_create(struct arena *arena, size_t size)
{
	if (size > arena->ceiling - arena->reserved || size > SIZE_MAX - sizeof(struct chunk))
		return NULL;
	struct chunk *chunk = malloc(sizeof(*chunk) + size);
	if (chunk == NULL)
		return NULL;
	*chunk = (struct chunk){.size = size};
	arena->reserved += size;
	return chunk;
}

/* Memory from a new chunk: a shared one, or, when size is a large part of one or of what the ceiling leaves, its
   own. */
static void *take_new(struct arena *arena, size_t size)
{
	const size_t left = arena->ceiling - arena->reserved;
	const size_t shared_size = arena->next_size < left ? arena->next_size : left;
	const bool shared = size <= shared_size / 4 || (arena->current == NULL && size <= shared_size);
	struct chunk *chunk = chunk_create(arena, shared ? shared_size : size);
	if (chunk == NULL)
		return NULL;
	chunk->used = size;
	arena->used += size;
	if (shared || arena->current == NULL) {
		chunk->next = arena->current;
		arena->current = chunk;
	} else {
		chunk->next = arena->current->next;
		arena->current->next = chunk;
	}
	if (shared && arena->next_size < CHUNK_MAX)
		arena->next_size *= 2;
	return chunk->data;
}

/* Memory of size bytes, size > 0, at a multiple of alignment, a power of two; not zeroed. */
static void *take(struct arena *arena, size_t size, size_t alignment)
{
	struct chunk *chunk = arena->current;
	if (chunk != NULL) {
		const size_t at = (chunk->used + alignment - 1) & ~(alignment - 1);
		if (at <= chunk->size && size <= chunk->size - at) {
			arena->used += at + size - chunk->used;
			chunk->used = at + size;
			return chunk->data + at;
		}
	}
	return take_new(arena, size);
}

void *arena_allocate(struct arena *arena, size_t size)
{
	void *data = take(arena, size == 0 ? 1 : size, alignof(max_align_t));
	return data == NULL ? NULL : memset(data, 0, size);
}

void *arena_allocate_array(struct arena *arena, size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size)
		return NULL;
	return arena_allocate(arena, count * size);
}

/* Whether the array of old_size bytes was the last thing taken and could be lengthened where it stands. */
static bool extend(struct arena *arena, const void *items, size_t old_size, size_t new_size)
{
	struct chunk *chunk = arena->current;
	if (chunk == NULL || old_size > chunk->used || items != chunk->data + (chunk->used - old_size))
		return false;
	if (new_size - old_size > chunk->size - chunk->used)
		return false;
	memset(chunk->data + chunk->used, 0, new_size - old_size);
	chunk->used += new_size - old_size;
	arena->used += new_size - old_size;
	return true;
}

bool arena_grow(struct arena *arena, void *items, size_t count, size_t *capacity, size_t size)
{
	if (count < *capacity)
		return true;
	if (*capacity > SIZE_MAX / 2)
		return false;
	const size_t new_capacity = *capacity == 0 ? GROW_FIRST : *capacity * 2;
	if (size == 0 || new_capacity > SIZE_MAX / size)
		return false;
	/* items points to a pointer of a type unknown here: it is read and written as bytes. */
	void *old_items = NULL;
	memcpy(&old_items, items, sizeof(old_items));
	if (*capacity == 0 || !extend(arena, old_items, *capacity * size, new_capacity * size)) {
		void *new_items = arena_allocate(arena, new_capacity * size);
		if (new_items == NULL)
			return false;
		if (count > 0)
			memcpy(new_items, old_items, count * size);
		memcpy(items, &new_items, sizeof(new_items));
	}
	*capacity = new_capacity;
	return true;
}

bool arena_copy(struct arena *arena, struct bytes bytes, struct bytes *ret_bytes)
{
	uint8_t *data = take(arena, bytes.size == 0 ? 1 : bytes.size, 1);
	if (data == NULL)
		return false;
	if (bytes.size > 0)
		memcpy(data, bytes.data, bytes.size);
	*ret_bytes = (struct bytes){.data = data, .size = bytes.size};
	return true;
}

bool arena_copy_text(struct arena *arena, struct text text, struct text *ret_text)
{
	if (!text_present(text)) {
		*ret_text = TEXT_ABSENT;
		return true;
	}
	struct bytes copy;
	if (!arena_copy(arena, bytes_of_text(text), &copy))
		return false;
	*ret_text = text_of_bytes(copy);
	return true;
}

/* Writes into what is free of the current chunk, and again where that is too little. */
bool arena_format(struct arena *arena, struct text *ret_text, const char *format, ...)
{
	const struct chunk *chunk = arena->current;
	char *free_data = chunk != NULL ? (char *)arena->current->data + chunk->used : NULL;
	const size_t free_size = chunk != NULL ? chunk->size - chunk->used : 0;
	va_list arguments;
	va_start(arguments, format);
	const int length = vsnprintf(free_data, free_size, format, arguments);
	va_end(arguments);
	if (length < 0)
		return false;
	const size_t size = (size_t)length;
	char *data = take(arena, size + 1, 1);
	if (data == NULL)
		return false;
	if (size >= free_size) {
		va_start(arguments, format);
		const int written = vsnprintf(data, size + 1, format, arguments);
		va_end(arguments);
		if (written != length)
			return false;
	}
	*ret_text = (struct text){.data = data, .size = size};
	return true;
}

size_t arena_used(const struct arena *arena)
{
	return arena->used;
}
