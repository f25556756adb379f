/*
 * The time of both layouts of references: one item each, and inside the statements that they begin at.
 */
#ifndef LAYOUTS_H
#define LAYOUTS_H

#include "bench.h"

/* layouts_time(bench, fixture, items, count): of generated dialogues of so many items, written and loaded over the emulator with the
   fixture's keys; says so where there is none. */
void layouts_time(const struct bench *bench, const struct fixture *fixture, const size_t items[], size_t count);

#endif
