/*
 * Making the files of a folder of keys. Whoever does has the lock of the folder, see keyring_lock.h.
 */
#ifndef KEYRING_MAKE_H
#define KEYRING_MAKE_H

#include "keyring_path.h"
#include "moment.h"

/* Both keys of a new folder, or what is missing of them. */
struct keyring_make_creation {
	struct text folder;           /* made when absent, with its parents */
	struct text signer;           /* name of the signing key */
	struct text passphrase;       /* absent: the files are not wrapped */
	struct passphrase_kept *kept; /* of the passphrase where a UMK was opened with it, or NULL */
	struct moment_entropy entropy;
};

/* keyring_make_both(creation, error): a new UMK and signing key. Errors: HANSARD_CONFLICT "keys_exist" when either is
   there already: nothing is overwritten; HANSARD_INVALID (name, passphrase); HANSARD_FAILED. */
enum hansard_status keyring_make_both(const struct keyring_make_creation *creation, struct hansard_error *error);

/* keyring_make_signing(creation, error): the new signing key alone, beside a UMK that is there. Errors: as keyring_make_both. */
enum hansard_status keyring_make_signing(const struct keyring_make_creation *creation, struct hansard_error *error);

/* Where a key comes among those of its kind. */
enum keyring_make_place {
	KEYRING_MAKE_ONLY,   /* there must be none */
	KEYRING_MAKE_NEWEST, /* in front: one that is there becomes an older one */
	KEYRING_MAKE_OLDER,  /* as an older one, under the first name that is free */
};

/* Bringing in one key. */
struct keyring_make_secret {
	struct text folder;
	enum key_file_kind kind;
	struct text name;             /* of a signing key */
	struct text passphrase;       /* absent: not wrapped */
	struct passphrase_kept *kept; /* of the passphrase, or NULL */
	struct moment_entropy entropy;
	enum keyring_make_place place;
};

/* keyring_make_put(request, secret, ret_number, error): writes the file of this secret, which the caller wipes; of this number, 0 being the
   newest. Errors: HANSARD_CONFLICT "keys_exist"; HANSARD_INVALID "too_many_keys" (no room for another older one); HANSARD_FAILED. */
enum hansard_status keyring_make_put(const struct keyring_make_secret *request,
									 const uint8_t secret[static SECRET_SIZE], int *ret_number,
									 struct hansard_error *error);

/* keyring_make_text(request, secret, out, error): appends what the file of this secret says, with a nonce that is drawn for it, and a salt that is,
   unless the passphrase was stretched already as new files are; the folder and the place are not read. The caller wipes it. Errors: HANSARD_INVALID (name, passphrase); HANSARD_FAILED. */
enum hansard_status keyring_make_text(const struct keyring_make_secret *request,
									  const uint8_t secret[static SECRET_SIZE], struct buffer *out,
									  struct hansard_error *error);

/* keyring_make_draft(path, content, ret_draft, error): a new file of mode 0600, written and synced, beside `path` under a name of this
   process's own, to be given that path. Nothing is left of it on failure. Errors: HANSARD_INVALID "unsafe_path"; as keyring_disk_fail. */
enum hansard_status keyring_make_draft(const char *path, struct bytes content, char ret_draft[static KEYRING_PATH_SIZE],
									   struct hansard_error *error);

#endif
