/* forbidden: a program with the ceilings of the second conformance run
 * room: vault
 * expect: static.* failed.*ceilings at their true size
 */
#define HANSARD_LOWERED_CEILINGS
#include "vault_private.h"

extern struct vault *vault;
