/*
 * A public key that is to be believed.
 */
#include "disk.h"
#include "error.h"
#include "keyring_list.h"
#include "keyring_lock.h"
#include "keys_desk.h"

static enum hansard_status trust(struct keys_desk *desk, const char *line, struct hansard_error *error)
{
	struct sign_public public = {.name_size = 0};
	struct hansard_error cause = {0};
	bool known = false;
	size_t made;
	int lock = -1;
	enum hansard_status status = sign_public_read(text_trim(text_of_string(line)), &public, &cause);
	if (status != HANSARD_OK) {
		error_set(error, status, cause.kind, "%s", cause.message);
		error_hint(error, "it is the line that `hansard keys show` prints where that key signs: name+id+key");
		return status;
	}
	status = disk_make_folder(desk->folder, true, &made, error);
	if (status == HANSARD_OK)
		status = keyring_lock_take(desk->folder, &lock, error);
	struct keyring_list receipts = {.count = 0};
	if (status == HANSARD_OK)
		status = keyring_list_read(desk->folder, "receipts", &receipts, error);
	if (status == HANSARD_OK)
		status = keyring_list_put(desk->folder, "trusted", &public, &known, error);
	keyring_lock_give(lock);
	bool retired = false; /* that key, by whatever name */
	for (size_t i = 0; i < receipts.count; i++)
		retired = retired || memcmp(receipts.keys[i].key, public.key, SIGN_PUBLIC_SIZE) == 0;
	if (status != HANSARD_OK)
		return status;
	const struct text name = sign_public_name(&public);
	if (desk->as_json) {
		answer_begin(&desk->answer, &desk->request.out, "keys_trusted");
		answer_text(&desk->answer, "name", name);
		answer_boolean(&desk->answer, "added", !known);
		answer_boolean(&desk->answer, "retired", retired);
		return answer_finish(&desk->answer, error);
	}
	return session_say(&desk->request, "Heads of %.*s+%02x%02x%02x%02x are believed%s\n", (int)name.size, name.data,
					   public.id[0], public.id[1], public.id[2], public.id[3],
					   known ? ", as before" : " from now on") &&
				   (!retired ||
					session_say(
						&desk->request,
						"  That key has retired here, and whoever had it may have signed what he likes. To believe it\n"
						"  of receipts alone again, take its line out of %.*s/trusted\n",
						(int)desk->folder.size, desk->folder.data))
			   ? HANSARD_OK
			   : error_memory(error);
}

enum hansard_status hansard_keys_trust(const struct hansard_options *options, const char *line,
									   struct hansard_output *ret_out, struct hansard_error *error)
{
	struct keys_desk desk;
	enum hansard_status status = keys_desk_begin(&desk, options, error);
	if (status == HANSARD_OK)
		status = trust(&desk, line, error);
	return keys_desk_finish(&desk, status, ret_out, error);
}
