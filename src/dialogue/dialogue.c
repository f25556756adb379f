/*
 * Opening and finding dialogues, and committing to them.
 */
#include "dialogue.h"

#include "entity_codec.h"
#include "error.h"
#include "limits.h"
#include "nearest.h"
#include "slug.h"
#include "vault_imports.h"

enum { FIND_PAGE = 1000, FIND_SHOWN = 8 };

static enum hansard_status decode_item(struct dialogue *dialogue, const struct vault_item *item,
									   struct hansard_error *error)
{
	enum entity_type type;
	if (!entity_type_find(item->key.type, &type))
		return HANSARD_OK; /* a dek: storage's own */
	struct hansard_error cause = {0};
	struct entity_head *entity;
	enum hansard_status status =
		entity_codec_read(dialogue->arena, type, item->key.subkey, item->attrs, item->plain.bytes, &entity, &cause);
	if (status == HANSARD_OK) {
		entity->rev = item->rev;
		status = record_add(&dialogue->record, entity, &cause);
	}
	if (status == HANSARD_OK)
		return HANSARD_OK;
	if (status == HANSARD_FAILED)
		return error_set(error, status, cause.kind, "%s", cause.message);
	return error_set(error, HANSARD_VIOLATED, "undecodable",
					 "dialogue:" ERROR_TEXT "/entity:" ERROR_TEXT "/" ERROR_TEXT ": %s",
					 ERROR_TEXT_ARGS(dialogue->record.dialogue_id), ERROR_TEXT_ARGS(item->key.type),
					 ERROR_TEXT_ARGS(item->key.subkey), cause.message);
}

enum hansard_status dialogue_open(struct vault *vault, struct text id, struct arena *arena,
								  struct dialogue **ret_dialogue, struct hansard_error *error)
{
	struct vault_state *state;
	const enum hansard_status status = vault_load(vault, id, arena, &state, error);
	return status == HANSARD_OK ? dialogue_of_state(vault, state, arena, ret_dialogue, error) : status;
}

enum hansard_status dialogue_of_state(struct vault *vault, struct vault_state *state, struct arena *arena,
									  struct dialogue **ret_dialogue, struct hansard_error *error)
{
	struct dialogue *dialogue = arena_allocate(arena, sizeof(*dialogue));
	if (dialogue == NULL)
		return error_memory(error);
	const struct text kept_id = state->dialogue_id;
	dialogue->vault = vault;
	dialogue->arena = arena;
	dialogue->state = state;
	if (dialogue->state->wrap_count == 0) {
		error_set(error, HANSARD_INVALID, "erased",
				  "\"" ERROR_TEXT "\" was erased: its keys are gone, and nobody can read it any more",
				  ERROR_TEXT_ARGS(kept_id));
		error_hint(error, "what was done when is still there: hansard log; the certificate: hansard receipt");
		return HANSARD_INVALID;
	}
	record_begin(&dialogue->record, arena, kept_id);
	dialogue->record.rev = dialogue->state->rev;
	dialogue->record.import_part_rev = vault_imports_part(&state->newest, 1);
	for (size_t i = 0; i < dialogue->state->item_count; i++) {
		const enum hansard_status status = decode_item(dialogue, &dialogue->state->items[i], error);
		if (status != HANSARD_OK)
			return status;
	}
	*ret_dialogue = dialogue;
	return HANSARD_OK;
}

enum hansard_status dialogue_find_import_part(struct dialogue *dialogue, struct hansard_error *error)
{
	return vault_imports_part_of(dialogue->vault, dialogue->state, dialogue->arena, &dialogue->record.import_part_rev,
								 error);
}

bool dialogue_gone(const struct hansard_error *error)
{
	return error->status == HANSARD_NOT_FOUND ||
		   (error->status == HANSARD_INVALID && strcmp(error->kind, "erased") == 0);
}

/* What a walk over all ids has found. */
struct search {
	struct text prefix;
	struct arena *arena;
	size_t found;
	struct text candidates[FIND_SHOWN];
	struct text nearest;
	size_t distance;
};

/* Two ids share a word: what stands between two '-'. */
static bool share_word(struct text a, struct text b)
{
	for (size_t from = 0; from < a.size;) {
		size_t to = text_find(a, TEXT("-"), from);
		struct text word = text_slice(a, from, to == SIZE_MAX ? a.size : to);
		for (size_t at = text_find(b, word, 0); word.size > 0 && at != SIZE_MAX; at = text_find(b, word, at + 1)) {
			if ((at == 0 || b.data[at - 1] == '-') && (at + word.size == b.size || b.data[at + word.size] == '-'))
				return true;
		}
		from += word.size + 1;
	}
	return false;
}

/* Near enough to be meant: a third of the shorter one may differ, and something must be the same. */
static bool may_be_meant(struct text written, struct text id, size_t distance)
{
	size_t shorter = written.size < id.size ? written.size : id.size;
	return shorter > 0 && distance * 3 <= shorter && (written.data[0] == id.data[0] || share_word(written, id));
}

static bool consider(struct search *search, struct text id, bool by_prefix)
{
	if (by_prefix) {
		size_t at = search->found++;
		return at >= FIND_SHOWN || arena_copy_text(search->arena, id, &search->candidates[at]);
	}
	size_t distance = nearest_distance(search->prefix, id);
	if (distance >= search->distance || !may_be_meant(search->prefix, id, distance))
		return true;
	search->distance = distance;
	return arena_copy_text(search->arena, id, &search->nearest);
}

/* Pages live in an arena of their own each, so that a store of any size is walked in little memory. */
static enum hansard_status consider_page(struct vault *vault, struct search *search, bool by_prefix,
										 struct text *cursor, struct hansard_error *error)
{
	struct arena *scratch = arena_create(LIMIT_ARENA);
	if (scratch == NULL)
		return error_memory(error);
	struct store_engine *engine = vault_engine(vault);
	const struct analytics_request request = {.tenant = vault_tenant(vault),
											  .limit = FIND_PAGE,
											  .cursor = *cursor,
											  .prefix = by_prefix ? search->prefix : TEXT_ABSENT};
	struct analytics_page page = {0};
	enum hansard_status status = engine->analytics->partitions(engine, &request, scratch, &page, error);
	bool good = status == HANSARD_OK;
	for (size_t i = 0; good && i < page.count; i++)
		good = consider(search, page.items[i].dialogue_id, by_prefix);
	if (good)
		good = arena_copy_text(search->arena, page.next, cursor);
	arena_destroy(scratch);
	if (status == HANSARD_OK && !good)
		return error_memory(error);
	return status;
}

/* The ids that begin so, one range of them; where there is none, what may have been meant. */
static enum hansard_status search_ids(struct vault *vault, struct search *search, struct hansard_error *error)
{
	for (int by_prefix = 1; by_prefix >= 0 && search->found == 0; by_prefix--) {
		struct text cursor = TEXT_ABSENT;
		do {
			const enum hansard_status status = consider_page(vault, search, by_prefix, &cursor, error);
			if (status != HANSARD_OK)
				return status;
		} while (text_present(cursor));
	}
	return HANSARD_OK;
}

static enum hansard_status ambiguous(const struct search *search, struct hansard_error *error)
{
	struct buffer list;
	buffer_init(&list, HANSARD_ERROR_MESSAGE_SIZE);
	bool good = true;
	for (size_t i = 0; good && i < search->found && i < FIND_SHOWN; i++)
		good = buffer_append_string(&list, i == 0 ? "" : ", ") && buffer_append_text(&list, search->candidates[i]);
	struct text text = buffer_text(&list);
	enum hansard_status status =
		error_set(error, HANSARD_USAGE, "ambiguous", "\"" ERROR_TEXT "\" begins the ids of %zu dialogues: %.*s%s",
				  ERROR_TEXT_ARGS(search->prefix), search->found, (int)(text.size < 480 ? text.size : 480), text.data,
				  search->found > FIND_SHOWN ? ", ..." : "");
	error_hint(error, "give more of the id");
	buffer_finish(&list);
	return status;
}

/* Whether there is its first commit, which is less to read than the whole of it. None may mean that it was lost. */
static enum hansard_status has_begun(const struct store_partition *partition, struct arena *scratch, bool *ret_begun,
									 struct hansard_error *error)
{
	const struct store_history_request first = {.from = 1, .to = 1};
	struct hansard_error cause = {0};
	struct store_history history = {.count = 0};
	const enum hansard_status status = partition->store->history(partition, &first, scratch, &history, &cause);
	*ret_begun = status == HANSARD_OK && history.count > 0;
	if (status == HANSARD_OK || status == HANSARD_VIOLATED)
		return HANSARD_OK;
	if (error != NULL)
		*error = cause;
	return status;
}

/* Whether there is a dialogue of exactly this id: it has a first commit or a head, whatever that is worth, or had one that was seen here; opening it says
   which. Ids that are listed may lag behind. One that was declared lost is HANSARD_NOT_FOUND VAULT_LOST: its id stands for no other. */
static enum hansard_status look_up(struct vault *vault, struct text id, bool *ret_there, struct hansard_error *error)
{
	*ret_there = false;
	if (!slug_valid(id, LIMIT_DIALOGUE_ID))
		return HANSARD_OK;
	struct arena *scratch = arena_create(LIMIT_ARENA);
	if (scratch == NULL)
		return error_memory(error);
	const struct store_partition partition = store_engine_partition(vault_engine(vault), vault_tenant(vault), id);
	struct hansard_error cause = {0};
	struct store_view view = {.exists = false};
	struct vault_state *state;
	enum hansard_status status = has_begun(&partition, scratch, ret_there, &cause);
	if (status == HANSARD_OK && !*ret_there)
		status = partition.store->load(&partition, scratch, &view, &cause);
	if (status == HANSARD_OK && !*ret_there && !view.exists)
		status = vault_load(vault, id, scratch, &state, &cause);
	arena_destroy(scratch);
	*ret_there = status == HANSARD_OK || status == HANSARD_VIOLATED;
	if (*ret_there || (status == HANSARD_NOT_FOUND && strcmp(cause.kind, VAULT_LOST) != 0))
		return HANSARD_OK;
	if (error != NULL)
		*error = cause;
	return status;
}

enum hansard_status dialogue_find(struct vault *vault, struct text prefix, struct arena *arena, struct text *ret_id,
								  struct hansard_error *error)
{
	struct search search = {.arena = arena, .distance = SIZE_MAX};
	char *lower = arena_allocate(arena, prefix.size + 1);
	if (lower == NULL)
		return error_memory(error);
	for (size_t i = 0; i < prefix.size; i++)
		lower[i] = (char)tolower((unsigned char)prefix.data[i]);
	search.prefix = (struct text){.data = lower, .size = prefix.size};
	bool there;
	enum hansard_status status = look_up(vault, search.prefix, &there, error);
	if (status != HANSARD_OK)
		return status;
	if (there) {
		*ret_id = search.prefix;
		return HANSARD_OK;
	}
	status = search_ids(vault, &search, error);
	if (status != HANSARD_OK)
		return status;
	if (search.found > 1)
		return ambiguous(&search, error);
	if (search.found == 1) {
		*ret_id = search.candidates[0];
		return HANSARD_OK;
	}
	status =
		error_set(error, HANSARD_NOT_FOUND, "not_found", "no dialogue \"" ERROR_TEXT "\"", ERROR_TEXT_ARGS(prefix));
	if (text_present(search.nearest))
		error_hint(error, "did you mean " ERROR_TEXT "?", ERROR_TEXT_ARGS(search.nearest));
	else
		error_hint(error, "hansard list shows what there is");
	return status;
}

/* The item of a file, or NULL. */
static const struct vault_item *item_of(const struct dialogue *dialogue, const struct entity_head *file)
{
	const struct item_key key = {.type = TEXT("file"), .subkey = file->subkey};
	size_t from = 0;
	size_t to = dialogue->state->item_count;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		int order = item_key_compare(dialogue->state->items[middle].key, key);
		if (order == 0)
			return &dialogue->state->items[middle];
		if (order < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}

/* Holds what was read of a file against size and hash that stand with it. */
static enum hansard_status check_content(struct dialogue *dialogue, const struct entity_head *head,
										 struct bytes content, struct hansard_error *error)
{
	const struct entity_file *file = (const struct entity_file *)head;
	struct digest digest;
	if (!vault_sha256(dialogue->vault, content, &digest))
		return error_memory(error);
	if (file->size.value == (int64_t)content.size && bytes_equal(file->sha256, digest_view(&digest)))
		return HANSARD_OK;
	return error_set(error, HANSARD_VIOLATED, "undecodable",
					 "dialogue:" ERROR_TEXT "/entity:file/" ERROR_TEXT ": its content is not of its sha256 and size",
					 ERROR_TEXT_ARGS(dialogue->record.dialogue_id), ERROR_TEXT_ARGS(head->subkey));
}

enum hansard_status dialogue_contents(struct dialogue *dialogue, struct hansard_error *error)
{
	const struct record_list *files = &dialogue->record.lists[ENTITY_FILE];
	struct vault_contents contents = {.files =
										  arena_allocate_array(dialogue->arena, files->count, sizeof(*contents.files))};
	struct entity_head **read = arena_allocate_array(dialogue->arena, files->count, sizeof(struct entity_head *));
	if (contents.files == NULL || read == NULL)
		return error_memory(error);
	for (size_t i = 0; i < files->count; i++) {
		const struct vault_item *item = files->items[i]->content_known ? NULL : item_of(dialogue, files->items[i]);
		if (item == NULL)
			continue;
		read[contents.count] = files->items[i];
		contents.files[contents.count++].item = item;
	}
	enum hansard_status status = vault_contents(dialogue->vault, dialogue->state, &contents, dialogue->arena, error);
	for (size_t i = 0; status == HANSARD_OK && i < contents.count; i++)
		status = check_content(dialogue, read[i], contents.files[i].bytes, error);
	for (size_t i = 0; status == HANSARD_OK && i < contents.count; i++) {
		read[i]->content = contents.files[i].bytes;
		read[i]->content_known = true;
	}
	return status;
}

/* Runs an encoder into the arena. */
static enum hansard_status encode_with(struct arena *arena, const struct entity_head *entity,
									   enum hansard_status (*encode)(const struct entity_head *, struct buffer *,
																	 struct hansard_error *),
									   struct bytes *ret_bytes, struct hansard_error *error)
{
	struct buffer buffer;
	buffer_init(&buffer, LIMIT_ARENA);
	enum hansard_status status = encode(entity, &buffer, error);
	if (status == HANSARD_OK && !arena_copy(arena, buffer_view(&buffer), ret_bytes))
		status = error_memory(error);
	buffer_finish(&buffer);
	return status;
}

enum hansard_status dialogue_encode(struct arena *arena, const struct dialogue_change *change,
									struct vault_change *ret_change, struct hansard_error *error)
{
	const struct entity_head *entity = change->entity;
	struct vault_change encoded = {
		.key = {.type = text_of_string(entity_shape(entity->type)->name), .subkey = entity->subkey},
		.remove = change->remove,
	};
	if (!change->remove) {
		struct bytes plain = {0};
		enum hansard_status status = encode_with(arena, entity, entity_codec_attrs, &encoded.attrs, error);
		if (status == HANSARD_OK)
			status = encode_with(arena, entity, entity_codec_sealed, &plain, error);
		if (status != HANSARD_OK)
			return status;
		encoded.plain = (struct plain_bytes){plain};
		encoded.has_content = entity->type == ENTITY_FILE;
		encoded.content = (struct plain_bytes){entity->content};
		if (encoded.has_content && !entity->content_known)
			return error_set(error, HANSARD_FAILED, "content_not_known",
							 "the content of file " ERROR_TEXT " was not read", ERROR_TEXT_ARGS(entity->subkey));
	}
	*ret_change = encoded;
	return HANSARD_OK;
}

enum hansard_status dialogue_write(struct vault *vault, const struct dialogue_write *write, int64_t *ret_rev,
								   struct hansard_error *error)
{
	struct arena *scratch = arena_create(LIMIT_ARENA);
	if (scratch == NULL)
		return error_memory(error);
	const struct dialogue_changes *changes = write->changes;
	enum hansard_status status = HANSARD_OK;
	struct vault_change *encoded = arena_allocate_array(scratch, changes->count, sizeof(*encoded));
	if (encoded == NULL)
		status = error_memory(error);
	for (size_t i = 0; status == HANSARD_OK && i < changes->count; i++)
		status = dialogue_encode(scratch, &changes->items[i], &encoded[i], error);
	if (status == HANSARD_OK && write->dry_run) {
		*ret_rev = write->state != NULL ? write->state->rev : 0;
	} else if (status == HANSARD_OK) {
		const struct vault_commit commit = {
			.operation = write->operation, .changes = encoded, .change_count = changes->count, .time = write->time};
		status = write->state == NULL ? vault_create_dialogue(vault, write->id, &commit, ret_rev, error)
									  : vault_append(vault, write->state, &commit, ret_rev, error);
	}
	arena_destroy(scratch);
	return status;
}

enum hansard_status dialogue_commit(struct dialogue *dialogue, const char *operation, struct dialogue_changes *changes,
									struct text time, int64_t *ret_rev, struct hansard_error *error)
{
	struct entity_head *old = record_find(&dialogue->record, ENTITY_META, TEXT(""));
	struct entity_head *now = dialogue_changes_current(changes, &dialogue->record, ENTITY_META, TEXT(""));
	if (now != NULL && now == old) {
		struct entity_head *meta = dialogue_changes_edit(changes, now);
		if (meta == NULL)
			return error_memory(error);
		((struct entity_meta *)meta)->updated_at = time;
	}
	const struct dialogue_write write = {.id = dialogue->record.dialogue_id,
										 .state = dialogue->state,
										 .operation = operation,
										 .changes = changes,
										 .time = time,
										 .dry_run = dialogue->dry_run};
	return dialogue_write(dialogue->vault, &write, ret_rev, error);
}

/* The options a vault was made with include the clock; the engine has the same one. */
bool dialogue_now(struct vault *vault, struct arena *arena, struct text *ret_time)
{
	const struct moment_clock *clock = &vault_engine(vault)->clock;
	char *text = arena_allocate(arena, MOMENT_SIZE);
	if (text == NULL || !moment_format(clock->now(clock->context), text))
		return false;
	*ret_time = (struct text){.data = text, .size = MOMENT_SIZE};
	return true;
}

bool dialogue_time(const struct dialogue *dialogue, struct text *ret_time)
{
	struct text now;
	if (!dialogue_now(dialogue->vault, dialogue->arena, &now))
		return false;
	struct text newest = dialogue->state->newest.time;
	*ret_time = text_compare(now, newest) < 0 ? newest : now;
	return true;
}
