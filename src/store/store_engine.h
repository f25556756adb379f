/*
 * The third interface: opening, creating, checking and backing up an engine, apart from data access. A factory opens
 * the one engine that the configuration names.
 */
#ifndef STORE_ENGINE_H
#define STORE_ENGINE_H

#include "analytics_store.h"
#include "copying_store.h"
#include "dialogue_store.h"
#include "moment.h"

/* What an engine can do, as sentences about behaviour. Each is asserted both ways by the conformance suite. */
struct store_capabilities {
	bool load_is_snapshot; /* one load sees one moment: a wrong root is a violation at the first look, not the fifth */
	bool durable;          /* what commit acknowledged survives the process */
	bool outcome_definite; /* an attempt that settle does not find cannot arrive later: it is STORE_NOT_COMMITTED */
	bool concurrent;       /* several processes may hold it open at once */
	bool backup;           /* backup() makes a copy */
	bool old_parts_go;     /* parts() gives none of an item that was replaced or removed: they go with it */
	bool lists_current;    /* analytics find at once what was committed; without it they may lag behind */
};

/* One line of a check's answer: what was looked at and whether it is as it should be. */
struct store_finding {
	bool good;
	struct text subject;
	struct text detail;
	const char *remedy; /* of one that is not good, where that mends it by itself; NULL: it is damage */
};
struct store_findings {
	struct store_finding *items;
	size_t count;
};

/* The subject of the finding that says whose dialogues a store has, and of each how many: "acme (3), default (2)"; of an engine that can tell. */
#define STORE_FINDING_TENANTS TEXT("tenants")

/* The subject of the finding that says which dialogues are reserved: "1: acme/bread, of which something was copied"; where there are any. */
#define STORE_FINDING_RESERVED TEXT("reserved")

struct store_engine;

/* What a person does about a store of this engine, for hints. */
struct store_remedies {
	const char *put_back; /* puts an earlier state that is good in its place: a clause in the imperative */
	const char *keep;     /* keeps what is there before anything else is done: likewise */
	/* Behind the hint of what is gone, or is behind its mark: a copy of a store that shares the name of its marks looks so, too. */
	const char *copied;
};

/* What every engine offers besides data. No slot is optional. */
struct store_engine_ops {
	const char *name; /* as in the configuration and in the store's identity: "sqlite" */

	/* close: releases everything. Takes NULL. */
	void (*close)(struct store_engine *engine);

	/* identity: `{name}:{32 hex digits}`, drawn once when the store was created; views live as long as the engine. */
	struct text (*identity)(struct store_engine *engine);

	/* check: the engine's own health (file, version, journal mode, integrity), as findings in `arena`. `deep`
	   reads everything. */
	enum hansard_status (*check)(struct store_engine *engine, bool deep, struct arena *arena,
								 struct store_findings *ret_findings, struct hansard_error *error);

	/* backup: a consistent copy to a new file, which is a store with an identity of its own: what is put in the
	   place of a lost store takes ordinary commits only after `restore`. An existing file is refused
	   (HANSARD_CONFLICT), a store that holds what it does not have as it was made (HANSARD_VIOLATED "schema_altered"), and a name that the engine keeps for files of its own (HANSARD_USAGE). An engine without the capability refuses: HANSARD_USAGE "unsupported". */
	enum hansard_status (*backup)(struct store_engine *engine, struct text path, struct hansard_error *error);
};

/* Proved by the compiler: each slot takes the engine first, and no member stands outside this list. */
#define STORE_ENGINE_SLOT(slot, ...)                                                                                   \
	_Static_assert(_Generic(((struct store_engine_ops *)0)->slot, __VA_ARGS__ : 1, default : 0),                       \
				   "store_engine_ops." #slot " must take the engine, first")
STORE_ENGINE_SLOT(close, void (*)(struct store_engine *));
STORE_ENGINE_SLOT(identity, struct text (*)(struct store_engine *));
STORE_ENGINE_SLOT(check, enum hansard_status (*)(struct store_engine *, bool, struct arena *, struct store_findings *,
												 struct hansard_error *));
STORE_ENGINE_SLOT(backup, enum hansard_status (*)(struct store_engine *, struct text, struct hansard_error *));
#undef STORE_ENGINE_SLOT
_Static_assert(sizeof(struct store_engine_ops) == sizeof(const char *) + 4 * sizeof(void (*)(void)),
			   "store_engine_ops has a name, four slots and nothing else");

/* An open engine. `engine` of a partition and of the analytics slots is this pointer. */
struct store_engine {
	const struct store_engine_ops *ops;
	const struct dialogue_store *dialogues;
	const struct analytics_store *analytics;
	const struct copying_store *copying;
	struct store_capabilities capabilities;
	const struct store_remedies *remedies; /* outlive it */
	struct moment_clock clock;
	struct moment_entropy entropy;
	struct moment_pause pause; /* between two looks, where a load is no snapshot */
};

/* store_engine_partition(engine, tenant, dialogue_id): the handle. Texts are borrowed. */
struct store_partition store_engine_partition(struct store_engine *engine, struct text tenant, struct text dialogue_id);

enum { STORE_ENGINE_IDENTITY_MAX = 48 };

/* store_engine_draw_identity(name, entropy, identity, error): a new identity of an engine of this name into an empty
   buffer that may hold STORE_ENGINE_IDENTITY_MAX bytes. Errors: HANSARD_FAILED. */
enum hansard_status store_engine_draw_identity(const char *name, struct moment_entropy entropy, struct buffer *identity,
											   struct hansard_error *error);

/* store_engine_now(engine): microseconds since 1970 by the clock that was passed in. */
int64_t store_engine_now(const struct store_engine *engine);

/* store_engine_check_change(partition, change, error): what every engine checks before the first byte: the
   ceilings of engines.md (HANSARD_INVALID "commit_too_large", naming the one exceeded), keys valid and in address
   order, none twice, every put a stored item, every part's owner among the puts, rev == expected_rev + 1 (of a restore
   that or greater; the first is 1), the attempt's rev the same, the note naming rev and hash. "changes" are
   puts and removals, without parts; the 80 of meta, tension and dek are puts and removals too; bytes of items and parts are those of
   store_engine_counted(). What has not this shape is HANSARD_INVALID "invalid_change"; a tenant or dialogue id that is none "invalid_value". */
enum hansard_status store_engine_check_change(const struct store_partition *partition,
											  const struct store_change *change, struct hansard_error *error);

/* store_engine_counted(item): how many bytes an item or part counts among those of one commit: as stored, a part with its address and a
   frame. Without that, thousands of tiny parts would take more than a transaction of DynamoDB holds; of items there are too few to matter. */
size_t store_engine_counted(const struct store_item *item);

/* store_engine_check_contents(partition, change, error): of that all but the revisions: what is put and removed, and how much of it. */
enum hansard_status store_engine_check_contents(const struct store_partition *partition,
												const struct store_change *change, struct hansard_error *error);

#endif
