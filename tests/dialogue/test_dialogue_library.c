/*
 * Lists, statistics and likeness across dialogues.
 */
#include "desk.h"
#include "library.h"
#include "tap.h"

static struct desk desk;
static struct left_list left; /* nothing is left out here */

static void create(const char *title, const char *question)
{
	struct entity_meta meta = {.question = text_of_string(question)};
	const struct create_options options = {.title = text_of_string(title), .meta = &meta, .operation = "create"};
	struct text id;
	expect_integer(create_dialogue(desk.vault, &options, desk.arena, &id, &desk.error), HANSARD_OK);
}

static void lists(void)
{
	desk_begin(&desk, false);
	create("First", "?");
	create("Second", "?");
	desk_create(&desk, "d");
	int64_t rev;
	expect_integer(update_abandon(desk_open(&desk), TEXT("x"), &rev, &desk.error), HANSARD_OK);
	struct library_page page;
	struct library_request request = {.limit = 2, .left = &left};
	expect_integer(library_list(desk.vault, &request, desk.arena, &page, &desk.error), HANSARD_OK);
	expect_integer((int64_t)page.count, 2);
	expect_text(page.entries[0].id, "d");
	expect_text(record_meta(&page.entries[1].record)->title, "Second");
	expect(text_present(page.next));
	request.cursor = page.next;
	expect_integer(library_list(desk.vault, &request, desk.arena, &page, &desk.error), HANSARD_OK);
	expect_integer((int64_t)page.count, 1);
	expect_text(page.entries[0].id, "first");
	expect(!text_present(page.next));
	request = (struct library_request){.limit = 10, .left = &left, .status = DIALOGUE_ABANDONED};
	expect_integer(library_list(desk.vault, &request, desk.arena, &page, &desk.error), HANSARD_OK);
	expect_integer((int64_t)page.count, 1);
	expect_text(page.entries[0].id, "d");
	desk_finish(&desk);
}

static void statistics(bool sqlite)
{
	desk_begin(&desk, sqlite);
	struct library_stats stats;
	left.arena = desk.arena;
	expect_integer(library_stats(desk.vault, &left, &stats, &desk.error), HANSARD_OK);
	expect_integer(stats.dialogues[0], 0);
	create("Other", "?");
	desk_create(&desk, "d");
	expect_integer(desk_register(&desk, desk_round_0), HANSARD_OK);
	expect_integer(desk_register(&desk, desk_round_1), HANSARD_OK);
	expect_integer(desk_verdict(&desk, "{'type':'final','recommendation':'x','tensions_resolved':['T0001'],"
									   "'tensions_accepted':['T0002']}"),
				   HANSARD_OK);
	left.arena = desk.arena;
	expect_integer(library_stats(desk.vault, &left, &stats, &desk.error), HANSARD_OK);
	expect_integer(stats.dialogues[0], 2);
	expect_integer((int64_t)stats.id_count, 2);
	expect_text(stats.ids[0], "d");
	expect_integer(stats.dialogues[DIALOGUE_OPEN], 1);
	expect_integer(stats.dialogues[DIALOGUE_CONVERGED], 1);
	expect_integer(stats.rounds, 2);
	expect_integer(stats.experts, 2);
	expect_integer(stats.perspectives, 2);
	expect_integer(stats.tensions, 2);
	expect_integer(stats.tensions_open, 0);
	expect_integer(stats.tensions_resolved, 1);
	expect_integer(stats.recommendations, 1);
	expect_integer(stats.evidence, 1);
	expect_integer(stats.claims, 1);
	expect_integer(stats.moves, 3);
	expect_integer(stats.refs, 3);
	expect_integer(stats.verdicts, 1);
	expect_integer(stats.files, 3);
	expect_integer(stats.score, 44);
	expect_integer(stats.rounds_to_convergence, 2);
	expect_integer(stats.converged_counted, 1);
	desk_finish(&desk);
}

static void statistics_in_memory(void)
{
	statistics(false);
}

static void statistics_in_sqlite(void)
{
	statistics(true);
}

static void likeness(void)
{
	desk_begin(&desk, false);
	desk_create(&desk, "d");
	create("Encrypted storage engine", "Which storage engine keeps encrypted dialogues?");
	create("Encrypted storage engines", "Which storage engine keeps encrypted dialogues safe?");
	create("Storage of bread", "Where does bread keep?");
	create("Painting the shed", "Red or green?");
	struct dialogue *dialogue;
	struct library_similar *similar;
	size_t count;
	expect_integer(dialogue_open(desk.vault, TEXT("encrypted-storage-engine"), desk.arena, &dialogue, &desk.error),
				   HANSARD_OK);
	expect_integer(library_similar(dialogue, &(struct library_similar_request){.limit = 10, .left = &left}, desk.arena,
								   &similar, &count, &desk.error),
				   HANSARD_OK);
	expect(count >= 2);
	expect_text(similar[0].id, "encrypted-storage-engines");
	expect_text(similar[0].title, "Encrypted storage engines");
	expect(similar[0].permille > 500 && similar[0].permille <= 1000);
	expect(text_find(similar[0].shared, TEXT("encrypted"), 0) != SIZE_MAX);
	for (size_t i = 0; i < count; i++) {
		expect(!text_is(similar[i].id, "encrypted-storage-engine"));
		expect(!text_is(similar[i].id, "painting-the-shed"));
		expect(i == 0 || similar[i - 1].permille >= similar[i].permille);
	}
	expect_integer(library_similar(dialogue, &(struct library_similar_request){.limit = 1, .left = &left}, desk.arena,
								   &similar, &count, &desk.error),
				   HANSARD_OK);
	expect_integer((int64_t)count, 1);
	desk_finish(&desk);
}

/* Words that every text uses make no likeness. */
static void common_words(void)
{
	desk_begin(&desk, false);
	create("Where the record must not be", "Which of them should have been there with their own?");
	create("What the shed must not have", "Which of these would they not have been without?");
	struct dialogue *dialogue;
	struct library_similar *similar;
	size_t count;
	expect_integer(dialogue_open(desk.vault, TEXT("where-the-record-must-not-be"), desk.arena, &dialogue, &desk.error),
				   HANSARD_OK);
	expect_integer(library_similar(dialogue, &(struct library_similar_request){.limit = 10, .left = &left}, desk.arena,
								   &similar, &count, &desk.error),
				   HANSARD_OK);
	for (size_t i = 0; i < count; i++)
		printf("# %.*s\n", (int)similar[i].shared.size, similar[i].shared.data);
	expect_integer((int64_t)count, 0);
	desk_finish(&desk);
}

static void twins(void)
{
	desk_begin(&desk, false);
	create("Über Köln", "Größe?");
	create("Über Köln", "Größe?");
	struct dialogue *dialogue;
	struct library_similar *similar;
	size_t count;
	expect_integer(dialogue_open(desk.vault, TEXT("uber-koln"), desk.arena, &dialogue, &desk.error), HANSARD_OK);
	expect_integer(library_similar(dialogue, &(struct library_similar_request){.limit = 10, .left = &left}, desk.arena,
								   &similar, &count, &desk.error),
				   HANSARD_OK);
	expect_integer((int64_t)count, 1);
	expect(similar[0].permille >= 990);
	desk_finish(&desk);
}

static void alone(void)
{
	desk_begin(&desk, false);
	desk_create(&desk, "d");
	struct library_similar *similar;
	size_t count;
	expect_integer(library_similar(desk_open(&desk), &(struct library_similar_request){.limit = 10, .left = &left},
								   desk.arena, &similar, &count, &desk.error),
				   HANSARD_OK);
	expect_integer((int64_t)count, 0);
	desk_finish(&desk);
}

/* More dialogues than a page of the walk. */
static void many(void)
{
	desk_begin(&desk, false);
	for (int i = 0; i < 230; i++) {
		char title[32];
		snprintf(title, sizeof(title), "Dialogue %d", i);
		create(title, "?");
	}
	struct library_stats stats;
	left.arena = desk.arena;
	expect_integer(library_stats(desk.vault, &left, &stats, &desk.error), HANSARD_OK);
	expect_integer(stats.dialogues[0], 230);
	desk_finish(&desk);
}

static const struct tap_test tests[] = {
	{"a list is newest first, in pages, by status", lists},
	{"statistics count every dialogue, in memory", statistics_in_memory},
	{"statistics count every dialogue, in SQLite", statistics_in_sqlite},
	{"dialogues that share rare words are alike, and say which", likeness},
	{"words that every text uses do not count", common_words},
	{"two dialogues of the same words are as alike as can be", twins},
	{"a dialogue alone is like none", alone},
	{"statistics go beyond a page", many},
};

TAP_MAIN(tests)
