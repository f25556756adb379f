/* forbidden: SEAL derived from a KEK
 * room: crypto
 * expect: incompatible type
 */
#include "seal.h"

enum hansard_status derive(struct secret_pool *pool, struct key_kek parent, struct key_seal *ret_child);
enum hansard_status derive(struct secret_pool *pool, struct key_kek parent, struct key_seal *ret_child)
{
	return key_seal_of_dek(pool, parent, ret_child, NULL);
}
