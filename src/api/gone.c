/*
 * Marks against heads, and heads against a list.
 */
#include "gone.h"

#include "error.h"
#include "limits.h"

enum { PAGE = 500 };

enum hansard_status gone_list(struct hansard *store, struct arena *arena, struct gone_heads *ret_heads,
							  struct hansard_error *error)
{
	struct store_engine *engine = store->engine;
	struct gone_heads heads = {.ids = NULL};
	struct analytics_request wanted = {
		.tenant = vault_tenant(store->vault), .limit = PAGE, .cursor = TEXT_ABSENT, .prefix = TEXT_ABSENT};
	do {
		struct analytics_page page;
		const enum hansard_status status = engine->analytics->partitions(engine, &wanted, arena, &page, error);
		if (status != HANSARD_OK)
			return status;
		if (!text_present(wanted.cursor))
			heads.as_of = page.as_of;
		for (size_t i = 0; i < page.count; i++) {
			if (!arena_grow(arena, &heads.ids, heads.count, &heads.capacity, sizeof(*heads.ids)))
				return error_memory(error);
			heads.ids[heads.count++] = page.items[i].dialogue_id;
		}
		wanted.cursor = page.next;
	} while (text_present(wanted.cursor));
	*ret_heads = heads;
	return HANSARD_OK;
}

bool gone_lag(const struct hansard *store, struct arena *arena, int64_t as_of, struct text *ret_text)
{
	char moment[MOMENT_SIZE];
	*ret_text = TEXT_ABSENT;
	if (store->engine->capabilities.lists_current || !moment_format(as_of, moment))
		return true;
	return arena_format(
		arena, ret_text,
		"Which dialogues there are was read at %.10s %.8sZ from an index of the table, which may lag: one that "
		"another machine made a moment before may be left out",
		moment, moment + 11);
}

static bool has_head(const struct gone_heads *heads, struct text id)
{
	return heads->count > 0 && bsearch(&id, heads->ids, heads->count, sizeof(*heads->ids), text_order) != NULL;
}

static bool is_left(const struct left_list *left, struct text id)
{
	size_t i = 0;
	while (i < left->count && !text_equal(left->items[i].id, id))
		i++;
	return i < left->count;
}

/* What there is to a dialogue that no list shows. */
enum found { FOUND_NOTHING, FOUND_ERASED, FOUND_SENT, FOUND_UNFINISHED };

/* Loads a dialogue by itself, and leaves it out where that fails for a fault of its own. */
static enum hansard_status look(struct session_request *request, struct text id, struct left_list *left,
								enum found *ret_found, struct hansard_error *error)
{
	*ret_found = FOUND_NOTHING;
	struct vault_state *state;
	struct hansard_error cause = {.status = HANSARD_OK};
	struct arena *arena = arena_create(LIMIT_ARENA);
	if (arena == NULL)
		return error_memory(error);
	enum hansard_status status = vault_load(request->store->vault, id, arena, &state, &cause);
	if (status == HANSARD_OK)
		*ret_found = text_is(state->newest.operation, "migrate-out") ? FOUND_UNFINISHED
					 : state->erased                                 ? FOUND_ERASED
																	 : FOUND_NOTHING;
	arena_destroy(arena);
	if (vault_elsewhere(&cause) || vault_seen_elsewhere(&cause)) {
		*ret_found = FOUND_SENT;
		return HANSARD_OK;
	}
	if (status == HANSARD_NOT_FOUND) /* declared lost, or never seen */
		return HANSARD_OK;
	if (status != HANSARD_OK && left_takes(&cause))
		return left_add(left, id, &cause) ? HANSARD_OK : error_memory(error);
	if (status != HANSARD_OK && error != NULL)
		*error = cause;
	return status;
}

struct marked {
	struct session_request *request;
	const struct gone_heads *heads;
	struct left_list *left;
	struct hansard_error *error;
};

static enum hansard_status check_marked(void *context, struct text id)
{
	const struct marked *marked = context;
	if (has_head(marked->heads, id) || is_left(marked->left, id))
		return HANSARD_OK;
	enum found found;
	return look(marked->request, id, marked->left, &found, marked->error);
}

enum hansard_status gone_add(struct session_request *request, struct left_list *left, struct gone_heads *ret_heads,
							 struct hansard_error *error)
{
	const struct vault_marks *marks = &request->store->marks.slots;
	struct gone_heads heads = {.ids = NULL};
	struct hansard_error failure = {.status = HANSARD_OK};
	struct marked marked = {.request = request, .heads = &heads, .left = left, .error = &failure};
	enum hansard_status status = gone_list(request->store, request->arena, &heads, error);
	if (status != HANSARD_OK)
		return status;
	status = marks->list(marks->context, vault_tenant(request->store->vault), check_marked, &marked, &failure);
	if (status != HANSARD_OK && strcmp(failure.kind, "invalid_mark") != 0) {
		if (error != NULL)
			*error = failure;
		return status;
	}
	*ret_heads = heads;
	return HANSARD_OK;
}

void gone_rest(struct gone_heads *heads, struct text *shown, size_t count, struct gone_heads *ret_rest)
{
	struct gone_heads rest = {.ids = heads->ids};
	if (count > 0)
		qsort(shown, count, sizeof(*shown), text_order);
	for (size_t i = 0, j = 0; i < heads->count; i++) { /* both are in order */
		while (j < count && text_compare(shown[j], heads->ids[i]) < 0)
			j++;
		if (j == count || !text_equal(shown[j], heads->ids[i]))
			rest.ids[rest.count++] = heads->ids[i];
	}
	*ret_rest = rest;
}

enum hansard_status gone_unlisted(struct session_request *request, const struct gone_heads *rest,
								  struct left_list *left, struct gone_unlisted *ret_unlisted,
								  struct hansard_error *error)
{
	struct text *erased = arena_allocate_array(request->arena, rest->count, sizeof(*erased));
	struct text *sent = arena_allocate_array(request->arena, rest->count, sizeof(*sent));
	struct text *unfinished = arena_allocate_array(request->arena, rest->count, sizeof(*unfinished));
	size_t erased_count = 0, sent_count = 0, unfinished_count = 0;
	if (erased == NULL || sent == NULL || unfinished == NULL)
		return error_memory(error);
	for (size_t i = 0; i < rest->count; i++) {
		enum found found = FOUND_NOTHING;
		const enum hansard_status status =
			is_left(left, rest->ids[i]) ? HANSARD_OK : look(request, rest->ids[i], left, &found, error);
		if (status != HANSARD_OK)
			return status;
		if (found == FOUND_ERASED)
			erased[erased_count++] = rest->ids[i];
		else if (found == FOUND_SENT)
			sent[sent_count++] = rest->ids[i];
		else if (found == FOUND_UNFINISHED)
			unfinished[unfinished_count++] = rest->ids[i];
	}
	*ret_unlisted = (struct gone_unlisted){
		.erased = {.items = erased, .count = erased_count, .present = erased_count > 0},
		.moved = {.items = sent, .count = sent_count, .present = sent_count > 0},
		.unfinished = {.items = unfinished, .count = unfinished_count, .present = unfinished_count > 0},
	};
	return HANSARD_OK;
}

enum hansard_status gone_find_unlisted(struct session_request *request, struct gone_heads *heads,
									   struct left_list *left, struct gone_unlisted *ret_unlisted,
									   struct hansard_error *error)
{
	struct store_engine *engine = request->store->engine;
	struct analytics_request wanted = {
		.tenant = vault_tenant(request->store->vault), .limit = 500, .cursor = TEXT_ABSENT};
	struct gone_heads listed = {.ids = NULL}, rest;
	do {
		struct analytics_page page;
		const enum hansard_status status = engine->analytics->dialogues(engine, &wanted, request->arena, &page, error);
		if (status != HANSARD_OK)
			return status;
		for (size_t i = 0; i < page.count; i++) {
			if (!arena_grow(request->arena, &listed.ids, listed.count, &listed.capacity, sizeof(*listed.ids)))
				return error_memory(error);
			listed.ids[listed.count++] = page.items[i].dialogue_id;
		}
		wanted.cursor = page.next;
	} while (text_present(wanted.cursor));
	gone_rest(heads, listed.ids, listed.count, &rest);
	return gone_unlisted(request, &rest, left, ret_unlisted, error);
}
