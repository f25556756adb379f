/*
 * Drafts of database files.
 */
#include "sqlite_file.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"

enum { FILE_MODE = 0600, SUFFIX_MAX = 16 };

static enum hansard_status exists(const char *path, struct hansard_error *error)
{
	error_set(error, HANSARD_CONFLICT, "store_exists", "%s: the file exists", path);
	error_hint(error, "Nothing was overwritten. Choose another path, or open the store that is there.");
	return HANSARD_CONFLICT;
}

static enum hansard_status failed(const char *path, const char *what, struct hansard_error *error)
{
	const int reason = errno;
	if (reason == ENOMEM)
		return error_memory(error);
	char words[128];
	error_set(error, HANSARD_FAILED, "store_io", "%s: %s: %s", path, what, strerror_r(reason, words, sizeof(words)));
	error_hint(error, "Look at the folder: it must exist, be writable and have free space.");
	return HANSARD_FAILED;
}

/* The names of a database's files: itself, and what SQLite keeps beside it. */
static const char *const suffixes[] = {"", "-journal", "-wal", "-shm"};
enum { SUFFIXES = sizeof(suffixes) / sizeof(suffixes[0]) };

enum hansard_status sqlite_file_check(const char *path, struct hansard_error *error)
{
	for (size_t i = 0; i < SUFFIXES; i++) {
		char name[SQLITE_FILE_PATH_MAX + 64 + SUFFIX_MAX];
		struct stat status;
		snprintf(name, sizeof(name), "%s%s", path, suffixes[i]);
		if (stat(name, &status) != 0 || S_ISREG(status.st_mode))
			continue;
		error_set(error, HANSARD_FAILED, "store_unopenable", "%s is no regular file", name);
		error_hint(error, i == 0 ? "name the database file itself: sqlite.path, HANSARD_SQLITE_PATH"
								 : "move it away: that name is SQLite's");
		return HANSARD_FAILED;
	}
	return HANSARD_OK;
}

/* A file of SQLite's beside the new name would be taken for its journal and played back into it. */
static enum hansard_status check_leftovers(const struct sqlite_file *file, struct hansard_error *error)
{
	for (size_t i = 0; i < SUFFIXES; i++) {
		char path[sizeof(file->path) + SUFFIX_MAX];
		struct stat status;
		snprintf(path, sizeof(path), "%s%s", file->path, suffixes[i]);
		if (lstat(path, &status) == 0)
			return exists(path, error);
	}
	return HANSARD_OK;
}

const char *sqlite_file_reserved(struct text path)
{
	for (size_t i = 1; i < SUFFIXES; i++) {
		const struct text suffix = text_of_string(suffixes[i]);
		if (path.size >= suffix.size && text_equal(text_slice(path, path.size - suffix.size, path.size), suffix))
			return suffixes[i];
	}
	return NULL;
}

static enum hansard_status check_name(struct text path, struct hansard_error *error)
{
	const char *suffix = sqlite_file_reserved(path);
	if (suffix == NULL)
		return HANSARD_OK;
	error_set(error, HANSARD_USAGE, "reserved_name", ERROR_TEXT ": names that end in %s are SQLite's",
			  ERROR_TEXT_ARGS(path), suffix);
	error_hint(error, "It would take the file for a journal, and remove it. Choose another name.");
	return HANSARD_USAGE;
}

enum hansard_status sqlite_file_begin(struct sqlite_file *file, struct text path, struct moment_entropy entropy,
									  struct hansard_error *error)
{
	uint64_t drawn;
	*file = (struct sqlite_file){.exists = false};
	if (path.size == 0 || path.size >= sizeof(file->path) || memchr(path.data, 0, path.size) != NULL)
		return error_set(error, HANSARD_FAILED, "store_io", "\"" ERROR_TEXT "\" is no path", ERROR_TEXT_ARGS(path));
	if (check_name(path, error) != HANSARD_OK)
		return HANSARD_USAGE;
	if (!entropy.fill(entropy.context, (uint8_t *)&drawn, sizeof(drawn)))
		return error_set(error, HANSARD_FAILED, "no_entropy", "the system gives no random bytes");
	memcpy(file->path, path.data, path.size);
	snprintf(file->draft, sizeof(file->draft), "%s.%016" PRIx64 ".new", file->path, drawn);
	if (check_leftovers(file, error) != HANSARD_OK)
		return HANSARD_CONFLICT;
	const int descriptor = open(file->draft, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
	if (descriptor < 0)
		return failed(file->path, "cannot be created", error);
	close(descriptor);
	file->exists = true;
	return HANSARD_OK;
}

/* Syncs a file, or the folder in which one stands. */
static bool sync_path(const char *path, int flags)
{
	const int descriptor = open(path, flags | O_CLOEXEC);
	if (descriptor < 0)
		return false;
	const bool synced = fsync(descriptor) == 0;
	const int reason = errno;
	close(descriptor);
	errno = reason;
	return synced;
}

static bool sync_folder(const struct sqlite_file *file)
{
	char folder[sizeof(file->path)];
	memcpy(folder, file->path, sizeof(folder));
	char *slash = strrchr(folder, '/');
	if (slash == NULL)
		return sync_path(".", O_RDONLY | O_DIRECTORY);
	slash[slash == folder] = '\0';
	return sync_path(folder, O_RDONLY | O_DIRECTORY);
}

/* Renames without replacing; where the file system cannot, by a second link. */
static bool rename_new(const char *from, const char *to)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return true;
	if (errno != EINVAL && errno != ENOSYS)
		return false;
	return link(from, to) == 0 && unlink(from) == 0;
}

enum hansard_status sqlite_file_publish(struct sqlite_file *file, struct hansard_error *error)
{
	if (!sync_path(file->draft, O_RDONLY))
		return failed(file->path, "cannot be synced", error);
	if (!rename_new(file->draft, file->path))
		return errno == EEXIST ? exists(file->path, error) : failed(file->path, "cannot be named", error);
	file->exists = false;
	if (!sync_folder(file))
		return failed(file->path, "was created, but its folder cannot be synced", error);
	return HANSARD_OK;
}

void sqlite_file_finish(struct sqlite_file *file)
{
	char journal[sizeof(file->draft) + SUFFIX_MAX];
	if (!file->exists)
		return;
	snprintf(journal, sizeof(journal), "%s-journal", file->draft);
	unlink(journal);
	unlink(file->draft);
	file->exists = false;
}
