/*
 * Asking with the rights that a write would have.
 */
#include "writable.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sqlite_file.h"

static bool may(const char *path, int rights)
{
	return faccessat(AT_FDCWD, path, rights, AT_EACCESS) == 0;
}

static bool copy(struct text path, char ret_name[static SQLITE_FILE_PATH_MAX])
{
	if (path.size >= SQLITE_FILE_PATH_MAX) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(ret_name, path.data, path.size);
	ret_name[path.size] = '\0';
	return true;
}

bool writable_file(struct text path, bool *ret_folder)
{
	char name[SQLITE_FILE_PATH_MAX], file[SQLITE_FILE_PATH_MAX], folder[SQLITE_FILE_PATH_MAX];
	*ret_folder = false;
	if (!copy(path, name) || !sqlite_file_follow(name, file) || !may(file, W_OK))
		return false;
	*ret_folder = true;
	sqlite_file_folder(file, folder);
	return may(folder, W_OK | X_OK);
}

bool writable_folder(struct text path, bool made)
{
	char folder[SQLITE_FILE_PATH_MAX];
	struct stat status;
	size_t size = path.size;
	if (!copy(path, folder))
		return false;
	while (made && size > 1 && stat(folder, &status) != 0 && errno == ENOENT) {
		while (size > 1 && folder[size - 1] != '/')
			size--;
		folder[size > 1 ? --size : 1] = '\0';
	}
	return may(folder, W_OK | X_OK);
}
