/* forbidden: a secret access key where the id goes, which is sent
 * room: aws
 * expect: incompatible type
 */
#include "sigv4.h"

void show(struct sigv4_keys *keys);
void show(struct sigv4_keys *keys)
{
	keys->id = keys->secret;
}
