/*
 * The retry policy: every name, status and reason, every number, and that it allocates nothing.
 */
#include "retry.h"

#include "allocations.h"
#include "tap.h"

enum { TOKENS = 500, MINUTE_US = 60000000 };

static const uint32_t draw_least = 0;
static const uint32_t draw_most = UINT32_MAX;
static const int64_t start_us = INT64_C(1700000000000000);

static struct retry_quota quota;

static enum retry_kind classify(const char *name, int status, int64_t skew_us)
{
	const struct retry_failure failure = {.name = text_of_string(name), .status = status, .skew_us = skew_us};
	return retry_classify(&failure);
}

/* A failure of each kind. */
static struct retry_failure failure_of(enum retry_kind kind)
{
	switch (kind) {
	case RETRY_DEFINITE:
		return (struct retry_failure){.name = TEXT("ValidationException"), .status = 400};
	case RETRY_CONDITION:
		return (struct retry_failure){.name = TEXT("ConditionalCheckFailedException"), .status = 400};
	case RETRY_TRANSIENT:
		return (struct retry_failure){.status = 503};
	case RETRY_THROTTLED:
		return (struct retry_failure){.name = TEXT("ThrottlingException"), .status = 400};
	case RETRY_IN_PROGRESS:
		return (struct retry_failure){.name = TEXT("TransactionInProgressException"), .status = 400};
	case RETRY_CONTENDED:
		return (struct retry_failure){.name = TEXT("TransactionConflictException"), .status = 400};
	case RETRY_SKEWED:
		return (struct retry_failure){.name = TEXT("RequestTimeTooSkewed"), .status = 403, .skew_us = -5 * MINUTE_US};
	case RETRY_EXPIRED:
		return (struct retry_failure){.name = TEXT("ExpiredTokenException"), .status = 400};
	}
	return (struct retry_failure){0};
}

/* A request of this service that may go on for `span_us`. */
static struct retry begin(enum retry_service service, int64_t span_us)
{
	const struct retry_terms terms = {
		.service = service,
		.quota = &quota,
		.started_us = start_us,
		.deadline_us = start_us + span_us,
	};
	struct retry retry;
	retry_init(&retry, &terms);
	return retry;
}

static struct retry_decision decide(struct retry *retry, enum retry_kind kind, uint32_t draw)
{
	const struct retry_failure failure = failure_of(kind);
	const struct retry_decision decision = retry_decide(retry, &failure, start_us, draw);
	expect_integer(decision.kind, kind);
	expect(decision.verdict == RETRY_AGAIN || decision.wait_us == 0);
	return decision;
}

static void names(void)
{
	static const struct {
		const char *name;
		enum retry_kind kind;
	} rows[] = {
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
		{"TransactionInProgressException", RETRY_IN_PROGRESS},
		{"InternalError", RETRY_TRANSIENT},
		{"InternalFailure", RETRY_TRANSIENT},
		{"InternalServerError", RETRY_TRANSIENT},
		{"RequestTimeout", RETRY_TRANSIENT},
		{"RequestTimeoutException", RETRY_TRANSIENT},
		{"ServiceUnavailable", RETRY_TRANSIENT},
		{"ServiceUnavailableException", RETRY_TRANSIENT},
		{"ReplicatedWriteConflictException", RETRY_TRANSIENT},
		{"KMSInternalException", RETRY_TRANSIENT},
		{"KeyUnavailableException", RETRY_TRANSIENT},
		{"IDPCommunicationError", RETRY_TRANSIENT},
		{"ExpiredToken", RETRY_EXPIRED},
		{"ExpiredTokenException", RETRY_EXPIRED},
		{"InvalidClientTokenId", RETRY_EXPIRED},
		{"UnrecognizedClientException", RETRY_EXPIRED},
		{"ConditionalCheckFailedException", RETRY_CONDITION},
		{"TransactionConflictException", RETRY_CONTENDED},
		{"TransactionCanceledException", RETRY_DEFINITE},
		{"IdempotentParameterMismatchException", RETRY_DEFINITE},
		{"ItemCollectionSizeLimitExceededException", RETRY_DEFINITE},
		{"ResourceNotFoundException", RETRY_DEFINITE},
		{"ValidationException", RETRY_DEFINITE},
		{"DisabledException", RETRY_DEFINITE},
		{"KMSInvalidStateException", RETRY_DEFINITE},
		{"throttling", RETRY_DEFINITE},
		{"Throttling ", RETRY_DEFINITE},
		{"", RETRY_DEFINITE},
		{NULL, RETRY_DEFINITE},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (classify(rows[i].name, 400, 0) != rows[i].kind)
			tap_fail(__FILE__, __LINE__, "%s is %d", rows[i].name, classify(rows[i].name, 400, 0));
}

static void clocks(void)
{
	static const char *const skewed[] = {"AccessDeniedException", "AuthFailure",          "InvalidSignatureException",
										 "RequestExpired",        "RequestTimeTooSkewed", "SignatureDoesNotMatch"};
	for (size_t i = 0; i < sizeof(skewed) / sizeof(skewed[0]); i++) {
		expect_integer(classify(skewed[i], 403, 0), RETRY_DEFINITE);
		expect_integer(classify(skewed[i], 403, 4 * MINUTE_US), RETRY_DEFINITE);
		expect_integer(classify(skewed[i], 403, -4 * MINUTE_US), RETRY_DEFINITE);
		expect_integer(classify(skewed[i], 403, 4 * MINUTE_US + 1), RETRY_SKEWED);
		expect_integer(classify(skewed[i], 403, -4 * MINUTE_US - 1), RETRY_SKEWED);
		expect_integer(classify(skewed[i], 403, INT64_MIN), RETRY_SKEWED);
	}
	expect_integer(classify("ValidationException", 400, 10 * (int64_t)MINUTE_US), RETRY_DEFINITE);
}

static void statuses(void)
{
	for (int status = 0; status < 600; status++) {
		const bool transient = status == 0 || status == 408 || (status >= 500 && status != 501 && status != 505);
		const enum retry_kind wanted = status == 429 ? RETRY_THROTTLED : transient ? RETRY_TRANSIENT : RETRY_DEFINITE;
		expect_integer(classify(NULL, status, 0), wanted);
		expect_integer(classify("NeverHeardOf", status, 0), wanted);
		expect_integer(classify("Throttling", status, 0), RETRY_THROTTLED);
		expect_integer(classify("ConditionalCheckFailedException", status, 0), RETRY_CONDITION);
	}
}

static enum retry_kind cancelled(const char *one, const char *other)
{
	const struct text items[] = {TEXT("None"), text_of_string(one), TEXT("None"), text_of_string(other)};
	const struct text_list reasons = {.items = items, .count = 4, .present = true};
	const struct retry_failure failure = {
		.name = TEXT("TransactionCanceledException"), .status = 400, .reasons = reasons};
	expect_integer(retry_classify(&failure), retry_cancelled(reasons));
	return retry_cancelled(reasons);
}

/* Rows in the order in which one goes before those below it that are of another kind. */
static void reasons(void)
{
	static const struct {
		const char *code;
		enum retry_kind kind;
	} rows[] = {
		{"ConditionalCheckFailed", RETRY_CONDITION},
		{"ItemCollectionSizeLimitExceeded", RETRY_DEFINITE},
		{"ValidationError", RETRY_DEFINITE},
		{"NeverHeardOf", RETRY_DEFINITE},
		{"", RETRY_DEFINITE},
		{NULL, RETRY_DEFINITE},
		{"TransactionConflict", RETRY_CONTENDED},
		{"ProvisionedThroughputExceeded", RETRY_THROTTLED},
		{"ThrottlingError", RETRY_THROTTLED},
	};
	const size_t count = sizeof(rows) / sizeof(rows[0]);
	for (size_t i = 0; i < count; i++) {
		expect_integer(cancelled(rows[i].code, "None"), rows[i].kind);
		expect_integer(cancelled("None", rows[i].code), rows[i].kind);
		for (size_t j = i; j < count; j++) {
			expect_integer(cancelled(rows[i].code, rows[j].code), rows[i].kind);
			expect_integer(cancelled(rows[j].code, rows[i].code), rows[i].kind);
		}
	}
	expect_integer(cancelled("None", "None"), RETRY_DEFINITE);
	expect_integer(retry_cancelled((struct text_list){0}), RETRY_DEFINITE);
}

/* Every kind, by the first decision with the longest wait and by the tokens it takes. */
static void kinds(void)
{
	static const struct {
		enum retry_kind kind;
		enum retry_verdict verdict;
		int64_t wait_us;
		int cost;
	} rows[] = {
		{RETRY_DEFINITE, RETRY_POINTLESS, 0, 0},      {RETRY_CONDITION, RETRY_POINTLESS, 0, 0},
		{RETRY_TRANSIENT, RETRY_AGAIN, 24999, 14},    {RETRY_THROTTLED, RETRY_AGAIN, 999999, 5},
		{RETRY_IN_PROGRESS, RETRY_AGAIN, 5000000, 5}, {RETRY_CONTENDED, RETRY_AGAIN, 24999, 0},
		{RETRY_SKEWED, RETRY_AGAIN, 24999, 14},       {RETRY_EXPIRED, RETRY_AGAIN, 24999, 14},
	};
	expect_integer(sizeof(rows) / sizeof(rows[0]), RETRY_EXPIRED);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct retry retry = begin(RETRY_DYNAMODB, RETRY_WRITE_US);
		retry_quota_init(&quota);
		expect_integer(rows[i].kind, (int64_t)i + 1);
		const struct retry_decision decision = decide(&retry, rows[i].kind, draw_most);
		expect_integer(decision.verdict, rows[i].verdict);
		expect_integer(decision.wait_us, rows[i].wait_us);
		expect_integer(quota.tokens, TOKENS - rows[i].cost);
	}
}

/* The waits of one kind: with the greatest draw just below base * 2^i, with the middle one half of it, with the least none. */
static void expect_waits(enum retry_service service, enum retry_kind kind, int retries, int64_t base_us)
{
	struct retry retry[3];
	for (int i = 0; i < 3; i++)
		retry[i] = begin(service, RETRY_WRITE_US);
	retry_quota_init(&quota);
	for (int i = 0; i < retries; i++, base_us *= 2) {
		const struct retry_decision most = decide(&retry[0], kind, draw_most);
		const struct retry_decision middle = decide(&retry[1], kind, UINT32_C(1) << 31);
		const struct retry_decision least = decide(&retry[2], kind, draw_least);
		expect(most.verdict == RETRY_AGAIN && middle.verdict == RETRY_AGAIN && least.verdict == RETRY_AGAIN);
		expect_integer(most.wait_us, base_us - 1);
		expect_integer(middle.wait_us, base_us / 2);
		expect_integer(least.wait_us, 0);
	}
	for (int i = 0; i < 3; i++)
		expect_integer(decide(&retry[i], kind, draw_least).verdict, RETRY_ATTEMPTS);
}

static void attempts_and_bases(void)
{
	static const struct {
		enum retry_service service;
		int retries;
		int64_t base_us;
	} rows[] = {
		{RETRY_DYNAMODB, 3, 25000},
		{RETRY_KMS, 2, 50000},
		{RETRY_STS, 2, 50000},
	};
	expect_integer(sizeof(rows) / sizeof(rows[0]), RETRY_STS);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		expect_waits(rows[i].service, RETRY_TRANSIENT, rows[i].retries, rows[i].base_us);
		expect_waits(rows[i].service, RETRY_THROTTLED, rows[i].retries, 1000000);
	}
}

/* Whatever is drawn, contention waits less than 25 ms * 2^i, and never as long as 20 s. */
static void jitter_is_bounded(void)
{
	uint64_t state = 20260101;
	bool short_seen = false, long_seen = false;
	for (int round = 0; round < 1000; round++) {
		struct retry retry = begin(RETRY_DYNAMODB, 1000 * (int64_t)MINUTE_US);
		int64_t most_us = 25000;
		for (int i = 0; i < 20; i++, most_us = most_us < 10000000 ? most_us * 2 : 20000000) {
			state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
			const struct retry_decision decision = decide(&retry, RETRY_CONTENDED, (uint32_t)(state >> 32));
			expect_integer(decision.verdict, RETRY_AGAIN);
			expect(decision.wait_us >= 0 && decision.wait_us < most_us);
			short_seen |= decision.wait_us < most_us / 100;
			long_seen |= decision.wait_us > most_us / 100 * 99;
		}
		expect_integer(decide(&retry, RETRY_CONTENDED, draw_most).wait_us, 19999999);
	}
	expect(short_seen && long_seen);
}

static void contention_counts_no_attempts(void)
{
	struct retry retry = begin(RETRY_DYNAMODB, RETRY_WRITE_US);
	retry_quota_init(&quota);
	quota.tokens = 0;
	for (int i = 0; i < 100; i++)
		expect_integer(decide(&retry, RETRY_CONTENDED, draw_least).verdict, RETRY_AGAIN);
	expect_integer(quota.tokens, 0);
	retry_quota_init(&quota);
	for (int i = 0; i < 3; i++)
		expect_integer(decide(&retry, RETRY_TRANSIENT, draw_least).verdict, RETRY_AGAIN);
	expect_integer(decide(&retry, RETRY_TRANSIENT, draw_least).verdict, RETRY_ATTEMPTS);
	expect_integer(decide(&retry, RETRY_CONTENDED, draw_least).verdict, RETRY_AGAIN);
}

static void unheard_goes_on_until_the_deadline(void)
{
	struct retry retry = begin(RETRY_DYNAMODB, RETRY_WRITE_US);
	retry.terms.until_deadline = true;
	retry_quota_init(&quota);
	quota.tokens = 3;
	for (int i = 0; i < 100; i++)
		expect_integer(decide(&retry, i % 2 ? RETRY_TRANSIENT : RETRY_THROTTLED, draw_least).verdict, RETRY_AGAIN);
	expect_integer(quota.tokens, 3);
	expect_integer(decide(&retry, RETRY_DEFINITE, draw_least).verdict, RETRY_POINTLESS);
	retry.terms.deadline_us = start_us;
	expect_integer(decide(&retry, RETRY_TRANSIENT, draw_least).verdict, RETRY_LATE);
}

static void set_right_once(void)
{
	struct retry retry = begin(RETRY_DYNAMODB, RETRY_WRITE_US);
	retry_quota_init(&quota);
	expect_integer(decide(&retry, RETRY_SKEWED, draw_least).verdict, RETRY_AGAIN);
	expect_integer(decide(&retry, RETRY_SKEWED, draw_least).verdict, RETRY_POINTLESS);
	expect_integer(decide(&retry, RETRY_EXPIRED, draw_least).verdict, RETRY_AGAIN);
	expect_integer(decide(&retry, RETRY_EXPIRED, draw_least).verdict, RETRY_POINTLESS);
	expect_integer(quota.tokens, TOKENS - 28);
	retry = begin(RETRY_KMS, RETRY_READ_US);
	expect_integer(decide(&retry, RETRY_EXPIRED, draw_least).verdict, RETRY_AGAIN);
	expect_integer(decide(&retry, RETRY_TRANSIENT, draw_least).verdict, RETRY_AGAIN);
	expect_integer(decide(&retry, RETRY_SKEWED, draw_least).verdict, RETRY_ATTEMPTS);
}

/* What is waited of 25 ms (24,999 us) when the service asks for so many milliseconds. */
static void retry_after(void)
{
	static const struct {
		int64_t after_ms;
		int64_t wait_us;
	} rows[] = {
		{INT64_MIN, 24999}, {-1, 24999},     {0, 24999},      {1, 24999},      {24, 24999},          {25, 25000},
		{1000, 1000000},    {5024, 5024000}, {5025, 5024999}, {6000, 5024999}, {INT64_MAX, 5024999},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct retry retry = begin(RETRY_DYNAMODB, RETRY_WRITE_US);
		struct retry_failure failure = failure_of(RETRY_TRANSIENT);
		failure.retry_after_ms = rows[i].after_ms;
		retry_quota_init(&quota);
		expect_integer(retry_decide(&retry, &failure, start_us, draw_most).wait_us, rows[i].wait_us);
		failure = failure_of(RETRY_DEFINITE);
		failure.retry_after_ms = rows[i].after_ms;
		expect_integer(retry_decide(&retry, &failure, start_us, draw_most).verdict, RETRY_POINTLESS);
	}
}

static void in_progress_waits(void)
{
	static const struct {
		int64_t elapsed_us;
		int64_t wait_us;
	} rows[] = {
		{0, 5000000}, {1, 4999999}, {4000000, 1000000}, {4000001, 999999}, {4000002, 999999}, {9000000, 999999},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct retry retry = begin(RETRY_DYNAMODB, RETRY_WRITE_US);
		struct retry_failure failure = failure_of(RETRY_IN_PROGRESS);
		retry_quota_init(&quota);
		expect_integer(retry_decide(&retry, &failure, start_us + rows[i].elapsed_us, draw_most).wait_us,
					   rows[i].wait_us);
	}
	struct retry retry = begin(RETRY_DYNAMODB, RETRY_WRITE_US);
	struct retry_failure failure = failure_of(RETRY_IN_PROGRESS);
	failure.retry_after_ms = 100000;
	expect_integer(retry_decide(&retry, &failure, start_us, draw_most).wait_us, 5999999);
}

static void deadlines(void)
{
	expect_integer(RETRY_READ_US, 30000000);
	expect_integer(RETRY_WRITE_US, 60000000);
	for (int64_t left_us = 24997; left_us <= 25001; left_us++) {
		struct retry retry = begin(RETRY_DYNAMODB, RETRY_READ_US);
		const struct retry_failure failure = failure_of(RETRY_TRANSIENT);
		retry_quota_init(&quota);
		const struct retry_decision decision =
			retry_decide(&retry, &failure, start_us + RETRY_READ_US - left_us, draw_most);
		expect_integer(decision.verdict, left_us > 24999 ? RETRY_AGAIN : RETRY_LATE);
		expect_integer(decision.wait_us, left_us > 24999 ? 24999 : 0);
		expect_integer(quota.tokens, left_us > 24999 ? TOKENS - 14 : TOKENS);
	}
	struct retry retry = begin(RETRY_DYNAMODB, RETRY_WRITE_US);
	const struct retry_failure failure = failure_of(RETRY_CONTENDED);
	expect_integer(retry_decide(&retry, &failure, start_us + RETRY_WRITE_US + 1, draw_least).verdict, RETRY_LATE);
	expect_integer(retry_decide(&retry, &failure, start_us + RETRY_WRITE_US - 1, draw_least).verdict, RETRY_AGAIN);
}

/* 35 retries of 14 tokens leave 10, two throttled ones none; nobody else is retried until something succeeds. */
static void quota_is_used_up(void)
{
	retry_quota_init(&quota);
	for (int i = 0; i < 35; i++) {
		struct retry retry = begin(RETRY_DYNAMODB, RETRY_WRITE_US);
		expect_integer(decide(&retry, RETRY_TRANSIENT, draw_least).verdict, RETRY_AGAIN);
	}
	expect_integer(quota.tokens, 10);
	struct retry transient = begin(RETRY_DYNAMODB, RETRY_WRITE_US);
	expect_integer(decide(&transient, RETRY_TRANSIENT, draw_least).verdict, RETRY_QUOTA);
	expect_integer(quota.tokens, 10);
	struct retry throttled = begin(RETRY_DYNAMODB, RETRY_WRITE_US);
	expect_integer(decide(&throttled, RETRY_THROTTLED, draw_least).verdict, RETRY_AGAIN);
	expect_integer(decide(&throttled, RETRY_THROTTLED, draw_least).verdict, RETRY_AGAIN);
	expect_integer(decide(&throttled, RETRY_THROTTLED, draw_least).verdict, RETRY_QUOTA);
	expect_integer(quota.tokens, 0);
}

static void quota_is_given_back(void)
{
	struct retry first = begin(RETRY_DYNAMODB, RETRY_WRITE_US);
	retry_quota_init(&quota);
	retry_succeeded(&first);
	expect_integer(quota.tokens, TOKENS);
	quota.tokens = 100;
	retry_succeeded(&first);
	expect_integer(quota.tokens, 101);
	struct retry retried = begin(RETRY_DYNAMODB, RETRY_WRITE_US);
	decide(&retried, RETRY_TRANSIENT, draw_least);
	decide(&retried, RETRY_TRANSIENT, draw_least);
	expect_integer(quota.tokens, 73);
	retry_succeeded(&retried);
	expect_integer(quota.tokens, 87);
	retried = begin(RETRY_DYNAMODB, RETRY_WRITE_US);
	decide(&retried, RETRY_TRANSIENT, draw_least);
	decide(&retried, RETRY_THROTTLED, draw_least);
	retry_succeeded(&retried);
	expect_integer(quota.tokens, 73);
	retried = begin(RETRY_DYNAMODB, RETRY_WRITE_US);
	decide(&retried, RETRY_CONTENDED, draw_least);
	retry_succeeded(&retried);
	expect_integer(quota.tokens, 73);
	retried = begin(RETRY_DYNAMODB, RETRY_WRITE_US);
	decide(&retried, RETRY_TRANSIENT, draw_least);
	quota.tokens = 490;
	retry_succeeded(&retried);
	expect_integer(quota.tokens, TOKENS);
}

static void allocates_nothing(void)
{
	if (!allocations_counted())
		tap_skip("another allocator stands in front of the test's: that of a sanitizer or of valgrind");
	allocations_fail_at(0);
	retry_quota_init(&quota);
	for (int i = 0; i < 1000; i++) {
		struct retry retry = begin((enum retry_service)(RETRY_DYNAMODB + i % RETRY_STS), RETRY_WRITE_US);
		decide(&retry, (enum retry_kind)(RETRY_DEFINITE + i % RETRY_EXPIRED), (uint32_t)i * 4294967);
		cancelled("TransactionConflict", "ThrottlingError");
		retry_succeeded(&retry);
	}
	expect_integer(allocations_stop(), 0);
}

static const struct tap_test tests[] = {
	{"an error is what its name says", names},
	{"a name that means a wrong clock counts when the clock is more than four minutes wrong", clocks},
	{"the status counts where the name says nothing", statuses},
	{"a cancelled transaction is the strongest of its reasons", reasons},
	{"every kind is sent again, or not, with its wait and its cost", kinds},
	{"attempts and bases are those of the service, and waits double", attempts_and_bases},
	{"a wait is drawn from all of its range, and nothing waits 20 s", jitter_is_bounded},
	{"contention is retried without attempts and tokens", contention_counts_no_attempts},
	{"what may have been carried out unheard is sent until the deadline", unheard_goes_on_until_the_deadline},
	{"a clock and credentials are set right once", set_right_once},
	{"x-amz-retry-after is followed up to five seconds more", retry_after},
	{"a transaction in progress is left alone until five seconds after the first attempt", in_progress_waits},
	{"a retry that would come at the deadline or after it is none, and takes no tokens", deadlines},
	{"retries end when tokens are used up", quota_is_used_up},
	{"a success gives the last cost back, an unretried one a token, up to 500", quota_is_given_back},
	{"nothing is allocated", allocates_nothing},
};

TAP_MAIN(tests)
