#include "scan_sample.h"

static const char *ids_in(const char *content)
{
	(void)scan_sample(TEXT(""));
	struct scan_id *ids;
	size_t count;
	expect(scan_ids(scan_sample_arena(), text_of_string(content), &ids, &count));
	return scan_sample_ids(ids, count);
}

static void expect_ids(const char *content, const char *wanted)
{
	const char *found = ids_in(content);
	if (strcmp(found, wanted) != 0)
		tap_fail(__FILE__, __LINE__, "in \"%s\" stand {%s}, expected {%s}", content, found, wanted);
}

static void ids_have_a_letter_and_digits(void)
{
	expect_ids("T1, T01 and P001; R7/E12/C3.", "T1,T1,P1,R7,E12,C3");
	expect_ids("(T01) \"T02\" `T03` T04's T05:", "T1,T2,T3,T4,T5");
	expect_ids("**T1/T4**", "T1,T4");
	expect_ids("T0103", "T103");
}

static void tails_are_part_of_an_id(void)
{
	expect_ids("T1.1", "T1.1");
	expect_ids("T04-R1", "T4-R1");
	expect_ids("T01-RESPONSE", "T1-RESPONSE");
	expect_ids("T1a", "T1a");
	expect_ids("T01-M", "T1-M");
	expect_ids("T-NEW", "T-NEW");
	expect_ids("T01-based and T02.", "T1,T2");
}

static void ids_may_have_a_name_and_a_round(void)
{
	expect_ids("MUFFIN-T01", "MUFFIN:T1");
	expect_ids("MUFFIN R1-T01", "MUFFIN:R1:T1");
	expect_ids("MUFFIN-R1-T01", "MUFFIN:R1:T1");
	expect_ids("Macaron T01", "Macaron:T1");
	expect_ids("Muffin's T01", "Muffin:T1");
	expect_ids("KOUIGN-AMANN-P0101", "KOUIGN-AMANN:P101");
	expect_ids("\u00c9CLAIR-T01", "\u00c9CLAIR:T1");
	expect_ids("R0.T03", "R0:T3");
	expect_ids("R2-T01", "R2:T1");
	expect_ids("CROISSANT-T01 (R0)", "CROISSANT:R0:T1");
	expect_ids("T01 (Round 2)", "R2:T1");
	expect_ids("former tension T01", "T1");
	expect_ids("Tension T01", "T1");
}

static void ranges_are_expanded(void)
{
	expect_ids("T08-T11", "T8,T9,T10,T11");
	expect_ids("T08--T10", "T8,T9,T10");
	expect_ids("T08\u2013T09", "T8,T9");
	expect_ids("MUFFIN-T01-T02", "MUFFIN:T1,MUFFIN:T2");
	expect_ids("T3-T1", "T3,T1");
	expect_ids("T08 -- T11", "T8,T11");
	expect_ids("T1-P3", "T1-P3");
	struct scan_id *ids;
	size_t count;
	(void)scan_sample(TEXT(""));
	expect(scan_ids(scan_sample_arena(), TEXT("T08-T10"), &ids, &count));
	expect_text(ids[1].digits, "09");
	expect_text(ids[1].written, "T08-T10");
}

static void a_short_text_never_becomes_a_long_list(void)
{
	static char text[70000];
	for (size_t i = 0; i + 8 < sizeof(text); i += 7)
		memcpy(text + i, "T1-T99 ", 8);
	(void)scan_sample(TEXT(""));
	struct scan_id *ids;
	size_t count;
	expect(scan_ids(scan_sample_arena(), text_of_string(text), &ids, &count));
	expect(count > 4096 && count < 4096 + 2 * sizeof(text) / 7);
	expect_ids("T1-T1000", "T1,T1000");
}

static void other_words_are_no_ids(void)
{
	static const char *const texts[] = {
		"t01",      "T",      "T-SQL",        "E-MAIL", "xT1", "T1x2", "T1_2",
		"RFC 0058", "MUFFIN", "T12345678901", "4T",     "T 1", "TT1",  "",
	};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		expect_ids(texts[i], "");
}

static const struct tap_test tests[] = {
	{"ids have a letter and digits", ids_have_a_letter_and_digits},
	{"tails are part of an id", tails_are_part_of_an_id},
	{"ids may have a name and a round", ids_may_have_a_name_and_a_round},
	{"ranges are expanded", ranges_are_expanded},
	{"a short text never becomes a long list", a_short_text_never_becomes_a_long_list},
	{"other words are no ids", other_words_are_no_ids},
};

int main(void)
{
	const int failed = tap_run(tests, sizeof(tests) / sizeof(tests[0]));
	scan_sample_finish();
	return failed;
}
