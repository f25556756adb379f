/*
 * Writes a key file wrapped with a passphrase into the file that is named, and prints its recovery words: for readers that were
 * written from docs/format.md. The secret is the bytes 5, 42, 79 … (steps of 37).
 */
#include <stdio.h>

#include "key_file.h"
#include "key_words.h"

static bool write_file(const char *path, const uint8_t secret[static SECRET_SIZE])
{
	const struct key_file_request request = {
		.kind = KEY_FILE_UMK, .passphrase = TEXT("zw\xc3\xb6lf W\xc3\xb6rter"), .salt = {1, 2, 3}, .nonce = {4, 5, 6}};
	struct buffer out;
	buffer_init(&out, KEY_FILE_LIMIT);
	bool good = key_file_write(&request, secret, &out, NULL) == HANSARD_OK;
	FILE *file = good ? fopen(path, "wb") : NULL;
	good = file != NULL && fwrite(out.data, 1, out.size, file) == out.size;
	if (file != NULL)
		good = fclose(file) == 0 && good;
	buffer_finish(&out);
	return good;
}

int main(int count, char **words)
{
	uint8_t secret[SECRET_SIZE];
	char spoken[KEY_WORDS_SIZE];
	struct hash_context *hash = hash_create();
	for (size_t i = 0; i < SECRET_SIZE; i++)
		secret[i] = (uint8_t)(5 + 37 * i);
	const bool good = count == 2 && hash != NULL && key_words_write(hash, TEXT("umk"), secret, spoken) &&
					  write_file(words[1], secret);
	if (good)
		printf("%.*s\n", (int)KEY_WORDS_SIZE, spoken);
	hash_destroy(hash);
	return !good;
}
