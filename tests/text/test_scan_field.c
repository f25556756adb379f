#include "scan_sample.h"

/* All fields of a text: `name=value`, joined with " ; ". */
static const char *fields_of(const char *content)
{
	static char out[4096];
	const struct scan_file *file = scan_sample(text_of_string(content));
	size_t size = 0;
	out[0] = 0;
	for (size_t i = 0; i < file->field_count; i++) {
		const struct scan_field *field = &file->fields[i];
		const int added = snprintf(out + size, sizeof(out) - size, "%s%.*s=%.*s", i > 0 ? " ; " : "",
								   (int)field->name.size, field->name.data, (int)field->value.size, field->value.data);
		expect(added >= 0 && (size_t)added < sizeof(out) - size);
		size += (size_t)added;
	}
	return out;
}

static void names_in_bold_have_their_colon_inside_or_behind(void)
{
	expect_string(fields_of("**Status**: Open"), "Status=Open");
	expect_string(fields_of("**Status:** Open"), "Status=Open");
	expect_string(fields_of("__Status__ : Open"), "Status=Open");
	expect_string(fields_of("**Status: OPEN**"), "Status=OPEN");
	expect_string(fields_of("**Status: OPEN** (since R1)"), "Status=OPEN (since R1)");
	expect_string(fields_of("- [x] **Status**: Open"), "Status=Open");
	expect_string(fields_of("1. \U0001f9c1 **Muffin**: x"), "Muffin=x");
	expect_string(fields_of("**\U0001f499 Total `ALIGNMENT`**: 415"), "Total ALIGNMENT=415");
	expect_string(fields_of("**Recommendation**:\n\ntext"), "Recommendation=");
	expect_string(fields_of("**3 rounds**"), "");
}

static void plain_names_have_at_most_four_words(void)
{
	expect_string(fields_of("Round 0 Total: 417"), "Round 0 Total=417");
	expect_string(fields_of("| Metric | Value | Target |\n|---|---|---|\n| A | 1 | 2 |"), "A=1");
	expect_string(fields_of("| Metric | Count | Target |\n|---|---|---|\n| A | 1 | 2 |"), "");
	expect_string(fields_of("Total ALIGNMENT: **451**"), "Total ALIGNMENT=**451**");
	expect_string(fields_of("> ALIGNMENT: 78"), "ALIGNMENT=78");
	expect_string(fields_of("One two three four five: x"), "");
	expect_string(fields_of("See it, then: x"), "");
	expect_string(fields_of("https://example.org"), "");
	expect_string(fields_of("12:30 is late"), "");
	expect_string(fields_of("text without"), "");
}

static void an_equals_sign_between_blanks_is_a_colon(void)
{
	expect_string(fields_of("Velocity = 35"), "Velocity=35");
	expect_string(fields_of("- **Velocity** = 35 | **B**: 2"), "Velocity=35 ; B=2");
	expect_string(fields_of("x=3"), "");
	expect_string(fields_of("x == 3"), "");
	expect_string(fields_of("let one two three four = 3"), "");
}

static void a_row_of_two_cells_alone_is_a_field(void)
{
	expect_string(fields_of("text\n\n| **Status** | Converged |\n\ntext"), "Status=Converged");
	expect_string(fields_of("| a | b | c |"), "");
	expect_string(fields_of("| a |"), "");
	expect_string(fields_of("```\n| a | b |\n```"), "");
	expect(scan_sample(TEXT("| a | b |"))->fields[0].of_table);
}

static void several_stand_on_a_line(void)
{
	expect_string(fields_of("**A**: 7 | **B**: 35 | **C**: 0%"), "A=7 ; B=35 ; C=0%");
	expect_string(fields_of("A: 4 (x) | New B: 12 | **C: 16** (down) | D: 0%"),
				  "A=4 (x) ; New B=12 ; C=16 (down) ; D=0%");
	expect_string(fields_of("**Total: 101** | **3 rounds** | **12/12 x**"), "Total=101");
	expect_string(fields_of("**Total: 101** | **3 rounds** | **B**: 2"), "Total=101 ; B=2");
	expect_string(fields_of("**Rounds**: 4 \u00b7 **Experts**: 12"), "Rounds=4 ; Experts=12");
}

static void a_value_may_hold_bars(void)
{
	expect_string(fields_of("**Participants**: Muffin | Scone | Judge"), "Participants=Muffin | Scone | Judge");
	expect_string(fields_of("**A**: `x | B: y` z"), "A=`x | B: y` z");
}

static void rows_of_fact_tables_are_fields(void)
{
	expect_string(fields_of("| Metric | Value |\n|---|---|\n| **Rounds** | 4 |\n| x | |"), "Rounds=4 ; x=");
	expect_string(fields_of("| | |\n|---|---|\n| **Date** | today |"), "Date=today");
	expect_string(fields_of("```\n┌──┬──┐\n│ Metric │ Value │\n├──┼──┤\n│ a │ b │\n└──┴──┘\n```"), "a=b");
	expect_string(fields_of("| Topic | Decision |\n|---|---|\n| Status | x |"), "");
	expect_string(fields_of("| Metric | R0 | R1 |\n|---|---|---|\n| a | 1 | 2 |"), "");
}

static void fences_headings_and_tables_hold_none(void)
{
	expect_string(fields_of("```\nstatus: draft\n**A**: b\n```\n## Status: x\n| A: b | c |\n|---|---|\n---\n"), "");
}

static void fields_know_their_place(void)
{
	static const char content[] = "x\n- **A**: 1 | ~~B: 2~~\n";
	const struct scan_file *file = scan_sample(text_of_string(content));
	expect_integer((int64_t)file->field_count, 1);
	expect_integer(file->fields[0].line, 2);
	expect_integer((int64_t)file->fields[0].offset, (int64_t)(strstr(content, "**A") - content));
	expect(file->fields[0].bold && !file->fields[0].of_table);
	expect((file->fields[0].context & SCAN_IN_BOLD) != 0);
	file = scan_sample(TEXT("| Metric | Value |\n|---|---|\n| a | 4 |\n\nB: 1"));
	expect(file->fields[0].of_table && (file->fields[0].context & SCAN_IN_TABLE) != 0);
	expect_integer(file->fields[0].line, 3);
	expect_integer(file->fields[1].line, 5);
	expect(!file->fields[1].bold);
}

static const struct tap_test tests[] = {
	{"an equals sign between blanks divides as a colon does", an_equals_sign_between_blanks_is_a_colon},
	{"a row of two cells that stands alone is a field", a_row_of_two_cells_alone_is_a_field},
	{"names in bold have their colon inside or behind", names_in_bold_have_their_colon_inside_or_behind},
	{"plain names have at most four words", plain_names_have_at_most_four_words},
	{"several fields stand on a line", several_stand_on_a_line},
	{"a value may hold bars that no field follows", a_value_may_hold_bars},
	{"rows of fact tables are fields, in fences too", rows_of_fact_tables_are_fields},
	{"fences, headings and other tables hold no fields", fences_headings_and_tables_hold_none},
	{"fields know their place", fields_know_their_place},
};

int main(void)
{
	const int failed = tap_run(tests, sizeof(tests) / sizeof(tests[0]));
	scan_sample_finish();
	return failed;
}
