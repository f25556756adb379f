/*
 * A SQLite VFS that fails, lies or kills the process at a chosen call, over the system's own. It becomes the default,
 * so that the engine under test needs no switch for it.
 */
#ifndef FAULT_VFS_H
#define FAULT_VFS_H

#include <stdbool.h>
#include <stddef.h>

enum fault_kind {
	FAULT_NONE,
	FAULT_ONCE,       /* the call fails, later ones work */
	FAULT_FOR_GOOD,   /* the call and all later ones fail */
	FAULT_KILL,       /* the process is killed instead of the call; half of a write is carried out */
	FAULT_LOST_DELETE /* the first deletion is carried out and then reported as failed */
};

/* What is to happen. Calls that change a file (write, sync, truncate, delete) are always counted; reads, opens and
   sizes with `reads`. */
struct fault_plan {
	enum fault_kind kind;
	int at;     /* the call it happens to, from 1 */
	bool reads; /* count those too */
	int count;  /* calls so far */
};

extern struct fault_plan fault_vfs_plan;

/* Shown every write of database, journal or log before it is made; NULL: nobody is. */
extern void (*fault_vfs_seen)(const void *data, size_t size);

/* fault_vfs_install(): makes it the default VFS of this process. False when SQLite refuses. */
bool fault_vfs_install(void);

/* fault_vfs_call(): counts a call of other code as one that changes a file; true when it must fail. */
bool fault_vfs_call(void);

/* fault_vfs_killing(): the call that was counted last is the one at which the process is killed. */
bool fault_vfs_killing(void);

#endif
