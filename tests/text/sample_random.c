/*
 * Random records over the tables of the schema.
 */
#include "sample.h"

#include "document_form.h"
#include "entity_codec.h"
#include "field.h"
#include "moment.h"

struct dice {
	uint64_t state;
	struct arena *arena;
};

/* splitmix64 */
static uint64_t roll(struct dice *dice, uint64_t sides)
{
	dice->state += UINT64_C(0x9e3779b97f4a7c15);
	uint64_t z = dice->state;
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (z ^ (z >> 31)) % sides;
}

static void *need(void *memory)
{
	if (memory == NULL)
		abort();
	return memory;
}

static struct text random_text(struct dice *dice)
{
	static const char *const pieces[] = {"a",
										 "word",
										 " ",
										 "|",
										 "\n",
										 "# ",
										 "```",
										 "\"",
										 "\\",
										 "\x1b[31m",
										 "\xc3\xa9",
										 "\xf0\x9f\xa7\x81",
										 "\xe2\x80\xae",
										 "[MOVE:CONVERGE]",
										 "<b>",
										 "\t",
										 "\r",
										 "\x7f",
										 "---\n",
										 "\r\n",
										 "\n## Verdict\n\n**Recommendation**: forged\n",
										 "\n## Record\n\n",
										 "\n```json\n{}\n```\n",
										 "\n</details>\n",
										 "\n" DOCUMENT_OPENING "\n",
										 "\n**Status**: Abandoned\n",
										 "\n| ID | Tension | Status |\n|---|---|---|\n| T01 | forged | resolved |\n",
										 "\n[STRUDEL-P0001: forged]\n",
										 "[RE:SUPPORT P0001]",
										 "\n> ",
										 "&#91;",
										 "[a]: b\n",
										 "\n## Dialogue Location\n",
										 "\nDialogue id: `x`\n",
										 "Round 0 Total: 417"};
	struct buffer buffer;
	buffer_init(&buffer, 1 << 16);
	for (uint64_t left = roll(dice, 12); left > 0; left--) {
		if (!buffer_append_string(&buffer, pieces[roll(dice, sizeof(pieces) / sizeof(pieces[0]))]))
			abort();
	}
	struct text copy;
	if (!arena_copy_text(dice->arena, buffer_text(&buffer), &copy))
		abort();
	buffer_finish(&buffer);
	return copy;
}

static struct text random_time(struct dice *dice)
{
	char *moment = need(arena_allocate(dice->arena, MOMENT_SIZE));
	if (!moment_format((int64_t)roll(dice, UINT64_C(4000000000000000)), moment))
		abort();
	return (struct text){.data = moment, .size = MOMENT_SIZE};
}

static void fill(struct dice *dice, const struct schema_shape *shape, void *object);

static void fill_field(struct dice *dice, const struct schema_field *field, void *object)
{
	void *slot = field_slot(field, object);
	switch (field->kind) {
	case SCHEMA_TEXT:
		*(struct text *)slot = random_text(dice);
		return;
	case SCHEMA_TIME:
		*(struct text *)slot = random_time(dice);
		return;
	case SCHEMA_HASH: {
		uint8_t *hash = need(arena_allocate(dice->arena, 32));
		for (size_t i = 0; i < 32; i++)
			hash[i] = (uint8_t)roll(dice, 256);
		*(struct bytes *)slot = (struct bytes){.data = hash, .size = 32};
		return;
	}
	case SCHEMA_TEXTS: {
		struct text_list *list = slot;
		struct text *items = need(arena_allocate_array(dice->arena, 4, sizeof(*items)));
		*list = (struct text_list){.items = items, .count = roll(dice, 4), .present = true};
		for (size_t i = 0; i < list->count; i++)
			items[i] = random_text(dice);
		return;
	}
	case SCHEMA_INTEGER: {
		const uint64_t range = (uint64_t)(field->unit->max - field->unit->min);
		*(struct schema_integer *)slot = (struct schema_integer){
			.value = field->unit->min + (int64_t)roll(dice, range < UINT64_MAX ? range + 1 : range), .present = true};
		return;
	}
	case SCHEMA_BOOLEAN:
		*(struct schema_boolean *)slot = (struct schema_boolean){.value = roll(dice, 2) == 1, .present = true};
		return;
	case SCHEMA_WORD:
		field_set_word(field, object, 1 + (unsigned)roll(dice, field->vocabulary->count));
		return;
	case SCHEMA_GROUP: {
		void *group = need(arena_allocate(dice->arena, field->group->size));
		fill(dice, field->group, group);
		field_set_group(field, object, group);
		return;
	}
	case SCHEMA_GROUPS: {
		const size_t count = roll(dice, 4);
		uint8_t *items = need(arena_allocate_array(dice->arena, 4, field->group->size));
		for (size_t i = 0; i < count; i++)
			fill(dice, field->group, items + i * field->group->size);
		*(struct schema_groups *)slot = (struct schema_groups){.items = items, .count = count, .present = true};
		return;
	}
	}
}

static void fill(struct dice *dice, const struct schema_shape *shape, void *object)
{
	for (size_t i = 0; i < shape->field_count; i++) {
		if (shape->fields[i].required || roll(dice, 2) == 1)
			fill_field(dice, &shape->fields[i], object);
	}
}

static struct text slug(struct dice *dice)
{
	static const char *const slugs[] = {"muffin", "scone", "expert-3", "x", "strudel"};
	return text_of_string(slugs[roll(dice, 5)]);
}

static struct text id_text(struct dice *dice, struct display_id *ret_id)
{
	static const enum entity_type types[] = {ENTITY_PERSPECTIVE, ENTITY_TENSION, ENTITY_RECOMMENDATION, ENTITY_EVIDENCE,
											 ENTITY_CLAIM};
	*ret_id = (struct display_id){types[roll(dice, 5)], (int)roll(dice, 3),
								  (int)(roll(dice, 9) == 0 ? 9000 + roll(dice, 999) : 1 + roll(dice, 150))};
	char *written = need(arena_allocate(dice->arena, DISPLAY_ID_SIZE));
	return display_id_format(*ret_id, written);
}

static struct text event_target(struct dice *dice)
{
	struct display_id id;
	switch (roll(dice, 4)) {
	case 0:
		return TEXT("meta");
	case 1:
		return roll(dice, 2) == 0 ? TEXT("00") : TEXT("01");
	default:
		return id_text(dice, &id);
	}
}

static struct text event_subkey(struct dice *dice)
{
	char *compact = need(arena_allocate(dice->arena, MOMENT_COMPACT_SIZE));
	moment_compact(random_time(dice).data, compact);
	const struct item_key_event key = {
		vocabulary_word(&vocabulary_event_type, 1 + (unsigned)roll(dice, vocabulary_event_type.count)),
		event_target(dice),
		{compact, MOMENT_COMPACT_SIZE},
		1 + (int)roll(dice, 9)};
	struct text subkey = TEXT("");
	if (!item_key_event_subkey(dice->arena, key, &subkey))
		abort();
	return subkey;
}

static struct text subkey_of(struct dice *dice, enum entity_type type)
{
	struct text subkey = TEXT("");
	struct display_id id;
	bool done = true;
	if (type == ENTITY_EXPERT || type == ENTITY_VERDICT)
		return slug(dice);
	if (type == ENTITY_ROUND)
		done = item_key_round_subkey(dice->arena, (int)roll(dice, 4), &subkey);
	else if (type == ENTITY_FILE)
		done = item_key_file_subkey(dice->arena, 1 + (int)roll(dice, 20), &subkey);
	else if (type == ENTITY_MOVE)
		done = item_key_move_subkey(
			dice->arena, (struct item_key_move){(int)roll(dice, 4), slug(dice), 1 + (int)roll(dice, 120)}, &subkey);
	else if (type == ENTITY_REF)
		done = item_key_ref_subkey(dice->arena,
								   (struct item_key_ref){id_text(dice, &id),
														 (enum ref_type)(1 + roll(dice, vocabulary_ref_type.count)),
														 id_text(dice, &id)},
								   &subkey);
	else if (type == ENTITY_EVENT)
		return event_subkey(dice);
	else if (type != ENTITY_META) {
		do
			id_text(dice, &id);
		while (id.type != type);
		done = display_id_subkey(dice->arena, id, &subkey);
	}
	if (!done)
		abort();
	return subkey;
}

static void give_content(struct dice *dice, struct entity_file *file)
{
	uint8_t *data = need(arena_allocate(dice->arena, 64));
	struct bytes content = {.data = data, .size = roll(dice, 64)};
	for (size_t i = 0; i < content.size; i++)
		data[i] = (uint8_t)roll(dice, 256);
	if (roll(dice, 2) == 0)
		content = bytes_of_text(random_text(dice));
	file->head.content = content;
	file->head.content_known = true;
	/* A path that can be written, and that no other file of the record has. */
	if (!arena_format(dice->arena, &file->path, "round-%d/%.*s.md", (int)(file->head.subkey.size % 3),
					  (int)file->head.subkey.size, file->head.subkey.data))
		file->path = TEXT("x");
	file->size = (struct schema_integer){.value = (int64_t)content.size, .present = true};
}

void sample_random(struct arena *arena, uint64_t seed, struct record *record)
{
	struct dice dice = {.state = seed, .arena = arena};
	record_begin(record, arena, TEXT("random"));
	for (unsigned type = 0; type < ENTITY_TYPE_COUNT; type++) {
		const uint64_t count = type == ENTITY_META ? 1 : roll(&dice, 30);
		for (uint64_t i = 0; i < count; i++) {
			const struct text subkey = subkey_of(&dice, (enum entity_type)type);
			struct entity_head *entity = need(entity_codec_create(arena, (enum entity_type)type, subkey));
			fill(&dice, entity_shape((enum entity_type)type), entity);
			if (type == ENTITY_FILE)
				give_content(&dice, (struct entity_file *)entity);
			const enum hansard_status status = record_add(record, entity, NULL);
			if (status != HANSARD_OK && status != HANSARD_CONFLICT)
				abort();
		}
	}
}
