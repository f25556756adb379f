/*
 * Files and folders on disk, without following links, within limits.
 */
#ifndef DISK_H
#define DISK_H

#include "arena.h"

/* disk_read(arena, path, limit, ret_content, error): a regular file of at most `limit` bytes. Errors: HANSARD_NOT_FOUND; HANSARD_INVALID ("not_a_file", "file_too_large") naming it;
   HANSARD_FAILED. */
enum hansard_status disk_read(struct arena *arena, struct text path, size_t limit, struct bytes *ret_content,
							  struct hansard_error *error);

/* One file below a folder; `path` is relative to it, with '/' between. */
struct disk_file {
	struct text path;
	struct bytes content;
};

/* disk_read_folder(arena, path, ret_files, ret_count, error): every regular file below a folder, by path. Links and special files are refused (HANSARD_INVALID "link_refused", "special_file"), as are
   files beyond LIMIT_IMPORT_FILE, folders beyond LIMIT_IMPORT_FOLDER bytes or LIMIT_IMPORT_FILES files, and names that are not UTF-8; each names the path. */
enum hansard_status disk_read_folder(struct arena *arena, struct text path, struct disk_file **ret_files,
									 size_t *ret_count, struct hansard_error *error);

/* disk_kind(path): what is at the end of a path, a link being neither. */
enum disk_kind { DISK_NOTHING, DISK_FILE, DISK_FOLDER, DISK_OTHER };
enum disk_kind disk_kind(struct text path);

/* disk_entries(arena, path, ret_names, ret_count, error): names in a folder, bytewise order, those that begin with '.' left out. Errors: HANSARD_FAILED. */
enum hansard_status disk_entries(struct arena *arena, struct text path, struct text **ret_names, size_t *ret_count,
								 struct hansard_error *error);

/* disk_write_folder(path, files, count, error): writes the files below a folder that is made when absent. Nothing is overwritten and no link is followed: when a file is in the way HANSARD_CONFLICT
   "file_exists" names it and what was written is taken away again. Paths that leave the folder are refused: HANSARD_INVALID "unsafe_path". */
enum hansard_status disk_write_folder(struct arena *arena, struct text path, const struct disk_file *files,
									  size_t count, struct hansard_error *error);

/* disk_write_new(path, content, error): a new file, mode 0666 less umask, synced. Errors: HANSARD_CONFLICT "file_exists", HANSARD_FAILED. */
enum hansard_status disk_write_new(struct text path, struct bytes content, struct hansard_error *error);

/* disk_make_folder(path, private, error): a folder and its parents, mode 0700 when private. One that exists is fine. Errors: HANSARD_FAILED. */
enum hansard_status disk_make_folder(struct text path, bool private, struct hansard_error *error);

#endif
