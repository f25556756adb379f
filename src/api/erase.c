/*
 * Erasure, with its certificate.
 */
#include "answer.h"
#include "disk.h"
#include "error.h"
#include "fallback.h"
#include "leftovers.h"
#include "report.h"
#include "vault_verify.h"

static const char *const covered[] = {
	"every wrapped key of this dialogue in this store: what was sealed under it can be opened by nobody who has not a copy of "
	"a wrap or of a key",
};
static const char *const covered_all[] = {
	"every other item of it in this store",
};
static const char *const not_covered[] = {
	"wraps in backups, journals, point-in-time copies, and stores that the chain names as source",
	"slugs in older commits: ids, names of experts, who changed which item when",
};

enum { NOT_COVERED = sizeof(not_covered) / sizeof(not_covered[0]) };

/* One erasure: what is there afterwards, and what this run did of it. */
struct erasure {
	struct session_request *request;
	struct text id;
	struct text file;         /* that gets the certificate; absent: the answer alone has it */
	int descriptor;           /* of that file, while it is empty; -1: there is none */
	bool before;              /* it was erased already */
	bool unchanged;           /* and nothing was written */
	struct vault_state *head; /* as it was read back */
	bool all;                 /* nothing but the history is left */
	struct vault_report report;
	struct text_list kept;        /* files beside the database in which it may still be read: by backup --put */
	struct text_list left;        /* and by commands that were killed */
	struct fallback_list sources; /* and stores that it was moved from */
};

static bool say_lines(struct session_request *request, const char *title, const char *const *lines, size_t count)
{
	bool good = session_say(request, "%s", title);
	for (size_t i = 0; good && i < count; i++)
		good = report_item(request, lines[i]);
	return good;
}

/* "Erased ID.", or since when it was. */
static bool say_erased(const struct erasure *erasure)
{
	const struct text id = erasure->id, time = erasure->report.erased_time;
	if (!erasure->before)
		return report_fold(erasure->request, 0, "Erased " ERROR_TEXT ".", ERROR_TEXT_ARGS(id));
	if (erasure->report.erased_rev == 0)
		return report_fold(erasure->request, 0, ERROR_TEXT " was erased before.", ERROR_TEXT_ARGS(id));
	return report_fold(erasure->request, 0, ERROR_TEXT " was erased at %.*s %.*sZ, by commit %" PRId64 "%s",
					   ERROR_TEXT_ARGS(id), 10, time.data, 8, time.data + 11, erasure->report.erased_rev,
					   erasure->unchanged ? ": nothing was written." : "; now every other item of it is removed, too.");
}

/* The certificate is the end of the answer, and whole, so that it can be cut off there; or it is in its file. */
static bool say_certificate(const struct erasure *erasure, bool kept)
{
	struct session_request *request = erasure->request;
	const struct text file = kept ? session_clean(request, erasure->file) : TEXT_ABSENT;
	if (kept)
		return report_fold(request, 0, "The certificate is in " ERROR_TEXT ". It is proved by",
						   ERROR_TEXT_ARGS(file)) &&
			   report_fold(request, 4, "hansard verify --receipt " ERROR_TEXT, ERROR_TEXT_ARGS(file));
	return report_fold(request, 0, "The certificate is what follows, its last head. It is printed again by") &&
		   report_fold(request, 4, "hansard receipt " ERROR_TEXT " > FILE", ERROR_TEXT_ARGS(erasure->id)) &&
		   session_say(request, "\n") && buffer_append(&request->out, erasure->head->note);
}

/* These lie in the database's own folder, and nobody made them by name. */
static bool say_files(const struct erasure *erasure, const struct text_list *files, const char *what)
{
	bool good = true;
	for (size_t i = 0; good && i < files->count; i++) {
		const struct text path = session_clean(erasure->request, files->items[i]);
		good = report_fold(erasure->request, 2, "- " ERROR_TEXT ", which %s", ERROR_TEXT_ARGS(path), what);
	}
	return good;
}

static bool say_kept(const struct erasure *erasure)
{
	return say_files(erasure, &erasure->kept, "backup --put kept: remove it") &&
		   say_files(erasure, &erasure->left, "a command that was killed left: unless one is running, remove it");
}

static bool say_erasure(const struct erasure *erasure, bool kept)
{
	struct session_request *request = erasure->request;
	return say_erased(erasure) && say_lines(request, "It covers\n", covered, 1) &&
		   (!erasure->all || say_lines(request, "", covered_all, 1)) &&
		   say_lines(request, "It cannot cover\n", not_covered, NOT_COVERED) && say_kept(erasure) &&
		   fallback_say(request, &erasure->sources) && report_fold(request, 0, "The id is never used again.") &&
		   say_certificate(erasure, kept);
}

static bool answer_erasure(const struct erasure *erasure, bool kept)
{
	struct text lines[2] = {text_of_string(covered[0]), text_of_string(covered_all[0])};
	struct text misses[NOT_COVERED];
	for (size_t i = 0; i < NOT_COVERED; i++)
		misses[i] = text_of_string(not_covered[i]);
	const struct text_list covers = {.items = lines, .count = erasure->all ? 2 : 1, .present = true};
	const struct text_list cannot = {.items = misses, .count = NOT_COVERED, .present = true};
	struct answer answer;
	answer_begin(&answer, &erasure->request->out, "erased");
	answer_text(&answer, "dialogue_id", erasure->id);
	answer_integer(&answer, "rev", erasure->head->rev);
	answer_boolean(&answer, "all", erasure->all);
	answer_text(&answer, "certificate", text_of_bytes(erasure->head->note));
	answer_texts(&answer, "covers", &covers);
	answer_texts(&answer, "cannot_cover", &cannot);
	answer_texts(&answer, "kept", &erasure->kept);
	answer_texts(&answer, "left", &erasure->left);
	fallback_write(&answer, &erasure->sources);
	answer_boolean(&answer, "unchanged", erasure->unchanged);
	if (erasure->report.erased_rev > 0) {
		answer_integer(&answer, "erased_rev", erasure->report.erased_rev);
		answer_text(&answer, "erased_at", erasure->report.erased_time);
	}
	if (kept)
		answer_text(&answer, "file", erasure->file);
	return answer_finish(&answer, NULL) == HANSARD_OK;
}

/* What was erased is told, though the file of the certificate cannot be written: it is then in the answer. */
static enum hansard_status write_erasure(struct erasure *erasure, struct hansard_error *error)
{
	struct session_request *request = erasure->request;
	struct hansard_error failure = {.status = HANSARD_OK};
	enum hansard_status status = HANSARD_OK;
	const bool asked = text_present(erasure->file);
	if (asked)
		status = disk_fill(erasure->file, erasure->descriptor, erasure->head->note, &failure);
	erasure->descriptor = -1;
	const bool kept = asked && status == HANSARD_OK;
	const bool good =
		leftovers_paths(erasure->request->arena, &erasure->request->store->settings, &erasure->kept, &erasure->left) &&
		(request->store->options.format == HANSARD_JSON ? answer_erasure(erasure, kept) : say_erasure(erasure, kept));
	if (!good) {
		request->out.size = 0;
		return error_memory(error);
	}
	request->answered = true;
	if (status == HANSARD_OK)
		return HANSARD_OK;
	error_set(error, status, failure.kind, "\"" ERROR_TEXT "\" is erased, but its certificate is not kept: %s",
			  ERROR_TEXT_ARGS(erasure->id), failure.message);
	error_hint(error, "it is in the answer, and printed again by hansard receipt " ERROR_TEXT " > FILE",
			   ERROR_TEXT_ARGS(erasure->id));
	return status;
}

static enum hansard_status find(struct erasure *erasure, const struct hansard_erase_request *asked,
								struct hansard_error *error)
{
	const enum hansard_status status = session_find(erasure->request, asked->dialogue, &erasure->id, error);
	if (status != HANSARD_OK)
		return status;
	if (asked->confirm != NULL && text_is(erasure->id, asked->confirm))
		return HANSARD_OK;
	error_set(
		error, HANSARD_USAGE, "not_confirmed", "\"" ERROR_TEXT "\" was not erased: %s", ERROR_TEXT_ARGS(erasure->id),
		asked->confirm == NULL ? "it has to be named again, as a whole" : "what was named to confirm is not its id");
	error_hint(error, "nobody can take it back; if it is meant: --confirm " ERROR_TEXT, ERROR_TEXT_ARGS(erasure->id));
	return HANSARD_USAGE;
}

/* Erases, once the certificate has a place where it can be kept. */
static enum hansard_status erase(struct erasure *erasure, bool all, struct hansard_error *error)
{
	struct session_request *request = erasure->request;
	struct vault *vault = request->store->vault;
	enum hansard_status status = vault_load(vault, erasure->id, request->arena, &erasure->head, error);
	if (status == HANSARD_OK && text_present(erasure->file))
		status = disk_create(erasure->file, false, &erasure->descriptor, error);
	if (status != HANSARD_OK)
		return status;
	erasure->before = erasure->head->erased;
	int64_t rev = erasure->head->rev;
	status = vault_erase(vault, erasure->id, all, &rev, error);
	erasure->unchanged = rev == erasure->head->rev;
	request->written = !erasure->unchanged;
	if (status != HANSARD_OK)
		return status;
	/* A certificate comes only from a head that was read back. */
	status = vault_load(vault, erasure->id, request->arena, &erasure->head, error);
	if (status != HANSARD_OK)
		return status;
	erasure->all = erasure->head->item_count == 0;
	status = vault_verify(vault, erasure->id, request->arena, &erasure->report, error);
	if (status == HANSARD_OK && erasure->report.good)
		status = fallback_find(request, erasure->id, &erasure->report, &erasure->sources, error);
	return status == HANSARD_OK ? write_erasure(erasure, error) : status;
}

enum hansard_status hansard_erase(struct hansard *store, const struct hansard_erase_request *asked,
								  struct hansard_output *ret_out, struct hansard_error *error)
{
	struct session_request request;
	struct erasure erasure = {.request = &request,
							  .file = asked->certificate != NULL ? text_of_string(asked->certificate) : TEXT_ABSENT,
							  .descriptor = -1};
	enum hansard_status status = session_begin(&request, store, error);
	if (status == HANSARD_OK)
		status = find(&erasure, asked, error);
	if (status == HANSARD_OK)
		status = erase(&erasure, asked->all, error);
	if (erasure.descriptor >= 0)
		disk_discard(erasure.file, erasure.descriptor);
	status = session_finish(&request, status, ret_out, error);
	backend_close(&store->target);
	return status;
}
