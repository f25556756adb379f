/*
 * The head of a partition. A note is read by taking it apart at its separators and comparing it with what would be
 * written.
 */
#include "note.h"

#include "base64.h"
#include "commit.h"
#include "error.h"
#include "limits.h"

enum { HASH_TEXT_SIZE = 44, LINE_BYTES = SIGN_ID_SIZE + SIGN_SIGNATURE_SIZE };

static const struct text format = {.data = "hansard head v", .size = sizeof("hansard head v") - 1};
static const struct text version = {.data = "1", .size = 1};
/* An em dash, U+2014, and a blank. */
static const struct text line_mark = {.data = "\xe2\x80\x94 ", .size = 4};

/* The four lines that are signed. */
static bool write_body(const struct note *note, struct buffer *out)
{
	return buffer_append_text(out, format) && buffer_append_text(out, version) && buffer_append_byte(out, '\n') &&
		   buffer_append_text(out, note->tenant) && buffer_append_byte(out, '/') &&
		   buffer_append_text(out, note->dialogue_id) && buffer_append_byte(out, '\n') &&
		   buffer_append_integer(out, note->rev, 0) && buffer_append_byte(out, '\n') &&
		   base64_append(out, digest_view(&note->hash)) && buffer_append_byte(out, '\n');
}

static bool write_line(struct sign_key *key, struct bytes signed_bytes, struct buffer *out)
{
	const struct sign_public *public = sign_key_public(key);
	uint8_t bytes[LINE_BYTES];
	memcpy(bytes, public->id, SIGN_ID_SIZE);
	return sign_message(key, signed_bytes, bytes + SIGN_ID_SIZE) && buffer_append_text(out, line_mark) &&
		   buffer_append_text(out, sign_public_name(public)) && buffer_append_byte(out, ' ') &&
		   base64_append(out, (struct bytes){.data = bytes, .size = sizeof(bytes)}) && buffer_append_byte(out, '\n');
}

bool note_write(const struct note *note, struct note_signers signers, struct buffer *out)
{
	const size_t from = out->size;
	bool good = signers.count >= 1 && signers.count <= NOTE_LINES && write_body(note, out);
	const size_t to = out->size;
	good = good && buffer_append_byte(out, '\n');
	for (size_t i = 0; good && i < signers.count; i++)
		good = write_line(signers.keys[i], (struct bytes){.data = out->data + from, .size = to - from}, out);
	if (!good)
		out->size = from;
	return good;
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
	bool number = found.size > 0 && found.size <= 4 && (found.data[0] != '0' || found.size == 1);
	for (size_t i = 0; i < found.size; i++)
		number = number && found.data[i] >= '0' && found.data[i] <= '9';
	if (!number)
		return refuse(error, "another first line");
	error_set(error, HANSARD_INVALID, "store_format", "a head of version " ERROR_TEXT " cannot be read here",
			  ERROR_TEXT_ARGS(found));
	error_hint(error, text_is(found, "0")
						  ? "this store keeps its content in clear: import the recordings again into a new one"
						  : "open it with a release that knows this version");
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

/* Decodes a line's base64 into room for a trusted key's: a longer one is decoded as far as its id. */
static bool decode_line(struct text encoded, struct buffer *out)
{
	return base64_decode(encoded, out) && out->size > SIGN_ID_SIZE;
}

static enum hansard_status read_line(struct text line, struct note *note, struct hansard_error *error)
{
	/* Lies on the stack: its capacity is its ceiling, so it never grows. */
	uint8_t data[LIMIT_NOTE];
	struct buffer decoded = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	struct note_line *found = &note->lines[note->line_count];
	if (!text_starts_with(line, line_mark))
		return refuse(error, "a line that is no signature");
	struct text rest = text_slice(line, line_mark.size, line.size);
	if (!take(&rest, TEXT(" "), &found->name) || !sign_name_valid(found->name) || !decode_line(rest, &decoded))
		return refuse(error, "a signature line that cannot be read");
	found->encoded = rest;
	memcpy(found->id, data, SIGN_ID_SIZE);
	for (size_t i = 0; i < note->line_count; i++)
		if (text_equal(note->lines[i].name, found->name) && memcmp(note->lines[i].id, found->id, SIGN_ID_SIZE) == 0)
			return refuse(error, "two signature lines of one key");
	note->line_count++;
	return HANSARD_OK;
}

static enum hansard_status read_lines(struct text rest, struct note *note, struct hansard_error *error)
{
	note->line_count = 0;
	while (rest.size > 0) {
		struct text line;
		if (note->line_count == NOTE_LINES)
			return refuse(error, "too many signature lines");
		if (!take(&rest, TEXT("\n"), &line))
			return refuse(error, "a last line without an end");
		const enum hansard_status status = read_line(line, note, error);
		if (status != HANSARD_OK)
			return status;
	}
	return note->line_count > 0 ? HANSARD_OK : refuse(error, "no signature line");
}

enum hansard_status note_read(struct bytes stored, struct note *ret_note, struct hansard_error *error)
{
	struct text rest = text_of_bytes(stored);
	struct text first, rev, hash;
	struct note note;
	if (stored.size > LIMIT_NOTE)
		return refuse(error, "too large");
	if (!take(&rest, TEXT("\n"), &first))
		return refuse(error, "no line");
	enum hansard_status status = read_version(first, error);
	if (status != HANSARD_OK)
		return status;
	if (!take(&rest, TEXT("/"), &note.tenant) || !take(&rest, TEXT("\n"), &note.dialogue_id) ||
		!commit_name_valid(note.tenant, LIMIT_TENANT) || !commit_name_valid(note.dialogue_id, LIMIT_DIALOGUE_ID))
		return refuse(error, "no tenant and dialogue");
	if (!take(&rest, TEXT("\n"), &rev) || !read_rev(rev, &note.rev))
		return refuse(error, "no rev");
	if (!take(&rest, TEXT("\n"), &hash) || !read_hash(hash, &note.hash))
		return refuse(error, "no hash");
	note.signed_bytes = (struct bytes){.data = stored.data, .size = stored.size - rest.size};
	if (!text_starts_with(rest, TEXT("\n")))
		return refuse(error, "no empty line behind its hash");
	status = read_lines(text_slice(rest, 1, rest.size), &note, error);
	if (status == HANSARD_OK)
		*ret_note = note;
	return status;
}

static const struct sign_public *find_trusted(struct note_trust trust, const struct note_line *line)
{
	for (size_t i = 0; i < trust.count; i++)
		if (text_equal(sign_public_name(&trust.keys[i]), line->name) &&
			memcmp(trust.keys[i].id, line->id, SIGN_ID_SIZE) == 0)
			return &trust.keys[i];
	return NULL;
}

static enum genuine check_line(const struct note *note, const struct note_line *line, const struct sign_public *key)
{
	/* Lies on the stack: its capacity is its ceiling, so it never grows. */
	uint8_t data[LINE_BYTES + 2];
	struct buffer decoded = {.data = data, .capacity = sizeof(data), .ceiling = sizeof(data)};
	if (!base64_decode(line->encoded, &decoded) || decoded.size != LINE_BYTES)
		return GENUINE_FORGED;
	return sign_verify(key, note->signed_bytes,
					   (struct bytes){.data = data + SIGN_ID_SIZE, .size = SIGN_SIGNATURE_SIZE});
}

const struct sign_public *note_signer(const struct note *note, struct note_trust keys)
{
	const struct sign_public *found = NULL;
	for (size_t i = 0; found == NULL && i < note->line_count; i++)
		found = find_trusted(keys, &note->lines[i]);
	return found;
}

enum hansard_status note_verify(const struct note *note, struct note_trust trust, struct hansard_error *error)
{
	bool signed_by_trusted = false;
	if (trust.count == 0) {
		error_set(error, HANSARD_WRONG_KEY, "no_trusted_key", "no key is trusted here to have signed a head");
		error_hint(error,
				   "bring the keys to where `hansard keys show` looks for them, or name the public key of who signs: "
				   "--public-key");
		return HANSARD_WRONG_KEY;
	}
	for (size_t i = 0; i < note->line_count; i++) {
		const struct sign_public *key = find_trusted(trust, &note->lines[i]);
		if (key == NULL)
			continue;
		const enum genuine genuine = check_line(note, &note->lines[i], key);
		if (genuine == GENUINE_UNKNOWN)
			return error_set(error, HANSARD_FAILED, "crypto_failed", "the cryptographic library checked no signature");
		if (genuine == GENUINE_FORGED)
			return error_set(error, HANSARD_VIOLATED, "invalid_head",
							 "the signature of " ERROR_TEXT " is not of this head",
							 ERROR_TEXT_ARGS(note->lines[i].name));
		signed_by_trusted = true;
	}
	return signed_by_trusted
			   ? HANSARD_OK
			   : error_set(error, HANSARD_VIOLATED, "invalid_head", "no trusted key has signed this head");
}
