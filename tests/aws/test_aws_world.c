/*
 * The world as it is: files, programs and HTTP behind the functions of the edge, and the chain of credentials over
 * them.
 */
#include "aws_world.h"

#include <sys/stat.h>
#include <unistd.h>

#include "aws_credentials.h"
#include "folder.h"
#include "http_partner.h"
#include "tap.h"
#include "wiped.h"

enum { VARIABLES = 8 };

static const char *environment[VARIABLES + 1];
static size_t variables;
static struct aws_world *world;
static struct aws_edge edge;
static struct buffer out;
static struct hansard_error error;
static char folder[FOLDER_SIZE];
static int64_t hurry_us; /* by which the clock goes on each time that it is looked at */
static int64_t hurried_us;

static int64_t now(void *context)
{
	(void)context;
	hurried_us += hurry_us;
	return http_partner_now() + hurried_us;
}

static void create(void)
{
	const struct aws_world_options options = {
		.environment = environment, .clock = {.now = now}, .steady = {.now = now}};
	aws_world_destroy(world);
	world = NULL;
	if (aws_world_create(&options, &world, &error) != HANSARD_OK)
		tap_fail(__FILE__, __LINE__, "%s", error.message);
	edge = aws_world_edge(world);
}

static void begin(size_t ceiling)
{
	variables = 0;
	memset(environment, 0, sizeof(environment));
	environment[variables++] = "PATH=/usr/bin:/bin";
	hurry_us = hurried_us = 0;
	memset(&error, 0, sizeof(error));
	wiped_finish(&out);
	expect(wiped_init(&out, ceiling));
	create();
	if (folder[0] == '\0')
		folder_make("world", folder);
}

static const char *write_file(const char *name, const char *content)
{
	static char path[2 * FOLDER_SIZE];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *file = fopen(path, "we");
	expect(file != NULL);
	fputs(content, file);
	fclose(file);
	return path;
}

static enum hansard_status read_file(const char *path)
{
	return edge.functions->read(edge.context, text_of_string(path), &out, &error);
}

static enum hansard_status run(const char *command)
{
	return edge.functions->run(edge.context, text_of_string(command), &out, &error);
}

/* ---- files ---- */

static void files_are_read(void)
{
	begin(5);
	expect_integer(read_file(write_file("a", "12345")), HANSARD_OK);
	expect_text(buffer_text(&out), "12345");
	begin(100);
	expect_integer(read_file(write_file("a", "")), HANSARD_OK);
	expect_text(buffer_text(&out), "");
	expect_integer(read_file("/dev/null"), HANSARD_OK);
}

static void files_refused(void)
{
	static char long_path[5000];
	memset(long_path, 'a', sizeof(long_path) - 1);
	begin(5);
	const uint8_t *memory = out.data;
	expect_integer(read_file(write_file("a", "123456")), HANSARD_INVALID);
	expect_string(error.kind, "file_too_large");
	expect(out.data == memory);
	expect_integer(read_file("/nowhere/at/all"), HANSARD_NOT_FOUND);
	expect_string(error.message, "there is no file /nowhere/at/all");
	expect_integer(read_file("/dev/null/below"), HANSARD_NOT_FOUND);
	expect_integer(read_file(folder), HANSARD_FAILED);
	expect_string(error.kind, "io");
	expect(strstr(error.message, "cannot be read: Is a directory") != NULL);
	expect_integer(read_file(long_path), HANSARD_INVALID);
	expect_integer(edge.functions->read(edge.context, TEXT("/dev/null\0x"), &out, &error), HANSARD_INVALID);
	expect_string(error.kind, "unsafe_path");
}

/* ---- programs ---- */

static void programs_run(void)
{
	begin(1000);
	environment[variables++] = "WORD=from the environment";
	expect_integer(run("echo \"a  b\" | cat; echo \"$WORD\"; cat"), HANSARD_OK);
	expect_text(buffer_text(&out), "a  b\nfrom the environment\n");
}

static void environment_is_passed(void)
{
	begin(1000);
	setenv("HANSARD_NOT_PASSED", "x", 1);
	expect_integer(run("env | grep -c HANSARD_NOT_PASSED || true"), HANSARD_OK);
	expect_text(buffer_text(&out), "0\n");
}

static void programs_fail(void)
{
	static char long_command[70000];
	memset(long_command, ' ', sizeof(long_command) - 1);
	begin(1000);
	expect_integer(run("echo hunter2; exit 3"), HANSARD_FAILED);
	expect_string(error.kind, "process_failed");
	expect_string(error.message, "it ended with exit code 3");
	expect_string(error.hint, "run it by hand, and see what it says");
	expect_integer(run("kill -9 $$"), HANSARD_FAILED);
	expect_string(error.message, "it was ended by signal 9");
	expect_integer(run("/nowhere/at/all 2>/dev/null"), HANSARD_FAILED);
	expect_string(error.message, "it ended with exit code 127");
	expect_integer(run(long_command), HANSARD_INVALID);
	expect_string(error.message, "the command has more than 65535 bytes");
}

static void programs_write_too_much(void)
{
	begin(1000);
	const uint8_t *memory = out.data;
	expect_integer(run("printf %1000s x"), HANSARD_OK);
	begin(1000);
	memory = out.data;
	expect_integer(run("printf %1001s x"), HANSARD_FAILED);
	expect_string(error.kind, "process_failed");
	expect_string(error.message, "it writes more than 1000 bytes");
	expect(out.data == memory);
	expect_integer(run("yes"), HANSARD_FAILED);
}

static void programs_take_too_long(void)
{
	begin(1000);
	hurry_us = (int64_t)20 * 1000000;
	expect_integer(run("exec sleep 300"), HANSARD_FAILED);
	expect_string(error.kind, "process_timed_out");
	expect_string(error.message, "it did not end within 60 seconds");
	hurried_us = 0;
	expect_integer(run("exec >/dev/null; exec sleep 300"), HANSARD_FAILED);
	expect_string(error.kind, "process_timed_out");
}

/* ---- HTTP ---- */

static struct aws_credentials *credentials;
static struct aws_keys keys;

static enum hansard_status ask(void)
{
	const struct aws_credentials_options options = {.edge = edge};
	aws_credentials_destroy(credentials);
	credentials = NULL;
	expect_integer(aws_credentials_create(&options, &credentials, &error), HANSARD_OK);
	return aws_credentials_keys(credentials, http_partner_now() + INT64_C(30) * 1000000, &keys, &error);
}

static const struct http_partner *partner;

static void begin_http(void)
{
	begin(1000);
	partner = http_partner_start();
	expect(partner != NULL);
}

static void over_http(void)
{
	char variable[128];
	begin_http();
	snprintf(variable, sizeof(variable), "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:%d/keys", partner->plain);
	environment[variables++] = variable;
	if (ask() != HANSARD_OK)
		tap_fail(__FILE__, __LINE__, "%s", error.message);
	expect_text(keys.id, "APARTNER");
	expect_text(text_of_bytes(keys.secret), "SPARTNER");
	expect_text(keys.token, "TPARTNER");
}

static void over_tls(void)
{
	char variable[128], bundle[192], proxy[64];
	begin_http();
	snprintf(variable, sizeof(variable), "AWS_CONTAINER_CREDENTIALS_FULL_URI=https://127.0.0.1:%d/keys", partner->tls);
	snprintf(bundle, sizeof(bundle), "AWS_CA_BUNDLE=%s/ca.pem", partner->folder);
	snprintf(proxy, sizeof(proxy), "HTTPS_PROXY=http://127.0.0.1:%d", partner->closed);
	environment[variables++] = variable;
	environment[variables++] = proxy;
	create();
	expect_integer(ask(), HANSARD_FAILED);
	expect_string(error.kind, "certificate_refused");
	environment[variables++] = bundle;
	create();
	if (ask() != HANSARD_OK)
		tap_fail(__FILE__, __LINE__, "%s", error.message);
	expect_text(keys.id, "APARTNER");
}

/* A request of a service, which goes through the proxy of the environment. */
static enum hansard_status send_by_tls(void)
{
	char url[64];
	struct http_answer answer;
	snprintf(url, sizeof(url), "https://127.0.0.1:%d/echo", partner->tls);
	const struct http_request request = {
		.method = "GET", .url = text_of_string(url), .deadline = http_partner_now() + INT64_C(30) * 1000000};
	http_answer_init(&answer, 1000);
	const enum hansard_status status = http_send(aws_world_http(world), &request, &answer, &error);
	http_answer_finish(&answer);
	return status;
}

static void proxy_variables(void)
{
	static const char *const names[] = {"HTTPS_PROXY", "https_proxy"};
	static const char *const exceptions[] = {"NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1", "NO_PROXY=*"};
	char bundle[192], proxy[64];
	for (size_t i = 0; i < 2; i++) {
		for (size_t k = 0; k < 3; k++) {
			begin_http();
			snprintf(bundle, sizeof(bundle), "AWS_CA_BUNDLE=%s/ca.pem", partner->folder);
			snprintf(proxy, sizeof(proxy), "%s=http://127.0.0.1:%d", names[i], partner->closed);
			environment[variables++] = bundle;
			environment[variables++] = proxy;
			create();
			expect_integer(send_by_tls(), HANSARD_UNREACHABLE);
			environment[variables++] = exceptions[k];
			create();
			expect_integer(send_by_tls(), HANSARD_OK);
		}
	}
}

static void ends(void)
{
	expect(folder_remove(folder));
	wiped_finish(&out);
	aws_credentials_destroy(credentials);
	aws_world_destroy(world);
	aws_world_destroy(NULL);
}

static const struct tap_test tests[] = {
	{"a file is read to its end, as far as there is room", files_are_read},
	{"a file that is too large, not there or no file is refused, and the buffer stays where it is", files_refused},
	{"a program is run by the shell, with nothing to read", programs_run},
	{"a program gets the environment that was passed in, and no other", environment_is_passed},
	{"a program that fails is told by its exit code or signal, and not shown", programs_fail},
	{"a program that writes too much is ended", programs_write_too_much},
	{"a program that does not end is ended, whether it writes or not", programs_take_too_long},
	{"keys come over HTTP from this machine", over_http},
	{"keys come by TLS of AWS_CA_BUNDLE's authority, past any proxy", over_tls},
	{"HTTPS_PROXY and NO_PROXY are those of the environment that was passed in", proxy_variables},
	{"a world ends, and so does none", ends},
};

TAP_MAIN(tests)
