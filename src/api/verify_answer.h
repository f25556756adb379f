/*
 * What a verification says: of each dialogue, of the store, in total, and what to do about it.
 */
#ifndef VERIFY_ANSWER_H
#define VERIFY_ANSWER_H

#include "answer.h"
#include "session.h"
#include "vault_verify.h"

/* Why a dialogue is broken. Each has one remedy. */
enum verify_cause {
	VERIFY_CHANGED,   /* something of it is not what was committed */
	VERIFY_PUT_BACK,  /* it ends before what was seen here */
	VERIFY_REPLACED,  /* it went on otherwise than was seen here */
	VERIFY_GONE,      /* it was seen here, and the store has nothing of it */
	VERIFY_RETIRED,   /* signed by a retired key alone, and else good */
	VERIFY_OLDER_KEY, /* the same, and it ends before what was seen here */
	VERIFY_UNTRUSTED, /* signed by nobody who is known here, and else good */
	VERIFY_CAUSES
};

/* What to do, of which a part is told by the engine that is open. */
enum verify_remedy { VERIFY_AS_SAID, VERIFY_PUT, VERIFY_KEEP };
struct verify_hint {
	const char *before;
	enum verify_remedy remedy;
	const char *after; /* behind the remedy; NULL: nothing */
	bool copied;       /* a copy of the store may look so, too */
};

/* The kind of the error HANSARD_INVALID of one that was released here, and of which it was not seen that another store has taken over. */
#define VERIFY_MOVE_UNSEEN "move_unseen"

/* A dialogue that the store has nothing of, as it should be. */
struct verify_lost {
	struct text id;
	int64_t rev; /* the newest that was seen */
};

struct verify_list {
	struct verify_lost *items;
	size_t count, capacity;
};

/* A run of verify over some dialogues. */
struct verifying {
	struct session_request *request;
	struct answer answer;
	bool as_json;
	bool
		faults_only; /* of a copy that was just made: only those dialogues are written of which something is wrong; all are counted */
	size_t dialogues, broken;
	size_t causes[VERIFY_CAUSES]; /* of those that are broken */
	size_t unverified;            /* those of which a key or a mark cannot be read, and nothing else is wrong */
	size_t erased;                /* of those that are good */
	size_t in_part;               /* of those that are good: an import into them has not reached its end */
	size_t moved;                 /* of those that are good: they end with a commit that sent them to another store */
	struct hansard_error worst;   /* of why they cannot */
	size_t unopened;              /* of which tags and boxes were not checked for want of any UMK */
	struct text tenants; /* whose dialogues the store has, where it was asked; absent: nobody's, or not known */
	struct text unkeyed; /* the folder that lacks it; absent where public keys alone were to be used */
	int64_t as_of;       /* of all: when the first of the lists was read; 0: none was */
	struct text lag;     /* as of gone_lag() */
	const struct store_remedies *remedies; /* of the engine that was looked at, which may be closed by now */
	size_t unseen;                         /* of those that are good: nothing was seen of them here before */
	size_t copies;                         /* of those that are good: they belong to another store */
	struct text owner;                     /* that of the first of them */
	size_t behind;  /* of a copy that is to be put: of which later commits were seen here, and that count as unseen */
	size_t stale;   /* dialogues that lists may answer wrongly of: copies in an index are not what the record gives */
	size_t unsound; /* findings of the engine that are not good */
	const char *remedy;            /* what mends one of these by itself; NULL: nothing */
	struct hansard_error unlisted; /* why heads or index could not be read to their end */
	struct text stray;             /* as in struct analytics_page, of any of them */
	struct text listed;            /* the last id that was read of the list of heads; absent: none */
	struct hansard_error unmarked; /* why not every mark could be looked at */
	struct text *apart;            /* dialogues that were looked at apart from the list of heads */
	size_t apart_count, apart_capacity;
	struct verify_list lost;      /* that was declared */
	struct verify_list elsewhere; /* they were seen last in another store of the configuration */
};

/* What is known of one dialogue. */
struct verdict {
	struct vault_report report;
	struct vault_fault faults[2]; /* in place of the report's, which has none */
	size_t fault_count;
	enum verify_cause cause; /* of one that is broken */
	const char *kind;        /* of the error that is the worst of it; NULL: none */
	bool unverified;         /* a key or a mark cannot be read, and nothing else is wrong */
	struct text marked;      /* what the mark says against it; absent: nothing */
	bool taken_over;         /* it was seen that the store has taken over that it was sent to */
	bool unseen;             /* it is good, and nothing was seen of it here before */
	struct text owner;       /* the other store that it belongs to; absent: none, or it is not good */
	int64_t passed_rev;      /* as in struct vault_mark */
	int64_t unerased_rev;    /* of a mark that knows of an erasure, though there are keys of it; else 0 */
};

/* verify_answer_hint(remedies, hint, error): gives an error this hint. */
void verify_answer_hint(const struct store_remedies *remedies, const struct verify_hint *hint,
						struct hansard_error *error);

/* verify_answer_kind(cause): the kind of its error. */
const char *verify_answer_kind(enum verify_cause cause);

/* verify_answer_dialogue(run, id, verdict), verify_answer_unsound(run, subject, detail): write one dialogue, and one finding of the
   engine that is not good, which is counted. False when memory is exhausted. */
bool verify_answer_dialogue(struct verifying *run, struct text id, const struct verdict *verdict);
bool verify_answer_unsound(struct verifying *run, struct text subject, struct text detail);

/* verify_answer_lost(run, list, id, rev): keeps a dialogue in one of its lists of these for verify_answer_end(). False when memory is
   exhausted. */
bool verify_answer_lost(struct verifying *run, struct verify_list *list, struct text id, int64_t rev);

/* verify_answer_totals(run): as JSON, closes the array of the store's findings and writes what is said in total, without an end. False
   when memory is exhausted. */
bool verify_answer_totals(struct verifying *run);

/* verify_answer_end(run): writes what is said in total. False when memory is exhausted. */
bool verify_answer_end(struct verifying *run);

/* verify_answer_unkeyed(request, ret_folder, error): the folder of the keys where that lacks a UMK, absent where it has one or none was
   to be used. Errors: those of the settings. verify_answer_no_umk(folder, error): HANSARD_WRONG_KEY "no_key": tags and boxes were
   not checked, because this folder lacks it; HANSARD_OK where the folder is absent. */
enum hansard_status verify_answer_unkeyed(struct session_request *request, struct text *ret_folder,
										  struct hansard_error *error);
enum hansard_status verify_answer_no_umk(struct text folder, struct hansard_error *error);

/* verify_answer_unopened(request, folder, ret_text): what is not proved where tags and boxes were not checked, as a paragraph; `folder` as
   of verify_answer_unkeyed(). False when memory is exhausted. */
bool verify_answer_unopened(struct session_request *request, struct text folder, struct text *ret_text);

/* verify_answer_judge(run, error): what was found, as one error with one remedy; HANSARD_OK when all is good. */
enum hansard_status verify_answer_judge(const struct verifying *run, struct hansard_error *error);

#endif
