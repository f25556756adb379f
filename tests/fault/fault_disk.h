/*
 * The library's own calls on files and folders, wrapped by the linker: they take part in the plan of fault_vfs.h. Link
 * with FAULT_DISK_WRAPPED.
 */
#ifndef FAULT_DISK_H
#define FAULT_DISK_H

#include <stdbool.h>

/* Whether these calls are counted; false at the start, so that a test's own are not. */
extern bool fault_disk_counted;

#endif
