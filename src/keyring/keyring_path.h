/*
 * The files of a folder of keys, by name.
 */
#ifndef KEYRING_PATH_H
#define KEYRING_PATH_H

#include "key_file.h"

enum {
	KEYRING_PATH_SIZE = 4096,
	KEYRING_PATH_FILES = 20,
	KEYRING_PATH_OLDER = 15, /* UMKs that only open; of a signing key there is one older at most */
};

/* A name in the folder. */
struct keyring_path_file {
	const char *name;
	enum key_file_kind kind; /* 0: a list of public keys */
	int older;               /* 0 is the newest of its kind */
};

/* Keys first, the newest of a kind before the older ones, then `trusted` and `receipts`. */
extern const struct keyring_path_file keyring_path_files[KEYRING_PATH_FILES];

/* keyring_path_of(folder, name, ret_path, error): the path of a file in the folder; of the folder itself with the name "". Errors:
   HANSARD_INVALID "unsafe_path". */
enum hansard_status keyring_path_of(struct text folder, const char *name, char ret_path[static KEYRING_PATH_SIZE],
									struct hansard_error *error);

/* keyring_path_key(kind, older): the name of the n-th older key file of a kind, 0 being the newest; NULL when there is none so old. */
const char *keyring_path_key(enum key_file_kind kind, int older);

/* keyring_path_draft(name): whether this is the name of a draft of one of these files: NAME.new.NUMBER. */
bool keyring_path_draft(struct text name);

/* keyring_path_taken(name): whether it is the name of one of these files, or of a draft, in whatever case: nothing else in the folder may
   have it. */
bool keyring_path_taken(struct text name);

/* keyring_path_unsafe(error): HANSARD_INVALID "unsafe_path". */
enum hansard_status keyring_path_unsafe(struct hansard_error *error);

#endif
