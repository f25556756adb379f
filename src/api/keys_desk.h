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
	bool locked; /* by who has the desk; otherwise it is whenever all keys are read */
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

/* keys_desk_try(desk, file, passphrase, error): whether this key file opens. Where it is wrapped and passphrase is empty, it is asked for
   and stays in there for the next. Errors: as keyring_file_look. */
enum hansard_status keys_desk_try(struct keys_desk *desk, const struct keyring_path_file *file,
								  struct keys_passphrase *passphrase, struct hansard_error *error);

/* keys_desk_take(desk, passphrase, bundle, error): as keyring_file_take, with a passphrase as keys_desk_try has it. */
enum hansard_status keys_desk_take(struct keys_desk *desk, struct keys_passphrase *passphrase,
								   struct key_bundle *bundle, struct hansard_error *error);

/* keys_desk_all(desk, passphrase, bundle, error): likewise, of a folder that has a UMK and a signing key at least. Errors: as
   keys_desk_take; HANSARD_WRONG_KEY "no_key". */
enum hansard_status keys_desk_all(struct keys_desk *desk, struct keys_passphrase *passphrase, struct key_bundle *bundle,
								  struct hansard_error *error);

/* keys_desk_record(desk, keyring, error): tells the audit log of every KEK that this keyring has derived. Errors: those of audit_begin
   and of its record. */
enum hansard_status keys_desk_record(const struct keys_desk *desk, struct keyring *keyring,
									 struct hansard_error *error);

/* keys_desk_line(desk, public): its trusted form, in the desk's arena; "?" when memory is exhausted, and the request will fail. */
struct text keys_desk_line(struct keys_desk *desk, const struct sign_public *public);

/* keys_desk_answer(desk, key, list): an array of such lines in the desk's answer. */
void keys_desk_answer(struct keys_desk *desk, const char *key, const struct keyring_list *list);

#endif
