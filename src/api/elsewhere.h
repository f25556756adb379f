/*
 * How the other store of a configuration is reached.
 */
#ifndef ELSEWHERE_H
#define ELSEWHERE_H

#include "settings.h"
#include "vault.h"

/* elsewhere_advice(arena, settings, of_other, ret_advice): what a vault over the store that the configuration names advises, or, of_other, one
   over the other store of it. Lives in the arena. False when memory is exhausted. */
bool elsewhere_advice(struct arena *arena, const struct settings *settings, bool of_other,
					  struct vault_advice *ret_advice);

/* elsewhere_keep(arena, settings, backend, ret_text): what makes that backend the store from then on: "backend = dynamodb in FILE, line 4";
   absent where the configuration says so already. False when memory is exhausted. */
bool elsewhere_keep(struct arena *arena, const struct settings *settings, const char *backend, struct text *ret_text);

#endif
