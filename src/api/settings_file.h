/*
 * A configuration as text.
 */
#ifndef SETTINGS_FILE_H
#define SETTINGS_FILE_H

#include "settings.h"

/* settings_file_read(arena, path, of_store, settings, error): takes over what the file at `path` says, which may be none; of_store: it is a store's. Errors: HANSARD_INVALID "invalid_configuration" naming file and line, or
   as of disk_read(); HANSARD_FAILED. */
enum hansard_status settings_file_read(struct arena *arena, struct text path, bool of_store, struct settings *settings,
									   struct hansard_error *error);

/* settings_file_make(arena, settings, marks, ret_text, error): the text of a new store's file: every setting, commented, with its default, but for
   the name of its marks and what flags gave. It is read again as the store's file will be: what would come back otherwise is refused, as is what such a file may not say. The store's folder is
   there. Errors: HANSARD_INVALID "invalid_value" naming the setting, or as of settings_check(); HANSARD_FAILED. */
enum hansard_status settings_file_make(struct arena *arena, const struct settings *settings, struct text marks,
									   struct text *ret_text, struct hansard_error *error);

#endif
