/*
 * Writing, finding and checking the record inside a document.
 */
#include "document_form.h"

#include "document.h"
#include "error.h"
#include "exchange.h"
#include "json_read.h"
#include "limits.h"

#define SECTION "## Record"
#define FENCE_OPENS "```json"
#define FENCE_CLOSES "```"
#define PLACE_OPENS "## Dialogue Location"
#define PLACE_CLOSES "Dialogue id: "

static bool without_store(struct arena *arena, const struct entity_head *entity, struct entity_head **ret_entity)
{
	if (entity->type == ENTITY_META) {
		struct entity_meta *meta = arena_allocate(arena, sizeof(*meta));
		if (meta == NULL)
			return false;
		*meta = *(const struct entity_meta *)entity;
		meta->source_key = TEXT_ABSENT;
		meta->updated_at = TEXT_ABSENT;
		*ret_entity = &meta->head;
	} else if (entity->type == ENTITY_ROUND) {
		struct entity_round *round = arena_allocate(arena, sizeof(*round));
		if (round == NULL)
			return false;
		*round = *(const struct entity_round *)entity;
		round->batch_sha256 = (struct bytes){.data = NULL};
		*ret_entity = &round->head;
	}
	return true;
}

bool document_form_carried(struct arena *arena, const struct record *record, struct record *ret_carried)
{
	struct record carried = *record;
	carried.arena = arena;
	carried.lists[ENTITY_FILE] = (struct record_list){.count = 0};
	for (unsigned type = 0; type < ENTITY_TYPE_COUNT; type++) {
		struct record_list *list = &carried.lists[type];
		if (list->count == 0)
			continue;
		struct entity_head **items = arena_allocate_array(arena, list->count, sizeof(struct entity_head *));
		if (items == NULL)
			return false;
		memcpy(items, list->items, list->count * sizeof(struct entity_head *));
		*list = (struct record_list){.items = items, .count = list->count, .capacity = list->count};
		for (size_t i = 0; i < list->count; i++) {
			if (!without_store(arena, items[i], &items[i]))
				return false;
		}
	}
	*ret_carried = carried;
	return true;
}

void document_form_open(struct draft *draft)
{
	draft_string(draft, DOCUMENT_OPENING "\n\n");
}

enum hansard_status document_form_close(struct draft *draft, const struct record *record, struct hansard_error *error)
{
	struct record carried;
	if (!document_form_carried(draft->arena, record, &carried)) {
		draft->failed = true;
		return HANSARD_OK; /* the draft's end reports it */
	}
	draft_string(draft,
				 "## Record\n\n<details>\n<summary>The whole of it as JSON, for import</summary>\n\n" FENCE_OPENS "\n");
	const enum hansard_status status =
		draft->failed ? HANSARD_OK : exchange_write_rows(draft->arena, &carried, draft->out, error);
	draft_string(draft, FENCE_CLOSES "\n\n</details>\n");
	return status;
}

/* Takes the next line off *rest, without its end (LF, or CR LF as some tools leave it). False at the end. */
static bool next_line(struct text *rest, struct text *ret_line)
{
	if (rest->size == 0)
		return false;
	const size_t found = text_find(*rest, TEXT("\n"), 0);
	const size_t end = found == SIZE_MAX ? rest->size : found;
	*ret_line = text_slice(*rest, 0, end);
	*rest = text_slice(*rest, end + (found != SIZE_MAX), rest->size);
	if (ret_line->size > 0 && ret_line->data[ret_line->size - 1] == '\r')
		ret_line->size--;
	return true;
}

bool document_form_opens(struct text content)
{
	struct text line;
	return next_line(&content, &line) && text_equal(line, TEXT(DOCUMENT_OPENING));
}

/* Where the record stands: in the first fence behind the first line that is the heading of its section. */
struct found {
	size_t section; /* offset of that heading; the end of the content when there is none */
	int64_t line;   /* of the record's beginning; 0 when there is none */
	struct text json;
};

static struct found find(struct text content)
{
	struct found found = {.section = content.size, .json = TEXT_ABSENT};
	struct text rest = content, line;
	size_t from = 0;
	for (int64_t number = 1;; number++) {
		const size_t at = content.size - rest.size;
		if (!next_line(&rest, &line))
			return found;
		if (found.section == content.size) {
			found.section = text_equal(line, TEXT(SECTION)) ? at : content.size;
		} else if (from == 0 && text_equal(line, TEXT(FENCE_OPENS))) {
			from = content.size - rest.size;
			found.line = number + 1;
		} else if (from > 0 && text_equal(line, TEXT(FENCE_CLOSES))) {
			found.json = text_slice(content, from, at);
			return found;
		}
	}
}

static void complain(struct problem_list *problems, bool warning, int64_t line, const char *message)
{
	problem_add(problems, &(struct problem){.code = warning ? PROBLEM_CONTRADICTION : PROBLEM_NOT_UNDERSTOOD,
											.warning = warning,
											.line = line,
											.message = text_of_string(message)});
}

/* Passes over the lines that say where the dialogue lives: no record says that. */
static bool pass_place(struct text *rest, struct text *line, int64_t *number)
{
	while (!text_starts_with(*line, TEXT(PLACE_CLOSES))) {
		if (!next_line(rest, line))
			return false;
		(*number)++;
	}
	return true;
}

/* The first line of the document that its record does not give; 0 when there is none. */
static int64_t first_difference(struct text content, struct text written)
{
	struct text is = TEXT(""), should = TEXT("");
	for (int64_t number = 1;; number++) {
		const bool more = next_line(&content, &is);
		if (next_line(&written, &should) != more || (more && !text_equal(is, should)))
			return number;
		if (!more)
			return 0;
		int64_t ignored = 0;
		if (text_equal(is, TEXT(PLACE_OPENS)) && (!pass_place(&content, &is, &number) ||
												  !pass_place(&written, &should, &ignored) || !text_equal(is, should)))
			return number;
	}
}

static enum hansard_status compare(struct arena *arena, struct text content, const struct record *record,
								   struct problem_list *problems, struct hansard_error *error)
{
	struct buffer again;
	buffer_init(&again, LIMIT_DOCUMENT);
	const enum hansard_status status = document_write(arena, record, TEXT_ABSENT, &again, error);
	const int64_t line = status == HANSARD_OK ? first_difference(content, buffer_text(&again)) : 0;
	buffer_finish(&again);
	if (line > 0)
		complain(problems, true, line, "from here on the document is not what its record gives: the record stands");
	return status;
}

enum hansard_status document_form_read(struct arena *arena, struct text content, struct problem_list *problems,
									   struct record *ret_record, struct hansard_error *error)
{
	const struct found found = find(content);
	const size_t before = problems->count;
	struct hansard_error cause = {.status = HANSARD_OK};
	struct record record;
	json_t *json = NULL;
	if (!text_present(found.json)) {
		complain(problems, false, found.line, "the record at the end of the document is missing or cut off");
		return HANSARD_OK;
	}
	enum hansard_status status = json_read(TEXT("record"), bytes_of_text(found.json), &json, &cause);
	if (status == HANSARD_INVALID) {
		complain(problems, false, found.line, cause.message);
		return HANSARD_OK;
	}
	if (status != HANSARD_OK)
		return error_memory(error);
	status = exchange_read(arena, json, problems, &record, error);
	json_decref(json);
	for (size_t i = before; i < problems->count; i++)
		problems->items[i].line = found.line;
	if (status != HANSARD_OK || problem_errors(problems) > 0)
		return status;
	if (!document_form_carried(arena, &record, ret_record))
		return error_memory(error);
	return compare(arena, content, ret_record, problems, error);
}

bool document_form_prose(struct arena *arena, struct text content, struct text *ret_prose)
{
	const size_t end = find(content).section;
	char *data = arena_allocate(arena, content.size);
	struct text rest = content, line;
	if (data == NULL)
		return false;
	memcpy(data, content.data, content.size);
	for (size_t at = 0; next_line(&rest, &line); at = content.size - rest.size) {
		if (at >= end || text_starts_with(line, TEXT(">")))
			memset(data + at, ' ', line.size);
	}
	*ret_prose = (struct text){.data = data, .size = content.size};
	return true;
}
