/*
 * The draw. Randomness is SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators",
 * OOPSLA 2014): a counter and a mixing function, so a draw is a pure function of its seed. All arithmetic is in
 * integers.
 */
#include "panel.h"

#include "complain.h"
#include "error.h"
#include "nearest.h"
#include "slug.h"

enum { PANEL_SIZE_DEFAULT = 12, RELEVANCE_UNKNOWN = 500000 };

/* One who may sit: a member of the pool, or an expert of the dialogue who is kept. */
struct candidate {
	struct text role;
	enum tier tier;
	struct schema_integer relevance;
	struct text focus;
	const struct entity_expert *expert; /* the seat this person has already, or NULL */
	bool seated_last;                   /* on the panel of the last round */
	bool seated_ever;
	bool kept, excluded;
	bool chosen;
	enum panel_why why; /* when chosen */
	enum seat_source source;
};

struct draw {
	const struct record *record;
	const struct panel_request *request;
	struct arena *arena;
	struct problem_list *problems;
	struct candidate *candidates;
	size_t count;
	size_t size;   /* seats */
	size_t chosen; /* of these, taken */
	uint64_t state;
};

static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* Uniform below bound: numbers from the incomplete last run of multiples are thrown away. */
static uint64_t random_below(uint64_t *state, uint64_t bound)
{
	uint64_t unfair = (UINT64_MAX % bound + 1) % bound;
	uint64_t number;
	do
		number = next_random(state);
	while (number > UINT64_MAX - unfair);
	return number % bound;
}

static uint64_t weight_of(const struct candidate *candidate)
{
	if (!candidate->relevance.present)
		return RELEVANCE_UNKNOWN;
	return candidate->relevance.value > 0 ? (uint64_t)candidate->relevance.value : 1;
}

static void choose(struct draw *draw, struct candidate *candidate, enum panel_why why)
{
	candidate->chosen = true;
	candidate->why = why;
	draw->chosen++;
}

/* Whom a draw may take. */
struct bag {
	enum tier tier;   /* TIER_ABSENT: any */
	bool unused_only; /* never on a panel */
};

static bool in_bag(const struct candidate *candidate, struct bag bag)
{
	return !candidate->chosen && !candidate->excluded && (bag.tier == TIER_ABSENT || candidate->tier == bag.tier) &&
		   !(bag.unused_only && candidate->seated_ever);
}

/* Draws up to `wanted` seats from a bag by relevance, without replacement. */
static size_t draw_seats(struct draw *draw, struct bag bag, size_t wanted)
{
	size_t drawn = 0;
	for (; drawn < wanted && draw->chosen < draw->size; drawn++) {
		uint64_t total = 0;
		for (size_t i = 0; i < draw->count; i++)
			total += in_bag(&draw->candidates[i], bag) ? weight_of(&draw->candidates[i]) : 0;
		if (total == 0)
			break;
		uint64_t ticket = random_below(&draw->state, total);
		for (size_t i = 0; i < draw->count; i++) {
			if (!in_bag(&draw->candidates[i], bag))
				continue;
			uint64_t weight = weight_of(&draw->candidates[i]);
			if (ticket < weight) {
				choose(draw, &draw->candidates[i], bag.tier == TIER_ABSENT ? PANEL_FILLS : PANEL_SHARE);
				break;
			}
			ticket -= weight;
		}
	}
	return drawn;
}

static size_t chosen_of_tier(const struct draw *draw, enum tier tier)
{
	size_t count = 0;
	for (size_t i = 0; i < draw->count; i++)
		count += draw->candidates[i].chosen && draw->candidates[i].tier == tier;
	return count;
}

/* Fills the seats that are left: each tier up to its share, then whoever remains. */
static void fill_seats(struct draw *draw, bool unused_wildcards_first)
{
	size_t share[TIER_WILDCARD + 1] = {0};
	panel_sizes(draw->size, &share[TIER_CORE], &share[TIER_ADJACENT], &share[TIER_WILDCARD]);
	for (unsigned t = TIER_CORE; t <= TIER_WILDCARD; t++) {
		const enum tier tier = (enum tier)t;
		size_t have = chosen_of_tier(draw, tier);
		size_t wanted = share[tier] > have ? share[tier] - have : 0;
		if (tier == TIER_WILDCARD && unused_wildcards_first)
			wanted -= draw_seats(draw, (struct bag){.tier = tier, .unused_only = true}, wanted);
		(void)draw_seats(draw, (struct bag){.tier = tier}, wanted);
	}
	(void)draw_seats(draw, (struct bag){.tier = TIER_ABSENT}, draw->size - draw->chosen);
}

/* The expert who has this role: by the panels, the latest first, then by the expert's own. */
static const struct entity_expert *expert_of_role(const struct record *record, struct text role)
{
	const struct record_list *rounds = &record->lists[ENTITY_ROUND];
	for (size_t i = rounds->count; i > 0; i--) {
		const struct entity_round *round = (const struct entity_round *)rounds->items[i - 1];
		const struct record_seat *seats = round->panel.items;
		for (size_t s = 0; s < round->panel.count; s++) {
			if (text_present(seats[s].role) && text_equal_ignoring_case(seats[s].role, role))
				return record_expert(record, seats[s].expert);
		}
	}
	const struct record_list *experts = &record->lists[ENTITY_EXPERT];
	for (size_t i = 0; i < experts->count; i++) {
		const struct entity_expert *expert = (const struct entity_expert *)experts->items[i];
		if (text_present(expert->role) && text_equal_ignoring_case(expert->role, role))
			return expert;
	}
	return NULL;
}

static bool sits(const struct entity_round *round, struct text slug)
{
	const struct record_seat *seats = round->panel.items;
	for (size_t s = 0; s < round->panel.count; s++) {
		if (text_equal(seats[s].expert, slug))
			return true;
	}
	return false;
}

static void look_back(struct draw *draw, struct candidate *candidate)
{
	if (candidate->expert == NULL)
		return;
	const struct record_list *rounds = &draw->record->lists[ENTITY_ROUND];
	for (size_t i = 0; i < rounds->count; i++) {
		bool seated = sits((const struct entity_round *)rounds->items[i], candidate->expert->head.subkey);
		candidate->seated_ever |= seated;
		candidate->seated_last = seated;
	}
}

static bool is_named(const struct candidate *candidate, const struct text_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		if (text_equal_ignoring_case(list->items[i], candidate->role) ||
			(candidate->expert != NULL && (text_equal_ignoring_case(list->items[i], candidate->expert->head.subkey) ||
										   text_equal_ignoring_case(list->items[i], candidate->expert->name))))
			return true;
	}
	return false;
}

static bool is_candidate(const struct draw *draw, const struct entity_expert *expert)
{
	for (size_t i = 0; i < draw->count; i++) {
		if (draw->candidates[i].expert == expert)
			return true;
	}
	return false;
}

/* The pool, and behind it experts of the dialogue who come from elsewhere: these sit only when retained or kept. */
static bool gather(struct draw *draw)
{
	const struct entity_meta *meta = record_meta(draw->record);
	const struct record_pool *pool = meta != NULL ? meta->pool : NULL;
	const struct record_pool_member *members = pool != NULL ? pool->members.items : NULL;
	size_t member_count = pool != NULL ? pool->members.count : 0;
	const struct record_list *experts = &draw->record->lists[ENTITY_EXPERT];
	draw->candidates = arena_allocate_array(draw->arena, member_count + experts->count, sizeof(*draw->candidates));
	if (draw->candidates == NULL)
		return false;
	for (size_t i = 0; i < member_count; i++) {
		const struct entity_expert *expert = expert_of_role(draw->record, members[i].role);
		draw->candidates[draw->count] = (struct candidate){
			.role = members[i].role,
			.tier = members[i].tier,
			.relevance = members[i].relevance,
			.focus = members[i].focus,
			.expert = expert != NULL && is_candidate(draw, expert) ? NULL : expert,
			.source = SOURCE_POOL,
		};
		draw->count++;
	}
	for (size_t i = 0; i < experts->count; i++) {
		const struct entity_expert *expert = (const struct entity_expert *)experts->items[i];
		if (is_candidate(draw, expert))
			continue;
		draw->candidates[draw->count++] = (struct candidate){
			.role = text_present(expert->role) ? expert->role : expert->name,
			.tier = expert->tier != TIER_ABSENT ? expert->tier : panel_tier(expert->relevance.value),
			.relevance = expert->relevance,
			.focus = expert->focus,
			.expert = expert,
			.source = SOURCE_CREATED,
		};
	}
	for (size_t i = 0; i < draw->count; i++) {
		look_back(draw, &draw->candidates[i]);
		draw->candidates[i].kept = is_named(&draw->candidates[i], &draw->request->keep);
		draw->candidates[i].excluded = is_named(&draw->candidates[i], &draw->request->exclude);
	}
	return true;
}

static size_t pool_size(const struct draw *draw)
{
	size_t size = 0;
	for (size_t i = 0; i < draw->count; i++)
		size += draw->candidates[i].source == SOURCE_POOL;
	return size;
}

/* `keep[Architect]`: who names an expert on a command line counts no places. */
static bool name_place(struct arena *arena, const char *list, struct text value, struct text *ret_path)
{
	return arena_format(arena, ret_path, "%s[" ERROR_TEXT "]", list, ERROR_TEXT_ARGS(value));
}

static void complain_kept_excluded(struct draw *draw, const struct candidate *candidate)
{
	struct text place;
	if (name_place(draw->arena, "keep", candidate->role, &place))
		complain(draw->problems, PROBLEM_INVALID_VALUE, place, candidate->role,
				 "\"" ERROR_TEXT "\" is kept and excluded", ERROR_TEXT_ARGS(candidate->role));
	else
		draw->problems->exhausted = true;
}

static bool check_names(struct draw *draw, const struct text_list *list, const char *path)
{
	struct text *known = arena_allocate_array(draw->arena, draw->count * 2, sizeof(*known));
	if (known == NULL)
		return false;
	size_t count = 0;
	for (size_t i = 0; i < draw->count; i++) {
		known[count++] = draw->candidates[i].role;
		if (draw->candidates[i].expert != NULL)
			known[count++] = draw->candidates[i].expert->head.subkey;
	}
	for (size_t i = 0; i < list->count; i++) {
		const struct text_list one = {.items = &list->items[i], .count = 1, .present = true};
		size_t c = 0;
		while (c < draw->count && !is_named(&draw->candidates[c], &one))
			c++;
		if (c < draw->count)
			continue;
		struct text place, valid, message, suggestion = TEXT_ABSENT;
		struct text nearest = nearest_of(list->items[i], known, count);
		if (!name_place(draw->arena, path, list->items[i], &place) ||
			!nearest_list(draw->arena, known, count, &valid) ||
			!arena_format(draw->arena, &message, "nobody in the pool has the role or name \"" ERROR_TEXT "\"",
						  ERROR_TEXT_ARGS(list->items[i])) ||
			(text_present(nearest) &&
			 !arena_format(draw->arena, &suggestion, "did you mean \"%.*s\"?", (int)nearest.size, nearest.data)))
			return false;
		problem_add(draw->problems,
					&(struct problem){.code = PROBLEM_UNKNOWN_EXPERT,
									  .path = place,
									  .value = list->items[i],
									  .constraint = TEXT("a role of the pool or an expert of the dialogue"),
									  .message = message,
									  .valid = valid,
									  .suggestion = suggestion});
	}
	return true;
}

/* Whom the rotation keeps on the panel. */
static bool stays(const struct draw *draw, const struct candidate *candidate)
{
	if (!candidate->seated_last || candidate->excluded)
		return false;
	switch (draw->request->rotation) {
	case PANEL_GRADUATED:
	case PANEL_NONE:
		return true;
	case PANEL_WILDCARDS:
		return candidate->tier != TIER_WILDCARD;
	case PANEL_FULL:
		return false;
	}
	return false;
}

static void settle_size(struct draw *draw)
{
	size_t kept = 0, available = 0, last = 0;
	for (size_t i = 0; i < draw->count; i++) {
		const struct candidate *candidate = &draw->candidates[i];
		kept += candidate->kept;
		last += candidate->seated_last;
		available +=
			!candidate->excluded && (candidate->source == SOURCE_POOL || candidate->kept || stays(draw, candidate));
		if (candidate->kept && candidate->excluded)
			complain_kept_excluded(draw, candidate);
	}
	size_t pool = pool_size(draw);
	draw->size = draw->request->size;
	if (draw->size == 0 && draw->request->rotation == PANEL_NONE && last > 0)
		draw->size = last < available ? last : available;
	if (draw->size == 0) {
		draw->size = pool < PANEL_SIZE_DEFAULT ? pool : PANEL_SIZE_DEFAULT;
		draw->size = draw->size < available ? draw->size : available;
	}
	if (draw->size == 0 && pool > 0)
		complain(draw->problems, PROBLEM_INVALID_VALUE, TEXT("exclude"), TEXT_ABSENT,
				 "all %zu of the pool are excluded: nobody is left to draw from", pool);
	else if (pool == 0 && (draw->size == 0 || draw->size > available))
		complain_with(draw->problems,
					  &(struct problem){.code = PROBLEM_MISSING_FIELD,
										.path = TEXT("pool"),
										.suggestion = TEXT(
											"begin a dialogue with one: hansard create --file FILE; or give this one a "
											"pool, as an edit of its meta: hansard update (docs/batch.md)")},
					  "the dialogue has no pool to draw from");
	else if (draw->size > available)
		complain(draw->problems, PROBLEM_INVALID_VALUE, TEXT("size"), TEXT_ABSENT,
				 "%zu seats, but %zu experts are left", draw->size, available);
	if (kept > draw->size && draw->size > 0)
		complain(draw->problems, PROBLEM_INVALID_VALUE, TEXT("keep"), TEXT_ABSENT,
				 "%zu experts are kept, but the panel has %zu seat%s", kept, draw->size, draw->size == 1 ? "" : "s");
}

/* Those who stay or are kept, then the draw. Experts from outside the pool are then no longer to be drawn. */
static void take_seats(struct draw *draw)
{
	for (size_t i = 0; i < draw->count; i++) {
		if (draw->candidates[i].kept)
			choose(draw, &draw->candidates[i], PANEL_KEPT);
	}
	for (size_t i = 0; i < draw->count; i++) {
		struct candidate *candidate = &draw->candidates[i];
		if (!candidate->chosen && draw->chosen < draw->size && stays(draw, candidate))
			choose(draw, candidate, PANEL_STAYS);
		if (!candidate->chosen && candidate->source != SOURCE_POOL)
			candidate->excluded = true;
	}
	fill_seats(draw, draw->request->rotation == PANEL_WILDCARDS);
}

/* The next name of the list whose slug no expert has. */
static bool next_name(struct draw *draw, size_t *n, struct text *ret_name, struct text *ret_slug)
{
	do {
		if (!panel_name((*n)++, draw->arena, ret_name) || !slug_of_expert(draw->arena, *ret_name, ret_slug))
			return false;
	} while (record_expert(draw->record, *ret_slug) != NULL);
	return true;
}

/* Seats by tier, in the order of the pool. */
static bool write_seats(struct draw *draw, struct panel_result *ret_result)
{
	struct record_seat *seats = arena_allocate_array(draw->arena, draw->chosen, sizeof(*seats));
	struct text *seat_names = arena_allocate_array(draw->arena, draw->chosen, sizeof(*seat_names));
	enum panel_why *why = arena_allocate_array(draw->arena, draw->chosen, sizeof(*why));
	if (seats == NULL || seat_names == NULL || why == NULL)
		return false;
	size_t count = 0;
	size_t n = 0;
	for (unsigned tier = TIER_CORE; tier <= TIER_WILDCARD; tier++) {
		for (size_t i = 0; i < draw->count; i++) {
			const struct candidate *candidate = &draw->candidates[i];
			if (!candidate->chosen || candidate->tier != (enum tier)tier)
				continue;
			struct record_seat *seat = &seats[count];
			why[count] = candidate->why;
			*seat = (struct record_seat){.role = candidate->role,
										 .tier = candidate->tier,
										 .relevance = candidate->relevance,
										 .focus = candidate->focus,
										 .source = candidate->seated_last ? SOURCE_RETAINED : candidate->source};
			if (candidate->expert != NULL) {
				seat->expert = candidate->expert->head.subkey;
				seat_names[count] = candidate->expert->name;
			} else if (!next_name(draw, &n, &seat_names[count], &seat->expert)) {
				return false;
			}
			count++;
		}
	}
	*ret_result = (struct panel_result){
		.seats = seats, .names = seat_names, .why = why, .count = count, .seed = draw->request->seed};
	panel_sizes(draw->size, &ret_result->shares[TIER_CORE], &ret_result->shares[TIER_ADJACENT],
				&ret_result->shares[TIER_WILDCARD]);
	return true;
}

bool panel_draw(const struct record *record, const struct panel_request *request, struct arena *arena,
				struct problem_list *problems, struct panel_result *ret_result)
{
	struct draw draw = {
		.record = record, .request = request, .arena = arena, .problems = problems, .state = request->seed};
	*ret_result = (struct panel_result){.seed = request->seed};
	if (!gather(&draw))
		return false;
	size_t before = problem_errors(problems);
	if (!check_names(&draw, &request->keep, "keep") || !check_names(&draw, &request->exclude, "exclude"))
		return false;
	settle_size(&draw);
	const struct entity_meta *meta = record_meta(record);
	if (meta != NULL && meta->pool != NULL && meta->pool->members.count > 0 &&
		!panel_advise(meta->pool, TEXT("pool"), problems))
		return false;
	if (problems->exhausted)
		return false;
	if (problem_errors(problems) > before)
		return true;
	take_seats(&draw);
	return write_seats(&draw, ret_result);
}
