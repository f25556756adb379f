/*
 * The order of the sources, and keys over time: expiry, renewal, failure.
 */
#include <sys/wait.h>
#include <unistd.h>

#include "credentials_case.h"

/* All sources are there; from the first on one after the other is taken away. */
static void order(void)
{
	static const char *const expected[] = {"AENV", "AROLE", "AWRITTEN", "ACONTAINER", "AINSTANCE"};
	for (int first = 0; first < 5; first++) {
		begin();
		if (first <= 0)
			scripted_edge_variable("AWS_ACCESS_KEY_ID=AENV");
		if (first <= 0)
			scripted_edge_variable("AWS_SECRET_ACCESS_KEY=SENV");
		if (first <= 1)
			scripted_edge_variable("AWS_WEB_IDENTITY_TOKEN_FILE=/var/token");
		if (first == 1)
			scripted_edge_answer(sts_url, 200, sts_answer);
		scripted_edge_variable("AWS_ROLE_ARN=arn:role");
		scripted_edge_file("/var/token", "token");
		config(first <= 2 ? "[default]\naws_access_key_id = AWRITTEN\naws_secret_access_key = SWRITTEN\n"
						  : "[default]\nregion = x\n");
		if (first <= 3)
			scripted_edge_variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/keys");
		if (first == 3)
			scripted_edge_answer(container_url, 200, container_answer);
		if (first == 4)
			answer_instance();
		if (ask() != HANSARD_OK)
			tap_fail(__FILE__, __LINE__, "%d: %s\n%s", first, error.message, scripted_edge_log());
		expect_text(keys.id, expected[first]);
		expect_integer(scripted_edge_answers_left(), 0);
	}
}

/* A profile's own order: a role, keys, a program. */
static void order_in_profile(void)
{
	begin();
	config(
		"[default]\naws_access_key_id = AWRITTEN\naws_secret_access_key = SWRITTEN\ncredential_process = keys\nsso_session = corp\n");
	expect_keys("AWRITTEN", "SWRITTEN", NULL);
	begin();
	config("[default]\nrole_arn = arn:A\ncredential_source = EcsContainer\ncredential_process = keys\n");
	scripted_edge_variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/keys");
	scripted_edge_answer(container_url, 200, container_answer);
	scripted_edge_answer(sts_url, 200, sts_answer);
	expect_keys("AROLE", "SAROLE", "TAROLE");
}

static void failing_source_ends_the_chain(void)
{
	begin();
	scripted_edge_file("/home/ada/.aws/credentials", NULL);
	expect_integer(ask(), HANSARD_FAILED);
	expect_string(error.message, "/home/ada/.aws/credentials cannot be read: Permission denied");
	begin();
	config("[default]\ncredential_process = keys\n");
	scripted_edge_program("keys", NULL);
	scripted_edge_variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/keys");
	expect_integer(ask(), HANSARD_FAILED);
	expect_not_asked("GET ");
}

/* ---- time ---- */

static void begin_expiring(void)
{
	begin();
	scripted_edge_variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/keys");
	scripted_edge_answer(container_url, 200, container_answer);
	expect_keys("ACONTAINER", "SCONTAINER", "TCONTAINER");
}

static const char later_answer[] =
	"{\"AccessKeyId\":\"ALATER\",\"SecretAccessKey\":\"SLATER\",\"Token\":\"TLATER\",\"Expiration\":\"2026-01-01T02:00:00Z\"}";

static void renewed_before_they_expire(void)
{
	begin_expiring();
	scripted_edge_answer(container_url, 200, later_answer);
	scripted_edge_pass(3299);
	expect_keys("ACONTAINER", "SCONTAINER", "TCONTAINER");
	expect_integer(scripted_edge_answers_left(), 1);
	scripted_edge_pass(1);
	expect_keys("ALATER", "SLATER", "TLATER");
	expect_integer(scripted_edge_answers_left(), 0);
	scripted_edge_pass(3299);
	expect_keys("ALATER", "SLATER", "TLATER");
}

static void good_ones_go_on(void)
{
	begin_expiring();
	scripted_edge_pass(3300);
	scripted_edge_answer(container_url, 0, "");
	scripted_edge_answer(container_url, 500, "");
	scripted_edge_answer(container_url, 200, later_answer);
	expect_keys("ACONTAINER", "SCONTAINER", "TCONTAINER");
	expect_integer(scripted_edge_answers_left(), 2);
	scripted_edge_pass(59);
	expect_keys("ACONTAINER", "SCONTAINER", "TCONTAINER");
	expect_integer(scripted_edge_answers_left(), 2);
	scripted_edge_pass(1);
	expect_keys("ACONTAINER", "SCONTAINER", "TCONTAINER");
	expect_integer(scripted_edge_answers_left(), 1);
	scripted_edge_pass(60);
	expect_keys("ALATER", "SLATER", "TLATER");
}

static void expired_ones_do_not(void)
{
	begin_expiring();
	scripted_edge_pass(3590);
	scripted_edge_answer(container_url, 0, "");
	expect_keys("ACONTAINER", "SCONTAINER", "TCONTAINER");
	scripted_edge_pass(10);
	scripted_edge_answer(container_url, 0, "");
	expect_integer(ask(), HANSARD_UNREACHABLE);
	expect_string(error.kind, "not_connected");
	scripted_edge_answer(container_url, 200, container_answer);
	expect_refused(HANSARD_INVALID, "keys_expired",
				   "the container's endpoint http://169.254.170.2/v2/keys: its keys have expired already",
				   "renew them where they come from, and check the clock of this machine");
	scripted_edge_answer(container_url, 200, later_answer);
	expect_keys("ALATER", "SLATER", "TLATER");
}

static void same_ones_are_taken(void)
{
	begin_expiring();
	scripted_edge_pass(3300);
	scripted_edge_answer(container_url, 200, container_answer);
	expect_keys("ACONTAINER", "SCONTAINER", "TCONTAINER");
	scripted_edge_pass(30);
	expect_keys("ACONTAINER", "SCONTAINER", "TCONTAINER");
	expect_integer(scripted_edge_answers_left(), 0);
}

static void clock_set_back(void)
{
	begin_expiring();
	scripted_edge_pass(3300);
	scripted_edge_answer(container_url, 0, "");
	expect_keys("ACONTAINER", "SCONTAINER", "TCONTAINER");
	scripted_edge_pass(-10);
	expect_keys("ACONTAINER", "SCONTAINER", "TCONTAINER");
	scripted_edge_pass(9);
	expect_keys("ACONTAINER", "SCONTAINER", "TCONTAINER");
}

static void told_to_expire(void)
{
	begin_expiring();
	aws_credentials_expire(credentials);
	scripted_edge_answer(container_url, 0, "");
	expect_integer(ask(), HANSARD_UNREACHABLE);
	scripted_edge_answer(container_url, 200, later_answer);
	expect_keys("ALATER", "SLATER", "TLATER");
	begin();
	scripted_edge_variable("AWS_ACCESS_KEY_ID=AENV");
	scripted_edge_variable("AWS_SECRET_ACCESS_KEY=SENV");
	expect_keys("AENV", "SENV", NULL);
	aws_credentials_expire(credentials);
	expect_keys("AENV", "SENV", NULL);
}

static void shorter_keys_leave_nothing(void)
{
	begin();
	scripted_edge_variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/keys");
	scripted_edge_answer(container_url, 200,
						 "{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"S\",\"Expiration\":\"2026-01-01T01:00:00Z\"}");
	expect_keys("A", "S", NULL);
}

static void not_for_children(void)
{
	int status = 0;
	begin_expiring();
	fflush(stdout);
	const pid_t pid = fork();
	expect(pid >= 0);
	if (pid == 0) {
		const bool good =
			ask() == HANSARD_FAILED && strcmp(error.message, "credentials are not passed on to a child of fork") == 0;
		aws_credentials_expire(credentials);
		_exit(good ? 0 : 1);
	}
	expect(waitpid(pid, &status, 0) == pid);
	expect(WIFEXITED(status));
	expect_integer(WEXITSTATUS(status), 0);
	expect_keys("ACONTAINER", "SCONTAINER", "TCONTAINER");
}

static const struct tap_test tests[] = {
	{"environment, web identity, profile, container, instance: the first that is there counts", order},
	{"in a profile a role comes first, then keys, then a program", order_in_profile},
	{"a source that is there and fails ends the chain", failing_source_ends_the_chain},
	{"keys are renewed five minutes before they expire", renewed_before_they_expire},
	{"keys that are good go on when they cannot be renewed, and it is tried again after a minute", good_ones_go_on},
	{"keys that have expired are not given out", expired_ones_do_not},
	{"the same keys again are taken, and asked for again after a minute", same_ones_are_taken},
	{"a clock that is set back makes no difference", clock_set_back},
	{"keys that a service calls expired are not given out again", told_to_expire},
	{"keys without a token have none", shorter_keys_leave_nothing},
	{"a child of fork has no keys", not_for_children},
	{"credentials end, and so do none", ends},
};

TAP_MAIN(tests)
