/*
 * The transaction of a change, action by action.
 */
#include "dynamodb_change.h"

#include "base64.h"
#include "dynamodb_bundle.h"
#include "error.h"
#include "limits.h"

/* One change that is being written. */
struct writing {
	const struct dynamodb_change_request *request;
	struct dynamodb_message *message;
	struct dynamodb_change_id id;
};

static struct text id_text(const struct dynamodb_change_id *id)
{
	return (struct text){.data = id->data, .size = sizeof(id->data)};
}

struct dynamodb_change_id dynamodb_change_id(const struct store_attempt *attempt)
{
	static const char digits[] = "0123456789abcdef";
	struct dynamodb_change_id id;
	size_t at = 0;
	for (size_t i = 0; i < STORE_ATTEMPT_SIZE; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			id.data[at++] = '-';
		id.data[at++] = digits[attempt->id[i] >> 4];
		id.data[at++] = digits[attempt->id[i] & 15];
	}
	return id;
}

void dynamodb_change_on_head(const struct dynamodb_row_place *place, struct dynamodb_change_named named,
							 struct dynamodb_change_check *ret_check)
{
	/* Its capacity is its ceiling, so it never grows; a place and a revision that are in range fit. */
	struct buffer lines = {
		.data = ret_check->lines, .capacity = sizeof(ret_check->lines), .ceiling = sizeof(ret_check->lines)};
	(void)(buffer_append_string(&lines, "hansard head v1\n") && buffer_append_text(&lines, place->tenant) &&
		   buffer_append_string(&lines, "/") && buffer_append_text(&lines, place->dialogue_id) &&
		   buffer_append_string(&lines, "\n") && buffer_append_integer(&lines, named.rev, 0) &&
		   buffer_append_string(&lines, "\n") && base64_append(&lines, digest_view(named.hash)) &&
		   buffer_append_string(&lines, "\n"));
	memcpy(ret_check->behind, ret_check->lines, lines.size);
	ret_check->behind[lines.size - 1]++;
	const struct bytes behind = {.data = ret_check->behind, .size = lines.size};
	ret_check->clauses[0] = (struct dynamodb_message_clause){
		.holds = DYNAMODB_MESSAGE_EQUAL, .field = {.name = "r", .kind = DYNAMODB_MESSAGE_NUMBER, .number = named.rev}};
	ret_check->clauses[1] = (struct dynamodb_message_clause){
		.holds = DYNAMODB_MESSAGE_AT_LEAST,
		.field = {.name = "s", .kind = DYNAMODB_MESSAGE_BYTES, .bytes = buffer_view(&lines)}};
	ret_check->clauses[2] = (struct dynamodb_message_clause){
		.holds = DYNAMODB_MESSAGE_LESS, .field = {.name = "s", .kind = DYNAMODB_MESSAGE_BYTES, .bytes = behind}};
	ret_check->count = 3;
}

void dynamodb_change_index_fields(const struct dynamodb_row_index *index,
								  struct dynamodb_message_field fields[static DYNAMODB_CHANGE_INDEX_FIELDS])
{
	static const struct {
		const char *name;
		enum dynamodb_row_index_name index;
		bool sort;
	} rows[DYNAMODB_CHANGE_INDEX_FIELDS] = {
		{"p1", DYNAMODB_ROW_BY_STATUS, false},
		{"s1", DYNAMODB_ROW_BY_STATUS, true},
		{"p2", DYNAMODB_ROW_BY_TENSION_STATUS, false},
		{"s2", DYNAMODB_ROW_BY_TENSION_STATUS, true},
	};
	for (size_t i = 0; i < DYNAMODB_CHANGE_INDEX_FIELDS; i++) {
		fields[i] = (struct dynamodb_message_field){.name = rows[i].name};
		if (rows[i].index != index->name)
			continue;
		fields[i].kind = DYNAMODB_MESSAGE_TEXT;
		fields[i].text = dynamodb_row_view(rows[i].sort ? &index->sort : &index->partition);
	}
}

/* ---- actions ---- */

static void act(const struct writing *writing, const struct dynamodb_message_action *action)
{
	dynamodb_message_act(writing->message, writing->request->table, action);
}

/* Puts a row whose fields begin with room for its keys. */
static void put(const struct writing *writing, struct text sort, struct dynamodb_message_field *fields, size_t count,
				struct dynamodb_message_condition condition)
{
	fields[0] = (struct dynamodb_message_field){
		.name = "PK", .kind = DYNAMODB_MESSAGE_TEXT, .text = writing->request->partition};
	fields[1] = (struct dynamodb_message_field){.name = "SK", .kind = DYNAMODB_MESSAGE_TEXT, .text = sort};
	act(writing, &(struct dynamodb_message_action){.what = DYNAMODB_MESSAGE_PUT,
												   .fields = {.items = fields, .count = count},
												   .condition = condition});
}

static struct dynamodb_message_field bytes_field(const char *name, struct bytes bytes)
{
	return (struct dynamodb_message_field){.name = name, .kind = DYNAMODB_MESSAGE_BYTES, .bytes = bytes};
}

static const struct dynamodb_message_clause absent = {.holds = DYNAMODB_MESSAGE_ABSENT, .field = {.name = "PK"}};
static const struct dynamodb_message_condition if_absent = {.clauses = &absent, .count = 1};

static void put_head(const struct writing *writing)
{
	const struct store_change *change = writing->request->change;
	struct dynamodb_change_check check;
	struct dynamodb_row_index index;
	struct dynamodb_message_field fields[7 + DYNAMODB_CHANGE_INDEX_FIELDS] = {
		[2] = {.name = "r", .kind = DYNAMODB_MESSAGE_NUMBER, .number = change->rev},
		[3] = bytes_field("c", change->commit),
		[4] = bytes_field("s", change->note),
		[5] = {.name = "i", .kind = DYNAMODB_MESSAGE_TEXT, .text = id_text(&writing->id)},
		[6] = {.name = "u", .kind = change->listed ? DYNAMODB_MESSAGE_NOTHING : DYNAMODB_MESSAGE_NUMBER, .number = 1},
	};
	dynamodb_row_head_index(&writing->request->place, &index);
	dynamodb_change_index_fields(&index, fields + 7);
	dynamodb_change_on_head(&writing->request->place,
							(struct dynamodb_change_named){change->expected_rev, &change->expected_hash}, &check);
	if (writing->request->beside > 0)
		check.clauses[0].field.number = writing->request->beside;
	if (writing->request->stand != DYNAMODB_CHANGE_ON_ANY)
		check.clauses[check.count++] = (struct dynamodb_message_clause){
			.holds = writing->request->stand == DYNAMODB_CHANGE_ON_LISTED ? DYNAMODB_MESSAGE_ABSENT
																		  : DYNAMODB_MESSAGE_PRESENT,
			.field = {.name = "u"}};
	const struct dynamodb_message_condition stands = {.clauses = check.clauses, .count = check.count};
	put(writing, TEXT(DYNAMODB_ROW_HEAD_SORT), fields, sizeof(fields) / sizeof(fields[0]),
		writing->request->on.count > 0 ? writing->request->on
		: change->expected_rev == 0    ? if_absent
									   : stands);
}

/* One that is copied has no attempt, and may be there already. */
static void put_commit(const struct writing *writing, bool copy)
{
	static const struct dynamodb_message_condition none;
	const struct store_change *change = writing->request->change;
	const struct dynamodb_row_text sort = dynamodb_row_numbered(DYNAMODB_ROW_COMMIT, change->rev, 0);
	struct dynamodb_message_field fields[] = {
		[2] = bytes_field("c", change->commit),
		[3] = {.name = "i",
			   .kind = copy ? DYNAMODB_MESSAGE_NOTHING : DYNAMODB_MESSAGE_TEXT,
			   .text = id_text(&writing->id)},
	};
	put(writing, dynamodb_row_view(&sort), fields, sizeof(fields) / sizeof(fields[0]), copy ? none : if_absent);
}

/* Items with rows of their own. What is put was checked to be an item. */
static void write_rows(const struct writing *writing)
{
	const struct store_change *change = writing->request->change;
	static const struct dynamodb_message_condition none;
	for (size_t i = 0; i < change->put_count; i++) {
		const struct store_item *item = &change->puts[i];
		struct dynamodb_row_index index;
		struct dynamodb_message_field fields[3 + DYNAMODB_CHANGE_INDEX_FIELDS] = {
			[2] = bytes_field("c", item->stored.bytes)};
		if (!dynamodb_row_of_its_own(item->key))
			continue;
		(void)dynamodb_row_index(&writing->request->place, item, change->listed, &index);
		dynamodb_change_index_fields(&index, fields + 3);
		const struct dynamodb_row_text sort = dynamodb_row_item(item->key);
		put(writing, dynamodb_row_view(&sort), fields, sizeof(fields) / sizeof(fields[0]), none);
	}
	for (size_t i = 0; i < change->removal_count; i++) {
		if (!dynamodb_row_of_its_own(change->removals[i]))
			continue;
		const struct dynamodb_row_text sort = dynamodb_row_item(change->removals[i]);
		act(writing, &(struct dynamodb_message_action){
						 .what = DYNAMODB_MESSAGE_DELETE,
						 .key = {.partition = writing->request->partition, .sort = dynamodb_row_view(&sort)}});
	}
}

/* A change at every ceiling of the boundary is one transaction, packed as it may be. A row of many is cut where the next entry does not fit, and
   then has CUT bytes at least; of items and of parts there is one row each that is not. The commit is in two rows. */
enum {
	ENTRY =
		80, /* bytes of an entry beside what is stored, its address for the most part; those of a part count as stored */
	ROW = 512, /* bytes of a row beside what is in it: keys, names, keys of indexes */
	CONTENTS = LIMIT_COMMIT_STORED_BYTES + LIMIT_COMMIT_CHANGES * ENTRY,
	CUT = LIMIT_BUNDLE - LIMIT_STORED_ITEM - ENTRY,
	BUNDLES = 2 + CONTENTS / CUT,
	ROWS = 2 + LIMIT_COMMIT_INDEXED + BUNDLES
};
_Static_assert((int)ROWS <= (int)DYNAMODB_MESSAGE_ACTIONS, "a change has no more rows than a transaction");
_Static_assert((int)CONTENTS + 2 * LIMIT_COMMIT_BYTES + LIMIT_NOTE + ROWS * ROW <= (int)DYNAMODB_MESSAGE_ITEM_BYTES,
			   "a change has no more bytes than a transaction");
_Static_assert((int)BUNDLES <= (int)DYNAMODB_ROW_N_MAX, "the rows of a change can be numbered");

/* Within DynamoDB's own limits on a transaction. Thousands of parts above the ceilings of the boundary pass them. */
static bool is_small(const struct dynamodb_message *message)
{
	return message->actions <= DYNAMODB_MESSAGE_ACTIONS && message->item_bytes <= DYNAMODB_MESSAGE_ITEM_BYTES;
}

/* Of a body behind a bundle's own base64: keys and names, the token, the end. */
enum { AROUND_BUNDLE = 1024 };

/* Bundles of items, or rows of parts, until there are more than one transaction may have. */
static bool write_bundles(const struct writing *writing, enum dynamodb_row_numbered kind)
{
	static const struct dynamodb_message_condition none;
	struct dynamodb_bundle_filling filling = {.change = writing->request->change};
	struct buffer bundle;
	bool good = true;
	buffer_init(&bundle, DYNAMODB_BUNDLE_MAX);
	for (unsigned n = 0; good && n <= DYNAMODB_ROW_N_MAX && is_small(writing->message); n++) {
		bundle.size = 0;
		good = kind == DYNAMODB_ROW_BUNDLE ? dynamodb_bundle_fill(&filling, &bundle)
										   : dynamodb_bundle_fill_parts(&filling, &bundle);
		if (!good || bundle.size == 0)
			break;
		const struct dynamodb_row_text sort = dynamodb_row_numbered(kind, writing->request->change->rev, n);
		struct dynamodb_message_field fields[] = {[2] = bytes_field("c", buffer_view(&bundle))};
		(void)buffer_reserve(&writing->message->body, bundle.size / 3 * 4 + AROUND_BUNDLE);
		put(writing, dynamodb_row_view(&sort), fields, sizeof(fields) / sizeof(fields[0]), none);
	}
	buffer_finish(&bundle);
	return good;
}

static enum hansard_status check_limits(const struct dynamodb_message *message, struct hansard_error *error)
{
	if (is_small(message))
		return HANSARD_OK;
	error_set(error, HANSARD_INVALID, "commit_too_large",
			  "the commit takes more than the %d rows or %d bytes that DynamoDB allows in one transaction",
			  (int)DYNAMODB_MESSAGE_ACTIONS, (int)DYNAMODB_MESSAGE_ITEM_BYTES);
	error_hint(error, "Nothing was written. Split it into several commits.");
	return HANSARD_INVALID;
}

/* All but the head. */
static enum hansard_status write_contents(const struct writing *writing, bool copy, struct hansard_error *error)
{
	put_commit(writing, copy);
	write_rows(writing);
	if (!write_bundles(writing, DYNAMODB_ROW_BUNDLE) || !write_bundles(writing, DYNAMODB_ROW_PARTS))
		return error_memory(error);
	return check_limits(writing->message, error);
}

enum hansard_status dynamodb_change_write(const struct dynamodb_change_request *request,
										  struct dynamodb_message *message, struct hansard_error *error)
{
	const struct writing writing = {
		.request = request, .message = message, .id = dynamodb_change_id(&request->change->attempt)};
	/* Two bodies of one attempt have two tokens: that of the second lacks the last digit. */
	const bool second = request->stand == DYNAMODB_CHANGE_ON_UNLISTED || request->beside > 0;
	const struct text token = text_slice(id_text(&writing.id), 0, DYNAMODB_CHANGE_ID_SIZE - (second ? 1 : 0));
	dynamodb_message_transaction(message, token);
	put_head(&writing);
	const enum hansard_status status = write_contents(&writing, false, error);
	if (status != HANSARD_OK)
		return status;
	return dynamodb_message_transaction_end(message) ? HANSARD_OK : error_memory(error);
}

enum hansard_status dynamodb_change_add_copy(const struct dynamodb_change_request *request,
											 struct dynamodb_message *message, struct hansard_error *error)
{
	const struct writing writing = {.request = request, .message = message};
	return write_contents(&writing, true, error);
}
