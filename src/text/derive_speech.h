/*
 * Whether a marker counts, and for whom: the expert that its row, list item or line names, else the part's; the round of its row,
 * else the part's (import.md, Markers). A row that names somebody who takes no part names nobody.
 */
#ifndef DERIVE_SPEECH_H
#define DERIVE_SPEECH_H

#include "derive_work.h"

enum speech_verdict {
	SPEECH_NONE,    /* no marker at all: in a prompt, quoted, in a summary table, or said again elsewhere */
	SPEECH_UNKNOWN, /* has the form of a marker and no known keyword */
	SPEECH_NOBODY,  /* a marker whose expert or round cannot be told */
	SPEECH_UNCLEAR, /* a move without brackets that goes on as a sentence of an expert's, behind neither bold label nor name */
	SPEECH_COUNTS,
};

struct speech {
	const struct scan_marker *marker;
	struct work_place place;
	struct text body; /* of the marker, as far as its speaker goes on; absent when it says nothing */
	struct text expert;
	int round;
	bool named; /* its row, item or line names who says it, and that is not the part's expert */
};

/* derive_speech_read(work, file, marker, ret_speech): decides; *ret_speech is set but for SPEECH_NONE. */
enum speech_verdict derive_speech_read(struct derive_work *work, const struct work_file *file,
									   const struct scan_marker *marker, struct speech *ret_speech);

/* derive_speech_full(work, count, max, speech): derive_work_full for a marker, which then does not count as recognised. */
bool derive_speech_full(struct derive_work *work, size_t count, size_t max, const struct speech *speech);

/* derive_speech_sums_up(work, table): a table of an expert's that sums up markers, and holds none. */
bool derive_speech_sums_up(struct derive_work *work, const struct scan_table *table);

/* derive_speech_table(file, offset): the table in which an offset lies, or NULL. */
const struct scan_table *derive_speech_table(const struct work_file *file, size_t offset);

#endif
