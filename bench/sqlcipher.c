/*
 * SQLCipher holding the same rows. A program of its own: its library exports the names that SQLite's does.
 *
 *     hansard-bench-sqlcipher ROWS DATABASE PAGE_SIZE
 *
 * copies the table `items` of the plain database ROWS into the encrypted DATABASE, with a raw key and the page size, 0 for that of
 * SQLCipher, and writes one line: its version and the page size. Each further line is a request, answered with a line of microseconds, rows and
 * bytes:
 *
 *     open ID     opens the database, loads every row of a dialogue and closes it
 *     load ID     loads them on a connection that stays open, with a statement that is kept
 */
#include <sqlite3.h>

#include "measure.h"

enum { LINE = 256 };

/* The database and how to open it; one connection that stays open. */
struct cipher {
	const char *path;
	char page_size[64]; /* the pragma for it; empty: the default */
	sqlite3 *db;
	sqlite3_stmt *select;
	size_t rows, bytes;
	unsigned char touched; /* so that the bytes are read */
};

static void must(int code, sqlite3 *db)
{
	if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW)
		measure_die("SQLCipher: %s", sqlite3_errmsg(db));
}

static void execute(sqlite3 *db, const char *sql)
{
	must(sqlite3_exec(db, sql, NULL, NULL, NULL), db);
}

static sqlite3 *open_database(const struct cipher *cipher)
{
	sqlite3 *db;
	must(sqlite3_open(cipher->path, &db), db);
	execute(db, "PRAGMA key = \"x'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'\"");
	execute(db, cipher->page_size);
	return db;
}

static sqlite3_stmt *prepare(sqlite3 *db)
{
	sqlite3_stmt *statement;
	must(sqlite3_prepare_v2(
			 db,
			 "SELECT type, subkey, stored FROM items WHERE tenant = 'default' AND dialogue = ?1 ORDER BY type, subkey",
			 -1, &statement, NULL),
		 db);
	return statement;
}

/* Steps over every row and touches its bytes. */
static void load(struct cipher *cipher, sqlite3_stmt *statement, const char *id)
{
	cipher->rows = cipher->bytes = 0;
	must(sqlite3_bind_text(statement, 1, id, -1, SQLITE_STATIC), sqlite3_db_handle(statement));
	int code;
	while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
		const unsigned char *data = sqlite3_column_blob(statement, 2);
		const int size = sqlite3_column_bytes(statement, 2);
		cipher->touched ^= data[size - 1];
		cipher->rows++;
		cipher->bytes += (size_t)size;
	}
	must(code, sqlite3_db_handle(statement));
	must(sqlite3_reset(statement), sqlite3_db_handle(statement));
}

static double load_cold(struct cipher *cipher, const char *id)
{
	const double begin = measure_now_us();
	sqlite3 *db = open_database(cipher);
	sqlite3_stmt *statement = prepare(db);
	load(cipher, statement, id);
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return measure_now_us() - begin;
}

static double load_warm(struct cipher *cipher, const char *id)
{
	const double begin = measure_now_us();
	load(cipher, cipher->select, id);
	return measure_now_us() - begin;
}

/* The first column of the only row of a pragma. */
static void ask(sqlite3 *db, const char *sql, char ret_text[static LINE])
{
	sqlite3_stmt *statement;
	must(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), db);
	if (sqlite3_step(statement) != SQLITE_ROW)
		measure_die("this is no SQLCipher: %s answers nothing", sql);
	snprintf(ret_text, LINE, "%s", (const char *)sqlite3_column_text(statement, 0));
	sqlite3_finalize(statement);
}

static void copy_rows(struct cipher *cipher, const char *rows)
{
	char *attach = sqlite3_mprintf("ATTACH %Q AS plain KEY ''", rows);
	execute(cipher->db, attach);
	sqlite3_free(attach);
	execute(cipher->db, "CREATE TABLE items (tenant TEXT NOT NULL, dialogue TEXT NOT NULL, type TEXT NOT NULL, "
						"subkey TEXT NOT NULL, rev INTEGER NOT NULL, status TEXT, updated_at TEXT, "
						"open_tension INTEGER NOT NULL, stored BLOB NOT NULL, "
						"PRIMARY KEY (tenant, dialogue, type, subkey)) WITHOUT ROWID");
	execute(cipher->db, "INSERT INTO items SELECT * FROM plain.items ORDER BY tenant, dialogue, type, subkey");
	execute(cipher->db, "DETACH plain");
}

static void answer(struct cipher *cipher, char *request)
{
	request[strcspn(request, "\n")] = '\0';
	if (strlen(request) < 6)
		measure_die("no request: %s", request);
	const double took =
		strncmp(request, "open ", 5) == 0 ? load_cold(cipher, request + 5) : load_warm(cipher, request + 5);
	printf("%.3f %zu %zu\n", took, cipher->rows, cipher->bytes);
	fflush(stdout);
}

int main(int count, char **words)
{
	if (count != 4)
		measure_die("usage: hansard-bench-sqlcipher ROWS DATABASE PAGE_SIZE");
	struct cipher cipher = {.path = words[2]};
	if (strcmp(words[3], "0") != 0)
		snprintf(cipher.page_size, sizeof(cipher.page_size), "PRAGMA cipher_page_size = %s", words[3]);
	char version[LINE], page_size[LINE], request[LINE];
	cipher.db = open_database(&cipher);
	copy_rows(&cipher, words[1]);
	cipher.select = prepare(cipher.db);
	ask(cipher.db, "PRAGMA cipher_version", version);
	ask(cipher.db, "PRAGMA page_size", page_size);
	printf("%s %s\n", version, page_size);
	fflush(stdout);
	while (fgets(request, sizeof(request), stdin) != NULL)
		answer(&cipher, request);
	sqlite3_finalize(cipher.select);
	sqlite3_close(cipher.db);
	return 0;
}
