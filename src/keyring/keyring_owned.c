/*
 * Owners and modes.
 */
#include "keyring_owned.h"

#include <unistd.h>

#include "error.h"
#include "keyring_path.h"

static enum hansard_status refuse(struct hansard_error *error, const char *path, const char *what)
{
	return error_set(error, HANSARD_INVALID, "key_file_open_to_others", "%s %s", path, what);
}

static enum hansard_status check_owner(const char *path, const struct stat *status, struct hansard_error *error)
{
	if (status->st_uid == geteuid() || status->st_uid == 0)
		return HANSARD_OK;
	refuse(error, path, "belongs to another user, who can change what is believed here");
	error_hint(error, "look at what stands in it, then chown it to yourself");
	return HANSARD_INVALID;
}

enum hansard_status keyring_owned_check(const char *path, const struct stat *status, struct hansard_error *error)
{
	if ((status->st_mode & (S_IWGRP | S_IWOTH)) == 0)
		return check_owner(path, status, error);
	refuse(error, path, "can be written by others than its owner, who can change what is believed here");
	error_hint(error,
			   "chmod go-w it, and look at what stands in it: hansard keys show prints whom heads are believed from");
	return HANSARD_INVALID;
}

enum hansard_status keyring_owned_private(const char *path, const struct stat *status, struct hansard_error *error)
{
	if ((status->st_mode & (S_IRWXG | S_IRWXO)) == 0)
		return check_owner(path, status, error);
	refuse(error, path, "can be read or written by others than its owner");
	error_hint(error, "chmod %s it, and make a new key if anybody may have read it",
			   S_ISDIR(status->st_mode) ? "700" : "600");
	return HANSARD_INVALID;
}

enum hansard_status keyring_owned_folder(struct text folder, struct hansard_error *error)
{
	char path[KEYRING_PATH_SIZE];
	struct stat status;
	const enum hansard_status named = keyring_path_of(folder, "", path, error);
	if (named != HANSARD_OK)
		return named;
	return stat(path, &status) != 0 ? HANSARD_OK : keyring_owned_check(path, &status, error);
}
