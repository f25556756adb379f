/*
 * Views that are tables: scoreboard, tensions, progress, and the parts they share with others.
 */
#include "view.h"

#include "error.h"
#include "lifecycle.h"
#include "view_private.h"

enum hansard_status view_tables_survey(struct arena *arena, const struct record *record, enum survey_computed *computed,
									   struct survey *ret_survey, struct hansard_error *error)
{
	const enum hansard_status status = survey_of(arena, record, ret_survey, error);
	*computed = SURVEY_STATED;
	ret_survey->computed = computed;
	return status;
}

void view_tables_note(struct page *page, const struct survey *survey)
{
	if (*survey->computed != SURVEY_COMPUTED)
		return;
	page_fold(page, 2, TEXT("Values the Judge did not state are computed from the record."));
	*survey->computed = SURVEY_NOTED;
}

void view_tables_text(struct page_table *table, struct text text)
{
	page_table_cell(table, text_trim(text).size > 0 ? text : TEXT("—"));
}

struct text view_tables_statement_id(struct draft *draft, const struct entity_head *head)
{
	const struct text id = survey_id(draft, head);
	const unsigned status = lifecycle_status(head);
	if (status == lifecycle_initial(head->type))
		return id;
	const struct text word = vocabulary_word(lifecycle_vocabulary(head->type), status);
	return word.size > 0 ? draft_format(draft, "%.*s (%.*s)", DRAFT_ARGS(id), DRAFT_ARGS(word)) : id;
}

struct text view_tables_by(struct draft *draft, const struct record *record, const struct text_list *slugs)
{
	const struct text names = survey_names(draft, record, slugs);
	return names.size > 0 ? draft_format(draft, " by %.*s", DRAFT_ARGS(names)) : TEXT("");
}

void view_tables_integer(struct page_table *table, struct schema_integer value)
{
	if (value.present)
		page_table_integer(table, value.value);
	else
		page_table_cell(table, TEXT("—"));
}

/* The score of a round: as said, and the sum of its parts beside it where that differs. */
static struct text round_score(struct draft *draft, const struct survey *survey, const struct entity_round *round)
{
	const struct schema_integer sum = survey_sum(round);
	if (sum.present)
		return survey_claim(draft, survey, round->score, sum.value);
	return round->score.present ? draft_format(draft, "%" PRId64, round->score.value) : TEXT("—");
}

static void score_totals(struct page_table *table, const struct survey *survey)
{
	page_table_cell(table, TEXT("All"));
	page_table_cell(table, TEXT(""));
	view_tables_integer(table, survey->tally.scores.wisdom);
	view_tables_integer(table, survey->tally.scores.consistency);
	view_tables_integer(table, survey->tally.scores.truth);
	view_tables_integer(table, survey->tally.scores.relationships);
	view_tables_integer(table, survey->tally.scores.score);
	page_table_cell(table, TEXT(""));
}

void view_tables_scores(struct page *page, const struct survey *survey)
{
	static const struct page_column columns[] = {{"Round", true}, {"Panel", true}, {"W", true},     {"C", true},
												 {"T", true},     {"R", true},     {"Score", true}, {"So far", true}};
	struct page_table table;
	page_table_begin(&table, page, columns, sizeof(columns) / sizeof(columns[0]));
	const size_t count = record_rounds(survey->record);
	for (size_t i = 0; i < count; i++) {
		const struct entity_round *round = survey_round(survey, i);
		page_table_integer(&table, survey_round_number(&round->head));
		page_table_cell(&table,
						survey_claim(&page->draft, survey, round->panel_size, (int64_t)survey->rounds[i].panel_size));
		view_tables_integer(&table, round->wisdom);
		view_tables_integer(&table, round->consistency);
		view_tables_integer(&table, round->truth);
		view_tables_integer(&table, round->relationships);
		page_table_cell(&table, round_score(&page->draft, survey, round));
		view_tables_integer(&table, survey->rounds[i].so_far.score);
	}
	if (count > 0)
		score_totals(&table, survey);
	page_table_end(&table);
	view_tables_note(page, survey);
}

void view_tables_so_far(struct page *page, const struct survey *survey)
{
	static const struct page_column columns[] = {{"Round", true}, {"W", true}, {"C", true}, {"T", true}, {"R", true}};
	struct page_table table;
	page_table_begin(&table, page, columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < record_rounds(survey->record); i++) {
		const struct tally_scores *so_far = &survey->rounds[i].so_far;
		page_table_integer(&table, survey_round_number(&survey_round(survey, i)->head));
		view_tables_integer(&table, so_far->wisdom);
		view_tables_integer(&table, so_far->consistency);
		view_tables_integer(&table, so_far->truth);
		view_tables_integer(&table, so_far->relationships);
	}
	page_table_end(&table);
}

void view_tables_work(struct page *page, const struct survey *survey)
{
	static const struct page_column columns[] = {{"Round", true},
												 {"Open tensions", false},
												 {"New perspectives", false},
												 {"Velocity", false},
												 {"Converge", false}};
	struct page_table table;
	page_table_begin(&table, page, columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < record_rounds(survey->record); i++) {
		const struct entity_round *round = survey_round(survey, i);
		const struct tally_round *facts = &survey->rounds[i];
		struct draft *draft = &page->draft;
		page_table_integer(&table, survey_round_number(&round->head));
		page_table_cell(&table, survey_claim(draft, survey, round->open_tensions, (int64_t)facts->open_tensions));
		page_table_cell(&table, survey_claim(draft, survey, round->new_perspectives, (int64_t)facts->new_perspectives));
		page_table_cell(&table, survey_claim(draft, survey, round->velocity, (int64_t)facts->velocity));
		page_table_cell(&table, survey_converge(draft, survey, i));
	}
	page_table_end(&table);
	view_tables_note(page, survey);
}

static int compare_experts(const void *a, const void *b)
{
	const struct entity_expert *x = *(const struct entity_expert *const *)a;
	const struct entity_expert *y = *(const struct entity_expert *const *)b;
	const struct schema_integer i = tally_expert_total(x);
	const struct schema_integer j = tally_expert_total(y);
	if (i.present != j.present)
		return i.present ? -1 : 1;
	if (i.present && i.value != j.value)
		return i.value > j.value ? -1 : 1;
	return text_compare(x->head.subkey, y->head.subkey);
}

enum hansard_status view_tables_rank(struct arena *arena, const struct record *record,
									 const struct entity_expert *const **ret_experts, struct hansard_error *error)
{
	const struct record_list *list = &record->lists[ENTITY_EXPERT];
	const struct entity_expert **experts = arena_allocate_array(arena, list->count, sizeof(*experts));
	if (experts == NULL)
		return error_memory(error);
	for (size_t i = 0; i < list->count; i++)
		experts[i] = (const struct entity_expert *)list->items[i];
	if (list->count > 1)
		qsort(experts, list->count, sizeof(*experts), compare_experts);
	*ret_experts = experts;
	return HANSARD_OK;
}

/* Whether the expert sat in this round, by its panel or, where none is known, by a score. */
static bool sat(const struct entity_round *round, const struct entity_expert *expert)
{
	size_t count;
	const struct record_seat *seats = survey_seats(round, &count);
	for (size_t i = 0; i < count; i++) {
		if (text_equal(seats[i].expert, expert->head.subkey))
			return true;
	}
	return count == 0 && survey_score(expert, survey_round_number(&round->head)) != NULL;
}

/* "0-3" or "1, 3": the rounds an expert sat in. */
static struct text rounds_of(struct draft *draft, const struct survey *survey, const struct entity_expert *expert)
{
	struct text list = TEXT("");
	const size_t count = record_rounds(survey->record);
	for (size_t i = 0; i < count; i++) {
		if (!sat(survey_round(survey, i), expert))
			continue;
		size_t last = i;
		while (last + 1 < count && sat(survey_round(survey, last + 1), expert))
			last++;
		const int from = survey_round_number(&survey_round(survey, i)->head);
		const int to = survey_round_number(&survey_round(survey, last)->head);
		list = draft_list(draft, list,
						  from == to ? draft_format(draft, "%d", from) : draft_format(draft, "%d-%d", from, to));
		i = last;
	}
	return list;
}

void view_tables_experts(struct page *page, const struct survey *survey)
{
	static const struct page_column columns[] = {
		{"Expert", false}, {"Role", false}, {"Tier", false}, {"Rounds", false}, {"Score", true}};
	const struct entity_expert *const *experts = NULL;
	struct page_table table;
	page_table_begin(&table, page, columns, sizeof(columns) / sizeof(columns[0]));
	if (view_tables_rank(page->draft.arena, survey->record, &experts, NULL) != HANSARD_OK) {
		page->draft.failed = true;
		return;
	}
	for (size_t i = 0; i < survey->record->lists[ENTITY_EXPERT].count; i++) {
		page_table_cell(&table, survey_name(survey->record, experts[i]->head.subkey));
		view_tables_text(&table, experts[i]->role);
		view_tables_text(&table, survey_word(&page->draft, &vocabulary_tier, experts[i]->tier));
		view_tables_text(&table, rounds_of(&page->draft, survey, experts[i]));
		view_tables_integer(&table, tally_expert_total(experts[i]));
	}
	page_table_end(&table);
}

static struct schema_integer known(size_t value)
{
	return (struct schema_integer){.value = (int64_t)value, .present = true};
}

static void answer_so_far(struct answer *answer, const struct tally_scores *so_far)
{
	answer_object(answer, "so_far");
	answer_number(answer, "wisdom", so_far->wisdom);
	answer_number(answer, "consistency", so_far->consistency);
	answer_number(answer, "truth", so_far->truth);
	answer_number(answer, "relationships", so_far->relationships);
	answer_number(answer, "score", so_far->score);
	answer_end(answer);
}

void view_tables_answer_rounds(struct answer *answer, const struct survey *survey)
{
	answer_array(answer, "rounds");
	for (size_t i = 0; i < record_rounds(survey->record); i++) {
		const struct entity_round *round = survey_round(survey, i);
		const struct tally_round *facts = &survey->rounds[i];
		answer_object(answer, NULL);
		answer_integer(answer, "round", survey_round_number(&round->head));
		answer_word(answer, "status", &vocabulary_round_status, round->status);
		answer_text(answer, "title", round->title);
		answer_number(answer, "wisdom", round->wisdom);
		answer_number(answer, "consistency", round->consistency);
		answer_number(answer, "truth", round->truth);
		answer_number(answer, "relationships", round->relationships);
		answer_claim(answer, "score", round->score, survey_sum(round));
		answer_so_far(answer, &facts->so_far);
		answer_claim(answer, "panel_size", round->panel_size, known(facts->panel_size));
		answer_claim(answer, "open_tensions", round->open_tensions, known(facts->open_tensions));
		answer_claim(answer, "new_perspectives", round->new_perspectives, known(facts->new_perspectives));
		answer_claim(answer, "velocity", round->velocity, known(facts->velocity));
		answer_claim(answer, "converge_signals", round->converge_signals, known(facts->converge_signals));
		answer_claim(answer, "converge_permille", round->converge_permille,
					 (struct schema_integer){facts->converge_permille, true});
		size_t count;
		const struct record_seat *seats = survey_seats(round, &count);
		answer_array(answer, "panel");
		for (size_t s = 0; s < count; s++) {
			const struct entity_expert *expert = record_expert(survey->record, seats[s].expert);
			const struct record_expert_score *score =
				expert == NULL ? NULL : survey_score(expert, survey_round_number(&round->head));
			answer_object(answer, NULL);
			answer_text(answer, "expert", seats[s].expert);
			answer_text(answer, "name", survey_name(survey->record, seats[s].expert));
			answer_text(answer, "role", seats[s].role);
			answer_word(answer, "tier", &vocabulary_tier, seats[s].tier);
			answer_word(answer, "source", &vocabulary_seat_source, seats[s].source);
			if (score != NULL)
				answer_number(answer, "score", score->total);
			answer_end(answer);
		}
		answer_end(answer);
		answer_end(answer);
	}
	answer_end(answer);
}

static void answer_scores(struct answer *answer, const struct entity_expert *expert)
{
	size_t count;
	const struct record_expert_score *scores = survey_scores(expert, &count);
	answer_array(answer, "scores");
	for (size_t i = 0; i < count; i++) {
		answer_object(answer, NULL);
		answer_number(answer, "round", scores[i].round);
		answer_number(answer, "w", scores[i].w);
		answer_number(answer, "c", scores[i].c);
		answer_number(answer, "t", scores[i].t);
		answer_number(answer, "r", scores[i].r);
		answer_number(answer, "total", scores[i].total);
		answer_end(answer);
	}
	answer_end(answer);
}

enum hansard_status view_tables_answer_experts(struct arena *arena, struct answer *answer, const struct survey *survey,
											   struct hansard_error *error)
{
	const struct entity_expert *const *experts = NULL;
	const enum hansard_status status = view_tables_rank(arena, survey->record, &experts, error);
	if (status != HANSARD_OK)
		return status;
	answer_array(answer, "experts");
	for (size_t i = 0; i < survey->record->lists[ENTITY_EXPERT].count; i++) {
		answer_object(answer, NULL);
		answer_text(answer, "expert", experts[i]->head.subkey);
		answer_text(answer, "name", experts[i]->name);
		answer_text(answer, "role", experts[i]->role);
		answer_word(answer, "tier", &vocabulary_tier, experts[i]->tier);
		answer_number(answer, "total", tally_expert_total(experts[i]));
		answer_scores(answer, experts[i]);
		answer_end(answer);
	}
	answer_end(answer);
	return HANSARD_OK;
}

void view_tables_answer_totals(struct answer *answer, const struct survey *survey)
{
	answer_object(answer, "scores");
	answer_claim(answer, "alignment", survey->meta != NULL ? survey->meta->total_alignment : (struct schema_integer){0},
				 survey_record_total(survey));
	answer_number(answer, "wisdom", survey->tally.scores.wisdom);
	answer_number(answer, "consistency", survey->tally.scores.consistency);
	answer_number(answer, "truth", survey->tally.scores.truth);
	answer_number(answer, "relationships", survey->tally.scores.relationships);
	answer_end(answer);
}

static enum hansard_status scoreboard_json(struct arena *arena, const struct survey *survey, struct buffer *out,
										   struct hansard_error *error)
{
	struct answer answer;
	answer_begin(&answer, out, "scoreboard");
	answer_text(&answer, "dialogue_id", survey->record->dialogue_id);
	answer_text(&answer, "title", survey_title(survey));
	view_tables_answer_totals(&answer, survey);
	view_tables_answer_rounds(&answer, survey);
	const enum hansard_status status = view_tables_answer_experts(arena, &answer, survey, error);
	if (status != HANSARD_OK) {
		out->size = answer.start;
		return status;
	}
	return answer_finish(&answer, error);
}

enum hansard_status view_scoreboard(struct arena *arena, const struct record *record,
									const struct view_options *options, struct buffer *out, struct hansard_error *error)
{
	struct survey survey;
	enum survey_computed computed;
	const enum hansard_status status = view_tables_survey(arena, record, &computed, &survey, error);
	if (status != HANSARD_OK)
		return status;
	if (options->json)
		return scoreboard_json(arena, &survey, out, error);
	struct page page;
	page_begin(&page, arena, out, options->width);
	page_fold(&page, 0, survey_title(&survey));
	const struct text total = survey_total(&page.draft, &survey);
	page_entry(&page, (struct page_lead){2, 9, TEXT("ALIGNMENT")}, total.size > 0 ? total : TEXT("—"));
	view_tables_note(&page, &survey);
	if (record_rounds(record) > 0) {
		page_heading(&page, TEXT("Scores by round"));
		view_tables_scores(&page, &survey);
		page_heading(&page, TEXT("W, C, T and R so far"));
		view_tables_so_far(&page, &survey);
		page_heading(&page, TEXT("What remained open"));
		view_tables_work(&page, &survey);
	}
	if (record->lists[ENTITY_EXPERT].count > 0) {
		page_heading(&page, TEXT("Experts"));
		view_tables_experts(&page, &survey);
	}
	return page_finish(&page, error);
}

void view_tables_answer_tension(struct answer *answer, const struct record *record,
								const struct entity_tension *tension)
{
	struct display_id id;
	char written[DISPLAY_ID_SIZE];
	answer_object(answer, NULL);
	if (display_id_of(&tension->head, &id)) {
		answer_text(answer, "id", display_id_format(id, written));
		answer_integer(answer, "round", id.round);
		answer_integer(answer, "raised_round", tally_raised_round(tension));
	}
	answer_text(answer, "label", tension->label);
	answer_word(answer, "status", &vocabulary_tension_status, tension->status);
	answer_text(answer, "accepted_by", tension->accepted_by);
	answer_texts(answer, "contributors", &tension->contributors);
	answer_text(answer, "resolution", survey_fate(record, tension));
	answer_end(answer);
}

void view_tables_tension(struct page *page, const struct record *record, const struct entity_tension *tension)
{
	struct draft *draft = &page->draft;
	const struct text id = survey_id(draft, &tension->head);
	const struct text raiser = view_tables_by(draft, record, &tension->contributors);
	const struct text reason = survey_fate(record, tension);
	struct text status = survey_word(draft, &vocabulary_tension_status, tension->status);
	page_entry(page, (struct page_lead){2, 6, id}, tension->label);
	if (text_present(tension->accepted_by))
		status =
			draft_format(draft, "%.*s, accepted by verdict %.*s", DRAFT_ARGS(status), DRAFT_ARGS(tension->accepted_by));
	/* People write "Resolved: ..." for a reason: the word need not stand twice. */
	if (text_present(reason))
		status = text_equal_ignoring_case(text_slice(reason, 0, status.size), status)
					 ? reason
					 : draft_format(draft, "%.*s: %.*s", DRAFT_ARGS(status), DRAFT_ARGS(reason));
	else
		status = draft_join(draft, status, TEXT("."));
	page_fold(page, 10,
			  draft_format(draft, "Raised%.*s in round %d. %.*s", DRAFT_ARGS(raiser), tally_raised_round(tension),
						   DRAFT_ARGS(status)));
}

static bool listed(const struct entity_tension *tension, const struct view_tensions_options *options)
{
	if (tension->status == TENSION_MERGED)
		return options->all;
	return !options->open_only || tally_tension_open(tension);
}

static enum hansard_status tensions_json(const struct survey *survey, const struct view_tensions_options *options,
										 struct buffer *out, struct hansard_error *error)
{
	struct answer answer;
	answer_begin(&answer, out, "tensions");
	answer_text(&answer, "dialogue_id", survey->record->dialogue_id);
	if (survey->meta != NULL)
		answer_text(&answer, "resolved_claimed", survey->meta->tensions_claimed);
	answer_integer(&answer, "total", (int64_t)survey->tally.tensions);
	answer_integer(&answer, "resolved", (int64_t)survey->tally.tensions_resolved);
	answer_integer(&answer, "settled", (int64_t)survey->tally.tensions_settled);
	answer_integer(&answer, "open", (int64_t)survey->tally.tensions_open);
	answer_integer(&answer, "merged", (int64_t)survey->tally.tensions_merged);
	const struct record_list *list = &survey->record->lists[ENTITY_TENSION];
	answer_array(&answer, "tensions");
	for (size_t i = 0; i < list->count; i++) {
		const struct entity_tension *tension = (const struct entity_tension *)list->items[i];
		if (listed(tension, options))
			view_tables_answer_tension(&answer, survey->record, tension);
	}
	answer_end(&answer);
	return answer_finish(&answer, error);
}

enum hansard_status view_tensions(struct arena *arena, const struct record *record,
								  const struct view_tensions_options *options, struct buffer *out,
								  struct hansard_error *error)
{
	struct survey survey;
	enum survey_computed computed;
	const enum hansard_status status = view_tables_survey(arena, record, &computed, &survey, error);
	if (status != HANSARD_OK)
		return status;
	if (options->view.json)
		return tensions_json(&survey, options, out, error);
	struct page page;
	page_begin(&page, arena, out, options->view.width);
	const struct tally *tally = &survey.tally;
	page_fold(&page, 0, survey_title(&survey));
	page_entry(&page, (struct page_lead){2, 8, TEXT("Resolved")}, survey_resolved(&page.draft, &survey));
	page_entry(&page, (struct page_lead){2, 8, TEXT("Open")}, draft_format(&page.draft, "%zu", tally->tensions_open));
	if (tally->tensions_merged > 0)
		page_entry(&page, (struct page_lead){2, 8, TEXT("Merged")},
				   draft_format(&page.draft, "%zu into others, in no count", tally->tensions_merged));
	view_tables_note(&page, &survey);
	const struct record_list *list = &record->lists[ENTITY_TENSION];
	for (size_t i = 0; i < list->count; i++) {
		const struct entity_tension *tension = (const struct entity_tension *)list->items[i];
		if (!listed(tension, options))
			continue;
		page_blank(&page);
		view_tables_tension(&page, record, tension);
	}
	return page_finish(&page, error);
}
