/*
 * Items, commits and heads against bytes that an independent program made.
 */
#include "commit.h"
#include "item.h"
#include "limits.h"
#include "note.h"
#include "vectors.h"

static struct arena *arena;
static json_t *vectors;
static struct hash_context *context;

static void begin(void)
{
	arena_destroy(arena);
	json_decref(vectors);
	hash_destroy(context);
	arena = arena_create(LIMIT_ARENA);
	context = hash_create();
	expect(arena != NULL && context != NULL);
	vectors = vectors_load(VECTOR_FILE);
}

static void finish(void)
{
	arena_destroy(arena);
	json_decref(vectors);
	hash_destroy(context);
	arena = NULL;
	vectors = NULL;
	context = NULL;
}

static void items(void)
{
	size_t commit_at, at, compared = 0;
	json_t *commit, *row;
	begin();
	json_array_foreach(json_object_get(vectors, "commits"), commit_at, commit)
		json_array_foreach(json_object_get(commit, "items"), at, row)
	{
		if (json_object_get(row, "stored") == NULL)
			continue;
		const struct stored_bytes stored = {.bytes = vectors_hex(arena, row, "stored")};
		const struct item_place place = {.tenant = vectors_text(vectors, "tenant"),
										 .address = vectors_text(row, "address")};
		struct item item;
		struct digest leaf;
		struct buffer again = {.ceiling = LIMIT_DOCUMENT};
		expect_integer(item_read(stored, &item, NULL), HANSARD_OK);
		expect_integer(item.rev, vectors_integer(commit, "rev"));
		expect(item_leaf(context, place, stored, &leaf));
		expect(bytes_equal(digest_view(&leaf), vectors_hex(arena, row, "leaf")));
		expect_integer(item_write(item.rev, item.attrs, item_open(&item), &again, NULL), HANSARD_OK);
		expect(bytes_equal(buffer_view(&again), stored.bytes));
		buffer_finish(&again);
		compared++;
	}
	expect(compared >= 10);
	finish();
}

static void commits_and_heads(void)
{
	size_t at, compared = 0;
	json_t *row;
	begin();
	json_array_foreach(json_object_get(vectors, "commits"), at, row)
	{
		const struct bytes stored = vectors_hex(arena, row, "commit");
		struct buffer again = {.ceiling = LIMIT_DOCUMENT};
		struct commit commit;
		struct note note;
		struct digest hash;
		expect_integer(commit_read(arena, stored, &commit, NULL), HANSARD_OK);
		expect_integer(commit.rev, vectors_integer(row, "rev"));
		expect_integer(commit.count, vectors_integer(row, "count"));
		expect(bytes_equal(digest_view(&commit.root), vectors_hex(arena, row, "root")));
		expect(commit_hash(context, stored, &hash));
		expect(bytes_equal(digest_view(&hash), vectors_hex(arena, row, "hash")));
		expect_integer(commit_write(&commit, &again, NULL), HANSARD_OK);
		expect(bytes_equal(buffer_view(&again), stored));
		expect_integer(note_read(bytes_of_text(vectors_text(row, "note")), &note, NULL), HANSARD_OK);
		expect(digest_equal(&note.hash, &hash));
		again.size = 0;
		expect(note_write(&note, &again));
		expect(text_equal(buffer_text(&again), vectors_text(row, "note")));
		buffer_finish(&again);
		compared++;
	}
	expect_integer((int64_t)compared, 3);
	finish();
}

static const struct tap_test tests[] = {
	{"items of the vectors are read, written and hashed the same", items},
	{"commits and heads of the vectors are read, written and hashed the same", commits_and_heads},
};

TAP_MAIN(tests)
