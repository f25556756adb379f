/* forbidden: stored bytes where bytes in clear are sealed
 * room: crypto
 * expect: incompatible type
 */
#include "seal.h"

void ask(struct seal_request *request, struct stored_bytes stored);
void ask(struct seal_request *request, struct stored_bytes stored)
{
	request->plain = stored;
}
