/*
 * Moments of the proleptic Gregorian calendar. Days are counted by the era of 400 years (146,097 days), years from
 * March, so that the leap day is the last of a year.
 */
#include "moment.h"

static const int64_t second_micros = 1000000;
static const int64_t day_micros = INT64_C(86400) * 1000000;

/* Days from 1970-01-01 to the first of March of year 0, which is when era 0 begins. */
static const int64_t era_offset = 719468;
static const int64_t era_days = 146097;

/* 0001-01-01 and 10000-01-01, in days since 1970-01-01. */
static const int64_t first_day = -719162;
static const int64_t end_day = 2932897;

/* Where the fields of a stored moment stand; what is not listed is punctuation. */
static const struct {
	int at;
	int width;
} fields[] = {{0, 4}, {5, 2}, {8, 2}, {11, 2}, {14, 2}, {17, 2}, {20, 6}};

enum { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, MICRO, FIELDS };

static const char pattern[MOMENT_SIZE + 1] = "0000-00-00T00:00:00.000000Z";

static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
	const int64_t march_year = month > 2 ? year : year - 1;
	const int64_t era = march_year / 400; /* year >= 1, so march_year >= 0 */
	const int64_t year_of_era = march_year % 400;
	const int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return era * era_days + day_of_era - era_offset;
}

static int64_t days_in_month(int64_t year, int64_t month)
{
	static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

bool moment_format(int64_t micros, char ret_text[static MOMENT_SIZE])
{
	int64_t rest = micros % day_micros;
	int64_t days = micros / day_micros;
	if (rest < 0) {
		rest += day_micros;
		days--;
	}
	if (days < first_day || days >= end_day)
		return false;

	const int64_t era_day = days + era_offset;
	const int64_t era = era_day / era_days;
	const int64_t day_of_era = era_day % era_days;
	const int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	const int64_t march_month = (5 * day_of_year + 2) / 153;
	const int64_t month = march_month < 10 ? march_month + 3 : march_month - 9;
	const int64_t values[FIELDS] = {
		[YEAR] = era * 400 + year_of_era + (month <= 2 ? 1 : 0),
		[MONTH] = month,
		[DAY] = day_of_year - (153 * march_month + 2) / 5 + 1,
		[HOUR] = rest / (3600 * second_micros),
		[MINUTE] = rest / (60 * second_micros) % 60,
		[SECOND] = rest / second_micros % 60,
		[MICRO] = rest % second_micros,
	};
	memcpy(ret_text, pattern, MOMENT_SIZE);
	for (size_t i = 0; i < FIELDS; i++) {
		int64_t value = values[i];
		for (int digit = fields[i].width - 1; digit >= 0; digit--, value /= 10)
			ret_text[fields[i].at + digit] = (char)('0' + value % 10);
	}
	return true;
}

/* Digits where a moment has them, and its other characters. */
static bool has_form(const char text[static MOMENT_SIZE])
{
	for (size_t i = 0; i < MOMENT_SIZE; i++)
		if (pattern[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != pattern[i])
			return false;
	return true;
}

bool moment_parse(struct text text, int64_t *ret_micros)
{
	if (text.size != MOMENT_SIZE || !has_form(text.data))
		return false;
	int64_t values[FIELDS] = {0};
	for (size_t i = 0; i < FIELDS; i++)
		for (int digit = 0; digit < fields[i].width; digit++)
			values[i] = values[i] * 10 + (text.data[fields[i].at + digit] - '0');

	if (values[YEAR] < 1 || values[MONTH] < 1 || values[MONTH] > 12 || values[DAY] < 1 ||
		values[DAY] > days_in_month(values[YEAR], values[MONTH]) || values[HOUR] > 23 || values[MINUTE] > 59 ||
		values[SECOND] > 59)
		return false;
	const int64_t seconds = values[HOUR] * 3600 + values[MINUTE] * 60 + values[SECOND];
	*ret_micros =
		days_of(values[YEAR], values[MONTH], values[DAY]) * day_micros + seconds * second_micros + values[MICRO];
	return true;
}

/* Whether the compact form has what stands here. */
static bool is_kept(size_t at)
{
	return pattern[at] == '0' || pattern[at] == 'T' || pattern[at] == 'Z';
}

void moment_compact(const char text[static MOMENT_SIZE], char ret_text[static MOMENT_COMPACT_SIZE])
{
	size_t written = 0;
	for (size_t i = 0; i < MOMENT_SIZE; i++)
		if (is_kept(i))
			ret_text[written++] = text[i];
}

/* The stored form of a compact one, whatever stands in it. False where that has another size. */
static bool expand(struct text text, char ret_full[static MOMENT_SIZE])
{
	size_t read = 0;
	if (text.size != MOMENT_COMPACT_SIZE)
		return false;
	for (size_t i = 0; i < MOMENT_SIZE; i++)
		ret_full[i] = is_kept(i) ? text.data[read++] : pattern[i];
	return true;
}

bool moment_compact_digits(struct text text)
{
	char full[MOMENT_SIZE];
	return expand(text, full) && has_form(full);
}

bool moment_compact_valid(struct text text)
{
	char full[MOMENT_SIZE];
	int64_t micros;
	return expand(text, full) && moment_parse((struct text){.data = full, .size = sizeof(full)}, &micros);
}
