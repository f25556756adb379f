/*
 * Finding dialogues on disk.
 */
#include "sources.h"

#include "disk.h"
#include "error.h"
#include "limits.h"
#include "slug.h"
#include "utf8.h"

enum { SEARCH_DEPTH = 8 };

/* The last component of a path; "." and the like are resolved first. */
static bool base_name(struct arena *arena, struct text path, struct text *ret_name)
{
	struct text string;
	if (!arena_format(arena, &string, "%.*s", (int)path.size, path.data))
		return false;
	char *real = realpath(string.data, NULL);
	struct text whole = real != NULL ? text_of_string(real) : string;
	size_t from = whole.size;
	while (from > 0 && whole.data[from - 1] != '/')
		from--;
	bool good = arena_copy_text(arena, text_slice(whole, from, whole.size), ret_name);
	free(real);
	return good;
}

static bool text_ends_with(struct text text, const char *ending)
{
	size_t size = strlen(ending);
	return text.size >= size && memcmp(text.data + text.size - size, ending, size) == 0;
}

/* The source of this id, made when it is new. */
static struct source *source_of(struct arena *arena, struct source_list *list, struct text id)
{
	for (size_t i = 0; i < list->count; i++) {
		if (text_equal(list->items[i].id, id))
			return &list->items[i];
	}
	if (!arena_grow(arena, &list->items, list->count, &list->capacity, sizeof *list->items))
		return NULL;
	struct source *source = &list->items[list->count++];
	*source = (struct source){.id = id, .by_name = true};
	return source;
}

/* A second place that holds a file of this path for a dialogue. */
static enum hansard_status refuse_twice(const struct source *source, struct text path, struct text file,
										struct hansard_error *error)
{
	error_set(error, HANSARD_INVALID, "same_path",
			  ERROR_TEXT " and " ERROR_TEXT " both hold " ERROR_TEXT " of the dialogue " ERROR_TEXT,
			  ERROR_TEXT_ARGS(source->path), ERROR_TEXT_ARGS(path), ERROR_TEXT_ARGS(file), ERROR_TEXT_ARGS(source->id));
	error_hint(error, "import each by its own path, one of them with --as ID");
	return HANSARD_INVALID;
}

/* Adds files to the dialogue that their place's name gives. */
static enum hansard_status add_files(struct arena *arena, struct source_list *list, struct text path,
									 const struct disk_file *files, size_t count, struct hansard_error *error)
{
	struct text name, key, id;
	if (!base_name(arena, path, &name))
		return error_memory(error);
	if (!utf8_valid(bytes_of_text(name))) {
		error_set(error, HANSARD_INVALID, "invalid_name", "the name " ERROR_TEXT " is not UTF-8",
				  ERROR_TEXT_ARGS(path));
		error_hint(error, "rename it");
		return HANSARD_INVALID;
	}
	if (!derive_identity(arena, name, &key, &id))
		return error_memory(error);
	struct source *source = source_of(arena, list, id);
	if (source == NULL)
		return error_memory(error);
	if (source->file_count == 0) {
		source->path = path;
		source->source_key = key;
	}
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < source->file_count; j++) {
			if (text_equal(source->files[j].path, files[i].path))
				return refuse_twice(source, path, files[i].path, error);
		}
		if (!arena_grow(arena, &source->files, source->file_count, &source->file_capacity, sizeof *source->files))
			return error_memory(error);
		source->files[source->file_count++] = (struct derive_file){.path = files[i].path, .content = files[i].content};
	}
	return HANSARD_OK;
}

static enum hansard_status add_document(struct arena *arena, struct source_list *list, struct text path,
										struct hansard_error *error)
{
	struct disk_file file;
	if (!base_name(arena, path, &file.path))
		return error_memory(error);
	enum hansard_status status = disk_read(arena, path, LIMIT_IMPORT_FILE, &file.content, error);
	return status == HANSARD_OK ? add_files(arena, list, path, &file, 1, error) : status;
}

/* round-0, round-12. */
static bool names_round(struct text name)
{
	if (!text_starts_with(name, TEXT("round-")) || name.size == strlen("round-"))
		return false;
	for (size_t i = strlen("round-"); i < name.size; i++) {
		if (!isdigit((unsigned char)name.data[i]))
			return false;
	}
	return true;
}

/* A name that only a dialogue's folder holds. */
static bool marks_dialogue(struct text name)
{
	static const char *const names[] = {"expert-pool.json", "scoreboard.md", "tensions.md", "verdict.md"};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (text_is(name, names[i]))
			return true;
	}
	return names_round(name) || (text_starts_with(name, TEXT("round-")) && text_ends_with(name, ".summary.md"));
}

/* A file that was named. Of any other name it is one of a dialogue only by what is in it. */
static enum hansard_status add_named(struct arena *arena, struct source_list *list, struct text path,
									 struct hansard_error *error)
{
	struct text name;
	const enum hansard_status status = add_document(arena, list, path, error);
	if (status != HANSARD_OK)
		return status;
	if (!base_name(arena, path, &name))
		return error_memory(error);
	list->items[0].single = true;
	list->items[0].by_name = derive_is_document(name) || marks_dialogue(name);
	return HANSARD_OK;
}

static enum hansard_status add_folder(struct arena *arena, struct source_list *list, struct text path,
									  struct hansard_error *error)
{
	struct disk_file *files;
	size_t count;
	enum hansard_status status = disk_read_folder(arena, path, &files, &count, error);
	if (status == HANSARD_OK && count == 0) {
		error_set(error, HANSARD_INVALID, "not_a_dialogue", ERROR_TEXT " holds no file", ERROR_TEXT_ARGS(path));
		error_hint(
			error,
			"name a dialogue's folder, a folder of such folders, a recorded document (*.dialogue.recorded.md) or a JSON export");
		status = HANSARD_INVALID;
	}
	return status == HANSARD_OK ? add_files(arena, list, path, files, count, error) : status;
}

/* Whether a folder of these names is a dialogue's, by them or by its own. */
static bool is_dialogue(struct arena *arena, struct text path, const struct text *names, size_t count, bool *ret_is)
{
	struct text name;
	if (!base_name(arena, path, &name))
		return false;
	bool dated = derive_is_dated(name);
	bool marked = false;
	for (size_t i = 0; i < count; i++) {
		marked = marked || marks_dialogue(names[i]);
		dated = dated && !derive_is_dated(names[i]);
	}
	*ret_is = marked || (dated && count > 0);
	return true;
}

static enum hansard_status add_other(struct arena *arena, struct source_list *list, struct text path,
									 struct hansard_error *error)
{
	if (!arena_grow(arena, &list->others, list->other_count, &list->other_capacity, sizeof *list->others))
		return error_memory(error);
	list->others[list->other_count++] = path;
	return HANSARD_OK;
}

static enum hansard_status search(struct arena *arena, struct source_list *list, struct text path, int depth,
								  struct hansard_error *error);

/* A file of a folder of folders: a document by its name, or because it carries its record, which was written to be read again. */
static enum hansard_status search_file(struct arena *arena, struct source_list *list, struct text path,
									   struct hansard_error *error)
{
	struct disk_file file;
	if (derive_is_document(path))
		return add_document(arena, list, path, error);
	if (!text_ends_with(path, ".md") || disk_read(arena, path, LIMIT_IMPORT_FILE, &file.content, NULL) != HANSARD_OK ||
		!derive_carries(file.content))
		return add_other(arena, list, path, error);
	return base_name(arena, path, &file.path) ? add_files(arena, list, path, &file, 1, error) : error_memory(error);
}

/* One entry of a folder of folders: a dialogue's folder or document is read, another file is named; what leads elsewhere
   is refused: nothing is passed over in silence. */
static enum hansard_status search_entry(struct arena *arena, struct source_list *list, struct text path, int depth,
										struct hansard_error *error)
{
	switch (disk_kind(path)) {
	case DISK_FOLDER:
		if (depth < SEARCH_DEPTH)
			return search(arena, list, path, depth + 1, error);
		error_set(error, HANSARD_INVALID, "folder_too_deep", ERROR_TEXT " lies more than %d folders deep",
				  ERROR_TEXT_ARGS(path), SEARCH_DEPTH);
		error_hint(error, "import it by its own path");
		return HANSARD_INVALID;
	case DISK_FILE:
		return search_file(arena, list, path, error);
	case DISK_OTHER:
		error_set(error, HANSARD_INVALID, "link_refused", ERROR_TEXT " is a link or a special file",
				  ERROR_TEXT_ARGS(path));
		error_hint(error, "remove it from the folder, or import the others by their own paths");
		return HANSARD_INVALID;
	case DISK_NOTHING:
		error_set(error, HANSARD_FAILED, "io", ERROR_TEXT " cannot be read", ERROR_TEXT_ARGS(path));
		error_hint(error, "it was there a moment ago, or may not be looked at: see who owns it, and run it again");
		return HANSARD_FAILED;
	}
	return HANSARD_OK;
}

/* A folder: a dialogue's, or one to look into. */
static enum hansard_status search(struct arena *arena, struct source_list *list, struct text path, int depth,
								  struct hansard_error *error)
{
	struct text *names = NULL;
	size_t count = 0;
	enum hansard_status status = disk_entries(arena, path, &names, &count, error);
	bool whole = false;
	if (status == HANSARD_OK && !is_dialogue(arena, path, names, count, &whole))
		status = error_memory(error);
	if (status == HANSARD_OK && whole)
		return add_folder(arena, list, path, error);
	for (size_t i = 0; i < count && status == HANSARD_OK; i++) {
		struct text inside;
		if (!arena_format(arena, &inside, "%.*s/%.*s", (int)path.size, path.data, (int)names[i].size, names[i].data))
			return error_memory(error);
		status = search_entry(arena, list, inside, depth, error);
	}
	return status;
}

/* A folder named round-N is a part of a dialogue, not one. */
static enum hansard_status refuse_round(struct arena *arena, struct text path, struct hansard_error *error)
{
	struct text name;
	if (!base_name(arena, path, &name))
		return error_memory(error);
	if (!names_round(name))
		return HANSARD_OK;
	error_set(error, HANSARD_INVALID, "not_a_dialogue", ERROR_TEXT " is one round of a dialogue",
			  ERROR_TEXT_ARGS(path));
	error_hint(error, "import the folder that it lies in");
	return HANSARD_INVALID;
}

static int compare_sources(const void *a, const void *b)
{
	return text_compare(((const struct source *)a)->id, ((const struct source *)b)->id);
}

static enum hansard_status override_id(struct source_list *list, struct text as, struct hansard_error *error)
{
	if (!slug_valid(as, LIMIT_DIALOGUE_ID)) {
		error_set(error, HANSARD_INVALID, "invalid_id", "\"" ERROR_TEXT "\" is no dialogue id", ERROR_TEXT_ARGS(as));
		error_hint(error, "an id is made of a-z, 0-9 and single '-', at most %d", LIMIT_DIALOGUE_ID);
		return HANSARD_INVALID;
	}
	if (list->count > 1) {
		error_set(error, HANSARD_USAGE, "several_dialogues", "one id is given, but there are %zu dialogues",
				  list->count);
		error_hint(error, "import the one that is to have it by its own path");
		return HANSARD_USAGE;
	}
	list->items[0].id = as;
	return HANSARD_OK;
}

/* A file that is not named as markdown is one only where it carries its record. Of one that cannot be read nothing else is said. */
static enum hansard_status check_carries(struct arena *arena, struct text path, struct hansard_error *error)
{
	struct bytes content = {.size = 0};
	struct hansard_error failure = {.status = HANSARD_OK};
	const enum hansard_status status = disk_read(arena, path, LIMIT_IMPORT_FILE, &content, &failure);
	if (status == HANSARD_OK && derive_carries(content))
		return HANSARD_OK;
	if (status != HANSARD_OK && status != HANSARD_INVALID) { /* but for one that is too large */
		if (error != NULL)
			*error = failure;
		return status;
	}
	error_set(error, HANSARD_INVALID, "not_a_dialogue",
			  ERROR_TEXT " is named neither as markdown (*.md) nor as JSON (*.json), and carries no record",
			  ERROR_TEXT_ARGS(path));
	error_hint(
		error,
		"name a dialogue's folder, a folder of such folders, a recorded document (*.dialogue.recorded.md) or a JSON export");
	return HANSARD_INVALID;
}

enum hansard_status sources_collect(struct arena *arena, struct text path, struct text as, struct source_list *ret_list,
									struct hansard_error *error)
{
	struct source_list list = {.items = NULL};
	enum hansard_status status = HANSARD_OK;
	while (path.size > 1 && path.data[path.size - 1] == '/')
		path.size--;
	switch (disk_kind(path)) {
	case DISK_NOTHING:
		if (text_is(path, "-")) {
			status = error_set(error, HANSARD_USAGE, "no_standard_input",
							   "an import reads files and folders, not standard input");
			error_hint(error, "write it to a file and name that; what create reads: hansard create --file -");
			break;
		}
		status = error_set(error, HANSARD_NOT_FOUND, "no_such_file", "there is no file or folder " ERROR_TEXT,
						   ERROR_TEXT_ARGS(path));
		error_hint(error, "look at the name, from the folder that this is run in, and whether its folder may be read");
		break;
	case DISK_FILE:
		status = text_ends_with(path, ".md") ? HANSARD_OK : check_carries(arena, path, error);
		if (status == HANSARD_OK)
			status = add_named(arena, &list, path, error);
		if (status == HANSARD_OK && text_present(as))
			list.items[0].by_name = true;
		break;
	case DISK_FOLDER:
		status = refuse_round(arena, path, error);
		if (status == HANSARD_OK)
			status = search(arena, &list, path, 0, error);
		if (status == HANSARD_OK && list.count == 0) {
			list.other_count = 0;
			status = add_folder(arena, &list, path, error);
			for (size_t i = 0; i < list.count; i++)
				list.items[i].by_name = text_present(as);
		}
		break;
	case DISK_OTHER:
		status = error_set(error, HANSARD_INVALID, "link_refused", ERROR_TEXT " is a link or a special file",
						   ERROR_TEXT_ARGS(path));
		error_hint(error, "name the folder or file itself");
		break;
	}
	if (status == HANSARD_OK && text_present(as))
		status = override_id(&list, as, error);
	if (status != HANSARD_OK)
		return status;
	qsort(list.items, list.count, sizeof *list.items, compare_sources);
	*ret_list = list;
	return HANSARD_OK;
}
