/*
 * Lifecycles and reference rules against the lists of record.md, pair by pair.
 */
#include "entity_codec.h"
#include "lifecycle.h"
#include "tap.h"

/* Every state, and the states it may become. */
static const struct {
	enum entity_type type;
	const char *from;
	const char *to;
} listed[] = {
	{ENTITY_META, "open", "converging converged abandoned"},
	{ENTITY_META, "converging", "open converged abandoned"},
	{ENTITY_META, "converged", ""},
	{ENTITY_META, "abandoned", ""},
	{ENTITY_ROUND, "open", "in_progress completed"},
	{ENTITY_ROUND, "in_progress", "completed"},
	{ENTITY_ROUND, "completed", ""},
	{ENTITY_PERSPECTIVE, "open", "refined conceded merged"},
	{ENTITY_PERSPECTIVE, "refined", ""},
	{ENTITY_PERSPECTIVE, "conceded", ""},
	{ENTITY_PERSPECTIVE, "merged", ""},
	{ENTITY_TENSION, "open", "addressed resolved deferred merged"},
	{ENTITY_TENSION, "addressed", "resolved reopened deferred merged"},
	{ENTITY_TENSION, "resolved", "reopened"},
	{ENTITY_TENSION, "reopened", "addressed resolved deferred merged"},
	{ENTITY_TENSION, "deferred", "resolved reopened"},
	{ENTITY_TENSION, "merged", "resolved"},
	{ENTITY_RECOMMENDATION, "proposed", "amended adopted rejected"},
	{ENTITY_RECOMMENDATION, "amended", "adopted rejected"},
	{ENTITY_RECOMMENDATION, "adopted", ""},
	{ENTITY_RECOMMENDATION, "rejected", ""},
	{ENTITY_EVIDENCE, "cited", "challenged confirmed refuted"},
	{ENTITY_EVIDENCE, "challenged", "confirmed refuted"},
	{ENTITY_EVIDENCE, "confirmed", "challenged"},
	{ENTITY_EVIDENCE, "refuted", ""},
	{ENTITY_CLAIM, "asserted", "supported opposed adopted withdrawn"},
	{ENTITY_CLAIM, "supported", "opposed adopted withdrawn"},
	{ENTITY_CLAIM, "opposed", "supported adopted withdrawn"},
	{ENTITY_CLAIM, "adopted", ""},
	{ENTITY_CLAIM, "withdrawn", ""},
};

enum { LISTED = sizeof(listed) / sizeof(listed[0]) };

/* words, separated by blanks, hold this one. */
static bool holds(const char *words, const char *word)
{
	const size_t size = strlen(word);
	for (const char *at = words; *at != '\0';) {
		const size_t length = strcspn(at, " ");
		if (length == size && memcmp(at, word, size) == 0)
			return true;
		at += length + (at[length] == ' ');
	}
	return false;
}

static unsigned state(enum entity_type type, const char *word)
{
	unsigned value = 0;
	expect(vocabulary_find(lifecycle_vocabulary(type), text_of_string(word), &value));
	return value;
}

static void exactly_the_listed_transitions(void)
{
	for (size_t i = 0; i < LISTED; i++) {
		const struct vocabulary *vocabulary = lifecycle_vocabulary(listed[i].type);
		const unsigned from = state(listed[i].type, listed[i].from);
		for (unsigned to = 1; to <= vocabulary->count; to++) {
			const bool wanted = to == from || holds(listed[i].to, vocabulary->words[to - 1]);
			if (lifecycle_allows(listed[i].type, from, to) != wanted)
				tap_fail(__FILE__, __LINE__, "%s: %s to %s", entity_shape(listed[i].type)->name, listed[i].from,
						 vocabulary->words[to - 1]);
		}
	}
}

static void every_state_is_listed(void)
{
	unsigned states = 0;
	for (unsigned i = 0; i < ENTITY_TYPE_COUNT; i++) {
		const struct vocabulary *vocabulary = lifecycle_vocabulary((enum entity_type)i);
		states += vocabulary != NULL ? vocabulary->count : 0;
	}
	expect_integer(states, LISTED);
}

static void no_state_from_outside(void)
{
	for (unsigned i = 0; i < ENTITY_TYPE_COUNT; i++) {
		const enum entity_type type = (enum entity_type)i;
		const unsigned count = lifecycle_vocabulary(type) != NULL ? lifecycle_vocabulary(type)->count : 0;
		expect(!lifecycle_allows(type, 0, 1) && !lifecycle_allows(type, 1, 0) && !lifecycle_allows(type, 0, 0));
		expect(!lifecycle_allows(type, count + 1, count + 1) && !lifecycle_allows(type, 1, count + 1));
		expect(!lifecycle_allows(type, 1, 33 + count) && !lifecycle_allows(type, UINT32_MAX, 1));
	}
}

static void options_name_what_may_follow(void)
{
	struct arena *arena = arena_create(1 << 20);
	struct text options;
	expect(lifecycle_options(arena, ENTITY_TENSION, TENSION_ADDRESSED, &options));
	expect_text(options, "resolved, reopened, deferred, merged");
	expect(lifecycle_options(arena, ENTITY_META, DIALOGUE_CONVERGING, &options));
	expect_text(options, "open, converged, abandoned");
	expect(lifecycle_options(arena, ENTITY_CLAIM, CLAIM_WITHDRAWN, &options));
	expect_text(options, "");
	expect(lifecycle_options(arena, ENTITY_FILE, 1, &options));
	expect_text(options, "");
	arena_destroy(arena);
	arena = arena_create(0);
	expect(!lifecycle_options(arena, ENTITY_TENSION, TENSION_ADDRESSED, &options));
	arena_destroy(arena);
}

/* Creation needs no event, so the states that only creation gives have none. */
static void each_entered_state_has_its_event(void)
{
	for (size_t i = 0; i < LISTED; i++) {
		const unsigned to = state(listed[i].type, listed[i].from);
		bool entered = false;
		for (size_t j = 0; j < LISTED; j++)
			entered = entered || (listed[j].type == listed[i].type && holds(listed[j].to, listed[i].from));
		const struct text event = vocabulary_word(&vocabulary_event_type, lifecycle_event(listed[i].type, to));
		if (entered)
			expect_text(event, listed[i].from);
	}
	expect_integer(lifecycle_event(ENTITY_RECOMMENDATION, RECOMMENDATION_PROPOSED), EVENT_ABSENT);
	expect_integer(lifecycle_event(ENTITY_EVIDENCE, EVIDENCE_CITED), EVENT_ABSENT);
	expect_integer(lifecycle_event(ENTITY_CLAIM, CLAIM_ASSERTED), EVENT_ABSENT);
	expect_integer(lifecycle_event(ENTITY_TENSION, 0), EVENT_ABSENT);
	expect_integer(lifecycle_event(ENTITY_FILE, 1), EVENT_ABSENT);
}

static void the_first_state_is_listed_first(void)
{
	expect_integer(lifecycle_initial(ENTITY_TENSION), TENSION_OPEN);
	expect_integer(lifecycle_initial(ENTITY_RECOMMENDATION), RECOMMENDATION_PROPOSED);
	expect_integer(lifecycle_initial(ENTITY_EVIDENCE), EVIDENCE_CITED);
	expect_integer(lifecycle_initial(ENTITY_CLAIM), CLAIM_ASSERTED);
	expect_integer(lifecycle_initial(ENTITY_PERSPECTIVE), PERSPECTIVE_OPEN);
	expect_integer(lifecycle_initial(ENTITY_ROUND), ROUND_OPEN);
	expect_integer(lifecycle_initial(ENTITY_META), DIALOGUE_OPEN);
	expect_integer(lifecycle_initial(ENTITY_REF), 0);
}

static void status_is_read_and_set(void)
{
	struct arena *arena = arena_create(1 << 20);
	for (unsigned i = 0; i < ENTITY_TYPE_COUNT; i++) {
		struct entity_head *entity = entity_codec_create(arena, (enum entity_type)i, TEXT(""));
		expect(entity != NULL);
		expect_integer(lifecycle_status(entity), 0);
		if (lifecycle_vocabulary(entity->type) == NULL)
			continue;
		lifecycle_set_status(entity, 2);
		expect_integer(lifecycle_status(entity), 2);
	}
	struct entity_head *tension = entity_codec_create(arena, ENTITY_TENSION, TEXT("00#01"));
	lifecycle_set_status(tension, TENSION_DEFERRED);
	expect_integer(((struct entity_tension *)tension)->status, TENSION_DEFERRED);
	arena_destroy(arena);
}

static const enum entity_type statements[] = {ENTITY_PERSPECTIVE, ENTITY_TENSION, ENTITY_RECOMMENDATION,
											  ENTITY_EVIDENCE, ENTITY_CLAIM};

static void every_pair_of_ends_obeys_the_rules(void)
{
	int allowed = 0;
	for (size_t s = 0; s < 5; s++) {
		for (unsigned type = REF_SUPPORT; type <= REF_DEPEND; type++) {
			for (size_t t = 0; t < 5; t++) {
				const bool tension_only = type == REF_ADDRESS || type == REF_RESOLVE || type == REF_REOPEN;
				const bool wanted = type == REF_REFINE ? s == t : !tension_only || statements[t] == ENTITY_TENSION;
				const char *why = NULL;
				const bool is = lifecycle_ref_allowed(statements[s], (enum ref_type)type, statements[t], &why);
				expect_integer(is, wanted);
				expect((why == NULL) == is);
				/* The rule names the edge it is of. */
				expect(is || strstr(why, vocabulary_ref_type.words[type - 1]) != NULL);
				allowed += is;
			}
		}
	}
	/* Four types without a rule 25 each, refine 5, three types on tensions 5 each. */
	expect_integer(allowed, 4 * 25 + 5 + 3 * 5);
}

static void only_statements_are_joined(void)
{
	const char *why = NULL;
	expect(!lifecycle_ref_allowed(ENTITY_EXPERT, REF_SUPPORT, ENTITY_CLAIM, &why) && why != NULL);
	why = NULL;
	expect(!lifecycle_ref_allowed(ENTITY_CLAIM, REF_SUPPORT, ENTITY_ROUND, &why) && why != NULL);
	why = NULL;
	expect(!lifecycle_ref_allowed(ENTITY_CLAIM, REF_ABSENT, ENTITY_CLAIM, &why) && why != NULL);
	why = NULL;
	expect(!lifecycle_ref_allowed(ENTITY_CLAIM, (enum ref_type)9, ENTITY_CLAIM, &why) && why != NULL);
}

static const struct tap_test tests[] = {
	{"exactly the listed transitions are allowed, and staying", exactly_the_listed_transitions},
	{"every state of every lifecycle is in the list", every_state_is_listed},
	{"no state from outside the vocabulary takes part", no_state_from_outside},
	{"options name the states that may follow", options_name_what_may_follow},
	{"each state that can be entered has the event of its name", each_entered_state_has_its_event},
	{"new entities have the first state", the_first_state_is_listed_first},
	{"the status of an entity is read and set", status_is_read_and_set},
	{"every source, edge type and target obeys the reference rules", every_pair_of_ends_obeys_the_rules},
	{"references join statements by one of the eight types", only_statements_are_joined},
};

TAP_MAIN(tests)
