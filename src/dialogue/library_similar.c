/*
 * Likeness of dialogues (library.h): each is a vector of its words, weighted by how often it uses a word and how few
 * others do; likeness is the cosine. Everything is in integers, so the answer is the same on every machine.
 */
#include "library.h"

#include "error.h"
#include "library_walk.h"
#include "limits.h"
#include "utf8.h"

enum {
	WORD_MIN = 3, /* bytes; shorter ones say nothing */
	WORD_MAX = 40,
	TIMES_MAX = 63,   /* a word counts at most so often */
	RARITY_UNIT = 16, /* rarities are in sixteenths of a binary digit */
	BUCKETS = 1 << 14,
	SHARED_MAX = 6,
	PERMILLE = 1000,
};

/* A word of any dialogue. */
struct word {
	struct word *next; /* in its bucket */
	struct text text;
	int64_t dialogues; /* that use it */
	size_t counting;   /* 1 + the dialogue now read, when `slot` is its place there */
	size_t slot;
};

/* A word in one dialogue. */
struct use {
	struct word *word;
	int64_t times;
};

struct vector {
	struct text id;
	struct text title;
	struct use *uses;
	size_t count, capacity;
};

struct corpus {
	struct arena *arena;
	struct word *buckets[BUCKETS];
	struct vector *vectors;
	size_t count, capacity;
	struct text last; /* the dialogue that is counted after all others */
};

/* Words of three bytes and more that every English text uses, in the order of strcmp. */
static const char *const common_words[] = {
	"about",  "after", "all",     "also",  "and",  "any",  "are",   "because", "been", "before", "but",   "can",
	"could",  "does",  "each",    "for",   "from", "had",  "has",   "have",    "her",  "his",    "how",   "into",
	"its",    "may",   "more",    "most",  "must", "not",  "only",  "other",   "our",  "out",    "over",  "shall",
	"should", "some",  "such",    "than",  "that", "the",  "their", "them",    "then", "there",  "these", "they",
	"this",   "those", "through", "under", "upon", "was",  "were",  "what",    "when", "where",  "which", "while",
	"who",    "whom",  "whose",   "why",   "will", "with", "would", "you",     "your"};
enum { COMMON_WORDS = sizeof(common_words) / sizeof(common_words[0]) };

static bool is_common(struct text word)
{
	size_t from = 0;
	size_t to = COMMON_WORDS;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		int order = text_compare(word, text_of_string(common_words[middle]));
		if (order == 0)
			return true;
		if (order < 0)
			to = middle;
		else
			from = middle + 1;
	}
	return false;
}

static size_t bucket_of(struct text text)
{
	uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
	for (size_t i = 0; i < text.size; i++)
		hash = (hash ^ (uint8_t)text.data[i]) * UINT64_C(1099511628211);
	return (size_t)(hash % BUCKETS);
}

static struct word *find_word(struct corpus *corpus, struct text text)
{
	struct word **bucket = &corpus->buckets[bucket_of(text)];
	for (struct word *word = *bucket; word != NULL; word = word->next) {
		if (text_equal(word->text, text))
			return word;
	}
	struct word *word = arena_allocate(corpus->arena, sizeof(*word));
	if (word == NULL || !arena_copy_text(corpus->arena, text, &word->text))
		return NULL;
	word->next = *bucket;
	*bucket = word;
	return word;
}

static bool count_word(struct corpus *corpus, struct text text)
{
	struct vector *vector = &corpus->vectors[corpus->count - 1];
	struct word *word = find_word(corpus, text);
	if (word == NULL)
		return false;
	if (word->counting == corpus->count) {
		struct use *use = &vector->uses[word->slot];
		use->times += use->times < TIMES_MAX;
		return true;
	}
	if (!arena_grow(corpus->arena, &vector->uses, vector->count, &vector->capacity, sizeof(*vector->uses)))
		return false;
	word->dialogues++;
	word->counting = corpus->count;
	word->slot = vector->count;
	vector->uses[vector->count++] = (struct use){.word = word, .times = 1};
	return true;
}

/* Letters and digits; beyond ASCII whatever is no punctuation or blank of the common blocks. */
static bool in_word(uint32_t c)
{
	if (c < 0x80)
		return isalnum((int)c) != 0;
	return c >= 0xc0 && !(c >= 0x2000 && c <= 0x2bff) && !(c >= 0x3000 && c <= 0x303f);
}

static bool count_text(struct corpus *corpus, struct text text)
{
	char word[WORD_MAX];
	size_t size = 0;
	size_t at = 0;
	size_t from = 0;
	uint32_t c = 0;
	bool more = text_present(text);
	while (more) {
		from = at;
		more = utf8_next(text, &at, &c);
		if (more && in_word(c)) {
			for (size_t i = from; i < at && size < WORD_MAX; i++)
				word[size++] = (char)tolower((unsigned char)text.data[i]);
			continue;
		}
		struct text found = {.data = word, .size = size};
		if (size >= WORD_MIN && !is_common(found) && !count_word(corpus, found))
			return false;
		size = 0;
	}
	return true;
}

static bool count_labels(struct corpus *corpus, const struct record *record)
{
	static const enum entity_type types[] = {ENTITY_PERSPECTIVE, ENTITY_RECOMMENDATION, ENTITY_TENSION, ENTITY_EVIDENCE,
											 ENTITY_CLAIM};
	for (size_t t = 0; t < sizeof(types) / sizeof(types[0]); t++) {
		for (size_t i = 0; i < record->lists[types[t]].count; i++) {
			struct record_statement statement;
			if (record_statement(record->lists[types[t]].items[i], &statement) && !count_text(corpus, statement.label))
				return false;
		}
	}
	return true;
}

static enum hansard_status read_words(void *context, const struct record *record, struct hansard_error *error)
{
	struct corpus *corpus = context;
	const struct entity_meta *meta = record_meta(record);
	if (meta == NULL || text_equal(record->dialogue_id, corpus->last))
		return HANSARD_OK;
	if (!arena_grow(corpus->arena, &corpus->vectors, corpus->count, &corpus->capacity, sizeof(*corpus->vectors)))
		return error_memory(error);
	struct vector *vector = &corpus->vectors[corpus->count++];
	*vector = (struct vector){0};
	struct text domain = text_present(meta->domain_id) || meta->pool == NULL ? meta->domain_id : meta->pool->domain;
	if (!arena_copy_text(corpus->arena, record->dialogue_id, &vector->id) ||
		!arena_copy_text(corpus->arena, meta->title, &vector->title) || !count_text(corpus, meta->title) ||
		!count_text(corpus, meta->question) || !count_text(corpus, domain) || !count_labels(corpus, record))
		return error_memory(error);
	return HANSARD_OK;
}

/* Binary logarithm of all / some, in sixteenths, rounded down. */
static int64_t logarithm(int64_t all, int64_t some)
{
	int64_t whole = 0;
	while (some * 2 <= all) {
		some *= 2;
		whole++;
	}
	/* all / some is in [1, 2): square it four times, each a bit of the fraction. In units of 2^-20. */
	int64_t ratio = (all << 20) / some;
	int64_t fraction = 0;
	for (int bit = 0; bit < 4; bit++) {
		ratio = (ratio * ratio) >> 20;
		fraction *= 2;
		if (ratio >= (int64_t)2 << 20) {
			ratio /= 2;
			fraction++;
		}
	}
	return whole * RARITY_UNIT + fraction;
}

static int64_t weight_of(const struct corpus *corpus, const struct use *use)
{
	return use->times * logarithm((int64_t)corpus->count + 1, use->word->dialogues);
}

static int64_t root(int64_t square)
{
	int64_t low = 0;
	int64_t high = (int64_t)1 << 31;
	while (low < high) {
		int64_t middle = (low + high + 1) / 2;
		if (middle * middle <= square)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}

static int64_t length_of(const struct corpus *corpus, const struct vector *vector)
{
	int64_t sum = 0;
	for (size_t i = 0; i < vector->count; i++)
		sum += weight_of(corpus, &vector->uses[i]) * weight_of(corpus, &vector->uses[i]);
	return root(sum);
}

/* The weightiest words both use, best first. */
struct shared {
	struct text words[SHARED_MAX];
	int64_t weights[SHARED_MAX];
	size_t count;
};

static void note_shared(struct shared *shared, struct text word, int64_t weight)
{
	size_t at = shared->count;
	while (at > 0 && (shared->weights[at - 1] < weight ||
					  (shared->weights[at - 1] == weight && text_compare(word, shared->words[at - 1]) < 0)))
		at--;
	if (at == SHARED_MAX)
		return;
	size_t last = shared->count < SHARED_MAX ? shared->count++ : SHARED_MAX - 1;
	for (size_t i = last; i > at; i--) {
		shared->words[i] = shared->words[i - 1];
		shared->weights[i] = shared->weights[i - 1];
	}
	shared->words[at] = word;
	shared->weights[at] = weight;
}

/* `slot` of the words still tells their places in the vector that was counted last: `own`. */
static int64_t product(const struct corpus *corpus, const struct vector *own, const struct vector *other,
					   struct shared *shared)
{
	int64_t sum = 0;
	for (size_t i = 0; i < other->count; i++) {
		const struct word *word = other->uses[i].word;
		if (word->counting != corpus->count)
			continue;
		int64_t weight = weight_of(corpus, &own->uses[word->slot]) * weight_of(corpus, &other->uses[i]);
		sum += weight;
		if (weight > 0)
			note_shared(shared, word->text, weight);
	}
	return sum;
}

static bool join_words(struct arena *arena, const struct shared *shared, struct text *ret_text)
{
	struct buffer list;
	buffer_init(&list, SHARED_MAX * (WORD_MAX + 2));
	bool good = true;
	for (size_t i = 0; good && i < shared->count; i++)
		good = buffer_append_string(&list, i == 0 ? "" : ", ") && buffer_append_text(&list, shared->words[i]);
	good = good && arena_copy_text(arena, buffer_text(&list), ret_text);
	buffer_finish(&list);
	return good;
}

static int compare_similar(const void *a, const void *b)
{
	const struct library_similar *x = a;
	const struct library_similar *y = b;
	if (x->permille != y->permille)
		return x->permille > y->permille ? -1 : 1;
	return text_compare(x->id, y->id);
}

/* Compares the vector counted last with all others. */
static bool compare_all(const struct corpus *corpus, struct arena *arena, struct library_similar *similar,
						size_t *ret_count)
{
	const struct vector *own = &corpus->vectors[corpus->count - 1];
	int64_t own_length = length_of(corpus, own);
	size_t count = 0;
	for (size_t i = 0; i + 1 < corpus->count; i++) {
		const struct vector *other = &corpus->vectors[i];
		struct shared shared = {.count = 0};
		int64_t sum = product(corpus, own, other, &shared);
		int64_t lengths = own_length * length_of(corpus, other);
		if (sum == 0 || lengths == 0)
			continue;
		int64_t permille = sum * PERMILLE / lengths;
		struct library_similar *entry = &similar[count++];
		entry->permille = permille < PERMILLE ? permille : PERMILLE;
		if (!arena_copy_text(arena, other->id, &entry->id) || !arena_copy_text(arena, other->title, &entry->title) ||
			!join_words(arena, &shared, &entry->shared))
			return false;
	}
	qsort(similar, count, sizeof(*similar), compare_similar);
	*ret_count = count;
	return true;
}

enum hansard_status library_similar(struct dialogue *dialogue, const struct library_similar_request *request,
									struct arena *arena, struct library_similar **ret_similar, size_t *ret_count,
									struct hansard_error *error)
{
	struct arena *scratch = arena_create(LIMIT_ARENA);
	struct corpus *corpus = scratch != NULL ? arena_allocate(scratch, sizeof(*corpus)) : NULL;
	enum hansard_status status = corpus == NULL ? error_memory(error) : HANSARD_OK;
	if (status == HANSARD_OK) {
		corpus->arena = scratch;
		corpus->last = dialogue->record.dialogue_id;
		const struct library_walk walk = {
			.vault = dialogue->vault, .visit = read_words, .context = corpus, .left = request->left};
		status = library_walk_all(&walk, error);
	}
	if (status == HANSARD_OK) {
		corpus->last = TEXT_ABSENT;
		status = read_words(corpus, &dialogue->record, error);
	}
	size_t count = 0;
	struct library_similar *similar = NULL;
	if (status == HANSARD_OK) {
		similar = arena_allocate_array(arena, corpus->count, sizeof(*similar));
		if (similar == NULL || (corpus->count > 0 && !compare_all(corpus, arena, similar, &count)))
			status = error_memory(error);
	}
	arena_destroy(scratch);
	if (status != HANSARD_OK)
		return status;
	*ret_similar = similar;
	*ret_count = count < request->limit ? count : request->limit;
	return HANSARD_OK;
}
