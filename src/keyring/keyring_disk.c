/*
 * Writing and syncing.
 */
#include "keyring_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "error.h"

enum { PATH_SIZE = 4096 };

bool keyring_disk_write(int descriptor, struct bytes content)
{
	size_t at = 0;
	while (at < content.size) {
		const ssize_t put = write(descriptor, content.data + at, content.size - at);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return false;
		at += (size_t)put;
	}
	return true;
}

bool keyring_disk_sync(const char *folder)
{
	const int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (descriptor < 0)
		return false;
	const bool good = fsync(descriptor) == 0;
	const int number = errno;
	close(descriptor);
	errno = number;
	return good;
}

bool keyring_disk_sync_parent(const char *path)
{
	char parent[PATH_SIZE];
	const char *slash = strrchr(path, '/');
	const size_t size = slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);
	memcpy(parent, path, size);
	parent[size] = '\0';
	return keyring_disk_sync(slash == NULL ? "." : parent) || errno == EACCES;
}

enum hansard_status keyring_disk_fail(struct hansard_error *error, const char *path, const char *what)
{
	const int number = errno;
	if (number == ENOMEM)
		return error_memory(error);
	error_set(error, HANSARD_FAILED, "io", "%s cannot be %s: %s", path, what, strerror(number));
	if (number == EACCES || number == EROFS || number == EPERM)
		error_hint(error, "check who owns it and whether it may be %s", what);
	else if (number == EMFILE || number == ENFILE)
		error_hint(error, "close some files, or raise the limit of open files (ulimit -n)");
	else if (number == ENOSPC || number == EDQUOT || number == EFBIG)
		error_hint(error, "free some space, or raise the limit of a file's size (ulimit -f), and run it again");
	else if (number == EIO)
		error_hint(error, "look at the disk; nothing that was there is taken away, and it can be run again");
	else
		error_hint(error, "look at what stands there: keys lie in regular files, in a folder of their own");
	return HANSARD_FAILED;
}
