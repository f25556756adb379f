/*
 * Markers: brackets that begin with a keyword, and MOVE:X or CONVERGENCE CONFIRMED without brackets. A line, or a cell
 * of a table, is read as one span from left to right; nothing inside a marker's bracket is another marker.
 */
#include "scan_parts.h"

enum { KEYWORD_MAX = 64 };

struct markers {
	struct scan_reading *reading;
	size_t capacity;
	size_t bracket; /* index of the first bracket that is not behind the place being read */
	size_t done;    /* end of the last marker */
};

/* A line, or one cell of it. Offsets are those of the content. */
struct span {
	const struct scan_line *line;
	size_t index; /* of the line */
	size_t from, to;
	size_t start; /* behind its leading marks */
	bool quoted;  /* a quotation mark is open at the place being read */
};

static struct text content_to(const struct markers *markers, size_t to)
{
	return text_slice(markers->reading->file->content, 0, to);
}

/* Offset behind emphasis, punctuation, blanks and emoji. */
static size_t skip_trimmings(struct text text, size_t at)
{
	for (size_t size = 1; at < text.size && size > 0; at += size)
		size = strchr(" \t\r*_.,;!?)'\"", text.data[at]) != NULL ? 1 : scan_text_ornament(text, at);
	return at;
}

/* As skip_trimmings, but only so far that hostile text cannot make it slow. */
static bool only_trimmings(const struct markers *markers, size_t from, size_t to)
{
	enum { TRIMMINGS_MAX = 256 };
	return to - from <= TRIMMINGS_MAX && skip_trimmings(content_to(markers, to), from) >= to;
}

static unsigned context_of(const struct markers *markers, const struct span *span, size_t offset, size_t end)
{
	const uint8_t marks = markers->reading->marks[offset];
	unsigned context = span->line->context;
	if ((marks & SCAN_MARK_CODE) != 0)
		context |= SCAN_IN_BACKTICKS;
	if ((marks & SCAN_MARK_BOLD) != 0)
		context |= SCAN_IN_BOLD;
	if ((marks & SCAN_MARK_STRUCK) != 0)
		context |= SCAN_STRUCK_OUT;
	if (offset <= span->start)
		context |= SCAN_AT_START;
	else if (span->quoted)
		context |= SCAN_IN_QUOTES;
	if (end >= span->to || only_trimmings(markers, end, span->to))
		context |= SCAN_AT_END;
	return context;
}

static bool is_emphasis(char c)
{
	return c == '*' || c == '_' || c == '~';
}

static bool push(struct markers *markers, struct scan_marker *marker, const struct span *span)
{
	struct scan_file *file = markers->reading->file;
	if (!arena_grow(markers->reading->arena, &file->markers, file->marker_count, &markers->capacity, sizeof(*marker)))
		return false;
	marker->line = (int64_t)span->index + 1;
	marker->speaker = scan_speaker_before(content_to(markers, span->to), span->from, marker->offset);
	marker->context = context_of(markers, span, marker->offset, marker->end);
	if (text_present(marker->speaker))
		marker->context |= SCAN_AFTER_NAME;
	/* Where its body must end at the latest; scan_body.c finds the end itself. */
	marker->body_end = (span->line->context & SCAN_IN_TABLE) != 0 || !marker->bracketed ? span->to : SIZE_MAX;
	file->markers[file->marker_count++] = *marker;
	markers->done = marker->end;
	return true;
}

static void set_keyword(struct scan_marker *marker, const struct scan_keyword_found *found, struct text written)
{
	marker->keyword = found->keyword;
	marker->entity = found->entity;
	marker->move = found->move;
	marker->verdict = found->verdict;
	marker->ref = found->ref;
	marker->written = written;
}

/* The statements and the letters of their ids. */
static const struct {
	char letter;
	enum entity_type entity;
} statements[] = {
	{'P', ENTITY_PERSPECTIVE}, {'R', ENTITY_RECOMMENDATION}, {'T', ENTITY_TENSION},
	{'E', ENTITY_EVIDENCE},    {'C', ENTITY_CLAIM},
};

enum { STATEMENTS = sizeof(statements) / sizeof(statements[0]) };

/* The letter of a statement's own ids; 0 for every other keyword. */
static char statement_letter(const struct scan_keyword_found *found)
{
	for (size_t i = 0; i < STATEMENTS; i++) {
		if (found->keyword == SCAN_STATEMENT && statements[i].entity == found->entity)
			return statements[i].letter;
	}
	return 0;
}

/* A bracket that may be a marker. */
struct candidate {
	struct scan_keyword_found found;
	struct scan_zone zone;
	struct text text; /* the content up to where the bracket closes */
	size_t open;
	size_t close;
	bool closed;
	bool at_start; /* of a line: there a keyword needs neither id nor colon */
	bool relaxed;  /* its keyword is not in capitals: there it needs an id */
	bool small;    /* nor is its first letter: there it needs a colon too */
	bool looks;    /* what follows such a keyword would be an id in capitals */
};

/* Whether a marker begins a line behind the span's and before an offset: a bracket that seems to close behind it was
   left open. */
static bool runs_over_marker(const struct markers *markers, const struct span *span, size_t close)
{
	const struct scan_file *file = markers->reading->file;
	for (size_t i = span->index + 1; i < file->line_count && file->lines[i].offset < close; i++) {
		const struct text line = file->lines[i].text;
		const size_t start = scan_line_prefix(line);
		struct scan_keyword_found found;
		if (start < line.size && line.data[start] == '[' &&
			scan_keyword_at(text_slice(line, start + 1, line.size), &found) && found.keyword != SCAN_UNKNOWN)
			return true;
	}
	return false;
}

/* Finds where a bracket ends. One that is not closed ends with the last bracket that closes on its line, or with the
   line, if it begins a line: there it is surely meant. */
static bool find_close(const struct markers *markers, const struct span *span, const struct scan_bracket *bracket,
					   struct candidate *candidate)
{
	const struct text content = markers->reading->file->content;
	const bool known = candidate->found.keyword != SCAN_UNKNOWN;
	candidate->close = bracket->close;
	candidate->closed = bracket->close != SIZE_MAX;
	if (candidate->closed && bracket->close < span->to)
		return true;
	if (candidate->closed && known && !(candidate->at_start && runs_over_marker(markers, span, bracket->close)))
		return true;
	if (!candidate->at_start || !known)
		return false;
	const char *last = memrchr(content.data + bracket->open, ']', span->to - bracket->open);
	candidate->closed = last != NULL;
	candidate->close = last == NULL ? span->to : (size_t)(last - content.data);
	return true;
}

/* Whether a link follows the bracket: for a word that is no keyword any target, else one that looks like a path. */
static bool is_link(const struct markers *markers, const struct span *span, const struct candidate *candidate)
{
	enum { TARGET_MAX = 2048 };
	const struct text text = content_to(markers, span->to);
	const bool unknown = candidate->found.keyword == SCAN_UNKNOWN;
	if (candidate->close + 1 >= text.size)
		return false;
	const char next = text.data[candidate->close + 1];
	if (unknown && (next == '[' || next == ':') && candidate->zone.ids.count == 0 && !candidate->zone.colon)
		return true;
	if (next != '(' || unknown)
		return next == '(';
	bool path = false;
	for (size_t at = candidate->close + 2; at < text.size && at - candidate->close < TARGET_MAX; at++) {
		if (text.data[at] == ')')
			return path;
		if (scan_text_blank(text.data[at]))
			return false;
		path = path || strchr("/.#", text.data[at]) != NULL;
	}
	return false;
}

/* Whether a bracket that begins with an unknown word only cites: `[MUFFIN-T01]`, `[STRUDEL R2-T01]`. */
static bool is_citation(const struct candidate *candidate)
{
	struct scan_id id;
	const size_t size = scan_id_at(candidate->text, candidate->open + 1, SCAN_ID_LABEL, &id);
	return size > 0 && text_present(id.name) && (id.round >= 0 || id.written.data[id.name.size] == '-') &&
		   candidate->found.keyword == SCAN_UNKNOWN && !candidate->at_start && !candidate->zone.colon;
}

/* Whether a move is all that a cell holds. */
static bool fills_cell(const struct markers *markers, const struct span *span, const struct candidate *candidate)
{
	return (span->line->context & SCAN_IN_TABLE) != 0 && candidate->found.keyword == SCAN_MOVE && candidate->closed &&
		   skip_trimmings(content_to(markers, span->to), span->from) >= candidate->open &&
		   only_trimmings(markers, candidate->close + 1, span->to);
}

/* Whether the form is a marker's: an id or a colon behind the keyword, or the start of a line before it. */
static bool has_form(const struct markers *markers, const struct span *span, const struct candidate *candidate)
{
	const bool told =
		candidate->zone.ids.count > 0 || candidate->zone.colon || candidate->found.anywhere || candidate->looks;
	if (!told && !candidate->at_start && !fills_cell(markers, span, candidate))
		return false;
	if (!candidate->closed && !told)
		return false;
	const bool unreadable = candidate->looks && candidate->zone.ids.count == 0;
	const bool surely = candidate->zone.colon || candidate->found.anywhere || unreadable;
	if (candidate->relaxed && !(candidate->small ? surely : told))
		return false;
	return !is_link(markers, span, candidate) && !is_citation(candidate);
}

static bool push_candidate(struct markers *markers, const struct span *span, struct candidate *candidate,
						   struct text written)
{
	struct scan_zone *zone = &candidate->zone;
	const char statement = statement_letter(&candidate->found);
	const size_t end = candidate->close + candidate->closed;
	struct scan_marker marker = {.offset = candidate->open, .end = end, .bracketed = true, .closed = candidate->closed};
	if (statement == 0 && !scan_zone_label_ids(zone, candidate->text))
		return false;
	if (zone->ids.count == 0 && candidate->found.keyword != SCAN_REFERENCE && end < span->to) {
		const struct text line = content_to(markers, span->to);
		size_t behind = end;
		while (behind < line.size && is_emphasis(line.data[behind]))
			behind++;
		if (!scan_zone_behind(line, &behind, statement, zone))
			return false;
		/* Where the body begins, for scan_body.c: behind ids that a separator sets off. */
		if (zone->ids.count > 0)
			marker.body = text_slice(line, behind, behind);
	}
	if (!scan_text_unwrap(markers->reading->arena, &zone->label))
		return false;
	set_keyword(&marker, &candidate->found, written);
	marker.ids = zone->ids.items;
	marker.id_count = zone->ids.count;
	marker.label_ids = zone->label_ids.items;
	marker.label_id_count = zone->label_ids.count;
	marker.to = zone->to;
	marker.to_count = zone->to_count;
	marker.label = zone->label;
	return push(markers, &marker, span);
}

static void begin_zone(struct markers *markers, struct scan_zone *zone)
{
	struct scan_reading *reading = markers->reading;
	*zone = (struct scan_zone){
		.ids = {.arena = reading->arena, .range_budget = &reading->range_budget},
		.label_ids = {.arena = reading->arena, .range_budget = &reading->range_budget},
	};
}

/* `[MUFFIN-P0101: label]`: a statement whose id is its keyword. *ret_done when the bracket is one. */
static bool read_local(struct markers *markers, const struct span *span, struct candidate *candidate, bool *ret_done)
{
	struct scan_id id;
	const struct text text = candidate->text;
	const size_t inside = candidate->open + 1;
	const size_t size = scan_id_at(text, inside, SCAN_ID_LABEL, &id);
	*ret_done = false;
	if (size == 0 || !text_present(id.name) || !text_present(id.digits) || id.written.data[id.name.size] != '-')
		return true;
	const size_t behind = scan_text_skip_blanks(text, inside + size);
	const size_t separator = scan_text_separator(text, behind);
	if (separator == 0)
		return true;
	begin_zone(markers, &candidate->zone);
	candidate->found = (struct scan_keyword_found){.keyword = SCAN_STATEMENT};
	for (size_t i = 0; i < STATEMENTS; i++) {
		if (statements[i].letter == id.letter)
			candidate->found.entity = statements[i].entity;
	}
	size_t end;
	candidate->zone.label = text_trim(text_slice(text, behind + separator, text.size));
	if (candidate->zone.label.size == 0)
		candidate->zone.label = TEXT_ABSENT;
	*ret_done = true;
	return scan_id_take(&candidate->zone.ids, text, inside, SCAN_ID_LABEL, &end) &&
		   push_candidate(markers, span, candidate, id.written);
}

/* Finds the keyword with which a bracket begins. At the start of a line it may be written in any case. */
static bool find_keyword(struct text text, struct candidate *candidate)
{
	const bool found = scan_keyword_at(text, &candidate->found);
	if ((found && candidate->found.keyword != SCAN_UNKNOWN) || !candidate->at_start)
		return found;
	char capitals[KEYWORD_MAX];
	const size_t size = text.size < sizeof(capitals) ? text.size : sizeof(capitals);
	for (size_t i = 0; i < size; i++)
		capitals[i] = (char)(text.data[i] >= 'a' && text.data[i] <= 'z' ? text.data[i] - ('a' - 'A') : text.data[i]);
	struct scan_keyword_found relaxed;
	if (!scan_keyword_at((struct text){.data = capitals, .size = size}, &relaxed) || relaxed.keyword == SCAN_UNKNOWN)
		return found;
	struct scan_id id;
	const struct text copy = {.data = capitals, .size = size};
	candidate->found = relaxed;
	candidate->relaxed = true;
	candidate->small = !scan_text_upper(text.data[0]);
	candidate->looks = scan_id_at(copy, scan_text_skip_blanks(copy, relaxed.size), SCAN_ID_LABEL, &id) > 0;
	return true;
}

/* Reads the bracket as a marker, if it has the form of one. */
static bool read_bracket(struct markers *markers, const struct span *span, const struct scan_bracket *bracket)
{
	const struct text content = markers->reading->file->content;
	struct candidate candidate = {.open = bracket->open, .found = {.keyword = SCAN_UNKNOWN}};
	candidate.at_start = bracket->open <= span->start && (span->line->context & SCAN_IN_TABLE) == 0;
	size_t inside = bracket->open + 1;
	while (candidate.at_start && inside < span->to && content.data[inside] == ' ')
		inside++;
	const bool begins = inside < content.size && scan_text_letter(content, inside) > 0;
	if (!begins || (!candidate.at_start && content.data[inside] >= 'a' && content.data[inside] <= 'z'))
		return true;
	const bool keyword = find_keyword(text_slice(content, inside, span->to), &candidate);
	if (!find_close(markers, span, bracket, &candidate))
		return true;
	candidate.text = text_slice(content, 0, candidate.close);
	if (candidate.found.keyword == SCAN_UNKNOWN) {
		bool done;
		if (!read_local(markers, span, &candidate, &done))
			return false;
		if (done)
			return true;
	}
	if (!keyword || inside + candidate.found.size > candidate.close)
		return true;
	begin_zone(markers, &candidate.zone);
	const size_t behind = inside + candidate.found.size;
	if (!scan_zone_read(candidate.text, behind, statement_letter(&candidate.found), &candidate.zone))
		return false;
	if (candidate.relaxed && candidate.zone.ids.count == 0 && !candidate.found.anywhere)
		candidate.found.keyword = SCAN_UNKNOWN;
	return !has_form(markers, span, &candidate) ||
		   push_candidate(markers, span, &candidate, text_slice(content, inside, behind));
}

/* Whether [from, to) is all that its bold run holds but punctuation. */
static bool alone_in_bold(const struct markers *markers, const struct span *span, size_t from, size_t to)
{
	const struct text text = content_to(markers, span->to);
	if (from < span->from + 2 || !is_emphasis(text.data[from - 1]) || text.data[from - 1] != text.data[from - 2])
		return false;
	const uint8_t *marks = markers->reading->marks;
	size_t at = to;
	while (at < text.size && strchr(".,:;!? ", text.data[at]) != NULL)
		at++;
	return at + 1 < text.size && (marks[from] & SCAN_MARK_BOLD) != 0 && text.data[at] == text.data[from - 1] &&
		   text.data[at + 1] == text.data[at];
}

/* Whether the word before a place takes back what follows: "NOT MOVE:CONVERGE". */
static bool is_negated(struct text text, size_t from, size_t at)
{
	static const char *const words[] = {"not", "no", "never", "cannot", "without", "before", "until", "n't"};
	while (at > from && strchr(" *_", text.data[at - 1]) != NULL)
		at--;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const struct text word = text_of_string(words[i]);
		if (at - from >= word.size && text_equal_ignoring_case(text_slice(text, at - word.size, at), word) &&
			(word.data[1] == '\'' || !scan_text_word_before(text_slice(text, from, at), at - word.size - from)))
			return true;
	}
	return false;
}

/* MOVE:X or CONVERGENCE CONFIRMED without brackets, at `at`. *ret_done when it stands alone, behind a speaker or at the start. */
static bool read_bare(struct markers *markers, const struct span *span, size_t at, bool *ret_done)
{
	const struct text text = content_to(markers, span->to);
	struct scan_keyword_found found;
	*ret_done = false;
	if (scan_text_word_before(text, at) ||
		(!scan_text_at(text, at, "MOVE") && !scan_text_at(text, at, "CONVERGENCE ")) ||
		!scan_keyword_at(text_slice(text, at, span->to), &found) || !found.anywhere)
		return true;
	const size_t end = at + found.size;
	struct scan_marker marker = {.offset = at, .end = end, .closed = true};
	const bool ends = end >= span->to || only_trimmings(markers, end, span->to);
	const bool begins = skip_trimmings(text, span->from) >= at;
	const bool in_cell = (span->line->context & SCAN_IN_TABLE) != 0;
	marker.alone = (ends && (begins || !in_cell)) || alone_in_bold(markers, span, at, end);
	const bool leads = skip_trimmings(text, span->start) >= at;
	if (!marker.alone && !leads && !text_present(scan_speaker_before(text, span->from, at)))
		return true;
	if (is_negated(text, span->from, at))
		found.keyword = SCAN_NEVER_SIGNAL;
	set_keyword(&marker, &found, text_slice(text, at, end));
	*ret_done = true;
	return push(markers, &marker, span);
}

/* Follows quotation marks. The apostrophe is none. */
static void follow_quotes(const struct markers *markers, struct span *span, size_t at)
{
	static const struct {
		const char *mark;
		enum { OPENS, CLOSES, TURNS } effect;
	} quotes[] = {{"\"", TURNS},     {"\u201c", TURNS}, {"\u201d", CLOSES},
				  {"\u201e", OPENS}, {"\u00ab", OPENS}, {"\u00bb", CLOSES}};
	const struct text text = content_to(markers, span->to);
	const unsigned char c = (unsigned char)text.data[at];
	if ((c != '"' && c != 0xe2 && c != 0xc2) || (markers->reading->marks[at] & SCAN_MARK_CODE) != 0)
		return;
	for (size_t i = 0; i < sizeof(quotes) / sizeof(quotes[0]); i++) {
		if (scan_text_at(text, at, quotes[i].mark))
			span->quoted = quotes[i].effect == OPENS || (quotes[i].effect == TURNS && !span->quoted);
	}
}

static bool read_span(struct markers *markers, struct span span)
{
	const struct scan_reading *reading = markers->reading;
	const struct text content = reading->file->content;
	span.start = span.from + scan_line_prefix(text_slice(content, span.from, span.to));
	size_t at = span.from > markers->done ? span.from : markers->done;
	while (at < span.to) {
		bool done = false;
		while (markers->bracket < reading->bracket_count && reading->brackets[markers->bracket].open < at)
			markers->bracket++;
		const bool opens = markers->bracket < reading->bracket_count && reading->brackets[markers->bracket].open == at;
		const size_t before = markers->done;
		if (opens && !read_bracket(markers, &span, &reading->brackets[markers->bracket]))
			return false;
		if (!opens && (content.data[at] == 'M' || content.data[at] == 'C') && !read_bare(markers, &span, at, &done))
			return false;
		if (markers->done > before) {
			at = markers->done;
			continue;
		}
		follow_quotes(markers, &span, at);
		at++;
	}
	return true;
}

/* Offset of the next bar that divides cells at or after `at`, or `to`; *ret_size is the bar's. */
static size_t next_bar(const struct markers *markers, size_t at, size_t to, size_t *ret_size)
{
	static const char *const bars[] = {"|", "\u2502", "\u2503", "\u2551"};
	const struct text text = content_to(markers, to);
	for (; at < to; at++) {
		const unsigned char c = (unsigned char)text.data[at];
		if ((c != '|' && c != 0xe2) || (markers->reading->marks[at] & (SCAN_MARK_CODE | SCAN_MARK_ESCAPED)) != 0)
			continue;
		for (size_t i = 0; i < sizeof(bars) / sizeof(bars[0]); i++) {
			*ret_size = strlen(bars[i]);
			if (scan_text_at(text, at, bars[i]))
				return at;
		}
	}
	*ret_size = 1;
	return to;
}

static bool read_row(struct markers *markers, struct span line)
{
	size_t size;
	for (size_t at = line.from, end; at < line.to; at = end + size) {
		end = next_bar(markers, at, line.to, &size);
		struct span cell = line;
		cell.from = at;
		cell.to = end;
		if (end > at && !read_span(markers, cell))
			return false;
	}
	return true;
}

bool scan_marker_read(struct scan_reading *reading)
{
	struct scan_file *file = reading->file;
	struct markers markers = {.reading = reading};
	for (size_t i = 0; i < file->line_count; i++) {
		const struct scan_line *line = &file->lines[i];
		const struct span span = {.line = line, .index = i, .from = line->offset, .to = line->offset + line->text.size};
		const bool row = (line->context & SCAN_IN_TABLE) != 0;
		if (!line->blank && !(row ? read_row : read_span)(&markers, span))
			return false;
	}
	return scan_body_read(reading);
}
