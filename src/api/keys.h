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

/* keys_open(request, ret_keyring, error): the keyring of a store. Files behind a passphrase are opened with what
   options->passphrase answers. Errors: as keyring_file_open; HANSARD_INVALID "no_home". */
enum hansard_status keys_open(const struct keys_request *request, struct keyring **ret_keyring,
							  struct hansard_error *error);

/* keys_make(request, ret_folder, ret_made, error): a UMK and a signing key where there are none yet. Errors: as
   keyring_file_create. */
enum hansard_status keys_make(const struct keys_request *request, struct text *ret_folder, bool *ret_made,
							  struct hansard_error *error);

#endif
