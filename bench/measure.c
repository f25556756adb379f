/*
 * Clock, figures and lines. Nothing of hansard or of SQLite: the program with SQLCipher in it measures with this, too.
 */
#include "measure.h"

#include <stdarg.h>

void measure_die(const char *format, ...)
{
	va_list arguments;
	fputs("bench: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(1);
}

double measure_now_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

void measure_add(struct measure *measure, double us)
{
	if (measure->count == MEASURE_MOST)
		measure_die("more than %d samples", MEASURE_MOST);
	measure->samples[measure->count++] = us;
}

static int compare_doubles(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void sort(struct measure *measure)
{
	if (measure->count == 0)
		measure_die("a figure without samples");
	qsort(measure->samples, measure->count, sizeof(*measure->samples), compare_doubles);
}

double measure_low(struct measure *measure)
{
	sort(measure);
	return measure->samples[measure->count / 10];
}

double measure_median(struct measure *measure)
{
	sort(measure);
	return measure->samples[measure->count / 2];
}

void measure_line(const char *name, double ratio, const char *format, ...)
{
	va_list arguments;
	printf("%-9s %6.2f x  ", name, ratio);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
}

void measure_note(const char *name, const char *format, ...)
{
	va_list arguments;
	printf("%-9s           ", name);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
}
