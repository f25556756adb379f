/* forbidden: schema reaching up into crypto
 * room: schema
 * expect: hash.h.*(No such file|file not found)
 */
#include "hash.h"

extern struct digest digest;
