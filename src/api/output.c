/*
 * The record as documents: markdown, the JSON export, the kept files.
 */
#include "answer.h"
#include "disk.h"
#include "document.h"
#include "error.h"
#include "exchange.h"
#include "session.h"

static enum hansard_status write_document(struct session_request *request, const char *name,
										  struct hansard_error *error)
{
	struct dialogue *dialogue;
	enum hansard_status status = session_dialogue(request, name, &dialogue, error);
	if (status != HANSARD_OK)
		return status;
	const struct entity_meta *meta = record_meta(&dialogue->record);
	struct text place =
		meta != NULL && text_present(meta->output_dir) ? meta->output_dir : dialogue->record.dialogue_id;
	if (request->store->options.format != HANSARD_JSON)
		return document_write(request->arena, &dialogue->record, place, &request->out, error);
	struct buffer document;
	buffer_init(&document, LIMIT_DOCUMENT);
	status = document_write(request->arena, &dialogue->record, place, &document, error);
	if (status == HANSARD_OK) {
		struct answer answer;
		answer_begin(&answer, &request->out, "document");
		answer_text(&answer, "dialogue_id", dialogue->record.dialogue_id);
		answer_text(&answer, "markdown", buffer_text(&document));
		status = answer_finish(&answer, error);
	}
	buffer_finish(&document);
	return status;
}

enum hansard_status hansard_render(struct hansard *store, const char *dialogue, struct hansard_output *ret_out,
								   struct hansard_error *error)
{
	struct session_request request;
	enum hansard_status status = session_begin(&request, store, error);
	if (status == HANSARD_OK)
		status = write_document(&request, dialogue, error);
	return session_finish(&request, status, ret_out, error);
}

enum hansard_status hansard_export(struct hansard *store, const char *name, struct hansard_output *ret_out,
								   struct hansard_error *error)
{
	struct session_request request;
	struct dialogue *dialogue;
	enum hansard_status status = session_begin(&request, store, error);
	if (status == HANSARD_OK)
		status = session_dialogue(&request, name, &dialogue, error);
	if (status == HANSARD_OK)
		status = dialogue_contents(dialogue, error);
	if (status == HANSARD_OK)
		status = exchange_write(request.arena, &dialogue->record, &request.out, error);
	return session_finish(&request, status, ret_out, error);
}

static bool list_written(struct session_request *request, const struct disk_file *files, size_t count,
						 struct text directory)
{
	if (request->store->options.format != HANSARD_JSON) {
		struct text line;
		directory = session_clean(request, directory);
		return arena_format(request->arena, &line, "Wrote %zu file%s to %.*s\n", count, count == 1 ? "" : "s",
							(int)directory.size, directory.data) &&
			   buffer_append_text(&request->out, line);
	}
	struct answer answer;
	answer_begin(&answer, &request->out, "files");
	answer_text(&answer, "directory", directory);
	answer_array(&answer, "files");
	for (size_t i = 0; i < count; i++) {
		answer_object(&answer, NULL);
		answer_text(&answer, "path", files[i].path);
		answer_integer(&answer, "size", (int64_t)files[i].content.size);
		answer_end(&answer);
	}
	answer_end(&answer);
	return answer_finish(&answer, NULL) == HANSARD_OK;
}

static enum hansard_status write_files(struct session_request *request, const char *name, struct text directory,
									   struct hansard_error *error)
{
	struct dialogue *dialogue;
	enum hansard_status status = session_dialogue(request, name, &dialogue, error);
	if (status == HANSARD_OK)
		status = dialogue_contents(dialogue, error);
	if (status != HANSARD_OK)
		return status;
	const struct record_list *list = &dialogue->record.lists[ENTITY_FILE];
	struct disk_file *files = arena_allocate_array(request->arena, list->count, sizeof *files);
	if (files == NULL)
		return error_memory(error);
	for (size_t i = 0; i < list->count; i++) {
		const struct entity_file *file = (const struct entity_file *)list->items[i];
		files[i] = (struct disk_file){.path = file->path, .content = file->head.content};
	}
	const struct hansard_options *options = &request->store->options;
	const struct disk_writing writing = {.path = directory,
										 .files = files,
										 .count = list->count,
										 .interrupted = options->interrupted,
										 .context = options->interrupted_context};
	status = disk_write_folder(request->arena, &writing, error);
	if (status != HANSARD_OK)
		return status;
	request->written = true;
	return list_written(request, files, list->count, directory) ? HANSARD_OK : error_memory(error);
}

static enum hansard_status refuse_nowhere(struct hansard_error *error)
{
	error_set(error, HANSARD_USAGE, "missing_directory", "no folder is named to write to");
	error_hint(error, "name a new or an empty one");
	return HANSARD_USAGE;
}

enum hansard_status hansard_export_files(struct hansard *store, const char *dialogue, const char *directory,
										 struct hansard_output *ret_out, struct hansard_error *error)
{
	struct session_request request;
	enum hansard_status status = session_begin(&request, store, error);
	if (status == HANSARD_OK)
		status = directory != NULL && directory[0] != '\0'
					 ? write_files(&request, dialogue, text_of_string(directory), error)
					 : refuse_nowhere(error);
	return session_finish(&request, status, ret_out, error);
}
