/*
 * malloc and its kin over those of glibc.
 */
#include "allocations.h"

#include <stdalign.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ALLOCATIONS_LEFT_ALONE
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || __has_feature(thread_sanitizer)
#define ALLOCATIONS_LEFT_ALONE
#endif
#endif

/* Volatile: a compiler takes it that malloc() looks at nothing of ours. */
static volatile int failing;
static volatile int count;
static volatile bool armed;
static volatile long live;

void allocations_fail_at(int n)
{
	failing = n;
	count = 0;
	armed = true;
}

int allocations_stop(void)
{
	armed = false;
	return count;
}

long allocations_live(void)
{
	return live;
}

bool allocations_counted(void)
{
	/* By address: a compiler may put the body of malloc() below in place of a call, where valgrind cannot take it over. */
	void *(*volatile allocate)(size_t) = malloc;
	void (*volatile release)(void *) = free;
	const long before = live;
	void *block = allocate(1);
	const bool counted = live == before + 1;
	release(block);
	return counted;
}

#if !defined(ALLOCATIONS_LEFT_ALONE) && defined(__GLIBC__)

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t items, size_t size);
void *__libc_realloc(void *data, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *data);

/* Counts an allocation; true when it must fail. */
static bool fails(void)
{
	if (!armed || ++count != failing)
		return false;
	errno = ENOMEM;
	return true;
}

static void *counted(void *data)
{
	live += data != NULL;
	return data;
}

__attribute__((visibility("default"))) void *malloc(size_t size)
{
	return fails() ? NULL : counted(__libc_malloc(size));
}

__attribute__((visibility("default"))) void *calloc(size_t items, size_t size)
{
	return fails() ? NULL : counted(__libc_calloc(items, size));
}

__attribute__((visibility("default"))) void *realloc(void *data, size_t size)
{
	if (data != NULL && size == 0) {
		free(data);
		return NULL;
	}
	if (fails())
		return NULL;
	void *new_data = __libc_realloc(data, size);
	live += data == NULL && new_data != NULL;
	return new_data;
}

__attribute__((visibility("default"))) void *aligned_alloc(size_t alignment, size_t size)
{
	return fails() ? NULL : counted(__libc_memalign(alignment, size));
}

__attribute__((visibility("default"))) void *memalign(size_t alignment, size_t size);
void *memalign(size_t alignment, size_t size)
{
	return aligned_alloc(alignment, size);
}

__attribute__((visibility("default"))) int posix_memalign(void **ret_data, size_t alignment, size_t size)
{
	void *data = aligned_alloc(alignment, size);
	if (data == NULL)
		return ENOMEM;
	*ret_data = data;
	return 0;
}

__attribute__((visibility("default"))) void free(void *data)
{
	live -= data != NULL;
	__libc_free(data);
}

#endif
