/*
 * Edits as JSON (docs/batch.md, Edits): which members there are depends on what the id names.
 */
#include "batch_statements.h"
#include "complain.h"
#include "create.h"
#include "edit.h"
#include "entity_codec.h"
#include "members.h"

struct raw_edit {
	struct text id, reason, label, body, title, summary;
	struct text_list actors, contributors;
	const json_t *parameters;
};

/* The first row is for recommendations only. */
static const struct members_row statement_rows[] = {
	{MEMBERS_ROW(raw_edit, parameters, LIST)},    {MEMBERS_ROW(raw_edit, id, TEXT), .required = true},
	{MEMBERS_ROW(raw_edit, actors, TEXTS)},       {MEMBERS_ROW(raw_edit, reason, TEXT)},
	{MEMBERS_ROW(raw_edit, label, TEXT)},         {MEMBERS_ROW(raw_edit, body, TEXT)},
	{MEMBERS_ROW(raw_edit, contributors, TEXTS)},
};
enum { STATEMENT_ROWS = sizeof(statement_rows) / sizeof(statement_rows[0]) };

static const struct members_row round_rows[] = {
	{MEMBERS_ROW(raw_edit, id, TEXT), .required = true},
	{MEMBERS_ROW(raw_edit, actors, TEXTS)},
	{MEMBERS_ROW(raw_edit, reason, TEXT)},
	{MEMBERS_ROW(raw_edit, title, TEXT)},
	{MEMBERS_ROW(raw_edit, summary, TEXT)},
};
static const struct members_shape round_shape = {"an edit of a round", round_rows,
												 sizeof(round_rows) / sizeof(round_rows[0])};

/* What every edit has. */
static bool keep(const struct raw_edit *raw, struct problem_list *problems, struct batch_edit *edit)
{
	edit->id = raw->id;
	edit->reason = raw->reason;
	return batch_slugs(problems->arena, raw->actors, &edit->actors);
}

static bool read_statement(const json_t *json, enum entity_type type, struct problem_list *problems,
						   struct batch_edit *edit)
{
	const bool parameters = type == ENTITY_RECOMMENDATION;
	const struct members_shape shape = {"an edit of a statement", statement_rows + !parameters,
										(size_t)(STATEMENT_ROWS - !parameters)};
	struct raw_edit raw = {0};
	edit->given = entity_codec_create(problems->arena, type, TEXT(""));
	if (edit->given == NULL)
		return false;
	(void)members_read(&shape, json, edit->path, &raw, problems);
	struct record_statement statement = {.label = raw.label, .body = raw.body};
	if (!keep(&raw, problems, edit) || !batch_slugs(problems->arena, raw.contributors, &statement.contributors))
		return false;
	record_set_statement(edit->given, &statement);
	return raw.parameters == NULL ||
		   batch_statements_parameters(raw.parameters, edit->path, problems,
									   &((struct entity_recommendation *)edit->given)->parameters);
}

static bool read_round(const json_t *json, struct problem_list *problems, struct batch_edit *edit)
{
	struct raw_edit raw = {0};
	edit->given = entity_codec_create(problems->arena, ENTITY_ROUND, TEXT(""));
	if (edit->given == NULL)
		return false;
	(void)members_read(&round_shape, json, edit->path, &raw, problems);
	((struct entity_round *)edit->given)->title = raw.title;
	((struct entity_round *)edit->given)->summary = raw.summary;
	return keep(&raw, problems, edit);
}

static void complain_id(struct problem_list *problems, const struct batch_edit *edit, struct text written)
{
	complain_with(problems,
				  &(struct problem){.code = text_present(written) ? PROBLEM_INVALID_DISPLAY_ID : PROBLEM_MISSING_FIELD,
									.path = members_path(problems->arena, edit->path, "id"),
									.value = written,
									.constraint = TEXT("an id like T0103, two digits of a round, or meta")},
				  "an edit names by its \"id\" what it changes");
}

/* The members depend on what the id names; where it names nothing, it is the only fault that can be told. */
static bool read_edit(const json_t *json, struct problem_list *problems, struct batch_edit *edit)
{
	const struct text written = json_read_text(json_object_get(json, "id"));
	struct display_id id;
	struct local_id local;
	bool is_local = false;
	int round;
	if (text_present(written) && text_equal_ignoring_case(text_trim(written), TEXT("meta")))
		return create_read_edit(json, problems, edit);
	if (text_present(written) && item_key_read_round(text_trim(written), &round))
		return read_round(json, problems, edit);
	if (text_present(written) && display_id_parse(written, &id))
		return read_statement(json, id.type, problems, edit);
	if (text_present(written) && !local_id_parse(problems->arena, written, &local, &is_local))
		return false;
	if (is_local)
		return read_statement(json, local.id.type, problems, edit);
	struct text copy;
	if (!arena_copy_text(problems->arena, written, &copy))
		return false;
	complain_id(problems, edit, copy);
	return !problems->exhausted;
}

bool edit_read(const json_t *json, struct problem_list *problems, struct batch *batch)
{
	const size_t count = json_array_size(json);
	batch->edits = arena_allocate_array(problems->arena, count, sizeof(*batch->edits));
	if (batch->edits == NULL)
		return false;
	for (; batch->edit_count < count; batch->edit_count++) {
		struct batch_edit *edit = &batch->edits[batch->edit_count];
		edit->path = members_index(problems->arena, TEXT("edits"), batch->edit_count);
		if (!text_present(edit->path) || !read_edit(json_array_get(json, batch->edit_count), problems, edit))
			return false;
	}
	return true;
}
