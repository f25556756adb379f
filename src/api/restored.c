/*
 * Declaring what a restore from a backup has lost, or saying what would be declared.
 */
#include "answer.h"
#include "base64.h"
#include "count.h"
#include "error.h"
#include "keyring_lock.h"
#include "leftovers.h"
#include "limits.h"
#include "report.h"
#include "slug.h"

/* Dialogues whose restore is to be declared. */
struct restoring {
	struct session_request *request;
	struct answer answer;
	bool as_json;
	bool dry_run; /* nothing is written, no mark included */
	bool retired; /* one that a retired key alone has signed is taken, too */
	bool moved;   /* one that was moved to another store is taken back */
	struct text *ids;
	size_t count, capacity;
	size_t restored, lacking;
	struct text *elsewhere; /* of a run over all: those that were moved to another store */
	size_t elsewhere_count, elsewhere_capacity;
	struct lacking {
		struct text id;
		int64_t seen_rev;
	} * gone; /* of them each */
	size_t gone_capacity;
	struct hansard_error unlisted; /* why not every mark could be taken, if so */
	bool lost;                     /* commits were, by one of them at least */
	bool declared;                 /* one that was named is lost as a whole */
	struct text_list kept;         /* where something is lost: files that backup --put kept, which may still have it */
	struct left_list left;
};

static enum hansard_status take_id(void *context, struct text id)
{
	struct restoring *run = context;
	struct arena *arena = run->request->arena;
	if (!arena_grow(arena, &run->ids, run->count, &run->capacity, sizeof(*run->ids)) ||
		!arena_copy_text(arena, id, &run->ids[run->count]))
		return HANSARD_FAILED;
	run->count++;
	return HANSARD_OK;
}

/* The mark that what is there was held against: what is known here of what is lost. */
static bool answer_seen(struct answer *answer, const struct vault_mark *seen)
{
	uint8_t data[2 * DIGEST_SIZE];
	struct buffer hex = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	if (seen->rev == 0)
		return true;
	if (!base64_hex_append(&hex, digest_view(&seen->hash)))
		return false;
	answer_object(answer, "seen");
	answer_integer(answer, "rev", seen->rev);
	answer_text(answer, "hash", buffer_text(&hex));
	if (seen->erased_rev > 0)
		answer_integer(answer, "erased_rev", seen->erased_rev);
	if (seen->passed_rev > 0)
		answer_integer(answer, "passed_rev", seen->passed_rev);
	answer_end(answer);
	return true;
}

static bool answer_lost(struct restoring *run, struct text id, const struct vault_restored *restored)
{
	answer_object(&run->answer, NULL);
	answer_text(&run->answer, "dialogue_id", id);
	answer_integer(&run->answer, "survived_rev", restored->survived_rev);
	answer_integer(&run->answer, "lost_rev", restored->rev - 1);
	answer_integer(&run->answer, "rev", restored->rev);
	answer_boolean(&run->answer, "unerased", restored->unerased);
	if (restored->retired[0] != '\0')
		answer_string(&run->answer, "retired", restored->retired);
	if (restored->passed_rev > 0)
		answer_integer(&run->answer, "passed_rev", restored->passed_rev);
	if (restored->moved)
		answer_boolean(&run->answer, "moved", true);
	const bool good = answer_seen(&run->answer, &restored->seen);
	answer_end(&run->answer);
	return good;
}

/* "commit 5", "commits 5 to 7", and what becomes of them. */
static bool say_lost(struct restoring *run, struct text shown, const struct vault_restored *restored)
{
	struct session_request *request = run->request;
	const int64_t first = restored->survived_rev + 1, last = restored->rev - 1;
	if (first > last)
		return report_fold(request, 0, "%.*s: nothing was lost; it %s to this store%s", (int)shown.size, shown.data,
						   run->dry_run ? "would belong" : "belongs", run->dry_run ? "" : " now");
	if (first == last)
		return report_fold(request, 0, "%.*s: commit %" PRId64 " %s declared lost", (int)shown.size, shown.data, last,
						   run->dry_run ? "would be" : "is");
	return report_fold(request, 0, "%.*s: commits %" PRId64 " to %" PRId64 " %s declared lost", (int)shown.size,
					   shown.data, first, last, run->dry_run ? "would be" : "are");
}

/* Before anything is declared: what is known here of what would be. */
static bool say_seen(struct session_request *request, const struct vault_restored *restored)
{
	const struct vault_mark *seen = &restored->seen;
	const int64_t survived = restored->survived_rev;
	uint8_t data[2 * DIGEST_SIZE];
	struct buffer hex = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	if (seen->rev <= survived)
		return true;
	return base64_hex_append(&hex, digest_view(&seen->hash)) &&
		   report_fold(request, 2,
					   "The store has it up to commit %" PRId64 "; commit %" PRId64 " was seen here:", survived,
					   seen->rev) &&
		   report_fold(request, 4, "%.*s", (int)hex.size, (const char *)hex.data) &&
		   (seen->erased_rev <= survived ||
			report_fold(request, 2, "What would be lost has its erasure, at or before commit %" PRId64 ".",
						seen->erased_rev)) &&
		   (seen->passed_rev <= survived ||
			report_fold(request, 2, "Of that, commit %" PRId64 " was declared lost before, by a restore elsewhere.",
						seen->passed_rev));
}

/* What one restore declared lost: everything behind the commit that it stands on. */
static bool write_lost(struct restoring *run, struct text id, const struct vault_restored *restored)
{
	struct session_request *request = run->request;
	const struct text shown = session_clean(request, id);
	/* What an earlier restore had passed over verify tells. */
	if (restored->seen.rev > restored->survived_rev && !run->dry_run && restored->seen.passed_rev == 0 &&
		!told_add(&request->store->told, id, restored->seen.rev))
		return false;
	run->restored++;
	run->lost = run->lost || restored->survived_rev < restored->rev - 1;
	if (run->as_json)
		return answer_lost(run, id, restored);
	bool good = say_lost(run, shown, restored) && (!run->dry_run || say_seen(request, restored));
	if (restored->moved)
		good = good &&
			   report_fold(request, 2, "It had been moved to another store: what that still has is not to be used.");
	if (restored->retired[0] != '\0')
		good =
			good && report_fold(request, 2, "What survived was signed by a retired key alone, %s.", restored->retired);
	if (restored->seen.rev > 0 && restored->seen.rev < restored->survived_rev)
		good =
			good && report_fold(request, 2, "Commit %" PRId64 " was seen here last; it goes on to commit %" PRId64 ".",
								restored->seen.rev, restored->survived_rev);
	if (restored->passed_rev > 0)
		good = good && report_fold(request, 2,
								   "Commit %" PRId64
								   ", which was seen here, had been declared lost by a restore of its history.",
								   restored->passed_rev);
	if (restored->unerased && run->dry_run)
		good = good && report_fold(request, 2, "It could be read again, until it is erased anew.");
	else if (restored->unerased)
		good = good && report_fold(request, 2, "It had been erased and can be read again. Erase it anew:") &&
			   report_fold(request, 4, "hansard erase %.*s --confirm %.*s", (int)shown.size, shown.data,
						   (int)shown.size, shown.data);
	return good;
}

/* One of which the store has nothing, unless that was declared before, or it was seen last in another store. */
static enum hansard_status write_lacking(struct restoring *run, struct text id, struct hansard_error *error)
{
	struct vault_mark mark;
	const struct vault_marks *marks = &run->request->store->marks.slots;
	const struct vault_mark_place place = {.tenant = vault_tenant(run->request->store->vault), .dialogue_id = id};
	const struct text shown = session_clean(run->request, id);
	const enum hansard_status status = marks->read(marks->context, place, &mark, error);
	if (status != HANSARD_OK || mark.lost || mark.elsewhere)
		return status;
	if (!arena_grow(run->request->arena, &run->gone, run->lacking, &run->gone_capacity, sizeof(*run->gone)))
		return error_memory(error);
	run->gone[run->lacking++] = (struct lacking){.id = id, .seen_rev = mark.rev};
	return run->as_json ||
				   (report_fold(run->request, 0, "%.*s: lost as a whole: the store has nothing of it", (int)shown.size,
								shown.data) &&
					report_fold(run->request, 2, "If no backup has it, declare that: hansard backup --restored %.*s",
								(int)shown.size, shown.data))
			   ? HANSARD_OK
			   : error_memory(error);
}

/* One that was named and of which the store has nothing: that is no fault from now on. */
static enum hansard_status declare_lost(struct restoring *run, struct text id, struct vault_restored *ret_restored,
										struct hansard_error *error)
{
	int64_t rev;
	if (run->request->store->options.read_only && !run->dry_run) {
		error_set(error, HANSARD_USAGE, "usage",
				  "that a dialogue is lost is declared in its mark, which --read-only keeps");
		error_hint(error, "run it without --read-only");
		return HANSARD_USAGE;
	}
	const enum hansard_status status = vault_declare_lost(run->request->store->vault, id, run->dry_run, &rev, error);
	if (status == HANSARD_OK)
		*ret_restored = (struct vault_restored){.survived_rev = 0, .rev = rev + 1};
	return status;
}

static bool write_lost_whole(struct restoring *run, struct text id, int64_t rev)
{
	const struct text shown = session_clean(run->request, id);
	run->declared = true;
	if (!run->as_json)
		return report_fold(
			run->request, 0, "%.*s: %sdeclared lost as a whole, after commit %" PRId64 "; its id %s taken",
			(int)shown.size, shown.data, run->dry_run ? "would be " : "", rev, run->dry_run ? "would stay" : "stays");
	answer_object(&run->answer, NULL);
	answer_text(&run->answer, "dialogue_id", id);
	answer_integer(&run->answer, "survived_rev", 0);
	answer_integer(&run->answer, "lost_rev", rev);
	answer_end(&run->answer);
	return true;
}

/* Declares what one lacks, on top of whatever others declare or write meanwhile. survived_rev is 0 of one that is lost as a whole. */
static enum hansard_status declare_one(struct restoring *run, struct text id, bool one_of_all,
									   struct vault_restored *ret_restored, struct hansard_error *error)
{
	struct vault *vault = run->request->store->vault;
	/* A backup from before its signing key retired is signed by that alone, and so is what a thief of that key has put there: a person
	   has to have looked at it and said so. What declares it is signed by the key of today. */
	const struct vault_restoring asked = {
		.furthest = one_of_all ? LIMIT_RESTORE_REVS : LIMIT_REV,
		.retired = run->retired,
		.moved = run->moved,
		.dry_run = run->dry_run,
	};
	enum hansard_status status = HANSARD_CONFLICT;
	for (int attempt = 0; status == HANSARD_CONFLICT && attempt < LIMIT_KEYS_ATTEMPTS; attempt++) {
		if (attempt > 0)
			keyring_lock_pause();
		status = vault_restore(vault, id, &asked, ret_restored, error);
		if (status == HANSARD_NOT_FOUND && !one_of_all)
			status = declare_lost(run, id, ret_restored, error);
	}
	return status;
}

static bool add_elsewhere(struct restoring *run, struct text id)
{
	if (!arena_grow(run->request->arena, &run->elsewhere, run->elsewhere_count, &run->elsewhere_capacity,
					sizeof(*run->elsewhere)))
		return false;
	run->elsewhere[run->elsewhere_count++] = id;
	return true;
}

/* Whether a failure is of one dialogue: its own, or of its mark. */
static bool is_of_one(const struct hansard_error *failure)
{
	return left_takes(failure) || marks_at_fault(failure);
}

/* Restores one; in a run over all, one that lost nothing is passed over, one that is not there at all is said, and one that is broken
   is left out. */
static enum hansard_status restore_one(struct restoring *run, struct text id, bool one_of_all,
									   struct hansard_error *error)
{
	struct hansard_error cause = {0};
	struct vault_restored restored;
	bool good = true;
	enum hansard_status status = declare_one(run, id, one_of_all, &restored, &cause);
	if (status == HANSARD_OK) {
		run->request->written = run->request->written || !run->dry_run;
		good = restored.survived_rev > 0 ? write_lost(run, id, &restored) : write_lost_whole(run, id, restored.rev - 1);
		return good ? HANSARD_OK : error_memory(error);
	}
	if (one_of_all && status == HANSARD_INVALID && strcmp(cause.kind, "nothing_lost") == 0)
		return HANSARD_OK;
	if (one_of_all && vault_elsewhere(&cause)) /* declared by its name alone: the run goes past it */
		return add_elsewhere(run, id) ? HANSARD_OK : error_memory(error);
	if (one_of_all && status == HANSARD_NOT_FOUND)
		status = write_lacking(run, id, &cause);
	if (one_of_all && status != HANSARD_OK && is_of_one(&cause)) {
		good = left_add(&run->left, id, &cause);
		status = HANSARD_OK;
	}
	if (!good)
		return error_memory(error);
	if (status != HANSARD_OK && error != NULL)
		*error = cause;
	return status;
}

/* Takes the dialogues of the store that no mark names: of another store they may be, too. */
static enum hansard_status take_unmarked(struct restoring *run, struct hansard_error *error)
{
	struct hansard *store = run->request->store;
	const struct vault_marks *marks = &store->marks.slots;
	const struct text tenant = vault_tenant(store->vault);
	struct analytics_request wanted = {.tenant = tenant, .limit = 500, .cursor = TEXT_ABSENT};
	struct analytics_page page;
	do {
		enum hansard_status status =
			store->engine->analytics->partitions(store->engine, &wanted, run->request->arena, &page, error);
		for (size_t i = 0; status == HANSARD_OK && i < page.count; i++) {
			struct vault_mark mark;
			const struct vault_mark_place place = {.tenant = tenant, .dialogue_id = page.items[i].dialogue_id};
			struct hansard_error cause = {0};
			status = marks->read(marks->context, place, &mark, &cause);
			if (status != HANSARD_OK && marks_at_fault(&cause)) { /* there is one, and it was taken by its name */
				status = HANSARD_OK;
				continue;
			}
			if (status != HANSARD_OK && error != NULL)
				*error = cause;
			if (status == HANSARD_OK && mark.rev == 0 && take_id(run, place.dialogue_id) != HANSARD_OK)
				status = error_memory(error);
		}
		if (status != HANSARD_OK)
			return status;
		wanted.cursor = page.next;
	} while (text_present(page.next));
	return HANSARD_OK;
}

/* Whether a dialogue of exactly this id was seen here. */
static bool is_marked(struct hansard *store, struct text id)
{
	struct vault_mark mark = {.rev = 0};
	const struct vault_mark_place place = {.tenant = vault_tenant(store->vault), .dialogue_id = id};
	const struct vault_marks *marks = &store->marks.slots;
	return slug_valid(id, LIMIT_DIALOGUE_ID) && marks->read(marks->context, place, &mark, NULL) == HANSARD_OK &&
		   mark.rev > 0;
}

static enum hansard_status find_lost(struct restoring *run, const char *name, struct hansard_error *error)
{
	struct hansard *store = run->request->store;
	const struct vault_marks *marks = &store->marks.slots;
	struct text id;
	if (name == NULL) {
		const enum hansard_status status =
			marks->list(marks->context, vault_tenant(store->vault), take_id, run, &run->unlisted);
		if (status == HANSARD_OK || status == HANSARD_INVALID)
			return take_unmarked(run, error);
		if (run->unlisted.status == HANSARD_OK) /* an id that there was no memory for */
			return error_memory(error);
		if (error != NULL)
			*error = run->unlisted;
		return status;
	}
	struct hansard_error cause = {0};
	enum hansard_status status = session_find(run->request, name, &id, &cause);
	if (status == HANSARD_VIOLATED && strcmp(cause.kind, VAULT_HEAD_MISSING) == 0 &&
		is_marked(store, text_of_string(name))) {
		id = text_of_string(name);
		status = HANSARD_OK;
	}
	if (status == HANSARD_OK && (run->retired || run->moved) && !text_equal(id, text_of_string(name))) {
		status = error_set(
			&cause, HANSARD_USAGE, "usage",
			"--%s is of one dialogue, named by its whole id: \"" ERROR_TEXT "\" is short for \"" ERROR_TEXT "\"",
			run->moved ? "moved" : "retired", ERROR_TEXT_ARGS(text_of_string(name)), ERROR_TEXT_ARGS(id));
		error_hint(&cause, "look at it first: hansard log " ERROR_TEXT " --restored", ERROR_TEXT_ARGS(id));
	}
	if (status != HANSARD_OK) {
		if (error != NULL)
			*error = cause;
		return status;
	}
	return take_id(run, id) == HANSARD_OK ? HANSARD_OK : error_memory(error);
}

/* An erasure that was never seen here is in no mark. */
static bool write_restored(struct restoring *run)
{
	struct session_request *request = run->request;
	const char *nothing = run->restored > 0 || run->declared
							  ? "Nothing was written. To declare it, run it again without --dry-run."
							  : "Nothing was written, and nothing would be declared.";
	if (run->declared)
		return !run->dry_run || report_fold(request, 0, "%s", nothing);
	char gone[64] = "", left[64] = "";
	if (run->lacking > 0)
		snprintf(gone, sizeof(gone), ", %zu gone and not declared: name each", run->lacking);
	if (run->left.count > 0)
		snprintf(left, sizeof(left), ", %zu left out", run->left.count);
	return report_left(request, &run->left, NULL) == HANSARD_OK &&
		   report_fold(request, 0, "%zu dialogue%s %srestored%s%s", run->restored, count_s(run->restored),
					   run->dry_run ? "would be " : "", left, gone) &&
		   (run->elsewhere_count == 0 ||
			report_fold(
				request, 0,
				"%zu %s moved to another store and %s left as %s: hansard verify names %s. Only where that store is "
				"lost: hansard backup --restored --moved ID",
				run->elsewhere_count, count_were(run->elsewhere_count), count_are(run->elsewhere_count),
				count_word(run->elsewhere_count, "it is", "they are"),
				count_word(run->elsewhere_count, "it", "them"))) &&
		   (!run->lost || run->dry_run ||
			report_fold(request, 0,
						"What was erased since the copy was made is erased no more: of what was seen here it says so "
						"above, of anything else nowhere.")) &&
		   (!run->dry_run || report_fold(request, 0, "%s", nothing));
}

static bool find_kept(struct restoring *run)
{
	struct text_list left;
	return (run->lacking == 0 && !run->lost && !run->declared) ||
		   leftovers_paths(run->request->arena, &run->request->store->settings, &run->kept, &left);
}

static bool say_kept(const struct restoring *run)
{
	bool good =
		run->kept.count == 0 || report_fold(run->request, 0, "What is lost may still be in what backup --put kept:");
	for (size_t i = 0; good && i < run->kept.count; i++) {
		const struct text path = session_clean(run->request, run->kept.items[i]);
		good = report_fold(run->request, 2, "- " ERROR_TEXT, ERROR_TEXT_ARGS(path));
	}
	return good;
}

static bool write_answer(struct restoring *run)
{
	if (!find_kept(run))
		return false;
	if (!run->as_json)
		return write_restored(run) && say_kept(run);
	answer_end(&run->answer);
	answer_integer(&run->answer, "lacking", (int64_t)run->lacking);
	answer_array(&run->answer, "lacking_dialogues");
	for (size_t i = 0; i < run->lacking; i++) {
		answer_object(&run->answer, NULL);
		answer_text(&run->answer, "dialogue_id", run->gone[i].id);
		answer_integer(&run->answer, "seen_rev", run->gone[i].seen_rev);
		answer_end(&run->answer);
	}
	answer_end(&run->answer);
	const struct text_list elsewhere = {
		.items = run->elsewhere, .count = run->elsewhere_count, .present = run->elsewhere_count > 0};
	answer_texts(&run->answer, "moved", &elsewhere);
	if (run->kept.count > 0)
		answer_texts(&run->answer, "kept", &run->kept);
	view_write_left(&run->answer, &run->left);
	return answer_finish(&run->answer, NULL) == HANSARD_OK;
}

static enum hansard_status restore(struct session_request *request, const struct hansard_restored_request *asked,
								   struct hansard_error *error)
{
	const char *name = asked->dialogue;
	struct restoring run = {.request = request,
							.as_json = request->store->options.format == HANSARD_JSON,
							.dry_run = asked->dry_run,
							.retired = asked->retired,
							.moved = asked->moved,
							.left = {.arena = request->arena}};
	enum hansard_status status = find_lost(&run, name, error);
	if (run.as_json) {
		answer_begin(&run.answer, &request->out, "restored");
		answer_boolean(&run.answer, "dry_run", run.dry_run);
		answer_array(&run.answer, "dialogues");
	}
	for (size_t i = 0; status == HANSARD_OK && i < run.count; i++)
		status = restore_one(&run, run.ids[i], name == NULL, error);
	/* What was done is told, whatever ended the run. */
	if (status != HANSARD_OK && run.restored + run.left.count == 0 && !run.declared) {
		request->out.size = 0;
		return status;
	}
	if (!write_answer(&run)) {
		request->out.size = 0;
		return error_memory(error);
	}
	request->answered = true;
	if (status == HANSARD_OK)
		status = left_conclude(&run.left, error);
	if (status == HANSARD_OK && run.lacking > 0) {
		status = error_set(error, HANSARD_VIOLATED, VAULT_HEAD_MISSING,
						   "%zu dialogue%s that %s seen here %s gone and not declared lost", run.lacking,
						   count_s(run.lacking), count_were(run.lacking), count_are(run.lacking));
		error_hint(error, "where a backup has it: %s; where none has: hansard backup --restored ID",
				   request->store->engine->remedies->put_back);
	}
	if (status == HANSARD_OK && run.unlisted.status != HANSARD_OK) {
		if (error != NULL)
			*error = run.unlisted;
		status = run.unlisted.status;
	}
	return status;
}

enum hansard_status hansard_backup_restored(struct hansard *store, const struct hansard_restored_request *asked,
											struct hansard_output *ret_out, struct hansard_error *error)
{
	struct session_request request;
	const bool keeps = store->marks.read_only;
	enum hansard_status status = session_begin(&request, store, error);
	told_clear(&store->told);
	if (status == HANSARD_OK && (asked->retired || asked->moved) && asked->dialogue == NULL) {
		status = error_set(error, HANSARD_USAGE, "usage", "--%s is of one dialogue, named by its whole id",
						   asked->moved ? "moved" : "retired");
		error_hint(error, "%s one by one: hansard log ID --restored",
				   asked->moved ? "what was moved to a store that is lost is looked at"
								: "what a retired key alone has signed is looked at");
	}
	store->marks.read_only =
		keeps || asked->dry_run; /* those of other dialogues, which a name is looked up among, too */
	if (status == HANSARD_OK)
		status = restore(&request, asked, error);
	store->marks.read_only = keeps;
	status = session_finish(&request, status, ret_out, error);
	if (ret_out == NULL || ret_out->data == NULL) /* nobody was told anything */
		told_clear(&store->told);
	return status;
}
