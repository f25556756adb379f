/*
 * What the tests of the adversary start from: one thing to change, in a small dialogue.
 */
#ifndef ADVERSARY_CASE_H
#define ADVERSARY_CASE_H

#include "limits.h"
#include "tap.h"
#include "vault_fixture.h"

static struct fixture fixture;

/* One thing to change. */
struct attack {
	size_t item; /* which item, or commit by index */
	size_t other;
	size_t byte;
	uint8_t flip;
	const struct store_view *old; /* an older view */
	struct bytes bytes;
};

static struct attack attack;

__attribute__((unused)) static struct bytes flipped(struct arena *arena, struct bytes bytes)
{
	struct bytes copy;
	expect(arena_copy(arena, bytes, &copy));
	uint8_t *data = arena_allocate(arena, copy.size);
	expect(data != NULL && attack.byte < copy.size);
	memcpy(data, copy.data, copy.size);
	data[attack.byte] ^= attack.flip;
	return (struct bytes){.data = data, .size = copy.size};
}

__attribute__((unused)) static void expect_named(const char *name)
{
	expect_integer(fixture_try(&fixture), HANSARD_VIOLATED);
	expect_string(fixture.error.kind, "integrity_violated");
	expect(fixture.error.hint[0] != '\0');
	if (strstr(fixture.error.message, name) == NULL)
		tap_fail(__FILE__, __LINE__, "\"%s\" does not name %s", fixture.error.message, name);
}

/* A small dialogue of two commits: every byte of it is flipped in turn. */
__attribute__((unused)) static void begin_small(void)
{
	fixture_begin(&fixture, VAULT_ENGINE);
	const struct vault_change first[] = {fixture_put(&fixture, "meta", "", 30),
										 fixture_put(&fixture, "expert", "muffin", 0)};
	fixture_create(&fixture, first, 2);
	const struct vault_change second[] = {fixture_put(&fixture, "tension", "00#01", 24),
										  fixture_file(&fixture, "00001", 12)};
	fixture_append(&fixture, second, 2);
}

#endif
