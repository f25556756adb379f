/*
 * A dialogue loaded and a round registered, sealed and verified, on one open connection to the emulator of the tests, against what the
 * same requests take without hansard: a bare socket that sends the very bytes and reads the answers, and boto3 from Python; a load
 * also against a query by AWS's own encryption of items in Java, where that is asked for.
 */
#include <unistd.h>

#include "bench.h"
#include "child.h"
#include "create.h"
#include "emulated.h"
#include "fixture.h"
#include "java.h"
#include "limits.h"
#include "measure.h"
#include "replay.h"

enum { LOADS = 200, ROUNDS = 60, JAVA_LOADS = 40, NAMES = 16 };

/* Who sends the requests; dialogues are named after them, all with names of one length. */
enum side { OURS, BARE, BOTO };
static const struct {
	const char *title, *id, *token; /* with the token of an attempt beginning so */
} sides[] = {[OURS] = {"Ours", "ours", ""}, [BARE] = {"Bare", "bare", "ba5e"}, [BOTO] = {"Boto", "boto", "b070"}};

struct setting {
	const struct bench *bench;
	struct fixture *fixture; /* whose keys it has */
	struct emulated *emulated;
	struct vault *vault;
	struct replay replay;
	struct child boto;
	bool has_boto;
	size_t dialogues;
};

/* ---- requests of others, made of ours ---- */

/* Writes `to` over each `from` of the same length. */
static void rename_all(struct buffer *bytes, const char *from, const char *to)
{
	const size_t size = strlen(from);
	uint8_t *at = bytes->data;
	while ((at = memmem(at, (size_t)(bytes->data + bytes->size - at), from, size)) != NULL)
		memcpy(at, to, size);
}

/* A transaction's token, which is the id of the attempt in its rows, too. */
static void retoken(struct buffer *bytes, const char *beginning)
{
	static const char name[] = "\"ClientRequestToken\":\"";
	char token[37] = "", other[37] = "";
	const uint8_t *at = memmem(bytes->data, bytes->size, name, strlen(name));
	if (at == NULL)
		return;
	memcpy(token, at + strlen(name), sizeof(token) - 1);
	memcpy(other, token, sizeof(other));
	memcpy(other, beginning, strlen(beginning));
	rename_all(bytes, token, other);
}

/* The same request about another side's dialogue `n`. */
static void become_of(struct buffer *bytes, enum side side, size_t n)
{
	char from[NAMES], to[NAMES];
	snprintf(from, sizeof(from), "%s-%04zu", sides[OURS].id, n);
	snprintf(to, sizeof(to), "%s-%04zu", sides[side].id, n);
	rename_all(bytes, from, to);
	retoken(bytes, sides[side].token);
}

static double ask_boto(struct setting *setting, const struct emulated_request *request)
{
	char path[600], line[700], answer[CHILD_LINE];
	snprintf(path, sizeof(path), "%s/boto3-body", setting->bench->folder);
	FILE *file = fopen(path, "w");
	const size_t size = request->bytes.size - request->body;
	if (file == NULL || fwrite(request->bytes.data + request->body, 1, size, file) != size || fclose(file) != 0)
		measure_die("%s cannot be written", path);
	snprintf(line, sizeof(line), "%s %s", request->operation, path);
	child_ask(&setting->boto, line, answer);
	return strtod(answer, NULL);
}

/* Sends all of a log as another side; the microseconds of that. */
static double send_as(struct setting *setting, const struct emulated_log *log, enum side side, size_t n)
{
	double took = 0;
	for (size_t i = 0; i < log->count; i++) {
		struct emulated_request request = log->requests[i];
		buffer_init(&request.bytes, log->requests[i].bytes.size);
		if (!buffer_append(&request.bytes, buffer_view(&log->requests[i].bytes)))
			measure_die("no memory");
		become_of(&request.bytes, side, n);
		const double begin = measure_now_us();
		if (side == BARE)
			replay_send(&setting->replay, buffer_view(&request.bytes));
		took += side == BARE ? measure_now_us() - begin : ask_boto(setting, &request);
		buffer_finish(&request.bytes);
	}
	return took;
}

/* ---- what is measured ---- */

struct figures {
	struct measure ours, bare, boto;
};

static struct text create_ours(struct setting *setting, size_t n)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct text title, id;
	struct arena *arena = setting->fixture->arena;
	if (!arena_format(arena, &title, "%s %04zu", sides[OURS].title, n))
		measure_die("no memory");
	const struct create_options options = {.title = title, .operation = "create"};
	fixture_must(create_dialogue(setting->vault, &options, arena, &id, &error), &error);
	return id;
}

/* One dialogue of each side: created by the same requests, then the round of it. Returns ours. */
static struct text register_all(struct setting *setting, const json_t *round, struct figures *figures)
{
	const size_t n = setting->dialogues++;
	emulated_listen(setting->emulated);
	const struct text id = create_ours(setting, n);
	const struct emulated_log *log = emulated_log(setting->emulated);
	send_as(setting, log, BARE, n);
	if (setting->has_boto)
		send_as(setting, log, BOTO, n);
	emulated_listen(setting->emulated);
	measure_add(&figures->ours, fixture_register(setting->vault, id, round));
	log = emulated_log(setting->emulated);
	measure_add(&figures->bare, send_as(setting, log, BARE, n));
	if (setting->has_boto)
		measure_add(&figures->boto, send_as(setting, log, BOTO, n));
	return id;
}

static void load_all(struct setting *setting, struct text id, struct figures *figures)
{
	emulated_listen(setting->emulated);
	fixture_load(setting->vault, id);
	const struct emulated_log *log = emulated_log(setting->emulated);
	for (size_t i = 0; i < bench_repeats(setting->bench, LOADS); i++) {
		measure_add(&figures->bare, send_as(setting, log, BARE, 0));
		measure_add(&figures->ours, fixture_load(setting->vault, id));
		if (setting->has_boto)
			measure_add(&figures->boto, send_as(setting, log, BOTO, 0));
	}
}

static void tell(const struct setting *setting, const char *what, struct figures *figures)
{
	const double ours = measure_median(&figures->ours), bare = measure_median(&figures->bare);
	measure_line("dynamodb", ours / bare,
				 "%s: median %.0f us, a bare socket that replays the requests %.0f us (aim: at most 1.3)", what, ours,
				 bare);
	if (!setting->has_boto)
		return;
	const double boto = measure_median(&figures->boto);
	measure_line("dynamodb", ours / boto,
				 "%s: median %.0f us, boto3 without encryption %.0f us (aim of a load: at most 0.5)", what, ours, boto);
}

/* Ours and the others in turns, when the others' machine is warm. */
static void load_beside_java(struct setting *setting, struct text id, const json_t *round)
{
	static const char *const ways[] = {[JAVA_PLAIN] = "without encryption",
									   [JAVA_KEYED] = "encrypted and authenticated",
									   [JAVA_SIGNED] = "encrypted and signed, its default"};
	static struct java java;
	static struct measure loads;
	if (!java_begin(&java, setting->bench, emulated_endpoint(setting->emulated), round))
		return;
	for (size_t i = 0; i < bench_repeats(setting->bench, JAVA_LOADS); i++) {
		measure_add(&loads, fixture_load(setting->vault, id));
		java_load(&java);
	}
	java_end(&java);
	const double ours = measure_median(&loads);
	for (size_t i = 0; i < JAVA_WAYS; i++) {
		const double others = measure_median(&java.ways[i]);
		measure_line("dynamodb", others / ours,
					 "AWS's client in Java, %s, against the load: median %.0f us a query, the load %.0f us", ways[i],
					 others, ours);
	}
}

/* ---- setting up ---- */

static void begin_boto(struct setting *setting)
{
	const char *const words[] = {"/usr/bin/env", "python3", BOTO3_TOOL, emulated_endpoint(setting->emulated), NULL};
	char answer[CHILD_LINE];
	child_begin(&setting->boto, words);
	child_answer(&setting->boto, answer);
	setting->has_boto = strcmp(answer, "ready") == 0;
	if (!setting->has_boto)
		measure_note("dynamodb", "without boto3: %s", answer);
}

static void make_vault(struct setting *setting)
{
	struct hansard_error error = {.status = HANSARD_OK};
	const struct hansard_platform *platform = &setting->fixture->platform;
	const struct vault_options options = {.engine = emulated_engine(setting->emulated),
										  .keyring = setting->fixture->keyring,
										  .actor = TEXT("bench"),
										  .clock = {.now = platform->now, .context = platform->context},
										  .entropy = {.fill = platform->entropy, .context = platform->context}};
	fixture_must(vault_create(&options, &setting->vault, &error), &error);
}

static void measure_both(struct setting *setting)
{
	static struct figures loads, registers;
	json_t *round = fixture_round(BENCH_ITEMS);
	const struct text first = register_all(setting, round, &registers);
	load_all(setting, first, &loads);
	for (size_t i = 1; i < bench_repeats(setting->bench, ROUNDS); i++)
		register_all(setting, round, &registers);
	measure_note("dynamodb",
				 "over an emulator on a loopback address, not over the service: the ratios are of what is done here");
	tell(setting, "100 items of 1 KB loaded and verified", &loads);
	tell(setting, "100 items of 1 KB loaded before, sealed and registered", &registers);
	if (setting->bench->java)
		load_beside_java(setting, first, round);
	json_decref(round);
}

void dynamodb_run(struct bench *bench)
{
	const char *reason = "";
	struct setting setting = {.bench = bench, .fixture = fixture_make(bench->folder, "dynamodb")};
	setting.emulated = emulated_make(&setting.fixture->platform, &reason);
	if (setting.emulated == NULL) {
		measure_note("dynamodb", "not measured: %s", reason);
		fixture_destroy(setting.fixture);
		return;
	}
	make_vault(&setting);
	replay_begin(&setting.replay, emulated_port(setting.emulated));
	begin_boto(&setting);
	measure_both(&setting);
	child_end(&setting.boto);
	replay_end(&setting.replay);
	vault_destroy(setting.vault);
	emulated_destroy(setting.emulated);
	fixture_destroy(setting.fixture);
}
