/*
 * Title, time, declarations and insights of the dialogue (import.md, Whole dialogues).
 */
#include "derive_fact.h"
#include "derive_rules.h"
#include "derive_status.h"
#include "derive_text.h"
#include "moment.h"
#include "undated.h"

/* A marker that counts stands in this text of a file. */
static bool is_marked(const struct scan_file *scan, struct work_place place, size_t size)
{
	size_t low = 0, high = scan->marker_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (scan->markers[middle].offset < place.offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low < scan->marker_count && scan->markers[low].offset <= place.offset + size + 4 &&
		   scan->markers[low].keyword == SCAN_MOVE;
}

static void declare(struct derive_work *work, const struct work_file *file, struct text text, struct work_place place)
{
	struct text plain = derive_text_stripped(derive_work_plain(work, derive_status_unstruck(work, text)));
	bool declares = derive_status_declares(plain);
	const struct work_part *part = derive_work_part(file, place.offset);
	if (declares && part != NULL && text_present(part->expert) && !is_marked(file->scan, place, text.size))
		derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, place, plain,
						   "this looks like a signal to converge, but no marker says so: not counted");
	if (declares && derive_work_judges(file, place.offset))
		derive_fact_state(work, &(struct work_fact){.kind = FACT_STATUS,
													.round = WORK_NO_ROUND,
													.number = DIALOGUE_CONVERGED,
													.text = plain,
													.place = place});
}

/* What follows a heading, as a list of its items. */
static void read_items(struct derive_work *work, const struct work_file *file, const struct scan_heading *heading)
{
	int rank = derive_work_rank(file);
	if (rank < work->insight_rank)
		return;
	size_t before = work->insight_count, first = 0, high = file->scan->item_count;
	while (first < high) {
		size_t middle = first + (high - first) / 2;
		if (file->scan->items[middle].offset < heading->body)
			first = middle + 1;
		else
			high = middle;
	}
	for (size_t i = first; i < file->scan->item_count && file->scan->items[i].offset < heading->section_end; i++) {
		const struct scan_item *item = &file->scan->items[i];
		struct work_place place = {.file = file, .line = item->line, .offset = item->offset};
		if (work->insight_count >= WORK_INSIGHTS_MAX &&
			derive_work_full(work, work->insight_count, WORK_INSIGHTS_MAX, place))
			continue;
		struct text plain = derive_work_plain(work, item->text);
		if (scan_placeholder(plain))
			continue;
		if (before > 0 && rank > work->insight_rank) {
			work->insight_count = 0;
			before = 0;
		}
		work->insight_rank = rank;
		if (derive_work_grow(work, &work->insights, work->insight_count, &work->insight_capacity, sizeof(plain)))
			work->insights[work->insight_count++] = plain;
	}
}

/* A section that is headed Status holds one, in its heading or below. */
static void read_status_section(struct derive_work *work, const struct work_file *file,
								const struct scan_heading *heading)
{
	size_t colon = derive_text_find_byte(heading->text, ':', 0);
	struct text body = colon != SIZE_MAX ? text_slice(heading->text, colon + 1, heading->text.size) : TEXT("");
	if (derive_text_stripped(body).size == 0)
		body = derive_text_paragraph(text_trim(text_slice(file->scan->content, heading->body, heading->section_end)));
	derive_fields_value(work,
						&(struct work_value){.name = TEXT("Status"),
											 .value = body,
											 .place = {.file = file, .line = heading->line, .offset = heading->offset},
											 .round = WORK_NO_ROUND});
}

/* "Synthesis", "Judge Summary: Round 1", "Judge Round 0 Summary": nothing but whose it is, of which round, and that it
   sums up. */
static bool sums_up(struct text title)
{
	static const char *const passed[] = {"judge", "judge's", "the", "of", "round", "final"};
	struct text word;
	bool named = false;
	for (size_t at = 0; derive_text_word(title, &at, &word);) {
		int round;
		bool sums = derive_text_same(word, "synthesis") || derive_text_same(word, "summary");
		bool known = sums || (word.data[0] >= '0' && word.data[0] <= '9') || derive_text_round(word, &round);
		for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++)
			known |= derive_text_same(word, passed[i]);
		if (!known)
			return false;
		named |= sums;
	}
	return named;
}

/* A Judge's section of a round in a document that sums it up. A round's own file of that kind stands over it. */
static void read_synthesis(struct derive_work *work, const struct work_file *file, const struct scan_heading *heading,
						   struct text title)
{
	const struct work_part *part = derive_work_part(file, heading->offset);
	if (part == NULL || part->round == WORK_NO_ROUND || file->kind != FILE_KIND_DOCUMENT ||
		!sums_up(derive_text_unbracketed(title)))
		return;
	struct text body = text_trim(text_slice(file->scan->content, heading->body, heading->section_end));
	while (derive_text_ends(body, "\n---"))
		body = text_trim(text_slice(body, 0, body.size - 4));
	struct work_round *round = &work->rounds[part->round];
	if (body.size == 0 || scan_placeholder(body) || round->summary_rank > derive_work_rank(file))
		return;
	round->summary = body;
	round->summary_rank = derive_work_rank(file);
}

static void read_heading(struct derive_work *work, const struct work_file *file, const struct scan_heading *heading)
{
	struct work_place place = {.file = file, .line = heading->line, .offset = heading->offset};
	declare(work, file, heading->text, place);
	struct text plain = derive_text_stripped(derive_work_plain(work, heading->text));
	if (!derive_work_judges(file, heading->offset))
		return;
	if (derive_text_begins(plain, "key insights") || derive_text_begins(plain, "insights") ||
		derive_text_begins(plain, "lessons learned"))
		read_items(work, file, heading);
	if ((derive_text_same(plain, "status") || derive_text_begins(plain, "status:")) && file->kind != FILE_KIND_TENSIONS)
		read_status_section(work, file, heading);
	read_synthesis(work, file, heading, plain);
	int round;
	struct text rest;
	struct text title = derive_text_unbracketed(plain);
	if (derive_text_round_heading(title, &round, &rest) && rest.size > 0 && file->kind == FILE_KIND_DOCUMENT &&
		!text_present(work->rounds[round].title) && !derive_text_has_word(rest, "scoreboard") &&
		!derive_text_has_word(rest, "summary"))
		work->rounds[round].title = rest;
}

/* "# Dialogue 2037: Test" */
static void read_number(struct derive_work *work, const struct work_file *file)
{
	if (file->kind != FILE_KIND_DOCUMENT || file->scan->heading_count == 0)
		return;
	struct text plain = derive_work_plain(work, file->scan->headings[0].text);
	size_t at = text_find(plain, TEXT("Dialogue "), 0);
	struct work_fact fact = {.kind = FACT_NUMBER,
							 .round = WORK_NO_ROUND,
							 .text = plain,
							 .place = {.file = file, .line = file->scan->headings[0].line}};
	if (at != SIZE_MAX && derive_text_integer(text_slice(plain, at + 9, plain.size), &fact.number, NULL))
		derive_fact_state(work, &fact);
}

/* The Judge's synthesis of a round: a summary's text below its title. */
static void read_summary(struct derive_work *work, const struct work_file *file)
{
	if (file->kind != FILE_KIND_SUMMARY || file->round == WORK_NO_ROUND || file->round > LIMIT_ROUND)
		return;
	const struct scan_file *scan = file->scan;
	bool titled = scan->heading_count > 0 && scan->headings[0].level == 1 && scan->headings[0].line <= 2;
	struct text body = text_trim(text_slice(scan->content, titled ? scan->headings[0].body : 0, scan->content.size));
	struct work_round *round = &work->rounds[file->round];
	if (body.size == 0 || round->summary_rank > derive_work_rank(file))
		return;
	round->summary = body;
	round->summary_rank = derive_work_rank(file);
}

/* "**Converged**: Scone, Eclair" says who, not that all did. */
static bool names_some(struct derive_work *work, const struct work_file *file, const struct scan_bold *bold)
{
	const struct scan_line *line = &file->scan->lines[bold->line - 1];
	size_t end = line->offset + line->text.size;
	struct text behind = text_trim(text_slice(file->scan->content, bold->end, end > bold->end ? end : bold->end));
	bool label = derive_text_ends(bold->text, ":") || (behind.size > 0 && behind.data[0] == ':');
	return label && text_present(derive_experts_first(work, derive_text_stripped(behind)));
}

/* How far from a bold run on its line a word may stand that takes it back. */
enum { AROUND_MAX = 160 };

/* A bold run that declares convergence in a line that takes it back is reported; true when it is one. */
static bool is_undone(struct derive_work *work, const struct work_file *file, const struct scan_bold *bold)
{
	const struct scan_line *line = &file->scan->lines[bold->line - 1];
	struct text content = file->scan->content;
	const size_t line_end = line->offset + line->text.size, end = bold->end < line_end ? bold->end : line_end;
	const size_t from = bold->offset - line->offset > AROUND_MAX ? bold->offset - AROUND_MAX : line->offset;
	const size_t to = line_end - end > AROUND_MAX ? end + AROUND_MAX : line_end;
	struct text said = derive_text_stripped(derive_work_plain(work, derive_status_unstruck(work, bold->text)));
	struct text behind = text_slice(content, end, to), whole = behind;
	if (!derive_status_declares(said) || !derive_work_judges(file, bold->offset))
		return false;
	/* "**Converged:** no" has its colon inside. */
	if (derive_text_ends(text_trim(bold->text), ":") &&
		!derive_work_done(work, arena_format(work->arena, &whole, ":%.*s", (int)behind.size, behind.data)))
		return false;
	if (!derive_status_undone(text_slice(content, from, bold->offset), whole))
		return false;
	derive_work_report(work, PROBLEM_NOT_UNDERSTOOD,
					   (struct work_place){.file = file, .line = bold->line, .offset = bold->offset}, said,
					   "the words around this declaration of convergence take it back: not counted");
	return true;
}

void derive_meta_read(struct derive_work *work)
{
	for (size_t i = 0; i < work->file_count && !work->exhausted; i++) {
		const struct work_file *file = &work->files[i];
		if (file->scan == NULL || file->kind == FILE_KIND_PROMPT)
			continue;
		read_number(work, file);
		read_summary(work, file);
		for (size_t j = 0; j < file->scan->heading_count; j++)
			read_heading(work, file, &file->scan->headings[j]);
		for (size_t j = 0; j < file->scan->bold_count; j++) {
			const struct scan_bold *bold = &file->scan->bolds[j];
			if ((bold->context & (SCAN_IN_TABLE | SCAN_STRUCK_OUT | SCAN_IN_HEADING)) == 0 &&
				!names_some(work, file, bold) && !is_undone(work, file, bold))
				declare(work, file, bold->text,
						(struct work_place){.file = file, .line = bold->line, .offset = bold->offset});
		}
	}
	for (int round = 0; round < WORK_ROUNDS; round++)
		if (work->rounds[round].announced && !work->rounds[round].held)
			derive_work_tell(work, PROBLEM_PLACEHOLDER, work->rounds[round].announced_at,
							 "round %d has only placeholders: announced, not held", round);
}

enum { ROUND_TITLE_MAX = 32 };

/* Whether what stands before "Scoreboard" or "Dialogue" is a title: words that do not only say which one. */
static bool names_something(struct text text)
{
	static const char *const passed[] = {"final", "alignment", "the", "overall", "round", "our", "current"};
	struct text word;
	for (size_t at = 0; derive_text_word(text, &at, &word);) {
		bool pass = word.data[0] >= '0' && word.data[0] <= '9';
		for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++)
			pass |= derive_text_same(word, passed[i]);
		if (!pass)
			return true;
	}
	return false;
}

/* "Paper Ballots - Scoreboard": what the page is, set off behind what it is about. */
static struct text without_kind(struct text title)
{
	static const char *const kinds[] = {"scoreboard", "alignment scoreboard", "alignment dialogue", "dialogue"};
	for (size_t at = 1; at < title.size; at++) {
		size_t dash = title.data[at] == ':' ? 1 : title.data[at - 1] == ' ' ? derive_text_dash(title, at) : 0;
		struct text behind = derive_text_stripped(text_slice(title, at + dash, title.size));
		for (size_t i = 0; dash > 0 && i < sizeof(kinds) / sizeof(kinds[0]); i++)
			if (derive_text_same(behind, kinds[i]))
				return derive_text_stripped(text_slice(title, 0, at));
	}
	return title;
}

/* What stands before or behind a title and is none: "Alignment Dialogue:", "Dialogue 2037:", "Scoreboard -". */
static struct text cleaned(struct text title)
{
	struct text text = derive_text_stripped(title), word;
	size_t at = 0, behind = 0, words = 0;
	while (words < 3 && derive_text_word(text, &at, &word)) {
		bool dialogue = derive_text_same(word, "dialogue"), scoreboard = derive_text_same(word, "scoreboard");
		words++;
		if (!dialogue && !scoreboard)
			continue;
		size_t number = at;
		struct text next = TEXT("");
		bool numbered = derive_text_word(text, &number, &next) && next.data[0] >= '0' && next.data[0] <= '9';
		size_t from = numbered ? number : at;
		struct text rest = text_trim(text_slice(text, from, text.size));
		bool set_off = rest.size > 0 && (rest.data[0] == ':' || derive_text_dash(rest, 0) > 0 || rest.data[0] == '-');
		if (set_off || rest.size == 0)
			behind = from;
		if (rest.size == 0 && names_something(text_slice(text, 0, at - word.size)))
			text = text_slice(text, behind = 0, at - word.size);
		break;
	}
	text = without_kind(derive_text_stripped(text_slice(text, behind, text.size)));
	int round;
	struct text rest;
	while (text.size > 0 && text.data[text.size - 1] == ')') {
		struct text before = derive_text_unbracketed(text);
		struct text bracket = text_trim(text_slice(text, before.size, text.size));
		bool of_round = derive_text_round_heading(text_slice(bracket, 1, bracket.size), &round, &rest) &&
						derive_text_same(rest, ")");
		if ((!of_round && !text_equal_ignoring_case(bracket, TEXT("(final)"))) || before.size == 0)
			break;
		text = derive_text_stripped(before);
	}
	for (size_t i = text.size > ROUND_TITLE_MAX ? text.size - ROUND_TITLE_MAX : 1; i < text.size; i++) {
		struct text behind_dash = derive_text_stripped(text_slice(text, i, text.size));
		bool dash = derive_text_dash(text, i) > 0 || text.data[i] == ':';
		if (dash && derive_text_round_heading(behind_dash, &round, &rest) && rest.size == 0)
			text = derive_text_stripped(text_slice(text, 0, i));
	}
	return derive_text_round_heading(text, &round, &rest) ? rest : text;
}

static struct text title_of(struct derive_work *work, enum file_kind kind)
{
	for (size_t i = 0; i < work->file_count; i++) {
		const struct work_file *file = &work->files[i];
		if (file->kind != kind || file->scan == NULL || file->round != WORK_NO_ROUND)
			continue;
		for (size_t j = 0; j < file->scan->heading_count; j++) {
			if (file->scan->headings[j].level != 1)
				continue;
			struct text plain = derive_work_plain(work, file->scan->headings[j].text), title = cleaned(plain);
			if (title.size > 0)
				return title;
			break;
		}
	}
	return TEXT_ABSENT;
}

struct text derive_meta_title(struct derive_work *work)
{
	struct text title = title_of(work, FILE_KIND_DOCUMENT);
	if (!text_present(title))
		title = title_of(work, FILE_KIND_SCOREBOARD);
	if (text_present(title))
		return title;
	struct text id = work->request->dialogue_id;
	char *words = derive_work_take(work, id.size + 1);
	for (size_t i = 0; words != NULL && i < id.size; i++)
		words[i] = id.data[i] == '-' ? ' ' : id.data[i];
	return words != NULL ? (struct text){words, id.size} : id;
}

/* "2026-02-06T1839Z", "2026-02-06 18:39Z", "2026-02-06": as a stored moment. */
static bool read_moment(struct derive_work *work, struct text text, struct text *ret_moment)
{
	char digits[14];
	size_t count = 0, at = 0;
	for (; at < text.size && count < sizeof(digits); at++) {
		char c = text.data[at];
		if (c >= '0' && c <= '9')
			digits[count++] = c;
		else if ((count < 8 && c != '-') || (count >= 8 && c != 'T' && c != ' ' && c != ':'))
			break;
	}
	if (count != 8 && count != 12 && count != 14)
		count = count > 8 && count < 12 ? 8 : count;
	if (count != 8 && count != 12 && count != 14)
		return false;
	for (size_t i = count; i < sizeof(digits); i++)
		digits[i] = '0';
	int64_t micros;
	bool made = arena_format(work->arena, ret_moment, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2s.000000Z", digits, digits + 4,
							 digits + 6, digits + 8, digits + 10, digits + 12);
	return derive_work_done(work, made) && moment_parse(*ret_moment, &micros);
}

bool derive_meta_time(struct derive_work *work, struct text *ret_time)
{
	const struct work_fact *date = derive_fact_find(work, FACT_DATE, WORK_NO_ROUND, TEXT_ABSENT);
	if (read_moment(work, work->request->source_key, ret_time) ||
		(date != NULL && read_moment(work, date->text, ret_time)))
		return true;
	*ret_time = work->request->now;
	if (date != NULL)
		derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, date->place, date->text,
						   "this is no date that can be read: 2026-02-06, or 2026-02-06 18:39Z");
	if (work->request->begun)
		return true;
	problem_add(
		work->problems,
		&(struct problem){.code = PROBLEM_MISSING_FIELD,
						  .warning = true,
						  .message = TEXT(UNDATED_REASON),
						  .suggestion = TEXT("import a file that states it, such as: **Date**: 2026-02-06 18:39Z")});
	return false;
}
