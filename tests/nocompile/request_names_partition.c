/* forbidden: a request that names a second partition
 * room: store
 * edit: store_requests.h
 * behind: struct store_history_request {
 * insert: const struct store_partition *other;
 * expect: a request names no partition|declaration of anonymous struct must be a definition
 */
#include "store_requests.h"

int64_t from(const struct store_history_request *request);
int64_t from(const struct store_history_request *request)
{
	return request->from;
}
