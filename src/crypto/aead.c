/*
 * AES-256-GCM over EVP_CIPHER: one context seals and one opens; a nonce starts a message.
 */
#include "aead.h"

#include <openssl/evp.h>

#include "limits.h"
#include "openssl_queue.h"
#include "secret.h"

struct aead {
	EVP_CIPHER *algorithm;
	EVP_CIPHER_CTX *sealing;
	EVP_CIPHER_CTX *opening;
};

struct aead *aead_create(const uint8_t key[static AEAD_KEY_SIZE])
{
	struct aead *aead = calloc(1, sizeof(*aead));
	if (aead == NULL)
		return NULL;
	aead->algorithm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	aead->sealing = EVP_CIPHER_CTX_new();
	aead->opening = EVP_CIPHER_CTX_new();
	if (aead->algorithm == NULL || aead->sealing == NULL || aead->opening == NULL ||
		EVP_EncryptInit_ex2(aead->sealing, aead->algorithm, key, NULL, NULL) != 1 ||
		EVP_DecryptInit_ex2(aead->opening, aead->algorithm, key, NULL, NULL) != 1) {
		aead_destroy(aead);
		ERR_clear_error();
		return NULL;
	}
	return aead;
}

void aead_destroy(struct aead *aead)
{
	if (aead == NULL)
		return;
	EVP_CIPHER_CTX_free(aead->opening);
	EVP_CIPHER_CTX_free(aead->sealing);
	EVP_CIPHER_free(aead->algorithm);
	free(aead);
}

bool aead_seal(struct aead *aead, const uint8_t nonce[static AEAD_NONCE_SIZE], struct bytes aad, struct bytes plain,
			   uint8_t *box)
{
	EVP_CIPHER_CTX *context = aead->sealing;
	int size;
	if (plain.size > LIMIT_PIECE || aad.size > LIMIT_PIECE)
		return false;
	if (EVP_EncryptInit_ex2(context, NULL, NULL, nonce, NULL) != 1 ||
		(aad.size > 0 && EVP_EncryptUpdate(context, NULL, &size, aad.data, (int)aad.size) != 1) ||
		(plain.size > 0 && EVP_EncryptUpdate(context, box, &size, plain.data, (int)plain.size) != 1) ||
		EVP_EncryptFinal_ex(context, box + plain.size, &size) != 1 ||
		EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, AEAD_TAG_SIZE, box + plain.size) != 1)
		return openssl_queue_fail();
	return true;
}

/* Decrypts. What was decrypted lies in plain whatever the tag says. */
static bool decrypt(EVP_CIPHER_CTX *context, struct bytes aad, struct bytes box, uint8_t *plain)
{
	const size_t plain_size = box.size - AEAD_TAG_SIZE;
	uint8_t tag[AEAD_TAG_SIZE];
	int size;
	memcpy(tag, box.data + plain_size, AEAD_TAG_SIZE);
	return (aad.size == 0 || EVP_DecryptUpdate(context, NULL, &size, aad.data, (int)aad.size) == 1) &&
		   (plain_size == 0 || EVP_DecryptUpdate(context, plain, &size, box.data, (int)plain_size) == 1) &&
		   EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, AEAD_TAG_SIZE, tag) == 1;
}

enum genuine aead_open(struct aead *aead, const uint8_t nonce[static AEAD_NONCE_SIZE], struct bytes aad,
					   struct bytes box, uint8_t *plain)
{
	if (box.size < AEAD_TAG_SIZE || box.size > LIMIT_PIECE + AEAD_TAG_SIZE || aad.size > LIMIT_PIECE)
		return GENUINE_FORGED;
	const size_t plain_size = box.size - AEAD_TAG_SIZE;
	enum genuine genuine = GENUINE_UNKNOWN;
	int size;
	openssl_queue_begin();
	if (EVP_DecryptInit_ex2(aead->opening, NULL, NULL, nonce, NULL) == 1 && decrypt(aead->opening, aad, box, plain))
		genuine =
			EVP_DecryptFinal_ex(aead->opening, plain + plain_size, &size) == 1 ? GENUINE_GOOD : openssl_queue_judge();
	if (genuine != GENUINE_GOOD) {
		secret_wipe(plain, plain_size);
		ERR_clear_error();
	}
	return genuine;
}
