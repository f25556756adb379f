/*
 * The eight slots of copying: each looks at what there is, and puts another value in its place.
 */
#include "memory_copying.h"

#include "error.h"

static struct store_occupant occupant_of(const struct store_partition *handle)
{
	const struct memory_partition *partition = memory_partition_of(handle);
	return partition == NULL ? (struct store_occupant){.what = STORE_FREE} : partition->is;
}

/* Whether this reservation is there. */
static bool is_reserved(const struct store_partition *handle, const struct store_reservation *mine)
{
	const struct store_occupant wanted = {.what = STORE_RESERVED, .reservation = *mine};
	const struct store_occupant there = occupant_of(handle);
	return store_occupant_equal(&there, &wanted);
}

/* Takes a step and says so. */
static enum hansard_status take(const struct store_partition *handle, const struct memory_step *step,
								enum store_result *ret_result, struct hansard_error *error)
{
	const enum hansard_status status =
		memory_partition_place(handle, memory_partition_step(handle, step, error), error);
	if (status == HANSARD_OK)
		*ret_result = STORE_DONE;
	return status;
}

static enum hansard_status conflict(enum store_result *ret_result)
{
	*ret_result = STORE_CONFLICT;
	return HANSARD_OK;
}

static enum hansard_status occupant(const struct store_partition *handle, struct store_occupant *ret_occupant,
									struct hansard_error *error)
{
	(void)error;
	*ret_occupant = occupant_of(handle);
	return HANSARD_OK;
}

static enum hansard_status reserve(const struct store_partition *handle, const struct store_reserve_request *request,
								   enum store_result *ret_result, struct hansard_error *error)
{
	static const struct memory_step step = {.kept = MEMORY_ALL};
	const struct store_occupant mine = {.what = STORE_RESERVED, .reservation = request->mine};
	const struct store_occupant there = occupant_of(handle);
	enum hansard_status status = store_copy_check_reserve(handle, request, error);
	if (status != HANSARD_OK)
		return status;
	if (!store_occupant_equal(&there, &mine)) {
		if (!store_occupant_equal(&there, &request->found) || !store_copy_may_reserve(&there, &request->mine))
			return conflict(ret_result);
		struct memory_partition *next = memory_partition_step(handle, &step, error);
		if (next != NULL) {
			next->is = mine;
			next->note = (struct bytes){.size = 0};
			next->listed = false;
		}
		status = memory_partition_place(handle, next, error);
	}
	if (status == HANSARD_OK)
		*ret_result = STORE_DONE;
	return status;
}

static enum hansard_status clear(const struct store_partition *handle, const struct store_reservation *mine,
								 enum store_result *ret_result, struct hansard_error *error)
{
	static const struct memory_step step = {.kept = MEMORY_NOTHING};
	if (!mine->called_off || !is_reserved(handle, mine))
		return conflict(ret_result);
	return take(handle, &step, ret_result, error);
}

static enum hansard_status put(const struct store_partition *handle, const struct store_put_request *request,
							   enum store_result *ret_result, struct hansard_error *error)
{
	enum hansard_status status = store_copy_check_put(handle, request, error);
	if (status != HANSARD_OK)
		return status;
	if (request->mine.called_off || !is_reserved(handle, &request->mine))
		return conflict(ret_result);
	*ret_result = STORE_DONE;
	for (size_t i = 0; status == HANSARD_OK && i < request->count; i++) {
		const struct store_copy_revision *revision = &request->revisions[i];
		const struct store_change change = {
			.puts = revision->items,
			.put_count = revision->item_count,
			.parts = revision->parts,
			.part_count = revision->part_count,
			.rev = revision->rev,
			.commit = revision->commit,
		};
		const struct memory_step step = {.kept = MEMORY_OTHERS, .rev = revision->rev, .change = &change};
		status = take(handle, &step, ret_result, error);
	}
	return status;
}

static enum hansard_status look(const struct store_partition *handle, const struct store_reservation *mine,
								struct arena *arena, struct store_view *ret_view, struct hansard_error *error)
{
	struct store_view view = {.exists = false};
	if (is_reserved(handle, mine) &&
		!memory_partition_view(memory_partition_of(handle), mine->source_rev, arena, &view))
		return error_memory(error);
	*ret_view = view;
	return HANSARD_OK;
}

static enum hansard_status publish(const struct store_partition *handle, const struct store_publish_request *request,
								   enum store_result *ret_result, struct hansard_error *error)
{
	const struct memory_step step = {.kept = MEMORY_ALL, .change = &request->change};
	enum hansard_status status = store_copy_check_publish(handle, request, error);
	if (status != HANSARD_OK)
		return status;
	if (request->mine.called_off || !is_reserved(handle, &request->mine))
		return conflict(ret_result);
	struct memory_partition *next = memory_partition_step(handle, &step, error);
	if (next != NULL && !memory_partition_publish(next, &request->change)) {
		arena_destroy(next->arena);
		return error_memory(error);
	}
	status = memory_partition_place(handle, next, error);
	if (status == HANSARD_OK)
		*ret_result = STORE_DONE;
	return status;
}

/* On a head: keeps what is wanted of what it is the head of. */
static enum hansard_status keep(const struct store_partition *handle, const struct store_tidy_request *request,
								enum memory_kept kept, enum store_result *ret_result, struct hansard_error *error)
{
	const struct store_occupant head = {.what = STORE_PUBLISHED, .rev = request->rev, .hash = request->hash};
	const struct memory_step step = {.kept = kept, .rev = request->rev};
	const struct store_occupant there = occupant_of(handle);
	if (!store_occupant_equal(&there, &head))
		return conflict(ret_result);
	return take(handle, &step, ret_result, error);
}

static enum hansard_status tidy(const struct store_partition *handle, const struct store_tidy_request *request,
								enum store_result *ret_result, struct hansard_error *error)
{
	return keep(handle, request, MEMORY_CURRENT, ret_result, error);
}

static enum hansard_status release(const struct store_partition *handle, const struct store_tidy_request *request,
								   enum store_result *ret_result, struct hansard_error *error)
{
	return keep(handle, request, MEMORY_COMMIT, ret_result, error);
}

const struct copying_store memory_copying_store = {
	.occupant = occupant,
	.reserve = reserve,
	.clear = clear,
	.put = put,
	.look = look,
	.publish = publish,
	.tidy = tidy,
	.release = release,
};
