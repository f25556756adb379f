/*
 * Requests for pages and their cursors.
 */
#include "store_cursor.h"

#include "error.h"
#include "limits.h"
#include "moment.h"
#include "slug.h"
#include "vocabulary.h"

enum { PAGE_MAX = 1000 };

static enum hansard_status check_request(const struct analytics_request *request, struct hansard_error *error)
{
	if (request->limit < 1 || request->limit > PAGE_MAX)
		return error_set(error, HANSARD_USAGE, "invalid_value", "a page has 1 to %d items, not %zu", (int)PAGE_MAX,
						 request->limit);
	if (request->status > vocabulary_dialogue_status.count)
		return error_set(error, HANSARD_USAGE, "invalid_value", "%u is no status of a dialogue", request->status);
	return HANSARD_OK;
}

static enum hansard_status not_a_cursor(struct text cursor, struct hansard_error *error)
{
	error_set(error, HANSARD_USAGE, "invalid_cursor", "\"" ERROR_TEXT "\" is no cursor", ERROR_TEXT_ARGS(cursor));
	error_hint(error, "Pass on the `next` of the page before, or nothing for the first page.");
	return HANSARD_USAGE;
}

/* Both halves of a cursor; absent ones when there is no '/'. */
static struct store_cursor split(struct text text)
{
	const size_t at = text_find(text, TEXT("/"), 0);
	if (at == SIZE_MAX)
		return (struct store_cursor){.first = TEXT_ABSENT};
	return (struct store_cursor){.first = text_slice(text, 0, at), .second = text_slice(text, at + 1, text.size)};
}

enum hansard_status store_cursor_of_dialogues(const struct analytics_request *request, struct store_cursor *ret_cursor,
											  struct hansard_error *error)
{
	struct store_cursor cursor = {.first = TEXT_ABSENT};
	int64_t micros;
	if (check_request(request, error) != HANSARD_OK)
		return HANSARD_USAGE;
	if (text_present(request->cursor)) {
		cursor = split(request->cursor);
		if (!text_present(cursor.first) || (cursor.first.size > 0 && !moment_parse(cursor.first, &micros)) ||
			!slug_valid(cursor.second, LIMIT_DIALOGUE_ID))
			return not_a_cursor(request->cursor, error);
	}
	*ret_cursor = cursor;
	return HANSARD_OK;
}

enum hansard_status store_cursor_of_tensions(const struct analytics_request *request, struct store_cursor *ret_cursor,
											 struct hansard_error *error)
{
	struct store_cursor cursor = {.first = TEXT_ABSENT};
	if (check_request(request, error) != HANSARD_OK)
		return HANSARD_USAGE;
	if (text_present(request->cursor)) {
		cursor = split(request->cursor);
		const struct item_key key = {.type = TEXT("tension"), .subkey = cursor.second};
		if (!text_present(cursor.first) || !slug_valid(cursor.first, LIMIT_DIALOGUE_ID) || !item_key_valid(key))
			return not_a_cursor(request->cursor, error);
	}
	*ret_cursor = cursor;
	return HANSARD_OK;
}

bool store_cursor_write(struct arena *arena, struct store_cursor cursor, struct text *ret_text)
{
	return arena_format(arena, ret_text, "%.*s/%.*s", (int)cursor.first.size, cursor.first.data,
						(int)cursor.second.size, cursor.second.data);
}
