/* positive control: the vault has the ceilings at their true size
 * room: vault
 */
#include "vault_private.h"

extern struct vault *vault;
