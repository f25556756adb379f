/*
 * Erasure, with its certificate.
 */
#include "answer.h"
#include "error.h"
#include "report.h"

static const char *const covered[] = {
	"every wrapped key of this dialogue in this store: what was sealed under it can be opened by nobody who has not a copy of "
	"a wrap or of a key",
};
static const char *const covered_all[] = {
	"every other item of it in this store",
};
static const char *const not_covered[] = {
	"wraps in backups, journals, point-in-time copies, and stores that the chain names as source",
	"slugs in older commits: ids, names of experts, who changed which item when",
};

enum { NOT_COVERED = sizeof(not_covered) / sizeof(not_covered[0]) };

static bool say_lines(struct session_request *request, const char *title, const char *const *lines, size_t count)
{
	bool good = session_say(request, "%s", title);
	for (size_t i = 0; good && i < count; i++)
		good = report_item(request, lines[i]);
	return good;
}

static enum hansard_status write_certificate(struct session_request *request, const struct vault_state *state, bool all,
											 struct hansard_error *error)
{
	if (request->store->options.format != HANSARD_JSON) {
		const bool good =
			report_fold(request, 0, "Erased %.*s. The certificate, its last head:", (int)state->dialogue_id.size,
						state->dialogue_id.data) &&
			session_say(request, "\n") && buffer_append(&request->out, state->note) &&
			say_lines(request, "\nIt covers\n", covered, 1) && (!all || say_lines(request, "", covered_all, 1)) &&
			say_lines(request, "It cannot cover\n", not_covered, NOT_COVERED) &&
			report_fold(request, 0, "The id is never used again. The certificate is printed again by hansard receipt.");
		return good ? HANSARD_OK : error_memory(error);
	}
	struct text lines[2] = {text_of_string(covered[0]), text_of_string(covered_all[0])};
	struct text misses[NOT_COVERED];
	for (size_t i = 0; i < NOT_COVERED; i++)
		misses[i] = text_of_string(not_covered[i]);
	const struct text_list covers = {.items = lines, .count = all ? 2 : 1, .present = true};
	const struct text_list cannot = {.items = misses, .count = NOT_COVERED, .present = true};
	struct answer answer;
	answer_begin(&answer, &request->out, "erased");
	answer_text(&answer, "dialogue_id", state->dialogue_id);
	answer_integer(&answer, "rev", state->rev);
	answer_boolean(&answer, "all", all);
	answer_text(&answer, "certificate", text_of_bytes(state->note));
	answer_texts(&answer, "covers", &covers);
	answer_texts(&answer, "cannot_cover", &cannot);
	return answer_finish(&answer, error);
}

static enum hansard_status erase(struct session_request *request, const struct hansard_erase_request *asked,
								 struct hansard_error *error)
{
	struct vault *vault = request->store->vault;
	struct vault_state *state;
	struct text id;
	int64_t rev;
	enum hansard_status status = session_find(request, asked->dialogue, &id, error);
	if (status != HANSARD_OK)
		return status;
	if (asked->confirm == NULL || !text_is(id, asked->confirm)) {
		error_set(error, HANSARD_USAGE, "not_confirmed", "\"" ERROR_TEXT "\" was not erased: %s", ERROR_TEXT_ARGS(id),
				  asked->confirm == NULL ? "it has to be named again, as a whole"
										 : "what was named to confirm is not its id");
		error_hint(error, "nobody can take it back; if it is meant: --confirm " ERROR_TEXT, ERROR_TEXT_ARGS(id));
		return HANSARD_USAGE;
	}
	status = vault_erase(vault, id, asked->all, &rev, error);
	if (status != HANSARD_OK)
		return status;
	request->written = true;
	/* A certificate comes only from a head that was read back. */
	status = vault_load(vault, id, request->arena, &state, error);
	return status == HANSARD_OK ? write_certificate(request, state, state->item_count == 0, error) : status;
}

enum hansard_status hansard_erase(struct hansard *store, const struct hansard_erase_request *asked,
								  struct hansard_output *ret_out, struct hansard_error *error)
{
	struct session_request request;
	enum hansard_status status = session_begin(&request, store, error);
	if (status == HANSARD_OK)
		status = erase(&request, asked, error);
	return session_finish(&request, status, ret_out, error);
}
