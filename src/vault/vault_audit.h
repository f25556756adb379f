/*
 * Uses of keys, told to whoever keeps a log of them: what was done with which key, how often, and how it ended. No content
 * and no key is told.
 */
#ifndef VAULT_AUDIT_H
#define VAULT_AUDIT_H

#include "bytes.h"

enum vault_use {
	VAULT_USE_DERIVE = 1, /* a KEK from the UMK */
	VAULT_USE_WRAP,       /* a DEK under a KEK */
	VAULT_USE_UNWRAP,
	VAULT_USE_SEAL, /* items and parts with a DEK */
	VAULT_USE_OPEN,
};

enum vault_outcome {
	VAULT_OUTCOME_SUCCESS = 1,
	VAULT_OUTCOME_FAILURE, /* what was to be opened is not what was sealed, or the library failed */
	VAULT_OUTCOME_DENIED,  /* there is no such key here */
};

struct vault_audit_event {
	enum vault_use use;
	struct text key_id; /* of a KEK: its id; of a DEK: the address of its wrap */
	int64_t count;
	enum vault_outcome outcome;
};

/* Where uses are told. */
struct vault_audit {
	/* record(context, event, error): keeps it. Errors: HANSARD_FAILED; HANSARD_BUSY when others keep it; what was asked of the vault fails with it. */
	enum hansard_status (*record)(void *context, const struct vault_audit_event *event, struct hansard_error *error);
	void *context;
};

#endif
