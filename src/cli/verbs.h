/*
 * What each command does: asks the public API and writes its answer. Each returns the exit code.
 */
#ifndef VERBS_H
#define VERBS_H

#include "invocation.h"

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
int verbs_doctor(struct invocation *invocation);

#endif
