/*
 * Verification names what is wrong with a chain of commits, and accuses nothing that it cannot tell of. VAULT_ENGINE is the
 * engine: one program for each.
 */
#include "commit_detail.h"
#include "item.h"
#include "note.h"
#include "vault_keys.h"
#include "vault_private.h"
#include "verify_case.h"

static size_t at_size;

static void flip_history(const struct tampered_engine *tampered, struct arena *arena, struct store_history *history)
{
	(void)tampered;
	at_size = history->commits[at_index].stored.size;
	history->commits[at_index].stored = flipped(arena, history->commits[at_index].stored);
}

static void commits(void)
{
	static const char *const names_of[] = {"commit 1", "commit 2", "commit 3"};
	fixture_begin(&fixture, VAULT_ENGINE);
	fixture_story(&fixture);
	fixture.tampered.on_history = flip_history;
	at_flip = 1;
	for (at_index = 0; at_index < 3; at_index++)
		for (at_byte = 0, at_size = 1; at_byte < at_size; at_byte += fixture_step())
			expect_only(names_of[at_index]);
}

static void drop_commit(const struct tampered_engine *tampered, struct arena *arena, struct store_history *history)
{
	(void)tampered, (void)arena;
	history->count--;
	for (size_t i = at_index; i < history->count; i++)
		history->commits[i] = history->commits[i + 1];
}

/* The newest commit stands beside the head and in the history: an engine that has it once shows it in both or in neither. */
static void drop_newest(const struct tampered_engine *tampered, struct arena *arena, struct store_view *view)
{
	(void)tampered, (void)arena;
	if (at_index == 2)
		view->commit = (struct bytes){.data = NULL};
}

static void missing_commits(void)
{
	static const char *const names_of[] = {"commit 1", "commit 2", "commit 3"};
	fixture_begin(&fixture, VAULT_ENGINE);
	fixture_story(&fixture);
	fixture.tampered.on_history = drop_commit;
	for (at_index = 0; at_index < 3; at_index++)
		expect_only(names_of[at_index]);
	fixture.tampered.on_load = drop_newest;
	for (at_index = 0; at_index < 3; at_index++)
		expect_only(names_of[at_index]);
	at_index = 2;
	expect(text_find(verify().faults[0].what, TEXT("cannot be held against"), 0) != SIZE_MAX);
}

static void flip_newest(const struct tampered_engine *tampered, struct arena *arena, struct store_view *view)
{
	(void)tampered;
	view->commit = flipped(arena, view->commit);
}

/* The newest commit altered in both places is one fault, and nothing is said of items; beside the head alone the items
   are still held against the history. */
static void newest_altered(void)
{
	fixture_begin(&fixture, VAULT_ENGINE);
	fixture_story(&fixture);
	at_flip = 1;
	at_index = 2;
	fixture.tampered.on_load = flip_newest;
	const struct store_view view = raw_view();
	for (at_byte = 0; at_byte < view.commit.size; at_byte += fixture_step()) {
		fixture.tampered.on_history = flip_history;
		expect_only("commit 3");
		fixture.tampered.on_history = NULL;
		expect_only("commit 3");
	}
}

/* An item altered while a commit that may have written it is missing: it is named where the commits behind that one say what
   it is, else the head is, and no other item is accused. */
static void flip_sized(const struct tampered_engine *tampered, struct arena *arena, struct store_view *view)
{
	(void)tampered;
	view->items[at_size].stored.bytes = flipped(arena, view->items[at_size].stored.bytes);
}

static void uncertain_items(void)
{
	fixture_begin(&fixture, VAULT_ENGINE);
	fixture_story(&fixture);
	const struct vault_state *state = fixture_load(&fixture);
	fixture.tampered.on_history = drop_commit;
	fixture.tampered.on_load = flip_sized;
	at_index = 1;
	at_byte = 60;
	at_flip = 1;
	for (at_size = 0; at_size < state->item_count; at_size++) {
		const struct vault_item *item = &state->items[at_size];
		char address[LIMIT_ADDRESS];
		snprintf(address, sizeof(address), "dialogue:d/entity:%.*s/%.*s", (int)item->key.type.size, item->key.type.data,
				 (int)item->key.subkey.size, item->key.subkey.data);
		const struct vault_report report = verify();
		expect(names(&report, "commit 2"));
		expect(names(&report, item->rev == 3 ? address : "head"));
		for (size_t i = 0; i < report.fault_count; i++) /* its parts may accuse it, too */
			expect(text_is(report.faults[i].address, "commit 2") || text_is(report.faults[i].address, "head") ||
				   text_is(report.faults[i].address, address));
	}
}

/* The mark of a history that went on to revision 5. */
static enum hansard_status read_lost(void *context, struct vault_mark_place place, struct vault_mark *ret_mark,
									 struct hansard_error *error)
{
	(void)context, (void)place, (void)error;
	*ret_mark = (struct vault_mark){.rev = 5};
	return HANSARD_OK;
}

static enum hansard_status write_nothing(void *context, struct vault_mark_place place, const struct vault_mark *mark,
										 struct hansard_error *error)
{
	(void)context, (void)place, (void)mark, (void)error;
	return HANSARD_OK;
}

/* Commits 1 to 3, a restore that stands on the third, and one behind it: at 0 to 4 of the history. */
static void after_a_restore(void)
{
	static const struct vault_marks marks = {.read = read_lost, .write = write_nothing};
	struct vault_restored restored;
	fixture_begin(&fixture, VAULT_ENGINE);
	fixture_story(&fixture);
	struct vault *own = fixture.vault;
	fixture.options.marks = &marks;
	expect_integer(vault_create(&fixture.options, &fixture.vault, &fixture.error), HANSARD_OK);
	expect_integer(vault_restore(fixture.vault, TEXT("d"), &(struct vault_restoring){.furthest = LIMIT_REV}, &restored,
								 &fixture.error),
				   HANSARD_OK);
	vault_destroy(fixture.vault);
	fixture.vault = own;
	const struct vault_change change = fixture_put(&fixture, "meta", "", 62);
	fixture_append(&fixture, &change, 1);
	expect_integer(restored.rev, 6);
	expect(verify().good);
}

static void drop_history(const struct tampered_engine *tampered, struct arena *arena, struct store_history *history)
{
	(void)tampered, (void)arena;
	history->count = 0;
}

static void no_history(void)
{
	fixture_begin(&fixture, VAULT_ENGINE);
	fixture_story(&fixture);
	fixture.tampered.on_history = drop_history;
	expect_only("commit 1 to 3");
}

static void survivors(void)
{
	static const char *const names_of[] = {"commit 1", "commit 2", "commit before 6", "commit 6", "commit 7"};
	after_a_restore();
	fixture.tampered.on_history = drop_commit;
	for (at_index = 0; at_index < 3; at_index++)
		expect_only(names_of[at_index]);
	fixture.tampered.on_history = flip_history;
	at_flip = 1;
	at_byte = 30;
	for (at_index = 0; at_index < 5; at_index++)
		expect_only(names_of[at_index]);
	fixture.tampered.on_history = add_commit;
	for (stray_rev = 4; stray_rev <= 5; stray_rev++)
		expect_only(stray_rev == 4 ? "commit 4" : "commit 5");
}

/* What is put into the gap of a restore, under these revs, each with the bytes of a commit of the history. */
static const struct planted {
	size_t count;
	struct {
		int64_t rev;
		size_t bytes_of;
	} commits[2];
} * planted;

static void plant(const struct tampered_engine *tampered, struct arena *arena, struct store_history *history)
{
	(void)tampered;
	struct store_commit *copies = arena_allocate_array(arena, history->count + planted->count, sizeof(*copies));
	expect(copies != NULL);
	size_t count = 0;
	for (size_t i = 0; i < history->count; i++) {
		copies[count++] = history->commits[i];
		for (size_t j = 0; i == 2 && j < planted->count; j++)
			copies[count++] = (struct store_commit){.rev = planted->commits[j].rev,
													.stored = history->commits[planted->commits[j].bytes_of].stored};
	}
	history->commits = copies;
	history->count = count;
}

static void expect_said(const struct vault_fault *fault)
{
	expect(strncmp(fixture.error.message, fault->address.data, fault->address.size) == 0);
	expect(strstr(fixture.error.message, VAULT_COMMIT_OUTSIDE) != NULL);
}

/* Verification names each, and whoever reads the history names the newest, by the same words: nothing else is accused. */
static void gaps(void)
{
	static const struct planted all[] = {
		{.count = 1, .commits = {{4, 4}}},         {.count = 1, .commits = {{5, 0}}},
		{.count = 1, .commits = {{5, 2}}}, /* what the restore names, under another rev */
		{.count = 2, .commits = {{4, 2}, {5, 4}}}, {.count = 2, .commits = {{4, 2}, {5, 2}}},
	};
	after_a_restore();
	const struct vault_state *state = fixture_load(&fixture);
	fixture.tampered.on_history = plant;
	for (planted = all; planted < all + sizeof(all) / sizeof(all[0]); planted++) {
		struct commit *commits;
		size_t count;
		enum vault_standing standing;
		const struct vault_mark mark = {.rev = 1};
		const struct vault_report report = verify();
		expect_integer((int64_t)report.fault_count, (int64_t)planted->count);
		const struct vault_fault *newest = &report.faults[0];
		expect_integer(
			vault_history(fixture.vault, state, 1, state->rev, fixture.arena, &commits, &count, &fixture.error),
			HANSARD_VIOLATED);
		expect_said(newest);
		expect_integer(vault_standing(fixture.vault, state, &mark, &standing, &fixture.error), HANSARD_VIOLATED);
		expect_said(newest);
		char address[32];
		snprintf(address, sizeof(address), "commit %" PRId64, planted->commits[planted->count - 1].rev);
		expect_text(newest->address, address);
		expect(text_is(newest->what, VAULT_COMMIT_OUTSIDE));
	}
	/* Above the gap the history can be read without looking into it. */
	struct commit *commits;
	size_t count;
	planted = all;
	expect_integer(vault_history(fixture.vault, state, 6, 7, fixture.arena, &commits, &count, &fixture.error),
				   HANSARD_OK);
	expect_integer((int64_t)count, 2);
}

static void commits_outside(void)
{
	static const struct {
		int64_t rev;
		const char *name;
	} strays[] = {{4, "commit 4"},
				  {3, "commit 3"},
				  {0, "commit 0"},
				  {-1, "commit -1"},
				  {LIMIT_REV, "commit 9999999999"},
				  {LIMIT_REV + 1, "commit 10000000000"}};
	fixture_begin(&fixture, VAULT_ENGINE);
	fixture_story(&fixture);
	fixture.tampered.on_history = add_commit;
	for (size_t i = 0; i < sizeof(strays) / sizeof(strays[0]); i++) {
		stray_rev = strays[i].rev;
		expect_only(strays[i].name);
	}
}

static void drop_items(const struct tampered_engine *tampered, struct arena *arena, struct store_view *view)
{
	(void)tampered, (void)arena;
	view->item_count = 0;
}

/* A head without items: each that is missing is named as far as the history tells, and the head where it does not. */
static void heads_alone(void)
{
	fixture_begin(&fixture, VAULT_ENGINE);
	const struct vault_change changes[] = {fixture_put(&fixture, "expert", "muffin", 20),
										   fixture_put(&fixture, "meta", "", 20)};
	fixture_create(&fixture, changes, 2);
	fixture.tampered.on_load = drop_items;
	const struct vault_report report = verify();
	expect_integer((int64_t)report.fault_count, 3);
	expect(names(&report, "dialogue:d/entity:dek/0001") && names(&report, "dialogue:d/entity:expert/muffin") &&
		   names(&report, "dialogue:d/entity:meta/"));
	fixture.tampered.on_history = drop_history;
	const struct vault_report bare = verify();
	expect_integer((int64_t)bare.fault_count, 2);
	expect(names(&bare, "commit 1") && names(&bare, "head"));
}

/* A chain that hangs together but was written wrong, put into the store behind the vault's back. */
struct forged {
	int64_t rev;
	struct text time;
	struct digest root;
	int64_t count;
	int64_t item_rev;
};

/* An item of round 00 that has nothing sealed, under the keys of the state. */
static void seal_empty(const struct vault_state *state, int64_t rev, struct buffer *out, struct digest *ret_leaf)
{
	static const uint8_t empty_map[] = {0xa0};
	struct item_keys *keys;
	const struct item_request request = {
		.place = {.tenant = TEXT("acme"), .address = TEXT("dialogue:d/entity:round/00")},
		.generation = 1,
		.rev = rev,
		.attrs = {.data = empty_map, .size = sizeof(empty_map)},
	};
	expect_integer(vault_keys_of_state(fixture.vault, state, 1, &keys, NULL), HANSARD_OK);
	expect_integer(item_seal(keys, &request, out, ret_leaf, NULL), HANSARD_OK);
	vault_keys_release(fixture.vault, keys);
}

/* Puts a commit into the store, with the one item that it wrote, or NULL. */
static void put_forged(const struct vault_state *state, const struct commit *made, const struct store_item *put)
{
	struct hash_context *context = hash_create();
	struct buffer commit = {.ceiling = LIMIT_DOCUMENT}, note = {.ceiling = LIMIT_DOCUMENT};
	struct store_attempt attempt = {.rev = made->rev};
	expect(context != NULL);
	expect(fixture.options.entropy.fill(fixture.options.entropy.context, attempt.id, sizeof(attempt.id)));
	expect_integer(commit_write(made, &commit, NULL), HANSARD_OK);
	struct store_change request = {.expected_rev = state->rev,
								   .expected_hash = state->hash,
								   .puts = put,
								   .put_count = put != NULL ? 1 : 0,
								   .rev = made->rev,
								   .listed =
									   !text_is(made->operation, "erase") && !text_is(made->operation, "migrate-out"),
								   .commit = buffer_view(&commit),
								   .attempt = attempt};
	expect(commit_hash(context, request.commit, &request.hash));
	const struct note head = {.tenant = TEXT("acme"), .dialogue_id = TEXT("d"), .rev = made->rev, .hash = request.hash};
	expect(note_write(&head, keyring_signers(fixture.keyring), &note));
	request.note = buffer_view(&note);
	const struct store_partition partition = store_engine_partition(fixture.inner, TEXT("acme"), TEXT("d"));
	enum store_result result;
	expect_integer(partition.store->commit(&partition, &request, &result, &fixture.error), HANSARD_OK);
	expect_integer(result, STORE_DONE);
	buffer_finish(&commit);
	buffer_finish(&note);
	hash_destroy(context);
}

static void forge(const struct forged *forged)
{
	struct hash_context *context = hash_create();
	struct buffer item = {.ceiling = LIMIT_DOCUMENT};
	const struct vault_state *state = fixture_load(&fixture);
	static const uint8_t empty_map[] = {0xa0};
	const struct bytes map = {.data = empty_map, .size = 1};
	struct commit_change change = {.type = TEXT("round"), .subkey = TEXT("00")};
	struct digest *leaves = arena_allocate_array(fixture.arena, state->item_count + 1, sizeof(*leaves));
	expect(context != NULL && leaves != NULL);
	seal_empty(state, forged->item_rev, &item, &change.leaf);
	const struct store_item put = {.key = fixture_key("round", "00"), .stored = {.bytes = buffer_view(&item)}};
	size_t count = 0;
	for (size_t i = 0; i < state->item_count; i++) {
		if (count == i && item_key_compare(state->items[i].key, put.key) > 0)
			leaves[count++] = change.leaf;
		leaves[count++] = state->leaves[i];
	}
	if (count == state->item_count)
		leaves[count++] = change.leaf;
	struct commit made = {.tenant = TEXT("acme"),
						  .dialogue_id = TEXT("d"),
						  .rev = forged->rev,
						  .time = forged->time,
						  .actor = TEXT(""),
						  .operation = TEXT("update"),
						  .changes = &change,
						  .change_count = 1,
						  .detail = map,
						  .count = forged->count,
						  .root = forged->root,
						  .previous = state->hash};
	struct digest root;
	expect(hash_root(context, leaves, count, &root));
	if (forged->count == 0) {
		made.count = (int64_t)count;
		made.root = root;
	}
	put_forged(state, &made, &put);
	buffer_finish(&item);
	hash_destroy(context);
}

static void begin_forgery(void)
{
	fixture_begin(&fixture, VAULT_ENGINE);
	const struct vault_change change = fixture_put(&fixture, "meta", "", 20);
	fixture_create(&fixture, &change, 1);
}

static void forged_chains(void)
{
	begin_forgery();
	struct forged forged = {.rev = 2, .time = TEXT("2030-01-01T00:00:00.000000Z"), .item_rev = 2};
	forge(&forged);
	expect(verify().good);

	begin_forgery();
	forged.time = TEXT("2020-01-01T00:00:00.000000Z");
	forge(&forged);
	expect_only("commit 2");

	begin_forgery();
	forged.time = TEXT("2030-01-01T00:00:00.000000Z");
	forged.item_rev = 1;
	forge(&forged);
	expect_only("dialogue:d/entity:round/00");

	begin_forgery();
	forged.item_rev = 3;
	forge(&forged);
	expect_only("dialogue:d/entity:round/00");
	expect_integer(fixture_try(&fixture), HANSARD_VIOLATED);
	expect(strstr(fixture.error.message, "dialogue:d/entity:round/00") != NULL);

	begin_forgery();
	forged.item_rev = 2;
	forged.count = 2;
	forge(&forged);
	expect_only("commit 2");
	fixture_finish(&fixture);
}

/* A commit that changes nothing, of an operation by its letter; e is an erasure as the vault makes it, k, m and s take over, and count too
   little, too much, or are of another store. */
static void forge_operation(char letter)
{
	static const struct {
		char letter;
		const char *name;
	} operations[] = {{'u', "update"},      {'g', "generation"}, {'n', "no-such-operation"}, {'r', "restore"},
					  {'o', "migrate-out"}, {'i', "migrate-in"}, {'c', "migrate-cancel"},    {'E', "erase"},
					  {'k', "migrate-in"},  {'s', "migrate-in"}, {'m', "migrate-in"}};
	const struct text store = TEXT("memory:00000000000000000000000000000000");
	const struct vault_state *state = fixture_load(&fixture);
	struct buffer detail = {.ceiling = LIMIT_DOCUMENT};
	size_t at = 0;
	int64_t rev;
	if (letter == 'e') {
		expect_integer(vault_erase(fixture.vault, TEXT("d"), false, &rev, &fixture.error), HANSARD_OK);
		return;
	}
	while (operations[at].letter != letter)
		at++;
	struct commit made = state->newest;
	made.rev = state->rev + 1;
	made.operation = text_of_string(operations[at].name);
	made.change_count = 0;
	made.previous = state->hash;
	const struct commit_detail_place place = {.operation = made.operation, .rev = made.rev};
	const struct commit_detail told = {.store = letter == 's' ? TEXT("sqlite:00000000000000000000000000000001") : store,
									   .source = store,
									   .target = store,
									   .items =
										   state->rev + (int64_t)state->item_count + (letter == 'm') - (letter == 'k'),
									   .bytes = 100000,
									   .lost_rev = state->rev,
									   .lost_hash = state->hash};
	if (commit_detail_known(made.operation))
		expect(commit_detail_write(place, &told, &detail));
	else
		expect(buffer_append_byte(&detail, 0xa0));
	made.detail = buffer_view(&detail);
	put_forged(state, &made, NULL);
	buffer_finish(&detail);
}

/* The last operation of each row is an ordinary one, which what stands before it allows or not. */
static void orders(void)
{
	static const struct {
		const char *operations;
		bool good;
	} rows[] = {
		{"ocu", true},  {"oru", true},   {"oiu", true},   {"ocoru", true}, {"ou", false}, {"on", false},
		{"og", false},  {"ocou", false}, {"oo", false},   {"eu", false},   {"en", false}, {"eg", false},
		{"eru", false}, {"eocu", false}, {"eoiu", false}, {"oceu", false}, {"oE", false}, {"eoru", false},
		{"eoE", false}, {"eoo", false},  {"ok", false},   {"om", false},   {"os", false},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const size_t last = strlen(rows[i].operations) - 1;
		const struct vault_change change = {.key = fixture_key("meta", ""), .remove = true};
		const struct vault_commit commit = {.operation = "update", .changes = &change, .change_count = 1};
		char address[32];
		int64_t rev;
		begin_forgery();
		for (size_t k = 0; k < last; k++)
			forge_operation(rows[i].operations[k]);
		expect(verify().good && verify_publicly().good);
		if (!rows[i].good)
			expect_integer(vault_append(fixture.vault, fixture_load(&fixture), &commit, &rev, &fixture.error),
						   HANSARD_INVALID);
		forge_operation(rows[i].operations[last]);
		snprintf(address, sizeof(address), "commit %zu", last + 2);
		if (rows[i].good)
			expect(verify().good && verify_publicly().good);
		else
			expect_only(address);
	}
	static const char alone[] = {'E', 'i', 'c'};
	for (size_t i = 0; i < sizeof(alone); i++) {
		begin_forgery();
		forge_operation(alone[i]);
		expect_only("commit 2");
	}
	fixture_finish(&fixture);
}

static const struct tap_test tests[] = {
	{"an altered byte of any commit is that commit and nothing else", commits},
	{"a missing commit is that commit and nothing else", missing_commits},
	{"a newest commit that was altered is one fault, whether beside the head alone or in the history, too",
	 newest_altered},
	{"an item altered under a broken history is named for certain or not at all", uncertain_items},
	{"what a restore stands on: a missing or altered one is named by the restore, and nothing below is accused",
	 survivors},
	{"commits planted in the gap of a restore are outside the chain, for verification and for whoever reads the history",
	 gaps},
	{"a whole history missing is one line", no_history},
	{"commits outside the chain are named", commits_outside},
	{"a head without items is named", heads_alone},
	{"a chain that was written wrong is named: time, rev of an item, root", forged_chains},
	{"behind an erase or a migrate-out an ordinary commit is named, and none is written; an erase that leaves a key is named, and the end of a move that none began, or that was begun otherwise",
	 orders},
};

TAP_MAIN(tests)
