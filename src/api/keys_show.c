/*
 * Keys as they are: what can be told of them.
 */
#include "error.h"
#include "keyring_list.h"
#include "keys_desk.h"

/* What is shown of a folder of keys. */
struct showing {
	struct keys_desk *desk;
	struct keyring_list_file files[KEYRING_PATH_FILES];
	struct keyring_list_drafts drafts;
	struct keyring_kek_row keks[KEYRING_KEKS];
	size_t kek_count;
	bool lacks_newest; /* of the UMKs: none of these wraps */
	struct keyring_list signing, trusted, receipts;
	bool locked;   /* behind a passphrase that is not given */
	bool wrapped;  /* a key file is behind a passphrase */
	bool plain;    /* one is behind none */
	bool rotating; /* two keys sign */
};

/* The keyring's own: KEK ids and public halves of what signs. */
static enum hansard_status read_keyring(struct showing *showing, struct hansard_error *error)
{
	struct keyring *keyring = NULL;
	struct hansard_error cause = {0};
	enum hansard_status status = keys_open(&showing->desk->keys, NULL, &keyring, &cause);
	showing->locked = status == HANSARD_WRONG_KEY && strcmp(cause.kind, "passphrase_needed") == 0;
	if (showing->locked)
		return HANSARD_OK;
	if (status == HANSARD_OK)
		status = keyring_list_keks(keyring, showing->keks, &showing->kek_count, &cause);
	if (status == HANSARD_OK)
		status = keys_desk_record(showing->desk, keyring, &cause);
	showing->lacks_newest = status == HANSARD_OK && keyring_lacks_newest(keyring);
	const struct note_signers signers =
		status == HANSARD_OK ? keyring_signers(keyring) : (struct note_signers){.count = 0};
	for (size_t i = 0; status == HANSARD_OK && i < signers.count; i++)
		status = keyring_list_add(&showing->signing, sign_key_public(signers.keys[i]), &cause);
	keyring_destroy(keyring);
	if (status != HANSARD_OK && error != NULL)
		*error = cause;
	return status;
}

static bool say_list(struct showing *showing, const char *title, const struct keyring_list *list)
{
	bool good = list->count == 0 || session_say(&showing->desk->request, "\n%s\n", title);
	for (size_t i = 0; good && i < list->count; i++) {
		const struct text line = keys_desk_line(showing->desk, &list->keys[i]);
		good = session_say(&showing->desk->request, "  %.*s\n", (int)line.size, line.data);
	}
	return good;
}

static bool say_rotating(struct showing *showing)
{
	return !showing->rotating ||
		   session_say(
			   &showing->desk->request,
			   "  A rotation of the signing key is under way: `signing` takes over from `signing.1`, and both sign.\n"
			   "  Whoever reads with a list of his own needs the first line: hansard keys trust LINE\n"
			   "  Once everybody has it: hansard keys rotate --signing --retire\n");
}

/* The number of the n-th UMK that there is: files may have been moved away. */
static int64_t number_of(const struct showing *showing, size_t source)
{
	size_t seen = 0;
	for (size_t i = 0; i < KEYRING_PATH_FILES; i++)
		if (keyring_path_files[i].kind == KEY_FILE_UMK && showing->files[i].exists && seen++ == source)
			return keyring_path_files[i].older;
	return (int64_t)source;
}

static bool say_drafts(struct showing *showing)
{
	const struct keyring_list_drafts *drafts = &showing->drafts;
	bool good = true;
	for (size_t i = 0; good && i < drafts->count; i++)
		good = session_say(&showing->desk->request, "  %s  a draft\n", drafts->names[i]);
	return good && (drafts->count == 0 ||
					session_say(&showing->desk->request,
								"  %s are of a change that was killed, or is under way. They may hold keys; the next\n"
								"  change of keys takes them away\n",
								drafts->more ? "Drafts, of which there are more," : "Drafts"));
}

static bool wraps(const struct showing *showing, size_t kek)
{
	return kek == 0 && !showing->lacks_newest;
}

static bool say_lacking(struct showing *showing)
{
	return !showing->lacks_newest ||
		   (session_say(
				&showing->desk->request,
				"  `umk` is missing, which took over from these: they only open, and nothing new is sealed\n") &&
			session_say(&showing->desk->request, "  %s\n", keyring_newest_remedy));
}

static bool say(struct showing *showing)
{
	struct session_request *request = &showing->desk->request;
	const struct text folder = session_clean(request, showing->desk->folder);
	const struct text tenant = showing->desk->settings.values[SETTINGS_TENANT].value;
	bool good =
		session_say(request, "Keys in %.*s\n  provider    file\n  passphrase  %s%s\n", (int)folder.size, folder.data,
					!showing->wrapped ? "no: whoever can read the files has the keys"
					: showing->plain  ? "of some: whoever can read the others has these"
									  : "yes",
					showing->locked ? ", and it was not given: what the files hold is not shown" : "");
	bool any = false;
	for (size_t i = 0; good && i < KEYRING_PATH_FILES; i++) {
		const struct keyring_list_file *file = &showing->files[i];
		any = any || file->exists;
		good = !file->exists ||
			   session_say(request, "  %-11s mode %04o%s%s\n", file->name, file->mode,
						   file->wrapped ? ", behind a passphrase" : "", file->readable ? "" : ", cannot be read");
	}
	good = good && say_drafts(showing);
	if (good && !any)
		good = session_say(request,
						   "  There are none. A new store makes them: hansard init; others are brought with keys\n"
						   "  import, keys recover or keys trust.\n");
	if (good && showing->kek_count > 0)
		good = session_say(request, "\nKEKs of tenant %.*s\n", (int)tenant.size, tenant.data);
	for (size_t i = 0; good && i < showing->kek_count; i++) {
		const struct keyring_kek_row *row = &showing->keks[i];
		const int64_t number = number_of(showing, row->source);
		good = session_say(request, "  %.*s  epoch %" PRId64 "  %s%.0" PRId64 "%s\n", KEY_ID_SIZE, row->id.hex,
						   row->epoch, number == 0 ? "umk" : "umk.", number,
						   wraps(showing, i) ? "  new keys are wrapped under this one" : "");
	}
	return good && say_lacking(showing) && say_list(showing, "Signs heads", &showing->signing) &&
		   say_rotating(showing) && say_list(showing, "Heads are believed from these, too", &showing->trusted) &&
		   say_list(showing, "Only receipts are believed from", &showing->receipts);
}

static enum hansard_status answer(struct showing *showing, struct hansard_error *error)
{
	struct answer *answer = &showing->desk->answer;
	answer_begin(answer, &showing->desk->request.out, "keys");
	answer_text(answer, "folder", showing->desk->folder);
	answer_string(answer, "provider", "file");
	answer_text(answer, "tenant", showing->desk->settings.values[SETTINGS_TENANT].value);
	answer_boolean(answer, "wrapped", showing->wrapped);
	answer_boolean(answer, "locked", showing->locked);
	answer_boolean(answer, "rotating", showing->rotating);
	answer_array(answer, "files");
	for (size_t i = 0; i < KEYRING_PATH_FILES; i++) {
		const struct keyring_list_file *file = &showing->files[i];
		char mode[8];
		if (!file->exists)
			continue;
		snprintf(mode, sizeof(mode), "%04o", file->mode & 07777);
		answer_object(answer, NULL);
		answer_string(answer, "name", file->name);
		answer_string(answer, "mode", mode);
		answer_boolean(answer, "readable", file->readable);
		answer_boolean(answer, "wrapped", file->wrapped);
		answer_end(answer);
	}
	answer_end(answer);
	answer_array(answer, "drafts");
	for (size_t i = 0; i < showing->drafts.count; i++)
		answer_item(answer, text_of_string(showing->drafts.names[i]));
	answer_end(answer);
	answer_array(answer, "keks");
	for (size_t i = 0; i < showing->kek_count; i++) {
		answer_object(answer, NULL);
		answer_text(answer, "kek", (struct text){.data = showing->keks[i].id.hex, .size = KEY_ID_SIZE});
		answer_integer(answer, "epoch", showing->keks[i].epoch);
		answer_integer(answer, "umk", number_of(showing, showing->keks[i].source));
		answer_boolean(answer, "wraps", wraps(showing, i));
		answer_end(answer);
	}
	answer_end(answer);
	keys_desk_answer(showing->desk, "signing", &showing->signing);
	keys_desk_answer(showing->desk, "trusted", &showing->trusted);
	keys_desk_answer(showing->desk, "receipts", &showing->receipts);
	return answer_finish(answer, error);
}

static enum hansard_status show(struct keys_desk *desk, struct hansard_error *error)
{
	struct showing showing = {.desk = desk};
	keyring_list_look(desk->folder, showing.files);
	keyring_list_drafts(desk->folder, &showing.drafts);
	for (size_t i = 0; i < KEYRING_PATH_FILES; i++) {
		const struct keyring_list_file *file = &showing.files[i];
		showing.wrapped = showing.wrapped || file->wrapped;
		showing.plain = showing.plain || (file->exists && keyring_path_files[i].kind != 0 && !file->wrapped);
	}
	showing.rotating = keyring_list_has(showing.files, "signing") && keyring_list_has(showing.files, "signing.1");
	enum hansard_status status = read_keyring(&showing, error);
	if (status == HANSARD_OK)
		status = keyring_list_read(desk->folder, "trusted", &showing.trusted, error);
	if (status == HANSARD_OK)
		status = keyring_list_read(desk->folder, "receipts", &showing.receipts, error);
	if (status != HANSARD_OK)
		return status;
	if (desk->as_json)
		return answer(&showing, error);
	return say(&showing) ? HANSARD_OK : error_memory(error);
}

enum hansard_status hansard_keys_show(const struct hansard_options *options, struct hansard_output *ret_out,
									  struct hansard_error *error)
{
	struct keys_desk desk;
	enum hansard_status status = keys_desk_begin(&desk, options, error);
	if (status == HANSARD_OK)
		status = show(&desk, error);
	return keys_desk_finish(&desk, status, ret_out, error);
}
