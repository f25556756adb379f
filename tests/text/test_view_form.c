/*
 * What every view of a record has in common: its form, on a page and in JSON, how computed values stand in it, and what want
 * of memory leaves of it.
 */
#include "answer.h"
#include "json_read.h"
#include "sheet.h"
#include "view.h"

static const struct view_options as_text = {.json = false};
static const struct view_options as_json = {.json = true};

/* Views of one record, by name. */
static enum hansard_status write_view(struct sheet *sheet, struct arena *arena, size_t which,
									  const struct view_options *options, struct buffer *out)
{
	static const struct text asked[] = {{"T0003", 5}, {"r 0101", 6}, {"P9999", 5}};
	static const struct text_list ids = {asked, 3, true};
	const struct view_tensions_options tensions = {.view = *options, .all = true};
	switch (which) {
	case 0:
		return view_show(arena, &sheet->record, options, out, &sheet->error);
	case 1:
		return view_scoreboard(arena, &sheet->record, options, out, &sheet->error);
	case 2:
		return view_tensions(arena, &sheet->record, &tensions, out, &sheet->error);
	case 3:
		return view_events(arena, &sheet->record, options, out, &sheet->error);
	case 4:
		return view_progress(arena, &sheet->record, options, out, &sheet->error);
	case 5:
		return view_entities(arena, &sheet->record, &ids, options, out, &sheet->error);
	case 6:
		return view_moves(arena, &sheet->record, options, out, &sheet->error);
	default:
		return view_references(arena, &sheet->record, options, out, &sheet->error);
	}
}

enum { VIEWS = 8 };

static void computed_stand_alone(void)
{
	struct sheet sheet;
	sheet_begin_sample(&sheet);
	struct entity_meta *meta = record_meta(&sheet.record);
	meta->total_rounds.present = false;
	meta->convergence_claimed = meta->tensions_claimed = TEXT_ABSENT;
	meta->total_alignment.present = false;
	for (int i = 0; i < 4; i++)
		record_round(&sheet.record, i)->velocity.present = false;
	for (size_t which = 0; which < 5; which++)
		sheet_good(&sheet, write_view(&sheet, sheet.arena, which, &as_text, &sheet.out));
	expect_lacks(&sheet, "  (record:");
	expect_lacks(&sheet, " (record: 4)");
	sheet.out.size = 0;
	sheet_good(&sheet, view_show(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_has(&sheet, "  ALIGNMENT     415 (W:135 C:104 T:92 R:84)\n  Rounds        4 (R0-R3)\n"
					   "  Convergence   100%, 6/6 in round 3\n  Tensions      18/18 resolved, 0 open\n");
	const struct text note = TEXT("\n  Values the Judge did not state are computed from the record.\n");
	size_t notes = 0;
	for (size_t at = 0; (at = text_find(buffer_text(&sheet.out), note, at)) != SIZE_MAX; at++)
		notes++;
	/* Under the status, and not again under the table of what remained open, whose velocities are computed, too. */
	expect_integer((int64_t)notes, 1);
	sheet_end(&sheet);
}

static bool is_long_word(struct text line)
{
	const struct text words = text_trim(line);
	return text_find(words, TEXT(" "), 0) == SIZE_MAX;
}

static void pages_are_clean(void)
{
	for (uint64_t seed = 0; seed <= 40; seed++) {
		for (size_t which = 0; which < VIEWS; which++) {
			struct sheet sheet;
			sheet_begin(&sheet);
			if (seed == 0)
				sample_dialogue(sheet.arena, &sheet.record);
			else
				sample_random(sheet.arena, seed, &sheet.record);
			sheet_good(&sheet, write_view(&sheet, sheet.arena, which, &as_text, &sheet.out));
			expect(utf8_valid(buffer_view(&sheet.out)));
			struct text rest = buffer_text(&sheet.out);
			struct text line;
			bool blank = true;
			while (sheet_line(&rest, &line)) {
				expect(line.size == 0 || line.data[line.size - 1] != ' ');
				expect(line.size > 0 || !blank);
				blank = line.size == 0;
				if (seed == 0 && utf8_width(line) > 80 && !is_long_word(line))
					tap_fail(__FILE__, __LINE__, "too wide: %.*s", (int)line.size, line.data);
				for (size_t i = 0; i < line.size; i++)
					expect((unsigned char)line.data[i] >= 0x20 && line.data[i] != 0x7f);
			}
			expect_lacks(&sheet, "\xe2\x80\xae");
			expect_lacks(&sheet, "\xc2\x9b");
			sheet_end(&sheet);
		}
	}
}

static void shows_controls(void)
{
	struct sheet sheet;
	sheet_begin(&sheet);
	sample_empty(sheet.arena, &sheet.record);
	record_meta(&sheet.record)->question =
		TEXT("\x1b]0;owned\x07 \xe2\x80\xaegnp\xc2\x9b\x7f\r\nnext \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80");
	sheet_good(&sheet, view_show(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_has(
		&sheet,
		"Question\n  \xe2\x90\x9b]0;owned\xe2\x90\x87 <U+202E>gnp<U+009B>\xe2\x90\xa1\n  next \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80\n");
	sheet_end(&sheet);
}

static void folds_narrow(void)
{
	struct sheet sheet;
	sheet_begin_sample(&sheet);
	const struct view_options narrow = {.width = 40};
	for (size_t which = 0; which < VIEWS; which++) {
		sheet.out.size = 0;
		sheet_good(&sheet, write_view(&sheet, sheet.arena, which, &narrow, &sheet.out));
		struct text rest = buffer_text(&sheet.out);
		struct text line;
		while (sheet_line(&rest, &line)) {
			if (utf8_width(line) > 40)
				tap_fail(__FILE__, __LINE__, "too wide: %.*s", (int)line.size, line.data);
		}
	}
	sheet.out.size = 0;
	sheet_good(&sheet, view_scoreboard(sheet.arena, &sheet.record, &narrow, &sheet.out, &sheet.error));
	expect_has(&sheet, "  Round   0\n  Panel   10\n  W       45\n");
	expect_has(&sheet, "\n\n  Expert  Strudel\n  Role    Contrarian (Challenge All\n          Assumptions)\n");
	sheet.out.size = 0;
	record_meta(&sheet.record)->question =
		TEXT("a-quite-long-hyphenated-word-that-goes-on /and/a/path/that/goes/beyond/the/width/of/it ----------"
			 "--------------------------------------- end");
	sheet_good(&sheet, view_show(sheet.arena, &sheet.record, &narrow, &sheet.out, &sheet.error));
	expect_has(&sheet,
			   "  a-quite-long-hyphenated-word-that-\n  goes-on\n  /and/a/path/that/goes/beyond/the/\n  width/of/it\n");
	sheet_end(&sheet);
}

static void json_is_sound(void)
{
	for (uint64_t seed = 0; seed <= 40; seed++) {
		for (size_t which = 0; which < VIEWS; which++) {
			struct sheet sheet;
			json_t *value;
			sheet_begin(&sheet);
			if (seed == 0)
				sample_dialogue(sheet.arena, &sheet.record);
			else
				sample_random(sheet.arena, seed, &sheet.record);
			sheet_good(&sheet, write_view(&sheet, sheet.arena, which, &as_json, &sheet.out));
			if (json_read(TEXT("view"), buffer_view(&sheet.out), &value, &sheet.error) != HANSARD_OK)
				tap_fail(__FILE__, __LINE__, "view %zu of seed %d: %s", which, (int)seed, sheet.error.message);
			const json_int_t version = json_integer_value(json_object_get(value, "schema_version"));
			const bool kind = json_is_string(json_object_get(value, "kind"));
			json_decref(value);
			expect_integer(version, VIEW_SCHEMA_VERSION);
			expect(kind);
			sheet_end(&sheet);
		}
	}
}

static void survives_want_of_memory(void)
{
	for (size_t which = 0; which < VIEWS; which++) {
		for (int json = 0; json < 2; json++) {
			struct sheet sheet;
			sheet_begin_sample(&sheet);
			const struct view_options options = {.json = json == 1};
			for (size_t ceiling = 16; ceiling < 4000; ceiling += 333) {
				struct buffer small;
				buffer_init(&small, ceiling);
				const enum hansard_status status = write_view(&sheet, sheet.arena, which, &options, &small);
				const size_t left = small.size;
				buffer_finish(&small);
				expect(status == HANSARD_OK || (status == HANSARD_FAILED && left == 0));
			}
			enum hansard_status status = HANSARD_FAILED;
			for (size_t ceiling = 500; status != HANSARD_OK && ceiling < LIMIT_ARENA; ceiling += 301) {
				struct arena *arena = arena_create(ceiling);
				if (arena == NULL)
					continue;
				sheet.out.size = 0;
				status = write_view(&sheet, arena, which, &options, &sheet.out);
				arena_destroy(arena);
				expect(status == HANSARD_OK || (status == HANSARD_FAILED && sheet.out.size == 0));
			}
			expect_integer(status, HANSARD_OK);
			sheet_end(&sheet);
		}
	}
}

static void an_answer_is_gone_on_with(void)
{
	struct buffer out, whole;
	struct answer answer;
	buffer_init(&out, 1 << 16);
	buffer_init(&whole, 1 << 16);
	answer_begin(&answer, &out, "sample");
	expect_integer(answer_finish(&answer, NULL), HANSARD_OK);
	for (int i = 0; i < 2; i++) {
		expect(answer_reopen(&answer, &out));
		answer_object(&answer, i == 0 ? "first" : "second");
		answer_integer(&answer, "number", i);
		answer_end(&answer);
		expect_integer(answer_finish(&answer, NULL), HANSARD_OK);
	}
	answer_begin(&answer, &whole, "sample");
	for (int i = 0; i < 2; i++) {
		answer_object(&answer, i == 0 ? "first" : "second");
		answer_integer(&answer, "number", i);
		answer_end(&answer);
	}
	expect_integer(answer_finish(&answer, NULL), HANSARD_OK);
	expect(text_equal(buffer_text(&out), buffer_text(&whole)));
	out.ceiling = out.size;
	expect(answer_reopen(&answer, &out));
	answer_integer(&answer, "third", 3);
	expect_integer(answer_finish(&answer, NULL), HANSARD_FAILED);
	expect_integer((int64_t)out.size, 0);
	static const struct text none[] = {
		{"", 0}, {"Steel\n", 6}, {"{\n  \"schema_version\"", 20}, {"{\n  \"format\": 1\n}\n", 18}};
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		whole.size = 0;
		expect(buffer_append_text(&whole, none[i]) && !answer_reopen(&answer, &whole));
		expect(text_equal(buffer_text(&whole), none[i]));
	}
	buffer_finish(&out);
	buffer_finish(&whole);
}

static const struct tap_test tests[] = {
	{"what the Judge did not say stands computed and alone, with one note below", computed_stand_alone},
	{"pages have no trailing blanks, no double gaps, nothing that drives a terminal, at most 80 columns",
	 pages_are_clean},
	{"control characters are shown as what they are", shows_controls},
	{"a page of 40 columns is folded between words, its tables stacked", folds_narrow},
	{"every JSON answer is one object with schema_version and kind, no key twice", json_is_sound},
	{"an answer in JSON is gone on with where it ended, what is none stays as it is", an_answer_is_gone_on_with},
	{"want of memory is an error and leaves no half answer", survives_want_of_memory},
};

TAP_MAIN(tests)
