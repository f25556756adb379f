/*
 * Keys that change while a vault is open: who keeps the keyring what the configuration has.
 */
#ifndef VAULT_GUARD_H
#define VAULT_GUARD_H

#include <stdbool.h>

#include <hansard/error.h>

struct vault_guard {
	/* refresh(context, ret_changed, error): brings the keyring up to date; *ret_changed is set also on failure, where it is false.
	   Errors: those of opening keys. */
	enum hansard_status (*refresh)(void *context, bool *ret_changed, struct hansard_error *error);
	/* begin(context, ret_changed, error): the same, and from here to end(context) no key that it has is taken out of use. Nothing is
	   begun on failure. Errors: HANSARD_BUSY "keys_busy"; those of opening keys. */
	enum hansard_status (*begin)(void *context, bool *ret_changed, struct hansard_error *error);
	void (*end)(void *context);
	void *context;
};

#endif
