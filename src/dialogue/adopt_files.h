/*
 * Files of an import: hashes, conflicts, and the numbers under which they are kept.
 */
#ifndef ADOPT_FILES_H
#define ADOPT_FILES_H

#include "adopt_diff.h"

/* adopt_files_number(diff, error): fills diff->files with copies of the wanted files, hash and size filled in,
   each under the number it is to have, and diff->replaced, and adds moves of stored files to other numbers. While only imports have
   been committed the numbers are the wanted ones, so that the order in which files came in makes no difference;
   afterwards a stored file keeps its number. Errors: HANSARD_CONFLICT "file_changed", HANSARD_INVALID
   "content_not_known", HANSARD_FAILED. */
enum hansard_status adopt_files_number(struct adopt_diff *diff, struct hansard_error *error);

#endif
