/*
 * Problems as the checks of a batch find them, each with what an agent needs to mend it.
 */
#ifndef COMPLAIN_H
#define COMPLAIN_H

#include "dialogue.h"

/* complain(problems, code, path, value, format, ...): one problem with this message. */
void complain(struct problem_list *problems, enum problem_code code, struct text path, struct text value,
			  const char *format, ...) __attribute__((format(printf, 5, 6)));

/* complain_with(problems, problem, format, ...): the same with everything else that is known of it. */
void complain_with(struct problem_list *problems, const struct problem *problem, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* complain_expert(problems, changes, record, path, value): unknown_expert, with who is known and who may be meant. */
void complain_expert(struct problem_list *problems, const struct dialogue_changes *changes, const struct record *record,
					 struct text path, struct text value);

/* complain_newcomer(problems, record, path, slug, roleless): a warning when the slug of a new expert is a slip away
   from that of one who is known, or when no role was given. */
void complain_newcomer(struct problem_list *problems, const struct record *record, struct text path, struct text slug,
					   bool roleless);

/* complain_target(problems, record, path, value): target_not_found, with the nearest id there is, or the id that the
   statement of that local id was given. */
void complain_target(struct problem_list *problems, const struct record *record, struct text path, struct text value);

/* complain_abandoned(problems, record, path): a problem when the dialogue was abandoned: it takes nothing new. */
void complain_abandoned(struct problem_list *problems, const struct record *record, struct text path);

/* complain_refusal(problems, kind, error): HANSARD_INVALID with this kind, naming the first problem and how many
   there are; HANSARD_FAILED when the list is not complete. */
enum hansard_status complain_refusal(const struct problem_list *problems, const char *kind,
									 struct hansard_error *error);

#endif
