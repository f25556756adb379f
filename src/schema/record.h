/*
 * The record: one whole dialogue in memory, in one arena. Entities of a type stand in the order of their subkeys
 * (display order: by round, then sequence number); pointers stay valid as long as the arena.
 */
#ifndef RECORD_H
#define RECORD_H

#include "arena.h"
#include "display_id.h"
#include "entity.h"
#include "item_key.h"

/* Entities of one type. `items[i]` points to a struct entity_<type>, whose first member is its head. */
struct record_list {
	struct entity_head **items;
	size_t count;
	size_t capacity;
};

struct record {
	struct arena *arena;
	struct text dialogue_id;
	int64_t rev; /* of the head; 0 for a record that was never stored */
	/* Of the newest commit of an import that has not reached its end, as far as that was looked for; 0: no such import is known. */
	int64_t import_part_rev;
	struct record_list lists[ENTITY_TYPE_COUNT];
};

/* record_begin(record, arena, dialogue_id): an empty record. dialogue_id must live as long as the arena. */
void record_begin(struct record *record, struct arena *arena, struct text dialogue_id);

/* record_add(record, entity): adds an entity at its place. Errors: HANSARD_CONFLICT "duplicate_entity" when the subkey
   is taken, HANSARD_FAILED. */
enum hansard_status record_add(struct record *record, struct entity_head *entity, struct hansard_error *error);

/* record_find(record, type, subkey): the entity, or NULL. */
struct entity_head *record_find(const struct record *record, enum entity_type type, struct text subkey);

/* record_find_id(record, id): a statement by its display id, or NULL. */
struct entity_head *record_find_id(const struct record *record, struct display_id id);

/* Typed access. The first three are NULL when there is none. */
struct entity_meta *record_meta(const struct record *record);
struct entity_expert *record_expert(const struct record *record, struct text slug);
struct entity_round *record_round(const struct record *record, int round);

/* record_rounds(record): number of rounds held; rounds are contiguous from 0 in a registered dialogue, an imported one
   may have gaps. */
size_t record_rounds(const struct record *record);

/* record_last_round(record): highest round number held, or -1. */
int record_last_round(const struct record *record);

/* record_statement(entity): the common part of a perspective, tension, recommendation, evidence or claim. */
struct record_statement {
	struct text label;
	struct text body;
	struct text_list contributors;
	struct text local_id;
	const struct record_origin *origin;
	struct text created_at;
};
bool record_statement(const struct entity_head *entity, struct record_statement *ret_statement);

/* record_set_statement(entity, statement): sets label, body, contributors, local_id, origin and created_at of a
   statement. */
void record_set_statement(struct entity_head *entity, const struct record_statement *statement);

#endif
