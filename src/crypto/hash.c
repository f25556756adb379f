/*
 * SHA-256 and Merkle tree hash. OpenSSL looks an algorithm up by name unless it has been fetched; a context holds the
 * fetched one and is initialised anew for each message. OpenSSL allocates a state each time, so any hash can fail.
 */
#include "hash.h"

#include <openssl/evp.h>

#include "openssl_queue.h"

struct hash_context {
	EVP_MD *algorithm;
	EVP_MD_CTX *digest;
};

/* Domain separation of RFC 6962. */
static const uint8_t leaf_prefix = 0x00;
static const uint8_t node_prefix = 0x01;

/* Perfect subtrees that stand open at once: one a bit of the number of leaves. */
enum { OPEN_SUBTREES = 64 };

struct hash_context *hash_create(void)
{
	struct hash_context *context = calloc(1, sizeof(*context));
	if (context == NULL)
		return NULL;
	context->algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
	context->digest = EVP_MD_CTX_new();
	if (context->algorithm == NULL || context->digest == NULL) {
		hash_destroy(context);
		ERR_clear_error();
		return NULL;
	}
	return context;
}

void hash_destroy(struct hash_context *context)
{
	if (context == NULL)
		return;
	EVP_MD_CTX_free(context->digest);
	EVP_MD_free(context->algorithm);
	free(context);
}

bool hash_of(struct hash_context *context, const struct bytes *pieces, size_t count, struct digest *ret_digest)
{
	struct digest digest;
	if (EVP_DigestInit_ex2(context->digest, context->algorithm, NULL) != 1)
		return openssl_queue_fail();
	for (size_t i = 0; i < count; i++)
		if (EVP_DigestUpdate(context->digest, pieces[i].data, pieces[i].size) != 1)
			return openssl_queue_fail();
	if (EVP_DigestFinal_ex(context->digest, digest.bytes, NULL) != 1)
		return openssl_queue_fail();
	*ret_digest = digest;
	return true;
}

bool hash_leaf(struct hash_context *context, struct bytes d, struct digest *ret_leaf)
{
	const struct bytes pieces[] = {{.data = &leaf_prefix, .size = 1}, d};
	return hash_of(context, pieces, 2, ret_leaf);
}

/* The node over two subtrees; ret_node may be one of them. */
static bool join(struct hash_context *context, const struct digest *left, const struct digest *right,
				 struct digest *ret_node)
{
	uint8_t node[1 + 2 * DIGEST_SIZE] = {node_prefix};
	memcpy(node + 1, left->bytes, DIGEST_SIZE);
	memcpy(node + 1 + DIGEST_SIZE, right->bytes, DIGEST_SIZE);
	const struct bytes piece = {.data = node, .size = sizeof(node)};
	return hash_of(context, &piece, 1, ret_node);
}

/* The tree of n leaves is a row of perfect subtrees, one for each bit of n from the highest, joined from the right:
   that is what splitting at the largest power of two below n comes to. */
bool hash_root(struct hash_context *context, const struct digest *leaves, size_t count, struct digest *ret_root)
{
	if (count == 0)
		return hash_of(context, NULL, 0, ret_root);
	struct digest open[OPEN_SUBTREES];
	size_t depth = 0;
	for (size_t i = 0; i < count; i++) {
		open[depth++] = leaves[i];
		for (size_t full = i + 1; full % 2 == 0; full /= 2, depth--)
			if (!join(context, &open[depth - 2], &open[depth - 1], &open[depth - 2]))
				return false;
	}
	for (; depth > 1; depth--)
		if (!join(context, &open[depth - 2], &open[depth - 1], &open[depth - 2]))
			return false;
	*ret_root = open[0];
	return true;
}
