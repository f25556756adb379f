/*
 * Reading a verdict, what it brings, and the gate.
 */
#include "decide.h"

#include "complain.h"
#include "decide_blockers.h"
#include "entity_codec.h"
#include "error.h"
#include "lifecycle.h"
#include "limits.h"
#include "members.h"
#include "plan.h"
#include "slug.h"
#include "tally.h"
#include "update.h"

struct raw_verdict {
	struct text id, author, recommendation, description, vote, ethos_compliance, warning;
	unsigned type, confidence;
	struct schema_integer round;
	struct schema_boolean forced;
	struct text_list conditions, supporting_experts;
	const json_t *tensions_accepted, *tensions_resolved, *recommendations_adopted;
};
static const struct members_row verdict_rows[] = {
	{MEMBERS_ROW(raw_verdict, id, TEXT)},
	{MEMBERS_ROW(raw_verdict, type, WORD), .required = true, .words = &vocabulary_verdict_type},
	{MEMBERS_ROW(raw_verdict, round, INTEGER), .unit = &members_round},
	{MEMBERS_ROW(raw_verdict, author, TEXT)},
	{MEMBERS_ROW(raw_verdict, confidence, WORD), .words = &vocabulary_confidence},
	{MEMBERS_ROW(raw_verdict, recommendation, TEXT), .required = true},
	{MEMBERS_ROW(raw_verdict, description, TEXT)},
	{MEMBERS_ROW(raw_verdict, conditions, TEXTS)},
	{MEMBERS_ROW(raw_verdict, vote, TEXT)},
	{MEMBERS_ROW(raw_verdict, tensions_resolved, LIST)},
	{MEMBERS_ROW(raw_verdict, tensions_accepted, LIST)},
	{MEMBERS_ROW(raw_verdict, recommendations_adopted, LIST)},
	{MEMBERS_ROW(raw_verdict, supporting_experts, TEXTS)},
	{MEMBERS_ROW(raw_verdict, ethos_compliance, TEXT)},
	{MEMBERS_ROW(raw_verdict, warning, TEXT)},
	{MEMBERS_ROW(raw_verdict, forced, BOOLEAN)},
};
static const struct members_shape verdict_shape = {"a verdict", verdict_rows,
												   sizeof(verdict_rows) / sizeof(verdict_rows[0])};

/* Ids of the verdict in a list, each found or absent. */
struct named {
	struct batch_update *entries;
	struct text *ids; /* display ids; absent: a problem was added */
	size_t count;
};

/* One verdict on its way. */
struct decision {
	const struct record *record;
	struct arena *arena;
	struct problem_list *problems;
	struct dialogue_changes changes;
	struct raw_verdict raw;
	struct entity_verdict *verdict;
	struct named resolved, accepted, adopted;
	struct text time;
	int round;
	bool unchanged;
};

/* Reads a list of ids and finds what they name; local ids mean nothing in a verdict. */
static bool read_named(struct decision *decision, const json_t *json, const char *list, const char *status,
					   enum entity_type only, struct named *ret_named)
{
	const struct batch_settled settled = {json, text_of_string(list), text_of_string(status), only};
	if (!batch_settled(decision->arena, &settled, decision->problems, &ret_named->entries, &ret_named->count))
		return false;
	ret_named->ids = arena_allocate_array(decision->arena, ret_named->count, sizeof(*ret_named->ids));
	if (ret_named->ids == NULL)
		return false;
	static const struct batch no_batch = {.update = true, .round = -1};
	struct plan plan = {.record = decision->record,
						.batch = &no_batch,
						.changes = &decision->changes,
						.problems = decision->problems,
						.arena = decision->arena};
	for (size_t i = 0; i < ret_named->count; i++) {
		const struct batch_update *entry = &ret_named->entries[i];
		struct display_id id;
		if (!plan_resolve(&plan, entry->id, entry->path, &ret_named->ids[i]))
			return false;
		if (!text_present(ret_named->ids[i]) || !display_id_parse(ret_named->ids[i], &id) || id.type == only)
			continue;
		complain(decision->problems, PROBLEM_TYPE_ID_MISMATCH, entry->path, entry->id, "\"" ERROR_TEXT "\" is no %s",
				 ERROR_TEXT_ARGS(entry->id), entity_shape(only)->name);
		ret_named->ids[i] = TEXT_ABSENT;
	}
	return true;
}

static bool read_verdict(struct decision *decision, const json_t *json)
{
	struct raw_verdict *raw = &decision->raw;
	if (!members_read(&verdict_shape, json, TEXT(""), raw, decision->problems))
		return !decision->problems->exhausted;
	return read_named(decision, raw->tensions_resolved, "tensions_resolved", "resolved", ENTITY_TENSION,
					  &decision->resolved) &&
		   read_named(decision, raw->tensions_accepted, "tensions_accepted", "accepted", ENTITY_TENSION,
					  &decision->accepted) &&
		   read_named(decision, raw->recommendations_adopted, "recommendations_adopted", "adopted",
					  ENTITY_RECOMMENDATION, &decision->adopted);
}

/* `final`, `interim-r03`, `dissent-r01-muffin`. */
static bool default_id(struct decision *decision, struct text author, struct text *ret_id)
{
	struct text type = vocabulary_word(&vocabulary_verdict_type, decision->raw.type);
	if (decision->raw.type == VERDICT_FINAL || decision->raw.type == VERDICT_ABSENT) {
		*ret_id = TEXT("final");
		return true;
	}
	int round = decision->round;
	if (decision->raw.type == VERDICT_INTERIM || text_is(author, "judge"))
		return arena_format(decision->arena, ret_id, "%.*s-r%02d", (int)type.size, type.data, round);
	struct text whole;
	return arena_format(decision->arena, &whole, "%.*s-r%02d-%.*s", (int)type.size, type.data, round, (int)author.size,
						author.data) &&
		   slug_make(decision->arena, whole, LIMIT_SLUG, ret_id);
}

static void check_people(struct decision *decision, struct text author, struct text_list supporting)
{
	if (!text_is(author, "judge") && record_expert(decision->record, author) == NULL)
		complain_expert(decision->problems, &decision->changes, decision->record, TEXT("author"), author);
	for (size_t i = 0; i < supporting.count; i++) {
		struct text path = members_index(decision->arena, TEXT("supporting_experts"), i);
		if (record_expert(decision->record, supporting.items[i]) == NULL)
			complain_expert(decision->problems, &decision->changes, decision->record, path, supporting.items[i]);
	}
}

/* An expert's verdict speaks for its author: nobody else is made to act by it. */
static void check_actors(struct decision *decision, struct text author, const struct named *named)
{
	for (size_t i = 0; !text_is(author, "judge") && i < named->count; i++) {
		const struct batch_update *entry = &named->entries[i];
		for (size_t k = 0; k < entry->actors.count; k++) {
			if (!text_equal(entry->actors.items[k], author))
				complain_with(
					decision->problems,
					&(struct problem){
						.code = PROBLEM_INVALID_VALUE,
						.path = members_index(decision->arena, members_path(decision->arena, entry->path, "actors"), k),
						.value = entry->actors.items[k],
						.constraint = TEXT("what an expert's verdict does is done by its author")},
					"this verdict is by " ERROR_TEXT, ERROR_TEXT_ARGS(author));
		}
	}
}

/* Settling a tension for everyone is the Judge's: a dissent or minority verdict accepts and adopts nothing, and resolves
   only what its author may. That of an abandoned dialogue settles nothing at all. */
static void check_authority(struct decision *decision, struct text author)
{
	const struct raw_verdict *raw = &decision->raw;
	const struct entity_meta *meta = record_meta(decision->record);
	const bool abandoned = meta != NULL && meta->status == DIALOGUE_ABANDONED;
	const bool apart = raw->type == VERDICT_DISSENT || raw->type == VERDICT_MINORITY;
	const struct {
		const json_t *list;
		const char *path;
		bool refused;
	} lists[] = {
		{raw->tensions_accepted, "tensions_accepted", apart || !text_is(author, "judge")},
		{raw->recommendations_adopted, "recommendations_adopted", apart || !text_is(author, "judge")},
		{raw->tensions_resolved, "tensions_resolved", apart && abandoned},
	};
	if (!apart && raw->type != VERDICT_FINAL)
		complain_abandoned(decision->problems, decision->record, TEXT("(verdict)"));
	check_actors(decision, author, &decision->resolved);
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		if (lists[i].refused && json_array_size(lists[i].list) > 0)
			complain_with(
				decision->problems,
				&(struct problem){.code = PROBLEM_INVALID_VALUE,
								  .path = text_of_string(lists[i].path),
								  .value = author,
								  .constraint =
									  TEXT("only an interim or final verdict of the Judge accepts tensions or adopts"),
								  .suggestion = TEXT("leave it out, or let the Judge decide")},
				"this verdict may not settle anything for the panel");
	}
}

static void check_round(struct decision *decision)
{
	int last = record_last_round(decision->record);
	decision->round = decision->raw.round.present ? (int)decision->raw.round.value : last;
	if (record_round(decision->record, decision->round) == NULL)
		complain(decision->problems, PROBLEM_ROUND_OUT_OF_ORDER, TEXT("round"), TEXT_ABSENT, "there is no round %d",
				 decision->round);
	else if (decision->raw.type == VERDICT_FINAL && decision->round != last)
		complain(decision->problems, PROBLEM_ROUND_OUT_OF_ORDER, TEXT("round"), TEXT_ABSENT,
				 "a final verdict is given in the latest round, which is %d", last);
}

static bool make_verdict(struct decision *decision)
{
	const struct raw_verdict *raw = &decision->raw;
	struct text id = raw->id;
	struct text author = TEXT("judge");
	struct text_list supporting;
	if ((text_present(raw->author) && !batch_slug(decision->arena, raw->author, &author)) ||
		!batch_slugs(decision->arena, raw->supporting_experts, &supporting))
		return false;
	check_round(decision);
	check_people(decision, author, supporting);
	check_authority(decision, author);
	if (!text_present(id) && !default_id(decision, author, &id))
		return false;
	if (!slug_valid(id, LIMIT_SLUG))
		complain(decision->problems, PROBLEM_INVALID_VALUE, TEXT("id"), id,
				 "a verdict id is lower-case letters and digits joined by single '-', at most %d", LIMIT_SLUG);
	struct entity_verdict *verdict = (struct entity_verdict *)entity_codec_create(decision->arena, ENTITY_VERDICT, id);
	if (verdict == NULL)
		return false;
	decision->verdict = verdict;
	verdict->verdict_type = (enum verdict_type)raw->type;
	verdict->round = (struct schema_integer){.value = decision->round, .present = true};
	verdict->confidence = (enum confidence)raw->confidence;
	verdict->created_at = decision->time;
	verdict->author = author;
	verdict->recommendation = raw->recommendation;
	verdict->description = raw->description;
	verdict->conditions = raw->conditions;
	verdict->vote = raw->vote;
	verdict->supporting_experts = supporting;
	verdict->ethos_compliance = raw->ethos_compliance;
	verdict->warning = raw->warning;
	if (raw->tensions_accepted != NULL)
		verdict->tensions_accepted =
			(struct text_list){.items = decision->accepted.ids, .count = decision->accepted.count, .present = true};
	return true;
}

/* Tensions that the verdict does settle: resolved with authority, or accepted. */
static bool list_settled(struct decision *decision, struct text_list *ret_list)
{
	struct text *settled = arena_allocate_array(decision->arena, decision->changes.count, sizeof(*settled));
	size_t count = 0;
	if (settled == NULL)
		return false;
	for (size_t i = 0; i < decision->changes.count; i++) {
		const struct entity_head *entity = decision->changes.items[i].entity;
		struct display_id id;
		char shown[DISPLAY_ID_SIZE];
		if (entity->type != ENTITY_TENSION || tally_tension_open((const struct entity_tension *)entity) ||
			!display_id_of(entity, &id))
			continue;
		if (!arena_copy_text(decision->arena, display_id_format(id, shown), &settled[count++]))
			return false;
	}
	*ret_list = (struct text_list){.items = settled, .count = count, .present = true};
	return true;
}

static bool check_gate(struct decision *decision)
{
	bool forced = decision->raw.forced.present && decision->raw.forced.value;
	if (decision->raw.type != VERDICT_FINAL) {
		if (forced)
			complain(decision->problems, PROBLEM_INVALID_VALUE, TEXT("forced"), TEXT("true"),
					 "only a final verdict is gated and can be forced");
		return true;
	}
	struct text_list list;
	if (!list_settled(decision, &list))
		return false;
	struct decide_blockers blockers;
	if (!decide_blockers(decision->record, &list, decision->arena, &blockers))
		return false;
	if (blockers.can_converge)
		return true;
	if (forced && text_trim(decision->raw.warning).size == 0)
		complain(decision->problems, PROBLEM_FORCED_CONVERGENCE_NO_WARNING, TEXT("warning"), decision->raw.warning,
				 "a forced verdict carries a warning: what a reader must know");
	if (!forced || !blockers.may_force)
		return decide_blockers_complain(&blockers, forced, decision->problems);
	decision->verdict->forced = (struct schema_boolean){.value = true, .present = true};
	return true;
}

/* What a verdict does to something: by its author and for its reason, unless the entry says otherwise. False when memory
   is exhausted. */
static bool effect_of(struct decision *decision, const struct batch_update *entry, struct update_status *ret_effect)
{
	struct text *actor = arena_allocate(decision->arena, sizeof(*actor));
	if (actor == NULL)
		return false;
	*actor = decision->verdict->author;
	bool own = entry != NULL && entry->actors.count > 0;
	*ret_effect = (struct update_status){
		.actors = own ? entry->actors : (struct text_list){.items = actor, .count = 1, .present = true},
		.reason = entry != NULL ? entry->reason : decision->verdict->recommendation,
		.reference =
			entry != NULL && text_present(entry->reference) ? entry->reference : decision->verdict->head.subkey,
		.round = decision->round,
		.path = entry != NULL ? entry->path : TEXT("(verdict)"),
		.verdict = true,
	};
	return true;
}

static bool plan_status(struct decision *decision, struct text id, const struct batch_update *entry, const char *status)
{
	struct update_status update;
	if (!effect_of(decision, entry, &update))
		return false;
	update.id = id;
	update.status = text_of_string(status);
	return update_plan_status(decision->record, &decision->changes, &update, decision->time, decision->problems);
}

/* What a verdict that is there did, against what it would do now. */
struct comparison {
	struct decision *decision;
	const struct entity_verdict *old;
	bool *told; /* for each event of the record: an entry says it */
};

/* Marks the event in the commit of the verdict that says what the entry would do, and that no other entry has said.
   Events of one commit have its moment. */
static bool tell_effect(const struct comparison *comparison, const struct update_status *effect)
{
	const struct record_list *events = &comparison->decision->record->lists[ENTITY_EVENT];
	for (size_t i = 0; i < events->count; i++) {
		const struct entity_event *event = (const struct entity_event *)events->items[i];
		struct item_key_event key;
		if (comparison->told[i] || !text_equal(event->created_at, comparison->old->created_at) ||
			!item_key_read_event(event->head.subkey, &key) || !text_equal(key.target, effect->id) ||
			!plan_same_texts(event->actors, effect->actors) || !text_equal(event->reason, effect->reason) ||
			!text_equal(event->reference, effect->reference))
			continue;
		comparison->told[i] = true;
		return true;
	}
	return false;
}

static void complain_effect(struct decision *decision, struct text path, struct text id, const char *what)
{
	complain_with(decision->problems,
				  &(struct problem){.code = PROBLEM_DUPLICATE_ENTITY,
									.path = path,
									.value = id,
									.constraint = TEXT("verdicts are never changed"),
									.suggestion = TEXT("change statuses with hansard update, or give another id")},
				  "verdict " ERROR_TEXT " is there already, and %s " ERROR_TEXT,
				  ERROR_TEXT_ARGS(decision->verdict->head.subkey), what, ERROR_TEXT_ARGS(id));
}

/* Events of the verdict's commit that no entry has told. What it did to the dialogue itself needs none. */
static void find_untold(const struct comparison *comparison)
{
	const struct record_list *events = &comparison->decision->record->lists[ENTITY_EVENT];
	for (size_t i = 0; i < events->count; i++) {
		const struct entity_event *event = (const struct entity_event *)events->items[i];
		struct item_key_event key;
		if (!comparison->told[i] && event->head.rev == comparison->old->head.rev &&
			text_equal(event->created_at, comparison->old->created_at) &&
			item_key_read_event(event->head.subkey, &key) && !text_is(key.target, "meta"))
			complain_effect(comparison->decision, TEXT("(verdict)"), key.target, "it did change");
	}
}

/* The verdict is there word for word; the status changes that it brings must be those that it brought. False when memory
   is exhausted. */
static bool compare_effects(struct decision *decision, const struct entity_verdict *old)
{
	const struct named *lists[] = {&decision->resolved, &decision->accepted, &decision->adopted};
	const size_t events = decision->record->lists[ENTITY_EVENT].count;
	const struct comparison comparison = {decision, old, arena_allocate_array(decision->arena, events, sizeof(bool))};
	if (comparison.told == NULL)
		return false;
	for (size_t l = 0; l < sizeof(lists) / sizeof(lists[0]); l++) {
		for (size_t i = 0; i < lists[l]->count; i++) {
			struct update_status effect;
			if (!text_present(lists[l]->ids[i]))
				continue;
			if (!effect_of(decision, &lists[l]->entries[i], &effect))
				return false;
			effect.id = lists[l]->ids[i];
			if (!tell_effect(&comparison, &effect))
				complain_effect(decision, effect.path, effect.id, "it did not do this to");
		}
	}
	find_untold(&comparison);
	return true;
}

/* A verdict of this id is there: the same one, or another, which is refused. So is a second final one. */
static bool check_present(struct decision *decision)
{
	const struct record_list *verdicts = &decision->record->lists[ENTITY_VERDICT];
	for (size_t i = 0; i < verdicts->count; i++) {
		const struct entity_verdict *old = (const struct entity_verdict *)verdicts->items[i];
		bool same_id = text_equal(old->head.subkey, decision->verdict->head.subkey);
		bool second = old->verdict_type == VERDICT_FINAL && decision->raw.type == VERDICT_FINAL;
		struct entity_verdict again = *decision->verdict;
		again.created_at = old->created_at;
		again.forced = old->forced;
		if (same_id && entity_equal(&old->head, &again.head)) {
			decision->unchanged = true;
			return compare_effects(decision, old);
		}
		if (second)
			complain(decision->problems, PROBLEM_VERDICT_EXISTS, TEXT("type"), TEXT("final"),
					 "the dialogue has its final verdict: " ERROR_TEXT, ERROR_TEXT_ARGS(old->head.subkey));
		else if (same_id)
			complain_with(decision->problems,
						  &(struct problem){.code = PROBLEM_DUPLICATE_ENTITY,
											.path = TEXT("id"),
											.value = old->head.subkey,
											.constraint = TEXT("verdicts are never changed"),
											.suggestion = TEXT("give another id")},
						  "there is another verdict " ERROR_TEXT, ERROR_TEXT_ARGS(old->head.subkey));
	}
	return true;
}

/* The statement an id names, in the changes, to be written to; NULL when memory is exhausted. */
static struct entity_head *edit_statement(struct decision *decision, struct text id)
{
	struct display_id parsed;
	struct text subkey;
	if (!display_id_parse(id, &parsed) || !display_id_subkey(decision->arena, parsed, &subkey))
		return NULL;
	struct entity_head *current = dialogue_changes_current(&decision->changes, decision->record, parsed.type, subkey);
	return current != NULL ? dialogue_changes_edit(&decision->changes, current) : NULL;
}

/* An accepted tension keeps its state; the event says by what it was accepted. */
static bool accept_tension(struct decision *decision, struct text id, const struct batch_update *entry)
{
	struct entity_tension *tension = (struct entity_tension *)edit_statement(decision, id);
	if (tension == NULL)
		return false;
	if (!text_present(tension->accepted_by))
		tension->accepted_by = decision->verdict->head.subkey;
	return plan_status(decision, id, entry, vocabulary_tension_status.words[tension->status - 1]);
}

static bool adopt_recommendation(struct decision *decision, struct text id, const struct batch_update *entry)
{
	if (!plan_status(decision, id, entry, "adopted"))
		return false;
	struct entity_recommendation *recommendation = (struct entity_recommendation *)edit_statement(decision, id);
	if (recommendation == NULL)
		return false;
	if (!text_present(recommendation->adopted_in_verdict) || decision->raw.type == VERDICT_FINAL)
		recommendation->adopted_in_verdict = decision->verdict->head.subkey;
	return true;
}

static bool plan_effects(struct decision *decision)
{
	for (size_t i = 0; i < decision->resolved.count; i++) {
		if (text_present(decision->resolved.ids[i]) &&
			!plan_status(decision, decision->resolved.ids[i], &decision->resolved.entries[i], "resolved"))
			return false;
	}
	for (size_t i = 0; i < decision->accepted.count; i++) {
		if (text_present(decision->accepted.ids[i]) &&
			!accept_tension(decision, decision->accepted.ids[i], &decision->accepted.entries[i]))
			return false;
	}
	for (size_t i = 0; i < decision->adopted.count; i++) {
		if (text_present(decision->adopted.ids[i]) &&
			!adopt_recommendation(decision, decision->adopted.ids[i], &decision->adopted.entries[i]))
			return false;
	}
	return decision->raw.type != VERDICT_FINAL || plan_status(decision, TEXT("meta"), NULL, "converged");
}

/* Nothing else can be said of a verdict before there is a round. */
static enum hansard_status refuse_without_round(struct problem_list *problems, struct hansard_error *error)
{
	complain_with(problems,
				  &(struct problem){.code = PROBLEM_ROUND_OUT_OF_ORDER,
									.path = TEXT("(verdict)"),
									.constraint = TEXT("a verdict belongs to a round"),
									.suggestion = TEXT("hansard register with a batch of round 0")},
				  "the dialogue has no round yet: register round 0 first");
	return complain_refusal(problems, "verdict_refused", error);
}

enum hansard_status decide_verdict(struct dialogue *dialogue, const json_t *json, struct problem_list *problems,
								   struct decide_result *ret_result, struct hansard_error *error)
{
	struct decision decision = {.record = &dialogue->record, .arena = dialogue->arena, .problems = problems};
	dialogue_changes_begin(&decision.changes, dialogue->arena);
	if (record_last_round(&dialogue->record) < 0)
		return refuse_without_round(problems, error);
	if (!dialogue_time(dialogue, &decision.time) || !read_verdict(&decision, json) || !make_verdict(&decision))
		return error_memory(error);
	if (!check_present(&decision))
		return error_memory(error);
	struct decide_result result = {
		.verdict_id = decision.verdict->head.subkey, .rev = dialogue->record.rev, .unchanged = decision.unchanged};
	if (!decision.unchanged && (!plan_effects(&decision) || !check_gate(&decision) ||
								!dialogue_changes_put(&decision.changes, &decision.verdict->head)))
		return error_memory(error);
	enum hansard_status status = complain_refusal(problems, "verdict_refused", error);
	if (status == HANSARD_OK && !decision.unchanged)
		status = dialogue_commit(dialogue, "verdict", &decision.changes, decision.time, &result.rev, error);
	if (status == HANSARD_OK)
		*ret_result = result;
	return status;
}
