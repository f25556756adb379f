/*
 * The vault: what it is made of, and the verified load.
 */
#include "vault_private.h"

#include "error.h"
#include "limits.h"
#include "slug.h"
#include "utf8.h"
#include "vault_keys.h"
#include "vault_parts.h"

enum hansard_status vault_create(const struct vault_options *options, struct vault **ret_vault,
								 struct hansard_error *error)
{
	if (!utf8_valid(bytes_of_text(options->actor))) {
		error_set(error, HANSARD_INVALID, "invalid_actor", "the actor's name is not UTF-8");
		error_hint(error, "name who commits in UTF-8: --actor, HANSARD_PRINCIPAL, or [keys] principal");
		return HANSARD_INVALID;
	}
	struct vault *vault = calloc(1, sizeof(*vault) + options->actor.size);
	if (vault == NULL)
		return error_memory(error);
	if (options->actor.size > 0)
		memcpy(vault->texts, options->actor.data, options->actor.size);
	vault->engine = options->engine;
	vault->keyring = options->keyring;
	vault->audit = options->audit;
	vault->marks = options->marks;
	vault->guard = options->guard;
	vault->tenant = keyring_tenant(options->keyring);
	vault->actor = (struct text){.data = vault->texts, .size = options->actor.size};
	vault->generation_revs = options->generation_revs > 0 ? options->generation_revs : LIMIT_GENERATION_REVS;
	vault->clock = options->clock;
	vault->entropy = options->entropy;
	vault->hash = hash_create();
	vault->keys = vault_keys_cache_create();
	if (vault->hash == NULL || vault->keys == NULL) {
		vault_destroy(vault);
		return vault_crypto_failed(error);
	}
	*ret_vault = vault;
	return HANSARD_OK;
}

void vault_destroy(struct vault *vault)
{
	if (vault == NULL)
		return;
	vault_keys_cache_destroy(vault->keys);
	hash_destroy(vault->hash);
	free(vault);
}

struct store_engine *vault_engine(struct vault *vault)
{
	return vault->engine;
}

struct text vault_tenant(const struct vault *vault)
{
	return vault->tenant;
}

bool vault_sha256(struct vault *vault, struct bytes bytes, struct digest *ret_digest)
{
	return hash_of(vault->hash, &bytes, 1, ret_digest);
}

struct store_partition vault_partition(const struct vault *vault, struct text dialogue_id)
{
	return store_engine_partition(vault->engine, vault->tenant, dialogue_id);
}

enum hansard_status vault_tidy(struct vault *vault, struct text dialogue_id, struct hansard_error *error)
{
	enum { ATTEMPTS = 5 };
	const struct store_partition partition = vault_partition(vault, dialogue_id);
	const struct copying_store *copying = vault->engine->copying;
	for (int attempt = 0; attempt < ATTEMPTS; attempt++) { /* another may commit between look and call */
		struct store_occupant found;
		enum store_result result;
		enum hansard_status status = copying->occupant(&partition, &found, error);
		if (status != HANSARD_OK || found.what != STORE_PUBLISHED)
			return status;
		const struct store_tidy_request request = {.rev = found.rev, .hash = found.hash};
		status = copying->tidy(&partition, &request, &result, error);
		if (status != HANSARD_OK || result == STORE_DONE)
			return status;
	}
	error_set(error, HANSARD_UNREACHABLE, "not_tidied",
			  "of \"" ERROR_TEXT
			  "\" not all was taken away that nobody asks for any more, or not all that lists find it by is right",
			  ERROR_TEXT_ARGS(dialogue_id));
	error_hint(error, "run it again: what is done already is not done again");
	return HANSARD_UNREACHABLE;
}

enum hansard_status vault_crypto_failed(struct hansard_error *error)
{
	return error_set(error, HANSARD_FAILED, "crypto_failed", "the cryptographic library refused to compute a hash");
}

enum hansard_status vault_tell(const struct vault *vault, const struct vault_audit_event *event,
							   struct hansard_error *error)
{
	return vault->audit == NULL || event->count == 0 ? HANSARD_OK
													 : vault->audit->record(vault->audit->context, event, error);
}

enum hansard_status vault_tell_derived(const struct vault *vault, struct hansard_error *error)
{
	struct key_kek_id id;
	enum hansard_status status = HANSARD_OK;
	while (status == HANSARD_OK && keyring_take_derived(vault->keyring, &id)) {
		const struct vault_audit_event event = {.use = VAULT_USE_DERIVE,
												.key_id = {.data = id.hex, .size = KEY_ID_SIZE},
												.count = 1,
												.outcome = VAULT_OUTCOME_SUCCESS};
		status = vault_tell(vault, &event, error);
	}
	return status;
}

enum hansard_status vault_violated(struct hansard_error *error, struct text address, const char *what)
{
	error_set(error, HANSARD_VIOLATED, "integrity_violated", ERROR_TEXT " %s", ERROR_TEXT_ARGS(address), what);
	error_hint(error, "what is stored is not what was committed: verify names everything; restore it from a backup");
	return HANSARD_VIOLATED;
}

bool vault_address(struct arena *arena, struct text dialogue_id, struct item_key key, struct text *ret_address)
{
	/* Room for any valid address, so that the buffer never grows: it lies on the stack. */
	uint8_t data[LIMIT_ADDRESS];
	struct buffer out = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	if (item_key_address(dialogue_id, key, &out))
		return arena_copy_text(arena, buffer_text(&out), ret_address);
	return arena_format(arena, ret_address, "dialogue:" ERROR_TEXT "/entity:" ERROR_TEXT "/" ERROR_TEXT,
						ERROR_TEXT_ARGS(dialogue_id), ERROR_TEXT_ARGS(key.type), ERROR_TEXT_ARGS(key.subkey));
}

/* The engine opens stores of our version alone, which is the version of all that is in them: another one is damage. */
static enum hansard_status other_version(struct hansard_error *error)
{
	return error_set(error, HANSARD_VIOLATED, "integrity_violated", "%s: this store is of another version",
					 error->message);
}

enum hansard_status vault_read_commit(const struct vault *vault, const struct vault_commit_place *place,
									  struct bytes stored, struct commit *ret_commit, struct hansard_error *error)
{
	struct commit commit;
	struct hansard_error fault = {0};
	enum hansard_status status = commit_read(place->arena, stored, &commit, &fault);
	if (status == HANSARD_INVALID)
		status = other_version(&fault);
	if (status != HANSARD_OK) {
		if (error != NULL)
			*error = fault;
		return status;
	}
	if (!text_equal(commit.tenant, vault->tenant) || !text_equal(commit.dialogue_id, place->dialogue_id) ||
		commit.rev != place->rev)
		return error_set(error, HANSARD_VIOLATED, "invalid_commit",
						 "not a commit of this place: tenant, dialogue or rev");
	for (size_t i = 0; i < commit.change_count; i++)
		if (!item_key_leaf((struct item_key){.type = commit.changes[i].type, .subkey = commit.changes[i].subkey}))
			return error_set(error, HANSARD_VIOLATED, "invalid_commit", "not a commit: a change of no address");
	*ret_commit = commit;
	return HANSARD_OK;
}

/* Whether the signatures of these very bytes have been found good before. */
static bool note_known(const struct vault *vault, const struct digest *digest)
{
	const size_t count = vault->note_count < VAULT_NOTES ? vault->note_count : VAULT_NOTES;
	for (size_t i = 0; i < count; i++)
		if (digest_equal(&vault->notes[i], digest))
			return true;
	return false;
}

/* Whether the lines that are of retired keys are good, and none is of a trusted one: a bad line of that would count. */
static bool retired_alone(const struct vault *vault, const struct note *note)
{
	const struct note_trust retired = keyring_retired(vault->keyring);
	return retired.count > 0 && note_signer(note, keyring_trusted(vault->keyring)) == NULL &&
		   note_verify(note, retired, NULL) == HANSARD_OK;
}

enum hansard_status vault_retired_key(const struct vault *vault, const struct note *note, struct hansard_error *error)
{
	const struct sign_public *signer = note_signer(note, keyring_retired(vault->keyring));
	error_set(error, HANSARD_VIOLATED, VAULT_RETIRED_KEY,
			  "the head of \"" ERROR_TEXT "\" is signed by a key alone that is retired: " ERROR_TEXT
			  "+%02x%02x%02x%02x",
			  ERROR_TEXT_ARGS(note->dialogue_id), ERROR_TEXT_ARGS(sign_public_name(signer)), signer->id[0],
			  signer->id[1], signer->id[2], signer->id[3]);
	error_hint(error,
			   "look at it: hansard log " ERROR_TEXT
			   " --restored. If that is what you know: hansard keys rotate --signing --resume signs it anew, or, of a "
			   "backup that was put back, hansard backup --restored --retired " ERROR_TEXT,
			   ERROR_TEXT_ARGS(note->dialogue_id), ERROR_TEXT_ARGS(note->dialogue_id));
	return HANSARD_VIOLATED;
}

/* Whether no line is of a key that is known here: it may be another's store, or another's head in this one. */
static bool is_strange(const struct vault *vault, const struct note *note)
{
	return note_signer(note, keyring_trusted(vault->keyring)) == NULL &&
		   note_signer(note, keyring_retired(vault->keyring)) == NULL;
}

void vault_signers(const struct note *note, char ret_names[static VAULT_SIGNERS_SIZE])
{
	enum { SHOWN = 3 };
	size_t size = 0;
	for (size_t i = 0; i < note->line_count && i < SHOWN; i++) {
		const struct note_line *line = &note->lines[i];
		size += (size_t)snprintf(ret_names + size, VAULT_SIGNERS_SIZE - size, "%s" ERROR_TEXT "+%02x%02x%02x%02x",
								 i > 0 ? ", " : "", ERROR_TEXT_ARGS(line->name), line->id[0], line->id[1], line->id[2],
								 line->id[3]);
	}
	if (note->line_count > SHOWN)
		snprintf(ret_names + size, VAULT_SIGNERS_SIZE - size, " and %zu more", note->line_count - SHOWN);
}

static enum hansard_status strange_signer(const struct note *note, struct hansard_error *error)
{
	char names[VAULT_SIGNERS_SIZE];
	vault_signers(note, names);
	error_set(error, HANSARD_VIOLATED, VAULT_UNTRUSTED_SIGNER,
			  "the head of \"" ERROR_TEXT "\" is signed by nobody who is believed here: %s",
			  ERROR_TEXT_ARGS(note->dialogue_id), names);
	error_hint(error, VAULT_UNTRUSTED_HINT);
	return HANSARD_VIOLATED;
}

static enum hansard_status verify_note(struct vault *vault, struct bytes stored, const struct note *note,
									   struct hansard_error *error)
{
	struct digest digest;
	struct hansard_error fault = {0};
	if (!hash_of(vault->hash, &stored, 1, &digest))
		return vault_crypto_failed(error);
	if (note_known(vault, &digest))
		return HANSARD_OK;
	enum hansard_status status = note_verify(note, keyring_trusted(vault->keyring), &fault);
	if (status == HANSARD_VIOLATED && retired_alone(vault, note))
		status = vault_retired_key(vault, note, &fault);
	else if (status == HANSARD_VIOLATED && is_strange(vault, note))
		status = strange_signer(note, &fault);
	if (status == HANSARD_OK)
		vault->notes[vault->note_count++ % VAULT_NOTES] = digest;
	else if (error != NULL)
		*error = fault;
	return status;
}

bool vault_listed(struct text operation)
{
	return !text_is(operation, "erase") && !text_is(operation, "migrate-out");
}

size_t vault_stale_indexes(const struct store_view *view, struct text operation)
{
	const enum store_view_listed listed = vault_listed(operation) ? STORE_VIEW_LISTED : STORE_VIEW_UNLISTED;
	return view->stale_indexes + (view->listed != 0 && view->listed != listed);
}

enum hansard_status vault_refresh(struct vault *vault, bool *ret_changed, struct hansard_error *error)
{
	*ret_changed = false;
	if (vault->guard == NULL)
		return HANSARD_OK;
	const enum hansard_status status = vault->guard->refresh(vault->guard->context, ret_changed, error);
	if (*ret_changed)
		vault->note_count = 0;
	return status;
}

enum hansard_status vault_begin_commit(struct vault *vault, struct hansard_error *error)
{
	bool changed = false;
	if (vault->guard == NULL)
		return HANSARD_OK;
	const enum hansard_status status = vault->guard->begin(vault->guard->context, &changed, error);
	if (changed)
		vault->note_count = 0;
	return status;
}

enum hansard_status vault_check_signer(const struct vault *vault, struct hansard_error *error)
{
	if (keyring_can_sign(vault->keyring))
		return HANSARD_OK;
	error_set(error, HANSARD_WRONG_KEY, "no_signing_key", "there is no key here to sign a head with");
	error_hint(
		error,
		"bring yours: hansard keys import, or keys recover; where you have none yet, make one: hansard init in the store's folder. "
		"hansard keys show tells where it is looked for");
	return HANSARD_WRONG_KEY;
}

void vault_end_commit(struct vault *vault)
{
	if (vault->guard != NULL)
		vault->guard->end(vault->guard->context);
}

/* Who believes nobody cannot tell a good head from a bad one: that says nothing about the head. */
static enum hansard_status no_trusted_key(struct hansard_error *error)
{
	error_set(error, HANSARD_WRONG_KEY, "no_trusted_key", "there is no key here that heads are believed from");
	error_hint(
		error,
		"bring your keys: hansard keys import, or keys recover; where you have a UMK and no signing key yet, make one: hansard init in the "
		"store's folder; say who else is believed: hansard keys trust LINE, hansard verify --public-key LINE");
	return HANSARD_WRONG_KEY;
}

bool vault_unbelieved(const struct hansard_error *error)
{
	return error->status == HANSARD_VIOLATED &&
		   (strcmp(error->kind, VAULT_RETIRED_KEY) == 0 || strcmp(error->kind, VAULT_UNTRUSTED_SIGNER) == 0);
}

enum hansard_status vault_read_note(struct vault *vault, struct text dialogue_id, struct bytes stored,
									struct note *ret_note, struct hansard_error *error)
{
	struct note note;
	struct hansard_error fault = {0};
	enum hansard_status status = note_read(stored, &note, &fault);
	if (status == HANSARD_INVALID)
		status = other_version(&fault);
	if (status == HANSARD_OK && keyring_trusted(vault->keyring).count == 0)
		status = no_trusted_key(&fault);
	if (status == HANSARD_OK && (!text_equal(note.tenant, vault->tenant) || !text_equal(note.dialogue_id, dialogue_id)))
		status = error_set(&fault, HANSARD_VIOLATED, "invalid_head", "a head of another place");
	if (status == HANSARD_OK)
		status = verify_note(vault, stored, &note, &fault);
	if (status == HANSARD_OK || vault_unbelieved(&fault))
		*ret_note = note;
	if (status != HANSARD_OK && error != NULL)
		*error = fault;
	return status;
}
