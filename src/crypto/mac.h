/*
 * HMAC-SHA-256 (RFC 2104, FIPS 198-1) and HKDF-Expand-SHA-256 (RFC 5869 section 2.3) of one block, over OpenSSL's EVP with
 * a fetched algorithm and a context that keeps its key.
 *
 *     EXPAND(prk, info) = HMAC(prk, info || 0x01), 32 bytes
 *
 * is the one call that KMS GenerateMac computes too.
 */
#ifndef MAC_H
#define MAC_H

#include "digest.h"

enum { MAC_SIZE = DIGEST_SIZE };

/* An HMAC whose key is set; one per thread. OpenSSL wipes what it keeps of the key when it is destroyed. */
struct mac;

/* mac_create(key): an HMAC under this key, of at least one byte, or NULL when there is none, memory is exhausted or the algorithm
   is not there. The key's own memory is not kept. */
struct mac *mac_create(struct bytes key);

/* mac_destroy(mac): takes NULL. */
void mac_destroy(struct mac *mac);

/* mac_rekey(mac, key): the same HMAC under another key, of at least one byte. False when OpenSSL fails; it has none then. */
bool mac_rekey(struct mac *mac, struct bytes key);

/* mac_of(mac, pieces, count, ret_mac): the HMAC of the concatenation of `count` pieces. False when OpenSSL fails. */
bool mac_of(struct mac *mac, const struct bytes *pieces, size_t count, struct digest *ret_mac);

/* mac_key(mac, pieces, count, out): as mac_of, written to out alone, which lies where keys may lie. */
bool mac_key(struct mac *mac, const struct bytes *pieces, size_t count, uint8_t out[static MAC_SIZE]);

/* mac_expand(mac, info, out): EXPAND(its key, info), written to out, which lies where keys may lie. False when OpenSSL
   fails. */
bool mac_expand(struct mac *mac, struct bytes info, uint8_t out[static MAC_SIZE]);

#endif
