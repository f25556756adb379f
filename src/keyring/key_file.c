/*
 * Key files: line by line, in a fixed order.
 */
#include "key_file.h"

#include "base64.h"
#include "error.h"
#include "key_wrapping.h"

static const struct text first_line = {.data = "hansard key v1", .size = sizeof("hansard key v1") - 1};

struct text key_file_kind_name(enum key_file_kind kind)
{
	switch (kind) {
	case KEY_FILE_UMK:
		return TEXT("umk");
	case KEY_FILE_SIGNING:
		return TEXT("signing");
	}
	return TEXT("");
}

static enum hansard_status refuse(const struct key_lines *lines, const char *wanted, struct hansard_error *error)
{
	error_set(error, HANSARD_INVALID, "invalid_key_file", "line %zu of the key file is not %s", lines->number, wanted);
	error_hint(
		error,
		"put the file back from its backup, or move it away and make it again from the recovery words: hansard keys recover");
	return HANSARD_INVALID;
}

_Static_assert(PASSPHRASE_COST_LEAST == 14 && PASSPHRASE_COST_LIMIT == 20, "what is said of a cost");

static bool read_kind(struct text value, enum key_file_kind *ret_kind)
{
	for (enum key_file_kind kind = KEY_FILE_UMK; kind <= KEY_FILE_SIGNING; kind++) {
		if (text_equal(value, key_file_kind_name(kind))) {
			*ret_kind = kind;
			return true;
		}
	}
	return false;
}

enum hansard_status key_file_read(struct text text, struct key_file *ret_file, struct hansard_error *error)
{
	struct key_lines lines = {.rest = text};
	struct key_file file = {.name = TEXT_ABSENT};
	struct text value;
	const char *from;
	if (!key_lines_front(&lines, first_line, &from))
		return refuse(&lines, "\"hansard key v1\"", error);
	if (!key_lines_value(&lines, TEXT("kind"), &value) || !read_kind(value, &file.kind))
		return refuse(&lines, "\"kind: umk\" or \"kind: signing\"", error);
	if (file.kind == KEY_FILE_SIGNING &&
		(!key_lines_value(&lines, TEXT("name"), &file.name) || !sign_name_valid(file.name)))
		return refuse(&lines, "\"name: \" and the name of a key", error);
	if (!key_lines_value(&lines, TEXT("wrapping"), &value))
		return refuse(&lines, "\"wrapping: \" and how the secret is wrapped", error);
	file.wrapped = !text_is(value, "none");
	if (file.wrapped && !key_wrapping_read(value, &file.stretch))
		return refuse(&lines, "\"wrapping: none\" or \"wrapping: scrypt COST SALT\" with a cost of 14 to 20", error);
	file.aad = (struct bytes){.data = (const uint8_t *)from, .size = (size_t)(lines.rest.data - from)};
	if (!key_lines_value(&lines, TEXT("secret"), &file.secret) || lines.rest.size > 0)
		return refuse(&lines, "\"secret: \" and base64, the last one", error);
	*ret_file = file;
	return HANSARD_OK;
}

static enum hansard_status bad_secret(struct hansard_error *error)
{
	return error_set(error, HANSARD_INVALID, "invalid_key_file", "the secret in the key file is no base64 of a key");
}

/* Opens the box of a wrapped file. */
static enum hansard_status unwrap(const struct key_file *file, struct passphrase_binding binding, struct bytes box,
								  uint8_t secret[static SECRET_SIZE], struct hansard_error *error)
{
	if (box.size != PASSPHRASE_BOX_SIZE)
		return bad_secret(error);
	binding.stretch = file->stretch;
	binding.aad = file->aad;
	return key_wrapping_open(&binding, box, secret, error);
}

enum hansard_status key_file_open(const struct key_file *file, struct text passphrase, struct passphrase_kept *kept,
								  uint8_t secret[static SECRET_SIZE], struct hansard_error *error)
{
	const struct passphrase_binding behind = {.passphrase = bytes_of_text(passphrase), .kept = kept};
	uint8_t data[PASSPHRASE_BOX_SIZE + 2];
	struct buffer decoded = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	enum hansard_status status = HANSARD_OK;
	if (!base64_decode(file->secret, &decoded))
		status = bad_secret(error);
	else if (file->wrapped)
		status = unwrap(file, behind, buffer_view(&decoded), secret, error);
	else if (decoded.size != SECRET_SIZE)
		status = bad_secret(error);
	else
		memcpy(secret, data, SECRET_SIZE);
	secret_wipe(data, sizeof(data));
	return status;
}

static const char *warning_of(enum key_file_kind kind)
{
	switch (kind) {
	case KEY_FILE_UMK:
		return "# Whoever has this file can read every dialogue that was sealed with it. Without it nobody can. Back it up.\n";
	case KEY_FILE_SIGNING:
		return "# Whoever has this file can sign heads in your name. Back it up.\n";
	}
	return "";
}

/* The lines that a wrapped secret is bound to. */
static bool write_front(const struct key_file_request *request, struct buffer *out)
{
	const bool named = request->kind == KEY_FILE_SIGNING;
	bool good = buffer_append_text(out, first_line) && buffer_append_string(out, "\nkind: ") &&
				buffer_append_text(out, key_file_kind_name(request->kind)) && buffer_append_byte(out, '\n');
	if (good && named)
		good = buffer_append_string(out, "name: ") && buffer_append_text(out, request->name) &&
			   buffer_append_byte(out, '\n');
	if (!text_present(request->passphrase))
		return good && buffer_append_string(out, "wrapping: none\n");
	return good && key_wrapping_write(request->salt, out);
}

/* The secret as it is written: in clear, or in a box bound to `front`. */
static bool write_secret(const struct key_file_request *request, const uint8_t *secret, struct bytes front,
						 struct buffer *out)
{
	uint8_t box[PASSPHRASE_BOX_SIZE];
	struct bytes written = {.data = secret, .size = SECRET_SIZE};
	if (text_present(request->passphrase)) {
		struct passphrase_binding binding = {.passphrase = bytes_of_text(request->passphrase),
											 .stretch = {.cost = PASSPHRASE_COST},
											 .aad = front,
											 .kept = request->kept};
		memcpy(binding.stretch.salt, request->salt, PASSPHRASE_SALT_SIZE);
		if (!passphrase_wrap(&binding, request->nonce, written, box))
			return false;
		written = (struct bytes){.data = box, .size = sizeof(box)};
	}
	return buffer_append_string(out, "secret: ") && base64_append(out, written) && buffer_append_byte(out, '\n');
}

enum hansard_status key_file_write(const struct key_file_request *request, const uint8_t secret[static SECRET_SIZE],
								   struct buffer *out, struct hansard_error *error)
{
	uint8_t data[KEY_FILE_LIMIT / 4];
	struct buffer front = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	if (request->kind == KEY_FILE_SIGNING && !sign_name_valid(request->name))
		return error_set(error, HANSARD_INVALID, "invalid_key_name",
						 "\"" ERROR_TEXT "\" names no key: 1 to %d of a-z, 0-9, '.', '/', '-'",
						 ERROR_TEXT_ARGS(request->name), SIGN_NAME_LIMIT);
	if (text_present(request->passphrase) && request->passphrase.size == 0)
		return error_set(error, HANSARD_INVALID, "empty_passphrase", "a passphrase has at least one character");
	const bool good = write_front(request, &front) && buffer_append_string(out, warning_of(request->kind)) &&
					  buffer_append(out, buffer_view(&front)) &&
					  write_secret(request, secret, buffer_view(&front), out);
	return good ? HANSARD_OK
				: error_set(error, HANSARD_FAILED, "crypto_failed", "memory or the cryptographic library failed");
}
