/*
 * The head of a partition: a note of four lines and an empty one, then signature lines. In version 0 there are none:
 *
 *     hansard head v0 LF {tenant}/{dialogue_id} LF {rev} LF {base64(hash)} LF LF
 *
 * Parsed strictly: what would be written differently is refused.
 */
#ifndef NOTE_H
#define NOTE_H

#include "hash.h"

struct note {
	struct text tenant;
	struct text dialogue_id;
	int64_t rev;
	struct digest hash; /* of the newest commit */
};

/* note_write(note, out): appends the note. False when out cannot grow. */
bool note_write(const struct note *note, struct buffer *out);

/* note_read(stored, ret_note, error): strictly reads one; views point into stored. Errors: HANSARD_VIOLATED;
   HANSARD_INVALID "store_format" for another version. */
enum hansard_status note_read(struct bytes stored, struct note *ret_note, struct hansard_error *error);

#endif
