/*
 * Reading one file: its parts in order, and finding a place in it again.
 */
#include "scan_parts.h"

#include "error.h"

enum hansard_status scan_read(struct arena *arena, struct text path, struct text content,
							  const struct scan_file **ret_file, struct hansard_error *error)
{
	struct scan_file *file = arena_allocate(arena, sizeof(*file));
	if (file == NULL)
		return error_memory(error);
	*file = (struct scan_file){.path = path, .content = text_present(content) ? content : TEXT("")};
	struct scan_reading reading = {.arena = arena, .file = file, .range_budget = SCAN_RANGE_BUDGET};
	if (!scan_line_read(&reading) || !scan_table_read(&reading) || !scan_line_items(&reading) ||
		!scan_inline_read(&reading) || !scan_field_read(&reading) || !scan_marker_read(&reading))
		return error_memory(error);
	*ret_file = file;
	return HANSARD_OK;
}

int64_t scan_line_at(const struct scan_file *file, size_t offset)
{
	size_t first = 0;
	size_t behind = file->line_count;
	while (first + 1 < behind) {
		const size_t middle = first + (behind - first) / 2;
		if (file->lines[middle].offset <= offset)
			first = middle;
		else
			behind = middle;
	}
	return (int64_t)first + 1;
}

size_t scan_heading_at(const struct scan_file *file, size_t offset)
{
	/* The last heading that begins at or before the offset: no later one can have ended its section. */
	size_t first = 0;
	size_t behind = file->heading_count;
	while (first < behind) {
		const size_t middle = first + (behind - first) / 2;
		if (file->headings[middle].offset <= offset)
			first = middle + 1;
		else
			behind = middle;
	}
	return first == 0 ? SIZE_MAX : first - 1;
}
