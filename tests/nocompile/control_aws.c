/* positive control: aws includes crypto and base, and an id goes where the id goes
 * room: aws
 */
#include "mac.h"
#include "sigv4.h"

void show(struct aws_keys *keys, struct text id);
void show(struct aws_keys *keys, struct text id)
{
	keys->id = id;
}
