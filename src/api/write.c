/*
 * Changes by the Judge: creating, drawing a panel, registering, updating, deciding, abandoning.
 */
#include "answer.h"
#include "create.h"
#include "decide.h"
#include "entity_json.h"
#include "error.h"
#include "panel.h"
#include "register.h"
#include "report.h"
#include "session.h"
#include "update.h"

static bool wants_json(const struct session_request *request)
{
	return request->store->options.format == HANSARD_JSON;
}

static struct answer begin_answer(struct session_request *request, const char *kind, struct text id)
{
	struct answer answer;
	answer_begin(&answer, &request->out, kind);
	answer_text(&answer, "dialogue_id", id);
	return answer;
}

/* A status with problems: the answer is their list. */
static enum hansard_status refuse(struct session_request *request, struct text id, const struct problem_list *problems,
								  enum hansard_status status, struct hansard_error *error)
{
	if (status != HANSARD_INVALID || problem_errors(problems) == 0)
		return status;
	request->out.size = 0;
	enum hansard_status written = report_problems(request, id, problems, error);
	return written == HANSARD_OK ? status : written;
}

static enum hansard_status parse_input(const struct hansard_input *input, json_t **ret_json,
									   struct hansard_error *error)
{
	if (input->data == NULL)
		return error_set(error, HANSARD_USAGE, "missing_input", "there is no JSON to read");
	struct bytes bytes = {.data = (const uint8_t *)input->data, .size = input->size};
	const bool nameless = input->name == NULL || strcmp(input->name, "-") == 0;
	return json_read(nameless ? TEXT("standard input") : text_of_string(input->name), bytes, ret_json, error);
}

/* Warnings that came with what was written; those of one place on one line. */
static bool say_warnings(struct session_request *request, const struct problem_list *problems)
{
	bool good = true;
	for (size_t i = 0; i < problems->count && good; i++) {
		const struct text path = session_clean(request, problems->items[i].path);
		const struct text message = session_clean(request, problems->items[i].message);
		if (i > 0 && text_equal(problems->items[i].path, problems->items[i - 1].path))
			good = session_say(request, "; %.*s", (int)message.size, message.data);
		else
			good = session_say(request, "%snote: %.*s: %.*s", i > 0 ? "\n" : "", (int)path.size, path.data,
							   (int)message.size, message.data);
	}
	return good && (problems->count == 0 || session_say(request, "\n"));
}

static void write_warnings(struct json_writer *json, const struct problem_list *problems)
{
	json_write_key(json, "warnings");
	view_write_problems(json, problems);
}

static enum hansard_status create(struct session_request *request, const struct hansard_create_request *wanted,
								  struct hansard_error *error)
{
	struct problem_list problems;
	struct text taken = TEXT_ABSENT;
	struct create_options options = {.ret_taken = &taken,
									 .id = text_of_string(wanted->id),
									 .title = text_of_string(wanted->title),
									 .operation = "create"};
	json_t *json = NULL;
	struct text id;
	enum hansard_status status = HANSARD_OK;
	problem_begin(&problems, request->arena);
	if (wanted->input.data != NULL) {
		struct entity_meta *meta;
		status = parse_input(&wanted->input, &json, error);
		if (status != HANSARD_OK)
			return status;
		status = create_read(request->arena, json, &problems, &meta, error);
		options.meta = meta;
		if (status == HANSARD_OK && !text_present(options.title))
			options.title = meta->title;
	}
	if (status == HANSARD_OK)
		status = create_dialogue(request->store->vault, &options, request->arena, &id, error);
	const bool pool = json_object_get(json, "pool") != NULL;
	json_decref(json);
	if (status != HANSARD_OK)
		return refuse(request, TEXT(""), &problems, status, error);
	request->written = true;
	if (!wants_json(request))
		return session_say(request, "Created %.*s\n", (int)id.size, id.data) &&
					   (!text_present(taken) ||
						session_say(request, "note: there is already %.*s\n", (int)taken.size, taken.data)) &&
					   say_warnings(request, &problems) &&
					   session_say(
						   request,
						   pool
							   ? "\nNext:\n  hansard panel %.*s  draw a panel from its pool\n"
							   : "\nNext:\n  hansard register %.*s FILE  read its first round (its form: docs/batch.md)\n",
						   (int)id.size, id.data)
				   ? HANSARD_OK
				   : error_memory(error);
	struct answer answer = begin_answer(request, "create", id);
	answer_text(&answer, "taken", taken);
	write_warnings(&answer.writer, &problems);
	return answer_finish(&answer, error);
}

enum hansard_status hansard_create(struct hansard *store, const struct hansard_create_request *wanted,
								   struct hansard_output *ret_out, struct hansard_error *error)
{
	struct session_request request;
	enum hansard_status status = session_begin(&request, store, error);
	if (status == HANSARD_OK)
		status = create(&request, wanted, error);
	return session_finish(&request, status, ret_out, error);
}

/* A seed given in decimal, or drawn. */
static enum hansard_status read_seed(struct session_request *request, const char *text, uint64_t *ret_seed,
									 struct hansard_error *error)
{
	const struct hansard_platform *platform = request->store->options.platform;
	if (text == NULL)
		return platform->entropy(platform->context, (uint8_t *)ret_seed, sizeof *ret_seed)
				   ? HANSARD_OK
				   : error_set(error, HANSARD_FAILED, "no_randomness", "the system gives no random bytes");
	char *end;
	errno = 0;
	unsigned long long value = strtoull(text, &end, 10);
	if (!isdigit((unsigned char)text[0]) || *end != '\0' || errno != 0) {
		error_set(error, HANSARD_USAGE, "invalid_seed", "the seed \"%s\" is no number from 0 to 18446744073709551615",
				  text);
		error_hint(error, "give the seed that an earlier draw printed, or none");
		return HANSARD_USAGE;
	}
	*ret_seed = value;
	return HANSARD_OK;
}

static enum hansard_status read_rotation(const char *text, enum panel_rotation *ret_rotation,
										 struct hansard_error *error)
{
	static const char *const names[] = {
		[PANEL_GRADUATED] = "graduated", [PANEL_NONE] = "none", [PANEL_WILDCARDS] = "wildcards", [PANEL_FULL] = "full"};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (text == NULL || strcmp(text, names[i]) == 0) {
			*ret_rotation = text == NULL ? PANEL_GRADUATED : (enum panel_rotation)i;
			return HANSARD_OK;
		}
	}
	error_set(error, HANSARD_USAGE, "unknown_rotation", "\"%s\" is no rotation", text);
	error_hint(error, "the rotations are: graduated, none, wildcards, full");
	return HANSARD_USAGE;
}

/* "seats by tier: core 1 of 2, adjacent 0 of 0, wildcard 1 of 0", and what becomes of a tier that has too few. */
static bool say_shares(struct session_request *request, const struct panel_result *result)
{
	bool good = session_say(request, "seats by tier:"), filled = false;
	for (unsigned tier = TIER_CORE; tier <= TIER_WILDCARD && good; tier++) {
		const struct text word = vocabulary_word(&vocabulary_tier, tier);
		size_t seated = 0;
		for (size_t i = 0; i < result->count; i++) {
			seated += result->seats[i].tier == (enum tier)tier;
			filled |= result->why[i] == PANEL_FILLS;
		}
		good = session_say(request, "%s %.*s %zu of %zu", tier > TIER_CORE ? "," : "", (int)word.size, word.data,
						   seated, result->shares[tier]);
	}
	return good && session_say(request, "%s\n",
							   filled ? "; a tier that has too few is filled from all others, by relevance" : "");
}

static bool write_panel(struct session_request *request, struct text id, const struct panel_result *result,
						const struct problem_list *problems)
{
	static const struct {
		const char *word, *said;
	} why[] = {
		[PANEL_KEPT] = {"kept", " (kept)"},
		[PANEL_STAYS] = {"stays", " (stays)"},
		[PANEL_SHARE] = {"share", ""},
		[PANEL_FILLS] = {"fills", " (fills a seat of another tier)"},
	};
	bool good = true;
	if (!wants_json(request)) {
		for (size_t i = 0; i < result->count && good; i++) {
			const struct text name = session_clean(request, result->names[i]);
			const struct text role = session_clean(request, result->seats[i].role);
			const struct text tier = session_clean(request, vocabulary_word(&vocabulary_tier, result->seats[i].tier));
			good = session_say(request, "%-14.*s %-9.*s %.*s%s\n", (int)name.size, name.data, (int)tier.size, tier.data,
							   (int)role.size, role.data, why[result->why[i]].said);
		}
		return good && say_shares(request, result) &&
			   session_say(request, "seed %llu\n", (unsigned long long)result->seed) &&
			   say_warnings(request, problems) &&
			   session_say(
				   request,
				   "\nNext:\n  hansard register %.*s FILE  read a round of this panel (its form: docs/batch.md)\n",
				   (int)id.size, id.data);
	}
	char seed[24];
	struct answer answer = begin_answer(request, "panel", id);
	json_write_key(&answer.writer, "seed");
	snprintf(seed, sizeof seed, "%llu", (unsigned long long)result->seed);
	json_write_string(&answer.writer, seed);
	answer_array(&answer, "panel");
	for (size_t i = 0; i < result->count; i++) {
		answer_object(&answer, NULL);
		answer_text(&answer, "name", result->names[i]);
		entity_json_write(&answer.writer, panel_seat_shape(), &result->seats[i]);
		answer_end(&answer);
	}
	answer_end(&answer);
	answer_object(&answer, "shares");
	answer_integer(&answer, "core", (int64_t)result->shares[TIER_CORE]);
	answer_integer(&answer, "adjacent", (int64_t)result->shares[TIER_ADJACENT]);
	answer_integer(&answer, "wildcard", (int64_t)result->shares[TIER_WILDCARD]);
	answer_end(&answer);
	answer_array(&answer, "why");
	for (size_t i = 0; i < result->count; i++) {
		answer_object(&answer, NULL);
		answer_text(&answer, "expert", result->seats[i].expert);
		answer_string(&answer, "why", why[result->why[i]].word);
		answer_end(&answer);
	}
	answer_end(&answer);
	write_warnings(&answer.writer, problems);
	return answer_finish(&answer, NULL) == HANSARD_OK;
}

static enum hansard_status draw(struct session_request *request, const struct hansard_panel_request *wanted,
								struct hansard_error *error)
{
	struct dialogue *dialogue;
	struct problem_list problems;
	struct panel_result result;
	struct panel_request panel = {.size = wanted->size};
	problem_begin(&problems, request->arena);
	enum hansard_status status = read_rotation(wanted->rotation, &panel.rotation, error);
	if (status == HANSARD_OK)
		status = read_seed(request, wanted->seed, &panel.seed, error);
	if (status == HANSARD_OK)
		status = session_dialogue(request, wanted->dialogue, &dialogue, error);
	if (status != HANSARD_OK)
		return status;
	if (!session_texts(request->arena, wanted->keep, wanted->keep_count, &panel.keep) ||
		!session_texts(request->arena, wanted->exclude, wanted->exclude_count, &panel.exclude) ||
		!panel_draw(&dialogue->record, &panel, request->arena, &problems, &result))
		return error_memory(error);
	if (problem_errors(&problems) > 0) {
		status = error_set(error, HANSARD_INVALID, "panel_refused", "no panel can be drawn: %zu problem%s",
						   problem_errors(&problems), problem_errors(&problems) == 1 ? "" : "s");
		error_hint(error, "mend what the problems name");
		return refuse(request, dialogue->record.dialogue_id, &problems, status, error);
	}
	if (write_panel(request, dialogue->record.dialogue_id, &result, &problems))
		return HANSARD_OK;
	request->out.size = 0;
	return error_memory(error);
}

enum hansard_status hansard_panel(struct hansard *store, const struct hansard_panel_request *wanted,
								  struct hansard_output *ret_out, struct hansard_error *error)
{
	struct session_request request;
	enum hansard_status status = session_begin(&request, store, error);
	if (status == HANSARD_OK)
		status = draw(&request, wanted, error);
	return session_finish(&request, status, ret_out, error);
}

/* What the three writers of JSON objects have in common. */
struct writing {
	struct session_request *request;
	struct dialogue *dialogue;
	struct problem_list problems;
	json_t *json;
	bool dry_run;
};

static bool write_registered(struct writing *writing, const struct register_result *result)
{
	struct session_request *request = writing->request;
	struct text id = writing->dialogue->record.dialogue_id;
	if (!wants_json(request)) {
		bool good = session_say(request, "%s round %d of %.*s\n",
								result->unchanged  ? "Nothing new in"
								: writing->dry_run ? "Would register"
												   : "Registered",
								result->round, (int)id.size, id.data);
		for (size_t i = 0; i < result->assigned_count && good; i++) {
			const struct register_assignment *row = &result->assigned[i];
			const struct text local = session_clean(request, row->local_id), label = session_clean(request, row->label);
			good = session_say(request, "  %-7.*s %-16.*s %.*s\n", (int)row->display_id.size, row->display_id.data,
							   (int)local.size, local.data, (int)label.size, label.data);
		}
		return good && say_warnings(request, &writing->problems);
	}
	struct answer answer = begin_answer(request, "register", id);
	answer_integer(&answer, "round", result->round);
	answer_boolean(&answer, "unchanged", result->unchanged);
	answer_boolean(&answer, "dry_run", writing->dry_run);
	answer_integer(&answer, "rev", result->rev);
	answer_array(&answer, "assigned");
	for (size_t i = 0; i < result->assigned_count; i++) {
		answer_object(&answer, NULL);
		answer_text(&answer, "id", result->assigned[i].display_id);
		if (text_present(result->assigned[i].local_id)) {
			answer_text(&answer, "local_id", result->assigned[i].local_id);
		}
		answer_text(&answer, "label", result->assigned[i].label);
		answer_end(&answer);
	}
	answer_end(&answer);
	write_warnings(&answer.writer, &writing->problems);
	return answer_finish(&answer, NULL) == HANSARD_OK;
}

static enum hansard_status do_register(struct writing *writing, struct hansard_error *error)
{
	struct batch *batch;
	struct register_result result = {0};
	enum hansard_status status = batch_read(writing->request->arena, writing->json, &writing->problems, &batch, error);
	if (status == HANSARD_OK)
		status = register_round(writing->dialogue, batch, &writing->problems, &result, error);
	if (status != HANSARD_OK)
		return status;
	writing->request->written = !writing->dry_run && !result.unchanged;
	return write_registered(writing, &result) ? HANSARD_OK : error_memory(error);
}

/* "  T0001: label, body" */
static bool say_edit(struct session_request *request, const struct update_edit *edit)
{
	bool good = session_say(request, "  %.*s:", (int)edit->id.size, edit->id.data);
	for (size_t i = 0; i < edit->fields.count && good; i++)
		good = session_say(request, "%s %.*s", i > 0 ? "," : "", (int)edit->fields.items[i].size,
						   edit->fields.items[i].data);
	return good && session_say(request, "\n");
}

static void answer_edit(struct answer *answer, const struct update_edit *edit)
{
	answer_object(answer, NULL);
	answer_text(answer, "id", edit->id);
	answer_array(answer, "fields");
	for (size_t i = 0; i < edit->fields.count; i++)
		json_write_text(&answer->writer, edit->fields.items[i]);
	answer_end(answer);
	answer_end(answer);
}

static bool write_updated(struct writing *writing, const struct update_result *result)
{
	struct session_request *request = writing->request;
	const struct text id = writing->dialogue->record.dialogue_id;
	if (!wants_json(request)) {
		const char *done = result->unchanged ? "Nothing new in" : writing->dry_run ? "Would update" : "Updated";
		bool good = session_say(request, "%s %.*s\n", done, (int)id.size, id.data);
		for (size_t i = 0; i < result->assigned_count && good; i++)
			good = session_say(request, "  %.*s\n", (int)result->assigned[i].size, result->assigned[i].data);
		for (size_t i = 0; i < result->change_count && good; i++) {
			const struct update_change *change = &result->changes[i];
			good = session_say(request, "  %.*s: %.*s -> %.*s\n", (int)change->id.size, change->id.data,
							   (int)change->from.size, change->from.data, (int)change->to.size, change->to.data);
		}
		for (size_t i = 0; i < result->edit_count && good; i++)
			good = say_edit(request, &result->edits[i]);
		return good && say_warnings(request, &writing->problems);
	}
	struct answer answer = begin_answer(request, "update", id);
	answer_boolean(&answer, "unchanged", result->unchanged);
	answer_boolean(&answer, "dry_run", writing->dry_run);
	answer_integer(&answer, "rev", result->rev);
	answer_array(&answer, "assigned");
	for (size_t i = 0; i < result->assigned_count; i++)
		json_write_text(&answer.writer, result->assigned[i]);
	answer_end(&answer);
	answer_array(&answer, "changes");
	for (size_t i = 0; i < result->change_count; i++) {
		answer_object(&answer, NULL);
		answer_text(&answer, "id", result->changes[i].id);
		answer_text(&answer, "from", result->changes[i].from);
		answer_text(&answer, "to", result->changes[i].to);
		answer_end(&answer);
	}
	answer_end(&answer);
	answer_array(&answer, "edits");
	for (size_t i = 0; i < result->edit_count; i++)
		answer_edit(&answer, &result->edits[i]);
	answer_end(&answer);
	write_warnings(&answer.writer, &writing->problems);
	return answer_finish(&answer, NULL) == HANSARD_OK;
}

static enum hansard_status do_update(struct writing *writing, struct hansard_error *error)
{
	struct update_result result = {0};
	const enum hansard_status status =
		update_apply(writing->dialogue, writing->json, &writing->problems, &result, error);
	if (status != HANSARD_OK)
		return status;
	writing->request->written = !writing->dry_run && !result.unchanged;
	return write_updated(writing, &result) ? HANSARD_OK : error_memory(error);
}

static enum hansard_status do_verdict(struct writing *writing, struct hansard_error *error)
{
	struct decide_result result = {0};
	struct session_request *request = writing->request;
	enum hansard_status status = decide_verdict(writing->dialogue, writing->json, &writing->problems, &result, error);
	if (status != HANSARD_OK)
		return status;
	request->written = !writing->dry_run && !result.unchanged;
	struct text id = writing->dialogue->record.dialogue_id;
	if (!wants_json(request))
		return session_say(request, "%s verdict %.*s of %.*s\n",
						   result.unchanged   ? "Nothing new in"
						   : writing->dry_run ? "Would register"
											  : "Registered",
						   (int)result.verdict_id.size, result.verdict_id.data, (int)id.size, id.data) &&
					   say_warnings(request, &writing->problems)
				   ? HANSARD_OK
				   : error_memory(error);
	struct answer answer = begin_answer(request, "verdict", id);
	answer_text(&answer, "verdict", result.verdict_id);
	answer_boolean(&answer, "unchanged", result.unchanged);
	answer_integer(&answer, "rev", result.rev);
	write_warnings(&answer.writer, &writing->problems);
	return answer_finish(&answer, error);
}

static enum hansard_status write_object(struct hansard *store, const struct hansard_write_request *wanted,
										enum hansard_status (*apply)(struct writing *, struct hansard_error *),
										struct hansard_output *ret_out, struct hansard_error *error)
{
	struct session_request request;
	struct writing writing = {.request = &request, .dry_run = wanted->dry_run};
	enum hansard_status status = session_begin(&request, store, error);
	if (status == HANSARD_OK)
		status = parse_input(&wanted->input, &writing.json, error);
	if (status == HANSARD_OK)
		status = session_dialogue(&request, wanted->dialogue, &writing.dialogue, error);
	if (status == HANSARD_OK) {
		problem_begin(&writing.problems, request.arena);
		writing.dialogue->dry_run = wanted->dry_run;
		status = apply(&writing, error);
		status = refuse(&request, writing.dialogue->record.dialogue_id, &writing.problems, status, error);
	}
	json_decref(writing.json);
	return session_finish(&request, status, ret_out, error);
}

enum hansard_status hansard_register(struct hansard *store, const struct hansard_write_request *wanted,
									 struct hansard_output *ret_out, struct hansard_error *error)
{
	return write_object(store, wanted, do_register, ret_out, error);
}

enum hansard_status hansard_update(struct hansard *store, const struct hansard_write_request *wanted,
								   struct hansard_output *ret_out, struct hansard_error *error)
{
	return write_object(store, wanted, do_update, ret_out, error);
}

enum hansard_status hansard_verdict(struct hansard *store, const struct hansard_write_request *wanted,
									struct hansard_output *ret_out, struct hansard_error *error)
{
	return write_object(store, wanted, do_verdict, ret_out, error);
}

enum hansard_status hansard_abandon(struct hansard *store, const char *name, const char *reason,
									struct hansard_output *ret_out, struct hansard_error *error)
{
	struct session_request request;
	struct dialogue *dialogue;
	int64_t rev = 0;
	enum hansard_status status = session_begin(&request, store, error);
	if (status == HANSARD_OK)
		status = session_dialogue(&request, name, &dialogue, error);
	if (status == HANSARD_OK)
		status = update_abandon(dialogue, text_of_string(reason), &rev, error);
	if (status == HANSARD_OK) {
		struct text id = dialogue->record.dialogue_id;
		bool good;
		request.written = true;
		if (wants_json(&request)) {
			struct answer answer = begin_answer(&request, "abandon", id);
			answer_integer(&answer, "rev", rev);
			good = answer_finish(&answer, error) == HANSARD_OK;
		} else {
			good = session_say(&request, "Abandoned %.*s\n", (int)id.size, id.data);
		}
		status = good ? HANSARD_OK : error_memory(error);
	}
	return session_finish(&request, status, ret_out, error);
}
