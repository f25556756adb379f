/*
 * Reports.
 */
#include "report.h"

#include <stdarg.h>

#include "answer.h"
#include "error.h"
#include "gone.h"
#include "page.h"
#include "tally.h"

enum hansard_status report_derive(struct session_request *request, struct dialogue *dialogue,
								  struct derive_result *ret_result, struct hansard_error *error)
{
	const struct record_list *list = &dialogue->record.lists[ENTITY_FILE];
	const struct entity_meta *meta = record_meta(&dialogue->record);
	struct derive_file *files = arena_allocate_array(request->arena, list->count, sizeof *files);
	if (files == NULL)
		return error_memory(error);
	enum hansard_status status = dialogue_contents(dialogue, error);
	if (status != HANSARD_OK)
		return status;
	size_t count = 0;
	for (size_t i = 0; i < list->count; i++) {
		const struct entity_file *file = (const struct entity_file *)list->items[i];
		if (file->source == FILE_ORIGIN_IMPORTED)
			files[count++] = (struct derive_file){.path = file->path, .content = file->head.content};
	}
	struct derive_request wanted = {
		.dialogue_id = dialogue->record.dialogue_id,
		.source_key = meta != NULL && text_present(meta->source_key) ? meta->source_key : dialogue->record.dialogue_id,
		.now = meta != NULL ? meta->created_at : TEXT("1970-01-01T00:00:00.000000Z"),
		.begun = meta != NULL && !text_present(meta->source_key),
		.files = files,
		.file_count = count,
	};
	return derive_record(request->arena, &wanted, ret_result, error);
}

enum hansard_status report_of_dialogue(struct session_request *request, struct dialogue *dialogue,
									   struct hansard_error *error)
{
	struct derive_result result;
	enum hansard_status status = report_derive(request, dialogue, &result, error);
	if (status != HANSARD_OK)
		return status;
	struct view_report report = {
		.dialogue_id = dialogue->record.dialogue_id,
		.problems = &result.problems,
		.files = result.count.files,
		.markers = result.count.markers,
		.recognised = result.count.recognised,
	};
	const struct view_options options = session_view(request);
	return view_problems(request->arena, &report, &options, &request->out, error);
}

enum { SUBJECT_INDENT = 2, REST_INDENT = 5, ITEM_INDENT = 4 };

static bool fold(struct session_request *request, size_t indent, struct text text)
{
	const struct view_options options = session_view(request);
	struct page page;
	page_begin(&page, request->arena, &request->out, options.width);
	page_fold(&page, indent, text);
	return page_finish(&page, NULL) == HANSARD_OK;
}

bool report_fold(struct session_request *request, size_t indent, const char *format, ...)
{
	char *line = NULL;
	va_list arguments;
	va_start(arguments, format);
	const int size = vasprintf(&line, format, arguments);
	va_end(arguments);
	if (size < 0)
		return false;
	const bool good = fold(request, indent, (struct text){.data = line, .size = (size_t)size});
	free(line);
	return good;
}

bool report_item(struct session_request *request, const char *text)
{
	const size_t start = request->out.size;
	if (!fold(request, ITEM_INDENT, text_of_string(text)))
		return false;
	request->out.data[start + ITEM_INDENT - 2] = '-'; /* among the blanks that it stands behind */
	return true;
}

bool report_pair(struct session_request *request, struct text subject, struct text rest)
{
	const struct view_options options = session_view(request);
	struct page page;
	page_begin(&page, request->arena, &request->out, options.width);
	if (SUBJECT_INDENT + subject.size + 2 + rest.size <= page.width) {
		page_fold(&page, SUBJECT_INDENT,
				  draft_format(&page.draft, "%.*s  %.*s", DRAFT_ARGS(subject), DRAFT_ARGS(rest)));
	} else {
		page_fold(&page, SUBJECT_INDENT, subject);
		page_fold(&page, REST_INDENT, rest);
	}
	return page_finish(&page, NULL) == HANSARD_OK;
}

enum hansard_status report_problems(struct session_request *request, struct text id,
									const struct problem_list *problems, struct hansard_error *error)
{
	struct view_report report = {.dialogue_id = id, .problems = problems, .batch = true};
	const struct view_options options = session_view(request);
	return view_problems(request->arena, &report, &options, &request->out, error);
}

enum hansard_status report_left(struct session_request *request, const struct left_list *left,
								struct hansard_error *error)
{
	const struct view_options options = session_view(request);
	struct page page;
	page_begin(&page, request->arena, &request->out, options.width);
	view_show_left(&page, left);
	return page_finish(&page, error);
}

enum hansard_status report_similar(struct session_request *request, const struct library_similar *similar, size_t count,
								   const struct left_list *left, struct hansard_error *error)
{
	bool good = true;
	if (request->store->options.format == HANSARD_JSON) {
		struct answer answer;
		answer_begin(&answer, &request->out, "similar");
		answer_array(&answer, "dialogues");
		for (size_t i = 0; i < count; i++) {
			answer_object(&answer, NULL);
			answer_text(&answer, "id", similar[i].id);
			answer_text(&answer, "title", similar[i].title);
			json_write_key(&answer.writer, "similarity");
			json_write_scaled(&answer.writer, similar[i].permille, 1000);
			answer_text(&answer, "shared", similar[i].shared);
			answer_end(&answer);
		}
		answer_end(&answer);
		view_write_left(&answer, left);
		good = answer_finish(&answer, error) == HANSARD_OK;
	} else {
		if (count == 0)
			good = buffer_append_string(&request->out, "No dialogue is like it.\n");
		for (size_t i = 0; i < count && good; i++) {
			struct text line;
			good =
				arena_format(request->arena, &line, "%3d.%d %%  %.*s\n         %.*s\n", (int)(similar[i].permille / 10),
							 (int)(similar[i].permille % 10), (int)similar[i].id.size, similar[i].id.data,
							 (int)similar[i].shared.size, similar[i].shared.data) &&
				buffer_append_text(&request->out, line);
		}
		good = good && report_left(request, left, error) == HANSARD_OK;
	}
	return good ? HANSARD_OK : error_memory(error);
}

/* Open tensions across dialogues: which there are the index says, what they say a verified load of each dialogue. */
struct open_tensions {
	struct session_request *request;
	struct answer answer; /* of JSON */
	bool as_json;
	bool begun; /* something has been written */
	struct left_list left;
};

static void answer_tension(struct open_tensions *run, const struct record *record, const struct entity_tension *tension)
{
	struct display_id id;
	char text[DISPLAY_ID_SIZE];
	if (!display_id_of(&tension->head, &id))
		return;
	answer_object(&run->answer, NULL);
	answer_text(&run->answer, "dialogue_id", record->dialogue_id);
	answer_text(&run->answer, "id", display_id_format(id, text));
	answer_text(&run->answer, "status", vocabulary_word(&vocabulary_tension_status, tension->status));
	answer_text(&run->answer, "label", tension->label);
	answer_end(&run->answer);
}

/* "    T0002   addressed  Who answers for an injury" */
static void show_tension(struct page *page, const struct entity_tension *tension)
{
	struct draft *draft = &page->draft;
	struct display_id id;
	char text[DISPLAY_ID_SIZE];
	if (!display_id_of(&tension->head, &id))
		return;
	const struct text shown = display_id_format(id, text);
	const struct text status = vocabulary_word(&vocabulary_tension_status, tension->status);
	page_entry(page,
			   (struct page_lead){4, 17, draft_format(draft, "%-7.*s %.*s", DRAFT_ARGS(shown), DRAFT_ARGS(status))},
			   tension->label);
}

/* The open tensions of one record, under its id. */
static enum hansard_status write_open(struct open_tensions *run, const struct record *record,
									  struct hansard_error *error)
{
	struct session_request *request = run->request;
	const struct record_list *list = &record->lists[ENTITY_TENSION];
	const struct view_options options = session_view(request);
	struct page page;
	bool named = false;
	page_begin(&page, record->arena, &request->out, options.width);
	for (size_t i = 0; i < list->count; i++) {
		const struct entity_tension *tension = (const struct entity_tension *)list->items[i];
		if (!tally_tension_open(tension))
			continue;
		if (run->as_json) {
			answer_tension(run, record, tension);
			continue;
		}
		if (!named && run->begun)
			draft_string(&page.draft, "\n");
		if (!named)
			page_line(&page, record->dialogue_id);
		show_tension(&page, tension);
		named = run->begun = true;
	}
	return page_finish(&page, error);
}

/* Opens a dialogue in an arena of its own. One that was erased since the index was read has no tensions. */
static enum hansard_status write_dialogue(struct open_tensions *run, struct text id, struct hansard_error *error)
{
	struct dialogue *dialogue;
	struct arena *arena = arena_create(LIMIT_ARENA);
	if (arena == NULL)
		return error_memory(error);
	struct hansard_error cause = {0};
	enum hansard_status status = dialogue_open(run->request->store->vault, id, arena, &dialogue, &cause);
	if (status == HANSARD_OK && dialogue->state->stale_indexes > 0)
		status = library_refuse_copies(id, &cause);
	else if (status == HANSARD_OK)
		status = write_open(run, &dialogue->record, &cause);
	else if (dialogue_gone(&cause))
		status = HANSARD_OK;
	if (status != HANSARD_OK && left_takes(&cause))
		status = left_add(&run->left, id, &cause) ? HANSARD_OK : error_memory(&cause);
	arena_destroy(arena);
	if (status != HANSARD_OK && error != NULL)
		*error = cause;
	return status;
}

/* Every dialogue that the index names, once: its tensions stand together there. */
static enum hansard_status write_dialogues(struct open_tensions *run, int64_t *ret_as_of, struct hansard_error *error)
{
	struct session_request *request = run->request;
	struct store_engine *engine = request->store->engine;
	struct analytics_request page_request = {
		.tenant = vault_tenant(request->store->vault), .limit = 500, .cursor = TEXT_ABSENT};
	struct analytics_page page;
	struct text last = TEXT_ABSENT;
	do {
		enum hansard_status status = engine->analytics->tensions(engine, &page_request, request->arena, &page, error);
		for (size_t i = 0; status == HANSARD_OK && i < page.count; i++) {
			const struct text id = page.items[i].dialogue_id;
			if (!text_present(last) || !text_equal(id, last))
				status = write_dialogue(run, id, error);
			last = id;
		}
		if (status != HANSARD_OK)
			return status;
		page_request.cursor = page.next;
	} while (text_present(page.next));
	*ret_as_of = page.as_of;
	return HANSARD_OK;
}

enum hansard_status report_open_tensions(struct session_request *request, struct hansard_error *error)
{
	struct open_tensions run = {.request = request,
								.as_json = request->store->options.format == HANSARD_JSON,
								.left = {.arena = request->arena}};
	int64_t as_of;
	if (run.as_json) {
		answer_begin(&run.answer, &request->out, "open_tensions");
		answer_array(&run.answer, "tensions");
	}
	struct gone_heads heads;
	enum hansard_status status = write_dialogues(&run, &as_of, error);
	if (status == HANSARD_OK)
		status = gone_add(request, &run.left, &heads, error);
	if (status != HANSARD_OK) {
		request->out.size = 0;
		return status;
	}
	if (run.as_json) {
		answer_end(&run.answer);
		answer_moment(&run.answer, "as_of", as_of);
		view_write_left(&run.answer, &run.left);
		status = answer_finish(&run.answer, error);
	} else if (!run.begun && run.left.count == 0) {
		status = buffer_append_string(&request->out, "No open tension in any dialogue.\n") ? HANSARD_OK
																						   : error_memory(error);
	} else {
		status = report_left(request, &run.left, error);
	}
	return status == HANSARD_OK ? left_conclude(&run.left, error) : status;
}
