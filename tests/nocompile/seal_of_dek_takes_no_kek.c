/* forbidden: boxes sealed under a KEK as if it were a DEK
 * room: crypto
 * expect: incompatible type
 */
#include "seal.h"

enum hansard_status make(struct secret_pool *pool, struct key_kek kek, struct seal **ret_seal);
enum hansard_status make(struct secret_pool *pool, struct key_kek kek, struct seal **ret_seal)
{
	return seal_create_of_dek(pool, kek, ret_seal, NULL);
}
