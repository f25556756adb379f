/*
 * The lock of a folder of keys: whoever changes keys has it for as long as the change takes, the walk of a rotation over all
 * dialogues included. It is an exclusive flock on the folder itself, which is never replaced as the files in it are; a process that
 * ends gives it back.
 */
#ifndef KEYRING_LOCK_H
#define KEYRING_LOCK_H

#include <hansard/error.h>

#include "bytes.h"

/* keyring_lock_take(folder, ret_lock, error), keyring_lock_give(lock): waits at most LIMIT_KEYS_WAIT_MS for others to give it back,
   then takes away the drafts that a process left which was killed. *ret_lock is -1 where there is no folder, which keyring_lock_give
   takes. Errors: HANSARD_BUSY "keys_busy" when another process keeps it; HANSARD_INVALID "unsafe_path"; HANSARD_FAILED. */
enum hansard_status keyring_lock_take(struct text folder, int *ret_lock, struct hansard_error *error);
void keyring_lock_give(int lock);

/* keyring_lock_busy(folder, error): HANSARD_BUSY "keys_busy". */
enum hansard_status keyring_lock_busy(struct text folder, struct hansard_error *error);

/* keyring_lock_wait(descriptor, operation): an flock of an open file, waited for at most LIMIT_KEYS_WAIT_MS; operation is LOCK_EX or
   LOCK_SH. False with errno: EWOULDBLOCK when others keep it. */
bool keyring_lock_wait(int descriptor, int operation);

/* keyring_lock_pause(): lets others go on, for LIMIT_KEYS_PAUSE_MS. */
void keyring_lock_pause(void);

/* keyring_lock_draft(name, room, ret_name): the name of a draft of the file `name`, this process's own: NAME.new.PID, into so many bytes
   with its zero. False when the room does not suffice. */
bool keyring_lock_draft(const char *name, size_t room, char *ret_name);

#endif
