/*
 * Citations (cite.h).
 */
#include "cite.h"

int cite_next_seq(const struct record *record, enum entity_type type, int round)
{
	const struct record_list *list = &record->lists[type];
	int next = 1;
	for (size_t i = 0; i < list->count; i++) {
		struct display_id id;
		if (display_id_of(list->items[i], &id) && id.round == round && id.seq >= next)
			next = id.seq + 1;
	}
	return next;
}

bool cite_why(const struct record *record, struct arena *arena, struct display_id id, struct text *ret_why)
{
	const char *name = entity_shape(id.type)->name;
	const int next = cite_next_seq(record, id.type, id.round);
	if (record_round(record, id.round) == NULL)
		return arena_format(arena, ret_why, "there is no round %d", id.round);
	if (next == 1)
		return arena_format(arena, ret_why, "round %d has no %s", id.round, name);
	char last[DISPLAY_ID_SIZE];
	const struct text shown =
		display_id_format((struct display_id){.type = id.type, .round = id.round, .seq = next - 1}, last);
	return arena_format(arena, ret_why, "there is no such %s; the last of round %d is %.*s", name, id.round,
						(int)shown.size, shown.data);
}
