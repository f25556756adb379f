/*
 * The operations that are disturbed: one row each.
 */
#include "stage.h"

#define OWN "where-the-record-lives"
#define EXAMPLE "lending-tools-and-instruments"

static const char *const entities[] = {"T0001", "P0001", "R0001", "E0001", "C0001", "P0002"};
static const char *const kept[] = {"muffin"};

/* The first row of each chapter leads to the next. */
const struct stage_operation stage_writings[STAGE_WRITINGS] = {
	{.name = "import", .from = CHAPTER_EMPTY, .import = &(const struct hansard_import_request){.path = TEST_EXAMPLE}},
	{.name = "create", .from = CHAPTER_IMPORTED, .file = "dialogue.json"},
	{.name = "register", .from = CHAPTER_CREATED, .write = hansard_register, .file = "round.json"},
	{.name = "update", .from = CHAPTER_REGISTERED, .write = hansard_update, .file = "update.json", .repeating = true},
	{.name = "verdict", .from = CHAPTER_UPDATED, .write = hansard_verdict, .file = "verdict.json"},
	{.name = "abandon", .from = CHAPTER_REGISTERED, .reason = "nobody came"},
};

/* In JSON a head is one member, its line ends escaped: it is put back to what it was, in place. */
static size_t unquote(struct hansard_output *receipt)
{
	static const char member[] = "\"head\": \"";
	const char *from = strstr(receipt->data, member);
	size_t size = 0;
	if (from == NULL)
		return receipt->size;
	for (from += sizeof(member) - 1; *from != '"'; from++) {
		const bool escaped = from[0] == '\\' && from[1] == 'n';
		receipt->data[size++] = escaped ? '\n' : *from;
		from += escaped;
	}
	return size;
}

/* A receipt of a dialogue, verified at once. */
static enum hansard_status log_of(struct hansard *store, const char *dialogue, struct hansard_output *ret_out,
								  struct hansard_error *error)
{
	return hansard_log(store, &(struct hansard_log_request){.dialogue = dialogue}, ret_out, error);
}

static enum hansard_status log_restored(struct hansard *store, const char *dialogue, struct hansard_output *ret_out,
										struct hansard_error *error)
{
	return hansard_log(store, &(struct hansard_log_request){.dialogue = dialogue, .restored = true}, ret_out, error);
}

static enum hansard_status verify_receipt(struct hansard *store, const char *dialogue, struct hansard_output *ret_out,
										  struct hansard_error *error)
{
	struct hansard_output receipt = {.data = NULL};
	enum hansard_status status = hansard_receipt(store, dialogue, &receipt, error);
	if (status == HANSARD_OK) {
		const struct hansard_input input = {.name = "-", .data = receipt.data, .size = unquote(&receipt)};
		status = hansard_verify_receipt(store, &input, ret_out, error);
	}
	hansard_output_free(&receipt);
	return status;
}

#define SHOW(name_, ...)                                                                                               \
	{                                                                                                                  \
		.name = name_, .from = CHAPTER_REGISTERED, .show = &(const struct hansard_show_request)                        \
		{                                                                                                              \
			__VA_ARGS__                                                                                                \
		}                                                                                                              \
	}
#define LIST(name_, ...)                                                                                               \
	{                                                                                                                  \
		.name = name_, .from = CHAPTER_REGISTERED, .list = &(const struct hansard_list_request)                        \
		{                                                                                                              \
			__VA_ARGS__                                                                                                \
		}                                                                                                              \
	}
#define TENSIONS(name_, ...)                                                                                           \
	{                                                                                                                  \
		.name = name_, .from = CHAPTER_REGISTERED, .tensions = &(const struct hansard_tensions_request)                \
		{                                                                                                              \
			__VA_ARGS__                                                                                                \
		}                                                                                                              \
	}
#define PANEL(name_, ...)                                                                                              \
	{                                                                                                                  \
		.name = name_, .from = CHAPTER_REGISTERED, .panel = &(const struct hansard_panel_request)                      \
		{                                                                                                              \
			__VA_ARGS__                                                                                                \
		}                                                                                                              \
	}
#define OF(name_, function, dialogue_)                                                                                 \
	{                                                                                                                  \
		.name = name_, .from = CHAPTER_REGISTERED, .of_dialogue = function, .dialogue = dialogue_                      \
	}

const struct stage_operation stage_readings[] = {
	SHOW("show", .dialogue = EXAMPLE),
	SHOW("show by prefix", .dialogue = "where"),
	SHOW("show entities", .dialogue = EXAMPLE, .entities = entities, .entity_count = 6),
	SHOW("show problems", .dialogue = EXAMPLE, .problems = true),
	SHOW("show progress", .dialogue = OWN, .progress = true),
	SHOW("show events", .dialogue = EXAMPLE, .events = true),
	SHOW("show what a restore would take", .dialogue = OWN, .restored = true),
	OF("scoreboard", hansard_scoreboard, EXAMPLE),
	TENSIONS("tensions", .dialogue = EXAMPLE),
	TENSIONS("tensions, all", .dialogue = EXAMPLE, .all = true),
	TENSIONS("tensions, open", .dialogue = OWN, .open_only = true),
	TENSIONS("tensions everywhere", .open_only = true),
	LIST("list", .limit = 0),
	LIST("list of ids", .ids = true),
	LIST("list of a status", .status = "open"),
	LIST("list of similar", .similar_to = OWN),
	OF("log", log_of, OWN),
	OF("log of what a restore would take", log_restored, OWN),
	{.name = "stats", .from = CHAPTER_REGISTERED, .of_store = hansard_stats},
	OF("render", hansard_render, EXAMPLE),
	OF("render own", hansard_render, OWN),
	OF("export", hansard_export, EXAMPLE),
	OF("context", hansard_context, OWN),
	OF("verify", hansard_verify, OWN),
	OF("verify all", hansard_verify, NULL),
	OF("leakage", hansard_leakage, EXAMPLE),
	OF("verify a receipt", verify_receipt, OWN),
	PANEL("panel", .dialogue = OWN, .seed = "7"),
	PANEL("panel, kept", .dialogue = OWN, .size = 4, .rotation = "wildcards", .keep = kept, .keep_count = 1),
	{.name = "import, dry",
	 .from = CHAPTER_REGISTERED,
	 .import = &(const struct hansard_import_request){.path = TEST_EXAMPLE, .as = "another", .dry_run = true}},
	{.name = "doctor", .from = CHAPTER_REGISTERED, .doctor = true},
	{.name = "open", .from = CHAPTER_REGISTERED, .open = true},
};
const size_t stage_reading_count = sizeof(stage_readings) / sizeof(stage_readings[0]);

/* Functions that take the JSON of a file of this folder, which the stage has read. */
static enum hansard_status hand_in(struct stage *stage, const struct stage_operation *operation, struct hansard *store,
								   struct hansard_output *ret_out, struct hansard_error *error)
{
	const struct hansard_output *content = &stage->inputs[operation - stage_writings];
	const struct hansard_input input = {.name = operation->file, .data = content->data, .size = content->size};
	const struct hansard_write_request write = {.dialogue = OWN, .input = input};
	const struct hansard_create_request create = {.id = OWN, .input = input};
	return operation->write != NULL ? operation->write(store, &write, ret_out, error)
									: hansard_create(store, &create, ret_out, error);
}

/* Functions that open the store by themselves. */
static enum hansard_status perform_alone(struct stage *stage, const struct stage_operation *operation,
										 struct hansard_output *ret_out, struct hansard_error *error)
{
	/* It is found upwards of the working directory, as most are. */
	const struct hansard_options options = {.platform = &stage->platform, .format = stage->format};
	if (operation->doctor)
		return hansard_doctor(&options, ret_out, error);
	struct hansard *store = NULL;
	const enum hansard_status status = hansard_open(&options, &store, error);
	hansard_close(store);
	return status;
}

enum hansard_status stage_perform(struct stage *stage, const struct stage_operation *operation, struct hansard *store,
								  struct hansard_output *ret_out, struct hansard_error *error)
{
	if (operation->show != NULL)
		return hansard_show(store, operation->show, ret_out, error);
	if (operation->list != NULL)
		return hansard_list(store, operation->list, ret_out, error);
	if (operation->tensions != NULL)
		return hansard_tensions(store, operation->tensions, ret_out, error);
	if (operation->panel != NULL)
		return hansard_panel(store, operation->panel, ret_out, error);
	if (operation->import != NULL)
		return hansard_import(store, operation->import, ret_out, error);
	if (operation->of_store != NULL)
		return operation->of_store(store, ret_out, error);
	if (operation->of_dialogue != NULL)
		return operation->of_dialogue(store, operation->dialogue, ret_out, error);
	if (operation->reason != NULL)
		return hansard_abandon(store, OWN, operation->reason, ret_out, error);
	if (operation->file != NULL)
		return hand_in(stage, operation, store, ret_out, error);
	return perform_alone(stage, operation, ret_out, error);
}
