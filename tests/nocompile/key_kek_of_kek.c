/* forbidden: a KEK derived from a KEK
 * room: crypto
 * expect: incompatible type
 */
#include "seal.h"

enum hansard_status derive(struct secret_pool *pool, struct key_kek parent, struct key_kek *ret_child);
enum hansard_status derive(struct secret_pool *pool, struct key_kek parent, struct key_kek *ret_child)
{
	struct key_kek_message message;
	return key_kek_message(TEXT("acme"), 1, &message) ? key_kek_of_umk(pool, parent, &message, ret_child, NULL)
													  : HANSARD_INVALID;
}
