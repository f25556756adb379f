/*
 * What all rules need of the work at hand: memory, reports, places.
 */
#include "derive_work.h"

#include <stdarg.h>
#include <stdio.h>

void *derive_work_take(struct derive_work *work, size_t size)
{
	void *taken = arena_allocate(work->arena, size);
	derive_work_done(work, taken != NULL);
	return taken;
}

bool derive_work_grow(struct derive_work *work, void *items, size_t count, size_t *capacity, size_t size)
{
	return derive_work_done(work, arena_grow(work->arena, items, count, capacity, size));
}

bool derive_work_full(struct derive_work *work, size_t count, size_t max, struct work_place place)
{
	if (count < max)
		return false;
	derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, place, TEXT_ABSENT, "more than a dialogue can hold: left out");
	return true;
}

static size_t bucket_of(int number)
{
	return (size_t)(unsigned)number % WORK_NUMBER_BUCKETS;
}

struct work_tension *derive_work_tension(struct derive_work *work, const struct work_tension *tension)
{
	if (!derive_work_grow(work, &work->tensions, work->tension_count, &work->tension_capacity, sizeof(*work->tensions)))
		return NULL;
	size_t bucket = bucket_of(tension->number), last = work->numbered[bucket].last;
	work->tensions[work->tension_count++] = *tension;
	if (last > 0)
		work->tensions[last - 1].next = work->tension_count;
	else
		work->numbered[bucket].first = work->tension_count;
	work->numbered[bucket].last = work->tension_count;
	return &work->tensions[work->tension_count - 1];
}

size_t derive_work_numbered(const struct derive_work *work, int number, size_t after)
{
	size_t next = after == SIZE_MAX ? work->numbered[bucket_of(number)].first : work->tensions[after].next;
	return next > 0 ? next - 1 : SIZE_MAX;
}

bool derive_work_done(struct derive_work *work, bool done)
{
	if (!done)
		work->exhausted = true;
	return done;
}

struct text derive_work_plain(struct derive_work *work, struct text text)
{
	struct text plain = TEXT("");
	return derive_work_done(work, scan_plain(work->arena, text, &plain)) ? text_trim(plain) : TEXT("");
}

struct text derive_work_label(struct derive_work *work, struct text text)
{
	struct text normal = TEXT("");
	return derive_work_done(work, scan_label(work->arena, text, &normal)) ? text_trim(normal) : TEXT("");
}

void derive_work_report(struct derive_work *work, enum problem_code code, struct work_place place, struct text value,
						const char *message)
{
	struct problem problem = {
		.code = code,
		.warning = true,
		.file = place.file != NULL ? place.file->path : TEXT_ABSENT,
		.line = place.line,
		.value = value,
		.message = text_of_string(message),
	};
	problem_add(work->problems, &problem);
}

void derive_work_suggest(struct derive_work *work, struct text nearest)
{
	static const char listed[] = "the known words are listed in docs/recordings.md";
	struct problem_list *problems = work->problems;
	struct text suggestion;
	const bool made = text_present(nearest) ? arena_format(work->arena, &suggestion, "did you mean %.*s? %s",
														   (int)nearest.size, nearest.data, listed)
											: arena_copy_text(work->arena, text_of_string(listed), &suggestion);
	if (derive_work_done(work, made) && !problems->exhausted && problems->count > 0)
		problems->items[problems->count - 1].suggestion = suggestion;
}

void derive_work_tell(struct derive_work *work, enum problem_code code, struct work_place place, const char *format,
					  ...)
{
	char message[400];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	struct text copy;
	if (derive_work_done(work, arena_copy_text(work->arena, text_of_string(message), &copy)))
		problem_add(work->problems, &(struct problem){.code = code,
													  .warning = true,
													  .file = place.file != NULL ? place.file->path : TEXT_ABSENT,
													  .line = place.line,
													  .message = copy});
}

/* What fits into a sentence of a report; of more its beginning. */
static struct text quoted(struct derive_work *work, struct text value)
{
	enum { QUOTED_MAX = 72 };
	struct text line = derive_work_plain(work, value), cut;
	size_t end = QUOTED_MAX;
	if (line.size <= QUOTED_MAX)
		return line;
	while (end > 0 && line.data[end] != ' ')
		end--;
	for (end = end > 0 ? end : QUOTED_MAX; end > 0 && ((unsigned char)line.data[end] & 0xc0) == 0x80;)
		end--;
	bool made = arena_format(work->arena, &cut, "%.*s ...", (int)end, line.data);
	return derive_work_done(work, made) ? cut : TEXT("");
}

void derive_work_differ(struct derive_work *work, struct text what, struct work_said loser, struct work_said winner)
{
	struct text message, here = quoted(work, loser.value), there = quoted(work, winner.value);
	struct text path = winner.place.file != NULL ? winner.place.file->path : TEXT("");
	bool other = winner.place.file != loser.place.file;
	bool made = arena_format(work->arena, &message, "%.*s is \"%.*s\" here, but \"%.*s\" in %.*s%s%lld, which counts",
							 (int)what.size, what.data, (int)here.size, here.data, (int)there.size, there.data,
							 other ? (int)path.size : 4, other ? path.data : "line", other ? ":" : " ",
							 (long long)winner.place.line);
	if (!derive_work_done(work, made))
		return;
	struct problem problem = {
		.code = PROBLEM_CONTRADICTION,
		.warning = true,
		.file = loser.place.file != NULL ? loser.place.file->path : TEXT_ABSENT,
		.line = loser.place.line,
		.value = loser.value,
		.message = message,
	};
	problem_add(work->problems, &problem);
}

struct work_place derive_work_place(const struct work_file *file, size_t offset)
{
	return (struct work_place){
		.file = file, .line = file->scan != NULL ? scan_line_at(file->scan, offset) : 0, .offset = offset};
}

const struct work_part *derive_work_part(const struct work_file *file, size_t offset)
{
	const struct work_part *found = NULL;
	size_t low = 0, high = file->part_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (file->parts[middle].from <= offset) {
			found = &file->parts[middle];
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return found;
}

bool derive_work_opens(const struct work_file *file, size_t offset)
{
	const struct scan_line *line = &file->scan->lines[scan_line_at(file->scan, offset) - 1];
	struct text before = text_slice(line->text, 0, offset - line->offset);
	for (size_t at = 0; at < before.size; at++) {
		char c = before.data[at];
		bool mark = c == ' ' || c == '\t' || c == '#' || c == '>' || c == '-' || c == '+' || c == '*' || c == '.' ||
					c == ')' || (c >= '0' && c <= '9');
		if (!mark)
			return false;
	}
	return true;
}

bool derive_work_judges(const struct work_file *file, size_t offset)
{
	if (file->kind == FILE_KIND_PROMPT || file->kind == FILE_KIND_RESPONSE)
		return false;
	const struct work_part *part = derive_work_part(file, offset);
	return part != NULL && !text_present(part->expert);
}

int derive_work_last_round(const struct derive_work *work)
{
	for (int round = WORK_ROUNDS - 1; round >= 0; round--)
		if (work->rounds[round].held)
			return round;
	return WORK_NO_ROUND;
}

int derive_work_rank(const struct work_file *file)
{
	switch (file->kind) {
	case FILE_KIND_VERDICT:
		return 7;
	case FILE_KIND_SCOREBOARD:
	case FILE_KIND_TENSIONS:
		return 6;
	case FILE_KIND_PANEL:
	case FILE_KIND_POOL:
		return 5;
	case FILE_KIND_PROMPT:
		return 4;
	case FILE_KIND_SUMMARY:
		return 3;
	case FILE_KIND_DOCUMENT:
		return 2;
	case FILE_KIND_OTHER:
		return 1;
	case FILE_KIND_RESPONSE:
	case FILE_KIND_ABSENT:
		return 0;
	}
	return 0;
}

int derive_work_before(struct work_place a, struct work_place b)
{
	int difference = derive_work_rank(a.file) - derive_work_rank(b.file);
	if (difference == 0)
		difference = a.file->round - b.file->round;
	if (difference == 0)
		difference = text_compare(a.file->path, b.file->path);
	if (difference == 0)
		difference = (a.offset > b.offset) - (a.offset < b.offset);
	return difference;
}
