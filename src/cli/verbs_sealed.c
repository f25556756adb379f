/*
 * The commands about proof, and about where the record is: verify, receipt, erase, migrate, backup, leakage.
 */
#include <unistd.h>

#include "terminal.h"
#include "verbs.h"

/* Whether a text has a line that is no comment. */
static bool says_something(const char *text)
{
	while (*text != '\0') {
		text += strspn(text, " \t\r\n");
		if (*text != '\0' && *text != '#')
			return true;
		text += strcspn(text, "\n");
	}
	return false;
}

static enum hansard_status no_public_key(const char *value, struct hansard_error *error)
{
	const bool named = value[0] != '\0';
	snprintf(error->kind, sizeof(error->kind), named ? "invalid_trusted_key" : "usage");
	if (!named)
		snprintf(error->message, sizeof(error->message), "--public-key is empty");
	else if (access(value, F_OK) == 0)
		snprintf(error->message, sizeof(error->message), "there is no line of a key in %.200s", value);
	else
		snprintf(error->message, sizeof(error->message), "\"%.200s\" is no file, and no line of a key", value);
	snprintf(error->hint, sizeof(error->hint),
			 "it is NAME+ID+KEY, a line that hansard keys show prints below \"Signs heads\", or a file of such lines");
	return named ? HANSARD_INVALID : HANSARD_USAGE;
}

/* The value of --public-key: a trusted line itself, or the content of the file of that name. The caller frees it. */
static enum hansard_status read_public_keys(const char *value, char **ret_lines, struct hansard_error *error)
{
	char *data = NULL;
	size_t size = strlen(value);
	if (value[0] == '\0' || (access(value, F_OK) != 0 && strchr(value, '+') == NULL))
		return no_public_key(value, error);
	if (access(value, F_OK) == 0) {
		const enum hansard_status status = terminal_read(value, &data, &size, error);
		if (status != HANSARD_OK)
			return status;
	}
	*ret_lines = strndup(data != NULL ? data : value, size);
	free(data);
	if (*ret_lines != NULL)
		return says_something(*ret_lines) ? HANSARD_OK : no_public_key(value, error);
	snprintf(error->message, sizeof(error->message), "memory is exhausted");
	return HANSARD_FAILED;
}

/* Believes the key of --public-key alone where there is one. The caller frees the lines once the store is closed. */
static enum hansard_status believe_public_key(struct invocation *invocation, char **ret_lines,
											  struct hansard_error *error)
{
	const char *value = invocation_value(invocation, "public-key");
	if (value == NULL)
		return HANSARD_OK;
	const enum hansard_status status = read_public_keys(value, ret_lines, error);
	invocation->options.public_keys = *ret_lines;
	invocation->options.read_only = true;
	return status;
}

/* The answer of a verification or a restore, and then what becomes of it: only what was taken has been told. */
static int conclude_told(struct invocation *invocation, enum hansard_status status, struct hansard_output *out,
						 const struct hansard_error *error)
{
	terminal_progress_end();
	const bool answered = out->data != NULL;
	const int written = verbs_answer(invocation, out);
	if (answered && terminal_taken())
		(void)hansard_told(invocation->store, NULL); /* where that fails it is told again */
	const int code = verbs_conclude(invocation, status, out, error);
	return code != 0 ? code : written;
}

int verbs_verify(struct invocation *invocation)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_output out = {.data = NULL};
	struct hansard_input receipt = {.name = invocation_value(invocation, "receipt")};
	const char *dialogue = invocation_argument(invocation, 0);
	char *data = NULL, *lines = NULL;
	enum hansard_status status = HANSARD_OK;
	if (receipt.name != NULL && dialogue != NULL) {
		snprintf(error.kind, sizeof(error.kind), "usage");
		snprintf(error.message, sizeof(error.message), "a receipt says itself which dialogue it is of");
		snprintf(error.hint, sizeof(error.hint), "leave \"%.200s\" away", dialogue);
		status = HANSARD_USAGE;
	}
	if (status == HANSARD_OK)
		status = believe_public_key(invocation, &lines, &error);
	if (status == HANSARD_OK && receipt.name != NULL)
		status = terminal_read(receipt.name, &data, &receipt.size, &error);
	receipt.data = data;
	if (status == HANSARD_OK)
		status = verbs_open(invocation, &error);
	if (status == HANSARD_OK)
		status = receipt.name != NULL ? hansard_verify_receipt(invocation->store, &receipt, &out, &error)
									  : hansard_verify(invocation->store, dialogue, &out, &error);
	const int code = conclude_told(invocation, status, &out, &error);
	free(data);
	free(lines);
	return code;
}

int verbs_receipt(struct invocation *invocation)
{
	return verbs_ask(invocation, hansard_receipt);
}

int verbs_leakage(struct invocation *invocation)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_output out = {.data = NULL};
	char *lines = NULL;
	enum hansard_status status = believe_public_key(invocation, &lines, &error);
	if (status == HANSARD_OK)
		status = verbs_open(invocation, &error);
	if (status == HANSARD_OK)
		status = hansard_leakage(invocation->store, invocation_argument(invocation, 0), &out, &error);
	const int code = verbs_conclude(invocation, status, &out, &error);
	free(lines);
	return code;
}

int verbs_erase(struct invocation *invocation)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_output out = {.data = NULL};
	const struct hansard_erase_request request = {
		.dialogue = invocation_argument(invocation, 0),
		.confirm = invocation_value(invocation, "confirm"),
		.all = invocation_has(invocation, "all"),
		.certificate = invocation_value(invocation, "certificate"),
	};
	/* Whether it is confirmed is said first, and without keys nothing more can be done. */
	enum hansard_status status = verbs_open_keyless(invocation, &error);
	if (status == HANSARD_OK)
		status = hansard_erase(invocation->store, &request, &out, &error);
	if (status != HANSARD_USAGE) {
		hansard_close(invocation->store);
		hansard_output_free(&out);
		invocation->store = NULL;
		error = (struct hansard_error){.status = HANSARD_OK};
		status = verbs_open(invocation, &error);
		if (status == HANSARD_OK)
			status = hansard_erase(invocation->store, &request, &out, &error);
	}
	return verbs_conclude(invocation, status, &out, &error);
}

/* Opens the store, for a dry run to read alone. What a killed writer left half done is taken back all the same, as every command does, unless
   the command line says that nothing may be written. */
static enum hansard_status open_to_try(struct invocation *invocation, bool dry_run, struct hansard_error *error)
{
	const bool read_only = invocation->options.read_only;
	invocation->options.read_only = read_only || dry_run;
	const enum hansard_status status = verbs_open(invocation, error);
	if (status == HANSARD_OK || read_only || !dry_run || strcmp(error->kind, "journal_left") != 0)
		return status;
	struct hansard_error unopened = {.status = HANSARD_OK};
	invocation->options.read_only = false;
	const enum hansard_status opened = verbs_open_keyless(invocation, &unopened);
	hansard_close(invocation->store);
	invocation->store = NULL;
	invocation->options.read_only = true;
	return opened == HANSARD_OK ? verbs_open(invocation, error) : status;
}

int verbs_migrate(struct invocation *invocation)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_output out = {.data = NULL};
	const struct hansard_migrate_request request = {
		.to = invocation_value(invocation, "to"),
		.dialogues = invocation->arguments,
		.dialogue_count = invocation->argument_count,
		.dry_run = invocation_has(invocation, "dry-run"),
		.cancel = invocation_has(invocation, "cancel"),
		.release = invocation_has(invocation, "release"),
		.confirmed = invocation_has(invocation, "yes"),
	};
	enum hansard_status status = open_to_try(invocation, request.dry_run, &error);
	if (status == HANSARD_OK)
		status = hansard_migrate(invocation->store, &request, &out, &error);
	return verbs_conclude(invocation, status, &out, &error);
}

static int declare_restored(struct invocation *invocation)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_output out = {.data = NULL};
	const struct hansard_restored_request request = {.dialogue = invocation_argument(invocation, 0),
													 .dry_run = invocation_has(invocation, "dry-run"),
													 .retired = invocation_has(invocation, "retired"),
													 .moved = invocation_has(invocation, "moved")};
	enum hansard_status status = open_to_try(invocation, request.dry_run, &error);
	if (status == HANSARD_OK)
		status = hansard_backup_restored(invocation->store, &request, &out, &error);
	return conclude_told(invocation, status, &out, &error);
}

/* Options that say nothing of what is asked for, and a copy without a name, before anything is opened. */
static enum hansard_status check_backup(const struct invocation *invocation, struct hansard_error *error)
{
	const bool restored = invocation_has(invocation, "restored"), put = invocation_has(invocation, "put");
	const char *idle = NULL;
	if (restored && put)
		idle = "--put";
	else if (restored && invocation_has(invocation, "no-verify"))
		idle = "--no-verify";
	else if (restored && invocation_value(invocation, "public-key") != NULL)
		idle = "--public-key";
	else if (!restored && invocation_has(invocation, "dry-run"))
		idle = "--dry-run";
	else if (!restored && invocation_has(invocation, "retired"))
		idle = "--retired";
	else if (!restored && invocation_has(invocation, "moved"))
		idle = "--moved";
	if (idle == NULL && (restored || invocation_argument(invocation, 0) != NULL))
		return HANSARD_OK;
	snprintf(error->kind, sizeof(error->kind), "usage");
	if (idle != NULL) {
		snprintf(error->message, sizeof(error->message), "%s goes with%s --restored", idle, restored ? "out" : "");
		snprintf(error->hint, sizeof(error->hint),
				 !restored ? "what a restore would declare lost: hansard backup --restored --dry-run"
				 : idle[2] == 'p' && put
					 ? "first the one, then the other: hansard backup --put FILE, and hansard backup --restored"
					 : "leave it away: what is declared is signed by your own key");
	} else {
		snprintf(error->message, sizeof(error->message), "hansard backup needs the name of a %s",
				 put ? "copy to put in the store's place" : "new file");
		snprintf(
			error->hint, sizeof(error->hint),
			put ? "hansard backup --put FILE"
				: "to put a copy in the store's place: hansard backup --put FILE; then: hansard backup --restored");
	}
	return HANSARD_USAGE;
}

/* A copy needs no key, and is made where none can be had; to verify it needs one. */
static enum hansard_status copy_store(struct invocation *invocation, struct hansard_output *out,
									  struct hansard_error *error)
{
	struct hansard_backup_request request = {.file = invocation_argument(invocation, 0)};
	struct hansard_error locked = {.status = HANSARD_OK};
	enum hansard_status unopened = HANSARD_OK;
	if (invocation_has(invocation, "no-verify"))
		request.unverified = "--no-verify";
	else
		unopened = verbs_open(invocation, &locked);
	if (unopened != HANSARD_OK)
		request.unverified = locked.message;
	enum hansard_status status = request.unverified != NULL ? verbs_open_keyless(invocation, error) : HANSARD_OK;
	if (status == HANSARD_OK)
		status = hansard_backup(invocation->store, &request, out, error);
	if (status != HANSARD_OK || unopened == HANSARD_OK)
		return status;
	*error = locked;
	snprintf(error->message, sizeof(error->message), "the copy is made, and could not be verified: %.550s",
			 locked.message);
	snprintf(error->hint, sizeof(error->hint), "%.180s%swithout your keys: --public-key KEY, or --no-verify",
			 locked.hint, locked.hint[0] != '\0' ? "; " : "");
	return unopened;
}

/* With --public-key nothing is believed but that; the store is written to all the same. */
static int put_copy(struct invocation *invocation)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_output out = {.data = NULL};
	char *lines = NULL;
	const bool read_only = invocation->options.read_only;
	const struct hansard_put_request request = {.file = invocation_argument(invocation, 0),
												.unverified =
													invocation_has(invocation, "no-verify") ? "--no-verify" : NULL};
	enum hansard_status status = believe_public_key(invocation, &lines, &error);
	invocation->options.read_only = read_only;
	if (status == HANSARD_OK)
		status = hansard_backup_put(&invocation->options, &request, &out, &error);
	const int code = verbs_conclude(invocation, status, &out, &error);
	free(lines);
	return code;
}

int verbs_backup(struct invocation *invocation)
{
	struct hansard_error error = {.status = HANSARD_OK};
	struct hansard_output out = {.data = NULL};
	char *lines = NULL;
	enum hansard_status status = check_backup(invocation, &error);
	if (status == HANSARD_OK && invocation_has(invocation, "restored"))
		return declare_restored(invocation);
	if (status == HANSARD_OK && invocation_has(invocation, "put"))
		return put_copy(invocation);
	if (status == HANSARD_OK)
		status = believe_public_key(invocation, &lines, &error);
	if (status == HANSARD_OK)
		status = copy_store(invocation, &out, &error);
	const int code = verbs_conclude(invocation, status, &out, &error);
	free(lines);
	return code;
}
