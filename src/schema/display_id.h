/*
 * Display ids: {P|R|T|E|C}{round:02d}{seq}, seq two digits, or three or four without leading zeros (T0103, P00100).
 */
#ifndef DISPLAY_ID_H
#define DISPLAY_ID_H

#include "arena.h"
#include "entity.h"

enum { DISPLAY_ID_SIZE = 8 }; /* longest, with NUL: T999999 */

struct display_id {
	enum entity_type type; /* one of the five statement types */
	int round;             /* 0..99 */
	int seq;               /* 0..9999 */
};

/* display_id_parse(text, ret_id): reads one without regard to case and inner blanks. False for anything else (P00001,
   P+1). */
bool display_id_parse(struct text text, struct display_id *ret_id);

/* display_id_format(id, ret_text): writes the one spelling, NUL-terminated, and returns it as a view of ret_text; ""
   for an id out of range. */
struct text display_id_format(struct display_id id, char ret_text[static DISPLAY_ID_SIZE]);

/* display_id_subkey(arena, id, ret_subkey): `{round:02d}#{seq}`. False when memory is exhausted. */
bool display_id_subkey(struct arena *arena, struct display_id id, struct text *ret_subkey);

/* display_id_of(entity, ret_id): of a perspective, tension, recommendation, evidence or claim, from its subkey. False
   for others. */
bool display_id_of(const struct entity_head *entity, struct display_id *ret_id);

/* display_id_letter(type): 'P', 'T', 'R', 'E', 'C', or 0 for a type without display ids. */
char display_id_letter(enum entity_type type);

/* display_id_compare(a, b): by type letter in the order P R T E C, round, seq. */
int display_id_compare(struct display_id a, struct display_id b);

#endif
