/*
 * Keys in a folder of mode 0700, each in a file of mode 0600:
 *
 *     umk, umk.1 … umk.15       the UMK that new wraps are made under, and older ones that only open
 *     signing, signing.1        who signs heads; two of them while one takes over from the other
 *     trusted                   a trusted key a line: whom heads are believed from, besides those that sign here
 *     receipts                  the same for keys that are retired: only receipts are believed from them
 */
#ifndef KEYRING_FILE_H
#define KEYRING_FILE_H

#include "key_bundle.h"
#include "keyring.h"
#include "keyring_watch.h"

struct keyring_file_options {
	struct text folder;
	struct keyring_options keyring;
	struct text passphrase;       /* absent when there is none, or none is known yet */
	struct passphrase_kept *kept; /* of the passphrase, or NULL: kept for the one call */
	struct keyring_watch *watch;  /* NULL, or set on success to what was read, for the caller to finish */
};

/* keyring_file_open(options, ret_keyring, error): the keys of a folder as they are at one moment; files that are not there leave the
   keyring without what they would give, and one that has older UMKs alone seals nothing (keyring_lack_newest). Errors: HANSARD_BUSY "keys_busy" when they never stop changing; HANSARD_WRONG_KEY "passphrase_needed", "wrong_passphrase"; HANSARD_INVALID
   "invalid_key_file", "invalid_trusted_key", "key_file_open_to_others" (each names the file, or the folder); HANSARD_FAILED. */
enum hansard_status keyring_file_open(const struct keyring_file_options *options, struct keyring **ret_keyring,
									  struct hansard_error *error);

/* keyring_file_exists(folder): whether it holds a UMK or a signing key. */
bool keyring_file_exists(struct text folder);

/* What is at one key file. */
struct keyring_file_found {
	bool exists;
	bool wrapped; /* behind a passphrase */
	struct key_bundle_key key;
};

/* keyring_file_look(options, kind, older, ret_found, error): the key in this file, which the caller wipes; exists and wrapped are told,
   too, where the passphrase does not open it. Whose the folder is, is not looked at. Errors: as keyring_file_open. */
enum hansard_status keyring_file_look(const struct keyring_file_options *options, enum key_file_kind kind, int older,
									  struct keyring_file_found *ret_found, struct hansard_error *error);

/* keyring_file_get(options, kind, ret_key, error): the newest key of this kind, which the caller wipes. Errors: HANSARD_WRONG_KEY
   "no_key" when there is none; as keyring_file_open. */
enum hansard_status keyring_file_get(const struct keyring_file_options *options, enum key_file_kind kind,
									 struct key_bundle_key *ret_key, struct hansard_error *error);

/* keyring_file_take(options, bundle, error): all keys and both lists as they are at one moment, for another machine or to compare
   with; nothing where there is no folder. The caller wipes the bundle. Errors: as keyring_file_open; those of keyring_list_read. */
enum hansard_status keyring_file_take(const struct keyring_file_options *options, struct key_bundle *bundle,
									  struct hansard_error *error);

/* keyring_file_of_bundle(options, bundle, ret_keyring, error): a keyring of the keys of a bundle, which believes nobody else. Errors:
   as keyring_create and keyring_add_source. */
enum hansard_status keyring_file_of_bundle(const struct keyring_options *options, const struct key_bundle *bundle,
										   struct keyring **ret_keyring, struct hansard_error *error);

/* keyring_file_check(folder, kind, older, error): whether this key file is one, as far as can be told without its passphrase; one that is
   not there is none that is wrong. Errors: HANSARD_INVALID as keyring_file_open; HANSARD_FAILED. */
enum hansard_status keyring_file_check(struct text folder, enum key_file_kind kind, int older,
									   struct hansard_error *error);

#endif
