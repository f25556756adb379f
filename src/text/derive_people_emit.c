/*
 * The dialogue, its people and its rounds, from facts.
 */
#include "derive_people_emit.h"

#include "derive_fact.h"
#include "derive_rules.h"
#include "derive_text.h"
#include "entity_codec.h"

static void *create(struct derive_work *work, enum entity_type type, struct text subkey)
{
	struct entity_head *entity = entity_codec_create(work->arena, type, subkey);
	derive_work_done(work, entity != NULL);
	return entity;
}

static struct schema_integer number(const struct derive_work *work, enum fact_kind kind)
{
	return derive_fact_number(work, kind, WORK_NO_ROUND, TEXT_ABSENT);
}

static struct text words(const struct derive_work *work, enum fact_kind kind)
{
	return derive_fact_text(work, kind, WORK_NO_ROUND, TEXT_ABSENT);
}

/* Names divided by commas or bars, as listed. */
static struct text_list participants(struct derive_work *work)
{
	struct text value = words(work, FACT_PARTICIPANTS), *items = NULL;
	size_t count = 0, capacity = 0, from = 0;
	for (size_t at = 0; text_present(value) && at <= value.size; at++) {
		if (at < value.size && value.data[at] != ',' && value.data[at] != '|')
			continue;
		struct text name = derive_work_plain(work, text_slice(value, from, at));
		from = at + 1;
		if (name.size > 0 && derive_work_grow(work, &items, count, &capacity, sizeof(*items)))
			items[count++] = name;
	}
	return (struct text_list){.items = items, .count = count, .present = count > 0};
}

static const struct record_pool *pool(struct derive_work *work)
{
	if (work->pool_count == 0)
		return NULL;
	struct record_pool *made = derive_work_take(work, sizeof(*made));
	if (made != NULL)
		*made = (struct record_pool){.domain = words(work, FACT_DOMAIN),
									 .question = words(work, FACT_QUESTION),
									 .members = {.items = work->pool, .count = work->pool_count, .present = true}};
	return made;
}

static const struct record_background *background(struct derive_work *work)
{
	struct text constraints = words(work, FACT_CONSTRAINTS);
	struct record_background *made = text_present(constraints) ? derive_work_take(work, sizeof(*made)) : NULL;
	if (made != NULL)
		made->constraints = constraints;
	return made;
}

struct entity_head *derive_people_emit_meta(struct derive_work *work, struct text time, bool dated)
{
	struct entity_meta *meta = create(work, ENTITY_META, TEXT(""));
	if (meta == NULL)
		return NULL;
	const struct work_fact *status = derive_fact_find(work, FACT_STATUS, WORK_NO_ROUND, TEXT_ABSENT);
	meta->status = status != NULL ? (enum dialogue_status)status->number : DIALOGUE_OPEN;
	meta->created_at = time;
	meta->updated_at = time;
	meta->converged_at = meta->status == DIALOGUE_CONVERGED && dated ? time : TEXT_ABSENT;
	meta->total_rounds = number(work, FACT_ROUNDS);
	meta->total_alignment = number(work, FACT_TOTAL);
	meta->max_rounds = number(work, FACT_MAX_ROUNDS);
	meta->title = derive_meta_title(work);
	meta->question = words(work, FACT_QUESTION);
	meta->background = background(work);
	meta->number = number(work, FACT_NUMBER);
	meta->participants = participants(work);
	meta->links =
		(struct schema_groups){.items = work->links, .count = work->link_count, .present = work->link_count > 0};
	meta->insights =
		(struct text_list){.items = work->insights, .count = work->insight_count, .present = work->insight_count > 0};
	meta->pool = pool(work);
	meta->source_key = work->request->source_key;
	meta->tensions_claimed = words(work, FACT_TENSIONS_CLAIMED);
	meta->convergence_claimed = words(work, FACT_CONVERGENCE_CLAIMED);
	if (!text_present(meta->convergence_claimed))
		meta->convergence_claimed = words(work, FACT_CONVERGENCE_WORDS);
	return &meta->head;
}

/* What is known of an expert in one round; what tables say without a round where nothing is said of that round. */
static const struct work_fact *seat_fact(const struct derive_work *work, enum fact_kind kind, int round,
										 struct text slug)
{
	const struct work_fact *fact = derive_fact_find(work, kind, round, slug);
	return fact != NULL ? fact : derive_fact_find(work, kind, WORK_NO_ROUND, slug);
}

/* The one candidate of the pool with exactly this role, or NULL. */
static const struct record_pool_member *candidate(const struct derive_work *work, struct text role)
{
	const struct record_pool_member *found = NULL;
	for (size_t i = 0; text_present(role) && i < work->pool_count; i++) {
		if (!text_equal(work->pool[i].role, role))
			continue;
		if (found != NULL)
			return NULL;
		found = &work->pool[i];
	}
	return found;
}

/* What is said of someone in the last round that says it. */
static struct text latest_role(const struct derive_work *work, struct text slug)
{
	for (int round = WORK_ROUNDS - 1; round >= 0; round--) {
		const struct work_fact *role = derive_fact_find(work, FACT_SEAT_ROLE, round, slug);
		if (role != NULL)
			return role->text;
	}
	return TEXT_ABSENT;
}

/* The pool is a table of the dialogue: it says of a role what nothing nearer says of the seat. A name stays with its
   person, so a round that tells no role is filled by the latest. */
static void fill_from_pool(const struct derive_work *work, struct record_seat *seat)
{
	if (work->pool_count == 0 || (seat->tier != TIER_ABSENT && seat->relevance.present))
		return;
	const struct record_pool_member *member =
		candidate(work, text_present(seat->role) ? seat->role : latest_role(work, seat->expert));
	if (member == NULL)
		return;
	if (seat->tier == TIER_ABSENT)
		seat->tier = member->tier;
	if (!seat->relevance.present)
		seat->relevance = member->relevance;
}

static struct record_seat seat_of(const struct derive_work *work, int round, struct text slug)
{
	const struct work_fact *role = seat_fact(work, FACT_SEAT_ROLE, round, slug),
						   *focus = seat_fact(work, FACT_SEAT_FOCUS, round, slug);
	const struct work_fact *tier = seat_fact(work, FACT_SEAT_TIER, round, slug),
						   *source = seat_fact(work, FACT_SEAT_SOURCE, round, slug);
	const struct work_fact *relevance = seat_fact(work, FACT_SEAT_RELEVANCE, round, slug);
	struct record_seat seat = {
		.expert = slug,
		.role = role != NULL ? role->text : TEXT_ABSENT,
		.focus = focus != NULL ? focus->text : TEXT_ABSENT,
		.tier = tier != NULL ? (enum tier)tier->number : TIER_ABSENT,
		.source = source != NULL ? (enum seat_source)source->number : SOURCE_ABSENT,
		.relevance = {.value = relevance != NULL ? relevance->number : 0, .present = relevance != NULL},
	};
	fill_from_pool(work, &seat);
	return seat;
}

static bool score_of(const struct derive_work *work, int round, struct text slug, struct record_expert_score *ret_score)
{
	struct record_expert_score score = {
		.round = {.value = round >= 0 ? round : 0, .present = round >= 0},
		.w = derive_fact_number(work, FACT_EXPERT_W, round, slug),
		.c = derive_fact_number(work, FACT_EXPERT_C, round, slug),
		.t = derive_fact_number(work, FACT_EXPERT_T, round, slug),
		.r = derive_fact_number(work, FACT_EXPERT_R, round, slug),
		.total = derive_fact_number(work, FACT_EXPERT_TOTAL, round, slug),
	};
	if (!score.total.present && score.w.present && score.c.present && score.t.present && score.r.present)
		score.total = (struct schema_integer){.value = score.w.value + score.c.value + score.t.value + score.r.value,
											  .present = true};
	*ret_score = score;
	return score.total.present;
}

static struct schema_groups scores_of(struct derive_work *work, struct text slug)
{
	struct record_expert_score *scores = NULL, score;
	size_t count = 0, capacity = 0;
	for (int round = 0; round < WORK_ROUNDS; round++)
		if (score_of(work, round, slug, &score) && derive_work_grow(work, &scores, count, &capacity, sizeof(*scores)))
			scores[count++] = score;
	if (count == 0 && score_of(work, WORK_NO_ROUND, slug, &score) &&
		derive_work_grow(work, &scores, count, &capacity, sizeof(*scores)))
		scores[count++] = score;
	return (struct schema_groups){.items = scores, .count = count, .present = count > 0};
}

struct entity_head *derive_people_emit_expert(struct derive_work *work, size_t member, struct text time)
{
	const struct work_member *of = &work->members[member];
	struct entity_expert *expert = create(work, ENTITY_EXPERT, of->slug);
	if (expert == NULL)
		return NULL;
	expert->created_at = time;
	expert->name = of->name;
	expert->scores = scores_of(work, of->slug);
	struct record_seat latest = seat_of(work, WORK_NO_ROUND, of->slug);
	for (int round = 0; round < WORK_ROUNDS; round++) {
		size_t count;
		struct text *panel = work->rounds[round].held ? derive_people_panel(work, round, &count) : NULL;
		bool sat = false;
		for (size_t i = 0; panel != NULL && i < count; i++)
			sat |= text_equal(panel[i], of->slug);
		if (!sat)
			continue;
		struct record_seat seat = seat_of(work, round, of->slug);
		if (!expert->first_round.present)
			expert->first_round = (struct schema_integer){.value = round, .present = true};
		latest.role = text_present(seat.role) ? seat.role : latest.role;
		latest.focus = text_present(seat.focus) ? seat.focus : latest.focus;
		latest.tier = seat.tier != TIER_ABSENT ? seat.tier : latest.tier;
		latest.relevance = seat.relevance.present ? seat.relevance : latest.relevance;
		if (expert->source == SOURCE_ABSENT && seat.source != SOURCE_RETAINED)
			expert->source = seat.source;
	}
	expert->role = latest.role;
	expert->focus = latest.focus;
	expert->tier = latest.tier;
	expert->relevance = latest.relevance;
	return &expert->head;
}

static struct schema_integer of_round(const struct derive_work *work, enum fact_kind kind, int round)
{
	return derive_fact_number(work, kind, round, TEXT_ABSENT);
}

struct entity_head *derive_people_emit_round(struct derive_work *work, int round, struct text time)
{
	struct text subkey;
	struct entity_round *made = derive_work_done(work, item_key_round_subkey(work->arena, round, &subkey))
									? create(work, ENTITY_ROUND, subkey)
									: NULL;
	if (made == NULL)
		return NULL;
	const struct work_round *of = &work->rounds[round];
	made->status = of->answered ? ROUND_COMPLETED : ROUND_IN_PROGRESS;
	made->created_at = time;
	made->completed_at = of->answered ? time : TEXT_ABSENT;
	made->title = of->title;
	made->summary = of->summary;
	made->score = derive_series_score(work, round);
	made->wisdom = of_round(work, FACT_ROUND_W, round);
	made->consistency = of_round(work, FACT_ROUND_C, round);
	made->truth = of_round(work, FACT_ROUND_T, round);
	made->relationships = of_round(work, FACT_ROUND_R, round);
	made->open_tensions = of_round(work, FACT_ROUND_OPEN, round);
	made->new_perspectives = of_round(work, FACT_ROUND_NEW, round);
	made->velocity = of_round(work, FACT_ROUND_VELOCITY, round);
	made->converge_signals = of_round(work, FACT_ROUND_SIGNALS, round);
	made->converge_permille = of_round(work, FACT_ROUND_CONVERGE, round);
	size_t count;
	struct text *panel = derive_people_panel(work, round, &count);
	struct record_seat *seats = derive_work_take(work, (count + 1) * sizeof(*seats));
	for (size_t i = 0; panel != NULL && seats != NULL && i < count; i++)
		seats[i] = seat_of(work, round, panel[i]);
	if (seats != NULL)
		made->panel = (struct schema_groups){.items = seats, .count = count, .present = count > 0};
	made->panel_size = of_round(work, FACT_ROUND_PANEL_SIZE, round);
	if (count > 0)
		made->panel_size = (struct schema_integer){.value = (int64_t)count, .present = true};
	return &made->head;
}
