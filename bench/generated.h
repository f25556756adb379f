/*
 * Dialogues of rounds that refer to each other, for what is measured by size.
 */
#ifndef GENERATED_H
#define GENERATED_H

#include <jansson.h>
#include <stddef.h>

enum { GENERATED_ROUNDS = 10 };

/* generated_statements(items): how many statements each round has in a dialogue of about so many items: the others are references,
   adoptions and verdicts. */
size_t generated_statements(size_t items);

/* generated_round(round, count): the JSON of one round of so many statements, which refer to each other and to the round before. */
json_t *generated_round(int round, size_t count);

#endif
