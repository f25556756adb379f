/*
 * Paths of kept files.
 */
#include "file_path.h"
#include "tap.h"

static void accepts_what_can_be_written(void)
{
	static const char *const good[] = {"a", "round-0/muffin.md", "a b/ü.md", "a..b", "...", "x.dialogue.recorded.md"};
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		expect(file_path_valid(text_of_string(good[i])));
}

static void refuses_what_leaves_the_folder(void)
{
	static const char *const bad[] = {"",  "/etc/passwd", "../evil",         "a/../b",           "a//b", "./a", "a/",
									  ".", "..",          ".hansard/config", "a/.hansard/config"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect(!file_path_valid(text_of_string(bad[i])));
	expect(!file_path_valid((struct text){.data = "a\0b", .size = 3}));
	static char name[5000];
	memset(name, 'a', sizeof(name));
	expect(file_path_valid((struct text){.data = name, .size = FILE_PATH_COMPONENT}));
	expect(!file_path_valid((struct text){.data = name, .size = FILE_PATH_COMPONENT + 1}));
	expect(!file_path_valid((struct text){.data = name, .size = sizeof(name)}));
}

static void collides_where_a_file_is_a_folder(void)
{
	expect(file_path_collides(TEXT("a"), TEXT("a")));
	expect(file_path_collides(TEXT("a"), TEXT("a/b")));
	expect(file_path_collides(TEXT("a/b"), TEXT("a")));
	expect(!file_path_collides(TEXT("a"), TEXT("ab")));
	expect(!file_path_collides(TEXT("a/b"), TEXT("a/c")));
}

static const struct tap_test tests[] = {
	{"a path that can be written below a folder is valid", accepts_what_can_be_written},
	{"a path that leaves the folder, or is none, is refused", refuses_what_leaves_the_folder},
	{"two paths collide where one would be a folder and a file", collides_where_a_file_is_a_folder},
};
TAP_MAIN(tests)
