/*
 * Making stores.
 */
#include "fixture.h"

#include <sys/stat.h>

#include "bench.h"
#include "create.h"
#include "limits.h"
#include "measure.h"
#include "register.h"
#include "session.h"
#include "sqlite_db.h"

/* Bytes of a perspective's text, so that what is stored of it has BENCH_ITEM_BYTES. */
enum { BODY_BYTES = 860 };

void fixture_must(enum hansard_status status, const struct hansard_error *error)
{
	if (status != HANSARD_OK)
		measure_die("%s", error->message);
}

void fixture_must_sql(int code, sqlite3 *db)
{
	if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW)
		measure_die("%s", sqlite3_errmsg(db));
}

/* The second connection waits for the disk and wipes what it deletes as the store's own does. */
static void open_bare(struct fixture *fixture)
{
	fixture_must_sql(sqlite3_open(fixture->database, &fixture->bare), fixture->bare);
	fixture_must_sql(sqlite3_exec(fixture->bare,
								  "PRAGMA synchronous=EXTRA; PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON", NULL,
								  NULL, NULL),
					 fixture->bare);
}

static void open_store(struct fixture *fixture)
{
	struct hansard_error error = {.status = HANSARD_OK};
	const struct hansard_options options = {.platform = &fixture->platform, .store = fixture->folder, .actor = "bench"};
	struct hansard_output out = {.data = NULL};
	fixture_must(hansard_init(&options, fixture->folder, &out, &error), &error);
	hansard_output_free(&out);
	fixture_must(hansard_open(&options, &fixture->store, &error), &error);
	fixture->engine = fixture->store->engine;
	fixture->keyring = fixture->store->keyring;
	fixture->watched = fixture->store->vault;
	const struct vault_options vault = {.engine = fixture->engine,
										.keyring = fixture->keyring,
										.actor = TEXT("bench"),
										.clock = backend_clock(&fixture->platform),
										.entropy = backend_entropy(&fixture->platform)};
	fixture_must(vault_create(&vault, &fixture->vault, &error), &error);
}

struct fixture *fixture_make(const char *folder, const char *name)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	if (fixture == NULL)
		measure_die("no memory");
	snprintf(fixture->folder, sizeof(fixture->folder), "%s/%s", folder, name);
	snprintf(fixture->database, sizeof(fixture->database), "%s/.hansard/hansard.db", fixture->folder);
	if (mkdir(fixture->folder, 0700) != 0)
		measure_die("%s cannot be made", fixture->folder);
	hansard_platform_posix(&fixture->platform);
	fixture->arena = arena_create(LIMIT_ARENA);
	if (fixture->arena == NULL)
		measure_die("no memory");
	open_store(fixture);
	open_bare(fixture);
	return fixture;
}

void fixture_destroy(struct fixture *fixture)
{
	if (fixture == NULL)
		return;
	sqlite3_close(fixture->bare);
	vault_destroy(fixture->vault);
	hansard_close(fixture->store);
	arena_destroy(fixture->arena);
	free(fixture);
}

struct text fixture_create(struct fixture *fixture, const char *title)
{
	struct hansard_error error = {.status = HANSARD_OK};
	const struct create_options options = {.title = text_of_string(title), .operation = "create"};
	struct arena *arena = arena_create(LIMIT_ARENA);
	struct text id;
	fixture_must(create_dialogue(fixture->vault, &options, arena, &id, &error), &error);
	if (!arena_copy_text(fixture->arena, id, &id))
		measure_die("no memory");
	arena_destroy(arena);
	return id;
}

json_t *fixture_round(size_t items)
{
	char body[BODY_BYTES + 1];
	json_t *perspectives = json_array();
	for (size_t i = 0; i < items; i++) {
		for (size_t j = 0; j < BODY_BYTES; j++)
			body[j] = (char)('a' + (j * 7 + i * 13 + j / 11) % 26);
		body[BODY_BYTES] = '\0';
		json_array_append_new(perspectives, json_pack("{s:s, s:s, s:[s]}", "label", "One of a hundred points of view",
													  "body", body, "contributors", "muffin"));
	}
	return json_pack("{s:i, s:[{s:s, s:s, s:s, s:s}], s:o}", "round", 0, "panel", "expert", "muffin", "name", "Muffin",
					 "role", "Measures things", "tier", "core", "perspectives", perspectives);
}

double fixture_register(struct vault *vault, struct text id, const json_t *round)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct problem_list problems;
	struct register_result result;
	struct batch *batch;
	struct dialogue *dialogue;
	struct arena *arena = arena_create(LIMIT_ARENA);
	const double begin = measure_now_us();
	problem_begin(&problems, arena);
	fixture_must(batch_read(arena, round, &problems, &batch, &error), &error);
	fixture_must(dialogue_open(vault, id, arena, &dialogue, &error), &error);
	const enum hansard_status status = register_round(dialogue, batch, &problems, &result, &error);
	const double took = measure_now_us() - begin;
	if (problems.count > 0)
		measure_die("%.*s", (int)problems.items[0].message.size, problems.items[0].message.data);
	fixture_must(status, &error);
	arena_destroy(arena);
	return took;
}

void fixture_fill(struct fixture *fixture, size_t count, size_t items)
{
	sqlite3 *handle = ((struct sqlite_engine *)fixture->engine)->db.handle;
	json_t *round = items > 0 ? fixture_round(items) : NULL;
	fixture_must_sql(sqlite3_exec(handle, "PRAGMA synchronous=OFF", NULL, NULL, NULL), handle);
	while (fixture->count < count) {
		char title[32];
		snprintf(title, sizeof(title), "Dialogue %05zu", fixture->count);
		const struct text id = fixture_create(fixture, title);
		if (round != NULL)
			fixture_register(fixture->vault, id, round);
		if (!arena_grow(fixture->arena, &fixture->ids, fixture->count, &fixture->capacity, sizeof(*fixture->ids)))
			measure_die("no memory");
		fixture->ids[fixture->count++] = id;
	}
	fixture_must_sql(sqlite3_exec(handle, "PRAGMA synchronous=EXTRA", NULL, NULL, NULL), handle);
	json_decref(round);
}

double fixture_load(struct vault *vault, struct text id)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct vault_state *state;
	const double begin = measure_now_us();
	struct arena *arena = arena_create(LIMIT_ARENA);
	fixture_must(vault_load(vault, id, arena, &state, &error), &error);
	arena_destroy(arena);
	return measure_now_us() - begin;
}
