/*
 * The engines that the suite runs against, and one of them being tested.
 */
#ifndef SUBJECT_H
#define SUBJECT_H

#include "draft.h"
#include "expect.h"
#include "folder.h"

struct subject;

/* One engine of the table. */
struct subject_kind {
	const char *name;
	struct store_capabilities capabilities; /* what it must claim */

	/* lacking: why it cannot be had here, or NULL. */
	const char *(*lacking)(void);

	/* open: opens the store of the case's folder, or creates it. */
	enum hansard_status (*open)(struct subject *subject, bool create, struct store_engine **ret_engine,
								struct hansard_error *error);

	/* lose_answer: lets the answer of the next commit get lost after it was carried out. False where none can be: then
	   commit never answers STORE_UNKNOWN. Where it is not known how, finishes the subject and skips the running test. */
	bool (*lose_answer)(struct subject *subject);
};

/* An engine under test, in a folder of its own. */
struct subject {
	const struct subject_kind *kind;
	struct store_engine *engine;
	struct arena *arena; /* for everything a case makes */
	char folder[FOLDER_SIZE];
	uint64_t drawn; /* randomness handed out so far: deterministic */
};

extern const struct subject_kind subject_kinds[];
extern const size_t subject_kind_count;

/* subject_begin(subject, kind): a fresh store in a new folder. Failures end the running test; where the engine cannot be had it
   is skipped. */
void subject_begin(struct subject *subject, const struct subject_kind *kind);

/* subject_begin_at(subject, kind, drawn): as subject_begin, its randomness beginning after `drawn` bytes. */
void subject_begin_at(struct subject *subject, const struct subject_kind *kind, uint64_t drawn);

/* subject_finish(subject): closes the engine and removes the folder. */
void subject_finish(struct subject *subject);

/* subject_reopen(subject): closes the engine and opens it again. */
void subject_reopen(struct subject *subject);

/* subject_path(subject, name): a path in its folder. */
struct text subject_path(struct subject *subject, const char *name);

/* subject_partition(subject, tenant, dialogue): a handle. */
struct store_partition subject_partition(struct subject *subject, const char *tenant, const char *dialogue);

/* subject_load(subject, partition): a load that must succeed and find no index copy that lies. */
struct store_view subject_load(struct subject *subject, struct store_partition partition);

/* subject_parts(subject, partition, rev): the parts that an engine has of a revision. */
struct store_parts subject_parts(struct subject *subject, struct store_partition partition, int64_t rev);

/* subject_file(subject, n): the key of a file. */
struct item_key subject_file(struct subject *subject, size_t n);

/* subject_clock(), subject_entropy(subject): what an engine under test is given. */
struct moment_clock subject_clock(void);
struct moment_entropy subject_entropy(struct subject *subject);

/* subject_may_doubt(subject): whether a commit may answer STORE_UNKNOWN where it would else say STORE_CONFLICT: where an outcome is
   not definite, and HANSARD_TEST_FAULTS says that requests fail on their way. */
bool subject_may_doubt(const struct subject *subject);

/* subject_now: what the clock of every subject says. */
#define SUBJECT_NOW INT64_C(1767225600000000)

#endif
