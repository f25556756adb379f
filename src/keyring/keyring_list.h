/*
 * The lists of public keys in a folder of keys: `trusted` and `receipts`, one trusted form a line; empty lines and those that
 * begin with '#' say nothing. And what lies in such a folder, without opening any of it.
 */
#ifndef KEYRING_LIST_H
#define KEYRING_LIST_H

#include "keyring_path.h"
#include "limits.h"
#include "sign.h"

enum {
	KEYRING_LIST_SIGNERS = 2,                                         /* keys that sign at once */
	KEYRING_LIST_ROOM = KEYRING_LIST_SIGNERS + 2 * LIMIT_KEYS_LISTED, /* for those and both lists */
};

/* Public keys, by value: of one list, or of all. */
struct keyring_list {
	struct sign_public keys[KEYRING_LIST_ROOM];
	size_t count;
};

/* keyring_list_parse(text, list, error): adds the keys of the lines of a text, at most LIMIT_KEYS_LISTED. Errors: HANSARD_INVALID
   "invalid_trusted_key" with the number of the line, "too_many_keys". */
enum hansard_status keyring_list_parse(struct text text, struct keyring_list *list, struct hansard_error *error);

/* keyring_list_read(folder, name, list, error): adds those of a file; one that is not there adds none. Errors: as
   keyring_list_parse, naming the file; HANSARD_INVALID "key_file_open_to_others" when others may write the file or the folder;
   HANSARD_FAILED. */
enum hansard_status keyring_list_read(struct text folder, const char *name, struct keyring_list *list,
									  struct hansard_error *error);

/* keyring_list_put(folder, name, public, ret_known, error): adds a line to a file, unless it has it. What else stands in the file stays
   as it is. The caller has the folder's lock. Errors: as keyring_list_read; HANSARD_INVALID "too_many_keys" when the file would be one
   that is not read any more. */
enum hansard_status keyring_list_put(struct text folder, const char *name, const struct sign_public *public,
									 bool *ret_known, struct hansard_error *error);

/* keyring_list_room(folder, name, more, spare, error): whether keyring_list_put has room for all of these, which are not in it (NULL:
   none), and then for so many more, whatever their names. Errors: as that. */
enum hansard_status keyring_list_room(struct text folder, const char *name, const struct keyring_list *more,
									  size_t spare, struct hansard_error *error);

/* keyring_list_find(list, public): its place, or SIZE_MAX. */
size_t keyring_list_find(const struct keyring_list *list, const struct sign_public *public);

/* keyring_list_add(list, public, error): behind the others, once. Errors: HANSARD_INVALID "too_many_keys". */
enum hansard_status keyring_list_add(struct keyring_list *list, const struct sign_public *public,
									 struct hansard_error *error);

/* keyring_list_retire(folder, public, error): the older signing key, whose public half this is, is believed of receipts alone
   from now on: its line goes to `receipts` first and out of `trusted`, then its file `signing.1` is removed. Errors: as
   above. */
enum hansard_status keyring_list_retire(struct text folder, const struct sign_public *public,
										struct hansard_error *error);

/* A file of the folder, as far as it can be told without opening it. */
struct keyring_list_file {
	const char *name;
	bool exists;
	bool readable;
	bool wrapped; /* behind a passphrase */
	unsigned mode;
};

/* keyring_list_look(folder, ret_files): those of keyring_path_files, in that order. */
void keyring_list_look(struct text folder, struct keyring_list_file ret_files[static KEYRING_PATH_FILES]);

/* Drafts of these files, by name: of a change that was killed, or is under way. */
struct keyring_list_drafts {
	char names[KEYRING_PATH_FILES][256]; /* some, sorted, where there are more than these */
	size_t count;                        /* of names */
	bool more;
};

/* keyring_list_drafts(folder, ret_drafts): those that lie in the folder, which the next change of keys takes away. */
void keyring_list_drafts(struct text folder, struct keyring_list_drafts *ret_drafts);

/* keyring_list_has(files, name): whether this one of them exists. */
bool keyring_list_has(const struct keyring_list_file files[static KEYRING_PATH_FILES], const char *name);

#endif
