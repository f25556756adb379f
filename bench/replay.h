/*
 * A bare socket, the floor of what a request takes: it sends bytes that were recorded and reads one answer of HTTP.
 */
#ifndef REPLAY_H
#define REPLAY_H

#include "bytes.h"

struct replay {
	int socket;
	struct buffer answer;
};

/* replay_begin(replay, port): connects to this machine; replay_end(replay) closes it. */
void replay_begin(struct replay *replay, int port);
void replay_end(struct replay *replay);

/* replay_send(replay, request): sends it and reads the answer to its last byte. Ends the program unless that is a 200. */
void replay_send(struct replay *replay, struct bytes request);

#endif
