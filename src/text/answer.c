/*
 * Answers for programs.
 */
#include "answer.h"

#include "entity_json.h"
#include "moment.h"
#include "utf8.h"
#include "view.h"

void answer_begin(struct answer *answer, struct buffer *out, const char *kind)
{
	answer->start = out->size;
	json_write_begin(&answer->writer, out, false);
	json_write_object(&answer->writer);
	answer_integer(answer, "schema_version", VIEW_SCHEMA_VERSION);
	answer_text(answer, "kind", text_of_string(kind));
}

enum hansard_status answer_finish(struct answer *answer, struct hansard_error *error)
{
	json_write_end(&answer->writer);
	if (json_write_finish(&answer->writer))
		return HANSARD_OK;
	answer->writer.out->size = answer->start;
	return error_memory(error);
}

bool answer_reopen(struct answer *answer, struct buffer *out)
{
	const struct text begin = TEXT("{\n  \"schema_version\""), end = TEXT("\n}\n"), whole = buffer_text(out);
	if (!text_starts_with(whole, begin) || !text_equal(text_slice(whole, whole.size - end.size, whole.size), end))
		return false;
	out->size -= end.size;
	answer->start = 0;
	json_write_resume(&answer->writer, out);
	return true;
}

/* JSON has no other text than UTF-8: of a path or of a damaged store it may be anything. */
void answer_item(struct answer *answer, struct text value)
{
	struct buffer line;
	if (utf8_valid(bytes_of_text(value))) {
		json_write_text(&answer->writer, value);
		return;
	}
	buffer_init(&line, LIMIT_DOCUMENT);
	json_write_text(&answer->writer, utf8_append_line(&line, value) ? buffer_text(&line) : TEXT_ABSENT);
	buffer_finish(&line);
}

void answer_text(struct answer *answer, const char *key, struct text value)
{
	if (!text_present(value))
		return;
	json_write_key(&answer->writer, key);
	answer_item(answer, value);
}

void answer_string(struct answer *answer, const char *key, const char *value)
{
	answer_text(answer, key, text_of_string(value));
}

void answer_moment(struct answer *answer, const char *key, int64_t micros)
{
	char text[MOMENT_SIZE];
	if (micros != 0 && moment_format(micros, text))
		answer_text(answer, key, (struct text){.data = text, .size = sizeof text});
}

void answer_boolean(struct answer *answer, const char *key, bool value)
{
	json_write_key(&answer->writer, key);
	json_write_boolean(&answer->writer, value);
}

void answer_integer(struct answer *answer, const char *key, int64_t value)
{
	json_write_key(&answer->writer, key);
	json_write_integer(&answer->writer, value);
}

void answer_number(struct answer *answer, const char *key, struct schema_integer value)
{
	if (value.present)
		answer_integer(answer, key, value.value);
}

void answer_word(struct answer *answer, const char *key, const struct vocabulary *vocabulary, unsigned value)
{
	answer_text(answer, key, vocabulary_word(vocabulary, value));
}

void answer_texts(struct answer *answer, const char *key, const struct text_list *list)
{
	if (!list->present)
		return;
	answer_array(answer, key);
	for (size_t i = 0; i < list->count; i++)
		answer_item(answer, list->items[i]);
	answer_end(answer);
}

void answer_fields(struct answer *answer, const struct entity_head *head)
{
	entity_json_write(&answer->writer, entity_shape(head->type), head);
}

void answer_claim(struct answer *answer, const char *key, struct schema_integer said, struct schema_integer record)
{
	answer_object(answer, key);
	answer_number(answer, "said", said);
	answer_number(answer, "record", record);
	answer_end(answer);
}

void answer_array(struct answer *answer, const char *key)
{
	if (key != NULL)
		json_write_key(&answer->writer, key);
	json_write_array(&answer->writer);
}

void answer_object(struct answer *answer, const char *key)
{
	if (key != NULL)
		json_write_key(&answer->writer, key);
	json_write_object(&answer->writer);
}

void answer_end(struct answer *answer)
{
	json_write_end(&answer->writer);
}
