/*
 * The vault against bytes that an independent program made: the same changes give the same items, parts, commits, roots
 * and heads, and they are read back.
 */
#include "item.h"
#include "vault_fixture.h"
#include "vectors.h"

static struct fixture fixture;
static json_t *vectors;

static struct vault_change change_of(const json_t *row)
{
	struct vault_change change = {.key = {.type = vectors_text(row, "type"), .subkey = vectors_text(row, "subkey")},
								  .remove = json_is_true(json_object_get(row, "remove"))};
	if (change.remove)
		return change;
	change.attrs = vectors_bytes(fixture.arena, row, "attrs");
	change.plain.bytes = vectors_bytes(fixture.arena, row, "sealed");
	change.has_content = json_object_get(row, "content") != NULL;
	if (change.has_content)
		change.content.bytes = vectors_bytes(fixture.arena, row, "content");
	return change;
}

static void send(const json_t *row)
{
	json_t *listed = json_object_get(row, "changes");
	struct vault_change changes[32];
	size_t at;
	json_t *change;
	json_array_foreach(listed, at, change) changes[json_array_size(listed) - 1 - at] = change_of(change);
	const struct vault_commit commit = {
		.operation = vectors_text(row, "operation").data,
		.changes = changes,
		.change_count = json_array_size(listed),
		.time = vectors_text(row, "time"),
	};
	struct vault_state *state;
	int64_t rev;
	enum hansard_status status;
	const struct text id = vectors_text(vectors, "dialogue");
	if (vectors_integer(row, "rev") == 1) {
		status = vault_create_dialogue(fixture.vault, id, &commit, &rev, &fixture.error);
	} else {
		expect_integer(vault_load(fixture.vault, id, fixture.arena, &state, &fixture.error), HANSARD_OK);
		status = vault_append(fixture.vault, state, &commit, &rev, &fixture.error);
	}
	if (status != HANSARD_OK)
		tap_fail(__FILE__, __LINE__, "%s", fixture.error.message);
	expect_integer(rev, vectors_integer(row, "rev"));
}

static void compare_stored(const json_t *row, struct stored_bytes stored)
{
	struct hash_context *context = hash_create();
	const struct item_place place = {.tenant = vectors_text(vectors, "tenant"),
									 .address = vectors_text(row, "address")};
	struct digest digest;
	expect(context != NULL);
	expect_integer((int64_t)stored.bytes.size, vectors_integer(row, "size"));
	expect(hash_of(context, &stored.bytes, 1, &digest));
	expect(bytes_equal(digest_view(&digest), vectors_hex(fixture.arena, row, "sha256")));
	expect(item_leaf(context, place, stored, &digest));
	expect(bytes_equal(digest_view(&digest), vectors_hex(fixture.arena, row, "leaf")));
	hash_destroy(context);
}

static const struct store_item *find(const struct store_item *items, size_t count, const json_t *row)
{
	const struct item_key key = {.type = vectors_text(row, "type"), .subkey = vectors_text(row, "subkey")};
	for (size_t i = 0; i < count; i++)
		if (item_key_compare(items[i].key, key) == 0)
			return &items[i];
	tap_fail(__FILE__, __LINE__, "%s is not there", vectors_text(row, "address").data);
}

static void compare(const json_t *row)
{
	const struct store_partition partition =
		store_engine_partition(fixture.inner, TEXT("acme"), vectors_text(vectors, "dialogue"));
	struct store_view view;
	struct store_parts parts;
	const struct store_parts_request request = {.rev = vectors_integer(row, "rev")};
	expect_integer(partition.store->load(&partition, fixture.arena, &view, NULL), HANSARD_OK);
	expect_integer(partition.store->parts(&partition, &request, fixture.arena, &parts, NULL), HANSARD_OK);
	expect(bytes_equal(view.note, bytes_of_text(vectors_text(row, "note"))));
	expect(bytes_equal(view.commit, vectors_hex(fixture.arena, row, "commit")));
	expect_integer((int64_t)view.item_count, vectors_integer(row, "count"));
	size_t at, part_count = 0;
	json_t *item;
	json_array_foreach(json_object_get(row, "items"), at, item)
	{
		const bool part = text_is(vectors_text(item, "type"), "part");
		part_count += part ? 1 : 0;
		compare_stored(item, find(part ? parts.items : view.items, part ? parts.count : view.item_count, item)->stored);
	}
	expect_integer((int64_t)parts.count, (int64_t)part_count);
}

static void same_bytes(void)
{
	size_t at;
	json_t *row;
	fixture_begin(&fixture, FIXTURE_MEMORY);
	json_decref(vectors);
	vectors = vectors_load(VECTOR_FILE);
	expect(text_equal(fixture.inner->ops->identity(fixture.inner), vectors_text(vectors, "store")));
	json_array_foreach(json_object_get(vectors, "commits"), at, row)
	{
		send(row);
		compare(row);
	}
	expect_integer((int64_t)at, 3);
}

/* What the vault says of an item of the last state against what went into it. */
static void compare_item(const struct vault_state *state, const json_t *row)
{
	const struct vault_change change = change_of(row);
	const struct vault_item *item = fixture_find(state, change.key.type.data, change.key.subkey.data);
	struct bytes content;
	expect(item != NULL);
	expect(bytes_equal(item->plain.bytes, change.plain.bytes));
	if (!change.has_content)
		return;
	expect_integer(vault_content(fixture.vault, state, item, fixture.arena, &content, &fixture.error), HANSARD_OK);
	expect(bytes_equal(content, change.content.bytes));
}

static void read_back(void)
{
	struct vault_state *state;
	size_t commit_at, at, compared = 0;
	json_t *commit, *row;
	same_bytes();
	expect_integer(vault_load(fixture.vault, vectors_text(vectors, "dialogue"), fixture.arena, &state, NULL),
				   HANSARD_OK);
	json_array_foreach(json_object_get(vectors, "commits"), commit_at, commit)
		json_array_foreach(json_object_get(commit, "changes"), at, row)
	{
		const struct vault_item *item =
			fixture_find(state, vectors_text(row, "type").data, vectors_text(row, "subkey").data);
		if (item == NULL || item->rev != vectors_integer(commit, "rev"))
			continue;
		compare_item(state, row);
		compared++;
	}
	expect_integer((int64_t)compared, (int64_t)state->item_count);
}

static void verified(void)
{
	struct vault_report report;
	read_back();
	expect_integer(vault_verify(fixture.vault, vectors_text(vectors, "dialogue"), fixture.arena, &report, NULL),
				   HANSARD_OK);
	expect(report.good);
	expect_integer((int64_t)report.commits, 3);
	expect_integer((int64_t)report.parts, 4);
	json_decref(vectors);
	vectors = NULL;
	fixture_finish(&fixture);
}

static const struct tap_test tests[] = {
	{"the same changes, in any order, give the same items, parts, commits and heads", same_bytes},
	{"sealed fields and contents of every size are read back", read_back},
	{"the dialogue of the vectors verifies", verified},
};

TAP_MAIN(tests)
