/*
 * Moments: calendar arithmetic and its bounds.
 */
#include <tap.h>

#include "moment.h"

static const struct {
	const char *text;
	int64_t micros;
} rows[] = {
	{"1970-01-01T00:00:00.000000Z", 0},
	{"1970-01-01T00:00:00.000001Z", 1},
	{"1969-12-31T23:59:59.999999Z", -1},
	{"2000-02-29T12:34:56.789012Z", INT64_C(951827696789012)},
	{"2026-11-20T09:00:04.000000Z", INT64_C(1795165204000000)},
	{"1900-03-01T00:00:00.000000Z", INT64_C(-2203891200000000)},
	{"0001-01-01T00:00:00.000000Z", INT64_C(-62135596800000000)},
	{"9999-12-31T23:59:59.999999Z", INT64_C(253402300799999999)},
};

static void known_moments_read_and_write(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t micros = 42;
		expect(moment_parse(text_of_string(rows[i].text), &micros));
		expect_integer(micros, rows[i].micros);
		char text[MOMENT_SIZE + 1] = {0};
		expect(moment_format(rows[i].micros, text));
		expect_string(text, rows[i].text);
	}
}

static void years_outside_four_digits_are_refused(void)
{
	char text[MOMENT_SIZE] = "unchanged";
	expect(!moment_format(INT64_C(-62135596800000001), text));
	expect(!moment_format(INT64_C(253402300800000000), text));
	expect(!moment_format(INT64_MIN, text));
	expect(!moment_format(INT64_MAX, text));
	expect_string(text, "unchanged");
}

static void what_is_no_moment_is_refused(void)
{
	static const char *const refused[] = {
		"",
		"2026-11-20T09:00:04Z",
		"2026-11-20T09:00:04.00000Z",
		"2026-11-20T09:00:04.0000000Z",
		"2026-11-20 09:00:04.000000Z",
		"2026-11-20T09:00:04.000000z",
		"2026-11-20t09:00:04.000000Z",
		"2026-11-20T09:00:04,000000Z",
		"2026/11/20T09:00:04.000000Z",
		"2026-11-20T09:00:04.000000+",
		"+026-11-20T09:00:04.000000Z",
		"2026-11- 1T09:00:04.000000Z",
		"0000-01-01T00:00:00.000000Z",
		"2026-00-20T09:00:04.000000Z",
		"2026-13-20T09:00:04.000000Z",
		"2026-11-00T09:00:04.000000Z",
		"2026-11-31T09:00:04.000000Z",
		"2026-01-32T09:00:04.000000Z",
		"2026-02-29T09:00:04.000000Z",
		"1900-02-29T09:00:04.000000Z",
		"2024-02-30T09:00:04.000000Z",
		"2026-11-20T24:00:00.000000Z",
		"2026-11-20T09:60:04.000000Z",
		"2026-11-20T09:00:60.000000Z",
		"2016-12-31T23:59:60.000000Z",
		"2026-11-20T09:00:04.00000 Z",
	};
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		int64_t micros = 42;
		if (moment_parse(text_of_string(refused[i]), &micros))
			tap_fail(__FILE__, __LINE__, "accepted \"%s\"", refused[i]);
		expect_integer(micros, 42);
	}
	int64_t micros;
	expect(!moment_parse(TEXT_ABSENT, &micros));
	expect(!moment_parse(TEXT("2026-11-20T09:00:04.000000Z\0"), &micros));
}

/* Counts the days of the calendar one by one, by the plain rules, from the first to the last. */
static void every_day_of_the_calendar_is_counted(void)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int64_t days = -719162;
	for (int year = 1; year <= 9999; year++) {
		const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
		for (int month = 1; month <= 12; month++) {
			const int length = lengths[month - 1] + (month == 2 && leap ? 1 : 0);
			for (int day = 1; day <= length; day++, days++) {
				char wanted[64];
				snprintf(wanted, sizeof(wanted), "%04d-%02d-%02dT23:59:59.999999Z", year, month, day);
				const int64_t micros = (days + 1) * INT64_C(86400000000) - 1;
				char text[MOMENT_SIZE];
				int64_t back;
				expect(moment_format(micros, text));
				expect(memcmp(text, wanted, MOMENT_SIZE) == 0);
				expect(moment_parse(text_of_string(wanted), &back));
				expect_integer(back, micros);
			}
		}
	}
	expect_integer(days, 2932897);
}

static void text_order_is_time_order(void)
{
	uint64_t state = UINT64_C(0x9e3779b97f4a7c15);
	char previous[MOMENT_SIZE] = "0001-01-01T00:00:00.000000";
	int64_t micros = INT64_C(-62135596800000000);
	for (;;) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		micros += (int64_t)(state % UINT64_C(100000000000000)) + 1;
		char text[MOMENT_SIZE];
		if (!moment_format(micros, text))
			break;
		expect(memcmp(previous, text, MOMENT_SIZE) < 0);
		memcpy(previous, text, MOMENT_SIZE);
	}
	expect(micros >= INT64_C(253402300800000000));
}

static void the_compact_form_drops_punctuation(void)
{
	char compact[MOMENT_COMPACT_SIZE + 1] = {0};
	moment_compact("2026-11-20T09:00:04.000012Z", compact);
	expect_string(compact, "20261120T090004000012Z");
	expect(moment_compact_valid(text_of_string(compact)));
}

static void what_is_no_compact_moment_is_refused(void)
{
	static const char *const texts[] = {"",
										"20261120T090004000012",
										"20261120T090004000012Z0",
										"20261120T090004000012z",
										"20261120 090004000012Z",
										"2026112aT090004000012Z",
										"20260229T090004000012Z",
										"20261301T090004000012Z",
										"00001120T090004000012Z",
										"20261120T240004000012Z",
										"20261120T090060000012Z"};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		expect(!moment_compact_valid(text_of_string(texts[i])));
}

static void digits_need_no_calendar(void)
{
	static const char *const texts[] = {"20261120T090004000012Z", "20260230T090004000012Z", "99999999T999999999999Z"};
	static const char *const others[] = {"", "2026-11-20T09:00:04.000012Z", "20260230t090004000012Z",
										 "2026023aT090004000012Z", "20260230T090004000012Z0"};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		expect(moment_compact_digits(text_of_string(texts[i])));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		expect(!moment_compact_digits(text_of_string(others[i])));
}

static const struct tap_test tests[] = {
	{"digits of a compact moment need be none of the calendar", digits_need_no_calendar},
	{"known moments read and write", known_moments_read_and_write},
	{"years outside 0001 to 9999 are refused", years_outside_four_digits_are_refused},
	{"what is no moment of the calendar is refused", what_is_no_moment_is_refused},
	{"every day of the calendar reads and writes", every_day_of_the_calendar_is_counted},
	{"the order of texts is the order of time", text_order_is_time_order},
	{"the compact form drops punctuation", the_compact_form_drops_punctuation},
	{"what is no moment in its compact form is refused", what_is_no_compact_moment_is_refused},
};

TAP_MAIN(tests)
