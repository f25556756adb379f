/*
 * Once what was made of them is destroyed, no key is left anywhere in the memory of the process: not in the pool's pages,
 * not in OpenSSL's contexts, not on the stack. All that the process can write to is searched.
 */
#include "seal.h"
#include "sign.h"

#include "memory_search.h"

enum { SLOTS = 8, PARENTS = 4 };

/* What is alive in a test. */
static struct {
	struct secret_pool *pool;
	uint8_t *slots[SLOTS];
	struct seal *sealing;
	struct seal *wrapping;
	struct mac *mac;
	struct aead *aead;
	struct sign_key *signer;
} alive;

/* 32 bytes that stand nowhere but in this slot. */
static uint8_t *fresh(const char *name, uint8_t start)
{
	uint8_t *slot = secret_take(alive.pool);
	expect(slot != NULL);
	for (size_t i = 0; i < SECRET_SIZE; i++)
		slot[i] = (uint8_t)((i + start) * (i + 3 * start) + start);
	search_remember(name, slot);
	return slot;
}

static void derive(void)
{
	struct key_seal seal = {0};
	struct key_wrap wrap = {0};
	struct key_nonce nonce = {0};
	const struct key_kek kek = {.slot = alive.slots[0]};
	const struct key_dek dek = {.slot = alive.slots[1]};
	expect_integer(key_seal_of_dek(alive.pool, dek, &seal, NULL), HANSARD_OK);
	search_remember("SEAL", seal.slot);
	expect_integer(key_wrap_of_kek(alive.pool, kek, &wrap, NULL), HANSARD_OK);
	search_remember("WRAP", wrap.slot);
	expect_integer(key_nonce_of_kek(alive.pool, kek, &nonce, NULL), HANSARD_OK);
	search_remember("NONCE", nonce.slot);
	secret_give(alive.pool, seal.slot);
	secret_give(alive.pool, wrap.slot);
	secret_give(alive.pool, nonce.slot);
}

static void make(void)
{
	expect_integer(secret_pool_create(SLOTS, &alive.pool, NULL), HANSARD_OK);
	alive.slots[0] = fresh("KEK", 11);
	alive.slots[1] = fresh("DEK", 23);
	alive.slots[2] = fresh("seed", 37);
	alive.slots[3] = fresh("key of an HMAC and a cipher", 41);
	expect_integer((int64_t)search_count, PARENTS);
	derive();
	expect_integer(seal_create_of_dek(alive.pool, (struct key_dek){.slot = alive.slots[1]}, &alive.sealing, NULL),
				   HANSARD_OK);
	expect_integer(seal_create_of_kek(alive.pool, (struct key_kek){.slot = alive.slots[0]}, &alive.wrapping, NULL),
				   HANSARD_OK);
	expect_integer(sign_key_create(TEXT("judge"), alive.slots[2], &alive.signer, NULL), HANSARD_OK);
	alive.mac = mac_create((struct bytes){.data = alive.slots[3], .size = SECRET_SIZE});
	alive.aead = aead_create(alive.slots[3]);
	expect(alive.mac != NULL && alive.aead != NULL);
}

static void begin(void)
{
	search_need_little_memory();
	search_count = 0;
	search_deep(make);
}

static void use_deep(void)
{
	const struct seal_request request = {.address = TEXT("dialogue:d/entity:meta/"),
										 .plain = {.bytes = bytes_of_text(TEXT("note"))}};
	uint8_t nonce[SEAL_NONCE_SIZE], box[4 + SEAL_TAG_SIZE], plain[4], signature[SIGN_SIGNATURE_SIZE];
	const struct seal_opening opening = {.address = request.address,
										 .nonce = {.data = nonce, .size = sizeof(nonce)},
										 .box = {.data = box, .size = sizeof(box)}};
	struct digest digest;
	expect(seal_box(alive.wrapping, &request, nonce, box));
	expect(seal_open(alive.wrapping, &opening, plain) == GENUINE_GOOD);
	expect(seal_open(alive.sealing, &opening, plain) == GENUINE_FORGED);
	expect(seal_box(alive.sealing, &request, nonce, box));
	expect(mac_of(alive.mac, &request.plain.bytes, 1, &digest));
	expect(aead_seal(alive.aead, nonce, request.plain.bytes, request.plain.bytes, box));
	expect(sign_message(alive.signer, request.plain.bytes, signature));
}

static void use(void)
{
	search_deep(use_deep);
}

static void finish_contexts(void)
{
	aead_destroy(alive.aead);
	mac_destroy(alive.mac);
	sign_key_destroy(alive.signer);
	seal_destroy(alive.wrapping);
	seal_destroy(alive.sealing);
}

/* The first `kept` secrets stand in the pool and nowhere else, the others nowhere. */
static void expect_kept(size_t kept)
{
	int found[SEARCH_SECRETS];
	search_find(found);
	for (size_t i = 0; i < search_count; i++)
		if (found[i] != (i < kept ? 1 : 0))
			tap_fail(__FILE__, __LINE__, "%s is found %d times", search_names[i], found[i]);
}

/* That the search finds what is there. */
static void secrets_are_found(void)
{
	static uint8_t copy[SECRET_SIZE];
	int found[SEARCH_SECRETS];
	begin();
	memcpy(copy, alive.slots[0], sizeof(copy));
	search_find(found);
	expect_integer(found[0], 2);
	secret_wipe(copy, sizeof(copy));
	search_find(found);
	expect_integer(found[0], 1);
	finish_contexts();
	secret_pool_destroy(alive.pool);
}

static void parents_stay_in_the_pool(void)
{
	int found[SEARCH_SECRETS];
	begin();
	use();
	search_find(found);
	expect_integer(found[0], 1);
	expect_integer(found[1], 1);
	finish_contexts();
	secret_pool_destroy(alive.pool);
}

static void contexts_are_wiped(void)
{
	begin();
	use();
	finish_contexts();
	expect_kept(PARENTS);
	secret_pool_destroy(alive.pool);
}

static void slots_are_wiped(void)
{
	begin();
	use();
	finish_contexts();
	for (size_t i = 0; i < PARENTS; i++)
		secret_give(alive.pool, alive.slots[i]);
	expect_kept(0);
	secret_pool_destroy(alive.pool);
}

static void pool_is_wiped(void)
{
	begin();
	use();
	finish_contexts();
	secret_pool_destroy(alive.pool);
	expect_kept(0);
}

static const struct tap_test tests[] = {
	{"a copy of a key is found when there is one", secrets_are_found},
	{"a KEK and a DEK lie in the pool alone, also while what seals under them is used", parents_stay_in_the_pool},
	{"destroyed contexts leave no key behind", contexts_are_wiped},
	{"keys that are given back are nowhere any more", slots_are_wiped},
	{"a destroyed pool leaves no key behind", pool_is_wiped},
};

TAP_MAIN(tests)
