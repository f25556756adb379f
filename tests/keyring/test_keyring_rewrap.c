/*
 * Another passphrase for the key files of a folder: what is behind what before and after, and that no key is lost on the way.
 */
#include "keyring_rewrap.h"

#include <sys/stat.h>
#include <unistd.h>

#include "fixed_keys.h"
#include "folder.h"
#include "keyring_make.h"
#include "keyring_path.h"
#include "tap.h"

static char folder[FOLDER_SIZE];
static struct hansard_error error;
static enum keyring_rewrap_fate fates[KEYRING_PATH_FILES];
static uint8_t drawn;

static bool draw(void *context, uint8_t *bytes, size_t size)
{
	(void)context;
	memset(bytes, ++drawn, size);
	return true;
}

static const struct moment_entropy entropy = {.fill = draw};

/* Puts the key whose bytes are all `byte` behind a passphrase, NULL being none. */
static void put(enum key_file_kind kind, enum keyring_make_place place, uint8_t byte, const char *passphrase)
{
	const struct keyring_make_secret request = {.folder = text_of_string(folder),
												.kind = kind,
												.name = kind == KEY_FILE_SIGNING ? TEXT("laptop") : TEXT_ABSENT,
												.passphrase =
													passphrase == NULL ? TEXT_ABSENT : text_of_string(passphrase),
												.entropy = entropy,
												.place = place};
	uint8_t secret[SECRET_SIZE];
	int number;
	memset(secret, byte, sizeof(secret));
	expect_integer(keyring_make_put(&request, secret, &number, &error), HANSARD_OK);
}

/* A UMK, an older one and a signing key. */
static void begin(const char *umk, const char *older, const char *signing)
{
	folder_make("rewrap", folder);
	put(KEY_FILE_UMK, KEYRING_MAKE_ONLY, 0x11, umk);
	put(KEY_FILE_UMK, KEYRING_MAKE_OLDER, 0x22, older);
	put(KEY_FILE_SIGNING, KEYRING_MAKE_ONLY, 0x33, signing);
}

static struct text phrase(const char *passphrase)
{
	return passphrase == NULL ? TEXT_ABSENT : text_of_string(passphrase);
}

static enum hansard_status rewrap(const char *from, const char *to)
{
	const struct keyring_rewrap_request request = {
		.folder = text_of_string(folder), .from = phrase(from), .to = phrase(to), .entropy = entropy};
	memset(fates, 0xff, sizeof(fates));
	return keyring_rewrap(&request, fates, &error);
}

/* This key file holds this key behind this passphrase. */
static void expect_key(enum key_file_kind kind, int older, uint8_t byte, const char *passphrase)
{
	const struct keyring_file_options options = {.folder = text_of_string(folder), .passphrase = phrase(passphrase)};
	struct keyring_file_found found;
	uint8_t wanted[SECRET_SIZE];
	memset(wanted, byte, sizeof(wanted));
	expect_integer(keyring_file_look(&options, kind, older, &found, &error), HANSARD_OK);
	expect(found.exists && found.wrapped == (passphrase != NULL));
	expect(memcmp(found.key.secret, wanted, SECRET_SIZE) == 0);
	if (kind == KEY_FILE_SIGNING)
		expect(text_is(key_bundle_name(&found.key), "laptop"));
}

static void expect_keys(const char *umk, const char *older, const char *signing)
{
	char path[FOLDER_SIZE + 16];
	struct stat status;
	expect_key(KEY_FILE_UMK, 0, 0x11, umk);
	expect_key(KEY_FILE_UMK, 1, 0x22, older);
	expect_key(KEY_FILE_SIGNING, 0, 0x33, signing);
	snprintf(path, sizeof(path), "%s/umk.1", folder);
	expect(stat(path, &status) == 0 && (status.st_mode & 07777) == 0600);
}

/* How many have this fate. */
static size_t fated(enum keyring_rewrap_fate fate)
{
	size_t count = 0;
	for (size_t i = 0; i < KEYRING_PATH_FILES; i++)
		count += fates[i] == fate;
	return count;
}

static void there_and_back(void)
{
	begin(NULL, NULL, NULL);
	expect_integer(rewrap(NULL, "one"), HANSARD_OK);
	expect_integer((int64_t)fated(KEYRING_REWRAP_CHANGED), 3);
	expect_keys("one", "one", "one");
	expect_integer(rewrap("one", "two"), HANSARD_OK);
	expect_integer((int64_t)fated(KEYRING_REWRAP_CHANGED), 3);
	expect_keys("two", "two", "two");
	expect_integer(rewrap("two", NULL), HANSARD_OK);
	expect_keys(NULL, NULL, NULL);
	expect_integer(rewrap(NULL, NULL), HANSARD_OK);
	expect_integer((int64_t)fated(KEYRING_REWRAP_KEPT), 3);
	expect_integer((int64_t)fated(KEYRING_REWRAP_ABSENT), KEYRING_PATH_FILES - 3);
	expect(folder_remove(folder));
}

/* What a change leaves that was killed between two files, and any other mixture. */
static void mixtures(void)
{
	static const char *const behind[][3] = {{"old", "new", NULL}};
	for (size_t i = 0; i < sizeof(behind) / sizeof(behind[0]); i++) {
		size_t kept = 0;
		begin(behind[i][0], behind[i][1], behind[i][2]);
		for (size_t k = 0; k < 3; k++)
			kept += behind[i][k] != NULL && strcmp(behind[i][k], "new") == 0;
		expect_integer(rewrap("old", "new"), HANSARD_OK);
		expect_keys("new", "new", "new");
		expect(fated(KEYRING_REWRAP_KEPT) == kept);
		expect(folder_remove(folder));
	}
}

/* What the three files say. */
struct said {
	char bytes[3][KEY_FILE_LIMIT];
};

static void read_files(struct said *said)
{
	static const char *const names[] = {"umk", "umk.1", "signing"};
	memset(said, 0, sizeof(*said));
	for (size_t i = 0; i < 3; i++) {
		char path[FOLDER_SIZE + 16];
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		FILE *file = fopen(path, "r");
		expect(file != NULL && fread(said->bytes[i], 1, sizeof(said->bytes[i]), file) > 0);
		fclose(file);
	}
}

static void strangers(void)
{
	struct said before, after;
	begin("old", "third", NULL);
	read_files(&before);
	expect_integer(rewrap("old", "new"), HANSARD_WRONG_KEY);
	expect_string(error.kind, "wrong_passphrase");
	expect(strstr(error.message, "umk.1") != NULL && strstr(error.hint, "nothing was changed") != NULL);
	expect_integer(rewrap("old", NULL), HANSARD_WRONG_KEY);
	expect_integer(rewrap(NULL, NULL), HANSARD_WRONG_KEY);
	expect_string(error.kind, "passphrase_needed");
	read_files(&after);
	expect(memcmp(&before, &after, sizeof(before)) == 0);
	expect(folder_remove(folder));
}

/* Nothing of a change that cannot be written stays, and nothing of what was there goes. */
static void nowhere_to_write(void)
{
	char path[FOLDER_SIZE + 64];
	begin(NULL, NULL, NULL);
	snprintf(path, sizeof(path), "%s/signing.new.%ld", folder, (long)getpid());
	expect(mkdir(path, 0700) == 0);
	expect_integer(rewrap(NULL, "new"), HANSARD_FAILED);
	expect(strstr(error.message, "signing.new") != NULL && error.hint[0] != '\0');
	expect(rmdir(path) == 0);
	expect_keys(NULL, NULL, NULL);
	snprintf(path, sizeof(path), "%s/umk.new.%ld", folder, (long)getpid());
	expect(access(path, F_OK) != 0);
	expect(folder_remove(folder));
}

static void counted(void)
{
	struct keyring_rewrap_count count;
	folder_make("rewrap", folder);
	expect_integer(keyring_rewrap_count(text_of_string(folder), TEXT_ABSENT, &count, &error), HANSARD_WRONG_KEY);
	expect_string(error.kind, "no_key");
	expect(folder_remove(folder));
	begin("old", NULL, NULL);
	expect_integer(keyring_rewrap_count(text_of_string(folder), TEXT_ABSENT, &count, &error), HANSARD_OK);
	expect(count.plain == 2 && count.wrapped == 1);
	expect_integer(keyring_rewrap_count(text_of_string(folder), TEXT("old"), &count, &error), HANSARD_OK);
	expect_integer(keyring_rewrap_count(text_of_string(folder), TEXT("third"), &count, &error), HANSARD_WRONG_KEY);
	expect_string(error.kind, "wrong_passphrase");
	expect(chmod(folder, 0777) == 0);
	expect_integer(keyring_rewrap_count(text_of_string(folder), TEXT("new"), &count, &error), HANSARD_INVALID);
	expect_integer(rewrap("old", "new"), HANSARD_INVALID);
	expect_string(error.kind, "key_file_open_to_others");
	expect(folder_remove(folder));
}

static const struct tap_test tests[] = {
	{"files go behind a passphrase, behind another, and behind none, with the same keys in them", there_and_back},
	{"files behind nothing, the old and the new one, in mixtures, all come to lie behind the new one", mixtures},
	{"one that neither passphrase opens is named, and nothing is changed", strangers},
	{"where one cannot be written, nothing is changed and nothing left", nowhere_to_write},
	{"what files are behind is counted, and a passphrase that opens none is wrong", counted},
};

TAP_MAIN(tests)
