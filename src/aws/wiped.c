/*
 * Buffers that secrets pass through.
 */
#include "wiped.h"

#include "secret.h"

bool wiped_init(struct buffer *buffer, size_t ceiling)
{
	buffer_init(buffer, ceiling);
	if (buffer_append_room(buffer, ceiling) == NULL)
		return false;
	buffer->size = 0;
	return true;
}

void wiped_finish(struct buffer *buffer)
{
	secret_wipe(buffer->data, buffer->capacity);
	buffer_finish(buffer);
}
