/*
 * What each command does: asks the public API and writes its answer. Each returns the exit code.
 */
#ifndef VERBS_H
#define VERBS_H

#include "invocation.h"

/* verbs_answer(invocation, out): writes an answer where there is one, and frees it. Returns the exit code. */
int verbs_answer(const struct invocation *invocation, struct hansard_output *out);

/* verbs_conclude(invocation, status, out, error): closes the store, writes an answer where there is one, reports a failure where there is
   one, and frees the answer. A signal that was held back ends the process when nothing is open any more. */
int verbs_conclude(struct invocation *invocation, enum hansard_status status, struct hansard_output *out,
				   const struct hansard_error *error);

/* verbs_open(invocation, error): opens the store that is meant. */
enum hansard_status verbs_open(struct invocation *invocation, struct hansard_error *error);

/* verbs_open_keyless(invocation, error): the same without a key: for what opens nothing and believes no head, so that nobody is asked for
   a passphrase. */
enum hansard_status verbs_open_keyless(struct invocation *invocation, struct hansard_error *error);

/* verbs_ask(invocation, question): a command that asks one thing of one dialogue, or of none. */
int verbs_ask(struct invocation *invocation,
			  enum hansard_status (*question)(struct hansard *, const char *, struct hansard_output *,
											  struct hansard_error *));

int verbs_init(struct invocation *invocation);
int verbs_import(struct invocation *invocation);
int verbs_list(struct invocation *invocation);
int verbs_show(struct invocation *invocation);
int verbs_scoreboard(struct invocation *invocation);
int verbs_tensions(struct invocation *invocation);
int verbs_log(struct invocation *invocation);
int verbs_stats(struct invocation *invocation);
int verbs_render(struct invocation *invocation);
int verbs_export(struct invocation *invocation);
int verbs_create(struct invocation *invocation);
int verbs_panel(struct invocation *invocation);
int verbs_context(struct invocation *invocation);
int verbs_register(struct invocation *invocation);
int verbs_update(struct invocation *invocation);
int verbs_verdict(struct invocation *invocation);
int verbs_abandon(struct invocation *invocation);
int verbs_verify(struct invocation *invocation);
int verbs_audit(struct invocation *invocation);
int verbs_table(struct invocation *invocation);
int verbs_doctor(struct invocation *invocation);

/* In verbs_sealed.c and verbs_keys.c. */
int verbs_receipt(struct invocation *invocation);
int verbs_erase(struct invocation *invocation);
int verbs_backup(struct invocation *invocation);
int verbs_migrate(struct invocation *invocation);
int verbs_leakage(struct invocation *invocation);
int verbs_keys(struct invocation *invocation);

#endif
