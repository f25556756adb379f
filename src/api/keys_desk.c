/*
 * The frame of the operations on keys.
 */
#include "keys_desk.h"

#include "error.h"

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

enum hansard_status keys_desk_get(struct keys_desk *desk, enum key_file_kind kind, struct keys_passphrase *passphrase,
								  struct keyring_file_found *ret_found, struct hansard_error *error)
{
	struct keyring_file_options options = {.folder = desk->folder, .passphrase = keys_passphrase_text(passphrase)};
	struct hansard_error cause = {0};
	enum hansard_status status = keyring_file_get(&options, kind, ret_found, &cause);
	if (status == HANSARD_WRONG_KEY && strcmp(cause.kind, "passphrase_needed") == 0 &&
		keys_ask(desk->options, desk->folder, false, passphrase)) {
		options.passphrase = keys_passphrase_text(passphrase);
		status = keyring_file_get(&options, kind, ret_found, &cause);
	}
	if (status != HANSARD_OK && error != NULL)
		*error = cause;
	return status;
}

enum hansard_status keys_desk_find(struct keys_desk *desk, const struct keyring_file_found *wanted,
								   struct keys_passphrase *passphrase, int *ret_older, struct hansard_error *error)
{
	struct keyring_file_options options = {.folder = desk->folder, .passphrase = keys_passphrase_text(passphrase)};
	struct hansard_error cause = {0};
	enum hansard_status status = keyring_file_find(&options, wanted, ret_older, &cause);
	if (status == HANSARD_WRONG_KEY && strcmp(cause.kind, "passphrase_needed") == 0 &&
		keys_ask(desk->options, desk->folder, false, passphrase)) {
		options.passphrase = keys_passphrase_text(passphrase);
		status = keyring_file_find(&options, wanted, ret_older, &cause);
	}
	if (status != HANSARD_OK && error != NULL)
		*error = cause;
	return status;
}
