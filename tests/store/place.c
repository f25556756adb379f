/*
 * Places.
 */
#include "place.h"

#include <fcntl.h>
#include <unistd.h>

static int64_t now(void *context)
{
	(void)context;
	return 0;
}

static bool fill(void *context, uint8_t *data, size_t size)
{
	struct place *place = context;
	for (size_t i = 0; i < size; i++)
		data[i] = (uint8_t)((++place->drawn * UINT64_C(0x9e3779b97f4a7c15)) >> 56);
	return true;
}

void place_begin(struct place *place)
{
	*place = (struct place){.busy_timeout_ms = 30};
	folder_make("store", place->folder);
	snprintf(place->path, sizeof(place->path), "%s/store.db", place->folder);
	place->arena = arena_create((size_t)1 << 30);
	expect(place->arena != NULL);
}

void place_finish(struct place *place)
{
	expect(folder_remove(place->folder));
	arena_destroy(place->arena);
}

void place_forget(struct place *place)
{
	arena_destroy(place->arena);
	place->arena = arena_create((size_t)1 << 30);
	expect(place->arena != NULL);
}

enum hansard_status place_try(struct place *place, enum sqlite_engine_mode mode, struct store_engine **ret_engine,
							  struct hansard_error *error)
{
	const struct sqlite_engine_options options = {
		.path = text_of_string(place->path),
		.mode = mode,
		.busy_timeout_ms = place->busy_timeout_ms,
		.clock = {.now = now},
		.entropy = {.fill = fill, .context = place},
	};
	return sqlite_engine_open(&options, ret_engine, error);
}

struct store_engine *place_open(struct place *place, enum sqlite_engine_mode mode)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_engine *engine;
	expect_good(place_try(place, mode, &engine, &error), &error);
	return engine;
}

void place_close(struct store_engine *engine)
{
	if (engine != NULL)
		engine->ops->close(engine);
}

void place_raw(struct place *place, const char *sql)
{
	sqlite3 *handle;
	expect(sqlite3_open(place->path, &handle) == SQLITE_OK);
	const int code = sqlite3_exec(handle, sql, NULL, NULL, NULL);
	sqlite3_close(handle);
	expect_integer(code, SQLITE_OK);
}

struct store_partition place_partition(struct store_engine *engine)
{
	return store_engine_partition(engine, TEXT("t"), TEXT("kept"));
}

enum { FIRST_ITEMS = 14, SECOND_ITEMS = 22, FIRST_PARTS = 6, FIRST_PARTS_LEFT = 2, SECOND_PARTS = 3 };

void place_write(struct place *place, struct store_engine *engine, struct draft_head *head)
{
	struct draft draft = draft_begin(place->arena, place_partition(engine));
	struct text subkey;
	draft_put(&draft, draft_key("meta", ""),
			  &(struct draft_attrs){.status = "open", .created_at = "2026-01-01T00:00:00.000000Z"}, 0);
	for (int i = 1; i <= 3; i++) {
		expect(arena_format(place->arena, &subkey, "%05d", i));
		const struct item_key key = {.type = TEXT("file"), .subkey = subkey};
		draft_put(&draft, key, NULL, 2000);
		draft_part(&draft, key, 1, 40000);
		draft_part(&draft, key, 2, 500);
	}
	for (int i = 1; i <= 10; i++) {
		expect(arena_format(place->arena, &subkey, "00#%02d", i));
		draft_put(&draft, (struct item_key){.type = TEXT("tension"), .subkey = subkey},
				  &(struct draft_attrs){.status = "open"}, 1000);
	}
	draft_send(&draft, head);
}

struct draft_head place_begin_written(struct place *place)
{
	struct draft_head head = {.rev = 0};
	place_begin(place);
	struct store_engine *engine = place_open(place, SQLITE_ENGINE_CREATE);
	place_write(place, engine, &head);
	place_close(engine);
	return head;
}

struct draft place_second(struct place *place, struct store_engine *engine)
{
	struct draft draft = draft_begin(place->arena, place_partition(engine));
	struct text subkey;
	draft_put(&draft, draft_key("meta", ""), &(struct draft_attrs){.status = "converging"}, 900);
	draft_put(&draft, draft_key("file", "00001"), NULL, 1500);
	draft_part(&draft, draft_key("file", "00001"), 1, 50000);
	draft_part(&draft, draft_key("file", "00001"), 2, 60000);
	draft_part(&draft, draft_key("file", "00001"), 3, 700);
	draft_remove(&draft, draft_key("file", "00002"));
	draft_remove(&draft, draft_key("tension", "00#10"));
	for (int i = 1; i <= 10; i++) {
		expect(arena_format(place->arena, &subkey, "00#%02d", i));
		draft_put(&draft, (struct item_key){.type = TEXT("perspective"), .subkey = subkey}, NULL, 3000);
	}
	return draft;
}

static size_t count_parts(struct place *place, struct store_engine *engine, int64_t rev)
{
	const struct store_partition partition = place_partition(engine);
	const struct store_parts_request request = {.rev = rev};
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_parts parts;
	expect_good(partition.store->parts(&partition, &request, place->arena, &parts, &error), &error);
	return parts.count;
}

static int64_t find_rev(struct place *place, struct store_engine *engine)
{
	const struct store_partition partition = place_partition(engine);
	const struct store_history_request all = {.from = 1, .to = 9};
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_view view;
	struct store_history history;
	expect_good(partition.store->load(&partition, place->arena, &view, &error), &error);
	if (!view.exists)
		return 0;
	expect_good(partition.store->history(&partition, &all, place->arena, &history, &error), &error);
	const bool second = draft_note_rev(view.note) == 2;
	expect(second || draft_note_rev(view.note) == 1);
	expect_integer(history.count, second ? 2 : 1);
	expect(bytes_equal(view.commit, history.commits[history.count - 1].stored));
	expect_integer(view.item_count, second ? SECOND_ITEMS : FIRST_ITEMS);
	expect_integer(count_parts(place, engine, 1), second ? FIRST_PARTS_LEFT : FIRST_PARTS);
	expect_integer(count_parts(place, engine, 2), second ? SECOND_PARTS : 0);
	return second ? 2 : 1;
}

int64_t place_rev(struct place *place)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_findings findings;
	struct store_engine *engine = place_open(place, SQLITE_ENGINE_OPEN);
	const int64_t rev = find_rev(place, engine);
	expect_good(engine->ops->check(engine, true, place->arena, &findings, &error), &error);
	for (size_t i = 0; i < findings.count; i++)
		expect(findings.items[i].good);
	place_close(engine);
	return rev;
}

void place_expect_rev(struct place *place, int64_t rev)
{
	expect_integer(place_rev(place), rev);
}

static void copy_file(const char *from, const char *to)
{
	static char data[1 << 16];
	const int in = open(from, O_RDONLY | O_CLOEXEC);
	const int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	expect(in >= 0 && out >= 0);
	for (ssize_t size = read(in, data, sizeof(data)); size > 0; size = read(in, data, sizeof(data)))
		expect(write(out, data, (size_t)size) == size);
	close(in);
	close(out);
}

void place_keep(struct place *place)
{
	char kept[FOLDER_SIZE + 64];
	snprintf(kept, sizeof(kept), "%s.kept", place->path);
	copy_file(place->path, kept);
}

void place_restore(struct place *place)
{
	static const char *const beside[] = {"-journal", "-wal", "-shm"};
	char path[FOLDER_SIZE + 64];
	for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", place->path, beside[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s.kept", place->path);
	copy_file(path, place->path);
}

/* ---- a copy ---- */

struct store_occupant place_copy_occupant(const struct place_copy *copy)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_occupant there;
	expect_good(copy->engine->copying->occupant(&copy->partition, &there, &error), &error);
	return there;
}

struct place_copy place_copy_begin(struct place *place, struct store_engine *engine)
{
	static uint8_t begun;
	const uint8_t number = ++begun;
	const struct store_partition source = place_partition(engine);
	const struct store_parts_request first = {.rev = 1};
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_view view;
	struct store_parts parts;
	struct place_copy copy = {.engine = engine,
							  .partition = store_engine_partition(engine, TEXT("t"), TEXT("copied")),
							  .mine = {.id = {number}, .source_rev = 1},
							  .called_off = {.id = {number, 1}, .source_rev = 2, .called_off = true}};
	expect_good(source.store->load(&source, place->arena, &view, &error), &error);
	expect_good(source.store->parts(&source, &first, place->arena, &parts, &error), &error);
	copy.revision = (struct store_copy_revision){.rev = 1,
												 .items = view.items,
												 .item_count = view.item_count,
												 .parts = parts.items,
												 .part_count = parts.count,
												 .commit = view.commit};
	struct draft draft = draft_begin(place->arena, copy.partition);
	const struct draft_head head = {.rev = 1, .hash = draft_digest(view.commit)};
	copy.publication = (struct store_publish_request){.mine = copy.mine, .change = *draft_make(&draft, &head)};
	copy.found = place_copy_occupant(&copy);
	return copy;
}

static enum hansard_status publish(struct place_copy *copy, enum store_result *ret_result, struct hansard_error *error)
{
	enum store_settled settled = STORE_STILL_UNKNOWN;
	enum hansard_status status =
		copy->engine->copying->publish(&copy->partition, &copy->publication, ret_result, error);
	if (status == HANSARD_OK && *ret_result == STORE_UNKNOWN) {
		status = copy->partition.store->settle(&copy->partition, &copy->publication.change.attempt, &settled, error);
		*ret_result = settled == STORE_COMMITTED ? STORE_DONE : STORE_UNKNOWN;
	}
	return status;
}

enum hansard_status place_copy_step(struct place_copy *copy, int step, struct hansard_error *error)
{
	const struct copying_store *copying = copy->engine->copying;
	const struct store_partition *partition = &copy->partition;
	const struct store_change *change = &copy->publication.change;
	const struct store_reserve_request reserve = {.found = copy->found, .mine = copy->mine};
	const struct store_put_request put = {.mine = copy->mine, .revisions = &copy->revision, .count = 1};
	const struct store_tidy_request tidy = {.rev = change->rev, .hash = change->hash};
	const struct store_reserve_request call_off = {
		.found = {.what = STORE_PUBLISHED, .rev = change->rev, .hash = change->hash}, .mine = copy->called_off};
	enum store_result result = STORE_DONE;
	enum hansard_status status = HANSARD_OK;
	struct store_view view;
	struct arena *arena;
	switch (step) {
	case 0:
		status = copying->reserve(partition, &reserve, &result, error);
		break;
	case 1:
		status = copying->put(partition, &put, &result, error);
		break;
	case 2:
		arena = arena_create((size_t)1 << 28);
		status = arena == NULL ? HANSARD_FAILED : copying->look(partition, &copy->mine, arena, &view, error);
		expect(status != HANSARD_OK || (view.exists && view.item_count == FIRST_ITEMS));
		arena_destroy(arena);
		break;
	case PLACE_COPY_PUBLISH:
		status = publish(copy, &result, error);
		break;
	case 4:
		status = copying->tidy(partition, &tidy, &result, error);
		break;
	case 5:
		status = copying->release(partition, &tidy, &result, error);
		break;
	case 6:
		status = copying->reserve(partition, &call_off, &result, error);
		break;
	default:
		status = copying->clear(partition, &copy->called_off, &result, error);
		break;
	}
	expect(status != HANSARD_OK || result == STORE_DONE);
	return status;
}

/* How many commits and parts there are of it. */
static void expect_counts(struct place *place, const struct place_copy *copy, size_t commits, size_t parts)
{
	const struct store_history_request all = {.from = 1, .to = 9};
	const struct store_parts_request first = {.rev = 1};
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_history history;
	struct store_parts found;
	expect_good(copy->partition.store->history(&copy->partition, &all, place->arena, &history, &error), &error);
	expect_integer(history.count, commits);
	expect_good(copy->partition.store->parts(&copy->partition, &first, place->arena, &found, &error), &error);
	expect_integer(found.count, parts);
}

void place_copy_expect_published(struct place *place, const struct place_copy *copy)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_view view;
	expect_good(copy->partition.store->load(&copy->partition, place->arena, &view, &error), &error);
	expect(view.exists);
	expect_integer(view.stale_indexes, 0);
	expect_integer(view.item_count, FIRST_ITEMS);
	for (size_t i = 0; i < view.item_count; i++)
		expect(bytes_equal(view.items[i].stored.bytes, copy->revision.items[i].stored.bytes));
	expect_counts(place, copy, 2, FIRST_PARTS);
}

void place_copy_expect_cleared(struct place *place, const struct place_copy *copy)
{
	const struct store_occupant wanted = {.what = STORE_RESERVED, .reservation = copy->called_off};
	const struct store_occupant there = place_copy_occupant(copy);
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_view view;
	expect(store_occupant_equal(&there, &wanted));
	expect_good(copy->engine->copying->look(&copy->partition, &copy->called_off, place->arena, &view, &error), &error);
	expect(view.exists);
	expect_integer(view.item_count, 0);
	expect_counts(place, copy, 0, 0);
}
