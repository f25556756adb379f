/*
 * Where ordinary commits are accepted: in the store that a dialogue belongs to, and after a restore in the one that holds it
 * now. And when a new generation is due, whoever writes begins it.
 */
#include "fixed_keys.h"
#include "limits.h"
#include "tap.h"
#include "vault_fixture.h"
#include "vault_keys.h"

#define OTHER "sqlite:0123456789abcdef0123456789abcdef"

static struct fixture fixture;

static void on_every_engine(void (*promise)(void))
{
	for (int engine = 0; engine < FIXTURE_ENGINES; engine++) {
		fixture_begin(&fixture, (enum fixture_engine)engine);
		promise();
	}
	fixture_finish(&fixture);
}

static enum hansard_status try_append(void)
{
	int64_t rev;
	const struct vault_change change = fixture_put(&fixture, "meta", "", 40);
	const struct vault_commit commit = {.operation = "update", .changes = &change, .change_count = 1};
	return vault_append(fixture.vault, fixture_load(&fixture), &commit, &rev, &fixture.error);
}

static void begin_three(void)
{
	const struct vault_change change = fixture_put(&fixture, "meta", "", 30);
	fixture_create(&fixture, &change, 1);
	fixture_append(&fixture, &change, 1);
	fixture_append(&fixture, &change, 1);
}

static void expect_other(enum hansard_status status, const char *store)
{
	expect_integer(status, HANSARD_INVALID);
	expect_string(fixture.error.kind, "other_store");
	expect(strstr(fixture.error.message, store) != NULL);
	expect(strstr(fixture.error.hint, "hansard backup --restored") != NULL);
}

static void expect_good(int64_t rev)
{
	struct vault_report report;
	expect_integer(vault_verify(fixture.vault, TEXT("d"), fixture.arena, &report, &fixture.error), HANSARD_OK);
	expect(report.good);
	expect_integer(report.rev, rev);
}

static void check_copies(void)
{
	int64_t rev;
	struct vault_restored restored;
	struct commit_detail detail;
	enum vault_standing standing;
	begin_three();
	const struct vault_mark before = {.rev = 3, .hash = fixture_load(&fixture)->hash};
	char own[64];
	const struct text identity = fixture.inner->ops->identity(fixture.inner);
	snprintf(own, sizeof(own), "%.*s", (int)identity.size, identity.data);
	fixture.tampered.identity = OTHER;
	expect_other(try_append(), own);
	expect_other(vault_rewrap(fixture.vault, TEXT("d"), true, &rev, &fixture.error), own);
	expect_other(vault_renew(fixture.vault, TEXT("d"), &rev, &fixture.error), own);
	expect_good(3);

	expect_integer(vault_restore(fixture.vault, TEXT("d"), &(struct vault_restoring){.furthest = LIMIT_RESTORE_REVS},
								 &restored, &fixture.error),
				   HANSARD_OK);
	expect(restored.survived_rev == 3 && restored.rev == 4 && !restored.unerased);
	const struct vault_state *state = fixture_load(&fixture);
	const struct commit_detail_place place = {.operation = TEXT("restore"), .rev = 4};
	expect(commit_detail_read(place, state->newest.detail, &detail));
	expect_text(detail.store, OTHER);
	expect_integer(detail.lost_rev, 3);
	expect(digest_equal(&detail.lost_hash, &before.hash) && digest_equal(&state->newest.previous, &before.hash));
	expect_integer(vault_standing(fixture.vault, state, &before, &standing, &fixture.error), HANSARD_OK);
	expect_integer(standing, VAULT_REACHED);
	expect_integer(try_append(), HANSARD_OK);
	expect_good(5);
	expect_integer(vault_restore(fixture.vault, TEXT("d"), &(struct vault_restoring){.furthest = LIMIT_RESTORE_REVS},
								 &restored, &fixture.error),
				   HANSARD_INVALID);
	expect_string(fixture.error.kind, "nothing_lost");

	/* In the store that it came from it is a copy now. */
	fixture.tampered.identity = NULL;
	expect_other(try_append(), OTHER);
	expect_integer(vault_erase(fixture.vault, TEXT("d"), false, &rev, &fixture.error), HANSARD_OK);
	expect_integer(vault_restore(fixture.vault, TEXT("d"), &(struct vault_restoring){.furthest = LIMIT_RESTORE_REVS},
								 &restored, &fixture.error),
				   HANSARD_INVALID);
	expect_good(6);
}

static void copies(void)
{
	on_every_engine(check_copies);
}

static void check_reads(void)
{
	struct vault_chain *chain;
	int64_t rev;
	const struct vault_change change = fixture_put(&fixture, "meta", "", 30);
	const struct vault_commit commit = {.operation = "update", .changes = &change, .change_count = 1};
	begin_three();
	const struct vault_state *state = fixture_load(&fixture);
	const size_t reads = fixture.tampered.reads;
	expect_integer(vault_chain_of(fixture.vault, state, &chain, &fixture.error), HANSARD_OK);
	for (int i = 0; i < 5; i++)
		expect_integer(vault_chain_append(chain, &commit, &rev, &fixture.error), HANSARD_OK);
	expect_integer((int64_t)(fixture.tampered.reads - reads), 1);
	vault_chain_destroy(chain);
	expect_good(8);
}

static void reads(void)
{
	on_every_engine(check_reads);
}

/* Appends through a chain commits of these operations. */
static enum hansard_status append_all(const char *const *operations, size_t count)
{
	struct vault_chain *chain;
	int64_t rev;
	const struct vault_state *state = fixture_load(&fixture);
	const struct commit_detail detail = {.target = TEXT(OTHER), .lost_rev = state->rev + 1, .lost_hash = state->hash};
	const struct vault_change change = fixture_put(&fixture, "meta", "", 30);
	enum hansard_status status = vault_chain_of(fixture.vault, state, &chain, &fixture.error);
	for (size_t i = 0; status == HANSARD_OK && i < count; i++) {
		const struct vault_commit commit = {
			.operation = operations[i], .detail = &detail, .changes = &change, .change_count = i + 1 == count};
		status = vault_chain_append(chain, &commit, &rev, &fixture.error);
	}
	vault_chain_destroy(chain);
	return status;
}

static void check_ended(void)
{
	static const char *const moved[] = {"migrate-out", "update"}, *const back[] = {"migrate-cancel", "update"};
	static const char *const ends[] = {"migrate-in"}, *const sent[] = {"migrate-out"};
	int64_t rev;
	begin_three();
	expect_integer(append_all(back, 1), HANSARD_INVALID);
	expect_string(fixture.error.kind, "not_moved");
	expect_integer(append_all(ends, 1), HANSARD_INVALID);
	expect_string(fixture.error.kind, "not_moved");
	expect_integer(append_all(moved, 2), HANSARD_INVALID);
	expect_string(fixture.error.kind, "migrated");
	expect_integer(try_append(), HANSARD_INVALID);
	expect_string(fixture.error.kind, "migrated");
	expect(strstr(fixture.error.message, OTHER) != NULL);
	expect_integer(append_all(sent, 1), HANSARD_INVALID);
	expect_string(fixture.error.kind, "migrated");
	expect_integer(append_all(back, 2), HANSARD_OK);
	expect_integer(try_append(), HANSARD_OK);
	expect_integer(vault_erase(fixture.vault, TEXT("d"), false, &rev, &fixture.error), HANSARD_OK);
	expect_integer(try_append(), HANSARD_INVALID);
	expect_string(fixture.error.kind, "erased");

	/* No restore gives its keys back. */
	static const char *const again[] = {"restore", "update"};
	expect_integer(append_all(again, 2), HANSARD_INVALID);
	expect_string(fixture.error.kind, "erased");
	expect_integer(try_append(), HANSARD_INVALID);
	expect_string(fixture.error.kind, "erased");
}

static void ended(void)
{
	on_every_engine(check_ended);
}

/* The vault anew, with keys of this epoch, and with a new generation due after so many commits. */
static void reopen(int64_t epoch, int64_t generation_revs)
{
	vault_destroy(fixture.vault);
	keyring_destroy(fixture.keyring);
	fixture.vault = NULL;
	fixture.keyring = NULL;
	expect_integer(fixed_keys_create(TEXT("acme"), epoch, &fixture.keyring, &fixture.error), HANSARD_OK);
	if (epoch > 1)
		expect_integer(keyring_add_epoch(fixture.keyring, 1, &fixture.error), HANSARD_OK);
	struct vault_options options = fixture.options;
	options.keyring = fixture.keyring;
	options.generation_revs = generation_revs;
	expect_integer(vault_create(&options, &fixture.vault, &fixture.error), HANSARD_OK);
}

/* The operations of the chain, oldest first, by their first letter. */
static void expect_operations(const char *letters)
{
	struct commit *commits;
	size_t count;
	char found[64] = {0};
	expect_integer(vault_history(fixture.vault, fixture_load(&fixture), 1, LIMIT_REV, fixture.arena, &commits, &count,
								 &fixture.error),
				   HANSARD_OK);
	for (size_t i = 0; i < count && i + 1 < sizeof(found); i++)
		found[i] = commits[i].operation.data[0];
	expect_string(found, letters);
}

static void check_due(void)
{
	reopen(1, 3);
	begin_three();
	expect_integer(try_append(), HANSARD_OK);
	expect_operations("cuuu");
	expect_integer(try_append(), HANSARD_OK);
	expect_operations("cuuugu");
	const struct vault_state *state = fixture_load(&fixture);
	expect_integer((int64_t)state->wrap_count, 2);
	expect_integer(state->wraps[1].since, 5);
	expect_integer(fixture_find(state, "meta", "")->generation, 2);
	expect_integer(fixture_find(state, "meta", "")->rev, 6);
	expect_good(6);

	/* In one chain, too; a vault of the usual number begins none. */
	struct vault_chain *chain;
	int64_t rev = 0;
	const struct vault_change change = fixture_put(&fixture, "meta", "", 30);
	const struct vault_commit commit = {.operation = "update", .changes = &change, .change_count = 1};
	expect_integer(vault_chain_of(fixture.vault, fixture_load(&fixture), &chain, &fixture.error), HANSARD_OK);
	for (int i = 0; i < 7; i++)
		expect_integer(vault_chain_append(chain, &commit, &rev, &fixture.error), HANSARD_OK);
	vault_chain_destroy(chain);
	expect_operations("cuuuguuuguuuguu");
	reopen(1, 0);
	for (int i = 0; i < 5; i++)
		expect_integer(try_append(), HANSARD_OK);
	expect_operations("cuuuguuuguuuguuuuuuu");
	expect_good(20);
}

static void due(void)
{
	on_every_engine(check_due);
}

static void check_epochs(void)
{
	begin_three();
	reopen(2, 2);
	expect_integer(try_append(), HANSARD_OK);
	expect_operations("cuurgu");
	const struct vault_state *state = fixture_load(&fixture);
	expect_integer((int64_t)state->wrap_count, 2);
	for (size_t i = 0; i < 2; i++)
		expect_integer(state->wraps[i].epoch, 2);
	expect_good(6);
}

static void epochs(void)
{
	on_every_engine(check_epochs);
}

static void exhausted(void)
{
	fixture_begin(&fixture, FIXTURE_MEMORY);
	reopen(1, 1);
	const struct vault_change change = fixture_put(&fixture, "meta", "", 30);
	fixture_create(&fixture, &change, 1);
	for (int i = 0; i < LIMIT_GENERATIONS; i++)
		expect_integer(try_append(), HANSARD_OK);
	expect_integer(try_append(), HANSARD_INVALID);
	expect_string(fixture.error.kind, "too_many_generations");
	expect_good(2 * LIMIT_GENERATIONS);
	fixture_finish(&fixture);
}

static const struct tap_test tests[] = {
	{"a copy takes ordinary commits only once it was declared restored, and then the first store does not", copies},
	{"the history is read once for a chain", reads},
	{"behind a migration away the error names where to; behind an erasure nothing is accepted, restored or not", ended},
	{"a new generation is begun by who writes when it is due", due},
	{"where an older epoch wraps the keys they are wrapped anew before a new generation", epochs},
	{"a dialogue takes no more commits than its generations last", exhausted},
};

TAP_MAIN(tests)
