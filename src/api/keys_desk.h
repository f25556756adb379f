/*
 * What the operations on keys have in common: the configuration that says which folder is meant, with a store or without.
 */
#ifndef KEYS_DESK_H
#define KEYS_DESK_H

#include "answer.h"
#include "keyring_file.h"
#include "keys.h"
#include "session.h"

struct keys_desk {
	struct session_request request;
	const struct hansard_options *options;
	struct settings settings;
	struct keys_request keys;
	struct text folder;
	struct answer answer;
	bool as_json;
};

/* keys_desk_begin(desk, options, error): reads the settings, of a store where one is found. keys_desk_finish() follows also on
   failure. Errors: those of settings_read and settings_keys_folder; HANSARD_NO_STORE when one was named and is not there. */
enum hansard_status keys_desk_begin(struct keys_desk *desk, const struct hansard_options *options,
									struct hansard_error *error);

/* keys_desk_finish(desk, status, ret_out, error): as session_finish. */
enum hansard_status keys_desk_finish(struct keys_desk *desk, enum hansard_status status, struct hansard_output *ret_out,
									 struct hansard_error *error);

/* keys_desk_get(desk, kind, passphrase, ret_found, error): the newest key of a kind. Where it is wrapped and passphrase is empty, it is
   asked for and stays in there for the next. Errors: as keyring_file_get. */
enum hansard_status keys_desk_get(struct keys_desk *desk, enum key_file_kind kind, struct keys_passphrase *passphrase,
								  struct keyring_file_found *ret_found, struct hansard_error *error);

/* A key that comes from elsewhere. */
struct keys_desk_key {
	enum key_file_kind kind;
	const uint8_t *secret;
	struct text name; /* of a signing key */
};

/* keys_desk_bring(desk, key, passphrase, ret_new, error): makes its file; the same key being there already is fine, another is the
   conflict "keys_exist". Errors: as keyring_file_put and keys_desk_get. */
enum hansard_status keys_desk_bring(struct keys_desk *desk, const struct keys_desk_key *key, struct text passphrase,
									bool *ret_new, struct hansard_error *error);

#endif
