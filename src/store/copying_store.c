/*
 * What every engine does alike with what is copied into it.
 */
#include "copying_store.h"

#include "base64.h"
#include "error.h"
#include "limits.h"
#include "store_engine.h"
#include "store_index.h"

bool store_copy_may_reserve(const struct store_occupant *found, const struct store_reservation *mine)
{
	const struct store_reservation *there = &found->reservation;
	switch (found->what) {
	case STORE_FREE:
		return true;
	case STORE_PUBLISHED:
		return mine->called_off && found->rev <= mine->source_rev;
	case STORE_RESERVED:
		break;
	}
	return there->source_rev < mine->source_rev ||
		   (there->source_rev == mine->source_rev && (!there->called_off || mine->called_off));
}

bool store_reservation_equal(const struct store_reservation *a, const struct store_reservation *b)
{
	return memcmp(a->id, b->id, sizeof(a->id)) == 0 && a->source_rev == b->source_rev && a->called_off == b->called_off;
}

bool store_occupant_equal(const struct store_occupant *a, const struct store_occupant *b)
{
	if (a->what != b->what)
		return false;
	switch (a->what) {
	case STORE_FREE:
		return true;
	case STORE_PUBLISHED:
		return a->rev == b->rev && digest_equal(&a->hash, &b->hash);
	case STORE_RESERVED:
		break;
	}
	return store_reservation_equal(&a->reservation, &b->reservation);
}

static enum hansard_status invalid(struct hansard_error *error, const char *what)
{
	return error_set(error, HANSARD_INVALID, "invalid_change", "this copy is none: %s", what);
}

enum hansard_status store_copy_check_reserve(const struct store_partition *partition,
											 const struct store_reserve_request *request, struct hansard_error *error)
{
	static const struct store_change none;
	if (request->mine.source_rev < 1 || request->mine.source_rev >= LIMIT_REV)
		return invalid(error, "no revision follows that of its source, or it has none");
	return store_engine_check_contents(partition, &none, error);
}

/* Items say which revision wrote them: those of another would not go with this one when it is replaced. */
static bool wrote_all(const struct store_copy_revision *revision)
{
	struct store_index index;
	for (size_t i = 0; i < revision->item_count; i++)
		if (!store_index_of(&revision->items[i], false, &index) || index.rev != revision->rev)
			return false;
	return true;
}

enum hansard_status store_copy_check_put(const struct store_partition *partition,
										 const struct store_put_request *request, struct hansard_error *error)
{
	enum hansard_status status = HANSARD_OK;
	for (size_t i = 0; status == HANSARD_OK && i < request->count; i++) {
		const struct store_copy_revision *revision = &request->revisions[i];
		const int64_t before = i == 0 ? 0 : revision[-1].rev;
		const struct store_change change = {
			.puts = revision->items,
			.put_count = revision->item_count,
			.parts = revision->parts,
			.part_count = revision->part_count,
			.rev = revision->rev,
			.commit = revision->commit,
		};
		if (revision->rev <= before || revision->rev > request->mine.source_rev)
			return invalid(error, "its revisions are not in order, or above that of the source");
		if (revision->commit.size == 0)
			return invalid(error, "a revision has no commit");
		status = store_engine_check_contents(partition, &change, error);
		if (status == HANSARD_OK && !wrote_all(revision))
			return invalid(error, "an item is of another revision than it comes with");
	}
	return status;
}

enum hansard_status store_copy_check_publish(const struct store_partition *partition,
											 const struct store_publish_request *request, struct hansard_error *error)
{
	const struct store_change *change = &request->change;
	if (change->put_count + change->removal_count + change->part_count > 0 || !change->listed ||
		change->expected_rev != request->mine.source_rev || change->rev != change->expected_rev + 1)
		return invalid(error, "it is published by one commit without changes on the revision of the source");
	return store_engine_check_change(partition, change, error);
}

static const char first_line[] = "hansard reservation v1\n";

bool store_reservation_write(const struct store_partition *partition, const struct store_reservation *reservation,
							 struct buffer *out)
{
	const struct bytes id = {.data = reservation->id, .size = sizeof(reservation->id)};
	return buffer_append_string(out, first_line) && buffer_append_text(out, partition->tenant) &&
		   buffer_append_byte(out, '/') && buffer_append_text(out, partition->dialogue_id) &&
		   buffer_append_byte(out, '\n') && buffer_append_integer(out, reservation->source_rev, 0) &&
		   buffer_append_byte(out, '\n') && base64_hex_append(out, id) &&
		   buffer_append_string(out, reservation->called_off ? "\ncalled off\n" : "\nopen\n");
}

/* The lines of one are found by their places; what would be written differently is none. */
bool store_reservation_read(const struct store_partition *partition, struct bytes note,
							struct store_reservation *ret_reservation)
{
	uint8_t data[STORE_RESERVATION_TEXT];
	struct buffer written = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	struct store_reservation reservation = {.source_rev = 0};
	const struct text text = text_of_bytes(note);
	size_t at = sizeof(first_line) - 1 + partition->tenant.size + 1 + partition->dialogue_id.size + 1;
	for (; at < text.size && text.data[at] >= '0' && text.data[at] <= '9' && reservation.source_rev <= LIMIT_REV; at++)
		reservation.source_rev = reservation.source_rev * 10 + (text.data[at] - '0');
	const struct text id = text_slice(text, at + 1, at + 1 + 2 * sizeof(reservation.id));
	if (reservation.source_rev < 1 || reservation.source_rev > LIMIT_REV ||
		!base64_hex_decode(id, reservation.id, sizeof(reservation.id)))
		return false;
	reservation.called_off = text_is(text_slice(text, at + 1 + id.size, text.size), "\ncalled off\n");
	if (!store_reservation_write(partition, &reservation, &written) || !text_equal(buffer_text(&written), text))
		return false;
	*ret_reservation = reservation;
	return true;
}
