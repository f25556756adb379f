/*
 * Commits: what is written, what is refused, and that no byte can change unnoticed.
 */
#include "commit.h"

#include "base64.h"
#include "commit_detail.h"
#include "limits.h"
#include "tap.h"

static struct arena *arena;
static struct buffer stored;

/* a1 "store" "memory:" and 32 digits */
static const char first_detail_hex[] = "a16573746f7265"
									   "7827"
									   "6d656d6f72793a"
									   "3561356135613561356135613561356135613561356135613561356135613561";
static uint8_t first_detail[(sizeof(first_detail_hex) - 1) / 2];
static const uint8_t empty_map[] = {0xa0};

static const struct commit_change changes[] = {
	{.type = {.data = "file", .size = 4}, .subkey = {.data = "00001", .size = 5}, .removed = true},
	{.type = {.data = "meta", .size = 4}, .subkey = {.data = "", .size = 0}, .leaf = {.bytes = {9, 8}}},
};

static struct commit sample(int64_t rev)
{
	expect(base64_hex_decode(text_of_string(first_detail_hex), first_detail, sizeof(first_detail)));
	struct commit commit = {
		.tenant = TEXT("acme"),
		.dialogue_id = TEXT("d"),
		.rev = rev,
		.time = TEXT("2026-11-20T09:00:00.000000Z"),
		.actor = TEXT(""),
		.operation = TEXT("update"),
		.changes = changes,
		.change_count = 2,
		.detail = {.data = empty_map, .size = 1},
		.count = 3,
		.root = {.bytes = {7}},
		.previous = {.bytes = {1}},
	};
	if (rev == 1) {
		commit.detail = (struct bytes){.data = first_detail, .size = sizeof(first_detail)};
		commit.previous = (struct digest){.bytes = {0}};
	}
	return commit;
}

static void begin(void)
{
	arena_destroy(arena);
	arena = arena_create(LIMIT_ARENA);
	expect(arena != NULL);
	buffer_finish(&stored);
	buffer_init(&stored, LIMIT_DOCUMENT);
}

static enum hansard_status read_stored(struct commit *ret_commit)
{
	return commit_read(arena, buffer_view(&stored), ret_commit, NULL);
}

static void round_trip(void)
{
	for (int64_t rev = 1; rev <= 2; rev++) {
		struct commit commit = sample(rev);
		struct commit found;
		begin();
		expect_integer(commit_write(&commit, &stored, NULL), HANSARD_OK);
		expect_integer(read_stored(&found), HANSARD_OK);
		expect_text(found.tenant, "acme");
		expect_text(found.dialogue_id, "d");
		expect_integer(found.rev, rev);
		expect_text(found.time, "2026-11-20T09:00:00.000000Z");
		expect_text(found.actor, "");
		expect_text(found.operation, "update");
		expect_integer((int64_t)found.change_count, 2);
		expect(found.changes[0].removed && !found.changes[1].removed);
		expect_text(found.changes[0].subkey, "00001");
		expect(digest_equal(&found.changes[1].leaf, &changes[1].leaf));
		expect(bytes_equal(found.detail, commit.detail));
		expect_integer(found.count, 3);
		expect(digest_equal(&found.root, &commit.root) && digest_equal(&found.previous, &commit.previous));
	}
}

static void every_byte_counts(void)
{
	struct hash_context *context = hash_create();
	struct commit commit = sample(2);
	struct buffer again = {.ceiling = LIMIT_DOCUMENT};
	struct digest hash, other;
	size_t accepted = 0;
	expect(context != NULL);
	begin();
	expect_integer(commit_write(&commit, &stored, NULL), HANSARD_OK);
	expect(commit_hash(context, buffer_view(&stored), &hash));
	for (size_t at = 0; at < stored.size; at++)
		for (unsigned flip = 1; flip < 256; flip++) {
			struct commit found;
			stored.data[at] ^= (uint8_t)flip;
			expect(commit_hash(context, buffer_view(&stored), &other) && !digest_equal(&hash, &other));
			if (read_stored(&found) == HANSARD_OK) {
				again.size = 0;
				expect_integer(commit_write(&found, &again, NULL), HANSARD_OK);
				expect(bytes_equal(buffer_view(&again), buffer_view(&stored)));
				accepted++;
			}
			stored.data[at] ^= (uint8_t)flip;
		}
	expect(accepted > 0);
	buffer_finish(&again);
	hash_destroy(context);
}

static void cut_or_lengthened(void)
{
	struct commit commit = sample(1);
	struct commit found;
	begin();
	expect_integer(commit_write(&commit, &stored, NULL), HANSARD_OK);
	for (size_t size = 0; size < stored.size; size++)
		expect_integer(commit_read(arena, (struct bytes){.data = stored.data, .size = size}, &found, NULL),
					   HANSARD_VIOLATED);
	expect(buffer_append_byte(&stored, 0));
	expect_integer(read_stored(&found), HANSARD_VIOLATED);
}

static void other_versions(void)
{
	struct commit commit = sample(2);
	struct hansard_error error = {0};
	begin();
	expect_integer(commit_write(&commit, &stored, NULL), HANSARD_OK);
	stored.data[1] = 0;
	expect_integer(commit_read(arena, buffer_view(&stored), &commit, &error), HANSARD_INVALID);
	expect_string(error.kind, "store_format");
	expect(strstr(error.hint, "import") != NULL);
	stored.data[1] = 2;
	expect_integer(commit_read(arena, buffer_view(&stored), &commit, &error), HANSARD_INVALID);
	expect_string(error.kind, "store_format");
	expect(strstr(error.hint, "release") != NULL);
}

static void expect_refused(const struct commit *commit)
{
	struct hansard_error error = {0};
	const size_t size = stored.size;
	expect_integer(commit_write(commit, &stored, &error), HANSARD_INVALID);
	expect_string(error.kind, "invalid_commit");
	expect_integer((int64_t)stored.size, (int64_t)size);
}

static void shapes(void)
{
	struct commit commit;
	begin();
	commit = sample(2), commit.tenant = TEXT("Acme"), expect_refused(&commit);
	commit = sample(2), commit.dialogue_id = TEXT("a--b"), expect_refused(&commit);
	commit = sample(2), commit.rev = 0, expect_refused(&commit);
	commit = sample(2), commit.rev = LIMIT_REV + 1, expect_refused(&commit);
	commit = sample(2), commit.time = TEXT("2026-02-30T09:00:00.000000Z"), expect_refused(&commit);
	commit = sample(2), commit.actor = TEXT_ABSENT, expect_refused(&commit);
	commit = sample(2), commit.actor = TEXT("\xff"), expect_refused(&commit);
	commit = sample(2), commit.count = -1, expect_refused(&commit);
	commit = sample(2), commit.previous = (struct digest){.bytes = {0}}, expect_refused(&commit);
	commit = sample(1), commit.previous.bytes[31] = 1, expect_refused(&commit);
	commit = sample(1), commit.detail = (struct bytes){.data = empty_map, .size = 1}, expect_refused(&commit);
	commit = sample(2), commit.detail = (struct bytes){.data = first_detail, .size = sizeof(first_detail)},
	expect_refused(&commit);
	commit = sample(2), commit.detail.size = 0, expect_refused(&commit);
	commit = sample(1), first_detail[sizeof(first_detail) - 1] = 'G', expect_refused(&commit);
}

static void order_of_changes(void)
{
	const struct commit_change bad[][2] = {
		{{.type = TEXT("meta"), .subkey = TEXT(""), .removed = true},
		 {.type = TEXT("file"), .subkey = TEXT("00001"), .removed = true}},
		{{.type = TEXT("file"), .subkey = TEXT("00002"), .removed = true},
		 {.type = TEXT("file"), .subkey = TEXT("00001"), .removed = true}},
		{{.type = TEXT("file"), .subkey = TEXT("00001"), .removed = true},
		 {.type = TEXT("file"), .subkey = TEXT("00001"), .removed = true}},
		{{.type = TEXT("file"), .subkey = TEXT("00001"), .removed = true},
		 {.type = TEXT("part"), .subkey = TEXT("file#00001#0001"), .removed = true}},
		{{.type = TEXT(""), .subkey = TEXT("00001"), .removed = true},
		 {.type = TEXT("file"), .subkey = TEXT("00001"), .removed = true}},
		{{.type = TEXT("file"), .subkey = TEXT("00001"), .removed = true},
		 {.type = TEXT("file"), .subkey = TEXT("0000 2"), .removed = true}},
	};
	begin();
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct commit commit = sample(2);
		commit.changes = bad[i];
		expect_refused(&commit);
	}
}

static void unknown_operations(void)
{
	struct commit commit = sample(2);
	struct commit found;
	begin();
	commit.operation = TEXT("merge");
	commit.detail = (struct bytes){.data = first_detail, .size = sizeof(first_detail)};
	expect_integer(commit_write(&commit, &stored, NULL), HANSARD_OK);
	expect_integer(read_stored(&found), HANSARD_OK);
	expect(!commit_detail_known(found.operation));
	expect(commit_detail_known(TEXT("create")) && commit_detail_known(TEXT("import")) &&
		   commit_detail_known(TEXT("import-part")));
}

/* Details of every operation, as they are written and read. */
static void details(void)
{
	static const struct commit_detail full = {
		.store = {.data = "sqlite:00112233445566778899aabbccddeeff", .size = 39},
		.source = {.data = "memory:00112233445566778899aabbccddeeff", .size = 39},
		.target = {.data = "dynamodb:00112233445566778899aabbccddeeff", .size = 41},
		.items = 7,
		.bytes = 70000,
		.lost_rev = 41,
		.lost_hash = {.bytes = {1, 2}},
	};
	static const struct {
		const char *operation;
		size_t pairs;
	} rows[] = {
		{"create", 0},      {"register", 0},   {"update", 0},         {"verdict", 0}, {"import", 0},
		{"import-part", 0}, {"generation", 0}, {"rewrap", 0},         {"erase", 0},   {"restore", 3},
		{"migrate-out", 1}, {"migrate-in", 4}, {"migrate-cancel", 1},
	};
	begin();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct commit_detail_place at = {.operation = text_of_string(rows[i].operation), .rev = 42};
		struct commit_detail found;
		stored.size = 0;
		expect(commit_detail_write(at, &full, &stored));
		expect_integer(stored.data[0], 0xa0 + (int64_t)rows[i].pairs);
		expect(commit_detail_read(at, buffer_view(&stored), &found));
		if (text_is(at.operation, "restore")) {
			expect_integer(found.lost_rev, 41);
			expect(digest_equal(&found.lost_hash, &full.lost_hash) && text_equal(found.store, full.store));
			const struct commit_detail_place later = {.operation = at.operation, .rev = 43};
			expect(!commit_detail_read(later, buffer_view(&stored), &found));
			expect(!commit_detail_write(later, &full, &stored));
		}
		const struct commit_detail_place other = {.operation = TEXT("migrate-out"), .rev = 42};
		expect(commit_detail_read(other, buffer_view(&stored), &found) == text_equal(at.operation, other.operation));
		for (size_t size = 0; size < stored.size; size++)
			expect(!commit_detail_read(at, (struct bytes){.data = stored.data, .size = size}, &found));
	}
	const struct commit_detail_place unknown = {.operation = TEXT("merge"), .rev = 42};
	expect(!commit_detail_write(unknown, &full, &stored));
}

static void ceilings(void)
{
	static struct commit_change many[LIMIT_COMMIT_CHANGES + 1];
	static char subkeys[LIMIT_COMMIT_CHANGES + 1][8];
	struct hansard_error error = {0};
	struct commit commit = sample(2);
	begin();
	for (size_t i = 0; i <= LIMIT_COMMIT_CHANGES; i++) {
		snprintf(subkeys[i], sizeof(subkeys[i]), "%05zu", i);
		many[i] = (struct commit_change){.type = TEXT("file"), .subkey = text_of_string(subkeys[i]), .removed = true};
	}
	commit.changes = many;
	commit.change_count = LIMIT_COMMIT_CHANGES;
	expect_integer(commit_write(&commit, &stored, &error), HANSARD_OK);
	expect_integer(read_stored(&commit), HANSARD_OK);
	commit.changes = many;
	commit.change_count = LIMIT_COMMIT_CHANGES + 1;
	expect_integer(commit_write(&commit, &stored, &error), HANSARD_INVALID);
	expect_string(error.kind, "commit_too_large");
	expect(strstr(error.message, "changes") != NULL);
}

static void too_many_bytes(void)
{
	enum { ACTOR_SIZE = LIMIT_COMMIT_BYTES };
	static char actor[ACTOR_SIZE];
	struct hansard_error error = {0};
	struct commit commit = sample(2);
	begin();
	memset(actor, 'a', sizeof(actor));
	commit.actor = (struct text){.data = actor, .size = sizeof(actor)};
	expect_integer(commit_write(&commit, &stored, &error), HANSARD_INVALID);
	expect_string(error.kind, "commit_too_large");
	expect(strstr(error.message, "bytes") != NULL);
	expect_integer((int64_t)stored.size, 0);
	struct buffer small = {.ceiling = 100};
	commit = sample(2);
	expect_integer(commit_write(&commit, &small, &error), HANSARD_FAILED);
	expect_integer((int64_t)small.size, 0);
	buffer_finish(&small);
	arena_destroy(arena);
	arena = NULL;
	buffer_finish(&stored);
}

static const struct tap_test tests[] = {
	{"a commit is read as it was written, the first and later ones", round_trip},
	{"another byte anywhere gives another hash; what can be read is written the same", every_byte_counts},
	{"a commit cut short or lengthened is refused", cut_or_lengthened},
	{"a commit of version 0 is refused with the hint to import again, later ones by name", other_versions},
	{"shapes that are none are refused", shapes},
	{"changes out of order, repeated or of no address are refused", order_of_changes},
	{"each operation has its detail, and no other's", details},
	{"commits of unknown operations can be read, and are known as such", unknown_operations},
	{"4,096 changes fit into a commit and one more does not", ceilings},
	{"a commit of too many bytes is refused and leaves its buffer as it was", too_many_bytes},
};

TAP_MAIN(tests)
