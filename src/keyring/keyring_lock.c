/*
 * The lock of a folder of keys, and the names of what is half-written in it.
 */
#include "keyring_lock.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "error.h"
#include "keyring_path.h"
#include "limits.h"

void keyring_lock_pause(void)
{
	const struct timespec pause = {.tv_nsec = LIMIT_KEYS_PAUSE_MS * 1000000L};
	(void)nanosleep(&pause, NULL);
}

bool keyring_lock_wait(int descriptor, int operation)
{
	for (int waited_ms = 0;; waited_ms += LIMIT_KEYS_PAUSE_MS) {
		if (flock(descriptor, operation | LOCK_NB) == 0)
			return true;
		if ((errno != EWOULDBLOCK && errno != EINTR) || waited_ms >= LIMIT_KEYS_WAIT_MS)
			return false;
		keyring_lock_pause();
	}
}

enum hansard_status keyring_lock_busy(struct text folder, struct hansard_error *error)
{
	error_set(error, HANSARD_BUSY, "keys_busy", "another process is changing the keys in " ERROR_TEXT,
			  ERROR_TEXT_ARGS(folder));
	error_hint(error, "run it again when the other one has ended");
	return HANSARD_BUSY;
}

bool keyring_lock_draft(const char *name, size_t room, char *ret_name)
{
	const int size = snprintf(ret_name, room, "%s.new.%ld", name, (long)getpid());
	return size > 0 && (size_t)size < room;
}

/* Whoever has the lock is the only one that writes drafts: those that are there were left. One that cannot be taken away does no
   harm. */
static void sweep(int folder)
{
	const int own = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	DIR *names = own >= 0 ? fdopendir(own) : NULL;
	if (names == NULL) {
		if (own >= 0)
			close(own);
		return;
	}
	for (const struct dirent *found = readdir(names); found != NULL; found = readdir(names))
		if (keyring_path_draft(text_of_string(found->d_name)))
			(void)unlinkat(folder, found->d_name, 0);
	closedir(names);
}

enum hansard_status keyring_lock_take(struct text folder, int *ret_lock, struct hansard_error *error)
{
	char path[KEYRING_PATH_SIZE];
	*ret_lock = -1;
	const enum hansard_status named = keyring_path_of(folder, "", path, error);
	if (named != HANSARD_OK)
		return named;
	const int lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	if (lock < 0 && errno == ENOENT)
		return HANSARD_OK;
	if (lock >= 0 && keyring_lock_wait(lock, LOCK_EX)) {
		sweep(lock);
		*ret_lock = lock;
		return HANSARD_OK;
	}
	const int number = errno;
	if (lock >= 0)
		close(lock);
	if (lock >= 0 && (number == EWOULDBLOCK || number == EINTR))
		return keyring_lock_busy(folder, error);
	if (number == ENOMEM)
		return error_memory(error);
	error_set(error, HANSARD_FAILED, "io", "%s cannot be %s: %s", path, lock < 0 ? "opened" : "locked",
			  strerror(number));
	error_hint(error, "keys are changed only where their folder can be locked (flock)");
	return HANSARD_FAILED;
}

void keyring_lock_give(int lock)
{
	if (lock >= 0)
		close(lock);
}
