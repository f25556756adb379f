/*
 * Files that nothing uses any more.
 */
#include "doctor_left.h"

#include "disk.h"
#include "error.h"
#include "sqlite_file.h"

/* Says what a file is; an absent line: none that was left. */
static bool describe(struct arena *arena, struct text folder, struct text name, struct text *ret_line)
{
	struct text stem, kept;
	*ret_line = TEXT_ABSENT;
	switch (sqlite_file_kind_of(name, &stem)) {
	case SQLITE_FILE_OTHER:
		return true;
	case SQLITE_FILE_DRAFT:
		return arena_format(arena, ret_line,
							"%.*s%.*s: a backup, backup --put or init that was killed left it; unless one is running, "
							"remove it",
							(int)folder.size, folder.data, (int)name.size, name.data);
	case SQLITE_FILE_BESIDE_OLD:
		break;
	}
	if (!arena_format(arena, &kept, "%.*s%.*s", (int)folder.size, folder.data, (int)stem.size, stem.data))
		return false;
	return disk_kind(kept) != DISK_NOTHING ||
		   arena_format(arena, ret_line,
						"%.*s%.*s: backup --put gave what lay beside the database this name, and no database has it; "
						"unless you moved that away yourself, remove it",
						(int)folder.size, folder.data, (int)name.size, name.data);
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

enum hansard_status doctor_left(struct arena *arena, struct text database, struct text **ret_lines, size_t *ret_count,
								struct hansard_error *error)
{
	struct text *names, file;
	size_t count, found = 0;
	if (!follow(arena, database, &file))
		return error_memory(error);
	size_t size = file.size;
	while (size > 0 && file.data[size - 1] != '/')
		size--;
	const struct text folder = text_slice(file, 0, size);
	const enum hansard_status status = disk_entries(arena, size > 0 ? folder : TEXT("."), &names, &count, error);
	if (status != HANSARD_OK)
		return status;
	for (size_t i = 0; i < count; i++) {
		struct text line;
		if (!describe(arena, folder, names[i], &line))
			return error_memory(error);
		if (text_present(line))
			names[found++] = line;
	}
	*ret_lines = names;
	*ret_count = found;
	return HANSARD_OK;
}
