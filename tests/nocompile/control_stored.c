/* positive control: stored bytes where stored bytes are wanted
 * room: store
 */
#include "store_requests.h"

void put(struct store_item *item, struct stored_bytes stored);
void put(struct store_item *item, struct stored_bytes stored)
{
	item->stored = stored;
}
