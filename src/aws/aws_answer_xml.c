/*
 * Elements of XML, and references in place: what one stands for is never longer than how it is written.
 */
#include "aws_answer_xml.h"

enum { NAME_SIZE = 32 };

struct text aws_answer_xml_element(struct text text, const char *name)
{
	char tag[NAME_SIZE];
	snprintf(tag, sizeof(tag), "<%s>", name);
	const size_t begin = text_find(text, text_of_string(tag), 0);
	if (!text_present(text) || begin == SIZE_MAX)
		return TEXT_ABSENT;
	const size_t from = begin + strlen(tag);
	snprintf(tag, sizeof(tag), "</%s>", name);
	const size_t to = text_find(text, text_of_string(tag), from);
	return to == SIZE_MAX ? TEXT_ABSENT : text_slice(text, from, to);
}

static const struct {
	const char *reference;
	char character;
} references[] = {
	{"&amp;", '&'}, {"&lt;", '<'},  {"&gt;", '>'},  {"&quot;", '"'}, {"&apos;", '\''}, {"&#34;", '"'},  {"&#39;", '\''},
	{"&#43;", '+'}, {"&#61;", '='}, {"&#47;", '/'}, {"&#10;", '\n'}, {"&#xA;", '\n'},  {"&#13;", '\r'}, {"&#xD;", '\r'},
};

/* The character that a reference at the beginning of text stands for; NUL when it is none that is known. */
static char resolve(struct text text, size_t *ret_size)
{
	for (size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++) {
		const struct text reference = text_of_string(references[i].reference);
		*ret_size = reference.size;
		if (text_starts_with(text, reference))
			return references[i].character;
	}
	return '\0';
}

struct text aws_answer_xml_text(struct buffer *answer, struct text inner)
{
	if (inner.size == 0)
		return inner;
	char *data = (char *)answer->data + ((const uint8_t *)inner.data - answer->data);
	size_t to = 0;
	for (size_t from = 0, size; from < inner.size; from += size) {
		size = 1;
		data[to] = inner.data[from];
		if (data[to] == '<')
			return TEXT_ABSENT;
		if (inner.data[from] == '&' && (data[to] = resolve(text_slice(inner, from, inner.size), &size)) == '\0')
			return TEXT_ABSENT;
		to++;
	}
	return text_trim((struct text){.data = data, .size = to});
}
