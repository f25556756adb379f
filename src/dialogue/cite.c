/*
 * Citations (cite.h).
 */
#include "cite.h"

#include "lifecycle.h"

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

/* The highest id of that type and round, as a help to one who guessed. */
static bool say_why(const struct record *record, struct arena *arena, struct cite_expansion *expansion)
{
	int next = cite_next_seq(record, expansion->id.type, expansion->id.round);
	const char *name = entity_shape(expansion->id.type)->name;
	if (next == 1)
		return arena_format(arena, &expansion->why, "round %d has no %s", expansion->id.round, name);
	char last[DISPLAY_ID_SIZE];
	(void)display_id_format(
		(struct display_id){.type = expansion->id.type, .round = expansion->id.round, .seq = next - 1}, last);
	return arena_format(arena, &expansion->why, "there is no such %s; the last of round %d is %s", name,
						expansion->id.round, last);
}

static bool expand(const struct record *record, struct arena *arena, struct cite_expansion *expansion)
{
	if (!display_id_parse(expansion->written, &expansion->id)) {
		expansion->why = TEXT("this is no id: ids look like P0102 or T0001");
		return true;
	}
	expansion->entity = record_find_id(record, expansion->id);
	if (expansion->entity == NULL)
		return say_why(record, arena, expansion);
	expansion->found = record_statement(expansion->entity, &expansion->statement);
	expansion->status = vocabulary_word(lifecycle_vocabulary(expansion->id.type), lifecycle_status(expansion->entity));
	return true;
}

bool cite_expand(const struct record *record, const struct text *ids, size_t count, struct arena *arena,
				 struct cite_expansion **ret_expansions)
{
	struct cite_expansion *expansions = arena_allocate_array(arena, count, sizeof(*expansions));
	if (expansions == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		expansions[i].written = ids[i];
		if (!expand(record, arena, &expansions[i]))
			return false;
	}
	*ret_expansions = expansions;
	return true;
}
