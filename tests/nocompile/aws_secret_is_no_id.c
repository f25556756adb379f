/* forbidden: a secret access key where the id goes, which is sent
 * room: aws
 * expect: incompatible type
 */
#include "sigv4.h"

void show(struct aws_keys *keys);
void show(struct aws_keys *keys)
{
	keys->id = keys->secret;
}
