/*
 * The scripted world.
 */
#include "scripted_edge.h"

#include <stdarg.h>

#include "error.h"

enum { MANY = 32, LOG_SIZE = 65536 };

struct named {
	const char *name;
	const char *content;
	int status;
	const char *fields; /* of an answer */
	bool lost;          /* the request goes out, and no answer comes */
};

static struct {
	const char *environment[MANY + 1];
	size_t variables;
	struct named files[MANY];
	size_t file_count;
	struct named programs[MANY];
	size_t program_count;
	struct named answers[MANY];
	size_t answer_count;
	size_t answered;
	int64_t now;
	int64_t deadline;
	char log[LOG_SIZE];
	size_t log_size;
} world;

void scripted_edge_begin(void)
{
	memset(&world, 0, sizeof(world));
	world.now = INT64_C(1767225600) * 1000000;
}

void scripted_edge_rewind(void)
{
	world.answered = 0;
	world.log_size = 0;
	world.log[0] = '\0';
}

void scripted_edge_variable(const char *entry)
{
	if (world.variables < MANY)
		world.environment[world.variables++] = entry;
}

static void add(struct named *items, size_t *count, struct named item)
{
	if (*count < MANY)
		items[(*count)++] = item;
}

void scripted_edge_file(const char *path, const char *content)
{
	add(world.files, &world.file_count, (struct named){path, content, 0, "", false});
}

void scripted_edge_program(const char *command, const char *out)
{
	add(world.programs, &world.program_count, (struct named){command, out, 0, "", false});
}

void scripted_edge_answer(const char *request, int status, const char *body)
{
	add(world.answers, &world.answer_count, (struct named){request, body, status, "", false});
}

void scripted_edge_answer_fields(const char *request, int status, const char *fields, const char *body)
{
	add(world.answers, &world.answer_count, (struct named){request, body, status, fields, false});
}

void scripted_edge_lost(const char *request)
{
	add(world.answers, &world.answer_count, (struct named){request, "", 0, "", true});
}

int scripted_edge_answers_left(void)
{
	return (int)(world.answer_count - world.answered);
}

const char *scripted_edge_log(void)
{
	return world.log;
}

int64_t scripted_edge_deadline(void)
{
	return world.deadline;
}

void scripted_edge_pass(int64_t seconds)
{
	world.now += seconds * 1000000;
}

int64_t scripted_edge_now(void)
{
	return world.now;
}

int64_t scripted_edge_steady(void)
{
	return world.now - INT64_C(1767000000) * 1000000;
}

__attribute__((format(printf, 1, 2))) static void note(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	const int size = vsnprintf(world.log + world.log_size, LOG_SIZE - world.log_size, format, arguments);
	va_end(arguments);
	world.log_size += size < 0 ? 0 : (size_t)size;
	world.log_size = world.log_size < LOG_SIZE ? world.log_size : LOG_SIZE - 1;
}

static const struct named *find(const struct named *items, size_t count, struct text name)
{
	for (size_t i = count; i-- > 0;)
		if (text_is(name, items[i].name))
			return &items[i];
	return NULL;
}

/* Appends without moving. */
static bool put(struct buffer *out, const char *content)
{
	const size_t size = strlen(content);
	if (size > out->capacity - out->size)
		return false;
	if (size > 0)
		memcpy(out->data + out->size, content, size);
	out->size += size;
	return true;
}

static enum hansard_status read_file(void *context, struct text path, struct buffer *out, struct hansard_error *error)
{
	const struct named *file = find(world.files, world.file_count, path);
	(void)context;
	note("read %.*s\n", (int)path.size, path.data);
	if (file == NULL)
		return error_set(error, HANSARD_NOT_FOUND, "no_file", "no file");
	if (file->content == NULL)
		return error_set(error, HANSARD_FAILED, "io", "%s cannot be read: Permission denied", file->name);
	return put(out, file->content) ? HANSARD_OK
								   : error_set(error, HANSARD_INVALID, "file_too_large", "%s is too large", file->name);
}

static enum hansard_status run(void *context, struct text command, struct buffer *out, struct hansard_error *error)
{
	const struct named *program = find(world.programs, world.program_count, command);
	(void)context;
	note("run %.*s\n", (int)command.size, command.data);
	if (program == NULL || program->content == NULL)
		return error_set(error, HANSARD_FAILED, "process_failed", "it ended with exit code %d",
						 program == NULL ? 127 : 3);
	return put(out, program->content) ? HANSARD_OK
									  : error_set(error, HANSARD_FAILED, "process_failed", "it writes too much");
}

static enum hansard_status send_request(void *context, const struct http_request *request, struct http_answer *answer,
										struct hansard_error *error)
{
	char name[1024];
	(void)context;
	world.deadline = request->deadline;
	snprintf(name, sizeof(name), "%s %.*s", request->method, (int)request->url.size, request->url.data);
	note("%s%s\n", name, request->direct ? ", direct" : "");
	for (size_t i = 0; i < request->header_count; i++)
		note("%.*s: %.*s\n", (int)request->headers[i].name.size, request->headers[i].name.data,
			 (int)request->headers[i].value.size, request->headers[i].value.data);
	note("body %.*s\n", (int)request->body.size, (const char *)request->body.data);
	answer->status = answer->sendings = 0;
	answer->fields.size = answer->body.size = 0;
	if (world.answered == world.answer_count || strcmp(world.answers[world.answered].name, name) != 0)
		return error_set(error, HANSARD_FAILED, "unexpected_request", "%s is not in the script", name);
	const struct named *scripted = &world.answers[world.answered++];
	answer->sendings = scripted->lost;
	if (scripted->lost)
		return error_set(error, HANSARD_UNREACHABLE, "connection_lost", "the connection ended before an answer");
	if (scripted->status == 0)
		return error_set(error, HANSARD_UNREACHABLE, "not_connected", "no connection can be made");
	answer->status = scripted->status;
	answer->sendings = 1;
	if (!buffer_append_string(&answer->fields, scripted->fields) ||
		(answer->body.capacity == 0 && !buffer_append_string(&answer->body, scripted->content)))
		return error_memory(error);
	return answer->body.size > 0 || put(&answer->body, scripted->content)
			   ? HANSARD_OK
			   : error_set(error, HANSARD_FAILED, "answer_too_large", "it answers with too much");
}

static int64_t steady(void *context)
{
	(void)context;
	return scripted_edge_steady();
}

static int64_t now(void *context)
{
	(void)context;
	return world.now;
}

static void pause_for(void *context, int64_t micros)
{
	(void)context;
	note("pause %lld\n", (long long)micros);
	world.now += micros;
}

static const struct aws_edge_functions functions = {
	.read = read_file, .run = run, .send = send_request, .pause = pause_for};

struct aws_edge scripted_edge(void)
{
	return (struct aws_edge){
		.functions = &functions, .environment = world.environment, .clock = {.now = now}, .steady = {.now = steady}};
}
