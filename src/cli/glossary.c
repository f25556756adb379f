/*
 * The glossary.
 */
#include "glossary.h"

static const struct glossary_word words[] = {
	{"ALIGNMENT", "the score of a round, or of all: W wisdom, C consistency, T truth, R relationships, added up",
	 false},
	{"box",
	 "what is sealed of one item: encrypted and authenticated with its dialogue's key; its address stands in clear",
	 true},
	{"commit", "one change of a dialogue: when, by whom, what; each names the hash of the one before", false},
	{"dialogue",
	 "a deliberation: a question, a panel, rounds, a verdict; named by its id or any prefix that is no other's", false},
	{"epoch",
	 "a number that the KEK is derived by, setting [keys] epoch: another one gives another KEK of the same UMK", true},
	{"generation",
	 "the number of a dialogue's key: keys rotate --dialogue begins the next, what stood before keeps its own", true},
	{"head", "where a dialogue's history has come to, in a few lines: its id, rev and hash, signed", true},
	{"Judge", "who puts the question, scores, seats the panel and gives the verdict; usually a program", false},
	{"KEK",
	 "key-encrypting key: derived from the UMK, one for each tenant and epoch; dialogues' keys are wrapped under it",
	 true},
	{"mark",
	 "the newest head of a dialogue that was seen on this machine, kept apart from the store: what ends before it was put back",
	 true},
	{"panel", "the experts of a round; the pool is whom they are drawn from", false},
	{"receipt", "a head that was kept: it tells later whether the history still goes through it", true},
	{"recovery words", "the keys as words to be written down on paper: hansard keys words", false},
	{"rev", "the number of a commit in its dialogue", false},
	{"signing key",
	 "the secret in the file `signing` that heads are signed with; its public half is the line that keys show prints",
	 true},
	{"tenant", "a name that is part of every key and address, setting [keys] tenant; one store can hold several", true},
	{"UMK",
	 "user master key: the secret in the file `umk`; every KEK is derived from it, and without it nothing can be read",
	 true},
	{"velocity", "open tensions and new perspectives of a round, added up; 0 where a final verdict can be given",
	 false},
	{"wrapped", "encrypted under another key: a dialogue's key under a KEK, a key file behind a passphrase", true},
};

const struct glossary_word *glossary_words(size_t *ret_count)
{
	*ret_count = sizeof(words) / sizeof(words[0]);
	return words;
}

static bool joins(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '_';
}

bool glossary_uses(const char *text, const char *word)
{
	const size_t size = strlen(word);
	for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word)) {
		const char *end = at + size;
		end += strncmp(end, "es", 2) == 0 ? 2 : *end == 's';
		if ((at == text || !joins(at[-1])) && !joins(*end))
			return true;
	}
	return false;
}
