/*
 * What errors advise about a dialogue that is kept, or is to be kept, in the other store of the configuration: commands that can be run
 * as they are printed.
 */
#ifndef VAULT_ADVICE_H
#define VAULT_ADVICE_H

#include "vault.h"

struct vault_phrase {
	char text[HANSARD_ERROR_HINT_SIZE];
};

/* vault_advice_read(vault, store, dialogue_id): how a dialogue is read in another store: "read it there: hansard show ID --set backend=dynamodb".
   `store`: its identity; absent: it is the other one of the configuration. */
struct vault_phrase vault_advice_read(const struct vault *vault, struct text store, struct text dialogue_id);

/* vault_advice_verify(vault, store, dialogue_id): the command that verifies a dialogue there, from which on its marks know of all its moves. */
struct vault_phrase vault_advice_verify(const struct vault *vault, struct text store, struct text dialogue_id);

/* vault_advice_migrate(vault, dialogue_id, words): the command that moves a dialogue from this store to the other one, or with more words
   (" --cancel") calls that off, or releases what is left. */
struct vault_phrase vault_advice_migrate(const struct vault *vault, struct text dialogue_id, const char *words);

/* vault_advice_fetch(vault, dialogue_id): the command that moves a dialogue here from the other store. */
struct vault_phrase vault_advice_fetch(const struct vault *vault, struct text dialogue_id);

/* vault_advice_anew(vault, dialogue_id): how what is here comes into the other store beside another one of its id: "hansard export ID > FILE;
   hansard import FILE --as OTHER --set backend=dynamodb"; and how that other one, of which nothing was seen, is read. */
struct vault_phrase vault_advice_anew(const struct vault *vault, struct text dialogue_id);

#endif
