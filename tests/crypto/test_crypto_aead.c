/*
 * AES-256-GCM beyond the published vectors: every byte that a box depends on, every length, what is left behind on failure.
 */
#include "aead.h"

#include "limits.h"
#include "tap.h"

/* Of <openssl/err.h>, as openssl_queue.h says. */
unsigned long ERR_peek_error(void);

enum { PLAIN = 53, AAD = 32, BOX = PLAIN + AEAD_TAG_SIZE };

/* What a box is made of. */
struct sample {
	uint8_t key[AEAD_KEY_SIZE];
	uint8_t nonce[AEAD_NONCE_SIZE];
	uint8_t aad[AAD];
	uint8_t plain[PLAIN];
	uint8_t box[BOX];
};

static uint8_t large[2][LIMIT_PIECE + 1 + AEAD_TAG_SIZE];

static void fill(uint8_t *data, size_t size, uint8_t start)
{
	for (size_t i = 0; i < size; i++)
		data[i] = (uint8_t)(start + i * 7);
}

static struct aead *create(const uint8_t *key)
{
	struct aead *aead = aead_create(key);
	expect(aead != NULL);
	return aead;
}

static struct sample sample_of(void)
{
	struct sample sample;
	fill(sample.key, AEAD_KEY_SIZE, 1);
	fill(sample.nonce, AEAD_NONCE_SIZE, 2);
	fill(sample.aad, AAD, 3);
	fill(sample.plain, PLAIN, 4);
	struct aead *aead = create(sample.key);
	expect(aead_seal(aead, sample.nonce, (struct bytes){.data = sample.aad, .size = AAD},
					 (struct bytes){.data = sample.plain, .size = PLAIN}, sample.box));
	aead_destroy(aead);
	return sample;
}

static bool open(struct aead *aead, const struct sample *sample, size_t box_size, uint8_t *plain)
{
	return aead_open(aead, sample->nonce, (struct bytes){.data = sample->aad, .size = AAD},
					 (struct bytes){.data = sample->box, .size = box_size}, plain) == GENUINE_GOOD;
}

/* A box that does not open leaves zeros, and nothing behind them; the same context opens the good one after it. */
static void expect_refused(struct aead *aead, const struct sample *bad)
{
	uint8_t plain[PLAIN + 1];
	memset(plain, 0xaa, sizeof(plain));
	expect(!open(aead, bad, BOX, plain));
	for (size_t i = 0; i < PLAIN; i++)
		expect_integer(plain[i], 0);
	expect_integer(plain[PLAIN], 0xaa);
	expect(ERR_peek_error() == 0);
}

static void expect_good(struct aead *aead, const struct sample *sample)
{
	uint8_t plain[PLAIN + 1] = {[PLAIN] = 0xaa};
	expect(open(aead, sample, BOX, plain));
	expect(memcmp(plain, sample->plain, PLAIN) == 0);
	expect_integer(plain[PLAIN], 0xaa);
}

/* Every bit of `size` bytes at an offset of the sample. */
static void flip(size_t offset, size_t size)
{
	const struct sample good = sample_of();
	struct aead *aead = create(good.key);
	for (size_t bit = 0; bit < size * 8; bit++) {
		struct sample bad = good;
		((uint8_t *)&bad)[offset + bit / 8] ^= (uint8_t)(1U << bit % 8);
		expect_refused(aead, &bad);
	}
	expect_good(aead, &good);
	aead_destroy(aead);
}

static void other_nonce(void)
{
	flip(offsetof(struct sample, nonce), AEAD_NONCE_SIZE);
}

static void other_aad(void)
{
	flip(offsetof(struct sample, aad), AAD);
}

static void other_box(void)
{
	flip(offsetof(struct sample, box), BOX);
}

static void other_key(void)
{
	const struct sample good = sample_of();
	for (size_t bit = 0; bit < AEAD_KEY_SIZE * 8; bit++) {
		uint8_t key[AEAD_KEY_SIZE];
		memcpy(key, good.key, sizeof(key));
		key[bit / 8] ^= (uint8_t)(1U << bit % 8);
		struct aead *aead = create(key);
		expect_refused(aead, &good);
		aead_destroy(aead);
	}
}

static void truncated(void)
{
	const struct sample good = sample_of();
	struct aead *aead = create(good.key);
	for (size_t size = 0; size < BOX; size++) {
		uint8_t plain[BOX];
		const size_t plain_size = size < AEAD_TAG_SIZE ? 0 : size - AEAD_TAG_SIZE;
		memset(plain, 0xaa, sizeof(plain));
		expect(!open(aead, &good, size, plain));
		for (size_t i = 0; i < BOX; i++)
			expect_integer(plain[i], i < plain_size ? 0 : 0xaa);
	}
	expect_good(aead, &good);
	aead_destroy(aead);
}

static void other_aad_size(void)
{
	const struct sample good = sample_of();
	struct aead *aead = create(good.key);
	uint8_t plain[PLAIN];
	for (size_t size = 0; size < AAD; size++)
		expect(aead_open(aead, good.nonce, (struct bytes){.data = good.aad, .size = size},
						 (struct bytes){.data = good.box, .size = BOX}, plain) == GENUINE_FORGED);
	expect_good(aead, &good);
	aead_destroy(aead);
}

static const uint8_t zero_nonce[AEAD_NONCE_SIZE];

static void sizes(void)
{
	const size_t tried[] = {0, 1, 15, 16, 17, LIMIT_PIECE - 1, LIMIT_PIECE};
	const struct sample good = sample_of();
	struct aead *aead = create(good.key);
	for (size_t i = 0; i < sizeof(tried) / sizeof(tried[0]); i++) {
		const size_t size = tried[i];
		static uint8_t plain[LIMIT_PIECE];
		fill(plain, size, 9);
		memset(large, 0xaa, sizeof(large));
		expect(aead_seal(aead, zero_nonce, (struct bytes){0}, (struct bytes){.data = plain, .size = size}, large[0]));
		expect_integer(large[0][size + AEAD_TAG_SIZE], 0xaa);
		expect(aead_open(aead, zero_nonce, (struct bytes){0},
						 (struct bytes){.data = large[0], .size = size + AEAD_TAG_SIZE}, large[1]) == GENUINE_GOOD);
		expect(memcmp(large[1], plain, size) == 0);
		expect_integer(large[1][size], 0xaa);
	}
	aead_destroy(aead);
}

static void too_large(void)
{
	static const uint8_t data[LIMIT_PIECE + 1 + AEAD_TAG_SIZE];
	const struct bytes over = {.data = data, .size = LIMIT_PIECE + 1}, some = {.data = data, .size = 1};
	const struct sample good = sample_of();
	struct aead *aead = create(good.key);
	memset(large, 0xaa, sizeof(large));
	expect(!aead_seal(aead, zero_nonce, some, over, large[0]));
	expect(!aead_seal(aead, zero_nonce, over, some, large[0]));
	expect(aead_open(aead, zero_nonce, some, (struct bytes){.data = data, .size = sizeof(data)}, large[0]) ==
		   GENUINE_FORGED);
	expect(aead_open(aead, zero_nonce, over, (struct bytes){.data = data, .size = 17}, large[0]) == GENUINE_FORGED);
	expect(aead_open(aead, zero_nonce, some, (struct bytes){.data = data, .size = SIZE_MAX}, large[0]) ==
		   GENUINE_FORGED);
	expect(!aead_seal(aead, zero_nonce, some, (struct bytes){.data = data, .size = SIZE_MAX}, large[0]));
	aead_destroy(aead);
}

/* The limit itself is no limit of the associated data alone. */
static void largest_aad(void)
{
	static const uint8_t data[LIMIT_PIECE];
	const struct bytes aad = {.data = data, .size = LIMIT_PIECE};
	const struct sample good = sample_of();
	struct aead *aead = create(good.key);
	uint8_t box[AEAD_TAG_SIZE], plain[1];
	expect(aead_seal(aead, zero_nonce, aad, (struct bytes){0}, box));
	expect(aead_open(aead, zero_nonce, aad, (struct bytes){.data = box, .size = sizeof(box)}, plain) == GENUINE_GOOD);
	aead_destroy(aead);
}

static void contexts_are_reused(void)
{
	const struct sample good = sample_of();
	struct aead *aead = create(good.key);
	uint8_t box[BOX];
	for (int i = 0; i < 3; i++) {
		expect(aead_seal(aead, good.nonce, (struct bytes){.data = good.aad, .size = AAD},
						 (struct bytes){.data = good.plain, .size = PLAIN}, box));
		expect(memcmp(box, good.box, BOX) == 0);
		expect_good(aead, &good);
	}
	aead_destroy(aead);
	aead_destroy(NULL);
}

static const struct tap_test tests[] = {
	{"a box under another nonce does not open and leaves zeros, for every bit", other_nonce},
	{"a box with other associated data does not open and leaves zeros, for every bit", other_aad},
	{"a changed box does not open and leaves zeros, for every bit of ciphertext and tag", other_box},
	{"a box under another key does not open and leaves zeros, for every bit", other_key},
	{"a box that is cut at any length does not open and leaves zeros", truncated},
	{"a box with shorter associated data does not open", other_aad_size},
	{"0, 1, a block and LIMIT_PIECE bytes are sealed and opened, and nothing is written behind them", sizes},
	{"more than LIMIT_PIECE bytes are neither sealed nor opened", too_large},
	{"LIMIT_PIECE bytes of associated data are taken", largest_aad},
	{"one key seals the same to the same, however often, and opens in between", contexts_are_reused},
};

TAP_MAIN(tests)
