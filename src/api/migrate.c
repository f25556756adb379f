/*
 * Moving dialogues to the other backend of the configuration, calling moves off, and giving up what was left behind. Each dialogue by
 * itself; what is done already is not done again, so that a run that was killed is asked for again.
 */
#include "migrate.h"

#include <errno.h>

#include "dynamodb_table.h"
#include "error.h"
#include "gone.h"
#include "limits.h"
#include "writable.h"

/* ---- the other store ---- */

static enum hansard_status check_asked(const struct hansard *store, const struct hansard_migrate_request *asked,
									   struct hansard_error *error)
{
	const char *fault = NULL;
	if (asked->to == NULL || (strcmp(asked->to, "sqlite") != 0 && strcmp(asked->to, "dynamodb") != 0))
		fault = "the backend to move to is sqlite or dynamodb";
	else if (asked->confirmed && !asked->release)
		fault = "--yes goes with --release: nothing else is asked for twice";
	else if (asked->cancel && asked->release)
		fault = "what is called off was not moved, and nothing of it is released: it is either of the two";
	if (fault != NULL) {
		error_set(error, HANSARD_USAGE, "usage", "%s", fault);
		error_hint(error, "from here it is hansard migrate --to %s; see: hansard help migrate",
				   backend_other(&store->settings));
		return HANSARD_USAGE;
	}
	if (backend_is(&store->settings, asked->to)) {
		const char *other = backend_other(&store->settings);
		error_set(error, HANSARD_USAGE, "same_backend",
				  "%s is the backend that the configuration names: it is the source", asked->to);
		if (asked->cancel || asked->release)
			error_hint(error, "the store that dialogues were moved from is meant: --set backend=%s", other);
		else
			error_hint(error, "to move from here: hansard migrate --to %s; from there: --set backend=%s", other, other);
		return HANSARD_USAGE;
	}
	if (store->options.read_only && !asked->dry_run) /* session_finish says what helps */
		return error_set(error, HANSARD_FAILED, "store_read_only", "what is only read is not moved");
	if (!asked->release || asked->confirmed || asked->dry_run)
		return HANSARD_OK;
	error_set(error, HANSARD_USAGE, "not_confirmed",
			  "nothing was released: what this store still has of dialogues that were moved would be deleted");
	error_hint(error, "which these are: --dry-run; if it is meant: --yes");
	return HANSARD_USAGE;
}

/* Whether no dialogue of the source was sent anywhere, so that no target is needed to say that there is nothing to call off or to release. */
static enum hansard_status is_unsent(struct migration *run, bool *ret_unsent, struct hansard_error *error)
{
	struct session_request *request = run->request;
	struct gone_heads heads;
	struct gone_unlisted unlisted;
	struct left_list left = {.arena = request->arena};
	*ret_unsent = false;
	if (run->named)
		return HANSARD_OK;
	enum hansard_status status = gone_list(request->store, request->arena, &heads, error);
	if (status == HANSARD_OK)
		status = gone_find_unlisted(request, &heads, &left, &unlisted, error);
	*ret_unsent =
		status == HANSARD_OK && left.count == 0 && unlisted.moved.count == 0 && unlisted.unfinished.count == 0;
	return status;
}

/* Before a source is sealed for it. What a full disk refuses is not known before. */
static enum hansard_status check_writable(struct migration *run, struct hansard_error *error)
{
	struct text path;
	bool folder;
	if (run->action != MIGRATE_MOVE || run->dry_run)
		return HANSARD_OK;
	if (!backend_database(run->request->arena, &run->settings, &path))
		return error_memory(error);
	if (writable_file(path, &folder))
		return HANSARD_OK;
	error_set(error, HANSARD_FAILED, "store_read_only", "%s" ERROR_TEXT ", where it would go, cannot be written: %s",
			  folder ? "the folder of " : "", ERROR_TEXT_ARGS(path), strerror(errno));
	error_hint(error, "nothing was moved: make the file and its folder writable for who runs this, and run it again");
	return HANSARD_FAILED;
}

/* Opens the database that is there, or, to move into, makes one. */
static enum hansard_status open_database(struct migration *run, const struct backend_request *request,
										 struct hansard_error *error)
{
	struct backend *backend = &run->request->store->target;
	struct hansard_error failure = {.status = HANSARD_OK};
	enum hansard_status status = backend_open(backend, request, &failure);
	const bool missing = status == HANSARD_NO_STORE;
	if (missing && run->action == MIGRATE_MOVE) {
		run->made = true;
		return run->dry_run ? HANSARD_OK : backend_create(backend, request, error);
	}
	if (missing) {
		const enum hansard_status looked = is_unsent(run, &run->unsent, error);
		if (looked != HANSARD_OK || run->unsent)
			return looked;
	}
	if (status == HANSARD_OK)
		status = check_writable(run, &failure);
	if (status != HANSARD_OK && error != NULL)
		*error = failure;
	if (missing)
		error_hint(error, "put it back; only where that store is lost: hansard backup --restored --moved ID");
	if (status != HANSARD_OK && strcmp(failure.kind, "journal_left") == 0) /* a dry run reads it alone */
		error_hint(error,
				   "hansard list --set backend=sqlite takes it back, where the file and its folder may be written");
	return status;
}

static enum hansard_status open_target(struct migration *run, struct hansard_error *error)
{
	struct hansard *store = run->request->store;
	const struct backend_request request = {
		.arena = store->arena, .options = &store->options, .settings = &run->settings};
	enum hansard_status status;
	run->settings = store->settings;
	run->settings.values[SETTINGS_BACKEND].value = run->to;
	status = text_is(run->to, "sqlite") ? open_database(run, &request, error)
										: backend_open(&store->target, &request, error);
	if (status == HANSARD_OK) /* of two tables with one identity only one is where a move leads, or comes from */
		status = dynamodb_table_check_own(text_is(run->to, "sqlite") ? store->engine : store->target.engine, error);
	if (status != HANSARD_OK || store->target.engine == NULL)
		return status;
	marks_over(&store->marks, text_is(run->to, "dynamodb"), &store->target_marks);
	return session_vault_over(store, store->target.engine, &store->target_marks.slots, &run->target, error);
}

/* ---- which dialogues ---- */

static bool add_id(struct migration *run, struct text id)
{
	struct arena *arena = run->request->arena;
	for (size_t i = 0; i < run->count; i++)
		if (text_equal(run->ids[i], id))
			return true;
	return arena_grow(arena, &run->ids, run->count, &run->capacity, sizeof(*run->ids)) &&
		   arena_copy_text(arena, id, &run->ids[run->count]) && ++run->count > 0;
}

static enum hansard_status take_named(struct migration *run, const struct hansard_migrate_request *asked,
									  struct hansard_error *error)
{
	for (size_t i = 0; i < asked->dialogue_count; i++) {
		struct text id;
		const enum hansard_status status = session_find(run->request, asked->dialogues[i], &id, error);
		if (status != HANSARD_OK)
			return status;
		if (!add_id(run, id))
			return error_memory(error);
	}
	return HANSARD_OK;
}

/* What the marks know of, and no list of heads. */
struct marked {
	struct migration *run;
	size_t listed; /* ids of heads, in order */
	struct hansard_error *error;
};

/* One that was seen here and that no list has. */
static enum hansard_status take_marked(void *context, struct text id)
{
	const struct marked *marked = context;
	struct migration *run = marked->run;
	struct hansard_error cause = {.status = HANSARD_OK};
	struct vault_state *state;
	if (marked->listed > 0 && bsearch(&id, run->ids, marked->listed, sizeof(*run->ids), text_order) != NULL)
		return HANSARD_OK;
	struct arena *arena = arena_create(LIMIT_ARENA);
	if (arena == NULL)
		return error_memory(marked->error);
	const enum hansard_status status = vault_load(run->request->store->vault, id, arena, &state, &cause);
	arena_destroy(arena);
	if (status == HANSARD_OK || vault_elsewhere(&cause)) /* the list lags */
		return add_id(run, id) ? HANSARD_OK : error_memory(marked->error);
	if (status == HANSARD_NOT_FOUND || /* it was declared lost, or was begun in the other store */
		vault_seen_elsewhere(&cause))
		return HANSARD_OK;
	if (left_takes(&cause) || marks_at_fault(&cause))
		return left_add(&run->left, id, &cause) ? HANSARD_OK : error_memory(marked->error);
	*marked->error = cause;
	return status;
}

/* Every dialogue that has a head, and every one that was seen here. */
static enum hansard_status take_all(struct migration *run, struct hansard_error *error)
{
	struct hansard *store = run->request->store;
	const struct vault_marks *marks = &store->marks.slots;
	struct hansard_error failure = {.status = HANSARD_OK};
	struct gone_heads heads = {.ids = NULL};
	enum hansard_status status = gone_list(store, run->request->arena, &heads, error);
	if (status != HANSARD_OK)
		return status;
	run->ids = heads.ids;
	run->count = heads.count;
	run->capacity = heads.capacity;
	run->as_of = heads.as_of;
	struct marked marked = {.run = run, .listed = heads.count, .error = &failure};
	status = marks->list(marks->context, vault_tenant(store->vault), take_marked, &marked, &failure);
	if (status == HANSARD_OK || strcmp(failure.kind, "invalid_mark") == 0) /* a stray file hides none */
		return HANSARD_OK;
	if (error != NULL)
		*error = failure;
	return status;
}

/* ---- one after the other ---- */

/* Whether a failure is of one dialogue, so that others may go on. */
static bool is_of_one(const struct hansard_error *cause)
{
	static const char *const kinds[] = {"not_copied", "not_tidied",    "not_settled",
										"not_shown",  "not_committed", "outcome_unknown"};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(cause->kind, kinds[i]) == 0)
			return true;
	return left_takes(cause) || marks_at_fault(cause) || cause->status == HANSARD_CONFLICT ||
		   cause->status == HANSARD_NOT_FOUND;
}

static enum hansard_status do_one(const struct migration *run, struct migrate_row *row, struct hansard_error *error)
{
	const struct vault_moving moving = {.source = run->request->store->vault,
										.target = run->target,
										.dry_run = run->dry_run,
										.ret_begun = &run->request->written};
	enum hansard_status status = HANSARD_OK;
	bool released = false;
	if (run->unsent) {
		row->outcome = MIGRATE_NOTHING;
		return HANSARD_OK;
	}
	switch (run->action) {
	case MIGRATE_MOVE:
		status = vault_move(&moving, row->id, &row->moved, error);
		row->outcome = row->moved.before ? MIGRATE_BEFORE : MIGRATE_DONE;
		break;
	case MIGRATE_CANCEL:
		status = vault_move_cancel(&moving, row->id, &row->rev, error);
		row->outcome = row->rev > 0 ? MIGRATE_DONE : MIGRATE_NOTHING;
		break;
	case MIGRATE_RELEASE:
		status = vault_move_release(&moving, row->id, &released, error);
		row->outcome = released ? MIGRATE_DONE : MIGRATE_BEFORE;
		break;
	case MIGRATE_ACTIONS:
		break;
	}
	return status;
}

/* Whether one that is not moved to this target is sealed for another, which has not taken over as far as was seen: that is to be told. */
static bool is_sealed(const struct migration *run, struct text id)
{
	struct vault_state *state;
	struct arena *arena = arena_create(LIMIT_ARENA);
	const bool sealed =
		arena == NULL || (vault_load(run->request->store->vault, id, arena, &state, NULL) == HANSARD_OK &&
						  text_is(state->newest.operation, "migrate-out"));
	arena_destroy(arena);
	return sealed;
}

/* Whether this was simply nothing to be done, in a run over all: what has been moved is not called off, and what has not is not released. */
static bool is_nothing(const struct migration *run, struct text id, const struct hansard_error *cause)
{
	if (run->named)
		return false;
	return run->action == MIGRATE_CANCEL
			   ? strcmp(cause->kind, "already_moved") == 0 || strcmp(cause->kind, "moved_on") == 0 ||
					 (vault_elsewhere(cause) && !is_sealed(run, id))
		   : run->action == MIGRATE_RELEASE ? strcmp(cause->kind, "not_moved") == 0
											: false;
}

static enum hansard_status go_on(struct migration *run, struct hansard_error *error)
{
	static const char *const words[MIGRATE_ACTIONS] = {"moving", "calling off", "releasing"};
	const struct hansard_options *options = &run->request->store->options;
	run->rows = arena_allocate_array(run->request->arena, run->count, sizeof(*run->rows));
	if (run->rows == NULL)
		return error_memory(error);
	for (size_t i = 0; i < run->count; i++) {
		struct hansard_error cause = {.status = HANSARD_OK};
		struct migrate_row row = {.id = run->ids[i]};
		if (options->progress != NULL)
			options->progress(options->progress_context, words[run->action], i, run->count);
		enum hansard_status status = do_one(run, &row, &cause);
		if (status != HANSARD_OK && is_nothing(run, row.id, &cause)) {
			row.outcome = MIGRATE_NOTHING;
			status = HANSARD_OK;
		}
		if (status == HANSARD_OK) {
			run->rows[run->done++] = row;
		} else if (is_of_one(&cause)) {
			if (!left_add(&run->left, row.id, &cause))
				return error_memory(error);
		} else {
			if (error != NULL)
				*error = cause;
			error_hint(error, "%s%s%zu of %zu dialogues are done; run it again: it goes on where it was", cause.hint,
					   cause.hint[0] != '\0' ? "; " : "", run->done, run->count);
			return status;
		}
	}
	return HANSARD_OK;
}

/* ---- what is left ---- */

/* Heads that are none of those that are moved. */
static bool take_rest(const struct migration *run, struct gone_heads *heads, struct gone_heads *ret_rest)
{
	struct text *moved = arena_allocate_array(run->request->arena, run->done, sizeof(*moved));
	if (moved == NULL)
		return false;
	for (size_t i = 0; i < run->done; i++)
		moved[i] = run->rows[i].id;
	gone_rest(heads, moved, run->done, ret_rest);
	return true;
}

/* Behind a run over named ones: the others. What is in lists is not moved; only where nothing is does each other head have to be looked at. */
static enum hansard_status count_others(struct migration *run, struct hansard_error *error)
{
	struct hansard *store = run->request->store;
	struct analytics_counts counts;
	struct gone_heads heads, rest;
	struct gone_unlisted unlisted;
	struct left_list left = {.arena = run->request->arena};
	enum hansard_status status =
		store->engine->analytics->counts(store->engine, vault_tenant(store->vault), &counts, error);
	if (status != HANSARD_OK || counts.dialogues[0] > 0) {
		if (status == HANSARD_OK && (size_t)counts.dialogues[0] > run->stays)
			run->stays = (size_t)counts.dialogues[0];
		return status;
	}
	status = gone_list(store, run->request->arena, &heads, error);
	if (status == HANSARD_OK && !take_rest(run, &heads, &rest))
		return error_memory(error);
	if (status == HANSARD_OK)
		status = gone_unlisted(run->request, &rest, &left, &unlisted, error);
	if (status == HANSARD_OK)
		run->stays = unlisted.erased.count + unlisted.unfinished.count + left.count;
	return status;
}

/* How many are not moved. What the list of marks has that no list of heads has was left out before the first was begun with. */
static enum hansard_status count_stays(struct migration *run, size_t marked_left, struct hansard_error *error)
{
	run->stays = run->count - run->done + marked_left;
	if (run->action != MIGRATE_MOVE || run->dry_run || !run->named || run->ended_early)
		return HANSARD_OK;
	return count_others(run, error);
}

static enum hansard_status migrate(struct migration *run, const struct hansard_migrate_request *asked,
								   struct hansard_error *error)
{
	enum hansard_status status = check_asked(run->request->store, asked, error);
	if (status == HANSARD_OK)
		status = open_target(run, error);
	if (status == HANSARD_OK)
		status = run->named ? take_named(run, asked, error) : take_all(run, error);
	if (status != HANSARD_OK)
		return status;
	const size_t marked_left = run->left.count;
	status = go_on(run, error);
	if (status == HANSARD_FAILED && run->done == 0 && run->left.count == 0)
		return status;
	run->ended_early = status != HANSARD_OK;
	const enum hansard_status counted = count_stays(run, marked_left, status == HANSARD_OK ? error : NULL);
	if (counted != HANSARD_OK) { /* what was moved is said all the same */
		run->ended_early = true;
		status = counted;
	}
	const enum hansard_status said = migrate_say(run, status == HANSARD_OK ? error : NULL);
	if (said != HANSARD_OK) {
		run->request->out.size = 0;
		return status == HANSARD_OK ? said : status;
	}
	run->request->answered = true;
	return status == HANSARD_OK ? left_conclude(&run->left, error) : status;
}

enum hansard_status hansard_migrate(struct hansard *store, const struct hansard_migrate_request *asked,
									struct hansard_output *ret_out, struct hansard_error *error)
{
	struct session_request request;
	struct migration run = {.request = &request,
							.action = asked->cancel    ? MIGRATE_CANCEL
									  : asked->release ? MIGRATE_RELEASE
													   : MIGRATE_MOVE,
							.dry_run = asked->dry_run,
							.named = asked->dialogue_count > 0,
							.to = text_of_string(asked->to != NULL ? asked->to : "")};
	const bool keeps = store->marks.read_only;
	enum hansard_status status = session_begin(&request, store, error);
	run.left.arena = request.arena;
	store->marks.read_only = keeps || asked->dry_run;
	if (status == HANSARD_OK)
		status = migrate(&run, asked, error);
	struct hansard_error why;
	if (run.target != NULL && vault_take_unmarked(run.target, &why) && status == HANSARD_OK) {
		error_set(error, HANSARD_FAILED, "unmarked", "what was asked is done, but a mark cannot be kept: %s",
				  why.message);
		error_hint(error, "once that is mended, hansard verify, with the other store configured, keeps the marks");
		status = HANSARD_FAILED;
	}
	vault_destroy(run.target);
	store->marks.read_only = keeps;
	status = session_finish(&request, status, ret_out, error);
	backend_close(&store->target);
	return status;
}
