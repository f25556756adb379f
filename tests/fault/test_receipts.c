/*
 * A signature that cannot be checked says nothing of who made it: the library below answers as where memory ran out.
 */
#include "error.h"
#include "note.h"
#include "stage.h"

#define OWN "where-the-record-lives"

enum hansard_status __real_note_verify(const struct note *note, struct note_trust trust, struct hansard_error *error);
enum hansard_status __wrap_note_verify(const struct note *note, struct note_trust trust, struct hansard_error *error);

static bool failing; /* the next check is not made */

enum hansard_status __wrap_note_verify(const struct note *note, struct note_trust trust, struct hansard_error *error)
{
	if (!failing)
		return __real_note_verify(note, trust, error);
	failing = false;
	return error_set(error, HANSARD_FAILED, "crypto_failed", "the check was not made");
}

static void unchecked(void)
{
	struct stage stage;
	struct hansard *store = NULL;
	struct hansard_output receipt = {.data = NULL}, answer = {.data = NULL};
	struct hansard_error error = {.status = HANSARD_OK};
	stage_begin(&stage);
	stage_turn(&stage, CHAPTER_REGISTERED);
	expect_good(stage_open(&stage, &store, &error), &error);
	expect_good(hansard_receipt(store, OWN, &receipt, &error), &error);
	const struct hansard_input input = {.name = "-", .data = receipt.data, .size = receipt.size};
	failing = true;
	expect(hansard_verify_receipt(store, &input, &answer, &error) == HANSARD_FAILED);
	expect(!failing && answer.data == NULL && strcmp(error.kind, "crypto_failed") == 0);
	expect_good(hansard_verify_receipt(store, &input, &answer, &error), &error);
	hansard_output_free(&answer);
	hansard_output_free(&receipt);
	hansard_close(store);
	stage_finish(&stage);
}

int main(void)
{
	static const struct expect_test tests[] = {
		{"a receipt whose signature could not be checked is not called forged", unchecked},
	};
	return expect_run(tests, sizeof(tests) / sizeof(tests[0]));
}
