/*
 * The executable specification: the five slots, analytics, and the engine.
 */
#include "memory_engine.h"

#include "error.h"
#include "memory_copying.h"
#include "store_index.h"
#include "store_page.h"
#include "vocabulary.h"

/* The partition of a handle where it is a dialogue, or NULL. */
static const struct memory_partition *lookup(const struct store_partition *handle)
{
	const struct memory_partition *partition = memory_partition_of(handle);
	return partition != NULL && partition->is.what == STORE_PUBLISHED ? partition : NULL;
}

/* ---- the five slots ---- */

static enum hansard_status load(const struct store_partition *handle, struct arena *arena, struct store_view *ret_view,
								struct hansard_error *error)
{
	const struct memory_partition *partition = lookup(handle);
	if (partition == NULL) {
		*ret_view = (struct store_view){.exists = false};
		return HANSARD_OK;
	}
	struct store_view view;
	if (!memory_partition_view(partition, partition->is.rev, arena, &view) ||
		!arena_copy(arena, partition->note, &view.note))
		return error_memory(error);
	view.listed = partition->listed ? STORE_VIEW_LISTED : STORE_VIEW_UNLISTED;
	*ret_view = view;
	return HANSARD_OK;
}

/* History and parts are shown of what was copied, too. */
static enum hansard_status history(const struct store_partition *handle, const struct store_history_request *request,
								   struct arena *arena, struct store_history *ret_history, struct hansard_error *error)
{
	const struct memory_partition *partition = memory_partition_of(handle);
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
	const struct memory_partition *partition = memory_partition_of(handle);
	const size_t total = partition == NULL ? 0 : partition->part_count;
	struct store_parts found = {.items = arena_allocate_array(arena, total, sizeof(*found.items))};
	if (found.items == NULL)
		return error_memory(error);
	for (size_t i = 0; i < total; i++)
		if (partition->parts[i].rev == request->rev &&
			!memory_partition_copy_item(arena, &partition->parts[i].item, &found.items[found.count++]))
			return error_memory(error);
	*ret_parts = found;
	return HANSARD_OK;
}

static enum hansard_status commit(const struct store_partition *handle, const struct store_change *change,
								  enum store_result *ret_result, struct hansard_error *error)
{
	static const struct store_occupant absent;
	const struct memory_step step = {.kept = MEMORY_ALL, .change = change};
	enum hansard_status status = store_engine_check_change(handle, change, error);
	if (status != HANSARD_OK)
		return status;
	const struct memory_partition *old = memory_partition_of(handle);
	const struct store_occupant *there = old == NULL ? &absent : &old->is;
	if (there->what == STORE_RESERVED || there->rev != change->expected_rev ||
		!digest_equal(&there->hash, &change->expected_hash)) {
		*ret_result = STORE_CONFLICT;
		return HANSARD_OK;
	}
	struct memory_partition *next = memory_partition_step(handle, &step, error);
	if (next != NULL && !memory_partition_publish(next, change)) {
		arena_destroy(next->arena);
		return error_memory(error);
	}
	status = memory_partition_place(handle, next, error);
	if (status == HANSARD_OK)
		*ret_result = STORE_DONE;
	return status;
}

static enum hansard_status settle(const struct store_partition *handle, const struct store_attempt *attempt,
								  enum store_settled *ret_settled, struct hansard_error *error)
{
	(void)error;
	const struct memory_partition *partition = memory_partition_of(handle);
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
static bool collect_items(const struct memory_partition *partition, struct store_page *page)
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
static bool collect(const struct memory_partition *partition, struct store_page *page)
{
	const struct text prefix = text_present(page->request->prefix) ? page->request->prefix : TEXT("");
	if (page->listing != STORE_PARTITIONS)
		return collect_items(partition, page);
	return partition->is.what != STORE_PUBLISHED || !text_starts_with(partition->dialogue_id, prefix) ||
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
		const struct memory_partition *partition = engine->partitions[i];
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
static const struct store_remedies remedies = {
	.put_back = "begin anew: nothing outlasts the process", .keep = "keep the process", .copied = ""};
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
		.copying = &memory_copying_store,
		.remedies = &remedies,
		.capabilities = {.load_is_snapshot = true, .outcome_definite = true, .lists_current = true},
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
