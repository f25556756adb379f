/*
 * Whether the newest import into a dialogue reached its end: each of its commits but the last is of an operation of its own, so
 * that the history says it, to whoever has the public key.
 */
#ifndef VAULT_IMPORTS_H
#define VAULT_IMPORTS_H

#include "vault.h"

/* The operation of the last commit of an import, and that of every one before it. */
#define VAULT_IMPORTS_LAST "import"
#define VAULT_IMPORTS_PART "import-part"

/* vault_imports_operation(operation): whether a commit of this operation is of an import, its last one or not. */
bool vault_imports_operation(struct text operation);

/* vault_imports_part(commits, count): of commits by rev, the rev of the newest that is of an import, where that is not its last one:
   the import has not reached its end, and no other one has since. 0: it has, or there was none, or the dialogue was erased. */
int64_t vault_imports_part(const struct commit *commits, size_t count);

/* vault_imports_part_of(vault, state, arena, ret_rev, error): likewise of a verified state. Where its newest commit is of an import
   nothing is read; else the history is, once. Errors: as vault_history. */
enum hansard_status vault_imports_part_of(struct vault *vault, const struct vault_state *state, struct arena *arena,
										  int64_t *ret_rev, struct hansard_error *error);

/* vault_imports_behind(operation): whether a commit of this operation says nothing of imports because it changes nothing of the record:
   generation, rewrap, restore, migrate-… . */
bool vault_imports_behind(struct text operation);

/* vault_imports_part_found(vault, dialogue_id, ret_rev, error): likewise by the commits that are stored. Nothing is verified; what is no
   commit of its place is passed over. Errors: HANSARD_FAILED, and those of the boundary. */
enum hansard_status vault_imports_part_found(struct vault *vault, struct text dialogue_id, int64_t *ret_rev,
											 struct hansard_error *error);

#endif
