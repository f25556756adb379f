/*
 * The files that one connection may name: its database and what SQLite keeps beside it. A journal can end with the name of a
 * super-journal, which SQLite looks at and deletes when it has played the journal back (https://www.sqlite.org/atomiccommit.html,
 * 5.5); whoever can write beside a database could so have any file deleted. A store attaches no second database, so that none of
 * its own journals names one. A link in the database's own place is not followed. And once another database was put under the name, what lies beside that is no more of the one that is open.
 */
#ifndef SQLITE_VFS_H
#define SQLITE_VFS_H

#include <stdbool.h>

#include <sqlite3.h>

/* sqlite_vfs_create(): a VFS over the default one, registered under a name of its own, for one connection. NULL when memory does not
   suffice. sqlite_vfs_destroy(vfs): once that connection is closed; takes NULL. */
sqlite3_vfs *sqlite_vfs_create(void);
void sqlite_vfs_destroy(sqlite3_vfs *vfs);

/* sqlite_vfs_logs(vfs, path): whether the database at a path is in write-ahead mode, and neither a log nor a journal lies beside it. It is opened as SQLite opens
   it: closed by itself, it would take the locks of this process along. False where it cannot be told. */
bool sqlite_vfs_logs(sqlite3_vfs *vfs, const char *path);

/* sqlite_vfs_take_strange(vfs): whether another file was named since this was last asked; that call then failed with SQLITE_IOERR. */
bool sqlite_vfs_take_strange(sqlite3_vfs *vfs);

/* sqlite_vfs_take_replaced(vfs): whether, since this was last asked, the file that is open was found to have its name no more; the call
   that found it failed with SQLITE_IOERR. With a rollback journal every transaction finds it, before it reads anything. */
bool sqlite_vfs_take_replaced(sqlite3_vfs *vfs);

#endif
