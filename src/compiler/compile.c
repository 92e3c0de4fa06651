/* The compiler's entry: see compile.h. Layer: compiler. */
#include "compiler/compile.h"

#include "compiler/parser.h"
#include "runtime/string.h"
#include "runtime/throw.h"

static void function_states_free(State *L, FunctionState *fs) {
  while (fs != NULL) {
    FunctionState *child = fs->child;
    support_release(L, fs->upvalues, fs->upvalue_capacity * sizeof *fs->upvalues);
    support_release(L, fs->code, fs->code_capacity * sizeof *fs->code);
    support_release(L, fs->lines, fs->line_capacity * sizeof *fs->lines);
    support_release(L, fs->constants, fs->constant_capacity * sizeof *fs->constants);
    support_release(L, fs->constant_index,
                    fs->constant_index_capacity * sizeof *fs->constant_index);
    support_release(L, fs->protos, fs->proto_capacity * sizeof *fs->protos);
    support_release(L, fs->locals, fs->local_capacity * sizeof *fs->locals);
    support_release(L, fs, sizeof *fs);
    fs = child;
  }
}

static void compilation_free(Compilation *c) {
  State *L = c->L;
  lexer_free(&c->lexer);
  bump_free(L, &c->nodes);
  bump_free(L, &c->jumps);
  function_states_free(L, c->outermost);
  support_release(L, c->variables, c->variable_capacity * sizeof *c->variables);
  support_release(L, c->variable_names, c->variable_name_capacity * sizeof *c->variable_names);
  support_release(L, c->labels, c->label_capacity * sizeof *c->labels);
  support_release(L, c->gotos, c->goto_capacity * sizeof *c->gotos);
}

typedef struct CompileJob {
  Compilation compilation;
  CompileReader reader;
  void *data;
  const char *chunk_name;
  Proto *result;
} CompileJob;

static void compile_body(State *L, void *data) {
  CompileJob *job = data;
  Compilation *c = &job->compilation;
  c->source = string_from_c(L, job->chunk_name);
  c->env_name = string_from_c(L, "_ENV");
  c->self_name = string_from_c(L, "self");
  c->state_name = string_from_c(L, "(for state)");
  lexer_start(&c->lexer, L, job->reader, job->data, job->chunk_name);
  job->result = parser_main(c);
}

Proto *compile(State *L, CompileReader reader, void *data, const char *chunk_name) {
  CompileJob job;
  memset(&job, 0, sizeof job);
  job.compilation.L = L;
  job.compilation.lexer.L = L;
  job.compilation.levels = L->c_calls;
  job.reader = reader;
  job.data = data;
  job.chunk_name = chunk_name;
  heap_pause(L->heap);
  int status = protect_run(L, compile_body, &job, NULL);
  compilation_free(&job.compilation);
  heap_resume(L->heap);
  if (status != LUA_OK) error_throw(L, status);
  return job.result;
}

void compile_open(State *L) {
  for (int kind = TOKEN_AND; kind <= TOKEN_WHILE; kind++) {
    String *word = string_from_c(L, lexer_token_name(kind));
    string_mark_name(L, word, (unsigned)(kind - TOKEN_NONE));
  }
}
