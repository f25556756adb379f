/*
 * Documents that carry their record (document_form.h). Such a document is the whole of what is read, or it is kept
 * unread: what stands beside it is what it was written from, and would be counted twice.
 */
#include "derive_rules.h"
#include "document_form.h"
#include "error.h"

static struct text content_of(const struct work_file *file)
{
	return (struct text){.data = (const char *)file->content.data, .size = file->content.size};
}

/* Something that the rules read. */
static bool is_read(const struct work_file *file)
{
	return file->scan != NULL || file->kind == FILE_KIND_PANEL || file->kind == FILE_KIND_POOL;
}

/* The document that is read: the last in order of path, when nothing else is. */
static struct work_file *find_document(struct derive_work *work)
{
	struct work_file *document = NULL;
	bool alone = true;
	for (size_t i = 0; i < work->file_count; i++) {
		document = work->files[i].carries ? &work->files[i] : document;
		alone = alone && !is_read(&work->files[i]);
	}
	for (size_t i = 0; i < work->file_count; i++) {
		const struct work_file *file = &work->files[i];
		if (file->carries && !(alone && file == document))
			derive_work_report(work, PROBLEM_KEPT_UNREAD, (struct work_place){.file = file}, TEXT_ABSENT,
							   "the document was written from a record: beside other files of the dialogue it is kept, "
							   "not read");
	}
	return alone ? document : NULL;
}

static void report(struct derive_work *work, const struct work_file *file, const struct problem_list *problems)
{
	for (size_t i = 0; i < problems->count; i++) {
		struct problem problem = problems->items[i];
		problem.file = file->path;
		problem.warning = true; /* an import refuses nothing */
		problem_add(work->problems, &problem);
	}
	if (problem_errors(problems) > 0)
		derive_work_report(work, PROBLEM_KEPT_UNREAD, (struct work_place){.file = file}, TEXT_ABSENT,
						   "the record in the document cannot be read: what stands outside its quotes is read as if a "
						   "person had written it");
}

/* Reads the prose of a document by the rules. */
static void read_prose(struct derive_work *work, struct work_file *file)
{
	struct text prose;
	if (derive_work_done(work, document_form_prose(work->arena, content_of(file), &prose)) &&
		derive_work_done(work, scan_read(work->arena, file->path, prose, &file->scan, NULL) == HANSARD_OK))
		work->count.parsed++;
}

/* What belongs to this import and not to the document. */
static void settle(struct derive_work *work, struct record *record)
{
	struct entity_meta *meta = record_meta(record);
	record->dialogue_id = work->request->dialogue_id;
	if (meta != NULL)
		meta->source_key = work->request->source_key;
	derive_emit_files(work, record);
	work->count.parsed++;
}

enum hansard_status derive_document_read(struct derive_work *work, struct record *ret_record, bool *ret_read,
										 struct hansard_error *error)
{
	struct work_file *file = find_document(work);
	struct problem_list problems;
	*ret_read = false;
	if (file == NULL)
		return HANSARD_OK;
	problem_begin(&problems, work->arena);
	const enum hansard_status status = document_form_read(work->arena, content_of(file), &problems, ret_record, error);
	if (status != HANSARD_OK || problems.exhausted)
		return error_memory(error);
	report(work, file, &problems);
	*ret_read = problem_errors(&problems) == 0;
	if (*ret_read)
		settle(work, ret_record);
	else
		read_prose(work, file);
	return work->exhausted ? error_memory(error) : HANSARD_OK;
}
