/*
 * Collecting and settling facts. A fact's key is its kind, round and expert; of all statements of one key the last by
 * rank and place stands (import.md, Precedence).
 */
#include "derive_fact.h"

#include <stdlib.h>

#include "derive_text.h"

struct kind_row {
	const char *name; /* as reports say it */
	bool numeric;
	bool quiet; /* two wordings are no contradiction */
	bool seat;  /* panel.json, else the prompt, else tables */
};

static const struct kind_row kinds[FACT_KIND_COUNT] = {
	[FACT_STATUS] = {"status", true, false, false},
	[FACT_DATE] = {"date", false, false, false},
	[FACT_NUMBER] = {"number", true, false, false},
	[FACT_QUESTION] = {"question", false, false, false},
	[FACT_CONSTRAINTS] = {"constraint", false, false, false},
	[FACT_DOMAIN] = {"domain", false, false, false},
	[FACT_TOTAL] = {"total ALIGNMENT", true, false, false},
	[FACT_ROUNDS] = {"number of rounds", true, false, false},
	[FACT_MAX_ROUNDS] = {"max rounds", true, false, false},
	[FACT_TENSIONS_CLAIMED] = {"tensions resolved", false, false, false},
	[FACT_CONVERGENCE_CLAIMED] = {"convergence", false, true, false},
	[FACT_CONVERGENCE_WORDS] = {"convergence", false, true, false},
	[FACT_PARTICIPANTS] = {"participants", false, true, false},
	[FACT_ROUND_SCORE] = {"score", true, false, false},
	[FACT_ROUND_W] = {"W", true, false, false},
	[FACT_ROUND_C] = {"C", true, false, false},
	[FACT_ROUND_T] = {"T", true, false, false},
	[FACT_ROUND_R] = {"R", true, false, false},
	[FACT_ROUND_OPEN] = {"open tensions", true, false, false},
	[FACT_ROUND_NEW] = {"new perspectives", true, false, false},
	[FACT_ROUND_VELOCITY] = {"velocity", true, false, false},
	[FACT_ROUND_SIGNALS] = {"convergence signals", true, false, false},
	[FACT_ROUND_CONVERGE] = {"converge %", true, false, false},
	[FACT_ROUND_PANEL_SIZE] = {"panel size", true, false, false},
	[FACT_EXPERT_TOTAL] = {"score", true, false, false},
	[FACT_EXPERT_W] = {"W", true, false, false},
	[FACT_EXPERT_C] = {"C", true, false, false},
	[FACT_EXPERT_T] = {"T", true, false, false},
	[FACT_EXPERT_R] = {"R", true, false, false},
	[FACT_SEAT_ROLE] = {"role", false, false, true},
	[FACT_SEAT_TIER] = {"tier", true, false, true},
	[FACT_SEAT_RELEVANCE] = {"relevance", true, false, true},
	[FACT_SEAT_SOURCE] = {"source", true, false, true},
	[FACT_SEAT_FOCUS] = {"focus", false, true, true},
};

void derive_fact_state(struct derive_work *work, const struct work_fact *fact)
{
	bool text_kind = !kinds[fact->kind].numeric;
	if (text_kind && (!text_present(fact->text) || scan_placeholder(fact->text)))
		return;
	if (fact->round > LIMIT_ROUND)
		return;
	if (derive_work_grow(work, &work->facts, work->fact_count, &work->fact_capacity, sizeof(*work->facts)))
		work->facts[work->fact_count++] = *fact;
}

static int compare_keys(const struct work_fact *a, const struct work_fact *b)
{
	int difference = (a->kind > b->kind) - (a->kind < b->kind);
	if (difference == 0)
		difference = a->round - b->round;
	if (difference == 0)
		difference = text_compare(a->key, b->key);
	return difference;
}

static int seat_rank(const struct work_file *file)
{
	if (file->kind == FILE_KIND_PANEL)
		return 2;
	return file->kind == FILE_KIND_PROMPT;
}

static int compare_facts(const void *left, const void *right)
{
	const struct work_fact *a = left, *b = right;
	int difference = compare_keys(a, b);
	if (difference == 0 && kinds[a->kind].seat)
		difference = seat_rank(a->place.file) - seat_rank(b->place.file);
	return difference != 0 ? difference : derive_work_before(a->place, b->place);
}

/* Two statements say the same. Texts may differ in emphasis, case, punctuation and a trailing parenthesis. */
static bool same(struct derive_work *work, const struct work_fact *a, const struct work_fact *b)
{
	if (kinds[a->kind].numeric)
		return a->number == b->number;
	if (kinds[a->kind].quiet || text_equal(a->text, b->text))
		return true;
	return text_equal(derive_work_label(work, a->text), derive_work_label(work, b->text)) ||
		   text_equal(derive_work_label(work, derive_text_unbracketed(a->text)),
					  derive_work_label(work, derive_text_unbracketed(b->text)));
}

static void report(struct derive_work *work, const struct work_fact *loser, const struct work_fact *winner)
{
	struct text what;
	const char *name = kinds[winner->kind].name;
	bool made;
	if (text_present(winner->key) && winner->round >= 0)
		made = arena_format(work->arena, &what, "%s of %.*s in round %d", name, (int)winner->key.size, winner->key.data,
							winner->round);
	else if (text_present(winner->key))
		made = arena_format(work->arena, &what, "%s of %.*s", name, (int)winner->key.size, winner->key.data);
	else if (winner->round >= 0)
		made = arena_format(work->arena, &what, "%s of round %d", name, winner->round);
	else
		made = arena_format(work->arena, &what, "%s", name);
	if (derive_work_done(work, made))
		derive_work_differ(work, what, (struct work_said){loser->text, loser->place},
						   (struct work_said){winner->text, winner->place});
}

/* What a table says of an expert without a round is compared with what stands for each round. */
static void settle_general_seats(struct derive_work *work)
{
	for (size_t i = 0; i < work->fact_count; i++) {
		const struct work_fact *general = &work->facts[i];
		if (general->kind != FACT_SEAT_ROLE || general->round != WORK_NO_ROUND || general->lost)
			continue;
		for (int round = 0; round < WORK_ROUNDS; round++) {
			const struct work_fact *stands = derive_fact_find(work, general->kind, round, general->key);
			if (stands != NULL && !same(work, stands, general))
				report(work, general, stands);
		}
	}
}

void derive_fact_settle(struct derive_work *work)
{
	if (work->fact_count > 1)
		qsort(work->facts, work->fact_count, sizeof(*work->facts), compare_facts);
	for (size_t i = 0; i < work->fact_count;) {
		size_t end = i + 1;
		while (end < work->fact_count && compare_keys(&work->facts[i], &work->facts[end]) == 0)
			end++;
		const struct work_fact *winner = &work->facts[end - 1];
		for (size_t j = i; j + 1 < end; j++) {
			work->facts[j].lost = true;
			if (!same(work, &work->facts[j], winner))
				report(work, &work->facts[j], winner);
		}
		i = end;
	}
	settle_general_seats(work);
}

const struct work_fact *derive_fact_find(const struct derive_work *work, enum fact_kind kind, int round,
										 struct text key)
{
	const struct work_fact wanted = {.kind = kind, .round = round, .key = key};
	size_t low = 0, high = work->fact_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (compare_keys(&work->facts[middle], &wanted) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && compare_keys(&work->facts[low - 1], &wanted) == 0 ? &work->facts[low - 1] : NULL;
}

struct schema_integer derive_fact_number(const struct derive_work *work, enum fact_kind kind, int round,
										 struct text key)
{
	const struct work_fact *fact = derive_fact_find(work, kind, round, key);
	return (struct schema_integer){.value = fact != NULL ? fact->number : 0, .present = fact != NULL};
}

struct text derive_fact_text(const struct derive_work *work, enum fact_kind kind, int round, struct text key)
{
	const struct work_fact *fact = derive_fact_find(work, kind, round, key);
	return fact != NULL ? fact->text : TEXT_ABSENT;
}
