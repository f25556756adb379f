/*
 * Import: recorded dialogues and JSON exports become records. An imported dialogue is a function of its set of files: the
 * files that it has already and those that come now are read together, and the difference is committed.
 */
#include "adopt.h"
#include "answer.h"
#include "count.h"
#include "disk.h"
#include "error.h"
#include "exchange.h"
#include "former.h"
#include "limits.h"
#include "moment.h"
#include "report.h"
#include "sources.h"
#include "tally.h"
#include "undated.h"

enum { OTHERS_SHOWN = 20 };

/* One run of an import and the answer that it writes. */
struct importing {
	struct session_request *request;
	const struct hansard_import_request *wanted;
	struct answer answer;
	bool as_json;
	bool whole_report; /* print every problem, not only their number */
	bool committed;    /* something has been written */
	enum hansard_status worst;
	struct hansard_error worst_error;
};

/* What became of one dialogue. */
struct imported {
	struct text id;
	struct adopt_result result;
	struct derive_count count;
	const struct problem_list *problems;
	const struct record *record;
	size_t kept; /* files of the dialogue that this import did not bring */
	struct former_list former;
};

static const char *action_of(const struct importing *run, const struct imported *imported)
{
	if (imported->result.unchanged)
		return "unchanged";
	if (run->wanted->dry_run)
		return imported->result.created ? "would create" : "would change";
	return imported->result.created ? "created" : "changed";
}

static void write_json(struct importing *run, const struct imported *imported, const struct tally *tally)
{
	struct answer *answer = &run->answer;
	answer_object(answer, NULL);
	answer_text(answer, "id", imported->id);
	answer_string(answer, "action", action_of(run, imported));
	answer_integer(answer, "commits", (int64_t)imported->result.commits);
	answer_integer(answer, "files", (int64_t)imported->count.files);
	answer_integer(answer, "kept", (int64_t)imported->kept);
	answer_integer(answer, "markers", (int64_t)imported->count.markers);
	answer_integer(answer, "recognised", (int64_t)imported->count.recognised);
	answer_integer(answer, "experts", (int64_t)tally->experts);
	answer_integer(answer, "rounds", (int64_t)tally->rounds);
	answer_integer(answer, "perspectives", (int64_t)tally->perspectives);
	answer_integer(answer, "tensions", (int64_t)tally->tensions);
	answer_integer(answer, "verdicts", (int64_t)tally->verdicts);
	answer_array(answer, "moved");
	for (size_t i = 0; i < imported->result.moved_count; i++) {
		answer_object(answer, NULL);
		answer_text(answer, "from", imported->result.moved[i].from);
		answer_text(answer, "to", imported->result.moved[i].to);
		answer_end(answer);
	}
	answer_end(answer);
	answer_array(answer, "replaced");
	for (size_t i = 0; i < imported->former.count; i++) {
		answer_object(answer, NULL);
		answer_text(answer, "path", imported->former.items[i].path);
		answer_text(answer, "kept_as", imported->former.items[i].kept.path);
		answer_end(answer);
	}
	answer_end(answer);
	json_write_key(&answer->writer, "problems");
	view_write_problems(&answer->writer, imported->problems);
	answer_end(answer);
}

/* Which files were replaced, and where their former texts are. */
static bool say_replaced(struct importing *run, const struct former_list *former)
{
	bool good = true;
	for (size_t i = 0; i < former->count && good; i++) {
		const struct text path = session_clean(run->request, former->items[i].path),
						  kept = session_clean(run->request, former->items[i].kept.path);
		good = session_say(run->request, "  %.*s %s replaced; its former text is kept:\n  %.*s\n", (int)path.size,
						   path.data, run->wanted->dry_run ? "would be" : "was", (int)kept.size, kept.data);
	}
	return good;
}

/* What was understood, in short; the command that says the rest is to be copied and has a line of its own. */
static bool say_reading(struct session_request *request, const struct imported *imported)
{
	const size_t things = imported->problems->count;
	if (!session_say(request, "  %zu of %zu markers understood, ", imported->count.recognised, imported->count.markers))
		return false;
	if (things == 0)
		return session_say(request, "nothing to look at\n");
	return session_say(request, "%zu thing%s to look at:\n  hansard show %.*s --problems\n", things, count_s(things),
					   (int)imported->id.size, imported->id.data);
}

static enum hansard_status write_text(struct importing *run, const struct imported *imported, const struct tally *tally,
									  struct hansard_error *error)
{
	struct session_request *request = run->request;
	struct text id = imported->id;
	if (imported->result.unchanged && imported->kept == 0)
		return session_say(request, "unchanged  %.*s\n", (int)id.size, id.data) ? HANSARD_OK : error_memory(error);
	bool good = session_say(
		request,
		"%s  %.*s\n  %zu expert%s, %zu round%s, %zu perspective%s, %zu tension%s, %zu verdict%s from %zu file%s",
		action_of(run, imported), (int)id.size, id.data, tally->experts, count_s(tally->experts), tally->rounds,
		count_s(tally->rounds), tally->perspectives, count_s(tally->perspectives), tally->tensions,
		count_s(tally->tensions), tally->verdicts, count_s(tally->verdicts), tally->files, count_s(tally->files));
	if (imported->kept > 0 && good)
		good = session_say(request, ": %zu read, %zu kept from before", imported->count.files - imported->kept,
						   imported->kept);
	good = good && session_say(request, "\n");
	for (size_t i = 0; i < imported->result.moved_count && good; i++)
		good = session_say(request, "  %.*s is now %.*s\n", (int)imported->result.moved[i].from.size,
						   imported->result.moved[i].from.data, (int)imported->result.moved[i].to.size,
						   imported->result.moved[i].to.data);
	good = good && say_replaced(run, &imported->former);
	if (!good)
		return error_memory(error);
	if (imported->count.files == 0)
		return HANSARD_OK;
	if (!run->whole_report)
		return say_reading(request, imported) ? HANSARD_OK : error_memory(error);
	struct view_report report = {.dialogue_id = id,
								 .problems = imported->problems,
								 .files = imported->count.files,
								 .markers = imported->count.markers,
								 .recognised = imported->count.recognised};
	const struct view_options options = session_view(request);
	return view_problems(request->arena, &report, &options, &request->out, error);
}

static enum hansard_status write_imported(struct importing *run, const struct imported *imported,
										  struct hansard_error *error)
{
	struct tally tally;
	tally_whole(imported->record, &tally);
	run->committed = run->committed || (imported->result.commits > 0 && !run->wanted->dry_run);
	if (run->as_json)
		write_json(run, imported, &tally);
	const enum hansard_status status = run->as_json ? HANSARD_OK : write_text(run, imported, &tally, error);
	run->request->written = status != HANSARD_OK && run->committed;
	return status;
}

/* A dialogue that could not be imported: said in its place, and the others go on. */
static bool write_failed(struct importing *run, struct text id, enum hansard_status status,
						 const struct hansard_error *failure)
{
	if (run->worst == HANSARD_OK || status == HANSARD_VIOLATED) {
		run->worst = status;
		run->worst_error = *failure;
		char name[LIMIT_DIALOGUE_ID + 1];
		snprintf(name, sizeof(name), "%.*s", (int)id.size, id.data);
		if (strstr(failure->message, name) == NULL) /* of several it is to be known which */
			error_set(&run->worst_error, status, failure->kind, "\"" ERROR_TEXT "\" is not imported: %s",
					  ERROR_TEXT_ARGS(id), failure->message);
		error_hint(&run->worst_error, "%s", failure->hint);
	}
	if (!run->as_json)
		return session_say(run->request, "not imported  %.*s\n  %s\n", (int)id.size, id.data, failure->message) &&
			   (failure->hint[0] == '\0' || session_say(run->request, "  %s\n", failure->hint));
	answer_object(&run->answer, NULL);
	answer_text(&run->answer, "id", id);
	answer_string(&run->answer, "action", "failed");
	answer_string(&run->answer, "error", failure->kind);
	answer_string(&run->answer, "message", failure->message);
	answer_string(&run->answer, "hint", failure->hint[0] != '\0' ? failure->hint : NULL);
	answer_end(&run->answer);
	return true;
}

static void report_progress(void *context, size_t done, size_t all)
{
	const struct importing *run = context;
	const struct hansard_options *options = &run->request->store->options;
	if (options->progress != NULL)
		options->progress(options->progress_context, "importing", done, all);
}

/* The time of a dialogue that is there. A date that was once stated is no moment of an import: where no file states it any more,
   the dialogue is imported now. */
static bool keep_time(struct session_request *request, const struct record *record, struct derive_request *derive)
{
	const struct entity_meta *meta = record_meta(record);
	int64_t micros;
	derive->begun = !text_present(meta->source_key);
	derive->now = meta->created_at;
	if (derive->begun || undated_record(record) || !moment_parse(meta->created_at, &micros) || micros % 1000000 != 0)
		return true;
	return dialogue_now(request->store->vault, request->arena, &derive->now);
}

/* What the dialogue has already, if it is there: its files, its key, and its time for `derive`. */
static enum hansard_status add_kept_files(struct importing *run, struct source *source, struct derive_request *derive,
										  struct former_list *former, struct hansard_error *error)
{
	struct session_request *request = run->request;
	struct dialogue *dialogue;
	struct hansard_error failure = {.status = HANSARD_OK};
	enum hansard_status status = dialogue_open(request->store->vault, source->id, request->arena, &dialogue, &failure);
	if (status == HANSARD_NOT_FOUND)
		return dialogue_now(request->store->vault, request->arena, &derive->now) ? HANSARD_OK : error_memory(error);
	if (status == HANSARD_OK)
		status = dialogue_contents(dialogue, &failure);
	if (status != HANSARD_OK) {
		if (error != NULL)
			*error = failure;
		return status;
	}
	const struct entity_meta *meta = record_meta(&dialogue->record);
	if (!keep_time(request, &dialogue->record, derive))
		return error_memory(error);
	if (text_present(meta->source_key))
		source->source_key = meta->source_key;
	source->by_name = true; /* it is a dialogue already */
	return former_find(request->arena, &dialogue->record, run->wanted->replace, source, former) ? HANSARD_OK
																								: error_memory(error);
}

/* Whether something of a dialogue was read. */
static bool is_known(const struct derive_result *derived)
{
	return derived->carried || derived->count.recognised > 0 || record_rounds(&derived->record) > 0 ||
		   derived->record.lists[ENTITY_EXPERT].count > 0 || derived->record.lists[ENTITY_TENSION].count > 0;
}

static enum hansard_status refuse_single(const struct source *source, struct hansard_error *error)
{
	error_set(error, HANSARD_INVALID, "nothing_recognised",
			  ERROR_TEXT " is no recorded dialogue: no round, expert, tension or marker is in it, and it is not named "
						 "*.dialogue.md",
			  ERROR_TEXT_ARGS(source->path));
	error_hint(error, "name a dialogue's folder or document, or take this file all the same: --as ID");
	return HANSARD_INVALID;
}

/* A folder, or a file that was named, that nothing names as a dialogue's, and in which nothing is of one. */
static enum hansard_status refuse_nothing(const struct source *source, const struct derive_result *derived,
										  struct hansard_error *error)
{
	const struct record_list *files = &derived->record.lists[ENTITY_FILE];
	bool known = source->by_name || is_known(derived);
	if (!known && source->single)
		return refuse_single(source, error);
	for (size_t i = 0; i < files->count && !known; i++)
		known = ((const struct entity_file *)files->items[i])->kind != FILE_KIND_OTHER;
	if (known)
		return HANSARD_OK;
	error_set(error, HANSARD_INVALID, "nothing_recognised",
			  "none of the %zu files in " ERROR_TEXT " is of a recorded dialogue: there is no round-N folder, "
			  "expert-pool.json, panel.json, scoreboard, tensions, verdict, summary or *.dialogue.md, and no marker",
			  files->count, ERROR_TEXT_ARGS(source->path));
	error_hint(error, "name the folder of a dialogue, or take this one as files all the same: --as ID");
	return HANSARD_INVALID;
}

/* Commits the former texts before anything takes their place: killed at any point, they are there. */
static enum hansard_status keep_former(struct importing *run, const struct derive_request *derive,
									   struct imported *imported, struct hansard_error *error)
{
	struct arena *arena = run->request->arena;
	struct derive_request wanted = *derive;
	struct derive_result derived;
	struct adopt_result result = {.commits = 0};
	if (former_known(&imported->former))
		return HANSARD_OK;
	wanted.files = imported->former.before.files;
	wanted.file_count = imported->former.before.file_count;
	enum hansard_status status = derive_record(arena, &wanted, &derived, error);
	const struct adopt_request adopt = {.wanted = &derived.record};
	if (status == HANSARD_OK)
		status = adopt_record(run->request->store->vault, &adopt, arena, &result, error);
	imported->result.commits = result.commits;
	return status;
}

/* What was derived becomes the record. What is refused is so before former texts are kept. */
static enum hansard_status adopt_source(struct importing *run, const struct derive_request *derive,
										struct imported *imported, struct hansard_error *error)
{
	struct arena *arena = run->request->arena;
	struct vault *vault = run->request->store->vault;
	struct adopt_result result;
	struct adopt_request adopt = {
		.wanted = imported->record,
		.dry_run = run->wanted->dry_run || imported->former.count > 0,
		.replace = run->wanted->replace,
		.progress = report_progress,
		.progress_context = run,
	};
	enum hansard_status status = adopt_record(vault, &adopt, arena, &result, error);
	if (status == HANSARD_OK && adopt.dry_run && !run->wanted->dry_run) {
		adopt.dry_run = false;
		status = keep_former(run, derive, imported, error);
		if (status == HANSARD_OK)
			status = adopt_record(vault, &adopt, arena, &result, error);
	}
	if (status != HANSARD_OK)
		return status;
	result.commits += imported->result.commits;
	imported->result = result;
	return HANSARD_OK;
}

static enum hansard_status import_source(struct importing *run, struct source *source, struct hansard_error *error)
{
	struct session_request *request = run->request;
	struct derive_request derive = {.dialogue_id = source->id};
	struct derive_result derived;
	struct imported imported = {.id = source->id};
	const size_t arrived = source->file_count;
	enum hansard_status status = add_kept_files(run, source, &derive, &imported.former, error);
	derive.source_key = source->source_key;
	derive.files = source->files;
	derive.file_count = source->file_count;
	if (status == HANSARD_OK)
		status = derive_record(request->arena, &derive, &derived, error);
	if (status == HANSARD_OK)
		status = refuse_nothing(source, &derived, error);
	if (status != HANSARD_OK)
		return status;
	imported.count = derived.count;
	imported.kept = source->file_count - arrived;
	imported.problems = &derived.problems;
	imported.record = &derived.record;
	status = adopt_source(run, &derive, &imported, error);
	return status == HANSARD_OK ? write_imported(run, &imported, error) : status;
}

static bool is_export(struct text path)
{
	return path.size > 5 && memcmp(path.data + path.size - 5, ".json", 5) == 0 && disk_kind(path) == DISK_FILE;
}

/* Rounds are contiguous, but where the files of a recorded dialogue had no more. */
static void check_rounds(const struct record *record, struct problem_list *problems)
{
	const struct record_list *files = &record->lists[ENTITY_FILE];
	for (size_t i = 0; i < files->count; i++) {
		if (((const struct entity_file *)files->items[i])->source == FILE_ORIGIN_IMPORTED)
			return;
	}
	for (int round = 0; round < record_last_round(record); round++) {
		struct problem problem = {.code = PROBLEM_ROUND_OUT_OF_ORDER,
								  .path = TEXT("rounds"),
								  .constraint = TEXT("rounds from 0 on, none left out"),
								  .suggestion = TEXT("put the round back, or export the dialogue again")};
		if (record_round(record, round) != NULL)
			continue;
		if (arena_format(problems->arena, &problem.message, "round %d is missing", round))
			problem_add(problems, &problem);
		else
			problems->exhausted = true;
	}
}

static enum hansard_status import_export(struct importing *run, struct text path, struct hansard_error *error)
{
	struct session_request *request = run->request;
	struct bytes content;
	struct problem_list problems;
	struct record record;
	json_t *json = NULL;
	enum hansard_status status = disk_read(request->arena, path, LIMIT_JSON_BYTES, &content, error);
	if (status == HANSARD_OK)
		status = json_read(path, content, &json, error);
	if (status != HANSARD_OK)
		return status;
	problem_begin(&problems, request->arena);
	const bool begins = json_object_get(json, "format") == NULL && json_object_get(json, "title") != NULL;
	status = exchange_read(request->arena, json, &problems, &record, error);
	json_decref(json);
	if (status != HANSARD_OK)
		return status;
	if (problem_errors(&problems) == 0)
		check_rounds(&record, &problems);
	if (problems.exhausted)
		return error_memory(error);
	const size_t errors = problem_errors(&problems);
	if (errors > 0) {
		request->out.size = 0;
		run->as_json = false;
		status = report_problems(request, TEXT(""), &problems, error);
		if (status != HANSARD_OK)
			return status;
		error_set(error, HANSARD_INVALID, "export_refused",
				  ERROR_TEXT " is no JSON export that can be read: %zu problem%s", ERROR_TEXT_ARGS(path), errors,
				  count_s(errors));
		if (begins)
			error_hint(
				error,
				"an import reads what hansard export has written; a file that begins a dialogue is read by: hansard create --file " ERROR_TEXT,
				ERROR_TEXT_ARGS(path));
		else
			error_hint(error, "mend what is named above, or export the dialogue again: hansard export");
		return HANSARD_INVALID;
	}
	if (run->wanted->as != NULL)
		record.dialogue_id = text_of_string(run->wanted->as);
	struct imported imported = {.id = record.dialogue_id, .problems = &problems, .record = &record};
	struct adopt_request adopt = {
		.wanted = &record,
		.dry_run = run->wanted->dry_run,
		.only_add = true,
		.progress = report_progress,
		.progress_context = run,
	};
	status = adopt_record(request->store->vault, &adopt, request->arena, &imported.result, error);
	return status == HANSARD_OK ? write_imported(run, &imported, error) : status;
}

/* Files that belong to no dialogue: all of them to programs, to people the first. */
static bool write_others(struct importing *run, const struct source_list *list)
{
	for (size_t i = 0; run->as_json && i < list->other_count; i++)
		answer_item(&run->answer, list->others[i]);
	if (run->as_json || list->other_count == 0)
		return true;
	bool good = session_say(run->request, "%zu file%s of no dialogue, not imported:\n", list->other_count,
							count_s(list->other_count));
	for (size_t i = 0; i < list->other_count && i < OTHERS_SHOWN && good; i++) {
		const struct text shown = session_clean(run->request, list->others[i]);
		good = session_say(run->request, "  %.*s\n", (int)shown.size, shown.data);
	}
	if (good && list->other_count > OTHERS_SHOWN)
		good = session_say(run->request, "  and %zu more: --json names all\n", list->other_count - OTHERS_SHOWN);
	return good;
}

static enum hansard_status import_sources(struct importing *run, struct text path, struct hansard_error *error)
{
	struct source_list list;
	enum hansard_status status =
		sources_collect(run->request->arena, path, text_of_string(run->wanted->as), &list, error);
	if (status != HANSARD_OK)
		return status;
	run->whole_report = list.count == 1 || run->wanted->dry_run;
	for (size_t i = 0; i < list.count; i++) {
		struct hansard_error failure = {.status = HANSARD_OK};
		status = import_source(run, &list.items[i], &failure);
		if (status != HANSARD_OK && !write_failed(run, list.items[i].id, status, &failure))
			return error_memory(error);
	}
	if (run->as_json) {
		answer_end(&run->answer);
		answer_array(&run->answer, "not_imported");
	}
	if (!write_others(run, &list))
		return error_memory(error);
	if (run->worst != HANSARD_OK && error != NULL)
		*error = run->worst_error;
	return run->worst;
}

static enum hansard_status import(struct importing *run, struct hansard_error *error)
{
	struct session_request *request = run->request;
	if (run->wanted->path == NULL)
		return error_set(error, HANSARD_USAGE, "missing_path", "there is nothing named to import");
	struct text path = text_of_string(run->wanted->path);
	if (run->as_json) {
		answer_begin(&run->answer, &request->out, "import");
		answer_boolean(&run->answer, "dry_run", run->wanted->dry_run);
		answer_array(&run->answer, "dialogues");
	}
	size_t before = request->out.size;
	enum hansard_status status = is_export(path) ? import_export(run, path, error) : import_sources(run, path, error);
	if (run->as_json && (status == HANSARD_OK || request->out.size > before)) {
		answer_end(&run->answer);
		if (answer_finish(&run->answer, error) != HANSARD_OK) {
			request->written = run->committed;
			return HANSARD_FAILED;
		}
	} else if (run->as_json) {
		request->out.size = 0;
	}
	return status;
}

enum hansard_status hansard_import(struct hansard *store, const struct hansard_import_request *wanted,
								   struct hansard_output *ret_out, struct hansard_error *error)
{
	struct session_request request;
	struct importing run = {
		.request = &request, .wanted = wanted, .as_json = store->options.format == HANSARD_JSON, .worst = HANSARD_OK};
	enum hansard_status status = session_begin(&request, store, error);
	if (status == HANSARD_OK)
		status = import(&run, error);
	return session_finish(&request, status, ret_out, error);
}
