/*
 * Reads refusals.
 */
#include "aws_refusal.h"

#include "json_read.h"
#include "moment.h"

bool aws_refusal_date(struct text text, int64_t *ret_micros)
{
	static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
									   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	static const char form[] = "AAA, 00 AAA 0000 00:00:00 GMT";
	char moment[MOMENT_SIZE + 1];
	if (text.size != sizeof(form) - 1)
		return false;
	for (size_t i = 0; i < text.size; i++) {
		const unsigned char c = (unsigned char)text.data[i];
		const bool good = form[i] == '0'   ? c >= '0' && c <= '9'
						  : form[i] == 'A' ? isalpha(c) != 0
										   : c == (unsigned char)form[i];
		if (!good && i < text.size - 3)
			return false;
	}
	if (!text_is(text_slice(text, text.size - 3, text.size), "GMT"))
		return false;
	for (int i = 0; i < 12; i++) {
		if (!text_is(text_slice(text, 8, 11), months[i]))
			continue;
		snprintf(moment, sizeof(moment), "%.4s-%02d-%.2sT%.8s.000000Z", text.data + 12, i + 1, text.data + 5,
				 text.data + 17);
		return moment_parse((struct text){.data = moment, .size = MOMENT_SIZE}, ret_micros);
	}
	return false;
}

/* A text of an object; absent when there is none. */
static struct text member(const json_t *object, const char *name)
{
	return json_read_text(json_object_get(object, name));
}

/* A text of an object, copied. */
static bool copy(struct arena *arena, struct text text, struct text *ret_text)
{
	*ret_text = TEXT_ABSENT;
	return !text_present(text) || arena_copy_text(arena, text, ret_text);
}

/* "com.amazonaws.dynamodb.v20120810#ThrottlingException", or in a header "ThrottlingException:http://…". */
static struct text bare_name(struct text name)
{
	const size_t hash = text_find(name, TEXT("#"), 0);
	if (hash != SIZE_MAX)
		name = text_slice(name, hash + 1, name.size);
	const size_t colon = text_find(name, TEXT(":"), 0);
	return colon != SIZE_MAX ? text_slice(name, 0, colon) : name;
}

static struct text first_present(const struct text *texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (texts[i].size > 0)
			return texts[i];
	return TEXT_ABSENT;
}

static bool read_reasons(const json_t *body, struct arena *arena, struct text_list *ret_reasons)
{
	const json_t *list = json_object_get(body, "CancellationReasons");
	if (!json_is_array(list))
		return true;
	const size_t count = json_array_size(list);
	struct text *items = arena_allocate_array(arena, count, sizeof(*items));
	bool good = items != NULL;
	for (size_t i = 0; good && i < count; i++) {
		const struct text code = member(json_array_get(list, i), "Code");
		good = copy(arena, text_present(code) ? code : TEXT(""), &items[i]);
	}
	if (good)
		*ret_reasons = (struct text_list){.items = items, .count = count, .present = true};
	return good;
}

/* Adds the reasons of one list to those that are there, in words. */
static bool add_throttling(const json_t *list, struct arena *arena, struct text *throttling)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);
		const struct text reason = member(item, "reason"), resource = member(item, "resource");
		const bool first = !text_present(*throttling);
		if (reason.size > 0 &&
			!arena_format(arena, throttling, "%.*s%s%.*s%s%.*s%s", (int)throttling->size, first ? "" : throttling->data,
						  first ? "" : ", ", (int)reason.size, reason.data, resource.size > 0 ? " (" : "",
						  (int)resource.size, resource.size > 0 ? resource.data : "", resource.size > 0 ? ")" : ""))
			return false;
	}
	return true;
}

/* Of the request as a whole, and of the actions of a transaction. */
static bool read_throttling(const json_t *body, struct arena *arena, struct text *ret_throttling)
{
	/* ThrottlingException begins the name in lower case, the other errors do not. */
	static const char *const names[] = {"throttlingReasons", "ThrottlingReasons"};
	const json_t *cancelled = json_object_get(body, "CancellationReasons");
	bool good = true;
	for (size_t i = 0; good && i < sizeof(names) / sizeof(names[0]); i++)
		good = add_throttling(json_object_get(body, names[i]), arena, ret_throttling);
	for (size_t i = 0; good && i < json_array_size(cancelled); i++)
		good =
			add_throttling(json_object_get(json_array_get(cancelled, i), "ThrottlingReasons"), arena, ret_throttling);
	return good;
}

static bool read_body(const struct http_answer *answer, const json_t *body, struct arena *arena,
					  struct aws_refusal *refusal)
{
	const struct text names[] = {http_answer_header(answer, "x-amzn-errortype"), member(body, "__type"),
								 member(body, "code")};
	const struct text messages[] = {member(body, "message"), member(body, "Message")};
	return copy(arena, bare_name(first_present(names, 3)), &refusal->name) &&
		   copy(arena, first_present(messages, 2), &refusal->message) && read_reasons(body, arena, &refusal->reasons) &&
		   read_throttling(body, arena, &refusal->throttling);
}

/* A number of milliseconds as it stands in a header; 0 where it is none. */
static int64_t read_ms(struct text text)
{
	int64_t ms = 0;
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] < '0' || text.data[i] > '9' || i == 9)
			return 0;
		ms = 10 * ms + (text.data[i] - '0');
	}
	return ms;
}

bool aws_refusal_read(const struct http_answer *answer, int64_t now_us, struct arena *arena,
					  struct aws_refusal *ret_refusal)
{
	struct aws_refusal refusal = {.throttling = TEXT_ABSENT};
	int64_t date_us;
	json_t *body = NULL;
	const enum hansard_status status = json_read(TEXT("answer"), buffer_view(&answer->body), &body, NULL);
	if (status != HANSARD_OK && status != HANSARD_INVALID)
		return false;
	const bool good = read_body(answer, body, arena, &refusal) &&
					  copy(arena, http_answer_header(answer, "x-amzn-requestid"), &refusal.request_id);
	json_decref(body);
	if (!good)
		return false;
	if (aws_refusal_date(http_answer_header(answer, "date"), &date_us))
		refusal.skew_us = date_us - now_us;
	refusal.retry_after_ms = read_ms(http_answer_header(answer, "x-amz-retry-after"));
	*ret_refusal = refusal;
	return true;
}
