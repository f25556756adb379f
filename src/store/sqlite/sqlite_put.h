/*
 * Putting a copy of a store in the place of a store's database, whatever is there: a database, what is left of one, or nothing. The journal
 * that a crash leaves beside a database would be played back into whichever has its name next: it goes where its database goes.
 *
 * Each step is one call of the system, and after each the folder is in one of three states, which a process that is killed leaves as
 * it is:
 *
 *   1. The store is what it was. Beside it may lie a draft, {database}.{16 hex digits}.new, and {database}.{those digits}.old-journal, -wal
 *      and -shm, which are second names of what lies beside the database.
 *   2. No file has the database's name: it is {database}.{those digits}.old, with what lay beside it. Whatever opens the store says that
 *      its database is not there. The draft is whole.
 *   3. The copy has the name. What was there is kept as in 2.
 *
 * Running it again goes on from any of them: nothing that is there is ever replaced or removed, but the names that the old journals
 * had, once these have their second ones.
 */
#ifndef SQLITE_PUT_H
#define SQLITE_PUT_H

#include "sqlite_file.h"

enum { SQLITE_PUT_NAME_MAX = SQLITE_FILE_PATH_MAX + 64 };

struct sqlite_put {
	struct sqlite_file file;       /* its path is where the database lies, links followed */
	char old[SQLITE_PUT_NAME_MAX]; /* the name that what is there gets */
	bool moved[SQLITE_FILE_ENDS];  /* which of the database's files got it, by the order of sqlite_file_ends */
	bool placed;                   /* the copy has the database's name */
	bool owner_lost;               /* what was there belonged to another user, and the copy does not */
	bool access_lost;              /* others than its owner could use what was there, and cannot use the copy */
};

struct sqlite_put_request {
	struct text path; /* of the store's database */
	struct text from; /* of the copy, which is only read */
	struct moment_entropy entropy;
};

/* sqlite_put_begin(put, request, error): makes the draft, put->file.draft, of the copy; it draws an identity of its own. Where the path is a
   link, the database is what it leads to. Errors: HANSARD_NOT_FOUND "no_such_file"; HANSARD_USAGE "same_file" of the database itself;
   HANSARD_INVALID "link_refused" where a link of another leads to it (sqlite_file_led_astray()), "journal_beside" of one that has a journal,
   which no copy has that a backup made, and "not_a_store" and the others of sqlite_schema_check(); HANSARD_VIOLATED "schema_altered" and
   of damage; HANSARD_BUSY; HANSARD_FAILED, of a link that leads nowhere, of a database that a link of another leads to, and of what is
   no regular file, too. To be finished by sqlite_put_finish() in any case. */
enum hansard_status sqlite_put_begin(struct sqlite_put *put, const struct sqlite_put_request *request,
									 struct hansard_error *error);

/* sqlite_put_place(put, error): moves what is there aside and gives the draft its name, and whoever had what was there, where he has the folder,
   too, or runs this. SQLite's exclusive lock on the old database is
   held meanwhile, without a look into it: nobody reads or writes it then, and a connection that this program has open finds at its next
   transaction that its file has lost the name. Its folder is locked (flock), too, so that no other does the same. Errors: HANSARD_BUSY, and all is as it was; HANSARD_CONFLICT "store_exists" where another
   has put a database there meanwhile; HANSARD_FAILED: the message says where what was there is, and, where the copy was placed and only its folder could not be synced, that. */
enum hansard_status sqlite_put_place(struct sqlite_put *put, struct hansard_error *error);

/* sqlite_put_finish(put): removes a draft that was not given its name. */
void sqlite_put_finish(struct sqlite_put *put);

#endif
