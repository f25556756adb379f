/*
 * Wrappers of system calls: a counted one fails with EIO, or the process is killed instead of it, with half of a write
 * carried out. Those that only read are counted when the plan counts reads.
 */
#include "fault_disk.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/types.h>

#include "fault_vfs.h"

bool fault_disk_counted;

int __wrap_open(const char *path, int flags, mode_t mode);
int __wrap_openat(int folder, const char *path, int flags, mode_t mode);
int __wrap_mkdir(const char *path, mode_t mode);
int __wrap_mkdirat(int folder, const char *path, mode_t mode);
int __wrap_renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags);
int __wrap_fsync(int descriptor);
ssize_t __wrap_read(int descriptor, void *data, size_t size);
ssize_t __wrap_write(int descriptor, const void *data, size_t size);
int __real_open(const char *path, int flags, mode_t mode);
int __real_openat(int folder, const char *path, int flags, mode_t mode);
int __real_mkdir(const char *path, mode_t mode);
int __real_mkdirat(int folder, const char *path, mode_t mode);
int __real_renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags);
int __real_fsync(int descriptor);
ssize_t __real_read(int descriptor, void *data, size_t size);
ssize_t __real_write(int descriptor, const void *data, size_t size);

/* Counts a call; true when it must fail. */
static bool fails(bool changes)
{
	if (!fault_disk_counted || (!changes && !fault_vfs_plan.reads))
		return false;
	return fault_vfs_call();
}

static bool fails_or_kills(void)
{
	if (fails(true))
		return true;
	if (fault_disk_counted && fault_vfs_killing())
		raise(SIGKILL);
	return false;
}

static bool opening_fails(int flags)
{
	return (flags & O_CREAT) != 0 ? fails_or_kills() : fails(false);
}

int __wrap_open(const char *path, int flags, mode_t mode)
{
	return opening_fails(flags) ? -1 : __real_open(path, flags, mode);
}

int __wrap_openat(int folder, const char *path, int flags, mode_t mode)
{
	return opening_fails(flags) ? -1 : __real_openat(folder, path, flags, mode);
}

int __wrap_mkdir(const char *path, mode_t mode)
{
	return fails_or_kills() ? -1 : __real_mkdir(path, mode);
}

int __wrap_mkdirat(int folder, const char *path, mode_t mode)
{
	return fails_or_kills() ? -1 : __real_mkdirat(folder, path, mode);
}

int __wrap_renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
	return fails_or_kills() ? -1 : __real_renameat2(from_folder, from, to_folder, to, flags);
}

int __wrap_fsync(int descriptor)
{
	return fails_or_kills() ? -1 : __real_fsync(descriptor);
}

ssize_t __wrap_read(int descriptor, void *data, size_t size)
{
	return fails(false) ? -1 : __real_read(descriptor, data, size);
}

ssize_t __wrap_write(int descriptor, const void *data, size_t size)
{
	if (fails(true))
		return -1;
	if (fault_disk_counted && fault_vfs_killing()) {
		__real_write(descriptor, data, size / 2);
		raise(SIGKILL);
	}
	return __real_write(descriptor, data, size);
}
