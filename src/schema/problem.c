/*
 * The list of problems.
 */
#include "problem.h"

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

static bool copy(struct arena *arena, const struct problem *problem, struct problem *ret_copy)
{
	*ret_copy = *problem;
	return arena_copy_text(arena, problem->path, &ret_copy->path) &&
		   arena_copy_text(arena, problem->file, &ret_copy->file) &&
		   arena_copy_text(arena, problem->value, &ret_copy->value) &&
		   arena_copy_text(arena, problem->constraint, &ret_copy->constraint) &&
		   arena_copy_text(arena, problem->message, &ret_copy->message) &&
		   arena_copy_text(arena, problem->valid, &ret_copy->valid) &&
		   arena_copy_text(arena, problem->suggestion, &ret_copy->suggestion);
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
