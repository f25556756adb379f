/*
 * High-water marks as files: $XDG_STATE_HOME/hansard/marks/{name}/{tenant}/{dialogue id}, one line each:
 *
 *     {rev} {hash, 64 hex digits}[ erased[ {rev}]][ lost][ passed {rev}][ moved {rev}][ in dynamodb]
 *
 * The last words tell of which backend the store is that the history of that head says it lies in: without them, sqlite.
 * `name` is drawn when a store is made and stands in its configuration, so that marks follow the configuration wherever its
 * record moves, and two stores of one person do not share them.
 */
#ifndef MARKS_H
#define MARKS_H

#include "settings.h"
#include "vault_marks.h"

/* Kept by who made it as long as the vault that uses its slots. */
struct marks {
	struct vault_marks slots;
	struct text folder; /* down to the name */
	bool dynamodb;      /* which backend is read: it, or sqlite */
	bool read_only;     /* marks are held against what is read, and stay where they are */
};

/* marks_begin(marks, arena, options, settings, error): finds the folder, which need not exist. Errors: HANSARD_INVALID "no_home"; HANSARD_FAILED. */
enum hansard_status marks_begin(struct marks *marks, struct arena *arena, const struct hansard_options *options,
								const struct settings *settings, struct hansard_error *error);

/* marks_over(marks, dynamodb, ret_marks): the same marks, of a store on that backend. It holds views of what it came from. */
void marks_over(const struct marks *marks, bool dynamodb, struct marks *ret_marks);

/* marks_unkept(context, read, list): slots of these two over another database than the store's own, which is no place where anything
   was seen: what is to be written or forgotten there is passed over. */
struct vault_marks
marks_unkept(void *context,
			 enum hansard_status (*read)(void *context, struct vault_mark_place place, struct vault_mark *ret_mark,
										 struct hansard_error *error),
			 enum hansard_status (*list)(void *context, struct text tenant,
										 enum hansard_status (*each)(void *each_context, struct text dialogue_id),
										 void *each_context, struct hansard_error *error));

/* The kind of the error HANSARD_FAILED of a mark that cannot be read, written or locked. */
#define MARKS_IO "mark_io"

/* marks_at_fault(failure): whether what failed is a mark: it cannot be read or written, or is none. Files of keys that cannot be read
   have another kind, and are no fault of the one dialogue that was asked for when they were looked at. */
bool marks_at_fault(const struct hansard_error *failure);

#endif
