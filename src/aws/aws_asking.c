/*
 * What sources of keys share.
 */
#include "aws_asking.h"

#include <stdarg.h>

#include "error.h"
#include "wiped.h"

enum { FROM_SIZE = 256 };

int64_t aws_asking_now(const struct aws_asking *asking)
{
	return asking->edge->clock.now(asking->edge->clock.context);
}

int64_t aws_asking_steady(const struct aws_asking *asking)
{
	return asking->edge->steady.now(asking->edge->steady.context);
}

bool aws_asking_describe(struct aws_asking *asking, const char *format, ...)
{
	char from[FROM_SIZE];
	va_list arguments;
	va_start(arguments, format);
	const int size = vsnprintf(from, sizeof(from), format, arguments);
	va_end(arguments);
	return size >= 0 && arena_copy_text(asking->arena, text_of_string(from), &asking->from);
}

enum hansard_status aws_asking_blame(enum hansard_status status, struct text whom, const struct hansard_error *cause,
									 struct hansard_error *error)
{
	error_set(error, status, cause->kind, ERROR_TEXT ": %s", ERROR_TEXT_ARGS(whom), cause->message);
	error_hint(error, "%s", cause->hint);
	return status;
}

enum hansard_status aws_asking_hold(struct aws_asking *asking, const struct aws_keys *keys, struct text whom,
									struct hansard_error *error)
{
	struct hansard_error cause = {0};
	if (keys->expires <= aws_asking_now(asking)) {
		error_set(error, HANSARD_INVALID, "keys_expired", ERROR_TEXT ": its keys have expired already",
				  ERROR_TEXT_ARGS(whom));
		error_hint(error, "renew them where they come from, and check the clock of this machine");
		return HANSARD_INVALID;
	}
	const enum hansard_status status = aws_keys_hold(asking->held, keys, &cause);
	error_hint(&cause, "check the keys where they come from");
	return status == HANSARD_OK ? status : aws_asking_blame(status, whom, &cause, error);
}

enum hansard_status aws_asking_read(const struct aws_asking *asking, struct text path, struct buffer *out,
									struct hansard_error *error)
{
	const enum hansard_status status = asking->edge->functions->read(asking->edge->context, path, out, error);
	if (status != HANSARD_NOT_FOUND)
		return status;
	error_set(error, HANSARD_INVALID, "no_file", "there is no file " ERROR_TEXT, ERROR_TEXT_ARGS(path));
	error_hint(error, "check the variable or the setting that names it");
	return HANSARD_INVALID;
}

bool aws_asking_begin(struct http_answer *answer)
{
	http_answer_init(answer, LIMIT_AWS_ANSWER);
	return wiped_init(&answer->body, LIMIT_AWS_ANSWER);
}

void aws_asking_end(struct http_answer *answer)
{
	wiped_finish(&answer->body);
	http_answer_finish(answer);
}

enum hansard_status aws_asking_send(const struct aws_asking *asking, const struct http_request *request,
									struct http_answer *answer, struct hansard_error *error)
{
	struct http_request bounded = *request;
	if (bounded.deadline > asking->deadline)
		bounded.deadline = asking->deadline;
	return asking->edge->functions->send(asking->edge->context, &bounded, answer, error);
}

static enum hansard_status refuse(struct http_answer *answer, const struct aws_asking_whom *whom,
								  struct hansard_error *error)
{
	const struct aws_answer_refusal refusal = aws_answer_refusal(whom->form, &answer->body);
	const struct text code = text_present(refusal.code) ? refusal.code : TEXT("no reason is given");
	struct aws_asking_reason reason = {
		.status = answer->status >= 500 ? HANSARD_UNREACHABLE : HANSARD_FAILED,
		.hint = answer->status >= 500 ? "run it again in a while" : whom->hint,
	};
	for (size_t i = 0; i < whom->reason_count; i++)
		if (text_is(code, whom->reasons[i].code))
			reason = whom->reasons[i];
	error_set(error, reason.status, "no_keys", ERROR_TEXT " gives no keys: " ERROR_TEXT "%s" ERROR_TEXT " (HTTP %d)",
			  ERROR_TEXT_ARGS(whom->name), ERROR_TEXT_ARGS(code), text_present(refusal.message) ? ": " : "",
			  ERROR_TEXT_ARGS(refusal.message), answer->status);
	error_hint(error, "%s", reason.hint);
	return reason.status;
}

enum hansard_status aws_asking_take(struct aws_asking *asking, struct http_answer *answer,
									const struct aws_asking_whom *whom, struct hansard_error *error)
{
	struct aws_keys keys;
	struct hansard_error cause = {0};
	if (answer->status != 200)
		return refuse(answer, whom, error);
	const enum hansard_status status = aws_answer_read(whom->form, &answer->body, &keys, &cause);
	error_hint(&cause, "%s", whom->hint);
	if (status != HANSARD_OK)
		return aws_asking_blame(status, whom->name, &cause, error);
	return aws_asking_hold(asking, &keys, whom->name, error);
}
