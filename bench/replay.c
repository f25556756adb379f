/*
 * Sends, and reads until the length that the answer names.
 */
#include "replay.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "measure.h"

enum { ANSWER_MAX = 1 << 24, PIECE = 1 << 18 };

void replay_begin(struct replay *replay, int port)
{
	const int on = 1;
	const struct sockaddr_in there = {
		.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
	replay->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	buffer_init(&replay->answer, ANSWER_MAX);
	if (replay->socket < 0 || connect(replay->socket, (const struct sockaddr *)&there, sizeof(there)) != 0 ||
		setsockopt(replay->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) != 0)
		measure_die("no connection to port %d", port);
}

void replay_end(struct replay *replay)
{
	close(replay->socket);
	buffer_finish(&replay->answer);
}

static void send_all(const struct replay *replay, struct bytes request)
{
	while (request.size > 0) {
		const ssize_t size = send(replay->socket, request.data, request.size, MSG_NOSIGNAL);
		if (size <= 0)
			measure_die("a bare socket cannot send");
		request.data += size;
		request.size -= (size_t)size;
	}
}

/* Where the body ends, once the headers are there; SIZE_MAX before. */
static size_t end_of(struct text answer)
{
	const size_t headers = text_find(answer, TEXT("\r\n\r\n"), 0);
	if (headers == SIZE_MAX)
		return SIZE_MAX;
	const char *length = strcasestr(answer.data, "\r\ncontent-length:");
	if (!text_starts_with(answer, TEXT("HTTP/1.1 200")) || length == NULL)
		measure_die("a request that was replayed is answered with %.*s", (int)answer.size, answer.data);
	return headers + 4 + (size_t)strtol(length + strlen("\r\ncontent-length:"), NULL, 10);
}

void replay_send(struct replay *replay, struct bytes request)
{
	static char piece[PIECE];
	struct buffer *answer = &replay->answer;
	size_t end = SIZE_MAX;
	answer->size = 0;
	send_all(replay, request);
	while (end == SIZE_MAX || answer->size < end) {
		const ssize_t size = recv(replay->socket, piece, sizeof(piece), 0);
		if (size <= 0 || !buffer_append_text(answer, (struct text){.data = piece, .size = (size_t)size}) ||
			!buffer_append_byte(answer, 0))
			measure_die("a request that was replayed is not answered");
		answer->size--;
		if (end == SIZE_MAX)
			end = end_of(buffer_text(answer));
	}
}
