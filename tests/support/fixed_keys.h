/*
 * A keyring of keys that are known: what is sealed with it can be made again by anybody. Nothing else may ever be sealed
 * with these.
 *
 *     UMK = 0x00 0x01 … 0x1f      seed of the signing key "test" = 0x20 0x21 … 0x3f
 */
#ifndef FIXED_KEYS_H
#define FIXED_KEYS_H

#include "keyring.h"

/* fixed_keys_create(tenant, epoch, ret_keyring, error): a keyring that opens and signs. */
enum hansard_status fixed_keys_create(struct text tenant, int64_t epoch, struct keyring **ret_keyring,
									  struct hansard_error *error);

/* fixed_keys_add_umk(keyring, first, error): a UMK whose bytes count up from `first`. */
enum hansard_status fixed_keys_add_umk(struct keyring *keyring, uint8_t first, struct hansard_error *error);

/* fixed_keys_add_signer(keyring, name, first, error): a signing key whose seed counts up from `first`. */
enum hansard_status fixed_keys_add_signer(struct keyring *keyring, struct text name, uint8_t first,
										  struct hansard_error *error);

#endif
