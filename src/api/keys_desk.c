/*
 * The frame of the operations on keys.
 */
#include "keys_desk.h"

#include "audit.h"
#include "error.h"
#include "keyring_lock.h"

/* The settings of the store that is found, or of the user where none is and none was named. */
static enum hansard_status read_settings(struct keys_desk *desk, struct hansard_error *error)
{
	struct hansard_error cause = {0};
	enum hansard_status status = settings_locate(desk->request.arena, desk->options, &desk->settings, &cause);
	const bool named =
		desk->options->store != NULL || settings_variable(desk->options->platform, "HANSARD_STORE").size > 0;
	if (status == HANSARD_NO_STORE && !named) {
		desk->settings.folder = TEXT_ABSENT;
		status = HANSARD_OK;
	}
	if (status != HANSARD_OK) {
		if (error != NULL)
			*error = cause;
		return status;
	}
	return settings_read(desk->request.arena, desk->options, &desk->settings, error);
}

enum hansard_status keys_desk_begin(struct keys_desk *desk, const struct hansard_options *options,
									struct hansard_error *error)
{
	*desk = (struct keys_desk){.options = options, .as_json = options->format == HANSARD_JSON};
	enum hansard_status status = session_begin(&desk->request, NULL, error);
	if (status == HANSARD_OK)
		status = session_options(options, error);
	if (status == HANSARD_OK)
		status = read_settings(desk, error);
	if (status == HANSARD_OK)
		status = settings_keys_folder(desk->request.arena, options->platform, &desk->settings, &desk->folder, error);
	desk->keys = (struct keys_request){.arena = desk->request.arena, .options = options, .settings = &desk->settings};
	return status;
}

enum hansard_status keys_desk_finish(struct keys_desk *desk, enum hansard_status status, struct hansard_output *ret_out,
									 struct hansard_error *error)
{
	return session_finish(&desk->request, status, ret_out, error);
}

/* Whether a passphrase is wanted and now there is one. */
static bool ask(const struct keys_desk *desk, enum hansard_status status, const struct hansard_error *cause,
				struct keyring_file_options *options, struct keys_passphrase *passphrase)
{
	if (status != HANSARD_WRONG_KEY || strcmp(cause->kind, "passphrase_needed") != 0 ||
		!keys_ask(desk->options, desk->folder, false, passphrase))
		return false;
	options->passphrase = keys_passphrase_text(passphrase);
	return true;
}

enum hansard_status keys_desk_try(struct keys_desk *desk, const struct keyring_path_file *file,
								  struct keys_passphrase *passphrase, struct hansard_error *error)
{
	struct keyring_file_options options = {
		.folder = desk->folder, .passphrase = keys_passphrase_text(passphrase), .kept = &passphrase->kept};
	struct keyring_file_found found = {.exists = false};
	struct hansard_error cause = {0};
	enum hansard_status status = keyring_file_look(&options, file->kind, file->older, &found, &cause);
	if (ask(desk, status, &cause, &options, passphrase))
		status = keyring_file_look(&options, file->kind, file->older, &found, &cause);
	secret_wipe(&found, sizeof(found));
	if (status != HANSARD_OK && error != NULL)
		*error = cause;
	return status;
}

/* All of a folder at one moment; whoever has not locked it does so for that moment: what is half brought in is no set. */
static enum hansard_status take(const struct keys_desk *desk, const struct keyring_file_options *options,
								struct key_bundle *bundle, struct hansard_error *error)
{
	int lock = -1;
	enum hansard_status status = desk->locked ? HANSARD_OK : keyring_lock_take(desk->folder, &lock, error);
	if (status == HANSARD_OK)
		status = keyring_file_take(options, bundle, error);
	keyring_lock_give(lock);
	return status;
}

enum hansard_status keys_desk_take(struct keys_desk *desk, struct keys_passphrase *passphrase,
								   struct key_bundle *bundle, struct hansard_error *error)
{
	struct keyring_file_options options = {
		.folder = desk->folder, .passphrase = keys_passphrase_text(passphrase), .kept = &passphrase->kept};
	struct hansard_error cause = {0};
	enum hansard_status status = take(desk, &options, bundle, &cause);
	if (ask(desk, status, &cause, &options, passphrase))
		status = take(desk, &options, bundle, &cause);
	if (status != HANSARD_OK && error != NULL)
		*error = cause;
	return status;
}

enum hansard_status keys_desk_all(struct keys_desk *desk, struct keys_passphrase *passphrase, struct key_bundle *bundle,
								  struct hansard_error *error)
{
	enum hansard_status status = keys_desk_take(desk, passphrase, bundle, error);
	for (enum key_file_kind kind = KEY_FILE_UMK; status == HANSARD_OK && kind <= KEY_FILE_SIGNING; kind++) {
		const struct key_bundle_key *newest = key_bundle_newest(bundle, kind);
		if (newest != NULL && newest->older == 0)
			continue;
		status = error_set(error, HANSARD_WRONG_KEY, "no_key", "there is no %.*s/%s", (int)desk->folder.size,
						   desk->folder.data, keyring_path_key(kind, 0));
		if (newest != NULL)
			error_hint(
				error,
				"%s is there, and not the key that takes over from it: put that back, or bring it: hansard keys import, or keys "
				"recover; only where it is lost, or a rotation ended on the way to it: hansard keys rotate%s",
				keyring_path_key(kind, newest->older), kind == KEY_FILE_SIGNING ? " --signing" : "");
		else
			error_hint(error, "bring it in first: hansard keys import FILE, or hansard keys recover");
	}
	return status;
}

enum hansard_status keys_desk_record(const struct keys_desk *desk, struct keyring *keyring, struct hansard_error *error)
{
	struct audit audit = {.hash = NULL};
	const struct vault_audit *slot = NULL;
	struct key_kek_id id;
	enum hansard_status status = HANSARD_OK;
	for (bool begun = false; status == HANSARD_OK && keyring_take_derived(keyring, &id); begun = true) {
		if (!begun)
			status = audit_begin(&audit, desk->request.arena, desk->options, &desk->settings, &slot, error);
		const struct vault_audit_event event = {.use = VAULT_USE_DERIVE,
												.key_id = {.data = id.hex, .size = KEY_ID_SIZE},
												.count = 1,
												.outcome = VAULT_OUTCOME_SUCCESS};
		if (status == HANSARD_OK && slot != NULL)
			status = slot->record(slot->context, &event, error);
	}
	audit_finish(&audit);
	return status;
}

struct text keys_desk_line(struct keys_desk *desk, const struct sign_public *public)
{
	uint8_t data[256];
	struct text line = TEXT("?");
	struct buffer out = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	if (!sign_public_write(public, &out) || !arena_copy_text(desk->request.arena, buffer_text(&out), &line))
		desk->request.exhausted = true;
	return line;
}

void keys_desk_answer(struct keys_desk *desk, const char *key, const struct keyring_list *list)
{
	struct text lines[KEYRING_LIST_ROOM];
	for (size_t i = 0; i < list->count; i++)
		lines[i] = keys_desk_line(desk, &list->keys[i]);
	const struct text_list texts = {.items = lines, .count = list->count, .present = true};
	answer_texts(&desk->answer, key, &texts);
}
