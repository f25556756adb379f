/*
 * Views, buffers, arenas, base64, hex and error messages.
 */
#include <tap.h>

#include "arena.h"
#include "base64.h"
#include "bytes.h"
#include "error.h"

static struct bytes bytes_of(const char *string)
{
	return bytes_of_text(text_of_string(string));
}

static void views_compare(void)
{
	expect(bytes_equal(bytes_of("ab"), bytes_of("ab")));
	expect(!bytes_equal(bytes_of("ab"), bytes_of("ac")));
	expect(!bytes_equal(bytes_of("ab"), bytes_of("a")));
	expect(bytes_equal((struct bytes){0}, bytes_of("")));
	expect(bytes_compare(bytes_of("a"), bytes_of("ab")) < 0);
	expect(bytes_compare(bytes_of("b"), bytes_of("ab")) > 0);
	expect(bytes_compare(bytes_of("\xff"), bytes_of("a")) > 0);
	expect(bytes_compare((struct bytes){0}, (struct bytes){0}) == 0);
}

static void absent_is_not_empty(void)
{
	expect(!text_present(TEXT_ABSENT));
	expect(text_present(TEXT("")));
	expect(!text_present(text_of_string(NULL)));
	expect(!text_equal(TEXT_ABSENT, TEXT("")));
	expect(text_equal(TEXT_ABSENT, TEXT_ABSENT));
	expect(text_compare(TEXT_ABSENT, TEXT("")) < 0);
	expect(text_compare(TEXT(""), TEXT_ABSENT) > 0);
	expect(text_compare(TEXT_ABSENT, TEXT_ABSENT) == 0);
	expect(text_is(TEXT(""), ""));
	expect(!text_is(TEXT_ABSENT, ""));
	expect(!text_present(text_slice(TEXT_ABSENT, 0, 5)));
	expect(!text_present(text_trim(TEXT_ABSENT)));
	expect_integer((int64_t)text_find(TEXT_ABSENT, TEXT("a"), 0), (int64_t)SIZE_MAX);
}

static void texts_ignore_case_of_ascii_only(void)
{
	expect(text_equal_ignoring_case(TEXT("Judge"), TEXT("jUDGE")));
	expect(!text_equal_ignoring_case(TEXT("Judge"), TEXT("Judges")));
	expect(!text_equal_ignoring_case(TEXT("\xc3\x89"), TEXT("\xc3\xa9")));
	expect(!text_equal_ignoring_case(TEXT("[@"), TEXT("{`")));
	expect(!text_equal_ignoring_case(TEXT(""), TEXT_ABSENT));
}

static void texts_are_cut_and_searched(void)
{
	const struct text text = TEXT("one two one");
	expect_text(text_slice(text, 4, 7), "two");
	expect_text(text_slice(text, 8, 100), "one");
	expect_text(text_slice(text, 100, 200), "");
	expect_text(text_slice(text, 5, 2), "");
	expect_integer((int64_t)text_find(text, TEXT("one"), 0), 0);
	expect_integer((int64_t)text_find(text, TEXT("one"), 1), 8);
	expect(text_find(text, TEXT("one"), 9) == SIZE_MAX);
	expect(text_find(text, TEXT("one"), 12) == SIZE_MAX);
	expect_integer((int64_t)text_find(text, TEXT(""), 11), 11);
	expect_text(text_trim(TEXT(" \t\r\n a b \n")), "a b");
	expect_text(text_trim(TEXT(" \n ")), "");
	expect(text_starts_with(text, TEXT("one ")));
	expect(text_starts_with(text, TEXT("")));
	expect(!text_starts_with(TEXT("on"), TEXT("one")));
}

static void buffers_grow_to_their_ceiling_and_no_further(void)
{
	struct buffer buffer;
	buffer_init(&buffer, 100);
	expect_text(buffer_text(&buffer), "");
	for (int i = 0; i < 100; i++)
		expect(buffer_append_byte(&buffer, (uint8_t)i));
	expect(!buffer_append_byte(&buffer, 0));
	expect(!buffer_append(&buffer, bytes_of("x")));
	expect(buffer_append(&buffer, (struct bytes){0}));
	expect_integer((int64_t)buffer.size, 100);
	expect(buffer.capacity <= 100);
	for (int i = 0; i < 100; i++)
		expect_integer(buffer.data[i], i);
	buffer_finish(&buffer);
	buffer_finish(&buffer);
	expect_integer((int64_t)buffer.size, 0);

	struct buffer zeroed = {0};
	expect(!buffer_append_byte(&zeroed, 1));
	buffer_finish(&zeroed);
}

static void buffers_are_unchanged_by_an_append_that_fails(void)
{
	struct buffer buffer;
	buffer_init(&buffer, 5);
	expect(buffer_append_string(&buffer, "abc"));
	expect(!buffer_append_string(&buffer, "def"));
	expect(!buffer_append_integer(&buffer, 123, 0));
	expect(!buffer_append(&buffer, (struct bytes){.data = (const uint8_t *)"", .size = SIZE_MAX}));
	expect_text(buffer_text(&buffer), "abc");
	expect(buffer_append_text(&buffer, TEXT_ABSENT));
	expect(buffer_append_text(&buffer, TEXT("de")));
	expect_text(buffer_text(&buffer), "abcde");
	buffer_finish(&buffer);
}

static void room_that_is_made_is_exact_and_kept(void)
{
	struct buffer buffer;
	buffer_init(&buffer, 1000);
	expect(buffer_reserve(&buffer, 500));
	const uint8_t *data = buffer.data;
	expect_integer((int64_t)buffer.capacity, 500);
	expect_integer((int64_t)buffer.size, 0);
	for (int i = 0; i < 500; i++)
		expect(buffer_append_byte(&buffer, 1));
	expect(buffer.data == data);
	expect(buffer_reserve(&buffer, 0) && buffer.data == data);
	expect(!buffer_reserve(&buffer, 501) && buffer.data == data);
	expect(buffer_reserve(&buffer, 500));
	expect_integer((int64_t)buffer.size, 500);
	buffer_finish(&buffer);
}

static void integers_are_written_in_decimal(void)
{
	static const struct {
		int64_t value;
		int width;
		const char *wanted;
	} rows[] = {
		{0, 0, "0"},
		{7, 2, "07"},
		{123, 2, "123"},
		{42, 10, "0000000042"},
		{-5, 0, "-5"},
		{-5, 4, "-005"},
		{0, -3, "0"},
		{INT64_MAX, 0, "9223372036854775807"},
		{INT64_MIN, 0, "-9223372036854775808"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buffer buffer;
		buffer_init(&buffer, 64);
		expect(buffer_append_integer(&buffer, rows[i].value, rows[i].width));
		expect_text(buffer_text(&buffer), rows[i].wanted);
		buffer_finish(&buffer);
	}
}

static void arenas_give_zeroed_aligned_memory(void)
{
	struct arena *arena = arena_create((size_t)1 << 30);
	expect(arena != NULL);
	uint8_t *previous = NULL;
	size_t total = 0;
	for (size_t size = 0; size < 3000; size++) {
		uint8_t *data = arena_allocate(arena, size);
		expect(data != NULL && data != previous);
		expect_integer((int64_t)((uintptr_t)data % _Alignof(max_align_t)), 0);
		for (size_t i = 0; i < size; i++)
			expect(data[i] == 0);
		memset(data, 0xff, size);
		struct text text;
		expect(arena_copy_text(arena, TEXT("odd"), &text)); /* what follows must be aligned again */
		previous = data;
		total += size + 3;
	}
	expect(arena_used(arena) >= total);
	uint8_t *big = arena_allocate(arena, (size_t)64 << 20);
	expect(big != NULL && big[0] == 0 && big[((size_t)64 << 20) - 1] == 0);
	arena_destroy(arena);
	arena_destroy(NULL);
}

static void arenas_keep_their_ceiling(void)
{
	struct arena *arena = arena_create(1000);
	expect(arena != NULL);
	expect(arena_allocate(arena, 1001) == NULL);
	expect(arena_allocate(arena, SIZE_MAX) == NULL);
	expect(arena_allocate_array(arena, SIZE_MAX / 2, 3) == NULL);
	expect_integer((int64_t)arena_used(arena), 0);
	size_t given = 0;
	while (arena_allocate(arena, 16) != NULL)
		given += 16;
	expect_integer((int64_t)given, 992);
	expect(arena_used(arena) <= 1000);
	struct text text = TEXT("as before");
	expect(!arena_copy_text(arena, TEXT("longer than what is left"), &text));
	expect(!arena_format(arena, &text, "%s", "longer than what is left"));
	expect_text(text, "as before");
	arena_destroy(arena);
}

static void arrays_grow_in_an_arena(void)
{
	struct arena *arena = arena_create((size_t)1 << 20);
	expect(arena != NULL);
	int64_t *numbers = NULL;
	int16_t *others = NULL;
	size_t capacity = 0;
	size_t other_capacity = 0;
	for (size_t count = 0; count < 10000; count++) {
		expect(arena_grow(arena, &numbers, count, &capacity, sizeof(*numbers)));
		expect(count < capacity);
		expect(numbers[count] == 0);
		numbers[count] = (int64_t)count;
		if (count % 3 == 0) {
			expect(arena_grow(arena, &others, count / 3, &other_capacity, sizeof(*others)));
			others[count / 3] = (int16_t)(count / 3);
		}
	}
	for (size_t i = 0; i < 10000; i++) {
		expect_integer(numbers[i], (int64_t)i);
		expect_integer(others[i / 3], (int64_t)(i / 3));
	}
	int64_t *const before = numbers;
	size_t full = capacity;
	while (arena_grow(arena, &numbers, capacity, &capacity, sizeof(*numbers)))
		full = capacity;
	expect(full == capacity && (numbers == before || numbers[9999] == 9999));
	arena_destroy(arena);
}

static void arenas_copy_and_format(void)
{
	struct arena *arena = arena_create(4096);
	expect(arena != NULL);
	struct text text = TEXT("x");
	expect(arena_copy_text(arena, TEXT_ABSENT, &text) && !text_present(text));
	expect(arena_copy_text(arena, TEXT(""), &text) && text_present(text));
	expect_text(text, "");
	struct bytes bytes;
	expect(arena_copy(arena, bytes_of("\x01\x02"), &bytes));
	expect(bytes_equal(bytes, bytes_of("\x01\x02")));
	expect(arena_copy(arena, (struct bytes){0}, &bytes));
	expect(bytes.data != NULL && bytes.size == 0);
	expect(arena_format(arena, &text, "%04d-" ERROR_TEXT, 7, ERROR_TEXT_ARGS(TEXT("part"))));
	expect_text(text, "0007-part");
	arena_destroy(arena);
}

/* Over the ends of chunks, wherever they fall. */
static void arenas_format_texts_of_every_size(void)
{
	enum { SIZES = 400 };
	struct text texts[SIZES];
	struct arena *arena = arena_create(1 << 20);
	for (int size = 0; size < SIZES; size++)
		expect(arena_format(arena, &texts[size], "%0*d", size, 0));
	for (int size = 0; size < SIZES; size++) {
		expect_integer((int64_t)texts[size].size, size == 0 ? 1 : size);
		for (size_t i = 0; i < texts[size].size; i++)
			expect(texts[size].data[i] == '0');
		expect(texts[size].data[texts[size].size] == '\0');
	}
	arena_destroy(arena);
}

static const struct {
	const char *plain;
	const char *encoded;
} base64_rows[] = {
	{"", ""},
	{"f", "Zg=="},
	{"fo", "Zm8="},
	{"foo", "Zm9v"},
	{"foob", "Zm9vYg=="},
	{"fooba", "Zm9vYmE="},
	{"foobar", "Zm9vYmFy"},
	{"\xfb\xff\xbf", "+/+/"},
};

static void base64_follows_rfc_4648(void)
{
	for (size_t i = 0; i < sizeof(base64_rows) / sizeof(base64_rows[0]); i++) {
		struct buffer buffer;
		buffer_init(&buffer, 64);
		expect(base64_append(&buffer, bytes_of(base64_rows[i].plain)));
		expect_text(buffer_text(&buffer), base64_rows[i].encoded);
		buffer.size = 0;
		expect(base64_decode(text_of_string(base64_rows[i].encoded), &buffer));
		expect_text(buffer_text(&buffer), base64_rows[i].plain);
		buffer_finish(&buffer);
	}
}

/* Bit by bit, as RFC 4648 has it. */
static char digit_of(const uint8_t *data, size_t size, size_t at)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned value = 0;
	if (at * 6 >= size * 8)
		return '=';
	for (size_t bit = at * 6; bit < at * 6 + 6; bit++)
		value = value << 1 | (bit < size * 8 ? data[bit / 8] >> (7 - bit % 8) & 1 : 0);
	return digits[value];
}

static void base64_is_that_of_every_size(void)
{
	enum { MOST = 99 };
	uint8_t data[MOST];
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 89 + (i >> 2));
	for (size_t size = 0; size <= sizeof(data); size++) {
		struct buffer text, back;
		buffer_init(&text, 1 << 10);
		buffer_init(&back, 1 << 10);
		expect(buffer_append_string(&back, "kept"));
		expect(base64_append(&text, (struct bytes){data, size}));
		expect_integer((int64_t)text.size, (int64_t)((size + 2) / 3 * 4));
		for (size_t i = 0; i < text.size; i++)
			expect(text.data[i] == digit_of(data, size, i));
		for (size_t i = 0; i < text.size; i++) {
			const uint8_t right = text.data[i];
			for (unsigned wrong = 0; wrong < 256; wrong++) {
				text.data[i] = (uint8_t)wrong;
				const bool known = wrong != 0 && strchr("+/", (int)wrong) != NULL;
				if (!known && !(wrong < 128 && isalnum((int)wrong)) && wrong != '=')
					expect(!base64_decode(buffer_text(&text), &back) && back.size == 4);
			}
			text.data[i] = right;
		}
		expect(base64_decode(buffer_text(&text), &back) && back.size == 4 + size);
		expect(size == 0 || memcmp(back.data + 4, data, size) == 0);
		buffer_finish(&text);
		buffer_finish(&back);
	}
}

static void base64_refuses_what_it_would_not_write(void)
{
	static const char *const refused[] = {
		"Z",       "Zg",    "Zg=",      "Zh==",         "Zm9=",   "Z===",
		"====",    "=",     "Zg==Zg==", "Zm8=Zm8=",     "Zm9v\n", "Zm9vZm9=Zm9vZm9vZm9vZm9v",
		"Zm 9v",   "Zm9-",  "Zm9_",     "Zg=a",         "Zm9vZg", "Zm9v====",
		"Zm9\xc3", " Zg==", "Zg==\n",   "Zm9v\n\n\n\n",
	};
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct buffer buffer;
		buffer_init(&buffer, 64);
		expect(buffer_append_string(&buffer, "kept"));
		if (base64_decode(text_of_string(refused[i]), &buffer))
			tap_fail(__FILE__, __LINE__, "accepted \"%s\"", refused[i]);
		expect_text(buffer_text(&buffer), "kept");
		buffer_finish(&buffer);
	}
}

static void base64_leaves_a_full_buffer_unchanged(void)
{
	struct buffer buffer;
	buffer_init(&buffer, 7);
	expect(!base64_append(&buffer, bytes_of("foobar")));
	expect(!base64_hex_append(&buffer, bytes_of("foobar")));
	expect(!base64_decode(TEXT("Zm9vYmFyZm9vYmFy"), &buffer));
	expect_integer((int64_t)buffer.size, 0);
	buffer_finish(&buffer);
}

static void hex_is_lower_case_and_of_exact_size(void)
{
	struct buffer buffer;
	buffer_init(&buffer, 64);
	expect(base64_hex_append(&buffer, (struct bytes){.data = (const uint8_t[]){0, 0x9a, 0xff}, .size = 3}));
	expect_text(buffer_text(&buffer), "009aff");
	buffer_finish(&buffer);
	uint8_t data[3];
	expect(base64_hex_decode(TEXT("009aff"), data, 3));
	expect(data[0] == 0 && data[1] == 0x9a && data[2] == 0xff);
	expect(!base64_hex_decode(TEXT("009AFF"), data, 3));
	expect(!base64_hex_decode(TEXT("009af"), data, 3));
	expect(!base64_hex_decode(TEXT("009aff0"), data, 3));
	expect(!base64_hex_decode(TEXT("009aff00"), data, 3));
	expect(!base64_hex_decode(TEXT("009ag0"), data, 3));
	expect(!base64_hex_decode(TEXT("00:9af"), data, 3));
	expect(base64_hex_decode(TEXT(""), data, 0));
}

static void errors_carry_status_kind_and_message(void)
{
	struct hansard_error error = {0};
	expect_integer(error_set(&error, HANSARD_INVALID, "bad_thing", "row %d", 3), HANSARD_INVALID);
	expect_integer(error.status, HANSARD_INVALID);
	expect_string(error.kind, "bad_thing");
	expect_string(error.message, "row 3");
	error_hint(&error, "try %s", "again");
	expect_string(error.hint, "try again");
	expect_integer(error_set(&error, HANSARD_BUSY, "busy", "file x: %s", error.message), HANSARD_BUSY);
	expect_string(error.message, "file x: row 3");
	expect_string(error.hint, "");
	expect_integer(error_memory(&error), HANSARD_FAILED);
	expect_string(error.kind, "out_of_memory");
	expect_integer(error_set(NULL, HANSARD_USAGE, "usage", "nobody listens"), HANSARD_USAGE);
	error_hint(NULL, "nobody listens");
}

static void errors_cannot_drive_a_terminal(void)
{
	struct hansard_error error = {0};
	error_set(&error, HANSARD_INVALID, "k",
			  "a\x1b[2Jb\nc\x7f\xc2\x9b"
			  "d\xe2\x80\xae"
			  "e\xff"
			  "f\xed\xa0\x80"
			  "g\xc3\xa9");
	expect_string(error.message, "a?[2Jb?c??d?e?f???g\xc3\xa9");
}

static void long_errors_are_cut_between_characters(void)
{
	char name[2 * HANSARD_ERROR_MESSAGE_SIZE];
	for (size_t shift = 0; shift < 4; shift++) {
		memset(name, 'x', shift);
		for (size_t i = shift; i + 4 < sizeof(name); i += 4)
			memcpy(name + i, "\xf0\x9f\x99\x82", 5);
		struct hansard_error error = {0};
		error_set(&error, HANSARD_INVALID, "k", "%s", name);
		const size_t size = strlen(error.message);
		expect(size >= HANSARD_ERROR_MESSAGE_SIZE - 4);
		expect(memcmp(error.message, name, size) == 0);
		expect_integer((int64_t)((size - shift) % 4), 0);
	}
}

static void every_status_has_a_name_and_an_exit_code(void)
{
	static const struct {
		enum hansard_status status;
		const char *name;
		int exit_code;
		int retryable;
	} rows[] = {
		{HANSARD_OK, "ok", 0, 0},
		{HANSARD_FAILED, "failed", 1, 0},
		{HANSARD_USAGE, "usage", 2, 0},
		{HANSARD_INVALID, "invalid", 3, 0},
		{HANSARD_NOT_FOUND, "not_found", 1, 0},
		{HANSARD_NO_STORE, "no_store", 10, 0},
		{HANSARD_BUSY, "busy", 11, 1},
		{HANSARD_CONFLICT, "conflict", 11, 0},
		{HANSARD_UNKNOWN, "unknown", 14, 1},
		{HANSARD_WRONG_KEY, "wrong_key", 12, 0},
		{HANSARD_VIOLATED, "violated", 13, 0},
		{HANSARD_UNREACHABLE, "unreachable", 14, 1},
	};
	expect_integer(sizeof(rows) / sizeof(rows[0]), HANSARD_UNREACHABLE + 1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		expect_integer(rows[i].status, (int64_t)i);
		expect_string(error_status_name(rows[i].status), rows[i].name);
		expect_integer(error_exit_code(rows[i].status), rows[i].exit_code);
		expect_integer(error_retryable(rows[i].status), rows[i].retryable);
	}
}

static const struct tap_test tests[] = {
	{"views compare by content, a prefix first", views_compare},
	{"the absent text is not the empty text", absent_is_not_empty},
	{"only ASCII letters are compared without case", texts_ignore_case_of_ascii_only},
	{"texts are cut, searched and trimmed within their bounds", texts_are_cut_and_searched},
	{"a buffer grows to its ceiling and no further", buffers_grow_to_their_ceiling_and_no_further},
	{"a buffer is unchanged by an append that fails", buffers_are_unchanged_by_an_append_that_fails},
	{"room that is made in a buffer is exact, and keeps it where it is", room_that_is_made_is_exact_and_kept},
	{"integers are written in decimal, filled with zeros", integers_are_written_in_decimal},
	{"an arena gives zeroed, aligned, distinct memory", arenas_give_zeroed_aligned_memory},
	{"an arena keeps its ceiling", arenas_keep_their_ceiling},
	{"arrays grow in an arena and keep their items", arrays_grow_in_an_arena},
	{"an arena copies and formats", arenas_copy_and_format},
	{"an arena formats texts of every size", arenas_format_texts_of_every_size},
	{"base64 is that of RFC 4648", base64_follows_rfc_4648},
	{"base64 is that of every size, and no other byte is a digit", base64_is_that_of_every_size},
	{"base64 that would be written differently is refused", base64_refuses_what_it_would_not_write},
	{"base64 and hex leave a full buffer unchanged", base64_leaves_a_full_buffer_unchanged},
	{"hex is lower case and of exactly the size asked for", hex_is_lower_case_and_of_exact_size},
	{"an error carries status, kind, message and hint", errors_carry_status_kind_and_message},
	{"a message cannot drive a terminal", errors_cannot_drive_a_terminal},
	{"a long message is cut between characters", long_errors_are_cut_between_characters},
	{"every status has a name and an exit code", every_status_has_a_name_and_an_exit_code},
};

TAP_MAIN(tests)
