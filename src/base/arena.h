/*
 * An arena: memory that is freed all at once. One load of a dialogue is one arena; views into it live as long as it
 * does. Secrets never live in an arena.
 */
#ifndef ARENA_H
#define ARENA_H

#include "bytes.h"

struct arena;

/* arena_create(ceiling): an arena of at most `ceiling` bytes in all, or NULL when memory is exhausted. */
struct arena *arena_create(size_t ceiling);

/* arena_destroy(arena): frees everything that was allocated in it. Takes NULL. */
void arena_destroy(struct arena *arena);

/* arena_allocate(arena, size): zeroed memory aligned for any type, or NULL when memory or the ceiling is exhausted.
   Size 0 gives a valid pointer. */
void *arena_allocate(struct arena *arena, size_t size);

/* arena_allocate_array(arena, count, size): as arena_allocate for count * size bytes; NULL also on overflow. */
void *arena_allocate_array(struct arena *arena, size_t count, size_t size);

/* arena_grow(arena, items, count, capacity, size): makes zeroed room for one more item of `size` bytes in the array
   *items of *capacity items of which `count` are used; on success *items and *capacity may have changed. False when
   exhausted, then nothing changed. */
bool arena_grow(struct arena *arena, void *items, size_t count, size_t *capacity, size_t size);

/* arena_copy(arena, bytes, ret_bytes): copies bytes into the arena. False when exhausted. */
bool arena_copy(struct arena *arena, struct bytes bytes, struct bytes *ret_bytes);

/* arena_copy_text(arena, text, ret_text): copies a text into the arena; absent stays absent. False when exhausted. */
bool arena_copy_text(struct arena *arena, struct text text, struct text *ret_text);

/* arena_format(arena, ret_text, format, ...): a text made as printf would; False when exhausted. */
bool arena_format(struct arena *arena, struct text *ret_text, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* arena_used(arena): bytes handed out so far. */
size_t arena_used(const struct arena *arena);

#endif
