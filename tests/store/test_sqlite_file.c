/*
 * The file of a SQLite store: what is refused and in which words, what is found damaged, who may write it and when, and
 * what is created.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "place.h"
#include "sqlite_file.h"
#include "sqlite_schema.h"

enum { NOBODY = 65534 };

/* Opening in this mode fails so, in words that name the path and a remedy. */
static void expect_no_open(struct place *place, enum sqlite_engine_mode mode, enum hansard_status wanted,
						   const char *kind)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_engine *engine = NULL;
	expect_integer(place_try(place, mode, &engine, &error), wanted);
	expect(engine == NULL);
	expect_string(error.kind, kind);
	expect(strstr(error.message, place->path) != NULL);
	expect(error.hint[0] != '\0');
}

static void expect_no_open_at_all(struct place *place, enum hansard_status wanted, const char *kind)
{
	expect_no_open(place, SQLITE_ENGINE_OPEN, wanted, kind);
	expect_no_open(place, SQLITE_ENGINE_READ_ONLY, wanted, kind);
	expect_no_open(place, SQLITE_ENGINE_CREATE, HANSARD_CONFLICT, "store_exists");
}

static void write_file(const struct place *place, const char *suffix, const char *content, size_t size)
{
	char path[FOLDER_SIZE + 64];
	snprintf(path, sizeof(path), "%s%s", place->path, suffix);
	const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	expect(file >= 0);
	expect(write(file, content, size) == (ssize_t)size);
	close(file);
}

/* Four bytes, the highest first, as SQLite's files have numbers (https://www.sqlite.org/fileformat.html, 3). */
static size_t add_number(uint8_t *data, size_t at, uint32_t number)
{
	for (size_t i = 0; i < 4; i++)
		data[at + i] = (uint8_t)(number >> (24 - 8 * i));
	return at + 4;
}

/* Beside the database: a journal without pages that ends with the name of a super-journal. */
static void plant_journal(const struct place *place, const char *super)
{
	static const uint8_t magic[] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7};
	enum { SECTOR = 512, PAGE = 16384, LOCKED = 0x40000000 };
	uint8_t data[SECTOR + 2 * FOLDER_SIZE] = {0};
	const size_t size = strlen(super);
	uint32_t sum = 0;
	struct stat status;
	expect(stat(place->path, &status) == 0);
	memcpy(data, magic, sizeof(magic));
	size_t at = add_number(data, sizeof(magic) + 8, (uint32_t)(status.st_size / PAGE)); /* behind pages and nonce */
	at = add_number(data, at, SECTOR);
	add_number(data, at, PAGE);
	at = add_number(data, SECTOR, LOCKED / PAGE + 1);
	for (size_t i = 0; i < size; i++) {
		data[at++] = (uint8_t)super[i];
		sum += (uint8_t)super[i];
	}
	at = add_number(data, at, (uint32_t)size);
	at = add_number(data, at, sum);
	memcpy(data + at, magic, sizeof(magic));
	write_file(place, "-journal", (const char *)data, at + sizeof(magic));
}

static void journals_delete_no_other_file(void)
{
	struct place place;
	char letter[FOLDER_SIZE + 64], elsewhere[FOLDER_SIZE + 64];
	const char *const named[] = {letter, elsewhere, place.path, "letter"};
	place_begin_written(&place);
	snprintf(letter, sizeof(letter), "%s.letter", place.path);
	snprintf(elsewhere, sizeof(elsewhere), "%s.other-journal", place.path);
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		write_file(&place, ".letter", "Dear all", 8);
		write_file(&place, ".other-journal", "another store's", 15);
		plant_journal(&place, named[i]);
		expect_no_open(&place, SQLITE_ENGINE_OPEN, HANSARD_VIOLATED, "journal_forged");
		expect_no_open(&place, SQLITE_ENGINE_OPEN, HANSARD_VIOLATED, "journal_forged");
		expect(access(letter, F_OK) == 0 && access(elsewhere, F_OK) == 0 && access(place.path, F_OK) == 0);
	}
	char journal[FOLDER_SIZE + 64];
	snprintf(journal, sizeof(journal), "%s-journal", place.path);
	expect(unlink(journal) == 0);
	place_expect_rev(&place, 1);
	place_finish(&place);
}

/* A store that is opened through a link: what stands beside the link is no file of SQLite's, what stands beside the database is. */
static void a_link_is_what_it_leads_to(void)
{
	struct place place, real;
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_engine *engine = NULL;
	char letter[FOLDER_SIZE + 64], journal[FOLDER_SIZE + 64], beside[FOLDER_SIZE + 64];
	struct draft_head head = place_begin_written(&place);
	real = place;
	snprintf(real.path, sizeof(real.path), "%s/real.db", place.folder);
	snprintf(letter, sizeof(letter), "%s.letter", real.path);
	snprintf(journal, sizeof(journal), "%s-journal", real.path);
	snprintf(beside, sizeof(beside), "%s-journal", place.path);
	expect(rename(place.path, real.path) == 0 && symlink("real.db", place.path) == 0);
	write_file(&real, ".letter", "Dear all", 8);
	plant_journal(&real, letter);
	expect_integer(place_try(&place, SQLITE_ENGINE_OPEN, &engine, &error), HANSARD_VIOLATED);
	expect_string(error.kind, "journal_forged");
	expect(strstr(error.message, "/real.db-journal") != NULL);
	expect(access(letter, F_OK) == 0 && unlink(journal) == 0);
	expect(mkfifo(journal, 0600) == 0);
	for (size_t i = 0; i < 2; i++) {
		alarm(60); /* ends a test that waits at the pipe */
		expect_integer(place_try(&place, i == 0 ? SQLITE_ENGINE_OPEN : SQLITE_ENGINE_READ_ONLY, &engine, &error),
					   HANSARD_FAILED);
		alarm(0);
		expect_string(error.kind, "store_unopenable");
		expect(strstr(error.message, "/real.db-journal") != NULL);
	}
	expect(unlink(journal) == 0 && mkfifo(beside, 0600) == 0);
	place_expect_rev(&place, 1);
	place_expect_rev(&real, 1);
	engine = place_open(&place, SQLITE_ENGINE_OPEN);
	struct draft second = place_second(&place, engine);
	draft_send(&second, &head);
	place_close(engine);
	place_expect_rev(&real, 2);
	expect(unlink(real.path) == 0 && unlink(beside) == 0);
	expect_no_open(&place, SQLITE_ENGINE_OPEN, HANSARD_NO_STORE, "no_store");
	expect(unlink(place.path) == 0 && symlink("store.db", place.path) == 0);
	place_finish(&place);
}

static void a_missing_file_is_no_store(void)
{
	struct place place;
	place_begin(&place);
	expect_no_open(&place, SQLITE_ENGINE_OPEN, HANSARD_NO_STORE, "no_store");
	expect_no_open(&place, SQLITE_ENGINE_READ_ONLY, HANSARD_NO_STORE, "no_store");
	expect(access(place.path, F_OK) != 0);
	place_finish(&place);
}

static void other_files_are_refused(void)
{
	static const char words[] =
		"This is a letter of more than a hundred bytes, and it is no database. It was written to "
		"nobody in particular, and it is kept here.";
	static char zeros[20000];
	struct place place;
	place_begin(&place);
	write_file(&place, "", "", 0);
	expect_no_open_at_all(&place, HANSARD_INVALID, "not_a_store");
	write_file(&place, "", words, sizeof(words));
	expect_no_open_at_all(&place, HANSARD_INVALID, "not_a_store");
	write_file(&place, "", zeros, sizeof(zeros));
	expect_no_open_at_all(&place, HANSARD_INVALID, "not_a_store");
	unlink(place.path);
	place_raw(&place, "CREATE TABLE other (a)");
	expect_no_open_at_all(&place, HANSARD_INVALID, "not_a_store");
	place_raw(&place, "PRAGMA application_id = 77; PRAGMA user_version = 1");
	expect_no_open_at_all(&place, HANSARD_INVALID, "not_a_store");
	place_finish(&place);
}

static void newer_stores_are_refused(void)
{
	struct place place;
	place_begin_written(&place);
	place_raw(&place, "PRAGMA user_version = 2");
	expect_no_open_at_all(&place, HANSARD_INVALID, "store_newer");
	place_raw(&place, "PRAGMA user_version = 1; UPDATE store_meta SET stored_format = 0");
	expect_no_open_at_all(&place, HANSARD_INVALID, "store_format");
	place_raw(&place, "UPDATE store_meta SET stored_format = 2");
	expect_no_open_at_all(&place, HANSARD_INVALID, "store_format");
	place_raw(&place, "UPDATE store_meta SET stored_format = 1");
	place_expect_rev(&place, 1);
	place_finish(&place);
}

static void changed_numbers_of_a_store_are_named(void)
{
	static const char *const changes[] = {
		"PRAGMA application_id = 77",
		"PRAGMA application_id = 0",
		"PRAGMA user_version = 0",
		"PRAGMA user_version = -1",
		"PRAGMA application_id = 77; PRAGMA user_version = 2",
	};
	struct place place;
	place_begin_written(&place);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		place_raw(&place, changes[i]);
		expect_no_open_at_all(&place, HANSARD_VIOLATED, "header_altered");
		place_raw(&place, "PRAGMA application_id = 0x68616e73; PRAGMA user_version = 1");
	}
	place_expect_rev(&place, 1);
	place_raw(&place, "PRAGMA application_id = 77; DROP TABLE commits");
	expect_no_open_at_all(&place, HANSARD_INVALID, "not_a_store");
	place_finish(&place);
}

static void stores_without_identity_are_found_at_open(void)
{
	static const char *const damages[] = {
		"DELETE FROM store_meta",
		"DROP TABLE store_meta",
		"UPDATE store_meta SET identity = 'sqlite:short'",
	};
	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		struct place place;
		place_begin_written(&place);
		place_raw(&place, damages[i]);
		struct hansard_error error = {.status = HANSARD_OK};
		struct store_engine *engine = NULL;
		expect_integer(place_try(&place, SQLITE_ENGINE_OPEN, &engine, &error), HANSARD_VIOLATED);
		expect_string(error.kind, "database_corrupt");
		place_finish(&place);
	}
}

/* Loads the dialogue, then reads the parts of its revision. */
static enum hansard_status read_with_parts(struct place *place, struct store_engine *engine,
										   struct hansard_error *error)
{
	const struct store_partition partition = place_partition(engine);
	const struct store_parts_request request = {.rev = 1};
	struct store_view view;
	struct store_parts parts;
	const enum hansard_status status = partition.store->load(&partition, place->arena, &view, error);
	return status == HANSARD_OK ? partition.store->parts(&partition, &request, place->arena, &parts, error) : status;
}

static void missing_tables_are_named_at_first_use(void)
{
	static const struct {
		const char *damage;
		const char *names;
	} damages[] = {
		{"DROP TABLE parts", "no such table: parts"},
		{"DROP INDEX parts_by_rev", "no such index: parts_by_rev"},
		{"DROP TABLE commits", "no such table: commits"},
		{"DROP VIEW dialogue_list; DROP VIEW entity_list; DROP VIEW open_tension_list; DROP TABLE items",
		 "no such table: items"},
		{"DROP TABLE commits; CREATE VIEW commits AS SELECT tenant, dialogue, rev, hash AS attempt, note AS stored "
		 "FROM heads",
		 "commits"},
	};
	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		struct place place;
		place_begin_written(&place);
		place_raw(&place, damages[i].damage);
		struct hansard_error error = {.status = HANSARD_OK};
		struct store_engine *engine = place_open(&place, SQLITE_ENGINE_OPEN);
		for (int use = 1; use <= 2; use++) {
			expect_integer(read_with_parts(&place, engine, &error), HANSARD_VIOLATED);
			expect_string(error.kind, "database_corrupt");
			expect(strstr(error.message, place.path) != NULL && strstr(error.message, damages[i].names) != NULL);
			expect(error.hint[0] != '\0');
		}
		place_close(engine);
		place_finish(&place);
	}
}

/* Opens, loads and checks a file that may be damaged: true when all of it went well. Anything but that is named. */
static bool is_whole(struct place *place)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_engine *engine = NULL;
	struct store_view view;
	struct store_findings findings = {.count = 0};
	enum hansard_status status = place_try(place, SQLITE_ENGINE_READ_ONLY, &engine, &error);
	if (status == HANSARD_OK) {
		const struct store_partition partition = place_partition(engine);
		status = partition.store->load(&partition, place->arena, &view, &error);
	}
	if (status == HANSARD_OK)
		status = engine->ops->check(engine, true, place->arena, &findings, &error);
	place_close(engine);
	bool good = status == HANSARD_OK;
	for (size_t i = 0; i < findings.count; i++)
		good = good && findings.items[i].good;
	expect(status == HANSARD_OK || status == HANSARD_VIOLATED || status == HANSARD_INVALID);
	expect(status == HANSARD_OK || error.hint[0] != '\0');
	return good;
}

static void truncated_files_are_found(void)
{
	struct place place;
	struct stat status;
	place_begin_written(&place);
	place_keep(&place);
	expect(stat(place.path, &status) == 0);
	expect(is_whole(&place));
	/* A page cut short reads as if zeros followed, which may be true: the last one goes as a whole. */
	for (off_t size = status.st_size - 16384; size > 0; size = size * 3 / 4) {
		place_restore(&place);
		expect(truncate(place.path, size) == 0);
		expect(!is_whole(&place));
	}
	place_restore(&place);
	expect(truncate(place.path, status.st_size / 2) == 0);
	expect_no_open(&place, SQLITE_ENGINE_OPEN, HANSARD_VIOLATED, "database_corrupt");
	place_finish(&place);
}

/* Every page in turn is overwritten with something. */
static void damaged_pages_are_found(void)
{
	static char garbage[16384];
	struct place place;
	struct stat status;
	place_begin_written(&place);
	place_keep(&place);
	expect(stat(place.path, &status) == 0);
	for (size_t i = 0; i < sizeof(garbage); i++)
		garbage[i] = (char)(i * 7 + 13);
	for (off_t at = 0; at < status.st_size; at += (off_t)sizeof(garbage)) {
		place_restore(&place);
		const int file = open(place.path, O_WRONLY | O_CLOEXEC);
		expect(file >= 0);
		expect(pwrite(file, garbage, 64, at) == 64); /* the page's own head */
		close(file);
		/* Overflow pages hold nothing but content: theirs is for the root to find. */
		const bool whole = is_whole(&place);
		expect(!whole || at > 0);
	}
	place_finish(&place);
}

static void read_only_stores_are_read_and_not_written(void)
{
	struct place place;
	struct draft_head head = place_begin_written(&place);
	struct hansard_error error = {.status = HANSARD_OK};
	enum store_result result;
	struct store_engine *engine = place_open(&place, SQLITE_ENGINE_READ_ONLY);
	const struct store_partition partition = place_partition(engine);
	struct store_view view;
	expect_good(partition.store->load(&partition, place.arena, &view, &error), &error);
	expect(view.exists);
	struct draft draft = place_second(&place, engine);
	expect_integer(draft_try(&draft, &head, &result, &error), HANSARD_FAILED);
	expect_string(error.kind, "store_read_only");
	place_close(engine);
	place_expect_rev(&place, 1);
	place_finish(&place);
}

/* A superuser may write everything: the test goes on as nobody. */
static void become_nobody(struct place *place)
{
	if (geteuid() != 0)
		return;
	expect(chown(place->folder, NOBODY, NOBODY) == 0 && chown(place->path, NOBODY, NOBODY) == 0);
	if (seteuid(NOBODY) != 0)
		expect_skip("a superuser here cannot become somebody else, and may write everything");
}

static void become_oneself(struct place *place)
{
	chmod(place->folder, 0700);
	if (getuid() == 0)
		expect(seteuid(0) == 0);
}

static void files_that_may_not_be_written_are_named(void)
{
	struct place place;
	place_begin_written(&place);
	become_nobody(&place);
	expect(chmod(place.path, 0400) == 0);
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_engine *engine = NULL;
	const enum hansard_status status = place_try(&place, SQLITE_ENGINE_OPEN, &engine, &error);
	struct hansard_error reading = {.status = HANSARD_OK};
	const enum hansard_status read_status = place_try(&place, SQLITE_ENGINE_READ_ONLY, &engine, &reading);
	become_oneself(&place);
	expect_integer(status, HANSARD_FAILED);
	expect_string(error.kind, "store_read_only");
	expect(strstr(error.message, place.path) != NULL && error.hint[0] != '\0');
	expect_good(read_status, &reading);
	place_close(engine);
	place_finish(&place);
}

static void folders_that_may_not_be_written_are_named(void)
{
	struct place place;
	struct draft_head head = place_begin_written(&place);
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_error creating = {.status = HANSARD_OK};
	enum store_result result;
	become_nobody(&place);
	expect(chmod(place.folder, 0500) == 0);
	/* A rollback journal is missed at the first commit, a write-ahead log at once. */
	struct store_engine *engine = NULL;
	enum hansard_status status = place_try(&place, SQLITE_ENGINE_OPEN, &engine, &error);
	expect((status == HANSARD_OK) == !sqlite_schema_wal_safe());
	if (status == HANSARD_OK) {
		struct draft draft = place_second(&place, engine);
		status = draft_try(&draft, &head, &result, &error);
	}
	struct place other = place;
	struct store_engine *created = NULL;
	snprintf(other.path, sizeof(other.path), "%s/other.db", place.folder);
	const enum hansard_status create_status = place_try(&other, SQLITE_ENGINE_CREATE, &created, &creating);
	become_oneself(&place);
	expect_integer(status, HANSARD_FAILED);
	expect(strstr(error.message, place.path) != NULL && strstr(error.hint, "folder") != NULL);
	expect_integer(create_status, HANSARD_FAILED);
	expect(strstr(creating.message, other.path) != NULL && strstr(creating.hint, "folder") != NULL);
	if (engine == NULL)
		engine = place_open(&place, SQLITE_ENGINE_OPEN);
	struct draft again = place_second(&place, engine);
	draft_send(&again, &head);
	place_close(engine);
	place_expect_rev(&place, 2);
	place_finish(&place);
}

static int64_t milliseconds(void)
{
	struct timespec time;
	expect(clock_gettime(CLOCK_MONOTONIC, &time) == 0);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Another connection holds the file in this way while the engine commits: it waits as long as it was told, then says so.
   A transaction that began by reading would be turned away at once. */
static void expect_busy_under(const char *held)
{
	struct place place;
	struct draft_head head = place_begin_written(&place);
	struct hansard_error error = {.status = HANSARD_OK};
	enum store_result result = STORE_CONFLICT;
	sqlite3 *other;
	struct store_engine *engine = place_open(&place, SQLITE_ENGINE_OPEN);
	expect(sqlite3_open(place.path, &other) == SQLITE_OK);
	expect(sqlite3_exec(other, held, NULL, NULL, NULL) == SQLITE_OK);
	struct draft draft = place_second(&place, engine);
	const int64_t before = milliseconds();
	expect_integer(draft_try(&draft, &head, &result, &error), HANSARD_BUSY);
	expect(milliseconds() - before >= place.busy_timeout_ms / 2);
	expect_string(error.kind, "store_busy");
	expect(strstr(error.message, place.path) != NULL && error.hint[0] != '\0');
	expect(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL) == SQLITE_OK);
	sqlite3_close(other);
	draft_send(&draft, &head);
	place_close(engine);
	place_expect_rev(&place, 2);
	place_finish(&place);
}

static void held_stores_are_busy(void)
{
	expect_busy_under("BEGIN IMMEDIATE");
	expect_busy_under("BEGIN EXCLUSIVE");
	if (!sqlite_schema_wal_safe())
		expect_busy_under("BEGIN; SELECT count(*) FROM heads"); /* a reader; with a WAL it would not be in the way */
}

enum { TURNS = 40, PATIENCE_MS = 60000 };

/* Commits TURNS revisions of a dialogue; how many came through. */
static int take_turns(struct place *place, const char *dialogue)
{
	struct store_engine *engine = place_open(place, SQLITE_ENGINE_OPEN);
	struct draft_head head = {.rev = 0};
	int done = 0;
	for (int i = 0; i < TURNS; i++) {
		struct hansard_error error = {.status = HANSARD_OK};
		enum store_result result = STORE_CONFLICT;
		struct draft draft =
			draft_begin(place->arena, store_engine_partition(engine, TEXT("t"), text_of_string(dialogue)));
		draft_put(&draft, draft_key("round", "00"), NULL, 1000);
		done += draft_try(&draft, &head, &result, &error) == HANSARD_OK && result == STORE_DONE;
	}
	place_close(engine);
	return done;
}

static void writers_wait_for_each_other(void)
{
	struct place place;
	int status = 0;
	place_begin_written(&place);
	place.busy_timeout_ms = PATIENCE_MS;
	const pid_t child = fork();
	expect(child >= 0);
	if (child == 0)
		_exit(take_turns(&place, "child"));
	const int done = take_turns(&place, "parent");
	expect(waitpid(child, &status, 0) == child);
	expect(WIFEXITED(status));
	expect_integer(done, TURNS);
	expect_integer(WEXITSTATUS(status), TURNS);
	place_expect_rev(&place, 1);
	place_finish(&place);
}

static void new_files_are_private(void)
{
	struct place place;
	struct stat status;
	place_begin(&place);
	const mode_t before = umask(0);
	place_close(place_open(&place, SQLITE_ENGINE_CREATE));
	umask(before);
	expect(stat(place.path, &status) == 0);
	expect_integer(status.st_mode & 07777, 0600);
	place_finish(&place);
}

static void nothing_is_created_over_something(void)
{
	static const char *const beside[] = {"", "-journal", "-wal", "-shm"};
	for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++) {
		struct place place;
		place_begin(&place);
		write_file(&place, beside[i], "left over", 9);
		expect_no_open(&place, SQLITE_ENGINE_CREATE, HANSARD_CONFLICT, "store_exists");
		place_finish(&place);
	}
}

/* A file that appears while the new one is being made is not replaced. */
static void late_files_are_not_replaced(void)
{
	struct place place;
	struct sqlite_file file;
	struct hansard_error error = {.status = HANSARD_OK};
	struct stat status;
	place_begin(&place);
	struct store_engine *engine = place_open(&place, SQLITE_ENGINE_CREATE);
	const struct moment_entropy entropy = engine->entropy;
	place_close(engine);
	snprintf(place.path, sizeof(place.path), "%s/late.db", place.folder);
	expect_good(sqlite_file_begin(&file, text_of_string(place.path), entropy, &error), &error);
	write_file(&place, "", "late", 4);
	const enum hansard_status published = sqlite_file_publish(&file, &error);
	sqlite_file_finish(&file);
	expect_integer(published, HANSARD_CONFLICT);
	expect_string(error.kind, "store_exists");
	expect(stat(place.path, &status) == 0);
	expect_integer(status.st_size, 4);
	place_finish(&place);
}

static void special_names_are_files(void)
{
	static const char *const names[] = {":memory:", "file:x?mode=memory", "file:y", "with space", "%2e"};
	struct place place;
	place_begin(&place);
	char before[4096];
	expect(getcwd(before, sizeof(before)) != NULL);
	expect(chdir(place.folder) == 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(place.path, sizeof(place.path), "%s", names[i]);
		place_close(place_open(&place, SQLITE_ENGINE_CREATE));
		expect(access(names[i], F_OK) == 0);
	}
	expect(chdir(before) == 0);
	place_finish(&place);
}

int main(void)
{
	static const struct expect_test tests[] = {
		{"a missing file is no store, and opening makes none", a_missing_file_is_no_store},
		{"files that are no store are refused", other_files_are_refused},
		{"a journal that names another file is refused, and deletes none", journals_delete_no_other_file},
		{"a link is what it leads to: SQLite's files are those beside that", a_link_is_what_it_leads_to},
		{"stores of a newer release or another format are refused", newer_stores_are_refused},
		{"a store of which the numbers in the head of the file were changed is named as that, and not as another file",
		 changed_numbers_of_a_store_are_named},
		{"a store without an identity is found at open", stores_without_identity_are_found_at_open},
		{"tables that are missing are named by what first needs them", missing_tables_are_named_at_first_use},
		{"truncated files are found", truncated_files_are_found},
		{"damaged pages are survived, the first one always found", damaged_pages_are_found},
		{"a store opened to read is not written", read_only_stores_are_read_and_not_written},
		{"a file that may not be written is named", files_that_may_not_be_written_are_named},
		{"a folder that may not be written is named", folders_that_may_not_be_written_are_named},
		{"a store that another holds is busy", held_stores_are_busy},
		{"two writers wait for each other and neither is turned away", writers_wait_for_each_other},
		{"new files are private", new_files_are_private},
		{"nothing is created over something", nothing_is_created_over_something},
		{"a file that appears during creation is not replaced", late_files_are_not_replaced},
		{"special names are files like others", special_names_are_files},
	};
	return expect_run(tests, sizeof(tests) / sizeof(tests[0]));
}
