/*
 * What the tests of faults play on: a store in a temporary folder whose dialogues come about in chapters, and the
 * operations of the public API, each with the chapter that it begins from. Clock and randomness are fixed, so that an
 * operation that is run again from the same chapter ends in the same bytes.
 */
#ifndef STAGE_H
#define STAGE_H

#include <hansard/hansard.h>

#include "expect.h"
#include "folder.h"

enum chapter {
	CHAPTER_EMPTY,      /* a store without a dialogue */
	CHAPTER_IMPORTED,   /* with the example */
	CHAPTER_CREATED,    /* with a dialogue begun */
	CHAPTER_REGISTERED, /* with its first round */
	CHAPTER_UPDATED,    /* with everything settled */
	CHAPTER_COUNT
};

enum { STAGE_WRITINGS = 6, STAGE_PATH = FOLDER_SIZE + 64 };

struct stage {
	char path[FOLDER_SIZE]; /* the temporary folder; the store is .hansard in it */
	char home[FOLDER_SIZE + 16];
	const char *environment[3]; /* keys and marks lie in the temporary folder, too */
	struct hansard_platform platform;
	uint64_t drawn;             /* state of the randomness */
	enum hansard_format format; /* of stores that are opened */
	struct hansard_output databases[CHAPTER_COUNT];
	struct hansard_output inputs[STAGE_WRITINGS]; /* the JSON that each writing hands in */
};

/* stage_begin(stage): makes the folder and the store of every chapter. */
void stage_begin(struct stage *stage);

/* stage_finish(stage): removes the folder and frees everything. */
void stage_finish(struct stage *stage);

/* stage_turn(stage, chapter): puts the database of this chapter in the place of the store's, and forgets what was seen of later ones. */
void stage_turn(struct stage *stage, enum chapter chapter);

/* stage_open(stage, ret_store, error): opens the store as it lies there. */
enum hansard_status stage_open(struct stage *stage, struct hansard **ret_store, struct hansard_error *error);

/* stage_state(stage, ret_state): what the store holds, read anew: every dialogue verifies; ids and exports of all. The
   caller frees it. */
void stage_state(struct stage *stage, struct hansard_output *ret_state);

/* stage_same(a, b): the same bytes. */
bool stage_same(const struct hansard_output *a, const struct hansard_output *b);

/* stage_clear(stage, name): removes what lies under this name in the temporary folder, whatever it is. */
void stage_clear(struct stage *stage, const char *name);

/* stage_path(stage, name, ret_path): "<temporary folder>/name". */
void stage_path(const struct stage *stage, const char *name, char ret_path[static STAGE_PATH]);

/* stage_read(path, ret_content): a whole file; false when there is none. */
bool stage_read(const char *path, struct hansard_output *ret_content);

/* ---- operations ---- */

/* One call of the API: which of the requests is set says which function it is. */
struct stage_operation {
	const char *name;
	enum chapter from;
	bool repeating; /* run again after it was done, it does more: each change is an event */

	const struct hansard_show_request *show;
	const struct hansard_list_request *list;
	const struct hansard_tensions_request *tensions;
	const struct hansard_panel_request *panel;
	const struct hansard_import_request *import;
	enum hansard_status (*of_store)(struct hansard *, struct hansard_output *, struct hansard_error *);
	enum hansard_status (*of_dialogue)(struct hansard *, const char *, struct hansard_output *, struct hansard_error *);
	enum hansard_status (*write)(struct hansard *, const struct hansard_write_request *, struct hansard_output *,
								 struct hansard_error *);
	const char *dialogue; /* of of_dialogue */
	const char *file;     /* JSON of write; with neither: hansard_create */
	const char *reason;   /* hansard_abandon */
	bool doctor, open;    /* hansard_doctor, hansard_open: they take no open store */
};

/* stage_perform(stage, operation, store, ret_out, error): calls it. */
enum hansard_status stage_perform(struct stage *stage, const struct stage_operation *operation, struct hansard *store,
								  struct hansard_output *ret_out, struct hansard_error *error);

extern const struct stage_operation stage_writings[STAGE_WRITINGS];
extern const struct stage_operation stage_readings[];
extern const size_t stage_reading_count;

/* ---- how much is tried ---- */

/* The points at which a fault is tried, of `all`: every one when HANSARD_TEST_EVERY is set; else about `wanted`, at equal
   distances from a first one that HANSARD_TEST_SEED chooses (1 when it is not set). */
struct stage_points {
	int all;
	int stride;
	int first;
};

/* stage_points_of(name, all, wanted): the points, printed as a comment. */
struct stage_points stage_points_of(const char *name, int all, int wanted);

#endif
