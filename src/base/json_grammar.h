/*
 * The grammar of JSON (RFC 8259), recognized without building anything and without memory: what a parser made of an
 * input is held against it. What is well-formed here and refused by the parser was refused for another reason.
 */
#ifndef JSON_GRAMMAR_H
#define JSON_GRAMMAR_H

#include "bytes.h"

/* A fingerprint (FNV-1a) of what a JSON value says: each key and string, then its size, each integer, in their order. */
#define JSON_GRAMMAR_BEGIN UINT64_C(0xcbf29ce484222325)

/* json_grammar_text(print, text), json_grammar_integer(print, value): the fingerprint with this added. */
uint64_t json_grammar_text(uint64_t print, struct text text);
uint64_t json_grammar_integer(uint64_t print, int64_t value);

/* json_grammar_holds(input, ret_print): whether input, UTF-8 nested at most LIMIT_JSON_DEPTH deep, is one JSON value
   whose strings are Unicode: surrogates in pairs, no U+0000. Keys may be there twice, numbers may be of any size, but
   only integers of 64 bits enter the fingerprint as they are. */
bool json_grammar_holds(struct bytes input, uint64_t *ret_print);

#endif
