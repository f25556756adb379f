/*
 * What asking a service consumed: at the end of every answer in JSON, and of each dialogue by itself.
 */
#include "cost.h"

#include "error.h"
#include "limits.h"
#include "page.h"
#include "report.h"
#include "view.h"

enum { THOUSANDTHS = 1000 };

static void write_units(struct json_writer *writer, const struct dynamodb_engine_capacity *capacity)
{
	json_write_key(writer, "requests");
	json_write_integer(writer, capacity->requests);
	json_write_key(writer, "read_units");
	json_write_scaled(writer, capacity->read, THOUSANDTHS);
	json_write_key(writer, "write_units");
	json_write_scaled(writer, capacity->written, THOUSANDTHS);
}

void cost_write(struct answer *answer, const struct dynamodb_engine_capacity *capacity)
{
	answer_object(answer, "capacity");
	write_units(&answer->writer, capacity);
	answer_end(answer);
}

bool cost_append(const struct hansard *store, struct buffer *out)
{
	struct dynamodb_engine_capacity capacity;
	struct answer answer;
	if (store == NULL || store->options.format != HANSARD_JSON ||
		(!backend_capacity(&store->backend, &capacity) && !backend_capacity(&store->target, &capacity)))
		return true; /* at most one of them asks a service */
	if (!answer_reopen(&answer, out))
		return true; /* an export, or what is no answer */
	cost_write(&answer, &capacity);
	return answer_finish(&answer, NULL) == HANSARD_OK;
}

/* What reading one dialogue consumed. */
struct cost {
	struct text id;
	struct dynamodb_engine_capacity capacity;
};

struct costing {
	struct session_request *request;
	struct cost *costs;
	size_t count, allocated;
	struct left_list left;
};

static struct dynamodb_engine_capacity now(const struct costing *run)
{
	struct dynamodb_engine_capacity capacity = {.requests = 0};
	(void)backend_capacity(&run->request->store->backend, &capacity);
	return capacity;
}

/* Loads one dialogue, and keeps of it what that consumed. */
static enum hansard_status read_one(struct costing *run, struct text id, struct hansard_error *error)
{
	struct hansard_error cause = {.status = HANSARD_OK};
	struct vault_state *state;
	struct arena *arena = arena_create(LIMIT_ARENA);
	if (arena == NULL)
		return error_memory(error);
	const struct dynamodb_engine_capacity before = now(run);
	const enum hansard_status status = vault_load(run->request->store->vault, id, arena, &state, &cause);
	const struct dynamodb_engine_capacity after = now(run);
	arena_destroy(arena);
	if (vault_elsewhere(&cause)) /* it is read there */
		return HANSARD_OK;
	if (status != HANSARD_OK && left_takes(&cause))
		return left_add(&run->left, id, &cause) ? HANSARD_OK : error_memory(error);
	if (status != HANSARD_OK) {
		if (error != NULL)
			*error = cause;
		return status;
	}
	if (!arena_grow(run->request->arena, &run->costs, run->count, &run->allocated, sizeof(*run->costs)))
		return error_memory(error);
	run->costs[run->count++] = (struct cost){.id = id,
											 .capacity = {.requests = after.requests - before.requests,
														  .read = after.read - before.read,
														  .written = after.written - before.written}};
	return HANSARD_OK;
}

static enum hansard_status read_all(struct costing *run, struct hansard_error *error)
{
	struct hansard *store = run->request->store;
	struct analytics_request wanted = {.tenant = vault_tenant(store->vault), .limit = 500, .cursor = TEXT_ABSENT};
	struct analytics_page page;
	do {
		enum hansard_status status =
			store->engine->analytics->partitions(store->engine, &wanted, run->request->arena, &page, error);
		for (size_t i = 0; status == HANSARD_OK && i < page.count; i++)
			status = read_one(run, page.items[i].dialogue_id, error);
		if (status != HANSARD_OK)
			return status;
		wanted.cursor = page.next;
	} while (text_present(page.next));
	return HANSARD_OK;
}

static struct dynamodb_engine_capacity sum_of(const struct costing *run)
{
	struct dynamodb_engine_capacity sum = {.requests = 0};
	for (size_t i = 0; i < run->count; i++) {
		sum.requests += run->costs[i].capacity.requests;
		sum.read += run->costs[i].capacity.read;
		sum.written += run->costs[i].capacity.written;
	}
	return sum;
}

static enum hansard_status answer_costs(struct costing *run, struct hansard_error *error)
{
	const struct dynamodb_engine_capacity sum = sum_of(run);
	struct answer answer;
	answer_begin(&answer, &run->request->out, "cost");
	answer_array(&answer, "dialogues");
	for (size_t i = 0; i < run->count; i++) {
		answer_object(&answer, NULL);
		answer_text(&answer, "dialogue_id", run->costs[i].id);
		write_units(&answer.writer, &run->costs[i].capacity);
		answer_end(&answer);
	}
	answer_end(&answer);
	write_units(&answer.writer, &sum);
	view_write_left(&answer, &run->left);
	return answer_finish(&answer, error);
}

/* Thousandths as a decimal. */
static struct text units(struct draft *draft, int64_t thousandths)
{
	return draft_format(draft, "%" PRId64 ".%" PRId64, thousandths / THOUSANDTHS, thousandths % THOUSANDTHS / 100);
}

static enum hansard_status show_costs(struct costing *run, struct hansard_error *error)
{
	static const struct page_column columns[] = {
		{.title = "Dialogue"}, {.title = "Requests", .right = true}, {.title = "Read units", .right = true}};
	const struct dynamodb_engine_capacity sum = sum_of(run);
	const struct view_options options = session_view(run->request);
	struct page page;
	struct page_table table;
	page_begin(&page, run->request->arena, &run->request->out, options.width);
	page_table_begin(&table, &page, columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < run->count; i++) {
		page_table_cell(&table, run->costs[i].id);
		page_table_integer(&table, run->costs[i].capacity.requests);
		page_table_cell(&table, units(&page.draft, run->costs[i].capacity.read));
	}
	page_table_cell(&table, TEXT("All"));
	page_table_integer(&table, sum.requests);
	page_table_cell(&table, units(&page.draft, sum.read));
	page_table_end(&table);
	page_blank(&page);
	page_fold(&page, 0, TEXT("What reading each dialogue once consumed, as DynamoDB reports it."));
	const enum hansard_status status = page_finish(&page, error);
	return status == HANSARD_OK ? report_left(run->request, &run->left, error) : status;
}

static enum hansard_status run_cost(struct session_request *request, struct hansard_error *error)
{
	struct costing run = {.request = request, .left = {.arena = request->arena}};
	struct dynamodb_engine_capacity capacity;
	if (!backend_capacity(&request->store->backend, &capacity)) {
		error_set(error, HANSARD_USAGE, "unsupported", "SQLite asks no service: reading this store costs nothing");
		error_hint(error, "this is for stores in DynamoDB");
		return HANSARD_USAGE;
	}
	enum hansard_status status = read_all(&run, error);
	if (status == HANSARD_OK)
		status = request->store->options.format == HANSARD_JSON ? answer_costs(&run, error) : show_costs(&run, error);
	return status == HANSARD_OK ? left_conclude(&run.left, error) : status;
}

enum hansard_status hansard_cost(struct hansard *store, struct hansard_output *ret_out, struct hansard_error *error)
{
	struct session_request request;
	enum hansard_status status = session_begin(&request, store, error);
	if (status == HANSARD_OK)
		status = run_cost(&request, error);
	return session_finish(&request, status, ret_out, error);
}
