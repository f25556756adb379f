/*
 * Every call on a file fails, once or from then on: the answer is an error that says where, or the one that would have
 * been given; the store is whole, and with a disk that works the same operation ends where it would have ended.
 */
#include <sys/stat.h>

#include "fault_disk.h"
#include "fault_vfs.h"
#include "stage.h"

enum { READING_POINTS = 12, WRITING_POINTS = 24 };

static void begin(struct stage *stage)
{
	expect(fault_vfs_install());
	fault_vfs_plan = (struct fault_plan){.kind = FAULT_NONE};
	fault_disk_counted = false;
	stage_begin(stage);
}

/* One run of an operation on a disk that fails. */
struct attempt {
	enum hansard_status status;
	struct hansard_error error;
	struct hansard_output out;
	int calls;
};

static struct attempt attempt(struct stage *stage, const struct stage_operation *operation, enum fault_kind kind,
							  int at)
{
	struct attempt attempt = {.status = HANSARD_OK};
	struct hansard *store = NULL;
	stage->drawn = 1;
	fault_vfs_plan = (struct fault_plan){.kind = kind, .at = at, .reads = true};
	fault_disk_counted = true;
	if (!operation->open && !operation->doctor)
		attempt.status = stage_open(stage, &store, &attempt.error);
	if (attempt.status == HANSARD_OK)
		attempt.status = stage_perform(stage, operation, store, &attempt.out, &attempt.error);
	hansard_close(store);
	attempt.calls = fault_vfs_plan.count;
	fault_vfs_plan = (struct fault_plan){.kind = FAULT_NONE};
	fault_disk_counted = false;
	return attempt;
}

static void note(const struct attempt *attempt, const char *name, int at)
{
	printf("# %s, call %d: status %d, %s: %s; %zu bytes\n", name, at, (int)attempt->status, attempt->error.kind,
		   attempt->error.message, attempt->out.size);
}

/* The error is one of those that a disk may bring, and says which file. */
static bool names_the_fault(const struct stage *stage, const struct attempt *attempt)
{
	const struct hansard_error *error = &attempt->error;
	/* A doctor whose disk cannot be read finds the store ill, and lists what he found. */
	if (strcmp(error->kind, "unhealthy_store") == 0)
		return attempt->status == HANSARD_VIOLATED && attempt->out.size > 0;
	if (error->status != attempt->status || error->kind[0] == '\0')
		return false;
	switch (attempt->status) {
	case HANSARD_FAILED:
		/* The library's own reading names a file of the folder, SQLite's the database. */
		return strcmp(error->kind, "io") == 0 ? error->message[0] != '\0' : strstr(error->message, stage->path) != NULL;
	case HANSARD_BUSY:
	case HANSARD_UNKNOWN:
		return strstr(error->message, stage->path) != NULL;
	case HANSARD_OK:
	case HANSARD_USAGE:
	case HANSARD_INVALID:
	case HANSARD_NOT_FOUND:
	case HANSARD_NO_STORE:
	case HANSARD_CONFLICT:
	case HANSARD_WRONG_KEY:
	case HANSARD_VIOLATED:
	case HANSARD_UNREACHABLE:
		return false;
	}
	return false;
}

static void expect_named(const struct stage *stage, const struct attempt *attempt, const char *name, int at)
{
	const bool good = names_the_fault(stage, attempt);
	if (!good)
		note(attempt, name, at);
	expect(good);
}

/* ---- reading ---- */

static void read_on_failing_disk(struct stage *stage, const struct stage_operation *operation, enum fault_kind kind)
{
	stage_turn(stage, operation->from);
	struct attempt first = attempt(stage, operation, FAULT_NONE, 0); /* after which everything was seen here */
	hansard_output_free(&first.out);
	struct attempt wanted = attempt(stage, operation, FAULT_NONE, 0);
	expect_good(wanted.status, &wanted.error);
	const struct stage_points points = stage_points_of(operation->name, wanted.calls, READING_POINTS);
	for (int at = points.first; at <= points.all; at += points.stride) {
		struct attempt tried = attempt(stage, operation, kind, at);
		if (tried.status != HANSARD_OK)
			expect_named(stage, &tried, operation->name, at);
		else if (!stage_same(&tried.out, &wanted.out))
			note(&tried, operation->name, at);
		expect(tried.status != HANSARD_OK || stage_same(&tried.out, &wanted.out));
		hansard_output_free(&tried.out);
	}
	hansard_output_free(&wanted.out);
}

static void every_reading(enum fault_kind kind)
{
	struct stage stage;
	begin(&stage);
	for (size_t i = 0; i < stage_reading_count; i++)
		read_on_failing_disk(&stage, &stage_readings[i], kind);
	stage_finish(&stage);
}

static void readings_fail_once(void)
{
	every_reading(FAULT_ONCE);
}

static void readings_fail_for_good(void)
{
	every_reading(FAULT_FOR_GOOD);
}

/* ---- writing ---- */

/* All is done, but the mark of it could not be kept. */
static bool is_unmarked(const struct attempt *tried)
{
	return tried->status == HANSARD_FAILED && strcmp(tried->error.kind, "unmarked") == 0;
}

static void write_at(struct stage *stage, const struct stage_operation *operation, struct fault_plan plan,
					 const struct hansard_output states[2])
{
	struct hansard_output state = {.data = NULL};
	stage_turn(stage, operation->from);
	struct attempt tried = attempt(stage, operation, plan.kind, plan.at);
	const bool unmarked = is_unmarked(&tried);
	expect(!unmarked || tried.out.data != NULL);
	hansard_output_free(&tried.out);
	if (tried.status != HANSARD_OK)
		expect_named(stage, &tried, operation->name, plan.at);
	stage_state(stage, &state);
	const bool done = stage_same(&state, &states[1]);
	const bool whole = tried.status == HANSARD_OK || unmarked                         ? done
					   : tried.status == HANSARD_UNKNOWN || operation->import != NULL ? true
																					  : stage_same(&state, &states[0]);
	if (!whole)
		note(&tried, operation->name, plan.at);
	expect(whole);
	hansard_output_free(&state);
	if (!done) {
		tried = attempt(stage, operation, FAULT_NONE, 0);
		expect_good(tried.status, &tried.error);
		hansard_output_free(&tried.out);
		stage_state(stage, &state);
		expect(stage_same(&state, &states[1]));
		hansard_output_free(&state);
	}
}

static void write_on_failing_disk(struct stage *stage, const struct stage_operation *operation, enum fault_kind kind)
{
	struct hansard_output states[2] = {{.data = NULL}};
	stage_turn(stage, operation->from);
	stage_state(stage, &states[0]);
	struct attempt wanted = attempt(stage, operation, FAULT_NONE, 0);
	expect_good(wanted.status, &wanted.error);
	hansard_output_free(&wanted.out);
	stage_state(stage, &states[1]);
	const struct stage_points points = stage_points_of(operation->name, wanted.calls, WRITING_POINTS);
	for (int at = points.first; at <= points.all; at += points.stride)
		write_at(stage, operation, (struct fault_plan){.kind = kind, .at = at}, states);
	hansard_output_free(&states[0]);
	hansard_output_free(&states[1]);
}

static void every_writing(enum fault_kind kind)
{
	struct stage stage;
	begin(&stage);
	for (size_t i = 0; i < STAGE_WRITINGS; i++)
		write_on_failing_disk(&stage, &stage_writings[i], kind);
	stage_finish(&stage);
}

static void writings_fail_once(void)
{
	every_writing(FAULT_ONCE);
}

static void writings_fail_for_good(void)
{
	every_writing(FAULT_FOR_GOOD);
}

/* ---- a new store, and files ---- */

/* Whether there is something at a name. */
static bool there(const struct stage *stage, const char *name)
{
	char path[STAGE_PATH];
	struct stat status;
	stage_path(stage, name, path);
	return lstat(path, &status) == 0;
}

/* Makes a store, or writes the kept files, below "new". */
static struct attempt make(struct stage *stage, bool files, struct fault_plan plan)
{
	char path[STAGE_PATH];
	struct attempt made = {.status = HANSARD_OK};
	struct hansard *store = NULL;
	stage_path(stage, "new", path);
	const struct hansard_options options = {.platform = &stage->platform};
	if (files)
		expect_good(stage_open(stage, &store, &made.error), &made.error);
	fault_vfs_plan = plan;
	fault_disk_counted = true;
	made.status = files ? hansard_export_files(store, "lending-tools-and-instruments", path, &made.out, &made.error)
						: hansard_init(&options, path, &made.out, &made.error);
	made.calls = fault_vfs_plan.count;
	fault_vfs_plan = (struct fault_plan){.kind = FAULT_NONE};
	fault_disk_counted = false;
	hansard_close(store);
	hansard_output_free(&made.out);
	return made;
}

static void make_everywhere(bool files, enum fault_kind kind)
{
	struct stage stage;
	begin(&stage);
	stage_turn(&stage, CHAPTER_IMPORTED);
	bool came = true;
	int at = 1;
	for (; came; at++) {
		const struct fault_plan plan = {.kind = kind, .at = at, .reads = true};
		stage_clear(&stage, "new");
		stage.drawn = (uint64_t)at;
		struct attempt made = make(&stage, files, plan);
		came = made.calls >= at;
		if (made.status == HANSARD_OK)
			continue;
		expect_named(&stage, &made, files ? "export of files" : "init", at);
		/* An init may have named its database already, which is its last step but one; the next one takes it up. */
		expect(!there(&stage, files || !there(&stage, "new/.hansard/hansard.db") ? "new" : "new/.hansard/config"));
		made = make(&stage, files, (struct fault_plan){.kind = FAULT_NONE});
		if (made.status != HANSARD_OK)
			note(&made, files ? "export of files again" : "init again", at);
		expect_good(made.status, &made.error);
	}
	expect(at > 15);
	stage_finish(&stage);
}

static void inits_fail_once(void)
{
	make_everywhere(false, FAULT_ONCE);
}

static void inits_fail_for_good(void)
{
	make_everywhere(false, FAULT_FOR_GOOD);
}

static void exports_fail_once(void)
{
	make_everywhere(true, FAULT_ONCE);
}

static void exports_fail_for_good(void)
{
	make_everywhere(true, FAULT_FOR_GOOD);
}

/* ---- an erasure, whose certificate goes to a file ---- */

static struct attempt erase(struct stage *stage, int at)
{
	char path[STAGE_PATH];
	struct attempt erased = {.status = HANSARD_OK};
	struct hansard *store = NULL;
	stage_path(stage, "certificate", path);
	const struct hansard_erase_request request = {
		.dialogue = "where-the-record-lives", .confirm = "where-the-record-lives", .certificate = path};
	stage->drawn = (uint64_t)at;
	expect_good(stage_open(stage, &store, &erased.error), &erased.error);
	fault_vfs_plan = (struct fault_plan){.kind = FAULT_ONCE, .at = at, .reads = true};
	fault_disk_counted = true;
	erased.status = hansard_erase(store, &request, &erased.out, &erased.error);
	erased.calls = fault_vfs_plan.count;
	fault_vfs_plan = (struct fault_plan){.kind = FAULT_NONE};
	fault_disk_counted = false;
	hansard_close(store);
	return erased;
}

/* The head of the dialogue, and whether nobody can read it any more. */
static bool is_erased(struct stage *stage, struct hansard_output *ret_head)
{
	struct hansard *store = NULL;
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_output shown = {.data = NULL};
	expect_good(stage_open(stage, &store, &error), &error);
	expect_good(hansard_receipt(store, "where-the-record-lives", ret_head, &error), &error);
	const struct hansard_show_request show = {.dialogue = "where-the-record-lives"};
	const enum hansard_status status = hansard_show(store, &show, &shown, &error);
	expect(status == HANSARD_OK || (status == HANSARD_NOT_FOUND && strcmp(error.kind, "erased") == 0));
	hansard_output_free(&shown);
	hansard_close(store);
	return status == HANSARD_NOT_FOUND;
}

static void erasures_fail_once(void)
{
	struct stage stage;
	char path[STAGE_PATH];
	int unkept = 0, at = 1;
	bool came = true;
	begin(&stage);
	stage_path(&stage, "certificate", path);
	for (; came; at++) {
		struct hansard_output head = {.data = NULL}, certificate = {.data = NULL};
		stage_turn(&stage, CHAPTER_REGISTERED);
		stage_clear(&stage, "certificate");
		struct attempt erased = erase(&stage, at);
		came = erased.calls >= at;
		const bool gone = is_erased(&stage, &head);
		const bool kept = stage_read(path, &certificate);
		const bool unmarked = is_unmarked(&erased);
		if (erased.status != HANSARD_OK)
			expect_named(&stage, &erased, "erase", at);
		expect(kept == (erased.status == HANSARD_OK || unmarked) && (gone || !kept));
		expect(!kept || stage_same(&certificate, &head));
		if (gone && strstr(erased.error.message, "its certificate is not kept") != NULL) {
			expect(erased.out.data != NULL && strstr(erased.out.data, head.data) != NULL);
			unkept++;
		}
		hansard_output_free(&erased.out);
		hansard_output_free(&certificate);
		hansard_output_free(&head);
	}
	expect(unkept >= 3 && at > 15); /* writing it, making it durable, and its name, too */
	stage_finish(&stage);
}

int main(void)
{
	static const struct expect_test tests[] = {
		{"a reading whose disk fails once says so or answers", readings_fail_once},
		{"a reading whose disk fails for good says so or answers", readings_fail_for_good},
		{"a writing whose disk fails once says so, and is done or not", writings_fail_once},
		{"a writing whose disk fails for good says so, and is done or not", writings_fail_for_good},
		{"an init whose disk fails once says so and can be run again", inits_fail_once},
		{"an init whose disk fails for good says so and can be run again", inits_fail_for_good},
		{"an export of files whose disk fails once takes them away and can be run again", exports_fail_once},
		{"an export of files whose disk fails for good takes them away and can be run again", exports_fail_for_good},
		{"an erasure whose disk fails once has its certificate in the file where it says so, else none, and in the answer where it was erased",
		 erasures_fail_once},
	};
	return expect_run(tests, sizeof(tests) / sizeof(tests[0]));
}
