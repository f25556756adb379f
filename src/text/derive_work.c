/*
 * What all rules need of the work at hand: memory, reports, places.
 */
#include "derive_work.h"

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
	if (!work->full)
		derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, place, TEXT_ABSENT,
						   "more than a dialogue can hold: from here on some is left out");
	work->full = true;
	return true;
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

void derive_work_differ(struct derive_work *work, struct text what, struct work_said loser, struct work_said winner)
{
	struct text message;
	bool made =
		arena_format(work->arena, &message, "%.*s: \"%.*s\" stands at %.*s:%lld; this differs", (int)what.size,
					 what.data, (int)winner.value.size, winner.value.data != NULL ? winner.value.data : "",
					 winner.place.file != NULL ? (int)winner.place.file->path.size : 0,
					 winner.place.file != NULL ? winner.place.file->path.data : "", (long long)winner.place.line);
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
