/*
 * The vault: what it is made of, and the verified load.
 */
#include "vault_private.h"

#include "error.h"
#include "limits.h"
#include "slug.h"
#include "utf8.h"
#include "vault_parts.h"

enum hansard_status vault_create(const struct vault_options *options, struct vault **ret_vault,
								 struct hansard_error *error)
{
	if (!slug_valid(options->tenant, LIMIT_TENANT))
		return error_set(error, HANSARD_INVALID, "invalid_tenant", "\"" ERROR_TEXT "\" is not the name of a tenant",
						 ERROR_TEXT_ARGS(options->tenant));
	if (!utf8_valid(bytes_of_text(options->actor)))
		return error_set(error, HANSARD_INVALID, "invalid_actor", "the actor's name is not UTF-8");
	struct vault *vault = calloc(1, sizeof(*vault) + options->tenant.size + options->actor.size);
	if (vault == NULL)
		return error_memory(error);
	char *actor = vault->texts + options->tenant.size;
	memcpy(vault->texts, options->tenant.data, options->tenant.size);
	if (options->actor.size > 0)
		memcpy(actor, options->actor.data, options->actor.size);
	vault->engine = options->engine;
	vault->tenant = (struct text){.data = vault->texts, .size = options->tenant.size};
	vault->actor = (struct text){.data = actor, .size = options->actor.size};
	vault->clock = options->clock;
	vault->entropy = options->entropy;
	vault->hash = hash_create();
	if (vault->hash == NULL) {
		vault_destroy(vault);
		return vault_crypto_failed(error);
	}
	*ret_vault = vault;
	return HANSARD_OK;
}

void vault_destroy(struct vault *vault)
{
	if (vault == NULL)
		return;
	hash_destroy(vault->hash);
	free(vault);
}

struct store_engine *vault_engine(struct vault *vault)
{
	return vault->engine;
}

struct text vault_tenant(const struct vault *vault)
{
	return vault->tenant;
}

bool vault_sha256(struct vault *vault, struct bytes bytes, struct digest *ret_digest)
{
	return hash_of(vault->hash, &bytes, 1, ret_digest);
}

struct store_partition vault_partition(const struct vault *vault, struct text dialogue_id)
{
	return store_engine_partition(vault->engine, vault->tenant, dialogue_id);
}

enum hansard_status vault_crypto_failed(struct hansard_error *error)
{
	return error_set(error, HANSARD_FAILED, "crypto_failed", "the cryptographic library refused to compute a hash");
}

enum hansard_status vault_violated(struct hansard_error *error, struct text address, const char *what)
{
	error_set(error, HANSARD_VIOLATED, "integrity_violated", ERROR_TEXT " %s", ERROR_TEXT_ARGS(address), what);
	error_hint(error, "what is stored is not what was committed: verify names everything; restore it from a backup");
	return HANSARD_VIOLATED;
}

bool vault_address(struct arena *arena, struct text dialogue_id, struct item_key key, struct text *ret_address)
{
	/* Room for any valid address, so that the buffer never grows: it lies on the stack. */
	uint8_t data[LIMIT_ADDRESS];
	struct buffer out = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	if (item_key_address(dialogue_id, key, &out))
		return arena_copy_text(arena, buffer_text(&out), ret_address);
	return arena_format(arena, ret_address, "dialogue:" ERROR_TEXT "/entity:" ERROR_TEXT "/" ERROR_TEXT,
						ERROR_TEXT_ARGS(dialogue_id), ERROR_TEXT_ARGS(key.type), ERROR_TEXT_ARGS(key.subkey));
}

enum hansard_status vault_read_commit(const struct vault *vault, const struct vault_commit_place *place,
									  struct bytes stored, struct commit *ret_commit, struct hansard_error *error)
{
	struct commit commit;
	const enum hansard_status status = commit_read(place->arena, stored, &commit, error);
	if (status != HANSARD_OK)
		return status;
	if (!text_equal(commit.tenant, vault->tenant) || !text_equal(commit.dialogue_id, place->dialogue_id) ||
		commit.rev != place->rev)
		return error_set(error, HANSARD_VIOLATED, "invalid_commit",
						 "not a commit of this place: tenant, dialogue or rev");
	for (size_t i = 0; i < commit.change_count; i++)
		if (!item_key_leaf((struct item_key){.type = commit.changes[i].type, .subkey = commit.changes[i].subkey}))
			return error_set(error, HANSARD_VIOLATED, "invalid_commit", "not a commit: a change of no address");
	*ret_commit = commit;
	return HANSARD_OK;
}

enum hansard_status vault_read_note(const struct vault *vault, struct text dialogue_id, struct bytes stored,
									struct note *ret_note, struct hansard_error *error)
{
	struct note note;
	const enum hansard_status status = note_read(stored, &note, error);
	if (status != HANSARD_OK)
		return status;
	if (!text_equal(note.tenant, vault->tenant) || !text_equal(note.dialogue_id, dialogue_id))
		return error_set(error, HANSARD_VIOLATED, "invalid_head", "a head of another place");
	*ret_note = note;
	return HANSARD_OK;
}

enum hansard_status vault_moved(struct vault *vault, struct text dialogue_id, struct bytes note, bool *ret_moved,
								struct hansard_error *error)
{
	struct arena *arena = arena_create(LIMIT_ARENA);
	if (arena == NULL)
		return error_memory(error);
	const struct store_partition partition = vault_partition(vault, dialogue_id);
	struct store_view view;
	const enum hansard_status status = partition.store->load(&partition, arena, &view, error);
	if (status == HANSARD_OK)
		*ret_moved = !view.exists || !bytes_equal(view.note, note);
	arena_destroy(arena);
	return status;
}

/* One load under way. */
struct load {
	struct vault *vault;
	struct arena *arena;
	struct store_view view;
	struct vault_state *state;
	struct vault_parts_cache parts;
	int64_t highest_rev; /* that an item may carry */
};

/* Note and newest commit: what the rest is held against. */
static enum hansard_status read_head(struct load *load, struct hansard_error *error)
{
	struct vault_state *state = load->state;
	struct note note;
	struct digest hash;
	enum hansard_status status = vault_read_note(load->vault, state->dialogue_id, load->view.note, &note, error);
	if (status != HANSARD_OK)
		return status;
	if (!commit_hash(load->vault->hash, load->view.commit, &hash))
		return vault_crypto_failed(error);
	if (!digest_equal(&hash, &note.hash))
		return error_set(error, HANSARD_VIOLATED, "invalid_head",
						 "the newest commit is not the one that the head names");
	const struct vault_commit_place place = {.arena = load->arena, .dialogue_id = state->dialogue_id, .rev = note.rev};
	status = vault_read_commit(load->vault, &place, load->view.commit, &state->newest, error);
	if (status != HANSARD_OK)
		return status;
	state->rev = note.rev;
	load->highest_rev = note.rev;
	state->hash = hash;
	state->note = load->view.note;
	return HANSARD_OK;
}

/* The leaves of all items. ret_whole is false when an item has no leaf or does not stand in its order. */
static enum hansard_status compute_leaves(struct load *load, bool *ret_whole, struct hansard_error *error)
{
	const struct store_view *view = &load->view;
	struct vault_state *state = load->state;
	uint8_t data[LIMIT_ADDRESS];
	struct buffer address = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	state->leaves = arena_allocate_array(load->arena, view->item_count, sizeof(*state->leaves));
	if (state->leaves == NULL)
		return error_memory(error);
	*ret_whole = false;
	for (size_t i = 0; i < view->item_count; i++) {
		const struct store_item *item = &view->items[i];
		if (i > 0 && item_key_compare(item[-1].key, item->key) >= 0)
			return HANSARD_OK;
		address.size = 0;
		if (text_is(item->key.type, "part") || !item_key_address(state->dialogue_id, item->key, &address))
			return HANSARD_OK;
		const struct item_place place = {.tenant = load->vault->tenant, .address = buffer_text(&address)};
		if (!item_leaf(load->vault->hash, place, item->stored, &state->leaves[i]))
			return HANSARD_OK;
	}
	*ret_whole = true;
	return HANSARD_OK;
}

/* Whether the items are exactly those that the newest commit vouches for. */
static enum hansard_status prove_root(struct load *load, bool *ret_proved, struct hansard_error *error)
{
	struct vault_state *state = load->state;
	struct digest root;
	bool whole;
	const enum hansard_status status = compute_leaves(load, &whole, error);
	if (status != HANSARD_OK)
		return status;
	*ret_proved = false;
	if (!whole || (uint64_t)state->newest.count != load->view.item_count)
		return HANSARD_OK;
	if (!hash_root(load->vault->hash, state->leaves, load->view.item_count, &root))
		return vault_crypto_failed(error);
	*ret_proved = digest_equal(&root, &state->newest.root);
	return HANSARD_OK;
}

/* The sealed fields of an item that is cut: its box and its parts in one. */
static enum hansard_status join_sealed(struct load *load, struct vault_item *item, struct hansard_error *error)
{
	const struct vault_parts_owner owner = {
		.dialogue_id = load->state->dialogue_id, .key = item->key, .rev = item->rev, .attrs = item->attrs};
	struct vault_parts_proof proof;
	const enum hansard_status status = vault_parts_load(load->vault, &owner, &load->parts, load->arena, &proof, error);
	if (status != HANSARD_OK)
		return status;
	return vault_parts_join(load->arena, item->plain.bytes, &proof, &item->plain.bytes) ? HANSARD_OK
																						: error_memory(error);
}

/* An item whose leaf has been proved, opened; *ret_what says what is wrong with it, if anything is. */
static enum hansard_status open_item(struct load *load, const struct store_item *stored, struct vault_item *ret_item,
									 const char **ret_what, struct hansard_error *error)
{
	struct item item;
	struct vault_parts parts;
	const enum hansard_status status = item_read(stored->stored, &item, error);
	if (status != HANSARD_OK) {
		*ret_what = "cannot be read";
		return status;
	}
	const bool cut = !text_is(stored->key.type, "file");
	if (item.rev > load->highest_rev)
		*ret_what = "carries a rev above the head's";
	else if (!vault_parts_of(stored->key, item.attrs, &parts))
		*ret_what = "says nothing readable about its parts";
	else if (cut && parts.count > 0 && item.box.size != LIMIT_PIECE)
		*ret_what = "is not cut where it must be";
	if (*ret_what != NULL)
		return HANSARD_VIOLATED;
	*ret_item = (struct vault_item){
		.key = stored->key,
		.rev = item.rev,
		.attrs = item.attrs,
		.plain = item_open(&item),
		.parts = (size_t)parts.count,
	};
	return cut && parts.count > 0 ? join_sealed(load, ret_item, error) : HANSARD_OK;
}

/* As open_item; a fault names the address. */
static enum hansard_status open_named(struct load *load, const struct store_item *stored, struct vault_item *ret_item,
									  struct hansard_error *error)
{
	const char *what = NULL;
	struct text address;
	const enum hansard_status status = open_item(load, stored, ret_item, &what, error);
	if (status != HANSARD_VIOLATED || what == NULL)
		return status;
	return vault_address(load->arena, load->state->dialogue_id, stored->key, &address)
			   ? vault_violated(error, address, what)
			   : error_memory(error);
}

static enum hansard_status open_items(struct load *load, struct hansard_error *error)
{
	struct vault_state *state = load->state;
	state->item_count = load->view.item_count;
	state->stale_indexes = load->view.stale_indexes;
	state->items = arena_allocate_array(load->arena, state->item_count, sizeof(*state->items));
	if (state->items == NULL)
		return error_memory(error);
	for (size_t i = 0; i < state->item_count; i++) {
		const enum hansard_status status = open_named(load, &load->view.items[i], &state->items[i], error);
		if (status != HANSARD_OK)
			return status;
	}
	return HANSARD_OK;
}

static enum hansard_status not_found(struct text dialogue_id, struct hansard_error *error)
{
	return error_set(error, HANSARD_NOT_FOUND, "dialogue_not_found", "no dialogue \"" ERROR_TEXT "\"",
					 ERROR_TEXT_ARGS(dialogue_id));
}

/* The head or the root does not hold: says what is at fault. Where a load may see half a commit, one look proves
   nothing. */
static enum hansard_status name_faults(struct load *load, struct hansard_error *error)
{
	if (!load->vault->engine->capabilities.load_is_snapshot) {
		error_set(error, HANSARD_BUSY, "not_settled", "what was read is not one state: a commit may be under way");
		error_hint(error, "run it again");
		return HANSARD_BUSY;
	}
	return vault_verify_name(load->vault, load->state->dialogue_id, &load->view, load->arena, error);
}

/* One look at the store. */
static enum hansard_status look(struct load *load, struct text dialogue_id, struct hansard_error *error)
{
	const struct store_partition partition = vault_partition(load->vault, dialogue_id);
	enum hansard_status status = partition.store->load(&partition, load->arena, &load->view, error);
	if (status != HANSARD_OK)
		return status;
	if (!load->view.exists)
		return not_found(dialogue_id, error);
	load->state = arena_allocate(load->arena, sizeof(*load->state));
	if (load->state == NULL || !arena_copy_text(load->arena, dialogue_id, &load->state->dialogue_id))
		return error_memory(error);
	bool proved;
	status = read_head(load, error);
	if (status == HANSARD_VIOLATED)
		return name_faults(load, error);
	if (status != HANSARD_OK)
		return status;
	status = prove_root(load, &proved, error);
	if (status != HANSARD_OK)
		return status;
	return proved ? open_items(load, error) : name_faults(load, error);
}

enum hansard_status vault_load(struct vault *vault, struct text dialogue_id, struct arena *arena,
							   struct vault_state **ret_state, struct hansard_error *error)
{
	if (!slug_valid(dialogue_id, LIMIT_DIALOGUE_ID))
		return not_found(dialogue_id, error);
	struct hansard_error fault = {0};
	enum hansard_status status;
	for (int looks = 1;; looks++) {
		struct load load = {.vault = vault, .arena = arena};
		status = look(&load, dialogue_id, &fault);
		if (status == HANSARD_OK) {
			*ret_state = load.state;
			return HANSARD_OK;
		}
		/* Parts and history are read after the items: a commit between the two looks like a fault. */
		bool moved = false;
		if (status != HANSARD_VIOLATED || looks == VAULT_LOOKS ||
			vault_moved(vault, dialogue_id, load.view.note, &moved, NULL) != HANSARD_OK || !moved)
			break;
	}
	if (error != NULL)
		*error = fault;
	return status;
}

enum hansard_status vault_open_found(struct vault *vault, const struct analytics_item *found, struct arena *arena,
									 struct vault_item *ret_item, struct hansard_error *error)
{
	if (!slug_valid(found->dialogue_id, LIMIT_DIALOGUE_ID) || !item_key_leaf(found->key) ||
		found->stored.bytes.size == 0)
		return error_set(error, HANSARD_INVALID, "not_in_index", "the index holds no copy of this item");
	struct vault_state state = {.dialogue_id = found->dialogue_id};
	struct load load = {.vault = vault, .arena = arena, .state = &state, .highest_rev = LIMIT_REV};
	const struct store_item stored = {.key = found->key, .stored = found->stored};
	struct vault_item item = {0};
	enum hansard_status status = open_named(&load, &stored, &item, error);
	if (status == HANSARD_OK) {
		*ret_item = item;
	} else if (status == HANSARD_VIOLATED && item.parts > 0) {
		/* The copy itself was read: only its parts are others by now. */
		status = error_set(error, HANSARD_CONFLICT, "index_lags", "the index holds an older copy of this item");
		error_hint(error, "open the dialogue to read it");
	}
	return status;
}
