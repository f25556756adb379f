#include "scan_sample.h"

static void lines_have_offsets_without_their_ends(void)
{
	const struct scan_file *file = scan_sample(TEXT("one\r\n\n  three"));
	expect_integer((int64_t)file->line_count, 3);
	expect_text(file->lines[0].text, "one");
	expect(file->lines[1].blank);
	expect_integer((int64_t)file->lines[1].offset, 5);
	expect_text(file->lines[2].text, "  three");
	expect_integer((int64_t)file->lines[2].offset, 6);
}

static void an_empty_file_has_nothing(void)
{
	const struct scan_file *file = scan_sample(TEXT(""));
	expect_integer((int64_t)file->line_count, 0);
	expect_integer((int64_t)file->marker_count, 0);
	expect(scan_heading_at(file, 0) == SIZE_MAX);
}

static void a_byte_order_mark_is_no_text(void)
{
	const struct scan_file *file = scan_sample(TEXT("\xef\xbb\xbf# Title"));
	expect_integer((int64_t)file->heading_count, 1);
	expect_text(file->headings[0].text, "Title");
	expect_integer((int64_t)file->headings[0].offset, 3);
}

static void headings_hold_what_stands_up_to_the_next_of_their_level(void)
{
	static const char content[] = "# A #\na\n## B\nb\n### C\nc\n## D ##\nd\n#no\n####### no\n#";
	const struct scan_file *file = scan_sample(text_of_string(content));
	expect_integer((int64_t)file->heading_count, 5);
	expect_text(file->headings[0].text, "A");
	expect_integer((int64_t)file->headings[0].section_end, (int64_t)(strrchr(content, '#') - content));
	expect_text(file->headings[1].text, "B");
	expect_integer((int64_t)file->headings[1].section_end, (int64_t)(strstr(content, "## D") - content));
	expect_integer((int64_t)file->headings[2].section_end, (int64_t)(strstr(content, "## D") - content));
	expect_text(file->headings[3].text, "D");
	expect_integer(file->headings[3].level, 2);
	expect_text(file->headings[4].text, "");
	expect_integer((int64_t)file->headings[0].body, (int64_t)(strstr(content, "a\n") - content));
}

static void an_underlined_line_is_a_heading(void)
{
	static const char content[] =
		"Title\n===\n\nPart\n-----\nb\n\nno\n---\n\na\nno\n----\n\n- no\n----\n\n| no |\n-----\n";
	const struct scan_file *file = scan_sample(text_of_string(content));
	expect_integer((int64_t)file->heading_count, 2);
	expect_text(file->headings[0].text, "Title");
	expect_integer(file->headings[0].level, 1);
	expect_text(file->headings[1].text, "Part");
	expect_integer(file->headings[1].level, 2);
	expect_integer(file->headings[1].line, 4);
	expect_integer((int64_t)file->headings[1].body, (int64_t)(strstr(content, "b\n") - content));
	expect(file->lines[8].thematic_break);
}

static void the_innermost_section_and_line_of_an_offset_are_found(void)
{
	static const char content[] = "x\n# A\na\n## B\nb\n";
	const struct scan_file *file = scan_sample(text_of_string(content));
	expect(scan_heading_at(file, 0) == SIZE_MAX);
	expect_integer((int64_t)scan_heading_at(file, 2), 0);
	expect_integer((int64_t)scan_heading_at(file, 6), 0);
	expect_integer((int64_t)scan_heading_at(file, sizeof(content) - 2), 1);
	expect_integer(scan_line_at(file, 0), 1);
	expect_integer(scan_line_at(file, 6), 3);
	expect_integer(scan_line_at(file, sizeof(content)), 5);
}

static void headings_and_breaks_in_fences_are_text(void)
{
	const struct scan_file *file =
		scan_sample(TEXT("# A\n````md\n# no\n---\n```\n# no\n````\n## B\n~~~\n# no\n~~~\n---\n* * *\n"));
	expect_integer((int64_t)file->heading_count, 2);
	expect_text(file->headings[1].text, "B");
	expect(!file->lines[3].thematic_break);
	expect((file->lines[3].context & SCAN_IN_FENCE) != 0);
	expect((file->lines[1].context & SCAN_FENCE_MARK) != 0);
	expect(file->lines[11].thematic_break && file->lines[12].thematic_break);
	expect_integer(file->open_fence_line, 0);
}

static void a_fence_that_never_closes_is_told(void)
{
	const struct scan_file *file = scan_sample(TEXT("a\n```\n# no\n```rust\n"));
	expect_integer((int64_t)file->heading_count, 0);
	expect_integer(file->open_fence_line, 2);
}

static void backticks_with_words_behind_open_no_fence_that_holds_backticks(void)
{
	const struct scan_file *file = scan_sample(TEXT("``` x ``` is code\n# A\n"));
	expect_integer((int64_t)file->heading_count, 1);
}

static void bold_runs_are_found_outside_code_and_fences(void)
{
	static const char content[] =
		"**a** b __c__ `**no**` snake__case__x ** no ** \\**no** **w\nrap**\n```\n**no**\n```\n***d***";
	const struct scan_file *file = scan_sample(text_of_string(content));
	expect_integer((int64_t)file->bold_count, 4);
	expect_text(file->bolds[0].text, "a");
	expect_integer((int64_t)file->bolds[0].end, 5);
	expect_text(file->bolds[1].text, "c");
	expect_text(file->bolds[2].text, "w\nrap");
	expect_integer(file->bolds[2].line, 1);
	expect_text(file->bolds[3].text, "d");
	expect_integer(file->bolds[3].line, 6);
}

static void a_bold_run_ends_with_its_block(void)
{
	const struct scan_file *file =
		scan_sample(TEXT("**a\n\nb** c\n- **d\n- e**\n| x **f | g** |\n|---|---|\n**h: i\n**j**"));
	expect_integer((int64_t)file->bold_count, 1);
	expect_text(file->bolds[0].text, "j");
}

static void items_have_numbers_indents_and_ends(void)
{
	static const char content[] = "- a\n  goes on\n* b\n\n12. c\n    + d\n3) e\n-no\n1.no\n---\n2. ";
	const struct scan_file *file = scan_sample(text_of_string(content));
	expect_integer((int64_t)file->item_count, 6);
	expect_text(file->items[0].text, "a");
	expect_integer((int64_t)file->items[0].end, (int64_t)(strstr(content, "\n* b") - content));
	expect_integer(file->items[0].number, -1);
	expect_text(file->items[1].text, "b");
	expect_integer(file->items[2].number, 12);
	expect_integer(file->items[3].indent, 4);
	expect_integer((int64_t)file->items[3].offset, (int64_t)(strstr(content, "+ d") - content));
	expect_integer(file->items[4].number, 3);
	expect_text(file->items[5].text, "");
}

static const struct tap_test tests[] = {
	{"lines have offsets without their ends", lines_have_offsets_without_their_ends},
	{"an empty file has nothing", an_empty_file_has_nothing},
	{"a byte order mark is no text", a_byte_order_mark_is_no_text},
	{"an underlined line is a heading, three dashes are a break", an_underlined_line_is_a_heading},
	{"a heading holds what stands up to the next of its level",
	 headings_hold_what_stands_up_to_the_next_of_their_level},
	{"the innermost section and the line of an offset are found",
	 the_innermost_section_and_line_of_an_offset_are_found},
	{"headings and breaks in fences are text", headings_and_breaks_in_fences_are_text},
	{"a fence that never closes is told", a_fence_that_never_closes_is_told},
	{"backticks with backticks behind them open no fence",
	 backticks_with_words_behind_open_no_fence_that_holds_backticks},
	{"bold runs are found outside code and fences", bold_runs_are_found_outside_code_and_fences},
	{"a bold run ends with its block", a_bold_run_ends_with_its_block},
	{"items have numbers, indents and ends", items_have_numbers_indents_and_ends},
};

int main(void)
{
	const int failed = tap_run(tests, sizeof(tests) / sizeof(tests[0]));
	scan_sample_finish();
	return failed;
}
