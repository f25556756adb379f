/*
 * Which files of a folder the keys in memory were read from, and whether they are still those. A key file is never written to once it
 * has its name: others are put in its place, or beside it.
 *
 * So that no head is signed by a key that another has taken over from, a commit is made between keyring_watch_lock() and
 * keyring_watch_unlock(): under a shared flock on the newest file of each kind that was read, after a look that they still are
 * the newest. A rotation first puts its key beside the old one and then waits, in keyring_watch_drain(), for the old files to be locked
 * by nobody: from then on every commit is made by a process that has read both. Nobody waits for the rotation, and one that waits for
 * commits waits only for those that were under way.
 */
#ifndef KEYRING_WATCH_H
#define KEYRING_WATCH_H

#include <sys/stat.h>

#include "key_file.h"
#include "keyring_path.h"

enum { KEYRING_WATCH_KINDS = 2 }; /* umk, signing */

/* What tells one file from another; exists is false when there is none. */
struct keyring_watch_file {
	bool exists;
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec written;
};

struct keyring_watch {
	struct keyring_watch_file files[KEYRING_PATH_FILES];
	int held[KEYRING_WATCH_KINDS]; /* the newest of each kind, open, so that its inode is not given to another; or -1 */
	bool missing[KEYRING_WATCH_KINDS]; /* held is -1 though a file is there: it cannot be opened */
};

/* keyring_watch_begin(watch, folder): looks at what is there, before it is read. keyring_watch_finish(watch): closes what is held; takes
   one that is zeroed by KEYRING_WATCH_NONE, too. */
#define KEYRING_WATCH_NONE ((struct keyring_watch){.held = {-1, -1}})
void keyring_watch_begin(struct keyring_watch *watch, struct text folder);
void keyring_watch_finish(struct keyring_watch *watch);

/* keyring_watch_same(watch, folder): whether every file is still the one that it was. */
bool keyring_watch_same(const struct keyring_watch *watch, struct text folder);

/* keyring_watch_lock(watch, folder, ret_same, error): locks what is held and looks whether the files are the same; where they are not,
   nothing is locked. A file system without flock is no error: no rotation runs on it. Errors: HANSARD_BUSY "keys_busy";
   HANSARD_FAILED. */
enum hansard_status keyring_watch_lock(const struct keyring_watch *watch, struct text folder, bool *ret_same,
									   struct hansard_error *error);
void keyring_watch_unlock(const struct keyring_watch *watch);

/* keyring_watch_drain(folder, kind, error): waits until no commit is under way that was begun with older keys of a kind alone, whose
   files are umk.1 and so on, or signing.1; at most LIMIT_KEYS_WAIT_MS for each, and none is fine. The newest of them need not be the one
   that was used last: keys that were brought took over, too, and waited for nobody. Errors: HANSARD_BUSY "commits_under_way"; HANSARD_FAILED. */
enum hansard_status keyring_watch_drain(struct text folder, enum key_file_kind kind, struct hansard_error *error);

#endif
