#include "scan_sample.h"

/* All cells of a table, `|` between cells and `/` between rows, the head first. */
static const char *cells_of(const struct scan_table *table)
{
	static char out[4096];
	size_t size = 0;
	for (size_t r = 0; r <= table->row_count; r++) {
		const struct scan_row *row = r == 0 ? &table->header : &table->rows[r - 1];
		for (size_t c = 0; c < row->cell_count; c++) {
			const int added = snprintf(out + size, sizeof(out) - size, "%s%.*s",
									   c > 0   ? "|"
									   : r > 0 ? "/"
											   : "",
									   (int)row->cells[c].size, row->cells[c].data);
			expect(added >= 0 && (size_t)added < sizeof(out) - size);
			size += (size_t)added;
		}
	}
	return out;
}

static const struct scan_table *only_table(const char *content)
{
	const struct scan_file *file = scan_sample(text_of_string(content));
	expect_integer((int64_t)file->table_count, 1);
	return &file->tables[0];
}

static void expect_table(const char *content, const char *wanted)
{
	expect_string(cells_of(only_table(content)), wanted);
}

static void pipe_tables_have_a_head_and_rows(void)
{
	expect_table("| A | B |\n|---|:-:|\n| 1 | 2 |\n|3|4|\nno row\n", "A|B/1|2/3|4");
	expect_table("A | B\n--- | ---\n1 | 2\n- item | no row", "A|B/1|2");
	expect_table("text\n> | A | B |\n> |--|--|\n> | 1 | 2 |", "A|B/1|2");
	expect_table("| A |\n|---|\n| 1 |", "A/1");
	expect_table("| | |\n|---|---|\n| **k** | v |", "|/**k**|v");
	expect_table("| A | B |\n|---|---|", "A|B");
}

static void a_table_knows_its_place(void)
{
	static const char content[] = "x\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\ny";
	const struct scan_table *table = only_table(content);
	expect_integer(table->line, 3);
	expect_integer(table->header.line, 3);
	expect_integer(table->rows[0].line, 5);
	expect_integer((int64_t)table->rows[0].offset, (int64_t)(strstr(content, "| 1") - content));
	expect_integer((int64_t)table->end, (int64_t)(strstr(content, "\n\ny") - content));
	expect(!table->boxed && !table->fenced);
}

static void short_rows_are_filled_and_long_ones_keep_their_cells(void)
{
	expect_table("|A|B|C|\n|-|-|-|\n|1|\n|1|2|3|4|\n", "A|B|C/1||/1|2|3|4");
}

static void escaped_pipes_and_pipes_in_code_divide_no_cell(void)
{
	expect_table("|A|B|\n|-|-|\n|a \\| b|c|\n|`x | y`|d|\n", "A|B/a | b|c/`x | y`|d");
	expect_table("|A|B|C|\n|-|-|-|\n|`x | y`|d|\n", "A|B|C/`x|y`|d");
}

static void rows_without_an_alignment_row_are_a_table_outside_fences(void)
{
	expect_table("| A | B |\n| 1 | 2 |", "A|B/1|2");
	expect_table("|---|---|\n| 1 | 2 |", "|/1|2");
	expect_integer((int64_t)scan_sample(TEXT("```\n| A | B |\n| 1 | 2 |\n```"))->table_count, 0);
}

static void tables_in_fences_are_marked(void)
{
	const struct scan_table *table = only_table("```\n| A | B |\n|---|---|\n| 1 | 2 |\n```");
	expect(table->fenced);
	expect_string(cells_of(table), "A|B/1|2");
}

static void lines_with_pipes_are_not_always_tables(void)
{
	static const char *const texts[] = {
		"a | b\nc | d", "a: 1 | b: 2\n---\n", "| alone |", "# A | B\n|---|---|\n", "| A | B |\n\n|---|---|\n", "a || b",
	};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (scan_sample(text_of_string(texts[i]))->table_count != 0)
			tap_fail(__FILE__, __LINE__, "\"%s\" is no table", texts[i]);
	}
}

static void a_box_tables_row_is_all_between_two_rules(void)
{
	static const char content[] =
		"```\nTitle\n┌─────┬─────┐\n│  A  │   B     │\n├─────┼─────┤\n│ one │ two   │\n│     │ three │\n"
		"├─────┼─────┤\n│ four│ 5 │\n│   (six and seven)   │\n└─────┴─────┘\n```\n";
	const struct scan_table *table = only_table(content);
	expect_string(cells_of(table), "A|B/one|two three/four|5 (six and seven)");
	expect(table->boxed && table->fenced);
	expect_integer(table->line, 3);
	expect_integer(table->rows[0].line, 6);
	expect_integer((int64_t)table->column_count, 2);
}

static void lines_of_a_box_table_that_each_begin_a_row_are_rows(void)
{
	expect_table("┌───┬───┐\n│ R │ W │\n├───┼───┤\n│ 0 │ a │\n│   │ b │\n│ R1│ c │\n├───┼───┤\n│ T │ 7 │\n└───┴───┘",
				 "R|W/0|a b/R1|c/T|7");
	expect_table("┌───┬───┐\n│ E │ W │\n├───┼───┤\n│ Bo │ 1 │\n│ Cy │ — │\n└───┴───┘", "E|W/Bo|1/Cy|—");
	expect_table("┌───┬───┐\n│ E │ W │\n├───┼───┤\n│ Bo │ a │\n│ Cy │ 2 │\n└───┴───┘", "E|W/Bo Cy|a 2");
}

static void lines_are_rows_where_only_the_head_is_ruled_off(void)
{
	expect_table("┌───┬───┐\n│ A │ B │\n├───┼───┤\n│ 1 │ 2 │\n│ 3 │ 4 │\n└───┴───┘", "A|B/1|2/3|4");
	expect_table("┌───┬───┐\n│ A │ B │\n├───┼───┤\n│ 1 │ 2 │\n│   │ 4 │\n└───┴───┘", "A|B/1|2 4");
	expect_table("┌───┬───┐\n│ A │ B │\n├───┼───┤\n│ 1 │ 2 │\n│ 3 │   │\n└───┴───┘", "A|B/1 3|2");
	expect_table("┌───┬───┐\n│ A │ B │\n├───┼───┤\n│ a │ b │\n│ c │ d │\n│ e │ f │\n└───┴───┘", "A|B/a|b/c|d/e|f");
	expect_table("┌───┬───┐\n│ A │ B │\n├───┼───┤\n│ a │ b │\n│ c │ d │\n│ e │   │\n└───┴───┘", "A|B/a c e|b d");
}

static void tables_drawn_in_ascii_are_box_tables(void)
{
	expect_table("```\n+---+---+\n| A | B |\n+===+===+\n| 1 | 2 |\n| 3 | 4 |\n+---+---+\n```\n", "A|B/1|2/3|4");
	expect_table("+---+---+\n| A | B |\n+---+---+\n| 1 | 2 |\n|   | 4 |\n+---+---+\n| 5 | 6 |\n+---+---+",
				 "A|B/1|2 4/5|6");
	expect_integer((int64_t)scan_sample(TEXT("+--\n+ a\n++\n"))->table_count, 0);
}

static void box_tables_stand_outside_fences_too_and_may_have_a_title(void)
{
	expect_table("╔══════╗\n║ Title ║\n╠══╦══╣\n║ A ║ B ║\n╠══╬══╣\n║ 1 ║\n╚══╩══╝", "A|B/1|");
	expect_integer((int64_t)scan_sample(TEXT("├── src\n│   └── a.c\n└── b.c\n"))->table_count, 0);
	expect_integer((int64_t)scan_sample(TEXT("┌────┐\n│ box │\n└────┘\n"))->table_count, 0);
}

static void headings_and_items_are_not_read_in_tables(void)
{
	const struct scan_file *file = scan_sample(TEXT("| A | B |\n|---|---|\n- | x |\n"));
	expect_integer((int64_t)file->tables[0].row_count, 0);
	expect_integer((int64_t)file->item_count, 1);
}

static const struct tap_test tests[] = {
	{"pipe tables have a head and rows, with or without outer pipes", pipe_tables_have_a_head_and_rows},
	{"a table knows its place", a_table_knows_its_place},
	{"lines of a box table that each begin a row are rows", lines_of_a_box_table_that_each_begin_a_row_are_rows},
	{"short rows are filled and long ones keep their cells", short_rows_are_filled_and_long_ones_keep_their_cells},
	{"escaped pipes, and pipes in code where that fits, divide no cell",
	 escaped_pipes_and_pipes_in_code_divide_no_cell},
	{"rows without an alignment row are a table, outside fences",
	 rows_without_an_alignment_row_are_a_table_outside_fences},
	{"tables in fences are read and marked", tables_in_fences_are_marked},
	{"lines with pipes are not always tables", lines_with_pipes_are_not_always_tables},
	{"a box table's row is all between two rules", a_box_tables_row_is_all_between_two_rules},
	{"lines are rows where only the head of a box table is ruled off", lines_are_rows_where_only_the_head_is_ruled_off},
	{"tables drawn in ASCII are box tables", tables_drawn_in_ascii_are_box_tables},
	{"box tables stand outside fences too and may have a title",
	 box_tables_stand_outside_fences_too_and_may_have_a_title},
	{"an item ends a table without outer pipes", headings_and_items_are_not_read_in_tables},
};

int main(void)
{
	const int failed = tap_run(tests, sizeof(tests) / sizeof(tests[0]));
	scan_sample_finish();
	return failed;
}
