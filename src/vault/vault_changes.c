/*
 * The changes of a commit, in address order and checked: nothing is sealed of a commit that cannot be written.
 */
#include "cbor_read.h"
#include "error.h"
#include "limits.h"
#include "vault_making.h"
#include "vault_parts.h"

enum hansard_status vault_making_too_large(struct hansard_error *error, const char *what, size_t limit)
{
	error_set(error, HANSARD_INVALID, "commit_too_large", "one commit holds at most %zu %s", limit, what);
	error_hint(error, "nothing was written: shorten what is longest, or spread it over several commands");
	return HANSARD_INVALID;
}

static enum hansard_status invalid(const struct vault_making *making, struct item_key key, const char *what,
								   struct hansard_error *error)
{
	struct text address;
	if (!vault_address(making->arena, making->dialogue_id, key, &address))
		return error_memory(error);
	return error_set(error, HANSARD_INVALID, "invalid_change", ERROR_TEXT " %s", ERROR_TEXT_ARGS(address), what);
}

static bool is_map(struct bytes encoded)
{
	struct cbor_reader reader;
	enum cbor_kind kind;
	cbor_read_begin(&reader, encoded);
	return cbor_read_kind(&reader, &kind) && kind == CBOR_MAP && cbor_read_skip(&reader, NULL) &&
		   cbor_read_finish(&reader);
}

/* Whether the base has an item of this key. */
static bool has_item(const struct vault_base *base, struct item_key key)
{
	return item_key_find(key, base->keys, base->count, sizeof(*base->keys)) != NULL;
}

/* What is wrong with a change, or NULL. */
static const char *fault_of(const struct vault_making *making, const struct vault_change *change)
{
	const bool wrap = text_is(change->key.type, "dek");
	if (!item_key_leaf(change->key) || (wrap && !change->remove))
		return "is no address of an item";
	if (wrap && strcmp(making->commit->operation, "erase") != 0)
		return "is removed by erasing alone";
	if (change->remove)
		return has_item(making->base, change->key) ? NULL : "is to be removed, but is not there";
	if (text_is(change->key.type, "file") != change->has_content)
		return change->has_content ? "may have no content" : "has no content";
	if (!is_map(change->attrs))
		return "has attrs that are no map";
	if (vault_parts_reserved(change->attrs))
		return "has a field of a reserved name";
	if (change->plain.bytes.size > 0 && !is_map(change->plain.bytes))
		return "has sealed fields that are no map";
	return NULL;
}

static int compare_changes(const void *a, const void *b)
{
	const struct vault_ordered *left = a;
	const struct vault_ordered *right = b;
	return item_key_compare(left->key, right->key);
}

/* Puts the changes into address order and checks each. */
static enum hansard_status order_changes(struct vault_making *making, struct hansard_error *error)
{
	const size_t count = making->commit->change_count;
	if (count + making->wrapping_count > LIMIT_COMMIT_CHANGES)
		return vault_making_too_large(error, "changes", LIMIT_COMMIT_CHANGES);
	making->order = arena_allocate_array(making->arena, count + making->wrapping_count, sizeof(*making->order));
	if (making->order == NULL)
		return error_memory(error);
	for (size_t i = 0; i < count; i++) {
		const struct vault_change *change = &making->commit->changes[i];
		making->order[making->order_count++] = (struct vault_ordered){.key = change->key, .change = change};
		const char *fault = fault_of(making, change);
		if (fault != NULL)
			return invalid(making, change->key, fault, error);
	}
	for (size_t i = 0; i < making->wrapping_count; i++)
		making->order[making->order_count++] =
			(struct vault_ordered){.key = making->wrappings[i].key, .wrapping = &making->wrappings[i]};
	qsort(making->order, making->order_count, sizeof(*making->order), compare_changes);
	for (size_t i = 1; i < making->order_count; i++)
		if (item_key_compare(making->order[i - 1].key, making->order[i].key) == 0)
			return invalid(making, making->order[i].key, "is changed twice in one commit", error);
	return HANSARD_OK;
}

/* The ceilings that can be told before anything is sealed. */
static enum hansard_status check_ceilings(const struct vault_making *making, struct hansard_error *error)
{
	size_t indexed = 0;
	size_t size = 0;
	for (size_t i = 0; i < making->order_count; i++) {
		const struct vault_change *change = making->order[i].change;
		const struct text type = making->order[i].key.type;
		indexed += text_is(type, "meta") || text_is(type, "tension") || text_is(type, "dek") ? 1 : 0;
		if (change == NULL || change->remove)
			continue;
		size += change->plain.bytes.size + (change->has_content ? change->content.bytes.size : 0);
		if (size > LIMIT_COMMIT_STORED_BYTES)
			return vault_making_too_large(error, "bytes of items and parts", LIMIT_COMMIT_STORED_BYTES);
	}
	if (indexed > LIMIT_COMMIT_INDEXED)
		return vault_making_too_large(error, "items of types meta, tension and dek", LIMIT_COMMIT_INDEXED);
	return HANSARD_OK;
}

enum hansard_status vault_changes_order(struct vault_making *making, struct hansard_error *error)
{
	const enum hansard_status status = order_changes(making, error);
	return status == HANSARD_OK ? check_ceilings(making, error) : status;
}
