/*
 * Copies of a store, verified once they are made.
 */
#include "backup.h"
#include "disk.h"
#include "elsewhere.h"
#include "limits.h"
#include "report.h"
#include "verify.h"

/* A copy that is open, to be verified by the keys and marks of the store that it is of. */
struct copy {
	struct hansard store;
	struct hansard *original;
};

/* Whether a dialogue has a commit of this rev in an engine. */
static enum hansard_status has_commit(struct store_engine *engine, struct vault_mark_place place, int64_t rev,
									  bool *ret_has, struct hansard_error *error)
{
	const struct store_partition partition = store_engine_partition(engine, place.tenant, place.dialogue_id);
	const struct store_history_request request = {.from = rev, .to = rev};
	struct store_history history;
	struct arena *arena = arena_create(LIMIT_ARENA);
	if (arena == NULL)
		return error_memory(error);
	const enum hansard_status status = partition.store->history(&partition, &request, arena, &history, error);
	if (status == HANSARD_OK)
		*ret_has = history.count > 0;
	arena_destroy(arena);
	return status;
}

/* The mark of the store, but none where it names a commit that was made after the copy: the store has it, and the copy has not. */
static enum hansard_status read_mark(void *context, struct vault_mark_place place, struct vault_mark *ret_mark,
									 struct hansard_error *error)
{
	const struct copy *copy = context;
	const struct vault_marks *marks = &copy->original->marks.slots;
	bool copied = true, later = false;
	enum hansard_status status = marks->read(marks->context, place, ret_mark, error);
	if (status == HANSARD_OK && ret_mark->rev > 0)
		status = has_commit(copy->store.engine, place, ret_mark->rev, &copied, error);
	if (status == HANSARD_OK && !copied)
		status = has_commit(copy->original->engine, place, ret_mark->rev, &later, error);
	if (later)
		*ret_mark = (struct vault_mark){.rev = 0};
	return status;
}

struct listing {
	struct copy *copy;
	struct text tenant;
	enum hansard_status (*each)(void *each_context, struct text dialogue_id);
	void *each_context;
};

static enum hansard_status list_one(void *context, struct text dialogue_id)
{
	const struct listing *listing = context;
	const struct vault_mark_place place = {.tenant = listing->tenant, .dialogue_id = dialogue_id};
	struct vault_mark mark;
	if (read_mark(listing->copy, place, &mark, NULL) == HANSARD_OK && mark.rev == 0)
		return HANSARD_OK;
	return listing->each(listing->each_context, dialogue_id);
}

static enum hansard_status list_marks(void *context, struct text tenant,
									  enum hansard_status (*each)(void *each_context, struct text dialogue_id),
									  void *each_context, struct hansard_error *error)
{
	struct copy *copy = context;
	struct listing listing = {.copy = copy, .tenant = tenant, .each = each, .each_context = each_context};
	const struct vault_marks *marks = &copy->original->marks.slots;
	return marks->list(marks->context, tenant, list_one, &listing, error);
}

static void close_copy(struct copy *copy)
{
	told_clear(&copy->store.told);
	vault_destroy(copy->store.vault);
	backend_close(&copy->store.backend);
}

static enum hansard_status open_copy(struct copy *copy, struct hansard *original, struct text path,
									 struct hansard_error *error)
{
	const struct backend_request request = {
		.arena = original->arena, .options = &original->options, .settings = &original->settings};
	*copy = (struct copy){.store = *original, .original = original};
	struct hansard *store = &copy->store;
	store->backend = (struct backend){.engine = NULL};
	store->vault = NULL;
	store->told = (struct told){.arena = NULL}; /* what the copy says of the store is nothing that was told */
	store->marks.slots = marks_unkept(copy, read_mark, list_marks);
	enum hansard_status status = backend_open_copy(&store->backend, &request, path, error);
	store->engine = store->backend.engine;
	if (status != HANSARD_OK)
		return status;
	struct vault_advice advice;
	if (!elsewhere_advice(original->arena, &original->settings, false, &advice)) {
		close_copy(copy);
		return error_memory(error);
	}
	const struct vault_options options = {
		.engine = store->engine,
		.advice = advice,
		.keyring = store->keyring,
		.audit = original->audit.hash != NULL ? &original->audit.slot : NULL, /* where a log is kept */
		.marks = &store->marks.slots,
		.actor = store->settings.values[SETTINGS_PRINCIPAL].value,
		.clock = backend_clock(store->options.platform),
		.entropy = backend_entropy(store->options.platform),
	};
	status = vault_create(&options, &store->vault, error);
	if (status != HANSARD_OK)
		close_copy(copy);
	return status;
}

/* What was found in the copy, as one error. */
static enum hansard_status judge(const struct verifying *run, struct hansard_error *error)
{
	struct hansard_error found = {.status = HANSARD_OK};
	const enum hansard_status status = verify_answer_judge(run, &found);
	if (status == HANSARD_OK)
		return status;
	error_set(error, status, found.kind, "the copy is made, but of what is in it %s", found.message);
	error_hint(error, "the copy stays: keep it apart from those that are good, and let it take the place of none of "
					  "them; what is wrong with the store, and what to do, says hansard verify");
	return status;
}

enum hansard_status backup_verify(struct verifying *run, struct hansard_error *error)
{
	if (run->as_json) {
		answer_object(&run->answer, "verified");
		answer_array(&run->answer, "dialogues");
	} else if (!session_say(run->request, "The copy was verified:\n")) {
		return error_memory(error);
	}
	enum hansard_status status = verify_store(run, error);
	run->unseen -= run->behind < run->unseen ? run->behind : run->unseen;
	if (status == HANSARD_OK && run->unopened > 0)
		status = verify_answer_unkeyed(run->request, &run->unkeyed, error);
	if (status != HANSARD_OK)
		return status;
	if (!(run->as_json ? verify_answer_totals(run) : verify_answer_end(run)))
		return error_memory(error);
	if (run->as_json)
		answer_end(&run->answer);
	return HANSARD_OK;
}

bool backup_unverified(struct verifying *run, const char *why)
{
	if (!run->as_json)
		return report_fold(run->request, 0, "The copy was not verified: %s", why);
	answer_string(&run->answer, "not_verified", why);
	return true;
}

/* Verifies the copy, which stays whatever is found. What ends the verification ends not the answer. */
static enum hansard_status verify_copy(struct verifying *run, struct text path, struct hansard_error *error)
{
	struct session_request *request = run->request;
	struct hansard *original = request->store;
	const struct answer before = run->answer;
	const size_t size = request->out.size;
	struct hansard_error failure = {.status = HANSARD_OK};
	struct copy copy;
	enum hansard_status status = open_copy(&copy, original, path, &failure);
	if (status == HANSARD_OK) {
		request->store = &copy.store;
		status = backup_verify(run, &failure);
		request->store = original;
		close_copy(&copy);
	}
	if (status == HANSARD_OK)
		return judge(run, error);
	run->answer = before;
	request->out.size = size;
	if (!backup_unverified(run, failure.message))
		return error_memory(error);
	error_set(error, status, failure.kind, "the copy is made, and could not be verified: %s", failure.message);
	error_hint(error, "%s", failure.hint);
	return status;
}

static enum hansard_status write_copy(struct verifying *run, const struct hansard_backup_request *asked,
									  struct hansard_error *error)
{
	struct session_request *request = run->request;
	const struct text path = text_of_string(asked->file);
	const struct text shown = session_clean(request, path);
	enum hansard_status status = HANSARD_OK;
	if (run->as_json) {
		answer_begin(&run->answer, &request->out, "backup");
		answer_text(&run->answer, "file", path);
	} else if (!report_fold(request, 0, "Wrote a copy of the store to %.*s", (int)shown.size, shown.data) ||
			   !report_fold(request, 2, "It is sealed as the store is: keep the keys apart from it.") ||
			   !report_fold(request, 2, "To put it in the store's place: hansard backup --put %.*s", (int)shown.size,
							shown.data)) {
		return error_memory(error);
	}
	if (asked->unverified == NULL)
		status = verify_copy(run, path, error);
	else if (!backup_unverified(run, asked->unverified))
		return error_memory(error);
	if (run->as_json && answer_finish(&run->answer, NULL) != HANSARD_OK)
		return error_memory(error);
	request->answered = true;
	return status;
}

static enum hansard_status backup(struct session_request *request, const struct hansard_backup_request *asked,
								  struct hansard_error *error)
{
	struct store_engine *engine = request->store->engine;
	const struct text path = text_of_string(asked->file);
	struct verifying run = {.request = request,
							.as_json = request->store->options.format == HANSARD_JSON,
							.tenants = TEXT_ABSENT,
							.unkeyed = TEXT_ABSENT,
							.faults_only = true};
	if (disk_kind(path) != DISK_NOTHING) {
		error_set(error, HANSARD_CONFLICT, "file_exists", "there is " ERROR_TEXT " already", ERROR_TEXT_ARGS(path));
		error_hint(error, "nothing was overwritten: name a new file");
		return HANSARD_CONFLICT;
	}
	const enum hansard_status status = engine->ops->backup(engine, path, error);
	return status == HANSARD_OK ? write_copy(&run, asked, error) : status;
}

enum hansard_status hansard_backup(struct hansard *store, const struct hansard_backup_request *asked,
								   struct hansard_output *ret_out, struct hansard_error *error)
{
	struct session_request request;
	enum hansard_status status = session_begin(&request, store, error);
	if (status == HANSARD_OK)
		status = backup(&request, asked, error);
	return session_finish(&request, status, ret_out, error);
}
