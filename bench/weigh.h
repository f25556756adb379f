/*
 * What rows would weigh if they were made otherwise: each row of each transaction gets its size as it is sent and in other layouts,
 * computed from what is in it. No other layout is ever written.
 */
#ifndef WEIGH_H
#define WEIGH_H

#include <jansson.h>

#include "item_key.h"

enum weigh_layout {
	WEIGH_AS_SENT,
	WEIGH_UNSEALED,     /* items are the bare cbor of all their fields: no nonce, no tags, no wrapped keys */
	WEIGH_UNREFERENCED, /* there are no references, in bundles or in commits */
	WEIGH_INLINE,       /* a reference is a field of its source, which is written anew whenever one comes or goes */
	WEIGH_UNINDEXED,    /* rows have no index keys */
	WEIGH_FORGETFUL,    /* commits are not kept; the head has its own */
	WEIGH_FILELESS,     /* parts, that is the content of files and of long texts, are elsewhere */
	WEIGH_LAYOUTS,
};

enum { WEIGH_TRANSACTIONS = 32 };

struct weigh_row {
	const char *sort;            /* of the arena */
	size_t bytes[WEIGH_LAYOUTS]; /* 0: there is no such row in this layout */
};

struct weigh {
	struct arena *arena;
	struct weigh_row *rows; /* in the order in which they came first */
	size_t count, capacity;
	size_t sent[WEIGH_LAYOUTS];     /* bytes of all rows that were put */
	int64_t written[WEIGH_LAYOUTS]; /* units */
	size_t transactions;
	int64_t units[WEIGH_TRANSACTIONS]; /* of the first ones, as sent */
	json_t *sizes;                     /* "type#subkey" to bytes of the newest version, as stored */
	json_t *carried;                   /* to bytes of its references, were they inline */
	size_t references, rewritten;      /* written; sources that they would have to be written anew for */
	size_t reference_bytes;            /* of entries and of both copies of commits */
	size_t entry_bytes, newest_bytes;  /* of items in bundles: of all versions, of the newest */
};

/* weigh_begin(weigh, arena): nothing was sent yet. weigh_end(weigh): frees what is not of the arena. */
void weigh_begin(struct weigh *weigh, struct arena *arena);
void weigh_end(struct weigh *weigh);

/* weigh_transaction(context, actions): for served_make(); the context is a struct weigh. */
void weigh_transaction(void *context, const json_t *actions);

/* weigh_again(weigh, key, more): bytes of writing the newest version of an item in a bundle once more, with so many bytes more: its
   entry, and the change in both copies of the commit. */
size_t weigh_again(const struct weigh *weigh, struct item_key key, size_t more);

/* What a load of all rows takes. */
struct weigh_load {
	size_t requests, bytes;
	int64_t units;
};
struct weigh_load weigh_load(struct weigh *weigh, enum weigh_layout layout);

#endif
