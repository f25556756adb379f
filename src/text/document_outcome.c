/*
 * What came of a dialogue: verdict, dissent, tensions and insights.
 */
#include "document_private.h"

/* Whether a text begins with the sentence, marks of emphasis and a label aside. */
static bool leads_with(struct text text, struct text sentence)
{
	static const char *const labels[] = {"**Recommendation**:", "**Recommendation:**", "**Consensus**:",
										 "**Consensus:**",      "**Decision**:",       "**Decision:**"};
	text = text_trim(text);
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		const struct text label = text_of_string(labels[i]);
		if (text_starts_with(text, label)) {
			text = text_trim(text_slice(text, label.size, text.size));
			break;
		}
	}
	while (text.size > 0 && text.data[0] == '*')
		text = text_slice(text, 1, text.size);
	return text_starts_with(text, text_trim(sentence));
}

static void write_list(struct draft *draft, const char *title, const struct text_list *list)
{
	if (list->count == 0)
		return;
	draft_string(draft, "**");
	draft_string(draft, title);
	draft_string(draft, "**\n\n");
	for (size_t i = 0; i < list->count; i++) {
		draft_string(draft, "- ");
		markdown_inline(draft, list->items[i]);
		draft_string(draft, "\n");
	}
	draft_string(draft, "\n");
}

static struct text joined(struct draft *draft, const struct text_list *list)
{
	struct text all = TEXT("");
	for (size_t i = 0; i < list->count; i++)
		all = draft_list(draft, all, list->items[i]);
	return all;
}

/* What is known of a verdict besides its words. */
static void write_terms(struct draft *draft, const struct survey *survey, const struct entity_verdict *verdict)
{
	const size_t before = draft->out->size;
	write_list(draft, "Conditions", &verdict->conditions);
	document_field(draft, "Confidence", survey_word(draft, &vocabulary_confidence, verdict->confidence));
	document_field(draft, "Vote", verdict->vote);
	document_field(draft, "Supported by", survey_names(draft, survey->record, &verdict->supporting_experts));
	document_field(draft, "Tensions accepted", joined(draft, &verdict->tensions_accepted));
	document_field(draft, "Ethos", verdict->ethos_compliance);
	if (verdict->forced.present && verdict->forced.value)
		document_field(draft, "Forced", TEXT("yes"));
	document_field(draft, "Warning", verdict->warning);
	if (draft->out->size > before)
		draft_string(draft, "\n");
}

static void write_verdict(struct draft *draft, const struct survey *survey, const struct entity_verdict *verdict)
{
	if (!leads_with(verdict->description, verdict->recommendation)) {
		draft_string(draft, "**Recommendation**: ");
		markdown_inline(draft, verdict->recommendation);
		draft_string(draft, "\n\n");
	}
	markdown_quote(draft, verdict->description);
	write_terms(draft, survey, verdict);
}

/* A dissent or minority verdict stands as the marker by which it is read again. */
static void write_dissent(struct draft *draft, const struct survey *survey, const struct entity_verdict *verdict)
{
	draft_text(draft, draft_format(draft, "### Round %" PRId64 "\n\n- **", verdict->round.value));
	markdown_inline(draft, survey_name(survey->record, verdict->author));
	draft_string(draft, verdict->verdict_type == VERDICT_DISSENT ? "** [DISSENT: " : "** [MINORITY VERDICT: ");
	markdown_inline(draft, verdict->recommendation);
	draft_string(draft, "]\n\n");
	markdown_quote(draft, verdict->description);
	write_terms(draft, survey, verdict);
}

/* Every verdict of a type but the one that counts. */
static void write_others(struct draft *draft, const struct survey *survey, enum verdict_type type, const char *title)
{
	const struct record_list *list = &survey->record->lists[ENTITY_VERDICT];
	bool begun = false;
	for (size_t i = 0; i < list->count; i++) {
		const struct entity_verdict *verdict = (const struct entity_verdict *)list->items[i];
		const bool shown = verdict == survey->verdict && type == VERDICT_FINAL;
		if (verdict->verdict_type != type || shown)
			continue;
		if (!begun)
			draft_text(draft, draft_format(draft, "## %s\n\n", title));
		begun = true;
		if (type == VERDICT_DISSENT || type == VERDICT_MINORITY) {
			write_dissent(draft, survey, verdict);
		} else {
			draft_text(draft, draft_format(draft, "### After round %" PRId64 "\n\n", verdict->round.value));
			write_verdict(draft, survey, verdict);
		}
	}
}

/* "Muffin R0, Scone R0": who raised it and when. */
static struct text raised_by(struct draft *draft, const struct survey *survey, const struct entity_tension *tension)
{
	const int round = tally_raised_round(tension);
	struct text raisers = TEXT("");
	for (size_t i = 0; i < tension->contributors.count; i++) {
		const struct text name = survey_name(survey->record, tension->contributors.items[i]);
		raisers = draft_list(draft, raisers, draft_format(draft, "%.*s R%d", DRAFT_ARGS(name), round));
	}
	return raisers.size > 0 ? raisers : draft_format(draft, "R%d", round);
}

/* "Resolved R1": its state, and the round that brought it about. */
static struct text standing(struct draft *draft, const struct survey *survey, const struct entity_tension *tension)
{
	struct display_id id;
	const struct text word = text_present(tension->accepted_by)
								 ? TEXT("Accepted")
								 : survey_word(draft, &vocabulary_tension_status, tension->status);
	const struct entity_event *event =
		display_id_of(&tension->head, &id) ? tally_last_event(survey->record, id, -1) : NULL;
	if (event == NULL || !event->event_round.present)
		return word;
	return draft_format(draft, "%.*s R%" PRId64, DRAFT_ARGS(word), event->event_round.value);
}

static void write_tensions(struct draft *draft, const struct survey *survey)
{
	static const char *const titles[] = {"ID", "Tension", "Status", "Raised by", "Resolution"};
	const struct record_list *list = &survey->record->lists[ENTITY_TENSION];
	if (list->count == 0)
		return;
	draft_string(draft, "## Tensions: ");
	markdown_inline(draft, survey_resolved(draft, survey));
	draft_string(draft, " resolved\n\n");
	struct markdown_table table;
	markdown_table_begin(&table, draft, titles, "lllll");
	for (size_t i = 0; i < list->count; i++) {
		const struct entity_tension *tension = (const struct entity_tension *)list->items[i];
		markdown_table_cell(&table, survey_id(draft, &tension->head));
		markdown_table_cell(&table, tension->label);
		markdown_table_cell(&table, standing(draft, survey, tension));
		markdown_table_cell(&table, raised_by(draft, survey, tension));
		markdown_table_cell(&table, survey_fate(survey->record, tension));
	}
	markdown_table_end(&table);
}

static void write_insights(struct draft *draft, const struct survey *survey)
{
	if (survey->meta == NULL || survey->meta->insights.count == 0)
		return;
	draft_string(draft, "## Key Insights\n\n");
	for (size_t i = 0; i < survey->meta->insights.count; i++) {
		draft_text(draft, draft_format(draft, "%zu. ", i + 1));
		markdown_inline(draft, survey->meta->insights.items[i]);
		draft_string(draft, "\n");
	}
	draft_string(draft, "\n");
}

void document_outcome_write(struct draft *draft, const struct survey *survey)
{
	if (survey->verdict != NULL && survey->verdict->verdict_type == VERDICT_FINAL) {
		draft_string(draft, "## Verdict\n\n");
		write_verdict(draft, survey, survey->verdict);
	}
	write_others(draft, survey, VERDICT_FINAL, "Earlier Decisions");
	write_others(draft, survey, VERDICT_DISSENT, "Dissent");
	write_others(draft, survey, VERDICT_MINORITY, "Minority");
	write_others(draft, survey, VERDICT_INTERIM, "Interim Decisions");
	write_tensions(draft, survey);
	write_insights(draft, survey);
}
