/*
 * Whatever may be handed in as a batch or as an export: refused with problems, never a crash.
 */
#include "batch.h"
#include "exchange.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *json;
	if (json_read(TEXT("fuzz"), (struct bytes){.data = data, .size = size}, &json, NULL) != HANSARD_OK)
		return 0;
	struct arena *arena = arena_create((size_t)256 << 20);
	if (arena != NULL) {
		struct problem_list problems;
		struct batch *batch;
		struct record record;
		problem_begin(&problems, arena);
		batch_read(arena, json, &problems, &batch, NULL);
		problem_begin(&problems, arena);
		exchange_read(arena, json, &problems, &record, NULL);
		arena_destroy(arena);
	}
	json_decref(json);
	return 0;
}
