/*
 * What a path may be.
 */
#include "file_path.h"

static bool component_valid(struct text component)
{
	return component.size > 0 && component.size <= FILE_PATH_COMPONENT && !text_is(component, ".") &&
		   !text_is(component, "..") && !text_starts_with(component, TEXT(".hansard"));
}

bool file_path_valid(struct text path)
{
	if (path.size == 0 || path.size > FILE_PATH_LIMIT || memchr(path.data, 0, path.size) != NULL)
		return false;
	for (size_t from = 0;;) {
		const size_t to = text_find(path, TEXT("/"), from);
		if (!component_valid(text_slice(path, from, to == SIZE_MAX ? path.size : to)))
			return false;
		if (to == SIZE_MAX)
			return true;
		from = to + 1;
	}
}

bool file_path_collides(struct text a, struct text b)
{
	const struct text shorter = a.size <= b.size ? a : b, longer = a.size <= b.size ? b : a;
	return text_starts_with(longer, shorter) && (longer.size == shorter.size || longer.data[shorter.size] == '/');
}
