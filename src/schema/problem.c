/*
 * The list of problems.
 */
#include "problem.h"

#include "utf8.h"

static const char *const code_names[] = {
	[PROBLEM_MISSING_FIELD] = "missing_field",
	[PROBLEM_INVALID_VALUE] = "invalid_value",
	[PROBLEM_UNKNOWN_FIELD] = "unknown_field",
	[PROBLEM_INVALID_ENTITY_TYPE] = "invalid_entity_type",
	[PROBLEM_INVALID_REF_TYPE] = "invalid_ref_type",
	[PROBLEM_INVALID_DISPLAY_ID] = "invalid_display_id",
	[PROBLEM_TYPE_ID_MISMATCH] = "type_id_mismatch",
	[PROBLEM_TARGET_NOT_FOUND] = "target_not_found",
	[PROBLEM_INVALID_REF_TARGET] = "invalid_ref_target",
	[PROBLEM_REFINE_TYPE_MISMATCH] = "refine_type_mismatch",
	[PROBLEM_INVALID_STATUS_TRANSITION] = "invalid_status_transition",
	[PROBLEM_DUPLICATE_ENTITY] = "duplicate_entity",
	[PROBLEM_UNKNOWN_EXPERT] = "unknown_expert",
	[PROBLEM_ROUND_OUT_OF_ORDER] = "round_out_of_order",
	[PROBLEM_VELOCITY_NOT_ZERO] = "velocity_not_zero",
	[PROBLEM_CONVERGENCE_NOT_UNANIMOUS] = "convergence_not_unanimous",
	[PROBLEM_FORCED_CONVERGENCE_NO_WARNING] = "forced_convergence_no_warning",
	[PROBLEM_VERDICT_EXISTS] = "verdict_exists",
	[PROBLEM_POOL_ADVICE] = "pool_advice",
	[PROBLEM_NOT_UNDERSTOOD] = "not_understood",
	[PROBLEM_CONTRADICTION] = "contradiction",
	[PROBLEM_NO_AUTHOR] = "no_author",
	[PROBLEM_NO_TENSION] = "no_tension",
	[PROBLEM_PLACEHOLDER] = "placeholder",
	[PROBLEM_KEPT_UNREAD] = "kept_unread",
	[PROBLEM_HISTORY] = "history",
};

void problem_begin(struct problem_list *list, struct arena *arena)
{
	*list = (struct problem_list){.arena = arena};
}

/* A copy that can be written in every form of an answer: bytes that are not UTF-8 as U+FFFD. */
static bool copy_text(struct arena *arena, struct text text, struct text *ret_copy)
{
	if (!text_present(text) || utf8_valid(bytes_of_text(text)))
		return arena_copy_text(arena, text, ret_copy);
	char *data = text.size <= SIZE_MAX / 3 ? arena_allocate(arena, 3 * text.size) : NULL;
	size_t size = 0;
	size_t at = 0;
	for (size_t from = 0; data != NULL && from < text.size; from = at) {
		uint32_t code_point;
		utf8_next(text, &at, &code_point);
		const bool good = at - from > 1 || (code_point != 0 && code_point != 0xfffd);
		const struct text shown = good ? text_slice(text, from, at) : TEXT("\xef\xbf\xbd");
		memcpy(data + size, shown.data, shown.size);
		size += shown.size;
	}
	*ret_copy = (struct text){.data = data, .size = size};
	return data != NULL;
}

static bool copy(struct arena *arena, const struct problem *problem, struct problem *ret_copy)
{
	*ret_copy = *problem;
	return copy_text(arena, problem->path, &ret_copy->path) && copy_text(arena, problem->file, &ret_copy->file) &&
		   copy_text(arena, problem->value, &ret_copy->value) &&
		   copy_text(arena, problem->constraint, &ret_copy->constraint) &&
		   copy_text(arena, problem->message, &ret_copy->message) &&
		   copy_text(arena, problem->valid, &ret_copy->valid) &&
		   copy_text(arena, problem->suggestion, &ret_copy->suggestion);
}

void problem_add(struct problem_list *list, const struct problem *problem)
{
	struct problem copied;
	if (!copy(list->arena, problem, &copied) ||
		!arena_grow(list->arena, &list->items, list->count, &list->capacity, sizeof(*list->items))) {
		list->exhausted = true;
		return;
	}
	list->items[list->count++] = copied;
}

size_t problem_errors(const struct problem_list *list)
{
	size_t errors = 0;
	for (size_t i = 0; i < list->count; i++)
		errors += !list->items[i].warning;
	return errors;
}

const char *problem_code_name(enum problem_code code)
{
	const size_t count = sizeof(code_names) / sizeof(code_names[0]);
	return (size_t)code < count ? code_names[code] : "unknown";
}
