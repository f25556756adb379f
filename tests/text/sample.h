/*
 * Records for the tests of what is written: one dialogue made by hand, and random ones over the tables of the schema.
 */
#ifndef SAMPLE_H
#define SAMPLE_H

#include "record.h"

/* sample_dialogue(arena, record): a dialogue of four rounds, twelve experts and eighteen tensions, of which its Judge
   said 17/17; with a verdict, a dissent and a minority. Ends the program when memory runs out. */
void sample_dialogue(struct arena *arena, struct record *record);

/* sample_empty(arena, record): a dialogue that has only its meta: title and status open. */
void sample_empty(struct arena *arena, struct record *record);

/* sample_random(arena, seed, record): a random record: entities of every type, each field present or absent, texts
   with everything that a text may hold; the same for the same seed. */
void sample_random(struct arena *arena, uint64_t seed, struct record *record);

/* sample_statement(record, id): a new statement of that display id, added to the record. */
void *sample_statement(struct record *record, const char *id);

/* sample_event(record, type, target, round, reason): an event, added to the record. */
struct sample_event {
	const char *type;
	const char *target;
	int round;
	const char *actor;
	const char *reason;
};
void sample_event(struct record *record, struct sample_event event);

/* sample_verdict(record, id, type, sentence): a verdict of round 3, added to the record. */
struct entity_verdict *sample_verdict(struct record *record, const char *id, enum verdict_type type,
									  const char *sentence);

#define SAMPLE_TIME "2026-02-06T18:39:00.000000Z"

#endif
