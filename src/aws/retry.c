/*
 * The retry policy: tables of what errors mean and of what follows from it.
 */
#include "retry.h"

enum { QUOTA_TOKENS = 500 };

static const int64_t wait_most_us = 20000000;
static const int64_t after_most_us = 5000000; /* above the wait */
static const int64_t in_progress_us = 5000000;
static const int64_t skew_least_us = INT64_C(240000000);

static const struct {
	int attempts;
	int64_t base_us;
} services[] = {
	[RETRY_DYNAMODB] = {.attempts = 4, .base_us = 25000},
	[RETRY_KMS] = {.attempts = 3, .base_us = 50000},
	[RETRY_STS] = {.attempts = 3, .base_us = 50000},
};

/* How often something is sent again. */
enum way {
	NEVER = 1,
	ONCE,    /* and as LIMITED */
	LIMITED, /* by attempts and tokens */
	PATIENT, /* until the deadline */
};

/* What follows from a kind; base_us 0 is that of the service. */
static const struct {
	enum way way;
	int cost;
	int64_t base_us;
} kinds[] = {
	[RETRY_DEFINITE] = {.way = NEVER},
	[RETRY_CONDITION] = {.way = NEVER},
	[RETRY_TRANSIENT] = {.way = LIMITED, .cost = 14},
	[RETRY_THROTTLED] = {.way = LIMITED, .cost = 5, .base_us = 1000000},
	[RETRY_IN_PROGRESS] = {.way = LIMITED, .cost = 5, .base_us = 1000000},
	[RETRY_CONTENDED] = {.way = PATIENT},
	[RETRY_SKEWED] = {.way = ONCE, .cost = 14},
	[RETRY_EXPIRED] = {.way = ONCE, .cost = 14},
};

static const struct {
	const char *name;
	enum retry_kind kind;
} names[] = {
	/* Throttling of any service. */
	{"BandwidthLimitExceeded", RETRY_THROTTLED},
	{"EC2ThrottledException", RETRY_THROTTLED},
	{"LimitExceededException", RETRY_THROTTLED},
	{"PriorRequestNotComplete", RETRY_THROTTLED},
	{"ProvisionedThroughputExceededException", RETRY_THROTTLED},
	{"RequestLimitExceeded", RETRY_THROTTLED},
	{"RequestThrottled", RETRY_THROTTLED},
	{"RequestThrottledException", RETRY_THROTTLED},
	{"SlowDown", RETRY_THROTTLED},
	{"ThrottledException", RETRY_THROTTLED},
	{"Throttling", RETRY_THROTTLED},
	{"ThrottlingException", RETRY_THROTTLED},
	{"TooManyRequestsException", RETRY_THROTTLED},

	/* Transient, whatever their status. */
	{"InternalError", RETRY_TRANSIENT},
	{"InternalFailure", RETRY_TRANSIENT},
	{"InternalServerError", RETRY_TRANSIENT},
	{"RequestTimeout", RETRY_TRANSIENT},
	{"RequestTimeoutException", RETRY_TRANSIENT},
	{"ServiceUnavailable", RETRY_TRANSIENT},
	{"ServiceUnavailableException", RETRY_TRANSIENT},
	{"ReplicatedWriteConflictException", RETRY_TRANSIENT}, /* DynamoDB */
	{"KMSInternalException", RETRY_TRANSIENT},
	{"KeyUnavailableException", RETRY_TRANSIENT}, /* KMS */
	{"IDPCommunicationError", RETRY_TRANSIENT},   /* STS */

	/* A wrong clock, where there is one. */
	{"AccessDeniedException", RETRY_SKEWED},
	{"AuthFailure", RETRY_SKEWED},
	{"InvalidSignatureException", RETRY_SKEWED},
	{"RequestExpired", RETRY_SKEWED},
	{"RequestTimeTooSkewed", RETRY_SKEWED},
	{"SignatureDoesNotMatch", RETRY_SKEWED},

	{"ExpiredToken", RETRY_EXPIRED},
	{"ExpiredTokenException", RETRY_EXPIRED},
	{"InvalidClientTokenId", RETRY_EXPIRED}, /* STS */
	{"UnrecognizedClientException", RETRY_EXPIRED},

	/* DynamoDB's transactions. */
	{"ConditionalCheckFailedException", RETRY_CONDITION},
	{"TransactionConflictException", RETRY_CONTENDED},
	{"TransactionInProgressException", RETRY_IN_PROGRESS},
};

static const struct {
	int status;
	enum retry_kind kind;
} statuses[] = {
	{0, RETRY_TRANSIENT},   /* no answer */
	{408, RETRY_TRANSIENT}, /* request timeout */
	{429, RETRY_THROTTLED}, /* too many requests */
	{501, RETRY_DEFINITE},  /* nobody there ever carries that out: not implemented, */
	{505, RETRY_DEFINITE},  /* version not supported */
};
enum { STATUS_OF_SERVERS = 500 }; /* from here on: what a server, or one in between, did with the request is not said */

/* Codes of a cancelled transaction but "None"; kinds in the order of `precedence`. */
static const struct {
	const char *code;
	enum retry_kind kind;
} codes[] = {
	{"ConditionalCheckFailed", RETRY_CONDITION},
	{"ItemCollectionSizeLimitExceeded", RETRY_DEFINITE},
	{"ValidationError", RETRY_DEFINITE},
	{"TransactionConflict", RETRY_CONTENDED},
	{"ProvisionedThroughputExceeded", RETRY_THROTTLED},
	{"ThrottlingError", RETRY_THROTTLED},
};
static const enum retry_kind precedence[] = {RETRY_CONDITION, RETRY_DEFINITE, RETRY_CONTENDED, RETRY_THROTTLED};

static enum retry_kind kind_of_code(struct text code)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (text_is(code, codes[i].code))
			return codes[i].kind;
	return RETRY_DEFINITE;
}

enum retry_kind retry_cancelled(struct text_list reasons)
{
	for (size_t i = 0; i < sizeof(precedence) / sizeof(precedence[0]); i++)
		for (size_t j = 0; j < reasons.count; j++)
			if (!text_is(reasons.items[j], "None") && kind_of_code(reasons.items[j]) == precedence[i])
				return precedence[i];
	return RETRY_DEFINITE;
}

static bool skewed(int64_t skew_us)
{
	return skew_us > skew_least_us || skew_us < -skew_least_us;
}

enum retry_kind retry_classify(const struct retry_failure *failure)
{
	if (text_is(failure->name, "TransactionCanceledException"))
		return retry_cancelled(failure->reasons);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (text_is(failure->name, names[i].name))
			return names[i].kind != RETRY_SKEWED || skewed(failure->skew_us) ? names[i].kind : RETRY_DEFINITE;
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (failure->status == statuses[i].status)
			return statuses[i].kind;
	return failure->status >= STATUS_OF_SERVERS ? RETRY_TRANSIENT : RETRY_DEFINITE;
}

void retry_quota_init(struct retry_quota *quota)
{
	quota->tokens = QUOTA_TOKENS;
}

void retry_init(struct retry *retry, const struct retry_terms *terms)
{
	*retry = (struct retry){.terms = *terms};
}

/* rand(0, 1) * min(base * 2^i, 20 s) */
static int64_t backoff_us(int64_t base_us, int i, uint32_t draw)
{
	int64_t most_us = base_us;
	for (; i > 0 && most_us < wait_most_us; i--)
		most_us *= 2;
	if (most_us > wait_most_us)
		most_us = wait_most_us;
	return (int64_t)((uint64_t)most_us * draw >> 32);
}

/* How long to wait after the last of the failures, which was of this kind. */
static int64_t wait_us(const struct retry *retry, const struct retry_failure *failure, enum retry_kind kind,
					   int64_t now_us, uint32_t draw)
{
	const int64_t base_us = kinds[kind].base_us > 0 ? kinds[kind].base_us : services[retry->terms.service].base_us;
	const int64_t least = backoff_us(base_us, retry->failures - 1, draw);
	const int64_t most = least + after_most_us;
	const int64_t still = retry->terms.started_us + in_progress_us - now_us;
	int64_t wait = least;
	if (failure->retry_after_ms > least / 1000)
		wait = failure->retry_after_ms > most / 1000 ? most : failure->retry_after_ms * 1000;
	return kind == RETRY_IN_PROGRESS && wait < still ? still : wait;
}

/* What says that a failure of this kind is final, the deadline apart; RETRY_AGAIN if nothing does. */
static enum retry_verdict judge(const struct retry *retry, enum retry_kind kind)
{
	const enum way way = kinds[kind].way;
	if (way == NEVER || (way == ONCE && (retry->once & 1u << kind) != 0))
		return RETRY_POINTLESS;
	if (way == PATIENT || retry->terms.until_deadline)
		return RETRY_AGAIN;
	if (retry->attempts >= services[retry->terms.service].attempts)
		return RETRY_ATTEMPTS;
	return retry->terms.quota->tokens < kinds[kind].cost ? RETRY_QUOTA : RETRY_AGAIN;
}

struct retry_decision retry_decide(struct retry *retry, const struct retry_failure *failure, int64_t now_us,
								   uint32_t draw)
{
	struct retry_decision decision = {.kind = retry_classify(failure)};
	retry->failures++;
	retry->attempts += kinds[decision.kind].way != PATIENT;
	const int64_t wait = wait_us(retry, failure, decision.kind, now_us, draw);
	decision.verdict = judge(retry, decision.kind);
	if (decision.verdict == RETRY_AGAIN && wait >= retry->terms.deadline_us - now_us)
		decision.verdict = RETRY_LATE;
	if (decision.verdict != RETRY_AGAIN)
		return decision;
	decision.wait_us = wait;
	retry->cost = retry->terms.until_deadline ? 0 : kinds[decision.kind].cost;
	retry->terms.quota->tokens -= retry->cost;
	retry->once |= 1u << decision.kind;
	return decision;
}

void retry_succeeded(struct retry *retry)
{
	struct retry_quota *quota = retry->terms.quota;
	quota->tokens += retry->failures > 0 ? retry->cost : 1;
	if (quota->tokens > QUOTA_TOKENS)
		quota->tokens = QUOTA_TOKENS;
}
