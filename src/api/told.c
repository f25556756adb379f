/*
 * Keeping what a verification said until its answer was taken, and then having the marks forget it.
 */
#include "told.h"

#include "error.h"
#include "limits.h"
#include "session.h"

bool told_add(struct told *told, struct text id, int64_t rev)
{
	struct text kept;
	if (told->arena == NULL)
		told->arena = arena_create(LIMIT_ARENA);
	if (told->arena == NULL || !arena_copy_text(told->arena, id, &kept) ||
		!arena_grow(told->arena, &told->items, told->count, &told->capacity, sizeof(*told->items)))
		return false;
	told->items[told->count++] = (struct told_item){.id = kept, .rev = rev};
	return true;
}

void told_clear(struct told *told)
{
	arena_destroy(told->arena);
	*told = (struct told){.arena = NULL};
}

enum hansard_status hansard_told(struct hansard *store, struct hansard_error *error)
{
	const struct vault_marks *marks = &store->marks.slots;
	struct hansard_error worst = {.status = HANSARD_OK};
	for (size_t i = 0; i < store->told.count; i++) {
		const struct vault_mark_place place = {.tenant = vault_tenant(store->vault),
											   .dialogue_id = store->told.items[i].id};
		struct hansard_error failure = {.status = HANSARD_OK};
		if (marks->told(marks->context, place, store->told.items[i].rev, &failure) != HANSARD_OK)
			error_keep_worst(&worst, &failure);
	}
	told_clear(&store->told);
	if (worst.status != HANSARD_OK && error != NULL)
		*error = worst;
	return worst.status;
}
