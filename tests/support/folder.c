/*
 * Making and removing temporary folders.
 */
#include "folder.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

enum { OPEN_FOLDERS = 16 };

void folder_make(const char *what, char path[static FOLDER_SIZE])
{
	const char *parent = getenv("TMPDIR");
	const int size = snprintf(path, FOLDER_SIZE, "%s/hansard-%s-XXXXXX",
							  parent != NULL && parent[0] != '\0' ? parent : "/tmp", what);
	if (size < FOLDER_SIZE && mkdtemp(path) != NULL)
		return;
	perror(path);
	abort();
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status, (void)type, (void)walk;
	return remove(path);
}

bool folder_remove(const char *path)
{
	return path[0] == '\0' || nftw(path, remove_entry, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS) == 0 || errno == ENOENT;
}
