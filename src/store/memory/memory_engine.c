/*
 * The executable specification: every revision of a partition is a whole new value, copied into an arena of its own and
 * put in the place of the old one by one assignment. Nothing is searched but from front to back.
 */
#include "memory_engine.h"

#include "error.h"
#include "limits.h"
#include "store_index.h"
#include "store_page.h"
#include "vocabulary.h"

struct kept_part {
	struct store_item item;
	int64_t rev; /* that wrote it */
};

struct kept_commit {
	struct store_commit commit;
	uint8_t attempt[STORE_ATTEMPT_SIZE];
};

/* One revision of one partition. Everything in it lives in its arena. */
struct partition {
	struct arena *arena;
	struct text tenant;
	struct text dialogue_id;
	int64_t rev;
	struct digest hash;
	struct bytes note;
	bool listed;
	struct store_item *items; /* in address order */
	size_t item_count;
	struct kept_part *parts; /* of every revision, in address order, older ones first */
	size_t part_count;
	struct kept_commit *commits; /* by rev */
	size_t commit_count;
};

struct memory_engine {
	struct store_engine base;
	struct partition **partitions;
	size_t partition_count;
	struct buffer identity;
};

/* Index of a partition, or partition_count. */
static size_t find(const struct memory_engine *engine, const struct store_partition *handle)
{
	size_t i = 0;
	while (i < engine->partition_count && !(text_equal(engine->partitions[i]->tenant, handle->tenant) &&
											text_equal(engine->partitions[i]->dialogue_id, handle->dialogue_id)))
		i++;
	return i;
}

/* The partition of a handle, or NULL. */
static const struct partition *lookup(const struct store_partition *handle)
{
	const struct memory_engine *engine = (const struct memory_engine *)handle->engine;
	const size_t at = find(engine, handle);
	return at == engine->partition_count ? NULL : engine->partitions[at];
}

static bool copy_item(struct arena *arena, const struct store_item *item, struct store_item *ret_item)
{
	return arena_copy_text(arena, item->key.type, &ret_item->key.type) &&
		   arena_copy_text(arena, item->key.subkey, &ret_item->key.subkey) &&
		   arena_copy(arena, item->stored.bytes, &ret_item->stored.bytes);
}

/* ---- the five slots ---- */

static enum hansard_status load(const struct store_partition *handle, struct arena *arena, struct store_view *ret_view,
								struct hansard_error *error)
{
	const struct partition *partition = lookup(handle);
	if (partition == NULL) {
		*ret_view = (struct store_view){.exists = false};
		return HANSARD_OK;
	}
	struct store_view view = {.exists = true,
							  .item_count = partition->item_count,
							  .listed = partition->listed ? STORE_VIEW_LISTED : STORE_VIEW_UNLISTED};
	view.items = arena_allocate_array(arena, partition->item_count, sizeof(*view.items));
	if (view.items == NULL || !arena_copy(arena, partition->note, &view.note) ||
		!arena_copy(arena, partition->commits[partition->commit_count - 1].commit.stored, &view.commit))
		return error_memory(error);
	for (size_t i = 0; i < partition->item_count; i++)
		if (!copy_item(arena, &partition->items[i], &view.items[i]))
			return error_memory(error);
	*ret_view = view;
	return HANSARD_OK;
}

static enum hansard_status history(const struct store_partition *handle, const struct store_history_request *request,
								   struct arena *arena, struct store_history *ret_history, struct hansard_error *error)
{
	const struct partition *partition = lookup(handle);
	const size_t total = partition == NULL ? 0 : partition->commit_count;
	struct store_history found = {.commits = arena_allocate_array(arena, total, sizeof(*found.commits))};
	if (found.commits == NULL)
		return error_memory(error);
	for (size_t i = 0; i < total; i++) {
		const struct store_commit *commit = &partition->commits[i].commit;
		if (commit->rev < request->from || commit->rev > request->to)
			continue;
		struct store_commit *copy = &found.commits[found.count++];
		copy->rev = commit->rev;
		if (!arena_copy(arena, commit->stored, &copy->stored))
			return error_memory(error);
	}
	*ret_history = found;
	return HANSARD_OK;
}

static enum hansard_status parts(const struct store_partition *handle, const struct store_parts_request *request,
								 struct arena *arena, struct store_parts *ret_parts, struct hansard_error *error)
{
	const struct partition *partition = lookup(handle);
	const size_t total = partition == NULL ? 0 : partition->part_count;
	struct store_parts found = {.items = arena_allocate_array(arena, total, sizeof(*found.items))};
	if (found.items == NULL)
		return error_memory(error);
	for (size_t i = 0; i < total; i++)
		if (partition->parts[i].rev == request->rev &&
			!copy_item(arena, &partition->parts[i].item, &found.items[found.count++]))
			return error_memory(error);
	*ret_parts = found;
	return HANSARD_OK;
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
	const struct kept_part *left = a;
	const struct kept_part *right = b;
	const int order = item_key_compare(left->item.key, right->item.key);
	return order != 0 ? order : (left->rev > right->rev) - (left->rev < right->rev);
}

/* Items of the next revision: the old ones that the change does not touch, and its puts. */
static bool fill_items(struct partition *next, const struct partition *old, const struct store_change *change)
{
	next->items = arena_allocate_array(next->arena, old->item_count + change->put_count, sizeof(*next->items));
	if (next->items == NULL)
		return false;
	for (size_t i = 0; i < old->item_count; i++)
		if (!touches(change, old->items[i].key) &&
			!copy_item(next->arena, &old->items[i], &next->items[next->item_count++]))
			return false;
	for (size_t i = 0; i < change->put_count; i++)
		if (!copy_item(next->arena, &change->puts[i], &next->items[next->item_count++]))
			return false;
	qsort(next->items, next->item_count, sizeof(*next->items), compare_items);
	return true;
}

static bool add_part(struct partition *next, const struct store_item *item, int64_t rev)
{
	struct kept_part *part = &next->parts[next->part_count++];
	part->rev = rev;
	return copy_item(next->arena, item, &part->item);
}

/* Parts of the next revision: all that there ever were, and its own. Nobody is asked to forget the parts of what was
   replaced: above the boundary they must do no harm. */
static bool fill_parts(struct partition *next, const struct partition *old, const struct store_change *change)
{
	next->parts = arena_allocate_array(next->arena, old->part_count + change->part_count, sizeof(*next->parts));
	if (next->parts == NULL)
		return false;
	for (size_t i = 0; i < old->part_count; i++)
		if (!add_part(next, &old->parts[i].item, old->parts[i].rev))
			return false;
	for (size_t i = 0; i < change->part_count; i++)
		if (!add_part(next, &change->parts[i], change->rev))
			return false;
	qsort(next->parts, next->part_count, sizeof(*next->parts), compare_parts);
	return true;
}

static bool fill_commits(struct partition *next, const struct partition *old, const struct store_change *change)
{
	next->commits = arena_allocate_array(next->arena, old->commit_count + 1, sizeof(*next->commits));
	if (next->commits == NULL)
		return false;
	for (size_t i = 0; i < old->commit_count; i++) {
		struct kept_commit *commit = &next->commits[next->commit_count++];
		*commit = old->commits[i];
		if (!arena_copy(next->arena, old->commits[i].commit.stored, &commit->commit.stored))
			return false;
	}
	struct kept_commit *newest = &next->commits[next->commit_count++];
	newest->commit.rev = change->rev;
	memcpy(newest->attempt, change->attempt.id, sizeof(newest->attempt));
	return arena_copy(next->arena, change->commit, &newest->commit.stored);
}

/* A partition after a change, or NULL when memory is exhausted. */
static struct partition *apply(const struct store_partition *handle, const struct partition *old,
							   const struct store_change *change)
{
	struct arena *arena = arena_create(LIMIT_ARENA);
	struct partition *next = arena == NULL ? NULL : arena_allocate(arena, sizeof(*next));
	if (next == NULL)
		goto destroy_arena;
	*next = (struct partition){.arena = arena, .rev = change->rev, .hash = change->hash, .listed = change->listed};
	if (!arena_copy_text(arena, handle->tenant, &next->tenant) ||
		!arena_copy_text(arena, handle->dialogue_id, &next->dialogue_id) ||
		!arena_copy(arena, change->note, &next->note) || !fill_items(next, old, change) ||
		!fill_parts(next, old, change) || !fill_commits(next, old, change))
		goto destroy_arena;
	return next;

destroy_arena:
	arena_destroy(arena);
	return NULL;
}

static enum hansard_status commit(const struct store_partition *handle, const struct store_change *change,
								  enum store_result *ret_result, struct hansard_error *error)
{
	static const struct partition absent;
	struct memory_engine *engine = (struct memory_engine *)handle->engine;
	const enum hansard_status status = store_engine_check_change(handle, change, error);
	if (status != HANSARD_OK)
		return status;
	const size_t at = find(engine, handle);
	const bool exists = at < engine->partition_count;
	const struct partition *old = exists ? engine->partitions[at] : &absent;
	if (old->rev != change->expected_rev || !digest_equal(&old->hash, &change->expected_hash)) {
		*ret_result = STORE_CONFLICT;
		return HANSARD_OK;
	}
	if (!exists) {
		struct partition **grown = realloc(engine->partitions, (at + 1) * sizeof(*grown));
		if (grown == NULL)
			return error_memory(error);
		engine->partitions = grown;
	}
	struct partition *next = apply(handle, old, change);
	if (next == NULL)
		return error_memory(error);
	if (exists)
		arena_destroy(engine->partitions[at]->arena);
	else
		engine->partition_count++;
	engine->partitions[at] = next;
	*ret_result = STORE_DONE;
	return HANSARD_OK;
}

static enum hansard_status settle(const struct store_partition *handle, const struct store_attempt *attempt,
								  enum store_settled *ret_settled, struct hansard_error *error)
{
	(void)error;
	const struct partition *partition = lookup(handle);
	*ret_settled = STORE_NOT_COMMITTED;
	for (size_t i = 0; partition != NULL && i < partition->commit_count; i++)
		if (partition->commits[i].commit.rev == attempt->rev &&
			memcmp(partition->commits[i].attempt, attempt->id, sizeof(attempt->id)) == 0)
			*ret_settled = STORE_COMMITTED;
	return HANSARD_OK;
}

/* ---- analytics ---- */

static bool add_found(struct store_page *page, struct analytics_item found)
{
	struct analytics_item *item = store_page_add(page);
	if (item == NULL)
		return false;
	*item = found;
	return true;
}

/* The meta or the open tensions of a partition; views into the engine. */
static bool collect_items(const struct partition *partition, struct store_page *page)
{
	const bool of_tensions = page->listing == STORE_TENSIONS;
	const bool any = of_tensions || page->request->status == DIALOGUE_ABSENT;
	const struct text wanted = vocabulary_word(&vocabulary_dialogue_status, page->request->status);
	bool good = true;
	for (size_t i = 0; good && i < partition->item_count; i++) {
		const struct store_item *item = &partition->items[i];
		struct store_index index;
		if (!store_index_of(item, partition->listed, &index) || !(of_tensions ? index.open_tension : index.dialogue) ||
			!(any || text_equal(index.status, wanted)))
			continue;
		good = add_found(page, (struct analytics_item){
								   .dialogue_id = partition->dialogue_id,
								   .key = item->key,
								   .stored = of_tensions ? (struct stored_bytes){.bytes = {0}} : item->stored,
								   .status = index.status,
								   .updated_at = of_tensions ? TEXT_ABSENT : index.updated_at,
							   });
	}
	return good;
}

/* What a partition has for a listing: itself, or items. */
static bool collect(const struct partition *partition, struct store_page *page)
{
	const struct text prefix = text_present(page->request->prefix) ? page->request->prefix : TEXT("");
	if (page->listing != STORE_PARTITIONS)
		return collect_items(partition, page);
	return !text_starts_with(partition->dialogue_id, prefix) ||
		   add_found(page, (struct analytics_item){.dialogue_id = partition->dialogue_id});
}

/* Copies a found item out of the engine. */
static bool copy_found(struct arena *arena, struct analytics_item *item)
{
	return arena_copy_text(arena, item->dialogue_id, &item->dialogue_id) &&
		   arena_copy_text(arena, item->key.type, &item->key.type) &&
		   arena_copy_text(arena, item->key.subkey, &item->key.subkey) &&
		   arena_copy(arena, item->stored.bytes, &item->stored.bytes) &&
		   arena_copy_text(arena, item->status, &item->status) &&
		   arena_copy_text(arena, item->updated_at, &item->updated_at);
}

static enum hansard_status fill_page(const struct store_engine *base, struct store_page *page,
									 struct analytics_page *ret_page, struct hansard_error *error)
{
	const struct memory_engine *engine = (const struct memory_engine *)base;
	if (store_page_begin(page, base, error) != HANSARD_OK)
		return HANSARD_USAGE;
	for (size_t i = 0; i < engine->partition_count; i++)
		if (text_equal(engine->partitions[i]->tenant, page->request->tenant) && !collect(engine->partitions[i], page))
			return error_memory(error);
	store_page_sort(page);
	struct analytics_page found;
	const enum hansard_status status = store_page_end(page, &found, error);
	if (status != HANSARD_OK)
		return status;
	for (size_t i = 0; i < found.count; i++)
		if (!copy_found(page->arena, &found.items[i]))
			return error_memory(error);
	*ret_page = found;
	return HANSARD_OK;
}

static enum hansard_status dialogues(struct store_engine *base, const struct analytics_request *request,
									 struct arena *arena, struct analytics_page *ret_page, struct hansard_error *error)
{
	struct store_page page = {.listing = STORE_DIALOGUES, .request = request, .arena = arena};
	return fill_page(base, &page, ret_page, error);
}

static enum hansard_status tensions(struct store_engine *base, const struct analytics_request *request,
									struct arena *arena, struct analytics_page *ret_page, struct hansard_error *error)
{
	struct store_page page = {.listing = STORE_TENSIONS, .request = request, .arena = arena};
	return fill_page(base, &page, ret_page, error);
}

static enum hansard_status partitions(struct store_engine *base, const struct analytics_request *request,
									  struct arena *arena, struct analytics_page *ret_page, struct hansard_error *error)
{
	struct store_page page = {.listing = STORE_PARTITIONS, .request = request, .arena = arena};
	return fill_page(base, &page, ret_page, error);
}

static enum hansard_status counts(struct store_engine *base, struct text tenant, struct analytics_counts *ret_counts,
								  struct hansard_error *error)
{
	const struct memory_engine *engine = (const struct memory_engine *)base;
	struct analytics_counts found = {.as_of = store_engine_now(base)};
	(void)error;
	for (size_t i = 0; i < engine->partition_count; i++) {
		const struct partition *partition = engine->partitions[i];
		for (size_t k = 0; text_equal(partition->tenant, tenant) && k < partition->item_count; k++) {
			struct store_index index;
			if (!store_index_of(&partition->items[k], partition->listed, &index))
				continue;
			found.tensions_open += index.open_tension;
			if (index.dialogue)
				store_page_count(&found, index.status, 1);
		}
	}
	*ret_counts = found;
	return HANSARD_OK;
}

/* ---- the engine ---- */

static void memory_close(struct store_engine *base)
{
	struct memory_engine *engine = (struct memory_engine *)base;
	if (engine == NULL)
		return;
	for (size_t i = 0; i < engine->partition_count; i++)
		arena_destroy(engine->partitions[i]->arena);
	free(engine->partitions);
	buffer_finish(&engine->identity);
	free(engine);
}

static struct text identity(struct store_engine *base)
{
	return buffer_text(&((struct memory_engine *)base)->identity);
}

static enum hansard_status check(struct store_engine *base, bool deep, struct arena *arena,
								 struct store_findings *ret_findings, struct hansard_error *error)
{
	(void)base;
	(void)deep;
	struct store_finding *finding = arena_allocate(arena, sizeof(*finding));
	if (finding == NULL)
		return error_memory(error);
	*finding = (struct store_finding){
		.good = true, .subject = TEXT("memory"), .detail = TEXT("kept in memory only; gone when the program ends")};
	*ret_findings = (struct store_findings){.items = finding, .count = 1};
	return HANSARD_OK;
}

static enum hansard_status backup(struct store_engine *base, struct text path, struct hansard_error *error)
{
	(void)base;
	(void)path;
	return error_set(error, HANSARD_USAGE, "unsupported", "the memory engine has no backup");
}

static const struct dialogue_store memory_dialogues = {
	.load = load, .history = history, .parts = parts, .commit = commit, .settle = settle};
static const struct analytics_store memory_analytics = {
	.dialogues = dialogues, .tensions = tensions, .partitions = partitions, .counts = counts};
static const struct store_engine_ops memory_ops = {
	.name = "memory", .close = memory_close, .identity = identity, .check = check, .backup = backup};

enum hansard_status memory_engine_open(struct moment_clock clock, struct moment_entropy entropy,
									   struct store_engine **ret_engine, struct hansard_error *error)
{
	struct memory_engine *engine = calloc(1, sizeof(*engine));
	if (engine == NULL)
		return error_memory(error);
	engine->base = (struct store_engine){
		.ops = &memory_ops,
		.dialogues = &memory_dialogues,
		.analytics = &memory_analytics,
		.capabilities = {.load_is_snapshot = true, .outcome_definite = true},
		.clock = clock,
		.entropy = entropy,
	};
	buffer_init(&engine->identity, STORE_ENGINE_IDENTITY_MAX);
	const enum hansard_status status = store_engine_draw_identity(memory_ops.name, entropy, &engine->identity, error);
	if (status != HANSARD_OK) {
		memory_close(&engine->base);
		return status;
	}
	*ret_engine = &engine->base;
	return HANSARD_OK;
}
