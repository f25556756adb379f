/*
 * What can be computed from a record. Lists are walked as they stand: a dialogue is small.
 */
#include "tally.h"

#include "lifecycle.h"

/* The subkey's part before the first '#', and what follows it. */
static bool split_hash(struct text subkey, struct text *ret_head, struct text *ret_rest)
{
	const size_t at = text_find(subkey, TEXT("#"), 0);
	if (at == SIZE_MAX)
		return false;
	*ret_head = text_slice(subkey, 0, at);
	*ret_rest = text_slice(subkey, at + 1, subkey.size);
	return true;
}

/* The event is one on this target, whose id `prefix` is, with the '#' that follows it. */
static bool is_on(const struct entity_event *event, struct text prefix)
{
	struct text type, rest;
	return split_hash(event->head.subkey, &type, &rest) && text_starts_with(rest, prefix);
}

int tally_compare_events(const struct entity_event *a, const struct entity_event *b)
{
	struct item_key_event x, y;
	if (!item_key_read_event(a->head.subkey, &x) || !item_key_read_event(b->head.subkey, &y))
		return text_compare(a->head.subkey, b->head.subkey);
	const int times = text_compare(x.time, y.time);
	if (times != 0)
		return times;
	if (x.n != y.n)
		return x.n < y.n ? -1 : 1;
	const int64_t i = a->event_round.present ? a->event_round.value : -1;
	const int64_t j = b->event_round.present ? b->event_round.value : -1;
	if (i != j)
		return i < j ? -1 : 1;
	return text_compare(a->head.subkey, b->head.subkey);
}

/* "T0103#" in the buffer. */
static struct text event_prefix(struct display_id id, char ret_prefix[static DISPLAY_ID_SIZE + 1])
{
	const struct text written = display_id_format(id, ret_prefix);
	ret_prefix[written.size] = '#';
	return (struct text){.data = ret_prefix, .size = written.size + 1};
}

/* Which events are looked for. */
struct wanted {
	enum event_type type; /* EVENT_ABSENT: any but comments */
	int round;            /* at or before it; -1: any */
	bool reasoned;        /* only those that give a reason */
};

/* The last of such events on a statement. */
static const struct entity_event *last_event(const struct record *record, struct display_id id, struct wanted wanted)
{
	char buffer[DISPLAY_ID_SIZE + 1];
	const struct text prefix = event_prefix(id, buffer);
	const struct record_list *list = &record->lists[ENTITY_EVENT];
	const struct entity_event *last = NULL;
	for (size_t i = 0; i < list->count; i++) {
		const struct entity_event *event = (const struct entity_event *)list->items[i];
		if (wanted.type == EVENT_ABSENT ? event->event_type == EVENT_COMMENTED : event->event_type != wanted.type)
			continue;
		if (!is_on(event, prefix) || (wanted.reasoned && !text_present(event->reason)))
			continue;
		if (wanted.round >= 0 && (!event->event_round.present || event->event_round.value > wanted.round))
			continue;
		if (last == NULL || tally_compare_events(last, event) <= 0)
			last = event;
	}
	return last;
}

const struct entity_event *tally_last_event(const struct record *record, struct display_id id, int round)
{
	return last_event(record, id, (struct wanted){.type = EVENT_ABSENT, .round = round});
}

struct text tally_last_resolution(const struct record *record, struct display_id id)
{
	struct wanted wanted = {.type = EVENT_RESOLVED, .round = -1};
	const struct entity_event *last = last_event(record, id, wanted);
	if (last == NULL || text_present(last->reason))
		return last != NULL ? last->reason : TEXT_ABSENT;
	wanted.reasoned = true;
	const struct entity_event *told = last_event(record, id, wanted);
	const bool same = told != NULL && told->event_round.present && last->event_round.present &&
					  told->event_round.value == last->event_round.value;
	return same ? told->reason : TEXT_ABSENT;
}

static bool is_open(enum tension_status status)
{
	return status == TENSION_OPEN || status == TENSION_ADDRESSED || status == TENSION_REOPENED;
}

bool tally_tension_open(const struct entity_tension *tension)
{
	return is_open(tension->status) && !text_present(tension->accepted_by);
}

int tally_raised_round(const struct entity_tension *tension)
{
	struct display_id id;
	if (tension->raised_round.present)
		return (int)tension->raised_round.value;
	return display_id_of(&tension->head, &id) ? id.round : -1;
}

static bool accepts(const struct entity_verdict *verdict, const struct entity_tension *tension, struct display_id id)
{
	char shown[DISPLAY_ID_SIZE];
	const struct text written = display_id_format(id, shown);
	bool listed = text_equal(tension->accepted_by, verdict->head.subkey);
	for (size_t i = 0; !listed && i < verdict->tensions_accepted.count; i++)
		listed = text_equal(verdict->tensions_accepted.items[i], written);
	return listed;
}

/* A verdict accepted it in this round or before, and by then it was not reopened again. */
static bool accepted_by_round(const struct record *record, const struct entity_tension *tension, struct display_id id,
							  int round)
{
	const struct record_list *verdicts = &record->lists[ENTITY_VERDICT];
	for (size_t i = 0; i < verdicts->count; i++) {
		const struct entity_verdict *verdict = (const struct entity_verdict *)verdicts->items[i];
		if (verdict->round.value > round || !accepts(verdict, tension, id))
			continue;
		const struct entity_event *reopened =
			last_event(record, id, (struct wanted){.type = EVENT_REOPENED, .round = round});
		if (reopened == NULL || text_compare(reopened->created_at, verdict->created_at) <= 0)
			return true;
	}
	return false;
}

/* The state of a statement at the end of a round: of the last, as it is now. One that no event ever moved is in the state
   it was registered with. */
static unsigned status_at(const struct record *record, const struct entity_head *head, struct display_id id, int round)
{
	const unsigned now = lifecycle_status(head);
	if (round == record_last_round(record))
		return now;
	const struct entity_event *event = tally_last_event(record, id, round);
	if (event == NULL)
		return tally_last_event(record, id, -1) != NULL ? lifecycle_initial(head->type) : now;
	unsigned status;
	return vocabulary_find(lifecycle_vocabulary(head->type), vocabulary_word(&vocabulary_event_type, event->event_type),
						   &status)
			   ? status
			   : lifecycle_initial(head->type);
}

/* The tension was open at the end of a round that was not the last. */
static bool was_open(const struct record *record, const struct entity_tension *tension, struct display_id id, int round)
{
	return !accepted_by_round(record, tension, id, round) &&
		   is_open((enum tension_status)status_at(record, &tension->head, id, round));
}

static void tally_tensions(const struct record *record, int round, struct tally_round *tally)
{
	const struct record_list *list = &record->lists[ENTITY_TENSION];
	const bool last = round == record_last_round(record);
	for (size_t i = 0; i < list->count; i++) {
		const struct entity_tension *tension = (const struct entity_tension *)list->items[i];
		struct display_id id;
		const int raised = tally_raised_round(tension);
		if (!display_id_of(&tension->head, &id) || raised > round)
			continue;
		tally->tensions_raised += raised == round && tension->status != TENSION_MERGED;
		tally->open_tensions += last ? tally_tension_open(tension) : was_open(record, tension, id, round);
	}
}

static void tally_perspectives(const struct record *record, int round, struct tally_round *tally)
{
	const struct record_list *list = &record->lists[ENTITY_PERSPECTIVE];
	for (size_t i = 0; i < list->count; i++) {
		const struct entity_perspective *perspective = (const struct entity_perspective *)list->items[i];
		struct display_id id;
		if (!display_id_of(&perspective->head, &id) || id.round != round)
			continue;
		tally->perspectives++;
		tally->new_perspectives += status_at(record, &perspective->head, id, round) == PERSPECTIVE_OPEN;
	}
}

bool tally_signals(const struct record *record, int round, struct text slug)
{
	const struct record_list *list = &record->lists[ENTITY_MOVE];
	for (size_t i = 0; i < list->count; i++) {
		const struct entity_move *move = (const struct entity_move *)list->items[i];
		struct item_key_move key;
		if (move->move_type == MOVE_CONVERGE && item_key_read_move(move->head.subkey, &key) && key.round == round &&
			text_equal(key.expert, slug))
			return true;
	}
	return false;
}

/* The seat is the expert's first on this panel. */
static bool is_first_seat(const struct record_seat *seats, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (text_equal(seats[i].expert, seats[index].expert))
			return false;
	}
	return true;
}

static void tally_panel(const struct record *record, int round, const struct schema_groups *panel,
						struct tally_round *tally)
{
	const struct record_seat *seats = panel->items;
	for (size_t i = 0; i < panel->count; i++) {
		if (!is_first_seat(seats, i))
			continue;
		tally->panel_size++;
		tally->converge_signals += tally_signals(record, round, seats[i].expert);
	}
	if (tally->panel_size > 0)
		tally->converge_permille =
			(int64_t)((tally->converge_signals * 1000 + tally->panel_size / 2) / tally->panel_size);
}

/* Adds what is stated. */
static void add(struct schema_integer *sum, struct schema_integer stated)
{
	if (!stated.present)
		return;
	sum->value += stated.value;
	sum->present = true;
}

/* The scores of the rounds up to the last one asked for. */
static void add_scores(const struct record *record, int last, struct tally_scores *scores)
{
	const struct record_list *list = &record->lists[ENTITY_ROUND];
	for (size_t i = 0; i < list->count; i++) {
		const struct entity_round *round = (const struct entity_round *)list->items[i];
		int number;
		if (!item_key_read_round(round->head.subkey, &number) || number > last)
			continue;
		add(&scores->score, round->score);
		add(&scores->wisdom, round->wisdom);
		add(&scores->consistency, round->consistency);
		add(&scores->truth, round->truth);
		add(&scores->relationships, round->relationships);
	}
}

void tally_round(const struct record *record, int round, struct tally_round *ret_tally)
{
	*ret_tally = (struct tally_round){.perspectives = 0};
	const struct entity_round *entity = record_round(record, round);
	if (entity == NULL)
		return;
	tally_perspectives(record, round, ret_tally);
	tally_tensions(record, round, ret_tally);
	tally_panel(record, round, &entity->panel, ret_tally);
	add_scores(record, round, &ret_tally->so_far);
	ret_tally->velocity = ret_tally->open_tensions + ret_tally->new_perspectives;
}

static void count_tension(const struct entity_tension *tension, struct tally *tally)
{
	if (tension->status == TENSION_MERGED) {
		tally->tensions_merged++;
		return;
	}
	tally->tensions++;
	tally->tensions_resolved += tension->status == TENSION_RESOLVED;
	tally->tensions_open += tally_tension_open(tension);
	tally->tensions_settled += !tally_tension_open(tension);
}

static void add_experts(const struct record_list *experts, struct schema_integer *sum)
{
	for (size_t i = 0; i < experts->count; i++) {
		const struct schema_integer total = tally_expert_total((const struct entity_expert *)experts->items[i]);
		add(sum, total);
		if (!total.present) {
			*sum = total;
			return;
		}
	}
}

void tally_whole(const struct record *record, struct tally *ret_tally)
{
	const struct record_list *lists = record->lists;
	*ret_tally = (struct tally){
		.rounds = lists[ENTITY_ROUND].count,
		.experts = lists[ENTITY_EXPERT].count,
		.perspectives = lists[ENTITY_PERSPECTIVE].count,
		.recommendations = lists[ENTITY_RECOMMENDATION].count,
		.evidence = lists[ENTITY_EVIDENCE].count,
		.claims = lists[ENTITY_CLAIM].count,
		.moves = lists[ENTITY_MOVE].count,
		.refs = lists[ENTITY_REF].count,
		.events = lists[ENTITY_EVENT].count,
		.files = lists[ENTITY_FILE].count,
		.verdicts = lists[ENTITY_VERDICT].count,
	};
	for (size_t i = 0; i < lists[ENTITY_TENSION].count; i++)
		count_tension((const struct entity_tension *)lists[ENTITY_TENSION].items[i], ret_tally);
	add_scores(record, record_last_round(record), &ret_tally->scores);
	add_experts(&lists[ENTITY_EXPERT], &ret_tally->experts_score);
}

struct schema_integer tally_expert_total(const struct entity_expert *expert)
{
	const struct record_expert_score *scores = expert->scores.items;
	struct schema_integer by_round = {.present = false};
	struct schema_integer whole = {.present = false};
	for (size_t i = 0; i < expert->scores.count; i++)
		add(scores[i].round.present ? &by_round : &whole, scores[i].total);
	return by_round.present ? by_round : whole;
}
