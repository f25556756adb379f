/* forbidden: aws reaching up into the store
 * room: aws
 * expect: dialogue_store.h.*(No such file|file not found)
 */
#include "dialogue_store.h"

extern struct partition *partition;
