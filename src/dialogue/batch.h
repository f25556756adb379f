/*
 * A round as the Judge hands it in: one JSON object (docs/batch.md), read into entities. Local ids (MUFFIN-P0101) and
 * global ids may both be used for references. An update is the same without a round of its own.
 */
#ifndef BATCH_H
#define BATCH_H

#include "dialogue.h"
#include "json_read.h"

/* One statement of a batch, before it has a global id. */
struct batch_statement {
	enum entity_type type;
	struct text local_id;       /* as written, or absent */
	struct text path;           /* "tensions[2]" */
	int round;                  /* -1: not said */
	struct entity_head *entity; /* fields as given; subkey is set by registration */
};

struct batch_ref {
	size_t of;          /* 1 + index of the statement that carries it as its source; 0: none */
	struct text source; /* as written: local or global id; absent when `of` says it */
	unsigned type;      /* enum ref_type */
	struct text target;
	struct text path;
};

struct batch_move {
	struct text expert; /* slug */
	unsigned type;      /* enum move_type */
	struct text_list targets;
	struct text context;
	int round; /* -1: not said */
	struct text path;
};

/* A change of status asked for: by updates, tensions_resolved or recommendations_adopted. */
struct batch_update {
	struct text id;
	struct text status;
	struct text_list actors; /* slugs or judge */
	struct text reason;
	struct text reference;
	int round; /* -1: not said */
	struct text path;
	enum entity_type only; /* what the id must name; ENTITY_TYPE_COUNT: anything */
};

/* Other words for something that is there. */
struct batch_edit {
	struct text id;            /* display id, two digits of a round, or meta; absent: a fault was found */
	struct entity_head *given; /* what it is to say: fields that are absent stay as they are; subkey is not set */
	struct text_list actors;   /* slugs or judge */
	struct text reason;
	struct text path;
};

struct batch_file {
	struct text path; /* in the folder form: round-0/muffin.md */
	enum file_kind kind;
	struct bytes content;
	struct text expert; /* slug */
	struct text where;  /* "responses[0]" */
};

struct batch_seat {
	struct record_seat seat;
	struct text name;
	struct text reason; /* creation_reason */
	struct text description;
	struct text color;
	struct text path;
};

struct batch_score {
	struct text expert; /* slug */
	struct record_expert_score score;
	int round; /* -1: not said */
	struct text path;
};

struct batch {
	bool update;                 /* not a round of its own: what is in it names its round */
	int round;                   /* of the batch; -1: an update, or not said */
	struct entity_round *claims; /* scores and claims of the Judge, title, summary */
	struct text panel_seed;      /* seed of the draw that seated the panel */
	struct batch_seat *panel;    /* of an update: experts */
	size_t panel_count;
	struct batch_statement *statements;
	size_t statement_count;
	struct batch_ref *refs;
	size_t ref_count;
	struct batch_move *moves;
	size_t move_count;
	struct batch_update *updates;
	size_t update_count;
	struct batch_edit *edits; /* of an update alone */
	size_t edit_count;
	struct batch_score *scores;
	size_t score_count;
	struct batch_file *files;
	size_t file_count;
	struct bytes canonical; /* what was read as canonical CBOR: two spellings of one batch are one batch */
};

/* batch_read(arena, json, problems, ret_batch, error): reads shape and types; every fault is a problem with its
   path. What was good is in the batch even so: register_round adds what else is wrong with it, and refuses it.
   Errors: HANSARD_FAILED. */
enum hansard_status batch_read(struct arena *arena, const json_t *json, struct problem_list *problems,
							   struct batch **ret_batch, struct hansard_error *error);

/* batch_read_update(arena, json, problems, ret_batch, error): likewise an update. */
enum hansard_status batch_read_update(struct arena *arena, const json_t *json, struct problem_list *problems,
									  struct batch **ret_batch, struct hansard_error *error);

/* batch_settled(arena, json, path, status, only, problems, ret_updates, ret_count): reads a list of ids, or of
   objects with id, actors, reason and reference, as changes to `status`; `only` is what the ids must name. False
   when memory is exhausted. */
struct batch_settled {
	const json_t *json;
	struct text path;
	struct text status;
	enum entity_type only;
};
bool batch_settled(struct arena *arena, const struct batch_settled *settled, struct problem_list *problems,
				   struct batch_update **ret_updates, size_t *ret_count);

/* batch_slug(arena, name, ret_slug), batch_slugs(arena, names, ret_slugs): the slug of an expert as written: Muffin,
   @muffin, muffin. "" when nothing usable is left. False when memory is exhausted. */
bool batch_slug(struct arena *arena, struct text name, struct text *ret_slug);
bool batch_slugs(struct arena *arena, struct text_list names, struct text_list *ret_slugs);

#endif
