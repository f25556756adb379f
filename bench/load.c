/*
 * A dialogue loaded whole and verified on an open connection, against a bare SQLite scan of its rows, and against the parts
 * that the proof cannot do without.
 */
#include "bench.h"
#include "fixture.h"
#include "hash.h"
#include "limits.h"
#include "measure.h"

enum { REPEATS = 400 };

/* What is measured, of the same dialogue again and again or of one after the other. */
struct figures {
	struct measure scan, load, watched, engine, hash;
};

struct loading {
	struct fixture *fixture;
	sqlite3_stmt *scan;
	size_t rows, bytes;
	uint8_t touched; /* so that the bytes are read */
};

/* The bare scan: every row of the dialogue is stepped over and its bytes are touched. */
static double scan_bare(struct loading *loading, struct text id)
{
	sqlite3 *bare = loading->fixture->bare;
	loading->rows = loading->bytes = 0;
	const double begin = measure_now_us();
	fixture_must_sql(sqlite3_bind_text(loading->scan, 1, id.data, (int)id.size, SQLITE_STATIC), bare);
	while (sqlite3_step(loading->scan) == SQLITE_ROW) {
		const uint8_t *data = sqlite3_column_blob(loading->scan, 2);
		const int size = sqlite3_column_bytes(loading->scan, 2);
		loading->touched ^= data[size - 1];
		loading->rows++;
		loading->bytes += (size_t)size;
	}
	fixture_must_sql(sqlite3_reset(loading->scan), bare);
	return measure_now_us() - begin;
}

/* What of a load is the engine's: its slot alone, into an arena of its own. */
static double load_stored(struct loading *loading, struct text id)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_view view;
	const struct store_partition partition =
		store_engine_partition(loading->fixture->engine, vault_tenant(loading->fixture->vault), id);
	const double begin = measure_now_us();
	struct arena *arena = arena_create(LIMIT_ARENA);
	fixture_must(partition.store->load(&partition, arena, &view, &error), &error);
	arena_destroy(arena);
	return measure_now_us() - begin;
}

/* What the proof costs at the least: each row's bytes hashed once, its leaf, and the tree over the leaves. */
static double hash_rows(struct loading *loading, struct text id)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_view view;
	struct arena *arena = arena_create(LIMIT_ARENA);
	const struct store_partition partition =
		store_engine_partition(loading->fixture->engine, vault_tenant(loading->fixture->vault), id);
	fixture_must(partition.store->load(&partition, arena, &view, &error), &error);
	struct digest *leaves = arena_allocate_array(arena, view.item_count, sizeof(*leaves));
	struct hash_context *context = hash_create();
	struct digest root;
	bool good = leaves != NULL && context != NULL;
	const double begin = measure_now_us();
	for (size_t i = 0; good && i < view.item_count; i++)
		good = hash_of(context, &view.items[i].stored.bytes, 1, &leaves[i]) &&
			   hash_leaf(context, digest_view(&leaves[i]), &leaves[i]);
	good = good && hash_root(context, leaves, view.item_count, &root);
	const double took = measure_now_us() - begin;
	if (!good)
		measure_die("rows cannot be hashed");
	hash_destroy(context);
	arena_destroy(arena);
	return took;
}

/* With `another` each figure is of a dialogue that none was of for a while, so that neither page caches nor what the vault keeps
   of keys and heads have it. */
static void measure_all(struct loading *loading, bool another, size_t repeats, struct figures *figures)
{
	const struct fixture *fixture = loading->fixture;
	for (size_t i = 0; i < repeats; i++) {
		const size_t at = another ? 4 * i : 0, step = another ? 1 : 0;
		const struct text *ids = fixture->ids;
		measure_add(&figures->scan, scan_bare(loading, ids[at % fixture->count]));
		measure_add(&figures->load, fixture_load(fixture->vault, ids[(at + step) % fixture->count]));
		measure_add(&figures->engine, load_stored(loading, ids[(at + 2 * step) % fixture->count]));
		measure_add(&figures->hash, hash_rows(loading, ids[(at + 3 * step) % fixture->count]));
		if (!another)
			measure_add(&figures->watched, fixture_load(fixture->watched, ids[0]));
	}
}

static void print_again(const struct loading *loading, struct figures *figures)
{
	const double load = measure_low(&figures->load), scan = measure_low(&figures->scan),
				 hash = measure_low(&figures->hash), engine = measure_low(&figures->engine),
				 watched = measure_low(&figures->watched);
	measure_line("load", load / scan, "verified %.1f us, bare scan %.1f us, %zu rows, %zu bytes (aim: at most 4)", load,
				 scan, loading->rows, loading->bytes);
	measure_line("load", load / (scan + hash),
				 "of a bare scan and the SHA-256 of the same bytes, leaves and tree: %.1f us, %.0f MB/s", hash,
				 (double)loading->bytes / hash);
	measure_line("load", watched / load, "with mark and audit log %.1f us, without %.1f us", watched, load);
	measure_line("engine", engine / scan, "the load slot alone, unverified, %.1f us, bare scan %.1f us", engine, scan);
}

static void print_another(const struct loading *loading, struct figures *figures)
{
	const double load = measure_low(&figures->load), scan = measure_low(&figures->scan);
	measure_line("another", load / scan,
				 "verified %.1f us, bare scan %.1f us, each of %zu dialogues in turn (aim: at most 4)", load, scan,
				 loading->fixture->count);
}

void load_run(struct bench *bench)
{
	static struct figures again, another;
	struct loading loading = {.fixture = bench_hundreds(bench)};
	fixture_must_sql(
		sqlite3_prepare_v2(
			loading.fixture->bare,
			"SELECT type, subkey, stored FROM items WHERE tenant = 'default' AND dialogue = ?1 ORDER BY type, subkey",
			-1, &loading.scan, NULL),
		loading.fixture->bare);
	measure_all(&loading, false, bench_repeats(bench, REPEATS), &again);
	measure_all(&loading, true, bench_repeats(bench, REPEATS), &another);
	sqlite3_finalize(loading.scan);
	print_again(&loading, &again);
	print_another(&loading, &another);
}
