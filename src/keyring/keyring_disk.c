/*
 * Writing and syncing.
 */
#include "keyring_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

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
