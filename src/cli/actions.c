/*
 * The actions.
 */
#include "actions.h"

const struct commands_action actions_keys[] = {
	{.name = "show", .description = "Where the keys are, what they are, and whom heads are believed from; no secret."},
	{.name = "words",
	 .description =
		 "All keys as recovery words, to be written down: the older UMKs and the lines of both lists are among them, and of each UMK the KEKs "
		 "that it gives are named.",
	 .verbatim = true},
	{.name = "recover",
	 .description =
		 "Makes the key files again from recovery words, read from standard input. With --newer and --older as import.",
	 .options = "wrap-keys no-passphrase newer older"},
	{.name = "export",
	 .argument = "FILE",
	 .description = "All keys and the lines of both lists in one file behind a passphrase of its own."},
	{.name = "import",
	 .argument = "FILE",
	 .description =
		 "Brings in the keys of an export, and the lines that the lists here have not; keys that are there are never overwritten, and a file "
		 "behind no passphrase must be one that nobody else can read. FILE may be a pipe, too, or /dev/stdin. Older UMKs come to lie behind the newest that is there, to open with. "
		 "Which key is the newer one the file tells, where it holds both. Where a newer one comes to a machine that has the older one, --newer "
		 "puts it in front, and the older one stays to open and to sign with, as after a rotation there. Where keys from before come to a "
		 "machine that has newer ones, and nothing tells so, --older puts their UMKs behind those that are there, and of their signing keys "
		 "only receipts are believed. The new key files are behind the passphrase of those that are there; where these have none, behind that "
		 "of FILE, but for keys that only open: they are behind none then, too, which is said, and keys passphrase puts all behind one.",
	 .options = "wrap-keys no-passphrase newer older"},
	{.name = "passphrase",
	 .description =
		 "Puts every key file that is there behind a new passphrase, or with --no-passphrase behind none. Where they are behind one, that is "
		 "asked for first; with --password-fd it is the line before the new one. Killed in between, some are behind the one and some behind "
		 "the other: run it again with the same two; where the former one is refused then, all are behind the new one already; where some are behind none yet, give the new one for both; drafts of the keys may lie in the folder until then. Copies of the files from before open as they did.",
	 .options = "no-passphrase"},
	{.name = "trust",
	 .argument = "LINE",
	 .description =
		 "Believes heads of another's signing key: the line that keys show prints there.\n\nTwo who write to one store share its UMK, "
		 "and sign with keys of their own. The first hands over the words of umk alone (hansard keys words, without the line that begins "
		 "with signing); the other hands them to hansard keys recover, before anything has made keys there, and hansard init in "
		 "the store's folder makes his signing key. Then each trusts the other's line. The store of another user of the machine has to be named: -C, HANSARD_STORE. After a rotation of the UMK its new words go the same way, with --newer."},
	{.name = "rotate",
	 .description =
		 "Without options a new UMK, under which every dialogue is wrapped anew; the old one stays to open with, as up to fifteen do. In "
		 "this order:\n"
		 "1. hansard keys rotate\n"
		 "2. hansard keys words, or hansard keys export FILE: back the new key up\n"
		 "3. on your other machines: hansard keys import FILE --newer\n"
		 "4. for each other store with these keys: hansard -C DIR keys rotate --resume\n\n"
		 "With --signing a new signing key, in two steps, so that its line can reach everybody in between. In this order:\n"
		 "1. hansard keys rotate --signing: every dialogue of this store and tenant gets a commit signed by both keys, and so is whatever "
		 "is written from then on\n"
		 "2. hansard keys words, or hansard keys export FILE: back the new key up\n"
		 "3. on your other machines: hansard keys import FILE --newer; whoever reads with a list of his own needs the line that step 1 "
		 "prints: hansard keys trust LINE\n"
		 "4. for each other store with these keys: hansard -C DIR keys rotate --signing\n"
		 "5. once everybody has it: hansard keys rotate --signing --retire goes over all dialogues again and retires the old key, which is "
		 "believed of receipts alone from then on\n"
		 "6. hansard keys words, or hansard keys export FILE, once more: those from before would bring the old key back as one that signs\n\n"
		 "With --dialogue a new key for what is written to that dialogue from then on.\n\n"
		 "A rotation that was killed, or waits for --retire, goes on when it is run again, and makes no further key. With --signing "
		 "--resume heads that a retired key alone has signed are signed anew: look at them first where that key may have leaked. Once a "
		 "new epoch is configured, beside the older one, rotate wraps everything under that and makes no key.\n\n"
		 "Dialogues that are not as they were committed, or whose key is not at hand, are left as they are, each with its reason, and the "
		 "exit code is theirs: 13, else 12, else 3. hansard verify ID says what mends each; then run it again. Until then --retire leaves "
		 "the old signing key in use; with --resume, too, it retires it all the same, after one look at each: what could not be signed, or was "
		 "written meanwhile, is believed again once --signing --resume has signed it, and, of a dialogue that belongs to another store, once "
		 "hansard backup --restored --retired ID has.",
	 .options = "signing dialogue resume retire"},
	{.name = NULL},
};
