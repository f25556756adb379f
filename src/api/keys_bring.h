/*
 * Keys that come from elsewhere into the folder of keys.
 */
#ifndef KEYS_BRING_H
#define KEYS_BRING_H

#include "key_bundle.h"
#include "keys_desk.h"

/* What is brought, and what became of it; wiped by who has it. */
struct keys_bring {
	struct keys_desk *desk;
	struct keys_passphrase given;  /* that the keys came behind; empty: none */
	struct keys_passphrase theirs; /* that the key files here are behind, once it was asked for */
	struct key_bundle_key keys[KEY_BUNDLE_KEYS];
	size_t count;
	int place
		[KEY_BUNDLE_KEYS]; /* where the key lay before: 0 as the newest of its kind, else as so old a one, -1 nowhere */
	bool older[KEY_BUNDLE_KEYS]; /* it took over from another */
	const char *behind;          /* what the new files are behind, in words */
};

/* keys_bring_run(bring, kind, error): makes the files of keys that are not there, in the place of none; with options->newer_keys one that
   is there becomes an older one. The new files are behind the passphrase of those that are there, else behind a new one where that is
   asked for, else behind the one that they came behind; options->plain_keys: behind none. Then the answer, of this kind. Whatever is
   refused is refused before anything is written. Errors: as keyring_make_put and keys_desk_find; HANSARD_CONFLICT "keys_exist",
   "retired_key"; HANSARD_USAGE. */
enum hansard_status keys_bring_run(struct keys_bring *bring, const char *kind, struct hansard_error *error);

#endif
