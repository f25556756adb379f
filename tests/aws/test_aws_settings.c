/*
 * Where AWS's files are, and which profile counts.
 */
#include "aws_settings.h"

#include "limits.h"
#include "scripted_edge.h"
#include "tap.h"

static struct aws_settings settings;
static struct hansard_error error;

static enum hansard_status load(const char *profile)
{
	const struct aws_edge edge = scripted_edge();
	memset(&error, 0, sizeof(error));
	return aws_settings_load(&edge, text_of_string(profile), &settings, &error);
}

static void begin(void)
{
	aws_settings_finish(&settings);
	scripted_edge_begin();
	scripted_edge_variable("HOME=/home/ada");
}

static void usual_places(void)
{
	begin();
	scripted_edge_file("/home/ada/.aws/config", "[default]\nregion = 1\n");
	scripted_edge_file("/home/ada/.aws/credentials", "[default]\naws_access_key_id = 2\n");
	expect_integer(load(NULL), HANSARD_OK);
	expect_string(scripted_edge_log(), "read /home/ada/.aws/config\nread /home/ada/.aws/credentials\n");
	expect_text(aws_settings_value(&settings, "AWS_REGION", "region"), "1");
	expect_text(aws_settings_value(&settings, "X", "aws_access_key_id"), "2");
	expect_text(settings.profile, "default");
	expect(!text_present(settings.profile_from));
}

static void named_places(void)
{
	begin();
	scripted_edge_variable("AWS_CONFIG_FILE=/etc/aws");
	scripted_edge_variable("AWS_SHARED_CREDENTIALS_FILE=~/keys");
	expect_integer(load(NULL), HANSARD_OK);
	expect_string(scripted_edge_log(), "read /etc/aws\nread /home/ada/keys\n");
}

static void no_home(void)
{
	aws_settings_finish(&settings);
	scripted_edge_begin();
	scripted_edge_variable("AWS_CONFIG_FILE=~/x");
	expect_integer(load(NULL), HANSARD_OK);
	expect_string(scripted_edge_log(), "");
}

static void unreadable(void)
{
	begin();
	scripted_edge_file("/home/ada/.aws/credentials", NULL);
	expect_integer(load(NULL), HANSARD_FAILED);
	expect_string(error.message, "/home/ada/.aws/credentials cannot be read: Permission denied");
}

static void too_large(void)
{
	static char content[LIMIT_AWS_FILE + 2];
	memset(content, '\n', sizeof(content) - 1);
	begin();
	scripted_edge_file("/home/ada/.aws/config", content);
	expect_integer(load(NULL), HANSARD_INVALID);
	expect_string(error.kind, "file_too_large");
}

static void invalid(void)
{
	begin();
	scripted_edge_file("/home/ada/.aws/config", "nothing\n");
	expect_integer(load(NULL), HANSARD_INVALID);
	expect_string(error.message, "/home/ada/.aws/config:1: there is no [section] before this line");
}

static void profiles(void)
{
	begin();
	scripted_edge_file("/home/ada/.aws/config", "[profile a]\n[profile b]\n");
	scripted_edge_variable("AWS_PROFILE=a");
	expect_integer(load(NULL), HANSARD_OK);
	expect_text(settings.profile, "a");
	expect_text(settings.profile_from, "AWS_PROFILE");
	expect_integer(load("b"), HANSARD_OK);
	expect_text(settings.profile, "b");
	expect_text(settings.profile_from, "flag");
}

static void no_profile(void)
{
	begin();
	scripted_edge_file("/home/ada/.aws/config", "[ci]\n");
	scripted_edge_variable("AWS_PROFILE=ci");
	expect_integer(load(NULL), HANSARD_INVALID);
	expect_string(error.kind, "no_profile");
	expect_string(error.message,
				  "there is no profile ci (AWS_PROFILE) in /home/ada/.aws/config or /home/ada/.aws/credentials");
	expect_string(error.hint, "aws configure list-profiles shows those that there are");
	scripted_edge_file("/home/ada/.aws/credentials", "[ci]\n");
	expect_integer(load(NULL), HANSARD_OK);
	begin();
	expect_integer(load("default"), HANSARD_OK);
}

static void variables(void)
{
	static const char *const environment[] = {"AB=1", "A=", "B=2", "B=3", "C", NULL};
	expect(!text_present(aws_settings_variable(environment, "A")));
	expect_text(aws_settings_variable(environment, "B"), "2");
	expect(!text_present(aws_settings_variable(environment, "C")));
	expect(!text_present(aws_settings_variable(NULL, "A")));
}

static void switches(void)
{
	bool on = false;
	begin();
	scripted_edge_file("/home/ada/.aws/config", "[default]\na = True\nb = FALSE\nc = 1\nd =\n");
	scripted_edge_variable("C=true");
	expect_integer(load(NULL), HANSARD_OK);
	expect_integer(aws_settings_switch(&settings, "A", "a", &on, &error), HANSARD_OK);
	expect(on);
	expect_integer(aws_settings_switch(&settings, "B", "b", &on, &error), HANSARD_OK);
	expect(!on);
	expect_integer(aws_settings_switch(&settings, "C", "c", &on, &error), HANSARD_OK);
	expect(on);
	expect_integer(aws_settings_switch(&settings, "D", "d", &on, &error), HANSARD_OK);
	expect(!on);
	expect_integer(aws_settings_switch(&settings, "X", "c", &on, &error), HANSARD_INVALID);
	expect_string(error.message, "X, or c of profile default, is 1");
}

static const struct tap_test tests[] = {
	{"the files are in ~/.aws, and one that is not there is empty", usual_places},
	{"the files are where the variables say", named_places},
	{"without a home there are no files", no_home},
	{"a file that cannot be read is an error", unreadable},
	{"a file of more than a mebibyte is refused", too_large},
	{"a file with a fault is refused", invalid},
	{"the profile is the one that is given, else that of AWS_PROFILE", profiles},
	{"a profile that is named must be there, in either file, but for default", no_profile},
	{"a variable that is empty is not set", variables},
	{"a switch is true or false, of the environment or of the profile", switches},
};

TAP_MAIN(tests)
