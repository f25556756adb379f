/*
 * Bringing keys in, under the lock of the folder: first it is planned what becomes of each, then files and lines are written.
 */
#include "keys_bring.h"

#include "disk.h"
#include "error.h"
#include "keyring_lock.h"
#include "keyring_make.h"

/* What the new files are put behind, or NULL. */
static enum hansard_status choose(struct keys_bring *bring, struct keys_passphrase **ret_passphrase,
								  struct hansard_error *error)
{
	struct keys_desk *desk = bring->desk;
	*ret_passphrase = NULL;
	bring->behind = "no passphrase";
	if (desk->options->plain_keys)
		return HANSARD_OK;
	bool front = false;
	for (size_t i = 0; i < bring->brought.count; i++)
		front = front || bring->merge.fate[i] == KEY_MERGE_FRONT;
	if (bring->theirs.size > 0) {
		bring->behind = "the passphrase of the keys that were there";
		*ret_passphrase = &bring->theirs;
		return HANSARD_OK;
	}
	/* One that only opens locks no others in: every command would ask for its passphrase, and the newer keys lie there in clear. */
	if (bring->here.count > 0 && !front && !desk->options->wrap_keys) {
		bring->behind = "no passphrase, as the keys that were there";
		return HANSARD_OK;
	}
	if (desk->options->wrap_keys && !keys_ask(desk->options, desk->folder, true, &bring->given))
		return keys_no_passphrase(error);
	if (bring->given.size > 0)
		bring->behind = desk->options->wrap_keys ? "the new passphrase" : "the passphrase that they came behind";
	*ret_passphrase = &bring->given;
	return HANSARD_OK;
}

static enum hansard_status plan(struct keys_bring *bring, bool *ret_any, struct hansard_error *error)
{
	const struct hansard_options *options = bring->desk->options;
	const struct text folder = bring->desk->folder;
	const struct key_merge_request request = {
		.brought = &bring->brought,
		.here = &bring->here,
		.order = options->newer_keys   ? KEY_MERGE_NEWER
				 : options->older_keys ? KEY_MERGE_OLDER
									   : KEY_MERGE_TOLD,
		.folder = folder,
	};
	enum hansard_status status = keys_desk_take(bring->desk, &bring->theirs, &bring->here, error);
	if (status == HANSARD_OK)
		status = key_merge_plan(&request, &bring->merge, error);
	if (status == HANSARD_OK)
		status = keyring_list_room(folder, "trusted", &bring->merge.trusted, 0, error);
	*ret_any = false;
	bool retires = bring->merge.takes_over[KEY_FILE_SIGNING];
	for (size_t i = 0; i < bring->brought.count; i++) {
		*ret_any = *ret_any || key_merge_makes(bring->merge.fate[i]);
		retires =
			retires || (bring->brought.keys[i].kind == KEY_FILE_SIGNING && bring->merge.fate[i] == KEY_MERGE_BEHIND);
	}
	if (status == HANSARD_OK) /* the one that is taken over from retires into that list in the end */
		status = keyring_list_room(folder, "receipts", &bring->merge.receipts, retires, error);
	return status;
}

static enum hansard_status make_keys(struct keys_bring *bring, struct keys_passphrase *passphrase,
									 struct hansard_error *error)
{
	enum hansard_status status = HANSARD_OK;
	for (size_t i = 0; status == HANSARD_OK && i < bring->brought.count; i++) {
		const struct key_bundle_key *key = &bring->brought.keys[i];
		const struct keyring_make_secret request = {
			.folder = bring->desk->folder,
			.kind = key->kind,
			.name = key_bundle_name(key),
			.passphrase = passphrase == NULL ? TEXT_ABSENT : keys_passphrase_text(passphrase),
			.kept = passphrase == NULL ? NULL : &passphrase->kept,
			.entropy = backend_entropy(bring->desk->options->platform),
			.place = bring->merge.fate[i] == KEY_MERGE_FRONT ? KEYRING_MAKE_NEWEST : KEYRING_MAKE_OLDER,
		};
		bring->number[i] = bring->merge.number[i];
		if (key_merge_makes(bring->merge.fate[i]))
			status = keyring_make_put(&request, key->secret, &bring->number[i], error);
	}
	return status;
}

static enum hansard_status put_lines(struct keys_bring *bring, const char *name, const struct keyring_list *list,
									 struct hansard_error *error)
{
	enum hansard_status status = HANSARD_OK;
	for (size_t i = 0; status == HANSARD_OK && i < list->count; i++) {
		bool known;
		status = keyring_list_put(bring->desk->folder, name, &list->keys[i], &known, error);
	}
	return status;
}

static enum hansard_status make(struct keys_bring *bring, struct hansard_error *error)
{
	struct keys_passphrase *passphrase = NULL;
	bool any;
	enum hansard_status status = plan(bring, &any, error);
	if (status == HANSARD_OK && any)
		status = choose(bring, &passphrase, error);
	if (status == HANSARD_OK)
		status = make_keys(bring, passphrase, error);
	if (status == HANSARD_OK)
		status = put_lines(bring, "trusted", &bring->merge.trusted, error);
	return status == HANSARD_OK ? put_lines(bring, "receipts", &bring->merge.receipts, error) : status;
}

static const char *file_of(const struct keys_bring *bring, size_t i)
{
	if (bring->merge.fate[i] == KEY_MERGE_PUBLIC)
		return "receipts";
	if (bring->merge.fate[i] == KEY_MERGE_LEFT)
		return "signing";
	return keyring_path_key(bring->brought.keys[i].kind, bring->number[i]);
}

static const char *words_of(const struct keys_bring *bring, size_t i)
{
	const bool umk = bring->brought.keys[i].kind == KEY_FILE_UMK;
	switch (bring->merge.fate[i]) {
	case KEY_MERGE_THERE:
		return bring->number[i] == 0 ? "was there already" : "was there already, as an older one";
	case KEY_MERGE_FRONT:
		return !bring->merge.takes_over[bring->brought.keys[i].kind] ? "made"
			   : umk                                                 ? "made; the one that was there stays as umk.1"
					 : "made; the one that was there stays as signing.1";
	case KEY_MERGE_BEHIND:
		return umk ? "made: it opens what was sealed before" : "made: it signs beside the newer one until it retires";
	case KEY_MERGE_PUBLIC:
		return "holds the line of a signing key that was brought: it has retired, and is believed of receipts alone";
	case KEY_MERGE_LEFT:
		return "is left out: no signing key here has taken over from it, or it is believed here by its line";
	}
	return "";
}

/* What is to be done once a key has taken over from another. */
static bool say_next(struct keys_bring *bring)
{
	struct session_request *request = &bring->desk->request;
	bool good = true;
	if (bring->merge.takes_over[KEY_FILE_UMK])
		good = session_say(request,
						   "  What is wrapped under the older UMK is wrapped anew by: hansard keys rotate --resume\n");
	if (good && bring->merge.takes_over[KEY_FILE_SIGNING])
		good = session_say(
			request,
			"  Both signing keys sign from now on. What the older one alone has signed is signed by both with\n"
			"  hansard keys rotate --signing --resume; it retires with hansard keys rotate --signing --retire\n");
	return good;
}

/* Lines of the lists, by name: their ids are in keys show. */
static bool say_list(struct keys_bring *bring, const char *front, const struct keyring_list *list, const char *behind)
{
	bool good = true;
	for (size_t i = 0; good && i < list->count; i++) {
		const struct sign_public *public = &list->keys[i];
		const struct text name = sign_public_name(public);
		good = session_say(&bring->desk->request, "  %-11s %.*s+%02x%02x%02x%02x%s\n", front, (int)name.size, name.data,
						   public->id[0], public->id[1], public->id[2], public->id[3], behind);
	}
	return good;
}

/* How the half of a set of keys that is still not there is brought or made. */
static bool say_lack(struct keys_bring *bring)
{
	struct keyring_list_file files[KEYRING_PATH_FILES];
	keyring_list_look(bring->desk->folder, files);
	if (!keyring_list_has(files, "umk") &&
		!session_say(&bring->desk->request,
					 "  There is no `umk`: nothing can be opened. Bring it: hand in the words of all keys,\n"
					 "  or an export: hansard keys import FILE\n"))
		return false;
	return keyring_list_has(files, "signing") || keyring_list_has(files, "signing.1") ||
		   session_say(
			   &bring->desk->request,
			   "  There is no `signing`: nothing can be written. Where there is one, bring it: hansard keys import, keys\n"
			   "  recover. Otherwise make one: hansard init in the store's folder\n");
}

static enum hansard_status say(struct keys_bring *bring, struct hansard_error *error)
{
	struct session_request *request = &bring->desk->request;
	const struct text folder = session_clean(request, bring->desk->folder);
	const char *made = bring->brought.made;
	bool good = session_say(request, "Keys in %.*s\n", (int)folder.size, folder.data);
	if (good && made[0] != '\0')
		good = session_say(request, "  They were exported on %.10s at %.8s UTC\n", made, made + 11);
	for (size_t i = 0; good && i < bring->brought.count; i++)
		good = session_say(request, "  %-11s %s\n", file_of(bring, i), words_of(bring, i));
	good = good && say_list(bring, "trusted", &bring->merge.trusted, " was added: heads of that key are believed") &&
		   say_list(bring, "receipts", &bring->merge.receipts, " was added: of that key only receipts are believed") &&
		   say_list(
			   bring, "left", &bring->merge.retired_there,
			   " has retired where these keys come from, and is believed here: hansard keys rotate --signing --retire, "
			   "or move its line from trusted to receipts") &&
		   say_list(bring, "left", &bring->merge.retired_here,
					" is believed where these keys come from, and has retired here");
	if (good && bring->behind != NULL)
		good = session_say(request, "  What was made is behind %s\n", bring->behind) &&
			   (strncmp(bring->behind, "no passphrase", 13) != 0 || bring->desk->options->plain_keys ||
				session_say(request, "  Where others can read this disk: hansard keys passphrase\n"));
	if (good)
		good = say_lack(bring);
	return good && say_next(bring) ? HANSARD_OK : error_memory(error);
}

static enum hansard_status answer(struct keys_bring *bring, const char *kind, struct hansard_error *error)
{
	struct answer *answer = &bring->desk->answer;
	answer_begin(answer, &bring->desk->request.out, kind);
	answer_text(answer, "folder", bring->desk->folder);
	if (bring->brought.made[0] != '\0')
		answer_text(answer, "exported_at", (struct text){.data = bring->brought.made, .size = MOMENT_SIZE});
	answer_array(answer, "keys");
	for (size_t i = 0; i < bring->brought.count; i++) {
		const enum key_file_kind key_kind = bring->brought.keys[i].kind;
		answer_object(answer, NULL);
		answer_text(answer, "kind", key_file_kind_name(key_kind));
		answer_boolean(answer, "made", key_merge_makes(bring->merge.fate[i]));
		if (bring->merge.fate[i] != KEY_MERGE_LEFT)
			answer_string(answer, "file", file_of(bring, i));
		answer_boolean(answer, "takes_over",
					   bring->merge.fate[i] == KEY_MERGE_FRONT && bring->merge.takes_over[key_kind]);
		answer_end(answer);
	}
	answer_end(answer);
	keys_desk_answer(bring->desk, "trusted", &bring->merge.trusted);
	keys_desk_answer(bring->desk, "receipts", &bring->merge.receipts);
	keys_desk_answer(bring->desk, "retired_there", &bring->merge.retired_there);
	keys_desk_answer(bring->desk, "retired_here", &bring->merge.retired_here);
	return answer_finish(answer, error);
}

static enum hansard_status check_options(const struct hansard_options *options, struct hansard_error *error)
{
	if (options->wrap_keys && options->plain_keys) {
		error_set(error, HANSARD_USAGE, "usage", "keys are put behind a passphrase or behind none, not both");
		error_hint(error, "leave --wrap-keys or --no-passphrase away");
		return HANSARD_USAGE;
	}
	if (options->newer_keys && options->older_keys) {
		error_set(error, HANSARD_USAGE, "usage", "keys are newer than those that are there, or older, not both");
		error_hint(error, "leave --newer or --older away");
		return HANSARD_USAGE;
	}
	return HANSARD_OK;
}

enum hansard_status keys_bring_run(struct keys_bring *bring, const char *kind, struct hansard_error *error)
{
	struct keys_desk *desk = bring->desk;
	int lock = -1;
	size_t folders;
	enum hansard_status status = check_options(desk->options, error);
	if (status == HANSARD_OK)
		status = disk_make_folder(desk->folder, true, &folders, error);
	if (status == HANSARD_OK)
		status = keyring_lock_take(desk->folder, &lock, error);
	desk->locked = lock >= 0;
	if (status == HANSARD_OK)
		status = make(bring, error);
	keyring_lock_give(lock);
	if (status != HANSARD_OK)
		return status;
	return desk->as_json ? answer(bring, kind, error) : say(bring, error);
}
