/*
 * Paths of kept files in the folder form: relative, '/' between components, fit to be written below any folder.
 */
#ifndef FILE_PATH_H
#define FILE_PATH_H

#include "bytes.h"

enum { FILE_PATH_LIMIT = 4095, FILE_PATH_COMPONENT = 255 };

/* file_path_valid(path): at most FILE_PATH_LIMIT bytes without NUL; no component is empty, ".", "..", longer than
   FILE_PATH_COMPONENT, or begins with ".hansard", so that no store's settings can be planted. */
bool file_path_valid(struct text path);

/* file_path_collides(a, b): both are the same path, or one would have to be a folder and a file at once. */
bool file_path_collides(struct text a, struct text b);

#endif
