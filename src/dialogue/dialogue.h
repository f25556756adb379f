/*
 * A dialogue opened for reading, and sets of changes to it. Everything below works on this: load verified, decide in
 * memory, commit once.
 */
#ifndef DIALOGUE_H
#define DIALOGUE_H

#include "problem.h"
#include "record.h"
#include "vault.h"

/* One verified state of a dialogue, decoded. Lives in the arena it was opened in. It does not follow its own commits:
   after one it is opened again. */
struct dialogue {
	struct vault *vault;
	struct arena *arena;
	struct vault_state *state;
	struct record record;
	bool dry_run; /* dialogue_commit() checks and prepares everything, and writes nothing */
};

/* dialogue_open(vault, id, arena, ret_dialogue, error): loads, verifies and decodes. `id` is a whole dialogue id.
   Errors: HANSARD_NOT_FOUND, HANSARD_INVALID "erased" (see dialogue_gone), HANSARD_VIOLATED, and those of the boundary. */
enum hansard_status dialogue_open(struct vault *vault, struct text id, struct arena *arena,
								  struct dialogue **ret_dialogue, struct hansard_error *error);

/* dialogue_of_state(vault, state, arena, ret_dialogue, error): likewise of a state that was loaded in this arena. */
enum hansard_status dialogue_of_state(struct vault *vault, struct vault_state *state, struct arena *arena,
									  struct dialogue **ret_dialogue, struct hansard_error *error);

/* dialogue_find_import_part(dialogue, error): looks behind the newest commit, too, for an import that has not reached its end, and sets
   import_part_rev of the record, which is else known of the newest commit alone. Errors: HANSARD_VIOLATED (a broken history), and
   those of the boundary. */
enum hansard_status dialogue_find_import_part(struct dialogue *dialogue, struct hansard_error *error);

/* dialogue_gone(error): whether opening failed for that there is nothing to be read: no such dialogue, or an erased one. Whoever
   walks over all dialogues passes over these. */
bool dialogue_gone(const struct hansard_error *error);

/* dialogue_find(vault, prefix, arena, ret_id, error): the one dialogue whose id is `prefix` or begins with it.
   Errors: HANSARD_NOT_FOUND, whose hint is the nearest id when it is near enough to be meant; VAULT_LOST of a whole id that was declared lost; HANSARD_USAGE
   "ambiguous" listing the candidates. */
enum hansard_status dialogue_find(struct vault *vault, struct text prefix, struct arena *arena, struct text *ret_id,
								  struct hansard_error *error);

/* dialogue_contents(dialogue, error): reads the content of every kept file that is not known yet into the record. Errors: those of
   vault_contents; HANSARD_VIOLATED "undecodable" where one is not of its sha256 and size. */
enum hansard_status dialogue_contents(struct dialogue *dialogue, struct hansard_error *error);

/* A set of changes on the way to one commit. Entities are put at most once: a second put of a key replaces the
   first. */
struct dialogue_changes {
	struct arena *arena;
	struct dialogue_change {
		struct entity_head *entity;
		bool remove;
	} * items;
	size_t count;
	size_t capacity;
};

/* dialogue_changes_begin(changes, arena): an empty set. */
void dialogue_changes_begin(struct dialogue_changes *changes, struct arena *arena);

/* dialogue_changes_put(changes, entity): false when memory is exhausted. */
bool dialogue_changes_put(struct dialogue_changes *changes, struct entity_head *entity);

/* dialogue_changes_current(changes, record, type, subkey): the entity as it will be: what the set puts, else what the
   record holds; NULL when there is none. Not to be written to. Of sets that remove nothing. */
struct entity_head *dialogue_changes_current(const struct dialogue_changes *changes, const struct record *record,
											 enum entity_type type, struct text subkey);

/* dialogue_changes_edit(changes, entity): a copy of the entity in the set, to be written to; one that is in the set
   already is returned itself. NULL when memory is exhausted. */
struct entity_head *dialogue_changes_edit(struct dialogue_changes *changes, struct entity_head *entity);

/* dialogue_changes_event(changes, record, event, error): adds an event after all those on its target at the
   same instant, of whatever type, in record and changes: `n` tells their order. Errors: HANSARD_INVALID "too_many_events", HANSARD_FAILED. */
struct dialogue_event {
	enum event_type type;
	struct text target; /* display id, two-digit round, or meta */
	int round;          /* event_round; -1: absent */
	struct text time;
	struct text_list actors;
	struct text reason;
	struct text reference;
	struct text result;
};
enum hansard_status dialogue_changes_event(struct dialogue_changes *changes, const struct record *record,
										   const struct dialogue_event *event, struct hansard_error *error);

/* dialogue_commit(dialogue, operation, changes, time, ret_rev, error): one commit with all changes.
   meta.updated_at is set to `time` when the set does not put meta itself. Errors: HANSARD_CONFLICT "head_moved",
   HANSARD_INVALID, HANSARD_UNKNOWN, and those of the boundary. */
enum hansard_status dialogue_commit(struct dialogue *dialogue, const char *operation, struct dialogue_changes *changes,
									struct text time, int64_t *ret_rev, struct hansard_error *error);

/* dialogue_write(vault, write, ret_rev, error): one commit of exactly these changes. Errors as dialogue_commit, and
   HANSARD_CONFLICT "dialogue_exists". */
struct dialogue_write {
	struct text id;                  /* of the dialogue */
	const struct vault_state *state; /* what it stands on; NULL: it is the first commit of the dialogue */
	const char *operation;
	const struct dialogue_changes *changes;
	struct text time; /* of the commit; absent: now */
	bool dry_run;     /* everything but the writing; *ret_rev is then that of the state */
};
enum hansard_status dialogue_write(struct vault *vault, const struct dialogue_write *write, int64_t *ret_rev,
								   struct hansard_error *error);

/* dialogue_encode(arena, change, ret_change, error): a change as the vault takes it, encoded into the arena. Errors:
   HANSARD_INVALID naming the field, HANSARD_FAILED (memory, or a file whose content is not known). */
enum hansard_status dialogue_encode(struct arena *arena, const struct dialogue_change *change,
									struct vault_change *ret_change, struct hansard_error *error);

/* dialogue_now(vault, arena, ret_time): the clock as a stored moment. False when memory is exhausted or the clock
   shows no moment of the calendar. */
bool dialogue_now(struct vault *vault, struct arena *arena, struct text *ret_time);

/* dialogue_time(dialogue, ret_time): the moment of a change: now, but never before the newest commit. False as
   dialogue_now. */
bool dialogue_time(const struct dialogue *dialogue, struct text *ret_time);

#endif
