/*
 * Keys that come from elsewhere into the folder of keys.
 */
#ifndef KEYS_BRING_H
#define KEYS_BRING_H

#include "key_merge.h"
#include "keys_desk.h"

/* What is brought, and what became of it; wiped by who has it. */
struct keys_bring {
	struct keys_desk *desk;
	struct keys_passphrase given;  /* that the keys came behind; empty: none */
	struct keys_passphrase theirs; /* that the key files here are behind, once it was asked for */
	struct key_bundle brought, here;
	struct key_merge merge;
	int number[KEY_BUNDLE_KEYS]; /* of the file that a key lies in now */
	const char *behind;          /* what the new files are behind, in words; NULL when there are none */
};

/* keys_bring_run(bring, kind, error): what key_merge_plan says of bring->brought, options->newer_keys and options->older_keys. The new files
   are behind the passphrase of those that are there, else behind a new one where that is asked for, else behind the one that they came
   behind, unless they only open beside keys that are behind none: then behind none; options->plain_keys: behind none. Then the answer, of this kind. Whatever is refused is refused before anything is written;
   killed in between, the same again does the rest. Errors: as key_merge_plan, keys_desk_take and keyring_make_put; HANSARD_USAGE. */
enum hansard_status keys_bring_run(struct keys_bring *bring, const char *kind, struct hansard_error *error);

#endif
