/*
 * What every engine does alike with copies: who may take whose place, and the text of a reservation, strictly.
 */
#include "copying_store.h"
#include "limits.h"
#include "place.h"

static const struct store_partition partition = {.tenant = {.data = "default", .size = 7},
												 .dialogue_id = {.data = "should-we", .size = 9}};

static struct store_reservation reservation(int64_t source_rev, bool called_off)
{
	return (struct store_reservation){
		.id = {0x01, 0x23, 0xab, 0xff}, .source_rev = source_rev, .called_off = called_off};
}

static void who_may_reserve(void)
{
	for (int64_t rev = 1; rev <= 5; rev++)
		for (int off = 0; off <= 1; off++) {
			const struct store_reservation mine = reservation(rev, off);
			const struct store_occupant nothing = {.what = STORE_FREE};
			const struct store_occupant head = {.what = STORE_PUBLISHED, .rev = 3};
			const struct store_occupant open = {.what = STORE_RESERVED, .reservation = reservation(3, false)};
			const struct store_occupant called_off = {.what = STORE_RESERVED, .reservation = reservation(3, true)};
			expect(store_copy_may_reserve(&nothing, &mine));
			expect_integer(store_copy_may_reserve(&head, &mine), off && rev >= 3);
			expect_integer(store_copy_may_reserve(&open, &mine), rev >= 3);
			expect_integer(store_copy_may_reserve(&called_off, &mine), rev > 3 || (rev == 3 && off));
		}
}

static void occupants_are_told_apart(void)
{
	struct store_occupant all[] = {
		{.what = STORE_FREE},
		{.what = STORE_RESERVED, .reservation = reservation(3, false)},
		{.what = STORE_RESERVED, .reservation = reservation(3, true)},
		{.what = STORE_RESERVED, .reservation = reservation(4, false)},
		{.what = STORE_RESERVED, .reservation = {.id = {0x01, 0x23, 0xab, 0xfe}, .source_rev = 3}},
		{.what = STORE_PUBLISHED, .rev = 3},
		{.what = STORE_PUBLISHED, .rev = 4},
		{.what = STORE_PUBLISHED, .rev = 3, .hash = {.bytes = {[31] = 1}}},
	};
	enum { ALL = sizeof(all) / sizeof(all[0]) };
	for (size_t i = 0; i < ALL; i++)
		for (size_t k = 0; k < ALL; k++)
			expect_integer(store_occupant_equal(&all[i], &all[k]), i == k);
	/* What is not of its kind does not count. */
	struct store_occupant other = all[1];
	other.rev = 9;
	expect(store_occupant_equal(&other, &all[1]));
	other = all[5];
	other.reservation = all[1].reservation;
	expect(store_occupant_equal(&other, &all[5]));
	other = all[0];
	other.rev = 9;
	expect(store_occupant_equal(&other, &all[0]));
}

static struct text written(const struct store_partition *of, struct store_reservation made)
{
	static uint8_t data[STORE_RESERVATION_TEXT];
	struct buffer out = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	expect(store_reservation_write(of, &made, &out));
	return buffer_text(&out);
}

static bool reads(struct text text)
{
	struct store_reservation read;
	return store_reservation_read(&partition, bytes_of_text(text), &read);
}

static void reservations_have_a_text(void)
{
	expect_text(written(&partition, reservation(12, false)), "hansard reservation v1\ndefault/should-we\n12\n"
															 "0123abff000000000000000000000000\nopen\n");
	expect_text(written(&partition, reservation(LIMIT_REV, true)), "hansard reservation v1\ndefault/should-we\n"
																   "9999999999\n0123abff000000000000000000000000\n"
																   "called off\n");
	static const int64_t revs[] = {1, 9, 10, 12, 4096, LIMIT_REV};
	for (size_t i = 0; i < sizeof(revs) / sizeof(revs[0]); i++)
		for (int off = 0; off <= 1; off++) {
			const struct store_reservation made = reservation(revs[i], off);
			struct store_reservation read;
			expect(store_reservation_read(&partition, bytes_of_text(written(&partition, made)), &read));
			expect(store_reservation_equal(&made, &read));
		}
}

/* The longest names there are. */
static void every_reservation_fits(void)
{
	char name[LIMIT_DIALOGUE_ID];
	memset(name, 'a', sizeof(name));
	const struct store_partition longest = {.tenant = {.data = name, .size = LIMIT_TENANT},
											.dialogue_id = {.data = name, .size = LIMIT_DIALOGUE_ID}};
	const struct store_reservation made = reservation(LIMIT_REV, true);
	struct store_reservation read;
	const struct text text = written(&longest, made);
	expect(store_reservation_read(&longest, bytes_of_text(text), &read));
	expect(store_reservation_equal(&made, &read));
	expect(!reads(text));
}

/* No other text is one: none that is shorter, longer, or differs in a byte, but where that makes another one as it would be written. */
static void nothing_else_is_a_reservation(void)
{
	char data[STORE_RESERVATION_TEXT];
	for (int off = 0; off <= 1; off++) {
		const struct text good = written(&partition, reservation(12, off));
		memcpy(data, good.data, good.size);
		expect(reads((struct text){.data = data, .size = good.size}));
		for (size_t size = 0; size < good.size; size++)
			expect(!reads((struct text){.data = data, .size = size}));
		for (unsigned byte = 0; byte < 256; byte++) {
			data[good.size] = (char)byte;
			expect(!reads((struct text){.data = data, .size = good.size + 1}));
		}
		for (size_t at = 0; at < good.size; at++)
			for (unsigned byte = 0; byte < 256; byte++) {
				const char before = data[at];
				struct store_reservation read;
				data[at] = (char)byte;
				const struct text text = {.data = data, .size = good.size};
				if (store_reservation_read(&partition, bytes_of_text(text), &read)) {
					const size_t tail = off ? sizeof("\ncalled off\n") - 1 : sizeof("\nopen\n") - 1;
					const bool in_value = at + tail + sizeof("12\n") - 1 + 32 >= good.size && at + tail < good.size;
					expect(byte == (unsigned char)before || in_value);
					expect(text_equal(written(&partition, read), text));
				}
				data[at] = before;
			}
	}
	static const char *const none[] = {
		"",
		"hansard reservation v1\n",
		"hansard head v1\ndefault/should-we\n12\n0123abff000000000000000000000000\nopen\n",
		"hansard reservation v2\ndefault/should-we\n12\n0123abff000000000000000000000000\nopen\n",
		"hansard reservation v1\ndefault/should-wf\n12\n0123abff000000000000000000000000\nopen\n",
		"hansard reservation v1\ndefault/should-we\n0\n0123abff000000000000000000000000\nopen\n",
		"hansard reservation v1\ndefault/should-we\n012\n0123abff000000000000000000000000\nopen\n",
		"hansard reservation v1\ndefault/should-we\n-1\n0123abff000000000000000000000000\nopen\n",
		"hansard reservation v1\ndefault/should-we\n10000000000\n0123abff000000000000000000000000\nopen\n",
		"hansard reservation v1\ndefault/should-we\n99999999999999999999999\n0123abff000000000000000000000000\nopen\n",
		"hansard reservation v1\ndefault/should-we\n12\n0123ABFF000000000000000000000000\nopen\n",
		"hansard reservation v1\ndefault/should-we\n12\n0123abff00000000000000000000000000\nopen\n",
		"hansard reservation v1\ndefault/should-we\n12\n0123abff000000000000000000000000\nclosed\n",
		"hansard reservation v1\ndefault/should-we\n12\n0123abff000000000000000000000000\nopen",
		"hansard reservation v1\ndefault/should-we\n12\r\n0123abff000000000000000000000000\nopen\n",
	};
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		expect(!reads(text_of_string(none[i])));
}

/* ---- what is checked before the first byte ---- */

/* One revision of two items, the second with a part. */
struct sample {
	struct arena *arena;
	struct store_item items[2];
	struct store_item part;
	struct store_copy_revision revisions[3];
	struct store_put_request request;
};

static void make_sample(struct sample *sample)
{
	*sample = (struct sample){.arena = arena_create((size_t)1 << 26)};
	expect(sample->arena != NULL);
	for (int64_t rev = 1; rev <= 3; rev++)
		sample->revisions[rev - 1] = (struct store_copy_revision){.rev = rev, .commit = bytes_of_text(TEXT("commit"))};
	sample->items[0] = (struct store_item){draft_key("file", "00001"), draft_item(sample->arena, 2, NULL, 0)};
	sample->items[1] = (struct store_item){draft_key("meta", ""), draft_item(sample->arena, 2, NULL, 0)};
	sample->part.stored = draft_item(sample->arena, 2, NULL, 0);
	expect(item_key_part(sample->arena, sample->items[0].key, 1, &sample->part.key));
	sample->revisions[1].items = sample->items;
	sample->revisions[1].item_count = 2;
	sample->revisions[1].parts = &sample->part;
	sample->revisions[1].part_count = 1;
	sample->request =
		(struct store_put_request){.mine = reservation(3, false), .revisions = sample->revisions, .count = 3};
}

static const char *kind_of_put(const struct sample *sample)
{
	static struct hansard_error error;
	error = (struct hansard_error){.status = HANSARD_OK};
	const enum hansard_status status = store_copy_check_put(&partition, &sample->request, &error);
	expect_integer(status, error.status);
	return status == HANSARD_OK ? "" : error.kind;
}

static void puts_are_checked(void)
{
	struct sample sample;
	make_sample(&sample);
	expect_string(kind_of_put(&sample), "");
	sample.request.count = 0;
	expect_string(kind_of_put(&sample), "");
	sample.request.count = 3;
	sample.request.mine.source_rev = 2;
	expect_string(kind_of_put(&sample), "invalid_change");
	sample.request.mine.source_rev = 3;
	static const int64_t bad_revs[] = {-1, 0, 1, 3, 4};
	const int64_t good_rev = sample.revisions[1].rev;
	for (size_t i = 0; i < sizeof(bad_revs) / sizeof(bad_revs[0]); i++) {
		sample.revisions[1].rev = bad_revs[i];
		expect_string(kind_of_put(&sample), "invalid_change");
	}
	sample.revisions[1].rev = good_rev;
	sample.revisions[2].commit.size = 0;
	expect_string(kind_of_put(&sample), "invalid_change");
	sample.revisions[2].commit.size = 6;
	sample.items[1].stored = draft_item(sample.arena, 1, NULL, 0); /* of another revision */
	expect_string(kind_of_put(&sample), "invalid_change");
	sample.items[1].stored = draft_item(sample.arena, 2, NULL, LIMIT_STORED_ITEM + 1);
	expect_string(kind_of_put(&sample), "commit_too_large");
	sample.items[1].stored = draft_item(sample.arena, 2, NULL, LIMIT_STORED_ITEM);
	expect_string(kind_of_put(&sample), "");
	sample.part.key = draft_key("part", "file#00002#0001");
	expect_string(kind_of_put(&sample), "invalid_change");
	arena_destroy(sample.arena);
}

static const char *kind_of_publication(const struct store_publish_request *request)
{
	static struct hansard_error error;
	error = (struct hansard_error){.status = HANSARD_OK};
	const enum hansard_status status = store_copy_check_publish(&partition, request, &error);
	expect_integer(status, error.status);
	return status == HANSARD_OK ? "" : error.kind;
}

static void publications_are_checked(void)
{
	struct sample sample;
	make_sample(&sample);
	struct draft draft = draft_begin(sample.arena, partition);
	const struct draft_head head = {.rev = 3};
	const struct item_key key = draft_key("meta", "");
	const struct store_publish_request good = {.mine = reservation(3, false), .change = *draft_make(&draft, &head)};
	expect_string(kind_of_publication(&good), "");
	struct store_publish_request bad = good;
	bad.mine.source_rev = 2;
	expect_string(kind_of_publication(&bad), "invalid_change");
	bad = good;
	bad.change.listed = false;
	expect_string(kind_of_publication(&bad), "invalid_change");
	bad = good;
	bad.change.puts = sample.items;
	bad.change.put_count = 1;
	expect_string(kind_of_publication(&bad), "invalid_change");
	bad = good;
	bad.change.removals = &key;
	bad.change.removal_count = 1;
	expect_string(kind_of_publication(&bad), "invalid_change");
	bad = good;
	bad.change.parts = &sample.part;
	bad.change.part_count = 1;
	expect_string(kind_of_publication(&bad), "invalid_change");
	bad = good;
	bad.change.rev = bad.change.attempt.rev = 5;
	bad.change.restore = true;
	bad.change.note = draft_note(&draft, 5, &bad.change.hash);
	expect_string(kind_of_publication(&bad), "invalid_change");
	bad = good;
	bad.change.note = draft_note(&draft, 3, &bad.change.hash);
	expect_string(kind_of_publication(&bad), "invalid_change");
	arena_destroy(sample.arena);
}

int main(void)
{
	static const struct expect_test tests[] = {
		{"a reservation takes the place of what is older", who_may_reserve},
		{"what there is is told apart", occupants_are_told_apart},
		{"a reservation has one text", reservations_have_a_text},
		{"every reservation fits", every_reservation_fits},
		{"nothing else is a reservation", nothing_else_is_a_reservation},
		{"revisions that are put are checked", puts_are_checked},
		{"the commit that publishes is checked", publications_are_checked},
	};
	return expect_run(tests, sizeof(tests) / sizeof(tests[0]));
}
