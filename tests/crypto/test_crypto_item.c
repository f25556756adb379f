/*
 * Stored items: what is written, what is refused, and that no byte can change unnoticed.
 */
#include "item.h"

#include "base64.h"
#include "cbor_read.h"
#include "cbor_write.h"
#include "limits.h"
#include "tap.h"

static struct buffer attrs, stored;
static struct secret_pool *pool;
static struct key_dek dek;
static struct item_keys *keys;
static struct hash_context *context;
static struct digest leaf;
static uint8_t plain[LIMIT_PIECE];

static const struct item_place place = {.tenant = {.data = "acme", .size = 4},
										.address = {.data = "dialogue:d/entity:tension/00#01", .size = 31}};

static struct item_keys *keys_of(uint8_t first)
{
	uint8_t bytes[SECRET_SIZE];
	struct item_keys *made;
	for (size_t i = 0; i < SECRET_SIZE; i++)
		bytes[i] = (uint8_t)(first + i);
	secret_give(pool, dek.slot);
	expect_integer(key_dek_of_bytes(pool, bytes, &dek, NULL), HANSARD_OK);
	expect_integer(item_keys_create(pool, dek, &made, NULL), HANSARD_OK);
	return made;
}

static void finish(void)
{
	buffer_finish(&attrs);
	buffer_finish(&stored);
	item_keys_destroy(keys);
	secret_pool_destroy(pool);
	hash_destroy(context);
	dek = (struct key_dek){0};
}

static void begin(void)
{
	finish();
	expect_integer(secret_pool_create(8, &pool, NULL), HANSARD_OK);
	keys = keys_of(0);
	context = hash_create();
	expect(context != NULL);
	buffer_init(&attrs, LIMIT_DOCUMENT);
	buffer_init(&stored, LIMIT_DOCUMENT);
	struct cbor_writer writer;
	cbor_write_begin(&writer, &attrs);
	cbor_write_map(&writer, 3);
	cbor_write_text(&writer, TEXT("n"));
	cbor_write_integer(&writer, -5);
	cbor_write_text(&writer, TEXT("ok"));
	cbor_write_boolean(&writer, true);
	cbor_write_text(&writer, TEXT("status"));
	cbor_write_text(&writer, TEXT("open"));
	expect(cbor_write_finish(&writer));
}

static struct plain_bytes plain_of(struct text text)
{
	return (struct plain_bytes){.bytes = bytes_of_text(text)};
}

static struct stored_bytes stored_view(void)
{
	return (struct stored_bytes){.bytes = buffer_view(&stored)};
}

static struct item_request request_of(struct text text)
{
	return (struct item_request){.place = place,
								 .generation = 3,
								 .rev = 7,
								 .attrs = buffer_view(&attrs),
								 .plain = plain_of(text),
								 .entropy = {1, 2, 3}};
}

static void write_of(struct text text)
{
	begin();
	const struct item_request request = request_of(text);
	expect_integer(item_seal(keys, &request, &stored, &leaf, NULL), HANSARD_OK);
}

static void write_one(void)
{
	write_of(TEXT("plain"));
}

/* Reads, proves and opens what is stored, as a load does: whether all of it holds. */
static bool opens(struct item_keys *with, struct item_place at)
{
	struct item item;
	struct item_proof proof;
	return item_read(stored_view(), &item, NULL) == HANSARD_OK && item_prove(context, at, stored_view(), &proof) &&
		   item_open(with, at, &item, &proof.digest, plain) == GENUINE_GOOD;
}

static void round_trip(void)
{
	struct item item;
	struct item_proof proof;
	write_one();
	expect_integer(item_read(stored_view(), &item, NULL), HANSARD_OK);
	expect_integer(item.generation, 3);
	expect_integer(item.rev, 7);
	expect(bytes_equal(item.attrs, buffer_view(&attrs)));
	expect_integer((int64_t)item_plain_size(&item), 5);
	expect(item_prove(context, place, stored_view(), &proof));
	expect(digest_equal(&proof.leaf, &leaf));
	expect_integer(item_open(keys, place, &item, &proof.digest, plain), GENUINE_GOOD);
	expect(memcmp(plain, "plain", 5) == 0);
	write_of(TEXT(""));
	expect_integer(item_read(stored_view(), &item, NULL), HANSARD_OK);
	expect(item.nonce.size == 0 && item.box.size == 0 && item.tag.size == ITEM_TAG_SIZE);
	expect_integer((int64_t)item_plain_size(&item), 0);
	expect(opens(keys, place));
}

/* Same randomness, same bytes; other randomness or content, another nonce. */
static void hedged(void)
{
	uint8_t first[256];
	struct item item;
	write_one();
	const size_t size = stored.size;
	memcpy(first, stored.data, size);
	write_one();
	expect(bytes_equal(buffer_view(&stored), (struct bytes){.data = first, .size = size}));
	expect_integer(item_read(stored_view(), &item, NULL), HANSARD_OK);
	uint8_t nonce[SEAL_NONCE_SIZE];
	memcpy(nonce, item.nonce.data, sizeof(nonce));
	write_of(TEXT("plaim"));
	expect_integer(item_read(stored_view(), &item, NULL), HANSARD_OK);
	expect(memcmp(nonce, item.nonce.data, sizeof(nonce)) != 0);
	begin();
	struct item_request request = request_of(TEXT("plain"));
	request.entropy[31] = 1;
	expect_integer(item_seal(keys, &request, &stored, &leaf, NULL), HANSARD_OK);
	expect_integer(item_read(stored_view(), &item, NULL), HANSARD_OK);
	expect(memcmp(nonce, item.nonce.data, sizeof(nonce)) != 0);
}

static void leaf_is_of_the_body(void)
{
	struct buffer body = {.ceiling = LIMIT_DOCUMENT};
	struct digest digest, wanted;
	struct item item;
	struct cbor_writer writer;
	write_one();
	expect_integer(item_read(stored_view(), &item, NULL), HANSARD_OK);
	cbor_write_begin(&writer, &body);
	cbor_write_array(&writer, 8);
	cbor_write_integer(&writer, 1);
	cbor_write_text(&writer, place.tenant);
	cbor_write_text(&writer, place.address);
	cbor_write_integer(&writer, 3);
	cbor_write_integer(&writer, 7);
	cbor_write_encoded(&writer, buffer_view(&attrs));
	cbor_write_bytes(&writer, item.nonce);
	cbor_write_bytes(&writer, item.box);
	expect(cbor_write_finish(&writer));
	const struct bytes piece = buffer_view(&body);
	expect(hash_of(context, &piece, 1, &digest));
	uint8_t d[DIGEST_SIZE + ITEM_TAG_SIZE];
	memcpy(d, digest.bytes, DIGEST_SIZE);
	memcpy(d + DIGEST_SIZE, item.tag.data, ITEM_TAG_SIZE);
	expect(hash_leaf(context, (struct bytes){.data = d, .size = sizeof(d)}, &wanted));
	expect(digest_equal(&leaf, &wanted));
	buffer_finish(&body);
}

/* Another byte in any place: the leaf is another one, or there is none; and where it can be read, it does not open. */
static void every_byte_counts(void)
{
	struct item_proof proof;
	size_t read = 0;
	write_one();
	for (size_t at = 0; at < stored.size; at++)
		for (unsigned flip = 1; flip < 256; flip++) {
			struct item item;
			stored.data[at] ^= (uint8_t)flip;
			expect(!item_prove(context, place, stored_view(), &proof) || !digest_equal(&proof.leaf, &leaf));
			expect(!opens(keys, place));
			read += item_read(stored_view(), &item, NULL) == HANSARD_OK ? 1 : 0;
			stored.data[at] ^= (uint8_t)flip;
		}
	expect(read > 0);
	expect(opens(keys, place));
}

static void place_counts(void)
{
	struct item_proof proof;
	const struct item_place others[] = {
		{.tenant = TEXT("acmf"), .address = place.address},
		{.tenant = place.tenant, .address = TEXT("dialogue:d/entity:tension/00#02")},
		{.tenant = TEXT("acm"), .address = place.address},
	};
	write_one();
	for (size_t i = 0; i < 3; i++) {
		expect(item_prove(context, others[i], stored_view(), &proof));
		expect(!digest_equal(&proof.leaf, &leaf));
		expect(!opens(keys, others[i]));
	}
}

/* What is wiped of the room for the plaintext when an item does not open. */
static void other_keys(void)
{
	write_one();
	struct item_keys *other = keys_of(1);
	memcpy(plain, "older", 5);
	expect(!opens(other, place));
	expect(memcmp(plain, "\0\0\0\0\0", 5) == 0);
	item_keys_destroy(other);
	write_of(TEXT(""));
	other = keys_of(1);
	expect(!opens(other, place));
	item_keys_destroy(other);
}

static void cut_or_lengthened(void)
{
	struct item item;
	write_one();
	for (size_t size = 0; size < stored.size; size++)
		expect_integer(item_read((struct stored_bytes){.bytes = {.data = stored.data, .size = size}}, &item, NULL),
					   HANSARD_VIOLATED);
	expect(buffer_append_byte(&stored, 0));
	expect_integer(item_read(stored_view(), &item, NULL), HANSARD_VIOLATED);
}

#define ZERO_TAG                                                                                                       \
	"5820"                                                                                                             \
	"0000000000000000000000000000000000000000000000000000000000000000"

static enum hansard_status read_hex(const char *hex, struct hansard_error *error)
{
	uint8_t data[128];
	struct item item;
	const size_t size = strlen(hex) / 2;
	expect(size <= sizeof(data) && base64_hex_decode(text_of_string(hex), data, size));
	return item_read((struct stored_bytes){.bytes = {.data = data, .size = size}}, &item, error);
}

static void strict(void)
{
	static const struct {
		const char *hex, *what;
	} refused[] = {
		{"87010007a04040" ZERO_TAG, "generation 0"},
		{"870119271007a04040" ZERO_TAG, "generation 10,000"},
		{"87010100a04040" ZERO_TAG, "rev 0"},
		{"8701011b00000002540be400a04040" ZERO_TAG, "rev 10^10"},
		{"87010107804040" ZERO_TAG, "attrs an array"},
		{"87010107a16161804040" ZERO_TAG, "a value an array"},
		{"87010107a16161404040" ZERO_TAG, "a value of bytes"},
		{"87010107a26162016161014040" ZERO_TAG, "keys out of order"},
		{"87010107a0410040" ZERO_TAG, "a nonce without box"},
		{"87010107a04c00000000000000000000000040" ZERO_TAG, "a whole nonce without box"},
		{"87010107a040510000000000000000000000000000000000" ZERO_TAG, "a box without nonce"},
		{"87010107a04b0000000000000000000000510000000000000000000000000000000000" ZERO_TAG, "a short nonce"},
		{"87010107a04c0000000000000000000000005000000000000000000000000000000000" ZERO_TAG, "a box of nothing"},
		{"87010107a04040"
		 "40",
		 "no tag"},
		{"87010107a04040"
		 "581f00000000000000000000000000000000000000000000000000000000000000",
		 "a short tag"},
		{"8701011807a04040" ZERO_TAG, "a longer head than needed"},
		{"86010107a04040", "six fields"},
	};
	expect_integer(read_hex("87010107a04040" ZERO_TAG, NULL), HANSARD_OK);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (read_hex(refused[i].hex, NULL) != HANSARD_VIOLATED)
			tap_fail(__FILE__, __LINE__, "%s is read", refused[i].what);
}

/* An item of version 0 carried its content in clear. */
static void other_versions(void)
{
	struct hansard_error error = {0};
	struct item_proof proof;
	static const uint8_t zero[] = {0x87, 0, 1, 7, 0xa0, 0x40, 0x41, 'p', 0x40};
	const struct stored_bytes old = {.bytes = {.data = zero, .size = sizeof(zero)}};
	begin();
	expect_integer(read_hex("87000107a040417040", &error), HANSARD_INVALID);
	expect_string(error.kind, "store_format");
	expect(strstr(error.hint, "import") != NULL);
	expect(!item_prove(context, place, old, &proof));
	expect_integer(read_hex("87020107a04040" ZERO_TAG, &error), HANSARD_INVALID);
	expect_string(error.kind, "store_format");
	expect(strstr(error.hint, "release") != NULL);
	expect_integer(read_hex("8718630107a04040" ZERO_TAG, &error), HANSARD_INVALID);
}

static enum hansard_status seal_of(struct bytes clear, size_t plain_size, int64_t rev, int64_t generation,
								   struct hansard_error *error)
{
	static uint8_t large[LIMIT_PIECE + 1];
	struct item_request request = request_of(TEXT(""));
	request.attrs = clear;
	request.plain.bytes = (struct bytes){.data = large, .size = plain_size};
	request.rev = rev;
	request.generation = generation;
	return item_seal(keys, &request, &stored, &leaf, error);
}

static void ceilings(void)
{
	static uint8_t large[LIMIT_ATTRS + 1];
	static const uint8_t list[] = {0x80};
	struct hansard_error error = {0};
	begin();
	const struct bytes clear = buffer_view(&attrs);
	expect_integer(seal_of(clear, LIMIT_PIECE, LIMIT_REV, LIMIT_GENERATION, &error), HANSARD_OK);
	expect(stored.size <= LIMIT_STORED_ITEM);
	expect(opens(keys, place));
	const size_t size = stored.size;
	expect_integer(seal_of(clear, LIMIT_PIECE + 1, 1, 1, &error), HANSARD_INVALID);
	expect_string(error.kind, "item_too_large");
	expect_integer(seal_of((struct bytes){.data = large, .size = LIMIT_ATTRS + 1}, 0, 1, 1, &error), HANSARD_INVALID);
	expect_string(error.kind, "attrs_too_large");
	expect_integer(seal_of((struct bytes){.data = list, .size = 1}, 0, 1, 1, &error), HANSARD_INVALID);
	expect_integer(seal_of(clear, 0, 0, 1, &error), HANSARD_INVALID);
	expect_integer(seal_of(clear, 0, LIMIT_REV + 1, 1, &error), HANSARD_INVALID);
	expect_integer(seal_of(clear, 0, 1, 0, &error), HANSARD_INVALID);
	expect_integer(seal_of(clear, 0, 1, LIMIT_GENERATION + 1, &error), HANSARD_INVALID);
	expect_integer((int64_t)stored.size, (int64_t)size);
}

static void full_buffer(void)
{
	begin();
	const struct item_request request = request_of(TEXT("plain"));
	/* From one that has no room for anything to one that lacks the last byte. */
	for (size_t room = 1; room < 110; room++) {
		struct buffer small = {.ceiling = room};
		expect(buffer_append_byte(&small, 'x'));
		const enum hansard_status status = item_seal(keys, &request, &small, &leaf, NULL);
		expect_integer(status, status == HANSARD_OK ? HANSARD_OK : HANSARD_FAILED);
		expect(status == HANSARD_OK ? room > 80 : small.size == 1);
		buffer_finish(&small);
	}
	finish();
	pool = NULL, keys = NULL, context = NULL;
}

static const struct tap_test tests[] = {
	{"an item is read and opened as it was written, with and without a box", round_trip},
	{"a nonce is of randomness, address and content; the same ones give the same box", hedged},
	{"the leaf hashes body and tag without the body's being encoded anew", leaf_is_of_the_body},
	{"another byte anywhere gives another leaf, and does not open", every_byte_counts},
	{"another tenant or address gives another leaf, and does not open", place_counts},
	{"an item of other keys does not open, with and without a box, and nothing is given out", other_keys},
	{"an item cut short or lengthened is refused", cut_or_lengthened},
	{"shapes that are none are refused", strict},
	{"an item of version 0 is refused with the hint to import again, later ones by name", other_versions},
	{"the ceilings of attrs, content, rev and generation hold", ceilings},
	{"an item that does not fit leaves its buffer as it was", full_buffer},
};

TAP_MAIN(tests)
