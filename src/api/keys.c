/*
 * Opening and making keys by configuration.
 */
#include "keys.h"

#include "error.h"
#include "keyring_file.h"
#include "keyring_list.h"
#include "session.h"

bool keys_ask(const struct hansard_options *options, struct text what, bool new_one,
			  struct keys_passphrase *ret_passphrase)
{
	char shown[512];
	ret_passphrase->size = 0;
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

enum hansard_status keys_open(const struct keys_request *request, struct keyring **ret_keyring,
							  struct hansard_error *error)
{
	int64_t epochs[SETTINGS_EPOCHS] = {1};
	size_t count;
	struct keys_passphrase passphrase = {.size = 0};
	struct hansard_error cause = {0};
	struct keyring *keyring = NULL;
	struct keyring_file_options options = {.passphrase = TEXT_ABSENT};
	if (request->options->public_keys != NULL)
		return open_public(request, ret_keyring, error);
	enum hansard_status status =
		settings_keys_folder(request->arena, request->options->platform, request->settings, &options.folder, error);
	if (status != HANSARD_OK)
		return status;
	(void)settings_epochs(request->settings, epochs, &count);
	options.keyring =
		(struct keyring_options){.tenant = request->settings->values[SETTINGS_TENANT].value, .epoch = epochs[0]};
	status = keyring_file_open(&options, &keyring, &cause);
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
	if (status == HANSARD_OK)
		*ret_keyring = keyring;
	else
		keyring_destroy(keyring);
	return status;
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

enum hansard_status keys_make(const struct keys_request *request, struct text *ret_folder, bool *ret_made,
							  struct hansard_error *error)
{
	struct keyring_file_creation creation = {
		.signer = keys_signer_name(request->arena, request->settings->values[SETTINGS_PRINCIPAL].value),
		.passphrase = TEXT_ABSENT,
		.entropy = session_entropy(request->options->platform),
	};
	struct keys_passphrase passphrase = {.size = 0};
	enum hansard_status status =
		settings_keys_folder(request->arena, request->options->platform, request->settings, &creation.folder, error);
	if (status != HANSARD_OK)
		return status;
	*ret_folder = creation.folder;
	*ret_made = !keyring_file_exists(creation.folder);
	if (!*ret_made)
		return HANSARD_OK;
	if (request->options->wrap_keys) {
		if (!keys_ask(request->options, creation.folder, true, &passphrase))
			return error_set(error, HANSARD_USAGE, "no_passphrase", "no passphrase was given to wrap the keys with");
		creation.passphrase = keys_passphrase_text(&passphrase);
	}
	status = keyring_file_create(&creation, error);
	secret_wipe(&passphrase, sizeof(passphrase));
	return status;
}
