/*
 * What was said, round by round, in the markers by which it is read again.
 */
#include "document_private.h"

#include "lifecycle.h"

/* A label inside a marker's brackets; where its own brackets do not match they become round ones. */
static struct text label_of(struct draft *draft, struct text label)
{
	int depth = 0;
	bool matched = true;
	for (size_t i = 0; i < label.size; i++) {
		depth += label.data[i] == '[' ? 1 : label.data[i] == ']' ? -1 : 0;
		matched = matched && depth >= 0;
	}
	if (matched && depth == 0)
		return label;
	char *data = arena_allocate(draft->arena, label.size);
	if (data == NULL) {
		draft->failed = true;
		return TEXT("");
	}
	for (size_t i = 0; i < label.size; i++)
		data[i] = label.data[i] == '[' ? '(' : label.data[i] == ']' ? ')' : label.data[i];
	return (struct text){.data = data, .size = label.size};
}

/* The slug of the first contributor, or judge. */
static struct text author_of(const struct record_statement *statement)
{
	return statement->contributors.count > 0 ? statement->contributors.items[0] : TEXT("judge");
}

static bool has_refs(const struct record *record, struct text id)
{
	const struct record_list *refs = &record->lists[ENTITY_REF];
	struct item_key_ref ref;
	for (size_t i = 0; i < refs->count; i++) {
		if (item_key_read_ref(refs->items[i]->subkey, &ref) && text_equal(ref.source, id))
			return true;
	}
	return false;
}

static void write_refs(struct draft *draft, const struct record *record, struct text id)
{
	const struct record_list *refs = &record->lists[ENTITY_REF];
	bool begun = false;
	for (size_t i = 0; i < refs->count; i++) {
		struct item_key_ref ref;
		if (!item_key_read_ref(refs->items[i]->subkey, &ref) || !text_equal(ref.source, id))
			continue;
		const struct text word = vocabulary_word(&vocabulary_ref_type, ref.type);
		draft_string(draft, begun ? " [RE:" : "[RE:");
		begun = true;
		draft_text(draft, draft_capitals(draft, word));
		draft_text(draft, draft_format(draft, " %.*s]", DRAFT_ARGS(ref.target)));
	}
	if (begun)
		draft_string(draft, "\n\n");
}

static void write_parameters(struct draft *draft, const struct entity_head *head)
{
	if (head->type != ENTITY_RECOMMENDATION)
		return;
	const struct schema_groups *groups = &((const struct entity_recommendation *)head)->parameters;
	const struct record_parameter *parameters = groups->items;
	for (size_t i = 0; i < groups->count; i++) {
		draft_string(draft, "- **");
		markdown_inline(draft, parameters[i].name);
		draft_string(draft, "** = ");
		markdown_inline(draft, parameters[i].value);
		draft_string(draft, "\n");
	}
	if (groups->count > 0)
		draft_string(draft, "\n");
}

/* A tension that is only a label has been told in full by its row of the register. */
static bool told(struct draft *draft, const struct record *record, const struct entity_head *head)
{
	struct record_statement statement;
	return head->type == ENTITY_TENSION && record_statement(head, &statement) && text_trim(statement.body).size == 0 &&
		   !has_refs(record, survey_id(draft, head));
}

static void write_statement(struct draft *draft, const struct record *record, const struct entity_head *head)
{
	struct record_statement statement;
	if (!record_statement(head, &statement))
		return;
	const struct text id = survey_id(draft, head);
	draft_string(draft, "[");
	markdown_inline(draft, draft_capitals(draft, author_of(&statement)));
	draft_text(draft, draft_format(draft, "-%.*s: ", DRAFT_ARGS(id)));
	markdown_inline(draft, label_of(draft, statement.label));
	draft_string(draft, "]\n\n");
	markdown_quote(draft, statement.body);
	write_parameters(draft, head);
	const unsigned status = lifecycle_status(head);
	if (status != lifecycle_initial(head->type) && head->type != ENTITY_TENSION) {
		const struct text word = vocabulary_word(lifecycle_vocabulary(head->type), status);
		draft_text(draft, draft_format(draft, "*(%.*s)*\n\n", DRAFT_ARGS(word)));
	}
	write_refs(draft, record, id);
}

static void write_statements(struct draft *draft, const struct record *record, int round)
{
	static const enum entity_type types[] = {ENTITY_PERSPECTIVE, ENTITY_RECOMMENDATION, ENTITY_TENSION, ENTITY_EVIDENCE,
											 ENTITY_CLAIM};
	bool begun = false;
	for (size_t t = 0; t < sizeof(types) / sizeof(types[0]); t++) {
		const struct record_list *list = &record->lists[types[t]];
		for (size_t i = 0; i < list->count; i++) {
			if (survey_round_number(list->items[i]) != round || told(draft, record, list->items[i]))
				continue;
			if (!begun)
				draft_string(draft, "### Statements\n\n");
			begun = true;
			write_statement(draft, record, list->items[i]);
		}
	}
}

/* "[MOVE:CONCEDE to Muffin on T0101: topic] what was said" in a cell. What was said stands behind the bracket: ids in
   it are words of the expert and name nothing. */
static void write_move(struct draft *draft, const struct record *record, const struct entity_move *move, int round)
{
	struct item_key_move key = {.expert = TEXT("")};
	item_key_read_move(move->head.subkey, &key);
	const struct text word = vocabulary_word(&vocabulary_move_type, move->move_type);
	struct text ids = TEXT(""), topics = TEXT("");
	draft_string(draft, "| ");
	markdown_cell(draft, survey_name(record, key.expert));
	draft_text(draft, draft_format(draft, " | %d | [MOVE:", round));
	draft_text(draft, draft_capitals(draft, word));
	for (size_t i = 0; i < move->targets.count; i++) {
		const struct text target = move->targets.items[i];
		struct display_id id;
		if (display_id_parse(target, &id)) {
			ids = draft_list(draft, ids, target);
		} else if (record_expert(record, target) != NULL) {
			draft_string(draft, " to ");
			markdown_cell(draft, survey_name(record, target));
		} else {
			topics = draft_list(draft, topics, target);
		}
	}
	if (ids.size > 0)
		draft_text(draft, draft_format(draft, " on %.*s", DRAFT_ARGS(ids)));
	if (topics.size > 0) {
		draft_string(draft, ": ");
		markdown_cell(draft, label_of(draft, topics));
	}
	draft_string(draft, "]");
	if (text_trim(move->context).size > 0) {
		draft_string(draft, ": ");
		markdown_cell(draft, move->context);
	}
	draft_string(draft, " |\n");
}

static void write_moves(struct draft *draft, const struct record *record, int round)
{
	const struct record_list *list = &record->lists[ENTITY_MOVE];
	bool begun = false;
	for (size_t i = 0; i < list->count; i++) {
		if (survey_round_number(list->items[i]) != round)
			continue;
		if (!begun) {
			draft_string(draft, "### Moves\n\n| Expert | Round | What they did |\n|---|---:|---|\n");
		}
		begun = true;
		write_move(draft, record, (const struct entity_move *)list->items[i], round);
	}
	if (begun)
		draft_string(draft, "\n");
}

void document_rounds_write(struct draft *draft, const struct survey *survey)
{
	for (size_t i = 0; i < record_rounds(survey->record); i++) {
		const struct entity_round *round = survey_round(survey, i);
		const int n = survey_round_number(&round->head);
		draft_text(draft, draft_format(draft, "## Round %d", n));
		if (text_trim(round->title).size > 0) {
			draft_string(draft, ": ");
			markdown_inline(draft, round->title);
		}
		draft_string(draft, "\n\n");
		if (text_trim(round->summary).size > 0) {
			draft_string(draft, "### Judge Synthesis\n\n");
			markdown_quote(draft, round->summary);
		}
		write_statements(draft, survey->record, n);
		write_moves(draft, survey->record, n);
	}
}
