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
#include "keyring_list.h"
#include "keyring_lock.h"
#include "keyring_make.h"
#include "keys_rotate_say.h"
#include "limits.h"

static enum hansard_status reopen(struct keys_rotation *run, struct hansard_error *error)
{
	hansard_close(run->store);
	run->store = NULL;
	const enum hansard_status status = hansard_open(run->desk->options, &run->store, error);
	run->desk->request.store = run->store;
	return status;
}

/* Which files of this kind there are. */
static void look(const struct keys_rotation *run, bool *ret_newest, bool *ret_older)
{
	struct keyring_list_file files[KEYRING_PATH_FILES];
	keyring_list_look(run->desk->folder, files);
	*ret_newest = keyring_list_has(files, run->asked->signing ? "signing" : "umk");
	*ret_older = keyring_list_has(files, run->asked->signing ? "signing.1" : "umk.1");
}

/* The file whose passphrase a new key is put behind: the newest of its kind, or of the other kind where there is none of its own. */
static const struct keyring_path_file *beside(const struct keys_rotation *run)
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
static enum hansard_status make_key(struct keys_rotation *run, struct hansard_error *error)
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
static bool retires_anyway(const struct keys_rotation *run)
{
	return run->asked->retire && run->asked->resume;
}

/* Whether a rotation goes on over a dialogue that this befell: over a head, too, under a name that no dialogue can have. */
static bool is_left(const struct keys_rotation *run, struct hansard_error *cause)
{
	if (cause->status == HANSARD_NOT_FOUND) {
		cause->status = HANSARD_VIOLATED;
		error_hint(cause, "a head is listed that no dialogue has: hansard verify");
	}
	return left_takes(cause) || (cause->status == HANSARD_CONFLICT && retires_anyway(run));
}

/* Whether a rotation that was begun is not finished: a dialogue is wrapped under an older KEK, or two keys sign. */
static enum hansard_status unfinished(struct keys_rotation *run, bool *ret_unfinished, struct hansard_error *error)
{
	bool newest, older;
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
	enum vault_wrapped wrapped = VAULT_WRAPPED_NONE;
	size_t readable = 0;
	for (size_t i = 0; status == HANSARD_OK && wrapped != VAULT_WRAPPED_OLDER && i < run->heads.count; i++) {
		status = vault_wrapped(run->store->vault, run->heads.ids[i], &wrapped, &cause);
		readable += (status == HANSARD_OK && wrapped != VAULT_WRAPPED_NONE) || vault_elsewhere(&cause);
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
	*ret_unfinished = wrapped == VAULT_WRAPPED_OLDER;
	return status;
}

/* One commit on one dialogue where it needs one, on top of whatever others commit meanwhile. */
static enum hansard_status commit_one(struct keys_rotation *run, struct text id, struct vault_resigned *ret_done,
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

/* Whether a dialogue cannot even be read here because it goes on in another store. One that is only on its way there is left out; and by a
   rotation of the signing key any, since that key does not retire before what goes on elsewhere is signed there. */
static bool goes_on_elsewhere(const struct keys_rotation *run, struct text id)
{
	struct hansard_error cause = {.status = HANSARD_OK};
	enum vault_wrapped wrapped;
	return vault_wrapped(run->store->vault, id, &wrapped, &cause) != HANSARD_OK && vault_elsewhere(&cause);
}

static enum hansard_status rotate_one(struct keys_rotation *run, struct text id, struct hansard_error *error)
{
	struct hansard_error cause = {0};
	struct vault_resigned done;
	const enum hansard_status status = commit_one(run, id, &done, &cause);
	if (status == HANSARD_INVALID && strcmp(cause.kind, "erased") == 0) {
		run->erased++;
		return HANSARD_OK;
	}
	if (!run->asked->signing && vault_elsewhere(&cause) && goes_on_elsewhere(run, id)) {
		run->moved++;
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
				   run->changed, run->heads.count, count_s(run->heads.count),
				   count_are(keys_rotate_say_verb(run, run->changed)));
	}
	return status;
}

static enum hansard_status rotate_all(struct keys_rotation *run, struct hansard_error *error)
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
static enum hansard_status rotate_until_done(struct keys_rotation *run, struct hansard_error *error)
{
	enum hansard_status status =
		keyring_watch_drain(run->desk->folder, run->asked->signing ? KEY_FILE_SIGNING : KEY_FILE_UMK, error);
	for (int pass = 0; status == HANSARD_OK && pass < LIMIT_KEYS_PASSES; pass++) {
		const size_t before = run->changed;
		run->erased = run->moved = 0;
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
static enum hansard_status count_waiting(struct keys_rotation *run, struct hansard_error *error)
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
static enum hansard_status retire(struct keys_rotation *run, struct hansard_error *error)
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

/* Where there is no key at all the keys are elsewhere, and one that was made here would stand in the way when they are brought. */
static enum hansard_status check_keys(const struct keys_rotation *run, struct hansard_error *error)
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

/* What the UMKs that are there open, whether they may wrap or not. */
struct opened {
	size_t count;
	struct hansard_error lack; /* of the first that does not open for want of a key */
};

/* Looks at all dialogues, or until one opens where the first is enough. A broken one says nothing of keys, and neither does an erased one. */
static enum hansard_status try_to_open(struct keys_rotation *run, bool first, struct opened *ret_opened,
									   struct hansard_error *error)
{
	struct opened opened = {.count = 0};
	enum hansard_status status = HANSARD_OK;
	for (size_t i = 0; status == HANSARD_OK && i < run->heads.count && !(first && opened.count > 0); i++) {
		struct hansard_error cause = {0};
		enum vault_wrapped wrapped = VAULT_WRAPPED_NONE;
		status = vault_wrapped(run->store->vault, run->heads.ids[i], &wrapped, &cause);
		const bool known = status == HANSARD_WRONG_KEY && strcmp(cause.kind, "no_newest_key") == 0;
		const bool lacks = status == HANSARD_WRONG_KEY && !known;
		opened.count += known || (status == HANSARD_OK && wrapped != VAULT_WRAPPED_NONE);
		if (lacks && opened.lack.status == HANSARD_OK)
			opened.lack = cause;
		if (status == HANSARD_OK || known || lacks || is_left(run, &cause))
			status = HANSARD_OK;
		else if (error != NULL)
			*error = cause;
	}
	*ret_opened = opened;
	return status;
}

/* A UMK that is missing was being made only where all that is sealed opens with those that it takes over from. Otherwise it is elsewhere,
   and a new one in its place would stand in its way. */
static enum hansard_status check_begun(struct keys_rotation *run, bool half, struct hansard_error *error)
{
	struct opened opened = {.count = 0};
	const enum hansard_status status = half ? try_to_open(run, false, &opened, error) : HANSARD_OK;
	if (status != HANSARD_OK || (opened.count > 0 && opened.lack.status == HANSARD_OK))
		return status;
	error_set(error, HANSARD_WRONG_KEY, "no_newest_key",
			  "umk is missing, and nothing in this store shows a rotation that was begun");
	error_hint(error, "%s; nothing was made", keyring_newest_remedy);
	return HANSARD_WRONG_KEY;
}

/* A signing key signs what is sealed, and with other keys than the store's nothing is. */
static enum hansard_status check_sealing(struct keys_rotation *run, struct hansard_error *error)
{
	struct opened opened = {.count = 0};
	enum hansard_status status = keyring_check_newest(run->store->keyring, error);
	if (status == HANSARD_OK)
		status = try_to_open(run, true, &opened, error);
	if (status != HANSARD_OK || opened.count > 0 || opened.lack.status == HANSARD_OK)
		return status;
	if (error != NULL)
		*error = opened.lack;
	return opened.lack.status;
}

/* Whether the rotation that is asked for can begin, or go on, with the keys that are there. `makes`: it makes one. */
static enum hansard_status check_umks(struct keys_rotation *run, bool newest, bool makes, struct hansard_error *error)
{
	if (run->asked->signing)
		return makes ? check_sealing(run, error) : HANSARD_OK;
	return run->asked->resume && !newest ? check_begun(run, makes, error) : HANSARD_OK;
}

static enum hansard_status rotate_keys(struct keys_rotation *run, struct hansard_error *error)
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
	const bool makes = !run->going && !run->asked->retire && (half || !run->asked->resume);
	if (status == HANSARD_OK)
		status = check_umks(run, newest, makes, error);
	if (status == HANSARD_OK && makes)
		status = make_key(run, error);
	if (status == HANSARD_OK)
		status = rotate_until_done(run, error);
	if (status == HANSARD_OK && run->asked->signing)
		status = retire(run, error);
	if (status == HANSARD_OK)
		status = keys_rotate_say_report(run, error);
	return status == HANSARD_OK ? keys_rotate_say_left(run, error) : status;
}

static enum hansard_status rotate(struct keys_rotation *run, struct hansard_error *error)
{
	const enum hansard_status status = rotate_keys(run, error);
	if (status != HANSARD_OK)
		keys_rotate_say_made(run, error);
	return status;
}

/* A new generation of one dialogue. */
static enum hansard_status renew(struct keys_rotation *run, struct hansard_error *error)
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
	struct keys_rotation run = {.desk = &desk, .asked = asked};
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
