/*
 * JSON: a value of any size, shown in few bytes.
 */
#include <tap.h>

#include "json_read.h"
#include "json_show.h"
#include "utf8.h"

/* Every limit of a value of many kinds: whole where it fits, else a beginning of it and an ellipsis, nothing else. */
static void a_value_is_shown_up_to_a_limit(void)
{
	static const char whole[] =
		"{\"id\":\"x\xc3\xa9\xf0\x9f\x99\x82\",\"body\":[1,-2.5,null,{\"a\":\"yyyyyyyyyyyyyyyyyyyyyyyy\"}]}";
	json_t *value = NULL;
	expect_integer(json_read(TEXT("whole"), bytes_of_text(text_of_string(whole)), &value, NULL), HANSARD_OK);
	for (size_t limit = 3; limit < sizeof(whole) + 3; limit++) {
		struct arena *arena = arena_create(1 << 20);
		struct text shown;
		expect(json_show(arena, value, limit, &shown));
		expect(shown.size <= limit && utf8_valid(bytes_of_text(shown)));
		if (limit < sizeof(whole) - 1) {
			expect(memcmp(shown.data + shown.size - 3, "\xe2\x80\xa6", 3) == 0);
			expect(shown.size + 4 > limit && memcmp(shown.data, whole, shown.size - 3) == 0);
		} else {
			expect_text(shown, whole);
		}
		arena_destroy(arena);
	}
	json_decref(value);
}

static void a_string_is_shown_with_quotes_or_plain(void)
{
	struct arena *arena = arena_create(1 << 20);
	struct text shown;
	json_t *value = json_string("a \"b\" c");
	expect(json_show(arena, value, 40, &shown));
	expect_text(shown, "\"a \\\"b\\\" c\"");
	expect(json_show_plain(arena, value, 40, &shown));
	expect_text(shown, "a \"b\" c");
	expect(json_show_plain(arena, value, 6, &shown));
	expect_text(shown, "a \"\xe2\x80\xa6");
	json_decref(value);
	arena_destroy(arena);
}

static const struct tap_test tests[] = {
	{"a value is shown up to a limit, cut at a character", a_value_is_shown_up_to_a_limit},
	{"a string is shown with quotes or plain", a_string_is_shown_with_quotes_or_plain},
};

TAP_MAIN(tests)
