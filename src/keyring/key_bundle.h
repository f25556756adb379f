/*
 * Both keys in one file, for another machine or a safe: a key file of the UMK and one of the signing key, one behind the other,
 * each wrapped with the same passphrase. Pure: bytes in, bytes out.
 */
#ifndef KEY_BUNDLE_H
#define KEY_BUNDLE_H

#include "key_file.h"

enum { KEY_BUNDLE_KEYS = 2, KEY_BUNDLE_LIMIT = KEY_BUNDLE_KEYS * KEY_FILE_LIMIT };

/* A key with its kind and, of a signing key, its name; the caller wipes it. */
struct key_bundle_key {
	enum key_file_kind kind;
	uint8_t secret[SECRET_SIZE];
	char name[SIGN_NAME_LIMIT];
	size_t name_size;
};

/* key_bundle_wrapped(text, ret_wrapped, error): whether each of its keys is wrapped. Errors: as key_file_read. */
enum hansard_status key_bundle_wrapped(struct text text, bool *ret_wrapped, struct hansard_error *error);

/* key_bundle_read(text, passphrase, keys, ret_count, error): opens one; at most KEY_BUNDLE_KEYS, each kind once. Errors: as
   key_file_read and key_file_open; keys are then wiped. */
enum hansard_status key_bundle_read(struct text text, struct text passphrase,
									struct key_bundle_key keys[static KEY_BUNDLE_KEYS], size_t *ret_count,
									struct hansard_error *error);

#endif
