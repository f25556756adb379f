/*
 * A temporary folder of a test.
 */
#ifndef FOLDER_H
#define FOLDER_H

#include <stdbool.h>

enum { FOLDER_SIZE = 160 }; /* of a path, with its NUL */

/* folder_make(what, path): makes hansard-{what}-XXXXXX in $TMPDIR, or in /tmp, and sets path. Ends the program when it
   cannot be made. */
void folder_make(const char *what, char path[static FOLDER_SIZE]);

/* folder_remove(path): removes it and everything in it, following no link. Nothing for "" and for what is not there. False when
   something of it stays. */
bool folder_remove(const char *path);

#endif
