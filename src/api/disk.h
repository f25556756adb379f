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

/* Files to write below a folder. */
struct disk_writing {
	struct text path; /* of the folder; it is made when absent */
	const struct disk_file *files;
	size_t count;
	bool (*interrupted)(void *context); /* asked before each file; may be NULL */
	void *context;
};

/* disk_write_folder(arena, writing, error): writes all the files or none: on failure every file and folder that was made is taken away again, and no other. Nothing is overwritten and no link is followed:
   HANSARD_CONFLICT "file_exists" names the file in the way. Paths that leave the folder are refused: HANSARD_INVALID "unsafe_path". HANSARD_FAILED, "interrupted" among others. */
enum hansard_status disk_write_folder(struct arena *arena, const struct disk_writing *writing,
									  struct hansard_error *error);

/* disk_vacant(path, error): whether a new file can have this name. Errors: HANSARD_CONFLICT "file_exists"; HANSARD_USAGE "reserved_name" of
   what SQLite would take for the journal of a file that is there, and remove. */
enum hansard_status disk_vacant(struct text path, struct hansard_error *error);

/* disk_write_new(path, content, error): a new file, mode 0666 less umask, synced. It has its name only once it is whole: a process that is killed
   leaves none, and perhaps PATH.new.PID. Errors: as disk_vacant; HANSARD_FAILED. */
enum hansard_status disk_write_new(struct text path, struct bytes content, struct hansard_error *error);

/* In two steps, for what has to be known to find room before it is there; killed in between the file stays, empty. disk_create(path, private, ret_descriptor, error): the file, empty, of mode 0600 when private.
   disk_fill(path, descriptor, content, error): its content, synced with the folder that it lies in; closes it, and takes it away where that fails. disk_discard(path, descriptor):
   closes it and takes it away. */
enum hansard_status disk_create(struct text path, bool private, int *ret_descriptor, struct hansard_error *error);
enum hansard_status disk_fill(struct text path, int descriptor, struct bytes content, struct hansard_error *error);
void disk_discard(struct text path, int descriptor);

/* disk_make_folder(path, private, ret_made, error): a folder and its parents, mode 0700 and synced when private. One that exists is fine. *ret_made is for disk_unmake_folder(). On failure nothing was made. Errors:
   HANSARD_FAILED. */
enum hansard_status disk_make_folder(struct text path, bool private, size_t *ret_made, struct hansard_error *error);

/* disk_unmake_folder(path, made): takes away the folders that disk_make_folder() made, those that are empty. */
void disk_unmake_folder(struct text path, size_t made);

#endif
