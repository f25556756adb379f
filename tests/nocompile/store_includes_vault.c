/* forbidden: an engine reaching up into the vault
 * room: store
 * expect: vault.h.*(No such file|file not found)
 */
#include "vault.h"

extern struct vault *vault;
