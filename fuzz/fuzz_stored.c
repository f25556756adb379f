/*
 * Whatever a database may hold where items, commits and heads are expected: refused or read, never a crash; what is read
 * strictly is written again to the same bytes.
 */
#include "arena.h"
#include "cbor_read.h"
#include "commit.h"
#include "item.h"
#include "note.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same(struct bytes in, const struct buffer *out)
{
	if (!bytes_equal(in, buffer_view(out)))
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
	item_read((struct stored_bytes){.bytes = in}, &item, NULL);
	buffer_init(&out, (size_t)64 << 20);
	if (commit_read(arena, in, &commit, NULL) == HANSARD_OK && commit_write(&commit, &out, NULL) == HANSARD_OK)
		same(in, &out);
	out.size = 0;
	if (note_read(in, &note, NULL) == HANSARD_OK && note_write(&note, &out))
		same(in, &out);
	buffer_finish(&out);
	arena_destroy(arena);
	return 0;
}
