/*
 * Putting a copy in the place of a database. The order of the steps is that of sqlite_put.h.
 */
#include "sqlite_put.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "sqlite_draft.h"
#include "sqlite_schema.h"

enum { LOCK_PAUSE_MS = 50 };

/* ---- what is put where ---- */

/* Where the database lies, or will. */
static enum hansard_status resolve(struct text path, char ret_path[static SQLITE_FILE_PATH_MAX],
								   struct hansard_error *error)
{
	char name[SQLITE_FILE_PATH_MAX];
	struct stat status;
	if (path.size == 0 || path.size >= sizeof(name) || memchr(path.data, 0, path.size) != NULL)
		return error_set(error, HANSARD_FAILED, "store_unopenable", "\"" ERROR_TEXT "\" is no path",
						 ERROR_TEXT_ARGS(path));
	memcpy(name, path.data, path.size);
	name[path.size] = '\0';
	const bool absent = lstat(name, &status) != 0;
	if (absent && errno != ENOENT)
		return sqlite_file_failed(name, "cannot be looked at", error);
	if (sqlite_file_led_astray(name)) {
		error_set(error, HANSARD_FAILED, "store_unopenable",
				  "%s is found through a link that belongs neither to you nor to whom what it leads to belongs", name);
		error_hint(error,
				   "look where it leads: what is there would be moved aside. If it is meant, name that: sqlite.path");
		return HANSARD_FAILED;
	}
	if (absent || !S_ISLNK(status.st_mode)) {
		memcpy(ret_path, name, path.size + 1);
		return HANSARD_OK;
	}
	if (sqlite_file_follow(name, ret_path))
		return HANSARD_OK;
	error_set(error, HANSARD_FAILED, "store_unopenable", "%s is a link that leads nowhere", name);
	error_hint(error, "mount the disk that it leads to, or move the link away; then run it again");
	return HANSARD_FAILED;
}

static enum hansard_status refuse_journal(const char *path, const char *journal, struct hansard_error *error)
{
	error_set(error, HANSARD_INVALID, "journal_beside",
			  "%s has a journal, %s: that is no copy that hansard backup made", path, journal);
	error_hint(
		error,
		"take such a copy; of what backup --put kept, and of any file with its own journal, make one first: hansard --set "
		"sqlite.path=FILE backup COPY");
	return HANSARD_INVALID;
}

/* What a link of another's leads to he may have been kept from reading, and would be given with the copy. */
static enum hansard_status refuse_led(const char *from, struct hansard_error *error)
{
	error_set(error, HANSARD_INVALID, "link_refused",
			  "%s is found through a link that belongs neither to you nor to whom what it leads to belongs", from);
	error_hint(error, "look where it leads; if that is the copy that is meant, name it by its own path");
	return HANSARD_INVALID;
}

/* Whether the copy is led to by nobody else, and nothing lies beside it, nor beside what it leads to. */
static enum hansard_status check_beside(const char *from, struct hansard_error *error)
{
	char resolved[SQLITE_FILE_PATH_MAX];
	if (sqlite_file_led_astray(from))
		return refuse_led(from, error);
	if (!sqlite_file_follow(from, resolved))
		return sqlite_file_failed(from, "cannot be looked at", error);
	const char *const names[] = {from, resolved};
	for (size_t i = 0; i < 2 * SQLITE_FILE_ENDS; i++) {
		char name[SQLITE_PUT_NAME_MAX];
		struct stat beside;
		const char *end = sqlite_file_ends[i % SQLITE_FILE_ENDS];
		snprintf(name, sizeof(name), "%s%s", names[i / SQLITE_FILE_ENDS], end);
		if (end[0] != '\0' && lstat(name, &beside) == 0)
			return refuse_journal(from, name, error);
	}
	return HANSARD_OK;
}

/* Whether the copy is one: a file that is there, by itself, and not the database. */
static enum hansard_status check_copy(const struct sqlite_put *put, const char *from, struct hansard_error *error)
{
	struct stat copy, database;
	if (stat(from, &copy) != 0) {
		if (errno != ENOENT)
			return sqlite_file_failed(from, "cannot be looked at", error);
		error_set(error, HANSARD_NOT_FOUND, "no_such_file", "there is no file %s", from);
		error_hint(error, "name a copy that hansard backup made");
		return HANSARD_NOT_FOUND;
	}
	if (stat(put->file.path, &database) == 0 && copy.st_dev == database.st_dev && copy.st_ino == database.st_ino) {
		error_set(error, HANSARD_USAGE, "same_file", "%s is the store's database itself", from);
		error_hint(error, "name a copy that hansard backup made");
		return HANSARD_USAGE;
	}
	return check_beside(from, error);
}

static enum hansard_status fill(const struct sqlite_put *put, const struct sqlite_put_request *request,
								struct hansard_error *error)
{
	struct sqlite_db from;
	const struct sqlite_db_options options = {
		.path = request->from, .read_only = true, .untouched = true, .busy_timeout_ms = SQLITE_DB_BUSY_TIMEOUT_MS};
	enum hansard_status status = sqlite_db_open(&from, &options, error);
	if (status == HANSARD_OK)
		status = sqlite_schema_check(&from, error);
	if (status == HANSARD_OK)
		status = sqlite_draft_fill(&put->file, &from, request->entropy, error);
	sqlite_db_close(&from);
	return status;
}

enum hansard_status sqlite_put_begin(struct sqlite_put *put, const struct sqlite_put_request *request,
									 struct hansard_error *error)
{
	char path[SQLITE_FILE_PATH_MAX], from[SQLITE_FILE_PATH_MAX];
	*put = (struct sqlite_put){.file = {.exists = false}};
	if (request->from.size == 0 || request->from.size >= sizeof(from) ||
		memchr(request->from.data, 0, request->from.size) != NULL)
		return error_set(error, HANSARD_USAGE, "unsafe_path", "\"" ERROR_TEXT "\" is no path",
						 ERROR_TEXT_ARGS(request->from));
	memcpy(from, request->from.data, request->from.size);
	from[request->from.size] = '\0';
	enum hansard_status status = resolve(request->path, path, error);
	if (status == HANSARD_OK)
		status = sqlite_file_check(path, error);
	if (status != HANSARD_OK)
		return status;
	snprintf(put->file.path, sizeof(put->file.path), "%s", path);
	status = check_copy(put, from, error);
	if (status == HANSARD_OK)
		status = sqlite_file_draft(&put->file, text_of_string(path), request->entropy, error);
	if (status == HANSARD_OK)
		status = fill(put, request, error);
	if (status == HANSARD_OK) /* somebody who wrote to it meanwhile has left something there, or has it there still */
		status = check_beside(from, error);
	const size_t size = strlen(put->file.draft);
	if (status == HANSARD_OK)
		snprintf(put->old, sizeof(put->old), "%.*sold", (int)(size - strlen("new")), put->file.draft);
	return status;
}

/* ---- nobody else at it ---- */

/* The old database, locked as SQLite locks it. What it holds is not looked at: it may be anything. */
struct held {
	sqlite3_filename name;
	sqlite3_file *file; /* NULL: there is no database */
};

static void release(struct held *held)
{
	if (held->file != NULL && held->file->pMethods != NULL)
		held->file->pMethods->xClose(held->file); /* and with it the locks */
	free(held->file);
	sqlite3_free_filename(held->name);
	*held = (struct held){.file = NULL};
}

static enum hansard_status refuse_lock(const char *path, int code, struct hansard_error *error)
{
	if (code != SQLITE_BUSY)
		return sqlite_file_failed(path, "cannot be locked", error);
	error_set(error, HANSARD_BUSY, "store_busy", "%s: another process holds the store", path);
	error_hint(error, "nothing was moved; try again when it has finished");
	return HANSARD_BUSY;
}

static int lock(sqlite3_vfs *vfs, sqlite3_file *file, int level)
{
	int code = SQLITE_BUSY;
	for (int waited = 0; code == SQLITE_BUSY && waited <= SQLITE_DB_BUSY_TIMEOUT_MS; waited += LOCK_PAUSE_MS) {
		if (waited > 0)
			vfs->xSleep(vfs, LOCK_PAUSE_MS * 1000);
		errno = 0;
		code = file->pMethods->xLock(file, level);
	}
	return code;
}

static enum hansard_status hold(const char *path, struct held *held, struct hansard_error *error)
{
	struct stat status;
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
	*held = (struct held){.file = NULL};
	if (lstat(path, &status) != 0)
		return errno == ENOENT ? HANSARD_OK : sqlite_file_failed(path, "cannot be looked at", error);
	held->name = sqlite3_create_filename(path, "", "", 0, NULL);
	held->file = vfs != NULL ? calloc(1, (size_t)vfs->szOsFile) : NULL;
	if (held->name == NULL || held->file == NULL)
		return error_memory(error);
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_MAIN_DB;
	errno = 0;
	int code = vfs->xOpen(vfs, held->name, held->file, flags, &flags);
	if (code != SQLITE_OK || (flags & SQLITE_OPEN_READONLY) != 0)
		return sqlite_file_failed(path, "cannot be opened for writing, and so not be locked", error);
	code = lock(vfs, held->file, SQLITE_LOCK_SHARED);
	if (code == SQLITE_OK)
		code = lock(vfs, held->file, SQLITE_LOCK_EXCLUSIVE);
	if (code != SQLITE_OK)
		return refuse_lock(path, code, error);
	int moved = 0;
	held->file->pMethods->xFileControl(held->file, SQLITE_FCNTL_HAS_MOVED, &moved);
	return moved == 0 ? HANSARD_OK : refuse_lock(path, SQLITE_BUSY, error);
}

/* ---- the steps ---- */

struct name {
	char now[SQLITE_PUT_NAME_MAX];
	char old[SQLITE_PUT_NAME_MAX];
};

static struct name name_of(const struct sqlite_put *put, size_t end)
{
	struct name name;
	snprintf(name.now, sizeof(name.now), "%s%s", put->file.path, sqlite_file_ends[end]);
	snprintf(name.old, sizeof(name.old), "%s%s", put->old, sqlite_file_ends[end]);
	return name;
}

/* Takes the second names away again: all is as it was. */
static enum hansard_status take_back(struct sqlite_put *put, const char *path, struct hansard_error *error)
{
	const enum hansard_status status = sqlite_file_failed(path, "cannot be moved aside, and nothing was", error);
	for (size_t i = 1; i < SQLITE_FILE_ENDS; i++) {
		if (put->moved[i])
			unlink(name_of(put, i).old);
		put->moved[i] = false;
	}
	return status;
}

/* Gives what lies beside the database its second name: with either of its names it is never without its journal. */
static enum hansard_status link_beside(struct sqlite_put *put, struct hansard_error *error)
{
	for (size_t i = 1; i < SQLITE_FILE_ENDS; i++) {
		const struct name name = name_of(put, i);
		put->moved[i] = link(name.now, name.old) == 0;
		if (!put->moved[i] && errno != ENOENT)
			return take_back(put, name.now, error);
	}
	return sqlite_file_sync_folder(&put->file) ? HANSARD_OK : take_back(put, put->file.path, error);
}

static void hint_between(const struct sqlite_put *put, struct hansard_error *error)
{
	if (error == NULL)
		return;
	const char *hint = error->hint, *then = hint[0] != '\0' ? "; " : "";
	if (put->moved[0])
		error_hint(error, "%s%swhat was there is kept whole as %s, and nothing has its name: run it again", hint, then,
				   put->old);
	else
		error_hint(error, "%s%sno database was there, and none is: run it again", hint, then);
}

/* A failure once nothing has the database's name. */
static enum hansard_status fail_between(const struct sqlite_put *put, const char *what, struct hansard_error *error)
{
	const enum hansard_status status = sqlite_file_failed(put->file.path, what, error);
	error_hint(error, "%s", "");
	hint_between(put, error);
	return status;
}

/* Renames in one step on every file system: the name was drawn, so that nobody else gives it. A database with both names, each beside the
   journal, would have it played back into what was written since by whoever opened it by the other. False with errno set. */
static bool rename_drawn(const char *from, const char *to)
{
	struct stat status;
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return true;
	if (errno != EINVAL && errno != ENOSYS)
		return false;
	if (lstat(to, &status) != 0)
		return rename(from, to) == 0;
	errno = EEXIST;
	return false;
}

/* Behind the sync the journals have lost their names for good, before anything else has that of their database. */
static enum hansard_status move_aside(struct sqlite_put *put, bool there, struct hansard_error *error)
{
	const struct name database = name_of(put, 0);
	if (there && !rename_drawn(database.now, database.old))
		return take_back(put, database.now, error);
	put->moved[0] = there;
	if (!sqlite_file_sync_folder(&put->file))
		return fail_between(put, "was moved aside, and its folder cannot be synced", error);
	for (size_t i = 1; i < SQLITE_FILE_ENDS; i++)
		if (put->moved[i] && unlink(name_of(put, i).now) != 0)
			return fail_between(put, "was moved aside, and what lies beside it could not be", error);
	if (!sqlite_file_sync_folder(&put->file))
		return fail_between(put, "was moved aside, and its folder cannot be synced", error);
	return HANSARD_OK;
}

/* Whether whoever owns a file may be given the copy of it: he, or the group, has the folder, too, or runs this himself. Anybody else may have put
   it there to be given what he could not read. */
struct heirs {
	bool owner, group;
};

static struct heirs heirs_of(const struct stat *was, int folder)
{
	struct stat in;
	if (!S_ISREG(was->st_mode) || fstat(folder, &in) != 0)
		return (struct heirs){.owner = false};
	const bool owner = was->st_uid == in.st_uid || was->st_uid == geteuid();
	return (struct heirs){.owner = owner, .group = owner || was->st_gid == in.st_gid};
}

/* Who could read and write what was there still can: owner and group follow where the system lets them, and nobody gets more than he had
   where only one of them does. All of it through the descriptor: a name may lead elsewhere a moment later. */
static void take_modes(struct sqlite_put *put, int folder)
{
	struct stat was, is;
	const int draft = put->file.descriptor;
	if (lstat(put->file.path, &was) != 0)
		return;
	const struct heirs heirs = heirs_of(&was, folder);
	const uid_t owner = heirs.owner ? was.st_uid : (uid_t)-1;
	if (heirs.group && fchown(draft, owner, was.st_gid) != 0)
		(void)fchown(draft, (uid_t)-1, was.st_gid);
	if (fstat(draft, &is) != 0)
		return;
	const bool grouped = heirs.group && is.st_gid == was.st_gid;
	const mode_t kept = (heirs.owner ? S_IRWXO : 0) | (grouped ? S_IRWXG : 0);
	put->owner_lost = is.st_uid != was.st_uid;
	put->access_lost = (was.st_mode & (S_IRWXG | S_IRWXO) & ~kept) != 0;
	(void)fchmod(draft, (was.st_mode & kept) | (heirs.owner ? was.st_mode & S_IRWXU : S_IRUSR | S_IWUSR));
}

static enum hansard_status place(struct sqlite_put *put, int folder, bool there, struct hansard_error *error)
{
	enum hansard_status status = sqlite_file_check_draft(&put->file, error);
	if (status == HANSARD_OK && there)
		take_modes(put, folder);
	if (status == HANSARD_OK && !sqlite_file_sync(&put->file))
		status = sqlite_file_failed(put->file.draft, "cannot be synced", error);
	if (status == HANSARD_OK)
		status = link_beside(put, error);
	if (status == HANSARD_OK)
		status = move_aside(put, there, error);
	if (status != HANSARD_OK)
		return status;
	status = sqlite_file_publish(&put->file, error);
	put->placed = !put->file.exists;
	if (status == HANSARD_FAILED && !put->placed) {
		hint_between(put, error);
		return status;
	}
	const char *used =
		put->placed ? "the copy is the store's database now, which may not outlast a loss of power; " : "";
	if (status != HANSARD_OK && put->moved[0])
		error_hint(error, "%swhat was there before is kept as %s", used, put->old);
	else if (status != HANSARD_OK && put->placed)
		error_hint(error, "%sno database was there before", used);
	return status;
}

/* Of two that put a copy there at once the second must not take away the journals of what the first has put: each holds the folder. */
static enum hansard_status lock_folder(const struct sqlite_put *put, int *ret_folder, struct hansard_error *error)
{
	char folder[SQLITE_FILE_PATH_MAX];
	sqlite_file_folder(put->file.path, folder);
	*ret_folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*ret_folder < 0)
		return sqlite_file_failed(folder, "cannot be locked", error);
	/* Where folders cannot be locked nobody holds one. */
	return flock(*ret_folder, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
			   ? HANSARD_OK
			   : refuse_lock(put->file.path, SQLITE_BUSY, error);
}

enum hansard_status sqlite_put_place(struct sqlite_put *put, struct hansard_error *error)
{
	struct held held = {.file = NULL};
	int folder = -1;
	enum hansard_status status = lock_folder(put, &folder, error);
	if (status == HANSARD_OK)
		status = hold(put->file.path, &held, error);
	if (status == HANSARD_OK)
		status = place(put, folder, held.file != NULL, error);
	release(&held);
	if (folder >= 0)
		close(folder);
	return status;
}

void sqlite_put_finish(struct sqlite_put *put)
{
	sqlite_file_finish(&put->file);
}
