/*
 * Ids of statements: what an import would make of those that are stored.
 */
#include "adopt_ids.h"

#include "error.h"

/* What makes two statements one, whatever their ids: what they say and where they were read. Both are of one type. */
static int compare_statements(const struct entity_head *a, const struct entity_head *b)
{
	struct record_statement x, y;
	if (!record_statement(a, &x) || !record_statement(b, &y))
		return -1;
	int order = text_compare(x.label, y.label);
	if (order == 0)
		order = text_compare(x.local_id, y.local_id);
	return order != 0 ? order
					  : text_compare(x.origin != NULL ? x.origin->file : TEXT_ABSENT,
									 y.origin != NULL ? y.origin->file : TEXT_ABSENT);
}

static bool same_statement(const struct entity_head *a, const struct entity_head *b)
{
	return compare_statements(a, b) == 0;
}

/* Read at one place of a file that is what it was: one statement, whatever a person has made of its words since. */
static bool same_place(const struct adopt_diff *diff, const struct record_origin *a, const struct record_origin *b)
{
	if (a == NULL || b == NULL || !text_equal(a->file, b->file) || !a->line.present || !b->line.present ||
		a->line.value != b->line.value)
		return false;
	for (size_t i = 0; i < diff->replaced_count; i++) {
		if (text_equal(diff->replaced[i], a->file))
			return false;
	}
	return true;
}

/* An id that goes on naming the same statement, though that was reworded. */
static bool still_means(const struct adopt_diff *diff, const struct entity_head *stored,
						const struct entity_head *wanted)
{
	struct record_statement x, y;
	if (!record_statement(stored, &x) || !record_statement(wanted, &y))
		return true;
	return text_equal(x.label, y.label) || (text_present(x.local_id) && text_equal(x.local_id, y.local_id)) ||
		   (adopt_diff_protected(diff, stored) && same_place(diff, x.origin, y.origin));
}

static enum hansard_status refuse_ids(const struct entity_head *stored, struct hansard_error *error)
{
	struct display_id id;
	char shown[DISPLAY_ID_SIZE] = "";
	if (display_id_of(stored, &id))
		(void)display_id_format(id, shown);
	enum hansard_status status = error_set(
		error, HANSARD_CONFLICT, "ids_would_change",
		"%s would no longer name the same statement, and ids stay once more than imports has been committed", shown);
	error_hint(error, "import the files into a dialogue of another id, or add what they say with update");
	return status;
}

/* The wanted statements of a type that do not stand where they stood: what a stored one may have become. */
struct movers {
	struct entity_head **items; /* by what they say, then in their order */
	size_t count;
};

static int compare_movers(const void *a, const void *b)
{
	const struct entity_head *const *x = a;
	const struct entity_head *const *y = b;
	struct display_id i, j;
	const int order = compare_statements(*x, *y);
	if (order != 0 || !display_id_of(*x, &i) || !display_id_of(*y, &j))
		return order;
	return i.round != j.round ? i.round - j.round : i.seq - j.seq;
}

static bool list_movers(const struct adopt_diff *diff, enum entity_type type, struct movers *ret_movers)
{
	const struct record_list *list = &diff->request->wanted->lists[type];
	struct movers movers = {.items = arena_allocate_array(diff->arena, list->count, sizeof(struct entity_head *))};
	if (movers.items == NULL)
		return false;
	for (size_t i = 0; i < list->count; i++) {
		const struct entity_head *there = record_find(diff->stored, type, list->items[i]->subkey);
		if (there == NULL || !same_statement(there, list->items[i]))
			movers.items[movers.count++] = list->items[i];
	}
	qsort(movers.items, movers.count, sizeof(struct entity_head *), compare_movers);
	*ret_movers = movers;
	return true;
}

/* Where a stored statement stands in the wanted record when not at its own id; NULL when nowhere. */
static const struct entity_head *find_moved(const struct movers *movers, const struct entity_head *stored)
{
	size_t from = 0;
	size_t to = movers->count;
	while (from < to) {
		const size_t middle = from + (to - from) / 2;
		if (compare_statements(movers->items[middle], stored) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from < movers->count && same_statement(movers->items[from], stored) ? movers->items[from] : NULL;
}

static enum hansard_status report_moved(struct adopt_diff *diff, const struct entity_head *stored,
										const struct entity_head *wanted, struct hansard_error *error)
{
	struct display_id from, to;
	char shown_from[DISPLAY_ID_SIZE], shown_to[DISPLAY_ID_SIZE];
	if (!display_id_of(stored, &from) || !display_id_of(wanted, &to))
		return HANSARD_OK;
	if (!arena_grow(diff->arena, &diff->moved, diff->moved_count, &diff->moved_capacity, sizeof(*diff->moved)))
		return error_memory(error);
	struct adopt_moved *moved = &diff->moved[diff->moved_count];
	if (!arena_copy_text(diff->arena, display_id_format(from, shown_from), &moved->from) ||
		!arena_copy_text(diff->arena, display_id_format(to, shown_to), &moved->to))
		return error_memory(error);
	diff->moved_count++;
	return HANSARD_OK;
}

enum hansard_status adopt_ids_compare(struct adopt_diff *diff, enum entity_type type, struct hansard_error *error)
{
	const struct record_list *list = &diff->stored->lists[type];
	struct movers movers;
	if (!list_movers(diff, type, &movers))
		return error_memory(error);
	for (size_t i = 0; i < list->count; i++) {
		const struct entity_head *stored = list->items[i];
		const struct entity_head *wanted = record_find(diff->request->wanted, type, stored->subkey);
		if (adopt_diff_registered(diff, stored) || (wanted != NULL && same_statement(stored, wanted)))
			continue;
		const struct entity_head *moved = find_moved(&movers, stored);
		bool gone = wanted == NULL && !adopt_diff_protected(diff, stored);
		if (diff->frozen && (moved != NULL || gone || (wanted != NULL && !still_means(diff, stored, wanted))))
			return refuse_ids(stored, error);
		enum hansard_status status = moved != NULL ? report_moved(diff, stored, moved, error) : HANSARD_OK;
		if (status != HANSARD_OK)
			return status;
	}
	return HANSARD_OK;
}
