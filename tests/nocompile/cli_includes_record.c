/* forbidden: a face reaching past the public API
 * room: cli
 * expect: record.h.*(No such file|file not found)
 */
#include "record.h"

extern struct record record;
