/*
 * Owners and modes of a store that was found.
 */
#include "owner.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"

enum { ENTRY_SIZE = 4096, OTHERS_WRITE = S_IWGRP | S_IWOTH };

void owner_name(uid_t uid, char ret_name[static HANSARD_USER_SIZE])
{
	char entry[ENTRY_SIZE];
	struct passwd user, *found = NULL;
	if (getpwuid_r(uid, &user, entry, sizeof(entry), &found) != 0 || found == NULL ||
		strlen(user.pw_name) >= HANSARD_USER_SIZE)
		ret_name[0] = '\0';
	else
		snprintf(ret_name, HANSARD_USER_SIZE, "%s", user.pw_name);
}

/* A path that was looked at, the modes by which others could write it, and whether a store is to be made there. */
struct looked {
	const char *path;
	mode_t writes;
	bool making;
};

/* How to say that the store is meant. `before`: another remedy. Where it is to be made, or was found, no other can be made. */
static void say_how(const struct looked *looked, struct text folder, const char *before, struct hansard_error *error)
{
	const struct text parent = text_slice(folder, 0, folder.size - (sizeof("/.hansard") - 1));
	const struct text named = parent.size > 0 ? parent : TEXT("/");
	static const char *const own = "a store of your own, in a folder of yours: hansard init DIR";
	if (looked->making)
		error_hint(error, "%sif it is meant, name it: hansard init " ERROR_TEXT "; %s", before, ERROR_TEXT_ARGS(named),
				   own);
	else
		error_hint(error,
				   "%sif it is meant, name it: hansard -C " ERROR_TEXT " ..., or HANSARD_STORE=" ERROR_TEXT "; %s",
				   before, ERROR_TEXT_ARGS(named), ERROR_TEXT_ARGS(named), own);
}

static enum hansard_status refuse_owner(const struct looked *looked, uid_t owner, struct text folder,
										struct hansard_error *error)
{
	char name[HANSARD_USER_SIZE];
	owner_name(owner, name);
	error_set(error, HANSARD_NO_STORE, "store_of_others",
			  "the store found in " ERROR_TEXT " is not used: %s belongs to %s%suid %ju%s, who decides what it says",
			  ERROR_TEXT_ARGS(folder), looked->path, name, name[0] != '\0' ? " (" : "", (uintmax_t)owner,
			  name[0] != '\0' ? ")" : "");
	say_how(looked, folder, "", error);
	return HANSARD_NO_STORE;
}

static enum hansard_status refuse_mode(const struct looked *looked, mode_t mode, struct text folder,
									   struct hansard_error *error)
{
	error_set(error, HANSARD_NO_STORE, "store_of_others",
			  "the store found in " ERROR_TEXT " is not used: others than its owner can write %s (mode %04o)",
			  ERROR_TEXT_ARGS(folder), looked->path, (unsigned)(mode & 07777));
	say_how(looked, folder, "look at what stands in it, and chmod go-w it; or, ", error);
	return HANSARD_NO_STORE;
}

static bool is_others(const struct stat *status)
{
	return status->st_uid != geteuid() && status->st_uid != 0;
}

/* Of a path that cannot be looked at nothing is known. */
static enum hansard_status refuse_unknown(const struct looked *looked, struct text folder, struct hansard_error *error)
{
	error_set(error, HANSARD_NO_STORE, "store_vanished",
			  "the store found in " ERROR_TEXT " is not used: %s cannot be looked at: %s", ERROR_TEXT_ARGS(folder),
			  looked->path, strerror(errno));
	say_how(looked, folder, "run it again; ", error);
	return HANSARD_NO_STORE;
}

/* Looks at a path, and at what it leads to where it is a link. `absent`: nothing may be there. */
static enum hansard_status check(const struct looked *looked, bool absent, struct text folder,
								 struct hansard_error *error)
{
	struct stat here, there;
	if (lstat(looked->path, &here) != 0)
		return absent && errno == ENOENT ? HANSARD_OK : refuse_unknown(looked, folder, error);
	if (is_others(&here))
		return refuse_owner(looked, here.st_uid, folder, error);
	if (stat(looked->path, &there) != 0)
		return absent && errno == ENOENT ? HANSARD_OK : refuse_unknown(looked, folder, error);
	if (is_others(&there))
		return refuse_owner(looked, there.st_uid, folder, error);
	return (there.st_mode & looked->writes) == 0 ? HANSARD_OK : refuse_mode(looked, there.st_mode, folder, error);
}

enum hansard_status owner_check_found(struct arena *arena, struct text folder, bool absent, struct hansard_error *error)
{
	struct text path, config;
	struct stat status;
	if (!arena_format(arena, &path, "%.*s", (int)folder.size, folder.data) ||
		!arena_format(arena, &config, "%.*s/config", (int)folder.size, folder.data))
		return error_memory(error);
	const struct looked found = {.path = path.data, .writes = OTHERS_WRITE, .making = absent};
	const enum hansard_status good = check(&found, absent, folder, error);
	if (good != HANSARD_OK)
		return good;
	if (stat(path.data, &status) != 0)
		return absent ? HANSARD_OK : refuse_unknown(&found, folder, error);
	/* In a folder that is the user's own nobody else takes the configuration away; a link of his may lead nowhere. Whoever cannot enter the
	   folder cannot write what stands in it: in a private one an umask that leaves files to the group does no harm. */
	const struct looked inside = {
		.path = config.data, .writes = OTHERS_WRITE & (status.st_mode << 1), .making = absent};
	return check(&inside, true, folder, error);
}
