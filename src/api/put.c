/*
 * Putting a copy in the store's place. It is copied into the store's folder first, and what is verified is that: nobody else writes to it.
 */
#include "backup.h"
#include "error.h"
#include "limits.h"
#include "report.h"
#include "sqlite_put.h"

struct putting {
	struct hansard *store;    /* its engine is the draft, while that is verified */
	struct vault_marks marks; /* what was seen here */
	struct text last;         /* of the dialogues whose mark was read */
	size_t seen;              /* those of which anything was seen here */
	struct verifying *run;
	struct sqlite_put put;
};

/* ---- verifying the draft ---- */

/* Each dialogue's once, though it may be read twice. */
static void count_seen(struct putting *putting, struct text id, bool copied)
{
	if (text_equal(id, putting->last))
		return;
	if (!arena_copy_text(putting->store->arena, id, &putting->last))
		putting->last = TEXT_ABSENT;
	putting->seen++;
	putting->run->behind += !copied;
}

/* What was seen here, of a dialogue that goes that far: a copy is older than the store that it was made of. A mark that cannot be read is
   no fault of the copy. */
static enum hansard_status read_mark(void *context, struct vault_mark_place place, struct vault_mark *ret_mark,
									 struct hansard_error *error)
{
	struct putting *putting = context;
	const struct store_partition partition =
		store_engine_partition(putting->store->engine, place.tenant, place.dialogue_id);
	struct store_history history = {.count = 0};
	struct vault_mark mark = {.rev = 0};
	*ret_mark = mark;
	if (putting->marks.read(putting->marks.context, place, &mark, NULL) != HANSARD_OK || mark.rev == 0)
		return HANSARD_OK;
	struct arena *arena = arena_create(LIMIT_ARENA);
	if (arena == NULL)
		return error_memory(error);
	const struct store_history_request request = {.from = mark.rev, .to = mark.rev};
	const enum hansard_status status = partition.store->history(&partition, &request, arena, &history, error);
	arena_destroy(arena);
	if (status != HANSARD_OK)
		return status;
	count_seen(putting, place.dialogue_id, history.count > 0);
	if (history.count > 0)
		*ret_mark = mark;
	return HANSARD_OK;
}

/* What it lacks altogether the restore names. */
static enum hansard_status list_marks(void *context, struct text tenant,
									  enum hansard_status (*each)(void *each_context, struct text dialogue_id),
									  void *each_context, struct hansard_error *error)
{
	(void)context, (void)tenant, (void)each, (void)each_context, (void)error;
	return HANSARD_OK;
}

static enum hansard_status open_draft(struct putting *putting, struct hansard_error *error)
{
	struct hansard *store = putting->store;
	const struct backend_request request = {
		.arena = store->arena, .options = &store->options, .settings = &store->settings};
	enum hansard_status status =
		backend_open_copy(&store->backend, &request, text_of_string(putting->put.file.draft), error);
	store->engine = store->backend.engine;
	if (status == HANSARD_OK)
		status = session_open_keys(store, error);
	if (status != HANSARD_OK)
		return status;
	putting->marks = store->marks.slots;
	store->marks.slots = marks_unkept(putting, read_mark, list_marks);
	return session_open_vault(store, error);
}

static void close_draft(struct putting *putting)
{
	struct hansard *store = putting->store;
	vault_destroy(store->vault);
	store->vault = NULL;
	backend_close(&store->backend);
	store->engine = NULL;
}

/* What was found in the copy, as one error. */
static enum hansard_status judge(const struct verifying *run, struct hansard_error *error)
{
	struct hansard_error found = {.status = HANSARD_OK};
	const enum hansard_status status = verify_answer_judge(run, &found);
	if (status == HANSARD_OK)
		return status;
	error_set(error, status, found.kind, "the copy was not put in the store's place: of what is in it %s",
			  found.message);
	if (status == HANSARD_WRONG_KEY)
		error_hint(
			error,
			"nothing was moved. Bring the keys first: hansard keys recover, or keys import, --newer where a key was "
			"rotated since; without them: --public-key KEY, or --no-verify");
	else if (strcmp(found.kind, VAULT_UNTRUSTED_SIGNER) == 0)
		error_hint(
			error,
			"nothing was moved. Bring the key that signs, if it is yours: hansard keys recover, or keys import, "
			"--newer or --older; of another's ask him for his line: hansard keys trust LINE. --no-verify puts it "
			"there all the same");
	else if (strcmp(found.kind, VAULT_RETIRED_KEY) == 0)
		error_hint(error,
				   "nothing was moved. If it is from before that key retired: --no-verify puts it there, and hansard "
				   "backup --restored --retired ID declares each, once you have looked at it");
	else
		error_hint(error,
				   "nothing was moved: take another backup. --no-verify puts this one there all the same, and hansard "
				   "verify names what is wrong with it");
	return status;
}

static enum hansard_status verify_draft(struct putting *putting, struct verifying *run, struct hansard_error *error)
{
	struct hansard_error failure = {.status = HANSARD_OK};
	putting->run = run;
	enum hansard_status status = open_draft(putting, &failure);
	if (status == HANSARD_OK)
		status = backup_verify(run, &failure);
	close_draft(putting);
	if (sqlite_file_check_draft(&putting->put.file, NULL) != HANSARD_OK)
		return sqlite_file_check_draft(&putting->put.file, error);
	if (status == HANSARD_OK)
		return judge(run, error);
	run->request->out.size = 0;
	error_set(error, status, failure.kind, "the copy was not put in the store's place: it could not be verified: %s",
			  failure.message);
	error_hint(error, "%s%snothing was moved; --no-verify puts it there all the same", failure.hint,
			   failure.hint[0] != '\0' ? "; " : "");
	return status;
}

/* ---- the answer ---- */

static void write_kept(struct putting *putting, struct answer *answer)
{
	const struct sqlite_put *put = &putting->put;
	char name[SQLITE_PUT_NAME_MAX + 16];
	answer_array(answer, "kept");
	for (size_t i = 0; i < SQLITE_FILE_ENDS; i++) {
		if (!put->moved[i])
			continue;
		snprintf(name, sizeof(name), "%s%s", put->old, sqlite_file_ends[i]);
		json_write_text(&answer->writer, text_of_string(name));
	}
	answer_end(answer);
}

/* "A, with its -journal" */
static bool say_kept(struct putting *putting, struct session_request *request)
{
	const struct sqlite_put *put = &putting->put;
	const struct text old = session_clean(request, text_of_string(put->old));
	const struct text path = session_clean(request, text_of_string(put->file.path));
	char ends[64] = "";
	for (size_t i = 1; i < SQLITE_FILE_ENDS; i++)
		if (put->moved[i])
			snprintf(ends + strlen(ends), sizeof(ends) - strlen(ends), "%s%s", ends[0] != '\0' ? ", " : "",
					 sqlite_file_ends[i]);
	if (put->moved[0])
		return report_fold(request, 2, "What was there is kept: %.*s%s%s", (int)old.size, old.data,
						   ends[0] != '\0' ? ", and behind that name " : "", ends);
	if (ends[0] != '\0')
		return report_fold(request, 2, "No database was there; what lay beside is kept: %.*s, and behind that name %s",
						   (int)old.size, old.data, ends);
	return report_fold(
		request, 2, "No database was there. What an earlier put moved aside that was killed lies beside it: %.*s.*.old",
		(int)path.size, path.data);
}

static bool write_put(struct putting *putting, struct verifying *run, bool verified)
{
	struct session_request *request = run->request;
	const struct text path = text_of_string(putting->put.file.path);
	if (run->as_json) {
		answer_text(&run->answer, "database", path);
		answer_boolean(&run->answer, "owner_kept", !putting->put.owner_lost);
		answer_boolean(&run->answer, "access_kept", !putting->put.access_lost);
		write_kept(putting, &run->answer);
		if (verified) {
			answer_integer(&run->answer, "seen_before", (int64_t)putting->seen);
			answer_integer(&run->answer, "behind", (int64_t)run->behind);
		}
		return true;
	}
	const struct text shown = session_clean(request, path);
	bool good = report_fold(request, 0, "The copy is the store's database now: %.*s", (int)shown.size, shown.data) &&
				say_kept(putting, request);
	if (putting->put.owner_lost)
		good =
			good && report_fold(request, 2,
								"What was there belonged to another user, and the copy is yours: where it is meant for "
								"him, let root give it to him.");
	if (putting->put.access_lost)
		good =
			good && report_fold(request, 2,
								"Others than its owner could use what was there, and cannot use the copy: where they "
								"are meant to, chgrp and chmod let them.");
	if (verified && run->dialogues > 0 && putting->seen == 0)
		good =
			good && report_fold(request, 2, "Nothing of it was seen here before: it may be a copy of another store.");
	if (run->behind > 0)
		good = good && report_fold(request, 2, "Of %zu of its dialogues later commits were seen here.", run->behind);
	return good && report_fold(request, 0, "Now look at what it lacks, and declare that:") &&
		   report_fold(request, 2, "hansard backup --restored --dry-run") &&
		   report_fold(request, 2, "hansard backup --restored");
}

/* ---- all of it ---- */

static enum hansard_status put_copy(struct putting *putting, struct session_request *request,
									const struct hansard_put_request *asked, struct hansard_error *error)
{
	struct verifying run = {.request = request,
							.as_json = request->store->options.format == HANSARD_JSON,
							.tenants = TEXT_ABSENT,
							.unkeyed = TEXT_ABSENT,
							.faults_only = true};
	enum hansard_status status = HANSARD_OK;
	if (run.as_json) {
		answer_begin(&run.answer, &request->out, "put");
		answer_string(&run.answer, "file", asked->file);
	}
	if (asked->unverified == NULL)
		status = verify_draft(putting, &run, error);
	else if (!backup_unverified(&run, asked->unverified))
		status = error_memory(error);
	if (status == HANSARD_OK)
		status = sqlite_put_place(&putting->put, error);
	const bool placed = putting->put.placed; /* also where that could not be made durable */
	request->written = placed;
	const bool wrote = !placed || write_put(putting, &run, asked->unverified == NULL);
	if (request->out.size > 0 && run.as_json)
		answer_boolean(&run.answer, "put", placed);
	const bool whole =
		wrote && (!run.as_json || request->out.size == 0 || answer_finish(&run.answer, NULL) == HANSARD_OK);
	request->answered = whole && placed;
	if (whole)
		return status;
	request->out.size = 0;
	return status == HANSARD_OK ? error_memory(error) : status;
}

static enum hansard_status check_place(const struct hansard *store, struct hansard_error *error)
{
	if (!backend_is(&store->settings, "sqlite")) {
		error_set(error, HANSARD_USAGE, "unsupported",
				  "a store in DynamoDB has no file that a copy could take the place of");
		error_hint(
			error,
			"restore the table by point-in-time recovery or a backup of AWS, and then: hansard backup --restored");
		return HANSARD_USAGE;
	}
	if (!store->options.read_only)
		return HANSARD_OK;
	error_set(error, HANSARD_FAILED, "store_read_only",
			  "a copy cannot be put in the place of a store that is opened read-only");
	error_hint(error, "leave --read-only away");
	return HANSARD_FAILED;
}

static enum hansard_status put(struct putting *putting, const struct hansard_put_request *asked,
							   struct hansard_output *ret_out, struct hansard_error *error)
{
	struct hansard *store = putting->store;
	struct session_request request;
	struct sqlite_put_request wanted = {.from = text_of_string(asked->file),
										.entropy = backend_entropy(store->options.platform)};
	enum hansard_status status = session_begin(&request, store, error);
	if (status == HANSARD_OK && !backend_database(store->arena, &store->settings, &wanted.path))
		status = error_memory(error);
	if (status == HANSARD_OK) {
		struct hansard_error failure = {.status = HANSARD_OK};
		status = sqlite_put_begin(&putting->put, &wanted, &failure);
		/* Who opens a store that is none is sent here. */
		if (status == HANSARD_INVALID && strcmp(failure.kind, "not_a_store") == 0)
			error_hint(&failure, "nothing was moved: name a file that hansard backup has made");
		if (status != HANSARD_OK && error != NULL)
			*error = failure;
	}
	if (status == HANSARD_OK)
		status = put_copy(putting, &request, asked, error);
	sqlite_put_finish(&putting->put);
	return session_finish(&request, status, ret_out, error);
}

enum hansard_status hansard_backup_put(const struct hansard_options *options, const struct hansard_put_request *request,
									   struct hansard_output *ret_out, struct hansard_error *error)
{
	enum hansard_status status = session_options(options, error);
	if (status != HANSARD_OK)
		return status;
	if (request->file == NULL)
		return error_set(error, HANSARD_USAGE, "missing_file", "no copy is named");
	struct putting *putting = calloc(1, sizeof(*putting));
	if (putting == NULL)
		return error_memory(error);
	struct hansard *store = putting->store = session_make(options);
	if (store == NULL) {
		free(putting);
		return error_memory(error);
	}
	status = settings_locate(store->arena, &store->options, &store->settings, error);
	if (status == HANSARD_OK)
		status = settings_read(store->arena, &store->options, &store->settings, error);
	if (status == HANSARD_OK)
		status = check_place(store, error);
	if (status == HANSARD_OK)
		status = put(putting, request, ret_out, error);
	hansard_close(store);
	free(putting);
	return status;
}
