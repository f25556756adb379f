/*
 * Views of one record: what each of them says, to people and to programs.
 */
#include "view.h"

#include "entity_codec.h"
#include "exchange.h"
#include "sheet.h"

static const struct view_options as_text = {.json = false};
static const struct view_options as_json = {.json = true};

static void show_leads_with_verdict(void)
{
	struct sheet sheet;
	sheet_begin_sample(&sheet);
	sheet_good(&sheet, view_show(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect(text_starts_with(buffer_text(&sheet.out), TEXT("Do NOT supersede RFC 0058 with a hybrid architecture.\n"
														  "  Final verdict of round 3 by the Judge, unanimous.\n\n"
														  "RFC 0058 Supersession: Hybrid Relational + DynamoDB")));
	static const char *const order[] = {"Question\n", "Status\n",       "ALIGNMENT     415 (W:135 C:104 T:92 R:84)",
										"Scores\n",   "Panel\n",        "What they disagreed on",
										"Dissent\n",  "Minority\n",     "The decision in full\n",
										"Adopted\n",  "Key insights\n", "What they said\n"};
	size_t at = 0;
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		const size_t found = text_find(buffer_text(&sheet.out), text_of_string(order[i]), at);
		if (found == SIZE_MAX)
			tap_fail(__FILE__, __LINE__, "%s does not follow", order[i]);
		at = found + 1;
	}
	expect_has(&sheet, "  Tensions      17/17 (record: 18/18) resolved, 0 open\n");
	expect_has(&sheet, "  Croissant  Rust Systems Engineer (Trait Abstractions)  Adjacent  0-3        94\n");
	expect_has(&sheet,
			   "  T0008   Denormalized verdict fields\n          Raised by Muffin in round 0. Resolved: in-memory "
			   "assembly from\n          full-partition load\n");
	sheet_end(&sheet);
}

static void show_without_verdict(void)
{
	struct sheet sheet;
	sheet_begin(&sheet);
	sample_empty(sheet.arena, &sheet.record);
	sheet_good(&sheet, view_show(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_text(buffer_text(&sheet.out), "No verdict yet.\n\nNothing yet\n  empty\n\nStatus\n"
										 "  Status        Open\n  Began         2026-02-06 18:39Z\n"
										 "  Rounds        0\n  Experts       0\n"
										 "  Values the Judge did not state are computed from the record.\n");
	sheet_end(&sheet);
}

static void scoreboard_has_claims(void)
{
	struct sheet sheet;
	sheet_begin_sample(&sheet);
	sheet_good(&sheet, view_scoreboard(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_has(&sheet, "  Round  Panel    W    C   T   R  Score  So far\n"
					   "  ─────  ─────  ───  ───  ──  ──  ─────  ──────\n"
					   "      0     10   45   30  25  25    125     125\n"
					   "      1      8   38   28  22  22    110     235\n"
					   "      2      6   32   26  25  22    105     340\n"
					   "      3      6   20   20  20  15     75     415\n"
					   "    All         135  104  92  84    415\n");
	expect_has(&sheet, "W, C, T and R so far\n"
					   "  Round    W    C   T   R\n"
					   "  ─────  ───  ───  ──  ──\n"
					   "      0   45   30  25  25\n"
					   "      1   83   58  47  47\n"
					   "      2  115   84  72  69\n"
					   "      3  135  104  92  84\n");
	expect_has(&sheet, "      1  7 (record: 15)  9 (record: 0)     16 (record: 15)  0%\n");
	expect_has(&sheet, "      2  1               3 (record: 0)     4 (record: 1)    83%\n");
	sheet_end(&sheet);
}

/* What no round up to one states is missing there; a round that leaves one out adds nothing to it. */
static void scores_so_far_are_of_what_is_stated(void)
{
	struct sheet sheet;
	sheet_begin_sample(&sheet);
	record_round(&sheet.record, 0)->score.present = false;
	record_round(&sheet.record, 0)->wisdom.present = false;
	record_round(&sheet.record, 1)->truth.present = false;
	sheet_good(&sheet, view_scoreboard(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_has(&sheet, "      0     10   —   30  25  25      —       —\n"
					   "      1      8  38   28   —  22    110     110\n");
	expect_has(&sheet, "      0   —   30  25  25\n"
					   "      1  38   58  25  47\n"
					   "      2  70   84  50  69\n");
	sheet.out.size = 0;
	sheet_good(&sheet, view_scoreboard(sheet.arena, &sheet.record, &as_json, &sheet.out, &sheet.error));
	expect_has(&sheet, "\"so_far\": {\n        \"consistency\": 30,\n        \"truth\": 25,\n"
					   "        \"relationships\": 25\n      }");
	expect_has(&sheet, "\"so_far\": {\n        \"wisdom\": 38,\n        \"consistency\": 58,\n"
					   "        \"truth\": 25,\n        \"relationships\": 47,\n        \"score\": 110\n      }");
	sheet_end(&sheet);
}

static void tensions_are_selected(void)
{
	struct sheet sheet;
	sheet_begin_sample(&sheet);
	struct entity_tension *merged = sample_statement(&sheet.record, "T0301");
	merged->status = TENSION_MERGED;
	struct entity_tension *open = sample_statement(&sheet.record, "T0302");
	open->label = TEXT("Still here");
	struct view_tensions_options options = {.open_only = true};
	sheet_good(&sheet, view_tensions(sheet.arena, &sheet.record, &options, &sheet.out, &sheet.error));
	expect_has(&sheet, "  Open      1\n  Merged    1 into others, in no count\n\n  T0302   Still here\n");
	expect_lacks(&sheet, "T0301");
	expect_lacks(&sheet, "T0001");
	sheet.out.size = 0;
	options = (struct view_tensions_options){.all = true};
	sheet_good(&sheet, view_tensions(sheet.arena, &sheet.record, &options, &sheet.out, &sheet.error));
	expect_has(&sheet, "T0301");
	expect_has(&sheet, "T0001");
	expect_has(&sheet, "17/17 (record: 18/19)");
	sheet_end(&sheet);
}

static void entities_both_ways(void)
{
	static const struct text asked[] = {{"T0003", 5}, {"r 0101", 6}, {"P9999", 5}};
	static const struct text_list ids = {asked, 3, true};
	struct sheet sheet;
	sheet_begin_sample(&sheet);
	sheet_good(&sheet, view_entities(sheet.arena, &sheet.record, &ids, &as_text, &sheet.out, &sheet.error));
	expect_has(&sheet,
			   "T0003   Leaky abstraction risk\n  Resolved tension of round 0 by Croissant\n\n  Referred to by\n"
			   "    address   R0101 Build the trait boundary first\n\n  History\n"
			   "    2026-02-06 18:39Z  addressed by Croissant in round 2\n");
	expect_has(&sheet, "  Refers to\n    address   T0003 Leaky abstraction risk\n");
	expect_has(&sheet, "P9999: there is no round 99\n");
	sheet.out.size = 0;
	sheet_good(&sheet, view_entities(sheet.arena, &sheet.record, &ids, &as_json, &sheet.out, &sheet.error));
	expect_has(&sheet,
			   "{\n      \"id\": \"P9999\",\n      \"found\": false,\n      \"why\": \"there is no round 99\"\n    }");
	sheet_end(&sheet);
}

static void progress_names_blockers(void)
{
	struct sheet sheet;
	sheet_begin_sample(&sheet);
	sheet_good(&sheet, view_progress(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_has(&sheet, "The final verdict has been given.\n");
	expect_has(&sheet, "      2  115   84  72  69\n");
	sheet.out.size = 0;
	sheet.record.lists[ENTITY_VERDICT].count = 0;
	sheet_good(&sheet, view_progress(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_has(&sheet, "Nothing blocks a final verdict.\n");
	sheet.out.size = 0;
	sample_statement(&sheet.record, "P0301");
	struct entity_tension *tension = sample_statement(&sheet.record, "T0301");
	tension->label = TEXT("Unfinished");
	sheet.record.lists[ENTITY_MOVE].count--;
	sheet_good(&sheet, view_progress(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_has(&sheet, "What blocks a final verdict\n  1 open tension\n    T0301   Unfinished\n  1 new perspective\n"
					   "    P0301   a label\n  1 who has not signalled convergence: Tartlet\n");
	sheet.out.size = 0;
	sheet_good(&sheet, view_progress(sheet.arena, &sheet.record, &as_json, &sheet.out, &sheet.error));
	expect_has(&sheet,
			   "\"blockers\": {\n    \"open_tensions\": [\n      \"T0301\"\n    ],\n    \"new_perspectives\": [\n"
			   "      \"P0301\"\n    ],\n    \"not_signalled\": [\n      \"tartlet\"\n    ]\n  }");
	sheet_end(&sheet);
}

static void claims_in_json(void)
{
	struct sheet sheet;
	sheet_begin_sample(&sheet);
	record_round(&sheet.record, 0)->velocity.present = false;
	sheet_good(&sheet, view_scoreboard(sheet.arena, &sheet.record, &as_json, &sheet.out, &sheet.error));
	expect(
		text_starts_with(buffer_text(&sheet.out), TEXT("{\n  \"schema_version\": 1,\n  \"kind\": \"scoreboard\",\n")));
	expect_has(&sheet, "\"open_tensions\": {\n        \"said\": 7,\n        \"record\": 15\n      }");
	expect_has(&sheet, "\"velocity\": {\n        \"record\": 11\n      }");
	expect_has(&sheet, "\"alignment\": {\n      \"said\": 415,\n      \"record\": 415\n    }");
	sheet_end(&sheet);
}

/* Every event of the sample away, and these instead. */
static void no_events(struct sheet *sheet)
{
	sheet->record.lists[ENTITY_EVENT].count = 0;
}

static struct entity_event *last_event(struct sheet *sheet, const char *type, const char *target, int round)
{
	const size_t before = sheet->record.lists[ENTITY_EVENT].count;
	sample_event(&sheet->record, (struct sample_event){type, target, round, "judge", "because"});
	expect_integer((int64_t)sheet->record.lists[ENTITY_EVENT].count, (int64_t)before + 1);
	for (size_t i = 0; i <= before; i++) {
		struct entity_event *event = (struct entity_event *)sheet->record.lists[ENTITY_EVENT].items[i];
		struct item_key_event key;
		expect(item_key_read_event(event->head.subkey, &key));
		if (text_is(key.target, target) && text_is(key.type, type))
			return event;
	}
	tap_fail(__FILE__, __LINE__, "the event is not there");
	return NULL;
}

static void events_in_order(void)
{
	struct sheet sheet;
	sheet_begin_sample(&sheet);
	no_events(&sheet);
	last_event(&sheet, "converged", "meta", 1);
	last_event(&sheet, "resolved", "T0002", 2);
	last_event(&sheet, "resolved", "T0001", 2);
	last_event(&sheet, "addressed", "T0003", 1)->created_at = TEXT("2026-02-06T18:40:05.123456Z");
	last_event(&sheet, "addressed", "T0004", 1);
	struct entity_event *silent = last_event(&sheet, "abandoned", "meta", 0);
	silent->event_round.present = false;
	silent->created_at = TEXT("2026-02-07T10:00:00.000000Z");
	sheet_good(&sheet, view_events(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_has(&sheet, "6 events, by round, time and id; of a round those of the dialogue itself last\n");
	static const char *const order[] = {"T0004 addressed", "T0003 addressed", "meta converged",
										"T0001 resolved",  "T0002 resolved",  "meta abandoned"};
	size_t at = 0;
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		at = text_find(buffer_text(&sheet.out), text_of_string(order[i]), at);
		if (at == SIZE_MAX)
			tap_fail(__FILE__, __LINE__, "%s does not follow", order[i]);
	}
	expect_has(&sheet,
			   "    2026-02-06 18:40:05Z  T0003 addressed by Judge in round 1\n                          because\n");
	expect_lacks(&sheet, "123456");
	sheet.out.size = 0;
	sheet.record.lists[ENTITY_EVENT].count = 1;
	sheet_good(&sheet, view_events(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_has(&sheet, "1 event, by round");
	sheet_end(&sheet);
}

/* What happened to one thing at one instant, as it happened: in the text and in the export. */
static void events_of_one_instant_in_order(void)
{
	struct sheet sheet;
	sheet_begin_sample(&sheet);
	no_events(&sheet);
	static const char *const subkeys[] = {"resolved#T0001#20260206T184005000000Z#0000",
										  "reopened#T0001#20260206T184005000000Z#0001"};
	for (size_t i = 0; i < 2; i++) {
		struct entity_head *head = entity_codec_create(sheet.arena, ENTITY_EVENT, text_of_string(subkeys[i]));
		struct entity_event *event = (struct entity_event *)head;
		expect(event != NULL && record_add(&sheet.record, head, &sheet.error) == HANSARD_OK);
		event->event_type = i == 0 ? EVENT_RESOLVED : EVENT_REOPENED;
		event->created_at = TEXT("2026-02-06T18:40:05.000000Z");
	}
	sheet_good(&sheet, view_events(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	struct text out = buffer_text(&sheet.out);
	expect(text_find(out, TEXT("resolved"), 0) < text_find(out, TEXT("reopened"), 0));
	sheet.out.size = 0;
	sheet_good(&sheet, exchange_write(sheet.arena, &sheet.record, &sheet.out, &sheet.error));
	out = buffer_text(&sheet.out);
	const size_t resolved = text_find(out, text_of_string(subkeys[0]), 0);
	const size_t reopened = text_find(out, text_of_string(subkeys[1]), 0);
	expect(resolved < reopened && reopened != SIZE_MAX);
	sheet_end(&sheet);
}

static void a_total_differs_only_from_a_whole_sum(void)
{
	struct sheet sheet;
	sheet_begin_sample(&sheet);
	record_meta(&sheet.record)->total_alignment.value = 416;
	sheet_good(&sheet, view_show(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_has(&sheet, "  ALIGNMENT     416 (W:135 C:104 T:92 R:84) (record: 415)\n");
	sheet.out.size = 0;
	record_round(&sheet.record, 3)->score.present = false;
	record_round(&sheet.record, 3)->wisdom.present = false;
	sheet_good(&sheet, view_show(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_has(&sheet, "  ALIGNMENT     416 (");
	expect_lacks(&sheet, "(record: 340)");
	sheet_end(&sheet);
}

/* Where no round states a score, what can be held against the Judge's total is what the experts got, if each has something. */
static void a_total_differs_from_the_experts(void)
{
	struct sheet sheet;
	sheet_begin_sample(&sheet);
	for (int i = 0; i < 4; i++) {
		struct entity_round *round = record_round(&sheet.record, i);
		round->score.present = round->wisdom.present = round->consistency.present = round->truth.present =
			round->relationships.present = false;
	}
	sheet_good(&sheet, view_show(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_has(&sheet, "  ALIGNMENT     415 (record: 647, by the experts' scores)\n");
	sheet.out.size = 0;
	sheet_good(&sheet, view_scoreboard(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_has(&sheet, "  ALIGNMENT  415 (record: 647, by the experts' scores)\n");
	sheet.out.size = 0;
	sheet_good(&sheet, view_scoreboard(sheet.arena, &sheet.record, &as_json, &sheet.out, &sheet.error));
	expect_has(&sheet, "\"alignment\": {\n      \"said\": 415,\n      \"record\": 647\n    }");
	record_meta(&sheet.record)->total_alignment.value = 647;
	sheet.out.size = 0;
	sheet_good(&sheet, view_show(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_has(&sheet, "  ALIGNMENT     647\n");
	record_meta(&sheet.record)->total_alignment.value = 415;
	record_expert(&sheet.record, TEXT("donut"))->scores = (struct schema_groups){0};
	sheet.out.size = 0;
	sheet_good(&sheet, view_show(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_has(&sheet, "  ALIGNMENT     415\n");
	record_meta(&sheet.record)->total_alignment.present = false;
	sheet.out.size = 0;
	sheet_good(&sheet, view_show(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_lacks(&sheet, "ALIGNMENT");
	sheet_end(&sheet);
}

/* W, C, T and R do not add up to a total of which a round gave none of them: what is lacking is said. */
static void what_has_no_parts_is_said(void)
{
	struct sheet sheet;
	sheet_begin_sample(&sheet);
	struct entity_round *last = record_round(&sheet.record, 3);
	last->wisdom.present = last->consistency.present = last->truth.present = last->relationships.present = false;
	sheet_good(&sheet, view_show(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_has(&sheet, "  ALIGNMENT     415 (W:115 C:84 T:72 R:69; 75 without parts)\n");
	last->wisdom = (struct schema_integer){.value = 20, .present = true};
	sheet.out.size = 0;
	sheet_good(&sheet, view_show(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_has(&sheet, "  ALIGNMENT     415 (W:135 C:84 T:72 R:69; 55 without parts)\n");
	for (int i = 0; i < 4; i++) {
		struct entity_round *round = record_round(&sheet.record, i);
		round->wisdom.present = round->consistency.present = round->truth.present = round->relationships.present =
			false;
	}
	sheet.out.size = 0;
	sheet_good(&sheet, view_show(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_has(&sheet, "  ALIGNMENT     415\n");
	sheet_end(&sheet);
}

static void says_why_abandoned(void)
{
	struct sheet sheet;
	sheet_begin(&sheet);
	sample_empty(sheet.arena, &sheet.record);
	record_meta(&sheet.record)->status = DIALOGUE_ABANDONED;
	last_event(&sheet, "abandoned", "meta", 0)->reason = TEXT("The shelf was taken.");
	sheet_good(&sheet, view_show(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect(text_starts_with(buffer_text(&sheet.out), TEXT("Abandoned: The shelf was taken.\n"
														  "  by Judge, 2026-02-06 18:39Z\nNo verdict.\n")));
	sheet_end(&sheet);
}

static void statements_show_their_fate(void)
{
	struct sheet sheet;
	sheet_begin_sample(&sheet);
	((struct entity_perspective *)sample_statement(&sheet.record, "P0301"))->status = PERSPECTIVE_MERGED;
	((struct entity_perspective *)sample_statement(&sheet.record, "P0302"))->status = PERSPECTIVE_REFINED;
	((struct entity_perspective *)sample_statement(&sheet.record, "P0303"))->status = PERSPECTIVE_CONCEDED;
	struct entity_recommendation *named = sample_statement(&sheet.record, "R0301");
	named->status = RECOMMENDATION_ADOPTED;
	named->adopted_in_verdict = TEXT("interim-1");
	struct entity_recommendation *dated = sample_statement(&sheet.record, "R0302");
	dated->status = RECOMMENDATION_ADOPTED;
	sample_event(&sheet.record, (struct sample_event){"adopted", "R0302", 3, "judge", "agreed"});
	sheet_good(&sheet, view_show(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_has(&sheet, "    P0301 (merged)\n");
	expect_has(&sheet, "    P0302 (refined)\n");
	expect_has(&sheet, "    P0303 (conceded)\n");
	expect_has(&sheet, "  R0301   a label\n          Adopted by verdict interim-1.\n");
	expect_has(&sheet, "  R0302   a label\n          Adopted in round 3 by Judge.\n");
	sheet.record.lists[ENTITY_VERDICT].count = 0;
	sheet.out.size = 0;
	sheet_good(&sheet, view_show(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_has(&sheet, "\nAdopted\n");
	sheet_end(&sheet);
}

/* Nobody is made up where nobody is named, and a bare state ends like a sentence. */
static void what_nobody_did_names_nobody(void)
{
	struct sheet sheet;
	sheet_begin_sample(&sheet);
	struct entity_recommendation *adopted = sample_statement(&sheet.record, "R0301");
	adopted->status = RECOMMENDATION_ADOPTED;
	sample_event(&sheet.record, (struct sample_event){"adopted", "R0301", 3, "judge", "agreed"});
	const struct record_list *events = &sheet.record.lists[ENTITY_EVENT];
	for (size_t i = 0; i < events->count; i++)
		if (text_find(events->items[i]->subkey, TEXT("#R0301#"), 0) != SIZE_MAX)
			((struct entity_event *)events->items[i])->actors = (struct text_list){0};
	struct entity_tension *tension = sample_statement(&sheet.record, "T0301");
	tension->status = TENSION_RESOLVED;
	tension->contributors = (struct text_list){0};
	sheet_good(&sheet, view_show(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_has(&sheet, "  R0301   a label\n          Adopted in round 3.\n");
	expect_has(&sheet, "  T0301   a label\n          Raised in round 3. Resolved.\n");
	expect_lacks(&sheet, "nobody");
	sheet_end(&sheet);
}

/* A moment that nobody states is none of the dialogue's: not when it began, and not when something happened in it. */
static void undated_says_so(void)
{
	struct sheet sheet;
	sheet_begin_sample(&sheet);
	sample_event(&sheet.record, (struct sample_event){"commented", "meta", 3, "judge", "a word"});
	const struct record_list *events = &sheet.record.lists[ENTITY_EVENT];
	struct entity_event *word = NULL;
	for (size_t i = 0; i < events->count; i++)
		if (text_starts_with(events->items[i]->subkey, TEXT("commented#meta#")))
			word = (struct entity_event *)events->items[i];
	word->reference = TEXT("created_at");
	record_meta(&sheet.record)->converged_at = TEXT(SAMPLE_TIME);
	for (int spoken = 1; spoken >= 0; spoken--) {
		if (!spoken) /* a comment of the Judge on this field is nothing but a comment */
			word->actors = (struct text_list){0};
		sheet.out.size = 0;
		sheet_good(&sheet, view_show(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
		expect(sheet_has(&sheet, "  Began         2026-02-06 18:39Z\n") == (spoken == 1));
		expect(sheet_has(&sheet, "  Began         date not recorded (imported 2026-02-06 18:39Z)\n") == (spoken == 0));
		expect(sheet_has(&sheet, "  Converged     2026-02-06 18:39Z\n") == (spoken == 1));
		sheet.out.size = 0;
		sheet_good(&sheet, view_show(sheet.arena, &sheet.record, &as_json, &sheet.out, &sheet.error));
		expect(sheet_has(&sheet, "  \"imported_at\": \"2026-02-06T18:39:00.000000Z\",\n  \"record\"") == (spoken == 0));
		sheet.out.size = 0;
		sheet_good(&sheet, view_events(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
		expect(sheet_has(&sheet, "    2026-02-06 18:39Z  meta commented") == (spoken == 1));
		expect(sheet_has(&sheet, "    undated  meta commented") == (spoken == 0));
	}
	sheet_end(&sheet);
}

static void ask(struct sheet *sheet, const char *asked, bool json, size_t *ret_missing)
{
	const struct text text = text_of_string(asked);
	const struct text_list ids = {&text, 1, true};
	const struct view_options options = {.json = json, .ret_missing = ret_missing};
	sheet->out.size = 0;
	sheet_good(sheet, view_entities(sheet->arena, &sheet->record, &ids, &options, &sheet->out, &sheet->error));
}

static void finds_what_is_meant(void)
{
	struct sheet sheet;
	size_t missing = 99;
	sheet_begin_sample(&sheet);
	static const struct text croissant[] = {{"croissant", 9}};
	static const struct text muffin[] = {{"muffin", 6}};
	struct entity_perspective *first = sample_statement(&sheet.record, "P0301");
	struct entity_perspective *second = sample_statement(&sheet.record, "P0302");
	struct entity_claim *third = sample_statement(&sheet.record, "C0301");
	first->label = TEXT("What Croissant wrote");
	first->local_id = second->local_id = TEXT("P77");
	first->contributors = (struct text_list){croissant, 1, true};
	second->contributors = (struct text_list){muffin, 1, true};
	third->contributors = (struct text_list){0};
	ask(&sheet, "Croissant-p77", false, &missing);
	expect_has(&sheet, "P0301   What Croissant wrote\n");
	expect_integer((int64_t)missing, 0);
	ask(&sheet, "p77", false, &missing);
	expect_has(&sheet, "p77: 2 statements were written so: P0301, P0302\n");
	expect_integer((int64_t)missing, 1);
	ask(&sheet, "P9999", true, &missing);
	expect_integer((int64_t)missing, 1);
	ask(&sheet, "C0301", false, &missing);
	expect_has(&sheet, "claim of round 3\n");
	ask(&sheet, "CROISSANT", false, &missing);
	expect_integer((int64_t)missing, 0);
	expect_has(&sheet, "Croissant\n  Expert croissant\n  Rust Systems Engineer (Trait Abstractions)\n");
	expect_has(&sheet, "\n  Statements\n");
	expect_has(&sheet, "    P0301   What Croissant wrote\n");
	expect_has(&sheet, "\n  Moves\n");
	expect_has(&sheet, "    Round 3   converge");
	expect_has(&sheet, "  Round  W  C  T  R  Score\n");
	expect_lacks(&sheet, "P0302");
	ask(&sheet, "croissant", true, &missing);
	expect_has(&sheet, "\"id\": \"croissant\",\n      \"found\": true,\n      \"type\": \"expert\"");
	expect_has(&sheet, "\"statements\": [");
	expect_has(&sheet, "\"moves\": [");
	sheet_end(&sheet);
}

static void one_is_not_many(void)
{
	struct sheet sheet;
	sheet_begin_sample(&sheet);
	record_meta(&sheet.record)->total_rounds.value = 1;
	sheet.record.lists[ENTITY_ROUND].count = 1;
	sheet.record.lists[ENTITY_TENSION].count = 1;
	sheet_good(&sheet, view_show(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_has(&sheet, "  Rounds        1 (R0)\n");
	expect_has(&sheet, "  1 tension: 1 resolved, 0 settled otherwise, 0 open.\n");
	expect_text(text_of_string(view_plural(ENTITY_EVIDENCE, 2)), "evidence");
	expect_text(text_of_string(view_plural(ENTITY_EVIDENCE, 1)), "evidence");
	expect_text(text_of_string(view_plural(ENTITY_CLAIM, 2)), "claims");
	expect_text(text_of_string(view_plural(ENTITY_CLAIM, 1)), "claim");
	record_expert(&sheet.record, TEXT("croissant"))->role = TEXT_ABSENT;
	sheet.out.size = 0;
	sheet_good(&sheet, view_show(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_has(&sheet, "  Croissant  —  ");
	sheet_end(&sheet);
}

/* Why an id stands for nothing: in the text and in the JSON. */
static void what_is_not_there_says_why(void)
{
	static const struct {
		const char *id;
		const char *why;
	} asked[] = {
		{"Q1", "no id and no expert here: ids look like P0102 or T0001"},
		{"P+1", "no id and no expert here: ids look like P0102 or T0001"},
		{"P00001", "no id and no expert here: ids look like P0102 or T0001"},
		{"mufin", "no id and no expert here: did you mean muffin?"},
		{"E0001", "round 0 has no evidence"},
		{"t 0099", "there is no such tension; the last of round 0 is T0010"},
		{"T0701", "there is no round 7"},
	};
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		struct sheet sheet;
		size_t missing = 0;
		char wanted[128];
		sheet_begin_sample(&sheet);
		ask(&sheet, asked[i].id, false, &missing);
		expect_integer((int64_t)missing, 1);
		snprintf(wanted, sizeof(wanted), "%s: %s\n", asked[i].id, asked[i].why);
		expect_has(&sheet, wanted);
		ask(&sheet, asked[i].id, true, &missing);
		snprintf(wanted, sizeof(wanted), "\"found\": false,\n      \"why\": \"%s\"\n", asked[i].why);
		expect_has(&sheet, wanted);
		sheet_end(&sheet);
	}
}

static void moves_and_references_by_round(void)
{
	struct sheet sheet;
	sheet_begin_sample(&sheet);
	sheet_good(&sheet, view_moves(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_has(&sheet, "12 moves, by round and expert\n\nRound 1\n  Converged: nobody signalled it\n"
					   "    concede     Muffin: T0001\n\nRound 2\n"
					   "  Converged: Cannoli, Croissant, Galette, Muffin, Tartlet\n    converge    Cannoli\n");
	sheet.out.size = 0;
	sheet_good(&sheet, view_moves(sheet.arena, &sheet.record, &as_json, &sheet.out, &sheet.error));
	expect_has(&sheet,
			   "\"rounds\": [\n    {\n      \"round\": 1,\n      \"signals\": [],\n      \"moves\": [\n        {\n"
			   "          \"expert\": \"muffin\",\n          \"seq\": 1,\n          \"move_type\": \"concede\",\n");
	expect_has(&sheet, "\"round\": 2,\n      \"signals\": [\n        \"cannoli\",\n        \"croissant\",\n");
	sheet.out.size = 0;
	sheet_good(&sheet, view_references(sheet.arena, &sheet.record, &as_text, &sheet.out, &sheet.error));
	expect_text(buffer_text(&sheet.out), "2 references, by round of their source\n\nRound 1\n"
										 "    E0101   support R0101 Build the trait boundary first\n"
										 "    R0101   address T0003 Leaky abstraction risk\n");
	sheet.out.size = 0;
	sheet_good(&sheet, view_references(sheet.arena, &sheet.record, &as_json, &sheet.out, &sheet.error));
	expect_has(&sheet, "\"references\": [\n    {\n      \"round\": 1,\n      \"source\": \"E0101\",\n      \"type\": "
					   "\"support\",\n      \"target\": \"R0101\",\n");
	sheet_end(&sheet);
}

static const struct tap_test tests[] = {
	{"what is not there says why", what_is_not_there_says_why},
	{"moves and references stand by round", moves_and_references_by_round},
	{"show leads with the verdict's own sentence and goes on as a newcomer asks", show_leads_with_verdict},
	{"show of a dialogue without a verdict says so", show_without_verdict},
	{"a total differs only from the sum of all rounds", a_total_differs_only_from_a_whole_sum},
	{"where no round states a score a total stands beside what the experts got", a_total_differs_from_the_experts},
	{"what of a total has no parts is said", what_has_no_parts_is_said},
	{"the scoreboard has every number, claims beside the record, aligned", scoreboard_has_claims},
	{"what was scored so far is of what is stated, and missing where nothing is", scores_so_far_are_of_what_is_stated},
	{"tensions are listed as asked: open, settled, merged", tensions_are_selected},
	{"an entity is shown with references both ways and its history; one that is not there is named",
	 entities_both_ways},
	{"progress names what blocks a final verdict", progress_names_blockers},
	{"JSON keeps what was said apart from the record", claims_in_json},
	{"events stand by round, time and id, the dialogue's own last in its round, to the second", events_in_order},
	{"events of one instant stand as they happened", events_of_one_instant_in_order},
	{"an abandoned dialogue says why at once", says_why_abandoned},
	{"every statement is listed with what became of it, every adopted one with who adopted it",
	 statements_show_their_fate},
	{"of a dialogue without a date no moment is told as one", undated_says_so},
	{"where nobody is named nobody is made up, and a bare state ends like a sentence", what_nobody_did_names_nobody},
	{"an entity is found by the id its author wrote, an expert by slug or name; what is missing is counted",
	 finds_what_is_meant},
	{"one is not many, and what is missing is a dash", one_is_not_many},
};

TAP_MAIN(tests)
