/*
 * Lists of public keys in files, replaced by renaming.
 */
#include "keyring_list.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "keyring_lock.h"

enum { PATH_SIZE = 4096 };

static bool path_of(struct text folder, const char *name, const char *suffix, char ret_path[static PATH_SIZE])
{
	const int size = snprintf(ret_path, PATH_SIZE, "%.*s/%s%s", (int)folder.size, folder.data, name, suffix);
	return size > 0 && size < PATH_SIZE && memchr(folder.data, 0, folder.size) == NULL;
}

static enum hansard_status unsafe(struct hansard_error *error)
{
	return error_set(error, HANSARD_INVALID, "unsafe_path", "the folder of the keys has too long a name");
}

static enum hansard_status fail_io(struct hansard_error *error, const char *path, const char *what)
{
	const int number = errno;
	if (number == ENOMEM)
		return error_memory(error);
	return error_set(error, HANSARD_FAILED, "io", "%s cannot be %s: %s", path, what, strerror(number));
}

size_t keyring_list_find(const struct keyring_list *list, const struct sign_public *public)
{
	for (size_t i = 0; i < list->count; i++)
		if (memcmp(&list->keys[i], public, sizeof(*public)) == 0)
			return i;
	return SIZE_MAX;
}

enum hansard_status keyring_list_add(struct keyring_list *list, const struct sign_public *public,
									 struct hansard_error *error)
{
	if (keyring_list_find(list, public) != SIZE_MAX)
		return HANSARD_OK;
	if (list->count == KEYRING_LIST_LIMIT)
		return error_set(error, HANSARD_INVALID, "too_many_keys", "at most %d public keys can be listed",
						 KEYRING_LIST_LIMIT);
	list->keys[list->count++] = *public;
	return HANSARD_OK;
}

enum hansard_status keyring_list_parse(struct text text, struct keyring_list *list, struct hansard_error *error)
{
	size_t number = 0;
	while (text.size > 0) {
		const size_t end = text_find(text, TEXT("\n"), 0);
		const struct text line = text_trim(text_slice(text, 0, end));
		struct sign_public public = {.name_size = 0};
		struct hansard_error cause = {0};
		text = end == SIZE_MAX ? TEXT("") : text_slice(text, end + 1, text.size);
		number++;
		if (line.size == 0 || line.data[0] == '#')
			continue;
		enum hansard_status status = sign_public_read(line, &public, &cause);
		if (status == HANSARD_OK)
			status = keyring_list_add(list, &public, &cause);
		if (status != HANSARD_OK) {
			error_set(error, status, cause.kind, "line %zu: %s", number, cause.message);
			error_hint(error, "a line is what `hansard keys show` prints of a signing key: name+id+key");
			return status;
		}
	}
	return HANSARD_OK;
}

enum hansard_status keyring_list_read(struct text folder, const char *name, struct keyring_list *list,
									  struct hansard_error *error)
{
	char path[PATH_SIZE], data[KEYRING_LIST_SIZE];
	size_t size = 0;
	ssize_t got = 1;
	struct hansard_error cause = {0};
	if (!path_of(folder, name, "", path))
		return unsafe(error);
	const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (descriptor < 0)
		return errno == ENOENT ? HANSARD_OK : fail_io(error, path, "read");
	while (got > 0 && size < sizeof(data)) {
		got = read(descriptor, data + size, sizeof(data) - size);
		if (got > 0)
			size += (size_t)got;
	}
	const enum hansard_status failed = got < 0 ? fail_io(error, path, "read") : HANSARD_OK;
	close(descriptor);
	if (failed != HANSARD_OK)
		return failed;
	if (size == sizeof(data))
		return error_set(error, HANSARD_INVALID, "invalid_trusted_key", "%s is too large for a list of keys", path);
	const enum hansard_status status = keyring_list_parse((struct text){.data = data, .size = size}, list, &cause);
	if (status != HANSARD_OK) {
		error_set(error, status, cause.kind, "%s: %s", path, cause.message);
		error_hint(error, "%s", cause.hint);
	}
	return status;
}

static bool write_all(int descriptor, struct bytes bytes)
{
	for (size_t at = 0; at < bytes.size;) {
		const ssize_t put = write(descriptor, bytes.data + at, bytes.size - at);
		if (put < 0 && errno != EINTR)
			return false;
		at += put > 0 ? (size_t)put : 0;
	}
	return fsync(descriptor) == 0;
}

static bool sync_folder(struct text folder)
{
	char path[PATH_SIZE];
	if (!path_of(folder, ".", "", path))
		return false;
	const int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const bool good = descriptor >= 0 && fsync(descriptor) == 0;
	if (descriptor >= 0)
		close(descriptor);
	return good;
}

enum hansard_status keyring_list_write(struct text folder, const char *name, const struct keyring_list *list,
									   struct hansard_error *error)
{
	char path[PATH_SIZE], next[PATH_SIZE];
	uint8_t data[KEYRING_LIST_SIZE];
	struct buffer out = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	bool good = true;
	if (!path_of(folder, name, "", path) || !keyring_lock_draft(path, sizeof(next), next))
		return unsafe(error);
	for (size_t i = 0; good && i < list->count; i++)
		good = sign_public_write(&list->keys[i], &out) && buffer_append_byte(&out, '\n');
	if (!good)
		return error_memory(error);
	if (unlink(next) != 0 && errno != ENOENT)
		return fail_io(error, next, "removed");
	const int descriptor = open(next, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (descriptor < 0)
		return fail_io(error, next, "made");
	good = write_all(descriptor, buffer_view(&out));
	enum hansard_status status = good ? HANSARD_OK : fail_io(error, next, "written");
	close(descriptor);
	if (status == HANSARD_OK && (rename(next, path) != 0 || !sync_folder(folder)))
		status = fail_io(error, path, "replaced");
	if (status != HANSARD_OK)
		unlink(next);
	return status;
}

enum hansard_status keyring_list_retire(struct text folder, const struct sign_public *public,
										struct hansard_error *error)
{
	struct keyring_list receipts = {.count = 0}, trusted = {.count = 0};
	char path[PATH_SIZE];
	if (!path_of(folder, "signing.1", "", path))
		return unsafe(error);
	enum hansard_status status = keyring_list_read(folder, "receipts", &receipts, error);
	if (status == HANSARD_OK)
		status = keyring_list_add(&receipts, public, error);
	if (status == HANSARD_OK)
		status = keyring_list_write(folder, "receipts", &receipts, error);
	if (status == HANSARD_OK)
		status = keyring_list_read(folder, "trusted", &trusted, error);
	const size_t at = keyring_list_find(&trusted, public);
	if (status == HANSARD_OK && at != SIZE_MAX) {
		trusted.keys[at] = trusted.keys[--trusted.count];
		status = keyring_list_write(folder, "trusted", &trusted, error);
	}
	if (status == HANSARD_OK && ((unlink(path) != 0 && errno != ENOENT) || !sync_folder(folder)))
		status = fail_io(error, path, "removed");
	return status;
}

void keyring_list_look(struct text folder, struct keyring_list_file ret_files[static KEYRING_LIST_FILES])
{
	static const char *const names[KEYRING_LIST_FILES] = {"umk",     "umk.1",     "umk.2",   "umk.3",
														  "signing", "signing.1", "trusted", "receipts"};
	for (size_t i = 0; i < KEYRING_LIST_FILES; i++) {
		char path[PATH_SIZE], data[2048];
		struct stat status;
		ret_files[i] = (struct keyring_list_file){.name = names[i]};
		if (!path_of(folder, names[i], "", path) || lstat(path, &status) != 0)
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
