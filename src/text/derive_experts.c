/*
 * Who takes part: names, and the candidates of the pool (import.md, Experts).
 */
#include <string.h>

#include "derive_fact.h"
#include "derive_rules.h"
#include "derive_table.h"
#include "derive_text.h"
#include "nearest.h"
#include "slug.h"

bool derive_experts_judge(struct text name)
{
	static const char *const titles[] = {"judge", "judge's", "facilitator", "moderator"};
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		if (derive_text_has_word(name, titles[i]))
			return true;
	return false;
}

struct text derive_experts_bare(struct derive_work *work, struct text name)
{
	return derive_text_stripped(derive_text_unbracketed(derive_text_stripped(derive_work_plain(work, name))));
}

/* Short names in capitals (OS, DB) would be words of any sentence in another case. */
static bool same_case(struct text name, struct text member)
{
	return member.size > 3 || text_equal(name, member);
}

/* The member whom a name means. In an id a short name may stand in capitals. */
static struct text find_member(struct derive_work *work, struct text name, bool in_id)
{
	struct text slug = TEXT("");
	if (name.size == 0 || name.size > 120 || !derive_work_done(work, slug_of_expert(work->arena, name, &slug)) ||
		slug.size == 0)
		return TEXT_ABSENT;
	size_t first = SIZE_MAX;
	bool several = false;
	for (size_t i = 0; i < work->member_count; i++) {
		const struct work_member *member = &work->members[i];
		if (text_equal(member->slug, slug) && (in_id || same_case(name, member->name) || text_equal(name, slug)))
			return member->slug;
		bool begins = text_starts_with(member->slug, slug) && member->slug.size > slug.size &&
					  member->slug.data[slug.size] == '-';
		if (begins) {
			several = first != SIZE_MAX;
			first = i;
		}
	}
	bool one_word = derive_text_find_byte(name, ' ', 0) == SIZE_MAX;
	return first != SIZE_MAX && !several && one_word ? work->members[first].slug : TEXT_ABSENT;
}

static struct text find_slug(struct derive_work *work, struct text name)
{
	return find_member(work, name, false);
}

struct text derive_experts_find(struct derive_work *work, struct text name)
{
	return find_slug(work, derive_experts_bare(work, name));
}

struct text derive_experts_cell(struct derive_work *work, struct text cell)
{
	struct text name = derive_experts_bare(work, cell), found = find_slug(work, name), word;
	size_t at = 0;
	if (text_present(found) || !derive_text_word(name, &at, &word) || word.data != name.data)
		return found;
	struct text rest = text_slice(name, at, name.size), behind = text_trim(rest);
	bool parted = behind.size > 0 && (strchr(",;:/", behind.data[0]) != NULL || derive_text_dash(rest, 0) > 0 ||
									  derive_text_dash(behind, 0) > 0);
	bool goes_on = rest.size > 0 && rest.data[0] == ' ' && behind.data[0] >= 'a' && behind.data[0] <= 'z';
	size_t others = 0;
	if (parted || goes_on)
		derive_experts_listed(work, rest, &others);
	for (size_t i = 0; (parted || goes_on) && others == 0 && i < work->member_count; i++)
		if (text_equal_ignoring_case(work->members[i].name, word) && same_case(word, work->members[i].name))
			return work->members[i].slug;
	return TEXT_ABSENT;
}

struct text derive_experts_first(struct derive_work *work, struct text text)
{
	struct text plain = derive_text_stripped(derive_work_plain(work, text)), word;
	size_t at = 0;
	if (!derive_text_word(plain, &at, &word) || plain.data != word.data)
		return TEXT_ABSENT;
	for (size_t i = 0; i < work->member_count; i++) {
		struct text name = work->members[i].name;
		bool whole = plain.size == name.size || (plain.size > name.size && plain.data[name.size] != '-');
		struct text rest = text_slice(plain, name.size, plain.size), next = TEXT("");
		size_t none = 0;
		bool ends = !derive_text_word(rest, &none, &next) || next.data != rest.data;
		if (name.size > 0 && whole && ends && text_equal_ignoring_case(text_slice(plain, 0, name.size), name) &&
			same_case(text_slice(plain, 0, name.size), name))
			return work->members[i].slug;
	}
	return find_slug(work, word);
}

/* A word is the name of an id where it is joined to it, "GHOST-T01", and behind a blank where it is a member's name with one
   slip: "SCOON T01". Any other is a word of the text: "Resolves T01". */
static bool is_name_of_id(const struct derive_work *work, const struct scan_id *id)
{
	static const char *const words[] = {"tension", "perspective", "recommendation", "evidence", "claim"};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (derive_text_same(id->name, words[i]))
			return false;
	if (id->name.size < id->written.size && id->written.data[id->name.size] == '-')
		return true;
	bool slip = false;
	for (size_t i = 0; i < work->member_count && id->name.size > 3; i++)
		slip |= nearest_distance(id->name, work->members[i].name) == 1;
	return slip;
}

bool derive_experts_stranger(struct derive_work *work, const struct scan_id *id)
{
	return text_present(id->name) && !text_present(find_slug(work, id->name));
}

void derive_experts_report(struct derive_work *work, const struct scan_id *id, struct work_place place)
{
	derive_work_report(work, PROBLEM_TARGET_NOT_FOUND, place, id->written,
					   "nobody with the name in this id takes part: it names nothing");
}

struct scan_id derive_experts_id(struct derive_work *work, struct scan_id id)
{
	if (!text_present(id.name))
		return id;
	struct text slug = find_member(work, id.name, true);
	if (text_present(slug)) {
		id.name = slug;
		return id;
	}
	if (is_name_of_id(work, &id))
		return id;
	size_t cut = id.name.size + 1;
	while (cut < id.written.size && id.written.data[cut] == ' ')
		cut++;
	id.written = text_slice(id.written, cut, id.written.size);
	id.offset += cut;
	id.name = TEXT_ABSENT;
	return id;
}

struct scan_id *derive_experts_ids(struct derive_work *work, struct text text, char letter, size_t *ret_count)
{
	struct scan_id *ids = NULL;
	size_t count = 0, kept = 0;
	*ret_count = 0;
	if (!derive_work_done(work, scan_ids(work->arena, text, &ids, &count)))
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (ids[i].letter == letter)
			ids[kept++] = derive_experts_id(work, ids[i]);
	*ret_count = kept;
	return ids;
}

/* The next word of a list of names: letters of any alphabet, digits, and what joins them in a name. */
static bool next_name(struct text text, size_t *at, struct text *ret_word)
{
	size_t from = *at, to;
	for (; from < text.size; from++)
		if (derive_text_dash(text, from) == 0 && strchr(" \t,;:/&|+()[].", text.data[from]) == NULL)
			break;
	for (to = from; to < text.size; to++)
		if (derive_text_dash(text, to) > 0 || strchr(" \t,;:/&|+()[].", text.data[to]) != NULL)
			break;
	*at = to;
	*ret_word = text_slice(text, from, to);
	return to > from;
}

struct work_raiser *derive_experts_listed(struct derive_work *work, struct text text, size_t *ret_count)
{
	struct text plain = derive_work_plain(work, text), word;
	struct work_raiser *raisers = NULL;
	size_t count = 0, capacity = 0;
	for (size_t at = 0; next_name(plain, &at, &word);) {
		int round;
		bool says_round = word.size <= 3 && derive_text_round(word, &round);
		if (says_round && count > 0) {
			raisers[count - 1].round = raisers[count - 1].round == WORK_NO_ROUND ? round : raisers[count - 1].round;
			continue;
		}
		struct text slug = find_slug(work, word);
		if (text_present(slug) && derive_work_grow(work, &raisers, count, &capacity, sizeof(*raisers)))
			raisers[count++] = (struct work_raiser){.slug = slug, .round = WORK_NO_ROUND};
	}
	*ret_count = count;
	return raisers;
}

/* Once: every further mention of a name comes by here. */
static void tell_of_too_many(struct derive_work *work, struct text name)
{
	if (!work->members_left_out)
		derive_work_tell(work, PROBLEM_NOT_UNDERSTOOD, (struct work_place){0},
						 "\"%.*s\" and whoever is named after: left out, a dialogue can hold %d experts",
						 (int)(name.size < 100 ? name.size : 100), name.data, (int)WORK_MEMBERS_MAX);
	work->members_left_out = true;
}

const char *derive_experts_refused(struct derive_work *work, struct text written)
{
	struct text name = derive_experts_bare(work, written), slug = TEXT("");
	if (name.size == 0 || scan_placeholder(written))
		return "there is no name here: left out";
	if (derive_experts_judge(name))
		return "the Judge is no expert: left out";
	if (derive_text_sums(name))
		return "this word means a sum or everybody, and names nobody: left out";
	if (derive_work_done(work, slug_of_expert(work->arena, name, &slug)) && slug.size == 0)
		return "this name has no Latin letter and no digit, of which a slug is made: left out; write it with some";
	return NULL;
}

struct text derive_experts_add(struct derive_work *work, struct text written)
{
	struct text name = derive_experts_bare(work, written), slug = TEXT("");
	if (derive_experts_refused(work, written) != NULL)
		return TEXT_ABSENT;
	struct text known = find_slug(work, name);
	if (text_present(known))
		return known;
	if (!derive_work_done(work, slug_of_expert(work->arena, name, &slug)) || slug.size == 0)
		return TEXT_ABSENT;
	if (work->member_count >= WORK_MEMBERS_MAX) {
		tell_of_too_many(work, name);
		return TEXT_ABSENT;
	}
	if (!derive_work_grow(work, &work->members, work->member_count, &work->member_capacity, sizeof(*work->members)))
		return TEXT_ABSENT;
	work->members[work->member_count++] = (struct work_member){.slug = slug, .name = name};
	return slug;
}

struct text derive_experts_add_read(struct derive_work *work, struct text written)
{
	return derive_text_names(derive_experts_bare(work, written)) ? derive_experts_add(work, written) : TEXT_ABSENT;
}

static void state_text(struct derive_work *work, enum fact_kind kind, const struct work_person *who, struct text value)
{
	struct text plain = derive_work_plain(work, value);
	if (!text_present(value) || scan_placeholder(plain))
		return;
	derive_fact_state(
		work,
		&(struct work_fact){.kind = kind, .round = who->round, .key = who->slug, .text = plain, .place = who->place});
}

static void state_word(struct derive_work *work, enum fact_kind kind, const struct work_person *who, struct text value)
{
	const struct vocabulary *vocabulary = kind == FACT_SEAT_TIER ? &vocabulary_tier : &vocabulary_seat_source;
	struct text plain = derive_text_stripped(derive_work_plain(work, value));
	unsigned word;
	if (plain.size == 0 || scan_placeholder(plain))
		return;
	if (!vocabulary_find_relaxed(vocabulary, plain, &word)) {
		derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, who->place, plain,
						   kind == FACT_SEAT_TIER ? "this is no known tier: core, adjacent or wildcard"
												  : "this is no known source of a seat: pool, retained or created");
		return;
	}
	derive_fact_state(
		work,
		&(struct work_fact){
			.kind = kind, .round = who->round, .key = who->slug, .number = word, .text = plain, .place = who->place});
}

static void state_relevance(struct derive_work *work, const struct work_person *who, struct text value)
{
	struct text plain = derive_text_stripped(derive_work_plain(work, value));
	int64_t millionths;
	if (!derive_text_decimal(plain, &millionths)) {
		if (!derive_text_nothing(plain))
			derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, who->place, plain,
							   "this relevance is no number from 0 to 1: left out");
		return;
	}
	derive_fact_state(work, &(struct work_fact){.kind = FACT_SEAT_RELEVANCE,
												.round = who->round,
												.key = who->slug,
												.number = millionths,
												.text = plain,
												.place = who->place});
}

void derive_experts_state(struct derive_work *work, enum fact_kind kind, const struct work_person *who,
						  struct text value)
{
	if (kind == FACT_SEAT_TIER || kind == FACT_SEAT_SOURCE)
		state_word(work, kind, who, value);
	else if (kind == FACT_SEAT_RELEVANCE)
		state_relevance(work, who, value);
	else
		state_text(work, kind, who, value);
}

void derive_experts_pool(struct derive_work *work, int rank, const struct record_pool_member *member)
{
	if (rank < work->pool_rank || !text_present(member->role))
		return;
	if (rank > work->pool_rank)
		work->pool_count = 0;
	work->pool_rank = rank;
	if (derive_work_grow(work, &work->pool, work->pool_count, &work->pool_capacity, sizeof(*work->pool)))
		work->pool[work->pool_count++] = *member;
}

enum tier derive_experts_tier(struct schema_integer relevance)
{
	if (relevance.present && relevance.value >= 800000)
		return TIER_CORE;
	return relevance.present && relevance.value >= 400000 ? TIER_ADJACENT : TIER_WILDCARD;
}

bool derive_experts_candidate(struct derive_work *work, struct text tier, struct work_place place,
							  struct record_pool_member *member)
{
	unsigned word;
	const bool given = tier.size > 0 && !scan_placeholder(tier);
	if (given && !vocabulary_find_relaxed(&vocabulary_tier, tier, &word)) {
		derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, place, tier,
						   "this is no known tier: core, adjacent or wildcard: the candidate is left out");
		return false;
	}
	if (!given && !member->relevance.present) {
		derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, place, member->role,
						   "this candidate has neither a tier nor a relevance: left out");
		return false;
	}
	member->tier = given ? (enum tier)word : derive_experts_tier(member->relevance);
	return true;
}
