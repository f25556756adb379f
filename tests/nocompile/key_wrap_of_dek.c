/* forbidden: WRAP derived from a DEK
 * room: crypto
 * expect: incompatible type
 */
#include "seal.h"

enum hansard_status derive(struct secret_pool *pool, struct key_dek parent, struct key_wrap *ret_child);
enum hansard_status derive(struct secret_pool *pool, struct key_dek parent, struct key_wrap *ret_child)
{
	return key_wrap_of_kek(pool, parent, ret_child, NULL);
}
