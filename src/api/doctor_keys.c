/*
 * Key files, lists and the folder that they lie in, without opening a key.
 */
#include "doctor_keys.h"

#include <sys/stat.h>

#include "error.h"
#include "keyring_file.h"
#include "keyring_list.h"
#include "keyring_owned.h"

/* The name of the newest key file of a kind, or NULL. */
static const char *newest_of(const struct keyring_list_file files[static KEYRING_PATH_FILES], enum key_file_kind kind)
{
	for (size_t i = 0; i < KEYRING_PATH_FILES; i++)
		if (keyring_path_files[i].kind == kind && files[i].exists)
			return files[i].name;
	return NULL;
}

/* Keys that take over from others. */
static bool examine_turns(struct doctoring *run, struct text folder,
						  const struct keyring_list_file files[static KEYRING_PATH_FILES])
{
	const struct turn {
		enum key_file_kind kind;
		const char *lack, *remedy;
	} turns[] = {
		{KEY_FILE_UMK, ", and nothing new is sealed without it", keyring_newest_remedy},
		{KEY_FILE_SIGNING, "",
		 "put it back where it was, or bring it: hansard keys import, or keys recover; only where it is lost, or a rotation ended on "
		 "the way to it, make a new one: hansard keys rotate --signing"},
	};
	struct text detail;
	bool good = true;
	for (size_t i = 0; good && i < sizeof(turns) / sizeof(turns[0]); i++) {
		const char *newest = newest_of(files, turns[i].kind);
		if (newest != NULL && strcmp(newest, keyring_path_key(turns[i].kind, 0)) != 0)
			good =
				arena_format(run->request->arena, &detail, "%.*s/%s: the key that takes over from it is missing%s: %s",
							 (int)folder.size, folder.data, newest, turns[i].lack, turns[i].remedy) &&
				doctor_finding(run, false, TEXT("keys"), detail);
	}
	if (good && keyring_list_has(files, "signing") && keyring_list_has(files, "signing.1"))
		good = doctor_finding(
			run, true, TEXT("keys"),
			TEXT("a rotation of the signing key is under way, both sign: once everybody has the new line "
				 "(hansard keys show), hansard keys rotate --signing --retire"));
	return good;
}

/* Whether a file is what its name says, as far as can be told without a passphrase; what is wrong with it, and the remedy. */
static bool examine_content(struct doctoring *run, struct text folder, const struct keyring_path_file *file,
							bool *ret_bad)
{
	struct hansard_error cause = {0};
	struct text detail;
	struct keyring_list list = {.count = 0};
	const enum hansard_status status = file->kind == 0 ? keyring_list_read(folder, file->name, &list, &cause)
													   : keyring_file_check(folder, file->kind, file->older, &cause);
	*ret_bad = status != HANSARD_OK;
	return status == HANSARD_OK || (!error_of_memory(&cause) &&
									arena_format(run->request->arena, &detail, "%s; %s", cause.message, cause.hint) &&
									doctor_finding(run, false, TEXT("keys"), detail));
}

/* Whether a key file, or list, may be read, or written, by others. */
static bool is_open(const struct keyring_list_file *file, bool list)
{
	return (file->mode & (list ? 022 : 077)) != 0;
}

static bool examine_file(struct doctoring *run, struct text folder, const struct keyring_list_file *file, bool list)
{
	const bool open = is_open(file, list);
	struct text detail;
	return arena_format(run->request->arena, &detail, "%.*s/%s, mode %04o%s%s%s", (int)folder.size, folder.data,
						file->name, file->mode, file->wrapped ? ", behind a passphrase" : "",
						file->readable ? "" : ", cannot be read",
						!open  ? ""
						: list ? ": others than its owner may write it: look at it, and chmod go-w"
							   : ": others than its owner may read it: chmod 600, and rotate if one did") &&
		   doctor_finding(run, file->readable && !open, TEXT("keys"), detail);
}

/* Keys that the store needs and that are not there. A reader signs nothing; but he believes somebody. */
static bool examine_lack(struct doctoring *run, struct text folder,
						 const struct keyring_list_file files[static KEYRING_PATH_FILES])
{
	static const char *const bring = "hansard keys import, or keys recover";
	struct text detail;
	bool good = true;
	if (newest_of(files, KEY_FILE_UMK) == NULL)
		good = arena_format(run->request->arena, &detail,
							"%.*s/umk is missing: nothing that is sealed can be opened here; bring it (%s); an auditor "
							"needs none (hansard verify --public-key KEY)",
							(int)folder.size, folder.data, bring) &&
			   doctor_finding(run, false, TEXT("keys"), detail);
	if (newest_of(files, KEY_FILE_SIGNING) != NULL)
		return good;
	const bool reader = keyring_list_has(files, "trusted");
	return good &&
		   arena_format(
			   run->request->arena, &detail, "%.*s/signing is missing: nothing can be written here%s", (int)folder.size,
			   folder.data,
			   reader ? ", as is right for a reader; to write, too, beside a UMK: hansard init in the store's folder"
					  : ": bring it (hansard keys import, or keys recover); where there is a UMK and no signing key "
						"yet, make one: hansard init in the store's folder") &&
		   doctor_finding(run, reader, TEXT("keys"), detail);
}

/* What reads keys lets others look into their folder; what makes them does not. */
static bool examine_folder(struct doctoring *run, struct text folder)
{
	char path[KEYRING_PATH_SIZE];
	struct stat status;
	struct text detail;
	if (keyring_path_of(folder, "", path, NULL) != HANSARD_OK || stat(path, &status) != 0 ||
		(status.st_mode & 077) == 0)
		return true;
	return arena_format(
			   run->request->arena, &detail,
			   "%.*s, mode %04o: others than its owner may look into it, and no key is made or brought there: chmod 700",
			   (int)folder.size, folder.data, (unsigned)(status.st_mode & 07777)) &&
		   doctor_finding(run, false, TEXT("keys"), detail);
}

/* What a change of keys left that was killed does no harm: the next one takes it away. */
static bool examine_drafts(struct doctoring *run, struct text folder)
{
	struct keyring_list_drafts drafts;
	struct text detail;
	keyring_list_drafts(folder, &drafts);
	return drafts.count == 0 ||
		   (arena_format(
				run->request->arena, &detail,
				"%.*s/%s%s: a draft of a change of keys that was killed, or is under way; it may hold a key, and "
				"the next change of keys takes it away",
				(int)folder.size, folder.data, drafts.names[0],
				drafts.count > 1 ? ", one of several (hansard keys show)" : "") &&
			doctor_line(run, FINDING_NOTE, TEXT("keys"), detail));
}

/* Keys as far as they can be told without a passphrase. */
bool doctor_keys(struct doctoring *run, const struct hansard_options *options, const struct settings *settings,
				 bool needed)
{
	struct arena *arena = run->request->arena;
	struct keyring_list_file files[KEYRING_PATH_FILES];
	struct text folder, detail;
	size_t found = 0;
	struct hansard_error cause = {0};
	if (settings_keys_folder(arena, options->platform, settings, &folder, &cause) != HANSARD_OK)
		return !error_of_memory(&cause) && doctor_finding(run, false, TEXT("keys"), text_of_string(cause.message));
	const bool owned = keyring_owned_folder(folder, &cause) == HANSARD_OK;
	bool good =
		owned || (!error_of_memory(&cause) && doctor_finding(run, false, TEXT("keys"), text_of_string(cause.message)));
	if (good && owned)
		good = examine_folder(run, folder);
	keyring_list_look(folder, files);
	for (size_t i = 0; good && i < KEYRING_PATH_FILES; i++) {
		const struct keyring_list_file *file = &files[i];
		if (!file->exists)
			continue;
		const bool list = keyring_path_files[i].kind == 0;
		bool bad = false;
		found++;
		if (file->readable && owned && !is_open(file, list))
			good = examine_content(run, folder, &keyring_path_files[i], &bad);
		if (good && !bad)
			good = examine_file(run, folder, file, list);
	}
	good = good && examine_turns(run, folder, files) && examine_drafts(run, folder);
	if (good && found == 0)
		good = arena_format(arena, &detail, "%.*s: there are none", (int)folder.size, folder.data) &&
			   doctor_finding(run, true, TEXT("keys"), detail);
	return good && (!needed || examine_lack(run, folder, files));
}
