/*
 * The allocator of this process, overridden: allocations of the library, of SQLite, of jansson and of libc itself are
 * counted, and one of them fails. Not where sanitizers or valgrind have an allocator of their own.
 */
#ifndef ALLOCATIONS_H
#define ALLOCATIONS_H

#include <stdbool.h>

/* allocations_counted(): whether the override is at work in this process. */
bool allocations_counted(void);

/* allocations_fail_at(n): from here on allocations are counted from 1 and the n-th fails, once. 0: none fails. */
void allocations_fail_at(int n);

/* allocations_stop(): none fails any more. Returns how many there were since allocations_fail_at(). */
int allocations_stop(void);

/* allocations_live(): blocks that are allocated and not freed. */
long allocations_live(void);

#endif
