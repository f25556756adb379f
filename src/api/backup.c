/*
 * Copies of a store.
 */
#include "answer.h"
#include "disk.h"
#include "error.h"
#include "report.h"

static enum hansard_status backup(struct session_request *request, const char *file, struct hansard_error *error)
{
	struct store_engine *engine = request->store->engine;
	const struct text path = text_of_string(file);
	if (disk_kind(path) != DISK_NOTHING) {
		error_set(error, HANSARD_CONFLICT, "file_exists", "there is " ERROR_TEXT " already", ERROR_TEXT_ARGS(path));
		error_hint(error, "nothing was overwritten: name a new file");
		return HANSARD_CONFLICT;
	}
	const enum hansard_status status = engine->ops->backup(engine, path, error);
	if (status != HANSARD_OK)
		return status;
	const struct text shown = session_clean(request, path);
	if (request->store->options.format == HANSARD_JSON) {
		struct answer answer;
		answer_begin(&answer, &request->out, "backup");
		answer_text(&answer, "file", path);
		return answer_finish(&answer, error);
	}
	return report_fold(request, 0, "Wrote a copy of the store to %.*s", (int)shown.size, shown.data) &&
				   report_fold(request, 2, "It is sealed as the store is: keep the keys apart from it.") &&
				   report_fold(request, 2, "Once it was put back in the store's place: hansard backup --restored")
			   ? HANSARD_OK
			   : error_memory(error);
}

enum hansard_status hansard_backup(struct hansard *store, const char *file, struct hansard_output *ret_out,
								   struct hansard_error *error)
{
	struct session_request request;
	enum hansard_status status = session_begin(&request, store, error);
	if (status == HANSARD_OK)
		status = backup(&request, file, error);
	return session_finish(&request, status, ret_out, error);
}
