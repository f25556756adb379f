/*
 * HMAC and EXPAND beyond the published vectors: pieces, reuse of a context, keys of every length.
 */
#include "mac.h"

#include "tap.h"

static const uint8_t letters[] = "abcdefghijklmnopqrstuvwxyz";

static struct mac *mac_of_size(size_t size)
{
	static uint8_t key[200];
	expect(size <= sizeof(key));
	for (size_t i = 0; i < size; i++)
		key[i] = (uint8_t)(i * 7 + 1);
	struct mac *mac = mac_create((struct bytes){.data = key, .size = size});
	/* A context that had kept only a view of its key would now have another. */
	memset(key, 0, sizeof(key));
	expect(mac != NULL);
	return mac;
}

static struct digest compute(struct mac *mac, const struct bytes *pieces, size_t count)
{
	struct digest digest;
	expect(mac_of(mac, pieces, count, &digest));
	return digest;
}

static void pieces_are_joined(void)
{
	struct mac *mac = mac_of_size(32);
	const struct bytes whole = {.data = letters, .size = 26};
	const struct digest wanted = compute(mac, &whole, 1);
	for (size_t cut = 0; cut <= 26; cut++) {
		const struct bytes pieces[] = {{.data = letters, .size = cut}, {0}, {.data = letters + cut, .size = 26 - cut}};
		const struct digest digest = compute(mac, pieces, 3);
		expect(digest_equal(&digest, &wanted));
	}
	mac_destroy(mac);
}

static void none_is_empty(void)
{
	struct mac *mac = mac_of_size(32);
	const struct bytes empty = {0};
	const struct digest none = compute(mac, NULL, 0), one = compute(mac, &empty, 1);
	expect(digest_equal(&none, &one));
	mac_destroy(mac);
}

static void key_is_kept(void)
{
	struct mac *mac = mac_of_size(32);
	const struct bytes message = {.data = letters, .size = 26};
	const struct digest first = compute(mac, &message, 1);
	uint8_t expanded[2][MAC_SIZE];
	expect(mac_expand(mac, message, expanded[0]));
	for (int i = 0; i < 3; i++) {
		const struct digest again = compute(mac, &message, 1);
		expect(digest_equal(&first, &again));
	}
	expect(mac_expand(mac, message, expanded[1]));
	expect(memcmp(expanded[0], expanded[1], MAC_SIZE) == 0);
	expect(memcmp(expanded[0], first.bytes, MAC_SIZE) != 0);
	mac_destroy(mac);
}

static void expand_appends_one(void)
{
	struct mac *mac = mac_of_size(32);
	const uint8_t one = 1;
	const struct bytes info = {.data = letters, .size = 26}, pieces[] = {info, {.data = &one, .size = 1}};
	const struct digest wanted = compute(mac, pieces, 2);
	uint8_t out[MAC_SIZE + 1] = {[MAC_SIZE] = 0xaa};
	expect(mac_expand(mac, info, out));
	expect(memcmp(out, wanted.bytes, MAC_SIZE) == 0);
	expect_integer(out[MAC_SIZE], 0xaa);
	mac_destroy(mac);
}

static void key_is_the_same(void)
{
	struct mac *mac = mac_of_size(32);
	const struct bytes pieces[] = {{.data = letters, .size = 20}, {.data = letters + 20, .size = 6}};
	const struct digest wanted = compute(mac, pieces, 2);
	uint8_t out[MAC_SIZE + 1] = {[MAC_SIZE] = 0xaa};
	expect(mac_key(mac, pieces, 2, out));
	expect(memcmp(out, wanted.bytes, MAC_SIZE) == 0);
	expect_integer(out[MAC_SIZE], 0xaa);
	mac_destroy(mac);
}

/* RFC 2104: a key shorter than a block of 64 bytes is filled up with zeros, a longer one is hashed. */
static void keys_of_every_length(void)
{
	const struct bytes message = {.data = letters, .size = 26};
	struct digest seen[130];
	for (size_t size = 1; size < 130; size++) {
		struct mac *mac = mac_of_size(size);
		seen[size] = compute(mac, &message, 1);
		for (size_t other = 1; other < size; other++)
			expect(!digest_equal(&seen[size], &seen[other]));
		mac_destroy(mac);
	}
}

static void another_key(void)
{
	const struct bytes message = {.data = letters, .size = 26}, keys[] = {message, {.data = letters, .size = 1}};
	struct mac *mac = mac_of_size(100);
	for (size_t i = 0; i < 4; i++) {
		struct mac *fresh = mac_create(keys[i % 2]);
		expect(fresh != NULL && mac_rekey(mac, keys[i % 2]));
		const struct digest wanted = compute(fresh, &message, 1), first = compute(mac, &message, 1),
							again = compute(mac, &message, 1);
		expect(digest_equal(&wanted, &first) && digest_equal(&wanted, &again));
		mac_destroy(fresh);
	}
	mac_destroy(mac);
}

static void destroy_takes_null(void)
{
	mac_destroy(NULL);
}

static const struct tap_test tests[] = {
	{"pieces are authenticated as their concatenation, empty ones included", pieces_are_joined},
	{"no piece and an empty piece are the empty message", none_is_empty},
	{"a context gives the same for the same message, however often", key_is_kept},
	{"a key that is an HMAC is that HMAC, 32 bytes and no more", key_is_the_same},
	{"EXPAND is the HMAC of its info and one byte, 32 bytes and no more", expand_appends_one},
	{"keys of 1 to 129 bytes are taken, and each gives another HMAC", keys_of_every_length},
	{"under another key it is the HMAC of that key", another_key},
	{"destroying takes NULL", destroy_takes_null},
};

TAP_MAIN(tests)
