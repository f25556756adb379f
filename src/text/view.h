/*
 * Answers for people and for programs: each view writes the same facts as text or as JSON. Text is plain UTF-8, at most
 * `width` columns where it can be folded, the same bytes for the same record.
 */
#ifndef VIEW_H
#define VIEW_H

#include "graph.h"
#include "json_write.h"
#include "left.h"
#include "problem.h"
#include "record.h"
#include "tally.h"
#include "verdict_context.h"

enum { VIEW_SCHEMA_VERSION = 1 };

struct view_options {
	bool json;
	size_t width; /* columns; 0: 80 */
	const struct left_list
		*left; /* of view_dialogues and view_numbers: what they leave out; NULL: nothing. Others ignore it */
	/* Of view_entities: how many of those asked for are not there; NULL: not asked. Others ignore it. */
	size_t *ret_missing;
};

/* Every writer below appends to `out` and returns HANSARD_OK or HANSARD_FAILED (memory); `out` is then as it was. JSON
   answers are one object that begins with "schema_version" and "kind"; docs/json.md lists the members of each. Texts of
   people are shown so that they cannot drive a terminal. view_show and view_entities return HANSARD_INVALID for a record
   whose subkeys are not of their types. */

/* view_show: the dialogue for a reader: the verdict's own sentence first, then question, status, scores, panel,
   tensions, dissent. */
enum hansard_status view_show(struct arena *arena, const struct record *record, const struct view_options *options,
							  struct buffer *out, struct hansard_error *error);

/* view_entities: these entities, each with status, body, contributors, references both ways and events. One is asked
   for by display id; by the id its author wrote, alone or behind the author's slug (`CROISSANT-P0101`), when that is
   one statement's only; an expert by slug or name, who is shown with scores, statements and moves; a verdict by its id.
   Case does not count. What is not there says why. */
enum hansard_status view_entities(struct arena *arena, const struct record *record, const struct text_list *ids,
								  const struct view_options *options, struct buffer *out, struct hansard_error *error);

/* view_scoreboard: rounds with W/C/T/R, score, cumulative values, claims beside computed values; experts by total. */
enum hansard_status view_scoreboard(struct arena *arena, const struct record *record,
									const struct view_options *options, struct buffer *out,
									struct hansard_error *error);

/* view_tensions: every tension with raiser, status, and the reason of its last change. `open_only` leaves the settled
   out; merged ones are counted, not listed, unless `all`. */
struct view_tensions_options {
	struct view_options view;
	bool open_only;
	bool all;
};
enum hansard_status view_tensions(struct arena *arena, const struct record *record,
								  const struct view_tensions_options *options, struct buffer *out,
								  struct hansard_error *error);

/* One commit of a log, as read from the chain. */
struct view_commit {
	int64_t rev;
	struct text time, actor, operation;
	size_t written, removed;
	struct text hash;      /* hex */
	struct text summary;   /* "12 perspectives, 3 tensions" */
	bool restores;         /* it declares the commits from first_lost to the one below its own lost, if there are any */
	int64_t first_lost;    /* the rev behind that of the commit before it */
	struct text lost_hash; /* of a restore: of the commit below its own as it was seen, hex */
};

struct view_log {
	const struct view_commit *commits; /* newest first */
	size_t count;
	int64_t
		unerased_rev; /* at or before which the erasure of a dialogue was seen that can be read again; 0: none was */
};

/* view_log(log, options, out, error): the commits, and what restores declared lost between them. */
enum hansard_status view_log(const struct view_log *log, const struct view_options *options, struct buffer *out,
							 struct hansard_error *error);

/* view_events: the events of the record by round, time and id, those of the dialogue itself behind the others of their
   round. An event without a round stands in that of its statement, of the dialogue itself in the last begun by then. */
enum hansard_status view_events(struct arena *arena, const struct record *record, const struct view_options *options,
								struct buffer *out, struct hansard_error *error);

/* view_moves: the moves by round, each round with who signalled convergence in it and what was done. */
enum hansard_status view_moves(struct arena *arena, const struct record *record, const struct view_options *options,
							   struct buffer *out, struct hansard_error *error);

/* view_references: the references by round of their source, each with both statements. */
enum hansard_status view_references(struct arena *arena, const struct record *record,
									const struct view_options *options, struct buffer *out,
									struct hansard_error *error);

/* view_progress: status, rounds, claims, open tensions, signals, leaderboard, cumulative W/C/T/R, and what blocks a
   final verdict. */
enum hansard_status view_progress(struct arena *arena, const struct record *record, const struct view_options *options,
								  struct buffer *out, struct hansard_error *error);

/* view_context: as text only, everything that the JSON of the same answer has: the dialogue with question, background and
   pool, the latest panel, the open tensions and the statements of the latest round in full, the next ids, what blocks a
   final verdict. */
struct view_next {
	struct text_list ids; /* the first free ones of the next round */
	bool may_force;
};
enum hansard_status view_context(struct arena *arena, const struct record *record, const struct view_next *next,
								 const struct view_options *options, struct buffer *out, struct hansard_error *error);

/* One dialogue of a list. */
struct view_dialogue {
	struct text id;
	const struct record *record; /* at least meta, the comments on it, rounds and experts */
};
struct view_list {
	const struct view_dialogue *dialogues;
	size_t count;
	struct text next; /* cursor, absent at the end */
	size_t more;      /* so many are not among these */
	struct text_list
		erased; /* ids of those that are not shown because nobody can read them; absent: none, or it is not known */
	struct text_list moved; /* ids of those that were sent to another store; absent: none, or it is not known */
	const char *other;      /* the backend of that, as --set backend= takes it; of any if there are such */
	struct text_list
		unfinished; /* of those that were sealed for another store, without its having taken over as was seen; likewise */
	struct text advice; /* how these moves are ended; where there are any */
	struct text as_of;  /* stored moment */
};

/* view_dialogues: a list of dialogues, in the order given. */
enum hansard_status view_dialogues(struct arena *arena, const struct view_list *list,
								   const struct view_options *options, struct buffer *out, struct hansard_error *error);

/* view_problems: an import report or what is wrong with a batch. As text each problem begins with one unbroken line
   `file:line: code` or `path: code`, those of a file stand together, and the last line has the totals. */
struct view_report {
	struct text dialogue_id;
	const struct problem_list *problems;
	size_t files, markers, recognised; /* zeros for a batch */
	bool batch;
};
enum hansard_status view_problems(struct arena *arena, const struct view_report *report,
								  const struct view_options *options, struct buffer *out, struct hansard_error *error);

/* view_write_problems(json, problems): the problems as one JSON array, at a place where a value is due. */
void view_write_problems(struct json_writer *json, const struct problem_list *problems);

/* view_write_left(answer, left), view_show_left(page, left): what an answer over many dialogues leaves out, as the member `left_out` of
   the open object, or a line for each; nothing where that is nothing, or left is NULL. */
struct answer;
struct page;
void view_write_left(struct answer *answer, const struct left_list *left);
void view_show_left(struct page *page, const struct left_list *left);

/* view_plural(type, count): the word for so many entities of a type, for people: "1 claim", "2 evidence". */
const char *view_plural(enum entity_type type, size_t count);

/* Numbers of many dialogues. */
struct view_number {
	const char *key;   /* of the JSON */
	const char *label; /* for people */
	int64_t value;
};
enum hansard_status view_numbers(const struct view_number *numbers, size_t count, const char *kind,
								 const struct view_options *options, struct buffer *out, struct hansard_error *error);

#endif
