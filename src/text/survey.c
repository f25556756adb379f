/*
 * A record looked over.
 */
#include "survey.h"

#include "error.h"
#include "moment.h"

/* Of two verdicts the later one counts. */
static bool later(const struct entity_verdict *a, const struct entity_verdict *b)
{
	if (a->round.value != b->round.value)
		return a->round.value > b->round.value;
	return text_compare(a->created_at, b->created_at) >= 0;
}

static const struct entity_verdict *find_verdict(const struct record *record, enum verdict_type type)
{
	const struct record_list *list = &record->lists[ENTITY_VERDICT];
	const struct entity_verdict *found = NULL;
	for (size_t i = 0; i < list->count; i++) {
		const struct entity_verdict *verdict = (const struct entity_verdict *)list->items[i];
		if (verdict->verdict_type == type && (found == NULL || later(verdict, found)))
			found = verdict;
	}
	return found;
}

enum hansard_status survey_of(struct arena *arena, const struct record *record, struct survey *ret_survey,
							  struct hansard_error *error)
{
	struct survey survey = {.record = record, .meta = record_meta(record)};
	const size_t count = record_rounds(record);
	struct tally_round *rounds = arena_allocate_array(arena, count, sizeof(*rounds));
	if (rounds == NULL)
		return error_memory(error);
	for (size_t i = 0; i < count; i++)
		tally_round(record, survey_round_number(record->lists[ENTITY_ROUND].items[i]), &rounds[i]);
	tally_whole(record, &survey.tally);
	survey.rounds = rounds;
	survey.verdict = find_verdict(record, VERDICT_FINAL);
	if (survey.verdict == NULL)
		survey.verdict = find_verdict(record, VERDICT_INTERIM);
	*ret_survey = survey;
	return HANSARD_OK;
}

const struct entity_round *survey_round(const struct survey *survey, size_t index)
{
	return (const struct entity_round *)survey->record->lists[ENTITY_ROUND].items[index];
}

int survey_round_number(const struct entity_head *head)
{
	int round;
	return item_key_read_round(text_slice(head->subkey, 0, 2), &round) ? round : -1;
}

struct text survey_title(const struct survey *survey)
{
	return survey->meta != NULL && text_present(survey->meta->title) ? survey->meta->title
																	 : survey->record->dialogue_id;
}

struct text survey_name(const struct record *record, struct text slug)
{
	if (!text_present(slug))
		return TEXT("");
	if (text_is(slug, "judge"))
		return TEXT("Judge");
	const struct entity_expert *expert = record_expert(record, slug);
	return expert != NULL && text_present(expert->name) ? expert->name : slug;
}

struct text survey_names(struct draft *draft, const struct record *record, const struct text_list *slugs)
{
	struct text names = TEXT("");
	for (size_t i = 0; i < slugs->count; i++)
		names = draft_list(draft, names, survey_name(record, slugs->items[i]));
	return names;
}

const struct record_expert_score *survey_score(const struct entity_expert *expert, int round)
{
	size_t count;
	const struct record_expert_score *scores = survey_scores(expert, &count);
	for (size_t i = 0; i < count; i++) {
		if (scores[i].round.present ? scores[i].round.value == round : round == -1)
			return &scores[i];
	}
	return NULL;
}

const struct record_seat *survey_seats(const struct entity_round *round, size_t *ret_count)
{
	*ret_count = round->panel.count;
	return round->panel.items;
}

const struct record_expert_score *survey_scores(const struct entity_expert *expert, size_t *ret_count)
{
	*ret_count = expert->scores.count;
	return expert->scores.items;
}

const struct record_link *survey_links(const struct entity_meta *meta, size_t *ret_count)
{
	*ret_count = meta == NULL ? 0 : meta->links.count;
	return meta == NULL ? NULL : meta->links.items;
}

const struct record_pool_member *survey_members(const struct entity_meta *meta, size_t *ret_count)
{
	const bool known = meta != NULL && meta->pool != NULL;
	*ret_count = known ? meta->pool->members.count : 0;
	return known ? meta->pool->members.items : NULL;
}

struct schema_integer survey_sum(const struct entity_round *round)
{
	if (!round->wisdom.present || !round->consistency.present || !round->truth.present || !round->relationships.present)
		return (struct schema_integer){0};
	const int64_t sum =
		round->wisdom.value + round->consistency.value + round->truth.value + round->relationships.value;
	return (struct schema_integer){.value = sum, .present = true};
}

/* A computed value where the Judge said nothing. */
static struct text unsaid(struct draft *draft, const struct survey *survey, struct text record)
{
	if (survey->computed == NULL)
		return draft_format(draft, "(record: %.*s)", DRAFT_ARGS(record));
	if (*survey->computed == SURVEY_STATED)
		*survey->computed = SURVEY_COMPUTED;
	return record;
}

struct text survey_claim(struct draft *draft, const struct survey *survey, struct schema_integer said, int64_t record)
{
	if (!said.present)
		return unsaid(draft, survey, draft_format(draft, "%" PRId64, record));
	if (said.value == record)
		return draft_format(draft, "%" PRId64, said.value);
	return draft_format(draft, "%" PRId64 " (record: %" PRId64 ")", said.value, record);
}

static struct text percent(struct draft *draft, int64_t permille)
{
	if (permille % 10 == 0)
		return draft_format(draft, "%" PRId64 "%%", permille / 10);
	return draft_format(draft, "%" PRId64 ".%" PRId64 "%%", permille / 10, permille % 10);
}

/* A claim in whole per cent agrees with a share that it rounds or cuts. */
static bool percent_agrees(int64_t said, int64_t record)
{
	if (said % 10 != 0)
		return said == record;
	return said == record / 10 * 10 || said == (record + 5) / 10 * 10;
}

struct text survey_converge(struct draft *draft, const struct survey *survey, size_t index)
{
	const struct entity_round *round = survey_round(survey, index);
	const struct tally_round *facts = &survey->rounds[index];
	const struct text record = percent(draft, facts->converge_permille);
	if (!round->converge_permille.present)
		return unsaid(draft, survey, record);
	const struct text said = percent(draft, round->converge_permille.value);
	if (percent_agrees(round->converge_permille.value, facts->converge_permille))
		return said;
	return draft_format(draft, "%.*s (record: %.*s)", DRAFT_ARGS(said), DRAFT_ARGS(record));
}

static struct text part(struct draft *draft, struct text parts, char letter, struct schema_integer value)
{
	if (!value.present)
		return parts;
	return draft_format(draft, "%.*s%s%c:%" PRId64, DRAFT_ARGS(parts), parts.size > 0 ? " " : "", letter, value.value);
}

/* Every round states its score: only then their sum can differ from a total. */
static bool all_scored(const struct survey *survey)
{
	for (size_t i = 0; i < survey->record->lists[ENTITY_ROUND].count; i++) {
		const struct entity_round *round = survey_round(survey, i);
		if (!round->score.present && !survey_sum(round).present)
			return false;
	}
	return true;
}

struct text survey_total(struct draft *draft, const struct survey *survey)
{
	const struct tally *tally = &survey->tally;
	const struct schema_integer said =
		survey->meta != NULL ? survey->meta->total_alignment : (struct schema_integer){0};
	struct text split = part(draft, TEXT(""), 'W', tally->scores.wisdom);
	split = part(draft, split, 'C', tally->scores.consistency);
	split = part(draft, split, 'T', tally->scores.truth);
	split = part(draft, split, 'R', tally->scores.relationships);
	if (split.size > 0)
		split = draft_format(draft, " (%.*s)", DRAFT_ARGS(split));
	if (said.present && tally->scores.score.present && said.value != tally->scores.score.value && all_scored(survey))
		return draft_format(draft, "%" PRId64 "%.*s (record: %" PRId64 ")", said.value, DRAFT_ARGS(split),
							tally->scores.score.value);
	if (said.present)
		return draft_format(draft, "%" PRId64 "%.*s", said.value, DRAFT_ARGS(split));
	if (tally->scores.score.present)
		return draft_join(draft, unsaid(draft, survey, draft_format(draft, "%" PRId64, tally->scores.score.value)),
						  split);
	return TEXT("");
}

struct text survey_round_count(struct draft *draft, const struct survey *survey)
{
	const struct record_list *rounds = &survey->record->lists[ENTITY_ROUND];
	const struct schema_integer said = survey->meta != NULL ? survey->meta->total_rounds : (struct schema_integer){0};
	const struct text count = survey_claim(draft, survey, said, (int64_t)rounds->count);
	if (rounds->count == 0)
		return count;
	const int first = survey_round_number(rounds->items[0]);
	const int last = record_last_round(survey->record);
	if (first == last)
		return draft_format(draft, "%.*s (R%d)", DRAFT_ARGS(count), first);
	return draft_format(draft, "%.*s (R%d-R%d)", DRAFT_ARGS(count), first, last);
}

/* Reads digits at *at. False when there are none. */
static bool take_number(struct text text, size_t *at, int64_t *ret_number)
{
	const size_t from = *at;
	int64_t number = 0;
	while (*at < text.size && text.data[*at] >= '0' && text.data[*at] <= '9' && *at - from < 9)
		number = number * 10 + (text.data[(*at)++] - '0');
	*ret_number = number;
	return *at > from;
}

/* Whether every n% and n/m in the text is the record's. */
static bool words_agree(struct text words, int64_t permille, int64_t part_of, int64_t whole)
{
	for (size_t at = 0; at < words.size;) {
		int64_t number;
		if (!take_number(words, &at, &number)) {
			at++;
			continue;
		}
		if (at < words.size && words.data[at] == '%' && !percent_agrees(number * 10, permille))
			return false;
		if (at < words.size && words.data[at] == '/') {
			at++;
			int64_t second;
			if (take_number(words, &at, &second) && (number != part_of || second != whole))
				return false;
		}
	}
	return true;
}

struct text survey_convergence(struct draft *draft, const struct survey *survey)
{
	const size_t count = survey->record->lists[ENTITY_ROUND].count;
	const struct text said = survey->meta != NULL ? survey->meta->convergence_claimed : TEXT_ABSENT;
	if (count == 0)
		return text_present(said) ? said : TEXT("");
	const struct tally_round *last = &survey->rounds[count - 1];
	const int64_t signals = (int64_t)last->converge_signals;
	const int64_t panel = (int64_t)last->panel_size;
	if (text_present(said) && words_agree(said, last->converge_permille, signals, panel))
		return said;
	const struct text record = draft_format(draft, "%.*s, %" PRId64 "/%" PRId64 " in round %d",
											DRAFT_ARGS(percent(draft, last->converge_permille)), signals, panel,
											record_last_round(survey->record));
	if (!text_present(said))
		return unsaid(draft, survey, record);
	return draft_format(draft, "%.*s (record: %.*s)", DRAFT_ARGS(said), DRAFT_ARGS(record));
}

struct text survey_resolved(struct draft *draft, const struct survey *survey)
{
	const struct text said = survey->meta != NULL ? survey->meta->tensions_claimed : TEXT_ABSENT;
	const struct text record = draft_format(draft, "%zu/%zu", survey->tally.tensions_resolved, survey->tally.tensions);
	if (!text_present(said))
		return unsaid(draft, survey, record);
	if (text_equal(said, record))
		return said;
	return draft_format(draft, "%.*s (record: %.*s)", DRAFT_ARGS(said), DRAFT_ARGS(record));
}

/* To the given number of microseconds, and to the minute where nothing is left of it. */
static struct text moment_to(struct draft *draft, struct text moment, int64_t step)
{
	int64_t micros;
	if (!text_present(moment))
		return TEXT("");
	if (!moment_parse(moment, &micros))
		return moment;
	micros -= micros % step;
	const char *at = moment.data;
	if (micros % 1000000 != 0)
		return draft_format(draft, "%.10s %.15sZ", at, at + 11);
	if (micros % 60000000 != 0)
		return draft_format(draft, "%.10s %.8sZ", at, at + 11);
	return draft_format(draft, "%.10s %.5sZ", at, at + 11);
}

struct text survey_moment(struct draft *draft, struct text moment)
{
	return moment_to(draft, moment, 1000000);
}

struct text survey_moment_whole(struct draft *draft, struct text moment)
{
	return moment_to(draft, moment, 1);
}

struct text survey_word(struct draft *draft, const struct vocabulary *vocabulary, unsigned value)
{
	const struct text word = vocabulary_word(vocabulary, value);
	if (!text_present(word))
		return TEXT("");
	/* Words of a vocabulary have '_' where people have a blank. */
	struct text said = draft_capital(draft, word);
	for (size_t at = text_find(said, TEXT("_"), 0); at != SIZE_MAX; at = text_find(said, TEXT("_"), at))
		said = draft_format(draft, "%.*s %.*s", (int)at, said.data, (int)(said.size - at - 1), said.data + at + 1);
	return said;
}

struct text survey_relevance(struct draft *draft, struct schema_integer relevance)
{
	if (!relevance.present)
		return TEXT("");
	struct text number =
		draft_format(draft, "%" PRId64 ".%06" PRId64, relevance.value / 1000000, relevance.value % 1000000);
	while (number.size > 4 && number.data[number.size - 1] == '0')
		number.size--;
	return number;
}

struct text survey_id(struct draft *draft, const struct entity_head *head)
{
	struct display_id id;
	char written[DISPLAY_ID_SIZE];
	if (!display_id_of(head, &id))
		return head->subkey;
	const struct text text = display_id_format(id, written);
	return draft_format(draft, "%.*s", DRAFT_ARGS(text));
}

struct text survey_fate(const struct record *record, const struct entity_tension *tension)
{
	struct display_id id;
	if (!display_id_of(&tension->head, &id))
		return TEXT_ABSENT;
	if (tension->status == TENSION_RESOLVED) {
		const struct text reason = tally_last_resolution(record, id);
		if (text_present(reason))
			return reason;
	}
	const struct entity_event *event = tally_last_event(record, id, -1);
	return event == NULL ? TEXT_ABSENT : text_present(event->reason) ? event->reason : event->result;
}
