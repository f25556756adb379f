#include "scan_sample.h"

static void expect_plain(const char *string, const char *wanted)
{
	struct text out;
	(void)scan_sample(TEXT(""));
	expect(scan_plain(scan_sample_arena(), text_of_string(string), &out));
	expect_text(out, wanted);
}

static void expect_label(const char *string, const char *wanted)
{
	struct text out;
	(void)scan_sample(TEXT(""));
	expect(scan_label(scan_sample_arena(), text_of_string(string), &out));
	expect_text(out, wanted);
}

static void plain_text_has_no_decoration(void)
{
	expect_plain("**415**", "415");
	expect_plain("  __a__ *b* _c_  ~~d~~ ", "a b c d");
	expect_plain("`snake_case_*` and snake_case", "snake_case_* and snake_case");
	expect_plain("\U0001f9c1 Muffin \U0001f499", "Muffin");
	expect_plain("\u2713 RESOLVED \u2705", "RESOLVED");
	expect_plain("\u2764\ufe0f x \U0001f468\u200d\U0001f373", "x");
	expect_plain("a \u2192 b \u2014 c", "a \u2192 b \u2014 c");
	expect_plain("2 * 3 = 6", "2 * 3 = 6");
	expect_plain("\\*a\\* \\| b", "*a* | b");
	expect_plain("a\n  b\u00a0c\t", "a b c");
	expect_plain("16** (down)", "16 (down)");
	expect_plain("", "");
	struct text out;
	expect(scan_plain(scan_sample_arena(), TEXT_ABSENT, &out) && !text_present(out));
}

static void labels_are_compared_without_case_and_punctuation(void)
{
	expect_label("**Sync Direction: git-first -- \"or\" not?**", "sync direction git first or not");
	expect_label("Who\u2019s `it`", "whos it");
	expect_label("\u00c9CLAIR", "\u00e9clair");
	expect_label("vs. x", "vs x");
	expect_label("---", "");
}

static void an_integer_is_the_only_number(void)
{
	static const struct {
		const char *text;
		int64_t value;
	} rows[] = {
		{"**415**", 415},         {"45", 45},          {"1,200", 1200},     {"~83%", 83},
		{"1 (minor)", 1},         {"4 (R0-R3)", 4},    {"-3", -3},          {"\u22123", -3},
		{"+412 (baseline)", 412}, {"420 points", 420}, {"159 \u2705", 159}, {"a5 7.", 7},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t value = INT64_MIN;
		if (!scan_integer(text_of_string(rows[i].text), &value) || value != rows[i].value)
			tap_fail(__FILE__, __LINE__, "\"%s\" gives %lld", rows[i].text, (long long)value);
	}
	static const char *const none[] = {
		"", "\u2014", "R0", "17/17", "0.95", "3rd", "2026-01-26", "12:30", "99999999999999999999", "1,20", "x",
	};
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		int64_t value;
		if (scan_integer(text_of_string(none[i]), &value))
			tap_fail(__FILE__, __LINE__, "\"%s\" gives %lld", none[i], (long long)value);
	}
}

static void the_first_number_is_found_with_its_end(void)
{
	int64_t value;
	size_t end;
	expect(scan_integer_first(TEXT("415 (W:135 C:104)"), &value, &end));
	expect_integer(value, 415);
	expect_integer((int64_t)end, 3);
	expect(scan_integer_first(TEXT("R1 17/18"), &value, &end));
	expect_integer(value, 17);
	expect(!scan_integer_first(TEXT("0.5 of 3"), &value, &end));
}

static void placeholders_say_nothing(void)
{
	static const char *const placeholders[] = {
		"",        " ",     "-",         "\u2014", "\u2013", "--", "[Awaiting response]", "*[Awaiting Round 0]*",
		"[Topic]", "[TBD]", "[a [b] c]",
	};
	for (size_t i = 0; i < sizeof(placeholders) / sizeof(placeholders[0]); i++) {
		if (!scan_placeholder(text_of_string(placeholders[i])))
			tap_fail(__FILE__, __LINE__, "\"%s\" is a placeholder", placeholders[i]);
	}
	expect(scan_placeholder(TEXT_ABSENT));
	static const char *const facts[] = {
		"0",   "x",   "[link](x)", "[a] b",     "[MOVE:CONVERGE]", "[RESOLVED T01]", "[MUFFIN-P0101: x]",
		"[x]", "[ ]", "[1]",       "[[links]]", "[a] [b]",
	};
	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		if (scan_placeholder(text_of_string(facts[i])))
			tap_fail(__FILE__, __LINE__, "\"%s\" is no placeholder", facts[i]);
	}
}

static const struct tap_test tests[] = {
	{"plain text has no decoration", plain_text_has_no_decoration},
	{"labels are compared without case and punctuation", labels_are_compared_without_case_and_punctuation},
	{"an integer is the only number of a text", an_integer_is_the_only_number},
	{"the first number is found with its end", the_first_number_is_found_with_its_end},
	{"placeholders say nothing", placeholders_say_nothing},
};

int main(void)
{
	const int failed = tap_run(tests, sizeof(tests) / sizeof(tests[0]));
	scan_sample_finish();
	return failed;
}
