/*
 * Creation tries one id after the other until the store takes one.
 */
#include "create.h"

#include "entity_codec.h"
#include "error.h"
#include "limits.h"
#include "slug.h"

enum { SUFFIX_MAX = 99, SUFFIX_SIZE = 3 };

/* The n-th candidate: the slug, then slug-2 ... slug-99, cut so that the whole fits. */
static bool candidate(struct arena *arena, struct text slug, int n, struct text *ret_id)
{
	if (n == 1) {
		*ret_id = slug;
		return true;
	}
	struct text stem = text_slice(slug, 0, LIMIT_DIALOGUE_ID - SUFFIX_SIZE);
	while (stem.size > 0 && stem.data[stem.size - 1] == '-')
		stem.size--;
	return arena_format(arena, ret_id, "%.*s-%d", (int)stem.size, stem.data, n);
}

static enum hansard_status check_options(const struct create_options *options, struct hansard_error *error)
{
	if (!text_present(options->title) || text_trim(options->title).size == 0) {
		error_set(error, HANSARD_INVALID, "missing_field", "a dialogue needs a title");
		error_hint(error, "name it behind create, or as title in the JSON object of --file");
		return HANSARD_INVALID;
	}
	if (text_present(options->id) && !slug_valid(options->id, LIMIT_DIALOGUE_ID)) {
		enum hansard_status status = error_set(error, HANSARD_INVALID, "invalid_value",
											   "\"" ERROR_TEXT "\" is no dialogue id", ERROR_TEXT_ARGS(options->id));
		error_hint(error, "lower-case letters and digits, joined by single '-', at most %d", LIMIT_DIALOGUE_ID);
		return status;
	}
	return HANSARD_OK;
}

/* The first commit: meta and what comes with it. An import keeps status and times of its own. */
static bool prepare(const struct create_options *options, struct text time, struct dialogue_changes *changes)
{
	struct entity_meta *meta = (struct entity_meta *)entity_codec_create(changes->arena, ENTITY_META, TEXT(""));
	if (meta == NULL)
		return false;
	struct entity_head head = meta->head;
	if (options->meta != NULL)
		*meta = *options->meta;
	meta->head = head;
	bool import = strcmp(options->operation, "import") == 0;
	meta->title = options->title;
	if (!import || meta->status == DIALOGUE_ABSENT)
		meta->status = DIALOGUE_OPEN;
	if (!import || !text_present(meta->created_at))
		meta->created_at = time;
	if (!import) {
		meta->updated_at = time;
		meta->converged_at = TEXT_ABSENT;
	}
	if (!dialogue_changes_put(changes, &meta->head))
		return false;
	for (size_t i = 0; options->with != NULL && i < options->with->count; i++) {
		if (options->with->items[i].entity->type != ENTITY_META &&
			!dialogue_changes_put(changes, options->with->items[i].entity))
			return false;
	}
	return true;
}

static enum hansard_status try_ids(struct vault *vault, const struct create_options *options, struct arena *arena,
								   struct dialogue_write *write, struct hansard_error *error)
{
	struct text slug = options->id;
	if (!text_present(slug) && !slug_make(arena, options->title, LIMIT_DIALOGUE_ID, &slug))
		return error_memory(error);
	if (slug.size == 0)
		slug = TEXT("dialogue");
	if (!arena_copy_text(arena, slug, &slug))
		return error_memory(error);
	int last = text_present(options->id) ? 1 : SUFFIX_MAX;
	for (int n = 1; n <= last; n++) {
		struct hansard_error cause = {0};
		int64_t rev;
		if (!candidate(arena, slug, n, &write->id))
			return error_memory(error);
		enum hansard_status status = dialogue_write(vault, write, &rev, &cause);
		if (status == HANSARD_OK) {
			if (options->ret_taken != NULL)
				*options->ret_taken = n > 1 ? slug : TEXT_ABSENT;
			return HANSARD_OK;
		}
		if (status == HANSARD_CONFLICT && strcmp(cause.kind, "dialogue_exists") == 0)
			continue;
		if (error != NULL)
			*error = cause;
		if (status == HANSARD_UNKNOWN) {
			error_set(error, HANSARD_UNKNOWN, cause.kind,
					  "whether dialogue " ERROR_TEXT " was created is not known: %s", ERROR_TEXT_ARGS(write->id),
					  cause.message);
			error_hint(error, "run it again with --id " ERROR_TEXT, ERROR_TEXT_ARGS(write->id));
		}
		return status;
	}
	enum hansard_status status =
		error_set(error, HANSARD_CONFLICT, "dialogue_exists", "there is a dialogue " ERROR_TEXT " already%s",
				  ERROR_TEXT_ARGS(slug), last > 1 ? ", and so are those with -2 to -99" : "");
	error_hint(error, "give another --id");
	return status;
}

enum hansard_status create_dialogue(struct vault *vault, const struct create_options *options, struct arena *arena,
									struct text *ret_id, struct hansard_error *error)
{
	enum hansard_status status = check_options(options, error);
	if (status != HANSARD_OK)
		return status;
	struct text time = options->time;
	struct dialogue_changes changes;
	dialogue_changes_begin(&changes, arena);
	if ((!text_present(time) && !dialogue_now(vault, arena, &time)) || !prepare(options, time, &changes))
		return error_memory(error);
	struct dialogue_write write = {.operation = options->operation, .changes = &changes, .time = options->time};
	status = try_ids(vault, options, arena, &write, error);
	if (status == HANSARD_OK)
		*ret_id = write.id;
	return status;
}
