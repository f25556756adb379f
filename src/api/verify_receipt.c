/*
 * How a receipt stands to the history of its dialogue.
 */
#include "answer.h"
#include "error.h"
#include "keyring_list.h"
#include "note.h"
#include "report.h"
#include "verify_answer.h"

/* A receipt and how it stands. */
struct receipt {
	struct note note;
	bool trusted;
	enum vault_standing standing;
	enum vault_standing seen; /* of what was seen here last, to what is stored */
	bool elsewhere;           /* what would tell is in the store alone that the dialogue was moved to */
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

/* Whether a receipt begins on a later line, as in what erase prints without --certificate. */
static bool has_words_before(struct text text)
{
	const struct text first = TEXT("\nhansard head ");
	return memmem(text.data, text.size, first.data, first.size) != NULL;
}

/* How the ends of its lines differ from a receipt's, as mail and printing leave them; NULL where they do not. */
static const char *line_ends(struct text text)
{
	if (!text_starts_with(text, TEXT("hansard head ")))
		return NULL;
	if (text_find(text, TEXT("\r\n"), 0) != SIZE_MAX)
		return "its lines end with CR and LF, those of a receipt with LF alone: take each CR away, tr -d '\\r' < FILE";
	if (text.data[text.size - 1] != '\n')
		return "its last line has no end: put a line break behind it, or, where more is missing, print it anew: hansard receipt ID > FILE";
	if (text.data[text.size - 2] == '\n')
		return "blank lines stand behind it: take them away";
	return NULL;
}

/* A file that is no receipt says nothing of any dialogue: it is bad input, and no violation. */
static enum hansard_status read_receipt(const struct session_request *request, const struct hansard_input *input,
										struct receipt *receipt, struct hansard_error *error)
{
	const struct text tenant = vault_tenant(request->store->vault);
	const struct bytes bytes = {.data = (const uint8_t *)input->data, .size = input->size};
	struct hansard_error fault = {.status = HANSARD_OK};
	const enum hansard_status status = note_read(bytes, &receipt->note, &fault);
	if (status == HANSARD_VIOLATED) {
		const char *ends = line_ends(text_of_bytes(bytes));
		error_set(error, HANSARD_INVALID, "invalid_receipt", "%s is no receipt: %s",
				  input->name != NULL ? input->name : "the file", fault.message);
		error_hint(
			error, "%s",
			ends != NULL ? ends
			: has_words_before(text_of_bytes(bytes))
				? "it has words in front of one: take away what stands above \"hansard head\", or print it anew: "
				  "hansard receipt ID > FILE"
				: "a receipt is what hansard receipt printed, byte for byte, and nothing beside it: name that file");
		return HANSARD_INVALID;
	}
	if (status != HANSARD_OK) {
		if (error != NULL)
			*error = fault;
		return status;
	}
	if (text_equal(receipt->note.tenant, tenant))
		return HANSARD_OK;
	error_set(error, HANSARD_USAGE, "other_tenant",
			  "the receipt is of tenant \"" ERROR_TEXT "\", this store of \"" ERROR_TEXT "\"",
			  ERROR_TEXT_ARGS(receipt->note.tenant), ERROR_TEXT_ARGS(tenant));
	error_hint(error, "name the store that it was printed from: --store DIR");
	return HANSARD_USAGE;
}

/* The standing of a receipt of which the store has no dialogue: all of it is gone, unless that was declared. */
static enum hansard_status stand_alone(struct session_request *request, struct receipt *receipt,
									   struct hansard_error *error)
{
	const struct vault_marks *marks = &request->store->marks.slots;
	const struct vault_mark_place place = {.tenant = receipt->note.tenant, .dialogue_id = receipt->note.dialogue_id};
	struct vault_mark mark = {.rev = 0};
	const enum hansard_status status = marks->read(marks->context, place, &mark, error);
	if (status != HANSARD_OK || !mark.lost || receipt->note.rev > mark.rev)
		return status;
	receipt->standing = receipt->note.rev < mark.rev || digest_equal(&receipt->note.hash, &mark.hash)
							? VAULT_DECLARED_LOST
							: VAULT_REPLACED;
	return HANSARD_OK;
}

static enum hansard_status examine_receipt(struct session_request *request, const struct hansard_input *input,
										   struct receipt *receipt, struct hansard_error *error)
{
	struct vault *vault = request->store->vault;
	struct keyring_list list = {.count = 0};
	enum hansard_status status = read_receipt(request, input, receipt, error);
	if (status == HANSARD_OK)
		status = read_trust(request, &list, error);
	if (status != HANSARD_OK)
		return status;
	status = note_verify(&receipt->note, (struct note_trust){.keys = list.keys, .count = list.count}, error);
	receipt->trusted = status == HANSARD_OK;
	if (status != HANSARD_OK && status != HANSARD_VIOLATED && status != HANSARD_WRONG_KEY)
		return status; /* it was not found out */
	const struct vault_marks *marks = &request->store->marks.slots;
	const struct vault_mark_place place = {.tenant = receipt->note.tenant, .dialogue_id = receipt->note.dialogue_id};
	struct vault_mark last = {.rev = 0};
	struct hansard_error unread = {.status = HANSARD_OK};
	const enum hansard_status seen = marks->read(marks->context, place, &last, &unread);
	receipt->seen = VAULT_REACHED;
	status = vault_verify(vault, receipt->note.dialogue_id, request->arena, &receipt->report, error);
	const struct vault_state state = {
		.dialogue_id = receipt->note.dialogue_id, .rev = receipt->report.rev, .hash = receipt->report.hash};
	const struct vault_mark mark = {.rev = receipt->note.rev, .hash = receipt->note.hash};
	const bool held = status == HANSARD_OK && (receipt->report.good || receipt->report.retired);
	struct vault_state end = state;
	if (held && receipt->report.commits > 0)
		end.newest = receipt->report.chain[receipt->report.commits - 1];
	const bool moved = held && vault_mark_moved(vault, &last, &end);
	if (seen != HANSARD_OK && held) { /* what is wrong with the dialogue itself comes first */
		if (error != NULL)
			*error = unread;
		return seen;
	}
	receipt->standing = VAULT_ROLLED_BACK;
	if (status == HANSARD_NOT_FOUND && receipt->trusted)
		return stand_alone(request, receipt, error);
	if (status == HANSARD_NOT_FOUND)
		error_hint(error, "nobody who is believed here signed this receipt, either: look at the store and at the file");
	receipt->elsewhere =
		held && ((moved && mark.rev > state.rev) || (receipt->report.released && mark.rev < state.rev));
	if (receipt->elsewhere)
		return HANSARD_OK;
	if (held)
		status = vault_standing(vault, &state, &mark, &receipt->standing, error);
	if (held && status == HANSARD_OK && last.rev > 0 && !moved && !receipt->report.released)
		status = vault_standing(vault, &state, &last, &receipt->seen, error);
	return status;
}

/* What is said of a receipt: one word for programs, a sentence, what becomes of the command, and what to do. */
struct receipt_row {
	const char *word;
	const char *sentence;
	enum hansard_status status;
	struct verify_hint hint;
};

static const struct receipt_row *judge(const struct receipt *receipt)
{
	static const struct receipt_row rows[] = {
		{"not_trusted",
		 "is signed by none whom heads or receipts are believed from",
		 HANSARD_VIOLATED,
		 {.before =
			  "it was altered, or its signer is unknown here: compare it with another copy; if you know who signed, ask them for "
			  "their line, then hansard keys trust LINE"}},
		{"broken",
		 "cannot be held against its dialogue, which is not as it was committed",
		 HANSARD_VIOLATED,
		 {.before =
			  "hansard verify names what is wrong with it: mend that first, then hold the receipt against it again"}},
		[1 + VAULT_REACHED] = {"fine",
							   "is fine: the history of its dialogue goes through it",
							   HANSARD_OK,
							   {.before = ""}},
		[1 +
			VAULT_DECLARED_LOST] = {"declared_lost",
									"names a commit that was declared lost",
									HANSARD_NOT_FOUND,
									{.before =
										 "it was given up here: only a backup or another copy from then still has it"}},
		[1 + VAULT_REPLACED] = {"replaced",
								"was replaced: another commit has its rev",
								HANSARD_VIOLATED,
								{"two histories of it were signed: keep the receipt, ", VERIFY_KEEP,
								 ", and look for a backup that the receipt is fine with", false}},
		[1 + VAULT_ROLLED_BACK] =
			{"rolled_back",
			 "was rolled back: what is stored ends before it",
			 HANSARD_VIOLATED,
			 {"if a backup was put in the store's place on purpose, declare it: hansard backup --restored; else, with one from after the receipt: ",
			  VERIFY_PUT, "", false}},
	};
	/* Nothing else is wrong with the dialogue than that a retired key alone has signed its head: the receipt helps to judge that. */
	static const struct receipt_row retired[VAULT_ROLLED_BACK + 1] = {
		[VAULT_REACHED] =
			{"retired_key",
			 "names a commit of what is stored, whose head is signed by a key alone that is retired",
			 HANSARD_VIOLATED,
			 {.before =
				  "up to that commit it is what the receipt was kept of; look at what was written after it: hansard log "
				  "ID --restored, hansard show ID --restored"}},
		[VAULT_DECLARED_LOST] = {"declared_lost",
								 "names a commit that a history declares lost whose head is signed by a key alone "
								 "that is retired",
								 HANSARD_VIOLATED,
								 {"that is not what the receipt was kept of: ", VERIFY_PUT, "", false}},
	};
	/* The history goes through the receipt, and yet it is not what was seen here last. */
	static const struct receipt_row put_back = {
		"put_back",
		"names a commit of what is stored, which ends before what was seen here",
		HANSARD_VIOLATED,
		{.before = "the store was put back to an older state: hansard verify says how that is mended"}};
	static const struct receipt_row went_otherwise = {
		"put_back",
		"names a commit of what is stored, which went on otherwise than was seen here",
		HANSARD_VIOLATED,
		{.before = "the store was put back and written to: hansard verify says what to look at"}};
	static const struct receipt_row lost_elsewhere = {
		"put_back",
		"names a commit that what is stored declares lost, and that is not what was seen here last",
		HANSARD_VIOLATED,
		{.before = "the store was put back: hansard verify says how that is mended"}};
	static const struct receipt_row elsewhere = {
		"moved",
		"cannot be held against its dialogue here: it was moved to another store",
		HANSARD_INVALID,
		{.before =
			 "hold it against the dialogue there: run this again with --set backend=sqlite, or --set backend=dynamodb, whichever is the other one"}};
	if (!receipt->trusted)
		return &rows[0];
	if (receipt->elsewhere)
		return &elsewhere;
	if (receipt->report.retired && retired[receipt->standing].word != NULL)
		return &retired[receipt->standing];
	if (receipt->report.good && receipt->standing == VAULT_REACHED && receipt->seen == VAULT_ROLLED_BACK)
		return &put_back;
	if (receipt->report.good && receipt->standing == VAULT_REACHED && receipt->seen == VAULT_REPLACED)
		return &went_otherwise;
	if (receipt->report.good && receipt->standing == VAULT_DECLARED_LOST &&
		(receipt->seen == VAULT_ROLLED_BACK || receipt->seen == VAULT_REPLACED))
		return &lost_elsewhere;
	return receipt->report.fault_count > 0 && !receipt->report.retired ? &rows[1] : &rows[1 + receipt->standing];
}

/* Whether a receipt that is fine proves the erasure of its dialogue, too: it names the commit that erased it, or a later one. */
static bool of_erasure(const struct receipt *receipt, const struct receipt_row *row)
{
	return row->status == HANSARD_OK && receipt->report.erased_rev > 0 &&
		   receipt->note.rev >= receipt->report.erased_rev;
}

/* "..., and that commit erased it, 2026-05-04 09:00:00Z". */
static bool say_standing(struct session_request *request, const struct receipt *receipt, const struct receipt_row *row)
{
	const struct vault_report *report = &receipt->report;
	const struct text id = receipt->note.dialogue_id;
	char erased[160] = ".";
	if (of_erasure(receipt, row) && receipt->note.rev == report->erased_rev)
		snprintf(erased, sizeof(erased), ", and that commit erased it, %.*s %.*sZ.", 10, report->erased_time.data, 8,
				 report->erased_time.data + 11);
	else if (of_erasure(receipt, row))
		snprintf(erased, sizeof(erased), ", and before that commit it was erased, by commit %" PRId64 ", %.*s %.*sZ.",
				 report->erased_rev, 10, report->erased_time.data, 8, report->erased_time.data + 11);
	return report_fold(request, 0, "The receipt of %.*s, rev %lld, %s%s", (int)id.size, id.data,
					   (long long)receipt->note.rev, row->sentence, erased) &&
		   (!of_erasure(receipt, row) || report_fold(request, 0, "It is the certificate of its erasure."));
}

static bool write_receipt(struct session_request *request, const struct receipt *receipt, const struct text *unopened)
{
	const struct receipt_row *row = judge(receipt);
	struct answer answer;
	if (request->store->options.format != HANSARD_JSON)
		return say_standing(request, receipt, row) &&
			   (!text_present(*unopened) || report_fold(request, 0, "%.*s", (int)unopened->size, unopened->data));
	answer_begin(&answer, &request->out, "verify_receipt");
	answer_text(&answer, "dialogue_id", receipt->note.dialogue_id);
	answer_integer(&answer, "rev", receipt->note.rev);
	answer_string(&answer, "standing", row->word);
	answer_integer(&answer, "head_rev", receipt->report.rev);
	answer_boolean(&answer, "opened", receipt->report.opened);
	if (of_erasure(receipt, row)) {
		answer_integer(&answer, "erased_rev", receipt->report.erased_rev);
		answer_text(&answer, "erased_at", receipt->report.erased_time);
	}
	if (text_present(*unopened)) {
		answer_array(&answer, "not_proved");
		answer_object(&answer, NULL);
		answer_string(&answer, "subject", "contents");
		answer_text(&answer, "detail", *unopened);
		answer_end(&answer);
		answer_end(&answer);
	}
	return answer_finish(&answer, NULL) == HANSARD_OK;
}

static enum hansard_status verify_receipt(struct session_request *request, const struct hansard_input *input,
										  struct hansard_error *error)
{
	struct receipt receipt = {.trusted = false};
	struct text folder = TEXT_ABSENT, unopened = TEXT_ABSENT;
	enum hansard_status status = examine_receipt(request, input, &receipt, error);
	if (status != HANSARD_OK)
		return status;
	const struct receipt_row *row = judge(&receipt);
	const struct text id = receipt.note.dialogue_id;
	const struct vault_report *report = &receipt.report;
	const bool closed = row->status == HANSARD_OK && !report->opened && !report->erased && report->locked == NULL;
	if (closed)
		status = verify_answer_unkeyed(request, &folder, error);
	if (status != HANSARD_OK)
		return status;
	if ((closed && !verify_answer_unopened(request, folder, &unopened)) || !write_receipt(request, &receipt, &unopened))
		return error_memory(error);
	if (row->status == HANSARD_OK && receipt.report.locked != NULL) {
		if (error != NULL)
			*error = *receipt.report.locked;
		return HANSARD_WRONG_KEY;
	}
	if (row->status == HANSARD_OK)
		return verify_answer_no_umk(folder, error);
	error_set(error, row->status, row->word, "the receipt of " ERROR_TEXT ", rev %lld, %s", ERROR_TEXT_ARGS(id),
			  (long long)receipt.note.rev, row->sentence);
	verify_answer_hint(request->store->engine->remedies, &row->hint, error);
	return row->status;
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
