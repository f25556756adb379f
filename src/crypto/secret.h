/*
 * Memory for keys: pages that are locked (mlock(2): never swapped), kept out of core dumps and of child processes, with
 * an unreadable page on either side, and wiped when they are given back. Handed out in slots of one key each, or in one
 * block for what is larger.
 */
#ifndef SECRET_H
#define SECRET_H

#include "bytes.h"

/* Bytes of one, and the most slots that a pool has. */
enum { SECRET_SIZE = 32, SECRET_SLOTS = 4096 };

struct secret_pool;

/* secret_pool_create(slots, ret_pool, error): room for `slots` keys. Errors: HANSARD_FAILED "memory_not_locked" where the
   system locks no more memory for this process (the hint names the limit), "memory_not_protected", "out_of_memory" (for more
   than SECRET_SLOTS, too). */
enum hansard_status secret_pool_create(size_t slots, struct secret_pool **ret_pool, struct hansard_error *error);

/* secret_pool_destroy(pool): wipes every slot and unmaps the pages. Takes NULL. */
void secret_pool_destroy(struct secret_pool *pool);

/* secret_take(pool): a zeroed slot of SECRET_SIZE bytes, or NULL when all are taken, or in a child of fork: what its parent
   kept there is gone, and nothing is derived from the zeros. */
uint8_t *secret_take(struct secret_pool *pool);

/* secret_give(pool, slot): wipes a slot and takes it back; once for each time that it was taken. What is no slot of this pool,
   NULL among it, is passed over. */
void secret_give(struct secret_pool *pool, uint8_t *slot);

struct secret_block;

/* secret_block_create(size, ret_block, error): a zeroed block of `size` bytes, 1 or more. Errors: as
   secret_pool_create(), for more than the slots of a pool could have, too. */
enum hansard_status secret_block_create(size_t size, struct secret_block **ret_block, struct hansard_error *error);

/* secret_block_destroy(block): wipes it and unmaps its pages. Takes NULL. */
void secret_block_destroy(struct secret_block *block);

/* secret_block_data(block): its bytes, aligned as a page is; NULL in a child of fork, where what its parent kept there
   is gone. */
void *secret_block_data(const struct secret_block *block);

/* secret_wipe(data, size): zeros that no compiler leaves out. Takes NULL of size 0. */
void secret_wipe(void *data, size_t size);

#endif
