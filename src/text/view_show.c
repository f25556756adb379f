/*
 * The dialogue for a reader: the verdict's own sentence, then what a newcomer asks, in the order in which it is asked.
 */
#include "view.h"

#include "error.h"
#include "lifecycle.h"
#include "view_private.h"
#include "view_reason.h"

enum { SHOW_LEAD = 12 };

static void field(struct page *page, const char *name, struct text value)
{
	if (value.size > 0)
		page_entry(page, (struct page_lead){2, SHOW_LEAD, text_of_string(name)}, value);
}

/* "Final verdict of round 3 by the Judge, unanimous." */
static struct text verdict_line(struct draft *draft, const struct record *record, const struct entity_verdict *verdict)
{
	const struct text type = survey_word(draft, &vocabulary_verdict_type, verdict->verdict_type);
	const struct text confidence = vocabulary_word(&vocabulary_confidence, verdict->confidence);
	struct text author = survey_name(record, verdict->author);
	if (text_is(verdict->author, "judge"))
		author = TEXT("the Judge");
	return draft_format(draft, "%.*s%s of round %" PRId64 "%s%.*s%s%.*s%s.", DRAFT_ARGS(type),
						verdict->verdict_type == VERDICT_DISSENT ? "" : " verdict", verdict->round.value,
						author.size > 0 ? " by " : "", DRAFT_ARGS(author), confidence.size > 0 ? ", " : "",
						DRAFT_ARGS(confidence), verdict->forced.present && verdict->forced.value ? ", forced" : "");
}

/* The event by which the dialogue was given up, or NULL. */
static const struct entity_event *abandonment(const struct record *record)
{
	const struct record_list *list = &record->lists[ENTITY_EVENT];
	const struct entity_event *found = NULL;
	for (size_t i = 0; i < list->count; i++) {
		const struct entity_event *event = (const struct entity_event *)list->items[i];
		struct item_key_event key;
		if (event->event_type == EVENT_ABANDONED && item_key_read_event(event->head.subkey, &key) &&
			text_is(key.target, "meta") && (found == NULL || text_compare(event->created_at, found->created_at) >= 0))
			found = event;
	}
	return found;
}

static void show_abandoned(struct page *page, const struct survey *survey)
{
	struct draft *draft = &page->draft;
	const struct entity_event *event = abandonment(survey->record);
	const struct text reason = event != NULL ? text_trim(event->reason) : TEXT("");
	page_fold(
		page, 0,
		draft_format(draft, "Abandoned: %.*s", DRAFT_ARGS(reason.size > 0 ? reason : TEXT("no reason was given"))));
	if (event == NULL)
		return;
	const struct text by = text_trim(view_tables_by(draft, survey->record, &event->actors));
	page_fold(page, 2,
			  survey_is_import(survey->record, event->created_at)
				  ? by
				  : draft_list(draft, by, survey_moment(draft, event->created_at)));
}

static void show_sentence(struct page *page, const struct survey *survey)
{
	const struct entity_verdict *verdict = survey->verdict;
	const bool abandoned = survey->meta != NULL && survey->meta->status == DIALOGUE_ABANDONED;
	if (abandoned)
		show_abandoned(page, survey);
	if (verdict == NULL) {
		page_fold(page, 0, abandoned ? TEXT("No verdict.") : TEXT("No verdict yet."));
		return;
	}
	page_fold(page, 0, verdict->recommendation);
	page_fold(page, 2, verdict_line(&page->draft, survey->record, verdict));
	page_fold(page, 2, verdict->warning);
}

/* In front of whatever the record says: it may lack rounds. */
static void show_import_part(struct page *page, const struct record *record)
{
	if (record->import_part_rev == 0)
		return;
	page_blank(page);
	page_fold(page, 0,
			  draft_format(&page->draft,
						   "Imported in part: the import that made commit %" PRId64
						   " did not reach its end, and what follows lacks what it did not write. Import the same "
						   "again: it goes on from there.",
						   record->import_part_rev));
}

static void show_question(struct page *page, const struct survey *survey)
{
	const struct entity_meta *meta = survey->meta;
	struct text question = TEXT_ABSENT;
	page_heading(page, survey_title(survey));
	page_fold(page, 2, survey->record->dialogue_id);
	if (meta == NULL)
		return;
	question = meta->question;
	if (!text_present(question) && meta->pool != NULL)
		question = meta->pool->question;
	if (!text_present(question))
		return;
	page_heading(page, TEXT("Question"));
	page_fold(page, 2, question);
}

static struct text show_began(struct draft *draft, const struct survey *survey)
{
	const struct text moment = survey_moment(draft, survey->meta->created_at);
	return survey->undated ? draft_format(draft, "date not recorded (imported %.*s)", DRAFT_ARGS(moment)) : moment;
}

static void show_status(struct page *page, const struct survey *survey)
{
	struct draft *draft = &page->draft;
	const struct entity_meta *meta = survey->meta;
	const struct tally *tally = &survey->tally;
	page_heading(page, TEXT("Status"));
	if (meta != NULL) {
		field(page, "Status", survey_word(draft, &vocabulary_dialogue_status, meta->status));
		field(page, "Began", show_began(draft, survey));
		if (!survey_is_import(survey->record, meta->converged_at))
			field(page, "Converged", survey_moment(draft, meta->converged_at));
	}
	field(page, "ALIGNMENT", survey_total(draft, survey));
	field(page, "Rounds", survey_round_count(draft, survey));
	field(page, "Convergence", survey_convergence(draft, survey));
	if (tally->tensions > 0 || (meta != NULL && text_present(meta->tensions_claimed)))
		field(page, "Tensions",
			  draft_format(draft, "%.*s resolved, %zu open", DRAFT_ARGS(survey_resolved(draft, survey)),
						   tally->tensions_open));
	field(page, "Experts", draft_format(draft, "%zu", tally->experts));
	size_t count;
	const struct record_link *links = survey_links(meta, &count);
	for (size_t i = 0; i < count; i++)
		field(page, i == 0 ? "Links" : "",
			  draft_format(draft, "%.*s %.*s", DRAFT_ARGS(links[i].kind), DRAFT_ARGS(links[i].reference)));
	view_tables_note(page, survey);
}

/* The statements of a type, one in a line or two, with who made them and what became of them. */
static void show_statements(struct page *page, const struct record *record, enum entity_type type)
{
	const struct record_list *list = &record->lists[type];
	int round = -1;
	for (size_t i = 0; i < list->count; i++) {
		struct record_statement statement;
		if (!record_statement(list->items[i], &statement))
			continue;
		if (survey_round_number(list->items[i]) != round) {
			round = survey_round_number(list->items[i]);
			page_blank(page);
			page_fold(page, 2, draft_format(&page->draft, "Round %d", round));
		}
		const struct text names = survey_names(&page->draft, record, &statement.contributors);
		const struct text text = draft_format(&page->draft, "%.*s%s%.*s", DRAFT_ARGS(names), names.size > 0 ? ": " : "",
											  DRAFT_ARGS(statement.label));
		page_entry(page, (struct page_lead){4, 6, view_tables_statement_id(&page->draft, list->items[i])}, text);
	}
}

static void show_said(struct page *page, const struct survey *survey)
{
	static const struct {
		enum entity_type type;
		const char *title;
	} parts[] = {
		{ENTITY_PERSPECTIVE, "What they said"},
		{ENTITY_RECOMMENDATION, "What they proposed"},
		{ENTITY_EVIDENCE, "What they brought as evidence"},
		{ENTITY_CLAIM, "What they claimed"},
	};
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (survey->record->lists[parts[i].type].count == 0)
			continue;
		page_heading(page, text_of_string(parts[i].title));
		show_statements(page, survey->record, parts[i].type);
	}
}

static void show_tensions(struct page *page, const struct survey *survey)
{
	const struct record_list *list = &survey->record->lists[ENTITY_TENSION];
	const struct tally *tally = &survey->tally;
	if (list->count == 0)
		return;
	page_heading(page, TEXT("What they disagreed on, and how it was resolved"));
	page_fold(page, 2,
			  draft_format(&page->draft, "%.*s: %zu resolved, %zu settled otherwise, %zu open%s.",
						   DRAFT_ARGS(draft_count(&page->draft, tally->tensions, "tension", "tensions")),
						   tally->tensions_resolved, tally->tensions_settled - tally->tensions_resolved,
						   tally->tensions_open, tally->tensions_merged > 0 ? "; merged ones are not listed" : ""));
	for (size_t i = 0; i < list->count; i++) {
		const struct entity_tension *tension = (const struct entity_tension *)list->items[i];
		if (tension->status == TENSION_MERGED)
			continue;
		page_blank(page);
		view_tables_tension(page, survey->record, tension);
	}
}

/* Every verdict of a type but the one that leads. */
static void show_verdicts(struct page *page, const struct survey *survey, enum verdict_type type, const char *title)
{
	const struct record_list *list = &survey->record->lists[ENTITY_VERDICT];
	bool begun = false;
	for (size_t i = 0; i < list->count; i++) {
		const struct entity_verdict *verdict = (const struct entity_verdict *)list->items[i];
		if (verdict->verdict_type != type || verdict == survey->verdict)
			continue;
		if (begun)
			page_blank(page);
		else
			page_heading(page, text_of_string(title));
		begun = true;
		page_fold(page, 2, verdict->recommendation);
		page_fold(page, 4, verdict_line(&page->draft, survey->record, verdict));
		page_fold(page, 4, verdict->description);
	}
}

static void show_list(struct page *page, const char *title, const struct text_list *list)
{
	if (list->count == 0)
		return;
	page_heading(page, text_of_string(title));
	for (size_t i = 0; i < list->count; i++)
		page_entry(page, (struct page_lead){2, 3, draft_format(&page->draft, "%2zu.", i + 1)}, list->items[i]);
}

/* "Adopted by verdict final." or, where no verdict is named, "Adopted in round 2 by the Judge." */
static struct text adoption(struct draft *draft, const struct record *record,
							const struct entity_recommendation *recommendation)
{
	struct display_id id;
	if (text_present(recommendation->adopted_in_verdict))
		return draft_format(draft, "Adopted by verdict %.*s.", DRAFT_ARGS(recommendation->adopted_in_verdict));
	const struct entity_event *event =
		display_id_of(&recommendation->head, &id) ? tally_last_event(record, id, -1) : NULL;
	if (event == NULL || event->event_type != EVENT_ADOPTED)
		return TEXT("Adopted; no verdict or round is named.");
	const struct text by = view_tables_by(draft, record, &event->actors);
	if (!event->event_round.present)
		return draft_format(draft, "Adopted%.*s.", DRAFT_ARGS(by));
	return draft_format(draft, "Adopted in round %" PRId64 "%.*s.", event->event_round.value, DRAFT_ARGS(by));
}

/* Every adopted recommendation, by whichever verdict or round. */
static void show_adopted(struct page *page, const struct record *record)
{
	const struct record_list *list = &record->lists[ENTITY_RECOMMENDATION];
	bool begun = false;
	for (size_t i = 0; i < list->count; i++) {
		const struct entity_recommendation *recommendation = (const struct entity_recommendation *)list->items[i];
		if (recommendation->status != RECOMMENDATION_ADOPTED)
			continue;
		if (!begun)
			page_heading(page, TEXT("Adopted"));
		begun = true;
		page_entry(page, (struct page_lead){2, 6, survey_id(&page->draft, list->items[i])}, recommendation->label);
		page_fold(page, 10, adoption(&page->draft, record, recommendation));
	}
}

/* What the verdict rests on, computed from the graph. */
static void show_basis(struct page *page, const struct graph *graph, const struct verdict_context *context)
{
	const struct {
		const char *title;
		const struct verdict_context_list *list;
	} parts[] = {
		{"Key evidence", &context->key_evidence},
		{"Key claims", &context->key_claims},
	};
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (parts[i].list->count == 0)
			continue;
		page_heading(page, text_of_string(parts[i].title));
		for (size_t k = 0; k < parts[i].list->count; k++) {
			const struct entity_head *head =
				graph_node_entity(graph, context->basis.reached[parts[i].list->items[k]].node);
			struct record_statement statement;
			if (!record_statement(head, &statement))
				continue;
			page_entry(page, (struct page_lead){2, 6, survey_id(&page->draft, head)}, statement.label);
			page_fold(page, 10, view_reason_path(&page->draft, graph, &context->basis, parts[i].list->items[k]));
		}
	}
}

/* Everything behind the sentence: the decision in full. */
static void show_decision(struct page *page, const struct survey *survey)
{
	const struct entity_verdict *verdict = survey->verdict;
	if (verdict == NULL)
		return;
	if (text_present(verdict->description)) {
		page_heading(page, TEXT("The decision in full"));
		page_fold(page, 2, verdict->description);
	}
	show_list(page, "Conditions", &verdict->conditions);
	if (text_present(verdict->vote) || verdict->supporting_experts.count > 0 || verdict->tensions_accepted.count > 0) {
		page_heading(page, TEXT("Behind the decision"));
		field(page, "Vote", text_present(verdict->vote) ? verdict->vote : TEXT(""));
		field(page, "Supported by", survey_names(&page->draft, survey->record, &verdict->supporting_experts));
		field(page, "Accepted", survey_names(&page->draft, survey->record, &verdict->tensions_accepted));
		field(page, "Ethos", text_present(verdict->ethos_compliance) ? verdict->ethos_compliance : TEXT(""));
	}
}

const struct entity_verdict *view_show_find_verdict(const struct record *record, struct text asked)
{
	const struct record_list *list = &record->lists[ENTITY_VERDICT];
	for (size_t i = 0; i < list->count; i++) {
		if (text_equal_ignoring_case(list->items[i]->subkey, asked))
			return (const struct entity_verdict *)list->items[i];
	}
	return NULL;
}

void view_show_verdict(struct page *page, const struct record *record, const struct entity_verdict *verdict)
{
	const struct survey survey = {.record = record, .verdict = verdict};
	page_fold(page, 0, verdict->recommendation);
	page_fold(page, 2, verdict_line(&page->draft, record, verdict));
	page_fold(page, 2, verdict->warning);
	show_decision(page, &survey);
}

void view_show_answer_verdict(struct answer *answer, const struct entity_verdict *verdict)
{
	answer_object(answer, NULL);
	answer_text(answer, "id", verdict->head.subkey);
	answer_boolean(answer, "found", true);
	answer_string(answer, "type", "verdict");
	answer_fields(answer, &verdict->head);
	answer_end(answer);
}

struct show {
	struct survey survey;
	const struct graph *graph;
	struct verdict_context context; /* of the verdict, when there is one */
};

static enum hansard_status show_text(struct arena *arena, const struct show *show, size_t width, struct buffer *out,
									 struct hansard_error *error)
{
	const struct survey *survey = &show->survey;
	struct page page;
	page_begin(&page, arena, out, width);
	show_sentence(&page, survey);
	show_import_part(&page, survey->record);
	show_question(&page, survey);
	show_status(&page, survey);
	if (record_rounds(survey->record) > 0) {
		page_heading(&page, TEXT("Scores"));
		view_tables_scores(&page, survey);
		page_blank(&page);
		view_tables_work(&page, survey);
	}
	if (survey->tally.experts > 0) {
		page_heading(&page, TEXT("Panel"));
		view_tables_experts(&page, survey);
	}
	show_tensions(&page, survey);
	show_verdicts(&page, survey, VERDICT_DISSENT, "Dissent");
	show_verdicts(&page, survey, VERDICT_MINORITY, "Minority");
	show_decision(&page, survey);
	show_adopted(&page, survey->record);
	if (survey->verdict != NULL)
		show_basis(&page, show->graph, &show->context);
	view_reason_cycles(&page, show->graph);
	if (survey->meta != NULL)
		show_list(&page, "Key insights", &survey->meta->insights);
	show_verdicts(&page, survey, VERDICT_INTERIM, "Interim verdicts");
	show_said(&page, survey);
	return page_finish(&page, error);
}

static void answer_verdict(struct answer *answer, const char *key, const struct entity_verdict *verdict)
{
	answer_object(answer, key);
	answer_text(answer, "id", verdict->head.subkey);
	answer_fields(answer, &verdict->head);
	answer_end(answer);
}

static void answer_ids(struct answer *answer, const char *key, const struct show *show,
					   const struct verdict_context_list *list, bool reached)
{
	answer_array(answer, key);
	for (size_t i = 0; i < list->count; i++) {
		const size_t node = reached ? show->context.basis.reached[list->items[i]].node : list->items[i];
		char written[DISPLAY_ID_SIZE];
		json_write_text(&answer->writer, display_id_format(graph_node_id(show->graph, node), written));
	}
	answer_end(answer);
}

static enum hansard_status answer_context(struct answer *answer, struct arena *arena, const struct show *show,
										  struct hansard_error *error)
{
	answer_object(answer, "verdict_context");
	answer_ids(answer, "tensions_resolved", show, &show->context.tensions_resolved, false);
	answer_ids(answer, "recommendations_adopted", show, &show->context.recommendations_adopted, false);
	answer_ids(answer, "key_evidence", show, &show->context.key_evidence, true);
	answer_ids(answer, "key_claims", show, &show->context.key_claims, true);
	const enum hansard_status status = view_reason_answer_paths(answer, arena, show->graph, &show->context, error);
	answer_end(answer);
	return status;
}

static void answer_statements(struct answer *answer, const struct record *record, enum entity_type type)
{
	const struct record_list *list = &record->lists[type];
	answer_array(answer, entity_plural(type));
	for (size_t i = 0; i < list->count; i++) {
		struct display_id id;
		char written[DISPLAY_ID_SIZE];
		struct record_statement statement;
		if (!display_id_of(list->items[i], &id) || !record_statement(list->items[i], &statement))
			continue;
		answer_object(answer, NULL);
		answer_text(answer, "id", display_id_format(id, written));
		answer_integer(answer, "round", id.round);
		answer_text(answer, "label", statement.label);
		answer_word(answer, "status", lifecycle_vocabulary(type), lifecycle_status(list->items[i]));
		answer_texts(answer, "contributors", &statement.contributors);
		answer_end(answer);
	}
	answer_end(answer);
}

static void answer_tensions(struct answer *answer, const struct record *record)
{
	const struct record_list *list = &record->lists[ENTITY_TENSION];
	answer_array(answer, "tensions");
	for (size_t i = 0; i < list->count; i++)
		view_tables_answer_tension(answer, record, (const struct entity_tension *)list->items[i]);
	answer_end(answer);
}

static void answer_tally(struct answer *answer, const struct tally *tally)
{
	const struct {
		const char *key;
		size_t value;
	} rows[] = {
		{"rounds", tally->rounds},
		{"experts", tally->experts},
		{"perspectives", tally->perspectives},
		{"recommendations", tally->recommendations},
		{"evidence", tally->evidence},
		{"claims", tally->claims},
		{"moves", tally->moves},
		{"references", tally->refs},
		{"events", tally->events},
		{"verdicts", tally->verdicts},
		{"files", tally->files},
		{"tensions", tally->tensions},
		{"tensions_settled", tally->tensions_settled},
		{"tensions_resolved", tally->tensions_resolved},
		{"tensions_open", tally->tensions_open},
		{"tensions_merged", tally->tensions_merged},
	};
	answer_object(answer, "record");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		answer_integer(answer, rows[i].key, (int64_t)rows[i].value);
	answer_end(answer);
}

static enum hansard_status show_json(struct arena *arena, const struct show *show, struct buffer *out,
									 struct hansard_error *error)
{
	const struct survey *survey = &show->survey;
	const struct record *record = survey->record;
	struct answer answer;
	answer_begin(&answer, out, "dialogue");
	answer_text(&answer, "dialogue_id", record->dialogue_id);
	if (survey->verdict != NULL) {
		answer_verdict(&answer, "verdict", survey->verdict);
		const enum hansard_status context = answer_context(&answer, arena, show, error);
		if (context != HANSARD_OK) {
			out->size = answer.start;
			return context;
		}
	}
	if (survey->meta != NULL) {
		answer_object(&answer, "meta");
		answer_fields(&answer, &survey->meta->head);
		answer_end(&answer);
		if (survey->undated)
			answer_text(&answer, "imported_at", survey->meta->created_at);
	}
	if (record->import_part_rev > 0)
		answer_integer(&answer, "import_part_rev", record->import_part_rev);
	answer_tally(&answer, &survey->tally);
	view_tables_answer_totals(&answer, survey);
	view_tables_answer_rounds(&answer, survey);
	enum hansard_status status = view_tables_answer_experts(arena, &answer, survey, error);
	if (status == HANSARD_OK)
		status = view_reason_answer_cycles(&answer, arena, show->graph, error);
	if (status != HANSARD_OK) {
		out->size = answer.start;
		return status;
	}
	answer_tensions(&answer, record);
	answer_array(&answer, "verdicts");
	for (size_t i = 0; i < record->lists[ENTITY_VERDICT].count; i++)
		answer_verdict(&answer, NULL, (const struct entity_verdict *)record->lists[ENTITY_VERDICT].items[i]);
	answer_end(&answer);
	answer_statements(&answer, record, ENTITY_PERSPECTIVE);
	answer_statements(&answer, record, ENTITY_RECOMMENDATION);
	answer_statements(&answer, record, ENTITY_EVIDENCE);
	answer_statements(&answer, record, ENTITY_CLAIM);
	return answer_finish(&answer, error);
}

enum hansard_status view_show(struct arena *arena, const struct record *record, const struct view_options *options,
							  struct buffer *out, struct hansard_error *error)
{
	struct show show = {0};
	enum survey_computed computed;
	enum hansard_status status = view_tables_survey(arena, record, &computed, &show.survey, error);
	if (status == HANSARD_OK)
		status = graph_build(arena, record, &show.graph, error);
	if (status == HANSARD_OK && show.survey.verdict != NULL)
		status = verdict_context_of(arena, show.graph, show.survey.verdict, &show.context, error);
	if (status != HANSARD_OK)
		return status;
	return options->json ? show_json(arena, &show, out, error) : show_text(arena, &show, options->width, out, error);
}
