/*
 * Drafts of database files.
 */
#include "sqlite_file.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
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

enum hansard_status sqlite_file_failed(const char *path, const char *what, struct hansard_error *error)
{
	const int reason = errno;
	if (reason == ENOMEM)
		return error_memory(error);
	char words[128];
	error_set(error, HANSARD_FAILED, "store_io", "%s: %s: %s", path, what, strerror_r(reason, words, sizeof(words)));
	error_hint(error, "Look at the folder: it must exist, be writable and have free space.");
	return HANSARD_FAILED;
}

const char *const sqlite_file_ends[SQLITE_FILE_ENDS] = {"", "-journal", "-wal", "-shm"};

enum hansard_status sqlite_file_check(const char *path, struct hansard_error *error)
{
	for (size_t i = 0; i < SQLITE_FILE_ENDS; i++) {
		char name[SQLITE_FILE_PATH_MAX + 64 + SUFFIX_MAX];
		struct stat status;
		snprintf(name, sizeof(name), "%s%s", path, sqlite_file_ends[i]);
		if (stat(name, &status) != 0 || S_ISREG(status.st_mode))
			continue;
		error_set(error, HANSARD_FAILED, "store_unopenable", "%s is no regular file", name);
		error_hint(error, i == 0 ? "name the database file itself: sqlite.path, HANSARD_SQLITE_PATH"
								 : "move it away: that name is SQLite's");
		return HANSARD_FAILED;
	}
	return HANSARD_OK;
}

enum sqlite_file_kind sqlite_file_kind_of(struct text name, struct text *ret_stem)
{
	enum { DRAWN = 16 };
	const char *end = sqlite_file_reserved(name);
	struct text stem = text_slice(name, 0, name.size - (end != NULL ? strlen(end) : 0));
	*ret_stem = stem;
	const size_t size = strlen(".new");
	const struct text last = text_slice(stem, stem.size > size ? stem.size - size : 0, stem.size);
	const bool draft = text_is(last, ".new");
	if (!draft && !text_is(last, ".old"))
		return SQLITE_FILE_OTHER;
	stem = text_slice(stem, 0, stem.size - size);
	if (stem.size <= DRAWN + 1 || stem.data[stem.size - DRAWN - 1] != '.')
		return SQLITE_FILE_OTHER;
	for (size_t i = stem.size - DRAWN; i < stem.size; i++)
		if (strchr("0123456789abcdef", stem.data[i]) == NULL || stem.data[i] == '\0')
			return SQLITE_FILE_OTHER;
	if (draft)
		return SQLITE_FILE_DRAFT;
	return end == NULL ? SQLITE_FILE_OLD : SQLITE_FILE_BESIDE_OLD;
}

void sqlite_file_folder(const char *name, char ret_folder[static SQLITE_FILE_PATH_MAX])
{
	snprintf(ret_folder, SQLITE_FILE_PATH_MAX, "%s", name);
	char *slash = strrchr(ret_folder, '/');
	if (slash == NULL)
		snprintf(ret_folder, SQLITE_FILE_PATH_MAX, ".");
	else
		slash[slash == ret_folder] = '\0';
}

/* Replaces a name that is a link by what that says; false where it is none, or with errno set. */
static bool read_link(char name[static SQLITE_FILE_PATH_MAX])
{
	char target[SQLITE_FILE_PATH_MAX], path[2 * SQLITE_FILE_PATH_MAX];
	const ssize_t size = readlink(name, target, sizeof(target));
	if (size < 0)
		return false;
	const char *slash = strrchr(name, '/');
	const int folder = target[0] == '/' || slash == NULL ? 0 : (int)(slash - name) + 1;
	const int length = snprintf(path, sizeof(path), "%.*s%.*s", folder, name, (int)size, target);
	if (size == (ssize_t)sizeof(target) || length >= SQLITE_FILE_PATH_MAX) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(name, path, (size_t)length + 1);
	return true;
}

bool sqlite_file_follow(const char *name, char ret_path[static SQLITE_FILE_PATH_MAX])
{
	enum { LINKS_MAX = 40 }; /* as many as the system follows */
	char path[SQLITE_FILE_PATH_MAX], folder[SQLITE_FILE_PATH_MAX];
	if (snprintf(path, sizeof(path), "%s", name) >= (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	int links = 0;
	while (links <= LINKS_MAX && read_link(path))
		links++;
	if (links > LINKS_MAX || (errno != EINVAL && errno != ENOENT)) { /* no link, or nothing there */
		errno = links > LINKS_MAX ? ELOOP : errno;
		return false;
	}
	sqlite_file_folder(path, folder);
	char *real = realpath(folder, NULL);
	if (real == NULL)
		return false;
	const char *last = strrchr(path, '/');
	const int length = snprintf(ret_path, SQLITE_FILE_PATH_MAX, "%s/%s", strcmp(real, "/") == 0 ? "" : real,
								last == NULL ? path : last + 1);
	free(real);
	errno = ENAMETOOLONG;
	return length < SQLITE_FILE_PATH_MAX;
}

/* Replaces the link that path[0..end) is by what that says, with the rest of the path behind it; false where that is too long. */
static bool step(char path[static SQLITE_FILE_PATH_MAX], size_t end)
{
	char link[SQLITE_FILE_PATH_MAX], next[2 * SQLITE_FILE_PATH_MAX];
	memcpy(link, path, end);
	link[end] = '\0';
	if (!read_link(link))
		return false;
	const int length = snprintf(next, sizeof(next), "%s%s", link, path + end);
	if (length >= SQLITE_FILE_PATH_MAX)
		return false;
	memcpy(path, next, (size_t)length + 1);
	return true;
}

bool sqlite_file_led_astray(const char *name)
{
	enum { LINKS_MAX = 40 };
	char path[SQLITE_FILE_PATH_MAX];
	struct stat there, link;
	if (snprintf(path, sizeof(path), "%s", name) >= (int)sizeof(path))
		return false;
	if (stat(path, &there) != 0) {
		char file[SQLITE_FILE_PATH_MAX], folder[SQLITE_FILE_PATH_MAX];
		if (!sqlite_file_follow(path, file))
			return false;
		sqlite_file_folder(file, folder);
		if (stat(folder, &there) != 0)
			return false;
	}
	for (size_t end = 1, links = 0; path[end - 1] != '\0' && links <= LINKS_MAX; end++) {
		const char kept = path[end];
		if (kept != '/' && kept != '\0')
			continue;
		path[end] = '\0';
		const bool is_link = lstat(path, &link) == 0 && S_ISLNK(link.st_mode);
		path[end] = kept;
		if (!is_link)
			continue;
		if (link.st_uid != geteuid() && link.st_uid != 0 && link.st_uid != there.st_uid)
			return true;
		if (!step(path, end))
			return false;
		links++;
		end = 0;
	}
	return false;
}

/* A file of SQLite's beside the new name would be taken for its journal and played back into it. */
static enum hansard_status check_leftovers(const struct sqlite_file *file, struct hansard_error *error)
{
	for (size_t i = 0; i < SQLITE_FILE_ENDS; i++) {
		char path[sizeof(file->path) + SUFFIX_MAX];
		struct stat status;
		snprintf(path, sizeof(path), "%s%s", file->path, sqlite_file_ends[i]);
		if (lstat(path, &status) == 0)
			return exists(path, error);
	}
	return HANSARD_OK;
}

const char *sqlite_file_reserved(struct text path)
{
	for (size_t i = 1; i < SQLITE_FILE_ENDS; i++) {
		const struct text suffix = text_of_string(sqlite_file_ends[i]);
		if (path.size >= suffix.size && text_equal(text_slice(path, path.size - suffix.size, path.size), suffix))
			return sqlite_file_ends[i];
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

static enum hansard_status draw_names(struct sqlite_file *file, struct text path, struct moment_entropy entropy,
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
	return HANSARD_OK;
}

static enum hansard_status make_draft(struct sqlite_file *file, struct hansard_error *error)
{
	file->descriptor = open(file->draft, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
	if (file->descriptor < 0)
		return sqlite_file_failed(file->path, "cannot be created", error);
	file->exists = true;
	return HANSARD_OK;
}

enum hansard_status sqlite_file_check_draft(const struct sqlite_file *file, struct hansard_error *error)
{
	struct stat made, named;
	if (fstat(file->descriptor, &made) == 0 && lstat(file->draft, &named) == 0 && named.st_dev == made.st_dev &&
		named.st_ino == made.st_ino && made.st_nlink == 1)
		return HANSARD_OK;
	error_set(error, HANSARD_FAILED, "draft_replaced",
			  "%s is not the file that was made under that name: somebody else writes in this folder", file->draft);
	error_hint(error, "it was not used. Look who may write there, or choose a folder that nobody else can write");
	return HANSARD_FAILED;
}

enum hansard_status sqlite_file_begin(struct sqlite_file *file, struct text path, struct moment_entropy entropy,
									  struct hansard_error *error)
{
	enum hansard_status status = draw_names(file, path, entropy, error);
	if (status == HANSARD_OK)
		status = check_leftovers(file, error);
	return status == HANSARD_OK ? make_draft(file, error) : status;
}

enum hansard_status sqlite_file_draft(struct sqlite_file *file, struct text path, struct moment_entropy entropy,
									  struct hansard_error *error)
{
	const enum hansard_status status = draw_names(file, path, entropy, error);
	return status == HANSARD_OK ? make_draft(file, error) : status;
}

bool sqlite_file_sync(const struct sqlite_file *file)
{
	return fsync(file->descriptor) == 0;
}

bool sqlite_file_sync_folder(const struct sqlite_file *file)
{
	char folder[SQLITE_FILE_PATH_MAX];
	sqlite_file_folder(file->path, folder);
	const int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (descriptor < 0)
		return false;
	const bool synced = fsync(descriptor) == 0;
	const int reason = errno;
	close(descriptor);
	errno = reason;
	return synced;
}

bool sqlite_file_rename(const char *from, const char *to)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return true;
	if (errno != EINVAL && errno != ENOSYS)
		return false;
	if (link(from, to) != 0)
		return false;
	if (unlink(from) == 0)
		return true;
	const int number = errno; /* two names are one too many: SQLite finds a journal by the name that was opened */
	unlink(to);
	errno = number;
	return false;
}

static void close_draft(struct sqlite_file *file)
{
	if (file->descriptor >= 0)
		close(file->descriptor);
	file->descriptor = -1;
}

enum hansard_status sqlite_file_publish(struct sqlite_file *file, struct hansard_error *error)
{
	if (!sqlite_file_sync(file))
		return sqlite_file_failed(file->path, "cannot be synced", error);
	if (sqlite_file_check_draft(file, error) != HANSARD_OK) /* behind the sync, which takes longest */
		return HANSARD_FAILED;
	close_draft(file); /* a connection that opens it by its new name meanwhile keeps its locks */
	if (!sqlite_file_rename(file->draft, file->path))
		return errno == EEXIST ? exists(file->path, error)
							   : sqlite_file_failed(file->path, "its new file cannot be given this name", error);
	file->exists = false;
	if (!sqlite_file_sync_folder(file))
		return sqlite_file_failed(file->path, "was created, but its folder cannot be synced", error);
	return HANSARD_OK;
}

void sqlite_file_finish(struct sqlite_file *file)
{
	if (!file->exists)
		return;
	for (size_t i = SQLITE_FILE_ENDS; i > 0; i--) {
		char name[sizeof(file->draft) + SUFFIX_MAX];
		snprintf(name, sizeof(name), "%s%s", file->draft, sqlite_file_ends[i - 1]);
		unlink(name);
	}
	close_draft(file);
	file->exists = false;
}
