/*
 * The little of XML that answers of STS need: elements without attributes, by name, and their texts.
 */
#ifndef AWS_ANSWER_XML_H
#define AWS_ANSWER_XML_H

#include "bytes.h"

/* aws_answer_xml_element(text, name): what stands between the first <name> in text and the next </name>; absent when
   there is no such pair, or text is absent. */
struct text aws_answer_xml_element(struct text text, const char *name);

/* aws_answer_xml_text(answer, inner): what an element's inside says, resolved in place in the answer that it is a view
   into, and trimmed; absent when it is absent, holds another element or a reference to no character. */
struct text aws_answer_xml_text(struct buffer *answer, struct text inner);

#endif
