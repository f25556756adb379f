/*
 * The vault against bytes that an independent program made: the same changes give the same items, parts, commits, roots
 * and heads, and they are read back.
 */
#include "fixed_keys.h"
#include "item.h"
#include "limits.h"
#include "vault_fixture.h"
#include "vectors.h"

static struct fixture fixture;
static json_t *vectors;
static struct keyring *keyring;
static struct vault *vault;
static const json_t *drawing; /* what the commit draws that is being made */
static size_t drawn;
static int64_t now;

static int64_t tick(void *context)
{
	(void)context;
	return now;
}

/* What the vectors say was drawn; where an attempt only is named: zeros. */
static bool draw(void *context, uint8_t *data, size_t size)
{
	(void)context;
	memset(data, 0, size);
	if (size != SECRET_SIZE)
		return true;
	const char *hex = json_string_value(json_array_get(json_object_get(drawing, "entropy"), drawn++));
	return hex != NULL && base64_hex_decode(text_of_string(hex), data, size);
}

static enum hansard_status read_mark(void *context, struct vault_mark_place place, struct vault_mark *ret_mark,
									 struct hansard_error *error)
{
	(void)context, (void)place, (void)error;
	*ret_mark = (struct vault_mark){.rev = vectors_integer(vectors, "lost_rev")};
	memcpy(ret_mark->hash.bytes, vectors_hex(fixture.arena, vectors, "lost_hash").data, DIGEST_SIZE);
	return HANSARD_OK;
}

static enum hansard_status write_mark(void *context, struct vault_mark_place place, const struct vault_mark *mark,
									  struct hansard_error *error)
{
	(void)context, (void)place, (void)mark, (void)error;
	return HANSARD_OK;
}

static const struct vault_marks lost = {.read = read_mark, .write = write_mark};

/* A vault on the fixture's store, whose keyring wraps under this epoch and knows the first. */
static void open_vault(int64_t epoch, const struct vault_marks *marks)
{
	vault_destroy(vault);
	keyring_destroy(keyring);
	vault = NULL, keyring = NULL;
	expect_integer(fixed_keys_create(vectors_text(vectors, "tenant"), epoch, &keyring, NULL), HANSARD_OK);
	expect_integer(keyring_add_epoch(keyring, 1, NULL), HANSARD_OK);
	const struct vault_options options = {
		.engine = fixture.inner,
		.keyring = keyring,
		.marks = marks,
		.actor = vectors_text(vectors, "actor"),
		.clock = {.now = tick},
		.entropy = {.fill = draw},
	};
	expect_integer(vault_create(&options, &vault, NULL), HANSARD_OK);
}

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

/* Creates or appends, the changes in reverse order. */
static enum hansard_status send(const json_t *row, int64_t *ret_rev)
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
	const struct text id = vectors_text(vectors, "dialogue");
	if (vectors_integer(row, "rev") == 1)
		return vault_create_dialogue(vault, id, &commit, ret_rev, &fixture.error);
	expect_integer(vault_load(vault, id, fixture.arena, &state, &fixture.error), HANSARD_OK);
	return vault_append(vault, state, &commit, ret_rev, &fixture.error);
}

static enum hansard_status perform(const json_t *row, int64_t *ret_rev)
{
	const struct text id = vectors_text(vectors, "dialogue");
	const struct text operation = vectors_text(row, "operation");
	if (text_is(operation, "rewrap")) {
		open_vault(2, NULL);
		return vault_rewrap(vault, id, false, ret_rev, &fixture.error);
	}
	if (text_is(operation, "generation"))
		return vault_renew(vault, id, ret_rev, &fixture.error);
	if (text_is(operation, "restore")) {
		open_vault(2, &lost);
		struct vault_restored restored;
		const enum hansard_status status = vault_restore(
			vault, id, &(struct vault_restoring){.furthest = LIMIT_RESTORE_REVS}, &restored, &fixture.error);
		*ret_rev = status == HANSARD_OK ? restored.rev : 0;
		return status;
	}
	if (text_is(operation, "erase")) /* the first removes the wraps, the second what they opened */
		return vault_erase(vault, id, vectors_integer(row, "count") == 0, ret_rev, &fixture.error);
	return send(row, ret_rev);
}

/* Makes the commit of a row with its time and randomness. */
static void make(const json_t *row)
{
	int64_t rev = 0;
	drawing = row;
	drawn = 0;
	expect(moment_parse(vectors_text(row, "time"), &now));
	if (perform(row, &rev) != HANSARD_OK)
		tap_fail(__FILE__, __LINE__, "%s: %s", vectors_text(row, "operation").data, fixture.error.message);
	expect_integer(rev, vectors_integer(row, "rev"));
	expect_integer((int64_t)drawn, (int64_t)json_array_size(json_object_get(row, "entropy")));
}

static void compare_stored(const json_t *row, struct stored_bytes stored)
{
	struct hash_context *context = hash_create();
	const struct item_place place = {.tenant = vectors_text(vectors, "tenant"),
									 .address = vectors_text(row, "address")};
	struct digest digest;
	struct item_proof proof;
	expect(context != NULL);
	expect_integer((int64_t)stored.bytes.size, vectors_integer(row, "size"));
	expect(hash_of(context, &stored.bytes, 1, &digest));
	expect(bytes_equal(digest_view(&digest), vectors_hex(fixture.arena, row, "sha256")));
	expect(item_prove(context, place, stored, &proof));
	expect(bytes_equal(digest_view(&proof.leaf), vectors_hex(fixture.arena, row, "leaf")));
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

/* Makes and compares the commits up to this rev. */
static void make_up_to(int64_t last)
{
	size_t at;
	json_t *row;
	fixture_begin(&fixture, FIXTURE_MEMORY);
	json_decref(vectors);
	vectors = vectors_load(VECTOR_FILE);
	expect(text_equal(fixture.inner->ops->identity(fixture.inner), vectors_text(vectors, "store")));
	open_vault(1, NULL);
	json_array_foreach(json_object_get(vectors, "commits"), at, row)
	{
		if (vectors_integer(row, "rev") > last)
			break;
		make(row);
		compare(row);
	}
}

static void same_bytes(void)
{
	make_up_to(LIMIT_REV);
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
	expect_integer(vault_content(vault, state, item, fixture.arena, &content, &fixture.error), HANSARD_OK);
	expect(bytes_equal(content, change.content.bytes));
}

static void read_back(void)
{
	struct vault_state *state;
	size_t commit_at, at, compared = 0;
	json_t *commit, *row;
	make_up_to(6);
	expect_integer(vault_load(vault, vectors_text(vectors, "dialogue"), fixture.arena, &state, NULL), HANSARD_OK);
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
	expect_integer((int64_t)compared, (int64_t)state->item_count - (int64_t)state->wrap_count);
	expect_integer((int64_t)state->wrap_count, 2);
}

/* After each commit, and with the public key alone. */
static void verified(void)
{
	static const int64_t revs[] = {1, 2, 3, 4, 5, 6, 9, 10, 11};
	for (size_t i = 0; i < sizeof(revs) / sizeof(revs[0]); i++) {
		struct vault_report report;
		make_up_to(revs[i]);
		expect_integer(vault_verify(vault, vectors_text(vectors, "dialogue"), fixture.arena, &report, NULL),
					   HANSARD_OK);
		for (size_t fault = 0; fault < report.fault_count; fault++)
			printf("# %lld: %s %s\n", (long long)revs[i], report.faults[fault].address.data,
				   report.faults[fault].what.data);
		expect(report.good);
		expect_integer(report.rev, revs[i]);
		expect_integer((int64_t)report.commits, (int64_t)i + 1);
		expect(report.opened == (revs[i] < 10));
	}
	json_decref(vectors);
	vectors = NULL;
	vault_destroy(vault);
	keyring_destroy(keyring);
	fixture_finish(&fixture);
}

static const struct tap_test tests[] = {
	{"the same changes, in any order, give the same items, parts, wraps, commits and heads, to the erasure",
	 same_bytes},
	{"sealed fields and contents of every size are read back", read_back},
	{"the dialogue of the vectors verifies after each commit", verified},
};

TAP_MAIN(tests)
