/*
 * Every allocation of the edge fails once: an error says so, nothing is leaked, and the next try succeeds. And when all
 * has ended, no secret is left anywhere in the memory of the process.
 */
#include "allocations.h"
#include "aws_client.h"
#include "aws_credentials.h"
#include "aws_endpoint.h"
#include "aws_world.h"
#include "error.h"
#include "http_partner.h"
#include "memory_search.h"
#include "scripted_edge.h"

static struct hansard_error error;
static enum hansard_status status;

/* ---- what is done ---- */

static const char sts_url[] = "POST https://sts.eu-west-1.amazonaws.com/";

/* A role by a token, another role with its keys, a program and a container's endpoint: all that allocates. */
static void script(const char *config)
{
	scripted_edge_begin();
	scripted_edge_variable("HOME=/home/ada");
	scripted_edge_variable("AWS_REGION=eu-west-1");
	scripted_edge_file("/home/ada/.aws/config", config);
	scripted_edge_file("/var/token", "token");
}

static void script_roles(void)
{
	script(
		"[default]\nrole_arn = arn:A\nsource_profile = b\n[profile b]\nrole_arn = arn:B\nweb_identity_token_file = /var/token\n");
	for (int i = 0; i < 2; i++)
		scripted_edge_answer(
			sts_url, 200,
			"<Credentials><AccessKeyId>A</AccessKeyId><SecretAccessKey>S</SecretAccessKey><SessionToken>T</SessionToken>"
			"<Expiration>2026-01-01T01:00:00Z</Expiration></Credentials>");
}

static void script_program(void)
{
	script("[default]\ncredential_process = keys\n");
	scripted_edge_program("keys", "{\"Version\":1,\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"S\"}");
}

static const char json[] =
	"{\"Code\":\"Success\",\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"S\",\"Token\":\"T\",\"Expiration\":\"2026-01-01T01:00:00Z\"}";

static void script_container(void)
{
	script("");
	scripted_edge_variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/keys");
	scripted_edge_variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=/var/token");
	scripted_edge_answer("GET http://169.254.170.2/v2/keys", 200, json);
}

static void script_instance(void)
{
	script("");
	scripted_edge_answer("PUT http://169.254.169.254/latest/api/token", 200, "TOKEN");
	scripted_edge_answer("GET http://169.254.169.254/latest/meta-data/iam/security-credentials/", 200, "web");
	scripted_edge_answer("GET http://169.254.169.254/latest/meta-data/iam/security-credentials/web", 200, json);
}

static void script_environment(void)
{
	script("");
	scripted_edge_variable("AWS_ACCESS_KEY_ID=A");
	scripted_edge_variable("AWS_SECRET_ACCESS_KEY=S");
}

static struct aws_credentials *credentials;
static struct aws_keys keys;

static void create_credentials(void)
{
	const struct aws_credentials_options options = {.edge = scripted_edge()};
	credentials = NULL;
	status = aws_credentials_create(&options, &credentials, &error);
}

static void use_credentials(void)
{
	scripted_edge_rewind();
	create_credentials();
	if (status == HANSARD_OK)
		status = aws_credentials_keys(credentials, INT64_MAX, &keys, &error);
	expect(status != HANSARD_OK || text_is(keys.id, "A"));
	aws_credentials_destroy(credentials);
}

static bool draw(void *context, uint8_t *data, size_t size)
{
	(void)context;
	memset(data, 1, size);
	return true;
}

/* A request that is throttled with reasons, and then answered. */
static void use_client(void)
{
	static const char url[] = "https://dynamodb.eu-west-1.amazonaws.com";
	struct aws_client_options options = {.edge = scripted_edge(), .entropy = {.fill = draw}};
	const struct aws_client_request request = {
		.operation = "Query", .body = {.data = (const uint8_t *)"{}", .size = 2}, .write = true};
	struct aws_client *client = NULL;
	struct aws_client_answer answer;
	struct arena *arena = arena_create(1 << 16);
	aws_client_answer_init(&answer);
	scripted_edge_rewind();
	create_credentials();
	options.credentials = credentials;
	options.region = TEXT("eu-west-1");
	options.endpoint.url = text_of_string(url);
	expect(aws_url_parse(options.endpoint.url, &options.endpoint.parts));
	if (arena == NULL)
		status = error_memory(&error);
	if (status == HANSARD_OK)
		status = aws_client_create(&options, &client, &error);
	if (status == HANSARD_OK)
		status = aws_client_send(client, &request, arena, &answer, &error);
	expect(status != HANSARD_OK || text_is(buffer_text(&answer.body), "{\"Count\":0}"));
	aws_client_answer_finish(&answer);
	aws_client_destroy(client);
	aws_credentials_destroy(credentials);
	arena_destroy(arena);
}

static void script_client(void)
{
	script_environment();
	scripted_edge_answer("POST https://dynamodb.eu-west-1.amazonaws.com/", 400,
						 "{\"__type\":\"a#TransactionCanceledException\",\"message\":\"m\",\"CancellationReasons\":["
						 "{\"Code\":\"None\"},{\"Code\":\"ThrottlingError\",\"ThrottlingReasons\":[{\"reason\":\"R\","
						 "\"resource\":\"arn\"},{\"reason\":\"S\"}]}]}");
	scripted_edge_answer("POST https://dynamodb.eu-west-1.amazonaws.com/", 200, "{\"Count\":0}");
}

static void use_endpoint(void)
{
	const struct aws_edge edge = scripted_edge();
	const struct aws_endpoint_request request = {
		.service = AWS_ENDPOINT_KMS, .configured = TEXT_ABSENT, .region = TEXT("eu-west-1")};
	struct aws_endpoint endpoint;
	struct aws_settings settings;
	struct arena *arena = arena_create(1 << 16);
	aws_settings_init(&settings);
	if (arena == NULL)
		status = error_memory(&error);
	else
		status = aws_settings_load(&edge, TEXT_ABSENT, &settings, &error);
	if (status == HANSARD_OK)
		status = aws_endpoint_find(arena, &settings, &request, &endpoint, &error);
	aws_settings_finish(&settings);
	arena_destroy(arena);
}

static char url[128];

static void use_http(void)
{
	const struct http_options options = {.steady = http_partner_clock(), .proxy = TEXT("http://127.0.0.1:1")};
	const struct http_field header = {TEXT("authorization"), TEXT("x")};
	struct http_answer answer;
	struct http *http = NULL;
	struct http_request request = {.method = "POST",
								   .url = text_of_string(url),
								   .headers = &header,
								   .header_count = 1,
								   .body = bytes_of_text(TEXT("{}")),
								   .deadline = http_partner_now() + INT64_C(60) * 1000000};
	http_answer_init(&answer, 100000);
	status = http_create(&options, &http, &error);
	for (int i = 0; status == HANSARD_OK && i < 2; i++)
		status = http_send(http, &request, &answer, &error);
	expect(status != HANSARD_OK || answer.status == 200);
	http_answer_finish(&answer);
	http_destroy(http);
}

static void use_world(void)
{
	static const char *const environment[] = {"PATH=/usr/bin:/bin", NULL};
	const struct aws_world_options options = {.environment = environment, .clock = http_partner_clock()};
	static uint8_t room[64];
	struct buffer out = {.data = room, .capacity = sizeof(room), .ceiling = sizeof(room)};
	struct aws_world *world = NULL;
	status = aws_world_create(&options, &world, &error);
	if (status == HANSARD_OK) {
		const struct aws_edge edge = aws_world_edge(world);
		status = edge.functions->run(edge.context, TEXT("echo good"), &out, &error);
		expect(status != HANSARD_OK || text_is(buffer_text(&out), "good\n"));
	}
	aws_world_destroy(world);
}

/* ---- allocations ---- */

/* One use with its n-th allocation failing; whether there was an n-th. */
static bool fail(void (*use)(void), int n)
{
	memset(&error, 0, sizeof(error));
	allocations_fail_at(n);
	use();
	return allocations_stop() >= n;
}

/* OpenSSL may be what lacks memory. Where `foreign` libcurl's allocations are among them. It may have other words for a lack of memory, and leaves a
   block behind (7.88 does) when one certain allocation of a new connection fails. */
static void fail_each(void (*use)(void), bool foreign)
{
	int failed = 0, leaks = 0;
	use();
	expect_integer(status, HANSARD_OK);
	for (int n = 1;; n++) {
		const long live = allocations_live();
		const bool reached = fail(use, n);
		leaks += allocations_live() != live;
		if (allocations_live() > live + foreign || leaks > foreign)
			tap_fail(__FILE__, __LINE__, "allocation %d leaves %ld blocks", n, allocations_live() - live);
		if (!reached)
			break;
		failed += status != HANSARD_OK;
		if (!foreign && status != HANSARD_OK && strcmp(error.kind, "out_of_memory") != 0)
			expect_string(error.kind, "crypto_failed");
		expect(status == HANSARD_OK || status == HANSARD_FAILED || status == HANSARD_UNREACHABLE);
	}
	expect_integer(status, HANSARD_OK);
	expect(failed > 0);
}

static void begin(void)
{
	if (!allocations_counted())
		tap_skip("another allocator stands in front of the test's: that of a sanitizer or of valgrind");
}

static void client_fails(void)
{
	begin();
	script_client();
	fail_each(use_client, false);
}

static void credentials_fail(void)
{
	static void (*const scripts[])(void) = {script_roles, script_program, script_container, script_instance,
											script_environment};
	begin();
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		scripts[i]();
		fail_each(use_credentials, false);
	}
}

static void endpoints_fail(void)
{
	begin();
	script("[default]\nservices = s\n[services s]\nkms =\n  endpoint_url = https://x.example\n");
	fail_each(use_endpoint, false);
	script("");
	fail_each(use_endpoint, false);
}

static void http_fails(void)
{
	begin();
	const struct http_partner *partner = http_partner_start();
	expect(partner != NULL);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/huge/50000", partner->plain);
	fail_each(use_http, true);
}

static void world_fails(void)
{
	begin();
	fail_each(use_world, true);
}

/* ---- secrets ---- */

/* What is found in memory while the keys are held, and when they are not. Made at run time, so that they stand nowhere
   else. */
static char secret[SECRET_SIZE + 1], token[SECRET_SIZE + 1], answer[512];

static void make_secrets(void)
{
	search_count = 0;
	for (size_t i = 0; i < SECRET_SIZE; i++) {
		secret[i] = (char)('A' + (i * i + 7 * i) % 26);
		token[i] = (char)('a' + (i * i + 3 * i) % 26);
	}
	search_remember("secret", (const uint8_t *)secret);
	search_remember("token", (const uint8_t *)token);
}

static void forget_secrets(void)
{
	secret_wipe(secret, sizeof(secret));
	secret_wipe(token, sizeof(token));
	secret_wipe(answer, sizeof(answer));
}

static void ask_deep(void)
{
	scripted_edge_rewind();
	create_credentials();
	if (status == HANSARD_OK)
		status = aws_credentials_keys(credentials, INT64_MAX, &keys, &error);
}

static void expect_found(int copies, const char *where)
{
	int found[SEARCH_SECRETS];
	search_find(found);
	for (size_t i = 0; i < search_count; i++)
		if (found[i] != copies)
			tap_fail(__FILE__, __LINE__, "%s: %s is found %d times", where, search_names[i], found[i]);
}

/* The three parts of an answer, between which the two secrets stand. */
struct form {
	const char *before, *between, *after;
};

static void write_answer(struct form form)
{
	make_secrets();
	snprintf(answer, sizeof(answer), "%s%s%s%s%s", form.before, secret, form.between, token, form.after);
}

/* Asks for keys by a script that gives the answer; then they are held once, and afterwards nowhere. */
static void expect_wiped(struct form form, void (*set)(void), const char *where)
{
	search_need_little_memory();
	write_answer(form);
	set();
	search_deep(ask_deep);
	expect_integer(status, HANSARD_OK);
	forget_secrets();
	expect_found(1, where);
	keys = (struct aws_keys){.expires = 0};
	aws_credentials_destroy(credentials);
	expect_found(0, where);
}

static void set_file(void)
{
	script("");
	scripted_edge_file("/home/ada/.aws/credentials", answer);
}

static void set_program(void)
{
	script("[default]\ncredential_process = keys\n");
	scripted_edge_program("keys", answer);
}

static void set_container(void)
{
	script("");
	scripted_edge_variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/keys");
	scripted_edge_answer("GET http://169.254.170.2/v2/keys", 200, answer);
}

static void set_role(void)
{
	script("[default]\nrole_arn = arn:B\nweb_identity_token_file = /var/token\n");
	scripted_edge_answer(sts_url, 200, answer);
}

static const struct form file_form = {
	"[default]\naws_access_key_id = A\naws_secret_access_key = ", "\naws_session_token = ", "\n"};
static const struct form program_form = {"{\"Version\":1,\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"",
										 "\",\"SessionToken\":\"", "\"}"};
static const struct form container_form = {"{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"", "\",\"Token\":\"",
										   "\",\"Expiration\":\"2026-01-01T01:00:00Z\"}"};
static const struct form expired_form = {"{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"", "\",\"Token\":\"",
										 "\",\"Expiration\":\"2025-01-01T01:00:00Z\"}"};
static const struct form role_form = {"<Credentials><AccessKeyId>A</AccessKeyId><SecretAccessKey>",
									  "</SecretAccessKey><SessionToken>",
									  "</SessionToken><Expiration>2026-01-01T01:00:00Z</Expiration></Credentials>"};

static void secrets_are_wiped(void)
{
	expect_wiped(file_form, set_file, "a file");
	expect_wiped(program_form, set_program, "a program");
	expect_wiped(container_form, set_container, "a container");
	expect_wiped(role_form, set_role, "STS");
}

static void refused_ones_are_wiped(void)
{
	search_need_little_memory();
	write_answer(expired_form);
	set_container();
	search_deep(ask_deep);
	expect_integer(status, HANSARD_INVALID);
	forget_secrets();
	expect_found(0, "expired keys");
	aws_credentials_destroy(credentials);
}

static void told_ones_are_wiped(void)
{
	search_need_little_memory();
	write_answer(file_form);
	set_file();
	search_deep(ask_deep);
	expect_integer(status, HANSARD_OK);
	forget_secrets();
	aws_credentials_expire(credentials);
	expect_found(0, "keys that are called expired");
	aws_credentials_destroy(credentials);
}

static const struct tap_test tests[] = {
	{"credentials from everywhere", credentials_fail},
	{"a service's client", client_fails},
	{"regions and endpoints", endpoints_fail},
	{"requests over HTTP", http_fails},
	{"programs", world_fails},
	{"keys that are held are found once in memory, and nowhere when they no longer are", secrets_are_wiped},
	{"keys that are refused are found nowhere", refused_ones_are_wiped},
	{"keys that a service calls expired are found nowhere", told_ones_are_wiped},
};

TAP_MAIN(tests)
