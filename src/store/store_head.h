/*
 * What a head says of the commit that it names. Engines find that commit by it, and hold against it what the next one
 * expects: rev and hash in columns beside a head are copies, and decide nothing.
 */
#ifndef STORE_HEAD_H
#define STORE_HEAD_H

#include "bytes.h"
#include "digest.h"

struct store_head {
	int64_t rev;
	struct digest hash;
};

/* store_head_read(note, ret_head): rev and hash of the commit that a note names. Its place and signatures are not looked
   at: above the boundary they are. False when it names none. */
bool store_head_read(struct bytes note, struct store_head *ret_head);

#endif
