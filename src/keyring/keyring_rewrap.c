/*
 * Key files written anew behind another passphrase: first all drafts, then one rename after the other.
 */
#include "keyring_rewrap.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "error.h"
#include "keyring_disk.h"
#include "keyring_lock.h"
#include "keyring_make.h"
#include "keyring_owned.h"

enum hansard_status keyring_rewrap_count(struct text folder, struct text passphrase,
										 struct keyring_rewrap_count *ret_count, struct hansard_error *error)
{
	struct passphrase_kept kept = {.there = false};
	const struct keyring_file_options options = {.folder = folder, .passphrase = passphrase, .kept = &kept};
	struct keyring_rewrap_count count = {.plain = 0};
	struct hansard_error cause = {0};
	enum hansard_status status = keyring_owned_folder(folder, &cause);
	for (size_t i = 0; status == HANSARD_OK && i < KEYRING_PATH_FILES; i++) {
		const struct keyring_path_file *file = &keyring_path_files[i];
		struct keyring_file_found found = {.exists = false};
		if (file->kind != 0)
			status = keyring_file_look(&options, file->kind, file->older, &found, &cause);
		count.opened += status == HANSARD_OK && found.wrapped;
		if (status == HANSARD_WRONG_KEY) /* all but the box was read */
			status = HANSARD_OK;
		count.plain += found.exists && !found.wrapped;
		count.wrapped += found.exists && found.wrapped;
		secret_wipe(&found, sizeof(found));
	}
	secret_wipe(&kept, sizeof(kept));
	if (status == HANSARD_OK && count.plain + count.wrapped == 0) {
		status =
			error_set(&cause, HANSARD_WRONG_KEY, "no_key", "there is no key in " ERROR_TEXT, ERROR_TEXT_ARGS(folder));
		error_hint(&cause, "hansard init makes keys; hansard keys import and recover bring them in");
	} else if (status == HANSARD_OK && text_present(passphrase) && count.wrapped > 0 && count.opened == 0) {
		status = HANSARD_WRONG_KEY; /* and the cause is that of the last file */
	}
	if (status == HANSARD_OK)
		*ret_count = count;
	else if (error != NULL)
		*error = cause;
	return status;
}

/* A key file, and what it is to say. */
struct rewrapped {
	struct keyring_file_found found;
	uint8_t data[KEY_FILE_LIMIT];
	struct bytes text; /* empty of one that stays as it is */
	int old;           /* the file that is there, locked; -1 until it is */
	char draft[KEYRING_PATH_SIZE];
};

/* The files of one change; wiped by who has it. */
struct rewrapping {
	const struct keyring_rewrap_request *request;
	struct passphrase_kept from, to;
	struct passphrase_kept
		checked; /* of `to`, stretched by itself: what went wrong once is not what the check goes by */
	struct rewrapped files[KEYRING_PATH_FILES];
	enum keyring_rewrap_fate fates[KEYRING_PATH_FILES];
};

/* Where one that is neither behind `from` nor behind `to` leaves whoever asked. */
static void explain(const struct rewrapping *rewrapping, enum hansard_status status, struct hansard_error *error)
{
	if (status == HANSARD_WRONG_KEY && text_present(rewrapping->request->to))
		error_hint(error, "nothing was changed; of files behind different passphrases give one as that of now, and the "
						  "other as the new one: that brings these two together");
}

/* Opens a key file with what it is behind; *ret_kept: that is `to`, or nothing where nothing is wanted. */
static enum hansard_status open_file(struct rewrapping *rewrapping, const struct keyring_path_file *file,
									 struct keyring_file_found *found, bool *ret_kept, struct hansard_error *error)
{
	const struct keyring_rewrap_request *request = rewrapping->request;
	struct keyring_file_options options = {
		.folder = request->folder, .passphrase = request->from, .kept = &rewrapping->from};
	struct hansard_error cause = {0};
	enum hansard_status status = keyring_file_look(&options, file->kind, file->older, found, &cause);
	const bool same = text_present(request->to) && text_equal(request->from, request->to);
	*ret_kept = status == HANSARD_OK && (found->wrapped ? same : !text_present(request->to));
	if (status == HANSARD_WRONG_KEY && text_present(request->to) && !same) {
		options.passphrase = request->to;
		options.kept = &rewrapping->to;
		status = keyring_file_look(&options, file->kind, file->older, found, &cause);
		*ret_kept = status == HANSARD_OK;
	}
	explain(rewrapping, status, &cause);
	if (status != HANSARD_OK && error != NULL)
		*error = cause;
	return status;
}

/* What is to be written opens again, and holds the same key. */
static enum hansard_status check_text(struct rewrapping *rewrapping, struct text text, const struct key_bundle_key *key,
									  struct hansard_error *error)
{
	struct key_file file;
	uint8_t secret[SECRET_SIZE] = {0};
	enum hansard_status status = key_file_read(text, &file, error);
	if (status == HANSARD_OK)
		status = key_file_open(&file, rewrapping->request->to, &rewrapping->checked, secret, error);
	if (status == HANSARD_OK && memcmp(secret, key->secret, SECRET_SIZE) != 0)
		status = error_set(error, HANSARD_FAILED, "crypto_failed", "memory or the cryptographic library failed");
	secret_wipe(secret, sizeof(secret));
	return status;
}

static enum hansard_status make_text(struct rewrapping *rewrapping, struct rewrapped *file, struct hansard_error *error)
{
	const struct keyring_rewrap_request *request = rewrapping->request;
	const struct key_bundle_key *key = &file->found.key;
	const struct keyring_make_secret made = {.folder = request->folder,
											 .kind = key->kind,
											 .name = key_bundle_name(key),
											 .passphrase = request->to,
											 .kept = &rewrapping->to,
											 .entropy = request->entropy};
	struct buffer out = {.data = file->data, .capacity = sizeof(file->data), .ceiling = sizeof(file->data)};
	enum hansard_status status = keyring_make_text(&made, key->secret, &out, error);
	if (status == HANSARD_OK)
		status = check_text(rewrapping, buffer_text(&out), key, error);
	if (status == HANSARD_OK)
		file->text = buffer_view(&out);
	return status;
}

/* Opens a file and makes what it is to say; nothing is written yet. */
static enum hansard_status prepare(struct rewrapping *rewrapping, size_t i, struct hansard_error *error)
{
	struct rewrapped *file = &rewrapping->files[i];
	bool kept = false;
	if (keyring_path_files[i].kind == 0)
		return HANSARD_OK;
	const enum hansard_status status = open_file(rewrapping, &keyring_path_files[i], &file->found, &kept, error);
	if (status != HANSARD_OK || !file->found.exists)
		return status;
	if (!kept)
		return make_text(rewrapping, file, error);
	rewrapping->fates[i] = KEYRING_REWRAP_KEPT;
	return HANSARD_OK;
}

/* All drafts, one right after the other: with no passphrase they hold keys in clear for as long as they are there. */
static enum hansard_status write_drafts(struct rewrapping *rewrapping, struct hansard_error *error)
{
	char path[KEYRING_PATH_SIZE];
	enum hansard_status status = HANSARD_OK;
	for (size_t i = 0; status == HANSARD_OK && i < KEYRING_PATH_FILES; i++) {
		struct rewrapped *file = &rewrapping->files[i];
		if (file->text.size == 0)
			continue;
		status = keyring_path_of(rewrapping->request->folder, keyring_path_files[i].name, path, error);
		if (status == HANSARD_OK)
			status = keyring_make_draft(path, file->text, file->draft, error);
		if (status != HANSARD_OK)
			file->draft[0] = '\0';
	}
	return status;
}

/* Whoever commits holds the files of the keys that he uses, and a rotation waits for that: a file is not replaced before he has ended, or
   the rotation behind would wait for the one that nobody holds. Whoever comes late looks again. */
static enum hansard_status lock_old(struct rewrapping *rewrapping, struct hansard_error *error)
{
	char path[KEYRING_PATH_SIZE];
	for (size_t i = 0; i < KEYRING_PATH_FILES; i++) {
		struct rewrapped *file = &rewrapping->files[i];
		if (file->draft[0] == '\0')
			continue;
		const enum hansard_status status =
			keyring_path_of(rewrapping->request->folder, keyring_path_files[i].name, path, error);
		if (status != HANSARD_OK)
			return status;
		file->old = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
		if (file->old < 0)
			return keyring_disk_fail(error, path, "locked");
		if (keyring_lock_wait(file->old, LOCK_EX) || (errno != EWOULDBLOCK && errno != EINTR))
			continue; /* where files cannot be locked, nobody waits for them */
		error_set(error, HANSARD_BUSY, "commits_under_way",
				  "a process that uses %s has been writing for longer than is waited for", path);
		error_hint(error, "nothing was changed: run it again when that one has ended");
		return HANSARD_BUSY;
	}
	return HANSARD_OK;
}

/* A failure behind the first that changed. */
static void explain_half(const struct rewrapping *rewrapping, struct hansard_error *error)
{
	size_t changed = 0, all = 0;
	char hint[HANSARD_ERROR_HINT_SIZE];
	for (size_t i = 0; i < KEYRING_PATH_FILES; i++) {
		changed += rewrapping->fates[i] == KEYRING_REWRAP_CHANGED;
		all += rewrapping->fates[i] != KEYRING_REWRAP_ABSENT || rewrapping->files[i].draft[0] != '\0';
	}
	if (changed == 0 || error == NULL)
		return;
	memcpy(hint, error->hint, sizeof(hint));
	if (changed == all)
		error_hint(error, "the new passphrase is in force already, which may not outlast a loss of power: %s", hint);
	else
		error_hint(error, "%zu of %zu key files are changed already; mend this and run it again with the same two: %s",
				   changed, all, hint);
}

/* Every draft takes its place. What has, stays when a later one cannot. */
static enum hansard_status place(struct rewrapping *rewrapping, struct hansard_error *error)
{
	const struct text folder = rewrapping->request->folder;
	char path[KEYRING_PATH_SIZE];
	enum hansard_status status = HANSARD_OK;
	for (size_t i = 0; status == HANSARD_OK && i < KEYRING_PATH_FILES; i++) {
		struct rewrapped *file = &rewrapping->files[i];
		if (file->draft[0] == '\0')
			continue;
		status = keyring_path_of(folder, keyring_path_files[i].name, path, error);
		if (status == HANSARD_OK && rename(file->draft, path) != 0)
			status = keyring_disk_fail(error, path, "replaced");
		if (status != HANSARD_OK)
			break;
		file->draft[0] = '\0';
		rewrapping->fates[i] = KEYRING_REWRAP_CHANGED;
	}
	if (status == HANSARD_OK)
		status = keyring_path_of(folder, "", path, error);
	if (status == HANSARD_OK && !keyring_disk_sync(path))
		status = keyring_disk_fail(error, path, "made durable");
	if (status != HANSARD_OK)
		explain_half(rewrapping, error);
	return status;
}

enum hansard_status keyring_rewrap(const struct keyring_rewrap_request *request,
								   enum keyring_rewrap_fate ret_fates[static KEYRING_PATH_FILES],
								   struct hansard_error *error)
{
	struct rewrapping *rewrapping = calloc(1, sizeof(*rewrapping));
	if (rewrapping == NULL)
		return error_memory(error);
	rewrapping->request = request;
	for (size_t i = 0; i < KEYRING_PATH_FILES; i++)
		rewrapping->files[i].old = -1;
	enum hansard_status status = keyring_owned_folder(request->folder, error);
	for (size_t i = 0; status == HANSARD_OK && i < KEYRING_PATH_FILES; i++)
		status = prepare(rewrapping, i, error);
	if (status == HANSARD_OK)
		status = write_drafts(rewrapping, error);
	if (status == HANSARD_OK)
		status = lock_old(rewrapping, error);
	if (status == HANSARD_OK)
		status = place(rewrapping, error);
	for (size_t i = 0; i < KEYRING_PATH_FILES; i++) {
		if (rewrapping->files[i].draft[0] != '\0')
			(void)unlink(rewrapping->files[i].draft);
		if (rewrapping->files[i].old >= 0)
			close(rewrapping->files[i].old);
	}
	if (status == HANSARD_OK)
		memcpy(ret_fates, rewrapping->fates, sizeof(rewrapping->fates));
	secret_wipe(rewrapping, sizeof(*rewrapping));
	free(rewrapping);
	return status;
}
