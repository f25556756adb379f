/*
 * Answers that the API composes itself: an import report derived again, lists across dialogues.
 */
#ifndef REPORT_H
#define REPORT_H

#include "derive.h"
#include "library.h"
#include "session.h"

/* report_of_dialogue(request, dialogue, error): derives the import report again from the kept files of a dialogue and writes it. */
enum hansard_status report_of_dialogue(struct session_request *request, struct dialogue *dialogue,
									   struct hansard_error *error);

/* report_fold(request, indent, format, ...): appends a line to an answer in text, folded at the width that the caller wants, each of
   its lines behind `indent` blanks. report_item(request, text): likewise one of a list, behind "  - ". report_pair(request, subject,
   rest): both on one line behind two blanks, or, where it is too wide, the rest on lines of its own below. False when memory is
   exhausted. */
bool report_fold(struct session_request *request, size_t indent, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
bool report_item(struct session_request *request, const char *text);
bool report_pair(struct session_request *request, struct text subject, struct text rest);

/* report_problems(request, id, problems, error): what is wrong with a batch. */
enum hansard_status report_problems(struct session_request *request, struct text id,
									const struct problem_list *problems, struct hansard_error *error);

/* report_similar(request, similar, count, left, error): dialogues most like one, and those that could not be compared. */
enum hansard_status report_similar(struct session_request *request, const struct library_similar *similar, size_t count,
								   const struct left_list *left, struct hansard_error *error);

/* report_left(request, left, error): in an answer in text a line for each that is left out. Errors: HANSARD_FAILED. */
enum hansard_status report_left(struct session_request *request, const struct left_list *left,
								struct hansard_error *error);

/* report_open_tensions(request, error): the open tensions of all dialogues, by dialogue: the index names the dialogues,
   each is opened verified. Those that cannot be opened for a fault of their own are left out and named: the error is then the
   worst of theirs, with the answer of the others. */
enum hansard_status report_open_tensions(struct session_request *request, struct hansard_error *error);

/* report_derive(request, dialogue, ret_result, error): derives a record again from the imported files of a dialogue. */
enum hansard_status report_derive(struct session_request *request, struct dialogue *dialogue,
								  struct derive_result *ret_result, struct hansard_error *error);

#endif
