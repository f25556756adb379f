/*
 * What whoever holds the database sees of a dialogue. It is read as they would read it, without a secret key, from the very bytes that
 * were verified.
 */
#include "answer.h"
#include "base64.h"
#include "cbor_read.h"
#include "count.h"
#include "error.h"
#include "item.h"
#include "item_key.h"
#include "report.h"
#include "vault_stored.h"

/* What entities.def seals of each type, in words. */
static const char *const hidden[] = {
	"title, question and background; names, roles and descriptions of experts; the pool",
	"label and words of every statement, who contributed to it, and what its author called it",
	"a verdict's words, conditions and vote; the context of moves; reasons and results of events",
	"the kept files, and their paths",
};
/* envelope.md, What is claimed, and what is not. */
static const char *const not_hidden[] = {
	"tenant, dialogue ids (slugs of titles: `create --id` avoids that), expert slugs, tiers and relevance",
	"who references what, moves, events and verdicts by type, how many items, their sizes",
	"statuses, scores, confidence, which verdict adopted or accepted what, domain and ethos ids",
	"actors, who changed which item when",
	("hashes, nonces, tags and the random name of each attempt to commit: they tell whether two copies are the same, and nothing of "
	 "what is sealed"),
};
static const char *const not_promised[] = {
	"freshness for a reader without memory; the truth of time and actor",
	("that two readers are told the same new thing until they compare heads (a signer can show two, the store can show a "
	 "head that was signed but lost its race, a writer without memory signs on top of what it is shown)"),
	"index answers; erasure from backups",
};
enum {
	HIDDEN = sizeof(hidden) / sizeof(hidden[0]),
	NOT_HIDDEN = sizeof(not_hidden) / sizeof(not_hidden[0]),
	NOT_PROMISED = sizeof(not_promised) / sizeof(not_promised[0])
};

struct leaking {
	struct session_request *request;
	struct answer answer;
	bool as_json;
	struct text id;
	struct vault_stored stored;
};

/* A text as one that ends with NUL, as keys are written. NULL when memory is exhausted. */
static const char *string_of(struct leaking *run, struct text text)
{
	struct text copy;
	return arena_format(run->request->arena, &copy, ERROR_TEXT, ERROR_TEXT_ARGS(text)) ? copy.data : NULL;
}

static bool write_value(struct leaking *run, struct json_writer *writer, struct cbor_reader *reader);

static bool write_bytes(struct json_writer *writer, struct cbor_reader *reader)
{
	struct bytes bytes;
	struct buffer hex;
	buffer_init(&hex, LIMIT_DOCUMENT);
	const bool good = cbor_read_bytes(reader, &bytes) && base64_hex_append(&hex, bytes);
	if (good)
		json_write_text(writer, hex.size > 0 ? buffer_text(&hex) : TEXT(""));
	buffer_finish(&hex);
	return good;
}

static bool write_values(struct leaking *run, struct json_writer *writer, struct cbor_reader *reader, bool map)
{
	size_t count;
	bool good = map ? cbor_read_map(reader, &count) : cbor_read_array(reader, &count);
	if (map)
		json_write_object(writer);
	else
		json_write_array(writer);
	for (size_t i = 0; good && i < count; i++) {
		struct text key;
		if (map) {
			const char *name = cbor_read_text(reader, &key) ? string_of(run, key) : NULL;
			good = name != NULL;
			if (good)
				json_write_key(writer, name);
		}
		good = good && write_value(run, writer, reader);
	}
	json_write_end(writer);
	return good;
}

/* Any value as JSON; bytes as hex. It is nested no deeper than its reader lets it be. */
static bool write_value(struct leaking *run, struct json_writer *writer, struct cbor_reader *reader)
{
	enum cbor_kind kind;
	struct text text;
	int64_t integer;
	bool boolean;
	bool good = cbor_read_kind(reader, &kind);
	if (!good)
		return false;
	switch (kind) {
	case CBOR_INTEGER:
		good = cbor_read_integer(reader, &integer);
		if (good)
			json_write_integer(writer, integer);
		return good;
	case CBOR_TEXT:
		good = cbor_read_text(reader, &text);
		if (good)
			json_write_text(writer, text);
		return good;
	case CBOR_BOOLEAN:
		good = cbor_read_boolean(reader, &boolean);
		if (good)
			json_write_boolean(writer, boolean);
		return good;
	case CBOR_BYTES:
		return write_bytes(writer, reader);
	case CBOR_ARRAY:
	case CBOR_MAP:
		return write_values(run, writer, reader, kind == CBOR_MAP);
	}
	return false;
}

/* Appends one pair for people: a text as it is, whatever else as it is in JSON. */
static bool add_pair(struct leaking *run, struct cbor_reader *reader, struct buffer *line)
{
	struct session_request *request = run->request;
	struct text key, value;
	enum cbor_kind kind;
	struct json_writer writer;
	struct buffer out;
	if (!cbor_read_text(reader, &key) || !cbor_read_kind(reader, &kind))
		return false;
	buffer_init(&out, LIMIT_DOCUMENT);
	bool good = true;
	if (kind == CBOR_TEXT) {
		good = cbor_read_text(reader, &value);
	} else {
		json_write_begin(&writer, &out, true);
		good = write_value(run, &writer, reader) && json_write_finish(&writer);
		value = buffer_text(&out);
		if (good && kind == CBOR_BYTES) /* without its quotes */
			value = text_slice(value, 1, value.size - 1);
	}
	if (good) {
		const struct text name = session_clean(request, key), shown = session_clean(request, value);
		good = (line->size == 0 || buffer_append_string(line, ", ")) && buffer_append_text(line, name) &&
			   buffer_append_byte(line, '=') && buffer_append_text(line, shown);
	}
	buffer_finish(&out);
	return good;
}

/* The pairs of a map in clear; for people lines of their own, when there are any. */
static bool write_pairs(struct leaking *run, const char *key, struct bytes encoded)
{
	struct cbor_reader reader;
	size_t pairs;
	cbor_read_begin(&reader, encoded);
	if (run->as_json) {
		json_write_key(&run->answer.writer, key);
		return write_value(run, &run->answer.writer, &reader);
	}
	struct buffer line;
	buffer_init(&line, LIMIT_DOCUMENT);
	bool good = cbor_read_map(&reader, &pairs);
	for (size_t i = 0; good && i < pairs; i++)
		good = add_pair(run, &reader, &line);
	good = good && report_fold(run->request, 5, "%.*s", (int)line.size, (const char *)line.data);
	buffer_finish(&line);
	return good;
}

static bool write_signer(struct leaking *run, const struct note_line *line)
{
	uint8_t data[2 * SIGN_ID_SIZE];
	struct buffer hex = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	if (!base64_hex_append(&hex, (struct bytes){.data = line->id, .size = sizeof(line->id)}))
		return false;
	if (!run->as_json)
		return report_fold(run->request, 2, "signed by " ERROR_TEXT ", key " ERROR_TEXT, ERROR_TEXT_ARGS(line->name),
						   ERROR_TEXT_ARGS(buffer_text(&hex)));
	answer_object(&run->answer, NULL);
	answer_text(&run->answer, "name", line->name);
	answer_text(&run->answer, "id", buffer_text(&hex));
	answer_end(&run->answer);
	return true;
}

static bool write_head(struct leaking *run)
{
	const struct vault_state *state = run->stored.state;
	uint8_t data[2 * DIGEST_SIZE];
	struct buffer hex = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	bool good = base64_hex_append(&hex, digest_view(&state->hash));
	if (run->as_json) {
		answer_object(&run->answer, "head");
		answer_text(&run->answer, "hash", buffer_text(&hex));
		answer_integer(&run->answer, "stored_bytes", (int64_t)state->note.size);
		answer_array(&run->answer, "signers");
	} else {
		good = good && session_say(run->request, "\nThe head\n") &&
			   report_fold(run->request, 2, "%zu bytes, hash " ERROR_TEXT, state->note.size,
						   ERROR_TEXT_ARGS(buffer_text(&hex)));
	}
	for (size_t i = 0; good && i < run->stored.head.line_count; i++)
		good = write_signer(run, &run->stored.head.lines[i]);
	if (run->as_json) {
		answer_end(&run->answer);
		answer_end(&run->answer);
	}
	return good;
}

/* How many items of each type; they stand in address order, so a type stands together. */
static bool write_counts(struct leaking *run)
{
	const struct vault_state *state = run->stored.state;
	bool good = true;
	for (size_t i = 0; good && i < state->item_count;) {
		const struct text type = state->items[i].key.type;
		size_t count = 0, bytes = 0;
		for (; i < state->item_count && text_equal(state->items[i].key.type, type); i++, count++)
			bytes += state->stored[i].stored.bytes.size;
		if (run->as_json) {
			answer_object(&run->answer, NULL);
			answer_text(&run->answer, "type", type);
			answer_integer(&run->answer, "items", (int64_t)count);
			answer_integer(&run->answer, "stored_bytes", (int64_t)bytes);
			answer_end(&run->answer);
		} else {
			good = session_say(run->request, "  %-16.*s %6zu item%s %9zu bytes\n", (int)type.size, type.data, count,
							   count_word(count, ", ", "s,"), bytes);
		}
	}
	return good;
}

static bool write_item(struct leaking *run, size_t at)
{
	const struct vault_item *opened = &run->stored.state->items[at];
	const struct stored_bytes stored = run->stored.state->stored[at].stored;
	uint8_t data[LIMIT_ADDRESS];
	struct buffer address = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	struct item item;
	if (item_read(stored, &item, NULL) != HANSARD_OK || !item_key_address(run->id, opened->key, &address))
		return false;
	const struct text shown = buffer_text(&address);
	bool good = true;
	if (run->as_json) {
		answer_object(&run->answer, NULL);
		answer_text(&run->answer, "address", shown);
		answer_integer(&run->answer, "rev", item.rev);
		answer_integer(&run->answer, "generation", item.generation);
		answer_integer(&run->answer, "stored_bytes", (int64_t)stored.bytes.size);
		answer_integer(&run->answer, "sealed_bytes", (int64_t)item_plain_size(&item));
	} else {
		struct text rest;
		good =
			arena_format(run->request->arena, &rest, "rev %lld, generation %lld, %zu bytes, of which sealed %zu",
						 (long long)item.rev, (long long)item.generation, stored.bytes.size, item_plain_size(&item)) &&
			report_pair(run->request, shown, rest);
	}
	good = good && write_pairs(run, "clear", item.attrs);
	if (run->as_json)
		answer_end(&run->answer);
	return good;
}

static bool write_part(struct leaking *run, size_t at)
{
	const struct vault_stored_part *part = &run->stored.parts[at];
	if (!run->as_json) {
		const struct text shown = session_clean(run->request, part->address);
		struct text rest;
		return arena_format(run->request->arena, &rest, "rev %lld, %zu bytes, of which sealed %zu",
							(long long)part->rev, part->size, part->sealed) &&
			   report_pair(run->request, shown, rest);
	}
	answer_object(&run->answer, NULL);
	answer_text(&run->answer, "address", part->address);
	answer_integer(&run->answer, "rev", part->rev);
	answer_integer(&run->answer, "stored_bytes", (int64_t)part->size);
	answer_integer(&run->answer, "sealed_bytes", (int64_t)part->sealed);
	answer_end(&run->answer);
	return true;
}

static bool write_change(struct leaking *run, const struct commit_change *change)
{
	uint8_t data[LIMIT_ADDRESS];
	struct buffer address = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	const struct item_key key = {.type = change->type, .subkey = change->subkey};
	if (!item_key_address(run->id, key, &address))
		return false;
	if (!run->as_json)
		return report_fold(run->request, 5, "%s %.*s", change->removed ? "removed" : "wrote  ", (int)address.size,
						   (const char *)address.data);
	answer_object(&run->answer, NULL);
	answer_text(&run->answer, "address", buffer_text(&address));
	answer_boolean(&run->answer, "removed", change->removed);
	answer_end(&run->answer);
	return true;
}

static bool write_commit(struct leaking *run, size_t at)
{
	const struct commit *commit = &run->stored.commits[at].commit;
	const size_t size = run->stored.commits[at].size;
	bool good = true;
	if (run->as_json) {
		answer_object(&run->answer, NULL);
		answer_integer(&run->answer, "rev", commit->rev);
		answer_text(&run->answer, "time", commit->time);
		answer_text(&run->answer, "actor", commit->actor);
		answer_text(&run->answer, "operation", commit->operation);
		answer_integer(&run->answer, "changes", (int64_t)commit->change_count);
		answer_integer(&run->answer, "items", commit->count);
		answer_integer(&run->answer, "stored_bytes", (int64_t)size);
	} else {
		const struct text actor = session_clean(run->request, commit->actor);
		const struct text operation = session_clean(run->request, commit->operation);
		struct text subject, rest;
		good = arena_format(run->request->arena, &subject, "%lld  " ERROR_TEXT "  " ERROR_TEXT "  " ERROR_TEXT,
							(long long)commit->rev, ERROR_TEXT_ARGS(commit->time), ERROR_TEXT_ARGS(operation),
							ERROR_TEXT_ARGS(actor)) &&
			   arena_format(run->request->arena, &rest, "%lld item%s then, %zu bytes", (long long)commit->count,
							count_s((size_t)commit->count), size) &&
			   report_pair(run->request, subject, rest);
	}
	good = good && write_pairs(run, "detail", commit->detail);
	if (run->as_json)
		answer_array(&run->answer, "named");
	for (size_t i = 0; good && i < commit->change_count; i++)
		good = write_change(run, &commit->changes[i]);
	if (run->as_json) {
		answer_end(&run->answer);
		answer_end(&run->answer);
	}
	return good;
}

static bool write_general(struct leaking *run, const char *key, const char *title, const char *const *lines,
						  size_t count)
{
	struct text texts[HIDDEN + NOT_HIDDEN + NOT_PROMISED];
	bool good = run->as_json || session_say(run->request, "\n%s\n", title);
	for (size_t i = 0; good && i < count; i++) {
		texts[i] = text_of_string(lines[i]);
		good = run->as_json || report_item(run->request, lines[i]);
	}
	if (run->as_json) {
		const struct text_list list = {.items = texts, .count = count, .present = true};
		answer_texts(&run->answer, key, &list);
	}
	return good;
}

/* One list of the answer. */
struct leaking_list {
	const char *key;
	const char *title;
	size_t count;
	bool (*write)(struct leaking *run, size_t at);
};

static bool write_list(struct leaking *run, const struct leaking_list *list)
{
	if (!run->as_json && (list->count == 0 || !session_say(run->request, "\n%s\n", list->title)))
		return list->count == 0;
	if (run->as_json)
		answer_array(&run->answer, list->key);
	bool good = true;
	for (size_t i = 0; good && i < list->count; i++)
		good = list->write(run, i);
	if (run->as_json)
		answer_end(&run->answer);
	return good;
}

/* What holds of every dialogue: for people first, before what is long. */
static bool write_generals(struct leaking *run)
{
	return write_general(run, "hidden", "Hidden of every dialogue", hidden, HIDDEN) &&
		   write_general(run, "not_hidden", "Not hidden of any dialogue", not_hidden, NOT_HIDDEN) &&
		   write_general(run, "not_promised", "Not promised", not_promised, NOT_PROMISED);
}

static bool write_opening(struct leaking *run, struct text tenant)
{
	const struct vault_stored *stored = &run->stored;
	if (!run->as_json)
		return report_fold(run->request, 0,
						   "What whoever holds the database sees of %.*s (tenant %.*s), rev %lld: first what holds of "
						   "every dialogue, then all of it that is not sealed.",
						   (int)run->id.size, run->id.data, (int)tenant.size, tenant.data,
						   (long long)stored->state->rev) &&
			   write_generals(run) && write_head(run) && session_say(run->request, "\nHow many of what\n") &&
			   write_counts(run);
	answer_begin(&run->answer, &run->request->out, "leakage");
	answer_text(&run->answer, "tenant", tenant);
	answer_text(&run->answer, "dialogue_id", run->id);
	answer_integer(&run->answer, "rev", stored->state->rev);
	answer_integer(&run->answer, "parts", (int64_t)stored->part_count);
	bool good = write_head(run);
	answer_array(&run->answer, "types");
	good = good && write_counts(run);
	answer_end(&run->answer);
	return good;
}

static enum hansard_status write_leakage(struct leaking *run, struct hansard_error *error)
{
	const struct vault_stored *stored = &run->stored;
	const struct leaking_list lists[] = {
		{"items", "By address, with what stands in clear", stored->state->item_count, write_item},
		{"stored_parts", "Parts of what does not fit into one box", stored->part_count, write_part},
		{"commits", "Who did what when", stored->commit_count, write_commit},
	};
	bool good = write_opening(run, vault_tenant(run->request->store->vault));
	for (size_t i = 0; good && i < sizeof(lists) / sizeof(lists[0]); i++)
		good = write_list(run, &lists[i]);
	good = good && (!run->as_json || write_generals(run));
	if (!good)
		return error_memory(error);
	return run->as_json ? answer_finish(&run->answer, error) : HANSARD_OK;
}

enum hansard_status hansard_leakage(struct hansard *store, const char *dialogue, struct hansard_output *ret_out,
									struct hansard_error *error)
{
	struct session_request request;
	struct leaking run = {.request = &request, .as_json = store->options.format == HANSARD_JSON};
	enum hansard_status status = session_begin(&request, store, error);
	if (status == HANSARD_OK)
		status = session_find(&request, dialogue, &run.id, error);
	if (status == HANSARD_OK)
		status = vault_stored(store->vault, run.id, request.arena, &run.stored, error);
	if (status == HANSARD_OK) {
		status = write_leakage(&run, error);
		if (status != HANSARD_OK)
			request.out.size = 0;
	}
	return session_finish(&request, status, ret_out, error);
}
