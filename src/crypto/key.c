/*
 * The keys: every derivation is one EXPAND of the parent into a slot of the child.
 */
#include "key.h"

#include "base64.h"
#include "cbor_write.h"
#include "commit.h"
#include "error.h"
#include "limits.h"

#define LABEL(use)                                                                                                     \
	((struct bytes){.data = (const uint8_t *)("hansard/" use "/v1"), .size = sizeof("hansard/" use "/v1") - 1})

/* What EXPAND appends to its info. */
enum { EXPAND_COUNTER = 0x01 };

static enum hansard_status crypto_failed(struct hansard_error *error)
{
	return error_set(error, HANSARD_FAILED, "crypto_failed", "the cryptographic library refused to derive a key");
}

static enum hansard_status take(struct secret_pool *pool, uint8_t **ret_slot, struct hansard_error *error)
{
	uint8_t *slot = secret_take(pool);
	if (slot == NULL)
		return error_set(error, HANSARD_FAILED, "no_slot", "no room for another key in locked memory");
	*ret_slot = slot;
	return HANSARD_OK;
}

/* A key of given bytes. */
static enum hansard_status import(struct secret_pool *pool, const uint8_t *bytes, uint8_t **ret_slot,
								  struct hansard_error *error)
{
	const enum hansard_status status = take(pool, ret_slot, error);
	if (status == HANSARD_OK)
		memcpy(*ret_slot, bytes, SECRET_SIZE);
	return status;
}

/* EXPAND(parent, info) to `out`. */
static bool expand(const uint8_t *parent, struct bytes info, uint8_t out[static MAC_SIZE])
{
	struct mac *mac = mac_create((struct bytes){.data = parent, .size = SECRET_SIZE});
	const bool good = mac != NULL && mac_expand(mac, info, out);
	mac_destroy(mac);
	return good;
}

/* The child of a parent, in a slot of its own. */
static enum hansard_status derive(struct secret_pool *pool, const uint8_t *parent, struct bytes info,
								  uint8_t **ret_slot, struct hansard_error *error)
{
	uint8_t *slot = NULL;
	const enum hansard_status status = take(pool, &slot, error);
	if (status != HANSARD_OK)
		return status;
	if (!expand(parent, info, slot)) {
		secret_give(pool, slot);
		return crypto_failed(error);
	}
	*ret_slot = slot;
	return HANSARD_OK;
}

enum hansard_status key_umk_of_bytes(struct secret_pool *pool, const uint8_t bytes[static SECRET_SIZE],
									 struct key_umk *ret_umk, struct hansard_error *error)
{
	return import(pool, bytes, &ret_umk->slot, error);
}

bool key_kek_message(struct text tenant, int64_t epoch, struct key_kek_message *ret_message)
{
	struct key_kek_message message;
	struct buffer out = {.data = message.data, .capacity = sizeof(message.data), .ceiling = sizeof(message.data)};
	struct cbor_writer writer;
	if (!commit_name_valid(tenant, LIMIT_TENANT) || epoch < 1 || epoch > LIMIT_INTEGER ||
		!buffer_append(&out, LABEL("kek")))
		return false;
	cbor_write_begin(&writer, &out);
	cbor_write_array(&writer, 2);
	cbor_write_text(&writer, tenant);
	cbor_write_integer(&writer, epoch);
	if (!cbor_write_finish(&writer) || !buffer_append_byte(&out, EXPAND_COUNTER))
		return false;
	message.size = out.size;
	*ret_message = message;
	return true;
}

enum hansard_status key_kek_of_umk(struct secret_pool *pool, struct key_umk umk, const struct key_kek_message *message,
								   struct key_kek *ret_kek, struct hansard_error *error)
{
	if (message->size < 2)
		return crypto_failed(error);
	/* The message ends in what EXPAND appends by itself. */
	const struct bytes info = {.data = message->data, .size = message->size - 1};
	return derive(pool, umk.slot, info, &ret_kek->slot, error);
}

enum hansard_status key_kek_of_mac(struct secret_pool *pool, const uint8_t mac[static SECRET_SIZE],
								   struct key_kek *ret_kek, struct hansard_error *error)
{
	return import(pool, mac, &ret_kek->slot, error);
}

enum hansard_status key_kek_identify(struct key_kek kek, struct key_kek_id *ret_id, struct hansard_error *error)
{
	uint8_t expanded[MAC_SIZE];
	struct key_kek_id id;
	struct buffer out = {.data = (uint8_t *)id.hex, .capacity = sizeof(id.hex), .ceiling = sizeof(id.hex)};
	if (!expand(kek.slot, LABEL("kek-id"), expanded) ||
		!base64_hex_append(&out, (struct bytes){.data = expanded, .size = KEY_ID_SIZE / 2}))
		return crypto_failed(error);
	*ret_id = id;
	return HANSARD_OK;
}

enum hansard_status key_wrap_of_kek(struct secret_pool *pool, struct key_kek kek, struct key_wrap *ret_wrap,
									struct hansard_error *error)
{
	return derive(pool, kek.slot, LABEL("wrap"), &ret_wrap->slot, error);
}

enum hansard_status key_nonce_of_kek(struct secret_pool *pool, struct key_kek kek, struct key_nonce *ret_nonce,
									 struct hansard_error *error)
{
	return derive(pool, kek.slot, LABEL("nonce"), &ret_nonce->slot, error);
}

enum hansard_status key_dek_of_bytes(struct secret_pool *pool, const uint8_t bytes[static SECRET_SIZE],
									 struct key_dek *ret_dek, struct hansard_error *error)
{
	return import(pool, bytes, &ret_dek->slot, error);
}

enum hansard_status key_seal_of_dek(struct secret_pool *pool, struct key_dek dek, struct key_seal *ret_seal,
									struct hansard_error *error)
{
	return derive(pool, dek.slot, LABEL("seal"), &ret_seal->slot, error);
}

enum hansard_status key_tag_of_dek(struct secret_pool *pool, struct key_dek dek, struct key_tag *ret_tag,
								   struct hansard_error *error)
{
	return derive(pool, dek.slot, LABEL("tag"), &ret_tag->slot, error);
}

enum hansard_status key_nonce_of_dek(struct secret_pool *pool, struct key_dek dek, struct key_nonce *ret_nonce,
									 struct hansard_error *error)
{
	return derive(pool, dek.slot, LABEL("nonce"), &ret_nonce->slot, error);
}
