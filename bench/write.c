/*
 * A round registered durably, against one bare SQLite transaction of the same rows.
 */
#include "bench.h"
#include "fixture.h"
#include "measure.h"

enum { REPEATS = 40 };

/* The same rows by hand: one transaction with the items, a head and a commit, on the tables of the store. */
static double write_bare(sqlite3 *bare, struct text from, size_t n)
{
	static const char *const statements[] = {
		"INSERT INTO heads SELECT tenant, ?2, rev, hash, note, listed FROM heads WHERE tenant = 'default' AND dialogue = ?1",
		"INSERT INTO items SELECT tenant, ?2, type, subkey, rev, status, updated_at, open_tension, stored FROM items "
		"WHERE tenant = 'default' AND dialogue = ?1",
		"INSERT INTO commits SELECT tenant, ?2, rev, attempt, stored FROM commits "
		"WHERE tenant = 'default' AND dialogue = ?1",
	};
	enum { STATEMENTS = sizeof(statements) / sizeof(statements[0]) };
	sqlite3_stmt *prepared[STATEMENTS];
	char id[32];
	const int size = snprintf(id, sizeof(id), "copy-%zu", n);
	for (size_t i = 0; i < STATEMENTS; i++)
		fixture_must_sql(sqlite3_prepare_v2(bare, statements[i], -1, &prepared[i], NULL), bare);
	const double begin = measure_now_us();
	fixture_must_sql(sqlite3_exec(bare, "BEGIN IMMEDIATE", NULL, NULL, NULL), bare);
	for (size_t i = 0; i < STATEMENTS; i++) {
		fixture_must_sql(sqlite3_bind_text(prepared[i], 1, from.data, (int)from.size, SQLITE_STATIC), bare);
		fixture_must_sql(sqlite3_bind_text(prepared[i], 2, id, size, SQLITE_STATIC), bare);
		fixture_must_sql(sqlite3_step(prepared[i]), bare);
		fixture_must_sql(sqlite3_reset(prepared[i]), bare);
	}
	fixture_must_sql(sqlite3_exec(bare, "COMMIT", NULL, NULL, NULL), bare);
	const double took = measure_now_us() - begin;
	for (size_t i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(prepared[i]);
	return took;
}

static double register_new(struct fixture *fixture, struct vault *vault, size_t n, const json_t *round)
{
	char title[32];
	snprintf(title, sizeof(title), "Register %zu", n);
	return fixture_register(vault, fixture_create(fixture, title), round);
}

void write_run(struct bench *bench)
{
	static struct measure ours, watched, bare;
	struct fixture *fixture = fixture_make(bench->folder, "writes");
	json_t *round = fixture_round(BENCH_ITEMS);
	fixture_fill(fixture, 1, BENCH_ITEMS);
	for (size_t i = 0; i < bench_repeats(bench, REPEATS); i++) {
		measure_add(&ours, register_new(fixture, fixture->vault, 2 * i, round));
		measure_add(&watched, register_new(fixture, fixture->watched, 2 * i + 1, round));
		measure_add(&bare, write_bare(fixture->bare, fixture->ids[0], i));
	}
	json_decref(round);
	fixture_destroy(fixture);
	const double one = measure_low(&ours), two = measure_low(&bare), three = measure_low(&watched);
	measure_line("register", one / two, "a round of %d items %.0f us, bare transaction %.0f us (aim: at most 1.5)",
				 BENCH_ITEMS, one, two);
	measure_line("register", three / two, "with mark and audit log %.0f us, bare transaction %.0f us", three, two);
}
