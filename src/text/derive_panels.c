/*
 * Panels and the pool as JSON, and panels of prompts (import.md, Experts).
 */
#include <string.h>

#include "derive_fact.h"
#include "derive_rules.h"
#include "derive_text.h"
#include "json_read.h"

/* How far a JSON file has been followed by the names in it. */
struct json_cursor {
	size_t at;
	int64_t lines; /* that end before it */
	bool lost;     /* a name was not found as it stands, and is not looked for again */
};

/* The line of a JSON file that first holds a name at or behind the cursor, so that a report can name it. */
static struct work_place json_place(const struct work_file *file, struct text name, struct json_cursor *cursor)
{
	struct text content = {.data = (const char *)file->content.data, .size = file->content.size};
	size_t found = name.size > 0 && !cursor->lost ? text_find(content, name, cursor->at) : SIZE_MAX;
	if (found == SIZE_MAX) {
		cursor->lost |= name.size > 0;
		return (struct work_place){.file = file, .line = 1, .offset = 0};
	}
	for (size_t i = cursor->at; i < found; i++)
		cursor->lines += content.data[i] == '\n';
	cursor->at = found;
	return (struct work_place){.file = file, .line = cursor->lines + 1, .offset = found};
}

static struct text json_text(struct derive_work *work, const json_t *object, const char *key)
{
	struct text copy = TEXT_ABSENT;
	derive_work_done(work, arena_copy_text(work->arena, json_read_text(json_object_get(object, key)), &copy));
	return copy;
}

static const json_t *json_list(const json_t *root, const char *const *keys)
{
	if (json_is_array(root))
		return root;
	for (; *keys != NULL; keys++)
		if (json_is_array(json_object_get(root, *keys)))
			return json_object_get(root, *keys);
	return NULL;
}

/* The relevance of an entry of a panel or pool, in millionths. */
static struct schema_integer json_relevance(struct derive_work *work, const json_t *entry, struct work_place place)
{
	const json_t *value = json_object_get(entry, "relevance");
	int64_t millionths;
	if (json_read_scaled(value, 1000000, &millionths) && millionths >= 0 && millionths <= 1000000)
		return (struct schema_integer){.present = true, .value = millionths};
	if (value != NULL && !json_is_null(value))
		derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, place, TEXT("relevance"),
						   "this relevance is no number from 0 to 1: left out");
	return (struct schema_integer){.present = false};
}

static void read_seat(struct derive_work *work, const struct work_file *file, const json_t *value,
					  struct json_cursor *cursor)
{
	struct text name = TEXT_ABSENT;
	if (json_is_string(value))
		derive_work_done(work, arena_copy_text(work->arena, json_read_text(value), &name));
	else
		name = json_text(work, value, "name");
	if (!text_present(name) && json_is_object(value))
		name = json_text(work, value, "expert");
	struct work_person who = {.place = json_place(file, name, cursor),
							  .round = file->round,
							  .slug = text_present(name) ? derive_experts_add(work, name) : TEXT_ABSENT};
	if (!text_present(who.slug)) {
		const char *why =
			text_present(name) ? derive_experts_refused(work, name) : "this entry of the panel has no name: left out";
		if (why != NULL)
			derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, who.place, name, why);
		return;
	}
	if (file->round != WORK_NO_ROUND)
		derive_people_seat(work, file->round, who.slug, SEAT_OF_PANEL);
	derive_experts_state(work, FACT_SEAT_ROLE, &who, json_text(work, value, "role"));
	derive_experts_state(work, FACT_SEAT_FOCUS, &who, json_text(work, value, "focus"));
	derive_experts_state(work, FACT_SEAT_TIER, &who, json_text(work, value, "tier"));
	derive_experts_state(work, FACT_SEAT_SOURCE, &who, json_text(work, value, "source"));
	const struct schema_integer relevance = json_relevance(work, value, who.place);
	if (relevance.present)
		derive_fact_state(work, &(struct work_fact){.kind = FACT_SEAT_RELEVANCE,
													.round = who.round,
													.key = who.slug,
													.number = relevance.value,
													.text = TEXT("relevance"),
													.place = who.place});
}

static void read_panel(struct derive_work *work, const struct work_file *file, const json_t *root)
{
	static const char *const keys[] = {"agents", "panel", NULL};
	const json_t *list = json_list(root, keys);
	if (list == NULL) {
		derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, (struct work_place){.file = file, .line = 1}, TEXT_ABSENT,
						   "this panel has no list of agents: not read");
		return;
	}
	struct json_cursor cursor = {.at = 0};
	for (size_t i = 0; i < json_array_size(list); i++)
		read_seat(work, file, json_array_get(list, i), &cursor);
	const json_t *history = json_object_get(json_object_get(root, "history"), "experts");
	for (size_t i = 0; i < json_array_size(history); i++) {
		const json_t *entry = json_array_get(history, i);
		struct text name = json_text(work, entry, "name");
		struct work_person who = {.place = json_place(file, name, &cursor), .round = file->round};
		who.slug = text_present(name) ? derive_experts_find(work, name) : TEXT_ABSENT;
		if (text_present(who.slug))
			derive_experts_state(work, FACT_SEAT_SOURCE, &who, json_text(work, entry, "source"));
	}
}

/* An entry of a pool; a tier that is no text is no known one. */
static void read_entry(struct derive_work *work, const struct work_file *file, const json_t *entry,
					   struct json_cursor *cursor)
{
	struct record_pool_member member = {.role = json_text(work, entry, "role"),
										.focus = json_text(work, entry, "focus")};
	const json_t *given = json_object_get(entry, "tier");
	struct text tier = json_text(work, entry, "tier");
	const struct work_place place = json_place(file, member.role, cursor);
	if (member.role.size == 0) {
		struct text written = json_read_text(entry), copy = TEXT_ABSENT;
		derive_work_done(work, arena_copy_text(work->arena, written, &copy));
		derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, place, copy, "this entry of the pool has no role: left out");
		return;
	}
	member.relevance = json_relevance(work, entry, place);
	if (given != NULL && !json_is_null(given) && !text_present(tier))
		tier = TEXT("no text");
	if (derive_experts_candidate(work, tier, place, &member))
		derive_experts_pool(work, 10, &member);
}

static void read_pool(struct derive_work *work, const struct work_file *file, const json_t *root)
{
	static const char *const keys[] = {"experts", "pool", "members", NULL};
	struct work_place place = {.file = file, .line = 1};
	derive_fact_state(work, &(struct work_fact){.kind = FACT_DOMAIN,
												.round = WORK_NO_ROUND,
												.text = json_text(work, root, "domain"),
												.place = place});
	derive_fact_state(work, &(struct work_fact){.kind = FACT_QUESTION,
												.round = WORK_NO_ROUND,
												.text = json_text(work, root, "question"),
												.place = place});
	const json_t *list = json_list(root, keys);
	if (list == NULL)
		derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, place, TEXT_ABSENT,
						   "this pool has no list of experts: nobody of it is read");
	struct json_cursor cursor = {.at = 0};
	for (size_t i = 0; i < json_array_size(list); i++)
		read_entry(work, file, json_array_get(list, i), &cursor);
}

static void read_json(struct derive_work *work, const struct work_file *file)
{
	struct hansard_error error = {.status = HANSARD_OK};
	json_t *root = NULL;
	struct bytes content = file->content;
	if (content.size >= 3 && memcmp(content.data, "\xef\xbb\xbf", 3) == 0)
		content = (struct bytes){.data = content.data + 3, .size = content.size - 3};
	enum hansard_status status = json_read(file->path, content, &root, &error);
	if (status == HANSARD_FAILED) {
		derive_work_done(work, false);
		return;
	}
	if (status != HANSARD_OK) {
		derive_work_report(work, PROBLEM_KEPT_UNREAD, (struct work_place){.file = file, .line = 1}, TEXT_ABSENT,
						   error.message);
		return;
	}
	if (file->kind == FILE_KIND_PANEL)
		read_panel(work, file, root);
	else
		read_pool(work, file, root);
	json_decref(root);
	work->count.parsed++;
}

/* What stands before "in an ALIGNMENT-seeking dialogue", "on a panel" and the like. */
static struct text role_of(struct text text)
{
	static const char *const ends[] = {" in a", " in the ", " on a", " on the ", ". "};
	size_t end = text.size;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t found = text_find(text, text_of_string(ends[i]), 0);
		end = found < end ? found : end;
	}
	return derive_text_stripped(text_slice(text, 0, end));
}

/* "You are Macaron, a Multi-Repo Strategist in an ALIGNMENT-seeking dialogue." */
static void read_prompt(struct derive_work *work, const struct work_file *file)
{
	struct work_person who = {
		.place = {.file = file, .line = 1}, .round = file->round, .slug = derive_experts_add(work, file->stem)};
	if (!text_present(who.slug) || file->round == WORK_NO_ROUND)
		return;
	derive_people_seat(work, file->round, who.slug, SEAT_OF_PROMPT);
	for (size_t i = 0; i < file->scan->line_count && i < 20; i++) {
		struct text line = derive_work_plain(work, file->scan->lines[i].text);
		size_t comma = derive_text_find_byte(line, ',', 0);
		if (!derive_text_begins(line, "you are ") || comma == SIZE_MAX)
			continue;
		who.place.line = (int64_t)i + 1;
		struct text named = derive_experts_bare(work, text_slice(line, 8, comma));
		for (size_t j = 0; j < work->member_count; j++)
			if (text_equal(work->members[j].slug, who.slug) && text_equal_ignoring_case(work->members[j].name, named))
				work->members[j].name = named;
		struct text role = text_trim(text_slice(line, comma + 1, line.size));
		static const char *const articles[] = {"a ", "an ", "the "};
		for (size_t j = 0; j < 3; j++)
			if (derive_text_begins(role, articles[j])) {
				role = text_slice(role, derive_text_find_byte(role, ' ', 0) + 1, role.size);
				break;
			}
		role = role_of(role);
		while (role.size > 0 && role.data[role.size - 1] == '.')
			role.size--;
		derive_experts_state(work, FACT_SEAT_ROLE, &who, role);
		break;
	}
	for (size_t i = 0; i < file->scan->field_count; i++) {
		const struct scan_field *field = &file->scan->fields[i];
		who.place.line = field->line;
		if (derive_text_same(field->name, "Your Focus") || derive_text_same(field->name, "Focus"))
			derive_experts_state(work, FACT_SEAT_FOCUS, &who, field->value);
		else if (derive_text_same(field->name, "Your Role") || derive_text_same(field->name, "Role"))
			derive_experts_state(work, FACT_SEAT_ROLE, &who, field->value);
		else if (derive_text_same(field->name, "Tier"))
			derive_experts_state(work, FACT_SEAT_TIER, &who, field->value);
		else if (derive_text_same(field->name, "Relevance"))
			derive_experts_state(work, FACT_SEAT_RELEVANCE, &who, field->value);
	}
}

void derive_panels_read(struct derive_work *work)
{
	for (size_t i = 0; i < work->file_count && !work->exhausted; i++) {
		struct work_file *file = &work->files[i];
		if (file->kind == FILE_KIND_PANEL || file->kind == FILE_KIND_POOL)
			read_json(work, file);
	}
	for (size_t i = 0; i < work->file_count && !work->exhausted; i++)
		if (work->files[i].kind == FILE_KIND_PROMPT && work->files[i].scan != NULL)
			read_prompt(work, &work->files[i]);
}
