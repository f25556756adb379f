/*
 * The keyring: sources by epochs, and the KEKs that were derived from them so far.
 */
#include "keyring.h"

#include "commit.h"
#include "error.h"
#include "keyring_list.h"
#include "limits.h"

enum {
	SOURCES = KEYRING_PATH_OLDER + 1,
	EPOCHS = 8,
	SIGNERS = KEYRING_LIST_SIGNERS,
	TRUSTED = SIGNERS + LIMIT_KEYS_LISTED,
	RETIRED = LIMIT_KEYS_LISTED
};

/* KEKs, a few DEKs and what is derived from them while it is needed. */
enum { DEFAULT_SLOTS = 512 };

struct kek_entry {
	struct key_kek kek; /* no slot: not derived yet */
	struct key_kek_id id;
	bool untaken; /* derived, and not taken by keyring_take_derived */
};

struct source_entry {
	const struct keyring_source *source;
	void *self;
	struct kek_entry keks[EPOCHS]; /* by epoch, as in epochs[] */
};
_Static_assert(SOURCES *EPOCHS <= KEYRING_KEKS, "every KEK can be listed");

struct keyring {
	struct secret_pool *pool;
	bool borrows_pool;
	struct source_entry sources[SOURCES];
	size_t source_count;
	bool lacks_newest;      /* of the UMKs: the sources only open */
	int64_t epochs[EPOCHS]; /* the first is the one of new wraps */
	size_t epoch_count;
	struct sign_key *signers[SIGNERS];
	size_t signer_count;
	struct sign_public trusted[TRUSTED];
	size_t trusted_count;
	struct sign_public retired[RETIRED];
	size_t retired_count;
	size_t tenant_size;
	char tenant[LIMIT_TENANT];
};

const char keyring_newest_remedy[] =
	"put it back where it was, or bring it: hansard keys import, or keys recover; only where it is lost, or a rotation ended on the way "
	"to it, make a new one: hansard keys rotate";

static enum hansard_status too_many(struct hansard_error *error, const char *what, int limit)
{
	return error_set(error, HANSARD_INVALID, "too_many_keys", "at most %d %s can be configured", limit, what);
}

enum hansard_status keyring_create(const struct keyring_options *options, struct keyring **ret_keyring,
								   struct hansard_error *error)
{
	struct key_kek_message message;
	if (!key_kek_message(options->tenant, options->epoch, &message))
		return error_set(error, HANSARD_INVALID, "invalid_tenant",
						 "\"" ERROR_TEXT "\" and %" PRId64
						 " are no tenant and epoch: a name of [a-z0-9-] and a number from 1",
						 ERROR_TEXT_ARGS(options->tenant), options->epoch);
	struct keyring *keyring = calloc(1, sizeof(*keyring));
	if (keyring == NULL)
		return error_memory(error);
	const size_t slots = options->secret_slots > 0 ? options->secret_slots : DEFAULT_SLOTS;
	enum hansard_status status = HANSARD_OK;
	if (options->beside == NULL)
		status = secret_pool_create(slots, &keyring->pool, error);
	else
		keyring->pool = options->beside->pool;
	keyring->borrows_pool = options->beside != NULL;
	if (status != HANSARD_OK) {
		free(keyring);
		return status;
	}
	keyring->epochs[0] = options->epoch;
	keyring->epoch_count = 1;
	keyring->tenant_size = options->tenant.size;
	memcpy(keyring->tenant, options->tenant.data, options->tenant.size);
	*ret_keyring = keyring;
	return HANSARD_OK;
}

void keyring_destroy(struct keyring *keyring)
{
	if (keyring == NULL)
		return;
	for (size_t i = 0; i < keyring->source_count; i++)
		keyring->sources[i].source->destroy(keyring->sources[i].self);
	for (size_t i = 0; i < keyring->signer_count; i++)
		sign_key_destroy(keyring->signers[i]);
	for (size_t i = 0; keyring->borrows_pool && i < keyring->source_count; i++)
		for (size_t j = 0; j < keyring->epoch_count; j++)
			secret_give(keyring->pool, keyring->sources[i].keks[j].kek.slot);
	if (!keyring->borrows_pool)
		secret_pool_destroy(keyring->pool);
	free(keyring);
}

void keyring_replace(struct keyring *keyring, struct keyring *fresh)
{
	const struct keyring old = *keyring;
	*keyring = *fresh;
	keyring->borrows_pool = old.borrows_pool;
	*fresh = old;
	fresh->borrows_pool = true;
	keyring_destroy(fresh);
}

enum hansard_status keyring_add_source(struct keyring *keyring, const struct keyring_source *source, void *self,
									   struct hansard_error *error)
{
	if (keyring->source_count == SOURCES) {
		source->destroy(self);
		return too_many(error, "UMKs", SOURCES);
	}
	keyring->sources[keyring->source_count++] = (struct source_entry){.source = source, .self = self};
	return HANSARD_OK;
}

enum hansard_status keyring_add_epoch(struct keyring *keyring, int64_t epoch, struct hansard_error *error)
{
	struct key_kek_message message;
	if (!key_kek_message(keyring_tenant(keyring), epoch, &message))
		return error_set(error, HANSARD_INVALID, "invalid_epoch", "%" PRId64 " is no epoch", epoch);
	for (size_t i = 0; i < keyring->epoch_count; i++)
		if (keyring->epochs[i] == epoch)
			return HANSARD_OK;
	if (keyring->epoch_count == EPOCHS)
		return too_many(error, "epochs", EPOCHS);
	keyring->epochs[keyring->epoch_count++] = epoch;
	return HANSARD_OK;
}

enum hansard_status keyring_trust(struct keyring *keyring, const struct sign_public *public,
								  struct hansard_error *error)
{
	for (size_t i = 0; i < keyring->trusted_count; i++)
		if (sign_public_equal(&keyring->trusted[i], public))
			return HANSARD_OK;
	if (keyring->trusted_count == TRUSTED)
		return too_many(error, "trusted keys", TRUSTED);
	keyring->trusted[keyring->trusted_count++] = *public;
	return HANSARD_OK;
}

void keyring_retire(struct keyring *keyring, const struct sign_public *public)
{
	for (size_t i = 0; i < keyring->retired_count; i++)
		if (sign_public_equal(&keyring->retired[i], public))
			return;
	if (keyring->retired_count < RETIRED)
		keyring->retired[keyring->retired_count++] = *public;
}

enum hansard_status keyring_add_signer(struct keyring *keyring, struct sign_key *key, struct hansard_error *error)
{
	enum hansard_status status = HANSARD_OK;
	for (size_t i = 0; i < keyring->signer_count; i++) {
		if (sign_public_equal(sign_key_public(keyring->signers[i]), sign_key_public(key))) {
			sign_key_destroy(key);
			return HANSARD_OK;
		}
	}
	if (keyring->signer_count == SIGNERS)
		status = too_many(error, "signing keys", SIGNERS);
	if (status == HANSARD_OK)
		status = keyring_trust(keyring, sign_key_public(key), error);
	if (status == HANSARD_OK)
		keyring->signers[keyring->signer_count++] = key;
	else
		sign_key_destroy(key);
	return status;
}

bool keyring_can_open(const struct keyring *keyring)
{
	return keyring->source_count > 0;
}

bool keyring_can_sign(const struct keyring *keyring)
{
	return keyring->signer_count > 0;
}

struct text keyring_tenant(const struct keyring *keyring)
{
	return (struct text){.data = keyring->tenant, .size = keyring->tenant_size};
}

int64_t keyring_epoch(const struct keyring *keyring)
{
	return keyring->epochs[0];
}

struct secret_pool *keyring_pool(struct keyring *keyring)
{
	return keyring->pool;
}

/* Asks the source for the KEK of an epoch and keeps it with its id. */
static enum hansard_status derive(struct keyring *keyring, struct source_entry *source, size_t epoch,
								  struct hansard_error *error)
{
	struct key_kek_message message;
	uint8_t mac[SECRET_SIZE];
	struct key_kek kek = {0};
	struct key_kek_id id;
	if (!key_kek_message(keyring_tenant(keyring), keyring->epochs[epoch], &message))
		return error_set(error, HANSARD_INVALID, "invalid_epoch", "%" PRId64 " is no epoch", keyring->epochs[epoch]);
	enum hansard_status status = source->source->mac(source->self, &message, mac, error);
	if (status != HANSARD_OK)
		return status;
	status = key_kek_of_mac(keyring->pool, mac, &kek, error);
	secret_wipe(mac, sizeof(mac));
	if (status == HANSARD_OK)
		status = key_kek_identify(kek, &id, error);
	if (status != HANSARD_OK) {
		secret_give(keyring->pool, kek.slot);
		return status;
	}
	source->keks[epoch] = (struct kek_entry){.kek = kek, .id = id, .untaken = true};
	return HANSARD_OK;
}

static enum hansard_status kek_of(struct keyring *keyring, size_t source, size_t epoch, struct kek_entry *ret_entry,
								  struct hansard_error *error)
{
	struct source_entry *entry = &keyring->sources[source];
	if (entry->keks[epoch].kek.slot == NULL) {
		const enum hansard_status status = derive(keyring, entry, epoch, error);
		if (status != HANSARD_OK)
			return status;
	}
	*ret_entry = entry->keks[epoch];
	return HANSARD_OK;
}

static enum hansard_status no_key(struct hansard_error *error)
{
	error_set(error, HANSARD_WRONG_KEY, "no_key", "there is no key here to open sealed content with");
	error_hint(error,
			   "bring the key file to where `hansard keys show` looks for it: hansard keys import, or keys recover");
	return HANSARD_WRONG_KEY;
}

void keyring_lack_newest(struct keyring *keyring)
{
	keyring->lacks_newest = true;
}

bool keyring_lacks_newest(const struct keyring *keyring)
{
	return keyring->lacks_newest;
}

enum hansard_status keyring_check_newest(const struct keyring *keyring, struct hansard_error *error)
{
	if (!keyring->lacks_newest)
		return HANSARD_OK;
	error_set(
		error, HANSARD_WRONG_KEY, "no_newest_key",
		"umk is missing, which took over from the UMKs that are there: these only open, and nothing new is sealed");
	error_hint(error, "%s", keyring_newest_remedy);
	return HANSARD_WRONG_KEY;
}

enum hansard_status keyring_kek(struct keyring *keyring, struct key_kek *ret_kek, struct hansard_error *error)
{
	struct kek_entry entry;
	if (!keyring_can_open(keyring))
		return no_key(error);
	enum hansard_status status = keyring_check_newest(keyring, error);
	if (status == HANSARD_OK)
		status = kek_of(keyring, 0, 0, &entry, error);
	if (status == HANSARD_OK)
		*ret_kek = entry.kek;
	return status;
}

/* Names the KEK that is wanted and those that are at hand. */
static enum hansard_status wrong_key(struct keyring *keyring, const struct key_kek_id *id, struct hansard_error *error)
{
	enum { SHOWN = 8 };
	struct keyring_kek_row rows[KEYRING_KEKS];
	char at_hand[SHOWN * (KEY_ID_SIZE + 32)] = "none";
	size_t count = 0, size = 0;
	const enum hansard_status status = keyring_list_keks(keyring, rows, &count, error);
	if (status != HANSARD_OK)
		return status;
	for (size_t i = 0; i < count && i < SHOWN; i++)
		size += (size_t)snprintf(at_hand + size, sizeof(at_hand) - size, "%s%.*s (epoch %" PRId64 ")",
								 i > 0 ? ", " : "", KEY_ID_SIZE, rows[i].id.hex, rows[i].epoch);
	error_set(error, HANSARD_WRONG_KEY, "wrong_key", "this is sealed under kek %.*s; at hand are %s%s", KEY_ID_SIZE,
			  id->hex, at_hand, count > SHOWN ? " and others" : "");
	error_hint(
		error,
		"bring the key that it was sealed under: hansard keys import, or keys recover, --newer where a key was rotated since, --older where it is from before; or name its tenant "
		"or epoch in the configuration");
	return HANSARD_WRONG_KEY;
}

enum hansard_status keyring_find_kek(struct keyring *keyring, const struct key_kek_id *id, struct key_kek *ret_kek,
									 struct hansard_error *error)
{
	if (!keyring_can_open(keyring))
		return no_key(error);
	for (size_t s = 0; s < keyring->source_count; s++) {
		for (size_t e = 0; e < keyring->epoch_count; e++) {
			struct kek_entry entry;
			const enum hansard_status status = kek_of(keyring, s, e, &entry, error);
			if (status != HANSARD_OK)
				return status;
			if (memcmp(entry.id.hex, id->hex, KEY_ID_SIZE) == 0) {
				*ret_kek = entry.kek;
				return HANSARD_OK;
			}
		}
	}
	return wrong_key(keyring, id, error);
}

enum hansard_status keyring_list_keks(struct keyring *keyring, struct keyring_kek_row ret_rows[static KEYRING_KEKS],
									  size_t *ret_count, struct hansard_error *error)
{
	size_t count = 0;
	for (size_t s = 0; s < keyring->source_count; s++) {
		for (size_t e = 0; e < keyring->epoch_count; e++) {
			struct kek_entry entry;
			const enum hansard_status status = kek_of(keyring, s, e, &entry, error);
			if (status != HANSARD_OK)
				return status;
			ret_rows[count++] = (struct keyring_kek_row){.source = s, .epoch = keyring->epochs[e], .id = entry.id};
		}
	}
	*ret_count = count;
	return HANSARD_OK;
}

bool keyring_take_derived(struct keyring *keyring, struct key_kek_id *ret_id)
{
	for (size_t s = 0; s < keyring->source_count; s++) {
		for (size_t e = 0; e < keyring->epoch_count; e++) {
			struct kek_entry *entry = &keyring->sources[s].keks[e];
			if (!entry->untaken)
				continue;
			entry->untaken = false;
			*ret_id = entry->id;
			return true;
		}
	}
	return false;
}

struct note_signers keyring_signers(const struct keyring *keyring)
{
	return (struct note_signers){.keys = keyring->signers, .count = keyring->signer_count};
}

struct note_trust keyring_trusted(const struct keyring *keyring)
{
	return (struct note_trust){.keys = keyring->trusted, .count = keyring->trusted_count};
}

struct note_trust keyring_retired(const struct keyring *keyring)
{
	return (struct note_trust){.keys = keyring->retired, .count = keyring->retired_count};
}
