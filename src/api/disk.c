/*
 * Reading and writing files without following links. Folders are walked by descriptor (openat), so that a folder exchanged
 * for a link meanwhile leads nowhere.
 */
#include "disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "file_path.h"
#include "keyring_disk.h"
#include "keyring_lock.h"
#include "limits.h"
#include "sqlite_file.h"
#include "utf8.h"

enum { FOLDER_DEPTH = 16, PATH_SIZE = 4096 };

/* A NUL-terminated copy of a path. */
static bool terminated(struct text path, char ret_path[static PATH_SIZE])
{
	if (path.size >= PATH_SIZE || memchr(path.data, 0, path.size) != NULL)
		return false;
	memcpy(ret_path, path.data, path.size);
	ret_path[path.size] = '\0';
	return true;
}

/* A path that names nothing, is too long, or holds a NUL. */
static enum hansard_status refuse_path(struct text path, struct hansard_error *error)
{
	if (path.size == 0)
		error_set(error, HANSARD_INVALID, "unsafe_path", "the path is empty");
	else
		error_set(error, HANSARD_INVALID, "unsafe_path",
				  "the path that begins with %.*s has %zu bytes; it may have %d, and no NUL",
				  path.size < 40 ? (int)path.size : 40, path.data, path.size, PATH_SIZE - 1);
	error_hint(error, path.size == 0 ? "name the file or folder" : "go to a folder above it and name it from there");
	return HANSARD_INVALID;
}

static enum hansard_status fail_io(struct hansard_error *error, const char *what, struct text path)
{
	int number = errno;
	if (number == ENOMEM)
		return error_memory(error);
	if (number == ENOENT)
		error_set(error, HANSARD_NOT_FOUND, "no_such_file", "there is no file or folder " ERROR_TEXT,
				  ERROR_TEXT_ARGS(path));
	else
		error_set(error, HANSARD_FAILED, "io", ERROR_TEXT " cannot be %s: %s", ERROR_TEXT_ARGS(path), what,
				  strerror(number));
	if (number == ENOSPC || number == EDQUOT)
		error_hint(error, "free some space and run it again; nothing is half written");
	else if (number == EFBIG)
		error_hint(error, "the limit on the size of files is reached: raise it (ulimit -f) and run it again");
	else if (number == EMFILE || number == ENFILE)
		error_hint(error, "too many files are open: raise the limit (ulimit -n) and run it again");
	else if (number == EACCES || number == EROFS || number == EPERM)
		error_hint(error, "check who owns it and whether it may be %s", what);
	else if (number == EIO)
		error_hint(error, "the disk may be failing: copy what is on it before anything else");
	else
		error_hint(error, "look at the name, and at what stands there");
	return number == ENOENT ? HANSARD_NOT_FOUND : HANSARD_FAILED;
}

/* Reads the open file `descriptor`, which is closed in any case. */
static enum hansard_status read_open(struct arena *arena, int descriptor, struct text path, size_t limit,
									 struct bytes *ret_content, struct hansard_error *error)
{
	struct stat status;
	enum hansard_status result = HANSARD_OK;
	if (fstat(descriptor, &status) != 0) {
		result = fail_io(error, "read", path);
	} else if (!S_ISREG(status.st_mode)) {
		result =
			error_set(error, HANSARD_INVALID, "not_a_file", ERROR_TEXT " is no regular file", ERROR_TEXT_ARGS(path));
		error_hint(error, "put the file itself there, or move what stands there away");
	} else if (status.st_size < 0 || (uint64_t)status.st_size > limit) {
		result = error_set(error, HANSARD_INVALID, "file_too_large", ERROR_TEXT " has %lld bytes; at most %zu are read",
						   ERROR_TEXT_ARGS(path), (long long)status.st_size, limit);
		error_hint(error, "move it out of the folder that is read, or cut it");
	}
	if (result != HANSARD_OK)
		goto close_file;
	size_t size = (size_t)status.st_size;
	uint8_t *data = arena_allocate(arena, size + 1);
	if (data == NULL) {
		result = error_memory(error);
		goto close_file;
	}
	size_t at = 0;
	while (at < size) {
		ssize_t got = read(descriptor, data + at, size - at);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			result = fail_io(error, "read", path);
			goto close_file;
		}
		if (got == 0)
			break;
		at += (size_t)got;
	}
	*ret_content = (struct bytes){.data = data, .size = at};
close_file:
	close(descriptor);
	return result;
}

enum hansard_status disk_read(struct arena *arena, struct text path, size_t limit, struct bytes *ret_content,
							  struct hansard_error *error)
{
	char string[PATH_SIZE];
	if (!terminated(path, string))
		return refuse_path(path, error);
	int descriptor = open(string, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (descriptor < 0)
		return fail_io(error, "read", path);
	return read_open(arena, descriptor, path, limit, ret_content, error);
}

enum disk_kind disk_kind(struct text path)
{
	char string[PATH_SIZE];
	struct stat status;
	if (!terminated(path, string) || lstat(string, &status) != 0)
		return DISK_NOTHING;
	if (S_ISREG(status.st_mode))
		return DISK_FILE;
	return S_ISDIR(status.st_mode) ? DISK_FOLDER : DISK_OTHER;
}

/* Names in an open folder, sorted, each with a NUL behind it; the descriptor is closed in any case. */
static enum hansard_status read_names(struct arena *arena, int descriptor, struct text path, struct text **ret_names,
									  size_t *ret_count, struct hansard_error *error)
{
	DIR *folder = fdopendir(descriptor);
	if (folder == NULL) {
		enum hansard_status status = fail_io(error, "read", path);
		close(descriptor);
		return status;
	}
	enum hansard_status status = HANSARD_OK;
	struct text *names = NULL;
	size_t count = 0, capacity = 0;
	const struct dirent *entry;
	errno = 0;
	while ((entry = readdir(folder)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (!arena_grow(arena, &names, count, &capacity, sizeof *names) ||
			!arena_format(arena, &names[count], "%s", entry->d_name)) {
			status = error_memory(error);
			goto close_folder;
		}
		count++;
		errno = 0;
	}
	if (errno != 0) {
		status = fail_io(error, "read", path);
		goto close_folder;
	}
	if (count > 1)
		qsort(names, count, sizeof *names, text_order);
	*ret_names = names;
	*ret_count = count;
close_folder:
	closedir(folder);
	return status;
}

static enum hansard_status open_folder(struct text path, int *ret_descriptor, struct hansard_error *error)
{
	char string[PATH_SIZE];
	if (!terminated(path, string))
		return refuse_path(path, error);
	*ret_descriptor = open(string, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
	return *ret_descriptor >= 0 ? HANSARD_OK : fail_io(error, "read", path);
}

enum hansard_status disk_entries(struct arena *arena, struct text path, struct text **ret_names, size_t *ret_count,
								 struct hansard_error *error)
{
	int descriptor;
	struct text *names = NULL;
	size_t count = 0, kept = 0;
	enum hansard_status status = open_folder(path, &descriptor, error);
	if (status == HANSARD_OK)
		status = read_names(arena, descriptor, path, &names, &count, error);
	if (status != HANSARD_OK)
		return status;
	for (size_t i = 0; i < count; i++) {
		if (names[i].data[0] != '.')
			names[kept++] = names[i];
	}
	*ret_names = names;
	*ret_count = kept;
	return HANSARD_OK;
}

/* A walk over a folder. */
struct walk {
	struct arena *arena;
	struct text root;
	struct disk_file *files;
	size_t count, capacity, bytes;
};

static enum hansard_status refuse_size(const struct walk *walk, int most, const char *what, struct hansard_error *error)
{
	error_set(error, HANSARD_INVALID, "folder_too_large", ERROR_TEXT " holds more than %d %s",
			  ERROR_TEXT_ARGS(walk->root), most, what);
	error_hint(error, "it has to be one dialogue's folder: move away what is no part of it");
	return HANSARD_INVALID;
}

static enum hansard_status walk_folder(struct walk *walk, int descriptor, struct text below, int depth,
									   struct hansard_error *error);

/* One entry of a folder: a file is read, a folder is walked, everything else refused. */
static enum hansard_status walk_entry(struct walk *walk, int parent, struct text name, struct text path, int depth,
									  struct hansard_error *error)
{
	if (!utf8_valid(bytes_of_text(name))) {
		error_set(error, HANSARD_INVALID, "invalid_name", "a name in " ERROR_TEXT " is not UTF-8: " ERROR_TEXT,
				  ERROR_TEXT_ARGS(walk->root), ERROR_TEXT_ARGS(name));
		error_hint(error, "rename it, or move it out of the folder");
		return HANSARD_INVALID;
	}
	struct stat status;
	if (fstatat(parent, name.data, &status, AT_SYMLINK_NOFOLLOW) != 0)
		return fail_io(error, "read", path);
	if (S_ISLNK(status.st_mode)) {
		error_set(error, HANSARD_INVALID, "link_refused", ERROR_TEXT " in " ERROR_TEXT " is a symbolic link",
				  ERROR_TEXT_ARGS(path), ERROR_TEXT_ARGS(walk->root));
		error_hint(error, "put the file itself into the folder, or remove the link");
		return HANSARD_INVALID;
	}
	if (!S_ISDIR(status.st_mode) && !S_ISREG(status.st_mode)) {
		error_set(error, HANSARD_INVALID, "special_file", ERROR_TEXT " in " ERROR_TEXT " is neither file nor folder",
				  ERROR_TEXT_ARGS(path), ERROR_TEXT_ARGS(walk->root));
		error_hint(error, "remove it from the folder");
		return HANSARD_INVALID;
	}
	int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
	int descriptor = openat(parent, name.data, S_ISDIR(status.st_mode) ? flags | O_DIRECTORY : flags);
	if (descriptor < 0)
		return fail_io(error, "read", path);
	if (S_ISDIR(status.st_mode))
		return walk_folder(walk, descriptor, path, depth + 1, error);
	if (walk->count >= LIMIT_IMPORT_FILES ||
		!arena_grow(walk->arena, &walk->files, walk->count, &walk->capacity, sizeof *walk->files)) {
		close(descriptor);
		return walk->count >= LIMIT_IMPORT_FILES ? refuse_size(walk, LIMIT_IMPORT_FILES, "files", error)
												 : error_memory(error);
	}
	struct disk_file *file = &walk->files[walk->count];
	file->path = path;
	struct text whole;
	if (!arena_format(walk->arena, &whole, "%.*s/%.*s", (int)walk->root.size, walk->root.data, (int)path.size,
					  path.data)) {
		close(descriptor);
		return error_memory(error);
	}
	enum hansard_status result = read_open(walk->arena, descriptor, whole, LIMIT_IMPORT_FILE, &file->content, error);
	if (result != HANSARD_OK)
		return result;
	walk->count++;
	walk->bytes += file->content.size;
	if (walk->bytes > LIMIT_IMPORT_FOLDER)
		return refuse_size(walk, LIMIT_IMPORT_FOLDER, "bytes", error);
	return HANSARD_OK;
}

/* All below one folder; the descriptor is closed in any case. */
static enum hansard_status walk_folder(struct walk *walk, int descriptor, struct text below, int depth,
									   struct hansard_error *error)
{
	struct text *names = NULL;
	size_t count = 0;
	enum hansard_status status = HANSARD_OK;
	int listing = -1;
	if (depth > FOLDER_DEPTH) {
		status = error_set(error, HANSARD_INVALID, "folder_too_deep", ERROR_TEXT " is more than %d folders deep",
						   ERROR_TEXT_ARGS(below), FOLDER_DEPTH);
		error_hint(error, "move it out of " ERROR_TEXT, ERROR_TEXT_ARGS(walk->root));
	} else if ((listing = dup(descriptor)) < 0) {
		status = fail_io(error, "read", below.size > 0 ? below : walk->root);
	} else {
		status = read_names(walk->arena, listing, below.size > 0 ? below : walk->root, &names, &count, error);
	}
	for (size_t i = 0; i < count && status == HANSARD_OK; i++) {
		struct text path = names[i];
		if (below.size > 0 && !arena_format(walk->arena, &path, "%.*s/%.*s", (int)below.size, below.data,
											(int)names[i].size, names[i].data))
			status = error_memory(error);
		else
			status = walk_entry(walk, descriptor, names[i], path, depth, error);
	}
	close(descriptor);
	return status;
}

static int compare_files(const void *a, const void *b)
{
	return text_compare(((const struct disk_file *)a)->path, ((const struct disk_file *)b)->path);
}

enum hansard_status disk_read_folder(struct arena *arena, struct text path, struct disk_file **ret_files,
									 size_t *ret_count, struct hansard_error *error)
{
	int descriptor;
	struct walk walk = {.arena = arena, .root = path};
	enum hansard_status status = open_folder(path, &descriptor, error);
	if (status == HANSARD_OK)
		status = walk_folder(&walk, descriptor, TEXT(""), 0, error);
	if (status != HANSARD_OK)
		return status;
	if (walk.count > 1)
		qsort(walk.files, walk.count, sizeof *walk.files, compare_files);
	*ret_files = walk.files;
	*ret_count = walk.count;
	return HANSARD_OK;
}

static enum hansard_status file_exists(struct text path, struct hansard_error *error)
{
	error_set(error, HANSARD_CONFLICT, "file_exists", ERROR_TEXT " is there already", ERROR_TEXT_ARGS(path));
	error_hint(error, "nothing is ever overwritten: name another place, or move it away");
	return HANSARD_CONFLICT;
}

enum hansard_status disk_vacant(struct text path, struct hansard_error *error)
{
	if (disk_kind(path) != DISK_NOTHING)
		return file_exists(path, error);
	const char *end = sqlite_file_reserved(path);
	if (end == NULL)
		return HANSARD_OK;
	const struct text beside = text_slice(path, 0, path.size - strlen(end));
	if (disk_kind(beside) != DISK_FILE)
		return HANSARD_OK;
	error_set(error, HANSARD_USAGE, "reserved_name",
			  ERROR_TEXT ": with a file of the name in front of it, %s is SQLite's", ERROR_TEXT_ARGS(path), end);
	error_hint(error, "SQLite would take it for the journal of that file, and remove it: choose another name");
	return HANSARD_USAGE;
}

/* A file that could not be made, for the reason in errno. */
static enum hansard_status fail_create(struct text path, struct hansard_error *error)
{
	if (errno == EEXIST)
		return file_exists(path, error);
	if (errno != ENOENT)
		return fail_io(error, "written", path);
	error_set(error, HANSARD_NOT_FOUND, "no_such_file",
			  ERROR_TEXT " cannot be made: the folder that it is to be in is not there", ERROR_TEXT_ARGS(path));
	error_hint(error, "make that folder first, or name another");
	return HANSARD_NOT_FOUND;
}

/* A file that was not there, empty, open to be written; -1 and errno. */
static int make_empty(const char *path, bool private)
{
	return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, private ? 0600 : 0666);
}

enum hansard_status disk_create(struct text path, bool private, int *ret_descriptor, struct hansard_error *error)
{
	char string[PATH_SIZE];
	if (!terminated(path, string))
		return refuse_path(path, error);
	const enum hansard_status status = disk_vacant(path, error);
	if (status != HANSARD_OK)
		return status;
	*ret_descriptor = make_empty(string, private);
	return *ret_descriptor >= 0 ? HANSARD_OK : fail_create(path, error);
}

void disk_discard(struct text path, int descriptor)
{
	char string[PATH_SIZE];
	close(descriptor);
	if (terminated(path, string))
		unlink(string);
}

enum hansard_status disk_fill(struct text path, int descriptor, struct bytes content, struct hansard_error *error)
{
	char string[PATH_SIZE];
	if (terminated(path, string) && keyring_disk_write(descriptor, content) && fsync(descriptor) == 0 &&
		keyring_disk_sync_parent(string)) {
		close(descriptor);
		return HANSARD_OK;
	}
	const enum hansard_status status = fail_io(error, "written", path);
	disk_discard(path, descriptor);
	return status;
}

/* Gives a draft that is open its content and then the name, durably; closes it. False with errno, and all is as it was but for the draft. */
static bool publish(int descriptor, const char *draft, const char *path, struct bytes content)
{
	const bool written = keyring_disk_write(descriptor, content) && fsync(descriptor) == 0;
	int number = errno;
	close(descriptor);
	errno = number;
	if (!written || !sqlite_file_rename(draft, path))
		return false;
	if (keyring_disk_sync_parent(path))
		return true;
	number = errno;
	unlink(path);
	errno = number;
	return false;
}

enum hansard_status disk_write_new(struct text path, struct bytes content, struct hansard_error *error)
{
	char string[PATH_SIZE], draft[PATH_SIZE];
	if (!terminated(path, string) || !keyring_lock_draft(string, sizeof(draft), draft))
		return refuse_path(path, error);
	enum hansard_status status = disk_vacant(path, error);
	if (status != HANSARD_OK)
		return status;
	unlink(draft); /* of a process of the same number that was killed */
	const int descriptor = make_empty(draft, false);
	if (descriptor < 0)
		return fail_create(path, error);
	if (publish(descriptor, draft, string, content))
		return HANSARD_OK;
	status = fail_create(path, error);
	unlink(draft);
	return status;
}

/*
 * What a call made at a path is said by one number: the size of the shortest prefix of the path that it made; that of the path
 * itself and more than that are a last component made and nothing.
 */

/* Takes away the folders that were made at a path, those that are empty. */
static void take_away(struct text path, size_t made)
{
	char string[PATH_SIZE];
	if (!terminated(path, string))
		return;
	for (size_t size = path.size; size > 0 && size >= made; size--) {
		if (size < path.size && string[size] != '/')
			continue;
		string[size] = '\0';
		rmdir(string);
	}
}

enum hansard_status disk_make_folder(struct text path, bool private, size_t *ret_made, struct hansard_error *error)
{
	char string[PATH_SIZE];
	if (!terminated(path, string) || path.size == 0)
		return refuse_path(path, error);
	mode_t mode = private ? 0700 : 0777;
	size_t made = path.size + 1;
	for (size_t i = 1; i <= path.size; i++) {
		if (i < path.size && string[i] != '/')
			continue;
		char kept = string[i];
		string[i] = '\0';
		struct stat status;
		if (mkdir(string, mode) == 0) {
			made = made < i ? made : i;
			if (private && !keyring_disk_sync_parent(string)) {
				const enum hansard_status failure = fail_io(error, "made", path);
				take_away(path, made);
				return failure;
			}
		} else if (errno != EEXIST || stat(string, &status) != 0 || !S_ISDIR(status.st_mode)) {
			const enum hansard_status failure = fail_io(error, "made", path);
			take_away(path, made);
			return failure;
		}
		string[i] = kept;
	}
	*ret_made = made;
	return HANSARD_OK;
}

void disk_unmake_folder(struct text path, size_t made)
{
	take_away(path, made);
}

/* Opens the folder of a file below another, every component without following links. `made`: makes those between, and it becomes the size of
   the shortest prefix that was made, where that is less; NULL: makes none. The path is cut in pieces, *name is the last. -1 and errno on
   failure. */
static int open_between(int root, char *path, char **name, size_t *made)
{
	int folder = dup(root);
	char *slash;
	*name = path;
	while (folder >= 0 && (slash = strchr(*name, '/')) != NULL) {
		*slash = '\0';
		int next = -1;
		const bool new = made == NULL ? false : mkdirat(folder, *name, 0777) == 0;
		if (new &&*made > (size_t)(slash - path))
			*made = (size_t)(slash - path);
		if (new || made == NULL || errno == EEXIST)
			next = openat(folder, *name, O_RDONLY | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW);
		const int number = errno;
		close(folder);
		errno = number;
		folder = next;
		*name = slash + 1;
	}
	return folder;
}

/* Takes away what has a path below a folder, with these flags of unlinkat; nothing, where a link has got onto the way. */
static void remove_below(int root, struct text path, int flags)
{
	char string[PATH_SIZE], *name;
	if (!terminated(path, string))
		return;
	const int folder = open_between(root, string, &name, NULL);
	if (folder < 0)
		return;
	unlinkat(folder, name, flags);
	close(folder);
}

/* Takes away what was made at a path below a folder: the file, and the folders between. */
static void take_away_below(int root, struct text path, size_t made)
{
	for (size_t size = path.size; size > 0 && size >= made; size--)
		if (size == path.size || path.data[size] == '/')
			remove_below(root, text_slice(path, 0, size), size == path.size ? 0 : AT_REMOVEDIR);
}

/* Writes one file below a folder. *made is set in any case. */
static enum hansard_status write_below(int root, const struct disk_file *file, size_t *made,
									   struct hansard_error *error)
{
	char string[PATH_SIZE], *name;
	*made = file->path.size + 1;
	if (!file_path_valid(file->path) || !terminated(file->path, string))
		return error_set(error, HANSARD_INVALID, "unsafe_path", "the path " ERROR_TEXT " would leave the folder",
						 ERROR_TEXT_ARGS(file->path));
	const int folder = open_between(root, string, &name, made);
	if (folder < 0)
		return fail_io(error, "made", file->path);
	int descriptor = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
	enum hansard_status status = HANSARD_OK;
	if (descriptor < 0 && errno == EEXIST) {
		status = error_set(error, HANSARD_CONFLICT, "file_exists", ERROR_TEXT " is there already",
						   ERROR_TEXT_ARGS(file->path));
		error_hint(error, "nothing is ever overwritten: name an empty folder");
	} else if (descriptor < 0 || !keyring_disk_write(descriptor, file->content)) {
		status = fail_io(error, "written", file->path);
	}
	if (descriptor >= 0) {
		*made = *made < file->path.size ? *made : file->path.size;
		close(descriptor);
	}
	close(folder);
	return status;
}

enum hansard_status disk_write_folder(struct arena *arena, const struct disk_writing *writing,
									  struct hansard_error *error)
{
	struct text string;
	size_t root_made, written = 0;
	size_t *made = arena_allocate_array(arena, writing->count, sizeof *made);
	if (made == NULL || !arena_format(arena, &string, "%.*s", (int)writing->path.size, writing->path.data))
		return error_memory(error);
	enum hansard_status status = disk_make_folder(writing->path, false, &root_made, error);
	if (status != HANSARD_OK)
		return status;
	const int root = open(string.data, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
	if (root < 0)
		status = fail_io(error, "written", writing->path);
	for (; written < writing->count && status == HANSARD_OK; written++) {
		if (writing->interrupted != NULL && writing->interrupted(writing->context))
			break;
		status = write_below(root, &writing->files[written], &made[written], error);
	}
	if (status == HANSARD_OK && written < writing->count) {
		status = error_set(error, HANSARD_FAILED, "interrupted", "the writing of " ERROR_TEXT " was interrupted",
						   ERROR_TEXT_ARGS(writing->path));
		error_hint(error, "what was written is taken away again: run it once more");
	}
	if (status != HANSARD_OK) {
		while (written-- > 0)
			take_away_below(root, writing->files[written].path, made[written]);
		take_away(writing->path, root_made);
	}
	if (root >= 0)
		close(root);
	return status;
}
