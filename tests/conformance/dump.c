/*
 * Answers as bytes.
 */
#include "dump.h"

#include "expect.h"

static void add_bytes(struct buffer *out, struct bytes bytes)
{
	expect(buffer_append_integer(out, (int64_t)bytes.size, 0) && buffer_append_byte(out, ':') &&
		   buffer_append(out, bytes));
}

static void add_text(struct buffer *out, struct text text)
{
	expect(buffer_append_byte(out, text_present(text) ? '+' : '-'));
	add_bytes(out, bytes_of_text(text));
}

static void add_items(struct buffer *out, const struct store_item *items, size_t count)
{
	expect(buffer_append_integer(out, (int64_t)count, 0));
	for (size_t i = 0; i < count; i++) {
		add_text(out, items[i].key.type);
		add_text(out, items[i].key.subkey);
		add_bytes(out, items[i].stored.bytes);
	}
}

static struct dump_owner *find_owner(const struct dump_owners *owners, struct item_key key)
{
	for (size_t i = 0; i < owners->count; i++)
		if (item_key_compare(owners->items[i].key, key) == 0)
			return &owners->items[i];
	return NULL;
}

static void own(struct dump_owners *owners, struct item_key key, int64_t rev)
{
	struct dump_owner *owner = find_owner(owners, key);
	if (owner == NULL) {
		expect(arena_grow(owners->arena, &owners->items, owners->count, &owners->capacity, sizeof(*owners->items)));
		owner = &owners->items[owners->count++];
		expect(arena_copy_text(owners->arena, key.type, &owner->key.type));
		expect(arena_copy_text(owners->arena, key.subkey, &owner->key.subkey));
	}
	owner->rev = rev;
}

void dump_own(struct dump_owners *owners, const struct store_change *change)
{
	for (size_t i = 0; i < change->put_count; i++)
		own(owners, change->puts[i].key, change->rev);
	for (size_t i = 0; i < change->removal_count; i++)
		own(owners, change->removals[i], 0);
}

/* Keeps the parts whose owner's current revision is `rev`. */
static void drop_old_parts(struct store_parts *parts, const struct dump_owners *owners, int64_t rev)
{
	size_t kept = 0;
	for (size_t i = 0; i < parts->count; i++) {
		struct item_key key;
		int n;
		expect(item_key_owner(parts->items[i].key, &key, &n));
		const struct dump_owner *owner = find_owner(owners, key);
		expect(owner != NULL);
		if (owner->rev == rev)
			parts->items[kept++] = parts->items[i];
	}
	parts->count = kept;
}

void dump_partition(struct buffer *out, struct arena *arena, struct store_partition partition,
					const struct dump_range *range)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_view view;
	struct store_history history;
	expect_good(partition.store->load(&partition, arena, &view, &error), &error);
	expect(buffer_append_byte(out, view.exists ? 'y' : 'n'));
	add_bytes(out, view.note);
	add_bytes(out, view.commit);
	add_items(out, view.items, view.item_count);
	expect_integer(view.stale_indexes, 0);
	const struct store_history_request request = {.from = range->from, .to = range->to};
	expect_good(partition.store->history(&partition, &request, arena, &history, &error), &error);
	for (size_t i = 0; i < history.count; i++)
		add_bytes(out, history.commits[i].stored);
	for (int64_t rev = range->from < 1 ? 1 : range->from; rev <= range->to; rev++) {
		struct store_parts parts;
		const struct store_parts_request one = {.rev = rev};
		expect_good(partition.store->parts(&partition, &one, arena, &parts, &error), &error);
		drop_old_parts(&parts, range->owners, rev);
		add_items(out, parts.items, parts.count);
	}
}

/* ---- analytics ---- */

static struct dump_pages most;

struct dump_pages dump_pages(void)
{
	return most;
}

static void add_page(struct buffer *out, const struct analytics_page *page)
{
	for (size_t i = 0; i < page->count; i++) {
		add_text(out, page->items[i].dialogue_id);
		add_text(out, page->items[i].key.type);
		add_text(out, page->items[i].key.subkey);
		add_bytes(out, page->items[i].stored.bytes);
		add_text(out, page->items[i].status);
		add_text(out, page->items[i].updated_at);
	}
	add_text(out, page->next);
}

/* A slot that lists, and how many pages it gave at most. */
struct listing {
	enum hansard_status (*slot)(struct store_engine *engine, const struct analytics_request *request,
								struct arena *arena, struct analytics_page *ret_page, struct hansard_error *error);
	size_t *most;
};

static void add_listing(struct buffer *out, struct arena *arena, struct store_engine *engine, struct listing listing,
						struct analytics_request request)
{
	struct hansard_error error = {.status = HANSARD_OK};
	size_t pages = 0;
	do {
		struct analytics_page page;
		expect_good(listing.slot(engine, &request, arena, &page, &error), &error);
		expect(page.count <= request.limit);
		add_page(out, &page);
		request.cursor = page.next;
		pages++;
	} while (text_present(request.cursor));
	*listing.most = pages > *listing.most ? pages : *listing.most;
}

static void add_tenant(struct buffer *out, struct arena *arena, struct store_engine *engine,
					   struct analytics_request request)
{
	const struct listing dialogues = {engine->analytics->dialogues, &most.dialogues};
	const struct listing tensions = {engine->analytics->tensions, &most.tensions};
	const struct listing partitions = {engine->analytics->partitions, &most.partitions};
	struct hansard_error error = {.status = HANSARD_OK};
	struct analytics_counts counts;
	expect_good(engine->analytics->counts(engine, request.tenant, &counts, &error), &error);
	for (size_t k = 0; k < sizeof(counts.dialogues) / sizeof(counts.dialogues[0]); k++)
		expect(buffer_append_integer(out, counts.dialogues[k], 4));
	expect(buffer_append_integer(out, counts.tensions_open, 4));
	for (request.status = 0; request.status <= 4; request.status++)
		add_listing(out, arena, engine, dialogues, request);
	request.status = 0;
	add_listing(out, arena, engine, tensions, request);
	add_listing(out, arena, engine, partitions, request);
	request.prefix = TEXT("a-");
	add_listing(out, arena, engine, partitions, request);
}

void dump_analytics(struct buffer *out, struct arena *arena, struct store_engine *engine, size_t limit)
{
	static const char *const tenants[] = {"t", "u", "v", "w"};
	for (size_t i = 0; i < sizeof(tenants) / sizeof(tenants[0]); i++)
		add_tenant(
			out, arena, engine,
			(struct analytics_request){
				.tenant = text_of_string(tenants[i]), .limit = limit, .cursor = TEXT_ABSENT, .prefix = TEXT_ABSENT});
}
