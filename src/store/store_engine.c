/*
 * What every engine does alike: its identity, and what is checked before the first byte of a change, the ceilings of the
 * boundary and its shape, so that a dialogue that one engine took fits into every other.
 */
#include "store_engine.h"

#include "base64.h"
#include "error.h"
#include "limits.h"
#include "slug.h"
#include "store_head.h"
#include "store_index.h"

struct store_partition store_engine_partition(struct store_engine *engine, struct text tenant, struct text dialogue_id)
{
	return (struct store_partition){
		.store = engine->dialogues, .engine = engine, .tenant = tenant, .dialogue_id = dialogue_id};
}

enum hansard_status store_engine_draw_identity(const char *name, struct moment_entropy entropy, struct buffer *identity,
											   struct hansard_error *error)
{
	uint8_t drawn[16];
	if (!entropy.fill(entropy.context, drawn, sizeof(drawn)))
		return error_set(error, HANSARD_FAILED, "no_entropy", "the system gives no random bytes");
	if (!buffer_append_string(identity, name) || !buffer_append_byte(identity, ':') ||
		!base64_hex_append(identity, (struct bytes){.data = drawn, .size = sizeof(drawn)}))
		return error_memory(error);
	return HANSARD_OK;
}

int64_t store_engine_now(const struct store_engine *engine)
{
	return engine->clock.now(engine->clock.context);
}

size_t store_engine_counted(const struct store_item *item)
{
	enum { FRAME = 16 }; /* what an engine writes beside an address and bytes */
	const bool part = text_is(item->key.type, "part");
	return item->stored.bytes.size + (part ? item->key.type.size + item->key.subkey.size + FRAME : 0);
}

static enum hansard_status invalid(struct hansard_error *error, const char *what)
{
	return error_set(error, HANSARD_INVALID, "invalid_change", "this change is none: %s", what);
}

static enum hansard_status invalid_key(struct hansard_error *error, const char *what, struct item_key key)
{
	return error_set(error, HANSARD_INVALID, "invalid_change", "this change is none: " ERROR_TEXT "/" ERROR_TEXT ": %s",
					 ERROR_TEXT_ARGS(key.type), ERROR_TEXT_ARGS(key.subkey), what);
}

/* One ceiling: what is counted, how much of it there is, how much there may be. */
struct ceiling {
	const char *what;
	size_t value;
	size_t limit;
};

static enum hansard_status check_ceiling(struct ceiling ceiling, struct hansard_error *error)
{
	if (ceiling.value <= ceiling.limit)
		return HANSARD_OK;
	error_set(error, HANSARD_INVALID, "commit_too_large", "the commit has %zu %s; at most %zu are allowed",
			  ceiling.value, ceiling.what, ceiling.limit);
	error_hint(error, "Nothing was written. Split it into several commits.");
	return HANSARD_INVALID;
}

/* Types that have index rows of their own on every engine that needs them. */
static bool indexed(struct item_key key)
{
	return text_is(key.type, "meta") || text_is(key.type, "tension") || text_is(key.type, "dek");
}

static enum hansard_status check_ceilings(const struct store_change *change, struct hansard_error *error)
{
	size_t stored = 0;
	size_t largest = 0;
	size_t rows = 0;
	for (size_t i = 0; i < change->put_count + change->part_count; i++) {
		const bool part = i >= change->put_count;
		const struct store_item *item = part ? &change->parts[i - change->put_count] : &change->puts[i];
		const size_t size = store_engine_counted(item);
		stored = size > SIZE_MAX - stored ? SIZE_MAX : stored + size;
		largest = item->stored.bytes.size > largest ? item->stored.bytes.size : largest;
		rows += indexed(item->key);
	}
	for (size_t i = 0; i < change->removal_count; i++)
		rows += indexed(change->removals[i]);

	const struct ceiling ceilings[] = {
		{"changes", change->put_count + change->removal_count, LIMIT_COMMIT_CHANGES},
		{"items of types meta, tension and dek", rows, LIMIT_COMMIT_INDEXED},
		{"bytes in one stored item", largest, LIMIT_STORED_ITEM},
		{"bytes of items and parts", stored, LIMIT_COMMIT_STORED_BYTES},
		{"bytes in the commit itself", change->commit.size, LIMIT_COMMIT_BYTES},
		{"bytes in its head", change->note.size, LIMIT_NOTE},
	};
	for (size_t i = 0; i < sizeof(ceilings) / sizeof(ceilings[0]); i++)
		if (check_ceiling(ceilings[i], error) != HANSARD_OK)
			return HANSARD_INVALID;
	return HANSARD_OK;
}

static enum hansard_status check_revision(const struct store_change *change, struct hansard_error *error)
{
	static const struct digest zeros;
	if (change->expected_rev < 0 || change->rev <= change->expected_rev || change->rev > LIMIT_REV ||
		(change->rev > change->expected_rev + 1 && !change->restore))
		return invalid(error, "its revision does not follow the one that it stands on");
	if (change->expected_rev == 0 && (change->rev != 1 || !digest_equal(&change->expected_hash, &zeros)))
		return invalid(error, "the first revision is 1 and stands on nothing");
	if (change->commit.size == 0 || change->note.size == 0)
		return invalid(error, "it has no commit or no head");
	if (change->attempt.rev != change->rev)
		return invalid(error, "its attempt names another revision");
	struct store_head head;
	if (!store_head_read(change->note, &head) || head.rev != change->rev || !digest_equal(&head.hash, &change->hash))
		return invalid(error, "its head names another commit");
	return HANSARD_OK;
}

/* Puts: leaves, in address order, each an item. */
static enum hansard_status check_puts(const struct store_change *change, struct hansard_error *error)
{
	for (size_t i = 0; i < change->put_count; i++) {
		const struct store_item *item = &change->puts[i];
		struct store_index index;
		if (!item_key_leaf(item->key))
			return invalid_key(error, "no key of an item", item->key);
		if (i > 0 && item_key_compare(change->puts[i - 1].key, item->key) >= 0)
			return invalid_key(error, "out of order or put twice", item->key);
		if (!store_index_of(item, change->listed, &index))
			return invalid_key(error, "what is put there is no stored item", item->key);
	}
	return HANSARD_OK;
}

static enum hansard_status check_removals(const struct store_change *change, struct hansard_error *error)
{
	size_t put = 0;
	for (size_t i = 0; i < change->removal_count; i++) {
		const struct item_key key = change->removals[i];
		if (!item_key_leaf(key))
			return invalid_key(error, "no key of an item", key);
		if (i > 0 && item_key_compare(change->removals[i - 1], key) >= 0)
			return invalid_key(error, "out of order or removed twice", key);
		while (put < change->put_count && item_key_compare(change->puts[put].key, key) < 0)
			put++;
		if (put < change->put_count && item_key_compare(change->puts[put].key, key) == 0)
			return invalid_key(error, "put and removed at once", key);
	}
	return HANSARD_OK;
}

static bool is_put(const struct store_change *change, struct item_key key)
{
	_Static_assert(offsetof(struct store_item, key) == 0, "an item begins with its key");
	return item_key_find(key, change->puts, change->put_count, sizeof(*change->puts)) != NULL;
}

static enum hansard_status check_parts(const struct store_change *change, struct hansard_error *error)
{
	for (size_t i = 0; i < change->part_count; i++) {
		const struct store_item *part = &change->parts[i];
		struct item_key owner;
		int n;
		if (!item_key_valid(part->key) || !item_key_owner(part->key, &owner, &n))
			return invalid_key(error, "no key of a part", part->key);
		if (i > 0 && item_key_compare(change->parts[i - 1].key, part->key) >= 0)
			return invalid_key(error, "out of order or put twice", part->key);
		if (!is_put(change, owner))
			return invalid_key(error, "a part whose owner is not put", part->key);
		if (part->stored.bytes.size == 0)
			return invalid_key(error, "a part of no bytes", part->key);
	}
	return HANSARD_OK;
}

enum hansard_status store_engine_check_contents(const struct store_partition *partition,
												const struct store_change *change, struct hansard_error *error)
{
	if (!slug_valid(partition->tenant, LIMIT_TENANT) || !slug_valid(partition->dialogue_id, LIMIT_DIALOGUE_ID))
		return error_set(error, HANSARD_INVALID, "invalid_value",
						 "\"" ERROR_TEXT "/" ERROR_TEXT "\" is no tenant and dialogue id",
						 ERROR_TEXT_ARGS(partition->tenant), ERROR_TEXT_ARGS(partition->dialogue_id));
	enum hansard_status status = check_ceilings(change, error);
	if (status == HANSARD_OK)
		status = check_puts(change, error);
	if (status == HANSARD_OK)
		status = check_removals(change, error);
	if (status == HANSARD_OK)
		status = check_parts(change, error);
	return status;
}

enum hansard_status store_engine_check_change(const struct store_partition *partition,
											  const struct store_change *change, struct hansard_error *error)
{
	const enum hansard_status status = store_engine_check_contents(partition, change, error);
	return status == HANSARD_OK ? check_revision(change, error) : status;
}
