/*
 * Scanning a text in a test, and what was found as one line that a table of expectations can hold.
 */
#ifndef SCAN_SAMPLE_H
#define SCAN_SAMPLE_H

#include <tap.h>

#include "scan.h"

/* A scanned text; its arena is freed by scan_sample_finish(), or by the next scan_sample(). */
const struct scan_file *scan_sample(struct text content);

void scan_sample_finish(void);

/* The arena of the last sample. */
struct arena *scan_sample_arena(void);

/* scan_sample_marker(marker): `resolve T1,MACARON:T1 to=Strudel "label" 'body'`, parts that are absent left out. */
const char *scan_sample_marker(const struct scan_marker *marker);

/* scan_sample_markers(content): all markers of a text so, joined with " ; ". */
const char *scan_sample_markers(const char *content);

/* scan_sample_ids(ids, count): `T1 MUFFIN:R1:T1-R1` joined with ','. */
const char *scan_sample_ids(const struct scan_id *ids, size_t count);

#endif
