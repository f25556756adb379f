/*
 * The slots of copying of an engine that stands in front of another: each goes on to that one. `inner_of(partition)` gives its partition.
 */
#ifndef PASSING_COPYING_H
#define PASSING_COPYING_H

#include "store_engine.h"

#define PASSING_SLOT(slot, type)                                                                                       \
	static enum hansard_status passing_##slot(const struct store_partition *partition, const struct type *request,     \
											  enum store_result *ret_result, struct hansard_error *error)              \
	{                                                                                                                  \
		const struct store_partition inner = inner_of(partition);                                                      \
		return inner.engine->copying->slot(&inner, request, ret_result, error);                                        \
	}

/* Defines `name`, a struct copying_store. */
#define PASSING_COPYING(name)                                                                                          \
	PASSING_SLOT(reserve, store_reserve_request)                                                                       \
	PASSING_SLOT(clear, store_reservation)                                                                             \
	PASSING_SLOT(put, store_put_request)                                                                               \
	PASSING_SLOT(publish, store_publish_request)                                                                       \
	PASSING_SLOT(tidy, store_tidy_request)                                                                             \
	PASSING_SLOT(release, store_tidy_request)                                                                          \
	static enum hansard_status passing_occupant(const struct store_partition *partition,                               \
												struct store_occupant *ret_occupant, struct hansard_error *error)      \
	{                                                                                                                  \
		const struct store_partition inner = inner_of(partition);                                                      \
		return inner.engine->copying->occupant(&inner, ret_occupant, error);                                           \
	}                                                                                                                  \
	static enum hansard_status passing_look(const struct store_partition *partition,                                   \
											const struct store_reservation *mine, struct arena *arena,                 \
											struct store_view *ret_view, struct hansard_error *error)                  \
	{                                                                                                                  \
		const struct store_partition inner = inner_of(partition);                                                      \
		return inner.engine->copying->look(&inner, mine, arena, ret_view, error);                                      \
	}                                                                                                                  \
	static const struct copying_store name = {.occupant = passing_occupant,                                            \
											  .reserve = passing_reserve,                                              \
											  .clear = passing_clear,                                                  \
											  .put = passing_put,                                                      \
											  .look = passing_look,                                                    \
											  .publish = passing_publish,                                              \
											  .tidy = passing_tidy,                                                    \
											  .release = passing_release};

#endif
