/*
 * Whoever holds the database puts something whole in the place of another: a dialogue, a wrap, an item that is sealed under the right key, an
 * older state, a store of his own. Every load and verification tells, with keys and with the public key alone. VAULT_ENGINE is the
 * engine: one program for each.
 */
#include "fixed_keys.h"
#include "item.h"
#include "memory_engine.h"
#include "note.h"
#include "vault_keys.h"
#include "verify_case.h"

static const struct vault_options *options_of(struct keyring *keyring)
{
	static struct vault_options options;
	options = fixture.options;
	options.keyring = keyring;
	return &options;
}

/* The vault goes on with another keyring, which it then owns. */
static void go_on_with(struct keyring *keyring)
{
	vault_destroy(fixture.vault);
	keyring_destroy(fixture.keyring);
	fixture.vault = NULL;
	fixture.keyring = keyring;
	fixture.options.keyring = keyring;
	expect_integer(vault_create(&fixture.options, &fixture.vault, &fixture.error), HANSARD_OK);
}

static void create(struct vault *vault, const char *dialogue_id, size_t size)
{
	int64_t rev;
	const struct vault_change changes[] = {fixture_put(&fixture, "expert", "muffin", 0),
										   fixture_put(&fixture, "meta", "", size)};
	const struct vault_commit commit = {.operation = "create", .changes = changes, .change_count = 2};
	expect_integer(vault_create_dialogue(vault, text_of_string(dialogue_id), &commit, &rev, &fixture.error),
				   HANSARD_OK);
}

/* No load gives anything, and names this first. */
static void expect_refused(const char *kind, const char *first)
{
	expect_integer(fixture_try(&fixture), HANSARD_VIOLATED);
	expect_string(fixture.error.kind, kind);
	if (strncmp(fixture.error.message, first, strlen(first)) != 0)
		tap_fail(__FILE__, __LINE__, "\"%s\" does not begin with %s", fixture.error.message, first);
}

/* With keys and without, head and commits are named, and nothing but what may be of "d". */
static void expect_all_of_it(void)
{
	const struct vault_report reports[] = {verify(), verify_publicly()};
	for (size_t i = 0; i < 2; i++) {
		expect(names(&reports[i], "head") && names(&reports[i], "commit 1"));
		for (size_t k = 0; k < reports[i].fault_count; k++) {
			const struct text address = reports[i].faults[k].address;
			expect(text_is(address, "head") || text_starts_with(address, TEXT("commit ")) ||
				   text_starts_with(address, TEXT("dialogue:d/entity:")));
		}
	}
	expect_refused("integrity_violated", "head");
}

static void dialogues(void)
{
	fixture_begin(&fixture, VAULT_ENGINE);
	create(fixture.vault, "d", 30);
	create(fixture.vault, "e", 40);
	fixture.tampered.swapped[0] = "d";
	fixture.tampered.swapped[1] = "e";
	expect_all_of_it();
	fixture.tampered.swapped[0] = NULL;
	expect(verify().good && verify_publicly().good);
}

static struct bytes planted;
static struct item_key planted_key;

static void plant(const struct tampered_engine *tampered, struct arena *arena, struct store_view *view)
{
	(void)tampered, (void)arena;
	size_t count = 0;
	for (size_t i = 0; i < view->item_count; i++)
		if (item_key_compare(view->items[i].key, planted_key) == 0) {
			view->items[i].stored.bytes = planted;
			count++;
		}
	expect_integer((int64_t)count, 1);
}

/* What the store has of an item now is what stands in its place from then on. */
static void keep_stored(struct store_view view, struct item_key key)
{
	planted_key = key;
	planted.size = 0;
	for (size_t i = 0; i < view.item_count; i++)
		if (item_key_compare(view.items[i].key, key) == 0)
			planted = view.items[i].stored.bytes;
	expect(planted.size > 0);
}

static void expect_planted(const char *address)
{
	fixture.tampered.on_load = plant;
	expect_only(address);
	expect_refused("integrity_violated", address);
	fixture.tampered.on_load = NULL;
	expect(verify().good && verify_publicly().good);
}

static void tenants(void)
{
	struct keyring *keyring;
	struct vault *other;
	struct store_view view;
	fixture_begin(&fixture, VAULT_ENGINE);
	create(fixture.vault, "d", 30);
	expect_integer(fixed_keys_create(TEXT("other"), 1, &keyring, NULL), HANSARD_OK);
	expect_integer(vault_create(options_of(keyring), &other, NULL), HANSARD_OK);
	create(other, "d", 30);
	vault_destroy(other);
	keyring_destroy(keyring);
	fixture.tampered.tenant = "other";
	expect_all_of_it();
	fixture.tampered.tenant = NULL;
	const struct store_partition partition = store_engine_partition(fixture.inner, TEXT("other"), TEXT("d"));
	expect_integer(partition.store->load(&partition, fixture.arena, &view, NULL), HANSARD_OK);
	keep_stored(view, fixture_key("meta", ""));
	expect_planted("dialogue:d/entity:meta/");
}

static void retired_wraps(void)
{
	struct keyring *keyring;
	const struct keyring_options options = {.tenant = TEXT("acme"), .epoch = 2};
	int64_t rev;
	fixture_begin(&fixture, VAULT_ENGINE);
	create(fixture.vault, "d", 30);
	keep_stored(raw_view(), fixture_key("dek", "0001"));
	expect_integer(keyring_create(&options, &keyring, NULL), HANSARD_OK);
	expect_integer(fixed_keys_add_umk(keyring, 0x00, NULL), HANSARD_OK);
	expect_integer(fixed_keys_add_signer(keyring, TEXT("test"), 0x20, NULL), HANSARD_OK);
	expect_integer(keyring_add_epoch(keyring, 1, NULL), HANSARD_OK);
	go_on_with(keyring);
	expect_integer(vault_rewrap(fixture.vault, TEXT("d"), false, &rev, &fixture.error), HANSARD_OK);
	expect_integer(rev, 2);
	expect_planted("dialogue:d/entity:dek/0001");
}

/* The same item with another status, sealed and tagged as its writer would. */
static void forge(struct buffer *out)
{
	struct item_keys *keys;
	struct digest leaf;
	const struct vault_state *state = fixture_load(&fixture);
	const struct item_request request = {
		.place = {.tenant = TEXT("acme"), .address = TEXT("dialogue:d/entity:expert/muffin")},
		.generation = 1,
		.rev = 1,
		.attrs = fixture_attrs(&fixture, "gone"),
	};
	expect_integer(vault_keys_of_state(fixture.vault, state, 1, &keys, NULL), HANSARD_OK);
	expect_integer(item_seal(keys, &request, out, &leaf, NULL), HANSARD_OK);
	vault_keys_release(fixture.vault, keys);
}

static void forged_items(void)
{
	static struct buffer out;
	buffer_init(&out, LIMIT_STORED_ITEM);
	fixture_begin(&fixture, VAULT_ENGINE);
	create(fixture.vault, "d", 30);
	forge(&out);
	planted_key = fixture_key("expert", "muffin");
	expect(arena_copy(fixture.arena, buffer_view(&out), &planted));
	buffer_finish(&out);
	expect_planted("dialogue:d/entity:expert/muffin");
}

static void statuses(void)
{
	static const char status[] = "open ";
	fixture_begin(&fixture, VAULT_ENGINE);
	create(fixture.vault, "d", 30);
	keep_stored(raw_view(), fixture_key("expert", "muffin"));
	const size_t at = text_find(text_of_bytes(planted), text_of_string(status), 0);
	uint8_t *changed = arena_allocate(fixture.arena, planted.size);
	expect(at != SIZE_MAX && changed != NULL);
	memcpy(changed, planted.data, planted.size);
	memcpy(changed + at, "shut ", sizeof(status) - 1);
	planted.data = changed;
	expect_planted("dialogue:d/entity:expert/muffin");
}

/* The state of revision 2, as it was. */
static struct store_view old_view;

static void give_old(const struct tampered_engine *tampered, struct arena *arena, struct store_view *view)
{
	(void)tampered, (void)arena;
	*view = old_view;
}

static void cut_tail(const struct tampered_engine *tampered, struct arena *arena, struct store_history *history)
{
	(void)tampered, (void)arena;
	while (history->count > 0 && history->commits[history->count - 1].rev > 2)
		history->count--;
}

static struct vault_mark seen;

static enum hansard_status read_seen(void *context, struct vault_mark_place place, struct vault_mark *ret_mark,
									 struct hansard_error *error)
{
	(void)context, (void)place, (void)error;
	*ret_mark = seen;
	return HANSARD_OK;
}

static enum hansard_status write_seen(void *context, struct vault_mark_place place, const struct vault_mark *mark,
									  struct hansard_error *error)
{
	(void)context, (void)place, (void)error;
	seen = *mark;
	return HANSARD_OK;
}

static void put_back(void)
{
	static const struct vault_marks marks = {.read = read_seen, .write = write_seen};
	enum vault_standing standing;
	fixture_begin(&fixture, VAULT_ENGINE);
	create(fixture.vault, "d", 30);
	const struct vault_change change = fixture_put(&fixture, "meta", "", 40);
	fixture_append(&fixture, &change, 1);
	old_view = raw_view();
	fixture_append(&fixture, &change, 1);
	seen = (struct vault_mark){.rev = 3, .hash = fixture_load(&fixture)->hash};
	fixture.tampered.on_load = give_old;
	fixture.tampered.on_history = cut_tail;

	/* Whoever has neither mark nor receipt cannot know; a receipt tells, the public key alone sufficing. */
	expect_integer(fixture_try(&fixture), HANSARD_OK);
	const struct vault_report reports[] = {verify(), verify_publicly()};
	for (size_t i = 0; i < 2; i++) {
		expect(reports[i].good);
		expect_integer(reports[i].rev, 2);
		const struct vault_state state = {.dialogue_id = TEXT("d"), .rev = reports[i].rev, .hash = reports[i].hash};
		expect_integer(vault_standing(fixture.vault, &state, &seen, &standing, &fixture.error), HANSARD_OK);
		expect_integer(standing, VAULT_ROLLED_BACK);
	}

	vault_destroy(fixture.vault);
	fixture.vault = NULL;
	fixture.options.marks = &marks;
	expect_integer(vault_create(&fixture.options, &fixture.vault, &fixture.error), HANSARD_OK);
	expect_refused("rolled_back", "");
	expect_integer(seen.rev, 3);
}

/* A whole store that somebody else has made of the same names. */
static void strangers(void)
{
	struct keyring *keyring;
	struct vault *vault;
	struct store_engine *theirs;
	const struct keyring_options options = {.tenant = TEXT("acme"), .epoch = 1};
	fixture_begin(&fixture, VAULT_ENGINE);
	create(fixture.vault, "d", 30);
	expect_integer(memory_engine_open(fixture.options.clock, fixture.options.entropy, &theirs, NULL), HANSARD_OK);
	expect_integer(keyring_create(&options, &keyring, NULL), HANSARD_OK);
	expect_integer(fixed_keys_add_umk(keyring, 0x80, NULL), HANSARD_OK);
	expect_integer(fixed_keys_add_signer(keyring, TEXT("test"), 0x60, NULL), HANSARD_OK);
	fixture.tampered.inner = theirs;
	expect_integer(vault_create(options_of(keyring), &vault, NULL), HANSARD_OK);
	create(vault, "d", 30);
	vault_destroy(vault);
	keyring_destroy(keyring);
	expect_only("head");
	expect(verify().untrusted && verify_publicly().untrusted);
	expect_refused(VAULT_UNTRUSTED_SIGNER, "the head of \"d\" is signed by nobody");
	fixture.tampered.inner = fixture.inner;
	theirs->ops->close(theirs);
	expect(verify().good);
}

static void wrong_keys(void)
{
	struct keyring *keyring;
	const struct keyring_options options = {.tenant = TEXT("acme"), .epoch = 1};
	fixture_begin(&fixture, VAULT_ENGINE);
	create(fixture.vault, "d", 30);
	expect_integer(keyring_create(&options, &keyring, NULL), HANSARD_OK);
	expect_integer(fixed_keys_add_umk(keyring, 0x80, NULL), HANSARD_OK);
	expect_integer(fixed_keys_add_signer(keyring, TEXT("test"), 0x20, NULL), HANSARD_OK);
	go_on_with(keyring);
	expect_integer(fixture_try(&fixture), HANSARD_WRONG_KEY);
	expect_string(fixture.error.kind, "wrong_key");
	const struct vault_report report = verify();
	expect(report.good && !report.opened && report.locked != NULL);
	expect_string(report.locked->kind, "wrong_key");
	expect(verify_publicly().good);
}

static void swap_commits(const struct tampered_engine *tampered, struct arena *arena, struct store_history *history)
{
	(void)tampered, (void)arena;
	const struct bytes kept = history->commits[at_index].stored;
	history->commits[at_index].stored = history->commits[at_index + 1].stored;
	history->commits[at_index + 1].stored = kept;
}

static void reordered(void)
{
	static const char *const names_of[] = {"commit 1", "commit 2", "commit 3"};
	fixture_begin(&fixture, VAULT_ENGINE);
	create(fixture.vault, "d", 30);
	const struct vault_change change = fixture_put(&fixture, "meta", "", 40);
	fixture_append(&fixture, &change, 1);
	fixture_append(&fixture, &change, 1);
	fixture.tampered.on_history = swap_commits;
	for (at_index = 0; at_index < 2; at_index++) {
		const struct vault_report reports[] = {verify(), verify_publicly()};
		for (size_t i = 0; i < 2; i++) {
			expect_integer((int64_t)reports[i].fault_count, 2);
			expect(names(&reports[i], names_of[at_index]) && names(&reports[i], names_of[at_index + 1]));
		}
	}
}

static const struct tap_test tests[] = {
	{"another dialogue in the place of one is head and commits that are not its own", dialogues},
	{"a dialogue, or an item, of another tenant is named in its place", tenants},
	{"a wrap of a retired epoch put back is named", retired_wraps},
	{"an item forged under the key that it was sealed with is named", forged_items},
	{"a status changed in the clear is named", statuses},
	{"a partition put back is good for whoever has seen nothing, and noticed by a receipt and by a mark", put_back},
	{"a store rewritten by who has no keys is signed by nobody who is believed", strangers},
	{"a wrong key opens nothing, and accuses nothing", wrong_keys},
	{"commits that changed places are both named, and nothing else", reordered},
};

TAP_MAIN(tests)
