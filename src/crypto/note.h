/*
 * The head of a partition: a C2SP signed note, stored verbatim; the same bytes are the receipt.
 *
 *     hansard head v1 LF {tenant}/{dialogue_id} LF {rev} LF {base64(hash)} LF LF
 *     EM-DASH SP {key name} SP {base64(key id || Ed25519 signature of the four lines)} LF      1 to 16 such lines
 *
 * Parsed strictly: what would be written differently is refused, padding bits included.
 */
#ifndef NOTE_H
#define NOTE_H

#include "sign.h"

enum { NOTE_LINES = 16 };

/* One signature line; views point into the note. */
struct note_line {
	struct text name;
	struct text encoded; /* base64 of the key id and at least one byte of signature */
	uint8_t id[SIGN_ID_SIZE];
};

struct note {
	struct text tenant;
	struct text dialogue_id;
	int64_t rev;
	struct digest hash;                 /* of the newest commit */
	struct bytes signed_bytes;          /* the four lines; set by note_read */
	struct note_line lines[NOTE_LINES]; /* set by note_read */
	size_t line_count;
};

/* Who signs. */
struct note_signers {
	struct sign_key *const *keys;
	size_t count; /* 1 to NOTE_LINES */
};

/* note_write(note, signers, out): appends tenant, dialogue_id, rev and hash with a line of each signer. False when out
   cannot grow, OpenSSL fails, or there are too few or too many. */
bool note_write(const struct note *note, struct note_signers signers, struct buffer *out);

/* note_read(stored, ret_note, error): strictly reads one; views point into stored; no signature is checked. Errors:
   HANSARD_VIOLATED; HANSARD_INVALID "store_format" for another version. */
enum hansard_status note_read(struct bytes stored, struct note *ret_note, struct hansard_error *error);

/* Whom heads are believed from: configuration, never read from a store. */
struct note_trust {
	const struct sign_public *keys;
	size_t count;
};

/* note_signer(note, keys): the first of these keys that a line is of, whether or not its signature is good; NULL: none. */
const struct sign_public *note_signer(const struct note *note, struct note_trust keys);

/* note_verify(note, trust, error): at least one line is of a trusted key, and every such line is good. Lines of unknown
   keys are ignored; a key is known if name and id match. Errors: HANSARD_WRONG_KEY "no_trusted_key" when nobody is
   trusted at all; HANSARD_VIOLATED; HANSARD_FAILED. */
enum hansard_status note_verify(const struct note *note, struct note_trust trust, struct hansard_error *error);

#endif
