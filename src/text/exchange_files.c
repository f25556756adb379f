/*
 * The files of an export: each must be fit to be written below a folder, and none may stand in another's way.
 */
#include "exchange_private.h"
#include "file_path.h"

/* Bytewise, but '/' before everything else, so that what lies below a path follows it at once. */
static int compare_paths(const void *a, const void *b)
{
	const struct text left = (*(const struct entity_file *const *)a)->path,
					  right = (*(const struct entity_file *const *)b)->path;
	for (size_t i = 0; i < left.size && i < right.size; i++) {
		const int x = left.data[i] == '/' ? 0 : (unsigned char)left.data[i];
		const int y = right.data[i] == '/' ? 0 : (unsigned char)right.data[i];
		if (x != y)
			return x - y;
	}
	return (left.size > right.size) - (left.size < right.size);
}

static void refuse(struct problem_list *problems, const struct entity_file *file, struct text message)
{
	const struct problem problem = {
		.code = PROBLEM_INVALID_VALUE,
		.path = TEXT("files"),
		.value = file->path,
		.constraint = TEXT("a relative path of plain components, each at most 255 bytes; no two in each other's way"),
		.message = message,
		.suggestion = TEXT("mend the path in the export"),
	};
	problem_add(problems, &problem);
}

bool exchange_check_files(struct arena *arena, const struct record *record, struct problem_list *problems)
{
	const struct record_list *list = &record->lists[ENTITY_FILE];
	const struct entity_file **files = arena_allocate_array(arena, list->count, sizeof(*files));
	if (files == NULL)
		return false;
	size_t count = 0;
	for (size_t i = 0; i < list->count; i++) {
		const struct entity_file *file = (const struct entity_file *)list->items[i];
		if (!text_present(file->path))
			continue;
		if (!file_path_valid(file->path))
			refuse(problems, file, TEXT("this path cannot be written below a folder"));
		else
			files[count++] = file;
	}
	if (count > 1)
		qsort(files, count, sizeof(*files), compare_paths);
	for (size_t i = 1; i < count; i++) {
		if (file_path_collides(files[i - 1]->path, files[i]->path))
			refuse(problems, files[i], TEXT("this path is there twice, or stands below another file"));
	}
	return true;
}
