/*
 * The process is killed at every change of a file, with half of a write carried out: what is found afterwards is the
 * dialogue at a whole commit, and the same operation run again ends where it would have ended. An open that makes a
 * journal changes nothing more than the first write to it, at which the process is killed.
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault_disk.h"
#include "fault_vfs.h"
#include "stage.h"

enum { POINTS = 60 };

/* What a child tells its parent. */
struct told {
	int done;  /* the operation returned HANSARD_OK */
	int count; /* changes of files so far, from the child that was not killed */
};

static struct told *told;

/* Waits for a child; true when it was killed, false when it came to its end. */
static bool was_killed(pid_t child)
{
	int status = 0;
	expect(waitpid(child, &status, 0) == child);
	if (WIFSIGNALED(status)) {
		expect_integer(WTERMSIG(status), SIGKILL);
		return true;
	}
	expect_integer(WEXITSTATUS(status), 0);
	return false;
}

static void begin(struct stage *stage)
{
	expect(fault_vfs_install());
	fault_vfs_plan = (struct fault_plan){.kind = FAULT_NONE};
	told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	expect(told != MAP_FAILED);
	stage_begin(stage);
}

static void finish(struct stage *stage)
{
	stage_finish(stage);
	munmap(told, sizeof(*told));
}

/* In a child: what it says is for nobody, and it leaves without cleaning up. */
static _Noreturn void leave(enum hansard_status status)
{
	told->done = status == HANSARD_OK;
	told->count = fault_vfs_plan.count;
	_exit(0);
}

/* ---- commits ---- */

static _Noreturn void perform_until_killed(struct stage *stage, const struct stage_operation *operation, int at)
{
	struct hansard *store = NULL;
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_output out = {.data = NULL};
	fault_vfs_plan = (struct fault_plan){.kind = FAULT_KILL, .at = at};
	fault_disk_counted = true;
	enum hansard_status status = stage_open(stage, &store, &error);
	if (status == HANSARD_OK)
		status = stage_perform(stage, operation, store, &out, &error);
	if (status == HANSARD_OK)
		told->done = true;
	hansard_close(store);
	leave(status);
}

/* Runs the operation in a child that is killed at change `at` (0: never). Returns whether it was. */
static bool perform_in_child(struct stage *stage, const struct stage_operation *operation, int at)
{
	stage_turn(stage, operation->from);
	*told = (struct told){.done = 0};
	const pid_t child = fork();
	expect(child >= 0);
	if (child == 0)
		perform_until_killed(stage, operation, at);
	return was_killed(child);
}

/* The same operation, once more; it was done already, or it is now. */
static void perform_again(struct stage *stage, const struct stage_operation *operation, bool done)
{
	struct hansard *store = NULL;
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_output out = {.data = NULL};
	expect_good(stage_open(stage, &store, &error), &error);
	const enum hansard_status status = stage_perform(stage, operation, store, &out, &error);
	if (done)
		expect(status == HANSARD_OK || status == HANSARD_CONFLICT || status == HANSARD_INVALID);
	else
		expect_good(status, &error);
	hansard_output_free(&out);
	hansard_close(store);
}

static void kill_at(struct stage *stage, const struct stage_operation *operation, int at,
					const struct hansard_output states[2])
{
	struct hansard_output state = {.data = NULL};
	expect(perform_in_child(stage, operation, at));
	const bool acknowledged = told->done;
	stage_state(stage, &state);
	const bool done = stage_same(&state, &states[1]);
	/* An import of several rounds is several commits. */
	expect(done || (!acknowledged && (operation->import != NULL || stage_same(&state, &states[0]))));
	hansard_output_free(&state);
	if (done && operation->repeating)
		return;
	perform_again(stage, operation, done);
	stage_state(stage, &state);
	expect(stage_same(&state, &states[1]));
	hansard_output_free(&state);
}

static void kill_everywhere(struct stage *stage, const struct stage_operation *operation)
{
	struct hansard_output states[2] = {{.data = NULL}};
	stage_turn(stage, operation->from);
	stage_state(stage, &states[0]);
	expect(!perform_in_child(stage, operation, 0));
	expect(told->done);
	stage_state(stage, &states[1]);
	expect(!stage_same(&states[0], &states[1]));
	const struct stage_points points = stage_points_of(operation->name, told->count, POINTS);
	expect(points.all > 10);
	for (int at = points.first; at <= points.all; at += points.stride)
		kill_at(stage, operation, at, states);
	hansard_output_free(&states[0]);
	hansard_output_free(&states[1]);
}

static void killed_writings(void)
{
	struct stage stage;
	begin(&stage);
	for (size_t i = 0; i < STAGE_WRITINGS; i++)
		kill_everywhere(&stage, &stage_writings[i]);
	finish(&stage);
}

/* ---- a new store ---- */

static enum hansard_status init(struct stage *stage, const char *name, struct hansard_error *error)
{
	char path[STAGE_PATH];
	struct hansard_output out = {.data = NULL};
	stage_path(stage, name, path);
	const struct hansard_options options = {.platform = &stage->platform};
	const enum hansard_status status = hansard_init(&options, path, &out, error);
	hansard_output_free(&out);
	return status;
}

static bool init_in_child(struct stage *stage, int at)
{
	*told = (struct told){.done = 0};
	const pid_t child = fork();
	expect(child >= 0);
	if (child == 0) {
		fault_vfs_plan = (struct fault_plan){.kind = FAULT_KILL, .at = at};
		fault_disk_counted = true;
		leave(init(stage, "new", &(struct hansard_error){.status = HANSARD_OK}));
	}
	return was_killed(child);
}

/* Whether there is a store that opens and is healthy. */
static bool healthy(struct stage *stage)
{
	char path[STAGE_PATH];
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_output out = {.data = NULL};
	stage_path(stage, "new", path);
	const struct hansard_options options = {.platform = &stage->platform, .store = path};
	const enum hansard_status status = hansard_doctor(&options, &out, &error);
	hansard_output_free(&out);
	expect(status == HANSARD_OK || status == HANSARD_NO_STORE);
	return status == HANSARD_OK;
}

static void killed_inits(void)
{
	struct stage stage;
	bool killed = true;
	int at = 1;
	begin(&stage);
	for (; killed; at++) {
		struct hansard_error error = {.status = HANSARD_OK};
		stage_clear(&stage, "new");
		stage.drawn = 1;
		killed = init_in_child(&stage, at);
		const bool there = healthy(&stage);
		expect(there || !told->done);
		stage.drawn = 1000; /* other random names than those of the child */
		const enum hansard_status status = init(&stage, "new", &error);
		if (there)
			expect_integer(status, HANSARD_CONFLICT);
		else
			expect_good(status, &error);
		expect(healthy(&stage));
	}
	printf("# init: %d points\n", at - 2);
	expect(at > 12);
	finish(&stage);
}

/* ---- files ---- */

static enum hansard_status export_files(struct stage *stage, const char *name, struct hansard_error *error)
{
	char path[STAGE_PATH];
	struct hansard *store = NULL;
	struct hansard_output out = {.data = NULL};
	stage_path(stage, name, path);
	expect_good(stage_open(stage, &store, error), error);
	const enum hansard_status status = hansard_export_files(store, "lending-tools-and-instruments", path, &out, error);
	hansard_output_free(&out);
	hansard_close(store);
	return status;
}

static bool export_in_child(struct stage *stage, int at)
{
	*told = (struct told){.done = 0};
	const pid_t child = fork();
	expect(child >= 0);
	if (child == 0) {
		fault_vfs_plan = (struct fault_plan){.kind = FAULT_KILL, .at = at};
		fault_disk_counted = true;
		leave(export_files(stage, "out", &(struct hansard_error){.status = HANSARD_OK}));
	}
	return was_killed(child);
}

/* A folder of files is no transaction; but the store is none the worse for it, and nothing is ever overwritten. */
static void killed_exports(void)
{
	struct stage stage;
	struct hansard_output before = {.data = NULL};
	struct hansard_output after = {.data = NULL};
	begin(&stage);
	stage_turn(&stage, CHAPTER_IMPORTED);
	stage_state(&stage, &before);
	expect(!export_in_child(&stage, 0));
	expect(told->done);
	const struct stage_points points = stage_points_of("export of files", told->count, POINTS);
	for (int at = points.first; at <= points.all; at += points.stride) {
		struct hansard_error error = {.status = HANSARD_OK};
		stage_clear(&stage, "out");
		stage_clear(&stage, "elsewhere");
		expect(export_in_child(&stage, at));
		stage_state(&stage, &after);
		expect(stage_same(&before, &after));
		hansard_output_free(&after);
		const enum hansard_status status = export_files(&stage, "out", &error);
		expect(status == HANSARD_OK || status == HANSARD_CONFLICT);
		expect_good(export_files(&stage, "elsewhere", &error), &error);
	}
	hansard_output_free(&before);
	finish(&stage);
}

int main(void)
{
	static const struct expect_test tests[] = {
		{"killed at any write, a writing is done or not, and run again it is done", killed_writings},
		{"killed at any write, an init leaves a store or none, and run again there is one", killed_inits},
		{"killed at any write, an export of files leaves the store alone", killed_exports},
	};
	return expect_run(tests, sizeof(tests) / sizeof(tests[0]));
}
