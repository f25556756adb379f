/*
 * Bringing keys in, under the lock of the folder: first it is found out what is there, then files are written, one for each key that is
 * not. Killed in between, the same again finds the first there and makes the second.
 */
#include "keys_bring.h"

#include "disk.h"
#include "error.h"
#include "keyring_list.h"
#include "keyring_lock.h"
#include "keyring_make.h"

static struct text name_of(const struct key_bundle_key *key)
{
	return key->name_size > 0 ? (struct text){.data = key->name, .size = key->name_size} : TEXT_ABSENT;
}

/* Looks for a key among those of its kind that are there. */
static enum hansard_status find(struct keys_bring *bring, const struct key_bundle_key *key, int *ret_place,
								struct hansard_error *error)
{
	struct keyring_file_found wanted = {.kind = key->kind, .name_size = key->name_size};
	memcpy(wanted.secret, key->secret, SECRET_SIZE);
	memcpy(wanted.name, key->name, key->name_size);
	const enum hansard_status status = keys_desk_find(bring->desk, &wanted, &bring->theirs, ret_place, error);
	secret_wipe(&wanted, sizeof(wanted));
	return status;
}

/* A signing key that retired here signs no more. */
static enum hansard_status check_retired(const struct keys_bring *bring, const struct key_bundle_key *key,
										 struct hansard_error *error)
{
	struct keyring_list retired = {.count = 0};
	struct sign_key *signer;
	if (key->kind != KEY_FILE_SIGNING)
		return HANSARD_OK;
	enum hansard_status status = keyring_list_read(bring->desk->folder, "receipts", &retired, error);
	if (status != HANSARD_OK)
		return status;
	status = sign_key_create(name_of(key), key->secret, &signer, error);
	if (status != HANSARD_OK)
		return status;
	if (keyring_list_find(&retired, sign_key_public(signer)) != SIZE_MAX) {
		status = error_set(error, HANSARD_CONFLICT, "retired_key",
						   "this signing key has retired here: its line is in %.*s/receipts",
						   (int)bring->desk->folder.size, bring->desk->folder.data);
		error_hint(error,
				   "bring the one that took over from it: keys export where it was made, keys import --newer here");
	}
	sign_key_destroy(signer);
	return status;
}

static struct keyring_make_secret request_of(const struct keys_bring *bring, const struct key_bundle_key *key)
{
	return (struct keyring_make_secret){
		.folder = bring->desk->folder,
		.kind = key->kind,
		.name = name_of(key),
		.passphrase = TEXT_ABSENT,
		.entropy = backend_entropy(bring->desk->options->platform),
		.keep = bring->desk->options->newer_keys,
	};
}

/* Whether a key that is nowhere yet can be made. */
static enum hansard_status check_room(const struct keys_bring *bring, const struct key_bundle_key *key,
									  struct hansard_error *error)
{
	const struct keyring_make_secret request = request_of(bring, key);
	enum hansard_status status = check_retired(bring, key, error);
	if (status == HANSARD_OK)
		status = keyring_make_room(&request, error);
	if (status == HANSARD_OK && key->kind == KEY_FILE_SIGNING &&
		request.keep) /* the older one retires into that list */
		status = keyring_list_room(request.folder, "receipts", error);
	return status;
}

/* The passphrase of the files that are there, proved by a file that it opens. */
static enum hansard_status learn_theirs(struct keys_bring *bring,
										const struct keyring_list_file files[static KEYRING_PATH_FILES],
										struct hansard_error *error)
{
	enum hansard_status status = HANSARD_OK;
	for (size_t i = 0; status == HANSARD_OK && bring->theirs.size == 0 && i < KEYRING_PATH_FILES; i++) {
		const struct key_bundle_key none = {.kind = keyring_path_files[i].kind};
		int place;
		if (files[i].wrapped && none.kind != 0)
			status = find(bring, &none, &place, error);
	}
	return status;
}

/* What the new files are put behind; the caller sees that there are any. */
static enum hansard_status choose(struct keys_bring *bring, struct text *ret_passphrase, struct hansard_error *error)
{
	struct keys_desk *desk = bring->desk;
	struct keyring_list_file files[KEYRING_PATH_FILES];
	bool wrapped = false;
	keyring_list_look(desk->folder, files);
	for (size_t i = 0; i < KEYRING_PATH_FILES; i++)
		wrapped = wrapped || (keyring_path_files[i].kind != 0 && files[i].wrapped);
	*ret_passphrase = TEXT_ABSENT;
	bring->behind = "no passphrase";
	if (desk->options->plain_keys)
		return HANSARD_OK;
	if (wrapped) {
		const enum hansard_status status = learn_theirs(bring, files, error);
		*ret_passphrase = keys_passphrase_text(&bring->theirs);
		bring->behind = "the passphrase of the keys that were there";
		return status;
	}
	if (desk->options->wrap_keys && !keys_ask(desk->options, desk->folder, true, &bring->given))
		return keys_no_passphrase(error);
	if (bring->given.size > 0)
		bring->behind = desk->options->wrap_keys ? "the new passphrase" : "the passphrase that they came behind";
	*ret_passphrase = keys_passphrase_text(&bring->given);
	return HANSARD_OK;
}

/* Finds every key, and whether those that are nowhere can be made. */
static enum hansard_status examine(struct keys_bring *bring, bool *ret_any, struct hansard_error *error)
{
	struct keyring_list_file files[KEYRING_PATH_FILES];
	enum hansard_status status = HANSARD_OK;
	keyring_list_look(bring->desk->folder, files);
	*ret_any = false;
	for (size_t i = 0; status == HANSARD_OK && i < bring->count; i++) {
		const struct key_bundle_key *key = &bring->keys[i];
		status = find(bring, key, &bring->place[i], error);
		if (status != HANSARD_OK || bring->place[i] >= 0)
			continue;
		*ret_any = true;
		bring->older[i] = keyring_list_has(files, keyring_path_key(key->kind, 0));
		status = check_room(bring, key, error);
	}
	return status;
}

static enum hansard_status make(struct keys_bring *bring, struct hansard_error *error)
{
	struct text passphrase;
	bool any;
	enum hansard_status status = examine(bring, &any, error);
	if (status == HANSARD_OK && any)
		status = choose(bring, &passphrase, error);
	for (size_t i = 0; status == HANSARD_OK && i < bring->count; i++) {
		struct keyring_make_secret request = request_of(bring, &bring->keys[i]);
		if (bring->place[i] >= 0)
			continue;
		request.passphrase = passphrase;
		status = keyring_make_put(&request, bring->keys[i].secret, error);
	}
	return status;
}

/* What is to be done once a key has taken over from another. */
static bool say_next(struct keys_bring *bring)
{
	struct session_request *request = &bring->desk->request;
	bool good = true;
	for (size_t i = 0; good && i < bring->count; i++) {
		if (!bring->older[i])
			continue;
		if (bring->keys[i].kind == KEY_FILE_UMK)
			good = session_say(
				request, "  What is wrapped under the older UMK is wrapped anew by: hansard keys rotate --resume\n");
		else
			good = session_say(
				request,
				"  Both signing keys sign from now on. What the older one alone has signed is signed by both with\n"
				"  hansard keys rotate --signing --resume; it retires with hansard keys rotate --signing --retire\n");
	}
	return good;
}

static enum hansard_status say(struct keys_bring *bring, struct hansard_error *error)
{
	struct session_request *request = &bring->desk->request;
	const struct text folder = session_clean(request, bring->desk->folder);
	bool good = session_say(request, "Keys in %.*s\n", (int)folder.size, folder.data);
	for (size_t i = 0; good && i < bring->count; i++) {
		const enum key_file_kind kind = bring->keys[i].kind;
		const char *newest = keyring_path_key(kind, 0);
		if (bring->place[i] > 0)
			good = session_say(request, "  %-8s was there already, as an older one: %s\n", newest,
							   keyring_path_key(kind, bring->place[i]));
		else if (bring->place[i] == 0)
			good = session_say(request, "  %-8s was there already\n", newest);
		else
			good = session_say(request, "  %-8s made%s%s\n", newest,
							   bring->older[i] ? "; the one that was there stays as " : "",
							   bring->older[i] ? keyring_path_key(kind, 1) : "");
	}
	if (good && bring->behind != NULL)
		good = session_say(request, "  What was made is behind %s\n", bring->behind);
	return good && say_next(bring) ? HANSARD_OK : error_memory(error);
}

static enum hansard_status answer(struct keys_bring *bring, const char *kind, struct hansard_error *error)
{
	struct answer *answer = &bring->desk->answer;
	answer_begin(answer, &bring->desk->request.out, kind);
	answer_text(answer, "folder", bring->desk->folder);
	answer_array(answer, "keys");
	for (size_t i = 0; i < bring->count; i++) {
		const int place = bring->place[i] > 0 ? bring->place[i] : 0;
		answer_object(answer, NULL);
		answer_text(answer, "kind", key_file_kind_name(bring->keys[i].kind));
		answer_boolean(answer, "made", bring->place[i] < 0);
		answer_string(answer, "file", keyring_path_key(bring->keys[i].kind, place));
		answer_boolean(answer, "takes_over", bring->older[i]);
		answer_end(answer);
	}
	answer_end(answer);
	return answer_finish(answer, error);
}

enum hansard_status keys_bring_run(struct keys_bring *bring, const char *kind, struct hansard_error *error)
{
	struct keys_desk *desk = bring->desk;
	int lock = -1;
	size_t folders;
	if (desk->options->wrap_keys && desk->options->plain_keys) {
		error_set(error, HANSARD_USAGE, "usage", "keys are put behind a passphrase or behind none, not both");
		error_hint(error, "leave --wrap-keys or --no-passphrase away");
		return HANSARD_USAGE;
	}
	enum hansard_status status = disk_make_folder(desk->folder, true, &folders, error);
	if (status == HANSARD_OK)
		status = keyring_lock_take(desk->folder, &lock, error);
	if (status == HANSARD_OK)
		status = make(bring, error);
	keyring_lock_give(lock);
	if (status != HANSARD_OK)
		return status;
	return desk->as_json ? answer(bring, kind, error) : say(bring, error);
}
