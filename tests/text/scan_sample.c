#include "scan_sample.h"

static struct arena *arena;
static struct buffer line;

void scan_sample_finish(void)
{
	arena_destroy(arena);
	arena = NULL;
	buffer_finish(&line);
}

struct arena *scan_sample_arena(void)
{
	return arena;
}

const struct scan_file *scan_sample(struct text content)
{
	scan_sample_finish();
	buffer_init(&line, (size_t)1 << 20);
	arena = arena_create((size_t)1 << 30);
	expect(arena != NULL);
	const struct scan_file *file = NULL;
	struct hansard_error error = {0};
	expect_integer(scan_read(arena, TEXT("sample.md"), content, &file, &error), HANSARD_OK);
	return file;
}

static void add(const char *string)
{
	expect(buffer_append_string(&line, string));
}

static void add_text(const char *before, struct text text, const char *behind)
{
	if (!text_present(text))
		return;
	add(before);
	expect(buffer_append_text(&line, text));
	add(behind);
}

static void add_ids(const struct scan_id *ids, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		add(i > 0 ? "," : "");
		add_text("", ids[i].name, ":");
		if (ids[i].round >= 0) {
			add("R");
			expect(buffer_append_integer(&line, ids[i].round, 0));
			add(":");
		}
		expect(buffer_append_byte(&line, (uint8_t)ids[i].letter));
		if (ids[i].number >= 0)
			expect(buffer_append_integer(&line, ids[i].number, 0));
		add_text("", ids[i].tail, "");
	}
}

static const char *kind_of(const struct scan_marker *marker)
{
	static const char *const words[] = {
		[SCAN_STATEMENT] = "statement", [SCAN_REFINE] = "refine",       [SCAN_CONCEDE] = "concede",
		[SCAN_RESOLVE] = "resolve",     [SCAN_COMMENT] = "comment",     [SCAN_MOVE] = "move",
		[SCAN_VERDICT] = "verdict",     [SCAN_REFERENCE] = "reference", [SCAN_NEVER_SIGNAL] = "never",
		[SCAN_UNKNOWN] = "unknown",
	};
	return words[marker->keyword];
}

static void add_meaning(const struct scan_marker *marker)
{
	add(kind_of(marker));
	if (marker->keyword == SCAN_STATEMENT)
		add_text(":", text_of_string(entity_shape(marker->entity)->name), "");
	if (marker->keyword == SCAN_MOVE)
		add_text(":", vocabulary_word(&vocabulary_move_type, marker->move), "");
	if (marker->keyword == SCAN_VERDICT)
		add_text(":", vocabulary_word(&vocabulary_verdict_type, marker->verdict), "");
	if (marker->keyword == SCAN_REFERENCE)
		add_text(":", vocabulary_word(&vocabulary_ref_type, marker->ref), "");
	if (marker->keyword == SCAN_UNKNOWN)
		add_text(":", marker->written, "");
}

static void add_marker(const struct scan_marker *marker)
{
	add_meaning(marker);
	add(marker->id_count > 0 ? " " : "");
	add_ids(marker->ids, marker->id_count);
	add(marker->label_id_count > 0 ? " inside=" : "");
	add_ids(marker->label_ids, marker->label_id_count);
	for (size_t i = 0; i < marker->to_count; i++)
		add_text(" to=", marker->to[i], "");
	add_text(" \"", marker->label, "\"");
	add_text(" '", marker->body, "'");
}

static const char *finished(void)
{
	expect(buffer_append_byte(&line, 0));
	return (const char *)line.data;
}

const char *scan_sample_marker(const struct scan_marker *marker)
{
	line.size = 0;
	add_marker(marker);
	return finished();
}

const char *scan_sample_markers(const char *content)
{
	const struct scan_file *file = scan_sample(text_of_string(content));
	for (size_t i = 0; i < file->marker_count; i++) {
		add(i > 0 ? " ; " : "");
		add_marker(&file->markers[i]);
	}
	return finished();
}

const char *scan_sample_ids(const struct scan_id *ids, size_t count)
{
	line.size = 0;
	add_ids(ids, count);
	return finished();
}
