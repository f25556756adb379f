/*
 * Moving dialogues between the two stores of one configuration: what a run has done, and what is said of it.
 */
#ifndef MIGRATE_H
#define MIGRATE_H

#include "left.h"
#include "session.h"
#include "vault_move.h"

enum migrate_action { MIGRATE_MOVE, MIGRATE_CANCEL, MIGRATE_RELEASE, MIGRATE_ACTIONS };

/* What became of one dialogue. */
enum migrate_outcome {
	MIGRATE_DONE,    /* by this run; with dry_run: it would be done */
	MIGRATE_BEFORE,  /* by another one before */
	MIGRATE_NOTHING, /* there was nothing to be done: of one that was not moved nothing is called off or released */
	MIGRATE_OUTCOMES
};

struct migrate_row {
	struct text id;
	enum migrate_outcome outcome;
	struct vault_moved moved; /* of a move */
	int64_t rev;              /* of the commit migrate-cancel */
};

struct migration {
	struct session_request *request;
	enum migrate_action action;
	bool dry_run;
	bool named;               /* dialogues were named */
	struct text to;           /* the backend, as settings have it */
	struct settings settings; /* as those of the store, but for the backend */
	struct vault *target;     /* NULL: in a dry run, of a database that would be made */
	bool unsent;              /* there is none, and no dialogue was sent anywhere */
	bool made;                /* the target's database was, or would be */
	struct text *ids;         /* that were asked for, or that there are */
	size_t count, capacity;
	int64_t as_of;            /* when they were learnt from the lists of the source; 0: they were named */
	struct migrate_row *rows; /* what became of the first `done` of them, but for those that were left out */
	size_t done;
	size_t
		stays; /* dialogues of the source that are not moved; of a run that was ended early, of those that it was asked for */
	bool ended_early; /* by something that is not of one dialogue */
	struct left_list left;
};

/* migrate_say(run, error): the answer, as far as the run has come. Errors: HANSARD_FAILED. */
enum hansard_status migrate_say(struct migration *run, struct hansard_error *error);

#endif
