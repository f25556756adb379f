/*
 * Reading the audit log back: its lines, and whether each follows from the one before.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "answer.h"
#include "count.h"
#include "error.h"
#include "limits.h"
#include "report.h"

enum { WINDOW = 16 * AUDIT_LINE_LIMIT };

/* One reading of the log. */
struct reading {
	struct session_request *request;
	struct answer answer;
	struct audit *audit;
	const struct hansard_audit_request *asked;
	char since[MOMENT_SIZE]; /* where asked->since is one */
	bool as_json;
	bool counting; /* nothing is written: how many lines are meant */
	struct audit_tail tail;
	size_t lines, faults;
	size_t meant; /* lines that are asked for */
	size_t from;  /* so many of these are not shown: they are older than what is asked for */
	int64_t end;  /* of what is read: behind it somebody may be in the middle of a line; 0: it was not looked for yet */
};

static bool write_fault(struct reading *run, const char *what)
{
	run->faults++;
	if (run->counting)
		return true;
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

/* "dialogue:steel/entity:dek/0001" begins with "dialogue:st". */
static bool is_of_dialogue(struct text key_id, const char *name)
{
	const struct text prefix = TEXT("dialogue:"), id = text_of_string(name);
	return text_starts_with(key_id, prefix) && text_starts_with(text_slice(key_id, prefix.size, key_id.size), id);
}

static bool is_meant(const struct reading *run, const struct audit_line *line)
{
	const struct hansard_audit_request *asked = run->asked;
	const struct text since = {.data = run->since, .size = MOMENT_SIZE};
	return (asked->since == NULL || text_compare(line->time, since) >= 0) &&
		   (asked->operation == NULL || text_is(line->operation, asked->operation)) &&
		   (asked->dialogue == NULL || is_of_dialogue(line->key_id, asked->dialogue));
}

/* Shows a line where it is asked for. */
static bool show_line(struct reading *run, const struct audit_line *line)
{
	if (run->asked->check || !is_meant(run, line))
		return true;
	run->meant++;
	return run->counting || run->meant <= run->from || write_line(run, line);
}

/* What is wrong with a line behind the tail, or NULL. */
static const char *fault_of(struct reading *run, const struct audit_line *line)
{
	struct digest hash;
	if (!audit_hash(run->audit->hash, line, &hash) || !digest_equal(&hash, &line->hash))
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
		good = show_line(run, &line) && (fault == NULL || write_fault(run, fault));
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
	const struct audit *audit = run->audit;
	struct window *window = arena_allocate(run->request->arena, sizeof(*window));
	int descriptor = -1;
	enum hansard_status status = window == NULL ? error_memory(error) : open_file(audit, &descriptor, error);
	if (status != HANSARD_OK)
		return status;
	if (run->end == 0)
		status = audit_size(audit, descriptor, &run->end, error);
	int64_t left = run->end;
	ssize_t got = 1;
	while (status == HANSARD_OK && got != 0) {
		const size_t room = WINDOW - window->size;
		got = read(descriptor, window->data + window->size, left < (int64_t)room ? (size_t)left : room);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			status = fail_io(audit, error);
			break;
		}
		left -= got;
		window->size += (size_t)got;
		if (!take_lines(run, window, got == 0))
			status = error_memory(error);
	}
	close(descriptor);
	return status;
}

/* Takes YYYY-MM-DD, alone or with a time of the day, for the moment that it begins with. */
static enum hansard_status take_since(struct reading *run, struct hansard_error *error)
{
	static const char zero[] = "0000-01-01T00:00:00.000000Z";
	int64_t micros;
	struct text given = text_of_string(run->asked->since != NULL ? run->asked->since : "");
	if (run->asked->since == NULL)
		return HANSARD_OK;
	if (given.size > 0 && given.data[given.size - 1] == 'Z')
		given.size--;
	memcpy(run->since, zero, MOMENT_SIZE);
	if (given.size == 10 || given.size == 16 || given.size == 19 || given.size == MOMENT_SIZE - 1) {
		memcpy(run->since, given.data, given.size);
		if (moment_parse((struct text){.data = run->since, .size = MOMENT_SIZE}, &micros))
			return HANSARD_OK;
	}
	error_set(error, HANSARD_USAGE, "invalid_time", "\"%.40s\" is no time", run->asked->since);
	error_hint(error, "it is a day, 2026-05-04, or a time of it in UTC, 2026-05-04T09:00 or 2026-05-04T09:00:00Z");
	return HANSARD_USAGE;
}

/* Which of the lines that are meant are the newest. */
static enum hansard_status find_newest(struct reading *run, struct hansard_error *error)
{
	struct reading count = *run;
	count.counting = true;
	const enum hansard_status status = read_file(&count, error);
	run->end = count.end;
	run->from = count.meant > run->asked->limit ? count.meant - run->asked->limit : 0;
	return status;
}

static bool write_opening(struct reading *run)
{
	if (run->as_json) {
		answer_begin(&run->answer, &run->request->out, "audit");
		answer_text(&run->answer, "file", run->audit->path);
		answer_array(&run->answer, "lines");
		return true;
	}
	return run->asked->check ||
		   (report_fold(
				run->request, 0,
				"Uses of keys, oldest first, by whoever ran hansard here. derive: a KEK from the UMK; wrap and "
				"unwrap: a dialogue's key under a KEK; seal and open: what the dialogue holds, with that key. More: hansard help words.") &&
			session_say(run->request, "\n%6s  %-27s  %-6s %-7s %6s  %s  %s\n", "line", "time", "use", "outcome",
						"times", "who", "key"));
}

static bool write_end(struct reading *run, struct hansard_error *error)
{
	const size_t shown = run->meant - run->from;
	if (run->as_json) {
		answer_end(&run->answer);
		answer_integer(&run->answer, "count", (int64_t)run->lines);
		answer_integer(&run->answer, "broken", (int64_t)run->faults);
		return answer_finish(&run->answer, error) == HANSARD_OK;
	}
	if (!run->asked->check && shown < run->lines &&
		!session_say(run->request,
					 run->from > 0 ? "shown are the newest %zu of %zu: --limit N shows more\n" : "shown are %zu\n",
					 shown, run->meant))
		return false;
	return session_say(run->request, "%zu line%s, %zu broken\n", run->lines, count_s(run->lines), run->faults);
}

static enum hansard_status read_log(struct reading *run, struct hansard_error *error)
{
	struct session_request *request = run->request;
	enum hansard_status status = take_since(run, error);
	if (status == HANSARD_OK && run->asked->check &&
		(run->asked->limit > 0 || run->asked->since != NULL || run->asked->operation != NULL ||
		 run->asked->dialogue != NULL)) {
		error_set(error, HANSARD_USAGE, "usage", "a log is verified as a whole");
		error_hint(error, "hansard audit show narrows what is shown, and verifies all of it");
		status = HANSARD_USAGE;
	}
	if (status == HANSARD_OK && run->asked->limit > 0)
		status = find_newest(run, error);
	if (status != HANSARD_OK)
		return status;
	bool good = write_opening(run);
	status = good ? read_file(run, error) : error_memory(error);
	good = good && status == HANSARD_OK && write_end(run, error);
	if (!good) {
		request->out.size = 0;
		return status != HANSARD_OK ? status : error_memory(error);
	}
	if (run->faults == 0)
		return HANSARD_OK;
	error_set(error, HANSARD_VIOLATED, "audit_gap",
			  "%zu of %zu line%s of the audit log %s not follow from the one before", run->faults, run->lines,
			  count_s(run->lines), count_word(run->faults, "does", "do"));
	error_hint(error,
			   "the log goes on behind a gap, and shows it; to begin one without, move " ERROR_TEXT " away and keep it",
			   ERROR_TEXT_ARGS(run->audit->path));
	return HANSARD_VIOLATED;
}

enum hansard_status audit_count(struct audit *audit, struct session_request *request, size_t *ret_lines,
								size_t *ret_broken, struct hansard_error *error)
{
	const struct hansard_audit_request asked = {.check = true};
	struct reading run = {.request = request, .audit = audit, .asked = &asked, .counting = true};
	const enum hansard_status status = read_file(&run, error);
	*ret_lines = run.lines;
	*ret_broken = run.faults;
	return status;
}

enum hansard_status hansard_audit(struct hansard *store, const struct hansard_audit_request *asked,
								  struct hansard_output *ret_out, struct hansard_error *error)
{
	struct session_request request;
	enum hansard_status status = session_begin(&request, store, error);
	struct reading run = {.request = &request,
						  .audit = store != NULL ? &store->audit : NULL,
						  .asked = asked,
						  .as_json = store->options.format == HANSARD_JSON};
	if (status == HANSARD_OK)
		status = read_log(&run, error);
	return session_finish(&request, status, ret_out, error);
}
