#include "derive_sample.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "limits.h"

void derive_sample_begin(struct derive_sample *sample)
{
	*sample = (struct derive_sample){.arena = arena_create(LIMIT_ARENA)};
}

void derive_sample_end(struct derive_sample *sample)
{
	arena_destroy(sample->arena);
	sample->arena = NULL;
}

void derive_sample_add(struct derive_sample *sample, const char *path, const char *content)
{
	if (sample->count < DERIVE_SAMPLE_FILES)
		sample->files[sample->count++] =
			(struct derive_file){.path = text_of_string(path), .content = bytes_of_text(text_of_string(content))};
}

bool derive_sample_read(struct derive_sample *sample, const char *name)
{
	struct derive_request request = {
		.now = TEXT("2026-11-21T12:00:00.000000Z"), .files = sample->files, .file_count = sample->count};
	return derive_identity(sample->arena, text_of_string(name), &request.source_key, &request.dialogue_id) &&
		   derive_record(sample->arena, &request, &sample->result, NULL) == HANSARD_OK;
}

static bool load_file(struct derive_sample *sample, const char *place, const char *path)
{
	FILE *file = fopen(place, "rb");
	struct stat status;
	if (file == NULL)
		return false;
	bool known = fstat(fileno(file), &status) == 0;
	uint8_t *data = known ? arena_allocate(sample->arena, (size_t)status.st_size + 1) : NULL;
	struct text copy;
	bool loaded = data != NULL && fread(data, 1, (size_t)status.st_size, file) == (size_t)status.st_size &&
				  arena_copy_text(sample->arena, text_of_string(path), &copy) && sample->count < DERIVE_SAMPLE_FILES;
	fclose(file);
	if (loaded)
		sample->files[sample->count++] =
			(struct derive_file){.path = copy, .content = {.data = data, .size = (size_t)status.st_size}};
	return loaded;
}

static bool load_folder(struct derive_sample *sample, const char *folder, const char *below)
{
	DIR *directory = opendir(folder);
	if (directory == NULL)
		return false;
	bool loaded = true;
	for (struct dirent *entry; loaded && (entry = readdir(directory)) != NULL;) {
		char place[2048], path[1024];
		struct stat status;
		if (entry->d_name[0] == '.')
			continue;
		int a = snprintf(place, sizeof(place), "%s/%s", folder, entry->d_name);
		int b = snprintf(path, sizeof(path), "%s%s%s", below, below[0] != '\0' ? "/" : "", entry->d_name);
		loaded = a > 0 && (size_t)a < sizeof(place) && b > 0 && (size_t)b < sizeof(path) && stat(place, &status) == 0;
		if (loaded)
			loaded = S_ISDIR(status.st_mode) ? load_folder(sample, place, path) : load_file(sample, place, path);
	}
	closedir(directory);
	return loaded;
}

bool derive_sample_load(struct derive_sample *sample, const char *folder)
{
	struct stat status;
	if (stat(folder, &status) != 0)
		return false;
	if (S_ISDIR(status.st_mode))
		return load_folder(sample, folder, "");
	const char *slash = strrchr(folder, '/');
	return load_file(sample, folder, slash != NULL ? slash + 1 : folder);
}

static const struct entity_head *find(const struct derive_sample *sample, const char *id)
{
	struct display_id parsed;
	return display_id_parse(text_of_string(id), &parsed) ? record_find_id(&sample->result.record, parsed) : NULL;
}

const struct entity_tension *derive_sample_tension(const struct derive_sample *sample, const char *id)
{
	return (const struct entity_tension *)find(sample, id);
}

const struct entity_perspective *derive_sample_perspective(const struct derive_sample *sample, const char *id)
{
	return (const struct entity_perspective *)find(sample, id);
}

const struct entity_verdict *derive_sample_verdict(const struct derive_sample *sample, const char *id)
{
	return (const struct entity_verdict *)record_find(&sample->result.record, ENTITY_VERDICT, text_of_string(id));
}

const char *derive_sample_status(const struct derive_sample *sample, const char *id)
{
	const struct entity_tension *tension = derive_sample_tension(sample, id);
	return tension != NULL ? vocabulary_word(&vocabulary_tension_status, tension->status).data : "";
}

const char *derive_sample_history(const struct derive_sample *sample, const char *id)
{
	static char told[2048];
	size_t size = 0;
	told[0] = '\0';
	const struct record_list *events = &sample->result.record.lists[ENTITY_EVENT];
	for (int n = 0; n < 100; n++)
		for (size_t i = 0; i < events->count; i++) {
			const struct entity_event *event = (const struct entity_event *)events->items[i];
			struct item_key_event key;
			if (!item_key_read_event(event->head.subkey, &key) || key.n != n || !text_is(key.target, id))
				continue;
			int wrote = snprintf(told + size, sizeof(told) - size, "%s%.*s R%lld %.*s", size > 0 ? ", " : "",
								 (int)key.type.size, key.type.data, (long long)event->event_round.value,
								 (int)event->actors.items[0].size, event->actors.items[0].data);
			if (wrote > 0 && (size_t)wrote < sizeof(told) - size)
				size += (size_t)wrote;
		}
	return told;
}

size_t derive_sample_moves(const struct derive_sample *sample, int round, const char *type)
{
	size_t count = 0;
	const struct record_list *moves = &sample->result.record.lists[ENTITY_MOVE];
	for (size_t i = 0; i < moves->count; i++) {
		const struct entity_move *move = (const struct entity_move *)moves->items[i];
		struct item_key_move key;
		count += item_key_read_move(move->head.subkey, &key) && (round < 0 || key.round == round) &&
				 text_is(vocabulary_word(&vocabulary_move_type, move->move_type), type);
	}
	return count;
}

size_t derive_sample_count(const struct derive_sample *sample, enum entity_type type)
{
	return sample->result.record.lists[type].count;
}

bool derive_sample_problem(const struct derive_sample *sample, enum problem_code code, const char *file, int64_t line)
{
	for (size_t i = 0; i < sample->result.problems.count; i++) {
		const struct problem *problem = &sample->result.problems.items[i];
		if (problem->code == code && text_is(problem->file, file) && (line == 0 || problem->line == line))
			return true;
	}
	return false;
}

size_t derive_sample_problems(const struct derive_sample *sample, enum problem_code code)
{
	size_t count = 0;
	for (size_t i = 0; i < sample->result.problems.count; i++)
		count += sample->result.problems.items[i].code == code;
	return count;
}

static bool same_problems(const struct problem_list *a, const struct problem_list *b)
{
	for (size_t i = 0; i < a->count && i < b->count; i++) {
		const struct problem *x = &a->items[i], *y = &b->items[i];
		if (x->code != y->code || x->line != y->line || !text_equal(x->file, y->file) ||
			!text_equal(x->message, y->message) || !text_equal(x->value, y->value))
			return false;
	}
	return a->count == b->count;
}

bool derive_sample_same(const struct derive_sample *a, const struct derive_sample *b)
{
	for (int type = 0; type < ENTITY_TYPE_COUNT; type++) {
		const struct record_list *x = &a->result.record.lists[type], *y = &b->result.record.lists[type];
		if (x->count != y->count)
			return false;
		for (size_t i = 0; i < x->count; i++)
			if (!entity_equal(x->items[i], y->items[i]))
				return false;
	}
	return same_problems(&a->result.problems, &b->result.problems);
}
