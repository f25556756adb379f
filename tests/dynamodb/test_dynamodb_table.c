/*
 * The table: made, looked at, opened, checked.
 */
#include "dynamodb_schema.h"
#include "dynamodb_table.h"
#include "service.h"

#define KEYS(partition, sort)                                                                                          \
	"\"KeySchema\":[{\"AttributeName\":\"" partition "\",\"KeyType\":\"HASH\"},{\"AttributeName\":\"" sort             \
	"\",\"KeyType\":\"RANGE\"}]"
#define INDEX(name, partition, sort, projection, status)                                                               \
	"{\"IndexName\":\"" name "\",\"IndexStatus\":\"" status                                                            \
	"\"," KEYS(partition, sort) ",\"Projection\":{"                                                                    \
								"\"ProjectionType\":\"" projection "\"}}"
#define TABLE(status, index_status, more)                                                                              \
	"{\"Table\":{\"TableStatus\":\"" status "\"," KEYS("PK", "SK") ",\"GlobalSecondaryIndexes\":[" INDEX(              \
		"ByTensionStatus", "p2", "s2", "KEYS_ONLY", index_status) "," INDEX("ByStatus", "p1", "s1", "ALL",             \
																			"ACTIVE") "]" more "}}"
#define GOOD                                                                                                           \
	TABLE("ACTIVE", "ACTIVE",                                                                                          \
		  ",\"BillingModeSummary\":{\"BillingMode\":\"PAY_PER_REQUEST\"},"                                             \
		  "\"DeletionProtectionEnabled\":true,\"ItemCount\":7,\"TableSizeBytes\":700")
#define RECOVERY(status)                                                                                               \
	"{\"ContinuousBackupsDescription\":{\"PointInTimeRecoveryDescription\":{\"PointInTimeRecoveryStatus\":\"" status   \
	"\"}}}"
#define CONFIG(identity, shards, version)                                                                              \
	"{\"Item\":{\"PK\":{\"S\":\"#table\"},\"SK\":{\"S\":\"!config\"},\"n\":{\"S\":\"" identity                         \
	"\"},\"k\":{\"N\":\"" shards "\"},\"v\":{\"N\":\"" version "\"}}}"
#define THIS_ID "47139228-cbbf-47ab-9145-813bbad8386c"
#define OTHER_ID "00000000-cbbf-47ab-9145-813bbad8386c"
#define GOOD_WITH(id) TABLE("ACTIVE", "ACTIVE", ",\"DeletionProtectionEnabled\":true,\"TableId\":\"" id "\"")
#define CONFIG_OF(identity, id)                                                                                        \
	"{\"Item\":{\"PK\":{\"S\":\"#table\"},\"SK\":{\"S\":\"!config\"},\"n\":{\"S\":\"" identity                         \
	"\"},\"k\":{\"N\":\"4\"},\"v\":{\"N\":\"1\"},\"t\":{\"S\":\"" id "\"}}}"

static struct hansard_error error;

/* ---- opening ---- */

static void opening(void)
{
	struct store_engine *engine = NULL;
	service_script();
	service_says(200, CONFIG(SERVICE_IDENTITY, "64", "1"));
	expect_good(service_open(&engine), &service.error);
	expect_text(engine->ops->identity(engine), SERVICE_IDENTITY);
	expect_string(engine->ops->name, "dynamodb");
	expect(!engine->capabilities.load_is_snapshot && !engine->capabilities.outcome_definite);
	expect_integer(service_asked(), 1);
	expect_integer(engine->ops->backup(engine, TEXT("copy"), &error), HANSARD_USAGE);
	expect_string(error.kind, "unsupported");
	engine->ops->close(engine);
}

static void opening_what_is_none(void)
{
	static const struct {
		const char *body;
		enum hansard_status status;
		const char *kind;
	} table[] = {
		{"{}", HANSARD_NO_STORE, "not_a_store"},
		{CONFIG(SERVICE_IDENTITY, "1", "2"), HANSARD_INVALID, "store_newer"},
		{CONFIG(SERVICE_IDENTITY, "1", "0"), HANSARD_VIOLATED, "invalid_row"},
		{CONFIG(SERVICE_IDENTITY, "1", "x"), HANSARD_VIOLATED, "invalid_row"},
		{CONFIG(SERVICE_IDENTITY, "0", "1"), HANSARD_VIOLATED, "invalid_row"},
		{CONFIG(SERVICE_IDENTITY, "65", "1"), HANSARD_VIOLATED, "invalid_row"},
		{CONFIG(SERVICE_IDENTITY "0", "1", "1"), HANSARD_VIOLATED, "invalid_row"},
		{CONFIG("dynamodb:00112233445566778899aabbccddeefF", "1", "1"), HANSARD_VIOLATED, "invalid_row"},
		{CONFIG("sqlite:00112233445566778899aabbccddeeff00", "1", "1"), HANSARD_VIOLATED, "invalid_row"},
		{CONFIG("", "1", "1"), HANSARD_VIOLATED, "invalid_row"},
		{CONFIG_OF(SERVICE_IDENTITY, ""), HANSARD_VIOLATED, "invalid_row"},
		{CONFIG_OF(SERVICE_IDENTITY, THIS_ID "0"), HANSARD_VIOLATED, "invalid_row"},
		{CONFIG_OF(SERVICE_IDENTITY, "x7139228-cbbf-47ab-9145-813bbad8386c"), HANSARD_VIOLATED, "invalid_row"},
		{"{\"Item\":{}}", HANSARD_VIOLATED, "invalid_row"},
		{"[]", HANSARD_FAILED, "invalid_answer"},
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct store_engine *engine = NULL;
		service_script();
		service_says(200, table[i].body);
		expect_integer(service_open(&engine), table[i].status);
		expect_string(service.error.kind, table[i].kind);
		expect(engine == NULL);
	}
	struct store_engine *engine = NULL;
	service_script();
	service_refuses("ResourceNotFoundException");
	expect_integer(service_open(&engine), HANSARD_NO_STORE);
	expect_string(service.error.kind, "no_table");
	expect(strstr(service.error.message, "dialogues") != NULL && service.error.hint[0] != '\0');
}

/* ---- creating ---- */

static const char *progress_text;

static void progress(void *context, struct text state, int64_t seconds)
{
	(void)context;
	progress_text = service_text("%s %.*s:%lld", progress_text, (int)state.size, state.data, (long long)seconds);
}

static struct dynamodb_table_made made;

static enum hansard_status create(unsigned shards, bool local)
{
	const struct dynamodb_engine_options options = service_options();
	const struct dynamodb_table_creation creation = {.shards = shards, .local = local, .progress = progress};
	progress_text = "";
	error = (struct hansard_error){.status = HANSARD_OK};
	return dynamodb_table_create(&options, &creation, &made, &error);
}

#define TYPED(name) "{\"AttributeName\":\"" name "\",\"AttributeType\":\"S\"}"
#define CREATED_INDEX(name, keys, projection)                                                                          \
	"{\"IndexName\":\"" name "\"," keys ",\"Projection\":{\"ProjectionType\":\"" projection "\"}}"
#define CREATE_BODY                                                                                                     \
	"{\"TableName\":\"dialogues\",\"BillingMode\":\"PAY_PER_REQUEST\",\"DeletionProtectionEnabled\":true,"              \
	"\"AttributeDefinitions\":[" TYPED("PK") "," TYPED("SK") "," TYPED("p1") "," TYPED("s1") "," TYPED("p2") "," TYPED( \
		"s2") "]," KEYS("PK",                                                                                           \
						"SK") ",\"GlobalSecondaryIndexes\":[" CREATED_INDEX("ByStatus", KEYS("p1", "s1"),               \
																			"ALL") "," CREATED_INDEX("ByTensionStatus", \
																									 KEYS("p2", "s2"),  \
																									 "KEYS_ONLY") "]}"

#define DRAWN "dynamodb:80808080808080808080808080808080"

static void creating(void)
{
	service_script();
	service_refuses("ResourceNotFoundException");
	service_says(200, "{\"TableDescription\":{}}");
	service_refuses("ResourceNotFoundException"); /* for a moment it may still not be found */
	service_says(200, TABLE("CREATING", "CREATING", ""));
	service_says(200, TABLE("ACTIVE", "CREATING", ""));
	service_says(200, GOOD);
	service_refuses("ContinuousBackupsUnavailableException");
	service_says(200, "{}");
	service_acknowledges();
	service_says(200, CONFIG(DRAWN, "4", "1"));
	expect_good(create(4, false), &error);
	service_left();
	expect_string(progress_text, " CREATING:0 CREATING:1 CREATING:2 ACTIVE:3 ENABLING RECOVERY:4");
	expect_string(service_body(0), "{\"TableName\":\"dialogues\"}");
	expect_string(service_body(1), CREATE_BODY);
	expect_string(service_body(6), "{\"TableName\":\"dialogues\",\"PointInTimeRecoverySpecification\":{"
								   "\"PointInTimeRecoveryEnabled\":true}}");
	expect(strstr(service_body(8), "\"n\":{\"S\":\"" DRAWN "\"},\"k\":{\"N\":\"4\"},\"v\":{\"N\":\"1\"}") != NULL);
	expect(strstr(service_body(8), "\"ConditionExpression\":\"attribute_not_exists(#0)\"") != NULL);
}

/* All that is there already: nothing is made, and the store keeps its identity. */
static void creating_again(void)
{
	service_script();
	service_says(200, GOOD);
	service_says(200, "{}");
	service_cancels("ConditionalCheckFailed");
	service_says(200, CONFIG(SERVICE_IDENTITY, "4", "1"));
	expect_good(create(4, false), &error);
	service_left();
	expect_string(progress_text, "");
	service_script();
	service_says(200, GOOD);
	service_says(200, "{}");
	service_cancels("ConditionalCheckFailed");
	service_says(200, CONFIG(SERVICE_IDENTITY, "4", "1"));
	expect_integer(create(5, false), HANSARD_CONFLICT);
	expect_string(error.kind, "shards_fixed");
	/* Two who create it at once. */
	service_script();
	service_refuses("ResourceNotFoundException");
	service_refuses("ResourceInUseException");
	service_says(200, GOOD);
	service_says(200, "{}");
	service_cancels("ConditionalCheckFailed");
	service_says(200, CONFIG(SERVICE_IDENTITY, "1", "1"));
	expect_good(create(1, false), &error);
	service_left();
}

/* A table without deletion protection gets it, once it is not being changed. */
static void protecting(void)
{
	service_script();
	service_says(200, TABLE("ACTIVE", "ACTIVE", ""));
	service_refuses("ResourceInUseException");
	service_says(200, "{}");
	service_says(200, "{}");
	service_cancels("ConditionalCheckFailed");
	service_says(200, CONFIG(SERVICE_IDENTITY, "1", "1"));
	expect_good(create(1, false), &error);
	service_left();
	expect_string(progress_text, " PROTECTING:0");
	expect_string(service_body(2), "{\"TableName\":\"dialogues\",\"DeletionProtectionEnabled\":true}");
	service_script();
	service_says(200, TABLE("ACTIVE", "ACTIVE", ""));
	service_refuses("UnknownOperationException");
	expect_integer(create(1, true), HANSARD_USAGE);
	service_left();
}

/* The id of the table is kept with the identity that is drawn for it, and added where a row has none. */
static void keeping_the_table(void)
{
	service_script();
	service_says(200, GOOD_WITH(THIS_ID));
	service_says(200, "{}");
	service_acknowledges();
	service_says(200, CONFIG_OF(DRAWN, THIS_ID));
	expect_good(create(4, false), &error);
	service_left();
	expect(strstr(service_body(2), "\"v\":{\"N\":\"1\"},\"t\":{\"S\":\"" THIS_ID "\"}}") != NULL);
	expect_integer(made.spent.requests, 4);
	expect_integer(made.spent.written, 3000);
	service_script();
	service_says(200, GOOD_WITH(THIS_ID));
	service_says(200, "{}");
	service_cancels("ConditionalCheckFailed");
	service_says(200, CONFIG(SERVICE_IDENTITY, "4", "1"));
	service_acknowledges();
	service_says(200, CONFIG_OF(SERVICE_IDENTITY, THIS_ID));
	expect_good(create(4, false), &error);
	service_left();
	expect_string(made.former, "");
	expect(strstr(service_body(4), "\"n\":{\"S\":\"" SERVICE_IDENTITY "\"}") != NULL);
	expect(strstr(service_body(4), "#0 = :0 AND attribute_not_exists(#1)") != NULL);
	/* Where it says no id, or none that AWS would, nothing is kept and nothing concluded. */
	for (int odd = 0; odd <= 1; odd++) {
		service_script();
		service_says(200, odd ? GOOD_WITH("7") : GOOD);
		service_says(200, "{}");
		service_cancels("ConditionalCheckFailed");
		service_says(200, CONFIG_OF(SERVICE_IDENTITY, OTHER_ID));
		expect_good(create(4, false), &error);
		service_left();
		expect_string(made.former, "");
	}
}

/* A restored table has the row of another one: it gets an identity of its own, once, whoever is first. */
static void owning_what_was_restored(void)
{
	for (int second = 0; second <= 1; second++) {
		service_script();
		service_says(200, GOOD_WITH(THIS_ID));
		service_says(200, "{}");
		service_cancels("ConditionalCheckFailed");
		service_says(200, CONFIG_OF(SERVICE_IDENTITY, OTHER_ID));
		if (second)
			service_cancels("ConditionalCheckFailed");
		else
			service_acknowledges();
		service_says(200, CONFIG_OF(DRAWN, THIS_ID));
		expect_good(create(4, false), &error);
		service_left();
		expect_string(made.former, SERVICE_IDENTITY);
		expect(strstr(service_body(4), "\"n\":{\"S\":\"" DRAWN "\"},\"k\":{\"N\":\"4\"}") != NULL);
		expect(strstr(service_body(4), "\"t\":{\"S\":\"" THIS_ID "\"}") != NULL);
		expect(strstr(service_body(4), ":{\"S\":\"" SERVICE_IDENTITY "\"}") != NULL);
		expect(strstr(service_body(4), ":{\"S\":\"" OTHER_ID "\"}") != NULL);
	}
}

static void creating_locally(void)
{
	for (int local = 0; local <= 1; local++) {
		service_script();
		service_says(200, GOOD);
		service_refuses("UnknownOperationException");
		if (local) {
			service_acknowledges();
			service_says(200, CONFIG(DRAWN, "1", "1"));
		}
		expect_integer(create(1, local != 0), local ? HANSARD_OK : HANSARD_USAGE);
		service_left();
	}
}

/* A clock that goes on by a minute each time that it is looked at. */
static int64_t hurried_us;

static int64_t hurry(void *context)
{
	(void)context;
	return hurried_us += 60000000;
}

static void creating_in_vain(void)
{
	static const unsigned shards[] = {0, 65, 4000000000u};
	for (size_t i = 0; i < sizeof(shards) / sizeof(shards[0]); i++) {
		service_script();
		expect_integer(create(shards[i], false), HANSARD_USAGE);
		expect_integer(service_asked(), 0);
	}
	service_script();
	service_refuses("ResourceNotFoundException");
	service_refuses("AccessDeniedException");
	expect_integer(create(1, false), HANSARD_FAILED);
	service_left();
	/* Until ten minutes have passed. */
	service_script();
	hurried_us = 0;
	for (int i = 0; i < 6; i++)
		service_says(200, TABLE("CREATING", "CREATING", ""));
	struct dynamodb_engine_options options = service_options();
	options.edge.steady = (struct moment_clock){.now = hurry};
	const struct dynamodb_table_creation creation = {.shards = 1};
	expect_integer(dynamodb_table_create(&options, &creation, NULL, &error), HANSARD_UNREACHABLE);
	expect_string(error.kind, "not_active");
}

static void tables_of_others(void)
{
	static const char *const bodies[] = {
		"{\"Table\":{\"TableStatus\":\"ACTIVE\"}}",
		"{\"Table\":{\"TableStatus\":\"ACTIVE\"," KEYS("PK", "SK") "}}",
		"{\"Table\":{\"TableStatus\":\"ACTIVE\"," KEYS("pk", "SK") ",\"GlobalSecondaryIndexes\":[" INDEX(
			"ByTensionStatus", "p2", "s2", "KEYS_ONLY", "ACTIVE") "," INDEX("ByStatus", "p1", "s1", "ALL",
																			"ACTIVE") "]}}",
		"{\"Table\":{\"TableStatus\":\"ACTIVE\"," KEYS("PK", "SK") ",\"GlobalSecondaryIndexes\":[" INDEX(
			"ByTensionStatus", "p2", "s2", "ALL", "ACTIVE") "," INDEX("ByStatus", "p1", "s1", "ALL", "ACTIVE") "]}}",
		"{\"Table\":{\"TableStatus\":\"ACTIVE\"," KEYS("PK", "SK") ",\"GlobalSecondaryIndexes\":[" INDEX(
			"ByTensionStatus", "p2", "s1", "KEYS_ONLY", "ACTIVE") "," INDEX("ByStatus", "p1", "s1", "ALL",
																			"ACTIVE") "]}}",
		"{\"Table\":{\"TableStatus\":\"ACTIVE\"," KEYS("PK", "SK") ",\"GlobalSecondaryIndexes\":[" INDEX(
			"ByStatus", "p1", "s1", "ALL", "ACTIVE") "]}}",
	};
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		service_script();
		service_says(200, bodies[i]);
		expect_integer(create(1, false), HANSARD_INVALID);
		expect_string(error.kind, "not_a_store");
		service_left();
	}
	service_script();
	service_says(200, "{\"Table\":7}");
	expect_integer(create(1, false), HANSARD_FAILED);
	expect_string(error.kind, "invalid_answer");
}

/* ---- status and check ---- */

static void status(void)
{
	struct dynamodb_table_status found;
	service_script();
	const struct dynamodb_engine_options options = service_options();
	service_says(200, GOOD);
	service_says(200, RECOVERY("ENABLED"));
	expect_good(dynamodb_table_status(&options, &found, &error), &error);
	expect(found.exists && found.active && found.on_demand && found.protected);
	expect_integer(found.recovery, DYNAMODB_TABLE_RECOVERY_ON);
	expect_integer(found.rows, 7);
	expect_integer(found.bytes, 700);
	service_says(200, TABLE("UPDATING", "ACTIVE", ""));
	service_says(200, RECOVERY("DISABLED"));
	expect_good(dynamodb_table_status(&options, &found, &error), &error);
	expect(found.exists && !found.active && !found.on_demand && !found.protected);
	expect_integer(found.recovery, DYNAMODB_TABLE_RECOVERY_OFF);
	service_says(200, TABLE("ACTIVE", "CREATING", ""));
	service_refuses("UnknownOperationException");
	expect_integer(dynamodb_table_status(&options, &found, &error), HANSARD_USAGE);
	expect_string(error.kind, "unsupported");
	struct dynamodb_engine_options here = options;
	expect(aws_url_parse(TEXT("http://127.0.0.1:8000"), &here.endpoint.parts));
	service_says(200, TABLE("ACTIVE", "CREATING", ""));
	service_refuses("UnknownOperationException");
	expect_good(dynamodb_table_status(&here, &found, &error), &error);
	expect(found.exists && !found.active);
	expect_integer(found.recovery, DYNAMODB_TABLE_RECOVERY_UNSUPPORTED);
	service_refuses("ResourceNotFoundException");
	expect_good(dynamodb_table_status(&options, &found, &error), &error);
	expect(!found.exists && !found.active && found.rows == 0);
	service_says(200, GOOD);
	service_refuses("AccessDeniedException");
	expect_integer(dynamodb_table_status(&options, &found, &error), HANSARD_FAILED);
	service_left();
}

static struct store_findings findings;

static size_t bad_findings(bool deep)
{
	size_t bad = 0;
	expect_good(service.engine->ops->check(service.engine, deep, service.arena, &findings, &error), &error);
	for (size_t i = 0; i < findings.count; i++) {
		expect(findings.items[i].subject.size > 0 && findings.items[i].detail.size > 0);
		bad += !findings.items[i].good;
	}
	service_left();
	return bad;
}

static void check_of_the_table(void)
{
	service_begin(1);
	service_says(200, GOOD);
	service_says(200, RECOVERY("ENABLED"));
	expect_integer(bad_findings(false), 0);
	service_says(200, TABLE("UPDATING", "ACTIVE", ""));
	service_says(200, RECOVERY("DISABLED"));
	expect_integer(bad_findings(false), 4);
	service_says(200, "{}");
	expect_integer(service.engine->ops->check(service.engine, false, service.arena, &findings, &error), HANSARD_FAILED);
}

/* A check names it, and so does the status. */
static void check_of_a_restored_table(void)
{
	static const struct {
		const char *row, *table;
		bool restored;
	} rows[] = {
		{CONFIG_OF(SERVICE_IDENTITY, OTHER_ID), GOOD_WITH(THIS_ID), true},
		{CONFIG_OF(SERVICE_IDENTITY, THIS_ID), GOOD_WITH(THIS_ID), false},
		{CONFIG(SERVICE_IDENTITY, "1", "1"), GOOD_WITH(THIS_ID), false},
		{CONFIG_OF(SERVICE_IDENTITY, OTHER_ID), GOOD, false},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dynamodb_table_status found;
		service_script();
		service_says(200, rows[i].row);
		expect_good(service_open(&service.engine), &service.error);
		service_says(200, rows[i].table);
		service_says(200, RECOVERY("ENABLED"));
		(void)bad_findings(false);
		const struct store_finding *last = &findings.items[findings.count - 1];
		expect(text_is(last->subject, "identity") == rows[i].restored);
		expect(!rows[i].restored || (!last->good && text_find(last->detail, TEXT("table create"), 0) != SIZE_MAX));
		const struct dynamodb_engine_options options = service_options();
		service_says(200, rows[i].table);
		service_says(200, RECOVERY("ENABLED"));
		expect_good(dynamodb_table_status(&options, &found, &error), &error);
		expect(dynamodb_table_is_restored(service.engine, &found) == rows[i].restored);
		expect_integer(found.spent.requests, 2);
	}
}

#define TIME "2026-01-01T00:00:00.000000Z"

/* A deep check reads every row and names the first that is damaged. */
static void check_of_rows(void)
{
	enum { VARIANTS = 14 };
	for (size_t i = 0; i < VARIANTS; i++) {
		service_begin(1);
		const struct draft_attrs attrs = {.status = "open", .created_at = TIME};
		struct draft draft = draft_begin(service.arena, service.partition);
		draft_put(&draft, draft_key("file", "00001"), NULL, 0);
		draft_part(&draft, draft_key("file", "00001"), 1, 100);
		const struct store_change *change = draft_make(&draft, &(struct draft_head){.rev = 0});
		struct service_row rows[] = {
			{.partition = "#table", .sort = "!config"},
			service_head(change),
			service_bundle(change, false, 0),
			{.sort = "meta#",
			 .c = draft_item(service.arena, 1, &attrs, 0).bytes,
			 .p1 = "t#status#open",
			 .s1 = TIME "#d"},
			{.sort = "~commit#0000000001", .c = change->commit},
			service_bundle(change, true, 0),
		};
		const struct service_row head = rows[1];
		static const char *const damages[VARIANTS] = {
			NULL,
			"!headless",
			"does not list",
			"what hansard does not write",
			"another status",
			"lacks bytes",
			"what hansard does not write",
			"of no partition",
			"unknown",
			"no item",
			"unknown",
			"another status",
			"lacks bytes",
			"another revision",
		};
		switch (i) {
		case 1:
			rows[1].sort = "!headless";
			break;
		case 2:
			rows[1].s2 = "e";
			break;
		case 3:
			rows[2].c.size--;
			break;
		case 4:
			rows[3].p1 = "t#status#converged";
			break;
		case 5:
			rows[4].c.data = NULL;
			break;
		case 6:
			rows[5].c = rows[2].c;
			break;
		case 7:
			rows[5].partition = "T#dialogue#d";
			break;
		case 8:
			rows[0].sort = "!other";
			break;
		case 9:
			rows[3].c = bytes_of_text(TEXT("none"));
			break;
		case 10:
			rows[4].sort = "~commits";
			break;
		case 13:
			rows[1].rev++;
			break;
		default:
			break;
		}
		service_says(200, GOOD);
		service_says(200, RECOVERY("ENABLED"));
		service_lists(rows, 6, NULL);
		struct service_row found = head;
		if (i == 11)
			found.unlisted = true;
		if (i == 12)
			found.s.data = NULL;
		if (i != 1 && i != 8)
			service_gives(&found);
		expect_integer(bad_findings(true), i != 0);
		const struct text detail = findings.items[findings.count - 1].detail;
		if (i == 0)
			expect_text(detail, "good: all 6 of them");
		else
			expect(text_find(detail, text_of_string(damages[i]), 0) != SIZE_MAX);
	}
	service_begin(1);
	service_says(200, GOOD);
	service_says(200, RECOVERY("ENABLED"));
	service_refuses("AccessDeniedException");
	expect_integer(service.engine->ops->check(service.engine, true, service.arena, &findings, &error), HANSARD_FAILED);
}

/* All that is reserved is named, also behind a row that is damaged; of that the first counts. */
static void check_of_what_is_reserved(void)
{
#define RESERVED(of)                                                                                                   \
	{                                                                                                                  \
		.partition = "t#dialogue#" of, .sort = "!head", .attempt = "c0000000-0000-0000-0000-000000000000",             \
		.more = ",\"m\":{\"N\":\"2\"}"                                                                                 \
	}
	for (size_t i = 0; i < 2; i++) {
		const struct service_row rows[] = {
			RESERVED("a"),
			{.partition = "t#dialogue#a",
			 .sort = i == 0 ? "~commit#0000000001" : "~commits",
			 .c = bytes_of_text(TEXT("c"))},
			{.partition = "t#dialogue#b",
			 .sort = i == 0 ? "~commit#0000000001" : "!headless",
			 .c = bytes_of_text(TEXT("c"))},
			RESERVED("e"),
		};
		service_begin(1);
		service_says(200, GOOD);
		service_says(200, RECOVERY("ENABLED"));
		service_lists(rows, 4, NULL);
		expect_integer(bad_findings(true), i);
		const struct store_finding *last = &findings.items[findings.count - 1];
		expect_text(last->subject, "reserved");
		expect_text(last->detail, "2: t/a, of which something was copied, t/e");
		expect(i == 0 || text_find(last[-1].detail, TEXT("t#dialogue#a / ~commits is unknown"), 0) != SIZE_MAX);
	}
}

int main(void)
{
	static const struct expect_test tests[] = {
		{"a store is opened by one request", opening},
		{"what is no store, or a newer one, is refused", opening_what_is_none},
		{"a table is made, waited for, protected and named", creating},
		{"what is there already is left as it is", creating_again},
		{"a table without deletion protection gets it", protecting},
		{"the id of the table is kept beside the identity of its store", keeping_the_table},
		{"a store whose table was restored gets an identity of its own", owning_what_was_restored},
		{"on this machine a table may lack point-in-time recovery", creating_locally},
		{"a table that cannot be made is an error", creating_in_vain},
		{"a table with other keys or indexes is left alone", tables_of_others},
		{"a table's status is told", status},
		{"a check tells how the table is set up", check_of_the_table},
		{"a check names a table that was restored from another", check_of_a_restored_table},
		{"a deep check names the first row that is damaged", check_of_rows},
		{"a deep check names all that is reserved, behind a damaged row, too", check_of_what_is_reserved},
	};
	const int code = expect_run(tests, sizeof(tests) / sizeof(tests[0]));
	service_end();
	return code;
}
