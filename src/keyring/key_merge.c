/*
 * Plans of what becomes of keys that are brought.
 */
#include "key_merge.h"

#include "error.h"

/* What is known while one is made. */
struct planning {
	const struct key_merge_request *request;
	struct key_merge *merge;
	struct keyring_list signs;   /* public halves of the signing keys that are here, and of those that are kept */
	struct keyring_list retired; /* of those that are brought as older ones */
};

bool key_merge_makes(enum key_merge_fate fate)
{
	return fate == KEY_MERGE_FRONT || fate == KEY_MERGE_BEHIND;
}

/* The newest that is here, or NULL: a folder may have older ones alone, and room for the newest. */
static const struct key_bundle_key *newest_here(const struct planning *planning, enum key_file_kind kind)
{
	const struct key_bundle_key *newest = key_bundle_newest(planning->request->here, kind);
	return newest != NULL && newest->older == 0 ? newest : NULL;
}

/* Whether what is brought holds the newest of what is here as an older one, or as one that has retired. */
static bool knows_ours(const struct planning *planning, enum key_file_kind kind)
{
	const struct key_bundle *brought = planning->request->brought;
	const struct key_bundle_key *ours = key_bundle_newest(planning->request->here, kind);
	if (ours == NULL)
		return false;
	if (key_bundle_find(brought, ours) != SIZE_MAX)
		return true;
	return kind == KEY_FILE_SIGNING && keyring_list_find(&brought->receipts, &planning->signs.keys[0]) != SIZE_MAX;
}

static enum hansard_status which_is_newer(const struct planning *planning, enum key_file_kind kind,
										  struct hansard_error *error)
{
	const struct text folder = planning->request->folder, name = key_file_kind_name(kind);
	if (knows_ours(planning, kind)) {
		error_set(error, HANSARD_CONFLICT, "newer_keys",
				  "what is brought holds a newer %.*s, which has taken over from the one in " ERROR_TEXT,
				  (int)name.size, name.data, ERROR_TEXT_ARGS(folder));
		error_hint(error,
				   "nothing was changed; --newer puts it beside the one that is there, which stays to open with");
	} else if (newest_here(planning, kind) == NULL) {
		error_set(error, HANSARD_CONFLICT, "keys_exist",
				  "there are older keys of kind %.*s alone in " ERROR_TEXT
				  ", and nothing tells whether what is brought is the newest, which is missing",
				  (int)name.size, name.data, ERROR_TEXT_ARGS(folder));
		error_hint(error, "nothing was changed; --newer: it is, and takes the place of the one that is missing");
	} else {
		error_set(error, HANSARD_CONFLICT, "keys_exist",
				  "there is another %.*s in " ERROR_TEXT " already, and nothing tells which of the two is the newer",
				  (int)name.size, name.data, ERROR_TEXT_ARGS(folder));
		error_hint(
			error,
			"nothing was changed. Where those here were just made, move the folder away and bring the others alone; --newer: they "
			"have taken over elsewhere, and are written with from now on; --older: they only open, and their signing key "
			"retires here");
	}
	return HANSARD_CONFLICT;
}

/* A key that is nowhere here: in front when there is none of its kind, or when it is said to be newer. */
static enum hansard_status place_newest(struct planning *planning, size_t i, struct hansard_error *error)
{
	const struct key_merge_request *request = planning->request;
	const enum key_file_kind kind = request->brought->keys[i].kind;
	const bool any = key_bundle_newest(request->here, kind) != NULL, known = knows_ours(planning, kind);
	const bool over = newest_here(planning, kind) != NULL;
	if (request->order == KEY_MERGE_OLDER && !over) {
		const struct text name = key_file_kind_name(kind);
		error_set(error, HANSARD_CONFLICT, "no_newer_keys", "there is no %.*s in " ERROR_TEXT " that it is older than",
				  (int)name.size, name.data, ERROR_TEXT_ARGS(request->folder));
		error_hint(error, "bring the newest keys first%s",
				   any ? "; if these are the newest: --newer" : ", or leave --older away");
		return HANSARD_CONFLICT;
	}
	/* Where the newest was lost its place is free for one that is told to be newer than what is here. */
	if ((request->order == KEY_MERGE_TOLD && any && (over || !known)) || (request->order == KEY_MERGE_OLDER && known))
		return which_is_newer(planning, kind, error);
	planning->merge->fate[i] = request->order == KEY_MERGE_OLDER ? KEY_MERGE_BEHIND : KEY_MERGE_FRONT;
	planning->merge->takes_over[kind] = over && request->order == KEY_MERGE_NEWER;
	return HANSARD_OK;
}

/* A signing key that is brought as an older one. */
static enum hansard_status retire(struct planning *planning, const struct sign_public *public,
								  struct hansard_error *error)
{
	const enum hansard_status status = keyring_list_add(&planning->retired, public, error);
	return status == HANSARD_OK ? keyring_list_add(&planning->merge->receipts, public, error) : status;
}

/* A signing key that is nowhere here. */
static enum hansard_status place_signer(struct planning *planning, size_t i, bool first, struct hansard_error *error)
{
	const struct key_merge_request *request = planning->request;
	struct sign_public public;
	enum hansard_status status = key_bundle_public(&request->brought->keys[i], &public, error);
	if (status != HANSARD_OK)
		return status;
	const bool retired = keyring_list_find(&request->here->receipts, &public) != SIZE_MAX;
	if (retired && first && request->order != KEY_MERGE_OLDER) {
		error_set(error, HANSARD_CONFLICT, "retired_key",
				  "the signing key that is brought has retired here: its line is in " ERROR_TEXT "/receipts",
				  ERROR_TEXT_ARGS(request->folder));
		error_hint(
			error,
			"bring the one that took over from it, keys import --newer; or, to open what is older, bring this one with "
			"--older; if it was taken for older by mistake, take its line out of that list");
		return HANSARD_CONFLICT;
	}
	if (first && request->order == KEY_MERGE_OLDER && knows_ours(planning, KEY_FILE_SIGNING))
		return which_is_newer(planning, KEY_FILE_SIGNING, error);
	if (!retired && request->order == KEY_MERGE_OLDER &&
		(newest_here(planning, KEY_FILE_SIGNING) == NULL ||
		 keyring_list_find(&request->here->trusted, &public) != SIZE_MAX)) {
		planning->merge->fate[i] = KEY_MERGE_LEFT;
		return HANSARD_OK;
	}
	if (retired || request->order == KEY_MERGE_OLDER) {
		planning->merge->fate[i] = KEY_MERGE_PUBLIC;
		return retired ? HANSARD_OK : retire(planning, &public, error);
	}
	planning->merge->fate[i] = KEY_MERGE_BEHIND;
	if (first)
		status = place_newest(planning, i, error);
	return status == HANSARD_OK ? keyring_list_add(&planning->signs, &public, error) : status;
}

/* The number of the file of a key that is here, once another has taken over: those up to the first number that is free move up. */
static int number_afterwards(const struct planning *planning, enum key_file_kind kind, int number)
{
	const struct key_bundle *here = planning->request->here;
	int gap = 0;
	for (bool taken = true; taken; gap += taken) {
		taken = false;
		for (size_t i = 0; i < here->count; i++)
			taken = taken || (here->keys[i].kind == kind && here->keys[i].older == gap);
	}
	return planning->merge->takes_over[kind] && number < gap ? number + 1 : number;
}

/* Every key of a kind. Only the newest that is brought can take over. */
static enum hansard_status place_kind(struct planning *planning, enum key_file_kind kind, struct hansard_error *error)
{
	const struct key_merge_request *request = planning->request;
	struct key_merge *merge = planning->merge;
	enum hansard_status status = HANSARD_OK;
	bool first = true;
	for (size_t i = 0; status == HANSARD_OK && i < request->brought->count; i++) {
		const struct key_bundle_key *key = &request->brought->keys[i];
		if (key->kind != kind)
			continue;
		const size_t place = key_bundle_find(request->here, key);
		if (place != SIZE_MAX) {
			merge->fate[i] = KEY_MERGE_THERE;
			merge->number[i] = number_afterwards(planning, kind, request->here->keys[place].older);
		} else if (kind == KEY_FILE_SIGNING) {
			status = place_signer(planning, i, first, error);
		} else {
			merge->fate[i] = KEY_MERGE_BEHIND;
			if (first)
				status = place_newest(planning, i, error);
		}
		first = false;
	}
	return status;
}

static enum hansard_status check_room(const struct planning *planning, enum key_file_kind kind, size_t most,
									  struct hansard_error *error)
{
	const struct key_merge_request *request = planning->request;
	const struct text name = key_file_kind_name(kind);
	size_t count = 0;
	bool more = false;
	for (size_t i = 0; i < request->here->count; i++)
		count += request->here->keys[i].kind == kind;
	for (size_t i = 0; i < request->brought->count; i++) {
		const bool made = request->brought->keys[i].kind == kind && key_merge_makes(planning->merge->fate[i]);
		count += made;
		more = more || made;
	}
	if (!more || count <= most)
		return HANSARD_OK;
	error_set(error, HANSARD_INVALID, "too_many_keys",
			  "there would be %zu keys of kind %.*s in " ERROR_TEXT ", which has room for %zu", count, (int)name.size,
			  name.data, ERROR_TEXT_ARGS(request->folder), most);
	if (kind == KEY_FILE_UMK)
		error_hint(error,
				   "keep what is brought in a folder of its own, for the backups that it opens: HANSARD_KEYS names it");
	else
		error_hint(
			error,
			"while one takes over from the other a third has no room: hansard keys rotate --signing --retire ends that, "
			"here or where the keys come from; then export them again");
	return HANSARD_INVALID;
}

/* Lines of the other's lists that say something new. What is believed here stays believed, and what has retired stays retired. */
static enum hansard_status place_lists(struct planning *planning, struct hansard_error *error)
{
	const struct key_bundle *brought = planning->request->brought, *here = planning->request->here;
	struct key_merge *merge = planning->merge;
	enum hansard_status status = HANSARD_OK;
	for (size_t i = 0; status == HANSARD_OK && i < brought->receipts.count; i++) {
		const struct sign_public *public = &brought->receipts.keys[i];
		if (keyring_list_find(&here->receipts, public) != SIZE_MAX)
			continue;
		const bool believed = keyring_list_find(&planning->signs, public) != SIZE_MAX ||
							  keyring_list_find(&here->trusted, public) != SIZE_MAX;
		status = keyring_list_add(believed ? &merge->retired_there : &merge->receipts, public, error);
	}
	for (size_t i = 0; status == HANSARD_OK && i < brought->trusted.count; i++) {
		const struct sign_public *public = &brought->trusted.keys[i];
		if (keyring_list_find(&here->trusted, public) != SIZE_MAX ||
			keyring_list_find(&planning->signs, public) != SIZE_MAX ||
			keyring_list_find(&planning->retired, public) != SIZE_MAX)
			continue;
		const bool retired = keyring_list_find(&here->receipts, public) != SIZE_MAX;
		status = keyring_list_add(retired ? &merge->retired_here : &merge->trusted, public, error);
	}
	return status;
}

static enum hansard_status collect_signers(struct planning *planning, struct hansard_error *error)
{
	const struct key_bundle *here = planning->request->here;
	enum hansard_status status = HANSARD_OK;
	for (size_t i = 0; status == HANSARD_OK && i < here->count; i++) {
		struct sign_public public;
		if (here->keys[i].kind != KEY_FILE_SIGNING)
			continue;
		status = key_bundle_public(&here->keys[i], &public, error);
		if (status == HANSARD_OK)
			status = keyring_list_add(&planning->signs, &public, error);
	}
	return status;
}

enum hansard_status key_merge_plan(const struct key_merge_request *request, struct key_merge *merge,
								   struct hansard_error *error)
{
	struct planning planning = {.request = request, .merge = merge};
	*merge = (struct key_merge){.trusted = {.count = 0}};
	enum hansard_status status = collect_signers(&planning, error);
	if (status == HANSARD_OK)
		status = place_kind(&planning, KEY_FILE_UMK, error);
	if (status == HANSARD_OK)
		status = place_kind(&planning, KEY_FILE_SIGNING, error);
	if (status == HANSARD_OK)
		status = check_room(&planning, KEY_FILE_UMK, KEY_BUNDLE_UMKS, error);
	if (status == HANSARD_OK)
		status = check_room(&planning, KEY_FILE_SIGNING, KEY_BUNDLE_SIGNERS, error);
	return status == HANSARD_OK ? place_lists(&planning, error) : status;
}
