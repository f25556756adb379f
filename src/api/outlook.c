/*
 * Outlooks in words.
 */
#include "outlook.h"

#include "report.h"

const char *outlook_word(const struct vault_outlook *outlook)
{
	if (outlook->seen.rev == 0)
		return "unseen";
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

static bool say_standing(struct session_request *request, int64_t rev)
{
	const int64_t seen = request->outlook.seen.rev;
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

bool outlook_say(struct session_request *request, int64_t rev)
{
	const char *retired = request->outlook.retired;
	return report_fold(request, 0, "As a restore would take it; until one has, it is not believed:") &&
		   say_standing(request, rev) &&
		   (retired[0] == '\0' ||
			report_fold(request, 2, "Its head is signed by a key alone that is retired: %s.", retired)) &&
		   session_say(request, "\n");
}
