/*
 * Buffers that secrets pass through on their way into locked memory: they never move, so that no copy is left behind,
 * and are wiped.
 */
#ifndef WIPED_H
#define WIPED_H

#include "bytes.h"

/* wiped_init(buffer, ceiling): an empty buffer that has all its memory at once. False when there is none; then it is
   empty and holds nothing. */
bool wiped_init(struct buffer *buffer, size_t ceiling);

/* wiped_finish(buffer): wipes and frees its memory. Takes one that is zeroed or already finished. */
void wiped_finish(struct buffer *buffer);

#endif
