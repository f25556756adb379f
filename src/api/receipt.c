/*
 * Receipts: the head of a dialogue, verbatim.
 */
#include "answer.h"
#include "base64.h"
#include "error.h"
#include "session.h"

static enum hansard_status write_receipt(struct session_request *request, const char *name, struct hansard_error *error)
{
	struct vault_state *state;
	const enum hansard_status status = session_state(request, name, &state, error);
	if (status != HANSARD_OK)
		return status;
	if (request->store->options.format != HANSARD_JSON)
		return buffer_append(&request->out, state->note) ? HANSARD_OK : error_memory(error);
	uint8_t data[2 * DIGEST_SIZE];
	struct buffer hex = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	struct answer answer;
	if (!base64_hex_append(&hex, digest_view(&state->hash)))
		return error_memory(error);
	answer_begin(&answer, &request->out, "receipt");
	answer_text(&answer, "dialogue_id", state->dialogue_id);
	answer_integer(&answer, "rev", state->rev);
	answer_text(&answer, "hash", buffer_text(&hex));
	answer_text(&answer, "head", text_of_bytes(state->note));
	return answer_finish(&answer, error);
}

enum hansard_status hansard_receipt(struct hansard *store, const char *dialogue, struct hansard_output *ret_out,
									struct hansard_error *error)
{
	struct session_request request;
	enum hansard_status status = session_begin(&request, store, error);
	if (status == HANSARD_OK)
		status = write_receipt(&request, dialogue, error);
	return session_finish(&request, status, ret_out, error);
}
