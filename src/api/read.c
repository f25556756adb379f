/*
 * Questions about the record.
 */
#include "count.h"
#include "derive.h"
#include "disk.h"
#include "document.h"
#include "error.h"
#include "exchange.h"
#include "gone.h"
#include "library.h"
#include "report.h"
#include "session.h"
#include "undated.h"
#include "unfinished.h"
#include "utf8.h"

static bool moment_text(struct arena *arena, int64_t micros, struct text *ret_text)
{
	char text[MOMENT_SIZE];
	return moment_format(micros, text) &&
		   arena_copy_text(arena, (struct text){.data = text, .size = sizeof text}, ret_text);
}

static enum hansard_status write_similar(struct session_request *request, const struct hansard_list_request *list,
										 struct hansard_error *error)
{
	struct dialogue *dialogue;
	enum hansard_status status = session_dialogue(request, list->similar_to, &dialogue, error);
	if (status != HANSARD_OK)
		return status;
	struct library_similar *similar;
	size_t count;
	struct left_list left = {.arena = request->arena};
	const struct library_similar_request wanted = {.limit = list->limit > 0 ? list->limit : 10, .left = &left};
	struct gone_heads heads;
	status = library_similar(dialogue, &wanted, request->arena, &similar, &count, error);
	if (status == HANSARD_OK)
		status = gone_add(request, &left, &heads, error);
	if (status == HANSARD_OK)
		status = report_similar(request, similar, count, &left, error);
	return status == HANSARD_OK ? left_conclude(&left, error) : status;
}

/* How many dialogues the index has behind a cursor. */
static enum hansard_status count_more(struct session_request *request, enum dialogue_status wanted, struct text cursor,
									  size_t *ret_more, struct hansard_error *error)
{
	struct store_engine *engine = request->store->engine;
	struct analytics_request rest = {
		.tenant = vault_tenant(request->store->vault), .status = wanted, .limit = 500, .cursor = cursor};
	for (*ret_more = 0; text_present(rest.cursor);) {
		struct analytics_page page;
		const enum hansard_status status = engine->analytics->dialogues(engine, &rest, request->arena, &page, error);
		if (status != HANSARD_OK)
			return status;
		*ret_more += page.count;
		rest.cursor = page.next;
	}
	return HANSARD_OK;
}

struct listed {
	struct view_dialogue *items;
	size_t count, capacity;
};

static bool enlist(struct arena *arena, struct listed *listed, const struct library_entry *entry)
{
	if (!arena_grow(arena, &listed->items, listed->count, &listed->capacity, sizeof *listed->items))
		return false;
	listed->items[listed->count++] = (struct view_dialogue){.id = entry->id, .record = &entry->record};
	return true;
}

/* Pages of dialogues until the limit; all of them when it is 0. The index has those without a date where their import stands:
   they are put behind all others. */
static enum hansard_status collect(struct session_request *request, enum dialogue_status wanted, size_t limit,
								   struct left_list *left, struct view_list *ret_list, struct hansard_error *error)
{
	struct listed dated = {0}, undated = {0};
	struct library_request page_request = {.status = wanted, .limit = 500, .cursor = TEXT_ABSENT, .left = left};
	struct library_page page;
	do {
		if (limit > 0 && limit - dated.count < page_request.limit)
			page_request.limit = limit - dated.count;
		enum hansard_status status = library_list(request->store->vault, &page_request, request->arena, &page, error);
		if (status != HANSARD_OK)
			return status;
		for (size_t i = 0; i < page.count; i++) {
			if (!enlist(request->arena, undated_record(&page.entries[i].record) ? &undated : &dated, &page.entries[i]))
				return error_memory(error);
		}
		page_request.cursor = page.next;
	} while (text_present(page.next) && (limit == 0 || dated.count < limit));
	size_t behind = 0;
	for (; behind < undated.count && (limit == 0 || dated.count < limit); behind++) {
		if (!arena_grow(request->arena, &dated.items, dated.count, &dated.capacity, sizeof *dated.items))
			return error_memory(error);
		dated.items[dated.count++] = undated.items[behind];
	}
	*ret_list = (struct view_list){.dialogues = dated.items, .count = dated.count, .next = page.next};
	if (!moment_text(request->arena, page.as_of, &ret_list->as_of))
		return error_memory(error);
	enum hansard_status status = count_more(request, wanted, page.next, &ret_list->more, error);
	ret_list->more += undated.count - behind;
	return status;
}

/* What the list does not show of the store: with all of its pages read, what is erased, and what was sent to another store. */
static enum hansard_status add_unshown(struct session_request *request, bool whole, struct left_list *left,
									   struct view_list *list, struct hansard_error *error)
{
	struct gone_heads heads = {.ids = NULL};
	const enum hansard_status status = gone_add(request, left, &heads, error);
	struct text *shown = arena_allocate_array(request->arena, list->count, sizeof(*shown));
	struct gone_heads rest;
	if (status != HANSARD_OK || !whole)
		return status;
	if (shown == NULL)
		return error_memory(error);
	for (size_t i = 0; i < list->count; i++)
		shown[i] = list->dialogues[i].id;
	gone_rest(&heads, shown, list->count, &rest);
	struct gone_unlisted unlisted;
	const enum hansard_status looked = gone_unlisted(request, &rest, left, &unlisted, error);
	if (looked != HANSARD_OK)
		return looked;
	list->erased = unlisted.erased;
	list->moved = unlisted.moved;
	list->other = backend_other(&request->store->settings);
	list->unfinished = unlisted.unfinished;
	const bool one = unlisted.unfinished.count == 1;
	return !unlisted.unfinished.present ||
				   unfinished_advice(request, one ? unlisted.unfinished.items[0] : TEXT_ABSENT, &list->advice)
			   ? HANSARD_OK
			   : error_memory(error);
}

static enum hansard_status write_list(struct session_request *request, const struct hansard_list_request *list,
									  struct hansard_error *error)
{
	unsigned wanted = DIALOGUE_ABSENT;
	if (list->similar_to != NULL)
		return write_similar(request, list, error);
	if (list->status != NULL && !vocabulary_find(&vocabulary_dialogue_status, text_of_string(list->status), &wanted)) {
		error_set(error, HANSARD_USAGE, "unknown_status", "\"%s\" is no state of a dialogue", list->status);
		error_hint(error, "the states are: open, converging, converged, abandoned");
		return HANSARD_USAGE;
	}
	struct view_list entries;
	struct left_list left = {.arena = request->arena};
	struct view_options options = session_view(request);
	options.left = &left;
	enum hansard_status status = collect(request, (enum dialogue_status)wanted, list->limit, &left, &entries, error);
	if (status == HANSARD_OK)
		status = add_unshown(request, wanted == DIALOGUE_ABSENT && !text_present(entries.next), &left, &entries, error);
	if (status == HANSARD_OK && list->ids && !options.json) {
		for (size_t i = 0; i < entries.count; i++) {
			if (!buffer_append_text(&request->out, entries.dialogues[i].id) ||
				!buffer_append_byte(&request->out, '\n')) {
				request->out.size = 0;
				return error_memory(error);
			}
		}
	} else if (status == HANSARD_OK) {
		status = view_dialogues(request->arena, &entries, &options, &request->out, error);
	}
	return status == HANSARD_OK ? left_conclude(&left, error) : status;
}

enum hansard_status hansard_list(struct hansard *store, const struct hansard_list_request *list,
								 struct hansard_output *ret_out, struct hansard_error *error)
{
	struct session_request request;
	enum hansard_status status = session_begin(&request, store, error);
	if (status == HANSARD_OK)
		status = write_list(&request, list, error);
	return session_finish(&request, status, ret_out, error);
}

/* An import that has not reached its end, also behind other commits where reading the history costs nothing. A history that is broken
   is no reason to show nothing: `verify` names it. */
static enum hansard_status find_import_part(struct session_request *request, struct dialogue *dialogue,
											struct hansard_error *error)
{
	struct dynamodb_engine_capacity capacity;
	struct hansard_error cause = {.status = HANSARD_OK};
	if (backend_capacity(&request->store->backend, &capacity))
		return HANSARD_OK;
	const enum hansard_status status = dialogue_find_import_part(dialogue, &cause);
	if (status == HANSARD_OK || status == HANSARD_VIOLATED)
		return HANSARD_OK;
	if (error != NULL)
		*error = cause;
	return status;
}

static enum hansard_status write_show(struct session_request *request, const struct hansard_show_request *show,
									  struct hansard_error *error)
{
	struct dialogue *dialogue;
	struct view_options options = session_view(request);
	request->restored = show->restored;
	request->tells_move = true;
	enum hansard_status status = session_dialogue(request, show->dialogue, &dialogue, error);
	if (status != HANSARD_OK)
		return status;
	if (show->problems)
		return report_of_dialogue(request, dialogue, error);
	if (show->progress)
		return view_progress(request->arena, &dialogue->record, &options, &request->out, error);
	if (show->events)
		return view_events(request->arena, &dialogue->record, &options, &request->out, error);
	if (show->moves)
		return view_moves(request->arena, &dialogue->record, &options, &request->out, error);
	if (show->references)
		return view_references(request->arena, &dialogue->record, &options, &request->out, error);
	if (show->entity_count == 0) {
		status = find_import_part(request, dialogue, error);
		return status == HANSARD_OK ? view_show(request->arena, &dialogue->record, &options, &request->out, error)
									: status;
	}
	struct text_list ids;
	if (!session_texts(request->arena, show->entities, show->entity_count, &ids))
		return error_memory(error);
	for (size_t i = 0; i < ids.count; i++) {
		if (utf8_valid(bytes_of_text(ids.items[i])))
			continue;
		error_set(error, HANSARD_USAGE, "invalid_id", "\"" ERROR_TEXT "\" is no id: it is not UTF-8",
				  ERROR_TEXT_ARGS(ids.items[i]));
		error_hint(error, "an id is one like P0102, a verdict's or an expert's name");
		return HANSARD_USAGE;
	}
	size_t missing = 0;
	struct view_options asked = options;
	asked.ret_missing = &missing;
	status = view_entities(request->arena, &dialogue->record, &ids, &asked, &request->out, error);
	if (status == HANSARD_OK && missing > 0) {
		status = error_set(error, HANSARD_NOT_FOUND, "entity_not_found", "%zu of %zu id%s %s not in this dialogue",
						   missing, ids.count, count_s(ids.count), count_are(missing));
		error_hint(error, "those that are there: hansard show " ERROR_TEXT,
				   ERROR_TEXT_ARGS(dialogue->record.dialogue_id));
	}
	return status;
}

enum hansard_status hansard_show(struct hansard *store, const struct hansard_show_request *show,
								 struct hansard_output *ret_out, struct hansard_error *error)
{
	struct session_request request;
	enum hansard_status status = session_begin(&request, store, error);
	if (status == HANSARD_OK)
		status = write_show(&request, show, error);
	return session_finish(&request, status, ret_out, error);
}

/* A view of one dialogue. */
typedef enum hansard_status view_function(struct arena *arena, const struct record *record,
										  const struct view_options *options, struct buffer *out,
										  struct hansard_error *error);

static enum hansard_status answer_view(struct hansard *store, const char *name, view_function *view,
									   struct hansard_output *ret_out, struct hansard_error *error)
{
	struct session_request request;
	struct dialogue *dialogue;
	enum hansard_status status = session_begin(&request, store, error);
	if (status == HANSARD_OK)
		status = session_dialogue(&request, name, &dialogue, error);
	if (status == HANSARD_OK) {
		struct view_options options = session_view(&request);
		status = view(request.arena, &dialogue->record, &options, &request.out, error);
	}
	return session_finish(&request, status, ret_out, error);
}

enum hansard_status hansard_scoreboard(struct hansard *store, const char *dialogue, struct hansard_output *ret_out,
									   struct hansard_error *error)
{
	return answer_view(store, dialogue, view_scoreboard, ret_out, error);
}

static enum hansard_status write_tensions(struct session_request *request,
										  const struct hansard_tensions_request *tensions, struct hansard_error *error)
{
	struct dialogue *dialogue;
	if (tensions->dialogue == NULL)
		return report_open_tensions(request, error);
	enum hansard_status status = session_dialogue(request, tensions->dialogue, &dialogue, error);
	if (status != HANSARD_OK)
		return status;
	struct view_tensions_options options = {
		.view = session_view(request), .open_only = tensions->open_only, .all = tensions->all};
	return view_tensions(request->arena, &dialogue->record, &options, &request->out, error);
}

enum hansard_status hansard_tensions(struct hansard *store, const struct hansard_tensions_request *tensions,
									 struct hansard_output *ret_out, struct hansard_error *error)
{
	struct session_request request;
	enum hansard_status status = session_begin(&request, store, error);
	if (status == HANSARD_OK)
		status = write_tensions(&request, tensions, error);
	return session_finish(&request, status, ret_out, error);
}

/* Which heads are in none of the numbers, and why, as a list says it. */
static enum hansard_status find_uncounted(struct session_request *request, struct gone_heads *heads,
										  const struct library_stats *stats, struct left_list *left,
										  struct gone_unlisted *ret_unlisted, struct hansard_error *error)
{
	struct gone_heads rest;
	gone_rest(heads, stats->ids, stats->id_count, &rest);
	return gone_unlisted(request, &rest, left, ret_unlisted, error);
}

/* How moves that are not ended are. */
static enum hansard_status say_unfinished(struct session_request *request, const struct text_list *ids,
										  struct hansard_error *error)
{
	struct text advice;
	return unfinished_advice(request, ids->count == 1 ? ids->items[0] : TEXT_ABSENT, &advice) &&
				   report_fold(request, 0,
							   "Of what is sealed it was not seen here that the other store has taken over: %.*s.",
							   (int)advice.size, advice.data)
			   ? HANSARD_OK
			   : error_memory(error);
}

static enum hansard_status write_stats(struct session_request *request, struct hansard_error *error)
{
	struct library_stats stats = {0};
	struct left_list left = {.arena = request->arena};
	struct gone_heads heads;
	struct gone_unlisted unlisted;
	enum hansard_status status = library_stats(request->store->vault, &left, &stats, error);
	if (status == HANSARD_OK)
		status = gone_add(request, &left, &heads, error);
	if (status == HANSARD_OK)
		status = find_uncounted(request, &heads, &stats, &left, &unlisted, error);
	if (status != HANSARD_OK)
		return status;
	const struct view_number numbers[] = {
		{"dialogues", "Dialogues", stats.dialogues[DIALOGUE_ABSENT]},
		{"open", "Dialogues open", stats.dialogues[DIALOGUE_OPEN]},
		{"converging", "Dialogues converging", stats.dialogues[DIALOGUE_CONVERGING]},
		{"converged", "Dialogues converged", stats.dialogues[DIALOGUE_CONVERGED]},
		{"abandoned", "Dialogues abandoned", stats.dialogues[DIALOGUE_ABANDONED]},
		{"imported_in_part", "Imported in part", stats.imported_in_part},
		{"rounds", "Rounds", stats.rounds},
		{"experts", "Experts", stats.experts},
		{"perspectives", "Perspectives", stats.perspectives},
		{"tensions", "Tensions", stats.tensions},
		{"tensions_open", "Tensions open", stats.tensions_open},
		{"tensions_resolved", "Tensions resolved", stats.tensions_resolved},
		{"recommendations", "Recommendations", stats.recommendations},
		{"evidence", "Evidence", stats.evidence},
		{"claims", "Claims", stats.claims},
		{"moves", "Moves", stats.moves},
		{"references", "References", stats.refs},
		{"verdicts", "Verdicts", stats.verdicts},
		{"files", "Files", stats.files},
		{"alignment", "ALIGNMENT of stated round scores", stats.score},
		{"converged_rounds", "Rounds of converged dialogues", stats.rounds_to_convergence},
		{"moved", "Moved to another store, not counted here", (int64_t)unlisted.moved.count},
		{"unfinished", "Sealed to be moved, not counted here", (int64_t)unlisted.unfinished.count},
	};
	/* Where nothing was moved nothing is said of moves. */
	const size_t idle = unlisted.unfinished.count > 0 ? 0 : unlisted.moved.count > 0 ? 1 : 2;
	struct view_options options = session_view(request);
	options.left = &left;
	status = view_numbers(numbers, sizeof numbers / sizeof numbers[0] - idle, "stats", &options, &request->out, error);
	if (status == HANSARD_OK && idle == 0 && !options.json)
		status = say_unfinished(request, &unlisted.unfinished, error);
	return status == HANSARD_OK ? left_conclude(&left, error) : status;
}

enum hansard_status hansard_stats(struct hansard *store, struct hansard_output *ret_out, struct hansard_error *error)
{
	struct session_request request;
	enum hansard_status status = session_begin(&request, store, error);
	if (status == HANSARD_OK)
		status = write_stats(&request, error);
	return session_finish(&request, status, ret_out, error);
}
