/*
 * Whose files are. A store that is only found, in the folder where somebody happens to stand or above it, may have been put there by
 * anybody; its configuration says under which name and tenant is written.
 */
#ifndef OWNER_H
#define OWNER_H

#include <sys/types.h>

#include <hansard/hansard.h>

#include "arena.h"

/* owner_name(uid, ret_name): the name of a user, empty where the system knows none. */
void owner_name(uid_t uid, char ret_name[static HANSARD_USER_SIZE]);

/* owner_check_found(arena, folder, absent, error): a store's folder that nobody named, its configuration, and the links that lead there belong to the user
   or to root, and nobody else can write them. `absent`: there may be none, to be made. Errors: HANSARD_NO_STORE "store_of_others", which says
   whose it is and how to say that it is meant; "store_vanished" of one that went away meanwhile; HANSARD_FAILED. */
enum hansard_status owner_check_found(struct arena *arena, struct text folder, bool absent,
									  struct hansard_error *error);

#endif
