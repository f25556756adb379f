/*
 * Keyrings: epochs, UMKs, signers, trust.
 */
#include "fixed_keys.h"
#include "keyring_list.h"
#include "tap.h"

static struct keyring *keyring;
static struct hansard_error error;

static void begin(int64_t epoch)
{
	keyring_destroy(keyring);
	keyring = NULL;
	error = (struct hansard_error){0};
	expect_integer(fixed_keys_create(TEXT("acme"), epoch, &keyring, &error), HANSARD_OK);
}

static struct key_kek_id id_now(void)
{
	struct key_kek kek;
	struct key_kek_id id;
	expect_integer(keyring_kek(keyring, &kek, &error), HANSARD_OK);
	expect_integer(key_kek_identify(kek, &id, &error), HANSARD_OK);
	return id;
}

static struct key_kek_id id_of(struct text tenant, int64_t epoch, uint8_t umk)
{
	const struct keyring_options options = {.tenant = tenant, .epoch = epoch};
	keyring_destroy(keyring);
	keyring = NULL;
	expect_integer(keyring_create(&options, &keyring, &error), HANSARD_OK);
	expect_integer(fixed_keys_add_umk(keyring, umk, &error), HANSARD_OK);
	return id_now();
}

static bool finds(const struct key_kek_id *id)
{
	struct key_kek kek;
	struct key_kek_id found;
	error = (struct hansard_error){0};
	if (keyring_find_kek(keyring, id, &kek, &error) != HANSARD_OK)
		return false;
	expect_integer(key_kek_identify(kek, &found, NULL), HANSARD_OK);
	expect(memcmp(found.hex, id->hex, KEY_ID_SIZE) == 0);
	return true;
}

/* Every tenant, epoch and UMK has a KEK of its own. */
static void keks_differ(void)
{
	const struct key_kek_id ids[] = {id_of(TEXT("acme"), 1, 0), id_of(TEXT("acme"), 2, 0), id_of(TEXT("acmf"), 1, 0),
									 id_of(TEXT("acme"), 1, 1)};
	for (size_t i = 0; i < 4; i++)
		for (size_t j = 0; j < i; j++)
			expect(memcmp(ids[i].hex, ids[j].hex, KEY_ID_SIZE) != 0);
	const struct key_kek_id again = id_of(TEXT("acme"), 1, 0);
	expect(memcmp(ids[0].hex, again.hex, KEY_ID_SIZE) == 0);
}

static void epochs(void)
{
	const struct key_kek_id one = id_of(TEXT("acme"), 1, 0), two = id_of(TEXT("acme"), 2, 0);
	begin(2);
	const struct key_kek_id now = id_now();
	expect(memcmp(now.hex, two.hex, KEY_ID_SIZE) == 0);
	expect(finds(&two) && !finds(&one));
	expect_string(error.kind, "wrong_key");
	expect(strstr(error.message, "kek ") != NULL && error.hint[0] != '\0');
	expect_integer(keyring_add_epoch(keyring, 1, &error), HANSARD_OK);
	expect_integer(keyring_add_epoch(keyring, 1, &error), HANSARD_OK);
	expect(finds(&one) && finds(&two));
	expect_integer(keyring_epoch(keyring), 2);
	expect_integer(keyring_add_epoch(keyring, 0, &error), HANSARD_INVALID);
	for (int64_t epoch = 3; epoch <= 8; epoch++)
		expect_integer(keyring_add_epoch(keyring, epoch, &error), HANSARD_OK);
	expect_integer(keyring_add_epoch(keyring, 9, &error), HANSARD_INVALID);
	expect_string(error.kind, "too_many_keys");
}

static void two_umks(void)
{
	const struct key_kek_id older = id_of(TEXT("acme"), 1, 0x80), older_epoch = id_of(TEXT("acme"), 7, 0x80),
							newer = id_of(TEXT("acme"), 1, 0);
	begin(1);
	expect(!finds(&older));
	expect_integer(fixed_keys_add_umk(keyring, 0x80, &error), HANSARD_OK);
	expect(finds(&older) && finds(&newer) && !finds(&older_epoch));
	const struct key_kek_id now = id_now();
	expect(memcmp(now.hex, newer.hex, KEY_ID_SIZE) == 0);
	expect_integer(keyring_add_epoch(keyring, 7, &error), HANSARD_OK);
	expect(finds(&older_epoch));
	for (uint8_t first = 1; first <= 14; first++)
		expect_integer(fixed_keys_add_umk(keyring, first, &error), HANSARD_OK);
	expect_integer(fixed_keys_add_umk(keyring, 15, &error), HANSARD_INVALID);
	expect_string(error.kind, "too_many_keys");
}

static void no_umk(void)
{
	const struct keyring_options options = {.tenant = TEXT("acme"), .epoch = 1};
	const struct key_kek_id id = {.hex = "0123456789abcdef"};
	struct key_kek kek;
	keyring_destroy(keyring);
	keyring = NULL;
	expect_integer(keyring_create(&options, &keyring, &error), HANSARD_OK);
	expect(!keyring_can_open(keyring) && !keyring_can_sign(keyring));
	expect_integer(keyring_kek(keyring, &kek, &error), HANSARD_WRONG_KEY);
	expect_string(error.kind, "no_key");
	expect_integer(keyring_find_kek(keyring, &id, &kek, &error), HANSARD_WRONG_KEY);
	expect_string(error.kind, "no_key");
	expect_text(keyring_tenant(keyring), "acme");
}

static void names(void)
{
	static const struct keyring_options bad[] = {
		{.tenant = {.data = "No Tenant", .size = 9}, .epoch = 1},
		{.tenant = {.data = "", .size = 0}, .epoch = 1},
		{.tenant = {.data = "acme", .size = 4}, .epoch = 0},
		{.tenant = {.data = "acme", .size = 4}, .epoch = -1},
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct keyring *none = NULL;
		error = (struct hansard_error){0};
		expect_integer(keyring_create(&bad[i], &none, &error), HANSARD_INVALID);
		expect_string(error.kind, "invalid_tenant");
		expect(none == NULL);
	}
}

static void signers_and_trust(void)
{
	begin(1);
	const struct sign_public first = keyring_trusted(keyring).keys[0];
	expect_integer(keyring_trust(keyring, &first, &error), HANSARD_OK);
	expect_integer((int64_t)keyring_trusted(keyring).count, 1);
	expect_integer(fixed_keys_add_signer(keyring, TEXT("next"), 0x21, &error), HANSARD_OK);
	expect_integer(fixed_keys_add_signer(keyring, TEXT("third"), 0x22, &error), HANSARD_INVALID);
	expect_string(error.kind, "too_many_keys");
	expect_integer((int64_t)keyring_signers(keyring).count, 2);
	struct sign_public other = first;
	for (uint8_t i = 2; i < 34; i++) {
		other.key[0] = i;
		expect_integer(keyring_trust(keyring, &other, &error), HANSARD_OK);
	}
	other.key[0] = 200;
	expect_integer(keyring_trust(keyring, &other, &error), HANSARD_INVALID);
	expect_string(error.kind, "too_many_keys");
	keyring_destroy(keyring);
	keyring_destroy(NULL);
}

static void no_newest(void)
{
	begin(1);
	const struct key_kek_id id = id_now();
	struct key_kek kek;
	expect_integer(keyring_check_newest(keyring, &error), HANSARD_OK);
	keyring_lack_newest(keyring);
	expect(finds(&id) && keyring_lacks_newest(keyring));
	expect_integer(keyring_kek(keyring, &kek, &error), HANSARD_WRONG_KEY);
	expect_string(error.kind, "no_newest_key");
	expect_integer(keyring_check_newest(keyring, &error), HANSARD_WRONG_KEY);
}

/* What lies between the fields of a struct is nobody's. */
static void public_keys_are_compared_by_their_fields(void)
{
	struct sign_public one, other;
	struct keyring_list list = {.count = 0};
	memset(&one, 0, sizeof(one));
	memset(&other, 0xff, sizeof(other));
	memset(one.name, 'a', SIGN_NAME_LIMIT);
	memcpy(other.name, "aa\xffz", 4);
	one.name_size = other.name_size = 2;
	memset(other.id, 0, SIGN_ID_SIZE);
	memset(other.key, 0, SIGN_PUBLIC_SIZE);
	expect(sign_public_equal(&one, &other));
	expect_integer(keyring_list_add(&list, &one, &error), HANSARD_OK);
	expect_integer(keyring_list_add(&list, &other, &error), HANSARD_OK);
	expect_integer(list.count, 1);
	for (int field = 0; field < 4; field++) {
		struct sign_public changed = one;
		changed.name_size += field == 0;
		changed.name[1] ^= field == 1;
		changed.id[SIGN_ID_SIZE - 1] ^= field == 2;
		changed.key[SIGN_PUBLIC_SIZE - 1] ^= field == 3;
		expect(!sign_public_equal(&one, &changed));
		expect(keyring_list_find(&list, &changed) == SIZE_MAX);
	}
}

static const struct tap_test tests[] = {
	{"tenant, epoch and UMK each give another KEK, and the same give the same", keks_differ},
	{"older epochs open, and do not wrap; an unknown kek is a wrong key", epochs},
	{"older UMKs open under every epoch, and do not wrap", two_umks},
	{"without a UMK there is no key, and that is said", no_umk},
	{"what is no tenant or epoch is refused", names},
	{"without the newest UMK older ones open, and do not wrap", no_newest},
	{"public keys are compared by their fields", public_keys_are_compared_by_their_fields},
	{"two sign, thirty-four are believed", signers_and_trust},
};

TAP_MAIN(tests)
