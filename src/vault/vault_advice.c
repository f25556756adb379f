/*
 * Commands that lead to the other store, for hints.
 */
#include "vault_advice.h"

#include <stdarg.h>

#include "error.h"
#include "vault_private.h"

/* Whether it is the other one of the configuration, as far as its identity tells: which table, or which file, it does not. */
static bool is_other(const struct vault_advice *advice, struct text store)
{
	return advice->there != NULL && (!text_present(store) || text_starts_with(store, text_of_string(advice->there)));
}

__attribute__((format(printf, 1, 2))) static struct vault_phrase phrase(const char *format, ...)
{
	struct vault_phrase phrase;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(phrase.text, sizeof(phrase.text), format, arguments);
	va_end(arguments);
	return phrase;
}

struct vault_phrase vault_advice_read(const struct vault *vault, struct text store, struct text dialogue_id)
{
	const struct vault_advice *advice = &vault->advice;
	if (!is_other(advice, store))
		return phrase("read it there: name that store in the configuration");
	return phrase("read it there, by this configuration " ERROR_TEXT ": hansard show " ERROR_TEXT
				  " --set backend=%s%s" ERROR_TEXT,
				  ERROR_TEXT_ARGS(advice->other), ERROR_TEXT_ARGS(dialogue_id), advice->there,
				  text_present(advice->keep) ? "; for good: " : "", ERROR_TEXT_ARGS(advice->keep));
}

struct vault_phrase vault_advice_verify(const struct vault *vault, struct text store, struct text dialogue_id)
{
	const struct vault_advice *advice = &vault->advice;
	if (!is_other(advice, store))
		return phrase("hansard verify " ERROR_TEXT ", with that store configured", ERROR_TEXT_ARGS(dialogue_id));
	return phrase("hansard verify " ERROR_TEXT " --set backend=%s", ERROR_TEXT_ARGS(dialogue_id), advice->there);
}

struct vault_phrase vault_advice_migrate(const struct vault *vault, struct text dialogue_id, const char *words)
{
	const struct vault_advice *advice = &vault->advice;
	return phrase("hansard migrate --to %s " ERROR_TEXT "%s" ERROR_TEXT,
				  advice->there != NULL ? advice->there : "BACKEND", ERROR_TEXT_ARGS(dialogue_id), words,
				  ERROR_TEXT_ARGS(advice->set));
}

struct vault_phrase vault_advice_fetch(const struct vault *vault, struct text dialogue_id)
{
	const struct vault_advice *advice = &vault->advice;
	if (advice->there == NULL)
		return phrase("hansard migrate --to BACKEND " ERROR_TEXT, ERROR_TEXT_ARGS(dialogue_id));
	return phrase("hansard migrate --to %s " ERROR_TEXT " --set backend=%s", advice->here, ERROR_TEXT_ARGS(dialogue_id),
				  advice->there);
}

struct vault_phrase vault_advice_anew(const struct vault *vault, struct text dialogue_id)
{
	const char *there = vault->advice.there != NULL ? vault->advice.there : "BACKEND";
	return phrase("hansard export " ERROR_TEXT
				  " > FILE; hansard import FILE --as OTHER --set backend=%s; the one that is there "
				  "is read with marks of its own: hansard show " ERROR_TEXT " --set backend=%s --set marks=NAME",
				  ERROR_TEXT_ARGS(dialogue_id), there, ERROR_TEXT_ARGS(dialogue_id), there);
}
