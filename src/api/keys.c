/*
 * Opening and making keys by configuration.
 */
#include "keys.h"

#include "disk.h"
#include "error.h"
#include "keyring_file.h"
#include "keyring_list.h"
#include "keyring_lock.h"
#include "keyring_make.h"
#include "limits.h"
#include "session.h"

bool keys_ask(const struct hansard_options *options, struct text what, bool new_one,
			  struct keys_passphrase *ret_passphrase)
{
	char shown[512];
	ret_passphrase->size = 0;
	ret_passphrase->kept = (struct passphrase_kept){.there = false};
	if (options->passphrase == NULL)
		return false;
	snprintf(shown, sizeof(shown), "%.*s", (int)(what.size < 400 ? what.size : 400), what.data);
	if (options->passphrase(options->passphrase_context, shown, new_one, ret_passphrase->characters,
							&ret_passphrase->size) &&
		ret_passphrase->size > 0)
		return true;
	ret_passphrase->size = 0;
	return false;
}

struct text keys_passphrase_text(const struct keys_passphrase *passphrase)
{
	return passphrase->size > 0 ? (struct text){.data = passphrase->characters, .size = passphrase->size} : TEXT_ABSENT;
}

enum hansard_status keys_no_passphrase(struct hansard_error *error)
{
	error_set(error, HANSARD_USAGE, "no_passphrase", "no passphrase was given to wrap the keys with");
	error_hint(error, "give it at the prompt, with --password-command, or on a descriptor with --password-fd");
	return HANSARD_USAGE;
}

static enum hansard_status add_epochs(struct keyring *keyring, const struct settings *settings,
									  struct hansard_error *error)
{
	int64_t epochs[SETTINGS_EPOCHS];
	size_t count;
	enum hansard_status status = HANSARD_OK;
	if (!settings_epochs(settings, epochs, &count))
		return error_set(error, HANSARD_INVALID, "invalid_configuration", "an epoch is a number from 1");
	for (size_t i = 1; status == HANSARD_OK && i < count; i++)
		status = keyring_add_epoch(keyring, epochs[i], error);
	return status;
}

/* A keyring of public keys: no file is read. */
static enum hansard_status open_public(const struct keys_request *request, struct keyring **ret_keyring,
									   struct hansard_error *error)
{
	struct keyring_list list = {.count = 0};
	struct keyring *keyring = NULL;
	const struct keyring_options options = {.tenant = request->settings->values[SETTINGS_TENANT].value, .epoch = 1};
	enum hansard_status status = keyring_list_parse(text_of_string(request->options->public_keys), &list, error);
	if (status == HANSARD_OK)
		status = keyring_create(&options, &keyring, error);
	for (size_t i = 0; status == HANSARD_OK && i < list.count; i++)
		status = keyring_trust(keyring, &list.keys[i], error);
	if (status == HANSARD_OK)
		*ret_keyring = keyring;
	else
		keyring_destroy(keyring);
	return status;
}

/* The tenant, and the epoch that new wraps are made under. */
static struct keyring_options configured(const struct settings *settings)
{
	int64_t epochs[SETTINGS_EPOCHS] = {1};
	size_t count;
	(void)settings_epochs(settings, epochs, &count);
	return (struct keyring_options){.tenant = settings->values[SETTINGS_TENANT].value, .epoch = epochs[0]};
}

/* What is read, and where to. */
struct reading {
	struct text folder;
	struct keyring *beside;      /* that it is to take the place of, or NULL */
	struct keyring_watch *watch; /* or NULL */
};

static enum hansard_status read_files(const struct keys_request *request, const struct reading *reading,
									  struct keyring **ret_keyring, struct hansard_error *error)
{
	struct keys_passphrase passphrase = {.size = 0};
	struct hansard_error cause = {0};
	struct keyring *keyring = NULL;
	struct keyring_watch watch = KEYRING_WATCH_NONE;
	struct keyring_file_options options = {.folder = reading->folder, .passphrase = TEXT_ABSENT, .watch = &watch};
	options.keyring = configured(request->settings);
	options.keyring.beside = reading->beside;
	enum hansard_status status = keyring_file_open(&options, &keyring, &cause);
	if (status == HANSARD_WRONG_KEY && strcmp(cause.kind, "passphrase_needed") == 0 &&
		keys_ask(request->options, options.folder, false, &passphrase)) {
		options.passphrase = keys_passphrase_text(&passphrase);
		status = keyring_file_open(&options, &keyring, &cause);
	}
	secret_wipe(&passphrase, sizeof(passphrase));
	if (status != HANSARD_OK && error != NULL)
		*error = cause;
	if (status == HANSARD_OK)
		status = add_epochs(keyring, request->settings, error);
	if (status == HANSARD_OK && reading->watch != NULL)
		*reading->watch = watch;
	else
		keyring_watch_finish(&watch);
	if (status == HANSARD_OK)
		*ret_keyring = keyring;
	else
		keyring_destroy(keyring);
	return status;
}

enum hansard_status keys_open(const struct keys_request *request, struct keyring_watch *watch,
							  struct keyring **ret_keyring, struct hansard_error *error)
{
	struct reading reading = {.watch = watch};
	if (request->options->public_keys != NULL) {
		if (watch != NULL)
			*watch = KEYRING_WATCH_NONE;
		return open_public(request, ret_keyring, error);
	}
	const enum hansard_status status =
		settings_keys_folder(request->arena, request->options->platform, request->settings, &reading.folder, error);
	return status == HANSARD_OK ? read_files(request, &reading, ret_keyring, error) : status;
}

enum hansard_status keys_of_bundle(const struct keys_request *request, const struct key_bundle *bundle,
								   struct keyring **ret_keyring, struct hansard_error *error)
{
	const struct keyring_options options = configured(request->settings);
	struct keyring *keyring;
	enum hansard_status status = keyring_file_of_bundle(&options, bundle, &keyring, error);
	if (status != HANSARD_OK)
		return status;
	status = add_epochs(keyring, request->settings, error);
	if (status == HANSARD_OK)
		*ret_keyring = keyring;
	else
		keyring_destroy(keyring);
	return status;
}

/* Reads the files again where they are not what they were. */
static enum hansard_status guard_refresh(void *context, bool *ret_changed, struct hansard_error *error)
{
	struct keys_guard *guard = context;
	struct keyring_watch watch;
	struct keyring *fresh;
	const struct reading reading = {.folder = guard->folder, .beside = guard->keyring, .watch = &watch};
	*ret_changed = false;
	if (keyring_watch_same(&guard->watch, guard->folder))
		return HANSARD_OK;
	const enum hansard_status status = read_files(&guard->request, &reading, &fresh, error);
	if (status != HANSARD_OK)
		return status;
	keyring_replace(guard->keyring, fresh);
	keyring_watch_finish(&guard->watch);
	guard->watch = watch;
	*ret_changed = true;
	return HANSARD_OK;
}

static enum hansard_status guard_commit(void *context, bool *ret_changed, struct hansard_error *error)
{
	struct keys_guard *guard = context;
	*ret_changed = false;
	for (int look = 0; look < LIMIT_KEYS_LOOKS; look++) {
		bool same, changed;
		enum hansard_status status = keyring_watch_lock(&guard->watch, guard->folder, &same, error);
		if (status != HANSARD_OK || same)
			return status;
		status = guard_refresh(guard, &changed, error);
		if (status != HANSARD_OK)
			return status;
		*ret_changed = *ret_changed || changed;
	}
	return keyring_lock_busy(guard->folder, error);
}

static void guard_end(void *context)
{
	const struct keys_guard *guard = context;
	keyring_watch_unlock(&guard->watch);
}

enum hansard_status keys_guard_begin(struct keys_guard *guard, const struct keys_request *request,
									 struct keyring **ret_keyring, struct hansard_error *error)
{
	struct keys_guard begun = {.request = *request, .watch = KEYRING_WATCH_NONE, .slots = {.context = guard}};
	enum hansard_status status = HANSARD_OK;
	begun.slots.refresh = guard_refresh;
	begun.slots.begin = guard_commit;
	begun.slots.end = guard_end;
	if (request->options->public_keys == NULL)
		status =
			settings_keys_folder(request->arena, request->options->platform, request->settings, &begun.folder, error);
	if (status == HANSARD_OK)
		status = keys_open(request, &begun.watch, &begun.keyring, error);
	if (status != HANSARD_OK)
		return status;
	*guard = begun;
	*ret_keyring = begun.keyring;
	return HANSARD_OK;
}

void keys_guard_finish(struct keys_guard *guard)
{
	if (guard->keyring != NULL)
		keyring_watch_finish(&guard->watch);
	guard->keyring = NULL;
}

const struct vault_guard *keys_guard_slots(const struct keys_guard *guard)
{
	return text_present(guard->folder) ? &guard->slots : NULL;
}

struct text keys_signer_name(struct arena *arena, struct text principal)
{
	struct text name = TEXT("hansard");
	char *made = arena_allocate(arena, SIGN_NAME_LIMIT);
	size_t size = 0;
	for (size_t i = 0; made != NULL && i < principal.size && size < SIGN_NAME_LIMIT; i++) {
		const char c = principal.data[i];
		const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
		if (letter || (c >= 'A' && c <= 'Z'))
			made[size++] = letter ? c : (char)(c - 'A' + 'a');
	}
	if (size > 0)
		name = (struct text){.data = made, .size = size};
	return name;
}

/* What there is of a set of keys. */
struct set {
	bool umk, signing;
	bool turning; /* the signing key that another takes over from */
	bool other;   /* older keys, or lists: the folder was used */
	bool wrapped; /* the UMK */
	bool plain;   /* a key is there, and no key file is behind a passphrase */
};

static struct set look(struct text folder)
{
	struct keyring_list_file files[KEYRING_PATH_FILES];
	struct set set = {.umk = false};
	bool key = false, wrapped = false;
	keyring_list_look(folder, files);
	for (size_t i = 0; i < KEYRING_PATH_FILES; i++) {
		key = key || (files[i].exists && keyring_path_files[i].kind != 0);
		wrapped = wrapped || files[i].wrapped;
		const bool umk = strcmp(files[i].name, "umk") == 0, signing = strcmp(files[i].name, "signing") == 0;
		set.umk = set.umk || (umk && files[i].exists);
		set.wrapped = set.wrapped || (umk && files[i].wrapped);
		set.signing = set.signing || (signing && files[i].exists);
		set.turning = set.turning || (strcmp(files[i].name, "signing.1") == 0 && files[i].exists);
		set.other = set.other || (!umk && !signing && files[i].exists);
	}
	set.plain = key && !wrapped;
	return set;
}

/* Whoever has a UMK gets the signing key to write with. Where there is none the folder was not used: its UMK may be elsewhere. */
static bool is_makeable(const struct set *set)
{
	return !set->signing && !set->turning && (set->umk || !set->other);
}

enum hansard_status keys_lack_signing(const struct keys_request *request, bool *ret_lack, struct hansard_error *error)
{
	struct text folder;
	const enum hansard_status status =
		settings_keys_folder(request->arena, request->options->platform, request->settings, &folder, error);
	if (status != HANSARD_OK)
		return status;
	const struct set set = look(folder);
	*ret_lack = set.umk && is_makeable(&set);
	return HANSARD_OK;
}

/* Keys that are there are not put behind a passphrase by making a store. */
static enum hansard_status check_wrapping(const struct keys_request *request, struct text folder, const struct set *set,
										  struct hansard_error *error)
{
	if (!request->options->wrap_keys || !set->plain)
		return HANSARD_OK;
	error_set(error, HANSARD_CONFLICT, "keys_exist", "there are keys in " ERROR_TEXT " already, behind no passphrase",
			  ERROR_TEXT_ARGS(folder));
	error_hint(
		error,
		"put them behind one: hansard keys passphrase; then make the store without --wrap-keys; nothing was made");
	return HANSARD_CONFLICT;
}

enum hansard_status keys_check(const struct keys_request *request, struct hansard_error *error)
{
	struct text folder;
	const enum hansard_status status =
		settings_keys_folder(request->arena, request->options->platform, request->settings, &folder, error);
	if (status != HANSARD_OK)
		return status;
	const struct set set = look(folder);
	return check_wrapping(request, folder, &set, error);
}

/* The passphrase of a UMK that is there, which has to open it, or the one that new files are put behind. */
static enum hansard_status ask_for(const struct keys_request *request, struct text folder, const struct set *set,
								   struct keys_passphrase *passphrase, struct hansard_error *error)
{
	const bool known = set->umk && set->wrapped;
	if (!known && !request->options->wrap_keys)
		return HANSARD_OK;
	if (!keys_ask(request->options, folder, !known, passphrase)) {
		if (!known)
			return keys_no_passphrase(error);
		error_set(error, HANSARD_WRONG_KEY, "passphrase_needed",
				  "the UMK that is there is behind a passphrase, and none was given");
		error_hint(error, "give it at the prompt, with --password-command, or on a descriptor with --password-fd");
		return HANSARD_WRONG_KEY;
	}
	if (!known)
		return HANSARD_OK;
	const struct keyring_file_options options = {
		.folder = folder, .passphrase = keys_passphrase_text(passphrase), .kept = &passphrase->kept};
	struct key_bundle_key found = {.name_size = 0};
	const enum hansard_status status = keyring_file_get(&options, KEY_FILE_UMK, &found, error);
	secret_wipe(&found, sizeof(found));
	return status;
}

/* Makes what is missing; looked at again under the lock, because another may have made it while a passphrase was typed, and behind none. */
static enum hansard_status make_missing(const struct keys_request *request,
										const struct keyring_make_creation *creation, const struct keyring_watch *watch,
										bool umk, bool *ret_made, struct hansard_error *error)
{
	int lock = -1;
	size_t folders;
	enum hansard_status status = disk_make_folder(creation->folder, true, &folders, error);
	if (status == HANSARD_OK)
		status = keyring_lock_take(creation->folder, &lock, error);
	const struct set now = look(creation->folder);
	if (status == HANSARD_OK)
		status = check_wrapping(request, creation->folder, &now, error);
	const bool wanted = status == HANSARD_OK && is_makeable(&now) && now.umk == umk;
	if (wanted && !keyring_watch_same(watch, creation->folder)) { /* its UMK may be behind another passphrase by now */
		status = error_set(error, HANSARD_BUSY, "keys_busy",
						   "the keys in " ERROR_TEXT " were changed by another process at the same time",
						   ERROR_TEXT_ARGS(creation->folder));
		error_hint(error, "no key was made: run it again");
	} else if (wanted) {
		status = now.umk ? keyring_make_signing(creation, error) : keyring_make_both(creation, error);
	}
	*ret_made = wanted && status == HANSARD_OK;
	keyring_lock_give(lock);
	return status;
}

enum hansard_status keys_make(const struct keys_request *request, struct keys_made *ret_made,
							  struct hansard_error *error)
{
	struct keyring_make_creation creation = {
		.signer = keys_signer_name(request->arena, request->settings->values[SETTINGS_PRINCIPAL].value),
		.passphrase = TEXT_ABSENT,
		.entropy = backend_entropy(request->options->platform),
	};
	struct keys_passphrase passphrase = {.size = 0};
	struct keys_made made = {.missing = TEXT_ABSENT};
	enum hansard_status status =
		settings_keys_folder(request->arena, request->options->platform, request->settings, &creation.folder, error);
	if (status != HANSARD_OK)
		return status;
	made.folder = creation.folder;
	struct keyring_watch watch;
	keyring_watch_begin(&watch, creation.folder);
	const struct set before = look(creation.folder);
	status = check_wrapping(request, creation.folder, &before, error);
	if (status == HANSARD_OK && is_makeable(&before)) {
		status = ask_for(request, creation.folder, &before, &passphrase, error);
		creation.passphrase = keys_passphrase_text(&passphrase);
		creation.kept = &passphrase.kept;
		if (status == HANSARD_OK)
			status = make_missing(request, &creation, &watch, before.umk, &made.made, error);
		made.signing = made.made && before.umk;
		secret_wipe(&passphrase, sizeof(passphrase));
	}
	keyring_watch_finish(&watch);
	const struct set after = look(creation.folder);
	made.made = made.made || (status != HANSARD_OK && (after.umk > before.umk || after.signing > before.signing));
	if (!after.umk || !after.signing)
		made.missing = after.umk ? TEXT("signing") : TEXT("umk");
	*ret_made = made;
	return status;
}
