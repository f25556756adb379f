/*
 * How far a dialogue has come, and what stands between it and a final verdict.
 */
#include "view.h"

#include "error.h"
#include "view_private.h"

/* What blocks a final verdict, by the record: statements that are open, and experts who have not signalled. */
struct blockers {
	const struct entity_head **tensions;
	size_t tension_count;
	const struct entity_head **perspectives;
	size_t perspective_count;
	const struct text *silent; /* slugs */
	size_t silent_count;
};

static bool blocks(const struct entity_head *head, int last)
{
	if (head->type == ENTITY_TENSION)
		return tally_tension_open((const struct entity_tension *)head);
	return survey_round_number(head) == last && ((const struct entity_perspective *)head)->status == PERSPECTIVE_OPEN;
}

static bool gather(struct arena *arena, const struct record_list *list, int last, const struct entity_head ***ret_items,
				   size_t *ret_count)
{
	const struct entity_head **items = arena_allocate_array(arena, list->count, sizeof(*items));
	if (items == NULL)
		return false;
	*ret_count = 0;
	for (size_t i = 0; i < list->count; i++) {
		if (blocks(list->items[i], last))
			items[(*ret_count)++] = list->items[i];
	}
	*ret_items = items;
	return true;
}

static bool blockers_of(struct arena *arena, const struct record *record, struct blockers *ret_blockers)
{
	struct blockers blockers = {0};
	const int last = record_last_round(record);
	if (!gather(arena, &record->lists[ENTITY_TENSION], last, &blockers.tensions, &blockers.tension_count) ||
		!gather(arena, &record->lists[ENTITY_PERSPECTIVE], last, &blockers.perspectives, &blockers.perspective_count))
		return false;
	const struct entity_round *round = last >= 0 ? record_round(record, last) : NULL;
	if (round != NULL) {
		size_t count;
		const struct record_seat *seats = survey_seats(round, &count);
		struct text *silent = arena_allocate_array(arena, count, sizeof(*silent));
		if (silent == NULL)
			return false;
		for (size_t i = 0; i < count; i++) {
			if (!tally_signals(record, last, seats[i].expert))
				silent[blockers.silent_count++] = seats[i].expert;
		}
		blockers.silent = silent;
	}
	*ret_blockers = blockers;
	return true;
}

static void list_statements(struct page *page, struct text title, const struct entity_head *const *items, size_t count)
{
	if (count == 0)
		return;
	page_fold(page, 2, title);
	for (size_t i = 0; i < count; i++) {
		struct record_statement statement;
		if (record_statement(items[i], &statement))
			page_entry(page, (struct page_lead){4, 6, survey_id(&page->draft, items[i])}, statement.label);
	}
}

static void show_blockers(struct page *page, const struct survey *survey, const struct blockers *blockers)
{
	if (survey->verdict != NULL && survey->verdict->verdict_type == VERDICT_FINAL) {
		page_heading(page, TEXT("The final verdict has been given."));
		return;
	}
	if (blockers->tension_count + blockers->perspective_count + blockers->silent_count == 0 &&
		record_rounds(survey->record) > 0) {
		page_heading(page, TEXT("Nothing blocks a final verdict."));
		return;
	}
	page_heading(page, TEXT("What blocks a final verdict"));
	if (record_rounds(survey->record) == 0)
		page_fold(page, 2, TEXT("No round has been registered."));
	struct draft *draft = &page->draft;
	list_statements(page, draft_count(draft, blockers->tension_count, "open tension", "open tensions"),
					blockers->tensions, blockers->tension_count);
	list_statements(page, draft_count(draft, blockers->perspective_count, "new perspective", "new perspectives"),
					blockers->perspectives, blockers->perspective_count);
	const struct text_list silent = {blockers->silent, blockers->silent_count, true};
	if (silent.count > 0)
		page_fold(page, 2,
				  draft_format(draft, "%zu who %s not signalled convergence: %.*s", silent.count,
							   silent.count == 1 ? "has" : "have",
							   DRAFT_ARGS(survey_names(draft, survey->record, &silent))));
}

void view_progress_blockers(struct page *page, const struct survey *survey)
{
	struct blockers blockers;
	if (blockers_of(page->draft.arena, survey->record, &blockers))
		show_blockers(page, survey, &blockers);
	else
		page->draft.failed = true;
}

static void entry(struct page *page, const char *name, struct text value)
{
	page_entry(page, (struct page_lead){2, 11, text_of_string(name)}, value.size > 0 ? value : TEXT("—"));
}

static enum hansard_status progress_text(struct arena *arena, const struct survey *survey,
										 const struct blockers *blockers, const struct view_options *options,
										 struct buffer *out, struct hansard_error *error)
{
	struct page page;
	page_begin(&page, arena, out, options->width);
	struct draft *draft = &page.draft;
	page_fold(&page, 0, survey_title(survey));
	if (survey->meta != NULL)
		entry(&page, "Status", survey_word(draft, &vocabulary_dialogue_status, survey->meta->status));
	entry(&page, "Rounds", survey_round_count(draft, survey));
	entry(&page, "ALIGNMENT", survey_total(draft, survey));
	entry(&page, "Convergence", survey_convergence(draft, survey));
	view_tables_note(&page, survey);
	show_blockers(&page, survey, blockers);
	if (record_rounds(survey->record) > 0) {
		page_heading(&page, TEXT("Scores by round"));
		view_tables_scores(&page, survey);
		page_heading(&page, TEXT("W, C, T and R so far"));
		view_tables_so_far(&page, survey);
		page_heading(&page, TEXT("What remained open"));
		view_tables_work(&page, survey);
	}
	if (survey->tally.experts > 0) {
		page_heading(&page, TEXT("Experts"));
		view_tables_experts(&page, survey);
	}
	return page_finish(&page, error);
}

static void answer_ids(struct answer *answer, const char *key, const struct entity_head *const *items, size_t count)
{
	answer_array(answer, key);
	for (size_t i = 0; i < count; i++) {
		struct display_id id;
		char written[DISPLAY_ID_SIZE];
		if (display_id_of(items[i], &id))
			json_write_text(&answer->writer, display_id_format(id, written));
	}
	answer_end(answer);
}

static enum hansard_status progress_json(struct arena *arena, const struct survey *survey,
										 const struct blockers *blockers, struct buffer *out,
										 struct hansard_error *error)
{
	struct answer answer;
	answer_begin(&answer, out, "progress");
	answer_text(&answer, "dialogue_id", survey->record->dialogue_id);
	if (survey->meta != NULL)
		answer_word(&answer, "status", &vocabulary_dialogue_status, survey->meta->status);
	answer_integer(&answer, "last_round", record_last_round(survey->record));
	answer_object(&answer, "blockers");
	answer_ids(&answer, "open_tensions", blockers->tensions, blockers->tension_count);
	answer_ids(&answer, "new_perspectives", blockers->perspectives, blockers->perspective_count);
	const struct text_list silent = {blockers->silent, blockers->silent_count, true};
	answer_texts(&answer, "not_signalled", &silent);
	answer_end(&answer);
	view_tables_answer_totals(&answer, survey);
	view_tables_answer_rounds(&answer, survey);
	const enum hansard_status status = view_tables_answer_experts(arena, &answer, survey, error);
	if (status != HANSARD_OK) {
		out->size = answer.start;
		return status;
	}
	return answer_finish(&answer, error);
}

enum hansard_status view_progress(struct arena *arena, const struct record *record, const struct view_options *options,
								  struct buffer *out, struct hansard_error *error)
{
	struct survey survey;
	struct blockers blockers;
	enum survey_computed computed;
	const enum hansard_status status = view_tables_survey(arena, record, &computed, &survey, error);
	if (status != HANSARD_OK)
		return status;
	if (!blockers_of(arena, record, &blockers))
		return error_memory(error);
	return options->json ? progress_json(arena, &survey, &blockers, out, error)
						 : progress_text(arena, &survey, &blockers, options, out, error);
}
