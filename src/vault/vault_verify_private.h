/*
 * What the files of a verification share.
 */
#ifndef VAULT_VERIFY_PRIVATE_H
#define VAULT_VERIFY_PRIVATE_H

#include "vault_keys.h"
#include "vault_replay.h"
#include "vault_verify.h"

/* One verification under way. */
struct verify {
	struct vault_replay replay;
	const struct store_view *view;
	bool anchored;      /* the head names the commit that ends the chain */
	bool retired;       /* the head is signed by a retired key alone */
	bool untrusted;     /* the head is signed by nobody who is known here */
	bool newest_proved; /* the head can be read, and the newest commit is the one that it names */
	struct note head;
	struct commit newest;
	struct item_proof *proofs; /* of the items, as far as they have one */
	struct item *items;        /* of the items; rev 0: cannot be read */
	struct digest *leaves;     /* of the proofs */
	bool *altered;             /* of the items: it was blamed, so what it says of its parts says nothing of them */
	struct vault_opening opening;
	bool opened;
	const struct hansard_error *locked; /* as in struct vault_report */
	uint8_t *plain;                     /* room for what is opened and thrown away; NULL: nothing is opened */
	size_t parts;
};

/* vault_verify_blame(verify, address, what, error), vault_verify_blame_key(verify, key, what, error): add a fault. Errors:
   HANSARD_FAILED. */
enum hansard_status vault_verify_blame(struct verify *verify, struct text address, const char *what,
									   struct hansard_error *error);
enum hansard_status vault_verify_blame_key(struct verify *verify, struct item_key key, const char *what,
										   struct hansard_error *error);

/* vault_verify_items_check(verify, error): reads every item, and holds it against the newest commit and the history; what
   does not hold is blamed. Sets items, proofs, leaves and altered; where they are those of a whole history, also the wraps of opening, of which
   every item has the one of its generation unless there is none: that is held against them whoever signed the head. Errors: HANSARD_FAILED. */
enum hansard_status vault_verify_items_check(struct verify *verify, struct hansard_error *error);

/* vault_verify_items_find(verify, key): which item has a key, or SIZE_MAX. */
size_t vault_verify_items_find(const struct verify *verify, struct item_key key);

#endif
