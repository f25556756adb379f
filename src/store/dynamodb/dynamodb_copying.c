/*
 * The slots of copying. Everything is fenced by the head: each transaction checks that it is the reservation, or the commit, that it was
 * sent under, so that what arrives late is not carried out.
 *
 *     occupant    the first row of the partition
 *     reserve     a look, then one transaction; a look decides what became of it where that was not heard
 *     put         one transaction of one revision, or of several that fit into one
 *     look        what a load reads, and the commit
 *     publish     one transaction; what became of it is decided as of a commit. Index keys follow
 *     clear       after a second all rows but the head go, until a look finds none
 *     release     the same, but for the newest commit; where nothing else is there a release has waited before, and there is no second
 *     tidy        index keys; bundles and parts that no item needs (dynamodb_purge.h)
 */
#include "dynamodb_copying.h"

#include "dynamodb_bundle.h"
#include "dynamodb_cost.h"
#include "dynamodb_dialogues.h"
#include "dynamodb_fenced.h"
#include "dynamodb_listing.h"
#include "dynamodb_load.h"
#include "dynamodb_purge.h"
#include "error.h"
#include "limits.h"

enum { SWEEPS_MAX = 8 }; /* the second finds nothing, unless rows come that nobody checked */

static enum hansard_status conflict(enum store_result *ret_result)
{
	*ret_result = STORE_CONFLICT;
	return HANSARD_OK;
}

static struct store_occupant reserved(const struct store_reservation *reservation)
{
	return (struct store_occupant){.what = STORE_RESERVED, .reservation = *reservation};
}

/* ---- reserving ---- */

static enum hansard_status send_reservation(const struct store_partition *partition,
											const struct store_reserve_request *request,
											struct dynamodb_db_failure *ret_failure, struct hansard_error *error)
{
	struct dynamodb_engine *engine = dynamodb_db_of(partition->engine);
	const struct dynamodb_row_place place = dynamodb_db_place(partition);
	struct store_attempt named = {.rev = 0};
	struct dynamodb_change_id token;
	struct dynamodb_row_text key;
	struct dynamodb_occupant_check check;
	struct dynamodb_message message;
	enum hansard_status status = dynamodb_fenced_token(partition->engine, &token, error);
	if (status != HANSARD_OK)
		return status;
	memcpy(named.id, request->mine.id, sizeof(named.id));
	const struct dynamodb_change_id id = dynamodb_change_id(&named);
	(void)dynamodb_row_partition(partition->tenant, partition->dialogue_id, &key); /* checked with the request */
	const struct dynamodb_message_field fields[] = {
		{.name = "PK", .kind = DYNAMODB_MESSAGE_TEXT, .text = dynamodb_row_view(&key)},
		{.name = "SK", .kind = DYNAMODB_MESSAGE_TEXT, .text = TEXT(DYNAMODB_ROW_HEAD_SORT)},
		{.name = "i", .kind = DYNAMODB_MESSAGE_TEXT, .text = {.data = id.data, .size = sizeof(id.data)}},
		{.name = "m", .kind = DYNAMODB_MESSAGE_NUMBER, .number = request->mine.source_rev},
		{.name = "x",
		 .kind = request->mine.called_off ? DYNAMODB_MESSAGE_TEXT : DYNAMODB_MESSAGE_NOTHING,
		 .text = TEXT("1")},
	};
	dynamodb_message_init(&message);
	dynamodb_message_transaction(&message, (struct text){.data = token.data, .size = sizeof(token.data)});
	dynamodb_message_act(
		&message, engine->table,
		&(struct dynamodb_message_action){.what = DYNAMODB_MESSAGE_PUT,
										  .fields = DYNAMODB_MESSAGE_FIELDS(fields),
										  .condition = dynamodb_occupant_condition(&place, &request->found, &check)});
	status = dynamodb_message_transaction_end(&message) ? dynamodb_db_transact(engine, &message, ret_failure, error)
														: error_memory(error);
	dynamodb_message_finish(&message);
	return status;
}

/* Of a reservation that was sent and not acknowledged: it is there; or it can still arrive, as long as what it comes in the place of is
   there; or neither. */
static enum store_result decide(const struct store_partition *partition, const struct store_reserve_request *request,
								bool unheard)
{
	const struct store_occupant mine = reserved(&request->mine);
	struct store_occupant there;
	if (dynamodb_occupant_look(partition, &there, NULL) != HANSARD_OK)
		return unheard ? STORE_UNKNOWN : STORE_CONFLICT;
	if (store_occupant_equal(&there, &mine))
		return STORE_DONE;
	return unheard && store_occupant_equal(&there, &request->found) ? STORE_UNKNOWN : STORE_CONFLICT;
}

static enum hansard_status reserve(const struct store_partition *partition, const struct store_reserve_request *request,
								   enum store_result *ret_result, struct hansard_error *error)
{
	const struct store_occupant mine = reserved(&request->mine);
	struct dynamodb_db_failure failure = {.unheard = false};
	struct hansard_error fault = {.status = HANSARD_OK};
	struct store_occupant there;
	enum hansard_status status = store_copy_check_reserve(partition, request, error);
	if (status == HANSARD_OK)
		status = dynamodb_db_may_write(partition, error);
	if (status == HANSARD_OK)
		status = dynamodb_occupant_look(partition, &there, error);
	if (status != HANSARD_OK)
		return status;
	if (!store_occupant_equal(&there, &mine) &&
		(!store_occupant_equal(&there, &request->found) || !store_copy_may_reserve(&there, &request->mine)))
		return conflict(ret_result);
	if (!store_occupant_equal(&there, &mine))
		status = send_reservation(partition, request, &failure, &fault);
	if (status != HANSARD_OK && !failure.unheard && !failure.condition) {
		if (error != NULL)
			*error = fault;
		return status;
	}
	*ret_result = status == HANSARD_OK ? STORE_DONE : decide(partition, request, failure.unheard);
	return HANSARD_OK;
}

/* ---- putting ---- */

/* What a revision may take of a transaction, at most. */
struct need {
	size_t actions;
	size_t bytes;
};

/* Of two rows side by side that are filled until the next entry does not fit, more than one is full. */
static void add_items(struct need *need, const struct store_item *items, size_t count)
{
	enum { ENTRY = 32, ROW = 512 }; /* what an entry, and a row, takes besides at most */
	size_t filled = 0;
	for (size_t i = 0; i < count; i++) {
		const size_t bytes = items[i].key.type.size + items[i].key.subkey.size + items[i].stored.bytes.size + ENTRY;
		const bool own = dynamodb_row_of_its_own(items[i].key);
		need->actions += own;
		need->bytes += bytes + (own ? ROW : 0);
		filled += own ? 0 : bytes;
	}
	const size_t rows = filled == 0 ? 0 : 1 + 2 * filled / DYNAMODB_BUNDLE_MAX;
	need->actions += rows;
	need->bytes += rows * ROW;
}

static enum hansard_status add_revision(struct dynamodb_fenced *fenced, const struct store_copy_revision *revision,
										struct hansard_error *error)
{
	struct need need = {.actions = 1, .bytes = revision->commit.size};
	const struct store_change change = {
		.puts = revision->items,
		.put_count = revision->item_count,
		.parts = revision->parts,
		.part_count = revision->part_count,
		.rev = revision->rev,
		.commit = revision->commit,
	};
	const struct dynamodb_change_request request = {.table = dynamodb_db_of(fenced->partition->engine)->table,
													.place = dynamodb_db_place(fenced->partition),
													.partition = dynamodb_row_view(&fenced->key),
													.change = &change};
	add_items(&need, revision->items, revision->item_count);
	add_items(&need, revision->parts, revision->part_count);
	const enum hansard_status status = dynamodb_fenced_room(fenced, need.actions, need.bytes, error);
	return status == HANSARD_OK ? dynamodb_change_add_copy(&request, &fenced->message, error) : status;
}

/* Whether the reservation is there, where no transaction tells. */
static enum hansard_status put_nothing(const struct store_partition *partition, const struct store_occupant *mine,
									   enum store_result *ret_result, struct hansard_error *error)
{
	struct store_occupant there;
	const enum hansard_status status = dynamodb_occupant_look(partition, &there, error);
	if (status == HANSARD_OK)
		*ret_result = store_occupant_equal(&there, mine) ? STORE_DONE : STORE_CONFLICT;
	return status;
}

static enum hansard_status put(const struct store_partition *partition, const struct store_put_request *request,
							   enum store_result *ret_result, struct hansard_error *error)
{
	const struct store_occupant mine = reserved(&request->mine);
	struct hansard_error fault = {.status = HANSARD_OK};
	struct dynamodb_fenced fenced;
	enum hansard_status status = store_copy_check_put(partition, request, error);
	if (status == HANSARD_OK)
		status = dynamodb_db_may_write(partition, error);
	if (status != HANSARD_OK)
		return status;
	if (request->mine.called_off || request->mine.source_rev >= LIMIT_REV)
		return conflict(ret_result); /* of the latter there is none */
	if (request->count == 0)
		return put_nothing(partition, &mine, ret_result, error);
	dynamodb_fenced_init(&fenced, partition, &mine);
	for (size_t i = 0; status == HANSARD_OK && i < request->count; i++)
		status = add_revision(&fenced, &request->revisions[i], &fault);
	if (status == HANSARD_OK)
		status = dynamodb_fenced_send(&fenced, &fault);
	status = dynamodb_fenced_result(&fenced, status, &fault, ret_result, error);
	dynamodb_fenced_finish(&fenced);
	return status;
}

static enum hansard_status publish(const struct store_partition *partition, const struct store_publish_request *request,
								   enum store_result *ret_result, struct hansard_error *error)
{
	const struct dynamodb_row_place place = dynamodb_db_place(partition);
	const struct store_occupant mine = reserved(&request->mine);
	struct dynamodb_occupant_check check;
	enum hansard_status status = store_copy_check_publish(partition, request, error);
	if (status == HANSARD_OK)
		status = dynamodb_db_may_write(partition, error);
	if (status != HANSARD_OK)
		return status;
	if (request->mine.called_off)
		return conflict(ret_result);
	return dynamodb_dialogues_publish(partition, &request->change, dynamodb_occupant_condition(&place, &mine, &check),
									  ret_result, error);
}

/* ---- taking away ---- */

/* All rows of a partition but its head, and one more, are to go. */
struct sweep {
	const struct store_partition *partition;
	const struct store_occupant *head;
	struct text kept; /* SK; absent: none is */
	struct dynamodb_fenced fenced;
	bool conflict; /* the head is another one */
	size_t gone;   /* rows of this sweep */
};

static enum hansard_status take_away(struct sweep *sweep, const json_t *row, bool first, struct hansard_error *error)
{
	const struct text sort = dynamodb_answer_text(row, "SK");
	struct store_occupant there = {.what = STORE_FREE};
	enum hansard_status status = HANSARD_OK;
	if (first) {
		if (text_is(sort, DYNAMODB_ROW_HEAD_SORT))
			status = dynamodb_occupant_read(row, &there, error);
		sweep->conflict = !store_occupant_equal(&there, sweep->head);
		return status;
	}
	if (text_present(sweep->kept) && text_equal(sort, sweep->kept))
		return HANSARD_OK;
	sweep->gone++;
	return dynamodb_fenced_delete(&sweep->fenced, sort, dynamodb_cost_row(row), error);
}

static enum hansard_status sweep_once(struct sweep *sweep, struct hansard_error *error)
{
	const struct dynamodb_message_query query = {.partition_name = "PK",
												 .sort_name = "SK",
												 .partition = dynamodb_row_view(&sweep->fenced.key),
												 .range = DYNAMODB_MESSAGE_ALL};
	struct dynamodb_db_walk walk = dynamodb_db_walk(dynamodb_db_of(sweep->partition->engine), &query);
	const json_t *row = NULL;
	enum hansard_status status;
	bool first = true;
	sweep->gone = 0;
	while ((status = dynamodb_db_walk_next(&walk, &row, error)) == HANSARD_OK && row != NULL) {
		status = take_away(sweep, row, first, error);
		first = false;
		if (status != HANSARD_OK || sweep->conflict)
			break;
	}
	sweep->conflict = sweep->conflict || (status == HANSARD_OK && first);
	dynamodb_db_walk_end(&walk);
	return status == HANSARD_OK ? dynamodb_fenced_send(&sweep->fenced, error) : status;
}

/* After a second, in which what was decided before becomes visible, nothing comes any more that is not under this head: without it a row
   that a transaction of a moment ago has written could be seen only behind the last sweep, and stay. */
static enum hansard_status sweep_all(const struct store_partition *partition, const struct store_occupant *head,
									 struct text kept, enum store_result *ret_result, struct hansard_error *error)
{
	const struct moment_pause *pause = &partition->engine->pause;
	struct hansard_error fault = {.status = HANSARD_OK};
	struct sweep sweep = {.partition = partition, .head = head, .kept = kept, .gone = 1};
	struct dynamodb_row_text key;
	enum hansard_status status = dynamodb_db_may_write(partition, error);
	if (status != HANSARD_OK)
		return status;
	if (!dynamodb_row_partition(partition->tenant, partition->dialogue_id, &key))
		return conflict(ret_result);
	dynamodb_fenced_init(&sweep.fenced, partition, head);
	pause->wait(pause->context, DYNAMODB_OCCUPANT_VISIBLE_US);
	for (int i = 0; status == HANSARD_OK && !sweep.conflict && sweep.gone > 0 && i < SWEEPS_MAX; i++)
		status = sweep_once(&sweep, &fault);
	status = dynamodb_fenced_result(&sweep.fenced, status, &fault, ret_result, error);
	dynamodb_fenced_finish(&sweep.fenced);
	if (status == HANSARD_OK && *ret_result == STORE_DONE && (sweep.conflict || sweep.gone > 0))
		*ret_result = sweep.conflict ? STORE_CONFLICT : STORE_UNKNOWN;
	return status;
}

static enum hansard_status clear(const struct store_partition *partition, const struct store_reservation *mine,
								 enum store_result *ret_result, struct hansard_error *error)
{
	const struct store_occupant head = reserved(mine);
	return mine->called_off ? sweep_all(partition, &head, TEXT_ABSENT, ret_result, error) : conflict(ret_result);
}

enum before_release { RELEASE_OTHER, RELEASE_DONE, RELEASE_MORE };

/* What is there before anything goes. Where head and the commit that stays are all, of a revision above the first, the commits before it are
   gone, which a sweep alone takes away, behind its second: what that has not seen does not come any more. */
static enum hansard_status look_before(const struct store_partition *partition, const struct store_occupant *head,
									   struct text kept, enum before_release *ret_found, struct hansard_error *error)
{
	struct dynamodb_row_text key;
	*ret_found = RELEASE_OTHER;
	if (!dynamodb_row_partition(partition->tenant, partition->dialogue_id, &key))
		return HANSARD_OK;
	const struct dynamodb_message_query query = {.partition_name = "PK",
												 .sort_name = "SK",
												 .partition = dynamodb_row_view(&key),
												 .range = DYNAMODB_MESSAGE_ALL,
												 .limit = 3};
	struct dynamodb_db_walk walk = dynamodb_db_walk(dynamodb_db_of(partition->engine), &query);
	struct store_occupant there = {.what = STORE_FREE};
	const json_t *row = NULL;
	size_t count = 0;
	bool stays = false; /* the second row */
	enum hansard_status status;
	while ((status = dynamodb_db_walk_next(&walk, &row, error)) == HANSARD_OK && row != NULL) {
		const struct text sort = dynamodb_answer_text(row, "SK");
		if (count == 0 && text_is(sort, DYNAMODB_ROW_HEAD_SORT))
			status = dynamodb_occupant_read(row, &there, error);
		stays = stays || (count == 1 && text_equal(sort, kept));
		if (status != HANSARD_OK || !store_occupant_equal(&there, head) || ++count == 3)
			break;
	}
	dynamodb_db_walk_end(&walk);
	if (status == HANSARD_OK && store_occupant_equal(&there, head))
		*ret_found = stays && count == 2 && head->rev > 1 ? RELEASE_DONE : RELEASE_MORE;
	return status;
}

static enum hansard_status release(const struct store_partition *partition, const struct store_tidy_request *request,
								   enum store_result *ret_result, struct hansard_error *error)
{
	const struct store_occupant head = {.what = STORE_PUBLISHED, .rev = request->rev, .hash = request->hash};
	if (request->rev < 1 || request->rev > LIMIT_REV)
		return conflict(ret_result);
	const struct dynamodb_row_text commit = dynamodb_row_numbered(DYNAMODB_ROW_COMMIT, request->rev, 0);
	enum before_release found;
	enum hansard_status status = dynamodb_db_may_write(partition, error);
	if (status == HANSARD_OK)
		status = look_before(partition, &head, dynamodb_row_view(&commit), &found, error);
	if (status != HANSARD_OK)
		return status;
	if (found == RELEASE_MORE)
		return sweep_all(partition, &head, dynamodb_row_view(&commit), ret_result, error);
	*ret_result = found == RELEASE_DONE ? STORE_DONE : STORE_CONFLICT;
	return HANSARD_OK;
}

static enum hansard_status tidy(const struct store_partition *partition, const struct store_tidy_request *request,
								enum store_result *ret_result, struct hansard_error *error)
{
	const struct store_occupant wanted = {.what = STORE_PUBLISHED, .rev = request->rev, .hash = request->hash};
	struct dynamodb_load_head head;
	enum store_result result;
	enum hansard_status status = dynamodb_db_may_write(partition, error);
	if (status == HANSARD_OK)
		status = dynamodb_load_head(partition, &head, error);
	if (status != HANSARD_OK)
		return status;
	if (!head.exists || head.rev != request->rev || !digest_equal(&head.hash, &request->hash))
		return conflict(ret_result);
	const struct dynamodb_listing_revision revision = {.rev = head.rev, .hash = head.hash, .listed = head.listed};
	status = dynamodb_listing_follow(partition, &revision, &result, error);
	if (status == HANSARD_OK && result == STORE_DONE)
		status = dynamodb_purge_run(partition, &wanted, &result, error);
	if (status == HANSARD_OK)
		*ret_result = result;
	return status;
}

const struct copying_store dynamodb_copying_store = {
	.occupant = dynamodb_occupant_look,
	.reserve = reserve,
	.clear = clear,
	.put = put,
	.look = dynamodb_load_copy,
	.publish = publish,
	.tidy = tidy,
	.release = release,
};
