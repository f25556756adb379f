/*
 * Putting problems into words.
 */
#include "complain.h"

#include <stdarg.h>

#include "error.h"
#include "local_id.h"
#include "nearest.h"

enum { MESSAGE_CEILING = 600, SLIP_MAX = 2 };

__attribute__((format(printf, 3, 0))) static void
add_worded(struct problem_list *problems, const struct problem *problem, const char *format, va_list arguments)
{
	char message[MESSAGE_CEILING];
	int size = vsnprintf(message, sizeof(message), format, arguments);
	struct problem worded = *problem;
	if (size >= 0)
		worded.message =
			(struct text){.data = message, .size = size < MESSAGE_CEILING ? (size_t)size : MESSAGE_CEILING - 1};
	problem_add(problems, &worded);
}

void complain(struct problem_list *problems, enum problem_code code, struct text path, struct text value,
			  const char *format, ...)
{
	const struct problem problem = {.code = code, .path = path, .value = value};
	va_list arguments;
	va_start(arguments, format);
	add_worded(problems, &problem, format, arguments);
	va_end(arguments);
}

void complain_with(struct problem_list *problems, const struct problem *problem, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	add_worded(problems, problem, format, arguments);
	va_end(arguments);
}

/* Slugs of the record's experts and of those that the changes add. NULL when memory is exhausted. */
static struct text *known_experts(struct arena *arena, const struct dialogue_changes *changes,
								  const struct record *record, size_t *ret_count)
{
	const struct record_list *experts = &record->lists[ENTITY_EXPERT];
	struct text *slugs = arena_allocate_array(arena, experts->count + changes->count, sizeof(*slugs));
	size_t count = 0;
	if (slugs == NULL)
		return NULL;
	for (size_t i = 0; i < experts->count; i++)
		slugs[count++] = experts->items[i]->subkey;
	for (size_t i = 0; i < changes->count; i++) {
		const struct entity_head *entity = changes->items[i].entity;
		if (entity->type == ENTITY_EXPERT && record_expert(record, entity->subkey) == NULL)
			slugs[count++] = entity->subkey;
	}
	*ret_count = count;
	return slugs;
}

void complain_expert(struct problem_list *problems, const struct dialogue_changes *changes, const struct record *record,
					 struct text path, struct text value)
{
	size_t count = 0;
	struct text valid = TEXT_ABSENT, suggestion = TEXT("seat the expert on the panel first");
	struct text *known = known_experts(problems->arena, changes, record, &count);
	if (known == NULL || !nearest_list(problems->arena, known, count, &valid)) {
		problems->exhausted = true;
		return;
	}
	struct text nearest = nearest_of(value, known, count);
	if (text_present(nearest) &&
		!arena_format(problems->arena, &suggestion, "did you mean \"%.*s\"?", (int)nearest.size, nearest.data))
		problems->exhausted = true;
	complain_with(problems,
				  &(struct problem){.code = PROBLEM_UNKNOWN_EXPERT,
									.path = path,
									.value = value,
									.constraint = TEXT("an expert of the dialogue"),
									.valid = valid,
									.suggestion = suggestion},
				  "\"" ERROR_TEXT "\" is no expert of this dialogue", ERROR_TEXT_ARGS(value));
}

/* Muffin2 and Muffin3 are numbered, not mistyped. */
static struct text without_number(struct text slug)
{
	while (slug.size > 0 && isdigit((unsigned char)slug.data[slug.size - 1]))
		slug.size--;
	return slug;
}

/* The known expert that a slug may be a slip of: at most two characters, and less than half of them; or absent. */
static struct text slip_of(const struct record *record, struct text slug)
{
	const struct record_list *experts = &record->lists[ENTITY_EXPERT];
	struct text best = TEXT_ABSENT;
	size_t limit = SLIP_MAX + 1;
	for (size_t i = 0; i < experts->count; i++) {
		struct text known = experts->items[i]->subkey;
		size_t distance = nearest_distance(slug, known);
		if (distance >= limit || distance * 2 >= (slug.size < known.size ? slug.size : known.size) ||
			text_equal(without_number(slug), without_number(known)))
			continue;
		limit = distance;
		best = known;
	}
	return best;
}

void complain_newcomer(struct problem_list *problems, const struct record *record, struct text path, struct text slug,
					   bool roleless)
{
	struct text known = slip_of(record, slug);
	struct problem problem = {.code = PROBLEM_UNKNOWN_EXPERT, .warning = true, .path = path, .value = slug};
	if (text_present(known)) {
		if (!arena_format(problems->arena, &problem.suggestion, "did you mean \"%.*s\"?", (int)known.size, known.data))
			problems->exhausted = true;
		complain_with(problems, &problem, "\"" ERROR_TEXT "\" seats a new expert; did you mean " ERROR_TEXT "?",
					  ERROR_TEXT_ARGS(slug), ERROR_TEXT_ARGS(known));
	} else if (roleless) {
		problem.suggestion = TEXT("give the newcomer a role");
		complain_with(problems, &problem, "\"" ERROR_TEXT "\" seats a new expert without a role",
					  ERROR_TEXT_ARGS(slug));
	}
}

static const enum entity_type statement_types[] = {ENTITY_PERSPECTIVE, ENTITY_RECOMMENDATION, ENTITY_TENSION,
												   ENTITY_EVIDENCE, ENTITY_CLAIM};
enum { STATEMENT_TYPES = sizeof(statement_types) / sizeof(statement_types[0]) };

/* The display id of the statement that was registered under this local id, or of the one whose display id is
   nearest. */
static bool guess_target(struct arena *arena, const struct record *record, struct text value, struct text *ret_guess)
{
	struct local_id wanted;
	bool local;
	if (!local_id_parse(arena, value, &wanted, &local))
		return false;
	char best[DISPLAY_ID_SIZE] = "";
	size_t distance = 3;
	for (size_t t = 0; t < STATEMENT_TYPES; t++) {
		const struct record_list *list = &record->lists[statement_types[t]];
		for (size_t i = 0; i < list->count; i++) {
			struct record_statement statement;
			struct display_id id;
			char written[DISPLAY_ID_SIZE];
			if (!record_statement(list->items[i], &statement) || !display_id_of(list->items[i], &id))
				continue;
			size_t far = nearest_distance(value, display_id_format(id, written));
			if (local && text_present(statement.local_id) && text_equal_ignoring_case(statement.local_id, value))
				far = 0;
			if (far < distance) {
				distance = far;
				memcpy(best, written, sizeof(best));
			}
		}
	}
	*ret_guess = TEXT_ABSENT;
	return best[0] == '\0' || arena_format(arena, ret_guess, "did you mean %s?", best);
}

void complain_target(struct problem_list *problems, const struct record *record, struct text path, struct text value)
{
	struct text guess;
	if (!guess_target(problems->arena, record, value, &guess)) {
		problems->exhausted = true;
		return;
	}
	complain_with(problems,
				  &(struct problem){.code = PROBLEM_TARGET_NOT_FOUND,
									.path = path,
									.value = value,
									.constraint = TEXT("an id of this dialogue, or a local id of the same batch"),
									.suggestion = guess},
				  "\"" ERROR_TEXT "\" is neither in the dialogue nor a local id of this batch", ERROR_TEXT_ARGS(value));
}

void complain_abandoned(struct problem_list *problems, const struct record *record, struct text path)
{
	const struct entity_meta *meta = record_meta(record);
	if (meta == NULL || meta->status != DIALOGUE_ABANDONED)
		return;
	complain_with(problems,
				  &(struct problem){.code = PROBLEM_INVALID_STATUS_TRANSITION,
									.path = path,
									.value = TEXT("abandoned"),
									.constraint = TEXT("an abandoned dialogue takes no more than a dissent or minority "
													   "verdict that settles nothing"),
									.suggestion = TEXT("take the question up again with hansard create")},
				  "the dialogue was abandoned: it takes nothing new");
}

enum hansard_status complain_refusal(const struct problem_list *problems, const char *kind, struct hansard_error *error)
{
	if (problems->exhausted)
		return error_memory(error);
	const struct problem *first = NULL;
	for (size_t i = 0; first == NULL && i < problems->count; i++)
		first = problems->items[i].warning ? NULL : &problems->items[i];
	if (first == NULL)
		return HANSARD_OK;
	size_t count = problem_errors(problems);
	enum hansard_status status =
		error_set(error, HANSARD_INVALID, kind, "%zu problem%s; the first: %s at " ERROR_TEXT ": " ERROR_TEXT, count,
				  count == 1 ? "" : "s", problem_code_name(first->code), ERROR_TEXT_ARGS(first->path),
				  ERROR_TEXT_ARGS(first->message));
	error_hint(error, "nothing was written; mend what the problems name and hand it in again");
	return status;
}
