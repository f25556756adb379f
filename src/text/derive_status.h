/*
 * Words that say how things stand: of a tension, and of the dialogue.
 */
#ifndef DERIVE_STATUS_H
#define DERIVE_STATUS_H

#include "derive_work.h"

/* What a status word means for a tension. */
enum status_meaning {
	STATUS_UNKNOWN, /* no known word */
	STATUS_NOTHING, /* pending, a dash, empty, in a Resolution cell */
	STATUS_STATE,   /* see state */
	STATUS_ACCEPTED,
	STATUS_COMMENT,
};
struct status_reading {
	enum status_meaning meaning;
	enum tension_status state;
	struct text rest; /* what follows the words, without separators; absent when nothing does */
};

/* derive_status_cell(work, text): a Status cell, by its leading words; the qualifying word wins, and of `A -> B` B. */
struct status_reading derive_status_cell(struct derive_work *work, struct text text);

/* derive_status_whole(work, text): a text that is a status word and nothing else but a count (6/6), a round (R1, in
   R1), a tick. */
struct status_reading derive_status_whole(struct derive_work *work, struct text text);

/* derive_status_begun(work, text): a text that begins with a status word and goes on with how it came to be ("resolved by
   the cap", "deferred until May"), or ends. */
struct status_reading derive_status_begun(struct derive_work *work, struct text text);

/* derive_status_resolution(work, text): a Resolution cell: a status word that is the whole cell counts as that word,
   pending, open or a dash as nothing, anything
   else as resolved with the cell as reason. */
struct status_reading derive_status_resolution(struct derive_work *work, struct text text);

/* derive_status_consensus(work, text): a Consensus cell: "6/6" is resolved, "4/6" open, else a status word. */
struct status_reading derive_status_consensus(struct derive_work *work, struct text text);

/* derive_status_dialogue(text, ret_status): the value of a Status field of the dialogue. False when the word is
   unknown. */
bool derive_status_dialogue(struct text text, enum dialogue_status *ret_status);

/* derive_status_declares(text): a Judge's heading or bold run that declares convergence. */
bool derive_status_declares(struct text text);

/* derive_status_undone(before, behind): what stands on the line before and behind a bold run that declares convergence takes
   it back: "not yet **converged**", "**Converged**: no", "**consensus reached** is not what we have". */
bool derive_status_undone(struct text before, struct text behind);

/* derive_status_unstruck(work, text): text without what is struck out (~~...~~, <del>...</del>). */
struct text derive_status_unstruck(struct derive_work *work, struct text text);

/* derive_status_nearest(text): the known word nearest to the first of a text that begins with none, or absent. */
struct text derive_status_nearest(struct text text);

#endif
