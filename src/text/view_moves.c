/*
 * What was done in each round, and what refers to what.
 */
#include "error.h"
#include "limits.h"
#include "view.h"
#include "view_private.h"

/* The experts with a converge move in the round, each once. Moves stand by round and expert. */
static bool signals_of(struct arena *arena, const struct record *record, int round, struct text_list *ret_slugs)
{
	const struct record_list *list = &record->lists[ENTITY_MOVE];
	struct text *slugs = arena_allocate_array(arena, list->count, sizeof(*slugs));
	size_t count = 0;
	for (size_t i = 0; slugs != NULL && i < list->count; i++) {
		struct item_key_move key;
		if (((const struct entity_move *)list->items[i])->move_type == MOVE_CONVERGE &&
			item_key_read_move(list->items[i]->subkey, &key) && key.round == round &&
			(count == 0 || !text_equal(slugs[count - 1], key.expert)))
			slugs[count++] = key.expert;
	}
	*ret_slugs = (struct text_list){.items = slugs, .count = count, .present = true};
	return slugs != NULL;
}

static void show_round(struct page *page, const struct record *record, int round)
{
	struct draft *draft = &page->draft;
	struct text_list slugs;
	page_heading(page, draft_format(draft, "Round %d", round));
	if (!signals_of(draft->arena, record, round, &slugs)) {
		draft->failed = true;
		return;
	}
	const struct text names = survey_names(draft, record, &slugs);
	page_fold(page, 2,
			  draft_format(draft, "Converged: %.*s", DRAFT_ARGS(names.size > 0 ? names : TEXT("nobody signalled it"))));
}

static void show_move(struct page *page, const struct record *record, const struct entity_move *move, struct text slug)
{
	struct draft *draft = &page->draft;
	const struct text names = survey_names(draft, record, &move->targets);
	page_entry(page, (struct page_lead){4, 10, vocabulary_word(&vocabulary_move_type, move->move_type)},
			   draft_format(draft, "%.*s%s%.*s", DRAFT_ARGS(survey_name(record, slug)), names.size > 0 ? ": " : "",
							DRAFT_ARGS(names)));
	page_fold(page, 16, move->context);
}

static enum hansard_status moves_text(struct arena *arena, const struct record *record,
									  const struct view_options *options, struct buffer *out,
									  struct hansard_error *error)
{
	const struct record_list *list = &record->lists[ENTITY_MOVE];
	struct page page;
	int round = -1;
	page_begin(&page, arena, out, options->width);
	page_fold(&page, 0,
			  draft_format(&page.draft, "%.*s, by round and expert",
						   DRAFT_ARGS(draft_count(&page.draft, list->count, "move", "moves"))));
	for (size_t i = 0; i < list->count; i++) {
		struct item_key_move key;
		if (!item_key_read_move(list->items[i]->subkey, &key))
			continue;
		if (key.round != round)
			show_round(&page, record, key.round);
		round = key.round;
		show_move(&page, record, (const struct entity_move *)list->items[i], key.expert);
	}
	return page_finish(&page, error);
}

/* The moves of a round from the one at `from`; the place after the last. */
static size_t answer_round(struct answer *answer, const struct record_list *list, size_t from, int round)
{
	size_t i = from;
	answer_array(answer, "moves");
	for (; i < list->count; i++) {
		struct item_key_move key;
		if (!item_key_read_move(list->items[i]->subkey, &key) || key.round != round)
			break;
		answer_object(answer, NULL);
		answer_text(answer, "expert", key.expert);
		answer_integer(answer, "seq", key.seq);
		answer_fields(answer, list->items[i]);
		answer_end(answer);
	}
	answer_end(answer);
	return i;
}

static enum hansard_status moves_json(struct arena *arena, const struct record *record, struct buffer *out,
									  struct hansard_error *error)
{
	const struct record_list *list = &record->lists[ENTITY_MOVE];
	struct answer answer;
	answer_begin(&answer, out, "moves");
	answer_text(&answer, "dialogue_id", record->dialogue_id);
	answer_array(&answer, "rounds");
	for (size_t i = 0; i < list->count;) {
		struct item_key_move key;
		struct text_list slugs;
		if (!item_key_read_move(list->items[i]->subkey, &key)) {
			i++;
			continue;
		}
		if (!signals_of(arena, record, key.round, &slugs)) {
			out->size = answer.start;
			return error_memory(error);
		}
		answer_object(&answer, NULL);
		answer_integer(&answer, "round", key.round);
		answer_texts(&answer, "signals", &slugs);
		i = answer_round(&answer, list, i, key.round);
		answer_end(&answer);
	}
	answer_end(&answer);
	return answer_finish(&answer, error);
}

enum hansard_status view_moves(struct arena *arena, const struct record *record, const struct view_options *options,
							   struct buffer *out, struct hansard_error *error)
{
	return options->json ? moves_json(arena, record, out, error) : moves_text(arena, record, options, out, error);
}

/* The label of what a reference names; "" of what is not there. */
static struct text label_of(const struct record *record, struct text written)
{
	struct display_id id;
	struct record_statement statement;
	const struct entity_head *head = display_id_parse(written, &id) ? record_find_id(record, id) : NULL;
	return head != NULL && record_statement(head, &statement) ? statement.label : TEXT("");
}

/* The references of one round of their sources. They stand by type of the source first. */
static void references_of(struct page *page, const struct record *record, int round)
{
	const struct record_list *list = &record->lists[ENTITY_REF];
	struct draft *draft = &page->draft;
	bool begun = false;
	for (size_t i = 0; i < list->count; i++) {
		struct item_key_ref key;
		struct display_id id;
		if (!item_key_read_ref(list->items[i]->subkey, &key) || !display_id_parse(key.source, &id) || id.round != round)
			continue;
		if (!begun)
			page_heading(page, draft_format(draft, "Round %d", round));
		begun = true;
		const struct text word = vocabulary_word(&vocabulary_ref_type, key.type);
		page_entry(page, (struct page_lead){4, 6, key.source},
				   draft_format(draft, "%.*s %.*s %.*s", DRAFT_ARGS(word), DRAFT_ARGS(key.target),
								DRAFT_ARGS(label_of(record, key.target))));
	}
}

static enum hansard_status references_json(const struct record *record, struct buffer *out, struct hansard_error *error)
{
	const struct record_list *list = &record->lists[ENTITY_REF];
	struct answer answer;
	answer_begin(&answer, out, "references");
	answer_text(&answer, "dialogue_id", record->dialogue_id);
	answer_array(&answer, "references");
	for (int round = 0; round <= LIMIT_ROUND; round++) {
		for (size_t i = 0; i < list->count; i++) {
			struct item_key_ref key;
			struct display_id id;
			if (!item_key_read_ref(list->items[i]->subkey, &key) || !display_id_parse(key.source, &id) ||
				id.round != round)
				continue;
			answer_object(&answer, NULL);
			answer_integer(&answer, "round", id.round);
			answer_text(&answer, "source", key.source);
			answer_word(&answer, "type", &vocabulary_ref_type, key.type);
			answer_text(&answer, "target", key.target);
			answer_fields(&answer, list->items[i]);
			answer_end(&answer);
		}
	}
	answer_end(&answer);
	return answer_finish(&answer, error);
}

enum hansard_status view_references(struct arena *arena, const struct record *record,
									const struct view_options *options, struct buffer *out, struct hansard_error *error)
{
	struct page page;
	if (options->json)
		return references_json(record, out, error);
	page_begin(&page, arena, out, options->width);
	page_fold(
		&page, 0,
		draft_format(&page.draft, "%.*s, by round of their source",
					 DRAFT_ARGS(draft_count(&page.draft, record->lists[ENTITY_REF].count, "reference", "references"))));
	for (int round = 0; round <= LIMIT_ROUND; round++)
		references_of(&page, record, round);
	return page_finish(&page, error);
}
