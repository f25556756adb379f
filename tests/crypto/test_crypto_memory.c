/*
 * Every allocation of what makes and uses keys, ciphers and signatures fails once: an error says that the system failed and
 * never that a key is bad, nothing is leaked or lent for good, OpenSSL's queue is left empty, and the next try succeeds.
 */
#include "allocations.h"
#include "seal.h"
#include "sign.h"
#include "tap.h"

/* Of <openssl/err.h>, as openssl_queue.h says. */
unsigned long ERR_peek_error(void);

enum { SLOTS = 4 };

static struct secret_pool *pool;
static uint8_t parent[SECRET_SIZE] = {1, 2, 3};

/* Runs with one allocation failing: whether it succeeded, and what it says when not. */
static struct {
	bool good;
	struct hansard_error error;
} outcome;

static void use_pool(void)
{
	struct secret_pool *made = NULL;
	outcome.good = secret_pool_create(2, &made, &outcome.error) == HANSARD_OK;
	expect((made != NULL) == outcome.good);
	secret_pool_destroy(made);
}

static void use_mac(void)
{
	struct mac *mac = mac_create((struct bytes){.data = parent, .size = sizeof(parent)});
	outcome.good = mac != NULL && mac_rekey(mac, (struct bytes){.data = parent, .size = sizeof(parent)});
	mac_destroy(mac);
}

static void use_aead(void)
{
	struct aead *aead = aead_create(parent);
	outcome.good = aead != NULL;
	aead_destroy(aead);
}

static void use_kek(void)
{
	struct key_kek_message message;
	struct key_kek kek = {0};
	outcome.good = key_kek_message(TEXT("acme"), 1, &message) &&
				   key_kek_of_umk(pool, (struct key_umk){.slot = parent}, &message, &kek, &outcome.error) == HANSARD_OK;
	expect((kek.slot != NULL) == outcome.good);
	secret_give(pool, kek.slot);
}

static void use_kek_id(void)
{
	struct key_kek_id id;
	outcome.good = key_kek_identify((struct key_kek){.slot = parent}, &id, &outcome.error) == HANSARD_OK;
}

static void use_tag(void)
{
	struct key_tag tag = {0};
	outcome.good = key_tag_of_dek(pool, (struct key_dek){.slot = parent}, &tag, &outcome.error) == HANSARD_OK;
	expect((tag.slot != NULL) == outcome.good);
	secret_give(pool, tag.slot);
}

static void use_seal_of_dek(void)
{
	struct seal *seal = NULL;
	outcome.good = seal_create_of_dek(pool, (struct key_dek){.slot = parent}, &seal, &outcome.error) == HANSARD_OK;
	expect((seal != NULL) == outcome.good);
	seal_destroy(seal);
}

static void use_seal_of_kek(void)
{
	struct seal *seal = NULL;
	outcome.good = seal_create_of_kek(pool, (struct key_kek){.slot = parent}, &seal, &outcome.error) == HANSARD_OK;
	expect((seal != NULL) == outcome.good);
	seal_destroy(seal);
}

static void use_sign_key(void)
{
	struct sign_key *key = NULL;
	outcome.good = sign_key_create(TEXT("judge"), parent, &key, &outcome.error) == HANSARD_OK;
	expect((key != NULL) == outcome.good);
	sign_key_destroy(key);
}

static struct sign_key *signer;
static char line[256];
static size_t line_size;

static void use_trusted(void)
{
	struct sign_public public = {0};
	const struct text text = {.data = line, .size = line_size};
	outcome.good = sign_public_read(text, &public, &outcome.error) == HANSARD_OK;
	expect((public.name_size != 0) == outcome.good);
}

static uint8_t signature[SIGN_SIGNATURE_SIZE];

static void use_message(void)
{
	uint8_t again[SIGN_SIGNATURE_SIZE];
	outcome.good = sign_message(signer, bytes_of_text(TEXT("note")), again);
}

static void use_signature(void)
{
	const enum genuine genuine = sign_verify(sign_key_public(signer), bytes_of_text(TEXT("note")),
											 (struct bytes){.data = signature, .size = sizeof(signature)});
	expect(genuine != GENUINE_FORGED);
	outcome.good = genuine == GENUINE_GOOD;
}

static struct seal *seal;
static struct mac *mac;
static uint8_t nonce[SEAL_NONCE_SIZE], box[4 + SEAL_TAG_SIZE];

static void use_box(void)
{
	uint8_t new_nonce[SEAL_NONCE_SIZE], new_box[sizeof(box)];
	const struct seal_request request = {.address = TEXT("dialogue:d/entity:meta/"),
										 .plain = {.bytes = bytes_of_text(TEXT("note"))}};
	outcome.good = seal_box(seal, &request, new_nonce, new_box);
	if (outcome.good) {
		memcpy(nonce, new_nonce, sizeof(nonce));
		memcpy(box, new_box, sizeof(box));
	}
}

static void use_opening(void)
{
	uint8_t plain[4];
	const struct seal_opening opening = {.address = TEXT("dialogue:d/entity:meta/"),
										 .nonce = {.data = nonce, .size = sizeof(nonce)},
										 .box = {.data = box, .size = sizeof(box)}};
	const enum genuine genuine = seal_open(seal, &opening, plain);
	expect(genuine != GENUINE_FORGED);
	outcome.good = genuine == GENUINE_GOOD;
	expect(!outcome.good || memcmp(plain, "note", 4) == 0);
}

static void use_authentication(void)
{
	const struct bytes message = bytes_of_text(TEXT("note"));
	struct digest digest;
	outcome.good = mac_of(mac, &message, 1, &digest);
}

/* One use with its n-th allocation failing; whether there was an n-th. */
static bool fail(void (*use)(void), int n)
{
	memset(&outcome, 0, sizeof(outcome));
	allocations_fail_at(n);
	use();
	return allocations_stop() >= n;
}

/* The pool lends as many slots as at first. */
static void expect_all_slots(void)
{
	uint8_t *slots[SLOTS];
	for (size_t i = 0; i < SLOTS; i++)
		expect((slots[i] = secret_take(pool)) != NULL);
	for (size_t i = 0; i < SLOTS; i++)
		secret_give(pool, slots[i]);
}

static void fail_each(void (*use)(void), bool has_error)
{
	int failed = 0;
	/* What OpenSSL keeps for the thread once something has failed is allocated by a first round. */
	for (int n = 1; fail(use, n); n++)
		;
	for (int n = 1;; n++) {
		const long live = allocations_live();
		const bool reached = fail(use, n);
		/* After a success OpenSSL may keep in its store of algorithms what was fetched, and in its queue what it got over. */
		expect(outcome.good || allocations_live() <= live);
		expect(outcome.good || ERR_peek_error() == 0);
		expect_all_slots();
		if (!reached)
			break;
		failed += !outcome.good;
		if (has_error && !outcome.good)
			expect_integer(outcome.error.status, HANSARD_FAILED);
	}
	expect(outcome.good);
	expect(failed > 0);
}

/* Whether what crypto allocates comes by the test's allocator at all. */
static bool is_counted(void)
{
	allocations_fail_at(0);
	use_mac();
	return allocations_stop() > 0;
}

static void begin(void)
{
	if (!is_counted())
		tap_skip("another allocator stands in front of the test's: that of a sanitizer or of valgrind");
	if (pool == NULL)
		expect_integer(secret_pool_create(SLOTS, &pool, NULL), HANSARD_OK);
	if (signer == NULL)
		expect_integer(sign_key_create(TEXT("judge"), parent, &signer, NULL), HANSARD_OK);
	struct buffer out = {.data = (uint8_t *)line, .capacity = sizeof(line), .ceiling = sizeof(line)};
	expect(sign_public_write(sign_key_public(signer), &out));
	line_size = out.size;
}

static void pools(void)
{
	begin();
	fail_each(use_pool, true);
}

static void macs(void)
{
	begin();
	fail_each(use_mac, false);
}

static void aeads(void)
{
	begin();
	fail_each(use_aead, false);
}

static void keys(void)
{
	begin();
	fail_each(use_kek, true);
	fail_each(use_kek_id, true);
	fail_each(use_tag, true);
}

static void seals(void)
{
	begin();
	fail_each(use_seal_of_dek, true);
	fail_each(use_seal_of_kek, true);
}

static void signing_keys(void)
{
	begin();
	fail_each(use_sign_key, true);
}

static void trusted_lines(void)
{
	begin();
	fail_each(use_trusted, true);
}

static void signing(void)
{
	begin();
	expect(sign_message(signer, bytes_of_text(TEXT("note")), signature));
	fail_each(use_message, false);
	/* A refusal is repeated, so one failing allocation changes nothing. */
	for (int n = 1; fail(use_signature, n); n++)
		expect(outcome.good);
}

static void sealing(void)
{
	begin();
	expect_integer(seal_create_of_dek(pool, (struct key_dek){.slot = parent}, &seal, NULL), HANSARD_OK);
	expect((mac = mac_create((struct bytes){.data = parent, .size = sizeof(parent)})) != NULL);
	use_box();
	expect(outcome.good);
	fail_each(use_box, false);
	fail_each(use_opening, false);
	fail_each(use_authentication, false);
	mac_destroy(mac);
	seal_destroy(seal);
}

static const struct tap_test tests[] = {
	{"making a pool survives every failing allocation", pools},
	{"making an HMAC survives every failing allocation", macs},
	{"making a cipher survives every failing allocation", aeads},
	{"deriving keys survives every failing allocation and gives their slots back", keys},
	{"making what seals survives every failing allocation and gives its slots back", seals},
	{"making a signing key survives every failing allocation", signing_keys},
	{"reading a trusted line fails for want of memory, and never calls the line bad for it", trusted_lines},
	{"signing and verifying survive every failing allocation", signing},
	{"sealing, opening and authenticating survive every failing allocation", sealing},
};

TAP_MAIN(tests)
