/*
 * What was left out of an answer.
 */
#include "left.h"

enum { NAMES_SIZE = 200 };

bool left_takes(const struct hansard_error *error)
{
	return error->status == HANSARD_VIOLATED ||
		   (error->status == HANSARD_WRONG_KEY && strcmp(error->kind, "wrong_key") == 0) ||
		   (error->status == HANSARD_INVALID && strcmp(error->kind, "invalid_key_file") != 0);
}

bool left_add(struct left_list *list, struct text id, const struct hansard_error *failure)
{
	struct left left = {.status = failure->status};
	if (!arena_copy_text(list->arena, id, &left.id) ||
		!arena_copy_text(list->arena, text_of_string(failure->kind), &left.kind) ||
		!arena_copy_text(list->arena, text_of_string(failure->message), &left.message) ||
		!arena_copy_text(list->arena, text_of_string(failure->hint), &left.hint) ||
		!arena_grow(list->arena, &list->items, list->count, &list->capacity, sizeof(*list->items)))
		return false;
	const struct hansard_error before = list->worst;
	error_keep_worst(&list->worst, failure);
	if (list->worst.status != before.status)
		list->worst_id = left.id;
	list->items[list->count++] = left;
	return true;
}

/* As many ids as there is room for, and how many more there are. */
static void name_all(const struct left_list *list, char names[static NAMES_SIZE])
{
	size_t size = 0;
	size_t named = 0;
	for (; named < list->count; named++) {
		const struct text id = list->items[named].id;
		if (size + id.size + sizeof(", and 1000000000 more") > NAMES_SIZE)
			break;
		size += (size_t)snprintf(names + size, NAMES_SIZE - size, "%s" ERROR_TEXT, named > 0 ? ", " : "",
								 ERROR_TEXT_ARGS(id));
	}
	if (named < list->count)
		snprintf(names + size, NAMES_SIZE - size, "%s%zu more", named > 0 ? " and " : "", list->count - named);
}

enum hansard_status left_conclude(const struct left_list *list, struct hansard_error *error)
{
	char names[NAMES_SIZE] = "";
	if (list->count == 0)
		return HANSARD_OK;
	const struct hansard_error *worst = &list->worst;
	name_all(list, names);
	if (list->count == 1)
		error_set(error, worst->status, worst->kind, "1 dialogue is left out: %s: %s", names, worst->message);
	else
		error_set(error, worst->status, worst->kind, "%zu dialogues are left out: %s; " ERROR_TEXT ": %s", list->count,
				  names, ERROR_TEXT_ARGS(list->worst_id), worst->message);
	error_hint(error, "%s", worst->hint);
	return worst->status;
}
