/*
 * What becomes of keys that are brought: all small cases against what must hold of each, and the cases that people meet.
 */
#include "key_merge.h"

#include "tap.h"

static struct key_bundle brought, here;
static struct key_merge merge;
static struct hansard_error error;

static struct key_bundle_key key_of(enum key_file_kind kind, char letter)
{
	struct key_bundle_key key = {.kind = kind};
	memset(key.secret, letter, SECRET_SIZE);
	if (kind == KEY_FILE_SIGNING) {
		key.name[0] = letter;
		key.name_size = 1;
	}
	return key;
}

static struct sign_public public_of(char letter)
{
	const struct key_bundle_key key = key_of(KEY_FILE_SIGNING, letter);
	struct sign_public public = {.name_size = 0};
	expect_integer(key_bundle_public(&key, &public, &error), HANSARD_OK);
	return public;
}

/* Keys of a kind, a letter each, the newest first. */
static void add(struct key_bundle *bundle, enum key_file_kind kind, const char *letters)
{
	for (int i = 0; letters[i] != '\0'; i++) {
		struct key_bundle_key key = key_of(kind, letters[i]);
		key.older = i;
		expect_integer(key_bundle_add(bundle, &key, &error), HANSARD_OK);
	}
}

static void list(struct keyring_list *keys, const char *letters)
{
	for (int i = 0; letters[i] != '\0'; i++) {
		const struct sign_public public = public_of(letters[i]);
		expect_integer(keyring_list_add(keys, &public, &error), HANSARD_OK);
	}
}

static bool lists(const struct keyring_list *keys, const char *letters)
{
	bool same = keys->count == strlen(letters);
	for (size_t i = 0; same && i < keys->count; i++)
		same = keys->keys[i].name_size == 1 && keys->keys[i].name[0] == letters[i];
	return same;
}

static void begin(void)
{
	brought = (struct key_bundle){.count = 0};
	here = (struct key_bundle){.count = 0};
	error = (struct hansard_error){0};
}

static enum hansard_status plan(enum key_merge_order order)
{
	const struct key_merge_request request = {
		.brought = &brought, .here = &here, .order = order, .folder = TEXT("/keys")};
	return key_merge_plan(&request, &merge, &error);
}

/* One letter a key that is brought: There, Front, Behind, Public, Left. */
static bool fates(const char *letters)
{
	bool same = brought.count == strlen(letters);
	for (size_t i = 0; same && i < brought.count; i++)
		same = letters[i] == "TFBPL"[merge.fate[i]];
	return same;
}

static const char *const sequences[] = {"",   "a",  "b",   "c",   "ab",  "ba",  "ac",  "ca",
										"bc", "cb", "abc", "acb", "bac", "bca", "cab", "cba"};
enum { SEQUENCES = sizeof(sequences) / sizeof(sequences[0]) };

static void check_case(const char *ours, const char *theirs, enum key_merge_order order)
{
	begin();
	add(&here, KEY_FILE_UMK, ours);
	add(&brought, KEY_FILE_UMK, theirs);
	const bool newest_there = strchr(ours, theirs[0]) != NULL;
	const bool told = ours[0] == '\0' || newest_there;
	const bool knows = ours[0] != '\0' && strchr(theirs, ours[0]) != NULL;
	const bool denied = order == KEY_MERGE_OLDER && !newest_there && (ours[0] == '\0' || knows);
	const enum hansard_status wanted = (order == KEY_MERGE_TOLD && !told) || denied ? HANSARD_CONFLICT : HANSARD_OK;
	expect_integer(plan(order), wanted);
	if (wanted != HANSARD_OK) {
		expect_string(error.kind, knows ? "newer_keys" : order == KEY_MERGE_OLDER ? "no_newer_keys" : "keys_exist");
		expect(error.hint[0] != '\0');
		return;
	}
	for (size_t i = 0; theirs[i] != '\0'; i++) {
		const char *place = strchr(ours, theirs[i]);
		const bool front = i == 0 && !newest_there && order != KEY_MERGE_OLDER;
		expect_integer(merge.fate[i], place != NULL ? KEY_MERGE_THERE : front ? KEY_MERGE_FRONT : KEY_MERGE_BEHIND);
		if (place != NULL)
			expect_integer(merge.number[i], place - ours + merge.takes_over[KEY_FILE_UMK]);
	}
	expect(merge.takes_over[KEY_FILE_UMK] == (order == KEY_MERGE_NEWER && !told));
	expect(!merge.takes_over[KEY_FILE_SIGNING]);
}

static void all_small_cases(void)
{
	for (size_t ours = 0; ours < SEQUENCES; ours++)
		for (size_t theirs = 1; theirs < SEQUENCES; theirs++)
			for (enum key_merge_order order = KEY_MERGE_TOLD; order <= KEY_MERGE_OLDER; order++)
				check_case(sequences[ours], sequences[theirs], order);
}

/* After a rotation of both keys elsewhere: UMK b behind a, signing key s retired for r. */
static void rotated_elsewhere(void)
{
	add(&brought, KEY_FILE_UMK, "ab");
	add(&brought, KEY_FILE_SIGNING, "r");
	list(&brought.receipts, "s");
}

static void a_new_machine(void)
{
	begin();
	rotated_elsewhere();
	list(&brought.trusted, "x");
	expect_integer(plan(KEY_MERGE_TOLD), HANSARD_OK);
	expect(fates("FBF") && lists(&merge.receipts, "s") && lists(&merge.trusted, "x"));
	expect(!merge.takes_over[KEY_FILE_UMK] && !merge.takes_over[KEY_FILE_SIGNING]);
}

static void a_machine_that_is_behind(void)
{
	begin();
	rotated_elsewhere();
	add(&here, KEY_FILE_UMK, "b");
	add(&here, KEY_FILE_SIGNING, "s");
	expect_integer(plan(KEY_MERGE_TOLD), HANSARD_CONFLICT);
	expect_string(error.kind, "newer_keys");
	expect_integer(plan(KEY_MERGE_NEWER), HANSARD_OK);
	/* s still signs here, until it retires here, too. */
	expect(fates("FTF") && lists(&merge.receipts, "") && lists(&merge.retired_there, "s"));
	expect(merge.takes_over[KEY_FILE_UMK] && merge.takes_over[KEY_FILE_SIGNING]);
	begin();
	rotated_elsewhere();
	add(&here, KEY_FILE_UMK, "ab");
	add(&here, KEY_FILE_SIGNING, "s");
	expect_integer(plan(KEY_MERGE_TOLD), HANSARD_CONFLICT);
	expect_string(error.kind, "newer_keys");
}

/* What was exported before, where today's keys are: it opens, and nothing of it takes over, whatever is asked for. */
static void what_is_from_before(void)
{
	for (enum key_merge_order order = KEY_MERGE_TOLD; order <= KEY_MERGE_OLDER; order++) {
		begin();
		add(&here, KEY_FILE_UMK, "ab");
		add(&here, KEY_FILE_SIGNING, "r");
		list(&here.receipts, "s");
		add(&brought, KEY_FILE_UMK, "b");
		add(&brought, KEY_FILE_SIGNING, "s");
		if (order == KEY_MERGE_OLDER) {
			expect_integer(plan(order), HANSARD_OK);
			expect(fates("TP") && lists(&merge.receipts, ""));
			continue;
		}
		expect_integer(plan(order), HANSARD_CONFLICT);
		expect_string(error.kind, "retired_key");
	}
	begin();
	add(&here, KEY_FILE_UMK, "a");
	add(&here, KEY_FILE_SIGNING, "r");
	add(&brought, KEY_FILE_UMK, "b");
	add(&brought, KEY_FILE_SIGNING, "s");
	expect_integer(plan(KEY_MERGE_TOLD), HANSARD_CONFLICT);
	expect_string(error.kind, "keys_exist");
	expect_integer(plan(KEY_MERGE_OLDER), HANSARD_OK);
	expect(fates("BP") && lists(&merge.receipts, "s"));
	expect(!merge.takes_over[KEY_FILE_UMK] && !merge.takes_over[KEY_FILE_SIGNING]);
}

/* What a person says against what a file tells is refused: a successor would be locked out. */
static void older_against_what_is_told(void)
{
	begin();
	add(&here, KEY_FILE_SIGNING, "s");
	add(&brought, KEY_FILE_SIGNING, "rs");
	expect_integer(plan(KEY_MERGE_OLDER), HANSARD_CONFLICT);
	expect_string(error.kind, "newer_keys");
	begin();
	add(&here, KEY_FILE_SIGNING, "s");
	add(&brought, KEY_FILE_SIGNING, "r");
	list(&brought.receipts, "s");
	expect_integer(plan(KEY_MERGE_OLDER), HANSARD_CONFLICT);
	expect_string(error.kind, "newer_keys");
}

/* A signing key is not retired where none has taken over from it, nor one whose line a person trusts. */
static void older_signers_that_are_left(void)
{
	begin();
	add(&here, KEY_FILE_UMK, "a");
	add(&brought, KEY_FILE_UMK, "b");
	add(&brought, KEY_FILE_SIGNING, "s");
	expect_integer(plan(KEY_MERGE_OLDER), HANSARD_OK);
	expect(fates("BL") && lists(&merge.receipts, ""));
	begin();
	add(&here, KEY_FILE_SIGNING, "r");
	list(&here.trusted, "s");
	add(&brought, KEY_FILE_SIGNING, "s");
	expect_integer(plan(KEY_MERGE_OLDER), HANSARD_OK);
	expect(fates("L") && lists(&merge.receipts, ""));
	/* and counts for no room */
	begin();
	add(&here, KEY_FILE_SIGNING, "qr");
	add(&brought, KEY_FILE_SIGNING, "s");
	expect_integer(plan(KEY_MERGE_OLDER), HANSARD_OK);
	expect(fates("P") && lists(&merge.receipts, "s"));
}

/* An export from between the two steps of a rotation of the signing key. */
static void between_two_steps(void)
{
	begin();
	add(&brought, KEY_FILE_UMK, "a");
	add(&brought, KEY_FILE_SIGNING, "rs");
	expect_integer(plan(KEY_MERGE_TOLD), HANSARD_OK);
	expect(fates("FFB"));
	add(&here, KEY_FILE_UMK, "a");
	add(&here, KEY_FILE_SIGNING, "r");
	expect_integer(plan(KEY_MERGE_TOLD), HANSARD_OK);
	expect(fates("TTB"));
	list(&here.receipts, "s");
	expect_integer(plan(KEY_MERGE_TOLD), HANSARD_OK);
	expect(fates("TTP") && lists(&merge.receipts, ""));
	begin();
	add(&brought, KEY_FILE_SIGNING, "rs");
	add(&here, KEY_FILE_SIGNING, "s");
	expect_integer(plan(KEY_MERGE_NEWER), HANSARD_OK);
	expect(fates("FT"));
	begin();
	add(&brought, KEY_FILE_SIGNING, "rs");
	add(&here, KEY_FILE_SIGNING, "t");
	expect_integer(plan(KEY_MERGE_NEWER), HANSARD_INVALID);
	expect_string(error.kind, "too_many_keys");
}

static void lists_of_both(void)
{
	begin();
	add(&brought, KEY_FILE_UMK, "a");
	add(&here, KEY_FILE_UMK, "a");
	add(&here, KEY_FILE_SIGNING, "s");
	list(&here.trusted, "tu");
	list(&here.receipts, "q");
	list(&brought.receipts, "stqw");
	list(&brought.trusted, "suqwy");
	expect_integer(plan(KEY_MERGE_TOLD), HANSARD_OK);
	expect(lists(&merge.receipts, "w") &&
		   lists(&merge.trusted, "wy")); /* w stands in both, and is believed, as there */
	expect(lists(&merge.retired_there, "st") && lists(&merge.retired_here, "q"));
}

static void the_newest_is_missing(void)
{
	for (enum key_merge_order order = KEY_MERGE_TOLD; order <= KEY_MERGE_NEWER; order++) {
		begin();
		add(&here, KEY_FILE_UMK, "b");
		here.keys[0].older = 1;
		add(&brought, KEY_FILE_UMK, "ab");
		expect_integer(plan(order), HANSARD_OK);
		expect(fates("FT") && merge.number[1] == 1 && !merge.takes_over[KEY_FILE_UMK]);
	}
	/* What knows nothing of those that are there is asked about. */
	for (enum key_merge_order order = KEY_MERGE_TOLD; order <= KEY_MERGE_OLDER; order++) {
		begin();
		add(&here, KEY_FILE_UMK, "b");
		here.keys[0].older = 1;
		add(&brought, KEY_FILE_UMK, "x");
		expect_integer(plan(order), order == KEY_MERGE_NEWER ? HANSARD_OK : HANSARD_CONFLICT);
		if (order != KEY_MERGE_NEWER)
			expect_string(error.kind, order == KEY_MERGE_TOLD ? "keys_exist" : "no_newer_keys");
		expect(order == KEY_MERGE_NEWER ||
			   (strstr(error.hint, "--newer") != NULL && strstr(error.hint, "--older") == NULL));
	}
}

static void no_room(void)
{
	begin();
	add(&here, KEY_FILE_UMK, "abcdefghijklmno");
	add(&brought, KEY_FILE_UMK, "ayz");
	expect_integer(plan(KEY_MERGE_TOLD), HANSARD_INVALID);
	expect_string(error.kind, "too_many_keys");
	begin();
	add(&here, KEY_FILE_UMK, "abcdefghijklmnop");
	add(&brought, KEY_FILE_UMK, "ap");
	expect_integer(plan(KEY_MERGE_TOLD), HANSARD_OK);
	expect(fates("TT"));
}

static const struct tap_test tests[] = {
	{"in all small cases a key takes over where there is none or that is asked for, and no other is in front",
	 all_small_cases},
	{"a machine without keys has all of them afterwards, and believes whom the other believed", a_new_machine},
	{"a machine that is a rotation behind is told so, and takes over when that is asked for", a_machine_that_is_behind},
	{"keys from before take over from nothing: of a signing key only receipts are believed", what_is_from_before},
	{"keys are not taken for older ones against what a file tells", older_against_what_is_told},
	{"a signing key is retired by no word where none has taken over from it, or where it is trusted",
	 older_signers_that_are_left},
	{"both signing keys of a rotation that is under way are brought", between_two_steps},
	{"no line takes belief away or gives it back that was decided here, and each such line is told", lists_of_both},
	{"where the newest was lost its place is free, and nothing moves", the_newest_is_missing},
	{"keys for which there is no room are refused before anything is done", no_room},
};

TAP_MAIN(tests)
