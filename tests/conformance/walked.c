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
	const char *name;
	const char *operation;
	const char *marks[2]; /* both are in the body */
	const char *without;  /* and this is not; NULL: whatever else there is */
	const char *counted;  /* in the body; NULL: requests since a walk began */
} kinds[WALKED_THINGS] = {
	[WALKED_COUNT_PAGES] = {"pages of a count", QUERY, {"\"Select\":\"COUNT\"", ""}, NULL, NULL},
	[WALKED_DIALOGUE_PAGES] = {"pages of a shelf of dialogues", QUERY, {"\"IndexName\":\"ByStatus\"", ""}, NULL, NULL},
	[WALKED_TENSION_PAGES] =
		{"pages of a shelf of tensions", QUERY, {"\"IndexName\":\"ByTensionStatus\"", "#tension#"}, NULL, NULL},
	[WALKED_PARTITION_PAGES] =
		{"pages of a shelf of partitions", QUERY, {"\"IndexName\":\"ByTensionStatus\"", "#head"}, NULL, NULL},
	[WALKED_LOAD_PAGES] = {"pages of a load", QUERY, {"\":to\":{\"S\":\"~\"}", ""}, NULL, NULL},
	[WALKED_HISTORY_PAGES] = {"pages of a history", QUERY, {"\":from\":{\"S\":\"~commit#", ""}, NULL, NULL},
	[WALKED_PARTS_PAGES] = {"pages of parts", QUERY, {"\":from\":{\"S\":\"~parts#", ""}, NULL, NULL},
	[WALKED_KEY_PAGES] = {"pages of rows whose index keys follow", QUERY, {"\":from\":{\"S\":\"meta#", ""}, NULL, NULL},
	[WALKED_SWEEP_PAGES] = {"pages of what is swept", QUERY, {"\"#p = :p\"", ""}, NULL, NULL},
	[WALKED_CHECK_PAGES] = {"pages of a check of the table", SCAN, {"", ""}, NULL, NULL},
	[WALKED_BUNDLES] = {"bundles of a commit", TRANSACTION, {"\"~commit#", ""}, FENCED, "\"+bundle#"},
	[WALKED_PARTS_ROWS] = {"rows of parts of a commit", TRANSACTION, {"\"~commit#", ""}, FENCED, "\"~parts#"},
	[WALKED_COPY_TRANSACTIONS] =
		{"transactions of what is copied in", TRANSACTION, {FENCED, "\"~commit#"}, "\"Delete\"", NULL},
	[WALKED_SWEEP_TRANSACTIONS] =
		{"transactions of what is taken away", TRANSACTION, {FENCED, "\"Delete\""}, NULL, NULL},
	[WALKED_KEY_TRANSACTIONS] = {"transactions of index keys", TRANSACTION, {FENCED, "\"Update\""}, NULL, NULL},
};

static struct walked walked[WALKED_THINGS];

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
	walked[name].name = kinds[name].name;
	return &walked[name];
}
