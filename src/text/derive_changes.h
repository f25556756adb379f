/*
 * Changes of tensions, collected from markers and from what the Judge writes, and later told as events.
 */
#ifndef DERIVE_CHANGES_H
#define DERIVE_CHANGES_H

#include "derive_work.h"

/* derive_changes_add(work, change): adds one. */
void derive_changes_add(struct derive_work *work, const struct work_change *change);

#endif
