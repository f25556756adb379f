/*
 * Failures of the transport. UNREACHABLE is what another try may get over.
 */
#include "http_failure.h"

#include <curl/curl.h>

#include "error.h"

enum { DETAIL_SIZE = 256 }; /* as libcurl has it */

struct row {
	CURLcode code;
	enum hansard_status status;
	const char *kind;
	const char *words;
	const char *hint;
};

static const char look[] = "check the network, the region and the endpoint";
static const char again[] = "run it again; if it stays so, check the network";
static const char authority[] =
	"if a proxy or an endpoint of your own signs its certificates, name its authority's file in AWS_CA_BUNDLE";
static const char bundle[] = "AWS_CA_BUNDLE must name a file of certificates (PEM) that can be read";
static const char service[] = "check the endpoint: something else than the service answers there";
static const char proxy[] = "check HTTPS_PROXY, and whether NO_PROXY should name this host";

static const struct row rows[] = {
	{CURLE_COULDNT_RESOLVE_HOST, HANSARD_UNREACHABLE, "name_not_resolved", "the name cannot be resolved", look},
	{CURLE_COULDNT_RESOLVE_PROXY, HANSARD_UNREACHABLE, "name_not_resolved", "the proxy's name cannot be resolved",
	 proxy},
	{CURLE_COULDNT_CONNECT, HANSARD_UNREACHABLE, "not_connected", "no connection can be made", look},
	{CURLE_PROXY, HANSARD_UNREACHABLE, "not_connected", "the proxy makes no connection", proxy},
	{CURLE_OPERATION_TIMEDOUT, HANSARD_UNREACHABLE, "timed_out", "there is no answer in time", again},
	{CURLE_GOT_NOTHING, HANSARD_UNREACHABLE, "connection_lost", "the connection ended without an answer", again},
	{CURLE_SEND_ERROR, HANSARD_UNREACHABLE, "connection_lost", "the connection ended while it was asked", again},
	{CURLE_RECV_ERROR, HANSARD_UNREACHABLE, "connection_lost", "the connection ended before the answer did", again},
	{CURLE_PARTIAL_FILE, HANSARD_UNREACHABLE, "connection_lost", "the connection ended before the answer did", again},
	{CURLE_ABORTED_BY_CALLBACK, HANSARD_UNREACHABLE, "connection_lost", "connections end without an answer", again},
	{CURLE_SSL_CONNECT_ERROR, HANSARD_UNREACHABLE, "tls_failed", "no secure connection (TLS 1.2 or newer) can be made",
	 look},
	{CURLE_PEER_FAILED_VERIFICATION, HANSARD_FAILED, "certificate_refused", "its certificate cannot be verified",
	 authority},
	{CURLE_SSL_CACERT_BADFILE, HANSARD_FAILED, "invalid_ca_bundle", "the file of certificates cannot be used", bundle},
	{CURLE_UNSUPPORTED_PROTOCOL, HANSARD_FAILED, "not_http", "what answers does not speak HTTP", service},
	{CURLE_WEIRD_SERVER_REPLY, HANSARD_FAILED, "not_http", "what answers does not speak HTTP", service},
};

/* What curl says, with seconds in the place of milliseconds: "Connection timed out after 10.0 seconds". */
static void in_seconds(const char *detail, char text[static DETAIL_SIZE])
{
	static const char unit[] = " milliseconds";
	const char *end = strstr(detail, unit), *from = end;
	long ms = 0;
	while (from != NULL && from > detail && from[-1] >= '0' && from[-1] <= '9')
		from--;
	for (const char *at = from; at != end && ms < 1000000000; at++)
		ms = 10 * ms + (*at - '0');
	if (from == end)
		snprintf(text, DETAIL_SIZE, "%s", detail);
	else
		snprintf(text, DETAIL_SIZE, "%.*s%ld.%ld seconds%s", (int)(from - detail), detail, ms / 1000, ms % 1000 / 100,
				 end + strlen(unit));
}

enum hansard_status http_failure_set(const struct http_failure *failure, struct hansard_error *error)
{
	static const struct row other = {0, HANSARD_FAILED, "transport_failed", "it cannot be asked", again};
	const struct row *row = &other;
	char said[DETAIL_SIZE];
	if (failure->code == CURLE_OUT_OF_MEMORY)
		return error_memory(error);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if ((int)rows[i].code == failure->code)
			row = &rows[i];
	const char *detail = failure->detail[0] != '\0' ? failure->detail : curl_easy_strerror((CURLcode)failure->code);
	in_seconds(detail, said);
	error_set(error, row->status, row->kind, ERROR_TEXT ": %s (%s)", ERROR_TEXT_ARGS(failure->whom), row->words, said);
	error_hint(error, "%s", row->hint);
	return row->status;
}
