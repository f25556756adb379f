/*
 * Statements: the same members for all five types; only a recommendation has parameters.
 */
#include "batch_statements.h"

#include "entity_codec.h"
#include "members.h"

struct raw_statement {
	struct text id, label, body;
	struct text_list contributors;
	const json_t *refs, *parameters;
	struct schema_integer round;
};

/* First and last row are for some only: parameters for recommendations, round for updates. */
static const struct members_row statement_rows[] = {
	{MEMBERS_ROW(raw_statement, parameters, LIST)},
	{MEMBERS_ROW(raw_statement, id, TEXT)},
	{MEMBERS_ROW(raw_statement, label, TEXT), .required = true},
	{MEMBERS_ROW(raw_statement, body, TEXT)},
	{MEMBERS_ROW(raw_statement, contributors, TEXTS)},
	{MEMBERS_ROW(raw_statement, refs, LIST)},
	{MEMBERS_ROW(raw_statement, round, INTEGER), .unit = &members_round},
};
enum { STATEMENT_ROWS = sizeof(statement_rows) / sizeof(statement_rows[0]) };

struct raw_ref {
	struct text source, target;
	unsigned type;
};
static const struct members_row ref_rows[] = {
	{MEMBERS_ROW(raw_ref, source, TEXT), .required = true},
	{MEMBERS_ROW(raw_ref, type, WORD), .required = true, .words = &vocabulary_ref_type, .edge = true},
	{MEMBERS_ROW(raw_ref, target, TEXT), .required = true},
};
static const struct members_shape ref_shape = {"a reference", ref_rows, 3};
static const struct members_shape own_ref_shape = {"a reference of a statement", ref_rows + 1, 2};

static const struct members_row parameter_rows[] = {
	{MEMBERS_ROW(record_parameter, name, TEXT), .required = true},
	{MEMBERS_ROW(record_parameter, value, TEXT), .required = true},
};
static const struct members_shape parameter_shape = {"a parameter", parameter_rows, 2};

static const struct {
	enum entity_type type;
	const char *list;
	const char *what;
} kinds[BATCH_STATEMENTS_TYPES] = {
	{ENTITY_PERSPECTIVE, "perspectives", "a perspective"},
	{ENTITY_RECOMMENDATION, "recommendations", "a recommendation"},
	{ENTITY_TENSION, "tensions", "a tension"},
	{ENTITY_EVIDENCE, "evidence", "a piece of evidence"},
	{ENTITY_CLAIM, "claims", "a claim"},
};

struct reader {
	struct arena *arena;
	struct problem_list *problems;
	struct batch *batch;
	bool update;
	size_t statement_capacity, ref_capacity;
};

/* References in a list; `of` as in struct batch_ref. */
static bool read_refs(struct reader *reader, const json_t *list, struct text path, size_t of)
{
	struct batch *batch = reader->batch;
	for (size_t i = 0; i < json_array_size(list); i++) {
		struct raw_ref raw = {0};
		struct text place = members_index(reader->arena, path, i);
		if (!text_present(place))
			return false;
		if (!members_read(of > 0 ? &own_ref_shape : &ref_shape, json_array_get(list, i), place, &raw, reader->problems))
			continue;
		if (!text_present(raw.target) || (of == 0 && !text_present(raw.source)))
			continue;
		if (!arena_grow(reader->arena, &batch->refs, batch->ref_count, &reader->ref_capacity, sizeof(*batch->refs)))
			return false;
		batch->refs[batch->ref_count++] =
			(struct batch_ref){.of = of, .source = raw.source, .type = raw.type, .target = raw.target, .path = place};
	}
	return true;
}

bool batch_statements_parameters(const json_t *json, struct text path, struct problem_list *problems,
								 struct schema_groups *ret_groups)
{
	struct record_parameter *items = arena_allocate_array(problems->arena, json_array_size(json), sizeof(*items));
	struct text below = members_path(problems->arena, path, "parameters");
	if (items == NULL || !text_present(below))
		return false;
	size_t count = 0;
	for (size_t i = 0; i < json_array_size(json); i++) {
		struct text place = members_index(problems->arena, below, i);
		if (!text_present(place))
			return false;
		if (members_read(&parameter_shape, json_array_get(json, i), place, &items[count], problems))
			count++;
	}
	*ret_groups = (struct schema_groups){.items = items, .count = count, .present = true};
	return true;
}

/* Memory for a statement, or NULL. */
static struct batch_statement *add_statement(struct reader *reader, enum entity_type type)
{
	struct batch *batch = reader->batch;
	if (!arena_grow(reader->arena, &batch->statements, batch->statement_count, &reader->statement_capacity,
					sizeof(*batch->statements)))
		return NULL;
	struct entity_head *entity = entity_codec_create(reader->arena, type, TEXT(""));
	if (entity == NULL)
		return NULL;
	struct batch_statement *statement = &batch->statements[batch->statement_count++];
	*statement = (struct batch_statement){.type = type, .entity = entity, .round = -1};
	return statement;
}

static bool read_statement(struct reader *reader, size_t kind, const json_t *json, struct text path)
{
	bool parameters = kinds[kind].type == ENTITY_RECOMMENDATION;
	const struct members_shape shape = {kinds[kind].what, statement_rows + !parameters,
										(size_t)(STATEMENT_ROWS - !parameters - !reader->update)};
	struct raw_statement raw = {0};
	if (!members_read(&shape, json, path, &raw, reader->problems))
		return !reader->problems->exhausted;
	struct batch_statement *statement = add_statement(reader, kinds[kind].type);
	if (statement == NULL)
		return false;
	struct record_statement common = {.label = raw.label, .body = raw.body, .local_id = raw.id};
	if (!batch_slugs(reader->arena, raw.contributors, &common.contributors))
		return false;
	record_set_statement(statement->entity, &common);
	statement->local_id = raw.id;
	statement->path = path;
	statement->round = raw.round.present ? (int)raw.round.value : -1;
	if (raw.parameters != NULL &&
		!batch_statements_parameters(raw.parameters, path, reader->problems,
									 &((struct entity_recommendation *)statement->entity)->parameters))
		return false;
	struct text below = members_path(reader->arena, path, "refs");
	return text_present(below) && read_refs(reader, raw.refs, below, reader->batch->statement_count);
}

bool batch_statements_read(struct arena *arena, const struct batch_statements_lists *lists, bool update,
						   struct problem_list *problems, struct batch *batch)
{
	struct reader reader = {.arena = arena, .problems = problems, .batch = batch, .update = update};
	for (size_t kind = 0; kind < BATCH_STATEMENTS_TYPES; kind++) {
		const json_t *list = lists->by_type[kind];
		for (size_t i = 0; i < json_array_size(list); i++) {
			struct text path = members_index(arena, text_of_string(kinds[kind].list), i);
			if (!text_present(path) || !read_statement(&reader, kind, json_array_get(list, i), path))
				return false;
		}
	}
	return read_refs(&reader, lists->refs, TEXT("refs"), 0);
}
