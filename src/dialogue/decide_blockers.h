/*
 * Telling who gives a final verdict too early what stands in its way.
 */
#ifndef DECIDE_BLOCKERS_H
#define DECIDE_BLOCKERS_H

#include "decide.h"

/* decide_blockers_complain(blockers, forced, problems): velocity_not_zero and convergence_not_unanimous, each with the
   update that settles it and from which round on a verdict may be forced; and that it was `forced` too early. False
   when memory is exhausted. */
bool decide_blockers_complain(const struct decide_blockers *blockers, bool forced, struct problem_list *problems);

#endif
