/*
 * Keys that change: what a look tells, who waits for whom, and a keyring that takes another's place.
 */
#include "keyring_file.h"
#include "keyring_lock.h"
#include "keyring_make.h"
#include "keyring_path.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "folder.h"
#include "tap.h"

static char folder[FOLDER_SIZE];
static struct hansard_error error;
static unsigned draws;

static bool draw(void *context, uint8_t *data, size_t size)
{
	(void)context;
	memset(data, (int)++draws, size);
	return true;
}

static const struct moment_entropy entropy = {.fill = draw};

static const char *path_of(const char *name)
{
	static char path[2][FOLDER_SIZE + 32];
	static size_t turn;
	turn = 1 - turn;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", folder, name);
	return path[turn];
}

static struct text keys(void)
{
	return text_of_string(folder);
}

static void begin(void)
{
	error = (struct hansard_error){0};
	draws = 0;
	folder_make("watch", folder);
	const struct keyring_make_creation creation = {
		.folder = keys(), .signer = TEXT("ada"), .passphrase = TEXT_ABSENT, .entropy = entropy};
	expect_integer(keyring_make_both(&creation, &error), HANSARD_OK);
}

static void finish(void)
{
	expect(folder_remove(folder));
}

static void rotate(enum key_file_kind kind)
{
	const struct keyring_make_secret request = {.folder = keys(),
												.kind = kind,
												.name = kind == KEY_FILE_SIGNING ? TEXT("ada") : TEXT_ABSENT,
												.passphrase = TEXT_ABSENT,
												.entropy = entropy,
												.place = KEYRING_MAKE_NEWEST};
	int number;
	uint8_t secret[SECRET_SIZE];
	expect(draw(NULL, secret, sizeof(secret)));
	expect_integer(keyring_make_put(&request, secret, &number, &error), HANSARD_OK);
}

static void put_file(const char *name, const char *content)
{
	const int file = open(path_of(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);
	expect(file >= 0 && write(file, content, strlen(content)) == (ssize_t)strlen(content) && close(file) == 0);
}

static void changes_are_seen(void)
{
	struct keyring_watch watch;
	begin();
	keyring_watch_begin(&watch, keys());
	expect(keyring_watch_same(&watch, keys()));
	put_file("notes", "no key");
	expect(keyring_watch_same(&watch, keys()));
	put_file("trusted", "# somebody\n");
	expect(!keyring_watch_same(&watch, keys()));
	keyring_watch_finish(&watch);
	for (int kind = 0; kind < 2; kind++) {
		keyring_watch_begin(&watch, keys());
		rotate(kind == 0 ? KEY_FILE_UMK : KEY_FILE_SIGNING);
		expect(!keyring_watch_same(&watch, keys()));
		keyring_watch_finish(&watch);
	}
	/* The same bytes under the same name are another file. */
	keyring_watch_begin(&watch, keys());
	expect(rename(path_of("signing"), path_of("away")) == 0);
	expect(!keyring_watch_same(&watch, keys()));
	expect(link(path_of("away"), path_of("signing")) == 0);
	expect(keyring_watch_same(&watch, keys()));
	keyring_watch_finish(&watch);
	finish();
}

static void commits_are_waited_for(void)
{
	struct keyring_watch before, after;
	bool same = false;
	begin();
	keyring_watch_begin(&before, keys());
	expect_integer(keyring_watch_lock(&before, keys(), &same, &error), HANSARD_OK);
	expect(same);
	rotate(KEY_FILE_SIGNING);
	expect_integer(keyring_watch_drain(keys(), KEY_FILE_SIGNING, &error), HANSARD_BUSY);
	expect_string(error.kind, "commits_under_way");
	keyring_watch_unlock(&before);
	/* Who is late is told so, and keeps nothing locked; who has read both is not waited for. */
	expect_integer(keyring_watch_lock(&before, keys(), &same, &error), HANSARD_OK);
	expect(!same);
	keyring_watch_begin(&after, keys());
	expect_integer(keyring_watch_lock(&after, keys(), &same, &error), HANSARD_OK);
	expect(same);
	expect_integer(keyring_watch_drain(keys(), KEY_FILE_SIGNING, &error), HANSARD_OK);
	expect_integer(keyring_watch_drain(keys(), KEY_FILE_UMK, &error), HANSARD_OK); /* there is none */
	keyring_watch_finish(&before);
	keyring_watch_finish(&after);
	finish();
}

/* Keys that are brought take over without waiting: whoever uses the one from before is waited for by the rotation that follows. */
static void all_older_are_waited_for(void)
{
	struct keyring_watch before;
	bool same = false;
	begin();
	keyring_watch_begin(&before, keys());
	expect_integer(keyring_watch_lock(&before, keys(), &same, &error), HANSARD_OK);
	expect(same);
	rotate(KEY_FILE_UMK);
	rotate(KEY_FILE_UMK);
	expect(rename(path_of("umk.2"), path_of("umk.15")) == 0);
	const pid_t rotation = fork();
	if (rotation == 0)
		_exit(keyring_watch_drain(keys(), KEY_FILE_UMK, NULL) == HANSARD_OK ? 0 : 1);
	const struct timespec moment = {.tv_nsec = 300000000};
	int outcome = -1;
	expect(nanosleep(&moment, NULL) == 0 && waitpid(rotation, &outcome, WNOHANG) == 0);
	keyring_watch_unlock(&before);
	expect(waitpid(rotation, &outcome, 0) == rotation && WIFEXITED(outcome) && WEXITSTATUS(outcome) == 0);
	keyring_watch_finish(&before);
	finish();
}

static void one_at_a_time(void)
{
	int one, other;
	begin();
	for (size_t i = 0; i < KEYRING_PATH_FILES; i++) {
		char draft[32];
		expect(keyring_lock_draft(keyring_path_files[i].name, sizeof(draft), draft));
		put_file(draft, "left");
	}
	put_file("umk.new.7", "left");
	put_file("umk.new.x", "not ours");
	expect_integer(keyring_lock_take(keys(), &one, &error), HANSARD_OK);
	expect(one >= 0 && access(path_of("umk.new.7"), F_OK) != 0 && access(path_of("umk.new.x"), F_OK) == 0);
	for (size_t i = 0; i < KEYRING_PATH_FILES; i++) {
		char draft[32];
		expect(keyring_lock_draft(keyring_path_files[i].name, sizeof(draft), draft) &&
			   access(path_of(draft), F_OK) != 0);
	}
	expect_integer(keyring_lock_take(keys(), &other, &error), HANSARD_BUSY);
	expect_string(error.kind, "keys_busy");
	expect(other == -1);
	keyring_lock_give(one);
	expect_integer(keyring_lock_take(keys(), &other, &error), HANSARD_OK);
	keyring_lock_give(other);
	expect_integer(keyring_lock_take(TEXT("/nowhere/at/all"), &other, &error), HANSARD_OK);
	expect(other == -1);
	finish();
}

static void a_place_is_taken(void)
{
	struct keyring *keyring, *fresh;
	struct keyring_file_options options = {
		.folder = keys(), .keyring = {.tenant = TEXT("acme"), .epoch = 1}, .passphrase = TEXT_ABSENT};
	struct key_kek_id old, new, derived;
	struct key_kek kek;
	int count = 0;
	begin();
	options.folder = keys();
	expect_integer(keyring_file_open(&options, &keyring, &error), HANSARD_OK);
	expect(keyring_kek(keyring, &kek, &error) == HANSARD_OK && key_kek_identify(kek, &old, &error) == HANSARD_OK);
	uint8_t *slot = secret_take(keyring_pool(keyring));
	expect(slot != NULL);
	options.keyring.beside = keyring;
	for (int round = 0; round < 3; round++) {
		rotate(KEY_FILE_UMK);
		expect_integer(keyring_file_open(&options, &fresh, &error), HANSARD_OK);
		expect(keyring_pool(fresh) == keyring_pool(keyring));
		keyring_replace(keyring, fresh);
		expect(keyring_kek(keyring, &kek, &error) == HANSARD_OK && key_kek_identify(kek, &new, &error) == HANSARD_OK);
		expect(memcmp(&old, &new, sizeof(old)) != 0);
		expect_integer(keyring_find_kek(keyring, &old, &kek, &error), HANSARD_OK);
		while (keyring_take_derived(keyring, &derived))
			count++;
	}
	expect_integer(count, 2 + 3 + 4);
	secret_give(keyring_pool(keyring), slot);
	keyring_destroy(keyring);
	finish();
}

static const struct tap_test tests[] = {
	{"a key file that is replaced, added or taken away is seen; other files are not", changes_are_seen},
	{"a rotation waits for commits that were begun with the older key alone, and for no others",
	 commits_are_waited_for},
	{"a rotation waits for whoever uses any older key, also where others were brought meanwhile",
	 all_older_are_waited_for},
	{"keys are changed by one at a time, who takes away what others left half-written", one_at_a_time},
	{"a keyring takes another's place in the same locked memory", a_place_is_taken},
};

TAP_MAIN(tests)
