/*
 * A source that computes the HMAC itself, and is its UMK's bytes.
 */
#include "fixed_keys.h"

#include "error.h"

static void count_up(uint8_t first, uint8_t bytes[static SECRET_SIZE])
{
	for (size_t i = 0; i < SECRET_SIZE; i++)
		bytes[i] = (uint8_t)(first + i);
}

static enum hansard_status compute(void *self, const struct key_kek_message *message,
								   uint8_t ret_mac[static SECRET_SIZE], struct hansard_error *error)
{
	struct mac *mac = mac_create((struct bytes){.data = self, .size = SECRET_SIZE});
	const struct bytes piece = {.data = message->data, .size = message->size};
	struct digest digest;
	const bool good = mac != NULL && mac_of(mac, &piece, 1, &digest);
	mac_destroy(mac);
	if (!good)
		return error_memory(error);
	memcpy(ret_mac, digest.bytes, SECRET_SIZE);
	return HANSARD_OK;
}

static void destroy(void *self)
{
	free(self);
}

static const struct keyring_source source = {.mac = compute, .destroy = destroy};

enum hansard_status fixed_keys_add_umk(struct keyring *keyring, uint8_t first, struct hansard_error *error)
{
	uint8_t *umk = malloc(SECRET_SIZE);
	if (umk == NULL)
		return error_memory(error);
	count_up(first, umk);
	return keyring_add_source(keyring, &source, umk, error);
}

enum hansard_status fixed_keys_add_signer(struct keyring *keyring, struct text name, uint8_t first,
										  struct hansard_error *error)
{
	uint8_t seed[SECRET_SIZE];
	struct sign_key *key = NULL;
	count_up(first, seed);
	const enum hansard_status status = sign_key_create(name, seed, &key, error);
	return status == HANSARD_OK ? keyring_add_signer(keyring, key, error) : status;
}

enum hansard_status fixed_keys_create(struct text tenant, int64_t epoch, struct keyring **ret_keyring,
									  struct hansard_error *error)
{
	const struct keyring_options options = {.tenant = tenant, .epoch = epoch};
	struct keyring *keyring = NULL;
	enum hansard_status status = keyring_create(&options, &keyring, error);
	if (status == HANSARD_OK)
		status = fixed_keys_add_umk(keyring, 0x00, error);
	if (status == HANSARD_OK)
		status = fixed_keys_add_signer(keyring, TEXT("test"), 0x20, error);
	if (status != HANSARD_OK) {
		keyring_destroy(keyring);
		return status;
	}
	*ret_keyring = keyring;
	return HANSARD_OK;
}
