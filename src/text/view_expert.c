/*
 * What one expert brought to a dialogue: scores, statements and moves.
 */
#include "lifecycle.h"
#include "view.h"
#include "view_private.h"

static const enum entity_type said[] = {ENTITY_PERSPECTIVE, ENTITY_TENSION, ENTITY_RECOMMENDATION, ENTITY_EVIDENCE,
										ENTITY_CLAIM};

const struct entity_expert *view_expert_find(const struct record *record, struct text asked)
{
	const struct record_list *list = &record->lists[ENTITY_EXPERT];
	const struct entity_expert *found = NULL;
	size_t named = 0;
	for (size_t i = 0; i < list->count; i++) {
		const struct entity_expert *expert = (const struct entity_expert *)list->items[i];
		if (text_equal_ignoring_case(expert->head.subkey, asked))
			return expert;
		if (text_present(expert->name) && text_equal_ignoring_case(text_trim(expert->name), asked)) {
			found = expert;
			named++;
		}
	}
	return named == 1 ? found : NULL;
}

/* Whether the statement is also this expert's. */
static bool is_by(const struct entity_head *head, struct text slug, struct record_statement *ret_statement)
{
	if (!record_statement(head, ret_statement))
		return false;
	for (size_t i = 0; i < ret_statement->contributors.count; i++) {
		if (text_equal(ret_statement->contributors.items[i], slug))
			return true;
	}
	return false;
}

static void show_scores(struct page *page, const struct entity_expert *expert)
{
	static const struct page_column columns[] = {{"Round", true}, {"W", true}, {"C", true},
												 {"T", true},     {"R", true}, {"Score", true}};
	struct page_table table;
	size_t count;
	const struct record_expert_score *scores = survey_scores(expert, &count);
	if (count == 0)
		return;
	page_blank(page);
	page_table_begin(&table, page, columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < count; i++) {
		if (scores[i].round.present)
			page_table_integer(&table, scores[i].round.value);
		else
			page_table_cell(&table, TEXT("All"));
		view_tables_integer(&table, scores[i].w);
		view_tables_integer(&table, scores[i].c);
		view_tables_integer(&table, scores[i].t);
		view_tables_integer(&table, scores[i].r);
		view_tables_integer(&table, scores[i].total);
	}
	page_table_end(&table);
}

static void show_statements(struct page *page, const struct record *record, struct text slug)
{
	bool begun = false;
	for (size_t t = 0; t < sizeof(said) / sizeof(said[0]); t++) {
		const struct record_list *list = &record->lists[said[t]];
		for (size_t i = 0; i < list->count; i++) {
			struct record_statement statement;
			if (!is_by(list->items[i], slug, &statement))
				continue;
			if (!begun) {
				page_blank(page);
				page_fold(page, 2, TEXT("Statements"));
				begun = true;
			}
			page_entry(page, (struct page_lead){4, 6, view_tables_statement_id(&page->draft, list->items[i])},
					   statement.label);
		}
	}
}

static void show_moves(struct page *page, const struct record *record, struct text slug)
{
	struct draft *draft = &page->draft;
	const struct record_list *list = &record->lists[ENTITY_MOVE];
	bool begun = false;
	for (size_t i = 0; i < list->count; i++) {
		const struct entity_move *move = (const struct entity_move *)list->items[i];
		struct item_key_move key;
		if (!item_key_read_move(move->head.subkey, &key) || !text_equal(key.expert, slug))
			continue;
		if (!begun) {
			page_blank(page);
			page_fold(page, 2, TEXT("Moves"));
			begun = true;
		}
		const struct text targets = survey_names(draft, record, &move->targets);
		const struct text word = vocabulary_word(&vocabulary_move_type, move->move_type);
		page_entry(
			page, (struct page_lead){4, 8, draft_format(draft, "Round %d", key.round)},
			draft_format(draft, "%.*s%s%.*s", DRAFT_ARGS(word), targets.size > 0 ? " " : "", DRAFT_ARGS(targets)));
		page_fold(page, 14, move->context);
	}
}

void view_expert_show(struct page *page, const struct record *record, const struct entity_expert *expert)
{
	struct draft *draft = &page->draft;
	const struct text tier = survey_word(draft, &vocabulary_tier, expert->tier);
	const struct schema_integer total = tally_expert_total(expert);
	page_fold(page, 0, survey_name(record, expert->head.subkey));
	page_fold(page, 2, draft_format(draft, "Expert %.*s", DRAFT_ARGS(expert->head.subkey)));
	page_fold(page, 2, expert->role);
	if (tier.size > 0)
		page_fold(page, 2, draft_format(draft, "Tier %.*s", DRAFT_ARGS(tier)));
	if (total.present)
		page_fold(page, 2, draft_format(draft, "Score %" PRId64, total.value));
	page_fold(page, 2, expert->description);
	show_scores(page, expert);
	show_statements(page, record, expert->head.subkey);
	show_moves(page, record, expert->head.subkey);
}

static void answer_statements(struct answer *answer, const struct record *record, struct text slug)
{
	answer_array(answer, "statements");
	for (size_t t = 0; t < sizeof(said) / sizeof(said[0]); t++) {
		const struct record_list *list = &record->lists[said[t]];
		for (size_t i = 0; i < list->count; i++) {
			struct record_statement statement;
			struct display_id id;
			char written[DISPLAY_ID_SIZE];
			if (!is_by(list->items[i], slug, &statement) || !display_id_of(list->items[i], &id))
				continue;
			answer_object(answer, NULL);
			answer_text(answer, "id", display_id_format(id, written));
			answer_string(answer, "type", entity_shape(said[t])->name);
			answer_integer(answer, "round", id.round);
			answer_text(answer, "label", statement.label);
			answer_word(answer, "status", lifecycle_vocabulary(said[t]), lifecycle_status(list->items[i]));
			answer_end(answer);
		}
	}
	answer_end(answer);
}

void view_expert_answer(struct answer *answer, const struct record *record, const struct entity_expert *expert)
{
	const struct record_list *list = &record->lists[ENTITY_MOVE];
	answer_object(answer, NULL);
	answer_text(answer, "id", expert->head.subkey);
	answer_boolean(answer, "found", true);
	answer_string(answer, "type", "expert");
	answer_fields(answer, &expert->head);
	answer_statements(answer, record, expert->head.subkey);
	answer_array(answer, "moves");
	for (size_t i = 0; i < list->count; i++) {
		struct item_key_move key;
		if (!item_key_read_move(list->items[i]->subkey, &key) || !text_equal(key.expert, expert->head.subkey))
			continue;
		answer_object(answer, NULL);
		answer_integer(answer, "round", key.round);
		answer_integer(answer, "seq", key.seq);
		answer_fields(answer, list->items[i]);
		answer_end(answer);
	}
	answer_end(answer);
	answer_end(answer);
}
