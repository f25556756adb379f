/*
 * Keys with which wraps are made, and nothing else: for wrap.c alone.
 */
#ifndef ITEM_WRAP_H
#define ITEM_WRAP_H

#include "item.h"

/* item_keys_create_of_wrap(pool, kek, dek, ret_keys, error): WRAP of a KEK and TAG of the DEK that it wraps. Errors: as
   item_keys_create. */
enum hansard_status item_keys_create_of_wrap(struct secret_pool *pool, struct key_kek kek, struct key_dek dek,
											 struct item_keys **ret_keys, struct hansard_error *error);

#endif
