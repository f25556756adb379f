/*
 * A document that was written reads as the same dialogue: folders are read, written as a recorded document, and that is
 * read again. By design a document does not carry
 *   - the files, and with them the places where things were read,
 *   - the ids that authors wrote: statements stand under their display ids,
 *   - line breaks in what was said with a move, and in reasons taken from it: a row of a table is one line,
 *   - headings in a round's summary: they become bold lines,
 *   - that nobody listed participants, or said a role of one round: the names and the expert's latest role stand there,
 *   - that a tension was merged as it was read: its row says so, which is an event.
 */
#include "derive_sample.h"
#include "document.h"
#include "record.h"
#include "tally.h"
#include "tap.h"

#define RFC "2026-02-06T1839Z-rfc-0058-supersession-hybrid-relational-dynamodb-architecture"
#define JIRA "2026-03-11T1341Z-jira-cloud-integration-for-blue"
#define LENDING "2026-05-04T0900Z-lending-tools-and-instruments"

static struct derive_sample first, again;

/* Blanks, line breaks and what makes a heading or a bold line say nothing. */
static size_t skip(struct text text, size_t at)
{
	while (at < text.size && text.data[at] != '\0' && strchr(" \t\r\n#*\\", text.data[at]) != NULL)
		at++;
	return at;
}

static bool same_words(struct text a, struct text b)
{
	size_t i = skip(a, 0), j = skip(b, 0);
	while (i < a.size && j < b.size && a.data[i] == b.data[j]) {
		i = skip(a, i + 1);
		j = skip(b, j + 1);
	}
	return i == a.size && j == b.size;
}

static void expect_words(const char *what, struct text now, struct text before)
{
	if (!same_words(now, before))
		tap_fail(__FILE__, __LINE__, "%s is \"%.*s\", was \"%.*s\"", what, (int)now.size,
				 now.data != NULL ? now.data : "", (int)before.size, before.data != NULL ? before.data : "");
}

static void expect_same(const char *what, struct schema_integer now, struct schema_integer before)
{
	if (now.present != before.present || now.value != before.value)
		tap_fail(__FILE__, __LINE__, "%s is %lld (%d), was %lld (%d)", what, (long long)now.value, now.present,
				 (long long)before.value, before.present);
}

/* Reads a folder, writes the document, and reads that. False when the folder is not there. */
static bool read_twice(const char *folder, const char *name)
{
	char path[512];
	derive_sample_end(&first);
	derive_sample_end(&again);
	derive_sample_begin(&first);
	derive_sample_begin(&again);
	if (!derive_sample_load(&first, folder))
		return false;
	struct buffer document;
	struct text copy, place;
	buffer_init(&document, (size_t)8 << 20);
	snprintf(path, sizeof(path), "%s.dialogue.recorded.md", name);
	bool written = derive_sample_read(&first, name) &&
				   document_write(first.arena, &first.result.record, TEXT("here"), &document, NULL) == HANSARD_OK &&
				   arena_copy_text(again.arena, buffer_text(&document), &copy) &&
				   arena_copy_text(again.arena, text_of_string(path), &place);
	buffer_finish(&document);
	expect(written);
	again.files[again.count++] = (struct derive_file){.path = place, .content = bytes_of_text(copy)};
	expect(derive_sample_read(&again, path));
	return true;
}

static void compare_meta(const struct record *a, const struct record *b)
{
	const struct entity_meta *x = record_meta(a), *y = record_meta(b);
	expect(text_equal(a->dialogue_id, b->dialogue_id));
	expect_words("title", y->title, x->title);
	expect_words("question", y->question, x->question);
	expect_integer(y->status, x->status);
	expect(text_equal(y->created_at, x->created_at));
	expect_same("total rounds", y->total_rounds, x->total_rounds);
	expect_same("total alignment", y->total_alignment, x->total_alignment);
	expect_same("max rounds", y->max_rounds, x->max_rounds);
	expect_words("tensions claimed", y->tensions_claimed, x->tensions_claimed);
	expect_words("convergence claimed", y->convergence_claimed, x->convergence_claimed);
	expect_integer((int64_t)y->insights.count, (int64_t)x->insights.count);
	for (size_t i = 0; i < x->insights.count; i++)
		expect_words("insight", y->insights.items[i], x->insights.items[i]);
	expect_integer((int64_t)y->links.count, (int64_t)x->links.count);
	for (size_t i = 0; i < x->links.count; i++) {
		const struct record_link *was = x->links.items, *is = y->links.items;
		expect_words("link", is[i].kind, was[i].kind);
		expect_words("link", is[i].reference, was[i].reference);
	}
	expect((x->pool == NULL) == (y->pool == NULL));
	const struct record_pool_member *was = x->pool->members.items, *is = y->pool->members.items;
	expect_integer((int64_t)y->pool->members.count, (int64_t)x->pool->members.count);
	for (size_t i = 0; i < x->pool->members.count; i++) {
		expect_words("role of the pool", is[i].role, was[i].role);
		expect_words("focus of the pool", is[i].focus, was[i].focus);
		expect_integer(is[i].tier, was[i].tier);
		expect_same("relevance of the pool", is[i].relevance, was[i].relevance);
	}
}

static void compare_panel(const struct entity_round *x, const struct entity_round *y)
{
	const struct record_seat *was = x->panel.items, *is = y->panel.items;
	expect_integer((int64_t)y->panel.count, (int64_t)x->panel.count);
	expect_same("panel size", y->panel_size, x->panel_size);
	for (size_t i = 0; i < x->panel.count; i++) {
		expect(text_equal(is[i].expert, was[i].expert));
		if (text_present(was[i].role))
			expect_words("role", is[i].role, was[i].role);
		expect_words("focus", is[i].focus, was[i].focus);
		expect_integer(is[i].tier, was[i].tier);
		expect_integer(is[i].source, was[i].source);
		expect_same("relevance", is[i].relevance, was[i].relevance);
	}
}

static void compare_rounds(const struct record *a, const struct record *b)
{
	expect_integer((int64_t)record_rounds(b), (int64_t)record_rounds(a));
	for (int n = 0; n <= record_last_round(a); n++) {
		const struct entity_round *x = record_round(a, n), *y = record_round(b, n);
		expect((x == NULL) == (y == NULL));
		if (x == NULL)
			continue;
		expect_integer(y->status, x->status);
		expect_same("score", y->score, x->score);
		expect_same("W", y->wisdom, x->wisdom);
		expect_same("C", y->consistency, x->consistency);
		expect_same("T", y->truth, x->truth);
		expect_same("R", y->relationships, x->relationships);
		expect_same("open tensions", y->open_tensions, x->open_tensions);
		expect_same("new perspectives", y->new_perspectives, x->new_perspectives);
		expect_same("velocity", y->velocity, x->velocity);
		expect_same("converge %", y->converge_permille, x->converge_permille);
		if (text_find(x->summary, TEXT("[MOVE:"), 0) == SIZE_MAX) /* which is kept from posing as a marker */
			expect_words("summary", y->summary, x->summary);
		compare_panel(x, y);
	}
}

static void compare_experts(const struct record *a, const struct record *b)
{
	expect_integer((int64_t)b->lists[ENTITY_EXPERT].count, (int64_t)a->lists[ENTITY_EXPERT].count);
	for (size_t i = 0; i < a->lists[ENTITY_EXPERT].count; i++) {
		const struct entity_expert *x = (const struct entity_expert *)a->lists[ENTITY_EXPERT].items[i];
		const struct entity_expert *y = record_expert(b, x->head.subkey);
		expect(y != NULL);
		expect_words("name", y->name, x->name);
		expect_words("role", y->role, x->role);
		expect_integer(y->tier, x->tier);
		expect_same("first round", y->first_round, x->first_round);
		expect_integer((int64_t)y->scores.count, (int64_t)x->scores.count);
		for (size_t j = 0; j < x->scores.count; j++) {
			const struct record_expert_score *was = x->scores.items, *is = y->scores.items;
			expect_same("round of a score", is[j].round, was[j].round);
			expect_same("score of an expert", is[j].total, was[j].total);
		}
	}
}

static void compare_statements(const struct record *a, const struct record *b)
{
	static const enum entity_type types[] = {ENTITY_PERSPECTIVE, ENTITY_TENSION, ENTITY_RECOMMENDATION, ENTITY_EVIDENCE,
											 ENTITY_CLAIM};
	for (size_t t = 0; t < sizeof(types) / sizeof(types[0]); t++) {
		const struct record_list *x = &a->lists[types[t]], *y = &b->lists[types[t]];
		expect_integer((int64_t)y->count, (int64_t)x->count);
		for (size_t i = 0; i < x->count; i++) {
			struct record_statement was, is;
			expect(record_statement(x->items[i], &was) && record_statement(y->items[i], &is));
			expect(text_equal(y->items[i]->subkey, x->items[i]->subkey));
			expect_words("label", is.label, was.label);
			expect_words("body", is.body, was.body);
			expect_integer((int64_t)is.contributors.count, (int64_t)was.contributors.count);
			for (size_t j = 0; j < was.contributors.count; j++)
				expect(text_equal(is.contributors.items[j], was.contributors.items[j]));
		}
	}
}

static void compare_tensions(const struct record *a, const struct record *b)
{
	for (size_t i = 0; i < a->lists[ENTITY_TENSION].count; i++) {
		const struct entity_tension *x = (const struct entity_tension *)a->lists[ENTITY_TENSION].items[i];
		const struct entity_tension *y = (const struct entity_tension *)b->lists[ENTITY_TENSION].items[i];
		struct display_id id;
		expect_integer(y->status, x->status);
		expect(text_equal(y->accepted_by, x->accepted_by));
		if (display_id_of(&x->head, &id))
			expect_words("resolution", tally_last_resolution(b, id), tally_last_resolution(a, id));
	}
}

static void compare_moves(const struct record *a, const struct record *b)
{
	expect_integer((int64_t)b->lists[ENTITY_MOVE].count, (int64_t)a->lists[ENTITY_MOVE].count);
	for (size_t i = 0; i < a->lists[ENTITY_MOVE].count; i++) {
		const struct entity_move *x = (const struct entity_move *)a->lists[ENTITY_MOVE].items[i];
		const struct entity_move *y = (const struct entity_move *)b->lists[ENTITY_MOVE].items[i];
		expect(text_equal(y->head.subkey, x->head.subkey));
		expect_integer(y->move_type, x->move_type);
		expect_words("context", y->context, x->context);
		expect_integer((int64_t)y->targets.count, (int64_t)x->targets.count);
		for (size_t j = 0; j < x->targets.count; j++)
			expect(text_equal(y->targets.items[j], x->targets.items[j]));
	}
	expect_integer((int64_t)b->lists[ENTITY_REF].count, (int64_t)a->lists[ENTITY_REF].count);
	for (size_t i = 0; i < a->lists[ENTITY_REF].count; i++)
		expect(text_equal(b->lists[ENTITY_REF].items[i]->subkey, a->lists[ENTITY_REF].items[i]->subkey));
}

static void compare_verdicts(const struct record *a, const struct record *b)
{
	expect_integer((int64_t)b->lists[ENTITY_VERDICT].count, (int64_t)a->lists[ENTITY_VERDICT].count);
	for (size_t i = 0; i < a->lists[ENTITY_VERDICT].count; i++) {
		const struct entity_verdict *x = (const struct entity_verdict *)a->lists[ENTITY_VERDICT].items[i];
		const struct entity_verdict *y = (const struct entity_verdict *)b->lists[ENTITY_VERDICT].items[i];
		expect(text_equal(y->head.subkey, x->head.subkey));
		expect_integer(y->verdict_type, x->verdict_type);
		expect_same("round of the verdict", y->round, x->round);
		expect(text_equal(y->author, x->author));
		expect_words("recommendation", y->recommendation, x->recommendation);
		expect_integer((int64_t)y->tensions_accepted.count, (int64_t)x->tensions_accepted.count);
	}
}

static void compare(void)
{
	const struct record *a = &first.result.record, *b = &again.result.record;
	compare_meta(a, b);
	compare_experts(a, b);
	compare_rounds(a, b);
	compare_statements(a, b);
	compare_tensions(a, b);
	compare_moves(a, b);
	compare_verdicts(a, b);
	expect_integer((int64_t)derive_sample_problems(&again, PROBLEM_TARGET_NOT_FOUND), 0);
	expect_integer((int64_t)derive_sample_problems(&again, PROBLEM_NO_TENSION), 0);
	expect_integer((int64_t)derive_sample_problems(&again, PROBLEM_NO_AUTHOR), 0);
	expect_integer((int64_t)derive_sample_problems(&again, PROBLEM_CONTRADICTION), 0);
	expect_integer((int64_t)again.result.count.recognised, (int64_t)again.result.count.markers);
}

static void example(void)
{
	expect(read_twice(EXAMPLES "/" LENDING, LENDING));
	compare();
	expect_integer((int64_t)again.result.problems.count, 0);
}

static void rfc(void)
{
	if (!read_twice(CORPUS "/dialogues/" RFC, RFC))
		tap_skip("the recorded dialogues are not here");
	compare();
}

static void jira(void)
{
	if (!read_twice(CORPUS "/dialogues/" JIRA, JIRA))
		tap_skip("the recorded dialogues are not here");
	compare();
}

static void twice_is_the_same_document(void)
{
	struct buffer one, two;
	expect(read_twice(EXAMPLES "/" LENDING, LENDING));
	buffer_init(&one, (size_t)8 << 20);
	buffer_init(&two, (size_t)8 << 20);
	bool written = document_write(first.arena, &first.result.record, TEXT("here"), &one, NULL) == HANSARD_OK &&
				   document_write(again.arena, &again.result.record, TEXT("here"), &two, NULL) == HANSARD_OK;
	bool same = text_equal(buffer_text(&one), buffer_text(&two));
	buffer_finish(&one);
	buffer_finish(&two);
	expect(written && same);
}

static const struct tap_test tests[] = {
	{"the example, written and read again, has the same facts", example},
	{"RFC 0058, written and read again, has the same facts", rfc},
	{"Jira, written and read again, has the same facts", jira},
	{"what was read again is written as the same document", twice_is_the_same_document},
};
TAP_MAIN(tests)
