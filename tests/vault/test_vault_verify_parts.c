/*
 * Verification names what is wrong with parts, and with them their owners. VAULT_ENGINE is the engine: one program for each.
 */
#include "verify_case.h"

static size_t at_size;

static void flip_part(const struct tampered_engine *tampered, struct arena *arena, struct store_parts *parts)
{
	(void)tampered;
	if (parts->count >= 4) /* those of revision 2; an engine may keep a fifth, of a file that was removed since */
		parts->items[at_index].stored.bytes = flipped(arena, parts->items[at_index].stored.bytes);
}

static void parts(void)
{
	static const char *const owners[] = {"dialogue:d/entity:claim/00#01", "dialogue:d/entity:file/00001",
										 "dialogue:d/entity:file/00002", "dialogue:d/entity:file/00002"};
	static const char *const own[] = {
		"dialogue:d/entity:part/claim#00#01#0001", "dialogue:d/entity:part/file#00001#0001",
		"dialogue:d/entity:part/file#00002#0001", "dialogue:d/entity:part/file#00002#0002"};
	fixture_begin(&fixture, VAULT_ENGINE);
	fixture_story(&fixture);
	fixture.tampered.on_parts = flip_part;
	at_flip = 1;
	for (at_index = 0; at_index < 4; at_index++)
		for (at_byte = 0; at_byte < 12; at_byte += fixture_step()) {
			const struct vault_report report = verify();
			expect_integer((int64_t)report.fault_count, 1);
			expect(names(&report, owners[at_index]) || names(&report, own[at_index]));
		}
}

static void flip_only_part(const struct tampered_engine *tampered, struct arena *arena, struct store_parts *parts)
{
	(void)tampered;
	if (parts->count == 0)
		return;
	at_size = parts->items[0].stored.bytes.size;
	parts->items[0].stored.bytes = flipped(arena, parts->items[0].stored.bytes);
}

/* Where it can still be read, and only its bytes differ, its owner says that its parts are others. */
static void every_byte_of_a_part(void)
{
	fixture_begin(&fixture, VAULT_ENGINE);
	const struct vault_change file = fixture_file(&fixture, "00001", 12);
	fixture_create(&fixture, &file, 1);
	fixture.tampered.on_parts = flip_only_part;
	at_flip = 1;
	for (at_byte = 0, at_size = 1; at_byte < at_size; at_byte += fixture_step()) {
		const struct vault_report report = verify();
		expect_integer((int64_t)report.fault_count, 1);
		const bool whole = text_is(report.faults[0].address, "dialogue:d/entity:file/00001");
		expect_only(whole ? "dialogue:d/entity:file/00001" : "dialogue:d/entity:part/file#00001#0001");
	}
	expect(at_size > 60);
}

/* A part of a type, owner or number that nobody has. */
static const char *orphan;

static void add_part(const struct tampered_engine *tampered, struct arena *arena, struct store_parts *parts)
{
	(void)tampered;
	const struct store_item added = {.key = fixture_key("part", orphan),
									 .stored = parts->count > 0 ? parts->items[0].stored
																: (struct stored_bytes){.bytes = {.size = 0}}};
	struct store_item *copies = arena_allocate_array(arena, parts->count + 1, sizeof(*copies));
	expect(copies != NULL);
	size_t count = 0;
	bool placed = parts->count == 0;
	for (size_t i = 0; i < parts->count; i++) {
		if (!placed && item_key_compare(parts->items[i].key, added.key) > 0) {
			copies[count++] = added;
			placed = true;
		}
		copies[count++] = parts->items[i];
	}
	if (!placed)
		copies[count++] = added;
	parts->items = copies;
	parts->count = count;
}

static void orphans(void)
{
	static const char *const keys[] = {"file#00001#0002", "file#00009#0001", "expert#muffin#0001", "no part"};
	fixture_begin(&fixture, VAULT_ENGINE);
	fixture_story(&fixture);
	fixture.tampered.on_parts = add_part;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		char address[LIMIT_ADDRESS];
		orphan = keys[i];
		snprintf(address, sizeof(address), "dialogue:d/entity:part/%s", keys[i]);
		expect_only(address);
	}
}

/* A part under this rev, which has no others. */
static int64_t orphan_rev;

static void move_part(const struct tampered_engine *tampered, struct arena *arena, struct store_parts *parts)
{
	struct store_item *moved = arena_allocate(arena, sizeof(*moved));
	expect(moved != NULL);
	if (tampered->parts_asked.rev != orphan_rev)
		return;
	expect_integer((int64_t)parts->count, 0);
	*moved = (struct store_item){.key = fixture_key("part", orphan)};
	*parts = (struct store_parts){.items = moved, .count = 1};
}

/* What was replaced and what was removed leave their parts behind where the engine keeps them, or do not: neither is a
   fault. Under a revision that did not put their owner they are one. */
static void parts_of_old_owners(void)
{
	fixture_begin(&fixture, VAULT_ENGINE);
	const struct vault_change first[] = {fixture_put(&fixture, "meta", "", 60), fixture_file(&fixture, "00001", 20),
										 fixture_file(&fixture, "00002", 30),
										 fixture_put(&fixture, "claim", "00#01", LIMIT_PIECE + 5)};
	fixture_create(&fixture, first, 4);
	const struct vault_change second[] = {fixture_file(&fixture, "00001", 25), fixture_remove("file", "00002"),
										  fixture_put(&fixture, "claim", "00#01", 50)};
	fixture_append(&fixture, second, 3);
	const struct vault_report report = verify();
	expect(report.good);
	expect_integer((int64_t)report.parts, 1);
	const struct vault_change third = fixture_put(&fixture, "meta", "", 61);
	fixture_append(&fixture, &third, 1);
	expect(verify().good);

	fixture.tampered.on_parts = move_part;
	if (fixture.inner->capabilities.old_parts_go) { /* it keeps none: what is there was put there by somebody else */
		orphan_rev = 1;
		orphan = "file#00002#0001"; /* removed by revision 2 */
		expect_only("dialogue:d/entity:part/file#00002#0001");
		orphan = "claim#00#01#0001"; /* replaced by it */
		expect_only("dialogue:d/entity:part/claim#00#01#0001");
		fixture.tampered.engine.capabilities.old_parts_go = false;
		expect(verify().good);
		fixture.tampered.engine.capabilities.old_parts_go = true;
	}
	orphan_rev = 3;
	orphan = "file#00002#0001"; /* removed by revision 2; nothing to revision 3 */
	expect_only("dialogue:d/entity:part/file#00002#0001");
	orphan = "file#00001#0001"; /* of revision 2 */
	expect_only("dialogue:d/entity:part/file#00001#0001");
}

/* A commit that removes an owner has put no parts of it. */
static void parts_of_removed_owners(void)
{
	fixture_begin(&fixture, VAULT_ENGINE);
	const struct vault_change file = fixture_file(&fixture, "00001", 20);
	const struct vault_change removal = fixture_remove("file", "00001");
	fixture_create(&fixture, &file, 1);
	fixture_append(&fixture, &removal, 1);
	expect(verify().good);
	orphan = "file#00001#0001";
	orphan_rev = 2;
	fixture.tampered.on_parts = move_part;
	expect_only("dialogue:d/entity:part/file#00001#0001");
}

static void drop_parts(const struct tampered_engine *tampered, struct arena *arena, struct store_parts *parts)
{
	(void)tampered, (void)arena;
	parts->count = 0;
}

/* Parts under a rev that no commit of the chain has: before the first, behind the head, and of a commit outside. */
static void parts_outside(void)
{
	static const int64_t revs[] = {0, 4, 9};
	fixture_begin(&fixture, VAULT_ENGINE);
	fixture_story(&fixture);
	fixture.tampered.on_parts = move_part;
	fixture.tampered.on_history = add_commit;
	orphan = "file#00001#0001";
	for (size_t i = 0; i < sizeof(revs) / sizeof(revs[0]); i++) {
		orphan_rev = revs[i];
		stray_rev = 9;
		const struct vault_report report = verify();
		expect_integer((int64_t)report.fault_count, 2);
		expect(names(&report, "commit 9") && names(&report, "dialogue:d/entity:part/file#00001#0001"));
	}
}

/* Parts are proved though the commit that wrote them is missing. */
static void drop_second(const struct tampered_engine *tampered, struct arena *arena, struct store_history *history)
{
	(void)tampered, (void)arena;
	history->commits[1] = history->commits[2];
	history->count--;
}

static void parts_of_missing_commits(void)
{
	fixture_begin(&fixture, VAULT_ENGINE);
	const struct vault_change meta = fixture_put(&fixture, "meta", "", 20);
	const struct vault_change file = fixture_file(&fixture, "00001", 20);
	fixture_create(&fixture, &meta, 1);
	fixture_append(&fixture, &file, 1);
	fixture_append(&fixture, &meta, 1);
	fixture.tampered.on_history = drop_second;
	expect_only("commit 2");
	fixture.tampered.on_parts = drop_parts;
	const struct vault_report report = verify();
	expect_integer((int64_t)report.fault_count, 2);
	expect(names(&report, "commit 2") && names(&report, "dialogue:d/entity:part/file#00001#0001"));
}

static void several(void)
{
	fixture_begin(&fixture, VAULT_ENGINE);
	fixture_story(&fixture);
	fixture.tampered.on_parts = drop_parts;
	fixture.tampered.on_load = flip_item;
	at_index = 2; /* expert/muffin, which has no parts */
	at_byte = 20;
	at_flip = 1;
	const struct vault_report report = verify();
	expect_integer((int64_t)report.fault_count, 4);
	expect(names(&report, "dialogue:d/entity:expert/muffin"));
	expect(names(&report, "dialogue:d/entity:part/claim#00#01#0001"));
	expect(names(&report, "dialogue:d/entity:part/file#00001#0001"));
	expect(names(&report, "dialogue:d/entity:part/file#00002#0001"));
}

/* Who says of its parts what nobody can read is at fault, and they are not: whether they are its own it does not say. */
static void unread_root(const struct tampered_engine *tampered, struct arena *arena, struct store_view *view)
{
	static const char name[] = "parts_root";
	(void)tampered;
	struct bytes *stored = &view->items[at_index].stored.bytes;
	const size_t at = text_find(text_of_bytes(*stored), TEXT("parts_root"), 0);
	uint8_t *data = arena_allocate(arena, stored->size);
	expect(data != NULL && at != SIZE_MAX);
	memcpy(data, stored->data, stored->size);
	data[at + sizeof(name) - 1 + 2] = 'g'; /* of its hex, behind the head of a text of 64 */
	stored->data = data;
}

static void unreadable_owners(void)
{
	fixture_begin(&fixture, VAULT_ENGINE);
	const struct vault_change meta = fixture_put(&fixture, "meta", "", 20);
	const struct vault_change files[] = {fixture_file(&fixture, "00001", 20),
										 fixture_file(&fixture, "00002", LIMIT_PIECE + 9)};
	fixture_create(&fixture, &meta, 1);
	fixture_append(&fixture, files, 2);
	fixture_append(&fixture, &meta, 1);
	fixture.tampered.on_load = unread_root;
	for (at_index = 1; at_index <= 2; at_index++) { /* behind the dek */
		const char *owner = at_index == 1 ? "dialogue:d/entity:file/00001" : "dialogue:d/entity:file/00002";
		fixture.tampered.on_history = NULL;
		expect_only(owner);
		fixture.tampered.on_history = drop_second;
		const struct vault_report report = verify();
		expect_integer((int64_t)report.fault_count, 3);
		expect(names(&report, "commit 2") && names(&report, "head") && names(&report, owner));
	}
}

/* Whatever it says of its parts then, they are not held against it. */
static void every_byte_of_an_owner(void)
{
	fixture_begin(&fixture, VAULT_ENGINE);
	const struct vault_change file = fixture_file(&fixture, "00001", 12);
	fixture_create(&fixture, &file, 1);
	const struct store_view view = raw_view();
	fixture.tampered.on_load = flip_item;
	at_flip = 1;
	at_index = 1; /* behind the dek */
	for (at_byte = 0; at_byte < view.items[at_index].stored.bytes.size; at_byte += fixture_step())
		expect_only("dialogue:d/entity:file/00001");
	expect(at_byte > 120);
}

static const struct tap_test tests[] = {
	{"an altered byte of a part is that part or its owner", parts},
	{"a changed byte of a part is that part or its owner and nothing else, with keys and without",
	 every_byte_of_a_part},
	{"parts without an owner are named", orphans},
	{"parts of owners that were replaced or removed are no fault where their commit put the owner and the engine keeps them",
	 parts_of_old_owners},
	{"parts under a commit that removed their owner are named", parts_of_removed_owners},
	{"parts outside the chain are named", parts_outside},
	{"parts are proved though the commit that wrote them is missing", parts_of_missing_commits},
	{"an owner that says nothing readable about its parts is named, and they are not", unreadable_owners},
	{"an altered byte of an owner of parts is the owner and nothing else, with keys and without",
	 every_byte_of_an_owner},
	{"several faults are all named", several},
};

TAP_MAIN(tests)
