/*
 * An engine that passes everything on to another one and may change what comes back: the adversary who holds the
 * database.
 */
#ifndef TAMPERED_ENGINE_H
#define TAMPERED_ENGINE_H

#include "store_engine.h"

enum tampered_commit {
	TAMPERED_PASS,
	TAMPERED_UNKNOWN_AFTER,  /* carried out, but the answer is lost */
	TAMPERED_UNKNOWN_BEFORE, /* never carried out, and the answer is lost */
};

struct tampered_engine {
	struct store_engine engine;
	struct store_engine *inner;
	const char *identity;   /* given for that of inner; NULL: inner's */
	const char *swapped[2]; /* dialogues each of which is given for the other; NULL: none */
	const char *tenant;     /* whose dialogues are given; NULL: of whoever asks */
	const void *context;
	void (*on_load)(const struct tampered_engine *tampered, struct arena *arena, struct store_view *view);
	void (*on_history)(const struct tampered_engine *tampered, struct arena *arena, struct store_history *history);
	void (*on_parts)(const struct tampered_engine *tampered, struct arena *arena, struct store_parts *parts);
	void (*after_load)(const struct tampered_engine *tampered); /* something else happens in between */
	bool (*lacks_head)(const struct tampered_engine *tampered); /* whether a load finds rows without a head */
	enum tampered_commit commit;
	bool settle_forgets;                        /* settle answers STORE_STILL_UNKNOWN */
	enum hansard_status history_answer;         /* of every history; HANSARD_OK: inner's */
	const char *history_kind;                   /* of that error; NULL: "told_to" */
	size_t commits;                             /* sent so far */
	size_t reads;                               /* loads, histories and parts so far */
	struct store_history_request history_asked; /* the latest requests */
	struct store_parts_request parts_asked;
};

/* tampered_engine_init(tampered, inner): passes everything on. */
void tampered_engine_init(struct tampered_engine *tampered, struct store_engine *inner);

#endif
