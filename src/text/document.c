/*
 * The recorded document: head, pool, panels and scores; the rest is in document_outcome.c and document_rounds.c.
 */
#include "document.h"

#include "document_form.h"
#include "document_private.h"
#include "error.h"
#include "limits.h"

void document_field(struct draft *draft, const char *name, struct text value)
{
	if (value.size == 0)
		return;
	draft_string(draft, "- **");
	draft_string(draft, name);
	draft_string(draft, "**: ");
	markdown_inline(draft, value);
	draft_string(draft, "\n");
}

/* A field whose name is a kind of link: "Linked RFC", "Supersedes". */
static void write_link(struct draft *draft, const struct record_link *link)
{
	static const struct {
		const char *kind;
		const char *name;
	} names[] = {{"rfc", "Linked RFC"}, {"adr", "Linked ADR"}};
	const char *name = NULL;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (text_equal_ignoring_case(link->kind, text_of_string(names[i].kind)))
			name = names[i].name;
	}
	draft_string(draft, "- **");
	markdown_inline(draft, name != NULL ? text_of_string(name) : draft_capital(draft, link->kind));
	draft_string(draft, "**: ");
	markdown_inline(draft, link->reference);
	draft_string(draft, "\n");
}

static struct text participants(struct draft *draft, const struct survey *survey)
{
	struct text names = TEXT("");
	if (survey->meta != NULL && survey->meta->participants.count > 0) {
		for (size_t i = 0; i < survey->meta->participants.count; i++)
			names = draft_list(draft, names, survey->meta->participants.items[i]);
		return names;
	}
	const struct record_list *experts = &survey->record->lists[ENTITY_EXPERT];
	for (size_t i = 0; i < experts->count; i++)
		names = draft_list(draft, names, survey_name(survey->record, experts->items[i]->subkey));
	return names;
}

static void write_head(struct draft *draft, const struct survey *survey)
{
	const struct entity_meta *meta = survey->meta;
	draft_string(draft, "# Alignment Dialogue: ");
	markdown_inline(draft, survey_title(survey));
	draft_string(draft, "\n\n");
	if (meta != NULL) {
		if (meta->number.present)
			document_field(draft, "Dialogue", draft_format(draft, "%" PRId64, meta->number.value));
		if (!survey->undated)
			document_field(draft, "Date", survey_moment_whole(draft, meta->created_at));
		document_field(draft, "Status", survey_word(draft, &vocabulary_dialogue_status, meta->status));
	}
	document_field(draft, "ALIGNMENT Score", survey_total(draft, survey));
	document_field(draft, "Rounds", survey_round_count(draft, survey));
	if (meta != NULL && meta->max_rounds.present)
		document_field(draft, "Max Rounds", draft_format(draft, "%" PRId64, meta->max_rounds.value));
	document_field(draft, "Convergence", survey_convergence(draft, survey));
	document_field(draft, "Tensions Resolved", survey_resolved(draft, survey));
	document_field(draft, "Participants", participants(draft, survey));
	size_t count;
	const struct record_link *links = survey_links(meta, &count);
	for (size_t i = 0; i < count; i++)
		write_link(draft, &links[i]);
	draft_string(draft, "\n");
}

static void write_background(struct draft *draft, const struct record_background *background)
{
	if (background == NULL)
		return;
	const struct {
		const char *title;
		struct text text;
	} parts[] = {
		{"Subject", background->subject},
		{"Description", background->description},
		{"Constraints", background->constraints},
		{"Situation", background->situation},
	};
	draft_string(draft, "## Background\n\n");
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (text_trim(parts[i].text).size == 0)
			continue;
		draft_string(draft, "**");
		draft_string(draft, parts[i].title);
		draft_string(draft, "**:\n\n");
		markdown_quote(draft, parts[i].text);
	}
}

static void write_pool_tier(struct markdown_table *table, const struct entity_meta *meta, enum tier tier)
{
	size_t count;
	const struct record_pool_member *members = survey_members(meta, &count);
	for (size_t i = 0; i < count; i++) {
		if (members[i].tier != tier)
			continue;
		markdown_table_cell(table, survey_word(table->draft, &vocabulary_tier, tier));
		markdown_table_cell(table, members[i].role);
		markdown_table_cell(table, survey_relevance(table->draft, members[i].relevance));
		markdown_table_cell(table, members[i].focus);
	}
}

static void write_pool(struct draft *draft, const struct survey *survey)
{
	static const char *const titles[] = {"Tier", "Role", "Relevance", "Focus"};
	const struct entity_meta *meta = survey->meta;
	const struct record_pool *pool = meta != NULL ? meta->pool : NULL;
	const struct text question = meta == NULL                   ? TEXT_ABSENT
								 : text_present(meta->question) ? meta->question
								 : pool != NULL                 ? pool->question
																: TEXT_ABSENT;
	if (pool == NULL && !text_present(question))
		return;
	draft_string(draft, pool != NULL ? "## Expert Pool\n\n" : "## Question\n\n");
	if (pool != NULL)
		document_field(draft, "Domain", pool->domain);
	document_field(draft, "Question", question);
	draft_string(draft, "\n");
	struct markdown_table table;
	markdown_table_begin(&table, draft, titles, "llRL");
	for (unsigned tier = TIER_CORE; tier <= vocabulary_tier.count; tier++)
		write_pool_tier(&table, meta, (enum tier)tier);
	write_pool_tier(&table, meta, TIER_ABSENT);
	markdown_table_end(&table);
}

static void write_seat(struct markdown_table *table, const struct survey *survey, int round,
					   const struct record_seat *seat)
{
	const struct entity_expert *expert = record_expert(survey->record, seat->expert);
	const struct record_expert_score *score = expert != NULL ? survey_score(expert, round) : NULL;
	const struct text role = text_present(seat->role) ? seat->role : expert != NULL ? expert->role : TEXT_ABSENT;
	markdown_table_cell(table, survey_name(survey->record, seat->expert));
	markdown_table_cell(table, role);
	markdown_table_cell(table, survey_word(table->draft, &vocabulary_tier, seat->tier));
	markdown_table_cell(table, survey_relevance(table->draft, seat->relevance));
	markdown_table_cell(table, survey_word(table->draft, &vocabulary_seat_source, seat->source));
	markdown_table_cell(table, seat->focus);
	markdown_table_integer(table, score != NULL ? score->total : (struct schema_integer){0});
}

static void write_panels(struct draft *draft, const struct survey *survey)
{
	static const char *const titles[] = {"Agent", "Role", "Tier", "Relevance", "Source", "Focus", "Score"};
	if (record_rounds(survey->record) == 0)
		return;
	draft_string(draft, "## Expert Panels by Round\n\n");
	for (size_t i = 0; i < record_rounds(survey->record); i++) {
		const struct entity_round *round = survey_round(survey, i);
		const int n = survey_round_number(&round->head);
		size_t count;
		const struct record_seat *seats = survey_seats(round, &count);
		const struct text size = round->panel_size.present
									 ? survey_claim(draft, survey, round->panel_size, (int64_t)count)
								 : count > 0 ? draft_format(draft, "%zu", count)
											 : TEXT("");
		draft_text(draft, draft_format(draft, "### Round %d", n));
		if (size.size > 0)
			draft_text(draft, draft_format(draft, " (%.*s experts)", DRAFT_ARGS(size)));
		draft_string(draft, "\n\n");
		struct markdown_table table;
		markdown_table_begin(&table, draft, titles, "lLLRLLR");
		for (size_t s = 0; s < count; s++)
			write_seat(&table, survey, n, &seats[s]);
		markdown_table_end(&table);
	}
}

static void write_round_scores(struct markdown_table *table, const struct survey *survey, size_t index)
{
	struct draft *draft = table->draft;
	const struct entity_round *round = survey_round(survey, index);
	const struct tally_round *facts = &survey->rounds[index];
	const struct schema_integer sum = survey_sum(round);
	markdown_table_cell(table, draft_format(draft, "%d", survey_round_number(&round->head)));
	markdown_table_integer(table, round->wisdom);
	markdown_table_integer(table, round->consistency);
	markdown_table_integer(table, round->truth);
	markdown_table_integer(table, round->relationships);
	if (sum.present)
		markdown_table_cell(table, survey_claim(draft, survey, round->score, sum.value));
	else
		markdown_table_integer(table, round->score);
	markdown_table_cell(table, survey_claim(draft, survey, round->open_tensions, (int64_t)facts->open_tensions));
	markdown_table_cell(table, survey_claim(draft, survey, round->new_perspectives, (int64_t)facts->new_perspectives));
	markdown_table_cell(table, survey_claim(draft, survey, round->velocity, (int64_t)facts->velocity));
	markdown_table_cell(table, survey_converge(draft, survey, index));
}

static void write_score_totals(struct markdown_table *table, const struct tally *tally)
{
	markdown_table_cell(table, TEXT("**All**"));
	markdown_table_integer(table, tally->scores.wisdom);
	markdown_table_integer(table, tally->scores.consistency);
	markdown_table_integer(table, tally->scores.truth);
	markdown_table_integer(table, tally->scores.relationships);
	markdown_table_integer(table, tally->scores.score);
	for (int i = 0; i < 4; i++)
		markdown_table_cell(table, TEXT_ABSENT);
}

static void write_scoreboard(struct draft *draft, const struct survey *survey)
{
	static const char *const titles[] = {
		"Round", "W", "C", "T", "R", "Score", "Open Tensions", "New Perspectives", "Velocity", "Converge %"};
	if (record_rounds(survey->record) == 0)
		return;
	draft_string(draft, "## ALIGNMENT Scoreboard\n\n");
	struct markdown_table table;
	markdown_table_begin(&table, draft, titles, "rrrrrrrrrr");
	for (size_t i = 0; i < record_rounds(survey->record); i++)
		write_round_scores(&table, survey, i);
	if (survey->tally.scores.score.present)
		write_score_totals(&table, &survey->tally);
	markdown_table_end(&table);
	const struct text total = survey_total(draft, survey);
	if (total.size > 0)
		draft_text(draft, draft_format(draft, "**Total ALIGNMENT**: %.*s\n\n", DRAFT_ARGS(total)));
}

/* One row of the table of scores by expert: a cell for each round and the total. */
static void write_expert_total(struct markdown_table *table, const struct survey *survey,
							   const struct entity_expert *expert)
{
	markdown_table_cell(table, survey_name(survey->record, expert->head.subkey));
	for (size_t i = 0; i < record_rounds(survey->record); i++) {
		const struct record_expert_score *score =
			survey_score(expert, survey_round_number(&survey_round(survey, i)->head));
		markdown_table_integer(table, score != NULL ? score->total : (struct schema_integer){0});
	}
	markdown_table_integer(table, tally_expert_total(expert));
}

static bool has_parts(const struct record_expert_score *score)
{
	return score->w.present || score->c.present || score->t.present || score->r.present;
}

/* W, C, T and R of the experts, where they are known. */
static void write_expert_parts(struct draft *draft, const struct survey *survey)
{
	static const char *const titles[] = {"Expert", "Round", "W", "C", "T", "R", "Total"};
	const struct record_list *experts = &survey->record->lists[ENTITY_EXPERT];
	struct markdown_table table;
	markdown_table_begin(&table, draft, titles, "lrrrrrr");
	for (size_t i = 0; i < experts->count; i++) {
		size_t count;
		const struct record_expert_score *scores =
			survey_scores((const struct entity_expert *)experts->items[i], &count);
		for (size_t s = 0; s < count; s++) {
			if (!has_parts(&scores[s]))
				continue;
			markdown_table_cell(&table, survey_name(survey->record, experts->items[i]->subkey));
			markdown_table_integer(&table, scores[s].round);
			markdown_table_integer(&table, scores[s].w);
			markdown_table_integer(&table, scores[s].c);
			markdown_table_integer(&table, scores[s].t);
			markdown_table_integer(&table, scores[s].r);
			markdown_table_integer(&table, scores[s].total);
		}
	}
	markdown_table_end(&table);
}

static void write_experts(struct draft *draft, const struct survey *survey)
{
	/* The names of the columns R0 to R99 and the letters of their alignment, with those around them. */
	char names[LIMIT_ROUND + 1][sizeof("R-2147483648")];
	const char *titles[LIMIT_ROUND + 3] = {"Expert"};
	char align[LIMIT_ROUND + 4] = "l";
	const struct record_list *experts = &survey->record->lists[ENTITY_EXPERT];
	const size_t rounds = record_rounds(survey->record);
	bool scored = false;
	for (size_t i = 0; i < experts->count && !scored; i++)
		scored = tally_expert_total((const struct entity_expert *)experts->items[i]).present;
	if (!scored || rounds > LIMIT_ROUND + 1)
		return;
	for (size_t i = 0; i < rounds; i++) {
		snprintf(names[i], sizeof(names[i]), "R%d", survey_round_number(&survey_round(survey, i)->head));
		titles[i + 1] = names[i];
		align[i + 1] = 'r';
	}
	titles[rounds + 1] = "Total";
	align[rounds + 1] = 'r';
	draft_string(draft, "## Expert Scores\n\n");
	struct markdown_table table;
	markdown_table_begin(&table, draft, titles, align);
	for (size_t i = 0; i < experts->count; i++)
		write_expert_total(&table, survey, (const struct entity_expert *)experts->items[i]);
	markdown_table_end(&table);
	write_expert_parts(draft, survey);
}

static void write_place(struct draft *draft, const struct survey *survey, struct text place)
{
	draft_string(draft, "## Dialogue Location\n\n");
	place = text_trim(place);
	if (place.size > 0) {
		/* What would begin a heading, list, quote, table or fence there. */
		if (strchr("#>-+*=_|`~", place.data[0]) != NULL)
			draft_string(draft, "\\");
		markdown_inline(draft, place);
		draft_string(draft, "\n\n");
	}
	draft_text(draft, draft_format(draft, "Dialogue id: `%.*s`\n\n", DRAFT_ARGS(survey->record->dialogue_id)));
	if (survey->meta != NULL && text_present(survey->meta->output_dir)) {
		draft_string(draft, "Written in ");
		markdown_inline(draft, survey->meta->output_dir);
		draft_string(draft, "\n\n");
	}
}

enum hansard_status document_write(struct arena *arena, const struct record *record, struct text place,
								   struct buffer *out, struct hansard_error *error)
{
	struct survey survey;
	enum hansard_status status = survey_of(arena, record, &survey, error);
	if (status != HANSARD_OK)
		return status;
	struct draft draft;
	draft_begin(&draft, arena, out);
	document_form_open(&draft);
	write_head(&draft, &survey);
	write_pool(&draft, &survey);
	if (survey.meta != NULL)
		write_background(&draft, survey.meta->background);
	write_panels(&draft, &survey);
	write_scoreboard(&draft, &survey);
	write_experts(&draft, &survey);
	document_outcome_write(&draft, &survey);
	write_place(&draft, &survey, place);
	document_rounds_write(&draft, &survey);
	status = document_form_close(&draft, record, error);
	if (status != HANSARD_OK)
		out->size = draft.start;
	return status == HANSARD_OK ? draft_finish(&draft, error) : status;
}
