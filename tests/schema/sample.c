/*
 * Made-up entities.
 */
#include "sample.h"

#include "digest.h"
#include "entity_codec.h"
#include "field.h"
#include "moment.h"

static const char *const texts[] = {
	"",
	"x",
	"muffin",
	"T0103",
	"two\nlines",
	"Crème brûlée für 你好 🧁",
	"\"quoted\" and \\ and \t",
	"A sentence that is long enough to need a head of two bytes when it is written down as CBOR, which is all it is for.",
};

static void *need(void *pointer)
{
	if (pointer == NULL)
		abort();
	return pointer;
}

/* SplitMix64. */
uint64_t sample_next(struct sample *sample, uint64_t below)
{
	sample->state += UINT64_C(0x9e3779b97f4a7c15);
	uint64_t x = sample->state;
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (x ^ (x >> 31)) % below;
}

static struct text any_text(struct sample *sample)
{
	return text_of_string(texts[sample_next(sample, sizeof(texts) / sizeof(texts[0]))]);
}

static struct text any_time(struct sample *sample)
{
	char *time = need(arena_allocate(sample->arena, MOMENT_SIZE));
	if (!moment_format((int64_t)sample_next(sample, UINT64_C(4000000000000000)), time))
		abort();
	return (struct text){.data = time, .size = MOMENT_SIZE};
}

static struct bytes any_hash(struct sample *sample)
{
	uint8_t *hash = need(arena_allocate(sample->arena, DIGEST_SIZE));
	for (size_t i = 0; i < DIGEST_SIZE; i++)
		hash[i] = (uint8_t)sample_next(sample, 256);
	return (struct bytes){.data = hash, .size = DIGEST_SIZE};
}

static struct text_list any_texts(struct sample *sample)
{
	const size_t count = sample_next(sample, 4);
	struct text *items = need(arena_allocate_array(sample->arena, count, sizeof(*items)));
	for (size_t i = 0; i < count; i++)
		items[i] = any_text(sample);
	return (struct text_list){.items = items, .count = count, .present = true};
}

/* One of the edges, or anything between. */
static struct schema_integer any_integer(struct sample *sample, const struct schema_unit *unit)
{
	const uint64_t span = (uint64_t)unit->max - (uint64_t)unit->min + 1;
	int64_t value = unit->min + (int64_t)sample_next(sample, span);
	switch (sample_next(sample, 4)) {
	case 0:
		value = unit->min;
		break;
	case 1:
		value = unit->max;
		break;
	default:
		break;
	}
	return (struct schema_integer){.value = value, .present = true};
}

static void fill(struct sample *sample, const struct schema_shape *shape, void *object)
{
	for (size_t i = 0; i < shape->field_count; i++)
		sample_field(sample, &shape->fields[i], object);
}

static const void *any_group(struct sample *sample, const struct schema_shape *shape)
{
	void *group = need(arena_allocate(sample->arena, shape->size));
	fill(sample, shape, group);
	return group;
}

static struct schema_groups any_groups(struct sample *sample, const struct schema_shape *shape)
{
	const size_t count = sample_next(sample, 4);
	uint8_t *items = need(arena_allocate_array(sample->arena, count, shape->size));
	for (size_t i = 0; i < count; i++)
		fill(sample, shape, items + i * shape->size);
	return (struct schema_groups){.items = items, .count = count, .present = true};
}

void sample_field(struct sample *sample, const struct schema_field *field, void *object)
{
	void *slot = field_slot(field, object);
	switch (field->kind) {
	case SCHEMA_TEXT:
		*(struct text *)slot = any_text(sample);
		return;
	case SCHEMA_TIME:
		*(struct text *)slot = any_time(sample);
		return;
	case SCHEMA_HASH:
		*(struct bytes *)slot = any_hash(sample);
		return;
	case SCHEMA_TEXTS:
		*(struct text_list *)slot = any_texts(sample);
		return;
	case SCHEMA_INTEGER:
		*(struct schema_integer *)slot = any_integer(sample, field->unit);
		return;
	case SCHEMA_BOOLEAN:
		*(struct schema_boolean *)slot = (struct schema_boolean){.value = sample_next(sample, 2) == 1, .present = true};
		return;
	case SCHEMA_WORD:
		field_set_word(field, object, 1 + (unsigned)sample_next(sample, field->vocabulary->count));
		return;
	case SCHEMA_GROUP:
		field_set_group(field, object, any_group(sample, field->group));
		return;
	case SCHEMA_GROUPS:
		*(struct schema_groups *)slot = any_groups(sample, field->group);
		return;
	}
}

void sample_clear(const struct schema_field *field, void *object)
{
	void *slot = field_slot(field, object);
	switch (field->kind) {
	case SCHEMA_TEXT:
	case SCHEMA_TIME:
		*(struct text *)slot = TEXT_ABSENT;
		return;
	case SCHEMA_HASH:
		*(struct bytes *)slot = (struct bytes){.data = NULL};
		return;
	case SCHEMA_TEXTS:
		*(struct text_list *)slot = (struct text_list){.present = false};
		return;
	case SCHEMA_INTEGER:
		*(struct schema_integer *)slot = (struct schema_integer){.present = false};
		return;
	case SCHEMA_BOOLEAN:
		*(struct schema_boolean *)slot = (struct schema_boolean){.present = false};
		return;
	case SCHEMA_WORD:
		field_set_word(field, object, 0);
		return;
	case SCHEMA_GROUP:
		field_set_group(field, object, NULL);
		return;
	case SCHEMA_GROUPS:
		*(struct schema_groups *)slot = (struct schema_groups){.present = false};
		return;
	}
}

struct entity_head *sample_entity(struct sample *sample, enum entity_type type)
{
	struct entity_head *entity = need(entity_codec_create(sample->arena, type, TEXT("01#03")));
	fill(sample, entity_shape(type), entity);
	return entity;
}

struct entity_head *sample_copy(struct sample *sample, const struct entity_head *entity)
{
	struct entity_head *copy = need(entity_codec_create(sample->arena, entity->type, entity->subkey));
	memcpy(copy, entity, entity_shape(entity->type)->size);
	return copy;
}
