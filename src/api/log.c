/*
 * The chain of commits of a dialogue.
 */
#include "base64.h"
#include "error.h"
#include "limits.h"
#include "session.h"

/* "12 perspectives, 3 tensions": what a commit wrote, by type. */
static bool summarise(struct arena *arena, const struct commit *commit, struct text *ret_summary)
{
	size_t counts[ENTITY_TYPE_COUNT] = {0};
	struct buffer buffer;
	for (size_t i = 0; i < commit->change_count; i++) {
		enum entity_type type;
		if (!commit->changes[i].removed && entity_type_find(commit->changes[i].type, &type))
			counts[type]++;
	}
	buffer_init(&buffer, LIMIT_COMMIT_BYTES);
	bool good = true;
	for (unsigned type = 0; type < ENTITY_TYPE_COUNT && good; type++) {
		if (counts[type] == 0 || type == ENTITY_META)
			continue;
		struct text part;
		const char *name = view_plural((enum entity_type)type, counts[type]);
		good = arena_format(arena, &part, "%s%zu %s", buffer.size > 0 ? ", " : "", counts[type], name) &&
			   buffer_append_text(&buffer, part);
	}
	good = good && arena_copy_text(arena, buffer_text(&buffer), ret_summary);
	buffer_finish(&buffer);
	return good;
}

static bool hex_text(struct arena *arena, struct bytes bytes, struct text *ret_text)
{
	struct buffer buffer;
	buffer_init(&buffer, 2 * DIGEST_SIZE);
	bool good = base64_hex_append(&buffer, bytes) && arena_copy_text(arena, buffer_text(&buffer), ret_text);
	buffer_finish(&buffer);
	return good;
}

/* The rev at or before which the erasure of a dialogue was seen here that can be read; 0: none was, or it was erased where it goes on. */
static enum hansard_status find_unerased(const struct session_request *request, const struct vault_state *state,
										 int64_t *ret_rev, struct hansard_error *error)
{
	const struct vault_marks *marks = &request->store->marks.slots;
	const struct vault_mark_place place = {.tenant = vault_tenant(request->store->vault),
										   .dialogue_id = state->dialogue_id};
	struct vault_mark mark;
	*ret_rev = 0;
	if (state->erased)
		return HANSARD_OK;
	const enum hansard_status status = marks->read(marks->context, place, &mark, error);
	if (status == HANSARD_OK && !(request->outlook.moved && mark.erased_rev > state->rev))
		*ret_rev = mark.erased_rev;
	return status;
}

/* What a restore declared lost, by where it stands in the chain. */
static bool read_gap(struct arena *arena, const struct commit *commit, const struct commit *before,
					 struct view_commit *entry)
{
	const struct commit_detail_place place = {.operation = commit->operation, .rev = commit->rev};
	struct commit_detail detail;
	entry->first_lost = (before != NULL ? before->rev : 0) + 1;
	entry->restores = text_is(commit->operation, "restore");
	return !entry->restores || !commit_detail_read(place, commit->detail, &detail) ||
		   hex_text(arena, digest_view(&detail.lost_hash), &entry->lost_hash);
}

static enum hansard_status write_log(struct session_request *request, const char *name, struct hansard_error *error)
{
	struct vault_state *state;
	struct commit *commits;
	struct view_log log = {.count = 0};
	size_t count;
	enum hansard_status status = session_state(request, name, &state, error);
	if (status == HANSARD_OK)
		status = vault_history(request->store->vault, state, 1, state->rev, request->arena, &commits, &count, error);
	if (status == HANSARD_OK)
		status = find_unerased(request, state, &log.unerased_rev, error);
	if (status != HANSARD_OK)
		return status;
	struct view_commit *entries = arena_allocate_array(request->arena, count, sizeof *entries);
	if (entries == NULL)
		return error_memory(error);
	for (size_t i = 0; i < count; i++) {
		const struct commit *commit = &commits[count - 1 - i];
		const struct digest *hash = i == 0 ? &state->hash : &commits[count - i].previous;
		struct view_commit *entry = &entries[i];
		*entry = (struct view_commit){
			.rev = commit->rev, .time = commit->time, .actor = commit->actor, .operation = commit->operation};
		for (size_t j = 0; j < commit->change_count; j++)
			*(commit->changes[j].removed ? &entry->removed : &entry->written) += 1;
		if (!summarise(request->arena, commit, &entry->summary) ||
			!hex_text(request->arena, digest_view(hash), &entry->hash) ||
			!read_gap(request->arena, commit, i + 1 < count ? commit - 1 : NULL, entry))
			return error_memory(error);
	}
	struct view_options options = session_view(request);
	log.commits = entries;
	log.count = count;
	return view_log(&log, &options, &request->out, error);
}

enum hansard_status hansard_log(struct hansard *store, const struct hansard_log_request *asked,
								struct hansard_output *ret_out, struct hansard_error *error)
{
	struct session_request request;
	enum hansard_status status = session_begin(&request, store, error);
	request.restored = asked->restored;
	request.tells_move = true;
	if (status == HANSARD_OK)
		status = write_log(&request, asked->dialogue, error);
	return session_finish(&request, status, ret_out, error);
}
