/*
 * Looking for secrets in all that this process can write to: heap, stack, pages of keys. What is looked for is kept masked, so
 * that the list is no find.
 */
#ifndef MEMORY_SEARCH_H
#define MEMORY_SEARCH_H

#include <fcntl.h>
#include <unistd.h>

#include "secret.h"
#include "tap.h"

enum { SEARCH_LINE = 512, SEARCH_WINDOW = 1 << 16, SEARCH_SECRETS = 12, SEARCH_MASK = 0x5a, SEARCH_DEPTH = 1 << 16 };

/* Far above what this program itself maps. */
static const uintptr_t search_limit = (uintptr_t)16 << 20;

/* Secrets that are looked for, each byte masked so that this table is no find. */
static uint8_t search_secrets[SEARCH_SECRETS][SECRET_SIZE];
static const char *search_names[SEARCH_SECRETS];
static size_t search_count;
static uint8_t search_window[SEARCH_WINDOW];

/* search_remember(name, secret): adds the first SECRET_SIZE bytes of a secret to what is looked for; the caller wipes them. */
static void search_remember(const char *name, const uint8_t *slot)
{
	expect(search_count < SEARCH_SECRETS);
	for (size_t i = 0; i < SECRET_SIZE; i++)
		search_secrets[search_count][i] = slot[i] ^ SEARCH_MASK;
	search_names[search_count++] = name;
}

static bool search_is_secret(const uint8_t *data, const uint8_t *masked)
{
	for (size_t i = 0; i < SECRET_SIZE; i++)
		if ((data[i] ^ SEARCH_MASK) != masked[i])
			return false;
	return true;
}

/* Counts finds in the window. */
static void search_scan(size_t size, int *found)
{
	for (size_t at = 0; at + SECRET_SIZE <= size; at++)
		for (size_t i = 0; i < search_count; i++)
			found[i] += search_is_secret(search_window + at, search_secrets[i]);
	secret_wipe(search_window, sizeof(search_window));
}

static void search_scan_mapping(int memory, uintptr_t from, uintptr_t to, int *found)
{
	/* Windows overlap by one byte less than a secret, so that each is found once. */
	for (uintptr_t at = from; at < to; at += SEARCH_WINDOW - (SECRET_SIZE - 1)) {
		const size_t size = to - at < SEARCH_WINDOW ? to - at : SEARCH_WINDOW;
		const ssize_t got = pread(memory, search_window, size, (off_t)at);
		if (got > 0)
			search_scan((size_t)got, found);
	}
}

/* The next mapping that this process can write to; false behind the last. */
static bool search_next_mapping(FILE *maps, uintptr_t *ret_from, uintptr_t *ret_to)
{
	char line[SEARCH_LINE];
	while (fgets(line, sizeof(line), maps) != NULL) {
		char *end;
		*ret_from = strtoull(line, &end, 16);
		*ret_to = strtoull(end + 1, &end, 16);
		if (strncmp(end, " rw", 3) == 0)
			return true;
	}
	return false;
}

static FILE *search_open_maps(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	if (maps == NULL)
		tap_skip("no /proc/self/maps here");
	return maps;
}

/* Ends a test as skipped where there is more memory than can be searched in a moment. */
static void search_need_little_memory(void)
{
	uintptr_t from, to, size = 0;
	FILE *maps = search_open_maps();
	while (search_next_mapping(maps, &from, &to))
		size += to - from;
	fclose(maps);
	if (size > search_limit)
		tap_skip("too much memory to search: that of a sanitizer or of valgrind");
}

/* search_deep(run): runs far down the stack, where nothing of the search comes and wipes by chance what was left there. */
__attribute__((noinline, unused)) static void search_deep(void (*run)(void))
{
	volatile uint8_t above[SEARCH_DEPTH];
	above[0] = 0;
	run();
	/* Read behind the call, so that the frame is still there in it. */
	if (above[0] != 0)
		abort();
}

/* How often each secret is found in all that this process can write to. */
static void search_find(int *found)
{
	uintptr_t from, to;
	memset(found, 0, SEARCH_SECRETS * sizeof(found[0]));
	FILE *maps = search_open_maps();
	const int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	expect(memory >= 0);
	while (search_next_mapping(maps, &from, &to))
		search_scan_mapping(memory, from, to, found);
	close(memory);
	fclose(maps);
}

#endif
