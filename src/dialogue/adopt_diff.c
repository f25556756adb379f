/*
 * What is wanted and not stored is put; what is stored, not wanted and not protected is removed.
 */
#include "adopt_diff.h"

#include "adopt_files.h"
#include "adopt_ids.h"
#include "error.h"
#include "undated.h"

/* The number in `round-3/muffin.md` or `round-3.summary.md`. */
static int round_of_path(struct text path)
{
	if (!text_starts_with(path, TEXT("round-")))
		return -1;
	size_t at = sizeof("round-") - 1;
	size_t from = at;
	int round = 0;
	for (; at < path.size && at < from + 2 && isdigit((unsigned char)path.data[at]); at++)
		round = round * 10 + (path.data[at] - '0');
	bool ends = at > from && at < path.size && (path.data[at] == '/' || path.data[at] == '.');
	return ends ? round : -1;
}

static int round_of_ref(struct text subkey)
{
	struct item_key_ref key;
	struct display_id source, target;
	if (!item_key_read_ref(subkey, &key) || !display_id_parse(key.source, &source) ||
		!display_id_parse(key.target, &target))
		return -1;
	return source.round > target.round ? source.round : target.round;
}

static int round_of_event(const struct entity_event *event)
{
	struct item_key_event key;
	struct display_id id;
	int round;
	if (event->event_round.present)
		return (int)event->event_round.value;
	if (!item_key_read_event(event->head.subkey, &key))
		return -1;
	if (display_id_parse(key.target, &id))
		return id.round;
	return item_key_read_round(key.target, &round) ? round : -1;
}

int adopt_diff_round(const struct entity_head *entity)
{
	struct display_id id;
	struct item_key_move move;
	int round;
	switch (entity->type) {
	case ENTITY_PERSPECTIVE:
	case ENTITY_TENSION:
	case ENTITY_RECOMMENDATION:
	case ENTITY_EVIDENCE:
	case ENTITY_CLAIM:
		return display_id_of(entity, &id) ? id.round : -1;
	case ENTITY_ROUND:
		return item_key_read_round(entity->subkey, &round) ? round : -1;
	case ENTITY_MOVE:
		return item_key_read_move(entity->subkey, &move) ? move.round : -1;
	case ENTITY_REF:
		return round_of_ref(entity->subkey);
	case ENTITY_EVENT:
		return round_of_event((const struct entity_event *)entity);
	case ENTITY_VERDICT:
		return (int)((const struct entity_verdict *)entity)->round.value;
	case ENTITY_FILE:
		return round_of_path(((const struct entity_file *)entity)->path);
	case ENTITY_META:
	case ENTITY_EXPERT:
	case ENTITY_TYPE_COUNT:
		break;
	}
	return -1;
}

bool adopt_diff_registered(const struct adopt_diff *diff, const struct entity_head *entity)
{
	if (entity->type == ENTITY_FILE)
		return false; /* files say themselves where they came from */
	int number = adopt_diff_round(entity);
	const struct entity_round *round = number >= 0 ? record_round(diff->stored, number) : NULL;
	return round != NULL && round->batch_sha256.size > 0;
}

static bool is_foreign(const struct adopt_diff *diff, int64_t rev)
{
	size_t from = 0, to = diff->foreign_count;
	while (from < to) {
		const size_t middle = from + (to - from) / 2;
		if (diff->foreign[middle] == rev)
			return true;
		if (diff->foreign[middle] < rev)
			from = middle + 1;
		else
			to = middle;
	}
	return false;
}

bool adopt_diff_protected(const struct adopt_diff *diff, const struct entity_head *entity)
{
	if (entity->type == ENTITY_FILE && ((const struct entity_file *)entity)->source == FILE_ORIGIN_REGISTERED)
		return true;
	/* What says that the stored meta has no date stays as long as that meta does. */
	const struct entity_meta *meta = record_meta(diff->stored);
	if (entity->type == ENTITY_EVENT && meta != NULL && is_foreign(diff, meta->head.rev) &&
		undated_by((const struct entity_event *)entity, meta))
		return true;
	return is_foreign(diff, entity->rev) || adopt_diff_registered(diff, entity);
}

bool adopt_diff_add(struct adopt_diff *diff, struct adopt_diff_change change)
{
	if (!arena_grow(diff->arena, &diff->changes, diff->count, &diff->capacity, sizeof(*diff->changes)))
		return false;
	diff->changes[diff->count++] = change;
	return true;
}

/* Equal but for when it was last changed. */
static bool same_entity(const struct entity_head *stored, const struct entity_head *wanted)
{
	if (stored->type != ENTITY_META)
		return entity_equal(stored, wanted);
	struct entity_meta meta = *(const struct entity_meta *)wanted;
	meta.updated_at = ((const struct entity_meta *)stored)->updated_at;
	return entity_equal(stored, &meta.head);
}

static enum hansard_status refuse_different(const struct entity_head *stored, struct hansard_error *error)
{
	error_set(error, HANSARD_CONFLICT, "entity_differs", "%s " ERROR_TEXT " is stored and differs",
			  entity_shape(stored->type)->name, ERROR_TEXT_ARGS(stored->subkey));
	error_hint(error, "what is stored stays: take the other in under an id of its own, with --as ID");
	return HANSARD_CONFLICT;
}

static enum hansard_status put_wanted(struct adopt_diff *diff, struct entity_head *wanted, struct hansard_error *error)
{
	const bool only_add = diff->request->only_add;
	const struct entity_head *stored = record_find(diff->stored, wanted->type, wanted->subkey);
	if (stored != NULL && same_entity(stored, wanted))
		return HANSARD_OK;
	if (stored != NULL && only_add && wanted->type != ENTITY_FILE)
		return refuse_different(stored, error);
	if (!only_add && (adopt_diff_registered(diff, wanted) || (stored != NULL && adopt_diff_protected(diff, stored))))
		return HANSARD_OK;
	int round = adopt_diff_round(wanted);
	const struct adopt_diff_change change = {.entity = wanted, .group = round < 0 ? ADOPT_DIFF_REST : round};
	return adopt_diff_add(diff, change) ? HANSARD_OK : error_memory(error);
}

static enum hansard_status remove_unwanted(struct adopt_diff *diff, enum entity_type type, struct hansard_error *error)
{
	const struct record_list *list = &diff->stored->lists[type];
	if (diff->request->only_add || (diff->frozen && type == ENTITY_EXPERT))
		return HANSARD_OK;
	for (size_t i = 0; i < list->count; i++) {
		struct entity_head *stored = list->items[i];
		if (record_find(diff->request->wanted, type, stored->subkey) != NULL || adopt_diff_protected(diff, stored))
			continue;
		int round = adopt_diff_round(stored);
		const struct adopt_diff_change change = {
			.entity = stored, .remove = true, .group = round < 0 ? ADOPT_DIFF_REST : round};
		if (!adopt_diff_add(diff, change))
			return error_memory(error);
	}
	return HANSARD_OK;
}

/* By group; within one, in the order they were found, which is why qsort does not do. */
static bool sort_changes(struct adopt_diff *diff)
{
	enum { GROUPS = 102 }; /* moves, rest, rounds 0 to 99 */
	struct adopt_diff_change *sorted = arena_allocate_array(diff->arena, diff->count, sizeof(*sorted));
	size_t start[GROUPS + 1] = {0};
	if (sorted == NULL)
		return false;
	for (size_t i = 0; i < diff->count; i++)
		start[diff->changes[i].group - ADOPT_DIFF_MOVES + 1]++;
	for (size_t g = 0; g < GROUPS; g++)
		start[g + 1] += start[g];
	for (size_t i = 0; i < diff->count; i++)
		sorted[start[diff->changes[i].group - ADOPT_DIFF_MOVES]++] = diff->changes[i];
	diff->changes = sorted;
	diff->capacity = diff->count;
	return true;
}

/* Types in the order in which they stand in a commit's making: meta first, so that the first commit has it. */
static const enum entity_type order[] = {
	ENTITY_META,     ENTITY_EXPERT, ENTITY_ROUND, ENTITY_PERSPECTIVE, ENTITY_RECOMMENDATION, ENTITY_TENSION,
	ENTITY_EVIDENCE, ENTITY_CLAIM,  ENTITY_MOVE,  ENTITY_REF,         ENTITY_EVENT,          ENTITY_VERDICT,
};

enum hansard_status adopt_diff_run(struct adopt_diff *diff, struct hansard_error *error)
{
	enum hansard_status status = adopt_files_number(diff, error);
	for (size_t t = 0; status == HANSARD_OK && t < sizeof(order) / sizeof(order[0]); t++) {
		const struct record_list *wanted = &diff->request->wanted->lists[order[t]];
		if (display_id_letter(order[t]) != 0 && !diff->request->only_add)
			status = adopt_ids_compare(diff, order[t], error);
		for (size_t i = 0; status == HANSARD_OK && i < wanted->count; i++)
			status = put_wanted(diff, wanted->items[i], error);
		if (status == HANSARD_OK && order[t] != ENTITY_META)
			status = remove_unwanted(diff, order[t], error);
	}
	for (size_t i = 0; status == HANSARD_OK && i < diff->files.count; i++)
		status = put_wanted(diff, diff->files.items[i], error);
	if (status == HANSARD_OK && !sort_changes(diff))
		status = error_memory(error);
	return status;
}
