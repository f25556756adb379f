/* positive control: every key derived from its own parent
 * room: crypto
 */
#include "seal.h"

enum hansard_status derive(struct secret_pool *pool, struct key_kek kek, struct key_dek dek, struct seal **ret_seals);
enum hansard_status derive(struct secret_pool *pool, struct key_kek kek, struct key_dek dek, struct seal **ret_seals)
{
	struct key_umk umk = {0};
	struct key_kek_message message = {0};
	struct key_wrap wrap;
	struct key_seal seal;
	struct key_tag tag;
	struct key_nonce nonce;
	key_kek_of_umk(pool, umk, &message, &kek, NULL);
	key_wrap_of_kek(pool, kek, &wrap, NULL);
	key_nonce_of_kek(pool, kek, &nonce, NULL);
	key_seal_of_dek(pool, dek, &seal, NULL);
	key_tag_of_dek(pool, dek, &tag, NULL);
	key_nonce_of_dek(pool, dek, &nonce, NULL);
	seal_create_of_kek(pool, kek, &ret_seals[0], NULL);
	return seal_create_of_dek(pool, dek, &ret_seals[1], NULL);
}
