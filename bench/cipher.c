/*
 * Against SQLCipher holding the same rows with a raw key: opening a store, loading a dialogue and closing it; and another dialogue on a
 * connection that is open. SQLCipher steps over its rows; hansard loads them verified.
 */
#include <unistd.h>

#include "bench.h"
#include "child.h"
#include "fixture.h"
#include "limits.h"
#include "measure.h"
#include "session.h"
#include "sqlite_engine.h"

/* Each way takes its turn for so many loads at a time: a process that was just woken is slow at first. */
enum { COPIED = 200, REPEATS = 200, PRIMED = 20, TURN = 10 };

struct comparison {
	struct fixture *fixture;
	size_t copied; /* dialogues that SQLCipher has, too: the first ones */
	const char *page_size;
	struct child child;
	size_t rows, bytes; /* of its last answer */
};

/* The program with SQLCipher stands beside this one. False when it was not built. */
static bool find_program(char path[static 600])
{
	static const char name[] = "hansard-bench-sqlcipher";
	ssize_t size = readlink("/proc/self/exe", path, 500);
	while (size > 0 && path[size - 1] != '/')
		size--;
	if (size <= 0)
		return false;
	memcpy(path + size, name, sizeof(name));
	return access(path, X_OK) == 0;
}

/* The rows of the first dialogues in a database that any SQLite reads. */
static void write_rows(const struct comparison *comparison, const char *path)
{
	sqlite3 *bare = comparison->fixture->bare;
	const struct text last = comparison->fixture->ids[comparison->copied - 1];
	char *attach = sqlite3_mprintf("ATTACH %Q AS rows; PRAGMA rows.synchronous=OFF", path);
	char *insert = sqlite3_mprintf(
		"INSERT INTO rows.items SELECT * FROM main.items WHERE tenant = 'default' AND dialogue <= '%.*q'",
		(int)last.size, last.data);
	const char *const statements[] = {
		attach,
		"CREATE TABLE rows.items (tenant TEXT, dialogue TEXT, type TEXT, subkey TEXT, rev INTEGER, status TEXT, "
		"updated_at TEXT, open_tension INTEGER, stored BLOB)",
		insert,
		"DETACH rows",
	};
	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++)
		fixture_must_sql(sqlite3_exec(bare, statements[i], NULL, NULL, NULL), bare);
	sqlite3_free(attach);
	sqlite3_free(insert);
}

/* Asks SQLCipher to do one thing with one dialogue; returns the microseconds that it says. */
static double ask(struct comparison *comparison, const char *what, struct text id)
{
	char request[CHILD_LINE], line[CHILD_LINE];
	double took;
	snprintf(request, sizeof(request), "%s %.*s", what, (int)id.size, id.data);
	child_ask(&comparison->child, request, line);
	if (sscanf(line, "%lf %zu %zu", &took, &comparison->rows, &comparison->bytes) != 3 ||
		comparison->rows < BENCH_ITEMS)
		measure_die("SQLCipher answers \"%s\"", line);
	return took;
}

/* Engine, vault and load, with the keys at hand as SQLCipher's is. */
static double open_engine(struct comparison *comparison, size_t i)
{
	const struct fixture *fixture = comparison->fixture;
	struct hansard_error error = {.status = HANSARD_OK};
	struct vault *vault;
	struct sqlite_engine_options options = {.path = text_of_string(fixture->database),
											.mode = SQLITE_ENGINE_OPEN,
											.clock = backend_clock(&fixture->platform),
											.entropy = backend_entropy(&fixture->platform)};
	struct vault_options making = {.keyring = fixture->keyring, .actor = TEXT("")};
	const double begin = measure_now_us();
	fixture_must(sqlite_engine_open(&options, &making.engine, &error), &error);
	fixture_must(vault_create(&making, &vault, &error), &error);
	fixture_load(vault, fixture->ids[i % PRIMED]);
	vault_destroy(vault);
	making.engine->ops->close(making.engine);
	return measure_now_us() - begin;
}

/* As programs open a store: its configuration, key files, mark and audit log, too. */
static double open_store(struct comparison *comparison, size_t i)
{
	const struct fixture *fixture = comparison->fixture;
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard *store;
	const struct hansard_options options = {.platform = &fixture->platform, .store = fixture->folder};
	const double begin = measure_now_us();
	fixture_must(hansard_open(&options, &store, &error), &error);
	fixture_load(store->vault, fixture->ids[i % PRIMED]);
	hansard_close(store);
	return measure_now_us() - begin;
}

static double open_cipher(struct comparison *comparison, size_t i)
{
	return ask(comparison, "open", comparison->fixture->ids[i % PRIMED]);
}

/* One that was not loaded since all the others were. */
static double load_vault(struct comparison *comparison, size_t i)
{
	return fixture_load(comparison->fixture->vault, comparison->fixture->ids[i % comparison->copied]);
}

static double load_cipher(struct comparison *comparison, size_t i)
{
	return ask(comparison, "load", comparison->fixture->ids[i % comparison->copied]);
}

enum way { OPEN_ENGINE, OPEN_STORE, OPEN_CIPHER, LOAD_VAULT, LOAD_CIPHER, WAYS };
static double (*const ways[WAYS])(struct comparison *comparison, size_t i) = {
	[OPEN_ENGINE] = open_engine, [OPEN_STORE] = open_store,   [OPEN_CIPHER] = open_cipher,
	[LOAD_VAULT] = load_vault,   [LOAD_CIPHER] = load_cipher,
};

static void print(const struct comparison *comparison, const char *version, struct measure figures[static WAYS])
{
	double us[WAYS];
	char number[CHILD_LINE], page_size[CHILD_LINE];
	for (size_t way = 0; way < WAYS; way++)
		us[way] = measure_low(&figures[way]);
	if (sscanf(version, "%255s %255s", number, page_size) != 2)
		measure_die("SQLCipher answers \"%s\"", version);
	measure_note("cipher", "SQLCipher %s with a raw key, pages of %s bytes%s, the same rows of %zu dialogues", number,
				 page_size, strcmp(comparison->page_size, "0") == 0 ? " as it makes them" : " as here",
				 comparison->copied);
	measure_line("cipher", us[OPEN_CIPHER] / us[OPEN_ENGINE],
				 "open, load and close %.0f us, SQLCipher %.0f us (aim: at least 1.5)", us[OPEN_ENGINE],
				 us[OPEN_CIPHER]);
	measure_line("cipher", us[OPEN_CIPHER] / us[OPEN_STORE],
				 "with configuration, key files, mark and audit log %.0f us, SQLCipher %.0f us", us[OPEN_STORE],
				 us[OPEN_CIPHER]);
	measure_line("cipher", us[LOAD_CIPHER] / us[LOAD_VAULT],
				 "another dialogue on an open connection %.0f us, SQLCipher %.0f us (aim: at least 2)", us[LOAD_VAULT],
				 us[LOAD_CIPHER]);
}

/* SQLCipher at one page size. */
static void compare(struct bench *bench, struct comparison *comparison, const char *const paths[2])
{
	struct measure *figures = calloc(WAYS, sizeof(*figures));
	char version[CHILD_LINE], database[700];
	snprintf(database, sizeof(database), "%s/cipher-%s.db", bench->folder, comparison->page_size);
	const char *const words[] = {paths[0], paths[1], database, comparison->page_size, NULL};
	if (figures == NULL)
		measure_die("no memory");
	child_begin(&comparison->child, words);
	child_answer(&comparison->child, version);
	for (size_t from = 0; from < bench_repeats(bench, REPEATS); from += TURN)
		for (size_t way = 0; way < WAYS; way++)
			for (size_t i = from; i < from + TURN; i++)
				measure_add(&figures[way], ways[way](comparison, i));
	child_end(&comparison->child);
	print(comparison, version, figures);
	free(figures);
}

void cipher_run(struct bench *bench)
{
	char program[600], rows[700];
	if (!find_program(program)) {
		measure_note("cipher", "not measured: SQLCipher is missing. Install libsqlcipher-dev, then: make bench");
		return;
	}
	struct comparison comparison = {.fixture = bench_hundreds(bench)};
	const size_t count = comparison.fixture->count;
	comparison.copied = count < COPIED ? count : COPIED;
	snprintf(rows, sizeof(rows), "%s/rows.db", bench->folder);
	write_rows(&comparison, rows);
	for (size_t i = 0; i < PRIMED; i++) /* the first load of a dialogue writes its mark */
		fixture_load(comparison.fixture->watched, comparison.fixture->ids[i]);
	const char *const paths[] = {program, rows}, *const page_sizes[] = {"0", "16384"};
	for (size_t i = 0; i < sizeof(page_sizes) / sizeof(page_sizes[0]); i++) {
		comparison.page_size = page_sizes[i];
		compare(bench, &comparison, paths);
	}
}
