/*
 * Drafts of database files.
 */
#include "sqlite_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base64.h"
#include "error.h"

enum { PATH_CEILING = 4096 + 64, SUFFIX_BYTES = 8, FILE_MODE = 0600 };

static const char *name(const struct buffer *path)
{
	return (const char *)path->data;
}

static enum hansard_status exists(const char *path, struct hansard_error *error)
{
	error_set(error, HANSARD_CONFLICT, "store_exists", "%s: the file exists", path);
	error_hint(error, "Nothing was overwritten. Choose another path, or open the store that is there.");
	return HANSARD_CONFLICT;
}

static enum hansard_status failed(const char *path, const char *what, struct hansard_error *error)
{
	const int reason = errno;
	char words[128];
	error_set(error, HANSARD_FAILED, "store_io", "%s: %s: %s", path, what, strerror_r(reason, words, sizeof(words)));
	error_hint(error, "Look at the folder: it must exist, be writable and have free space.");
	return HANSARD_FAILED;
}

/* A file of SQLite's beside the new name would be taken for its journal and played back into it. */
static enum hansard_status check_leftovers(const struct sqlite_file *file, struct hansard_error *error)
{
	static const char *const suffixes[] = {"", "-journal", "-wal", "-shm"};
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		char path[PATH_CEILING + 16];
		struct stat status;
		snprintf(path, sizeof(path), "%s%s", name(&file->path), suffixes[i]);
		if (lstat(path, &status) == 0)
			return exists(path, error);
	}
	return HANSARD_OK;
}

static bool set_names(struct sqlite_file *file, struct text path, const uint8_t suffix[SUFFIX_BYTES])
{
	return buffer_append_text(&file->path, path) && buffer_append_byte(&file->path, 0) &&
		   buffer_append_text(&file->draft, path) && buffer_append_string(&file->draft, ".") &&
		   base64_hex_append(&file->draft, (struct bytes){.data = suffix, .size = SUFFIX_BYTES}) &&
		   buffer_append_string(&file->draft, ".new") && buffer_append_byte(&file->draft, 0);
}

enum hansard_status sqlite_file_begin(struct sqlite_file *file, struct text path, struct moment_entropy entropy,
									  struct hansard_error *error)
{
	*file = (struct sqlite_file){.exists = false};
	buffer_init(&file->path, PATH_CEILING);
	buffer_init(&file->draft, PATH_CEILING);
	uint8_t suffix[SUFFIX_BYTES];
	if (path.size == 0 || memchr(path.data, 0, path.size) != NULL)
		return error_set(error, HANSARD_FAILED, "store_io", "\"" ERROR_TEXT "\" is no path", ERROR_TEXT_ARGS(path));
	if (!entropy.fill(entropy.context, suffix, sizeof(suffix)))
		return error_set(error, HANSARD_FAILED, "no_entropy", "the system gives no random bytes");
	if (!set_names(file, path, suffix))
		return error_memory(error);
	if (check_leftovers(file, error) != HANSARD_OK)
		return HANSARD_CONFLICT;
	const int descriptor = open(name(&file->draft), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
	if (descriptor < 0)
		return failed(name(&file->path), "cannot be created", error);
	close(descriptor);
	file->exists = true;
	return HANSARD_OK;
}

struct text sqlite_file_draft(const struct sqlite_file *file)
{
	return (struct text){.data = name(&file->draft), .size = file->draft.size - 1};
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
	char folder[PATH_CEILING];
	snprintf(folder, sizeof(folder), "%s", name(&file->path));
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
	const char *path = name(&file->path);
	if (!sync_path(name(&file->draft), O_RDONLY))
		return failed(path, "cannot be synced", error);
	if (!rename_new(name(&file->draft), path))
		return errno == EEXIST ? exists(path, error) : failed(path, "cannot be named", error);
	file->exists = false;
	if (!sync_folder(file))
		return failed(path, "was created, but its folder cannot be synced", error);
	return HANSARD_OK;
}

void sqlite_file_finish(struct sqlite_file *file)
{
	if (file->exists) {
		char journal[PATH_CEILING + 16];
		snprintf(journal, sizeof(journal), "%s-journal", name(&file->draft));
		unlink(journal);
		unlink(name(&file->draft));
	}
	buffer_finish(&file->path);
	buffer_finish(&file->draft);
	*file = (struct sqlite_file){.exists = false};
}
