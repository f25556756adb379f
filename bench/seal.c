/*
 * Sealing the items of a dialogue anew, against AES-256-GCM of the same bytes and nothing else.
 */
#include <openssl/evp.h>

#include "bench.h"
#include "fixture.h"
#include "item.h"
#include "limits.h"
#include "measure.h"

enum { REPEATS = 400, MOST = 200 };

/* What is sealed, with which keys, into which memory. */
struct sealing {
	struct fixture *fixture;
	struct item_request requests[MOST];
	size_t count, bytes;
	struct item_keys *keys;
	struct seal *seal;
	struct mac *mac;
	struct hash_context *hash;
	EVP_CIPHER_CTX *raw;
	struct buffer out;
	uint64_t nonces;
};

static void must(bool good)
{
	if (!good)
		measure_die("sealing failed");
}

/* The items of a loaded dialogue that have sealed fields. */
static void collect(struct sealing *sealing, const struct vault_state *state, struct arena *arena)
{
	for (size_t i = 0; i < state->item_count && sealing->count < MOST; i++) {
		const struct vault_item *item = &state->items[i];
		uint8_t *data = arena_allocate(arena, LIMIT_ADDRESS);
		struct buffer address = {.data = data, .capacity = LIMIT_ADDRESS, .ceiling = LIMIT_ADDRESS};
		must(data != NULL && item_key_address(state->dialogue_id, item->key, &address));
		if (item->plain.bytes.size == 0)
			continue;
		sealing->requests[sealing->count++] = (struct item_request){
			.place = {.tenant = vault_tenant(sealing->fixture->vault), .address = buffer_text(&address)},
			.generation = item->generation,
			.rev = item->rev,
			.attrs = item->attrs,
			.plain = item->plain};
		sealing->bytes += item->plain.bytes.size;
	}
}

static void make_keys(struct sealing *sealing)
{
	static const uint8_t key[SECRET_SIZE] = {1};
	struct secret_pool *pool = keyring_pool(sealing->fixture->keyring);
	struct key_dek dek;
	must(key_dek_of_bytes(pool, key, &dek, NULL) == HANSARD_OK &&
		 item_keys_create(pool, dek, &sealing->keys, NULL) == HANSARD_OK &&
		 seal_create_of_dek(pool, dek, &sealing->seal, NULL) == HANSARD_OK);
	secret_give(pool, dek.slot);
	sealing->mac = mac_create((struct bytes){.data = key, .size = sizeof(key)});
	sealing->hash = hash_create();
	sealing->raw = EVP_CIPHER_CTX_new();
	must(sealing->mac != NULL && sealing->hash != NULL && sealing->raw != NULL &&
		 EVP_EncryptInit_ex2(sealing->raw, EVP_aes_256_gcm(), key, NULL, NULL) == 1);
}

static void destroy_keys(struct sealing *sealing)
{
	EVP_CIPHER_CTX_free(sealing->raw);
	hash_destroy(sealing->hash);
	mac_destroy(sealing->mac);
	seal_destroy(sealing->seal);
	item_keys_destroy(sealing->keys);
	buffer_finish(&sealing->out);
}

static void draw(const struct sealing *sealing, uint8_t entropy[static SEAL_ENTROPY_SIZE])
{
	const struct hansard_platform *platform = &sealing->fixture->platform;
	must(platform->entropy(platform->context, entropy, SEAL_ENTROPY_SIZE));
}

/* An item as it is stored: nonce, box, digest, tag and leaf. */
static double seal_items(struct sealing *sealing)
{
	struct digest leaf;
	const double begin = measure_now_us();
	for (size_t i = 0; i < sealing->count; i++) {
		draw(sealing, sealing->requests[i].entropy);
		sealing->out.size = 0;
		must(item_seal(sealing->keys, &sealing->requests[i], &sealing->out, &leaf, NULL) == HANSARD_OK);
	}
	return measure_now_us() - begin;
}

/* The box alone, with its nonce. */
static double seal_boxes(struct sealing *sealing)
{
	uint8_t nonce[SEAL_NONCE_SIZE];
	const double begin = measure_now_us();
	for (size_t i = 0; i < sealing->count; i++) {
		struct seal_request request = {.address = sealing->requests[i].place.address,
									   .plain = sealing->requests[i].plain};
		draw(sealing, request.entropy);
		must(seal_box(sealing->seal, &request, nonce, sealing->out.data));
	}
	return measure_now_us() - begin;
}

/* AES-256-GCM and nothing else: the key schedule is kept, the nonce counts. */
static double encrypt_raw(struct sealing *sealing)
{
	const double begin = measure_now_us();
	for (size_t i = 0; i < sealing->count; i++) {
		const struct bytes plain = sealing->requests[i].plain.bytes;
		uint8_t nonce[SEAL_NONCE_SIZE] = {0}, *out = sealing->out.data;
		int size;
		sealing->nonces++;
		memcpy(nonce, &sealing->nonces, sizeof(sealing->nonces));
		must(EVP_EncryptInit_ex2(sealing->raw, NULL, NULL, nonce, NULL) == 1 &&
			 EVP_EncryptUpdate(sealing->raw, out, &size, plain.data, (int)plain.size) == 1 &&
			 EVP_EncryptFinal_ex(sealing->raw, out + size, &size) == 1 &&
			 EVP_CIPHER_CTX_ctrl(sealing->raw, EVP_CTRL_AEAD_GET_TAG, SEAL_TAG_SIZE, out + plain.size) == 1);
	}
	return measure_now_us() - begin;
}

/* What the format asks for besides: the bytes once through HMAC, for the nonce, and once through SHA-256, for the leaf. */
static double hash_twice(struct sealing *sealing)
{
	struct digest digest;
	const double begin = measure_now_us();
	for (size_t i = 0; i < sealing->count; i++)
		must(mac_of(sealing->mac, &sealing->requests[i].plain.bytes, 1, &digest) &&
			 hash_of(sealing->hash, &sealing->requests[i].plain.bytes, 1, &digest));
	return measure_now_us() - begin;
}

static void measure_sealing(struct sealing *sealing, size_t repeats)
{
	static struct measure items, boxes, raws, hashes;
	for (size_t i = 0; i < repeats; i++) {
		measure_add(&items, seal_items(sealing));
		measure_add(&boxes, seal_boxes(sealing));
		measure_add(&raws, encrypt_raw(sealing));
		measure_add(&hashes, hash_twice(sealing));
	}
	const double item = measure_low(&items), box = measure_low(&boxes), raw = measure_low(&raws),
				 hash = measure_low(&hashes);
	measure_line("seal", item / raw,
				 "items with nonce, box, tag and leaf %.1f us, AES-256-GCM alone %.1f us, %zu items, %zu bytes (aim: "
				 "at most 2)",
				 item, raw, sealing->count, sealing->bytes);
	measure_line("seal", box / raw, "the boxes with their nonces %.1f us, AES-256-GCM alone %.1f us", box, raw);
	measure_line("seal", item / (raw + hash),
				 "of AES-256-GCM, one HMAC (nonce) and one SHA-256 (leaf) of the same bytes: %.1f us", raw + hash);
}

void seal_run(struct bench *bench)
{
	static struct sealing sealing;
	struct hansard_error error = {.status = HANSARD_OK};
	struct arena *arena = arena_create(LIMIT_ARENA);
	struct vault_state *state;
	sealing.fixture = bench_hundreds(bench);
	fixture_must(vault_load(sealing.fixture->vault, sealing.fixture->ids[0], arena, &state, &error), &error);
	collect(&sealing, state, arena);
	make_keys(&sealing);
	buffer_init(&sealing.out, LIMIT_STORED_ITEM);
	must(buffer_append_room(&sealing.out, LIMIT_STORED_ITEM) != NULL);
	measure_sealing(&sealing, bench_repeats(bench, REPEATS));
	destroy_keys(&sealing);
	arena_destroy(arena);
}
