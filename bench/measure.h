/*
 * What every benchmark measures with: a clock, one figure of many samples, lines of output, and a way to give up.
 */
#ifndef MEASURE_H
#define MEASURE_H

#include <stddef.h>

/* Samples of one figure, in microseconds. Zeroed: none yet. */
enum { MEASURE_MOST = 1000 };
struct measure {
	double samples[MEASURE_MOST];
	size_t count;
};

/* measure_die(format, ...): says why on standard error and ends the program. */
void measure_die(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* measure_now_us(): a clock that only goes forward, in microseconds. */
double measure_now_us(void);

/* measure_add(measure, us): one more sample, at most MEASURE_MOST. */
void measure_add(struct measure *measure, double us);

/* measure_low(measure): the sample that a tenth of them are below: what else the machine does only adds, and to the figures of one run
   unevenly. There is at least one; sorts them. */
double measure_low(struct measure *measure);

/* measure_median(measure): the middle one, where the other side has a machine of its own to wait for. There is at least one; sorts them. */
double measure_median(struct measure *measure);

/* measure_line(name, ratio, format, ...): one figure: its name, its ratio, and what that is in words, units and the aim. */
void measure_line(const char *name, double ratio, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* measure_note(name, format, ...): a line without a ratio. */
void measure_note(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
