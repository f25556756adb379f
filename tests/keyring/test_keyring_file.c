/*
 * Keys in a folder: modes, what is never overwritten, what is refused.
 */
#include "keyring_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "folder.h"
#include "keyring_list.h"
#include "keyring_make.h"
#include "keyring_path.h"
#include "tap.h"

static char folder[FOLDER_SIZE], keys[FOLDER_SIZE + 16];
static struct hansard_error error;
static struct keyring *keyring;
static unsigned draws;

/* Folders that were synced, by inode. */
enum { SYNCED = 16 };
static ino_t synced[SYNCED];
static size_t synced_count;

/* Takes the place of the system's, which it calls. */
__attribute__((visibility("default"))) int fsync(int descriptor)
{
	struct stat status;
	if (fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode) && synced_count < SYNCED)
		synced[synced_count++] = status.st_ino;
	return (int)syscall(SYS_fsync, descriptor);
}

static bool was_synced(const char *path)
{
	struct stat status;
	expect(stat(path, &status) == 0);
	for (size_t i = 0; i < synced_count; i++)
		if (synced[i] == status.st_ino)
			return true;
	return false;
}

static bool draw(void *context, uint8_t *data, size_t size)
{
	(void)context;
	memset(data, (int)++draws, size);
	return true;
}

static const struct moment_entropy entropy = {.fill = draw};

static void finish(void)
{
	keyring_destroy(keyring);
	keyring = NULL;
	expect(folder_remove(folder));
}

static void begin(void)
{
	finish();
	error = (struct hansard_error){0};
	draws = 0;
	folder_make("keys", folder);
	snprintf(keys, sizeof(keys), "%s/a/keys", folder);
}

static enum hansard_status create(struct text passphrase)
{
	const struct keyring_make_creation creation = {
		.folder = text_of_string(keys), .signer = TEXT("ada"), .passphrase = passphrase, .entropy = entropy};
	return keyring_make_both(&creation, &error);
}

static struct keyring_file_options options_of(struct text passphrase)
{
	return (struct keyring_file_options){
		.folder = text_of_string(keys), .keyring = {.tenant = TEXT("acme"), .epoch = 1}, .passphrase = passphrase};
}

static enum hansard_status open_with(struct text passphrase)
{
	const struct keyring_file_options options = options_of(passphrase);
	keyring_destroy(keyring);
	keyring = NULL;
	error = (struct hansard_error){0};
	return keyring_file_open(&options, &keyring, &error);
}

static const char *path_of(const char *name)
{
	static char path[FOLDER_SIZE + 64];
	snprintf(path, sizeof(path), "%s/%s", keys, name);
	return path;
}

static int mode_of(const char *path)
{
	struct stat status;
	expect(lstat(path, &status) == 0);
	return status.st_mode & 07777;
}

static size_t content_of(const char *name, char *content, size_t room)
{
	const int descriptor = open(path_of(name), O_RDONLY | O_CLOEXEC);
	const ssize_t got = descriptor < 0 ? -1 : read(descriptor, content, room);
	close(descriptor);
	expect(got >= 0);
	return (size_t)got;
}

static void write_file(const char *name, const char *content, size_t size)
{
	unlink(path_of(name));
	const int descriptor = open(path_of(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	expect(descriptor >= 0 && write(descriptor, content, size) == (ssize_t)size);
	close(descriptor);
}

static enum hansard_status put(enum key_file_kind kind, uint8_t byte, bool keep)
{
	uint8_t secret[SECRET_SIZE];
	const struct keyring_make_secret request = {.folder = text_of_string(keys),
												.kind = kind,
												.name = kind == KEY_FILE_SIGNING ? TEXT("ada") : TEXT_ABSENT,
												.passphrase = TEXT_ABSENT,
												.entropy = entropy,
												.place = keep ? KEYRING_MAKE_NEWEST : KEYRING_MAKE_ONLY};
	int number;
	memset(secret, byte, sizeof(secret));
	return keyring_make_put(&request, secret, &number, &error);
}

static uint8_t newest(enum key_file_kind kind)
{
	const struct keyring_file_options options = options_of(TEXT_ABSENT);
	struct key_bundle_key found;
	expect_integer(keyring_file_get(&options, kind, &found, &error), HANSARD_OK);
	return found.secret[0];
}

static void created(void)
{
	begin();
	expect(!keyring_file_exists(text_of_string(keys)));
	const mode_t before = umask(0);
	expect_integer(create(TEXT_ABSENT), HANSARD_OK);
	umask(before);
	expect(keyring_file_exists(text_of_string(keys)));
	expect_integer(mode_of(keys), 0700);
	expect_integer(mode_of(path_of("umk")), 0600);
	expect_integer(mode_of(path_of("signing")), 0600);
	expect_integer(open_with(TEXT_ABSENT), HANSARD_OK);
	expect(keyring_can_open(keyring) && keyring_can_sign(keyring));
	expect_integer((int64_t)keyring_signers(keyring).count, 1);
	expect_integer((int64_t)keyring_trusted(keyring).count, 1);
	expect_text(sign_public_name(&keyring_trusted(keyring).keys[0]), "ada");
}

/* A store that outlives a power cut is of no use without the folder of its keys. */
static void parents_are_synced(void)
{
	char parent[FOLDER_SIZE + 16];
	begin();
	synced_count = 0;
	expect_integer(create(TEXT_ABSENT), HANSARD_OK);
	snprintf(parent, sizeof(parent), "%s/a", folder);
	expect(was_synced(keys) && was_synced(parent) && was_synced(folder));
	synced_count = 0;
	expect_integer(put(KEY_FILE_UMK, 7, true), HANSARD_OK);
	expect(was_synced(keys) && !was_synced(parent) && !was_synced(folder));
}

static void never_overwritten(void)
{
	char before[KEY_FILE_LIMIT], after[KEY_FILE_LIMIT];
	static const char *const names[] = {"umk", "signing"};
	for (size_t i = 0; i < 2; i++) {
		begin();
		expect_integer(create(TEXT_ABSENT), HANSARD_OK);
		expect(unlink(path_of(names[1 - i])) == 0);
		const size_t size = content_of(names[i], before, sizeof(before));
		expect_integer(create(TEXT_ABSENT), HANSARD_CONFLICT);
		expect_string(error.kind, "keys_exist");
		expect(error.hint[0] != '\0');
		expect_integer(put(i == 0 ? KEY_FILE_UMK : KEY_FILE_SIGNING, 7, false), HANSARD_CONFLICT);
		expect_string(error.kind, "keys_exist");
		expect_integer((int64_t)content_of(names[i], after, sizeof(after)), (int64_t)size);
		expect(memcmp(before, after, size) == 0);
	}
}

static void open_to_others(void)
{
	static const int modes[] = {0640, 0604, 0620, 0601, 0666};
	static const char *const names[] = {"umk", "signing"};
	begin();
	expect_integer(create(TEXT_ABSENT), HANSARD_OK);
	for (size_t n = 0; n < 2; n++) {
		for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
			expect(chmod(path_of(names[n]), (mode_t)modes[i]) == 0);
			expect_integer(open_with(TEXT_ABSENT), HANSARD_INVALID);
			expect_string(error.kind, "key_file_open_to_others");
			expect(strstr(error.message, path_of(names[n])) != NULL && error.hint[0] != '\0');
		}
		expect(chmod(path_of(names[n]), 0600) == 0);
	}
	expect_integer(open_with(TEXT_ABSENT), HANSARD_OK);
	expect(unlink(path_of("umk")) == 0 && unlink(path_of("signing")) == 0 && chmod(keys, 0755) == 0);
	expect_integer(create(TEXT_ABSENT), HANSARD_INVALID);
	expect_string(error.kind, "key_file_open_to_others");
}

static void links_and_folders(void)
{
	char target[FOLDER_SIZE + 64];
	begin();
	expect_integer(create(TEXT_ABSENT), HANSARD_OK);
	snprintf(target, sizeof(target), "%s", path_of("kept"));
	expect(rename(path_of("umk"), target) == 0 && symlink(target, path_of("umk")) == 0);
	expect_integer(open_with(TEXT_ABSENT), HANSARD_INVALID);
	expect(strstr(error.message, path_of("umk")) != NULL);
	expect_integer(put(KEY_FILE_UMK, 1, false), HANSARD_CONFLICT);
	expect(unlink(path_of("umk")) == 0 && mkdir(path_of("umk"), 0700) == 0);
	expect_integer(open_with(TEXT_ABSENT), HANSARD_INVALID);
	expect_string(error.kind, "invalid_key_file");
	expect(rmdir(path_of("umk")) == 0 && mkfifo(path_of("umk"), 0600) == 0);
	expect_integer(open_with(TEXT_ABSENT), HANSARD_INVALID);
	expect(unlink(path_of("umk")) == 0);
}

static void truncated(void)
{
	char content[KEY_FILE_LIMIT + 1];
	static const char *const names[] = {"umk", "signing"};
	for (size_t n = 0; n < 2; n++) {
		begin();
		expect_integer(create(TEXT_ABSENT), HANSARD_OK);
		const size_t size = content_of(names[n], content, sizeof(content));
		for (size_t cut = 0; cut < size; cut += cut + 9 < size ? 9 : 1) {
			write_file(names[n], content, cut);
			expect_integer(open_with(TEXT_ABSENT), HANSARD_INVALID);
			expect_string(error.kind, "invalid_key_file");
			expect(strstr(error.message, path_of(names[n])) != NULL);
		}
	}
	begin();
	expect_integer(create(TEXT_ABSENT), HANSARD_OK);
	memset(content, '#', sizeof(content));
	write_file("umk", content, sizeof(content));
	expect_integer(open_with(TEXT_ABSENT), HANSARD_INVALID);
	const size_t size = content_of("signing", content, sizeof(content));
	write_file("umk", content, size);
	expect_integer(open_with(TEXT_ABSENT), HANSARD_INVALID);
	expect(strstr(error.message, "another kind") != NULL);
}

static void wrapped(void)
{
	begin();
	expect_integer(create(TEXT("pass")), HANSARD_OK);
	expect_integer(open_with(TEXT_ABSENT), HANSARD_WRONG_KEY);
	expect_string(error.kind, "passphrase_needed");
	expect_integer(open_with(TEXT("paSs")), HANSARD_WRONG_KEY);
	expect_string(error.kind, "wrong_passphrase");
	expect(strstr(error.message, path_of("umk")) != NULL);
	expect_integer(open_with(TEXT("pass")), HANSARD_OK);
	expect(keyring_can_open(keyring) && keyring_can_sign(keyring));
}

/* UMKs that take over one after the other: the newest wraps, all open, and there is room for so many older ones; one name that
   is free, as a process leaves it that was killed while they moved up, is filled. */
static void older_keys(void)
{
	struct key_kek_id ids[2]; /* of the newest key and of the one before, by parity */
	begin();
	for (uint8_t byte = 1; byte <= 1 + KEYRING_PATH_OLDER; byte++) {
		struct key_kek kek;
		expect_integer(put(KEY_FILE_UMK, byte, byte > 1), HANSARD_OK);
		expect_integer(newest(KEY_FILE_UMK), byte);
		expect_integer(open_with(TEXT_ABSENT), HANSARD_OK);
		expect_integer(keyring_kek(keyring, &kek, NULL), HANSARD_OK);
		expect_integer(key_kek_identify(kek, &ids[byte % 2], NULL), HANSARD_OK);
		if (byte > 1)
			expect_integer(keyring_find_kek(keyring, &ids[1 - byte % 2], &kek, NULL), HANSARD_OK);
	}
	expect_integer(mode_of(path_of("umk.15")), 0600);
	expect_integer(put(KEY_FILE_UMK, 99, true), HANSARD_INVALID);
	expect_string(error.kind, "too_many_keys");
	expect_integer(newest(KEY_FILE_UMK), 1 + KEYRING_PATH_OLDER);
	expect(unlink(path_of("umk.2")) == 0);
	expect_integer(open_with(TEXT_ABSENT), HANSARD_OK);
	struct stat before, after;
	expect(stat(path_of("umk.3"), &before) == 0);
	expect_integer(put(KEY_FILE_UMK, 99, true), HANSARD_OK);
	expect(stat(path_of("umk.3"), &after) == 0 && after.st_ino == before.st_ino);
	expect_integer(newest(KEY_FILE_UMK), 99);
	expect(unlink(path_of("umk")) == 0 && stat(path_of("umk.1"), &before) == 0);
	expect_integer(put(KEY_FILE_UMK, 98, true), HANSARD_OK);
	expect(stat(path_of("umk.1"), &after) == 0 && after.st_ino == before.st_ino);
}

static void two_signers(void)
{
	begin();
	expect_integer(create(TEXT_ABSENT), HANSARD_OK);
	expect_integer(put(KEY_FILE_SIGNING, 9, true), HANSARD_OK);
	expect_integer(newest(KEY_FILE_SIGNING), 9);
	expect_integer(open_with(TEXT_ABSENT), HANSARD_OK);
	expect_integer((int64_t)keyring_signers(keyring).count, 2);
	expect_integer((int64_t)keyring_trusted(keyring).count, 2);
	expect_integer(put(KEY_FILE_SIGNING, 10, true), HANSARD_INVALID);
	expect_string(error.kind, "too_many_keys");
	expect_integer(newest(KEY_FILE_SIGNING), 9);
}

static void trusted_keys(void)
{
	uint8_t data[512];
	struct buffer out = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	begin();
	expect_integer(create(TEXT_ABSENT), HANSARD_OK);
	expect_integer(open_with(TEXT_ABSENT), HANSARD_OK);
	expect(buffer_append_string(&out, "# whom we believe\n\n") &&
		   sign_public_write(&keyring_trusted(keyring).keys[0], &out) && buffer_append_string(&out, " \n"));
	expect(unlink(path_of("signing")) == 0);
	write_file("trusted", (const char *)out.data, out.size);
	expect(chmod(path_of("trusted"), 0644) == 0); /* no secret */
	expect_integer(open_with(TEXT_ABSENT), HANSARD_OK);
	expect(!keyring_can_sign(keyring));
	expect_integer((int64_t)keyring_trusted(keyring).count, 1);
	out.data[out.size - 8] ^= 1;
	write_file("trusted", (const char *)out.data, out.size);
	expect_integer(open_with(TEXT_ABSENT), HANSARD_INVALID);
	expect_string(error.kind, "invalid_trusted_key");
	expect(strstr(error.message, path_of("trusted")) != NULL);
}

/* A public key that differs from others by `n`. */
static struct sign_public public_of(int n)
{
	struct sign_key *key;
	uint8_t seed[SECRET_SIZE] = {(uint8_t)n, 1};
	expect_integer(sign_key_create(TEXT("somebody"), seed, &key, &error), HANSARD_OK);
	const struct sign_public public = *sign_key_public(key);
	sign_key_destroy(key);
	return public;
}

/* As many as are listed open; one more is refused when it is added, and the list stays as it was. */
static void full_lists(void)
{
	static const char *const names[] = {"trusted", "receipts"};
	char before[LIMIT_KEYS_LIST + 1], after[LIMIT_KEYS_LIST + 1];
	bool known;
	begin();
	expect_integer(create(TEXT_ABSENT), HANSARD_OK);
	expect_integer(put(KEY_FILE_SIGNING, 9, true), HANSARD_OK);
	for (size_t n = 0; n < 2; n++) {
		for (int i = 0; i < LIMIT_KEYS_LISTED; i++) {
			const struct sign_public public = public_of(100 * (int)n + i);
			expect_integer(keyring_list_room(text_of_string(keys), names[n], NULL, 1, &error), HANSARD_OK);
			expect_integer(keyring_list_put(text_of_string(keys), names[n], &public, &known, &error), HANSARD_OK);
			expect(!known);
		}
		const struct sign_public last = public_of(100 * (int)n + LIMIT_KEYS_LISTED);
		const size_t size = content_of(names[n], before, sizeof(before));
		expect_integer(keyring_list_put(text_of_string(keys), names[n], &last, &known, &error), HANSARD_INVALID);
		expect_string(error.kind, "too_many_keys");
		expect(strstr(error.message, path_of(names[n])) != NULL && error.hint[0] != '\0');
		expect_integer(keyring_list_room(text_of_string(keys), names[n], NULL, 1, &error), HANSARD_INVALID);
		const struct sign_public first = public_of(100 * (int)n);
		expect_integer(keyring_list_put(text_of_string(keys), names[n], &first, &known, &error), HANSARD_OK);
		expect(known && content_of(names[n], after, sizeof(after)) == size && memcmp(before, after, size) == 0);
		expect_integer(open_with(TEXT_ABSENT), HANSARD_OK);
	}
	expect_integer((int64_t)keyring_trusted(keyring).count, 2 + LIMIT_KEYS_LISTED);
	expect_integer((int64_t)keyring_retired(keyring).count, LIMIT_KEYS_LISTED);
	struct keyring_list all = {.count = 0};
	for (size_t i = 0; i < keyring_trusted(keyring).count; i++)
		expect_integer(keyring_list_add(&all, &keyring_trusted(keyring).keys[i], &error), HANSARD_OK);
	expect_integer(keyring_list_read(text_of_string(keys), "receipts", &all, &error), HANSARD_OK);
	expect_integer((int64_t)all.count, KEYRING_LIST_ROOM);
}

/* Comments are what tells people whose keys these are. */
static void comments_stay(void)
{
	uint8_t data[2048], lists[2048];
	char after[2048];
	struct buffer out = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	struct buffer want = {.data = lists, .capacity = sizeof(lists), .ceiling = sizeof(lists)};
	bool known;
	const struct sign_public kept = public_of(1), retired = public_of(2), added = public_of(3);
	begin();
	expect_integer(create(TEXT_ABSENT), HANSARD_OK);
	expect(buffer_append_string(&out, "# whom we believe\n\n  # Ada, by telephone\n") &&
		   sign_public_write(&kept, &out) && buffer_append_string(&out, " \n# the laptop that was\n"));
	expect(buffer_append(&want, buffer_view(&out)));
	expect(sign_public_write(&retired, &out) && buffer_append_string(&out, "\n"));
	write_file("trusted", (const char *)out.data, out.size);
	write_file("receipts", "# older ones", 12);
	expect(chmod(path_of("receipts"), 0644) == 0);
	expect_integer(keyring_list_retire(text_of_string(keys), &retired, &error), HANSARD_OK);
	expect(content_of("trusted", after, sizeof(after)) == want.size && memcmp(after, want.data, want.size) == 0);
	expect_integer(keyring_list_put(text_of_string(keys), "trusted", &added, &known, &error), HANSARD_OK);
	expect(sign_public_write(&added, &want) && buffer_append_string(&want, "\n"));
	expect(content_of("trusted", after, sizeof(after)) == want.size && memcmp(after, want.data, want.size) == 0);
	want.size = 0;
	expect(buffer_append_string(&want, "# older ones\n") && sign_public_write(&retired, &want) &&
		   buffer_append_string(&want, "\n"));
	expect(content_of("receipts", after, sizeof(after)) == want.size && memcmp(after, want.data, want.size) == 0);
	expect_integer(open_with(TEXT_ABSENT), HANSARD_OK);
}

static void expect_refused(const char *path)
{
	struct key_bundle_key found;
	const struct keyring_file_options options = options_of(TEXT_ABSENT);
	expect_integer(open_with(TEXT_ABSENT), HANSARD_INVALID);
	expect_string(error.kind, "key_file_open_to_others");
	expect(strstr(error.message, path) != NULL && strstr(error.hint, "ch") != NULL);
	if (strcmp(path, keys) == 0)
		expect_integer(keyring_file_get(&options, KEY_FILE_UMK, &found, &error), HANSARD_INVALID);
}

/* Whoever writes a list, or the folder that it stands in, says whom heads are believed from. */
static void written_by_others(void)
{
	static const int modes[] = {0620, 0602, 0666, 0664};
	static const char *const names[] = {"trusted", "receipts"};
	struct sign_public public = public_of(1);
	bool known;
	begin();
	expect_integer(create(TEXT_ABSENT), HANSARD_OK);
	for (size_t n = 0; n < 2; n++) {
		expect_integer(keyring_list_put(text_of_string(keys), names[n], &public, &known, &error), HANSARD_OK);
		for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
			expect(chmod(path_of(names[n]), (mode_t)modes[i]) == 0);
			expect_refused(path_of(names[n]));
			public = public_of(2);
			expect_integer(keyring_list_put(text_of_string(keys), names[n], &public, &known, &error), HANSARD_INVALID);
		}
		expect(chmod(path_of(names[n]), 0644) == 0);
		expect_integer(open_with(TEXT_ABSENT), HANSARD_OK);
	}
	for (size_t i = 0; i < 3; i++) {
		static const int folders[] = {0770, 0722, 0777};
		expect(chmod(keys, (mode_t)folders[i]) == 0);
		expect_refused(keys);
	}
	expect(chmod(keys, 0755) == 0);
	expect_integer(open_with(TEXT_ABSENT), HANSARD_OK);
}

/* Root's files are root's to change; those of anyone else are not ours. Only root can give files away. */
static void of_another_owner(void)
{
	static const char *const names[] = {"umk", "signing", "trusted", "receipts"};
	const struct sign_public public = public_of(1);
	bool known;
	begin();
	if (geteuid() != 0)
		tap_skip("only root gives files to another user");
	expect_integer(create(TEXT_ABSENT), HANSARD_OK);
	expect_integer(keyring_list_put(text_of_string(keys), "trusted", &public, &known, &error), HANSARD_OK);
	expect_integer(keyring_list_put(text_of_string(keys), "receipts", &public, &known, &error), HANSARD_OK);
	for (size_t n = 0; n < 4; n++) {
		expect(chown(path_of(names[n]), 65534, 65534) == 0);
		expect_refused(path_of(names[n]));
		expect(chown(path_of(names[n]), 0, 0) == 0);
	}
	expect(chown(keys, 65534, 65534) == 0);
	expect_refused(keys);
	expect(chown(keys, 0, 0) == 0);
	expect_integer(open_with(TEXT_ABSENT), HANSARD_OK);
}

static void nothing_there(void)
{
	const struct keyring_file_options options = options_of(TEXT_ABSENT);
	struct key_bundle_key found;
	begin();
	expect_integer(open_with(TEXT_ABSENT), HANSARD_OK);
	expect(!keyring_can_open(keyring) && !keyring_can_sign(keyring));
	expect_integer(keyring_file_get(&options, KEY_FILE_UMK, &found, &error), HANSARD_WRONG_KEY);
	expect_string(error.kind, "no_key");
	finish();
}

static const struct tap_test tests[] = {
	{"new keys are files of mode 0600 in a folder of mode 0700, whatever the umask", created},
	{"the folders that a new folder of keys stands in are made durable with it", parents_are_synced},
	{"no key is ever overwritten", never_overwritten},
	{"files and folders that are open to others are refused", open_to_others},
	{"symbolic links, folders and pipes are no key files, and are not written through", links_and_folders},
	{"a file that is cut short, too long or of another kind is refused by name", truncated},
	{"wrapped files open with their passphrase", wrapped},
	{"a new UMK keeps the older ones to open with, up to fifteen, and moves no further than to a free name",
	 older_keys},
	{"a second signing key takes over from the first: both sign, both are believed", two_signers},
	{"trusted keys are read, and a wrong one is refused", trusted_keys},
	{"a list opens with as many keys as can be added to it, together with the other and with who signs", full_lists},
	{"a key that is added or retired leaves every other line of a list as it was", comments_stay},
	{"lists and folders that others may write are refused by name", written_by_others},
	{"what belongs to another user is refused by name", of_another_owner},
	{"an empty folder gives a keyring that opens and signs nothing", nothing_there},
};

TAP_MAIN(tests)
