/*
 * The lists of public keys in a folder of keys: `trusted` and `receipts`, one trusted form a line; empty lines and those that
 * begin with '#' say nothing. And what lies in such a folder, without opening any of it.
 */
#ifndef KEYRING_LIST_H
#define KEYRING_LIST_H

#include "sign.h"

enum { KEYRING_LIST_LIMIT = 32, KEYRING_LIST_FILES = 8, KEYRING_LIST_SIZE = 8192 };

/* Public keys, by value. */
struct keyring_list {
	struct sign_public keys[KEYRING_LIST_LIMIT];
	size_t count;
};

/* keyring_list_parse(text, list, error): adds the keys of the lines of a text. Errors: HANSARD_INVALID "invalid_trusted_key"
   with the number of the line, "too_many_keys". */
enum hansard_status keyring_list_parse(struct text text, struct keyring_list *list, struct hansard_error *error);

/* keyring_list_read(folder, name, list, error): adds those of a file; one that is not there adds none. Errors: as
   keyring_list_parse, naming the file; HANSARD_FAILED. */
enum hansard_status keyring_list_read(struct text folder, const char *name, struct keyring_list *list,
									  struct hansard_error *error);

/* keyring_list_write(folder, name, list, error): replaces a file as a whole, mode 0600; the caller has the folder's lock from before
   the list was read. Errors: HANSARD_FAILED. */
enum hansard_status keyring_list_write(struct text folder, const char *name, const struct keyring_list *list,
									   struct hansard_error *error);

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

/* keyring_list_look(folder, ret_files): umk, umk.1 … umk.3, signing, signing.1, trusted, receipts. */
void keyring_list_look(struct text folder, struct keyring_list_file ret_files[static KEYRING_LIST_FILES]);

#endif
