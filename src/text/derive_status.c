/*
 * Status words as tables (import.md, Status of a tension and Status).
 */
#include "derive_status.h"

#include "derive_text.h"
#include "nearest.h"

struct word_row {
	const char *word;
	enum status_meaning meaning;
	enum tension_status state;
};

/* A row matches when its words stand at the beginning; longer phrases first. */
static const struct word_row words[] = {
	{"not addressed", STATUS_STATE, TENSION_OPEN},
	{"partially", STATUS_STATE, TENSION_ADDRESSED},
	{"partly", STATUS_STATE, TENSION_ADDRESSED},
	{"partial", STATUS_STATE, TENSION_ADDRESSED},
	{"conditionally", STATUS_STATE, TENSION_ADDRESSED},
	{"conditional", STATUS_STATE, TENSION_ADDRESSED},
	{"mostly", STATUS_STATE, TENSION_ADDRESSED},
	{"not yet", STATUS_STATE, TENSION_OPEN},
	{"not", STATUS_STATE, TENSION_OPEN},
	{"never", STATUS_STATE, TENSION_OPEN},
	{"future work", STATUS_STATE, TENSION_DEFERRED},
	{"evolved into", STATUS_STATE, TENSION_MERGED},
	{"merged into", STATUS_STATE, TENSION_MERGED},
	{"unresolved", STATUS_STATE, TENSION_OPEN},
	{"resolved", STATUS_STATE, TENSION_RESOLVED},
	{"consensus", STATUS_STATE, TENSION_RESOLVED},
	{"agreed", STATUS_STATE, TENSION_RESOLVED},
	{"closed", STATUS_STATE, TENSION_RESOLVED},
	{"narrowed", STATUS_STATE, TENSION_ADDRESSED},
	{"addressed", STATUS_STATE, TENSION_ADDRESSED},
	{"deferred", STATUS_STATE, TENSION_DEFERRED},
	{"superseded", STATUS_STATE, TENSION_MERGED},
	{"merged", STATUS_STATE, TENSION_MERGED},
	{"reopened", STATUS_STATE, TENSION_REOPENED},
	{"accepted", STATUS_ACCEPTED, TENSION_ABSENT},
	{"acknowledged", STATUS_COMMENT, TENSION_ABSENT},
	{"active", STATUS_STATE, TENSION_OPEN},
	{"pending", STATUS_STATE, TENSION_OPEN},
	{"open", STATUS_STATE, TENSION_OPEN},
	{"new", STATUS_STATE, TENSION_OPEN},
};

struct text derive_status_nearest(struct text text)
{
	struct text known[sizeof(words) / sizeof(words[0])];
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		known[i] = text_of_string(words[i].word);
	return nearest_of(derive_text_first_word(text), known, sizeof(words) / sizeof(words[0]));
}

/* Words that may follow a qualifying one and belong to it: partially resolved, not yet agreed. */
static bool qualifies(struct text word)
{
	static const char *const known[] = {"partially", "partly", "partial", "conditionally", "conditional",
										"mostly",    "not",    "yet",     "never"};
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (derive_text_same(word, known[i]))
			return true;
	return false;
}

static bool is_status_word(struct text word)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (derive_text_same(word, words[i].word))
			return true;
	return false;
}

/* Offset behind the leading words of text that are those of phrase, or SIZE_MAX. */
static size_t leads(struct text text, const char *phrase)
{
	struct text wanted = text_of_string(phrase), word, found;
	size_t at = 0, in_text = 0;
	while (derive_text_word(wanted, &at, &word)) {
		size_t before = in_text;
		if (!derive_text_word(text, &in_text, &found) || !text_equal_ignoring_case(found, word))
			return SIZE_MAX;
		if (derive_text_stripped(text_slice(text, before, in_text - found.size)).size > 0)
			return SIZE_MAX;
	}
	return in_text;
}

/* A text without a first word that only strengthens what follows: "all resolved", "now closed". */
static struct text unstrengthened(struct text text)
{
	static const char *const known[] = {"all", "both", "now", "fully", "completely"};
	struct text word = derive_text_first_word(text);
	for (size_t i = 0; text_present(word) && i < sizeof(known) / sizeof(known[0]); i++)
		if (derive_text_same(word, known[i]) && word.data == text.data)
			return text_trim(text_slice(text, word.size, text.size));
	return text;
}

/* Reads the leading words, or says that they are unknown. */
static struct status_reading leading(struct text written)
{
	struct text text = unstrengthened(written);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t end = leads(text, words[i].word);
		if (end == SIZE_MAX)
			continue;
		struct text word;
		for (size_t at = end;
			 qualifies(derive_text_first_word(text_of_string(words[i].word))) && derive_text_word(text, &at, &word);) {
			if (!qualifies(word) && !is_status_word(word))
				break;
			end = at;
		}
		return (struct status_reading){
			.meaning = words[i].meaning, .state = words[i].state, .rest = text_slice(text, end, text.size)};
	}
	return (struct status_reading){.meaning = STATUS_UNKNOWN};
}

static const char *const struck[][2] = {{"~~", "~~"}, {"<del>", "</del>"}, {"<s>", "</s>"}, {"<strike>", "</strike>"}};
enum { STRUCK = sizeof(struck) / sizeof(struck[0]) };

/* The next stretch at or behind `at` that is struck out and ends; false when there is none. opens[] is of each mark where it
   stands next, 0 at first, so that no mark is looked for twice. */
static bool next_struck(struct text text, size_t at, size_t opens[STRUCK], size_t *ret_from, size_t *ret_to)
{
	for (;;) {
		size_t best = 0;
		for (size_t i = 0; i < STRUCK; i++) {
			if (opens[i] <= at)
				opens[i] = text_find(text, text_of_string(struck[i][0]), at);
			best = opens[i] < opens[best] ? i : best;
		}
		if (opens[best] == SIZE_MAX)
			return false;
		const struct text close = text_of_string(struck[best][1]);
		const size_t end = text_find(text, close, opens[best] + strlen(struck[best][0]));
		*ret_from = opens[best];
		*ret_to = end + close.size;
		if (end != SIZE_MAX)
			return true;
		opens[best] = SIZE_MAX;
	}
}

struct text derive_status_unstruck(struct derive_work *work, struct text text)
{
	size_t at = 0, from, to, opens[STRUCK] = {0};
	if (!next_struck(text, 0, opens, &from, &to))
		return text;
	struct buffer kept;
	buffer_init(&kept, text.size + 1);
	bool done = true;
	do {
		done = buffer_append_text(&kept, text_slice(text, at, from));
		at = to;
	} while (done && next_struck(text, at, opens, &from, &to));
	struct text whole = TEXT("");
	done = done && buffer_append_text(&kept, text_slice(text, at, text.size)) &&
		   arena_copy_text(work->arena, buffer_text(&kept), &whole);
	buffer_finish(&kept);
	derive_work_done(work, done);
	return whole;
}

/* Of `A -> B` B counts. */
static struct text behind_arrow(struct text text)
{
	size_t arrow = derive_text_arrow(text);
	return arrow == SIZE_MAX ? text : text_slice(text, arrow, text.size);
}

/* What stands behind a status word may take it back: "Resolved (partially)", "Open (narrowed)", "Resolved, but reopened".
   Two words without saying which counts ("Resolved/Deferred") are none. */
static struct status_reading qualified(struct status_reading first)
{
	struct text rest = text_trim(first.rest), word = derive_text_first_word(rest);
	char mark = rest.size > 0 ? rest.data[0] : ' ';
	size_t close = mark == '(' ? derive_text_find_byte(rest, ')', 0) : SIZE_MAX;
	if (first.meaning != STATUS_STATE || !text_present(word))
		return first;
	bool joined = mark == '(' || mark == ',' || mark == '/' || word.data == rest.data;
	bool partly = qualifies(word) && !derive_text_same(word, "not") && !derive_text_same(word, "never") &&
				  !derive_text_same(word, "yet");
	if (joined && (partly || derive_text_begins(rest, "in part")))
		return (struct status_reading){.meaning = STATUS_STATE, .state = TENSION_ADDRESSED, .rest = first.rest};
	bool turns = derive_text_same(word, "but") || derive_text_same(word, "then") || derive_text_same(word, "now");
	struct text tail = text_slice(rest, (size_t)(word.data - rest.data) + (turns ? word.size : 0),
								  close != SIZE_MAX ? close : rest.size);
	struct status_reading second = leading(tail);
	bool alone = close == SIZE_MAX || derive_text_stripped(second.rest).size == 0;
	if (second.meaning != STATUS_STATE || second.state == first.state || !alone)
		return first;
	if (turns || mark == '(')
		return second;
	if (mark == '/' || mark == ',')
		first.meaning = STATUS_UNKNOWN;
	return first;
}

struct status_reading derive_status_cell(struct derive_work *work, struct text text)
{
	struct text plain = derive_text_stripped(derive_work_plain(work, behind_arrow(derive_status_unstruck(work, text))));
	struct status_reading reading = qualified(leading(plain));
	int round;
	struct text rest = derive_text_stripped(reading.rest);
	if (text_present(rest) && derive_text_same(rest, "?"))
		reading.meaning = STATUS_UNKNOWN;
	if (rest.size > 0 && rest.data[0] == '(') {
		size_t close = derive_text_find_byte(rest, ')', 0);
		if (close != SIZE_MAX && derive_text_round(text_slice(rest, 1, close), &round) &&
			derive_text_words(text_slice(rest, 1, close)) <= 2)
			rest = derive_text_stripped(text_slice(rest, close + 1, rest.size));
	}
	reading.rest = rest.size > 0 ? rest : TEXT_ABSENT;
	return reading;
}

/* What may stand beside a status word that is the whole text: rounds, counts, and what a tension was merged into. */
static bool beside(struct text text, bool merged)
{
	struct text word;
	int round;
	for (size_t at = 0; derive_text_word(text, &at, &word);) {
		bool count = word.data[0] >= '0' && word.data[0] <= '9';
		bool said = derive_text_same(word, "in") || derive_text_same(word, "round") || derive_text_round(word, &round);
		bool into = merged && (derive_text_same(word, "by") || derive_text_same(word, "into") ||
							   derive_text_same(word, "with") || derive_text_same(word, "and") ||
							   (word.size > 1 && word.data[0] == 'T' && word.data[1] >= '0' && word.data[1] <= '9'));
		if (!count && !said && !into)
			return false;
	}
	return true;
}

struct status_reading derive_status_whole(struct derive_work *work, struct text text)
{
	struct text plain = derive_text_stripped(derive_work_plain(work, behind_arrow(derive_status_unstruck(work, text))));
	size_t at = 0, digits = 0;
	while (digits < plain.size &&
		   (plain.data[digits] == '/' || (plain.data[digits] >= '0' && plain.data[digits] <= '9')))
		digits++;
	if (digits > 0)
		plain = derive_text_stripped(text_slice(plain, digits, plain.size));
	struct text word;
	if (!derive_text_word(plain, &at, &word))
		return (struct status_reading){.meaning = STATUS_UNKNOWN};
	struct status_reading reading = leading(plain);
	while (reading.rest.size > 0 &&
		   (reading.rest.data[reading.rest.size - 1] == '.' || reading.rest.data[reading.rest.size - 1] == '!'))
		reading.rest.size--;
	bool asks = reading.meaning != STATUS_UNKNOWN && derive_text_find_byte(reading.rest, '?', 0) != SIZE_MAX;
	bool merged = reading.meaning == STATUS_STATE && reading.state == TENSION_MERGED;
	if (reading.meaning != STATUS_UNKNOWN && (asks || !beside(reading.rest, merged)))
		reading.meaning = STATUS_UNKNOWN;
	reading.rest = TEXT_ABSENT;
	return reading;
}

/* What may follow a status word and go on to say how it came to be: "Resolved by the cap", "Deferred until May". */
static bool goes_on(struct text rest)
{
	static const char *const how[] = {"in",    "by",      "into",    "as",    "at",  "with",  "via",
									  "until", "to",      "through", "after", "for", "from",  "when",
									  "under", "because", "since",   "per",   "on",  "where", "if"};
	struct text word = derive_text_first_word(rest);
	int round;
	for (size_t i = 0; i < sizeof(how) / sizeof(how[0]); i++)
		if (derive_text_same(word, how[i]))
			return true;
	return !text_present(word) || derive_text_round(word, &round);
}

struct status_reading derive_status_begun(struct derive_work *work, struct text text)
{
	struct status_reading reading = derive_status_cell(work, text);
	if (!goes_on(reading.rest))
		reading.meaning = STATUS_UNKNOWN;
	return reading;
}

/* "Not resolved; postponed", "Pending the lawyers": says that there is no resolution. "Open the gates" is one. */
static bool says_none(struct text text)
{
	struct text word;
	size_t at = 0;
	if (!derive_text_word(text, &at, &word))
		return false;
	if (derive_text_same(word, "unresolved") || derive_text_same(word, "pending"))
		return true;
	bool negates = derive_text_same(word, "not") || derive_text_same(word, "never");
	return negates && derive_text_word(text, &at, &word) && (derive_text_same(word, "yet") || is_status_word(word));
}

struct status_reading derive_status_resolution(struct derive_work *work, struct text text)
{
	struct text kept = derive_status_unstruck(work, text);
	if (derive_text_nothing(kept) || derive_text_stripped(derive_work_plain(work, kept)).size == 0)
		return (struct status_reading){.meaning = STATUS_NOTHING};
	struct status_reading reading = derive_status_whole(work, kept);
	if (reading.meaning == STATUS_STATE && reading.state == TENSION_OPEN)
		return (struct status_reading){.meaning = STATUS_NOTHING};
	if (reading.meaning == STATUS_UNKNOWN && says_none(derive_work_plain(work, kept)))
		return (struct status_reading){.meaning = STATUS_NOTHING};
	if (reading.meaning == STATUS_UNKNOWN)
		reading = derive_status_begun(work, kept);
	if (reading.meaning == STATUS_UNKNOWN || (reading.meaning == STATUS_STATE && reading.state == TENSION_OPEN))
		reading = (struct status_reading){.meaning = STATUS_STATE, .state = TENSION_RESOLVED};
	reading.rest = text_trim(text);
	return reading;
}

struct status_reading derive_status_consensus(struct derive_work *work, struct text text)
{
	int64_t permille;
	struct text plain = derive_work_plain(work, text);
	bool yes = derive_text_same(plain, "yes");
	if (yes || derive_text_same(plain, "no"))
		return (struct status_reading){.meaning = STATUS_STATE, .state = yes ? TENSION_RESOLVED : TENSION_OPEN};
	if (!derive_text_permille(plain, &permille))
		return derive_status_cell(work, text);
	return (struct status_reading){.meaning = STATUS_STATE,
								   .state = permille == 1000 ? TENSION_RESOLVED : TENSION_OPEN};
}

struct dialogue_row {
	const char *word;
	enum dialogue_status status;
};
static const struct dialogue_row dialogue_words[] = {
	{"complete", DIALOGUE_CONVERGED},  {"completed", DIALOGUE_CONVERGED},   {"final", DIALOGUE_CONVERGED},
	{"converged", DIALOGUE_CONVERGED}, {"converging", DIALOGUE_CONVERGING}, {"draft", DIALOGUE_OPEN},
	{"in progress", DIALOGUE_OPEN},    {"recorded", DIALOGUE_OPEN},         {"open", DIALOGUE_OPEN},
	{"active", DIALOGUE_OPEN},         {"pending", DIALOGUE_OPEN},          {"not", DIALOGUE_OPEN},
	{"incomplete", DIALOGUE_OPEN},     {"unconverged", DIALOGUE_OPEN},      {"abandoned", DIALOGUE_ABANDONED},
	{"cancelled", DIALOGUE_ABANDONED},
};

bool derive_status_dialogue(struct text text, enum dialogue_status *ret_status)
{
	struct text value = derive_text_stripped(behind_arrow(text));
	for (size_t i = 0; i < sizeof(dialogue_words) / sizeof(dialogue_words[0]); i++)
		if (leads(value, dialogue_words[i].word) != SIZE_MAX) {
			*ret_status = dialogue_words[i].status;
			return true;
		}
	int64_t permille;
	if (derive_text_permille(value, &permille) && permille == 1000 && derive_status_declares(text)) {
		*ret_status = DIALOGUE_CONVERGED;
		return true;
	}
	return false;
}

static bool has_any(struct text text, const char *const *list)
{
	for (; *list != NULL; list++)
		if (derive_text_has_word(text, *list))
			return true;
	return false;
}

/* "83% convergence reached", "confirmed by 3/6": a part of them, not all. */
static bool counts_some(struct text text)
{
	bool some = false;
	size_t from = 0;
	for (size_t at = 0; at <= text.size; at++) {
		if (at < text.size && strchr(" \t(),;:", text.data[at]) == NULL)
			continue;
		struct text word = text_slice(text, from, at);
		int64_t permille;
		some |= word.size > 0 && derive_text_permille(word, &permille) && permille < 1000;
		from = at + 1;
	}
	return some;
}

bool derive_status_declares(struct text text)
{
	static const char *const subjects[] = {"convergence", "consensus", "alignment", "dialogue",
										   "converge",    "converged", NULL};
	static const char *const done[] = {"achieved", "reached", "declared", "confirmed", "complete", "completed", NULL};
	static const char *const undone[] = {
		"not",    "no",     "never",    "without",   "until",    "if",      "when",   "before",  "need",
		"needs",  "needed", "required", "target",    "toward",   "towards", "goal",   "pending", "isn't",
		"nearly", "almost", "partial",  "partially", "emerging", "yet",     "reach",  "unless",  "would",
		"could",  "should", "can",      "cannot",    "neither",  "nor",     "nobody", "hardly",  "barely",
		"failed", "fails",  "lack",     "lacking",   "lacks",    "non",     "unable", NULL};
	struct text trimmed = derive_text_stripped(text);
	int round;
	struct text rest;
	if (derive_text_round_heading(trimmed, &round, &rest) || has_any(trimmed, undone) ||
		derive_text_ends(trimmed, "?") || text_find(trimmed, TEXT("n't "), 0) != SIZE_MAX ||
		text_find(trimmed, TEXT("n\u2019t "), 0) != SIZE_MAX || counts_some(trimmed))
		return false;
	if (derive_text_same(trimmed, "converged"))
		return true;
	if (!has_any(trimmed, subjects))
		return false;
	if (has_any(trimmed, done))
		return true;
	bool converges = derive_text_has_word(trimmed, "convergence") || derive_text_has_word(trimmed, "converged") ||
					 derive_text_has_word(trimmed, "converge");
	size_t all = text_find(trimmed, TEXT("100%"), 0);
	if (converges && all != SIZE_MAX)
		return true;
	int64_t permille;
	size_t slash = derive_text_find_byte(trimmed, '/', 0), from = slash;
	while (from != SIZE_MAX && from > 0 && trimmed.data[from - 1] >= '0' && trimmed.data[from - 1] <= '9')
		from--;
	return converges && slash != SIZE_MAX && derive_text_permille(text_slice(trimmed, from, trimmed.size), &permille) &&
		   permille == 1000;
}

/* Offset behind the first mark at or behind `at` that ends a clause, and *ret_end where that mark begins; the size of the text
   when there is none. */
static size_t clause_end(struct text text, size_t at, size_t *ret_end)
{
	for (; at < text.size; at++) {
		size_t size = strchr(".,;:!?(|", text.data[at]) != NULL ? 1 : derive_text_dash(text, at);
		if (size > 0) {
			*ret_end = at;
			return at + size;
		}
	}
	*ret_end = text.size;
	return text.size;
}

bool derive_status_undone(struct text before, struct text behind)
{
	static const char *const leading[] = {"not",    "no",     "never",   "without", "until",  "unless",
										  "if",     "when",   "neither", "nor",     "hardly", "before",
										  "cannot", "nobody", "almost",  "nearly",  NULL};
	static const char *const next[] = {"not",    "never", "no",    "if",     "when",    "once", "unless", "until",
									   "cannot", "would", "could", "should", "pending", "only", NULL};
	static const char *const are[] = {"is", "was", "has", "will", "are", "be", NULL};
	static const char *const answers[] = {"no", "not", "not yet", "never", "false", "none", "pending", "tbd"};
	size_t end, at = 0;
	for (size_t to; (to = clause_end(before, at, &end)) > end;)
		at = to;
	if (has_any(text_slice(before, at, before.size), leading))
		return true;
	struct text trimmed = text_trim(behind), word = TEXT("");
	if (text_starts_with(trimmed, TEXT("?")))
		return true;
	at = clause_end(behind, 0, &end);
	struct text clause = text_slice(behind, 0, end), answer = derive_text_stripped(clause);
	size_t from = 0;
	if (derive_text_word(clause, &from, &word) && has_any(word, are))
		word = derive_text_first_word(text_slice(clause, from, clause.size));
	if (answer.size > 0)
		return text_present(word) && has_any(word, next);
	(void)clause_end(behind, at, &end);
	answer = derive_text_stripped(text_slice(behind, at, end));
	bool denied = false;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		denied |= derive_text_same(answer, answers[i]);
	return denied;
}
