/*
 * Records for the tests of taking in, each told as a story of a few words: rounds with statements, moves, links, events and
 * files. All is made in `desk`.
 */
#ifndef STORY_H
#define STORY_H

#include <stdarg.h>

#include "desk.h"
#include "entity_codec.h"
#include "lifecycle.h"
#include "tap.h"
#include "vault_verify.h"

enum { STORY_ROUNDS = 4 };

static struct desk desk;

/* What a record is made of. */
struct story {
	int rounds;
	size_t file_size;    /* of every response */
	const char *extra;   /* path of one more file, or NULL */
	const char *skip;    /* path of a file that is missing, or NULL */
	const char *changed; /* path of a file with other content, or NULL */
	bool early_tension;  /* a statement that comes before the others of its round */
	bool fewer;          /* the last round's claims are gone */
	const char *updated_at;
};

static const struct story story_plain = {.rounds = STORY_ROUNDS, .file_size = 50};

#define STORY_TIME TEXT("2026-01-28T20:46:00.000000Z")

static void *story_add(struct record *record, enum entity_type type, struct text subkey)
{
	struct entity_head *entity = entity_codec_create(desk.arena, type, subkey);
	expect(entity != NULL);
	expect_integer(record_add(record, entity, &desk.error), HANSARD_OK);
	return entity;
}

__attribute__((format(printf, 1, 2))) static struct text story_say(const char *format, ...)
{
	char written[128];
	struct text text;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(written, sizeof(written), format, arguments);
	va_end(arguments);
	expect(arena_copy_text(desk.arena, text_of_string(written), &text));
	return text;
}

static void story_add_statement(struct record *record, enum entity_type type, struct display_id id, const char *label)
{
	struct text subkey;
	struct record_origin *origin = arena_allocate(desk.arena, sizeof(*origin));
	expect(origin != NULL && display_id_subkey(desk.arena, id, &subkey));
	*origin = (struct record_origin){.file = story_say("round-%d/muffin.md", id.round),
									 .line = {.value = 10 * (int64_t)label[0], .present = true}};
	struct entity_head *entity = story_add(record, type, subkey);
	const struct record_statement statement = {
		.label = text_of_string(label), .created_at = STORY_TIME, .origin = origin};
	record_set_statement(entity, &statement);
	lifecycle_set_status(entity, lifecycle_initial(type));
}

static int story_file_number;

static void story_add_file(struct record *record, const struct story *story, struct text path, size_t size)
{
	if (story->skip != NULL && text_is(path, story->skip))
		return;
	struct text subkey;
	expect(item_key_file_subkey(desk.arena, ++story_file_number, &subkey));
	struct entity_file *file = story_add(record, ENTITY_FILE, subkey);
	uint8_t *content = arena_allocate(desk.arena, size + 1);
	expect(content != NULL);
	memset(content, story->changed != NULL && text_is(path, story->changed) ? 'x' : 'a' + (int)(path.size % 7), size);
	file->path = path;
	file->kind = FILE_KIND_RESPONSE;
	file->source = FILE_ORIGIN_IMPORTED;
	file->head.content = (struct bytes){.data = content, .size = size};
	file->head.content_known = true;
}

static void story_add_round(struct record *record, const struct story *story, int number)
{
	struct entity_round *round = story_add(record, ENTITY_ROUND, story_say("%02d", number));
	round->status = ROUND_COMPLETED;
	round->created_at = STORY_TIME;
	int seq = 1;
	if (story->early_tension && number == 1)
		story_add_statement(record, ENTITY_TENSION, (struct display_id){ENTITY_TENSION, number, seq++}, "Early");
	story_add_statement(record, ENTITY_TENSION, (struct display_id){ENTITY_TENSION, number, seq++}, "Cost");
	story_add_statement(record, ENTITY_TENSION, (struct display_id){ENTITY_TENSION, number, seq++}, "Speed");
	if (!(story->fewer && number == story->rounds - 1))
		story_add_statement(record, ENTITY_CLAIM, (struct display_id){ENTITY_CLAIM, number, 1}, "Cheap");
	struct entity_move *move = story_add(record, ENTITY_MOVE, story_say("%02d#muffin#01", number));
	move->move_type = MOVE_DEFEND;
	move->created_at = STORY_TIME;
	struct entity_ref *ref = story_add(record, ENTITY_REF, story_say("T%02d01#depend#T0001", number));
	ref->created_at = STORY_TIME;
	struct entity_event *event =
		story_add(record, ENTITY_EVENT, story_say("commented#T%02d01#20260128T204600000000Z#0000", number));
	event->event_type = EVENT_COMMENTED;
	event->event_round = (struct schema_integer){.value = number, .present = true};
	event->created_at = STORY_TIME;
	if (story->extra != NULL && number == 1)
		story_add_file(record, story, text_of_string(story->extra), 10);
	story_add_file(record, story, story_say("round-%d/muffin.md", number), story->file_size);
	story_add_file(record, story, story_say("round-%d/scone.md", number), story->file_size);
}

static const struct record *story_tell(struct story story)
{
	struct record *record = arena_allocate(desk.arena, sizeof(*record));
	expect(record != NULL);
	record_begin(record, desk.arena, TEXT("d"));
	struct entity_meta *meta = story_add(record, ENTITY_META, TEXT(""));
	meta->title = TEXT("A store");
	meta->status = DIALOGUE_CONVERGED;
	meta->created_at = STORY_TIME;
	meta->updated_at = text_of_string(story.updated_at);
	struct entity_expert *expert = story_add(record, ENTITY_EXPERT, TEXT("muffin"));
	expert->name = TEXT("Muffin");
	expert->created_at = STORY_TIME;
	story_file_number = 0;
	for (int number = 0; number < story.rounds; number++)
		story_add_round(record, &story, number);
	story_add_file(record, &story, TEXT("scoreboard.md"), 100);
	struct entity_verdict *verdict = story_add(record, ENTITY_VERDICT, TEXT("final"));
	verdict->verdict_type = VERDICT_FINAL;
	verdict->round = (struct schema_integer){.value = story.rounds - 1, .present = true};
	verdict->created_at = STORY_TIME;
	verdict->recommendation = TEXT("One.");
	return record;
}

static enum hansard_status story_adopt(struct story story)
{
	const struct adopt_request request = {.wanted = story_tell(story)};
	return desk_adopt(&desk, &request);
}

/* The stored record is the one told, hashes aside, every file with its content. */
static void story_expect_stored(struct story story)
{
	const struct record *wanted = story_tell(story);
	struct dialogue *dialogue = desk_open(&desk);
	const struct record_list *files = &dialogue->record.lists[ENTITY_FILE];
	expect_integer((int64_t)files->count, (int64_t)wanted->lists[ENTITY_FILE].count);
	expect_integer(dialogue_contents(dialogue, &desk.error), HANSARD_OK);
	for (size_t i = 0; i < files->count; i++) {
		struct entity_file *file = (struct entity_file *)wanted->lists[ENTITY_FILE].items[i];
		const struct bytes content = files->items[i]->content;
		expect(bytes_equal(content, file->head.content));
		file->sha256 = ((const struct entity_file *)files->items[i])->sha256;
		file->size = ((const struct entity_file *)files->items[i])->size;
		expect_integer(file->size.value, (int64_t)content.size);
	}
	expect(desk_same(&dialogue->record, wanted));
	struct vault_report report;
	expect_integer(vault_verify(desk.vault, TEXT("d"), desk.arena, &report, &desk.error), HANSARD_OK);
	expect(report.good);
}

#endif
