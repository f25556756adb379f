/*
 * Whose files keys and trust are taken from: one's own or root's, and where nobody else writes.
 */
#ifndef KEYRING_OWNED_H
#define KEYRING_OWNED_H

#include <sys/stat.h>

#include <hansard/error.h>

#include "bytes.h"

/* keyring_owned_check(path, status, error): of a file or folder that `status` was just read of. Errors: HANSARD_INVALID
   "key_file_open_to_others" when another than this user or root has it, or group or others may write it. */
enum hansard_status keyring_owned_check(const char *path, const struct stat *status, struct hansard_error *error);

/* keyring_owned_private(path, status, error): the same, and nobody else may even read it. */
enum hansard_status keyring_owned_private(const char *path, const struct stat *status, struct hansard_error *error);

/* keyring_owned_folder(folder, error): keyring_owned_check of a folder; one that is not there is fine. */
enum hansard_status keyring_owned_folder(struct text folder, struct hansard_error *error);

#endif
