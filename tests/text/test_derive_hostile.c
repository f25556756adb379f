/*
 * Reading what nobody meant: files cut and stirred, and memory that runs out at every step.
 */
#include <stdlib.h>

#include "derive_sample.h"
#include "limits.h"
#include "tap.h"

#include <time.h>

static struct derive_sample sample;

static const char response[] =
	"[PERSPECTIVE P01: one]\nbody **bold** `code`\n\n[TENSION T01: two]\nwhy\n\n[RESOLVED SCONE R0-T01, T01: three]\n\n"
	"[REFINEMENT on T01 -- four]\n[MOVE:CONVERGE]\n\n[RE:SUPPORT P0001]\n[DISSENT: five]\nno\n";
static const char summary[] =
	"# Round 0\n\nOpen tensions: 7 | **Velocity: 35** | Converge: 50%\n\n- **T01**: Resolved - so\n\n| Expert | Signal |\n|---|---|\n"
	"| Scone | [MOVE:CONVERGE] |\n";
static const char tracker[] =
	"# Tensions\n\n## OPEN\n\n### T01: a\n**Status: NARROWED** - b\n\n| ID | Tension | Status | Raised | Resolved |\n|---|---|---|---|---|\n"
	"| T01 | a | Open | Muffin R0 | - |\n| T02 | b | **Resolved** | Multiple R0 | R0: c |\n";
static const char verdict[] =
	"# Verdict\n\n## Answer\n\n**Why?**\n\n### NO.\n\nBecause it is so.\n\n```\n┌────┬────┐\n│ ID │ Resolution │\n├────┼────┤\n│ MUFFIN-T01 (R0) │ done │\n└────┴────┘\n```\n";
static const char scoreboard[] =
	"# Scoreboard: X\n\n**Total ALIGNMENT**: 30 (W:1 C:2 T:3 R:4)\n\n| Agent | R0 | R1 | Total |\n|---|---|---|---|\n| Muffin | 10 | — | 10 |\n"
	"| Scone | 20 | 5 | 25 |\n\n| Round | W | C | T | R | Score |\n|---|---|---|---|---|---|\n| 0 | 1 | 2 | 3 | 4 | 10 |\n";
static const char document[] =
	"# Alignment Dialogue: X\n\n**Status**: Converged\n**Participants**: Judge, Muffin, Scone\n\n| Tier | Experts |\n|---|---|\n| Core | A (b, c), D |\n\n"
	"## Round 0: First\n\n### Muffin\n\n[PERSPECTIVE P01: one]\n\n## Judge Summary: Round 0\n\n**CONVERGENCE ACHIEVED**\n\n## Key Insights\n\n1. one\n2. two\n";
static const char panel[] =
	"{\"panel\": [{\"name\": \"Muffin\", \"role\": \"A\", \"tier\": \"Core\", \"relevance\": 0.5}, \"Scone\"]}";

static const struct {
	const char *path, *content;
} whole[] = {{"round-0/muffin.md", response}, {"round-0/scone.md", response},  {"round-0/panel.json", panel},
			 {"round-0.summary.md", summary}, {"round-1/muffin.md", response}, {"tensions.md", tracker},
			 {"verdict.md", verdict},         {"scoreboard.md", scoreboard},   {"x.dialogue.md", document}};
enum { WHOLE = sizeof(whole) / sizeof(whole[0]) };

static void add_whole(void)
{
	for (size_t i = 0; i < WHOLE; i++)
		derive_sample_add(&sample, whole[i].path, whole[i].content);
}

static void reads_the_whole(void)
{
	derive_sample_end(&sample);
	derive_sample_begin(&sample);
	add_whole();
	expect(derive_sample_read(&sample, "2026-01-01T0000Z-x"));
	expect_integer(derive_sample_count(&sample, ENTITY_EXPERT), 2);
	expect(derive_sample_count(&sample, ENTITY_EVENT) > 3);
}

static void memory_may_run_out_anywhere(void)
{
	reads_the_whole();
	size_t needed = arena_used(sample.arena), failures = 0;
	struct derive_request request = {.dialogue_id = TEXT("x"),
									 .source_key = TEXT("2026-01-01T0000Z-x"),
									 .now = TEXT("2026-01-01T00:00:00.000000Z"),
									 .files = sample.files,
									 .file_count = WHOLE};
	for (size_t ceiling = 0; ceiling < needed * 2; ceiling += 1 + ceiling / 300) {
		struct arena *arena = arena_create(ceiling);
		struct derive_result result;
		if (arena == NULL)
			continue;
		struct hansard_error error = {.status = HANSARD_OK};
		enum hansard_status status = derive_record(arena, &request, &result, &error);
		failures += status == HANSARD_FAILED;
		bool sound = status == HANSARD_OK || (status == HANSARD_FAILED && error.status == HANSARD_FAILED);
		arena_destroy(arena);
		expect(sound);
	}
	expect(failures > 500);
}

static uint32_t state;

static uint32_t roll(uint32_t bound)
{
	state = state * 1664525u + 1013904223u;
	return (state >> 8) % bound;
}

/* Cuts, doubles and exchanges stretches of a text; what is broken UTF-8 afterwards is a case of its own. */
static size_t stir(char *text, size_t size, size_t capacity)
{
	for (uint32_t turn = roll(6); turn > 0 && size > 8; turn--) {
		size_t from = roll((uint32_t)size), length = 1 + roll(40);
		if (from + length > size)
			length = size - from;
		if (roll(3) == 0) {
			memmove(text + from, text + from + length, size - from - length);
			size -= length;
		} else if (roll(2) == 0 && size + length < capacity) {
			memmove(text + from + length, text + from, size - from);
			size += length;
		} else {
			static const char marks[] = "[]|*#-`\"\n:()TP0189 R";
			text[from] = marks[roll(sizeof(marks) - 1)];
		}
	}
	return size;
}

static void stirred_files_are_read(void)
{
	static char texts[WHOLE][4096];
	for (state = 1; state < 400000000u && state != 0;) {
		uint32_t seed = state;
		derive_sample_end(&sample);
		derive_sample_begin(&sample);
		for (size_t i = 0; i < WHOLE; i++) {
			size_t size = strlen(whole[i].content);
			memcpy(texts[i], whole[i].content, size);
			size = stir(texts[i], size, sizeof(texts[i]));
			sample.files[sample.count++] = (struct derive_file){.path = text_of_string(whole[i].path),
																.content = {(const uint8_t *)texts[i], size}};
		}
		expect(derive_sample_read(&sample, "x"));
		expect_integer(derive_sample_count(&sample, ENTITY_FILE), WHOLE);
		state = seed + 1000000u;
	}
}

static void many_rows_and_ids_are_read(void)
{
	enum { ROWS = 20000 };
	derive_sample_end(&sample);
	derive_sample_begin(&sample);
	struct buffer rows;
	buffer_init(&rows, (size_t)8 << 20);
	bool built = buffer_append_string(&rows, "| ID | Agent | Tension | Status |\n|---|---|---|---|\n");
	for (int i = 0; built && i < ROWS; i++)
		built = buffer_append_string(&rows, "| T") && buffer_append_integer(&rows, i, 1) &&
				buffer_append_string(&rows, " | Name") && buffer_append_integer(&rows, i, 1) &&
				buffer_append_string(&rows, " | x | Resolved |\n");
	struct text copy;
	built = built && arena_copy_text(sample.arena, buffer_text(&rows), &copy);
	buffer_finish(&rows);
	expect(built);
	sample.files[sample.count++] = (struct derive_file){.path = TEXT("tensions.md"), .content = bytes_of_text(copy)};
	derive_sample_add(&sample, "round-0/muffin.md", response);
	expect(derive_sample_read(&sample, "x"));
}

/* Files of many alike lines: each line with its number where `%d` stands. */
static const struct {
	const char *path, *head, *line;
} many[] = {
	{"tensions.md", "# Tensions\n\n", "- **T%d**: a - open\n"},
	{"tensions.md", "# Tensions\n\n", "- T01: resolved: yes\n"},
	{"tensions.md", "# Tensions\n\n", "## T%d x - resolved\n"},
	{"tensions.md", "| ID | Tension | Status |\n|---|---|---|\n", "| T%d | a | open |\n"},
	{"tensions.md", "| ID | Tension | Status |\n|---|---|---|\n", "| MUFFIN-T%d (R0) | a | open |\n"},
	{"tensions.md", "", "| ID | Tension | Status |\n|---|---|---|\n| T%d | a | open |\n\n"},
	{"verdict.md", "", "| A | B |\n|---|---|\n| T1 | b |\n\n"},
	{"verdict.md", "## T01 x\n\n", "**Resolved in R1** by x\n"},
	{"verdict.md", "", "## Key Insights\n\n- a %d\n"},
	{"verdict.md", "", "## Verdict\n\n**A**: b\n"},
	{"scoreboard.md", "| Agent | R0 | R1 | Total |\n|---|---|---|---|\n", "| A%d | 1 | 2 | 3 |\n"},
	{"round-0.summary.md", "| X | Action |\n|---|---|\n", "| Muffin | MOVE:CONVERGE |\n"},
	{"round-0.summary.md", "", "| X | Action |\n|---|---|\n| Muffin | MOVE:CONVERGE |\n\n"},
	{"round-0/muffin.md", "", "[DISSENT: no %d]\n"},
	{"round-0/muffin.md", "[PERSPECTIVE P01: a]\n", "[RE:SUPPORT P01, P02]\n"},
	{"round-0/muffin.md", "", "[TENSION T%d: a]\n[RESOLVED T%d]\n"},
	{"round-0/panel.json", "[{\"name\":\"a\"}", ",\n{\"name\":\"n%d\",\"role\":\"r\"}"},
	{"x.dialogue.recorded.md", "**Participants**: Muffin, Scone\n\n## Round 0\n\n",
	 "### Muffin\n\n[TENSION T01: a]\n\n### Scone\n\nb\n\n"},
};

static bool repeat(struct buffer *out, const char *line, int number)
{
	bool built = true;
	for (const char *at = line; built && *at != '\0'; at++) {
		if (at[0] == '%' && at[1] == 'd') {
			built = buffer_append_integer(out, number, 1);
			at++;
		} else {
			built = buffer_append_byte(out, (uint8_t)*at);
		}
	}
	return built;
}

static void many_alike_lines_take_little(void)
{
	/* Generous: memory checkers are slow. A rule that looks at every line for every line takes minutes. */
	enum { LINES = 6000, SECONDS_MAX = 60, BYTES_MAX = 200 << 20 };
	for (size_t i = 0; i < sizeof(many) / sizeof(many[0]); i++) {
		derive_sample_end(&sample);
		derive_sample_begin(&sample);
		struct buffer lines;
		struct text copy;
		buffer_init(&lines, (size_t)4 << 20);
		bool built = buffer_append_string(&lines, many[i].head);
		for (int n = 0; built && n < LINES; n++)
			built = repeat(&lines, many[i].line, n);
		if (built && strstr(many[i].path, ".json") != NULL)
			built = buffer_append_string(&lines, "]");
		built = built && arena_copy_text(sample.arena, buffer_text(&lines), &copy);
		buffer_finish(&lines);
		expect(built);
		sample.files[sample.count++] =
			(struct derive_file){.path = text_of_string(many[i].path), .content = bytes_of_text(copy)};
		if (i + 1 < sizeof(many) / sizeof(many[0]))
			derive_sample_add(&sample, "round-1/muffin.md", response);
		clock_t begun = clock();
		bool read = derive_sample_read(&sample, "x");
		clock_t taken = (clock() - begun) / CLOCKS_PER_SEC;
		if (!read || taken > SECONDS_MAX || arena_used(sample.arena) > BYTES_MAX)
			tap_fail(__FILE__, __LINE__, "%s of \"%s\": read %d, %lld seconds, %zu bytes", many[i].path, many[i].line,
					 read, (long long)taken, arena_used(sample.arena));
	}
}

/* Processor time of a verdict.md of so many lines. */
static double seconds_of_verdict(const char *line, int lines)
{
	struct buffer content;
	struct text copy;
	derive_sample_end(&sample);
	derive_sample_begin(&sample);
	buffer_init(&content, (size_t)4 << 20);
	bool built = true;
	for (int n = 0; built && n < lines; n++)
		built = buffer_append_string(&content, line);
	built = built && arena_copy_text(sample.arena, buffer_text(&content), &copy);
	buffer_finish(&content);
	expect(built);
	sample.files[sample.count++] = (struct derive_file){.path = TEXT("verdict.md"), .content = bytes_of_text(copy)};
	const clock_t begun = clock();
	expect(derive_sample_read(&sample, "x"));
	return (double)(clock() - begun) / CLOCKS_PER_SEC;
}

/* Four times the lines would be sixteen times the work. */
static void repeated_headings_take_linear_time(void)
{
	static const char *const lines[] = {"# Verdict\n", "# Verdict:\n", "## Verdict\n\n---\n", "**CONVERGED** "};
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		const double once = seconds_of_verdict(lines[i], 15000);
		const double fourfold = seconds_of_verdict(lines[i], 60000);
		if (fourfold > 9 * once + 0.2)
			tap_fail(__FILE__, __LINE__, "\"%s\": %.2f seconds, of four times as many %.2f", lines[i], once, fourfold);
	}
}

/* Three hands of 5,000 perspectives each: 9,999 are held, and every other is reported with its file and line. */
static void what_a_dialogue_cannot_hold_is_named(void)
{
	enum { EACH = 5000, HELD = 9999 };
	static const char *const hands[] = {"muffin", "scone", "tart"};
	derive_sample_end(&sample);
	derive_sample_begin(&sample);
	for (size_t i = 0; i < 3; i++) {
		struct buffer content;
		struct text copy, path;
		buffer_init(&content, (size_t)4 << 20);
		bool built = true;
		for (int n = 0; built && n < EACH; n++)
			built = repeat(&content, "[PERSPECTIVE P%d: label %d]\n", n);
		built = built && arena_copy_text(sample.arena, buffer_text(&content), &copy) &&
				arena_format(sample.arena, &path, "round-0/%s.md", hands[i]);
		buffer_finish(&content);
		expect(built);
		sample.files[sample.count++] = (struct derive_file){.path = path, .content = bytes_of_text(copy)};
		expect(arena_format(sample.arena, &path, "round-0/%s.prompt.md", hands[i]));
		sample.files[sample.count++] = (struct derive_file){.path = path, .content = bytes_of_text(TEXT("x"))};
	}
	expect(derive_sample_read(&sample, "x"));
	const struct derive_result *result = &sample.result;
	expect_integer((int64_t)result->record.lists[ENTITY_PERSPECTIVE].count, HELD);
	expect_integer((int64_t)result->count.markers, 3 * EACH);
	expect_integer((int64_t)result->count.recognised, HELD);
	size_t named = 0;
	for (size_t i = 0; i < result->problems.count; i++) {
		const struct problem *problem = &result->problems.items[i];
		if (text_find(problem->message, TEXT("more than a dialogue can hold"), 0) == SIZE_MAX)
			continue;
		named++;
		expect(text_present(problem->file) && problem->line > 0);
	}
	expect_integer((int64_t)named, 3 * EACH - HELD);
}

/* Links beyond 500 are reported each with its line; of experts beyond 400 the first is named. */
static void links_and_experts_too_many_are_named(void)
{
	enum { LINKS = 503, LINKS_HELD = 500, EXPERTS = 402, EXPERTS_HELD = 400 };
	struct buffer content;
	struct text copy;
	derive_sample_end(&sample);
	derive_sample_begin(&sample);
	buffer_init(&content, (size_t)4 << 20);
	bool built = repeat(&content, "# Dialogue: much\n\n", 0);
	for (int n = 0; built && n < LINKS; n++)
		built = repeat(&content, "**Linked RFC**: 9%d\n", n);
	built = built && repeat(&content, "\n## Expert Panel\n\n| Expert | Role |\n|---|---|\n", 0);
	for (int n = 0; built && n < EXPERTS; n++)
		built = repeat(&content, "| Expert%d | Role %d |\n", n);
	built = built && arena_copy_text(sample.arena, buffer_text(&content), &copy);
	buffer_finish(&content);
	expect(built);
	sample.files[sample.count++] = (struct derive_file){.path = TEXT("x.dialogue.md"), .content = bytes_of_text(copy)};
	expect(derive_sample_read(&sample, "x"));
	const struct derive_result *result = &sample.result;
	size_t links = 0, experts = 0;
	for (size_t i = 0; i < result->problems.count; i++) {
		const struct problem *problem = &result->problems.items[i];
		if (text_find(problem->message, TEXT("more than a dialogue can hold"), 0) != SIZE_MAX) {
			links++;
			expect(problem->line > LINKS_HELD);
		}
		if (text_find(problem->message, TEXT("a dialogue can hold 400 experts"), 0) != SIZE_MAX) {
			experts++;
			expect(text_find(problem->message, TEXT("\"Expert400\""), 0) == 0);
		}
	}
	expect_integer((int64_t)links, LINKS - LINKS_HELD);
	expect_integer((int64_t)experts, 1);
}

static void many_files_are_read(void)
{
	static char paths[4000][40];
	static struct derive_file files[4000];
	derive_sample_end(&sample);
	derive_sample_begin(&sample);
	for (size_t i = 0; i < 4000; i++) {
		snprintf(paths[i], sizeof(paths[i]), "round-%zu/name%zu.%s", i % 10, i / 20, i % 20 < 10 ? "md" : "prompt.md");
		files[i] = (struct derive_file){.path = text_of_string(paths[i]),
										.content = bytes_of_text(TEXT("[TENSION T01: a]\n"))};
	}
	struct derive_request request = {.dialogue_id = TEXT("x"),
									 .source_key = TEXT("x"),
									 .now = TEXT("2026-01-01T00:00:00.000000Z"),
									 .files = files,
									 .file_count = 4000};
	clock_t begun = clock();
	expect_integer(derive_record(sample.arena, &request, &sample.result, NULL), HANSARD_OK);
	expect((clock() - begun) / CLOCKS_PER_SEC < 60);
	expect_integer((int64_t)derive_sample_count(&sample, ENTITY_TENSION), 2000);
}

static void shuffled_files_give_the_same(void)
{
	static struct derive_sample other;
	reads_the_whole();
	bool same = true;
	for (uint32_t seed = 1; same && seed < 20; seed++) {
		derive_sample_begin(&other);
		state = seed * 7919u;
		size_t order[WHOLE];
		for (size_t i = 0; i < WHOLE; i++)
			order[i] = i;
		for (size_t i = WHOLE; i-- > 1;) {
			size_t j = roll((uint32_t)i + 1), kept = order[i];
			order[i] = order[j];
			order[j] = kept;
		}
		for (size_t i = 0; i < WHOLE; i++)
			derive_sample_add(&other, whole[order[i]].path, whole[order[i]].content);
		same = derive_sample_read(&other, "2026-01-01T0000Z-x") && derive_sample_same(&sample, &other);
		derive_sample_end(&other);
	}
	expect(same);
}

static const struct tap_test tests[] = {
	{"a dialogue with everything in it", reads_the_whole},
	{"memory may run out at any step", memory_may_run_out_anywhere},
	{"stirred files are read and kept", stirred_files_are_read},
	{"twenty thousand rows are read", many_rows_and_ids_are_read},
	{"many alike lines take little time and memory", many_alike_lines_take_little},
	{"repeated headings and declarations take linear time", repeated_headings_take_linear_time},
	{"what a dialogue cannot hold is named, each with file and line", what_a_dialogue_cannot_hold_is_named},
	{"links and experts beyond what a dialogue holds are named", links_and_experts_too_many_are_named},
	{"four thousand files are read", many_files_are_read},
	{"files in any order give the same record and problems", shuffled_files_give_the_same},
};
TAP_MAIN(tests)
