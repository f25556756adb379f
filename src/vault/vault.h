/*
 * The chained partition: crypto over store. Every answer comes from a verified load; every write starts from one and is
 * computed once.
 *
 * A load checks, in this order: the note is of this tenant and dialogue and signed by whom the keyring trusts; the newest
 * commit hashes to what the note names and is of this place; the root over the leaves of all items is the commit's, and so
 * is their count. What does not match is HANSARD_VIOLATED and names the addresses at fault, found by replaying the history.
 * The high-water mark is reached. Then the wrapped keys are opened, and with them the items: first the tag of each, then its box.
 */
#ifndef VAULT_H
#define VAULT_H

#include "commit.h"
#include "commit_detail.h"
#include "keyring.h"
#include "store_engine.h"
#include "vault_audit.h"
#include "vault_guard.h"
#include "vault_marks.h"

/* A vault: one keyring, and so one tenant, over one engine. */
struct vault;

/* How commands name this store and the other one of its configuration, for what errors advise. Of zeros: there is no other one. */
struct vault_advice {
	const char *here, *there; /* as `--to` and `--set backend=` take them; NULL: none */
	struct text other;        /* what the configuration has of the other one: "table decisions" */
	struct text set;          /* " --set backend=sqlite" where commands find this one by that alone, else "" */
	struct text keep;         /* what makes the other one the store for good; absent where that is so already */
};

struct vault_options {
	struct store_engine *engine;     /* borrowed */
	struct keyring *keyring;         /* borrowed; used for keys that are opened here */
	const struct vault_audit *audit; /* borrowed; NULL: uses of keys are told nobody */
	/* Borrowed; NULL: none are kept, so a partition that was put back goes unnoticed. */
	const struct vault_marks *marks;
	const struct vault_guard *guard; /* borrowed; NULL: the keyring never changes */
	struct text actor;               /* who commits; "" when not known */
	int64_t generation_revs; /* commits after which the next one begins a new generation; 0: LIMIT_GENERATION_REVS */
	struct moment_clock clock;
	struct moment_entropy entropy;
	struct vault_advice advice; /* borrowed */
};

/* vault_create(options, ret_vault, error): options are copied. Errors: HANSARD_INVALID "invalid_actor", HANSARD_FAILED. */
enum hansard_status vault_create(const struct vault_options *options, struct vault **ret_vault,
								 struct hansard_error *error);

/* The kind of the error of a head whose only known signatures are of retired keys. */
#define VAULT_RETIRED_KEY "retired_key"

/* The kind of the error of a dialogue that has a mark, and no head any more. */
#define VAULT_HEAD_MISSING STORE_HEAD_MISSING

/* The kinds of the errors HANSARD_INVALID of a dialogue that was moved to another store: of one that goes on there, as its mark knows, or
   where it was to be written to; and of one of which this store holds its head alone. */
#define VAULT_MIGRATED "migrated"
#define VAULT_RELEASED "released"

/* The kind of the error HANSARD_INVALID of a dialogue that this store has nothing of, and whose history, as it was seen, lies in another
   store of the configuration: it was never here, or was moved there. */
#define VAULT_SEEN_ELSEWHERE "seen_elsewhere"

/* The kind of the error HANSARD_NOT_FOUND of a dialogue that was declared to be lost as a whole. */
#define VAULT_LOST "lost"

/* The kind of the error of a head that can be read and none of whose signatures is of a key that is known here, and what to do:
   it is either of somebody whose line is missing here, or of somebody who put it in the place of ours. */
#define VAULT_UNTRUSTED_SIGNER "untrusted_signer"
#define VAULT_UNTRUSTED_HINT                                                                                           \
	"a line may be missing: ask them, not the store, for the one that begins so, then hansard keys trust LINE; or a "  \
	"key of your own: hansard keys import, --newer or --older; or somebody put a head of his own in its place: then "  \
	"trust nobody new, and compare with a receipt or a backup"

/* vault_destroy(vault): takes NULL. The engine stays open. */
void vault_destroy(struct vault *vault);

/* One verified item, opened. */
struct vault_item {
	struct item_key key;
	int64_t rev;
	int64_t generation;
	struct bytes attrs;       /* cbor of the clear fields, with `parts` and `parts_root` where it has parts */
	struct plain_bytes plain; /* cbor of the sealed fields, empty when there are none; of an item cut in parts: whole */
	size_t parts;             /* number of its parts */
};

/* A verified state of one dialogue; lives in the arena of its load. */
struct vault_state {
	struct text dialogue_id;
	int64_t rev;
	struct digest hash; /* of the newest commit */
	struct commit newest;
	struct bytes note;
	struct vault_item *items;  /* in address order; those of type dek have no plain */
	struct digest *leaves;     /* of the items, same order */
	struct store_item *stored; /* the bytes that they were opened from, same order */
	size_t item_count;
	bool erased;  /* no wrapped key is among them */
	bool retired; /* a retired key alone has signed it: that is for vault_look, vault_resign and vault_restore */
	int64_t
		passed_rev; /* a commit that was seen here and that the history declares lost, or that a commit on it will, where the mark does not say so yet; or 0 */
	int64_t
		moved_rev; /* of the newest migrate-out that a migrate-in follows, as far as this load has seen the history; or 0 */
	bool undoes_move; /* its history, or a commit that is made on it, has lost the migrate-in that its mark knows of */
	size_t stale_indexes;     /* as in struct store_view: analytics may answer otherwise than the items */
	struct vault_wrap *wraps; /* by generation; none once the dialogue is erased */
	size_t wrap_count;
};

/* vault_load(vault, dialogue_id, arena, ret_state, error): a verified state. Errors: HANSARD_NOT_FOUND where it was never seen here
   either, or, of kind VAULT_LOST, was declared to be lost; HANSARD_VIOLATED, of kind VAULT_HEAD_MISSING where it was, VAULT_RETIRED_KEY where the head is signed by keys alone that are
   retired, VAULT_UNTRUSTED_SIGNER by such alone that are not known; HANSARD_INVALID VAULT_MIGRATED, VAULT_RELEASED, VAULT_SEEN_ELSEWHERE; HANSARD_WRONG_KEY "no_trusted_key", "no_key", "wrong_key";
   HANSARD_BUSY where a load is no snapshot and shows no one state; those of the marks, and of the boundary. */
enum hansard_status vault_load(struct vault *vault, struct text dialogue_id, struct arena *arena,
							   struct vault_state **ret_state, struct hansard_error *error);

/* vault_content(vault, state, item, arena, ret_content, error): the content of a file item, its parts proved against
   parts_root. Errors: HANSARD_VIOLATED; HANSARD_CONFLICT "head_moved" when another commit took its parts since the load;
   HANSARD_INVALID "no_content" for another type; and those of the boundary. */
enum hansard_status vault_content(struct vault *vault, const struct vault_state *state, const struct vault_item *item,
								  struct arena *arena, struct bytes *ret_content, struct hansard_error *error);

/* vault_contents(vault, state, contents, arena, error): as vault_content for each item; what one commit wrote is read
   once for all of its files. On failure some may have been set. */
struct vault_contents {
	struct vault_content {
		const struct vault_item *item;
		struct bytes bytes; /* set */
	} * files;
	size_t count;
};
enum hansard_status vault_contents(struct vault *vault, const struct vault_state *state,
								   const struct vault_contents *contents, struct arena *arena,
								   struct hansard_error *error);

/* One change of one item: written with these fields, or removed. */
struct vault_change {
	struct item_key key;
	bool remove;
	struct bytes attrs;       /* cbor map, without parts and parts_root */
	struct plain_bytes plain; /* cbor map of the sealed fields, or empty */
	bool has_content;         /* a file: content, in parts, even when empty */
	struct plain_bytes content;
};

struct vault_commit {
	const char *operation;              /* create, register, update, verdict, import, import-part */
	const struct commit_detail *detail; /* what the operation needs besides the store, which is known; or NULL */
	const struct vault_change *changes; /* any order, each key once */
	size_t change_count;
	struct text time; /* stored form; absent: the clock's. The later of it and the previous commit's is taken */
};

/* vault_change_size(change): what a change will count towards the ceilings of one commit, as stored: used to cut long
   imports. */
size_t vault_change_size(const struct vault_change *change);

/* vault_create_dialogue(vault, dialogue_id, commit, ret_rev, error): the first commit of a partition, if there is
   none. Errors: HANSARD_CONFLICT "dialogue_exists", HANSARD_INVALID ("commit_too_large", names), and those of the
   boundary. */
enum hansard_status vault_create_dialogue(struct vault *vault, struct text dialogue_id,
										  const struct vault_commit *commit, int64_t *ret_rev,
										  struct hansard_error *error);

/* vault_append(vault, state, commit, ret_rev, error): the next commit on a verified state; the new root comes from
   the state's leaves in memory plus the changes. Where a new generation is due, a commit of its own begins it first.
   Errors: HANSARD_CONFLICT "head_moved"; HANSARD_INVALID ("invalid_change", "invalid_time", "unknown_operation",
   "commit_too_large", "too_many_generations"; "erased", "migrated", "other_store" where the dialogue is not this store's); HANSARD_UNREACHABLE "not_committed"
   and HANSARD_UNKNOWN "outcome_unknown" after a lost answer; and those of the boundary. */
enum hansard_status vault_append(struct vault *vault, const struct vault_state *state,
								 const struct vault_commit *commit, int64_t *ret_rev, struct hansard_error *error);

/* Several commits of one writer in a row: the end of a chain, that is keys and leaves of its newest state in memory, and
   no contents. Each commit stands on what the one before it left, and nothing is read again, but once the history where the
   newest commit does not say whose the dialogue is; one that another writer
   made in between is the conflict "head_moved". */
struct vault_chain;

/* vault_chain_new(vault, dialogue_id, ret_chain, error): a chain without a commit; the first one creates the dialogue.
   vault_chain_of(vault, state, ret_chain, error): one that goes on from a verified state, which must outlive it.
   Errors: HANSARD_INVALID "invalid_dialogue_id", HANSARD_FAILED. */
enum hansard_status vault_chain_new(struct vault *vault, struct text dialogue_id, struct vault_chain **ret_chain,
									struct hansard_error *error);
enum hansard_status vault_chain_of(struct vault *vault, const struct vault_state *state, struct vault_chain **ret_chain,
								   struct hansard_error *error);

/* vault_chain_append(chain, commit, ret_rev, error): the next commit. Of the commit nothing is kept. On failure the
   chain stands where it stood; after HANSARD_UNKNOWN it is not known to be the newest, so that every further commit
   may be a conflict. Errors as vault_append, the first commit's as vault_create_dialogue. */
enum hansard_status vault_chain_append(struct vault_chain *chain, const struct vault_commit *commit, int64_t *ret_rev,
									   struct hansard_error *error);

/* vault_chain_destroy(chain): takes NULL. */
void vault_chain_destroy(struct vault_chain *chain);

/* vault_rewrap(vault, dialogue_id, always, ret_rev, error): wraps the keys of a dialogue under the KEK of the configuration, and
   touches no other item. Where they are wrapped so already nothing is written and *ret_rev is 0, unless `always`: then the
   commit is there for its signatures. Errors: as vault_load and vault_append; HANSARD_INVALID "erased". */
enum hansard_status vault_rewrap(struct vault *vault, struct text dialogue_id, bool always, int64_t *ret_rev,
								 struct hansard_error *error);

/* How the keys of a dialogue are wrapped: an erased one has none. */
enum vault_wrapped {
	VAULT_WRAPPED_NONE = 1,
	VAULT_WRAPPED_OLDER,   /* one of them at least is under another KEK than that of the configuration */
	VAULT_WRAPPED_CURRENT, /* all are under that */
};

/* vault_wrapped(vault, dialogue_id, ret_wrapped, error): Errors: as vault_load; those of the keyring. */
enum hansard_status vault_wrapped(struct vault *vault, struct text dialogue_id, enum vault_wrapped *ret_wrapped,
								  struct hansard_error *error);

/* What vault_resign did. */
struct vault_resigned {
	int64_t rev;  /* of the commit; 0: the head had every signature */
	bool retired; /* the head that it stands on was signed by a retired key alone */
};

/* vault_resign(vault, dialogue_id, retired, ret_resigned, error): a commit that changes nothing, for its signatures, when the head lacks
   one of a key that signs here; `retired`: of a head, too, that a retired key alone has signed. An erased dialogue gets an `erase`, the
   one commit of its own that it still accepts. Errors: as vault_append. */
enum hansard_status vault_resign(struct vault *vault, struct text dialogue_id, bool retired,
								 struct vault_resigned *ret_resigned, struct hansard_error *error);

/* vault_signature_lacks(vault, dialogue_id, ret_lacks, error): whether the head of a dialogue is believed and has no line of one of the
   keys that sign here. Nothing else of it is looked at. Errors: those of the boundary. */
enum hansard_status vault_signature_lacks(struct vault *vault, struct text dialogue_id, bool *ret_lacks,
										  struct hansard_error *error);

/* vault_renew(vault, dialogue_id, ret_rev, error): a new generation: what is written from then on is sealed under a key of its
   own. Errors: HANSARD_INVALID "too_many_generations", "erased"; as vault_append. */
enum hansard_status vault_renew(struct vault *vault, struct text dialogue_id, int64_t *ret_rev,
								struct hansard_error *error);

/* vault_erase(vault, dialogue_id, everything, ret_rev, error): removes every wrapped key in one commit; with `everything` all
   other items, too, in as many commits as the ceilings need. Killed between two it is run again. The last head is the
   certificate. Errors: as vault_load and vault_append. */
enum hansard_status vault_erase(struct vault *vault, struct text dialogue_id, bool everything, int64_t *ret_rev,
								struct hansard_error *error);

/* vault_standing(vault, state, mark, ret_standing, error): how a mark or receipt stands to the history of a verified state.
   Errors: HANSARD_VIOLATED (a broken history), and those of the boundary. */
enum hansard_status vault_standing(struct vault *vault, const struct vault_state *state, const struct vault_mark *mark,
								   enum vault_standing *ret_standing, struct hansard_error *error);

/* vault_mark_of(state, passed_rev): the mark that a verified state is, with the commit that a restore passed over, or 0.
   vault_mark_says(mark, state): whether a mark says all that of a state already: its rev and hash, that it is erased where it is, the
   move that is seen in it, and not that the store has nothing of it.
   vault_mark_moved(vault, mark, state): whether it was seen that another store has taken over from this very state, which ends with a
   migrate-out. That other store is not this one: where what it came from is put in its place, it was put back. */
struct vault_mark vault_mark_of(const struct vault_state *state, int64_t passed_rev);
bool vault_mark_says(const struct vault_mark *mark, const struct vault_state *state);
bool vault_mark_moved(const struct vault *vault, const struct vault_mark *mark, const struct vault_state *state);

/* vault_elsewhere(error): whether one could not be answered for because it goes on in another store, or not be written to because it was sent
   there. */
bool vault_elsewhere(const struct hansard_error *error);

/* vault_seen_elsewhere(error): whether it says that the store has nothing of a dialogue, as it should be: HANSARD_INVALID VAULT_SEEN_ELSEWHERE. */
bool vault_seen_elsewhere(const struct hansard_error *error);

/* vault_take_unmarked(vault, ret_why): whether a commit was made since this was last asked whose mark could not be kept, nor that of one behind it,
   and why: it stands, but that it was seen here is not remembered. */
bool vault_take_unmarked(struct vault *vault, struct hansard_error *ret_why);

/* How the commits of a store stand to a mark, as far as that can be told without verifying anything. */
enum vault_mark_found {
	VAULT_MARK_LACKING = 1, /* the commit that it names is not there, nor a later one */
	VAULT_MARK_THERE, /* it is; or, where there is none of its rev, a later one, as behind a restore; or nothing of what was declared lost */
	VAULT_MARK_SEALED, /* it is the newest, and a migrate-out: that another store has taken over was not seen */
	VAULT_MARK_MOVED, /* they end with the migrate-out from which another store has taken over, as was seen; or there are none, and the mark is
						 of another store */
};

/* vault_mark_found(vault, dialogue_id, mark, ret_found, error): Errors: those of the boundary. */
enum hansard_status vault_mark_found(struct vault *vault, struct text dialogue_id, const struct vault_mark *mark,
									 enum vault_mark_found *ret_found, struct hansard_error *error);

/* What vault_restore is asked for. */
struct vault_restoring {
	int64_t furthest; /* revs that the mark may be above what survived */
	bool retired;     /* of a head, too, that a retired key alone has signed, unless it reaches the mark and is this
						 store's */
	bool moved;       /* of one, too, that was moved to another store, which is lost */
	bool dry_run;     /* everything but the writing, of a commit and of marks */
};

enum { VAULT_SIGNERS_SIZE = 256 };

/* What vault_restore did. */
struct vault_restored {
	int64_t survived_rev;
	int64_t rev;            /* of the commit that declares what is between the two lost, or would */
	struct vault_mark seen; /* what it was held against; of rev 0: nothing of it was seen here */
	int64_t passed_rev;     /* a commit that was seen here and that the history had declared lost before; or 0 */
	bool unerased;          /* what was lost is an erasure, as the mark knows it: the dialogue can be read again */
	char retired[VAULT_SIGNERS_SIZE]; /* names of the retired keys that alone had signed what survived; "" otherwise */
	bool moved;                       /* it had been moved away, as a commit says or was seen here */
};

/* What a restore would stand on, to be looked at. */
struct vault_outlook {
	int64_t rev;                      /* of its newest commit */
	struct vault_mark seen;           /* of rev 0: nothing of it was seen here */
	enum vault_standing standing;     /* of that; VAULT_REACHED where nothing was seen */
	char retired[VAULT_SIGNERS_SIZE]; /* as in struct vault_restored */
	bool moved;                       /* it goes on in another store, as was seen here */
};

/* vault_look(vault, dialogue_id, arena, ret_state, ret_outlook, error): what vault_restore would stand on: whatever the mark says, which
   stays as it is, and of a head, too, that a retired key alone has signed. Nothing is committed on it. Errors: as vault_load. */
enum hansard_status vault_look(struct vault *vault, struct text dialogue_id, struct arena *arena,
							   struct vault_state **ret_state, struct vault_outlook *ret_outlook,
							   struct hansard_error *error);

/* vault_restore(vault, dialogue_id, asked, ret_restored, error): after a legitimate restore from a backup: declares the commits
   between what survived and the mark lost, in a commit of a rev above all of them. The one write whose load skips the mark. A dialogue of another store that lost nothing becomes this store's:
   lost_rev and lost_hash are then those of its newest commit. The mark keeps the commit that was seen and is lost as its passed_rev until
   the caller has told it. Errors: HANSARD_INVALID "nothing_lost" when the history reaches the
   mark, or there is none, and it is this store's; VAULT_MIGRATED of one that would lose a migrate-in that was seen, unless `moved` is asked for, which
   takes one back, too, that reaches everything and ends with a migrate-out; HANSARD_VIOLATED "mark_too_far" when the mark is further, or so high that nothing
   could be written after it, or a head that a retired key alone has signed is as far above the mark, or as high; "rolled_back" when the history was replaced, VAULT_RETIRED_KEY; as vault_append. */
enum hansard_status vault_restore(struct vault *vault, struct text dialogue_id, const struct vault_restoring *asked,
								  struct vault_restored *ret_restored, struct hansard_error *error);

/* vault_declare_lost(vault, dialogue_id, dry_run, ret_rev, error): of a dialogue of which the store has no head any more: from now on that is no
   fault, though its id stays taken. *ret_rev is the last commit that was seen. With dry_run the mark stays as it is. What comes while it is declared is looked for once more. Errors: HANSARD_CONFLICT when it came, and nothing is
   declared then; HANSARD_INVALID "nothing_lost" of one that is
   there; HANSARD_NOT_FOUND of one that was never seen here, or declared before; as vault_load; those of the marks. */
enum hansard_status vault_declare_lost(struct vault *vault, struct text dialogue_id, bool dry_run, int64_t *ret_rev,
									   struct hansard_error *error);

/* vault_history(vault, state, from, to, arena, ret_commits, ret_count, error): commits of the chain that ends in
   `state`, by rev; each proved to be in the chain (read from the head backwards). Errors: HANSARD_VIOLATED, and those
   of the boundary. */
enum hansard_status vault_history(struct vault *vault, const struct vault_state *state, int64_t from, int64_t to,
								  struct arena *arena, struct commit **ret_commits, size_t *ret_count,
								  struct hansard_error *error);

/* vault_open_found(vault, found, arena, ret_state, ret_item, error): the item that analytics found, and the verified load of its
   dialogue that it is from: the index says where to look, and nothing else. Errors: HANSARD_CONFLICT "index_lags" when it is not there any more;
   HANSARD_INVALID "erased"; as vault_load. */
enum hansard_status vault_open_found(struct vault *vault, const struct analytics_item *found, struct arena *arena,
									 struct vault_state **ret_state, struct vault_item *ret_item,
									 struct hansard_error *error);

/* vault_sha256(vault, bytes, ret_digest): SHA-256, for the rooms above, which do without crypto. False when OpenSSL
   fails. */
bool vault_sha256(struct vault *vault, struct bytes bytes, struct digest *ret_digest);

/* vault_engine(vault), vault_tenant(vault): what it was created with. */
struct store_engine *vault_engine(struct vault *vault);
struct text vault_tenant(const struct vault *vault);

#endif
