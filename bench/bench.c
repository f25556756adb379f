/*
 * Ratios from one run, each against a bare baseline over the same bytes on the same machine in the same minute. The table below names
 * what is measured.
 *
 *     hansard-bench [--quick] [--java] [--only NAME] PROGRAM [RECORDINGS DIALOGUE]
 *
 * PROGRAM is the command line; RECORDINGS is imported, and the dialogue whose id begins with DIALOGUE is shown. With --java a load over
 * DynamoDB is held against AWS's Database Encryption SDK for Java, too. Every figure is one that a tenth of its repetitions are below.
 * Everything is written below TMPDIR and removed at the end, keys and marks, too.
 */
#include "bench.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixture.h"
#include "measure.h"

extern char **environ;

enum { HUNDREDS = 2000, HUNDREDS_QUICK = 60, QUICKER = 50, DESCRIPTORS = 16 };

static const struct benchmark {
	const char *name;
	void (*run)(struct bench *bench);
} benchmarks[] = {
	{"load", load_run},         /* a dialogue of 100 items whole and verified, against a bare scan of its rows */
	{"share", share_run},       /* where the time of that goes */
	{"seal", seal_run},         /* sealing its items, against AES-256-GCM of the same bytes */
	{"register", write_run},    /* a round of 100 items durably, against a bare transaction of the same rows */
	{"cipher", cipher_run},     /* opening and loading, against SQLCipher holding the same rows */
	{"verify", verify_run},     /* replaying the histories of a whole store */
	{"walk", walk_run},         /* what must not grow with the number of dialogues: a load, memory */
	{"process", process_run},   /* importing recordings and showing one, as a whole process */
	{"cost", cost_run},         /* what a service that is paid for would be asked for */
	{"dynamodb", dynamodb_run}, /* the same round over a network, against a bare socket and boto3 */
};

size_t bench_repeats(const struct bench *bench, size_t full)
{
	return bench->quick ? full / QUICKER + 1 : full;
}

struct fixture *bench_hundreds(struct bench *bench)
{
	if (bench->hundreds == NULL) {
		bench->hundreds = fixture_make(bench->folder, "hundreds");
		fixture_fill(bench->hundreds, bench->quick ? HUNDREDS_QUICK : HUNDREDS, BENCH_ITEMS);
	}
	return bench->hundreds;
}

/* ---- the folder of a run ---- */

static struct bench bench;

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
	(void)status;
	(void)kind;
	(void)where;
	return remove(path);
}

static void remove_folder(void)
{
	nftw(bench.folder, remove_one, DESCRIPTORS, FTW_DEPTH | FTW_PHYS);
}

/* A temporary folder that goes away with the process. */
static void make_folder(void)
{
	const char *parent = getenv("TMPDIR");
	const int size = snprintf(bench.folder, sizeof(bench.folder), "%s/hansard-bench-XXXXXX",
							  parent != NULL && parent[0] != '\0' ? parent : "/tmp");
	if (size >= (int)sizeof(bench.folder) || mkdtemp(bench.folder) == NULL)
		measure_die("no temporary folder");
	atexit(remove_folder);
}

/* What was fetched is found behind another HOME, too: the emulator. */
static void keep_cache(void)
{
	char cache[512];
	const char *home = getenv("HOME"), *given = getenv("XDG_CACHE_HOME");
	if (home == NULL || (given != NULL && given[0] != '\0'))
		return;
	const int size = snprintf(cache, sizeof(cache), "%s/.cache", home);
	if (size >= (int)sizeof(cache) || setenv("XDG_CACHE_HOME", cache, 1) != 0)
		measure_die("no memory");
}

/* Keys, marks and audit log of its own: nothing of who runs it is read or written. */
static void make_environment(void)
{
	static const char *const homes[] = {"HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"};
	char name[128];
	keep_cache();
	for (char **entry = environ; *entry != NULL;) {
		const size_t size = strcspn(*entry, "=");
		if (strncmp(*entry, "HANSARD_", 8) != 0 || size >= sizeof(name)) {
			entry++;
			continue;
		}
		memcpy(name, *entry, size);
		name[size] = '\0';
		unsetenv(name);
		entry = environ;
	}
	for (size_t i = 0; i < sizeof(homes) / sizeof(homes[0]); i++)
		if (setenv(homes[i], bench.folder, 1) != 0)
			measure_die("no memory");
}

/* ---- */

static void run_all(const char *only)
{
	size_t ran = 0;
	for (size_t i = 0; i < sizeof(benchmarks) / sizeof(benchmarks[0]); i++) {
		if (only != NULL && strcmp(only, benchmarks[i].name) != 0)
			continue;
		benchmarks[i].run(&bench);
		ran++;
	}
	if (ran == 0)
		measure_die("there is no benchmark \"%s\"", only);
	fixture_destroy(bench.hundreds);
}

int main(int count, char **words)
{
	const char *only = NULL;
	int at = 1;
	if (count == 4 && strcmp(words[1], "--child") == 0)
		return walk_child(words[2], words[3]);
	for (; at < count && strncmp(words[at], "--", 2) == 0; at++) {
		if (strcmp(words[at], "--quick") == 0)
			bench.quick = true;
		else if (strcmp(words[at], "--java") == 0)
			bench.java = true;
		else if (strcmp(words[at], "--only") == 0 && at + 1 < count)
			only = words[++at];
		else
			break;
	}
	if (count - at != 1 && count - at != 3)
		measure_die("usage: hansard-bench [--quick] [--java] [--only NAME] PROGRAM [RECORDINGS DIALOGUE]");
	bench.program = words[at];
	bench.recordings = count - at == 3 ? words[at + 1] : NULL;
	bench.dialogue = count - at == 3 ? words[at + 2] : NULL;
	setvbuf(stdout, NULL, _IOLBF, 0);
	make_folder();
	make_environment();
	run_all(only);
	return 0;
}
