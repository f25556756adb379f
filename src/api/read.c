/*
 * Questions about the record.
 */
#include "base64.h"
#include "count.h"
#include "derive.h"
#include "disk.h"
#include "document.h"
#include "error.h"
#include "exchange.h"
#include "library.h"
#include "report.h"
#include "session.h"
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
	status = library_similar(dialogue, &wanted, request->arena, &similar, &count, error);
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

/* Pages of dialogues until the limit; all of them when it is 0. */
static enum hansard_status collect(struct session_request *request, enum dialogue_status wanted, size_t limit,
								   struct left_list *left, struct view_list *ret_list, struct hansard_error *error)
{
	struct view_dialogue *entries = NULL;
	size_t count = 0, capacity = 0;
	struct library_request page_request = {.status = wanted, .limit = 500, .cursor = TEXT_ABSENT, .left = left};
	struct library_page page;
	do {
		if (limit > 0 && limit - count < page_request.limit)
			page_request.limit = limit - count;
		enum hansard_status status = library_list(request->store->vault, &page_request, request->arena, &page, error);
		if (status != HANSARD_OK)
			return status;
		for (size_t i = 0; i < page.count; i++) {
			if (!arena_grow(request->arena, &entries, count, &capacity, sizeof *entries))
				return error_memory(error);
			entries[count++] = (struct view_dialogue){.id = page.entries[i].id, .meta = page.entries[i].meta};
		}
		page_request.cursor = page.next;
	} while (text_present(page.next) && (limit == 0 || count < limit));
	*ret_list = (struct view_list){.dialogues = entries, .count = count, .next = page.next};
	if (!moment_text(request->arena, page.as_of, &ret_list->as_of))
		return error_memory(error);
	return count_more(request, wanted, page.next, &ret_list->more, error);
}

static enum hansard_status pass_over(void *context, struct text id)
{
	(void)context;
	(void)id;
	return HANSARD_OK;
}

/* Where nothing is listed, no mark was looked at yet: a store that was put back may look empty where marks cannot be read. */
static enum hansard_status check_marks(struct session_request *request, struct hansard_error *error)
{
	const struct vault_marks *marks = &request->store->marks.slots;
	struct hansard_error cause = {0};
	const enum hansard_status status =
		marks->list(marks->context, vault_tenant(request->store->vault), pass_over, NULL, &cause);
	if (status == HANSARD_OK || status == HANSARD_INVALID) /* a stray name hides nothing */
		return HANSARD_OK;
	if (error != NULL)
		*error = cause;
	return status;
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
	if (status == HANSARD_OK && entries.count == 0)
		status = check_marks(request, error);
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

static enum hansard_status write_show(struct session_request *request, const struct hansard_show_request *show,
									  struct hansard_error *error)
{
	struct dialogue *dialogue;
	struct view_options options = session_view(request);
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
	if (show->entity_count == 0)
		return view_show(request->arena, &dialogue->record, &options, &request->out, error);
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

/* "12 perspectives, 3 tensions": what a commit wrote, by type. */
static bool summarise(struct arena *arena, const struct commit *commit, struct text *ret_summary)
{
	size_t counts[ENTITY_TYPE_COUNT] = {0};
	struct buffer buffer;
	for (size_t i = 0; i < commit->change_count; i++) {
		enum entity_type type;
		if (!commit->changes[i].removed && entity_type_find(commit->changes[i].type, &type))
			counts[type]++;
	}
	buffer_init(&buffer, LIMIT_COMMIT_BYTES);
	bool good = true;
	for (unsigned type = 0; type < ENTITY_TYPE_COUNT && good; type++) {
		if (counts[type] == 0 || type == ENTITY_META)
			continue;
		struct text part;
		const char *name = view_plural((enum entity_type)type, counts[type]);
		good = arena_format(arena, &part, "%s%zu %s", buffer.size > 0 ? ", " : "", counts[type], name) &&
			   buffer_append_text(&buffer, part);
	}
	good = good && arena_copy_text(arena, buffer_text(&buffer), ret_summary);
	buffer_finish(&buffer);
	return good;
}

static bool hex_text(struct arena *arena, struct bytes bytes, struct text *ret_text)
{
	struct buffer buffer;
	buffer_init(&buffer, 2 * DIGEST_SIZE);
	bool good = base64_hex_append(&buffer, bytes) && arena_copy_text(arena, buffer_text(&buffer), ret_text);
	buffer_finish(&buffer);
	return good;
}

static enum hansard_status write_log(struct session_request *request, const char *name, struct hansard_error *error)
{
	struct vault_state *state;
	struct commit *commits;
	size_t count;
	enum hansard_status status = session_state(request, name, &state, error);
	if (status == HANSARD_OK)
		status = vault_history(request->store->vault, state, 1, state->rev, request->arena, &commits, &count, error);
	if (status != HANSARD_OK)
		return status;
	struct view_commit *entries = arena_allocate_array(request->arena, count, sizeof *entries);
	if (entries == NULL)
		return error_memory(error);
	for (size_t i = 0; i < count; i++) {
		const struct commit *commit = &commits[count - 1 - i];
		const struct digest *hash = i == 0 ? &state->hash : &commits[count - i].previous;
		struct view_commit *entry = &entries[i];
		*entry = (struct view_commit){
			.rev = commit->rev, .time = commit->time, .actor = commit->actor, .operation = commit->operation};
		for (size_t j = 0; j < commit->change_count; j++)
			*(commit->changes[j].removed ? &entry->removed : &entry->written) += 1;
		if (!summarise(request->arena, commit, &entry->summary) ||
			!hex_text(request->arena, digest_view(hash), &entry->hash))
			return error_memory(error);
	}
	struct view_options options = session_view(request);
	return view_log(entries, count, &options, &request->out, error);
}

enum hansard_status hansard_log(struct hansard *store, const char *dialogue, struct hansard_output *ret_out,
								struct hansard_error *error)
{
	struct session_request request;
	enum hansard_status status = session_begin(&request, store, error);
	if (status == HANSARD_OK)
		status = write_log(&request, dialogue, error);
	return session_finish(&request, status, ret_out, error);
}

static enum hansard_status write_stats(struct session_request *request, struct hansard_error *error)
{
	struct library_stats stats = {0};
	struct left_list left = {.arena = request->arena};
	enum hansard_status status = library_stats(request->store->vault, &left, &stats, error);
	if (status != HANSARD_OK)
		return status;
	const struct view_number numbers[] = {
		{"dialogues", "Dialogues", stats.dialogues[DIALOGUE_ABSENT]},
		{"open", "  open", stats.dialogues[DIALOGUE_OPEN]},
		{"converging", "  converging", stats.dialogues[DIALOGUE_CONVERGING]},
		{"converged", "  converged", stats.dialogues[DIALOGUE_CONVERGED]},
		{"abandoned", "  abandoned", stats.dialogues[DIALOGUE_ABANDONED]},
		{"rounds", "Rounds", stats.rounds},
		{"experts", "Experts", stats.experts},
		{"perspectives", "Perspectives", stats.perspectives},
		{"tensions", "Tensions", stats.tensions},
		{"tensions_open", "  open", stats.tensions_open},
		{"tensions_resolved", "  resolved", stats.tensions_resolved},
		{"recommendations", "Recommendations", stats.recommendations},
		{"evidence", "Evidence", stats.evidence},
		{"claims", "Claims", stats.claims},
		{"moves", "Moves", stats.moves},
		{"references", "References", stats.refs},
		{"verdicts", "Verdicts", stats.verdicts},
		{"files", "Files", stats.files},
		{"alignment", "ALIGNMENT of stated round scores", stats.score},
		{"converged_rounds", "Rounds of converged dialogues", stats.rounds_to_convergence},
	};
	struct view_options options = session_view(request);
	options.left = &left;
	status = view_numbers(numbers, sizeof numbers / sizeof numbers[0], "stats", &options, &request->out, error);
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
