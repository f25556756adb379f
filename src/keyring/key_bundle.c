/*
 * Bundles: one box of all keys, or key files one behind the other, each of which ends with its line of the secret.
 */
#include "key_bundle.h"

#include "base64.h"
#include "error.h"
#include "key_wrapping.h"

/* What lies in the box of the largest bundle: its keys, and two lists of which the longest line is a name and 60 bytes. */
enum {
	LINE_LIMIT = 16 + SIGN_NAME_LIMIT + 64,
	PLAIN_LIMIT = LINE_LIMIT * (1 + KEY_BUNDLE_KEYS + 2 * LIMIT_KEYS_LISTED),
};

_Static_assert((PLAIN_LIMIT + PASSPHRASE_BOX_MORE) * 4 / 3 + 512 <= KEY_BUNDLE_LIMIT,
			   "the largest bundle fits into its text");

static const struct text first_line = {.data = "hansard keys v1", .size = sizeof("hansard keys v1") - 1};

static const char warning[] =
	"# Whoever has this file and its passphrase has all keys: can read every dialogue that was sealed with them, and sign in\n"
	"# your name. On the other machine: hansard keys import FILE\n";

struct text key_bundle_name(const struct key_bundle_key *key)
{
	return key->name_size > 0 ? (struct text){.data = key->name, .size = key->name_size} : TEXT_ABSENT;
}

static bool same_key(const struct key_bundle_key *a, const struct key_bundle_key *b)
{
	return a->kind == b->kind && memcmp(a->secret, b->secret, SECRET_SIZE) == 0 && a->name_size == b->name_size &&
		   memcmp(a->name, b->name, a->name_size) == 0;
}

size_t key_bundle_find(const struct key_bundle *bundle, const struct key_bundle_key *key)
{
	for (size_t i = 0; i < bundle->count; i++)
		if (same_key(&bundle->keys[i], key))
			return i;
	return SIZE_MAX;
}

const struct key_bundle_key *key_bundle_newest(const struct key_bundle *bundle, enum key_file_kind kind)
{
	for (size_t i = 0; i < bundle->count; i++)
		if (bundle->keys[i].kind == kind)
			return &bundle->keys[i];
	return NULL;
}

enum hansard_status key_bundle_public(const struct key_bundle_key *key, struct sign_public *ret_public,
									  struct hansard_error *error)
{
	struct sign_key *signer;
	const enum hansard_status status = sign_key_create(key_bundle_name(key), key->secret, &signer, error);
	if (status != HANSARD_OK)
		return status;
	*ret_public = *sign_key_public(signer);
	sign_key_destroy(signer);
	return HANSARD_OK;
}

enum hansard_status key_bundle_add(struct key_bundle *bundle, const struct key_bundle_key *key,
								   struct hansard_error *error)
{
	const size_t most = key->kind == KEY_FILE_UMK ? KEY_BUNDLE_UMKS : KEY_BUNDLE_SIGNERS;
	const struct text kind = key_file_kind_name(key->kind);
	size_t count = 0;
	for (size_t i = 0; i < bundle->count; i++)
		count += bundle->keys[i].kind == key->kind;
	if (count == most)
		return error_set(error, HANSARD_INVALID, "too_many_keys", "there are more than %zu keys of kind %.*s", most,
						 (int)kind.size, kind.data);
	if (key_bundle_find(bundle, key) != SIZE_MAX)
		return error_set(error, HANSARD_INVALID, "invalid_key_file", "a key of kind %.*s is there twice",
						 (int)kind.size, kind.data);
	bundle->keys[bundle->count++] = *key;
	return HANSARD_OK;
}

static bool write_secret(const struct key_bundle_key *key, struct buffer *out)
{
	const struct text name = key_bundle_name(key);
	return buffer_append_text(out, key_file_kind_name(key->kind)) && buffer_append_string(out, ": ") &&
		   (name.size == 0 || (buffer_append_text(out, name) && buffer_append_byte(out, ' '))) &&
		   base64_append(out, (struct bytes){.data = key->secret, .size = SECRET_SIZE}) &&
		   buffer_append_byte(out, '\n');
}

static bool write_list(const char *label, const struct keyring_list *list, struct buffer *out)
{
	bool good = true;
	for (size_t i = 0; good && i < list->count; i++)
		good =
			buffer_append_string(out, label) && sign_public_write(&list->keys[i], out) && buffer_append_byte(out, '\n');
	return good;
}

/* UMKs come before signing keys, whatever their order in the bundle. */
static bool write_plain(const struct key_bundle *bundle, struct buffer *out)
{
	bool good = buffer_append_string(out, "made: ") &&
				buffer_append(out, (struct bytes){.data = (const uint8_t *)bundle->made, .size = MOMENT_SIZE}) &&
				buffer_append_byte(out, '\n');
	for (enum key_file_kind kind = KEY_FILE_UMK; good && kind <= KEY_FILE_SIGNING; kind++)
		for (size_t i = 0; good && i < bundle->count; i++)
			good = bundle->keys[i].kind != kind || write_secret(&bundle->keys[i], out);
	return good && write_list("trusted: ", &bundle->trusted, out) && write_list("receipts: ", &bundle->receipts, out);
}

enum hansard_status key_bundle_write(const struct key_bundle_request *request, const struct key_bundle *bundle,
									 struct buffer *out, struct hansard_error *error)
{
	uint8_t data[PLAIN_LIMIT], box[PLAIN_LIMIT + PASSPHRASE_BOX_MORE];
	struct buffer plain = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	bool good = buffer_append_string(out, warning);
	const size_t front = out->size;
	good = good && buffer_append_text(out, first_line) && buffer_append_byte(out, '\n') &&
		   key_wrapping_write(request->salt, out) && write_plain(bundle, &plain);
	struct passphrase_binding binding = {.passphrase = bytes_of_text(request->passphrase),
										 .stretch = {.cost = PASSPHRASE_COST}};
	memcpy(binding.stretch.salt, request->salt, PASSPHRASE_SALT_SIZE);
	if (good) {
		binding.aad = (struct bytes){.data = out->data + front, .size = out->size - front};
		good = passphrase_wrap(&binding, request->nonce, buffer_view(&plain), box) &&
			   buffer_append_string(out, "box: ") &&
			   base64_append(out, (struct bytes){.data = box, .size = plain.size + PASSPHRASE_BOX_MORE}) &&
			   buffer_append_byte(out, '\n');
	}
	secret_wipe(data, sizeof(data));
	return good ? HANSARD_OK
				: error_set(error, HANSARD_FAILED, "crypto_failed", "memory or the cryptographic library failed");
}

static enum hansard_status refuse(const struct key_lines *lines, const char *where, const char *wanted,
								  struct hansard_error *error)
{
	error_set(error, HANSARD_INVALID, "invalid_key_file", "line %zu of %s is not %s", lines->number, where, wanted);
	error_hint(error, "take another copy of it, or export the keys again");
	return HANSARD_INVALID;
}

/* What stands around the box. */
struct front {
	struct passphrase_stretch stretch;
	struct bytes aad;
	struct text box; /* base64 */
};

static enum hansard_status read_front(struct text text, struct front *ret_front, struct hansard_error *error)
{
	struct key_lines lines = {.rest = text};
	const char *from;
	struct text value;
	if (!key_lines_front(&lines, first_line, &from))
		return refuse(&lines, "the file", "\"hansard keys v1\"", error);
	if (!key_lines_value(&lines, TEXT("wrapping"), &value) || !key_wrapping_read(value, &ret_front->stretch))
		return refuse(&lines, "the file", "\"wrapping: scrypt COST SALT\" with a cost of 14 to 20", error);
	ret_front->aad = (struct bytes){.data = (const uint8_t *)from, .size = (size_t)(lines.rest.data - from)};
	if (!key_lines_value(&lines, TEXT("box"), &ret_front->box) || lines.rest.size > 0)
		return refuse(&lines, "the file", "\"box: \" and base64, the last one", error);
	return HANSARD_OK;
}

/* `{base64}`, with the name of a signing key and a blank in front. */
static bool read_secret(enum key_file_kind kind, struct text value, struct key_bundle_key *key)
{
	uint8_t data[SECRET_SIZE + 2];
	struct buffer secret = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	if (kind == KEY_FILE_SIGNING) {
		const size_t end = text_find(value, TEXT(" "), 0);
		const struct text name = text_slice(value, 0, end);
		if (end == SIZE_MAX || !sign_name_valid(name))
			return false;
		memcpy(key->name, name.data, name.size);
		key->name_size = name.size;
		value = text_slice(value, end + 1, value.size);
	}
	const bool good = base64_decode(value, &secret) && secret.size == SECRET_SIZE;
	if (good)
		memcpy(key->secret, data, SECRET_SIZE);
	key->kind = kind;
	secret_wipe(data, sizeof(data));
	return good;
}

/* Takes the lines of one label. */
struct taking {
	struct key_lines lines;
	struct key_bundle *bundle;
};

static bool is_next(const struct taking *taking, struct text label)
{
	return text_starts_with(taking->lines.rest, label) &&
		   text_starts_with(text_slice(taking->lines.rest, label.size, taking->lines.rest.size), TEXT(": "));
}

static enum hansard_status take_keys(struct taking *taking, enum key_file_kind kind, struct hansard_error *error)
{
	enum hansard_status status = HANSARD_OK;
	for (int older = 0; status == HANSARD_OK && is_next(taking, key_file_kind_name(kind)); older++) {
		struct key_bundle_key key = {.older = older};
		struct text value;
		if (key_lines_value(&taking->lines, key_file_kind_name(kind), &value) && read_secret(kind, value, &key))
			status = key_bundle_add(taking->bundle, &key, error);
		else
			status = refuse(&taking->lines, "the box", "a key", error);
		secret_wipe(&key, sizeof(key));
	}
	return status;
}

static enum hansard_status take_list(struct taking *taking, struct text label, struct keyring_list *list,
									 struct hansard_error *error)
{
	enum hansard_status status = HANSARD_OK;
	while (status == HANSARD_OK && is_next(taking, label)) {
		struct sign_public public = {.name_size = 0};
		struct text value;
		if (list->count < LIMIT_KEYS_LISTED && key_lines_value(&taking->lines, label, &value) &&
			sign_public_read(value, &public, NULL) == HANSARD_OK)
			status = keyring_list_add(list, &public, error);
		else
			status = refuse(&taking->lines, "the box", "a public key", error);
	}
	return status;
}

static enum hansard_status read_plain(struct text text, struct key_bundle *bundle, struct hansard_error *error)
{
	struct taking taking = {.lines = {.rest = text}, .bundle = bundle};
	struct text made;
	int64_t moment;
	if (!key_lines_value(&taking.lines, TEXT("made"), &made) || !moment_parse(made, &moment))
		return refuse(&taking.lines, "the box", "\"made: \" and a moment", error);
	memcpy(bundle->made, made.data, MOMENT_SIZE);
	enum hansard_status status = take_keys(&taking, KEY_FILE_UMK, error);
	if (status == HANSARD_OK)
		status = take_keys(&taking, KEY_FILE_SIGNING, error);
	if (status == HANSARD_OK)
		status = take_list(&taking, TEXT("trusted"), &bundle->trusted, error);
	if (status == HANSARD_OK)
		status = take_list(&taking, TEXT("receipts"), &bundle->receipts, error);
	if (status == HANSARD_OK && (taking.lines.rest.size > 0 || bundle->count == 0)) {
		key_lines_next(&taking.lines);
		status = refuse(&taking.lines, "the box", "what a bundle holds", error);
	}
	return status;
}

static enum hansard_status open_box(struct text text, struct text passphrase, struct key_bundle *bundle,
									struct hansard_error *error)
{
	uint8_t box_data[PLAIN_LIMIT + PASSPHRASE_BOX_MORE], data[PLAIN_LIMIT];
	struct buffer box = {.data = box_data, .capacity = sizeof(box_data), .ceiling = sizeof(box_data)};
	struct front front;
	enum hansard_status status = read_front(text, &front, error);
	if (status != HANSARD_OK)
		return status;
	if (!base64_decode(front.box, &box) || box.size < PASSPHRASE_BOX_MORE)
		return error_set(error, HANSARD_INVALID, "invalid_key_file", "the box in the file is no base64 of keys");
	const struct passphrase_binding binding = {
		.passphrase = bytes_of_text(passphrase), .stretch = front.stretch, .aad = front.aad};
	status = key_wrapping_open(&binding, buffer_view(&box), data, error);
	if (status == HANSARD_OK)
		status = read_plain((struct text){.data = (const char *)data, .size = box.size - PASSPHRASE_BOX_MORE}, bundle,
							error);
	secret_wipe(data, sizeof(data));
	return status;
}

/* The first key file of a text, taken off it. */
static struct text take_file(struct text *rest)
{
	const size_t secret = text_find(*rest, TEXT("\nsecret: "), 0);
	const size_t end = secret == SIZE_MAX ? SIZE_MAX : text_find(*rest, TEXT("\n"), secret + 1);
	const size_t size = end == SIZE_MAX ? rest->size : end + 1;
	const struct text file = text_slice(*rest, 0, size);
	*rest = text_slice(*rest, size, rest->size);
	return file;
}

static enum hansard_status open_files(struct text rest, struct text passphrase, struct key_bundle *bundle,
									  struct hansard_error *error)
{
	enum hansard_status status = HANSARD_OK;
	int older[KEY_FILE_SIGNING + 1] = {0};
	struct passphrase_kept kept = {.there = false};
	while (status == HANSARD_OK && (rest.size > 0 || bundle->count == 0)) {
		struct key_bundle_key key = {.name_size = 0};
		struct key_file file;
		status = key_file_read(take_file(&rest), &file, error);
		if (status == HANSARD_OK)
			status = key_file_open(&file, file.wrapped ? passphrase : TEXT_ABSENT, &kept, key.secret, error);
		if (status == HANSARD_OK) {
			key.kind = file.kind;
			key.older = older[file.kind]++;
			key.name_size = file.name.size;
			if (file.name.size > 0)
				memcpy(key.name, file.name.data, file.name.size);
			status = key_bundle_add(bundle, &key, error);
		}
		secret_wipe(&key, sizeof(key));
	}
	secret_wipe(&kept, sizeof(kept));
	return status;
}

/* Whether a text is a bundle, and not key files. */
static bool is_boxed(struct text text)
{
	struct key_lines lines = {.rest = text};
	const char *from;
	return key_lines_front(&lines, first_line, &from);
}

enum hansard_status key_bundle_wrapped(struct text text, bool *ret_wrapped, struct hansard_error *error)
{
	struct front front;
	struct key_file file;
	bool wrapped = true;
	*ret_wrapped = true;
	if (is_boxed(text))
		return read_front(text, &front, error);
	do {
		const enum hansard_status status = key_file_read(take_file(&text), &file, error);
		if (status != HANSARD_OK)
			return status;
		wrapped = wrapped && file.wrapped;
	} while (text.size > 0);
	*ret_wrapped = wrapped;
	return HANSARD_OK;
}

enum hansard_status key_bundle_read(struct text text, struct text passphrase, struct key_bundle *bundle,
									struct hansard_error *error)
{
	*bundle = (struct key_bundle){.count = 0};
	const enum hansard_status status =
		is_boxed(text) ? open_box(text, passphrase, bundle, error) : open_files(text, passphrase, bundle, error);
	if (status != HANSARD_OK)
		secret_wipe(bundle, sizeof(*bundle));
	return status;
}
