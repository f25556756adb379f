/*
 * Rows taken apart: entries of bundles, changes of commits, items, references.
 */
#include "weigh.h"

#include "commit.h"
#include "display_id.h"
#include "dynamodb_answer.h"
#include "dynamodb_bundle.h"
#include "dynamodb_cost.h"
#include "item.h"
#include "measure.h"

enum {
	ROWS_MAX = 128,
	NAME_MAX_SIZE = 160,
	HASH_BYTES = 2 + 32, /* a leaf or a tag as a byte string */
	TIME_BYTES = 2 + 27,
	FIELD_BYTES = 1 + 4 + 1, /* the name `refs` and the head of an array */
};

/* An item that a transaction puts, or in a bundle the mark of a removed one. */
struct entry {
	struct item_key key;
	size_t row;
	size_t bytes;  /* as an entry of a bundle */
	size_t stored; /* 0: removed */
};

/* One transaction taken apart. */
struct parcel {
	struct weigh *weigh;
	struct weigh_row rows[ROWS_MAX];
	size_t count;
	size_t commits[2]; /* the rows that carry the commit */
	size_t commit_count;
	size_t bundle; /* a row of items; SIZE_MAX: there is none */
	struct entry *entries;
	size_t entry_count, entry_capacity;
	json_t *touched; /* sources whose references come or go */
};

static void must(bool good)
{
	if (!good)
		measure_die("a row cannot be weighed");
}

/* ---- sizes ---- */

/* The head of a string of so many bytes in cbor. */
static size_t head_bytes(size_t size)
{
	return size < 24 ? 1 : size < 256 ? 2 : size < 65536 ? 3 : 5;
}

static size_t string_bytes(size_t size)
{
	return head_bytes(size) + size;
}

/* [type, subkey, leaf] in a commit. */
static size_t change_bytes(struct item_key key)
{
	return 1 + string_bytes(key.type.size) + string_bytes(key.subkey.size) + HASH_BYTES;
}

/* [type, subkey, stored] in a bundle. */
static size_t entry_bytes(struct item_key key, size_t stored)
{
	return 1 + string_bytes(key.type.size) + string_bytes(key.subkey.size) + string_bytes(stored);
}

/* What nonce, box tag and tag add to an item: without them the box would be its plaintext. */
static size_t sealing_bytes(struct stored_bytes stored)
{
	struct item item;
	must(item_read(stored, &item, NULL) == HANSARD_OK);
	return string_bytes(item.nonce.size) + head_bytes(item.box.size) + (item.box.size > 0 ? SEAL_TAG_SIZE : 0) +
		   string_bytes(item.tag.size);
}

static const char *name_of(struct item_key key, char name[static NAME_MAX_SIZE])
{
	snprintf(name, NAME_MAX_SIZE, "%.*s#%.*s", (int)key.type.size, key.type.data, (int)key.subkey.size,
			 key.subkey.data);
	return name;
}

static size_t count_of(const json_t *counts, const char *name)
{
	return (size_t)json_integer_value(json_object_get(counts, name));
}

static void set_count(json_t *counts, const char *name, size_t count)
{
	must(json_object_set_new(counts, name, json_integer((json_int_t)count)) == 0);
}

/* ---- rows ---- */

static struct weigh_row *find(const struct weigh *weigh, const char *sort)
{
	for (size_t i = 0; i < weigh->count; i++)
		if (strcmp(weigh->rows[i].sort, sort) == 0)
			return &weigh->rows[i];
	return NULL;
}

static struct weigh_row *find_or_add(struct weigh *weigh, const char *sort)
{
	struct weigh_row *found = find(weigh, sort);
	struct bytes copy;
	if (found != NULL)
		return found;
	const struct bytes name = {.data = (const uint8_t *)sort, .size = strlen(sort) + 1};
	must(arena_grow(weigh->arena, &weigh->rows, weigh->count, &weigh->capacity, sizeof(*weigh->rows)) &&
		 arena_copy(weigh->arena, name, &copy));
	weigh->rows[weigh->count] = (struct weigh_row){.sort = (const char *)copy.data};
	return &weigh->rows[weigh->count++];
}

/* Its size before in each layout becomes that after. */
static void replace(struct weigh *weigh, const struct weigh_row *now)
{
	struct weigh_row *row = find_or_add(weigh, now->sort);
	for (size_t i = 0; i < WEIGH_LAYOUTS; i++) {
		weigh->sent[i] += now->bytes[i];
		if (row->bytes[i] > 0 || now->bytes[i] > 0)
			weigh->written[i] += dynamodb_cost_write(row->bytes[i], now->bytes[i]);
		row->bytes[i] = now->bytes[i];
	}
}

/* ---- taking apart ---- */

static struct bytes content_of(struct weigh *weigh, const json_t *row)
{
	struct bytes bytes;
	must(dynamodb_answer_bytes(row, "c", weigh->arena, &bytes) == HANSARD_OK);
	return bytes;
}

static void take_entry(struct parcel *parcel, struct entry entry)
{
	must(arena_grow(parcel->weigh->arena, &parcel->entries, parcel->entry_count, &parcel->entry_capacity,
					sizeof(*parcel->entries)));
	parcel->entries[parcel->entry_count++] = entry;
}

static void take_commit(struct parcel *parcel, struct bytes bytes)
{
	struct weigh_row *row = &parcel->rows[parcel->count];
	struct commit commit;
	must(commit_read(parcel->weigh->arena, bytes, &commit, NULL) == HANSARD_OK);
	for (size_t i = 0; i < commit.change_count; i++) {
		const struct item_key key = {commit.changes[i].type, commit.changes[i].subkey};
		if (!text_is(key.type, "ref"))
			continue;
		const size_t size = change_bytes(key) - (commit.changes[i].removed ? HASH_BYTES - 1 : 0);
		row->bytes[WEIGH_UNREFERENCED] -= size;
		row->bytes[WEIGH_INLINE] -= size;
		parcel->weigh->reference_bytes += size;
	}
	parcel->commits[parcel->commit_count++] = parcel->count;
}

/* A row of items or parts. One of nothing but references is not there without them. */
static void take_bundle(struct parcel *parcel, struct bytes bytes, bool parts)
{
	struct weigh_row *row = &parcel->rows[parcel->count];
	struct dynamodb_bundle_reading reading;
	struct dynamodb_bundle_entry entry;
	size_t others = 0;
	dynamodb_bundle_read(&reading, bytes, parts);
	while (dynamodb_bundle_next(&reading, &entry)) {
		const size_t size = entry_bytes(entry.key, entry.stored.bytes.size) + (parts ? 1 : 0);
		if (entry.stored.bytes.size > 0)
			row->bytes[WEIGH_UNSEALED] -= sealing_bytes(entry.stored);
		if (!parts)
			take_entry(parcel, (struct entry){entry.key, parcel->count, size, entry.stored.bytes.size});
		others += parts || !text_is(entry.key.type, "ref");
		if (parts || !text_is(entry.key.type, "ref"))
			continue;
		row->bytes[WEIGH_UNREFERENCED] -= size;
		row->bytes[WEIGH_INLINE] -= size;
		parcel->weigh->reference_bytes += size;
	}
	must(dynamodb_bundle_good(&reading));
	if (others == 0)
		row->bytes[WEIGH_UNREFERENCED] = 0;
	if (!parts)
		parcel->bundle = parcel->count;
}

static void take_item(struct parcel *parcel, struct item_key key, struct bytes stored)
{
	struct weigh_row *row = &parcel->rows[parcel->count];
	row->bytes[WEIGH_UNSEALED] -= sealing_bytes((struct stored_bytes){.bytes = stored});
	if (text_is(key.type, "dek"))
		row->bytes[WEIGH_UNSEALED] = 0;
	take_entry(parcel, (struct entry){key, parcel->count, entry_bytes(key, stored.size), stored.size});
}

/* Index keys as attributes of the row. */
static size_t index_bytes(const json_t *row)
{
	static const char *const names[] = {"p1", "s1", "p2", "s2"};
	size_t bytes = 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (dynamodb_answer_has(row, names[i]))
			bytes += strlen(names[i]) + dynamodb_answer_text(row, names[i]).size;
	return bytes;
}

static void take_put(struct parcel *parcel, const json_t *item)
{
	struct weigh_row *row = &parcel->rows[parcel->count];
	const struct text sort = dynamodb_answer_text(item, "SK");
	const bool kept = sort.data[0] == '~' && sort.data[1] == 'c';
	const struct bytes content = content_of(parcel->weigh, item);
	struct item_key key;
	for (size_t i = 0; i < WEIGH_LAYOUTS; i++)
		row->bytes[i] = dynamodb_cost_row(item);
	row->bytes[WEIGH_UNINDEXED] -= index_bytes(item);
	if (kept)
		row->bytes[WEIGH_FORGETFUL] = 0;
	else if (sort.data[0] == '~')
		row->bytes[WEIGH_FILELESS] = 0;
	if (kept || sort.data[0] == '!')
		take_commit(parcel, content);
	else if (dynamodb_row_read_item(sort, &key))
		take_item(parcel, key, content);
	else
		take_bundle(parcel, content, sort.data[0] == '~');
}

static void take(struct parcel *parcel, const json_t *action)
{
	const json_t *put = json_object_get(json_object_get(action, "Put"), "Item");
	const json_t *key = put != NULL ? put : json_object_get(json_object_get(action, "Delete"), "Key");
	must(parcel->count < ROWS_MAX && key != NULL);
	parcel->rows[parcel->count].sort = json_string_value(json_object_get(json_object_get(key, "SK"), "S"));
	if (put != NULL)
		take_put(parcel, put);
	parcel->count++;
}

/* ---- references as fields ---- */

/* The statement that a reference begins at, and what it takes as a field: [type, target, time]. */
static size_t inline_bytes(struct weigh *weigh, struct item_key key, struct item_key *ret_source)
{
	struct item_key_ref ref;
	struct display_id id;
	must(item_key_read_ref(key.subkey, &ref) && display_id_parse(ref.source, &id) &&
		 display_id_subkey(weigh->arena, id, &ret_source->subkey));
	ret_source->type = text_of_string(id.type == ENTITY_PERSPECTIVE      ? "perspective"
									  : id.type == ENTITY_RECOMMENDATION ? "recommendation"
									  : id.type == ENTITY_TENSION        ? "tension"
									  : id.type == ENTITY_EVIDENCE       ? "evidence"
																		 : "claim");
	const size_t type = key.subkey.size - ref.source.size - ref.target.size - 2;
	return 1 + string_bytes(type) + string_bytes(ref.target.size) + TIME_BYTES;
}

static void take_references(struct parcel *parcel)
{
	struct weigh *weigh = parcel->weigh;
	char name[NAME_MAX_SIZE];
	for (size_t i = 0; i < parcel->entry_count; i++) {
		const struct entry *entry = &parcel->entries[i];
		struct item_key source;
		if (!text_is(entry->key.type, "ref"))
			continue;
		const size_t size = inline_bytes(weigh, entry->key, &source);
		const size_t carried = count_of(weigh->carried, name_of(source, name));
		const bool known = count_of(weigh->sizes, name_of(entry->key, name)) > 0;
		name_of(source, name);
		if (entry->stored > 0 && !known)
			set_count(weigh->carried, name, carried + size + (carried == 0 ? FIELD_BYTES : 0));
		else if (entry->stored == 0)
			set_count(weigh->carried, name, carried - size);
		weigh->references += entry->stored > 0;
		must(json_object_set_new(parcel->touched, name, json_true()) == 0);
	}
}

/* What is put carries its references, all of them each time. */
static void put_statements(struct parcel *parcel)
{
	struct weigh *weigh = parcel->weigh;
	char name[NAME_MAX_SIZE];
	for (size_t i = 0; i < parcel->entry_count; i++) {
		const struct entry *entry = &parcel->entries[i];
		name_of(entry->key, name);
		if (!dynamodb_row_of_its_own(entry->key)) {
			const size_t before = count_of(weigh->sizes, name);
			weigh->entry_bytes += entry->bytes;
			weigh->newest_bytes += entry->stored > 0 ? entry->bytes : 0;
			weigh->newest_bytes -= before > 0 ? entry_bytes(entry->key, before) : 0;
		}
		set_count(weigh->sizes, name, entry->stored);
		json_object_del(parcel->touched, name);
		if (entry->stored > 0)
			parcel->rows[entry->row].bytes[WEIGH_INLINE] += count_of(weigh->carried, name);
	}
}

/* A source that is there and would have to be put for its references alone: a change of the commit, and an entry of the bundle, or
   its row. */
static void put_source(struct parcel *parcel, const char *name)
{
	struct weigh *weigh = parcel->weigh;
	const char *subkey = strchr(name, '#') + 1;
	const struct item_key key = {.type = {.data = name, .size = (size_t)(subkey - name) - 1},
								 .subkey = text_of_string(subkey)};
	const size_t size = count_of(weigh->sizes, name) + count_of(weigh->carried, name);
	weigh->rewritten++;
	for (size_t i = 0; i < parcel->commit_count; i++)
		parcel->rows[parcel->commits[i]].bytes[WEIGH_INLINE] += change_bytes(key);
	if (!dynamodb_row_of_its_own(key)) {
		must(parcel->bundle != SIZE_MAX);
		parcel->rows[parcel->bundle].bytes[WEIGH_INLINE] += entry_bytes(key, size);
		return;
	}
	struct weigh_row *row = find(weigh, name);
	must(row != NULL);
	const size_t after = row->bytes[WEIGH_AS_SENT] + count_of(weigh->carried, name);
	weigh->sent[WEIGH_INLINE] += after;
	weigh->written[WEIGH_INLINE] += dynamodb_cost_write(row->bytes[WEIGH_INLINE], after);
	row->bytes[WEIGH_INLINE] = after;
}

/* ---- */

void weigh_transaction(void *context, const json_t *actions)
{
	static struct parcel parcel;
	parcel = (struct parcel){.weigh = context, .bundle = SIZE_MAX, .touched = json_object()};
	for (size_t i = 0; i < json_array_size(actions); i++)
		take(&parcel, json_array_get(actions, i));
	const int64_t before = parcel.weigh->written[WEIGH_AS_SENT];
	take_references(&parcel);
	put_statements(&parcel);
	for (void *at = json_object_iter(parcel.touched); at != NULL; at = json_object_iter_next(parcel.touched, at))
		put_source(&parcel, json_object_iter_key(at));
	for (size_t i = 0; i < parcel.count; i++)
		replace(parcel.weigh, &parcel.rows[i]);
	json_decref(parcel.touched);
	if (parcel.weigh->transactions < WEIGH_TRANSACTIONS)
		parcel.weigh->units[parcel.weigh->transactions] = parcel.weigh->written[WEIGH_AS_SENT] - before;
	parcel.weigh->transactions++;
}

size_t weigh_again(const struct weigh *weigh, struct item_key key, size_t more)
{
	char name[NAME_MAX_SIZE];
	return entry_bytes(key, count_of(weigh->sizes, name_of(key, name)) + more) + 2 * change_bytes(key);
}

void weigh_begin(struct weigh *weigh, struct arena *arena)
{
	*weigh = (struct weigh){.arena = arena, .sizes = json_object(), .carried = json_object()};
}

void weigh_end(struct weigh *weigh)
{
	json_decref(weigh->sizes);
	json_decref(weigh->carried);
}

static int compare_rows(const void *a, const void *b)
{
	const struct weigh_row *left = a;
	const struct weigh_row *right = b;
	return strcmp(left->sort, right->sort);
}

struct weigh_load weigh_load(struct weigh *weigh, enum weigh_layout layout)
{
	struct weigh_load load = {.requests = 1};
	size_t page = 0;
	qsort(weigh->rows, weigh->count, sizeof(*weigh->rows), compare_rows);
	for (size_t i = 0; i < weigh->count && strcmp(weigh->rows[i].sort, DYNAMODB_ROW_BEHIND_LOAD) < 0; i++) {
		const size_t bytes = weigh->rows[i].bytes[layout];
		if (page > 0 && page + bytes > DYNAMODB_COST_PAGE_BYTES) {
			load.requests++;
			load.units += dynamodb_cost_read(page);
			page = 0;
		}
		page += bytes;
		load.bytes += bytes;
	}
	load.units += dynamodb_cost_read(page);
	return load;
}
