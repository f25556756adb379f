/*
 * The keys of one tenant: what computes the HMAC under the UMK (a key file here; KMS computes the same one), who signs
 * heads, and whom heads are believed from. All of it is configuration: nothing in here is read from a store.
 *
 * A keyring without UMK proves what the public key proves, and opens nothing.
 */
#ifndef KEYRING_H
#define KEYRING_H

#include "key.h"
#include "note.h"

struct keyring;

/* What computes one HMAC under a UMK. */
struct keyring_source {
	/* mac(self, message, ret_mac, error): HMAC(UMK, message), which the caller wipes. Errors: HANSARD_FAILED,
	   HANSARD_UNREACHABLE, HANSARD_WRONG_KEY. */
	enum hansard_status (*mac)(void *self, const struct key_kek_message *message, uint8_t ret_mac[static SECRET_SIZE],
							   struct hansard_error *error);
	/* destroy(self): wipes and frees it. Takes NULL. */
	void (*destroy)(void *self);
};

struct keyring_options {
	struct text tenant;
	int64_t epoch;       /* that new wraps are made under, 1 or more */
	size_t secret_slots; /* keys that lie in locked memory at once; 0: a default that serves one vault */
	/* NULL, or another one whose locked memory this one uses: it is to take that one's place. */
	struct keyring *beside;
};

/* keyring_create(options, ret_keyring, error): an empty one. Errors: HANSARD_INVALID (tenant, epoch), HANSARD_FAILED. */
enum hansard_status keyring_create(const struct keyring_options *options, struct keyring **ret_keyring,
								   struct hansard_error *error);

/* keyring_destroy(keyring): wipes every key. Takes NULL. */
void keyring_destroy(struct keyring *keyring);

/* keyring_add_source(keyring, source, self, error): a UMK; the first is the one that new wraps are made under, later ones
   only open. Takes `self`, also on failure. Errors: HANSARD_INVALID "too_many_keys". */
enum hansard_status keyring_add_source(struct keyring *keyring, const struct keyring_source *source, void *self,
									   struct hansard_error *error);

/* keyring_lack_newest(keyring): the UMK that took over from those that are added is not there. They open, and no new wrap is made under
   any of them: whoever a rotation was to keep out has them. keyring_lacks_newest(keyring): whether that was said. */
void keyring_lack_newest(struct keyring *keyring);
bool keyring_lacks_newest(const struct keyring *keyring);

/* keyring_check_newest(keyring, error): whether anything may be sealed or wrapped, as far as UMKs are there. Errors: HANSARD_WRONG_KEY
   "no_newest_key". */
enum hansard_status keyring_check_newest(const struct keyring *keyring, struct hansard_error *error);

/* What is to be done then. */
extern const char keyring_newest_remedy[];

/* keyring_add_epoch(keyring, epoch, error): an older epoch that wraps may be under. */
enum hansard_status keyring_add_epoch(struct keyring *keyring, int64_t epoch, struct hansard_error *error);

/* keyring_add_signer(keyring, key, error): who signs; takes the key, also on failure. Once is enough. Heads of its public half are believed.
   Errors: HANSARD_INVALID "too_many_keys". */
enum hansard_status keyring_add_signer(struct keyring *keyring, struct sign_key *key, struct hansard_error *error);

/* keyring_trust(keyring, public, error): believe heads of this key, too. Once is enough. */
enum hansard_status keyring_trust(struct keyring *keyring, const struct sign_public *public,
								  struct hansard_error *error);

/* keyring_retire(keyring, public): one whose heads are not believed any more. Once is enough, and of more than are kept nothing is
   known. */
void keyring_retire(struct keyring *keyring, const struct sign_public *public);

/* keyring_replace(keyring, fresh): takes everything over from one that was created beside it, and destroys that. Views and KEKs that
   it gave are no longer good; what lies in its locked memory stays. */
void keyring_replace(struct keyring *keyring, struct keyring *fresh);

/* keyring_can_open(keyring), keyring_can_sign(keyring): whether there is a UMK, a signing key. */
bool keyring_can_open(const struct keyring *keyring);
bool keyring_can_sign(const struct keyring *keyring);

/* keyring_tenant(keyring), keyring_epoch(keyring): what it was created with. */
struct text keyring_tenant(const struct keyring *keyring);
int64_t keyring_epoch(const struct keyring *keyring);

/* keyring_pool(keyring): the locked memory that keys made from its own lie in. */
struct secret_pool *keyring_pool(struct keyring *keyring);

/* keyring_kek(keyring, ret_kek, error): the KEK that new wraps are made under; it stays the keyring's. Errors:
   HANSARD_WRONG_KEY "no_key", "no_newest_key"; those of the source. */
enum hansard_status keyring_kek(struct keyring *keyring, struct key_kek *ret_kek, struct hansard_error *error);

/* keyring_find_kek(keyring, id, ret_kek, error): the KEK of this id, of any source and epoch; it stays the keyring's.
   Errors: HANSARD_WRONG_KEY "no_key", "wrong_key"; those of the source. */
enum hansard_status keyring_find_kek(struct keyring *keyring, const struct key_kek_id *id, struct key_kek *ret_kek,
									 struct hansard_error *error);

/* keyring_take_derived(keyring, ret_id): the id of a KEK that was derived since the last time, each once; for who tells of uses of
   keys. False when there is none. */
bool keyring_take_derived(struct keyring *keyring, struct key_kek_id *ret_id);

/* A KEK that the keyring can give. */
struct keyring_kek_row {
	size_t source; /* 0: the UMK that new wraps are made under, then the older ones */
	int64_t epoch;
	struct key_kek_id id;
};
enum { KEYRING_KEKS = 128 };

/* keyring_list_keks(keyring, ret_rows, ret_count, error): every KEK by source and epoch, the one of new wraps first. Errors: those
   of the source. */
enum hansard_status keyring_list_keks(struct keyring *keyring, struct keyring_kek_row ret_rows[static KEYRING_KEKS],
									  size_t *ret_count, struct hansard_error *error);

/* keyring_signers(keyring), keyring_trusted(keyring), keyring_retired(keyring): views that live until the next change. */
struct note_signers keyring_signers(const struct keyring *keyring);
struct note_trust keyring_trusted(const struct keyring *keyring);
struct note_trust keyring_retired(const struct keyring *keyring);

#endif
