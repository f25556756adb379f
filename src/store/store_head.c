/*
 * The signed lines of a head:
 *
 *     hansard head v1 LF {tenant}/{dialogue_id} LF {rev} LF {base64(hash)} LF ...
 */
#include "store_head.h"

#include "base64.h"
#include "limits.h"

enum { REV_DIGITS = 10 };

/* Takes a line off the rest. False when none ends in it. */
static bool take_line(struct text *rest, struct text *ret_line)
{
	const size_t at = text_find(*rest, TEXT("\n"), 0);
	if (at == SIZE_MAX)
		return false;
	*ret_line = text_slice(*rest, 0, at);
	*rest = text_slice(*rest, at + 1, rest->size);
	return true;
}

/* A number without leading zeros, 1 to LIMIT_REV. */
static bool read_rev(struct text line, int64_t *ret_rev)
{
	int64_t rev = 0;
	if (line.size == 0 || line.size > REV_DIGITS || line.data[0] == '0')
		return false;
	for (size_t i = 0; i < line.size; i++) {
		if (line.data[i] < '0' || line.data[i] > '9')
			return false;
		rev = rev * 10 + (line.data[i] - '0');
	}
	*ret_rev = rev;
	return rev <= LIMIT_REV;
}

static bool read_hash(struct text line, struct digest *ret_hash)
{
	/* Lies on the stack: its capacity is its ceiling, so it never grows. */
	struct buffer decoded = {.data = ret_hash->bytes, .capacity = DIGEST_SIZE, .ceiling = DIGEST_SIZE};
	return base64_decode(line, &decoded) && decoded.size == DIGEST_SIZE;
}

bool store_head_read(struct bytes note, struct store_head *ret_head)
{
	struct text rest = text_of_bytes(note);
	struct text version;
	struct text place;
	struct text rev;
	struct text hash;
	struct store_head head;
	if (!take_line(&rest, &version) || !take_line(&rest, &place) || !take_line(&rest, &rev) || !take_line(&rest, &hash))
		return false;
	if (!text_is(version, "hansard head v1") || !read_rev(rev, &head.rev) || !read_hash(hash, &head.hash))
		return false;
	*ret_head = head;
	return true;
}
