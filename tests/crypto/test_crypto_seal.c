/*
 * Boxes against those that an independent program sealed; what a nonce follows from; what does not open.
 */
#include "seal.h"

#include "hash.h"
#include "key_vectors.h"

static struct seal *seal_of_dek(const uint8_t bytes[static SECRET_SIZE])
{
	struct key_dek dek = {0};
	struct seal *seal = NULL;
	expect_integer(key_dek_of_bytes(pool, bytes, &dek, NULL), HANSARD_OK);
	expect_integer(seal_create_of_dek(pool, dek, &seal, NULL), HANSARD_OK);
	secret_give(pool, dek.slot);
	return seal;
}

static struct seal *seal_of_kek(const uint8_t bytes[static SECRET_SIZE])
{
	struct key_kek kek = {0};
	struct seal *seal = NULL;
	expect_integer(key_kek_of_mac(pool, bytes, &kek, NULL), HANSARD_OK);
	expect_integer(seal_create_of_kek(pool, kek, &seal, NULL), HANSARD_OK);
	secret_give(pool, kek.slot);
	return seal;
}

static struct seal *seal_of_row(const json_t *row)
{
	const struct bytes key = vectors_hex(arena, row, "key");
	expect_integer((int64_t)key.size, SECRET_SIZE);
	return text_is(vectors_text(row, "parent"), "kek") ? seal_of_kek(key.data) : seal_of_dek(key.data);
}

/* Whether these are the bytes of the vectors' box, of which only short ones are written out. */
static void expect_box(const json_t *row, struct bytes box)
{
	struct hash_context *hash = hash_create();
	struct digest digest;
	expect(hash != NULL);
	expect(hash_of(hash, &box, 1, &digest));
	hash_destroy(hash);
	expect_integer((int64_t)box.size, vectors_integer(row, "size"));
	expect(bytes_equal(digest_view(&digest), vectors_hex(arena, row, "sha256")));
	if (json_object_get(row, "box") != NULL)
		expect(bytes_equal(box, vectors_hex(arena, row, "box")));
}

static void expect_row(const json_t *row)
{
	const struct bytes plain = vectors_bytes(arena, row, "plain"), entropy = vectors_hex(arena, row, "entropy");
	const struct text address = vectors_text(row, "address");
	struct seal_request request = {.address = address, .plain = {.bytes = plain}};
	uint8_t nonce[SEAL_NONCE_SIZE];
	uint8_t *sealed = arena_allocate(arena, plain.size + SEAL_TAG_SIZE);
	const struct bytes box = {.data = sealed, .size = plain.size + SEAL_TAG_SIZE};
	uint8_t *opened = arena_allocate(arena, plain.size);
	struct seal *seal = seal_of_row(row);
	expect_integer((int64_t)entropy.size, SEAL_ENTROPY_SIZE);
	memcpy(request.entropy, entropy.data, SEAL_ENTROPY_SIZE);
	expect(seal_box(seal, &request, nonce, sealed));
	expect(bytes_equal((struct bytes){.data = nonce, .size = sizeof(nonce)}, vectors_hex(arena, row, "nonce")));
	expect_box(row, box);
	const struct seal_opening opening = {.address = address, .nonce = vectors_hex(arena, row, "nonce"), .box = box};
	expect(seal_open(seal, &opening, opened) == GENUINE_GOOD);
	expect(bytes_equal((struct bytes){.data = opened, .size = plain.size}, plain));
	seal_destroy(seal);
}

static void boxes(void)
{
	size_t at;
	json_t *row;
	begin();
	json_array_foreach(json_object_get(vectors, "boxes"), at, row) expect_row(row);
	expect_integer((int64_t)at, 24);
	finish();
}

/* Opens what Python sealed, from the bytes of the file alone, under each key that is not its own: none does. */
static void under_one_key_only(void)
{
	size_t at, other_at;
	json_t *row, *other;
	int refused = 0;
	begin();
	const json_t *rows = json_object_get(vectors, "boxes");
	json_array_foreach(rows, at, row)
	{
		if (json_object_get(row, "box") == NULL)
			continue;
		const struct seal_opening opening = {.address = vectors_text(row, "address"),
											 .nonce = vectors_hex(arena, row, "nonce"),
											 .box = vectors_hex(arena, row, "box")};
		uint8_t *plain = arena_allocate(arena, opening.box.size);
		json_array_foreach(rows, other_at, other)
		{
			const bool same = text_equal(vectors_text(row, "parent"), vectors_text(other, "parent")) &&
							  text_equal(vectors_text(row, "key"), vectors_text(other, "key"));
			struct seal *seal = seal_of_row(other);
			expect(seal_open(seal, &opening, plain) == (same ? GENUINE_GOOD : GENUINE_FORGED));
			seal_destroy(seal);
			refused += !same;
		}
	}
	expect(refused > 100);
	finish();
}

/* The bytes that are a DEK here and a KEK there open nothing of one another. */
static void seal_is_not_wrap(void)
{
	static const uint8_t bytes[SECRET_SIZE] = {1, 2, 3};
	struct seal_request request = {.address = TEXT("dialogue:d/entity:meta/"),
								   .plain = {.bytes = bytes_of_text(TEXT("hello"))}};
	uint8_t nonce[SEAL_NONCE_SIZE], box[5 + SEAL_TAG_SIZE], plain[5];
	const struct seal_opening opening = {.address = request.address,
										 .nonce = {.data = nonce, .size = sizeof(nonce)},
										 .box = {.data = box, .size = sizeof(box)}};
	begin();
	struct seal *sealing = seal_of_dek(bytes), *wrapping = seal_of_kek(bytes);
	expect(seal_box(sealing, &request, nonce, box));
	expect(seal_open(sealing, &opening, plain) == GENUINE_GOOD);
	expect(seal_open(wrapping, &opening, plain) == GENUINE_FORGED);
	expect(seal_box(wrapping, &request, nonce, box));
	expect(seal_open(wrapping, &opening, plain) == GENUINE_GOOD);
	expect(seal_open(sealing, &opening, plain) == GENUINE_FORGED);
	seal_destroy(wrapping);
	seal_destroy(sealing);
	finish();
}

/* A box of a request, under one key. */
struct made {
	uint8_t nonce[SEAL_NONCE_SIZE];
	uint8_t box[32 + SEAL_TAG_SIZE];
};

static struct made make(struct seal *seal, struct text address, uint8_t entropy, struct text plain)
{
	struct seal_request request = {.address = address, .plain = {.bytes = bytes_of_text(plain)}};
	struct made made = {0};
	expect(plain.size <= 32);
	memset(request.entropy, entropy, SEAL_ENTROPY_SIZE);
	expect(seal_box(seal, &request, made.nonce, made.box));
	return made;
}

static bool same_nonce(const struct made *a, const struct made *b)
{
	return memcmp(a->nonce, b->nonce, SEAL_NONCE_SIZE) == 0;
}

static void nonces_are_hedged(void)
{
	static const uint8_t key[SECRET_SIZE] = {4};
	const struct text here = TEXT("dialogue:d/entity:claim/00#01"), there = TEXT("dialogue:d/entity:claim/00#02");
	begin();
	struct seal *seal = seal_of_dek(key);
	const struct made all[] = {
		make(seal, here, 0, TEXT("the same")),   make(seal, here, 1, TEXT("the same")),
		make(seal, there, 0, TEXT("the same")),  make(seal, here, 0, TEXT("the samf")),
		make(seal, here, 0, TEXT("the same\0")),
	};
	for (size_t a = 0; a < 5; a++)
		for (size_t b = 0; b < a; b++)
			expect(!same_nonce(&all[a], &all[b]));
	const struct made again = make(seal, here, 0, TEXT("the same"));
	expect(memcmp(&again, &all[0], sizeof(again)) == 0);
	seal_destroy(seal);
	finish();
}

/* The end of an address and the beginning of a plaintext are told apart. */
static void nonce_of_what_is_where(void)
{
	static const uint8_t key[SECRET_SIZE] = {5};
	begin();
	struct seal *seal = seal_of_dek(key), *other = seal_of_kek(key);
	const struct made a = make(seal, TEXT("dialogue:d/entity:round/1"), 0, TEXT("2"));
	const struct made b = make(seal, TEXT("dialogue:d/entity:round/"), 0, TEXT("12"));
	const struct made c = make(other, TEXT("dialogue:d/entity:round/1"), 0, TEXT("2"));
	expect(!same_nonce(&a, &b));
	/* NONCE of a KEK and of a DEK of the same bytes are one key; only WRAP and SEAL tell the boxes apart. */
	expect(same_nonce(&a, &c));
	expect(memcmp(a.box, c.box, 1 + SEAL_TAG_SIZE) != 0);
	seal_destroy(other);
	seal_destroy(seal);
	finish();
}

/* What a reader is given: any one thing changed is refused, and nothing of the plaintext is left. */
static void expect_refused(struct seal *seal, const struct seal_opening *opening)
{
	uint8_t plain[64];
	memset(plain, 0xaa, sizeof(plain));
	expect(seal_open(seal, opening, plain) == GENUINE_FORGED);
	for (size_t i = 0; i < sizeof(plain); i++)
		expect(plain[i] == 0 || plain[i] == 0xaa);
}

static void every_byte_counts(void)
{
	static const uint8_t key[SECRET_SIZE] = {6};
	char address[] = "dialogue:d/entity:claim/00#01";
	const size_t address_size = sizeof(address) - 1;
	begin();
	struct seal *seal = seal_of_dek(key);
	struct made made =
		make(seal, (struct text){.data = address, .size = address_size}, 1, TEXT("twenty bytes of text"));
	const struct seal_opening opening = {.address = {.data = address, .size = address_size},
										 .nonce = {.data = made.nonce, .size = SEAL_NONCE_SIZE},
										 .box = {.data = made.box, .size = 20 + SEAL_TAG_SIZE}};
	uint8_t *const parts[] = {(uint8_t *)address, made.nonce, made.box};
	const size_t sizes[] = {address_size, SEAL_NONCE_SIZE, 20 + SEAL_TAG_SIZE};
	for (size_t part = 0; part < 3; part++) {
		for (size_t bit = 0; bit < sizes[part] * 8; bit++) {
			const uint8_t mask = (uint8_t)(1U << bit % 8);
			parts[part][bit / 8] ^= mask;
			expect_refused(seal, &opening);
			parts[part][bit / 8] ^= mask;
		}
	}
	uint8_t plain[20];
	expect(seal_open(seal, &opening, plain) == GENUINE_GOOD);
	expect(memcmp(plain, "twenty bytes of text", 20) == 0);
	seal_destroy(seal);
	finish();
}

static void every_length_counts(void)
{
	static const uint8_t key[SECRET_SIZE] = {7};
	static uint8_t large[LIMIT_PIECE + SEAL_TAG_SIZE + 1], plain[LIMIT_PIECE + 1];
	const struct text address = TEXT("dialogue:d/entity:claim/00#01");
	begin();
	struct seal *seal = seal_of_dek(key);
	uint8_t box[20 + SEAL_TAG_SIZE + 1], nonce[SEAL_NONCE_SIZE + 1] = {0};
	const struct made made = make(seal, address, 1, TEXT("twenty bytes of text"));
	memcpy(box, made.box, sizeof(box) - 1);
	box[sizeof(box) - 1] = 0;
	memcpy(nonce, made.nonce, SEAL_NONCE_SIZE);
	for (size_t size = 0; size <= sizeof(box); size++)
		for (size_t nonce_size = 0; nonce_size <= sizeof(nonce); nonce_size++) {
			const struct seal_opening opening = {
				.address = address, .nonce = {.data = nonce, .size = nonce_size}, .box = {.data = box, .size = size}};
			if (size == sizeof(box) - 1 && nonce_size == SEAL_NONCE_SIZE)
				expect(seal_open(seal, &opening, plain) == GENUINE_GOOD);
			else
				expect_refused(seal, &opening);
		}
	const struct seal_opening over = {.address = address,
									  .nonce = {.data = nonce, .size = SEAL_NONCE_SIZE},
									  .box = {.data = large, .size = sizeof(large)}};
	expect(seal_open(seal, &over, plain) == GENUINE_FORGED);
	seal_destroy(seal);
	finish();
}

/* A box of nothing, whose tag is right: an item without sealed fields has no box instead. */
static void box_of_nothing(void)
{
	static const uint8_t bytes[SECRET_SIZE] = {10}, nonce[SEAL_NONCE_SIZE];
	const struct bytes address = bytes_of_text(TEXT("dialogue:d/entity:meta/"));
	struct key_dek dek = {0};
	struct key_seal key = {0};
	struct digest aad;
	uint8_t box[SEAL_TAG_SIZE], plain[1];
	begin();
	expect_integer(key_dek_of_bytes(pool, bytes, &dek, NULL), HANSARD_OK);
	expect_integer(key_seal_of_dek(pool, dek, &key, NULL), HANSARD_OK);
	struct aead *aead = aead_create(key.slot);
	struct hash_context *hash = hash_create();
	secret_give(pool, key.slot);
	secret_give(pool, dek.slot);
	expect(aead != NULL && hash != NULL);
	expect(hash_of(hash, &address, 1, &aad));
	expect(aead_seal(aead, nonce, digest_view(&aad), (struct bytes){0}, box));
	const struct seal_opening opening = {.address = text_of_bytes(address),
										 .nonce = {.data = nonce, .size = sizeof(nonce)},
										 .box = {.data = box, .size = sizeof(box)}};
	struct seal *seal = seal_of_dek(bytes);
	expect(seal_open(seal, &opening, plain) == GENUINE_FORGED);
	seal_destroy(seal);
	hash_destroy(hash);
	aead_destroy(aead);
	finish();
}

static void sizes_of_plaintext(void)
{
	static const uint8_t key[SECRET_SIZE] = {8};
	static uint8_t plain[LIMIT_PIECE + 1], box[LIMIT_PIECE + 1 + SEAL_TAG_SIZE];
	const size_t sizes[] = {0, 1, LIMIT_PIECE, LIMIT_PIECE + 1};
	const bool taken[] = {false, true, true, false};
	uint8_t nonce[SEAL_NONCE_SIZE];
	begin();
	struct seal *seal = seal_of_dek(key);
	for (size_t i = 0; i < 4; i++) {
		struct seal_request request = {.address = TEXT("dialogue:d/entity:meta/"),
									   .plain = {.bytes = {.data = plain, .size = sizes[i]}}};
		expect(seal_box(seal, &request, nonce, box) == taken[i]);
	}
	seal_destroy(seal);
	seal_destroy(NULL);
	finish();
}

static void largest_address(void)
{
	static const uint8_t key[SECRET_SIZE] = {9};
	static char address[2 * LIMIT_ADDRESS];
	uint8_t nonce[SEAL_NONCE_SIZE], box[1 + SEAL_TAG_SIZE], plain[1];
	memset(address, 'a', sizeof(address));
	begin();
	struct seal *seal = seal_of_dek(key);
	struct seal_request request = {.address = {.data = address, .size = LIMIT_ADDRESS},
								   .plain = {.bytes = bytes_of_text(TEXT("x"))}};
	expect(seal_box(seal, &request, nonce, box));
	const struct seal_opening opening = {.address = request.address,
										 .nonce = {.data = nonce, .size = sizeof(nonce)},
										 .box = {.data = box, .size = sizeof(box)}};
	expect(seal_open(seal, &opening, plain) == GENUINE_GOOD);
	request.address.size = sizeof(address);
	expect(!seal_box(seal, &request, nonce, box));
	seal_destroy(seal);
	finish();
}

/* With less than two free slots there is no seal, and what was lent comes back. */
static void lends_two_slots(void)
{
	static uint8_t parent[SECRET_SIZE] = {1};
	uint8_t *taken[SLOTS];
	begin();
	for (size_t free_slots = 0; free_slots <= 2; free_slots++) {
		struct hansard_error errors[2] = {{0}, {0}};
		struct seal *of_dek = NULL, *of_kek = NULL;
		for (size_t i = free_slots; i < SLOTS; i++)
			expect((taken[i] = secret_take(pool)) != NULL);
		const enum hansard_status wanted = free_slots < 2 ? HANSARD_FAILED : HANSARD_OK;
		expect_integer(seal_create_of_dek(pool, (struct key_dek){.slot = parent}, &of_dek, &errors[0]), wanted);
		expect_integer(seal_create_of_kek(pool, (struct key_kek){.slot = parent}, &of_kek, &errors[1]), wanted);
		expect((of_dek != NULL) == (free_slots == 2) && (of_kek != NULL) == (free_slots == 2));
		for (size_t i = 0; i < 2; i++)
			expect_string(errors[i].kind, free_slots < 2 ? "no_slot" : "");
		seal_destroy(of_dek);
		seal_destroy(of_kek);
		for (size_t i = free_slots; i < SLOTS; i++)
			secret_give(pool, taken[i]);
	}
	finish();
}

static const struct tap_test tests[] = {
	{"boxes and nonces are those of the vectors, and open", boxes},
	{"what Python sealed opens under its own key and no other", under_one_key_only},
	{"a DEK opens nothing that a KEK of the same bytes wrapped, nor the other way", seal_is_not_wrap},
	{"other entropy, another address or another plaintext gives another nonce; the same of all the same box",
	 nonces_are_hedged},
	{"where an address ends and its plaintext begins is told apart", nonce_of_what_is_where},
	{"a changed address, nonce or box does not open, for every bit", every_byte_counts},
	{"a nonce or box of any other length does not open", every_length_counts},
	{"a box of nothing does not open, its tag being right", box_of_nothing},
	{"1 to LIMIT_PIECE bytes are sealed, none and more are refused", sizes_of_plaintext},
	{"an address of LIMIT_ADDRESS bytes is taken, twice that is refused", largest_address},
	{"a seal needs two free slots, and gives them back", lends_two_slots},
};

TAP_MAIN(tests)
