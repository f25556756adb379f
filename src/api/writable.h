/*
 * What whoever asks may write, as far as can be told without writing.
 */
#ifndef WRITABLE_H
#define WRITABLE_H

#include "bytes.h"

/* writable_file(path): a file that is there, and the folder that it lies in behind all links, where what is kept beside it is made.
   False with errno set and in *ret_folder whether it is the folder that cannot be written. */
bool writable_file(struct text path, bool *ret_folder);

/* writable_folder(path, made): files can be made in a folder; where it is not there, and would be made with those above it, in the nearest
   that is. False with errno set. */
bool writable_folder(struct text path, bool made);

#endif
