/*
 * Moving.
 */
#include "moves.h"

#include "store_index.h"

/* One that is under way. */
struct move {
	struct arena *arena;
	struct store_partition source, target;
	struct draft_head head; /* of the source */
	struct store_view view; /* of the source, sealed */
	const struct copying_store *copying;
};

/* A commit without changes, after which the dialogue is not listed. */
static void seal(struct move *move)
{
	struct draft draft = draft_begin(move->arena, move->source);
	struct hansard_error error = {.status = HANSARD_OK};
	draft.unlisted = true;
	draft.salt = 77;
	draft_send(&draft, &move->head);
	expect_good(move->source.store->load(&move->source, move->arena, &move->view, &error), &error);
}

/* What is left of one revision: items that say so, their parts, and its commit. */
static struct store_copy_revision read_revision(const struct move *move, int64_t rev)
{
	const struct store_partition *source = &move->source;
	const struct store_history_request one = {.from = rev, .to = rev};
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_history history;
	struct store_parts parts;
	struct store_item *items = arena_allocate_array(move->arena, move->view.item_count, sizeof(*items));
	struct store_copy_revision revision = {.rev = rev, .items = items};
	expect_good(source->store->history(source, &one, move->arena, &history, &error), &error);
	expect_good(source->store->parts(source, &(struct store_parts_request){.rev = rev}, move->arena, &parts, &error),
				&error);
	expect(history.count == 1 && items != NULL);
	revision.commit = history.commits[0].stored;
	for (size_t i = 0; i < move->view.item_count; i++) {
		struct store_index index;
		expect(store_index_of(&move->view.items[i], false, &index));
		if (index.rev == rev)
			items[revision.item_count++] = move->view.items[i];
	}
	revision.parts = parts.items;
	for (size_t i = 0; i < parts.count; i++) {
		struct item_key owner;
		int n;
		expect(item_key_owner(parts.items[i].key, &owner, &n));
		if (item_key_find(owner, items, revision.item_count, sizeof(*items)) != NULL)
			parts.items[revision.part_count++] = parts.items[i];
	}
	return revision;
}

static void reserve(const struct move *move, struct store_occupant found, struct store_reservation mine)
{
	const struct store_reserve_request request = {.found = found, .mine = mine};
	struct hansard_error error = {.status = HANSARD_OK};
	enum store_result result = STORE_CONFLICT;
	expect_good(move->copying->reserve(&move->target, &request, &result, &error), &error);
	expect_integer(result, STORE_DONE);
}

/* Puts every revision, and looks that all items are there. */
static void copy(const struct move *move, struct store_reservation mine)
{
	struct store_copy_revision *revisions =
		arena_allocate_array(move->arena, (size_t)move->head.rev, sizeof(*revisions));
	struct hansard_error error = {.status = HANSARD_OK};
	enum store_result result = STORE_CONFLICT;
	struct store_view copied;
	expect(revisions != NULL);
	for (int64_t rev = 1; rev <= move->head.rev; rev++)
		revisions[rev - 1] = read_revision(move, rev);
	const struct store_put_request request = {.mine = mine, .revisions = revisions, .count = (size_t)move->head.rev};
	expect_good(move->copying->put(&move->target, &request, &result, &error), &error);
	expect_integer(result, STORE_DONE);
	expect_good(move->copying->look(&move->target, &mine, move->arena, &copied, &error), &error);
	expect_integer(copied.item_count, move->view.item_count);
	expect(bytes_equal(copied.commit, move->view.commit));
	for (size_t i = 0; i < copied.item_count; i++)
		expect(item_key_compare(copied.items[i].key, move->view.items[i].key) == 0 &&
			   bytes_equal(copied.items[i].stored.bytes, move->view.items[i].stored.bytes));
}

static struct draft_head publish(const struct move *move, struct store_reservation mine)
{
	struct draft draft = draft_begin(move->arena, move->target);
	const struct store_publish_request request = {.mine = mine, .change = *draft_make(&draft, &move->head)};
	struct hansard_error error = {.status = HANSARD_OK};
	enum store_result result = STORE_CONFLICT;
	expect_good(move->copying->publish(&move->target, &request, &result, &error), &error);
	expect_integer(result, STORE_DONE);
	return (struct draft_head){.rev = request.change.rev, .hash = request.change.hash};
}

/* Tidy or release. */
static void on_head(const struct store_partition *partition, struct draft_head head,
					enum hansard_status (*slot)(const struct store_partition *partition,
												const struct store_tidy_request *request, enum store_result *ret_result,
												struct hansard_error *error))
{
	const struct store_tidy_request request = {.rev = head.rev, .hash = head.hash};
	struct hansard_error error = {.status = HANSARD_OK};
	enum store_result result = STORE_CONFLICT;
	expect_good(slot(partition, &request, &result, &error), &error);
	expect_integer(result, STORE_DONE);
}

static void call_off(const struct move *move, struct draft_head published)
{
	const struct store_occupant found = {.what = STORE_PUBLISHED, .rev = published.rev, .hash = published.hash};
	const struct store_reservation off = {.id = {2}, .source_rev = published.rev, .called_off = true};
	struct hansard_error error = {.status = HANSARD_OK};
	enum store_result result = STORE_CONFLICT;
	reserve(move, found, off);
	expect_good(move->copying->clear(&move->target, &off, &result, &error), &error);
	expect_integer(result, STORE_DONE);
}

static struct move begin(struct subject *subject, const struct moves_dialogue *dialogue)
{
	const struct move move = {.arena = arena_create((size_t)1 << 30),
							  .source = subject_partition(subject, dialogue->tenant, dialogue->id),
							  .target = subject_partition(subject, "w", dialogue->to),
							  .head = dialogue->head,
							  .copying = subject->engine->copying};
	expect(move.arena != NULL);
	return move;
}

/* Both places, all of them. */
static void dump(struct buffer *out, const struct move *move, const struct dump_owners *owners)
{
	const struct dump_range all = {.from = 1, .to = move->head.rev + 1, .owners = owners};
	dump_partition(out, move->arena, move->source, &all);
	dump_partition(out, move->arena, move->target, &all);
}

void moves_copy(struct buffer *out, struct subject *subject, struct moves_dialogue *dialogue)
{
	struct move move = begin(subject, dialogue);
	seal(&move);
	const struct store_reservation mine = {.id = {1}, .source_rev = move.head.rev};
	reserve(&move, (struct store_occupant){.what = STORE_FREE}, mine);
	copy(&move, mine);
	dialogue->head = move.head;
	dialogue->published = publish(&move, mine);
	dump(out, &move, dialogue->owners);
	on_head(&move.target, dialogue->published, move.copying->tidy);
	on_head(&move.source, move.head, move.copying->tidy);
	dump(out, &move, dialogue->owners);
	arena_destroy(move.arena);
}

void moves_away(struct buffer *out, struct subject *subject, const struct moves_dialogue *dialogue)
{
	const struct move move = begin(subject, dialogue);
	on_head(&move.source, move.head, move.copying->release);
	call_off(&move, dialogue->published);
	dump(out, &move, dialogue->owners);
	arena_destroy(move.arena);
}

void moves_check(struct subject *subject)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct arena *arena = arena_create((size_t)1 << 28);
	struct store_findings findings;
	expect(arena != NULL);
	expect_good(subject->engine->ops->check(subject->engine, true, arena, &findings, &error), &error);
	for (size_t i = 0; i < findings.count; i++)
		expect(findings.items[i].good);
	arena_destroy(arena);
}
