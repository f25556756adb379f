/*
 * The crypto audit log: every use of a key as a line of JSON, for people and collectors, each naming the hash of the one before.
 * It shows gaps, not a rewrite: no claim rests on it.
 *
 *     {"seq":…, "event_id":…, "time":…, "trace_id":…, "span_id":…, "operation":…, "key_id":…, "count":…, "principal":…,
 *      "outcome":…, "previous":…, "hash":…}
 *     hash = SHA(0x03 || cbor([1, seq, event_id, time, trace_id, span_id, operation, key_id, count, principal, outcome, previous]))
 *
 * previous and hash are 64 hex digits, of the first line's previous zeros; in the CBOR previous is a byte string and what is absent is
 * "". event_id is a UUID of version 7 (RFC 9562), trace_id and span_id are those of TRACEPARENT (W3C Trace Context).
 */
#ifndef AUDIT_H
#define AUDIT_H

#include "hash.h"
#include "moment.h"
#include "settings.h"
#include "vault_audit.h"

/* Kept by who made it as long as the vault that uses its slot. */
struct audit {
	struct vault_audit slot;
	const struct hansard_options *options;
	struct text folder;    /* of a file that is named, made when first needed; absent: the file is a path */
	struct text path;      /* of the file; absent: lines go to options->audit */
	struct text principal; /* who uses the keys */
	struct text trace_id, span_id;
	struct hash_context *hash;
	struct audit_tail {
		int64_t seq;
		struct digest hash; /* of the last line */
	} tail;                 /* of lines that go to options->audit */
};

/* audit_begin(audit, arena, options, settings, ret_slot, error): as the settings say: a file, a collector, or none, and then *ret_slot is
   NULL. Errors: HANSARD_INVALID "no_home"; HANSARD_FAILED. */
enum hansard_status audit_begin(struct audit *audit, struct arena *arena, const struct hansard_options *options,
								const struct settings *settings, const struct vault_audit **ret_slot,
								struct hansard_error *error);

/* audit_check(audit, ret_none, error): whether a line could be appended to its file now, as far as can be told without making or locking anything.
   *ret_none: its disk cannot be written, and nothing is logged. Errors: HANSARD_FAILED "audit_failed", as of a line. */
enum hansard_status audit_check(const struct audit *audit, bool *ret_none, struct hansard_error *error);

/* audit_size(audit, descriptor, ret_size, error): the size of its file, which is open, at a moment when nobody is in the middle of a
   line, where files can be locked. Errors: HANSARD_BUSY "audit_busy" where another process keeps it locked; HANSARD_FAILED. */
enum hansard_status audit_size(const struct audit *audit, int descriptor, int64_t *ret_size,
							   struct hansard_error *error);

struct session_request;

/* audit_count(audit, request, ret_lines, ret_broken, error): reads its file, and counts the lines and those that do not follow from the one before.
   The request lends its memory, and nothing is written to it. Errors: HANSARD_NOT_FOUND where there is no file yet; HANSARD_USAGE where it is kept in
   none; HANSARD_BUSY as audit_size(); HANSARD_INVALID, HANSARD_FAILED. */
enum hansard_status audit_count(struct audit *audit, struct session_request *request, size_t *ret_lines,
								size_t *ret_broken, struct hansard_error *error);

/* audit_finish(audit): takes one that is zeroed. */
void audit_finish(struct audit *audit);

/* One line, read back. Views into it. */
struct audit_line {
	int64_t seq, count;
	struct text event_id, time, trace_id, span_id, operation, key_id, principal, outcome;
	struct digest previous, hash;
};

/* audit_hash(context, line, ret_hash): what its hash must be. False when OpenSSL or memory fails. */
bool audit_hash(struct hash_context *context, const struct audit_line *line, struct digest *ret_hash);

enum { AUDIT_LINE_LIMIT = 4096 };

/* audit_read_line(arena, text, ret_line): takes one line of JSON apart. False when it is none, or its numbers are none that a line
   has: seq is 1 to LIMIT_INTEGER, count 0 to LIMIT_INTEGER. */
bool audit_read_line(struct arena *arena, struct text text, struct audit_line *ret_line);

#endif
