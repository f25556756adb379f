/*
 * What the tests of the codec share: entities made up at random, and their bytes.
 */
#ifndef ENCODED_H
#define ENCODED_H

#include "entity_codec.h"
#include "limits.h"
#include "sample.h"
#include "tap.h"

/* An entity's bytes. */
struct encoded {
	struct buffer attrs;
	struct buffer sealed;
};

static struct sample sample;

static void encoded_begin(uint64_t seed)
{
	sample = (struct sample){.arena = arena_create(LIMIT_ARENA), .state = seed};
	expect(sample.arena != NULL);
}

static void encoded_end(void)
{
	arena_destroy(sample.arena);
}

static enum hansard_status encoded_make(const struct entity_head *entity, struct encoded *ret_encoded,
										struct hansard_error *error)
{
	buffer_init(&ret_encoded->attrs, LIMIT_PIECE);
	buffer_init(&ret_encoded->sealed, LIMIT_PIECE);
	const enum hansard_status status = entity_codec_attrs(entity, &ret_encoded->attrs, error);
	return status == HANSARD_OK ? entity_codec_sealed(entity, &ret_encoded->sealed, error) : status;
}

static void encoded_finish(struct encoded *encoded)
{
	buffer_finish(&encoded->attrs);
	buffer_finish(&encoded->sealed);
}

static void encoded_expect_refused(enum hansard_status status, const struct hansard_error *error, const char *kind,
								   const char *name)
{
	expect_integer(status, HANSARD_INVALID);
	expect_string(error->kind, kind);
	if (strstr(error->message, name) == NULL)
		tap_fail(__FILE__, __LINE__, "\"%s\" does not name %s", error->message, name);
}

#endif
