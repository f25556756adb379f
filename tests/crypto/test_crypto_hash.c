/*
 * SHA-256 against the examples of FIPS 180-4, tree hashes against the published ones of Certificate Transparency, and
 * the iterative tree against the recursive definition of RFC 6962.
 */
#include "hash.h"

#include "base64.h"
#include "tap.h"

static struct hash_context *context;

static void expect_digest(const struct digest *actual, const char *hex)
{
	struct digest wanted;
	expect(base64_hex_decode(text_of_string(hex), wanted.bytes, DIGEST_SIZE));
	expect(digest_equal(actual, &wanted));
}

static void begin(void)
{
	hash_destroy(context);
	context = hash_create();
	expect(context != NULL);
}

static void published_digests(void)
{
	static const struct {
		const char *text;
		const char *hex;
	} examples[] = {
		{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
		{"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
		 "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
	};
	begin();
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		const struct bytes piece = bytes_of_text(text_of_string(examples[i].text));
		struct digest digest;
		expect(hash_of(context, &piece, 1, &digest));
		expect_digest(&digest, examples[i].hex);
	}
}

static void million(void)
{
	static uint8_t block[1000];
	struct bytes pieces[1000];
	struct digest digest;
	begin();
	memset(block, 'a', sizeof(block));
	for (size_t i = 0; i < 1000; i++)
		pieces[i] = (struct bytes){.data = block, .size = sizeof(block)};
	expect(hash_of(context, pieces, 1000, &digest));
	expect_digest(&digest, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void pieces_are_joined(void)
{
	const struct bytes pieces[] = {bytes_of_text(TEXT("a")), {0}, bytes_of_text(TEXT("bc"))};
	struct digest digest;
	begin();
	expect(hash_of(context, pieces, 3, &digest));
	expect_digest(&digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/* RFC 6962 section 2.1, word for word. */
static void defined(const struct digest *leaves, size_t count, struct digest *ret_root)
{
	if (count == 1) {
		*ret_root = leaves[0];
		return;
	}
	size_t half = 1;
	while (half * 2 < count)
		half *= 2;
	struct digest left, right;
	defined(leaves, half, &left);
	defined(leaves + half, count - half, &right);
	const uint8_t prefix = 1;
	const struct bytes pieces[] = {{.data = &prefix, .size = 1}, digest_view(&left), digest_view(&right)};
	expect(hash_of(context, pieces, 3, ret_root));
}

static void iterative_is_recursive(void)
{
	enum { MOST = 300 };
	static struct digest leaves[MOST];
	begin();
	for (size_t i = 0; i < MOST; i++) {
		const struct bytes number = {.data = (const uint8_t *)&i, .size = sizeof(i)};
		expect(hash_leaf(context, number, &leaves[i]));
	}
	for (size_t count = 1; count <= MOST; count++) {
		struct digest root, wanted;
		defined(leaves, count, &wanted);
		expect(hash_root(context, leaves, count, &root));
		expect(digest_equal(&root, &wanted));
	}
}

static void destroy_takes_null(void)
{
	hash_destroy(NULL);
	hash_destroy(context);
	context = NULL;
}

static const struct tap_test tests[] = {
	{"SHA-256 gives the digests that FIPS 180-4 publishes", published_digests},
	{"SHA-256 of a million letters, in a thousand pieces, is the published one", million},
	{"pieces hash as their concatenation, empty ones included", pieces_are_joined},
	{"the iterative tree is the recursive definition for one to 300 leaves", iterative_is_recursive},
	{"destroying a context takes NULL and frees everything", destroy_takes_null},
};

TAP_MAIN(tests)
