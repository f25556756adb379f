/*
 * Drafts.
 */
#include "draft.h"

#include <unistd.h>

#include "base64.h"
#include "cbor_write.h"
#include "expect.h"
#include "store_head.h"

enum { NUMBERS = 3, ITEM_CEILING = 4 * 1024 * 1024 };

struct draft draft_begin(struct arena *arena, struct store_partition partition)
{
	return (struct draft){.arena = arena, .partition = partition};
}

struct item_key draft_key(const char *type, const char *subkey)
{
	return (struct item_key){.type = text_of_string(type), .subkey = text_of_string(subkey)};
}

static void write_pair(struct cbor_writer *writer, const char *key, const char *value)
{
	if (value == NULL)
		return;
	cbor_write_text(writer, text_of_string(key));
	cbor_write_text(writer, text_of_string(value));
}

/* What tells an item apart beside its clear fields. */
struct tokens {
	int64_t rev;
	int64_t mark; /* which box */
};

static struct stored_bytes encode(struct arena *arena, struct tokens tokens, const struct draft_attrs *attrs,
								  size_t box_size)
{
	uint8_t *box = arena_allocate(arena, box_size);
	expect(box != NULL);
	for (size_t i = 0; i < box_size; i++)
		box[i] = (uint8_t)(i * 31 + (size_t)tokens.mark);
	struct buffer out;
	struct cbor_writer writer;
	buffer_init(&out, ITEM_CEILING);
	cbor_write_begin(&writer, &out);
	cbor_write_array(&writer, 7);
	cbor_write_integer(&writer, 1);
	cbor_write_integer(&writer, 1);
	cbor_write_integer(&writer, tokens.rev);
	cbor_write_map(&writer, (size_t)(attrs->status != NULL) + (attrs->created_at != NULL) +
								(attrs->updated_at != NULL) + (attrs->accepted_by != NULL));
	write_pair(&writer, "status", attrs->status);
	write_pair(&writer, "created_at", attrs->created_at);
	write_pair(&writer, "updated_at", attrs->updated_at);
	write_pair(&writer, "accepted_by", attrs->accepted_by);
	cbor_write_bytes(&writer, (struct bytes){.data = NULL});
	cbor_write_bytes(&writer, (struct bytes){.data = box, .size = box_size});
	cbor_write_bytes(&writer, (struct bytes){.data = NULL});
	struct stored_bytes stored;
	const bool good = cbor_write_finish(&writer) && arena_copy(arena, buffer_view(&out), &stored.bytes);
	buffer_finish(&out);
	expect(good);
	return stored;
}

static struct stored_bytes make_item(struct arena *arena, struct tokens tokens, const struct draft_attrs *attrs,
									 size_t size)
{
	static const struct draft_attrs none;
	size_t box_size = 20;
	struct stored_bytes stored = encode(arena, tokens, attrs == NULL ? &none : attrs, box_size);
	/* The head of the box grows with it: the second correction is for that. */
	for (int i = 0; i < 3 && size != 0 && stored.bytes.size != size; i++) {
		box_size = box_size + size - stored.bytes.size;
		stored = encode(arena, tokens, attrs == NULL ? &none : attrs, box_size);
	}
	expect(size == 0 || stored.bytes.size == size);
	return stored;
}

struct stored_bytes draft_item(struct arena *arena, int64_t rev, const struct draft_attrs *attrs, size_t size)
{
	return make_item(arena, (struct tokens){.rev = rev, .mark = rev}, attrs, size);
}

static void add_item(struct draft *draft, bool part, struct store_item item)
{
	expect(part ? arena_grow(draft->arena, &draft->parts, draft->part_count, &draft->part_capacity, sizeof(item))
				: arena_grow(draft->arena, &draft->puts, draft->put_count, &draft->put_capacity, sizeof(item)));
	if (part)
		draft->parts[draft->part_count++] = item;
	else
		draft->puts[draft->put_count++] = item;
}

static struct item_key copy_key(struct draft *draft, struct item_key key)
{
	struct item_key copy;
	expect(arena_copy_text(draft->arena, key.type, &copy.type));
	expect(arena_copy_text(draft->arena, key.subkey, &copy.subkey));
	return copy;
}

void draft_put(struct draft *draft, struct item_key key, const struct draft_attrs *attrs, size_t size)
{
	const struct tokens tokens = {.rev = draft->rev > 0 ? draft->rev : 1,
								  .mark = (int64_t)(draft->salt % 1000) + (int64_t)draft->put_count + 1};
	add_item(draft, false,
			 (struct store_item){.key = copy_key(draft, key), .stored = make_item(draft->arena, tokens, attrs, size)});
}

void draft_remove(struct draft *draft, struct item_key key)
{
	expect(arena_grow(draft->arena, &draft->removals, draft->removal_count, &draft->removal_capacity, sizeof(key)));
	draft->removals[draft->removal_count++] = copy_key(draft, key);
}

void draft_part(struct draft *draft, struct item_key owner, int n, size_t size)
{
	struct store_item part = {.stored = draft_item(draft->arena, (int64_t)(draft->salt % 1000) + n, NULL, size)};
	expect(item_key_part(draft->arena, owner, n, &part.key));
	add_item(draft, true, part);
}

static int compare_items(const void *a, const void *b)
{
	const struct store_item *left = a;
	const struct store_item *right = b;
	return item_key_compare(left->key, right->key);
}

static int compare_keys(const void *a, const void *b)
{
	const struct item_key *left = a;
	const struct item_key *right = b;
	return item_key_compare(*left, *right);
}

struct digest draft_digest(struct bytes bytes)
{
	struct digest digest = {.bytes = {0}};
	uint64_t state = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < bytes.size + sizeof(digest.bytes); i++) {
		state = (state ^ (i < bytes.size ? bytes.data[i] : 0xff)) * UINT64_C(0x100000001b3);
		digest.bytes[i % sizeof(digest.bytes)] ^= (uint8_t)(state >> 32);
	}
	return digest;
}

/* A commit of the size asked for that names partition, rev and salt. */
static struct bytes make_commit(struct draft *draft, int64_t rev)
{
	struct text text;
	expect(arena_format(draft->arena, &text, "commit %.*s/%.*s %lld %llx", (int)draft->partition.tenant.size,
						draft->partition.tenant.data, (int)draft->partition.dialogue_id.size,
						draft->partition.dialogue_id.data, (long long)rev, (unsigned long long)draft->salt));
	const size_t size = draft->commit_size == 0 ? text.size : draft->commit_size;
	uint8_t *data = arena_allocate(draft->arena, size);
	expect(data != NULL);
	memcpy(data, text.data, text.size < size ? text.size : size);
	return (struct bytes){.data = data, .size = size};
}

struct bytes draft_note(struct draft *draft, int64_t rev, const struct digest *hash)
{
	struct text lines;
	uint8_t data[64];
	struct buffer encoded = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	expect(base64_append(&encoded, digest_view(hash)));
	expect(arena_format(draft->arena, &lines, "hansard head v1\n%.*s/%.*s\n%lld\n%.*s\n",
						(int)draft->partition.tenant.size, draft->partition.tenant.data,
						(int)draft->partition.dialogue_id.size, draft->partition.dialogue_id.data, (long long)rev,
						(int)encoded.size, data));
	struct text note = lines;
	if (draft->note_size > 0)
		expect(arena_format(draft->arena, &note, "%-*.*s", (int)draft->note_size, (int)lines.size, lines.data));
	return bytes_of_text(note);
}

int64_t draft_note_rev(struct bytes note)
{
	struct store_head head = {.rev = 0};
	expect(store_head_read(note, &head));
	return head.rev;
}

/* An attempt like no other, of other processes neither: a store may know them by it, whichever table they are for. */
static void draw_attempt(struct store_attempt *attempt)
{
	static uint64_t drawn;
	drawn = drawn == 0 ? (uint64_t)time(NULL) << 20 : drawn + 1;
	const uint64_t process = (uint64_t)getpid();
	memcpy(attempt->id, &drawn, sizeof(drawn));
	memcpy(attempt->id + sizeof(drawn), &process, sizeof(process));
}

/* Writes the rev into an item, where it takes one byte; an item of a later one keeps 1. */
static void date(struct draft *draft, struct store_item *item, int64_t rev)
{
	enum { REV_AT = 3, ONE_BYTE = 23 };
	if (draft->rev > 0 || rev > ONE_BYTE)
		return;
	uint8_t *data = arena_allocate(draft->arena, item->stored.bytes.size);
	expect(data != NULL);
	memcpy(data, item->stored.bytes.data, item->stored.bytes.size);
	data[REV_AT] = (uint8_t)rev;
	item->stored.bytes.data = data;
}

const struct store_change *draft_make(struct draft *draft, const struct draft_head *head)
{
	const int64_t rev = head->rev + 1;
	if (draft->put_count > 0)
		qsort(draft->puts, draft->put_count, sizeof(*draft->puts), compare_items);
	if (draft->part_count > 0)
		qsort(draft->parts, draft->part_count, sizeof(*draft->parts), compare_items);
	if (draft->removal_count > 0)
		qsort(draft->removals, draft->removal_count, sizeof(*draft->removals), compare_keys);
	for (size_t i = 0; i < draft->put_count; i++)
		date(draft, &draft->puts[i], rev);
	const struct bytes commit = make_commit(draft, rev);
	const struct digest hash = draft_digest(commit);
	draft->change = (struct store_change){
		.expected_rev = head->rev,
		.expected_hash = head->hash,
		.puts = draft->puts,
		.put_count = draft->put_count,
		.removals = draft->removals,
		.removal_count = draft->removal_count,
		.parts = draft->parts,
		.part_count = draft->part_count,
		.rev = rev,
		.listed = !draft->unlisted,
		.commit = commit,
		.hash = hash,
		.note = draft_note(draft, rev, &hash),
		.attempt = {.rev = rev},
	};
	draw_attempt(&draft->change.attempt);
	return &draft->change;
}

enum hansard_status draft_try(struct draft *draft, struct draft_head *head, enum store_result *ret_result,
							  struct hansard_error *error)
{
	const struct store_change *change = draft_make(draft, head);
	const enum hansard_status status = draft->partition.store->commit(&draft->partition, change, ret_result, error);
	if (status == HANSARD_OK && *ret_result == STORE_DONE)
		*head = (struct draft_head){.rev = change->rev, .hash = change->hash};
	return status;
}

void draft_send(struct draft *draft, struct draft_head *head)
{
	struct hansard_error error = {.status = HANSARD_OK};
	enum store_result result = STORE_CONFLICT;
	const enum hansard_status status = draft_try(draft, head, &result, &error);
	expect_good(status, &error);
	expect_integer(result, STORE_DONE);
}
