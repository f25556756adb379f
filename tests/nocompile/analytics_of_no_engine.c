/* forbidden: asking analytics of what is no engine
 * room: store
 * expect: incompatible pointer types?
 */
#include "analytics_store.h"

enum hansard_status ask(const struct analytics_store *store, struct arena *arena, struct analytics_counts *counts);
enum hansard_status ask(const struct analytics_store *store, struct arena *arena, struct analytics_counts *counts)
{
	return store->counts(arena, TEXT("t"), counts, NULL);
}
