/*
 * Keys of rows, and the index keys that some of them carry. Pure; nothing is allocated.
 *
 *     PK                         SK                                what it is
 *     {tenant}#dialogue#{id}     !head                             the newest revision, or a reservation
 *                                +bundle#{rev:010}#{n:02}          items, and marks of removed ones
 *                                {type}#{subkey}                   one item of type meta, tension or dek
 *                                ~commit#{rev:010}                 a commit
 *                                ~parts#{rev:010}#{n:02}           parts of items that this revision wrote
 *     #table                     !config                           the store itself
 *
 *     index             p1, p2                            s1, s2                    projects    carried by
 *     ByStatus          {tenant}#status#{status}          {updated_at}#{id}         ALL         meta
 *     ByTensionStatus   {tenant}#tension#{status}         {id}#{display id}         KEYS_ONLY   tensions that are open
 *                       {tenant}#head                     {id}                      KEYS_ONLY   !head, as long as there is one
 *
 * Of a table with more than one shard, p1 and p2 end with `#{crc32(id) mod shards}`. A status that is no word of a
 * dialogue's is empty there. Meta and tensions of a partition that is not listed carry none.
 */
#ifndef DYNAMODB_ROW_H
#define DYNAMODB_ROW_H

#include "store_index.h"

enum {
	DYNAMODB_ROW_PARTITION_MAX = 125,
	DYNAMODB_ROW_SORT_MAX = 24,
	DYNAMODB_ROW_N_MAX = 99, /* bundles of one revision, from 0; likewise rows of parts */
	DYNAMODB_ROW_SHARDS_MAX = 64,
};

#define DYNAMODB_ROW_CONFIG_PARTITION "#table"
#define DYNAMODB_ROW_CONFIG_SORT "!config"
#define DYNAMODB_ROW_HEAD_SORT "!head"
#define DYNAMODB_ROW_BEHIND_LOAD "~" /* what a load reads sorts before it */

/* A key by value: the longest is that of a partition. */
struct dynamodb_row_text {
	char data[DYNAMODB_ROW_PARTITION_MAX];
	size_t size;
};

/* dynamodb_row_view(text): it as a view, valid as long as the text is. */
struct text dynamodb_row_view(const struct dynamodb_row_text *text);

/* What is numbered by revision and n; a commit has no n. */
enum dynamodb_row_numbered {
	DYNAMODB_ROW_BUNDLE,
	DYNAMODB_ROW_COMMIT,
	DYNAMODB_ROW_PARTS,
};

/* A place in a table: a partition, and how many shards its index keys are spread over. Views. */
struct dynamodb_row_place {
	struct text tenant;
	struct text dialogue_id;
	unsigned shards;
};

/* dynamodb_row_partition(tenant, dialogue_id, ret_partition): the PK. False when either is none: then nothing can be
   stored there. */
bool dynamodb_row_partition(struct text tenant, struct text dialogue_id, struct dynamodb_row_text *ret_partition);

/* dynamodb_row_read_partition(partition, ret_tenant, ret_id): the tenant and dialogue id of a PK, views into it. False when it is
   none. */
bool dynamodb_row_read_partition(struct text partition, struct text *ret_tenant, struct text *ret_id);

/* dynamodb_row_numbered(kind, rev, n): the SK; rev is 0..LIMIT_REV, n is 0..DYNAMODB_ROW_N_MAX. */
struct dynamodb_row_text dynamodb_row_numbered(enum dynamodb_row_numbered kind, int64_t rev, unsigned n);

/* dynamodb_row_read_numbered(sort, kind, ret_rev, ret_n): takes the SK of such a row apart; ret_n is 0 of a commit. False
   when it is none of this kind, written in exactly this way, of a revision from 1 on. */
bool dynamodb_row_read_numbered(struct text sort, enum dynamodb_row_numbered kind, int64_t *ret_rev, unsigned *ret_n);

/* dynamodb_row_of_its_own(key): whether an item of this key has a row of its own: meta, tension, dek. All others are in
   bundles. */
bool dynamodb_row_of_its_own(struct item_key key);

/* dynamodb_row_item(key): the SK of an item with a row of its own. */
struct dynamodb_row_text dynamodb_row_item(struct item_key key);

/* dynamodb_row_read_item(sort, ret_key): the key of such a row, views into sort. False when it is none. */
bool dynamodb_row_read_item(struct text sort, struct item_key *ret_key);

/* An index, named after the attributes that are its keys. */
enum dynamodb_row_index_name {
	DYNAMODB_ROW_NO_INDEX,
	DYNAMODB_ROW_BY_STATUS,         /* p1, s1 */
	DYNAMODB_ROW_BY_TENSION_STATUS, /* p2, s2 */
};

/* Index keys of a row. Both are empty where `name` is DYNAMODB_ROW_NO_INDEX. */
struct dynamodb_row_index {
	enum dynamodb_row_index_name name;
	struct dynamodb_row_text partition;
	struct dynamodb_row_text sort;
};

/* dynamodb_row_index(place, item, listed, ret_index): of an item with a row of its own, in a partition whose newest commit
   says `listed`. False when its bytes are no item. */
bool dynamodb_row_index(const struct dynamodb_row_place *place, const struct store_item *item, bool listed,
						struct dynamodb_row_index *ret_index);

/* dynamodb_row_head_index(place, ret_index): of !head, whatever its revision says. */
void dynamodb_row_head_index(const struct dynamodb_row_place *place, struct dynamodb_row_index *ret_index);

/* dynamodb_row_index_equal(a, b): whether they are the same. */
bool dynamodb_row_index_equal(const struct dynamodb_row_index *a, const struct dynamodb_row_index *b);

/* What is looked up in an index. */
enum dynamodb_row_shelf {
	DYNAMODB_ROW_DIALOGUES, /* meta of one status */
	DYNAMODB_ROW_TENSIONS,  /* tensions of one status */
	DYNAMODB_ROW_HEADS,     /* without a status */
};

/* dynamodb_row_shelf(shelf, tenant, status, shard): p1 or p2; the shard is ignored where there is one alone. `status` is a word
   of the vocabulary of that shelf, or empty. */
struct dynamodb_row_shelf_request {
	enum dynamodb_row_shelf shelf;
	struct text tenant;
	struct text status;
	unsigned shard;
	unsigned shards;
};
struct dynamodb_row_text dynamodb_row_shelf(const struct dynamodb_row_shelf_request *request);

/* dynamodb_row_dialogue_sort(updated_at, dialogue_id): s1; an absent time is empty. dynamodb_row_tension_sort(dialogue_id, key,
   ret_sort): s2 of a tension; false when the key is none of a tension. */
struct dynamodb_row_text dynamodb_row_dialogue_sort(struct text updated_at, struct text dialogue_id);
bool dynamodb_row_tension_sort(struct text dialogue_id, struct item_key key, struct dynamodb_row_text *ret_sort);

#endif
