/*
 * Is everything as it should be: verifying histories, and where each setting came from.
 */
#include "answer.h"
#include "error.h"
#include "limits.h"
#include "session.h"
#include "vault_verify.h"

/* A run of verify over some dialogues. */
struct verifying {
	struct session_request *request;
	struct answer answer;
	bool as_json;
	size_t dialogues, broken;
	size_t stale;   /* dialogues that lists may answer wrongly of: copies in an index are not what the record gives */
	size_t unsound; /* findings of the engine that are not good */
	struct hansard_error unlisted; /* why the index could not be read to its end */
};

static bool write_verified(struct verifying *run, struct text id, const struct vault_report *report)
{
	struct session_request *request = run->request;
	bool good = true;
	if (run->as_json) {
		answer_object(&run->answer, NULL);
		answer_text(&run->answer, "id", id);
		answer_boolean(&run->answer, "good", report->good);
		answer_integer(&run->answer, "rev", report->rev);
		answer_integer(&run->answer, "commits", (int64_t)report->commits);
		answer_integer(&run->answer, "items", (int64_t)report->items);
		answer_integer(&run->answer, "parts", (int64_t)report->parts);
		answer_integer(&run->answer, "stale_indexes", (int64_t)report->stale_indexes);
		answer_array(&run->answer, "faults");
	} else {
		good = session_say(request, "%-8s %.*s  rev %lld, %zu commits, %zu items, %zu parts\n",
						   report->good ? "good" : "BROKEN", (int)id.size, id.data, (long long)report->rev,
						   report->commits, report->items, report->parts);
		if (good && report->stale_indexes > 0)
			good = session_say(request, "  index: lists answer by %zu cop%s that differ%s from this record\n",
							   report->stale_indexes, report->stale_indexes == 1 ? "y" : "ies",
							   report->stale_indexes == 1 ? "s" : "");
	}
	for (size_t i = 0; i < report->fault_count && good; i++) {
		const struct vault_fault *fault = &report->faults[i];
		if (run->as_json) {
			answer_object(&run->answer, NULL);
			answer_text(&run->answer, "address", fault->address);
			answer_text(&run->answer, "what", fault->what);
			answer_end(&run->answer);
		} else {
			const struct text address = session_clean(request, fault->address),
							  what = session_clean(request, fault->what);
			good = session_say(request, "  %.*s: %.*s\n", (int)address.size, address.data, (int)what.size, what.data);
		}
	}
	if (run->as_json) {
		answer_end(&run->answer);
		answer_end(&run->answer);
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
	struct hansard_error failure = {.status = HANSARD_OK};
	struct vault_fault fault = {.address = TEXT("store"), .what = TEXT_ABSENT};
	enum hansard_status status = vault_verify(run->request->store->vault, id, arena, &report, &failure);
	if (status == HANSARD_VIOLATED) { /* what the engine cannot read at all: the others may be good */
		fault.what = text_of_string(failure.message);
		report = (struct vault_report){.faults = &fault, .fault_count = 1};
		status = HANSARD_OK;
	} else if (status != HANSARD_OK && error != NULL) {
		*error = failure;
	}
	if (status == HANSARD_OK) {
		run->dialogues++;
		run->broken += !report.good;
		run->stale += report.stale_indexes > 0;
		if (!write_verified(run, session_clean(run->request, id), &report))
			status = error_memory(error);
	}
	arena_destroy(arena);
	return status;
}

/* A dialogue that the index lists and that has no head: something is stored of it, but nothing vouches for it. */
static bool write_headless(struct verifying *run, struct text id)
{
	struct vault_fault fault = {.address = TEXT("head"),
								.what = TEXT("is missing, though items of this dialogue are there")};
	const struct vault_report report = {.good = false, .faults = &fault, .fault_count = 1};
	run->dialogues++;
	run->broken++;
	return write_verified(run, session_clean(run->request, id), &report);
}

/* One page of ids, from the heads or from the index; of the index only what has no head is new. */
static enum hansard_status verify_page(struct verifying *run, const struct analytics_page *page, bool of_index,
									   struct hansard_error *error)
{
	for (size_t i = 0; i < page->count; i++) {
		const struct text id = page->items[i].dialogue_id;
		const struct store_partition partition =
			store_engine_partition(run->request->store->engine, vault_tenant(run->request->store->vault), id);
		struct arena *arena = arena_create(LIMIT_ARENA);
		struct store_view view = {.exists = true};
		enum hansard_status status = arena != NULL ? HANSARD_OK : error_memory(error);
		if (status == HANSARD_OK && of_index)
			status = partition.store->load(&partition, arena, &view, error);
		arena_destroy(arena);
		if (status == HANSARD_OK && !of_index)
			status = verify_one(run, id, error);
		if (status == HANSARD_NOT_FOUND || (status == HANSARD_OK && !view.exists))
			status = write_headless(run, id) ? HANSARD_OK : error_memory(error);
		if (status != HANSARD_OK)
			return status;
	}
	return HANSARD_OK;
}

/* Every dialogue that has a head, and every one that the index lists without. */
static enum hansard_status verify_all(struct verifying *run, struct hansard_error *error)
{
	struct session_request *request = run->request;
	struct store_engine *engine = request->store->engine;
	for (int of_index = 0; of_index < 2; of_index++) {
		struct analytics_request wanted = {
			.tenant = vault_tenant(request->store->vault), .limit = 500, .cursor = TEXT_ABSENT};
		struct analytics_page page;
		do {
			enum hansard_status status =
				of_index ? engine->analytics->dialogues(engine, &wanted, request->arena, &page, &run->unlisted)
						 : engine->analytics->partitions(engine, &wanted, request->arena, &page, error);
			if (of_index && status == HANSARD_VIOLATED) /* the heads named every dialogue that is one */
				return HANSARD_OK;
			if (of_index && status != HANSARD_OK && error != NULL)
				*error = run->unlisted;
			if (status == HANSARD_OK)
				status = verify_page(run, &page, of_index, error);
			if (status != HANSARD_OK)
				return status;
			wanted.cursor = page.next;
		} while (text_present(page.next));
	}
	return HANSARD_OK;
}

static bool write_unsound(struct verifying *run, struct text subject, struct text detail)
{
	run->unsound++;
	if (!run->as_json) {
		const struct text shown = session_clean(run->request, detail);
		return session_say(run->request, "BAD      %.*s: %.*s\n", (int)subject.size, subject.data, (int)shown.size,
						   shown.data);
	}
	answer_object(&run->answer, NULL);
	answer_text(&run->answer, "subject", subject);
	answer_text(&run->answer, "detail", detail);
	answer_end(&run->answer);
	return true;
}

/* What the engine finds wrong with itself: pages and indices that no dialogue is proved by. */
static enum hansard_status verify_engine(struct verifying *run, struct hansard_error *error)
{
	struct store_engine *engine = run->request->store->engine;
	struct store_findings findings;
	const enum hansard_status status = engine->ops->check(engine, true, run->request->arena, &findings, error);
	bool good =
		run->unlisted.status == HANSARD_OK || write_unsound(run, TEXT("lists"), text_of_string(run->unlisted.message));
	for (size_t i = 0; status == HANSARD_OK && i < findings.count && good; i++)
		good = findings.items[i].good || write_unsound(run, findings.items[i].subject, findings.items[i].detail);
	return good ? status : error_memory(error);
}

/* What was found, as one error. Copies prove nothing, but lists would answer by them: that is no good store. */
static enum hansard_status judge(const struct verifying *run, struct hansard_error *error)
{
	if (run->broken > 0) {
		error_set(error, HANSARD_VIOLATED, "integrity_violated", "%zu of %zu dialogues are not as they were committed",
				  run->broken, run->dialogues);
		error_hint(error, "keep a copy of the store's folder, and put the newest good backup in its place");
		return HANSARD_VIOLATED;
	}
	if (run->unsound > 0) {
		error_set(error, HANSARD_VIOLATED, "unhealthy_store", "every dialogue is good, but the store is not healthy");
		error_hint(error, "copy the store's folder away, export every dialogue and import them into a new store");
		return HANSARD_VIOLATED;
	}
	if (run->stale > 0) {
		error_set(error, HANSARD_VIOLATED, "index_differs",
				  "every dialogue is good, but lists may answer wrongly of %zu of %zu", run->stale, run->dialogues);
		error_hint(error, "the records are whole: export those dialogues and import them into a new store");
		return HANSARD_VIOLATED;
	}
	return HANSARD_OK;
}

/* One dialogue, or all of them and the engine. */
static enum hansard_status verify_asked(struct verifying *run, const char *name, struct hansard_error *error)
{
	struct session_request *request = run->request;
	struct text id;
	enum hansard_status status;
	if (name == NULL) {
		status = verify_all(run, error);
	} else {
		status = session_find(request, name, &id, error);
		if (status == HANSARD_OK)
			status = verify_one(run, id, error);
	}
	if (run->as_json) {
		answer_end(&run->answer);
		answer_array(&run->answer, "store");
	}
	return status == HANSARD_OK && name == NULL ? verify_engine(run, error) : status;
}

static enum hansard_status verify(struct session_request *request, const char *name, struct hansard_error *error)
{
	struct verifying run = {.request = request, .as_json = request->store->options.format == HANSARD_JSON};
	if (run.as_json) {
		answer_begin(&run.answer, &request->out, "verify");
		answer_array(&run.answer, "dialogues");
	}
	const enum hansard_status status = verify_asked(&run, name, error);
	if (status != HANSARD_OK) {
		request->out.size = 0;
		return status;
	}
	bool good = true;
	if (run.as_json) {
		answer_end(&run.answer);
		answer_integer(&run.answer, "broken", (int64_t)run.broken);
		answer_integer(&run.answer, "stale", (int64_t)run.stale);
		good = answer_finish(&run.answer, error) == HANSARD_OK;
	} else {
		good = session_say(request, "%zu dialogue%s verified, %zu broken\n", run.dialogues,
						   run.dialogues == 1 ? "" : "s", run.broken);
	}
	if (!good) {
		request->out.size = 0;
		return error_memory(error);
	}
	return judge(&run, error);
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
	struct answer answer;
	bool as_json;
};

static bool write_finding(struct doctoring *run, bool good, struct text subject, struct text detail)
{
	const struct text shown = session_clean(run->request, detail);
	if (!run->as_json)
		return session_say(run->request, "%-5s %-18.*s %.*s\n", good ? "ok" : "BAD", (int)subject.size, subject.data,
						   (int)shown.size, shown.data);
	answer_object(&run->answer, NULL);
	answer_boolean(&run->answer, "good", good);
	answer_text(&run->answer, "subject", subject);
	answer_text(&run->answer, "detail", detail);
	answer_end(&run->answer);
	return true;
}

static bool write_settings(struct doctoring *run, const struct settings *settings)
{
	bool good = true;
	for (size_t i = 0; i < SETTINGS_COUNT && good; i++) {
		const struct settings_row *row = settings_row((enum settings_key)i);
		const struct settings_value *value = &settings->values[i];
		if (!run->as_json) {
			const struct text shown = session_clean(run->request, value->value),
							  from = session_clean(run->request, value->from);
			good = session_say(run->request, "      %-18s %.*s  (%.*s)\n", row->key, (int)shown.size, shown.data,
							   (int)from.size, from.data);
			continue;
		}
		answer_object(&run->answer, NULL);
		answer_string(&run->answer, "section", row->section);
		answer_string(&run->answer, "key", row->key);
		answer_text(&run->answer, "value", value->value);
		answer_text(&run->answer, "from", value->from);
		answer_end(&run->answer);
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
	if (status == HANSARD_OK && good)
		good = write_finding(run, true, TEXT("content"), TEXT("not checked here: hansard verify"));
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
		answer_begin(&run->answer, &run->request->out, "doctor");
		answer_string(&run->answer, "version", hansard_version());
		answer_array(&run->answer, "findings");
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
		answer_end(&run->answer);
		answer_array(&run->answer, "settings");
	} else {
		good = good && session_say(run->request, "\nSettings\n");
	}
	good = good && (!text_present(settings.values[0].value) || write_settings(run, &settings));
	if (run->as_json) {
		answer_end(&run->answer);
		good = answer_finish(&run->answer, error) == HANSARD_OK && good;
	}
	return good ? status : error_memory(error);
}

enum hansard_status hansard_doctor(const struct hansard_options *options, struct hansard_output *ret_out,
								   struct hansard_error *error)
{
	struct session_request request;
	struct doctoring run = {.request = &request, .as_json = options != NULL && options->format == HANSARD_JSON};
	enum hansard_status status = session_options(options, error);
	if (status == HANSARD_OK)
		status = session_begin(&request, NULL, error);
	if (status != HANSARD_OK)
		return status;
	status = doctor(&run, options, error);
	return session_finish(&request, status, ret_out, error);
}
