/*
 * What does not grow with the number of dialogues: one load among many, and the memory of whoever walks over all of them. Memory is that
 * of a process of its own, by the kernel's account of the most that it ever had.
 */
#include "bench.h"
#include "child.h"
#include "fixture.h"
#include "library_walk.h"
#include "measure.h"
#include "session.h"

enum { REPEATS = 1000, FEW = 1000, MANY = 50000, MANY_QUICK = 2000 };

/* The most memory that this process had, in kB. */
static size_t peak_kb(void)
{
	char line[CHILD_LINE];
	size_t peak = 0;
	FILE *status = fopen("/proc/self/status", "r");
	while (status != NULL && fgets(line, sizeof(line), status) != NULL)
		if (sscanf(line, "VmHWM: %zu kB", &peak) == 1)
			break;
	if (status != NULL)
		fclose(status);
	if (peak == 0)
		measure_die("/proc/self/status does not tell the peak of memory");
	return peak;
}

/* A walk under way. */
struct walk {
	size_t count;
	size_t early_kb; /* peak after FEW */
};

static enum hansard_status visit(void *context, const struct record *record, struct hansard_error *error)
{
	struct walk *walk = context;
	(void)record;
	(void)error;
	if (++walk->count == FEW)
		walk->early_kb = peak_kb();
	return HANSARD_OK;
}

/* Opened to be read, so that no marks are written. */
int walk_child(const char *what, const char *folder)
{
	struct hansard_platform platform;
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard *store;
	struct hansard_output out = {.data = NULL};
	struct walk walk = {.count = 0};
	hansard_platform_posix(&platform);
	const struct hansard_options options = {.platform = &platform, .store = folder, .read_only = true};
	fixture_must(hansard_open(&options, &store, &error), &error);
	const struct library_walk all = {.vault = store->vault, .visit = visit, .context = &walk};
	const double begin = measure_now_us();
	if (strcmp(what, "walk") == 0)
		fixture_must(library_walk_all(&all, &error), &error);
	else
		fixture_must(hansard_verify(store, NULL, &out, &error), &error);
	printf("%zu %zu %.0f\n", walk.early_kb, peak_kb(), measure_now_us() - begin);
	hansard_output_free(&out);
	hansard_close(store);
	return 0;
}

/* What a walk of a process of its own took. */
struct walked {
	double early_kb, peak_kb, us;
};

static struct walked walk_store(const struct fixture *fixture, const char *what)
{
	const char *const words[] = {"/proc/self/exe", "--child", what, fixture->folder, NULL};
	struct child child;
	struct walked walked;
	char line[CHILD_LINE];
	child_begin(&child, words);
	child_answer(&child, line);
	child_end(&child);
	if (sscanf(line, "%lf %lf %lf", &walked.early_kb, &walked.peak_kb, &walked.us) != 3)
		measure_die("a walk answers \"%s\"", line);
	return walked;
}

/* One load among so many; prints it against the first. */
static void measure_load(struct fixture *fixture, struct text id, size_t repeats, double *first)
{
	struct measure *loads = calloc(1, sizeof(*loads));
	if (loads == NULL)
		measure_die("no memory");
	for (size_t i = 0; i < repeats; i++)
		measure_add(loads, fixture_load(fixture->vault, id));
	const double load = measure_low(loads);
	free(loads);
	if (*first == 0)
		*first = load;
	measure_line("scaling", load / *first, "one load among %6zu dialogues %.1f us (aim: 1)", fixture->count, load);
}

void walk_run(struct bench *bench)
{
	const size_t sizes[] = {1, FEW, bench->quick ? MANY_QUICK : MANY}, many = sizes[2];
	struct fixture *fixture = fixture_make(bench->folder, "many");
	struct walked few = {0}, walked, verified;
	double first = 0;
	fixture_fill(fixture, 1, 5);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		fixture_fill(fixture, sizes[i], 0);
		measure_load(fixture, fixture->ids[0], bench_repeats(bench, REPEATS), &first);
		if (sizes[i] == FEW)
			few = walk_store(fixture, "verify");
	}
	walked = walk_store(fixture, "walk");
	verified = walk_store(fixture, "verify");
	measure_line("memory", walked.peak_kb / walked.early_kb,
				 "opening %zu dialogues in a row %.1f MB, the first %d %.1f MB; %.0f us each (aim: 1)", many,
				 walked.peak_kb / 1e3, FEW, walked.early_kb / 1e3, walked.us / (double)many);
	measure_line("memory", verified.peak_kb / few.peak_kb,
				 "verifying %zu dialogues %.1f MB, %d dialogues %.1f MB; %.0f us each (aim: 1)", many,
				 verified.peak_kb / 1e3, FEW, few.peak_kb / 1e3, verified.us / (double)many);
	fixture_destroy(fixture);
}
