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

static void published_trees(void)
{
	static const char *const inputs[] = {
		"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
	static const char *const roots[] = {
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	};
	struct digest leaves[8];
	begin();
	for (size_t i = 0; i < 8; i++) {
		uint8_t data[16];
		const size_t size = strlen(inputs[i]) / 2;
		expect(base64_hex_decode(text_of_string(inputs[i]), data, size));
		expect(hash_leaf(context, (struct bytes){.data = data, .size = size}, &leaves[i]));
	}
	for (size_t count = 0; count <= 8; count++) {
		struct digest root;
		expect(hash_root(context, leaves, count, &root));
		expect_digest(&root, roots[count]);
	}
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
	{"tree hashes of none to eight leaves are the published ones", published_trees},
	{"the iterative tree is the recursive definition for one to 300 leaves", iterative_is_recursive},
	{"destroying a context takes NULL and frees everything", destroy_takes_null},
};

TAP_MAIN(tests)
