/*
 * What the scores of the rounds are together: running totals, sums, and what contradicts them (import.md, Tables and
 * fields).
 */
#include "derive_fact.h"
#include "derive_rules.h"

/* The sum of a round's parts, when all four are known. */
static bool parts_of(const struct derive_work *work, int round, int64_t *ret_sum)
{
	static const enum fact_kind parts[] = {FACT_ROUND_W, FACT_ROUND_C, FACT_ROUND_T, FACT_ROUND_R};
	*ret_sum = 0;
	for (size_t i = 0; i < 4; i++) {
		struct schema_integer part = derive_fact_number(work, parts[i], round, TEXT_ABSENT);
		if (!part.present)
			return false;
		*ret_sum += part.value;
	}
	return true;
}

struct schema_integer derive_series_score(const struct derive_work *work, int round)
{
	struct schema_integer score = derive_fact_number(work, FACT_ROUND_SCORE, round, TEXT_ABSENT);
	int64_t sum;
	if (!score.present && parts_of(work, round, &sum))
		score = (struct schema_integer){.value = sum, .present = true};
	return score;
}

struct schema_integer derive_series_total(const struct derive_work *work)
{
	struct schema_integer total = {.present = false};
	for (int round = 0; round < WORK_ROUNDS; round++) {
		struct schema_integer score = derive_series_score(work, round);
		total.present |= score.present;
		total.value += score.present ? score.value : 0;
	}
	return total;
}

/* Scores of rounds are running totals when their differences are what is stated of the rounds: their parts, or a difference
   given with them. Nothing may speak against it. */
static bool runs_up(const struct derive_work *work)
{
	int64_t before = 0, sum;
	size_t witnesses = 0, seen = 0;
	for (int round = 0; round < WORK_ROUNDS; round++) {
		const struct work_fact *score = derive_fact_find(work, FACT_ROUND_SCORE, round, TEXT_ABSENT);
		if (score == NULL)
			continue;
		int64_t difference = score->number - before;
		bool parts = parts_of(work, round, &sum);
		if (difference < 0 || (parts && sum != difference) ||
			(score->has_difference && seen > 0 && score->difference != difference))
			return false;
		witnesses += seen > 0 && (parts || score->has_difference);
		seen++;
		before = score->number;
	}
	struct schema_integer whole = derive_fact_number(work, FACT_TOTAL, WORK_NO_ROUND, TEXT_ABSENT);
	if (witnesses > 0)
		return !whole.present || whole.value == before || derive_series_total(work).value != whole.value;
	return seen > 1 && whole.present && whole.value == before && derive_series_total(work).value != whole.value;
}

/* What is said of an expert for all rounds together is the sum of what is said for each. */
static void check_rounds_of(struct derive_work *work, struct text slug)
{
	const struct work_fact *whole = derive_fact_find(work, FACT_EXPERT_TOTAL, WORK_NO_ROUND, slug);
	int64_t sum = 0;
	size_t counted = 0;
	for (int round = 0; whole != NULL && round < WORK_ROUNDS; round++) {
		struct schema_integer score = derive_fact_number(work, FACT_EXPERT_TOTAL, round, slug);
		sum += score.present ? score.value : 0;
		counted += score.present;
	}
	if (counted > 0 && sum != whole->number)
		derive_work_tell(work, PROBLEM_CONTRADICTION, whole->place,
						 "the total of %.*s is %lld, but the scores of the rounds add up to %lld", (int)slug.size,
						 slug.data, (long long)whole->number, (long long)sum);
}

/* Where only experts have scores, and each one of the whole dialogue, these are what the total adds up. */
static void check_experts(struct derive_work *work)
{
	const struct work_fact *whole = derive_fact_find(work, FACT_TOTAL, WORK_NO_ROUND, TEXT_ABSENT);
	int64_t sum = 0;
	for (size_t i = 0; i < work->member_count; i++)
		check_rounds_of(work, work->members[i].slug);
	for (size_t i = 0; i < work->member_count; i++) {
		struct schema_integer score = derive_fact_number(work, FACT_EXPERT_TOTAL, WORK_NO_ROUND, work->members[i].slug);
		if (!score.present)
			return;
		sum += score.value;
	}
	if (whole != NULL && work->member_count > 0 && !derive_series_total(work).present && whole->number != sum)
		derive_work_tell(work, PROBLEM_CONTRADICTION, whole->place,
						 "the total is %lld, but the experts' scores add up to %lld", (long long)whole->number,
						 (long long)sum);
}

void derive_series_settle(struct derive_work *work)
{
	bool running = runs_up(work);
	int64_t before = 0, sum;
	for (int round = 0; round < WORK_ROUNDS; round++) {
		struct work_fact *score = NULL;
		for (size_t i = 0; i < work->fact_count && score == NULL; i++)
			if (work->facts[i].kind == FACT_ROUND_SCORE && work->facts[i].round == round && !work->facts[i].lost)
				score = &work->facts[i];
		if (score == NULL)
			continue;
		int64_t stated = score->number;
		if (running)
			score->number -= before;
		before = stated;
		if (parts_of(work, round, &sum) && sum != score->number)
			derive_work_tell(work, PROBLEM_CONTRADICTION, score->place,
							 "the score of round %d is %lld, but W + C + T + R is %lld", round,
							 (long long)score->number, (long long)sum);
	}
	check_experts(work);
	struct schema_integer total = derive_series_total(work);
	const struct work_fact *whole = derive_fact_find(work, FACT_TOTAL, WORK_NO_ROUND, TEXT_ABSENT);
	for (int round = 0; round < WORK_ROUNDS; round++)
		if (work->rounds[round].held && !derive_series_score(work, round).present)
			return;
	if (whole != NULL && total.present && whole->number != total.value)
		derive_work_tell(work, PROBLEM_CONTRADICTION, whole->place,
						 "the total is %lld, but the scores of the rounds add up to %lld", (long long)whole->number,
						 (long long)total.value);
}
