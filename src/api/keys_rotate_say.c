/*
 * The words of a rotation.
 */
#include "keys_rotate_say.h"

#include "count.h"
#include "error.h"
#include "keyring_list.h"

size_t keys_rotate_say_verb(const struct keys_rotation *run, size_t count)
{
	return run->heads.count == 1 ? 1 : count;
}

/* The old signing key was to retire, and is kept in use for what was left. */
static bool keeps(const struct keys_rotation *run)
{
	return run->two && run->asked->retire && !run->retired;
}

/* What was left and why, and what that means for the older key. What mends it says the error. */
static bool say_left(struct keys_rotation *run)
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

enum hansard_status keys_rotate_say_left(const struct keys_rotation *run, struct hansard_error *error)
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
static bool say_signing(struct keys_rotation *run)
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

static const char *first_words(const struct keys_rotation *run)
{
	if (run->made)
		return run->asked->signing ? "Made a new signing key" : "Made a new UMK";
	if (run->retired)
		return "Retired the old signing key";
	return "Went on with the rotation that was begun";
}

/* What the keys are, and how many dialogues were written to. */
static bool say_first(struct keys_rotation *run)
{
	struct session_request *request = &run->desk->request;
	const char *done = run->asked->signing ? "signed anew" : "rewrapped";
	if (run->retired && run->changed == 0 && run->left.count == 0)
		return session_say(request, "%s; all %zu dialogue%s %s signed by the new one\n", first_words(run),
						   run->heads.count, count_s(run->heads.count), count_are(run->heads.count));
	if (run->made || run->retired || run->changed > 0)
		return session_say(request, "%s; %zu of %zu dialogue%s %s %s\n", first_words(run), run->changed,
						   run->heads.count, count_s(run->heads.count),
						   count_were(keys_rotate_say_verb(run, run->changed)), done);
	const size_t ready = run->heads.count - run->erased - run->moved - run->left.count;
	if (run->asked->retire && !run->two)
		return session_say(request, "One key signs here: there is none to retire\n");
	return session_say(request, "%s; %zu of %zu dialogue%s %s as %s should be\n",
					   run->left.count > 0 ? "Nothing more could be done" : "Nothing was left to be done", ready,
					   run->heads.count, count_s(run->heads.count), count_are(keys_rotate_say_verb(run, ready)),
					   count_word(keys_rotate_say_verb(run, ready), "it", "they"));
}

/* Where the UMK was lost no older one is there. */
static bool has_older(const struct keys_rotation *run)
{
	struct keyring_list_file files[KEYRING_PATH_FILES];
	keyring_list_look(run->desk->folder, files);
	return keyring_list_has(files, "umk.1");
}

static enum hansard_status say(struct keys_rotation *run, struct hansard_error *error)
{
	struct session_request *request = &run->desk->request;
	const char *kind = run->asked->signing ? "signing" : "umk";
	bool good = say_first(run);
	if (good && run->erased > 0)
		good = session_say(request, "  %zu more %s erased: %s no keys\n", run->erased, count_are(run->erased),
						   count_word(run->erased, "it has", "they have"));
	if (good && run->moved > 0)
		good = session_say(request, "  %zu more %s moved to another store: rotate there what is written there\n",
						   run->moved, count_were(run->moved));
	if (good && run->mended > 0)
		good = session_say(
			request,
			"  %zu of them had been signed by a retired key alone: look at what was written last, hansard log ID\n",
			run->mended);
	if (good && (run->made || (run->going && !run->retired)))
		good = session_say(request, "  %s `%s` and write its words down: hansard keys words\n",
						   run->made ? "Back up" : "Unless that was done since it was made, back up", kind);
	if (good && run->made && !run->asked->signing && has_older(run))
		good = report_fold(
			request, 2,
			"The old UMK stays as umk.1: backups, and other stores with these keys, open with it. A rotation takes "
			"nothing back from who had it; keys rotate --dialogue ID protects what is written from then on.");
	if (good && run->asked->signing)
		good = say_signing(run);
	return good && say_left(run) ? HANSARD_OK : error_memory(error);
}

enum hansard_status keys_rotate_say_report(struct keys_rotation *run, struct hansard_error *error)
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
	answer_integer(answer, "moved", (int64_t)run->moved);
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

void keys_rotate_say_made(const struct keys_rotation *run, struct hansard_error *error)
{
	char hint[HANSARD_ERROR_HINT_SIZE];
	if (error == NULL || run->desk->request.answered || (!run->made && !run->going) || run->retired)
		return;
	memcpy(hint, error->hint, sizeof(hint));
	error_hint(error, "%s%s%s `%s` and write its words down: hansard keys words", hint, hint[0] != '\0' ? "; " : "",
			   run->made ? "a new key was made: back up" : "unless that was done since it was made, back up",
			   run->asked->signing ? "signing" : "umk");
}
