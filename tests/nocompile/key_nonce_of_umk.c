/* forbidden: NONCE derived from a UMK
 * room: crypto
 * expect: incompatible type
 */
#include "seal.h"

enum hansard_status derive(struct secret_pool *pool, struct key_umk parent, struct key_nonce *ret_child);
enum hansard_status derive(struct secret_pool *pool, struct key_umk parent, struct key_nonce *ret_child)
{
	return key_nonce_of_kek(pool, parent, ret_child, NULL);
}
