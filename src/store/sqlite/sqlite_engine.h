/*
 * The embedded engine: one SQLite file. The items of a partition lie side by side in the order of their addresses;
 * history and parts lie in tables of their own.
 */
#ifndef SQLITE_ENGINE_H
#define SQLITE_ENGINE_H

#include "store_engine.h"

enum sqlite_engine_mode {
	SQLITE_ENGINE_CREATE,    /* a new file; one that exists is refused: HANSARD_CONFLICT */
	SQLITE_ENGINE_OPEN,      /* read and write */
	SQLITE_ENGINE_READ_ONLY, /* a file from elsewhere: read-only and defensive */
};

struct sqlite_engine_options {
	struct text path;
	enum sqlite_engine_mode mode;
	int busy_timeout_ms; /* how long to wait for another writer; 0: the default of 5,000 */
	struct moment_clock clock;
	struct moment_entropy entropy;
};

/* sqlite_engine_open(options, ret_engine, error): opens or creates the file. Used by one thread at a time. Errors:
   HANSARD_NO_STORE (no such file), HANSARD_CONFLICT ("store_exists"), HANSARD_INVALID ("not_a_store": no SQLite file or
   not ours; "store_newer": written by a newer release; "store_format": its items have another format; each with the
   remedy), HANSARD_VIOLATED ("database_corrupt"; "header_altered": a store by its tables, and not by its numbers), HANSARD_BUSY, HANSARD_FAILED ("store_read_only" and others). A commit
   during which the system fails may answer STORE_UNKNOWN; one to a store whose tables, indexes or views are not its own
   is refused with HANSARD_VIOLATED "schema_altered", while what can be read is read. */
enum hansard_status sqlite_engine_open(const struct sqlite_engine_options *options, struct store_engine **ret_engine,
									   struct hansard_error *error);

#endif
