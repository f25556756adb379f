/*
 * The wrapper: every method forwards, some after asking the plan.
 */
#include "fault_vfs.h"

#include <signal.h>
#include <sqlite3.h>
#include <unistd.h>

struct fault_file {
	sqlite3_file base;
	sqlite3_file *real; /* stands behind this struct, in the same memory */
};

struct fault_plan fault_vfs_plan;
static sqlite3_vfs *system_vfs;

static sqlite3_file *real(sqlite3_file *file)
{
	return ((struct fault_file *)file)->real;
}

/* Counts a call; true when it must fail. errno is then what a failing disk would leave. */
static bool fails(void)
{
	struct fault_plan *plan = &fault_vfs_plan;
	plan->count++;
	if ((plan->kind == FAULT_ONCE && plan->count == plan->at) ||
		(plan->kind == FAULT_FOR_GOOD && plan->count >= plan->at)) {
		errno = EIO;
		return true;
	}
	return false;
}

static bool read_fails(void)
{
	return fault_vfs_plan.reads && fails();
}

bool fault_vfs_call(void)
{
	return fails();
}

bool fault_vfs_killing(void)
{
	return fault_vfs_plan.kind == FAULT_KILL && fault_vfs_plan.count == fault_vfs_plan.at;
}

/* Kills the process when the call just counted is the one. */
static void kill_if_due(void)
{
	if (fault_vfs_killing())
		raise(SIGKILL);
}

void (*fault_vfs_seen)(const void *data, size_t size);

static int fault_close(sqlite3_file *file)
{
	return real(file)->pMethods->xClose(real(file));
}

static int fault_read(sqlite3_file *file, void *data, int size, sqlite3_int64 at)
{
	return read_fails() ? SQLITE_IOERR_READ : real(file)->pMethods->xRead(real(file), data, size, at);
}

static int fault_write(sqlite3_file *file, const void *data, int size, sqlite3_int64 at)
{
	if (fails())
		return SQLITE_IOERR_WRITE;
	if (fault_vfs_seen != NULL)
		fault_vfs_seen(data, (size_t)size);
	if (fault_vfs_killing() && size > 1)
		real(file)->pMethods->xWrite(real(file), data, size / 2, at);
	kill_if_due();
	return real(file)->pMethods->xWrite(real(file), data, size, at);
}

static int fault_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	if (fails())
		return SQLITE_IOERR_TRUNCATE;
	kill_if_due();
	return real(file)->pMethods->xTruncate(real(file), size);
}

static int fault_sync(sqlite3_file *file, int flags)
{
	if (fails())
		return SQLITE_IOERR_FSYNC;
	kill_if_due();
	return real(file)->pMethods->xSync(real(file), flags);
}

static int fault_size(sqlite3_file *file, sqlite3_int64 *size)
{
	return read_fails() ? SQLITE_IOERR_FSTAT : real(file)->pMethods->xFileSize(real(file), size);
}

static int fault_lock(sqlite3_file *file, int level)
{
	return real(file)->pMethods->xLock(real(file), level);
}

static int fault_unlock(sqlite3_file *file, int level)
{
	return real(file)->pMethods->xUnlock(real(file), level);
}

static int fault_check_lock(sqlite3_file *file, int *reserved)
{
	return real(file)->pMethods->xCheckReservedLock(real(file), reserved);
}

static int fault_control(sqlite3_file *file, int operation, void *argument)
{
	return real(file)->pMethods->xFileControl(real(file), operation, argument);
}

static int fault_sector(sqlite3_file *file)
{
	return real(file)->pMethods->xSectorSize(real(file));
}

static int fault_characteristics(sqlite3_file *file)
{
	return real(file)->pMethods->xDeviceCharacteristics(real(file));
}

static int fault_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **data)
{
	return real(file)->pMethods->xShmMap(real(file), page, size, extend, data);
}

static int fault_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
	return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}

static void fault_shm_barrier(sqlite3_file *file)
{
	real(file)->pMethods->xShmBarrier(real(file));
}

static int fault_shm_unmap(sqlite3_file *file, int remove)
{
	return real(file)->pMethods->xShmUnmap(real(file), remove);
}

static const sqlite3_io_methods methods = {
	.iVersion = 2,
	.xClose = fault_close,
	.xRead = fault_read,
	.xWrite = fault_write,
	.xTruncate = fault_truncate,
	.xSync = fault_sync,
	.xFileSize = fault_size,
	.xLock = fault_lock,
	.xUnlock = fault_unlock,
	.xCheckReservedLock = fault_check_lock,
	.xFileControl = fault_control,
	.xSectorSize = fault_sector,
	.xDeviceCharacteristics = fault_characteristics,
	.xShmMap = fault_shm_map,
	.xShmLock = fault_shm_lock,
	.xShmBarrier = fault_shm_barrier,
	.xShmUnmap = fault_shm_unmap,
};

static int fault_open(sqlite3_vfs *vfs, sqlite3_filename path, sqlite3_file *file, int flags, int *ret_flags)
{
	(void)vfs;
	struct fault_file *fault = (struct fault_file *)file;
	*fault = (struct fault_file){.real = (sqlite3_file *)(fault + 1)};
	if (read_fails())
		return SQLITE_CANTOPEN;
	const int code = system_vfs->xOpen(system_vfs, path, fault->real, flags, ret_flags);
	if (code == SQLITE_OK)
		fault->base.pMethods = &methods;
	return code;
}

static int fault_delete(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
	(void)vfs;
	if (fails())
		return SQLITE_IOERR_DELETE;
	kill_if_due();
	const int code = system_vfs->xDelete(system_vfs, path, sync_folder);
	if (fault_vfs_plan.kind == FAULT_LOST_DELETE && code == SQLITE_OK) {
		fault_vfs_plan.kind = FAULT_NONE;
		return SQLITE_IOERR_DIR_FSYNC;
	}
	return code;
}

bool fault_vfs_install(void)
{
	static sqlite3_vfs vfs;
	if (system_vfs != NULL)
		return true;
	system_vfs = sqlite3_vfs_find(NULL);
	if (system_vfs == NULL)
		return false;
	vfs = *system_vfs;
	vfs.zName = "fault";
	vfs.pNext = NULL;
	vfs.szOsFile = (int)sizeof(struct fault_file) + system_vfs->szOsFile;
	vfs.xOpen = fault_open;
	vfs.xDelete = fault_delete;
	return sqlite3_vfs_register(&vfs, 1) == SQLITE_OK;
}
