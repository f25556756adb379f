/*
 * Another passphrase for the key files of a folder. Whoever changes it has the lock of the folder, see keyring_lock.h.
 */
#ifndef KEYRING_REWRAP_H
#define KEYRING_REWRAP_H

#include "keyring_file.h"

/* How many key files of a folder are behind no passphrase, and behind one. */
struct keyring_rewrap_count {
	size_t plain, wrapped;
	size_t opened; /* of the wrapped ones, by the passphrase that was given */
};

/* keyring_rewrap_count(folder, passphrase, ret_count, error): counts them. With a passphrase, HANSARD_WRONG_KEY "wrong_passphrase" where
   files are behind one and it opens none of them. Errors: HANSARD_WRONG_KEY "no_key" where there is no key file; as keyring_file_open. */
enum hansard_status keyring_rewrap_count(struct text folder, struct text passphrase,
										 struct keyring_rewrap_count *ret_count, struct hansard_error *error);

struct keyring_rewrap_request {
	struct text folder;
	struct text from; /* what key files are behind; absent where that is nothing */
	struct text to;   /* what all of them come to lie behind; absent: nothing */
	struct moment_entropy entropy;
};

/* What became of a key file. */
enum keyring_rewrap_fate { KEYRING_REWRAP_ABSENT, KEYRING_REWRAP_KEPT, KEYRING_REWRAP_CHANGED };

/* keyring_rewrap(request, ret_fates, error): writes every key file anew that is not behind `to` yet, with the same key in it;
   ret_fates[i] is of keyring_path_files[i]. All of the new ones are there, and were opened, before the first takes the place of the one
   from before; after that a failure, or being killed, leaves some behind `to` and some behind `from`, and the same request goes on.
   Errors: HANSARD_BUSY "commits_under_way" where another process uses the keys for longer than is waited for, and nothing was changed;
   HANSARD_WRONG_KEY "wrong_passphrase" of one that neither opens; those of keyring_make_text and keyring_make_draft; as
   keyring_file_open. */
enum hansard_status keyring_rewrap(const struct keyring_rewrap_request *request,
								   enum keyring_rewrap_fate ret_fates[static KEYRING_PATH_FILES],
								   struct hansard_error *error);

#endif
