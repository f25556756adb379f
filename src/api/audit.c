/*
 * Lines of the audit log, and the file that they are appended to. A writer holds a lock on the file while it reads the last line and
 * appends the next, so that several processes make one chain.
 */
#include "audit.h"

#include <fcntl.h>
#include <jansson.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base64.h"
#include "cbor_write.h"
#include "disk.h"
#include "error.h"
#include "json_write.h"
#include "keyring_lock.h"
#include "limits.h"
#include "writable.h"

enum { UUID_SIZE = 36, VERSION = 1 };

/* A byte of a name is six characters at most; 768 are more than all the rest of a line takes. */
_Static_assert(6 * LIMIT_PRINCIPAL + LIMIT_ADDRESS + 768 <= AUDIT_LINE_LIMIT, "every line can be written and read");

static const uint8_t audit_prefix = 0x03;

bool audit_hash(struct hash_context *context, const struct audit_line *line, struct digest *ret_hash)
{
	uint8_t data[AUDIT_LINE_LIMIT];
	struct buffer out = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	struct cbor_writer writer;
	cbor_write_begin(&writer, &out);
	cbor_write_array(&writer, 12);
	cbor_write_integer(&writer, VERSION);
	cbor_write_integer(&writer, line->seq);
	cbor_write_text(&writer, line->event_id);
	cbor_write_text(&writer, line->time);
	cbor_write_text(&writer, line->trace_id);
	cbor_write_text(&writer, line->span_id);
	cbor_write_text(&writer, line->operation);
	cbor_write_text(&writer, line->key_id);
	cbor_write_integer(&writer, line->count);
	cbor_write_text(&writer, line->principal);
	cbor_write_text(&writer, line->outcome);
	cbor_write_bytes(&writer, digest_view(&line->previous));
	if (!cbor_write_finish(&writer))
		return false;
	const struct bytes pieces[] = {{.data = &audit_prefix, .size = 1}, buffer_view(&out)};
	return hash_of(context, pieces, 2, ret_hash);
}

/* A text of an object, absent when there is none. */
static struct text member(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);
	return json_is_string(value) ? (struct text){.data = json_string_value(value), .size = json_string_length(value)}
								 : TEXT_ABSENT;
}

static bool copy_member(struct arena *arena, const json_t *object, const char *name, struct text *ret_text)
{
	const struct text text = member(object, name);
	return text_present(text) && arena_copy_text(arena, text, ret_text);
}

static bool copy_digest(const json_t *object, const char *name, struct digest *ret_digest)
{
	const struct text text = member(object, name);
	return text_present(text) && base64_hex_decode(text, ret_digest->bytes, DIGEST_SIZE);
}

static bool read_members(struct arena *arena, const json_t *object, struct audit_line *line)
{
	const json_t *seq = json_object_get(object, "seq"), *count = json_object_get(object, "count");
	if (json_object_size(object) != 12 || !json_is_integer(seq) || !json_is_integer(count))
		return false;
	line->seq = json_integer_value(seq);
	line->count = json_integer_value(count);
	if (line->seq < 1 || line->seq > LIMIT_INTEGER || line->count < 0 || line->count > LIMIT_INTEGER)
		return false;
	return copy_member(arena, object, "event_id", &line->event_id) && copy_member(arena, object, "time", &line->time) &&
		   copy_member(arena, object, "trace_id", &line->trace_id) &&
		   copy_member(arena, object, "span_id", &line->span_id) &&
		   copy_member(arena, object, "operation", &line->operation) &&
		   copy_member(arena, object, "key_id", &line->key_id) &&
		   copy_member(arena, object, "principal", &line->principal) &&
		   copy_member(arena, object, "outcome", &line->outcome) && copy_digest(object, "previous", &line->previous) &&
		   copy_digest(object, "hash", &line->hash);
}

bool audit_read_line(struct arena *arena, struct text text, struct audit_line *ret_line)
{
	struct audit_line line = {0};
	json_t *object =
		text.size > AUDIT_LINE_LIMIT ? NULL : json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
	const bool good = json_is_object(object) && read_members(arena, object, &line);
	json_decref(object);
	if (good)
		*ret_line = line;
	return good;
}

static void write_pair(struct json_writer *writer, const char *name, struct text value)
{
	json_write_key(writer, name);
	json_write_text(writer, value);
}

static void write_number(struct json_writer *writer, const char *name, int64_t value)
{
	json_write_key(writer, name);
	json_write_integer(writer, value);
}

static void write_digest(struct json_writer *writer, const char *name, const struct digest *digest)
{
	uint8_t data[2 * DIGEST_SIZE];
	struct buffer hex = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	(void)base64_hex_append(&hex, digest_view(digest));
	write_pair(writer, name, buffer_text(&hex));
}

static bool write_line(struct buffer *out, const struct audit_line *line)
{
	struct json_writer writer;
	json_write_begin(&writer, out, true);
	json_write_object(&writer);
	write_number(&writer, "seq", line->seq);
	write_pair(&writer, "event_id", line->event_id);
	write_pair(&writer, "time", line->time);
	write_pair(&writer, "trace_id", line->trace_id);
	write_pair(&writer, "span_id", line->span_id);
	write_pair(&writer, "operation", line->operation);
	write_pair(&writer, "key_id", line->key_id);
	write_number(&writer, "count", line->count);
	write_pair(&writer, "principal", line->principal);
	write_pair(&writer, "outcome", line->outcome);
	write_digest(&writer, "previous", &line->previous);
	write_digest(&writer, "hash", &line->hash);
	json_write_end(&writer);
	return json_write_finish(&writer) && (out->data[out->size - 1] == '\n' || buffer_append_byte(out, '\n'));
}

/* A UUID of version 7: 48 bits of Unix milliseconds, version, 12 random bits, variant, 62 random bits. */
static bool draw_id(const struct hansard_platform *platform, int64_t micros, char ret_id[static UUID_SIZE + 1])
{
	uint8_t id[16];
	const uint64_t millis = (uint64_t)(micros / 1000);
	if (!platform->entropy(platform->context, id, sizeof(id)))
		return false;
	for (size_t i = 0; i < 6; i++)
		id[i] = (uint8_t)(millis >> (40 - 8 * i));
	id[6] = (uint8_t)(0x70 | (id[6] & 0x0f));
	id[8] = (uint8_t)(0x80 | (id[8] & 0x3f));
	size_t at = 0;
	for (size_t i = 0; i < sizeof(id); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			ret_id[at++] = '-';
		at += (size_t)snprintf(ret_id + at, 3, "%02x", id[i]);
	}
	return true;
}

/* Makes the line of an event behind a tail, and moves the tail onto it. */
static enum hansard_status make_line(struct audit *audit, const struct vault_audit_event *event,
									 struct audit_tail *tail, struct buffer *out, struct hansard_error *error)
{
	static const char *const uses[] = {NULL, "derive", "wrap", "unwrap", "seal", "open"};
	static const char *const outcomes[] = {NULL, "success", "failure", "denied"};
	const struct hansard_platform *platform = audit->options->platform;
	const int64_t now = platform->now(platform->context);
	char time[MOMENT_SIZE], id[UUID_SIZE + 1];
	if (!moment_format(now, time) || !draw_id(platform, now, id))
		return error_set(error, HANSARD_FAILED, "audit_failed", "the system gives no time or no randomness");
	struct audit_line line = {
		.seq = tail->seq + 1,
		.event_id = {.data = id, .size = UUID_SIZE},
		.time = {.data = time, .size = MOMENT_SIZE},
		.trace_id = audit->trace_id,
		.span_id = audit->span_id,
		.operation = text_of_string(uses[event->use]),
		.key_id = event->key_id,
		.count = event->count,
		.principal = audit->principal,
		.outcome = text_of_string(outcomes[event->outcome]),
		.previous = tail->hash,
	};
	if (!audit_hash(audit->hash, &line, &line.hash) || !write_line(out, &line))
		return error_memory(error);
	*tail = (struct audit_tail){.seq = line.seq, .hash = line.hash};
	return HANSARD_OK;
}

static enum hansard_status fail_io(const struct audit *audit, const char *what, struct hansard_error *error)
{
	const int number = errno;
	if (number == ENOMEM)
		return error_memory(error);
	error_set(error, HANSARD_FAILED, "audit_failed", "the audit log " ERROR_TEXT " cannot be %s: %s",
			  ERROR_TEXT_ARGS(audit->path), what, strerror(number));
	error_hint(error, "mend that, or give another file in HANSARD_AUDIT; there `-` is standard error, `off` is no log");
	return HANSARD_FAILED;
}

/* How the open file ends. */
struct ending {
	struct audit_tail tail;
	off_t size;
	bool torn; /* the last line lacks its end */
};

/* A last line that is none, or has the last number there is, is left as it is, and the chain begins anew behind it: the gap shows. */
static bool read_ending(int descriptor, struct ending *ret_ending)
{
	char data[AUDIT_LINE_LIMIT + 1];
	const off_t end = lseek(descriptor, 0, SEEK_END);
	const off_t from = end > AUDIT_LINE_LIMIT ? end - AUDIT_LINE_LIMIT : 0;
	const ssize_t got = end < 0 ? -1 : pread(descriptor, data, (size_t)(end - from), from);
	if (got < 0)
		return false;
	size_t to = (size_t)got;
	*ret_ending = (struct ending){.size = end, .torn = to > 0 && data[to - 1] != '\n'};
	while (to > 0 && data[to - 1] == '\n')
		to--;
	size_t start = to;
	while (start > 0 && data[start - 1] != '\n')
		start--;
	struct arena *arena = arena_create(LIMIT_ARENA);
	struct audit_line line;
	if (arena == NULL) {
		errno = ENOMEM;
		return false;
	}
	if (audit_read_line(arena, (struct text){.data = data + start, .size = to - start}, &line) &&
		line.seq < LIMIT_INTEGER)
		ret_ending->tail = (struct audit_tail){.seq = line.seq, .hash = line.hash};
	arena_destroy(arena);
	return true;
}

/* Writes all of it at the end of the locked file, or leaves that as it was, `size` long. */
static bool write_whole(int descriptor, struct bytes line, off_t size)
{
	size_t at = 0;
	while (at < line.size) {
		const ssize_t put = write(descriptor, line.data + at, line.size - at);
		if (put < 0 && errno == EINTR)
			continue;
		if (put == 0)
			errno = ENOSPC;
		if (put <= 0)
			break;
		at += (size_t)put;
	}
	if (at == line.size)
		return true;
	const int reason = errno;
	(void)!ftruncate(descriptor, size); /* what stays is a torn line, which the next one begins behind */
	errno = reason;
	return false;
}

/* Appends to the locked file, behind a line end. */
static enum hansard_status append(struct audit *audit, int descriptor, const struct vault_audit_event *event,
								  struct buffer *line, struct hansard_error *error)
{
	struct ending ending;
	if (!read_ending(descriptor, &ending))
		return fail_io(audit, "read", error);
	if (ending.torn && !buffer_append_byte(line, '\n'))
		return error_memory(error);
	const enum hansard_status status = make_line(audit, event, &ending.tail, line, error);
	if (status != HANSARD_OK)
		return status;
	return write_whole(descriptor, buffer_view(line), ending.size) ? HANSARD_OK : fail_io(audit, "written", error);
}

/* Opens the file; its folder is made when it is first needed. On a disk that cannot be written there is none: reading goes on. */
static enum hansard_status open_file(const struct audit *audit, int *ret_descriptor, struct hansard_error *error)
{
	const int flags = O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
	*ret_descriptor = open(audit->path.data, flags, 0600);
	if (*ret_descriptor < 0 && errno == ENOENT && text_present(audit->folder)) {
		size_t made;
		if (disk_make_folder(audit->folder, true, &made, NULL) == HANSARD_OK)
			*ret_descriptor = open(audit->path.data, flags, 0600);
	}
	return *ret_descriptor >= 0 || errno == EROFS ? HANSARD_OK : fail_io(audit, "opened", error);
}

/* Waits for whoever appends or reads, and not for ever. */
static enum hansard_status lock_file(const struct audit *audit, int descriptor, int operation,
									 struct hansard_error *error)
{
	if (keyring_lock_wait(descriptor, operation))
		return HANSARD_OK;
	const bool kept = errno == EWOULDBLOCK || errno == EINTR;
	const enum hansard_status status = kept ? HANSARD_BUSY : fail_io(audit, "locked", error);
	if (kept) {
		error_set(error, status, "audit_busy", "another process keeps the audit log " ERROR_TEXT " locked",
				  ERROR_TEXT_ARGS(audit->path));
		error_hint(error, "run it again when the other one has ended");
	}
	return status;
}

static enum hansard_status record_in_file(struct audit *audit, const struct vault_audit_event *event,
										  struct buffer *line, struct hansard_error *error)
{
	int descriptor;
	enum hansard_status status = open_file(audit, &descriptor, error);
	if (status != HANSARD_OK || descriptor < 0)
		return status;
	status = lock_file(audit, descriptor, LOCK_EX, error);
	if (status == HANSARD_OK)
		status = append(audit, descriptor, event, line, error);
	close(descriptor);
	return status;
}

static enum hansard_status record(void *context, const struct vault_audit_event *event, struct hansard_error *error)
{
	struct audit *audit = context;
	uint8_t data[AUDIT_LINE_LIMIT + 2]; /* with a line end in front and one behind */
	struct buffer line = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	if (text_present(audit->path))
		return record_in_file(audit, event, &line, error);
	const enum hansard_status status = make_line(audit, event, &audit->tail, &line, error);
	if (status == HANSARD_OK)
		audit->options->audit(audit->options->audit_context, (const char *)line.data, line.size);
	return status;
}

enum hansard_status audit_size(const struct audit *audit, int descriptor, int64_t *ret_size,
							   struct hansard_error *error)
{
	struct hansard_error failure = {.status = HANSARD_OK};
	struct stat file;
	if (lock_file(audit, descriptor, LOCK_SH, &failure) == HANSARD_BUSY) {
		if (error != NULL)
			*error = failure;
		return HANSARD_BUSY;
	}
	const bool known = fstat(descriptor, &file) == 0;
	const enum hansard_status status = known ? HANSARD_OK : fail_io(audit, "read", error);
	(void)flock(descriptor, LOCK_UN);
	if (known)
		*ret_size = file.st_size;
	return status;
}

static bool is_hex(struct text text)
{
	for (size_t i = 0; i < text.size; i++)
		if (!(text.data[i] >= '0' && text.data[i] <= '9') && !(text.data[i] >= 'a' && text.data[i] <= 'f'))
			return false;
	return true;
}

/* `00-{32 hex}-{16 hex}-{2 hex}`; anything else is no trace. */
static void read_trace(struct audit *audit, struct text parent)
{
	audit->trace_id = audit->span_id = TEXT("");
	if (parent.size < 55 || parent.data[2] != '-' || parent.data[35] != '-' || parent.data[52] != '-')
		return;
	const struct text trace = text_slice(parent, 3, 35), span = text_slice(parent, 36, 52);
	if (!is_hex(trace) || !is_hex(span))
		return;
	audit->trace_id = trace;
	audit->span_id = span;
}

/* The file of a name, and its folder. */
static enum hansard_status named_path(struct audit *audit, struct arena *arena, struct text name,
									  struct hansard_error *error)
{
	const struct text state = settings_variable(audit->options->platform, "XDG_STATE_HOME");
	const struct text home = settings_variable(audit->options->platform, "HOME");
	bool good;
	if (state.size > 0)
		good = arena_format(arena, &audit->folder, "%.*s/hansard/audit", (int)state.size, state.data);
	else if (home.size > 0)
		good = arena_format(arena, &audit->folder, "%.*s/.local/state/hansard/audit", (int)home.size, home.data);
	else {
		error_set(error, HANSARD_INVALID, "no_home",
				  "there is no place for the audit log: neither HANSARD_AUDIT, XDG_STATE_HOME nor HOME is set");
		error_hint(error, "set HANSARD_AUDIT to a file, or to off for none");
		return HANSARD_INVALID;
	}
	good = good && arena_format(arena, &audit->path, "%.*s/%.*s.jsonl", (int)audit->folder.size, audit->folder.data,
								(int)name.size, name.data);
	return good ? HANSARD_OK : error_memory(error);
}

enum hansard_status audit_begin(struct audit *audit, struct arena *arena, const struct hansard_options *options,
								const struct settings *settings, const struct vault_audit **ret_slot,
								struct hansard_error *error)
{
	const struct text where = settings->values[SETTINGS_AUDIT].value;
	const struct text marks = settings->values[SETTINGS_MARKS].value;
	*audit = (struct audit){.slot = {.record = record, .context = audit},
							.options = options,
							.path = TEXT_ABSENT,
							.principal = settings->values[SETTINGS_PRINCIPAL].value};
	*ret_slot = NULL;
	if (text_is(where, "off") || (text_is(where, "-") && options->audit == NULL))
		return HANSARD_OK;
	read_trace(audit, settings_variable(options->platform, "TRACEPARENT"));
	audit->hash = hash_create();
	if (audit->hash == NULL)
		return error_memory(error);
	*ret_slot = &audit->slot;
	if (text_is(where, "-"))
		return HANSARD_OK;
	if (where.size == 0)
		return named_path(audit, arena, marks.data[0] == '/' ? TEXT("default") : marks, error);
	if (where.data[0] != '/')
		return named_path(audit, arena, where, error);
	return arena_format(arena, &audit->path, "%.*s", (int)where.size, where.data) ? HANSARD_OK : error_memory(error);
}

/* Whether the file, which is missing, could be made: in the nearest folder that is there, where those between are made, else in its own. False
   with errno set. */
static bool can_make(const struct audit *audit)
{
	size_t size = audit->path.size;
	if (audit->path.data[size - 1] == '/') {
		errno = EISDIR;
		return false;
	}
	while (size > 1 && audit->path.data[size - 1] != '/')
		size--;
	return writable_folder(text_slice(audit->path, 0, size > 1 ? size - 1 : 1), text_present(audit->folder));
}

enum hansard_status audit_check(const struct audit *audit, bool *ret_none, struct hansard_error *error)
{
	struct ending ending;
	*ret_none = false;
	if (!text_present(audit->path))
		return HANSARD_OK;
	const int descriptor = open(audit->path.data, O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (descriptor < 0 && errno == ENOENT && can_make(audit))
		return HANSARD_OK;
	if (descriptor < 0) {
		*ret_none = errno == EROFS;
		return *ret_none ? HANSARD_OK : fail_io(audit, "opened", error);
	}
	const enum hansard_status status = read_ending(descriptor, &ending) ? HANSARD_OK : fail_io(audit, "read", error);
	close(descriptor);
	return status;
}

void audit_finish(struct audit *audit)
{
	hash_destroy(audit->hash);
	audit->hash = NULL;
}
