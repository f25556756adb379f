/*
 * The gate is computed from the record, never from what the Judge said; and who is refused is told what to write.
 */
#include "decide_blockers.h"

#include "complain.h"
#include "count.h"
#include "error.h"
#include "json_write.h"
#include "lifecycle.h"
#include "nearest.h"
#include "tally.h"

/* An example to copy from names so many; the problem's value lists them all. */
enum { ROUNDS_DEFAULT = 10, EXAMPLE_MAX = 6, EXAMPLE_CEILING = 4096 };

static bool is_settled(const struct entity_head *tension, const struct text_list *settled)
{
	struct display_id id;
	char shown[DISPLAY_ID_SIZE];
	if (!display_id_of(tension, &id))
		return false;
	struct text text = display_id_format(id, shown);
	for (size_t i = 0; settled != NULL && i < settled->count; i++) {
		if (text_present(settled->items[i]) && text_equal(settled->items[i], text))
			return true;
	}
	return false;
}

static void list_work(const struct record *record, const struct text_list *settled, struct decide_blockers *blockers)
{
	const struct record_list *tensions = &record->lists[ENTITY_TENSION];
	const struct record_list *perspectives = &record->lists[ENTITY_PERSPECTIVE];
	for (size_t i = 0; i < tensions->count; i++) {
		const struct entity_tension *tension = (const struct entity_tension *)tensions->items[i];
		if (tally_tension_open(tension) && !is_settled(&tension->head, settled))
			blockers->tensions[blockers->open_tensions++] = tension;
	}
	for (size_t i = 0; i < perspectives->count; i++) {
		const struct entity_perspective *perspective = (const struct entity_perspective *)perspectives->items[i];
		struct display_id id;
		if (perspective->status == PERSPECTIVE_OPEN && display_id_of(&perspective->head, &id) &&
			id.round == blockers->round)
			blockers->perspectives[blockers->new_perspectives++] = perspective;
	}
}

int64_t decide_max_rounds(const struct record *record)
{
	const struct entity_meta *meta = record_meta(record);
	return meta != NULL && meta->max_rounds.present ? meta->max_rounds.value : ROUNDS_DEFAULT;
}

bool decide_blockers(const struct record *record, const struct text_list *settled, struct arena *arena,
					 struct decide_blockers *ret_blockers)
{
	struct decide_blockers blockers = {.round = record_last_round(record)};
	const struct entity_round *latest = blockers.round < 0 ? NULL : record_round(record, blockers.round);
	const struct record_seat *seats = latest != NULL ? latest->panel.items : NULL;
	size_t seat_count = latest != NULL ? latest->panel.count : 0;
	blockers.tensions = arena_allocate_array(arena, record->lists[ENTITY_TENSION].count, sizeof(*blockers.tensions));
	blockers.perspectives =
		arena_allocate_array(arena, record->lists[ENTITY_PERSPECTIVE].count, sizeof(*blockers.perspectives));
	blockers.silent_slugs = arena_allocate_array(arena, seat_count, sizeof(*blockers.silent_slugs));
	if (blockers.tensions == NULL || blockers.perspectives == NULL || blockers.silent_slugs == NULL)
		return false;
	list_work(record, settled, &blockers);
	struct tally_round tally;
	tally_round(record, blockers.round, &tally);
	blockers.panel_size = tally.panel_size;
	for (size_t i = 0; i < seat_count; i++) {
		if (!tally_signals(record, blockers.round, seats[i].expert))
			blockers.silent_slugs[blockers.silent++] = seats[i].expert;
	}
	blockers.max_rounds = decide_max_rounds(record);
	blockers.may_force = blockers.round + 1 >= blockers.max_rounds;
	blockers.can_converge = blockers.open_tensions == 0 && blockers.new_perspectives == 0 && blockers.panel_size > 0 &&
							blockers.silent == 0;
	*ret_blockers = blockers;
	return true;
}

/* What blocks by its state: the open tensions, then the perspectives. */
static const struct entity_head *open_work(const struct decide_blockers *blockers, size_t i)
{
	return i < blockers->open_tensions ? &blockers->tensions[i]->head
									   : &blockers->perspectives[i - blockers->open_tensions]->head;
}

/* Display ids of what is in the way, comma separated. */
static bool list_blocking(struct arena *arena, const struct decide_blockers *blockers, struct text *ret_list)
{
	size_t count = blockers->open_tensions + blockers->new_perspectives;
	struct text *ids = arena_allocate_array(arena, count, sizeof(*ids));
	if (ids == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		struct display_id id;
		char shown[DISPLAY_ID_SIZE];
		if (!display_id_of(open_work(blockers, i), &id) ||
			!arena_copy_text(arena, display_id_format(id, shown), &ids[i]))
			return false;
	}
	return nearest_list(arena, ids, count, ret_list);
}

/* {"updates":[{"id":"T0001","status":"resolved"}]} */
static void write_updates(struct json_writer *json, const struct decide_blockers *blockers)
{
	size_t count = blockers->open_tensions + blockers->new_perspectives;
	json_write_key(json, "updates");
	json_write_array(json);
	for (size_t i = 0; i < count && i < EXAMPLE_MAX; i++) {
		struct display_id id;
		char shown[DISPLAY_ID_SIZE];
		if (!display_id_of(open_work(blockers, i), &id))
			continue;
		json_write_object(json);
		json_write_key(json, "id");
		json_write_text(json, display_id_format(id, shown));
		json_write_key(json, "status");
		json_write_string(json, id.type == ENTITY_TENSION ? "resolved" : "refined");
		json_write_end(json);
	}
	json_write_end(json);
}

/* {"moves":[{"expert":"muffin","type":"converge","round":1}]} */
static void write_moves(struct json_writer *json, const struct decide_blockers *blockers)
{
	json_write_key(json, "moves");
	json_write_array(json);
	for (size_t i = 0; i < blockers->silent && i < EXAMPLE_MAX; i++) {
		json_write_object(json);
		json_write_key(json, "expert");
		json_write_text(json, blockers->silent_slugs[i]);
		json_write_key(json, "type");
		json_write_string(json, "converge");
		json_write_key(json, "round");
		json_write_integer(json, blockers->round);
		json_write_end(json);
	}
	json_write_end(json);
}

/* The update that would settle what blocks, as JSON. */
static bool write_example(struct arena *arena, const struct decide_blockers *blockers,
						  void (*write)(struct json_writer *, const struct decide_blockers *), struct text *ret_json)
{
	struct buffer out;
	struct json_writer json;
	buffer_init(&out, EXAMPLE_CEILING);
	json_write_begin(&json, &out, true);
	json_write_object(&json);
	write(&json, blockers);
	json_write_end(&json);
	bool good = json_write_finish(&json) && arena_copy_text(arena, buffer_text(&out), ret_json);
	buffer_finish(&out);
	return good;
}

static bool complain_work(const struct decide_blockers *blockers, struct text forcing, struct problem_list *problems)
{
	struct text work, example, suggestion;
	struct arena *arena = problems->arena;
	if (!list_blocking(arena, blockers, &work) || !write_example(arena, blockers, write_updates, &example) ||
		!arena_format(
			arena, &suggestion,
			"hansard update with %.*s (tensions: resolved, deferred, merged; perspectives: refined, conceded, "
			"merged); or name tensions in tensions_resolved or tensions_accepted of the verdict; %.*s",
			(int)example.size, example.data, (int)forcing.size, forcing.data))
		return false;
	complain_with(problems,
				  &(struct problem){.code = PROBLEM_VELOCITY_NOT_ZERO,
									.path = TEXT("type"),
									.value = work,
									.constraint = TEXT("velocity is 0: no open tension, no new perspective"),
									.suggestion = suggestion},
				  "velocity is %zu: %zu open tension%s and %zu new perspective%s: " ERROR_TEXT,
				  blockers->open_tensions + blockers->new_perspectives, blockers->open_tensions,
				  count_s(blockers->open_tensions), blockers->new_perspectives, count_s(blockers->new_perspectives),
				  ERROR_TEXT_ARGS(work));
	return true;
}

static bool complain_silent(const struct decide_blockers *blockers, struct text forcing, struct problem_list *problems)
{
	struct text silent, example, suggestion;
	struct arena *arena = problems->arena;
	if (blockers->panel_size == 0) {
		complain_with(problems,
					  &(struct problem){.code = PROBLEM_CONVERGENCE_NOT_UNANIMOUS,
										.path = TEXT("type"),
										.constraint = TEXT("every expert of the latest panel has a converge move"),
										.suggestion = TEXT("hold another round, with a panel that converges")},
					  "nobody sat on the panel of round %d", blockers->round);
		return true;
	}
	if (!nearest_list(arena, blockers->silent_slugs, blockers->silent, &silent) ||
		!write_example(arena, blockers, write_moves, &example) ||
		!arena_format(arena, &suggestion,
					  "when they have signalled it, hansard update with %.*s; or hold another round in which they "
					  "converge; %.*s",
					  (int)example.size, example.data, (int)forcing.size, forcing.data))
		return false;
	complain_with(problems,
				  &(struct problem){.code = PROBLEM_CONVERGENCE_NOT_UNANIMOUS,
									.path = TEXT("type"),
									.value = silent,
									.constraint = TEXT("every expert of the latest panel has a converge move"),
									.suggestion = suggestion},
				  "%zu of %zu expert%s of the latest panel %s not signalled convergence: " ERROR_TEXT, blockers->silent,
				  blockers->panel_size, count_s(blockers->panel_size), count_word(blockers->silent, "has", "have"),
				  ERROR_TEXT_ARGS(silent));
	return true;
}

bool decide_blockers_complain(const struct decide_blockers *blockers, bool forced, struct problem_list *problems)
{
	struct text forcing = TEXT("or give forced: true with a warning");
	int64_t from = blockers->max_rounds > 0 ? blockers->max_rounds - 1 : 0;
	if (!blockers->may_force && !arena_format(problems->arena, &forcing,
											  "forcing is allowed from round %" PRId64 " on (max_rounds is %" PRId64
											  "), the latest is round %d",
											  from, blockers->max_rounds, blockers->round))
		return false;
	if (forced && !blockers->may_force)
		complain_with(problems,
					  &(struct problem){.code = PROBLEM_INVALID_VALUE,
										.path = TEXT("forced"),
										.value = TEXT("true"),
										.constraint = TEXT("a verdict is forced once max_rounds rounds were held"),
										.suggestion = TEXT("settle what is open, or hold another round")},
					  ERROR_TEXT, ERROR_TEXT_ARGS(forcing));
	if (blockers->open_tensions + blockers->new_perspectives > 0 && !complain_work(blockers, forcing, problems))
		return false;
	if ((blockers->panel_size == 0 || blockers->silent > 0) && !complain_silent(blockers, forcing, problems))
		return false;
	return !problems->exhausted;
}
