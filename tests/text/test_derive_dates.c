/*
 * When a dialogue took place, as its name or a file states it; and what is said where none does.
 */
#include "derive_sample.h"
#include "record.h"
#include "tap.h"
#include "undated.h"

#define NOW "2026-11-21T12:00:00.000000Z"

static struct derive_sample sample;

/* A converged dialogue with this line in its scoreboard. */
static const struct entity_meta *read_with(const char *name, const char *line)
{
	static char scoreboard[128];
	snprintf(scoreboard, sizeof(scoreboard), "**Status**: Converged\n\n%s\n", line);
	derive_sample_end(&sample);
	derive_sample_begin(&sample);
	derive_sample_add(&sample, "round-0/panel.json", "[\"Bo\", \"Dee\"]");
	derive_sample_add(&sample, "round-0/bo.md", "[CLAIM C01: a]\n");
	derive_sample_add(&sample, "scoreboard.md", scoreboard);
	expect(derive_sample_read(&sample, name));
	return record_meta(&sample.result.record);
}

/* Events that say that there is no date, and problems that do. */
static void expect_undated(size_t count)
{
	const struct record_list *events = &sample.result.record.lists[ENTITY_EVENT];
	size_t comments = 0;
	for (size_t i = 0; i < events->count; i++)
		comments += ((const struct entity_event *)events->items[i])->event_type == EVENT_COMMENTED;
	expect_integer((int64_t)comments, (int64_t)count);
	expect_integer((int64_t)derive_sample_problems(&sample, PROBLEM_MISSING_FIELD), (int64_t)count);
	expect_integer(undated_record(&sample.result.record), count > 0);
}

static void a_date_that_is_stated_stands(void)
{
	static const struct {
		const char *name, *line, *moment;
	} rows[] = {
		{"2026-05-04T0900Z-kites", "", "2026-05-04T09:00:00.000000Z"},
		{"2026-05-04T0900Z-kites", "**Date**: some time in May", "2026-05-04T09:00:00.000000Z"},
		{"kites", "**Date**: 2026-05-04", "2026-05-04T00:00:00.000000Z"},
		{"kites", "**Date**: 2026-05-04 09:30Z", "2026-05-04T09:30:00.000000Z"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct entity_meta *meta = read_with(rows[i].name, rows[i].line);
		expect_text(meta->created_at, rows[i].moment);
		expect_text(meta->converged_at, rows[i].moment);
		expect_undated(0);
		expect_integer((int64_t)derive_sample_problems(&sample, PROBLEM_NOT_UNDERSTOOD), 0);
	}
}

static void where_none_is_stated_that_is_said(void)
{
	const struct entity_meta *meta = read_with("kites", "");
	expect_text(meta->created_at, NOW);
	expect_integer(meta->status, DIALOGUE_CONVERGED);
	expect(!text_present(meta->converged_at));
	expect_undated(1);
	const struct entity_head *said =
		record_find(&sample.result.record, ENTITY_EVENT, TEXT("commented#meta#20261121T120000000000Z#0001"));
	expect(said != NULL && undated_by((const struct entity_event *)said, meta));
	/* Where the dialogue has not converged it is the only one of its moment. */
	derive_sample_end(&sample);
	derive_sample_begin(&sample);
	derive_sample_add(&sample, "round-0/bo.md", "[CLAIM C01: a]\n");
	expect(derive_sample_read(&sample, "kites"));
	expect_undated(1);
	expect(record_find(&sample.result.record, ENTITY_EVENT, TEXT("commented#meta#20261121T120000000000Z#0000")) !=
		   NULL);
}

static void a_date_that_cannot_be_read_is_none(void)
{
	static const char *const lines[] = {"**Date**: some time in May", "**Date**: 2026-13-45"};
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		read_with("kites", lines[i]);
		expect_undated(1);
		expect(derive_sample_problem(&sample, PROBLEM_NOT_UNDERSTOOD, "scoreboard.md", 3));
	}
}

static void one_that_was_begun_here_has_its_date(void)
{
	read_with("kites", "");
	const struct derive_request request = {.dialogue_id = TEXT("kites"),
										   .source_key = TEXT("kites"),
										   .now = TEXT(NOW),
										   .files = sample.files,
										   .file_count = sample.count,
										   .begun = true};
	expect_integer(derive_record(sample.arena, &request, &sample.result, NULL), HANSARD_OK);
	expect_text(record_meta(&sample.result.record)->created_at, NOW);
	expect_undated(0);
}

static const struct tap_test tests[] = {
	{"a date that a name or a file states is the dialogue's", a_date_that_is_stated_stands},
	{"where none is stated a comment of nobody says so, and the report", where_none_is_stated_that_is_said},
	{"a date that cannot be read is none, and its place is told", a_date_that_cannot_be_read_is_none},
	{"a dialogue that was begun here has its date", one_that_was_begun_here_has_its_date},
};
TAP_MAIN(tests)
