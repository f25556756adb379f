/* forbidden: a request of copying that names a partition: SLOT
 * each: store_reserve_request store_put_request store_publish_request store_tidy_request store_copy_revision store_occupant
 * room: store
 * edit: copying_store.h
 * behind: struct SLOT {
 * insert: const struct store_partition *from;
 * expect: a request names no partition|declaration of anonymous struct must be a definition
 */
#include "copying_store.h"

int from(const struct store_put_request *request);
int from(const struct store_put_request *request)
{
	return request != NULL;
}
