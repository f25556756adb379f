/*
 * All that a folder of keys holds, for another machine or a safe, as text:
 *
 *     # Whoever has this file ...                           any number of such lines, in front
 *     hansard keys v1
 *     wrapping: scrypt {log2 N} {base64(salt)}
 *     box: {base64(nonce || AES-256-GCM box)}               aad = the two lines before it, LF included
 *
 * and in the box, in this order:
 *
 *     made: {moment}
 *     umk: {base64(32 bytes)}                               the UMK that new wraps are made under, then older ones
 *     signing: {name} {base64(32 bytes)}                    who signs, then the one that it takes over from
 *     trusted: {trusted form}                               the lines of both lists
 *     receipts: {trusted form}
 *
 * A reader also takes key files one behind the other, of a kind the newest first. Pure: bytes in, bytes out.
 */
#ifndef KEY_BUNDLE_H
#define KEY_BUNDLE_H

#include "key_file.h"
#include "keyring_list.h"
#include "moment.h"

enum {
	KEY_BUNDLE_UMKS = 1 + KEYRING_PATH_OLDER,
	KEY_BUNDLE_SIGNERS = KEYRING_LIST_SIGNERS,
	KEY_BUNDLE_KEYS = KEY_BUNDLE_UMKS + KEY_BUNDLE_SIGNERS,
	KEY_BUNDLE_LIMIT = 24576, /* bytes of the text */
};

/* A key with its kind and, of a signing key, its name. */
struct key_bundle_key {
	enum key_file_kind kind;
	int older; /* 0 the newest of its kind; in a folder the number of its file */
	uint8_t secret[SECRET_SIZE];
	char name[SIGN_NAME_LIMIT];
	size_t name_size;
};

/* Keys and lists; whoever has one wipes it. Zeros are an empty one. */
struct key_bundle {
	struct key_bundle_key keys[KEY_BUNDLE_KEYS]; /* of a kind the newest first */
	size_t count;
	struct keyring_list trusted, receipts;
	char made[MOMENT_SIZE]; /* of an export; all zeros where that is not said */
};

/* key_bundle_name(key): its name, absent when it has none; a view into it. */
struct text key_bundle_name(const struct key_bundle_key *key);

/* key_bundle_add(bundle, key, error): behind the others. Errors: HANSARD_INVALID "too_many_keys" of its kind; "invalid_key_file" when it
   is there already. */
enum hansard_status key_bundle_add(struct key_bundle *bundle, const struct key_bundle_key *key,
								   struct hansard_error *error);

/* key_bundle_find(bundle, key): the place of this very key, whatever its age, or SIZE_MAX. */
size_t key_bundle_find(const struct key_bundle *bundle, const struct key_bundle_key *key);

/* key_bundle_newest(bundle, kind): the first of a kind, or NULL. */
const struct key_bundle_key *key_bundle_newest(const struct key_bundle *bundle, enum key_file_kind kind);

/* key_bundle_public(key, ret_public, error): the public half of a signing key. Errors: those of sign_key_create. */
enum hansard_status key_bundle_public(const struct key_bundle_key *key, struct sign_public *ret_public,
									  struct hansard_error *error);

/* What a new text is made with. */
struct key_bundle_request {
	struct text passphrase; /* not empty */
	uint8_t salt[PASSPHRASE_SALT_SIZE];
	uint8_t nonce[AEAD_NONCE_SIZE];
};

/* key_bundle_write(request, bundle, out, error): appends the text, at most KEY_BUNDLE_LIMIT bytes. Errors: HANSARD_FAILED. */
enum hansard_status key_bundle_write(const struct key_bundle_request *request, const struct key_bundle *bundle,
									 struct buffer *out, struct hansard_error *error);

/* key_bundle_wrapped(text, ret_wrapped, error): whether all of its keys are behind a passphrase. Errors: as key_bundle_read without
   one. */
enum hansard_status key_bundle_wrapped(struct text text, bool *ret_wrapped, struct hansard_error *error);

/* key_bundle_read(text, passphrase, bundle, error): opens one; an absent passphrase is none. Errors: HANSARD_INVALID "invalid_key_file";
   HANSARD_WRONG_KEY "passphrase_needed", "wrong_passphrase"; HANSARD_FAILED. The bundle is then wiped. */
enum hansard_status key_bundle_read(struct text text, struct text passphrase, struct key_bundle *bundle,
									struct hansard_error *error);

#endif
