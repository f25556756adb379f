/*
 * A folder for one test with SQLite stores in it, and what the tests put there.
 */
#ifndef PLACE_H
#define PLACE_H

#include <sqlite3.h>

#include "draft.h"
#include "expect.h"
#include "folder.h"
#include "sqlite_engine.h"

struct place {
	char folder[FOLDER_SIZE];
	char path[FOLDER_SIZE + 16]; /* of the store */
	struct arena *arena;
	uint64_t drawn;      /* randomness handed out so far: deterministic */
	int busy_timeout_ms; /* of engines opened from here on; 30 at first */
};

/* place_begin(place): a new folder, no store in it. place_finish(place): removes it with all it holds. */
void place_begin(struct place *place);
void place_finish(struct place *place);

/* place_begin_written(place): a new folder with a store at revision 1 in it, closed. */
struct draft_head place_begin_written(struct place *place);

/* place_forget(place): frees what tests made in its arena so far. */
void place_forget(struct place *place);

/* place_try(place, mode, ret_engine, error): opens or creates the store. */
enum hansard_status place_try(struct place *place, enum sqlite_engine_mode mode, struct store_engine **ret_engine,
							  struct hansard_error *error);

/* place_open(place, mode): as place_try; failing fails the running test. */
struct store_engine *place_open(struct place *place, enum sqlite_engine_mode mode);

/* place_close(engine): closes it. Takes NULL. */
void place_close(struct store_engine *engine);

/* place_raw(place, sql): runs SQL on the file behind the engine's back. */
void place_raw(struct place *place, const char *sql);

/* place_partition(engine): the dialogue that the tests use. */
struct store_partition place_partition(struct store_engine *engine);

/* place_write(place, engine, head): its revision 1: meta, three files with parts, tensions. */
void place_write(struct place *place, struct store_engine *engine, struct draft_head *head);

/* place_second(place, engine): a draft of its revision 2: puts, removals and parts, some of many pages. */
struct draft place_second(struct place *place, struct store_engine *engine);

/* place_expect_rev(place, rev): a freshly opened engine holds exactly revision `rev`, 1 or 2, and checks well. */
void place_expect_rev(struct place *place, int64_t rev);

/* place_rev(place): the revision that a freshly opened engine holds; 0: none. */
int64_t place_rev(struct place *place);

/* place_keep(place), place_restore(place): keeps the file aside; puts it back, without journals. */
void place_keep(struct place *place);
void place_restore(struct place *place);

/* The dialogue of a place, copied to another id of its store, step by step, and given up there again. */
enum { PLACE_COPY_PUBLISH = 3, PLACE_COPY_STEPS = 8 };
struct place_copy {
	struct store_engine *engine;
	struct store_partition partition;
	struct store_copy_revision revision;
	struct store_reservation mine;
	struct store_reservation called_off;
	struct store_occupant found; /* as it was before the copy began */
	struct store_publish_request publication;
};

/* place_copy_begin(place, engine): reads what is to be copied, and makes what is to be sent. A copy that was begun once more is another one. */
struct place_copy place_copy_begin(struct place *place, struct store_engine *engine);

/* place_copy_step(copy, step, error): reserve, put, look, publish, tidy, release, reserve called off, clear. It must be done, or fail: whether a
   publication came through is settled. */
enum hansard_status place_copy_step(struct place_copy *copy, int step, struct hansard_error *error);

/* place_copy_occupant(copy): what there is. place_copy_expect_published(place, copy), place_copy_expect_cleared(place, copy): all of it is there, or nothing. */
struct store_occupant place_copy_occupant(const struct place_copy *copy);
void place_copy_expect_published(struct place *place, const struct place_copy *copy);
void place_copy_expect_cleared(struct place *place, const struct place_copy *copy);

#endif
