/*
 * The start of a JSON value. It is written into a window that ends it when it is full, so the rest is never made.
 */
#include "json_show.h"

#include "json_read.h"

static const struct text ellipsis = {.data = "\xe2\x80\xa6", .size = 3};

/* What has been written, and whether more would have been. */
struct window {
	char *data;
	size_t size;
	size_t limit;
	bool full;
};

/* Takes in what fits; -1 when that is not all. */
static int take(const char *data, size_t size, void *context)
{
	struct window *window = context;
	const size_t left = window->limit - window->size;
	const size_t taken = size < left ? size : left;
	memcpy(window->data + window->size, data, taken);
	window->size += taken;
	window->full = taken < size;
	return window->full ? -1 : 0;
}

/* Takes away the end of what is cut, back to a character's start, to where the ellipsis has room. */
static void end_cut(struct window *window)
{
	size_t size = window->limit - ellipsis.size;
	while (size > 0 && ((uint8_t)window->data[size] & 0xc0) == 0x80)
		size--;
	memcpy(window->data + size, ellipsis.data, ellipsis.size);
	window->size = size + ellipsis.size;
}

/* Gives what the window holds; result is what taking it in came to. */
static bool finish(struct window *window, int result, struct text *ret_shown)
{
	if (result != 0 && !window->full)
		return false;
	if (window->full)
		end_cut(window);
	*ret_shown = (struct text){.data = window->data, .size = window->size};
	return true;
}

bool json_show(struct arena *arena, const json_t *value, size_t limit, struct text *ret_shown)
{
	struct window window = {.data = arena_allocate(arena, limit), .limit = limit};
	return window.data != NULL &&
		   finish(&window, json_dump_callback(value, take, &window, JSON_COMPACT | JSON_ENCODE_ANY), ret_shown);
}

bool json_show_plain(struct arena *arena, const json_t *value, size_t limit, struct text *ret_shown)
{
	const struct text plain = json_read_text(value);
	if (!text_present(plain))
		return json_show(arena, value, limit, ret_shown);
	struct window window = {.data = arena_allocate(arena, limit), .limit = limit};
	return window.data != NULL && finish(&window, take(plain.data, plain.size, &window), ret_shown);
}
