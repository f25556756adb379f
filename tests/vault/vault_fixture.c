/*
 * Engines, vault, changes.
 */
#include "vault_fixture.h"

#include <unistd.h>

#include "cbor_write.h"
#include "fixed_keys.h"
#include "memory_engine.h"
#include "sqlite_engine.h"
#ifdef VAULT_DYNAMODB
#include "vault_dynamodb.h"
#endif

/* What a test starts from must be there: without it no test of the program can tell anything. */
__attribute__((noreturn)) static void bail(int line, const char *what)
{
	printf("Bail out! vault_fixture.c:%d: %s\n", line, what);
	exit(1);
}

#define require(condition) ((condition) ? (void)0 : bail(__LINE__, #condition))

static int64_t tick(void *context)
{
	struct fixture *fixture = context;
	fixture->now += 1000000;
	return fixture->now;
}

/* A number in which every bit of another shows (the last steps of SplitMix64): the service remembers tokens that are made of these, of
   all tables and for minutes. */
static uint64_t mixed(uint64_t number)
{
	number *= UINT64_C(0x9e3779b97f4a7c15);
	number = (number ^ number >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	number = (number ^ number >> 27) * UINT64_C(0x94d049bb133111eb);
	return number ^ number >> 31;
}

static bool draw(void *context, uint8_t *data, size_t size)
{
	struct fixture *fixture = context;
	for (size_t i = 0; i < size; i++) {
		uint64_t drawn = fixture->draws == 0 ? 0x5a : (fixture->draws >> 8 * (i % 4)) + i;
		if (fixture->salt != 0)
			drawn = mixed(fixture->salt + fixture->draws * UINT64_C(16) + i);
		data[i] = (uint8_t)(drawn & 0xff);
	}
	fixture->draws++;
	return !fixture->no_entropy;
}

static void open_inner(struct fixture *fixture, enum fixture_engine engine)
{
	const struct moment_clock clock = {.now = tick, .context = fixture};
	const struct moment_entropy entropy = {.fill = draw, .context = fixture};
	if (engine == FIXTURE_MEMORY) {
		require(memory_engine_open(clock, entropy, &fixture->inner, &fixture->error) == HANSARD_OK);
		return;
	}
#ifdef VAULT_DYNAMODB
	if (engine == FIXTURE_DYNAMODB) {
		static uint64_t begun;
		fixture->salt = ((uint64_t)getpid() << 40) + (++begun << 24);
		fixture->inner = vault_dynamodb_open(clock, entropy, &fixture->error);
		require(fixture->inner != NULL);
		return;
	}
#endif
	folder_make("vault", fixture->folder);
	snprintf(fixture->path, sizeof(fixture->path), "%s/store.db", fixture->folder);
	const struct sqlite_engine_options options = {
		.path = text_of_string(fixture->path), .mode = SQLITE_ENGINE_CREATE, .clock = clock, .entropy = entropy};
	require(sqlite_engine_open(&options, &fixture->inner, &fixture->error) == HANSARD_OK);
}

size_t fixture_step(void)
{
#ifdef VAULT_DYNAMODB
	return getenv("HANSARD_TEST_EVERY") != NULL ? 1 : 13;
#else
	return 1;
#endif
}

const char *fixture_lacking(enum fixture_engine engine)
{
#ifdef VAULT_DYNAMODB
	return engine == FIXTURE_DYNAMODB ? vault_dynamodb_lacking() : NULL;
#else
	return engine == FIXTURE_DYNAMODB ? "this program is built without DynamoDB" : NULL;
#endif
}

void fixture_fill(struct fixture *fixture, enum fixture_engine engine)
{
	fixture_finish(fixture);
	fixture->now = INT64_C(1795165200000000);
	fixture->arena = arena_create(LIMIT_ARENA);
	require(fixture->arena != NULL);
	open_inner(fixture, engine);
	tampered_engine_init(&fixture->tampered, fixture->inner);
	require(fixed_keys_create(TEXT("acme"), 1, &fixture->keyring, &fixture->error) == HANSARD_OK);
	fixture->options = (struct vault_options){
		.engine = &fixture->tampered.engine,
		.keyring = fixture->keyring,
		.actor = TEXT("judge"),
		.clock = {.now = tick, .context = fixture},
		.entropy = {.fill = draw, .context = fixture},
	};
	require(vault_create(&fixture->options, &fixture->vault, &fixture->error) == HANSARD_OK);
}

void fixture_finish(struct fixture *fixture)
{
	vault_destroy(fixture->vault);
	keyring_destroy(fixture->keyring);
	if (fixture->inner != NULL)
		fixture->inner->ops->close(fixture->inner);
	arena_destroy(fixture->arena);
	require(folder_remove(fixture->folder));
	*fixture = (struct fixture){0};
}

static struct bytes keep(struct fixture *fixture, struct buffer *buffer)
{
	struct bytes bytes;
	require(arena_copy(fixture->arena, buffer_view(buffer), &bytes));
	buffer_finish(buffer);
	return bytes;
}

struct bytes fixture_attrs(struct fixture *fixture, const char *status)
{
	struct buffer out = {.ceiling = LIMIT_DOCUMENT};
	struct cbor_writer writer;
	cbor_write_begin(&writer, &out);
	cbor_write_map(&writer, status == NULL ? 0 : 1);
	if (status != NULL) {
		cbor_write_text(&writer, TEXT("status"));
		cbor_write_text(&writer, text_of_string(status));
	}
	require(cbor_write_finish(&writer));
	return keep(fixture, &out);
}

struct plain_bytes fixture_sealed(struct fixture *fixture, size_t size)
{
	struct buffer out = {.ceiling = LIMIT_DOCUMENT};
	struct cbor_writer writer;
	/* a1, the name, a head of 1, 2, 3 or 5 bytes, the letters. Between two heads lie one or two sizes that only a longer
	   name reaches. */
	static const struct {
		size_t head, most;
	} heads[] = {{1, 23}, {2, 255}, {3, 65535}, {5, SIZE_MAX}};
	struct text name = {.data = "letter", .size = 4};
	size_t at = 0;
	while (size - 2 - 6 - heads[at].head > heads[at].most)
		at++;
	while (size - 2 - name.size - heads[at].head > heads[at].most)
		name.size++;
	const size_t count = size - 2 - name.size - heads[at].head;
	char *letters = arena_allocate(fixture->arena, size);
	require(letters != NULL);
	memset(letters, 'a' + (int)(size % 7), size);
	cbor_write_begin(&writer, &out);
	cbor_write_map(&writer, 1);
	cbor_write_text(&writer, name);
	cbor_write_text(&writer, (struct text){.data = letters, .size = count});
	require(cbor_write_finish(&writer));
	require(out.size == size);
	return (struct plain_bytes){.bytes = keep(fixture, &out)};
}

struct item_key fixture_key(const char *type, const char *subkey)
{
	return (struct item_key){.type = text_of_string(type), .subkey = text_of_string(subkey)};
}

struct vault_change fixture_put(struct fixture *fixture, const char *type, const char *subkey, size_t sealed_size)
{
	char status[32];
	snprintf(status, sizeof(status), "open %" PRId64, fixture->now % 1000000000);
	return (struct vault_change){
		.key = fixture_key(type, subkey),
		.attrs = fixture_attrs(fixture, status),
		.plain = sealed_size == 0 ? (struct plain_bytes){.bytes = {.size = 0}} : fixture_sealed(fixture, sealed_size),
	};
}

struct vault_change fixture_file(struct fixture *fixture, const char *subkey, size_t size)
{
	uint8_t *content = arena_allocate(fixture->arena, size);
	require(content != NULL);
	for (size_t i = 0; i < size; i++)
		content[i] = (uint8_t)(i * 31 + i / 251);
	return (struct vault_change){
		.key = fixture_key("file", subkey),
		.attrs = fixture_attrs(fixture, NULL),
		.plain = fixture_sealed(fixture, 20),
		.has_content = true,
		.content = {.bytes = {.data = content, .size = size}},
	};
}

struct vault_change fixture_remove(const char *type, const char *subkey)
{
	return (struct vault_change){.key = fixture_key(type, subkey), .remove = true};
}

void fixture_create(struct fixture *fixture, const struct vault_change *changes, size_t count)
{
	const struct vault_commit commit = {.operation = "create", .changes = changes, .change_count = count};
	int64_t rev = 0;
	const enum hansard_status status = vault_create_dialogue(fixture->vault, TEXT("d"), &commit, &rev, &fixture->error);
	if (status != HANSARD_OK)
		bail(__LINE__, fixture->error.message);
	require(rev == 1);
}

void fixture_append(struct fixture *fixture, const struct vault_change *changes, size_t count)
{
	const struct vault_commit commit = {.operation = "update", .changes = changes, .change_count = count};
	const struct vault_state *state = fixture_load(fixture);
	int64_t rev = 0;
	const enum hansard_status status = vault_append(fixture->vault, state, &commit, &rev, &fixture->error);
	if (status != HANSARD_OK)
		bail(__LINE__, fixture->error.message);
	require(rev == state->rev + 1);
}

struct vault_state *fixture_load(struct fixture *fixture)
{
	struct vault_state *state = NULL;
	if (vault_load(fixture->vault, TEXT("d"), fixture->arena, &state, &fixture->error) != HANSARD_OK)
		bail(__LINE__, fixture->error.message);
	return state;
}

enum hansard_status fixture_try(struct fixture *fixture)
{
	struct vault_state *state = NULL;
	struct arena *arena = arena_create(LIMIT_ARENA);
	require(arena != NULL);
	fixture->error = (struct hansard_error){0};
	const enum hansard_status status = vault_load(fixture->vault, TEXT("d"), arena, &state, &fixture->error);
	require((status == HANSARD_OK) == (state != NULL));
	require(status == fixture->error.status);
	arena_destroy(arena);
	return status;
}

void fixture_story(struct fixture *fixture)
{
	const struct vault_change first[] = {
		fixture_put(fixture, "meta", "", 60),
		fixture_put(fixture, "expert", "muffin", 0),
	};
	fixture_create(fixture, first, 2);
	const struct vault_change second[] = {
		fixture_put(fixture, "tension", "00#01", 40),
		fixture_put(fixture, "perspective", "00#01", 30),
		fixture_file(fixture, "00001", 50),
		fixture_file(fixture, "00002", LIMIT_PIECE + 9),
		fixture_put(fixture, "claim", "00#01", LIMIT_PIECE + 5),
		fixture_file(fixture, "00003", 20),
	};
	fixture_append(fixture, second, 6);
	const struct vault_change third[] = {
		fixture_put(fixture, "tension", "00#01", 50),
		fixture_put(fixture, "meta", "", 61),
		fixture_remove("file", "00003"),
	};
	fixture_append(fixture, third, 3);
}

const struct vault_item *fixture_find(const struct vault_state *state, const char *type, const char *subkey)
{
	for (size_t i = 0; i < state->item_count; i++)
		if (item_key_compare(state->items[i].key, fixture_key(type, subkey)) == 0)
			return &state->items[i];
	return NULL;
}
