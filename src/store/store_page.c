/*
 * Requests for pages, their order and their cursors.
 */
#include "store_page.h"

#include "error.h"
#include "limits.h"
#include "moment.h"
#include "slug.h"
#include "vocabulary.h"

/* The item that a cursor names, or false. */
static bool read_cursor(enum store_listing listing, struct text cursor, struct analytics_item *last)
{
	const size_t slash = text_find(cursor, TEXT("/"), 0);
	const struct text first = text_slice(cursor, 0, slash);
	const struct text second = slash == SIZE_MAX ? TEXT_ABSENT : text_slice(cursor, slash + 1, cursor.size);
	int64_t micros;
	bool good = false;
	switch (listing) {
	case STORE_DIALOGUES:
		*last = (struct analytics_item){.dialogue_id = second, .updated_at = first.size == 0 ? TEXT_ABSENT : first};
		good = first.size == 0 || moment_parse(first, &micros);
		break;
	case STORE_TENSIONS:
		*last = (struct analytics_item){.dialogue_id = first, .key = {.type = TEXT("tension"), .subkey = second}};
		good = item_key_valid(last->key);
		break;
	case STORE_PARTITIONS: /* whatever ids there are: the listing is what verifying walks */
		*last = (struct analytics_item){.dialogue_id = cursor};
		return true;
	}
	return good && slug_valid(last->dialogue_id, LIMIT_DIALOGUE_ID);
}

static bool write_cursor(enum store_listing listing, const struct analytics_item *last, struct arena *arena,
						 struct text *ret_cursor)
{
	const struct text id = last->dialogue_id;
	const struct text time = text_present(last->updated_at) ? last->updated_at : TEXT("");
	switch (listing) {
	case STORE_DIALOGUES:
		return arena_format(arena, ret_cursor, "%.*s/%.*s", (int)time.size, time.data, (int)id.size, id.data);
	case STORE_TENSIONS:
		return arena_format(arena, ret_cursor, "%.*s/%.*s", (int)id.size, id.data, (int)last->key.subkey.size,
							last->key.subkey.data);
	case STORE_PARTITIONS:
		return arena_copy_text(arena, id, ret_cursor);
	}
	return false;
}

enum hansard_status store_page_begin(struct store_page *page, const struct store_engine *engine,
									 struct hansard_error *error)
{
	const struct analytics_request *request = page->request;
	page->last.dialogue_id = TEXT_ABSENT;
	page->found = (struct analytics_page){.next = TEXT_ABSENT, .as_of = store_engine_now(engine)};
	if (request->limit < 1 || request->limit > LIMIT_PAGE)
		return error_set(error, HANSARD_USAGE, "invalid_value", "a page has 1 to %d items, not %zu", (int)LIMIT_PAGE,
						 request->limit);
	if (request->status > vocabulary_dialogue_status.count)
		return error_set(error, HANSARD_USAGE, "invalid_value", "%u is no status of a dialogue", request->status);
	if (text_present(request->cursor) && !read_cursor(page->listing, request->cursor, &page->last)) {
		error_set(error, HANSARD_USAGE, "invalid_cursor", "\"" ERROR_TEXT "\" is no cursor",
				  ERROR_TEXT_ARGS(request->cursor));
		error_hint(error, "Pass on the `next` of the page before, or nothing for the first page.");
		return HANSARD_USAGE;
	}
	return HANSARD_OK;
}

struct analytics_item *store_page_add(struct store_page *page)
{
	struct analytics_page *found = &page->found;
	return arena_grow(page->arena, &found->items, found->count, &page->capacity, sizeof(*found->items))
			   ? &found->items[found->count++]
			   : NULL;
}

/* One without a time last, of one time the greatest id first. */
static int newest_first(const void *a, const void *b)
{
	const struct analytics_item *left = a;
	const struct analytics_item *right = b;
	const int newer = text_compare(right->updated_at, left->updated_at);
	return newer != 0 ? newer : text_compare(right->dialogue_id, left->dialogue_id);
}

/* By dialogue id and, of tensions, subkey. */
static int by_id(const void *a, const void *b)
{
	const struct analytics_item *left = a;
	const struct analytics_item *right = b;
	const int order = text_compare(left->dialogue_id, right->dialogue_id);
	return order != 0 ? order : text_compare(left->key.subkey, right->key.subkey);
}

void store_page_sort(struct store_page *page)
{
	int (*const compare)(const void *, const void *) = page->listing == STORE_DIALOGUES ? newest_first : by_id;
	struct analytics_page *found = &page->found;
	size_t kept = 0;
	for (size_t i = 0; i < found->count; i++)
		if (!text_present(page->last.dialogue_id) || compare(&found->items[i], &page->last) > 0)
			found->items[kept++] = found->items[i];
	found->count = kept;
	if (kept > 1)
		qsort(found->items, kept, sizeof(*found->items), compare);
}

enum hansard_status store_page_end(struct store_page *page, struct analytics_page *ret_page,
								   struct hansard_error *error)
{
	struct analytics_page *found = &page->found;
	if (found->count > page->request->limit) {
		struct analytics_item last;
		found->count = page->request->limit;
		if (!write_cursor(page->listing, &found->items[found->count - 1], page->arena, &found->next))
			return error_memory(error);
		if (!read_cursor(page->listing, found->next, &last)) {
			error_set(error, HANSARD_VIOLATED, "index_differs",
					  "the index lists \"" ERROR_TEXT "\", which no dialogue has: what is behind it is not listed",
					  ERROR_TEXT_ARGS(found->items[found->count - 1].dialogue_id));
			error_hint(
				error,
				"somebody has written to the index: hansard verify names what else there is, and how it is mended");
			return HANSARD_VIOLATED;
		}
	}
	*ret_page = *found;
	return HANSARD_OK;
}

void store_page_count(struct analytics_counts *counts, struct text status, int64_t count)
{
	unsigned word;
	if (!text_present(status) || !vocabulary_find(&vocabulary_dialogue_status, status, &word))
		return;
	counts->dialogues[word] += count;
	counts->dialogues[0] += count;
}
