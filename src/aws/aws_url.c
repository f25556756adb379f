/*
 * URLs of endpoints.
 */
#include "aws_url.h"

#include <arpa/inet.h>

enum { ADDRESS_SIZE = 64 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Whether each character is visible ASCII that a URL may have where it is not taken apart. */
static bool is_plain(struct text text)
{
	for (size_t i = 0; i < text.size; i++)
		if (text.data[i] <= ' ' || text.data[i] > '~' || strchr("\\#\"<>^`{|}", text.data[i]) != NULL)
			return false;
	return true;
}

/* Offset of the first of `characters` in text; its size when there is none. */
static size_t find_any(struct text text, const char *characters)
{
	size_t at = 0;
	while (at < text.size && strchr(characters, text.data[at]) == NULL)
		at++;
	return at;
}

/* The host as a NUL-terminated string, for inet_pton(). False when it is too long for an address. */
static bool spell(struct text host, char ret_string[static ADDRESS_SIZE])
{
	if (host.size >= ADDRESS_SIZE)
		return false;
	memcpy(ret_string, host.data, host.size);
	ret_string[host.size] = '\0';
	return true;
}

static bool read_address(int family, struct text host, void *ret_address)
{
	char string[ADDRESS_SIZE];
	return spell(host, string) && inet_pton(family, string, ret_address) == 1;
}

/* A name, or an address of IPv4. What looks like a number at its end must be an address: resolvers read 127.1 and
   0x7f.1 as addresses, too. */
static bool is_host(struct text host)
{
	struct in_addr address;
	size_t label = 0;
	for (size_t i = 0; i < host.size; i++) {
		if (!is_letter(host.data[i]) && !is_digit(host.data[i]) && strchr("-_.", host.data[i]) == NULL)
			return false;
		if (host.data[i] == '.')
			label = i + 1;
	}
	if (host.size == 0 || host.size > 253 || label == host.size)
		return false;
	return !is_digit(host.data[label]) || read_address(AF_INET, host, &address);
}

static bool is_port(struct text port)
{
	unsigned long number = 0;
	for (size_t i = 0; i < port.size; i++) {
		if (!is_digit(port.data[i]) || port.size > 5)
			return false;
		number = number * 10 + (unsigned long)(port.data[i] - '0');
	}
	return number >= 1 && number <= 65535;
}

/* Takes the authority apart. */
static bool read_authority(struct aws_url *url)
{
	const struct text all = url->authority;
	size_t end;
	struct in6_addr address;
	if (all.size > 0 && all.data[0] == '[') {
		end = find_any(all, "]");
		url->host = text_slice(all, 1, end);
		end = end < all.size ? end + 1 : end;
		if (!read_address(AF_INET6, url->host, &address) || end == url->host.size + 1)
			return false;
	} else {
		end = find_any(all, ":");
		url->host = text_slice(all, 0, end);
		if (!is_host(url->host))
			return false;
	}
	url->port = end == all.size ? TEXT_ABSENT : text_slice(all, end + 1, all.size);
	return end == all.size || (all.data[end] == ':' && is_port(url->port));
}

bool aws_url_parse(struct text text, struct aws_url *ret_url)
{
	const struct text https = TEXT("https://");
	const struct text http = TEXT("http://");
	struct aws_url url = {.tls = text_starts_with(text, https)};
	if (!text_present(text) || !is_plain(text) || (!url.tls && !text_starts_with(text, http)))
		return false;
	const struct text rest = text_slice(text, url.tls ? https.size : http.size, text.size);
	const size_t authority = find_any(rest, "/?");
	const size_t path = find_any(rest, "?");
	url.authority = text_slice(rest, 0, authority);
	url.path = text_slice(rest, authority, path);
	url.query = path == rest.size ? TEXT_ABSENT : text_slice(rest, path + 1, rest.size);
	if (!read_authority(&url))
		return false;
	*ret_url = url;
	return true;
}

bool aws_url_is_loopback(const struct aws_url *url)
{
	struct in_addr address;
	if (read_address(AF_INET, url->host, &address))
		return ntohl(address.s_addr) >> 24 == 127;
	return aws_url_is_at(url, "::1") || text_equal_ignoring_case(url->host, TEXT("localhost"));
}

bool aws_url_is_at(const struct aws_url *url, const char *address)
{
	const int family = strchr(address, ':') != NULL ? AF_INET6 : AF_INET;
	struct in6_addr here = {0};
	struct in6_addr there = {0};
	return read_address(family, url->host, &here) && inet_pton(family, address, &there) == 1 &&
		   memcmp(&here, &there, sizeof(here)) == 0;
}
