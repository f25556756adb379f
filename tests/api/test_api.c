/*
 * The library as others meet it: this program includes the public header alone and links the shared library.
 */
#include <hansard/hansard.h>
#include <jansson.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"
#include "tap.h"

static struct hansard_platform platform;
static struct hansard_error error;
static struct hansard_output out;
static struct hansard *store;
static char folder[FOLDER_SIZE];
static char nothing[sizeof(folder) + 16]; /* a path in it where nothing is */

static const char question[] = "{\"title\": \"Which bread\", \"question\": \"Rye or wheat?\"}";
static const char round_0[] =
	"{\"round\": 0, \"panel\": [{\"name\": \"Muffin\"}, {\"name\": \"Scone\"}],"
	" \"perspectives\": [{\"id\": \"MUFFIN-P0001\", \"label\": \"Rye keeps longer than any other bread that a town of"
	" this size has ever had the patience to bake\"}],"
	" \"tensions\": [{\"label\": \"Taste against time\", \"contributors\": [\"judge\"]}]}";

/* A clock that stands still, so that two stores hold the same. */
static int64_t noon(void *context)
{
	(void)context;
	return INT64_C(1767268800000000);
}

static void good(enum hansard_status status)
{
	if (status != HANSARD_OK)
		tap_fail(__FILE__, __LINE__, "status %s, %s: %s", hansard_status_name(status), error.kind, error.message);
}

/* A failure of this status and kind, whose error is filled in. */
static void bad(enum hansard_status status, enum hansard_status wanted, const char *kind)
{
	expect_string(hansard_status_name(status), hansard_status_name(wanted));
	expect_integer(error.status, wanted);
	expect_string(error.kind, kind);
	expect(error.message[0] != '\0');
	hansard_output_free(&out);
}

/* The answer is expected to hold this text, and is freed. */
static void says(const char *text)
{
	expect(out.data != NULL && strlen(out.data) == out.size);
	if (strstr(out.data, text) == NULL)
		tap_fail(__FILE__, __LINE__, "\"%s\" is not in: %s", text, out.data);
	hansard_output_free(&out);
	expect(out.data == NULL && out.size == 0);
}

static struct hansard_options options_of(enum hansard_format format)
{
	return (struct hansard_options){.platform = &platform, .store = folder, .actor = "Ada", .format = format};
}

/* An empty store in a folder of its own. */
static void make_store(void)
{
	static char home[sizeof(folder) + 16];
	static const char *const environment[] = {home, "USER=tester", NULL};
	hansard_platform_posix(&platform);
	expect(platform.environment != NULL && platform.now != NULL && platform.entropy != NULL);
	platform.environment = environment;
	platform.now = noon;
	folder_make("api", folder);
	snprintf(nothing, sizeof(nothing), "%s/nothing", folder);
	snprintf(home, sizeof(home), "HOME=%s/home", folder);
	const struct hansard_options options = options_of(HANSARD_TEXT);
	good(hansard_init(&options, folder, &out, &error));
	says(folder);
	good(hansard_open(&options, &store, &error));
}

static void remove_store(void)
{
	hansard_close(store);
	store = NULL;
	expect(folder_remove(folder));
}

static enum hansard_status create(struct hansard *in, const char *id)
{
	return hansard_create(
		in,
		&(struct hansard_create_request){.id = id, .input = {.name = "q", .data = question, .size = strlen(question)}},
		&out, &error);
}

static enum hansard_status register_round(struct hansard *in, const char *dialogue, bool dry_run)
{
	const struct hansard_write_request request = {
		.dialogue = dialogue, .input = {.data = round_0, .size = strlen(round_0)}, .dry_run = dry_run};
	return hansard_register(in, &request, &out, &error);
}

static enum hansard_status show(struct hansard *in, const char *dialogue)
{
	return hansard_show(in, &(struct hansard_show_request){.dialogue = dialogue}, &out, &error);
}

/* A store with one dialogue of one round. */
static void make_dialogue(void)
{
	make_store();
	good(create(store, NULL));
	says("which-bread");
	good(register_round(store, "which", false));
	says("T0001");
}

/* ---- what needs no store ---- */

static void versions_and_words(void)
{
	expect_string(hansard_version(), HANSARD_VERSION);
	expect_string(hansard_status_name(HANSARD_NOT_FOUND), "not_found");
	expect_integer(hansard_exit_code(HANSARD_OK), 0);
	expect_integer(hansard_exit_code(HANSARD_NO_STORE), 10);
	expect(hansard_retryable(HANSARD_BUSY) && !hansard_retryable(HANSARD_INVALID));
	hansard_close(NULL);
	hansard_output_free(&out);
}

static void no_store_is_an_error(void)
{
	make_store();
	hansard_close(store);
	store = NULL;
	struct hansard_options options = options_of(HANSARD_TEXT);
	options.store = nothing;
	bad(hansard_open(&options, &store, &error), HANSARD_NO_STORE, "no_store");
	expect(store == NULL && strstr(error.hint, "init") != NULL);
	expect_integer(hansard_open(&options, &store, NULL), HANSARD_NO_STORE);
	expect_integer(hansard_doctor(&options, &out, &error), HANSARD_NO_STORE);
	says("BAD");
	remove_store();
}

static void options_without_a_platform_are_usage(void)
{
	struct hansard *none = NULL;
	const struct hansard_platform half = {.working_directory = "."};
	const struct hansard_options bare = {.store = "."}, halved = {.platform = &half};
	const struct hansard_options *const wrong[] = {NULL, &bare, &halved};
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		bad(hansard_open(wrong[i], &none, &error), HANSARD_USAGE, "missing_platform");
		bad(hansard_init(wrong[i], "x", &out, &error), HANSARD_USAGE, "missing_platform");
		bad(hansard_doctor(wrong[i], &out, &error), HANSARD_USAGE, "missing_platform");
		expect(none == NULL && out.data == NULL);
	}
}

static void a_store_is_made_once(void)
{
	make_store();
	const struct hansard_options options = options_of(HANSARD_TEXT);
	bad(hansard_init(&options, folder, &out, &error), HANSARD_CONFLICT, "store_exists");
	good(hansard_doctor(&options, &out, &error));
	says("ok");
	remove_store();
}

/* ---- errors ---- */

static void missing_arguments_are_usage(void)
{
	make_dialogue();
	const struct hansard_write_request nameless = {.input = {.data = round_0, .size = strlen(round_0)}};
	const struct hansard_write_request empty = {.dialogue = "which"};
	bad(show(store, NULL), HANSARD_USAGE, "missing_dialogue");
	bad(hansard_scoreboard(store, NULL, &out, &error), HANSARD_USAGE, "missing_dialogue");
	bad(hansard_log(store, &(struct hansard_log_request){.dialogue = NULL}, &out, &error), HANSARD_USAGE,
		"missing_dialogue");
	bad(hansard_render(store, NULL, &out, &error), HANSARD_USAGE, "missing_dialogue");
	bad(hansard_export(store, NULL, &out, &error), HANSARD_USAGE, "missing_dialogue");
	bad(hansard_context(store, NULL, &out, &error), HANSARD_USAGE, "missing_dialogue");
	bad(hansard_panel(store, &(struct hansard_panel_request){.size = 0}, &out, &error), HANSARD_USAGE,
		"missing_dialogue");
	bad(hansard_register(store, &nameless, &out, &error), HANSARD_USAGE, "missing_dialogue");
	bad(hansard_abandon(store, NULL, "why", &out, &error), HANSARD_USAGE, "missing_dialogue");
	bad(hansard_export_files(store, "which", NULL, &out, &error), HANSARD_USAGE, "missing_directory");
	bad(hansard_import(store, &(struct hansard_import_request){.path = NULL}, &out, &error), HANSARD_USAGE,
		"missing_path");
	bad(hansard_register(store, &empty, &out, &error), HANSARD_USAGE, "missing_input");
	bad(hansard_update(store, &empty, &out, &error), HANSARD_USAGE, "missing_input");
	bad(hansard_verdict(store, &empty, &out, &error), HANSARD_USAGE, "missing_input");
	bad(hansard_create(store, &(struct hansard_create_request){.id = NULL}, &out, &error), HANSARD_INVALID,
		"missing_field");
	good(hansard_abandon(store, "which", NULL, &out, &error));
	says("Abandoned");
	remove_store();
}

static void unknown_names_are_told_from_ambiguous_ones(void)
{
	make_store();
	good(create(store, "bread-of-rye"));
	hansard_output_free(&out);
	good(create(store, "bread-of-wheat"));
	hansard_output_free(&out);
	const enum hansard_status missing = show(store, "cake");
	expect_integer(missing, HANSARD_NOT_FOUND);
	expect(strstr(error.message, "cake") != NULL && out.data == NULL);
	const enum hansard_status ambiguous = show(store, "bread");
	expect_integer(ambiguous, HANSARD_USAGE);
	expect(strstr(error.message, "bread-of-rye") != NULL || strstr(error.hint, "bread-of-rye") != NULL);
	good(show(store, "bread-of-r"));
	says("Which bread");
	expect_integer(create(store, "bread-of-rye"), HANSARD_CONFLICT);
	expect_integer(show(store, "cake"),
				   hansard_show(store, &(struct hansard_show_request){.dialogue = "cake"}, NULL, NULL));
	good(hansard_show(store, &(struct hansard_show_request){.dialogue = "bread-of-r"}, NULL, &error));
	expect_integer(hansard_import(store, &(struct hansard_import_request){.path = nothing}, &out, &error),
				   HANSARD_NOT_FOUND);
	hansard_output_free(&out);
	remove_store();
}

static void arguments_that_are_no_utf8_are_refused(void)
{
	static const char *const ids[] = {"T0001", "\xff"};
	make_dialogue();
	const struct hansard_show_request request = {.dialogue = "which", .entities = ids, .entity_count = 2};
	bad(hansard_show(store, &request, &out, &error), HANSARD_USAGE, "invalid_id");
	expect_integer(show(store, "\xff"), HANSARD_NOT_FOUND);
	bad(hansard_create(store, &(struct hansard_create_request){.title = "\xff"}, &out, &error), HANSARD_INVALID,
		"invalid_value");
	bad(hansard_abandon(store, "which", "\xff", &out, &error), HANSARD_INVALID, "invalid_value");
	struct hansard_options options = options_of(HANSARD_TEXT);
	struct hansard *other = NULL;
	options.actor = "\xff";
	bad(hansard_open(&options, &other, &error), HANSARD_INVALID, "invalid_actor");
	remove_store();
}

static void refused_batches_show_every_problem(void)
{
	make_store();
	good(create(store, NULL));
	hansard_output_free(&out);
	static const char batch[] = "{\"round\": 0, \"panel\": [{\"name\": \"Muffin\"}], \"claims\": [{}], \"bogus\": 1}";
	const struct hansard_write_request request = {.dialogue = "which", .input = {.data = batch, .size = strlen(batch)}};
	expect_integer(hansard_register(store, &request, &out, &error), HANSARD_INVALID);
	expect(strstr(out.data, "bogus") != NULL);
	says("claims[0].label");
	static const char broken[] = "{\"round\": ";
	const struct hansard_write_request half = {.dialogue = "which",
											   .input = {.name = "half.json", .data = broken, .size = strlen(broken)}};
	bad(hansard_register(store, &half, &out, &error), HANSARD_INVALID, "invalid_json");
	expect(strncmp(error.message, "half.json:1:", 12) == 0);
	good(hansard_log(store, &(struct hansard_log_request){.dialogue = "which"}, &out, &error));
	expect(strstr(out.data, "register") == NULL);
	says("create");
	remove_store();
}

/* ---- what is promised of stores ---- */

static void actors_are_in_the_log(void)
{
	make_dialogue();
	struct hansard_options options = options_of(HANSARD_TEXT);
	struct hansard *other = NULL;
	options.actor = NULL;
	good(hansard_open(&options, &other, &error));
	good(hansard_abandon(other, "which", "no oven", &out, &error));
	hansard_output_free(&out);
	hansard_close(other);
	good(hansard_log(store, &(struct hansard_log_request){.dialogue = "which"}, &out, &error));
	expect(strstr(out.data, "Ada") != NULL);
	says("tester");
	remove_store();
}

static void two_stores_are_open_at_once(void)
{
	make_dialogue();
	const struct hansard_options options = options_of(HANSARD_JSON);
	struct hansard *second = NULL;
	good(hansard_open(&options, &second, &error));
	good(show(second, "which"));
	says("\"which-bread\"");
	good(create(store, "from-the-first"));
	hansard_output_free(&out);
	good(show(second, "from-the-first"));
	hansard_output_free(&out);
	good(create(second, "from-the-second"));
	hansard_output_free(&out);
	good(show(store, "from-the-second"));
	hansard_output_free(&out);
	hansard_close(second);
	good(show(store, "which"));
	says("Which bread");
	remove_store();
}

static void read_only_refuses_to_write(void)
{
	make_dialogue();
	hansard_close(store);
	struct hansard_options options = options_of(HANSARD_TEXT);
	options.read_only = true;
	good(hansard_open(&options, &store, &error));
	good(show(store, "which"));
	says("Which bread");
	good(hansard_verify(store, NULL, &out, &error));
	says("good");
	bad(create(store, "another"), HANSARD_FAILED, "store_read_only");
	bad(hansard_abandon(store, "which", "no oven", &out, &error), HANSARD_FAILED, "store_read_only");
	remove_store();
}

static void dry_runs_write_nothing(void)
{
	make_store();
	good(create(store, NULL));
	hansard_output_free(&out);
	good(register_round(store, "which", true));
	says("Would");
	good(hansard_import(store, &(struct hansard_import_request){.path = TEST_EXAMPLE, .dry_run = true}, &out, &error));
	says("would create");
	good(hansard_log(store, &(struct hansard_log_request){.dialogue = "which"}, &out, &error));
	expect(strstr(out.data, "register") == NULL);
	hansard_output_free(&out);
	good(hansard_list(store, &(struct hansard_list_request){.ids = true}, &out, &error));
	expect_string(out.data, "which-bread\n");
	hansard_output_free(&out);
	remove_store();
}

/* ---- answers ---- */

/* One JSON object of this kind. */
static void is_object(enum hansard_status status, const char *kind)
{
	good(status);
	json_error_t problem;
	json_t *json = json_loadb(out.data, out.size, JSON_REJECT_DUPLICATES, &problem);
	if (json == NULL)
		tap_fail(__FILE__, __LINE__, "%s: line %d: %s", kind, problem.line, problem.text);
	const char *found = json_string_value(json_object_get(json, "kind"));
	expect(found != NULL);
	expect_string(found, kind);
	expect_integer(json_integer_value(json_object_get(json, "schema_version")), 1);
	json_decref(json);
	hansard_output_free(&out);
}

static void every_answer_is_json(void)
{
	make_dialogue();
	hansard_close(store);
	const struct hansard_options options = options_of(HANSARD_JSON);
	static const char *const ids[] = {"T0001"};
	good(hansard_open(&options, &store, &error));
	is_object(hansard_import(store, &(struct hansard_import_request){.path = TEST_EXAMPLE}, &out, &error), "import");
	is_object(hansard_list(store, &(struct hansard_list_request){.limit = 1}, &out, &error), "dialogues");
	is_object(show(store, "which"), "dialogue");
	is_object(hansard_show(store,
						   &(struct hansard_show_request){.dialogue = "which", .entities = ids, .entity_count = 1},
						   &out, &error),
			  "entities");
	is_object(hansard_scoreboard(store, "lending", &out, &error), "scoreboard");
	is_object(hansard_tensions(store, &(struct hansard_tensions_request){.dialogue = "lending"}, &out, &error),
			  "tensions");
	is_object(hansard_tensions(store, &(struct hansard_tensions_request){.dialogue = NULL}, &out, &error),
			  "open_tensions");
	is_object(hansard_log(store, &(struct hansard_log_request){.dialogue = "which"}, &out, &error), "log");
	is_object(hansard_stats(store, &out, &error), "stats");
	is_object(hansard_render(store, "which", &out, &error), "document");
	is_object(hansard_context(store, "which", &out, &error), "context");
	is_object(hansard_verify(store, NULL, &out, &error), "verify");
	is_object(hansard_doctor(&options, &out, &error), "doctor");
	is_object(register_round(store, "which", false), "register");
	is_object(create(store, "other"), "create");
	is_object(hansard_abandon(store, "other", "no oven", &out, &error), "abandon");
	remove_store();
}

static void exports_come_back(void)
{
	make_dialogue();
	char path[sizeof(folder) + 32];
	struct hansard_output whole = {.data = NULL};
	good(hansard_export(store, "which", &whole, &error));
	hansard_close(store);
	expect(folder_remove(folder));
	make_store();
	snprintf(path, sizeof(path), "%s/export.json", folder);
	FILE *file = fopen(path, "w");
	expect(file != NULL && fwrite(whole.data, 1, whole.size, file) == whole.size && fclose(file) == 0);
	good(hansard_import(store, &(struct hansard_import_request){.path = path}, &out, &error));
	hansard_output_free(&out);
	good(hansard_export(store, "which", &out, &error));
	expect_string(out.data, whole.data);
	hansard_output_free(&out);
	hansard_output_free(&whole);
	remove_store();
}

static void files_come_back_and_are_never_overwritten(void)
{
	make_store();
	char path[sizeof(folder) + 32];
	struct stat status;
	good(hansard_import(store, &(struct hansard_import_request){.path = TEST_EXAMPLE, .as = "tools"}, &out, &error));
	says("tools");
	snprintf(path, sizeof(path), "%s/files", folder);
	good(hansard_export_files(store, "tools", path, &out, &error));
	says(path);
	bad(hansard_export_files(store, "tools", path, &out, &error), HANSARD_CONFLICT, "file_exists");
	snprintf(path, sizeof(path), "%s/files/round-0/muffin.md", folder);
	expect(stat(path, &status) == 0 && status.st_size > 0);
	remove_store();
}

/* Somebody who may write in the folder leads one that was written to elsewhere, once a file is in it; then the writing is interrupted. */
static bool leads_elsewhere(void *context)
{
	const char *victim = context;
	char path[sizeof(folder) + 48], made[sizeof(folder) + 32], aside[sizeof(folder) + 32];
	struct stat status;
	snprintf(made, sizeof(made), "%s/files/round-0", folder);
	snprintf(aside, sizeof(aside), "%s/files/aside", folder);
	snprintf(path, sizeof(path), "%s/muffin.md", made);
	if (stat(path, &status) != 0)
		return false;
	expect(rename(made, aside) == 0 && symlink(victim, made) == 0);
	return true;
}

static void what_is_taken_away_again_is_what_was_written(void)
{
	make_store();
	char victim[sizeof(folder) + 16], path[sizeof(folder) + 48];
	struct hansard_options options = options_of(HANSARD_TEXT);
	struct hansard *other = NULL;
	struct stat status;
	good(hansard_import(store, &(struct hansard_import_request){.path = TEST_EXAMPLE, .as = "tools"}, &out, &error));
	says("tools");
	snprintf(victim, sizeof(victim), "%s/victim", folder);
	good(hansard_export_files(store, "tools", victim, &out, &error));
	says(victim);
	snprintf(victim, sizeof(victim), "%s/victim/round-0", folder);
	options.interrupted = leads_elsewhere;
	options.interrupted_context = victim;
	good(hansard_open(&options, &other, &error));
	snprintf(path, sizeof(path), "%s/files", folder);
	bad(hansard_export_files(other, "tools", path, &out, &error), HANSARD_FAILED, "interrupted");
	hansard_close(other);
	snprintf(path, sizeof(path), "%s/muffin.md", victim);
	expect(stat(path, &status) == 0 && status.st_size > 0);
	snprintf(path, sizeof(path), "%s/files/dialogue.md", folder);
	expect(stat(path, &status) != 0);
	remove_store();
}

struct heard {
	size_t calls, done, all;
	bool named;
};

static void hear(void *context, const char *what, size_t done, size_t all)
{
	struct heard *heard = context;
	heard->calls++;
	heard->named = what != NULL && what[0] != '\0';
	expect(done >= heard->done && done <= all);
	heard->done = done;
	heard->all = all;
}

static void imports_report_progress(void)
{
	make_store();
	hansard_close(store);
	struct heard heard = {.calls = 0};
	struct hansard_options options = options_of(HANSARD_TEXT);
	options.progress = hear;
	options.progress_context = &heard;
	good(hansard_open(&options, &store, &error));
	good(hansard_import(store, &(struct hansard_import_request){.path = TEST_EXAMPLE}, &out, &error));
	says("created");
	expect(heard.calls > 0 && heard.named && heard.done == heard.all);
	remove_store();
}

/* Columns of the longest line, every character of the text being one column wide. */
static size_t widest(const char *text)
{
	size_t longest = 0;
	size_t columns = 0;
	for (; *text != '\0'; text++) {
		columns = *text == '\n' ? 0 : columns + ((*text & 0xc0) != 0x80);
		longest = columns > longest ? columns : longest;
	}
	return longest;
}

static void answers_keep_to_the_width(void)
{
	static const size_t widths[] = {0, 60, 120};
	make_dialogue();
	size_t seen[3];
	for (size_t i = 0; i < 3; i++) {
		struct hansard_options options = options_of(HANSARD_TEXT);
		options.width = widths[i];
		hansard_close(store);
		good(hansard_open(&options, &store, &error));
		good(hansard_show(store,
						  &(struct hansard_show_request){
							  .dialogue = "which", .entities = (const char *[]){"P0001"}, .entity_count = 1},
						  &out, &error));
		seen[i] = widest(out.data);
		hansard_output_free(&out);
	}
	expect(seen[0] <= 80 && seen[1] <= 60 && seen[2] <= 120);
	expect(seen[1] < seen[0] && seen[0] < seen[2]);
	remove_store();
}

int main(void)
{
	static const struct tap_test tests[] = {
		{"version, status names, exit codes and freeing nothing need no store", versions_and_words},
		{"where there is no store, opening says so and doctor shows it", no_store_is_an_error},
		{"options without a platform are wrong usage", options_without_a_platform_are_usage},
		{"a store is made once, and is healthy", a_store_is_made_once},
		{"an argument that is missing is a usage error", missing_arguments_are_usage},
		{"an unknown name is not found, an ambiguous prefix lists what it may mean",
		 unknown_names_are_told_from_ambiguous_ones},
		{"what is no UTF-8 is refused", arguments_that_are_no_utf8_are_refused},
		{"a refused batch shows every problem and writes nothing", refused_batches_show_every_problem},
		{"the actor that was given, else USER, is in the log", actors_are_in_the_log},
		{"two stores of one folder are open at once and see each other's commits", two_stores_are_open_at_once},
		{"a store opened read-only answers, and refuses to write", read_only_refuses_to_write},
		{"a dry run says what it would do and writes nothing", dry_runs_write_nothing},
		{"every answer is JSON where JSON is asked for", every_answer_is_json},
		{"an export that is imported elsewhere exports the same bytes", exports_come_back},
		{"kept files are written, and never over others", files_come_back_and_are_never_overwritten},
		{"an export that is interrupted takes away what it wrote, and follows no link to it",
		 what_is_taken_away_again_is_what_was_written},
		{"an import reports its progress to the end", imports_report_progress},
		{"text keeps to the width that was asked for", answers_keep_to_the_width},
	};
	return tap_run(tests, sizeof(tests) / sizeof(tests[0]));
}
