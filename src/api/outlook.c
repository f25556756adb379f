/*
 * Outlooks in words.
 */
#include "outlook.h"

#include "answer.h"
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

static bool say(struct session_request *request)
{
	const char *retired = request->outlook.retired;
	return report_fold(request, 0, "%s", first_line(&request->outlook)) && say_standing(request) &&
		   (retired[0] == '\0' ||
			report_fold(request, 2, "Its head is signed by a key alone that is retired: %s.", retired)) &&
		   session_say(request, "\n");
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
	answer_end(&answer);
	return answer_finish(&answer, NULL) == HANSARD_OK;
}

bool outlook_add(struct session_request *request)
{
	if (request->outlook.rev == 0 || request->out.size == 0)
		return true;
	return request->store->options.format == HANSARD_JSON ? add_member(request) : add_text(request);
}
