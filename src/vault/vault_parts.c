/*
 * Parts: reading the reserved attrs, proving pieces, joining them, and the content of files.
 */
#include "vault_parts.h"

#include "base64.h"
#include "cbor_read.h"
#include "cbor_write.h"
#include "error.h"
#include "vault_keys.h"
#include "vault_looks.h"

static const struct text parts_name = {.data = "parts", .size = 5};
static const struct text root_name = {.data = "parts_root", .size = 10};

/* Reads one pair whose key has been read, if it is a reserved one. */
static bool read_pair(struct cbor_reader *reader, struct text key, struct vault_parts *parts, int *found)
{
	struct text hex;
	if (text_equal(key, parts_name)) {
		*found += 1;
		return cbor_read_integer(reader, &parts->count);
	}
	if (text_equal(key, root_name)) {
		*found += 1;
		return cbor_read_text(reader, &hex) && base64_hex_decode(hex, parts->root.bytes, DIGEST_SIZE);
	}
	return cbor_read_skip(reader, NULL);
}

/* Attrs without these letters have no reserved pairs: that spares most items the walk. */
static bool mentions_parts(struct bytes attrs)
{
	return text_find(text_of_bytes(attrs), parts_name, 0) != SIZE_MAX;
}

bool vault_parts_of(struct item_key key, struct bytes attrs, struct vault_parts *ret_parts)
{
	const bool file = text_is(key.type, "file");
	struct vault_parts parts = {0};
	int found = 0;
	if (mentions_parts(attrs)) {
		struct cbor_reader reader;
		size_t pairs;
		cbor_read_begin(&reader, attrs);
		if (!cbor_read_map(&reader, &pairs))
			return false;
		for (size_t i = 0; i < pairs; i++) {
			struct text name;
			if (!cbor_read_text(&reader, &name) || !read_pair(&reader, name, &parts, &found))
				return false;
		}
	}
	parts.present = found == 2;
	if (found == 1 || parts.count < 0 || parts.count > LIMIT_PARTS)
		return false;
	if (file ? !parts.present : parts.present && parts.count == 0)
		return false;
	*ret_parts = parts;
	return true;
}

bool vault_parts_cut(struct item_key key, const struct item *item, const struct vault_parts *parts)
{
	return text_is(key.type, "file") || parts->count == 0 || item_plain_size(item) == LIMIT_PIECE;
}

/* Index of the part of this key, or SIZE_MAX. */
static size_t find_part(const struct store_parts *stored, struct item_key key)
{
	size_t from = 0;
	size_t to = stored->count;
	while (from < to) {
		const size_t middle = from + (to - from) / 2;
		const int order = item_key_compare(stored->items[middle].key, key);
		if (order == 0)
			return middle;
		if (order < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return SIZE_MAX;
}

/* What is wrong with a part as its owner's, or NULL. */
static const char *fault_of_part(const struct item *part, const struct vault_parts_owner *owner, bool last)
{
	static const uint8_t empty_map[] = {0xa0};
	if (part->rev != owner->rev)
		return "is of another commit than its owner";
	if (part->generation != owner->generation)
		return "is of another generation than its owner";
	if (!bytes_equal(part->attrs, (struct bytes){.data = empty_map, .size = sizeof(empty_map)}))
		return "has fields of its own";
	if (last ? part->box.size == 0 : item_plain_size(part) != LIMIT_PIECE)
		return "is not cut where it must be";
	return NULL;
}

/* A proof under way. */
struct proving {
	struct vault *vault;
	const struct vault_parts_owner *owner;
	const struct store_parts *stored;
	struct arena *arena;
	struct digest *leaves;
	struct vault_parts_proof proof;
};

/* Finds, reads and hashes part n; what is wrong with it goes into the proof. Its owner is proved and of this format, so
   a part that cannot be read is not what was committed. */
static enum hansard_status prove_part(struct proving *proving, size_t n, struct hansard_error *error)
{
	struct vault_parts_proof *proof = &proving->proof;
	struct item_key key;
	if (!item_key_part(proving->arena, proving->owner->key, (int)n, &key) ||
		!vault_address(proving->arena, proving->owner->dialogue_id, key, &proof->address))
		return error_memory(error);
	const size_t at = find_part(proving->stored, key);
	struct vault_part *part = &proof->parts[n - 1];
	struct item_proof hashes;
	if (at == SIZE_MAX)
		proof->what = "is missing";
	else if (item_read(proving->stored->items[at].stored, &part->item, NULL) != HANSARD_OK)
		proof->what = "cannot be read";
	else
		proof->what = fault_of_part(&part->item, proving->owner, n == proof->count);
	if (proof->what != NULL)
		return HANSARD_OK;
	const struct item_place place = {.tenant = proving->vault->tenant, .address = proof->address};
	if (!item_prove(proving->vault->hash, place, proving->stored->items[at].stored, &hashes))
		return vault_crypto_failed(error);
	part->digest = hashes.digest;
	part->address = proof->address;
	proving->leaves[n - 1] = hashes.leaf;
	return HANSARD_OK;
}

/* The root over all parts, when each is in order by itself. */
static enum hansard_status prove_root(struct proving *proving, const struct vault_parts *parts,
									  struct hansard_error *error)
{
	struct digest root;
	if (!vault_address(proving->arena, proving->owner->dialogue_id, proving->owner->key, &proving->proof.address))
		return error_memory(error);
	if (!hash_root(proving->vault->hash, proving->leaves, proving->proof.count, &root))
		return vault_crypto_failed(error);
	if (!digest_equal(&root, &parts->root))
		proving->proof.what = "has parts that are not what was committed";
	return HANSARD_OK;
}

enum hansard_status vault_parts_prove(struct vault *vault, const struct vault_parts_owner *owner,
									  const struct store_parts *stored, struct arena *arena,
									  struct vault_parts_proof *ret_proof, struct hansard_error *error)
{
	struct proving proving = {.vault = vault, .owner = owner, .stored = stored, .arena = arena};
	struct vault_parts parts;
	if (!vault_parts_of(owner->key, owner->attrs, &parts)) {
		*ret_proof = (struct vault_parts_proof){.what = "says nothing readable about its parts"};
		return vault_address(arena, owner->dialogue_id, owner->key, &ret_proof->address) ? HANSARD_OK
																						 : error_memory(error);
	}
	if (!parts.present) {
		*ret_proof = (struct vault_parts_proof){.count = 0};
		return HANSARD_OK;
	}
	proving.proof.count = (size_t)parts.count;
	proving.proof.parts = arena_allocate_array(arena, proving.proof.count, sizeof(*proving.proof.parts));
	proving.leaves = arena_allocate_array(arena, proving.proof.count, sizeof(*proving.leaves));
	if (proving.proof.parts == NULL || proving.leaves == NULL)
		return error_memory(error);
	enum hansard_status status = HANSARD_OK;
	for (size_t n = 1; n <= proving.proof.count && status == HANSARD_OK && proving.proof.what == NULL; n++)
		status = prove_part(&proving, n, error);
	if (status == HANSARD_OK && proving.proof.what == NULL)
		status = prove_root(&proving, &parts, error);
	if (status == HANSARD_OK)
		*ret_proof = proving.proof;
	return status;
}

enum hansard_status vault_parts_join(const struct vault *vault, const struct vault_parts_joining *joining,
									 struct arena *arena, struct bytes *ret_whole, struct hansard_error *error)
{
	const struct vault_parts_proof *proof = joining->proof;
	size_t size = joining->first.size;
	for (size_t i = 0; i < proof->count; i++)
		size += item_plain_size(&proof->parts[i].item);
	uint8_t *whole = arena_allocate(arena, size);
	if (whole == NULL)
		return error_memory(error);
	if (joining->first.size > 0)
		memcpy(whole, joining->first.data, joining->first.size);
	size_t at = joining->first.size;
	for (size_t i = 0; i < proof->count; i++) {
		const struct vault_part *part = &proof->parts[i];
		const struct item_place place = {.tenant = vault->tenant, .address = part->address};
		const enum genuine genuine = item_open(joining->keys, place, &part->item, &part->digest, whole + at);
		if (genuine == GENUINE_UNKNOWN)
			return vault_crypto_failed(error);
		if (genuine == GENUINE_FORGED)
			return vault_violated(error, part->address, "was not sealed with the key of its generation");
		at += item_plain_size(&part->item);
	}
	*ret_whole = (struct bytes){.data = whole, .size = size};
	return HANSARD_OK;
}

bool vault_parts_reserved(struct bytes attrs)
{
	struct vault_parts parts;
	const struct item_key meta = {.type = TEXT("meta"), .subkey = TEXT("")};
	return !vault_parts_of(meta, attrs, &parts) || parts.present;
}

/* The reserved pairs, in their order among the keys of a map. */
struct reserved {
	size_t count;
	struct text root_hex;
	int written;
};

/* Writes the reserved pairs that come before this key; before the absent one: all. */
static void write_reserved(struct cbor_writer *writer, struct reserved *reserved, struct text key)
{
	if (reserved->written == 0 && (!text_present(key) || cbor_write_key_compare(parts_name, key) < 0)) {
		cbor_write_text(writer, parts_name);
		cbor_write_integer(writer, (int64_t)reserved->count);
		reserved->written = 1;
	}
	if (reserved->written == 1 && (!text_present(key) || cbor_write_key_compare(root_name, key) < 0)) {
		cbor_write_text(writer, root_name);
		cbor_write_text(writer, reserved->root_hex);
		reserved->written = 2;
	}
}

bool vault_parts_attrs(struct bytes attrs, size_t count, const struct digest *root, struct buffer *out)
{
	/* Lies on the stack: its capacity is its ceiling, so it never grows. */
	uint8_t hex_data[2 * DIGEST_SIZE];
	struct buffer hex = {.data = hex_data, .capacity = sizeof(hex_data), .ceiling = sizeof(hex_data)};
	struct cbor_reader reader;
	struct cbor_writer writer;
	size_t pairs;
	cbor_read_begin(&reader, attrs);
	if (!base64_hex_append(&hex, digest_view(root)) || !cbor_read_map(&reader, &pairs))
		return false;
	struct reserved reserved = {.count = count, .root_hex = buffer_text(&hex)};
	cbor_write_begin(&writer, out);
	cbor_write_map(&writer, pairs + 2);
	for (size_t i = 0; i < pairs; i++) {
		struct text key;
		struct bytes value;
		if (!cbor_read_text(&reader, &key) || !cbor_read_skip(&reader, &value))
			return false;
		write_reserved(&writer, &reserved, key);
		cbor_write_text(&writer, key);
		cbor_write_encoded(&writer, value);
	}
	write_reserved(&writer, &reserved, TEXT_ABSENT);
	return cbor_write_finish(&writer);
}

enum hansard_status vault_parts_load(struct vault *vault, const struct vault_parts_owner *owner,
									 struct vault_parts_cache *cache, struct arena *arena,
									 struct vault_parts_proof *ret_proof, struct hansard_error *error)
{
	if (cache->rev != owner->rev) {
		const struct store_partition partition = vault_partition(vault, owner->dialogue_id);
		const struct store_parts_request request = {.rev = owner->rev};
		struct store_parts stored;
		const enum hansard_status status = partition.store->parts(&partition, &request, arena, &stored, error);
		if (status != HANSARD_OK)
			return status;
		*cache = (struct vault_parts_cache){.rev = owner->rev, .stored = stored};
	}
	struct vault_parts_proof proof;
	const enum hansard_status status = vault_parts_prove(vault, owner, &cache->stored, arena, &proof, error);
	if (status != HANSARD_OK)
		return status;
	if (proof.what != NULL)
		return vault_violated(error, proof.address, proof.what);
	*ret_proof = proof;
	return HANSARD_OK;
}

/* By the commit that wrote the item, then as they stand. */
static int compare_revs(const void *a, const void *b)
{
	const struct vault_content *const *x = a;
	const struct vault_content *const *y = b;
	if ((*x)->item->rev != (*y)->item->rev)
		return (*x)->item->rev < (*y)->item->rev ? -1 : 1;
	return *x < *y ? -1 : *x > *y;
}

/* Contents being read. What was read of one commit is kept for all of its files, and no longer. */
struct reading {
	struct vault *vault;
	const struct vault_state *state;
	struct arena *arena;
	struct vault_parts_cache cache;
	struct arena *scratch; /* of the cache */
};

/* The content of one file, proved and opened. */
static enum hansard_status open_content(struct reading *reading, struct vault_content *content,
										struct hansard_error *error)
{
	const struct vault_item *item = content->item;
	const struct vault_parts_owner owner = {
		.dialogue_id = reading->state->dialogue_id,
		.key = item->key,
		.rev = item->rev,
		.generation = item->generation,
		.attrs = item->attrs,
	};
	struct vault_parts_proof proof;
	struct item_keys *keys;
	enum hansard_status status =
		vault_parts_load(reading->vault, &owner, &reading->cache, reading->scratch, &proof, error);
	if (status == HANSARD_OK)
		status = vault_keys_of_state(reading->vault, reading->state, item->generation, &keys, error);
	if (status != HANSARD_OK)
		return status;
	const struct vault_parts_joining joining = {.keys = keys, .proof = &proof};
	status = vault_parts_join(reading->vault, &joining, reading->arena, &content->bytes, error);
	vault_keys_release(reading->vault, keys);
	const struct vault_audit_event event = {
		.use = VAULT_USE_OPEN,
		.count = (int64_t)proof.count,
		.outcome = status == HANSARD_OK ? VAULT_OUTCOME_SUCCESS : VAULT_OUTCOME_FAILURE,
	};
	const enum hansard_status told = vault_keys_tell(reading->vault, reading->state->dialogue_id, item->generation,
													 event, status == HANSARD_OK ? error : NULL);
	return status == HANSARD_OK ? told : status;
}

static enum hansard_status read_content(struct reading *reading, struct vault_content *content,
										struct hansard_error *error)
{
	const struct vault_item *item = content->item;
	if (!text_is(item->key.type, "file"))
		return error_set(error, HANSARD_INVALID, "no_content", "a " ERROR_TEXT " has no content",
						 ERROR_TEXT_ARGS(item->key.type));
	if (reading->scratch == NULL || reading->cache.rev != item->rev) {
		arena_destroy(reading->scratch);
		reading->cache = (struct vault_parts_cache){0};
		reading->scratch = arena_create(LIMIT_ARENA);
		if (reading->scratch == NULL)
			return error_memory(error);
	}
	const struct vault_state *state = reading->state;
	const struct store_view view = {.note = state->note};
	struct vault_looks looks = {.vault = reading->vault, .dialogue_id = state->dialogue_id};
	enum vault_looked looked = VAULT_UNSETTLED;
	enum hansard_status status = HANSARD_VIOLATED;
	while (looked == VAULT_UNSETTLED) {
		status = open_content(reading, content, error);
		if (status != HANSARD_VIOLATED)
			return status;
		reading->cache = (struct vault_parts_cache){0};
		const enum hansard_status added = vault_looks_add(&looks, &view, &looked, error);
		if (added != HANSARD_OK)
			return added;
	}
	/* A commit that arrived since the load may take the parts of what it replaced with it: no violation. */
	bool moved = looked == VAULT_MOVED;
	if (!moved)
		status = vault_looks_moved(reading->vault, state->dialogue_id, state->note, &moved, error);
	if (!moved)
		return status == HANSARD_OK ? HANSARD_VIOLATED : status;
	status = error_set(error, HANSARD_CONFLICT, "head_moved", "another commit arrived while " ERROR_TEXT " was read",
					   ERROR_TEXT_ARGS(item->key.subkey));
	error_hint(error, "run it again");
	return status;
}

enum hansard_status vault_contents(struct vault *vault, const struct vault_state *state,
								   const struct vault_contents *contents, struct arena *arena,
								   struct hansard_error *error)
{
	struct vault_content **order = arena_allocate_array(arena, contents->count, sizeof(*order));
	if (order == NULL)
		return error_memory(error);
	for (size_t i = 0; i < contents->count; i++)
		order[i] = &contents->files[i];
	qsort(order, contents->count, sizeof(*order), compare_revs);
	struct reading reading = {.vault = vault, .state = state, .arena = arena};
	enum hansard_status status = HANSARD_OK;
	for (size_t i = 0; status == HANSARD_OK && i < contents->count; i++)
		status = read_content(&reading, order[i], error);
	arena_destroy(reading.scratch);
	return status;
}

enum hansard_status vault_content(struct vault *vault, const struct vault_state *state, const struct vault_item *item,
								  struct arena *arena, struct bytes *ret_content, struct hansard_error *error)
{
	struct vault_content content = {.item = item};
	const enum hansard_status status =
		vault_contents(vault, state, &(struct vault_contents){.files = &content, .count = 1}, arena, error);
	if (status == HANSARD_OK)
		*ret_content = content.bytes;
	return status;
}
