/*
 * Copying, request by request: what each slot sends, and what it makes of each answer.
 */
#include "copying_store.h"
#include "dynamodb_engine.h"
#include "dynamodb_message.h"
#include "limits.h"
#include "service.h"

enum { SOURCE_REV = 6 };

/* As the service shows the ids of the reservations. */
#define OURS "c0000000-0000-0000-0000-000000000001"
#define THEIRS "c0000000-0000-0000-0000-000000000002"
#define DRAWN "80808080-8080-8080-8080-808080808080"
#define HEAD_KEY "\"Key\":{\"PK\":{\"S\":\"t#dialogue#d\"},\"SK\":{\"S\":\"!head\"}}"

static struct store_reservation reservation(uint8_t mark, int64_t source_rev, bool called_off)
{
	struct store_reservation all = {.source_rev = source_rev, .called_off = called_off};
	all.id[0] = 0xc0;
	all.id[STORE_RESERVATION_SIZE - 1] = mark;
	return all;
}

static struct store_occupant reserved(struct store_reservation mine)
{
	return (struct store_occupant){.what = STORE_RESERVED, .reservation = mine};
}

static const struct store_occupant nothing = {.what = STORE_FREE};

static struct service_row row_of(struct store_reservation mine)
{
	return (struct service_row){.sort = "!head",
								.attempt = mine.id[STORE_RESERVATION_SIZE - 1] == 1 ? OURS : THEIRS,
								.more = service_text(",\"m\":{\"N\":\"%lld\"}%s", (long long)mine.source_rev,
													 mine.called_off ? ",\"x\":{\"S\":\"1\"}" : "")};
}

/* The first row is looked at. */
static void shows(struct store_reservation mine)
{
	const struct service_row row = row_of(mine);
	service_lists(&row, 1, NULL);
}

static void shows_nothing(void)
{
	service_lists(NULL, 0, NULL);
}

/* A head of this revision, as a change without anything in it leaves it. */
static const struct store_change *head_at(int64_t rev, bool unlisted)
{
	static struct draft draft;
	const struct draft_head before = {.rev = rev - 1, .hash = {.bytes = {1}}};
	draft = draft_begin(service.arena, service.partition);
	draft.unlisted = unlisted;
	return draft_make(&draft, &before);
}

static const struct copying_store *slots(void)
{
	return service.engine->copying;
}

static void expect_asked(size_t requests)
{
	expect_integer(service_asked(), requests);
	service_left();
}

static void expect_in_body(size_t i, const char *what)
{
	if (strstr(service_body(i), what) == NULL)
		printf("# request %zu is %s\n", i, service_body(i));
	expect(strstr(service_body(i), what) != NULL);
}

static size_t occurrences(const char *text, const char *what)
{
	size_t count = 0;
	for (; (text = strstr(text, what)) != NULL; text += strlen(what))
		count++;
	return count;
}

/* How often a second was let pass. */
static size_t seconds_passed(void)
{
	return occurrences(scripted_edge_log(), "\npause 1000000\n");
}

/* ---- occupant ---- */

static void expect_occupant(struct store_occupant wanted, size_t requests)
{
	struct store_occupant found;
	expect_good(slots()->occupant(&service.partition, &found, &service.error), &service.error);
	expect(store_occupant_equal(&found, &wanted));
	expect_asked(requests);
}

static void occupants(void)
{
	service_begin(1);
	shows_nothing();
	expect_occupant(nothing, 1);
	expect_in_body(0, "\"KeyConditionExpression\":\"#p = :p\"");
	expect_in_body(0, "\"Limit\":1");
	expect_in_body(0, "\"ConsistentRead\":true");
	for (int i = 0; i < 2; i++) {
		service_begin(1);
		shows(reservation(1, SOURCE_REV, i == 1));
		expect_occupant(reserved(reservation(1, SOURCE_REV, i == 1)), 1);
	}
	service_begin(1);
	const struct store_change *change = head_at(SOURCE_REV, true);
	const struct service_row head = service_head(change);
	service_lists(&head, 1, NULL);
	expect_occupant((struct store_occupant){.what = STORE_PUBLISHED, .rev = change->rev, .hash = change->hash}, 1);
}

/* Of a creation the head may become visible last; what has none a second later was damaged. */
static void rows_without_a_head(void)
{
	const struct service_row meta = {.sort = "meta#"};
	struct store_occupant found;
	service_begin(1);
	service_lists(&meta, 1, &meta);
	shows(reservation(1, SOURCE_REV, false));
	expect_occupant(reserved(reservation(1, SOURCE_REV, false)), 2);
	expect_integer(seconds_passed(), 1);
	service_begin(1);
	service_lists(&meta, 1, &meta);
	service_lists(&meta, 1, &meta);
	expect_integer(slots()->occupant(&service.partition, &found, &service.error), HANSARD_VIOLATED);
	expect_string(service.error.kind, STORE_HEAD_MISSING);
	expect_asked(2);
}

static void heads_that_are_none(void)
{
	static const struct service_row rows[] = {
		{.sort = "!head"},
		{.sort = "!head", .attempt = OURS},
		{.sort = "!head", .more = ",\"m\":{\"N\":\"6\"}"},
		{.sort = "!head", .attempt = "c0000000-0000-0000-0000-00000000000", .more = ",\"m\":{\"N\":\"6\"}"},
		{.sort = "!head", .attempt = "C0000000-0000-0000-0000-000000000001", .more = ",\"m\":{\"N\":\"6\"}"},
		{.sort = "!head", .attempt = "c0000000000000000000000000000001", .more = ",\"m\":{\"N\":\"6\"}"},
		{.sort = "!head", .attempt = OURS, .more = ",\"m\":{\"N\":\"0\"}"},
		{.sort = "!head", .attempt = OURS, .more = ",\"m\":{\"N\":\"9999999999\"}"},
		{.sort = "!head", .attempt = OURS, .more = ",\"m\":{\"S\":\"6\"}"},
		{.sort = "!head", .attempt = OURS, .more = ",\"m\":{\"N\":\"6\"},\"x\":{\"S\":\"yes\"}"},
		{.sort = "!head", .attempt = OURS, .more = ",\"m\":{\"N\":\"6\"},\"x\":{\"N\":\"1\"}"},
		{.sort = "!head", .rev = SOURCE_REV, .attempt = OURS, .more = ",\"m\":{\"N\":\"6\"}"},
		{.sort = "!head", .rev = SOURCE_REV, .s = {.data = (const uint8_t *)"no note", .size = 7}},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct store_occupant found;
		service_begin(1);
		service_lists(&rows[i], 1, NULL);
		expect_integer(slots()->occupant(&service.partition, &found, &service.error), HANSARD_VIOLATED);
		expect_string(service.error.kind, "invalid_row");
		expect_asked(1);
	}
}

/* ---- reserve ---- */

static enum hansard_status reserve(struct store_occupant found, struct store_reservation mine,
								   enum store_result *ret_result)
{
	const struct store_reserve_request request = {.found = found, .mine = mine};
	service.error = (struct hansard_error){.status = HANSARD_OK};
	return slots()->reserve(&service.partition, &request, ret_result, &service.error);
}

static void expect_reserved(struct store_occupant found, struct store_reservation mine, enum store_result wanted,
							size_t requests)
{
	enum store_result result = (enum store_result)9;
	expect_good(reserve(found, mine, &result), &service.error);
	expect_integer(result, wanted);
	expect_asked(requests);
}

#define RESERVATION_BEGIN                                                                                              \
	"{\"ClientRequestToken\":\"" DRAWN "\",\"ReturnConsumedCapacity\":\"TOTAL\",\"TransactItems\":[{\"Put\":{"         \
	"\"TableName\":\"dialogues\",\"Item\":{\"PK\":{\"S\":\"t#dialogue#d\"},\"SK\":{\"S\":\"!head\"},"                  \
	"\"i\":{\"S\":\"" OURS "\"},\"m\":{\"N\":\"6\"}"

static void reservations(void)
{
	const struct store_reservation mine = reservation(1, SOURCE_REV, false);
	const struct store_reservation off = reservation(1, SOURCE_REV, true);
	service_begin(1);
	shows_nothing();
	service_acknowledges();
	expect_reserved(nothing, mine, STORE_DONE, 2);
	expect_string(service_body(1), RESERVATION_BEGIN "},\"ConditionExpression\":\"attribute_not_exists(#0)\","
													 "\"ExpressionAttributeNames\":{\"#0\":\"PK\"}}}]}");
	service_begin(1);
	shows(reservation(2, 5, true));
	service_acknowledges();
	expect_reserved(reserved(reservation(2, 5, true)), mine, STORE_DONE, 2);
	expect_string(service_body(1), RESERVATION_BEGIN
				  "},\"ConditionExpression\":\"#0 = :0 AND #1 = :1 AND attribute_exists(#2)\","
				  "\"ExpressionAttributeNames\":{\"#0\":\"i\",\"#1\":\"m\",\"#2\":\"x\"},"
				  "\"ExpressionAttributeValues\":{\":0\":{\"S\":\"" THEIRS "\"},\":1\":{\"N\":\"5\"}}}}]}");
	service_begin(1);
	shows(reservation(2, SOURCE_REV, false));
	service_acknowledges();
	expect_reserved(reserved(reservation(2, SOURCE_REV, false)), off, STORE_DONE, 2);
	expect_in_body(1, RESERVATION_BEGIN ",\"x\":{\"S\":\"1\"}},\"ConditionExpression\":\"#0 = :0 AND #1 = :1 AND "
										"attribute_not_exists(#2)\"");
	service_begin(1);
	const struct store_change *change = head_at(SOURCE_REV, true);
	const struct service_row head = service_head(change);
	service_lists(&head, 1, NULL);
	service_acknowledges();
	expect_reserved((struct store_occupant){.what = STORE_PUBLISHED, .rev = change->rev, .hash = change->hash}, off,
					STORE_DONE, 2);
	expect_in_body(1, RESERVATION_BEGIN ",\"x\":{\"S\":\"1\"}},\"ConditionExpression\":\"#0 = :0 AND #1 >= :1 AND "
										"#2 < :2\"");
}

/* Nothing is sent where it is there already, or where what is there is not what was found. */
static void reservations_that_are_not_sent(void)
{
	const struct store_reservation mine = reservation(1, SOURCE_REV, false);
	const struct store_reservation other = reservation(2, SOURCE_REV, true);
	service_begin(1);
	shows(mine);
	expect_reserved(nothing, mine, STORE_DONE, 1);
	service_begin(1);
	shows(other);
	expect_reserved(nothing, mine, STORE_CONFLICT, 1);
	service_begin(1);
	shows(other);
	expect_reserved(reserved(other), mine, STORE_CONFLICT, 1); /* it forbids that */
	service_begin(1);
	shows_nothing();
	expect_reserved(reserved(other), mine, STORE_CONFLICT, 1);
}

/* Where it was not acknowledged, what is there decides. */
static void lost_reservations(void)
{
	const struct store_reservation mine = reservation(1, SOURCE_REV, false);
	const struct store_reservation found = reservation(2, SOURCE_REV, false);
	const struct store_reservation other = reservation(2, SOURCE_REV, true);
	static const struct {
		bool lost;
		int there; /* 0: mine; 1: what was found; 2: another; 3: no answer */
		enum store_result result;
	} table[] = {{true, 0, STORE_DONE},     {true, 1, STORE_UNKNOWN}, {true, 2, STORE_CONFLICT},
				 {true, 3, STORE_UNKNOWN},  {false, 0, STORE_DONE},   {false, 2, STORE_CONFLICT},
				 {false, 3, STORE_CONFLICT}};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		service_begin(1);
		shows(found);
		if (table[i].lost) {
			service_is_lost();
			service_refuses("AccessDeniedException");
		} else {
			service_cancels("ConditionalCheckFailed");
		}
		if (table[i].there == 3)
			service_refuses("AccessDeniedException");
		else
			shows(table[i].there == 0 ? mine : table[i].there == 1 ? found : other);
		expect_reserved(reserved(found), mine, table[i].result, table[i].lost ? 4 : 3);
	}
	enum store_result result = (enum store_result)9;
	service_begin(1);
	shows_nothing();
	service_refuses("AccessDeniedException");
	expect_integer(reserve(nothing, mine, &result), HANSARD_FAILED);
	expect_string(service.error.kind, "refused");
	expect_integer(result, 9);
	expect_asked(2);
}

/* ---- put ---- */

/* A revision of so many tensions, and so many files of this size with a part each. */
static struct store_copy_revision revision(int64_t rev, size_t tensions, size_t files, size_t size)
{
	struct draft draft = draft_begin(service.arena, service.partition);
	const struct draft_head before = {.rev = rev - 1, .hash = {.bytes = {1}}};
	for (size_t i = 0; i < tensions; i++)
		draft_put(&draft, draft_key("tension", service_text("00#%02zu", i + 1)),
				  &(struct draft_attrs){.status = "open"}, 0);
	for (size_t i = 0; i < files; i++) {
		const struct item_key key = draft_key("file", service_text("%05zu", i + 1));
		draft_put(&draft, key, NULL, size);
		draft_part(&draft, key, 1, 500);
	}
	const struct store_change *change = draft_make(&draft, &before);
	return (struct store_copy_revision){.rev = rev,
										.items = change->puts,
										.item_count = change->put_count,
										.parts = change->parts,
										.part_count = change->part_count,
										.commit = change->commit};
}

static enum hansard_status put(struct store_reservation mine, const struct store_copy_revision *revisions, size_t count,
							   enum store_result *ret_result)
{
	const struct store_put_request request = {.mine = mine, .revisions = revisions, .count = count};
	service.error = (struct hansard_error){.status = HANSARD_OK};
	return slots()->put(&service.partition, &request, ret_result, &service.error);
}

static void expect_put(struct store_reservation mine, const struct store_copy_revision *revisions, size_t count,
					   enum store_result wanted, size_t requests)
{
	enum store_result result = (enum store_result)9;
	expect_good(put(mine, revisions, count, &result), &service.error);
	expect_integer(result, wanted);
	expect_asked(requests);
}

#define CHECKED                                                                                                        \
	"{\"ConditionCheck\":{\"TableName\":\"dialogues\"," HEAD_KEY ",\"ConditionExpression\":\"#0 = :0 AND #1 = :1 AND " \
	"attribute_not_exists(#2)\",\"ExpressionAttributeNames\":{\"#0\":\"i\",\"#1\":\"m\",\"#2\":\"x\"},"                \
	"\"ExpressionAttributeValues\":{\":0\":{\"S\":\"" OURS "\"},\":1\":{\"N\":\"6\"}}}}"

/* One revision is one request: the reservation is checked, rows have no index keys, the commit no attempt. */
static void one_revision_is_put(void)
{
	service_begin(1);
	const struct store_copy_revision all = revision(3, 1, 2, 0);
	service_acknowledges();
	expect_put(reservation(1, SOURCE_REV, false), &all, 1, STORE_DONE, 1);
	const char *body = service_body(0);
	expect_in_body(0, "{\"ClientRequestToken\":\"" DRAWN
					  "\",\"ReturnConsumedCapacity\":\"TOTAL\",\"TransactItems\":[" CHECKED);
	expect_integer(occurrences(body, "{\"Put\":"), 4);
	expect_integer(occurrences(body, "ConditionExpression"), 1);
	expect_in_body(0, "\"SK\":{\"S\":\"~commit#0000000003\"},\"c\":{");
	expect_in_body(0, "\"SK\":{\"S\":\"tension#00#01\"},\"c\":{");
	expect_in_body(0, "\"SK\":{\"S\":\"+bundle#0000000003#00\"},\"c\":{");
	expect_in_body(0, "\"SK\":{\"S\":\"~parts#0000000003#00\"},\"c\":{");
	static const char *const never[] = {"\"i\":{", "\"p1\":", "\"p2\":", "\"r\":{"};
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		expect(strstr(body, never[i]) == NULL);
}

/* Small revisions share a transaction, as long as it has room for all that each may take: of 99 actions beside the check each takes a
   commit, five tensions, and a bundle. */
static void many_revisions_are_put(void)
{
	enum { SMALL = 20, LARGE = 3 };
	struct store_copy_revision small[SMALL], large[LARGE];
	service_begin(1);
	for (size_t i = 0; i < SMALL; i++) {
		small[i] = revision((int64_t)i + 1, 5, 1, 0);
		small[i].part_count = 0;
	}
	service_acknowledges();
	service_acknowledges();
	expect_put(reservation(1, SMALL, false), small, SMALL, STORE_DONE, 2);
	const size_t puts[] = {14 * 7, 6 * 7};
	for (size_t i = 0; i < 2; i++) {
		expect_integer(occurrences(service_body(i), "{\"Put\":"), puts[i]);
		expect_integer(occurrences(service_body(i), "{\"ConditionCheck\":"), 1);
	}
	service_begin(1);
	for (size_t i = 0; i < LARGE; i++) {
		large[i] = revision((int64_t)i + 1, 1, 20, LIMIT_STORED_ITEM);
		service_acknowledges();
	}
	enum store_result result = STORE_UNKNOWN;
	expect_good(put(reservation(1, LARGE, false), large, LARGE, &result), &service.error);
	expect_integer(result, STORE_DONE);
	service_left();
	expect_integer(dynamodb_engine_capacity(service.engine).requests, 1 + LARGE); /* with that of opening */
}

/* ---- what a fenced step makes of answers ---- */

static void puts_that_fail(void)
{
	struct store_copy_revision large[2];
	enum store_result result = (enum store_result)9;
	const struct store_reservation mine = reservation(1, SOURCE_REV, false);
	service_begin(1);
	large[0] = revision(1, 60, 0, 0);
	large[1] = revision(2, 60, 0, 0);
	service_acknowledges();
	service_cancels("ConditionalCheckFailed");
	expect_put(mine, large, 2, STORE_CONFLICT, 2);
	service_begin(1);
	large[0] = revision(1, 1, 1, 0);
	service_is_lost();
	service_cancels("ConditionalCheckFailed");
	expect_put(mine, large, 1, STORE_CONFLICT, 2);
	expect_string(service_body(1), service_body(0));
	service_begin(1);
	large[0] = revision(1, 1, 1, 0);
	service_is_lost();
	service_refuses("AccessDeniedException");
	expect_put(mine, large, 1, STORE_UNKNOWN, 2);
	service_begin(1);
	large[0] = revision(1, 1, 1, 0);
	service_cancels("TransactionConflict");
	service_acknowledges();
	expect_put(mine, large, 1, STORE_DONE, 2);
	service_begin(1);
	large[0] = revision(1, 1, 1, 0);
	service_refuses("AccessDeniedException");
	expect_integer(put(mine, large, 1, &result), HANSARD_FAILED);
	expect_string(service.error.kind, "refused");
	expect_integer(result, 9);
	service_begin(1);
	large[0] = revision(SOURCE_REV + 1, 1, 1, 0);
	expect_integer(put(mine, large, 1, &result), HANSARD_INVALID);
	expect_asked(0);
	expect_put(reservation(1, SOURCE_REV, true), large, 0, STORE_CONFLICT, 0);
	shows(mine);
	expect_put(mine, large, 0, STORE_DONE, 1);
	shows(reservation(2, SOURCE_REV, false));
	expect_put(mine, large, 0, STORE_CONFLICT, 2);
}

/* ---- look ---- */

static void looks(void)
{
	struct store_view view;
	const struct store_reservation mine = reservation(1, SOURCE_REV, false);
	for (int put_all = 0; put_all < 2; put_all++) {
		service_begin(1);
		struct draft draft = draft_begin(service.arena, service.partition);
		const struct draft_head before = {.rev = 2, .hash = {.bytes = {1}}};
		draft_put(&draft, draft_key("file", "00001"), NULL, 0);
		struct service_row rows[] = {row_of(mine),
									 service_bundle(draft_make(&draft, &before), false, 0),
									 {.sort = "tension#00#01", .c = draft_item(service.arena, 1, NULL, 0).bytes}};
		const struct service_row commit = {.sort = "~commit#0000000006", .c = bytes_of_text(TEXT("the commit"))};
		service_lists(rows, 2, &rows[1]);
		service_lists(rows + 2, 1, NULL);
		service_gives(put_all ? &commit : NULL);
		expect_good(slots()->look(&service.partition, &mine, service.arena, &view, &service.error), &service.error);
		expect(view.exists);
		expect_integer(view.item_count, 2);
		expect_integer(view.stale_indexes, 0);
		expect_integer(view.note.size, 0);
		expect(bytes_equal(view.commit, put_all ? commit.c : (struct bytes){.size = 0}));
		expect_asked(3);
		expect_in_body(0, "\"KeyConditionExpression\":\"#p = :p AND #s < :to\"");
		expect_in_body(2, "\"SK\":{\"S\":\"~commit#0000000006\"}},\"ConsistentRead\":true");
	}
	/* There is another one, or the same is called off, or none. */
	for (int i = 0; i < 3; i++) {
		service_begin(1);
		if (i < 2)
			shows(i == 0 ? reservation(2, SOURCE_REV, false) : reservation(1, SOURCE_REV, true));
		else
			shows_nothing();
		expect_good(slots()->look(&service.partition, &mine, service.arena, &view, &service.error), &service.error);
		expect(!view.exists);
		expect_asked(1);
	}
}

/* ---- publish ---- */

static struct store_publish_request boundary(void)
{
	struct draft draft = draft_begin(service.arena, service.partition);
	const struct draft_head before = {.rev = SOURCE_REV, .hash = {.bytes = {SOURCE_REV}}};
	return (struct store_publish_request){.mine = reservation(1, SOURCE_REV, false),
										  .change = *draft_make(&draft, &before)};
}

static void expect_published(const struct store_publish_request *request, enum store_result wanted, size_t requests)
{
	enum store_result result = (enum store_result)9;
	expect_good(slots()->publish(&service.partition, request, &result, &service.error), &service.error);
	expect_integer(result, wanted);
	expect_asked(requests);
}

static void publications(void)
{
	service_begin(1);
	struct store_publish_request request = boundary();
	const struct service_row meta = {.sort = "meta#", .c = draft_item(service.arena, 1, NULL, 0).bytes};
	service_acknowledges();
	service_lists(&meta, 1, NULL);
	service_acknowledges();
	expect_published(&request, STORE_DONE, 3);
	const char *attempt = service_head(&request.change).attempt;
	expect_in_body(0, service_text("{\"ClientRequestToken\":\"%s\"", attempt));
	expect_in_body(0, "\"SK\":{\"S\":\"!head\"},\"r\":{\"N\":\"7\"}");
	expect_in_body(0,
				   "\"p2\":{\"S\":\"t#head\"},\"s2\":{\"S\":\"d\"}},\"ConditionExpression\":\"#0 = :0 AND #1 = :1 AND "
				   "attribute_not_exists(#2)\",\"ExpressionAttributeNames\":{\"#0\":\"i\",\"#1\":\"m\",\"#2\":\"x\"},"
				   "\"ExpressionAttributeValues\":{\":0\":{\"S\":\"" OURS "\"},\":1\":{\"N\":\"6\"}}}}");
	expect_in_body(0, "\"SK\":{\"S\":\"~commit#0000000007\"}");
	expect_integer(occurrences(service_body(0), "{\"Put\":"), 2);
	expect_integer(occurrences(service_body(0), "attribute_not_exists(#0)"), 1);
	expect_in_body(2, "\"p1\""); /* index keys follow */
	service_begin(1);
	request = boundary();
	request.mine.called_off = true;
	expect_published(&request, STORE_CONFLICT, 0);
	service_begin(1);
	request = boundary();
	service_cancels("ConditionalCheckFailed");
	expect_published(&request, STORE_CONFLICT, 1);
}

/* What was not acknowledged is decided by its commit. */
static void lost_publications(void)
{
	static const struct {
		const char *attempt; /* NULL: ours */
		bool there;
		enum store_result result;
	} table[] = {{NULL, true, STORE_DONE}, {OURS, true, STORE_CONFLICT}, {NULL, false, STORE_UNKNOWN}};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		service_begin(1);
		const struct store_publish_request request = boundary();
		const struct service_row commit = {.sort = "~commit#0000000007",
										   .c = request.change.commit,
										   .attempt = table[i].attempt == NULL ? service_head(&request.change).attempt
																			   : table[i].attempt};
		service_is_lost();
		service_cancels("ConditionalCheckFailed");
		service_gives(table[i].there ? &commit : NULL);
		if (table[i].result == STORE_DONE)
			shows_nothing(); /* rows whose index keys follow: there are none */
		expect_published(&request, table[i].result, table[i].result == STORE_DONE ? 4 : 3);
	}
}

/* ---- clear and release ---- */

static void expect_cleared(struct store_reservation mine, enum store_result wanted, size_t requests)
{
	enum store_result result = (enum store_result)9;
	expect_good(slots()->clear(&service.partition, &mine, &result, &service.error), &service.error);
	expect_integer(result, wanted);
	expect_asked(requests);
}

/* After a second everything but the head goes, whatever it is, until nothing is left. */
static void clearing(void)
{
	const struct store_reservation off = reservation(1, SOURCE_REV, true);
	service_begin(1);
	const struct service_row rows[] = {row_of(off),
									   {.sort = "+bundle#0000000001#00"},
									   {.sort = "anything"},
									   {.sort = "~commit#0000000006"},
									   {.sort = "~parts#0000000001#00"}};
	service_lists(rows, 3, &rows[2]);
	service_lists(rows + 3, 2, NULL);
	service_acknowledges();
	shows(off);
	expect_cleared(off, STORE_DONE, 4);
	expect_integer(seconds_passed(), 1);
	expect_in_body(2, "attribute_exists(#2)\",\"ExpressionAttributeNames\":{\"#0\":\"i\",\"#1\":\"m\",\"#2\":\"x\"}");
	expect_integer(occurrences(service_body(2), "{\"Delete\":"), 4);
	for (size_t i = 1; i < 5; i++)
		expect_in_body(2,
					   service_text("{\"Delete\":{\"TableName\":\"dialogues\",\"Key\":{\"PK\":{\"S\":\"t#dialogue#d\"},"
									"\"SK\":{\"S\":\"%s\"}}}}",
									rows[i].sort));
}

static void clearing_what_is_not_ours(void)
{
	const struct store_reservation off = reservation(1, SOURCE_REV, true);
	service_begin(1);
	expect_cleared(reservation(1, SOURCE_REV, false), STORE_CONFLICT, 0);
	for (int i = 0; i < 3; i++) {
		service_begin(1);
		const struct service_row meta = {.sort = "meta#"};
		if (i == 0)
			shows(reservation(2, SOURCE_REV, true));
		else
			service_lists(&meta, i == 1 ? 0 : 1, NULL);
		expect_cleared(off, STORE_CONFLICT, 1);
	}
	for (int i = 0; i < 2; i++) {
		service_begin(1);
		const struct service_row rows[] = {row_of(off), {.sort = "meta#"}};
		service_lists(rows, 2, NULL);
		if (i == 0)
			service_is_lost();
		if (i == 0)
			service_refuses("AccessDeniedException");
		else
			service_cancels("ConditionalCheckFailed"); /* meanwhile another one took its place */
		expect_cleared(off, i == 0 ? STORE_UNKNOWN : STORE_CONFLICT, i == 0 ? 3 : 2);
	}
}

/* Rows that come although nobody checked: it does not go on for ever. */
static void clearing_without_end(void)
{
	enum { SWEEPS = 8 };
	const struct store_reservation off = reservation(1, SOURCE_REV, true);
	service_begin(1);
	const struct service_row rows[] = {row_of(off), {.sort = "meta#"}};
	for (int i = 0; i < SWEEPS; i++) {
		service_lists(rows, 2, NULL);
		service_acknowledges();
	}
	expect_cleared(off, STORE_UNKNOWN, (size_t)2 * SWEEPS);
}

/* Deletions count with what goes: of rows of 350,000 bytes ten are more than a transaction takes beside the head. */
static void large_rows_are_cleared(void)
{
	enum { ROWS = 15, SIZE = 350000 };
	const struct store_reservation off = reservation(1, SOURCE_REV, true);
	struct service_row rows[ROWS + 1];
	service_begin(1);
	rows[0] = row_of(off);
	uint8_t *data = arena_allocate(service.arena, SIZE);
	expect(data != NULL);
	memset(data, 7, SIZE);
	for (unsigned i = 1; i <= ROWS; i++)
		rows[i] = (struct service_row){.sort = service_text("+bundle#0000000001#%02u", i - 1),
									   .c = {.data = data, .size = SIZE}};
	service_lists(rows, ROWS + 1, NULL);
	service_acknowledges();
	service_acknowledges();
	shows(off);
	expect_cleared(off, STORE_DONE, 4);
	expect_integer(occurrences(service_body(1), "{\"Delete\":"), 10);
	expect_integer(occurrences(service_body(2), "{\"Delete\":"), 5);
}

static void expect_slot(enum hansard_status (*slot)(const struct store_partition *partition,
													const struct store_tidy_request *request,
													enum store_result *ret_result, struct hansard_error *error),
						const struct store_change *head, enum store_result wanted, size_t requests)
{
	const struct store_tidy_request request = {.rev = head->rev, .hash = head->hash};
	enum store_result result = (enum store_result)9;
	expect_good(slot(&service.partition, &request, &result, &service.error), &service.error);
	expect_integer(result, wanted);
	expect_asked(requests);
}

static void releasing(void)
{
	service_begin(1);
	const struct store_change *change = head_at(SOURCE_REV, true);
	const struct service_row rows[] = {
		service_head(change), {.sort = "meta#"}, {.sort = "~commit#0000000005"}, {.sort = "~commit#0000000006"}};
	service_lists(rows, 3, &rows[2]);
	service_lists(rows, 4, NULL);
	service_acknowledges();
	const struct service_row left[] = {rows[0], rows[3]};
	service_lists(left, 2, NULL);
	expect_slot(slots()->release, change, STORE_DONE, 4);
	expect_integer(seconds_passed(), 1);
	expect_in_body(0, "\"Limit\":3");
	expect_in_body(2, "{\"ConditionCheck\":{\"TableName\":\"dialogues\"," HEAD_KEY
					  ",\"ConditionExpression\":\"#0 = :0 AND #1 >= :1 AND #2 < :2\"");
	expect_integer(occurrences(service_body(2), "{\"Delete\":"), 2);
	expect(strstr(service_body(2), "~commit#0000000006") == NULL);
	/* Behind that there is nothing to wait for; of a first revision nobody knows. */
	for (int64_t rev = SOURCE_REV; rev > 0; rev -= SOURCE_REV - 1) {
		service_begin(1);
		const struct store_change *newest = head_at(rev, true);
		const struct service_row end[] = {service_head(newest),
										  {.sort = rev == 1 ? "~commit#0000000001" : "~commit#0000000006"}};
		service_lists(end, 2, NULL);
		if (rev == 1)
			service_lists(end, 2, NULL);
		expect_slot(slots()->release, newest, STORE_DONE, rev == 1 ? 2 : 1);
		expect_integer(seconds_passed(), rev == 1);
	}
	service_begin(1);
	shows(reservation(1, SOURCE_REV, true));
	expect_slot(slots()->release, head_at(SOURCE_REV, true), STORE_CONFLICT, 1);
	service_begin(1);
	struct store_change none = *head_at(SOURCE_REV, true);
	none.rev = 0;
	expect_slot(slots()->release, &none, STORE_CONFLICT, 0);
}

/* ---- a store that is only read ---- */

static void nothing_is_written_by_a_reader(void)
{
	service_begin(1);
	service.engine->ops->close(service.engine);
	service.engine = NULL;
	struct dynamodb_engine_options options = service_options();
	options.read_only = true;
	service_says(200, "{\"Item\":{\"PK\":{\"S\":\"#table\"},\"SK\":{\"S\":\"!config\"},\"n\":{\"S\":\"" SERVICE_IDENTITY
					  "\"},\"k\":{\"N\":\"1\"},\"v\":{\"N\":\"1\"}}}");
	expect_good(dynamodb_engine_open(&options, &service.engine, &service.error), &service.error);
	service.partition = store_engine_partition(service.engine, TEXT("t"), TEXT("d"));
	const struct store_reservation off = reservation(1, SOURCE_REV, true);
	const struct store_publish_request request = boundary();
	const struct store_copy_revision all = revision(1, 1, 1, 0);
	const struct store_tidy_request on = {.rev = SOURCE_REV};
	enum store_result result;
	for (int i = 0; i < 6; i++) {
		service.error = (struct hansard_error){.status = HANSARD_OK};
		const enum hansard_status status =
			i == 0   ? reserve(nothing, off, &result)
			: i == 1 ? put(reservation(1, SOURCE_REV, false), &all, 1, &result)
			: i == 2 ? slots()->publish(&service.partition, &request, &result, &service.error)
			: i == 3 ? slots()->clear(&service.partition, &off, &result, &service.error)
			: i == 4 ? slots()->tidy(&service.partition, &on, &result, &service.error)
					 : slots()->release(&service.partition, &on, &result, &service.error);
		expect_integer(status, HANSARD_FAILED);
		expect_string(service.error.kind, "store_read_only");
	}
	/* What could be carried out nowhere is refused as that, as by the other engines. */
	service.error = (struct hansard_error){.status = HANSARD_OK};
	expect_integer(reserve(nothing, reservation(1, 0, true), &result), HANSARD_INVALID);
	expect_string(service.error.kind, "invalid_change");
	const struct store_copy_revision above = revision(SOURCE_REV + 1, 1, 1, 0);
	expect_integer(put(reservation(1, SOURCE_REV, false), &above, 1, &result), HANSARD_INVALID);
	struct store_publish_request none = boundary();
	none.change.expected_rev = SOURCE_REV - 1;
	expect_integer(slots()->publish(&service.partition, &none, &result, &service.error), HANSARD_INVALID);
	expect_asked(1); /* that of opening */
}

int main(void)
{
	static const struct expect_test tests[] = {
		{"an occupant is told by one row", occupants},
		{"rows without a head are looked at twice", rows_without_a_head},
		{"what is neither a head nor a reservation is refused", heads_that_are_none},
		{"a reservation is one transaction on what was found", reservations},
		{"a reservation that is there, or may not come, is not sent", reservations_that_are_not_sent},
		{"a reservation that was not acknowledged is decided by a look", lost_reservations},
		{"a revision is one transaction under the reservation", one_revision_is_put},
		{"revisions share a transaction while there is room", many_revisions_are_put},
		{"revisions that are not put say why", puts_that_fail},
		{"a look shows what was put under the reservation", looks},
		{"publishing is one transaction, and index keys follow", publications},
		{"a publication that was not acknowledged is decided by its commit", lost_publications},
		{"clearing leaves the reservation alone", clearing},
		{"clearing needs the reservation", clearing_what_is_not_ours},
		{"clearing ends", clearing_without_end},
		{"large rows go in as many transactions as they need", large_rows_are_cleared},
		{"releasing leaves the head and its commit", releasing},
		{"whoever opened the store to read writes nothing", nothing_is_written_by_a_reader},
	};
	const int failed = expect_run(tests, sizeof(tests) / sizeof(tests[0]));
	service_end();
	return failed;
}
