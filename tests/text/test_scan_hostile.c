#include "scan_sample.h"

#include <time.h>

/* So many bytes are read well within the time even under instruments; what grows with the square takes minutes. */
enum { HOSTILE_SIZE = 256 * 1024, HOSTILE_SECONDS = 10, MUTATIONS = 3000 };

static char hostile[HOSTILE_SIZE];

static struct text filled(const char *pattern)
{
	const size_t size = strlen(pattern);
	for (size_t at = 0; at < HOSTILE_SIZE; at++)
		hostile[at] = pattern[at % size];
	return (struct text){.data = hostile, .size = HOSTILE_SIZE};
}

static bool within(const struct scan_file *file, struct text text)
{
	return !text_present(text) || text.size <= file->content.size;
}

/* What must hold of every file, whatever it says. */
static void expect_sound(const struct scan_file *file)
{
	const size_t size = file->content.size;
	size_t last = 0;
	for (size_t i = 0; i < file->marker_count; i++) {
		const struct scan_marker *marker = &file->markers[i];
		expect(marker->offset >= last && marker->end > marker->offset && marker->end <= size);
		expect(marker->body_end >= marker->end && marker->body_end <= size);
		expect(within(file, marker->label) && within(file, marker->body));
		for (size_t j = 0; j < marker->to_count; j++)
			expect(within(file, marker->to[j]));
		expect_integer(scan_line_at(file, marker->offset), marker->line);
		last = marker->end;
	}
	for (size_t i = 0; i < file->heading_count; i++) {
		const struct scan_heading *heading = &file->headings[i];
		expect(heading->section_end >= heading->body && heading->section_end <= size);
		expect_integer((int64_t)scan_heading_at(file, heading->offset), (int64_t)i);
	}
	for (size_t i = 0; i < file->table_count; i++) {
		const struct scan_table *table = &file->tables[i];
		expect(table->end <= size && table->header.cell_count == table->column_count);
		for (size_t r = 0; r < table->row_count; r++)
			expect(table->rows[r].cell_count >= table->column_count);
	}
	last = 0;
	for (size_t i = 0; i < file->field_count; i++) {
		expect(file->fields[i].offset >= last && text_present(file->fields[i].value) && file->fields[i].name.size > 0);
		last = file->fields[i].offset;
	}
	for (size_t i = 0; i < file->bold_count; i++)
		expect(file->bolds[i].end <= size && file->bolds[i].text.size > 0);
	for (size_t i = 0; i < file->item_count; i++)
		expect(file->items[i].end >= file->items[i].offset && file->items[i].end <= size);
}

static const char *const patterns[] = {
	"[",
	"]",
	"`",
	"|",
	"*",
	"_",
	"~",
	">",
	"\"",
	"\\",
	" ",
	"\n",
	"#",
	"-",
	":",
	"A",
	"A-",
	"T1,",
	"` `` ",
	"** a",
	"__a",
	"**a**",
	"~~a",
	"- - ",
	"-\n",
	"# h\n",
	"```\n",
	"~~~x\n",
	"A:\n",
	"A: b | ",
	"**a**: b | ",
	"|a|b|\n",
	"│a",
	"───\n",
	"┌─┬─┐\n│a│b│\n",
	"[RESOLVED T1: a]",
	"[RESOLVED T1 ",
	"[RESOLVED x ",
	"[RESOLVED T1: x\n",
	"[RESOLVED (",
	"[RESOLVED the ",
	"[RESOLVED T1-T99]\n",
	"[RESOLVED @",
	"[CONCESSION to A B C ",
	"[AAA:]",
	"[AAA]\n",
	"[AAA-",
	"[RESOLVED x [AAA: ",
	"[RE:SUPPORT P1]",
	"`[RESOLVED T1]` ",
	"\"[RESOLVED T1]\" \n",
	"MOVE:CONVERGE ",
	"Muffin: MOVE:CONVERGE, ",
	"MOVE:CONVERGE\n",
	"\xf0\x9f\xa7\x81",
	"MOVE:CONVERGE !",
	"[RESOLVED T1](a",
};

static void hostile_text_takes_linear_time(void)
{
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		const clock_t start = clock();
		expect_sound(scan_sample(filled(patterns[i])));
		const double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
		if (seconds > HOSTILE_SECONDS)
			tap_fail(__FILE__, __LINE__, "\"%s\" takes %.1f seconds", patterns[i], seconds);
	}
}

/* Half a file of one pattern, then half a file of another. */
static void what_opens_and_never_fits_takes_linear_time(void)
{
	static const char *const halves[][2] = {
		{"[RESOLVED x ", "]"},
		{"[RESOLVED T1 ", "]"},
		{"[RESOLVED x\n", "]\n"},
		{"*", "[AAA "},
		{" ", "[RESOLVED x "},
		{"|", "\n|-|\n|"},
		{"|a", "\n|-|-|\n|\n"},
		{"|`", "\n|-|-|\n|`"},
		{"a_", "__b"},
		{"**a", " **b"},
		{"│", "\n───\n│a\n"},
		{"───\n│a│b\n", "│\n"},
		{"┌─┬─┐\n│a│b│\n", "│c\n"},
	};
	for (size_t i = 0; i < sizeof(halves) / sizeof(halves[0]); i++) {
		struct text text = filled(halves[i][0]);
		const size_t size = strlen(halves[i][1]);
		for (size_t at = HOSTILE_SIZE / 2; at < HOSTILE_SIZE; at++)
			hostile[at] = halves[i][1][at % size];
		const clock_t start = clock();
		expect_sound(scan_sample(text));
		const double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
		if (seconds > HOSTILE_SECONDS)
			tap_fail(__FILE__, __LINE__, "\"%s\" and \"%s\" take %.1f seconds", halves[i][0], halves[i][1], seconds);
	}
}

static uint32_t state;

/* The next number of a sequence that is the same in every run. */
static uint32_t next_number(uint32_t below)
{
	state = state * 1664525U + 1013904223U;
	return (uint32_t)(((uint64_t)state * below) >> 32);
}

static const char *const pieces[] = {
	"[PERSPECTIVE P01: a]\n",
	"**[TENSION T1: b]**\n",
	"[RESOLVED MUFFIN R1-T01, T2-T9]: ",
	"[RE:SUPPORT P0001] ",
	"[MUFFIN-P0101: c]\n",
	"[CONCESSION to Strudel on T01]: ",
	"[MOVE:CONVERGE]\n",
	"Muffin: MOVE:CONVERGE",
	"| a | b |\n",
	"|---|:-:|\n",
	"**Status**: Open | **B: 2**\n",
	"Total: 5\n",
	"```\n",
	"~~~\n",
	"# H\n",
	"### T01: x\n",
	"---\n",
	"- item\n",
	"  1. two\n",
	"> quote ",
	"`code` ",
	"``",
	"\"",
	"\xe2\x80\x9c",
	"\xe2\x80\x94 ",
	"\xf0\x9f\xa7\x81 ",
	"│ x │ y │\n",
	"├──┼──┤\n",
	"\n",
	"\n\n",
	" ",
	"text ",
	"[",
	"]",
	"|",
	"**",
	"_",
	"~~",
	"\\",
	":",
	"(",
	")",
	"\r\n",
	"\t",
};

static struct text mutated(char *out, size_t room)
{
	size_t size = 0;
	const uint32_t count = 1 + next_number(60);
	for (uint32_t i = 0; i < count; i++) {
		const char *piece = pieces[next_number(sizeof(pieces) / sizeof(pieces[0]))];
		if (size + strlen(piece) > room)
			break;
		memcpy(out + size, piece, strlen(piece));
		size += strlen(piece);
	}
	for (uint32_t i = next_number(6); i > 0 && size > 0; i--) {
		const size_t at = next_number((uint32_t)size);
		memmove(out + at, out + at + 1, size - at - 1);
		size--;
	}
	return (struct text){.data = out, .size = size};
}

static void mutated_markdown_is_read_soundly(void)
{
	char text[4096];
	state = 1;
	for (int i = 0; i < MUTATIONS; i++) {
		/* A copy of exact size: reading beyond it is seen by the sanitizers. */
		const struct text made = mutated(text, sizeof(text));
		char *copy = malloc(made.size + 1);
		expect(copy != NULL);
		memcpy(copy, made.data, made.size);
		expect_sound(scan_sample((struct text){.data = copy, .size = made.size}));
		scan_sample_finish();
		free(copy);
	}
}

static void deeper_nesting_needs_no_deeper_stack(void)
{
	struct text text = filled("[RESOLVED x ");
	for (size_t at = HOSTILE_SIZE / 2; at < HOSTILE_SIZE; at++)
		hostile[at] = ']';
	const struct scan_file *file = scan_sample(text);
	expect_integer((int64_t)file->marker_count, 1);
	expect_integer((int64_t)file->markers[0].offset, 0);
}

static void running_out_of_memory_is_an_error_at_every_place(void)
{
	static const char content[] =
		"# A\n- **b**: c | **D: e** f\n| A | B |\n|--|--|\n| a \\| b | **4** |\n[RESOLVED T1-T30: MUFFIN-T02\nx]: y\n"
		"[MUFFIN-P0101: a]\n[RE:SUPPORT P1] b\nMOVE:CONVERGE\n┌──┬──┐\n│ a │ b │\n├──┼──┤\n│ a │ b │\n└──┴──┘\n";
	bool failed = false;
	bool read = false;
	for (size_t ceiling = 64; ceiling < 200000 && !read; ceiling += 64) {
		struct arena *arena = arena_create(ceiling);
		expect(arena != NULL);
		const struct scan_file *file = NULL;
		struct hansard_error error = {0};
		const enum hansard_status status = scan_read(arena, TEXT("x"), text_of_string(content), &file, &error);
		expect(status == HANSARD_OK || (status == HANSARD_FAILED && file == NULL && error.message[0] != 0));
		failed = failed || status == HANSARD_FAILED;
		read = status == HANSARD_OK;
		arena_destroy(arena);
	}
	expect(failed && read);
}

static const struct tap_test tests[] = {
	{"hostile text takes linear time", hostile_text_takes_linear_time},
	{"what opens and never fits takes linear time", what_opens_and_never_fits_takes_linear_time},
	{"mutated markdown is read soundly", mutated_markdown_is_read_soundly},
	{"deeper nesting needs no deeper stack", deeper_nesting_needs_no_deeper_stack},
	{"running out of memory is an error at every place", running_out_of_memory_is_an_error_at_every_place},
};

int main(void)
{
	const int failed = tap_run(tests, sizeof(tests) / sizeof(tests[0]));
	scan_sample_finish();
	return failed;
}
