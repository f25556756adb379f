/*
 * Names and paths of key files.
 */
#include "keyring_path.h"

#include "error.h"

const struct keyring_path_file keyring_path_files[KEYRING_PATH_FILES] = {
	{"umk", KEY_FILE_UMK, 0},
	{"umk.1", KEY_FILE_UMK, 1},
	{"umk.2", KEY_FILE_UMK, 2},
	{"umk.3", KEY_FILE_UMK, 3},
	{"umk.4", KEY_FILE_UMK, 4},
	{"umk.5", KEY_FILE_UMK, 5},
	{"umk.6", KEY_FILE_UMK, 6},
	{"umk.7", KEY_FILE_UMK, 7},
	{"umk.8", KEY_FILE_UMK, 8},
	{"umk.9", KEY_FILE_UMK, 9},
	{"umk.10", KEY_FILE_UMK, 10},
	{"umk.11", KEY_FILE_UMK, 11},
	{"umk.12", KEY_FILE_UMK, 12},
	{"umk.13", KEY_FILE_UMK, 13},
	{"umk.14", KEY_FILE_UMK, 14},
	{"umk.15", KEY_FILE_UMK, KEYRING_PATH_OLDER},
	{"signing", KEY_FILE_SIGNING, 0},
	{"signing.1", KEY_FILE_SIGNING, 1},
	{"trusted", 0, 0},
	{"receipts", 0, 0},
};

enum hansard_status keyring_path_unsafe(struct hansard_error *error)
{
	error_set(error, HANSARD_INVALID, "unsafe_path", "the folder of the keys has too long a name, or none");
	error_hint(error, "name another one: HANSARD_KEYS, or [keys] file.path in the configuration");
	return HANSARD_INVALID;
}

enum hansard_status keyring_path_of(struct text folder, const char *name, char ret_path[static KEYRING_PATH_SIZE],
									struct hansard_error *error)
{
	if (folder.size == 0 || folder.size >= KEYRING_PATH_SIZE || memchr(folder.data, 0, folder.size) != NULL)
		return keyring_path_unsafe(error);
	const int size = snprintf(ret_path, KEYRING_PATH_SIZE, "%.*s%s%s", (int)folder.size, folder.data,
							  name[0] == '\0' ? "" : "/", name);
	return size > 0 && size < KEYRING_PATH_SIZE ? HANSARD_OK : keyring_path_unsafe(error);
}

bool keyring_path_draft(struct text name)
{
	for (size_t i = 0; i < KEYRING_PATH_FILES; i++) {
		const struct text file = text_of_string(keyring_path_files[i].name), mark = TEXT(".new.");
		const size_t digits = file.size + mark.size;
		bool draft = name.size > digits && text_equal(text_slice(name, 0, file.size), file) &&
					 text_equal(text_slice(name, file.size, digits), mark);
		for (size_t at = digits; draft && at < name.size; at++)
			draft = name.data[at] >= '0' && name.data[at] <= '9';
		if (draft)
			return true;
	}
	return false;
}

bool keyring_path_taken(struct text name)
{
	char room[64];
	for (size_t i = 0; i < name.size && i < sizeof(room); i++)
		room[i] = name.data[i] >= 'A' && name.data[i] <= 'Z' ? (char)(name.data[i] - 'A' + 'a') : name.data[i];
	const struct text lower = {.data = room, .size = name.size <= sizeof(room) ? name.size : 0};
	for (size_t i = 0; i < KEYRING_PATH_FILES; i++)
		if (text_equal(lower, text_of_string(keyring_path_files[i].name)))
			return true;
	return keyring_path_draft(lower);
}

const char *keyring_path_key(enum key_file_kind kind, int older)
{
	for (size_t i = 0; i < KEYRING_PATH_FILES; i++)
		if (keyring_path_files[i].kind == kind && keyring_path_files[i].older == older)
			return keyring_path_files[i].name;
	return NULL;
}
