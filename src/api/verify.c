/*
 * Verifying histories.
 */
#include "verify.h"
#include "error.h"
#include "gone.h"
#include "limits.h"

static void add_fault(struct verdict *verdict, const char *address, struct text what)
{
	verdict->faults[verdict->fault_count++] = (struct vault_fault){.address = text_of_string(address), .what = what};
	verdict->report.good = false;
	verdict->report.faults = verdict->faults;
	verdict->report.fault_count = verdict->fault_count;
}

/* Counts a dialogue and says how it is. */
static enum hansard_status conclude(struct verifying *run, struct text id, struct verdict *verdict,
									struct hansard_error *error)
{
	const struct vault_report *report = &verdict->report;
	const bool broken = !report->good && !verdict->unverified;
	run->dialogues++;
	run->broken += broken;
	run->unverified += verdict->unverified;
	run->erased += report->good && report->erased;
	run->in_part += report->good && report->import_part_rev > 0;
	run->moved += report->good && text_present(report->target);
	run->unopened +=
		!report->opened && !report->erased && !report->released && !keyring_can_open(run->request->store->keyring);
	run->unseen += verdict->unseen;
	if (text_present(verdict->owner) && run->copies++ == 0 &&
		!arena_copy_text(run->request->arena, verdict->owner, &run->owner))
		return error_memory(error);
	run->stale += report->stale_indexes > 0;
	if (broken) {
		if (verdict->cause == VERIFY_CHANGED && report->retired)
			verdict->cause = VERIFY_RETIRED;
		else if (verdict->cause == VERIFY_CHANGED && report->untrusted)
			verdict->cause = VERIFY_UNTRUSTED;
		verdict->kind = verify_answer_kind(verdict->cause);
		run->causes[verdict->cause]++;
	}
	return verify_answer_dialogue(run, id, verdict) ? HANSARD_OK : error_memory(error);
}

/* A dialogue without a head. */
static enum hansard_status conclude_missing(struct verifying *run, struct text id, enum verify_cause cause,
											struct hansard_error *error)
{
	const char *what = cause == VERIFY_GONE ? "is missing, and it was seen here"
											: "is missing, though items of this dialogue are there";
	struct verdict verdict = {.report = {.good = true}, .cause = cause, .owner = TEXT_ABSENT};
	add_fault(&verdict, "head", text_of_string(what));
	return conclude(run, id, &verdict, error);
}

/* What a verified history is as a state, as far as marks ask. */
static struct vault_state state_of(struct text id, const struct vault_report *report, const struct vault_mark *mark)
{
	struct vault_state state = {.dialogue_id = id,
								.rev = report->rev,
								.hash = report->hash,
								.erased = report->erased,
								.moved_rev = report->moved_rev};
	bool lost = mark->moved_rev > 0 && !report->released && report->rev > mark->rev;
	if (report->commits > 0)
		state.newest = report->chain[report->commits - 1];
	for (size_t i = 0; lost && i < report->commits; i++)
		lost = report->chain[i].rev != mark->moved_rev + 1;
	state.undoes_move = lost; /* a restore of it has passed over the migrate-in that was seen */
	return state;
}

/* Of what was released nothing leads to an older mark: that another store has taken over has to have been seen. */
static enum hansard_status check_released(const struct vault_state *state, const struct vault_mark *mark,
										  struct verdict *verdict, enum vault_standing *ret_standing,
										  struct hansard_error *error)
{
	*ret_standing = mark->rev > state->rev                    ? VAULT_ROLLED_BACK
					: mark->rev < state->rev                  ? VAULT_REACHED
					: digest_equal(&mark->hash, &state->hash) ? VAULT_REACHED
															  : VAULT_REPLACED;
	if (mark->rev == 0 || *ret_standing != VAULT_REACHED)
		return HANSARD_OK;
	error_set(error, HANSARD_INVALID, VERIFY_MOVE_UNSEEN,
			  "commit %" PRId64 " was seen here, and that " ERROR_TEXT " has taken over from commit %" PRId64
			  " was not",
			  mark->rev, ERROR_TEXT_ARGS(verdict->report.target), state->rev);
	error_hint(error, "verify it there, with that store configured and these marks: hansard verify " ERROR_TEXT,
			   ERROR_TEXT_ARGS(state->dialogue_id));
	return HANSARD_INVALID;
}

static struct text words_of(enum vault_standing standing, const struct vault_report *report)
{
	if (standing == VAULT_REPLACED)
		return TEXT("is not a successor of one that was seen here: the dialogue was put back and went on otherwise");
	if (text_present(report->target))
		return TEXT(
			"sent it to another store, and is older than one that was seen here: it goes on there, which verify "
			"over that store remembers, or it was put back");
	return TEXT("is older than one that was seen here: the dialogue was put back");
}

/* Holds a history that is good in itself against the mark; it is seen from now on, too. Errors: those of the marks;
   HANSARD_INVALID VERIFY_MOVE_UNSEEN; HANSARD_VIOLATED, and those of the boundary. */
static enum hansard_status check_mark(struct verifying *run, struct text id, const struct vault_mark *mark,
									  struct verdict *verdict, struct hansard_error *error)
{
	struct hansard *store = run->request->store;
	const struct vault_marks *marks = &store->marks.slots;
	const struct vault_state state = state_of(id, &verdict->report, mark);
	const struct vault_mark_place place = {.tenant = vault_tenant(store->vault), .dialogue_id = id};
	enum vault_standing standing = VAULT_REACHED;
	enum hansard_status status = HANSARD_OK;
	if (verdict->taken_over)
		return HANSARD_OK;
	if (verdict->report.released)
		status = check_released(&state, mark, verdict, &standing, error);
	else if (mark->rev > 0)
		status = vault_standing(store->vault, &state, mark, &standing, error);
	if (status != HANSARD_OK || (verdict->report.released && standing == VAULT_REACHED))
		return status;
	if (standing == VAULT_REACHED || standing == VAULT_DECLARED_LOST) {
		struct vault_mark next = vault_mark_of(&state, standing == VAULT_DECLARED_LOST ? mark->rev : 0);
		next.elsewhere = vault_verify_elsewhere(store->vault, &verdict->report);
		verdict->passed_rev = mark->passed_rev > 0 ? mark->passed_rev : next.passed_rev;
		verdict->unerased_rev = state.erased ? 0 : mark->erased_rev;
		return vault_mark_says(mark, &state) ? HANSARD_OK : marks->write(marks->context, place, &next, error);
	}
	verdict->cause = standing == VAULT_REPLACED ? VERIFY_REPLACED : VERIFY_PUT_BACK;
	verdict->marked = words_of(standing, &verdict->report);
	return HANSARD_OK;
}

/* A dialogue that is good in itself, against its mark and the keys at hand. `unread` is why the mark cannot be read, if so. */
static enum hansard_status judge_good(struct verifying *run, struct text id, const struct vault_mark *mark,
									  struct verdict *verdict, struct hansard_error *unread)
{
	const struct hansard_error *locked = verdict->report.locked;
	enum hansard_status status = unread->status;
	verdict->unseen = status == HANSARD_OK && mark->rev == 0;
	if (status == HANSARD_OK)
		status = check_mark(run, id, mark, verdict, unread);
	if (status == HANSARD_VIOLATED) { /* the history that leads to the mark */
		verdict->marked = text_of_string(unread->message);
		verdict->cause = VERIFY_REPLACED;
	} else if (status != HANSARD_OK && !marks_at_fault(unread) && strcmp(unread->kind, VERIFY_MOVE_UNSEEN) != 0) {
		return status;
	}
	if (text_present(verdict->marked))
		add_fault(verdict, "head", verdict->marked);
	else if (status != HANSARD_OK)
		add_fault(verdict, "mark", text_of_string(unread->message));
	if (locked != NULL)
		add_fault(verdict, "key", text_of_string(locked->message));
	if (verdict->report.good && !run->faults_only && /* a copy that was just made is one */
		vault_verify_other(run->request->store->vault, &verdict->report, &verdict->owner, NULL) != HANSARD_OK)
		verdict->owner = TEXT_ABSENT; /* what writes will be refused for is not of this answer */
	if (verdict->report.good || text_present(verdict->marked))
		return HANSARD_OK;
	const struct hansard_error *worst = locked != NULL ? locked : unread;
	verdict->unseen = false;
	verdict->unverified = true;
	verdict->kind = worst->kind;
	error_keep_worst(&run->worst, worst);
	return HANSARD_OK;
}

/* A dialogue with which nothing else is wrong than that a retired key alone has signed its head, against its mark, which stays. */
static enum hansard_status judge_retired(struct verifying *run, struct text id, const struct vault_mark *mark,
										 struct verdict *verdict, struct hansard_error *error)
{
	const struct vault_state state = {.dialogue_id = id, .rev = verdict->report.rev, .hash = verdict->report.hash};
	enum vault_standing standing;
	struct hansard_error cause = {0};
	const enum hansard_status status = vault_standing(run->request->store->vault, &state, mark, &standing, &cause);
	if (status == HANSARD_VIOLATED || (status == HANSARD_OK && standing == VAULT_REPLACED)) {
		verdict->cause = VERIFY_REPLACED;
		add_fault(verdict, "head", TEXT("is not a successor of one that was seen here"));
		return HANSARD_OK;
	}
	if (status == HANSARD_OK && standing == VAULT_ROLLED_BACK)
		verdict->cause = VERIFY_OLDER_KEY;
	if (status == HANSARD_OK && standing == VAULT_DECLARED_LOST) {
		add_fault(verdict, "head", TEXT("is signed by a key alone that is retired"));
		add_fault(verdict, "head", TEXT("declares commits lost, one of which was seen here"));
	}
	if (status != HANSARD_OK && error != NULL)
		*error = cause;
	return status;
}

/* Verifies one dialogue in an arena of its own, so that memory stays flat over many. The mark is read before the history, which
   may grow meanwhile. */
static enum hansard_status verify_one(struct verifying *run, struct text id, struct hansard_error *error)
{
	struct hansard *store = run->request->store;
	const struct vault_marks *marks = &store->marks.slots;
	const struct vault_mark_place place = {.tenant = vault_tenant(store->vault), .dialogue_id = id};
	struct verdict verdict = {.marked = TEXT_ABSENT, .owner = TEXT_ABSENT};
	struct vault_mark mark = {.rev = 0};
	struct hansard_error unread = {.status = HANSARD_OK}, failure = {.status = HANSARD_OK};
	struct arena *arena = arena_create(LIMIT_ARENA);
	if (arena == NULL)
		return error_memory(error);
	(void)marks->read(marks->context, place, &mark, &unread);
	enum hansard_status status = vault_verify(store->vault, id, arena, &verdict.report, &failure);
	if (status == HANSARD_OK && text_present(verdict.report.target) && verdict.report.commits > 0) {
		const struct vault_state end = state_of(id, &verdict.report, &mark);
		verdict.taken_over = vault_mark_moved(store->vault, &mark, &end);
	}
	if (status == HANSARD_VIOLATED) { /* what the engine cannot read at all, or has no head */
		verdict.report = (struct vault_report){.good = true};
		add_fault(&verdict, strcmp(failure.kind, VAULT_HEAD_MISSING) == 0 ? "head" : "store",
				  text_of_string(failure.message));
		status = HANSARD_OK;
	} else if (status == HANSARD_OK && verdict.report.good) {
		status = judge_good(run, id, &mark, &verdict, &unread);
		failure = unread;
	} else if (status == HANSARD_OK && verdict.report.retired && mark.rev > 0) {
		status = judge_retired(run, id, &mark, &verdict, &failure);
	}
	if (status == HANSARD_OK)
		status = conclude(run, id, &verdict, &failure);
	if (status != HANSARD_OK && error != NULL)
		*error = failure;
	arena_destroy(arena);
	return status;
}

/* Whether the list of heads names this dialogue: it was looked at as one of them, as far as that was read. A list that cannot be
   asked says that it does. */
static enum hansard_status is_listed(struct verifying *run, struct text id, bool *ret_is, struct hansard_error *error)
{
	struct store_engine *engine = run->request->store->engine;
	const struct analytics_request wanted = {
		.tenant = vault_tenant(run->request->store->vault), .limit = 1, .cursor = TEXT_ABSENT, .prefix = id};
	struct analytics_page page = {0};
	struct hansard_error failure = {.status = HANSARD_OK};
	if (run->unlisted.status != HANSARD_OK && (!text_present(run->listed) || text_compare(id, run->listed) > 0)) {
		*ret_is = false;
		return HANSARD_OK;
	}
	struct arena *arena = arena_create(LIMIT_ARENA);
	if (arena == NULL)
		return error_memory(error);
	const enum hansard_status status = engine->analytics->partitions(engine, &wanted, arena, &page, &failure);
	*ret_is = status != HANSARD_OK || (page.count > 0 && text_equal(page.items[0].dialogue_id, id));
	arena_destroy(arena);
	if (status == HANSARD_VIOLATED) {
		run->unlisted = failure;
		return HANSARD_OK;
	}
	if (status != HANSARD_OK && error != NULL)
		*error = failure;
	return status;
}

/* Keeps an id that was looked at apart from the list of heads. */
static bool keep_apart(struct verifying *run, struct text id)
{
	struct text kept;
	if (!arena_copy_text(run->request->arena, id, &kept) ||
		!arena_grow(run->request->arena, &run->apart, run->apart_count, &run->apart_capacity, sizeof(*run->apart)))
		return false;
	run->apart[run->apart_count++] = kept;
	return true;
}

/* One page of ids, from the heads or from the index; of the index only what the heads lack is new. Lists may lag, and prove nothing:
   the store itself is asked. Where it has no head, something is stored of a dialogue and nothing vouches for it. */
static enum hansard_status verify_page(struct verifying *run, const struct analytics_page *page, bool of_index,
									   struct hansard_error *error)
{
	enum hansard_status status = HANSARD_OK;
	for (size_t i = 0; i < page->count && status == HANSARD_OK; i++) {
		const struct text id = page->items[i].dialogue_id;
		bool apart = false;
		if (of_index) {
			bool listed = false;
			status = is_listed(run, id, &listed, error);
			apart = !listed;
		}
		if (status == HANSARD_OK && apart == of_index)
			status = verify_one(run, id, error);
		if (status == HANSARD_NOT_FOUND) {
			apart = true;
			status = conclude_missing(run, id, VERIFY_CHANGED, error);
		}
		if (status == HANSARD_OK && apart && !keep_apart(run, id))
			status = error_memory(error);
	}
	const bool kept = of_index || page->count == 0 ||
					  arena_copy_text(run->request->arena, page->items[page->count - 1].dialogue_id, &run->listed);
	if (!kept || (text_present(page->stray) && !text_present(run->stray) &&
				  !arena_copy_text(run->request->arena, page->stray, &run->stray)))
		return status == HANSARD_OK ? error_memory(error) : status;
	return status;
}

/* When the first of the lists was read. */
static enum hansard_status take_moment(struct verifying *run, int64_t as_of, struct hansard_error *error)
{
	run->as_of = as_of;
	return gone_lag(run->request->store, run->request->arena, as_of, &run->lag) ? HANSARD_OK : error_memory(error);
}

/* A list that cannot be read to its end hides what it would name, and nothing of what another one names. */
static enum hansard_status verify_listed(struct verifying *run, bool of_index, struct hansard_error *error)
{
	struct store_engine *engine = run->request->store->engine;
	struct buffer cursor;
	bool more = true;
	enum hansard_status status = HANSARD_OK;
	buffer_init(&cursor, LIMIT_DOCUMENT); /* whatever somebody has put there for an id */
	while (more && status == HANSARD_OK) {
		struct arena *arena = arena_create(LIMIT_ARENA);
		struct hansard_error failure = {.status = HANSARD_OK};
		const struct analytics_request wanted = {.tenant = vault_tenant(run->request->store->vault),
												 .limit = 500,
												 .cursor = cursor.size > 0 ? buffer_text(&cursor) : TEXT_ABSENT};
		struct analytics_page page = {.next = TEXT_ABSENT};
		if (arena == NULL)
			status = error_memory(&failure);
		else if (of_index)
			status = engine->analytics->dialogues(engine, &wanted, arena, &page, &failure);
		else
			status = engine->analytics->partitions(engine, &wanted, arena, &page, &failure);
		more = status == HANSARD_OK && text_present(page.next);
		if (status == HANSARD_OK && run->as_of == 0)
			status = take_moment(run, page.as_of, &failure);
		if (status == HANSARD_VIOLATED) {
			run->unlisted = failure;
			status = HANSARD_OK;
		} else if (status == HANSARD_OK) {
			status = verify_page(run, &page, of_index, &failure);
		}
		cursor.size = 0;
		if (status == HANSARD_OK && more && !buffer_append_text(&cursor, page.next))
			status = error_memory(&failure);
		if (status != HANSARD_OK && error != NULL)
			*error = failure;
		arena_destroy(arena);
	}
	buffer_finish(&cursor);
	return status;
}

/* A dialogue that was seen here and that the store does not have. */
struct marked {
	struct verifying *run;
	struct hansard_error *error;
};

/* One that the store has nothing of, by its mark. */
static enum hansard_status check_gone(struct verifying *run, struct text id, struct hansard_error *error)
{
	struct vault_mark mark = {.rev = 0};
	const struct vault_marks *marks = &run->request->store->marks.slots;
	const struct vault_mark_place place = {.tenant = vault_tenant(run->request->store->vault), .dialogue_id = id};
	struct hansard_error unread = {.status = HANSARD_OK};
	const enum hansard_status status = marks->read(marks->context, place, &mark, &unread);
	if (status == HANSARD_OK && mark.lost)
		return verify_answer_lost(run, &run->lost, id, mark.rev) ? HANSARD_OK : error_memory(error);
	if (status == HANSARD_OK && mark.elsewhere)
		return verify_answer_lost(run, &run->elsewhere, id, mark.rev) ? HANSARD_OK : error_memory(error);
	if (status == HANSARD_OK && mark.rev == 0) /* found by the list of heads alone */
		return conclude_missing(run, id, VERIFY_CHANGED, error);
	/* One whose mark says nothing was seen all the same. */
	if (status == HANSARD_OK || marks_at_fault(&unread))
		return conclude_missing(run, id, VERIFY_GONE, error);
	if (error != NULL)
		*error = unread;
	return status;
}

static enum hansard_status check_marked(void *context, struct text id)
{
	const struct marked *marked = context;
	struct verifying *run = marked->run;
	bool listed = false;
	for (size_t i = 0; i < run->apart_count; i++)
		if (text_equal(run->apart[i], id))
			return HANSARD_OK;
	enum hansard_status status = is_listed(run, id, &listed, marked->error);
	if (status != HANSARD_OK || listed)
		return status;
	status = verify_one(run, id, marked->error); /* which names what is there of it without a head */
	return status == HANSARD_NOT_FOUND ? check_gone(run, id, marked->error) : status;
}

/* Every dialogue that has a head, every one that the index lists without, and every one that was seen here. */
static enum hansard_status verify_all(struct verifying *run, struct hansard_error *error)
{
	struct session_request *request = run->request;
	const struct vault_marks *marks = &request->store->marks.slots;
	struct hansard_error failure = {.status = HANSARD_OK};
	struct marked marked = {.run = run, .error = &failure};
	enum hansard_status status = verify_listed(run, false, error);
	if (status == HANSARD_OK)
		status = verify_listed(run, true, error);
	if (status != HANSARD_OK)
		return status;
	status = marks->list(marks->context, vault_tenant(request->store->vault), check_marked, &marked, &failure);
	if (status != HANSARD_OK && marks_at_fault(&failure)) { /* what was found so far stands */
		error_keep_worst(&run->worst, &failure);
		run->unmarked = failure;
		return HANSARD_OK;
	}
	if (status != HANSARD_OK && error != NULL)
		*error = failure;
	return status;
}

/* What the engine finds wrong with itself: pages and indices that no dialogue is proved by. */
static enum hansard_status verify_engine(struct verifying *run, struct hansard_error *error)
{
	struct store_engine *engine = run->request->store->engine;
	struct store_findings findings;
	const enum hansard_status status = engine->ops->check(engine, true, run->request->arena, &findings, error);
	bool good = (run->unlisted.status == HANSARD_OK ||
				 verify_answer_unsound(run, TEXT("lists"), text_of_string(run->unlisted.message))) &&
				(!text_present(run->stray) || verify_answer_unsound(run, TEXT("lists"), run->stray));
	for (size_t i = 0; status == HANSARD_OK && i < findings.count && good; i++) {
		const struct store_finding *finding = &findings.items[i];
		if (text_equal(finding->subject, STORE_FINDING_TENANTS))
			run->tenants = finding->detail;
		if (!finding->good && finding->remedy != NULL)
			run->remedy = finding->remedy;
		good = finding->good || verify_answer_unsound(run, finding->subject, finding->detail);
	}
	return good ? status : error_memory(error);
}

/* One dialogue, or all of them and the engine. */
static enum hansard_status verify_asked(struct verifying *run, const char *name, struct hansard_error *error)
{
	struct session_request *request = run->request;
	struct text id;
	enum hansard_status status;
	run->remedies = request->store->engine->remedies;
	if (name == NULL) {
		status = verify_all(run, error);
	} else {
		status = session_find(request, name, &id, error);
		const bool found = status == HANSARD_OK;
		if (found)
			status = verify_one(run, id, error);
		if (found && status == HANSARD_NOT_FOUND)
			status = check_gone(run, id, error);
	}
	if (run->as_json) {
		answer_end(&run->answer);
		answer_array(&run->answer, "store");
	}
	return status == HANSARD_OK && name == NULL ? verify_engine(run, error) : status;
}

enum hansard_status verify_store(struct verifying *run, struct hansard_error *error)
{
	return verify_asked(run, NULL, error);
}

static enum hansard_status verify(struct session_request *request, const char *name, struct hansard_error *error)
{
	struct verifying run = {.request = request,
							.as_json = request->store->options.format == HANSARD_JSON,
							.tenants = TEXT_ABSENT,
							.unkeyed = TEXT_ABSENT};
	if (run.as_json) {
		answer_begin(&run.answer, &request->out, "verify");
		answer_array(&run.answer, "dialogues");
	}
	enum hansard_status status = verify_asked(&run, name, error);
	if (status == HANSARD_OK && run.unopened > 0)
		status = verify_answer_unkeyed(request, &run.unkeyed, error);
	if (status != HANSARD_OK) {
		request->out.size = 0;
		return status;
	}
	const bool good = verify_answer_end(&run);
	if (!good) {
		request->out.size = 0;
		return error_memory(error);
	}
	return verify_answer_judge(&run, error);
}

enum hansard_status hansard_verify(struct hansard *store, const char *dialogue, struct hansard_output *ret_out,
								   struct hansard_error *error)
{
	struct session_request request;
	enum hansard_status status = session_begin(&request, store, error);
	told_clear(&store->told);
	if (status == HANSARD_OK)
		status = verify(&request, dialogue, error);
	status = session_finish(&request, status, ret_out, error);
	if (ret_out == NULL || ret_out->data == NULL) /* nobody was told anything */
		told_clear(&store->told);
	return status;
}
