/*
 * Commits. One check of the shape serves writer and reader: what may be written is exactly what is read.
 */
#include "commit.h"

#include "cbor_read.h"
#include "cbor_write.h"
#include "commit_detail.h"
#include "error.h"
#include "limits.h"
#include "moment.h"
#include "utf8.h"

enum { COMMIT_FIELDS = 12, CHANGE_FIELDS = 3, LIMIT_TYPE = 16 };

static const uint8_t commit_prefix = 0x02;

static bool lower_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool commit_name_valid(struct text name, size_t limit)
{
	if (name.size == 0 || name.size > limit)
		return false;
	for (size_t i = 0; i < name.size; i++) {
		const bool inner = i > 0 && i + 1 < name.size && name.data[i - 1] != '-';
		if (!lower_or_digit(name.data[i]) && !(name.data[i] == '-' && inner))
			return false;
	}
	return true;
}

static bool type_valid(struct text type)
{
	for (size_t i = 0; i < type.size; i++)
		if (type.data[i] < 'a' || type.data[i] > 'z')
			return false;
	return type.size > 0 && type.size <= LIMIT_TYPE && !text_is(type, "part") && !text_is(type, "commit") &&
		   !text_is(type, "head");
}

static bool subkey_valid(struct text subkey)
{
	for (size_t i = 0; i < subkey.size; i++)
		if (subkey.data[i] <= ' ' || subkey.data[i] > '~')
			return false;
	return text_present(subkey) && subkey.size <= LIMIT_SUBKEY;
}

/* Types are letters, which all sort behind the slash that follows them in an address: so type and subkey may be
   compared one after the other. */
static bool changes_valid(const struct commit *commit)
{
	for (size_t i = 0; i < commit->change_count; i++) {
		const struct commit_change *change = &commit->changes[i];
		if (!type_valid(change->type) || !subkey_valid(change->subkey))
			return false;
		if (i == 0)
			continue;
		const int order = text_compare(change[-1].type, change->type);
		if (order > 0 || (order == 0 && text_compare(change[-1].subkey, change->subkey) >= 0))
			return false;
	}
	return true;
}

/* What is wrong with the shape of a commit, or NULL. */
static const char *fault_of(const struct commit *commit)
{
	static const struct digest zeros;
	const struct commit_detail_place place = {.operation = commit->operation, .rev = commit->rev};
	struct commit_detail detail;
	int64_t micros;
	if (!commit_name_valid(commit->tenant, LIMIT_TENANT))
		return "its tenant";
	if (!commit_name_valid(commit->dialogue_id, LIMIT_DIALOGUE_ID))
		return "its dialogue";
	if (commit->rev < 1 || commit->rev > LIMIT_REV)
		return "its rev";
	if (!moment_parse(commit->time, &micros))
		return "its time";
	if (!text_present(commit->actor) || !utf8_valid(bytes_of_text(commit->actor)) || !text_present(commit->operation) ||
		!utf8_valid(bytes_of_text(commit->operation)))
		return "its actor or operation";
	if (commit->count < 0 || commit->count > LIMIT_INTEGER)
		return "its count";
	if ((commit->rev == 1) != digest_equal(&commit->previous, &zeros))
		return "its previous commit";
	if (!commit_detail_read(place, commit->detail, &detail))
		return "its detail";
	return changes_valid(commit) ? NULL : "its changes, or their order";
}

static enum hansard_status too_large(struct hansard_error *error, const char *what, size_t limit)
{
	error_set(error, HANSARD_INVALID, "commit_too_large", "one commit holds at most %zu %s", limit, what);
	error_hint(error, "nothing was written: shorten what is longest, or spread it over several commands");
	return HANSARD_INVALID;
}

static void write_fields(struct cbor_writer *writer, const struct commit *commit)
{
	cbor_write_array(writer, COMMIT_FIELDS);
	cbor_write_integer(writer, COMMIT_VERSION);
	cbor_write_text(writer, commit->tenant);
	cbor_write_text(writer, commit->dialogue_id);
	cbor_write_integer(writer, commit->rev);
	cbor_write_text(writer, commit->time);
	cbor_write_text(writer, commit->actor);
	cbor_write_text(writer, commit->operation);
	cbor_write_array(writer, commit->change_count);
	for (size_t i = 0; i < commit->change_count; i++) {
		const struct commit_change *change = &commit->changes[i];
		cbor_write_array(writer, CHANGE_FIELDS);
		cbor_write_text(writer, change->type);
		cbor_write_text(writer, change->subkey);
		cbor_write_bytes(writer, change->removed ? (struct bytes){0} : digest_view(&change->leaf));
	}
	cbor_write_encoded(writer, commit->detail);
	cbor_write_integer(writer, commit->count);
	cbor_write_bytes(writer, digest_view(&commit->root));
	cbor_write_bytes(writer, digest_view(&commit->previous));
}

enum hansard_status commit_write(const struct commit *commit, struct buffer *out, struct hansard_error *error)
{
	if (commit->change_count > LIMIT_COMMIT_CHANGES)
		return too_large(error, "changes", LIMIT_COMMIT_CHANGES);
	const char *fault = fault_of(commit);
	if (fault != NULL)
		return error_set(error, HANSARD_INVALID, "invalid_commit", "not a commit: %s", fault);

	const size_t size_before = out->size;
	struct cbor_writer writer;
	cbor_write_begin(&writer, out);
	write_fields(&writer, commit);
	if (!cbor_write_finish(&writer)) {
		out->size = size_before;
		return error_memory(error);
	}
	if (out->size - size_before > LIMIT_COMMIT_BYTES) {
		out->size = size_before;
		return too_large(error, "bytes of commit", LIMIT_COMMIT_BYTES);
	}
	return HANSARD_OK;
}

static enum hansard_status refuse(struct hansard_error *error, const char *fault)
{
	return error_set(error, HANSARD_VIOLATED, "invalid_commit", "not a commit: %s",
					 fault != NULL ? fault : "a field of another size");
}

static bool read_digest(struct cbor_reader *reader, struct digest *ret_digest)
{
	struct bytes bytes;
	if (!cbor_read_bytes(reader, &bytes) || bytes.size != DIGEST_SIZE)
		return false;
	memcpy(ret_digest->bytes, bytes.data, DIGEST_SIZE);
	return true;
}

static bool read_change(struct cbor_reader *reader, struct commit_change *change)
{
	size_t fields;
	struct bytes leaf;
	if (!cbor_read_array(reader, &fields) || fields != CHANGE_FIELDS || !cbor_read_text(reader, &change->type) ||
		!cbor_read_text(reader, &change->subkey) || !cbor_read_bytes(reader, &leaf))
		return false;
	change->removed = leaf.size == 0;
	if (leaf.size == DIGEST_SIZE)
		memcpy(change->leaf.bytes, leaf.data, DIGEST_SIZE);
	return leaf.size == 0 || leaf.size == DIGEST_SIZE;
}

static enum hansard_status read_changes(struct cbor_reader *reader, struct arena *arena, struct commit *commit,
										struct hansard_error *error)
{
	size_t count;
	if (!cbor_read_array(reader, &count) || count > LIMIT_COMMIT_CHANGES)
		return refuse(error, "its changes");
	struct commit_change *changes = arena_allocate_array(arena, count, sizeof(*changes));
	if (changes == NULL)
		return error_memory(error);
	for (size_t i = 0; i < count; i++)
		if (!read_change(reader, &changes[i]))
			return refuse(error, "its changes");
	commit->changes = changes;
	commit->change_count = count;
	return HANSARD_OK;
}

/* Array and version: a commit of another version is no fault of the store, but nothing that can be read here. */
static enum hansard_status read_version(struct cbor_reader *reader, struct hansard_error *error)
{
	size_t fields;
	int64_t version;
	if (!cbor_read_array(reader, &fields) || fields != COMMIT_FIELDS || !cbor_read_integer(reader, &version))
		return refuse(error, "not an array of twelve");
	if (version == COMMIT_VERSION)
		return HANSARD_OK;
	error_set(error, HANSARD_INVALID, "store_format", "a commit of version %" PRId64 " cannot be read here", version);
	error_hint(error, version == 0 ? "this store keeps its content in clear: import the recordings again into a new one"
								   : "open it with a release that knows this version");
	return HANSARD_INVALID;
}

enum hansard_status commit_read(struct arena *arena, struct bytes stored, struct commit *ret_commit,
								struct hansard_error *error)
{
	if (stored.size > LIMIT_COMMIT_BYTES)
		return refuse(error, "too large");
	struct commit commit;
	struct cbor_reader reader;
	cbor_read_begin(&reader, stored);
	enum hansard_status status = read_version(&reader, error);
	if (status != HANSARD_OK)
		return status;
	if (!cbor_read_text(&reader, &commit.tenant) || !cbor_read_text(&reader, &commit.dialogue_id) ||
		!cbor_read_integer(&reader, &commit.rev) || !cbor_read_text(&reader, &commit.time) ||
		!cbor_read_text(&reader, &commit.actor) || !cbor_read_text(&reader, &commit.operation))
		return refuse(error, reader.fault);
	status = read_changes(&reader, arena, &commit, error);
	if (status != HANSARD_OK)
		return status;
	if (!cbor_read_skip(&reader, &commit.detail) || !cbor_read_integer(&reader, &commit.count) ||
		!read_digest(&reader, &commit.root) || !read_digest(&reader, &commit.previous) || !cbor_read_finish(&reader))
		return refuse(error, reader.fault);

	const char *fault = fault_of(&commit);
	if (fault != NULL)
		return refuse(error, fault);
	*ret_commit = commit;
	return HANSARD_OK;
}

bool commit_hash(struct hash_context *context, struct bytes stored, struct digest *ret_hash)
{
	const struct bytes pieces[] = {{.data = &commit_prefix, .size = 1}, stored};
	return hash_of(context, pieces, 2, ret_hash);
}
