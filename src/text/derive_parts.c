/*
 * Who speaks where: every file is cut into parts, each of one round and one voice.
 */
#include "derive_rules.h"
#include "derive_status.h"
#include "derive_text.h"

/* What holds at one point of a file while it is cut. */
struct cut {
	int round;
	int round_level; /* of the heading that opened the round; 0 for none */
	bool fixed;      /* the round is that of the file's path */
	struct text expert;
	int expert_level;
	bool judge; /* the part was opened by the Judge's name */
	int top;    /* level at which this file has its round headings */
};

enum { LEVEL_BOLD = 7 };

/* Voices are told apart in documents and in files of no other kind; the Judge's own files are the Judge's throughout. */
static bool has_voices(const struct work_file *file)
{
	return file->kind == FILE_KIND_DOCUMENT || file->kind == FILE_KIND_OTHER;
}

static void open_part(struct derive_work *work, struct work_file *file, size_t offset, const struct cut *cut)
{
	size_t count = file->part_count;
	if (count > 0 && file->parts[count - 1].from == offset) {
		file->parts[count - 1].round = cut->round;
		file->parts[count - 1].expert = cut->expert;
		return;
	}
	if (!derive_work_grow(work, &file->parts, count, &file->part_capacity, sizeof(*file->parts)))
		return;
	if (count > 0)
		file->parts[count - 1].to = offset;
	file->parts[count] =
		(struct work_part){.from = offset, .to = file->content.size, .round = cut->round, .expert = cut->expert};
	file->part_count++;
}

static void set_round(struct cut *cut, int round, int level)
{
	if (cut->fixed)
		return;
	cut->round = round;
	cut->round_level = level;
}

/* "... (Round 0)" */
static bool ends_with_round(struct text heading, int *ret_round)
{
	struct text before = derive_text_unbracketed(heading);
	struct text bracket = text_slice(heading, before.size, heading.size), rest;
	bracket = text_trim(bracket);
	return bracket.size > 2 && bracket.data[0] == '(' &&
		   derive_text_round_heading(text_slice(bracket, 1, bracket.size), ret_round, &rest) &&
		   derive_text_same(rest, ")");
}

/* The member whose part a heading opens: "Scone", "Scone - the critic", "Scone's Response", "Expert 2: Scone (Poet)". */
static struct text member_headed(struct derive_work *work, struct text plain)
{
	static const char *const callings[] = {"expert", "agent", "pastry", "response", "panelist"};
	struct text member = derive_experts_find(work, plain), word = TEXT("");
	size_t from = 0, at = 0;
	if (text_present(member) || !derive_text_word(plain, &at, &word))
		return member;
	for (size_t i = 0; i < sizeof(callings) / sizeof(callings[0]); i++)
		for (size_t j = at; derive_text_same(word, callings[i]) && from == 0 && j < plain.size; j++)
			from = plain.data[j] == ':' || derive_text_dash(plain, j) > 0 ? j : 0;
	struct text name = derive_text_stripped(text_slice(plain, from, plain.size));
	for (size_t i = 0; i < name.size; i++)
		if (name.data[i] == ':' || name.data[i] == '(' || derive_text_dash(name, i) > 0)
			name = derive_text_stripped(text_slice(name, 0, i));
	size_t own = text_find(name, TEXT("'s "), 0);
	if (own != SIZE_MAX && derive_text_ends(name, "response"))
		name = text_slice(name, 0, own);
	return derive_experts_find(work, name);
}

/* A heading that is a marker and nothing else before it. */
static bool is_marker(const struct work_file *file, const struct scan_heading *heading)
{
	size_t low = 0, high = file->scan->marker_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (file->scan->markers[middle].offset < heading->offset)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == file->scan->marker_count)
		return false;
	const struct scan_marker *marker = &file->scan->markers[low];
	struct text before = text_slice(file->scan->content, heading->offset, marker->offset);
	while (before.size > 0 && before.data[0] == '#')
		before = text_slice(before, 1, before.size);
	return marker->offset < heading->body && marker->bracketed && derive_text_stripped(before).size == 0;
}

static void take_heading(struct derive_work *work, const struct work_file *file, const struct scan_heading *heading,
						 struct cut *cut)
{
	struct text plain = derive_text_stripped(derive_work_plain(work, heading->text)), rest;
	int round;
	if (derive_text_round_heading(plain, &round, &rest)) {
		bool within = text_present(cut->expert) && heading->level > cut->expert_level;
		bool topic = within && cut->round_level > 0 && cut->round_level < cut->expert_level;
		/* Below an expert in a round it is a topic; below an expert alone it is that expert's part of the round. */
		if (!topic)
			set_round(cut, round, heading->level);
		cut->expert = within ? cut->expert : TEXT_ABSENT;
		cut->judge = false;
		return;
	}
	if (derive_experts_judge(plain)) {
		if (derive_text_round(plain, &round))
			set_round(cut, round,
					  cut->round_level > 0 && cut->round_level < heading->level ? cut->round_level : heading->level);
		else if (cut->round_level > heading->level)
			set_round(cut, WORK_NO_ROUND, 0);
		cut->expert = TEXT_ABSENT;
		cut->judge = true;
		return;
	}
	if (heading->level <= cut->top && ends_with_round(plain, &round)) {
		set_round(cut, round, heading->level);
		cut->expert = TEXT_ABSENT;
		cut->judge = false;
		return;
	}
	struct text member = TEXT_ABSENT;
	/* Within what one expert says, another's name with more words is a topic. */
	if (has_voices(file) && work->member_count > 0)
		member = text_present(cut->expert) && heading->level > cut->expert_level ? derive_experts_find(work, plain)
																				 : member_headed(work, plain);
	if (text_present(member)) {
		if (cut->round_level > heading->level)
			set_round(cut, WORK_NO_ROUND, 0);
		cut->expert = member;
		cut->expert_level = heading->level;
		cut->judge = false;
		return;
	}
	/* "### [TENSION T01: ...]" beside "### Scone": what Scone says, and no section of its own. */
	if (text_present(cut->expert) && heading->level == cut->expert_level && is_marker(file, heading))
		return;
	if (text_present(cut->expert) && heading->level <= cut->expert_level)
		cut->expert = TEXT_ABSENT;
	if (cut->round_level > 0 && heading->level <= cut->round_level && !(cut->judge && derive_status_declares(plain)))
		set_round(cut, WORK_NO_ROUND, 0);
}

/* A bold run at the beginning of a line that is a name with a colon, inside or behind it. */
static bool take_bold(struct derive_work *work, const struct work_file *file, const struct scan_bold *bold,
					  struct cut *cut)
{
	struct text content = file->scan->content;
	bool at_line = bold->offset == 0 || content.data[bold->offset - 1] == '\n';
	struct text behind = text_slice(content, bold->end, content.size);
	bool colon = derive_text_ends(text_trim(bold->text), ":") || (behind.size > 0 && behind.data[0] == ':');
	if (!at_line || !colon || !has_voices(file) || (bold->context & SCAN_IN_TABLE) != 0)
		return false;
	struct text plain = derive_text_stripped(derive_work_plain(work, bold->text));
	if (derive_experts_judge(plain) && derive_text_words(plain) <= 2) {
		cut->expert = TEXT_ABSENT;
		cut->judge = true;
		return true;
	}
	struct text member = derive_experts_find(work, plain);
	if (!text_present(member))
		return false;
	cut->expert = member;
	cut->expert_level = LEVEL_BOLD;
	return true;
}

static int round_level(struct derive_work *work, const struct work_file *file)
{
	int level = 0, round;
	struct text rest;
	for (size_t i = 0; i < file->scan->heading_count; i++) {
		const struct scan_heading *heading = &file->scan->headings[i];
		bool begins =
			derive_text_round_heading(derive_text_stripped(derive_work_plain(work, heading->text)), &round, &rest);
		if (begins && (level == 0 || heading->level < level))
			level = heading->level;
	}
	return level > 0 ? level : 2;
}

/* Finds the parent of every heading by the last one of each level. */
static void find_parents(struct derive_work *work, struct work_file *file)
{
	size_t last[8];
	file->parents = derive_work_take(work, (file->scan->heading_count + 1) * sizeof(*file->parents));
	for (int level = 0; level < 8; level++)
		last[level] = SIZE_MAX;
	for (size_t i = 0; file->parents != NULL && i < file->scan->heading_count; i++) {
		int level = file->scan->headings[i].level;
		file->parents[i] = last[level - 1];
		for (int below = level; below < 8; below++)
			last[below] = i;
	}
}

static void cut_file(struct derive_work *work, struct work_file *file, bool voices)
{
	file->part_count = 0;
	struct cut cut = {.round = file->round, .fixed = file->round != WORK_NO_ROUND, .top = round_level(work, file)};
	if (file->kind == FILE_KIND_RESPONSE) {
		cut.expert = derive_experts_find(work, file->stem);
		open_part(work, file, 0, &cut);
		return;
	}
	open_part(work, file, 0, &cut);
	if (file->kind == FILE_KIND_PROMPT)
		return;
	size_t bold = 0;
	for (size_t i = 0; i <= file->scan->heading_count; i++) {
		size_t until = i < file->scan->heading_count ? file->scan->headings[i].offset : SIZE_MAX;
		for (; voices && bold < file->scan->bold_count && file->scan->bolds[bold].offset < until; bold++)
			if (take_bold(work, file, &file->scan->bolds[bold], &cut))
				open_part(work, file, file->scan->bolds[bold].offset, &cut);
		if (i == file->scan->heading_count)
			break;
		take_heading(work, file, &file->scan->headings[i], &cut);
		open_part(work, file, file->scan->headings[i].offset, &cut);
	}
}

void derive_parts_rounds(struct derive_work *work)
{
	for (size_t i = 0; i < work->file_count; i++)
		if (work->files[i].scan != NULL) {
			find_parents(work, &work->files[i]);
			cut_file(work, &work->files[i], false);
		}
}

/* A part holds something besides headings, breaks, tables of placeholders and placeholders. */
static bool has_content(const struct scan_file *scan, const struct work_part *part)
{
	for (size_t i = (size_t)scan_line_at(scan, part->from) - 1; i < scan->line_count; i++) {
		const struct scan_line *line = &scan->lines[i];
		if (line->offset >= part->to)
			break;
		bool empty = line->blank || line->thematic_break || (line->context & SCAN_IN_HEADING) != 0;
		if (!empty && !scan_placeholder(derive_text_stripped(line->text)))
			return true;
	}
	return false;
}

static void hold(struct work_round *round, bool answered)
{
	round->held = true;
	round->answered |= answered;
}

static void announce(struct work_round *round, struct work_place place)
{
	if (!round->announced)
		round->announced_at = place;
	round->announced = true;
}

static void hold_rounds(struct derive_work *work, const struct work_file *file)
{
	if (file->round != WORK_NO_ROUND && file->scan == NULL && file->kind == FILE_KIND_PANEL)
		hold(&work->rounds[file->round], false);
	for (size_t i = 0; i < file->part_count; i++) {
		const struct work_part *part = &file->parts[i];
		if (part->round == WORK_NO_ROUND)
			continue;
		struct work_round *round = &work->rounds[part->round];
		if (has_content(file->scan, part))
			hold(round, file->kind != FILE_KIND_PROMPT);
		else
			announce(round, derive_work_place(file, part->from));
	}
}

static size_t member_of(const struct derive_work *work, struct text slug)
{
	for (size_t i = 0; i < work->member_count; i++)
		if (text_equal(work->members[i].slug, slug))
			return i;
	return SIZE_MAX;
}

/* A part of a document whose expert has a response file for that round repeats it. */
static void mark_repeated(struct derive_work *work)
{
	bool *answered = derive_work_take(work, WORK_ROUNDS * (work->member_count + 1));
	for (size_t i = 0; answered != NULL && i < 2 * work->file_count; i++) {
		struct work_file *file = &work->files[i % work->file_count];
		bool response = file->kind == FILE_KIND_RESPONSE, first = i < work->file_count;
		for (size_t j = 0; response == first && j < file->part_count; j++) {
			struct work_part *part = &file->parts[j];
			size_t member = text_present(part->expert) ? member_of(work, part->expert) : SIZE_MAX;
			if (member == SIZE_MAX || part->round == WORK_NO_ROUND)
				continue;
			bool *said = &answered[(size_t)part->round * work->member_count + member];
			part->repeated = !first && *said;
			*said |= first;
		}
	}
}

void derive_parts_voices(struct derive_work *work)
{
	for (size_t i = 0; i < work->file_count; i++) {
		if (work->files[i].scan != NULL)
			cut_file(work, &work->files[i], true);
		hold_rounds(work, &work->files[i]);
	}
	mark_repeated(work);
}
