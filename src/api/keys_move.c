/*
 * Keys on the move: to and from a file of all of them.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk.h"
#include "error.h"
#include "keyring_lock.h"
#include "keys_bring.h"

/* What an export needs to know; wiped by who has it. */
struct exporting {
	struct keys_desk *desk;
	struct keys_passphrase theirs; /* that the key files here are behind, once it was asked for */
	struct keys_passphrase own;    /* of the file that is made */
	struct key_bundle bundle;
};

/* The text of the file. */
static enum hansard_status write_bundle(struct exporting *export, struct buffer *out, struct hansard_error *error)
{
	const struct hansard_platform *platform = export->desk->options->platform;
	const struct moment_entropy entropy = backend_entropy(platform);
	const struct moment_clock clock = backend_clock(platform);
	struct key_bundle_request request = {.passphrase = keys_passphrase_text(&export->own)};
	if (!entropy.fill(entropy.context, request.salt, sizeof(request.salt)) ||
		!entropy.fill(entropy.context, request.nonce, sizeof(request.nonce)))
		return error_set(error, HANSARD_FAILED, "no_entropy", "the system gives no randomness");
	if (!moment_format(clock.now(clock.context), export->bundle.made))
		return error_set(error, HANSARD_FAILED, "no_clock", "the clock gives no time");
	return key_bundle_write(&request, &export->bundle, out, error);
}

static enum hansard_status say_exported(struct exporting *export, struct text path, struct hansard_error *error)
{
	struct keys_desk *desk = export->desk;
	const struct key_bundle *bundle = &export->bundle;
	size_t umks = 0;
	for (size_t i = 0; i < bundle->count; i++)
		umks += bundle->keys[i].kind == KEY_FILE_UMK;
	if (desk->as_json) {
		answer_begin(&desk->answer, &desk->request.out, "keys_exported");
		answer_text(&desk->answer, "file", path);
		answer_text(&desk->answer, "exported_at", (struct text){.data = bundle->made, .size = MOMENT_SIZE});
		answer_integer(&desk->answer, "umks", (int64_t)umks);
		answer_integer(&desk->answer, "signing_keys", (int64_t)(bundle->count - umks));
		answer_integer(&desk->answer, "trusted", (int64_t)bundle->trusted.count);
		answer_integer(&desk->answer, "receipts", (int64_t)bundle->receipts.count);
		return answer_finish(&desk->answer, error);
	}
	const struct text shown = session_clean(&desk->request, path);
	bool good = session_say(&desk->request, "Wrote all keys to %.*s\n", (int)shown.size, shown.data);
	for (size_t i = 0; good && i < bundle->count; i++)
		good = session_say(&desk->request, "  %s\n", keyring_path_key(bundle->keys[i].kind, bundle->keys[i].older));
	if (good && bundle->trusted.count + bundle->receipts.count > 0)
		good = session_say(&desk->request, "  %zu of trusted, %zu of receipts\n", bundle->trusted.count,
						   bundle->receipts.count);
	return good && session_say(
					   &desk->request,
					   "  It opens with the passphrase that you gave and with nothing else. On the other machine:\n"
					   "  hansard keys import %.*s\n",
					   (int)shown.size, shown.data)
			   ? HANSARD_OK
			   : error_memory(error);
}

static enum hansard_status export_keys(struct exporting *export, const char *file, struct hansard_error *error)
{
	struct keys_desk *desk = export->desk;
	uint8_t data[KEY_BUNDLE_LIMIT];
	struct buffer out = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	const struct text path = text_of_string(file);
	int descriptor;
	enum hansard_status status = disk_vacant(path, error);
	if (status != HANSARD_OK)
		return status;
	/* The keys are opened first, so that passphrases are asked for in this order: theirs, the new one. */
	status = keys_desk_all(desk, &export->theirs, &export->bundle, error);
	if (status != HANSARD_OK)
		return status;
	if (!keys_ask(desk->options, path, true, &export->own)) {
		error_set(error, HANSARD_USAGE, "no_passphrase", "exported keys lie behind a passphrase, and none was given");
		error_hint(error, "give it at the prompt, with --password-command, or on a descriptor with --password-fd");
		return HANSARD_USAGE;
	}
	status = write_bundle(export, &out, error);
	if (status == HANSARD_OK)
		status = disk_create(path, true, &descriptor, error);
	if (status == HANSARD_OK)
		status = disk_fill(path, descriptor, buffer_view(&out), error);
	return status == HANSARD_OK ? say_exported(export, path, error) : status;
}

enum hansard_status hansard_keys_export(const struct hansard_options *options, const char *file,
										struct hansard_output *ret_out, struct hansard_error *error)
{
	struct keys_desk desk;
	struct exporting export = {.desk = &desk};
	enum hansard_status status = keys_desk_begin(&desk, options, error);
	if (status == HANSARD_OK)
		status = export_keys(&export, file, error);
	secret_wipe(&export, sizeof(export));
	return keys_desk_finish(&desk, status, ret_out, error);
}

/* The file of an import; wiped by who has it. */
struct bundle {
	uint8_t data[KEY_BUNDLE_LIMIT + 1];
	size_t size;
	mode_t mode;
};

/* Reads to the end, or to where it is too much. False with errno. */
static bool read_descriptor(int descriptor, struct bundle *bundle)
{
	while (bundle->size < sizeof(bundle->data)) {
		const ssize_t got = read(descriptor, bundle->data + bundle->size, sizeof(bundle->data) - bundle->size);
		if (got == 0)
			return true;
		if (got < 0 && errno != EINTR)
			return false;
		bundle->size += got > 0 ? (size_t)got : 0;
	}
	return true;
}

/* Why a file that was opened gives no keys: what it is, or an errno, 0 being none. */
static void explain(mode_t mode, int number, struct hansard_error *error)
{
	if (mode != 0 && !S_ISREG(mode) && !S_ISFIFO(mode))
		error_set(error, HANSARD_FAILED, "io", "it is neither a file nor a pipe");
	else if (number == 0)
		error_set(error, HANSARD_FAILED, "io", "nothing came out of this pipe, and nobody writes to it");
	else
		error_set(error, HANSARD_FAILED, "io", "it cannot be read: %s", strerror(number));
}

/* Nothing is waited for that may never come; of a pipe that somebody writes to the end is. */
static enum hansard_status read_bundle(const char *file, struct bundle *bundle, struct hansard_error *error)
{
	static const char hint[] = "name the file that hansard keys export has written";
	struct stat status = {.st_mode = 0};
	const int descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (descriptor < 0) {
		const enum hansard_status missing = errno == ENOENT ? HANSARD_NOT_FOUND : HANSARD_FAILED;
		error_set(error, missing, "io", "it cannot be read: %s", strerror(errno));
		error_hint(error, "%s", hint);
		return missing;
	}
	bool good = fstat(descriptor, &status) == 0;
	const bool pipe = good && S_ISFIFO(status.st_mode);
	good = good && (pipe || S_ISREG(status.st_mode)) && (!pipe || fcntl(descriptor, F_SETFL, O_RDONLY) == 0) &&
		   read_descriptor(descriptor, bundle);
	const int number = good ? 0 : errno;
	close(descriptor);
	bundle->mode = status.st_mode;
	if (!good || (pipe && bundle->size == 0)) {
		explain(status.st_mode, number, error);
		error_hint(error, "%s", hint);
		return HANSARD_FAILED;
	}
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
	status = key_bundle_read(text, TEXT_ABSENT, &bring->brought, error);
	if (status == HANSARD_WRONG_KEY && strcmp(error->kind, "passphrase_needed") == 0 &&
		keys_ask(bring->desk->options, text_of_string(file), false, &bring->given))
		status = key_bundle_read(text, keys_passphrase_text(&bring->given), &bring->brought, error);
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
		error_hint(
			error, "%s",
			strcmp(cause.kind, "wrong_passphrase") == 0
				? "give the one that it was exported with; where nobody knows it any more, export the keys again where they are, "
				  "or bring them by their words: hansard keys recover"
			: strcmp(cause.kind, "invalid_key_file") == 0
				? "name the file that hansard keys export has written; recovery words go to hansard keys recover"
				: cause.hint);
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
