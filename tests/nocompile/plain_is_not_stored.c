/* forbidden: bytes in clear where an engine takes stored ones
 * room: store
 * expect: incompatible type|incompatible types when assigning
 */
#include "store_requests.h"

void put(struct store_item *item, struct plain_bytes plain);
void put(struct store_item *item, struct plain_bytes plain)
{
	item->stored = plain;
}
