/*
 * Bodies of markers: from behind the bracket to the next marker, heading or thematic break. Markers are gone over from
 * the last to the first, the stops found on the way.
 *
 * What is quoted, or has no known keyword and stands inside a line, stops nobody's body: it is part of it. References
 * stop nobody's body either, but are left out of it: they are edges of the statement above them.
 */
#include "scan_parts.h"

struct bodies {
	struct scan_file *file;
	size_t line;        /* index of the line behind all that has been gone over */
	size_t stop;        /* where a body outside a fence ends at the latest */
	size_t fence_stop;  /* where one inside a fence does */
	size_t marker_stop; /* the next marker that stops a body outside fences */
	size_t fenced_marker_stop;
	size_t any_marker; /* the next marker of any kind */
};

static bool is_quoted(const struct scan_marker *marker)
{
	return (marker->context & (SCAN_IN_BACKTICKS | SCAN_IN_QUOTES)) != 0;
}

static bool stops(const struct scan_marker *marker)
{
	return !is_quoted(marker) && marker->keyword != SCAN_REFERENCE &&
		   (marker->keyword != SCAN_UNKNOWN || (marker->context & SCAN_AT_START) != 0);
}

/* Whether only marks and emoji stand before an offset on its line. */
static bool begins_line(const struct scan_file *file, const struct scan_line *line, size_t offset)
{
	const struct text text = text_slice(file->content, 0, line->offset + line->text.size);
	size_t at = line->offset + scan_line_prefix(line->text);
	for (size_t size; at < offset && (size = scan_text_ornament(text, at)) > 0;)
		at = scan_text_skip_blanks(text, at + size);
	while (at < offset && strchr("*_", text.data[at]) != NULL)
		at++;
	return at >= offset;
}

/* Where a marker begins for the body before it: with its line when only marks or a label stand before it there. */
static size_t begin_of(const struct scan_file *file, const struct scan_marker *marker)
{
	const struct scan_line *line = &file->lines[marker->line - 1];
	if ((marker->context & (SCAN_AT_START | SCAN_IN_TABLE)) != 0)
		return line->offset;
	if (text_present(marker->speaker) && begins_line(file, line, (size_t)(marker->speaker.data - file->content.data)))
		return line->offset;
	size_t at = marker->offset;
	while (at > line->offset && (file->content.data[at - 1] == '*' || file->content.data[at - 1] == '_'))
		at--;
	return at;
}

/* Takes the stops of all lines behind the marker's. */
static void go_back_to(struct bodies *bodies, int64_t line)
{
	const struct scan_file *file = bodies->file;
	while (bodies->line > (size_t)line) {
		const struct scan_line *passed = &file->lines[--bodies->line];
		if (passed->thematic_break || (passed->context & SCAN_IN_HEADING) != 0)
			bodies->stop = passed->offset;
		if ((passed->context & SCAN_IN_FENCE) == 0 || (passed->context & SCAN_FENCE_MARK) != 0)
			bodies->fence_stop = passed->offset;
	}
}

/* Offset behind the emphasis that closes around the bracket, a colon or dash, and blanks. */
static size_t begin_of_body(const struct scan_file *file, const struct scan_marker *marker)
{
	const struct scan_line *line = &file->lines[scan_line_at(file, marker->end > 0 ? marker->end - 1 : 0) - 1];
	const struct text text = text_slice(file->content, 0, line->offset + line->text.size);
	const bool wrapped = marker->offset > 0 && strchr("*_~`", text.data[marker->offset - 1]) != NULL;
	size_t at = marker->end;
	if (text_present(marker->body))
		return (size_t)(marker->body.data - file->content.data);
	while (wrapped && at < text.size && strchr("*_~`", text.data[at]) != NULL)
		at++;
	const size_t separator = scan_text_skip_blanks(text, at);
	const size_t size = scan_text_separator(text, separator);
	if (size > 0) {
		at = separator + size;
		while (wrapped && at < text.size && strchr("*_~`", text.data[at]) != NULL)
			at++;
	}
	return at;
}

/* The body in [from, to) without the references among the markers behind index. */
static bool leave_out_references(struct arena *arena, const struct scan_file *file, size_t index, size_t from,
								 size_t to, struct text *ret_body)
{
	bool found = false;
	*ret_body = text_trim(text_slice(file->content, from, to));
	for (size_t i = index + 1; i < file->marker_count && file->markers[i].offset < to && !found; i++)
		found = file->markers[i].keyword == SCAN_REFERENCE && !is_quoted(&file->markers[i]);
	if (!found)
		return true;
	char *data = arena_allocate(arena, to - from);
	if (data == NULL)
		return false;
	size_t size = 0;
	size_t at = from;
	for (size_t i = index + 1; i < file->marker_count && file->markers[i].offset < to; i++) {
		const struct scan_marker *marker = &file->markers[i];
		if (marker->keyword != SCAN_REFERENCE || is_quoted(marker) || marker->offset < at)
			continue;
		memcpy(data + size, file->content.data + at, marker->offset - at);
		size += marker->offset - at;
		at = marker->end < to ? marker->end : to;
		if (size > 0 && at < to && data[size - 1] == ' ' && file->content.data[at] == ' ')
			at++;
	}
	memcpy(data + size, file->content.data + at, to - at);
	size += to - at;
	*ret_body = text_trim((struct text){.data = data, .size = size});
	return true;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Where the body of the marker ends. */
static size_t end_of_body(const struct bodies *bodies, const struct scan_marker *marker)
{
	const bool fenced = (marker->context & SCAN_IN_FENCE) != 0;
	size_t end = least(marker->body_end, fenced ? bodies->fence_stop : bodies->stop);
	end = least(end, fenced ? bodies->fenced_marker_stop : bodies->marker_stop);
	return stops(marker) ? end : least(end, bodies->any_marker);
}

bool scan_body_read(struct scan_reading *reading)
{
	struct scan_file *file = reading->file;
	const size_t size = file->content.size;
	struct bodies bodies = {.file = file, .line = file->line_count, .stop = size, .fence_stop = size};
	bodies.marker_stop = bodies.fenced_marker_stop = bodies.any_marker = size;
	for (size_t i = file->marker_count; i-- > 0;) {
		struct scan_marker *marker = &file->markers[i];
		go_back_to(&bodies, marker->line);
		const size_t begin = begin_of(file, marker);
		const size_t from = begin_of_body(file, marker);
		const size_t end = end_of_body(&bodies, marker);
		marker->body_end = end > marker->end ? end : marker->end;
		struct text body = TEXT("");
		if (marker->keyword != SCAN_REFERENCE && end > from &&
			!leave_out_references(reading->arena, file, i, from, end, &body))
			return false;
		marker->body = body.size > 0 ? body : TEXT_ABSENT;
		bodies.any_marker = begin;
		if (stops(marker) && (marker->context & SCAN_IN_FENCE) != 0)
			bodies.fenced_marker_stop = begin;
		else if (stops(marker))
			bodies.marker_stop = begin;
	}
	return true;
}
