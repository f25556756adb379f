/*
 * Keys on the move: from words, to and from a file of both, and a public one that is to be believed.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk.h"
#include "error.h"
#include "key_words.h"
#include "keyring_list.h"
#include "keyring_lock.h"
#include "keys_bring.h"

/* Words of one key while they are collected. */
enum { WORDS_ROOM = 4 * KEY_WORDS_SIZE };
struct collecting {
	struct keys_bring *bring;
	struct hash_context *hash;
	char words[WORDS_ROOM];
	size_t size;
	bool open; /* "umk" or "signing NAME" was read */
};

static enum hansard_status wrong_words(const struct key_bundle_key *key, size_t wrong, struct hansard_error *error)
{
	const struct text kind = key_file_kind_name(key->kind);
	if (wrong > 0)
		error_set(error, HANSARD_INVALID, "wrong_word", "word %zu of %.*s is none of these words", wrong,
				  (int)kind.size, kind.data);
	else
		error_set(error, HANSARD_INVALID, "wrong_words",
				  "the words of %.*s do not belong together: one is another, is missing, or there is one too many",
				  (int)kind.size, kind.data);
	error_hint(error, "%d words of five letters each; compare them with what was written down, and hand all in again",
			   KEY_WORDS_COUNT);
	return HANSARD_INVALID;
}

/* Reads the words of the key that is open. */
static enum hansard_status close_key(struct collecting *collecting, struct hansard_error *error)
{
	struct keys_bring *bring = collecting->bring;
	size_t wrong = 0;
	if (!collecting->open)
		return HANSARD_OK;
	struct key_bundle_key *key = &bring->keys[bring->count];
	const struct text words = {.data = collecting->words, .size = collecting->size};
	if (!key_words_read(collecting->hash, key_file_kind_name(key->kind), words, key->secret, &wrong))
		return wrong_words(key, wrong, error);
	bring->count++;
	collecting->open = false;
	collecting->size = 0;
	return HANSARD_OK;
}

/* Names of keys have no capitals, so they are read in any case as the words are. */
static struct text in_small_letters(struct text name, char room[static SIGN_NAME_LIMIT])
{
	const size_t size = name.size <= SIGN_NAME_LIMIT ? name.size : 0;
	for (size_t i = 0; i < size; i++)
		room[i] = name.data[i] >= 'A' && name.data[i] <= 'Z' ? (char)(name.data[i] - 'A' + 'a') : name.data[i];
	return (struct text){.data = room, .size = size};
}

static enum hansard_status open_key(struct collecting *collecting, enum key_file_kind kind, struct text typed,
									struct hansard_error *error)
{
	char room[SIGN_NAME_LIMIT];
	const struct text name = in_small_letters(typed, room);
	struct keys_bring *bring = collecting->bring;
	const enum hansard_status status = close_key(collecting, error);
	if (status != HANSARD_OK)
		return status;
	if (bring->count == KEY_BUNDLE_KEYS || (bring->count == 1 && bring->keys[0].kind == kind))
		return error_set(error, HANSARD_INVALID, "wrong_words", "there are words of two keys of one kind");
	if (kind == KEY_FILE_SIGNING && !sign_name_valid(name))
		return error_set(error, HANSARD_INVALID, "invalid_key_name", "behind \"signing\" stands the name of the key");
	struct key_bundle_key *key = &bring->keys[bring->count];
	key->kind = kind;
	key->name_size = name.size;
	if (name.size > 0)
		memcpy(key->name, name.data, name.size);
	collecting->open = true;
	return HANSARD_OK;
}

static struct text without_colon(struct text word)
{
	return word.size > 0 && word.data[word.size - 1] == ':' ? text_slice(word, 0, word.size - 1) : word;
}

/* Takes the next word off a line. */
static struct text take_word(struct text *line)
{
	size_t size = 0;
	*line = text_trim(*line);
	while (size < line->size && line->data[size] != ' ' && line->data[size] != '\t')
		size++;
	const struct text word = text_slice(*line, 0, size);
	*line = text_slice(*line, size, line->size);
	return word;
}

static enum hansard_status take_line(struct collecting *collecting, struct text line, struct hansard_error *error)
{
	enum hansard_status status = HANSARD_OK;
	while (status == HANSARD_OK && text_trim(line).size > 0) {
		const struct text word = take_word(&line);
		if (text_equal_ignoring_case(without_colon(word), TEXT("umk"))) {
			status = open_key(collecting, KEY_FILE_UMK, TEXT_ABSENT, error);
		} else if (text_equal_ignoring_case(word, TEXT("signing"))) {
			status = open_key(collecting, KEY_FILE_SIGNING, without_colon(take_word(&line)), error);
		} else if (!collecting->open) {
			status = error_set(error, HANSARD_INVALID, "wrong_words",
							   "in front of the words stands whose they are: \"umk\", or \"signing\" and its name");
		} else if (collecting->size + 1 + word.size > WORDS_ROOM) {
			status = wrong_words(&collecting->bring->keys[collecting->bring->count], 0, error);
		} else {
			collecting->words[collecting->size++] = ' ';
			memcpy(collecting->words + collecting->size, word.data, word.size);
			collecting->size += word.size;
		}
	}
	return status;
}

static enum hansard_status collect(struct keys_bring *bring, struct text text, struct hansard_error *error)
{
	struct collecting collecting = {.bring = bring, .hash = hash_create()};
	enum hansard_status status = collecting.hash != NULL ? HANSARD_OK : error_memory(error);
	while (status == HANSARD_OK && text.size > 0) {
		const size_t end = text_find(text, TEXT("\n"), 0);
		const struct text line = text_trim(text_slice(text, 0, end));
		text = end == SIZE_MAX ? TEXT("") : text_slice(text, end + 1, text.size);
		if (line.size > 0 && line.data[0] != '#')
			status = take_line(&collecting, line, error);
	}
	if (status == HANSARD_OK)
		status = close_key(&collecting, error);
	if (status == HANSARD_OK && bring->count == 0)
		status = error_set(error, HANSARD_INVALID, "wrong_words", "there are no words");
	hash_destroy(collecting.hash);
	secret_wipe(&collecting, sizeof(collecting));
	return status;
}

enum hansard_status hansard_keys_recover(const struct hansard_options *options, const struct hansard_input *words,
										 struct hansard_output *ret_out, struct hansard_error *error)
{
	struct keys_desk desk;
	struct keys_bring bring = {.desk = &desk};
	enum hansard_status status = keys_desk_begin(&desk, options, error);
	if (status == HANSARD_OK)
		status = collect(&bring, (struct text){.data = words->data, .size = words->size}, error);
	if (status == HANSARD_OK)
		status = keys_bring_run(&bring, "keys_recovered", error);
	secret_wipe(&bring, sizeof(bring));
	return keys_desk_finish(&desk, status, ret_out, error);
}

/* Adds one key, wrapped, to what will be the file. */
/* What an export needs to know; wiped by who has it. */
struct exporting {
	struct keys_desk *desk;
	struct keys_passphrase theirs; /* that the key files here are behind, once it was asked for */
	struct keys_passphrase own;    /* of the file that is made */
};

static enum hansard_status export_one(struct exporting *export, enum key_file_kind kind, struct buffer *out,
									  struct hansard_error *error)
{
	struct keys_desk *desk = export->desk;
	struct keyring_file_found found = {.name_size = 0};
	struct key_file_request request = {.kind = kind, .passphrase = keys_passphrase_text(&export->own)};
	const struct moment_entropy entropy = backend_entropy(desk->options->platform);
	enum hansard_status status = keys_desk_get(desk, kind, &export->theirs, &found, error);
	if (found.name_size > 0)
		request.name = (struct text){.data = found.name, .size = found.name_size};
	if (status == HANSARD_OK && (!entropy.fill(entropy.context, request.salt, sizeof(request.salt)) ||
								 !entropy.fill(entropy.context, request.nonce, sizeof(request.nonce))))
		status = error_set(error, HANSARD_FAILED, "no_entropy", "the system gives no randomness");
	if (status == HANSARD_OK)
		status = key_file_write(&request, found.secret, out, error);
	secret_wipe(&found, sizeof(found));
	return status;
}

/* A new file of mode 0600, synced; taken away again when it cannot be written whole. */
static enum hansard_status write_private(const char *path, struct bytes content, struct hansard_error *error)
{
	const int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (descriptor < 0 && errno == EEXIST) {
		error_set(error, HANSARD_CONFLICT, "file_exists", "there is %s already", path);
		error_hint(error, "nothing was overwritten: name a new file");
		return HANSARD_CONFLICT;
	}
	if (descriptor < 0)
		return error_set(error, HANSARD_FAILED, "io", "%s cannot be made: %s", path, strerror(errno));
	const bool good = write(descriptor, content.data, content.size) == (ssize_t)content.size && fsync(descriptor) == 0;
	if (!good)
		error_set(error, HANSARD_FAILED, "io", "%s cannot be written: %s", path, strerror(errno));
	close(descriptor);
	if (!good)
		unlink(path);
	return good ? HANSARD_OK : HANSARD_FAILED;
}

static enum hansard_status export_keys(struct keys_desk *desk, const char *file, struct exporting *export,
									   struct hansard_error *error)
{
	uint8_t data[KEY_BUNDLE_LIMIT];
	struct buffer out = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	const struct text path = text_of_string(file);
	if (disk_kind(path) != DISK_NOTHING)
		return write_private(file, (struct bytes){.data = NULL}, error);
	/* The keys are opened first, so that passphrases are asked for in this order: theirs, the new one. */
	struct keyring_file_found found = {.name_size = 0};
	enum hansard_status status = keys_desk_get(desk, KEY_FILE_UMK, &export->theirs, &found, error);
	secret_wipe(&found, sizeof(found));
	if (status != HANSARD_OK)
		return status;
	if (!keys_ask(desk->options, path, true, &export->own)) {
		error_set(error, HANSARD_USAGE, "no_passphrase", "exported keys lie behind a passphrase, and none was given");
		error_hint(error, "give it at the prompt, with --password-command, or on a descriptor with --password-fd");
		return HANSARD_USAGE;
	}
	status = export_one(export, KEY_FILE_UMK, &out, error);
	if (status == HANSARD_OK)
		status = export_one(export, KEY_FILE_SIGNING, &out, error);
	if (status == HANSARD_OK)
		status = write_private(file, buffer_view(&out), error);
	if (status != HANSARD_OK)
		return status;
	if (desk->as_json) {
		answer_begin(&desk->answer, &desk->request.out, "keys_exported");
		answer_text(&desk->answer, "file", path);
		return answer_finish(&desk->answer, error);
	}
	const struct text shown = session_clean(&desk->request, path);
	return session_say(
			   &desk->request,
			   "Wrote both keys to %.*s\n  It opens with the passphrase that you gave and with nothing else. On the "
			   "other machine:\n  hansard keys import FILE\n",
			   (int)shown.size, shown.data)
			   ? HANSARD_OK
			   : error_memory(error);
}

enum hansard_status hansard_keys_export(const struct hansard_options *options, const char *file,
										struct hansard_output *ret_out, struct hansard_error *error)
{
	struct keys_desk desk;
	struct exporting export = {.desk = &desk};
	int lock = -1;
	enum hansard_status status = keys_desk_begin(&desk, options, error);
	if (status == HANSARD_OK)
		status = keyring_lock_take(desk.folder, &lock, error);
	if (status == HANSARD_OK)
		status = export_keys(&desk, file, &export, error);
	keyring_lock_give(lock);
	secret_wipe(&export, sizeof(export));
	return keys_desk_finish(&desk, status, ret_out, error);
}

/* The file of an import; wiped by who has it. */
struct bundle {
	uint8_t data[KEY_BUNDLE_LIMIT + 1];
	size_t size;
	mode_t mode;
};

static enum hansard_status read_bundle(const char *file, struct bundle *bundle, struct hansard_error *error)
{
	struct stat status = {.st_mode = 0};
	const int descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (descriptor < 0)
		return error_set(error, errno == ENOENT ? HANSARD_NOT_FOUND : HANSARD_FAILED, "io", "it cannot be read: %s",
						 strerror(errno));
	ssize_t got = fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) ? 1 : -1;
	if (got < 0)
		errno = EINVAL;
	while (got > 0 && bundle->size < sizeof(bundle->data)) {
		got = read(descriptor, bundle->data + bundle->size, sizeof(bundle->data) - bundle->size);
		bundle->size += got > 0 ? (size_t)got : 0;
	}
	const int number = errno;
	close(descriptor);
	bundle->mode = status.st_mode;
	if (got < 0)
		return error_set(error, HANSARD_FAILED, "io", "it cannot be read: %s", strerror(number));
	if (bundle->size <= KEY_BUNDLE_LIMIT)
		return HANSARD_OK;
	return error_set(error, HANSARD_INVALID, "invalid_key_file", "it has more than %d bytes, which no export has",
					 KEY_BUNDLE_LIMIT);
}

/* What others could have read without a passphrase is no key any more. */
static enum hansard_status check_bundle(const struct bundle *bundle, bool wrapped, struct hansard_error *error)
{
	if (wrapped || (bundle->mode & (S_IRWXG | S_IRWXO)) == 0)
		return HANSARD_OK;
	error_set(error, HANSARD_INVALID, "key_file_open_to_others",
			  "it is behind no passphrase, and can be read or written by others than its owner");
	error_hint(error, "chmod 600 it, if nobody can have read it; otherwise make new keys");
	return HANSARD_INVALID;
}

/* *error is there in any case. */
static enum hansard_status open_bundle(struct keys_bring *bring, const char *file, struct bundle *bundle,
									   struct hansard_error *error)
{
	bool wrapped = false;
	enum hansard_status status = read_bundle(file, bundle, error);
	const struct text text = {.data = (const char *)bundle->data, .size = bundle->size};
	if (status == HANSARD_OK)
		status = key_bundle_wrapped(text, &wrapped, error);
	if (status == HANSARD_OK)
		status = check_bundle(bundle, wrapped, error);
	if (status != HANSARD_OK)
		return status;
	status = key_bundle_read(text, TEXT_ABSENT, bring->keys, &bring->count, error);
	if (status == HANSARD_WRONG_KEY && strcmp(error->kind, "passphrase_needed") == 0 &&
		keys_ask(bring->desk->options, text_of_string(file), false, &bring->given))
		status = key_bundle_read(text, keys_passphrase_text(&bring->given), bring->keys, &bring->count, error);
	return status;
}

static enum hansard_status bring_file(struct keys_bring *bring, const char *file, struct hansard_error *error)
{
	struct bundle bundle = {.size = 0};
	struct hansard_error cause = {0};
	const enum hansard_status status = open_bundle(bring, file, &bundle, &cause);
	secret_wipe(&bundle, sizeof(bundle));
	if (status != HANSARD_OK) {
		error_set(error, status, cause.kind, "%.200s: %s", file, cause.message);
		error_hint(error, "%s", cause.hint);
		return status;
	}
	return keys_bring_run(bring, "keys_imported", error);
}

enum hansard_status hansard_keys_import(const struct hansard_options *options, const char *file,
										struct hansard_output *ret_out, struct hansard_error *error)
{
	struct keys_desk desk;
	struct keys_bring bring = {.desk = &desk};
	enum hansard_status status = keys_desk_begin(&desk, options, error);
	if (status == HANSARD_OK)
		status = bring_file(&bring, file, error);
	secret_wipe(&bring, sizeof(bring));
	return keys_desk_finish(&desk, status, ret_out, error);
}

static enum hansard_status trust(struct keys_desk *desk, const char *line, struct hansard_error *error)
{
	struct sign_public public = {.name_size = 0};
	struct hansard_error cause = {0};
	bool known = false;
	size_t made;
	int lock = -1;
	enum hansard_status status = sign_public_read(text_trim(text_of_string(line)), &public, &cause);
	if (status != HANSARD_OK) {
		error_set(error, status, cause.kind, "%s", cause.message);
		error_hint(error, "it is the line that `hansard keys show` prints where that key signs: name+id+key");
		return status;
	}
	status = disk_make_folder(desk->folder, true, &made, error);
	if (status == HANSARD_OK)
		status = keyring_lock_take(desk->folder, &lock, error);
	struct keyring_list receipts = {.count = 0};
	if (status == HANSARD_OK)
		status = keyring_list_read(desk->folder, "receipts", &receipts, error);
	if (status == HANSARD_OK)
		status = keyring_list_put(desk->folder, "trusted", &public, &known, error);
	keyring_lock_give(lock);
	const bool retired = keyring_list_find(&receipts, &public) != SIZE_MAX;
	if (status != HANSARD_OK)
		return status;
	const struct text name = sign_public_name(&public);
	if (desk->as_json) {
		answer_begin(&desk->answer, &desk->request.out, "keys_trusted");
		answer_text(&desk->answer, "name", name);
		answer_boolean(&desk->answer, "added", !known);
		answer_boolean(&desk->answer, "retired", retired);
		return answer_finish(&desk->answer, error);
	}
	return session_say(&desk->request, "Heads of %.*s are believed%s\n", (int)name.size, name.data,
					   known ? ", as before" : " from now on") &&
				   (!retired ||
					session_say(
						&desk->request,
						"  That key has retired here, and whoever had it may have signed what he likes. To believe it\n"
						"  of receipts alone again, take its line out of %.*s/trusted\n",
						(int)desk->folder.size, desk->folder.data))
			   ? HANSARD_OK
			   : error_memory(error);
}

enum hansard_status hansard_keys_trust(const struct hansard_options *options, const char *line,
									   struct hansard_output *ret_out, struct hansard_error *error)
{
	struct keys_desk desk;
	enum hansard_status status = keys_desk_begin(&desk, options, error);
	if (status == HANSARD_OK)
		status = trust(&desk, line, error);
	return keys_desk_finish(&desk, status, ret_out, error);
}
