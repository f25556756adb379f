/*
 * Verification: everything that a store holds of a dialogue, held against what its history says.
 */
#include "vault_verify_private.h"

#include "commit_detail.h"
#include "error.h"
#include "limits.h"
#include "slug.h"
#include "vault_imports.h"
#include "vault_keys.h"
#include "vault_looks.h"
#include "vault_moves.h"
#include "vault_parts.h"

enum { NAMED_ADDRESSES = 3 };

enum hansard_status vault_verify_blame(struct verify *verify, struct text address, const char *what,
									   struct hansard_error *error)
{
	return vault_replay_blame(&verify->replay, address, "%s", what) ? HANSARD_OK : error_memory(error);
}

enum hansard_status vault_verify_blame_key(struct verify *verify, struct item_key key, const char *what,
										   struct hansard_error *error)
{
	struct text address;
	if (!vault_address(verify->replay.arena, verify->replay.dialogue_id, key, &address))
		return error_memory(error);
	return vault_verify_blame(verify, address, what, error);
}

/* Says why a head is not believed. */
static enum hansard_status blame_head(struct verify *verify, const struct hansard_error *fault,
									  struct hansard_error *error)
{
	const struct text head = TEXT("head");
	char names[VAULT_SIGNERS_SIZE];
	bool kept;
	verify->retired = strcmp(fault->kind, VAULT_RETIRED_KEY) == 0;
	verify->untrusted = strcmp(fault->kind, VAULT_UNTRUSTED_SIGNER) == 0;
	if (verify->retired)
		return vault_verify_blame(verify, head, "is signed by a key alone that is retired", error);
	if (verify->untrusted) {
		vault_signers(&verify->head, names);
		kept = vault_replay_blame(&verify->replay, head, "is signed by nobody who is believed here: %s", names);
	} else {
		kept = vault_replay_blame(&verify->replay, head, "cannot be believed: %s", fault->message);
	}
	return kept ? HANSARD_OK : error_memory(error);
}

/* Note and newest commit. A note that cannot be read leaves the chain without an anchor; what one names that is only not
   signed by whom is believed can be checked all the same. */
static enum hansard_status check_head(struct verify *verify, struct hansard_error *error)
{
	struct vault_replay *replay = &verify->replay;
	struct hansard_error fault = {0};
	enum hansard_status status =
		vault_read_note(replay->vault, replay->dialogue_id, verify->view->note, &verify->head, &fault);
	verify->anchored = status == HANSARD_OK || vault_unbelieved(&fault);
	if (status == HANSARD_VIOLATED)
		status = blame_head(verify, &fault, error);
	else if (status != HANSARD_OK && error != NULL)
		*error = fault;
	if (status != HANSARD_OK || !verify->anchored)
		return status;
	struct digest hash;
	if (!commit_hash(replay->vault->hash, verify->view->commit, &hash))
		return vault_crypto_failed(error);
	if (!digest_equal(&hash, &verify->head.hash)) {
		replay->wanted_rev = verify->head.rev;
		return HANSARD_OK;
	}
	const struct vault_commit_place place = {
		.arena = replay->arena, .dialogue_id = replay->dialogue_id, .rev = verify->head.rev};
	status = vault_read_commit(replay->vault, &place, verify->view->commit, &verify->newest, error);
	if (status == HANSARD_OK) {
		verify->newest_proved = true;
		return HANSARD_OK;
	}
	if (status != HANSARD_VIOLATED)
		return status;
	verify->anchored = false;
	return vault_verify_blame(verify, TEXT("head"), "names a commit that is not of its dialogue and rev", error);
}

/* What stands beside the head is not what the head names. In the history it may be: some engines keep both apart. What is
   wrong there has been said with the chain. */
static enum hansard_status find_newest(struct verify *verify, struct hansard_error *error)
{
	struct vault_replay *replay = &verify->replay;
	const struct commit *last = replay->commit_count > 0 ? &replay->commits[replay->commit_count - 1] : NULL;
	if (!verify->anchored || verify->newest_proved || last == NULL || last->rev != verify->head.rev ||
		last->rev < replay->proved_from)
		return HANSARD_OK;
	verify->newest = *last;
	verify->newest_proved = true;
	return vault_replay_blame_commit(replay, last->rev, "is, beside the head, not the one that the head names")
			   ? HANSARD_OK
			   : error_memory(error);
}

/* Whether a commit put the item of this key. */
static bool has_put(const struct commit *commit, struct item_key key)
{
	for (size_t i = 0; i < commit->change_count; i++)
		if (text_equal(commit->changes[i].type, key.type) && text_equal(commit->changes[i].subkey, key.subkey))
			return !commit->changes[i].removed;
	return false;
}

/* A rev whose parts are asked for. */
struct parted_rev {
	int64_t rev;
	const struct commit *commit; /* of the chain; NULL: there is none, or it cannot be read */
};

/* Whether a commit above one rev names the item of this key. */
static bool has_changed_since(const struct vault_replay *replay, int64_t rev, struct item_key key)
{
	for (size_t i = replay->commit_count; i > 0 && replay->commits[i - 1].rev > rev; i--)
		for (size_t k = 0; k < replay->commits[i - 1].change_count; k++)
			if (text_equal(replay->commits[i - 1].changes[k].type, key.type) &&
				text_equal(replay->commits[i - 1].changes[k].subkey, key.subkey))
				return true;
	return false;
}

/* Whether a part of one rev has an owner: an item of that rev that has so many parts, or that does not say for certain how many,
   which is its own fault, or one that its commit put and that is not there or cannot be read; replaced or removed since it may be only where the engine keeps such parts. A
   commit that is not proved, or missing, says nothing about that, and is a fault itself; outside the chain there are no
   owners. */
static bool is_owned(const struct verify *verify, const struct parted_rev *at, struct item_key part)
{
	struct item_key owner;
	struct vault_parts parts;
	int n;
	if (!item_key_owner(part, &owner, &n))
		return false;
	const size_t item = vault_verify_items_find(verify, owner);
	if (item != SIZE_MAX && verify->items[item].rev == at->rev)
		return verify->altered[item] || !vault_parts_of(owner, verify->items[item].attrs, &parts) || n <= parts.count;
	if (at->commit != NULL && at->rev >= verify->replay.proved_from)
		return has_put(at->commit, owner) && (!verify->replay.vault->engine->capabilities.old_parts_go ||
											  !has_changed_since(&verify->replay, at->rev, owner));
	return at->rev >= 1 && (!verify->anchored || at->rev <= verify->head.rev);
}

/* Parts of one rev that nobody owns, or that stand twice. */
static enum hansard_status check_owners(struct verify *verify, const struct store_parts *stored,
										const struct parted_rev *at, struct hansard_error *error)
{
	for (size_t i = 0; i < stored->count; i++) {
		const char *what = NULL;
		if (i > 0 && item_key_compare(stored->items[i - 1].key, stored->items[i].key) >= 0)
			what = "stands where no part may stand";
		else if (!is_owned(verify, at, stored->items[i].key))
			what = "is a part without an owner";
		const enum hansard_status status =
			what == NULL ? HANSARD_OK : vault_verify_blame_key(verify, stored->items[i].key, what, error);
		if (status != HANSARD_OK)
			return status;
	}
	return HANSARD_OK;
}

/* Opens one proved item or part, and blames it when its tag or box does not hold. */
static enum hansard_status open_one(struct verify *verify, const struct item *item, const struct digest *digest,
									struct text address, struct hansard_error *error)
{
	struct item_keys *keys;
	const enum hansard_status status = vault_opening_keys(&verify->opening, item->generation, &keys, error);
	if (status != HANSARD_OK)
		return status;
	const struct item_place place = {.tenant = verify->replay.vault->tenant, .address = address};
	const enum genuine genuine = item_open(keys, place, item, digest, verify->plain);
	if (genuine == GENUINE_UNKNOWN)
		return vault_crypto_failed(error);
	return genuine == GENUINE_GOOD
			   ? HANSARD_OK
			   : vault_verify_blame(verify, address, "was not sealed with the key of its generation", error);
}

/* The parts of one owner. */
static enum hansard_status open_parts(struct verify *verify, const struct vault_parts_proof *proof,
									  struct hansard_error *error)
{
	enum hansard_status status = HANSARD_OK;
	for (size_t i = 0; verify->plain != NULL && status == HANSARD_OK && i < proof->count; i++)
		status = open_one(verify, &proof->parts[i].item, &proof->parts[i].digest, proof->parts[i].address, error);
	return status;
}

/* Every item that stands under a good root. A wrap is opened when a first item of its generation is; those of no item are
   opened by themselves. */
static enum hansard_status open_items(struct verify *verify, struct hansard_error *error)
{
	struct vault_replay *replay = &verify->replay;
	if (verify->opening.wrap_count == 0)
		return HANSARD_OK;
	verify->plain = arena_allocate(replay->arena, LIMIT_PIECE);
	if (verify->plain == NULL)
		return error_memory(error);
	enum hansard_status status = HANSARD_OK;
	for (size_t i = 0; status == HANSARD_OK && i < verify->opening.wrap_count; i++) {
		struct item_keys *keys;
		status = vault_opening_keys(&verify->opening, verify->opening.wraps[i].generation, &keys, error);
	}
	for (size_t i = 0; status == HANSARD_OK && i < verify->view->item_count; i++) {
		const struct item_key key = verify->view->items[i].key;
		struct text address;
		if (text_is(key.type, "dek"))
			continue;
		status = vault_address(replay->arena, replay->dialogue_id, key, &address)
					 ? open_one(verify, &verify->items[i], &verify->proofs[i].digest, address, error)
					 : error_memory(error);
	}
	return status;
}

/* As open_items. Where the KEK is none of ours that is no fault, and nothing of the dialogue is opened. */
static enum hansard_status try_items(struct verify *verify, struct hansard_error *error)
{
	struct hansard_error failure = {0};
	const enum hansard_status status = open_items(verify, &failure);
	if (status == HANSARD_WRONG_KEY && strcmp(failure.kind, "wrong_key") == 0) {
		struct hansard_error *locked = arena_allocate(verify->replay.arena, sizeof(*locked));
		if (locked == NULL)
			return error_memory(error);
		*locked = failure;
		verify->locked = locked;
		verify->plain = NULL;
		return HANSARD_OK;
	}
	if (status != HANSARD_OK && error != NULL)
		*error = failure;
	return status;
}

/* The parts of every item that one revision wrote, but of those that were altered: they cannot be held against these. */
static enum hansard_status prove_parts(struct verify *verify, const struct store_parts *stored, int64_t rev,
									   struct hansard_error *error)
{
	struct vault_replay *replay = &verify->replay;
	for (size_t i = 0; i < verify->view->item_count; i++) {
		if (verify->items[i].rev != rev || verify->altered[i])
			continue;
		const struct vault_parts_owner owner = {.dialogue_id = replay->dialogue_id,
												.key = verify->view->items[i].key,
												.rev = rev,
												.generation = verify->items[i].generation,
												.attrs = verify->items[i].attrs};
		struct vault_parts_proof proof;
		struct vault_parts parts;
		enum hansard_status status = vault_parts_prove(replay->vault, &owner, stored, replay->arena, &proof, error);
		if (status == HANSARD_OK && proof.what != NULL)
			status = vault_verify_blame(verify, proof.address, proof.what, error);
		else if (status == HANSARD_OK && vault_parts_of(owner.key, owner.attrs, &parts) &&
				 !vault_parts_cut(owner.key, &verify->items[i], &parts))
			status = vault_verify_blame_key(verify, owner.key, "is not cut where it must be", error);
		if (status != HANSARD_OK)
			return status;
		verify->parts += proof.count;
		if (proof.what == NULL)
			status = open_parts(verify, &proof, error);
		if (status != HANSARD_OK)
			return status;
	}
	return HANSARD_OK;
}

static int compare_revs(const void *a, const void *b)
{
	const struct parted_rev *x = a;
	const struct parted_rev *y = b;
	return x->rev != y->rev ? (x->rev < y->rev ? -1 : 1) : (x->commit == NULL) - (y->commit == NULL);
}

/* Every rev that parts may stand under: those of the commits, in the chain and outside, of the items, and the ones
   right before the first commit and behind the head, where a commit that was taken back leaves them. Each once, in
   order. The boundary answers by rev: parts under any other are found by an engine's own check. */
static bool list_revs(const struct verify *verify, struct parted_rev **ret_revs, size_t *ret_count)
{
	const struct vault_replay *replay = &verify->replay;
	const size_t most = replay->commit_count + replay->stray_count + verify->view->item_count + 2;
	struct parted_rev *revs = arena_allocate_array(replay->arena, most, sizeof(*revs));
	size_t count = 0;
	if (revs == NULL)
		return false;
	for (size_t i = 0; i < replay->commit_count; i++)
		revs[count++] = (struct parted_rev){.rev = replay->commits[i].rev, .commit = &replay->commits[i]};
	for (size_t i = 0; i < replay->stray_count; i++)
		revs[count++].rev = replay->strays[i];
	for (size_t i = 0; i < verify->view->item_count; i++)
		revs[count++].rev = verify->items[i].rev; /* 0 of one that cannot be read */
	revs[count++].rev = 0;
	if (verify->anchored)
		revs[count++].rev = verify->head.rev + 1;
	qsort(revs, count, sizeof(*revs), compare_revs);
	size_t kept = 0;
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || revs[kept - 1].rev != revs[i].rev)
			revs[kept++] = revs[i];
	*ret_revs = revs;
	*ret_count = kept;
	return true;
}

static enum hansard_status check_parts(struct verify *verify, struct hansard_error *error)
{
	struct vault_replay *replay = &verify->replay;
	const struct store_partition partition = vault_partition(replay->vault, replay->dialogue_id);
	struct parted_rev *revs;
	size_t count;
	if (!list_revs(verify, &revs, &count))
		return error_memory(error);
	for (size_t i = 0; i < count; i++) {
		const struct store_parts_request request = {.rev = revs[i].rev};
		struct store_parts stored;
		enum hansard_status status = partition.store->parts(&partition, &request, replay->arena, &stored, error);
		if (status == HANSARD_OK)
			status = check_owners(verify, &stored, &revs[i], error);
		if (status == HANSARD_OK && request.rev != 0)
			status = prove_parts(verify, &stored, request.rev, error);
		if (status != HANSARD_OK)
			return status;
	}
	return HANSARD_OK;
}

/* Of a taking over that is the newest commit everything is there that it counts. */
static enum hansard_status check_taken(struct verify *verify, struct hansard_error *error)
{
	struct vault_replay *replay = &verify->replay;
	const struct commit *newest = &verify->newest;
	const struct commit_detail_place place = {.operation = newest->operation, .rev = newest->rev};
	struct commit_detail detail;
	if (!verify->newest_proved || replay->fault_count > 0 || newest->rev == 1 ||
		!text_is(newest->operation, "migrate-in") || !commit_detail_read(place, newest->detail, &detail))
		return HANSARD_OK;
	const size_t there = replay->commit_count - 1 + verify->view->item_count + verify->parts;
	if (detail.items >= 0 && (uint64_t)detail.items == there)
		return HANSARD_OK;
	return vault_replay_blame_commit(replay, newest->rev, "counts other items than there are") ? HANSARD_OK
																							   : error_memory(error);
}

/* Head, chain, replay, items. Of what was released there is no more than the end of the chain. */
static enum hansard_status check_view(struct verify *verify, struct hansard_error *error)
{
	struct text target;
	enum hansard_status status = check_head(verify, error);
	verify->replay.sent =
		verify->newest_proved && verify->view->item_count == 0 && vault_moves_target(&verify->newest, &target);
	verify->replay.emptied = verify->newest.count > 0;
	if (status == HANSARD_OK)
		status = vault_replay_chain(&verify->replay, verify->anchored ? &verify->head : NULL, error);
	if (status == HANSARD_OK)
		status = find_newest(verify, error);
	if (verify->replay.released)
		return status;
	if (status == HANSARD_OK)
		status = vault_replay_run(&verify->replay, error);
	return status == HANSARD_OK ? vault_verify_items_check(verify, error) : status;
}

static struct verify begin(struct vault *vault, struct text dialogue_id, const struct store_view *view,
						   struct arena *arena)
{
	return (struct verify){
		.replay = {.vault = vault, .arena = arena, .dialogue_id = dialogue_id},
		.view = view,
	};
}

/* The addresses of the first faults, with what is wrong when there is but one, and how many more there are. */
static enum hansard_status name_all(const struct vault_replay *replay, struct hansard_error *error)
{
	const struct vault_fault *faults = replay->faults;
	if (replay->fault_count == 1) {
		char what[HANSARD_ERROR_MESSAGE_SIZE / 2];
		snprintf(what, sizeof(what), ERROR_TEXT, ERROR_TEXT_ARGS(faults[0].what));
		return vault_violated(error, faults[0].address, what);
	}
	struct text names = TEXT("");
	size_t named = 0;
	for (; named < replay->fault_count && named < NAMED_ADDRESSES; named++)
		if (!arena_format(replay->arena, &names, ERROR_TEXT "%s" ERROR_TEXT, (int)names.size, names.data,
						  named == 0 ? "" : ", ", ERROR_TEXT_ARGS(faults[named].address)))
			return error_memory(error);
	const size_t more = replay->fault_count - named;
	char what[64] = "are not what was committed";
	if (more > 0)
		snprintf(what, sizeof(what), "and %zu more are not what was committed", more);
	error_set(error, HANSARD_VIOLATED, "integrity_violated", "%.*s %s", (int)names.size, names.data, what);
	error_hint(error, "what is stored is not what was committed: verify names everything; restore it from a backup");
	return HANSARD_VIOLATED;
}

enum hansard_status vault_verify_name(struct vault *vault, struct text dialogue_id, const struct store_view *view,
									  struct arena *arena, struct hansard_error *error)
{
	struct verify verify = begin(vault, dialogue_id, view, arena);
	const enum hansard_status status = check_view(&verify, error);
	if (status != HANSARD_OK)
		return status;
	/* A proof that failed and a replay that finds nothing: it was the computing that failed. */
	return verify.replay.fault_count == 0 ? vault_crypto_failed(error) : name_all(&verify.replay, error);
}

static bool lacks_keys(const struct store_view *view)
{
	for (size_t i = 0; i < view->item_count; i++)
		if (text_is(view->items[i].key.type, "dek"))
			return false;
	return true;
}

/* By the newest migrate-in of the chain. */
static int64_t moved_rev_of(const struct vault_replay *replay)
{
	size_t i = replay->commit_count;
	while (i > 0 && !text_is(replay->commits[i - 1].operation, "migrate-in"))
		i--;
	return i > 0 ? replay->commits[i - 1].rev - 1 : 0;
}

static void report_of(const struct verify *verify, struct vault_report *ret_report)
{
	const struct vault_replay *replay = &verify->replay;
	const bool erased = lacks_keys(verify->view);
	const struct commit *erasure = erased && !replay->broken ? replay->erasure : NULL;
	*ret_report = (struct vault_report){
		.good = replay->fault_count == 0,
		.retired = verify->retired && replay->fault_count == 1,
		.untrusted = verify->untrusted && replay->fault_count == 1,
		.rev = verify->head.rev,
		.hash = verify->head.hash,
		.erased = erased && !replay->released,
		.erased_rev = erasure != NULL ? erasure->rev : 0,
		.erased_time = erasure != NULL ? erasure->time : TEXT_ABSENT,
		.moved_rev = moved_rev_of(replay),
		.target = TEXT_ABSENT,
		.released = replay->released,
		.commits = replay->commit_count,
		.chain = replay->commits,
		.items = verify->view->item_count,
		.parts = verify->parts,
		.opened = verify->opened,
		.locked = verify->locked,
		.import_part_rev = vault_imports_part(replay->commits, replay->commit_count),
		.stale_indexes = verify->newest_proved ? vault_stale_indexes(verify->view, verify->newest.operation)
											   : verify->view->stale_indexes,
		.faults = replay->faults,
		.fault_count = replay->fault_count,
	};
	if (verify->newest_proved && vault_moves_target(&verify->newest, &ret_report->target) && erasure == NULL)
		ret_report->erased = false; /* it can be read where it was sent */
}

enum hansard_status vault_verify(struct vault *vault, struct text dialogue_id, struct arena *arena,
								 struct vault_report *ret_report, struct hansard_error *error)
{
	const struct store_partition partition = vault_partition(vault, dialogue_id);
	bool changed;
	const enum hansard_status fresh = vault_refresh(vault, &changed, error);
	if (fresh != HANSARD_OK)
		return fresh;
	struct vault_looks looks = {.vault = vault, .dialogue_id = dialogue_id};
	for (int refreshed = 0;;) {
		struct store_view view = {0};
		enum hansard_status status = HANSARD_OK;
		if (slug_valid(dialogue_id, LIMIT_DIALOGUE_ID))
			status = partition.store->load(&partition, arena, &view, error);
		if (status == HANSARD_OK && !view.exists)
			return error_set(error, HANSARD_NOT_FOUND, "dialogue_not_found", "no dialogue \"" ERROR_TEXT "\"",
							 ERROR_TEXT_ARGS(dialogue_id));
		const bool unread = status == HANSARD_VIOLATED;
		struct verify verify = begin(vault, dialogue_id, &view, arena);
		if (status == HANSARD_OK)
			status = check_view(&verify, error);
		if (status == HANSARD_OK && verify.replay.fault_count == 0 && keyring_can_open(vault->keyring))
			status = try_items(&verify, error);
		if (status == HANSARD_OK)
			status = check_parts(&verify, error);
		if (status == HANSARD_OK)
			status = check_taken(&verify, error);
		verify.opened = verify.plain != NULL;
		const bool opened = status == HANSARD_OK && verify.replay.fault_count == 0 && verify.locked == NULL;
		const enum hansard_status told =
			vault_opening_finish(&verify.opening, opened ? VAULT_OUTCOME_SUCCESS : VAULT_OUTCOME_FAILURE,
								 status == HANSARD_OK ? error : NULL);
		if (status == HANSARD_OK)
			status = told;
		/* A commit under keys that are newer than ours looks like a fault, or like a wrong key. */
		if ((status == HANSARD_WRONG_KEY ||
			 (status == HANSARD_OK && (verify.replay.fault_count > 0 || verify.locked != NULL))) &&
			refreshed++ < VAULT_LOOKS && vault_refresh(vault, &changed, NULL) == HANSARD_OK && changed)
			continue;
		enum vault_looked looked = VAULT_STANDS;
		if (unread && !vault->engine->capabilities.load_is_snapshot) { /* a creation may be half visible */
			const enum hansard_status added = vault_looks_add(&looks, &view, &looked, error);
			if (added == HANSARD_OK && looked != VAULT_STANDS)
				continue;
			status = added == HANSARD_OK ? status : added;
		}
		if (status == HANSARD_OK && verify.replay.fault_count > 0)
			status = vault_looks_add(&looks, &view, &looked, error);
		if (status != HANSARD_OK)
			return status;
		if (looked == VAULT_STANDS) {
			report_of(&verify, ret_report);
			return HANSARD_OK;
		}
	}
}
