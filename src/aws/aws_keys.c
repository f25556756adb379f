/*
 * Keys that are held.
 */
#include "aws_keys.h"

#include "error.h"

/* What a key can be spelled with: it stands in a header as it is. */
static bool is_visible(struct bytes bytes)
{
	for (size_t i = 0; i < bytes.size; i++)
		if (bytes.data[i] <= ' ' || bytes.data[i] > '~')
			return false;
	return true;
}

static enum hansard_status check(const char *name, struct bytes value, size_t limit, struct hansard_error *error)
{
	if (value.size == 0)
		return error_set(error, HANSARD_INVALID, "invalid_keys", "the %s is empty", name);
	if (value.size > limit)
		return error_set(error, HANSARD_INVALID, "invalid_keys", "the %s has %zu bytes, more than %zu", name,
						 value.size, limit);
	if (!is_visible(value))
		return error_set(error, HANSARD_INVALID, "invalid_keys",
						 "the %s has a blank or another character that no key has", name);
	return HANSARD_OK;
}

enum hansard_status aws_keys_hold(struct aws_keys_held *held, const struct aws_keys *keys, struct hansard_error *error)
{
	enum hansard_status status = check("access key id", bytes_of_text(keys->id), LIMIT_AWS_ID, error);
	if (status == HANSARD_OK)
		status = check("secret access key", keys->secret, LIMIT_AWS_SECRET, error);
	if (status == HANSARD_OK && text_present(keys->token))
		status = check("session token", bytes_of_text(keys->token), LIMIT_AWS_TOKEN, error);
	if (status != HANSARD_OK)
		return status;
	memmove(held->id, keys->id.data, keys->id.size);
	memmove(held->secret, keys->secret.data, keys->secret.size);
	if (text_present(keys->token))
		memmove(held->token, keys->token.data, keys->token.size);
	held->id_size = keys->id.size;
	held->secret_size = keys->secret.size;
	held->token_size = keys->token.size;
	held->expires = keys->expires;
	held->present = true;
	return HANSARD_OK;
}

struct aws_keys aws_keys_view(const struct aws_keys_held *held)
{
	return (struct aws_keys){
		.id = {.data = held->id, .size = held->id_size},
		.secret = {.data = held->secret, .size = held->secret_size},
		.token = held->token_size == 0 ? TEXT_ABSENT : (struct text){.data = held->token, .size = held->token_size},
		.expires = held->expires,
	};
}
