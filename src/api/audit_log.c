/*
 * Reading the audit log back: its lines, and whether each follows from the one before.
 */
#include "answer.h"
#include "disk.h"
#include "error.h"
#include "limits.h"
#include "session.h"

enum { AUDIT_FILE_LIMIT = 256 * 1024 * 1024 };

/* One reading of the log. */
struct reading {
	struct session_request *request;
	struct answer answer;
	bool as_json, shown; /* lines are shown, not only checked */
	struct audit_tail tail;
	size_t lines, faults;
};

static bool write_fault(struct reading *run, const char *what)
{
	run->faults++;
	if (!run->as_json)
		return session_say(run->request, "BROKEN line %zu: %s\n", run->lines, what);
	answer_object(&run->answer, NULL);
	answer_integer(&run->answer, "line", (int64_t)run->lines);
	answer_string(&run->answer, "fault", what);
	answer_end(&run->answer);
	return true;
}

static bool write_line(struct reading *run, const struct audit_line *line)
{
	const struct text key = session_clean(run->request, line->key_id),
					  principal = session_clean(run->request, line->principal);
	if (!run->as_json)
		return session_say(run->request, "%6lld  %.*s  %-6.*s %-7.*s %6lld  %.*s  %.*s\n", (long long)line->seq,
						   (int)line->time.size, line->time.data, (int)line->operation.size, line->operation.data,
						   (int)line->outcome.size, line->outcome.data, (long long)line->count, (int)principal.size,
						   principal.data, (int)key.size, key.data);
	answer_object(&run->answer, NULL);
	answer_integer(&run->answer, "seq", line->seq);
	answer_text(&run->answer, "event_id", line->event_id);
	answer_text(&run->answer, "time", line->time);
	answer_text(&run->answer, "trace_id", line->trace_id);
	answer_text(&run->answer, "span_id", line->span_id);
	answer_text(&run->answer, "operation", line->operation);
	answer_text(&run->answer, "key_id", line->key_id);
	answer_integer(&run->answer, "count", line->count);
	answer_text(&run->answer, "principal", line->principal);
	answer_text(&run->answer, "outcome", line->outcome);
	answer_end(&run->answer);
	return true;
}

/* What is wrong with a line behind the tail, or NULL. */
static const char *fault_of(struct reading *run, const struct audit_line *line)
{
	struct digest hash;
	if (!audit_hash(run->request->store->audit.hash, line, &hash) || !digest_equal(&hash, &line->hash))
		return "does not have the hash of what it says";
	if (line->seq != run->tail.seq + 1)
		return "does not have the next number: lines are missing";
	if (!digest_equal(&line->previous, &run->tail.hash))
		return "does not follow from the line before it";
	return NULL;
}

static bool read_one(struct reading *run, struct text text)
{
	struct arena *arena = arena_create(LIMIT_ARENA);
	struct audit_line line;
	bool good = arena != NULL;
	run->lines++;
	if (good && !audit_read_line(arena, text, &line)) {
		good = write_fault(run, "is no line of the log");
	} else if (good) {
		const char *fault = fault_of(run, &line);
		good = (!run->shown || write_line(run, &line)) && (fault == NULL || write_fault(run, fault));
		run->tail = (struct audit_tail){.seq = line.seq, .hash = line.hash};
	}
	arena_destroy(arena);
	return good;
}

static enum hansard_status read_file(struct reading *run, struct hansard_error *error)
{
	struct bytes content;
	const struct audit *audit = &run->request->store->audit;
	if (!text_present(audit->path)) {
		error_set(error, HANSARD_USAGE, "no_audit_file", "the audit log is not kept in a file here");
		error_hint(error, "[keys] audit names the file");
		return HANSARD_USAGE;
	}
	const enum hansard_status status = disk_read(run->request->arena, audit->path, AUDIT_FILE_LIMIT, &content, error);
	if (status != HANSARD_OK)
		return status;
	struct text rest = text_of_bytes(content);
	while (rest.size > 0) {
		const size_t end = text_find(rest, TEXT("\n"), 0);
		if (!read_one(run, text_slice(rest, 0, end)))
			return error_memory(error);
		rest = end == SIZE_MAX ? TEXT("") : text_slice(rest, end + 1, rest.size);
	}
	return HANSARD_OK;
}

static enum hansard_status read_log(struct session_request *request, bool check, struct hansard_error *error)
{
	struct reading run = {
		.request = request, .as_json = request->store->options.format == HANSARD_JSON, .shown = !check};
	if (run.as_json) {
		answer_begin(&run.answer, &request->out, "audit");
		answer_text(&run.answer, "file", request->store->audit.path);
		answer_array(&run.answer, "lines");
	}
	enum hansard_status status = read_file(&run, error);
	bool good = true;
	if (status == HANSARD_OK && run.as_json) {
		answer_end(&run.answer);
		answer_integer(&run.answer, "count", (int64_t)run.lines);
		answer_integer(&run.answer, "broken", (int64_t)run.faults);
		good = answer_finish(&run.answer, error) == HANSARD_OK;
	} else if (status == HANSARD_OK) {
		good = session_say(request, "%zu line%s, %zu broken\n", run.lines, run.lines == 1 ? "" : "s", run.faults);
	}
	if (status != HANSARD_OK || !good) {
		request->out.size = 0;
		return status != HANSARD_OK ? status : error_memory(error);
	}
	return run.faults == 0 ? HANSARD_OK
						   : error_set(error, HANSARD_VIOLATED, "audit_gap",
									   "%zu of %zu lines of the audit log do not follow from the one before",
									   run.faults, run.lines);
}

enum hansard_status hansard_audit(struct hansard *store, bool check, struct hansard_output *ret_out,
								  struct hansard_error *error)
{
	struct session_request request;
	enum hansard_status status = session_begin(&request, store, error);
	if (status == HANSARD_OK)
		status = read_log(&request, check, error);
	return session_finish(&request, status, ret_out, error);
}
