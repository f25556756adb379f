/*
 * Finding copies that an erasure did not reach, in the stores that the chain names as source.
 */
#include "fallback.h"

#include "commit_detail.h"
#include "error.h"
#include "limits.h"
#include "report.h"

bool fallback_release(struct session_request *request, struct text to, struct text from, struct text id,
					  struct text *ret_command)
{
	return arena_format(request->arena, ret_command,
						"hansard migrate --to %.*s %.*s --release --yes --set backend=%.*s", (int)to.size, to.data,
						(int)id.size, id.data, (int)from.size, from.data);
}

/* ---- the other store ---- */

/* Opens the other store of the configuration, unless it is open. */
static enum hansard_status open_other(struct hansard *store, struct text backend, struct hansard_error *error)
{
	if (store->target.engine != NULL)
		return HANSARD_OK;
	struct settings settings = store->settings;
	settings.values[SETTINGS_BACKEND].value = backend;
	const struct backend_request request = {.arena = store->arena, .options = &store->options, .settings = &settings};
	const enum hansard_status status = backend_open(&store->target, &request, error);
	if (status == HANSARD_OK)
		marks_over(&store->marks, text_is(backend, "dynamodb"), &store->target_marks);
	else
		backend_close(&store->target);
	return status;
}

/* Whether the other store has something of it: what it has and cannot be read here may be read by others. *ret_why: of one that could not be asked. */
static enum hansard_status look(struct hansard *store, struct text id, bool *ret_left, struct hansard_error *ret_why,
								struct hansard_error *error)
{
	struct vault *vault = NULL;
	struct vault_state *state;
	struct hansard_error cause = {.status = HANSARD_OK};
	struct arena *arena = arena_create(LIMIT_ARENA);
	if (arena == NULL)
		return error_memory(error);
	enum hansard_status status =
		session_vault_over(store, store->target.engine, &store->target_marks.slots, &vault, &cause);
	if (status == HANSARD_OK)
		status = vault_load(vault, id, arena, &state, &cause);
	vault_destroy(vault);
	arena_destroy(arena);
	const bool released = status == HANSARD_INVALID && strcmp(cause.kind, VAULT_RELEASED) == 0;
	*ret_left = !released && status != HANSARD_NOT_FOUND && !vault_seen_elsewhere(&cause);
	if (status == HANSARD_BUSY || status == HANSARD_UNREACHABLE || status == HANSARD_UNKNOWN ||
		status == HANSARD_FAILED)
		*ret_why = cause;
	if (!error_of_memory(&cause))
		return HANSARD_OK;
	if (error != NULL)
		*error = cause;
	return status;
}

/* ---- the chain ---- */

/* The newest commit of the chain that names each source, by which what that has left was made. */
static enum hansard_status take_sources(struct session_request *request, const struct vault_report *report,
										struct fallback_list *ret_list, struct hansard_error *error)
{
	const struct text own = request->store->engine->ops->identity(request->store->engine);
	struct fallback_list list = {.items = arena_allocate_array(request->arena, report->commits, sizeof(*list.items))};
	struct text *seen = arena_allocate_array(request->arena, report->commits, sizeof(*seen));
	size_t seen_count = 0;
	if (list.items == NULL || seen == NULL)
		return error_memory(error);
	for (size_t i = report->commits; i > 0; i--) {
		const struct commit *commit = &report->chain[i - 1];
		const struct commit_detail_place place = {.operation = commit->operation, .rev = commit->rev};
		struct commit_detail detail;
		size_t k = 0;
		if (!text_is(commit->operation, "migrate-in"))
			continue;
		if (!commit_detail_read(place, commit->detail, &detail))
			return error_set(error, HANSARD_VIOLATED, "invalid_commit",
							 "commit %" PRId64 " does not say where it came from", commit->rev);
		while (k < seen_count && !text_equal(seen[k], detail.source))
			k++;
		if (k < seen_count)
			continue;
		seen[seen_count++] = detail.source;
		if (!text_equal(detail.source, own) && commit->rev < report->erased_rev)
			list.items[list.count++] = (struct fallback){
				.store = detail.source, .state = FALLBACK_ELSEWHERE, .release = TEXT_ABSENT, .why = TEXT_ABSENT};
	}
	*ret_list = list;
	return HANSARD_OK;
}

/* How one of the other backend stands. *ret_left: false where it has nothing of it any more. */
static enum hansard_status judge(struct session_request *request, struct text id, struct fallback *one, bool *ret_left,
								 struct hansard_error *error)
{
	struct hansard *store = request->store;
	const struct text other = text_of_string(backend_other(&store->settings));
	struct hansard_error cause = {.status = HANSARD_OK};
	*ret_left = true;
	if (!text_starts_with(one->store, other) || one->store.data[other.size] != ':')
		return HANSARD_OK;
	if (!fallback_release(request, store->settings.values[SETTINGS_BACKEND].value, other, id, &one->release))
		return error_memory(error);
	if (open_other(store, other, &cause) != HANSARD_OK) {
		one->state = FALLBACK_UNKNOWN;
		return arena_copy_text(request->arena, text_of_string(cause.message), &one->why) ? HANSARD_OK
																						 : error_memory(error);
	}
	if (!text_equal(one->store, store->target.engine->ops->identity(store->target.engine))) {
		one->release = TEXT_ABSENT;
		return HANSARD_OK;
	}
	one->state = FALLBACK_LEFT;
	const enum hansard_status status = look(store, id, ret_left, &cause, error);
	if (status != HANSARD_OK || cause.status == HANSARD_OK)
		return status;
	one->state = FALLBACK_UNKNOWN;
	return arena_copy_text(request->arena, text_of_string(cause.message), &one->why) ? HANSARD_OK : error_memory(error);
}

enum hansard_status fallback_find(struct session_request *request, struct text id, const struct vault_report *report,
								  struct fallback_list *ret_list, struct hansard_error *error)
{
	struct fallback_list list = {.count = 0};
	size_t kept = 0;
	enum hansard_status status = take_sources(request, report, &list, error);
	for (size_t i = 0; status == HANSARD_OK && i < list.count; i++) {
		bool left;
		status = judge(request, id, &list.items[i], &left, error);
		if (status == HANSARD_OK && left)
			list.items[kept++] = list.items[i];
	}
	if (status == HANSARD_OK)
		*ret_list = (struct fallback_list){.items = list.items, .count = kept};
	return status;
}

/* ---- words ---- */

static bool say_one(struct session_request *request, const struct fallback *one)
{
	const struct text store = session_clean(request, one->store);
	bool good = true;
	switch (one->state) {
	case FALLBACK_LEFT:
		good = report_fold(request, 0,
						   "It was not erased in " ERROR_TEXT
						   ", which it was moved from, and can still be read there. Delete that copy:",
						   ERROR_TEXT_ARGS(store));
		break;
	case FALLBACK_UNKNOWN:
		good = report_fold(request, 0,
						   "It was not erased in " ERROR_TEXT
						   ", which it was moved from, and that could not be looked at: " ERROR_TEXT
						   ". What it may have is deleted by",
						   ERROR_TEXT_ARGS(store), ERROR_TEXT_ARGS(session_clean(request, one->why)));
		break;
	case FALLBACK_ELSEWHERE:
		good =
			report_fold(request, 0,
						"It was not erased in " ERROR_TEXT
						", which it was moved from: this configuration does not name that store. Unless it was "
						"released there, it can still be read: configure that store beside this one, and release it.",
						ERROR_TEXT_ARGS(store));
		break;
	}
	return good && (!text_present(one->release) ||
					session_say(request, "    %.*s\n", (int)one->release.size, one->release.data));
}

bool fallback_say(struct session_request *request, const struct fallback_list *list)
{
	bool good = true;
	for (size_t i = 0; good && i < list->count; i++)
		good = say_one(request, &list->items[i]);
	return good;
}

void fallback_write(struct answer *answer, const struct fallback_list *list)
{
	static const char *const words[] = {
		[FALLBACK_LEFT] = "left", [FALLBACK_UNKNOWN] = "unknown", [FALLBACK_ELSEWHERE] = "elsewhere"};
	answer_array(answer, "sources");
	for (size_t i = 0; i < list->count; i++) {
		answer_object(answer, NULL);
		answer_text(answer, "store", list->items[i].store);
		answer_string(answer, "state", words[list->items[i].state]);
		answer_text(answer, "release", list->items[i].release);
		answer_end(answer);
	}
	answer_end(answer);
}
