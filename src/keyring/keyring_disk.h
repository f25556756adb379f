/*
 * What is written and made durable on disk, in the folder of keys and elsewhere, and what is said when it cannot be.
 */
#ifndef KEYRING_DISK_H
#define KEYRING_DISK_H

#include <stdbool.h>

#include <hansard/error.h>

#include "bytes.h"

/* keyring_disk_write(descriptor, content): all of it, going on where a signal interrupted. False with errno. */
bool keyring_disk_write(int descriptor, struct bytes content);

/* keyring_disk_sync(folder): makes what was done to the names in a folder durable. False with errno. */
bool keyring_disk_sync(const char *folder);

/* keyring_disk_sync_parent(path): the same of the folder that a path without a slash at its end lies in, shorter than 4,096 bytes; one
   that may be written and not read cannot be synced, which is no failure. False with errno. */
bool keyring_disk_sync_parent(const char *path);

/* keyring_disk_fail(error, path, what): HANSARD_FAILED "io", by errno: the path of a key cannot be `what`, which is "read", "made" and the
   like; "out_of_memory" where that was the reason. */
enum hansard_status keyring_disk_fail(struct hansard_error *error, const char *path, const char *what);

#endif
