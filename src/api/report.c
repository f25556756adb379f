/*
 * Reports.
 */
#include "report.h"

#include "answer.h"
#include "error.h"

enum hansard_status report_derive(struct session_request *request, struct dialogue *dialogue,
								  struct derive_result *ret_result, struct hansard_error *error)
{
	const struct record_list *list = &dialogue->record.lists[ENTITY_FILE];
	const struct entity_meta *meta = record_meta(&dialogue->record);
	struct derive_file *files = arena_allocate_array(request->arena, list->count, sizeof *files);
	if (files == NULL)
		return error_memory(error);
	enum hansard_status status = session_contents(dialogue, error);
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

enum hansard_status report_problems(struct session_request *request, struct text id,
									const struct problem_list *problems, struct hansard_error *error)
{
	struct view_report report = {.dialogue_id = id, .problems = problems, .batch = true};
	const struct view_options options = session_view(request);
	return view_problems(request->arena, &report, &options, &request->out, error);
}

enum hansard_status report_similar(struct session_request *request, const struct library_similar *similar, size_t count,
								   struct hansard_error *error)
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
	}
	return good ? HANSARD_OK : error_memory(error);
}

/* One open tension of a list across dialogues. */
static bool write_tension(struct session_request *request, struct answer *answer, const struct analytics_item *item)
{
	struct display_id id;
	char text[DISPLAY_ID_SIZE];
	struct entity_head head = {.type = ENTITY_TENSION, .subkey = item->key.subkey};
	struct text line;
	if (!display_id_of(&head, &id))
		return true;
	struct text shown = display_id_format(id, text);
	if (request->store->options.format != HANSARD_JSON)
		return arena_format(request->arena, &line, "%-7.*s %-10.*s %.*s\n", (int)shown.size, shown.data,
							(int)item->status.size, item->status.data, (int)item->dialogue_id.size,
							item->dialogue_id.data) &&
			   buffer_append_text(&request->out, line);
	answer_object(answer, NULL);
	answer_text(answer, "dialogue_id", item->dialogue_id);
	answer_text(answer, "id", shown);
	answer_text(answer, "status", item->status);
	answer_end(answer);
	return true;
}

enum hansard_status report_open_tensions(struct session_request *request, struct hansard_error *error)
{
	struct store_engine *engine = request->store->engine;
	struct analytics_request page_request = {
		.tenant = vault_tenant(request->store->vault), .limit = 500, .cursor = TEXT_ABSENT};
	struct answer answer;
	bool good = true, as_json = request->store->options.format == HANSARD_JSON;
	struct analytics_page page;
	if (as_json) {
		answer_begin(&answer, &request->out, "open_tensions");
		answer_array(&answer, "tensions");
	}
	do {
		enum hansard_status status = engine->analytics->tensions(engine, &page_request, request->arena, &page, error);
		if (status != HANSARD_OK) {
			request->out.size = 0;
			return status;
		}
		for (size_t i = 0; i < page.count && good; i++)
			good = write_tension(request, &answer, &page.items[i]);
		page_request.cursor = page.next;
	} while (good && text_present(page.next));
	if (as_json) {
		char as_of[MOMENT_SIZE];
		answer_end(&answer);
		if (moment_format(page.as_of, as_of)) {
			answer_text(&answer, "as_of", (struct text){.data = as_of, .size = sizeof as_of});
		}
		good = answer_finish(&answer, error) == HANSARD_OK && good;
	} else if (good && request->out.size == 0) {
		good = buffer_append_string(&request->out, "No open tension in any dialogue.\n");
	}
	if (!good)
		request->out.size = 0;
	return good ? HANSARD_OK : error_memory(error);
}
