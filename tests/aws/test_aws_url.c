/*
 * URLs of endpoints: what is one, what its parts are, and which host is this machine.
 */
#include "aws_url.h"

#include "tap.h"

static struct aws_url parse(const char *string)
{
	struct aws_url url;
	if (!aws_url_parse(text_of_string(string), &url))
		tap_fail(__FILE__, __LINE__, "%s is no URL", string);
	return url;
}

static void parts(void)
{
	const struct aws_url url = parse("https://kms.eu-west-1.amazonaws.com:8443/a/b?c=d/e");
	expect(url.tls);
	expect_text(url.authority, "kms.eu-west-1.amazonaws.com:8443");
	expect_text(url.host, "kms.eu-west-1.amazonaws.com");
	expect_text(url.port, "8443");
	expect_text(url.path, "/a/b");
	expect_text(url.query, "c=d/e");
}

static void missing_parts(void)
{
	const struct aws_url url = parse("http://localhost");
	expect(!url.tls);
	expect_text(url.authority, "localhost");
	expect(!text_present(url.port));
	expect_text(url.path, "");
	expect(!text_present(url.query));
	expect_text(parse("http://localhost?x").query, "x");
	expect_text(parse("http://localhost?x").path, "");
}

static void six(void)
{
	const struct aws_url url = parse("http://[fd00:ec2::23]:80/v1");
	expect_text(url.host, "fd00:ec2::23");
	expect_text(url.port, "80");
	expect_text(url.authority, "[fd00:ec2::23]:80");
	expect_text(url.path, "/v1");
	expect_text(parse("http://[::1]").host, "::1");
}

static void refused(void)
{
	static const char *const strings[] = {
		"",
		"localhost",
		"ftp://localhost",
		"HTTP://localhost",
		"https:/localhost",
		"http://",
		"http:///path",
		"http://:80",
		"http://host:",
		"http://host:0",
		"http://host:65536",
		"http://host:80x",
		"http://host:-1",
		"http://host: 80",
		"http://user@host",
		"http://user:word@127.0.0.1",
		"http://127.0.0.1\\@evil.example",
		"http://127.0.0.1#@evil.example",
		"http://host/a b",
		"http://host/\x7f",
		"http://h\xc3\xb6st",
		"http://host/\n",
		"http://ho_st!",
		"http://[::1",
		"http://[]",
		"http://[::1]x",
		"http://[127.0.0.1]",
		"http://[fe80::1%25eth0]",
		"http://127.1",
		"http://2130706433",
		"http://0x7f.0.0.1",
		"http://0x7f000001",
		"http://127.0.0.01",
		"http://1.2.3.4.5",
		"http://host.",
		"http://..",
		"http://host/<>",
		"http://host/{x}",
	};
	struct aws_url url = {.tls = true};
	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++)
		if (aws_url_parse(text_of_string(strings[i]), &url))
			tap_fail(__FILE__, __LINE__, "%s is taken", strings[i]);
	expect(!aws_url_parse(TEXT_ABSENT, &url));
	expect(url.tls && url.host.data == NULL);
}

static void loopback(void)
{
	static const struct {
		const char *url;
		bool here;
	} rows[] = {
		{"http://localhost", true},
		{"http://LOCALHOST:1", true},
		{"http://127.0.0.1:8000", true},
		{"http://127.255.255.254", true},
		{"http://[::1]:8000", true},
		{"http://[0:0:0:0:0:0:0:1]", true},
		{"http://128.0.0.1", false},
		{"http://126.255.255.255", false},
		{"http://0.0.0.0", false},
		{"http://[::]", false},
		{"http://[::2]", false},
		{"http://[::ffff:127.0.0.1]", false},
		{"http://localhost.evil", false},
		{"http://evil-localhost", false},
		{"http://127.0.0.1.evil.example", false},
		{"http://169.254.169.254", false},
		{"http://a.localhost", false},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct aws_url url = parse(rows[i].url);
		if (aws_url_is_loopback(&url) != rows[i].here)
			tap_fail(__FILE__, __LINE__, "%s", rows[i].url);
	}
}

static void addresses(void)
{
	const struct aws_url four = parse("http://169.254.170.2");
	const struct aws_url six_long = parse("http://[FD00:0ec2:0:0:0:0:0:0023]");
	const struct aws_url name = parse("http://fd00.example");
	expect(aws_url_is_at(&four, "169.254.170.2"));
	expect(!aws_url_is_at(&four, "169.254.170.23"));
	expect(aws_url_is_at(&six_long, "fd00:ec2::23"));
	expect(!aws_url_is_at(&six_long, "fd00:ec2::254"));
	expect(!aws_url_is_at(&name, "169.254.170.2"));
	expect(!aws_url_is_at(&name, "fd00:ec2::23"));
}

static const struct tap_test tests[] = {
	{"a URL is taken apart into host, port, path and query", parts},
	{"what a URL does not have is absent", missing_parts},
	{"an address of IPv6 stands in brackets", six},
	{"what another program might read as another host is no URL", refused},
	{"this machine is localhost, 127.0.0.0/8 and ::1, and no name that looks like it", loopback},
	{"an address is the same however it is written, and a name is none", addresses},
};

TAP_MAIN(tests)
