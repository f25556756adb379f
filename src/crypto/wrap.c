/*
 * Wrapped DEKs: items sealed under WRAP of the KEK and tagged under the DEK that they hold.
 */
#include "wrap.h"

#include "cbor_read.h"
#include "cbor_write.h"
#include "error.h"
#include "limits.h"

enum { WRAP_FIELDS = 3, LIMIT_WRAP_ATTRS = 64 };

/* The order of the keys is that of deterministic CBOR: shorter first. */
static bool write_attrs(const struct wrap_request *request, const struct key_kek_id *id, struct buffer *out)
{
	struct cbor_writer writer;
	cbor_write_begin(&writer, out);
	cbor_write_map(&writer, WRAP_FIELDS);
	cbor_write_text(&writer, TEXT("kek"));
	cbor_write_text(&writer, (struct text){.data = id->hex, .size = KEY_ID_SIZE});
	cbor_write_text(&writer, TEXT("epoch"));
	cbor_write_integer(&writer, request->epoch);
	cbor_write_text(&writer, TEXT("since"));
	cbor_write_integer(&writer, request->since);
	return cbor_write_finish(&writer);
}

enum hansard_status wrap_seal(struct secret_pool *pool, struct wrap_keys keys, const struct wrap_request *request,
							  struct buffer *out, struct digest *ret_leaf, struct hansard_error *error)
{
	uint8_t data[LIMIT_WRAP_ATTRS];
	struct buffer attrs = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	struct key_kek_id id;
	struct item_keys *sealing;
	enum hansard_status status = key_kek_identify(keys.kek, &id, error);
	if (status != HANSARD_OK)
		return status;
	if (!write_attrs(request, &id, &attrs))
		return error_set(error, HANSARD_INVALID, "invalid_item", "not a wrap: an epoch or rev out of range");
	status = item_keys_create_of_wrap(pool, keys.kek, keys.dek, &sealing, error);
	if (status != HANSARD_OK)
		return status;
	struct item_request item = {
		.place = request->place,
		.generation = request->generation,
		.rev = request->rev,
		.attrs = buffer_view(&attrs),
		.plain = {.bytes = {.data = keys.dek.slot, .size = SECRET_SIZE}},
	};
	memcpy(item.entropy, request->entropy, SEAL_ENTROPY_SIZE);
	status = item_seal(sealing, &item, out, ret_leaf, error);
	item_keys_destroy(sealing);
	return status;
}

static bool hex_valid(struct text hex)
{
	for (size_t i = 0; i < hex.size; i++)
		if (!(hex.data[i] >= '0' && hex.data[i] <= '9') && !(hex.data[i] >= 'a' && hex.data[i] <= 'f'))
			return false;
	return hex.size == KEY_ID_SIZE;
}

bool wrap_attrs_read(const struct item *item, struct wrap_attrs *ret_attrs)
{
	struct cbor_reader reader;
	struct wrap_attrs attrs;
	struct text kek_name, kek, epoch_name, since_name;
	size_t pairs;
	cbor_read_begin(&reader, item->attrs);
	if (!cbor_read_map(&reader, &pairs) || pairs != WRAP_FIELDS || !cbor_read_text(&reader, &kek_name) ||
		!text_is(kek_name, "kek") || !cbor_read_text(&reader, &kek) || !hex_valid(kek) ||
		!cbor_read_text(&reader, &epoch_name) || !text_is(epoch_name, "epoch") ||
		!cbor_read_integer(&reader, &attrs.epoch) || !cbor_read_text(&reader, &since_name) ||
		!text_is(since_name, "since") || !cbor_read_integer(&reader, &attrs.since) || !cbor_read_finish(&reader))
		return false;
	memcpy(attrs.kek.hex, kek.data, KEY_ID_SIZE);
	*ret_attrs = attrs;
	return attrs.epoch >= 1 && attrs.since >= 1 && attrs.since <= LIMIT_REV;
}

static enum hansard_status violated(const struct wrap_opening *opening, struct hansard_error *error)
{
	return error_set(error, HANSARD_VIOLATED, "integrity_violated", ERROR_TEXT " is no wrap of a key",
					 ERROR_TEXT_ARGS(opening->place.address));
}

/* The error of what box or tag turned out to be. */
static enum hansard_status judge(const struct wrap_opening *opening, enum hansard_status outcome,
								 struct hansard_error *error)
{
	if (outcome == HANSARD_VIOLATED)
		return violated(opening, error);
	return outcome == HANSARD_OK
			   ? HANSARD_OK
			   : error_set(error, outcome, "crypto_failed", "the cryptographic library refused to open a wrapped key");
}

/* Opens the box under WRAP into the slot. The tag's key is in it, so it comes first here. */
static enum hansard_status open_box(struct secret_pool *pool, struct key_kek kek, const struct wrap_opening *opening,
									uint8_t *slot, struct hansard_error *error)
{
	struct seal *seal;
	const enum hansard_status status = seal_create_of_kek(pool, kek, &seal, error);
	if (status != HANSARD_OK)
		return status;
	const struct seal_opening box = {
		.address = opening->place.address, .nonce = opening->item->nonce, .box = opening->item->box};
	const enum hansard_status outcome =
		item_plain_size(opening->item) == SECRET_SIZE ? seal_unbox(seal, &box, slot) : HANSARD_VIOLATED;
	seal_destroy(seal);
	return judge(opening, outcome, error);
}

/* Compares the tag under the DEK that was found. */
static enum hansard_status check_tag(struct secret_pool *pool, struct key_dek dek, const struct wrap_opening *opening,
									 struct hansard_error *error)
{
	struct item_keys *keys;
	const enum hansard_status status = item_keys_create(pool, dek, &keys, error);
	if (status != HANSARD_OK)
		return status;
	const enum hansard_status outcome = item_check_tag(keys, opening->item, opening->digest);
	item_keys_destroy(keys);
	return judge(opening, outcome, error);
}

enum hansard_status wrap_open(struct secret_pool *pool, struct key_kek kek, const struct wrap_opening *opening,
							  struct key_dek *ret_dek, struct hansard_error *error)
{
	struct wrap_attrs attrs;
	struct key_kek_id id;
	if (!wrap_attrs_read(opening->item, &attrs) || opening->item->generation != opening->generation)
		return violated(opening, error);
	enum hansard_status status = key_kek_identify(kek, &id, error);
	if (status != HANSARD_OK)
		return status;
	if (memcmp(id.hex, attrs.kek.hex, KEY_ID_SIZE) != 0)
		return error_set(error, HANSARD_WRONG_KEY, "wrong_key", ERROR_TEXT " is wrapped under kek %.*s, not under %.*s",
						 ERROR_TEXT_ARGS(opening->place.address), KEY_ID_SIZE, attrs.kek.hex, KEY_ID_SIZE, id.hex);
	struct key_dek dek = {.slot = secret_take(pool)};
	if (dek.slot == NULL)
		return error_set(error, HANSARD_FAILED, "no_slot", "no room for another key in locked memory");
	status = open_box(pool, kek, opening, dek.slot, error);
	if (status == HANSARD_OK)
		status = check_tag(pool, dek, opening, error);
	if (status != HANSARD_OK) {
		secret_give(pool, dek.slot);
		return status;
	}
	*ret_dek = dek;
	return HANSARD_OK;
}
