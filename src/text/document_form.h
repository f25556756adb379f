/*
 * The form of a recorded document, for its writer and its reader.
 *
 *     <!-- ... -->              the opening: its first line (DOCUMENT_OPENING)
 *     # Alignment Dialogue: ... the prose, for people; what others wrote stands in block quotes, or in one line
 *     ## Record
 *     <details> ...
 *     ```json
 *     {...}                     the record as the JSON export has it, each entity on a line
 *     ```
 *     </details>
 *
 * Who reads such a document reads the record and nothing of the prose: no body can pose as a fact. In the prose every
 * text of others stands in a quote or within a line, and in JSON no text goes over its line: nothing that anybody wrote
 * can be the section's heading or its fence. Whether the prose says what the record says is found by writing it again.
 *
 * What a document does not carry: the kept files, and what belongs to one store: where the dialogue was read from, when
 * it last changed, and the digests of registered batches.
 */
#ifndef DOCUMENT_FORM_H
#define DOCUMENT_FORM_H

#include "draft.h"
#include "problem.h"
#include "record.h"

#define DOCUMENT_OPENING "<!-- Written by `hansard render`: an import reads the record at its end. -->"

/* document_form_carried(arena, record, ret_carried): the record without what a document does not carry; entities are
   shared but for those that lose something. False when memory is exhausted. */
bool document_form_carried(struct arena *arena, const struct record *record, struct record *ret_carried);

/* document_form_open(draft): writes the opening. document_form_close(draft, record): writes the section that holds the
   record. Errors: HANSARD_FAILED. */
void document_form_open(struct draft *draft);
enum hansard_status document_form_close(struct draft *draft, const struct record *record, struct hansard_error *error);

/* document_form_opens(content): the document begins with the opening. */
bool document_form_opens(struct text content);

/* document_form_read(arena, content, problems, ret_record, error): the record that a document carries, and in problems
   why it carries none; then *ret_record is not usable. Where the prose is not what the record gives there is a warning
   with the first such line. Errors: HANSARD_FAILED (memory). */
enum hansard_status document_form_read(struct arena *arena, struct text content, struct problem_list *problems,
									   struct record *ret_record, struct hansard_error *error);

/* document_form_prose(arena, content, ret_prose): the prose with blanks in place of block quotes and of all from the
   record's section on, line for line: what is left to be read of a document whose record cannot be. False when memory is
   exhausted. */
bool document_form_prose(struct arena *arena, struct text content, struct text *ret_prose);

#endif
