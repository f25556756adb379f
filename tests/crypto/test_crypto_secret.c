/*
 * Memory for keys: slots are zeroed, wiped and counted; their pages are locked, left out of dumps, empty in a child and
 * fenced by pages that nobody reads.
 */
#include "secret.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

enum { SLOTS = 5, NOBODY = 65534, LINE_SIZE = 512 };

static struct secret_pool *pool;

static void begin(size_t slots)
{
	struct hansard_error error = {0};
	secret_pool_destroy(pool);
	pool = NULL;
	if (secret_pool_create(slots, &pool, &error) != HANSARD_OK)
		tap_fail(__FILE__, __LINE__, "%s: %s", error.kind, error.message);
	expect(pool != NULL);
}

static void finish(void)
{
	secret_pool_destroy(pool);
	pool = NULL;
}

/* Whether all of a slot is this byte. */
static bool is_all(const uint8_t *slot, uint8_t byte)
{
	for (size_t i = 0; i < SECRET_SIZE; i++)
		if (slot[i] != byte)
			return false;
	return true;
}

static void zeroed_when_taken(void)
{
	begin(SLOTS);
	for (size_t i = 0; i < SLOTS; i++) {
		uint8_t *slot = secret_take(pool);
		expect(slot != NULL);
		expect(is_all(slot, 0));
		memset(slot, 0xff, SECRET_SIZE);
	}
	finish();
}

static void slots_are_apart(void)
{
	uint8_t *slots[SLOTS];
	begin(SLOTS);
	for (size_t i = 0; i < SLOTS; i++) {
		slots[i] = secret_take(pool);
		expect(slots[i] != NULL);
		memset(slots[i], (int)i + 1, SECRET_SIZE);
	}
	for (size_t i = 0; i < SLOTS; i++)
		expect(is_all(slots[i], (uint8_t)(i + 1)));
	secret_give(pool, slots[2]);
	for (size_t i = 0; i < SLOTS; i++)
		expect(is_all(slots[i], i == 2 ? 0 : (uint8_t)(i + 1)));
	finish();
}

static void wiped_when_given_back(void)
{
	begin(1);
	uint8_t *slot = secret_take(pool);
	expect(slot != NULL);
	memset(slot, 0xff, SECRET_SIZE);
	secret_give(pool, slot);
	const uint8_t *again = secret_take(pool);
	expect(again == slot);
	expect(is_all(again, 0));
	finish();
}

static void full_at_its_size(void)
{
	uint8_t *slots[SLOTS];
	begin(SLOTS);
	for (size_t i = 0; i < SLOTS; i++)
		expect((slots[i] = secret_take(pool)) != NULL);
	expect(secret_take(pool) == NULL);
	secret_give(pool, slots[3]);
	expect(secret_take(pool) == slots[3]);
	expect(secret_take(pool) == NULL);
	secret_give(pool, NULL);
	expect(secret_take(pool) == NULL);
	finish();
}

/* KiB of locked memory that the system counts for this process. */
static long locked_kib(void)
{
	char line[LINE_SIZE];
	long kib = -1;
	FILE *file = fopen("/proc/self/status", "re");
	if (file == NULL)
		tap_skip("no /proc/self/status here");
	while (fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, "VmLck:", 6) == 0)
			kib = strtol(line + 6, NULL, 10);
	fclose(file);
	expect(kib >= 0);
	return kib;
}

/* Skips where mlock() says yes and does nothing: sanitizers stand in front of it. */
static void need_mlock(void)
{
	const size_t size = (size_t)sysconf(_SC_PAGESIZE);
	const long before = locked_kib();
	void *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	expect(page != MAP_FAILED);
	expect(mlock(page, size) == 0);
	const bool locked = locked_kib() > before;
	munmap(page, size);
	if (!locked)
		tap_skip("mlock() locks nothing in this process: a sanitizer stands in front of it");
}

static void pages_are_locked(void)
{
	const long page_kib = sysconf(_SC_PAGESIZE) / 1024;
	need_mlock();
	finish();
	const long before = locked_kib();
	begin(1);
	expect_integer(locked_kib(), before + page_kib);
	begin((size_t)page_kib * 1024 / SECRET_SIZE + 1);
	expect_integer(locked_kib(), before + 2 * page_kib);
	finish();
	expect_integer(locked_kib(), before);
}

/* Whether the flags of the mapping that holds an address have this one, of two letters. */
static bool has_flag(const uint8_t *address, const char *flag)
{
	char line[LINE_SIZE];
	bool inside = false, found = false;
	FILE *file = fopen("/proc/self/smaps", "re");
	if (file == NULL)
		tap_skip("no /proc/self/smaps here");
	while (fgets(line, sizeof(line), file) != NULL) {
		char *end;
		const uintptr_t from = strtoull(line, &end, 16);
		if (end != line && *end == '-')
			inside = from <= (uintptr_t)address && (uintptr_t)address < strtoull(end + 1, NULL, 16);
		else if (inside && strncmp(line, "VmFlags:", 8) == 0)
			found = strstr(line + 8, flag) != NULL;
	}
	fclose(file);
	return found;
}

static void pages_are_not_dumped(void)
{
	static const uint8_t ordinary;
	need_mlock();
	begin(SLOTS);
	const uint8_t *slot = secret_take(pool);
	expect(has_flag(&ordinary, " rd"));
	expect(!has_flag(&ordinary, " dd"));
	expect(has_flag(slot, " lo"));
	expect(has_flag(slot, " dd"));
	expect(has_flag(slot, " wf"));
	finish();
}

/* The wait status of a child that runs `run` and exits with what it returns. */
static int child(int (*run)(const uint8_t *slot), const uint8_t *slot)
{
	int status;
	fflush(stdout);
	const pid_t pid = fork();
	expect(pid >= 0);
	if (pid == 0)
		_exit(run(slot));
	expect(waitpid(pid, &status, 0) == pid);
	return status;
}

static int sees_zeros(const uint8_t *slot)
{
	return is_all(slot, 0) ? 0 : 1;
}

static void child_sees_zeros(void)
{
	begin(SLOTS);
	uint8_t *slot = secret_take(pool);
	expect(slot != NULL);
	memset(slot, 0xff, SECRET_SIZE);
	const int status = child(sees_zeros, slot);
	expect(WIFEXITED(status));
	expect_integer(WEXITSTATUS(status), 0);
	expect(is_all(slot, 0xff));
	finish();
}

/* Reads one byte, with the system's own answer to a byte that is not there. */
static int reads(const uint8_t *address)
{
	const struct rlimit none = {0};
	setrlimit(RLIMIT_CORE, &none);
	signal(SIGSEGV, SIG_DFL);
	return *(const volatile uint8_t *)address;
}

static void expect_unreadable(const uint8_t *address)
{
	const int status = child(reads, address);
	expect(WIFSIGNALED(status));
	expect_integer(WTERMSIG(status), SIGSEGV);
}

static void fenced(void)
{
	const size_t count = (size_t)sysconf(_SC_PAGESIZE) / SECRET_SIZE;
	const uint8_t *first = NULL, *last = NULL;
	begin(count);
	for (size_t i = 0; i < count; i++) {
		const uint8_t *slot = secret_take(pool);
		first = first == NULL || slot < first ? slot : first;
		last = last == NULL || slot > last ? slot : last;
	}
	const int status = child(reads, first);
	expect(WIFEXITED(status));
	expect_integer(WEXITSTATUS(status), 0);
	expect_unreadable(first - 1);
	expect_unreadable(last + SECRET_SIZE);
	finish();
}

/* 0 when the pool is refused as promised, 1 when not, 2 where the system locks memory all the same. */
static int is_refused(const uint8_t *slot)
{
	struct hansard_error error = {0};
	struct secret_pool *refused = NULL;
	const struct rlimit none = {0};
	static uint8_t page[1];
	(void)slot;
	if (setrlimit(RLIMIT_MEMLOCK, &none) != 0 || (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0)))
		return 2;
	if (mlock(page, sizeof(page)) == 0)
		return 2;
	const bool good = secret_pool_create(1, &refused, &error) == HANSARD_FAILED && error.status == HANSARD_FAILED &&
					  strcmp(error.kind, "memory_not_locked") == 0 && strstr(error.hint, "ulimit -l") != NULL &&
					  refused == NULL;
	return good ? 0 : 1;
}

static void not_locked(void)
{
	const int status = child(is_refused, NULL);
	expect(WIFEXITED(status));
	if (WEXITSTATUS(status) == 2)
		tap_skip("this process may lock memory whatever its limit, and cannot give that up");
	expect_integer(WEXITSTATUS(status), 0);
}

/* What the pool gives back to the system is looked at just before. */
static const uint8_t *watched;
static int watched_unmaps;
static bool watched_wiped;

int __real_munmap(void *data, size_t size);
int __wrap_munmap(void *data, size_t size);
int __wrap_munmap(void *data, size_t size)
{
	const uint8_t *from = data;
	if (watched != NULL && from <= watched && watched < from + size) {
		watched_unmaps++;
		watched_wiped = is_all(watched, 0);
	}
	return __real_munmap(data, size);
}

static void wiped_when_destroyed(void)
{
	begin(SLOTS);
	uint8_t *slot = secret_take(pool);
	expect(slot != NULL);
	memset(slot, 0xff, SECRET_SIZE);
	watched = slot;
	finish();
	watched = NULL;
	expect_integer(watched_unmaps, 1);
	expect(watched_wiped);
}

static void many_slots(void)
{
	enum { MANY = 600 };
	begin(MANY);
	for (size_t i = 0; i < MANY; i++) {
		uint8_t *slot = secret_take(pool);
		expect(slot != NULL);
		memset(slot, 0xff, SECRET_SIZE);
	}
	expect(secret_take(pool) == NULL);
	finish();
}

static struct secret_block *block;

static uint8_t *begin_block(size_t size)
{
	struct hansard_error error = {0};
	if (secret_block_create(size, &block, &error) != HANSARD_OK)
		tap_fail(__FILE__, __LINE__, "%s: %s", error.kind, error.message);
	uint8_t *data = secret_block_data(block);
	expect(data != NULL);
	for (size_t i = 0; i < size; i++)
		expect(data[i] == 0);
	memset(data, 0xff, size);
	return data;
}

static void block_is_like_a_pool(void)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint8_t *data = begin_block(2 * page);
	expect_unreadable(data - 1);
	expect_unreadable(data + 2 * page);
	const int status = child(sees_zeros, data);
	expect(WIFEXITED(status));
	expect_integer(WEXITSTATUS(status), 0);
	watched = data;
	watched_unmaps = 0;
	watched_wiped = false;
	secret_block_destroy(block);
	watched = NULL;
	expect_integer(watched_unmaps, 1);
	expect(watched_wiped);
	secret_block_destroy(NULL);
}

static void block_is_locked(void)
{
	need_mlock();
	const uint8_t *data = begin_block(3 * SECRET_SIZE);
	expect(has_flag(data, " lo"));
	expect(has_flag(data, " dd"));
	secret_block_destroy(block);
}

static int has_no_data(const uint8_t *data)
{
	(void)data;
	return secret_block_data(block) == NULL ? 0 : 1;
}

static void block_is_not_for_children(void)
{
	const int status = child(has_no_data, begin_block(1));
	expect(WIFEXITED(status));
	expect_integer(WEXITSTATUS(status), 0);
	secret_block_destroy(block);
}

static void block_has_a_ceiling(void)
{
	struct hansard_error error = {0};
	block = NULL;
	expect_integer(secret_block_create((size_t)SECRET_SLOTS * SECRET_SIZE + 1, &block, &error), HANSARD_FAILED);
	expect_string(error.kind, "out_of_memory");
	expect(block == NULL);
}

static void wipes(void)
{
	uint8_t data[3] = {1, 2, 3};
	secret_wipe(data, 2);
	expect(data[0] == 0 && data[1] == 0 && data[2] == 3);
	secret_wipe(NULL, 0);
	secret_pool_destroy(NULL);
}

static const struct tap_test tests[] = {
	{"a slot is zeroed when it is taken", zeroed_when_taken},
	{"slots do not overlap, and giving one back wipes no other", slots_are_apart},
	{"a slot is wiped when it is given back", wiped_when_given_back},
	{"a destroyed pool is wiped before its pages go back, and gives them back", wiped_when_destroyed},
	{"a pool is full at its size, says so, and has room for what is given back", full_at_its_size},
	{"a pool of several pages holds as many keys as was asked for", many_slots},
	{"the pages are locked as long as the pool lives, and no more of them than needed", pages_are_locked},
	{"the pages are locked, not dumped and wiped on fork, as the system shows them", pages_are_not_dumped},
	{"a child of fork sees zeros, its parent the key", child_sees_zeros},
	{"one byte before the slots or behind them cannot be read", fenced},
	{"where the system locks no memory, there is no pool, and the error names the limit", not_locked},
	{"a block is zeroed, fenced, wiped on fork and before its pages go back", block_is_like_a_pool},
	{"the pages of a block are locked and not dumped", block_is_locked},
	{"a child of fork is given no block", block_is_not_for_children},
	{"a block is no larger than the largest pool", block_has_a_ceiling},
	{"wiping takes nothing, and no more than it is told", wipes},
};

TAP_MAIN(tests)
