/*
 * The keys of a store, as the configuration has them.
 */
#ifndef KEYS_H
#define KEYS_H

#include "key_bundle.h"
#include "keyring.h"
#include "keyring_watch.h"
#include "settings.h"
#include "vault_guard.h"

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
	struct passphrase_kept kept;
};

/* keys_ask(options, what, new_one, ret_passphrase): asks the caller for one. False when there is none; nothing is then in it. */
bool keys_ask(const struct hansard_options *options, struct text what, bool new_one,
			  struct keys_passphrase *ret_passphrase);

/* keys_passphrase_text(passphrase): a view of it, absent when it is empty. */
struct text keys_passphrase_text(const struct keys_passphrase *passphrase);

/* keys_no_passphrase(error): HANSARD_USAGE "no_passphrase": there is none to wrap keys with. */
enum hansard_status keys_no_passphrase(struct hansard_error *error);

/* keys_signer_name(arena, principal): the name of a new signing key: the committer's, as far as it can stand in one. */
struct text keys_signer_name(struct arena *arena, struct text principal);

/* keys_open(request, watch, ret_keyring, error): the keyring of a store. Files behind a passphrase are opened with what
   options->passphrase answers; with options->public_keys it has these and nothing else. watch is NULL, or set on success for the caller
   to finish. Errors: as keyring_file_open; HANSARD_INVALID "no_home". */
enum hansard_status keys_open(const struct keys_request *request, struct keyring_watch *watch,
							  struct keyring **ret_keyring, struct hansard_error *error);

/* keys_of_bundle(request, bundle, ret_keyring, error): the keys of a bundle, for the tenant and the epochs that are configured. Errors: as
   keyring_file_of_bundle. */
enum hansard_status keys_of_bundle(const struct keys_request *request, const struct key_bundle *bundle,
								   struct keyring **ret_keyring, struct hansard_error *error);

/* Keeps the keyring of an open store what its files are. A passphrase is asked for again when they have changed. */
struct keys_guard {
	struct keys_request request; /* what it points to lives as long as the store */
	struct keyring *keyring;     /* borrowed */
	struct text folder;
	struct keyring_watch watch;
	struct vault_guard slots; /* for vault_create */
};

/* keys_guard_begin(guard, request, ret_keyring, error): opens the keyring, which is the caller's, and watches its files. Errors: as
   keys_open. keys_guard_finish(guard): before the keyring is destroyed; takes one that was never begun, of zeros. */
enum hansard_status keys_guard_begin(struct keys_guard *guard, const struct keys_request *request,
									 struct keyring **ret_keyring, struct hansard_error *error);
void keys_guard_finish(struct keys_guard *guard);

/* keys_guard_slots(guard): for vault_create; NULL where keys are not read from files. */
const struct vault_guard *keys_guard_slots(const struct keys_guard *guard);

/* What a new store finds of keys. */
struct keys_made {
	struct text folder;
	bool made;           /* a UMK and a signing key, or the signing key that was missing */
	bool signing;        /* the latter */
	struct text missing; /* "umk" or "signing", which is not there and was not made; absent otherwise */
};

/* keys_lack_signing(request, ret_lack, error): whether a UMK is there, and no key that signs. Errors: HANSARD_INVALID "no_home". */
enum hansard_status keys_lack_signing(const struct keys_request *request, bool *ret_lack, struct hansard_error *error);

/* keys_check(request, error): before a store is made, whether keys_make() can do what is asked for. Errors: HANSARD_CONFLICT "keys_exist"
   where new keys are to be behind a passphrase and there are some behind none; HANSARD_INVALID "no_home". */
enum hansard_status keys_check(const struct keys_request *request, struct hansard_error *error);

/* keys_make(request, ret_made, error): a UMK and a signing key where there are none yet. A UMK beside which no key signs is what a killed
   process leaves, or came from another writer: it gets a signing key, behind the same passphrase. Of any other half nothing is made, for
   what is missing may be elsewhere. Errors: as keys_check, keyring_make_both, and keyring_file_get of that UMK. */
enum hansard_status keys_make(const struct keys_request *request, struct keys_made *ret_made,
							  struct hansard_error *error);

#endif
