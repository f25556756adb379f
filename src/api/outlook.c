/*
 * Outlooks in words.
 */
#include "outlook.h"

#include "answer.h"
#include "fallback.h"
#include "limits.h"
#include "report.h"

static const char *word_of(const struct vault_outlook *outlook)
{
	if (outlook->seen.rev == 0)
		return "unseen";
	if (outlook->moved)
		return "moved";
	switch (outlook->standing) {
	case VAULT_REACHED:
		return "reached";
	case VAULT_DECLARED_LOST:
		return "declared_lost";
	case VAULT_REPLACED:
		return "replaced";
	case VAULT_ROLLED_BACK:
		return "rolled_back";
	}
	return "";
}

/* Whether it is read without a look, too. */
static bool is_believed(const struct vault_outlook *outlook)
{
	return outlook->retired[0] == '\0' &&
		   (outlook->standing == VAULT_REACHED || outlook->standing == VAULT_DECLARED_LOST);
}

static const char *first_line(const struct vault_outlook *outlook)
{
	if (is_believed(outlook))
		return "As it is stored, it is believed:";
	if (outlook->moved)
		return "As it is stored here; it was moved to another store, and goes on there:";
	return outlook->standing == VAULT_ROLLED_BACK ? "As a restore would take it; until one has, it is not believed:"
												  : "As it is stored, it is not believed:";
}

static bool say_standing(struct session_request *request)
{
	const int64_t rev = request->outlook.rev, seen = request->outlook.seen.rev;
	if (seen == 0)
		return report_fold(request, 2, "Nothing was seen of it here.");
	switch (request->outlook.standing) {
	case VAULT_REACHED:
		return seen == rev
				   ? report_fold(request, 2, "It is what was seen here last.")
				   : report_fold(request, 2, "Commit %" PRId64 " was seen here last; it goes on to commit %" PRId64 ".",
								 seen, rev);
	case VAULT_DECLARED_LOST:
		return report_fold(request, 2, "Commit %" PRId64 " was seen here, and it declares that lost.", seen);
	case VAULT_REPLACED:
		return report_fold(request, 2, "Another commit %" PRId64 " was seen here: no restore declares that.", seen);
	case VAULT_ROLLED_BACK:
		return report_fold(request, 2, "Commit %" PRId64 " was seen here; it ends with commit %" PRId64 ".", seen, rev);
	}
	return true;
}

/* Whether it was erased in the store that it goes on in, as was seen: what is here is a copy that an erasure there does not reach. */
static bool is_erased_there(const struct vault_outlook *outlook)
{
	return outlook->moved && outlook->seen.erased_rev > outlook->rev;
}

/* What deletes the copy here. Empty when memory is exhausted. */
static struct text release_of(struct session_request *request)
{
	const struct text here = request->store->settings.values[SETTINGS_BACKEND].value;
	const struct text there = text_is(here, "dynamodb") ? TEXT("sqlite") : TEXT("dynamodb");
	struct text command = TEXT("");
	if (!fallback_release(request, there, here, request->looked, &command))
		request->exhausted = true;
	return command;
}

static bool say_erased_there(struct session_request *request)
{
	const struct text release = release_of(request);
	return report_fold(request, 2,
					   "It was erased there, at or before commit %" PRId64
					   ", as was seen here: an erasure does not reach this copy. Delete it:",
					   request->outlook.seen.erased_rev) &&
		   session_say(request, "    %.*s\n", (int)release.size, release.data);
}

static bool say(struct session_request *request)
{
	const char *retired = request->outlook.retired;
	return report_fold(request, 0, "%s", first_line(&request->outlook)) && say_standing(request) &&
		   (retired[0] == '\0' ||
			report_fold(request, 2, "Its head is signed by a key alone that is retired: %s.", retired)) &&
		   (!is_erased_there(&request->outlook) || say_erased_there(request)) && session_say(request, "\n");
}

static bool add_text(struct session_request *request)
{
	struct buffer answer = request->out;
	buffer_init(&request->out, LIMIT_DOCUMENT);
	const bool good = say(request) && buffer_append_text(&request->out, buffer_text(&answer));
	buffer_finish(&answer);
	return good;
}

static bool add_member(struct session_request *request)
{
	const struct vault_outlook *outlook = &request->outlook;
	struct answer answer;
	if (!answer_reopen(&answer, &request->out))
		return false;
	answer_object(&answer, "restored");
	answer_string(&answer, "standing", word_of(outlook));
	answer_integer(&answer, "seen_rev", outlook->seen.rev);
	if (outlook->retired[0] != '\0')
		answer_string(&answer, "retired", outlook->retired);
	if (is_erased_there(outlook)) {
		answer_integer(&answer, "erased_there_rev", outlook->seen.erased_rev);
		answer_text(&answer, "release", release_of(request));
	}
	answer_end(&answer);
	return answer_finish(&answer, NULL) == HANSARD_OK;
}

bool outlook_add(struct session_request *request)
{
	if (request->outlook.rev == 0 || request->out.size == 0)
		return true;
	return request->store->options.format == HANSARD_JSON ? add_member(request) : add_text(request);
}
