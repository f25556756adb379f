/*
 * Whether and when a request that failed is sent again. Pure: the time and a random number are passed in, nothing is allocated.
 *
 *     wait = rand(0, 1) * min(base * 2^i, 20 s)    before retry i = 0, 1, ...
 *
 * with the numbers of the standard mode of AWS's SDKs (AWS SDKs and Tools Reference Guide, "Retry behavior") and the lists of
 * names that botocore and the crate aws-runtime have; what is said here of DynamoDB's transactions is ours. What counts is the
 * name of an error, and its HTTP status only where the name says nothing: DynamoDB throttles with a 400.
 */
#ifndef RETRY_H
#define RETRY_H

#include "bytes.h"

/* Whose attempts and waits. */
enum retry_service {
	RETRY_DYNAMODB = 1,
	RETRY_KMS,
	RETRY_STS,
};

/* How long all attempts together may take, in microseconds. */
enum { RETRY_READ_US = 30000000, RETRY_WRITE_US = 60000000 };

/* What a failure is. */
enum retry_kind {
	RETRY_DEFINITE = 1, /* sent again, it would fail again */
	RETRY_CONDITION,    /* definite: a condition of the request does not hold */
	RETRY_TRANSIENT,    /* the service or the way to it failed; the request may have been carried out */
	RETRY_THROTTLED,    /* the service takes no more for now */
	RETRY_IN_PROGRESS,  /* the same transaction, sent before, is still being carried out */
	RETRY_CONTENDED,    /* another transaction is working on the same item */
	RETRY_SKEWED,       /* our clock is wrong: to be corrected before the request is signed again */
	RETRY_EXPIRED,      /* credentials are not or no longer good: to be fetched before it is signed again */
};

/* What came instead of a success. */
struct retry_failure {
	struct text name;         /* of the error, without a namespace; absent where none could be read */
	int status;               /* of HTTP; 0: there was no answer, or one that was damaged */
	struct text_list reasons; /* codes of a TransactionCanceledException, one for each action */
	int64_t skew_us;          /* the service's clock less ours, by its Date; 0 where that says nothing */
	int64_t retry_after_ms;   /* x-amz-retry-after; 0 where there is none */
};

/* Tokens that the requests of one client share, so that retries do not add up to a flood. */
struct retry_quota {
	int tokens;
};

/* On which terms a request is sent again. */
struct retry_terms {
	enum retry_service service;
	struct retry_quota *quota;
	int64_t started_us; /* when it was first sent, by a clock that does not go back */
	int64_t deadline_us;
	bool until_deadline; /* neither attempts nor tokens end it: a write that may have been carried out unheard */
};

/* A request and what became of it so far. */
struct retry {
	struct retry_terms terms;
	int failures;
	int attempts;  /* failures that count against those there may be */
	int cost;      /* tokens that were taken for the last retry */
	unsigned once; /* a bit for each kind that was set right */
};

enum retry_verdict {
	RETRY_AGAIN = 1, /* wait, then send it again */
	RETRY_POINTLESS, /* it would fail again: by its kind, or because it did after being set right */
	RETRY_ATTEMPTS,  /* it was sent as often as it may be */
	RETRY_LATE,      /* the deadline would have passed */
	RETRY_QUOTA,     /* tokens are used up */
};

struct retry_decision {
	enum retry_kind kind;
	enum retry_verdict verdict;
	int64_t wait_us; /* 0 unless it is sent again */
};

/* retry_classify(failure): its kind. A name that means a wrong clock counts when the skew is above four minutes; an unknown name
   or none by its status: 429 is throttled, 408, everything from 500 on but 501 and 505, and no answer are transient, all else is definite. */
enum retry_kind retry_classify(const struct retry_failure *failure);

/* retry_cancelled(reasons): the kind of a cancelled transaction: a condition that does not hold before what is definite, an
   unknown code or no reason at all among it, before contention before throttling. */
enum retry_kind retry_cancelled(struct text_list reasons);

/* retry_quota_init(quota): full, 500 tokens. */
void retry_quota_init(struct retry_quota *quota);

/* retry_init(retry, terms): a request that has not failed yet. The quota outlives it. */
void retry_init(struct retry *retry, const struct retry_terms *terms);

/* retry_decide(retry, failure, now_us, draw): whether it is sent again, and after how many microseconds; `draw` is uniform over
   its range. DynamoDB has 4 attempts and a base of 25 ms, KMS and STS have 3 and 50 ms; the base is 1 s when throttled. A retry
   takes 14 tokens of the quota, a throttled one 5. Contention takes none, and no attempts: it is retried until the deadline. A
   clock and credentials are set right once. x-amz-retry-after is followed up to five seconds above what would have been
   waited; a transaction in progress is left alone until five seconds after the first attempt. */
struct retry_decision retry_decide(struct retry *retry, const struct retry_failure *failure, int64_t now_us,
								   uint32_t draw);

/* retry_succeeded(retry): gives the tokens of the last retry back, or one where there was none. */
void retry_succeeded(struct retry *retry);

#endif
