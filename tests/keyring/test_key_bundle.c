/*
 * Bundles of keys: every line of the box, every byte of the text, and key files one behind the other.
 */
#include "key_bundle.h"

#include "base64.h"
#include "tap.h"

#define SALT "AAECAwQFBgcICQoLDA0ODw=="
#define MADE "2026-11-28T14:50:00.123456Z"
#define UMK "umk: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
#define OLDER "umk: AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n"
#define SIGNING "signing: ada AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=\n"

static uint8_t data[KEY_BUNDLE_LIMIT + 8];
static struct buffer out;
static struct hansard_error error;
static struct key_bundle bundle, found;

static struct key_bundle_key key_of(enum key_file_kind kind, uint8_t byte, int older)
{
	struct key_bundle_key key = {.kind = kind, .older = older};
	memset(key.secret, byte, SECRET_SIZE);
	if (kind == KEY_FILE_SIGNING) {
		memset(key.name, 'a', SIGN_NAME_LIMIT);
		key.name_size = SIGN_NAME_LIMIT;
	}
	return key;
}

static struct sign_public public_of(uint8_t byte)
{
	const struct key_bundle_key key = key_of(KEY_FILE_SIGNING, byte, 0);
	struct sign_public public = {.name_size = 0};
	expect_integer(key_bundle_public(&key, &public, &error), HANSARD_OK);
	return public;
}

static void begin(void)
{
	out = (struct buffer){.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	error = (struct hansard_error){0};
	bundle = (struct key_bundle){.count = 0};
	memcpy(bundle.made, MADE, MOMENT_SIZE);
}

static void add(enum key_file_kind kind, uint8_t byte, int older)
{
	const struct key_bundle_key key = key_of(kind, byte, older);
	expect_integer(key_bundle_add(&bundle, &key, &error), HANSARD_OK);
}

static void write(void)
{
	const struct key_bundle_request request = {.passphrase = TEXT("pass"), .salt = {1, 2, 3}, .nonce = {4, 5, 6}};
	expect_integer(key_bundle_write(&request, &bundle, &out, &error), HANSARD_OK);
}

static bool is_wiped(const struct key_bundle *read)
{
	static const struct key_bundle zeros;
	return memcmp(read, &zeros, sizeof(zeros)) == 0;
}

static void the_largest(void)
{
	begin();
	for (int i = 0; i < KEY_BUNDLE_UMKS; i++)
		add(KEY_FILE_UMK, (uint8_t)(i + 1), i);
	for (int i = 0; i < KEY_BUNDLE_SIGNERS; i++)
		add(KEY_FILE_SIGNING, (uint8_t)(i + 1), i);
	for (uint8_t i = 0; i < LIMIT_KEYS_LISTED; i++) {
		const struct sign_public trusted = public_of((uint8_t)(50 + i)), retired = public_of((uint8_t)(100 + i));
		expect_integer(keyring_list_add(&bundle.trusted, &trusted, &error), HANSARD_OK);
		expect_integer(keyring_list_add(&bundle.receipts, &retired, &error), HANSARD_OK);
	}
	write();
	expect(out.size <= KEY_BUNDLE_LIMIT);
	expect_integer(key_bundle_read(buffer_text(&out), TEXT("pass"), &found, &error), HANSARD_OK);
	expect(memcmp(&found, &bundle, sizeof(found)) == 0);
	for (enum key_file_kind kind = KEY_FILE_UMK; kind <= KEY_FILE_SIGNING; kind++) {
		const struct key_bundle_key more = key_of(kind, 200, 0);
		expect_integer(key_bundle_add(&bundle, &more, &error), HANSARD_INVALID);
		expect_string(error.kind, "too_many_keys");
	}
}

static void every_byte(void)
{
	bool wrapped = false;
	begin();
	add(KEY_FILE_UMK, 1, 0);
	add(KEY_FILE_UMK, 2, 1);
	add(KEY_FILE_SIGNING, 3, 0);
	write();
	expect_integer(key_bundle_wrapped(buffer_text(&out), &wrapped, &error), HANSARD_OK);
	expect(wrapped);
	expect_integer(key_bundle_read(buffer_text(&out), TEXT_ABSENT, &found, &error), HANSARD_WRONG_KEY);
	expect_string(error.kind, "passphrase_needed");
	expect_integer(key_bundle_read(buffer_text(&out), TEXT("word"), &found, &error), HANSARD_WRONG_KEY);
	expect_string(error.kind, "wrong_passphrase");
	const size_t front = text_find(buffer_text(&out), TEXT("hansard keys v1"), 0);
	/* Each try costs a scrypt where the form still holds, so of the box every 40th byte. */
	for (size_t i = front; i < out.size; i += i < front + 80 ? 5 : 40) {
		out.data[i] ^= 1;
		expect(key_bundle_read(buffer_text(&out), TEXT("pass"), &found, &error) != HANSARD_OK);
		expect(is_wiped(&found));
		out.data[i] ^= 1;
	}
	for (size_t size = 0; size < out.size; size += 97)
		expect(key_bundle_read((struct text){.data = (char *)data, .size = size}, TEXT("pass"), &found, &error) !=
			   HANSARD_OK);
	expect(buffer_append_byte(&out, '\n'));
	expect_integer(key_bundle_read(buffer_text(&out), TEXT("pass"), &found, &error), HANSARD_INVALID);
}

/* A bundle with this in its box, made by hand. */
static enum hansard_status read_box(const char *plain)
{
	static const char front[] = "hansard keys v1\nwrapping: scrypt 14 " SALT "\n";
	static const uint8_t nonce[AEAD_NONCE_SIZE] = {9};
	uint8_t box[1024];
	struct passphrase_binding binding = {.passphrase = bytes_of_text(TEXT("pass")),
										 .stretch = {.cost = 14},
										 .aad = bytes_of_text(text_of_string(front))};
	const struct bytes secret = bytes_of_text(text_of_string(plain));
	begin();
	for (size_t i = 0; i < PASSPHRASE_SALT_SIZE; i++)
		binding.stretch.salt[i] = (uint8_t)i;
	expect(passphrase_wrap(&binding, nonce, secret, box));
	expect(buffer_append_string(&out, "# anything\n") && buffer_append_string(&out, front) &&
		   buffer_append_string(&out, "box: ") &&
		   base64_append(&out, (struct bytes){.data = box, .size = secret.size + PASSPHRASE_BOX_MORE}) &&
		   buffer_append_byte(&out, '\n'));
	return key_bundle_read(buffer_text(&out), TEXT("pass"), &found, &error);
}

static void as_specified(void)
{
	static const char *const wrong[] = {
		"",
		UMK SIGNING,
		"made: 2026-11-28\n" UMK,
		"made: " MADE "\n",
		"made: " MADE "\n" SIGNING UMK,
		"made: " MADE "\n" UMK UMK,
		"made: " MADE "\n" UMK SIGNING "umk: AAAA\n",
		"made: " MADE "\n"
		"umk: AAAA\n",
		"made: " MADE "\n" UMK "signing: AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=\n",
		"made: " MADE "\n" UMK "signing: Ada AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=\n",
		"made: " MADE "\n" UMK SIGNING "trusted: nobody\n",
		"made: " MADE "\n" UMK SIGNING "believed: nobody\n",
		"made: " MADE "\n" UMK SIGNING "\n",
		"made: " MADE "\numk: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
	};
	expect_integer(read_box("made: " MADE "\n" UMK OLDER SIGNING), HANSARD_OK);
	expect_integer((int64_t)found.count, 3);
	expect(found.keys[0].kind == KEY_FILE_UMK && found.keys[0].older == 0 && found.keys[0].secret[0] == 0);
	expect(found.keys[1].kind == KEY_FILE_UMK && found.keys[1].older == 1 && found.keys[1].secret[0] == 1);
	expect(found.keys[2].kind == KEY_FILE_SIGNING && found.keys[2].older == 0 && found.keys[2].secret[0] == 2);
	expect_text(key_bundle_name(&found.keys[2]), "ada");
	expect(memcmp(found.made, MADE, MOMENT_SIZE) == 0);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		expect_integer(read_box(wrong[i]), HANSARD_INVALID);
		expect(error.kind[0] != '\0' && is_wiped(&found));
	}
}

static void key_files(void)
{
	struct key_file_request request = {.kind = KEY_FILE_UMK, .passphrase = TEXT_ABSENT};
	bool wrapped = true;
	begin();
	for (uint8_t i = 0; i < 3; i++) {
		const struct key_bundle_key key = key_of(KEY_FILE_UMK, i, 0);
		expect_integer(key_file_write(&request, key.secret, &out, &error), HANSARD_OK);
	}
	request.kind = KEY_FILE_SIGNING;
	request.name = TEXT("ada");
	const struct key_bundle_key signing = key_of(KEY_FILE_SIGNING, 9, 0);
	expect_integer(key_file_write(&request, signing.secret, &out, &error), HANSARD_OK);
	expect_integer(key_bundle_wrapped(buffer_text(&out), &wrapped, &error), HANSARD_OK);
	expect(!wrapped);
	expect_integer(key_bundle_read(buffer_text(&out), TEXT_ABSENT, &found, &error), HANSARD_OK);
	expect_integer((int64_t)found.count, 4);
	for (int i = 0; i < 3; i++)
		expect(found.keys[i].kind == KEY_FILE_UMK && found.keys[i].older == i && found.keys[i].secret[0] == i);
	expect(found.keys[3].kind == KEY_FILE_SIGNING && found.keys[3].older == 0 && found.made[0] == '\0');
}

static const struct tap_test tests[] = {
	{"the largest bundle fits and is read as it was written; one key more does not", the_largest},
	{"every line is where it is specified, and any other text is refused", as_specified},
	{"a changed byte, a cut, another passphrase or none: refused, and nothing stays in memory", every_byte},
	{"key files one behind the other are a bundle too, the newest of a kind first", key_files},
};

TAP_MAIN(tests)
