/*
 * The file of one key, as text:
 *
 *     # Whoever has this file ...                           any number of such lines, in front
 *     hansard key v1
 *     kind: umk                                             or: signing
 *     name: laptop                                          signing only
 *     wrapping: none                                        or: scrypt {log2 N} {base64(salt)}
 *     secret: {base64(32 bytes)}                            or: {base64(nonce || AES-256-GCM box)}, aad = the lines from
 *                                                           "hansard key v1" to the one before, LF included
 *
 * Pure: bytes in, bytes out.
 */
#ifndef KEY_FILE_H
#define KEY_FILE_H

#include "passphrase.h"
#include "sign.h"

enum { KEY_FILE_LIMIT = 4096 };

enum key_file_kind { KEY_FILE_UMK = 1, KEY_FILE_SIGNING };

/* A key file in clear or wrapped; views point into what was read. */
struct key_file {
	enum key_file_kind kind;
	struct text name; /* of a signing key; absent otherwise */
	bool wrapped;
	struct passphrase_stretch stretch;
	struct bytes aad;
	struct text secret; /* base64 */
};

/* key_file_read(text, ret_file, error): strictly reads one. Errors: HANSARD_INVALID "invalid_key_file" saying what is
   wrong with which line. */
enum hansard_status key_file_read(struct text text, struct key_file *ret_file, struct hansard_error *error);

/* key_file_open(file, passphrase, kept, secret, error): the key itself, which the caller wipes; an absent passphrase for one that
   is not wrapped. `kept` is of that passphrase, or NULL. Errors: HANSARD_WRONG_KEY "passphrase_needed", "wrong_passphrase"; HANSARD_INVALID. */
enum hansard_status key_file_open(const struct key_file *file, struct text passphrase, struct passphrase_kept *kept,
								  uint8_t secret[static SECRET_SIZE], struct hansard_error *error);

/* What goes into a new file. */
struct key_file_request {
	enum key_file_kind kind;
	struct text name;       /* of a signing key */
	struct text passphrase; /* absent: not wrapped */
	uint8_t salt[PASSPHRASE_SALT_SIZE];
	uint8_t nonce[AEAD_NONCE_SIZE];
	struct passphrase_kept *kept; /* of the passphrase, or NULL */
};

/* key_file_write(request, secret, out, error): appends the file's text, which the caller wipes. Errors: HANSARD_INVALID
   (name); HANSARD_FAILED. */
enum hansard_status key_file_write(const struct key_file_request *request, const uint8_t secret[static SECRET_SIZE],
								   struct buffer *out, struct hansard_error *error);

/* key_file_kind_name(kind): "umk", "signing". */
struct text key_file_kind_name(enum key_file_kind kind);

#endif
