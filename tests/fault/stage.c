/*
 * The stage: a temporary folder, its store, and reading it.
 */
#include "stage.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* A process dies here, never the machine: nothing waits for the disk. These stand before those of libc, for SQLite too. */
__attribute__((visibility("default"))) int fsync(int descriptor)
{
	(void)descriptor;
	return 0;
}

__attribute__((visibility("default"))) int fdatasync(int descriptor)
{
	(void)descriptor;
	return 0;
}

static int64_t fixed_now(void *context)
{
	(void)context;
	return INT64_C(1767225600000000); /* 2026-01-01T00:00:00Z */
}

/* splitmix64: never the same twice, always the same from the same state. */
static bool fixed_entropy(void *context, uint8_t *data, size_t size)
{
	struct stage *stage = context;
	for (size_t i = 0; i < size; i++) {
		uint64_t z = stage->drawn += UINT64_C(0x9e3779b97f4a7c15);
		z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
		data[i] = (uint8_t)(z >> 56);
	}
	return true;
}

void stage_path(const struct stage *stage, const char *name, char ret_path[static STAGE_PATH])
{
	snprintf(ret_path, STAGE_PATH, "%s/%s", stage->path, name);
}

bool stage_read(const char *path, struct hansard_output *ret_content)
{
	struct stat status;
	const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	if (descriptor < 0)
		return false;
	expect(fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode));
	ret_content->size = (size_t)status.st_size;
	ret_content->data = calloc(1, ret_content->size + 1);
	expect(ret_content->data != NULL);
	expect(read(descriptor, ret_content->data, ret_content->size) == (ssize_t)ret_content->size);
	close(descriptor);
	return true;
}

void stage_clear(struct stage *stage, const char *name)
{
	char path[STAGE_PATH];
	stage_path(stage, name, path);
	expect(folder_remove(path));
}

bool stage_same(const struct hansard_output *a, const struct hansard_output *b)
{
	return a->size == b->size && (a->size == 0 || memcmp(a->data, b->data, a->size) == 0);
}

void stage_turn(struct stage *stage, enum chapter chapter)
{
	char path[STAGE_PATH];
	const struct hansard_output *database = &stage->databases[chapter];
	stage_clear(stage, ".hansard/hansard.db-journal");
	stage_clear(stage, "home/.local"); /* the marks: what later chapters showed was not seen yet */
	stage_path(stage, ".hansard/hansard.db", path);
	const int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	expect(descriptor >= 0);
	expect(write(descriptor, database->data, database->size) == (ssize_t)database->size);
	close(descriptor);
	stage->drawn = chapter;
}

enum hansard_status stage_open(struct stage *stage, struct hansard **ret_store, struct hansard_error *error)
{
	const struct hansard_options options = {
		.platform = &stage->platform, .store = stage->path, .actor = "tester", .format = stage->format};
	return hansard_open(&options, ret_store, error);
}

/* Appends an answer and frees it. */
static void take(struct hansard_output *state, struct hansard_output *answer)
{
	char *data = realloc(state->data, state->size + answer->size + 1);
	expect(data != NULL);
	memcpy(data + state->size, answer->data, answer->size + 1);
	*state = (struct hansard_output){.data = data, .size = state->size + answer->size};
	hansard_output_free(answer);
}

void stage_state(struct stage *stage, struct hansard_output *ret_state)
{
	struct hansard *store = NULL;
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_output ids = {.data = NULL};
	struct hansard_output answer = {.data = NULL};
	struct hansard_output state = {.data = NULL};
	const enum hansard_format format = stage->format;
	stage->format = HANSARD_TEXT;
	expect_good(stage_open(stage, &store, &error), &error);
	stage->format = format;
	expect_good(hansard_verify(store, NULL, &answer, &error), &error);
	hansard_output_free(&answer);
	expect_good(hansard_list(store, &(struct hansard_list_request){.ids = true}, &ids, &error), &error);
	for (char *id = ids.data; *id != '\0';) {
		char *end = strchr(id, '\n');
		*end = '\0';
		expect_good(hansard_export(store, id, &answer, &error), &error);
		take(&state, &answer);
		id = end + 1;
	}
	hansard_output_free(&ids);
	hansard_close(store);
	*ret_state = state;
}

/* Writes the next chapter on top of the present one, and keeps it. */
static void write_chapter(struct stage *stage, enum chapter chapter)
{
	char path[STAGE_PATH];
	for (size_t i = 0; chapter != CHAPTER_EMPTY && i < STAGE_WRITINGS; i++) {
		struct hansard *store = NULL;
		struct hansard_error error = {.status = HANSARD_OK};
		struct hansard_output out = {.data = NULL};
		if (stage_writings[i].from != (enum chapter)(chapter - 1))
			continue;
		expect_good(stage_open(stage, &store, &error), &error);
		expect_good(stage_perform(stage, &stage_writings[i], store, &out, &error), &error);
		hansard_output_free(&out);
		hansard_close(store);
		break;
	}
	stage_path(stage, ".hansard/hansard.db", path);
	expect(stage_read(path, &stage->databases[chapter]));
}

void stage_begin(struct stage *stage)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_output out = {.data = NULL};
	*stage = (struct stage){.path = ""};
	folder_make("fault", stage->path);
	snprintf(stage->home, sizeof(stage->home), "HOME=%s/home", stage->path);
	stage->environment[0] = stage->home;
	stage->environment[1] = "USER=tester";
	stage->platform = (struct hansard_platform){.environment = stage->environment,
												.working_directory = stage->path,
												.now = fixed_now,
												.entropy = fixed_entropy,
												.context = stage};
	const struct hansard_options options = {.platform = &stage->platform};
	expect_good(hansard_init(&options, stage->path, &out, &error), &error);
	hansard_output_free(&out);
	for (size_t i = 0; i < STAGE_WRITINGS; i++) {
		char path[512];
		if (stage_writings[i].file == NULL)
			continue;
		snprintf(path, sizeof(path), "%s/%s", TEST_FOLDER, stage_writings[i].file);
		expect(stage_read(path, &stage->inputs[i]));
	}
	for (int chapter = 0; chapter < CHAPTER_COUNT; chapter++)
		write_chapter(stage, (enum chapter)chapter);
}

void stage_finish(struct stage *stage)
{
	for (int chapter = 0; chapter < CHAPTER_COUNT; chapter++)
		hansard_output_free(&stage->databases[chapter]);
	for (size_t i = 0; i < STAGE_WRITINGS; i++)
		hansard_output_free(&stage->inputs[i]);
	expect(folder_remove(stage->path));
}

struct stage_points stage_points_of(const char *name, int all, int wanted)
{
	const char *seed = getenv("HANSARD_TEST_SEED");
	struct stage_points points = {.all = all, .stride = 1, .first = 1};
	if (getenv("HANSARD_TEST_FEW") != NULL)
		wanted = (wanted + 3) / 4;
	if (getenv("HANSARD_TEST_EVERY") == NULL && all > wanted) {
		points.stride = (all + wanted - 1) / wanted;
		points.first = 1 + (int)(strtoul(seed != NULL ? seed : "1", NULL, 10) * 2654435761u % (unsigned)points.stride);
	}
	printf("# %s: %d points, one in %d from %d\n", name, all, points.stride, points.first);
	return points;
}
