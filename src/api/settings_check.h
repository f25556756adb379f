/*
 * What the values of settings must be.
 */
#ifndef SETTINGS_CHECK_H
#define SETTINGS_CHECK_H

#include "settings.h"

/* settings_check(settings, error): as settings_read promises, of a store's folder that is there, or of none. Errors: HANSARD_INVALID "invalid_configuration" naming where the value is
   from and the key, "invalid_actor". */
enum hansard_status settings_check(const struct settings *settings, struct hansard_error *error);

#endif
