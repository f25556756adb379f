/*
 * A secret as words that can be read aloud, written down and typed again: 16 bits a word of five letters, consonants and
 * vowels in turn (the encoding of D. S. Wilkerson's "A Proposal for Proquints"), and a last word as their check.
 */
#ifndef KEY_WORDS_H
#define KEY_WORDS_H

#include "hash.h"
#include "secret.h"

enum { KEY_WORDS_COUNT = SECRET_SIZE / 2 + 1, KEY_WORDS_SIZE = KEY_WORDS_COUNT * 6 - 1 };

/* key_words_write(hash, kind, secret, ret_words): KEY_WORDS_SIZE characters, a blank between two words; the caller wipes
   them. `kind` ("umk", "signing") goes into the check, so that one is not taken for the other. False when OpenSSL fails. */
bool key_words_write(struct hash_context *hash, struct text kind, const uint8_t secret[static SECRET_SIZE],
					 char ret_words[static KEY_WORDS_SIZE]);

/* key_words_read(hash, kind, words, secret, ret_wrong): reads words in any letter case, with any blanks, dashes and line ends
   between them. False when they are not those of a secret of this kind: secret is then wiped, and ret_wrong is the number,
   from 1, of the first word that is none, or 0 when it is the check or the count that does not hold. */
bool key_words_read(struct hash_context *hash, struct text kind, struct text words, uint8_t secret[static SECRET_SIZE],
					size_t *ret_wrong);

#endif
