/* forbidden: wraps sealed under a DEK as if it were a KEK
 * room: crypto
 * expect: incompatible type
 */
#include "seal.h"

enum hansard_status make(struct secret_pool *pool, struct key_dek dek, struct seal **ret_seal);
enum hansard_status make(struct secret_pool *pool, struct key_dek dek, struct seal **ret_seal)
{
	return seal_create_of_kek(pool, dek, ret_seal, NULL);
}
