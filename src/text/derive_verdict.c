/*
 * The verdict: which section it is, and the sentence that leads it (import.md, Verdict).
 */
#include <string.h>

#include "derive_registers.h"
#include "derive_rules.h"
#include "derive_speech.h"
#include "derive_status.h"
#include "derive_text.h"

/* Tiers of headings; the best tier that occurs counts, of it the last section. */
enum tier_of_heading { NO_VERDICT, IS_FINAL, IS_RECOMMENDATION, IS_VERDICT };

/* A list is told with the sentence that announces it up to about so many bytes. */
enum { LEAD_WITH_LIST = 1200 };

struct candidate {
	enum tier_of_heading tier;
	const struct work_file *file;
	size_t heading;
	size_t from, to; /* of the section */
};

static bool is_any(struct text word, const char *const *list)
{
	for (; *list != NULL; list++)
		if (derive_text_same(word, *list))
			return true;
	return false;
}

static bool has_any(struct text text, const char *const *list)
{
	for (; *list != NULL; list++)
		if (derive_text_has_word(text, *list))
			return true;
	return false;
}

/* The part of a heading before a colon, dash or bracket. */
static struct text head_of(struct text heading)
{
	for (size_t at = 0; at < heading.size; at++)
		if (heading.data[at] == ':' || heading.data[at] == '(' || derive_text_dash(heading, at) > 0)
			return derive_text_stripped(text_slice(heading, 0, at));
	return heading;
}

/* The first word of a heading that is none of those that only say whose it is, or its last. */
static bool headed(struct text heading, const char *const *list)
{
	static const char *const passed[] = {"final",   "the",     "judge",     "judge's", "our", "panel",
										 "panel's", "overall", "converged", "key",     NULL};
	struct text word, last = TEXT_ABSENT, first = TEXT_ABSENT;
	for (size_t at = 0; derive_text_word(heading, &at, &word);) {
		last = word;
		if (!text_present(first) && !is_any(word, passed))
			first = word;
	}
	return is_any(first, list) || is_any(last, list);
}

static enum tier_of_heading tier(struct derive_work *work, struct text text)
{
	static const char *const verdicts[] = {"verdict", "answer", "ruling", NULL};
	static const char *const recommendations[] = {"recommendation", "recommendations", NULL};
	static const char *const finals[] = {"final", "converged", "consensus", "aligned", NULL};
	static const char *const objects[] = {"architecture", "design",     "decision",    "decisions", "amendment",
										  "amendments",   "resolution", "resolutions", "consensus", NULL};
	static const char *const others[] = {"minority", "dissent", "dissenting", "interim", "open", "previous", NULL};
	struct text plain = derive_text_stripped(derive_work_plain(work, text)), rest;
	int round;
	if (has_any(plain, others) || derive_text_ends(plain, "?") || derive_text_round_heading(plain, &round, &rest))
		return NO_VERDICT;
	struct text behind = plain;
	size_t colon = derive_text_find_byte(plain, ':', 0);
	if (colon != SIZE_MAX && derive_experts_judge(text_slice(plain, 0, colon)))
		behind = derive_text_stripped(text_slice(plain, colon, plain.size));
	struct text head = head_of(behind);
	if (headed(head, verdicts) || derive_text_same(derive_text_first_word(behind), "answer"))
		return IS_VERDICT;
	if (headed(head, recommendations))
		return IS_RECOMMENDATION;
	struct text word, first = TEXT_ABSENT;
	for (size_t at = 0; !text_present(first) && derive_text_word(head, &at, &word);)
		if (is_any(word, finals))
			first = word;
	for (size_t at = 0; text_present(first) && derive_text_word(head, &at, &word);)
		if (is_any(word, objects) && word.data > first.data)
			return IS_FINAL;
	return NO_VERDICT;
}

/* Whether a file's own title heads the verdict: where no section below it does, verdict.md is what its title says. */
static bool title_heads(struct derive_work *work, const struct work_file *file)
{
	for (size_t i = 1; i < file->scan->heading_count; i++)
		if (file->kind != FILE_KIND_VERDICT || tier(work, file->scan->headings[i].text) != NO_VERDICT)
			return false;
	return true;
}

/* Whether a verdict may stand here: the Judge's, outside the rounds or in the last one. */
static bool may_stand(struct derive_work *work, const struct work_file *file, size_t index)
{
	const struct scan_heading *heading = &file->scan->headings[index];
	const struct work_part *part = derive_work_part(file, heading->offset);
	if (!derive_work_judges(file, heading->offset) ||
		(part->round != WORK_NO_ROUND && part->round != derive_work_last_round(work)))
		return false;
	return heading->level > 1 || index > 0 || title_heads(work, file);
}

/* Offset of the first line of prose in [from, to); `to` where there is none. */
static size_t find_prose(const struct work_file *file, size_t from, size_t to)
{
	const struct scan_file *scan = file->scan;
	for (size_t i = (size_t)scan_line_at(scan, from) - 1; i < scan->line_count && scan->lines[i].offset < to; i++) {
		const struct scan_line *line = &scan->lines[i];
		struct text text = text_trim(line->text);
		if (line->offset < from || line->blank || line->thematic_break || (line->context & SCAN_IN_TABLE) != 0)
			continue;
		bool label = derive_text_ends(derive_text_stripped(text), ":") || derive_text_ends(text, ":") ||
					 derive_text_ends(text, ":**");
		if (!label && !scan_placeholder(text))
			return line->offset;
	}
	return to;
}

/* A stretch of a file that is one part of the Judge's: where it ends, and where its next prose is, seen from an offset on.
   Kept from heading to heading, so that a file of many is gone through once. */
struct stretch {
	const struct work_file *file;
	size_t from, to;
	size_t seen, prose; /* from `seen` on the first prose is at `prose` */
};

/* The stretch that an offset lies in. */
static void enter(struct stretch *stretch, const struct work_file *file, size_t offset)
{
	if (stretch->file == file && offset >= stretch->from && offset < stretch->to)
		return;
	const struct work_part *part = derive_work_part(file, offset);
	size_t end = part->to;
	for (const struct work_part *next = part + 1;
		 next < file->parts + file->part_count && !text_present(next->expert) && next->round == part->round; next++)
		end = next->to;
	*stretch = (struct stretch){.file = file, .from = offset, .to = end, .seen = SIZE_MAX};
}

static bool prose_from(struct stretch *stretch, size_t from)
{
	if (from < stretch->seen || from > stretch->prose) {
		stretch->seen = from;
		stretch->prose = find_prose(stretch->file, from, stretch->to);
	}
	return stretch->prose < stretch->to;
}

/* Where the section of a heading ends: at the end of the Judge's part when it holds nothing but tables. False when that
   holds no prose either. */
static bool find_end(struct stretch *stretch, const struct work_file *file, const struct scan_heading *heading,
					 size_t *ret_end)
{
	*ret_end = heading->section_end;
	if (find_prose(file, heading->body, heading->section_end) < heading->section_end)
		return true;
	enter(stretch, file, heading->offset);
	*ret_end = stretch->to;
	return prose_from(stretch, heading->body);
}

/* The section that counts; *ret_other is the one that would count without it, of another file. */
static struct candidate best_section(struct derive_work *work, struct candidate *ret_other)
{
	struct candidate best = {.tier = NO_VERDICT};
	struct stretch stretch = {.file = NULL};
	*ret_other = best;
	/* Documents are read last, then verdict.md, the Judge's other files, and the summary of the last round. */
	static const enum file_kind order[] = {FILE_KIND_SUMMARY,  FILE_KIND_OTHER,   FILE_KIND_SCOREBOARD,
										   FILE_KIND_TENSIONS, FILE_KIND_VERDICT, FILE_KIND_DOCUMENT};
	for (size_t k = 0; k < sizeof(order) / sizeof(order[0]); k++)
		for (size_t i = 0; i < work->file_count; i++) {
			const struct work_file *file = &work->files[i];
			for (size_t j = 0; file->kind == order[k] && file->scan != NULL && j < file->scan->heading_count; j++) {
				const struct scan_heading *heading = &file->scan->headings[j];
				enum tier_of_heading found = tier(work, heading->text);
				if (found == NO_VERDICT || found < best.tier || !may_stand(work, file, j))
					continue;
				size_t end;
				if (!find_end(&stretch, file, heading, &end))
					continue;
				if (best.file != file && best.tier == found)
					*ret_other = best;
				else if (best.file != file)
					ret_other->tier = NO_VERDICT;
				best = (struct candidate){.tier = found, .file = file, .heading = j, .from = heading->body, .to = end};
			}
		}
	return best;
}

/* Only about convergence, velocity or status: no decision. */
static bool about_state(struct text text)
{
	static const char *const subjects[] = {"convergence", "converged", "converge", "velocity",
										   "status",      "alignment", "tensions", NULL};
	static const char *const fill[] = {"achieved", "reached", "declared", "complete",   "all",     "resolved",
									   "final",    "the",     "total",    "assessment", "at",      "is",
									   "of",       "score",   "and",      "unanimous",  "experts", "round",
									   "exceeds",  "target",  "dialogue", NULL};
	struct text word;
	bool subject = false;
	for (size_t at = 0; derive_text_word(text, &at, &word);) {
		bool number = word.data[0] >= '0' && word.data[0] <= '9';
		if (is_any(word, subjects))
			subject = true;
		else if (!number && !is_any(word, fill))
			return false;
	}
	return subject;
}

static bool is_prose(const struct scan_file *scan, size_t offset)
{
	for (size_t i = (size_t)scan_line_at(scan, offset) - 1; i < scan->line_count; i++) {
		const struct scan_line *line = &scan->lines[i];
		struct text text = text_trim(line->text), marked;
		if (line->offset < offset || line->blank)
			continue;
		if ((line->context & (SCAN_IN_FENCE | SCAN_IN_TABLE | SCAN_IN_HEADING)) != 0 || line->thematic_break ||
			text.data[0] == '>')
			return false;
		struct work_file none = {.scan = scan};
		return !derive_registers_opening(&none, line, &marked, NULL) || text_starts_with(text, TEXT("**")) ||
			   text_starts_with(text, TEXT("__"));
	}
	return false;
}

/* The paragraph at or behind an offset, without the label it begins with. */
static struct text paragraph_at(const struct scan_file *scan, size_t offset, size_t end)
{
	return derive_text_paragraph(text_trim(text_slice(scan->content, offset, end)));
}

static struct text without_label(struct text paragraph)
{
	size_t close = text_starts_with(paragraph, TEXT("**")) ? text_find(paragraph, TEXT("**"), 2) : SIZE_MAX;
	if (close == SIZE_MAX)
		return paragraph;
	bool inside = paragraph.data[close - 1] == ':';
	bool behind = close + 2 < paragraph.size && paragraph.data[close + 2] == ':';
	return inside || behind ? text_trim(text_slice(paragraph, close + 2 + behind, paragraph.size)) : paragraph;
}

/* A line marked as an item of a list or a heading, that does not begin in bold. */
static bool is_item(const struct work_file *file, const struct scan_line *line)
{
	struct text text = text_trim(line->text), marked;
	return derive_registers_opening(file, line, &marked, NULL) && !text_starts_with(text, TEXT("**")) &&
		   !text_starts_with(text, TEXT("__"));
}

/* A lead that only announces a list, with the items of that list, which begins at or behind an offset. */
static struct text with_list(struct derive_work *work, const struct candidate *section, size_t from, struct text lead)
{
	const struct scan_file *scan = section->file->scan;
	bool fresh = true;
	size_t items = 0;
	for (size_t i = (size_t)scan_line_at(scan, from) - 1;
		 i < scan->line_count && scan->lines[i].offset < section->to && lead.size < LEAD_WITH_LIST; i++) {
		const struct scan_line *line = &scan->lines[i];
		if (line->offset < from || line->blank) {
			fresh |= line->blank;
			continue;
		}
		bool item = is_item(section->file, line);
		if ((line->context & (SCAN_IN_FENCE | SCAN_IN_TABLE | SCAN_IN_HEADING)) != 0 || line->thematic_break ||
			(!item && (fresh || items == 0)))
			break;
		struct text text = text_trim(line->text);
		bool bullet = item && (text.data[0] < '0' || text.data[0] > '9');
		text = derive_work_plain(work, bullet ? text_slice(text, 2, text.size) : text);
		bool closed = !item || items == 0 || derive_text_ends(lead, ".") || derive_text_ends(lead, ";");
		if (!derive_work_done(work, arena_format(work->arena, &lead, closed ? "%.*s %.*s" : "%.*s; %.*s",
												 (int)lead.size, lead.data, (int)text.size, text.data)))
			break;
		items += item;
		fresh = false;
	}
	return lead;
}

/* The first paragraph of prose that says more than how the dialogue stands. */
static struct text first_paragraph(struct derive_work *work, const struct candidate *section, size_t until,
								   size_t *ret_offset)
{
	const struct scan_file *scan = section->file->scan;
	bool fresh = true;
	for (size_t i = (size_t)scan_line_at(scan, section->from) - 1;
		 i < scan->line_count && scan->lines[i].offset < until; i++) {
		const struct scan_line *line = &scan->lines[i];
		struct text text = text_trim(line->text);
		bool other = line->blank || line->thematic_break ||
					 (line->context & (SCAN_IN_FENCE | SCAN_IN_TABLE | SCAN_IN_HEADING)) != 0;
		bool item = !other && is_item(section->file, line);
		if (line->offset >= section->from && fresh && !other && !item && text.data[0] != '>') {
			struct text whole = paragraph_at(scan, line->offset, section->to), lead = without_label(whole);
			struct text plain = derive_work_plain(work, lead);
			if (plain.size > 0 && !derive_text_ends(plain, "?") && !about_state(plain) && !scan_placeholder(plain)) {
				*ret_offset = line->offset;
				size_t behind = (size_t)(whole.data - scan->content.data) + whole.size;
				return derive_text_ends(plain, ":") ? with_list(work, section, behind, plain) : plain;
			}
		}
		fresh = other;
	}
	return TEXT_ABSENT;
}

/* What is quoted from a line on, without the marks, up to the end of its paragraph. */
static struct text quoted(struct derive_work *work, const struct scan_file *scan, size_t first)
{
	size_t i = first, size = 0;
	char *said = derive_work_take(work, scan->content.size - scan->lines[first].offset + 1);
	for (; said != NULL && i < scan->line_count && text_starts_with(text_trim(scan->lines[i].text), TEXT(">")); i++) {
		struct text text = text_trim(scan->lines[i].text);
		while (text_starts_with(text, TEXT(">")))
			text = text_trim(text_slice(text, 1, text.size));
		if (text.size == 0 && size > 0)
			break;
		if (size > 0)
			said[size++] = ' ';
		memcpy(said + size, text.data, text.size);
		size += text.size;
	}
	return derive_work_plain(work, (struct text){.data = said, .size = size});
}

/* Where nothing is said in prose: the first item, or what is quoted first. */
static struct text first_marked(struct derive_work *work, const struct candidate *section, size_t *ret_offset)
{
	const struct scan_file *scan = section->file->scan;
	for (size_t i = (size_t)scan_line_at(scan, section->from) - 1;
		 i < scan->line_count && scan->lines[i].offset < section->to; i++) {
		const struct scan_line *line = &scan->lines[i];
		struct text item;
		if (line->offset < section->from || line->blank || line->thematic_break ||
			(line->context & (SCAN_IN_FENCE | SCAN_IN_TABLE | SCAN_IN_HEADING)) != 0)
			continue;
		*ret_offset = line->offset;
		bool opens = derive_registers_opening(section->file, line, &item, NULL);
		return opens ? derive_work_plain(work, item) : quoted(work, scan, i);
	}
	return TEXT_ABSENT;
}

/* A bold run that is only the name of what follows it. */
static bool is_label(const struct scan_file *scan, const struct scan_bold *bold)
{
	struct text behind = text_slice(scan->content, bold->end, scan->content.size);
	size_t at = 0;
	while (at < behind.size && behind.data[at] == ' ')
		at++;
	return derive_text_ends(text_trim(bold->text), ":") || (at < behind.size && behind.data[at] == ':');
}

static bool in_item(const struct work_file *file, size_t offset)
{
	return is_item(file, &file->scan->lines[scan_line_at(file->scan, offset) - 1]);
}

/* The sentence of a bold run: under four words, with the rest of its paragraph or item. */
static struct text bold_lead(struct derive_work *work, const struct candidate *section, const struct scan_bold *bold)
{
	const struct scan_file *scan = section->file->scan;
	struct text plain = text_trim(derive_work_plain(work, bold->text));
	if (derive_text_words(plain) >= 4)
		return plain;
	struct text rest;
	if (in_item(section->file, bold->offset)) {
		size_t end = derive_text_find_byte(scan->content, '\n', bold->offset);
		rest = text_slice(scan->content, bold->offset, end == SIZE_MAX ? scan->content.size : end);
	} else {
		rest = paragraph_at(scan, bold->offset, section->to);
	}
	struct text whole = derive_work_plain(work, rest);
	if (whole.size > plain.size)
		return whole;
	struct text next =
		is_prose(scan, bold->end) ? derive_work_plain(work, paragraph_at(scan, bold->end, section->to)) : TEXT("");
	if (next.size == 0 || !derive_work_done(work, arena_format(work->arena, &whole, "%.*s %.*s", (int)plain.size,
															   plain.data, (int)next.size, next.data)))
		return plain;
	return whole;
}

static bool skipped(struct derive_work *work, struct text text)
{
	struct text plain = derive_text_stripped(derive_work_plain(work, text));
	struct register_line line;
	return plain.size == 0 || derive_text_ends(plain, "?") || about_state(plain) ||
		   derive_registers_line(work, plain, &line) || scan_placeholder(text);
}

static struct text heading_lead(struct derive_work *work, const struct candidate *section,
								const struct scan_heading *heading)
{
	const struct scan_file *scan = section->file->scan;
	struct text plain = text_trim(derive_work_plain(work, heading->text)), whole;
	if (derive_text_words(plain) >= 4)
		return plain;
	if (!is_prose(scan, heading->body))
		return TEXT_ABSENT;
	struct text next = derive_work_plain(work, paragraph_at(scan, heading->body, section->to));
	if (!derive_work_done(work, arena_format(work->arena, &whole, "%.*s %.*s", (int)plain.size, plain.data,
											 (int)next.size, next.data)))
		return plain;
	return whole;
}

static bool is_decision(struct text name)
{
	return derive_text_same(name, "Recommendation") || derive_text_same(name, "Consensus") ||
		   derive_text_same(name, "Decision");
}

/* Value of a label or sub-heading Recommendation, Consensus or Decision. */
static struct text labelled(struct derive_work *work, const struct candidate *section, size_t *ret_offset)
{
	const struct scan_file *scan = section->file->scan;
	for (size_t i = 0; i < scan->field_count; i++) {
		const struct scan_field *field = &scan->fields[i];
		bool named = is_decision(field->name);
		if (field->offset < section->from || field->offset >= section->to || !named || field->of_table)
			continue;
		struct text value = derive_work_plain(work, field->value);
		*ret_offset = field->offset;
		if (value.size > 0)
			return value;
		size_t line_end = derive_text_find_byte(scan->content, '\n', field->offset);
		if (line_end != SIZE_MAX && line_end < section->to)
			return derive_work_plain(work, paragraph_at(scan, line_end, section->to));
	}
	for (size_t i = section->heading + 1; i < scan->heading_count && scan->headings[i].offset < section->to; i++) {
		const struct scan_heading *heading = &scan->headings[i];
		if (!is_decision(derive_text_stripped(derive_work_plain(work, heading->text))) ||
			!is_prose(scan, heading->body))
			continue;
		*ret_offset = heading->offset;
		return derive_work_plain(work, paragraph_at(scan, heading->body, section->to));
	}
	return TEXT_ABSENT;
}

/* The first bold run or sub-heading that decides something. A paragraph of prose before a list of names leads that list. */
static struct text first_decision(struct derive_work *work, const struct candidate *section, size_t *ret_offset)
{
	const struct scan_file *scan = section->file->scan;
	size_t heading = section->heading + 1;
	for (size_t i = 0; i <= scan->bold_count; i++) {
		size_t until = i < scan->bold_count ? scan->bolds[i].offset : SIZE_MAX;
		for (; heading < scan->heading_count && scan->headings[heading].offset < until; heading++) {
			const struct scan_heading *sub = &scan->headings[heading];
			struct text lead =
				sub->offset < section->to && !skipped(work, sub->text) ? heading_lead(work, section, sub) : TEXT_ABSENT;
			*ret_offset = sub->offset;
			if (text_present(lead))
				return lead;
		}
		if (i == scan->bold_count || until >= section->to)
			break;
		const struct scan_bold *bold = &scan->bolds[i];
		if (bold->offset < section->from || (bold->context & (SCAN_IN_TABLE | SCAN_IN_HEADING)) != 0 ||
			is_label(scan, bold) || skipped(work, bold->text))
			continue;
		bool named_item = in_item(section->file, bold->offset);
		struct text before = named_item ? first_paragraph(work, section, bold->offset, ret_offset) : TEXT_ABSENT;
		if (text_present(before))
			return before;
		bool opens = derive_work_opens(section->file, bold->offset) || named_item;
		if (!opens && derive_text_words(derive_work_plain(work, bold->text)) < 4)
			continue;
		*ret_offset = bold->offset;
		return bold_lead(work, section, bold);
	}
	return TEXT_ABSENT;
}

/* What leads a section: the decision in a sentence. */
static struct text lead_of(struct derive_work *work, const struct candidate *section, size_t *ret_offset)
{
	const struct scan_heading *heading = &section->file->scan->headings[section->heading];
	*ret_offset = heading->offset;
	struct text lead = labelled(work, section, ret_offset);
	if (!text_present(lead) || lead.size == 0)
		lead = first_decision(work, section, ret_offset);
	if (!text_present(lead) || lead.size == 0)
		lead = first_paragraph(work, section, section->to, ret_offset);
	if (!text_present(lead) || lead.size == 0)
		lead = first_marked(work, section, ret_offset);
	if (!text_present(lead) || lead.size == 0)
		lead = text_trim(derive_work_plain(work, heading->text));
	return lead;
}

static void report_other(struct derive_work *work, const struct candidate *other)
{
	size_t offset;
	struct text lead = lead_of(work, other, &offset);
	if (text_equal(lead, work->verdict.recommendation))
		return;
	struct work_place place = derive_work_place(other->file, offset), stands = work->verdict.place;
	derive_work_tell(work, PROBLEM_CONTRADICTION, place, "another verdict stands here than in %.*s:%lld, which counts",
					 (int)stands.file->path.size, stands.file->path.data, (long long)stands.line);
}

/* The Judge's verdicts on the way, which the final one is not. */
static void report_passed(struct derive_work *work)
{
	static const char *const verdicts[] = {"verdict", "ruling", NULL};
	static const char *const passed[] = {"interim", "previous", NULL};
	for (size_t i = 0; i < work->file_count && !work->exhausted; i++) {
		const struct work_file *file = &work->files[i];
		for (size_t j = 0; file->scan != NULL && file->kind != FILE_KIND_PROMPT && j < file->scan->heading_count; j++) {
			const struct scan_heading *heading = &file->scan->headings[j];
			if (has_any(heading->text, verdicts) && has_any(heading->text, passed) &&
				derive_work_judges(file, heading->offset))
				derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, derive_work_place(file, heading->offset),
								   heading->text, "a verdict that is not the final one: kept as text only");
		}
	}
}

void derive_verdict_read(struct derive_work *work)
{
	report_passed(work);
	struct candidate other, section = best_section(work, &other);
	size_t offset;
	if (section.tier == NO_VERDICT)
		return;
	const struct scan_file *scan = section.file->scan;
	if (derive_work_last_round(work) == WORK_NO_ROUND) {
		const struct scan_heading *heading = &scan->headings[section.heading];
		derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, derive_work_place(section.file, heading->offset),
						   heading->text,
						   "this looks like a verdict, but no round is known that it could be of: kept as text only");
		return;
	}
	struct text lead = lead_of(work, &section, &offset);
	work->verdict = (struct work_verdict){
		.present = true,
		.recommendation = lead,
		.description = text_trim(text_slice(scan->content, section.from, section.to)),
		.place = derive_work_place(section.file, offset),
	};
	if (other.tier != NO_VERDICT)
		report_other(work, &other);
}
