/*
 * AWS's shared files, line by line.
 */
#include "aws_profile.h"

#include "error.h"

enum line_kind { LINE_SECTION, LINE_PROPERTY, LINE_FURTHER };

/* A line that says something. Of a section: what stands in its brackets. */
struct line {
	enum line_kind kind;
	struct text words; /* trimmed; of a section and a property without a note */
	struct text name;  /* of a property */
	struct text value;
};

struct scan {
	struct text rest;
	int number;        /* of the line that was read last */
	const char *fault; /* NULL, or what is wrong with it */
	bool in_section;
	bool in_property;
	bool nested; /* the property has no value in its own line */
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_note(char c)
{
	return c == '#' || c == ';';
}

/* Without a note that begins behind a blank. */
static struct text without_note(struct text text)
{
	for (size_t i = 1; i < text.size; i++)
		if (is_note(text.data[i]) && is_blank(text.data[i - 1]))
			return text_trim(text_slice(text, 0, i));
	return text_trim(text);
}

static bool fail(struct scan *scan, const char *fault)
{
	scan->fault = fault;
	return false;
}

static bool read_section(struct scan *scan, struct text words, struct line *line)
{
	const size_t end = text_find(words, TEXT("]"), 0);
	const struct text behind = text_trim(text_slice(words, end, words.size));
	if (end == SIZE_MAX || (behind.size > 1 && !is_note(text_trim(text_slice(behind, 1, behind.size)).data[0])))
		return fail(scan, "a section is [name] on a line of its own");
	scan->in_section = true;
	scan->in_property = false;
	line->kind = LINE_SECTION;
	line->words = text_trim(text_slice(words, 1, end));
	return true;
}

/* name = value. */
static bool split(struct text words, struct line *line)
{
	const size_t at = text_find(words, TEXT("="), 0);
	line->words = words;
	line->name = text_trim(text_slice(words, 0, at));
	line->value = at == SIZE_MAX ? TEXT("") : text_trim(text_slice(words, at + 1, words.size));
	return at != SIZE_MAX && line->name.size > 0;
}

static bool read_property(struct scan *scan, struct text words, struct line *line)
{
	line->kind = LINE_PROPERTY;
	if (!scan->in_section)
		return fail(scan, "there is no [section] before this line");
	if (!split(words, line))
		return fail(scan, "this is neither [section] nor name = value");
	const bool noted = line->value.size > 0 && is_note(line->value.data[0]) && is_blank(line->value.data[-1]);
	line->value = noted ? TEXT("") : without_note(line->value);
	scan->in_property = true;
	scan->nested = line->value.size == 0;
	return true;
}

static bool read_further(struct scan *scan, struct text words, struct line *line)
{
	line->kind = LINE_FURTHER;
	if (!scan->in_property)
		return fail(scan, "this line begins with a blank, and there is no value that it could go on with");
	if (!split(words, line) && scan->nested)
		return fail(scan, "this is no name = value");
	return true;
}

/* The next line that says something; false at the end, and at a fault. */
static bool next(struct scan *scan, struct line *ret_line)
{
	while (scan->rest.size > 0) {
		const size_t end = text_find(scan->rest, TEXT("\n"), 0);
		const struct text all = text_slice(scan->rest, 0, end);
		const struct text words = text_trim(all);
		scan->rest = text_slice(scan->rest, end == SIZE_MAX ? all.size : end + 1, SIZE_MAX);
		scan->number++;
		if (words.size == 0 || is_note(words.data[0]))
			continue;
		if (is_blank(all.data[0]))
			return read_further(scan, words, ret_line);
		if (words.data[0] == '[')
			return read_section(scan, words, ret_line);
		return read_property(scan, words, ret_line);
	}
	return false;
}

static enum hansard_status check(const struct aws_profile_file *file, struct hansard_error *error)
{
	struct scan scan = {.rest = file->content};
	struct line line;
	while (next(&scan, &line))
		;
	if (scan.fault == NULL)
		return HANSARD_OK;
	error_set(error, HANSARD_INVALID, "invalid_aws_file", ERROR_TEXT ":%d: %s", ERROR_TEXT_ARGS(file->path),
			  scan.number, scan.fault);
	error_hint(error, "mend it at that line");
	return HANSARD_INVALID;
}

enum hansard_status aws_profile_check(const struct aws_profile_files *files, struct hansard_error *error)
{
	const enum hansard_status status = check(&files->config, error);
	return status == HANSARD_OK ? check(&files->credentials, error) : status;
}

/* A section that is looked for: [type name], or [name] where type is "". */
struct section {
	const char *type;
	struct text name;
};

static struct text without_quotes(struct text text)
{
	const bool quoted = text.size >= 2 && text.data[0] == '"' && text.data[text.size - 1] == '"';
	return quoted ? text_slice(text, 1, text.size - 1) : text;
}

static bool is_section(struct text words, struct section section)
{
	const struct text type = text_of_string(section.type);
	if (type.size == 0)
		return text_equal(words, section.name);
	return text_starts_with(words, type) && words.size > type.size && is_blank(words.data[type.size]) &&
		   text_equal(without_quotes(text_trim(text_slice(words, type.size, words.size))), section.name);
}

static bool has_section(struct text content, struct section section)
{
	struct scan scan = {.rest = content};
	struct line line;
	while (next(&scan, &line))
		if (line.kind == LINE_SECTION && is_section(line.words, section))
			return true;
	return false;
}

/* A value, with the further lines that belong to it. */
struct found {
	struct text value;
	bool nested;
};

static void extend(struct found *found, struct text words)
{
	if (found->value.size == 0)
		found->value.data = words.data;
	found->value.size = (size_t)(words.data + words.size - found->value.data);
}

/* The last value of this name in all sections of this name; absent when there is none. */
static struct found find_value(struct text content, struct section section, const char *key)
{
	struct scan scan = {.rest = content};
	struct line line;
	struct found found = {.value = TEXT_ABSENT};
	bool inside = false, mine = false;
	while (next(&scan, &line)) {
		if (line.kind == LINE_SECTION)
			inside = is_section(line.words, section);
		if (line.kind == LINE_FURTHER && mine)
			extend(&found, line.words);
		if (line.kind == LINE_FURTHER)
			continue;
		mine = line.kind == LINE_PROPERTY && inside && text_equal_ignoring_case(line.name, text_of_string(key));
		if (mine)
			found = (struct found){.value = line.value, .nested = scan.nested};
	}
	return found;
}

/* The section of config that is a profile: of `default` the one with the word, where there is one. */
static struct section config_section(const struct aws_profile_files *files, struct text profile)
{
	const struct section worded = {.type = "profile", .name = profile};
	const struct section plain = {.type = "", .name = profile};
	return text_is(profile, "default") && !has_section(files->config.content, worded) ? plain : worded;
}

/* The section of credentials that is a profile. None has a name with a blank: [profile x] belongs into config. */
static bool credentials_section(struct text profile, struct section *ret_section)
{
	*ret_section = (struct section){.type = "", .name = profile};
	return text_find(profile, TEXT(" "), 0) == SIZE_MAX && text_find(profile, TEXT("\t"), 0) == SIZE_MAX;
}

bool aws_profile_exists(const struct aws_profile_files *files, struct text profile)
{
	struct section section;
	return has_section(files->config.content, config_section(files, profile)) ||
		   (credentials_section(profile, &section) && has_section(files->credentials.content, section));
}

struct text aws_profile_value(const struct aws_profile_files *files, struct text profile, const char *key)
{
	struct section section;
	struct found found = {.value = TEXT_ABSENT};
	if (credentials_section(profile, &section))
		found = find_value(files->credentials.content, section, key);
	if (!text_present(found.value))
		found = find_value(files->config.content, config_section(files, profile), key);
	return found.value;
}

struct text aws_profile_service(const struct aws_profile_files *files, const struct aws_profile_service *service)
{
	const struct text name = aws_profile_value(files, service->profile, "services");
	struct text value = TEXT_ABSENT;
	if (name.size == 0)
		return TEXT_ABSENT;
	const struct section section = {.type = "services", .name = name};
	const struct found found = find_value(files->config.content, section, service->service);
	if (!found.nested)
		return TEXT_ABSENT;
	for (struct text rest = found.value; rest.size > 0;) {
		struct line line;
		const size_t end = text_find(rest, TEXT("\n"), 0);
		if (split(text_trim(text_slice(rest, 0, end)), &line) &&
			text_equal_ignoring_case(line.name, text_of_string(service->key)))
			value = without_note(line.value);
		rest = text_slice(rest, end == SIZE_MAX ? rest.size : end + 1, SIZE_MAX);
	}
	return value;
}
