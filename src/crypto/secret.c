/*
 * Memory for keys: one mapping, its first and last page unreadable, the pages between them locked. Which slots of a
 * pool are taken is kept outside of it.
 */
#include "secret.h"

#include <openssl/crypto.h>
#include <sys/mman.h>
#include <unistd.h>

#include "error.h"

struct region {
	uint8_t *mapping; /* guard page, data, guard page */
	size_t mapping_size;
	uint8_t *data;
	size_t data_size; /* whole pages */
	pid_t process;    /* a child of fork finds the data empty, and may not take it for keys */
};

struct secret_pool {
	struct region region;
	size_t count;
	bool taken[]; /* by slot */
};

struct secret_block {
	struct region region;
};

static enum hansard_status not_locked(struct hansard_error *error)
{
	const int reason = errno;
	error_set(error, HANSARD_FAILED, "memory_not_locked", "the system locks no memory for keys: %s", strerror(reason));
	error_hint(error, "raise the limit of locked memory (ulimit -l) to 64 KiB or more");
	return HANSARD_FAILED;
}

/* Keeps the data's pages out of dumps and of children, and an unreadable one on either side; then locks them. */
static enum hansard_status protect(const struct region *region, size_t page, struct hansard_error *error)
{
	if (mprotect(region->mapping, page, PROT_NONE) != 0 ||
		mprotect(region->data + region->data_size, page, PROT_NONE) != 0 ||
		madvise(region->data, region->data_size, MADV_DONTDUMP) != 0 ||
		madvise(region->data, region->data_size, MADV_WIPEONFORK) != 0)
		return error_set(error, HANSARD_FAILED, "memory_not_protected", "the system protects no memory for keys: %s",
						 strerror(errno));
	return mlock(region->data, region->data_size) == 0 ? HANSARD_OK : not_locked(error);
}

/* Maps room for `size` bytes; on failure there is nothing to unmap. */
static enum hansard_status map(struct region *region, size_t size, struct hansard_error *error)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	region->process = getpid();
	region->data_size = (size + page - 1) / page * page;
	region->mapping_size = region->data_size + 2 * page;
	region->mapping = mmap(NULL, region->mapping_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (region->mapping == MAP_FAILED)
		return error_memory(error);
	region->data = region->mapping + page;
	const enum hansard_status status = protect(region, page, error);
	if (status != HANSARD_OK)
		munmap(region->mapping, region->mapping_size);
	return status;
}

static void unmap(struct region *region)
{
	secret_wipe(region->data, region->data_size);
	munmap(region->mapping, region->mapping_size);
}

enum hansard_status secret_pool_create(size_t slots, struct secret_pool **ret_pool, struct hansard_error *error)
{
	if (slots > SECRET_SLOTS)
		return error_memory(error);
	struct secret_pool *pool = calloc(1, sizeof(*pool) + slots * sizeof(pool->taken[0]));
	if (pool == NULL)
		return error_memory(error);
	pool->count = slots;
	const enum hansard_status status = map(&pool->region, slots * SECRET_SIZE, error);
	if (status != HANSARD_OK) {
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
	unmap(&pool->region);
	free(pool);
}

enum hansard_status secret_block_create(size_t size, struct secret_block **ret_block, struct hansard_error *error)
{
	if (size > (size_t)SECRET_SLOTS * SECRET_SIZE)
		return error_memory(error);
	struct secret_block *block = calloc(1, sizeof(*block));
	if (block == NULL)
		return error_memory(error);
	const enum hansard_status status = map(&block->region, size, error);
	if (status != HANSARD_OK) {
		free(block);
		return status;
	}
	*ret_block = block;
	return HANSARD_OK;
}

void secret_block_destroy(struct secret_block *block)
{
	if (block == NULL)
		return;
	unmap(&block->region);
	free(block);
}

void *secret_block_data(const struct secret_block *block)
{
	return block->region.process == getpid() ? block->region.data : NULL;
}

uint8_t *secret_take(struct secret_pool *pool)
{
	for (size_t i = 0; pool->region.process == getpid() && i < pool->count; i++) {
		if (!pool->taken[i]) {
			pool->taken[i] = true;
			return pool->region.data + i * SECRET_SIZE;
		}
	}
	return NULL;
}

void secret_give(struct secret_pool *pool, uint8_t *slot)
{
	if (slot < pool->region.data || slot >= pool->region.data + pool->count * SECRET_SIZE)
		return;
	secret_wipe(slot, SECRET_SIZE);
	pool->taken[(size_t)(slot - pool->region.data) / SECRET_SIZE] = false;
}

void secret_wipe(void *data, size_t size)
{
	if (size > 0)
		OPENSSL_cleanse(data, size);
}
