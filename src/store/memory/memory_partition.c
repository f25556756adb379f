/*
 * One value after another.
 */
#include "memory_partition.h"

#include "error.h"
#include "limits.h"
#include "store_index.h"

/* Index of a partition, or partition_count. */
static size_t find(const struct memory_engine *engine, const struct store_partition *handle)
{
	size_t i = 0;
	while (i < engine->partition_count && !(text_equal(engine->partitions[i]->tenant, handle->tenant) &&
											text_equal(engine->partitions[i]->dialogue_id, handle->dialogue_id)))
		i++;
	return i;
}

const struct memory_partition *memory_partition_of(const struct store_partition *handle)
{
	const struct memory_engine *engine = (const struct memory_engine *)handle->engine;
	const size_t at = find(engine, handle);
	return at == engine->partition_count ? NULL : engine->partitions[at];
}

bool memory_partition_copy_item(struct arena *arena, const struct store_item *item, struct store_item *ret_item)
{
	return arena_copy_text(arena, item->key.type, &ret_item->key.type) &&
		   arena_copy_text(arena, item->key.subkey, &ret_item->key.subkey) &&
		   arena_copy(arena, item->stored.bytes, &ret_item->stored.bytes);
}

bool memory_partition_view(const struct memory_partition *partition, int64_t rev, struct arena *arena,
						   struct store_view *ret_view)
{
	struct store_view view = {.exists = true, .item_count = partition->item_count};
	view.items = arena_allocate_array(arena, partition->item_count, sizeof(*view.items));
	bool enough = view.items != NULL;
	for (size_t i = 0; enough && i < partition->item_count; i++)
		enough = memory_partition_copy_item(arena, &partition->items[i], &view.items[i]);
	for (size_t i = 0; enough && i < partition->commit_count; i++)
		if (partition->commits[i].commit.rev == rev)
			enough = arena_copy(arena, partition->commits[i].commit.stored, &view.commit);
	if (enough)
		*ret_view = view;
	return enough;
}

/* ---- the next value ---- */

/* Whether what a revision wrote is kept. */
static bool keeps(const struct memory_step *step, int64_t rev)
{
	switch (step->kept) {
	case MEMORY_ALL:
	case MEMORY_CURRENT:
		return true;
	case MEMORY_OTHERS:
		return rev != step->rev;
	case MEMORY_COMMIT:
	case MEMORY_NOTHING:
		break;
	}
	return false;
}

/* The revision that wrote an item. */
static int64_t rev_of(const struct store_item *item)
{
	struct store_index index;
	return store_index_of(item, false, &index) ? index.rev : 0;
}

/* Whether a change puts or removes the item of this key. */
static bool touches(const struct store_change *change, struct item_key key)
{
	for (size_t i = 0; i < change->put_count; i++)
		if (item_key_compare(change->puts[i].key, key) == 0)
			return true;
	for (size_t i = 0; i < change->removal_count; i++)
		if (item_key_compare(change->removals[i], key) == 0)
			return true;
	return false;
}

static int compare_items(const void *a, const void *b)
{
	const struct store_item *left = a;
	const struct store_item *right = b;
	return item_key_compare(left->key, right->key);
}

static int compare_parts(const void *a, const void *b)
{
	const struct memory_part *left = a;
	const struct memory_part *right = b;
	const int order = item_key_compare(left->item.key, right->item.key);
	return order != 0 ? order : (left->rev > right->rev) - (left->rev < right->rev);
}

static int compare_commits(const void *a, const void *b)
{
	const struct memory_commit *left = a;
	const struct memory_commit *right = b;
	return (left->commit.rev > right->commit.rev) - (left->commit.rev < right->commit.rev);
}

/* Items of the next value: the old ones that are kept and that the change does not touch, and its puts. */
static bool fill_items(struct memory_partition *next, const struct memory_partition *old,
					   const struct memory_step *step)
{
	const struct store_change *change = step->change;
	next->items = arena_allocate_array(next->arena, old->item_count + change->put_count, sizeof(*next->items));
	if (next->items == NULL)
		return false;
	for (size_t i = 0; i < old->item_count; i++)
		if (keeps(step, rev_of(&old->items[i])) && !touches(change, old->items[i].key) &&
			!memory_partition_copy_item(next->arena, &old->items[i], &next->items[next->item_count++]))
			return false;
	for (size_t i = 0; i < change->put_count; i++)
		if (!memory_partition_copy_item(next->arena, &change->puts[i], &next->items[next->item_count++]))
			return false;
	qsort(next->items, next->item_count, sizeof(*next->items), compare_items);
	return true;
}

static bool add_part(struct memory_partition *next, const struct store_item *item, int64_t rev)
{
	struct memory_part *part = &next->parts[next->part_count++];
	part->rev = rev;
	return memory_partition_copy_item(next->arena, item, &part->item);
}

/* Whether the item that a part belongs to is the one that it was written with. */
static bool is_current(const struct memory_partition *partition, const struct memory_part *part)
{
	struct item_key owner;
	int n;
	for (size_t i = 0; item_key_owner(part->item.key, &owner, &n) && i < partition->item_count; i++)
		if (item_key_compare(partition->items[i].key, owner) == 0)
			return rev_of(&partition->items[i]) == part->rev;
	return false;
}

/* Parts of the next value: all that there ever were, and its own. Nobody is asked to forget the parts of what was replaced, but to tidy
   up: above the boundary they must do no harm. */
static bool fill_parts(struct memory_partition *next, const struct memory_partition *old,
					   const struct memory_step *step)
{
	const struct store_change *change = step->change;
	next->parts = arena_allocate_array(next->arena, old->part_count + change->part_count, sizeof(*next->parts));
	if (next->parts == NULL)
		return false;
	for (size_t i = 0; i < old->part_count; i++) {
		const struct memory_part *part = &old->parts[i];
		if (keeps(step, part->rev) && (step->kept != MEMORY_CURRENT || is_current(old, part)) &&
			!add_part(next, &part->item, part->rev))
			return false;
	}
	for (size_t i = 0; i < change->part_count; i++)
		if (!add_part(next, &change->parts[i], change->rev))
			return false;
	qsort(next->parts, next->part_count, sizeof(*next->parts), compare_parts);
	return true;
}

static bool fill_commits(struct memory_partition *next, const struct memory_partition *old,
						 const struct memory_step *step)
{
	const struct store_change *change = step->change;
	next->commits = arena_allocate_array(next->arena, old->commit_count + 1, sizeof(*next->commits));
	if (next->commits == NULL)
		return false;
	for (size_t i = 0; i < old->commit_count; i++) {
		const int64_t rev = old->commits[i].commit.rev;
		if (!keeps(step, rev) && !(step->kept == MEMORY_COMMIT && rev == step->rev))
			continue;
		struct memory_commit *commit = &next->commits[next->commit_count++];
		*commit = old->commits[i];
		if (!arena_copy(next->arena, old->commits[i].commit.stored, &commit->commit.stored))
			return false;
	}
	if (change->rev == 0)
		return true;
	struct memory_commit *added = &next->commits[next->commit_count++];
	added->commit.rev = change->rev;
	memcpy(added->attempt, change->attempt.id, sizeof(added->attempt));
	const bool enough = arena_copy(next->arena, change->commit, &added->commit.stored);
	qsort(next->commits, next->commit_count, sizeof(*next->commits), compare_commits);
	return enough;
}

struct memory_partition *memory_partition_step(const struct store_partition *handle, const struct memory_step *step,
											   struct hansard_error *error)
{
	static const struct memory_partition absent;
	static const struct store_change nothing;
	const struct memory_step taken = {
		.kept = step->kept, .rev = step->rev, .change = step->change == NULL ? &nothing : step->change};
	const struct memory_partition *there = memory_partition_of(handle);
	const struct memory_partition *old = there == NULL ? &absent : there;
	struct arena *arena = arena_create(LIMIT_ARENA);
	struct memory_partition *next = arena == NULL ? NULL : arena_allocate(arena, sizeof(*next));
	if (next == NULL)
		goto destroy_arena;
	*next = (struct memory_partition){.arena = arena, .is = old->is, .listed = old->listed};
	if (!arena_copy_text(arena, handle->tenant, &next->tenant) ||
		!arena_copy_text(arena, handle->dialogue_id, &next->dialogue_id) ||
		!arena_copy(arena, old->note, &next->note) || !fill_items(next, old, &taken) ||
		!fill_parts(next, old, &taken) || !fill_commits(next, old, &taken))
		goto destroy_arena;
	return next;

destroy_arena:
	arena_destroy(arena);
	error_memory(error);
	return NULL;
}

bool memory_partition_publish(struct memory_partition *next, const struct store_change *change)
{
	next->is = (struct store_occupant){.what = STORE_PUBLISHED, .rev = change->rev, .hash = change->hash};
	next->listed = change->listed;
	return arena_copy(next->arena, change->note, &next->note);
}

enum hansard_status memory_partition_place(const struct store_partition *handle, struct memory_partition *next,
										   struct hansard_error *error)
{
	struct memory_engine *engine = (struct memory_engine *)handle->engine;
	const size_t at = find(engine, handle);
	if (next == NULL)
		return HANSARD_FAILED;
	if (at < engine->partition_count) {
		arena_destroy(engine->partitions[at]->arena);
	} else {
		struct memory_partition **grown = realloc(engine->partitions, (at + 1) * sizeof(*grown));
		if (grown == NULL) {
			arena_destroy(next->arena);
			return error_memory(error);
		}
		engine->partitions = grown;
		engine->partition_count++;
	}
	engine->partitions[at] = next;
	return HANSARD_OK;
}
