/*
 * Texts in the making.
 */
#include "draft.h"

#include <stdarg.h>

#include "error.h"

void draft_begin(struct draft *draft, struct arena *arena, struct buffer *out)
{
	*draft = (struct draft){.arena = arena, .out = out, .start = out->size};
}

enum hansard_status draft_finish(struct draft *draft, struct hansard_error *error)
{
	if (!draft->failed)
		return HANSARD_OK;
	draft->out->size = draft->start;
	return error_memory(error);
}

void draft_text(struct draft *draft, struct text text)
{
	if (!draft->failed && !buffer_append_text(draft->out, text))
		draft->failed = true;
}

void draft_string(struct draft *draft, const char *string)
{
	draft_text(draft, text_of_string(string));
}

void draft_repeat(struct draft *draft, struct text text, size_t count)
{
	for (size_t i = 0; i < count; i++)
		draft_text(draft, text);
}

struct text draft_format(struct draft *draft, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	va_list again;
	va_copy(again, arguments);
	const int size = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	struct text text = TEXT("");
	char *data = size < 0 ? NULL : arena_allocate(draft->arena, (size_t)size + 1);
	if (data == NULL) {
		draft->failed = true;
	} else {
		vsnprintf(data, (size_t)size + 1, format, again);
		text = (struct text){.data = data, .size = (size_t)size};
	}
	va_end(again);
	return text;
}

struct text draft_count(struct draft *draft, size_t count, const char *one, const char *many)
{
	return draft_format(draft, "%zu %s", count, count == 1 ? one : many);
}

struct text draft_join(struct draft *draft, struct text a, struct text b)
{
	if (a.size == 0)
		return text_present(b) ? b : TEXT("");
	if (b.size == 0)
		return a;
	char *data = arena_allocate(draft->arena, a.size + b.size);
	if (data == NULL) {
		draft->failed = true;
		return TEXT("");
	}
	memcpy(data, a.data, a.size);
	memcpy(data + a.size, b.data, b.size);
	return (struct text){.data = data, .size = a.size + b.size};
}

struct text draft_list(struct draft *draft, struct text list, struct text item)
{
	if (list.size == 0)
		return item;
	return draft_join(draft, draft_join(draft, list, TEXT(", ")), item);
}

static struct text raised(struct draft *draft, struct text text, size_t count)
{
	char *data = arena_allocate(draft->arena, text.size);
	if (data == NULL) {
		draft->failed = true;
		return TEXT("");
	}
	for (size_t i = 0; i < text.size; i++) {
		const char c = text.data[i];
		data[i] = (char)(i < count && c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
	}
	return (struct text){.data = data, .size = text.size};
}

struct text draft_capital(struct draft *draft, struct text text)
{
	return raised(draft, text, 1);
}

struct text draft_capitals(struct draft *draft, struct text text)
{
	return raised(draft, text, text.size);
}
