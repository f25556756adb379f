/*
 * The engine writes one layout only. What inline would take is written through it as statements without references, whose texts are
 * longer by what a reference takes inside: items of the sizes that they would have. A reference that begins at an older statement is
 * left out of it, where that statement would be written again: what is printed favours inline.
 */
#include "layouts.h"

#include "create.h"
#include "emulated.h"
#include "fixture.h"
#include "generated.h"
#include "measure.h"

enum { REPEATS = 7, LOADS = 5, INLINE_BYTES = 44, TEXT_MAX = 4096 };

enum layout { ONE_BY_ONE, INLINE, LAYOUTS };

struct figures {
	struct measure written, loaded;
};

/* A statement without its references, longer by them. */
static void take_in(json_t *statement)
{
	char text[TEXT_MAX];
	const json_t *refs = json_object_get(statement, "refs");
	const char *body = json_string_value(json_object_get(statement, "body"));
	const size_t size = strlen(body), more = json_array_size(refs) * INLINE_BYTES;
	if (size + more >= sizeof(text))
		measure_die("a statement with too many references");
	memcpy(text, body, size);
	memset(text + size, 'r', more);
	text[size + more] = '\0';
	json_object_set_new(statement, "body", json_string(text));
	json_object_del(statement, "refs");
}

static json_t *round_in(enum layout layout, int round, size_t count)
{
	static const char *const lists[] = {"perspectives", "recommendations", "claims"};
	json_t *json = generated_round(round, count);
	if (layout == ONE_BY_ONE)
		return json;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		for (size_t j = 0; j < json_array_size(json_object_get(json, lists[i])); j++)
			take_in(json_array_get(json_object_get(json, lists[i]), j));
	json_object_del(json, "refs");
	return json;
}

static void measure_dialogue(struct vault *vault, enum layout layout, size_t items, struct figures *figures)
{
	struct hansard_error error = {.status = HANSARD_OK};
	const struct create_options options = {.title = TEXT("Generated"), .operation = "create"};
	struct arena *arena = arena_create((size_t)1 << 20);
	struct text id;
	double written = 0;
	fixture_must(create_dialogue(vault, &options, arena, &id, &error), &error);
	for (int round = 0; round < GENERATED_ROUNDS; round++) {
		json_t *json = round_in(layout, round, generated_statements(items));
		written += fixture_register(vault, id, json);
		json_decref(json);
	}
	measure_add(&figures->written, written);
	for (int i = 0; i < LOADS; i++)
		measure_add(&figures->loaded, fixture_load(vault, id));
	arena_destroy(arena);
}

/* One dialogue in a table of its own; false where there can be none. */
static bool measure_once(const struct fixture *fixture, enum layout layout, size_t items, struct figures *figures)
{
	struct hansard_error error = {.status = HANSARD_OK};
	const char *reason = "";
	struct vault *vault;
	struct emulated *emulated = emulated_make(&fixture->platform, &reason);
	if (emulated == NULL) {
		measure_note("cost", "the time of both layouts is not measured: %s", reason);
		return false;
	}
	const struct vault_options options = {
		.engine = emulated_engine(emulated),
		.keyring = fixture->keyring,
		.actor = TEXT("bench"),
		.clock = {.now = fixture->platform.now, .context = fixture->platform.context},
		.entropy = {.fill = fixture->platform.entropy, .context = fixture->platform.context}};
	fixture_must(vault_create(&options, &vault, &error), &error);
	measure_dialogue(vault, layout, items, figures);
	vault_destroy(vault);
	emulated_destroy(emulated);
	return true;
}

static void tell(size_t items, struct figures figures[LAYOUTS])
{
	static const char *const names[] = {[ONE_BY_ONE] = "one by one", [INLINE] = "inline"};
	for (size_t i = 0; i < LAYOUTS; i++)
		measure_note(
			"cost",
			"time over the emulator, %zu items, references %-10s  %d rounds written %.1f ms, loaded %.2f ms (medians)",
			items, names[i], (int)GENERATED_ROUNDS, measure_median(&figures[i].written) / 1e3,
			measure_median(&figures[i].loaded) / 1e3);
}

void layouts_time(const struct bench *bench, const struct fixture *fixture, const size_t items[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		static struct figures figures[LAYOUTS];
		memset(figures, 0, sizeof(figures));
		for (size_t j = 0; j < (bench->quick ? 1 : REPEATS) * (size_t)LAYOUTS; j++)
			if (!measure_once(fixture, j % LAYOUTS, items[i], &figures[j % LAYOUTS]))
				return;
		tell(items[i], figures);
	}
}
