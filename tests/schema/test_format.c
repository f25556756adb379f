/*
 * The tables of docs/format.md and docs/threat-model.md are those of the schema. With a name as argument the program prints
 * that block as the page must have it.
 */
#include <stdarg.h>

#include "entity.h"
#include "tap.h"
#include "vocabulary.h"

enum { PAGE_SIZE = 1 << 18 };

/* A text that grows up to a fixed size. */
struct sheet {
	char data[PAGE_SIZE];
	size_t size;
};

static struct sheet sheet;

__attribute__((format(printf, 1, 2))) static void put(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	const int size = vsnprintf(sheet.data + sheet.size, PAGE_SIZE - sheet.size, format, arguments);
	va_end(arguments);
	if (size > 0 && (size_t)size < PAGE_SIZE - sheet.size)
		sheet.size += (size_t)size;
}

static void put_kind(const struct schema_field *field)
{
	switch (field->kind) {
	case SCHEMA_TEXT:
		put("text");
		break;
	case SCHEMA_TIME:
		put("time");
		break;
	case SCHEMA_HASH:
		put("hash");
		break;
	case SCHEMA_TEXTS:
		put("texts");
		break;
	case SCHEMA_INTEGER:
		put("integer: %s", field->unit->name);
		break;
	case SCHEMA_BOOLEAN:
		put("boolean");
		break;
	case SCHEMA_WORD:
		put("word: %s", field->vocabulary->name);
		break;
	case SCHEMA_GROUP:
		put("group: %s", field->group->name);
		break;
	case SCHEMA_GROUPS:
		put("groups: %s", field->group->name);
		break;
	}
}

static void put_shape(const struct schema_shape *shape, const char *sort)
{
	put("**%s**, %s: %s\n\n| field | kind | where | must | what it is |\n|---|---|---|---|---|\n", shape->name, sort,
		shape->what);
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct schema_field *field = &shape->fields[i];
		put("| %s | ", field->name);
		put_kind(field);
		put(" | %s | %s | %s |\n", field->clear ? "attrs" : "sealed", field->required ? "yes" : "no", field->what);
	}
	put("\n");
}

/* The groups that a shape names, those in them first, each once. */
static void put_groups(const struct schema_shape *shape)
{
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct schema_shape *group = shape->fields[i].group;
		char heading[64];
		if (group == NULL)
			continue;
		put_groups(group);
		snprintf(heading, sizeof(heading), "**%s**, group: ", group->name);
		if (strstr(sheet.data, heading) == NULL)
			put_shape(group, "group");
	}
}

static void put_fields(void)
{
	for (int type = 0; type < ENTITY_TYPE_COUNT; type++)
		put_groups(entity_shape((enum entity_type)type));
	for (int type = 0; type < ENTITY_TYPE_COUNT; type++)
		put_shape(entity_shape((enum entity_type)type), "type");
}

static void put_vocabulary(const struct vocabulary *vocabulary)
{
	put("| %s | ", vocabulary->name);
	for (unsigned i = 0; i < vocabulary->count; i++)
		put("%s%s", i > 0 ? ", " : "", vocabulary->words[i]);
	put(" |\n");
}

static void put_words(void)
{
	put("| vocabulary | words |\n|---|---|\n");
#define VOCABULARY(name, prefix, what) put_vocabulary(&vocabulary_##name);
#define WORD(name, prefix, value, word)
#define VOCABULARY_END(name)
#include "vocabularies.def"
#undef VOCABULARY
#undef WORD
#undef VOCABULARY_END
}

static void put_units_of(const struct schema_shape *shape)
{
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct schema_field *field = &shape->fields[i];
		char heading[64];
		if (field->group != NULL)
			put_units_of(field->group);
		if (field->unit == NULL)
			continue;
		snprintf(heading, sizeof(heading), "| %s | ", field->unit->name);
		if (strstr(sheet.data, heading) == NULL)
			put("%s%lld | %lld | %lld |\n", heading, (long long)field->unit->min, (long long)field->unit->max,
				(long long)field->unit->scale);
	}
}

static void put_units(void)
{
	put("| unit | least | greatest | JSON divides by |\n|---|---|---|---|\n");
	for (int type = 0; type < ENTITY_TYPE_COUNT; type++)
		put_units_of(entity_shape((enum entity_type)type));
}

static void put_clear(void)
{
	put("| type | field in clear | what it is |\n|---|---|---|\n");
	for (int type = 0; type < ENTITY_TYPE_COUNT; type++) {
		const struct schema_shape *shape = entity_shape((enum entity_type)type);
		size_t count = 0;
		for (size_t i = 0; i < shape->field_count; i++) {
			if (shape->fields[i].clear)
				put("| %s | %s | %s |\n", shape->name, shape->fields[i].name, shape->fields[i].what);
			count += shape->fields[i].clear;
		}
		if (count == 0)
			put("| %s | none | |\n", shape->name);
	}
}

static const struct block {
	const char *name;
	const char *page;
	void (*put)(void);
} blocks[] = {
	{"fields", DOCS "/format.md", put_fields},
	{"words", DOCS "/format.md", put_words},
	{"units", DOCS "/format.md", put_units},
	{"clear", DOCS "/threat-model.md", put_clear},
};

enum { BLOCKS = sizeof(blocks) / sizeof(blocks[0]) };

static void make(const struct block *block)
{
	sheet = (struct sheet){.size = 0};
	put("<!-- %s -->\n", block->name);
	block->put();
	put("<!-- end of %s -->\n", block->name);
}

/* The page has the block once, byte for byte. */
static void expect_block(const struct block *block)
{
	static char page[PAGE_SIZE];
	FILE *file = fopen(block->page, "rb");
	expect(file != NULL);
	const size_t size = fread(page, 1, PAGE_SIZE - 1, file);
	fclose(file);
	page[size] = '\0';
	make(block);
	const char *found = strstr(page, sheet.data);
	if (found == NULL)
		tap_fail(__FILE__, __LINE__, "%s lacks the block that this program prints when it is given \"%s\"", block->page,
				 block->name);
	expect(strstr(found + 1, sheet.data) == NULL);
}

static void fields(void)
{
	expect_block(&blocks[0]);
}

static void words(void)
{
	expect_block(&blocks[1]);
}

static void units(void)
{
	expect_block(&blocks[2]);
}

static void clear(void)
{
	expect_block(&blocks[3]);
}

static const struct tap_test tests[] = {
	{"the page of the format has every field of every type and group, and no other", fields},
	{"the page of the format has every word of every vocabulary, and no other", words},
	{"the page of the format has every unit and its range", units},
	{"the threat model has every field that is kept in clear, and no other", clear},
};

int main(int count, char **words_given)
{
	for (size_t i = 0; count == 2 && i < BLOCKS; i++) {
		if (strcmp(words_given[1], blocks[i].name) == 0) {
			make(&blocks[i]);
			fputs(sheet.data, stdout);
			return 0;
		}
	}
	return tap_run(tests, sizeof(tests) / sizeof(tests[0]));
}
