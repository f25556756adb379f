/* forbidden: aws reaching beside itself into the schema
 * room: aws
 * expect: record.h.*(No such file|file not found)
 */
#include "record.h"

extern struct record record;
