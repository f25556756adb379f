/*
 * Files that nothing uses any more.
 */
#include "leftovers.h"

#include "backend.h"
#include "disk.h"
#include "error.h"
#include "sqlite_file.h"

/* Whether backup --put could have given a file its name for this database: another of the folder has its own. */
static bool is_of(struct text file, size_t folder, struct text stem)
{
	const struct text name = text_slice(file, folder, file.size);
	return text_starts_with(stem, name) && stem.size == name.size + strlen(".0123456789abcdef.old") &&
		   stem.data[name.size] == '.';
}

/* Says what a file beside the database `file` is; NULL: none of these. */
static bool describe(struct arena *arena, struct text file, size_t folder_size, struct text name, const char **ret_what,
					 bool *ret_kept)
{
	struct text stem, database;
	const struct text folder = text_slice(file, 0, folder_size);
	*ret_what = NULL;
	*ret_kept = false;
	switch (sqlite_file_kind_of(name, &stem)) {
	case SQLITE_FILE_OTHER:
		return true;
	case SQLITE_FILE_DRAFT:
		*ret_what = "a backup, backup --put or init that was killed left it; unless one is running, remove it";
		return true;
	case SQLITE_FILE_OLD:
		if (!is_of(file, folder_size, stem))
			return true;
		*ret_kept = true;
		*ret_what =
			"backup --put kept what had the database's place; what is erased later can still be read in it: remove it "
			"once it is of no use";
		return true;
	case SQLITE_FILE_BESIDE_OLD:
		if (!is_of(file, folder_size, stem))
			return true;
		break;
	}
	if (!arena_format(arena, &database, "%.*s%.*s", (int)folder.size, folder.data, (int)stem.size, stem.data))
		return false;
	if (disk_kind(database) == DISK_NOTHING)
		*ret_what =
			"backup --put gave what lay beside the database this name, and no database has it; unless you moved "
			"that away yourself, remove it";
	return true;
}

/* The database behind all links: what lies beside it lies there. One that is not there is where it would be. */
static bool follow(struct arena *arena, struct text database, struct text *ret_file)
{
	char name[SQLITE_FILE_PATH_MAX], path[SQLITE_FILE_PATH_MAX];
	*ret_file = database;
	if (disk_kind(database) != DISK_OTHER || database.size >= sizeof(name))
		return true;
	memcpy(name, database.data, database.size);
	name[database.size] = '\0';
	return !sqlite_file_follow(name, path) || arena_copy_text(arena, text_of_string(path), ret_file);
}

enum hansard_status leftovers_list(struct arena *arena, struct text database, struct leftovers *ret_left,
								   struct hansard_error *error)
{
	struct text *names, file;
	size_t count;
	if (!follow(arena, database, &file))
		return error_memory(error);
	size_t size = file.size;
	while (size > 0 && file.data[size - 1] != '/')
		size--;
	const struct text folder = text_slice(file, 0, size);
	const enum hansard_status status = disk_entries(arena, size > 0 ? folder : TEXT("."), &names, &count, error);
	if (status != HANSARD_OK)
		return status;
	struct leftovers left = {.files = arena_allocate_array(arena, count, sizeof(*left.files))};
	if (left.files == NULL)
		return error_memory(error);
	for (size_t i = 0; i < count; i++) {
		struct leftover *found = &left.files[left.count];
		if (!describe(arena, file, size, names[i], &found->what, &found->kept) ||
			(found->what != NULL && !arena_format(arena, &found->path, "%.*s%.*s", (int)folder.size, folder.data,
												  (int)names[i].size, names[i].data)))
			return error_memory(error);
		left.count += found->what != NULL;
	}
	*ret_left = left;
	return HANSARD_OK;
}

/* Of these the paths of what was kept, or else left. */
static bool list_paths(struct arena *arena, const struct leftovers *left, bool kept, struct text_list *ret_paths)
{
	struct text *paths = arena_allocate_array(arena, left->count, sizeof(*paths));
	size_t count = 0;
	if (paths == NULL)
		return false;
	for (size_t i = 0; i < left->count; i++)
		if (left->files[i].kept == kept)
			paths[count++] = left->files[i].path;
	*ret_paths = (struct text_list){.items = paths, .count = count, .present = count > 0};
	return true;
}

bool leftovers_paths(struct arena *arena, const struct settings *settings, struct text_list *ret_kept,
					 struct text_list *ret_left)
{
	struct text database;
	struct leftovers left;
	struct hansard_error cause = {.status = HANSARD_OK};
	if (!backend_is(settings, "sqlite"))
		return true;
	if (!backend_database(arena, settings, &database))
		return false;
	if (leftovers_list(arena, database, &left, &cause) != HANSARD_OK)
		return !error_of_memory(&cause);
	return list_paths(arena, &left, true, ret_kept) && list_paths(arena, &left, false, ret_left);
}
