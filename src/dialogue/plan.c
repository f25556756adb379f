/*
 * The checks that concern the whole batch, in the order of record.md: id prefixes, references exist, reference rules,
 * lifecycle.
 */
#include "plan.h"

#include "complain.h"
#include "entity_codec.h"
#include "error.h"
#include "lifecycle.h"
#include "limits.h"
#include "members.h"
#include "plan_experts.h"
#include "plan_statements.h"
#include "update.h"

bool plan_knows(const struct plan *plan, struct text slug)
{
	return dialogue_changes_current(plan->changes, plan->record, ENTITY_EXPERT, slug) != NULL;
}

int plan_round(const struct plan *plan, int given)
{
	return plan->batch->update ? given : plan->batch->round;
}

bool plan_same_texts(struct text_list a, struct text_list b)
{
	bool same = a.count == b.count;
	for (size_t i = 0; same && i < a.count; i++)
		same = text_equal(a.items[i], b.items[i]);
	return same;
}

/* A path below the path of something in the batch. */
static struct text below(const struct plan *plan, struct text path, const char *name)
{
	struct text joined = members_path(plan->arena, path, name);
	if (!text_present(joined))
		plan->problems->exhausted = true;
	return joined;
}

static const struct plan_place *place_of_local(const struct plan *plan, const struct local_id *local)
{
	for (size_t i = 0; i < plan->batch->statement_count; i++) {
		const struct plan_place *place = &plan->places[i];
		if (place->local_known && local_id_equal(&place->local, local))
			return place;
	}
	return NULL;
}

bool plan_resolve(struct plan *plan, struct text written, struct text path, struct text *ret_id)
{
	struct display_id id;
	*ret_id = TEXT_ABSENT;
	if (display_id_parse(written, &id)) {
		/* An id that this very batch will be given does not count: it may be meant as somebody's local one. */
		char shown[DISPLAY_ID_SIZE];
		if (record_find_id(plan->record, id) != NULL)
			return arena_copy_text(plan->arena, display_id_format(id, shown), ret_id);
		complain_target(plan->problems, plan->record, path, written);
		return true;
	}
	struct local_id local;
	bool good;
	if (!local_id_parse(plan->arena, written, &local, &good))
		return false;
	const struct plan_place *place = good ? place_of_local(plan, &local) : NULL;
	if (place != NULL)
		*ret_id = place->placed ? place->shown : TEXT_ABSENT;
	else if (good)
		complain_target(plan->problems, plan->record, path, written);
	else
		complain_with(plan->problems,
					  &(struct problem){
						  .code = PROBLEM_INVALID_DISPLAY_ID,
						  .path = path,
						  .value = written,
						  .constraint = TEXT("an id like T0103, or a local id like MUFFIN-T0103"),
						  .suggestion = TEXT("a letter P, R, T, E or C, two digits of the round, two of the number")},
					  "\"" ERROR_TEXT "\" is no id", ERROR_TEXT_ARGS(written));
	return !plan->problems->exhausted;
}

/* Source and target of an edge once both are known. */
struct edge {
	struct text source, target;
};

static bool resolve_refs(struct plan *plan, struct edge *edges)
{
	for (size_t i = 0; i < plan->batch->ref_count; i++) {
		const struct batch_ref *ref = &plan->batch->refs[i];
		if (ref->of > 0)
			edges[i].source = plan->places[ref->of - 1].placed ? plan->places[ref->of - 1].shown : TEXT_ABSENT;
		else if (!plan_resolve(plan, ref->source, below(plan, ref->path, "source"), &edges[i].source))
			return false;
		if (!plan_resolve(plan, ref->target, below(plan, ref->path, "target"), &edges[i].target))
			return false;
	}
	return true;
}

static bool put_ref(struct plan *plan, const struct batch_ref *ref, const struct edge *edge)
{
	struct text subkey;
	const struct item_key_ref key = {.source = edge->source, .type = (enum ref_type)ref->type, .target = edge->target};
	if (!item_key_ref_subkey(plan->arena, key, &subkey))
		return false;
	if (plan->batch->update && record_find(plan->record, ENTITY_REF, subkey) != NULL)
		return true;
	if (dialogue_changes_current(plan->changes, plan->record, ENTITY_REF, subkey) != NULL) {
		complain(plan->problems, PROBLEM_DUPLICATE_ENTITY, ref->path, subkey, "this reference is there already");
		return true;
	}
	struct entity_head *entity = entity_codec_create(plan->arena, ENTITY_REF, subkey);
	if (entity == NULL)
		return false;
	((struct entity_ref *)entity)->created_at = plan->time;
	return dialogue_changes_put(plan->changes, entity);
}

static bool check_refs(struct plan *plan, const struct edge *edges)
{
	for (size_t i = 0; i < plan->batch->ref_count; i++) {
		const struct batch_ref *ref = &plan->batch->refs[i];
		struct display_id source, target;
		const char *why;
		if (ref->type == REF_ABSENT || !text_present(edges[i].source) || !text_present(edges[i].target) ||
			!display_id_parse(edges[i].source, &source) || !display_id_parse(edges[i].target, &target))
			continue;
		if (lifecycle_ref_allowed(source.type, (enum ref_type)ref->type, target.type, &why)) {
			if (!put_ref(plan, ref, &edges[i]))
				return false;
			continue;
		}
		struct text word = vocabulary_word(&vocabulary_ref_type, ref->type);
		bool refine = ref->type == REF_REFINE;
		complain_with(plan->problems,
					  &(struct problem){.code = refine ? PROBLEM_REFINE_TYPE_MISMATCH : PROBLEM_INVALID_REF_TARGET,
										.path = below(plan, ref->path, "target"),
										.value = edges[i].target,
										.constraint = text_of_string(why),
										.suggestion = refine
														  ? TEXT("use support or depend between different types")
														  : TEXT("name a tension, or use another type of reference")},
					  ERROR_TEXT " from " ERROR_TEXT " to " ERROR_TEXT ": %s", ERROR_TEXT_ARGS(word),
					  ERROR_TEXT_ARGS(edges[i].source), ERROR_TEXT_ARGS(edges[i].target), why);
	}
	return true;
}

/* The ids of the updates, each absent when it names nothing; "meta" and rounds stay as they are. */
static bool resolve_updates(struct plan *plan, struct text *ids)
{
	for (size_t i = 0; i < plan->batch->update_count; i++) {
		const struct batch_update *update = &plan->batch->updates[i];
		struct text path = below(plan, update->path, "id");
		struct text trimmed = text_trim(update->id);
		int round;
		if (update->only == ENTITY_TYPE_COUNT &&
			(text_equal_ignoring_case(trimmed, TEXT("meta")) || item_key_read_round(trimmed, &round))) {
			ids[i] = text_equal_ignoring_case(trimmed, TEXT("meta")) ? TEXT("meta") : trimmed;
			continue;
		}
		if (!plan_resolve(plan, update->id, path, &ids[i]))
			return false;
		struct display_id id;
		if (!text_present(ids[i]) || update->only == ENTITY_TYPE_COUNT || !display_id_parse(ids[i], &id) ||
			id.type == update->only)
			continue;
		complain(plan->problems, PROBLEM_TYPE_ID_MISMATCH, path, update->id, "\"" ERROR_TEXT "\" is no %s",
				 ERROR_TEXT_ARGS(update->id), entity_shape(update->only)->name);
		ids[i] = TEXT_ABSENT;
	}
	return true;
}

/* A reference that names a statement of the batch is stored as its display id. */
static bool translate(struct plan *plan, struct text written, struct text *ret_text)
{
	struct local_id local;
	bool good = false;
	*ret_text = written;
	if (text_present(written) && !local_id_parse(plan->arena, written, &local, &good))
		return false;
	const struct plan_place *place = good ? place_of_local(plan, &local) : NULL;
	if (place != NULL && place->placed)
		*ret_text = place->shown;
	return true;
}

static bool plan_updates(struct plan *plan, const struct text *ids)
{
	for (size_t i = 0; i < plan->batch->update_count; i++) {
		const struct batch_update *update = &plan->batch->updates[i];
		if (!text_present(ids[i]))
			continue;
		if (update->round >= 0 && !plan_statements_round(plan, update->round, update->path))
			continue;
		struct update_status change = {.id = ids[i],
									   .status = update->status,
									   .actors = update->actors,
									   .reason = update->reason,
									   .path = update->path,
									   .round = plan_round(plan, update->round),
									   .once = plan->batch->update};
		if (!translate(plan, update->reference, &change.reference) ||
			!update_plan_status(plan->record, plan->changes, &change, plan->time, plan->problems))
			return false;
	}
	return true;
}

/* A target as it is stored: a display id, a slug, or a topic as written. */
static bool resolve_target(struct plan *plan, struct text written, struct text path, struct text *ret_target)
{
	struct display_id id;
	struct local_id local;
	bool is_local;
	struct text slug;
	*ret_target = written;
	if (!local_id_parse(plan->arena, written, &local, &is_local) || !batch_slug(plan->arena, written, &slug))
		return false;
	if (display_id_parse(written, &id) || (is_local && plan_knows(plan, local.expert)))
		return plan_resolve(plan, written, path, ret_target);
	if (plan_knows(plan, slug))
		*ret_target = slug;
	else if (text_starts_with(text_trim(written), TEXT("@")))
		complain_expert(plan->problems, plan->changes, plan->record, path, written);
	return true;
}

static bool resolve_moves(struct plan *plan, struct text **targets)
{
	for (size_t i = 0; i < plan->batch->move_count; i++) {
		const struct batch_move *move = &plan->batch->moves[i];
		targets[i] = arena_allocate_array(plan->arena, move->targets.count, sizeof(**targets));
		if (targets[i] == NULL)
			return false;
		if (text_present(move->expert) && !plan_knows(plan, move->expert))
			complain_expert(plan->problems, plan->changes, plan->record, below(plan, move->path, "expert"),
							move->expert);
		(void)plan_statements_round(plan, move->round, move->path);
		for (size_t t = 0; t < move->targets.count; t++) {
			struct text path = members_index(plan->arena, below(plan, move->path, "targets"), t);
			if (!text_present(path) || !resolve_target(plan, move->targets.items[t], path, &targets[i][t]))
				return false;
		}
	}
	return true;
}

static bool same_expert_and_round(const struct item_key_move *key, int round, struct text expert)
{
	return key->round == round && text_equal(key->expert, expert);
}

/* The next number of an expert's moves in a round, and whether the expert has signalled convergence in it. */
static int next_move(const struct plan *plan, int round, struct text expert, bool *ret_signalled)
{
	const struct record_list *moves = &plan->record->lists[ENTITY_MOVE];
	int next = 1;
	*ret_signalled = false;
	for (size_t i = 0; i < moves->count + plan->changes->count; i++) {
		const struct entity_head *entity =
			i < moves->count ? moves->items[i] : plan->changes->items[i - moves->count].entity;
		struct item_key_move key;
		if (entity->type != ENTITY_MOVE || !item_key_read_move(entity->subkey, &key) ||
			!same_expert_and_round(&key, round, expert))
			continue;
		next = key.seq >= next ? key.seq + 1 : next;
		*ret_signalled |= ((const struct entity_move *)entity)->move_type == MOVE_CONVERGE;
	}
	return next;
}

/* An update brings a move that the expert has made in this round, word for word. */
static bool is_repeated_move(const struct plan *plan, const struct batch_move *move, const struct text *targets)
{
	const struct record_list *moves = &plan->record->lists[ENTITY_MOVE];
	const struct text_list wanted = {.items = targets, .count = move->targets.count};
	for (size_t i = 0; plan->batch->update && i < moves->count; i++) {
		const struct entity_move *other = (const struct entity_move *)moves->items[i];
		struct item_key_move key;
		if (item_key_read_move(other->head.subkey, &key) && same_expert_and_round(&key, move->round, move->expert) &&
			(unsigned)other->move_type == move->type && plan_same_texts(other->targets, wanted) &&
			text_equal(other->context, move->context))
			return true;
	}
	return false;
}

/* One signal per expert and round, however often it is written. */
static bool plan_moves(struct plan *plan, struct text **targets)
{
	for (size_t i = 0; i < plan->batch->move_count; i++) {
		const struct batch_move *move = &plan->batch->moves[i];
		int round = plan_round(plan, move->round);
		if (move->type == MOVE_ABSENT || round < 0 || !plan_knows(plan, move->expert) ||
			is_repeated_move(plan, move, targets[i]))
			continue;
		bool signalled;
		const struct item_key_move key = {
			.round = round, .expert = move->expert, .seq = next_move(plan, round, move->expert, &signalled)};
		struct text subkey;
		if (signalled && move->type == MOVE_CONVERGE)
			continue;
		if (key.seq > LIMIT_SEQ) {
			complain(plan->problems, PROBLEM_INVALID_VALUE, move->path, TEXT_ABSENT, "more than %d moves", LIMIT_SEQ);
			continue;
		}
		if (!item_key_move_subkey(plan->arena, key, &subkey))
			return false;
		struct entity_move *entity = (struct entity_move *)entity_codec_create(plan->arena, ENTITY_MOVE, subkey);
		if (entity == NULL)
			return false;
		entity->move_type = (enum move_type)move->type;
		entity->created_at = plan->time;
		entity->targets =
			(struct text_list){.items = targets[i], .count = move->targets.count, .present = move->targets.present};
		entity->context = move->context;
		if (!dialogue_changes_put(plan->changes, &entity->head))
			return false;
	}
	return true;
}

bool plan_run(struct plan *plan)
{
	const struct batch *batch = plan->batch;
	struct edge *edges = arena_allocate_array(plan->arena, batch->ref_count, sizeof(*edges));
	struct text *ids = arena_allocate_array(plan->arena, batch->update_count, sizeof(*ids));
	struct text **targets = arena_allocate_array(plan->arena, batch->move_count, sizeof(*targets));
	if (edges == NULL || ids == NULL || targets == NULL)
		return false;
	return plan_experts(plan) && plan_places(plan) && plan_statements(plan) && plan_experts_scores(plan) &&
		   plan_experts_files(plan) && resolve_refs(plan, edges) && resolve_moves(plan, targets) &&
		   resolve_updates(plan, ids) && check_refs(plan, edges) && plan_moves(plan, targets) &&
		   plan_updates(plan, ids) && !plan->problems->exhausted;
}
