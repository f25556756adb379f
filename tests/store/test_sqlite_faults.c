/*
 * Whatever fails, and wherever the process is killed: all of a commit is there, or nothing of it; what was acknowledged
 * is there.
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault_vfs.h"
#include "place.h"

/* A store at revision 1, kept aside. */
static struct draft_head begin_at_first(struct place *place)
{
	expect(fault_vfs_install());
	fault_vfs_plan = (struct fault_plan){.kind = FAULT_NONE};
	const struct draft_head head = place_begin_written(place);
	place_expect_rev(place, 1);
	place_keep(place);
	return head;
}

/* ---- killed at every write ---- */

/* In a child: opens the store and commits; reports through *acknowledged. */
static void commit_until_killed(struct place *place, struct draft_head head, int at, int *acknowledged)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_engine *engine;
	enum store_result result = STORE_UNKNOWN;
	fault_vfs_plan = (struct fault_plan){.kind = FAULT_KILL, .at = at};
	if (place_try(place, SQLITE_ENGINE_OPEN, &engine, &error) != HANSARD_OK)
		_exit(2);
	struct draft draft = place_second(place, engine);
	if (draft_try(&draft, &head, &result, &error) != HANSARD_OK || result != STORE_DONE)
		_exit(3);
	*acknowledged = 1;
	place_close(engine);
	_exit(0);
}

static void create_until_killed(struct place *place, int at)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_engine *engine;
	fault_vfs_plan = (struct fault_plan){.kind = FAULT_KILL, .at = at};
	if (place_try(place, SQLITE_ENGINE_CREATE, &engine, &error) != HANSARD_OK)
		_exit(2);
	place_close(engine);
	_exit(0);
}

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

static void killed_at_every_write(void)
{
	struct place place;
	const struct draft_head head = begin_at_first(&place);
	int *acknowledged = mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int seen[3] = {0, 0, 0};
	bool killed = true;
	expect(acknowledged != MAP_FAILED);
	for (int at = 1; killed; at++) {
		place_forget(&place);
		place_restore(&place);
		*acknowledged = 0;
		const pid_t child = fork();
		expect(child >= 0);
		if (child == 0)
			commit_until_killed(&place, head, at, acknowledged);
		killed = was_killed(child);
		const int64_t rev = place_rev(&place);
		expect(rev == 2 || *acknowledged == 0);
		seen[rev]++;
	}
	expect(seen[0] == 0 && seen[1] > 10 && seen[2] >= 1);
	munmap(acknowledged, sizeof(int));
	place_finish(&place);
}

static void killed_creations_leave_no_store(void)
{
	bool killed = true;
	expect(fault_vfs_install());
	int at = 1;
	for (; killed; at++) {
		struct place place;
		struct hansard_error error = {.status = HANSARD_OK};
		struct store_engine *engine = NULL;
		struct draft_head head = {.rev = 0};
		place_begin(&place);
		const pid_t child = fork();
		expect(child >= 0);
		if (child == 0)
			create_until_killed(&place, at);
		killed = was_killed(child);
		fault_vfs_plan = (struct fault_plan){.kind = FAULT_NONE};
		const enum hansard_status status = place_try(&place, SQLITE_ENGINE_OPEN, &engine, &error);
		expect(status == HANSARD_OK || status == HANSARD_NO_STORE);
		if (status == HANSARD_NO_STORE) {
			place.drawn = 1000; /* other random names than those of the child */
			engine = place_open(&place, SQLITE_ENGINE_CREATE);
		}
		place_write(&place, engine, &head);
		place_close(engine);
		place_expect_rev(&place, 1);
		place_finish(&place);
	}
	expect(at > 10);
}

/* ---- every call fails ---- */

/* One commit under a plan. What it answers must be what is there afterwards. Returns whether the fault came. */
static bool commit_under_faults(struct place *place, struct draft_head head, struct fault_plan plan)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_engine *engine = NULL;
	enum store_result result = STORE_CONFLICT;
	enum store_settled settled = STORE_STILL_UNKNOWN;
	place_forget(place);
	place_restore(place);
	fault_vfs_plan = plan;
	enum hansard_status status = place_try(place, SQLITE_ENGINE_OPEN, &engine, &error);
	struct store_attempt attempt = {.rev = 2};
	if (status == HANSARD_OK) {
		struct draft draft = place_second(place, engine);
		status = draft_try(&draft, &head, &result, &error);
		attempt = draft.change.attempt;
		place_close(engine);
	}
	const bool came = fault_vfs_plan.count >= plan.at;
	fault_vfs_plan = (struct fault_plan){.kind = FAULT_NONE};
	expect(status == HANSARD_OK || (error.message[0] != '\0' && error.status == status));
	expect(status == HANSARD_OK || strstr(error.message, place->path) != NULL);
	const int64_t rev = place_rev(place);
	if (status != HANSARD_OK)
		expect_integer(rev, 1);
	else if (result == STORE_DONE)
		expect_integer(rev, 2);
	else
		expect_integer(result, STORE_UNKNOWN);
	engine = place_open(place, SQLITE_ENGINE_OPEN);
	const struct store_partition partition = place_partition(engine);
	expect_good(partition.store->settle(&partition, &attempt, &settled, &error), &error);
	expect_integer(settled, rev == 2 ? STORE_COMMITTED : STORE_NOT_COMMITTED);
	place_close(engine);
	return came;
}

static void fail_at_every_call(enum fault_kind kind, bool reads)
{
	struct place place;
	const struct draft_head head = begin_at_first(&place);
	int at = 1;
	while (commit_under_faults(&place, head, (struct fault_plan){.kind = kind, .at = at, .reads = reads}))
		at++;
	expect(at > 20);
	place_finish(&place);
}

static void writes_fail_once(void)
{
	fail_at_every_call(FAULT_ONCE, false);
}

static void writes_fail_for_good(void)
{
	fail_at_every_call(FAULT_FOR_GOOD, false);
}

static void all_calls_fail_once(void)
{
	fail_at_every_call(FAULT_ONCE, true);
}

static void all_calls_fail_for_good(void)
{
	fail_at_every_call(FAULT_FOR_GOOD, true);
}

/* The engine that failed tries again, without being opened anew. */
static void an_engine_survives_a_failed_commit(void)
{
	struct place place;
	const struct draft_head head = begin_at_first(&place);
	bool failed = true;
	for (int at = 1; failed; at++) {
		struct hansard_error error = {.status = HANSARD_OK};
		enum store_result result = STORE_CONFLICT;
		struct draft_head tried = head;
		place_forget(&place);
		place_restore(&place);
		struct store_engine *engine = place_open(&place, SQLITE_ENGINE_OPEN);
		struct draft draft = place_second(&place, engine);
		fault_vfs_plan = (struct fault_plan){.kind = FAULT_ONCE, .at = at};
		const enum hansard_status status = draft_try(&draft, &tried, &result, &error);
		failed = fault_vfs_plan.count >= at;
		fault_vfs_plan = (struct fault_plan){.kind = FAULT_NONE};
		if (status != HANSARD_OK)
			draft_send(&draft, &tried);
		place_close(engine);
		place_expect_rev(&place, 2);
	}
	place_finish(&place);
}

enum { CHILD_REFUSED, CHILD_DONE, CHILD_UNKNOWN, CHILD_NO_FAULT };

/* In a child: commits under one fault and dies with the store open. */
static void commit_and_die(struct place *place, struct draft_head head, int at)
{
	struct hansard_error error = {.status = HANSARD_OK};
	enum store_result result = STORE_CONFLICT;
	struct store_engine *engine = place_open(place, SQLITE_ENGINE_OPEN);
	struct draft draft = place_second(place, engine);
	fault_vfs_plan = (struct fault_plan){.kind = FAULT_ONCE, .at = at};
	const enum hansard_status status = draft_try(&draft, &head, &result, &error);
	if (fault_vfs_plan.count < at)
		_exit(CHILD_NO_FAULT);
	if (status != HANSARD_OK)
		_exit(CHILD_REFUSED);
	_exit(result == STORE_DONE ? CHILD_DONE : CHILD_UNKNOWN);
}

/* What a failed commit left in the file or beside it is not taken in by the recovery after a crash. */
static void what_was_refused_never_arrives(void)
{
	struct place place;
	const struct draft_head head = begin_at_first(&place);
	int seen[CHILD_NO_FAULT + 1] = {0};
	for (int at = 1; seen[CHILD_NO_FAULT] == 0; at++) {
		int status = 0;
		place_forget(&place);
		place_restore(&place);
		const pid_t child = fork();
		expect(child >= 0);
		if (child == 0)
			commit_and_die(&place, head, at);
		expect(waitpid(child, &status, 0) == child);
		expect(WIFEXITED(status) && WEXITSTATUS(status) <= CHILD_NO_FAULT);
		const int64_t rev = place_rev(&place);
		if (WEXITSTATUS(status) == CHILD_REFUSED)
			expect_integer(rev, 1);
		else if (WEXITSTATUS(status) != CHILD_UNKNOWN)
			expect_integer(rev, 2);
		seen[WEXITSTATUS(status)]++;
	}
	expect(seen[CHILD_REFUSED] >= 3);
	place_finish(&place);
}

/* ---- copies ---- */

/* From a step on to the end of its half: the copy, or what takes it away again. */
static int half_end(int step)
{
	return step <= PLACE_COPY_PUBLISH ? PLACE_COPY_PUBLISH + 1 : PLACE_COPY_STEPS;
}

/* In a child: half a copy, until it is killed. */
static void copy_until_killed(struct place *place, int first, int at)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct store_engine *engine = place_open(place, SQLITE_ENGINE_OPEN);
	struct place_copy copy = place_copy_begin(place, engine);
	fault_vfs_plan = (struct fault_plan){.kind = FAULT_KILL, .at = at};
	for (int step = first; step < half_end(first); step++)
		if (place_copy_step(&copy, step, &error) != HANSARD_OK)
			_exit(3);
	place_close(engine);
	_exit(0);
}

/* The call that is next: of a copy the first ones one by one, later ones at growing distances. */
static int after(int at)
{
	return at + 1 + at / 8;
}

/* What is left of a copy that was killed is gone on with: by another one, unless it was published. */
static void copy_again(struct place *place, struct store_engine *engine)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct place_copy copy = place_copy_begin(place, engine);
	copy.mine.id[2] = 1;
	copy.publication.mine = copy.mine;
	for (int step = 0; copy.found.what != STORE_PUBLISHED && step <= PLACE_COPY_PUBLISH; step++)
		expect_good(place_copy_step(&copy, step, &error), &error);
	place_copy_expect_published(place, &copy);
}

/* What is left where one was given up is taken away, whether or not it still has its head. */
static void give_up_again(struct place *place, struct store_engine *engine)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct place_copy copy = place_copy_begin(place, engine);
	expect(copy.found.what != STORE_FREE);
	if (copy.found.what == STORE_RESERVED)
		copy.called_off = copy.found.reservation;
	expect(copy.called_off.called_off);
	for (int step = copy.found.what == STORE_PUBLISHED ? 4 : PLACE_COPY_STEPS - 1; step < PLACE_COPY_STEPS; step++)
		expect_good(place_copy_step(&copy, step, &error), &error);
	place_copy_expect_cleared(place, &copy);
}

/* Killed at every write of half a copy. */
static void kill_halves(int first, void (*again)(struct place *place, struct store_engine *engine))
{
	struct place place;
	begin_at_first(&place);
	if (first > PLACE_COPY_PUBLISH) {
		struct store_engine *engine = place_open(&place, SQLITE_ENGINE_OPEN);
		copy_again(&place, engine);
		place_close(engine);
		place_keep(&place);
	}
	bool killed = true;
	int at = 1;
	for (; killed; at = after(at)) {
		place_forget(&place);
		place_restore(&place);
		const pid_t child = fork();
		expect(child >= 0);
		if (child == 0)
			copy_until_killed(&place, first, at);
		killed = was_killed(child);
		place_expect_rev(&place, 1);
		struct store_engine *engine = place_open(&place, SQLITE_ENGINE_OPEN);
		again(&place, engine);
		place_close(engine);
		place_expect_rev(&place, 1);
	}
	expect(at > 20);
	place_finish(&place);
}

static void killed_copies_are_gone_on_with(void)
{
	kill_halves(0, copy_again);
}

static void killed_releases_are_gone_on_with(void)
{
	kill_halves(PLACE_COPY_PUBLISH + 1, give_up_again);
}

/* Each call of a copy fails once: the same engine asks again. */
static void copies_survive_failing_calls(void)
{
	struct place place;
	begin_at_first(&place);
	bool came = true;
	int at = 1;
	for (; came; at = after(at)) {
		place_forget(&place);
		place_restore(&place);
		struct store_engine *engine = place_open(&place, SQLITE_ENGINE_OPEN);
		struct place_copy copy = place_copy_begin(&place, engine);
		fault_vfs_plan = (struct fault_plan){.kind = FAULT_ONCE, .at = at};
		for (int step = 0; step < PLACE_COPY_STEPS; step++) {
			struct hansard_error error = {.status = HANSARD_OK};
			if (place_copy_step(&copy, step, &error) != HANSARD_OK) {
				expect(strstr(error.message, place.path) != NULL);
				expect_good(place_copy_step(&copy, step, &error), &error);
			}
		}
		came = fault_vfs_plan.count >= at;
		fault_vfs_plan = (struct fault_plan){.kind = FAULT_NONE};
		place_copy_expect_cleared(&place, &copy);
		place_close(engine);
		place_expect_rev(&place, 1);
	}
	expect(at > 30);
	place_finish(&place);
}

/* ---- a disk that is full ---- */

static void full_disks_are_named(void)
{
	struct place place;
	struct draft_head head = begin_at_first(&place);
	struct hansard_error error = {.status = HANSARD_OK};
	enum store_result result = STORE_CONFLICT;
	struct rlimit before;
	struct store_engine *engine = place_open(&place, SQLITE_ENGINE_OPEN);
	struct draft draft = place_second(&place, engine);
	expect(getrlimit(RLIMIT_FSIZE, &before) == 0);
	void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
	const struct rlimit small = {.rlim_cur = 200 * 1024, .rlim_max = before.rlim_max};
	expect(setrlimit(RLIMIT_FSIZE, &small) == 0);
	const enum hansard_status status = draft_try(&draft, &head, &result, &error);
	expect(setrlimit(RLIMIT_FSIZE, &before) == 0);
	signal(SIGXFSZ, handler);
	expect_integer(status, HANSARD_FAILED);
	expect_string(error.kind, "disk_full");
	expect(strstr(error.message, place.path) != NULL);
	expect(strstr(error.hint, "space") != NULL);

	/* With space again, the same engine writes the same change. */
	draft_send(&draft, &head);
	place_close(engine);
	place_expect_rev(&place, 2);
	place_finish(&place);
}

int main(void)
{
	static const struct expect_test tests[] = {
		{"killed at every write, a commit is there or not, and what was acknowledged is there", killed_at_every_write},
		{"killed at every write, a creation leaves a store or none", killed_creations_leave_no_store},
		{"each write fails once: what is answered is what is there", writes_fail_once},
		{"each write fails and all later ones: what is answered is what is there", writes_fail_for_good},
		{"each call fails once: what is answered is what is there", all_calls_fail_once},
		{"each call fails and all later ones: what is answered is what is there", all_calls_fail_for_good},
		{"an engine survives a commit that failed", an_engine_survives_a_failed_commit},
		{"a commit that failed never arrives, though the process dies then", what_was_refused_never_arrives},
		{"a full disk is named and nothing was written", full_disks_are_named},
		{"killed at every write, a copy is gone on with", killed_copies_are_gone_on_with},
		{"killed at every write, what moved away is given up again", killed_releases_are_gone_on_with},
		{"a copy outlives every call that fails once", copies_survive_failing_calls},
	};
	return expect_run(tests, sizeof(tests) / sizeof(tests[0]));
}
