/*
 * The actions of `hansard keys`, one row each. Its help shows them one after the other, `hansard help keys ACTION` one alone.
 */
#ifndef ACTIONS_H
#define ACTIONS_H

#include "commands.h"

/* actions_keys: those of keys, in the order of its choices; ends with a zeroed entry. */
extern const struct commands_action actions_keys[];

#endif
