/*
 * Answers with keys: what is taken, and what is refused, however hostile.
 */
#include "aws_answer.h"

#include "moment.h"
#include "tap.h"
#include "wiped.h"

static struct buffer buffer;
static struct aws_keys keys;
static struct hansard_error error;

static void put(struct bytes bytes)
{
	wiped_finish(&buffer);
	expect(wiped_init(&buffer, LIMIT_AWS_ANSWER));
	expect(buffer_append(&buffer, bytes));
}

static enum hansard_status read_bytes(enum aws_answer_form form, struct bytes bytes)
{
	put(bytes);
	memset(&error, 0, sizeof(error));
	keys = (struct aws_keys){.expires = 0};
	return aws_answer_read(form, &buffer, &keys, &error);
}

static enum hansard_status read_text(enum aws_answer_form form, const char *text)
{
	return read_bytes(form, bytes_of_text(text_of_string(text)));
}

static void expect_keys(enum hansard_status status, const char *token, int64_t expires)
{
	if (status != HANSARD_OK)
		tap_fail(__FILE__, __LINE__, "%s", error.message);
	expect_text(keys.id, "AKID");
	expect_text(text_of_bytes(keys.secret), "se/cret+");
	if (token == NULL)
		expect(!text_present(keys.token));
	else
		expect_text(keys.token, token);
	expect_integer(keys.expires, expires);
}

static const int64_t year = INT64_C(1767225600) * 1000000; /* 2026-01-01T00:00:00Z */

static void each_form(void)
{
	expect_keys(
		read_text(AWS_ANSWER_PROCESS, "{\"Version\": 1, \"AccessKeyId\": \"AKID\", \"SecretAccessKey\": \"se/cret+\"}"),
		NULL, AWS_KEYS_NEVER);
	expect_keys(
		read_text(AWS_ANSWER_PROCESS,
				  " {\"Version\":1,\"AccessKeyId\":\"AKID\",\"SecretAccessKey\":\"se/cret+\",\"SessionToken\":\"t==\","
				  "\"Expiration\":\"2026-01-01T02:00:00+02:00\",\"AccountId\":\"1\"}\n"),
		"t==", year);
	expect_keys(
		read_text(
			AWS_ANSWER_CONTAINER,
			"{\"RoleArn\":\"arn\",\"AccessKeyId\":\"AKID\",\"SecretAccessKey\":\"se\\/cret\\u002b\",\"Token\":\"t\","
			"\"Expiration\":\"2026-01-01T00:00:00Z\"}"),
		"t", year);
	expect_keys(
		read_text(
			AWS_ANSWER_INSTANCE,
			"{\n  \"Code\" : \"Success\",\n  \"LastUpdated\" : \"x\", \"AccessKeyId\" : \"AKID\", \"SecretAccessKey\" : \"se/cret+\","
			" \"Token\" : \"t\", \"Expiration\" : \"2026-01-01T00:00:00Z\" }"),
		"t", year);
	expect_keys(
		read_text(
			AWS_ANSWER_STS,
			"<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><Credentials>"
			"<AccessKeyId>AKID</AccessKeyId><SecretAccessKey>se/cret+</SecretAccessKey>\n"
			"<SessionToken>\n  t&amp;&#61;\n</SessionToken><Expiration>2026-01-01T00:00:00Z</Expiration>"
			"</Credentials></AssumeRoleResult></AssumeRoleResponse>"),
		"t&=", year);
}

static void members_skipped(void)
{
	expect_keys(
		read_text(
			AWS_ANSWER_PROCESS,
			"{\"a\":[1,-2.5e3,true,false,null,{\"b\":[]},{}],\"Version\":1,\"c\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\","
			"\"AccessKeyId\":\"AKID\",\"SecretAccessKey\":\"se/cret+\",\"SessionToken\":null}"),
		NULL, AWS_KEYS_NEVER);
}

static void escapes(void)
{
	expect_integer(
		read_text(
			AWS_ANSWER_PROCESS,
			"{\"Version\":1,\"AccessKeyId\":\"\\u0041\\u00e9\\u20ac\\ud83d\\ude00\\\"\",\"SecretAccessKey\":\"x\"}"),
		HANSARD_OK);
	expect_text(keys.id, "A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"");
}

static void expect_invalid(enum hansard_status status, const char *message)
{
	if (status != HANSARD_INVALID)
		tap_fail(__FILE__, __LINE__, "taken instead of: %s", message);
	expect_string(error.kind, "invalid_answer");
	expect_string(error.message, message);
	expect(keys.id.data == NULL && keys.secret.data == NULL);
}

static void no_json(void)
{
	static const struct {
		const char *text;
		const char *message;
	} rows[] = {
		{"", "it is no JSON object"},
		{"   ", "it is no JSON object"},
		{"[]", "it is no JSON object"},
		{"\"AccessKeyId\"", "it is no JSON object"},
		{"<html>", "it is no JSON object"},
		{"{", "it is no JSON: a string is expected"},
		{"{\"a\"", "it is no JSON: ':' is expected"},
		{"{\"a\":", "it is no JSON: a value is expected"},
		{"{\"a\":1", "it is no JSON: the object does not end"},
		{"{\"a\":1,}", "it is no JSON: a string is expected"},
		{"{\"a\":1 \"b\":2}", "it is no JSON: the object does not end"},
		{"{\"a\":\"b", "it is no JSON: a string does not end"},
		{"{\"a\":\"b\n\"}", "it is no JSON: a string does not end"},
		{"{\"a\":\"\\x\"}", "it is no JSON: an escape that there is not"},
		{"{\"a\":\"\\", "it is no JSON: an escape that there is not"},
		{"{\"a\":\"\\u12\"}", "it is no JSON: \\u without four digits"},
		{"{\"a\":\"\\u0000\"}", "it is no JSON: \\u without a character"},
		{"{\"a\":\"\\ud800\"}", "it is no JSON: \\u without a character"},
		{"{\"a\":\"\\ud800\\u0041\"}", "it is no JSON: \\u without a character"},
		{"{\"a\":\"\\udc00\"}", "it is no JSON: \\u without a character"},
		{"{\"a\":[1}", "it is no JSON: a bracket does not end"},
		{"{\"a\":{\"b\":1]}", "it is no JSON: a bracket does not end"},
		{"{\"a\":{1:1}}", "it is no JSON: a string is expected"},
		{"{\"a\":{\"b\" 1}}", "it is no JSON: ':' is expected"},
		{"{\"a\":word}", "it is no JSON: a value is expected"},
		{"{\"a\":1}{}", "it is no JSON: something follows the object"},
		{"{\"a\":\"\xff\"}", "it is not UTF-8"},
		{"{\"a\":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]}", "it is nested too deep"},
		{"{\"AccessKeyId\":[\"AKID\"]}", "a member is neither text nor number"},
		{"{\"AccessKeyId\":{}}", "a member is neither text nor number"},
		{"{\"AccessKeyId\":true}", "a member is neither text nor number"},
		{"{\"AccessKeyId\":\"a\",\"AccessKeyId\":\"b\"}", "a member is there twice"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect_invalid(read_text(AWS_ANSWER_PROCESS, rows[i].text), rows[i].message);
	expect_invalid(read_bytes(AWS_ANSWER_PROCESS, (struct bytes){(const uint8_t *)"{\"a\":\"\0\"}", 9}),
				   "it is not UTF-8");
}

static void members_missing(void)
{
	expect_invalid(read_text(AWS_ANSWER_PROCESS, "{}"), "Version is not 1");
	expect_invalid(read_text(AWS_ANSWER_PROCESS, "{\"Version\":2}"), "Version is not 1");
	expect_invalid(read_text(AWS_ANSWER_PROCESS, "{\"Version\":1}"), "AccessKeyId is not there");
	expect_invalid(read_text(AWS_ANSWER_PROCESS, "{\"Version\":1,\"AccessKeyId\":\"\"}"), "AccessKeyId is not there");
	expect_invalid(read_text(AWS_ANSWER_PROCESS, "{\"Version\":1,\"AccessKeyId\":\"a\"}"),
				   "SecretAccessKey is not there");
	expect_invalid(read_text(AWS_ANSWER_PROCESS,
							 "{\"Version\":1,\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"b\",\"Expiration\":\"soon\"}"),
				   "Expiration is no moment in ISO 8601");
	expect_invalid(read_text(AWS_ANSWER_CONTAINER, "{\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"b\"}"),
				   "Expiration is not there");
	expect_invalid(read_text(AWS_ANSWER_INSTANCE, "{\"Code\":\"Failed\"}"), "Code is not Success");
	expect_invalid(read_text(AWS_ANSWER_INSTANCE, "{\"AccessKeyId\":\"a\"}"), "Code is not Success");
}

static void no_xml(void)
{
	expect_invalid(read_text(AWS_ANSWER_STS, ""), "it is no XML with <Credentials>");
	expect_invalid(read_text(AWS_ANSWER_STS, "<Credentials>"), "it is no XML with <Credentials>");
	expect_invalid(read_text(AWS_ANSWER_STS, "{\"Credentials\":{}}"), "it is no XML with <Credentials>");
	expect_invalid(read_text(AWS_ANSWER_STS, "<Credentials></Credentials><AccessKeyId>a</AccessKeyId>"),
				   "AccessKeyId is not there");
	expect_invalid(read_text(AWS_ANSWER_STS, "<Credentials><AccessKeyId>a<b></AccessKeyId></Credentials>"),
				   "AccessKeyId is not there");
	expect_invalid(read_text(AWS_ANSWER_STS, "<Credentials><AccessKeyId>a&nbsp;</AccessKeyId></Credentials>"),
				   "AccessKeyId is not there");
	expect_invalid(
		read_text(AWS_ANSWER_STS,
				  "<Credentials><AccessKeyId>a</AccessKeyId><SecretAccessKey>b</SecretAccessKey></Credentials>"),
		"Expiration is not there");
}

static void text_is_no_element(void)
{
	expect_integer(
		read_text(AWS_ANSWER_STS,
				  "<Credentials><AccessKeyId>&lt;SecretAccessKey&gt;false&lt;/SecretAccessKey&gt;</AccessKeyId>"
				  "<SecretAccessKey>true</SecretAccessKey><Expiration>2026-01-01T00:00:00Z</Expiration></Credentials>"),
		HANSARD_OK);
	expect_text(text_of_bytes(keys.secret), "true");
}

/* Every beginning of an answer is refused or gives the whole keys, and nothing is read behind its end. */
static void every_beginning(void)
{
	static const char *const texts[] = {
		"{\"Version\":1,\"x\":[{\"y\":\"\\u00e9\\ud83d\\ude00\"},2],\"AccessKeyId\":\"AKID\",\"SecretAccessKey\":\"se/cret+\",\"Expiration\":\"2026-01-01T00:00:00Z\"}",
		"<Credentials><AccessKeyId>AKID</AccessKeyId><SecretAccessKey>se&#47;cret&#43;</SecretAccessKey><Expiration>2026-01-01T00:00:00Z</Expiration></Credentials>",
	};
	static const enum aws_answer_form forms[] = {AWS_ANSWER_PROCESS, AWS_ANSWER_STS};
	for (size_t i = 0; i < 2; i++) {
		const size_t size = strlen(texts[i]);
		for (size_t at = 0; at <= size; at++) {
			struct buffer exact = {.data = malloc(at + 1), .size = at, .capacity = at + 1, .ceiling = at + 1};
			expect(exact.data != NULL);
			memcpy(exact.data, texts[i], at);
			exact.data = realloc(exact.data, at > 0 ? at : 1);
			const enum hansard_status status = aws_answer_read(forms[i], &exact, &keys, &error);
			const bool good = status == (at == size ? HANSARD_OK : HANSARD_INVALID);
			free(exact.data);
			expect(good);
		}
	}
}

/* Bytes changed one by one: nothing but refusals and keys come of it. */
static void every_change(void)
{
	static const char text[] =
		"{\"Version\":1,\"x\":[{\"y\":\"\\u00e9\\ud83d\\ude00\"},2],\"AccessKeyId\":\"AKID\",\"SecretAccessKey\":\"s\"}";
	char changed[sizeof(text)];
	for (size_t at = 0; at < sizeof(text) - 1; at++) {
		for (int byte = 0; byte < 256; byte++) {
			memcpy(changed, text, sizeof(text));
			changed[at] = (char)byte;
			const struct bytes bytes = {.data = (const uint8_t *)changed, .size = sizeof(text) - 1};
			const enum hansard_status status = read_bytes(AWS_ANSWER_PROCESS, bytes);
			expect(status == HANSARD_OK || status == HANSARD_INVALID);
			expect(status == HANSARD_INVALID || keys.id.size > 0);
		}
	}
}

static void secrets_are_not_shown(void)
{
	expect_integer(read_text(AWS_ANSWER_PROCESS,
							 "{\"Version\":1,\"AccessKeyId\":\"AKIDSHOWN\",\"SecretAccessKey\":[\"SECRETSHOWN\"]}"),
				   HANSARD_INVALID);
	expect(strstr(error.message, "SHOWN") == NULL && strstr(error.hint, "SHOWN") == NULL);
}

static void moments(void)
{
	static const struct {
		const char *text;
		int64_t micros; /* from the year's beginning; -1: none */
	} rows[] = {
		{"2026-01-01T00:00:00Z", 0},
		{"2026-01-01T00:00:00z", 0},
		{"2026-01-01t00:00:00Z", 0},
		{"2026-01-01 00:00:01Z", 1000000},
		{"2026-01-01T00:00:00.5Z", 500000},
		{"2026-01-01T00:00:00,123456789Z", 123456},
		{"2026-01-01T00:00:00+00:00", 0},
		{"2026-01-01T01:30:00+01:30", 0},
		{"2025-12-31T19:00:00-0500", 0},
		{"2025-12-31T19:00:00.25-05", 250000},
		{"2026-01-01T00:00:00", -1},
		{"2026-01-01T00:00:00.Z", -1},
		{"2026-01-01T00:00:00+", -1},
		{"2026-01-01T00:00:00+1", -1},
		{"2026-01-01T00:00:00+24:00", -1},
		{"2026-01-01T00:00:00+00:60", -1},
		{"2026-01-01T00:00:00+00:0", -1},
		{"2026-01-01T00:00:00+0:000", -1},
		{"2026-01-01T00:00:00ZZ", -1},
		{"2026-13-01T00:00:00Z", -1},
		{"2026-02-29T00:00:00Z", -1},
		{"2026-01-01", -1},
		{"", -1},
		{"1767225600", -1},
		{"2026-01-01T24:00:00Z", -1},
		{"2026-01-01T00:00:00Z ", -1},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t micros = 0;
		const bool good = aws_answer_moment(text_of_string(rows[i].text), &micros);
		if (good != (rows[i].micros >= 0) || (good && micros != year + rows[i].micros))
			tap_fail(__FILE__, __LINE__, "%s gives %lld", rows[i].text, (long long)micros);
	}
}

static struct aws_answer_refusal refusal(enum aws_answer_form form, const char *text)
{
	put(bytes_of_text(text_of_string(text)));
	return aws_answer_refusal(form, &buffer);
}

static void refusals(void)
{
	struct aws_answer_refusal found = refusal(
		AWS_ANSWER_STS,
		"<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User &quot;x&quot; may not</Message>"
		"</Error><RequestId>1</RequestId></ErrorResponse>");
	expect_text(found.code, "AccessDenied");
	expect_text(found.message, "User \"x\" may not");
	found = refusal(AWS_ANSWER_CONTAINER, "{\"code\":\"Busy\",\"message\":\"later\"}");
	expect_text(found.code, "Busy");
	expect_text(found.message, "later");
	found = refusal(AWS_ANSWER_INSTANCE, "{\"Code\":\"Gone\",\"Message\":\"none\"}");
	expect_text(found.code, "Gone");
	expect_text(found.message, "none");
	found = refusal(AWS_ANSWER_INSTANCE, "<html>");
	expect(!text_present(found.code) && !text_present(found.message));
	found = refusal(AWS_ANSWER_STS, "<html>");
	expect(!text_present(found.code) && !text_present(found.message));
}

static void held(void)
{
	static struct aws_keys_held place;
	static char long_text[LIMIT_AWS_TOKEN + 1];
	memset(long_text, 'x', sizeof(long_text));
	const struct text all = {long_text, LIMIT_AWS_TOKEN};
	struct aws_keys some = {.id = text_slice(all, 0, LIMIT_AWS_ID),
							.secret = {(const uint8_t *)long_text, LIMIT_AWS_SECRET},
							.token = all,
							.expires = 7};
	expect_integer(aws_keys_hold(&place, &some, &error), HANSARD_OK);
	expect(place.present);
	const struct aws_keys view = aws_keys_view(&place);
	expect(text_equal(view.id, some.id) && bytes_equal(view.secret, some.secret) && text_equal(view.token, some.token));
	expect_integer(view.expires, 7);
	expect_integer(aws_keys_hold(&place, &view, &error), HANSARD_OK);
	some.token.size++;
	expect_integer(aws_keys_hold(&place, &some, &error), HANSARD_INVALID);
	expect_string(error.message, "the session token has 8193 bytes, more than 8192");
	some.token = TEXT_ABSENT;
	some.secret.size++;
	expect_integer(aws_keys_hold(&place, &some, &error), HANSARD_INVALID);
	some.secret = bytes_of_text(TEXT("a b"));
	expect_integer(aws_keys_hold(&place, &some, &error), HANSARD_INVALID);
	expect_string(error.message, "the secret access key has a blank or another character that no key has");
	some.secret = bytes_of_text(TEXT("ab"));
	some.id = TEXT("");
	expect_integer(aws_keys_hold(&place, &some, &error), HANSARD_INVALID);
	expect_string(error.message, "the access key id is empty");
	expect(text_equal(aws_keys_view(&place).token, all));
	some.id = TEXT("id");
	expect_integer(aws_keys_hold(&place, &some, &error), HANSARD_OK);
	expect(!text_present(aws_keys_view(&place).token));
}

static void ends(void)
{
	wiped_finish(&buffer);
	wiped_finish(&buffer);
}

static const struct tap_test tests[] = {
	{"keys are read from programs, containers, instances and STS", each_form},
	{"members that nobody asked for are passed over, whatever they are", members_skipped},
	{"escapes are resolved in place", escapes},
	{"what is no JSON object is refused, and it is said why", no_json},
	{"what is missing, or not as it must be, is named", members_missing},
	{"what is no XML of STS is refused", no_xml},
	{"a text that looks like an element is none", text_is_no_element},
	{"every beginning of an answer is refused, and nothing is read behind its end", every_beginning},
	{"with any byte changed an answer gives keys or is refused", every_change},
	{"no refusal shows what an answer holds", secrets_are_not_shown},
	{"moments are read with fractions and offsets, and nothing else is", moments},
	{"a refusal is read with its code and message, where it has them", refusals},
	{"keys are held as they are, or refused when too long, empty or of other characters", held},
	{"a buffer of secrets ends, and so does one that has ended", ends},
};

TAP_MAIN(tests)
