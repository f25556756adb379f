/*
 * UTF-8 as the format admits it: well-formed (RFC 3629), without U+0000, never normalised.
 */
#ifndef UTF8_H
#define UTF8_H

#include "bytes.h"

/* utf8_valid(bytes): well-formed UTF-8 without surrogates and without U+0000. */
bool utf8_valid(struct bytes bytes);

/* utf8_fault(bytes): offset of the first character that is not valid as above, or SIZE_MAX when all are. */
size_t utf8_fault(struct bytes bytes);

/* utf8_next(text, at, ret_code_point): reads the code point at offset *at of a valid text and moves *at behind it.
   False at the end. A byte that is not UTF-8 reads as U+FFFD. */
bool utf8_next(struct text text, size_t *at, uint32_t *ret_code_point);

/* utf8_harmful(code_point): one that may not reach a terminal as it is: controls, line separators, marks that turn the
   direction of writing or cannot be seen. Joiners and variation selectors belong to emoji and may. */
bool utf8_harmful(uint32_t code_point);

/* utf8_append_line(out, text): appends a text as one line that a terminal may have: line breaks and tabs as blanks, what
   else is harmful as '?', a byte that is not UTF-8 as \xNN. False when out cannot grow. */
bool utf8_append_line(struct buffer *out, struct text text);

/* utf8_width(text): columns a terminal needs for it: 0 for combining marks, 2 for wide and emoji code points, else
   1. */
size_t utf8_width(struct text text);

#endif
