/*
 * Another passphrase for the keys that are there.
 */
#include "error.h"
#include "keyring_lock.h"
#include "keyring_rewrap.h"
#include "keys_desk.h"

/* One change; wiped by who has it. */
struct changing {
	struct keys_desk *desk;
	struct keys_passphrase from, to;
	struct keyring_rewrap_count count; /* of the files that are there */
	enum keyring_rewrap_fate fates[KEYRING_PATH_FILES];
};

/* What the passphrase of now opens. A change that was killed behind its last file has put all behind the new one. */
static enum hansard_status count_opened(struct changing *changing, struct hansard_error *error)
{
	const struct text folder = changing->desk->folder;
	char hint[HANSARD_ERROR_HINT_SIZE];
	const enum hansard_status status =
		keyring_rewrap_count(folder, keys_passphrase_text(&changing->from), &changing->count, error);
	if (status != HANSARD_WRONG_KEY || error == NULL)
		return status;
	memcpy(hint, error->hint, sizeof(hint));
	error_hint(error,
			   "where a change was interrupted, the new one may be in force already, and nothing left to do; else %s",
			   hint);
	return status;
}

/* What the files are behind. It is tried before a new one is asked for. */
static enum hansard_status ask_old(struct changing *changing, struct hansard_error *error)
{
	const struct text folder = changing->desk->folder;
	const enum hansard_status status = keyring_rewrap_count(folder, TEXT_ABSENT, &changing->count, error);
	if (status != HANSARD_OK || changing->count.wrapped == 0)
		return status;
	if (keys_ask(changing->desk->options, folder, false, &changing->from))
		return count_opened(changing, error);
	error_set(error, HANSARD_WRONG_KEY, "passphrase_needed",
			  "the keys in " ERROR_TEXT " are behind a passphrase, and it was not given", ERROR_TEXT_ARGS(folder));
	error_hint(error, "give it at the prompt, or on a descriptor with --password-fd, as the line before the new one");
	return HANSARD_WRONG_KEY;
}

static enum hansard_status ask_new(struct changing *changing, struct hansard_error *error)
{
	const struct keys_passphrase *from = &changing->from, *to = &changing->to;
	if (changing->desk->options->plain_keys)
		return HANSARD_OK;
	if (!keys_ask(changing->desk->options, changing->desk->folder, true, &changing->to)) {
		error_set(error, HANSARD_USAGE, "no_passphrase", "no new passphrase was given");
		error_hint(error, "give it at the prompt, or on a descriptor with --password-fd; --no-passphrase takes away "
						  "the one that is there");
		return HANSARD_USAGE;
	}
	/* One that opens some of them alone the change itself explains. */
	if (changing->count.plain > 0 || changing->count.opened < changing->count.wrapped || from->size != to->size ||
		memcmp(from->characters, to->characters, to->size) != 0)
		return HANSARD_OK;
	error_set(error, HANSARD_USAGE, "no_passphrase", "the new passphrase is the one that the keys are behind already");
	error_hint(error, "--password-command gives one and the same to everything: with --password-fd the first line is "
					  "the passphrase of now, and the second the new one");
	return HANSARD_USAGE;
}

static void answer_names(struct changing *changing, const char *key, enum keyring_rewrap_fate fate)
{
	struct answer *answer = &changing->desk->answer;
	answer_array(answer, key);
	for (size_t i = 0; i < KEYRING_PATH_FILES; i++)
		if (changing->fates[i] == fate)
			answer_item(answer, text_of_string(keyring_path_files[i].name));
	answer_end(answer);
}

static bool say(struct changing *changing)
{
	struct session_request *request = &changing->desk->request;
	const bool plain = changing->desk->options->plain_keys;
	const struct text folder = session_clean(request, changing->desk->folder);
	bool good = session_say(request, "The keys in %.*s are behind %s\n", (int)folder.size, folder.data,
							plain ? "no passphrase: whoever can read these files has them" : "the new passphrase");
	for (size_t i = 0; good && i < KEYRING_PATH_FILES; i++)
		if (changing->fates[i] != KEYRING_REWRAP_ABSENT)
			good = session_say(request, "  %-11s %s\n", keyring_path_files[i].name,
							   changing->fates[i] == KEYRING_REWRAP_KEPT ? "was so already" : "written anew");
	return good &&
		   (plain ||
			session_say(request, "  Copies of these files from before, as in a backup of this folder, open as they\n"
								 "  did. Where these or the former passphrase may be in other hands, so may the\n"
								 "  keys: hansard keys rotate, and hansard keys rotate --signing\n"));
}

static enum hansard_status ask(struct changing *changing, struct hansard_error *error)
{
	const enum hansard_status status = ask_old(changing, error);
	return status == HANSARD_OK ? ask_new(changing, error) : status;
}

/* Whether the keys are those that passphrases were asked about. */
static enum hansard_status check_same(const struct keyring_watch *watch, struct text folder,
									  struct hansard_error *error)
{
	if (keyring_watch_same(watch, folder))
		return HANSARD_OK;
	error_set(error, HANSARD_BUSY, "keys_busy",
			  "the keys in " ERROR_TEXT " were changed by another process while a passphrase was asked for",
			  ERROR_TEXT_ARGS(folder));
	error_hint(error, "no passphrase was changed: run it again");
	return HANSARD_BUSY;
}

static enum hansard_status rewrap(struct changing *changing, const struct keyring_watch *watch,
								  struct hansard_error *error)
{
	struct keys_desk *desk = changing->desk;
	const struct keyring_rewrap_request request = {.folder = desk->folder,
												   .from = keys_passphrase_text(&changing->from),
												   .to = keys_passphrase_text(&changing->to),
												   .entropy = backend_entropy(desk->options->platform)};
	int lock = -1;
	enum hansard_status status = keyring_lock_take(desk->folder, &lock, error);
	if (status == HANSARD_OK)
		status = check_same(watch, desk->folder, error);
	if (status == HANSARD_OK)
		status = keyring_rewrap(&request, changing->fates, error);
	keyring_lock_give(lock);
	return status;
}

/* Nobody waits for a person to type: the folder is locked behind that. */
static enum hansard_status change(struct changing *changing, struct hansard_error *error)
{
	struct keys_desk *desk = changing->desk;
	struct keyring_watch watch;
	keyring_watch_begin(&watch, desk->folder);
	enum hansard_status status = ask(changing, error);
	if (status == HANSARD_OK)
		status = rewrap(changing, &watch, error);
	keyring_watch_finish(&watch);
	if (status != HANSARD_OK)
		return status;
	if (!desk->as_json)
		return say(changing) ? HANSARD_OK : error_memory(error);
	answer_begin(&desk->answer, &desk->request.out, "keys_passphrase");
	answer_text(&desk->answer, "folder", desk->folder);
	answer_boolean(&desk->answer, "wrapped", !desk->options->plain_keys);
	answer_names(changing, "changed", KEYRING_REWRAP_CHANGED);
	answer_names(changing, "kept", KEYRING_REWRAP_KEPT);
	return answer_finish(&desk->answer, error);
}

enum hansard_status hansard_keys_passphrase(const struct hansard_options *options, struct hansard_output *ret_out,
											struct hansard_error *error)
{
	struct keys_desk desk;
	struct changing changing = {.desk = &desk};
	enum hansard_status status = keys_desk_begin(&desk, options, error);
	if (status == HANSARD_OK && options->read_only) {
		status = error_set(error, HANSARD_USAGE, "usage",
						   "keys passphrase writes the key files, and --read-only writes nothing");
		error_hint(error, "leave --read-only away");
	}
	if (status == HANSARD_OK)
		status = change(&changing, error);
	secret_wipe(&changing, sizeof(changing));
	return keys_desk_finish(&desk, status, ret_out, error);
}
