/* forbidden: a libc function that writes without knowing where its target ends
 * room: base
 * expect: attempt to use( a)? poisoned
 */
#include "bytes.h"

void copy(char *to, const char *from);
void copy(char *to, const char *from)
{
	strcpy(to, from);
}
