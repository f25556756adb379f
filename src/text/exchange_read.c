/*
 * Reading the export. Strict: what the writer would not have written is a problem with its path, and reading goes on to
 * find the next one.
 */
#include "base64.h"
#include "entity_codec.h"
#include "entity_json.h"
#include "error.h"
#include "exchange.h"
#include "exchange_private.h"
#include "json_show.h"
#include "limits.h"
#include "slug.h"
#include "utf8.h"

enum { VALUE_SHOWN = 160 };

struct reader {
	struct arena *arena;
	struct problem_list *problems;
	struct record *record;
	bool exhausted; /* memory ran out */
};

/* Where a fault is and what was expected there. */
struct fault {
	enum problem_code code;
	struct text path;
	const char *constraint;
	const char *suggestion;
};

static struct text path_of(struct reader *reader, struct text path, const char *key)
{
	struct text made = TEXT("");
	if (!arena_format(reader->arena, &made, "%.*s%s%s", (int)path.size, path.data, path.size > 0 ? "." : "", key))
		reader->exhausted = true;
	return made;
}

static struct text path_at(struct reader *reader, struct text path, size_t index)
{
	struct text made = TEXT("");
	if (!arena_format(reader->arena, &made, "%.*s[%zu]", (int)path.size, path.data, index))
		reader->exhausted = true;
	return made;
}

/* What stood there, short enough to show; of lists and objects the path says enough. */
static struct text shown(struct reader *reader, const json_t *json)
{
	struct text made = TEXT_ABSENT;
	if ((json_is_string(json) || json_is_integer(json)) && !json_show_plain(reader->arena, json, VALUE_SHOWN, &made))
		reader->exhausted = true;
	return made;
}

static void report(struct reader *reader, struct fault fault, const json_t *json)
{
	struct problem problem = {
		.code = json == NULL && fault.code == PROBLEM_INVALID_VALUE ? PROBLEM_MISSING_FIELD : fault.code,
		.path = fault.path,
		.constraint = text_of_string(fault.constraint),
		.suggestion = text_of_string(fault.suggestion),
		.value = shown(reader, json),
	};
	if (!arena_format(reader->arena, &problem.message, "%.*s %s: %s", (int)fault.path.size, fault.path.data,
					  json == NULL ? "is missing" : "is refused", fault.constraint))
		reader->exhausted = true;
	problem_add(reader->problems, &problem);
}

static void refuse(struct reader *reader, struct text path, const char *constraint, const json_t *json)
{
	report(reader, (struct fault){PROBLEM_INVALID_VALUE, path, constraint, NULL}, json);
}

/* jansson's iterators take an object they do not change as one they might. */
static json_t *iterable(const json_t *json)
{
	return (json_t *)(uintptr_t)json;
}

/* A list that stands beside the lists of entities is taken for one of a type that does not exist. */
static struct fault unknown_member(struct text path, struct text owner, const json_t *value)
{
	if (owner.size == 0 && json_is_array(value))
		return (struct fault){
			PROBLEM_INVALID_ENTITY_TYPE, path, "no type of entity has this plural",
			"the lists are: rounds, experts, perspectives, recommendations, tensions, evidence, claims, moves, verdicts, files"};
	return (struct fault){PROBLEM_UNKNOWN_FIELD, path, "not a member of this object", "leave it out"};
}

/* Reports every member of the object whose key is none of `known` (NULL-terminated). */
static void refuse_unknown(struct reader *reader, const json_t *json, struct text path, const char *const *known)
{
	json_t *object = iterable(json);
	for (void *at = json_object_iter(object); at != NULL; at = json_object_iter_next(object, at)) {
		const char *key = json_object_iter_key(at);
		size_t i = 0;
		while (known[i] != NULL && strcmp(known[i], key) != 0)
			i++;
		if (known[i] == NULL)
			report(reader, unknown_member(path_of(reader, path, key), path, json_object_iter_value(at)),
				   json_object_iter_value(at));
	}
}

/* A whole number of the object within [0, max]; -1, with a problem, for anything else. */
static int read_number(struct reader *reader, const json_t *json, struct text path, const char *key, int max)
{
	const json_t *value = json_object_get(json, key);
	if (json_is_integer(value) && json_integer_value(value) >= 0 && json_integer_value(value) <= max)
		return (int)json_integer_value(value);
	struct text constraint = TEXT("");
	if (!arena_format(reader->arena, &constraint, "a whole number from 0 to %d", max))
		reader->exhausted = true;
	else
		refuse(reader, path_of(reader, path, key), constraint.data, value);
	return -1;
}

/* A slug of the object; absent, with a problem, for anything else. */
static struct text read_slug(struct reader *reader, const json_t *json, struct text path, const char *key)
{
	const json_t *value = json_object_get(json, key);
	const struct text slug = json_read_text(value);
	struct text copy = TEXT_ABSENT;
	if (!text_present(slug) || !slug_valid(slug, LIMIT_SLUG))
		refuse(reader, path_of(reader, path, key), "a slug of at most 40 characters", value);
	else if (!arena_copy_text(reader->arena, slug, &copy))
		reader->exhausted = true;
	return copy;
}

static bool parse_exactly(struct text written, struct display_id *ret_id)
{
	char spelling[DISPLAY_ID_SIZE];
	return text_present(written) && display_id_parse(written, ret_id) &&
		   text_equal(display_id_format(*ret_id, spelling), written);
}

/* The subkey of a statement from its display id, which must be of the list's type. */
static struct text read_statement_name(struct reader *reader, const json_t *json, struct text path,
									   enum entity_type type)
{
	const json_t *value = json_object_get(json, "id");
	struct display_id id;
	struct text subkey = TEXT_ABSENT;
	struct fault fault = {PROBLEM_INVALID_DISPLAY_ID, path_of(reader, path, "id"), "a display id in its one spelling",
						  "write it like P0001"};
	if (!parse_exactly(json_read_text(value), &id)) {
		report(reader, fault, value);
	} else if (id.type != type) {
		fault.code = PROBLEM_TYPE_ID_MISMATCH;
		fault.constraint = "an id of the type of its list";
		report(reader, fault, value);
	} else if (!display_id_subkey(reader->arena, id, &subkey)) {
		reader->exhausted = true;
	}
	return subkey;
}

static struct text read_round_name(struct reader *reader, const json_t *json, struct text path)
{
	struct text subkey = TEXT_ABSENT;
	const int round = read_number(reader, json, path, "round", LIMIT_ROUND);
	if (round >= 0 && !item_key_round_subkey(reader->arena, round, &subkey))
		reader->exhausted = true;
	return subkey;
}

static struct text read_move_name(struct reader *reader, const json_t *json, struct text path)
{
	struct text subkey = TEXT_ABSENT;
	const struct item_key_move move = {
		.round = read_number(reader, json, path, "round", LIMIT_ROUND),
		.expert = read_slug(reader, json, path, "expert"),
		.seq = read_number(reader, json, path, "seq", LIMIT_SEQ),
	};
	if (move.round >= 0 && text_present(move.expert) && move.seq >= 0 &&
		!item_key_move_subkey(reader->arena, move, &subkey))
		reader->exhausted = true;
	return subkey;
}

static struct text read_file_name(struct reader *reader, const json_t *json, struct text path)
{
	struct text subkey = TEXT_ABSENT;
	const int n = read_number(reader, json, path, "n", 99999);
	if (n >= 0 && !item_key_file_subkey(reader->arena, n, &subkey))
		reader->exhausted = true;
	return subkey;
}

/* The subkey that the members of an object name; absent, with a problem, when they name none. */
static struct text read_name(struct reader *reader, const json_t *json, struct text path, enum entity_type type)
{
	switch (type) {
	case ENTITY_CLAIM:
	case ENTITY_EVIDENCE:
	case ENTITY_PERSPECTIVE:
	case ENTITY_RECOMMENDATION:
	case ENTITY_TENSION:
		return read_statement_name(reader, json, path, type);
	case ENTITY_EXPERT:
		return read_slug(reader, json, path, "slug");
	case ENTITY_VERDICT:
		return read_slug(reader, json, path, "id");
	case ENTITY_ROUND:
		return read_round_name(reader, json, path);
	case ENTITY_MOVE:
		return read_move_name(reader, json, path);
	case ENTITY_FILE:
		return read_file_name(reader, json, path);
	case ENTITY_META:
	case ENTITY_EVENT:
	case ENTITY_REF:
	case ENTITY_TYPE_COUNT:
		break;
	}
	return TEXT("");
}

/* An entity whose fields are members of the object; `members` are the others that the object may have. */
struct source {
	const json_t *json;
	struct text path;
	const char *const *members;
};

/* Reads the fields of an entity and adds it to the record; NULL when that could not be. An absent subkey: its fields
   are checked, and it is not added. */
static struct entity_head *read_entity(struct reader *reader, enum entity_type type, struct text subkey,
									   const struct source *source)
{
	struct entity_head *entity = entity_codec_create(reader->arena, type, text_present(subkey) ? subkey : TEXT(""));
	if (entity == NULL || !entity_json_read(reader->arena, entity_shape(type), source->json, source->path,
											source->members, entity, reader->problems)) {
		reader->exhausted = true;
		return NULL;
	}
	if (!text_present(subkey))
		return NULL;
	const enum hansard_status status = record_add(reader->record, entity, NULL);
	if (status == HANSARD_OK)
		return entity;
	if (status == HANSARD_CONFLICT)
		report(reader,
			   (struct fault){PROBLEM_DUPLICATE_ENTITY, source->path, "each entity once", "remove one of the two"},
			   source->json);
	else
		reader->exhausted = true;
	return NULL;
}

static bool is_object(struct reader *reader, const json_t *json, struct text path)
{
	if (!json_is_object(json))
		refuse(reader, path, "an object", json);
	return json_is_object(json);
}

/* The array under a key, or NULL, with a problem, when there is none. */
static const json_t *read_array(struct reader *reader, const json_t *json, struct text path, const char *key)
{
	const json_t *array = json_object_get(json, key);
	if (json_is_array(array))
		return array;
	refuse(reader, path_of(reader, path, key), "an array", array);
	return NULL;
}

/* Whether the record holds what a ref or event hangs on. */
static bool owner_known(const struct record *record, struct text owner)
{
	struct display_id id;
	if (text_is(owner, "meta"))
		return record_meta(record) != NULL;
	if (display_id_parse(owner, &id))
		return record_find_id(record, id) != NULL;
	return record_find(record, ENTITY_ROUND, owner) != NULL;
}

/* One ref. `owner` is its source, absent in the list of those that have none. */
static void read_ref(struct reader *reader, const json_t *json, struct text path, struct text owner)
{
	static const char *const nested[] = {"type", "target", NULL};
	static const char *const loose[] = {"source", "type", "target", NULL};
	if (!is_object(reader, json, path))
		return;
	const bool alone = !text_present(owner);
	const json_t *source = json_object_get(json, "source");
	const json_t *type = json_object_get(json, "type");
	const json_t *target = json_object_get(json, "target");
	struct item_key_ref ref = {.source = alone ? json_read_text(source) : owner, .target = json_read_text(target)};
	struct display_id id;
	unsigned word = 0;
	bool good = !reader->exhausted;
	if (alone && (!parse_exactly(ref.source, &id) || owner_known(reader->record, ref.source))) {
		refuse(reader, path_of(reader, path, "source"), "the display id of a statement that is not in the export",
			   source);
		good = false;
	}
	if (!vocabulary_find(&vocabulary_ref_type, json_read_text(type), &word)) {
		report(reader,
			   (struct fault){PROBLEM_INVALID_REF_TYPE, path_of(reader, path, "type"), "a type of reference", NULL},
			   type);
		good = false;
	}
	if (!parse_exactly(ref.target, &id)) {
		report(reader,
			   (struct fault){PROBLEM_INVALID_DISPLAY_ID, path_of(reader, path, "target"), "a display id", NULL},
			   target);
		good = false;
	}
	ref.type = (enum ref_type)word;
	struct text subkey = TEXT_ABSENT;
	if (good && !item_key_ref_subkey(reader->arena, ref, &subkey))
		reader->exhausted = true;
	const struct source from = {json, path, alone ? loose : nested};
	read_entity(reader, ENTITY_REF, subkey, &from);
}

/* One event. `owner` is what it happened to, absent in the list of those whose owner is not in the export. */
static void read_event(struct reader *reader, const json_t *json, struct text path, struct text owner)
{
	static const char *const members[] = {"id", NULL};
	if (!is_object(reader, json, path))
		return;
	const json_t *value = json_object_get(json, "id");
	const struct text written = json_read_text(value);
	struct item_key_event event;
	struct text subkey = TEXT_ABSENT;
	const struct text at = path_of(reader, path, "id");
	if (!text_present(written) || !item_key_valid((struct item_key){TEXT("event"), written}) ||
		!item_key_event_dated(written) || !item_key_read_event(written, &event))
		refuse(reader, at, "an event's key, type#target#YYYYMMDDThhmmssffffffZ#nnnn", value);
	else if (text_present(owner) ? !text_equal(event.target, owner) : owner_known(reader->record, event.target))
		refuse(reader, at, "the key of an event of what it stands under", value);
	else if (!arena_copy_text(reader->arena, written, &subkey))
		reader->exhausted = true;
	const struct source source = {json, path, members};
	read_entity(reader, ENTITY_EVENT, subkey, &source);
}

/* The refs and events of an owner, or (owner absent) those that have none. */
static void read_ties(struct reader *reader, const json_t *json, struct text path, struct text owner, const char *key)
{
	const json_t *array = read_array(reader, json, path, key);
	const struct text below = path_of(reader, path, key);
	for (size_t i = 0; i < json_array_size(array) && !reader->exhausted; i++) {
		const struct text at = path_at(reader, below, i);
		if (strcmp(key, "references") == 0)
			read_ref(reader, json_array_get(array, i), at, owner);
		else
			read_event(reader, json_array_get(array, i), at, owner);
	}
}

/* The content of a file, as text or in base64, and whether its size is the one stated. */
static void read_content(struct reader *reader, const json_t *json, struct text path, struct entity_head *file)
{
	const json_t *text = json_object_get(json, "text");
	const json_t *encoded = json_object_get(json, "base64");
	struct buffer decoded;
	buffer_init(&decoded, LIMIT_DOCUMENT);
	struct bytes content = {NULL, 0};
	if ((text != NULL) == (encoded != NULL))
		refuse(reader, path, "either text or base64", json);
	else if (text != NULL && !json_is_string(text))
		refuse(reader, path_of(reader, path, "text"), "a string", text);
	else if (encoded != NULL && (!json_is_string(encoded) || !base64_decode(json_read_text(encoded), &decoded)))
		refuse(reader, path_of(reader, path, "base64"), "base64 with padding", encoded);
	else if (encoded != NULL && utf8_valid(buffer_view(&decoded)))
		refuse(reader, path_of(reader, path, "base64"), "text, since it is UTF-8", encoded);
	else
		content = text != NULL ? bytes_of_text(json_read_text(text)) : buffer_view(&decoded);
	if (file != NULL && (content.data != NULL || content.size == 0)) {
		const struct entity_file *fields = (const struct entity_file *)file;
		if (content.data != NULL && fields->size.present && fields->size.value != (int64_t)content.size)
			refuse(reader, path_of(reader, path, "size"), "the number of bytes of the content",
				   json_object_get(json, "size"));
		if (!arena_copy(reader->arena, content, &file->content))
			reader->exhausted = true;
		file->content_known = true;
	}
	buffer_finish(&decoded);
}

/* Members of an entity that are not fields of its type. */
static const char *const *members_of(enum entity_type type)
{
	static const char *const statement[] = {"id", "references", "events", NULL};
	static const char *const round[] = {"round", "events", NULL};
	static const char *const expert[] = {"slug", NULL};
	static const char *const verdict[] = {"id", NULL};
	static const char *const move[] = {"round", "expert", "seq", NULL};
	static const char *const file[] = {"n", "text", "base64", NULL};
	switch (type) {
	case ENTITY_CLAIM:
	case ENTITY_EVIDENCE:
	case ENTITY_PERSPECTIVE:
	case ENTITY_RECOMMENDATION:
	case ENTITY_TENSION:
		return statement;
	case ENTITY_ROUND:
		return round;
	case ENTITY_EXPERT:
		return expert;
	case ENTITY_VERDICT:
		return verdict;
	case ENTITY_MOVE:
		return move;
	case ENTITY_FILE:
		return file;
	case ENTITY_META:
	case ENTITY_EVENT:
	case ENTITY_REF:
	case ENTITY_TYPE_COUNT:
		break;
	}
	return NULL;
}

static void read_item(struct reader *reader, const struct exchange_list *list, const json_t *json, struct text path)
{
	if (!is_object(reader, json, path))
		return;
	const struct source source = {json, path, members_of(list->type)};
	const struct text subkey = read_name(reader, json, path, list->type);
	struct entity_head *entity = read_entity(reader, list->type, subkey, &source);
	if (list->type == ENTITY_FILE)
		read_content(reader, json, path, entity);
}

static void read_list(struct reader *reader, const struct exchange_list *list, const json_t *json)
{
	const json_t *array = read_array(reader, json, TEXT(""), list->key);
	for (size_t i = 0; i < json_array_size(array) && !reader->exhausted; i++)
		read_item(reader, list, json_array_get(array, i), path_at(reader, text_of_string(list->key), i));
}

/* The refs and events that stand under the entities of a list: read when every entity is known. */
static void read_list_ties(struct reader *reader, const struct exchange_list *list, const json_t *json)
{
	const json_t *array = json_object_get(json, list->key);
	for (size_t i = 0; i < json_array_size(array) && !reader->exhausted; i++) {
		const json_t *item = json_array_get(array, i);
		const struct text path = path_at(reader, text_of_string(list->key), i);
		struct text owner = TEXT("");
		if (!json_is_object(item))
			continue;
		if (list->type != ENTITY_ROUND)
			owner = json_read_text(json_object_get(item, "id"));
		else if (json_is_integer(json_object_get(item, "round")) &&
				 !arena_format(reader->arena, &owner, "%02lld",
							   (long long)json_integer_value(json_object_get(item, "round"))))
			reader->exhausted = true;
		if (!text_present(owner))
			owner = TEXT("");
		if (list->references)
			read_ties(reader, item, path, owner, "references");
		if (list->events)
			read_ties(reader, item, path, owner, "events");
	}
}

static void read_meta(struct reader *reader, const json_t *json)
{
	static const char *const members[] = {"events", NULL};
	const json_t *meta = json_object_get(json, "meta");
	const struct source source = {meta, TEXT("meta"), members};
	if (!is_object(reader, meta, source.path))
		return;
	read_entity(reader, ENTITY_META, TEXT(""), &source);
	read_ties(reader, meta, source.path, TEXT("meta"), "events");
}

/* Format, version and id: what says whether the rest can be read at all. */
static bool read_head(struct reader *reader, const json_t *json, struct text *ret_id)
{
	const size_t before = reader->problems->count;
	const json_t *format = json_object_get(json, "format");
	const json_t *version = json_object_get(json, "version");
	const json_t *id = json_object_get(json, "dialogue_id");
	if (!text_equal(json_read_text(format), TEXT(EXCHANGE_FORMAT)))
		refuse(reader, TEXT("format"), "\"" EXCHANGE_FORMAT "\"", format);
	if (!json_is_integer(version) || json_integer_value(version) != EXCHANGE_VERSION)
		refuse(reader, TEXT("version"), "1, the version that this release reads", version);
	if (!text_present(json_read_text(id)) || !slug_valid(json_read_text(id), LIMIT_DIALOGUE_ID))
		refuse(reader, TEXT("dialogue_id"), "a slug of at most 80 characters", id);
	if (reader->problems->count > before)
		return false;
	if (!arena_copy_text(reader->arena, json_read_text(id), ret_id))
		reader->exhausted = true;
	return !reader->exhausted;
}

static void read_all(struct reader *reader, const json_t *json)
{
	const char *known[32] = {"format", "version", "dialogue_id", "meta", "references", "events"};
	for (size_t i = 0; i < exchange_list_count; i++)
		known[6 + i] = exchange_lists[i].key;
	refuse_unknown(reader, json, TEXT(""), known);
	read_meta(reader, json);
	for (size_t i = 0; i < exchange_list_count; i++)
		read_list(reader, &exchange_lists[i], json);
	for (size_t i = 0; i < exchange_list_count; i++)
		read_list_ties(reader, &exchange_lists[i], json);
	read_ties(reader, json, TEXT(""), TEXT_ABSENT, "references");
	read_ties(reader, json, TEXT(""), TEXT_ABSENT, "events");
	if (!exchange_check_files(reader->arena, reader->record, reader->problems))
		reader->exhausted = true;
}

enum hansard_status exchange_read(struct arena *arena, const json_t *json, struct problem_list *problems,
								  struct record *ret_record, struct hansard_error *error)
{
	struct reader reader = {.arena = arena, .problems = problems, .record = ret_record};
	struct text dialogue_id = TEXT("");
	record_begin(ret_record, arena, dialogue_id);
	if (!is_object(&reader, json, TEXT("")))
		return problems->exhausted || reader.exhausted ? error_memory(error) : HANSARD_OK;
	if (read_head(&reader, json, &dialogue_id)) {
		record_begin(ret_record, arena, dialogue_id);
		read_all(&reader, json);
	}
	return problems->exhausted || reader.exhausted ? error_memory(error) : HANSARD_OK;
}
