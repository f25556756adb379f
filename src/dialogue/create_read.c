/*
 * What a dialogue begins with, as JSON (docs/batch.md, Dialogue), and an edit of the same members.
 */
#include "complain.h"
#include "create.h"
#include "entity_codec.h"
#include "error.h"
#include "members.h"
#include "panel.h"

struct raw_dialogue {
	struct text title, question, output_dir, domain_id, ethos_id, id, reason;
	struct schema_integer max_rounds, number;
	struct schema_boolean calibrated;
	struct text_list participants, insights, actors;
	const json_t *background, *pool, *links;
};

/* The first rows are for edits only. */
static const struct members_row dialogue_rows[] = {
	{MEMBERS_ROW(raw_dialogue, id, TEXT), .required = true},
	{MEMBERS_ROW(raw_dialogue, actors, TEXTS)},
	{MEMBERS_ROW(raw_dialogue, reason, TEXT)},
	{MEMBERS_ROW(raw_dialogue, insights, TEXTS)},
	{MEMBERS_ROW(raw_dialogue, title, TEXT)},
	{MEMBERS_ROW(raw_dialogue, question, TEXT)},
	{MEMBERS_ROW(raw_dialogue, background, OBJECT)},
	{MEMBERS_ROW(raw_dialogue, pool, OBJECT)},
	{MEMBERS_ROW(raw_dialogue, links, LIST)},
	{MEMBERS_ROW(raw_dialogue, max_rounds, INTEGER), .unit = &members_count},
	{MEMBERS_ROW(raw_dialogue, calibrated, BOOLEAN)},
	{MEMBERS_ROW(raw_dialogue, domain_id, TEXT)},
	{MEMBERS_ROW(raw_dialogue, ethos_id, TEXT)},
	{MEMBERS_ROW(raw_dialogue, number, INTEGER), .unit = &members_count},
	{MEMBERS_ROW(raw_dialogue, participants, TEXTS)},
	{MEMBERS_ROW(raw_dialogue, output_dir, TEXT)},
};
enum { DIALOGUE_ROWS = sizeof(dialogue_rows) / sizeof(dialogue_rows[0]), EDIT_ONLY = 4 };
static const struct members_shape dialogue_shape = {"a dialogue", dialogue_rows + EDIT_ONLY, DIALOGUE_ROWS - EDIT_ONLY};
static const struct members_shape edit_shape = {"an edit of the dialogue", dialogue_rows, DIALOGUE_ROWS};

static const struct members_row background_rows[] = {
	{MEMBERS_ROW(record_background, subject, TEXT)},
	{MEMBERS_ROW(record_background, description, TEXT)},
	{MEMBERS_ROW(record_background, constraints, TEXT)},
	{MEMBERS_ROW(record_background, situation, TEXT)},
};
static const struct members_shape background_shape = {"a background", background_rows,
													  sizeof(background_rows) / sizeof(background_rows[0])};

static const struct members_row link_rows[] = {
	{MEMBERS_ROW(record_link, kind, TEXT), .required = true},
	{MEMBERS_ROW(record_link, reference, TEXT), .required = true},
};
static const struct members_shape link_shape = {"a link", link_rows, sizeof(link_rows) / sizeof(link_rows[0])};

struct raw_pool {
	struct text domain, question;
	const json_t *members;
};
static const struct members_row pool_rows[] = {
	{MEMBERS_ROW(raw_pool, domain, TEXT)},
	{MEMBERS_ROW(raw_pool, question, TEXT)},
	{MEMBERS_ROW(raw_pool, members, LIST), .required = true},
};
static const struct members_shape pool_shape = {"a pool", pool_rows, sizeof(pool_rows) / sizeof(pool_rows[0])};

struct raw_member {
	struct text role, focus;
	unsigned tier;
	struct schema_integer relevance;
};
static const struct members_row member_rows[] = {
	{MEMBERS_ROW(raw_member, role, TEXT), .required = true},
	{MEMBERS_ROW(raw_member, tier, WORD), .words = &vocabulary_tier},
	{MEMBERS_ROW(raw_member, relevance, INTEGER), .unit = &members_fraction},
	{MEMBERS_ROW(raw_member, focus, TEXT)},
};
static const struct members_shape member_shape = {"a member of the pool", member_rows,
												  sizeof(member_rows) / sizeof(member_rows[0])};

/* Where a dialogue is read from, and into what. */
struct reader {
	struct arena *arena;
	struct problem_list *problems;
	struct text path; /* of the object; "" of a whole dialogue */
	struct entity_meta *meta;
};

static bool read_background(const struct reader *reader, const json_t *json)
{
	if (json == NULL)
		return true;
	struct record_background *background = arena_allocate(reader->arena, sizeof(*background));
	struct text path = members_path(reader->arena, reader->path, "background");
	if (background == NULL || !text_present(path))
		return false;
	(void)members_read(&background_shape, json, path, background, reader->problems);
	reader->meta->background = background;
	return true;
}

static bool read_links(const struct reader *reader, const json_t *json)
{
	if (json == NULL)
		return true;
	struct record_link *links = arena_allocate_array(reader->arena, json_array_size(json), sizeof(*links));
	struct text list = members_path(reader->arena, reader->path, "links");
	if (links == NULL || !text_present(list))
		return false;
	for (size_t i = 0; i < json_array_size(json); i++) {
		struct text path = members_index(reader->arena, list, i);
		if (!text_present(path))
			return false;
		(void)members_read(&link_shape, json_array_get(json, i), path, &links[i], reader->problems);
	}
	reader->meta->links = (struct schema_groups){.items = links, .count = json_array_size(json), .present = true};
	return true;
}

/* A missing tier follows from the relevance. */
static bool read_member(const struct reader *reader, const json_t *json, struct text path,
						struct record_pool_member *member)
{
	struct problem_list *problems = reader->problems;
	struct raw_member raw = {0};
	if (!members_read(&member_shape, json, path, &raw, problems))
		return !problems->exhausted;
	if (raw.tier == TIER_ABSENT && json_object_get(json, "tier") == NULL) {
		if (raw.relevance.present)
			raw.tier = panel_tier(raw.relevance.value);
		else
			complain(problems, PROBLEM_MISSING_FIELD, members_path(reader->arena, path, "tier"), TEXT_ABSENT,
					 "a member of the pool needs a tier or a relevance");
	}
	*member = (struct record_pool_member){
		.role = raw.role, .tier = (enum tier)raw.tier, .relevance = raw.relevance, .focus = raw.focus};
	return !problems->exhausted;
}

static bool read_pool(const struct reader *reader, const json_t *json)
{
	struct raw_pool raw = {0};
	struct text path = members_path(reader->arena, reader->path, "pool");
	if (json == NULL || !text_present(path) || !members_read(&pool_shape, json, path, &raw, reader->problems))
		return text_present(path) && !reader->problems->exhausted;
	size_t count = json_array_size(raw.members);
	struct text list = members_path(reader->arena, path, "members");
	struct record_pool *pool = arena_allocate(reader->arena, sizeof(*pool));
	struct record_pool_member *members = arena_allocate_array(reader->arena, count, sizeof(*members));
	if (!text_present(list) || pool == NULL || members == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		struct text place = members_index(reader->arena, list, i);
		if (!text_present(place) || !read_member(reader, json_array_get(raw.members, i), place, &members[i]))
			return false;
	}
	*pool = (struct record_pool){
		.domain = raw.domain, .question = raw.question, .members = {.items = members, .count = count, .present = true}};
	reader->meta->pool = pool;
	return panel_advise(pool, path, reader->problems);
}

/* Everything that a dialogue and an edit have in common. */
static bool keep(const struct reader *reader, const struct raw_dialogue *raw)
{
	struct entity_meta *meta = reader->meta;
	meta->title = raw->title;
	meta->question = raw->question;
	meta->output_dir = raw->output_dir;
	meta->domain_id = raw->domain_id;
	meta->ethos_id = raw->ethos_id;
	meta->max_rounds = raw->max_rounds;
	meta->number = raw->number;
	meta->calibrated = raw->calibrated;
	meta->participants = raw->participants;
	meta->insights = raw->insights;
	return read_background(reader, raw->background) && read_links(reader, raw->links) && read_pool(reader, raw->pool);
}

bool create_read_edit(const json_t *json, struct problem_list *problems, struct batch_edit *edit)
{
	struct raw_dialogue raw = {0};
	edit->given = entity_codec_create(problems->arena, ENTITY_META, TEXT(""));
	if (edit->given == NULL)
		return false;
	(void)members_read(&edit_shape, json, edit->path, &raw, problems);
	edit->id = raw.id;
	edit->reason = raw.reason;
	const struct reader reader = {
		.arena = problems->arena, .problems = problems, .path = edit->path, .meta = (struct entity_meta *)edit->given};
	return batch_slugs(problems->arena, raw.actors, &edit->actors) && keep(&reader, &raw);
}

enum hansard_status create_read(struct arena *arena, const json_t *json, struct problem_list *problems,
								struct entity_meta **ret_meta, struct hansard_error *error)
{
	struct raw_dialogue raw = {0};
	struct entity_meta *meta = (struct entity_meta *)entity_codec_create(arena, ENTITY_META, TEXT(""));
	if (meta == NULL)
		return error_memory(error);
	(void)members_read(&dialogue_shape, json, TEXT(""), &raw, problems);
	const struct reader reader = {.arena = arena, .problems = problems, .path = TEXT(""), .meta = meta};
	if (!keep(&reader, &raw))
		return error_memory(error);
	enum hansard_status status = complain_refusal(problems, "dialogue_refused", error);
	if (status == HANSARD_OK)
		*ret_meta = meta;
	return status;
}
