/*
 * Keys as words to be written down, and from such words again.
 */
#include "error.h"
#include "key_words.h"
#include "keyring_lock.h"
#include "keys_bring.h"

/* All keys of a folder as words; wiped by who has it. */
struct wording {
	struct keys_desk *desk;
	struct keys_passphrase passphrase;
	struct key_bundle bundle;
	struct keyring_kek_row keks[KEYRING_KEKS]; /* that the UMKs give */
	size_t kek_count;
	char words[KEY_WORDS_SIZE];
};

/* The text in front: it is read again by keys recover, which passes over lines that begin with '#'. */
static const char instructions[] = "# Recovery words, written on %.10s. Whoever has them has the keys:\n"
								   "# write them down on paper and keep it where the keys are not. To make the\n"
								   "# key files again, hand all of this to: hansard keys recover\n"
								   "# After a rotation there are new ones; the older UMKs open what was copied\n"
								   "# before it, and stay among them.\n";

static const char *label_of(const struct key_bundle_key *key)
{
	return key->kind == KEY_FILE_UMK ? keyring_path_key(key->kind, key->older) : "signing";
}

/* The n-th UMK of the bundle. */
static size_t source_of(const struct wording *wording, size_t i)
{
	size_t source = 0;
	for (size_t k = 0; k < i; k++)
		source += wording->bundle.keys[k].kind == KEY_FILE_UMK;
	return source;
}

/* Which KEKs come of a UMK: what is said of something that cannot be opened names its KEK. */
static bool say_keks(struct wording *wording, size_t i)
{
	const char *label = label_of(&wording->bundle.keys[i]);
	const size_t source = source_of(wording, i);
	bool good = true;
	for (size_t k = 0; good && k < wording->kek_count; k++)
		if (wording->keks[k].source == source)
			good = session_say(&wording->desk->request, "# %s gives KEK %.*s of epoch %" PRId64 "\n", label,
							   KEY_ID_SIZE, wording->keks[k].id.hex, wording->keks[k].epoch);
	return good;
}

/* Whose heads a signing key signs: the front of its line. */
static bool say_signer(struct wording *wording, size_t i)
{
	struct sign_public public;
	if (key_bundle_public(&wording->bundle.keys[i], &public, NULL) != HANSARD_OK)
		return false;
	const struct text name = sign_public_name(&public);
	return session_say(&wording->desk->request, "# signs as %.*s+%02x%02x%02x%02x%s\n", (int)name.size, name.data,
					   public.id[0], public.id[1], public.id[2], public.id[3],
					   wording->bundle.keys[i].older == 0 ? "" : " until it retires");
}

static bool say_key(struct wording *wording, size_t i)
{
	struct buffer *out = &wording->desk->request.out;
	const struct key_bundle_key *key = &wording->bundle.keys[i];
	const struct text name = key_bundle_name(key), words = {.data = wording->words, .size = KEY_WORDS_SIZE};
	const bool good = key->kind == KEY_FILE_UMK ? say_keks(wording, i) : say_signer(wording, i);
	return good && buffer_append_string(out, label_of(key)) && (name.size == 0 || buffer_append_byte(out, ' ')) &&
		   buffer_append_text(out, name) && buffer_append_string(out, ": ") && buffer_append_text(out, words) &&
		   buffer_append_byte(out, '\n');
}

static void answer_key(struct wording *wording, size_t i)
{
	struct answer *answer = &wording->desk->answer;
	const struct key_bundle_key *key = &wording->bundle.keys[i];
	answer_object(answer, NULL);
	answer_text(answer, "kind", key_file_kind_name(key->kind));
	answer_string(answer, "file", keyring_path_key(key->kind, key->older));
	answer_text(answer, "name", key_bundle_name(key));
	answer_text(answer, "words", (struct text){.data = wording->words, .size = KEY_WORDS_SIZE});
	if (key->kind == KEY_FILE_UMK) {
		answer_array(answer, "keks");
		for (size_t k = 0; k < wording->kek_count; k++)
			if (wording->keks[k].source == source_of(wording, i))
				answer_item(answer, (struct text){.data = wording->keks[k].id.hex, .size = KEY_ID_SIZE});
		answer_end(answer);
	}
	answer_end(answer);
}

static enum hansard_status word_keys(struct wording *wording, struct hansard_error *error)
{
	struct hash_context *hash = hash_create();
	enum hansard_status status = hash == NULL ? error_memory(error) : HANSARD_OK;
	for (size_t i = 0; status == HANSARD_OK && i < wording->bundle.count; i++) {
		const struct key_bundle_key *key = &wording->bundle.keys[i];
		if (!key_words_write(hash, key_file_kind_name(key->kind), key->secret, wording->words))
			status = error_set(error, HANSARD_FAILED, "crypto_failed", "the cryptographic library failed");
		else if (wording->desk->as_json)
			answer_key(wording, i);
		else if (!say_key(wording, i))
			status = error_memory(error);
	}
	hash_destroy(hash);
	return status;
}

static bool say_list(struct wording *wording, const char *label, const struct keyring_list *list)
{
	bool good = true;
	for (size_t i = 0; good && i < list->count; i++) {
		const struct text line = keys_desk_line(wording->desk, &list->keys[i]);
		good = session_say(&wording->desk->request, "%s: %.*s\n", label, (int)line.size, line.data);
	}
	return good;
}

/* Room for the whole answer at once: a buffer that grows would leave words behind in memory that is given back. */
static bool make_room(struct buffer *out)
{
	static const uint8_t zeros[32768];
	_Static_assert(sizeof(zeros) > KEY_BUNDLE_KEYS * (KEY_WORDS_SIZE + 256) + KEYRING_KEKS * 64 + 64 * 160,
				   "the longest answer fits");
	const bool good = buffer_append(out, (struct bytes){.data = zeros, .size = sizeof(zeros)});
	out->size = 0;
	return good;
}

static enum hansard_status find_keks(struct wording *wording, struct hansard_error *error)
{
	struct keyring *keyring = NULL;
	enum hansard_status status = keys_of_bundle(&wording->desk->keys, &wording->bundle, &keyring, error);
	if (status == HANSARD_OK)
		status = keyring_list_keks(keyring, wording->keks, &wording->kek_count, error);
	if (status == HANSARD_OK)
		status = keys_desk_record(wording->desk, keyring, error);
	keyring_destroy(keyring);
	return status;
}

static enum hansard_status word(struct wording *wording, struct hansard_error *error)
{
	struct keys_desk *desk = wording->desk;
	const struct moment_clock clock = backend_clock(desk->options->platform);
	char now[MOMENT_SIZE];
	enum hansard_status status = make_room(&desk->request.out) ? HANSARD_OK : error_memory(error);
	if (status == HANSARD_OK)
		status = keys_desk_all(desk, &wording->passphrase, &wording->bundle, error);
	if (status == HANSARD_OK)
		status = find_keks(wording, error);
	if (status == HANSARD_OK && !moment_format(clock.now(clock.context), now))
		status = error_set(error, HANSARD_FAILED, "no_clock", "the clock gives no time");
	if (status != HANSARD_OK)
		return status;
	if (desk->as_json) {
		answer_begin(&desk->answer, &desk->request.out, "keys_words");
		answer_text(&desk->answer, "written_at", (struct text){.data = now, .size = MOMENT_SIZE});
		answer_array(&desk->answer, "keys");
		status = word_keys(wording, error);
		answer_end(&desk->answer);
		keys_desk_answer(desk, "trusted", &wording->bundle.trusted);
		keys_desk_answer(desk, "receipts", &wording->bundle.receipts);
		return status == HANSARD_OK ? answer_finish(&desk->answer, error) : status;
	}
	if (!session_say(&desk->request, instructions, now))
		return error_memory(error);
	status = word_keys(wording, error);
	const bool good = say_list(wording, "trusted", &wording->bundle.trusted) &&
					  say_list(wording, "receipts", &wording->bundle.receipts);
	return status == HANSARD_OK && !good ? error_memory(error) : status;
}

enum hansard_status hansard_keys_words(const struct hansard_options *options, struct hansard_output *ret_out,
									   struct hansard_error *error)
{
	struct keys_desk desk;
	struct wording *wording = calloc(1, sizeof(*wording));
	enum hansard_status status = keys_desk_begin(&desk, options, error);
	if (status == HANSARD_OK && wording == NULL)
		status = error_memory(error);
	if (status == HANSARD_OK) {
		wording->desk = &desk;
		status = word(wording, error);
	}
	if (wording != NULL)
		secret_wipe(wording, sizeof(*wording));
	free(wording);
	if (status != HANSARD_OK && desk.request.out.size > 0) {
		secret_wipe(desk.request.out.data, desk.request.out.size);
		desk.request.out.size = 0;
	}
	return keys_desk_finish(&desk, status, ret_out, error);
}

/* Words of one key while they are collected. */
enum { WORDS_ROOM = 4 * KEY_WORDS_SIZE };
struct collecting {
	struct key_bundle *bundle;
	struct hash_context *hash;
	struct key_bundle_key key; /* whose words they are */
	char words[WORDS_ROOM];
	size_t size;
	size_t line; /* its number, from 1 */
	bool open;   /* "umk", "umk.N" or "signing NAME" was read */
};

static enum hansard_status wrong_words(const struct key_bundle_key *key, size_t wrong, struct hansard_error *error)
{
	const struct text kind = key_file_kind_name(key->kind);
	if (wrong > 0)
		error_set(error, HANSARD_INVALID, "wrong_word", "word %zu of %.*s is none of these words", wrong,
				  (int)kind.size, kind.data);
	else
		error_set(error, HANSARD_INVALID, "wrong_words",
				  "the words of %.*s do not belong together: one is another, is missing, or there is one too many",
				  (int)kind.size, kind.data);
	error_hint(error, "%d words of five letters each; compare them with what was written down, and hand all in again",
			   KEY_WORDS_COUNT);
	return HANSARD_INVALID;
}

/* Reads the words of the key that is open. */
static enum hansard_status close_key(struct collecting *collecting, struct hansard_error *error)
{
	size_t wrong = 0;
	if (!collecting->open)
		return HANSARD_OK;
	struct key_bundle_key *key = &collecting->key;
	const struct text words = {.data = collecting->words, .size = collecting->size};
	if (!key_words_read(collecting->hash, key_file_kind_name(key->kind), words, key->secret, &wrong))
		return wrong_words(key, wrong, error);
	collecting->open = false;
	collecting->size = 0;
	return key_bundle_add(collecting->bundle, key, error);
}

/* Names of keys have no capitals, so they are read in any case as the words are. */
static struct text in_small_letters(struct text name, char room[static SIGN_NAME_LIMIT])
{
	const size_t size = name.size <= SIGN_NAME_LIMIT ? name.size : 0;
	for (size_t i = 0; i < size; i++)
		room[i] = name.data[i] >= 'A' && name.data[i] <= 'Z' ? (char)(name.data[i] - 'A' + 'a') : name.data[i];
	return (struct text){.data = room, .size = size};
}

static enum hansard_status out_of_order(struct hansard_error *error)
{
	error_set(error, HANSARD_INVALID, "wrong_words",
			  "the words of a newer UMK stand behind those of an older one, or twice");
	error_hint(error, "hand them in as they were printed: umk, umk.1, umk.2 ..., signing NAME");
	return HANSARD_INVALID;
}

static enum hansard_status open_umk(struct collecting *collecting, int older, struct hansard_error *error)
{
	const struct key_bundle *bundle = collecting->bundle;
	const enum hansard_status status = close_key(collecting, error);
	if (status != HANSARD_OK)
		return status;
	for (size_t i = 0; i < bundle->count; i++)
		if (bundle->keys[i].kind == KEY_FILE_UMK && bundle->keys[i].older >= older)
			return out_of_order(error);
	collecting->key = (struct key_bundle_key){.kind = KEY_FILE_UMK, .older = older};
	collecting->open = true;
	return HANSARD_OK;
}

static enum hansard_status open_signing(struct collecting *collecting, struct text typed, struct hansard_error *error)
{
	char room[SIGN_NAME_LIMIT];
	const struct text name = in_small_letters(typed, room);
	const enum hansard_status status = close_key(collecting, error);
	if (status != HANSARD_OK)
		return status;
	if (!sign_name_valid(name))
		return error_set(error, HANSARD_INVALID, "invalid_key_name", "behind \"signing\" stands the name of the key");
	collecting->key = (struct key_bundle_key){.kind = KEY_FILE_SIGNING, .name_size = name.size};
	memcpy(collecting->key.name, name.data, name.size);
	collecting->open = true;
	return HANSARD_OK;
}

/* The line of a public key behind the name of its list. */
static enum hansard_status add_line(struct collecting *collecting, struct text line, struct keyring_list *list,
									struct hansard_error *error)
{
	struct sign_public public = {.name_size = 0};
	enum hansard_status status = close_key(collecting, error);
	if (status == HANSARD_OK)
		status = sign_public_read(line, &public, error);
	if (status == HANSARD_INVALID)
		error_hint(
			error,
			"lines behind trusted: and receipts: may be left out; then who is believed is told by hansard keys trust");
	if (status == HANSARD_OK && list->count == LIMIT_KEYS_LISTED)
		return error_set(error, HANSARD_INVALID, "too_many_keys", "there are at most %d lines of a list",
						 LIMIT_KEYS_LISTED);
	return status == HANSARD_OK ? keyring_list_add(list, &public, error) : status;
}

static struct text without_colon(struct text word)
{
	return word.size > 0 && word.data[word.size - 1] == ':' ? text_slice(word, 0, word.size - 1) : word;
}

/* Takes the next word off a line. */
static struct text take_word(struct text *line)
{
	size_t size = 0;
	*line = text_trim(*line);
	while (size < line->size && line->data[size] != ' ' && line->data[size] != '\t')
		size++;
	const struct text word = text_slice(*line, 0, size);
	*line = text_slice(*line, size, line->size);
	return word;
}

/* Whether a word is "umk" or "umk.N", and N. */
static bool is_umk(struct text word, int *ret_older)
{
	for (int older = 0; older <= KEYRING_PATH_OLDER; older++) {
		if (text_equal_ignoring_case(word, text_of_string(keyring_path_key(KEY_FILE_UMK, older)))) {
			*ret_older = older;
			return true;
		}
	}
	return false;
}

static enum hansard_status add_word(struct collecting *collecting, struct text word, struct hansard_error *error)
{
	if (!collecting->open) {
		error_set(error, HANSARD_INVALID, "wrong_words",
				  "in front of the words stands whose they are: \"umk\", \"umk.1\", or \"signing\" and its name");
		error_hint(error, "hand them in as they were printed");
		return HANSARD_INVALID;
	}
	if (text_find(word, TEXT(":"), 0) != SIZE_MAX) {
		error_set(error, HANSARD_INVALID, "wrong_words", "line %zu: whose words these are is not to be told",
				  collecting->line);
		error_hint(
			error,
			"in front of the colon stands \"umk\", \"umk.1\", \"trusted\", \"receipts\", or \"signing\" and the key's name");
		return HANSARD_INVALID;
	}
	if (collecting->size + 1 + word.size > WORDS_ROOM)
		return wrong_words(&collecting->key, 0, error);
	collecting->words[collecting->size++] = ' ';
	memcpy(collecting->words + collecting->size, word.data, word.size);
	collecting->size += word.size;
	return HANSARD_OK;
}

static enum hansard_status take_line(struct collecting *collecting, struct text line, struct hansard_error *error)
{
	enum hansard_status status = HANSARD_OK;
	while (status == HANSARD_OK && text_trim(line).size > 0) {
		const struct text word = take_word(&line), label = without_colon(word);
		int older;
		if (is_umk(label, &older))
			status = open_umk(collecting, older, error);
		else if (text_equal_ignoring_case(word, TEXT("signing")))
			status = open_signing(collecting, without_colon(take_word(&line)), error);
		else if (text_equal_ignoring_case(label, TEXT("trusted")))
			status = add_line(collecting, take_word(&line), &collecting->bundle->trusted, error);
		else if (text_equal_ignoring_case(label, TEXT("receipts")))
			status = add_line(collecting, take_word(&line), &collecting->bundle->receipts, error);
		else
			status = add_word(collecting, word, error);
	}
	return status;
}

/* Older words alone are brought as such. */
static enum hansard_status check_newest(const struct key_bundle *bundle, bool older, struct hansard_error *error)
{
	const struct key_bundle_key *newest = key_bundle_newest(bundle, KEY_FILE_UMK);
	if (bundle->count == 0) {
		error_set(error, HANSARD_INVALID, "wrong_words", "there are no words");
		error_hint(error, "hand in on standard input what hansard keys words has printed: hansard keys recover < FILE");
		return HANSARD_INVALID;
	}
	if (newest == NULL || newest->older == 0 || older)
		return HANSARD_OK;
	error_set(error, HANSARD_INVALID, "wrong_words",
			  "the words of %s are there, and not those of umk, which took over from it",
			  keyring_path_key(KEY_FILE_UMK, newest->older));
	error_hint(error, "hand in all that was printed; to bring older keys in beside newer ones: --older");
	return HANSARD_INVALID;
}

static enum hansard_status collect(struct keys_bring *bring, struct text text, struct hansard_error *error)
{
	struct collecting collecting = {.bundle = &bring->brought, .hash = hash_create()};
	enum hansard_status status = collecting.hash != NULL ? HANSARD_OK : error_memory(error);
	while (status == HANSARD_OK && text.size > 0) {
		const size_t end = text_find(text, TEXT("\n"), 0);
		const struct text line = text_trim(text_slice(text, 0, end));
		text = end == SIZE_MAX ? TEXT("") : text_slice(text, end + 1, text.size);
		collecting.line++;
		if (line.size > 0 && line.data[0] != '#')
			status = take_line(&collecting, line, error);
	}
	if (status == HANSARD_OK)
		status = close_key(&collecting, error);
	if (status == HANSARD_OK)
		status = check_newest(&bring->brought, bring->desk->options->older_keys, error);
	hash_destroy(collecting.hash);
	secret_wipe(&collecting, sizeof(collecting));
	return status;
}

enum hansard_status hansard_keys_recover(const struct hansard_options *options, const struct hansard_input *words,
										 struct hansard_output *ret_out, struct hansard_error *error)
{
	struct keys_desk desk;
	struct keys_bring bring = {.desk = &desk};
	enum hansard_status status = keys_desk_begin(&desk, options, error);
	if (status == HANSARD_OK)
		status = collect(&bring, (struct text){.data = words->data, .size = words->size}, error);
	if (status == HANSARD_OK)
		status = keys_bring_run(&bring, "keys_recovered", error);
	secret_wipe(&bring, sizeof(bring));
	return keys_desk_finish(&desk, status, ret_out, error);
}
