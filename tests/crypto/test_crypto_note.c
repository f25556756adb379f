/*
 * Heads: what is written, and that what would be written differently is refused.
 */
#include "note.h"

#include "limits.h"
#include "tap.h"

static struct buffer stored;
static struct sign_key *keys[NOTE_LINES];

static const struct note sample = {.tenant = {.data = "acme", .size = 4},
								   .dialogue_id = {.data = "a-b", .size = 3},
								   .rev = 120,
								   .hash = {.bytes = {1, 2, 3, 255}}};

/* Signing keys "key-00", "key-01" and so on, whose seeds count up from their number. */
static void make_keys(void)
{
	for (size_t n = 0; n < NOTE_LINES; n++) {
		uint8_t seed[SECRET_SIZE];
		char name[8];
		snprintf(name, sizeof(name), "key-%02zu", n);
		for (size_t i = 0; i < SECRET_SIZE; i++)
			seed[i] = (uint8_t)(n + i);
		if (keys[n] == NULL)
			expect_integer(sign_key_create(text_of_string(name), seed, &keys[n], NULL), HANSARD_OK);
	}
}

static struct note_trust trust_of(struct sign_public *public, size_t from, size_t count)
{
	for (size_t i = 0; i < count; i++)
	public[i] = *sign_key_public(keys[from + i]);
	return (struct note_trust){.keys = public, .count = count};
}

static void write_signed(size_t count)
{
	make_keys();
	buffer_finish(&stored);
	buffer_init(&stored, LIMIT_NOTE);
	expect(note_write(&sample, (struct note_signers){.keys = keys, .count = count}, &stored));
}

static enum hansard_status verify(struct note_trust trust)
{
	struct note note;
	const enum hansard_status status = note_read(buffer_view(&stored), &note, NULL);
	return status == HANSARD_OK ? note_verify(&note, trust, NULL) : status;
}

#define BODY "hansard head v1\nacme/a-b\n120\nAQID/wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n"

static void as_specified(void)
{
	write_signed(2);
	const struct text text = buffer_text(&stored);
	expect(text_starts_with(text, TEXT(BODY "\xe2\x80\x94 key-00 ")));
	const size_t second = text_find(text, TEXT("\n\xe2\x80\x94 key-01 "), 0);
	expect(second != SIZE_MAX && text_find(text, TEXT("\n"), second + 1) == text.size - 1);
}

static void round_trip(void)
{
	struct note note;
	struct sign_public public[NOTE_LINES];
	for (size_t count = 1; count <= NOTE_LINES; count++) {
		write_signed(count);
		expect_integer(note_read(buffer_view(&stored), &note, NULL), HANSARD_OK);
		expect_text(note.tenant, "acme");
		expect_text(note.dialogue_id, "a-b");
		expect_integer(note.rev, 120);
		expect(digest_equal(&note.hash, &sample.hash));
		expect_integer((int64_t)note.line_count, (int64_t)count);
		expect_integer(verify(trust_of(public, count - 1, 1)), HANSARD_OK);
		expect_integer(verify(trust_of(public, 0, count)), HANSARD_OK);
	}
	const struct note_signers none = {.keys = keys, .count = 0};
	expect(!note_write(&sample, none, &stored));
}

/* One good line of whom we trust is enough; none of whom we do not know; a bad one of whom we trust is too many. */
static void who_is_believed(void)
{
	struct sign_public public[NOTE_LINES];
	write_signed(2);
	expect_integer(verify(trust_of(public, 1, 3)), HANSARD_OK);
	expect_integer(verify(trust_of(public, 2, 3)), HANSARD_VIOLATED);
	expect_integer(verify((struct note_trust){.count = 0}), HANSARD_WRONG_KEY);
	const size_t second = text_find(buffer_text(&stored), TEXT("key-01 "), 0) + 20;
	stored.data[second] = stored.data[second] == 'A' ? 'B' : 'A';
	expect_integer(verify(trust_of(public, 0, 1)), HANSARD_OK);
	expect_integer(verify(trust_of(public, 0, 2)), HANSARD_VIOLATED);
	struct sign_public renamed = *sign_key_public(keys[0]);
	renamed.name[0] = 'l';
	expect_integer(verify((struct note_trust){.keys = &renamed, .count = 1}), HANSARD_VIOLATED);
}

/* Every other byte: it cannot be read, or is another head, or its signature does not hold. */
static void every_byte_counts(void)
{
	struct sign_public public[1];
	size_t read = 0;
	write_signed(1);
	for (size_t at = 0; at < stored.size; at++)
		for (unsigned flip = 1; flip < 256; flip++) {
			struct note note;
			stored.data[at] ^= (uint8_t)flip;
			expect(verify(trust_of(public, 0, 1)) != HANSARD_OK);
			read += note_read(buffer_view(&stored), &note, NULL) == HANSARD_OK ? 1 : 0;
			stored.data[at] ^= (uint8_t)flip;
		}
	expect(read > 0);
	expect_integer(verify(trust_of(public, 0, 1)), HANSARD_OK);
}

static enum hansard_status read_text(const char *text, struct hansard_error *error)
{
	struct note note;
	return note_read(bytes_of_text(text_of_string(text)), &note, error);
}

#define HASH_LINE "AQID/wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
#define MARK "\xe2\x80\x94 "
#define LINE MARK "key AAAAAAA=\n"

static void strict(void)
{
	static const char *const refused[] = {
		"",
		"hansard head v1\n",
		"hansard head v01\nacme/a-b\n1\n" HASH_LINE "\n" LINE,
		"hansard head v\nacme/a-b\n1\n" HASH_LINE "\n" LINE,
		"Hansard head v1\nacme/a-b\n1\n" HASH_LINE "\n" LINE,
		"hansard head v1\r\nacme/a-b\n1\n" HASH_LINE "\n" LINE,
		"hansard head v1\nacme/a--b\n1\n" HASH_LINE "\n" LINE,
		"hansard head v1\n/a-b\n1\n" HASH_LINE "\n" LINE,
		"hansard head v1\nacme/\n1\n" HASH_LINE "\n" LINE,
		"hansard head v1\nacme/a/b\n1\n" HASH_LINE "\n" LINE,
		"hansard head v1\nacme/a-b\n0\n" HASH_LINE "\n" LINE,
		"hansard head v1\nacme/a-b\n01\n" HASH_LINE "\n" LINE,
		"hansard head v1\nacme/a-b\n-1\n" HASH_LINE "\n" LINE,
		"hansard head v1\nacme/a-b\n\n" HASH_LINE "\n" LINE,
		"hansard head v1\nacme/a-b\n10000000000\n" HASH_LINE "\n" LINE,
		"hansard head v1\nacme/a-b\n1\nAQID/wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n\n" LINE,
		"hansard head v1\nacme/a-b\n1\nAQID/wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n\n" LINE,
		"hansard head v1\nacme/a-b\n1\nAQID/wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n\n" LINE,
		"hansard head v1\nacme/a-b\n1\n" HASH_LINE,
		"hansard head v1\nacme/a-b\n1\n" HASH_LINE "\n",
		"hansard head v1\nacme/a-b\n1\n" HASH_LINE LINE,
		"hansard head v1\nacme/a-b\n1\n" HASH_LINE "\n\n" LINE,
		"hansard head v1\nacme/a-b\n1\n" HASH_LINE "\n" LINE "\n",
		"hansard head v1\nacme/a-b\n1\n" HASH_LINE "\n" MARK "key AAAAAAA=",
		"hansard head v1\nacme/a-b\n1\n" HASH_LINE "\n- key AAAAAAA=\n",
		"hansard head v1\nacme/a-b\n1\n" HASH_LINE "\n" MARK "Key AAAAAAA=\n",
		"hansard head v1\nacme/a-b\n1\n" HASH_LINE "\n" MARK " AAAAAAA=\n",
		"hansard head v1\nacme/a-b\n1\n" HASH_LINE "\n" MARK "key  AAAAAAA=\n",
		"hansard head v1\nacme/a-b\n1\n" HASH_LINE "\n" MARK "key AAAAAAA\n",
		"hansard head v1\nacme/a-b\n1\n" HASH_LINE "\n" MARK "key AAAAAAB=\n",
		"hansard head v1\nacme/a-b\n1\n" HASH_LINE "\n" MARK "key AAAAAA==\n",
		"hansard head v1\nacme/a-b\n1\n" HASH_LINE "\n" MARK "key AAAAAAA= \n",
		"hansard head v1\nacme/a-b\n1\n" HASH_LINE "\n" LINE LINE,
		"hansard head v1\nacme/a-b\n1\n" HASH_LINE "\n" LINE MARK "key AAAAAAE=\n",
	};
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (read_text(refused[i], NULL) != HANSARD_VIOLATED)
			tap_fail(__FILE__, __LINE__, "read: %s", refused[i]);
	expect_integer(read_text("hansard head v1\nacme/a-b\n9999999999\n" HASH_LINE "\n" LINE, NULL), HANSARD_OK);
	expect_integer(read_text("hansard head v1\nacme/a-b\n1\n" HASH_LINE "\n" LINE MARK "kez AAAAAAA=\n", NULL),
				   HANSARD_OK);
}

/* Sixteen lines may stand in a head, and no more. */
static void too_many_lines(void)
{
	struct note note;
	write_signed(NOTE_LINES);
	expect(buffer_append_string(&stored, LINE));
	expect_integer(note_read(buffer_view(&stored), &note, NULL), HANSARD_VIOLATED);
}

static void other_versions(void)
{
	struct hansard_error error = {0};
	expect_integer(read_text("hansard head v0\nacme/a-b\n1\n" HASH_LINE "\n", &error), HANSARD_INVALID);
	expect_string(error.kind, "store_format");
	expect(strstr(error.hint, "import") != NULL);
	expect_integer(read_text("hansard head v12\nwhatever\n", &error), HANSARD_INVALID);
	expect_string(error.kind, "store_format");
	expect(strstr(error.hint, "release") != NULL);
}

static void cut_short(void)
{
	struct note note;
	const struct note_signers signers = {.keys = keys, .count = 2};
	write_signed(1);
	for (size_t size = 0; size < stored.size; size++)
		expect_integer(note_read((struct bytes){.data = stored.data, .size = size}, &note, NULL), HANSARD_VIOLATED);
	for (size_t room = 1; room < 200; room++) {
		struct buffer small = {.ceiling = room};
		expect(buffer_append_byte(&small, 'x'));
		expect(!note_write(&sample, signers, &small));
		expect_integer((int64_t)small.size, 1);
		buffer_finish(&small);
	}
	buffer_finish(&stored);
	for (size_t i = 0; i < NOTE_LINES; i++)
		sign_key_destroy(keys[i]);
}

static const struct tap_test tests[] = {
	{"a head is written as the format says", as_specified},
	{"a head is read as it was written, with 1 to 16 signatures", round_trip},
	{"a head is believed for one good line of a trusted key, and no bad one", who_is_believed},
	{"another byte anywhere is refused, or does not verify", every_byte_counts},
	{"what would be written differently is refused", strict},
	{"a seventeenth line is refused", too_many_lines},
	{"a head of version 0 is refused with the hint to import again, later ones by name", other_versions},
	{"a head cut short is refused; one that does not fit leaves its buffer as it was", cut_short},
};

TAP_MAIN(tests)
