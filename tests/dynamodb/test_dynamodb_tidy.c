/*
 * Tidying: index keys that had no room in a commit, and bundles and parts of earlier revisions that no item needs.
 */
#include "copying_store.h"
#include "service.h"

enum { HEAD_REV = 8, KEYS = 5, ROUNDS = 300, ROWS_MAX = 2 * HEAD_REV + 2 };

static struct service_row head;
static struct store_tidy_request request;

/* A service, and a head at HEAD_REV in it. */
static void begin(bool unlisted)
{
	const struct draft_head before = {.rev = HEAD_REV - 1, .hash = {.bytes = {1}}};
	service_begin(1);
	struct draft draft = draft_begin(service.arena, service.partition);
	draft.unlisted = unlisted;
	const struct store_change *change = draft_make(&draft, &before);
	head = service_head(change);
	request = (struct store_tidy_request){.rev = change->rev, .hash = change->hash};
}

static void expect_tidied(enum store_result wanted, size_t requests)
{
	enum store_result result = (enum store_result)9;
	expect_good(service.engine->copying->tidy(&service.partition, &request, &result, &service.error), &service.error);
	expect_integer(result, wanted);
	expect_integer(service_asked(), requests);
	service_left();
}

static bool is_in_body(size_t i, const char *what)
{
	return strstr(service_body(i), what) != NULL;
}

static size_t seconds_passed(void)
{
	size_t count = 0;
	for (const char *at = scripted_edge_log(); (at = strstr(at, "\npause 1000000\n")) != NULL; at++)
		count++;
	return count;
}

/* ---- index keys ---- */

static void index_keys_are_set_right(void)
{
	begin(true);
	const struct service_row meta = {
		.sort = "meta#", .c = draft_item(service.arena, HEAD_REV, NULL, 0).bytes, .p1 = "t#status#open", .s1 = "#d"};
	const struct service_row rows[] = {head, {.sort = "meta#", .c = meta.c}};
	service_gives(&head);
	service_lists(&meta, 1, NULL);
	service_acknowledges();
	service_lists(rows, 2, NULL);
	service_lists(NULL, 0, NULL); /* parts of earlier revisions */
	expect_tidied(STORE_DONE, 5);
	expect(is_in_body(2, "\"UpdateExpression\":\"REMOVE #0, #1, #2, #3\""));
	expect(is_in_body(2, "\"ConditionExpression\":\"#0 = :0 AND #1 >= :1 AND #2 < :2\""));
	expect(is_in_body(4, "\"KeyConditionExpression\":\"#p = :p AND #s BETWEEN :from AND :to\""));
	expect(is_in_body(4, "~parts#0000000001#00") && is_in_body(4, "~parts#0000000007#99"));
	expect_integer(seconds_passed(), 0);
}

static void tidying_on_another_head(void)
{
	begin(false);
	service_gives(NULL);
	expect_tidied(STORE_CONFLICT, 1);
	begin(false);
	service_gives(&head);
	request.rev--;
	expect_tidied(STORE_CONFLICT, 1);
	begin(false);
	service_gives(&head);
	request.hash.bytes[0] ^= 1;
	expect_tidied(STORE_CONFLICT, 1);
	/* It goes on between two requests: at the index keys, or at a look. */
	for (int i = 0; i < 2; i++) {
		begin(true);
		const struct service_row meta = {.sort = "meta#",
										 .c = draft_item(service.arena, HEAD_REV, NULL, 0).bytes,
										 .p1 = i == 0 ? "t#status#open" : NULL,
										 .s1 = i == 0 ? "#d" : NULL};
		service_gives(&head);
		service_lists(&meta, 1, NULL);
		if (i == 0) {
			service_cancels("ConditionalCheckFailed");
			service_gives(NULL);
		} else {
			struct service_row moved = head;
			struct draft draft = draft_begin(service.arena, service.partition);
			const struct draft_head next = {.rev = HEAD_REV, .hash = request.hash};
			moved = service_head(draft_make(&draft, &next));
			service_lists(&moved, 1, NULL);
		}
		expect_tidied(STORE_CONFLICT, i == 0 ? 4 : 3);
	}
	/* Or it stands, and the row was one of before it. */
	begin(true);
	const struct service_row old = {.sort = "meta#",
									.c = draft_item(service.arena, HEAD_REV - 1, NULL, 0).bytes,
									.p1 = "t#status#open",
									.s1 = "#d"};
	service_gives(&head);
	service_lists(&old, 1, NULL);
	service_cancels("ConditionalCheckFailed");
	service_gives(&head);
	expect_tidied(STORE_UNKNOWN, 4);
}

/* ---- what no item needs ---- */

/* All that is erased goes: items of earlier revisions and what they have; not the marks of the newest. */
static void what_was_erased_goes(void)
{
	begin(true);
	struct draft first = draft_begin(service.arena, service.partition);
	struct draft last = draft_begin(service.arena, service.partition);
	const struct draft_head nothing = {.rev = 0}, before = {.rev = HEAD_REV - 1, .hash = {.bytes = {1}}};
	draft_put(&first, draft_key("file", "00001"), NULL, 0);
	draft_part(&first, draft_key("file", "00001"), 1, 100);
	draft_remove(&last, draft_key("file", "00001"));
	const struct store_change *put = draft_make(&first, &nothing);
	const struct service_row rows[] = {head, service_bundle(put, false, 0),
									   service_bundle(draft_make(&last, &before), false, 0)};
	const struct service_row parts = service_bundle(put, true, 0);
	service_gives(&head);
	service_lists(NULL, 0, NULL);
	for (int look = 0; look < 2; look++) {
		service_lists(rows, 3, NULL);
		service_lists(&parts, 1, NULL);
	}
	service_acknowledges();
	expect_tidied(STORE_DONE, 7);
	expect_integer(seconds_passed(), 1);
	expect(is_in_body(6, "{\"ConditionCheck\":{\"TableName\":\"dialogues\",\"Key\":{\"PK\":{\"S\":\"t#dialogue#d\"},"
						 "\"SK\":{\"S\":\"!head\"}},\"ConditionExpression\":\"#0 = :0 AND #1 >= :1 AND #2 < :2\""));
	expect(is_in_body(6, "{\"Delete\":{\"TableName\":\"dialogues\",\"Key\":{\"PK\":{\"S\":\"t#dialogue#d\"},"
						 "\"SK\":{\"S\":\"+bundle#0000000001#00\"}}}}"));
	expect(is_in_body(6, "~parts#0000000001#00") && !is_in_body(6, "+bundle#0000000008#00"));
}

/* What was to go at the first look and is needed at the second, when more of the revision is visible, stays. */
static void what_becomes_visible_stays(void)
{
	begin(true);
	struct draft first = draft_begin(service.arena, service.partition);
	const struct draft_head nothing = {.rev = 0};
	draft_put(&first, draft_key("file", "00001"), NULL, 0);
	draft_part(&first, draft_key("file", "00001"), 1, 100);
	const struct store_change *put = draft_make(&first, &nothing);
	const struct service_row rows[] = {head, service_bundle(put, false, 0)};
	const struct service_row parts = service_bundle(put, true, 0);
	service_gives(&head);
	service_lists(NULL, 0, NULL);
	service_lists(rows, 1, NULL);
	service_lists(&parts, 1, NULL);
	service_lists(rows, 2, NULL);
	service_lists(NULL, 0, NULL); /* parts of revisions 2 to 7 */
	expect_tidied(STORE_DONE, 6);
	expect(is_in_body(5, "~parts#0000000002#00") && is_in_body(5, "~parts#0000000007#99"));
}

/* ---- every history ---- */

static uint64_t state;

static unsigned draw(unsigned below)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(state >> 33) % below;
}

/* A row of a bundle: what became of each key in it. */
struct bundle {
	int64_t rev;
	enum { UNTOUCHED, PUT, REMOVED } what[KEYS];
	struct service_row row;
	bool gone;
};

/* The revision that each key is of; 0: it is not there. Bundles stand by revision. */
static void assemble(const struct bundle *bundles, size_t count, int64_t revs[KEYS])
{
	memset(revs, 0, KEYS * sizeof(revs[0]));
	for (size_t i = 0; i < count; i++)
		for (int k = 0; !bundles[i].gone && k < KEYS; k++)
			if (bundles[i].what[k] != UNTOUCHED)
				revs[k] = bundles[i].what[k] == PUT ? bundles[i].rev : 0;
}

/* Rows of one revision: keys below a boundary are in the first, the others in the second. */
static size_t draw_bundles(int64_t rev, struct bundle *bundles)
{
	const struct draft_head before = {.rev = rev - 1, .hash = {.bytes = {1}}};
	const int boundary = (int)draw(KEYS + 1);
	const unsigned rate = 2 + draw(4);
	size_t count = 0;
	for (int n = 0; n < 2; n++) {
		struct draft draft = draft_begin(service.arena, service.partition);
		struct bundle bundle = {.rev = rev};
		for (int k = n == 0 ? 0 : boundary; k < (n == 0 ? boundary : KEYS); k++) {
			const struct item_key key = draft_key("file", service_text("%05d", k + 1));
			if (draw(rate) != 0)
				continue;
			bundle.what[k] = draw(2) == 0 ? PUT : REMOVED;
			if (bundle.what[k] == PUT)
				draft_put(&draft, key, NULL, 0);
			else
				draft_remove(&draft, key);
		}
		if (draft.put_count + draft.removal_count == 0)
			continue;
		bundle.row = service_bundle(draft_make(&draft, &before), false, 0);
		bundle.row.sort = service_text("+bundle#%010lld#%02d", (long long)rev, n);
		bundles[count++] = bundle;
	}
	return count;
}

/* Rows of parts of one gap between revisions that are needed, told by the service. Their names are added to what is to go. */
static void give_gap(int64_t from, int64_t to, const char **gone, size_t *count)
{
	struct service_row rows[HEAD_REV] = {{.sort = NULL}};
	size_t found = 0;
	for (int64_t rev = from; rev <= to; rev++)
		rows[found++] = (struct service_row){.sort = service_text("~parts#%010lld#00", (long long)rev)};
	service_lists(rows, found, NULL);
	for (size_t i = 0; i < found; i++)
		gone[(*count)++] = rows[i].sort;
}

/* One look, whose rows are these; how many requests it takes. */
static size_t give_look(const struct service_row *rows, size_t row_count, const bool needed[HEAD_REV + 1],
						const char **gone, size_t *count)
{
	size_t requests = 1;
	service_lists(rows, row_count, NULL);
	for (int64_t from = 1; from < HEAD_REV; from++) {
		int64_t to = from;
		if (needed[from])
			continue;
		while (to + 1 < HEAD_REV && !needed[to + 1])
			to++;
		give_gap(from, to, gone, count);
		from = to;
		requests++;
	}
	return requests;
}

/* What goes is, older rows first, all that leaves every item as it is, and never the newest revision's. */
static void try_history(void)
{
	struct bundle bundles[ROWS_MAX];
	struct service_row rows[ROWS_MAX + 2];
	const char *gone[2 * ROWS_MAX + 2 * HEAD_REV];
	bool needed[HEAD_REV + 1] = {false};
	int64_t before[KEYS], after[KEYS];
	size_t count = 0, gone_count = 0, row_count = 0;
	begin(true);
	for (int64_t rev = 1; rev <= HEAD_REV; rev++)
		count += draw_bundles(rev, bundles + count);
	assemble(bundles, count, before);
	for (int k = 0; k < KEYS; k++)
		needed[before[k]] = true;
	rows[row_count++] = head;
	for (size_t i = 0; i < count; i++) {
		rows[row_count++] = bundles[i].row;
		bundles[i].gone = bundles[i].rev < HEAD_REV;
		assemble(bundles, count, after);
		bundles[i].gone = bundles[i].gone && memcmp(before, after, sizeof(before)) == 0;
		if (bundles[i].gone)
			gone[gone_count++] = bundles[i].row.sort;
	}
	const int64_t of_key = 1 + (int64_t)draw(HEAD_REV);
	rows[row_count++] = (struct service_row){.sort = "dek#0001", .c = draft_item(service.arena, of_key, NULL, 0).bytes};
	needed[of_key] = true;

	service_gives(&head);
	service_lists(NULL, 0, NULL);
	size_t requests = 2 + give_look(rows, row_count, needed, gone, &gone_count);
	const size_t wanted = gone_count;
	if (wanted > 0) {
		requests += 1 + give_look(rows, row_count, needed, gone, &gone_count);
		service_acknowledges();
	}
	expect_tidied(STORE_DONE, requests);
	if (wanted == 0)
		return;
	const char *body = service_body(requests - 1);
	for (size_t i = 0; i < wanted; i++) {
		body = strstr(body, "{\"Delete\":");
		expect(body != NULL);
		body = strstr(body, "\"SK\":{\"S\":\"");
		expect(body != NULL && strncmp(body + strlen("\"SK\":{\"S\":\""), gone[i], strlen(gone[i])) == 0);
	}
	expect(strstr(body, "{\"Delete\":") == NULL);
}

static void every_history(void)
{
	state = 20260101;
	for (int i = 0; i < ROUNDS; i++)
		try_history();
}

int main(void)
{
	static const struct expect_test tests[] = {
		{"index keys are set right under a check of the head", index_keys_are_set_right},
		{"nothing is tidied on another head", tidying_on_another_head},
		{"what was erased goes, with its parts", what_was_erased_goes},
		{"what becomes visible within a second stays", what_becomes_visible_stays},
		{"of any history goes what no item needs, older rows first", every_history},
	};
	const int code = expect_run(tests, sizeof(tests) / sizeof(tests[0]));
	service_end();
	return code;
}
