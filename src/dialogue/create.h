/*
 * Creating a dialogue under a collision-safe id: the slug of its title, with -2 ... -99 when taken; or a given id,
 * which is taken or not. Taken is found out by create-if-absent, never by a list.
 */
#ifndef CREATE_H
#define CREATE_H

#include "batch.h"
#include "json_read.h"

/* create_read(arena, json, problems, ret_meta, error): reads what a dialogue may begin with (docs/batch.md,
   Dialogue): title, question, background, pool, links, max_rounds, calibrated, domain_id, ethos_id, number,
   participants, output_dir. Every fault is a problem: HANSARD_INVALID "dialogue_refused". */
enum hansard_status create_read(struct arena *arena, const json_t *json, struct problem_list *problems,
								struct entity_meta **ret_meta, struct hansard_error *error);

/* create_read_edit(json, problems, edit): reads an edit of a dialogue at edit->path: the same members, each optional,
   insights, and what every edit has. False when memory is exhausted. */
bool create_read_edit(const json_t *json, struct problem_list *problems, struct batch_edit *edit);

struct create_options {
	struct text id;                 /* given with --id, or absent: the slug of the title */
	struct text title;              /* required */
	const struct entity_meta *meta; /* further fields to begin with, or NULL; status, title and times are set here */
	const struct dialogue_changes *with; /* entities of the first commit besides meta, or NULL */
	const char *operation;               /* "create" or "import" */
	struct text time;                    /* absent: now */
	/* On success the id that the title makes and another dialogue has, so that this one got a suffix; absent: none. May
	   be NULL. */
	struct text *ret_taken;
};

/* create_dialogue(vault, options, arena, ret_id, error): creates it. Errors: HANSARD_INVALID (id, title),
   HANSARD_CONFLICT "dialogue_exists" (a given id, or 99 slugs are taken), HANSARD_UNKNOWN naming the id that was
   tried, and those of the boundary. */
enum hansard_status create_dialogue(struct vault *vault, const struct create_options *options, struct arena *arena,
									struct text *ret_id, struct hansard_error *error);

#endif
