/*
 * An open store, and what every operation of the API has in common.
 */
#ifndef SESSION_H
#define SESSION_H

#include <hansard/hansard.h>

#include "audit.h"
#include "backend.h"
#include "dialogue.h"
#include "keys.h"
#include "marks.h"
#include "settings.h"
#include "told.h"
#include "view.h"

struct hansard {
	struct arena *arena; /* settings and everything that lives as long as the store is open */
	struct hansard_options options;
	struct settings settings;
	struct backend backend;
	struct store_engine *engine; /* of the backend */
	struct backend target;       /* that dialogues are being moved to; else of zeros */
	struct marks target_marks;   /* of that */
	struct keyring *keyring;
	struct keys_guard keys;
	struct marks marks;
	struct audit audit;
	struct vault *vault;
	struct told told; /* of the last hansard_verify() whose answer was handed over */
};

/* session_make(options): a store of which nothing is open yet, for hansard_close(). NULL when memory is exhausted. */
struct hansard *session_make(const struct hansard_options *options);

/* What hansard_open() does once the engine is open: session_open_keys(store, error): keys, marks and audit log; and behind that
   session_open_vault(store, error): the vault over the engine, by the slots of the marks as they are then. Errors: those of
   hansard_open(). */
enum hansard_status session_open_keys(struct hansard *store, struct hansard_error *error);
enum hansard_status session_open_vault(struct hansard *store, struct hansard_error *error);

/* session_vault_over(store, engine, marks, ret_vault, error): another vault with the keys and the log of the store, over another engine and
   marks that stay where they are: of the caller. */
enum hansard_status session_vault_over(struct hansard *store, struct store_engine *engine,
									   const struct vault_marks *marks, struct vault **ret_vault,
									   struct hansard_error *error);

/* session_backend(store): what its backend is opened or created with. */
struct backend_request session_backend(const struct hansard *store);

/* One request: an arena for everything it loads and a buffer for its answer. */
struct session_request {
	struct hansard *store;
	struct arena *arena;
	struct buffer out;
	bool exhausted; /* memory did not suffice for a part of the answer */
	bool written;   /* something was: an answer that was begun is not shown on failure, unless it is whole */
	bool answered;  /* the answer is whole, whatever the status says of what it tells */
	bool restored;  /* dialogues are looked at as a restore would take them, see vault_look */
	struct vault_outlook outlook; /* of the one that was looked at; of rev 0: none was */
	struct text looked;           /* its id */
	bool tells_move;              /* an answer about one dialogue says that a move of it is not ended */
	struct vault_state *
		sealed; /* such a one: it ends with a migrate-out, without its having been seen that another store has taken over */
};

/* session_begin(request, store, error): Errors: HANSARD_FAILED. */
enum hansard_status session_begin(struct session_request *request, struct hansard *store, struct hansard_error *error);

/* session_finish(request, status, ret_out, error): frees the request and hands its answer over when status is HANSARD_OK,
   or any other with a non-empty answer. Returns status, or HANSARD_FAILED when memory does not suffice for the answer; of what
   was written HANSARD_UNKNOWN "answer_lost" then. Any other error after something was written stays what it is, and its hint says
   so. */
enum hansard_status session_finish(struct session_request *request, enum hansard_status status,
								   struct hansard_output *ret_out, struct hansard_error *error);

/* session_no_folder(error): HANSARD_USAGE "missing_folder": a folder is named, and the name is empty. */
enum hansard_status session_no_folder(struct hansard_error *error);

/* session_options(options, error): HANSARD_USAGE "missing_platform" when there are no options, or they lack a platform with
   clock, randomness and working directory; "missing_folder" when they name a store by nothing, "missing_actor" likewise. */
enum hansard_status session_options(const struct hansard_options *options, struct hansard_error *error);

/* session_find(request, name, ret_id, error): the id of the dialogue of that id or unique prefix; where there is none the
   error names the store that was looked in; of one that was declared lost as a whole its kind is VAULT_LOST. */
enum hansard_status session_find(struct session_request *request, const char *name, struct text *ret_id,
								 struct hansard_error *error);

/* session_dialogue(request, name, ret_dialogue, error): opens the dialogue of that id or unique prefix, verified. One that is erased is
   HANSARD_NOT_FOUND "erased". */
enum hansard_status session_dialogue(struct session_request *request, const char *name, struct dialogue **ret_dialogue,
									 struct hansard_error *error);

/* session_state(request, name, ret_state, error): its verified state, which an erased one has, too. */
enum hansard_status session_state(struct session_request *request, const char *name, struct vault_state **ret_state,
								  struct hansard_error *error);

/* session_say(request, format, ...): appends formatted text to the answer. False when memory is exhausted. */
bool session_say(struct session_request *request, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* session_clean(request, text): the text as one line that a terminal may have; what people wrote goes through here before
   session_say(). When memory is exhausted, "?", and the request will fail. */
struct text session_clean(struct session_request *request, struct text text);

/* session_texts(arena, strings, count, ret_list): `count` NUL-terminated strings as a list, absent when there are none. False when
   memory is exhausted. */
bool session_texts(struct arena *arena, const char *const *strings, size_t count, struct text_list *ret_list);

/* session_view(request): how the caller wants its answers. */
struct view_options session_view(const struct session_request *request);

#endif
