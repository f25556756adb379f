/*
 * The JSON export and its reading.
 */
#include "exchange.h"
#include "limits.h"
#include "sample.h"
#include "tap.h"

struct trip {
	struct arena *arena;
	struct buffer out;
	struct problem_list problems;
	struct record record; /* as read back */
	struct hansard_error error;
};

static void begin(struct trip *trip)
{
	*trip = (struct trip){.arena = arena_create(LIMIT_ARENA)};
	expect(trip->arena != NULL);
	buffer_init(&trip->out, LIMIT_DOCUMENT);
	problem_begin(&trip->problems, trip->arena);
}

static void end(struct trip *trip)
{
	buffer_finish(&trip->out);
	arena_destroy(trip->arena);
}

static void read_back(struct trip *trip, struct text json)
{
	json_t *value;
	if (json_read(TEXT("test"), bytes_of_text(json), &value, &trip->error) != HANSARD_OK)
		tap_fail(__FILE__, __LINE__, "%s", trip->error.message);
	const enum hansard_status status = exchange_read(trip->arena, value, &trip->problems, &trip->record, &trip->error);
	json_decref(value);
	expect_integer(status, HANSARD_OK);
}

static void expect_same(const struct record *a, const struct record *b)
{
	expect(text_equal(a->dialogue_id, b->dialogue_id));
	for (unsigned type = 0; type < ENTITY_TYPE_COUNT; type++) {
		expect_integer((int64_t)b->lists[type].count, (int64_t)a->lists[type].count);
		for (size_t i = 0; i < a->lists[type].count; i++) {
			const struct entity_head *x = a->lists[type].items[i];
			const struct entity_head *y = b->lists[type].items[i];
			if (!entity_equal(x, y))
				tap_fail(__FILE__, __LINE__, "%s/%.*s differs", entity_shape((enum entity_type)type)->name,
						 (int)x->subkey.size, x->subkey.data);
			expect(x->content_known == y->content_known);
			expect(bytes_equal(x->content, y->content));
		}
	}
}

static void expect_trip(struct trip *trip, const struct record *record)
{
	if (exchange_write(trip->arena, record, &trip->out, &trip->error) != HANSARD_OK)
		tap_fail(__FILE__, __LINE__, "%s", trip->error.message);
	read_back(trip, buffer_text(&trip->out));
	if (trip->problems.count > 0)
		tap_fail(__FILE__, __LINE__, "%.*s", (int)trip->problems.items[0].message.size,
				 trip->problems.items[0].message.data);
	expect_same(record, &trip->record);
	struct buffer again;
	buffer_init(&again, LIMIT_DOCUMENT);
	expect_integer(exchange_write(trip->arena, &trip->record, &again, &trip->error), HANSARD_OK);
	const bool equal = bytes_equal(buffer_view(&trip->out), buffer_view(&again));
	buffer_finish(&again);
	expect(equal);
}

static void keeps_everything(void)
{
	struct trip trip;
	struct record record;
	begin(&trip);
	sample_dialogue(trip.arena, &record);
	expect_trip(&trip, &record);
	end(&trip);
}

static void keeps_random_records(void)
{
	for (uint64_t seed = 1; seed <= 150; seed++) {
		struct trip trip;
		struct record record;
		begin(&trip);
		sample_random(trip.arena, seed, &record);
		expect_trip(&trip, &record);
		end(&trip);
	}
}

static size_t count_of(struct text text, const char *needle)
{
	size_t count = 0;
	for (size_t at = text_find(text, text_of_string(needle), 0); at != SIZE_MAX;
		 at = text_find(text, text_of_string(needle), at + 1))
		count++;
	return count;
}

static void nests_each_once(void)
{
	struct trip trip;
	struct record record;
	begin(&trip);
	sample_dialogue(trip.arena, &record);
	expect_integer(exchange_write(trip.arena, &record, &trip.out, &trip.error), HANSARD_OK);
	const struct text json = buffer_text(&trip.out);
	expect_integer((int64_t)count_of(json, "\"event_type\""), (int64_t)record.lists[ENTITY_EVENT].count);
	expect_integer((int64_t)count_of(json, "\"type\": \"support\""), 1);
	const size_t evidence = text_find(json, TEXT("\"id\": \"E0101\""), 0);
	const size_t support = text_find(json, TEXT("\"type\": \"support\""), 0);
	const size_t claims = text_find(json, TEXT("\"claims\""), 0);
	expect(evidence < support && support < claims);
	expect(
		text_starts_with(json, TEXT("{\n  \"format\": \"hansard-dialogue\",\n  \"version\": 1,\n  \"dialogue_id\": ")));
	end(&trip);
}

static void needs_content(void)
{
	struct trip trip;
	struct record record;
	begin(&trip);
	sample_dialogue(trip.arena, &record);
	record.lists[ENTITY_FILE].items[1]->content_known = false;
	expect(buffer_append_string(&trip.out, "before"));
	expect_integer(exchange_write(trip.arena, &record, &trip.out, &trip.error), HANSARD_FAILED);
	expect_string(trip.error.kind, "content_unknown");
	expect_text(buffer_text(&trip.out), "before");
	end(&trip);
}

#define EMPTY_LISTS                                                                                                    \
	"\"rounds\": [], \"experts\": [], \"perspectives\": [], \"tensions\": [], \"recommendations\": [], "               \
	"\"evidence\": [], \"claims\": [], \"verdicts\": [], \"moves\": []"
#define HEAD "\"format\": \"hansard-dialogue\", \"version\": 1, \"dialogue_id\": \"x\""
#define META                                                                                                           \
	"\"meta\": {\"status\": \"open\", \"created_at\": \"2026-02-06T18:39:00.000000Z\", \"title\": \"t\", \"events\": []}"
#define TAIL "\"references\": [], \"events\": []"
#define TIME "\"created_at\": \"2026-02-06T18:39:00.000000Z\""
#define FILE_FIELDS                                                                                                    \
	"\"path\": \"p\", \"kind\": \"other\", \"sha256\": "                                                               \
	"\"0000000000000000000000000000000000000000000000000000000000000000\", \"source\": \"imported\""

/* Each input is refused with a problem of this code at this path. */
static const struct {
	const char *json;
	enum problem_code code;
	const char *path;
} faults[] = {
	{"[]", PROBLEM_INVALID_VALUE, ""},
	{"{}", PROBLEM_MISSING_FIELD, "format"},
	{"{\"format\": \"x\", \"version\": 1, \"dialogue_id\": \"x\"}", PROBLEM_INVALID_VALUE, "format"},
	{"{\"format\": \"hansard-dialogue\", \"version\": 2, \"dialogue_id\": \"x\"}", PROBLEM_INVALID_VALUE, "version"},
	{"{\"format\": \"hansard-dialogue\", \"version\": 1, \"dialogue_id\": \"X\"}", PROBLEM_INVALID_VALUE,
	 "dialogue_id"},
	{"{" HEAD ", " EMPTY_LISTS ", \"files\": [], " TAIL "}", PROBLEM_MISSING_FIELD, "meta"},
	{"{" HEAD ", " META ", " EMPTY_LISTS ", " TAIL "}", PROBLEM_MISSING_FIELD, "files"},
	{"{" HEAD ", " META ", " EMPTY_LISTS ", \"files\": {}, " TAIL "}", PROBLEM_INVALID_VALUE, "files"},
	{"{" HEAD ", " META ", " EMPTY_LISTS ", \"files\": [3], " TAIL "}", PROBLEM_INVALID_VALUE, "files[0]"},
	{"{" HEAD ", " META ", " EMPTY_LISTS ", \"files\": [], " TAIL ", \"more\": 1}", PROBLEM_UNKNOWN_FIELD, "more"},
	{"{" HEAD ", " META ", " EMPTY_LISTS ", \"files\": [{\"n\": 1, \"size\": 1, \"text\": \"a\", \"x\": 1, " FILE_FIELDS
	 "}], " TAIL "}",
	 PROBLEM_UNKNOWN_FIELD, "files[0].x"},
	{"{" HEAD ", " META ", " EMPTY_LISTS ", \"files\": [{\"n\": 1, \"size\": 2, \"text\": \"a\", " FILE_FIELDS
	 "}], " TAIL "}",
	 PROBLEM_INVALID_VALUE, "files[0].size"},
	{"{" HEAD ", " META ", " EMPTY_LISTS ", \"files\": [{\"n\": 1, \"size\": 1, " FILE_FIELDS "}], " TAIL "}",
	 PROBLEM_INVALID_VALUE, "files[0]"},
	{"{" HEAD ", " META ", " EMPTY_LISTS
	 ", \"files\": [{\"n\": 1, \"size\": 1, \"text\": \"a\", \"base64\": \"/w==\", " FILE_FIELDS "}], " TAIL "}",
	 PROBLEM_INVALID_VALUE, "files[0]"},
	{"{" HEAD ", " META ", " EMPTY_LISTS ", \"files\": [{\"n\": 1, \"size\": 1, \"base64\": \"/w=\", " FILE_FIELDS
	 "}], " TAIL "}",
	 PROBLEM_INVALID_VALUE, "files[0].base64"},
	{"{" HEAD ", " META ", " EMPTY_LISTS ", \"files\": [{\"n\": 1, \"size\": 1, \"base64\": \"YQ==\", " FILE_FIELDS
	 "}], " TAIL "}",
	 PROBLEM_INVALID_VALUE, "files[0].base64"},
	{"{" HEAD ", " META ", " EMPTY_LISTS ", \"files\": [{\"n\": -1, \"size\": 1, \"text\": \"a\", " FILE_FIELDS
	 "}], " TAIL "}",
	 PROBLEM_INVALID_VALUE, "files[0].n"},
	{"{" HEAD ", " META ", " EMPTY_LISTS ", \"files\": [], \"references\": [{\"source\": \"P1\", \"type\": "
	 "\"support\", \"target\": \"P0001\", " TIME "}], \"events\": []}",
	 PROBLEM_INVALID_VALUE, "references[0].source"},
	{"{" HEAD ", " META ", " EMPTY_LISTS ", \"files\": [], \"references\": [{\"source\": \"P0001\", \"type\": "
	 "\"likes\", \"target\": \"P0001\", " TIME "}], \"events\": []}",
	 PROBLEM_INVALID_REF_TYPE, "references[0].type"},
	{"{" HEAD ", " META ", " EMPTY_LISTS ", \"files\": [], \"references\": [{\"source\": \"P0001\", \"type\": "
	 "\"support\", \"target\": \"p 0001\", " TIME "}], \"events\": []}",
	 PROBLEM_INVALID_DISPLAY_ID, "references[0].target"},
	{"{" HEAD ", " META ", " EMPTY_LISTS ", \"files\": [], \"references\": [], \"events\": [{\"id\": "
	 "\"open#meta#20260206T183900000000Z#0001\", \"event_type\": \"open\", " TIME "}]}",
	 PROBLEM_INVALID_VALUE, "events[0].id"},
	{"{" HEAD ", " META ", " EMPTY_LISTS ", \"files\": [], \"references\": [], \"events\": [{\"id\": "
	 "\"open#meta\", \"event_type\": \"open\", " TIME "}]}",
	 PROBLEM_INVALID_VALUE, "events[0].id"},
};

static bool has_problem(const struct problem_list *problems, enum problem_code code, const char *path)
{
	for (size_t i = 0; i < problems->count; i++) {
		if (problems->items[i].code == code && text_is(problems->items[i].path, path))
			return true;
	}
	return false;
}

static void refuses_faults(void)
{
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct trip trip;
		begin(&trip);
		read_back(&trip, text_of_string(faults[i].json));
		if (!has_problem(&trip.problems, faults[i].code, faults[i].path))
			tap_fail(__FILE__, __LINE__, "input %zu: no %s at \"%s\"", i, problem_code_name(faults[i].code),
					 faults[i].path);
		end(&trip);
	}
}

/* What stands in a list of statements, and the fault it is refused for. */
static const struct {
	const char *tensions;
	enum problem_code code;
	const char *path;
} statements[] = {
	{"{\"id\": \"P0001\"", PROBLEM_TYPE_ID_MISMATCH, "tensions[0].id"},
	{"{\"id\": \"t0001\"", PROBLEM_INVALID_DISPLAY_ID, "tensions[0].id"},
	{"{\"id\": 5", PROBLEM_INVALID_DISPLAY_ID, "tensions[0].id"},
	{"{\"id\": \"T0001\", \"status\": \"open\", " TIME ", \"references\": [], \"events\": []}, {\"id\": \"T0001\"",
	 PROBLEM_DUPLICATE_ENTITY, "tensions[1]"},
	{"{\"id\": \"T0001\", \"status\": \"asleep\"", PROBLEM_INVALID_VALUE, "tensions[0].status"},
	{"{\"id\": \"T0001\"", PROBLEM_MISSING_FIELD, "tensions[0].label"},
	{"{\"id\": \"T0001\"", PROBLEM_MISSING_FIELD, "tensions[0].references"},
	{"{\"id\": \"T0001\", \"references\": [], \"events\": [{\"id\": \"open#T0002#20260206T183900000000Z#0001\", "
	 "\"event_type\": \"open\", " TIME "}]",
	 PROBLEM_INVALID_VALUE, "tensions[0].events[0].id"},
	{"{\"id\": \"T0001\", \"events\": [], \"references\": [{\"source\": \"T0001\", \"type\": \"support\", \"target\": "
	 "\"P0001\", " TIME "}]",
	 PROBLEM_UNKNOWN_FIELD, "tensions[0].references[0].source"},
};

static void refuses_statements(void)
{
	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
		struct trip trip;
		struct text json;
		begin(&trip);
		expect(arena_format(trip.arena, &json,
							"{" HEAD ", " META ", \"rounds\": [], \"experts\": [], \"perspectives\": [], \"tensions\": "
							"[%s}], \"recommendations\": [], \"evidence\": [], \"claims\": [], \"verdicts\": [], "
							"\"moves\": [], \"files\": [], " TAIL "}",
							statements[i].tensions));
		read_back(&trip, json);
		if (!has_problem(&trip.problems, statements[i].code, statements[i].path))
			tap_fail(__FILE__, __LINE__, "input %zu: no %s at %s", i, problem_code_name(statements[i].code),
					 statements[i].path);
		end(&trip);
	}
}

static void lists_every_fault(void)
{
	struct trip trip;
	begin(&trip);
	read_back(&trip, TEXT("{" HEAD ", \"extra\": 1, \"meta\": {\"status\": \"asleep\", \"events\": 5}, \"rounds\": "
						  "[{\"round\": 100}], \"experts\": [{\"slug\": \"No\"}]}"));
	static const struct {
		enum problem_code code;
		const char *path;
	} wanted[] = {
		{PROBLEM_UNKNOWN_FIELD, "extra"},           {PROBLEM_INVALID_VALUE, "meta.status"},
		{PROBLEM_MISSING_FIELD, "meta.title"},      {PROBLEM_INVALID_VALUE, "meta.events"},
		{PROBLEM_INVALID_VALUE, "rounds[0].round"}, {PROBLEM_MISSING_FIELD, "rounds[0].status"},
		{PROBLEM_INVALID_VALUE, "experts[0].slug"}, {PROBLEM_MISSING_FIELD, "moves"},
	};
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		if (!has_problem(&trip.problems, wanted[i].code, wanted[i].path))
			tap_fail(__FILE__, __LINE__, "no %s at %s", problem_code_name(wanted[i].code), wanted[i].path);
	}
	end(&trip);
}

/* Every allocation of the arena is refused in turn by its ceiling. */
static void survives_want_of_memory(void)
{
	struct trip trip;
	struct record record;
	begin(&trip);
	sample_dialogue(trip.arena, &record);
	expect_integer(exchange_write(trip.arena, &record, &trip.out, &trip.error), HANSARD_OK);
	json_t *value;
	expect_integer(json_read(TEXT("t"), buffer_view(&trip.out), &value, &trip.error), HANSARD_OK);
	enum hansard_status status = HANSARD_FAILED;
	for (size_t ceiling = 1000; status != HANSARD_OK && ceiling < LIMIT_ARENA; ceiling += 997) {
		struct arena *arena = arena_create(ceiling);
		if (arena == NULL)
			continue;
		struct problem_list problems;
		struct record read;
		problem_begin(&problems, arena);
		status = exchange_read(arena, value, &problems, &read, &trip.error);
		const size_t count = problems.count;
		arena_destroy(arena);
		expect(status == HANSARD_FAILED || count == 0);
	}
	json_decref(value);
	expect_integer(status, HANSARD_OK);
	struct buffer small;
	buffer_init(&small, 1000);
	status = exchange_write(trip.arena, &record, &small, &trip.error);
	const size_t left = small.size;
	buffer_finish(&small);
	expect_integer(status, HANSARD_FAILED);
	expect_integer((int64_t)left, 0);
	end(&trip);
}

static const struct tap_test tests[] = {
	{"a dialogue read back is the same in every field and writes the same bytes", keeps_everything},
	{"so is any record that the schema admits", keeps_random_records},
	{"each reference and each event stands once, with its source or its target", nests_each_once},
	{"a file whose content is not known is refused, and nothing is left behind", needs_content},
	{"what the writer would not write is a problem at its path", refuses_faults},
	{"a statement must have its list's id, its fields once, and its own events", refuses_statements},
	{"every fault is listed, not the first", lists_every_fault},
	{"want of memory is an error and leaves no half answer", survives_want_of_memory},
};
TAP_MAIN(tests)
