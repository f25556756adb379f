/*
 * Views of entities, events, commits, lists, problems and numbers.
 */
#include "view.h"

#include "cite.h"
#include "error.h"
#include "lifecycle.h"
#include "limits.h"
#include "nearest.h"
#include "undated.h"
#include "view_private.h"

enum {
	NARROW = 60, /* columns below which a moment has a line of its own */
	SHOWN = 8,   /* statements named where an id is that of several */
};

static struct text target_of(const struct entity_event *event)
{
	struct item_key_event key;
	return item_key_read_event(event->head.subkey, &key) ? key.target : TEXT("");
}

/* An event and the keys of its place. */
struct dated {
	const struct entity_event *event;
	struct text target;
	int64_t round;
	bool whole; /* on the dialogue itself */
};

static int compare_events(const void *a, const void *b)
{
	const struct dated *x = a;
	const struct dated *y = b;
	if (x->round != y->round)
		return x->round < y->round ? -1 : 1;
	if (x->whole != y->whole)
		return x->whole ? 1 : -1;
	const int times = text_compare(x->event->created_at, y->event->created_at);
	if (times != 0)
		return times;
	const int targets = text_compare(x->target, y->target);
	return targets != 0 ? targets : tally_compare_events(x->event, y->event);
}

/* The last round that an event names up to a moment, or -1. */
static int64_t round_by(const struct record_list *list, struct text time)
{
	int64_t round = -1;
	for (size_t i = 0; i < list->count; i++) {
		const struct entity_event *event = (const struct entity_event *)list->items[i];
		if (event->event_round.present && event->event_round.value > round &&
			text_compare(event->created_at, time) <= 0)
			round = event->event_round.value;
	}
	return round;
}

static struct dated date(const struct record_list *list, const struct entity_event *event)
{
	const struct text target = target_of(event);
	struct dated dated = {event, target, -1, text_is(target, "meta")};
	struct display_id id;
	int round;
	if (event->event_round.present)
		dated.round = event->event_round.value;
	else if (dated.whole)
		dated.round = round_by(list, event->created_at);
	else if (text_present(target) && display_id_parse(target, &id))
		dated.round = id.round;
	else if (text_present(target) && item_key_read_round(target, &round))
		dated.round = round;
	return dated;
}

struct events {
	struct dated *items;
	size_t count;
	struct text import; /* the moment that stands where no date is stated; absent where one is */
};

/* The events on a target (absent: all), in the order of view_events. */
static bool events_of(struct arena *arena, const struct record *record, struct text target, struct events *ret_events)
{
	const struct record_list *list = &record->lists[ENTITY_EVENT];
	struct events events = {.items = arena_allocate_array(arena, list->count, sizeof(*events.items)),
							.import = undated_record(record) ? record_meta(record)->created_at : TEXT_ABSENT};
	if (events.items == NULL)
		return false;
	for (size_t i = 0; i < list->count; i++) {
		const struct entity_event *event = (const struct entity_event *)list->items[i];
		if (!text_present(target) || text_equal(target_of(event), target))
			events.items[events.count++] = date(list, event);
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

static struct text moment_of(struct draft *draft, const struct events *events, const struct entity_event *event)
{
	return text_present(events->import) && text_equal(event->created_at, events->import)
			   ? TEXT("undated")
			   : survey_moment(draft, event->created_at);
}

static void show_event(struct page *page, const struct entity_event *event, struct page_lead lead, struct text line)
{
	const size_t hang = lead.indent + lead.width + 2;
	page_entry(page, lead, line);
	page_fold(page, hang, event->reason);
	page_fold(page, hang, event->reference);
	page_fold(page, hang, event->result);
}

/* The events behind their moments, on a narrow page below them; with `targets` each says what it happened to. */
static void show_history(struct page *page, const struct record *record, const struct events *events, bool targets)
{
	struct draft *draft = &page->draft;
	size_t width = 0;
	for (size_t i = 0; i < events->count; i++) {
		const struct text moment = moment_of(draft, events, events->items[i].event);
		width = moment.size > width ? moment.size : width;
	}
	if (page->width < NARROW)
		width = 2;
	for (size_t i = 0; i < events->count; i++) {
		const struct entity_event *event = events->items[i].event;
		const struct text line = event_line(draft, record, event), target = events->items[i].target;
		show_event(page, event, (struct page_lead){4, width, moment_of(draft, events, event)},
				   targets ? draft_format(draft, "%.*s %.*s", DRAFT_ARGS(target), DRAFT_ARGS(line)) : line);
	}
}

static void answer_event(struct answer *answer, const struct entity_event *event)
{
	answer_object(answer, NULL);
	answer_text(answer, "id", event->head.subkey);
	answer_text(answer, "target", target_of(event));
	answer_fields(answer, &event->head);
	answer_end(answer);
}

/* One that was asked for. */
struct view_one {
	const struct record *record;
	const struct graph *graph;
	struct text asked;
	size_t node;                          /* GRAPH_NONE when it is no statement */
	const struct entity_expert *expert;   /* with GRAPH_NONE: who was meant, or NULL */
	const struct entity_verdict *verdict; /* likewise: which was meant */
	size_t candidates;                    /* statements whose authors wrote this id */
	struct display_id written[SHOWN];     /* the first of these */
	struct text why;                      /* it is nothing: a sentence that goes on from the id */
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
		if (one->expert != NULL)
			view_expert_show(page, one->record, one->expert);
		else if (one->verdict != NULL)
			view_show_verdict(page, one->record, one->verdict);
		else
			page_fold(page, 0, draft_format(draft, "%.*s: %.*s", DRAFT_ARGS(one->asked), DRAFT_ARGS(one->why)));
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
	const struct text by = view_tables_by(draft, one->record, &statement.contributors);
	page_fold(page, 2,
			  draft_format(draft, "%.*s %s of round %d%.*s", DRAFT_ARGS(type), entity_shape(head->type)->name,
						   survey_round_number(head), DRAFT_ARGS(by)));
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
	show_history(page, one->record, &events, false);
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
	if (one->node == GRAPH_NONE && one->expert != NULL) {
		view_expert_answer(answer, one->record, one->expert);
		return true;
	}
	if (one->node == GRAPH_NONE && one->verdict != NULL) {
		view_show_answer_verdict(answer, one->verdict);
		return true;
	}
	answer_object(answer, NULL);
	if (one->node == GRAPH_NONE) {
		answer_text(answer, "id", one->asked);
		json_write_key(&answer->writer, "found");
		json_write_boolean(&answer->writer, false);
		answer_text(answer, "why", one->why);
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
		answer_event(answer, events.items[i].event);
	answer_end(answer);
	answer_end(answer);
	return true;
}

/* Whether the author wrote this id: "P01", or "CROISSANT-P01" of Croissant. */
static bool written_so(const struct record_statement *statement, struct text asked)
{
	const struct text local = statement->local_id;
	if (!text_present(local))
		return false;
	if (text_equal_ignoring_case(local, asked))
		return true;
	for (size_t i = 0; i < statement->contributors.count; i++) {
		const struct text slug = statement->contributors.items[i];
		if (asked.size == slug.size + 1 + local.size && asked.data[slug.size] == '-' &&
			text_equal_ignoring_case(text_slice(asked, 0, slug.size), slug) &&
			text_equal_ignoring_case(text_slice(asked, slug.size + 1, asked.size), local))
			return true;
	}
	return false;
}

static void find_local(struct view_one *one)
{
	static const enum entity_type types[] = {ENTITY_PERSPECTIVE, ENTITY_TENSION, ENTITY_RECOMMENDATION, ENTITY_EVIDENCE,
											 ENTITY_CLAIM};
	for (size_t t = 0; t < sizeof(types) / sizeof(types[0]); t++) {
		const struct record_list *list = &one->record->lists[types[t]];
		for (size_t i = 0; i < list->count; i++) {
			struct record_statement statement;
			struct display_id id;
			if (!record_statement(list->items[i], &statement) || !written_so(&statement, one->asked) ||
				!display_id_of(list->items[i], &id))
				continue;
			if (one->candidates < SHOWN)
				one->written[one->candidates] = id;
			one->candidates++;
		}
	}
	if (one->candidates == 1)
		one->node = graph_node_find(one->graph, one->written[0]);
}

static struct view_one find_one(const struct record *record, const struct graph *graph, struct text asked)
{
	struct view_one one = {.record = record, .graph = graph, .asked = text_trim(asked), .node = GRAPH_NONE};
	struct display_id id;
	if (!text_present(one.asked) || one.asked.size == 0)
		return one;
	if (display_id_parse(one.asked, &id))
		one.node = graph_node_find(graph, id);
	if (one.node == GRAPH_NONE)
		find_local(&one);
	if (one.node == GRAPH_NONE && one.candidates == 0)
		one.expert = view_expert_find(record, one.asked);
	if (one.node == GRAPH_NONE && one.candidates == 0 && one.expert == NULL)
		one.verdict = view_show_find_verdict(record, one.asked);
	return one;
}

static bool missing(const struct view_one *one)
{
	return one->node == GRAPH_NONE && one->expert == NULL && one->verdict == NULL;
}

/* Why there is nothing of what is no id: the expert who may be meant. False when memory is exhausted. */
static bool say_stranger(struct arena *arena, struct view_one *one)
{
	const struct record_list *list = &one->record->lists[ENTITY_EXPERT];
	struct text *slugs = arena_allocate_array(arena, list->count, sizeof(*slugs));
	if (slugs == NULL)
		return false;
	for (size_t i = 0; i < list->count; i++)
		slugs[i] = ((const struct entity_expert *)list->items[i])->head.subkey;
	const struct text meant = nearest_of(one->asked, slugs, list->count);
	if (text_present(meant))
		return arena_format(arena, &one->why, "no id and no expert here: did you mean %.*s?", DRAFT_ARGS(meant));
	one->why = TEXT("no id and no expert here: ids look like P0102 or T0001");
	return true;
}

/* False when memory is exhausted. */
static bool say_why(struct arena *arena, struct view_one *one)
{
	struct display_id parsed;
	if (one->candidates == 0)
		return display_id_parse(one->asked, &parsed) ? cite_why(one->record, arena, parsed, &one->why)
													 : say_stranger(arena, one);
	struct text list = TEXT("");
	for (size_t i = 0; i < one->candidates && i < SHOWN; i++) {
		char written[DISPLAY_ID_SIZE];
		const struct text id = display_id_format(one->written[i], written);
		if (!arena_format(arena, &list, "%.*s%s%.*s", DRAFT_ARGS(list), i > 0 ? ", " : "", DRAFT_ARGS(id)))
			return false;
	}
	return arena_format(arena, &one->why, "%zu statements were written so: %.*s%s", one->candidates, DRAFT_ARGS(list),
						one->candidates > SHOWN ? ", ..." : "");
}

static enum hansard_status entities_json(struct arena *arena, const struct record *record, const struct view_one *ones,
										 size_t count, struct buffer *out, struct hansard_error *error)
{
	struct answer answer;
	answer_begin(&answer, out, "entities");
	answer_text(&answer, "dialogue_id", record->dialogue_id);
	answer_array(&answer, "entities");
	for (size_t i = 0; i < count; i++) {
		if (!answer_one(arena, &answer, &ones[i])) {
			out->size = answer.start;
			return error_memory(error);
		}
	}
	answer_end(&answer);
	return answer_finish(&answer, error);
}

enum hansard_status view_entities(struct arena *arena, const struct record *record, const struct text_list *ids,
								  const struct view_options *options, struct buffer *out, struct hansard_error *error)
{
	const struct graph *graph;
	enum hansard_status status = graph_build(arena, record, &graph, error);
	if (status != HANSARD_OK)
		return status;
	struct view_one *ones = arena_allocate_array(arena, ids->count, sizeof(*ones));
	if (ones == NULL)
		return error_memory(error);
	size_t absent = 0;
	for (size_t i = 0; i < ids->count; i++) {
		ones[i] = find_one(record, graph, ids->items[i]);
		if (!missing(&ones[i]))
			continue;
		absent++;
		if (!say_why(arena, &ones[i]))
			return error_memory(error);
	}
	if (options->json) {
		status = entities_json(arena, record, ones, ids->count, out, error);
	} else {
		struct page page;
		page_begin(&page, arena, out, options->width);
		for (size_t i = 0; i < ids->count; i++)
			show_one(&page, &ones[i]);
		status = page_finish(&page, error);
	}
	if (status == HANSARD_OK && options->ret_missing != NULL)
		*options->ret_missing = absent;
	return status;
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
			answer_event(&answer, events.items[i].event);
		answer_end(&answer);
		return answer_finish(&answer, error);
	}
	struct page page;
	page_begin(&page, arena, out, options->width);
	const struct text count = draft_count(&page.draft, events.count, "event", "events");
	page_fold(&page, 0,
			  draft_format(&page.draft, "%.*s, by round, time and id; of a round those of the dialogue itself last",
						   DRAFT_ARGS(count)));
	show_history(&page, record, &events, true);
	return page_finish(&page, error);
}

const char *view_plural(enum entity_type type, size_t count)
{
	if (count == 1)
		return entity_shape(type)->name;
	return type == ENTITY_EVIDENCE ? "evidence" : type == ENTITY_REF ? "references" : entity_plural(type);
}
