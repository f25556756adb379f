/*
 * A record in which every field of the schema is filled: no sealed value of it is in any write to the database or its journal,
 * in any error, or on standard error.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "entity_codec.h"
#include "fault_vfs.h"
#include "field.h"
#include "limits.h"
#include "sample.h"
#include "tap.h"
#include "vault_fixture.h"

enum { WINDOW = 12, SEEN_LIMIT = 64 << 20 };

static struct fixture fixture;
static struct buffer seen; /* everything that was written */
static struct sample sample;
static struct buffer sealed, clear; /* of all entities */
static size_t texts, fields;

static void see(const void *data, size_t size)
{
	expect(buffer_append(&seen, (struct bytes){.data = data, .size = size}));
}

static struct text marked(const char *shape, const char *field)
{
	struct text text;
	expect(arena_format(fixture.arena, &text, "%zu is sealed in %s.%s", ++texts, shape, field));
	return text;
}

static void mark_shape(const struct schema_shape *shape, void *object, bool inside);

/* Texts of a sealed field are of it alone, so that they are told from what is in clear. */
static void mark(const struct schema_shape *shape, const struct schema_field *field, void *object)
{
	void *slot = field_slot(field, object);
	fields++;
	if (field->kind == SCHEMA_TEXT) {
		*(struct text *)slot = marked(shape->name, field->name);
	} else if (field->kind == SCHEMA_TEXTS) {
		struct text *items = arena_allocate_array(fixture.arena, 2, sizeof(*items));
		expect(items != NULL);
		items[0] = marked(shape->name, field->name);
		items[1] = marked(shape->name, field->name);
		*(struct text_list *)slot = (struct text_list){.items = items, .count = 2, .present = true};
	} else if (field->kind == SCHEMA_GROUP || field->kind == SCHEMA_GROUPS) {
		uint8_t *group = arena_allocate(fixture.arena, field->group->size);
		expect(group != NULL);
		for (size_t i = 0; i < field->group->field_count; i++)
			sample_field(&sample, &field->group->fields[i], group);
		mark_shape(field->group, group, true);
		if (field->kind == SCHEMA_GROUP)
			field_set_group(field, object, group);
		else
			*(struct schema_groups *)slot = (struct schema_groups){.items = group, .count = 1, .present = true};
	}
}

static void mark_shape(const struct schema_shape *shape, void *object, bool inside)
{
	for (size_t i = 0; i < shape->field_count; i++)
		if (inside || !shape->fields[i].clear)
			mark(shape, &shape->fields[i], object);
}

static struct vault_change change_of(enum entity_type type)
{
	static const char *const subkeys[ENTITY_TYPE_COUNT] = {
		[ENTITY_CLAIM] = "00#01",
		[ENTITY_EVENT] = "resolved#T0103#20261120T090004000000Z#0001",
		[ENTITY_EVIDENCE] = "00#01",
		[ENTITY_EXPERT] = "muffin",
		[ENTITY_FILE] = "00001",
		[ENTITY_META] = "",
		[ENTITY_MOVE] = "00#muffin#01",
		[ENTITY_PERSPECTIVE] = "00#01",
		[ENTITY_RECOMMENDATION] = "00#01",
		[ENTITY_REF] = "P0001#support#T0001",
		[ENTITY_ROUND] = "00",
		[ENTITY_TENSION] = "00#01",
		[ENTITY_VERDICT] = "final",
	};
	struct entity_head *entity = sample_entity(&sample, type);
	struct buffer attrs = {.ceiling = LIMIT_DOCUMENT}, plain = {.ceiling = LIMIT_DOCUMENT};
	struct vault_change change = {.key = fixture_key(entity_shape(type)->name, subkeys[type])};
	mark_shape(entity_shape(type), entity, false);
	expect_integer(entity_codec_attrs(entity, &attrs, &fixture.error), HANSARD_OK);
	expect_integer(entity_codec_sealed(entity, &plain, &fixture.error), HANSARD_OK);
	expect(arena_copy(fixture.arena, buffer_view(&attrs), &change.attrs));
	expect(arena_copy(fixture.arena, buffer_view(&plain), &change.plain.bytes));
	/* Commits name types and subkeys, as cbor. */
	expect(buffer_append(&clear, change.attrs) && buffer_append_byte(&clear, (uint8_t)(0x60 + change.key.type.size)) &&
		   buffer_append_text(&clear, change.key.type) && buffer_append_text(&clear, change.key.subkey));
	expect(buffer_append(&sealed, change.plain.bytes));
	buffer_finish(&attrs);
	buffer_finish(&plain);
	if (type == ENTITY_FILE) {
		const struct text content = marked("file", "content");
		change.has_content = true;
		change.content.bytes = bytes_of_text(content);
		expect(buffer_append(&sealed, change.content.bytes));
	}
	return change;
}

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, WINDOW);
}

/* Every run of WINDOW bytes of what is sealed, sorted. */
static uint8_t *windows_of(size_t *ret_count)
{
	*ret_count = sealed.size - WINDOW + 1;
	uint8_t *windows = malloc(*ret_count * WINDOW);
	expect(windows != NULL);
	size_t count = 0;
	for (size_t i = 0; i + WINDOW <= sealed.size; i++)
		if (memmem(clear.data, clear.size, &sealed.data[i], WINDOW) == NULL) /* what is in clear, too, tells nothing */
			memcpy(&windows[WINDOW * count++], &sealed.data[i], WINDOW);
	qsort(windows, count, WINDOW, by_bytes);
	*ret_count = count;
	return windows;
}

static size_t found_in(const uint8_t *windows, size_t count, struct bytes bytes)
{
	size_t found = 0;
	for (size_t i = 0; i + WINDOW <= bytes.size; i++)
		if (bsearch(&bytes.data[i], windows, count, WINDOW, by_bytes) != NULL) {
			if (found < 3)
				printf("# there: %.12s\n", (const char *)&bytes.data[i]);
			found++;
		}
	return found;
}

static size_t flipped;

static void flip(const struct tampered_engine *tampered, struct arena *arena, struct store_view *view)
{
	(void)tampered;
	struct store_item *item = &view->items[flipped % view->item_count];
	uint8_t *data = arena_allocate(arena, item->stored.bytes.size);
	expect(data != NULL);
	memcpy(data, item->stored.bytes.data, item->stored.bytes.size);
	data[item->stored.bytes.size - 1 - flipped / view->item_count] ^= 1;
	item->stored.bytes.data = data;
}

/* What is said when a load, a commit or a key fails, kept with what is written. */
static void fail_often(const struct vault_change *changes)
{
	fixture.tampered.on_load = flip;
	for (flipped = 0; flipped < 300; flipped++) {
		expect_integer(fixture_try(&fixture), HANSARD_VIOLATED);
		see(&fixture.error, sizeof(fixture.error));
	}
	fixture.tampered.on_load = NULL;
	for (size_t i = 0; i < ENTITY_TYPE_COUNT; i++) {
		int64_t rev;
		const struct vault_change twice[] = {changes[i], changes[i]};
		const struct vault_commit commit = {.operation = "update", .changes = twice, .change_count = 2};
		expect_integer(vault_append(fixture.vault, fixture_load(&fixture), &commit, &rev, &fixture.error),
					   HANSARD_INVALID);
		see(&fixture.error, sizeof(fixture.error));
	}
}

static void nothing_sealed_is_written(void)
{
	const int file = memfd_create("error output", MFD_CLOEXEC), before = dup(STDERR_FILENO);
	expect(file >= 0 && before >= 0 && dup2(file, STDERR_FILENO) >= 0);
	buffer_init(&seen, SEEN_LIMIT);
	buffer_init(&sealed, SEEN_LIMIT);
	buffer_init(&clear, SEEN_LIMIT);
	expect(fault_vfs_install());
	fault_vfs_seen = see;
	fixture_begin(&fixture, FIXTURE_SQLITE);
	sample = (struct sample){.arena = fixture.arena, .state = 1};
	struct vault_change changes[2][ENTITY_TYPE_COUNT];
	for (size_t round = 0; round < 2; round++)
		for (size_t i = 0; i < ENTITY_TYPE_COUNT; i++)
			changes[round][i] = change_of((enum entity_type)i);
	/* The second commit replaces all of the first: the journal has the pages of what was there. */
	fixture_create(&fixture, changes[0], ENTITY_TYPE_COUNT);
	fixture_append(&fixture, changes[1], ENTITY_TYPE_COUNT);
	fail_often(changes[1]);
	const struct vault_state *state = fixture_load(&fixture);
	expect(fixture_find(state, "meta", "")->plain.bytes.size > 100);
	fixture_finish(&fixture);
	fault_vfs_seen = NULL;

	struct bytes said = {.data = NULL};
	uint8_t heard[4096];
	const off_t size = lseek(file, 0, SEEK_END);
	said = (struct bytes){.data = heard, .size = (size_t)pread(file, heard, sizeof(heard), 0)};
	expect(size <= (off_t)sizeof(heard));
	expect(dup2(before, STDERR_FILENO) >= 0);
	close(file);
	close(before);

	size_t count;
	uint8_t *windows = windows_of(&count);
	printf("# %zu sealed fields, %zu runs of %d bytes, %zu bytes written\n", fields, count, WINDOW, seen.size);
	expect(count > 5000 && seen.size > 100000);
	expect(memmem(seen.data, seen.size, "muffin", 6) != NULL); /* what is in clear is found */
	expect_integer(
		(int64_t)found_in(windows, count, (struct bytes){.data = &windows[count / 2 * WINDOW], .size = WINDOW}), 1);
	expect_integer((int64_t)found_in(windows, count, buffer_view(&seen)), 0);
	expect_integer((int64_t)found_in(windows, count, said), 0);
	free(windows);
	buffer_finish(&seen);
	buffer_finish(&sealed);
	buffer_finish(&clear);
}

static const struct tap_test tests[] = {
	{"no sealed value of a full record is in a write to database or journal, in an error, or on standard error",
	 nothing_sealed_is_written},
};

TAP_MAIN(tests)
