/*
 * Putting a copy in the place of a database that somebody has open.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "place.h"
#include "sqlite_draft.h"
#include "sqlite_put.h"
#include "sqlite_schema.h"

enum { CONTENT_MAX = 4 << 20 };

struct content {
	uint8_t *data;
	size_t size;
};

static struct content read_file(const struct place *place, const char *path)
{
	struct content content = {.data = arena_allocate(place->arena, CONTENT_MAX)};
	const int file = open(path, O_RDONLY | O_CLOEXEC);
	expect(content.data != NULL && file >= 0);
	const ssize_t size = read(file, content.data, CONTENT_MAX);
	expect(size >= 0 && size < CONTENT_MAX);
	content.size = (size_t)size;
	close(file);
	return content;
}

static void expect_same(struct content a, struct content b)
{
	expect(a.size == b.size && memcmp(a.data, b.data, a.size) == 0);
}

static bool fill(void *context, uint8_t *data, size_t size)
{
	(void)context;
	memset(data, 0x5a, size);
	return true;
}

/* A copy of the store, beside it. */
static void make_copy(const struct place *place, struct store_engine *engine, char ret_path[static FOLDER_SIZE + 32])
{
	struct hansard_error error = {.status = HANSARD_OK};
	snprintf(ret_path, FOLDER_SIZE + 32, "%s/copy.db", place->folder);
	expect_good(engine->ops->backup(engine, text_of_string(ret_path), &error), &error);
}

static enum hansard_status put(const struct place *place, const char *from, struct sqlite_put *ret_put,
							   struct hansard_error *error)
{
	const struct sqlite_put_request request = {
		.path = text_of_string(place->path), .from = text_of_string(from), .entropy = {.fill = fill}};
	enum hansard_status status = sqlite_put_begin(ret_put, &request, error);
	if (status == HANSARD_OK)
		status = sqlite_put_place(ret_put, error);
	sqlite_put_finish(ret_put);
	return status;
}

static void expect_replaced(const struct place *place, enum hansard_status status, const struct hansard_error *error)
{
	expect_integer(status, HANSARD_FAILED);
	expect_string(error->kind, "store_replaced");
	expect(strstr(error->message, place->path) != NULL && error->hint[0] != '\0');
}

static void open_stores_notice(void)
{
	struct place place;
	struct sqlite_put done;
	char copy[FOLDER_SIZE + 32], journal[FOLDER_SIZE + 32];
	struct draft_head head = place_begin_written(&place);
	struct hansard_error error = {.status = HANSARD_OK};
	enum store_result result;
	struct store_view view;
	struct store_engine *engine = place_open(&place, SQLITE_ENGINE_OPEN);
	struct store_engine *reader = place_open(&place, SQLITE_ENGINE_READ_ONLY);
	const struct store_partition partition = place_partition(engine), reading = place_partition(reader);
	expect_good(partition.store->load(&partition, place.arena, &view, &error), &error);
	expect_good(reading.store->load(&reading, place.arena, &view, &error), &error);
	make_copy(&place, engine, copy);
	const struct content before = read_file(&place, place.path);
	expect_good(put(&place, copy, &done, &error), &error);
	expect(done.moved[0] && !done.moved[1] && !done.moved[2] && !done.moved[3]);
	const struct content copied = read_file(&place, place.path);
	/* What a writer of the new one has beside it is no journal of the old one. */
	snprintf(journal, sizeof(journal), "%s-journal", place.path);
	const int file = open(journal, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	expect(file >= 0 && write(file, "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7 not the old one's", 25) == 25);
	close(file);
	for (int i = 0; i < 2; i++) { /* every time */
		struct draft draft = place_second(&place, engine);
		expect_replaced(&place, draft_try(&draft, &head, &result, &error), &error);
		expect_replaced(&place, partition.store->load(&partition, place.arena, &view, &error), &error);
		expect_replaced(&place, reading.store->load(&reading, place.arena, &view, &error), &error);
	}
	place_close(engine);
	place_close(reader);
	expect(unlink(journal) == 0);
	expect_same(read_file(&place, done.old), before);
	expect_same(read_file(&place, place.path), copied);
	place_expect_rev(&place, 1);
	place_finish(&place);
}

static void gone_stores_are_noticed(void)
{
	struct place place;
	char away[FOLDER_SIZE + 32];
	place_begin_written(&place);
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_view view;
	struct store_engine *engine = place_open(&place, SQLITE_ENGINE_OPEN);
	const struct store_partition partition = place_partition(engine);
	snprintf(away, sizeof(away), "%s/away.db", place.folder);
	expect(rename(place.path, away) == 0);
	expect_replaced(&place, partition.store->load(&partition, place.arena, &view, &error), &error);
	expect(rename(away, place.path) == 0);
	expect_good(partition.store->load(&partition, place.arena, &view, &error), &error);
	place_close(engine);
	place_finish(&place);
}

static void logs_keep_their_database(void)
{
	struct place place;
	struct sqlite_put done;
	char copy[FOLDER_SIZE + 32];
	place_begin_written(&place);
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_view view;
	struct store_engine *engine = place_open(&place, SQLITE_ENGINE_OPEN);
	const struct store_partition partition = place_partition(engine);
	make_copy(&place, engine, copy);
	expect_integer(put(&place, copy, &done, &error), HANSARD_BUSY);
	expect_string(error.kind, "store_busy");
	expect(access(done.old, F_OK) != 0);
	expect_good(partition.store->load(&partition, place.arena, &view, &error), &error);
	place_close(engine);
	expect_good(put(&place, copy, &done, &error), &error);
	expect(done.moved[0]);
	place_expect_rev(&place, 1);
	place_finish(&place);
}

/* A store at revision 1 with a copy of it beside, closed. */
static void begin_copied(struct place *place, char copy[static FOLDER_SIZE + 32])
{
	place_begin_written(place);
	struct store_engine *engine = place_open(place, SQLITE_ENGINE_OPEN);
	make_copy(place, engine, copy);
	place_close(engine);
}

static void missing_databases_are_put_back(void)
{
	struct place place;
	struct sqlite_put done;
	char copy[FOLDER_SIZE + 32];
	struct hansard_error error = {.status = HANSARD_OK};
	begin_copied(&place, copy);
	expect(unlink(place.path) == 0);
	expect_good(put(&place, copy, &done, &error), &error);
	expect(!done.moved[0]);
	place_expect_rev(&place, 1);
	place_finish(&place);
}

/* Two at once: the second finds the name taken, and takes nothing away. */
static void names_are_taken_once(void)
{
	struct place place;
	struct sqlite_put first;
	char copy[FOLDER_SIZE + 32];
	struct hansard_error error = {.status = HANSARD_OK};
	begin_copied(&place, copy);
	const struct sqlite_put_request request = {
		.path = text_of_string(place.path), .from = text_of_string(copy), .entropy = {.fill = fill}};
	expect_good(sqlite_put_begin(&first, &request, &error), &error);
	const int taken = open(first.old, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	expect(taken >= 0);
	close(taken);
	const struct content before = read_file(&place, place.path);
	expect_integer(sqlite_put_place(&first, &error), HANSARD_FAILED);
	expect(strstr(error.message, place.path) != NULL);
	sqlite_put_finish(&first);
	expect(access(first.file.draft, F_OK) != 0);
	expect_same(read_file(&place, place.path), before);
	expect_integer(read_file(&place, first.old).size, 0);
	place_finish(&place);
}

/* While another puts a copy there, with or without a database in its place. */
static void folders_are_waited_for(void)
{
	for (int there = 0; there < 2; there++) {
		struct place place;
		struct sqlite_put done;
		char copy[FOLDER_SIZE + 32];
		struct hansard_error error = {.status = HANSARD_OK};
		begin_copied(&place, copy);
		expect(there == 1 || unlink(place.path) == 0);
		const int folder = open(place.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		expect(folder >= 0 && flock(folder, LOCK_EX) == 0);
		expect_integer(put(&place, copy, &done, &error), HANSARD_BUSY);
		expect_string(error.kind, "store_busy");
		expect((access(place.path, F_OK) == 0) == (there == 1) && access(done.old, F_OK) != 0);
		close(folder);
		expect_good(put(&place, copy, &done, &error), &error);
		expect(done.moved[0] == (there == 1));
		place_expect_rev(&place, 1);
		place_finish(&place);
	}
}

static void modes_are_kept(void)
{
	struct place place;
	struct sqlite_put done;
	struct stat status;
	char copy[FOLDER_SIZE + 32];
	struct hansard_error error = {.status = HANSARD_OK};
	begin_copied(&place, copy);
	expect(chmod(place.path, 0660) == 0);
	expect_good(put(&place, copy, &done, &error), &error);
	expect(stat(place.path, &status) == 0 && (status.st_mode & 07777) == 0660);
	expect(stat(done.old, &status) == 0 && (status.st_mode & 07777) == 0660);
	place_finish(&place);
}

/* What somebody who writes in the folder can put in a draft's place: a link, or a second name of another file, or a file of his own. */
enum intrusion { INTRUSION_LINK, INTRUSION_NAME, INTRUSION_FILE, INTRUSIONS };

static void intrude(enum intrusion intrusion, const char *draft, const char *victim)
{
	if (intrusion != INTRUSION_NAME)
		expect(unlink(draft) == 0);
	if (intrusion == INTRUSION_LINK)
		expect(symlink(victim, draft) == 0);
	if (intrusion == INTRUSION_NAME)
		expect(unlink(draft) == 0 && link(victim, draft) == 0);
	if (intrusion == INTRUSION_FILE) {
		const int file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		expect(file >= 0);
		close(file);
	}
}

/* Another file beside the store that is not to be touched: a database, so that SQLite would write it. */
static void make_victim(const struct place *place, const char *copy, char ret_path[static FOLDER_SIZE + 32])
{
	const struct content content = read_file(place, copy);
	snprintf(ret_path, FOLDER_SIZE + 32, "%s/victim.db", place->folder);
	const int file = open(ret_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	expect(file >= 0 && fchmod(file, 0600) == 0);
	expect(write(file, content.data, content.size) == (ssize_t)content.size);
	close(file);
}

static void expect_untouched(const struct place *place, const char *victim, const char *copy)
{
	struct stat status;
	expect(stat(victim, &status) == 0 && (status.st_mode & 07777) == 0600);
	expect_same(read_file(place, victim), read_file(place, copy));
}

static void expect_refused(enum hansard_status status, const struct hansard_error *error)
{
	expect_integer(status, HANSARD_FAILED);
	expect_string(error->kind, "draft_replaced");
	expect(error->hint[0] != '\0');
}

/* Before the modes of the old database are given to it. */
static void drafts_are_not_traded(void)
{
	for (int i = 0; i < INTRUSIONS; i++) {
		struct place place;
		struct sqlite_put put;
		char copy[FOLDER_SIZE + 32], victim[FOLDER_SIZE + 32];
		struct hansard_error error = {.status = HANSARD_OK};
		begin_copied(&place, copy);
		expect(chmod(place.path, 0666) == 0);
		make_victim(&place, copy, victim);
		const struct sqlite_put_request request = {
			.path = text_of_string(place.path), .from = text_of_string(copy), .entropy = {.fill = fill}};
		expect_good(sqlite_put_begin(&put, &request, &error), &error);
		intrude((enum intrusion)i, put.file.draft, victim);
		expect_refused(sqlite_put_place(&put, &error), &error);
		expect(!put.placed && access(put.old, F_OK) != 0);
		sqlite_put_finish(&put);
		expect_untouched(&place, victim, copy);
		place_expect_rev(&place, 1);
		place_finish(&place);
	}
}

/* Before anything is written into it. */
static void drafts_are_what_was_made(void)
{
	for (int i = 0; i < INTRUSIONS; i++) {
		struct place place;
		struct sqlite_file file;
		struct sqlite_db from;
		char copy[FOLDER_SIZE + 32], victim[FOLDER_SIZE + 32];
		struct hansard_error error = {.status = HANSARD_OK};
		const struct moment_entropy entropy = {.fill = fill};
		begin_copied(&place, copy);
		make_victim(&place, copy, victim);
		const struct sqlite_db_options options = {.path = text_of_string(place.path), .read_only = true};
		expect_good(sqlite_db_open(&from, &options, &error), &error);
		expect_good(sqlite_file_draft(&file, text_of_string(place.path), entropy, &error), &error);
		intrude((enum intrusion)i, file.draft, victim);
		expect_refused(sqlite_draft_fill(&file, &from, entropy, &error), &error);
		expect_refused(sqlite_file_publish(&file, &error), &error);
		sqlite_file_finish(&file);
		sqlite_db_close(&from);
		expect_untouched(&place, victim, copy);
		place_finish(&place);
	}
}

/* What SQLite itself opens: a link that is put there behind the last look leads nowhere. */
static void links_are_not_followed_twice(void)
{
	struct place place;
	struct sqlite_db db;
	char copy[FOLDER_SIZE + 32], victim[FOLDER_SIZE + 32], name[FOLDER_SIZE + 32];
	struct hansard_error error = {.status = HANSARD_OK};
	begin_copied(&place, copy);
	make_victim(&place, copy, victim);
	snprintf(name, sizeof(name), "%s/link.db", place.folder);
	expect(symlink(victim, name) == 0);
	struct sqlite_db_options options = {.path = text_of_string(name), .no_link = true};
	expect_integer(sqlite_db_open(&db, &options, &error), HANSARD_NO_STORE);
	sqlite_db_close(&db);
	options.no_link = false;
	expect_good(sqlite_db_open(&db, &options, &error), &error);
	sqlite_db_close(&db);
	expect_untouched(&place, victim, copy);
	place_finish(&place);
}

/* However its folder is spelt, and behind whichever links that lies; the root has no name. */
static void folders_are_spelt_in_many_ways(void)
{
	struct place place;
	char copy[FOLDER_SIZE + 32], folder[FOLDER_SIZE + 32];
	struct hansard_error error = {.status = HANSARD_OK};
	begin_copied(&place, copy);
	snprintf(folder, sizeof(folder), "%s/folder", place.folder);
	expect(symlink(".", folder) == 0);
	static const char *const ways[] = {"/./folder/copy.db", "//copy.db", "/folder/folder/copy.db", "/folder/copy.db"};
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		char way[FOLDER_SIZE + 64];
		struct sqlite_db db;
		snprintf(way, sizeof(way), "%s%s", place.folder, ways[i]);
		const struct sqlite_db_options options = {.path = text_of_string(way), .read_only = true};
		expect_good(sqlite_db_open(&db, &options, &error), &error);
		sqlite_db_close(&db);
	}
	if (access("/", W_OK) == 0) {
		static const char *const roots[] = {"/hansard-test.db", "//hansard-test.db", "/./hansard-test.db",
											"/tmp/../hansard-test.db"};
		for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
			struct store_engine *engine = place_open(&place, SQLITE_ENGINE_OPEN);
			const enum hansard_status status = engine->ops->backup(engine, text_of_string(roots[i]), &error);
			unlink(roots[i]);
			place_close(engine);
			expect_good(status, &error);
		}
	}
	place_finish(&place);
}

static void names_lead_where_their_links_say(void)
{
	struct place place;
	char copy[FOLDER_SIZE + 32], found[SQLITE_FILE_PATH_MAX], wanted[SQLITE_FILE_PATH_MAX];
	static const struct {
		const char *link, *to, *leads; /* NULL: nowhere */
	} links[] = {
		{"a", "copy.db", "copy.db"}, {"b", "a", "copy.db"}, {"c", "missing.db", "missing.db"}, {"d", "c", "missing.db"},
		{"e", "none/x.db", NULL},    {"f", "f", NULL},      {"g", "./copy.db/../x.db", NULL},
	};
	begin_copied(&place, copy);
	char *real = realpath(place.folder, NULL);
	expect(real != NULL);
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		char name[FOLDER_SIZE + 32];
		snprintf(name, sizeof(name), "%s/%s", place.folder, links[i].link);
		expect(symlink(links[i].to, name) == 0);
		expect(sqlite_file_follow(name, found) == (links[i].leads != NULL));
		if (links[i].leads == NULL)
			continue;
		snprintf(wanted, sizeof(wanted), "%s/%s", real, links[i].leads);
		expect_string(found, wanted);
	}
	free(real);
	place_finish(&place);
}

int main(void)
{
	const struct expect_test rollback[] = {
		{"a store that is open reads and writes nothing more once a copy has its name, and the old file stays as it was",
		 open_stores_notice},
		{"a store that is open notices that its file was moved away", gone_stores_are_noticed},
		{"where there is no database a copy gets its name", missing_databases_are_put_back},
		{"no name that is taken is taken again", names_are_taken_once},
		{"two that put a copy there at once do not come between each other", folders_are_waited_for},
		{"who could open the database can open the copy in its place", modes_are_kept},
		{"what somebody else puts under a draft's name gets neither the database's name nor its modes",
		 drafts_are_not_traded},
		{"a draft is written only where it is the file that was made", drafts_are_what_was_made},
		{"a link that takes the place of a file that is opened is not followed", links_are_not_followed_twice},
		{"a database is found however its folder is spelt, in the root, too", folders_are_spelt_in_many_ways},
		{"a name leads behind all its links, to what need not be there", names_lead_where_their_links_say},
	};
	const struct expect_test logged[] = {
		{"with a write-ahead log nothing is moved while the store is open", logs_keep_their_database},
		{"where there is no database a copy gets its name", missing_databases_are_put_back},
		{"no name that is taken is taken again", names_are_taken_once},
		{"two that put a copy there at once do not come between each other", folders_are_waited_for},
		{"who could open the database can open the copy in its place", modes_are_kept},
		{"what somebody else puts under a draft's name gets neither the database's name nor its modes",
		 drafts_are_not_traded},
		{"a draft is written only where it is the file that was made", drafts_are_what_was_made},
		{"a link that takes the place of a file that is opened is not followed", links_are_not_followed_twice},
		{"a database is found however its folder is spelt, in the root, too", folders_are_spelt_in_many_ways},
		{"a name leads behind all its links, to what need not be there", names_lead_where_their_links_say},
	};
	return sqlite_schema_wal_safe() ? expect_run(logged, sizeof(logged) / sizeof(logged[0]))
									: expect_run(rollback, sizeof(rollback) / sizeof(rollback[0]));
}
