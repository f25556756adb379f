/*
 * Writing the export. Refs stand with their source and events with their target, each once; one whose owner is not in
 * the record stands in the list of its kind at the end, so that nothing is lost.
 */
#include "exchange.h"

#include "entity_json.h"
#include "error.h"
#include "exchange_private.h"
#include "json_write.h"
#include "tally.h"
#include "utf8.h"

const struct exchange_list exchange_lists[] = {
	{ENTITY_ROUND, "rounds", false, true},
	{ENTITY_EXPERT, "experts", false, false},
	{ENTITY_PERSPECTIVE, "perspectives", true, true},
	{ENTITY_TENSION, "tensions", true, true},
	{ENTITY_RECOMMENDATION, "recommendations", true, true},
	{ENTITY_EVIDENCE, "evidence", true, true},
	{ENTITY_CLAIM, "claims", true, true},
	{ENTITY_VERDICT, "verdicts", false, false},
	{ENTITY_MOVE, "moves", false, false},
	{ENTITY_FILE, "files", false, false},
};
const size_t exchange_list_count = sizeof(exchange_lists) / sizeof(exchange_lists[0]);

/* A ref or event and the name of its owner: a display id, a two-digit round, or meta. */
struct tie {
	struct text owner;
	const struct entity_head *entity;
	size_t index; /* its place in the record, which refs of one owner keep; events stand as they happened */
	bool written;
};

struct ties {
	struct tie *items;
	size_t count;
};

struct exchange {
	const struct record *record;
	struct json_writer writer;
	struct ties refs;
	struct ties events;
};

static int compare_ties(const void *a, const void *b)
{
	const struct tie *x = a;
	const struct tie *y = b;
	int order = text_compare(x->owner, y->owner);
	if (order == 0 && x->entity->type == ENTITY_EVENT)
		order = tally_compare_events((const struct entity_event *)x->entity, (const struct entity_event *)y->entity);
	return order != 0 ? order : x->index < y->index ? -1 : x->index > y->index;
}

/* The owner that a subkey names; false when the subkey is not one of its type. */
static bool owner_of(const struct entity_head *entity, struct text *ret_owner)
{
	struct item_key_ref ref;
	struct item_key_event event;
	if (entity->type == ENTITY_REF) {
		if (!item_key_read_ref(entity->subkey, &ref))
			return false;
		*ret_owner = ref.source;
		return true;
	}
	if (!item_key_read_event(entity->subkey, &event))
		return false;
	*ret_owner = event.target;
	return true;
}

static enum hansard_status refuse_subkey(const struct entity_head *entity, struct hansard_error *error)
{
	return error_set(error, HANSARD_FAILED, "invalid_subkey", "%s/" ERROR_TEXT " is no key of its type",
					 entity_shape(entity->type)->name, ERROR_TEXT_ARGS(entity->subkey));
}

static enum hansard_status gather(struct arena *arena, const struct record_list *list, struct ties *ret_ties,
								  struct hansard_error *error)
{
	struct ties ties = {.items = arena_allocate_array(arena, list->count, sizeof(struct tie)), .count = list->count};
	if (ties.items == NULL)
		return error_memory(error);
	for (size_t i = 0; i < list->count; i++) {
		ties.items[i] = (struct tie){.entity = list->items[i], .index = i};
		if (!owner_of(list->items[i], &ties.items[i].owner))
			return refuse_subkey(list->items[i], error);
	}
	if (ties.count > 1)
		qsort(ties.items, ties.count, sizeof(*ties.items), compare_ties);
	*ret_ties = ties;
	return HANSARD_OK;
}

static size_t first_tie(const struct ties *ties, struct text owner)
{
	size_t low = 0;
	size_t high = ties->count;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (text_compare(ties->items[middle].owner, owner) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void write_fields(struct json_writer *writer, const struct entity_head *entity)
{
	entity_json_write(writer, entity_shape(entity->type), entity);
}

static void write_pair(struct json_writer *writer, const char *key, struct text value)
{
	json_write_key(writer, key);
	json_write_text(writer, value);
}

/* A ref; `source` only where it does not stand with its source. */
static void write_ref(struct json_writer *writer, struct tie *tie, bool source)
{
	struct item_key_ref ref = {0};
	item_key_read_ref(tie->entity->subkey, &ref);
	json_write_object(writer);
	if (source)
		write_pair(writer, "source", ref.source);
	write_pair(writer, "type", vocabulary_word(&vocabulary_ref_type, ref.type));
	write_pair(writer, "target", ref.target);
	write_fields(writer, tie->entity);
	json_write_end(writer);
	tie->written = true;
}

static void write_event(struct json_writer *writer, struct tie *tie)
{
	json_write_object(writer);
	write_pair(writer, "id", tie->entity->subkey);
	write_fields(writer, tie->entity);
	json_write_end(writer);
	tie->written = true;
}

static void write_refs(struct exchange *exchange, struct text owner)
{
	struct ties *ties = &exchange->refs;
	json_write_key(&exchange->writer, "references");
	json_write_array(&exchange->writer);
	for (size_t i = first_tie(ties, owner); i < ties->count && text_equal(ties->items[i].owner, owner); i++)
		write_ref(&exchange->writer, &ties->items[i], false);
	json_write_end(&exchange->writer);
}

static void write_events(struct exchange *exchange, struct text owner)
{
	struct ties *ties = &exchange->events;
	json_write_key(&exchange->writer, "events");
	json_write_array(&exchange->writer);
	for (size_t i = first_tie(ties, owner); i < ties->count && text_equal(ties->items[i].owner, owner); i++)
		write_event(&exchange->writer, &ties->items[i]);
	json_write_end(&exchange->writer);
}

/* What names an entity: the members that make its subkey. False when the subkey is not one of its type. */
static bool write_name(struct json_writer *writer, const struct entity_head *entity,
					   char written[static DISPLAY_ID_SIZE], struct text *ret_owner)
{
	struct display_id id;
	struct item_key_move move;
	int number;
	*ret_owner = entity->subkey;
	if (display_id_of(entity, &id)) {
		*ret_owner = display_id_format(id, written);
		write_pair(writer, "id", *ret_owner);
		return true;
	}
	if (!item_key_valid((struct item_key){text_of_string(entity_shape(entity->type)->name), entity->subkey}))
		return false;
	if (entity->type == ENTITY_EXPERT) {
		write_pair(writer, "slug", entity->subkey);
	} else if (entity->type == ENTITY_VERDICT) {
		write_pair(writer, "id", entity->subkey);
	} else if (entity->type == ENTITY_MOVE && item_key_read_move(entity->subkey, &move)) {
		json_write_key(writer, "round");
		json_write_integer(writer, move.round);
		write_pair(writer, "expert", move.expert);
		json_write_key(writer, "seq");
		json_write_integer(writer, move.seq);
	} else if (entity->type == ENTITY_ROUND && item_key_read_round(entity->subkey, &number)) {
		json_write_key(writer, "round");
		json_write_integer(writer, number);
	} else if (entity->type == ENTITY_FILE) {
		number = 0;
		for (size_t i = 0; i < entity->subkey.size; i++)
			number = number * 10 + (entity->subkey.data[i] - '0');
		json_write_key(writer, "n");
		json_write_integer(writer, number);
	} else {
		return false;
	}
	return true;
}

static enum hansard_status write_content(struct json_writer *writer, const struct entity_head *file,
										 struct hansard_error *error)
{
	if (!file->content_known)
		return error_set(error, HANSARD_FAILED, "content_unknown", "the content of file " ERROR_TEXT " was not read",
						 ERROR_TEXT_ARGS(file->subkey));
	if (utf8_valid(file->content)) {
		const struct text text = text_of_bytes(file->content);
		write_pair(writer, "text", text.data == NULL ? TEXT("") : text);
		return HANSARD_OK;
	}
	json_write_key(writer, "base64");
	json_write_base64(writer, file->content);
	return HANSARD_OK;
}

static enum hansard_status write_list(struct exchange *exchange, const struct exchange_list *list,
									  struct hansard_error *error)
{
	const struct record_list *entities = &exchange->record->lists[list->type];
	struct json_writer *writer = &exchange->writer;
	json_write_key(writer, list->key);
	json_write_array(writer);
	for (size_t i = 0; i < entities->count; i++) {
		const struct entity_head *entity = entities->items[i];
		char written[DISPLAY_ID_SIZE];
		struct text owner;
		json_write_object(writer);
		if (!write_name(writer, entity, written, &owner))
			return refuse_subkey(entity, error);
		write_fields(writer, entity);
		if (list->references)
			write_refs(exchange, owner);
		if (list->events)
			write_events(exchange, owner);
		if (list->type == ENTITY_FILE) {
			const enum hansard_status status = write_content(writer, entity, error);
			if (status != HANSARD_OK)
				return status;
		}
		json_write_end(writer);
	}
	json_write_end(writer);
	return HANSARD_OK;
}

/* What has no owner in the record. */
static void write_rest(struct exchange *exchange)
{
	json_write_key(&exchange->writer, "references");
	json_write_array(&exchange->writer);
	for (size_t i = 0; i < exchange->refs.count; i++) {
		if (!exchange->refs.items[i].written)
			write_ref(&exchange->writer, &exchange->refs.items[i], true);
	}
	json_write_end(&exchange->writer);
	json_write_key(&exchange->writer, "events");
	json_write_array(&exchange->writer);
	for (size_t i = 0; i < exchange->events.count; i++) {
		if (!exchange->events.items[i].written)
			write_event(&exchange->writer, &exchange->events.items[i]);
	}
	json_write_end(&exchange->writer);
}

static void write_meta(struct exchange *exchange)
{
	const struct entity_meta *meta = record_meta(exchange->record);
	json_write_key(&exchange->writer, "meta");
	if (meta == NULL) {
		json_write_null(&exchange->writer);
		return;
	}
	json_write_object(&exchange->writer);
	write_fields(&exchange->writer, &meta->head);
	write_events(exchange, TEXT("meta"));
	json_write_end(&exchange->writer);
}

static enum hansard_status write_all(struct exchange *exchange, struct hansard_error *error)
{
	struct json_writer *writer = &exchange->writer;
	json_write_object(writer);
	write_pair(writer, "format", TEXT(EXCHANGE_FORMAT));
	json_write_key(writer, "version");
	json_write_integer(writer, EXCHANGE_VERSION);
	write_pair(writer, "dialogue_id", exchange->record->dialogue_id);
	write_meta(exchange);
	for (size_t i = 0; i < exchange_list_count; i++) {
		const enum hansard_status status = write_list(exchange, &exchange_lists[i], error);
		if (status != HANSARD_OK)
			return status;
	}
	write_rest(exchange);
	json_write_end(writer);
	return json_write_finish(writer) ? HANSARD_OK : error_memory(error);
}

/* Writes the export into the writer of an exchange, which has been begun. */
static enum hansard_status write_record(struct arena *arena, struct exchange *exchange, struct hansard_error *error)
{
	const struct record *record = exchange->record;
	struct buffer *out = exchange->writer.out;
	const size_t start = out->size;
	enum hansard_status status = gather(arena, &record->lists[ENTITY_REF], &exchange->refs, error);
	if (status == HANSARD_OK)
		status = gather(arena, &record->lists[ENTITY_EVENT], &exchange->events, error);
	if (status != HANSARD_OK)
		return status;
	status = write_all(exchange, error);
	if (status != HANSARD_OK)
		out->size = start;
	return status;
}

enum hansard_status exchange_write(struct arena *arena, const struct record *record, struct buffer *out,
								   struct hansard_error *error)
{
	struct exchange exchange = {.record = record};
	json_write_begin(&exchange.writer, out, false);
	return write_record(arena, &exchange, error);
}

enum hansard_status exchange_write_rows(struct arena *arena, const struct record *record, struct buffer *out,
										struct hansard_error *error)
{
	struct exchange exchange = {.record = record};
	json_write_begin_rows(&exchange.writer, out);
	return write_record(arena, &exchange, error);
}
