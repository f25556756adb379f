/*
 * The order in which a set of files is read. Each step needs what those before it found: who sits on panels before which
 * files are responses, who speaks before what is said, registers before whose tension is meant.
 */
#include "derive.h"

#include <stdlib.h>

#include "derive_fact.h"
#include "derive_rules.h"
#include "derive_text.h"
#include "document_form.h"
#include "error.h"
#include "slug.h"

static void (*const steps[])(struct derive_work *work) = {
	derive_panels_read,    derive_parts_rounds,    derive_people_tables,  derive_files_responses, derive_parts_voices,
	derive_people_answers, derive_fields_read,     derive_scores_read,    derive_meta_read,       derive_fact_settle,
	derive_series_settle,  derive_statements_read, derive_registers_read, derive_tensions_match,  derive_markers_read,
	derive_changes_judge,  derive_verdict_read,    derive_unread_tables,  derive_unread_broken,
};

struct ordered {
	struct problem problem;
	size_t order;
};

static int compare_problems(const void *left, const void *right)
{
	const struct ordered *a = left, *b = right;
	int difference = text_compare(a->problem.file, b->problem.file);
	if (difference == 0)
		difference = (a->problem.line > b->problem.line) - (a->problem.line < b->problem.line);
	return difference != 0 ? difference : (a->order > b->order) - (a->order < b->order);
}

/* How far back on its line a problem is looked for. */
enum { NEIGHBOURS = 32 };

static bool same_problem(const struct problem *a, const struct problem *b)
{
	return a->code == b->code && a->line == b->line && text_equal(a->file, b->file) && text_equal(a->value, b->value) &&
		   text_equal(a->message, b->message);
}

/* In order of file and line, each once. */
static bool order_problems(struct arena *arena, struct problem_list *problems)
{
	struct ordered *ordered = arena_allocate_array(arena, problems->count + 1, sizeof(*ordered));
	if (ordered == NULL || problems->exhausted)
		return false;
	for (size_t i = 0; i < problems->count; i++)
		ordered[i] = (struct ordered){.problem = problems->items[i], .order = i};
	if (problems->count > 1)
		qsort(ordered, problems->count, sizeof(*ordered), compare_problems);
	size_t kept = 0;
	for (size_t i = 0; i < problems->count; i++) {
		bool again = false;
		for (size_t j = kept; j-- > 0 && kept - j <= NEIGHBOURS && !again &&
							  problems->items[j].line == ordered[i].problem.line &&
							  text_equal(problems->items[j].file, ordered[i].problem.file);)
			again = same_problem(&problems->items[j], &ordered[i].problem);
		if (!again)
			problems->items[kept++] = ordered[i].problem;
	}
	problems->count = kept;
	return true;
}

static enum hansard_status read_all(struct derive_work *work, struct record *ret_record, bool *ret_carried,
									struct hansard_error *error)
{
	bool read = false;
	derive_files_read(work);
	if (work->exhausted)
		return error_memory(error);
	const enum hansard_status status = derive_document_read(work, ret_record, &read, error);
	*ret_carried = read;
	if (status != HANSARD_OK || read)
		return status;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		steps[i](work);
		if (work->exhausted || work->problems->exhausted)
			return error_memory(error);
	}
	return derive_emit_record(work, ret_record, error);
}

enum hansard_status derive_record(struct arena *arena, const struct derive_request *request,
								  struct derive_result *ret_result, struct hansard_error *error)
{
	struct problem_list problems;
	struct derive_result result = {.count = {0}};
	problem_begin(&problems, arena);
	struct derive_work *work = arena_allocate(arena, sizeof(*work));
	if (work == NULL)
		return error_memory(error);
	*work = (struct derive_work){.arena = arena,
								 .request = request,
								 .problems = &problems,
								 .insight_rank = -1,
								 .pool_rank = -1,
								 .register_until = WORK_NO_ROUND};
	const enum hansard_status status = read_all(work, &result.record, &result.carried, error);
	if (status != HANSARD_OK)
		return status;
	if (!order_problems(arena, &problems))
		return error_memory(error);
	result.problems = problems;
	result.count = work->count;
	*ret_result = result;
	return HANSARD_OK;
}

static const char *const document_endings[] = {".dialogue.recorded.md", ".dialogue.md"};

bool derive_carries(struct bytes content)
{
	return content.size > 0 &&
		   document_form_opens((struct text){.data = (const char *)content.data, .size = content.size});
}

bool derive_is_document(struct text name)
{
	for (size_t i = 0; i < sizeof(document_endings) / sizeof(document_endings[0]); i++)
		if (derive_text_ends(name, document_endings[i]))
			return true;
	return false;
}

/* Offset behind `2026-02-06T1839Z-`, 0 when a name does not begin so. */
static size_t leading_time(struct text name)
{
	static const char form[] = "dddd-dd-ddTdddd";
	size_t at = 0;
	for (; form[at] != '\0'; at++) {
		bool digit = at < name.size && name.data[at] >= '0' && name.data[at] <= '9';
		if (form[at] == 'd' ? !digit : at >= name.size || name.data[at] != form[at])
			return 0;
	}
	while (at < name.size && at < 17 && name.data[at] >= '0' && name.data[at] <= '9')
		at++;
	if (at + 1 >= name.size || name.data[at] != 'Z' || name.data[at + 1] != '-')
		return 0;
	return at + 2;
}

bool derive_is_dated(struct text name)
{
	return leading_time(name) > 0;
}

bool derive_identity(struct arena *arena, struct text name, struct text *ret_source_key, struct text *ret_id)
{
	struct text key = name, id, copy;
	for (size_t i = 0; i < sizeof(document_endings) / sizeof(document_endings[0]); i++)
		if (derive_text_ends(key, document_endings[i])) {
			key = text_slice(key, 0, key.size - text_of_string(document_endings[i]).size);
			break;
		}
	if (!arena_copy_text(arena, key, &copy) ||
		!slug_make(arena, text_slice(copy, leading_time(copy), copy.size), LIMIT_DIALOGUE_ID, &id))
		return false;
	*ret_source_key = copy;
	*ret_id = id.size > 0 ? id : TEXT("dialogue");
	return true;
}
