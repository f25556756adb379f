/*
 * Making a new database file so that it is there whole or not at all: it is written under a temporary name in the same
 * folder and then renamed, never over another file. What a killed creation leaves has a name that nobody opens.
 */
#ifndef SQLITE_FILE_H
#define SQLITE_FILE_H

#include "moment.h"

enum { SQLITE_FILE_PATH_MAX = 4096, SQLITE_FILE_ENDS = 4 };

/* How the names of a database's files end: "" is itself, the others are what SQLite keeps beside it. */
extern const char *const sqlite_file_ends[SQLITE_FILE_ENDS];

struct sqlite_file {
	char path[SQLITE_FILE_PATH_MAX];       /* the name it will have */
	char draft[SQLITE_FILE_PATH_MAX + 32]; /* the name it has */
	bool exists;                           /* under the name of the draft */
	int descriptor; /* of what was made, as long as it exists under that name; -1 while it is renamed */
};

/* What a file was by its name, to one who finds it and runs nothing that makes it: a draft, or what lies beside one; the database whose place
   sqlite_put.h gave to another; what lay beside that. */
enum sqlite_file_kind { SQLITE_FILE_OTHER, SQLITE_FILE_DRAFT, SQLITE_FILE_OLD, SQLITE_FILE_BESIDE_OLD };

/* sqlite_file_kind_of(name, ret_stem): what the name of a file is. *ret_stem: the name without what SQLite adds to that of a database. */
enum sqlite_file_kind sqlite_file_kind_of(struct text name, struct text *ret_stem);

/* sqlite_file_folder(name, ret_folder): the folder that a file of that name lies in, or would. */
void sqlite_file_folder(const char *name, char ret_folder[static SQLITE_FILE_PATH_MAX]);

/* sqlite_file_follow(name, ret_path): where a name leads, behind all links; the file need not be there, but the folder that it would lie in.
   False with errno set. */
bool sqlite_file_follow(const char *name, char ret_path[static SQLITE_FILE_PATH_MAX]);

/* sqlite_file_led_astray(name): whether a link on the way of a path belongs to somebody who has it lead to what is not his: neither to who runs
   this, nor to root, nor to whom the file belongs that the path leads to, or the folder where no file is there. False, too, of a path that
   cannot be followed, which whoever opens it finds. */
bool sqlite_file_led_astray(const char *name);

/* sqlite_file_check(path, error): the database at a path and what SQLite keeps beside it are regular files, as far as they
   are there: of anything else the opening might wait for ever. Errors: HANSARD_FAILED "store_unopenable". */
enum hansard_status sqlite_file_check(const char *path, struct hansard_error *error);

/* sqlite_file_reserved(path): the end of it, where what has such a name is taken for a journal, of a database that is there or comes to be; or NULL. */
const char *sqlite_file_reserved(struct text path);

/* sqlite_file_begin(file, path, entropy, error): an empty draft of mode 0600. Errors: HANSARD_CONFLICT
   "store_exists"; HANSARD_USAGE "reserved_name", of a name that SQLite gives its own files; HANSARD_FAILED. To be finished by sqlite_file_finish() in any case. */
enum hansard_status sqlite_file_begin(struct sqlite_file *file, struct text path, struct moment_entropy entropy,
									  struct hansard_error *error);

/* sqlite_file_draft(file, path, entropy, error): the same, whatever is there under the name it will have. */
enum hansard_status sqlite_file_draft(struct sqlite_file *file, struct text path, struct moment_entropy entropy,
									  struct hansard_error *error);

/* sqlite_file_check_draft(file, error): whether what has the draft's name is what was made, and has no second name. Errors: HANSARD_FAILED
   "draft_replaced": somebody else writes in that folder. */
enum hansard_status sqlite_file_check_draft(const struct sqlite_file *file, struct hansard_error *error);

/* sqlite_file_sync(file), sqlite_file_sync_folder(file): make the draft, and the names in its folder, durable. sqlite_file_rename(from, to):
   renames without replacing; where the file system cannot, by a second link. False with errno set. */
bool sqlite_file_sync(const struct sqlite_file *file);
bool sqlite_file_sync_folder(const struct sqlite_file *file);
bool sqlite_file_rename(const char *from, const char *to);

/* sqlite_file_failed(path, what, error): HANSARD_FAILED "store_io": what could not be done at a path, for the reason in errno. */
enum hansard_status sqlite_file_failed(const char *path, const char *what, struct hansard_error *error);

/* sqlite_file_publish(file, error): makes the draft durable and gives it its name. Errors: HANSARD_CONFLICT
   "store_exists"; HANSARD_FAILED "draft_replaced"; HANSARD_FAILED, also where it has its name and the folder could not be synced: file->exists is
   false then. */
enum hansard_status sqlite_file_publish(struct sqlite_file *file, struct hansard_error *error);

/* sqlite_file_finish(file): removes a draft that was not published. As behind sqlite_file_publish(), no connection to it is open then: the
   locks of one would go with the descriptor. */
void sqlite_file_finish(struct sqlite_file *file);

#endif
