/*
 * Whatever a file of keys or a list of public keys may hold: refused or read, never a crash. Without a passphrase, so that none of it
 * costs a scrypt.
 */
#include "key_bundle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct key_bundle bundle, again;
	const struct text text = {.data = (const char *)data, .size = size};
	struct keyring_list list = {.count = 0};
	bool wrapped;
	const enum hansard_status told = key_bundle_wrapped(text, &wrapped, NULL);
	if (key_bundle_read(text, TEXT_ABSENT, &bundle, NULL) == HANSARD_OK) {
		if (told != HANSARD_OK || bundle.count == 0 || key_bundle_find(&bundle, &bundle.keys[0]) != 0)
			abort();
		again = bundle;
		if (key_bundle_add(&again, &bundle.keys[0], NULL) == HANSARD_OK)
			abort();
	}
	if (keyring_list_parse(text, &list, NULL) == HANSARD_OK && list.count > LIMIT_KEYS_LISTED)
		abort();
	return 0;
}
