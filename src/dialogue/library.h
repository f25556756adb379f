/*
 * Across dialogues: a library over list and open. Titles are sealed, so it opens what analytics returns.
 */
#ifndef LIBRARY_H
#define LIBRARY_H

#include "dialogue.h"
#include "left.h"

/* One dialogue of a list, found by an index copy, as of a time. Of its record there is what a list tells: meta, the comments on
   it, rounds and experts, and whether its newest commit, but for rotations and restores, is of an import that has
   not reached its end. */
struct library_entry {
	struct text id;
	struct record record;
};

struct library_page {
	struct library_entry *entries;
	size_t count;
	struct text next;
	int64_t as_of;
};

/* library_list(vault, request, arena, ret_page, error): dialogues newest first. Left out are those that cannot be opened for a fault
   of their own (see left_takes), with "index_differs" one that is listed by other copies than its stored item gives. Errors:
   those of the boundary. */
struct library_request {
	enum dialogue_status status; /* DIALOGUE_ABSENT: any */
	size_t limit;
	struct text cursor;
	struct left_list *left;
};
enum hansard_status library_list(struct vault *vault, const struct library_request *request, struct arena *arena,
								 struct library_page *ret_page, struct hansard_error *error);

/* library_refuse_copies(id, error): HANSARD_VIOLATED "index_differs": the index copies of this dialogue are not what its
   record gives. */
enum hansard_status library_refuse_copies(struct text id, struct hansard_error *error);

/* Statistics over all dialogues of the tenant that are not left out, each opened and verified, one at a time. */
struct library_stats {
	int64_t dialogues[5];     /* by enum dialogue_status; [0]: all */
	int64_t imported_in_part; /* of all: those whose newest commit is of an import that has not reached its end */
	int64_t rounds, experts, perspectives, tensions, tensions_open, tensions_resolved, recommendations, evidence,
		claims, moves, refs, verdicts, files;
	/* Sums over converged dialogues: score of what the Judge stated as the score of each round, rounds without one not
	   counted. */
	int64_t score, rounds_to_convergence;
	int64_t converged_counted;
	struct text *ids; /* of those that are counted; in the arena of `left` */
	size_t id_count, id_capacity;
};
enum hansard_status library_stats(struct vault *vault, struct left_list *left, struct library_stats *ret_stats,
								  struct hansard_error *error);

/* library_similar(dialogue, request, arena, ret_similar, ret_count, error): dialogues most like this one, of those that are not left
   out, by shared words of title, question, labels and domain (cosine of tf-idf in integers, per mille), best first, with
   the words they share. Words of less than three bytes and the common words of English do not count. */
struct library_similar {
	struct text id;
	struct text title;
	int64_t permille;
	struct text shared; /* the weightiest shared words, comma separated */
};
struct library_similar_request {
	size_t limit;
	struct left_list *left;
};
enum hansard_status library_similar(struct dialogue *dialogue, const struct library_similar_request *request,
									struct arena *arena, struct library_similar **ret_similar, size_t *ret_count,
									struct hansard_error *error);

#endif
