/*
 * Requests of one table.
 */
#include "dynamodb_db.h"

#include "error.h"
#include "limits.h"

enum { REFUSAL_MAX = 1 << 20, PAGES_MAX = 65536, START_FIELDS = 4, PARTITION_KEY_MAX = 2048, SORT_KEY_MAX = 1024 };

/* How long pages may come, in microseconds: of one partition or shelf, and of a whole table. */
#define QUERY_US INT64_C(600000000)
#define SCAN_US INT64_C(3600000000)

struct dynamodb_engine *dynamodb_db_of(struct store_engine *engine)
{
	return (struct dynamodb_engine *)engine;
}

enum hansard_status dynamodb_db_open(const struct dynamodb_engine_options *options, struct dynamodb_engine **ret_engine,
									 struct hansard_error *error)
{
	struct dynamodb_engine *engine = calloc(1, sizeof(*engine));
	if (engine == NULL)
		return error_memory(error);
	const struct aws_client_options client = {.edge = options->edge,
											  .entropy = options->entropy,
											  .credentials = options->credentials,
											  .service = AWS_ENDPOINT_DYNAMODB,
											  .endpoint = options->endpoint,
											  .region = options->region};
	engine->base.clock = options->clock;
	engine->base.entropy = options->entropy;
	engine->edge = options->edge;
	engine->table = options->table;
	engine->region = options->region;
	engine->shards = 1;
	engine->read_only = options->read_only;
	engine->local = aws_url_is_loopback(&options->endpoint.parts);
	buffer_init(&engine->identity, STORE_ENGINE_IDENTITY_MAX);
	buffer_init(&engine->table_id, STORE_ENGINE_IDENTITY_MAX);
	const enum hansard_status status = aws_client_create(&client, &engine->client, error);
	if (status != HANSARD_OK) {
		dynamodb_db_close(engine);
		return status;
	}
	*ret_engine = engine;
	return HANSARD_OK;
}

void dynamodb_db_close(struct dynamodb_engine *engine)
{
	if (engine == NULL)
		return;
	aws_client_destroy(engine->client);
	buffer_finish(&engine->identity);
	buffer_finish(&engine->table_id);
	free(engine);
}

struct dynamodb_row_place dynamodb_db_place(const struct store_partition *partition)
{
	return (struct dynamodb_row_place){.tenant = partition->tenant,
									   .dialogue_id = partition->dialogue_id,
									   .shards = dynamodb_db_of(partition->engine)->shards};
}

enum hansard_status dynamodb_db_may_write(const struct store_partition *partition, struct hansard_error *error)
{
	if (dynamodb_db_of(partition->engine)->read_only)
		return error_set(error, HANSARD_FAILED, "store_read_only", "the store was opened to be read alone");
	return HANSARD_OK;
}

/* Refusals that are told in words of ours. */
static const struct {
	const char *name;
	enum hansard_status status;
	const char *kind, *message, *hint;
} refusals[] = {
	{"ResourceNotFoundException", HANSARD_NO_STORE, "no_table", "there is no such table",
	 "make it with hansard table create, or look at the configured table, region and endpoint"},
	{"ResourceInUseException", HANSARD_CONFLICT, "table_exists", "the table exists, or is being changed",
	 "run it again"},
	{"ContinuousBackupsUnavailableException", HANSARD_BUSY, "not_ready",
	 "the table cannot have point-in-time recovery yet", "run it again in a while"},
	{"UnknownOperationException", HANSARD_USAGE, "unsupported", "this endpoint does not know that operation",
	 "look at the configured endpoint"},
};

static enum hansard_status tell(const struct dynamodb_engine *engine, struct text name, enum hansard_status status,
								struct hansard_error *error)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		if (!text_is(name, refusals[i].name))
			continue;
		error_set(error, refusals[i].status, refusals[i].kind, "table \"" ERROR_TEXT "\" in " ERROR_TEXT ": %s",
				  ERROR_TEXT_ARGS(engine->table), ERROR_TEXT_ARGS(engine->region), refusals[i].message);
		error_hint(error, "%s", refusals[i].hint);
		return refusals[i].status;
	}
	return status;
}

/* Sends a request. The texts of its refusal are read here. */
static enum hansard_status send(struct dynamodb_engine *engine, const struct aws_client_request *request,
								struct aws_client_answer *answer, struct hansard_error *error)
{
	struct arena *arena = arena_create(REFUSAL_MAX);
	if (arena == NULL)
		return error_memory(error);
	enum hansard_status status = aws_client_send(engine->client, request, arena, answer, error);
	if (status != HANSARD_OK)
		status = tell(engine, answer->refusal.name, status, error);
	answer->refusal = (struct aws_refusal){.name = TEXT_ABSENT};
	arena_destroy(arena);
	return status;
}

static void account(struct dynamodb_engine *engine, const struct dynamodb_answer *answer, bool write)
{
	engine->capacity.requests++;
	*(write ? &engine->capacity.written : &engine->capacity.read) += dynamodb_answer_capacity(answer);
}

enum hansard_status dynamodb_db_ask(struct dynamodb_engine *engine, const char *operation,
									const struct dynamodb_message *message, struct dynamodb_answer *ret_answer,
									struct hansard_error *error)
{
	const struct aws_client_request request = {.operation = operation, .body = buffer_view(&message->body)};
	struct aws_client_answer answer;
	aws_client_answer_init(&answer);
	enum hansard_status status = send(engine, &request, &answer, error);
	if (status == HANSARD_OK)
		status = dynamodb_answer_read(buffer_view(&answer.body), ret_answer, error);
	if (status == HANSARD_OK)
		account(engine, ret_answer, false);
	aws_client_answer_finish(&answer);
	return status;
}

enum hansard_status dynamodb_db_get(struct dynamodb_engine *engine, struct dynamodb_message_key key,
									struct dynamodb_answer *ret_answer, struct hansard_error *error)
{
	struct dynamodb_message message;
	dynamodb_message_init(&message);
	const enum hansard_status status = dynamodb_message_get(&message, engine->table, key)
										   ? dynamodb_db_ask(engine, "GetItem", &message, ret_answer, error)
										   : error_memory(error);
	dynamodb_message_finish(&message);
	return status;
}

enum hansard_status dynamodb_db_transact(struct dynamodb_engine *engine, const struct dynamodb_message *message,
										 struct dynamodb_db_failure *ret_failure, struct hansard_error *error)
{
	const struct aws_client_request request = {
		.operation = "TransactWriteItems", .body = buffer_view(&message->body), .write = true};
	struct aws_client_answer answer;
	struct dynamodb_answer read = {.root = NULL};
	aws_client_answer_init(&answer);
	const enum hansard_status sent = send(engine, &request, &answer, error);
	const enum hansard_status status =
		sent == HANSARD_OK ? dynamodb_answer_read(buffer_view(&answer.body), &read, error) : sent;
	if (status == HANSARD_OK)
		account(engine, &read, true);
	else /* what answers but not as DynamoDB does may have carried it out */
		*ret_failure = (struct dynamodb_db_failure){.unheard = answer.unheard > 0 || sent == HANSARD_OK,
													.condition = answer.kind == RETRY_CONDITION};
	dynamodb_answer_finish(&read);
	aws_client_answer_finish(&answer);
	return status;
}

/* ---- walking ---- */

struct dynamodb_db_walk dynamodb_db_walk(struct dynamodb_engine *engine, const struct dynamodb_message_query *query)
{
	struct dynamodb_db_walk walk = {.engine = engine};
	if (query != NULL)
		walk.query = *query;
	walk.query.table = engine->table;
	return walk;
}

/* The keys of a row that a page ended with, as far as they name where the next one begins. */
static bool read_start(const struct dynamodb_db_walk *walk, const json_t *last,
					   struct dynamodb_message_field fields[static START_FIELDS])
{
	const bool of_index = walk->query.index != NULL;
	const char *const names[START_FIELDS] = {"PK", "SK", of_index ? walk->query.partition_name : NULL,
											 of_index ? walk->query.sort_name : NULL};
	for (size_t i = 0; i < START_FIELDS; i++) {
		fields[i] = (struct dynamodb_message_field){.name = names[i]};
		if (names[i] == NULL)
			continue;
		fields[i].kind = DYNAMODB_MESSAGE_TEXT;
		fields[i].text = dynamodb_answer_text(last, names[i]);
		if (!text_present(fields[i].text) ||
			fields[i].text.size > (size_t)(i % 2 == 0 ? PARTITION_KEY_MAX : SORT_KEY_MAX))
			return false;
	}
	return true;
}

static enum hansard_status invalid_answer(const char *what, struct hansard_error *error)
{
	error_set(error, HANSARD_FAILED, "invalid_answer", "what answers is no DynamoDB: %s", what);
	error_hint(error, "look at the endpoint that is configured");
	return HANSARD_FAILED;
}

static bool is_scan(const struct dynamodb_db_walk *walk)
{
	return !text_present(walk->query.partition);
}

/* Whether a page that began at `start` (NULL: the first) leads on with `last`: on one shelf to a place behind it, in a whole table,
   whose order nobody knows, to another. Rows of an index may share a place. */
static bool leads_on(const struct dynamodb_db_walk *walk, const struct dynamodb_message_field *start,
					 const json_t *last)
{
	struct dynamodb_message_field next[START_FIELDS];
	const bool of_index = walk->query.index != NULL;
	if (!read_start(walk, last, next))
		return false;
	if (!is_scan(walk) && !text_equal(next[of_index ? 2 : 0].text, walk->query.partition))
		return false;
	if (start == NULL)
		return true;
	const bool same = text_equal(next[0].text, start[0].text) && text_equal(next[1].text, start[1].text);
	if (is_scan(walk))
		return !same;
	const int order = text_compare(next[of_index ? 3 : 1].text, start[of_index ? 3 : 1].text);
	if (order == 0)
		return !same;
	return walk->query.backward ? order < 0 : order > 0;
}

/* Whether there is one more page. */
static bool has_more(const struct dynamodb_db_walk *walk)
{
	return walk->pages == 0 || walk->last != NULL;
}

/* Whether a chain of pages may go on. */
static enum hansard_status check_walk(struct dynamodb_db_walk *walk, struct hansard_error *error)
{
	const struct moment_clock *steady = &walk->engine->edge.steady;
	const int64_t now = steady->now(steady->context);
	if (walk->pages == 0)
		walk->began = now;
	if (walk->pages >= PAGES_MAX)
		return invalid_answer("its pages have no end", error);
	if (now - walk->began <= (is_scan(walk) ? SCAN_US : QUERY_US))
		return HANSARD_OK;
	error_set(error, HANSARD_UNREACHABLE, "timed_out",
			  "table \"" ERROR_TEXT "\": there is no end of its pages in time, after %d of them",
			  ERROR_TEXT_ARGS(walk->engine->table), walk->pages);
	error_hint(error, "run it again in a while, or look at the endpoint that is configured");
	return HANSARD_UNREACHABLE;
}

/* Takes an answer as the page that began at `start`. */
static enum hansard_status take_page(struct dynamodb_db_walk *walk, const struct dynamodb_message_field *start,
									 struct dynamodb_answer *next, struct hansard_error *error)
{
	const json_t *last = NULL;
	if (!dynamodb_answer_last(next, &last) || (last != NULL && !leads_on(walk, start, last))) {
		dynamodb_answer_finish(next);
		return invalid_answer("its pages do not lead on", error);
	}
	dynamodb_answer_finish(&walk->answer);
	walk->answer = *next;
	walk->last = last;
	walk->at = 0;
	walk->count = dynamodb_answer_rows(next);
	walk->pages++;
	return HANSARD_OK;
}

/* Rows of a page: what the query has, unless that is more than is asked for at once. */
static size_t page_rows(size_t limit)
{
	const size_t most = LIMIT_PAGE_ROWS;
	return most > 0 && (limit == 0 || limit > most) ? most : limit;
}

static enum hansard_status next_page(struct dynamodb_db_walk *walk, struct hansard_error *error)
{
	struct dynamodb_message_query query = walk->query;
	struct dynamodb_message_field start[START_FIELDS];
	struct dynamodb_answer next = {.root = NULL};
	struct dynamodb_message message;
	enum hansard_status status = check_walk(walk, error);
	if (status != HANSARD_OK)
		return status;
	if (walk->last != NULL) {
		(void)read_start(walk, walk->last, start);
		query.start = DYNAMODB_MESSAGE_FIELDS(start);
	}
	query.limit = page_rows(query.limit);
	dynamodb_message_init(&message);
	const bool scan = is_scan(walk);
	const bool written = scan ? dynamodb_message_scan(&message, &query) : dynamodb_message_query(&message, &query);
	status =
		written ? dynamodb_db_ask(walk->engine, scan ? "Scan" : "Query", &message, &next, error) : error_memory(error);
	dynamodb_message_finish(&message);
	return status == HANSARD_OK ? take_page(walk, walk->last != NULL ? start : NULL, &next, error) : status;
}

enum hansard_status dynamodb_db_walk_next(struct dynamodb_db_walk *walk, const json_t **ret_row,
										  struct hansard_error *error)
{
	while (walk->at == walk->count) {
		if (!has_more(walk)) {
			*ret_row = NULL;
			return HANSARD_OK;
		}
		const enum hansard_status status = next_page(walk, error);
		if (status != HANSARD_OK)
			return status;
		if (walk->count == SIZE_MAX) {
			walk->count = 0;
			return invalid_answer("its pages have no rows", error);
		}
	}
	*ret_row = dynamodb_answer_row(&walk->answer, walk->at++);
	return HANSARD_OK;
}

enum hansard_status dynamodb_db_walk_total(struct dynamodb_db_walk *walk, int64_t *ret_total,
										   struct hansard_error *error)
{
	int64_t total = 0;
	while (has_more(walk)) {
		int64_t count;
		const enum hansard_status status = next_page(walk, error);
		if (status != HANSARD_OK)
			return status;
		if (!dynamodb_answer_count(&walk->answer, &count) || count > INT64_MAX - total)
			return invalid_answer("its pages have no count", error);
		total += count;
	}
	*ret_total = total;
	return HANSARD_OK;
}

void dynamodb_db_walk_end(struct dynamodb_db_walk *walk)
{
	dynamodb_answer_finish(&walk->answer);
}

/* ---- rows ---- */

enum hansard_status dynamodb_db_invalid(const json_t *row, const char *what, struct hansard_error *error)
{
	error_set(error, HANSARD_VIOLATED, "invalid_row", "the row " ERROR_TEXT " / " ERROR_TEXT " %s",
			  ERROR_TEXT_ARGS(dynamodb_answer_text(row, "PK")), ERROR_TEXT_ARGS(dynamodb_answer_text(row, "SK")), what);
	error_hint(error, "somebody else wrote to the table: bring that row back from a copy of the table that is good");
	return HANSARD_VIOLATED;
}

enum hansard_status dynamodb_db_bytes(const json_t *row, const char *name, struct arena *arena, struct bytes *ret_bytes,
									  struct hansard_error *error)
{
	struct bytes bytes = {.size = 0};
	const enum hansard_status status = dynamodb_answer_bytes(row, name, arena, &bytes);
	if (status == HANSARD_FAILED)
		return error_memory(error);
	if (status != HANSARD_OK || bytes.size == 0)
		return dynamodb_db_invalid(row, "lacks bytes that it must have", error);
	*ret_bytes = bytes;
	return HANSARD_OK;
}
