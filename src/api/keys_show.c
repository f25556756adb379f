/*
 * Keys as they are: what can be told of them, and as recovery words.
 */
#include "audit.h"
#include "error.h"
#include "key_words.h"
#include "keyring_list.h"
#include "keys_desk.h"

/* What is shown of a folder of keys. */
struct showing {
	struct keys_desk *desk;
	struct keyring_list_file files[KEYRING_PATH_FILES];
	struct keyring_kek_row keks[KEYRING_KEKS];
	size_t kek_count;
	struct keyring_list signing, trusted, receipts;
	bool locked; /* behind a passphrase that is not given */
	bool wrapped;
	bool rotating; /* two keys sign */
};

/* Tells the audit log of every KEK that was derived. */
static enum hansard_status record(const struct keys_desk *desk, struct keyring *keyring, struct hansard_error *error)
{
	struct audit audit = {.hash = NULL};
	const struct vault_audit *slot = NULL;
	struct key_kek_id id;
	enum hansard_status status = HANSARD_OK;
	for (bool begun = false; status == HANSARD_OK && keyring_take_derived(keyring, &id); begun = true) {
		if (!begun)
			status = audit_begin(&audit, desk->request.arena, desk->options, &desk->settings, &slot, error);
		const struct vault_audit_event event = {.use = VAULT_USE_DERIVE,
												.key_id = {.data = id.hex, .size = KEY_ID_SIZE},
												.count = 1,
												.outcome = VAULT_OUTCOME_SUCCESS};
		if (status == HANSARD_OK && slot != NULL)
			status = slot->record(slot->context, &event, error);
	}
	audit_finish(&audit);
	return status;
}

/* The keyring's own: KEK ids and public halves of what signs. */
static enum hansard_status read_keyring(struct showing *showing, struct hansard_error *error)
{
	struct keyring *keyring = NULL;
	struct hansard_error cause = {0};
	enum hansard_status status = keys_open(&showing->desk->keys, NULL, &keyring, &cause);
	showing->locked = status == HANSARD_WRONG_KEY && strcmp(cause.kind, "passphrase_needed") == 0;
	if (showing->locked)
		return HANSARD_OK;
	if (status == HANSARD_OK)
		status = keyring_list_keks(keyring, showing->keks, &showing->kek_count, &cause);
	if (status == HANSARD_OK)
		status = record(showing->desk, keyring, &cause);
	const struct note_signers signers =
		status == HANSARD_OK ? keyring_signers(keyring) : (struct note_signers){.count = 0};
	for (size_t i = 0; status == HANSARD_OK && i < signers.count; i++)
		status = keyring_list_add(&showing->signing, sign_key_public(signers.keys[i]), &cause);
	keyring_destroy(keyring);
	if (status != HANSARD_OK && error != NULL)
		*error = cause;
	return status;
}

static struct text line_of(struct showing *showing, const struct sign_public *public)
{
	uint8_t data[256];
	struct text line = TEXT("?");
	struct buffer out = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	if (!sign_public_write(public, &out) || !arena_copy_text(showing->desk->request.arena, buffer_text(&out), &line))
		showing->desk->request.exhausted = true;
	return line;
}

static bool say_list(struct showing *showing, const char *title, const struct keyring_list *list)
{
	bool good = list->count == 0 || session_say(&showing->desk->request, "\n%s\n", title);
	for (size_t i = 0; good && i < list->count; i++) {
		const struct text line = line_of(showing, &list->keys[i]);
		good = session_say(&showing->desk->request, "  %.*s\n", (int)line.size, line.data);
	}
	return good;
}

static bool say_rotating(struct showing *showing)
{
	return !showing->rotating ||
		   session_say(
			   &showing->desk->request,
			   "  A rotation of the signing key is under way: `signing` takes over from `signing.1`, and both sign.\n"
			   "  Whoever reads with a list of his own needs the first line: hansard keys trust LINE\n"
			   "  Once everybody has it: hansard keys rotate --signing --retire\n");
}

static bool say(struct showing *showing)
{
	struct session_request *request = &showing->desk->request;
	const struct text folder = session_clean(request, showing->desk->folder);
	const struct text tenant = showing->desk->settings.values[SETTINGS_TENANT].value;
	bool good =
		session_say(request, "Keys in %.*s\n  provider    file\n  passphrase  %s\n", (int)folder.size, folder.data,
					showing->locked    ? "yes, and it was not given: what the files hold is not shown"
					: showing->wrapped ? "yes"
									   : "no: whoever can read the files has the keys");
	bool any = false;
	for (size_t i = 0; good && i < KEYRING_PATH_FILES; i++) {
		const struct keyring_list_file *file = &showing->files[i];
		any = any || file->exists;
		good = !file->exists ||
			   session_say(request, "  %-11s mode %04o%s%s\n", file->name, file->mode,
						   file->wrapped ? ", behind a passphrase" : "", file->readable ? "" : ", cannot be read");
	}
	if (good && !any)
		good = session_say(request,
						   "  There are none. A new store makes them: hansard init; others are brought with keys\n"
						   "  import, keys recover or keys trust.\n");
	if (good && showing->kek_count > 0)
		good = session_say(request, "\nKEKs of tenant %.*s\n", (int)tenant.size, tenant.data);
	for (size_t i = 0; good && i < showing->kek_count; i++) {
		const struct keyring_kek_row *row = &showing->keks[i];
		good = session_say(request, "  %.*s  epoch %" PRId64 "  %s%.0zu%s\n", KEY_ID_SIZE, row->id.hex, row->epoch,
						   row->source == 0 ? "umk" : "umk.", row->source,
						   i == 0 ? "  new keys are wrapped under this one" : "");
	}
	return good && say_list(showing, "Signs heads", &showing->signing) && say_rotating(showing) &&
		   say_list(showing, "Heads are believed from these, too", &showing->trusted) &&
		   say_list(showing, "Only receipts are believed from", &showing->receipts);
}

static void answer_list(struct showing *showing, const char *key, const struct keyring_list *list)
{
	struct text lines[KEYRING_LIST_ROOM];
	for (size_t i = 0; i < list->count; i++)
		lines[i] = line_of(showing, &list->keys[i]);
	const struct text_list texts = {.items = lines, .count = list->count, .present = true};
	answer_texts(&showing->desk->answer, key, &texts);
}

static enum hansard_status answer(struct showing *showing, struct hansard_error *error)
{
	struct answer *answer = &showing->desk->answer;
	answer_begin(answer, &showing->desk->request.out, "keys");
	answer_text(answer, "folder", showing->desk->folder);
	answer_string(answer, "provider", "file");
	answer_text(answer, "tenant", showing->desk->settings.values[SETTINGS_TENANT].value);
	answer_boolean(answer, "wrapped", showing->wrapped);
	answer_boolean(answer, "locked", showing->locked);
	answer_boolean(answer, "rotating", showing->rotating);
	answer_array(answer, "files");
	for (size_t i = 0; i < KEYRING_PATH_FILES; i++) {
		const struct keyring_list_file *file = &showing->files[i];
		char mode[8];
		if (!file->exists)
			continue;
		snprintf(mode, sizeof(mode), "%04o", file->mode & 07777);
		answer_object(answer, NULL);
		answer_string(answer, "name", file->name);
		answer_string(answer, "mode", mode);
		answer_boolean(answer, "readable", file->readable);
		answer_boolean(answer, "wrapped", file->wrapped);
		answer_end(answer);
	}
	answer_end(answer);
	answer_array(answer, "keks");
	for (size_t i = 0; i < showing->kek_count; i++) {
		answer_object(answer, NULL);
		answer_text(answer, "kek", (struct text){.data = showing->keks[i].id.hex, .size = KEY_ID_SIZE});
		answer_integer(answer, "epoch", showing->keks[i].epoch);
		answer_integer(answer, "umk", (int64_t)showing->keks[i].source);
		answer_boolean(answer, "wraps", i == 0);
		answer_end(answer);
	}
	answer_end(answer);
	answer_list(showing, "signing", &showing->signing);
	answer_list(showing, "trusted", &showing->trusted);
	answer_list(showing, "receipts", &showing->receipts);
	return answer_finish(answer, error);
}

static enum hansard_status show(struct keys_desk *desk, struct hansard_error *error)
{
	struct showing showing = {.desk = desk};
	keyring_list_look(desk->folder, showing.files);
	for (size_t i = 0; i < KEYRING_PATH_FILES; i++)
		showing.wrapped = showing.wrapped || showing.files[i].wrapped;
	showing.rotating = keyring_list_has(showing.files, "signing") && keyring_list_has(showing.files, "signing.1");
	enum hansard_status status = read_keyring(&showing, error);
	if (status == HANSARD_OK)
		status = keyring_list_read(desk->folder, "trusted", &showing.trusted, error);
	if (status == HANSARD_OK)
		status = keyring_list_read(desk->folder, "receipts", &showing.receipts, error);
	if (status != HANSARD_OK)
		return status;
	if (desk->as_json)
		return answer(&showing, error);
	return say(&showing) ? HANSARD_OK : error_memory(error);
}

enum hansard_status hansard_keys_show(const struct hansard_options *options, struct hansard_output *ret_out,
									  struct hansard_error *error)
{
	struct keys_desk desk;
	enum hansard_status status = keys_desk_begin(&desk, options, error);
	if (status == HANSARD_OK)
		status = show(&desk, error);
	return keys_desk_finish(&desk, status, ret_out, error);
}

/* Both keys as words; wiped by who has it. */
struct wording {
	struct keys_passphrase passphrase;
	struct keyring_file_found found;
	char words[KEY_WORDS_SIZE];
};

/* The text in front: it is read again by keys recover, which passes over these lines. */
static const char instructions[] =
	"# Recovery words. Whoever has them has the keys: write them down on paper and keep it where the keys are not.\n"
	"# To make the key files again, hand all of this to: hansard keys recover\n";

static enum hansard_status word_one(struct keys_desk *desk, enum key_file_kind kind, struct wording *wording,
									struct hansard_error *error)
{
	struct hash_context *hash = hash_create();
	struct session_request *request = &desk->request;
	enum hansard_status status = hash == NULL ? error_memory(error) : HANSARD_OK;
	if (status == HANSARD_OK)
		status = keys_desk_get(desk, kind, &wording->passphrase, &wording->found, error);
	if (status == HANSARD_OK && !key_words_write(hash, key_file_kind_name(kind), wording->found.secret, wording->words))
		status = error_set(error, HANSARD_FAILED, "crypto_failed", "the cryptographic library failed");
	hash_destroy(hash);
	if (status != HANSARD_OK)
		return status;
	const struct text words = {.data = wording->words, .size = KEY_WORDS_SIZE};
	const struct text name = {.data = wording->found.name, .size = wording->found.name_size};
	if (desk->as_json) {
		answer_object(&desk->answer, NULL);
		answer_text(&desk->answer, "kind", key_file_kind_name(kind));
		if (name.size > 0)
			answer_text(&desk->answer, "name", name);
		answer_text(&desk->answer, "words", words);
		answer_end(&desk->answer);
		return HANSARD_OK;
	}
	const struct text front = key_file_kind_name(kind);
	return buffer_append_text(&request->out, front) && (name.size == 0 || buffer_append_byte(&request->out, ' ')) &&
				   buffer_append_text(&request->out, name) && buffer_append_string(&request->out, ": ") &&
				   buffer_append_text(&request->out, words) && buffer_append_byte(&request->out, '\n')
			   ? HANSARD_OK
			   : error_memory(error);
}

/* Room for the whole answer at once: a buffer that grows would leave words behind in memory that is given back. */
static bool make_room(struct buffer *out)
{
	static const uint8_t zeros[2048];
	const bool good = buffer_append(out, (struct bytes){.data = zeros, .size = sizeof(zeros)});
	out->size = 0;
	return good;
}

static enum hansard_status word(struct keys_desk *desk, struct hansard_error *error)
{
	struct wording wording = {.found.name_size = 0};
	enum hansard_status status = make_room(&desk->request.out) ? HANSARD_OK : error_memory(error);
	if (desk->as_json) {
		answer_begin(&desk->answer, &desk->request.out, "keys_words");
		answer_array(&desk->answer, "keys");
	} else if (status == HANSARD_OK && !buffer_append_string(&desk->request.out, instructions)) {
		status = error_memory(error);
	}
	if (status == HANSARD_OK)
		status = word_one(desk, KEY_FILE_UMK, &wording, error);
	if (status == HANSARD_OK)
		status = word_one(desk, KEY_FILE_SIGNING, &wording, error);
	secret_wipe(&wording, sizeof(wording));
	if (status == HANSARD_OK && desk->as_json) {
		answer_end(&desk->answer);
		status = answer_finish(&desk->answer, error);
	}
	if (status != HANSARD_OK) {
		secret_wipe(desk->request.out.data, desk->request.out.size);
		desk->request.out.size = 0;
	}
	return status;
}

enum hansard_status hansard_keys_words(const struct hansard_options *options, struct hansard_output *ret_out,
									   struct hansard_error *error)
{
	struct keys_desk desk;
	enum hansard_status status = keys_desk_begin(&desk, options, error);
	if (status == HANSARD_OK)
		status = word(&desk, error);
	return keys_desk_finish(&desk, status, ret_out, error);
}
