/*
 * The members of a batch as rows, and their reading.
 */
#include "batch.h"

#include "batch_canonical.h"
#include "batch_statements.h"
#include "complain.h"
#include "edit.h"
#include "entity_codec.h"
#include "error.h"
#include "limits.h"
#include "members.h"
#include "slug.h"

/* The state of reading one batch. */
struct reader {
	struct arena *arena;
	struct problem_list *problems;
	struct batch *batch;
	bool update;
};

struct raw_batch {
	struct schema_integer round, open_tensions, new_perspectives, velocity, converge_signals, converge;
	struct text title, summary, panel_seed;
	const json_t *score, *panel, *experts, *scores, *perspectives, *recommendations, *tensions, *evidence, *claims;
	const json_t *moves, *refs, *updates, *edits, *tensions_resolved, *recommendations_adopted, *responses, *prompts;
};

/* The first rows belong to a round alone, the last to an update alone. */
static const struct members_row batch_rows[] = {
	{MEMBERS_ROW(raw_batch, round, INTEGER), .required = true, .unit = &members_round},
	{MEMBERS_ROW(raw_batch, title, TEXT)},
	{MEMBERS_ROW(raw_batch, summary, TEXT)},
	{MEMBERS_ROW(raw_batch, score, OBJECT)},
	{MEMBERS_ROW(raw_batch, open_tensions, INTEGER), .unit = &members_count},
	{MEMBERS_ROW(raw_batch, new_perspectives, INTEGER), .unit = &members_count},
	{MEMBERS_ROW(raw_batch, velocity, INTEGER), .unit = &members_count},
	{MEMBERS_ROW(raw_batch, converge_signals, INTEGER), .unit = &members_count},
	{MEMBERS_ROW(raw_batch, converge, INTEGER), .unit = &members_percent},
	{MEMBERS_ROW(raw_batch, panel, LIST), .required = true},
	{MEMBERS_ROW(raw_batch, panel_seed, TEXT)},
	{MEMBERS_ROW(raw_batch, responses, LIST)},
	{MEMBERS_ROW(raw_batch, prompts, LIST)},
	{MEMBERS_ROW(raw_batch, scores, LIST)},
	{MEMBERS_ROW(raw_batch, perspectives, LIST)},
	{MEMBERS_ROW(raw_batch, recommendations, LIST)},
	{MEMBERS_ROW(raw_batch, tensions, LIST)},
	{MEMBERS_ROW(raw_batch, evidence, LIST)},
	{MEMBERS_ROW(raw_batch, claims, LIST)},
	{MEMBERS_ROW(raw_batch, moves, LIST)},
	{MEMBERS_ROW(raw_batch, refs, LIST)},
	{MEMBERS_ROW(raw_batch, updates, LIST)},
	{MEMBERS_ROW(raw_batch, tensions_resolved, LIST)},
	{MEMBERS_ROW(raw_batch, recommendations_adopted, LIST)},
	{MEMBERS_ROW(raw_batch, experts, LIST)},
	{MEMBERS_ROW(raw_batch, edits, LIST)},
};
enum { BATCH_ROWS = sizeof(batch_rows) / sizeof(batch_rows[0]), ROUND_ONLY = 13, UPDATE_ONLY = 2 };
static const struct members_shape batch_shape = {"a batch", batch_rows, BATCH_ROWS - UPDATE_ONLY};
static const struct members_shape update_shape = {"an update", batch_rows + ROUND_ONLY, BATCH_ROWS - ROUND_ONLY};

struct raw_seat {
	struct text expert, name, role, focus, reason, description, color;
	unsigned tier, source;
	struct schema_integer relevance;
};
static const struct members_row seat_rows[] = {
	{MEMBERS_ROW(raw_seat, expert, TEXT)},
	{MEMBERS_ROW(raw_seat, name, TEXT)},
	{MEMBERS_ROW(raw_seat, role, TEXT)},
	{MEMBERS_ROW(raw_seat, tier, WORD), .words = &vocabulary_tier},
	{MEMBERS_ROW(raw_seat, relevance, INTEGER), .unit = &members_fraction},
	{MEMBERS_ROW(raw_seat, source, WORD), .words = &vocabulary_seat_source},
	{MEMBERS_ROW(raw_seat, focus, TEXT)},
	{MEMBERS_ROW(raw_seat, reason, TEXT)},
	{MEMBERS_ROW(raw_seat, description, TEXT)},
	{MEMBERS_ROW(raw_seat, color, TEXT)},
};
static const struct members_shape seat_shape = {"a seat", seat_rows, sizeof(seat_rows) / sizeof(seat_rows[0])};

/* In the rows below `round` comes last: only an update has it. */
struct raw_score {
	struct text expert;
	struct schema_integer w, c, t, r, total, round;
};
static const struct members_row score_rows[] = {
	{MEMBERS_ROW(raw_score, expert, TEXT), .required = true},
	{MEMBERS_ROW(raw_score, w, INTEGER), .unit = &members_score},
	{MEMBERS_ROW(raw_score, c, INTEGER), .unit = &members_score},
	{MEMBERS_ROW(raw_score, t, INTEGER), .unit = &members_score},
	{MEMBERS_ROW(raw_score, r, INTEGER), .unit = &members_score},
	{MEMBERS_ROW(raw_score, total, INTEGER), .unit = &members_score},
	{MEMBERS_ROW(raw_score, round, INTEGER), .unit = &members_round},
};
enum { SCORE_ROWS = sizeof(score_rows) / sizeof(score_rows[0]) };
static const struct members_shape expert_score_shapes[] = {{"a score", score_rows, SCORE_ROWS - 1},
														   {"a score", score_rows, SCORE_ROWS}};
static const struct members_shape round_score_shape = {"a score", score_rows + 1, SCORE_ROWS - 2};

struct raw_move {
	struct text expert, context;
	unsigned type;
	struct text_list targets;
	struct schema_integer round;
};
static const struct members_row move_rows[] = {
	{MEMBERS_ROW(raw_move, expert, TEXT), .required = true},
	{MEMBERS_ROW(raw_move, type, WORD), .required = true, .words = &vocabulary_move_type},
	{MEMBERS_ROW(raw_move, targets, TEXTS)},
	{MEMBERS_ROW(raw_move, context, TEXT)},
	{MEMBERS_ROW(raw_move, round, INTEGER), .unit = &members_round},
};
enum { MOVE_ROWS = sizeof(move_rows) / sizeof(move_rows[0]) };
static const struct members_shape move_shapes[] = {{"a move", move_rows, MOVE_ROWS - 1},
												   {"a move", move_rows, MOVE_ROWS}};

struct raw_update {
	struct text id, status, reason, reference;
	struct text_list actors;
	struct schema_integer round;
};
static const struct members_row update_rows[] = {
	{MEMBERS_ROW(raw_update, status, TEXT), .required = true},
	{MEMBERS_ROW(raw_update, id, TEXT), .required = true},
	{MEMBERS_ROW(raw_update, actors, TEXTS)},
	{MEMBERS_ROW(raw_update, reason, TEXT)},
	{MEMBERS_ROW(raw_update, reference, TEXT)},
	{MEMBERS_ROW(raw_update, round, INTEGER), .unit = &members_round},
};
enum { UPDATE_ROWS = sizeof(update_rows) / sizeof(update_rows[0]) };
static const struct members_shape update_shapes[] = {{"a change of status", update_rows, UPDATE_ROWS - 1},
													 {"a change of status", update_rows, UPDATE_ROWS}};
static const struct members_shape settled_shape = {"an entry", update_rows + 1, UPDATE_ROWS - 2};

struct raw_file {
	struct text expert, text;
};
static const struct members_row file_rows[] = {
	{MEMBERS_ROW(raw_file, expert, TEXT), .required = true},
	{MEMBERS_ROW(raw_file, text, TEXT), .required = true},
};
static const struct members_shape file_shape = {"a text of an expert", file_rows, 2};

bool batch_slug(struct arena *arena, struct text name, struct text *ret_slug)
{
	struct text trimmed = text_trim(name);
	if (text_starts_with(trimmed, TEXT("@")))
		trimmed = text_slice(trimmed, 1, trimmed.size);
	return slug_of_expert(arena, trimmed, ret_slug);
}

bool batch_slugs(struct arena *arena, struct text_list names, struct text_list *ret_slugs)
{
	struct text *slugs = arena_allocate_array(arena, names.count, sizeof(*slugs));
	if (slugs == NULL)
		return false;
	for (size_t i = 0; i < names.count; i++) {
		if (!batch_slug(arena, names.items[i], &slugs[i]))
			return false;
	}
	*ret_slugs = (struct text_list){.items = slugs, .count = names.count, .present = names.present};
	return true;
}

static int round_of(struct schema_integer round)
{
	return round.present ? (int)round.value : -1;
}

static void exhaust(struct reader *reader)
{
	reader->problems->exhausted = true;
}

/* Memory for the items of a list and the path of each; NULL when the list is absent or empty, or memory is
   exhausted. */
static void *list_items(struct reader *reader, const json_t *list, size_t size)
{
	size_t count = json_array_size(list);
	if (count == 0)
		return NULL;
	void *items = arena_allocate_array(reader->arena, count, size);
	if (items == NULL)
		exhaust(reader);
	return items;
}

static struct text path_of(struct reader *reader, const char *list, size_t i)
{
	struct text path = members_index(reader->arena, text_of_string(list), i);
	if (!text_present(path))
		exhaust(reader);
	return path;
}

/* A total, or W, C, T and R with their sum. */
static void read_sum(struct reader *reader, const struct raw_score *raw, struct text path,
					 struct record_expert_score *ret_score)
{
	const struct schema_integer parts[] = {raw->w, raw->c, raw->t, raw->r};
	static const char *const part_names[] = {"w", "c", "t", "r"};
	size_t known = 0;
	int64_t sum = 0;
	for (size_t i = 0; i < 4; i++) {
		known += parts[i].present;
		sum += parts[i].present ? parts[i].value : 0;
	}
	*ret_score = (struct record_expert_score){.w = raw->w, .c = raw->c, .t = raw->t, .r = raw->r, .total = raw->total};
	if (known == 0 && !raw->total.present)
		complain(reader->problems, PROBLEM_MISSING_FIELD, members_path(reader->arena, path, "total"), TEXT_ABSENT,
				 "a score is a total, or w, c, t and r");
	for (size_t i = 0; known > 0 && i < 4; i++) {
		if (!parts[i].present)
			complain(reader->problems, PROBLEM_MISSING_FIELD, members_path(reader->arena, path, part_names[i]),
					 TEXT_ABSENT, "w, c, t and r are given together");
	}
	if (known < 4)
		return;
	if (sum > LIMIT_INTEGER || sum < -LIMIT_INTEGER || (raw->total.present && raw->total.value != sum))
		complain(reader->problems, PROBLEM_INVALID_VALUE, members_path(reader->arena, path, "total"), TEXT_ABSENT,
				 "w, c, t and r add up to %" PRId64, sum);
	ret_score->total = (struct schema_integer){.value = sum, .present = true};
}

static void read_claims(struct reader *reader, const struct raw_batch *raw)
{
	struct entity_round *claims = reader->batch->claims;
	claims->title = raw->title;
	claims->summary = raw->summary;
	claims->open_tensions = raw->open_tensions;
	claims->new_perspectives = raw->new_perspectives;
	claims->velocity = raw->velocity;
	claims->converge_signals = raw->converge_signals;
	claims->converge_permille = raw->converge;
	struct raw_score score = {0};
	struct record_expert_score sum;
	if (raw->score == NULL || !members_read(&round_score_shape, raw->score, TEXT("score"), &score, reader->problems))
		return;
	read_sum(reader, &score, TEXT("score"), &sum);
	claims->wisdom = sum.w;
	claims->consistency = sum.c;
	claims->truth = sum.t;
	claims->relationships = sum.r;
	claims->score = sum.total;
}

static void read_seats(struct reader *reader, const json_t *list, const char *name)
{
	struct batch_seat *seats = list_items(reader, list, sizeof(*seats));
	reader->batch->panel = seats;
	for (size_t i = 0; seats != NULL && i < json_array_size(list); i++) {
		struct raw_seat raw = {0};
		struct text path = path_of(reader, name, i);
		if (!members_read(&seat_shape, json_array_get(list, i), path, &raw, reader->problems))
			continue;
		struct text slug;
		if (!batch_slug(reader->arena, text_present(raw.expert) ? raw.expert : raw.name, &slug))
			exhaust(reader);
		else if (!text_present(raw.expert) && !text_present(raw.name))
			complain(reader->problems, PROBLEM_MISSING_FIELD, members_path(reader->arena, path, "expert"), TEXT_ABSENT,
					 "a seat needs \"expert\" (a slug) or \"name\"");
		else if (slug.size == 0 || text_is(slug, "judge"))
			complain(reader->problems, PROBLEM_INVALID_VALUE, members_path(reader->arena, path, "expert"), raw.expert,
					 "an expert needs a name with a letter or digit, and the Judge is no expert");
		else
			seats[reader->batch->panel_count++] = (struct batch_seat){.seat = {.expert = slug,
																			   .role = raw.role,
																			   .tier = (enum tier)raw.tier,
																			   .relevance = raw.relevance,
																			   .source = (enum seat_source)raw.source,
																			   .focus = raw.focus},
																	  .name = raw.name,
																	  .reason = raw.reason,
																	  .description = raw.description,
																	  .color = raw.color,
																	  .path = path};
	}
	if (!reader->update && list != NULL && json_array_size(list) == 0)
		complain(reader->problems, PROBLEM_INVALID_VALUE, TEXT("panel"), TEXT("[]"), "a round has at least one expert");
}

static void read_scores(struct reader *reader, const json_t *list)
{
	struct batch_score *scores = list_items(reader, list, sizeof(*scores));
	reader->batch->scores = scores;
	for (size_t i = 0; scores != NULL && i < json_array_size(list); i++) {
		struct raw_score raw = {0};
		struct text path = path_of(reader, "scores", i);
		if (!members_read(&expert_score_shapes[reader->update], json_array_get(list, i), path, &raw, reader->problems))
			continue;
		struct batch_score *score = &scores[reader->batch->score_count++];
		*score = (struct batch_score){.round = round_of(raw.round), .path = path};
		read_sum(reader, &raw, path, &score->score);
		if (!batch_slug(reader->arena, raw.expert, &score->expert))
			exhaust(reader);
	}
}

static void read_moves(struct reader *reader, const json_t *list)
{
	struct batch_move *moves = list_items(reader, list, sizeof(*moves));
	reader->batch->moves = moves;
	for (size_t i = 0; moves != NULL && i < json_array_size(list); i++) {
		struct raw_move raw = {0};
		struct text path = path_of(reader, "moves", i);
		if (!members_read(&move_shapes[reader->update], json_array_get(list, i), path, &raw, reader->problems))
			continue;
		struct batch_move *move = &moves[reader->batch->move_count++];
		*move = (struct batch_move){.type = raw.type,
									.targets = raw.targets,
									.context = raw.context,
									.round = round_of(raw.round),
									.path = path};
		if (!batch_slug(reader->arena, raw.expert, &move->expert))
			exhaust(reader);
	}
}

/* Appends to the updates of the batch. */
static void add_updates(struct reader *reader, const struct batch_update *added, size_t count)
{
	struct batch *batch = reader->batch;
	struct batch_update *all = arena_allocate_array(reader->arena, batch->update_count + count, sizeof(*all));
	if (all == NULL) {
		exhaust(reader);
		return;
	}
	if (batch->update_count > 0)
		memcpy(all, batch->updates, batch->update_count * sizeof(*all));
	if (count > 0)
		memcpy(all + batch->update_count, added, count * sizeof(*all));
	batch->updates = all;
	batch->update_count += count;
}

static bool keep_update(struct arena *arena, const struct raw_update *raw, struct text path,
						struct batch_update *ret_update)
{
	*ret_update = (struct batch_update){.id = raw->id,
										.status = raw->status,
										.reason = raw->reason,
										.reference = raw->reference,
										.round = round_of(raw->round),
										.path = path,
										.only = ENTITY_TYPE_COUNT};
	return batch_slugs(arena, raw->actors, &ret_update->actors);
}

static void read_updates(struct reader *reader, const json_t *list)
{
	struct batch_update *updates = list_items(reader, list, sizeof(*updates));
	size_t count = 0;
	for (size_t i = 0; updates != NULL && i < json_array_size(list); i++) {
		struct raw_update raw = {0};
		struct text path = path_of(reader, "updates", i);
		if (!members_read(&update_shapes[reader->update], json_array_get(list, i), path, &raw, reader->problems))
			continue;
		if (text_present(raw.id) && text_present(raw.status) &&
			!keep_update(reader->arena, &raw, path, &updates[count++]))
			exhaust(reader);
	}
	add_updates(reader, updates, count);
}

bool batch_settled(struct arena *arena, const struct batch_settled *settled, struct problem_list *problems,
				   struct batch_update **ret_updates, size_t *ret_count)
{
	size_t all = json_array_size(settled->json);
	struct batch_update *updates = arena_allocate_array(arena, all, sizeof(*updates));
	size_t count = 0;
	if (updates == NULL)
		return false;
	for (size_t i = 0; i < all; i++) {
		struct raw_update raw = {0};
		const json_t *item = json_array_get(settled->json, i);
		struct text path = members_index(arena, settled->path, i);
		if (!text_present(path))
			return false;
		if (json_is_string(item)) {
			if (!arena_copy_text(arena, json_read_text(item), &raw.id))
				return false;
		} else if (!members_read(&settled_shape, item, path, &raw, problems)) {
			continue;
		}
		if (!text_present(raw.id))
			continue;
		raw.status = settled->status;
		if (!keep_update(arena, &raw, path, &updates[count]))
			return false;
		updates[count++].only = settled->only;
	}
	*ret_updates = updates;
	*ret_count = count;
	return true;
}

static void read_settled(struct reader *reader, const struct batch_settled *settled)
{
	struct batch_update *updates;
	size_t count;
	if (batch_settled(reader->arena, settled, reader->problems, &updates, &count))
		add_updates(reader, updates, count);
	else
		exhaust(reader);
}

static void read_files(struct reader *reader, const json_t *list, const char *name, enum file_kind kind)
{
	struct batch_file *files = list_items(reader, list, sizeof(*files));
	struct batch *batch = reader->batch;
	struct batch_file *all =
		arena_allocate_array(reader->arena, batch->file_count + json_array_size(list), sizeof(*all));
	if (all == NULL) {
		exhaust(reader);
		return;
	}
	if (batch->file_count > 0)
		memcpy(all, batch->files, batch->file_count * sizeof(*all));
	batch->files = all;
	for (size_t i = 0; files != NULL && i < json_array_size(list); i++) {
		struct raw_file raw = {0};
		struct text where = path_of(reader, name, i);
		if (!members_read(&file_shape, json_array_get(list, i), where, &raw, reader->problems) ||
			!text_present(raw.expert) || !text_present(raw.text))
			continue;
		struct batch_file *file = &all[batch->file_count++];
		*file = (struct batch_file){.kind = kind, .content = bytes_of_text(raw.text), .where = where};
		if (!batch_slug(reader->arena, raw.expert, &file->expert) ||
			!arena_format(reader->arena, &file->path, "round-%d/%.*s%s", batch->round, (int)file->expert.size,
						  file->expert.data, kind == FILE_KIND_PROMPT ? ".prompt.md" : ".md"))
			exhaust(reader);
	}
}

static enum hansard_status read_all(struct reader *reader, const json_t *json, struct hansard_error *error)
{
	struct raw_batch raw = {0};
	struct batch *batch = reader->batch;
	struct entity_head *claims = entity_codec_create(reader->arena, ENTITY_ROUND, TEXT("00"));
	if (claims == NULL)
		return error_memory(error);
	batch->claims = (struct entity_round *)claims;
	(void)members_read(reader->update ? &update_shape : &batch_shape, json, TEXT(""), &raw, reader->problems);
	batch->update = reader->update;
	batch->round = round_of(raw.round);
	batch->panel_seed = raw.panel_seed;
	read_claims(reader, &raw);
	read_seats(reader, reader->update ? raw.experts : raw.panel, reader->update ? "experts" : "panel");
	read_scores(reader, raw.scores);
	const struct batch_statements_lists lists = {
		{raw.perspectives, raw.recommendations, raw.tensions, raw.evidence, raw.claims}, raw.refs};
	if (!batch_statements_read(reader->arena, &lists, reader->update, reader->problems, batch))
		exhaust(reader);
	read_moves(reader, raw.moves);
	read_updates(reader, raw.updates);
	read_settled(reader, &(struct batch_settled){raw.tensions_resolved, TEXT("tensions_resolved"), TEXT("resolved"),
												 ENTITY_TENSION});
	read_settled(reader, &(struct batch_settled){raw.recommendations_adopted, TEXT("recommendations_adopted"),
												 TEXT("adopted"), ENTITY_RECOMMENDATION});
	if (!edit_read(raw.edits, reader->problems, batch))
		exhaust(reader);
	read_files(reader, raw.responses, "responses", FILE_KIND_RESPONSE);
	read_files(reader, raw.prompts, "prompts", FILE_KIND_PROMPT);
	if (reader->problems->exhausted)
		return error_memory(error);
	if (problem_errors(reader->problems) > 0)
		return HANSARD_OK;
	return batch_canonical(reader->arena, json, &batch->canonical, error);
}

static enum hansard_status read_either(struct reader *reader, const json_t *json, struct batch **ret_batch,
									   struct hansard_error *error)
{
	reader->batch = arena_allocate(reader->arena, sizeof(*reader->batch));
	if (reader->batch == NULL)
		return error_memory(error);
	enum hansard_status status = read_all(reader, json, error);
	if (status == HANSARD_OK)
		*ret_batch = reader->batch;
	return status;
}

enum hansard_status batch_read(struct arena *arena, const json_t *json, struct problem_list *problems,
							   struct batch **ret_batch, struct hansard_error *error)
{
	struct reader reader = {.arena = arena, .problems = problems};
	return read_either(&reader, json, ret_batch, error);
}

enum hansard_status batch_read_update(struct arena *arena, const json_t *json, struct problem_list *problems,
									  struct batch **ret_batch, struct hansard_error *error)
{
	struct reader reader = {.arena = arena, .problems = problems, .update = true};
	return read_either(&reader, json, ret_batch, error);
}
