/* forbidden: a partition of what is no engine
 * room: store
 * expect: incompatible pointer types?
 */
#include "dialogue_store.h"

void name(struct store_partition *partition, struct arena *arena);
void name(struct store_partition *partition, struct arena *arena)
{
	partition->engine = arena;
}
