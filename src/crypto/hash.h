/*
 * SHA-256 (FIPS 180-4) and the Merkle tree hash of RFC 6962 section 2.1, over OpenSSL's EVP with a fetched algorithm
 * and a context that is reused.
 */
#ifndef HASH_H
#define HASH_H

#include "digest.h"

/* A reusable context; one per thread. */
struct hash_context;

/* hash_create(): a context, or NULL when memory is exhausted or the algorithm is not there. */
struct hash_context *hash_create(void);

/* hash_destroy(context): takes NULL. */
void hash_destroy(struct hash_context *context);

/* hash_of(context, pieces, count, ret_digest): SHA-256 of the concatenation of `count` pieces. False when OpenSSL
   fails. */
bool hash_of(struct hash_context *context, const struct bytes *pieces, size_t count, struct digest *ret_digest);

/* hash_leaf(context, d, ret_leaf): SHA(0x00 || d): leaf hash of RFC 6962. False when OpenSSL fails. */
bool hash_leaf(struct hash_context *context, struct bytes d, struct digest *ret_leaf);

/* hash_root(context, leaves, count, ret_root): MTH over leaf hashes in order; of none: SHA of the empty string.
   Iterative. False when OpenSSL fails. */
bool hash_root(struct hash_context *context, const struct digest *leaves, size_t count, struct digest *ret_root);

#endif
