/* forbidden: SEAL put where TAG is due
 * room: crypto
 * expect: incompatible pointer type
 */
#include "seal.h"

enum hansard_status derive(struct secret_pool *pool, struct key_dek parent, struct key_seal *ret_child);
enum hansard_status derive(struct secret_pool *pool, struct key_dek parent, struct key_seal *ret_child)
{
	return key_tag_of_dek(pool, parent, ret_child, NULL);
}
