/*
 * The head of a partition. A note is read by taking it apart at its separators and comparing it with what would be
 * written.
 */
#include "note.h"

#include "base64.h"
#include "commit.h"
#include "error.h"
#include "limits.h"

enum { HASH_TEXT_SIZE = 44 };

static const struct text format = {.data = "hansard head v", .size = sizeof("hansard head v") - 1};
static const struct text version = {.data = "0", .size = 1};

bool note_write(const struct note *note, struct buffer *out)
{
	const size_t size_before = out->size;
	if (buffer_append_text(out, format) && buffer_append_text(out, version) && buffer_append_byte(out, '\n') &&
		buffer_append_text(out, note->tenant) && buffer_append_byte(out, '/') &&
		buffer_append_text(out, note->dialogue_id) && buffer_append_byte(out, '\n') &&
		buffer_append_integer(out, note->rev, 0) && buffer_append_byte(out, '\n') &&
		base64_append(out, digest_view(&note->hash)) && buffer_append_string(out, "\n\n"))
		return true;
	out->size = size_before;
	return false;
}

static enum hansard_status refuse(struct hansard_error *error, const char *fault)
{
	return error_set(error, HANSARD_VIOLATED, "invalid_head", "not a head: %s", fault);
}

/* Takes what stands before the next separator off rest. False when there is no separator. */
static bool take(struct text *rest, struct text separator, struct text *ret_text)
{
	const size_t at = text_find(*rest, separator, 0);
	if (at == SIZE_MAX)
		return false;
	*ret_text = text_slice(*rest, 0, at);
	*rest = text_slice(*rest, at + separator.size, rest->size);
	return true;
}

/* The first line: a head of another version is no fault of the store, but nothing that can be read here. */
static enum hansard_status read_version(struct text line, struct hansard_error *error)
{
	if (!text_starts_with(line, format))
		return refuse(error, "another first line");
	const struct text found = text_slice(line, format.size, line.size);
	if (text_equal(found, version))
		return HANSARD_OK;
	bool number = found.size > 0 && found.size <= 4 && found.data[0] != '0';
	for (size_t i = 0; i < found.size; i++)
		number = number && found.data[i] >= '0' && found.data[i] <= '9';
	if (!number)
		return refuse(error, "another first line");
	error_set(error, HANSARD_INVALID, "store_format",
			  "a head of version " ERROR_TEXT ": this store is sealed, or of another format", ERROR_TEXT_ARGS(found));
	error_hint(error, "open it with a release and a configuration that know its keys");
	return HANSARD_INVALID;
}

/* A number without leading zeros, 1 to LIMIT_REV. */
static bool read_rev(struct text text, int64_t *ret_rev)
{
	if (text.size == 0 || text.size > 10 || text.data[0] == '0')
		return false;
	int64_t rev = 0;
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
		rev = rev * 10 + (text.data[i] - '0');
	}
	*ret_rev = rev;
	return rev <= LIMIT_REV;
}

static bool read_hash(struct text text, struct digest *ret_hash)
{
	/* Lies on the stack: its capacity is its ceiling, so it never grows. */
	uint8_t data[DIGEST_SIZE + 1];
	struct buffer decoded = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	if (text.size != HASH_TEXT_SIZE || !base64_decode(text, &decoded) || decoded.size != DIGEST_SIZE)
		return false;
	memcpy(ret_hash->bytes, data, DIGEST_SIZE);
	return true;
}

enum hansard_status note_read(struct bytes stored, struct note *ret_note, struct hansard_error *error)
{
	struct text rest = text_of_bytes(stored);
	struct text first, rev, hash;
	struct note note;
	if (!take(&rest, TEXT("\n"), &first))
		return refuse(error, "no line");
	const enum hansard_status status = read_version(first, error);
	if (status != HANSARD_OK)
		return status;
	if (!take(&rest, TEXT("/"), &note.tenant) || !take(&rest, TEXT("\n"), &note.dialogue_id) ||
		!commit_name_valid(note.tenant, LIMIT_TENANT) || !commit_name_valid(note.dialogue_id, LIMIT_DIALOGUE_ID))
		return refuse(error, "no tenant and dialogue");
	if (!take(&rest, TEXT("\n"), &rev) || !read_rev(rev, &note.rev))
		return refuse(error, "no rev");
	if (!take(&rest, TEXT("\n"), &hash) || !read_hash(hash, &note.hash))
		return refuse(error, "no hash");
	if (!text_is(rest, "\n"))
		return refuse(error, "no empty line at its end");
	*ret_note = note;
	return HANSARD_OK;
}
