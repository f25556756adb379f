/*
 * Signature Version 4: what is added to a request, the stages in their order, and the chain of keys.
 */
#include "sigv4.h"

#include "error.h"
#include "limits.h"
#include "mac.h"
#include "moment.h"
#include "secret.h"
#include "sigv4_canonical.h"

#define ALGORITHM TEXT("AWS4-HMAC-SHA256")
#define TERMINATOR TEXT("aws4_request")

static const char secret_prefix[] = {'A', 'W', 'S', '4'};

enum { DAY_SIZE = 8, PARAMETERS_ADDED = 6 };

void sigv4_init(struct sigv4 *sigv4)
{
	*sigv4 = (struct sigv4){.added_count = 0};
	buffer_init(&sigv4->signed_headers, LIMIT_SIGNED_BYTES);
	buffer_init(&sigv4->canonical_request, LIMIT_SIGNED_BYTES);
	buffer_init(&sigv4->string_to_sign, LIMIT_SIGNED_BYTES);
	buffer_init(&sigv4->credential, LIMIT_SIGNED_BYTES);
	buffer_init(&sigv4->authorization, LIMIT_SIGNED_BYTES);
	buffer_init(&sigv4->query, LIMIT_SIGNED_BYTES);
}

void sigv4_finish(struct sigv4 *sigv4)
{
	buffer_finish(&sigv4->signed_headers);
	buffer_finish(&sigv4->canonical_request);
	buffer_finish(&sigv4->string_to_sign);
	buffer_finish(&sigv4->credential);
	buffer_finish(&sigv4->authorization);
	buffer_finish(&sigv4->query);
	sigv4_init(sigv4);
}

static struct text date_text(const struct sigv4 *sigv4)
{
	return (struct text){.data = sigv4->date, .size = SIGV4_DATE_SIZE};
}

static struct text hex_text(const char hex[static SIGV4_HEX_SIZE])
{
	return (struct text){.data = hex, .size = SIGV4_HEX_SIZE};
}

/* Refuses what cannot be signed, and writes the date. */
static enum hansard_status begin(const struct sigv4_request *request, const struct aws_keys *keys, struct sigv4 *sigv4,
								 struct hansard_error *error)
{
	char moment[MOMENT_SIZE], compact[MOMENT_COMPACT_SIZE];
	if (keys->secret.size == 0 || keys->secret.size > LIMIT_AWS_SECRET)
		return error_set(error, HANSARD_INVALID, "not_signable", "a secret access key has 1 to %d bytes, this one %zu",
						 LIMIT_AWS_SECRET, keys->secret.size);
	if (request->header_count > LIMIT_SIGNED_FIELDS - SIGV4_ADDED ||
		sigv4_canonical_parameters(request->query) > LIMIT_SIGNED_FIELDS - PARAMETERS_ADDED)
		return error_set(error, HANSARD_INVALID, "not_signable",
						 "a request has more headers or parameters than are signed");
	if (!moment_format(request->time, moment))
		return error_set(error, HANSARD_INVALID, "not_signable", "a request is signed in no year but 0001 to 9999");
	moment_compact(moment, compact);
	memcpy(sigv4->date, compact, SIGV4_DATE_SIZE - 1);
	sigv4->date[SIGV4_DATE_SIZE - 1] = 'Z';
	return HANSARD_OK;
}

static void write_hex(const uint8_t bytes[static DIGEST_SIZE], char out[static SIGV4_HEX_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < DIGEST_SIZE; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
}

static bool hash_hex(struct hash_context *hash, struct bytes bytes, char out[static SIGV4_HEX_SIZE])
{
	struct digest digest;
	if (!hash_of(hash, &bytes, 1, &digest))
		return false;
	write_hex(digest.bytes, out);
	return true;
}

static bool by_query(const struct sigv4_request *request)
{
	return request->expires_s > 0;
}

static bool append_all(struct buffer *out, const struct text *pieces, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!buffer_append_text(out, pieces[i]))
			return false;
	return true;
}

static void add_header(struct sigv4 *sigv4, struct text name, struct text value)
{
	sigv4->added[sigv4->added_count++] = (struct http_field){.name = name, .value = value};
}

/* Adds the headers that stand beside a signature by header, and puts in order all that are signed. */
static void order_headers(const struct sigv4_request *request, const struct aws_keys *keys, struct sigv4 *sigv4,
						  struct sigv4_canonical_headers *headers)
{
	if (!by_query(request) && text_present(keys->token))
		add_header(sigv4, TEXT("X-Amz-Security-Token"), keys->token);
	const size_t not_signed = request->token_not_signed ? sigv4->added_count : 0;
	if (!by_query(request))
		add_header(sigv4, TEXT("X-Amz-Date"), date_text(sigv4));
	if (!by_query(request) && request->body_hash_sent)
		add_header(sigv4, TEXT("X-Amz-Content-Sha256"), hex_text(sigv4->body_hash));
	for (size_t i = 0; i < request->header_count; i++)
		sigv4_canonical_insert(headers, request->headers[i]);
	for (size_t i = not_signed; i < sigv4->added_count; i++)
		sigv4_canonical_insert(headers, sigv4->added[i]);
}

static bool write_credential(const struct sigv4_request *request, const struct aws_keys *keys, struct sigv4 *sigv4)
{
	const struct text pieces[] = {
		keys->id,         TEXT("/"),       text_slice(date_text(sigv4), 0, DAY_SIZE),
		TEXT("/"),        request->region, TEXT("/"),
		request->service, TEXT("/"),       TERMINATOR,
	};
	return append_all(&sigv4->credential, pieces, sizeof(pieces) / sizeof(pieces[0]));
}

static bool append_token(struct buffer *query, const struct aws_keys *keys)
{
	const struct http_field token = {.name = TEXT("X-Amz-Security-Token"), .value = keys->token};
	return !text_present(keys->token) || sigv4_canonical_parameter(query, token);
}

/* The query of a request that is signed by query, as far as it is signed. */
static bool write_query(const struct sigv4_request *request, const struct aws_keys *keys, struct sigv4 *sigv4)
{
	char expires[24];
	snprintf(expires, sizeof(expires), "%" PRId64, request->expires_s);
	const struct http_field parameters[] = {
		{.name = TEXT("X-Amz-Algorithm"), .value = ALGORITHM},
		{.name = TEXT("X-Amz-Credential"), .value = buffer_text(&sigv4->credential)},
		{.name = TEXT("X-Amz-Date"), .value = date_text(sigv4)},
		{.name = TEXT("X-Amz-SignedHeaders"), .value = buffer_text(&sigv4->signed_headers)},
		{.name = TEXT("X-Amz-Expires"), .value = text_of_string(expires)},
	};
	if (!buffer_append_text(&sigv4->query, request->query))
		return false;
	for (size_t i = 0; i < sizeof(parameters) / sizeof(parameters[0]); i++)
		if (!sigv4_canonical_parameter(&sigv4->query, parameters[i]))
			return false;
	return request->token_not_signed || append_token(&sigv4->query, keys);
}

/* Everything up to the canonical request. */
static bool write_canonical_request(const struct sigv4_request *request, const struct aws_keys *keys,
									struct sigv4 *sigv4)
{
	struct sigv4_canonical_headers headers = {.count = 0};
	struct buffer *out = &sigv4->canonical_request;
	order_headers(request, keys, sigv4, &headers);
	if (!sigv4_canonical_names(&sigv4->signed_headers, &headers) || !write_credential(request, keys, sigv4) ||
		(by_query(request) && !write_query(request, keys, sigv4)))
		return false;
	const struct text query = by_query(request) ? buffer_text(&sigv4->query) : request->query;
	const struct text start[] = {request->method, TEXT("\n")};
	const struct text end[] = {
		TEXT("\n"),
		buffer_text(&sigv4->signed_headers),
		TEXT("\n"),
		hex_text(sigv4->body_hash),
	};
	return append_all(out, start, 2) && sigv4_canonical_path(out, request) && buffer_append_byte(out, '\n') &&
		   sigv4_canonical_query(out, query) && buffer_append_byte(out, '\n') && sigv4_canonical_lines(out, &headers) &&
		   append_all(out, end, 4);
}

static bool write_string_to_sign(const struct aws_keys *keys, const char hash[static SIGV4_HEX_SIZE],
								 struct sigv4 *sigv4)
{
	const struct text scope = text_slice(buffer_text(&sigv4->credential), keys->id.size + 1, SIZE_MAX);
	const struct text pieces[] = {
		ALGORITHM, TEXT("\n"), date_text(sigv4), TEXT("\n"), scope, TEXT("\n"), hex_text(hash),
	};
	return append_all(&sigv4->string_to_sign, pieces, sizeof(pieces) / sizeof(pieces[0]));
}

/* Replaces a key by HMAC(HMAC(key, first step), second step) and so on, its first size by MAC_SIZE. */
static bool chain(uint8_t key[static MAC_SIZE], size_t size, const struct text *steps, size_t count)
{
	struct mac *mac = mac_create((struct bytes){.data = key, .size = size});
	bool good = mac != NULL;
	for (size_t i = 0; good && i < count; i++) {
		const struct bytes piece = bytes_of_text(steps[i]);
		good =
			(i == 0 || mac_rekey(mac, (struct bytes){.data = key, .size = MAC_SIZE})) && mac_key(mac, &piece, 1, key);
	}
	mac_destroy(mac);
	return good;
}

static bool write_signature(const struct sigv4_request *request, struct bytes secret, struct sigv4 *sigv4)
{
	uint8_t key[sizeof(secret_prefix) + LIMIT_AWS_SECRET];
	const struct text steps[] = {
		text_slice(date_text(sigv4), 0, DAY_SIZE), request->region, request->service, TERMINATOR,
		buffer_text(&sigv4->string_to_sign),
	};
	memcpy(key, secret_prefix, sizeof(secret_prefix));
	memcpy(key + sizeof(secret_prefix), secret.data, secret.size);
	const bool good = chain(key, sizeof(secret_prefix) + secret.size, steps, sizeof(steps) / sizeof(steps[0]));
	if (good)
		write_hex(key, sigv4->signature);
	secret_wipe(key, sizeof(key));
	return good;
}

/* What carries the signature: the end of the query, or the last header. */
static bool write_carrier(const struct sigv4_request *request, const struct aws_keys *keys, struct sigv4 *sigv4)
{
	const struct http_field signature = {.name = TEXT("X-Amz-Signature"), .value = hex_text(sigv4->signature)};
	const struct text pieces[] = {
		ALGORITHM,
		TEXT(" Credential="),
		buffer_text(&sigv4->credential),
		TEXT(", SignedHeaders="),
		buffer_text(&sigv4->signed_headers),
		TEXT(", Signature="),
		signature.value,
	};
	if (by_query(request))
		return (!request->token_not_signed || append_token(&sigv4->query, keys)) &&
			   sigv4_canonical_parameter(&sigv4->query, signature);
	if (!append_all(&sigv4->authorization, pieces, sizeof(pieces) / sizeof(pieces[0])))
		return false;
	add_header(sigv4, TEXT("Authorization"), buffer_text(&sigv4->authorization));
	return true;
}

static enum hansard_status crypto_failed(struct hansard_error *error)
{
	return error_set(error, HANSARD_FAILED, "crypto_failed", "the cryptographic library signed no request");
}

/* Fills an empty sigv4, in part when it fails. */
static enum hansard_status sign(struct hash_context *hash, const struct sigv4_request *request,
								const struct aws_keys *keys, struct sigv4 *sigv4, struct hansard_error *error)
{
	char request_hash[SIGV4_HEX_SIZE];
	const enum hansard_status status = begin(request, keys, sigv4, error);
	if (status != HANSARD_OK)
		return status;
	if (!hash_hex(hash, request->body, sigv4->body_hash))
		return crypto_failed(error);
	if (!write_canonical_request(request, keys, sigv4))
		return error_memory(error);
	if (!hash_hex(hash, buffer_view(&sigv4->canonical_request), request_hash))
		return crypto_failed(error);
	if (!write_string_to_sign(keys, request_hash, sigv4))
		return error_memory(error);
	if (!write_signature(request, keys->secret, sigv4))
		return crypto_failed(error);
	return write_carrier(request, keys, sigv4) ? HANSARD_OK : error_memory(error);
}

enum hansard_status sigv4_sign(struct hash_context *hash, const struct sigv4_request *request,
							   const struct aws_keys *keys, struct sigv4 *sigv4, struct hansard_error *error)
{
	sigv4_finish(sigv4);
	const enum hansard_status status = sign(hash, request, keys, sigv4, error);
	if (status != HANSARD_OK)
		sigv4_finish(sigv4);
	return status;
}
