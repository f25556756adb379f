/*
 * Commits and their outcomes: each answer that the service can give, answers that get lost, and what is believed then.
 */
#include "dynamodb_change.h"
#include "dynamodb_engine.h"
#include "service.h"

static const struct store_change *change;
static struct draft draft;
static const char *our_id;

static const struct draft_attrs open_meta = {.status = "open", .created_at = "2026-01-01T00:00:00.000000Z"};

/* A change of a partition at this revision: a round of its own. */
static void begin_on(int64_t rev, bool unlisted)
{
	service_begin(1);
	const struct draft_head head = {.rev = rev, .hash = {.bytes = {(uint8_t)rev}}};
	draft = draft_begin(service.arena, service.partition);
	draft.unlisted = unlisted;
	draft_put(&draft, rev == 0 ? draft_key("meta", "") : draft_key("round", "00"), &open_meta, 0);
	change = draft_make(&draft, &head);
	our_id = service_head(change).attempt;
}

static void begin(void)
{
	begin_on(6, false);
}

/* Sends it, and expects this outcome after so many requests. */
static void expect_result(enum store_result wanted, size_t requests)
{
	enum store_result result = (enum store_result)9;
	service.error = (struct hansard_error){.status = HANSARD_OK};
	const enum hansard_status status =
		service.partition.store->commit(&service.partition, change, &result, &service.error);
	expect_good(status, &service.error);
	expect_integer(result, wanted);
	expect_integer(service_asked(), requests);
	service_left();
}

/* Sends it, and expects that nothing was written and nothing can arrive. */
static void expect_error(enum hansard_status wanted, const char *kind, size_t requests)
{
	enum store_result result = (enum store_result)9;
	expect_integer(service.partition.store->commit(&service.partition, change, &result, &service.error), wanted);
	expect_string(service.error.kind, kind);
	expect_integer(result, 9);
	expect_integer(service_asked(), requests);
	service_left();
}

static void expect_in_body(size_t i, const char *what)
{
	const char *body = service_body(i);
	if (strstr(body, what) == NULL)
		printf("# request %zu is %s\n", i, body);
	expect(strstr(body, what) != NULL);
}

/* The commit of our revision, of this attempt. */
static void gives_commit(const char *attempt)
{
	const struct service_row commit = {.sort = "~commit#0000000007", .c = change->commit, .attempt = attempt};
	service_gives(&commit);
}

/* The head that the change stands on, or another one. */
static void gives_head(int64_t rev, bool unlisted)
{
	const struct digest hash = {.bytes = {(uint8_t)rev}};
	const struct service_row head = {
		.sort = "!head", .rev = rev, .c = change->commit, .s = draft_note(&draft, rev, &hash), .unlisted = unlisted};
	service_gives(&head);
}

#define OTHER_ID "00000000-0000-0000-0000-000000000000"

static void acknowledged(void)
{
	begin();
	service_acknowledges();
	expect_result(STORE_DONE, 1);
	expect_in_body(0, service_text("{\"ClientRequestToken\":\"%s\"", our_id));
	expect_in_body(0, "\"SK\":{\"S\":\"+bundle#0000000007#00\"}");
	expect_integer(dynamodb_engine_capacity(service.engine).written, 3000);
	expect_integer(dynamodb_engine_capacity(service.engine).read, 0);
	expect_integer(dynamodb_engine_capacity(service.engine).requests, 2); /* with that of opening */
}

static void refused_before_it_is_sent(void)
{
	begin();
	struct store_change wrong = *change;
	wrong.rev++;
	change = &wrong;
	expect_error(HANSARD_INVALID, "invalid_change", 0);
}

/* A condition that fails at the first sending is believed. */
static void conflicts(void)
{
	begin_on(0, false);
	service_cancels("ConditionalCheckFailed");
	expect_result(STORE_CONFLICT, 1); /* a reservation, too, makes a creation fail so */
	begin();
	service_cancels("ConditionalCheckFailed");
	gives_head(7, false);
	expect_result(STORE_CONFLICT, 2);
	begin();
	service_cancels("ConditionalCheckFailed");
	service_gives(NULL);
	expect_result(STORE_CONFLICT, 2);
	begin();
	service_cancels("ConditionalCheckFailed");
	gives_head(7, true); /* unlisted, but another revision */
	expect_result(STORE_CONFLICT, 2);
	begin_on(6, true);
	service_cancels("ConditionalCheckFailed");
	gives_head(7, false);
	expect_result(STORE_CONFLICT, 2);
	/* Unlisted and of this revision, but its note names another commit, or none. */
	for (int i = 0; i < 3; i++) {
		const struct digest other = {.bytes = {(uint8_t)(i == 0 ? 5 : 6)}};
		begin();
		struct service_row head = {.sort = "!head", .rev = 6, .c = change->commit, .unlisted = true};
		head.s = i == 2 ? bytes_of_text(TEXT("no note")) : draft_note(&draft, i == 0 ? 6 : 7, &other);
		service_cancels("ConditionalCheckFailed");
		service_gives(&head);
		expect_result(STORE_CONFLICT, 2);
	}
}

/* Why a condition failed was not learnt: nothing was written, and no outcome is made up. */
static void conflicts_that_are_not_learnt(void)
{
	begin();
	service_cancels("ConditionalCheckFailed");
	service_refuses("AccessDeniedException");
	expect_error(HANSARD_FAILED, "refused", 2);
	begin();
	service_cancels("ConditionalCheckFailed");
	const struct service_row damaged = {.sort = "!head", .rev = 6};
	service_gives(&damaged);
	expect_error(HANSARD_VIOLATED, "invalid_row", 2);
}

/* Answers after which nothing was written and nothing can arrive: errors, and no doubt. */
static void definite_errors(void)
{
	static const struct {
		const char *name;
		int times;
		enum hansard_status status;
		const char *kind;
	} rows[] = {
		{"AccessDeniedException", 1, HANSARD_FAILED, "refused"},
		{"ValidationException", 1, HANSARD_FAILED, "refused"},
		{"IdempotentParameterMismatchException", 1, HANSARD_FAILED, "refused"},
		{"ResourceNotFoundException", 1, HANSARD_NO_STORE, "no_table"},
		{"ThrottlingException", 4, HANSARD_UNREACHABLE, "throttled"},
		{"ProvisionedThroughputExceededException", 4, HANSARD_UNREACHABLE, "throttled"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin();
		for (int k = 0; k < rows[i].times; k++)
			service_refuses(rows[i].name);
		expect_error(rows[i].status, rows[i].kind, (size_t)rows[i].times);
		expect(service.error.hint[0] != '\0' || strcmp(rows[i].kind, "refused") == 0);
	}
	begin();
	service_cancels("ValidationError");
	expect_error(HANSARD_FAILED, "refused", 1);
	begin();
	for (int k = 0; k < 4; k++)
		service_is_away();
	expect_error(HANSARD_UNREACHABLE, "not_connected", 4);
}

/* Contention and an attempt that is still being carried out are waited for. */
static void contention(void)
{
	begin();
	for (int i = 0; i < 6; i++)
		service_cancels("TransactionConflict");
	service_acknowledges();
	expect_result(STORE_DONE, 7);
	begin();
	service_is_lost();
	service_refuses("TransactionInProgressException");
	service_acknowledges();
	expect_result(STORE_DONE, 3);
	for (size_t i = 1; i < 3; i++)
		expect_string(service_body(i), service_body(0));
}

/* The same bytes with the same token until the answer is definite. */
static void lost_answers(void)
{
	begin();
	service_is_lost();
	service_says(500, "");
	service_acknowledges();
	expect_result(STORE_DONE, 3);
	expect_string(service_body(1), service_body(0));
	expect_string(service_body(2), service_body(0));
	begin();
	service_says(520, ""); /* of whatever is in between */
	service_acknowledges();
	expect_result(STORE_DONE, 2);
	expect_string(service_body(1), service_body(0));
}

/* What decides where a condition fails after a sending that nobody answered. */
enum evidence { OURS, THEIRS, NOTHING, COPY, NO_ANSWER };

static void give(enum evidence evidence)
{
	switch (evidence) {
	case OURS:
		gives_commit(our_id);
		break;
	case THEIRS:
		gives_commit(OTHER_ID);
		break;
	case NOTHING:
		service_gives(NULL);
		break;
	case COPY:
		gives_commit(NULL);
		break;
	case NO_ANSWER:
		service_refuses("AccessDeniedException");
		break;
	}
}

static const struct {
	enum evidence evidence;
	enum store_result result;
} decisions[] = {{OURS, STORE_DONE},
				 {THEIRS, STORE_CONFLICT},
				 {NOTHING, STORE_UNKNOWN},
				 {COPY, STORE_UNKNOWN},
				 {NO_ANSWER, STORE_UNKNOWN}};
enum { DECISIONS = sizeof(decisions) / sizeof(decisions[0]) };

static void conditions_after_an_unheard_sending(void)
{
	for (size_t i = 0; i < DECISIONS; i++) {
		begin();
		service_is_lost();
		service_cancels("ConditionalCheckFailed");
		gives_head(7, false);
		give(decisions[i].evidence);
		expect_result(decisions[i].result, 4);
		expect_in_body(3, "\"SK\":{\"S\":\"~commit#0000000007\"}},\"ConsistentRead\":true");
	}
	/* The head cannot be read: the commit decides all the same. */
	begin();
	service_is_lost();
	service_cancels("ConditionalCheckFailed");
	service_refuses("AccessDeniedException");
	give(OURS);
	expect_result(STORE_DONE, 4);
}

static void refusals_after_an_unheard_sending(void)
{
	static const char *const names[] = {"AccessDeniedException", "ValidationException",
										"IdempotentParameterMismatchException"};
	for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
		for (size_t i = 0; i < DECISIONS; i++) {
			begin();
			service_is_lost();
			service_refuses(names[k]);
			give(decisions[i].evidence);
			expect_result(decisions[i].result, 3);
		}
}

/* Answers of success that are not DynamoDB's: it may have been carried out. */
static void answers_that_are_none(void)
{
	static const char *const bodies[] = {"<html></html>", "", "[]"};
	for (size_t k = 0; k < sizeof(bodies) / sizeof(bodies[0]); k++)
		for (size_t i = 0; i < DECISIONS; i++) {
			begin();
			service_says(200, bodies[k]);
			give(decisions[i].evidence);
			expect_result(decisions[i].result, 2);
		}
}

/* Failures of the service go on until a definite answer, however many there are. */
static void failures_go_on(void)
{
	for (size_t i = 0; i < DECISIONS; i++) {
		begin();
		for (int k = 0; k < 9; k++)
			service_says(k % 2 == 0 ? 500 : 503, "");
		service_refuses("AccessDeniedException");
		give(decisions[i].evidence);
		expect_result(decisions[i].result, 11);
	}
}

/* Until the deadline, then the commit decides: a minute of waits, of which each is 20 s at most. */
static void no_answer_at_all(void)
{
	begin();
	for (int k = 0; k < 20; k++)
		service_is_lost();
	enum store_result result = STORE_DONE;
	expect_good(service.partition.store->commit(&service.partition, change, &result, &service.error), &service.error);
	expect_integer(result, STORE_UNKNOWN);
	expect(service_asked() > 8);
}

/* ---- partitions that are not listed ---- */

/* It turns out that the head is not listed: sent again, under another token, with a condition of its own. */
static void onto_an_unlisted_head(void)
{
	begin();
	const struct service_row meta = {.sort = "meta#", .c = draft_item(service.arena, 1, &open_meta, 0).bytes};
	service_cancels("ConditionalCheckFailed");
	gives_head(6, true);
	service_acknowledges();
	service_lists(&meta, 1, NULL);
	service_acknowledges();
	expect_result(STORE_DONE, 5);
	expect_in_body(0, "AND attribute_not_exists(#3)");
	expect_in_body(2, "AND attribute_exists(#3)");
	expect(strstr(service_body(2), service_text("\"%s\",\"ReturnConsumedCapacity\"", our_id)) == NULL);
	expect_in_body(3, "\"KeyConditionExpression\":\"#p = :p AND #s BETWEEN :from AND :to\"");
	expect_in_body(4, "\"UpdateExpression\":\"SET #0 = :0, #1 = :1 REMOVE #2, #3\"");
	expect_in_body(
		4,
		"{\"ConditionCheck\":{\"TableName\":\"dialogues\",\"Key\":{\"PK\":{\"S\":\"t#dialogue#d\"},\"SK\":{\"S\":\"!head\"}},"
		"\"ConditionExpression\":\"#0 = :0 AND #1 >= :1 AND #2 < :2\"");
	expect_in_body(4, "\":0\":{\"N\":\"7\"}");

	begin();
	service_cancels("ConditionalCheckFailed");
	gives_head(6, true);
	service_cancels("ConditionalCheckFailed"); /* meanwhile another one was faster */
	expect_result(STORE_CONFLICT, 3);
	begin();
	service_cancels("ConditionalCheckFailed");
	gives_head(6, true);
	service_refuses("AccessDeniedException");
	expect_error(HANSARD_FAILED, "refused", 3);
	for (size_t i = 0; i < DECISIONS; i++) {
		begin();
		service_cancels("ConditionalCheckFailed");
		gives_head(6, true);
		service_is_lost();
		service_refuses("AccessDeniedException");
		give(decisions[i].evidence);
		if (decisions[i].result == STORE_DONE)
			service_lists(NULL, 0, NULL);
		expect_result(decisions[i].result, decisions[i].result == STORE_DONE ? 6 : 5);
	}
}

/* The revision beside the note decides nothing: where somebody has changed it, it is asked for as it is, and written anew. */
static void onto_another_revision_beside_the_note(void)
{
	static const int64_t beside[] = {5, 7};
	for (size_t i = 0; i < 4; i++) {
		const bool listed = i < 2; /* what the change makes of it */
		begin_on(6, !listed);
		const struct digest hash = {.bytes = {6}};
		const struct service_row head = {
			.sort = "!head", .rev = beside[i % 2], .c = change->commit, .s = draft_note(&draft, 6, &hash)};
		service_cancels("ConditionalCheckFailed");
		service_gives(&head);
		service_acknowledges();
		if (!listed)
			service_lists(NULL, 0, NULL);
		expect_result(STORE_DONE, listed ? 3 : 4);
		expect_in_body(0, "\":0\":{\"N\":\"6\"}");
		expect_in_body(2, service_text("\":0\":{\"N\":\"%d\"}", (int)beside[i % 2]));
		expect_in_body(2, "\"r\":{\"N\":\"7\"}");
		expect(strstr(service_body(2), service_text("\"%s\",\"ReturnConsumedCapacity\"", our_id)) == NULL);
	}
	begin();
	const struct digest hash = {.bytes = {6}};
	const struct service_row head = {.sort = "!head", .rev = 7, .c = change->commit, .s = draft_note(&draft, 6, &hash)};
	service_cancels("ConditionalCheckFailed");
	service_gives(&head);
	service_cancels("ConditionalCheckFailed"); /* meanwhile another one was faster */
	expect_result(STORE_CONFLICT, 3);
}

/* A lost sending that stands on a listed head cannot be carried out on one that is not, so that it leaves no doubt. */
static void a_lost_sending_on_an_unlisted_head(void)
{
	begin();
	service_is_lost();
	service_cancels("ConditionalCheckFailed");
	gives_head(6, true);
	service_acknowledges();
	service_lists(NULL, 0, NULL);
	expect_result(STORE_DONE, 5);
}

/* A commit after which the partition is not listed takes the index keys from its rows. What fails then does not undo it. */
static void index_keys_go(void)
{
	begin_on(6, true);
	const struct service_row rows[] = {
		{.sort = "meta#",
		 .c = draft_item(service.arena, 1, &open_meta, 0).bytes,
		 .p1 = "t#status#open",
		 .s1 = "2026-01-01T00:00:00.000000Z#d"},
		{.sort = "tension#00#01", .c = draft_item(service.arena, 1, NULL, 0).bytes},
	};
	service_acknowledges();
	service_lists(rows, 2, NULL);
	service_acknowledges();
	expect_result(STORE_DONE, 3);
	expect_in_body(2, "\"UpdateExpression\":\"REMOVE #0, #1, #2, #3\"");
	expect(strstr(service_body(2), "tension#00#01") == NULL);
	begin_on(6, true);
	service_acknowledges();
	service_refuses("AccessDeniedException");
	expect_result(STORE_DONE, 2);
	begin_on(0, true); /* a creation has no other rows than its own */
	service_acknowledges();
	expect_result(STORE_DONE, 1);
}

/* ---- settle ---- */

static void expect_settled(enum store_settled wanted, size_t requests)
{
	enum store_settled settled = (enum store_settled)9;
	expect_good(service.partition.store->settle(&service.partition, &change->attempt, &settled, &service.error),
				&service.error);
	expect_integer(settled, wanted);
	expect_integer(service_asked(), requests);
	service_left();
}

static void settling(void)
{
	begin();
	give(THEIRS);
	expect_settled(STORE_NOT_COMMITTED, 1);
	begin();
	give(NOTHING);
	expect_settled(STORE_STILL_UNKNOWN, 1);
	begin();
	give(COPY);
	expect_settled(STORE_STILL_UNKNOWN, 1);
	begin();
	give(OURS);
	gives_head(8, false); /* others have gone on */
	expect_settled(STORE_COMMITTED, 2);
	begin();
	give(OURS);
	gives_head(7, true); /* its index keys follow now */
	service_lists(NULL, 0, NULL);
	expect_settled(STORE_COMMITTED, 3);
	begin();
	give(OURS);
	service_refuses("AccessDeniedException");
	expect_settled(STORE_COMMITTED, 2);
	begin();
	service_refuses("AccessDeniedException");
	enum store_settled settled = (enum store_settled)9;
	expect_integer(service.partition.store->settle(&service.partition, &change->attempt, &settled, &service.error),
				   HANSARD_FAILED);
	expect_integer(settled, 9);
}

/* Attempts that nothing can have been written for are not asked about. */
static void settling_what_cannot_be(void)
{
	static const int64_t revs[] = {0, -1, INT64_MAX};
	begin();
	for (size_t i = 0; i < sizeof(revs) / sizeof(revs[0]); i++) {
		const struct store_attempt attempt = {.rev = revs[i]};
		enum store_settled settled = STORE_COMMITTED;
		expect_good(service.partition.store->settle(&service.partition, &attempt, &settled, &service.error),
					&service.error);
		expect_integer(settled, STORE_STILL_UNKNOWN);
	}
	expect_integer(service_asked(), 0);
}

int main(void)
{
	static const struct expect_test tests[] = {
		{"an acknowledged commit is one request", acknowledged},
		{"what is no change is not sent", refused_before_it_is_sent},
		{"a condition that fails at the first sending is a conflict", conflicts},
		{"a conflict that cannot be told apart is an error, and nothing was written", conflicts_that_are_not_learnt},
		{"a definite refusal is an error, and nothing was written", definite_errors},
		{"contention is waited for, with the same bytes", contention},
		{"a lost answer is asked for again with the same bytes", lost_answers},
		{"after an unheard sending a failed condition is decided by the commit of the revision",
		 conditions_after_an_unheard_sending},
		{"after an unheard sending a refusal is decided by the commit of the revision",
		 refusals_after_an_unheard_sending},
		{"a success that is none is decided by the commit of the revision", answers_that_are_none},
		{"failures of the service go on until an answer is definite", failures_go_on},
		{"without any answer the outcome is unknown", no_answer_at_all},
		{"on a head that is not listed a change is sent again, and index keys come", onto_an_unlisted_head},
		{"a lost sending leaves no doubt on a head that it cannot stand on", a_lost_sending_on_an_unlisted_head},
		{"a revision beside the note that is another one stops no commit, which writes it anew",
		 onto_another_revision_beside_the_note},
		{"when a partition ceases to be listed index keys go", index_keys_go},
		{"an attempt is settled by the commit of its revision", settling},
		{"an attempt of no revision is not asked about", settling_what_cannot_be},
	};
	const int code = expect_run(tests, sizeof(tests) / sizeof(tests[0]));
	service_end();
	return code;
}
