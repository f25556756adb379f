/*
 * Copies.
 */
#include "copy.h"

#include "store_index.h"

enum { TRIES = 8 };

static const struct draft_attrs open_meta = {.status = "open", .created_at = "2026-01-01T00:00:00.000000Z"};

/* Whether to ask again. */
static bool again(const struct subject *subject, enum hansard_status status, enum store_result result, int *tries)
{
	return status == HANSARD_OK && result == STORE_UNKNOWN && subject_may_doubt(subject) && ++*tries < TRIES;
}

/* What is left of one revision: items that say so, and their parts. */
static struct store_copy_revision read_revision(struct subject *subject, const struct copy_source *source, int64_t rev)
{
	const struct store_partition *partition = &source->partition;
	const struct store_parts_request request = {.rev = rev};
	const struct store_history_request one = {.from = rev, .to = rev};
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_parts parts;
	struct store_history history;
	expect_good(partition->store->parts(partition, &request, subject->arena, &parts, &error), &error);
	expect_good(partition->store->history(partition, &one, subject->arena, &history, &error), &error);
	expect_integer(history.count, 1);
	struct store_item *items = arena_allocate_array(subject->arena, source->view.item_count, sizeof(*items));
	struct store_item *own = arena_allocate_array(subject->arena, parts.count, sizeof(*own));
	struct store_copy_revision revision = {
		.rev = rev, .items = items, .parts = own, .commit = history.commits[0].stored};
	expect(items != NULL && own != NULL);
	for (size_t i = 0; i < source->view.item_count; i++) {
		struct store_index index;
		expect(store_index_of(&source->view.items[i], false, &index));
		if (index.rev == rev)
			items[revision.item_count++] = source->view.items[i];
	}
	for (size_t i = 0; i < parts.count; i++) {
		struct item_key owner;
		int n;
		expect(item_key_owner(parts.items[i].key, &owner, &n));
		if (item_key_find(owner, items, revision.item_count, sizeof(*items)) != NULL)
			own[revision.part_count++] = parts.items[i];
	}
	return revision;
}

struct copy_source copy_source(struct subject *subject, const char *dialogue)
{
	struct copy_source source = {.partition = subject_partition(subject, "s", dialogue)};
	struct draft first = draft_begin(subject->arena, source.partition);
	draft_put(&first, draft_key("meta", ""), &open_meta, 0);
	draft_put(&first, draft_key("tension", "00#01"), &(struct draft_attrs){.status = "open"}, 0);
	draft_put(&first, draft_key("tension", "00#02"), &(struct draft_attrs){.status = "open"}, 0);
	draft_put(&first, draft_key("verdict", "final"), NULL, 0);
	for (int n = 1; n <= 2; n++) {
		draft_put(&first, draft_key("file", n == 1 ? "00001" : "00002"), NULL, 0);
		draft_part(&first, draft_key("file", n == 1 ? "00001" : "00002"), 1, 1000);
		draft_part(&first, draft_key("file", n == 1 ? "00001" : "00002"), 2, 50);
	}
	draft_send(&first, &source.head);
	struct draft second = draft_begin(subject->arena, source.partition);
	second.salt = 7;
	draft_put(&second, draft_key("file", "00001"), NULL, 400);
	draft_part(&second, draft_key("file", "00001"), 1, 2000);
	draft_put(&second, draft_key("round", "00"), NULL, 0);
	draft_remove(&second, draft_key("tension", "00#02"));
	draft_send(&second, &source.head);
	struct draft last = draft_begin(subject->arena, source.partition);
	last.unlisted = true;
	draft_send(&last, &source.head);
	source.view = subject_load(subject, source.partition);
	expect_integer(source.view.item_count, 6);
	for (size_t i = 0; i < COPY_REVISIONS; i++)
		source.revisions[i] = read_revision(subject, &source, (int64_t)i + 1);
	expect_integer(source.revisions[0].part_count, 2);
	expect_integer(source.revisions[1].part_count, 1);
	return source;
}

struct store_reservation copy_reservation(uint8_t mark, int64_t source_rev, bool called_off)
{
	return (struct store_reservation){.id = {0xc0, mark}, .source_rev = source_rev, .called_off = called_off};
}

struct store_occupant copy_occupant(struct subject *subject, struct store_partition partition)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_occupant occupant;
	expect_good(subject->engine->copying->occupant(&partition, &occupant, &error), &error);
	return occupant;
}

enum store_result copy_reserve(struct subject *subject, struct store_partition partition, struct store_occupant found,
							   struct store_reservation mine)
{
	const struct store_reserve_request request = {.found = found, .mine = mine};
	struct hansard_error error = {.status = HANSARD_OK};
	enum store_result result = STORE_UNKNOWN;
	enum hansard_status status;
	int tries = 0;
	do
		status = subject->engine->copying->reserve(&partition, &request, &result, &error);
	while (again(subject, status, result, &tries));
	expect_good(status, &error);
	return result;
}

enum store_result copy_clear(struct subject *subject, struct store_partition partition, struct store_reservation mine)
{
	struct hansard_error error = {.status = HANSARD_OK};
	enum store_result result = STORE_UNKNOWN;
	enum hansard_status status;
	int tries = 0;
	do
		status = subject->engine->copying->clear(&partition, &mine, &result, &error);
	while (again(subject, status, result, &tries));
	expect_good(status, &error);
	return result;
}

enum store_result copy_put(struct subject *subject, struct store_partition partition, struct store_reservation mine,
						   const struct copy_source *source, size_t count)
{
	const struct store_put_request request = {.mine = mine, .revisions = source->revisions, .count = count};
	struct hansard_error error = {.status = HANSARD_OK};
	enum store_result result = STORE_UNKNOWN;
	enum hansard_status status;
	int tries = 0;
	do
		status = subject->engine->copying->put(&partition, &request, &result, &error);
	while (again(subject, status, result, &tries));
	expect_good(status, &error);
	return result;
}

enum store_result copy_publish(struct subject *subject, struct store_reservation mine, struct draft *draft,
							   const struct copy_source *source)
{
	const struct store_publish_request request = {.mine = mine, .change = *draft_make(draft, &source->head)};
	struct hansard_error error = {.status = HANSARD_OK};
	enum store_result result = STORE_UNKNOWN;
	enum store_settled settled = STORE_STILL_UNKNOWN;
	expect_good(subject->engine->copying->publish(&draft->partition, &request, &result, &error), &error);
	if (result != STORE_UNKNOWN)
		return result;
	expect(subject_may_doubt(subject));
	expect_good(draft->partition.store->settle(&draft->partition, &request.change.attempt, &settled, &error), &error);
	return settled == STORE_COMMITTED ? STORE_DONE : settled == STORE_NOT_COMMITTED ? STORE_CONFLICT : STORE_UNKNOWN;
}

/* Both slots that are asked on a head. */
static enum store_result
on_head(struct subject *subject, struct store_partition partition, struct draft_head head,
		enum hansard_status (*slot)(const struct store_partition *partition, const struct store_tidy_request *request,
									enum store_result *ret_result, struct hansard_error *error))
{
	const struct store_tidy_request request = {.rev = head.rev, .hash = head.hash};
	struct hansard_error error = {.status = HANSARD_OK};
	enum store_result result = STORE_UNKNOWN;
	enum hansard_status status;
	int tries = 0;
	do
		status = slot(&partition, &request, &result, &error);
	while (again(subject, status, result, &tries));
	expect_good(status, &error);
	return result;
}

enum store_result copy_tidy(struct subject *subject, struct store_partition partition, struct draft_head head)
{
	return on_head(subject, partition, head, subject->engine->copying->tidy);
}

enum store_result copy_release(struct subject *subject, struct store_partition partition, struct draft_head head)
{
	return on_head(subject, partition, head, subject->engine->copying->release);
}

struct store_view copy_look(struct subject *subject, struct store_partition partition, struct store_reservation mine)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_view view;
	expect_good(subject->engine->copying->look(&partition, &mine, subject->arena, &view, &error), &error);
	expect_integer(view.note.size, 0);
	expect_integer(view.listed, 0);
	return view;
}

static void expect_same(const struct store_item *items, size_t count, const struct store_item *wanted)
{
	for (size_t i = 0; i < count; i++) {
		expect(item_key_compare(items[i].key, wanted[i].key) == 0);
		expect(bytes_equal(items[i].stored.bytes, wanted[i].stored.bytes));
	}
}

void copy_expect_items(const struct store_view *view, const struct copy_source *source, size_t count)
{
	size_t at = 0;
	expect(view->exists);
	for (size_t i = 0; i < source->view.item_count; i++) {
		const struct store_item *item = &source->view.items[i];
		struct store_index index;
		expect(store_index_of(item, false, &index));
		if (index.rev > (int64_t)count)
			continue;
		expect(at < view->item_count);
		expect_same(&view->items[at++], 1, item);
	}
	expect_integer(view->item_count, at);
}

/* Parts of one revision: those of its own, and of owners that were written anew or removed since where an engine keeps them. */
static void expect_parts(struct subject *subject, struct store_partition partition,
						 const struct store_copy_revision *revision)
{
	const struct store_parts_request request = {.rev = revision->rev};
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_parts parts;
	size_t own = 0;
	expect_good(partition.store->parts(&partition, &request, subject->arena, &parts, &error), &error);
	for (size_t i = 0; i < parts.count; i++) {
		struct item_key owner;
		int n;
		expect(item_key_owner(parts.items[i].key, &owner, &n));
		if (item_key_find(owner, revision->items, revision->item_count, sizeof(*revision->items)) == NULL) {
			expect(!subject->engine->capabilities.old_parts_go);
			continue;
		}
		expect(own < revision->part_count);
		expect_same(&parts.items[i], 1, &revision->parts[own++]);
	}
	expect_integer(own, revision->part_count);
}

void copy_expect_rest(struct subject *subject, struct store_partition partition, const struct copy_source *source,
					  size_t count)
{
	const struct store_history_request all = {.from = 1, .to = COPY_REVISIONS};
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_history history;
	expect_good(partition.store->history(&partition, &all, subject->arena, &history, &error), &error);
	expect_integer(history.count, count);
	for (size_t i = 0; i < COPY_REVISIONS; i++) {
		const struct store_parts_request request = {.rev = (int64_t)i + 1};
		struct store_parts parts;
		if (i < count) {
			expect(bytes_equal(history.commits[i].stored, source->revisions[i].commit));
			expect_parts(subject, partition, &source->revisions[i]);
			continue;
		}
		expect_good(partition.store->parts(&partition, &request, subject->arena, &parts, &error), &error);
		expect_integer(parts.count, 0);
	}
}

void copy_expect_occupant(struct subject *subject, struct store_partition partition, struct store_occupant wanted)
{
	const struct store_occupant there = copy_occupant(subject, partition);
	expect(store_occupant_equal(&there, &wanted));
}
