/*
 * Keys, put together from texts that were checked and numbers in range, and read back only in the one way they are
 * written. Every key fits where it is written: a tenant has at most 32 bytes, a dialogue id 80, a word of a vocabulary
 * 12, a subkey of an item with a row of its own 7.
 */
#include "dynamodb_row.h"

#include "crc32.h"
#include "limits.h"
#include "moment.h"
#include "slug.h"
#include "vocabulary.h"

static const struct {
	const char *name;
	bool has_n;
} numbered[] = {
	[DYNAMODB_ROW_BUNDLE] = {"+bundle#", true},
	[DYNAMODB_ROW_COMMIT] = {"~commit#", false},
	[DYNAMODB_ROW_PARTS] = {"~parts#", true},
};

enum { REV_DIGITS = 10, N_DIGITS = 2, SHARD_SIZE = 12 };

_Static_assert(LIMIT_TENANT + sizeof("#dialogue#") - 1 + LIMIT_DIALOGUE_ID <= DYNAMODB_ROW_PARTITION_MAX,
			   "a partition key has room for every tenant and id");
_Static_assert(LIMIT_DIALOGUE_ID + 1 + MOMENT_SIZE <= DYNAMODB_ROW_PARTITION_MAX,
			   "an index key has room for its texts");

struct text dynamodb_row_view(const struct dynamodb_row_text *text)
{
	return (struct text){.data = text->data, .size = text->size};
}

/* Appends what is known to fit. */
static void append(struct dynamodb_row_text *text, struct text more)
{
	const size_t room = sizeof(text->data) - text->size;
	const size_t size = more.size < room ? more.size : room;
	if (size > 0)
		memcpy(text->data + text->size, more.data, size);
	text->size += size;
}

static void append_number(struct dynamodb_row_text *text, int64_t number, int width)
{
	char digits[24];
	const int size = snprintf(digits, sizeof(digits), "%0*lld", width, (long long)number);
	append(text, (struct text){.data = digits, .size = (size_t)size});
}

bool dynamodb_row_partition(struct text tenant, struct text dialogue_id, struct dynamodb_row_text *ret_partition)
{
	if (!slug_valid(tenant, LIMIT_TENANT) || !slug_valid(dialogue_id, LIMIT_DIALOGUE_ID))
		return false;
	ret_partition->size = 0;
	append(ret_partition, tenant);
	append(ret_partition, TEXT("#dialogue#"));
	append(ret_partition, dialogue_id);
	return true;
}

bool dynamodb_row_read_partition(struct text partition, struct text *ret_tenant, struct text *ret_id)
{
	const struct text infix = TEXT("#dialogue#");
	struct dynamodb_row_text again;
	const size_t at = text_find(partition, infix, 0);
	if (at == SIZE_MAX)
		return false;
	const struct text tenant = text_slice(partition, 0, at);
	const struct text id = text_slice(partition, at + infix.size, partition.size);
	if (!dynamodb_row_partition(tenant, id, &again))
		return false;
	*ret_tenant = tenant;
	*ret_id = id;
	return true;
}

struct dynamodb_row_text dynamodb_row_numbered(enum dynamodb_row_numbered kind, int64_t rev, unsigned n)
{
	struct dynamodb_row_text sort = {.size = 0};
	append(&sort, text_of_string(numbered[kind].name));
	append_number(&sort, rev, REV_DIGITS);
	if (numbered[kind].has_n) {
		append(&sort, TEXT("#"));
		append_number(&sort, n, N_DIGITS);
	}
	return sort;
}

static bool read_digits(struct text text, size_t from, size_t size, int64_t *ret_number)
{
	const struct text digits = text_slice(text, from, from + size);
	int64_t number = 0;
	for (size_t i = 0; i < digits.size; i++) {
		if (digits.data[i] < '0' || digits.data[i] > '9')
			return false;
		number = number * 10 + (digits.data[i] - '0');
	}
	*ret_number = number;
	return digits.size == size;
}

bool dynamodb_row_read_numbered(struct text sort, enum dynamodb_row_numbered kind, int64_t *ret_rev, unsigned *ret_n)
{
	const struct text name = text_of_string(numbered[kind].name);
	const size_t behind_rev = name.size + REV_DIGITS;
	int64_t rev;
	int64_t n = 0;
	if (!text_starts_with(sort, name) || !read_digits(sort, name.size, REV_DIGITS, &rev) || rev < 1)
		return false;
	if (!numbered[kind].has_n ? sort.size != behind_rev
							  : sort.size != behind_rev + 1 + N_DIGITS || sort.data[behind_rev] != '#' ||
									!read_digits(sort, behind_rev + 1, N_DIGITS, &n))
		return false;
	*ret_rev = rev;
	*ret_n = (unsigned)n;
	return true;
}

bool dynamodb_row_of_its_own(struct item_key key)
{
	return text_is(key.type, "meta") || text_is(key.type, "tension") || text_is(key.type, "dek");
}

struct dynamodb_row_text dynamodb_row_item(struct item_key key)
{
	struct dynamodb_row_text sort = {.size = 0};
	append(&sort, key.type);
	append(&sort, TEXT("#"));
	append(&sort, key.subkey);
	return sort;
}

bool dynamodb_row_read_item(struct text sort, struct item_key *ret_key)
{
	const size_t hash = text_find(sort, TEXT("#"), 0);
	if (hash == SIZE_MAX)
		return false;
	const struct item_key key = {.type = text_slice(sort, 0, hash), .subkey = text_slice(sort, hash + 1, sort.size)};
	if (!dynamodb_row_of_its_own(key) || !item_key_leaf(key))
		return false;
	*ret_key = key;
	return true;
}

/* ---- index keys ---- */

struct dynamodb_row_text dynamodb_row_shelf(const struct dynamodb_row_shelf_request *request)
{
	static const char *const shelves[] = {
		[DYNAMODB_ROW_DIALOGUES] = "#status#", [DYNAMODB_ROW_TENSIONS] = "#tension#", [DYNAMODB_ROW_HEADS] = "#head"};
	struct dynamodb_row_text key = {.size = 0};
	append(&key, request->tenant);
	append(&key, text_of_string(shelves[request->shelf]));
	append(&key, request->status);
	if (request->shards > 1) {
		append(&key, TEXT("#"));
		append_number(&key, request->shard, 0);
	}
	return key;
}

static struct dynamodb_row_text shelf_of(const struct dynamodb_row_place *place, enum dynamodb_row_shelf shelf,
										 struct text status)
{
	const struct dynamodb_row_shelf_request request = {
		.shelf = shelf,
		.tenant = place->tenant,
		.status = status,
		.shard = place->shards > 1 ? crc32_of(bytes_of_text(place->dialogue_id)) % place->shards : 0,
		.shards = place->shards,
	};
	return dynamodb_row_shelf(&request);
}

struct dynamodb_row_text dynamodb_row_dialogue_sort(struct text updated_at, struct text dialogue_id)
{
	struct dynamodb_row_text sort = {.size = 0};
	append(&sort, updated_at);
	append(&sort, TEXT("#"));
	append(&sort, dialogue_id);
	return sort;
}

bool dynamodb_row_tension_sort(struct text dialogue_id, struct item_key key, struct dynamodb_row_text *ret_sort)
{
	if (!text_is(key.type, "tension") || !item_key_leaf(key))
		return false;
	/* A display id is its letter and the subkey without its '#'. */
	ret_sort->size = 0;
	append(ret_sort, dialogue_id);
	append(ret_sort, TEXT("#T"));
	append(ret_sort, text_slice(key.subkey, 0, 2));
	append(ret_sort, text_slice(key.subkey, 3, key.subkey.size));
	return true;
}

bool dynamodb_row_index(const struct dynamodb_row_place *place, const struct store_item *item, bool listed,
						struct dynamodb_row_index *ret_index)
{
	struct store_index copies;
	unsigned word;
	*ret_index = (struct dynamodb_row_index){.name = DYNAMODB_ROW_NO_INDEX};
	if (!store_index_of(item, listed, &copies))
		return false;
	if (copies.dialogue) {
		const bool known =
			text_present(copies.status) && vocabulary_find(&vocabulary_dialogue_status, copies.status, &word);
		ret_index->name = DYNAMODB_ROW_BY_STATUS;
		ret_index->partition = shelf_of(place, DYNAMODB_ROW_DIALOGUES, known ? copies.status : TEXT(""));
		ret_index->sort = dynamodb_row_dialogue_sort(copies.updated_at, place->dialogue_id);
	} else if (copies.open_tension && dynamodb_row_tension_sort(place->dialogue_id, item->key, &ret_index->sort)) {
		ret_index->name = DYNAMODB_ROW_BY_TENSION_STATUS;
		ret_index->partition = shelf_of(place, DYNAMODB_ROW_TENSIONS, copies.status);
	}
	return true;
}

void dynamodb_row_head_index(const struct dynamodb_row_place *place, struct dynamodb_row_index *ret_index)
{
	*ret_index = (struct dynamodb_row_index){.name = DYNAMODB_ROW_BY_TENSION_STATUS,
											 .partition = shelf_of(place, DYNAMODB_ROW_HEADS, TEXT(""))};
	append(&ret_index->sort, place->dialogue_id);
}

bool dynamodb_row_index_equal(const struct dynamodb_row_index *a, const struct dynamodb_row_index *b)
{
	return a->name == b->name && text_equal(dynamodb_row_view(&a->partition), dynamodb_row_view(&b->partition)) &&
		   text_equal(dynamodb_row_view(&a->sort), dynamodb_row_view(&b->sort));
}
