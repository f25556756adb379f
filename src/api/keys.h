/*
 * The keys of a store, as the configuration has them.
 */
#ifndef KEYS_H
#define KEYS_H

#include "keyring.h"
#include "settings.h"

/* What opening keys needs to know. */
struct keys_request {
	struct arena *arena;
	const struct hansard_options *options;
	const struct settings *settings;
};

/* A passphrase as it was given; wiped by who has it. */
struct keys_passphrase {
	char characters[HANSARD_PASSPHRASE_SIZE];
	size_t size;
};

/* keys_ask(options, what, new_one, ret_passphrase): asks the caller for one. False when there is none; nothing is then in it. */
bool keys_ask(const struct hansard_options *options, struct text what, bool new_one,
			  struct keys_passphrase *ret_passphrase);

/* keys_passphrase_text(passphrase): a view of it, absent when it is empty. */
struct text keys_passphrase_text(const struct keys_passphrase *passphrase);

/* keys_signer_name(arena, principal): the name of a new signing key: the committer's, as far as it can stand in one. */
struct text keys_signer_name(struct arena *arena, struct text principal);

/* keys_open(request, ret_keyring, error): the keyring of a store. Files behind a passphrase are opened with what
   options->passphrase answers; with options->public_keys it has these and nothing else. Errors: as keyring_file_open; HANSARD_INVALID "no_home". */
enum hansard_status keys_open(const struct keys_request *request, struct keyring **ret_keyring,
							  struct hansard_error *error);

/* keys_make(request, ret_folder, ret_made, error): a UMK and a signing key where there are none yet. Errors: as
   keyring_file_create. */
enum hansard_status keys_make(const struct keys_request *request, struct text *ret_folder, bool *ret_made,
							  struct hansard_error *error);

#endif
