/*
 * How every function of hansard reports what went wrong: a status that a program can act on, and a
 * message that a person can.
 */
#ifndef HANSARD_ERROR_H
#define HANSARD_ERROR_H

/* What became of a call. hansard_exit_code() maps each to the exit code of the command line. */
enum hansard_status {
	HANSARD_OK = 0,
	HANSARD_FAILED,      /* the system refused: I/O, memory, a full disk */
	HANSARD_USAGE,       /* the caller's words make no sense */
	HANSARD_INVALID,     /* data refused by validation; nothing was written */
	HANSARD_NOT_FOUND,   /* no dialogue or entity of that name */
	HANSARD_NO_STORE,    /* no store where one was looked for */
	HANSARD_BUSY,        /* another writer holds the store; trying again may help */
	HANSARD_CONFLICT,    /* the record differs from what the call assumes */
	HANSARD_UNKNOWN,     /* the outcome of a write could not be learnt; running it again is safe */
	HANSARD_WRONG_KEY,   /* the key at hand is not the one that sealed this */
	HANSARD_VIOLATED,    /* what is stored is not what was committed */
	HANSARD_UNREACHABLE, /* the backend does not answer */
};

enum { HANSARD_ERROR_KIND_SIZE = 48, HANSARD_ERROR_MESSAGE_SIZE = 640, HANSARD_ERROR_HINT_SIZE = 640 };

/*
 * A failure in words. kind is one lower-case term with underscores that stays the same between releases
 * ("invalid_display_id", "store_newer"); message names the place and the value; hint says what to do next and
 * may be empty. All three are NUL-terminated UTF-8. A caller passes one that is zeroed, or NULL to have none.
 */
struct hansard_error {
	enum hansard_status status;
	char kind[HANSARD_ERROR_KIND_SIZE];
	char message[HANSARD_ERROR_MESSAGE_SIZE];
	char hint[HANSARD_ERROR_HINT_SIZE];
};

#endif
