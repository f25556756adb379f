/*
 * A VFS that knows the names of one database. What it does not say itself is the default VFS's, whose other methods need nothing of their own.
 */
#include "sqlite_vfs.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct names {
	sqlite3_vfs vfs;
	sqlite3_vfs *base;
	char name[32];
	char *path;             /* of the database, as SQLite has it; NULL until it is open */
	sqlite3_file *database; /* that is open; NULL until it is */
	bool strange;
	bool replaced;
};

/* Whether the database that is open has its name no more. */
static bool is_replaced(const struct names *names)
{
	sqlite3_file *database = names->database;
	int moved = 0;
	return database != NULL && database->pMethods != NULL &&
		   database->pMethods->xFileControl(database, SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved != 0;
}

/* What has the name of the database and one of SQLite's ends. */
static bool is_own(const struct names *names, const char *path)
{
	const size_t size = names->path == NULL ? 0 : strlen(names->path);
	if (size == 0 || strncmp(path, names->path, size) != 0)
		return false;
	const char *end = path + size;
	return strcmp(end, "-journal") == 0 || strcmp(end, "-wal") == 0 || strcmp(end, "-shm") == 0;
}

/* Temporary files have no name that anybody else gave. */
static int names_open(sqlite3_vfs *vfs, sqlite3_filename path, sqlite3_file *file, int flags, int *ret_flags)
{
	struct names *names = (struct names *)vfs;
	if ((flags & SQLITE_OPEN_MAIN_DB) != 0 && names->path == NULL) {
		names->path = strdup(path);
		if (names->path == NULL)
			return SQLITE_NOMEM;
		names->database = file;
	} else if ((flags & SQLITE_OPEN_SUPER_JOURNAL) != 0 || (path != NULL && !is_own(names, path))) {
		names->strange = true;
		file->pMethods = NULL;
		return SQLITE_CANTOPEN;
	}
	return names->base->xOpen(names->base, path, file, flags, ret_flags);
}

static int names_delete(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
	struct names *names = (struct names *)vfs;
	if (is_own(names, path))
		return names->base->xDelete(names->base, path, sync_folder);
	names->strange = true;
	return SQLITE_IOERR_DELETE;
}

/* Every transaction that reads asks for a journal, with a lock on the database that is open. What lies beside another database of its name
   is not its own: played back into it, it would damage both. */
static int names_access(sqlite3_vfs *vfs, const char *path, int flags, int *ret_result)
{
	struct names *names = (struct names *)vfs;
	if (is_own(names, path) && is_replaced(names)) {
		names->replaced = true;
		return SQLITE_IOERR_ACCESS;
	}
	if (is_own(names, path))
		return names->base->xAccess(names->base, path, flags, ret_result);
	names->strange = true;
	return SQLITE_IOERR_ACCESS;
}

/* Links are followed in the folder's path alone. That of the file is behind all links that were there when it was looked at, and is opened
   without following one: nobody who writes in that folder leads it elsewhere meanwhile. */
static int names_full_path(sqlite3_vfs *vfs, const char *path, int size, char *ret_path)
{
	(void)vfs;
	const char *slash = strrchr(path, '/');
	if (slash == NULL)
		return SQLITE_CANTOPEN;
	char *folder = sqlite3_mprintf("%.*s", (int)(slash == path ? 1 : slash - path), path);
	if (folder == NULL)
		return SQLITE_NOMEM;
	char *real = realpath(folder, NULL);
	sqlite3_free(folder);
	if (real == NULL)
		return errno == ENOMEM ? SQLITE_NOMEM : SQLITE_CANTOPEN;
	const bool root = strcmp(real, "/") == 0;
	const int written = snprintf(ret_path, (size_t)size, "%s%s", root ? "" : real, slash);
	free(real);
	if (written < size)
		return SQLITE_OK;
	errno = ENAMETOOLONG;
	return SQLITE_CANTOPEN;
}

sqlite3_vfs *sqlite_vfs_create(void)
{
	struct names *names = calloc(1, sizeof(*names));
	sqlite3_vfs *base = sqlite3_vfs_find(NULL);
	if (names == NULL || base == NULL) {
		free(names);
		return NULL;
	}
	names->base = base;
	names->vfs = *base;
	snprintf(names->name, sizeof(names->name), "hansard-%p", (void *)names);
	names->vfs.zName = names->name;
	names->vfs.pNext = NULL;
	names->vfs.xOpen = names_open;
	names->vfs.xDelete = names_delete;
	names->vfs.xAccess = names_access;
	names->vfs.xFullPathname = names_full_path;
	if (sqlite3_vfs_register(&names->vfs, 0) == SQLITE_OK)
		return &names->vfs;
	free(names);
	return NULL;
}

void sqlite_vfs_destroy(sqlite3_vfs *vfs)
{
	struct names *names = (struct names *)vfs;
	if (names == NULL)
		return;
	sqlite3_vfs_unregister(vfs);
	free(names->path);
	free(names);
}

static bool is_there(sqlite3_vfs *base, const char *path, const char *end)
{
	int there = 1;
	char *name = sqlite3_mprintf("%s%s", path, end);
	const bool known = name != NULL && base->xAccess(base, name, SQLITE_ACCESS_EXISTS, &there) == SQLITE_OK;
	sqlite3_free(name);
	return !known || there != 0;
}

/* The versions that the file's header names for reading and writing (https://www.sqlite.org/fileformat.html, 1.3): 2 is a write-ahead log. */
bool sqlite_vfs_logs(sqlite3_vfs *vfs, const char *path)
{
	sqlite3_vfs *base = ((struct names *)vfs)->base;
	sqlite3_filename name = sqlite3_create_filename(path, "", "", 0, NULL);
	sqlite3_file *file = calloc(1, (size_t)base->szOsFile);
	uint8_t versions[2] = {0};
	int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB;
	const bool logs = name != NULL && file != NULL && base->xOpen(base, name, file, flags, &flags) == SQLITE_OK &&
					  file->pMethods->xRead(file, versions, sizeof(versions), 18) == SQLITE_OK && versions[0] == 2 &&
					  versions[1] == 2 && !is_there(base, path, "-wal") && !is_there(base, path, "-journal");
	if (file != NULL && file->pMethods != NULL)
		file->pMethods->xClose(file);
	sqlite3_free_filename(name);
	free(file);
	return logs;
}

bool sqlite_vfs_take_strange(sqlite3_vfs *vfs)
{
	struct names *names = (struct names *)vfs;
	const bool strange = names != NULL && names->strange;
	if (strange)
		names->strange = false;
	return strange;
}

bool sqlite_vfs_take_replaced(sqlite3_vfs *vfs)
{
	struct names *names = (struct names *)vfs;
	const bool replaced = names != NULL && names->replaced;
	if (replaced)
		names->replaced = false;
	return replaced;
}
