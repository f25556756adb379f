/*
 * Lists of public keys in files, changed line by line and replaced by renaming.
 */
#include "keyring_list.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "keyring_disk.h"
#include "keyring_lock.h"
#include "keyring_owned.h"

static enum hansard_status fail_io(struct hansard_error *error, const char *path, const char *what)
{
	const int number = errno;
	if (number == ENOMEM)
		return error_memory(error);
	error_set(error, HANSARD_FAILED, "io", "%s cannot be %s: %s", path, what, strerror(number));
	error_hint(error, "a list of keys is a regular file that you may read and write, on a disk with room");
	return HANSARD_FAILED;
}

size_t keyring_list_find(const struct keyring_list *list, const struct sign_public *public)
{
	for (size_t i = 0; i < list->count; i++)
		if (sign_public_equal(&list->keys[i], public))
			return i;
	return SIZE_MAX;
}

enum hansard_status keyring_list_add(struct keyring_list *list, const struct sign_public *public,
									 struct hansard_error *error)
{
	if (keyring_list_find(list, public) != SIZE_MAX)
		return HANSARD_OK;
	if (list->count == KEYRING_LIST_ROOM)
		return error_set(error, HANSARD_INVALID, "too_many_keys", "at most %d public keys can be listed",
						 KEYRING_LIST_ROOM);
	list->keys[list->count++] = *public;
	return HANSARD_OK;
}

/* Takes the next line off a text, without its end. */
static struct text take_line(struct text *rest)
{
	const size_t end = text_find(*rest, TEXT("\n"), 0);
	const struct text line = text_slice(*rest, 0, end);
	*rest = end == SIZE_MAX ? TEXT("") : text_slice(*rest, end + 1, rest->size);
	return line;
}

static bool says_nothing(struct text line)
{
	const struct text words = text_trim(line);
	return words.size == 0 || words.data[0] == '#';
}

enum hansard_status keyring_list_parse(struct text text, struct keyring_list *list, struct hansard_error *error)
{
	size_t number = 0, taken = 0;
	while (text.size > 0) {
		const struct text line = take_line(&text);
		struct sign_public public = {.name_size = 0};
		struct hansard_error cause = {0};
		number++;
		if (says_nothing(line))
			continue;
		enum hansard_status status = sign_public_read(text_trim(line), &public, &cause);
		if (status == HANSARD_OK && ++taken > LIMIT_KEYS_LISTED)
			status = error_set(&cause, HANSARD_INVALID, "too_many_keys", "there are at most %d keys in a list",
							   LIMIT_KEYS_LISTED);
		if (status == HANSARD_OK)
			status = keyring_list_add(list, &public, &cause);
		if (status != HANSARD_OK) {
			error_set(error, status, cause.kind, "line %zu: %s", number, cause.message);
			error_hint(
				error,
				"mend the line or take it out; one is NAME+ID+KEY: what keys show prints below \"Signs heads\" where that key "
				"signs, and nothing else of it");
			return status;
		}
	}
	return HANSARD_OK;
}

/* The text of a list. */
struct content {
	char path[KEYRING_PATH_SIZE];
	char data[LIMIT_KEYS_LIST];
	size_t size;
};

static struct text text_of(const struct content *content)
{
	return (struct text){.data = content->data, .size = content->size};
}

static enum hansard_status no_list(const char *path, struct hansard_error *error)
{
	error_set(error, HANSARD_INVALID, "invalid_trusted_key", "%s is no list of keys", path);
	error_hint(error, "move it away, or put the list back from a backup");
	return HANSARD_INVALID;
}

static enum hansard_status read_descriptor(int descriptor, struct content *content, struct hansard_error *error)
{
	struct stat status;
	ssize_t got = 1;
	if (fstat(descriptor, &status) != 0)
		return fail_io(error, content->path, "read");
	if (!S_ISREG(status.st_mode))
		return no_list(content->path, error);
	const enum hansard_status owned = keyring_owned_check(content->path, &status, error);
	if (owned != HANSARD_OK)
		return owned;
	while (got != 0 && content->size < sizeof(content->data)) {
		got = read(descriptor, content->data + content->size, sizeof(content->data) - content->size);
		if (got < 0 && errno != EINTR)
			return fail_io(error, content->path, "read");
		content->size += got > 0 ? (size_t)got : 0;
	}
	if (content->size < sizeof(content->data))
		return HANSARD_OK;
	error_set(error, HANSARD_INVALID, "invalid_trusted_key", "%s is too large for a list of keys", content->path);
	error_hint(error, "it has less than %d bytes, comments included", LIMIT_KEYS_LIST);
	return HANSARD_INVALID;
}

/* Reads a file; one that is not there is empty. */
static enum hansard_status read_content(struct text folder, const char *name, struct content *content,
										struct hansard_error *error)
{
	content->size = 0;
	enum hansard_status status = keyring_path_of(folder, name, content->path, error);
	if (status == HANSARD_OK)
		status = keyring_owned_folder(folder, error);
	if (status != HANSARD_OK)
		return status;
	const int descriptor = open(content->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (descriptor < 0 && errno == ELOOP)
		return no_list(content->path, error);
	if (descriptor < 0)
		return errno == ENOENT ? HANSARD_OK : fail_io(error, content->path, "read");
	status = read_descriptor(descriptor, content, error);
	close(descriptor);
	return status;
}

static enum hansard_status parse_content(const struct content *content, struct keyring_list *list,
										 struct hansard_error *error)
{
	struct hansard_error cause = {0};
	const enum hansard_status status = keyring_list_parse(text_of(content), list, &cause);
	if (status != HANSARD_OK) {
		error_set(error, status, cause.kind, "%s: %s", content->path, cause.message);
		error_hint(error, "%s", cause.hint);
	}
	return status;
}

enum hansard_status keyring_list_read(struct text folder, const char *name, struct keyring_list *list,
									  struct hansard_error *error)
{
	struct content content;
	const enum hansard_status status = read_content(folder, name, &content, error);
	return status == HANSARD_OK ? parse_content(&content, list, error) : status;
}

static bool sync_folder(struct text folder)
{
	char path[KEYRING_PATH_SIZE];
	return keyring_path_of(folder, "", path, NULL) == HANSARD_OK && keyring_disk_sync(path);
}

/* Replaces a file as a whole, mode 0600. */
static enum hansard_status write_content(struct text folder, const char *path, struct bytes bytes,
										 struct hansard_error *error)
{
	char next[KEYRING_PATH_SIZE];
	if (!keyring_lock_draft(path, sizeof(next), next))
		return keyring_path_unsafe(error);
	if (unlink(next) != 0 && errno != ENOENT)
		return fail_io(error, next, "removed");
	const int descriptor = open(next, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (descriptor < 0)
		return fail_io(error, next, "made");
	const bool good = keyring_disk_write(descriptor, bytes) && fsync(descriptor) == 0;
	enum hansard_status status = good ? HANSARD_OK : fail_io(error, next, "written");
	close(descriptor);
	if (status == HANSARD_OK && (rename(next, path) != 0 || !sync_folder(folder)))
		status = fail_io(error, path, "replaced");
	if (status != HANSARD_OK)
		unlink(next);
	return status;
}

static enum hansard_status full(const char *path, struct hansard_error *error)
{
	error_set(error, HANSARD_INVALID, "too_many_keys",
			  "%s has no room for another key: %d at most, in less than %d bytes", path, LIMIT_KEYS_LISTED,
			  LIMIT_KEYS_LIST);
	error_hint(error, "take out of it by hand what is not needed any more");
	return HANSARD_INVALID;
}

/* The content with a line more, or `full`. */
static enum hansard_status append(struct content *content, const struct keyring_list *list,
								  const struct sign_public *public, struct hansard_error *error)
{
	struct buffer out = {.data = (uint8_t *)content->data,
						 .size = content->size,
						 .capacity = LIMIT_KEYS_LIST,
						 .ceiling = LIMIT_KEYS_LIST};
	const bool torn = content->size > 0 && content->data[content->size - 1] != '\n';
	if (list->count >= LIMIT_KEYS_LISTED || (torn && !buffer_append_byte(&out, '\n')) ||
		!sign_public_write(public, &out) || !buffer_append_byte(&out, '\n') || out.size >= LIMIT_KEYS_LIST)
		return full(content->path, error);
	content->size = out.size;
	return HANSARD_OK;
}

enum hansard_status keyring_list_put(struct text folder, const char *name, const struct sign_public *public,
									 bool *ret_known, struct hansard_error *error)
{
	struct content content;
	struct keyring_list list = {.count = 0};
	enum hansard_status status = read_content(folder, name, &content, error);
	if (status == HANSARD_OK)
		status = parse_content(&content, &list, error);
	if (status != HANSARD_OK)
		return status;
	*ret_known = keyring_list_find(&list, public) != SIZE_MAX;
	if (*ret_known)
		return HANSARD_OK;
	status = append(&content, &list, public, error);
	return status == HANSARD_OK ? write_content(folder, content.path, bytes_of_text(text_of(&content)), error) : status;
}

enum hansard_status keyring_list_room(struct text folder, const char *name, const struct keyring_list *more,
									  size_t spare, struct hansard_error *error)
{
	struct content content;
	struct keyring_list list = {.count = 0};
	/* The longest that a line can be. */
	struct sign_public any = {.name_size = SIGN_NAME_LIMIT};
	memset(any.name, 'a', SIGN_NAME_LIMIT);
	const size_t known = more == NULL ? 0 : more->count;
	enum hansard_status status = read_content(folder, name, &content, error);
	if (status == HANSARD_OK)
		status = parse_content(&content, &list, error);
	for (size_t i = 0; status == HANSARD_OK && i < known + spare; i++) {
		const struct sign_public *public = i < known ? &more->keys[i] : &any;
		any.id[0] = (uint8_t)i; /* each is another */
		status = append(&content, &list, public, error);
		if (status == HANSARD_OK)
			status = keyring_list_add(&list, public, error);
	}
	return status;
}

/* Takes the lines of a key out of a file; all others stay as they are. */
static enum hansard_status take_out(struct text folder, const char *name, const struct sign_public *public,
									struct hansard_error *error)
{
	struct content content;
	const enum hansard_status status = read_content(folder, name, &content, error);
	if (status != HANSARD_OK)
		return status;
	struct text rest = text_of(&content);
	size_t kept = 0;
	while (rest.size > 0) {
		const char *from = rest.data;
		const struct text line = take_line(&rest);
		const size_t size = rest.size > 0 ? (size_t)(rest.data - from) : content.size - (size_t)(from - content.data);
		struct sign_public found = {.name_size = 0};
		if (!says_nothing(line) && sign_public_read(text_trim(line), &found, NULL) == HANSARD_OK &&
			sign_public_equal(&found, public))
			continue;
		memmove(content.data + kept, from, size);
		kept += size;
	}
	if (kept == content.size)
		return HANSARD_OK;
	content.size = kept;
	return write_content(folder, content.path, bytes_of_text(text_of(&content)), error);
}

enum hansard_status keyring_list_retire(struct text folder, const struct sign_public *public,
										struct hansard_error *error)
{
	char path[KEYRING_PATH_SIZE];
	bool known;
	enum hansard_status status = keyring_path_of(folder, keyring_path_key(KEY_FILE_SIGNING, 1), path, error);
	if (status == HANSARD_OK)
		status = keyring_list_put(folder, "receipts", public, &known, error);
	if (status == HANSARD_OK)
		status = take_out(folder, "trusted", public, error);
	if (status == HANSARD_OK && ((unlink(path) != 0 && errno != ENOENT) || !sync_folder(folder)))
		status = fail_io(error, path, "removed");
	return status;
}

void keyring_list_look(struct text folder, struct keyring_list_file ret_files[static KEYRING_PATH_FILES])
{
	for (size_t i = 0; i < KEYRING_PATH_FILES; i++) {
		char path[KEYRING_PATH_SIZE], data[2048];
		struct stat status;
		ret_files[i] = (struct keyring_list_file){.name = keyring_path_files[i].name};
		if (keyring_path_of(folder, keyring_path_files[i].name, path, NULL) != HANSARD_OK || lstat(path, &status) != 0)
			continue;
		ret_files[i].exists = true;
		ret_files[i].mode = status.st_mode & 07777;
		const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
		const ssize_t got = descriptor >= 0 ? read(descriptor, data, sizeof(data)) : -1;
		if (descriptor >= 0)
			close(descriptor);
		ret_files[i].readable = got >= 0 && S_ISREG(status.st_mode);
		ret_files[i].wrapped = got > 0 && text_find((struct text){.data = data, .size = (size_t)got},
													TEXT("\nwrapping: scrypt "), 0) != SIZE_MAX;
		secret_wipe(data, sizeof(data));
	}
}

bool keyring_list_has(const struct keyring_list_file files[static KEYRING_PATH_FILES], const char *name)
{
	for (size_t i = 0; i < KEYRING_PATH_FILES; i++)
		if (strcmp(files[i].name, name) == 0)
			return files[i].exists;
	return false;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

void keyring_list_drafts(struct text folder, struct keyring_list_drafts *ret_drafts)
{
	char path[KEYRING_PATH_SIZE];
	DIR *names = keyring_path_of(folder, "", path, NULL) == HANSARD_OK ? opendir(path) : NULL;
	*ret_drafts = (struct keyring_list_drafts){.count = 0};
	if (names == NULL)
		return;
	for (const struct dirent *found = readdir(names); found != NULL; found = readdir(names)) {
		const struct text name = text_of_string(found->d_name);
		if (!keyring_path_draft(name) || name.size >= sizeof(ret_drafts->names[0]))
			continue;
		ret_drafts->more = ret_drafts->more || ret_drafts->count == KEYRING_PATH_FILES;
		if (!ret_drafts->more)
			memcpy(ret_drafts->names[ret_drafts->count++], found->d_name, name.size + 1);
	}
	closedir(names);
	qsort(ret_drafts->names, ret_drafts->count, sizeof(ret_drafts->names[0]), compare_names);
}
