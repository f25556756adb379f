/* positive control: an engine whose functions are those of the boundary
 * room: store
 */
#include "dialogue_store.h"

static enum hansard_status load(const struct store_partition *partition, struct arena *arena,
								struct store_view *ret_view, struct hansard_error *error)
{
	(void)partition;
	(void)arena;
	(void)ret_view;
	(void)error;
	return HANSARD_OK;
}

const struct dialogue_store store;
const struct dialogue_store store = {.load = load};
