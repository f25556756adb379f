/* positive control: libc functions that know where their target ends
 * room: base
 */
#include "bytes.h"

void copy(char *to, size_t size, const char *from);
void copy(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from);
}
