/*
 * Views of commits, dialogues, problems and numbers: lists of what is not one record.
 */
#include "view.h"

#include "error.h"
#include "limits.h"
#include "undated.h"
#include "view_private.h"

/* Whether a restore declared anything lost: one for a copy of a store did not. */
static bool has_gap(const struct view_commit *commit)
{
	return commit->restores && commit->first_lost < commit->rev;
}

static enum hansard_status log_json(const struct view_log *log, struct buffer *out, struct hansard_error *error)
{
	const struct view_commit *commits = log->commits;
	struct answer answer;
	answer_begin(&answer, out, "log");
	answer_array(&answer, "commits");
	for (size_t i = 0; i < log->count; i++) {
		answer_object(&answer, NULL);
		answer_integer(&answer, "rev", commits[i].rev);
		answer_text(&answer, "time", commits[i].time);
		answer_text(&answer, "actor", commits[i].actor);
		answer_text(&answer, "operation", commits[i].operation);
		answer_integer(&answer, "written", (int64_t)commits[i].written);
		answer_integer(&answer, "removed", (int64_t)commits[i].removed);
		answer_text(&answer, "summary", commits[i].summary);
		answer_text(&answer, "hash", commits[i].hash);
		if (has_gap(&commits[i])) {
			answer_object(&answer, "lost");
			answer_integer(&answer, "first_rev", commits[i].first_lost);
			answer_integer(&answer, "last_rev", commits[i].rev - 1);
			answer_text(&answer, "last_hash", commits[i].lost_hash);
			answer_end(&answer);
		}
		answer_end(&answer);
	}
	answer_end(&answer);
	if (log->unerased_rev > 0)
		answer_integer(&answer, "unerased_rev", log->unerased_rev);
	return answer_finish(&answer, error);
}

/* What a restore declared lost, under it and so above what it stands on. */
static void show_gap(struct page *page, const struct view_commit *commit)
{
	const int64_t first = commit->first_lost, last = commit->rev - 1;
	if (!has_gap(commit))
		page_fold(page, 8, TEXT("nothing is lost: it belongs to this store from here on"));
	else if (first == last)
		page_fold(page, 8, draft_format(&page->draft, "commit %" PRId64 " is lost", last));
	else
		page_fold(page, 8, draft_format(&page->draft, "commits %" PRId64 " to %" PRId64 " are lost", first, last));
}

static void show_commit(struct page *page, const struct view_commit *commit)
{
	struct draft *draft = &page->draft;
	page_blank(page);
	page_entry(page, (struct page_lead){0, 6, draft_format(draft, "%" PRId64, commit->rev)},
			   draft_format(draft, "%.*s  %.*s%s%.*s", DRAFT_ARGS(survey_moment(draft, commit->time)),
							DRAFT_ARGS(commit->operation), commit->actor.size > 0 ? " by " : "",
							DRAFT_ARGS(commit->actor)));
	struct text changes = draft_format(draft, "%zu written", commit->written);
	if (commit->removed > 0)
		changes = draft_list(draft, changes, draft_format(draft, "%zu removed", commit->removed));
	if (commit->summary.size > 0)
		changes = draft_format(draft, "%.*s: %.*s", DRAFT_ARGS(changes), DRAFT_ARGS(commit->summary));
	page_fold(page, 8, changes);
	page_fold(page, 8, commit->hash);
	if (commit->restores)
		show_gap(page, commit);
}

enum hansard_status view_log(const struct view_log *log, const struct view_options *options, struct buffer *out,
							 struct hansard_error *error)
{
	if (options->json)
		return log_json(log, out, error);
	struct arena *arena = arena_create(LIMIT_ARENA);
	if (arena == NULL)
		return error_memory(error);
	struct page page;
	page_begin(&page, arena, out, options->width);
	if (log->unerased_rev > 0)
		page_fold(&page, 0,
				  draft_format(&page.draft,
							   "Its erasure, at or before commit %" PRId64
							   ", was seen here; a restore brought it back. Erase it anew.",
							   log->unerased_rev));
	if (log->count == 0)
		page_fold(&page, 0, TEXT("No commits."));
	for (size_t i = 0; i < log->count; i++)
		show_commit(&page, &log->commits[i]);
	const enum hansard_status status = page_finish(&page, error);
	arena_destroy(arena);
	return status;
}

void view_write_left(struct answer *answer, const struct left_list *left)
{
	if (left == NULL || left->count == 0)
		return;
	answer_array(answer, "left_out");
	for (size_t i = 0; i < left->count; i++) {
		answer_object(answer, NULL);
		answer_text(answer, "dialogue_id", left->items[i].id);
		answer_integer(answer, "code", error_exit_code(left->items[i].status));
		answer_text(answer, "kind", left->items[i].kind);
		answer_text(answer, "message", left->items[i].message);
		answer_text(answer, "hint", left->items[i].hint);
		answer_end(answer);
	}
	answer_end(answer);
}

void view_show_left(struct page *page, const struct left_list *left)
{
	for (size_t i = 0; left != NULL && i < left->count; i++) {
		if (i == 0)
			page_blank(page);
		page_line(page, draft_format(&page->draft, "LEFT OUT  %.*s: %.*s", DRAFT_ARGS(left->items[i].id),
									 DRAFT_ARGS(left->items[i].message)));
	}
}

static enum hansard_status dialogues_json(const struct view_list *list, const struct view_options *options,
										  struct buffer *out, struct hansard_error *error)
{
	struct answer answer;
	answer_begin(&answer, out, "dialogues");
	answer_text(&answer, "as_of", list->as_of);
	answer_array(&answer, "dialogues");
	for (size_t i = 0; i < list->count; i++) {
		const struct entity_meta *meta = record_meta(list->dialogues[i].record);
		answer_object(&answer, NULL);
		answer_text(&answer, "dialogue_id", list->dialogues[i].id);
		if (meta != NULL) {
			answer_text(&answer, "title", meta->title);
			answer_word(&answer, "status", &vocabulary_dialogue_status, meta->status);
			answer_text(&answer, undated_record(list->dialogues[i].record) ? "imported_at" : "created_at",
						meta->created_at);
			answer_text(&answer, "updated_at", meta->updated_at);
			if (!survey_is_import(list->dialogues[i].record, meta->converged_at))
				answer_text(&answer, "converged_at", meta->converged_at);
			answer_number(&answer, "total_rounds", meta->total_rounds);
			answer_number(&answer, "total_alignment", meta->total_alignment);
		}
		if (list->dialogues[i].record->import_part_rev > 0)
			answer_integer(&answer, "import_part_rev", list->dialogues[i].record->import_part_rev);
		answer_end(&answer);
	}
	answer_end(&answer);
	answer_text(&answer, "next", list->next);
	if (list->more > 0)
		answer_integer(&answer, "more", (int64_t)list->more);
	answer_texts(&answer, "erased", &list->erased);
	answer_texts(&answer, "moved", &list->moved);
	answer_texts(&answer, "unfinished", &list->unfinished);
	view_write_left(&answer, options->left);
	return answer_finish(&answer, error);
}

/* "; 4 rounds, ALIGNMENT 415", as said and by the record where these differ; "" where there is neither. */
static struct text scored(struct draft *draft, const struct survey *survey)
{
	const struct schema_integer said = survey->meta->total_rounds;
	const int64_t held = (int64_t)record_rounds(survey->record);
	const struct text total = survey_alignment(draft, survey);
	struct text line = TEXT("");
	const int64_t rounds = said.present ? said.value : held;
	if (rounds > 0 || said.present)
		line = draft_format(draft, "%" PRId64 " round%s", rounds, rounds == 1 ? "" : "s");
	if (rounds != held)
		line = draft_format(draft, "%.*s (record: %" PRId64 ")", DRAFT_ARGS(line), held);
	if (total.size > 0)
		line = draft_list(draft, line, draft_join(draft, TEXT("ALIGNMENT "), total));
	return line.size > 0 ? draft_join(draft, TEXT("; "), line) : line;
}

/* The id stands alone on its line, whole, so that it can be copied. */
static void show_dialogue(struct page *page, const struct view_dialogue *dialogue)
{
	struct draft *draft = &page->draft;
	struct survey survey;
	enum survey_computed computed;
	draft_text(draft, dialogue->id);
	draft_string(draft, "\n");
	if (view_tables_survey(draft->arena, dialogue->record, &computed, &survey, NULL) != HANSARD_OK)
		draft->failed = true;
	if (draft->failed || survey.meta == NULL)
		return;
	page_fold(page, 4, survey.meta->title);
	page_fold(page, 4,
			  draft_format(draft,
						   survey.undated ? "%.*s, date not recorded (imported %.*s)%.*s" : "%.*s, began %.*s%.*s",
						   DRAFT_ARGS(survey_word(draft, &vocabulary_dialogue_status, survey.meta->status)),
						   DRAFT_ARGS(text_slice(survey.meta->created_at, 0, 10)), DRAFT_ARGS(scored(draft, &survey))));
	if (dialogue->record->import_part_rev > 0)
		page_fold(page, 4, TEXT("IMPORTED IN PART: import the same again, it goes on from there"));
}

enum hansard_status view_dialogues(struct arena *arena, const struct view_list *list,
								   const struct view_options *options, struct buffer *out, struct hansard_error *error)
{
	if (options->json)
		return dialogues_json(list, options, out, error);
	struct page page;
	page_begin(&page, arena, out, options->width);
	if (list->count == 0 && (options->left == NULL || options->left->count == 0))
		page_fold(&page, 0, TEXT("No dialogues."));
	for (size_t i = 0; i < list->count; i++)
		show_dialogue(&page, &list->dialogues[i]);
	view_show_left(&page, options->left);
	page_blank(&page);
	if (list->more > 0)
		page_fold(&page, 0, draft_format(&page.draft, "%zu more: --limit", list->more));
	if (list->erased.present)
		page_fold(&page, 0,
				  draft_format(&page.draft, "%.*s not shown: hansard verify names %s.",
							   DRAFT_ARGS(draft_count(&page.draft, list->erased.count, "erased dialogue is",
													  "erased dialogues are")),
							   list->erased.count == 1 ? "it" : "them"));
	if (list->moved.present)
		page_fold(&page, 0,
				  draft_format(&page.draft,
							   "%.*s not shown: hansard verify names %s and where to; hansard list --set backend=%s "
							   "shows what is there.",
							   DRAFT_ARGS(draft_count(&page.draft, list->moved.count,
													  "dialogue that was sent to another store is",
													  "dialogues that were sent to another store are")),
							   list->moved.count == 1 ? "it" : "them", list->other));
	if (list->unfinished.present)
		page_fold(&page, 0,
				  draft_format(&page.draft, "%.*s not shown, and that it has taken over was not seen here: %.*s.",
							   DRAFT_ARGS(draft_count(&page.draft, list->unfinished.count,
													  "dialogue that is sealed to be moved to another store is",
													  "dialogues that are sealed to be moved to another store are")),
							   DRAFT_ARGS(list->advice)));
	page_fold(&page, 0, draft_format(&page.draft, "As of %.*s.", DRAFT_ARGS(survey_moment(&page.draft, list->as_of))));
	return page_finish(&page, error);
}

static void answer_problem(struct answer *answer, const struct problem *problem)
{
	answer_object(answer, NULL);
	answer_text(answer, "error_code", text_of_string(problem_code_name(problem->code)));
	answer_text(answer, "severity", problem->warning ? TEXT("warning") : TEXT("error"));
	answer_text(answer, "path", problem->path);
	answer_text(answer, "file", problem->file);
	if (problem->line > 0)
		answer_integer(answer, "line", problem->line);
	answer_text(answer, "value", problem->value);
	answer_text(answer, "constraint", problem->constraint);
	answer_text(answer, "message", problem->message);
	answer_text(answer, "valid", problem->valid);
	answer_text(answer, "suggestion", problem->suggestion);
	answer_end(answer);
}

void view_write_problems(struct json_writer *json, const struct problem_list *problems)
{
	struct answer answer = {.writer = *json};
	json_write_array(&answer.writer);
	for (size_t i = 0; i < problems->count; i++)
		answer_problem(&answer, &problems->items[i]);
	json_write_end(&answer.writer);
	*json = answer.writer;
}

static enum hansard_status problems_json(const struct view_report *report, struct buffer *out,
										 struct hansard_error *error)
{
	struct answer answer;
	const size_t errors = problem_errors(report->problems);
	answer_begin(&answer, out, "problems");
	answer_text(&answer, "dialogue_id", report->dialogue_id);
	answer_text(&answer, "of", report->batch ? TEXT("batch") : TEXT("import"));
	if (!report->batch) {
		answer_integer(&answer, "files", (int64_t)report->files);
		answer_integer(&answer, "markers", (int64_t)report->markers);
		answer_integer(&answer, "recognised", (int64_t)report->recognised);
	}
	answer_integer(&answer, "errors", (int64_t)errors);
	answer_integer(&answer, "warnings", (int64_t)(report->problems->count - errors));
	json_write_key(&answer.writer, "problems");
	view_write_problems(&answer.writer, report->problems);
	return answer_finish(&answer, error);
}

/* "round-1/muffin.md:12", or the path in a batch. */
static struct text place_of(struct draft *draft, const struct problem *problem)
{
	if (!text_present(problem->file))
		return text_present(problem->path) ? problem->path : TEXT("");
	if (problem->line <= 0)
		return problem->file;
	return draft_format(draft, "%.*s:%" PRId64, DRAFT_ARGS(problem->file), problem->line);
}

static void show_detail(struct page *page, const char *name, struct text text)
{
	if (text.size > 0)
		page_entry(page, (struct page_lead){4, 10, text_of_string(name)}, text);
}

/* The first line is for eye and program alike: place and code, whole. */
static void show_problem(struct page *page, const struct problem *problem)
{
	struct draft *draft = &page->draft;
	const struct text place = place_of(draft, problem);
	page_line(page, draft_format(draft, "%.*s%s%s%s", DRAFT_ARGS(place), place.size > 0 ? ": " : "",
								 problem_code_name(problem->code), problem->warning ? " (warning)" : ""));
	page_fold(page, 4, problem->message);
	show_detail(page, "Value", problem->value);
	show_detail(page, "Constraint", problem->constraint);
	show_detail(page, "Valid", problem->valid);
	show_detail(page, "Suggestion", problem->suggestion);
}

/* A problem and its place in the list, so that those of one line stay in order. */
struct placed {
	const struct problem *problem;
	size_t at;
};

static int compare_placed(const void *a, const void *b)
{
	const struct placed *x = a;
	const struct placed *y = b;
	const int files = text_compare(x->problem->file, y->problem->file);
	if (files != 0)
		return files;
	if (x->problem->line != y->problem->line)
		return x->problem->line < y->problem->line ? -1 : 1;
	return x->at < y->at ? -1 : 1;
}

/* By file and line; an empty line parts the files, and the problems of a batch. */
static void show_problems(struct page *page, const struct problem_list *problems)
{
	struct placed *placed = arena_allocate_array(page->draft.arena, problems->count, sizeof(*placed));
	if (placed == NULL) {
		page->draft.failed = true;
		return;
	}
	for (size_t i = 0; i < problems->count; i++)
		placed[i] = (struct placed){&problems->items[i], i};
	if (problems->count > 1)
		qsort(placed, problems->count, sizeof(*placed), compare_placed);
	for (size_t i = 0; i < problems->count; i++) {
		const struct text file = placed[i].problem->file;
		if (i > 0 && (!text_present(file) || !text_equal(file, placed[i - 1].problem->file)))
			page_blank(page);
		show_problem(page, placed[i].problem);
	}
	page_blank(page);
}

enum hansard_status view_problems(struct arena *arena, const struct view_report *report,
								  const struct view_options *options, struct buffer *out, struct hansard_error *error)
{
	if (options->json)
		return problems_json(report, out, error);
	struct page page;
	page_begin(&page, arena, out, options->width);
	struct draft *draft = &page.draft;
	const size_t errors = problem_errors(report->problems);
	const size_t warnings = report->problems->count - errors;
	show_problems(&page, report->problems);
	struct text totals = report->problems->count == 0 ? TEXT("No problems")
													  : draft_list(draft, draft_count(draft, errors, "error", "errors"),
																   draft_count(draft, warnings, "warning", "warnings"));
	if (!report->batch)
		totals = draft_format(draft, "%.*s in %.*s; %zu of %zu markers understood", DRAFT_ARGS(totals),
							  DRAFT_ARGS(draft_count(draft, report->files, "file", "files")), report->recognised,
							  report->markers);
	page_line(&page, draft_join(draft, totals, TEXT(".")));
	return page_finish(&page, error);
}

enum hansard_status view_numbers(const struct view_number *numbers, size_t count, const char *kind,
								 const struct view_options *options, struct buffer *out, struct hansard_error *error)
{
	static const struct page_column columns[] = {{"What", false}, {"Number", true}};
	if (options->json) {
		struct answer answer;
		answer_begin(&answer, out, kind);
		for (size_t i = 0; i < count; i++)
			answer_integer(&answer, numbers[i].key, numbers[i].value);
		view_write_left(&answer, options->left);
		return answer_finish(&answer, error);
	}
	struct arena *arena = arena_create(LIMIT_ARENA);
	if (arena == NULL)
		return error_memory(error);
	struct page page;
	struct page_table table;
	page_begin(&page, arena, out, options->width);
	page_table_begin(&table, &page, columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < count; i++) {
		page_table_cell(&table, text_of_string(numbers[i].label));
		page_table_integer(&table, numbers[i].value);
	}
	page_table_end(&table);
	view_show_left(&page, options->left);
	const enum hansard_status status = page_finish(&page, error);
	arena_destroy(arena);
	return status;
}
