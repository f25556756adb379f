/*
 * Commits (envelope.md, The head): what one change of a partition did, chained by hash.
 *
 *     commit = [version, tenant, dialogue_id, rev, time, actor, operation, changes, detail, count, root, previous]
 *     hash   = SHA(0x02 || cbor(commit))
 *
 */
#ifndef COMMIT_H
#define COMMIT_H

#include "arena.h"
#include "hash.h"

enum { COMMIT_VERSION = 1 };

/* One change: the new leaf of (type, subkey), or removed. */
struct commit_change {
	struct text type;
	struct text subkey;
	bool removed;
	struct digest leaf;
};

struct commit {
	struct text tenant;
	struct text dialogue_id;
	int64_t rev;
	struct text time; /* stored form of a moment */
	struct text actor;
	struct text operation;               /* create, register, update, verdict, import, ... */
	const struct commit_change *changes; /* in address order, each address once */
	size_t change_count;
	struct bytes detail; /* cbor map, as commit_detail.h writes it */
	int64_t count;       /* leaves under the root */
	struct digest root;
	struct digest previous; /* zeros for rev 1 */
};

/* commit_write(commit, out, error): appends cbor(commit). Errors: HANSARD_INVALID for a shape that is none,
   "commit_too_large"; HANSARD_FAILED. */
enum hansard_status commit_write(const struct commit *commit, struct buffer *out, struct hansard_error *error);

/* commit_read(arena, stored, ret_commit, error): strictly reads one; views point into stored. Errors:
   HANSARD_VIOLATED; HANSARD_INVALID "store_format" for another version; HANSARD_FAILED. */
enum hansard_status commit_read(struct arena *arena, struct bytes stored, struct commit *ret_commit,
								struct hansard_error *error);

/* commit_name_valid(name, limit): [a-z0-9]+(-[a-z0-9]+)* of at most `limit` bytes: tenants and dialogue ids, in
   commits and heads. */
bool commit_name_valid(struct text name, size_t limit);

/* commit_hash(context, stored, ret_hash): SHA(0x02 || stored). False when OpenSSL fails. */
bool commit_hash(struct hash_context *context, struct bytes stored, struct digest *ret_hash);

#endif
