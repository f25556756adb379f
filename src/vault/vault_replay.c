/*
 * Following the chain of commits backwards, then replaying it forwards.
 */
#include "vault_replay.h"

#include <stdarg.h>

#include "commit_detail.h"
#include "error.h"
#include "limits.h"
#include "vault_belonging.h"
#include "vault_moves.h"

enum { SENTENCE_SIZE = 320 };

bool vault_replay_blame(struct vault_replay *replay, struct text address, const char *format, ...)
{
	char sentence[SENTENCE_SIZE];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	struct vault_fault fault;
	if (!arena_copy_text(replay->arena, address, &fault.address) ||
		!arena_copy_text(replay->arena, text_of_string(sentence), &fault.what) ||
		!arena_grow(replay->arena, &replay->faults, replay->fault_count, &replay->fault_capacity, sizeof(fault)))
		return false;
	replay->faults[replay->fault_count++] = fault;
	return true;
}

bool vault_replay_blame_commit(struct vault_replay *replay, int64_t rev, const char *what)
{
	struct text address;
	return arena_format(replay->arena, &address, "commit %" PRId64, rev) &&
		   vault_replay_blame(replay, address, "%s", what);
}

/* Where the walk back through the chain stands. */
struct walk {
	int64_t rev; /* expected next, 0 behind the first */
	bool known;  /* whether its hash is */
	bool passed; /* the one before was a restore: what comes next is the newest that survived */
	struct digest hash;
	struct commit *commits; /* found, newest first */
	size_t count;
};

/* Behind this rev, and with it, nothing is proved by the head. */
static void lose_proof(struct vault_replay *replay, int64_t rev)
{
	if (replay->proved_from <= rev)
		replay->proved_from = rev + 1;
}

/* A fault of the chain at `rev`. Without the newest commit the items cannot be held against anything. */
static bool blame_link(struct vault_replay *replay, struct text address, int64_t rev, const char *what)
{
	const bool newest = rev == replay->wanted_rev;
	replay->broken = true;
	lose_proof(replay, rev);
	return vault_replay_blame(replay, address, "%s%s", what,
							  newest ? "; the items cannot be held against the newest commit" : "");
}

/* Commits that should be there and are not: from rev `from` to rev walk->rev. */
static bool blame_missing(struct vault_replay *replay, struct walk *walk, int64_t from)
{
	struct text address;
	const int64_t to = walk->rev;
	const bool one = from == walk->rev;
	if (!(one ? arena_format(replay->arena, &address, "commit %" PRId64, from)
			  : arena_format(replay->arena, &address, "commit %" PRId64 " to %" PRId64, from, walk->rev)))
		return false;
	walk->known = false;
	walk->rev = from - 1;
	return blame_link(replay, address, to, one ? "is missing" : "are missing");
}

/* The commit that a restore stands on has any rev below. The first `count` of the history are left; what the restore names comes
   next, those above it being outside the chain, and none where it is not among them, or the restore itself is not to be believed:
   then nothing says what to expect. */
static enum hansard_status find_survivor(struct vault_replay *replay, struct walk *walk,
										 const struct store_history *history, size_t count, struct hansard_error *error)
{
	struct text address;
	size_t left;
	const int64_t newest = count > 0 && history->commits[count - 1].rev >= 1 ? history->commits[count - 1].rev : 0;
	walk->passed = false;
	if (!walk->known) {
		walk->rev = newest;
		return HANSARD_OK;
	}
	const struct vault_below below = {
		.dialogue_id = replay->dialogue_id, .commits = history->commits, .count = count, .hash = walk->hash};
	const enum hansard_status status = vault_survivor(replay->vault, &below, replay->arena, &left, error);
	if (status != HANSARD_OK)
		return status;
	if (left > 0) {
		walk->rev = history->commits[left - 1].rev;
		return HANSARD_OK;
	}
	const int64_t restore = walk->rev + 1;
	walk->known = false;
	walk->rev = newest;
	return arena_format(replay->arena, &address, "commit before %" PRId64, restore) &&
				   blame_link(replay, address, restore - 1, VAULT_SURVIVOR_MISSING)
			   ? HANSARD_OK
			   : error_memory(error);
}

/* The commit that is next in the chain: it must hash to what its successor says. Behind one that does not, nothing says
   what to expect: what is there is taken. */
static enum hansard_status walk_commit(struct vault_replay *replay, struct walk *walk, struct bytes stored,
									   struct hansard_error *error)
{
	struct digest hash;
	if (!commit_hash(replay->vault->hash, stored, &hash))
		return vault_crypto_failed(error);
	const int64_t rev = walk->rev--;
	const bool altered = walk->known && !digest_equal(&hash, &walk->hash);
	const struct vault_commit_place place = {.arena = replay->arena, .dialogue_id = replay->dialogue_id, .rev = rev};
	struct commit *commit = &walk->commits[walk->count];
	struct hansard_error fault = {0};
	const enum hansard_status status = vault_read_commit(replay->vault, &place, stored, commit, &fault);
	if (status == HANSARD_FAILED)
		return error_set(error, status, fault.kind, "%s", fault.message);
	walk->known = status == HANSARD_OK && !altered;
	walk->passed = status == HANSARD_OK && rev > 1 && text_is(commit->operation, "restore");
	if (status == HANSARD_OK) {
		walk->hash = commit->previous;
		walk->count++;
	}
	if (walk->known)
		return HANSARD_OK;
	struct text address;
	return arena_format(replay->arena, &address, "commit %" PRId64, rev) &&
				   blame_link(replay, address, rev, altered ? "is not the one that was committed" : "cannot be read")
			   ? HANSARD_OK
			   : error_memory(error);
}

static bool add_stray(struct vault_replay *replay, int64_t rev)
{
	if (!arena_grow(replay->arena, &replay->strays, replay->stray_count, &replay->stray_capacity,
					sizeof(*replay->strays)))
		return false;
	replay->strays[replay->stray_count++] = rev;
	return vault_replay_blame_commit(replay, rev, VAULT_COMMIT_OUTSIDE);
}

static enum hansard_status walk_back(struct vault_replay *replay, struct walk *walk,
									 const struct store_history *history, struct hansard_error *error)
{
	for (size_t i = history->count; i-- > 0;) {
		const int64_t rev = history->commits[i].rev;
		enum hansard_status status = HANSARD_OK;
		if (walk->passed && rev <= walk->rev && rev >= 1)
			status = find_survivor(replay, walk, history, i + 1, error);
		if (status != HANSARD_OK)
			return status;
		if (rev > walk->rev || rev < 1 || (replay->released && walk->count > 0)) {
			if (!add_stray(replay, rev))
				return error_memory(error);
			continue;
		}
		if (rev < walk->rev && !blame_missing(replay, walk, rev + 1))
			return error_memory(error);
		status = walk_commit(replay, walk, history->commits[i].stored, error);
		if (status != HANSARD_OK)
			return status;
	}
	if (walk->passed)
		return find_survivor(replay, walk, history, 0, error);
	if (replay->released && walk->count > 0)
		return HANSARD_OK;
	return walk->rev < 1 || blame_missing(replay, walk, 1) ? HANSARD_OK : error_memory(error);
}

enum hansard_status vault_replay_chain(struct vault_replay *replay, const struct note *head,
									   struct hansard_error *error)
{
	const struct store_partition partition = vault_partition(replay->vault, replay->dialogue_id);
	/* Whatever there is: what no commit may have as its rev is outside the chain. */
	const struct store_history_request request = {.from = INT64_MIN, .to = INT64_MAX};
	struct store_history history;
	enum hansard_status status = partition.store->history(&partition, &request, replay->arena, &history, error);
	if (status != HANSARD_OK)
		return status;
	replay->released = replay->sent && (replay->emptied || (history.count == 1 && history.commits[0].rev > 1));
	struct walk walk = {.commits = arena_allocate_array(replay->arena, history.count, sizeof(*walk.commits))};
	if (walk.commits == NULL)
		return error_memory(error);
	if (head != NULL) {
		walk.rev = head->rev;
		walk.hash = head->hash;
		walk.known = true;
	} else if (history.count > 0) {
		lose_proof(replay, LIMIT_REV);
		walk.rev = history.commits[history.count - 1].rev;
	}
	status = walk_back(replay, &walk, &history, error);
	if (status != HANSARD_OK)
		return status;
	for (size_t i = 0; i < walk.count / 2; i++) {
		const struct commit newer = walk.commits[i];
		walk.commits[i] = walk.commits[walk.count - 1 - i];
		walk.commits[walk.count - 1 - i] = newer;
	}
	replay->commits = walk.commits;
	replay->commit_count = walk.count;
	return HANSARD_OK;
}

static struct item_key key_of(const struct commit_change *change)
{
	return (struct item_key){.type = change->type, .subkey = change->subkey};
}

/* The entries after one more commit, from `from` to `to`, which has room for all. False when memory is exhausted. */
static bool apply(struct vault_replay *replay, const struct commit *commit, const struct vault_replay_entry *from,
				  struct vault_replay_entry *to)
{
	size_t count = 0;
	size_t at = 0;
	for (size_t i = 0; i < commit->change_count; i++) {
		const struct commit_change *change = &commit->changes[i];
		int order = 1;
		while (at < replay->entry_count && (order = item_key_compare(from[at].key, key_of(change))) < 0)
			to[count++] = from[at++];
		const bool there = at < replay->entry_count && order == 0;
		at += there ? 1 : 0;
		if (!change->removed)
			to[count++] = (struct vault_replay_entry){.key = key_of(change),
													  .leaf = change->leaf,
													  .rev = commit->rev,
													  .added = there ? from[at - 1].added : commit->rev};
		else if (!there && !replay->broken &&
				 !vault_replay_blame_commit(replay, commit->rev, "removes what is not there"))
			return false;
	}
	while (at < replay->entry_count)
		to[count++] = from[at++];
	replay->entries = to;
	replay->entry_count = count;
	return true;
}

/* Whether a key is among the entries. */
static bool has_keys(const struct vault_replay *replay)
{
	for (size_t i = 0; i < replay->entry_count; i++)
		if (text_is(replay->entries[i].key.type, "dek"))
			return true;
	return false;
}

/* Whether the history leaves a key after a commit that takes or gives one. */
static void follow_keys(struct vault_replay *replay, const struct commit *commit)
{
	bool named = false;
	for (size_t i = 0; i < commit->change_count && !named; i++)
		named = text_is(commit->changes[i].type, "dek");
	if (named)
		replay->erasure = has_keys(replay) ? NULL : commit;
}

/* What is wrong with a commit that ends a move, behind the one before it in the chain, or NULL. A taking over counts at least its commits,
   `before` of them, and its leaves. */
static const char *fault_of_end(const struct commit *commit, const struct commit *sealed, size_t before)
{
	struct commit_detail detail;
	struct text target;
	const struct commit_detail_place place = {.operation = commit->operation, .rev = commit->rev};
	if (!vault_moves_target(sealed, &target))
		return "ends a move that no commit before it began";
	if (!text_is(commit->operation, "migrate-in"))
		return NULL;
	if (!commit_detail_read(place, commit->detail, &detail))
		return "does not say its store";
	if (!text_equal(detail.store, target))
		return "takes over what was sent to another store";
	const int64_t least = (int64_t)before + commit->count;
	return detail.items < least || detail.bytes < least ? "counts less than there was to be copied" : NULL;
}

/* What is wrong with the operation of commit `at` on a dialogue of which it was `belonging` before it, or NULL. */
static const char *fault_of_operation(const struct vault_belonging *belonging, const struct commit *commit, size_t at)
{
	struct text target;
	if (at > 0 && (text_is(commit->operation, "migrate-in") || text_is(commit->operation, "migrate-cancel")))
		return fault_of_end(commit, &commit[-1], at);
	if (at > 0 && (text_is(commit->operation, "erase") || text_is(commit->operation, "migrate-out")) &&
		vault_moves_target(&commit[-1], &target))
		return "writes to a dialogue that was moved to another store";
	if (vault_belonging_free(commit->operation))
		return NULL;
	switch (belonging->kind) {
	case VAULT_BELONGING_UNKNOWN:
	case VAULT_BELONGING_HERE:
	case VAULT_BELONGING_OTHER:
		return NULL;
	case VAULT_BELONGING_ERASED:
		return "writes to a dialogue that was erased";
	case VAULT_BELONGING_MOVED:
		return "writes to a dialogue that was moved to another store";
	}
	return NULL;
}

/* What a commit says of the state after it, and whether it may follow what was `belonging` before it. */
static enum hansard_status check_commit(struct vault_replay *replay, const struct commit *commit,
										const struct vault_belonging *belonging, struct digest *leaves,
										struct hansard_error *error)
{
	for (size_t i = 0; i < replay->entry_count; i++)
		leaves[i] = replay->entries[i].leaf;
	struct digest root;
	if (!hash_root(replay->vault->hash, leaves, replay->entry_count, &root))
		return vault_crypto_failed(error);
	const char *what = NULL;
	if (!digest_equal(&root, &commit->root))
		what = "has another root than its history";
	else if ((uint64_t)commit->count != replay->entry_count)
		what = "has another count than its history";
	else if (commit->rev > 1 && text_compare(commit[-1].time, commit->time) > 0)
		what = "is older than the one before it";
	else if (text_is(commit->operation, "erase") && has_keys(replay))
		what = "erases, and leaves a key";
	else
		what = fault_of_operation(belonging, commit, (size_t)(commit - replay->commits));
	return what == NULL || vault_replay_blame_commit(replay, commit->rev, what) ? HANSARD_OK : error_memory(error);
}

enum hansard_status vault_replay_run(struct vault_replay *replay, struct hansard_error *error)
{
	size_t changes = 0;
	for (size_t i = 0; i < replay->commit_count; i++)
		changes += replay->commits[i].change_count;
	struct vault_replay_entry *entries[2];
	for (size_t i = 0; i < 2; i++)
		entries[i] = arena_allocate_array(replay->arena, changes, sizeof(*entries[i]));
	struct digest *leaves = arena_allocate_array(replay->arena, changes, sizeof(*leaves));
	if (entries[0] == NULL || entries[1] == NULL || leaves == NULL)
		return error_memory(error);
	struct vault_belonging belonging = {.kind = VAULT_BELONGING_HERE};
	for (size_t i = 0; i < replay->commit_count; i++) {
		const struct commit *commit = &replay->commits[i];
		if (!apply(replay, commit, entries[i % 2], entries[(i + 1) % 2]))
			return error_memory(error);
		follow_keys(replay, commit);
		if (replay->broken)
			continue;
		const enum hansard_status status = check_commit(replay, commit, &belonging, leaves, error);
		if (status != HANSARD_OK)
			return status;
		belonging = vault_belonging_after(belonging, commit->operation);
	}
	return HANSARD_OK;
}
