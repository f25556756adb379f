/*
 * Reading the audit log back: its lines, and whether each follows from the one before.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "answer.h"
#include "error.h"
#include "limits.h"
#include "session.h"

enum { WINDOW = 16 * AUDIT_LINE_LIMIT };

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
	if (!run->as_json) {
		struct session_request *request = run->request;
		const struct text time = session_clean(request, line->time), key = session_clean(request, line->key_id),
						  operation = session_clean(request, line->operation),
						  outcome = session_clean(request, line->outcome),
						  principal = session_clean(request, line->principal);
		return session_say(request, "%6lld  %.*s  %-6.*s %-7.*s %6lld  %.*s  %.*s\n", (long long)line->seq,
						   (int)time.size, time.data, (int)operation.size, operation.data, (int)outcome.size,
						   outcome.data, (long long)line->count, (int)principal.size, principal.data, (int)key.size,
						   key.data);
	}
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

static enum hansard_status fail_io(const struct audit *audit, struct hansard_error *error)
{
	const int number = errno;
	error_set(error, number == ENOENT ? HANSARD_NOT_FOUND : HANSARD_FAILED, "io",
			  "the audit log " ERROR_TEXT " cannot be read: %s", ERROR_TEXT_ARGS(audit->path), strerror(number));
	error_hint(error, number == ENOENT ? "it is made when a key is used for the first time; HANSARD_AUDIT names another"
									   : "look at its owner and mode; HANSARD_AUDIT names another");
	return number == ENOENT ? HANSARD_NOT_FOUND : HANSARD_FAILED;
}

/* Opens the file, which is of any size. */
static enum hansard_status open_file(const struct audit *audit, int *ret_descriptor, struct hansard_error *error)
{
	struct stat status;
	if (!text_present(audit->path)) {
		error_set(error, HANSARD_USAGE, "no_audit_file", "the audit log is not kept in a file here");
		error_hint(error, "[keys] audit or HANSARD_AUDIT names the file");
		return HANSARD_USAGE;
	}
	const int descriptor = open(audit->path.data, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (descriptor < 0)
		return fail_io(audit, error);
	if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)) {
		*ret_descriptor = descriptor;
		return HANSARD_OK;
	}
	close(descriptor);
	error_set(error, HANSARD_INVALID, "not_a_file", ERROR_TEXT " is no regular file", ERROR_TEXT_ARGS(audit->path));
	error_hint(error, "put the file itself there, or move what stands there away");
	return HANSARD_INVALID;
}

/* What was read and not yet taken. Of a line that does not fit only the start is seen, which is no line of the log. */
struct window {
	size_t size;
	bool inside; /* of a line whose start was taken already */
	char data[WINDOW];
};

/* Takes the lines in the window; at the end of the file its last one, too. */
static bool take_lines(struct reading *run, struct window *window, bool ended)
{
	const struct text all = {.data = window->data, .size = window->size};
	size_t from = 0;
	bool good = true;
	for (size_t end; good && (end = text_find(all, TEXT("\n"), from)) != SIZE_MAX; from = end + 1) {
		good = window->inside || read_one(run, text_slice(all, from, end));
		window->inside = false;
	}
	const bool full = from == 0 && all.size == WINDOW;
	if (good && (ended || full) && from < all.size) {
		good = window->inside || read_one(run, text_slice(all, from, all.size));
		window->inside = true;
		from = all.size;
	}
	memmove(window->data, window->data + from, all.size - from);
	window->size = all.size - from;
	return good;
}

static enum hansard_status read_file(struct reading *run, struct hansard_error *error)
{
	const struct audit *audit = &run->request->store->audit;
	struct window *window = arena_allocate(run->request->arena, sizeof(*window));
	int descriptor = -1;
	enum hansard_status status = window == NULL ? error_memory(error) : open_file(audit, &descriptor, error);
	if (status != HANSARD_OK)
		return status;
	ssize_t got = 1;
	while (status == HANSARD_OK && got != 0) {
		got = read(descriptor, window->data + window->size, WINDOW - window->size);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			status = fail_io(audit, error);
			break;
		}
		window->size += (size_t)got;
		if (!take_lines(run, window, got == 0))
			status = error_memory(error);
	}
	close(descriptor);
	return status;
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
	if (run.faults == 0)
		return HANSARD_OK;
	error_set(error, HANSARD_VIOLATED, "audit_gap",
			  "%zu of %zu lines of the audit log do not follow from the one before", run.faults, run.lines);
	error_hint(error,
			   "the log goes on behind a gap, and shows it; to begin one without, move " ERROR_TEXT " away and keep it",
			   ERROR_TEXT_ARGS(request->store->audit.path));
	return HANSARD_VIOLATED;
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
