/*
 * Rotation, under the lock of the folder of keys from the first look to the end. A new key is put beside the old one; commits that were
 * begun before that are waited for, so that from then on every writer has both. Then dialogue after dialogue gets one commit, and all are
 * looked at again until there is nothing left to be done. Each commit says by itself whether it is done, so a run that was killed goes on
 * where it was when the same is asked for again.
 *
 * A signing key is rotated in two steps, so that its line can reach everybody in between. What there is says how far it has come:
 *
 *     signing              one key signs; the first step begins here
 *     signing.1            killed on the way to the new key: the first step makes it
 *     signing, signing.1   both sign; the first step goes over all dialogues and waits, the second goes over them and retires signing.1
 *
 * A line of the old key in `receipts` beside signing.1 is a second step that was killed: the same again.
 */
#include "count.h"
#include "error.h"
#include "gone.h"
#include "keyring_list.h"
#include "keyring_lock.h"
#include "keyring_make.h"
#include "keys_desk.h"
#include "limits.h"
#include "report.h"

struct rotating {
	struct keys_desk *desk;
	const struct hansard_rotate_request *asked;
	struct hansard *store;
	struct gone_heads heads; /* of all dialogues */
	size_t changed, erased;
	size_t mended;               /* heads that a retired key alone had signed */
	struct left_list left;       /* in the latest pass */
	size_t waiting;              /* of these, not broken: heads that were believed and lack the new signature */
	bool made;                   /* a new key */
	bool going;                  /* on with a rotation that was begun */
	bool two;                    /* there are two signing keys */
	struct sign_public new, old; /* of the two, by age */
	bool retired;                /* the old one */
};

static enum hansard_status reopen(struct rotating *run, struct hansard_error *error)
{
	hansard_close(run->store);
	run->store = NULL;
	const enum hansard_status status = hansard_open(run->desk->options, &run->store, error);
	run->desk->request.store = run->store;
	return status;
}

/* The number that the verb behind "N of M dialogues" goes by: that of one of one is never plural. */
static size_t verb_of(const struct rotating *run, size_t count)
{
	return run->heads.count == 1 ? 1 : count;
}

/* Which files of this kind there are. */
static void look(const struct rotating *run, bool *ret_newest, bool *ret_older)
{
	struct keyring_list_file files[KEYRING_PATH_FILES];
	keyring_list_look(run->desk->folder, files);
	*ret_newest = keyring_list_has(files, run->asked->signing ? "signing" : "umk");
	*ret_older = keyring_list_has(files, run->asked->signing ? "signing.1" : "umk.1");
}

/* The file whose passphrase a new key is put behind: the newest of its kind, or of the other kind where there is none of its own. */
static const struct keyring_path_file *beside(const struct rotating *run)
{
	struct keyring_list_file files[KEYRING_PATH_FILES];
	const struct keyring_path_file *other = NULL;
	keyring_list_look(run->desk->folder, files);
	for (size_t i = 0; i < KEYRING_PATH_FILES; i++) {
		const struct keyring_path_file *file = &keyring_path_files[i];
		if (!files[i].exists || file->kind == 0)
			continue;
		if ((file->kind == KEY_FILE_SIGNING) == run->asked->signing)
			return file;
		other = other == NULL ? file : other;
	}
	return other;
}

/* Draws a key and puts it beside the old one, behind the same passphrase. */
static enum hansard_status make_key(struct rotating *run, struct hansard_error *error)
{
	struct keys_desk *desk = run->desk;
	struct keys_passphrase passphrase = {.size = 0};
	uint8_t secret[SECRET_SIZE];
	int number;
	bool newest, older;
	look(run, &newest, &older);
	const struct keyring_path_file *file = beside(run);
	struct keyring_make_secret request = {
		.folder = desk->folder,
		.kind = run->asked->signing ? KEY_FILE_SIGNING : KEY_FILE_UMK,
		.name = run->asked->signing
					? keys_signer_name(desk->request.arena, desk->settings.values[SETTINGS_PRINCIPAL].value)
					: TEXT_ABSENT,
		.passphrase = TEXT_ABSENT,
		.entropy = backend_entropy(desk->options->platform),
		.place = newest ? KEYRING_MAKE_NEWEST : KEYRING_MAKE_ONLY,
	};
	/* The old key retires into that list at the end. */
	enum hansard_status status =
		run->asked->signing ? keyring_list_room(desk->folder, "receipts", NULL, 1, error) : HANSARD_OK;
	if (status == HANSARD_OK && file != NULL) {
		/* Opened with it first: a key behind a mistyped passphrase would be lost. */
		status = keys_desk_try(desk, file, &passphrase, error);
		request.passphrase = keys_passphrase_text(&passphrase);
		request.kept = &passphrase.kept;
	}
	if (status == HANSARD_OK && !request.entropy.fill(request.entropy.context, secret, sizeof(secret)))
		status = error_set(error, HANSARD_FAILED, "no_entropy", "the system gives no randomness");
	if (status == HANSARD_OK)
		status = keyring_make_put(&request, secret, &number, error);
	secret_wipe(secret, sizeof(secret));
	secret_wipe(&passphrase, sizeof(passphrase));
	run->made = status == HANSARD_OK;
	return status == HANSARD_OK ? reopen(run, error) : status;
}

/* Whether the old signing key retires whatever can be done first: whoever has it could go on writing for ever. */
static bool retires_anyway(const struct rotating *run)
{
	return run->asked->retire && run->asked->resume;
}

/* Whether a rotation goes on over a dialogue that this befell: over a head, too, under a name that no dialogue can have. */
static bool is_left(const struct rotating *run, struct hansard_error *cause)
{
	if (cause->status == HANSARD_NOT_FOUND) {
		cause->status = HANSARD_VIOLATED;
		error_hint(cause, "a head is listed that no dialogue has: hansard verify");
	}
	return left_takes(cause) || (cause->status == HANSARD_CONFLICT && retires_anyway(run));
}

/* Whether a rotation that was begun is not finished: a dialogue is wrapped under an older KEK, or two keys sign. */
static enum hansard_status unfinished(struct rotating *run, bool *ret_unfinished, struct hansard_error *error)
{
	bool newest, older, current = true;
	enum hansard_status status = HANSARD_OK;
	look(run, &newest, &older);
	if (!newest) {
		*ret_unfinished = false;
		return HANSARD_OK;
	}
	if (run->asked->signing) {
		*ret_unfinished = older;
		return HANSARD_OK;
	}
	struct hansard_error first = {0}, cause = {0};
	size_t readable = 0;
	for (size_t i = 0; status == HANSARD_OK && current && i < run->heads.count; i++) {
		status = vault_wrapped(run->store->vault, run->heads.ids[i], &current, &cause);
		readable += status == HANSARD_OK;
		if (status != HANSARD_OK && is_left(run, &cause)) { /* broken ones say nothing of it */
			first = first.status == HANSARD_OK ? cause : first;
			status = HANSARD_OK;
		}
	}
	if (status == HANSARD_OK && readable == 0 && run->heads.count > 0) { /* these are other keys than the store's */
		status = first.status;
		cause = first;
	}
	if (status != HANSARD_OK && error != NULL)
		*error = cause;
	*ret_unfinished = !current;
	return status;
}

/* One commit on one dialogue where it needs one, on top of whatever others commit meanwhile. */
static enum hansard_status commit_one(struct rotating *run, struct text id, struct vault_resigned *ret_done,
									  struct hansard_error *error)
{
	struct vault *vault = run->store->vault;
	enum hansard_status status = HANSARD_CONFLICT;
	for (int attempt = 0; status == HANSARD_CONFLICT && attempt < LIMIT_KEYS_ATTEMPTS; attempt++) {
		if (attempt > 0)
			keyring_lock_pause();
		*ret_done = (struct vault_resigned){.rev = 0};
		status = run->asked->signing
					 ? vault_resign(vault, id, run->asked->resume && !run->asked->retire, ret_done, error)
					 : vault_rewrap(vault, id, false, &ret_done->rev, error);
	}
	return status;
}

static enum hansard_status rotate_one(struct rotating *run, struct text id, struct hansard_error *error)
{
	struct hansard_error cause = {0};
	struct vault_resigned done;
	const enum hansard_status status = commit_one(run, id, &done, &cause);
	if (status == HANSARD_INVALID && strcmp(cause.kind, "erased") == 0) {
		run->erased++;
		return HANSARD_OK;
	}
	if (status == HANSARD_OK && done.rev > 0) {
		run->changed++;
		run->mended += done.retired ? 1 : 0;
	}
	if (is_left(run, &cause))
		return left_add(&run->left, id, &cause) ? HANSARD_OK : error_memory(error);
	if (status != HANSARD_OK && error != NULL) {
		*error = cause;
		error_hint(error,
				   "%zu of %zu dialogue%s %s done; mend this, then run it again with --resume: it goes on where it was",
				   run->changed, run->heads.count, count_s(run->heads.count), count_are(verb_of(run, run->changed)));
	}
	return status;
}

static enum hansard_status rotate_all(struct rotating *run, struct hansard_error *error)
{
	const struct hansard_options *options = run->desk->options;
	enum hansard_status status = HANSARD_OK;
	for (size_t i = 0; status == HANSARD_OK && i < run->heads.count; i++) {
		if (options->progress != NULL)
			options->progress(options->progress_context, run->asked->signing ? "signing" : "rewrapping", i,
							  run->heads.count);
		status = rotate_one(run, run->heads.ids[i], error);
	}
	return status;
}

/* Passes over all dialogues, those that were begun meanwhile included, until one finds nothing that can be done. */
static enum hansard_status rotate_until_done(struct rotating *run, struct hansard_error *error)
{
	enum hansard_status status =
		keyring_watch_drain(run->desk->folder, run->asked->signing ? KEY_FILE_SIGNING : KEY_FILE_UMK, error);
	for (int pass = 0; status == HANSARD_OK && pass < LIMIT_KEYS_PASSES; pass++) {
		const size_t before = run->changed;
		run->erased = 0;
		run->left = (struct left_list){.arena = run->desk->request.arena};
		status = gone_list(run->store, run->desk->request.arena, &run->heads, error);
		if (status == HANSARD_OK)
			status = rotate_all(run, error);
		if (status == HANSARD_OK && (run->changed == before || retires_anyway(run)))
			return HANSARD_OK;
	}
	if (status != HANSARD_OK)
		return status;
	error_set(error, HANSARD_BUSY, "keys_in_use",
			  "dialogues are still written to with the older key alone: it stays in use");
	error_hint(error,
			   "end programs of older releases, and on other machines bring the new key; then hansard keys rotate%s",
			   !run->asked->signing ? " --resume"
			   : run->asked->retire ? " --signing --retire, or with --resume, too, whatever is still written"
									: " --signing --resume");
	return HANSARD_BUSY;
}

/* Of the dialogues that were left, those that are not broken, and whose heads the older key alone vouches for. What was put back is
   broken, too: once that is declared a retired key is believed of it. */
static enum hansard_status count_waiting(struct rotating *run, struct hansard_error *error)
{
	enum hansard_status status = HANSARD_OK;
	for (size_t i = 0; status == HANSARD_OK && i < run->left.count; i++) {
		const struct left *left = &run->left.items[i];
		bool lacks = false;
		if (left->status != HANSARD_VIOLATED)
			status = vault_signature_lacks(run->store->vault, left->id, &lacks, error);
		run->waiting += lacks;
	}
	return status;
}

/* The older signing key where that is asked for, once every head has both signatures. Asked to finish, too, it is not kept in use for
   what is broken, since nothing of that is believed, nor for what could not be signed: whoever had that key could make such heads for
   ever, and once what is missing is there, they are signed anew as of a retired key. */
static enum hansard_status retire(struct rotating *run, struct hansard_error *error)
{
	const struct note_signers signers = keyring_signers(run->store->keyring);
	bool newest, older;
	run->two = signers.count > 1;
	look(run, &newest, &older);
	if (!run->two && newest && older && run->asked->signing) {
		error_set(error, HANSARD_CONFLICT, "keys_exist", "%.*s/signing.1 holds the same key as signing",
				  (int)run->desk->folder.size, run->desk->folder.data);
		error_hint(error, "take that file away: nothing takes over from anything, and nothing retires");
		return HANSARD_CONFLICT;
	}
	if (!run->two)
		return HANSARD_OK;
	run->new = *sign_key_public(signers.keys[0]);
	run->old = *sign_key_public(signers.keys[1]);
	enum hansard_status status = count_waiting(run, error);
	if (status != HANSARD_OK || !run->asked->retire || (run->left.count > 0 && !run->asked->resume))
		return status;
	status = keyring_list_retire(run->desk->folder, &run->old, error);
	run->retired = status == HANSARD_OK;
	return status;
}

/* The old signing key was to retire, and is kept in use for what was left. */
static bool keeps(const struct rotating *run)
{
	return run->two && run->asked->retire && !run->retired;
}

/* What was left and why, and what that means for the older key. What mends it says the error. */
static bool say_left(struct rotating *run)
{
	struct session_request *request = &run->desk->request;
	if (run->left.count == 0)
		return true;
	bool good = report_left(request, &run->left, NULL) == HANSARD_OK;
	if (good && run->waiting > 0)
		good = session_say(request, "  %zu of them %s not broken: %s %s believed by the old key alone\n", run->waiting,
						   count_are(run->waiting), count_word(run->waiting, "its head", "their heads"),
						   run->retired ? count_were(run->waiting) : count_are(run->waiting));
	if (good && keeps(run))
		good = session_say(request, "  Until they are mended the old key stays in use\n"
									"  To retire it all the same: hansard keys rotate --signing --retire --resume\n");
	return good;
}

/* Whether all were left for one reason with a remedy of its own. Of what is not as it was committed verify knows more. */
static bool one_cause(const struct left_list *left)
{
	bool one = strcmp(left->worst.kind, "integrity_violated") != 0 && left->worst.hint[0] != '\0';
	for (size_t i = 0; i < left->count; i++)
		one = one && text_is(left->items[i].kind, left->worst.kind);
	return one;
}

/* The error that left dialogues are. A reader of text has been told which and why: he is told what mends them, and what to run then. */
static enum hansard_status conclude(const struct rotating *run, struct hansard_error *error)
{
	const struct left_list *left = &run->left;
	const char *again = !run->asked->signing        ? "keys rotate --resume"
						: keeps(run)                ? "keys rotate --signing --retire"
						: run->two && !run->retired ? "keys rotate --signing"
													: "keys rotate --signing --resume";
	if (left->count == 0 || run->desk->as_json)
		return left_conclude(left, error);
	error_set(error, left->worst.status, left->worst.kind, "%zu of %zu dialogue%s %s left out", left->count,
			  run->heads.count, count_s(run->heads.count), count_are(left->count));
	if (one_cause(left))
		error_hint(error, "%s; then run hansard %s", left->worst.hint, again);
	else if (left->count == 1)
		error_hint(error, "hansard verify " ERROR_TEXT " says what mends it; then run hansard %s",
				   ERROR_TEXT_ARGS(left->worst_id), again);
	else
		error_hint(error, "hansard verify ID says of each what mends it; then run hansard %s", again);
	return left->worst.status;
}

/* What is to be done about the signing keys. */
static bool say_signing(struct rotating *run)
{
	struct session_request *request = &run->desk->request;
	if (!run->two)
		return !run->asked->retire ||
			   session_say(request, "%s  A new one is made by hansard keys rotate --signing\n",
						   run->changed > 0 ? "  One key signs here: there is none to retire\n" : "");
	const struct text line = keys_desk_line(run->desk, run->retired ? &run->old : &run->new);
	if (run->retired)
		return session_say(request, "  The old key is believed of receipts alone:\n  %.*s\n", (int)line.size,
						   line.data) &&
			   report_fold(
				   request, 2,
				   "Dialogues of other stores and tenants that it signed are signed anew there by hansard keys rotate "
				   "--signing --resume. Of a backup from before each dialogue is declared by itself: hansard backup --restored "
				   "--retired ID") &&
			   report_fold(
				   request, 2,
				   "Words and exports from before are out of date: brought to a machine without keys they make the old "
				   "key sign again, and it is believed there. Write the words down anew: hansard keys words; export "
				   "anew: hansard keys export FILE; and destroy the others.");
	return report_fold(
			   request, 2,
			   "Both keys sign until the old one retires. Whoever reads with a list of his own needs the line of the "
			   "new one:") &&
		   session_say(request, "  hansard keys trust %.*s\n", (int)line.size, line.data) &&
		   (run->asked->retire ||
			session_say(request, "  Once everybody has it: hansard keys rotate --signing --retire\n"));
}

static const char *first_words(const struct rotating *run)
{
	if (run->made)
		return run->asked->signing ? "Made a new signing key" : "Made a new UMK";
	if (run->retired)
		return "Retired the old signing key";
	return "Went on with the rotation that was begun";
}

/* What the keys are, and how many dialogues were written to. */
static bool say_first(struct rotating *run)
{
	struct session_request *request = &run->desk->request;
	const char *done = run->asked->signing ? "signed anew" : "rewrapped";
	if (run->retired && run->changed == 0 && run->left.count == 0)
		return session_say(request, "%s; all %zu dialogue%s %s signed by the new one\n", first_words(run),
						   run->heads.count, count_s(run->heads.count), count_are(run->heads.count));
	if (run->made || run->retired || run->changed > 0)
		return session_say(request, "%s; %zu of %zu dialogue%s %s %s\n", first_words(run), run->changed,
						   run->heads.count, count_s(run->heads.count), count_were(verb_of(run, run->changed)), done);
	const size_t ready = run->heads.count - run->erased - run->left.count;
	if (run->asked->retire && !run->two)
		return session_say(request, "One key signs here: there is none to retire\n");
	return session_say(request, "%s; %zu of %zu dialogue%s %s as %s should be\n",
					   run->left.count > 0 ? "Nothing more could be done" : "Nothing was left to be done", ready,
					   run->heads.count, count_s(run->heads.count), count_are(verb_of(run, ready)),
					   count_word(verb_of(run, ready), "it", "they"));
}

static enum hansard_status say(struct rotating *run, struct hansard_error *error)
{
	struct session_request *request = &run->desk->request;
	const char *kind = run->asked->signing ? "signing" : "umk";
	bool good = say_first(run);
	if (good && run->erased > 0)
		good = session_say(request, "  %zu more %s erased: %s no keys\n", run->erased, count_are(run->erased),
						   count_word(run->erased, "it has", "they have"));
	if (good && run->mended > 0)
		good = session_say(
			request,
			"  %zu of them had been signed by a retired key alone: look at what was written last, hansard log ID\n",
			run->mended);
	if (good && (run->made || (run->going && !run->retired)))
		good = session_say(request, "  %s `%s` and write its words down: hansard keys words\n",
						   run->made ? "Back up" : "Unless that was done since it was made, back up", kind);
	if (good && run->made && !run->asked->signing)
		good = report_fold(
			request, 2,
			"The old UMK stays as umk.1: backups, and other stores with these keys, open with it. A rotation takes "
			"nothing back from who had it; keys rotate --dialogue ID protects what is written from then on.");
	if (good && run->asked->signing)
		good = say_signing(run);
	return good && say_left(run) ? HANSARD_OK : error_memory(error);
}

static enum hansard_status report(struct rotating *run, struct hansard_error *error)
{
	struct answer *answer = &run->desk->answer;
	run->desk->request.written = true;
	if (!run->desk->as_json) {
		const enum hansard_status status = say(run, error);
		run->desk->request.answered = status == HANSARD_OK;
		return status;
	}
	answer_begin(answer, &run->desk->request.out, "keys_rotated");
	answer_string(answer, "key", run->asked->signing ? "signing" : "umk");
	answer_boolean(answer, "made", run->made);
	answer_integer(answer, "dialogues", (int64_t)run->heads.count);
	answer_integer(answer, "changed", (int64_t)run->changed);
	answer_integer(answer, "erased", (int64_t)run->erased);
	answer_integer(answer, "mended", (int64_t)run->mended);
	if (run->retired)
		answer_text(answer, "retired", keys_desk_line(run->desk, &run->old));
	if (run->two && !run->retired)
		answer_text(answer, "trust", keys_desk_line(run->desk, &run->new));
	answer_integer(answer, "waiting", (int64_t)run->waiting);
	view_write_left(answer, &run->left);
	const enum hansard_status status = answer_finish(answer, error);
	run->desk->request.answered = status == HANSARD_OK;
	return status;
}

/* Where there is no key at all the keys are elsewhere, and one that was made here would stand in the way when they are brought. */
static enum hansard_status check_keys(const struct rotating *run, struct hansard_error *error)
{
	struct keyring_list_file files[KEYRING_PATH_FILES];
	keyring_list_look(run->desk->folder, files);
	for (size_t i = 0; i < KEYRING_PATH_FILES; i++)
		if (files[i].exists && keyring_path_files[i].kind != 0)
			return HANSARD_OK;
	error_set(error, HANSARD_WRONG_KEY, "no_key", "there are no keys in " ERROR_TEXT,
			  ERROR_TEXT_ARGS(run->desk->folder));
	error_hint(error, "bring them: hansard keys import FILE, or hansard keys recover; nothing was made");
	return HANSARD_WRONG_KEY;
}

/* A rotation that fails leaves the key that it has made, and nobody but this error says so. */
static void say_made(const struct rotating *run, struct hansard_error *error)
{
	char hint[HANSARD_ERROR_HINT_SIZE];
	if (error == NULL || run->desk->request.answered || (!run->made && !run->going) || run->retired)
		return;
	memcpy(hint, error->hint, sizeof(hint));
	error_hint(error, "%s%s%s `%s` and write its words down: hansard keys words", hint, hint[0] != '\0' ? "; " : "",
			   run->made ? "a new key was made: back up" : "unless that was done since it was made, back up",
			   run->asked->signing ? "signing" : "umk");
}

static enum hansard_status rotate_keys(struct rotating *run, struct hansard_error *error)
{
	bool newest, older;
	look(run, &newest, &older);
	const bool half = older && !newest; /* killed between making room for the new key and making it */
	enum hansard_status status = check_keys(run, error);
	if (status == HANSARD_OK)
		status = gone_list(run->store, run->desk->request.arena, &run->heads, error);
	if (status == HANSARD_OK)
		status = unfinished(run, &run->going, error);
	if (status == HANSARD_OK && run->asked->retire && half) {
		error_set(error, HANSARD_INVALID, "no_new_key", "the key that takes over from signing.1 was not made yet");
		error_hint(error, "make it first: hansard keys rotate --signing");
		return HANSARD_INVALID;
	}
	if (status == HANSARD_OK && !run->going && !run->asked->retire && (half || !run->asked->resume))
		status = make_key(run, error);
	if (status == HANSARD_OK)
		status = rotate_until_done(run, error);
	if (status == HANSARD_OK && run->asked->signing)
		status = retire(run, error);
	if (status == HANSARD_OK)
		status = report(run, error);
	return status == HANSARD_OK ? conclude(run, error) : status;
}

static enum hansard_status rotate(struct rotating *run, struct hansard_error *error)
{
	const enum hansard_status status = rotate_keys(run, error);
	if (status != HANSARD_OK)
		say_made(run, error);
	return status;
}

/* A new generation of one dialogue. */
static enum hansard_status renew(struct rotating *run, struct hansard_error *error)
{
	struct session_request *request = &run->desk->request;
	struct vault_state *state;
	int64_t rev;
	enum hansard_status status = session_state(request, run->asked->dialogue, &state, error);
	if (status == HANSARD_OK)
		status = vault_renew(run->store->vault, state->dialogue_id, &rev, error);
	if (status != HANSARD_OK)
		return status;
	request->written = true;
	if (run->desk->as_json) {
		answer_begin(&run->desk->answer, &request->out, "keys_renewed");
		answer_text(&run->desk->answer, "dialogue_id", state->dialogue_id);
		answer_integer(&run->desk->answer, "rev", rev);
		return answer_finish(&run->desk->answer, error);
	}
	return session_say(request,
					   "%.*s has a new key from commit %" PRId64 " on; what stood before keeps the one it has\n",
					   (int)state->dialogue_id.size, state->dialogue_id.data, rev)
			   ? HANSARD_OK
			   : error_memory(error);
}

enum hansard_status hansard_keys_rotate(const struct hansard_options *options,
										const struct hansard_rotate_request *asked, struct hansard_output *ret_out,
										struct hansard_error *error)
{
	struct keys_desk desk;
	struct rotating run = {.desk = &desk, .asked = asked};
	int lock = -1;
	enum hansard_status status = keys_desk_begin(&desk, options, error);
	if (status == HANSARD_OK && asked->dialogue != NULL && (asked->signing || asked->resume || asked->retire))
		status = error_set(error, HANSARD_USAGE, "usage", "a dialogue's key is rotated by itself");
	if (status == HANSARD_OK && asked->retire && !asked->signing)
		status = error_set(error, HANSARD_USAGE, "usage", "it is the old signing key that retires: --signing --retire");
	if (status == HANSARD_OK && options->read_only)
		status =
			error_set(error, HANSARD_USAGE, "usage", "a rotation writes to every dialogue: it cannot be read-only");
	if (status == HANSARD_OK && asked->dialogue == NULL) /* a dialogue's key is changed by a commit, and in no folder */
		status = keyring_lock_take(desk.folder, &lock, error);
	if (status == HANSARD_OK)
		status = reopen(&run, error);
	if (status == HANSARD_OK)
		status = asked->dialogue != NULL ? renew(&run, error) : rotate(&run, error);
	status = keys_desk_finish(&desk, status, ret_out, error);
	hansard_close(run.store);
	keyring_lock_give(lock);
	return status;
}
