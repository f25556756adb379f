/*
 * docs/batch.md is true: its objects are accepted in the order in which they stand, its faulty members give the
 * problems that it says.
 */
#include "desk.h"
#include "tap.h"

enum { PAGE_MAX = 64 * 1024, SOURCE_MAX = 4096, BLOCKS = 4 };

static struct desk desk;
static char page[PAGE_MAX];

static void read_page(void)
{
	FILE *file = fopen(BATCH_PAGE, "rb");
	expect(file != NULL);
	size_t size = fread(page, 1, sizeof(page) - 1, file);
	fclose(file);
	page[size] = '\0';
	expect(size > 1000 && size < sizeof(page) - 1);
}

/* The n-th block of JSON. */
static const char *block(size_t n)
{
	static char source[SOURCE_MAX];
	const char *at = page;
	for (size_t i = 0; i <= n; i++) {
		at = strstr(at, "```json\n");
		expect(at != NULL);
		at += 8;
	}
	const char *end = strstr(at, "```");
	expect(end != NULL && end - at < SOURCE_MAX);
	memcpy(source, at, (size_t)(end - at));
	source[end - at] = '\0';
	return source;
}

static void begin(void)
{
	struct entity_meta *meta;
	struct text id;
	read_page();
	desk_begin(&desk, false);
	problem_begin(&desk.problems, desk.arena);
	expect_integer(create_read(desk.arena, desk_json(&desk, block(0)), &desk.problems, &meta, &desk.error), HANSARD_OK);
	const struct create_options options = {.id = TEXT("d"), .title = meta->title, .meta = meta, .operation = "create"};
	expect_integer(create_dialogue(desk.vault, &options, desk.arena, &id, &desk.error), HANSARD_OK);
	if (desk_register(&desk, block(1)) != HANSARD_OK)
		desk_problem(&desk, PROBLEM_HISTORY, "");
	expect_string(desk.error.message, "");
}

static void examples_pass(void)
{
	begin();
	expect_integer((int64_t)problem_errors(&desk.problems), 0);
	if (desk_update(&desk, block(2)) != HANSARD_OK)
		desk_problem(&desk, PROBLEM_HISTORY, "");
	expect_string(desk.error.message, "");
	if (desk_verdict(&desk, block(3)) != HANSARD_OK)
		desk_problem(&desk, PROBLEM_HISTORY, "");
	expect_string(desk.error.message, "");
	const struct entity_meta *meta = record_meta(&desk_open(&desk)->record);
	expect_integer(meta->status, DIALOGUE_CONVERGED);
	expect_integer((int64_t)meta->links.count, 1);
	expect_text(meta->insights.items[0], "Two stores square the failure states");
	expect_text(meta->background->constraints, "It must run on a laptop.");
	expect(strstr(block(BLOCKS - 1), "final") != NULL);
	desk_finish(&desk);
}

/* What stands between the next two backticks from *at on. */
static void next_quoted(const char **at, char *out, size_t size)
{
	const char *from = strchr(*at, '`');
	expect(from != NULL);
	const char *to = strchr(from + 1, '`');
	expect(to != NULL && (size_t)(to - from) < size);
	memcpy(out, from + 1, (size_t)(to - from - 1));
	out[to - from - 1] = '\0';
	*at = to + 1;
}

static bool answered(const char *code, const char *path)
{
	for (size_t i = 0; i < desk.problems.count; i++) {
		if (strcmp(problem_code_name(desk.problems.items[i].code), code) == 0 &&
			text_is(desk.problems.items[i].path, path))
			return true;
	}
	return false;
}

static void faults_are_as_said(void)
{
	begin();
	const char *at = strstr(page, "| code | example | path |");
	size_t rows = 0;
	expect(at != NULL);
	at = strstr(at, "\n| `");
	while (at != NULL && strncmp(at, "\n| `", 4) == 0) {
		char code[64], example[512], path[64], source[640];
		const char *end = strchr(at + 1, '\n');
		const char *verdict = strstr(at, "*verdict*");
		const char *update = strstr(at, "*update*");
		next_quoted(&at, code, sizeof(code));
		next_quoted(&at, example, sizeof(example));
		next_quoted(&at, path, sizeof(path));
		snprintf(source, sizeof(source),
				 "{\"round\": 1, \"panel\": [{\"expert\": \"muffin\"}, {\"expert\": \"scone\"}], %s}", example);
		const enum hansard_status status = verdict != NULL && verdict < end ? desk_verdict(&desk, example)
										   : update != NULL && update < end ? desk_update(&desk, example)
																			: desk_register(&desk, source);
		if (status != HANSARD_INVALID || !answered(code, path))
			printf("# %s: %s\n", code, example);
		expect_integer(status, HANSARD_INVALID);
		expect(answered(code, path));
		rows++;
		at = end;
	}
	expect_integer((int64_t)rows, 20);
	desk_finish(&desk);
}

static const struct tap_test tests[] = {
	{"the objects of docs/batch.md are accepted, one after the other", examples_pass},
	{"the faults of docs/batch.md are answered as it says", faults_are_as_said},
};

TAP_MAIN(tests)
