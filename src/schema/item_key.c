/*
 * Keys of stored items: the grammar of each type, and subkeys written and taken apart. A subkey is read from the front
 * by a cursor; a reader that fails leaves it anywhere.
 */
#include "item_key.h"

#include "display_id.h"
#include "limits.h"
#include "moment.h"
#include "slug.h"

struct cursor {
	struct text rest;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The next `size` bytes. */
static bool take(struct cursor *cursor, size_t size, struct text *ret_taken)
{
	if (cursor->rest.size < size)
		return false;
	*ret_taken = (struct text){.data = cursor->rest.data, .size = size};
	cursor->rest = (struct text){.data = cursor->rest.data + size, .size = cursor->rest.size - size};
	return true;
}

static bool take_char(struct cursor *cursor, char c)
{
	struct text taken;
	return take(cursor, 1, &taken) && taken.data[0] == c;
}

/* What stands before the next '#', which is taken too. */
static bool take_until_hash(struct cursor *cursor, struct text *ret_taken)
{
	size_t size = 0;
	while (size < cursor->rest.size && cursor->rest.data[size] != '#')
		size++;
	return take(cursor, size, ret_taken) && take_char(cursor, '#');
}

/* Exactly `size` digits. */
static bool take_digits(struct cursor *cursor, size_t size, int *ret_number)
{
	struct text taken;
	if (!take(cursor, size, &taken))
		return false;
	int number = 0;
	for (size_t i = 0; i < size; i++) {
		if (!is_digit(taken.data[i]))
			return false;
		number = number * 10 + (taken.data[i] - '0');
	}
	*ret_number = number;
	return true;
}

/* A sequence number is all that is left: two digits, or three or four without leading zeros. */
static bool take_seq(struct cursor *cursor, int *ret_seq)
{
	const struct text rest = cursor->rest;
	if (rest.size < 2 || rest.size > 4 || (rest.size > 2 && rest.data[0] == '0'))
		return false;
	return take_digits(cursor, rest.size, ret_seq);
}

static bool at_end(const struct cursor *cursor)
{
	return cursor->rest.size == 0;
}

static bool is_type(struct text type, enum entity_type wanted)
{
	return text_is(type, entity_shape(wanted)->name);
}

/* In its one spelling: no blanks, a capital. */
static bool is_display_id(struct text text)
{
	struct display_id id;
	char written[DISPLAY_ID_SIZE];
	return display_id_parse(text, &id) && text_equal(display_id_format(id, written), text);
}

bool item_key_read_round(struct text subkey, int *ret_round)
{
	struct cursor cursor = {subkey};
	int round;
	if (!take_digits(&cursor, 2, &round) || !at_end(&cursor))
		return false;
	*ret_round = round;
	return true;
}

bool item_key_read_move(struct text subkey, struct item_key_move *ret_move)
{
	struct cursor cursor = {subkey};
	struct item_key_move move;
	if (!take_digits(&cursor, 2, &move.round) || !take_char(&cursor, '#') || !take_until_hash(&cursor, &move.expert) ||
		!slug_valid(move.expert, LIMIT_SLUG) || !take_seq(&cursor, &move.seq))
		return false;
	*ret_move = move;
	return true;
}

bool item_key_read_ref(struct text subkey, struct item_key_ref *ret_ref)
{
	struct cursor cursor = {subkey};
	struct item_key_ref ref;
	struct text word;
	unsigned type;
	if (!take_until_hash(&cursor, &ref.source) || !take_until_hash(&cursor, &word))
		return false;
	ref.target = cursor.rest;
	if (!is_display_id(ref.source) || !is_display_id(ref.target) || !vocabulary_find(&vocabulary_ref_type, word, &type))
		return false;
	ref.type = (enum ref_type)type;
	*ret_ref = ref;
	return true;
}

/* A display id, a round of two digits, or meta. */
static bool is_event_target(struct text target)
{
	int round;
	return is_type(target, ENTITY_META) || item_key_read_round(target, &round) || is_display_id(target);
}

bool item_key_read_event(struct text subkey, struct item_key_event *ret_event)
{
	struct cursor cursor = {subkey};
	struct item_key_event event;
	unsigned type;
	if (!take_until_hash(&cursor, &event.type) || !vocabulary_find(&vocabulary_event_type, event.type, &type) ||
		!take_until_hash(&cursor, &event.target) || !is_event_target(event.target) ||
		!take_until_hash(&cursor, &event.time) || !moment_compact_digits(event.time) ||
		!take_digits(&cursor, 4, &event.n) || !at_end(&cursor))
		return false;
	*ret_event = event;
	return true;
}

bool item_key_event_dated(struct text subkey)
{
	struct item_key_event event;
	return item_key_read_event(subkey, &event) && moment_compact_valid(event.time);
}

static bool is_statement_subkey(struct text subkey)
{
	struct cursor cursor = {subkey};
	int round, seq;
	return take_digits(&cursor, 2, &round) && take_char(&cursor, '#') && take_seq(&cursor, &seq);
}

static bool is_digits(struct text subkey, size_t size, int min)
{
	struct cursor cursor = {subkey};
	int number;
	return take_digits(&cursor, size, &number) && at_end(&cursor) && number >= min;
}

static bool valid_entity(enum entity_type type, struct text subkey)
{
	int round;
	struct item_key_move move;
	struct item_key_ref ref;
	struct item_key_event event;
	switch (type) {
	case ENTITY_META:
		return subkey.size == 0;
	case ENTITY_EXPERT:
	case ENTITY_VERDICT:
		return slug_valid(subkey, LIMIT_SLUG);
	case ENTITY_ROUND:
		return item_key_read_round(subkey, &round);
	case ENTITY_PERSPECTIVE:
	case ENTITY_TENSION:
	case ENTITY_RECOMMENDATION:
	case ENTITY_EVIDENCE:
	case ENTITY_CLAIM:
		return is_statement_subkey(subkey);
	case ENTITY_MOVE:
		return item_key_read_move(subkey, &move);
	case ENTITY_REF:
		return item_key_read_ref(subkey, &ref);
	case ENTITY_EVENT:
		return item_key_read_event(subkey, &event);
	case ENTITY_FILE:
		return is_digits(subkey, 5, 0);
	case ENTITY_TYPE_COUNT:
		break;
	}
	return false;
}

bool item_key_leaf(struct item_key key)
{
	enum entity_type type;
	if (entity_type_find(key.type, &type))
		return valid_entity(type, key.subkey);
	return text_is(key.type, "dek") && is_digits(key.subkey, 4, 1);
}

bool item_key_valid(struct item_key key)
{
	struct item_key owner;
	int n;
	return item_key_leaf(key) || item_key_owner(key, &owner, &n);
}

/* '/' stands before every letter, so that types compare as they do in an address, where '/' follows them. */
int item_key_compare(struct item_key a, struct item_key b)
{
	const int types = bytes_compare(bytes_of_text(a.type), bytes_of_text(b.type));
	return types != 0 ? types : bytes_compare(bytes_of_text(a.subkey), bytes_of_text(b.subkey));
}

static int compare_to_item(const void *key, const void *item)
{
	return item_key_compare(*(const struct item_key *)key, *(const struct item_key *)item);
}

const void *item_key_find(struct item_key key, const void *items, size_t count, size_t size)
{
	return count == 0 ? NULL : bsearch(&key, items, count, size, compare_to_item);
}

bool item_key_address(struct text dialogue_id, struct item_key key, struct buffer *out)
{
	if (!slug_valid(dialogue_id, LIMIT_DIALOGUE_ID) || !item_key_valid(key))
		return false;
	const size_t size = out->size;
	if (buffer_append_string(out, "dialogue:") && buffer_append_text(out, dialogue_id) &&
		buffer_append_string(out, "/entity:") && buffer_append_text(out, key.type) && buffer_append_byte(out, '/') &&
		buffer_append_text(out, key.subkey))
		return true;
	out->size = size;
	return false;
}

/* printf takes no NULL, which is how an empty subkey may come. */
static const char *characters(struct text text)
{
	return text.data != NULL ? text.data : "";
}

bool item_key_part(struct arena *arena, struct item_key owner, int n, struct item_key *ret_key)
{
	struct text subkey;
	if (!arena_format(arena, &subkey, "%.*s#%.*s#%04d", (int)owner.type.size, characters(owner.type),
					  (int)owner.subkey.size, characters(owner.subkey), n))
		return false;
	*ret_key = (struct item_key){.type = TEXT("part"), .subkey = subkey};
	return true;
}

/* `{type}#{subkey}#{n:04d}`, read from both ends: the owner's subkey may hold '#'. */
bool item_key_owner(struct item_key part, struct item_key *ret_owner, int *ret_n)
{
	enum { TAIL = 5 };
	struct cursor cursor = {part.subkey};
	struct item_key owner;
	int n;
	if (!text_is(part.type, "part") || !take_until_hash(&cursor, &owner.type) || cursor.rest.size < TAIL ||
		!take(&cursor, cursor.rest.size - TAIL, &owner.subkey) || !take_char(&cursor, '#') ||
		!take_digits(&cursor, TAIL - 1, &n) || n < 1 || text_is(owner.type, "dek") || !item_key_leaf(owner))
		return false;
	*ret_owner = owner;
	*ret_n = n;
	return true;
}

bool item_key_round_subkey(struct arena *arena, int round, struct text *ret_subkey)
{
	return arena_format(arena, ret_subkey, "%02d", round);
}

bool item_key_move_subkey(struct arena *arena, struct item_key_move move, struct text *ret_subkey)
{
	return arena_format(arena, ret_subkey, "%02d#%.*s#%02d", move.round, (int)move.expert.size, characters(move.expert),
						move.seq);
}

bool item_key_ref_subkey(struct arena *arena, struct item_key_ref ref, struct text *ret_subkey)
{
	const struct text word = vocabulary_word(&vocabulary_ref_type, ref.type);
	return arena_format(arena, ret_subkey, "%.*s#%.*s#%.*s", (int)ref.source.size, characters(ref.source),
						(int)word.size, characters(word), (int)ref.target.size, characters(ref.target));
}

bool item_key_event_subkey(struct arena *arena, struct item_key_event event, struct text *ret_subkey)
{
	return arena_format(arena, ret_subkey, "%.*s#%.*s#%.*s#%04d", (int)event.type.size, characters(event.type),
						(int)event.target.size, characters(event.target), (int)event.time.size, characters(event.time),
						event.n);
}

bool item_key_file_subkey(struct arena *arena, int n, struct text *ret_subkey)
{
	return arena_format(arena, ret_subkey, "%05d", n);
}
