/*
 * Sealing: from changes to stored items and parts, each with its leaf.
 */
#include "error.h"
#include "limits.h"
#include "vault_making.h"
#include "vault_parts.h"

/* What the frame of a stored item (heads, nonce, tag of the box, tag), and the reserved pairs of attrs, take at most. */
enum { FRAME_SIZE = 96, RESERVED_SIZE = 96 };

/* What of a change goes into parts: the content, or what of the sealed fields does not fit into the item. */
static struct bytes cut_of(const struct vault_change *change)
{
	const struct bytes whole = change->plain.bytes;
	if (change->has_content)
		return change->content.bytes;
	if (whole.size <= LIMIT_PIECE)
		return (struct bytes){0};
	return (struct bytes){.data = whole.data + LIMIT_PIECE, .size = whole.size - LIMIT_PIECE};
}

/* What of a change goes into the item's own box. An empty map of sealed fields is no box. */
static struct bytes box_of(const struct vault_change *change)
{
	struct bytes box = change->plain.bytes;
	if (!change->has_content && box.size > LIMIT_PIECE)
		box.size = LIMIT_PIECE;
	return box.size == 1 ? (struct bytes){0} : box;
}

static size_t part_count_of(const struct vault_change *change)
{
	return (cut_of(change).size + LIMIT_PIECE - 1) / LIMIT_PIECE;
}

size_t vault_change_size(const struct vault_change *change)
{
	if (change->remove)
		return 0;
	const size_t parts = part_count_of(change);
	const size_t reserved = parts > 0 || change->has_content ? RESERVED_SIZE : 0;
	return FRAME_SIZE + change->attrs.size + reserved + change->plain.bytes.size + parts * FRAME_SIZE +
		   (change->has_content ? change->content.bytes.size : 0);
}

/* What is made of a key, its attrs and its content, and the leaf of that. */
struct sealing {
	struct item_key key;
	struct bytes attrs;
	struct plain_bytes plain;
	struct digest leaf;
};

/* Copies what was sealed into the arena, as the stored item of its key. */
static enum hansard_status keep(struct vault_making *making, struct item_key key, struct store_item *ret_item,
								struct hansard_error *error)
{
	struct store_item item = {.key = key};
	if (!arena_copy(making->arena, buffer_view(&making->scratch), &item.stored.bytes))
		return error_memory(error);
	making->stored_bytes += store_engine_counted(&item);
	if (making->stored_bytes > LIMIT_COMMIT_STORED_BYTES)
		return vault_making_too_large(error, "bytes of items and parts", LIMIT_COMMIT_STORED_BYTES);
	*ret_item = item;
	return HANSARD_OK;
}

static bool draw(const struct vault_making *making, uint8_t entropy[static SEAL_ENTROPY_SIZE])
{
	const struct moment_entropy source = making->vault->entropy;
	return source.fill(source.context, entropy, SEAL_ENTROPY_SIZE);
}

static enum hansard_status no_entropy(struct hansard_error *error)
{
	return error_set(error, HANSARD_FAILED, "no_entropy", "the system gives no randomness");
}

/* Seals one item or part of the new rev into the arena. */
static enum hansard_status seal(struct vault_making *making, struct sealing *sealing, struct store_item *ret_item,
								struct hansard_error *error)
{
	struct item_request request = {
		.place = {.tenant = making->vault->tenant},
		.generation = making->generation,
		.rev = making->request.rev,
		.attrs = sealing->attrs,
		.plain = sealing->plain,
	};
	struct hansard_error fault = {0};
	const enum hansard_status kept = keyring_check_newest(making->vault->keyring, error);
	if (kept != HANSARD_OK)
		return kept;
	if (!vault_address(making->arena, making->dialogue_id, sealing->key, &request.place.address))
		return error_memory(error);
	if (sealing->plain.bytes.size > 0 && !draw(making, request.entropy))
		return no_entropy(error);
	making->scratch.size = 0;
	const enum hansard_status status = item_seal(making->keys, &request, &making->scratch, &sealing->leaf, &fault);
	if (status != HANSARD_OK)
		return error_set(error, status, fault.kind, ERROR_TEXT ": %s", ERROR_TEXT_ARGS(request.place.address),
						 fault.message);
	return keep(making, sealing->key, ret_item, error);
}

/* Wraps a DEK of the new rev under the KEK of the configuration. */
static enum hansard_status seal_wrapping(struct vault_making *making, const struct vault_wrapping *wrapping,
										 struct digest *ret_leaf, struct hansard_error *error)
{
	struct wrap_request request = {
		.place = {.tenant = making->vault->tenant},
		.generation = wrapping->generation,
		.rev = making->request.rev,
		.epoch = keyring_epoch(making->vault->keyring),
		.since = wrapping->since,
	};
	struct wrap_keys keys = {.dek = wrapping->dek};
	if (!vault_address(making->arena, making->dialogue_id, wrapping->key, &request.place.address))
		return error_memory(error);
	if (!draw(making, request.entropy))
		return no_entropy(error);
	enum hansard_status status = keyring_kek(making->vault->keyring, &keys.kek, error);
	making->scratch.size = 0;
	if (status == HANSARD_OK)
		status = wrap_seal(keyring_pool(making->vault->keyring), keys, &request, &making->scratch, ret_leaf, error);
	if (status == HANSARD_OK)
		status = keep(making, wrapping->key, &making->puts[making->put_count], error);
	if (status == HANSARD_OK)
		making->put_count++;
	return status;
}

/* Seals the parts of a change. Parts of owners in address order are in address order themselves. */
static enum hansard_status seal_parts(struct vault_making *making, const struct vault_change *change,
									  struct digest *ret_root, struct hansard_error *error)
{
	static const uint8_t empty_map[] = {0xa0};
	const struct bytes cut = cut_of(change);
	const size_t count = part_count_of(change);
	struct digest *leaves = arena_allocate_array(making->arena, count, sizeof(*leaves));
	if (leaves == NULL)
		return error_memory(error);
	for (size_t i = 0; i < count; i++) {
		const size_t at = i * LIMIT_PIECE;
		const size_t left = cut.size - at;
		struct sealing part = {
			.attrs = {.data = empty_map, .size = sizeof(empty_map)},
			.plain = {.bytes = {.data = cut.data + at, .size = left < LIMIT_PIECE ? left : LIMIT_PIECE}},
		};
		if (!item_key_part(making->arena, change->key, (int)i + 1, &part.key) ||
			!arena_grow(making->arena, &making->parts, making->part_count, &making->part_capacity,
						sizeof(*making->parts)))
			return error_memory(error);
		const enum hansard_status status = seal(making, &part, &making->parts[making->part_count], error);
		if (status != HANSARD_OK)
			return status;
		leaves[i] = part.leaf;
		making->part_count++;
	}
	return hash_root(making->vault->hash, leaves, count, ret_root) ? HANSARD_OK : vault_crypto_failed(error);
}

/* Seals an item behind its parts, whose number and root its attrs carry. */
static enum hansard_status seal_item(struct vault_making *making, const struct vault_change *change,
									 struct digest *ret_leaf, struct hansard_error *error)
{
	struct sealing item = {.key = change->key, .attrs = change->attrs, .plain = {.bytes = box_of(change)}};
	if (change->has_content || part_count_of(change) > 0) {
		struct digest root;
		const enum hansard_status status = seal_parts(making, change, &root, error);
		if (status != HANSARD_OK)
			return status;
		making->scratch.size = 0;
		if (!vault_parts_attrs(change->attrs, part_count_of(change), &root, &making->scratch) ||
			!arena_copy(making->arena, buffer_view(&making->scratch), &item.attrs))
			return error_memory(error);
	}
	const enum hansard_status status = seal(making, &item, &making->puts[making->put_count], error);
	if (status != HANSARD_OK)
		return status;
	making->put_count++;
	*ret_leaf = item.leaf;
	return HANSARD_OK;
}

enum hansard_status vault_seal_changes(struct vault_making *making, struct hansard_error *error)
{
	const size_t count = making->order_count;
	making->changes = arena_allocate_array(making->arena, count, sizeof(*making->changes));
	making->puts = arena_allocate_array(making->arena, count, sizeof(*making->puts));
	making->removals = arena_allocate_array(making->arena, count, sizeof(*making->removals));
	if (making->changes == NULL || making->puts == NULL || making->removals == NULL)
		return error_memory(error);
	for (size_t i = 0; i < count; i++) {
		const struct vault_ordered *ordered = &making->order[i];
		const struct vault_change *change = ordered->change;
		struct commit_change *listed = &making->changes[i];
		*listed = (struct commit_change){
			.type = ordered->key.type, .subkey = ordered->key.subkey, .removed = change != NULL && change->remove};
		if (listed->removed) {
			making->removals[making->removal_count++] = ordered->key;
			continue;
		}
		const enum hansard_status status = change != NULL
											   ? seal_item(making, change, &listed->leaf, error)
											   : seal_wrapping(making, ordered->wrapping, &listed->leaf, error);
		if (status != HANSARD_OK)
			return status;
	}
	return HANSARD_OK;
}
