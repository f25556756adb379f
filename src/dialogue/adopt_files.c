/*
 * A file that moves to another number is put there and removed from its old one in one commit, and only when the new
 * number is free: killed at any point, every file is there exactly once.
 */
#include "adopt_files.h"

#include "error.h"

enum { NUMBER_MAX = 99999 };

/* One wanted file. */
struct wanted_file {
	struct entity_file *file;   /* the copy */
	struct entity_head *stored; /* the file of that path, or NULL */
	int number;
	int stored_number;
};

struct numbering {
	struct adopt_diff *diff;
	struct wanted_file *files;
	size_t count;
	bool *taken;    /* by number: a file that stays where it is */
	int *wanted_by; /* by number: 1 + index of the wanted file that is to come there, or 0 */
	int next;       /* the number after every other */
};

static int number_of(struct text subkey)
{
	int number = 0;
	for (size_t i = 0; i < subkey.size; i++)
		number = number * 10 + (subkey.data[i] - '0');
	return number;
}

static int compare_paths(const void *a, const void *b)
{
	const struct entity_file *const *x = a;
	const struct entity_file *const *y = b;
	return text_compare((*x)->path, (*y)->path);
}

/* The stored file of a path, in an array sorted by path. */
static struct entity_head *find_path(struct entity_file *const *sorted, size_t count, const struct entity_file *file)
{
	struct entity_file *const *found = bsearch(&file, sorted, count, sizeof(*sorted), compare_paths);
	return found != NULL ? &(*found)->head : NULL;
}

static enum hansard_status complete(const struct adopt_diff *diff, const struct entity_file *wanted,
									struct entity_file **ret_file, struct hansard_error *error)
{
	struct entity_file *file = arena_allocate(diff->arena, sizeof(*file));
	struct digest digest;
	if (file == NULL)
		return error_memory(error);
	*file = *wanted;
	if (!wanted->head.content_known)
		return error_set(error, HANSARD_INVALID, "content_not_known", "file " ERROR_TEXT " comes without its content",
						 ERROR_TEXT_ARGS(wanted->path));
	if (!vault_sha256(diff->vault, wanted->head.content, &digest))
		return error_memory(error);
	if (wanted->sha256.size > 0 && !bytes_equal(wanted->sha256, digest_view(&digest))) {
		error_set(error, HANSARD_INVALID, "content_differs", "the content of file " ERROR_TEXT " is not of its sha256",
				  ERROR_TEXT_ARGS(wanted->path));
		error_hint(error, "it was changed after it was exported: export it again");
		return HANSARD_INVALID;
	}
	if (!arena_copy(diff->arena, digest_view(&digest), &file->sha256))
		return error_memory(error);
	file->size = (struct schema_integer){.value = (int64_t)wanted->head.content.size, .present = true};
	*ret_file = file;
	return HANSARD_OK;
}

static bool add_replaced(struct adopt_diff *diff, struct text path)
{
	if (!arena_grow(diff->arena, &diff->replaced, diff->replaced_count, &diff->replaced_capacity,
					sizeof(*diff->replaced)))
		return false;
	diff->replaced[diff->replaced_count++] = path;
	return true;
}

static enum hansard_status check_changed(const struct numbering *numbering, const struct wanted_file *wanted,
										 struct hansard_error *error)
{
	const struct entity_file *stored = (const struct entity_file *)wanted->stored;
	if (stored == NULL || bytes_equal(stored->sha256, wanted->file->sha256))
		return HANSARD_OK;
	bool registered = stored->source == FILE_ORIGIN_REGISTERED;
	if (numbering->diff->request->replace && !registered)
		return add_replaced(numbering->diff, stored->path) ? HANSARD_OK : error_memory(error);
	enum hansard_status status =
		error_set(error, HANSARD_CONFLICT, "file_changed", "file " ERROR_TEXT " differs from the one %s",
				  ERROR_TEXT_ARGS(wanted->file->path), registered ? "registered" : "imported before");
	error_hint(error, registered ? "what was registered stays as it is" : "take the new one with --replace");
	return status;
}

/* Copies the wanted files and finds the stored ones of the same paths. */
static enum hansard_status gather(struct numbering *numbering, struct hansard_error *error)
{
	struct adopt_diff *diff = numbering->diff;
	const struct record_list *wanted = &diff->request->wanted->lists[ENTITY_FILE];
	const struct record_list *stored = &diff->stored->lists[ENTITY_FILE];
	struct entity_file **sorted = arena_allocate_array(diff->arena, stored->count, sizeof(struct entity_file *));
	numbering->files = arena_allocate_array(diff->arena, wanted->count, sizeof(*numbering->files));
	if (sorted == NULL || numbering->files == NULL)
		return error_memory(error);
	for (size_t i = 0; i < stored->count; i++)
		sorted[i] = (struct entity_file *)stored->items[i];
	qsort(sorted, stored->count, sizeof(struct entity_file *), compare_paths);
	for (size_t i = 0; i < wanted->count; i++) {
		struct wanted_file *file = &numbering->files[numbering->count++];
		enum hansard_status status = complete(diff, (const struct entity_file *)wanted->items[i], &file->file, error);
		if (status != HANSARD_OK)
			return status;
		file->stored = find_path(sorted, stored->count, file->file);
		file->stored_number = file->stored != NULL ? number_of(file->stored->subkey) : -1;
		file->number = number_of(wanted->items[i]->subkey);
		status = check_changed(numbering, file, error);
		if (status != HANSARD_OK)
			return status;
	}
	return HANSARD_OK;
}

/* Whether a wanted file keeps the number that it has. */
static bool keeps_number(const struct numbering *numbering, const struct wanted_file *wanted)
{
	const struct adopt_diff *diff = numbering->diff;
	return wanted->stored != NULL &&
		   (diff->frozen || diff->request->only_add || adopt_diff_protected(diff, wanted->stored));
}

static enum hansard_status new_number(struct numbering *numbering, struct wanted_file *wanted,
									  struct hansard_error *error)
{
	while (numbering->next <= NUMBER_MAX && numbering->taken[numbering->next])
		numbering->next++;
	if (numbering->next > NUMBER_MAX)
		return error_set(error, HANSARD_INVALID, "too_many_files", "a dialogue has at most %d files", NUMBER_MAX + 1);
	wanted->number = numbering->next++;
	return HANSARD_OK;
}

/* Gives every wanted file its number. */
static enum hansard_status assign(struct numbering *numbering, struct hansard_error *error)
{
	const struct record_list *stored = &numbering->diff->stored->lists[ENTITY_FILE];
	for (size_t i = 0; i < stored->count; i++) {
		int number = number_of(stored->items[i]->subkey);
		numbering->taken[number] = true;
		numbering->next = number >= numbering->next ? number + 1 : numbering->next;
	}
	for (size_t i = 0; i < numbering->count; i++) {
		const struct wanted_file *wanted = &numbering->files[i];
		if (wanted->stored != NULL && !keeps_number(numbering, wanted))
			numbering->taken[wanted->stored_number] = false;
		numbering->next = wanted->number >= numbering->next ? wanted->number + 1 : numbering->next;
	}
	for (size_t i = 0; i < numbering->count; i++) {
		struct wanted_file *wanted = &numbering->files[i];
		enum hansard_status status = HANSARD_OK;
		if (keeps_number(numbering, wanted))
			wanted->number = wanted->stored_number;
		else if (numbering->taken[wanted->number] || (numbering->diff->frozen && wanted->stored == NULL))
			status = new_number(numbering, wanted, error);
		if (status != HANSARD_OK)
			return status;
		numbering->wanted_by[wanted->number] = (int)i + 1;
	}
	return HANSARD_OK;
}

static bool add_move(struct numbering *numbering, struct wanted_file *wanted)
{
	struct adopt_diff *diff = numbering->diff;
	struct entity_head *to = &wanted->file->head;
	const struct adopt_diff_change change = {.entity = to, .leaves = wanted->stored, .group = ADOPT_DIFF_MOVES};
	numbering->taken[wanted->stored_number] = false;
	numbering->taken[wanted->number] = true;
	return item_key_file_subkey(diff->arena, wanted->number, &to->subkey) && adopt_diff_add(diff, change);
}

/* Moves whose new number is free, and then those that wait for what these leave. What waits in a circle stays. */
static bool add_moves(struct numbering *numbering)
{
	for (size_t i = 0; i < numbering->count; i++) {
		if (numbering->files[i].stored != NULL)
			numbering->taken[numbering->files[i].stored_number] = true;
	}
	for (size_t i = 0; i < numbering->count; i++) {
		struct wanted_file *wanted = &numbering->files[i];
		while (wanted != NULL && wanted->stored != NULL && wanted->stored_number != wanted->number &&
			   !numbering->taken[wanted->number]) {
			int left = wanted->stored_number;
			if (!add_move(numbering, wanted))
				return false;
			wanted->stored_number = wanted->number;
			wanted = numbering->wanted_by[left] > 0 ? &numbering->files[numbering->wanted_by[left] - 1] : NULL;
		}
	}
	return true;
}

/* What did not move is handled like every other entity: put where it differs. */
static bool list_rest(struct numbering *numbering)
{
	struct adopt_diff *diff = numbering->diff;
	diff->files.items = arena_allocate_array(diff->arena, numbering->count, sizeof(*diff->files.items));
	if (diff->files.items == NULL)
		return false;
	for (size_t i = 0; i < numbering->count; i++) {
		struct wanted_file *wanted = &numbering->files[i];
		bool moved = wanted->stored != NULL && number_of(wanted->stored->subkey) != wanted->stored_number;
		if (moved)
			continue;
		int number = wanted->stored != NULL ? wanted->stored_number : wanted->number;
		if (!item_key_file_subkey(diff->arena, number, &wanted->file->head.subkey))
			return false;
		diff->files.items[diff->files.count++] = &wanted->file->head;
	}
	return true;
}

enum hansard_status adopt_files_number(struct adopt_diff *diff, struct hansard_error *error)
{
	struct numbering numbering = {.diff = diff, .next = 1};
	numbering.taken = arena_allocate_array(diff->arena, NUMBER_MAX + 1, sizeof(*numbering.taken));
	numbering.wanted_by = arena_allocate_array(diff->arena, NUMBER_MAX + 1, sizeof(*numbering.wanted_by));
	enum hansard_status status = HANSARD_OK;
	if (numbering.taken == NULL || numbering.wanted_by == NULL)
		status = error_memory(error);
	if (status == HANSARD_OK)
		status = gather(&numbering, error);
	if (status == HANSARD_OK)
		status = assign(&numbering, error);
	if (status == HANSARD_OK && (!add_moves(&numbering) || !list_rest(&numbering)))
		status = error_memory(error);
	return status;
}
