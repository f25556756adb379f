/*
 * Engines under test.
 */
#include "subject.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fault_vfs.h"
#include "memory_engine.h"
#include "sqlite_engine.h"
#include "subject_dynamodb.h"

static int64_t now(void *context)
{
	(void)context;
	return SUBJECT_NOW;
}

static bool fill(void *context, uint8_t *data, size_t size)
{
	struct subject *subject = context;
	for (size_t i = 0; i < size; i++)
		data[i] = (uint8_t)((++subject->drawn * UINT64_C(0x9e3779b97f4a7c15)) >> 56);
	return true;
}

struct moment_clock subject_clock(void)
{
	return (struct moment_clock){.now = now};
}

struct moment_entropy subject_entropy(struct subject *subject)
{
	return (struct moment_entropy){.fill = fill, .context = subject};
}

bool subject_may_doubt(const struct subject *subject)
{
	return !subject->kind->capabilities.outcome_definite && getenv("HANSARD_TEST_FAULTS") != NULL;
}

static const char *lack_nothing(void)
{
	return NULL;
}

static enum hansard_status open_memory(struct subject *subject, bool create, struct store_engine **ret_engine,
									   struct hansard_error *error)
{
	(void)create;
	return memory_engine_open(subject_clock(), subject_entropy(subject), ret_engine, error);
}

static bool lose_no_answer(struct subject *subject)
{
	(void)subject;
	return false;
}

static enum hansard_status open_sqlite(struct subject *subject, bool create, struct store_engine **ret_engine,
									   struct hansard_error *error)
{
	const struct sqlite_engine_options options = {
		.path = subject_path(subject, "store.db"),
		.mode = create ? SQLITE_ENGINE_CREATE : SQLITE_ENGINE_OPEN,
		.busy_timeout_ms = 50,
		.clock = subject_clock(),
		.entropy = subject_entropy(subject),
	};
	expect(fault_vfs_install());
	return sqlite_engine_open(&options, ret_engine, error);
}

/* With a rollback journal, its deletion is the moment of commit. */
static bool lose_answer(struct subject *subject)
{
	if (sqlite3_libversion_number() >= 3051003) {
		subject_finish(subject);
		expect_skip("this SQLite writes a WAL: its commit is not the deletion of a journal");
	}
	fault_vfs_plan = (struct fault_plan){.kind = FAULT_LOST_DELETE};
	return true;
}

const struct subject_kind subject_kinds[] = {
	{"memory",
	 {.load_is_snapshot = true, .outcome_definite = true, .lists_current = true},
	 lack_nothing,
	 open_memory,
	 lose_no_answer},
	{"sqlite",
	 {.load_is_snapshot = true,
	  .durable = true,
	  .outcome_definite = true,
	  .concurrent = true,
	  .backup = true,
	  .old_parts_go = true,
	  .lists_current = true},
	 lack_nothing,
	 open_sqlite,
	 lose_answer},
	{"dynamodb",
	 {.durable = true, .concurrent = true},
	 subject_dynamodb_lacking,
	 subject_dynamodb_open,
	 subject_dynamodb_lose_answer},
};
const size_t subject_kind_count = sizeof(subject_kinds) / sizeof(subject_kinds[0]);

/* The folder of a test that failed before its end is left to the system's cleaning. */
void subject_begin_at(struct subject *subject, const struct subject_kind *kind, uint64_t drawn)
{
	struct hansard_error error = {.status = HANSARD_OK};
	const char *reason = kind->lacking();
	if (reason != NULL)
		expect_skip(reason);
	*subject = (struct subject){.kind = kind, .drawn = drawn};
	folder_make("conformance", subject->folder);
	subject->arena = arena_create((size_t)1 << 30);
	expect(subject->arena != NULL);
	expect_good(kind->open(subject, true, &subject->engine, &error), &error);
}

void subject_begin(struct subject *subject, const struct subject_kind *kind)
{
	subject_begin_at(subject, kind, 0);
}

void subject_finish(struct subject *subject)
{
	subject->engine->ops->close(subject->engine);
	arena_destroy(subject->arena);
	expect(folder_remove(subject->folder));
}

void subject_reopen(struct subject *subject)
{
	struct hansard_error error = {.status = HANSARD_OK};
	subject->engine->ops->close(subject->engine);
	subject->engine = NULL;
	expect_good(subject->kind->open(subject, false, &subject->engine, &error), &error);
}

struct text subject_path(struct subject *subject, const char *name)
{
	struct text path;
	expect(arena_format(subject->arena, &path, "%s/%s", subject->folder, name));
	return path;
}

struct store_partition subject_partition(struct subject *subject, const char *tenant, const char *dialogue)
{
	return store_engine_partition(subject->engine, text_of_string(tenant), text_of_string(dialogue));
}

struct store_view subject_load(struct subject *subject, struct store_partition partition)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_view view;
	expect_good(partition.store->load(&partition, subject->arena, &view, &error), &error);
	expect_integer(view.stale_indexes, 0);
	return view;
}

struct store_parts subject_parts(struct subject *subject, struct store_partition partition, int64_t rev)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_parts parts;
	const struct store_parts_request request = {.rev = rev};
	expect_good(partition.store->parts(&partition, &request, subject->arena, &parts, &error), &error);
	return parts;
}

struct item_key subject_file(struct subject *subject, size_t n)
{
	struct item_key key = {.type = TEXT("file")};
	expect(arena_format(subject->arena, &key.subkey, "%05zu", n));
	return key;
}
