/*
 * What is wrong with a store, its keys and its marks, and where each setting came from.
 */
#include "audit.h"
#include "cost.h"
#include "count.h"
#include "doctor_keys.h"
#include "error.h"
#include "gone.h"
#include "leftovers.h"
#include "limits.h"
#include "unfinished.h"
#include "vault_imports.h"
#include "writable.h"

enum { BAD_SHOWN = 480 };
_Static_assert((int)BAD_SHOWN + 100 < (int)HANSARD_ERROR_MESSAGE_SIZE, "it is cut here, and not again");

bool doctor_line(struct doctoring *run, enum finding finding, struct text subject, struct text detail)
{
	static const struct {
		const char *label, *word;
	} findings[] = {[FINDING_OK] = {"ok", "ok"},
					[FINDING_BAD] = {"BAD", "bad"},
					[FINDING_UNCHECKED] = {"not checked", "not_checked"},
					[FINDING_NOTE] = {"note", "note"}};
	const struct text shown = session_clean(run->request, detail);
	if (finding == FINDING_BAD)
		run->bad = shown;
	if (!run->as_json)
		return session_say(run->request, "%-11s %-18.*s %.*s\n", findings[finding].label, (int)subject.size,
						   subject.data, (int)shown.size, shown.data);
	answer_object(&run->answer, NULL);
	answer_boolean(&run->answer, "good", finding != FINDING_BAD);
	answer_string(&run->answer, "state", findings[finding].word);
	answer_text(&run->answer, "subject", subject);
	answer_text(&run->answer, "detail", detail);
	answer_end(&run->answer);
	return true;
}

bool doctor_finding(struct doctoring *run, bool good, struct text subject, struct text detail)
{
	return doctor_line(run, good ? FINDING_OK : FINDING_BAD, subject, detail);
}

static bool write_settings(struct doctoring *run, const struct settings *settings)
{
	bool good = true;
	for (size_t i = 0; i < SETTINGS_COUNT && good; i++) {
		const struct settings_row *row = settings_row((enum settings_key)i);
		const struct settings_value *value = &settings->values[i];
		if (!run->as_json && text_starts_with(text_of_string(row->key), TEXT("dynamodb.")) &&
			text_is(value->from, "default") && !backend_is(settings, "dynamodb"))
			continue;
		if (!run->as_json) {
			const struct text shown = session_clean(run->request, value->value),
							  from = session_clean(run->request, value->from);
			good = session_say(run->request, "            %-18s %.*s  (%.*s)\n", row->key, (int)shown.size, shown.data,
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
	bool good = doctor_finding(run, true, TEXT("store"), store->settings.folder);
	enum hansard_status status = store->engine->ops->check(store->engine, true, request->arena, &findings, error);
	size_t bad = 0;
	const char *remedy = NULL;
	for (size_t i = 0; status == HANSARD_OK && i < findings.count && good; i++) {
		const struct store_finding *finding = &findings.items[i];
		good = doctor_finding(run, finding->good, finding->subject, finding->detail);
		bad += !finding->good;
		remedy = finding->good ? remedy : finding->remedy;
	}
	if (status == HANSARD_OK && good)
		good = doctor_line(run, FINDING_UNCHECKED, TEXT("content"), TEXT("hansard verify proves it"));
	if (status == HANSARD_OK && !good)
		status = error_memory(error);
	if (status == HANSARD_OK && text_present(run->bad)) {
		status = error_set(error, HANSARD_VIOLATED, "unhealthy_store", "the store is not healthy");
		if (bad == 1 && remedy != NULL)
			error_hint(error, "%s", remedy);
		else
			error_hint(error, "before anything else %s; then export what can be read", store->engine->remedies->keep);
	}
	return status;
}

/* What the marks say of the store. */
struct marked {
	struct hansard *store;
	bool held; /* against the store */
	size_t count, behind;
	size_t moved; /* of those that are not: they go on in another store */
	char first_moved[LIMIT_DIALOGUE_ID + 1];
	char first[LIMIT_DIALOGUE_ID + 1]; /* of those that are behind */
	size_t sealed;                     /* to be moved, and not taken over as far as was seen */
	char first_sealed[LIMIT_DIALOGUE_ID + 1];
	struct hansard_error unread; /* of the first that could not be held against it */
};

/* Whether the store has the commit that was seen here last. */
static enum hansard_status hold_mark(void *context, struct text id)
{
	struct marked *marked = context;
	const struct vault_marks *marks = &marked->store->marks.slots;
	const struct vault_mark_place place = {.tenant = vault_tenant(marked->store->vault), .dialogue_id = id};
	struct hansard_error cause = {.status = HANSARD_OK};
	struct vault_mark mark;
	enum vault_mark_found found = VAULT_MARK_THERE;
	marked->count++;
	if (!marked->held)
		return HANSARD_OK;
	enum hansard_status status = marks->read(marks->context, place, &mark, &cause);
	if (status == HANSARD_OK && mark.rev > 0)
		status = vault_mark_found(marked->store->vault, id, &mark, &found, &cause);
	if (status != HANSARD_OK && marked->unread.status == HANSARD_OK)
		marked->unread = cause;
	if (found == VAULT_MARK_MOVED && marked->moved++ == 0)
		snprintf(marked->first_moved, sizeof(marked->first_moved), "%.*s", (int)id.size, id.data);
	if (found == VAULT_MARK_SEALED && marked->sealed++ == 0)
		snprintf(marked->first_sealed, sizeof(marked->first_sealed), "%.*s", (int)id.size, id.data);
	if (found == VAULT_MARK_LACKING && marked->behind++ == 0)
		snprintf(marked->first, sizeof(marked->first), "%.*s", (int)id.size, id.data);
	return HANSARD_OK;
}

/* What holding the marks against the store has found. */
static bool say_held(struct doctoring *run, const struct marked *marked)
{
	struct text detail;
	if (!marked->held)
		return doctor_line(run, FINDING_UNCHECKED, TEXT("freshness"),
						   TEXT("hansard verify holds the table against the marks, which costs requests"));
	if (marked->unread.status != HANSARD_OK &&
		!doctor_finding(run, false, TEXT("marks"), text_of_string(marked->unread.message)))
		return false;
	if (marked->behind == 0 && marked->moved > 0)
		return marked->unread.status != HANSARD_OK ||
			   (arena_format(run->request->arena, &detail,
							 "%zu of %zu dialogues that were seen here, as %s, %s kept in another store; of each other "
							 "one the store has the newest commit, or later ones (hansard verify proves both)",
							 marked->moved, marked->count, marked->first_moved, count_are(marked->moved)) &&
				doctor_finding(run, true, TEXT("freshness"), detail));
	if (marked->behind == 0)
		return marked->unread.status != HANSARD_OK ||
			   doctor_finding(
				   run, true, TEXT("freshness"),
				   TEXT("the store has the newest commit, or later ones, of each dialogue that was seen here; that "
						"they follow from it, hansard verify proves"));
	return arena_format(
			   run->request->arena, &detail,
			   "of %zu of %zu dialogues, as %s, the store does not have the newest commit that was seen here: it "
			   "was put back, or what was seen is gone: hansard verify",
			   marked->behind, marked->count, marked->first) &&
		   doctor_finding(run, false, TEXT("freshness"), detail);
}

/* Moves that are not ended are no fault. */
static bool say_sealed(struct doctoring *run, const struct marked *marked)
{
	struct text detail, advice;
	struct session_request asked = {.store = marked->store, .arena = run->request->arena};
	const struct text id = marked->sealed == 1 ? text_of_string(marked->first_sealed) : TEXT_ABSENT;
	return marked->sealed == 0 ||
		   (unfinished_advice(&asked, id, &advice) &&
			arena_format(run->request->arena, &detail,
						 "%zu dialogue%s, as %s, %s sealed to be moved to another store, and that this has taken over "
						 "was not seen here: %.*s",
						 marked->sealed, count_s(marked->sealed), marked->first_sealed, count_are(marked->sealed),
						 (int)advice.size, advice.data) &&
			doctor_line(run, FINDING_NOTE, TEXT("moves"), detail));
}

/* The newest heads that were seen here, and whether the store still has them: where asking costs nothing. */
static bool examine_marks(struct doctoring *run, struct hansard *store)
{
	const struct vault_marks *marks = &store->marks.slots;
	const struct text folder = store->marks.folder;
	struct dynamodb_engine_capacity capacity;
	struct marked marked = {.store = store, .held = !backend_capacity(&store->backend, &capacity)};
	struct hansard_error cause = {0};
	struct text detail;
	const enum hansard_status status =
		marks->list(marks->context, vault_tenant(store->vault), hold_mark, &marked, &cause);
	run->behind = marked.behind;
	if (status != HANSARD_OK &&
		(error_of_memory(&cause) || !doctor_finding(run, false, TEXT("marks"), text_of_string(cause.message))))
		return false;
	if (status == HANSARD_OK &&
		!(arena_format(run->request->arena, &detail, "%.*s: %zu dialogue%s%s", (int)folder.size, folder.data,
					   marked.count, marked.count == 1 ? "" : "s",
					   marked.count == 0 ? ": nothing was seen here yet, so that a store put back would go unnoticed"
										 : "") &&
		  doctor_finding(run, true, TEXT("marks"), detail)))
		return false;
	return marked.count == 0 || (say_held(run, &marked) && say_sealed(run, &marked));
}

/* A place that cannot be written. Where only reading is meant that is no fault. */
static bool say_unwritable(struct doctoring *run, bool read_only, const char *kind, struct text path)
{
	struct text detail;
	const int number = errno;
	return arena_format(
			   run->request->arena, &detail,
			   "%s%.*s cannot be written by who runs this: %s; give its user or its mode the right to, or keep "
			   "to --read-only",
			   kind, (int)path.size, path.data, strerror(number)) &&
		   doctor_line(run, read_only || number == EROFS ? FINDING_NOTE : FINDING_BAD, TEXT("writing"), detail);
}

/* Whether the store, and the marks of what is written to it, can be written. */
static bool examine_writing(struct doctoring *run, const struct hansard *store, bool read_only)
{
	struct arena *arena = run->request->arena;
	struct text database, marks;
	bool folder;
	const struct text tenant = vault_tenant(store->vault);
	if (!backend_database(arena, &store->settings, &database) ||
		!arena_format(arena, &marks, "%.*s/%.*s", (int)store->marks.folder.size, store->marks.folder.data,
					  (int)tenant.size, tenant.data))
		return false;
	if (backend_is(&store->settings, "sqlite") && !writable_file(database, &folder) &&
		!say_unwritable(run, read_only, folder ? "the folder of " : "", database))
		return false;
	return writable_folder(marks, true) || say_unwritable(run, read_only, "the folder of marks ", marks);
}

/* Whether the lines of the log follow from each other. One that is being written says nothing yet. */
static bool examine_lines(struct doctoring *run, struct audit *audit)
{
	size_t lines, broken;
	struct text detail;
	struct hansard_error cause = {.status = HANSARD_OK};
	const enum hansard_status status = audit_count(audit, run->request, &lines, &broken, &cause);
	if (status == HANSARD_NOT_FOUND || (status == HANSARD_OK && broken == 0))
		return true;
	if (status != HANSARD_OK)
		return !error_of_memory(&cause) &&
			   doctor_line(run, FINDING_UNCHECKED, TEXT("audit"), text_of_string(cause.message));
	return arena_format(run->request->arena, &detail,
						"%.*s: %zu of %zu line%s %s not follow from the one before: hansard audit verify",
						(int)audit->path.size, audit->path.data, broken, lines, count_s(lines),
						count_word(broken, "does", "do")) &&
		   doctor_finding(run, false, TEXT("audit"), detail);
}

/* Whether uses of keys can be logged, and those that are stand in a log that is whole. */
static bool examine_audit(struct doctoring *run, const struct hansard_options *options, const struct settings *settings)
{
	struct audit audit;
	const struct vault_audit *slot;
	struct hansard_error cause = {.status = HANSARD_OK};
	struct text detail;
	bool none = false, good = true;
	enum hansard_status status = audit_begin(&audit, run->request->arena, options, settings, &slot, &cause);
	if (status == HANSARD_OK)
		status = audit_check(&audit, &none, &cause);
	if (status != HANSARD_OK)
		good = !error_of_memory(&cause) &&
			   arena_format(run->request->arena, &detail, "%s; %s", cause.message, cause.hint) &&
			   doctor_finding(run, false, TEXT("audit"), detail);
	else if (text_present(audit.path))
		good = arena_format(run->request->arena, &detail, "%.*s%s", (int)audit.path.size, audit.path.data,
							none ? ": its disk cannot be written, and uses of keys are not logged" : "") &&
			   doctor_line(run, none ? FINDING_NOTE : FINDING_OK, TEXT("audit"), detail) && examine_lines(run, &audit);
	audit_finish(&audit);
	return good;
}

/* What was left beside the database is no fault. A folder that cannot be read the store itself has named. */
static bool examine_left(struct doctoring *run, const struct settings *settings)
{
	struct text database, line;
	struct leftovers left;
	bool good = true;
	if (!backend_is(settings, "sqlite"))
		return true;
	if (!backend_database(run->request->arena, settings, &database))
		return false;
	struct hansard_error cause = {.status = HANSARD_OK};
	if (leftovers_list(run->request->arena, database, &left, &cause) != HANSARD_OK)
		return !error_of_memory(&cause);
	for (size_t i = 0; good && i < left.count; i++) {
		const struct leftover *file = &left.files[i];
		good =
			arena_format(run->request->arena, &line, "%.*s: %s", (int)file->path.size, file->path.data, file->what) &&
			doctor_line(run, FINDING_NOTE, file->kept ? TEXT("kept") : TEXT("left"), line);
	}
	return good;
}

/* Imports that have not reached their end, by the commits as they are stored. */
struct imports {
	size_t count;
	char first[LIMIT_DIALOGUE_ID + 1];
	struct hansard_error unread; /* what is broken, so that not every dialogue could be looked at */
};

/* Looks at every dialogue that has a head. What cannot be read of one is said of it, and the others are looked at. */
static enum hansard_status find_imports(struct hansard *store, struct imports *imports, struct hansard_error *error)
{
	struct gone_heads heads = {.count = 0};
	struct arena *arena = arena_create(LIMIT_ARENA);
	enum hansard_status status = arena == NULL ? error_memory(error) : gone_list(store, arena, &heads, error);
	for (size_t i = 0; status == HANSARD_OK && i < heads.count; i++) {
		struct hansard_error cause = {.status = HANSARD_OK};
		int64_t rev = 0;
		status = vault_imports_part_found(store->vault, heads.ids[i], &rev, &cause);
		if (rev > 0 && imports->count++ == 0)
			snprintf(imports->first, sizeof(imports->first), "%.*s", (int)heads.ids[i].size, heads.ids[i].data);
		if (status == HANSARD_VIOLATED) {
			imports->unread = cause;
			status = HANSARD_OK;
		} else if (status != HANSARD_OK && error != NULL) {
			*error = cause;
		}
	}
	arena_destroy(arena);
	return status;
}

static bool say_imports(struct doctoring *run, const struct imports *imports)
{
	struct text detail;
	if (imports->count > 0 &&
		!(arena_format(
			  run->request->arena, &detail,
			  "%zu dialogue%s, as %s, %s imported in part: an import into %s did not reach its end; import the "
			  "same again: it goes on from there (hansard verify names each)",
			  imports->count, count_s(imports->count), imports->first, count_are(imports->count),
			  imports->count == 1 ? "it" : "them") &&
		  doctor_line(run, FINDING_NOTE, TEXT("imports"), detail)))
		return false;
	if (imports->unread.status != HANSARD_OK)
		return doctor_line(run, FINDING_UNCHECKED, TEXT("imports"), text_of_string(imports->unread.message));
	return imports->count > 0 || doctor_finding(run, true, TEXT("imports"), TEXT("each has reached its end"));
}

/* What is imported in part is no fault, and yet to be known. */
static enum hansard_status examine_imports(struct doctoring *run, struct hansard *store, struct hansard_error *error)
{
	struct dynamodb_engine_capacity capacity;
	struct imports imports = {.count = 0};
	if (backend_capacity(&store->backend, &capacity))
		return doctor_line(run, FINDING_UNCHECKED, TEXT("imports"),
						   TEXT("hansard verify tells which have not reached their end, which costs requests"))
				   ? HANSARD_OK
				   : error_memory(error);
	struct hansard_error failure = {.status = HANSARD_OK};
	const enum hansard_status status = find_imports(store, &imports, &failure);
	if (status == HANSARD_VIOLATED)
		imports.unread = failure;
	else if (status != HANSARD_OK) {
		if (error != NULL)
			*error = failure;
		return status;
	}
	return say_imports(run, &imports) ? HANSARD_OK : error_memory(error);
}

/* The beginning of a text, up to the end of a word. */
static struct text cut(struct text text, size_t most)
{
	size_t end = text.size > most ? most : text.size;
	while (end < text.size && end > 0 && text.data[end] != ' ')
		end--;
	return text_slice(text, 0, end > 0 ? end : most);
}

/* What makes a store that could be looked at no healthy one. */
static enum hansard_status conclude(const struct doctoring *run, enum hansard_status status,
									const struct hansard_error *failure, struct hansard_error *error)
{
	if (status != HANSARD_OK)
		return status;
	if (failure->status != HANSARD_OK) {
		if (error != NULL)
			*error = *failure;
		return failure->status;
	}
	if (run->behind > 0) {
		error_set(error, HANSARD_VIOLATED, "rolled_back",
				  "the store does not have the newest commit that was seen here of %zu dialogue%s", run->behind,
				  count_s(run->behind));
		error_hint(error, "hansard verify says which, and what to do");
		return HANSARD_VIOLATED;
	}
	if (!text_present(run->bad))
		return HANSARD_OK;
	const struct text bad = cut(run->bad, BAD_SHOWN);
	error_set(error, HANSARD_FAILED, "unhealthy_keys",
			  "the store is healthy, but its files, keys, marks or audit log are not as they should be: %.*s%s",
			  (int)bad.size, bad.data, bad.size < run->bad.size ? " …" : "");
	error_hint(error, "mend what the findings name, and run it again");
	return HANSARD_FAILED;
}

/* Opens the store and looks at it; what cannot be opened is a finding. It is opened without keys, which are looked at by
   themselves, so that nobody is asked for a passphrase. */
static enum hansard_status doctor(struct doctoring *run, const struct hansard_options *options,
								  struct hansard_error *error)
{
	struct hansard *store = NULL;
	struct settings settings = {.folder = TEXT_ABSENT};
	struct hansard_error opening = {.status = HANSARD_OK}, unread = opening;
	struct hansard_options keyless = *options;
	keyless.public_keys = "";
	enum hansard_status status = settings_locate(run->request->arena, options, &settings, &opening);
	if (status == HANSARD_OK)
		status = settings_read(run->request->arena, options, &settings, &opening);
	else if (status == HANSARD_NO_STORE) /* what they would be of one that is made here */
		(void)settings_read(run->request->arena, options, &settings, &unread);
	const bool understood = status == HANSARD_OK; /* the places that they name are these */
	if (understood)
		status = hansard_open(&keyless, &store, &opening);
	if (run->as_json) {
		answer_begin(&run->answer, &run->request->out, "doctor");
		answer_string(&run->answer, "version", hansard_version());
		answer_array(&run->answer, "findings");
	}
	bool good = true;
	if (status == HANSARD_OK)
		status = examine(run, store, error);
	else {
		good = doctor_finding(run, false, TEXT("store"), text_of_string(opening.message));
		if (opening.hint[0] != '\0')
			good = good && doctor_finding(run, false, TEXT("what to do"), text_of_string(opening.hint));
		if (error != NULL)
			*error = opening;
	}
	if (understood)
		good = good && doctor_keys(run, options, &settings, store != NULL);
	if (store != NULL)
		good = good && examine_marks(run, store) && examine_writing(run, store, options->read_only);
	if (understood)
		good = good && examine_audit(run, options, &settings) && examine_left(run, &settings);
	struct hansard_error failure = {.status = HANSARD_OK};
	if (store != NULL && good)
		(void)examine_imports(run, store, &failure);
	status = conclude(run, status, &failure, error);
	struct dynamodb_engine_capacity capacity;
	const bool asks = store != NULL && backend_capacity(&store->backend, &capacity);
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
		if (asks)
			cost_write(&run->answer, &capacity);
		good = answer_finish(&run->answer, error) == HANSARD_OK && good;
	}
	return good ? status : error_memory(error);
}

enum hansard_status hansard_doctor(const struct hansard_options *options, struct hansard_output *ret_out,
								   struct hansard_error *error)
{
	struct session_request request;
	struct doctoring run = {
		.request = &request, .bad = TEXT_ABSENT, .as_json = options != NULL && options->format == HANSARD_JSON};
	enum hansard_status status = session_options(options, error);
	if (status == HANSARD_OK)
		status = session_begin(&request, NULL, error);
	if (status != HANSARD_OK)
		return status;
	status = doctor(&run, options, error);
	return session_finish(&request, status, ret_out, error);
}
