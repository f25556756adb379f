/*
 * Pool and panel (record.md, Pool and panel): the draw, repeatable from its seed, and rotation.
 */
#ifndef PANEL_H
#define PANEL_H

#include "dialogue.h"

enum panel_rotation { PANEL_GRADUATED, PANEL_NONE, PANEL_WILDCARDS, PANEL_FULL };

struct panel_request {
	size_t size; /* 0: the smaller of 12 and the pool */
	enum panel_rotation rotation;
	uint64_t seed;
	struct text_list keep;    /* slugs or roles that must sit */
	struct text_list exclude; /* slugs or roles that must not */
};

/* Why someone sits: kept by name; still there from the last panel; drawn for a seat of their tier's share; drawn from whoever was
   left for a seat of a tier that has too few. */
enum panel_why { PANEL_KEPT, PANEL_STAYS, PANEL_SHARE, PANEL_FILLS };

struct panel_result {
	struct record_seat *seats; /* `expert` is the slug; names from the list of pastries for newcomers */
	struct text *names;
	enum panel_why *why;
	size_t count;
	size_t shares[TIER_WILDCARD + 1]; /* seats of each tier by panel_sizes */
	uint64_t seed;
};

/* panel_draw(record, request, arena, problems, ret_result): the panel of the next round from the dialogue's pool.
   The same record, request and seed give the same panel. Advice on the pool's sizes goes to problems as warnings;
   too small a pool, unknown names: problems. False only when memory is exhausted. */
bool panel_draw(const struct record *record, const struct panel_request *request, struct arena *arena,
				struct problem_list *problems, struct panel_result *ret_result);

/* panel_sizes(n, ret_core, ret_adjacent, ret_wildcard): how n seats are split by tier. */
void panel_sizes(size_t n, size_t *ret_core, size_t *ret_adjacent, size_t *ret_wildcard);

/* panel_advise(pool, path, problems): warnings, at path.members, where the pool is outside the advised sizes. False when memory is
   exhausted. */
bool panel_advise(const struct record_pool *pool, struct text path, struct problem_list *problems);

/* panel_seat_shape(): the rows of a seat, for writing it as JSON. */
const struct schema_shape *panel_seat_shape(void);

/* panel_tier(relevance): the tier of a relevance in millionths. */
enum tier panel_tier(int64_t relevance);

/* panel_name(n, arena, ret_name): the n-th name of the list, from 0: Muffin ... Religieuse, Pastry21 .... False
   when memory is exhausted. */
bool panel_name(size_t n, struct arena *arena, struct text *ret_name);

#endif
