/*
 * Answers with keys: which members each form has, and what they must be.
 */
#include "aws_answer.h"

#include "aws_answer_json.h"
#include "aws_answer_xml.h"
#include "error.h"
#include "moment.h"

enum member { VERSION, CODE, ID, SECRET, TOKEN, EXPIRATION, MEMBERS };

/* Names of the members; NULL: there is none. */
static const struct {
	const char *names[MEMBERS];
	bool expires; /* it must say when */
} forms[] = {
	[AWS_ANSWER_PROCESS] = {{"Version", NULL, "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"}, false},
	[AWS_ANSWER_CONTAINER] = {{NULL, NULL, "AccessKeyId", "SecretAccessKey", "Token", "Expiration"}, true},
	[AWS_ANSWER_INSTANCE] = {{NULL, "Code", "AccessKeyId", "SecretAccessKey", "Token", "Expiration"}, true},
	[AWS_ANSWER_STS] = {{NULL, NULL, "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"}, true},
};

_Static_assert(sizeof(forms) / sizeof(forms[0]) == AWS_ANSWER_STS + 1, "one row per form");

static enum hansard_status refuse(struct hansard_error *error, const char *fault, const char *name)
{
	return error_set(error, HANSARD_INVALID, "invalid_answer", "%s%s%s", name, name[0] == '\0' ? "" : " ", fault);
}

static bool read_number(struct text text, size_t from, size_t size, int64_t *ret_number)
{
	int64_t number = 0;
	if (from + size > text.size)
		return false;
	for (size_t i = from; i < from + size; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
		number = number * 10 + (text.data[i] - '0');
	}
	*ret_number = number;
	return true;
}

/* Z, +02:00, -0530 or +02: seconds that local time is ahead. */
static bool read_offset(struct text text, int64_t *ret_ahead_s)
{
	int64_t hours = 0, minutes = 0;
	*ret_ahead_s = 0;
	if (text_is(text, "Z") || text_is(text, "z"))
		return true;
	const size_t minutes_at = text.size == 6 && text.data[3] == ':' ? 4 : 3;
	if (text.size < 3 || (text.data[0] != '+' && text.data[0] != '-') || !read_number(text, 1, 2, &hours) ||
		(text.size > 3 && (text.size != minutes_at + 2 || !read_number(text, minutes_at, 2, &minutes))))
		return false;
	*ret_ahead_s = (text.data[0] == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
	return hours < 24 && minutes < 60;
}

/* Brought into the form that moment_parse() takes: the fraction six digits long, Z at the end. */
bool aws_answer_moment(struct text text, int64_t *ret_micros)
{
	enum { SECONDS = 19, DIGITS = 6 };
	char stored[MOMENT_SIZE] = "....-..-..T..:..:...000000Z";
	int64_t ahead_s, micros;
	size_t at = SECONDS;
	if (text.size <= SECONDS)
		return false;
	memcpy(stored, text.data, SECONDS);
	stored[10] = text.data[10] == ' ' || text.data[10] == 't' ? 'T' : text.data[10];
	if (text.data[at] == '.' || text.data[at] == ',') {
		const size_t from = ++at;
		for (; at < text.size && text.data[at] >= '0' && text.data[at] <= '9'; at++)
			if (at - from < DIGITS)
				stored[SECONDS + 1 + at - from] = text.data[at];
		if (at == from)
			return false;
	}
	if (!read_offset(text_slice(text, at, text.size), &ahead_s) ||
		!moment_parse((struct text){.data = stored, .size = sizeof(stored)}, &micros))
		return false;
	*ret_micros = micros - ahead_s * 1000000;
	return true;
}

/* All elements are found before any is resolved: what one says may look like another. */
static const char *read_xml(struct buffer *answer, struct aws_answer_json_member members[static MEMBERS])
{
	const struct text keys = aws_answer_xml_element(buffer_text(answer), "Credentials");
	for (size_t i = 0; i < MEMBERS; i++)
		if (members[i].name != NULL)
			members[i].value = aws_answer_xml_element(keys, members[i].name);
	for (size_t i = 0; i < MEMBERS; i++)
		members[i].value = aws_answer_xml_text(answer, members[i].value);
	return text_present(keys) ? NULL : "it is no XML with <Credentials>";
}

static enum hansard_status read_members(enum aws_answer_form form, struct buffer *answer,
										struct aws_answer_json_member members[static MEMBERS],
										struct hansard_error *error)
{
	for (size_t i = 0; i < MEMBERS; i++)
		members[i] = (struct aws_answer_json_member){.name = forms[form].names[i], .value = TEXT_ABSENT};
	const char *fault =
		form == AWS_ANSWER_STS ? read_xml(answer, members) : aws_answer_json_read(answer, members, MEMBERS);
	return fault == NULL ? HANSARD_OK : refuse(error, fault, "");
}

enum hansard_status aws_answer_read(enum aws_answer_form form, struct buffer *answer, struct aws_keys *ret_keys,
									struct hansard_error *error)
{
	struct aws_answer_json_member members[MEMBERS];
	int64_t expires = AWS_KEYS_NEVER;
	const enum hansard_status status = read_members(form, answer, members, error);
	if (status != HANSARD_OK)
		return status;
	if (members[VERSION].name != NULL && !text_is(members[VERSION].value, "1"))
		return refuse(error, "is not 1", "Version");
	if (members[CODE].name != NULL && !text_is(members[CODE].value, "Success"))
		return refuse(error, "is not Success", "Code");
	for (size_t i = ID; i <= SECRET; i++)
		if (members[i].value.size == 0)
			return refuse(error, "is not there", members[i].name);
	if (!text_present(members[EXPIRATION].value) && forms[form].expires)
		return refuse(error, "is not there", "Expiration");
	if (text_present(members[EXPIRATION].value) && !aws_answer_moment(members[EXPIRATION].value, &expires))
		return refuse(error, "is no moment in ISO 8601", "Expiration");
	*ret_keys = (struct aws_keys){
		.id = members[ID].value,
		.secret = bytes_of_text(members[SECRET].value),
		.token = members[TOKEN].value.size > 0 ? members[TOKEN].value : TEXT_ABSENT,
		.expires = expires,
	};
	return HANSARD_OK;
}

static struct aws_answer_refusal refusal_of_xml(struct buffer *answer)
{
	const struct text fault = aws_answer_xml_element(buffer_text(answer), "Error");
	const struct text code = aws_answer_xml_element(fault, "Code");
	const struct text message = aws_answer_xml_element(fault, "Message");
	return (struct aws_answer_refusal){
		.code = aws_answer_xml_text(answer, code),
		.message = aws_answer_xml_text(answer, message),
	};
}

static struct aws_answer_refusal refusal_of_json(struct buffer *answer)
{
	struct aws_answer_json_member members[] = {
		{"code", TEXT_ABSENT}, {"message", TEXT_ABSENT}, {"Code", TEXT_ABSENT}, {"Message", TEXT_ABSENT}};
	(void)aws_answer_json_read(answer, members, sizeof(members) / sizeof(members[0]));
	return (struct aws_answer_refusal){
		.code = text_present(members[0].value) ? members[0].value : members[2].value,
		.message = text_present(members[1].value) ? members[1].value : members[3].value,
	};
}

struct aws_answer_refusal aws_answer_refusal(enum aws_answer_form form, struct buffer *answer)
{
	return form == AWS_ANSWER_STS ? refusal_of_xml(answer) : refusal_of_json(answer);
}
