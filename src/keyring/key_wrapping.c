/*
 * Lines with labels, and boxes behind a passphrase.
 */
#include "key_wrapping.h"

#include "base64.h"
#include "error.h"

bool key_lines_next(struct key_lines *lines)
{
	const size_t at = text_find(lines->rest, TEXT("\n"), 0);
	lines->number++;
	lines->line = TEXT("");
	if (at == SIZE_MAX)
		return false;
	lines->line = text_slice(lines->rest, 0, at);
	lines->rest = text_slice(lines->rest, at + 1, lines->rest.size);
	return true;
}

bool key_lines_value(struct key_lines *lines, struct text label, struct text *ret_value)
{
	if (!key_lines_next(lines) || !text_starts_with(lines->line, label) ||
		!text_starts_with(text_slice(lines->line, label.size, lines->line.size), TEXT(": ")))
		return false;
	*ret_value = text_slice(lines->line, label.size + 2, lines->line.size);
	return true;
}

bool key_lines_front(struct key_lines *lines, struct text first, const char **ret_from)
{
	do {
		*ret_from = lines->rest.data;
		if (!key_lines_next(lines))
			return false;
	} while (text_starts_with(lines->line, TEXT("#")));
	return text_equal(lines->line, first);
}

bool key_wrapping_read(struct text value, struct passphrase_stretch *ret_stretch)
{
	uint8_t data[PASSPHRASE_SALT_SIZE + 2];
	struct buffer salt = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	const struct text label = TEXT("scrypt ");
	if (!text_starts_with(value, label) || value.size < label.size + 3 || value.data[label.size + 2] != ' ')
		return false;
	const char tens = value.data[label.size], ones = value.data[label.size + 1];
	if (tens < '1' || tens > '2' || ones < '0' || ones > '9' ||
		!base64_decode(text_slice(value, label.size + 3, value.size), &salt) || salt.size != PASSPHRASE_SALT_SIZE)
		return false;
	ret_stretch->cost = (tens - '0') * 10 + (ones - '0');
	memcpy(ret_stretch->salt, data, PASSPHRASE_SALT_SIZE);
	return ret_stretch->cost >= PASSPHRASE_COST_LEAST && ret_stretch->cost <= PASSPHRASE_COST_LIMIT;
}

bool key_wrapping_write(const uint8_t salt[static PASSPHRASE_SALT_SIZE], struct buffer *out)
{
	return buffer_append_string(out, "wrapping: scrypt ") && buffer_append_integer(out, PASSPHRASE_COST, 0) &&
		   buffer_append_byte(out, ' ') &&
		   base64_append(out, (struct bytes){.data = salt, .size = PASSPHRASE_SALT_SIZE}) &&
		   buffer_append_byte(out, '\n');
}

enum hansard_status key_wrapping_open(const struct passphrase_binding *binding, struct bytes box, uint8_t *secret,
									  struct hansard_error *error)
{
	if (binding->passphrase.data == NULL || binding->passphrase.size == 0) {
		error_set(error, HANSARD_WRONG_KEY, "passphrase_needed", "the key file is wrapped with a passphrase");
		error_hint(error, "give it at the prompt, with --password-command, or on a descriptor with --password-fd");
		return HANSARD_WRONG_KEY;
	}
	switch (passphrase_unwrap(binding, box, secret)) {
	case GENUINE_GOOD:
		return HANSARD_OK;
	case GENUINE_FORGED:
		error_set(error, HANSARD_WRONG_KEY, "wrong_passphrase",
				  "the passphrase does not open the key file, or the file was changed");
		error_hint(
			error,
			"give the one that it was put behind; where nobody knows it any more, move the file away and make it "
			"again from the recovery words: hansard keys recover");
		return HANSARD_WRONG_KEY;
	case GENUINE_UNKNOWN:
		break;
	}
	error_set(error, HANSARD_FAILED, "out_of_memory", "opening the key file takes more memory than there is");
	error_hint(error, "it takes about %d MiB", (1 << binding->stretch.cost) / 1024);
	return HANSARD_FAILED;
}
