/*
 * The five slots. A commit is one transaction, prepared completely before it is sent:
 *
 *     carried out                                           DONE
 *     a condition fails, and nothing was sent unheard       CONFLICT, or the head was not listed: see attempt()
 *     anything else, and nothing was sent unheard           an error: nothing was written, nothing can arrive
 *     an earlier sending may have been carried out          ~commit of its revision decides: our attempt: DONE; another's: CONFLICT;
 *                                                           nothing: UNKNOWN, since it may still arrive
 */
#include "dynamodb_dialogues.h"

#include "dynamodb_bundle.h"
#include "dynamodb_change.h"
#include "dynamodb_db.h"
#include "dynamodb_listing.h"
#include "dynamodb_load.h"
#include "error.h"
#include "limits.h"

/* ---- history and parts ---- */

/* Rows of a kind from one revision to another. The texts live as long as this does. */
struct range {
	struct dynamodb_row_text partition, from, to;
	struct dynamodb_db_walk walk;
};

/* False when there can be none. */
static bool begin_range(const struct store_partition *partition, struct range *range)
{
	if (!dynamodb_row_partition(partition->tenant, partition->dialogue_id, &range->partition))
		return false;
	const struct dynamodb_message_query query = {.partition_name = "PK",
												 .sort_name = "SK",
												 .partition = dynamodb_row_view(&range->partition),
												 .range = DYNAMODB_MESSAGE_BETWEEN,
												 .from = dynamodb_row_view(&range->from),
												 .to = dynamodb_row_view(&range->to)};
	range->walk = dynamodb_db_walk(dynamodb_db_of(partition->engine), &query);
	return true;
}

static enum hansard_status add_commit(const json_t *row, struct arena *arena, struct store_history *found,
									  size_t *capacity, struct hansard_error *error)
{
	struct store_commit commit;
	unsigned n;
	if (!dynamodb_row_read_numbered(dynamodb_answer_text(row, "SK"), DYNAMODB_ROW_COMMIT, &commit.rev, &n))
		return dynamodb_db_invalid(row, "is no commit", error);
	const enum hansard_status status = dynamodb_db_bytes(row, "c", arena, &commit.stored, error);
	if (status != HANSARD_OK)
		return status;
	if (!arena_grow(arena, &found->commits, found->count, capacity, sizeof(*found->commits)))
		return error_memory(error);
	found->commits[found->count++] = commit;
	return HANSARD_OK;
}

static enum hansard_status history(const struct store_partition *partition, const struct store_history_request *request,
								   struct arena *arena, struct store_history *ret_history, struct hansard_error *error)
{
	const int64_t from = request->from < 1 ? 1 : request->from;
	const int64_t to = request->to > LIMIT_REV ? LIMIT_REV : request->to;
	struct store_history found = {.count = 0};
	size_t capacity = 0;
	enum hansard_status status = HANSARD_OK;
	if (from <= to) {
		struct range range = {.from = dynamodb_row_numbered(DYNAMODB_ROW_COMMIT, from, 0),
							  .to = dynamodb_row_numbered(DYNAMODB_ROW_COMMIT, to, 0)};
		const json_t *row = NULL;
		if (begin_range(partition, &range)) {
			while ((status = dynamodb_db_walk_next(&range.walk, &row, error)) == HANSARD_OK && row != NULL &&
				   (status = add_commit(row, arena, &found, &capacity, error)) == HANSARD_OK)
				continue;
			dynamodb_db_walk_end(&range.walk);
		}
	}
	if (status == HANSARD_OK)
		*ret_history = found;
	return status;
}

/* The entries of one row, behind those that are there. */
static enum hansard_status add_parts(const json_t *row, struct arena *arena, struct store_parts *found,
									 size_t *capacity, struct hansard_error *error)
{
	struct dynamodb_bundle_reading reading;
	struct dynamodb_bundle_entry entry;
	struct bytes bytes;
	const enum hansard_status status = dynamodb_db_bytes(row, "c", arena, &bytes, error);
	if (status != HANSARD_OK)
		return status;
	bool ordered = true;
	dynamodb_bundle_read(&reading, bytes, true);
	while (ordered && dynamodb_bundle_next(&reading, &entry)) {
		struct store_item part = {.stored = entry.stored};
		if (!item_key_part(arena, entry.key, entry.n, &part.key) ||
			!arena_grow(arena, &found->items, found->count, capacity, sizeof(*found->items)))
			return error_memory(error);
		ordered = found->count == 0 || item_key_compare(found->items[found->count - 1].key, part.key) < 0;
		found->items[found->count++] = part;
	}
	return ordered && dynamodb_bundle_good(&reading) ? HANSARD_OK : dynamodb_db_invalid(row, "holds no parts", error);
}

static enum hansard_status parts(const struct store_partition *partition, const struct store_parts_request *request,
								 struct arena *arena, struct store_parts *ret_parts, struct hansard_error *error)
{
	struct store_parts found = {.count = 0};
	size_t capacity = 0;
	enum hansard_status status = HANSARD_OK;
	if (request->rev >= 1 && request->rev <= LIMIT_REV) {
		struct range range = {.from = dynamodb_row_numbered(DYNAMODB_ROW_PARTS, request->rev, 0),
							  .to = dynamodb_row_numbered(DYNAMODB_ROW_PARTS, request->rev, DYNAMODB_ROW_N_MAX)};
		const json_t *row = NULL;
		if (begin_range(partition, &range)) {
			while ((status = dynamodb_db_walk_next(&range.walk, &row, error)) == HANSARD_OK && row != NULL &&
				   (status = add_parts(row, arena, &found, &capacity, error)) == HANSARD_OK)
				continue;
			dynamodb_db_walk_end(&range.walk);
		}
	}
	if (status == HANSARD_OK)
		*ret_parts = found;
	return status;
}

/* ---- commit ---- */

/* By the commit of its revision. What is not there may be on its way; a copy that a migration brought carries no id. */
static enum hansard_status look_up(const struct store_partition *partition, const struct store_attempt *attempt,
								   enum store_settled *ret_settled, struct hansard_error *error)
{
	struct dynamodb_row_text key;
	struct dynamodb_answer answer = {.root = NULL};
	const struct dynamodb_change_id id = dynamodb_change_id(attempt);
	const struct text ours = {.data = id.data, .size = sizeof(id.data)};
	const bool none = !dynamodb_row_partition(partition->tenant, partition->dialogue_id, &key);
	if (none || attempt->rev < 1 || attempt->rev > LIMIT_REV) {
		*ret_settled = STORE_STILL_UNKNOWN;
		return HANSARD_OK;
	}
	const struct dynamodb_row_text sort = dynamodb_row_numbered(DYNAMODB_ROW_COMMIT, attempt->rev, 0);
	const struct dynamodb_message_key row = {dynamodb_row_view(&key), dynamodb_row_view(&sort)};
	const enum hansard_status status = dynamodb_db_get(dynamodb_db_of(partition->engine), row, &answer, error);
	if (status != HANSARD_OK)
		return status;
	const struct text found = dynamodb_answer_text(dynamodb_answer_item(&answer), "i");
	*ret_settled = !text_present(found)      ? STORE_STILL_UNKNOWN
				   : text_equal(found, ours) ? STORE_COMMITTED
											 : STORE_NOT_COMMITTED;
	dynamodb_answer_finish(&answer);
	return HANSARD_OK;
}

/* Index keys that a commit of unknown outcome did not come to set follow once it is known. */
static enum hansard_status settle(const struct store_partition *partition, const struct store_attempt *attempt,
								  enum store_settled *ret_settled, struct hansard_error *error)
{
	struct dynamodb_load_head head;
	enum store_settled settled;
	const enum hansard_status status = look_up(partition, attempt, &settled, error);
	if (status != HANSARD_OK)
		return status;
	if (settled == STORE_COMMITTED && dynamodb_load_head(partition, &head, NULL) == HANSARD_OK && head.exists &&
		head.rev == attempt->rev) {
		const struct dynamodb_listing_revision revision = {.rev = head.rev, .hash = head.hash, .listed = head.listed};
		enum store_result ignored;
		(void)dynamodb_listing_follow(partition, &revision, &ignored, NULL);
	}
	*ret_settled = settled;
	return HANSARD_OK;
}

/* Writes a transaction, to the place of its partition, and sends it. */
static enum hansard_status transact(const struct store_partition *partition, struct dynamodb_change_request request,
									struct dynamodb_db_failure *ret_failure, struct hansard_error *error)
{
	struct dynamodb_engine *engine = dynamodb_db_of(partition->engine);
	struct dynamodb_row_text key;
	struct dynamodb_message message;
	(void)dynamodb_row_partition(partition->tenant, partition->dialogue_id, &key); /* checked with the change */
	request.table = engine->table;
	request.place = dynamodb_db_place(partition);
	request.partition = dynamodb_row_view(&key);
	dynamodb_message_init(&message);
	enum hansard_status status = dynamodb_change_write(&request, &message, error);
	if (status == HANSARD_OK)
		status = dynamodb_db_transact(engine, &message, ret_failure, error);
	dynamodb_message_finish(&message);
	return status;
}

/* An earlier sending may have been carried out, or may be yet. */
static void decide(const struct store_partition *partition, const struct store_change *change,
				   enum store_result *ret_result)
{
	enum store_settled settled;
	*ret_result = STORE_UNKNOWN;
	if (look_up(partition, &change->attempt, &settled, NULL) != HANSARD_OK)
		return;
	switch (settled) {
	case STORE_COMMITTED:
		*ret_result = STORE_DONE;
		break;
	case STORE_NOT_COMMITTED:
		*ret_result = STORE_CONFLICT;
		break;
	case STORE_STILL_UNKNOWN:
		break;
	}
}

/* What became of a change by how sending it ended. */
static enum hansard_status judge(const struct store_partition *partition, const struct store_change *change,
								 const struct dynamodb_db_failure *failure, enum store_result *ret_result,
								 enum hansard_status status)
{
	if (status != HANSARD_OK && !failure->unheard && !failure->condition)
		return status;
	if (status == HANSARD_OK)
		*ret_result = STORE_DONE;
	else if (failure->unheard)
		decide(partition, change, ret_result);
	else
		*ret_result = STORE_CONFLICT;
	return HANSARD_OK;
}

/* Why a change could not stand on the head that it names, where that is there all the same: it is not listed, or the revision beside
   its note is another one. A transaction that asks for what is not so can then never be carried out, whatever became of its sendings,
   because a head of one revision does not change. `request` is then what can be. */
static enum hansard_status look_beneath(const struct store_partition *partition,
										struct dynamodb_change_request *request, bool *ret_again,
										struct hansard_error *error)
{
	const struct store_change *change = request->change;
	struct dynamodb_load_head head;
	const enum hansard_status status = dynamodb_load_head(partition, &head, error);
	*ret_again = false;
	if (status != HANSARD_OK || !head.exists || head.named.rev != change->expected_rev ||
		!digest_equal(&head.named.hash, &change->expected_hash))
		return status;
	const bool unlisted = request->stand == DYNAMODB_CHANGE_ON_LISTED && !head.listed;
	if (unlisted)
		request->stand = DYNAMODB_CHANGE_ON_UNLISTED;
	if (head.rev != change->expected_rev)
		request->beside = head.rev;
	*ret_again = unlisted || request->beside > 0;
	return HANSARD_OK;
}

/* Sends a change that stands on a listed head, as almost all do, without looking at it first; where it turns out to be unlisted,
   sends it again so that the index keys of all rows follow. A revision beside the note that somebody has changed is written anew. */
static enum hansard_status attempt(const struct store_partition *partition, const struct store_change *change,
								   enum dynamodb_change_stand *stand, enum store_result *ret_result,
								   struct hansard_error *error)
{
	struct dynamodb_change_request request = {.change = change, .stand = *stand};
	struct dynamodb_db_failure failure = {.unheard = false};
	struct hansard_error fault = {.status = HANSARD_OK};
	bool again = false;
	enum hansard_status status = transact(partition, request, &failure, &fault);
	if (status != HANSARD_OK && failure.condition && change->expected_rev > 0) {
		const enum hansard_status looked = look_beneath(partition, &request, &again, &fault);
		if (looked != HANSARD_OK && !failure.unheard)
			failure.condition = false; /* why it failed was not learnt: nothing was written */
		status = looked != HANSARD_OK ? looked : status;
	}
	if (again) {
		*stand = request.stand;
		failure = (struct dynamodb_db_failure){.unheard = false};
		status = transact(partition, request, &failure, &fault);
	}
	status = judge(partition, change, &failure, ret_result, status);
	if ((status != HANSARD_OK || *ret_result == STORE_UNKNOWN) && error != NULL)
		*error = fault;
	return status;
}

/* Lets index keys of rows that a change does not touch follow it. */
static void follow(const struct store_partition *partition, const struct store_change *change)
{
	const struct dynamodb_listing_revision revision = {
		.rev = change->rev, .hash = change->hash, .listed = change->listed};
	enum store_result ignored;
	(void)dynamodb_listing_follow(partition, &revision, &ignored, NULL);
}

/* Index keys of rows that it does not touch follow a commit that is done. Where that fails, a load counts those that are stale, and
   settling the attempt, the next commit that is not listed, or tidy of copying_store.h goes on with it. */
static enum hansard_status commit(const struct store_partition *partition, const struct store_change *change,
								  enum store_result *ret_result, struct hansard_error *error)
{
	enum dynamodb_change_stand stand =
		change->listed && change->expected_rev > 0 ? DYNAMODB_CHANGE_ON_LISTED : DYNAMODB_CHANGE_ON_ANY;
	enum store_result result;
	enum hansard_status status = dynamodb_db_may_write(partition, error);
	if (status == HANSARD_OK)
		status = store_engine_check_change(partition, change, error);
	if (status == HANSARD_OK)
		status = attempt(partition, change, &stand, &result, error);
	if (status != HANSARD_OK)
		return status;
	if (result == STORE_DONE && (stand == DYNAMODB_CHANGE_ON_UNLISTED || (!change->listed && change->expected_rev > 0)))
		follow(partition, change);
	*ret_result = result;
	return HANSARD_OK;
}

enum hansard_status dynamodb_dialogues_publish(const struct store_partition *partition,
											   const struct store_change *change, struct dynamodb_message_condition on,
											   enum store_result *ret_result, struct hansard_error *error)
{
	struct dynamodb_db_failure failure = {.unheard = false};
	struct hansard_error fault = {.status = HANSARD_OK};
	const struct dynamodb_change_request request = {.change = change, .stand = DYNAMODB_CHANGE_ON_ANY, .on = on};
	enum store_result result = STORE_UNKNOWN;
	enum hansard_status status = transact(partition, request, &failure, &fault);
	status = judge(partition, change, &failure, &result, status);
	if (status != HANSARD_OK) {
		if (error != NULL)
			*error = fault;
		return status;
	}
	if (result == STORE_UNKNOWN && error != NULL)
		*error = fault;
	if (result == STORE_DONE)
		follow(partition, change);
	*ret_result = result;
	return HANSARD_OK;
}

const struct dialogue_store dynamodb_dialogues_store = {
	.load = dynamodb_load_look, .history = history, .parts = parts, .commit = commit, .settle = settle};
