/*
 * The command line as a whole process: importing recordings, and opening the store to print one dialogue.
 */
#include <ftw.h>
#include <sys/stat.h>

#include "bench.h"
#include "child.h"
#include "measure.h"

enum { REPEATS = 40, DESCRIPTORS = 16 };

static double files, bytes; /* of the recordings; what nftw() counts into */

static int count_file(const char *path, const struct stat *status, int kind, struct FTW *where)
{
	(void)path;
	(void)where;
	if (kind == FTW_F) {
		files++;
		bytes += (double)status->st_size;
	}
	return 0;
}

static void import(const struct bench *bench, const char *store)
{
	const char *const init[] = {bench->program, "init", store, NULL};
	const char *const import[] = {bench->program, "import", "--store", store, bench->recordings, NULL};
	if (nftw(bench->recordings, count_file, DESCRIPTORS, FTW_PHYS) != 0)
		measure_die("%s cannot be read", bench->recordings);
	child_run(init);
	const double took = child_run(import);
	measure_note("import", "%.0f files, %.2f MB in %.2f s: %.0f files/s, %.2f MB/s, durable", files, bytes / 1e6,
				 took / 1e6, files / took * 1e6, bytes / took);
}

static void show(const struct bench *bench, const char *store)
{
	static struct measure shows, nothings;
	const char *const show[] = {bench->program, "show", "--store", store, bench->dialogue, NULL};
	const char *const nothing[] = {bench->program, "--version", NULL};
	for (size_t i = 0; i < bench_repeats(bench, REPEATS); i++) {
		measure_add(&nothings, child_run(nothing));
		measure_add(&shows, child_run(show));
	}
	const double one = measure_low(&shows), two = measure_low(&nothings);
	measure_line("process", one / two, "open the store and show %s %.2f ms, --version %.2f ms (aim: under 10 ms)",
				 bench->dialogue, one / 1e3, two / 1e3);
}

void process_run(struct bench *bench)
{
	char store[600];
	if (bench->recordings == NULL)
		return;
	snprintf(store, sizeof(store), "%s/recordings", bench->folder);
	import(bench, store);
	show(bench, store);
}
