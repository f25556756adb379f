/*
 * The document's second half.
 */
#ifndef DOCUMENT_PRIVATE_H
#define DOCUMENT_PRIVATE_H

#include "markdown.h"
#include "survey.h"

/* document_field(draft, name, value): a line `- **Name**: value`; nothing for an empty value. */
void document_field(struct draft *draft, const char *name, struct text value);

/* document_outcome_write(draft, survey): the verdict, dissent and minority, interim decisions, tensions, insights. */
void document_outcome_write(struct draft *draft, const struct survey *survey);

/* document_rounds_write(draft, survey): what was said, round by round: synthesis, statements with their references,
   moves. */
void document_rounds_write(struct draft *draft, const struct survey *survey);

#endif
