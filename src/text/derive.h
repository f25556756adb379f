/*
 * From files to a record, by the rules for reading what people and agents wrote. Pure: bytes in, a record and problems
 * out; the same set of files gives the same record whatever the order they came in.
 */
#ifndef DERIVE_H
#define DERIVE_H

#include "problem.h"
#include "record.h"

/* One file of a dialogue in the folder form. */
struct derive_file {
	struct text path; /* "round-0/muffin.md"; a recorded document: its file name */
	struct bytes content;
};

struct derive_request {
	struct text dialogue_id;
	struct text source_key; /* base name of the folder or document without its ending */
	struct text now;        /* stored moment: the dialogue's time where neither folder name nor Date gives one */
	const struct derive_file *files; /* any order, each path once */
	size_t file_count;
	bool begun; /* the dialogue was begun here at `now`: that is its date, and no import's moment */
};

/* What was found, in numbers: for the import report and for tests. */
struct derive_count {
	size_t files, parsed;
	size_t markers;    /* candidates that have the form of a marker, outside prompts and quotation */
	size_t recognised; /* of these: understood */
};

struct derive_result {
	struct record record;         /* every file with its content; sha256 is absent: the caller adds it before writing */
	struct problem_list problems; /* in order of file and line */
	struct derive_count count;
	bool carried; /* a document carried the record, and nothing else was read */
};

/* derive_record(arena, request, ret_result, error): reads all files. Never refuses: what is not understood is in the
   problems. File contents are borrowed and must live as long as the arena.
   Errors: HANSARD_FAILED (memory). */
enum hansard_status derive_record(struct arena *arena, const struct derive_request *request,
								  struct derive_result *ret_result, struct hansard_error *error);

/* derive_identity(arena, name, ret_source_key, ret_id): source key and dialogue id of a folder's or document's base
   name: without `.dialogue.recorded.md` or `.dialogue.md`; the id
   is the slug without the leading time. False when memory is exhausted. */
bool derive_identity(struct arena *arena, struct text name, struct text *ret_source_key, struct text *ret_id);

/* derive_is_dated(name): a name that begins with the time of a dialogue, as its folder has it. */
bool derive_is_dated(struct text name);

/* derive_carries(content): whether it begins as a document that carries its record, whatever its name. */
bool derive_carries(struct bytes content);

/* derive_is_document(name): a file name that ends in .dialogue.recorded.md or .dialogue.md. */
bool derive_is_document(struct text name);

#endif
