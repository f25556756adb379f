/*
 * Ratios from one run, each against a bare baseline over the same bytes on the same machine in the same minute:
 *
 *   load      one 100-item dialogue whole and verified, against a bare SQLite scan of its rows
 *   register  a round of 100 items durably, against one bare SQLite transaction of the same rows
 *   scaling   the same load among 1, 1,000 and 50,000 dialogues
 *   process   opening the store and printing one dialogue, as a whole process
 *   import    the recordings, in files and MB per second, as a whole process
 *
 * Usage: bench PROGRAM [RECORDINGS DIALOGUE]: what is imported, and a prefix of the dialogue that is shown. Every figure is the median of its repetitions.
 */
#include <fcntl.h>
#include <hansard/hansard.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <sys/wait.h>
#include <unistd.h>

#include "create.h"
#include "fixed_keys.h"
#include "hash.h"
#include "limits.h"
#include "register.h"
#include "sqlite_engine.h"

enum { ITEMS = 100, ITEM_BYTES = 1024, LOAD_REPEATS = 400, WRITE_REPEATS = 40, PROCESS_REPEATS = 40 };

static struct hansard_platform platform;

__attribute__((noreturn, format(printf, 1, 2))) static void die(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(1);
}

static void must(enum hansard_status status, const struct hansard_error *error)
{
	if (status != HANSARD_OK)
		die("bench: %s", error->message);
}

static void must_sql(int code, sqlite3 *db)
{
	if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW)
		die("bench: %s", sqlite3_errmsg(db));
}

static double now_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double median(double *values, size_t count)
{
	qsort(values, count, sizeof *values, compare_doubles);
	return values[count / 2];
}

/* An open store with everything above it. */
struct bench {
	char path[512];
	struct store_engine *engine;
	struct keyring *keyring;
	struct vault *vault;
	sqlite3 *bare; /* a second connection to the same file, for the baselines */
};

static void open_bench(struct bench *bench, const char *folder)
{
	struct hansard_error error = {.status = HANSARD_OK};
	snprintf(bench->path, sizeof bench->path, "%s/bench.db", folder);
	struct moment_clock clock = {.now = platform.now, .context = platform.context};
	struct moment_entropy entropy = {.fill = platform.entropy, .context = platform.context};
	struct sqlite_engine_options engine = {
		.path = text_of_string(bench->path), .mode = SQLITE_ENGINE_CREATE, .clock = clock, .entropy = entropy};
	must(sqlite_engine_open(&engine, &bench->engine, &error), &error);
	must(fixed_keys_create(TEXT("bench"), 1, &bench->keyring, &error), &error);
	struct vault_options vault = {
		.engine = bench->engine, .keyring = bench->keyring, .actor = TEXT("bench"), .clock = clock, .entropy = entropy};
	must(vault_create(&vault, &bench->vault, &error), &error);
	must_sql(sqlite3_open(bench->path, &bench->bare), bench->bare);
	must_sql(sqlite3_exec(bench->bare, "PRAGMA synchronous=EXTRA; PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON",
						  NULL, NULL, NULL),
			 bench->bare);
}

static void close_bench(struct bench *bench)
{
	sqlite3_close(bench->bare);
	vault_destroy(bench->vault);
	keyring_destroy(bench->keyring);
	bench->engine->ops->close(bench->engine);
}

static struct text create(struct bench *bench, struct arena *arena, const char *title)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct create_options options = {.title = text_of_string(title), .operation = "create"};
	struct text id;
	must(create_dialogue(bench->vault, &options, arena, &id, &error), &error);
	return id;
}

/* A batch of `items` perspectives of about ITEM_BYTES each. */
static json_t *make_batch(int round, int items)
{
	char body[ITEM_BYTES];
	json_t *perspectives = json_array();
	for (int i = 0; i < items; i++) {
		for (size_t j = 0; j < sizeof body - 1; j++)
			body[j] = (char)('a' + (j * 7 + (size_t)i * 13 + j / 11) % 26);
		body[800] = '\0';
		json_array_append_new(perspectives, json_pack("{s:s, s:s, s:[s]}", "label", "One of a hundred points of view",
													  "body", body, "contributors", "muffin"));
	}
	return json_pack("{s:i, s:[{s:s, s:s, s:s, s:s}], s:o}", "round", round, "panel", "expert", "muffin", "name",
					 "Muffin", "role", "Measures things", "tier", "core", "perspectives", perspectives);
}

/* Registers one round and returns how long that took, its load included. */
static double register_items(struct bench *bench, struct text id, const json_t *json)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct problem_list problems;
	struct register_result result;
	struct batch *batch;
	struct dialogue *dialogue;
	struct arena *arena = arena_create(LIMIT_ARENA);
	double begin = now_us();
	problem_begin(&problems, arena);
	must(batch_read(arena, json, &problems, &batch, &error), &error);
	must(dialogue_open(bench->vault, id, arena, &dialogue, &error), &error);
	enum hansard_status status = register_round(dialogue, batch, &problems, &result, &error);
	double took = now_us() - begin;
	if (problems.count > 0)
		die("bench: %.*s", (int)problems.items[0].message.size, problems.items[0].message.data);
	must(status, &error);
	arena_destroy(arena);
	return took;
}

static double load_verified(struct bench *bench, struct text id)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct vault_state *state;
	double begin = now_us();
	struct arena *arena = arena_create(LIMIT_ARENA);
	must(vault_load(bench->vault, id, arena, &state, &error), &error);
	arena_destroy(arena);
	return now_us() - begin;
}

/* What of a load is the engine's: its slot alone, into an arena of its own. */
static double load_stored(struct bench *bench, struct text id)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_view view;
	struct store_partition partition = store_engine_partition(bench->engine, TEXT("bench"), id);
	double begin = now_us();
	struct arena *arena = arena_create(LIMIT_ARENA);
	must(partition.store->load(&partition, arena, &view, &error), &error);
	arena_destroy(arena);
	return now_us() - begin;
}

/* The bare scan: every row of the dialogue is stepped over and its bytes are touched. */
static double scan_bare(struct bench *bench, struct text id, size_t *ret_rows, size_t *ret_bytes)
{
	static sqlite3_stmt *statement;
	if (statement == NULL)
		must_sql(
			sqlite3_prepare_v2(
				bench->bare,
				"SELECT type, subkey, stored FROM items WHERE tenant = 'bench' AND dialogue = ?1 ORDER BY type, subkey",
				-1, &statement, NULL),
			bench->bare);
	if (sqlite3_db_handle(statement) != bench->bare) {
		statement = NULL;
		return scan_bare(bench, id, ret_rows, ret_bytes);
	}
	size_t rows = 0, bytes = 0;
	volatile uint8_t sink = 0;
	double begin = now_us();
	must_sql(sqlite3_bind_text(statement, 1, id.data, (int)id.size, SQLITE_STATIC), bench->bare);
	while (sqlite3_step(statement) == SQLITE_ROW) {
		const uint8_t *data = sqlite3_column_blob(statement, 2);
		int size = sqlite3_column_bytes(statement, 2);
		sink ^= data[size - 1];
		rows++;
		bytes += (size_t)size;
	}
	must_sql(sqlite3_reset(statement), bench->bare);
	double took = now_us() - begin;
	*ret_rows = rows;
	*ret_bytes = bytes;
	return took;
}

/* What the proof costs at the least: each row's bytes hashed once, its leaf, and the tree over the leaves. */
static double hash_rows(struct bench *bench, struct text id)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_view view;
	struct arena *arena = arena_create(LIMIT_ARENA);
	struct store_partition partition = store_engine_partition(bench->engine, TEXT("bench"), id);
	must(partition.store->load(&partition, arena, &view, &error), &error);
	struct digest *leaves = arena_allocate_array(arena, view.item_count, sizeof *leaves);
	struct hash_context *context = hash_create();
	struct digest root;
	double begin = now_us();
	for (size_t i = 0; i < view.item_count; i++) {
		hash_of(context, &view.items[i].stored.bytes, 1, &leaves[i]);
		hash_leaf(context, digest_view(&leaves[i]), &leaves[i]);
	}
	hash_root(context, leaves, view.item_count, &root);
	double took = now_us() - begin;
	hash_destroy(context);
	arena_destroy(arena);
	return took;
}

static void bench_load(struct bench *bench, struct text id)
{
	static double loads[LOAD_REPEATS], engines[LOAD_REPEATS], scans[LOAD_REPEATS], hashes[LOAD_REPEATS];
	size_t rows, bytes;
	for (size_t i = 0; i < LOAD_REPEATS; i++) {
		scans[i] = scan_bare(bench, id, &rows, &bytes);
		loads[i] = load_verified(bench, id);
		engines[i] = load_stored(bench, id);
		hashes[i] = hash_rows(bench, id);
	}
	double load = median(loads, LOAD_REPEATS), scan = median(scans, LOAD_REPEATS), hash = median(hashes, LOAD_REPEATS);
	printf("load      %5.2f x  verified %7.1f us, bare scan %7.1f us, %zu rows, %zu bytes (aim: at most 3)\n",
		   load / scan, load, scan, rows, bytes);
	printf("          %5.2f x  of a bare scan and the SHA-256 of the same bytes, leaves and tree: %.1f us, %.0f MB/s\n",
		   load / (scan + hash), hash, (double)bytes / hash);
	const double engine = median(engines, LOAD_REPEATS);
	printf("engine    %5.2f x  the load slot alone, unverified, %7.1f us, against the bare scan\n", engine / scan,
		   engine);
}

/* The same rows by hand: one transaction with the items, a head and a commit, on the table layout of the store. */
static double write_bare(struct bench *bench, struct text from, int n)
{
	char id[32];
	int size = snprintf(id, sizeof id, "copy-%d", n);
	static const char *const statements[] = {
		"INSERT INTO heads SELECT tenant, ?2, rev, hash, note, listed FROM heads WHERE tenant = 'bench' AND dialogue = ?1",
		"INSERT INTO items SELECT tenant, ?2, type, subkey, rev, status, updated_at, open_tension, stored FROM items "
		"WHERE tenant = 'bench' AND dialogue = ?1",
		"INSERT INTO commits SELECT tenant, ?2, rev, attempt, stored FROM commits WHERE tenant = 'bench' AND dialogue = ?1",
	};
	sqlite3_stmt *prepared[sizeof statements / sizeof statements[0]];
	for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++)
		must_sql(sqlite3_prepare_v2(bench->bare, statements[i], -1, &prepared[i], NULL), bench->bare);
	const double begin = now_us();
	must_sql(sqlite3_exec(bench->bare, "BEGIN IMMEDIATE", NULL, NULL, NULL), bench->bare);
	for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++) {
		sqlite3_stmt *statement = prepared[i];
		must_sql(sqlite3_bind_text(statement, 1, from.data, (int)from.size, SQLITE_STATIC), bench->bare);
		must_sql(sqlite3_bind_text(statement, 2, id, size, SQLITE_STATIC), bench->bare);
		must_sql(sqlite3_step(statement), bench->bare);
		must_sql(sqlite3_reset(statement), bench->bare);
	}
	must_sql(sqlite3_exec(bench->bare, "COMMIT", NULL, NULL, NULL), bench->bare);
	const double took = now_us() - begin;
	for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++)
		sqlite3_finalize(prepared[i]);
	return took;
}

static void bench_register(struct bench *bench, struct arena *arena, struct text from)
{
	static double ours[WRITE_REPEATS], bare[WRITE_REPEATS];
	json_t *batch = make_batch(0, ITEMS);
	for (int i = 0; i < WRITE_REPEATS; i++) {
		char title[32];
		snprintf(title, sizeof title, "Register %d", i);
		struct text id = create(bench, arena, title);
		ours[i] = register_items(bench, id, batch);
		bare[i] = write_bare(bench, from, i);
	}
	json_decref(batch);
	double one = median(ours, WRITE_REPEATS), two = median(bare, WRITE_REPEATS);
	printf("register  %5.2f x  a round of %d items %7.0f us, bare transaction %7.0f us (aim: at most 1.5)\n", one / two,
		   ITEMS, one, two);
}

/* Fills the store up to `count` dialogues with copies of a small one. */
static void fill(struct bench *bench, int from, int count)
{
	must_sql(sqlite3_exec(bench->bare, "PRAGMA synchronous=OFF; BEGIN IMMEDIATE", NULL, NULL, NULL), bench->bare);
	static const char *const statements[] = {
		"INSERT INTO heads SELECT tenant, ?1, rev, hash, note, listed FROM heads WHERE tenant = 'bench' AND dialogue = 'small'",
		"INSERT INTO items SELECT tenant, ?1, type, subkey, rev, status, updated_at, open_tension, stored FROM items "
		"WHERE tenant = 'bench' AND dialogue = 'small'",
		"INSERT INTO commits SELECT tenant, ?1, rev, attempt, stored FROM commits WHERE tenant = 'bench' AND dialogue = 'small'",
	};
	sqlite3_stmt *prepared[3];
	for (size_t i = 0; i < 3; i++)
		must_sql(sqlite3_prepare_v2(bench->bare, statements[i], -1, &prepared[i], NULL), bench->bare);
	for (int n = from; n < count; n++) {
		char id[32];
		int size = snprintf(id, sizeof id, "%c%d", 'a' + n % 26, n);
		for (size_t i = 0; i < 3; i++) {
			must_sql(sqlite3_bind_text(prepared[i], 1, id, size, SQLITE_STATIC), bench->bare);
			must_sql(sqlite3_step(prepared[i]), bench->bare);
			must_sql(sqlite3_reset(prepared[i]), bench->bare);
		}
	}
	for (size_t i = 0; i < 3; i++)
		sqlite3_finalize(prepared[i]);
	must_sql(sqlite3_exec(bench->bare, "COMMIT; PRAGMA synchronous=EXTRA", NULL, NULL, NULL), bench->bare);
}

static void bench_scaling(struct bench *bench, struct arena *arena)
{
	static const int sizes[] = {1, 1000, 50000};
	static double loads[LOAD_REPEATS];
	double first = 0;
	struct text id = create(bench, arena, "Small");
	json_t *batch = make_batch(0, 5);
	register_items(bench, id, batch);
	json_decref(batch);
	int filled = 1;
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		fill(bench, filled, sizes[i]);
		filled = sizes[i];
		for (size_t j = 0; j < LOAD_REPEATS; j++)
			loads[j] = load_verified(bench, id);
		double load = median(loads, LOAD_REPEATS);
		if (i == 0)
			first = load;
		printf("scaling   %5.2f x  one load among %6d dialogues %7.1f us (aim: does not grow)\n", load / first,
			   sizes[i], load);
	}
}

/* Runs a program to its end, its output thrown away; returns how long it took. */
static double run_program(char *const words[])
{
	double begin = now_us();
	pid_t child = fork();
	if (child == 0) {
		int null = open("/dev/null", O_WRONLY);
		dup2(null, STDOUT_FILENO);
		execv(words[0], words);
		_exit(127);
	}
	int status;
	if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		die("bench: %s %s failed", words[0], words[1]);
	return now_us() - begin;
}

static void bench_process(const char *program, const char *folder, const char *dialogue)
{
	static double shows[PROCESS_REPEATS], nothings[PROCESS_REPEATS];
	char *show[] = {(char *)(uintptr_t)program, (char *)(uintptr_t) "show",  (char *)(uintptr_t) "--store",
					(char *)(uintptr_t)folder,  (char *)(uintptr_t)dialogue, NULL};
	char *nothing[] = {(char *)(uintptr_t)program, (char *)(uintptr_t) "--version", NULL};
	for (size_t i = 0; i < PROCESS_REPEATS; i++) {
		nothings[i] = run_program(nothing);
		shows[i] = run_program(show);
	}
	double one = median(shows, PROCESS_REPEATS), two = median(nothings, PROCESS_REPEATS);
	printf("process   %5.2f x  open the store and show %s %5.2f ms, --version %5.2f ms (aim: under 10 ms)\n", one / two,
		   dialogue, one / 1e3, two / 1e3);
}

static void bench_import(const char *program, const char *folder, const char *corpus)
{
	char list[1024], size[1024];
	snprintf(list, sizeof list, "find '%s' -type f | wc -l", corpus);
	snprintf(size, sizeof size, "find '%s' -type f -print0 | xargs -0 cat | wc -c", corpus);
	double files = 0, bytes = 0;
	FILE *pipe = popen(list, "r");
	if (pipe == NULL || fscanf(pipe, "%lf", &files) != 1)
		die("bench: the corpus cannot be counted");
	pclose(pipe);
	pipe = popen(size, "r");
	if (pipe == NULL || fscanf(pipe, "%lf", &bytes) != 1)
		die("bench: the corpus cannot be measured");
	pclose(pipe);
	char *init[] = {(char *)(uintptr_t)program, (char *)(uintptr_t) "init", (char *)(uintptr_t)folder, NULL};
	char *import[] = {(char *)(uintptr_t)program, (char *)(uintptr_t) "import", (char *)(uintptr_t) "--store",
					  (char *)(uintptr_t)folder,  (char *)(uintptr_t)corpus,    NULL};
	run_program(init);
	double took = run_program(import);
	printf("import             %.0f files, %.2f MB in %.2f s: %.0f files/s, %.2f MB/s, durable\n", files, bytes / 1e6,
		   took / 1e6, files / took * 1e6, bytes / took);
}

int main(int count, char **words)
{
	if (count < 2)
		die("usage: bench PROGRAM [RECORDINGS DIALOGUE]");
	hansard_platform_posix(&platform);
	char large[] = "/tmp/hansard-bench-XXXXXX", small[] = "/tmp/hansard-bench-XXXXXX",
		 store[] = "/tmp/hansard-bench-XXXXXX";
	if (mkdtemp(large) == NULL || mkdtemp(small) == NULL || mkdtemp(store) == NULL)
		die("bench: no temporary folder");
	struct arena *arena = arena_create(LIMIT_ARENA);
	struct bench bench;
	open_bench(&bench, large);
	struct text id = create(&bench, arena, "A hundred items");
	json_t *batch = make_batch(0, ITEMS);
	register_items(&bench, id, batch);
	json_decref(batch);
	bench_load(&bench, id);
	bench_register(&bench, arena, id);
	close_bench(&bench);
	open_bench(&bench, small);
	bench_scaling(&bench, arena);
	close_bench(&bench);
	arena_destroy(arena);
	if (count > 3) {
		bench_import(words[1], store, words[2]);
		bench_process(words[1], store, words[3]);
	}
	char remove[512];
	snprintf(remove, sizeof remove, "rm -rf '%s' '%s' '%s'", large, small, store);
	FILE *pipe = popen(remove, "r");
	if (pipe != NULL)
		pclose(pipe);
	return 0;
}
