/*
 * Canonical paths, queries and headers beyond AWS's suite.
 */
#include "sigv4_canonical.h"

#include "tap.h"

static struct buffer out;

static void begin(void)
{
	buffer_finish(&out);
	buffer_init(&out, LIMIT_SIGNED_BYTES);
}

static void expect_path(const char *path, bool kept, bool encoded, const char *wanted)
{
	const struct sigv4_request request = {.path = text_of_string(path), .path_kept = kept, .path_encoded = encoded};
	begin();
	expect(sigv4_canonical_path(&out, &request));
	expect_text(buffer_text(&out), wanted);
}

static void paths(void)
{
	static const struct {
		const char *path;
		const char *normal;
		const char *kept;
	} rows[] = {
		{"", "/", ""},
		{"/", "/", "/"},
		{"/a", "/a", "/a"},
		{"/a/", "/a/", "/a/"},
		{"//a//b//", "/a/b/", "//a//b//"},
		{"/.", "/", "/."},
		{"/..", "/", "/.."},
		{"/../..", "/", "/../.."},
		{"/../a", "/a", "/../a"},
		{"/a/.", "/a/", "/a/."},
		{"/a/..", "/", "/a/.."},
		{"/a/b/..", "/a/", "/a/b/.."},
		{"/a/b/../", "/a/", "/a/b/../"},
		{"/a/b/c/./../../g", "/a/g", "/a/b/c/./../../g"},
		{"/a/...", "/a/...", "/a/..."},
		{"/a/.b", "/a/.b", "/a/.b"},
		{"/a%2F..%2Fb", "/a%252F..%252Fb", "/a%252F..%252Fb"},
		{"/-._~", "/-._~", "/-._~"},
		{"/a b+c", "/a%20b%2Bc", "/a%20b%2Bc"},
		{"/\xe1\x88\xb4/\x7f", "/%E1%88%B4/%7F", "/%E1%88%B4/%7F"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		expect_path(rows[i].path, false, false, rows[i].normal);
		expect_path(rows[i].path, true, false, rows[i].kept);
		expect_path(rows[i].path, true, true, rows[i].path);
	}
	expect_path("/a%20b/../c%20d/", false, true, "/c%20d/");
}

/* What is cut off with ".." ends at this path, and not in what stands before it. */
static void path_stays_behind(void)
{
	const struct sigv4_request request = {.path = TEXT("/a/../../b")};
	begin();
	expect(buffer_append_string(&out, "GET /x\n"));
	expect(sigv4_canonical_path(&out, &request));
	expect_text(buffer_text(&out), "GET /x\n/b");
}

static void queries(void)
{
	static const struct {
		const char *query;
		const char *wanted;
		int parameters;
	} rows[] = {
		{"", "", 1},
		{"a", "a=", 1},
		{"a=", "a=", 1},
		{"a==", "a=%3D", 1},
		{"=a", "=a", 1},
		{"b=1&a=2", "a=2&b=1", 2},
		{"a=2&a=1&a=1", "a=1&a=1&a=2", 3},
		{"a-b=1&a=2", "a=2&a-b=1", 2},
		{"a=b&a=B", "a=B&a=b", 2},
		{"&a=1&&", "a=1", 4},
		{"%61=%7e", "a=~", 1},
		{"a=%e1%88%b4", "a=%E1%88%B4", 1},
		{"a=%", "a=%25", 1},
		{"a=%4", "a=%254", 1},
		{"a=%zz", "a=%25zz", 1},
		{"a=%2541", "a=%2541", 1},
		{"a=1+2", "a=1%2B2", 1},
		{"a=%20 ", "a=%20%20", 1},
		{"a=/?:", "a=%2F%3F%3A", 1},
		{"a=%26&b=%3D", "a=%26&b=%3D", 2},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct text query = text_of_string(rows[i].query);
		begin();
		expect(sigv4_canonical_query(&out, query));
		expect_text(buffer_text(&out), rows[i].wanted);
		expect_integer((int64_t)sigv4_canonical_parameters(query), rows[i].parameters);
	}
	begin();
	expect(sigv4_canonical_query(&out, TEXT_ABSENT));
	expect_text(buffer_text(&out), "");
	expect_integer((int64_t)sigv4_canonical_parameters(TEXT_ABSENT), 0);
}

static void parameters(void)
{
	begin();
	expect(sigv4_canonical_parameter(&out, (struct http_field){.name = TEXT("a"), .value = TEXT("%41/ \n")}));
	expect(sigv4_canonical_parameter(&out, (struct http_field){.name = TEXT("b"), .value = TEXT("")}));
	expect_text(buffer_text(&out), "a=%2541%2F%20%0A&b=");
}

static void most_parameters(void)
{
	struct buffer query;
	buffer_init(&query, LIMIT_SIGNED_BYTES);
	for (int i = LIMIT_SIGNED_FIELDS; i > 0; i--)
		expect(buffer_append_integer(&query, i, 2) && buffer_append_byte(&query, i > 1 ? '&' : '='));
	begin();
	expect_integer((int64_t)sigv4_canonical_parameters(buffer_text(&query)), LIMIT_SIGNED_FIELDS);
	expect(sigv4_canonical_query(&out, buffer_text(&query)));
	expect(text_starts_with(buffer_text(&out), TEXT("01=&02=&03=")));
	expect(text_find(buffer_text(&out), TEXT("&63=&64="), 0) == out.size - 8);
	buffer_finish(&query);
}

/* Inserts headers and compares their names and lines. */
static void expect_headers(const struct http_field *list, size_t count, const char *names, const char *lines)
{
	struct sigv4_canonical_headers headers = {.count = 0};
	for (size_t i = 0; i < count; i++)
		sigv4_canonical_insert(&headers, list[i]);
	begin();
	expect(sigv4_canonical_names(&out, &headers));
	expect_text(buffer_text(&out), names);
	begin();
	expect(sigv4_canonical_lines(&out, &headers));
	expect_text(buffer_text(&out), lines);
}

static void header_order(void)
{
	const struct http_field list[] = {
		{.name = TEXT("x-b"), .value = TEXT("1")},  {.name = TEXT("X-A"), .value = TEXT("2")},
		{.name = TEXT("Host"), .value = TEXT("h")}, {.name = TEXT("x-a"), .value = TEXT("1")},
		{.name = TEXT("X"), .value = TEXT("3")},    {.name = TEXT("X_A"), .value = TEXT("4")},
		{.name = TEXT("x-A"), .value = TEXT("0")},
	};
	expect_headers(list, 7, "host;x;x-a;x-b;x_a", "host:h\nx:3\nx-a:2,1,0\nx-b:1\nx_a:4\n");
}

static void header_values(void)
{
	static const struct {
		const char *value;
		const char *wanted;
	} rows[] = {
		{"", "h:\n"},
		{"   ", "h:\n"},
		{" a", "h:a\n"},
		{"a ", "h:a\n"},
		{"a  b", "h:a b\n"},
		{"a\t\tb", "h:a b\n"},
		{"\"a   b\"", "h:\"a b\"\n"},
		{" a\r\n  b \n c ", "h:a b c\n"},
		{"A,B;C", "h:A,B;C\n"},
		{"\xe1\x88\xb4", "h:\xe1\x88\xb4\n"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct http_field header = {.name = TEXT("H"), .value = text_of_string(rows[i].value)};
		expect_headers(&header, 1, "h", rows[i].wanted);
	}
}

static void ceilings(void)
{
	const struct http_field header = {.name = TEXT("Name"), .value = TEXT("a b")};
	const struct sigv4_request request = {.path = TEXT("/a b/..")};
	struct sigv4_canonical_headers headers = {.count = 0};
	sigv4_canonical_insert(&headers, header);
	sigv4_canonical_insert(&headers, header);
	for (size_t ceiling = 0; ceiling < 13; ceiling++) {
		struct buffer small;
		buffer_init(&small, ceiling);
		expect(sigv4_canonical_lines(&small, &headers) == (ceiling >= 13));
		small.size = 0;
		expect(sigv4_canonical_names(&small, &headers) == (ceiling >= 4));
		small.size = 0;
		expect(sigv4_canonical_path(&small, &request) == (ceiling >= 6));
		small.size = 0;
		expect(sigv4_canonical_query(&small, TEXT("b=%41&a=/")) == (ceiling >= 9));
		small.size = 0;
		expect(sigv4_canonical_parameter(&small, header) == (ceiling >= 10));
		buffer_finish(&small);
	}
	buffer_finish(&out);
}

static const struct tap_test tests[] = {
	{"a path loses dot segments and empty ones unless it is kept, and is encoded unless it is", paths},
	{"a path leaves alone what stands before it", path_stays_behind},
	{"a query is decoded, encoded and sorted by name and value", queries},
	{"a parameter that is added is encoded as it stands", parameters},
	{"as many parameters as there may be are sorted", most_parameters},
	{"headers are in order of their names in lower case, those of one name as they came", header_order},
	{"values have no blanks around them and single spaces within", header_values},
	{"nothing is written beyond a ceiling", ceilings},
};

TAP_MAIN(tests)
