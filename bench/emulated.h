/*
 * A table in the emulator of the tests, an engine that has opened it, and the requests that the engine sends, as they are sent.
 */
#ifndef EMULATED_H
#define EMULATED_H

#include <hansard/hansard.h>

#include "store_engine.h"

enum { EMULATED_REQUESTS = 8 };

/* One request whose answer was good: all its bytes, and where its body begins. */
struct emulated_request {
	char operation[32]; /* of the service, "Query" */
	struct buffer bytes;
	size_t body;
};

/* What was sent while it was listened to, the first of it. */
struct emulated_log {
	struct emulated_request requests[EMULATED_REQUESTS];
	size_t count;
};

struct emulated;

/* emulated_make(platform, ret_reason): a table of its own, and an engine on one open connection. NULL with the reason where the
   emulator cannot be had; any other failure ends the program. */
struct emulated *emulated_make(const struct hansard_platform *platform, const char **ret_reason);

/* emulated_destroy(emulated): closes the engine, too; the emulator ends with the program. Takes NULL. */
void emulated_destroy(struct emulated *emulated);

struct store_engine *emulated_engine(struct emulated *emulated);

/* emulated_listen(emulated): requests are kept from now on, in an empty log. emulated_log(emulated): ends that and gives it, valid
   until it is listened to again. */
void emulated_listen(struct emulated *emulated);
const struct emulated_log *emulated_log(struct emulated *emulated);

/* emulated_endpoint(emulated): the URL, NUL-terminated; emulated_port(emulated): its port. */
const char *emulated_endpoint(const struct emulated *emulated);
int emulated_port(const struct emulated *emulated);

#endif
