/*
 * What becomes of keys that are brought to a folder that has keys. Pure: nothing is read or written.
 *
 * Which of two UMKs is the newer one is told by a bundle that has both. Where neither the one that is brought nor the folder tells it, a
 * person has to.
 */
#ifndef KEY_MERGE_H
#define KEY_MERGE_H

#include "key_bundle.h"

/* What a person says of keys that are brought. */
enum key_merge_order {
	KEY_MERGE_TOLD,  /* nothing: the newest that is brought is there, or there is none, or nothing is done */
	KEY_MERGE_NEWER, /* they take over from those that are there */
	KEY_MERGE_OLDER, /* those that are there have taken over from them: they open, and of signing keys receipts alone are believed */
};

struct key_merge_request {
	const struct key_bundle *brought, *here;
	enum key_merge_order order;
	struct text folder; /* of what is here, for errors */
};

/* What becomes of a key that is brought. */
enum key_merge_fate {
	KEY_MERGE_THERE,  /* it is there already */
	KEY_MERGE_FRONT,  /* it becomes the newest of its kind */
	KEY_MERGE_BEHIND, /* it becomes an older one */
	KEY_MERGE_PUBLIC, /* a signing key that has retired: its public half alone is kept, in `receipts` */
	KEY_MERGE_LEFT, /* a signing key that is said to be older, and none is here that is newer, or its line stands in `trusted` here */
};

struct key_merge {
	enum key_merge_fate fate[KEY_BUNDLE_KEYS]; /* of each that is brought */
	int number[KEY_BUNDLE_KEYS];               /* of the file of one that is there, afterwards */
	struct keyring_list trusted, receipts;     /* lines to be added to these lists */
	struct keyring_list retired_there;         /* retired where the keys come from, and believed here: it stays so */
	struct keyring_list retired_here;          /* trusted where the keys come from, and retired here: it stays so */
	bool takes_over[KEY_FILE_SIGNING + 1];     /* of each kind: one in front takes over from one that is here */
};

/* key_merge_plan(request, merge, error): what is to be done, in the order of the bundle. Errors: HANSARD_CONFLICT "keys_exist" when
   nothing tells which is the newer, "newer_keys" when the bundle tells that it is newer and nobody said that it shall take over, or that it
   is older; "retired_key" when a signing key has retired here; "no_newer_keys" when keys are said to be older than none; HANSARD_INVALID "too_many_keys"; HANSARD_FAILED. */
enum hansard_status key_merge_plan(const struct key_merge_request *request, struct key_merge *merge,
								   struct hansard_error *error);

/* key_merge_makes(fate): whether a file is made of a key of this fate. */
bool key_merge_makes(enum key_merge_fate fate);

#endif
