/*
 * Requests told apart by texts in their bodies, which the engine writes alike each time (dynamodb_message.h); what is stored is base64 there
 * and holds none of them.
 */
#include "walked.h"

#define QUERY "Query"
#define SCAN "Scan"
#define TRANSACTION "TransactWriteItems"
#define FENCED "\"ConditionCheck\"" /* a transaction that is no commit */

/* How each is known: the first row that fits, of a transaction every one. */
static const struct kind {
	const char *operation;
	const char *marks[2]; /* both are in the body */
	const char *without;  /* and this is not */
	const char *counted;  /* in the body; NULL: requests since a walk began */
} kinds[WALKED_THINGS] = {
	[WALKED_COUNT_PAGES] = {QUERY, {"\"Select\":\"COUNT\"", ""}, NULL, NULL},
	[WALKED_DIALOGUE_PAGES] = {QUERY, {"\"IndexName\":\"ByStatus\"", ""}, NULL, NULL},
	[WALKED_TENSION_PAGES] = {QUERY, {"\"IndexName\":\"ByTensionStatus\"", "#tension#"}, NULL, NULL},
	[WALKED_PARTITION_PAGES] = {QUERY, {"\"IndexName\":\"ByTensionStatus\"", "#head"}, NULL, NULL},
	[WALKED_LOAD_PAGES] = {QUERY, {"\":to\":{\"S\":\"~\"}", ""}, NULL, NULL},
	[WALKED_HISTORY_PAGES] = {QUERY, {"\":from\":{\"S\":\"~commit#", ""}, NULL, NULL},
	[WALKED_PARTS_PAGES] = {QUERY, {"\":from\":{\"S\":\"~parts#", ""}, NULL, NULL},
	[WALKED_KEY_PAGES] = {QUERY, {"\":from\":{\"S\":\"meta#", ""}, NULL, NULL},
	[WALKED_SWEEP_PAGES] = {QUERY, {"\"#p = :p\"", ""}, NULL, NULL},
	[WALKED_CHECK_PAGES] = {SCAN, {"", ""}, NULL, NULL},
	[WALKED_BUNDLES] = {TRANSACTION, {"\"~commit#", ""}, FENCED, "\"+bundle#"},
	[WALKED_PARTS_ROWS] = {TRANSACTION, {"\"~commit#", ""}, FENCED, "\"~parts#"},
	[WALKED_COPY_TRANSACTIONS] = {TRANSACTION, {FENCED, "\"~commit#"}, "\"Delete\"", NULL},
	[WALKED_SWEEP_TRANSACTIONS] = {TRANSACTION, {FENCED, "\"Delete\""}, NULL, NULL},
	[WALKED_KEY_TRANSACTIONS] = {TRANSACTION, {FENCED, "\"Update\""}, NULL, NULL},
};

static struct walked walked[WALKED_THINGS] = {
	[WALKED_COUNT_PAGES] = {.name = "pages of a count"},
	[WALKED_DIALOGUE_PAGES] = {.name = "pages of a shelf of dialogues"},
	[WALKED_TENSION_PAGES] = {.name = "pages of a shelf of tensions"},
	[WALKED_PARTITION_PAGES] = {.name = "pages of a shelf of partitions"},
	[WALKED_LOAD_PAGES] = {.name = "pages of a load"},
	[WALKED_HISTORY_PAGES] = {.name = "pages of a history"},
	[WALKED_PARTS_PAGES] = {.name = "pages of parts"},
	[WALKED_KEY_PAGES] = {.name = "pages of rows whose index keys follow"},
	[WALKED_SWEEP_PAGES] = {.name = "pages of what is swept"},
	[WALKED_CHECK_PAGES] = {.name = "pages of a check of the table"},
	[WALKED_BUNDLES] = {.name = "bundles of a commit"},
	[WALKED_PARTS_ROWS] = {.name = "rows of parts of a commit"},
	[WALKED_COPY_TRANSACTIONS] = {.name = "transactions of what is copied in"},
	[WALKED_SWEEP_TRANSACTIONS] = {.name = "transactions of what is taken away"},
	[WALKED_KEY_TRANSACTIONS] = {.name = "transactions of index keys"},
};

static bool has(struct text body, const char *mark)
{
	return mark[0] == '\0' || text_find(body, text_of_string(mark), 0) != SIZE_MAX;
}

static size_t occurrences(struct text body, const char *mark)
{
	const struct text text = text_of_string(mark);
	size_t count = 0;
	for (size_t at = text_find(body, text, 0); at != SIZE_MAX; at = text_find(body, text, at + text.size))
		count++;
	return count;
}

static void add(struct walked *one, size_t more)
{
	one->several += one->count <= 1 && one->count + more > 1;
	one->count += more;
	one->most = one->count > one->most ? one->count : one->most;
}

/* What is taken away, copied or listed in one go begins anew with every walk. */
static void begin_walk(void)
{
	for (size_t i = 0; i < WALKED_THINGS; i++)
		walked[i].count = 0;
}

void walked_note(struct text operation, struct bytes bytes)
{
	const struct text body = text_of_bytes(bytes);
	const size_t dot = text_find(operation, TEXT("."), 0);
	const struct text word = dot == SIZE_MAX ? operation : text_slice(operation, dot + 1, operation.size);
	const bool transaction = text_is(word, TRANSACTION);
	if (!transaction && !has(body, "\"ExclusiveStartKey\""))
		begin_walk();
	for (size_t i = 0; i < WALKED_THINGS; i++) {
		const struct kind *kind = &kinds[i];
		if (!text_is(word, kind->operation) || !has(body, kind->marks[0]) || !has(body, kind->marks[1]) ||
			(kind->without != NULL && has(body, kind->without)))
			continue;
		if (kind->counted != NULL)
			walked[i].count = 0;
		add(&walked[i], kind->counted != NULL ? occurrences(body, kind->counted) : 1);
		if (!transaction)
			return;
	}
}

const struct walked *walked_thing(enum walked_name name)
{
	return &walked[name];
}
