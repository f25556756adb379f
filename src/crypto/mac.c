/*
 * HMAC over EVP_MAC. The context is initialised once with its key; later initialisations keep it.
 */
#include "mac.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include "openssl_queue.h"

struct mac {
	EVP_MAC *algorithm;
	EVP_MAC_CTX *context;
};

static const uint8_t expand_counter = 0x01;

static bool set_key(struct mac *mac, struct bytes key)
{
	char digest[] = "SHA256";
	const OSSL_PARAM parameters[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
		OSSL_PARAM_construct_end(),
	};
	return EVP_MAC_init(mac->context, key.data, key.size, parameters) == 1;
}

struct mac *mac_create(struct bytes key)
{
	struct mac *mac = calloc(1, sizeof(*mac));
	if (mac == NULL)
		return NULL;
	mac->algorithm = EVP_MAC_fetch(NULL, OSSL_MAC_NAME_HMAC, NULL);
	mac->context = mac->algorithm != NULL ? EVP_MAC_CTX_new(mac->algorithm) : NULL;
	if (mac->context == NULL || !set_key(mac, key)) {
		mac_destroy(mac);
		ERR_clear_error();
		return NULL;
	}
	return mac;
}

void mac_destroy(struct mac *mac)
{
	if (mac == NULL)
		return;
	EVP_MAC_CTX_free(mac->context);
	EVP_MAC_free(mac->algorithm);
	free(mac);
}

bool mac_rekey(struct mac *mac, struct bytes key)
{
	return EVP_MAC_init(mac->context, key.data, key.size, NULL) == 1 || openssl_queue_fail();
}

/* The HMAC of the pieces to `out`. */
static bool compute(struct mac *mac, const struct bytes *pieces, size_t count, uint8_t *out)
{
	size_t size;
	bool good = EVP_MAC_init(mac->context, NULL, 0, NULL) == 1;
	for (size_t i = 0; good && i < count; i++)
		good = EVP_MAC_update(mac->context, pieces[i].data, pieces[i].size) == 1;
	good = good && EVP_MAC_final(mac->context, out, &size, DIGEST_SIZE) == 1 && size == DIGEST_SIZE;
	if (!good)
		ERR_clear_error();
	return good;
}

bool mac_of(struct mac *mac, const struct bytes *pieces, size_t count, struct digest *ret_mac)
{
	struct digest digest;
	if (!compute(mac, pieces, count, digest.bytes))
		return false;
	*ret_mac = digest;
	return true;
}

bool mac_key(struct mac *mac, const struct bytes *pieces, size_t count, uint8_t out[static MAC_SIZE])
{
	return compute(mac, pieces, count, out);
}

bool mac_expand(struct mac *mac, struct bytes info, uint8_t out[static MAC_SIZE])
{
	const struct bytes pieces[] = {info, {.data = &expand_counter, .size = 1}};
	return compute(mac, pieces, 2, out);
}
