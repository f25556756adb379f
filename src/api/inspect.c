/*
 * Is everything as it should be: verifying histories, and where each setting came from.
 */
#include <stdarg.h>

#include "error.h"
#include "limits.h"
#include "session.h"
#include "vault_verify.h"
#include "view.h"

/* Appends one formatted line of text. */
__attribute__((format(printf, 2, 3))) static bool say(struct session_request *request, const char *format, ...)
{
	char *line = NULL;
	va_list arguments;
	va_start(arguments, format);
	int size = vasprintf(&line, format, arguments);
	va_end(arguments);
	bool good = size >= 0 && buffer_append_string(&request->out, line);
	if (size >= 0)
		free(line);
	return good;
}

static void begin_json(struct json_writer *json, struct session_request *request, const char *kind)
{
	json_write_begin(json, &request->out, false);
	json_write_object(json);
	json_write_key(json, "schema_version");
	json_write_integer(json, VIEW_SCHEMA_VERSION);
	json_write_key(json, "kind");
	json_write_string(json, kind);
}

/* A run of verify over some dialogues. */
struct verifying {
	struct session_request *request;
	struct json_writer json;
	bool as_json;
	size_t dialogues, broken;
};

static bool write_verified(struct verifying *run, struct text id, const struct vault_report *report)
{
	struct session_request *request = run->request;
	bool good = true;
	if (run->as_json) {
		json_write_object(&run->json);
		json_write_key(&run->json, "id");
		json_write_text(&run->json, id);
		json_write_key(&run->json, "good");
		json_write_boolean(&run->json, report->good);
		json_write_key(&run->json, "rev");
		json_write_integer(&run->json, report->rev);
		json_write_key(&run->json, "commits");
		json_write_integer(&run->json, (int64_t)report->commits);
		json_write_key(&run->json, "items");
		json_write_integer(&run->json, (int64_t)report->items);
		json_write_key(&run->json, "parts");
		json_write_integer(&run->json, (int64_t)report->parts);
		json_write_key(&run->json, "faults");
		json_write_array(&run->json);
	} else {
		good =
			say(request, "%-8s %.*s  rev %lld, %zu commits, %zu items, %zu parts\n", report->good ? "good" : "BROKEN",
				(int)id.size, id.data, (long long)report->rev, report->commits, report->items, report->parts);
	}
	for (size_t i = 0; i < report->fault_count && good; i++) {
		const struct vault_fault *fault = &report->faults[i];
		if (run->as_json) {
			json_write_object(&run->json);
			json_write_key(&run->json, "address");
			json_write_text(&run->json, fault->address);
			json_write_key(&run->json, "what");
			json_write_text(&run->json, fault->what);
			json_write_end(&run->json);
		} else {
			good = say(request, "  %.*s: %.*s\n", (int)fault->address.size, fault->address.data, (int)fault->what.size,
					   fault->what.data);
		}
	}
	if (run->as_json) {
		json_write_end(&run->json);
		json_write_end(&run->json);
	}
	return good;
}

/* Verifies one dialogue in an arena of its own, so that memory stays flat over many. */
static enum hansard_status verify_one(struct verifying *run, struct text id, struct hansard_error *error)
{
	struct vault_report report;
	struct arena *arena = arena_create(LIMIT_ARENA);
	if (arena == NULL)
		return error_memory(error);
	enum hansard_status status = vault_verify(run->request->store->vault, id, arena, &report, error);
	if (status == HANSARD_OK) {
		run->dialogues++;
		run->broken += !report.good;
		if (!write_verified(run, id, &report))
			status = error_memory(error);
	}
	arena_destroy(arena);
	return status;
}

static enum hansard_status verify_all(struct verifying *run, struct hansard_error *error)
{
	struct session_request *request = run->request;
	struct store_engine *engine = request->store->engine;
	struct analytics_request wanted = {
		.tenant = vault_tenant(request->store->vault), .limit = 500, .cursor = TEXT_ABSENT};
	struct analytics_page page;
	do {
		enum hansard_status status = engine->analytics->dialogues(engine, &wanted, request->arena, &page, error);
		for (size_t i = 0; status == HANSARD_OK && i < page.count; i++)
			status = verify_one(run, page.items[i].dialogue_id, error);
		if (status != HANSARD_OK)
			return status;
		wanted.cursor = page.next;
	} while (text_present(page.next));
	return HANSARD_OK;
}

static enum hansard_status verify(struct session_request *request, const char *name, struct hansard_error *error)
{
	struct verifying run = {.request = request, .as_json = request->store->options.format == HANSARD_JSON};
	if (run.as_json) {
		begin_json(&run.json, request, "verify");
		json_write_key(&run.json, "dialogues");
		json_write_array(&run.json);
	}
	struct text id;
	enum hansard_status status;
	if (name == NULL) {
		status = verify_all(&run, error);
	} else {
		status = dialogue_find(request->store->vault, text_of_string(name), request->arena, &id, error);
		if (status == HANSARD_OK)
			status = verify_one(&run, id, error);
	}
	if (status != HANSARD_OK) {
		request->out.size = 0;
		return status;
	}
	bool good = true;
	if (run.as_json) {
		json_write_end(&run.json);
		json_write_key(&run.json, "broken");
		json_write_integer(&run.json, (int64_t)run.broken);
		json_write_end(&run.json);
		good = json_write_finish(&run.json);
	} else {
		good = say(request, "%zu dialogue%s verified, %zu broken\n", run.dialogues, run.dialogues == 1 ? "" : "s",
				   run.broken);
	}
	if (!good)
		return error_memory(error);
	return run.broken == 0
			   ? HANSARD_OK
			   : error_set(error, HANSARD_VIOLATED, "integrity_violated",
						   "%zu of %zu dialogues are not as they were committed", run.broken, run.dialogues);
}

enum hansard_status hansard_verify(struct hansard *store, const char *dialogue, struct hansard_output *ret_out,
								   struct hansard_error *error)
{
	struct session_request request;
	enum hansard_status status = session_begin(&request, store, error);
	if (status == HANSARD_OK)
		status = verify(&request, dialogue, error);
	return session_finish(&request, status, ret_out, error);
}

/* The doctor's answer, line by line. */
struct doctoring {
	struct session_request *request;
	struct json_writer json;
	bool as_json;
};

static bool write_finding(struct doctoring *run, bool good, struct text subject, struct text detail)
{
	if (!run->as_json)
		return say(run->request, "%-5s %-18.*s %.*s\n", good ? "ok" : "BAD", (int)subject.size, subject.data,
				   (int)detail.size, detail.data);
	json_write_object(&run->json);
	json_write_key(&run->json, "good");
	json_write_boolean(&run->json, good);
	json_write_key(&run->json, "subject");
	json_write_text(&run->json, subject);
	json_write_key(&run->json, "detail");
	json_write_text(&run->json, detail);
	json_write_end(&run->json);
	return true;
}

static bool write_settings(struct doctoring *run, const struct settings *settings)
{
	bool good = true;
	for (size_t i = 0; i < SETTINGS_COUNT && good; i++) {
		const struct settings_row *row = settings_row((enum settings_key)i);
		const struct settings_value *value = &settings->values[i];
		if (!run->as_json) {
			good = say(run->request, "      %-18s %.*s  (%.*s)\n", row->key, (int)value->value.size, value->value.data,
					   (int)value->from.size, value->from.data);
			continue;
		}
		json_write_object(&run->json);
		json_write_key(&run->json, "section");
		json_write_string(&run->json, row->section);
		json_write_key(&run->json, "key");
		json_write_string(&run->json, row->key);
		json_write_key(&run->json, "value");
		json_write_text(&run->json, value->value);
		json_write_key(&run->json, "from");
		json_write_text(&run->json, value->from);
		json_write_end(&run->json);
	}
	return good;
}

/* What the engine and the histories say of themselves. */
static enum hansard_status examine(struct doctoring *run, struct hansard *store, struct hansard_error *error)
{
	struct store_findings findings;
	struct session_request *request = run->request;
	bool good = write_finding(run, true, TEXT("store"), store->settings.folder);
	enum hansard_status status = store->engine->ops->check(store->engine, true, request->arena, &findings, error);
	bool healthy = true;
	for (size_t i = 0; status == HANSARD_OK && i < findings.count && good; i++) {
		healthy = healthy && findings.items[i].good;
		good = write_finding(run, findings.items[i].good, findings.items[i].subject, findings.items[i].detail);
	}
	if (status == HANSARD_OK && !good)
		status = error_memory(error);
	if (status == HANSARD_OK && !healthy) {
		status = error_set(error, HANSARD_VIOLATED, "unhealthy_store", "the store is not healthy");
		error_hint(error, "copy the store's folder away before anything else, then export what can be read");
	}
	return status;
}

/* Opens the store and looks at it; what cannot be opened is a finding. */
static enum hansard_status doctor(struct doctoring *run, const struct hansard_options *options,
								  struct hansard_error *error)
{
	struct hansard *store = NULL;
	struct settings settings = {.folder = TEXT_ABSENT};
	struct hansard_error opening = {.status = HANSARD_OK};
	enum hansard_status status = settings_locate(run->request->arena, options, &settings, &opening);
	if (status == HANSARD_OK)
		status = settings_read(run->request->arena, options, &settings, &opening);
	if (status == HANSARD_OK)
		status = hansard_open(options, &store, &opening);
	if (run->as_json) {
		begin_json(&run->json, run->request, "doctor");
		json_write_key(&run->json, "version");
		json_write_string(&run->json, hansard_version());
		json_write_key(&run->json, "findings");
		json_write_array(&run->json);
	}
	bool good = true;
	if (status == HANSARD_OK)
		status = examine(run, store, error);
	else {
		good = write_finding(run, false, TEXT("store"), text_of_string(opening.message));
		if (error != NULL)
			*error = opening;
	}
	hansard_close(store);
	if (run->as_json) {
		json_write_end(&run->json);
		json_write_key(&run->json, "settings");
		json_write_array(&run->json);
	} else {
		good = good && say(run->request, "\nSettings\n");
	}
	good = good && (!text_present(settings.values[0].value) || write_settings(run, &settings));
	if (run->as_json) {
		json_write_end(&run->json);
		json_write_end(&run->json);
		good = json_write_finish(&run->json) && good;
	}
	return good ? status : error_memory(error);
}

enum hansard_status hansard_doctor(const struct hansard_options *options, struct hansard_output *ret_out,
								   struct hansard_error *error)
{
	struct session_request request;
	struct doctoring run = {.request = &request, .as_json = options->format == HANSARD_JSON};
	enum hansard_status status = session_begin(&request, NULL, error);
	if (status == HANSARD_OK)
		status = doctor(&run, options, error);
	return session_finish(&request, status, ret_out, error);
}
