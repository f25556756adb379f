/*
 * Which raised tension is which row, the ids of all statements, and what an id in a text means (import.md, Which tension
 * is T01).
 */
#include <stdlib.h>

#include "derive_registers.h"
#include "derive_rules.h"
#include "derive_text.h"

bool derive_tensions_number(const struct scan_id *id, int *ret_round, int *ret_number)
{
	int scale = id->digits.size == 4 ? 100 : id->digits.size == 5 ? 1000 : id->digits.size == 6 ? 10000 : 0;
	if (id->digits.size > 6 || (id->number < 0 && !text_present(id->tail)))
		return false;
	*ret_round = scale > 0 ? id->number / scale : 0;
	*ret_number = scale > 0 ? id->number % scale : id->number;
	return true;
}

static int compare_places(struct work_place a, struct work_place b)
{
	int difference = text_compare(a.file->path, b.file->path);
	return difference != 0 ? difference : (a.offset > b.offset) - (a.offset < b.offset);
}

static int compare_raised(const void *left, const void *right)
{
	const struct work_raised *a = left, *b = right;
	int difference = a->round - b->round;
	if (difference == 0)
		difference = text_compare(a->expert, b->expert);
	return difference != 0 ? difference : compare_places(a->place, b->place);
}

static int compare_statements(const void *left, const void *right)
{
	const struct work_statement *a = left, *b = right;
	int difference = (a->type > b->type) - (a->type < b->type);
	if (difference == 0)
		difference = a->round - b->round;
	if (difference == 0)
		difference = text_compare(a->expert, b->expert);
	return difference != 0 ? difference : compare_places(a->place, b->place);
}

static void contribute(struct derive_work *work, struct work_tension *tension, struct text slug)
{
	for (size_t i = 0; i < tension->contributor_count; i++)
		if (text_equal(tension->contributors[i], slug))
			return;
	if (derive_work_grow(work, &tension->contributors, tension->contributor_count, &tension->contributor_capacity,
						 sizeof(slug)))
		tension->contributors[tension->contributor_count++] = slug;
}

static void take(struct derive_work *work, struct work_raised *raised, size_t row, int rule)
{
	struct work_tension *tension = &work->tensions[row];
	raised->tension = row;
	raised->rule = rule;
	contribute(work, tension, raised->expert);
	if (!text_present(tension->body))
		tension->body = raised->body;
}

/* The name of this expert in a row that is still free for them, and fits the round. */
static struct work_raiser *free_raiser(struct work_tension *row, const struct work_raised *raised)
{
	for (size_t i = 0; i < row->raiser_count; i++) {
		struct work_raiser *raiser = &row->raisers[i];
		if (!raiser->taken && text_equal(raiser->slug, raised->expert) &&
			(raiser->round == WORK_NO_ROUND || raiser->round == raised->round))
			return raiser;
	}
	return NULL;
}

static bool same_number(const struct work_tension *row, const struct work_raised *raised)
{
	return row->judge && row->round == 0 && row->number == raised->number && raised->number >= 0 &&
		   !text_present(raised->tail);
}

/* (1) Raised names the expert, and the numbers agree; a row of several in a round is everyone's of that round. */
static void match_named(struct derive_work *work)
{
	for (size_t i = 0; i < work->raised_count; i++) {
		struct work_raised *raised = &work->raised[i];
		for (size_t j = 0; j < work->tension_count && raised->tension == SIZE_MAX; j++) {
			struct work_tension *row = &work->tensions[j];
			struct work_raiser *raiser = free_raiser(row, raised);
			if (!same_number(row, raised))
				continue;
			if (raiser != NULL)
				raiser->taken = true;
			if (raiser != NULL || (row->several && row->raised_round == raised->round))
				take(work, raised, j, 1);
		}
	}
}

static bool has_label(const struct work_tension *row, struct text normal)
{
	for (size_t i = 0; normal.size > 0 && i < row->label_count; i++)
		if (text_equal(row->labels[i].normal, normal))
			return true;
	return false;
}

/* (2) The labels are equal. */
static void match_labels(struct derive_work *work)
{
	for (size_t i = 0; i < work->raised_count; i++) {
		struct work_raised *raised = &work->raised[i];
		for (size_t j = 0; j < work->tension_count && raised->tension == SIZE_MAX; j++) {
			struct work_tension *row = &work->tensions[j];
			if (!row->judge || !has_label(row, raised->normal))
				continue;
			struct work_raiser *raiser = free_raiser(row, raised);
			if (raiser == NULL && row->taken)
				continue;
			if (raiser != NULL)
				raiser->taken = true;
			else
				row->taken = true;
			take(work, raised, j, 2);
		}
	}
}

/* The first round in which an expert has a tension that is no row yet. */
static int first_open_round(const struct derive_work *work, struct text slug)
{
	for (size_t i = 0; i < work->raised_count; i++)
		if (work->raised[i].tension == SIZE_MAX && !text_present(work->raised[i].tail) &&
			text_equal(work->raised[i].expert, slug))
			return work->raised[i].round;
	return WORK_NO_ROUND;
}

/* (3) As many rows that name an expert for a round as markers of theirs left in it: in order. */
static void match_in_order(struct derive_work *work, struct text slug, int round)
{
	bool first = first_open_round(work, slug) == round;
	size_t rows = 0, left = 0;
	struct work_raiser **raisers = derive_work_take(work, (work->tension_count + 1) * sizeof(struct work_raiser *));
	size_t *index = derive_work_take(work, (work->tension_count + 1) * sizeof(size_t));
	if (raisers == NULL || index == NULL)
		return;
	for (size_t i = 0; i < work->tension_count; i++)
		for (size_t j = 0; work->tensions[i].judge && j < work->tensions[i].raiser_count; j++) {
			struct work_raiser *raiser = &work->tensions[i].raisers[j];
			bool fits = raiser->round == round || (raiser->round == WORK_NO_ROUND && first);
			if (!raiser->taken && fits && text_equal(raiser->slug, slug) && rows < work->tension_count) {
				raisers[rows] = raiser;
				index[rows++] = i;
			}
		}
	for (size_t i = 0; i < work->raised_count; i++)
		left += work->raised[i].tension == SIZE_MAX && work->raised[i].round == round &&
				!text_present(work->raised[i].tail) && text_equal(work->raised[i].expert, slug);
	if (rows == 0 || rows != left)
		return;
	size_t next = 0;
	for (size_t i = 0; i < work->raised_count; i++) {
		struct work_raised *raised = &work->raised[i];
		if (raised->tension != SIZE_MAX || raised->round != round || text_present(raised->tail) ||
			!text_equal(raised->expert, slug))
			continue;
		raisers[next]->taken = true;
		take(work, raised, index[next++], 3);
	}
}

static bool covered(const struct derive_work *work, int round)
{
	return work->register_until == WORK_NO_ROUND || round <= work->register_until;
}

/* (4) The register names nobody, and this number is raised once in all the rounds it covers, tails counted. */
static void match_unnamed(struct derive_work *work)
{
	for (size_t i = 0; i < work->tension_count; i++)
		if (work->tensions[i].judge && work->tensions[i].raiser_count > 0)
			return;
	for (size_t i = 0; i < work->tension_count; i++) {
		struct work_tension *row = &work->tensions[i];
		size_t claims = 0;
		struct work_raised *only = NULL;
		for (size_t j = 0; row->judge && !row->taken && !row->several && j < work->raised_count; j++) {
			struct work_raised *raised = &work->raised[j];
			if (raised->number != row->number || raised->number < 0 || !covered(work, raised->round))
				continue;
			claims++;
			only = raised;
		}
		bool fits = claims == 1 && only->tension == SIZE_MAX && same_number(row, only) &&
					(row->raised_round == WORK_NO_ROUND || row->raised_round == only->round);
		if (fits) {
			row->taken = true;
			take(work, only, i, 4);
		}
	}
}

/* Where a register names no round, markers of rounds later than all of its rows may well be tensions of their own. */
static void report_later(struct derive_work *work)
{
	int last = 0;
	for (size_t i = 0; i < work->raised_count; i++)
		if (work->raised[i].tension != SIZE_MAX && work->raised[i].round > last)
			last = work->raised[i].round;
	for (size_t i = 0; i < work->raised_count; i++)
		if (work->raised[i].tension == SIZE_MAX && work->raised[i].round > last)
			derive_work_report(
				work, PROBLEM_CONTRADICTION, work->raised[i].place, work->raised[i].local_id,
				"no row of the register is this tension, and the register names no round: taken as merged");
}

static void own_tension(struct derive_work *work, struct work_raised *raised)
{
	const struct work_tension own = {
		.round = raised->round,
		.number = raised->number,
		.tail = raised->tail,
		.expert = raised->expert,
		.local_id = raised->local_id,
		.body = raised->body,
		.place = raised->place,
		.raised_round = WORK_NO_ROUND,
		.merged = work->judge_register && covered(work, raised->round),
	};
	struct work_tension *tension = derive_work_tension(work, &own);
	if (tension == NULL)
		return;
	raised->tension = work->tension_count - 1;
	if (derive_work_grow(work, &tension->labels, 0, &tension->label_capacity, sizeof(*tension->labels)))
		tension->labels[tension->label_count++] = (struct work_label){
			.text = raised->label, .normal = raised->normal, .place = raised->place, .principal = true};
	contribute(work, tension, raised->expert);
}

/* The same tension raised in a folder's response and again in another file of that expert and round. */
static bool same_raised(const struct work_raised *a, const struct work_raised *b)
{
	return a->round == b->round && a->number == b->number && a->number >= 0 && text_equal(a->expert, b->expert) &&
		   text_equal(a->tail, b->tail) && text_equal(a->normal, b->normal);
}

static int compare_tensions(const struct work_tension *a, const struct work_tension *b)
{
	int difference = a->round - b->round;
	if (difference == 0)
		difference = b->judge - a->judge;
	if (difference == 0 && a->judge)
		difference = a->number - b->number;
	if (difference == 0)
		difference = text_compare(a->expert, b->expert);
	return difference != 0 ? difference : compare_places(a->place, b->place);
}

static int compare_indirect(const void *left, const void *right)
{
	const struct work_tension *const *a = left, *const *b = right;
	return compare_tensions(*a, *b);
}

static int compare_ids(const void *left, const void *right)
{
	const struct work_tension *const *a = left, *const *b = right;
	int difference = display_id_compare((*a)->id, (*b)->id);
	return difference != 0 ? difference : (*a > *b) - (*a < *b);
}

/* A row of the Judge keeps its number; the others follow it. */
static void number_tensions(struct derive_work *work)
{
	struct work_tension **order = derive_work_take(work, (work->tension_count + 1) * sizeof(struct work_tension *));
	if (order == NULL)
		return;
	for (size_t i = 0; i < work->tension_count; i++)
		order[i] = &work->tensions[i];
	if (work->tension_count > 1)
		qsort(order, work->tension_count, sizeof(struct work_tension *), compare_indirect);
	int round = -1, last = 0;
	for (size_t i = 0; i < work->tension_count; i++) {
		struct work_tension *tension = order[i];
		if (tension->round != round) {
			round = tension->round;
			last = 0;
			for (size_t j = i; j < work->tension_count && order[j]->round == round; j++)
				if (order[j]->judge && !text_present(order[j]->tail) && order[j]->number > last)
					last = order[j]->number;
		}
		bool numbered = tension->judge && !text_present(tension->tail) && tension->number >= 0;
		tension->id =
			(struct display_id){.type = ENTITY_TENSION, .round = round, .seq = numbered ? tension->number : ++last};
	}
	if (work->tension_count > 1)
		qsort(order, work->tension_count, sizeof(struct work_tension *), compare_ids);
	work->by_id = order;
}

static void number_statements(struct derive_work *work)
{
	if (work->statement_count > 1)
		qsort(work->statements, work->statement_count, sizeof(*work->statements), compare_statements);
	int seq = 0;
	for (size_t i = 0; i < work->statement_count; i++) {
		struct work_statement *statement = &work->statements[i];
		bool next = i > 0 && statement[-1].type == statement->type && statement[-1].round == statement->round;
		seq = next ? seq + 1 : 1;
		statement->id = (struct display_id){.type = statement->type, .round = statement->round, .seq = seq};
	}
}

void derive_tensions_match(struct derive_work *work)
{
	if (work->raised_count > 1)
		qsort(work->raised, work->raised_count, sizeof(*work->raised), compare_raised);
	if (work->judge_register) {
		match_named(work);
		match_labels(work);
		for (size_t i = 0; i < work->raised_count; i++)
			if (work->raised[i].tension == SIZE_MAX &&
				(i == 0 || compare_raised(&work->raised[i - 1], &work->raised[i]) != 0))
				match_in_order(work, work->raised[i].expert, work->raised[i].round);
		match_unnamed(work);
		if (work->register_until == WORK_NO_ROUND)
			report_later(work);
	}
	for (size_t i = 0; i < work->raised_count; i++) {
		struct work_raised *raised = &work->raised[i];
		for (size_t j = i; j-- > 0 && raised->tension == SIZE_MAX && work->raised[j].round == raised->round;)
			if (text_equal(work->raised[j].expert, raised->expert) && same_raised(&work->raised[j], raised) &&
				work->raised[j].place.file != raised->place.file)
				raised->tension = work->raised[j].tension;
		if (raised->tension == SIZE_MAX)
			own_tension(work, raised);
	}
	for (size_t i = 0; i < work->tension_count; i++)
		for (size_t j = 0; j < work->tensions[i].raiser_count; j++)
			contribute(work, &work->tensions[i], work->tensions[i].raisers[j].slug);
	number_tensions(work);
	number_statements(work);
}

/* The newest tension of an expert with this number and tail, in one round or before one. */
static size_t find_own(const struct derive_work *work, const struct scan_id *id, struct text slug, int round,
					   int before)
{
	size_t found = SIZE_MAX;
	int newest = -1;
	struct text tail = id->tail;
	for (size_t i = 0; i < work->raised_count; i++) {
		const struct work_raised *raised = &work->raised[i];
		bool fits = round >= 0 ? raised->round == round : raised->round < before;
		if (fits && text_equal(raised->expert, slug) && raised->number == id->number &&
			text_equal(raised->tail, tail) && raised->round >= newest) {
			newest = raised->round;
			found = raised->tension;
		}
	}
	for (size_t i = SIZE_MAX; (i = derive_work_numbered(work, id->number, i)) != SIZE_MAX;) {
		const struct work_tension *tension = &work->tensions[i];
		bool fits = !tension->judge && (round >= 0 ? tension->round == round : tension->round < before);
		if (fits && text_equal(tension->expert, slug) && tension->number == id->number &&
			text_equal(tension->tail, tail) && tension->round > newest) {
			newest = tension->round;
			found = i;
		}
	}
	return found;
}

/* The tension of a display id, once they have one. */
static size_t find_by_id(const struct derive_work *work, int round, int number)
{
	size_t low = 0, high = work->by_id != NULL ? work->tension_count : 0;
	const struct display_id wanted = {.type = ENTITY_TENSION, .round = round, .seq = number};
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int difference = display_id_compare(work->by_id[middle]->id, wanted);
		if (difference == 0)
			return (size_t)(work->by_id[middle] - work->tensions);
		if (difference < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return SIZE_MAX;
}

static size_t find_row(const struct derive_work *work, const struct scan_id *id)
{
	int round, number;
	if (!derive_tensions_number(id, &round, &number))
		return SIZE_MAX;
	size_t found = id->digits.size >= 4 && !text_present(id->tail) ? find_by_id(work, round, number) : SIZE_MAX;
	for (size_t i = SIZE_MAX; found == SIZE_MAX && (i = derive_work_numbered(work, number, i)) != SIZE_MAX;) {
		const struct work_tension *tension = &work->tensions[i];
		if (tension->judge && tension->round == round && tension->number == number &&
			text_equal(tension->tail, id->tail))
			found = i;
	}
	return found;
}

/* The one tension of that number, whoever raised it. */
static size_t find_only(const struct derive_work *work, const struct scan_id *id)
{
	size_t found = SIZE_MAX;
	for (size_t i = SIZE_MAX; (i = derive_work_numbered(work, id->number, i)) != SIZE_MAX;) {
		const struct work_tension *tension = &work->tensions[i];
		if (tension->number != id->number || !text_equal(tension->tail, id->tail) ||
			(id->round >= 0 && tension->round != id->round))
			continue;
		if (found != SIZE_MAX)
			return SIZE_MAX;
		found = i;
	}
	return found;
}

size_t derive_tensions_find(struct derive_work *work, const struct scan_id *id, struct work_speaker who)
{
	int before = who.round == WORK_NO_ROUND ? WORK_ROUNDS : who.round;
	struct text named = text_present(id->name) ? derive_experts_find(work, id->name) : TEXT_ABSENT;
	if (text_present(id->name) && !text_present(named))
		return SIZE_MAX;
	if (text_present(named)) {
		int round = id->round >= 0 ? id->round : id->digits.size == 4 ? id->number / 100 : -1;
		struct scan_id local = *id;
		if (id->round < 0 && id->digits.size == 4)
			local.number = id->number % 100;
		size_t found = find_own(work, &local, named, round, text_present(who.expert) ? before : WORK_ROUNDS);
		return found != SIZE_MAX || round >= 0 ? found : find_own(work, id, named, who.round, before);
	}
	bool of_round = id->round >= 0 && text_present(who.expert);
	size_t found = of_round ? find_own(work, id, who.expert, id->round, before) : SIZE_MAX;
	if (found == SIZE_MAX && (work->judge_register || id->digits.size >= 4))
		found = find_row(work, id);
	if (found == SIZE_MAX && text_present(who.expert))
		found = find_own(work, id, who.expert, -1, before);
	if (found == SIZE_MAX && text_present(who.expert))
		found = find_own(work, id, who.expert, who.round, before);
	if (found == SIZE_MAX && (!text_present(who.expert) || id->round >= 0))
		found = find_only(work, id);
	struct text initial = found == SIZE_MAX && !work->judge_register && text_present(id->tail) && id->tail.size <= 3
							  ? derive_registers_initial(work, id->tail)
							  : TEXT_ABSENT;
	if (text_present(initial)) {
		struct scan_id own = *id;
		own.tail = TEXT_ABSENT;
		found = find_own(work, &own, initial, id->round, WORK_ROUNDS);
	}
	return found;
}

bool derive_statements_find(struct derive_work *work, const struct scan_id *id, struct work_speaker who,
							struct display_id *ret_id)
{
	enum entity_type type = id->letter == 'P'   ? ENTITY_PERSPECTIVE
							: id->letter == 'R' ? ENTITY_RECOMMENDATION
							: id->letter == 'E' ? ENTITY_EVIDENCE
												: ENTITY_CLAIM;
	struct text named = text_present(id->name) ? derive_experts_find(work, id->name) : TEXT_ABSENT;
	struct text slug = text_present(named) ? named : who.expert;
	const struct work_statement *best = NULL;
	if (text_present(id->name) && !text_present(named))
		return false;
	for (size_t i = 0; i < work->statement_count; i++) {
		const struct work_statement *statement = &work->statements[i];
		if (statement->type != type)
			continue;
		bool global = !text_present(named) && id->digits.size >= 4;
		if (global) {
			int scale = id->digits.size == 4 ? 100 : id->digits.size == 5 ? 1000 : 10000;
			if (statement->id.round == id->number / scale && statement->id.seq == id->number % scale)
				best = statement;
			continue;
		}
		bool mine = text_present(slug) && text_equal(statement->expert, slug) && statement->number == id->number;
		bool in_time = id->round >= 0 ? statement->round == id->round : statement->round <= who.round;
		if (mine && in_time && (best == NULL || statement->round >= best->round))
			best = statement;
	}
	if (best != NULL)
		*ret_id = best->id;
	return best != NULL;
}
