/*
 * Marks in files. One is replaced by renaming, so a reader sees the old or the new.
 */
#include "marks.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base64.h"
#include "disk.h"
#include "error.h"
#include "keyring_lock.h"
#include "limits.h"
#include "slug.h"

/* Words behind a mark. */
#define ERASED " erased"
#define LOST " lost"
#define PASSED " passed"
#define MOVED " moved"
#define IN_DYNAMODB " in dynamodb"

enum { REV_SIZE = 10 }; /* digits */
enum {
	PATH_SIZE = 4096,
	LINE_SIZE =
		REV_SIZE + 1 + 2 * DIGEST_SIZE + sizeof(ERASED LOST PASSED MOVED IN_DYNAMODB) - 1 + 3 * (1 + REV_SIZE) + 1
};

static enum hansard_status fail_io(struct hansard_error *error, const char *path, const char *what)
{
	const int number = errno;
	if (number == ENOMEM)
		return error_memory(error);
	error_set(error, HANSARD_FAILED, MARKS_IO, "the mark %s cannot be %s: %s", path, what, strerror(number));
	error_hint(
		error,
		"make that folder yours to read and write: hansard remembers there what it has seen. HANSARD_MARKS names another, "
		"in which nothing was seen yet: a store that was put back goes unnoticed there");
	return HANSARD_FAILED;
}

/* Path of a mark; with `suffix` that of the file that will replace it. */
static bool path_of(const struct marks *marks, struct vault_mark_place place, const char *suffix,
					char ret_path[static PATH_SIZE])
{
	const int size = snprintf(ret_path, PATH_SIZE, "%.*s/%.*s/%.*s%s", (int)marks->folder.size, marks->folder.data,
							  (int)place.tenant.size, place.tenant.data, (int)place.dialogue_id.size,
							  place.dialogue_id.data, suffix);
	return size > 0 && size < PATH_SIZE;
}

/* Takes a rev from the front of a text; 0: there is none. */
static int64_t take_rev(struct text *text)
{
	int64_t rev = 0;
	size_t at = 0;
	for (; at < text->size && at < REV_SIZE && isdigit((unsigned char)text->data[at]); at++)
		rev = rev * 10 + (text->data[at] - '0');
	if (at > 0 && text->data[0] == '0')
		return 0;
	*text = text_slice(*text, at, text->size);
	return rev;
}

/* Takes a word, if it is in front of a text. */
static bool take_word(struct text *text, struct text word)
{
	const bool there = text_starts_with(*text, word);
	if (there)
		*text = text_slice(*text, word.size, text->size);
	return there;
}

/* Takes a word and the rev behind it, which is below that of the mark. 0: the word is not there. False: what is behind it is no such rev. */
static bool take_worded(struct text *text, struct text word, int64_t below, int64_t *ret_rev)
{
	*ret_rev = 0;
	if (!take_word(text, word))
		return true;
	*ret_rev = take_rev(text);
	return *ret_rev > 0 && *ret_rev < below;
}

/* *ret_dynamodb: which backend it is of. */
static bool parse(struct text line, struct vault_mark *ret_mark, bool *ret_dynamodb)
{
	struct text rest = line;
	struct vault_mark mark = {.rev = take_rev(&rest)};
	if (mark.rev == 0 || !take_word(&rest, TEXT(" ")) || rest.size < 2 * DIGEST_SIZE ||
		!base64_hex_decode(text_slice(rest, 0, 2 * DIGEST_SIZE), mark.hash.bytes, DIGEST_SIZE))
		return false;
	rest = text_slice(rest, 2 * DIGEST_SIZE, rest.size);
	if (take_word(&rest, TEXT(ERASED))) {
		mark.erased_rev = mark.rev;
		if (rest.size > 1 && rest.data[0] == ' ' && isdigit((unsigned char)rest.data[1])) {
			rest = text_slice(rest, 1, rest.size);
			mark.erased_rev = take_rev(&rest);
			if (mark.erased_rev == 0 || mark.erased_rev >= mark.rev)
				return false;
		}
	}
	mark.lost = take_word(&rest, TEXT(LOST));
	if (!take_worded(&rest, TEXT(PASSED " "), mark.rev, &mark.passed_rev) ||
		!take_worded(&rest, TEXT(MOVED " "), mark.rev, &mark.moved_rev))
		return false;
	*ret_dynamodb = take_word(&rest, TEXT(IN_DYNAMODB));
	if (!text_is(rest, "\n"))
		return false;
	*ret_mark = mark;
	return true;
}

/* Whether a folder on a path is a link that leads nowhere, as to a disk that is not there: what lies behind it is not known to be none. */
static bool leads_nowhere(const char *path)
{
	char folder[PATH_SIZE];
	struct stat status;
	for (const char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path), path);
		if (stat(folder, &status) != 0)
			return lstat(folder, &status) == 0;
	}
	return false;
}

static enum hansard_status no_mark(const char *path, struct hansard_error *error)
{
	if (!leads_nowhere(path))
		return HANSARD_OK;
	error_set(error, HANSARD_FAILED, MARKS_IO, "%s cannot be read: a folder on its way is a link that leads nowhere",
			  path);
	error_hint(error, "bring back what it leads to: without the marks nobody here can tell what was put back");
	return HANSARD_FAILED;
}

static enum hansard_status read_mark(void *context, struct vault_mark_place place, struct vault_mark *ret_mark,
									 struct hansard_error *error)
{
	const struct marks *marks = context;
	char path[PATH_SIZE];
	char line[LINE_SIZE + 1];
	*ret_mark = (struct vault_mark){.rev = 0};
	if (!path_of(marks, place, "", path))
		return error_set(error, HANSARD_INVALID, "unsafe_path", "the folder of the marks has too long a name");
	const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (descriptor < 0)
		return errno == ENOENT ? no_mark(path, error) : fail_io(error, path, "read");
	const ssize_t got = read(descriptor, line, sizeof(line));
	close(descriptor);
	if (got < 0)
		return fail_io(error, path, "read");
	bool dynamodb;
	if (parse((struct text){.data = line, .size = (size_t)got}, ret_mark, &dynamodb)) {
		ret_mark->elsewhere = dynamodb != marks->dynamodb;
		return HANSARD_OK;
	}
	error_set(error, HANSARD_INVALID, "invalid_mark", "%s is no mark: a rev, a blank and 64 hex digits", path);
	error_hint(error, "put it back from a backup; without it nobody here can tell whether the dialogue was put back");
	return HANSARD_INVALID;
}

/* Makes the folders of a mark. */
static enum hansard_status make_folder(const struct marks *marks, struct vault_mark_place place,
									   struct hansard_error *error)
{
	char path[PATH_SIZE];
	const int size = snprintf(path, sizeof(path), "%.*s/%.*s", (int)marks->folder.size, marks->folder.data,
							  (int)place.tenant.size, place.tenant.data);
	size_t made;
	struct hansard_error failure = {.status = HANSARD_OK};
	const enum hansard_status status =
		disk_make_folder((struct text){.data = path, .size = (size_t)size}, true, &made, &failure);
	if (status == HANSARD_NOT_FOUND) {
		errno = ENOENT; /* a link that leads nowhere, as of a disk that is not mounted: the dialogue itself is there */
		return fail_io(error, path, "made");
	}
	if (status == HANSARD_OK || error == NULL)
		return status;
	*error = failure;
	if (status == HANSARD_FAILED && strcmp(failure.kind, "io") == 0) {
		error_set(error, status, MARKS_IO, "%s", failure.message);
		error_hint(error, "%s", failure.hint);
	}
	return status;
}

/* The new mark in a file of its own, durable. Who writes one holds the lock: what is there was left by a process that was killed. */
static enum hansard_status write_file(const char *path, struct bytes line, struct hansard_error *error)
{
	if (unlink(path) != 0 && errno != ENOENT)
		return fail_io(error, path, "made");
	const int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	if (descriptor < 0)
		return fail_io(error, path, "made");
	const bool good = fchmod(descriptor, 0600) == 0 && /* whatever the umask */
					  write(descriptor, line.data, line.size) == (ssize_t)line.size && fsync(descriptor) == 0;
	const enum hansard_status status = good ? HANSARD_OK : fail_io(error, path, "written");
	close(descriptor);
	if (!good)
		unlink(path);
	return status;
}

/* Another process may move a mark up meanwhile: who looks at one and replaces it holds the lock of its folder. */
static enum hansard_status lock_folder(const char *path, int *ret_lock, struct hansard_error *error)
{
	char folder[PATH_SIZE];
	snprintf(folder, sizeof(folder), "%.*s", (int)(strrchr(path, '/') - path), path);
	const int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (descriptor >= 0 && keyring_lock_wait(descriptor, LOCK_EX)) {
		*ret_lock = descriptor;
		return HANSARD_OK;
	}
	const bool kept = descriptor >= 0 && (errno == EWOULDBLOCK || errno == EINTR);
	const enum hansard_status status = kept ? HANSARD_BUSY : fail_io(error, folder, "locked");
	if (descriptor >= 0)
		close(descriptor);
	if (kept) {
		error_set(error, status, "marks_busy", "another process keeps the marks in %s locked", folder);
		error_hint(error, "run it again when the other one has ended");
	}
	return status;
}

static bool write_line(const struct vault_mark *mark, bool dynamodb, struct buffer *line)
{
	bool good = buffer_append_integer(line, mark->rev, 0) && buffer_append_byte(line, ' ') &&
				base64_hex_append(line, digest_view(&mark->hash));
	if (mark->erased_rev > 0)
		good = good && buffer_append_string(line, ERASED);
	if (mark->erased_rev > 0 && mark->erased_rev < mark->rev)
		good = good && buffer_append_byte(line, ' ') && buffer_append_integer(line, mark->erased_rev, 0);
	if (mark->lost)
		good = good && buffer_append_string(line, LOST);
	if (mark->passed_rev > 0)
		good = good && buffer_append_string(line, PASSED " ") && buffer_append_integer(line, mark->passed_rev, 0);
	if (mark->moved_rev > 0)
		good = good && buffer_append_string(line, MOVED " ") && buffer_append_integer(line, mark->moved_rev, 0);
	if (dynamodb)
		good = good && buffer_append_string(line, IN_DYNAMODB);
	return good && buffer_append_byte(line, '\n');
}

/* Under the lock: puts the mark in the place of what is there. */
static enum hansard_status put(struct marks *marks, struct vault_mark_place place, const struct vault_mark *mark,
							   struct hansard_error *error)
{
	char path[PATH_SIZE], next[PATH_SIZE];
	uint8_t data[LINE_SIZE];
	struct buffer line = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	if (!path_of(marks, place, "", path) || !path_of(marks, place, ".new", next))
		return error_set(error, HANSARD_INVALID, "unsafe_path", "the folder of the marks has too long a name");
	if (!write_line(mark, marks->dynamodb != mark->elsewhere, &line))
		return error_memory(error);
	enum hansard_status status = write_file(next, buffer_view(&line), error);
	if (status == HANSARD_OK && rename(next, path) != 0) {
		status = fail_io(error, path, "replaced");
		unlink(next);
	}
	return status;
}

/* Under the lock: puts the mark in place of the one that is there, unless that is the same or a newer one. */
static enum hansard_status replace(struct marks *marks, struct vault_mark_place place, const struct vault_mark *mark,
								   struct hansard_error *error)
{
	struct vault_mark now, next = *mark;
	const enum hansard_status status = read_mark(marks, place, &now, error);
	if (status != HANSARD_OK || now.rev > mark->rev)
		return status;
	const bool same = digest_equal(&now.hash, &mark->hash);
	if (now.rev == mark->rev && !same) {
		error_set(error, HANSARD_VIOLATED, "rolled_back",
				  "\"" ERROR_TEXT "\" has another commit %" PRId64 " than the one that was seen here",
				  ERROR_TEXT_ARGS(place.dialogue_id), mark->rev);
		error_hint(error, "two histories of it are written to: compare both with receipts and backups");
		return HANSARD_VIOLATED;
	}
	if (now.rev == mark->rev) /* it was said when this rev was seen first */
		next.elsewhere = now.elsewhere;
	if (now.erased_rev > 0)
		next.erased_rev = now.erased_rev;
	if (now.passed_rev > 0 && (next.passed_rev == 0 || now.passed_rev < next.passed_rev))
		next.passed_rev = now.passed_rev;
	if (now.moved_rev > next.moved_rev && !mark->undoes_move)
		next.moved_rev = now.moved_rev;
	if (now.rev == next.rev && now.erased_rev == next.erased_rev && now.passed_rev == next.passed_rev &&
		now.moved_rev == next.moved_rev && now.lost == next.lost)
		return HANSARD_OK;
	return put(marks, place, &next, error);
}

/* Under the lock: another may have passed over a further one meanwhile, which nobody was told of. */
static enum hansard_status forget(struct marks *marks, struct vault_mark_place place, const struct vault_mark *told,
								  struct hansard_error *error)
{
	struct vault_mark now;
	const enum hansard_status status = read_mark(marks, place, &now, error);
	if (status != HANSARD_OK || now.passed_rev == 0 || now.passed_rev != told->passed_rev)
		return status;
	now.passed_rev = 0;
	return put(marks, place, &now, error);
}

/* Under the lock: another process may have seen the dialogue meanwhile. */
static enum hansard_status give_up(struct marks *marks, struct vault_mark_place place, const struct vault_mark *seen,
								   struct hansard_error *error)
{
	struct vault_mark now;
	const enum hansard_status status = read_mark(marks, place, &now, error);
	if (status != HANSARD_OK)
		return status;
	if (now.rev != seen->rev || !digest_equal(&now.hash, &seen->hash)) {
		error_set(error, HANSARD_CONFLICT, "mark_moved",
				  "\"" ERROR_TEXT "\" was seen here while it was declared lost: nothing was declared",
				  ERROR_TEXT_ARGS(place.dialogue_id));
		error_hint(error, "look at what is there: hansard verify");
		return HANSARD_CONFLICT;
	}
	if (now.lost)
		return HANSARD_OK;
	now.lost = true;
	return put(marks, place, &now, error);
}

/* Changes a mark under the lock of its folder. */
static enum hansard_status change(struct marks *marks, struct vault_mark_place place, const struct vault_mark *mark,
								  enum hansard_status (*how)(struct marks *marks, struct vault_mark_place place,
															 const struct vault_mark *mark,
															 struct hansard_error *error),
								  struct hansard_error *error)
{
	char path[PATH_SIZE];
	int lock = -1;
	if (marks->read_only)
		return HANSARD_OK;
	if (!path_of(marks, place, "", path))
		return error_set(error, HANSARD_INVALID, "unsafe_path", "the folder of the marks has too long a name");
	enum hansard_status status = make_folder(marks, place, error);
	if (status == HANSARD_OK)
		status = lock_folder(path, &lock, error);
	if (status == HANSARD_OK)
		status = how(marks, place, mark, error);
	if (status == HANSARD_OK && fsync(lock) != 0) /* the new name is durable, too */
		status = fail_io(error, path, "kept");
	if (lock >= 0)
		close(lock);
	return status;
}

static enum hansard_status write_mark(void *context, struct vault_mark_place place, const struct vault_mark *mark,
									  struct hansard_error *error)
{
	return change(context, place, mark, replace, error);
}

static enum hansard_status told(void *context, struct vault_mark_place place, int64_t passed_rev,
								struct hansard_error *error)
{
	return change(context, place, &(struct vault_mark){.passed_rev = passed_rev}, forget, error);
}

static enum hansard_status lose(void *context, struct vault_mark_place place, const struct vault_mark *seen,
								struct hansard_error *error)
{
	return change(context, place, seen, give_up, error);
}

/* A name that no dialogue can have is no mark's: nothing was seen under it, and nothing is missing for it. */
static enum hansard_status refuse_name(const char *folder, const char *name, struct hansard_error *error)
{
	error_set(error, HANSARD_INVALID, "invalid_mark", "%s%s is no mark: no dialogue can have that name", folder, name);
	error_hint(error,
			   "no release of hansard makes such a file: look at it, and move it out of the folder of the marks");
	return HANSARD_INVALID;
}

static enum hansard_status list_marks(void *context, struct text tenant,
									  enum hansard_status (*each)(void *each_context, struct text dialogue_id),
									  void *each_context, struct hansard_error *error)
{
	const struct marks *marks = context;
	char path[PATH_SIZE];
	const struct vault_mark_place none = {.tenant = tenant, .dialogue_id = TEXT("")};
	if (!path_of(marks, none, "", path)) /* ends with a slash: a link in its last place is looked at, too */
		return error_set(error, HANSARD_INVALID, "unsafe_path", "the folder of the marks has too long a name");
	DIR *folder = opendir(path);
	if (folder == NULL)
		return errno == ENOENT ? no_mark(path, error) : fail_io(error, path, "read");
	enum hansard_status status = HANSARD_OK;
	char strange[sizeof(((struct dirent *)NULL)->d_name)] = "";
	const struct dirent *entry;
	while (status == HANSARD_OK && (errno = 0, entry = readdir(folder)) != NULL) {
		if (strchr(entry->d_name, '.') != NULL)
			continue;
		if (slug_valid(text_of_string(entry->d_name), LIMIT_DIALOGUE_ID))
			status = each(each_context, text_of_string(entry->d_name));
		else if (strange[0] == '\0' || strcmp(entry->d_name, strange) < 0)
			snprintf(strange, sizeof(strange), "%s", entry->d_name);
	}
	if (status == HANSARD_OK && errno != 0)
		status = fail_io(error, path, "read");
	closedir(folder);
	return status == HANSARD_OK && strange[0] != '\0' ? refuse_name(path, strange, error) : status;
}

static enum hansard_status write_nothing(void *context, struct vault_mark_place place, const struct vault_mark *mark,
										 struct hansard_error *error)
{
	(void)context, (void)place, (void)mark, (void)error;
	return HANSARD_OK;
}

static enum hansard_status tell_nothing(void *context, struct vault_mark_place place, int64_t passed_rev,
										struct hansard_error *error)
{
	(void)context, (void)place, (void)passed_rev, (void)error;
	return HANSARD_OK;
}

struct vault_marks
marks_unkept(void *context,
			 enum hansard_status (*read)(void *context, struct vault_mark_place place, struct vault_mark *ret_mark,
										 struct hansard_error *error),
			 enum hansard_status (*list)(void *context, struct text tenant,
										 enum hansard_status (*each)(void *each_context, struct text dialogue_id),
										 void *each_context, struct hansard_error *error))
{
	return (struct vault_marks){.read = read,
								.write = write_nothing,
								.told = tell_nothing,
								.lose = write_nothing,
								.list = list,
								.context = context};
}

bool marks_at_fault(const struct hansard_error *failure)
{
	return (failure->status == HANSARD_FAILED && strcmp(failure->kind, MARKS_IO) == 0) ||
		   (failure->status == HANSARD_INVALID && strcmp(failure->kind, "invalid_mark") == 0);
}

enum hansard_status marks_begin(struct marks *marks, struct arena *arena, const struct hansard_options *options,
								const struct settings *settings, struct hansard_error *error)
{
	const struct text name = settings->values[SETTINGS_MARKS].value;
	const struct text state = settings_variable(options->platform, "XDG_STATE_HOME");
	const struct text home = settings_variable(options->platform, "HOME");
	bool good;
	if (name.size > 0 && name.data[0] == '/')
		good = arena_copy_text(arena, name, &marks->folder);
	else if (state.size > 0)
		good = arena_format(arena, &marks->folder, "%.*s/hansard/marks/%.*s", (int)state.size, state.data,
							(int)name.size, name.data);
	else if (home.size > 0)
		good = arena_format(arena, &marks->folder, "%.*s/.local/state/hansard/marks/%.*s", (int)home.size, home.data,
							(int)name.size, name.data);
	else {
		error_set(error, HANSARD_INVALID, "no_home",
				  "there is no place for marks: neither HANSARD_MARKS, XDG_STATE_HOME nor HOME is set");
		error_hint(error, "set HANSARD_MARKS to a folder that stays");
		return HANSARD_INVALID;
	}
	marks->slots = (struct vault_marks){
		.read = read_mark, .write = write_mark, .told = told, .lose = lose, .list = list_marks, .context = marks};
	marks->read_only = options->read_only;
	marks->dynamodb = text_is(settings->values[SETTINGS_BACKEND].value, "dynamodb");
	return good ? HANSARD_OK : error_memory(error);
}

void marks_over(const struct marks *marks, bool dynamodb, struct marks *ret_marks)
{
	*ret_marks = *marks;
	ret_marks->slots.context = ret_marks;
	ret_marks->dynamodb = dynamodb;
}
