/*
 * Fields by name (import.md, Tables and fields): `**Total ALIGNMENT**: 415`, rows of Metric/Value tables, and values that
 * have their name behind them (`7/7 tensions resolved`).
 */
#include "derive_fact.h"
#include "derive_registers.h"
#include "derive_rules.h"
#include "derive_status.h"
#include "derive_text.h"

/* How a value is read. */
enum reading {
	READ_TEXT,
	READ_INTEGER,
	READ_SCORE,    /* an integer, perhaps with (W:1 C:2 T:3 R:4) and a difference */
	READ_PERMILLE, /* of a round; otherwise a claim of the dialogue */
	READ_VELOCITY,
	READ_NUMBER, /* Dialogue 2050 */
	READ_STATUS,
	READ_CONVERGENCE,
	READ_LINK,
	READ_NOTHING, /* known, and no fact of the record */
};

struct field_row {
	const char *name;
	enum reading reading;
	enum fact_kind kind;
	bool of_round; /* says something of the round in whose part it stands, and nothing elsewhere */
};

/* Names that are the round's score in the part of a round, and the dialogue's outside. */
static const char *const scores_of_both[] = {"alignment", "alignment score"};

static const struct field_row fields[] = {
	{"status", READ_STATUS, FACT_STATUS, false},
	{"final status", READ_STATUS, FACT_STATUS, false},
	{"dialogue status", READ_STATUS, FACT_STATUS, false},
	{"overall status", READ_STATUS, FACT_STATUS, false},
	{"date", READ_TEXT, FACT_DATE, false},
	{"started", READ_TEXT, FACT_DATE, false},
	{"created", READ_TEXT, FACT_DATE, false},
	{"draft", READ_NUMBER, FACT_NUMBER, false},
	{"number", READ_NUMBER, FACT_NUMBER, false},
	{"dialogue", READ_NUMBER, FACT_NUMBER, false},
	{"question", READ_TEXT, FACT_QUESTION, false},
	{"question for the dialogue", READ_TEXT, FACT_QUESTION, false},
	{"central question", READ_TEXT, FACT_QUESTION, false},
	{"core question", READ_TEXT, FACT_QUESTION, false},
	{"topic", READ_TEXT, FACT_QUESTION, false},
	{"constraint", READ_TEXT, FACT_CONSTRAINTS, false},
	{"constraints", READ_TEXT, FACT_CONSTRAINTS, false},
	{"domain", READ_TEXT, FACT_DOMAIN, false},
	{"total alignment", READ_SCORE, FACT_TOTAL, false},
	{"alignment score", READ_SCORE, FACT_TOTAL, false},
	{"alignment", READ_SCORE, FACT_TOTAL, false},
	{"alignment total", READ_SCORE, FACT_TOTAL, false},
	{"cumulative alignment", READ_SCORE, FACT_TOTAL, false},
	{"total", READ_SCORE, FACT_TOTAL, false},
	{"rounds", READ_INTEGER, FACT_ROUNDS, false},
	{"total rounds", READ_INTEGER, FACT_ROUNDS, false},
	{"max rounds", READ_INTEGER, FACT_MAX_ROUNDS, false},
	{"tensions resolved", READ_TEXT, FACT_TENSIONS_CLAIMED, false},
	{"convergence", READ_CONVERGENCE, FACT_CONVERGENCE_CLAIMED, false},
	{"score", READ_SCORE, FACT_ROUND_SCORE, true},
	{"round total", READ_SCORE, FACT_ROUND_SCORE, true},
	{"round score", READ_SCORE, FACT_ROUND_SCORE, true},
	{"round alignment", READ_SCORE, FACT_ROUND_SCORE, true},
	{"wisdom", READ_INTEGER, FACT_ROUND_W, true},
	{"w", READ_INTEGER, FACT_ROUND_W, true},
	{"c", READ_INTEGER, FACT_ROUND_C, true},
	{"t", READ_INTEGER, FACT_ROUND_T, true},
	{"r", READ_INTEGER, FACT_ROUND_R, true},
	{"consistency", READ_INTEGER, FACT_ROUND_C, true},
	{"truth", READ_INTEGER, FACT_ROUND_T, true},
	{"relationships", READ_INTEGER, FACT_ROUND_R, true},
	{"open tensions", READ_INTEGER, FACT_ROUND_OPEN, true},
	{"new perspectives", READ_INTEGER, FACT_ROUND_NEW, true},
	{"velocity", READ_VELOCITY, FACT_ROUND_VELOCITY, true},
	{"alignment velocity", READ_VELOCITY, FACT_ROUND_VELOCITY, true},
	{"final velocity", READ_NOTHING, FACT_ROUND_VELOCITY, true},
	{"converge", READ_PERMILLE, FACT_ROUND_CONVERGE, true},
	{"converge %", READ_PERMILLE, FACT_ROUND_CONVERGE, true},
	{"convergence %", READ_PERMILLE, FACT_ROUND_CONVERGE, true},
	{"convergence signals", READ_INTEGER, FACT_ROUND_SIGNALS, true},
	{"rfc", READ_LINK, FACT_KIND_COUNT, false},
	{"linked rfc", READ_LINK, FACT_KIND_COUNT, false},
	{"adr", READ_LINK, FACT_KIND_COUNT, false},
	{"linked adr", READ_LINK, FACT_KIND_COUNT, false},
	{"spike", READ_LINK, FACT_KIND_COUNT, false},
	{"supersedes", READ_LINK, FACT_KIND_COUNT, false},
	{"reopens", READ_LINK, FACT_KIND_COUNT, false},
	{"source", READ_LINK, FACT_KIND_COUNT, false},
	{"participants", READ_NOTHING, FACT_KIND_COUNT, false},
	{"experts", READ_NOTHING, FACT_KIND_COUNT, false},
	{"experts consulted", READ_NOTHING, FACT_KIND_COUNT, false},
	{"agents", READ_NOTHING, FACT_KIND_COUNT, false},
};

static const struct field_row *find_field(struct text name)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (derive_text_same(name, fields[i].name))
			return &fields[i];
	return NULL;
}

static struct work_fact fact_of(const struct work_value *said, enum fact_kind kind)
{
	bool of_round = kind >= FACT_ROUND_SCORE && kind <= FACT_ROUND_PANEL_SIZE;
	return (struct work_fact){
		.kind = kind, .round = of_round ? said->round : WORK_NO_ROUND, .text = said->value, .place = said->place};
}

/* A signed or arrowed number is a difference of scores. */
static bool is_difference(struct text value)
{
	struct text plain = derive_text_stripped(value);
	bool sign = value.size > 0 &&
				(text_trim(value).data[0] == '+' || (text_trim(value).data[0] == '-' && text_trim(value).size > 1));
	return sign || derive_text_begins(plain, "+") || derive_text_arrow(value) != SIZE_MAX;
}

/* "(W:45 C:30 T:25 R:25)" behind a score. */
static void state_parts(struct derive_work *work, const struct work_value *said)
{
	static const struct {
		const char *prefix;
		enum fact_kind kind;
	} parts[] = {{"W:", FACT_ROUND_W}, {"C:", FACT_ROUND_C}, {"T:", FACT_ROUND_T}, {"R:", FACT_ROUND_R}};
	for (size_t i = 0; i < 4; i++) {
		size_t at = text_find(said->value, text_of_string(parts[i].prefix), 0);
		struct work_fact fact = fact_of(said, parts[i].kind);
		if (at != SIZE_MAX &&
			derive_text_integer(text_slice(said->value, at + 2, said->value.size), &fact.number, NULL))
			derive_fact_state(work, &fact);
	}
}

static void not_understood(struct derive_work *work, const struct work_value *said, const char *message)
{
	if (!scan_placeholder(said->value))
		derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, said->place, said->value, message);
}

static void read_score(struct derive_work *work, const struct work_value *said, enum fact_kind kind)
{
	struct work_fact fact = fact_of(said, kind);
	struct text rest;
	if (!derive_text_integer(said->value, &fact.number, &rest)) {
		not_understood(work, said,
					   is_difference(said->value) ? "this is a difference of scores, no score"
												  : "this is no number of points");
		return;
	}
	if (kind == FACT_TOTAL && fact.number == 0)
		return;
	fact.has_difference = derive_text_difference(rest, &fact.difference);
	derive_fact_state(work, &fact);
	if (kind == FACT_ROUND_SCORE)
		state_parts(work, said);
}

static void read_convergence(struct derive_work *work, const struct work_value *said)
{
	int64_t permille;
	bool counted = derive_text_permille(said->value, &permille);
	struct work_fact fact = fact_of(said, counted ? FACT_CONVERGENCE_CLAIMED : FACT_CONVERGENCE_WORDS);
	derive_fact_state(work, &fact);
	struct text whole;
	if (!derive_work_done(
			work, arena_format(work->arena, &whole, "convergence %.*s", (int)said->value.size, said->value.data)))
		return;
	if (derive_status_declares(derive_text_unbracketed(derive_status_unstruck(work, whole))))
		derive_fact_state(work, &(struct work_fact){.kind = FACT_STATUS,
													.round = WORK_NO_ROUND,
													.number = DIALOGUE_CONVERGED,
													.text = said->value,
													.place = said->place});
}

static void read_status(struct derive_work *work, const struct work_value *said)
{
	enum dialogue_status status;
	struct text value = derive_text_stripped(derive_work_plain(work, derive_status_unstruck(work, said->value)));
	if (value.size == 0 || scan_placeholder(value))
		return;
	if (!derive_status_dialogue(value, &status)) {
		not_understood(work, said, "this is no known status of a dialogue");
		return;
	}
	struct work_fact fact = fact_of(said, FACT_STATUS);
	fact.number = status;
	derive_fact_state(work, &fact);
}

/* "Dialogue 2050"; "(to be generated ...)" is no number. */
static void read_number(struct derive_work *work, const struct work_value *said)
{
	struct work_fact fact = fact_of(said, FACT_NUMBER);
	struct text value = derive_work_plain(work, said->value);
	struct text number = derive_text_begins(value, "dialogue ") ? text_slice(value, 9, value.size) : value;
	if (derive_text_integer(number, &fact.number, NULL))
		derive_fact_state(work, &fact);
	else if (value.size > 0 && value.data[0] != '(')
		not_understood(work, said, "this is no number of a dialogue");
}

static void add_link(struct derive_work *work, struct text kind, const struct work_value *said)
{
	struct text reference = derive_text_stripped(said->value);
	size_t close = reference.size > 0 && reference.data[0] == '[' ? text_find(reference, TEXT("]("), 0) : SIZE_MAX;
	reference =
		close != SIZE_MAX ? text_slice(reference, 1, close) : derive_text_stripped(derive_work_plain(work, reference));
	if (reference.size == 0 || scan_placeholder(reference))
		return;
	for (size_t i = 0; i < work->link_count; i++)
		if (text_equal(work->links[i].kind, kind) && text_equal(work->links[i].reference, reference))
			return;
	if (derive_work_full(work, work->link_count, WORK_LINKS_MAX, said->place))
		return;
	if (derive_work_grow(work, &work->links, work->link_count, &work->link_capacity, sizeof(*work->links)))
		work->links[work->link_count++] = (struct record_link){.kind = kind, .reference = reference};
}

static void read_link(struct derive_work *work, const struct work_value *said)
{
	struct text name =
		derive_text_begins(said->name, "linked ") ? text_slice(said->name, 7, said->name.size) : said->name;
	char *lower = derive_work_take(work, name.size + 1);
	for (size_t i = 0; lower != NULL && i < name.size; i++)
		lower[i] = (char)(name.data[i] >= 'A' && name.data[i] <= 'Z' ? name.data[i] + ('a' - 'A') : name.data[i]);
	if (lower != NULL)
		add_link(work, (struct text){lower, name.size}, said);
}

static bool is_of_both(struct text name)
{
	for (size_t i = 0; i < sizeof(scores_of_both) / sizeof(scores_of_both[0]); i++)
		if (derive_text_same(name, scores_of_both[i]))
			return true;
	return false;
}

/* "Converge %: 50": the name has the sign. */
static bool bare_percentage(const struct work_value *said, int64_t *ret_permille)
{
	int64_t percent;
	if (derive_text_find_byte(said->name, '%', 0) == SIZE_MAX || !scan_integer(said->value, &percent) || percent < 0 ||
		percent > 100)
		return false;
	*ret_permille = percent * 10;
	return true;
}

static void read_value(struct derive_work *work, const struct field_row *row, const struct work_value *said)
{
	struct work_fact fact = fact_of(said, row->kind < FACT_KIND_COUNT ? row->kind : FACT_STATUS);
	switch (row->reading) {
	case READ_TEXT:
		fact.text = derive_work_plain(work, said->value);
		derive_fact_state(work, &fact);
		break;
	case READ_INTEGER:
		if (scan_integer(said->value, &fact.number) || derive_text_integer(said->value, &fact.number, NULL))
			derive_fact_state(work, &fact);
		else
			not_understood(work, said, "this is no number");
		break;
	case READ_SCORE:
		if (said->round == WORK_NO_ROUND)
			read_score(work, said, row->kind);
		else if (derive_text_same(said->name, "total"))
			not_understood(work, said, "this does not say whether it is the round's score or that of all rounds");
		else
			read_score(work, said, is_of_both(said->name) ? FACT_ROUND_SCORE : row->kind);
		break;
	case READ_PERMILLE:
		if (derive_text_permille(said->value, &fact.number) || bare_percentage(said, &fact.number))
			derive_fact_state(work, &fact);
		else
			not_understood(work, said, "this is no percentage");
		break;
	case READ_VELOCITY:
		if (is_difference(said->value) || !derive_text_integer(said->value, &fact.number, NULL))
			not_understood(work, said,
						   "a signed or arrowed velocity is a difference of scores, not the work that remains");
		else
			derive_fact_state(work, &fact);
		break;
	case READ_NUMBER:
		read_number(work, said);
		break;
	case READ_STATUS:
		read_status(work, said);
		break;
	case READ_CONVERGENCE:
		read_convergence(work, said);
		break;
	case READ_LINK:
		read_link(work, said);
		break;
	case READ_NOTHING:
		break;
	}
}

/* A round of which something is known was held. */
static void hold_round(struct derive_work *work, const struct work_value *said, size_t facts_before)
{
	for (size_t i = facts_before; i < work->fact_count; i++)
		if (work->facts[i].round != WORK_NO_ROUND && work->facts[i].round == said->round) {
			work->rounds[said->round].held = true;
			work->rounds[said->round].answered = true;
		}
}

/* "Round 0 Total", "Round 2". */
static bool read_round_total(struct derive_work *work, const struct work_value *said)
{
	int round;
	struct text rest;
	if (!derive_text_round_heading(said->name, &round, &rest))
		return false;
	bool known = rest.size == 0 || derive_text_same(rest, "total") || derive_text_same(rest, "score") ||
				 derive_text_same(rest, "alignment") || derive_text_same(rest, "total alignment");
	int64_t number;
	if (!known || !derive_text_integer(said->value, &number, NULL))
		return false;
	struct work_value of_round = *said;
	of_round.round = round;
	size_t before = work->fact_count;
	read_score(work, &of_round, FACT_ROUND_SCORE);
	hold_round(work, &of_round, before);
	return true;
}

bool derive_fields_value(struct derive_work *work, const struct work_value *said)
{
	struct work_value bare = *said;
	bare.value = derive_text_claimed(said->value);
	bare.name =
		derive_text_stripped(derive_text_unbracketed(derive_text_stripped(derive_work_plain(work, said->name))));
	if (read_round_total(work, &bare))
		return true;
	const struct field_row *row = find_field(bare.name);
	if (row == NULL)
		return false;
	bool velocity = row->reading == READ_VELOCITY && is_difference(bare.value);
	int64_t number;
	size_t before = work->fact_count;
	if (!row->of_round || bare.round != WORK_NO_ROUND || velocity)
		read_value(work, row, &bare);
	else if (row->reading != READ_NOTHING && derive_text_integer(bare.value, &number, NULL))
		not_understood(work, &bare, "this is of a round, and does not say of which");
	hold_round(work, &bare, before);
	return true;
}

void derive_fields_unknown(struct derive_work *work, const struct work_value *said)
{
	struct text name = derive_work_plain(work, said->name), message;
	bool made = arena_format(work->arena, &message, "\"%.*s\" is no known field",
							 (int)(name.size > 60 ? 60 : name.size), name.data);
	if (derive_work_done(work, made))
		derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, said->place, said->value, message.data);
}

/* "7/7 tensions resolved", "3 rounds", "12/12 converge". */
static void read_counted(struct derive_work *work, struct work_value said)
{
	struct text plain = derive_text_stripped(derive_work_plain(work, said.value));
	size_t blank = derive_text_find_byte(plain, ' ', 0);
	if (blank == SIZE_MAX || plain.data[0] < '0' || plain.data[0] > '9')
		return;
	struct text number = text_slice(plain, 0, blank), name = text_trim(text_slice(plain, blank, plain.size));
	said.value = number;
	int64_t permille;
	if (derive_text_same(name, "tensions resolved") && derive_text_permille(number, &permille))
		said.name = TEXT("tensions resolved");
	else if (derive_text_same(name, "rounds"))
		said.name = TEXT("rounds");
	else if (derive_text_same(name, "converge") && derive_text_permille(number, &permille))
		said.name = TEXT("convergence");
	else
		return;
	derive_fields_value(work, &said);
}

/* A line of several values divided by bars. */
static void read_bars(struct derive_work *work, const struct work_file *file, const struct scan_line *line,
					  int64_t number)
{
	if ((line->context & (SCAN_IN_TABLE | SCAN_IN_FENCE)) != 0 || text_find(line->text, TEXT(" | "), 0) == SIZE_MAX)
		return;
	size_t from = 0;
	for (size_t at = 0; at <= line->text.size; at++)
		if (at == line->text.size || line->text.data[at] == '|') {
			read_counted(work, (struct work_value){.value = text_slice(line->text, from, at),
												   .place = {.file = file, .line = number, .offset = line->offset},
												   .round = WORK_NO_ROUND});
			from = at + 1;
		}
}

/* A Status field below the heading of a tension, or in a file of tensions, is that tension's. */
static bool of_tension(struct derive_work *work, const struct work_file *file, size_t offset)
{
	struct register_above above;
	return file->kind == FILE_KIND_TENSIONS || derive_registers_above(work, file, offset, &above);
}

/* ALIGNMENT that stands where an expert speaks is no score. */
static void report_own_alignment(struct derive_work *work, const struct work_file *file, const struct scan_field *field)
{
	int64_t number;
	struct work_place place = {.file = file, .line = field->line, .offset = field->offset};
	if (file->kind == FILE_KIND_PROMPT || !derive_text_begins(derive_text_stripped(field->name), "ALIGNMENT"))
		return;
	if (derive_text_integer(field->value, &number, NULL))
		derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, place, field->value,
						   "an expert's own ALIGNMENT is no score: the Judge gives scores");
	else if (derive_text_permille(field->value, &number))
		derive_work_report(work, PROBLEM_NOT_UNDERSTOOD, place, field->value,
						   "a percentage is no ALIGNMENT, and no signal to converge");
}

static void read_file(struct derive_work *work, const struct work_file *file)
{
	const struct scan_file *scan = file->scan;
	size_t header_end = scan->content.size;
	for (size_t i = scan->heading_count; i-- > 0;)
		header_end = scan->headings[i].level >= 2 ? scan->headings[i].offset : header_end;
	for (size_t i = 0; i < scan->field_count; i++) {
		const struct scan_field *field = &scan->fields[i];
		struct work_place place = {.file = file, .line = field->line, .offset = field->offset};
		const struct work_part *part = derive_work_part(file, field->offset);
		if (!derive_work_judges(file, field->offset)) {
			report_own_alignment(work, file, field);
			continue;
		}
		if ((field->context & SCAN_STRUCK_OUT) != 0 || ((field->context & SCAN_IN_FENCE) != 0 && !field->of_table))
			continue;
		bool status = derive_text_same(derive_text_stripped(field->name), "status");
		if (status && of_tension(work, file, field->offset))
			continue;
		struct work_value said = {.name = field->name, .value = field->value, .place = place, .round = part->round};
		bool known = derive_fields_value(work, &said);
		bool in_header =
			field->offset < header_end && (file->kind == FILE_KIND_DOCUMENT || file->kind == FILE_KIND_SCOREBOARD);
		if (!known && (field->of_table || (in_header && field->bold)) && !scan_placeholder(field->value))
			derive_fields_unknown(work, &said);
	}
	for (size_t i = 0; i < scan->line_count; i++)
		if (derive_work_judges(file, scan->lines[i].offset))
			read_bars(work, file, &scan->lines[i], (int64_t)i + 1);
}

void derive_fields_read(struct derive_work *work)
{
	for (size_t i = 0; i < work->file_count && !work->exhausted; i++)
		if (work->files[i].scan != NULL && work->files[i].kind != FILE_KIND_PROMPT)
			read_file(work, &work->files[i]);
}
