/*
 * hansard: the record of how a panel of experts reached a decision.
 *
 * A store is opened once and asked many times; it is not shared between threads (open one in each). Every question is
 * one function; its answer is a document in memory, as text for people or as JSON for programs, the same bytes for
 * the same record. Every answer about one dialogue comes from a verified load; lists across dialogues (hansard_list,
 * the open tensions of all) are copies of an index and say as of when.
 *
 *     struct hansard_platform platform;
 *     struct hansard_error error = {0};
 *     struct hansard *store = NULL;
 *     struct hansard_output out = {0};
 *     hansard_platform_posix(&platform);
 *     if (hansard_open(&(struct hansard_options){.platform = &platform}, &store, &error) == HANSARD_OK &&
 *         hansard_show(store, &(struct hansard_show_request){.dialogue = "rfc-0058"}, &out, &error) == HANSARD_OK)
 *         fwrite(out.data, 1, out.size, stdout);
 *     else
 *         fprintf(stderr, "%s\n", error.message);
 *     hansard_output_free(&out);
 *     hansard_close(store);
 *
 * Strings are NUL-terminated UTF-8; an optional one that is NULL is absent. A dialogue is named by its id or any
 * unique prefix of it. A request that is zeroed asks for the default everywhere. On failure a function returns
 * another status than HANSARD_OK and fills *error when it is not NULL. A write that failed has changed nothing,
 * except that an import of several commits keeps those that it finished, and that HANSARD_UNKNOWN means that nobody
 * knows; running either again is safe. HANSARD_FAILED "unmarked" is of a write that is done, whose answer is set, and that
 * could not be marked as seen here: it is not to be run again. `ret_out` is set on HANSARD_OK, and also on a failure that has something to
 * show (every problem of a batch, what verify found): the caller starts from a zeroed one and always frees it.
 *
 * Before 1.0 the binary interface may change with every release; the shared library's version says which.
 */
#ifndef HANSARD_H
#define HANSARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hansard/error.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HANSARD_API __attribute__((visibility("default")))

enum { HANSARD_USER_SIZE = 256 };

/* What the library never fetches by itself. Both functions must be set. */
struct hansard_platform {
	const char *const *environment;                             /* NAME=value, NULL-terminated; NULL: none */
	const char *working_directory;                              /* where the search for a store begins */
	int64_t (*now)(void *context);                              /* microseconds since 1970-01-01T00:00:00Z */
	bool (*entropy)(void *context, uint8_t *data, size_t size); /* uniformly random bytes; false when there are none */
	void *context;
	char user[HANSARD_USER_SIZE]; /* where the environment (USER, LOGNAME) names none; empty: nobody is named */
};

/* hansard_platform_posix(platform): environ, the directory ".", clock_gettime and getrandom; the user as the system's list of users has the
   effective one. */
HANSARD_API void hansard_platform_posix(struct hansard_platform *platform);

enum hansard_format { HANSARD_TEXT, HANSARD_JSON };

enum { HANSARD_PASSPHRASE_SIZE = 1024 };

/* Where the store is and how it answers. */
struct hansard_options {
	const struct hansard_platform *platform; /* required; borrowed until the store is closed */
	/* The store's folder, or the one it is in; NULL: HANSARD_STORE, .hansard here or in a parent (where it, and its configuration, are
	   the user's or root's and others cannot write them), $XDG_DATA_HOME/hansard. */
	const char *store;
	const char *actor; /* who commits; NULL: configuration `principal`, else USER, LOGNAME, the platform's user */
	/* Settings, `key=value`, NULL-terminated, that beat environment and configuration; hansard_init() writes them into the new
	   store's file. NULL: none. */
	const char *const *settings;
	enum hansard_format format;
	size_t width;   /* columns of text; 0: 80 */
	bool read_only; /* open a store from elsewhere: nothing is written, defensively read */
	void (*progress)(void *context, const char *what, size_t done, size_t all); /* may be NULL */
	void *progress_context;
	/* Asked for the passphrase of the keys in `what`, or for a new one: writes at most HANSARD_PASSPHRASE_SIZE bytes and their
	   number, without a NUL; false when there is none. It wipes what it keeps itself. May be NULL: there is none. */
	bool (*passphrase)(void *context, const char *what, bool new_one, char *passphrase, size_t *ret_size);
	void *passphrase_context;
	/* Takes the lines of the audit log where the configuration says `-`, each with its line end. May be NULL: there are none. */
	void (*audit)(void *context, const char *line, size_t size);
	void *audit_context;
	bool wrap_keys;  /* keys that are made, imported or recovered are put behind a passphrase */
	bool plain_keys; /* keys that are imported, recovered or given another passphrase are put behind none */
	bool newer_keys; /* keys that are imported or recovered take over from those that are there */
	bool older_keys; /* or are from before those that are there, and only open */
	/* Trusted lines, one a line: heads of these keys alone are believed, and no key file is read, so that nothing sealed can
	   be opened. NULL: the keys of the configuration. */
	const char *public_keys;
	/* Asked between the files that an export writes; true takes them away and ends it. May be NULL. */
	bool (*interrupted)(void *context);
	void *interrupted_context;
};

/* An answer. data has `size` bytes and a NUL behind them; owned by the caller, freed by hansard_output_free(). */
struct hansard_output {
	char *data;
	size_t size;
};

/* What is handed in. `name` is shown in messages. */
struct hansard_input {
	const char *name; /* a file name, or "-" */
	const char *data;
	size_t size;
};

/* hansard_output_free(output): frees it and leaves it empty. */
HANSARD_API void hansard_output_free(struct hansard_output *output);

/* hansard_version(): "0.1.0". */
HANSARD_API const char *hansard_version(void);

/* hansard_error_clean(error): makes an error that the caller filled in fit for a terminal, as the library's are: controls,
   marks that turn the direction of writing, and what is not UTF-8 become '?'. */
HANSARD_API void hansard_error_clean(struct hansard_error *error);

/* hansard_exit_code(status): the exit code that the command line gives for a status. */
HANSARD_API int hansard_exit_code(enum hansard_status status);

/* hansard_status_name(status): "not_found" and so on. hansard_retryable(status): the same again may succeed. */
HANSARD_API const char *hansard_status_name(enum hansard_status status);
HANSARD_API bool hansard_retryable(enum hansard_status status);

struct hansard;

/* hansard_init(options, directory, ret_out, error): makes `directory`/.hansard (NULL: where `store` of the options, or HANSARD_STORE, names it; otherwise in the
   working directory) with configuration and, where dialogues are kept in SQLite, an empty database, and keys where there are none. Where a store is there
   already it makes a signing key for a UMK beside which none signs; else that is an error. On failure no configuration is left, without which
   a folder is no store; keys that were made stay, and the hint says so. Errors: HANSARD_INVALID "invalid_configuration", "invalid_value" of a setting that the
   configuration could not say; HANSARD_CONFLICT "store_exists", "keys_exist" of keys behind no passphrase where new ones were to be behind one; HANSARD_BUSY
   "keys_busy" where another process changed the keys meanwhile; HANSARD_USAGE "no_passphrase", "missing_folder" of an empty name; HANSARD_NO_STORE "store_of_others" of what is there in a working directory that was
   not named; HANSARD_FAILED. */
HANSARD_API enum hansard_status hansard_init(const struct hansard_options *options, const char *directory,
											 struct hansard_output *ret_out, struct hansard_error *error);

/* hansard_table: makes the table in DynamoDB that the configuration names, unless it is there, waits until it can be used, and tells
   what it is; without `create` it tells that alone. Running it again is safe. Errors: HANSARD_NO_STORE "no_table"; HANSARD_USAGE
   for shards; HANSARD_CONFLICT "shards_fixed"; HANSARD_INVALID when the table is none of ours; HANSARD_UNREACHABLE. */
struct hansard_table_request {
	bool create;
	unsigned shards; /* 1 to 64, over which the indexes of the table are spread for good */
};
HANSARD_API enum hansard_status hansard_table(const struct hansard_options *options,
											  const struct hansard_table_request *request,
											  struct hansard_output *ret_out, struct hansard_error *error);

/* hansard_open(options, ret_store, error): opens the store that the configuration names. Errors: HANSARD_NO_STORE, "store_of_others" of
   one that is not used because it was only found; HANSARD_INVALID (configuration, a store of another format or release); HANSARD_BUSY; HANSARD_FAILED. */
HANSARD_API enum hansard_status hansard_open(const struct hansard_options *options, struct hansard **ret_store,
											 struct hansard_error *error);

/* hansard_close(store): takes NULL. */
HANSARD_API void hansard_close(struct hansard *store);

/* Reading. Errors of all: HANSARD_NOT_FOUND, HANSARD_USAGE (an ambiguous prefix), HANSARD_VIOLATED, HANSARD_BUSY,
   HANSARD_FAILED; HANSARD_INVALID "migrated" and "released" of what was moved to another store. */

/* hansard_list: the dialogues, newest first, those without a date last, from the store's index, which may lag: the answer says as of when. Dialogues that cannot
   be answered for, those that were seen here and are gone among them, are left out (and those that were erased or sent to another store counted): the answer is set and names them, and the status is
   the worst of theirs, HANSARD_VIOLATED, HANSARD_WRONG_KEY or HANSARD_INVALID. */
struct hansard_list_request {
	const char *status;     /* open, converging, converged, abandoned; NULL: any */
	const char *similar_to; /* a dialogue: those most like it instead, best first */
	size_t limit;           /* 0: all (similar: 10) */
	bool ids;               /* text: only the ids, one a line */
};
HANSARD_API enum hansard_status hansard_list(struct hansard *store, const struct hansard_list_request *request,
											 struct hansard_output *ret_out, struct hansard_error *error);

/* hansard_show: the dialogue; with `restored` as hansard_backup_restored() would take it: whatever was seen of it here, and of a
   head, too, that a retired key alone has signed: to be looked at, no mark moves, and the answer says how it stands to what was seen
   here; with entities, these (one that is not there: HANSARD_NOT_FOUND, and the answer says why); with problems, its import report, derived again from the kept files. */
struct hansard_show_request {
	const char *dialogue;
	const char *const *entities; /* display ids, ids as written, experts (slug or name), verdict ids */
	size_t entity_count;
	bool problems;
	bool progress;   /* status, claims, signals, scores so far, leaderboard, and what blocks a final verdict */
	bool events;     /* every event in order */
	bool moves;      /* every move by round, with who signalled convergence */
	bool references; /* every reference by round of its source */
	bool restored;
};
HANSARD_API enum hansard_status hansard_show(struct hansard *store, const struct hansard_show_request *request,
											 struct hansard_output *ret_out, struct hansard_error *error);

/* hansard_scoreboard: W, C, T, R and score of each round and of all rounds up to it, and scores by expert; what the
   Judge said beside what the record gives. */
HANSARD_API enum hansard_status hansard_scoreboard(struct hansard *store, const char *dialogue,
												   struct hansard_output *ret_out, struct hansard_error *error);

/* hansard_tensions: the tensions of a dialogue, each with who raised it, its status and why it has it; or, without one,
   the open ones of all dialogues, from the index. */
struct hansard_tensions_request {
	const char *dialogue; /* NULL: open tensions of all dialogues */
	bool open_only;
	bool all; /* merged ones too */
};
HANSARD_API enum hansard_status hansard_tensions(struct hansard *store, const struct hansard_tensions_request *request,
												 struct hansard_output *ret_out, struct hansard_error *error);

/* hansard_log: the commits of a dialogue, newest first; with `restored` as hansard_show has it. */
struct hansard_log_request {
	const char *dialogue;
	bool restored;
};
HANSARD_API enum hansard_status hansard_log(struct hansard *store, const struct hansard_log_request *request,
											struct hansard_output *ret_out, struct hansard_error *error);

/* hansard_cost: reads every dialogue once and tells what that consumed, as the service reports it. Errors: HANSARD_USAGE "unsupported" of
   a store that asks no service; what is left out as in hansard_list. */
HANSARD_API enum hansard_status hansard_cost(struct hansard *store, struct hansard_output *ret_out,
											 struct hansard_error *error);

/* hansard_stats: numbers over all dialogues; what is left out as in hansard_list. */
HANSARD_API enum hansard_status hansard_stats(struct hansard *store, struct hansard_output *ret_out,
											  struct hansard_error *error);

/* hansard_render: the recorded document, markdown in either format (in JSON as one string). */
HANSARD_API enum hansard_status hansard_render(struct hansard *store, const char *dialogue,
											   struct hansard_output *ret_out, struct hansard_error *error);

/* hansard_export: the lossless JSON export in either format. */
HANSARD_API enum hansard_status hansard_export(struct hansard *store, const char *dialogue,
											   struct hansard_output *ret_out, struct hansard_error *error);

/* hansard_export_files: writes the kept files below `directory`, byte for byte; never overwrites: HANSARD_CONFLICT
   when a file is in the way, then what was written is taken away again. The answer lists them. */
HANSARD_API enum hansard_status hansard_export_files(struct hansard *store, const char *dialogue, const char *directory,
													 struct hansard_output *ret_out, struct hansard_error *error);

/* hansard_context: everything the Judge needs to go on: question, panel, open tensions, statements of the last round,
   next ids, blockers. Always complete. */
HANSARD_API enum hansard_status hansard_context(struct hansard *store, const char *dialogue,
												struct hansard_output *ret_out, struct hansard_error *error);

/* hansard_verify: replays the history of one dialogue (NULL: of all). With the answer set: HANSARD_VIOLATED when something is
   not as it was committed ("integrity_violated"; "rolled_back" of what was put back, "head_missing" of what is gone, "retired_key",
   "untrusted_signer" where that is all), when the store is damaged where
   no dialogue is proved by it ("unhealthy_store", of all only), and when copies that lists answer by differ from a record
   ("index_differs"); else HANSARD_WRONG_KEY "no_key" when there is no UMK and options->public_keys are NULL, all but tags and boxes
   being good; else HANSARD_WRONG_KEY "wrong_key", HANSARD_INVALID "invalid_mark" or HANSARD_FAILED "mark_io" when the key or the
   mark of a dialogue cannot be had, or HANSARD_INVALID "move_unseen" when it was released here and nobody has seen here that it goes on elsewhere, and the others were verified all the same. One that was moved, as its mark knows, is good. What is broken for one cause has one hint. What was not
   proved of what is good, for want of a UMK or of a mark, is said in the answer and is no error. */
HANSARD_API enum hansard_status hansard_verify(struct hansard *store, const char *dialogue,
											   struct hansard_output *ret_out, struct hansard_error *error);

/* hansard_told: the answer of the last hansard_verify() or hansard_backup_restored() of this store has reached whom it is for. What that
   said of commits that restores declared lost is not said again; until this is called every hansard_verify() says it. Errors: those of
   writing marks, HANSARD_FAILED "mark_io" above all: it is said again then. */
HANSARD_API enum hansard_status hansard_told(struct hansard *store, struct hansard_error *error);

/* hansard_audit: the log of uses of keys, oldest first; with check only what is wrong with it: HANSARD_VIOLATED with the answer set when
   a line is missing or changed. It shows gaps, not a rewrite. A log that is narrowed is checked as a whole, and each fault is shown.
   Errors also: HANSARD_USAGE when it is kept in no file, when a log to check is narrowed, and "invalid_time". */
struct hansard_audit_request {
	bool check;
	size_t limit;          /* the newest so many of the lines that are meant; 0: all */
	const char *since;     /* YYYY-MM-DD, or with Thh:mm[:ss] behind it, UTC: lines from then on. NULL: all */
	const char *operation; /* of the log: derive, wrap, unwrap, seal or open. NULL: all */
	const char *dialogue;  /* uses of keys of dialogues whose id begins so. NULL: all */
};
HANSARD_API enum hansard_status hansard_audit(struct hansard *store, const struct hansard_audit_request *request,
											  struct hansard_output *ret_out, struct hansard_error *error);

/* hansard_verify_receipt: how a receipt, the bytes of a head that was kept, stands to the history of its dialogue, which is verified
   with it. Fine is HANSARD_OK (HANSARD_WRONG_KEY where tags and boxes could not be checked, as with hansard_verify()); declared lost by a restore HANSARD_NOT_FOUND "declared_lost"; HANSARD_INVALID "moved" where only the store can tell that the dialogue was
   moved to; replaced, rolled back, or signed by none
   of the trusted keys, those for receipts included, HANSARD_VIOLATED: all with the answer set. What is no receipt is HANSARD_INVALID
   "invalid_receipt", one of another tenant HANSARD_USAGE "other_tenant". */
HANSARD_API enum hansard_status hansard_verify_receipt(struct hansard *store, const struct hansard_input *receipt,
													   struct hansard_output *ret_out, struct hansard_error *error);

/* hansard_receipt: the head of a dialogue, verbatim, as it was read back and verified. */
HANSARD_API enum hansard_status hansard_receipt(struct hansard *store, const char *dialogue,
												struct hansard_output *ret_out, struct hansard_error *error);

/* hansard_leakage: exactly what whoever holds the database sees of a dialogue; needs no secret key. */
HANSARD_API enum hansard_status hansard_leakage(struct hansard *store, const char *dialogue,
												struct hansard_output *ret_out, struct hansard_error *error);

/* hansard_doctor: where each setting came from, what the engine says of itself, which keys are missing, and whether the store has the
   commits that were seen here last ("rolled_back"); opens the store by itself, and no key. Returns the worst status found, with the
   answer set. */
HANSARD_API enum hansard_status hansard_doctor(const struct hansard_options *options, struct hansard_output *ret_out,
											   struct hansard_error *error);

/* Writing. Further errors: HANSARD_INVALID with ret_out holding every problem; HANSARD_CONFLICT; HANSARD_UNKNOWN.
   JSON inputs have `size` bytes; `name` is shown in messages. */

/* hansard_import: a dialogue's folder, a folder of such folders and documents, a recorded document, or a JSON export
   (*.json). The answer is the report. One of several commits that did not reach its end has written the first ones, and the dialogue is
   imported in part, which hansard_show, hansard_list, hansard_verify and hansard_doctor say: the same import again goes on from there. */
struct hansard_import_request {
	const char *path;
	const char *as; /* dialogue id instead of the derived one */
	bool replace;   /* take files that changed */
	bool dry_run;   /* report, and write nothing */
};
HANSARD_API enum hansard_status hansard_import(struct hansard *store, const struct hansard_import_request *request,
											   struct hansard_output *ret_out, struct hansard_error *error);

/* hansard_create: a dialogue, from a title or from a JSON object with title, question, background, pool, ...
   (docs/batch.md). */
struct hansard_create_request {
	const char *title;          /* overrides that of `input` */
	const char *id;             /* instead of the slug of the title */
	struct hansard_input input; /* data NULL: none */
};
HANSARD_API enum hansard_status hansard_create(struct hansard *store, const struct hansard_create_request *request,
											   struct hansard_output *ret_out, struct hansard_error *error);

/* hansard_panel: draws the next round's panel from the pool; writes nothing. */
struct hansard_panel_request {
	const char *dialogue;
	size_t size;          /* 0: the smaller of 12 and the pool */
	const char *rotation; /* graduated (default), none, wildcards, full */
	const char *seed;     /* decimal; NULL: drawn, and shown */
	const char *const *keep;
	size_t keep_count;
	const char *const *exclude;
	size_t exclude_count;
};
HANSARD_API enum hansard_status hansard_panel(struct hansard *store, const struct hansard_panel_request *request,
											  struct hansard_output *ret_out, struct hansard_error *error);

/* hansard_register: a round; hansard_update: single changes; hansard_verdict: a verdict (docs/batch.md). dry_run
   checks and writes nothing. */
struct hansard_write_request {
	const char *dialogue;
	struct hansard_input input;
	bool dry_run;
};
HANSARD_API enum hansard_status hansard_register(struct hansard *store, const struct hansard_write_request *request,
												 struct hansard_output *ret_out, struct hansard_error *error);
HANSARD_API enum hansard_status hansard_update(struct hansard *store, const struct hansard_write_request *request,
											   struct hansard_output *ret_out, struct hansard_error *error);
HANSARD_API enum hansard_status hansard_verdict(struct hansard *store, const struct hansard_write_request *request,
												struct hansard_output *ret_out, struct hansard_error *error);

/* hansard_abandon: ends a dialogue without a verdict, for a reason. */
HANSARD_API enum hansard_status hansard_abandon(struct hansard *store, const char *dialogue, const char *reason,
												struct hansard_output *ret_out, struct hansard_error *error);

/* hansard_erase: removes the keys of a dialogue, so that nobody can read it any more; with `all` every other item, too. `confirm` is
   its whole id, named again: HANSARD_USAGE "not_confirmed" otherwise. The answer has the certificate, its last head. Killed between two commits, or
   run twice, it ends the same; of what was erased before it says when. */
struct hansard_erase_request {
	const char *dialogue;
	const char *confirm;
	bool all;
	const char *
		certificate; /* a new file for it; HANSARD_CONFLICT or HANSARD_FAILED, and nothing is erased, where it cannot be made.
								NULL: none */
};
HANSARD_API enum hansard_status hansard_erase(struct hansard *store, const struct hansard_erase_request *request,
											  struct hansard_output *ret_out, struct hansard_error *error);

/* hansard_backup: a consistent copy of the store to a new file, which is then verified by the keys and marks at hand, as
   hansard_verify does, and stays whatever is found: with the answer set, the errors of that. HANSARD_VIOLATED "schema_altered", and no
   copy, of a store that holds tables, triggers or views that are not its own. */
struct hansard_backup_request {
	const char *file;
	const char *unverified; /* why the copy is not to be verified, as the answer says it; NULL: it is */
};
HANSARD_API enum hansard_status hansard_backup(struct hansard *store, const struct hansard_backup_request *request,
											   struct hansard_output *ret_out, struct hansard_error *error);

/* hansard_backup_put: puts a copy that hansard_backup() made in the place of the store's database, whatever is there: a database, what is
   left of one, or nothing; `file` itself stays. Opens no store, and needs no more of one than its configuration. The copy is verified first, as hansard_backup() does; whatever
   is not good in it is an error of its own, with the answer set, and nothing is moved then. What was there gets another name beside it,
   which the answer tells, together with the journals that lie beside it; nothing is removed or replaced. One that is killed, run again, goes on from where it was;
   until then there may be no database (HANSARD_NO_STORE). Stores that are open meanwhile find it at their next request: HANSARD_FAILED "store_replaced". Afterwards hansard_backup_restored().
   Errors: HANSARD_NOT_FOUND "no_such_file"; HANSARD_USAGE "same_file", of the database itself, and "unsupported", of DynamoDB; HANSARD_INVALID "not_a_store", and
   "journal_beside", of what lies beside a journal of its own; HANSARD_BUSY; HANSARD_WRONG_KEY; HANSARD_VIOLATED; HANSARD_FAILED. */
struct hansard_put_request {
	const char *file;
	const char *unverified; /* as of hansard_backup_request */
};
HANSARD_API enum hansard_status hansard_backup_put(const struct hansard_options *options,
												   const struct hansard_put_request *request,
												   struct hansard_output *ret_out, struct hansard_error *error);

/* hansard_backup_restored: after a backup was put back: declares what was
   seen here and is not there any more as lost, and takes over what belongs to another store: of one dialogue or (NULL) of all that
   need it. What is broken does not end a run over all: the answer names what was left, and the status is the gravest of theirs.
   dry_run reads and verifies the same, answers what would be declared and what is known of it here, and writes nothing. What a retired
   key alone has signed is refused (HANSARD_VIOLATED "retired_key") unless `retired` says that it was looked at: of one dialogue, named by
   its whole id, HANSARD_USAGE otherwise. So is what was moved to another store, as a migrate-in that was seen here says (HANSARD_INVALID
   "migrated"; a run over all passes it over and names it), unless `moved` says that this store is lost. */
struct hansard_restored_request {
	const char *dialogue;
	bool dry_run;
	bool retired;
	bool moved;
};
HANSARD_API enum hansard_status hansard_backup_restored(struct hansard *store,
														const struct hansard_restored_request *request,
														struct hansard_output *ret_out, struct hansard_error *error);

/* hansard_migrate: moves dialogues from the store that the configuration names to the one of its other backend, whose settings stand in the
   same configuration: those that are named, or all. Each is sealed here, copied byte for byte, verified there and goes on there; here a copy
   stays, to which nothing is written any more. With `cancel` moves are called off that have not reached their end; with `release` what
   this store still has of dialogues that were moved is deleted, all but head and last commit: HANSARD_USAGE "not_confirmed" unless `confirmed`, which goes with nothing else. dry_run
   says what would be done. A database that is not there is made. One dialogue that fails does not end the run: the answer names it, and the status is the gravest of theirs.
   What is done already is not done again, so that a run that was killed is asked for again. The configuration stays as it is: once
   no dialogue of this store is left that is not moved, the answer says what is to be changed in it, and else how many are. Errors: HANSARD_USAGE "same_backend"; HANSARD_NO_STORE "no_table"; of one dialogue HANSARD_CONFLICT
   "dialogue_exists", "move_called_off", "move_taken_over", "already_moved", HANSARD_INVALID "migrated", "not_moved". */
struct hansard_migrate_request {
	const char *to; /* sqlite, dynamodb */
	const char *const *dialogues;
	size_t dialogue_count; /* 0: all */
	bool dry_run;
	bool cancel;
	bool release;
	bool confirmed;
};
HANSARD_API enum hansard_status hansard_migrate(struct hansard *store, const struct hansard_migrate_request *request,
												struct hansard_output *ret_out, struct hansard_error *error);

/* Keys. These need no store, but one that is found says which keys and tenant are meant. Errors of all: HANSARD_WRONG_KEY (no key, a
   passphrase that is missing or wrong), HANSARD_INVALID (a key file, words, a line), HANSARD_CONFLICT "keys_exist" (nothing is ever
   overwritten), HANSARD_BUSY (another process is changing the keys), HANSARD_FAILED. A store that is open meanwhile reads them again
   before its next request, and may ask for the passphrase again. */

/* hansard_keys_show: where they lie, what they are and whom heads are believed from; no secret. */
HANSARD_API enum hansard_status hansard_keys_show(const struct hansard_options *options, struct hansard_output *ret_out,
												  struct hansard_error *error);

/* hansard_keys_words: all keys and the lines of both lists as recovery words: the answer is a secret. hansard_keys_recover: makes the
   key files again from such an answer. */
HANSARD_API enum hansard_status hansard_keys_words(const struct hansard_options *options,
												   struct hansard_output *ret_out, struct hansard_error *error);
HANSARD_API enum hansard_status hansard_keys_recover(const struct hansard_options *options,
													 const struct hansard_input *words, struct hansard_output *ret_out,
													 struct hansard_error *error);

/* hansard_keys_export: all keys and the lines of both lists in a new file of mode 0600, behind a passphrase of its own, which
   options->passphrase is asked for.
   hansard_keys_import: brings the keys of such a file, or pipe, in; those that are there already are left alone, and another than is there is
   HANSARD_CONFLICT, unless it is said to be newer: the one that is there then stays, as after hansard_keys_rotate. New files are behind
   the passphrase of the key files that are there, else behind that of the file that they came in, unless it is said otherwise. */
HANSARD_API enum hansard_status hansard_keys_export(const struct hansard_options *options, const char *file,
													struct hansard_output *ret_out, struct hansard_error *error);
HANSARD_API enum hansard_status hansard_keys_import(const struct hansard_options *options, const char *file,
													struct hansard_output *ret_out, struct hansard_error *error);

/* hansard_keys_passphrase: puts every key file behind a new passphrase, which options->passphrase is asked for after the one of now; with
   plain_keys behind none. All are written before the first takes the place of the one from before: killed after that, some are behind
   the one and some behind the other, and the same passphrases go on, unless all are behind the new one already; of what was behind none the new one stands for both.
   HANSARD_USAGE "no_passphrase" without a new one; HANSARD_BUSY "commits_under_way" where another process uses the keys for longer than is
   waited for, "keys_busy" where another changed them since the passphrase was asked for. */
HANSARD_API enum hansard_status hansard_keys_passphrase(const struct hansard_options *options,
														struct hansard_output *ret_out, struct hansard_error *error);

/* hansard_keys_trust: believes heads of this key, too: a line as hansard_keys_show has it. */
HANSARD_API enum hansard_status hansard_keys_trust(const struct hansard_options *options, const char *line,
												   struct hansard_output *ret_out, struct hansard_error *error);

/* hansard_keys_rotate: a new UMK, and every dialogue wrapped under it, the old one staying to open with; with `signing` a new signing
   key, and every dialogue signed by both, as all commits are from then on until the old one retires, which is asked for by `retire` once
   everybody has the new one's line: all dialogues are gone over again, then the old key is believed of receipts alone; with `dialogue` a
   new generation of its key. One that was killed, or waits for `retire`, goes on when it is run again, and makes no further key; with
   `resume` none is ever begun, and with `signing`, too, heads that a retired key alone has signed are signed anew. What is broken does
   not end the walk over all dialogues: the answer names what was left, the status is the gravest of theirs, and the old signing key
   does not retire, unless `resume` is given, too: what was left is then believed again once `resume` has signed it. Further errors: HANSARD_INVALID
   "no_new_key" (nothing can take over from the one that is to retire), HANSARD_BUSY "commits_under_way" and "keys_in_use": it goes on
   when run again; HANSARD_WRONG_KEY "no_newest_key" of `resume` where the newest UMK is missing and no rotation ended on the way to it,
   and, as "no_key" and "wrong_key", of a signing key that could sign nothing here: none is made. */
struct hansard_rotate_request {
	const char *dialogue;
	bool signing;
	bool resume;
	bool retire; /* with signing */
};
HANSARD_API enum hansard_status hansard_keys_rotate(const struct hansard_options *options,
													const struct hansard_rotate_request *request,
													struct hansard_output *ret_out, struct hansard_error *error);

#ifdef __cplusplus
}
#endif

#endif
