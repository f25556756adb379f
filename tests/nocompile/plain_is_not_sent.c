/* forbidden: an opened item's fields in clear where an engine takes a stored item
 * room: vault
 * expect: incompatible type|incompatible types when assigning
 */
#include "vault.h"

void put(struct store_item *item, const struct vault_item *opened);
void put(struct store_item *item, const struct vault_item *opened)
{
	item->stored = opened->plain;
}
