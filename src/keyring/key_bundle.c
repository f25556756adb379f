/*
 * Taking a bundle apart: a key file ends with its line of the secret.
 */
#include "key_bundle.h"

#include "error.h"

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

static enum hansard_status read_one(struct text *rest, struct text passphrase, struct key_bundle_key *key,
									struct hansard_error *error)
{
	struct key_file file;
	enum hansard_status status = key_file_read(take_file(rest), &file, error);
	if (status != HANSARD_OK)
		return status;
	key->kind = file.kind;
	key->name_size = file.name.size;
	if (file.name.size > 0)
		memcpy(key->name, file.name.data, file.name.size);
	return key_file_open(&file, file.wrapped ? passphrase : TEXT_ABSENT, key->secret, error);
}

enum hansard_status key_bundle_wrapped(struct text text, bool *ret_wrapped, struct hansard_error *error)
{
	struct key_file file;
	bool wrapped = true;
	do {
		const enum hansard_status status = key_file_read(take_file(&text), &file, error);
		if (status != HANSARD_OK)
			return status;
		wrapped = wrapped && file.wrapped;
	} while (text.size > 0);
	*ret_wrapped = wrapped;
	return HANSARD_OK;
}

enum hansard_status key_bundle_read(struct text text, struct text passphrase,
									struct key_bundle_key keys[static KEY_BUNDLE_KEYS], size_t *ret_count,
									struct hansard_error *error)
{
	size_t count = 0;
	enum hansard_status status = HANSARD_OK;
	while (status == HANSARD_OK && (text.size > 0 || count == 0)) {
		if (count == KEY_BUNDLE_KEYS) {
			status = error_set(error, HANSARD_INVALID, "invalid_key_file", "there are more than two keys in it");
			break;
		}
		status = read_one(&text, passphrase, &keys[count], error);
		if (status == HANSARD_OK && count == 1 && keys[0].kind == keys[1].kind)
			status = error_set(error, HANSARD_INVALID, "invalid_key_file", "there are two keys of one kind in it");
		count++;
	}
	if (status == HANSARD_OK)
		*ret_count = count;
	else
		secret_wipe(keys, KEY_BUNDLE_KEYS * sizeof(*keys));
	return status;
}
