/*
 * Memory for keys: one mapping, its first and last page unreadable, the pages between them locked. Which slots are taken
 * is kept outside of it.
 */
#include "secret.h"

#include <openssl/crypto.h>
#include <sys/mman.h>
#include <unistd.h>

#include "error.h"

struct secret_pool {
	uint8_t *mapping; /* guard page, slots, guard page */
	size_t mapping_size;
	uint8_t *slots;
	size_t slots_size; /* whole pages */
	size_t count;
	pid_t process; /* a child of fork finds the slots empty, and may not take them for keys */
	bool taken[];  /* by slot */
};

static enum hansard_status not_locked(struct hansard_error *error)
{
	const int reason = errno;
	error_set(error, HANSARD_FAILED, "memory_not_locked", "the system locks no memory for keys: %s", strerror(reason));
	error_hint(error, "raise the limit of locked memory (ulimit -l) to 64 KiB or more");
	return HANSARD_FAILED;
}

/* Keeps the slots' pages out of dumps and of children, and an unreadable one on either side; then locks them. */
static enum hansard_status protect(const struct secret_pool *pool, size_t page, struct hansard_error *error)
{
	if (mprotect(pool->mapping, page, PROT_NONE) != 0 ||
		mprotect(pool->slots + pool->slots_size, page, PROT_NONE) != 0 ||
		madvise(pool->slots, pool->slots_size, MADV_DONTDUMP) != 0 ||
		madvise(pool->slots, pool->slots_size, MADV_WIPEONFORK) != 0)
		return error_set(error, HANSARD_FAILED, "memory_not_protected", "the system protects no memory for keys: %s",
						 strerror(errno));
	return mlock(pool->slots, pool->slots_size) == 0 ? HANSARD_OK : not_locked(error);
}

enum hansard_status secret_pool_create(size_t slots, struct secret_pool **ret_pool, struct hansard_error *error)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	if (slots > SECRET_SLOTS)
		return error_memory(error);
	struct secret_pool *pool = calloc(1, sizeof(*pool) + slots * sizeof(pool->taken[0]));
	if (pool == NULL)
		return error_memory(error);
	pool->count = slots;
	pool->process = getpid();
	pool->slots_size = (slots * SECRET_SIZE + page - 1) / page * page;
	pool->mapping_size = pool->slots_size + 2 * page;
	pool->mapping = mmap(NULL, pool->mapping_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pool->mapping == MAP_FAILED) {
		free(pool);
		return error_memory(error);
	}
	pool->slots = pool->mapping + page;
	const enum hansard_status status = protect(pool, page, error);
	if (status != HANSARD_OK) {
		munmap(pool->mapping, pool->mapping_size);
		free(pool);
		return status;
	}
	*ret_pool = pool;
	return HANSARD_OK;
}

void secret_pool_destroy(struct secret_pool *pool)
{
	if (pool == NULL)
		return;
	secret_wipe(pool->slots, pool->slots_size);
	munmap(pool->mapping, pool->mapping_size);
	free(pool);
}

uint8_t *secret_take(struct secret_pool *pool)
{
	for (size_t i = 0; pool->process == getpid() && i < pool->count; i++) {
		if (!pool->taken[i]) {
			pool->taken[i] = true;
			return pool->slots + i * SECRET_SIZE;
		}
	}
	return NULL;
}

void secret_give(struct secret_pool *pool, uint8_t *slot)
{
	if (slot < pool->slots || slot >= pool->slots + pool->count * SECRET_SIZE)
		return;
	secret_wipe(slot, SECRET_SIZE);
	pool->taken[(size_t)(slot - pool->slots) / SECRET_SIZE] = false;
}

void secret_wipe(void *data, size_t size)
{
	if (size > 0)
		OPENSSL_cleanse(data, size);
}
