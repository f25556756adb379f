/*
 * What each file is, by its name and the panels (import.md, Files).
 */
#include <stdlib.h>
#include <string.h>

#include "derive_rules.h"
#include "derive_text.h"
#include "document_form.h"
#include "slug.h"
#include "utf8.h"

/* A file whose base name begins with or holds `part` is of this kind; the first row that fits counts. */
struct name_row {
	const char *part;
	bool at_end;
	enum file_kind kind;
};
static const struct name_row names[] = {
	{".prompt.md", true, FILE_KIND_PROMPT},     {".dialogue.recorded.md", true, FILE_KIND_DOCUMENT},
	{".dialogue.md", true, FILE_KIND_DOCUMENT}, {"panel.json", true, FILE_KIND_PANEL},
	{"pool.json", true, FILE_KIND_POOL},
};
/* Names of the Judge's own files, without regard to what stands around the word. */
static const struct name_row judge_names[] = {
	{"summary", false, FILE_KIND_SUMMARY},       {"synthesis", false, FILE_KIND_SUMMARY},
	{"scoreboard", false, FILE_KIND_SCOREBOARD}, {"tensions", false, FILE_KIND_TENSIONS},
	{"tension", false, FILE_KIND_TENSIONS},      {"verdict", false, FILE_KIND_VERDICT},
	{"dialogue.md", false, FILE_KIND_DOCUMENT},
};

static struct text base_name(struct text path)
{
	size_t from = 0;
	for (size_t at = 0; at < path.size; at++)
		if (path.data[at] == '/')
			from = at + 1;
	return text_slice(path, from, path.size);
}

static bool holds(struct text text, const char *part)
{
	struct text wanted = text_of_string(part);
	for (size_t at = 0; at + wanted.size <= text.size; at++)
		if (text_equal_ignoring_case(text_slice(text, at, at + wanted.size), wanted))
			return true;
	return false;
}

static enum file_kind kind_by_name(struct text base)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (derive_text_ends(base, names[i].part))
			return names[i].kind;
	if (!derive_text_ends(base, ".md"))
		return FILE_KIND_OTHER;
	for (size_t i = 0; i < sizeof(judge_names) / sizeof(judge_names[0]); i++)
		if (holds(base, judge_names[i].part))
			return judge_names[i].kind;
	return FILE_KIND_OTHER;
}

/* The round that a component of a path names: round-0, round_1, Round 2, r3. */
static int component_round(struct text component)
{
	if (!derive_text_begins(component, "round"))
		return WORK_NO_ROUND;
	size_t at = 5;
	if (at < component.size && (component.data[at] == '-' || component.data[at] == '_' || component.data[at] == ' '))
		at++;
	int value = 0;
	size_t digits = 0;
	for (; at < component.size && component.data[at] >= '0' && component.data[at] <= '9' && digits < 3; at++, digits++)
		value = value * 10 + (component.data[at] - '0');
	return digits > 0 && value <= LIMIT_ROUND ? value : WORK_NO_ROUND;
}

/* "round-100": a number that no round has. */
static bool is_beyond(struct text component)
{
	const bool parted = component.size > 6 && strchr("-_ ", component.data[5]) != NULL;
	const size_t at = parted ? 6 : 5;
	return derive_text_begins(component, "round") && component_round(component) == WORK_NO_ROUND &&
		   at < component.size && component.data[at] >= '0' && component.data[at] <= '9';
}

/* The round that a path names; *ret_beyond when it names one that cannot be. */
static int path_round(struct text path, bool *ret_beyond)
{
	int round = WORK_NO_ROUND;
	size_t from = 0;
	*ret_beyond = false;
	for (size_t at = 0; at <= path.size; at++)
		if (at == path.size || path.data[at] == '/') {
			struct text component = text_slice(path, from, at);
			int named = component_round(component);
			round = named != WORK_NO_ROUND ? named : round;
			*ret_beyond |= is_beyond(component);
			from = at + 1;
		}
	return round;
}

static struct text stem(struct text base)
{
	if (derive_text_ends(base, ".prompt.md"))
		return text_slice(base, 0, base.size - 10);
	return derive_text_ends(base, ".md") ? text_slice(base, 0, base.size - 3) : TEXT_ABSENT;
}

static int compare_paths(const void *left, const void *right)
{
	const struct derive_file *const *a = left, *const *b = right;
	return text_compare((*a)->path, (*b)->path);
}

static bool is_markdown(struct text path)
{
	return derive_text_ends(path, ".md") || derive_text_ends(path, ".markdown");
}

static void read_file(struct derive_work *work, struct work_file *file)
{
	struct text base = base_name(file->path);
	file->kind = kind_by_name(base);
	bool beyond;
	file->round = path_round(file->path, &beyond);
	if (beyond)
		derive_work_tell(work, PROBLEM_ROUND_OUT_OF_ORDER, (struct work_place){.file = file},
						 "rounds have the numbers 0 to %d: this file is read as one of no round", LIMIT_ROUND);
	file->in_round = file->round != WORK_NO_ROUND && component_round(base) == WORK_NO_ROUND;
	file->stem = stem(base);
	bool json = file->kind == FILE_KIND_PANEL || file->kind == FILE_KIND_POOL;
	const bool carries = work->request->file_count == 1 && derive_carries(file->content);
	if (carries && (json || file->kind == FILE_KIND_PROMPT)) { /* whatever its name says */
		file->kind = FILE_KIND_DOCUMENT;
		json = false;
	}
	if (!is_markdown(file->path) && !json && !carries)
		return;
	size_t fault = utf8_fault(file->content);
	if (fault != SIZE_MAX) {
		bool nul = file->content.data[fault] == 0;
		derive_work_report(work, PROBLEM_KEPT_UNREAD, (struct work_place){.file = file}, TEXT_ABSENT,
						   nul ? "the file holds a NUL: kept, not read" : "the file is not UTF-8: kept, not read");
		file->kind = json ? FILE_KIND_OTHER : file->kind;
		return;
	}
	if (json)
		return;
	struct text content = {.data = file->content.size > 0 ? (const char *)file->content.data : "",
						   .size = file->content.size};
	file->carries =
		carries || (file->kind != FILE_KIND_PROMPT && file->round == WORK_NO_ROUND && document_form_opens(content));
	if (!file->carries &&
		derive_work_done(work, scan_read(work->arena, file->path, content, &file->scan, NULL) == HANSARD_OK))
		work->count.parsed++;
}

void derive_files_read(struct derive_work *work)
{
	const struct derive_request *request = work->request;
	const struct derive_file **sorted = derive_work_take(work, (request->file_count + 1) * sizeof(*sorted));
	work->files = derive_work_take(work, (request->file_count + 1) * sizeof(*work->files));
	if (sorted == NULL || work->files == NULL)
		return;
	for (size_t i = 0; i < request->file_count; i++)
		sorted[i] = &request->files[i];
	if (request->file_count > 1)
		qsort(sorted, request->file_count, sizeof(*sorted), compare_paths);
	for (size_t i = 0; i < request->file_count && !work->exhausted; i++) {
		work->files[i].path = sorted[i]->path;
		work->files[i].content = sorted[i]->content;
		work->file_count = i + 1;
		read_file(work, &work->files[i]);
	}
	work->count.files = work->file_count;
}

static bool panel_known(const struct derive_work *work, int round)
{
	for (size_t i = 0; i < work->seat_count; i++)
		if (work->seats[i].round == round)
			return true;
	return false;
}

static bool seated(const struct derive_work *work, int round, struct text slug)
{
	for (size_t i = 0; i < work->seat_count; i++)
		if (work->seats[i].round == round && text_equal(work->seats[i].slug, slug))
			return true;
	return false;
}

static bool prompted(const struct derive_work *work, const struct work_file *file)
{
	for (size_t i = 0; i < work->file_count; i++)
		if (work->files[i].kind == FILE_KIND_PROMPT && work->files[i].round == file->round &&
			text_equal_ignoring_case(work->files[i].stem, file->stem))
			return true;
	return false;
}

/* The names of members that the machinery gives when nobody chooses others (record.md, Pool and panel). */
static const char *const pastries[] = {"muffin",  "cupcake",   "scone",        "eclair",    "donut",
									   "brioche", "croissant", "macaron",      "cannoli",   "strudel",
									   "beignet", "churro",    "profiterole",  "tartlet",   "galette",
									   "palmier", "kouign",    "sfogliatella", "financier", "religieuse"};

bool derive_files_listed(struct text name)
{
	for (size_t i = 0; i < sizeof(pastries) / sizeof(pastries[0]); i++)
		if (derive_text_same(name, pastries[i]))
			return true;
	size_t digits = 0;
	for (size_t at = 6; at < name.size && name.data[at] >= '0' && name.data[at] <= '9'; at++)
		digits++;
	return derive_text_begins(name, "pastry") && digits > 0 && digits + 6 == name.size;
}

/* Whether a file that lies in the folder of a round may be a response: by its name alone, or as its name is exactly
   that of a member, whatever else that word means. */
static bool may_respond(struct derive_work *work, const struct work_file *file, struct text slug)
{
	struct text own = TEXT("");
	if (file->kind == FILE_KIND_OTHER)
		return true;
	bool judges = file->kind == FILE_KIND_SUMMARY || file->kind == FILE_KIND_SCOREBOARD ||
				  file->kind == FILE_KIND_TENSIONS || file->kind == FILE_KIND_VERDICT;
	return judges && text_present(slug) && seated(work, file->round, slug) &&
		   derive_work_done(work, slug_of_expert(work->arena, file->stem, &own)) && text_equal(own, slug);
}

/* The response of an expert and round that was found before, or NULL. */
static const struct work_file *found_before(const struct derive_work *work, int round, struct text slug)
{
	for (size_t i = 0; i < work->file_count; i++)
		if (work->files[i].kind == FILE_KIND_RESPONSE && work->files[i].round == round &&
			text_equal(work->files[i].speaker, slug))
			return &work->files[i];
	return NULL;
}

static void read_response(struct derive_work *work, struct work_file *file)
{
	struct text slug = derive_experts_find(work, file->stem);
	if (!may_respond(work, file, slug))
		return;
	bool response = (text_present(slug) && seated(work, file->round, slug)) || prompted(work, file);
	if (!response && !panel_known(work, file->round))
		response = text_present(slug) || derive_files_listed(file->stem);
	if (response && !text_present(slug))
		slug = derive_experts_add(work, file->stem);
	if (!response || !text_present(slug))
		return;
	const struct work_file *before = found_before(work, file->round, slug);
	if (before == NULL) {
		file->kind = FILE_KIND_RESPONSE;
		file->speaker = slug;
		return;
	}
	derive_work_tell(work, PROBLEM_CONTRADICTION, (struct work_place){.file = file, .line = 1},
					 "the response of %.*s in round %d is %.*s: this one does not count", (int)slug.size, slug.data,
					 file->round, (int)before->path.size, before->path.data);
}

void derive_files_responses(struct derive_work *work)
{
	/* What lies right in the folder of a round goes before what is put aside. */
	for (int aside = 0; aside < 2; aside++)
		for (size_t i = 0; i < work->file_count; i++) {
			struct work_file *file = &work->files[i];
			size_t slash = derive_text_find_byte(file->path, '/', 0);
			bool deeper = slash != SIZE_MAX && derive_text_find_byte(file->path, '/', slash + 1) != SIZE_MAX;
			if (file->in_round && file->scan != NULL && deeper == (aside == 1))
				read_response(work, file);
		}
}
