/*
 * Whoever holds the database changes one thing in what the store answers: every load names it. VAULT_ENGINE is the engine: one
 * program for each.
 */
#include "adversary_case.h"
#include "fixed_keys.h"
#include "item.h"
#include "note.h"

static struct store_view raw_view(const char *dialogue_id)
{
	const struct store_partition partition =
		store_engine_partition(fixture.inner, TEXT("acme"), text_of_string(dialogue_id));
	struct store_view view;
	expect_integer(partition.store->load(&partition, fixture.arena, &view, NULL), HANSARD_OK);
	expect(view.exists);
	return view;
}

static void flip_item(const struct tampered_engine *tampered, struct arena *arena, struct store_view *view)
{
	(void)tampered;
	view->items[attack.item].stored.bytes = flipped(arena, view->items[attack.item].stored.bytes);
}

static void flip_note(const struct tampered_engine *tampered, struct arena *arena, struct store_view *view)
{
	(void)tampered;
	view->note = flipped(arena, view->note);
}

static void flip_newest(const struct tampered_engine *tampered, struct arena *arena, struct store_view *view)
{
	(void)tampered;
	view->commit = flipped(arena, view->commit);
}

static void address_of(struct item_key key, char *ret_address, size_t size)
{
	snprintf(ret_address, size, "dialogue:d/entity:%.*s/%.*s", (int)key.type.size, key.type.data, (int)key.subkey.size,
			 key.subkey.data);
}

/* Nothing but this is named. */
static void expect_only(const char *name)
{
	expect_named(name);
	const size_t size = strlen(name);
	if (strncmp(fixture.error.message, name, size) != 0 || fixture.error.message[size] != ' ')
		tap_fail(__FILE__, __LINE__, "\"%s\" does not name %s alone", fixture.error.message, name);
}

static void expect_only_key(struct item_key key)
{
	char address[LIMIT_ADDRESS];
	address_of(key, address, sizeof(address));
	expect_only(address);
}

static void expect_named_key(struct item_key key)
{
	char address[LIMIT_ADDRESS];
	address_of(key, address, sizeof(address));
	expect_named(address);
}

static void every_item_byte(void)
{
	static const uint8_t flips[] = {0x01, 0x80};
	begin_small();
	const struct store_view view = raw_view("d");
	fixture.tampered.on_load = flip_item;
	for (attack.item = 0; attack.item < view.item_count; attack.item++)
		for (attack.byte = 0; attack.byte < view.items[attack.item].stored.bytes.size; attack.byte += fixture_step())
			for (size_t i = 0; i < 2; i++) {
				attack.flip = flips[i];
				expect_only_key(view.items[attack.item].key);
			}
}

/* Where in a note a signature line says whose it is: in the name, or in the key id, which is the first four bytes of what
   stands in base64. */
static bool says_whose(struct bytes note, size_t byte)
{
	static const char sign[] = "— ";
	const size_t mark = sizeof(sign) - 1;
	for (size_t i = byte; i > mark && note.data[i] != '\n'; i--)
		if (memcmp(&note.data[i - mark], sign, mark) == 0) {
			const uint8_t *blank = memchr(&note.data[i], ' ', note.size - i);
			return blank != NULL && &note.data[byte] < blank + 1 + 6;
		}
	return false;
}

/* A load with this byte changed: the head is at fault and nothing else. Where it says who signed, that is nobody now whom we know. */
static void expect_head(struct bytes note, bool alone)
{
	if (alone && says_whose(note, attack.byte) && fixture_try(&fixture) == HANSARD_VIOLATED &&
		strcmp(fixture.error.kind, VAULT_UNTRUSTED_SIGNER) == 0)
		expect(strstr(fixture.error.message, "the head of \"d\" is signed by nobody") != NULL);
	else
		expect_only("head");
}

static void every_note_byte(void)
{
	begin_small();
	const struct store_view view = raw_view("d");
	fixture.tampered.on_load = flip_note;
	for (attack.byte = 0; attack.byte < view.note.size; attack.byte += fixture_step())
		for (unsigned bit = 0; bit < 8; bit++) {
			attack.flip = (uint8_t)(1 << bit);
			expect_head(view.note, true);
		}
}

/* Of two signatures one is enough. A byte that makes a line another key's, which nobody here believes, takes that line away and
   no more; what is loaded is the same. Any other is noticed. */
static void two_signers(void)
{
	size_t taken_away = 0;
	fixture_begin(&fixture, VAULT_ENGINE);
	expect_integer(fixed_keys_add_signer(fixture.keyring, TEXT("second"), 0x60, &fixture.error), HANSARD_OK);
	const struct vault_change change = fixture_put(&fixture, "meta", "", 30);
	fixture_create(&fixture, &change, 1);
	const struct store_view view = raw_view("d");
	const struct digest hash = fixture_load(&fixture)->hash;
	fixture.tampered.on_load = flip_note;
	attack.flip = 1;
	for (attack.byte = 0; attack.byte < view.note.size; attack.byte += fixture_step()) {
		if (says_whose(view.note, attack.byte) && fixture_try(&fixture) == HANSARD_OK) {
			expect(digest_equal(&fixture_load(&fixture)->hash, &hash));
			taken_away++;
		} else {
			expect_head(view.note, false);
		}
	}
	expect(taken_away > 0);
}

static void every_newest_byte(void)
{
	static const uint8_t flips[] = {0x01, 0x80};
	begin_small();
	const struct store_view view = raw_view("d");
	fixture.tampered.on_load = flip_newest;
	for (attack.byte = 0; attack.byte < view.commit.size; attack.byte += fixture_step())
		for (size_t i = 0; i < 2; i++) {
			attack.flip = flips[i];
			expect_only("commit 2");
		}
}

static void swap_items(const struct tampered_engine *tampered, struct arena *arena, struct store_view *view)
{
	(void)tampered, (void)arena;
	const struct stored_bytes kept = view->items[attack.item].stored;
	view->items[attack.item].stored = view->items[attack.other].stored;
	view->items[attack.other].stored = kept;
}

static void swapped(void)
{
	fixture_begin(&fixture, VAULT_ENGINE);
	fixture_story(&fixture);
	const struct store_view view = raw_view("d");
	fixture.tampered.on_load = swap_items;
	for (attack.item = 0; attack.item < view.item_count; attack.item++)
		for (attack.other = attack.item + 1; attack.other < view.item_count; attack.other++) {
			expect_named_key(view.items[attack.item].key);
			expect_named_key(view.items[attack.other].key);
		}
}

static void swap_places(const struct tampered_engine *tampered, struct arena *arena, struct store_view *view)
{
	(void)tampered, (void)arena;
	const struct store_item kept = view->items[attack.item];
	view->items[attack.item] = view->items[attack.item + 1];
	view->items[attack.item + 1] = kept;
}

static void out_of_order(void)
{
	fixture_begin(&fixture, VAULT_ENGINE);
	fixture_story(&fixture);
	fixture.tampered.on_load = swap_places;
	for (attack.item = 0; attack.item + 1 < 7; attack.item++)
		expect_named("dialogue:d/entity:");
}

static void delete_item(const struct tampered_engine *tampered, struct arena *arena, struct store_view *view)
{
	(void)tampered, (void)arena;
	view->item_count--;
	for (size_t i = attack.item; i < view->item_count; i++)
		view->items[i] = view->items[i + 1];
}

static void deleted(void)
{
	fixture_begin(&fixture, VAULT_ENGINE);
	fixture_story(&fixture);
	const struct store_view view = raw_view("d");
	fixture.tampered.on_load = delete_item;
	for (attack.item = 0; attack.item < view.item_count; attack.item++)
		expect_only_key(view.items[attack.item].key);
}

static void insert_item(const struct tampered_engine *tampered, struct arena *arena, struct store_view *view)
{
	(void)tampered;
	struct store_item *items = arena_allocate_array(arena, view->item_count + 1, sizeof(*items));
	expect(items != NULL);
	size_t count = 0;
	const struct store_item added = {.key = fixture_key("perspective", "09#09"), .stored = view->items[0].stored};
	for (size_t i = 0; i < view->item_count; i++) {
		if (count == i && item_key_compare(view->items[i].key, added.key) > 0)
			items[count++] = added;
		items[count++] = view->items[i];
	}
	view->items = items;
	view->item_count = count;
}

static void inserted(void)
{
	fixture_begin(&fixture, VAULT_ENGINE);
	fixture_story(&fixture);
	fixture.tampered.on_load = insert_item;
	expect_only("dialogue:d/entity:perspective/09#09");
}

static void replace_by_older(const struct tampered_engine *tampered, struct arena *arena, struct store_view *view)
{
	(void)tampered, (void)arena;
	for (size_t i = 0; i < view->item_count; i++)
		for (size_t j = 0; j < attack.old->item_count; j++)
			if (i == attack.item && item_key_compare(view->items[i].key, attack.old->items[j].key) == 0)
				view->items[i].stored = attack.old->items[j].stored;
}

static void older(void)
{
	fixture_begin(&fixture, VAULT_ENGINE);
	fixture_story(&fixture);
	const struct store_view old = raw_view("d");
	const struct vault_change changes[] = {fixture_put(&fixture, "tension", "00#01", 50),
										   fixture_put(&fixture, "meta", "", 61)};
	fixture_append(&fixture, changes, 2);
	const struct store_view view = raw_view("d");
	attack.old = &old;
	fixture.tampered.on_load = replace_by_older;
	size_t replaced = 0;
	for (attack.item = 0; attack.item < view.item_count; attack.item++) {
		if (bytes_equal(view.items[attack.item].stored.bytes, old.items[attack.item].stored.bytes))
			continue;
		expect_only_key(view.items[attack.item].key);
		replaced++;
	}
	expect_integer((int64_t)replaced, 2);
}

static void give_old_items(const struct tampered_engine *tampered, struct arena *arena, struct store_view *view)
{
	(void)tampered;
	view->item_count = attack.old->item_count;
	view->items = arena_allocate_array(arena, view->item_count, sizeof(*view->items));
	expect(view->items != NULL);
	if (view->item_count > 0)
		memcpy(view->items, attack.old->items, view->item_count * sizeof(*view->items));
}

static void give_old_head(const struct tampered_engine *tampered, struct arena *arena, struct store_view *view)
{
	(void)tampered, (void)arena;
	view->note = attack.old->note;
	view->commit = attack.old->commit;
}

static void half_rolled_back(void)
{
	fixture_begin(&fixture, VAULT_ENGINE);
	fixture_story(&fixture);
	const struct store_view old = raw_view("d");
	const struct vault_change change = fixture_put(&fixture, "tension", "00#01", 50);
	fixture_append(&fixture, &change, 1);
	attack.old = &old;
	fixture.tampered.on_load = give_old_items;
	expect_named("dialogue:d/entity:tension/00#01");
	fixture.tampered.on_load = give_old_head;
	expect_named("dialogue:d/entity:tension/00#01");
}

static void give_other(const struct tampered_engine *tampered, struct arena *arena, struct store_view *view)
{
	give_old_items(tampered, arena, view);
	give_old_head(tampered, arena, view);
}

static void other_dialogue(void)
{
	int64_t rev;
	fixture_begin(&fixture, VAULT_ENGINE);
	fixture_story(&fixture);
	const struct vault_change change = fixture_put(&fixture, "meta", "", 60);
	const struct vault_commit commit = {.operation = "create", .changes = &change, .change_count = 1};
	expect_integer(vault_create_dialogue(fixture.vault, TEXT("e"), &commit, &rev, NULL), HANSARD_OK);
	const struct store_view other = raw_view("e");
	attack.old = &other;
	fixture.tampered.on_load = give_other;
	expect_named("head");
	fixture.tampered.on_load = give_old_items;
	expect_named("dialogue:d/entity:claim/00#01");
}

/* The note and the newest commit of one dialogue, in agreement, but the commit is another dialogue's. */
static void other_commit(void)
{
	int64_t rev;
	struct note note = {.tenant = TEXT("acme"), .dialogue_id = TEXT("d"), .rev = 1};
	struct buffer out = {.ceiling = LIMIT_NOTE};
	fixture_begin(&fixture, VAULT_ENGINE);
	fixture_create(&fixture, NULL, 0);
	struct hash_context *context = hash_create();
	expect(context != NULL);
	const struct vault_commit commit = {.operation = "create"};
	expect_integer(vault_create_dialogue(fixture.vault, TEXT("e"), &commit, &rev, NULL), HANSARD_OK);
	struct store_view other = raw_view("e");
	expect(commit_hash(context, other.commit, &note.hash) && note_write(&note, keyring_signers(fixture.keyring), &out));
	other.note = buffer_view(&out);
	attack.old = &other;
	fixture.tampered.on_load = give_old_head;
	expect_named("head");
	buffer_finish(&out);
	hash_destroy(context);
}

static void give_other_format(const struct tampered_engine *tampered, struct arena *arena, struct store_view *view)
{
	(void)tampered, (void)arena;
	view->note = attack.bytes;
}

static void clear_store(void)
{
	struct vault_report report;
	fixture_begin(&fixture, VAULT_ENGINE);
	fixture_story(&fixture);
	attack.bytes = bytes_of_text(TEXT("hansard head v0\nacme/d\n3\nAAAA\n\n"));
	fixture.tampered.on_load = give_other_format;
	expect_named("head");
	expect(strstr(fixture.error.message, "version 0") != NULL);
	expect_integer(vault_verify(fixture.vault, TEXT("d"), fixture.arena, &report, &fixture.error), HANSARD_OK);
	expect_integer((int64_t)report.fault_count, 1);
	expect_text(report.faults[0].address, "head");
}

static void many_faults(void)
{
	fixture_begin(&fixture, VAULT_ENGINE);
	fixture_story(&fixture);
	const struct store_view old = {.items = NULL, .item_count = 0};
	attack.old = &old;
	fixture.tampered.on_load = give_old_items;
	expect_named("and 5 more");
	expect_named("dialogue:d/entity:claim/00#01, ");
}

static const struct tap_test tests[] = {
	{"every flipped byte of every stored item is noticed, and its address named", every_item_byte},
	{"every flipped bit of the head is noticed, and the head named", every_note_byte},
	{"of a head with two signatures every flipped byte is noticed, but where it only takes one line away", two_signers},
	{"every flipped byte of the newest commit is noticed, and the commit named", every_newest_byte},
	{"any two items swapped are both named", swapped},
	{"items out of order are noticed", out_of_order},
	{"any item deleted is named", deleted},
	{"an item inserted is named", inserted},
	{"an item replaced by its older version is named", older},
	{"items without their head, or a head without its items, put back are named", half_rolled_back},
	{"another dialogue in its place is noticed", other_dialogue},
	{"a head that names another dialogue's commit is noticed", other_commit},
	{"a head of another version is no head of this store", clear_store},
	{"of many faults the first are named and the rest counted", many_faults},
};

TAP_MAIN(tests)
