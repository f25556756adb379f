/*
 * What whoever holds the database sees of a dialogue. It is read as they would read it, without a secret key, from a state that was
 * verified first.
 */
#include "answer.h"
#include "cbor_read.h"
#include "error.h"
#include "item.h"
#include "item_key.h"
#include "session.h"
#include "vault_verify.h"

/* envelope.md, What is claimed, and what is not. */
static const char *const not_hidden[] = {
	"tenant, dialogue ids (slugs of titles: `create --id` avoids that), expert slugs, tiers and relevance",
	"who references what, moves, events and verdicts by type, how many items, their sizes",
	"statuses, scores, confidence, which verdict adopted or accepted what, domain and ethos ids",
	"actors, who changed which item when",
};
static const char *const not_promised[] = {
	"freshness for a reader without memory; the truth of time and actor",
	("that two readers are told the same new thing until they compare heads (a signer can show two, the store can show a "
	 "head that was signed but lost its race, a writer without memory signs on top of what it is shown)"),
	"index answers; erasure from backups",
};
enum {
	NOT_HIDDEN = sizeof(not_hidden) / sizeof(not_hidden[0]),
	NOT_PROMISED = sizeof(not_promised) / sizeof(not_promised[0])
};

struct leaking {
	struct session_request *request;
	struct answer answer;
	bool as_json;
	struct text id;
	struct vault_report report;
	struct store_view view;
	struct commit *commits;
	size_t commit_count;
};

/* Reads the state again as stored bytes; it is that which was verified. */
static enum hansard_status read_stored(struct leaking *run, struct hansard_error *error)
{
	struct session_request *request = run->request;
	struct vault *vault = request->store->vault;
	const struct store_partition partition =
		store_engine_partition(request->store->engine, vault_tenant(vault), run->id);
	struct note note;
	enum hansard_status status = vault_verify(vault, run->id, request->arena, &run->report, error);
	if (status == HANSARD_OK && !run->report.good) {
		error_set(error, HANSARD_VIOLATED, "integrity_violated", "\"" ERROR_TEXT "\" is not as it was committed",
				  ERROR_TEXT_ARGS(run->id));
		error_hint(error, "hansard verify names what is at fault");
		status = HANSARD_VIOLATED;
	}
	if (status == HANSARD_OK)
		status = partition.store->load(&partition, request->arena, &run->view, error);
	if (status == HANSARD_OK)
		status = note_read(run->view.note, &note, error);
	if (status == HANSARD_OK && !digest_equal(&note.hash, &run->report.hash))
		status = error_set(error, HANSARD_BUSY, "not_settled", "another commit arrived meanwhile: run it again");
	const struct vault_state state = {.dialogue_id = run->id, .rev = run->report.rev, .hash = run->report.hash};
	if (status == HANSARD_OK)
		status = vault_history(vault, &state, 1, state.rev, request->arena, &run->commits, &run->commit_count, error);
	return status;
}

/* One clear field of an open item. */
static bool write_field(struct leaking *run, struct cbor_reader *reader, bool first)
{
	struct session_request *request = run->request;
	struct text key, text;
	enum cbor_kind kind;
	int64_t integer = 0;
	bool boolean = false;
	if (!cbor_read_text(reader, &key) || !cbor_read_kind(reader, &kind))
		return false;
	char name[128];
	snprintf(name, sizeof(name), "%.*s", (int)key.size, key.data);
	if (kind == CBOR_INTEGER && cbor_read_integer(reader, &integer)) {
		if (run->as_json)
			answer_integer(&run->answer, name, integer);
		return run->as_json || session_say(request, "%s%s=%lld", first ? "  " : ", ", name, (long long)integer);
	}
	if (kind == CBOR_BOOLEAN && cbor_read_boolean(reader, &boolean)) {
		if (run->as_json)
			answer_boolean(&run->answer, name, boolean);
		return run->as_json || session_say(request, "%s%s=%s", first ? "  " : ", ", name, boolean ? "true" : "false");
	}
	if (kind != CBOR_TEXT || !cbor_read_text(reader, &text))
		return false;
	if (run->as_json)
		answer_text(&run->answer, name, text);
	const struct text shown = session_clean(request, text);
	return run->as_json || session_say(request, "%s%s=%.*s", first ? "  " : ", ", name, (int)shown.size, shown.data);
}

static bool write_fields(struct leaking *run, struct bytes attrs)
{
	struct cbor_reader reader;
	size_t pairs;
	cbor_read_begin(&reader, attrs);
	bool good = cbor_read_map(&reader, &pairs);
	if (run->as_json)
		answer_object(&run->answer, "clear");
	else if (good && pairs > 0)
		good = session_say(run->request, "\n     ");
	for (size_t i = 0; good && i < pairs; i++)
		good = write_field(run, &reader, i == 0);
	if (run->as_json)
		answer_end(&run->answer);
	return good;
}

static enum hansard_status write_item(struct leaking *run, const struct store_item *stored, struct hansard_error *error)
{
	uint8_t data[LIMIT_ADDRESS];
	struct buffer address = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	struct item item;
	const enum hansard_status status = item_read(stored->stored, &item, error);
	if (status != HANSARD_OK)
		return status;
	if (!item_key_address(run->id, stored->key, &address))
		return error_memory(error);
	bool good = true;
	if (run->as_json) {
		answer_object(&run->answer, NULL);
		answer_text(&run->answer, "address", buffer_text(&address));
		answer_integer(&run->answer, "rev", item.rev);
		answer_integer(&run->answer, "generation", item.generation);
		answer_integer(&run->answer, "stored_bytes", (int64_t)stored->stored.bytes.size);
		answer_integer(&run->answer, "sealed_bytes", (int64_t)item_plain_size(&item));
	} else {
		const struct text shown = buffer_text(&address);
		good = session_say(run->request, "  %.*s  rev %lld, %zu bytes, of which sealed %zu", (int)shown.size,
						   shown.data, (long long)item.rev, stored->stored.bytes.size, item_plain_size(&item));
	}
	good = good && write_fields(run, item.attrs);
	if (run->as_json)
		answer_end(&run->answer);
	else
		good = good && session_say(run->request, "\n");
	return good ? HANSARD_OK : error_memory(error);
}

/* How many items of each type; they stand in address order, so a type stands together. */
static bool write_counts(struct leaking *run)
{
	bool good = true;
	for (size_t i = 0; good && i < run->view.item_count;) {
		const struct text type = run->view.items[i].key.type;
		size_t count = 0, bytes = 0;
		for (; i < run->view.item_count && text_equal(run->view.items[i].key.type, type); i++, count++)
			bytes += run->view.items[i].stored.bytes.size;
		if (run->as_json) {
			answer_object(&run->answer, NULL);
			answer_text(&run->answer, "type", type);
			answer_integer(&run->answer, "items", (int64_t)count);
			answer_integer(&run->answer, "stored_bytes", (int64_t)bytes);
			answer_end(&run->answer);
		} else {
			good = session_say(run->request, "  %-16.*s %6zu items, %9zu bytes\n", (int)type.size, type.data, count,
							   bytes);
		}
	}
	return good;
}

static bool write_commits(struct leaking *run)
{
	bool good = true;
	for (size_t i = 0; good && i < run->commit_count; i++) {
		const struct commit *commit = &run->commits[i];
		if (run->as_json) {
			answer_object(&run->answer, NULL);
			answer_integer(&run->answer, "rev", commit->rev);
			answer_text(&run->answer, "time", commit->time);
			answer_text(&run->answer, "actor", commit->actor);
			answer_text(&run->answer, "operation", commit->operation);
			answer_integer(&run->answer, "changes", (int64_t)commit->change_count);
			answer_end(&run->answer);
			continue;
		}
		const struct text actor = session_clean(run->request, commit->actor);
		good = session_say(run->request, "  %lld  %.*s  %.*s  %.*s, %zu items by address\n", (long long)commit->rev,
						   (int)commit->time.size, commit->time.data, (int)commit->operation.size,
						   commit->operation.data, (int)actor.size, actor.data, commit->change_count);
	}
	return good;
}

static bool write_general(struct leaking *run, const char *key, const char *title, const char *const *lines,
						  size_t count)
{
	struct text texts[4];
	bool good = run->as_json || session_say(run->request, "\n%s\n", title);
	for (size_t i = 0; good && i < count; i++) {
		texts[i] = text_of_string(lines[i]);
		good = run->as_json || session_say(run->request, "  - %s\n", lines[i]);
	}
	if (run->as_json) {
		const struct text_list list = {.items = texts, .count = count, .present = true};
		answer_texts(&run->answer, key, &list);
	}
	return good;
}

/* Opens a list of the answer. */
static bool begin_list(struct leaking *run, const char *key, const char *title)
{
	if (run->as_json)
		answer_array(&run->answer, key);
	return run->as_json || session_say(run->request, "\n%s\n", title);
}

static void end_list(struct leaking *run)
{
	if (run->as_json)
		answer_end(&run->answer);
}

static enum hansard_status write_leakage(struct leaking *run, struct hansard_error *error)
{
	const struct text tenant = vault_tenant(run->request->store->vault);
	enum hansard_status status = HANSARD_OK;
	bool good = true;
	if (run->as_json) {
		answer_begin(&run->answer, &run->request->out, "leakage");
		answer_text(&run->answer, "tenant", tenant);
		answer_text(&run->answer, "dialogue_id", run->id);
		answer_integer(&run->answer, "rev", run->report.rev);
		answer_integer(&run->answer, "parts", (int64_t)run->report.parts);
	} else {
		good = session_say(run->request, "Whoever holds the database sees of %.*s (tenant %.*s), rev %lld:\n",
						   (int)run->id.size, run->id.data, (int)tenant.size, tenant.data, (long long)run->report.rev);
	}
	good = good && begin_list(run, "types", "How many of what") && write_counts(run);
	end_list(run);
	good = good && begin_list(run, "items", "By address, with what stands in clear");
	for (size_t i = 0; good && status == HANSARD_OK && i < run->view.item_count; i++)
		status = write_item(run, &run->view.items[i], error);
	end_list(run);
	good = good && begin_list(run, "commits", "Who did what when") && write_commits(run);
	end_list(run);
	good = good && write_general(run, "not_hidden", "Not hidden of any dialogue", not_hidden, NOT_HIDDEN) &&
		   write_general(run, "not_promised", "Not promised", not_promised, NOT_PROMISED);
	if (status != HANSARD_OK)
		return status;
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
		status = dialogue_find(store->vault, text_of_string(dialogue), request.arena, &run.id, error);
	if (status == HANSARD_OK)
		status = read_stored(&run, error);
	if (status == HANSARD_OK) {
		status = write_leakage(&run, error);
		if (status != HANSARD_OK)
			request.out.size = 0;
	}
	return session_finish(&request, status, ret_out, error);
}
