/*
 * Writing what a verification found.
 */
#include "verify_answer.h"

#include "backend.h"
#include "error.h"
#include "gone.h"
#include "limits.h"
#include "page.h"
#include "vault_advice.h"

enum { LOOSE = 9 }; /* columns of the word in front of a dialogue, with a blank: of "UNPROVED" */

static const struct cause_row {
	const char *kind;
	const char *one, *many; /* go on from "1 of 3 dialogues", "2 of 3 dialogues" */
	struct verify_hint hint;
} causes[VERIFY_CAUSES] = {
	[VERIFY_CHANGED] = {"integrity_violated",
						"is not as it was committed",
						"are not as they were committed",
						{"", VERIFY_PUT, "; then declare that: hansard backup --restored", false}},
	[VERIFY_PUT_BACK] =
		{"rolled_back",
		 "ends before what was seen here: it was put back",
		 "end before what was seen here: they were put back",
		 {"", VERIFY_PUT,
		  "; what that lacks, hansard backup --restored --dry-run says; then declare it: hansard backup --restored",
		  true}},
	[VERIFY_REPLACED] = {"rolled_back",
						 "was put back and went on otherwise than was seen here",
						 "were put back and went on otherwise than was seen here",
						 {"no restore declares that: ", VERIFY_KEEP,
						  ", and find out by receipts and backups which history is the right one", true}},
	[VERIFY_GONE] = {VAULT_HEAD_MISSING,
					 "was seen here and is gone",
					 "were seen here and are gone",
					 {"where a backup has it: ", VERIFY_PUT,
					  "; or declare it lost by its name: hansard backup --restored ID", true}},
	[VERIFY_RETIRED] =
		{VAULT_RETIRED_KEY,
		 "is signed by a key alone that is retired",
		 "are signed by a key alone that is retired",
		 {.before =
			  "look at each, hansard show ID --restored, and if that key may have leaked hold receipts against it; then hansard "
			  "keys rotate --signing --resume signs them anew, or, of a backup that was put back, hansard backup --restored "
			  "--retired ID"}},
	[VERIFY_OLDER_KEY] =
		{VAULT_RETIRED_KEY,
		 "ends before what was seen here, and is signed by a key alone that is retired",
		 "end before what was seen here, and are signed by a key alone that is retired",
		 {.before =
			  "if a backup from before that key retired was put in the store's place, look at each, hansard log ID --restored, and "
			  "declare it: hansard backup --restored --retired ID"}},
	[VERIFY_UNTRUSTED] = {VAULT_UNTRUSTED_SIGNER,
						  "is signed by nobody who is believed here",
						  "are signed by nobody who is believed here",
						  {.before = VAULT_UNTRUSTED_HINT}},
};

void verify_answer_hint(const struct store_remedies *remedies, const struct verify_hint *hint,
						struct hansard_error *error)
{
	const char *remedy = "";
	switch (hint->remedy) {
	case VERIFY_AS_SAID:
		break;
	case VERIFY_PUT:
		remedy = remedies->put_back;
		break;
	case VERIFY_KEEP:
		remedy = remedies->keep;
		break;
	}
	error_hint(error, "%s%s%s%s", hint->before, remedy, hint->after != NULL ? hint->after : "",
			   hint->copied ? remedies->copied : "");
}

const char *verify_answer_kind(enum verify_cause cause)
{
	return causes[cause].kind;
}

/* "rev 2, 2 commits, 1 item, 0 parts" */
static struct text count_all(struct draft *draft, const struct vault_report *report)
{
	const struct text commits = draft_count(draft, report->commits, "commit", "commits"),
					  items = draft_count(draft, report->items, "item", "items"),
					  parts = draft_count(draft, report->parts, "part", "parts");
	return draft_format(draft, "rev %" PRId64 ", %.*s, %.*s, %.*s", report->rev, DRAFT_ARGS(commits), DRAFT_ARGS(items),
						DRAFT_ARGS(parts));
}

/* "good     steel  rev 1, ...", on two lines where it is too wide for one. */
static void show_line(struct page *page, const char *word, struct text id, struct text rest)
{
	const struct text line = draft_format(&page->draft, "%-8s %.*s  %.*s", word, DRAFT_ARGS(id), DRAFT_ARGS(rest));
	if (line.size <= page->width) {
		page_line(page, line);
		return;
	}
	page_fold(page, 0, draft_format(&page->draft, "%-8s %.*s", word, DRAFT_ARGS(id)));
	page_fold(page, LOOSE, rest);
}

/* Since when a dialogue is erased, and what the verification says of the rest. */
static void show_erasure(struct page *page, const struct vault_report *report)
{
	struct text since = TEXT("");
	if (report->erased_rev > 0)
		since = draft_format(&page->draft, " since rev %" PRId64 ", %.*s %.*sZ", report->erased_rev, 10,
							 report->erased_time.data, 8, report->erased_time.data + 11);
	page_fold(page, 2,
			  draft_format(&page->draft, "erased%.*s: nobody can read it%s", DRAFT_ARGS(since),
						   report->good ? "; what remains of it is proved" : ""));
}

/* The first restore of the chain from one of its commits on that lost commits above `rev`; the number of commits: there is none. */
static size_t find_gap(const struct vault_report *report, size_t from, int64_t rev)
{
	size_t at = from == 0 ? 1 : from;
	while (at < report->commits &&
		   (report->chain[at].rev - 1 < rev || report->chain[at].rev == report->chain[at - 1].rev + 1))
		at++;
	return at;
}

/* What restores have declared lost since a commit that was seen and that is among it. */
static void show_passed(struct page *page, const struct verdict *verdict)
{
	const struct commit *chain = verdict->report.chain;
	const size_t first = find_gap(&verdict->report, 0, verdict->passed_rev);
	for (size_t at = first; at < verdict->report.commits; at = find_gap(&verdict->report, at + 1, verdict->passed_rev))
		page_fold(
			page, 2,
			at == first
				? draft_format(&page->draft, "commit %" PRId64 ", seen here, was declared lost by the restore %" PRId64,
							   verdict->passed_rev, chain[at].rev)
			: chain[at].rev == chain[at - 1].rev + 2
				? draft_format(&page->draft, "commit %" PRId64 " was declared lost by the restore %" PRId64 " since",
							   chain[at].rev - 1, chain[at].rev)
				: draft_format(&page->draft,
							   "commits %" PRId64 " to %" PRId64 " were declared lost by the restore %" PRId64 " since",
							   chain[at - 1].rev + 1, chain[at].rev - 1, chain[at].rev));
}

static void write_passed(struct answer *answer, const struct verdict *verdict)
{
	const struct commit *chain = verdict->report.chain;
	const size_t first = find_gap(&verdict->report, 0, verdict->passed_rev);
	answer_array(answer, "declared_lost");
	for (size_t at = first; at < verdict->report.commits;
		 at = find_gap(&verdict->report, at + 1, verdict->passed_rev)) {
		answer_object(answer, NULL);
		if (at == first)
			answer_integer(answer, "seen_rev", verdict->passed_rev);
		answer_integer(answer, "first_rev", chain[at - 1].rev + 1);
		answer_integer(answer, "last_rev", chain[at].rev - 1);
		answer_integer(answer, "restore_rev", chain[at].rev);
		answer_end(answer);
	}
	answer_end(answer);
}

/* Where it was sent, and whether it goes on there. */
static void show_move(struct page *page, const struct vault *vault, struct text id, const struct verdict *verdict)
{
	const struct vault_report *report = &verdict->report;
	struct text rest = TEXT(""), end = TEXT("");
	if (report->released)
		rest = TEXT("; of it head and that commit alone are here");
	else if (!report->good)
		rest = draft_format(&page->draft, "; what is left of it here is deleted by %s",
							vault_advice_migrate(vault, id, " --release --yes").text);
	if (!report->released)
		end = draft_format(&page->draft, ": %s ends the move, and %s calls it off",
						   vault_advice_migrate(vault, id, "").text, vault_advice_migrate(vault, id, " --cancel").text);
	page_fold(page, 2,
			  verdict->taken_over
				  ? draft_format(&page->draft, "moved to %.*s by commit %" PRId64 ": it goes on there%.*s",
								 DRAFT_ARGS(report->target), report->rev, DRAFT_ARGS(rest))
				  : draft_format(&page->draft,
								 "sent to %.*s by commit %" PRId64
								 "%.*s; whether that has taken over was not seen here%.*s",
								 DRAFT_ARGS(report->target), report->rev, DRAFT_ARGS(rest), DRAFT_ARGS(end)));
}

static bool show_dialogue(struct verifying *run, struct text id, const struct verdict *verdict)
{
	const struct vault_report *report = &verdict->report;
	const struct view_options options = session_view(run->request);
	struct arena *arena = arena_create(LIMIT_ARENA);
	struct page page;
	if (arena == NULL)
		return false;
	page_begin(&page, arena, &run->request->out, options.width);
	show_line(&page,
			  report->good          ? "good"
			  : verdict->unverified ? "UNPROVED"
									: "BROKEN",
			  id, count_all(&page.draft, report));
	if (report->erased && report->rev > 0)
		show_erasure(&page, report);
	if (text_present(report->target) && (report->good || verdict->taken_over))
		show_move(&page, run->request->store->vault, id, verdict);
	if (verdict->passed_rev > 0)
		show_passed(&page, verdict);
	if (verdict->unerased_rev > 0)
		page_fold(&page, 2,
				  draft_format(&page.draft,
							   "its erasure, at or before commit %" PRId64 ", was seen here; a restore brought it back",
							   verdict->unerased_rev));
	if (report->good && report->import_part_rev > 0)
		page_fold(&page, 2,
				  draft_format(&page.draft,
							   "imported in part: the import that made commit %" PRId64
							   " did not reach its end; import the same again: it goes on from there",
							   report->import_part_rev));
	if (report->stale_indexes > 0)
		page_fold(&page, 2,
				  draft_format(&page.draft, "index: lists answer by %.*s from this record",
							   DRAFT_ARGS(draft_count(&page.draft, report->stale_indexes, "copy that differs",
													  "copies that differ"))));
	for (size_t i = 0; i < report->fault_count; i++) {
		const struct text address = session_clean(run->request, report->faults[i].address),
						  what = session_clean(run->request, report->faults[i].what);
		page_fold(&page, 2, draft_format(&page.draft, "%.*s: %.*s", DRAFT_ARGS(address), DRAFT_ARGS(what)));
	}
	const bool good = page_finish(&page, NULL) == HANSARD_OK;
	arena_destroy(arena);
	return good;
}

bool verify_answer_dialogue(struct verifying *run, struct text id, const struct verdict *verdict)
{
	const struct vault_report *report = &verdict->report;
	if (verdict->passed_rev > 0 && !told_add(&run->request->store->told, id, verdict->passed_rev))
		return false;
	if (run->faults_only && report->good && report->stale_indexes == 0)
		return true;
	if (!run->as_json)
		return show_dialogue(run, id, verdict);
	answer_object(&run->answer, NULL);
	answer_text(&run->answer, "id", id);
	answer_boolean(&run->answer, "good", report->good);
	answer_integer(&run->answer, "rev", report->rev);
	answer_integer(&run->answer, "commits", (int64_t)report->commits);
	answer_integer(&run->answer, "items", (int64_t)report->items);
	answer_integer(&run->answer, "parts", (int64_t)report->parts);
	answer_boolean(&run->answer, "opened", report->opened);
	if (verdict->unseen)
		answer_boolean(&run->answer, "seen_before", false);
	if (text_present(verdict->owner))
		answer_text(&run->answer, "belongs_to", verdict->owner);
	if (text_present(report->target)) {
		answer_text(&run->answer, "moved_to", report->target);
		answer_boolean(&run->answer, "taken_over", verdict->taken_over);
		answer_boolean(&run->answer, "released", report->released);
	}
	if (report->erased_rev > 0) {
		answer_integer(&run->answer, "erased_rev", report->erased_rev);
		answer_text(&run->answer, "erased_at", report->erased_time);
	}
	if (verdict->passed_rev > 0)
		write_passed(&run->answer, verdict);
	if (verdict->unerased_rev > 0)
		answer_integer(&run->answer, "unerased_rev", verdict->unerased_rev);
	if (report->good && report->import_part_rev > 0)
		answer_integer(&run->answer, "import_part_rev", report->import_part_rev);
	answer_integer(&run->answer, "stale_indexes", (int64_t)report->stale_indexes);
	answer_array(&run->answer, "faults");
	for (size_t i = 0; i < report->fault_count; i++) {
		answer_object(&run->answer, NULL);
		answer_text(&run->answer, "address", report->faults[i].address);
		answer_text(&run->answer, "what", report->faults[i].what);
		answer_end(&run->answer);
	}
	answer_end(&run->answer);
	if (verdict->kind != NULL)
		answer_string(&run->answer, "kind", verdict->kind);
	answer_end(&run->answer);
	return true;
}

/* A line that is folded, with a word in front of it. */
static bool show_folded(struct verifying *run, const char *word, struct text subject, struct text detail)
{
	const struct view_options options = session_view(run->request);
	const struct text shown = session_clean(run->request, detail);
	struct page page;
	page_begin(&page, run->request->arena, &run->request->out, options.width);
	page_fold(&page, 0, draft_format(&page.draft, "%s%.*s: %.*s", word, DRAFT_ARGS(subject), DRAFT_ARGS(shown)));
	return page_finish(&page, NULL) == HANSARD_OK;
}

bool verify_answer_unsound(struct verifying *run, struct text subject, struct text detail)
{
	run->unsound++;
	if (!run->as_json)
		return show_folded(run, "BAD      ", subject, detail);
	answer_object(&run->answer, NULL);
	answer_text(&run->answer, "subject", subject);
	answer_text(&run->answer, "detail", detail);
	answer_end(&run->answer);
	return true;
}

bool verify_answer_lost(struct verifying *run, struct verify_list *list, struct text id, int64_t rev)
{
	struct text kept;
	if (!arena_copy_text(run->request->arena, id, &kept) ||
		!arena_grow(run->request->arena, &list->items, list->count, &list->capacity, sizeof(*list->items)))
		return false;
	list->items[list->count++] = (struct verify_lost){.id = kept, .rev = rev};
	return true;
}

bool verify_answer_unopened(struct session_request *request, struct text folder, struct text *ret_text)
{
	struct text why = TEXT("that needs the key that everything is sealed with");
	if (text_present(folder)) {
		const struct text shown = session_clean(request, folder);
		if (!arena_format(request->arena, &why, "there is no umk in %.*s", (int)shown.size, shown.data))
			return false;
	}
	return arena_format(
		request->arena, ret_text,
		"Tags and boxes were not checked: %.*s. What is sealed is as it was signed; but whoever has the "
		"signing key alone can sign what nobody can open, and that is found with the other key only.",
		(int)why.size, why.data);
}

/* Something that the verification cannot tell, for want of a key or of a memory. */
struct unproved {
	const char *subject;
	struct text text;
};
enum { UNPROVED = 3 };

static bool find_unproved(struct verifying *run, struct unproved ret_unproved[static UNPROVED], size_t *ret_count)
{
	struct arena *arena = run->request->arena;
	size_t count = 0;
	if (run->unopened > 0) {
		ret_unproved[count].subject = "contents";
		if (!verify_answer_unopened(run->request, run->unkeyed, &ret_unproved[count++].text))
			return false;
	}
	if (run->unseen > 0) {
		struct text which = TEXT("this dialogue");
		if (run->dialogues > 1 &&
			!(run->unseen == run->dialogues
				  ? arena_format(arena, &which, "these %zu dialogues", run->dialogues)
				  : arena_format(arena, &which, "%zu of these %zu dialogues", run->unseen, run->dialogues)))
			return false;
		ret_unproved[count].subject = "freshness";
		if (!arena_format(
				arena, &ret_unproved[count++].text,
				"Nothing was seen here before of %.*s: an older state of the whole store would look as good, and "
				"what was taken away is not missed. Keep receipts (hansard receipt): then hansard verify "
				"--receipt tells.",
				(int)which.size, which.data))
			return false;
	}
	if (run->as_of > 0 && text_present(run->lag)) {
		ret_unproved[count].subject = "completeness";
		if (!arena_format(arena, &ret_unproved[count++].text, "%.*s.", (int)run->lag.size, run->lag.data))
			return false;
	}
	*ret_count = count;
	return true;
}

static void answer_list(struct answer *answer, const char *name, const struct verify_list *list)
{
	answer_array(answer, name);
	for (size_t i = 0; i < list->count; i++) {
		answer_object(answer, NULL);
		answer_text(answer, "id", list->items[i].id);
		answer_integer(answer, "seen_rev", list->items[i].rev);
		answer_end(answer);
	}
	answer_end(answer);
}

bool verify_answer_totals(struct verifying *run)
{
	struct unproved unproved[UNPROVED];
	size_t count = 0;
	if (!find_unproved(run, unproved, &count))
		return false;
	answer_end(&run->answer);
	answer_list(&run->answer, "lost", &run->lost);
	answer_list(&run->answer, "elsewhere", &run->elsewhere);
	if (run->unmarked.status != HANSARD_OK)
		answer_string(&run->answer, "marks", run->unmarked.message);
	answer_moment(&run->answer, "as_of", run->as_of);
	answer_integer(&run->answer, "broken", (int64_t)run->broken);
	answer_integer(&run->answer, "stale", (int64_t)run->stale);
	answer_integer(&run->answer, "unverified", (int64_t)run->unverified);
	answer_boolean(&run->answer, "tags_and_boxes_checked", run->unopened == 0);
	answer_integer(&run->answer, "good", (int64_t)(run->dialogues - run->broken - run->unverified));
	answer_integer(&run->answer, "copies", (int64_t)run->copies);
	answer_integer(&run->answer, "unseen", (int64_t)run->unseen);
	answer_integer(&run->answer, "imported_in_part", (int64_t)run->in_part);
	answer_integer(&run->answer, "moved", (int64_t)run->moved);
	if (run->dialogues == 0)
		answer_text(&run->answer, "tenants", run->tenants);
	if (count > 0)
		answer_array(&run->answer, "not_proved");
	for (size_t i = 0; i < count; i++) {
		answer_object(&run->answer, NULL);
		answer_string(&run->answer, "subject", unproved[i].subject);
		answer_text(&run->answer, "detail", unproved[i].text);
		answer_end(&run->answer);
	}
	if (count > 0)
		answer_end(&run->answer);
	return true;
}

/* "3 dialogues: 2 good (1 erased, 1 imported in part, 1 moved), 1 broken" */
static struct text total(struct draft *draft, const struct verifying *run)
{
	struct text line = draft_count(draft, run->dialogues, "dialogue", "dialogues");
	line = draft_format(draft, "%.*s: %zu good", DRAFT_ARGS(line), run->dialogues - run->broken - run->unverified);
	const struct {
		size_t count;
		const char *what;
	} kinds[] = {{run->erased, "erased"}, {run->in_part, "imported in part"}, {run->moved, "moved"}};
	const char *before = " (";
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (kinds[i].count == 0)
			continue;
		line = draft_format(draft, "%.*s%s%zu %s", DRAFT_ARGS(line), before, kinds[i].count, kinds[i].what);
		before = ", ";
	}
	if (before[0] == ',')
		line = draft_format(draft, "%.*s)", DRAFT_ARGS(line));
	line = draft_format(draft, "%.*s, %zu broken", DRAFT_ARGS(line), run->broken);
	if (run->unverified > 0)
		line = draft_format(draft, "%.*s, %zu could not be verified", DRAFT_ARGS(line), run->unverified);
	if (run->lost.count > 0)
		line = draft_format(draft, "%.*s; %zu more declared lost", DRAFT_ARGS(line), run->lost.count);
	if (run->elsewhere.count > 0)
		line = draft_format(draft, "%.*s; %zu more in another store of this configuration", DRAFT_ARGS(line),
							run->elsewhere.count);
	return line;
}

bool verify_answer_end(struct verifying *run)
{
	if (run->as_json)
		return verify_answer_totals(run) && answer_finish(&run->answer, NULL) == HANSARD_OK;
	struct unproved unproved[UNPROVED];
	size_t count = 0;
	if (!find_unproved(run, unproved, &count))
		return false;
	const struct view_options options = session_view(run->request);
	struct page page;
	if (run->unmarked.status != HANSARD_OK &&
		!show_folded(run, "UNPROVED ", TEXT("marks"), text_of_string(run->unmarked.message)))
		return false;
	page_begin(&page, run->request->arena, &run->request->out, options.width);
	for (size_t i = 0; i < run->lost.count; i++)
		show_line(&page, "lost", run->lost.items[i].id,
				  draft_format(&page.draft, "declared lost as a whole, after rev %" PRId64, run->lost.items[i].rev));
	page_fold(&page, 0, total(&page.draft, run));
	if (run->dialogues == 0 && text_present(run->tenants)) {
		const struct text own = session_clean(run->request, vault_tenant(run->request->store->vault));
		const struct text others = session_clean(run->request, run->tenants);
		page_fold(
			&page, 0,
			draft_format(&page.draft,
						 "Of tenant %.*s nothing is here. The store has dialogues of %.*s: HANSARD_TENANT, or tenant "
						 "in the configuration, names whose are looked at.",
						 DRAFT_ARGS(own), DRAFT_ARGS(others)));
	}
	if (run->moved + run->elsewhere.count > 0)
		page_fold(&page, 0,
				  draft_format(&page.draft,
							   "What is in the other store is verified there: hansard verify --set backend=%s",
							   backend_other(&run->request->store->settings)));
	for (size_t i = 0; i < count; i++)
		page_fold(&page, 0, unproved[i].text);
	if (run->copies > 0) {
		const struct text owner = session_clean(run->request, run->owner);
		page_fold(&page, 0,
				  draft_format(
					  &page.draft,
					  "%zu of %zu dialogue%s belong%s to another store, %.*s: this is a copy, and nothing is written "
					  "to %s. If it takes the place of that store: hansard backup --restored.",
					  run->copies, run->dialogues, run->dialogues == 1 ? "" : "s", run->copies == 1 ? "s" : "",
					  DRAFT_ARGS(owner), run->copies == 1 ? "it" : "them"));
	}
	return page_finish(&page, NULL) == HANSARD_OK;
}

/* What is broken, as one error. Where causes differ their remedy is a backup; but what was put back and what is gone are of one:
   a store in whose place another one was put. */
static enum hansard_status judge_broken(const struct verifying *run, struct hansard_error *error)
{
	enum verify_cause cause = VERIFY_CHANGED;
	char others[64] = "";
	for (enum verify_cause i = VERIFY_CHANGED; i < VERIFY_CAUSES; i++)
		if (run->causes[i] == run->broken)
			cause = i;
	const bool both = run->causes[VERIFY_PUT_BACK] > 0 && run->causes[VERIFY_GONE] > 0 &&
					  run->causes[VERIFY_PUT_BACK] + run->causes[VERIFY_GONE] == run->broken;
	const struct cause_row *row = &causes[both ? VERIFY_PUT_BACK : cause];
	if (run->unverified > 0)
		snprintf(others, sizeof(others), ", and %zu could not be verified", run->unverified);
	if (both)
		error_set(error, HANSARD_VIOLATED, row->kind,
				  "%zu of %zu dialogues are gone, or end before what was seen here: the store was put back%s",
				  run->broken, run->dialogues, others);
	else
		error_set(error, HANSARD_VIOLATED, row->kind, "%zu of %zu dialogue%s %s%s", run->broken, run->dialogues,
				  run->dialogues == 1 ? "" : "s", run->broken == 1 ? row->one : row->many, others);
	verify_answer_hint(run->remedies, &row->hint, error);
	return HANSARD_VIOLATED;
}

enum hansard_status verify_answer_unkeyed(struct session_request *request, struct text *ret_folder,
										  struct hansard_error *error)
{
	const struct hansard *store = request->store;
	*ret_folder = TEXT_ABSENT;
	if (store->options.public_keys != NULL || keyring_can_open(store->keyring))
		return HANSARD_OK;
	return settings_keys_folder(request->arena, store->options.platform, &store->settings, ret_folder, error);
}

enum hansard_status verify_answer_no_umk(struct text folder, struct hansard_error *error)
{
	if (!text_present(folder))
		return HANSARD_OK;
	error_set(error, HANSARD_WRONG_KEY, "no_key",
			  "nothing was checked but what public keys prove: there is no umk in " ERROR_TEXT,
			  ERROR_TEXT_ARGS(folder));
	error_hint(error,
			   "bring it: hansard keys import, or keys recover; hansard verify --public-key KEY asks for no more than "
			   "what was checked");
	return HANSARD_WRONG_KEY;
}

/* Of what is damaged, though every dialogue can be read. An import takes the record over, and not what proves its history. */
static void hint_unsound(const struct verifying *run, struct hansard_error *error)
{
	if (run->unsound == 1 && run->remedy != NULL) {
		error_hint(error, "%s", run->remedy);
		return;
	}
	error_hint(error,
			   "%s; without one %s, export every dialogue and import them into a new store: their history and receipts "
			   "begin anew there",
			   run->remedies->put_back, run->remedies->keep);
}

/* Copies prove nothing, but lists would answer by them: that is no good store. */
enum hansard_status verify_answer_judge(const struct verifying *run, struct hansard_error *error)
{
	if (run->broken > 0)
		return judge_broken(run, error);
	const char *dialogues = run->unlisted.status != HANSARD_OK
								? "not every dialogue could be found; none of those that were is known to be broken"
							: run->unverified > 0 ? "no dialogue is known to be broken"
												  : "every dialogue is good";
	if (run->unsound > 0) {
		error_set(error, HANSARD_VIOLATED, "unhealthy_store", "%s, but the store is not healthy", dialogues);
		hint_unsound(run, error);
		return HANSARD_VIOLATED;
	}
	if (run->stale > 0) {
		error_set(error, HANSARD_VIOLATED, "index_differs", "%s, but lists may answer wrongly of %zu of %zu", dialogues,
				  run->stale, run->dialogues);
		error_hint(
			error,
			"the records are whole; lists are right again in a new store, into which those dialogues are exported and "
			"imported, and where their history and receipts begin anew");
		return HANSARD_VIOLATED;
	}
	if (text_present(run->unkeyed))
		return verify_answer_no_umk(run->unkeyed, error);
	if (run->unverified == 0 || error == NULL) {
		if (error != NULL && run->worst.status != HANSARD_OK)
			*error = run->worst;
		return run->worst.status;
	}
	error_set(error, run->worst.status, run->worst.kind, "%zu of %zu dialogues could not be verified: %s",
			  run->unverified, run->dialogues, run->worst.message);
	error_hint(error, "%s", run->worst.hint);
	return run->worst.status;
}
