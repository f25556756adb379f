/*
 * The folder of key files. What is read lies in buffers of this file that are wiped, never in an arena.
 */
#include "keyring_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "keyring_disk.h"
#include "keyring_list.h"
#include "keyring_lock.h"
#include "keyring_owned.h"
#include "keyring_path.h"
#include "limits.h"

static const char remedy[] =
	"put the file back from its backup, or move it away and make it again from the recovery words: hansard keys recover";

static const char passphrases[] =
	"give the one that it was put behind; where others open with this one, hansard keys passphrase brings them together; where "
	"nobody knows it, move it away and make it again from its words: hansard keys recover";

/* One file's content, wiped with the struct. */
struct content {
	char path[KEYRING_PATH_SIZE];
	uint8_t data[KEY_FILE_LIMIT];
	size_t size;
	bool exists;
};

static enum hansard_status no_key_file(const char *path, struct hansard_error *error)
{
	error_set(error, HANSARD_INVALID, "invalid_key_file", "%s is no key file", path);
	error_hint(error, "%s", remedy);
	return HANSARD_INVALID;
}

static enum hansard_status read_descriptor(int descriptor, struct content *content, struct hansard_error *error)
{
	struct stat status;
	if (fstat(descriptor, &status) != 0)
		return keyring_disk_fail(error, content->path, "read");
	if (!S_ISREG(status.st_mode) || status.st_size > KEY_FILE_LIMIT)
		return no_key_file(content->path, error);
	const enum hansard_status result = keyring_owned_private(content->path, &status, error);
	if (result != HANSARD_OK)
		return result;
	while (content->size < KEY_FILE_LIMIT) {
		const ssize_t got = read(descriptor, content->data + content->size, KEY_FILE_LIMIT - content->size);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return keyring_disk_fail(error, content->path, "read");
		if (got == 0)
			break;
		content->size += (size_t)got;
	}
	content->exists = true;
	return HANSARD_OK;
}

/* Reads one file into content, which need not be wiped on failure; one that is not there leaves exists false. */
static enum hansard_status read_content(struct text folder, const char *name, struct content *content,
										struct hansard_error *error)
{
	content->size = 0;
	content->exists = false;
	enum hansard_status status = keyring_path_of(folder, name, content->path, error);
	if (status != HANSARD_OK)
		return status;
	const int descriptor = open(content->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (descriptor < 0 && errno == ELOOP)
		return no_key_file(content->path, error);
	if (descriptor < 0)
		return errno == ENOENT ? HANSARD_OK : keyring_disk_fail(error, content->path, "read");
	status = read_descriptor(descriptor, content, error);
	close(descriptor);
	return status;
}

/* The error of a key file, with its path in front. */
static enum hansard_status name_file(enum hansard_status status, const char *path, const struct hansard_error *cause,
									 struct hansard_error *error)
{
	char hint[HANSARD_ERROR_HINT_SIZE];
	memcpy(hint, cause->hint, sizeof(hint));
	const bool wrong = strcmp(cause->kind, "wrong_passphrase") == 0;
	error_set(error, status, cause->kind, "%s: %s", path, cause->message);
	error_hint(error, "%s", wrong ? passphrases : hint[0] == '\0' && status == HANSARD_INVALID ? remedy : hint);
	return status;
}

/* Reads and opens one key; of one that the passphrase does not open, exists and wrapped are told. */
static enum hansard_status open_key(const struct keyring_file_options *options, enum key_file_kind kind, int older,
									struct content *content, struct keyring_file_found *found,
									struct hansard_error *error)
{
	struct key_file file;
	struct hansard_error cause = {0};
	enum hansard_status status = read_content(options->folder, keyring_path_key(kind, older), content, error);
	if (status != HANSARD_OK || !content->exists)
		return status;
	const struct text text = {.data = (const char *)content->data, .size = content->size};
	status = key_file_read(text, &file, &cause);
	if (status == HANSARD_OK && file.kind != kind)
		status = error_set(&cause, HANSARD_INVALID, "invalid_key_file", "this is a key of another kind");
	if (status == HANSARD_OK) {
		found->exists = true;
		found->wrapped = file.wrapped;
		status = key_file_open(&file, options->passphrase, options->kept, found->key.secret, &cause);
	}
	if (status != HANSARD_OK)
		return name_file(status, content->path, &cause, error);
	found->key.kind = kind;
	found->key.older = older;
	found->key.name_size = file.name.size;
	if (file.name.size > 0)
		memcpy(found->key.name, file.name.data, file.name.size);
	return HANSARD_OK;
}

/* A UMK that lies in the keyring's own locked memory. */
struct file_source {
	struct secret_pool *pool;
	struct key_umk umk;
};

static enum hansard_status source_mac(void *self, const struct key_kek_message *message,
									  uint8_t ret_mac[static SECRET_SIZE], struct hansard_error *error)
{
	struct file_source *source = self;
	struct key_kek kek = {0};
	const enum hansard_status status = key_kek_of_umk(source->pool, source->umk, message, &kek, error);
	if (status != HANSARD_OK)
		return status;
	memcpy(ret_mac, kek.slot, SECRET_SIZE);
	secret_give(source->pool, kek.slot);
	return HANSARD_OK;
}

static void source_destroy(void *self)
{
	struct file_source *source = self;
	if (source == NULL)
		return;
	secret_give(source->pool, source->umk.slot);
	free(source);
}

static const struct keyring_source file_source = {.mac = source_mac, .destroy = source_destroy};

static enum hansard_status add_umk(struct keyring *keyring, const uint8_t *secret, struct hansard_error *error)
{
	struct file_source *source = calloc(1, sizeof(*source));
	if (source == NULL)
		return error_memory(error);
	source->pool = keyring_pool(keyring);
	const enum hansard_status status = key_umk_of_bytes(source->pool, secret, &source->umk, error);
	if (status != HANSARD_OK) {
		free(source);
		return status;
	}
	return keyring_add_source(keyring, &file_source, source, error);
}

static enum hansard_status add_signer(struct keyring *keyring, const struct key_bundle_key *found,
									  struct hansard_error *error)
{
	struct sign_key *key;
	const struct text name = {.data = found->name, .size = found->name_size};
	const enum hansard_status status = sign_key_create(name, found->secret, &key, error);
	return status == HANSARD_OK ? keyring_add_signer(keyring, key, error) : status;
}

/* A UMK, after those that are newer. */
static enum hansard_status add_umk_of_age(struct keyring *keyring, const struct key_bundle_key *key,
										  struct hansard_error *error)
{
	if (key->older > 0 && !keyring_can_open(keyring))
		keyring_lack_newest(keyring);
	return add_umk(keyring, key->secret, error);
}

/* Adds every key of a kind, the newest first. */
static enum hansard_status add_keys(struct keyring *keyring, const struct keyring_file_options *options,
									enum key_file_kind kind, struct content *content, struct hansard_error *error)
{
	enum hansard_status status = HANSARD_OK;
	for (int older = 0; status == HANSARD_OK && keyring_path_key(kind, older) != NULL; older++) {
		struct keyring_file_found found = {.exists = false};
		status = open_key(options, kind, older, content, &found, error);
		if (status == HANSARD_OK && found.exists)
			status = kind == KEY_FILE_UMK ? add_umk_of_age(keyring, &found.key, error)
										  : add_signer(keyring, &found.key, error);
		secret_wipe(&found, sizeof(found));
	}
	return status;
}

static enum hansard_status add_trusted(struct keyring *keyring, struct text folder, struct hansard_error *error)
{
	struct keyring_list list = {.count = 0};
	enum hansard_status status = keyring_list_read(folder, "trusted", &list, error);
	for (size_t i = 0; status == HANSARD_OK && i < list.count; i++)
		status = keyring_trust(keyring, &list.keys[i], error);
	return status;
}

/* Who is believed of receipts alone. The list serves to say so of a head, and to sign anew what these signed: what cannot be read of it
   costs no more than that, but one that others can write is not taken. */
static enum hansard_status add_retired(struct keyring *keyring, struct text folder, struct hansard_error *error)
{
	struct keyring_list list = {.count = 0};
	struct hansard_error cause = {0};
	const enum hansard_status status = keyring_list_read(folder, "receipts", &list, &cause);
	if (status != HANSARD_OK && strcmp(cause.kind, "key_file_open_to_others") == 0) {
		if (error != NULL)
			*error = cause;
		return status;
	}
	for (size_t i = 0; i < list.count; i++)
		keyring_retire(keyring, &list.keys[i]);
	return HANSARD_OK;
}

/* What is made of a folder at one look. */
struct look {
	struct keyring_file_options options;
	struct passphrase_kept kept;
	struct content content;
	struct keyring *keyring;   /* of open_once */
	struct key_bundle *bundle; /* of take_once */
	enum hansard_status (*once)(struct look *look, struct hansard_error *error);
};

static void begin(struct look *look, const struct keyring_file_options *options)
{
	look->options = *options;
	if (options->kept == NULL)
		look->options.kept = &look->kept;
}

static enum hansard_status open_once(struct look *look, struct hansard_error *error)
{
	const struct keyring_file_options *options = &look->options;
	keyring_destroy(look->keyring);
	look->keyring = NULL;
	enum hansard_status status = keyring_owned_folder(options->folder, error);
	if (status == HANSARD_OK)
		status = keyring_create(&options->keyring, &look->keyring, error);
	if (status == HANSARD_OK)
		status = add_keys(look->keyring, options, KEY_FILE_UMK, &look->content, error);
	if (status == HANSARD_OK)
		status = add_keys(look->keyring, options, KEY_FILE_SIGNING, &look->content, error);
	if (status == HANSARD_OK)
		status = add_trusted(look->keyring, options->folder, error);
	return status == HANSARD_OK ? add_retired(look->keyring, options->folder, error) : status;
}

static enum hansard_status add_found(struct look *look, const struct key_bundle_key *found, struct hansard_error *error)
{
	const size_t same = key_bundle_find(look->bundle, found);
	if (same == SIZE_MAX)
		return key_bundle_add(look->bundle, found, error);
	error_set(error, HANSARD_INVALID, "invalid_key_file", "%s holds the same key as %s", look->content.path,
			  keyring_path_key(found->kind, look->bundle->keys[same].older));
	error_hint(error, "take it away: a copy of a key stands for no other");
	return HANSARD_INVALID;
}

static enum hansard_status take_kind(struct look *look, enum key_file_kind kind, struct hansard_error *error)
{
	enum hansard_status status = HANSARD_OK;
	for (int older = 0; status == HANSARD_OK && keyring_path_key(kind, older) != NULL; older++) {
		struct keyring_file_found found = {.exists = false};
		status = open_key(&look->options, kind, older, &look->content, &found, error);
		if (status == HANSARD_OK && found.exists)
			status = add_found(look, &found.key, error);
		secret_wipe(&found, sizeof(found));
	}
	return status;
}

static enum hansard_status take_once(struct look *look, struct hansard_error *error)
{
	const struct text folder = look->options.folder;
	secret_wipe(look->bundle, sizeof(*look->bundle));
	enum hansard_status status = keyring_owned_folder(folder, error);
	if (status == HANSARD_OK)
		status = take_kind(look, KEY_FILE_UMK, error);
	if (status == HANSARD_OK)
		status = take_kind(look, KEY_FILE_SIGNING, error);
	if (status == HANSARD_OK)
		status = keyring_list_read(folder, "trusted", &look->bundle->trusted, error);
	return status == HANSARD_OK ? keyring_list_read(folder, "receipts", &look->bundle->receipts, error) : status;
}

/* Looks until nothing changed meanwhile: what was read while a key took over from another belongs to no one state. Between the two
   names of a rotation the newest UMK is missing for a moment: that is looked at twice. */
static enum hansard_status look_at(struct look *look, struct keyring_watch *watch, struct hansard_error *error)
{
	for (int turn = 1;; turn++) {
		keyring_watch_begin(watch, look->options.folder);
		const enum hansard_status status = look->once(look, error);
		const bool between = turn == 1 && look->keyring != NULL && keyring_lacks_newest(look->keyring);
		if (!between && keyring_watch_same(watch, look->options.folder))
			return status;
		keyring_watch_finish(watch);
		if (turn == LIMIT_KEYS_LOOKS)
			return keyring_lock_busy(look->options.folder, error);
		keyring_lock_pause();
	}
}

/* A file that was read can be opened, so one that could not be held was out of reach for a moment only. */
static enum hansard_status check_held(const struct keyring_watch *watch, struct text folder,
									  struct hansard_error *error)
{
	if (!watch->missing[0] && !watch->missing[1])
		return HANSARD_OK;
	error_set(error, HANSARD_FAILED, "io", "the key files in " ERROR_TEXT " cannot be held open",
			  ERROR_TEXT_ARGS(folder));
	error_hint(error, "close some files, or raise the limit of open files (ulimit -n)");
	return HANSARD_FAILED;
}

enum hansard_status keyring_file_open(const struct keyring_file_options *options, struct keyring **ret_keyring,
									  struct hansard_error *error)
{
	struct keyring_watch watch = KEYRING_WATCH_NONE;
	struct look *look = calloc(1, sizeof(*look));
	if (look == NULL)
		return error_memory(error);
	begin(look, options);
	look->once = open_once;
	enum hansard_status status = look_at(look, &watch, error);
	if (status == HANSARD_OK)
		status = check_held(&watch, options->folder, error);
	if (status == HANSARD_OK && options->watch != NULL)
		*options->watch = watch;
	else
		keyring_watch_finish(&watch);
	if (status == HANSARD_OK)
		*ret_keyring = look->keyring;
	else
		keyring_destroy(look->keyring);
	secret_wipe(look, sizeof(*look));
	free(look);
	return status;
}

enum hansard_status keyring_file_take(const struct keyring_file_options *options, struct key_bundle *bundle,
									  struct hansard_error *error)
{
	struct keyring_watch watch = KEYRING_WATCH_NONE;
	struct look *look = calloc(1, sizeof(*look));
	if (look == NULL)
		return error_memory(error);
	begin(look, options);
	look->once = take_once;
	look->bundle = bundle;
	const enum hansard_status status = look_at(look, &watch, error);
	keyring_watch_finish(&watch);
	secret_wipe(look, sizeof(*look));
	free(look);
	if (status != HANSARD_OK)
		secret_wipe(bundle, sizeof(*bundle));
	return status;
}

enum hansard_status keyring_file_of_bundle(const struct keyring_options *options, const struct key_bundle *bundle,
										   struct keyring **ret_keyring, struct hansard_error *error)
{
	struct keyring *keyring;
	enum hansard_status status = keyring_create(options, &keyring, error);
	if (status != HANSARD_OK)
		return status;
	for (size_t i = 0; status == HANSARD_OK && i < bundle->count; i++) {
		const struct key_bundle_key *key = &bundle->keys[i];
		status = key->kind == KEY_FILE_UMK ? add_umk_of_age(keyring, key, error) : add_signer(keyring, key, error);
	}
	if (status == HANSARD_OK)
		*ret_keyring = keyring;
	else
		keyring_destroy(keyring);
	return status;
}

enum hansard_status keyring_file_look(const struct keyring_file_options *options, enum key_file_kind kind, int older,
									  struct keyring_file_found *ret_found, struct hansard_error *error)
{
	struct content *content = calloc(1, sizeof(*content));
	if (content == NULL)
		return error_memory(error);
	*ret_found = (struct keyring_file_found){.exists = false};
	const enum hansard_status status = open_key(options, kind, older, content, ret_found, error);
	secret_wipe(content, sizeof(*content));
	free(content);
	return status;
}

enum hansard_status keyring_file_get(const struct keyring_file_options *options, enum key_file_kind kind,
									 struct key_bundle_key *ret_key, struct hansard_error *error)
{
	struct keyring_file_found found = {.exists = false};
	enum hansard_status status = keyring_owned_folder(options->folder, error);
	if (status == HANSARD_OK)
		status = keyring_file_look(options, kind, 0, &found, error);
	if (status == HANSARD_OK && !found.exists)
		status = error_set(error, HANSARD_WRONG_KEY, "no_key", "there is no " ERROR_TEXT "/%s",
						   ERROR_TEXT_ARGS(options->folder), keyring_path_key(kind, 0));
	if (status == HANSARD_OK)
		*ret_key = found.key;
	secret_wipe(&found, sizeof(found));
	return status;
}

enum hansard_status keyring_file_check(struct text folder, enum key_file_kind kind, int older,
									   struct hansard_error *error)
{
	const struct keyring_file_options options = {.folder = folder, .passphrase = TEXT_ABSENT};
	struct keyring_file_found found = {.exists = false};
	struct hansard_error cause = {0};
	enum hansard_status status = keyring_file_look(&options, kind, older, &found, &cause);
	if (status == HANSARD_WRONG_KEY) /* all but the box was read */
		status = HANSARD_OK;
	if (status != HANSARD_OK && error != NULL)
		*error = cause;
	secret_wipe(&found, sizeof(found));
	return status;
}

bool keyring_file_exists(struct text folder)
{
	char path[KEYRING_PATH_SIZE];
	struct stat status;
	return (keyring_path_of(folder, "umk", path, NULL) == HANSARD_OK && lstat(path, &status) == 0) ||
		   (keyring_path_of(folder, "signing", path, NULL) == HANSARD_OK && lstat(path, &status) == 0);
}
