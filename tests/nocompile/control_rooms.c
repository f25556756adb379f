/* positive control: a room includes what its row of the map allows
 * room: schema
 */
#include "bytes.h"
#include "item_key.h"

bool valid(struct item_key key);
bool valid(struct item_key key)
{
	return item_key_valid(key);
}
