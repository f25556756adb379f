/*
 * The file of one key: every line, every byte, with and without a passphrase.
 */
#include "key_file.h"

#include "base64.h"
#include "tap.h"

#define ZERO_KEY "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define SALT "AAECAwQFBgcICQoLDA0ODw=="

static uint8_t secret[SECRET_SIZE], found[SECRET_SIZE];
static uint8_t data[KEY_FILE_LIMIT];
static struct buffer out;
static struct hansard_error error;

static void begin(void)
{
	out = (struct buffer){.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	error = (struct hansard_error){0};
	for (size_t i = 0; i < SECRET_SIZE; i++)
		secret[i] = (uint8_t)(i * 7 + 1);
}

static enum hansard_status read_open(struct text text, struct text passphrase, struct key_file *ret_file)
{
	const enum hansard_status status = key_file_read(text, ret_file, &error);
	return status == HANSARD_OK ? key_file_open(ret_file, passphrase, NULL, found, &error) : status;
}

static void write(enum key_file_kind kind, struct text passphrase)
{
	const struct key_file_request request = {.kind = kind,
											 .name = kind == KEY_FILE_SIGNING ? TEXT("ada.laptop") : TEXT_ABSENT,
											 .passphrase = passphrase,
											 .salt = {1, 2, 3},
											 .nonce = {4, 5, 6}};
	begin();
	expect_integer(key_file_write(&request, secret, &out, &error), HANSARD_OK);
}

static void round_trip(void)
{
	for (enum key_file_kind kind = KEY_FILE_UMK; kind <= KEY_FILE_SIGNING; kind++)
		for (int wrapped = 0; wrapped < 2; wrapped++) {
			struct key_file file;
			const struct text passphrase = wrapped ? TEXT("correct horse") : TEXT_ABSENT;
			write(kind, passphrase);
			expect(out.data[0] == '#');
			expect_integer(read_open(buffer_text(&out), passphrase, &file), HANSARD_OK);
			expect(memcmp(found, secret, SECRET_SIZE) == 0);
			expect(file.kind == kind && file.wrapped == (wrapped == 1));
			expect(text_present(file.name) == (kind == KEY_FILE_SIGNING));
			if (kind == KEY_FILE_SIGNING)
				expect_text(file.name, "ada.laptop");
		}
}

static void as_specified(void)
{
	struct key_file file;
	begin();
	expect_integer(
		read_open(TEXT("hansard key v1\nkind: umk\nwrapping: none\nsecret: " ZERO_KEY "\n"), TEXT_ABSENT, &file),
		HANSARD_OK);
	for (size_t i = 0; i < SECRET_SIZE; i++)
		expect_integer(found[i], 0);
	write(KEY_FILE_SIGNING, TEXT_ABSENT);
	const size_t at = text_find(buffer_text(&out), TEXT("hansard key v1\n"), 0);
	expect_text(text_slice(buffer_text(&out), at, out.size),
				"hansard key v1\nkind: signing\nname: ada.laptop\nwrapping: none\n"
				"secret: AQgPFh0kKzI5QEdOVVxjanF4f4aNlJuiqbC3vsXM09o=\n");
}

static void passphrases(void)
{
	struct key_file file;
	static const char *const wrong[] = {"correct hors", "correct horsf", "Correct horse", "correct horse ", "x"};
	write(KEY_FILE_UMK, TEXT("correct horse"));
	expect_integer(read_open(buffer_text(&out), TEXT_ABSENT, &file), HANSARD_WRONG_KEY);
	expect_string(error.kind, "passphrase_needed");
	expect(error.hint[0] != '\0');
	expect_integer(read_open(buffer_text(&out), TEXT(""), &file), HANSARD_WRONG_KEY);
	expect_string(error.kind, "passphrase_needed");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		memset(found, 0xee, sizeof(found));
		expect_integer(read_open(buffer_text(&out), text_of_string(wrong[i]), &file), HANSARD_WRONG_KEY);
		expect_string(error.kind, "wrong_passphrase");
		for (size_t j = 0; j < SECRET_SIZE; j++)
			expect(found[j] == 0);
	}
	const struct key_file_request empty = {.kind = KEY_FILE_UMK, .passphrase = TEXT("")};
	begin();
	expect_integer(key_file_write(&empty, secret, &out, &error), HANSARD_INVALID);
	expect_string(error.kind, "empty_passphrase");
	const struct key_file_request nameless = {.kind = KEY_FILE_SIGNING, .name = TEXT("Ada"), .passphrase = TEXT_ABSENT};
	expect_integer(key_file_write(&nameless, secret, &out, &error), HANSARD_INVALID);
	expect_string(error.kind, "invalid_key_name");
	expect_integer((int64_t)out.size, 0);
}

/* What is kept of a passphrase is used for the same salt and cost, and for nothing else. */
static void stretched_once(void)
{
	struct key_file file;
	struct passphrase_kept kept = {.there = false};
	const struct text passphrase = TEXT("correct horse");
	write(KEY_FILE_UMK, passphrase);
	expect_integer(read_open(buffer_text(&out), TEXT_ABSENT, &file), HANSARD_WRONG_KEY);
	expect_integer(key_file_open(&file, passphrase, &kept, found, &error), HANSARD_OK);
	expect(kept.there && kept.stretch.cost == file.stretch.cost);
	expect(memcmp(kept.stretch.salt, file.stretch.salt, PASSPHRASE_SALT_SIZE) == 0);
	kept.key[0] ^= 1;
	expect_integer(key_file_open(&file, passphrase, &kept, found, &error), HANSARD_WRONG_KEY);
	kept.stretch.salt[PASSPHRASE_SALT_SIZE - 1] ^= 1;
	expect_integer(key_file_open(&file, passphrase, &kept, found, &error), HANSARD_OK);
	kept.key[0] ^= 1;
	kept.stretch.cost--;
	expect_integer(key_file_open(&file, passphrase, &kept, found, &error), HANSARD_OK);
	expect(memcmp(found, secret, SECRET_SIZE) == 0 && kept.stretch.cost == file.stretch.cost);
	const struct key_file_request request = {
		.kind = KEY_FILE_SIGNING, .name = TEXT("ada"), .passphrase = passphrase, .salt = {1, 2, 3}, .kept = &kept};
	begin();
	expect_integer(key_file_write(&request, secret, &out, &error), HANSARD_OK);
	expect_integer(read_open(buffer_text(&out), passphrase, &file), HANSARD_OK);
}

/* Each names the line that is wrong, and has a hint. */
static void wrong_lines(void)
{
	static const struct {
		const char *text, *line;
	} refused[] = {
		{"", "line 1"},
		{"hansard key v1", "line 1"},
		{"hansard key v2\nkind: umk\nwrapping: none\nsecret: " ZERO_KEY "\n", "line 1"},
		{"hansard key v1\r\nkind: umk\nwrapping: none\nsecret: " ZERO_KEY "\n", "line 1"},
		{"\nhansard key v1\nkind: umk\nwrapping: none\nsecret: " ZERO_KEY "\n", "line 1"},
		{"# one\n# two\nkind: umk\n", "line 3"},
		{"hansard key v1\n# three\nkind: umk\nwrapping: none\nsecret: " ZERO_KEY "\n", "line 2"},
		{"hansard key v1\n", "line 2"},
		{"hansard key v1\nkind: dek\nwrapping: none\nsecret: " ZERO_KEY "\n", "line 2"},
		{"hansard key v1\nkind:umk\nwrapping: none\nsecret: " ZERO_KEY "\n", "line 2"},
		{"hansard key v1\nkind: UMK\nwrapping: none\nsecret: " ZERO_KEY "\n", "line 2"},
		{"hansard key v1\nkind: umk \nwrapping: none\nsecret: " ZERO_KEY "\n", "line 2"},
		{"hansard key v1\nkind: umk\nname: x\nwrapping: none\nsecret: " ZERO_KEY "\n", "line 3"},
		{"hansard key v1\nkind: signing\nwrapping: none\nsecret: " ZERO_KEY "\n", "line 3"},
		{"hansard key v1\nkind: signing\nname: \nwrapping: none\nsecret: " ZERO_KEY "\n", "line 3"},
		{"hansard key v1\nkind: signing\nname: Ada\nwrapping: none\nsecret: " ZERO_KEY "\n", "line 3"},
		{"hansard key v1\nkind: umk\nwrapping: nothing\nsecret: " ZERO_KEY "\n", "line 3"},
		{"hansard key v1\nkind: umk\nwrapping: scrypt\nsecret: " ZERO_KEY "\n", "line 3"},
		{"hansard key v1\nkind: umk\nwrapping: scrypt 21 " SALT "\nsecret: " ZERO_KEY "\n", "line 3"},
		{"hansard key v1\nkind: umk\nwrapping: scrypt 9 " SALT "\nsecret: " ZERO_KEY "\n", "line 3"},
		{"hansard key v1\nkind: umk\nwrapping: scrypt 017 " SALT "\nsecret: " ZERO_KEY "\n", "line 3"},
		{"hansard key v1\nkind: umk\nwrapping: scrypt 13 " SALT "\nsecret: " ZERO_KEY "\n", "line 3"},
		{"hansard key v1\nkind: umk\nwrapping: scrypt 10 " SALT "\nsecret: " ZERO_KEY "\n", "line 3"},
		{"hansard key v1\nkind: umk\nwrapping: scrypt 21 " SALT "\nsecret: " ZERO_KEY "\n", "line 3"},
		{"hansard key v1\nkind: umk\nwrapping: scrypt 17 AAAA\nsecret: " ZERO_KEY "\n", "line 3"},
		{"hansard key v1\nkind: umk\nwrapping: scrypt 17 " SALT "AAAA\nsecret: " ZERO_KEY "\n", "line 3"},
		{"hansard key v1\nkind: umk\nwrapping: none\n", "line 4"},
		{"hansard key v1\nkind: umk\nwrapping: none\nsecret: " ZERO_KEY, "line 4"},
		{"hansard key v1\nkind: umk\nwrapping: none\nsecret: " ZERO_KEY "\n\n", "line 4"},
		{"hansard key v1\nkind: umk\nwrapping: none\nsecret: " ZERO_KEY "\nmore", "line 4"},
		{"hansard key v1\nkind: umk\nwrapping: none\nSecret: " ZERO_KEY "\n", "line 4"},
	};
	begin();
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct key_file file;
		error = (struct hansard_error){0};
		if (key_file_read(text_of_string(refused[i].text), &file, &error) != HANSARD_INVALID ||
			strstr(error.message, refused[i].line) == NULL || error.hint[0] == '\0')
			tap_fail(__FILE__, __LINE__, "%zu: %s: %s", i, refused[i].text, error.message);
		expect_string(error.kind, "invalid_key_file");
	}
}

static void wrong_secrets(void)
{
	static const char *const secrets[] = {"", "AAAA", "?", ZERO_KEY "AAAA",
										  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB="};
	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
		for (int wrapped = 0; wrapped < 2; wrapped++) {
			struct key_file file;
			begin();
			expect(buffer_append_string(&out, "hansard key v1\nkind: umk\nwrapping: ") &&
				   buffer_append_string(&out, wrapped ? "scrypt 14 " SALT : "none") &&
				   buffer_append_string(&out, "\nsecret: ") && buffer_append_string(&out, secrets[i]) &&
				   buffer_append_byte(&out, '\n'));
			expect_integer(read_open(buffer_text(&out), TEXT("x"), &file), HANSARD_INVALID);
			expect_string(error.kind, "invalid_key_file");
		}
}

/* Every byte behind the warning: the file is refused, or says another name or key. Nothing else can be told without a wrapping. */
static void every_byte_plain(void)
{
	struct key_file file;
	write(KEY_FILE_SIGNING, TEXT_ABSENT);
	const size_t from = text_find(buffer_text(&out), TEXT("hansard key v1"), 0);
	for (size_t at = from; at < out.size; at++)
		for (unsigned bit = 0; bit < 8; bit++) {
			out.data[at] ^= (uint8_t)(1 << bit);
			if (read_open(buffer_text(&out), TEXT_ABSENT, &file) == HANSARD_OK)
				expect(memcmp(found, secret, SECRET_SIZE) != 0 || !text_is(file.name, "ada.laptop"));
			out.data[at] ^= (uint8_t)(1 << bit);
		}
}

/* Every byte behind the warning of a wrapped file, which is bound to all of its lines: it does not open. */
static void every_byte_wrapped(void)
{
	static const struct text front = {
		.data = "hansard key v1\nkind: signing\nname: ada.laptop\nwrapping: scrypt 14 " SALT "\n",
		.size = sizeof("hansard key v1\nkind: signing\nname: ada.laptop\nwrapping: scrypt 14 " SALT "\n") - 1};
	struct passphrase_binding binding = {
		.passphrase = bytes_of_text(TEXT("pass")), .stretch = {.cost = 14}, .aad = bytes_of_text(front)};
	static const uint8_t nonce[AEAD_NONCE_SIZE] = {9};
	uint8_t box[PASSPHRASE_BOX_SIZE];
	struct key_file file;
	begin();
	for (size_t i = 0; i < PASSPHRASE_SALT_SIZE; i++)
		binding.stretch.salt[i] = (uint8_t)i;
	expect(passphrase_wrap(&binding, nonce, (struct bytes){.data = secret, .size = SECRET_SIZE}, box));
	expect(buffer_append_text(&out, front) && buffer_append_string(&out, "secret: ") &&
		   base64_append(&out, (struct bytes){.data = box, .size = sizeof(box)}) && buffer_append_byte(&out, '\n'));
	expect_integer(read_open(buffer_text(&out), TEXT("pass"), &file), HANSARD_OK);
	expect(memcmp(found, secret, SECRET_SIZE) == 0);
	for (size_t at = 0; at < out.size; at++) {
		out.data[at] ^= 1;
		expect(read_open(buffer_text(&out), TEXT("pass"), &file) != HANSARD_OK);
		out.data[at] ^= 1;
	}
}

static void cut_short(void)
{
	struct key_file file;
	write(KEY_FILE_SIGNING, TEXT_ABSENT);
	for (size_t size = 0; size < out.size; size++)
		expect_integer(read_open(text_slice(buffer_text(&out), 0, size), TEXT_ABSENT, &file), HANSARD_INVALID);
}

static const struct tap_test tests[] = {
	{"a key is read from its file as it was written, wrapped and not", round_trip},
	{"the file is as specified", as_specified},
	{"a wrapped key opens with its passphrase and no other, and no key is made with an empty one", passphrases},
	{"a passphrase is stretched once for files that have one salt, and again for any other", stretched_once},
	{"a wrong line is named by its number, with a hint", wrong_lines},
	{"a secret that is none is refused", wrong_secrets},
	{"another byte anywhere is refused or another key", every_byte_plain},
	{"another byte anywhere in a wrapped file does not open", every_byte_wrapped},
	{"a file cut short is refused", cut_short},
};

TAP_MAIN(tests)
