/*
 * The process is killed at every change of a file while keys are made, brought in or rotated, a dialogue is erased or a restore is
 * declared. In between everything can be read that could be read before, and the same operation run again ends where an undisturbed
 * one does.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault_disk.h"
#include "fault_vfs.h"
#include "stage.h"

#define OWN "where-the-record-lives"

enum { POINTS = 24, END_SIZE = 4096 };

enum deed_kind { DEED_ROTATE, DEED_ERASE, DEED_RESTORE, DEED_IMPORT, DEED_RECOVER, DEED_INIT };

struct deed {
	const char *name;
	enum deed_kind kind;
	struct hansard_rotate_request rotate;
	bool begun;    /* begins with a signing key that takes over from another */
	bool all;      /* of an erasure */
	bool put_back; /* begins with an older database than was seen */
	bool newer;    /* begins with the keys from before both were rotated elsewhere */
	bool keyless;  /* begins without keys: none of what they sealed can be read before it is done */
};

static const struct deed deeds[] = {
	{.name = "rotation of the UMK", .kind = DEED_ROTATE},
	{.name = "rotation of the signing key", .kind = DEED_ROTATE, .rotate = {.signing = true}},
	{.name = "retirement of the old signing key",
	 .kind = DEED_ROTATE,
	 .rotate = {.signing = true, .retire = true},
	 .begun = true},
	{.name = "new generation", .kind = DEED_ROTATE, .rotate = {.dialogue = OWN}},
	{.name = "erasure", .kind = DEED_ERASE},
	{.name = "erasure of all", .kind = DEED_ERASE, .all = true},
	{.name = "restore", .kind = DEED_RESTORE, .put_back = true},
	{.name = "import of keys", .kind = DEED_IMPORT, .keyless = true},
	{.name = "import of newer keys", .kind = DEED_IMPORT, .newer = true, .keyless = true},
	{.name = "recovery of keys", .kind = DEED_RECOVER, .keyless = true},
	{.name = "init with its keys", .kind = DEED_INIT, .keyless = true},
};

static struct told {
	int done, count;
} * told;

static struct hansard_output recovery_words;

/* ---- the folder, kept and put back ---- */

static void run(const char *program, const char *option, const char *one, const char *other)
{
	int status = 0;
	const pid_t child = fork();
	expect(child >= 0);
	if (child == 0) {
		execlp(program, program, option, one, other, (char *)NULL);
		_exit(127);
	}
	expect(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* Copies what lies under one name, the temporary folder's with something behind it, to another, in the place of what is there. */
static void copy(const struct stage *stage, const char *from, const char *to)
{
	char source[256], target[256];
	snprintf(source, sizeof(source), "%s%s", stage->path, from);
	snprintf(target, sizeof(target), "%s%s", stage->path, to);
	run("rm", "-rf", target, NULL);
	run("cp", "-a", source, target);
}

static void forget(const struct stage *stage, const char *name)
{
	char path[STAGE_PATH];
	snprintf(path, sizeof(path), "%s%s", stage->path, name);
	run("rm", "-rf", path, NULL);
}

/* Both keys as one file and as words, and then no folder of keys. */
static void take_keys_away(struct stage *stage)
{
	static const char *const names[] = {"umk", "signing"};
	char path[STAGE_PATH];
	struct hansard_error error = {.status = HANSARD_OK};
	const struct hansard_options options = {.platform = &stage->platform, .store = stage->path};
	hansard_output_free(&recovery_words);
	expect_good(hansard_keys_words(&options, &recovery_words, &error), &error);
	stage_path(stage, "bundle", path);
	const int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	expect(descriptor >= 0);
	for (size_t i = 0; i < 2; i++) {
		struct hansard_output key = {.data = NULL};
		char name[64];
		snprintf(name, sizeof(name), "home/.config/hansard/keys/%s", names[i]);
		stage_path(stage, name, path);
		expect(stage_read(path, &key));
		expect(write(descriptor, key.data, key.size) == (ssize_t)key.size);
		hansard_output_free(&key);
	}
	close(descriptor);
	stage_clear(stage, "home/.config");
}

static void rotate(struct stage *stage, bool signing)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_output out = {.data = NULL};
	const struct hansard_options options = {.platform = &stage->platform, .store = stage->path, .actor = "tester"};
	const struct hansard_rotate_request request = {.signing = signing};
	expect_good(hansard_keys_rotate(&options, &request, &out, &error), &error);
	hansard_output_free(&out);
}

static void begin_deed(struct stage *stage, const struct deed *deed)
{
	struct hansard_output state = {.data = NULL};
	copy(stage, ".first", "");
	stage_turn(stage, deed->put_back ? CHAPTER_UPDATED : CHAPTER_REGISTERED);
	stage_state(stage, &state);
	hansard_output_free(&state);
	if (deed->put_back) {
		copy(stage, "/home/.local", ".marks");
		stage_turn(stage, CHAPTER_REGISTERED);
		copy(stage, ".marks", "/home/.local");
	}
	if (deed->begun)
		rotate(stage, true);
	if (deed->newer) {
		copy(stage, "/home/.config", ".older");
		rotate(stage, false);
		rotate(stage, true);
	}
	if (deed->keyless)
		take_keys_away(stage);
	if (deed->newer)
		copy(stage, ".older", "/home/.config");
	copy(stage, "", ".kept");
}

/* ---- the deed ---- */

/* Of a store of its own, whose keys are made with it. */
static enum hansard_status init(struct stage *stage, const struct hansard_options *options, struct hansard_output *out,
								struct hansard_error *error)
{
	char path[STAGE_PATH];
	stage_path(stage, "new", path);
	return hansard_init(options, path, out, error);
}

static enum hansard_status bring(struct stage *stage, const struct deed *deed, const struct hansard_options *options,
								 struct hansard_output *out, struct hansard_error *error)
{
	char path[STAGE_PATH];
	const struct hansard_input words = {.name = "words", .data = recovery_words.data, .size = recovery_words.size};
	stage_path(stage, "bundle", path);
	if (deed->kind == DEED_INIT)
		return init(stage, options, out, error);
	return deed->kind == DEED_IMPORT ? hansard_keys_import(options, path, out, error)
									 : hansard_keys_recover(options, &words, out, error);
}

static enum hansard_status perform(struct stage *stage, const struct deed *deed, struct hansard_error *error)
{
	struct hansard *store = NULL;
	struct hansard_output out = {.data = NULL};
	const struct hansard_options options = {
		.platform = &stage->platform, .store = stage->path, .actor = "tester", .newer_keys = deed->newer};
	const struct hansard_restored_request restored = {.dialogue = NULL};
	const struct hansard_erase_request erase = {.dialogue = OWN, .confirm = OWN, .all = deed->all};
	enum hansard_status status;
	if (deed->keyless) {
		status = bring(stage, deed, &options, &out, error);
	} else if (deed->kind == DEED_ROTATE) {
		status = hansard_keys_rotate(&options, &deed->rotate, &out, error);
	} else {
		status = stage_open(stage, &store, error);
		if (status == HANSARD_OK)
			status = deed->kind == DEED_ERASE ? hansard_erase(store, &erase, &out, error)
											  : hansard_backup_restored(store, &restored, &out, error);
		hansard_close(store);
	}
	hansard_output_free(&out);
	return status;
}

/* In a child that is killed at change `at` (0: never). Returns whether it was. */
static bool perform_in_child(struct stage *stage, const struct deed *deed, int at)
{
	int status = 0;
	*told = (struct told){.done = 0};
	stage->drawn = 7;
	const pid_t child = fork();
	expect(child >= 0);
	if (child == 0) {
		struct hansard_error error = {.status = HANSARD_OK};
		fault_vfs_plan = (struct fault_plan){.kind = FAULT_KILL, .at = at};
		fault_disk_counted = true;
		told->done = perform(stage, deed, &error) == HANSARD_OK;
		told->count = fault_vfs_plan.count;
		_exit(0);
	}
	expect(waitpid(child, &status, 0) == child);
	expect(WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL : WEXITSTATUS(status) == 0);
	return WIFSIGNALED(status);
}

/* ---- what is there ---- */

/* Appends the names of the key files, in order. */
static void add_keys(const struct stage *stage, char *end)
{
	char path[STAGE_PATH];
	struct dirent **names = NULL; /* stays so where there is no folder */
	stage_path(stage, "home/.config/hansard/keys", path);
	const int count = scandir(path, &names, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		if (names[i]->d_name[0] != '.') {
			const size_t size = strlen(end);
			snprintf(end + size, END_SIZE - size, "%s\n", names[i]->d_name);
		}
		free(names[i]);
	}
	free(names);
}

/* That the store of an init can be written to, with keys that are whole. */
static enum hansard_status write_there(struct stage *stage, struct hansard_output *out, struct hansard_error *error)
{
	char path[STAGE_PATH];
	struct hansard *store = NULL;
	stage_path(stage, "new", path);
	const struct hansard_options options = {.platform = &stage->platform, .store = path, .actor = "tester"};
	const struct hansard_create_request create = {.title = "Which bread", .id = "bread"};
	enum hansard_status status = hansard_open(&options, &store, error);
	if (status == HANSARD_OK)
		status = hansard_create(store, &create, out, error);
	hansard_output_free(out);
	if (status == HANSARD_OK || status == HANSARD_CONFLICT)
		status = hansard_verify(store, NULL, out, error);
	hansard_close(store);
	return status;
}

/* How far every dialogue has come, and which key files there are; whether all of it is as it should be. */
static enum hansard_status look(struct stage *stage, const struct deed *deed, char end[static END_SIZE])
{
	struct hansard *store = NULL;
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_output out = {.data = NULL};
	enum hansard_status status;
	if (deed->kind == DEED_INIT) {
		status = write_there(stage, &out, &error);
	} else {
		status = stage_open(stage, &store, &error);
		if (status == HANSARD_OK)
			status = hansard_verify(store, NULL, &out, &error);
	}
	snprintf(end, END_SIZE, "%s", out.data == NULL ? error.message : out.data);
	if (store != NULL && out.data != NULL)
		expect_good(hansard_told(store, &error), &error);
	add_keys(stage, end);
	hansard_output_free(&out);
	hansard_close(store);
	return status;
}

static void kill_at(struct stage *stage, const struct deed *deed, int at, const char *wanted)
{
	char found[END_SIZE];
	struct hansard_output state = {.data = NULL};
	struct hansard_error error = {.status = HANSARD_OK};
	copy(stage, ".kept", "");
	expect(perform_in_child(stage, deed, at));
	const enum hansard_status status = look(stage, deed, found);
	const bool good = status == HANSARD_OK;
	/* What was put back, or has no keys, is not fine before the deed is done. */
	const bool later = (deed->put_back && status == HANSARD_VIOLATED) ||
					   (deed->keyless && (status == HANSARD_WRONG_KEY || status == HANSARD_NO_STORE));
	if (!good && !later)
		printf("# %s, killed at %d: %s\n", deed->name, at, found);
	expect(good || later);
	if (good && deed->kind != DEED_INIT) {
		stage_state(stage, &state); /* every export of what is not erased */
		hansard_output_free(&state);
	}
	if (strcmp(found, wanted) == 0)
		return;
	expect(!told->done);
	stage->drawn = 1000; /* other keys than those of the child */
	const enum hansard_status again = perform(stage, deed, &error);
	if (deed->kind != DEED_INIT || again != HANSARD_CONFLICT) /* the store is there, and then so are its keys */
		expect_good(again, &error);
	if (look(stage, deed, found) != HANSARD_OK || strcmp(found, wanted) != 0) {
		printf("# %s, killed at %d:\n# %s\n# instead of\n# %s\n", deed->name, at, found, wanted);
		expect(false);
	}
	if (deed->kind == DEED_INIT)
		return;
	stage_state(stage, &state);
	hansard_output_free(&state);
}

static void killed(struct stage *stage, const struct deed *deed)
{
	char wanted[END_SIZE];
	begin_deed(stage, deed);
	expect(!perform_in_child(stage, deed, 0));
	expect(told->done);
	expect(look(stage, deed, wanted) == HANSARD_OK);
	const struct stage_points points = stage_points_of(deed->name, told->count, POINTS);
	expect(points.all > 5);
	for (int at = points.first; at <= points.all; at += points.stride)
		kill_at(stage, deed, at, wanted);
}

static void killed_everywhere(enum deed_kind kind)
{
	struct stage stage;
	expect(fault_vfs_install());
	fault_vfs_plan = (struct fault_plan){.kind = FAULT_NONE};
	told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	expect(told != MAP_FAILED);
	stage_begin(&stage);
	copy(&stage, "", ".first");
	for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++)
		if (deeds[i].kind == kind)
			killed(&stage, &deeds[i]);
	forget(&stage, ".kept");
	forget(&stage, ".first");
	forget(&stage, ".marks");
	forget(&stage, ".older");
	hansard_output_free(&recovery_words);
	stage_finish(&stage);
	munmap(told, sizeof(*told));
}

static void rotations(void)
{
	killed_everywhere(DEED_ROTATE);
}

static void erasures(void)
{
	killed_everywhere(DEED_ERASE);
}

static void restores(void)
{
	killed_everywhere(DEED_RESTORE);
}

static void keys_brought(void)
{
	killed_everywhere(DEED_IMPORT);
	killed_everywhere(DEED_RECOVER);
}

static void inits(void)
{
	killed_everywhere(DEED_INIT);
}

int main(void)
{
	static const struct expect_test tests[] = {
		{"killed at any write of a rotation, everything is read, and run again it ends the same", rotations},
		{"killed at any write of an erasure, the rest is read, and run again it ends the same", erasures},
		{"killed at any write of a restore, it is declared or not, and run again it is", restores},
		{"killed at any write while keys are imported or recovered, run again they are there and open everything",
		 keys_brought},
		{"killed at any write of an init that makes its keys, run again there is a store that can be written to",
		 inits},
	};
	return expect_run(tests, sizeof(tests) / sizeof(tests[0]));
}
