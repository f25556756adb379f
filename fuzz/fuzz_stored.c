/*
 * Whatever a database may hold where items, commits and heads are expected: refused or read, never a crash; a commit that is
 * read strictly is written again to the same bytes, and what nobody signed or tagged is not believed.
 */
#include "arena.h"
#include "cbor_read.h"
#include "commit.h"
#include "item.h"
#include "limits.h"
#include "note.h"
#include "wrap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same(struct bytes in, const struct buffer *out)
{
	if (!bytes_equal(in, buffer_view(out)))
		abort();
}

/* An item that was read is hashed, and opens under no key that did not seal it. */
static void try_item(struct stored_bytes stored, const struct item *item)
{
	static struct secret_pool *pool;
	static struct item_keys *keys;
	static struct hash_context *context;
	static uint8_t plain[LIMIT_PIECE];
	const struct item_place place = {.tenant = TEXT("acme"), .address = TEXT("dialogue:d/entity:meta/")};
	struct item_proof proof;
	struct wrap_attrs attrs;
	if (pool == NULL) {
		const uint8_t bytes[SECRET_SIZE] = {1};
		struct key_dek dek;
		context = hash_create();
		if (context == NULL || secret_pool_create(8, &pool, NULL) != HANSARD_OK ||
			key_dek_of_bytes(pool, bytes, &dek, NULL) != HANSARD_OK ||
			item_keys_create(pool, dek, &keys, NULL) != HANSARD_OK)
			abort();
	}
	wrap_attrs_read(item, &attrs);
	if (!item_prove(context, place, stored, &proof) ||
		item_open(keys, place, item, &proof.digest, plain) == GENUINE_GOOD)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = {.data = data, .size = size};
	struct arena *arena = arena_create((size_t)64 << 20);
	struct buffer out;
	struct cbor_reader reader;
	struct item item;
	struct commit commit;
	struct note note;
	if (arena == NULL)
		return 0;
	cbor_read_begin(&reader, in);
	if (cbor_read_skip(&reader, NULL))
		cbor_read_finish(&reader);
	const struct stored_bytes stored = {.bytes = in};
	if (item_read(stored, &item, NULL) == HANSARD_OK)
		try_item(stored, &item);
	buffer_init(&out, (size_t)64 << 20);
	if (commit_read(arena, in, &commit, NULL) == HANSARD_OK && commit_write(&commit, &out, NULL) == HANSARD_OK)
		same(in, &out);
	if (note_read(in, &note, NULL) == HANSARD_OK &&
		note_verify(&note, (struct note_trust){.count = 0}, NULL) == HANSARD_OK)
		abort();
	buffer_finish(&out);
	arena_destroy(arena);
	return 0;
}
