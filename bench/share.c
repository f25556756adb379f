/*
 * Where the time of a verified load goes. Each step is done by itself with the functions that a load does it with, over the rows that
 * were just fetched; what a load takes beyond their sum is named as that. Two loads: the same dialogue again, whose signature and keys
 * the vault still has, and another one each time, of which it has neither.
 */
#include "bench.h"
#include "dialogue.h"
#include "fixture.h"
#include "limits.h"
#include "measure.h"
#include "vault_keys.h"
#include "vault_parts.h"

enum { REPEATS = 300, WAYS = 2 };

/* One load taken apart. `probe` is a vault of its own: what the load that is measured whole leaves behind in its vault is not there. */
struct taken {
	struct fixture *fixture;
	struct vault *probe;
	struct arena *arena;
	struct store_partition partition;
	struct store_view view;
	struct note note;
	struct commit newest;
	struct item_proof *proofs;
	struct digest *leaves;
	struct vault_opening opening;
	struct item_keys *keys;
	struct item *items;
};

static void must(bool good)
{
	if (!good)
		measure_die("a step of a load failed");
}

static void fetch(struct taken *load)
{
	must(load->partition.store->load(&load->partition, load->arena, &load->view, NULL) == HANSARD_OK);
}

static void read_head(struct taken *load)
{
	must(vault_read_note(load->probe, load->partition.dialogue_id, load->view.note, &load->note, NULL) == HANSARD_OK);
}

static void read_newest(struct taken *load)
{
	struct digest hash;
	const struct vault_commit_place place = {
		.arena = load->arena, .dialogue_id = load->partition.dialogue_id, .rev = load->note.rev};
	must(commit_hash(load->probe->hash, load->view.commit, &hash) && digest_equal(&hash, &load->note.hash) &&
		 vault_read_commit(load->probe, &place, load->view.commit, &load->newest, NULL) == HANSARD_OK);
}

/* The place of an item, its address in `data`. */
static struct item_place place_of(const struct taken *load, size_t at, uint8_t data[static LIMIT_ADDRESS])
{
	struct buffer address = {.data = data, .capacity = LIMIT_ADDRESS, .ceiling = LIMIT_ADDRESS};
	must(item_key_address(load->partition.dialogue_id, load->view.items[at].key, &address));
	return (struct item_place){.tenant = load->probe->tenant, .address = buffer_text(&address)};
}

static void hash_items(struct taken *load)
{
	const struct store_view *view = &load->view;
	uint8_t data[LIMIT_ADDRESS];
	load->leaves = arena_allocate_array(load->arena, view->item_count, sizeof(*load->leaves));
	load->proofs = arena_allocate_array(load->arena, view->item_count, sizeof(*load->proofs));
	must(load->leaves != NULL && load->proofs != NULL);
	for (size_t i = 0; i < view->item_count; i++) {
		must(i == 0 || item_key_compare(view->items[i - 1].key, view->items[i].key) < 0);
		must(item_prove(load->probe->hash, place_of(load, i, data), view->items[i].stored, &load->proofs[i]));
		load->leaves[i] = load->proofs[i].leaf;
	}
}

static void hash_tree(struct taken *load)
{
	struct digest root;
	must(hash_root(load->probe->hash, load->leaves, load->view.item_count, &root) &&
		 digest_equal(&root, &load->newest.root));
}

static void open_keys(struct taken *load)
{
	const struct vault_opening_items items = {
		.items = load->view.items, .proofs = load->proofs, .count = load->view.item_count};
	struct item_key fault;
	load->opening = (struct vault_opening){.vault = load->probe, .dialogue_id = load->partition.dialogue_id};
	must(vault_opening_begin(&load->opening, &items, load->arena, &fault, NULL) == HANSARD_OK &&
		 vault_opening_keys(&load->opening, 1, &load->keys, NULL) == HANSARD_OK && load->keys != NULL);
}

static void read_frames(struct taken *load)
{
	load->items = arena_allocate_array(load->arena, load->view.item_count, sizeof(*load->items));
	must(load->items != NULL);
	for (size_t i = 0; i < load->view.item_count; i++) {
		struct vault_parts parts;
		must(item_read(load->view.items[i].stored, &load->items[i], NULL) == HANSARD_OK &&
			 vault_parts_of(load->view.items[i].key, load->items[i].attrs, &parts));
	}
}

static void compare_tags(struct taken *load)
{
	for (size_t i = 0; i < load->view.item_count; i++)
		must(text_is(load->view.items[i].key.type, "dek") ||
			 item_check_tag(load->keys, &load->items[i], &load->proofs[i].digest) == GENUINE_GOOD);
}

/* Compares the tag of each, too: that is how a box is opened. */
static void open_boxes(struct taken *load)
{
	uint8_t data[LIMIT_ADDRESS];
	for (size_t i = 0; i < load->view.item_count; i++) {
		if (text_is(load->view.items[i].key.type, "dek"))
			continue;
		uint8_t *plain = arena_allocate(load->arena, item_plain_size(&load->items[i]));
		must(plain != NULL && item_open(load->keys, place_of(load, i, data), &load->items[i], &load->proofs[i].digest,
										plain) == GENUINE_GOOD);
	}
}

static const struct step {
	const char *what;
	void (*run)(struct taken *load);
} steps[] = {
	{"fetch the rows from the engine", fetch},
	{"read the head; its signature", read_head},
	{"hash and read the newest commit", read_newest},
	{"hash the items and their leaves", hash_items},
	{"hash the tree", hash_tree},
	{"unwrap the key, schedule it", open_keys},
	{"read the CBOR of items and clear fields", read_frames},
	{"compare the tags", compare_tags},
	{"open the boxes", open_boxes},
};
enum { STEPS = sizeof(steps) / sizeof(steps[0]), TAGS = STEPS - 2, BOXES = STEPS - 1 };

/* Samples of one way to load. */
struct shares {
	struct measure whole, decoded, steps[STEPS];
};

static void take_apart(struct fixture *fixture, struct vault *probe, struct text id, struct shares *shares)
{
	struct taken load = {.fixture = fixture,
						 .probe = probe,
						 .arena = arena_create(LIMIT_ARENA),
						 .partition = store_engine_partition(fixture->engine, vault_tenant(probe), id)};
	must(load.arena != NULL);
	for (size_t i = 0; i < STEPS; i++) {
		const double begin = measure_now_us();
		steps[i].run(&load);
		measure_add(&shares->steps[i], measure_now_us() - begin);
	}
	must(vault_opening_finish(&load.opening, VAULT_OUTCOME_SUCCESS, NULL) == HANSARD_OK);
	arena_destroy(load.arena);
}

/* The same with the sealed fields decoded into the record, which is what questions are answered from. */
static double open_dialogue(struct vault *vault, struct text id)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct dialogue *dialogue;
	const double begin = measure_now_us();
	struct arena *arena = arena_create(LIMIT_ARENA);
	fixture_must(dialogue_open(vault, id, arena, &dialogue, &error), &error);
	arena_destroy(arena);
	return measure_now_us() - begin;
}

/* A share of a load in tenths of a percent. */
static long permille(double us, double whole)
{
	return (long)(us / whole * 1000 + 0.5);
}

static void print_step(const char *what, const double us[WAYS], const long parts[WAYS])
{
	measure_note("share", "%-42s %7.1f us %5.1f %%   %7.1f us %5.1f %%", what, us[0], (double)parts[0] / 10, us[1],
				 (double)parts[1] / 10);
}

static void print(struct shares shares[WAYS])
{
	double whole[WAYS], rest[WAYS], decoded[WAYS];
	long left[WAYS], parts[WAYS] = {1000, 1000};
	for (size_t way = 0; way < WAYS; way++) {
		whole[way] = rest[way] = measure_low(&shares[way].whole);
		left[way] = 1000;
	}
	measure_note("share", "%-42s %18s   %18s", "", "the same again", "another each time");
	for (size_t i = 0; i < STEPS; i++) {
		double us[WAYS];
		for (size_t way = 0; way < WAYS; way++) {
			us[way] = measure_low(&shares[way].steps[i]);
			if (i == BOXES)
				us[way] -= measure_low(&shares[way].steps[TAGS]);
			parts[way] = permille(us[way], whole[way]);
			rest[way] -= us[way];
			left[way] -= parts[way];
		}
		print_step(steps[i].what, us, parts);
	}
	print_step("everything else", rest, left);
	for (size_t way = 0; way < WAYS; way++) {
		parts[way] = 1000;
		decoded[way] = measure_low(&shares[way].decoded) - whole[way];
	}
	print_step("a verified load", whole, parts);
	for (size_t way = 0; way < WAYS; way++)
		parts[way] = permille(decoded[way], whole[way]);
	print_step("and decoding its fields into the record", decoded, parts);
}

void share_run(struct bench *bench)
{
	static struct shares shares[WAYS];
	struct fixture *fixture = bench_hundreds(bench);
	struct hansard_error error = {.status = HANSARD_OK};
	const struct vault_options options = {.engine = fixture->engine, .keyring = fixture->keyring, .actor = TEXT("")};
	struct vault *probe;
	fixture_must(vault_create(&options, &probe, &error), &error);
	for (size_t way = 0; way < WAYS; way++) {
		for (size_t i = 0; i < bench_repeats(bench, REPEATS); i++) {
			const size_t at = way == 0 ? 0 : 3 * i, step = way == 0 ? 0 : 1;
			const struct text *ids = fixture->ids;
			measure_add(&shares[way].whole, fixture_load(fixture->vault, ids[at % fixture->count]));
			measure_add(&shares[way].decoded, open_dialogue(fixture->vault, ids[(at + step) % fixture->count]));
			take_apart(fixture, probe, ids[(at + 2 * step) % fixture->count], &shares[way]);
		}
	}
	vault_destroy(probe);
	print(shares);
}
