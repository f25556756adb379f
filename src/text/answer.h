/*
 * Answers for programs: one JSON object that begins with "schema_version" and "kind", keys in a fixed order, what is
 * absent left out.
 */
#ifndef ANSWER_H
#define ANSWER_H

#include "entity.h"
#include "error.h"
#include "json_write.h"

struct answer {
	struct json_writer writer;
	size_t start; /* size of the buffer when the answer began */
};

/* answer_begin(answer, out, kind): opens the object. */
void answer_begin(struct answer *answer, struct buffer *out, const char *kind);

/* answer_finish(answer, error): closes it. HANSARD_FAILED when memory ran out; the buffer is then as it was. */
enum hansard_status answer_finish(struct answer *answer, struct hansard_error *error);

/* answer_reopen(answer, out): opens one that was finished again, behind its last member. False when out holds something else; when memory
   runs out before it is finished again, out is empty. */
bool answer_reopen(struct answer *answer, struct buffer *out);

/* A pair of an open object; an absent value writes none. A text that is not UTF-8 is shown as utf8_append_line does. */
void answer_text(struct answer *answer, const char *key, struct text value);
void answer_string(struct answer *answer, const char *key, const char *value);
void answer_boolean(struct answer *answer, const char *key, bool value);
void answer_integer(struct answer *answer, const char *key, int64_t value);
void answer_number(struct answer *answer, const char *key, struct schema_integer value);
void answer_word(struct answer *answer, const char *key, const struct vocabulary *vocabulary, unsigned value);
/* answer_moment(answer, key, micros): microseconds since 1970 as a stored moment; 0, and what no calendar has, writes none. */
void answer_moment(struct answer *answer, const char *key, int64_t micros);
void answer_texts(struct answer *answer, const char *key, const struct text_list *list);

/* answer_item(answer, value): a text, present and shown likewise, as an element of the open array. */
void answer_item(struct answer *answer, struct text value);

/* answer_fields(answer, head): every present field of an entity as pairs of the open object. */
void answer_fields(struct answer *answer, const struct entity_head *head);

/* answer_claim(answer, key, said, record): {"said": ..., "record": ...}; an absent claim is left out of it. */
void answer_claim(struct answer *answer, const char *key, struct schema_integer said, struct schema_integer record);

/* answer_array(answer, key), answer_object(answer, key): open one (key NULL: as an element); answer_end(answer)
   closes it. */
void answer_array(struct answer *answer, const char *key);
void answer_object(struct answer *answer, const char *key);
void answer_end(struct answer *answer);

#endif
