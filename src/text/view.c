/*
 * Views of entities, events, commits, lists, problems and numbers.
 */
#include "view.h"

#include "error.h"
#include "lifecycle.h"
#include "limits.h"
#include "view_private.h"

/* Entities */

static struct text target_of(const struct entity_event *event)
{
	struct item_key_event key;
	return item_key_read_event(event->head.subkey, &key) ? key.target : TEXT("");
}

static int compare_events(const void *a, const void *b)
{
	const struct entity_event *x = *(const struct entity_event *const *)a;
	const struct entity_event *y = *(const struct entity_event *const *)b;
	const int times = text_compare(x->created_at, y->created_at);
	if (times != 0)
		return times;
	const int64_t i = x->event_round.present ? x->event_round.value : -1;
	const int64_t j = y->event_round.present ? y->event_round.value : -1;
	return i != j ? (i < j ? -1 : 1) : text_compare(x->head.subkey, y->head.subkey);
}

struct events {
	const struct entity_event **items;
	size_t count;
};

/* The events on a target (absent: all), by time, round and subkey. */
static bool events_of(struct arena *arena, const struct record *record, struct text target, struct events *ret_events)
{
	const struct record_list *list = &record->lists[ENTITY_EVENT];
	struct events events = {.items = arena_allocate_array(arena, list->count, sizeof(*events.items))};
	if (events.items == NULL)
		return false;
	for (size_t i = 0; i < list->count; i++) {
		const struct entity_event *event = (const struct entity_event *)list->items[i];
		if (!text_present(target) || text_equal(target_of(event), target))
			events.items[events.count++] = event;
	}
	if (events.count > 1)
		qsort(events.items, events.count, sizeof(*events.items), compare_events);
	*ret_events = events;
	return true;
}

/* "resolved by Muffin, Scone in round 1" */
static struct text event_line(struct draft *draft, const struct record *record, const struct entity_event *event)
{
	const struct text type = vocabulary_word(&vocabulary_event_type, event->event_type);
	const struct text actors = survey_names(draft, record, &event->actors);
	const struct text round =
		event->event_round.present ? draft_format(draft, " in round %" PRId64, event->event_round.value) : TEXT("");
	return draft_format(draft, "%.*s%s%.*s%.*s", DRAFT_ARGS(type), actors.size > 0 ? " by " : "", DRAFT_ARGS(actors),
						DRAFT_ARGS(round));
}

static void show_event(struct page *page, const struct record *record, const struct entity_event *event,
					   struct text prefix)
{
	struct draft *draft = &page->draft;
	const struct text when = survey_moment(draft, event->created_at);
	page_entry(page, (struct page_lead){4, 17, when}, draft_join(draft, prefix, event_line(draft, record, event)));
	page_fold(page, 23, event->reason);
	page_fold(page, 23, event->reference);
	page_fold(page, 23, event->result);
}

static void answer_event(struct answer *answer, const struct entity_event *event)
{
	answer_object(answer, NULL);
	answer_text(answer, "id", event->head.subkey);
	answer_text(answer, "target", target_of(event));
	answer_fields(answer, &event->head);
	answer_end(answer);
}

/* One entity among others. */
struct view_one {
	const struct record *record;
	const struct graph *graph;
	struct text asked;
	size_t node; /* GRAPH_NONE when it is not there */
};

static void show_edges(struct page *page, const struct view_one *one, bool forward)
{
	size_t count;
	const struct graph_edge *edges = graph_edges(one->graph, one->node, &count);
	bool begun = false;
	for (size_t i = 0; i < count; i++) {
		if (edges[i].forward != forward)
			continue;
		if (!begun) {
			page_blank(page);
			page_fold(page, 2, forward ? TEXT("Refers to") : TEXT("Referred to by"));
			begun = true;
		}
		const struct entity_head *other = graph_node_entity(one->graph, edges[i].node);
		struct record_statement statement;
		if (!record_statement(other, &statement))
			continue;
		const struct text line = draft_format(&page->draft, "%.*s %.*s", DRAFT_ARGS(survey_id(&page->draft, other)),
											  DRAFT_ARGS(statement.label));
		page_entry(page, (struct page_lead){4, 8, vocabulary_word(&vocabulary_ref_type, edges[i].type)}, line);
	}
}

static void show_one(struct page *page, const struct view_one *one)
{
	struct draft *draft = &page->draft;
	page_blank(page);
	if (one->node == GRAPH_NONE) {
		page_fold(page, 0,
				  draft_format(draft, "%.*s: no statement of this id in the dialogue", DRAFT_ARGS(one->asked)));
		return;
	}
	const struct entity_head *head = graph_node_entity(one->graph, one->node);
	struct record_statement statement;
	struct events events;
	const struct text id = survey_id(draft, head);
	if (!record_statement(head, &statement) || !events_of(draft->arena, one->record, id, &events)) {
		draft->failed = true;
		return;
	}
	page_entry(page, (struct page_lead){0, 6, id}, statement.label);
	const struct text type = survey_word(draft, lifecycle_vocabulary(head->type), lifecycle_status(head));
	const struct text names = survey_names(draft, one->record, &statement.contributors);
	page_fold(page, 2,
			  draft_format(draft, "%.*s %s of round %d%s%.*s", DRAFT_ARGS(type), entity_shape(head->type)->name,
						   survey_round_number(head), names.size > 0 ? " by " : "", DRAFT_ARGS(names)));
	if (text_present(statement.local_id))
		page_fold(page, 2, draft_format(draft, "Written as %.*s", DRAFT_ARGS(statement.local_id)));
	if (statement.origin != NULL)
		page_fold(page, 2,
				  statement.origin->line.present
					  ? draft_format(draft, "In %.*s, line %" PRId64, DRAFT_ARGS(statement.origin->file),
									 statement.origin->line.value)
					  : draft_format(draft, "In %.*s", DRAFT_ARGS(statement.origin->file)));
	page_blank(page);
	page_fold(page, 2, statement.body);
	show_edges(page, one, true);
	show_edges(page, one, false);
	if (events.count > 0) {
		page_blank(page);
		page_fold(page, 2, TEXT("History"));
	}
	for (size_t i = 0; i < events.count; i++)
		show_event(page, one->record, events.items[i], TEXT(""));
}

static void answer_edges(struct answer *answer, const struct view_one *one, bool forward)
{
	size_t count;
	const struct graph_edge *edges = graph_edges(one->graph, one->node, &count);
	answer_array(answer, forward ? "references" : "referenced_by");
	for (size_t i = 0; i < count; i++) {
		char written[DISPLAY_ID_SIZE];
		if (edges[i].forward != forward)
			continue;
		answer_object(answer, NULL);
		answer_word(answer, "type", &vocabulary_ref_type, edges[i].type);
		answer_text(answer, forward ? "target" : "source",
					display_id_format(graph_node_id(one->graph, edges[i].node), written));
		answer_end(answer);
	}
	answer_end(answer);
}

static bool answer_one(struct arena *arena, struct answer *answer, const struct view_one *one)
{
	answer_object(answer, NULL);
	if (one->node == GRAPH_NONE) {
		answer_text(answer, "id", one->asked);
		json_write_key(&answer->writer, "found");
		json_write_boolean(&answer->writer, false);
		answer_end(answer);
		return true;
	}
	const struct entity_head *head = graph_node_entity(one->graph, one->node);
	char written[DISPLAY_ID_SIZE];
	const struct text id = display_id_format(graph_node_id(one->graph, one->node), written);
	struct events events;
	if (!events_of(arena, one->record, id, &events))
		return false;
	answer_text(answer, "id", id);
	json_write_key(&answer->writer, "found");
	json_write_boolean(&answer->writer, true);
	answer_text(answer, "type", text_of_string(entity_shape(head->type)->name));
	answer_integer(answer, "round", survey_round_number(head));
	answer_fields(answer, head);
	answer_edges(answer, one, true);
	answer_edges(answer, one, false);
	answer_array(answer, "events");
	for (size_t i = 0; i < events.count; i++)
		answer_event(answer, events.items[i]);
	answer_end(answer);
	answer_end(answer);
	return true;
}

static struct view_one find_one(const struct record *record, const struct graph *graph, struct text asked)
{
	struct display_id id;
	const bool written_well = text_present(asked) && display_id_parse(asked, &id);
	return (struct view_one){record, graph, asked, written_well ? graph_node_find(graph, id) : GRAPH_NONE};
}

enum hansard_status view_entities(struct arena *arena, const struct record *record, const struct text_list *ids,
								  const struct view_options *options, struct buffer *out, struct hansard_error *error)
{
	const struct graph *graph;
	const enum hansard_status status = graph_build(arena, record, &graph, error);
	if (status != HANSARD_OK)
		return status;
	if (!options->json) {
		struct page page;
		page_begin(&page, arena, out, options->width);
		for (size_t i = 0; i < ids->count; i++) {
			const struct view_one one = find_one(record, graph, ids->items[i]);
			show_one(&page, &one);
		}
		return page_finish(&page, error);
	}
	struct answer answer;
	answer_begin(&answer, out, "entities");
	answer_text(&answer, "dialogue_id", record->dialogue_id);
	answer_array(&answer, "entities");
	for (size_t i = 0; i < ids->count; i++) {
		const struct view_one one = find_one(record, graph, ids->items[i]);
		if (!answer_one(arena, &answer, &one)) {
			out->size = answer.start;
			return error_memory(error);
		}
	}
	answer_end(&answer);
	return answer_finish(&answer, error);
}

enum hansard_status view_events(struct arena *arena, const struct record *record, const struct view_options *options,
								struct buffer *out, struct hansard_error *error)
{
	struct events events;
	if (!events_of(arena, record, TEXT_ABSENT, &events))
		return error_memory(error);
	if (options->json) {
		struct answer answer;
		answer_begin(&answer, out, "events");
		answer_text(&answer, "dialogue_id", record->dialogue_id);
		answer_array(&answer, "events");
		for (size_t i = 0; i < events.count; i++)
			answer_event(&answer, events.items[i]);
		answer_end(&answer);
		return answer_finish(&answer, error);
	}
	struct page page;
	page_begin(&page, arena, out, options->width);
	page_fold(&page, 0, draft_format(&page.draft, "%zu events", events.count));
	for (size_t i = 0; i < events.count; i++)
		show_event(&page, record, events.items[i],
				   draft_format(&page.draft, "%.*s ", DRAFT_ARGS(target_of(events.items[i]))));
	return page_finish(&page, error);
}
