/*
 * Heads: what is written, and that what would be written differently is refused.
 */
#include "note.h"

#include "limits.h"
#include "tap.h"

static struct buffer stored;

static const struct note sample = {.tenant = {.data = "acme", .size = 4},
								   .dialogue_id = {.data = "a-b", .size = 3},
								   .rev = 120,
								   .hash = {.bytes = {1, 2, 3, 255}}};

static void write_sample(void)
{
	buffer_finish(&stored);
	buffer_init(&stored, LIMIT_NOTE);
	expect(note_write(&sample, &stored));
}

static void as_specified(void)
{
	write_sample();
	expect_text(buffer_text(&stored),
				"hansard head v0\nacme/a-b\n120\nAQID/wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n");
}

static void round_trip(void)
{
	struct note note;
	write_sample();
	expect_integer(note_read(buffer_view(&stored), &note, NULL), HANSARD_OK);
	expect_text(note.tenant, "acme");
	expect_text(note.dialogue_id, "a-b");
	expect_integer(note.rev, 120);
	expect(digest_equal(&note.hash, &sample.hash));
}

static bool same_note(const struct note *a, const struct note *b)
{
	return text_equal(a->tenant, b->tenant) && text_equal(a->dialogue_id, b->dialogue_id) && a->rev == b->rev &&
		   digest_equal(&a->hash, &b->hash);
}

static void every_byte_counts(void)
{
	struct buffer again = {.ceiling = LIMIT_NOTE};
	size_t accepted = 0;
	write_sample();
	for (size_t at = 0; at < stored.size; at++)
		for (unsigned flip = 1; flip < 256; flip++) {
			struct note note;
			stored.data[at] ^= (uint8_t)flip;
			if (note_read(buffer_view(&stored), &note, NULL) == HANSARD_OK) {
				expect(!same_note(&note, &sample));
				again.size = 0;
				expect(note_write(&note, &again));
				expect(bytes_equal(buffer_view(&again), buffer_view(&stored)));
				accepted++;
			}
			stored.data[at] ^= (uint8_t)flip;
		}
	expect(accepted > 0);
	buffer_finish(&again);
}

static enum hansard_status read_text(const char *text, struct hansard_error *error)
{
	struct note note;
	return note_read(bytes_of_text(text_of_string(text)), &note, error);
}

#define HASH_LINE "AQID/wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"

static void strict(void)
{
	static const char *const refused[] = {
		"",
		"hansard head v0\n",
		"hansard head v00\nacme/a-b\n1\n" HASH_LINE "\n",
		"hansard head v\nacme/a-b\n1\n" HASH_LINE "\n",
		"Hansard head v0\nacme/a-b\n1\n" HASH_LINE "\n",
		"hansard head v0\r\nacme/a-b\n1\n" HASH_LINE "\n",
		"hansard head v0\nacme/a--b\n1\n" HASH_LINE "\n",
		"hansard head v0\n/a-b\n1\n" HASH_LINE "\n",
		"hansard head v0\nacme/\n1\n" HASH_LINE "\n",
		"hansard head v0\nacme/a/b\n1\n" HASH_LINE "\n",
		"hansard head v0\nacme/a-b\n0\n" HASH_LINE "\n",
		"hansard head v0\nacme/a-b\n01\n" HASH_LINE "\n",
		"hansard head v0\nacme/a-b\n-1\n" HASH_LINE "\n",
		"hansard head v0\nacme/a-b\n\n" HASH_LINE "\n",
		"hansard head v0\nacme/a-b\n10000000000\n" HASH_LINE "\n",
		"hansard head v0\nacme/a-b\n1\nAQID/wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n\n",
		"hansard head v0\nacme/a-b\n1\nAQID/wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n\n",
		"hansard head v0\nacme/a-b\n1\nAQID/wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n\n",
		"hansard head v0\nacme/a-b\n1\n" HASH_LINE,
		"hansard head v0\nacme/a-b\n1\n" HASH_LINE "\n\n",
		"hansard head v0\nacme/a-b\n1\n" HASH_LINE "\n\xe2\x80\x94 acme AAAA\n",
	};
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		expect_integer(read_text(refused[i], NULL), HANSARD_VIOLATED);
	expect_integer(read_text("hansard head v0\nacme/a-b\n9999999999\n" HASH_LINE "\n", NULL), HANSARD_OK);
}

static void other_versions(void)
{
	struct hansard_error error = {0};
	expect_integer(read_text("hansard head v1\nacme/a-b\n1\n" HASH_LINE "\n\xe2\x80\x94 acme AAAA\n", &error),
				   HANSARD_INVALID);
	expect_string(error.kind, "store_format");
	expect(error.hint[0] != '\0');
	expect_integer(read_text("hansard head v12\nwhatever\n", &error), HANSARD_INVALID);
}

static void cut_short(void)
{
	struct note note;
	write_sample();
	for (size_t size = 0; size < stored.size; size++)
		expect_integer(note_read((struct bytes){.data = stored.data, .size = size}, &note, NULL), HANSARD_VIOLATED);
	struct buffer small = {.ceiling = 40};
	expect(buffer_append_byte(&small, 'x'));
	expect(!note_write(&sample, &small));
	expect_integer((int64_t)small.size, 1);
	buffer_finish(&small);
	buffer_finish(&stored);
}

static const struct tap_test tests[] = {
	{"a head is written as the format says", as_specified},
	{"a head is read as it was written", round_trip},
	{"another byte anywhere is refused or another head; what is read is written the same", every_byte_counts},
	{"what would be written differently is refused", strict},
	{"a head of another version is refused by name, with a hint", other_versions},
	{"a head cut short is refused; one that does not fit leaves its buffer as it was", cut_short},
};

TAP_MAIN(tests)
