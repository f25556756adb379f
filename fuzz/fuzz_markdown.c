/*
 * Whatever a file of a dialogue's folder may hold: it is read without a crash, every entity found can be encoded, and the
 * document made of it can be written.
 */
#include "derive.h"
#include "document.h"
#include "document_form.h"
#include "entity_codec.h"
#include "utf8.h"

/* A document that carries its record is read when it is alone. */
static bool alone(struct bytes content)
{
	return utf8_valid(content) && document_form_opens(text_of_bytes(content));
}

/* What was written must give the same facts. */
static void read_again(struct arena *arena, const struct record *record, struct bytes document)
{
	const struct derive_file file = {.path = TEXT("a.dialogue.recorded.md"), .content = document};
	const struct derive_request request = {.dialogue_id = record->dialogue_id,
										   .source_key = record_meta(record)->source_key,
										   .now = TEXT("2026-01-01T00:00:00.000000Z"),
										   .files = &file,
										   .file_count = 1};
	struct derive_result again;
	struct record carried;
	if (derive_record(arena, &request, &again, NULL) != HANSARD_OK || !document_form_carried(arena, record, &carried))
		return;
	record_meta(&carried)->source_key = request.source_key;
	if (again.problems.count > 0)
		abort();
	for (unsigned type = 0; type < ENTITY_TYPE_COUNT; type++) {
		for (size_t i = 0; i < carried.lists[type].count && type != ENTITY_FILE; i++) {
			if (i >= again.record.lists[type].count ||
				!entity_equal(carried.lists[type].items[i], again.record.lists[type].items[i]))
				abort();
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = {"round-0/muffin.md",  "tensions.md",           "scoreboard.md",
										"verdict.md",         "expert-pool.json",      "round-0/panel.json",
										"round-0.summary.md", "x.dialogue.recorded.md"};
	if (size < 1)
		return 0;
	struct arena *arena = arena_create((size_t)256 << 20);
	if (arena == NULL)
		return 0;
	struct bytes content = {.data = data + 1, .size = size - 1};
	const struct derive_file files[] = {
		{.path = text_of_string(paths[data[0] % 8]), .content = content},
		{.path = TEXT("round-0/muffin.prompt.md"), .content = bytes_of_text(TEXT("You are Muffin, a Baker"))},
	};
	const struct derive_request request = {.dialogue_id = TEXT("x"),
										   .source_key = TEXT("2026-01-01T0000Z-x"),
										   .now = TEXT("2026-01-01T00:00:00.000000Z"),
										   .files = files,
										   .file_count = alone(content) ? 1 : 2};
	struct derive_result result;
	struct buffer out;
	buffer_init(&out, (size_t)256 << 20);
	if (derive_record(arena, &request, &result, NULL) == HANSARD_OK) {
		for (unsigned type = 0; type < ENTITY_TYPE_COUNT; type++) {
			for (size_t i = 0; i < result.record.lists[type].count && type != ENTITY_FILE; i++) {
				struct hansard_error error = {.status = HANSARD_OK};
				if (entity_codec_attrs(result.record.lists[type].items[i], &out, &error) == HANSARD_INVALID ||
					entity_codec_sealed(result.record.lists[type].items[i], &out, &error) == HANSARD_INVALID)
					abort();
				out.size = 0;
			}
		}
		document_write(arena, &result.record, TEXT("x"), &out, NULL);
		if (!utf8_valid(buffer_view(&out)))
			abort();
		if (out.size > 0)
			read_again(arena, &result.record, buffer_view(&out));
	}
	buffer_finish(&out);
	arena_destroy(arena);
	return 0;
}
