/*
 * What a chain promises: commits that stand on keys and leaves in memory are those that a verified load would have led
 * to, nothing is read between them, and another writer in between is a conflict.
 */
#include "limits.h"
#include "tap.h"
#include "vault_fixture.h"

static struct fixture fixture;

static void on_every_engine(void (*promise)(void))
{
	for (int engine = 0; engine < FIXTURE_ENGINES; engine++) {
		fixture_begin(&fixture, (enum fixture_engine)engine);
		promise();
	}
	fixture_finish(&fixture);
}

static enum hansard_status append(struct vault_chain *chain, const struct vault_change *changes, size_t count)
{
	int64_t rev = -1;
	const struct vault_commit commit = {.operation = "import", .changes = changes, .change_count = count};
	return vault_chain_append(chain, &commit, &rev, &fixture.error);
}

/* Puts before, between and behind what is there, replaces, removes, and puts again what was removed. Keys and contents
   are gone before the next commit is made. */
static void write_story(struct vault_chain *chain)
{
	static const struct {
		const char *type, *subkey;
		bool remove;
	} steps[] = {
		{"tension", "00#02", false}, {"claim", "00#01", false},  {"tension", "00#01", false},
		{"tension", "00#02", false}, {"claim", "00#01", true},   {"verdict", "final", false},
		{"claim", "00#01", false},   {"tension", "00#01", true},
	};
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		char type[16], subkey[16];
		snprintf(type, sizeof(type), "%s", steps[i].type);
		snprintf(subkey, sizeof(subkey), "%s", steps[i].subkey);
		const struct vault_change changes[] = {
			steps[i].remove ? fixture_remove(type, subkey) : fixture_put(&fixture, type, subkey, 40 + i),
			fixture_file(&fixture, i % 2 == 0 ? "00001" : "00002", 10 * i),
		};
		expect_integer(append(chain, changes, 2), HANSARD_OK);
		memset(type, '?', sizeof(type));
		memset(subkey, '?', sizeof(subkey));
	}
}

static void expect_story(int64_t rev, int64_t count)
{
	const struct vault_state *state = fixture_load(&fixture);
	struct vault_report report = {0};
	expect_integer(state->rev, rev);
	expect_integer(state->newest.count, count);
	expect(fixture_find(state, "claim", "00#01") != NULL && fixture_find(state, "tension", "00#01") == NULL);
	expect_integer((int64_t)fixture_find(state, "tension", "00#02")->plain.bytes.size, 43);
	expect_integer(vault_verify(fixture.vault, TEXT("d"), fixture.arena, &report, &fixture.error), HANSARD_OK);
	expect(report.good);
	expect_integer((int64_t)report.commits, rev);
}

static void check_new(void)
{
	struct vault_chain *chain;
	const struct vault_change meta = fixture_put(&fixture, "meta", "", 20);
	expect_integer(vault_chain_new(fixture.vault, TEXT("d"), &chain, &fixture.error), HANSARD_OK);
	expect_integer(append(chain, &meta, 1), HANSARD_OK);
	write_story(chain);
	expect_integer((int64_t)fixture.tampered.reads, 0);
	vault_chain_destroy(chain);
	expect_story(9, 7);
}

static void new_dialogue(void)
{
	on_every_engine(check_new);
}

static void check_of(void)
{
	struct vault_chain *chain;
	const struct vault_change first[] = {fixture_put(&fixture, "meta", "", 20),
										 fixture_put(&fixture, "expert", "e", 20)};
	fixture_create(&fixture, first, 2);
	const struct vault_state *state = fixture_load(&fixture);
	const size_t reads = fixture.tampered.reads;
	expect_integer(vault_chain_of(fixture.vault, state, &chain, &fixture.error), HANSARD_OK);
	write_story(chain);
	expect_integer((int64_t)fixture.tampered.reads, (int64_t)reads);
	vault_chain_destroy(chain);
	expect_story(9, 8);
}

static void going_on(void)
{
	on_every_engine(check_of);
}

/* What a chain refuses leaves it where it stood. */
static void check_refusals(void)
{
	struct vault_chain *chain;
	const struct vault_change meta = fixture_put(&fixture, "meta", "", 20);
	const struct vault_change nothing = fixture_remove("claim", "00#01");
	expect_integer(vault_chain_new(fixture.vault, TEXT("No Id"), &chain, &fixture.error), HANSARD_INVALID);
	expect_string(fixture.error.kind, "invalid_dialogue_id");
	expect_integer(vault_chain_new(fixture.vault, TEXT("d"), &chain, &fixture.error), HANSARD_OK);
	expect_integer(append(chain, &nothing, 1), HANSARD_INVALID);
	expect_integer(append(chain, &meta, 1), HANSARD_OK);
	expect_integer(append(chain, &nothing, 1), HANSARD_INVALID);
	expect_integer(append(chain, &meta, 1), HANSARD_OK);

	fixture_append(&fixture, &meta, 1);
	expect_integer(append(chain, &meta, 1), HANSARD_CONFLICT);
	expect_string(fixture.error.kind, "head_moved");
	vault_chain_destroy(chain);
	vault_chain_destroy(NULL);

	expect_integer(vault_chain_new(fixture.vault, TEXT("d"), &chain, &fixture.error), HANSARD_OK);
	expect_integer(append(chain, &meta, 1), HANSARD_CONFLICT);
	expect_string(fixture.error.kind, "dialogue_exists");
	vault_chain_destroy(chain);
	expect_integer(fixture_load(&fixture)->rev, 3);
}

static void refusals(void)
{
	on_every_engine(check_refusals);
}

/* A lost answer that turns out to have been a commit is one to stand on; one that was none is not. */
static void check_lost_answers(void)
{
	struct vault_chain *chain;
	const struct vault_change meta = fixture_put(&fixture, "meta", "", 20);
	expect_integer(vault_chain_new(fixture.vault, TEXT("d"), &chain, &fixture.error), HANSARD_OK);
	fixture.tampered.commit = TAMPERED_UNKNOWN_AFTER;
	expect_integer(append(chain, &meta, 1), HANSARD_OK);
	fixture.tampered.commit = TAMPERED_UNKNOWN_BEFORE;
	expect_integer(append(chain, &meta, 1), HANSARD_UNREACHABLE);
	fixture.tampered.commit = TAMPERED_PASS;
	expect_integer(append(chain, &meta, 1), HANSARD_OK);
	vault_chain_destroy(chain);
	expect_integer(fixture_load(&fixture)->rev, 2);
}

static void lost_answers(void)
{
	on_every_engine(check_lost_answers);
}

static const struct tap_test tests[] = {
	{"a new dialogue is written in many commits, and nothing is read between them", new_dialogue},
	{"so is one that goes on from a verified state", going_on},
	{"a refused commit leaves the chain where it stood; another writer's is a conflict", refusals},
	{"a commit whose answer was lost is stood on when it is there", lost_answers},
};

TAP_MAIN(tests)
