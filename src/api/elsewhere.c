/*
 * Words about the two backends of one configuration.
 */
#include "elsewhere.h"

#include "backend.h"

bool elsewhere_keep(struct arena *arena, const struct settings *settings, const char *backend, struct text *ret_text)
{
	const struct settings_value *value = &settings->values[SETTINGS_BACKEND];
	if (text_is(value->from, "flag"))
		value = &settings->written;
	const int from = (int)value->from.size, folder = (int)settings->folder.size;
	*ret_text = TEXT_ABSENT;
	if (text_is(value->value, backend))
		return true;
	if (value->line > 0)
		return arena_format(arena, ret_text, "backend = %s in %.*s, line %d", backend, from, value->from.data,
							value->line);
	if (text_is(value->from, "default"))
		return arena_format(arena, ret_text, "backend = %s below [storage] in %.*s/config", backend, folder,
							settings->folder.data);
	return arena_format(arena, ret_text, "%.*s=%s", from, value->from.data, backend);
}

/* "table decisions", "file hansard.db" */
static bool place_of(struct arena *arena, const struct settings *settings, const char *backend, struct text *ret_place)
{
	const bool table = strcmp(backend, "dynamodb") == 0;
	const struct text name = settings->values[table ? SETTINGS_DYNAMODB_TABLE : SETTINGS_SQLITE_PATH].value;
	return arena_format(arena, ret_place, "%s %.*s", table ? "table" : "file", (int)name.size, name.data);
}

bool elsewhere_advice(struct arena *arena, const struct settings *settings, bool of_other,
					  struct vault_advice *ret_advice)
{
	const char *other = backend_other(settings);
	const char *named = strcmp(other, "sqlite") == 0 ? "dynamodb" : "sqlite";
	struct vault_advice advice = {.here = of_other ? other : named, .there = of_other ? named : other};
	bool good = place_of(arena, settings, advice.there, &advice.other);
	const struct settings_value *backend = &settings->values[SETTINGS_BACKEND];
	const bool of_this_run = backend->line == 0 && !text_is(backend->from, "default"); /* a flag or a variable */
	if (good && (of_other || of_this_run))
		good = arena_format(arena, &advice.set, " --set backend=%s", advice.here);
	if (good && !of_other)
		good = elsewhere_keep(arena, settings, advice.there, &advice.keep);
	*ret_advice = advice;
	return good;
}
