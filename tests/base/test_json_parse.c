/*
 * The parser against jansson's own, where memory suffices; and alone, where it does not.
 */
#include <tap.h>

#include "json_parse.h"

static const char *const seeds[] = {
	"{\"a\": [1, -0.5e+3, \"\\ud83d\\ude42\\n\", true, null, {}], \"b\": false}",
	"[\"\\u0041\\/\", 0, 10, 1E5, [[]], {\"\": \"\"}]",
	" -12.5 ",
	"{\"k\": {\"k\": [{\"k\": \"v\"}, 9223372036854775807, -9223372036854775808]}}",
	"[\"one of \\\\ thirty or more characters\\\"and more\\u00e9, that end here\", \"\x7f\x7f\x7f!#[]^ \"]",
};

static struct json_parse_fault fault;

static json_t *parse(const char *text, size_t size)
{
	fault = (struct json_parse_fault){.offset = SIZE_MAX};
	return json_parse((struct bytes){.data = (const uint8_t *)text, .size = size}, &fault);
}

/* A linear congruential generator: the same inputs in every run. */
static uint32_t draw(uint32_t *state, uint32_t below)
{
	*state = *state * 1664525u + 1013904223u;
	return (*state >> 8) % below;
}

/* Changes, adds or removes a few characters of a text with room for them. */
static size_t mutate(char *text, size_t size, uint32_t *state)
{
	static const char alphabet[] = "{}[]\":,\\u0123ed8cntrfalse-+.eE \t\n/b";
	for (uint32_t changes = draw(state, 4); changes > 0; changes--) {
		const size_t at = draw(state, (uint32_t)size);
		const char with = alphabet[draw(state, sizeof(alphabet) - 1)];
		const uint32_t kind = draw(state, 3);
		if (kind == 0) {
			text[at] = with;
		} else if (kind == 1) {
			memmove(text + at + 1, text + at, size - at);
			text[at] = with;
			size++;
		} else if (size > 1) {
			memmove(text + at, text + at + 1, size - at - 1);
			size--;
		}
	}
	return size;
}

static void it_agrees_with_jansson(void)
{
	uint32_t state = 1;
	int good = 0;
	for (int i = 0; i < 100000; i++) {
		char text[128];
		const char *seed = seeds[(size_t)i % (sizeof(seeds) / sizeof(seeds[0]))];
		memcpy(text, seed, strlen(seed));
		const size_t size = mutate(text, strlen(seed), &state);
		json_t *theirs = json_loadb(text, size, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
		json_t *ours = parse(text, size);
		if ((ours == NULL) != (theirs == NULL) || (ours != NULL && !json_equal(ours, theirs)))
			tap_fail(__FILE__, __LINE__, "jansson reads it otherwise: %.*s", (int)size, text);
		expect(ours != NULL || (fault.what != NULL && fault.offset <= size));
		good += ours != NULL;
		json_decref(ours);
		json_decref(theirs);
	}
	expect(good > 30000 && good < 70000);
}

static int allocations;
static int failing;

static void *fail_once(size_t size)
{
	return ++allocations == failing ? NULL : malloc(size);
}

static void a_lack_of_memory_is_told_from_a_fault(void)
{
	for (size_t i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++) {
		json_t *value = NULL;
		for (failing = 1; value == NULL; failing++) {
			allocations = 0;
			json_set_alloc_funcs(fail_once, free);
			value = parse(seeds[i], strlen(seeds[i]));
			expect(value != NULL || fault.what == NULL);
			expect(value == NULL || allocations < failing);
		}
		json_decref(value);
		json_set_alloc_funcs(malloc, free);
		expect(failing > 2);
	}
}

static void faults_are_where_they_are(void)
{
	static const struct {
		const char *input;
		size_t offset;
		const char *what;
	} rows[] = {
		{"", 0, "a value is expected"},
		{"[1 2]", 3, "',' or ']' is expected"},
		{"{\"a\": 1 \"b\"}", 8, "',' or '}' is expected"},
		{"{\"a\" 1}", 5, "':' is expected"},
		{"{a: 1}", 1, "a string is expected"},
		{"{\"a\": 1, \"\\u0061\": 2}", 9, "this key is there already"},
		{"[\"ab", 4, "the string does not end"},
		{"[\"a\nb\"]", 3, "a control character in a string"},
		{"[\"a\\x\"]", 3, "an escape that JSON does not have"},
		{"[\"\\u00g0\"]", 6, "four hexadecimal digits are expected"},
		{"[\"\\u0000\"]", 2, "U+0000 is not allowed"},
		{"[\"\\udc00\"]", 2, "half of a surrogate pair"},
		{"[\"\\ud800x\"]", 2, "half of a surrogate pair"},
		{"[1.]", 3, "a digit is expected"},
		{"[01]", 2, "',' or ']' is expected"},
		{"[tru]", 1, "a value is expected"},
		{"9223372036854775808", 0, "a number too large"},
		{"[1, -1e999]", 4, "a number too large"},
		{"{} x", 3, "something follows the value"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		expect(parse(rows[i].input, strlen(rows[i].input)) == NULL);
		expect(fault.what != NULL);
		expect_string(fault.what, rows[i].what);
		expect_integer((int64_t)fault.offset, (int64_t)rows[i].offset);
	}
}

int main(void)
{
	static const struct tap_test tests[] = {
		{"it reads what jansson reads, and refuses what jansson refuses", it_agrees_with_jansson},
		{"a lack of memory is told from a fault of the input", a_lack_of_memory_is_told_from_a_fault},
		{"a fault is named with its place", faults_are_where_they_are},
	};
	return tap_run(tests, sizeof(tests) / sizeof(tests[0]));
}
