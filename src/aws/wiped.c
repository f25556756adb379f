/*
 * Buffers that secrets pass through.
 */
#include "wiped.h"

#include "secret.h"

bool wiped_init(struct buffer *buffer, size_t ceiling)
{
	buffer_init(buffer, ceiling);
	return buffer_reserve(buffer, ceiling);
}

void wiped_finish(struct buffer *buffer)
{
	secret_wipe(buffer->data, buffer->capacity);
	buffer_finish(buffer);
}
