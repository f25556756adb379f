/* forbidden: a key where bytes in clear are sealed
 * room: crypto
 * expect: incompatible type
 */
#include "seal.h"

void ask(struct seal_request *request, struct key_dek dek);
void ask(struct seal_request *request, struct key_dek dek)
{
	request->plain = dek;
}
