/*
 * Verifying histories.
 */
#include "answer.h"
#include "error.h"
#include "keyring_list.h"
#include "limits.h"
#include "note.h"
#include "session.h"
#include "vault_verify.h"

/* A run of verify over some dialogues. */
struct verifying {
	struct session_request *request;
	struct answer answer;
	bool as_json;
	size_t dialogues, broken;
	size_t retired;  /* of those that are broken: signed by a retired key alone, and else good */
	size_t unopened; /* of which tags and boxes were not checked for want of a key */
	size_t stale;    /* dialogues that lists may answer wrongly of: copies in an index are not what the record gives */
	size_t unsound;  /* findings of the engine that are not good */
	struct hansard_error unlisted; /* why the index could not be read to its end */
};

static bool write_verified(struct verifying *run, struct text id, const struct vault_report *report)
{
	struct session_request *request = run->request;
	bool good = true;
	if (run->as_json) {
		answer_object(&run->answer, NULL);
		answer_text(&run->answer, "id", id);
		answer_boolean(&run->answer, "good", report->good);
		answer_integer(&run->answer, "rev", report->rev);
		answer_integer(&run->answer, "commits", (int64_t)report->commits);
		answer_integer(&run->answer, "items", (int64_t)report->items);
		answer_integer(&run->answer, "parts", (int64_t)report->parts);
		answer_boolean(&run->answer, "opened", report->opened);
		answer_integer(&run->answer, "stale_indexes", (int64_t)report->stale_indexes);
		answer_array(&run->answer, "faults");
	} else {
		good = session_say(request, "%-8s %.*s  rev %lld, %zu commits, %zu items, %zu parts\n",
						   report->good ? "good" : "BROKEN", (int)id.size, id.data, (long long)report->rev,
						   report->commits, report->items, report->parts);
		if (good && report->stale_indexes > 0)
			good = session_say(request, "  index: lists answer by %zu cop%s that differ%s from this record\n",
							   report->stale_indexes, report->stale_indexes == 1 ? "y" : "ies",
							   report->stale_indexes == 1 ? "s" : "");
	}
	for (size_t i = 0; i < report->fault_count && good; i++) {
		const struct vault_fault *fault = &report->faults[i];
		if (run->as_json) {
			answer_object(&run->answer, NULL);
			answer_text(&run->answer, "address", fault->address);
			answer_text(&run->answer, "what", fault->what);
			answer_end(&run->answer);
		} else {
			const struct text address = session_clean(request, fault->address),
							  what = session_clean(request, fault->what);
			good = session_say(request, "  %.*s: %.*s\n", (int)address.size, address.data, (int)what.size, what.data);
		}
	}
	if (run->as_json) {
		answer_end(&run->answer);
		answer_end(&run->answer);
	}
	return good;
}

/* The newest head that was seen here: read before the history, which may grow meanwhile. One that cannot be read is a fault of this
   dialogue alone. */
static enum hansard_status read_mark(struct verifying *run, struct text id, struct vault_mark *ret_mark,
									 struct vault_fault *fault, struct hansard_error *error)
{
	struct hansard *store = run->request->store;
	const struct vault_marks *marks = &store->marks.slots;
	const struct vault_mark_place place = {.tenant = vault_tenant(store->vault), .dialogue_id = id};
	struct hansard_error failure = {.status = HANSARD_OK};
	*fault = (struct vault_fault){.address = TEXT_ABSENT};
	enum hansard_status status = marks->read(marks->context, place, ret_mark, &failure);
	if (status == HANSARD_INVALID) {
		*fault = (struct vault_fault){.address = TEXT("mark")};
		status = arena_copy_text(run->request->arena, text_of_string(failure.message), &fault->what) ? HANSARD_OK
																									 : HANSARD_FAILED;
	}
	if (status != HANSARD_OK && error != NULL)
		*error = failure;
	return status;
}

/* Holds a history that is good in itself against the mark; it is seen from now on, too. */
static enum hansard_status check_mark(struct verifying *run, struct text id, const struct vault_mark *mark,
									  const struct vault_report *report, struct vault_fault *fault,
									  struct hansard_error *error)
{
	struct hansard *store = run->request->store;
	const struct vault_marks *marks = &store->marks.slots;
	const struct vault_state state = {.dialogue_id = id, .rev = report->rev, .hash = report->hash};
	enum vault_standing standing = VAULT_REACHED;
	const struct vault_mark_place place = {.tenant = vault_tenant(store->vault), .dialogue_id = id};
	enum hansard_status status = HANSARD_OK;
	if (mark->rev > 0)
		status = vault_standing(store->vault, &state, mark, &standing, error);
	if (status != HANSARD_OK)
		return status;
	if (standing == VAULT_REACHED || standing == VAULT_DECLARED_LOST) {
		const struct vault_mark next = {.rev = report->rev, .hash = report->hash, .erased = report->erased};
		return next.rev == mark->rev ? HANSARD_OK : marks->write(marks->context, place, &next, error);
	}
	*fault = (struct vault_fault){
		.address = TEXT("head"),
		.what =
			standing == VAULT_REPLACED
				? TEXT("is not a successor of one that was seen here: the dialogue was put back and went on otherwise")
				: TEXT("is older than one that was seen here: the dialogue was put back; if from a backup, declare it: "
					   "hansard backup --restored")};
	return HANSARD_OK;
}

/* Verifies one dialogue in an arena of its own, so that memory stays flat over many. */
static enum hansard_status verify_one(struct verifying *run, struct text id, struct hansard_error *error)
{
	struct vault_report report;
	struct vault_fault fault;
	struct vault_mark mark;
	struct hansard_error failure = {.status = HANSARD_OK};
	enum hansard_status status = read_mark(run, id, &mark, &fault, error);
	if (status != HANSARD_OK)
		return status;
	struct arena *arena = arena_create(LIMIT_ARENA);
	if (arena == NULL)
		return error_memory(error);
	status = vault_verify(run->request->store->vault, id, arena, &report, &failure);
	if (status == HANSARD_VIOLATED) { /* what the engine cannot read at all: the others may be good */
		fault = (struct vault_fault){.address = TEXT("store"), .what = text_of_string(failure.message)};
		report = (struct vault_report){.good = true};
		status = HANSARD_OK;
	} else if (status != HANSARD_OK && error != NULL) {
		*error = failure;
	} else if (status == HANSARD_OK && report.good && !text_present(fault.address)) {
		status = check_mark(run, id, &mark, &report, &fault, error);
	}
	if (status == HANSARD_OK && report.good && text_present(fault.address)) {
		report.good = false;
		report.faults = &fault;
		report.fault_count = 1;
	}
	if (status == HANSARD_OK) {
		run->unopened += !report.opened && !keyring_can_open(run->request->store->keyring);
		run->dialogues++;
		run->broken += !report.good;
		run->retired += report.retired;
		run->stale += report.stale_indexes > 0;
		if (!write_verified(run, session_clean(run->request, id), &report))
			status = error_memory(error);
	}
	arena_destroy(arena);
	return status;
}

/* A dialogue that the index lists and that has no head: something is stored of it, but nothing vouches for it. */
static bool write_headless(struct verifying *run, struct text id)
{
	struct vault_fault fault = {.address = TEXT("head"),
								.what = TEXT("is missing, though items of this dialogue are there")};
	const struct vault_report report = {.good = false, .faults = &fault, .fault_count = 1};
	run->dialogues++;
	run->broken++;
	return write_verified(run, session_clean(run->request, id), &report);
}

/* A dialogue that was seen here and that the store does not have. */
struct marked {
	struct verifying *run;
	struct hansard_error *error;
};

static enum hansard_status check_marked(void *context, struct text id)
{
	struct marked *marked = context;
	struct session_request *request = marked->run->request;
	const struct store_partition partition =
		store_engine_partition(request->store->engine, vault_tenant(request->store->vault), id);
	struct vault_fault fault = {.address = TEXT("head"),
								.what =
									TEXT("is missing: the store has nothing of this dialogue, and it was seen here")};
	const struct vault_report report = {.good = false, .faults = &fault, .fault_count = 1};
	struct store_view view = {.exists = true};
	struct arena *arena = arena_create(LIMIT_ARENA);
	enum hansard_status status =
		arena != NULL ? partition.store->load(&partition, arena, &view, marked->error) : error_memory(marked->error);
	const bool lacking = status == HANSARD_OK && !view.exists && view.item_count == 0;
	arena_destroy(arena);
	if (status == HANSARD_VIOLATED) /* something is there, and has been named with the others */
		return HANSARD_OK;
	if (!lacking)
		return status;
	marked->run->dialogues++;
	marked->run->broken++;
	return write_verified(marked->run, session_clean(request, id), &report) ? HANSARD_OK : error_memory(marked->error);
}

/* One page of ids, from the heads or from the index; of the index only what has no head is new. */
static enum hansard_status verify_page(struct verifying *run, const struct analytics_page *page, bool of_index,
									   struct hansard_error *error)
{
	for (size_t i = 0; i < page->count; i++) {
		const struct text id = page->items[i].dialogue_id;
		const struct store_partition partition =
			store_engine_partition(run->request->store->engine, vault_tenant(run->request->store->vault), id);
		struct arena *arena = arena_create(LIMIT_ARENA);
		struct store_view view = {.exists = true};
		enum hansard_status status = arena != NULL ? HANSARD_OK : error_memory(error);
		if (status == HANSARD_OK && of_index)
			status = partition.store->load(&partition, arena, &view, error);
		arena_destroy(arena);
		if (status == HANSARD_OK && !of_index)
			status = verify_one(run, id, error);
		if (status == HANSARD_NOT_FOUND || (status == HANSARD_OK && !view.exists))
			status = write_headless(run, id) ? HANSARD_OK : error_memory(error);
		if (status != HANSARD_OK)
			return status;
	}
	return HANSARD_OK;
}

/* Every dialogue that has a head, and every one that the index lists without. */
static enum hansard_status verify_all(struct verifying *run, struct hansard_error *error)
{
	struct session_request *request = run->request;
	struct store_engine *engine = request->store->engine;
	for (int of_index = 0; of_index < 2; of_index++) {
		struct analytics_request wanted = {
			.tenant = vault_tenant(request->store->vault), .limit = 500, .cursor = TEXT_ABSENT};
		struct analytics_page page;
		do {
			enum hansard_status status =
				of_index ? engine->analytics->dialogues(engine, &wanted, request->arena, &page, &run->unlisted)
						 : engine->analytics->partitions(engine, &wanted, request->arena, &page, error);
			if (of_index && status == HANSARD_VIOLATED) /* the heads named every dialogue that is one */
				break;
			if (of_index && status != HANSARD_OK && error != NULL)
				*error = run->unlisted;
			if (status == HANSARD_OK)
				status = verify_page(run, &page, of_index, error);
			if (status != HANSARD_OK)
				return status;
			wanted.cursor = page.next;
		} while (text_present(page.next));
	}
	struct marked marked = {.run = run, .error = error};
	const struct vault_marks *marks = &request->store->marks.slots;
	return marks->list(marks->context, vault_tenant(request->store->vault), check_marked, &marked, error);
}

static bool write_unsound(struct verifying *run, struct text subject, struct text detail)
{
	run->unsound++;
	if (!run->as_json) {
		const struct text shown = session_clean(run->request, detail);
		return session_say(run->request, "BAD      %.*s: %.*s\n", (int)subject.size, subject.data, (int)shown.size,
						   shown.data);
	}
	answer_object(&run->answer, NULL);
	answer_text(&run->answer, "subject", subject);
	answer_text(&run->answer, "detail", detail);
	answer_end(&run->answer);
	return true;
}

/* What the engine finds wrong with itself: pages and indices that no dialogue is proved by. */
static enum hansard_status verify_engine(struct verifying *run, struct hansard_error *error)
{
	struct store_engine *engine = run->request->store->engine;
	struct store_findings findings;
	const enum hansard_status status = engine->ops->check(engine, true, run->request->arena, &findings, error);
	bool good =
		run->unlisted.status == HANSARD_OK || write_unsound(run, TEXT("lists"), text_of_string(run->unlisted.message));
	for (size_t i = 0; status == HANSARD_OK && i < findings.count && good; i++)
		good = findings.items[i].good || write_unsound(run, findings.items[i].subject, findings.items[i].detail);
	return good ? status : error_memory(error);
}

/* What was found, as one error. Copies prove nothing, but lists would answer by them: that is no good store. */
static enum hansard_status judge_store(const struct verifying *run, struct hansard_error *error)
{
	if (run->broken > 0 && run->broken == run->retired) {
		error_set(error, HANSARD_VIOLATED, VAULT_RETIRED_KEY,
				  "%zu of %zu dialogues are signed by a key alone that is retired", run->retired, run->dialogues);
		error_hint(error,
				   "hansard keys rotate --signing --resume signs them anew; if that key may have leaked, compare them "
				   "with receipts first");
		return HANSARD_VIOLATED;
	}
	if (run->broken > 0) {
		error_set(error, HANSARD_VIOLATED, "integrity_violated", "%zu of %zu dialogues are not as they were committed",
				  run->broken, run->dialogues);
		error_hint(error, "keep a copy of the store's folder, and put the newest good backup in its place");
		return HANSARD_VIOLATED;
	}
	if (run->unsound > 0) {
		error_set(error, HANSARD_VIOLATED, "unhealthy_store", "every dialogue is good, but the store is not healthy");
		error_hint(error, "copy the store's folder away, export every dialogue and import them into a new store");
		return HANSARD_VIOLATED;
	}
	if (run->stale > 0) {
		error_set(error, HANSARD_VIOLATED, "index_differs",
				  "every dialogue is good, but lists may answer wrongly of %zu of %zu", run->stale, run->dialogues);
		error_hint(error, "the records are whole: export those dialogues and import them into a new store");
		return HANSARD_VIOLATED;
	}
	return HANSARD_OK;
}

/* One dialogue, or all of them and the engine. */
static enum hansard_status verify_asked(struct verifying *run, const char *name, struct hansard_error *error)
{
	struct session_request *request = run->request;
	struct text id;
	enum hansard_status status;
	if (name == NULL) {
		status = verify_all(run, error);
	} else {
		status = session_find(request, name, &id, error);
		struct marked marked = {.run = run, .error = error};
		const bool found = status == HANSARD_OK;
		if (found)
			status = verify_one(run, id, error);
		if (found && status == HANSARD_NOT_FOUND) /* by its mark */
			status = check_marked(&marked, id);
	}
	if (run->as_json) {
		answer_end(&run->answer);
		answer_array(&run->answer, "store");
	}
	return status == HANSARD_OK && name == NULL ? verify_engine(run, error) : status;
}

static enum hansard_status verify(struct session_request *request, const char *name, struct hansard_error *error)
{
	struct verifying run = {.request = request, .as_json = request->store->options.format == HANSARD_JSON};
	if (run.as_json) {
		answer_begin(&run.answer, &request->out, "verify");
		answer_array(&run.answer, "dialogues");
	}
	const enum hansard_status status = verify_asked(&run, name, error);
	if (status != HANSARD_OK) {
		request->out.size = 0;
		return status;
	}
	bool good = true;
	if (run.as_json) {
		answer_end(&run.answer);
		answer_integer(&run.answer, "broken", (int64_t)run.broken);
		answer_integer(&run.answer, "stale", (int64_t)run.stale);
		answer_boolean(&run.answer, "tags_and_boxes_checked", run.unopened == 0);
		good = answer_finish(&run.answer, error) == HANSARD_OK;
	} else {
		good = session_say(request, "%zu dialogue%s verified, %zu broken\n", run.dialogues,
						   run.dialogues == 1 ? "" : "s", run.broken) &&
			   (run.unopened == 0 ||
				session_say(request,
							"Tags and boxes were not checked: that needs the key that everything is sealed with.\n"));
	}
	if (!good) {
		request->out.size = 0;
		return error_memory(error);
	}
	return judge_store(&run, error);
}

enum hansard_status hansard_verify(struct hansard *store, const char *dialogue, struct hansard_output *ret_out,
								   struct hansard_error *error)
{
	struct session_request request;
	enum hansard_status status = session_begin(&request, store, error);
	if (status == HANSARD_OK)
		status = verify(&request, dialogue, error);
	return session_finish(&request, status, ret_out, error);
}

/* A receipt and how it stands. */
struct receipt {
	struct note note;
	bool trusted;
	enum vault_standing standing;
	struct vault_report report;
};

/* Whose heads are believed, and whose receipts. */
static enum hansard_status read_trust(struct session_request *request, struct keyring_list *list,
									  struct hansard_error *error)
{
	struct hansard *store = request->store;
	const struct note_trust trust = keyring_trusted(store->keyring);
	struct text folder;
	enum hansard_status status = HANSARD_OK;
	for (size_t i = 0; status == HANSARD_OK && i < trust.count; i++)
		status = keyring_list_add(list, &trust.keys[i], error);
	if (status != HANSARD_OK || store->options.public_keys != NULL)
		return status;
	status = settings_keys_folder(request->arena, store->options.platform, &store->settings, &folder, error);
	return status == HANSARD_OK ? keyring_list_read(folder, "receipts", list, error) : status;
}

static enum hansard_status examine_receipt(struct session_request *request, struct bytes bytes, struct receipt *receipt,
										   struct hansard_error *error)
{
	struct vault *vault = request->store->vault;
	struct keyring_list list = {.count = 0};
	enum hansard_status status = note_read(bytes, &receipt->note, error);
	if (status == HANSARD_OK && !text_equal(receipt->note.tenant, vault_tenant(vault)))
		status = error_set(error, HANSARD_USAGE, "other_tenant",
						   "the receipt is of tenant \"" ERROR_TEXT "\", this store of \"" ERROR_TEXT "\"",
						   ERROR_TEXT_ARGS(receipt->note.tenant), ERROR_TEXT_ARGS(vault_tenant(vault)));
	if (status == HANSARD_OK)
		status = read_trust(request, &list, error);
	if (status != HANSARD_OK)
		return status;
	receipt->trusted =
		note_verify(&receipt->note, (struct note_trust){.keys = list.keys, .count = list.count}, NULL) == HANSARD_OK;
	status = vault_verify(vault, receipt->note.dialogue_id, request->arena, &receipt->report, error);
	const struct vault_state state = {
		.dialogue_id = receipt->note.dialogue_id, .rev = receipt->report.rev, .hash = receipt->report.hash};
	const struct vault_mark mark = {.rev = receipt->note.rev, .hash = receipt->note.hash};
	receipt->standing = VAULT_ROLLED_BACK;
	if (status == HANSARD_NOT_FOUND) /* all of it is gone: nothing reaches the receipt */
		return receipt->trusted ? HANSARD_OK : status;
	if (status == HANSARD_OK && receipt->report.good)
		status = vault_standing(vault, &state, &mark, &receipt->standing, error);
	return status;
}

/* What is said of a receipt: one word for programs, a sentence, and what becomes of the command. */
struct receipt_row {
	const char *word;
	const char *sentence;
	enum hansard_status status;
};

static const struct receipt_row *judge(const struct receipt *receipt)
{
	static const struct receipt_row rows[] = {
		{"not_trusted", "is signed by none whom heads or receipts are believed from", HANSARD_VIOLATED},
		{"broken", "cannot be held against its dialogue, which is not as it was committed: see hansard verify",
		 HANSARD_VIOLATED},
		[1 + VAULT_REACHED] = {"fine", "is fine: the history of its dialogue goes through it", HANSARD_OK},
		[1 + VAULT_DECLARED_LOST] = {"declared_lost",
									 "names a commit that was declared lost after a restore from a backup",
									 HANSARD_NOT_FOUND},
		[1 + VAULT_REPLACED] = {"replaced", "was replaced: another commit has its rev", HANSARD_VIOLATED},
		[1 + VAULT_ROLLED_BACK] = {"rolled_back", "was rolled back: what is stored ends before it", HANSARD_VIOLATED},
	};
	if (!receipt->trusted)
		return &rows[0];
	return receipt->report.fault_count > 0 ? &rows[1] : &rows[1 + receipt->standing];
}

static enum hansard_status verify_receipt(struct session_request *request, const struct hansard_input *input,
										  struct hansard_error *error)
{
	struct receipt receipt = {.trusted = false};
	const struct bytes bytes = {.data = (const uint8_t *)input->data, .size = input->size};
	const enum hansard_status status = examine_receipt(request, bytes, &receipt, error);
	if (status != HANSARD_OK)
		return status;
	const struct receipt_row *row = judge(&receipt);
	const struct text id = receipt.note.dialogue_id;
	bool good;
	if (request->store->options.format == HANSARD_JSON) {
		struct answer answer;
		answer_begin(&answer, &request->out, "verify_receipt");
		answer_text(&answer, "dialogue_id", id);
		answer_integer(&answer, "rev", receipt.note.rev);
		answer_string(&answer, "standing", row->word);
		answer_integer(&answer, "head_rev", receipt.report.rev);
		answer_boolean(&answer, "opened", receipt.report.opened);
		good = answer_finish(&answer, error) == HANSARD_OK;
	} else {
		good = session_say(request, "The receipt of %.*s, rev %lld, %s.\n", (int)id.size, id.data,
						   (long long)receipt.note.rev, row->sentence);
	}
	if (!good)
		return error_memory(error);
	return row->status == HANSARD_OK
			   ? HANSARD_OK
			   : error_set(error, row->status, row->word, "the receipt of " ERROR_TEXT ", rev %lld, %s",
						   ERROR_TEXT_ARGS(id), (long long)receipt.note.rev, row->sentence);
}

enum hansard_status hansard_verify_receipt(struct hansard *store, const struct hansard_input *receipt,
										   struct hansard_output *ret_out, struct hansard_error *error)
{
	struct session_request request;
	enum hansard_status status = session_begin(&request, store, error);
	if (status == HANSARD_OK)
		status = verify_receipt(&request, receipt, error);
	return session_finish(&request, status, ret_out, error);
}
