/*
 * What the tests of verification start from: a dialogue that something was changed in, and what is said of it.
 */
#ifndef VERIFY_CASE_H
#define VERIFY_CASE_H

#include "limits.h"
#include "tap.h"
#include "vault_fixture.h"

static struct fixture fixture;
static size_t at_index, at_byte;
static uint8_t at_flip;

/* The arena of one more report, which stays until seven more were made. */
static struct arena *report_arena(void)
{
	static struct arena *arenas[8];
	static size_t next;
	struct arena **arena = &arenas[next++ % 8];
	arena_destroy(*arena);
	*arena = arena_create(LIMIT_ARENA);
	expect(*arena != NULL);
	return *arena;
}

__attribute__((unused)) static struct vault_report verify(void)
{
	struct vault_report report;
	if (vault_verify(fixture.vault, TEXT("d"), report_arena(), &report, &fixture.error) != HANSARD_OK)
		tap_fail(__FILE__, __LINE__, "verify: %s", fixture.error.message);
	expect(report.good == (report.fault_count == 0));
	return report;
}

__attribute__((unused)) static bool names(const struct vault_report *report, const char *address)
{
	for (size_t i = 0; i < report->fault_count; i++)
		if (text_is(report->faults[i].address, address))
			return true;
	return false;
}

/* As verify(), by whoever has the public key alone. */
__attribute__((unused)) static struct vault_report verify_publicly(void)
{
	struct vault_report report;
	struct vault *vault;
	struct keyring *keyring;
	const struct keyring_options keys = {.tenant = TEXT("acme"), .epoch = 1};
	expect_integer(keyring_create(&keys, &keyring, NULL), HANSARD_OK);
	const struct note_trust trust = keyring_trusted(fixture.keyring);
	for (size_t i = 0; i < trust.count; i++)
		expect_integer(keyring_trust(keyring, &trust.keys[i], NULL), HANSARD_OK);
	struct vault_options options = fixture.options;
	options.keyring = keyring;
	expect_integer(vault_create(&options, &vault, NULL), HANSARD_OK);
	expect_integer(vault_verify(vault, TEXT("d"), report_arena(), &report, &fixture.error), HANSARD_OK);
	expect(report.good == (report.fault_count == 0) && !report.opened);
	vault_destroy(vault);
	keyring_destroy(keyring);
	return report;
}

/* Exactly one fault, of this address, with keys and with the public key alone. */
__attribute__((unused)) static void expect_only(const char *address)
{
	const struct vault_report reports[] = {verify(), verify_publicly()};
	for (size_t i = 0; i < 2; i++) {
		expect_integer((int64_t)reports[i].fault_count, 1);
		expect_text(reports[i].faults[0].address, address);
		expect(reports[i].faults[0].what.size > 0);
	}
}

/* The state as the store has it, not tampered with. */
__attribute__((unused)) static struct store_view raw_view(void)
{
	const struct store_partition partition = store_engine_partition(fixture.inner, TEXT("acme"), TEXT("d"));
	struct store_view view;
	expect_integer(partition.store->load(&partition, fixture.arena, &view, NULL), HANSARD_OK);
	return view;
}

__attribute__((unused)) static struct bytes flipped(struct arena *arena, struct bytes bytes)
{
	uint8_t *data = arena_allocate(arena, bytes.size);
	expect(data != NULL);
	memcpy(data, bytes.data, bytes.size);
	data[at_byte % bytes.size] ^= at_flip;
	return (struct bytes){.data = data, .size = bytes.size};
}

__attribute__((unused)) static void flip_item(const struct tampered_engine *tampered, struct arena *arena,
											  struct store_view *view)
{
	(void)tampered;
	view->items[at_index].stored.bytes = flipped(arena, view->items[at_index].stored.bytes);
}

/* One more commit under this rev, at its place, given to whoever asks for it. */
static int64_t stray_rev;

__attribute__((unused)) static void add_commit(const struct tampered_engine *tampered, struct arena *arena,
											   struct store_history *history)
{
	struct store_commit *copies = arena_allocate_array(arena, history->count + 1, sizeof(*copies));
	expect(copies != NULL);
	if (stray_rev < tampered->history_asked.from || stray_rev > tampered->history_asked.to)
		return;
	size_t count = 0;
	size_t at = 0;
	while (at < history->count && history->commits[at].rev <= stray_rev)
		copies[count++] = history->commits[at++];
	copies[count++] = (struct store_commit){.rev = stray_rev, .stored = history->commits[history->count - 1].stored};
	while (at < history->count)
		copies[count++] = history->commits[at++];
	history->commits = copies;
	history->count = count;
}

#endif
