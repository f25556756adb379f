/*
 * What panels are made of: sizes, tiers, names, advice.
 */
#include "panel.h"

#include "members.h"

enum { TIER_CORE_MIN = 800000, TIER_ADJACENT_MIN = 400000 };

static const char *const names[] = {"Muffin",  "Cupcake",   "Scone",        "Eclair",    "Donut",
									"Brioche", "Croissant", "Macaron",      "Cannoli",   "Strudel",
									"Beignet", "Churro",    "Profiterole",  "Tartlet",   "Galette",
									"Palmier", "Kouign",    "Sfogliatella", "Financier", "Religieuse"};
enum { NAME_COUNT = sizeof(names) / sizeof(names[0]) };

void panel_sizes(size_t n, size_t *ret_core, size_t *ret_adjacent, size_t *ret_wildcard)
{
	size_t core = n;
	size_t wildcard = 0;
	if (n > 5) {
		wildcard = n / 4;
		core = n / 3;
	} else if (n > 2) {
		wildcard = 1;
		core = n / 3 > 1 ? n / 3 : 1;
	}
	*ret_core = core;
	*ret_wildcard = wildcard;
	*ret_adjacent = n - core - wildcard;
}

enum tier panel_tier(int64_t relevance)
{
	if (relevance >= TIER_CORE_MIN)
		return TIER_CORE;
	return relevance >= TIER_ADJACENT_MIN ? TIER_ADJACENT : TIER_WILDCARD;
}

bool panel_name(size_t n, struct arena *arena, struct text *ret_name)
{
	if (n >= NAME_COUNT)
		return arena_format(arena, ret_name, "Pastry%zu", n + 1);
	*ret_name = text_of_string(names[n]);
	return true;
}

const struct schema_shape *panel_seat_shape(void)
{
	const struct schema_shape *round = entity_shape(ENTITY_ROUND);
	for (size_t i = 0; i < round->field_count; i++) {
		if (round->fields[i].offset == offsetof(struct entity_round, panel))
			return round->fields[i].group;
	}
	return NULL;
}

bool panel_advise(const struct record_pool *pool, struct text path, struct problem_list *problems)
{
	static const struct {
		enum tier tier;
		size_t min, max;
		const char *constraint;
	} advice[] = {
		{TIER_CORE, 3, 8, "3 to 8 Core experts"},
		{TIER_ADJACENT, 4, 10, "4 to 10 Adjacent experts"},
		{TIER_WILDCARD, 3, 6, "3 to 6 Wildcard experts"},
	};
	const struct record_pool_member *members = pool->members.items;
	const struct text place = members_path(problems->arena, path, "members");
	if (!text_present(place))
		return false;
	for (size_t a = 0; a < sizeof(advice) / sizeof(advice[0]); a++) {
		size_t count = 0;
		for (size_t i = 0; i < pool->members.count; i++)
			count += members[i].tier == advice[a].tier;
		if (count >= advice[a].min && count <= advice[a].max)
			continue;
		struct text value;
		struct text message;
		if (!arena_format(problems->arena, &value, "%zu", count) ||
			!arena_format(problems->arena, &message, "a pool has %s, and this one %zu", advice[a].constraint, count))
			return false;
		problem_add(problems, &(struct problem){.code = PROBLEM_POOL_ADVICE,
												.warning = true,
												.path = place,
												.value = value,
												.constraint = text_of_string(advice[a].constraint),
												.message = message});
	}
	return !problems->exhausted;
}
