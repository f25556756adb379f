/*
 * Lists and statistics. Each dialogue is opened in an arena of its own, so that memory does not grow with their
 * number.
 */
#include "library.h"

#include "entity_codec.h"
#include "error.h"
#include "library_walk.h"
#include "limits.h"
#include "store_index.h"
#include "tally.h"
#include "vault_imports.h"

enum hansard_status library_refuse_copies(struct text id, struct hansard_error *error)
{
	error_set(error, HANSARD_VIOLATED, "index_differs",
			  "lists answer by copies, and those of dialogue \"" ERROR_TEXT "\" differ from its record",
			  ERROR_TEXT_ARGS(id));
	error_hint(error, "name them with: hansard verify, which says what to do");
	return HANSARD_VIOLATED;
}

/* What stands in the index without being of it was put there: lists may lack more than that. */
static enum hansard_status refuse_stray(const struct analytics_page *page, struct hansard_error *error)
{
	if (!text_present(page->stray))
		return HANSARD_OK;
	error_set(error, HANSARD_VIOLATED, "index_differs", "an index was written to by somebody else: " ERROR_TEXT,
			  ERROR_TEXT_ARGS(page->stray));
	error_hint(error, "hansard verify looks at every dialogue, and says what to do");
	return HANSARD_VIOLATED;
}

static enum hansard_status leave(struct left_list *left, struct text id, const struct hansard_error *cause,
								 struct hansard_error *error)
{
	return left_add(left, id, cause) ? HANSARD_OK : error_memory(error);
}

static bool is_listed(struct item_key key, enum entity_type type)
{
	return type == ENTITY_META || type == ENTITY_ROUND || type == ENTITY_EXPERT ||
		   (type == ENTITY_EVENT && text_starts_with(key.subkey, TEXT("commented#meta#")));
}

static enum hansard_status read_listed(const struct vault_state *state, struct arena *arena, struct record *record,
									   struct hansard_error *error)
{
	enum hansard_status status = HANSARD_OK;
	record_begin(record, arena, state->dialogue_id);
	record->import_part_rev = vault_imports_part(&state->newest, 1);
	for (size_t i = 0; status == HANSARD_OK && i < state->item_count; i++) {
		const struct vault_item *item = &state->items[i];
		enum entity_type type;
		struct entity_head *entity;
		if (!entity_type_find(item->key.type, &type) || !is_listed(item->key, type))
			continue;
		status = entity_codec_read(arena, type, item->key.subkey, item->attrs, item->plain.bytes, &entity, error);
		if (status == HANSARD_OK)
			status = record_add(record, entity, error);
	}
	return status;
}

/* A rotation of keys, or a restore, hides no import that has not reached its end. A history that is broken is named by `verify`. */
static enum hansard_status find_import_part(struct vault *vault, const struct vault_state *state, struct record *record,
											struct hansard_error *error)
{
	struct hansard_error cause = {.status = HANSARD_OK};
	if (!vault_imports_behind(state->newest.operation))
		return HANSARD_OK;
	const enum hansard_status status =
		vault_imports_part_of(vault, state, record->arena, &record->import_part_rev, &cause);
	if (status == HANSARD_OK || status == HANSARD_VIOLATED)
		return HANSARD_OK;
	if (error != NULL)
		*error = cause;
	return status;
}

static enum hansard_status open_entry(struct vault *vault, const struct analytics_item *found, struct arena *arena,
									  struct library_entry *ret_entry, struct hansard_error *error)
{
	struct vault_state *state;
	struct vault_item item;
	const struct store_item stored = {.key = found->key, .stored = found->stored};
	const struct store_index kept = {.status = found->status, .updated_at = found->updated_at};
	enum hansard_status status = vault_open_found(vault, found, arena, &state, &item, error);
	if (status == HANSARD_OK)
		status = read_listed(state, arena, &ret_entry->record, error);
	if (status == HANSARD_OK)
		status = find_import_part(vault, state, &ret_entry->record, error);
	if (status == HANSARD_OK && !store_index_agrees(&stored, true, &kept))
		status = library_refuse_copies(found->dialogue_id, error);
	ret_entry->id = found->dialogue_id;
	return status;
}

enum hansard_status library_list(struct vault *vault, const struct library_request *request, struct arena *arena,
								 struct library_page *ret_page, struct hansard_error *error)
{
	struct store_engine *engine = vault_engine(vault);
	const struct analytics_request asked = {
		.tenant = vault_tenant(vault), .status = request->status, .limit = request->limit, .cursor = request->cursor};
	struct analytics_page found;
	enum hansard_status status = engine->analytics->dialogues(engine, &asked, arena, &found, error);
	if (status == HANSARD_OK)
		status = refuse_stray(&found, error);
	if (status != HANSARD_OK)
		return status;
	struct library_page page = {.count = found.count, .next = found.next, .as_of = found.as_of};
	page.entries = arena_allocate_array(arena, found.count, sizeof(*page.entries));
	if (page.entries == NULL)
		return error_memory(error);
	page.count = 0;
	for (size_t i = 0; status == HANSARD_OK && i < found.count; i++) {
		struct hansard_error cause = {0};
		status = open_entry(vault, &found.items[i], arena, &page.entries[page.count], &cause);
		if (status == HANSARD_OK)
			page.count++;
		else if (dialogue_gone(&cause))
			status = HANSARD_OK;
		else if (left_takes(&cause))
			status = leave(request->left, found.items[i].dialogue_id, &cause, error);
		else if (error != NULL)
			*error = cause;
	}
	if (status == HANSARD_OK)
		*ret_page = page;
	return status;
}

static enum hansard_status walk_page(const struct library_walk *walk, const struct analytics_page *page,
									 struct hansard_error *error)
{
	enum hansard_status status = HANSARD_OK;
	for (size_t i = 0; status == HANSARD_OK && i < page->count; i++) {
		struct arena *arena = arena_create(LIMIT_ARENA);
		struct hansard_error cause = {0};
		struct dialogue *dialogue;
		if (arena == NULL)
			return error_memory(error);
		status = dialogue_open(walk->vault, page->items[i].dialogue_id, arena, &dialogue, &cause);
		if (status == HANSARD_OK)
			status = walk->visit(walk->context, &dialogue->record, &cause);
		else if (dialogue_gone(&cause))
			status = HANSARD_OK; /* the index lags behind, or names what was erased */
		else if (left_takes(&cause))
			status = leave(walk->left, page->items[i].dialogue_id, &cause, &cause);
		arena_destroy(arena);
		if (status != HANSARD_OK && error != NULL)
			*error = cause;
	}
	return status;
}

enum hansard_status library_walk_all(const struct library_walk *walk, struct hansard_error *error)
{
	enum { PAGE = 100 };
	struct store_engine *engine = vault_engine(walk->vault);
	struct buffer cursor;
	buffer_init(&cursor, LIMIT_ADDRESS * 4);
	bool more = true;
	enum hansard_status status = HANSARD_OK;
	while (status == HANSARD_OK && more) {
		struct arena *arena = arena_create(LIMIT_ARENA);
		if (arena == NULL) {
			status = error_memory(error);
			break;
		}
		const struct analytics_request request = {.tenant = vault_tenant(walk->vault),
												  .limit = PAGE,
												  .cursor = cursor.size > 0 ? buffer_text(&cursor) : TEXT_ABSENT};
		struct analytics_page page = {0};
		status = engine->analytics->dialogues(engine, &request, arena, &page, error);
		if (status == HANSARD_OK)
			status = refuse_stray(&page, error);
		if (status == HANSARD_OK)
			status = walk_page(walk, &page, error);
		more = text_present(page.next);
		cursor.size = 0;
		if (status == HANSARD_OK && more && !buffer_append_text(&cursor, page.next))
			status = error_memory(error);
		arena_destroy(arena);
	}
	buffer_finish(&cursor);
	return status;
}

struct adding {
	struct library_stats stats;
	struct arena *arena; /* for ids */
};

static enum hansard_status add_up(void *context, const struct record *record, struct hansard_error *error)
{
	struct adding *adding = context;
	struct library_stats *stats = &adding->stats;
	const struct entity_meta *meta = record_meta(record);
	struct tally tally;
	if (!arena_grow(adding->arena, &stats->ids, stats->id_count, &stats->id_capacity, sizeof(*stats->ids)) ||
		!arena_copy_text(adding->arena, record->dialogue_id, &stats->ids[stats->id_count]))
		return error_memory(error);
	stats->id_count++;
	tally_whole(record, &tally);
	stats->dialogues[0]++;
	stats->imported_in_part += record->import_part_rev > 0;
	if (meta != NULL)
		stats->dialogues[meta->status]++;
	stats->rounds += (int64_t)tally.rounds;
	stats->experts += (int64_t)tally.experts;
	stats->perspectives += (int64_t)tally.perspectives;
	stats->tensions += (int64_t)tally.tensions;
	stats->tensions_open += (int64_t)tally.tensions_open;
	stats->tensions_resolved += (int64_t)tally.tensions_resolved;
	stats->recommendations += (int64_t)tally.recommendations;
	stats->evidence += (int64_t)tally.evidence;
	stats->claims += (int64_t)tally.claims;
	stats->moves += (int64_t)tally.moves;
	stats->refs += (int64_t)tally.refs;
	stats->verdicts += (int64_t)tally.verdicts;
	stats->files += (int64_t)tally.files;
	if (meta != NULL && meta->status == DIALOGUE_CONVERGED) {
		stats->converged_counted++;
		stats->rounds_to_convergence += (int64_t)tally.rounds;
		stats->score += tally.scores.score.present ? tally.scores.score.value : 0;
	}
	return HANSARD_OK;
}

enum hansard_status library_stats(struct vault *vault, struct left_list *left, struct library_stats *ret_stats,
								  struct hansard_error *error)
{
	struct adding adding = {.arena = left->arena};
	const struct library_walk walk = {.vault = vault, .visit = add_up, .context = &adding, .left = left};
	enum hansard_status status = library_walk_all(&walk, error);
	if (status == HANSARD_OK)
		*ret_stats = adding.stats;
	return status;
}
