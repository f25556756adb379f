/*
 * What texts of keys have in common: lines with a label, and what lies behind a passphrase in a line of its own.
 */
#ifndef KEY_WRAPPING_H
#define KEY_WRAPPING_H

#include "passphrase.h"

/* The lines of a text that are yet to come, and the one that was taken last, of this number from 1. */
struct key_lines {
	struct text rest;
	size_t number;
	struct text line; /* without its end */
};

/* key_lines_next(lines): takes the next one. False when no LF comes any more; the line is then empty. */
bool key_lines_next(struct key_lines *lines);

/* key_lines_value(lines, label, ret_value): takes the next one, which has to be `{label}: {value}`. */
bool key_lines_value(struct key_lines *lines, struct text label, struct text *ret_value);

/* key_lines_front(lines, first, ret_from): takes lines that begin with '#' and then the line `first`, which begins at ret_from. False
   when another one comes. */
bool key_lines_front(struct key_lines *lines, struct text first, const char **ret_from);

/* key_wrapping_read(value, ret_stretch): strictly reads `scrypt {log2 N} {base64(salt)}`, what a line `wrapping: ` says. */
bool key_wrapping_read(struct text value, struct passphrase_stretch *ret_stretch);

/* key_wrapping_write(salt, out): appends `wrapping: scrypt {PASSPHRASE_COST} {base64(salt)}` and LF. */
bool key_wrapping_write(const uint8_t salt[static PASSPHRASE_SALT_SIZE], struct buffer *out);

/* key_wrapping_open(binding, box, secret, error): as passphrase_unwrap; an absent or empty passphrase is none. Errors:
   HANSARD_WRONG_KEY "passphrase_needed", "wrong_passphrase"; HANSARD_FAILED. */
enum hansard_status key_wrapping_open(const struct passphrase_binding *binding, struct bytes box, uint8_t *secret,
									  struct hansard_error *error);

#endif
