/*
 * A former text is known by its SHA-256: the same text of the same file is kept once.
 */
#include "former.h"

#include "base64.h"
#include "error.h"
#include "file_path.h"
#include "limits.h"

enum { HASH_SHOWN = 8 }; /* bytes of the SHA-256 in a name */

static bool add_file(struct arena *arena, struct source *source, struct derive_file file)
{
	if (!arena_grow(arena, &source->files, source->file_count, &source->file_capacity, sizeof *source->files))
		return false;
	source->files[source->file_count++] = file;
	return true;
}

/* The file of a path among those from the index `from` to before `to`, or NULL. */
static const struct derive_file *find_file(const struct source *source, size_t from, size_t to, struct text path)
{
	for (size_t i = from; i < to; i++)
		if (text_equal(source->files[i].path, path))
			return &source->files[i];
	return NULL;
}

/* Unless there is one of that path. */
static bool add_new(struct arena *arena, struct source *source, struct derive_file file)
{
	return find_file(source, 0, source->file_count, file.path) != NULL || add_file(arena, source, file);
}

/* Where the name would be too long, its end alone. */
static bool name_former(struct arena *arena, const struct entity_file *file, struct text *ret_path)
{
	struct buffer hash;
	buffer_init(&hash, LIMIT_DOCUMENT);
	bool good = base64_hex_append(&hash, (struct bytes){.data = file->sha256.data, .size = HASH_SHOWN});
	const struct text shown = buffer_text(&hash);
	good = good && arena_format(arena, ret_path, "%.*s.%.*s.replaced", (int)file->path.size, file->path.data,
								(int)shown.size, shown.data);
	if (good && !file_path_valid(*ret_path))
		good = arena_format(arena, ret_path, "%.*s.replaced", (int)shown.size, shown.data);
	buffer_finish(&hash);
	return good;
}

static bool add_former(struct arena *arena, const struct entity_file *file, struct former_list *former)
{
	struct text path;
	if (!name_former(arena, file, &path) ||
		!arena_grow(arena, &former->items, former->count, &former->capacity, sizeof *former->items))
		return false;
	former->items[former->count++] =
		(struct former){.path = file->path, .kept = {.path = path, .content = file->head.content}};
	return true;
}

/* A stored file: it stays, or what arrived at its path takes its place. */
static bool take_stored(struct arena *arena, const struct entity_file *file, const struct derive_file *arrived,
						bool replace, struct source *source, struct former_list *former)
{
	const struct derive_file stored = {.path = file->path, .content = file->head.content};
	if (!add_file(arena, &former->before, stored))
		return false;
	if (arrived == NULL)
		return add_file(arena, source, stored);
	return !replace || bytes_equal(arrived->content, stored.content) || add_former(arena, file, former);
}

bool former_find(struct arena *arena, const struct record *record, bool replace, struct source *source,
				 struct former_list *former)
{
	const struct record_list *files = &record->lists[ENTITY_FILE];
	const size_t arrived = source->file_count;
	for (size_t i = 0; i < files->count; i++) {
		const struct entity_file *file = (const struct entity_file *)files->items[i];
		if (file->source == FILE_ORIGIN_IMPORTED &&
			!take_stored(arena, file, find_file(source, 0, arrived, file->path), replace, source, former))
			return false;
	}
	const size_t stored = source->file_count;
	for (size_t i = 0; i < former->count; i++) {
		struct former *item = &former->items[i];
		item->known = find_file(source, arrived, stored, item->kept.path) != NULL;
		if (!add_new(arena, source, item->kept) || !add_new(arena, &former->before, item->kept))
			return false;
	}
	return true;
}

bool former_known(const struct former_list *former)
{
	bool known = true;
	for (size_t i = 0; i < former->count; i++)
		known = known && former->items[i].known;
	return known;
}
