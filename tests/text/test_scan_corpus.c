#include "scan_sample.h"

#include <dirent.h>
#include <sys/stat.h>

enum { PATH_SIZE = 4096, FILE_SIZE = 2 * 1024 * 1024 };

/* What stands in the files of one half of the corpus, prompts left out: markers that count, by what they are. */
struct tally {
	size_t files;
	size_t perspectives, tensions, other_statements;
	size_t tailed; /* statements whose id has a tail */
	size_t refine, concede, resolve;
	size_t without_id, without_label; /* of the last three */
	size_t to, inside;                /* of them: to NAME; ids inside the label */
	size_t converge, converge_in_headings, converge_behind_moves;
	size_t bare, quoted, other;
	size_t boxes;
};

static char corpus[PATH_SIZE];

static void find_corpus(void)
{
	const char *chosen = getenv("HANSARD_CORPUS");
	expect(snprintf(corpus, sizeof(corpus), "%s", chosen != NULL ? chosen : CORPUS) < PATH_SIZE);
	DIR *directory = opendir(corpus);
	if (directory == NULL)
		tap_skip("no corpus at HANSARD_CORPUS nor beside the source");
	(void)closedir(directory);
}

static void count_move(struct tally *tally, const struct scan_marker *marker)
{
	tally->refine += marker->keyword == SCAN_REFINE;
	tally->concede += marker->keyword == SCAN_CONCEDE;
	tally->resolve += marker->keyword == SCAN_RESOLVE;
	tally->without_id += marker->id_count == 0;
	tally->without_label += !text_present(marker->label);
	tally->to += marker->to_count;
	tally->inside += marker->label_id_count > 0;
}

static void count_marker(struct tally *tally, const struct scan_marker *marker)
{
	const bool statement = marker->keyword == SCAN_STATEMENT;
	if ((marker->context & (SCAN_IN_BACKTICKS | SCAN_IN_QUOTES | SCAN_IN_FENCE)) != 0 && marker->keyword != SCAN_MOVE) {
		tally->quoted++;
	} else if (statement) {
		tally->perspectives += marker->entity == ENTITY_PERSPECTIVE;
		tally->tensions += marker->entity == ENTITY_TENSION;
		tally->other_statements += marker->entity != ENTITY_PERSPECTIVE && marker->entity != ENTITY_TENSION;
		tally->tailed += marker->id_count == 1 && text_present(marker->ids[0].tail);
	} else if (marker->keyword == SCAN_REFINE || marker->keyword == SCAN_CONCEDE || marker->keyword == SCAN_RESOLVE) {
		count_move(tally, marker);
	} else if (marker->keyword == SCAN_MOVE && marker->move == MOVE_CONVERGE) {
		tally->converge++;
		tally->bare += !marker->bracketed;
		tally->converge_in_headings += (marker->context & SCAN_IN_HEADING) != 0;
		tally->converge_behind_moves += text_present(marker->speaker) && text_is(marker->speaker, "Moves");
	} else {
		tally->other++;
	}
}

static bool ends_with(const char *string, const char *end)
{
	return strlen(string) >= strlen(end) && strcmp(string + strlen(string) - strlen(end), end) == 0;
}

static void count_file(struct tally *tally, const char *path)
{
	static char content[FILE_SIZE];
	if (!ends_with(path, ".md"))
		return;
	FILE *file = fopen(path, "rb");
	expect(file != NULL);
	const size_t size = fread(content, 1, sizeof(content), file);
	(void)fclose(file);
	const struct scan_file *read = scan_sample((struct text){.data = content, .size = size});
	if (ends_with(path, ".prompt.md"))
		return;
	tally->files++;
	for (size_t i = 0; i < read->marker_count; i++)
		count_marker(tally, &read->markers[i]);
	for (size_t i = 0; i < read->table_count; i++)
		tally->boxes += read->tables[i].boxed;
}

/* Folders stand at most three deep: half, dialogue, round. */
static void count_folder(struct tally *tally, const char *path)
{
	DIR *directory = opendir(path);
	expect(directory != NULL);
	for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
		char inner[PATH_SIZE];
		if (entry->d_name[0] == '.' || snprintf(inner, sizeof(inner), "%s/%s", path, entry->d_name) >= PATH_SIZE)
			continue;
		struct stat status;
		expect(stat(inner, &status) == 0);
		if (S_ISDIR(status.st_mode))
			count_folder(tally, inner);
		else
			count_file(tally, inner);
	}
	(void)closedir(directory);
}

static struct tally tally_of(const char *half)
{
	char path[PATH_SIZE];
	struct tally tally = {0};
	find_corpus();
	expect(snprintf(path, sizeof(path), "%s/%s", corpus, half) < PATH_SIZE);
	count_folder(&tally, path);
	return tally;
}

static void documents_hold_the_markers_that_people_counted(void)
{
	const struct tally tally = tally_of("recorded");
	expect_integer((int64_t)tally.files, 11);
	expect_integer((int64_t)tally.perspectives, 102);
	expect_integer((int64_t)tally.tensions, 60);
	expect_integer((int64_t)tally.other_statements, 0);
	expect_integer((int64_t)tally.tailed, 1);
	expect_integer((int64_t)tally.resolve, 58);
	expect_integer((int64_t)tally.refine, 14);
	expect_integer((int64_t)tally.concede, 16);
	expect_integer((int64_t)(tally.perspectives + tally.tensions + tally.resolve + tally.refine + tally.concede), 250);
	expect_integer((int64_t)tally.quoted, 4);
	expect_integer((int64_t)tally.converge, 2);
	expect_integer((int64_t)tally.bare, 0);
	expect_integer((int64_t)tally.other, 0);
	expect_integer((int64_t)tally.boxes, 0);
}

static void folders_hold_the_markers_that_people_counted(void)
{
	const struct tally tally = tally_of("dialogues");
	expect_integer((int64_t)tally.perspectives, 124);
	expect_integer((int64_t)tally.tensions, 43);
	expect_integer((int64_t)tally.other_statements, 0);
	expect_integer((int64_t)tally.tailed, 5);
	expect_integer((int64_t)tally.refine, 41);
	expect_integer((int64_t)tally.concede, 26);
	expect_integer((int64_t)tally.resolve, 36);
	expect_integer((int64_t)tally.without_id, 11 + 12 + 3);
	expect_integer((int64_t)tally.without_label, 22 + 11 + 15);
	expect_integer((int64_t)tally.to, 3);
	expect_integer((int64_t)tally.inside, 4);
	expect_integer((int64_t)tally.converge, 36);
	expect_integer((int64_t)tally.converge_in_headings, 8);
	expect_integer((int64_t)tally.converge_behind_moves, 6);
	expect_integer((int64_t)tally.bare, 0);
	expect_integer((int64_t)tally.quoted, 0);
	expect_integer((int64_t)tally.other, 0);
	expect_integer((int64_t)tally.boxes, 3);
}

static const struct tap_test tests[] = {
	{"recorded documents hold the markers that people counted", documents_hold_the_markers_that_people_counted},
	{"recorded folders hold the markers that people counted", folders_hold_the_markers_that_people_counted},
};

int main(void)
{
	const int failed = tap_run(tests, sizeof(tests) / sizeof(tests[0]));
	scan_sample_finish();
	return failed;
}
