/*
 * The table.
 */
#include "commands.h"

#include "actions.h"
#include "help.h"
#include "verbs.h"
#include "words.h"

#define DRY_RUN                                                                                                        \
	{                                                                                                                  \
		.name = "dry-run", .letter = 'n', .what = "check and report; write nothing"                                    \
	}

#define WRAP_KEYS                                                                                                      \
	{                                                                                                                  \
		.name = "wrap-keys", .what = "put the keys that are made behind a passphrase, which is asked for twice"        \
	}

#define PUBLIC_KEY                                                                                                     \
	{                                                                                                                  \
		.name = "public-key", .value = "KEY",                                                                          \
		.what = "believe this key alone: a line of hansard keys show, or a file of such lines"                         \
	}

static const struct commands_option global[] = {
	{.name = "store",
	 .letter = 'C',
	 .value = "DIR",
	 .what =
		 "the store's folder, or the one it is in, whoever it belongs to; without it one is found here or in a parent folder"},
	{.name = "json", .what = "answer as JSON; errors too, as one object on standard error"},
	{.name = "actor", .value = "NAME", .what = "who commits; otherwise the configured principal or the user's name"},
	{.name = "set",
	 .value = "KEY=VALUE",
	 .repeated = true,
	 .what =
		 "a setting, above environment and configuration; doctor lists them, and init writes it into the new store's file"},
	{.name = "width", .value = "COLUMNS", .what = "columns of text"},
	{.name = "read-only", .what = "open a store from elsewhere: nothing is written but the log of uses of your keys"},
	{.name = "password-command",
	 .value = "CMD",
	 .what = "the passphrase of the keys is the first line that CMD writes"},
	{.name = "password-fd", .value = "N", .what = "each passphrase is the next line read from descriptor N"},
	{.name = "help", .letter = 'h', .what = "help on this command"},
	{.name = "version", .what = "print the version"},
	{.name = NULL},
};

#define LOOK                                                                                                           \
	{                                                                                                                  \
		.name = "restored",                                                                                            \
		.what = "as backup --restored would take it: whatever was seen of it here, signed by a retired key, too"       \
	}

static const struct commands_row table[] = {
	{.name = "init",
	 .arguments = "[DIR]",
	 .most = 1,
	 .run = verbs_init,
	 .whole = true,
	 .summary = "make a store",
	 .description =
		 "Makes DIR/.hansard with a configuration and an empty database; without DIR where -C or HANSARD_STORE names the store, otherwise in the working directory. Commands "
		 "find it from any folder below, like a git repository, where it belongs to you or to root and nobody else can write to it; any other has to be "
		 "named: -C, HANSARD_STORE. A store that is there already is left alone. Where it fails or is stopped it goes on when it is run again.\n\nWhere there are no keys "
		 "yet, it makes them, in $XDG_CONFIG_HOME/hansard/keys. Back them up: without them nobody can read the store. A `umk` beside which no key signs "
		 "gets a signing key, also where the store is there already; of another half it says how the rest is brought or made.",
	 .options = {WRAP_KEYS},
	 .examples = {"hansard init", "hansard init ~/decisions"}},
	{.name = "import",
	 .arguments = "PATH",
	 .least = 1,
	 .most = 1,
	 .run = verbs_import,
	 .summary = "read recorded dialogues",
	 .description =
		 "Reads a dialogue's folder, a folder of such folders and documents, one recorded document "
		 "(*.dialogue.recorded.md), or a JSON export (*.json).\n\nNothing that was read is lost: every file is kept byte for byte, "
		 "what was recognised becomes the record, and what was not understood or contradicts something is in the report with file "
		 "and line. Importing the same again changes nothing. A file that changed is a conflict unless --replace is given: then the answer names it, and its former text "
		 "stays a file of the dialogue, which ends in .replaced and is not read.\n\nAn import of several commits that "
		 "was killed, or that a full disk ended, leaves its first ones, and the dialogue is imported in part: show, list, verify and doctor say so. "
		 "Import the same again: it goes on from there. The next import that reaches its end ends this, also one of fewer files.\n\nNo command takes an "
		 "imported dialogue away: --dry-run shows first what an import would do. How recordings are written: docs/recordings.md.",
	 .options = {DRY_RUN,
				 {.name = "as", .value = "ID", .what = "dialogue id instead of the one made from the name"},
				 {.name = "replace", .what = "take files that changed, and keep their former texts"}},
	 .examples = {"hansard import 2026-05-04T0900Z-tool-library", "hansard import --dry-run recordings/"}},
	{.name = "list",
	 .arguments = "",
	 .run = verbs_list,
	 .summary = "list the dialogues, newest first, those without a date last",
	 .description =
		 "Lists every dialogue with status, rounds, ALIGNMENT and title. The list comes from the store's index and says as of when. "
		 "A dialogue that cannot be answered for, because it was changed or its key is not at hand, is left out and named, and the exit "
		 "code says so; so is one that was seen here and is gone. Erased ones are counted where all that is there is listed. IMPORTED IN PART is one whose "
		 "import did not reach its end, as long as nothing was written to it since; verify tells it also then.",
	 .options =
		 {{.name = "status", .value = "STATUS", .choices = "open converging converged abandoned", .what = "only these"},
		  {.name = "similar", .value = "DIALOGUE", .what = "those most like this one instead, best first"},
		  {.name = "limit", .letter = 'l', .value = "N", .what = "at most so many"},
		  {.name = "ids", .what = "only the ids, one a line"}},
	 .examples = {"hansard list", "hansard list --status converged --limit 10"}},
	{.name = "show",
	 .arguments = "DIALOGUE [ID]...",
	 .least = 1,
	 .most = COMMANDS_ARGUMENTS,
	 .run = verbs_show,
	 .summary = "read a dialogue, or single entries of it",
	 .description =
		 "Shows the verdict first, then question, panel, scores, tensions and dissent. With ids of statements (P0102 T0103), experts (muffin) or verdicts (final) it shows these, "
		 "with their references and history.\n\nA dialogue is named by its id or any unique prefix.",
	 .options = {{.name = "problems",
				  .what = "the import report again: what was not understood or contradicts something"},
				 {.name = "progress",
				  .what = "where it stands: claims, signals, scores so far, and what blocks a final verdict"},
				 {.name = "events", .what = "every change of status in order"},
				 {.name = "moves", .what = "every move by round, and who signalled convergence"},
				 {.name = "references", .what = "every reference by round"},
				 LOOK},
	 .examples = {"hansard show rfc-0058", "hansard show rfc-0058 P0102 T0103"}},
	{.name = "scoreboard",
	 .arguments = "DIALOGUE",
	 .least = 1,
	 .most = 1,
	 .run = verbs_scoreboard,
	 .summary = "scores by round and by expert",
	 .description =
		 "Shows W, C, T, R and score of each round and of all rounds up to it, velocity and convergence as the Judge said, and beside them "
		 "what the record gives where it differs; then the experts by total. With --json the sums stand in each round as so_far.",
	 .examples = {"hansard scoreboard rfc-0058"}},
	{.name = "tensions",
	 .arguments = "[DIALOGUE]",
	 .most = 1,
	 .run = verbs_tensions,
	 .summary = "tensions and how they were settled",
	 .description =
		 "Lists the tensions of a dialogue with who raised them, their status and their resolution. Without a dialogue: the open "
		 "tensions of all dialogues, from the store's index; those that cannot be answered for are left out and named, and the exit code "
		 "says so.",
	 .options = {{.name = "open", .what = "only those that are open"},
				 {.name = "all", .letter = 'a', .what = "merged ones too"}},
	 .examples = {"hansard tensions rfc-0058", "hansard tensions --open"}},
	{.name = "log",
	 .arguments = "DIALOGUE",
	 .least = 1,
	 .most = 1,
	 .run = verbs_log,
	 .summary = "the commits of a dialogue, newest first",
	 .description =
		 "Shows the chain of commits: when, by whom, what was done, and the hash that the next one names; below a restore, which "
		 "commits it declared lost. Of a dialogue that a restore brought back though its erasure was seen here it says that first.",
	 .options = {LOOK},
	 .examples = {"hansard log rfc-0058", "hansard log rfc-0058 --restored"}},
	{.name = "stats",
	 .arguments = "",
	 .run = verbs_stats,
	 .summary = "numbers over all dialogues",
	 .description =
		 "Opens and verifies every dialogue and adds up what they hold. Those that cannot be answered for are left out "
		 "and named, and the exit code says so. With --cost: what reading each dialogue consumes in DynamoDB. Every answer with --json of a store "
		 "there ends with the capacity that its command consumed.",
	 .options = {{.name = "cost", .what = "instead, the read units that each dialogue takes in DynamoDB"}},
	 .examples = {"hansard stats --json"}},
	{.name = "render",
	 .arguments = "DIALOGUE",
	 .least = 1,
	 .most = 1,
	 .verbatim = true,
	 .run = verbs_render,
	 .summary = "print the recorded document as markdown",
	 .description =
		 "Prints the whole dialogue as one markdown document: panel, scoreboard, verdict, tensions with their resolutions, insights, "
		 "what was said. At its end stands the record as JSON, without the kept files: importing the document reads that, and says "
		 "where the text above was changed.",
	 .examples = {"hansard render rfc-0058 > rfc-0058.dialogue.recorded.md"}},
	{.name = "export",
	 .arguments = "DIALOGUE",
	 .least = 1,
	 .most = 1,
	 .verbatim = true,
	 .run = verbs_export,
	 .whole = true,
	 .summary = "export a dialogue without loss",
	 .description =
		 "Prints everything as JSON, files included; hansard import reads it back to the same dialogue. With --files it writes the kept "
		 "files to a folder instead, byte for byte; nothing is ever overwritten.",
	 .options = {{.name = "files", .value = "DIR", .what = "write the kept files below DIR instead"}},
	 .examples = {"hansard export rfc-0058 > rfc-0058.json", "hansard export rfc-0058 --files copy/"}},
	{.name = "create",
	 .arguments = "[TITLE]",
	 .most = 1,
	 .run = verbs_create,
	 .summary = "begin a dialogue",
	 .description =
		 "Creates a dialogue and prints its id: the slug of the title, with a number behind it when that is taken, or the one given with "
		 "--id. Question, background and pool come from a JSON object (docs/batch.md).",
	 .options = {{.name = "id", .value = "ID", .what = "the id; taken is then an error"},
				 {.name = "file",
				  .letter = 'f',
				  .value = "FILE",
				  .what = "a JSON object with question, background, pool; - is standard input"}},
	 .examples = {"hansard create \"Where shall the archive live?\" --id archive",
				  "hansard create --file dialogue.json"}},
	{.name = "panel",
	 .arguments = "DIALOGUE",
	 .least = 1,
	 .most = 1,
	 .run = verbs_panel,
	 .summary = "draw the next round's panel from the pool",
	 .description =
		 "Draws a panel by tier and relevance and prints it with the seed, so that the draw can be repeated. Of up to 2 seats all are core; "
		 "of up to 5 a third core, at least one, and one wildcard, of more a third core and a quarter wildcard; the rest is adjacent. Within a tier it is "
		 "drawn by relevance; seats of a tier that has too few go to whoever is left, by relevance. Writes nothing: the Judge registers the "
		 "panel with the round.",
	 .options = {{.name = "size", .value = "N", .what = "seats; otherwise the smaller of 12 and the pool"},
				 {.name = "rotation",
				  .value = "MODE",
				  .choices = "graduated none wildcards full",
				  .what = "who is drawn anew"},
				 {.name = "seed", .value = "N", .what = "repeat the draw of this seed"},
				 {.name = "keep", .value = "NAME", .repeated = true, .what = "an expert or role that must sit"},
				 {.name = "exclude", .value = "NAME", .repeated = true, .what = "an expert or role that must not"}},
	 .examples = {"hansard panel archive --size 6", "hansard panel archive --seed 7 --keep muffin"}},
	{.name = "context",
	 .arguments = "DIALOGUE",
	 .least = 1,
	 .most = 1,
	 .run = verbs_context,
	 .summary = "everything the Judge needs to go on",
	 .description =
		 "Rebuilds from the store what is needed after an interruption: question, panel, open tensions, the last round's statements, the "
		 "next ids, and what blocks a final verdict.",
	 .examples = {"hansard context archive --json"}},
	{.name = "register",
	 .arguments = "DIALOGUE [FILE]",
	 .least = 1,
	 .most = 2,
	 .run = verbs_register,
	 .summary = "register a round, all or nothing",
	 .description =
		 "Reads one round as a JSON object (docs/batch.md) from FILE or standard input. Everything is checked first and every problem is "
		 "reported, each with its place, the rule and what would be valid. Registering the same round again changes nothing.",
	 .options = {DRY_RUN},
	 .examples = {"hansard register archive round-0.json", "judge | hansard register archive -"}},
	{.name = "update",
	 .arguments = "DIALOGUE [FILE]",
	 .least = 1,
	 .most = 2,
	 .run = verbs_update,
	 .summary = "register or edit single entries, change a status",
	 .description =
		 "Reads a JSON object with statements, references, moves, scores, changes of status or edits of what is there (docs/batch.md) from "
		 "FILE or standard input.",
	 .options = {DRY_RUN},
	 .examples = {"hansard update archive resolve.json"}},
	{.name = "verdict",
	 .arguments = "DIALOGUE [FILE]",
	 .least = 1,
	 .most = 2,
	 .run = verbs_verdict,
	 .summary = "register a verdict",
	 .description =
		 "Reads a verdict as a JSON object (docs/batch.md) from FILE or standard input. A final verdict needs no open tension, no new "
		 "perspective and a convergence signal of everyone on the latest panel, all computed from the record.",
	 .options = {DRY_RUN},
	 .examples = {"hansard verdict archive verdict.json"}},
	{.name = "abandon",
	 .arguments = "DIALOGUE REASON",
	 .least = 2,
	 .most = 2,
	 .run = verbs_abandon,
	 .summary = "end a dialogue without a verdict",
	 .description = "Marks a dialogue as abandoned, for a reason that stays in the record.",
	 .examples = {"hansard abandon archive \"overtaken by events\""}},
	{.name = "verify",
	 .arguments = "[DIALOGUE]",
	 .most = 1,
	 .run = verbs_verify,
	 .summary = "prove that nothing was changed",
	 .description =
		 "Replays the whole history of a dialogue, or of all, and names what is not as it was committed, what was put back to an older "
		 "state than was seen here, and dialogues that were seen here and are gone. It goes on over all of them: what is BROKEN makes the "
		 "exit code 13; what is UNPROVED, because the key that it is sealed under or its mark cannot be had, 12 or 3. Of an erased dialogue it "
		 "says since when it is, and of one that a restore brought back that its erasure was seen here; what was declared lost is listed, "
		 "and so is, once, what somebody's restore declared lost of what had been seen here: neither is a fault. Nor is a dialogue that is "
		 "imported in part, because an import into it did not reach its end: that is said.\n\nA head that "
		 "nobody has signed who is believed here is BROKEN, and its signers are named: it may be a colleague's whose line is missing "
		 "(hansard keys trust), or somebody's who put his own in the place of yours. Ask, and not the store.\n\nWith --public-key no key of yours is read: an "
		 "auditor can prove all but tags and boxes. Without it a missing umk makes the exit code 12, once all else was checked. With --receipt "
		 "it says how a receipt stands: fine, replaced, declared lost, rolled back, or not signed by whom is trusted; of the certificate of an erasure, when that was. A file that is no "
		 "receipt is bad input: exit code 3.\n\nWhat is good and not proved is said: that what is sealed can be opened, where that was not "
		 "tried; and, of dialogues of which nothing was seen here before, that they are not an older state, as the whole store may be: only a "
		 "receipt that was kept tells (hansard receipt). So is a copy, which belongs to another store: nothing is written to it until hansard "
		 "backup --restored takes it over. Bytes of the database's file that hold nothing, as free pages do, are not covered: nobody reads "
		 "them, and a change there is not found and changes nothing.",
	 .options = {PUBLIC_KEY,
				 {.name = "receipt", .value = "FILE", .what = "a receipt that was kept; - is standard input"}},
	 .examples = {"hansard verify", "hansard verify rfc-0058", "hansard verify --receipt rfc-0058.receipt"}},
	{.name = "receipt",
	 .arguments = "DIALOGUE",
	 .least = 1,
	 .most = 1,
	 .verbatim = true,
	 .run = verbs_receipt,
	 .summary = "print the signed head of a dialogue",
	 .description =
		 "Prints the head as it was read back: a few lines that name the dialogue, its newest commit and who signed. Keep it in git, print "
		 "it, or mail it: hansard verify --receipt tells later whether the history still goes through it. That of an erased dialogue is the "
		 "certificate of its erasure.",
	 .examples = {"hansard receipt rfc-0058 > rfc-0058.receipt"}},
	{.name = "leakage",
	 .arguments = "DIALOGUE",
	 .least = 1,
	 .most = 1,
	 .run = verbs_leakage,
	 .summary = "what whoever holds the database sees of a dialogue",
	 .description =
		 "Says first what is hidden of every dialogue and of none, then prints exactly what is not sealed: who signed the head; every address "
		 "with its clear fields and sizes, parts too; every commit with its time, actor, operation and detail, and the addresses that it wrote "
		 "or removed, which stay after erase. It is read from a state that was verified, and needs no secret key; but the public half of your signing key "
		 "lies behind the passphrase with it: name whom to believe with --public-key, and no key of yours is read.",
	 .options = {PUBLIC_KEY},
	 .examples = {"hansard leakage rfc-0058"}},
	{.name = "keys",
	 .arguments = "ACTION [FILE]",
	 .least = 1,
	 .most = 2,
	 .choices = "show words recover export import passphrase trust rotate",
	 .run = verbs_keys,
	 .summary = "show, back up, bring in and rotate the keys",
	 .description =
		 "The keys that dialogues are sealed and heads are signed with. A passphrase is asked for at the terminal, or comes from "
		 "--password-command or --password-fd (hansard help options). hansard help keys ACTION shows one action alone.",
	 .actions = actions_keys,
	 .options = {WRAP_KEYS,
				 {.name = "no-passphrase",
				  .what = "with import, recover and passphrase: put the keys behind no passphrase"},
				 {.name = "newer", .what = "with import and recover: the keys take over from those that are there"},
				 {.name = "older",
				  .what = "with import and recover: the keys are from before those that are there, and only open"},
				 {.name = "signing", .what = "rotate the signing key"},
				 {.name = "dialogue", .value = "DIALOGUE", .what = "rotate the key of this dialogue"},
				 {.name = "resume", .what = "finish a rotation that was begun, and begin none"},
				 {.name = "retire", .what = "with --signing: the new key's line is everywhere, the old key retires"}},
	 .examples = {"hansard keys show", "hansard keys words", "hansard keys export keys.hansard",
				  "hansard keys rotate"}},
	{.name = "erase",
	 .arguments = "DIALOGUE --confirm ID",
	 .least = 1,
	 .most = 1,
	 .run = verbs_erase,
	 .whole = true,
	 .summary = "make a dialogue unreadable for good",
	 .description =
		 "Removes the keys of a dialogue, so that nobody can read it any more, and prints the certificate: its last head, and what it covers "
		 "and cannot. Nobody can take it back. --certificate keeps it in a new file, which is made first, and is a receipt: hansard verify --receipt "
		 "proves later that this dialogue was erased, and when. Of one that was erased before it says so.\n\nThe dialogue has to be named twice: the second time as a whole, with --confirm, because "
		 "a prefix may have come to mean another dialogue, and no line of history or completion erases one by itself.",
	 .options = {{.name = "confirm", .value = "ID", .what = "the whole id of the dialogue, named again"},
				 {.name = "all", .letter = 'a', .what = "remove every other item of it, too"},
				 {.name = "certificate", .value = "FILE", .what = "keep the certificate in this new file"}},
	 .examples = {"hansard erase lending --confirm lending-tools-and-instruments --certificate lending.erased",
				  "hansard erase lending --confirm lending-tools-and-instruments"}},
	{.name = "backup",
	 .arguments = "[FILE]",
	 .most = 1,
	 .run = verbs_backup,
	 .summary = "copy the store, put a copy in its place, declare what is lost",
	 .description =
		 "Writes a consistent copy of the store to FILE, which must not be there yet. It is sealed as the store is; the keys are not in "
		 "it. Of a store that holds tables, triggers or views that are not a store's own, as verify and doctor name them, none is made.\n\nThe "
		 "copy is verified as verify does it, by the keys that are at hand, or with --public-key by that alone. What is BROKEN or UNPROVED in it is named, and "
		 "makes the exit code that it makes there, 13, 12, 3 or 1; the copy stays all the same. --no-verify leaves it out, and says so.\n\n"
		 "--put puts the copy FILE in the store's place, which no cp does safely: a journal that a crash has left beside the database would be played back into "
		 "the copy. It is verified first, and put there only where all of it is good, or with --no-verify. What was there, whatever it is, is kept beside it under "
		 "a name that is told, with its journals; FILE stays, and nothing is removed. Where it was killed, run it again: until then commands may say that the database is not there (10). End other programs that have the database "
		 "open, as sqlite3, before; commands of hansard that are at work meanwhile end with 1.\n\n"
		 "Once a copy was put there, dialogues that went on after it was made end before what was seen here, "
		 "which is refused as put back. --restored declares that this was meant: of one dialogue, named in the place of FILE, or of all; "
		 "with --dry-run it only says what it would declare, and what is known here of that. "
		 "What is lost is printed and stays in their history. A dialogue that had been erased, as was seen here, is said to be readable "
		 "again: erase it anew; verify says it, too. What a retired key alone had signed, as of a copy from before its rotation, is declared with --retired, of one dialogue that is named by its whole id, once you have looked at it (hansard log ID --restored), and signed by the new key. One of which neither the store nor a backup has anything is declared to be lost as a whole where it is named: "
		 "its id stays taken.\n\nWhat was moved to another store goes on there, and of all it is passed over. Only where that store is lost it is taken back "
		 "with --moved, of one dialogue that is named by its whole id: what was written there is then declared lost.\n\nOf all, dialogues that are not as they were committed, whose key is not at hand, or whose mark cannot be "
		 "read or is more than a million commits ahead are left as they are, each with its reason, and the exit code is theirs: 13, else "
		 "12, else 3, else 1. Named, such a mark is believed.\n\nA store's folder that was copied with cp shares its marks with the copy: "
		 "what is written to one of them is then missing in the other, or goes on otherwise there, though nothing was put back and nothing is lost. Go on with "
		 "the one that has it, and give the other marks of its own: another name as marks in its .hansard/config. A copy that "
		 "backup has made has an identity of its own, and is told apart.\n\nTo look into a copy where it lies, from a folder that has a store: "
		 "hansard --read-only --set sqlite.path=/PATH/TO/COPY --set marks=look list, or verify, show and whatever else reads. Under marks of "
		 "that name nothing was seen, so that a copy which is older than the store is read as it is; that it is older, and what it lacks, is not told "
		 "then. The uses of keys are logged under that name, too, unless audit names another.",
	 .options =
		 {{.name = "put", .what = "put the copy FILE in the store's place; what is there is kept under another name"},
		  {.name = "restored", .what = "a copy was put there: declare what it lacks as lost, and take over the rest"},
		  {.name = "dry-run", .letter = 'n', .what = "with --restored: say what would be declared; write nothing"},
		  {.name = "retired", .what = "with --restored ID: take what a retired key alone has signed, too"},
		  {.name = "moved", .what = "with --restored ID: take back what was moved to a store that is lost"},
		  {.name = "no-verify", .what = "do not verify the copy, and so need no key"},
		  PUBLIC_KEY},
	 .examples = {"hansard backup hansard-2026-05.db", "hansard backup --put hansard-2026-05.db",
				  "hansard backup --restored --dry-run", "hansard backup --restored"}},
	{.name = "migrate",
	 .arguments = "[DIALOGUE]... --to BACKEND",
	 .most = COMMANDS_ARGUMENTS,
	 .run = verbs_migrate,
	 .summary = "move dialogues to the other backend",
	 .description =
		 "Moves dialogues, those that are named or all, from the store that the configuration names to the one of its other backend, as sealed as they are: nothing is "
		 "sealed anew. The settings of both stand in the one configuration. An SQLite database that is not there is made; a table is made by hansard table create.\n\n"
		 "1. Each dialogue is closed here, by a commit that names the other store.\n2. What it consists of is copied, where no reader sees it.\n3. The copy is verified.\n"
		 "4. A commit there publishes it, and the history goes on through both.\n5. The configuration stays as it is: what is to be changed in which file is printed. Until then commands say of what was moved where it is, and --set backend=BACKEND reads it there.\n\n"
		 "Here a copy stays as a fallback, to which nothing is written any more. --release deletes it, all but head and last commit. "
		 "Before the fourth step a move can be called off: --cancel, which also takes away what the other store has of the dialogue, a fallback of an earlier move included. Behind it the way back is a move. Whatever was killed, run it again: what is done already is not done again. One dialogue that fails does not end the run; it is named, and the exit code says so.\n\n"
		 "Where the other store is lost: hansard backup --restored --moved ID.",
	 .options = {{.name = "to", .value = "BACKEND", .choices = "sqlite dynamodb", .what = "the other backend"},
				 {.name = "dry-run",
				  .letter = 'n',
				  .what = "say what would be done, with counts and bytes; write nothing"},
				 {.name = "cancel", .what = "call off moves that have not reached their end"},
				 {.name = "release", .what = "delete what this store still has of dialogues that were moved"},
				 {.name = "yes", .what = "with --release: it is meant"}},
	 .examples = {"hansard migrate --to dynamodb --dry-run", "hansard migrate --to dynamodb",
				  "hansard migrate --to sqlite rfc-0058 --set backend=dynamodb",
				  "hansard migrate --to dynamodb --release --yes --set backend=sqlite"}},
	{.name = "audit",
	 .arguments = "ACTION",
	 .least = 1,
	 .most = 1,
	 .choices = "show verify",
	 .run = verbs_audit,
	 .summary = "the log of every use of a key",
	 .description =
		 "show: the log, oldest first, each use of a key as a line: when, what for, how it ended, how often, by whom, and which key. derive makes a "
		 "KEK from the UMK, wrap and unwrap put a dialogue's key under a KEK and take it out, seal and open are what the dialogue holds, with that key. "
		 "On a terminal it is the newest fifty lines, elsewhere all, unless --limit says how many. verify: whether each line follows from the one "
		 "before.\n\nThe log holds no content and no key. It shows gaps, not a rewrite: who can write the file can write all of it "
		 "anew. [keys] audit names it: a name below $XDG_STATE_HOME/hansard/audit, - for standard error, off for none; a path only in HANSARD_AUDIT or in your own configuration.",
	 .options =
		 {{.name = "limit", .letter = 'l', .value = "N", .what = "show the newest N lines of those that are meant"},
		  {.name = "since",
		   .value = "TIME",
		   .what = "show lines from then on: a day, 2026-05-04, or a time of it in UTC, 2026-05-04T09:00"},
		  {.name = "operation", .value = "USE", .choices = "derive wrap unwrap seal open", .what = "show only these"},
		  {.name = "dialogue", .value = "DIALOGUE", .what = "show uses of keys of dialogues whose id begins so"}},
	 .examples = {"hansard audit verify", "hansard audit show --limit 20",
				  "hansard audit show --since 2026-05-04 --operation unwrap", "hansard audit show --json"}},
	{.name = "table",
	 .arguments = "ACTION",
	 .least = 1,
	 .most = 1,
	 .choices = "create status",
	 .run = verbs_table,
	 .summary = "the table of a store in DynamoDB",
	 .description =
		 "create: makes the table that the configuration names, with its two indexes, billed on demand, with deletion protection and "
		 "point-in-time recovery, waits until it can be used, and gives the store in it its identity. What is there already is left as it "
		 "is, but that both are turned on: run it again after whatever went wrong, and over a table that was restored from another, whose "
		 "store it gives an identity of its own.\n\nstatus: what the table is, and whether it was restored.\n\nA store is kept in DynamoDB "
		 "where its configuration says so: hansard init --set backend=dynamodb. Credentials, region and endpoint come from where AWS's own tools have them. All that is "
		 "written there is sealed before it leaves this machine; what is visible there is what hansard leakage prints.",
	 .options =
		 {{.name = "shards",
		   .value = "N",
		   .what =
			   "spread the indexes of a new table over N keys, 1 to 64, for good: 1 unless more than a hundred commits a second "
			   "are expected"}},
	 .examples = {"hansard table create", "hansard table status"}},
	{.name = "doctor",
	 .arguments = "",
	 .run = verbs_doctor,
	 .summary = "what is wrong, and where each setting came from",
	 .description =
		 "Looks at the store, the structure of its database, tables and triggers in it that are not its own, its settings, the key files and lists as "
		 "far as they can be read without a passphrase, the marks, whether store, marks and audit log can be written, and whether that log's lines follow from each other, and says what is missing or not as it should be. A store that lacks what was seen here last, because it was put back, is found, too "
		 "(not in DynamoDB). So are dialogues into which an import did not reach its end (not in DynamoDB), and files that a killed backup, backup --put or init has left beside the database, in lines that begin with note. "
		 "What the record says it does not check: hansard verify proves that.",
	 .examples = {"hansard doctor"}},
	{.name = "completion",
	 .arguments = "SHELL",
	 .least = 1,
	 .most = 1,
	 .choices = "bash zsh fish",
	 .run = help_run_completion,
	 .summary = "print a completion script for bash, zsh or fish",
	 .description = "Prints the script; load it from the shell's start-up file.",
	 .examples = {"source <(hansard completion bash)", "hansard completion fish | source"}},
	{.name = "version",
	 .arguments = "",
	 .run = help_run_version,
	 .summary = "print the version",
	 .description = "Prints the version of the program, as --version does.",
	 .examples = {"hansard version"}},
	{.name = "help",
	 .arguments = "[COMMAND [ACTION]]",
	 .most = 2,
	 .run = help_run,
	 .summary = "help on a command",
	 .description =
		 "Shows all commands, or one in full, or one action of it; with --json the whole table, with --man the man page.\n\n"
		 "hansard help options: the options that every command takes, the exit codes and the variables that are read. "
		 "hansard help words: what the words mean that are used here.",
	 .options = {{.name = "man", .what = "the man page, as man(7)"}},
	 .examples = {"hansard help import", "hansard help keys rotate", "hansard help words", "hansard help --json"}},
};

static const struct commands_exit exits[] = {
	{0, "done"},
	{1, "failed"},
	{2, "wrong usage"},
	{3, "refused by validation"},
	{10, "no store"},
	{11, "busy or conflict"},
	{12, "wrong or missing key"},
	{13, "integrity violated"},
	{14, "backend unreachable, or outcome not known: run it again"},
};

static const struct commands_variable variables[] = {
	{"HANSARD_STORE", "the store's folder, or the one it is in, as -C names it"},
	{"HANSARD_OUTPUT", "json: answer as JSON"},
	{"HANSARD_BACKEND", "setting [storage] backend"},
	{"HANSARD_SQLITE_PATH", "setting [storage] sqlite.path"},
	{"HANSARD_DYNAMODB_TABLE", "setting [storage] dynamodb.table"},
	{"HANSARD_DYNAMODB_REGION", "setting [storage] dynamodb.region"},
	{"HANSARD_DYNAMODB_ENDPOINT", "setting [storage] dynamodb.endpoint"},
	{"HANSARD_TENANT", "setting [keys] tenant"},
	{"HANSARD_KEYS_PROVIDER", "setting [keys] provider"},
	{"HANSARD_KEYS", "setting [keys] file.path: the folder of the keys, or a name below $XDG_CONFIG_HOME/hansard/keys"},
	{"HANSARD_EPOCH", "setting [keys] epoch"},
	{"HANSARD_OLDER_EPOCHS", "setting [keys] older_epochs"},
	{"HANSARD_PRINCIPAL", "setting [keys] principal"},
	{"HANSARD_MARKS", "setting [keys] marks: a folder, or a name below $XDG_STATE_HOME/hansard/marks"},
	{"HANSARD_AUDIT", "setting [keys] audit: a file, a name below $XDG_STATE_HOME/hansard/audit, - or off"},
	{"XDG_CONFIG_HOME", "where the user's configuration and keys are: hansard/config, hansard/keys"},
	{"XDG_STATE_HOME",
	 "where the newest heads that were seen and the log of uses of keys are kept: hansard/marks, hansard/audit"},
	{"XDG_DATA_HOME", "where the user's own store is: hansard"},
};

const struct commands_row *commands_table(size_t *ret_count)
{
	*ret_count = sizeof table / sizeof table[0];
	return table;
}

const struct commands_row *commands_find(const char *name)
{
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		if (strcmp(table[i].name, name) == 0)
			return &table[i];
	}
	return NULL;
}

const struct commands_action *commands_action(const struct commands_row *command, const char *name)
{
	for (const struct commands_action *action = command->actions; action != NULL && action->name != NULL; action++) {
		if (strcmp(action->name, name) == 0)
			return action;
	}
	return NULL;
}

const char *commands_nearest(const char *name)
{
	const char *best = NULL;
	size_t distance = SIZE_MAX;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		words_nearest(name, table[i].name, &best, &distance);
	return best;
}

const struct commands_option *commands_global(void)
{
	return global;
}

const struct commands_exit *commands_exits(size_t *ret_count)
{
	*ret_count = sizeof exits / sizeof exits[0];
	return exits;
}

const struct commands_variable *commands_variables(size_t *ret_count)
{
	*ret_count = sizeof variables / sizeof variables[0];
	return variables;
}
