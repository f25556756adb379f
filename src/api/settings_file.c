/*
 * Configurations as text: reading one, and making that of a new store.
 */
#include "settings_file.h"

#include <ini.h>

#include "disk.h"
#include "error.h"
#include "limits.h"
#include "settings_check.h"
#include "utf8.h"

/* What reading one file needs to know. The parser takes lines from here, so that the line of a fault is known, and that
   no line is cut: the rest of one would be taken for another. */
struct reading {
	struct arena *arena;
	struct settings *settings;
	struct text path;
	bool of_store;    /* it is the store's file */
	struct text rest; /* what has not been read */
	int line;
	bool memory;
	int fault_line; /* 0 until the first */
	struct text fault;
};

/* Remembers the first fault; 0, which is what the parser takes for one. */
static int find_fault(struct reading *reading, struct text fault)
{
	if (reading->fault_line != 0)
		return 0;
	reading->fault_line = reading->line;
	reading->fault = fault;
	return 0;
}

/* Gives the parser a line, without its end, as fgets would. NULL at the end and at a line that cannot be given whole. */
static char *give_line(char *line, int size, void *context)
{
	struct reading *reading = context;
	const size_t end = text_find(reading->rest, TEXT("\n"), 0);
	const struct text next = text_slice(reading->rest, 0, end);
	if (reading->rest.size == 0)
		return NULL;
	reading->line++;
	reading->rest = text_slice(reading->rest, end == SIZE_MAX ? next.size : end + 1, SIZE_MAX);
	const struct text words = text_trim(next);
	struct text fault = TEXT("");
	if (next.size >= (size_t)size)
		reading->memory =
			arena_format(reading->arena, &fault, "a line has at most %d bytes, this one has %zu", size - 1, next.size);
	else if (words.size > 0 && words.data != next.data && words.data[0] != ';' && words.data[0] != '#')
		fault = TEXT("a line begins without blanks: none goes on in the next");
	if (fault.size > 0 || !reading->memory) {
		(void)find_fault(reading, fault);
		return NULL;
	}
	memcpy(line, next.data, next.size);
	line[next.size] = '\0';
	return line;
}

static int take_pair(void *context, const char *section, const char *key, const char *value)
{
	struct reading *reading = context;
	struct text fault, meant;
	for (size_t i = 0; i < SETTINGS_COUNT; i++) {
		const struct settings_row *row = settings_row((enum settings_key)i);
		if (strcmp(row->section, section) != 0 || strcmp(row->key, key) != 0)
			continue;
		struct settings_value *to = &reading->settings->values[i];
		if (text_equal(to->from, reading->path))
			return find_fault(reading, TEXT("this setting is there already"));
		to->from = reading->path;
		to->line = reading->line;
		to->of_store = reading->of_store;
		reading->memory = reading->memory && arena_copy_text(reading->arena, text_of_string(value), &to->value);
		return reading->memory;
	}
	if (!settings_nearest(reading->arena, text_of_string(key), &meant) ||
		!arena_format(reading->arena, &fault, "there is no setting [%s] %s%s%.*s", section, key,
					  meant.size > 0 ? ": " : "", (int)meant.size, meant.data)) {
		reading->memory = false;
		return 0;
	}
	return find_fault(reading, fault);
}

static enum hansard_status refuse_line(struct text path, int line, struct text fault, struct hansard_error *error)
{
	error_set(error, HANSARD_INVALID, "invalid_configuration", ERROR_TEXT ":%d: " ERROR_TEXT, ERROR_TEXT_ARGS(path),
			  line, ERROR_TEXT_ARGS(fault));
	error_hint(
		error,
		"the settings are: [storage] backend, sqlite.path, dynamodb.table, dynamodb.region, dynamodb.endpoint; [keys] "
		"provider, file.path, tenant, epoch, older_epochs, principal, marks, audit");
	return HANSARD_INVALID;
}

/* The line, from 1, that an offset lies in. */
static int line_of(struct bytes content, size_t offset)
{
	int line = 1;
	for (size_t i = 0; i < offset; i++)
		line += content.data[i] == '\n';
	return line;
}

/* Reads a text. Where that is false, memory is exhausted or a fault found. */
static bool read_text(struct reading *reading, struct bytes content)
{
	const size_t foreign = utf8_fault(content);
	if (foreign != SIZE_MAX) {
		reading->fault_line = line_of(content, foreign);
		reading->fault = TEXT("this is no text in UTF-8");
		return false;
	}
	reading->rest = text_of_bytes(content);
	const int line = ini_parse_stream(give_line, reading, take_pair, reading);
	if (line < 0)
		reading->memory = false;
	if (line > 0 && (reading->fault_line == 0 || line < reading->fault_line)) {
		reading->fault_line = line;
		reading->fault = TEXT("this is neither [section] nor key = value");
	}
	return reading->memory && reading->fault_line == 0;
}

enum hansard_status settings_file_read(struct arena *arena, struct text path, bool of_store, struct settings *settings,
									   struct hansard_error *error)
{
	struct bytes content;
	struct hansard_error ignored = {0};
	enum hansard_status status = disk_read(arena, path, 1 << 20, &content, &ignored);
	if (status == HANSARD_NOT_FOUND)
		return HANSARD_OK;
	if (status != HANSARD_OK) {
		if (error != NULL)
			*error = ignored;
		return status;
	}
	struct reading reading = {.arena = arena, .settings = settings, .path = path, .of_store = of_store, .memory = true};
	if (read_text(&reading, content))
		return HANSARD_OK;
	return reading.memory ? refuse_line(path, reading.fault_line, reading.fault, error) : error_memory(error);
}

/* ---- making ---- */

/* Writes every setting, noting the line of each. `given`: what is not left to its default. */
static bool write_text(struct buffer *out, struct settings_value values[static SETTINGS_COUNT],
					   const bool given[static SETTINGS_COUNT])
{
	const char *section = "";
	bool good = buffer_append_string(
		out,
		"; Settings of this store. A line that begins with ';' is a comment; what is commented has its default.\n");
	for (size_t i = 0; i < SETTINGS_COUNT && good; i++) {
		const struct settings_row *row = settings_row((enum settings_key)i);
		if (strcmp(section, row->section) != 0)
			good = buffer_append_string(out, "\n[") && buffer_append_string(out, row->section) &&
				   buffer_append_string(out, "]\n");
		section = row->section;
		good = good && buffer_append_string(out, "; ") && buffer_append_string(out, row->what) &&
			   buffer_append_string(out, "\n");
		values[i].line = line_of(bytes_of_text(buffer_text(out)), out->size);
		good = good && buffer_append_string(out, given[i] ? "" : "; ") && buffer_append_string(out, row->key) &&
			   buffer_append_string(out, " = ") && buffer_append_text(out, values[i].value) &&
			   buffer_append_string(out, "\n");
	}
	return good;
}

static enum hansard_status refuse_value(enum settings_key key, struct text fault, struct hansard_error *error)
{
	const struct settings_row *row = settings_row(key);
	error_set(error, HANSARD_INVALID, "invalid_value",
			  "this value of %s cannot stand in the configuration of a store: " ERROR_TEXT, row->key,
			  ERROR_TEXT_ARGS(fault));
	error_hint(
		error,
		"there a value has no blank at either end, and no ';' in front or behind a blank; give another one, or set "
		"%s where the store is used",
		row->variable);
	return HANSARD_INVALID;
}

/* Reads what was made as the store's file is read, and holds it against what was wanted. */
static enum hansard_status prove_text(struct reading *reading, struct bytes content,
									  const struct settings_value wanted[static SETTINGS_COUNT],
									  struct hansard_error *error)
{
	const bool whole = read_text(reading, content);
	size_t at = 0;
	if (!reading->memory)
		return error_memory(error);
	if (!whole) {
		while (at + 1 < SETTINGS_COUNT && wanted[at].line < reading->fault_line)
			at++;
		return refuse_value((enum settings_key)at, reading->fault, error);
	}
	for (; at < SETTINGS_COUNT; at++) {
		struct settings_value *found = &reading->settings->values[at];
		struct text fault;
		found->line = 0; /* there is no such file yet */
		if (text_equal(found->value, wanted[at].value))
			continue;
		return arena_format(reading->arena, &fault, "it would be read as \"%.*s\"", (int)found->value.size,
							found->value.data)
				   ? refuse_value((enum settings_key)at, fault, error)
				   : error_memory(error);
	}
	return settings_check(reading->settings, error);
}

enum hansard_status settings_file_make(struct arena *arena, const struct settings *settings, struct text marks,
									   struct text *ret_text, struct hansard_error *error)
{
	struct settings found = {.folder = settings->folder};
	struct settings_value wanted[SETTINGS_COUNT];
	bool given[SETTINGS_COUNT];
	for (size_t i = 0; i < SETTINGS_COUNT; i++) {
		const struct text fallback = text_of_string(settings_row((enum settings_key)i)->fallback);
		const struct text flag = settings->flags[i];
		found.values[i] = (struct settings_value){.value = fallback, .from = TEXT("default")};
		wanted[i] = (struct settings_value){.value = text_present(flag)    ? flag
													 : i == SETTINGS_MARKS ? marks
																		   : fallback};
		given[i] = text_present(flag) || i == SETTINGS_MARKS;
	}
	struct buffer buffer;
	buffer_init(&buffer, LIMIT_DOCUMENT);
	const bool good = write_text(&buffer, wanted, given) && arena_copy_text(arena, buffer_text(&buffer), ret_text);
	buffer_finish(&buffer);
	struct reading reading = {
		.arena = arena, .settings = &found, .path = TEXT("flag"), .of_store = true, .memory = true};
	return good ? prove_text(&reading, bytes_of_text(*ret_text), wanted, error) : error_memory(error);
}
