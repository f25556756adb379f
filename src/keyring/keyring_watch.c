/*
 * Looks at the files of a folder of keys by their inodes; a file that is held open keeps its own.
 */
#include "keyring_watch.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "error.h"
#include "keyring_lock.h"
#include "limits.h"

enum { OPENING = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK };

/* The place in held[] of a kind, or -1. */
static int place_of(enum key_file_kind kind)
{
	return (int)kind - 1;
}
_Static_assert(KEY_FILE_UMK == 1 && (int)KEY_FILE_SIGNING == (int)KEYRING_WATCH_KINDS, "a place each");

static struct keyring_watch_file file_of(const struct stat *status)
{
	return (struct keyring_watch_file){.exists = true,
									   .device = status->st_dev,
									   .inode = status->st_ino,
									   .size = status->st_size,
									   .written = status->st_mtim};
}

static struct keyring_watch_file look(struct text folder, const char *name)
{
	char path[KEYRING_PATH_SIZE];
	struct stat status;
	return keyring_path_of(folder, name, path, NULL) == HANSARD_OK && lstat(path, &status) == 0
			   ? file_of(&status)
			   : (struct keyring_watch_file){.exists = false};
}

static bool same_file(const struct keyring_watch_file *a, const struct keyring_watch_file *b)
{
	if (!a->exists || !b->exists)
		return a->exists == b->exists;
	return a->device == b->device && a->inode == b->inode && a->size == b->size &&
		   a->written.tv_sec == b->written.tv_sec && a->written.tv_nsec == b->written.tv_nsec;
}

void keyring_watch_begin(struct keyring_watch *watch, struct text folder)
{
	*watch = KEYRING_WATCH_NONE;
	for (size_t i = 0; i < KEYRING_PATH_FILES; i++) {
		const int kind = place_of(keyring_path_files[i].kind);
		char path[KEYRING_PATH_SIZE];
		struct stat status;
		watch->files[i] = look(folder, keyring_path_files[i].name);
		if (kind < 0 || !watch->files[i].exists || watch->held[kind] >= 0 || watch->missing[kind])
			continue;
		const int held =
			keyring_path_of(folder, keyring_path_files[i].name, path, NULL) == HANSARD_OK ? open(path, OPENING, 0) : -1;
		if (held >= 0 && fstat(held, &status) == 0) {
			watch->files[i] = file_of(&status);
			watch->held[kind] = held;
			continue;
		}
		if (held >= 0)
			close(held);
		watch->missing[kind] = true;
	}
}

void keyring_watch_finish(struct keyring_watch *watch)
{
	for (size_t i = 0; i < KEYRING_WATCH_KINDS; i++)
		if (watch->held[i] >= 0)
			close(watch->held[i]);
	*watch = KEYRING_WATCH_NONE;
}

bool keyring_watch_same(const struct keyring_watch *watch, struct text folder)
{
	for (size_t i = 0; i < KEYRING_PATH_FILES; i++) {
		const struct keyring_watch_file now = look(folder, keyring_path_files[i].name);
		if (!same_file(&watch->files[i], &now))
			return false;
	}
	return true;
}

void keyring_watch_unlock(const struct keyring_watch *watch)
{
	for (size_t i = 0; i < KEYRING_WATCH_KINDS; i++)
		if (watch->held[i] >= 0)
			(void)flock(watch->held[i], LOCK_UN);
}

static bool cannot_lock(int number)
{
	return number == ENOLCK || number == EOPNOTSUPP || number == ENOSYS || number == EINVAL;
}

enum hansard_status keyring_watch_lock(const struct keyring_watch *watch, struct text folder, bool *ret_same,
									   struct hansard_error *error)
{
	*ret_same = false;
	if (!keyring_watch_same(watch, folder)) /* so that a draining rotation waits for no one who is late */
		return HANSARD_OK;
	for (size_t i = 0; i < KEYRING_WATCH_KINDS; i++) {
		if (watch->held[i] < 0 || keyring_lock_wait(watch->held[i], LOCK_SH) || cannot_lock(errno))
			continue;
		const int number = errno;
		keyring_watch_unlock(watch);
		return number == EWOULDBLOCK || number == EINTR
				   ? keyring_lock_busy(folder, error)
				   : error_set(error, HANSARD_FAILED, "io", "the key files cannot be locked: %s", strerror(number));
	}
	*ret_same = keyring_watch_same(watch, folder);
	if (!*ret_same)
		keyring_watch_unlock(watch);
	return HANSARD_OK;
}

/* Waits for one older file; none is fine. */
static enum hansard_status drain_file(struct text folder, const char *name, struct hansard_error *error)
{
	char path[KEYRING_PATH_SIZE];
	const enum hansard_status named = keyring_path_of(folder, name, path, error);
	if (named != HANSARD_OK)
		return named;
	const int older = open(path, OPENING, 0);
	if (older < 0 && errno == ENOENT)
		return HANSARD_OK;
	const bool drained = older >= 0 && keyring_lock_wait(older, LOCK_EX);
	const int number = errno;
	if (older >= 0)
		close(older);
	if (drained)
		return HANSARD_OK;
	if (older >= 0 && (number == EWOULDBLOCK || number == EINTR)) {
		error_set(error, HANSARD_BUSY, "commits_under_way",
				  "a process that read the keys before has been writing for longer than is waited for");
		error_hint(error, "run it again when that one has ended: it goes on with the key that it has made");
		return HANSARD_BUSY;
	}
	return error_set(error, HANSARD_FAILED, "io", "%s cannot be locked: %s", path, strerror(number));
}

enum hansard_status keyring_watch_drain(struct text folder, enum key_file_kind kind, struct hansard_error *error)
{
	enum hansard_status status = HANSARD_OK;
	const char *name;
	for (int older = 1; status == HANSARD_OK && (name = keyring_path_key(kind, older)) != NULL; older++)
		status = drain_file(folder, name, error);
	return status;
}
