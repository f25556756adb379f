/*
 * New key files: written under a name of their own, synced, and renamed to a name that is free.
 */
#include "keyring_make.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "keyring_disk.h"
#include "keyring_file.h"
#include "keyring_lock.h"
#include "keyring_owned.h"
#include "keyring_path.h"

/* Makes the folder and its parents; the last one is private. */
static enum hansard_status make_folder(struct text folder, struct hansard_error *error)
{
	char path[KEYRING_PATH_SIZE];
	const enum hansard_status named = keyring_path_of(folder, "", path, error);
	if (named != HANSARD_OK)
		return named;
	for (size_t i = 1; i <= folder.size; i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		const char kept = path[i];
		path[i] = '\0';
		const bool made = mkdir(path, 0700) == 0;
		if ((!made && errno != EEXIST) || (made && !keyring_disk_sync_parent(path)))
			return keyring_disk_fail(error, path, "made");
		path[i] = kept;
	}
	struct stat status;
	if (stat(path, &status) != 0)
		return keyring_disk_fail(error, path, "read");
	return keyring_owned_private(path, &status, error);
}

static enum hansard_status keys_exist(const char *path, struct hansard_error *error)
{
	error_set(error, HANSARD_CONFLICT, "keys_exist", "there is a key in %s already", path);
	error_hint(error, "nothing was overwritten, and without it nothing that it sealed can be read");
	return HANSARD_CONFLICT;
}

/* Gives a file its name, unless something has it. Not every file system can do both at once. */
static bool take_name(const char *from, const char *to)
{
	struct stat status;
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return true;
	if (errno != EINVAL && errno != ENOSYS)
		return false;
	if (lstat(to, &status) == 0) {
		errno = EEXIST;
		return false;
	}
	return rename(from, to) == 0;
}

enum hansard_status keyring_make_draft(const char *path, struct bytes content, char ret_draft[static KEYRING_PATH_SIZE],
									   struct hansard_error *error)
{
	if (!keyring_lock_draft(path, KEYRING_PATH_SIZE, ret_draft))
		return keyring_path_unsafe(error);
	if (unlink(ret_draft) != 0 && errno != ENOENT)
		return keyring_disk_fail(error, ret_draft, "removed");
	const int descriptor = open(ret_draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (descriptor < 0)
		return keyring_disk_fail(error, path, "made");
	enum hansard_status status = HANSARD_OK;
	if (!keyring_disk_write(descriptor, content) || fsync(descriptor) != 0)
		status = keyring_disk_fail(error, path, "written");
	close(descriptor);
	if (status != HANSARD_OK)
		unlink(ret_draft);
	return status;
}

static enum hansard_status too_many(enum key_file_kind kind, const char *path, struct hansard_error *error)
{
	error_set(error, HANSARD_INVALID, "too_many_keys", "%s is there already: no room for another older key", path);
	if (kind == KEY_FILE_UMK)
		error_hint(
			error,
			"older ones open backups from before: move the last one into a backup of the keys, and run it again");
	else
		error_hint(error, "two keys sign while one takes over from the other: hansard keys rotate --signing --retire");
	return HANSARD_INVALID;
}

/* How old the first name is that is free, and its path. */
static enum hansard_status find_gap(const struct keyring_make_secret *request, int *ret_gap,
									char ret_path[static KEYRING_PATH_SIZE], struct hansard_error *error)
{
	struct stat found;
	int gap = request->place == KEYRING_MAKE_OLDER;
	for (bool taken = true; taken; gap += taken) {
		const char *name = keyring_path_key(request->kind, gap);
		if (name == NULL)
			return too_many(request->kind, ret_path, error);
		const enum hansard_status status = keyring_path_of(request->folder, name, ret_path, error);
		if (status != HANSARD_OK)
			return status;
		taken = lstat(ret_path, &found) == 0;
		if (taken && request->place == KEYRING_MAKE_ONLY)
			return keys_exist(ret_path, error);
	}
	*ret_gap = gap;
	return HANSARD_OK;
}

/* Makes room for the newest: the older ones up to the first name that is free move up by one. Killed in between, there is a free name
   further down, and so the rest moves when it is done again. */
static enum hansard_status make_room(const struct keyring_make_secret *request, int gap, struct hansard_error *error)
{
	char from[KEYRING_PATH_SIZE], to[KEYRING_PATH_SIZE];
	enum hansard_status status = HANSARD_OK;
	for (int older = gap - 1; status == HANSARD_OK && older >= 0; older--) {
		status = keyring_path_of(request->folder, keyring_path_key(request->kind, older), from, error);
		if (status == HANSARD_OK)
			status = keyring_path_of(request->folder, keyring_path_key(request->kind, older + 1), to, error);
		if (status == HANSARD_OK && !take_name(from, to))
			status = errno == EEXIST ? keys_exist(to, error) : keyring_disk_fail(error, from, "renamed");
	}
	return status;
}

/* All of the new file is there before any other moves: where the disk has no room for it, nothing has changed. */
static enum hansard_status put_file(const struct keyring_make_secret *request, struct bytes content, int *ret_number,
									struct hansard_error *error)
{
	char path[KEYRING_PATH_SIZE], draft[KEYRING_PATH_SIZE];
	int gap = 0;
	enum hansard_status status = find_gap(request, &gap, path, error);
	const int number = request->place == KEYRING_MAKE_OLDER ? gap : 0;
	if (status == HANSARD_OK)
		status = keyring_path_of(request->folder, keyring_path_key(request->kind, number), path, error);
	if (status == HANSARD_OK)
		status = keyring_make_draft(path, content, draft, error);
	if (status != HANSARD_OK)
		return status;
	if (number == 0)
		status = make_room(request, gap, error);
	if (status == HANSARD_OK && !take_name(draft, path))
		status = errno == EEXIST ? keys_exist(path, error) : keyring_disk_fail(error, path, "written");
	if (status == HANSARD_OK && !keyring_disk_sync_parent(path))
		return keyring_disk_fail(error, path, "made durable");
	if (status != HANSARD_OK)
		unlink(draft);
	else
		*ret_number = number;
	return status;
}

enum hansard_status keyring_make_text(const struct keyring_make_secret *request,
									  const uint8_t secret[static SECRET_SIZE], struct buffer *out,
									  struct hansard_error *error)
{
	struct key_file_request file = {
		.kind = request->kind, .name = request->name, .passphrase = request->passphrase, .kept = request->kept};
	const struct moment_entropy entropy = request->entropy;
	const bool stretched =
		request->kept != NULL && request->kept->there && request->kept->stretch.cost == PASSPHRASE_COST;
	if (stretched)
		memcpy(file.salt, request->kept->stretch.salt, sizeof(file.salt));
	if ((!stretched && !entropy.fill(entropy.context, file.salt, sizeof(file.salt))) ||
		!entropy.fill(entropy.context, file.nonce, sizeof(file.nonce)))
		return error_set(error, HANSARD_FAILED, "no_entropy", "the system gives no randomness");
	return key_file_write(&file, secret, out, error);
}

enum hansard_status keyring_make_put(const struct keyring_make_secret *request,
									 const uint8_t secret[static SECRET_SIZE], int *ret_number,
									 struct hansard_error *error)
{
	uint8_t data[KEY_FILE_LIMIT];
	struct buffer out = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	enum hansard_status status = keyring_make_text(request, secret, &out, error);
	if (status == HANSARD_OK)
		status = make_folder(request->folder, error);
	if (status == HANSARD_OK)
		status = put_file(request, buffer_view(&out), ret_number, error);
	secret_wipe(data, sizeof(data));
	return status;
}

/* Draws a secret and puts it. */
static enum hansard_status create_key(const struct keyring_make_creation *creation, enum key_file_kind kind,
									  struct passphrase_kept *kept, struct hansard_error *error)
{
	const struct keyring_make_secret request = {
		.folder = creation->folder,
		.kind = kind,
		.name = kind == KEY_FILE_SIGNING ? creation->signer : TEXT_ABSENT,
		.passphrase = creation->passphrase,
		.kept = kept,
		.entropy = creation->entropy,
	};
	uint8_t secret[SECRET_SIZE];
	int number;
	if (!creation->entropy.fill(creation->entropy.context, secret, sizeof(secret)))
		return error_set(error, HANSARD_FAILED, "no_entropy", "the system gives no randomness");
	const enum hansard_status status = keyring_make_put(&request, secret, &number, error);
	secret_wipe(secret, sizeof(secret));
	return status;
}

enum hansard_status keyring_make_both(const struct keyring_make_creation *creation, struct hansard_error *error)
{
	if (keyring_file_exists(creation->folder)) {
		error_set(error, HANSARD_CONFLICT, "keys_exist", "there are keys in " ERROR_TEXT " already",
				  ERROR_TEXT_ARGS(creation->folder));
		error_hint(error, "nothing was overwritten; keep them, for without them nothing that they sealed can be read");
		return HANSARD_CONFLICT;
	}
	struct passphrase_kept kept = {.there = false};
	enum hansard_status status = create_key(creation, KEY_FILE_UMK, &kept, error);
	if (status == HANSARD_OK)
		status = create_key(creation, KEY_FILE_SIGNING, &kept, error);
	secret_wipe(&kept, sizeof(kept));
	return status;
}

enum hansard_status keyring_make_signing(const struct keyring_make_creation *creation, struct hansard_error *error)
{
	return create_key(creation, KEY_FILE_SIGNING, creation->kept, error);
}
