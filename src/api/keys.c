/*
 * Opening and making keys by configuration.
 */
#include "keys.h"

#include "error.h"
#include "keyring_file.h"
#include "session.h"

/* A passphrase as it was typed; wiped by who has it. */
struct passphrase {
	char characters[HANSARD_PASSPHRASE_SIZE];
	size_t size;
};

static bool ask(const struct hansard_options *options, struct text what, bool new, struct passphrase *passphrase)
{
	char shown[512];
	if (options->passphrase == NULL)
		return false;
	snprintf(shown, sizeof(shown), "%.*s", (int)(what.size < 400 ? what.size : 400), what.data);
	return options->passphrase(options->passphrase_context, shown, new, passphrase->characters, &passphrase->size) &&
		   passphrase->size > 0;
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

enum hansard_status keys_open(const struct keys_request *request, struct keyring **ret_keyring,
							  struct hansard_error *error)
{
	int64_t epochs[SETTINGS_EPOCHS] = {1};
	size_t count;
	struct passphrase passphrase = {.size = 0};
	struct hansard_error cause = {0};
	struct keyring *keyring = NULL;
	struct keyring_file_options options = {.passphrase = TEXT_ABSENT};
	enum hansard_status status =
		settings_keys_folder(request->arena, request->options->platform, request->settings, &options.folder, error);
	if (status != HANSARD_OK)
		return status;
	(void)settings_epochs(request->settings, epochs, &count);
	options.keyring =
		(struct keyring_options){.tenant = request->settings->values[SETTINGS_TENANT].value, .epoch = epochs[0]};
	status = keyring_file_open(&options, &keyring, &cause);
	if (status == HANSARD_WRONG_KEY && strcmp(cause.kind, "passphrase_needed") == 0 &&
		ask(request->options, options.folder, false, &passphrase)) {
		options.passphrase = (struct text){.data = passphrase.characters, .size = passphrase.size};
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

/* The name of a new signing key: the committer's, as far as it can stand in one. */
static struct text name_signer(struct arena *arena, struct text principal)
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
		.signer = name_signer(request->arena, request->settings->values[SETTINGS_PRINCIPAL].value),
		.passphrase = TEXT_ABSENT,
		.entropy = session_entropy(request->options->platform),
	};
	struct passphrase passphrase = {.size = 0};
	enum hansard_status status =
		settings_keys_folder(request->arena, request->options->platform, request->settings, &creation.folder, error);
	if (status != HANSARD_OK)
		return status;
	*ret_folder = creation.folder;
	*ret_made = !keyring_file_exists(creation.folder);
	if (!*ret_made)
		return HANSARD_OK;
	if (request->options->wrap_keys) {
		if (!ask(request->options, creation.folder, true, &passphrase))
			return error_set(error, HANSARD_USAGE, "no_passphrase", "no passphrase was given to wrap the keys with");
		creation.passphrase = (struct text){.data = passphrase.characters, .size = passphrase.size};
	}
	status = keyring_file_create(&creation, error);
	secret_wipe(&passphrase, sizeof(passphrase));
	return status;
}
