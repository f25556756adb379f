/*
 * What the vault's tests start from: engines, a vault, a clock that ticks a second a look, changes made of words.
 */
#ifndef VAULT_FIXTURE_H
#define VAULT_FIXTURE_H

#include "folder.h"
#include "tampered_engine.h"
#include "tap.h"
#include "vault.h"
#include "vault_verify.h"

/* DynamoDB is there where VAULT_DYNAMODB is defined and there is an emulator. */
enum fixture_engine { FIXTURE_MEMORY, FIXTURE_SQLITE, FIXTURE_ENGINES, FIXTURE_DYNAMODB };

struct fixture {
	struct store_engine *inner;      /* memory, sqlite or dynamodb */
	struct tampered_engine tampered; /* in front of it; passes everything on until told otherwise */
	struct keyring *keyring;
	struct vault_options options; /* that the vault was created with */
	struct vault *vault;
	struct arena *arena;
	struct hansard_error error;
	int64_t now;
	unsigned draws;  /* of randomness; the first gives 0x5a throughout, so that identities are known */
	bool no_entropy; /* the source of randomness fails */
	uint64_t salt;   /* in DynamoDB: randomness is like no other fixture's, since transactions are known by it */
	char folder[FOLDER_SIZE];
	char path[FOLDER_SIZE + 16];
};

/* fixture_step(): of bytes that are changed in turn, each so many: 1, and 13 where each takes requests (DynamoDB), but for
   HANSARD_TEST_EVERY. */
size_t fixture_step(void);

/* fixture_lacking(engine): why it cannot be had here; NULL: it can. */
const char *fixture_lacking(enum fixture_engine engine);

/* fixture_fill(fixture, engine): an empty store and a vault of tenant acme, actor judge. A fixture that was begun is
   finished first. */
void fixture_fill(struct fixture *fixture, enum fixture_engine engine);

/* fixture_begin(fixture, engine): the same. Where the engine cannot be had, the running test ends here as skipped. */
static inline void fixture_begin(struct fixture *fixture, enum fixture_engine engine)
{
	const char *lacking = fixture_lacking(engine);
	if (lacking != NULL)
		tap_skip(lacking);
	fixture_fill(fixture, engine);
}

/* fixture_finish(fixture): closes and removes everything. Takes a zeroed one. */
void fixture_finish(struct fixture *fixture);

/* fixture_attrs(fixture, status): {status} as cbor. */
struct bytes fixture_attrs(struct fixture *fixture, const char *status);

/* fixture_sealed(fixture, size): cbor of a map of one text that takes `size` bytes, 16 at least. */
struct plain_bytes fixture_sealed(struct fixture *fixture, size_t size);

/* fixture_put(fixture, type, subkey, sealed_size), fixture_file(fixture, subkey, size), fixture_remove(type, subkey):
   changes. The status of a put is its operation's count of ticks, so that two puts differ. */
struct vault_change fixture_put(struct fixture *fixture, const char *type, const char *subkey, size_t sealed_size);
struct vault_change fixture_file(struct fixture *fixture, const char *subkey, size_t size);
struct vault_change fixture_remove(const char *type, const char *subkey);

/* fixture_create(fixture, changes, count): the dialogue "d". fixture_append(fixture, changes, count): one more commit
   on its loaded state. Both end the program unless they succeed. */
void fixture_create(struct fixture *fixture, const struct vault_change *changes, size_t count);
void fixture_append(struct fixture *fixture, const struct vault_change *changes, size_t count);

/* fixture_load(fixture): the state of "d"; ends the program unless it loads. */
struct vault_state *fixture_load(struct fixture *fixture);

/* fixture_try(fixture): loads "d"; the status, with fixture->error. */
enum hansard_status fixture_try(struct fixture *fixture);

/* fixture_story(fixture): three commits of "d": create, register with files and cut fields, update that replaces and
   removes. */
void fixture_story(struct fixture *fixture);

/* fixture_find(state, type, subkey): the item, or NULL. */
const struct vault_item *fixture_find(const struct vault_state *state, const char *type, const char *subkey);

/* fixture_key(type, subkey). */
struct item_key fixture_key(const char *type, const char *subkey);

#endif
