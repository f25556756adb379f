/*
 * A name is a seat of one dialogue and stays with its person; role, tier and relevance are the latest.
 */
#include "plan_experts.h"

#include "complain.h"
#include "entity_codec.h"
#include "error.h"
#include "limits.h"
#include "members.h"
#include "panel.h"
#include "plan_statements.h"

/* Muffin, of muffin. */
static bool name_of_slug(struct arena *arena, struct text slug, struct text *ret_name)
{
	char *name = arena_allocate(arena, slug.size);
	if (name == NULL)
		return false;
	memcpy(name, slug.data, slug.size);
	name[0] = (char)toupper((unsigned char)name[0]);
	*ret_name = (struct text){.data = name, .size = slug.size};
	return true;
}

/* A name that another expert has. */
static void check_name(struct plan *plan, const struct batch_seat *seat, struct text name)
{
	const struct record_list *experts = &plan->record->lists[ENTITY_EXPERT];
	for (size_t i = 0; i < experts->count; i++) {
		const struct entity_expert *other = (const struct entity_expert *)experts->items[i];
		if (!text_equal(other->head.subkey, seat->seat.expert) && text_equal_ignoring_case(other->name, name))
			complain(plan->problems, PROBLEM_DUPLICATE_ENTITY, members_path(plan->arena, seat->path, "name"), name,
					 "\"" ERROR_TEXT "\" is the name of the expert " ERROR_TEXT, ERROR_TEXT_ARGS(name),
					 ERROR_TEXT_ARGS(other->head.subkey));
	}
}

/* What a seat says of its expert replaces what was known. */
static void take_over(const struct batch_seat *seat, struct entity_expert *expert)
{
	if (text_present(seat->seat.role))
		expert->role = seat->seat.role;
	if (seat->seat.tier != TIER_ABSENT)
		expert->tier = seat->seat.tier;
	else if (seat->seat.relevance.present)
		expert->tier = panel_tier(seat->seat.relevance.value);
	if (seat->seat.relevance.present)
		expert->relevance = seat->seat.relevance;
	if (text_present(seat->seat.focus))
		expert->focus = seat->seat.focus;
	if (text_present(seat->description))
		expert->description = seat->description;
	if (text_present(seat->color))
		expert->color = seat->color;
}

static bool put_newcomer(struct plan *plan, const struct batch_seat *seat)
{
	struct entity_expert *expert =
		(struct entity_expert *)entity_codec_create(plan->arena, ENTITY_EXPERT, seat->seat.expert);
	if (expert == NULL)
		return false;
	expert->name = seat->name;
	if (!text_present(expert->name) && !name_of_slug(plan->arena, seat->seat.expert, &expert->name))
		return false;
	check_name(plan, seat, expert->name);
	complain_newcomer(plan->problems, plan->record, seat->path, seat->seat.expert, !text_present(seat->seat.role));
	expert->source = seat->seat.source;
	expert->creation_reason = seat->reason;
	expert->created_at = plan->time;
	expert->first_round = (struct schema_integer){.value = plan->batch->round < 0 ? 0 : plan->batch->round,
												  .present = plan->batch->round >= 0};
	take_over(seat, expert);
	return dialogue_changes_put(plan->changes, &expert->head);
}

static bool edit_known(struct plan *plan, const struct batch_seat *seat, struct entity_head *known)
{
	const struct entity_expert *old = (const struct entity_expert *)known;
	if (text_present(seat->name) && !text_equal_ignoring_case(seat->name, old->name))
		complain(plan->problems, PROBLEM_INVALID_VALUE, members_path(plan->arena, seat->path, "name"), seat->name,
				 "the expert " ERROR_TEXT " has the name " ERROR_TEXT ": a name stays with its person",
				 ERROR_TEXT_ARGS(known->subkey), ERROR_TEXT_ARGS(old->name));
	struct entity_expert changed = *old;
	take_over(seat, &changed);
	if (entity_equal(known, &changed.head))
		return true;
	struct entity_expert *expert = (struct entity_expert *)dialogue_changes_edit(plan->changes, known);
	if (expert == NULL)
		return false;
	take_over(seat, expert);
	return true;
}

bool plan_experts(struct plan *plan)
{
	for (size_t i = 0; i < plan->batch->panel_count; i++) {
		const struct batch_seat *seat = &plan->batch->panel[i];
		for (size_t k = 0; k < i; k++) {
			if (text_equal(plan->batch->panel[k].seat.expert, seat->seat.expert))
				complain(plan->problems, PROBLEM_DUPLICATE_ENTITY, members_path(plan->arena, seat->path, "expert"),
						 seat->seat.expert, "\"" ERROR_TEXT "\" has a seat already: " ERROR_TEXT,
						 ERROR_TEXT_ARGS(seat->seat.expert), ERROR_TEXT_ARGS(plan->batch->panel[k].path));
		}
		struct entity_head *known =
			dialogue_changes_current(plan->changes, plan->record, ENTITY_EXPERT, seat->seat.expert);
		if (!(known != NULL ? edit_known(plan, seat, known) : put_newcomer(plan, seat)))
			return false;
	}
	return true;
}

static bool same_integer(struct schema_integer a, struct schema_integer b)
{
	return a.present == b.present && (!a.present || a.value == b.value);
}

/* The score that an expert has in a round is this one. */
static bool has_score(const struct entity_expert *expert, const struct record_expert_score *score, int round)
{
	const struct record_expert_score *scores = expert->scores.items;
	for (size_t i = 0; i < expert->scores.count; i++) {
		const struct record_expert_score *old = &scores[i];
		if (old->round.present && old->round.value == round)
			return same_integer(old->w, score->w) && same_integer(old->c, score->c) && same_integer(old->t, score->t) &&
				   same_integer(old->r, score->r) && same_integer(old->total, score->total);
	}
	return false;
}

/* The scores of an expert with one more, or another one of that round, in the order of rounds. */
static bool put_score(struct plan *plan, const struct batch_score *score, int round, struct entity_head *known)
{
	const struct schema_groups old = ((const struct entity_expert *)known)->scores;
	const struct record_expert_score *olds = old.items;
	struct record_expert_score *scores = arena_allocate_array(plan->arena, old.count + 1, sizeof(*scores));
	struct entity_expert *expert = (struct entity_expert *)dialogue_changes_edit(plan->changes, known);
	if (scores == NULL || expert == NULL)
		return false;
	size_t count = 0;
	bool written = false;
	for (size_t i = 0; i <= old.count; i++) {
		bool later = i == old.count || (olds[i].round.present && olds[i].round.value > round);
		if (later && !written) {
			scores[count] = score->score;
			scores[count++].round = (struct schema_integer){.value = round, .present = true};
			written = true;
		}
		if (i < old.count && !(olds[i].round.present && olds[i].round.value == round))
			scores[count++] = olds[i];
	}
	expert->scores = (struct schema_groups){.items = scores, .count = count, .present = true};
	return true;
}

bool plan_experts_scores(struct plan *plan)
{
	for (size_t i = 0; i < plan->batch->score_count; i++) {
		const struct batch_score *score = &plan->batch->scores[i];
		int round = plan_round(plan, score->round);
		bool round_good = plan_statements_round(plan, score->round, score->path);
		for (size_t k = 0; k < i; k++) {
			const struct batch_score *other = &plan->batch->scores[k];
			if (text_equal(other->expert, score->expert) && other->round == score->round)
				complain(plan->problems, PROBLEM_DUPLICATE_ENTITY, members_path(plan->arena, score->path, "expert"),
						 score->expert, "\"" ERROR_TEXT "\" has a score already: " ERROR_TEXT,
						 ERROR_TEXT_ARGS(score->expert), ERROR_TEXT_ARGS(other->path));
		}
		struct entity_head *known = dialogue_changes_current(plan->changes, plan->record, ENTITY_EXPERT, score->expert);
		if (known == NULL)
			complain_expert(plan->problems, plan->changes, plan->record,
							members_path(plan->arena, score->path, "expert"), score->expert);
		else if (round_good && !has_score((const struct entity_expert *)known, &score->score, round) &&
				 !put_score(plan, score, round, known))
			return false;
	}
	return true;
}

/* The number after the highest that a file has. */
static int next_file(const struct plan *plan)
{
	const struct record_list *files = &plan->record->lists[ENTITY_FILE];
	int next = 1;
	for (size_t i = 0; i < files->count; i++) {
		int n = 0;
		for (size_t k = 0; k < files->items[i]->subkey.size; k++)
			n = n * 10 + (files->items[i]->subkey.data[k] - '0');
		next = n >= next ? n + 1 : next;
	}
	return next;
}

static bool has_file(const struct plan *plan, struct text path)
{
	const struct record_list *files = &plan->record->lists[ENTITY_FILE];
	for (size_t i = 0; i < files->count + plan->changes->count; i++) {
		const struct entity_head *entity =
			i < files->count ? files->items[i] : plan->changes->items[i - files->count].entity;
		if (entity->type == ENTITY_FILE && text_equal(((const struct entity_file *)entity)->path, path))
			return true;
	}
	return false;
}

static bool put_file(struct plan *plan, const struct batch_file *given, int n)
{
	struct digest digest;
	struct text subkey;
	struct bytes sha256;
	if (!vault_sha256(plan->vault, given->content, &digest) ||
		!arena_copy(plan->arena, digest_view(&digest), &sha256) || !item_key_file_subkey(plan->arena, n, &subkey))
		return false;
	struct entity_file *file = (struct entity_file *)entity_codec_create(plan->arena, ENTITY_FILE, subkey);
	if (file == NULL)
		return false;
	file->path = given->path;
	file->kind = given->kind;
	file->sha256 = sha256;
	file->size = (struct schema_integer){.value = (int64_t)given->content.size, .present = true};
	file->source = FILE_ORIGIN_REGISTERED;
	file->head.content = given->content;
	file->head.content_known = true;
	return dialogue_changes_put(plan->changes, &file->head);
}

bool plan_experts_files(struct plan *plan)
{
	if (plan->batch->file_count == 0)
		return true;
	bool good = true;
	int n = next_file(plan);
	for (size_t i = 0; good && i < plan->batch->file_count; i++) {
		const struct batch_file *file = &plan->batch->files[i];
		struct text path = members_path(plan->arena, file->where, "expert");
		if (!plan_knows(plan, file->expert))
			complain_expert(plan->problems, plan->changes, plan->record, path, file->expert);
		else if (has_file(plan, file->path))
			complain(plan->problems, PROBLEM_DUPLICATE_ENTITY, path, file->path,
					 "the file " ERROR_TEXT " is there already", ERROR_TEXT_ARGS(file->path));
		else if (file->content.size > LIMIT_IMPORT_FILE)
			complain(plan->problems, PROBLEM_INVALID_VALUE, members_path(plan->arena, file->where, "text"), TEXT_ABSENT,
					 "a file has at most %d bytes", LIMIT_IMPORT_FILE);
		else
			good = put_file(plan, file, n++);
	}
	return good;
}
