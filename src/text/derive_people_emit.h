/*
 * The dialogue itself, its people and its rounds as entities.
 */
#ifndef DERIVE_PEOPLE_EMIT_H
#define DERIVE_PEOPLE_EMIT_H

#include "derive_work.h"

/* derive_people_emit_meta(work, time, dated), derive_people_emit_expert(work, member, time), derive_people_emit_round(work,
   round, time): the entity, or NULL and the work is exhausted. Facts must be settled. Not `dated`: the time is that of an import,
   and a time of convergence is not known. */
struct entity_head *derive_people_emit_meta(struct derive_work *work, struct text time, bool dated);
struct entity_head *derive_people_emit_expert(struct derive_work *work, size_t member, struct text time);
struct entity_head *derive_people_emit_round(struct derive_work *work, int round, struct text time);

#endif
