/*
 * AWS's shared files.
 */
#include "aws_profile.h"

#include "tap.h"

static struct aws_profile_files files;
static struct hansard_error error;

static void config(const char *content)
{
	files = (struct aws_profile_files){
		.config = {.path = TEXT("~/.aws/config"), .content = text_of_string(content)},
		.credentials = {.path = TEXT("~/.aws/credentials"), .content = TEXT("")},
	};
}

static void credentials(const char *content)
{
	files.credentials.content = text_of_string(content);
}

static struct text value(const char *profile, const char *key)
{
	expect_integer(aws_profile_check(&files, &error), HANSARD_OK);
	return aws_profile_value(&files, text_of_string(profile), key);
}

static void expect_absent(struct text text)
{
	if (text_present(text))
		tap_fail(__FILE__, __LINE__, "\"%.*s\" is there", (int)text.size, text.data);
}

static void plain(void)
{
	config("[default]\nregion = eu-north-1\n[profile ci]\nregion=us-east-1\noutput = json\n");
	expect_text(value("default", "region"), "eu-north-1");
	expect_text(value("ci", "region"), "us-east-1");
	expect_text(value("ci", "output"), "json");
	expect_absent(value("ci", "role_arn"));
	expect_absent(value("other", "region"));
	expect(aws_profile_exists(&files, TEXT("ci")));
	expect(!aws_profile_exists(&files, TEXT("other")));
}

static void empty(void)
{
	config("");
	expect_absent(value("default", "region"));
	expect(!aws_profile_exists(&files, TEXT("default")));
	config("\n# nothing\n ; here\n\t\n");
	expect_absent(value("default", "region"));
}

static void headings(void)
{
	config(
		"[profile \tfoo \t]\na = 1\n[  profile   bar ]\na = 2\n[profile \"two words\"]\na = 3\n[profile some-thing:long/the_one%only.foo@bar+]\na = 4\n"
		"[profilebaz]\na = 5\n[Profile big]\na = 6\n[profile foo]# note\nb = 7\n[profile foo] ; note\nc = 8");
	expect_text(value("foo", "a"), "1");
	expect_text(value("bar", "a"), "2");
	expect_text(value("two words", "a"), "3");
	expect_text(value("some-thing:long/the_one%only.foo@bar+", "a"), "4");
	expect_absent(value("baz", "a"));
	expect_absent(value("big", "a"));
	expect_text(value("foo", "b"), "7");
	expect_text(value("foo", "c"), "8");
}

static void values(void)
{
	config(
		"[profile foo]\r\nname \t=  \tvalue \t\r\nequal = val=ue\nempty =\nUPPER_Case = x\nnote = value # a # b\nsemi = value ; c\nclose = value;c\nhash = value#c\n"
		"only =  # all of it\nglued =#x\nnext = y\n");
	expect_text(value("foo", "name"), "value");
	expect_text(value("foo", "equal"), "val=ue");
	expect_text(value("foo", "empty"), "");
	expect_text(value("foo", "upper_case"), "x");
	expect_text(value("foo", "note"), "value");
	expect_text(value("foo", "semi"), "value");
	expect_text(value("foo", "close"), "value;c");
	expect_text(value("foo", "hash"), "value#c");
	expect_text(value("foo", "only"), "");
	expect_text(value("foo", "glued"), "#x");
	expect_text(value("foo", "next"), "y");
}

static void last_counts(void)
{
	config("[profile foo]\nname = 1\nname = 2\n[profile bar]\nname = 9\n[profile foo]\nName = 3\nmore = 4\n");
	expect_text(value("foo", "name"), "3");
	expect_text(value("foo", "more"), "4");
	expect_text(value("bar", "name"), "9");
}

static void further_lines(void)
{
	config("[profile foo]\nname = value\n  -continued # kept\n\n\t-and more\nnext = x\n");
	expect_text(value("foo", "name"), "value\n  -continued # kept\n\n\t-and more");
	expect_text(value("foo", "next"), "x");
}

static void long_lines(void)
{
	static char content[3000];
	static char token[2001];
	memset(token, 'T', sizeof(token) - 1);
	snprintf(
		content, sizeof(content),
		"[profile a-name-of-more-than-fifty-characters-is-as-good-as-any-other-name]\naws_session_token = %s\nregion = x\n",
		token);
	config(content);
	expect_text(value("a-name-of-more-than-fifty-characters-is-as-good-as-any-other-name", "aws_session_token"), token);
	expect_text(value("a-name-of-more-than-fifty-characters-is-as-good-as-any-other-name", "region"), "x");
}

static void two_files(void)
{
	config("[profile foo]\nname = config\nother = config\n[foo]\nname = no profile\n[default]\nname = config\n");
	credentials(
		"[foo]\nname = credentials\n[profile foo]\nother = no profile\n[default]\nkey = credentials\n[only]\nname = here\n");
	expect_text(value("foo", "name"), "credentials");
	expect_text(value("foo", "other"), "config");
	expect_text(value("default", "name"), "config");
	expect_text(value("default", "key"), "credentials");
	expect_text(value("only", "name"), "here");
	expect(aws_profile_exists(&files, TEXT("only")));
	expect(!aws_profile_exists(&files, TEXT("profile foo")));
	expect_absent(value("profile foo", "other"));
}

static void worded_default(void)
{
	config("[profile default]\nname = 1\n[default]\nname2 = 2\n[profile default]\nname3 = 3\n");
	credentials("[default]\nsecret = 4\n");
	expect_text(value("default", "name"), "1");
	expect_absent(value("default", "name2"));
	expect_text(value("default", "name3"), "3");
	expect_text(value("default", "secret"), "4");
}

static struct text service(const char *profile, const char *name, const char *key)
{
	const struct aws_profile_service wanted = {.profile = text_of_string(profile), .service = name, .key = key};
	expect_integer(aws_profile_check(&files, &error), HANSARD_OK);
	return aws_profile_service(&files, &wanted);
}

static void services(void)
{
	config(
		"[profile dev]\nservices = lab\n[services lab]\ndynamodb = \n  endpoint_url = http://localhost:8000 # here\n  other = x\ns3 =\n  endpoint_url = http://localhost:9000\n"
		"kms = x\n  endpoint_url = http://localhost:1\n[profile bare]\nregion = x\n[profile lost]\nservices = nowhere\n[profile lab]\ndynamodb =\n  endpoint_url = no service\n");
	expect_text(service("dev", "dynamodb", "endpoint_url"), "http://localhost:8000");
	expect_text(service("dev", "dynamodb", "other"), "x");
	expect_text(service("dev", "s3", "endpoint_url"), "http://localhost:9000");
	expect_absent(service("dev", "kms", "endpoint_url"));
	expect_absent(service("dev", "sts", "endpoint_url"));
	expect_absent(service("bare", "dynamodb", "endpoint_url"));
	expect_absent(service("lost", "dynamodb", "endpoint_url"));
}

static void nested_lines(void)
{
	config(
		"[profile dev]\nservices = lab\n[services lab]\ndynamodb = # note\n\n  # endpoint_url = no\n  endpoint_url = 1\n\t \n  Endpoint_URL = 2\n  empty =\n");
	expect_text(service("dev", "dynamodb", "endpoint_url"), "2");
	expect_text(service("dev", "dynamodb", "empty"), "");
	credentials("[services lab]\ndynamodb =\n  endpoint_url = not here\n");
	expect_text(service("dev", "dynamodb", "endpoint_url"), "2");
}

static void refused(void)
{
	static const struct {
		const char *content;
		const char *message;
	} rows[] = {
		{"[profile foo", "~/.aws/config:1: a section is [name] on a line of its own"},
		{"[a]\n[profile foo] x = 1", "~/.aws/config:2: a section is [name] on a line of its own"},
		{"\nname = value", "~/.aws/config:2: there is no [section] before this line"},
		{"[a]\nkey : value", "~/.aws/config:2: this is neither [section] nor name = value"},
		{"[a]\n= value", "~/.aws/config:2: this is neither [section] nor name = value"},
		{" -further", "~/.aws/config:1: this line begins with a blank, and there is no value that it could go on with"},
		{"[a]\nx = 1\n[b]\n -further",
		 "~/.aws/config:4: this line begins with a blank, and there is no value that it could go on with"},
		{"[a]\ns3 =\n invalid", "~/.aws/config:3: this is no name = value"},
		{"[a]\ns3 =\n = value", "~/.aws/config:3: this is no name = value"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		config(rows[i].content);
		expect_integer(aws_profile_check(&files, &error), HANSARD_INVALID);
		expect_string(error.kind, "invalid_aws_file");
		expect_string(error.message, rows[i].message);
		expect_string(error.hint, "mend it at that line");
	}
}

static void secrets_are_not_shown(void)
{
	config("[default]\n");
	credentials("[default]\naws_secret_access_key: wJalrXUtnFEMI\n");
	expect_integer(aws_profile_check(&files, &error), HANSARD_INVALID);
	expect_string(error.message, "~/.aws/credentials:2: this is neither [section] nor name = value");
	expect(strstr(error.message, "wJalr") == NULL && strstr(error.hint, "wJalr") == NULL);
}

static const struct tap_test tests[] = {
	{"sections of config are profiles, and hold values by name", plain},
	{"an empty file has no profile", empty},
	{"a heading may have blanks, quotes and a note", headings},
	{"values are trimmed, names know no case, notes begin behind a blank", values},
	{"sections of one name are one, and the last value of a name counts", last_counts},
	{"a value that goes on in further lines comes with its line ends", further_lines},
	{"a session token of 2,000 characters and a name of 70 are read whole", long_lines},
	{"credentials comes before config, value by value, and names profiles without the word", two_files},
	{"[profile default] hides [default]", worded_default},
	{"a profile's services section holds values by service", services},
	{"nested values may have notes, blank lines and any case; the last counts", nested_lines},
	{"what is no line of such a file is refused with file and line", refused},
	{"a refusal shows no word of the line", secrets_are_not_shown},
};

TAP_MAIN(tests)
