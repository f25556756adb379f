/*
 * A world that is a script, for aws_edge.h: variables, files, programs, answers over HTTP and a clock that a test sets.
 * It allocates nothing but what an answer grows by, so that allocations which are counted are those of the code under test.
 * Everything that is asked of it is written down.
 */
#ifndef SCRIPTED_EDGE_H
#define SCRIPTED_EDGE_H

#include "aws_edge.h"

/* scripted_edge_begin(): nothing is set, the clock stands at 2026-01-01T00:00:00Z. */
void scripted_edge_begin(void);

/* scripted_edge_rewind(): answers and programs come again from the first on, and the log is empty. */
void scripted_edge_rewind(void);

/* scripted_edge(): the edge. */
struct aws_edge scripted_edge(void);

/* scripted_edge_variable(entry): adds NAME=value, which must stay there, to the environment. */
void scripted_edge_variable(const char *entry);

/* scripted_edge_file(path, content): a file; NULL: one that cannot be read. The last of one path counts. */
void scripted_edge_file(const char *path, const char *content);

/* scripted_edge_program(command, out): a program, and what it writes; NULL: it ends with exit code 3. */
void scripted_edge_program(const char *command, const char *out);

/* scripted_edge_answer(request, status, body): the next answer over HTTP, to exactly this request ("GET http://…").
   Status 0: nobody answers. Another request, or one too many, fails with "unexpected_request". */
void scripted_edge_answer(const char *request, int status, const char *body);

/* scripted_edge_answer_fields(request, status, fields, body): the same with a header, "name: value\n" each. */
void scripted_edge_answer_fields(const char *request, int status, const char *fields, const char *body);

/* scripted_edge_lost(request): the next request goes out, and no answer comes. */
void scripted_edge_lost(const char *request);

/* scripted_edge_answers_left(): answers that nobody has asked for. */
int scripted_edge_answers_left(void);

/* scripted_edge_log(): what was asked: a line "read {path}", "run {command}", "{method} {url}" with ", direct" where no
   proxy may be used, each of its headers "name: value" and "body {bytes}", "pause {microseconds}". */
const char *scripted_edge_log(void);

/* scripted_edge_deadline(): that of the last request. */
int64_t scripted_edge_deadline(void);

/* scripted_edge_pass(seconds): the clock goes on. */
void scripted_edge_pass(int64_t seconds);

/* scripted_edge_now(): what the clock says, microseconds since 1970. scripted_edge_steady(): the one that is never set, which began elsewhere. */
int64_t scripted_edge_now(void);
int64_t scripted_edge_steady(void);

#endif
