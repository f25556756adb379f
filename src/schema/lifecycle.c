/*
 * Lifecycles and reference rules: one row per state, one per edge type with a rule.
 */
#include "lifecycle.h"

#define TO(state) (1u << (state))

/* transitions[from] is the set of states that may follow. A state without a row is final. */
static const unsigned dialogue_transitions[] = {
	[DIALOGUE_OPEN] = TO(DIALOGUE_CONVERGING) | TO(DIALOGUE_CONVERGED) | TO(DIALOGUE_ABANDONED),
	[DIALOGUE_CONVERGING] = TO(DIALOGUE_OPEN) | TO(DIALOGUE_CONVERGED) | TO(DIALOGUE_ABANDONED),
	[DIALOGUE_CONVERGED] = 0,
	[DIALOGUE_ABANDONED] = 0,
};

static const unsigned round_transitions[] = {
	[ROUND_OPEN] = TO(ROUND_IN_PROGRESS) | TO(ROUND_COMPLETED),
	[ROUND_IN_PROGRESS] = TO(ROUND_COMPLETED),
	[ROUND_COMPLETED] = 0,
};

static const unsigned perspective_transitions[] = {
	[PERSPECTIVE_OPEN] = TO(PERSPECTIVE_REFINED) | TO(PERSPECTIVE_CONCEDED) | TO(PERSPECTIVE_MERGED),
	[PERSPECTIVE_REFINED] = 0,
	[PERSPECTIVE_CONCEDED] = 0,
	[PERSPECTIVE_MERGED] = 0,
};

static const unsigned tension_transitions[] = {
	[TENSION_OPEN] = TO(TENSION_ADDRESSED) | TO(TENSION_RESOLVED) | TO(TENSION_DEFERRED) | TO(TENSION_MERGED),
	[TENSION_ADDRESSED] = TO(TENSION_RESOLVED) | TO(TENSION_REOPENED) | TO(TENSION_DEFERRED) | TO(TENSION_MERGED),
	[TENSION_RESOLVED] = TO(TENSION_REOPENED),
	[TENSION_REOPENED] = TO(TENSION_ADDRESSED) | TO(TENSION_RESOLVED) | TO(TENSION_DEFERRED) | TO(TENSION_MERGED),
	[TENSION_DEFERRED] = TO(TENSION_REOPENED) | TO(TENSION_RESOLVED),
	[TENSION_MERGED] = TO(TENSION_RESOLVED),
};

static const unsigned recommendation_transitions[] = {
	[RECOMMENDATION_PROPOSED] = TO(RECOMMENDATION_AMENDED) | TO(RECOMMENDATION_ADOPTED) | TO(RECOMMENDATION_REJECTED),
	[RECOMMENDATION_AMENDED] = TO(RECOMMENDATION_ADOPTED) | TO(RECOMMENDATION_REJECTED),
	[RECOMMENDATION_ADOPTED] = 0,
	[RECOMMENDATION_REJECTED] = 0,
};

static const unsigned evidence_transitions[] = {
	[EVIDENCE_CITED] = TO(EVIDENCE_CHALLENGED) | TO(EVIDENCE_CONFIRMED) | TO(EVIDENCE_REFUTED),
	[EVIDENCE_CHALLENGED] = TO(EVIDENCE_CONFIRMED) | TO(EVIDENCE_REFUTED),
	[EVIDENCE_CONFIRMED] = TO(EVIDENCE_CHALLENGED),
	[EVIDENCE_REFUTED] = 0,
};

static const unsigned claim_transitions[] = {
	[CLAIM_ASSERTED] = TO(CLAIM_SUPPORTED) | TO(CLAIM_OPPOSED) | TO(CLAIM_ADOPTED) | TO(CLAIM_WITHDRAWN),
	[CLAIM_SUPPORTED] = TO(CLAIM_OPPOSED) | TO(CLAIM_ADOPTED) | TO(CLAIM_WITHDRAWN),
	[CLAIM_OPPOSED] = TO(CLAIM_SUPPORTED) | TO(CLAIM_ADOPTED) | TO(CLAIM_WITHDRAWN),
	[CLAIM_ADOPTED] = 0,
	[CLAIM_WITHDRAWN] = 0,
};

#define LIFECYCLE(entity, states, first)                                                                               \
	{                                                                                                                  \
		.vocabulary = &vocabulary_##states##_status, .initial = first, .transitions = states##_transitions,            \
		.status_offset = offsetof(struct entity_##entity, status),                                                     \
	}

/* A type without a row has no lifecycle. */
static const struct lifecycle {
	const struct vocabulary *vocabulary;
	unsigned initial;
	const unsigned *transitions;
	size_t status_offset;
} lifecycles[ENTITY_TYPE_COUNT] = {
	[ENTITY_META] = LIFECYCLE(meta, dialogue, DIALOGUE_OPEN),
	[ENTITY_ROUND] = LIFECYCLE(round, round, ROUND_OPEN),
	[ENTITY_PERSPECTIVE] = LIFECYCLE(perspective, perspective, PERSPECTIVE_OPEN),
	[ENTITY_TENSION] = LIFECYCLE(tension, tension, TENSION_OPEN),
	[ENTITY_RECOMMENDATION] = LIFECYCLE(recommendation, recommendation, RECOMMENDATION_PROPOSED),
	[ENTITY_EVIDENCE] = LIFECYCLE(evidence, evidence, EVIDENCE_CITED),
	[ENTITY_CLAIM] = LIFECYCLE(claim, claim, CLAIM_ASSERTED),
};

static bool is_state(const struct lifecycle *lifecycle, unsigned state)
{
	return lifecycle->vocabulary != NULL && state > 0 && state <= lifecycle->vocabulary->count;
}

const struct vocabulary *lifecycle_vocabulary(enum entity_type type)
{
	return lifecycles[type].vocabulary;
}

unsigned lifecycle_initial(enum entity_type type)
{
	return lifecycles[type].initial;
}

bool lifecycle_allows(enum entity_type type, unsigned from, unsigned to)
{
	const struct lifecycle *lifecycle = &lifecycles[type];
	if (!is_state(lifecycle, from) || !is_state(lifecycle, to))
		return false;
	return from == to || (lifecycle->transitions[from] & TO(to)) != 0;
}

bool lifecycle_options(struct arena *arena, enum entity_type type, unsigned from, struct text *ret_options)
{
	const struct lifecycle *lifecycle = &lifecycles[type];
	struct text options = TEXT("");
	for (unsigned to = 1; is_state(lifecycle, from) && is_state(lifecycle, to); to++) {
		if ((lifecycle->transitions[from] & TO(to)) == 0)
			continue;
		const char *separator = options.size > 0 ? ", " : "";
		const char *word = lifecycle->vocabulary->words[to - 1];
		if (!arena_format(arena, &options, "%.*s%s%s", (int)options.size, options.data, separator, word))
			return false;
	}
	*ret_options = options;
	return true;
}

/* A state and the event of entering it are one word. */
enum event_type lifecycle_event(enum entity_type type, unsigned to)
{
	unsigned event;
	if (!is_state(&lifecycles[type], to) ||
		!vocabulary_find(&vocabulary_event_type, vocabulary_word(lifecycles[type].vocabulary, to), &event))
		return EVENT_ABSENT;
	return (enum event_type)event;
}

unsigned lifecycle_status(const struct entity_head *entity)
{
	const struct lifecycle *lifecycle = &lifecycles[entity->type];
	unsigned status = 0;
	if (lifecycle->vocabulary != NULL)
		memcpy(&status, (const uint8_t *)entity + lifecycle->status_offset, sizeof(status));
	return status;
}

void lifecycle_set_status(struct entity_head *entity, unsigned status)
{
	const struct lifecycle *lifecycle = &lifecycles[entity->type];
	if (lifecycle->vocabulary != NULL)
		memcpy((uint8_t *)entity + lifecycle->status_offset, &status, sizeof(status));
}

static bool is_statement(enum entity_type type)
{
	return type == ENTITY_PERSPECTIVE || type == ENTITY_TENSION || type == ENTITY_RECOMMENDATION ||
		   type == ENTITY_EVIDENCE || type == ENTITY_CLAIM;
}

/* The rule an edge type adds. */
static const struct {
	bool tension_only;
	bool one_type;
	const char *why;
} ref_rules[] = {
	[REF_SUPPORT] = {.why = NULL},
	[REF_OPPOSE] = {.why = NULL},
	[REF_REFINE] = {.one_type = true, .why = "refine joins two of the same type"},
	[REF_ADDRESS] = {.tension_only = true, .why = "address only targets a tension"},
	[REF_RESOLVE] = {.tension_only = true, .why = "resolve only targets a tension"},
	[REF_REOPEN] = {.tension_only = true, .why = "reopen only targets a tension"},
	[REF_QUESTION] = {.why = NULL},
	[REF_DEPEND] = {.why = NULL},
};

bool lifecycle_ref_allowed(enum entity_type source, enum ref_type type, enum entity_type target, const char **ret_why)
{
	if (!is_statement(source) || !is_statement(target)) {
		*ret_why = "a reference joins perspectives, tensions, recommendations, evidence and claims";
		return false;
	}
	if (type == REF_ABSENT || (size_t)type >= sizeof(ref_rules) / sizeof(ref_rules[0])) {
		*ret_why = "a reference has one of the eight types";
		return false;
	}
	if ((ref_rules[type].tension_only && target != ENTITY_TENSION) || (ref_rules[type].one_type && source != target)) {
		*ret_why = ref_rules[type].why;
		return false;
	}
	return true;
}
