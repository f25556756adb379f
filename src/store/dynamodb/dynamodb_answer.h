/*
 * Answers in DynamoDB's JSON, read strictly: what is not as the API Reference has it is refused, not guessed. Pure.
 */
#ifndef DYNAMODB_ANSWER_H
#define DYNAMODB_ANSWER_H

#include <jansson.h>

#include "arena.h"

/* An answer, which owns its values. */
struct dynamodb_answer {
	json_t *root;
};

/* dynamodb_answer_read(body, ret_answer, error): an object. Errors: HANSARD_FAILED "invalid_answer" (what answers is no
   DynamoDB), "out_of_memory". */
enum hansard_status dynamodb_answer_read(struct bytes body, struct dynamodb_answer *ret_answer,
										 struct hansard_error *error);

/* dynamodb_answer_finish(answer): frees it. Takes one that is zeroed or already finished. */
void dynamodb_answer_finish(struct dynamodb_answer *answer);

/* dynamodb_answer_rows(answer): how many rows a Query or Scan has brought; SIZE_MAX: that is none of its answers.
   dynamodb_answer_row(answer, i): one of them, owned by the answer. */
size_t dynamodb_answer_rows(const struct dynamodb_answer *answer);
const json_t *dynamodb_answer_row(const struct dynamodb_answer *answer, size_t i);

/* dynamodb_answer_count(answer, ret_count): how many rows a Query has counted. False: that is none of its answers. */
bool dynamodb_answer_count(const struct dynamodb_answer *answer, int64_t *ret_count);

/* dynamodb_answer_item(answer): the row that GetItem has found, owned by the answer; NULL: there is none. */
const json_t *dynamodb_answer_item(const struct dynamodb_answer *answer);

/* dynamodb_answer_last(answer, ret_last): the keys behind which the next page begins, as a row; NULL: this was the last. False where
   what stands in their place is neither. */
bool dynamodb_answer_last(const struct dynamodb_answer *answer, const json_t **ret_last);

/* dynamodb_answer_has(row, name): whether it has such an attribute, of whatever kind. */
bool dynamodb_answer_has(const json_t *row, const char *name);

/* dynamodb_answer_text(row, name): a text, owned by the answer; absent when there is none of this name and kind. */
struct text dynamodb_answer_text(const json_t *row, const char *name);

/* dynamodb_answer_number(row, name, ret_number): an integer 0..2^53 - 1; false when there is none of this name and kind. */
bool dynamodb_answer_number(const json_t *row, const char *name, int64_t *ret_number);

/* dynamodb_answer_bytes(row, name, arena, ret_bytes): bytes, copied into the arena. HANSARD_VIOLATED without a message when there
   are none of this name and kind; HANSARD_FAILED when memory is exhausted. */
enum hansard_status dynamodb_answer_bytes(const json_t *row, const char *name, struct arena *arena,
										  struct bytes *ret_bytes);

/* dynamodb_answer_capacity(answer): units that the service says were consumed, in thousandths; 0 where it says nothing. */
int64_t dynamodb_answer_capacity(const struct dynamodb_answer *answer);

#endif
