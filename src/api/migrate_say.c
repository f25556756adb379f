/*
 * What a migration has done, in words, and what is to be changed in the configuration.
 */
#include "answer.h"
#include "count.h"
#include "error.h"
#include "gone.h"
#include "migrate.h"
#include "report.h"

static const struct {
	const char *states[2][MIGRATE_OUTCOMES]; /* for programs; of a dry run */
	const char *words[2][MIGRATE_OUTCOMES];
	const char *done[2], *before; /* behind "3 dialogues", "1 more" */
} actions[MIGRATE_ACTIONS] = {
	[MIGRATE_MOVE] = {.states = {{"moved", "moved_before", "nothing"}, {"would_move", "moved_before", "nothing"}},
					  .words = {{"moved", "moved before", ""}, {"would be moved", "moved before", ""}},
					  .done = {"moved", "would be moved"},
					  .before = "moved before"},
	[MIGRATE_CANCEL] = {.states = {{"called_off", "nothing", "nothing"}, {"would_call_off", "nothing", "nothing"}},
						.words = {{"called off: it goes on here, and the other store has nothing of it", "",
								   "no move of it is under way"},
								  {"would be called off", "", "no move of it is under way"}},
						.done = {"called off", "would be called off"},
						.before = "called off before"},
	[MIGRATE_RELEASE] = {.states = {{"released", "released_before", "kept"},
									{"would_release", "released_before", "kept"}},
						 .words = {{"released", "released before", "not moved there: it stays"},
								   {"would be released", "released before", "not moved there: it stays"}},
						 .done = {"released", "would be released"},
						 .before = "released before"},
};

struct totals {
	size_t counts[MIGRATE_OUTCOMES];
	int64_t items, bytes;
};

static struct totals sum_of(const struct migration *run)
{
	struct totals totals = {.items = 0};
	for (size_t i = 0; i < run->done; i++) {
		totals.counts[run->rows[i].outcome]++;
		totals.items += run->rows[i].moved.items;
		totals.bytes += run->rows[i].moved.bytes;
	}
	return totals;
}

/* Whether the source has nothing any more that is not moved, so that the other store can be gone on with. */
static bool is_over(const struct migration *run, const struct totals *totals)
{
	return run->action == MIGRATE_MOVE && !run->dry_run && run->stays == 0 && !run->ended_early &&
		   totals->counts[MIGRATE_DONE] + totals->counts[MIGRATE_BEFORE] > 0;
}

static struct text identity_of(struct store_engine *engine)
{
	return engine != NULL ? engine->ops->identity(engine) : TEXT_ABSENT;
}

/* Settings of the target that were given with this run alone. */
static bool given_here(const struct migration *run, enum settings_key key)
{
	const char *name = settings_row(key)->key;
	return text_is(run->settings.values[key].from, "flag") && text_starts_with(text_of_string(name), run->to) &&
		   key != SETTINGS_BACKEND;
}

/* ---- JSON ---- */

/* What is to be written where, so that the target is the store from then on. */
static void answer_switch(const struct migration *run, struct answer *answer)
{
	const struct settings *settings = &run->request->store->settings;
	const struct settings_value *backend = &settings->values[SETTINGS_BACKEND];
	struct text file = TEXT_ABSENT;
	if (backend->line > 0)
		file = backend->from;
	else if (!arena_format(run->request->arena, &file, "%.*s/config", (int)settings->folder.size,
						   settings->folder.data))
		run->request->exhausted = true;
	answer_object(answer, "switch");
	answer_text(answer, "file", file);
	if (backend->line > 0)
		answer_integer(answer, "line", backend->line);
	answer_string(answer, "section", settings_row(SETTINGS_BACKEND)->section);
	answer_string(answer, "key", settings_row(SETTINGS_BACKEND)->key);
	answer_text(answer, "value", run->to);
	answer_text(answer, "now_from", backend->from);
	answer_array(answer, "also");
	for (size_t i = 0; i < SETTINGS_COUNT; i++) {
		if (!given_here(run, (enum settings_key)i))
			continue;
		answer_object(answer, NULL);
		answer_string(answer, "key", settings_row((enum settings_key)i)->key);
		answer_text(answer, "value", run->settings.values[i].value);
		answer_end(answer);
	}
	answer_end(answer);
	answer_end(answer);
}

static void answer_row(const struct migration *run, const struct migrate_row *row, struct answer *answer)
{
	answer_object(answer, NULL);
	answer_text(answer, "dialogue_id", row->id);
	answer_string(answer, "state", actions[run->action].states[run->dry_run][row->outcome]);
	if (row->moved.out_rev > 0)
		answer_integer(answer, "out_rev", row->moved.out_rev);
	if (row->moved.in_rev > 0)
		answer_integer(answer, "in_rev", row->moved.in_rev);
	if (row->rev > 0)
		answer_integer(answer, "rev", row->rev);
	if (run->action == MIGRATE_MOVE && row->outcome == MIGRATE_DONE) {
		answer_integer(answer, "items", row->moved.items);
		answer_integer(answer, "bytes", row->moved.bytes);
	}
	answer_end(answer);
}

static enum hansard_status answer_run(const struct migration *run, struct hansard_error *error)
{
	static const char *const names[MIGRATE_ACTIONS] = {"move", "cancel", "release"};
	const struct totals totals = sum_of(run);
	struct answer answer;
	answer_begin(&answer, &run->request->out, "migrated");
	answer_string(&answer, "action", names[run->action]);
	answer_boolean(&answer, "dry_run", run->dry_run);
	answer_text(&answer, "from", identity_of(run->request->store->engine));
	answer_text(&answer, "to", identity_of(run->request->store->target.engine));
	answer_boolean(&answer, "made", run->made);
	answer_moment(&answer, "as_of", run->as_of);
	answer_array(&answer, "dialogues");
	for (size_t i = 0; i < run->done; i++)
		answer_row(run, &run->rows[i], &answer);
	answer_end(&answer);
	answer_integer(&answer, "done", (int64_t)totals.counts[MIGRATE_DONE]);
	answer_integer(&answer, "before", (int64_t)totals.counts[MIGRATE_BEFORE]);
	answer_integer(&answer, "items", totals.items);
	answer_integer(&answer, "bytes", totals.bytes);
	if (run->action == MIGRATE_MOVE && !run->dry_run)
		answer_integer(&answer, "stay", (int64_t)run->stays);
	if (is_over(run, &totals))
		answer_switch(run, &answer);
	view_write_left(&answer, &run->left);
	return answer_finish(&answer, error);
}

/* ---- text ---- */

static bool say_row(const struct migration *run, const struct migrate_row *row)
{
	struct session_request *request = run->request;
	struct text rest = text_of_string(actions[run->action].words[run->dry_run][row->outcome]);
	if (row->outcome == MIGRATE_NOTHING && !run->named)
		return true;
	if (run->action == MIGRATE_MOVE && row->outcome == MIGRATE_DONE &&
		!arena_format(request->arena, &rest, "%.*s, %" PRId64 " bytes", (int)rest.size, rest.data, row->moved.bytes))
		return false;
	return report_pair(request, session_clean(request, row->id), rest);
}

static bool say_totals(const struct migration *run)
{
	const struct totals totals = sum_of(run);
	const size_t done = totals.counts[MIGRATE_DONE], before = totals.counts[MIGRATE_BEFORE];
	char more[96] = "", size[96] = "", left[48] = "";
	if (before > 0)
		snprintf(more, sizeof(more), ", %zu %s", before, actions[run->action].before);
	if (run->left.count > 0)
		snprintf(left, sizeof(left), ", %zu left out", run->left.count);
	if (run->action == MIGRATE_MOVE)
		snprintf(size, sizeof(size), "; %" PRId64 " items, parts and commits, %" PRId64 " bytes", totals.items,
				 totals.bytes);
	return report_fold(run->request, 0, "%zu dialogue%s %s%s%s%s", done, count_s(done),
					   actions[run->action].done[run->dry_run], more, left, size);
}

/* "/…/.hansard/config, line 4:" or where it is not written there yet. */
static bool say_place(const struct migration *run)
{
	struct session_request *request = run->request;
	const struct settings *settings = &request->store->settings;
	const struct settings_value *backend = &settings->values[SETTINGS_BACKEND], *written = &settings->written;
	const struct text given = session_clean(request, backend->from), from = session_clean(request, written->from),
					  folder = session_clean(request, settings->folder);
	if (!text_equal(backend->from, written->from) &&
		!report_fold(request, 2, "this run took the backend from %s" ERROR_TEXT ": leave that away%s",
					 text_is(backend->from, "flag") ? "a " : "", ERROR_TEXT_ARGS(given),
					 text_equal(written->value, run->to) ? ". The configuration says already:" : ", and"))
		return false;
	if (written->line > 0)
		return report_fold(request, 2, "in " ERROR_TEXT ", line %d:", ERROR_TEXT_ARGS(from), written->line);
	return report_fold(request, 2, "in " ERROR_TEXT "/config, below [storage]:", ERROR_TEXT_ARGS(folder));
}

/* What the configuration has to say for the other store to be the one that is used; nobody but a person, or a script of his, writes it. */
static bool say_lines(const struct migration *run)
{
	struct session_request *request = run->request;
	bool good = say_place(run) && session_say(request, "    backend = %.*s\n", (int)run->to.size, run->to.data);
	for (size_t i = 0; good && i < SETTINGS_COUNT; i++)
		if (given_here(run, (enum settings_key)i)) {
			const struct text value = session_clean(request, run->settings.values[i].value);
			good = session_say(request, "    %s = %.*s\n", settings_row((enum settings_key)i)->key, (int)value.size,
							   value.data);
		}
	return good;
}

/* That ids were learnt from lists that may lag. */
static bool say_lag(const struct migration *run)
{
	struct text lag;
	if (run->as_of == 0)
		return true;
	if (!gone_lag(run->request->store, run->request->arena, run->as_of, &lag))
		return false;
	const char *again = run->action == MIGRATE_MOVE && !run->dry_run
							? ": before the configuration is changed run this again, until it moves none"
							: "";
	return !text_present(lag) || report_fold(run->request, 0, "%.*s%s.", (int)lag.size, lag.data, again);
}

static bool say_switch(const struct migration *run)
{
	struct session_request *request = run->request;
	const struct settings *settings = &request->store->settings;
	const struct text source = settings->values[SETTINGS_BACKEND].value;
	const char *names =
		text_equal(settings->written.value, source) ? "The configuration still names" : "This run named";
	return session_say(request, "\n") &&
		   report_fold(
			   request, 0,
			   "%s %.*s, where nothing is written any more to what was moved. What is begun there now is missed by "
			   "%.*s. To go on with %.*s,",
			   names, (int)source.size, source.data, (int)run->to.size, run->to.data, (int)run->to.size,
			   run->to.data) &&
		   say_lines(run) &&
		   report_fold(request, 0, "What is left here is a fallback. Once it is not wanted any more:") &&
		   session_say(request, "    hansard migrate --to %.*s --release --yes --set backend=%.*s\n", (int)run->to.size,
					   run->to.data, (int)source.size, source.data);
}

/* What is not moved, and how it is. */
static bool say_stays(const struct migration *run)
{
	struct session_request *request = run->request;
	const struct text source = request->store->settings.values[SETTINGS_BACKEND].value;
	return session_say(request, "\n") &&
		   report_fold(request, 0,
					   "%zu dialogue%s %s not moved%s. Once all are, this says how to go on with %.*s. To move what is "
					   "left:",
					   run->stays, count_s(run->stays), count_are(run->stays),
					   run->left.count > 0 ? "; of what was left out it is said above why" : "", (int)run->to.size,
					   run->to.data) &&
		   session_say(request, "    hansard migrate --to %.*s --set backend=%.*s\n", (int)run->to.size, run->to.data,
					   (int)source.size, source.data);
}

/* Of what was released, where other commands go on looking for it. */
static bool say_released(const struct migration *run)
{
	struct session_request *request = run->request;
	const struct settings_value *backend = &request->store->settings.values[SETTINGS_BACKEND];
	if (text_is(backend->from, "flag"))
		return true;
	return session_say(request, "\n") &&
		   report_fold(request, 0,
					   "The configuration still names %.*s, which has nothing of these any more. To go on with %.*s,",
					   (int)backend->value.size, backend->value.data, (int)run->to.size, run->to.data) &&
		   say_lines(run);
}

/* "To dynamodb:…, table hansard_dialogues" */
static bool say_stores(const struct migration *run)
{
	static const char *const fronts[MIGRATE_ACTIONS] = {"To", "Of moves to", "Of what was moved to"};
	struct session_request *request = run->request;
	const struct text identity = identity_of(request->store->target.engine);
	const bool table = text_is(run->to, "dynamodb");
	struct text place = run->settings.values[SETTINGS_DYNAMODB_TABLE].value;
	if (!table && !backend_database(request->arena, &run->settings, &place))
		return false;
	place = session_clean(request, place);
	return report_fold(request, 0, "%s " ERROR_TEXT ", %s " ERROR_TEXT "%s", fronts[run->action],
					   ERROR_TEXT_ARGS(text_present(identity) ? identity : run->to), table ? "table" : "file",
					   ERROR_TEXT_ARGS(place),
					   !run->made     ? ""
					   : run->dry_run ? ", which would be made"
									  : ", which was made");
}

/* Why a run over all found nothing to do. */
static bool say_nothing(const struct migration *run)
{
	return run->action == MIGRATE_CANCEL
			   ? report_fold(run->request, 0,
							 "No move is under way: each dialogue goes on here, or was moved to its end.")
			   : report_fold(run->request, 0, "Of what is here nothing was moved there.");
}

static enum hansard_status say_run(const struct migration *run, struct hansard_error *error)
{
	struct session_request *request = run->request;
	const struct totals totals = sum_of(run);
	bool good = say_stores(run);
	for (size_t i = 0; good && i < run->done; i++)
		good = say_row(run, &run->rows[i]);
	good = good && report_left(request, &run->left, NULL) == HANSARD_OK && say_totals(run);
	if (good && run->action != MIGRATE_MOVE && !run->named &&
		totals.counts[MIGRATE_DONE] + totals.counts[MIGRATE_BEFORE] + run->left.count == 0)
		good = say_nothing(run);
	if (good && run->dry_run)
		good = report_fold(request, 0, "Nothing was written.");
	good = good && say_lag(run);
	if (good && is_over(run, &totals))
		good = say_switch(run);
	if (good && run->action == MIGRATE_MOVE && !run->dry_run && run->stays > 0)
		good = say_stays(run);
	if (good && run->action == MIGRATE_RELEASE && !run->dry_run && totals.counts[MIGRATE_DONE] > 0)
		good = say_released(run);
	return good ? HANSARD_OK : error_memory(error);
}

enum hansard_status migrate_say(struct migration *run, struct hansard_error *error)
{
	return run->request->store->options.format == HANSARD_JSON ? answer_run(run, error) : say_run(run, error);
}
