/* What a debug build says to a host that breaks the rules: each misuse runs in a process of its own, which
   must be stopped with a message that names the function and the argument. Other builds check
   nothing, and these tests do nothing there. */
#include "host_state.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct Misuse {
  const char *message; /* how it begins, after "ferrous: " */
  void (*commit)(lua_State *L);
} Misuse;

static lua_State *foreign_state(void) { return luaL_newstate(); }

static int yield_here(lua_State *L) { return lua_yield(L, 0); }

static int nothing(lua_State *L) {
  (void)L;
  return 0;
}

static int finish_nothing(lua_State *L, int status, lua_KContext context) {
  (void)status, (void)context;
  return nothing(L);
}

static int three_of_none(lua_State *L) {
  lua_settop(L, 1);
  return 3;
}

static void hook_with_continuation(lua_State *L, lua_Debug *activation) {
  (void)activation;
  lua_pushcfunction(L, nothing);
  lua_callk(L, 0, 0, 0, finish_nothing);
}

static lua_State *suspended_thread(lua_State *L) {
  int results;
  lua_State *thread = lua_newthread(L);
  lua_pushcfunction(thread, yield_here);
  lua_resume(thread, L, 0, &results);
  return thread;
}

/* The text of a string that was collected since. */
static const char *dead_text(lua_State *L, const char *text) {
  const char *copy = lua_pushstring(L, text);
  lua_pop(L, 1);
  lua_gc(L, LUA_GCCOLLECT);
  lua_gc(L, LUA_GCCOLLECT);
  return copy;
}

static void push_marked(lua_State *L) {
  luaL_dostring(L, "return setmetatable({}, {__close = print})");
  lua_toclose(L, -1);
}

static int close_itself(lua_State *L) { return lua_closethread(L, NULL); }
static int reset_itself(lua_State *L) { return lua_resetthread(L); }

static void resume(lua_State *L, lua_CFunction function) {
  int results;
  lua_State *thread = lua_newthread(L);
  lua_pushcfunction(thread, function);
  lua_resume(thread, L, 0, &results);
}

static void buffer_with_rest(lua_State *L, luaL_Buffer *buffer) {
  luaL_buffinit(L, buffer);
  luaL_addstring(buffer, "text");
  lua_pushnil(L);
}

static void push_text_of(lua_State *L, int length) {
  luaL_Buffer buffer;
  memset(luaL_buffinitsize(L, &buffer, (size_t)length), 'x', (size_t)length);
  luaL_pushresultsize(&buffer, (size_t)length);
}

#define NO_STATE_SUCH " argument #1 (L): no such state"
#define NEEDS_ONE " argument #1 (L): 1 value is needed on the stack, the function has 0"
#define NEEDS_TWO " argument #1 (L): 2 values are needed on the stack, the function has 1"
#define OVERFLOW " argument #1 (L): stack overflow"

/* name, message, statements */
#define MISUSES(X) \
  /* a stack without room */ \
  X(push_integers, "lua_pushinteger:" OVERFLOW, for (;;) lua_pushinteger(L, 1)) \
  X(push_nils, "lua_pushnil:" OVERFLOW, for (;;) lua_pushnil(L)) \
  X(push_booleans, "lua_pushboolean:" OVERFLOW, for (;;) lua_pushboolean(L, 1)) \
  X(push_numbers, "lua_pushnumber:" OVERFLOW, for (;;) lua_pushnumber(L, 0.5)) \
  X(push_strings, "lua_pushstring:" OVERFLOW, for (;;) lua_pushstring(L, "a")) \
  X(push_lstrings, "lua_pushlstring:" OVERFLOW, for (;;) lua_pushlstring(L, "a", 1)) \
  X(push_texts, "lua_pushfstring:" OVERFLOW, for (;;) lua_pushfstring(L, "a")) \
  X(push_copies, "lua_pushvalue:" OVERFLOW, for (lua_pushnil(L);;) lua_pushvalue(L, 1)) \
  X(push_functions, "lua_pushcclosure:" OVERFLOW, for (;;) lua_pushcfunction(L, nothing)) \
  X(push_pointers, "lua_pushlightuserdata:" OVERFLOW, for (;;) lua_pushlightuserdata(L, L)) \
  X(push_threads, "lua_pushthread:" OVERFLOW, for (;;) lua_pushthread(L)) \
  X(new_tables, "lua_createtable:" OVERFLOW, for (;;) lua_newtable(L)) \
  X(new_userdata, "lua_newuserdatauv:" OVERFLOW, for (;;) lua_newuserdatauv(L, 1, 0)) \
  X(new_threads, "lua_newthread:" OVERFLOW, for (;;) lua_newthread(L)) \
  X(get_globals, "lua_getglobal:" OVERFLOW, for (;;) lua_getglobal(L, "x")) \
  X(get_fields, "lua_getfield:" OVERFLOW, for (;;) lua_getfield(L, LUA_REGISTRYINDEX, "x")) \
  X(get_items, "lua_rawgeti:" OVERFLOW, for (;;) lua_rawgeti(L, LUA_REGISTRYINDEX, 1)) \
  X(get_lengths, "lua_len:" OVERFLOW, for (;;) lua_len(L, LUA_REGISTRYINDEX)) \
  X(get_metatables, "lua_getmetatable:" OVERFLOW, for (lua_pushstring(L, "");;) lua_getmetatable(L, 1)) \
  X(load_chunks, "luaL_loadstring:" OVERFLOW, for (;;) luaL_loadstring(L, "")) \
  X(settop_past, "lua_settop: argument #2 (index): stack overflow", lua_settop(L, 1000)) \
  X(checkstack_forgotten, "lua_pushinteger:" OVERFLOW, \
    lua_checkstack(L, 100); for (int i = 0; i < 101; i++) lua_pushinteger(L, i)) \
  X(call_results, "lua_callk:" OVERFLOW, lua_pushcfunction(L, nothing); lua_call(L, 0, 500)) \
  X(move_to_full, "lua_xmove: argument #2 (to): stack overflow", lua_State *to = lua_newthread(L); \
    lua_settop(to, 20); lua_pushnil(L); lua_xmove(L, to, 1)) \
  X(handles_pushed, "ferrous_handle_push:" OVERFLOW, ferrous_Handle handle; lua_newtable(L); \
    ferrous_handle_create(L, 1, &handle); for (;;) ferrous_handle_push(L, handle)) \
  /* too few values */ \
  X(pop_too_much, "lua_settop: argument #2 (index): pops more", lua_pushnil(L); lua_pop(L, 2)) \
  X(error_without_value, "lua_error:" NEEDS_ONE, lua_error(L)) \
  X(arith_with_one, "lua_arith:" NEEDS_TWO, lua_pushinteger(L, 1); lua_arith(L, LUA_OPADD)) \
  X(concat_with_one, "lua_concat:" NEEDS_TWO, lua_pushinteger(L, 1); lua_concat(L, 2)) \
  X(setglobal_without, "lua_setglobal:" NEEDS_ONE, lua_setglobal(L, "x")) \
  X(setfield_without, "lua_setfield:" NEEDS_ONE, lua_setfield(L, LUA_REGISTRYINDEX, "x")) \
  X(settable_with_one, "lua_settable:" NEEDS_TWO, lua_newtable(L); lua_settable(L, 1)) \
  X(rawset_with_one, "lua_rawset:" NEEDS_TWO, lua_newtable(L); lua_rawset(L, 1)) \
  X(call_without, "lua_callk:" NEEDS_ONE, lua_call(L, 0, 0)) \
  X(pcall_without, "lua_pcallk:" NEEDS_TWO, lua_pushcfunction(L, nothing); lua_pcall(L, 1, 0, 0)) \
  X(closure_without, "lua_pushcclosure:" NEEDS_TWO, lua_pushnil(L); lua_pushcclosure(L, nothing, 2)) \
  X(resume_without, "lua_resume:" NEEDS_TWO, int n; lua_State *thread = lua_newthread(L); \
    lua_pushcfunction(thread, nothing); lua_resume(thread, L, 2, &n)) \
  X(move_without, "lua_xmove: argument #1 (from): fewer values", lua_State *to = lua_newthread(L); lua_xmove(L, to, 2)) \
  X(move_nowhere, "lua_xmove: argument #2 (to): NULL", lua_pushnil(L); lua_xmove(L, NULL, 1)) \
  X(ref_without, "luaL_ref:" NEEDS_ONE, luaL_ref(L, LUA_REGISTRYINDEX)) \
  X(results_without, "C function 'three_of_none'", lua_register(L, "three_of_none", three_of_none); \
    luaL_dostring(L, "three_of_none()")) \
  /* indices */ \
  X(type_of_zero, "lua_type: argument #2 (index): 0 is no index", lua_type(L, 0)) \
  X(tostring_below, "lua_tolstring: argument #2 (index): -1 is no index", lua_tostring(L, -1)) \
  X(copy_of_below, "lua_pushvalue: argument #2 (index): -2 is no index", lua_pushnil(L); lua_pushvalue(L, -2)) \
  X(toboolean_far, "lua_toboolean: argument #2 (index): 21 is no index", lua_toboolean(L, 21)) \
  X(upvalue_far, "lua_touserdata: argument #2 (index)", lua_touserdata(L, LUA_REGISTRYINDEX - 257)) \
  X(insert_nowhere, "lua_rotate: argument #2 (index): there is nothing", lua_insert(L, 3)) \
  X(rotate_far, "lua_rotate: argument #3 (n)", lua_settop(L, 2); lua_rotate(L, 1, 3)) \
  X(rotate_registry, "lua_rotate: argument #2 (index)", lua_rotate(L, LUA_REGISTRYINDEX, 1)) \
  X(copy_nowhere, "lua_copy: argument #3 (to): there is nothing", lua_pushnil(L); lua_copy(L, 1, 2)) \
  X(compare_zero, "lua_compare: argument #3 (second)", lua_pushnil(L); lua_compare(L, 1, 0, LUA_OPEQ)) \
  X(handler_nowhere, "lua_pcallk: argument #4 (handler)", lua_pushcfunction(L, nothing); lua_pcall(L, 0, 0, 3)) \
  X(check_zero, "luaL_checkinteger: argument #2 (argument): 0 is no index", luaL_checkinteger(L, 0)) \
  X(check_below, "luaL_checklstring: argument #2 (argument)", luaL_checkstring(L, -3)) \
  /* wrong types */ \
  X(rawgeti_of_nil, "lua_rawgeti: argument #2 (index): a table is needed, the value is nil", \
    lua_pushnil(L); lua_rawgeti(L, 1, 1)) \
  X(rawget_of_none, "lua_rawget: argument #2 (index): a table is needed, the value is no value", \
    lua_pushnil(L); lua_rawget(L, 2)) \
  X(rawset_of_string, "lua_rawset: argument #2 (index): a table is needed, the value is string", \
    lua_pushstring(L, ""); lua_settop(L, 3); lua_rawset(L, 1)) \
  X(rawseti_of_number, "lua_rawseti: argument #2 (index)", lua_pushinteger(L, 1); lua_rawseti(L, 1, 1)) \
  X(rawsetp_of_number, "lua_rawsetp: argument #2 (index)", lua_pushinteger(L, 1); lua_rawsetp(L, 1, L)) \
  X(rawgetp_of_number, "lua_rawgetp: argument #2 (index)", lua_pushinteger(L, 1); lua_rawgetp(L, 1, L)) \
  X(next_of_userdata, "lua_next: argument #2 (index): a table is needed, the value is userdata", \
    lua_newuserdatauv(L, 1, 0); lua_pushnil(L); lua_next(L, 1)) \
  X(ref_in_nil, "luaL_ref: argument #2 (table)", lua_settop(L, 2); luaL_ref(L, 1)) \
  X(metatable_of_number, "lua_setmetatable: argument #1 (L): the value on the top", lua_newtable(L); \
    lua_pushinteger(L, 1); lua_setmetatable(L, 1)) \
  X(uservalue_of_table, "lua_getiuservalue: argument #2 (index): a full userdata", lua_newtable(L); \
    lua_getiuservalue(L, 1, 1)) \
  X(setuservalue_of_light, "lua_setiuservalue: argument #2 (index)", lua_pushlightuserdata(L, L); \
    lua_pushnil(L); lua_setiuservalue(L, 1, 1)) \
  X(upvalue_of_table, "lua_upvalueid: argument #2 (function): a function is needed", lua_newtable(L); \
    lua_upvalueid(L, 1, 1)) \
  X(metatable_of_none, "lua_setmetatable: argument #2 (index): there is nothing", lua_newtable(L); \
    lua_setmetatable(L, 5)) \
  X(getupvalue_of_table, "lua_getupvalue: argument #2 (function): a function is needed", lua_newtable(L); \
    lua_getupvalue(L, 1, 1)) \
  X(setupvalue_of_table, "lua_setupvalue: argument #2 (function): a function is needed", lua_newtable(L); \
    lua_pushnil(L); lua_setupvalue(L, 1, 1)) \
  X(join_c_function, "lua_upvaluejoin: argument #2 (function1): a function written in Lua", \
    lua_pushcfunction(L, nothing); lua_upvaluejoin(L, 1, 1, 1, 1)) \
  X(join_far, "lua_upvaluejoin: argument #5 (n2): 9 is not from 1 to 1", luaL_loadstring(L, ""); \
    lua_upvaluejoin(L, 1, 1, 1, 9)) \
  X(info_of_table, "lua_getinfo: argument #1 (L): a function is needed", lua_Debug activation; \
    lua_newtable(L); lua_getinfo(L, ">S", &activation)) \
  X(add_table, "luaL_addvalue: argument #1 (buffer): the value on the top", luaL_Buffer buffer; \
    luaL_buffinit(L, &buffer); lua_newtable(L); luaL_addvalue(&buffer)) \
  /* other arguments */ \
  X(field_without_name, "lua_getfield: argument #3 (name): NULL", lua_getfield(L, LUA_REGISTRYINDEX, NULL)) \
  X(global_without_name, "lua_getglobal: argument #2 (name): NULL", lua_getglobal(L, NULL)) \
  X(bytes_nowhere, "lua_pushlstring: argument #2 (bytes): NULL", lua_pushlstring(L, NULL, 3)) \
  X(no_pattern, "luaL_gsub: argument #3 (pattern): empty", luaL_gsub(L, "abc", "", "x")) \
  X(no_pattern_to_add, "luaL_addgsub: argument #3 (pattern): empty", luaL_Buffer buffer; luaL_buffinit(L, &buffer); \
    luaL_addgsub(&buffer, "abc", "", "x")) \
  X(no_function, "lua_pushcclosure: argument #2 (function): NULL", lua_pushcfunction(L, NULL)) \
  X(no_reader, "lua_load: argument #2 (reader): NULL", lua_load(L, NULL, NULL, "x", NULL)) \
  X(no_allocator, "lua_newstate: argument #1 (allocate): NULL", lua_newstate(NULL, L)) \
  X(no_status, "lua_resume: argument #4 (results): NULL", lua_State *thread = lua_newthread(L); \
    lua_pushcfunction(thread, nothing); lua_resume(thread, L, 0, NULL)) \
  X(unknown_operator, "lua_arith: argument #2 (operation): 99 is not from 0 to 13", lua_settop(L, 2); \
    lua_arith(L, 99)) \
  X(unknown_comparison, "lua_compare: argument #4 (operation)", lua_settop(L, 2); lua_compare(L, 1, 2, 3)) \
  X(unknown_type, "lua_typename: argument #2 (type)", lua_typename(L, 17)) \
  X(many_upvalues, "lua_pushcclosure: argument #3 (upvalues)", lua_checkstack(L, 300); lua_settop(L, 300); \
    lua_pushcclosure(L, nothing, 256)) \
  X(negative_size, "lua_createtable: argument #2 (items)", lua_createtable(L, -1, 0)) \
  X(negative_room, "lua_checkstack: argument #2 (n)", lua_checkstack(L, -1)) \
  X(negative_values, "lua_newuserdatauv: argument #3 (user_values)", lua_newuserdatauv(L, 1, -1)) \
  X(negative_results, "lua_callk: argument #3 (results)", lua_pushcfunction(L, nothing); lua_call(L, 0, -2)) \
  X(empty_activation, "lua_getinfo: argument #3 (activation)", lua_Debug activation = {0}; \
    lua_getinfo(L, "S", &activation)) \
  X(old_activation, "lua_getlocal: argument #2 (activation)", lua_Debug activation = {0}; \
    lua_getlocal(L, &activation, 1)) \
  X(released_twice, "luaL_unref: argument #3 (reference): no reference", lua_newtable(L); \
    int reference = luaL_ref(L, LUA_REGISTRYINDEX); luaL_unref(L, LUA_REGISTRYINDEX, reference); \
    luaL_unref(L, LUA_REGISTRYINDEX, reference)) \
  X(released_globals, "luaL_unref: argument #3 (reference): no reference", \
    luaL_unref(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS)) \
  /* states and threads */ \
  X(use_after_close, "lua_gettop:" NO_STATE_SUCH, lua_close(L); lua_gettop(L)) \
  X(push_after_close, "lua_pushinteger:" NO_STATE_SUCH, lua_close(L); lua_pushinteger(L, 1)) \
  X(check_after_close, "luaL_checkstack:" NO_STATE_SUCH, lua_close(L); luaL_checkstack(L, 1, NULL)) \
  X(limit_after_close, "ferrous_limit_time:" NO_STATE_SUCH, lua_close(L); ferrous_limit_time(L, 1)) \
  X(interrupt_after_close, "ferrous_interrupt:" NO_STATE_SUCH, lua_close(L); ferrous_interrupt(L)) \
  X(code_after_close, "ferrous_interrupt_code:" NO_STATE_SUCH, lua_close(L); ferrous_interrupt_code(L)) \
  X(hook_after_close, "lua_sethook:" NO_STATE_SUCH, lua_close(L); lua_sethook(L, NULL, 0, 0)) \
  X(handle_after_close, "ferrous_handle_valid:" NO_STATE_SUCH, lua_close(L); ferrous_handle_valid(L, 1)) \
  X(close_twice, "lua_close:" NO_STATE_SUCH, lua_close(L); lua_close(L)) \
  X(no_state, "lua_gettop: argument #1 (L): NULL is no state", lua_gettop(NULL)) \
  X(thread_of_closed, "lua_pushnil:" NO_STATE_SUCH, lua_State *thread = lua_newthread(L); lua_close(L); \
    lua_pushnil(thread)) \
  X(collected_thread, "lua_status:" NO_STATE_SUCH, lua_State *thread = lua_newthread(L); lua_pop(L, 1); \
    lua_gc(L, LUA_GCCOLLECT); lua_gc(L, LUA_GCCOLLECT); lua_status(thread)) \
  X(move_abroad, "lua_xmove: argument #2 (to): a thread of another state", lua_pushnil(L); \
    lua_xmove(L, foreign_state(), 1)) \
  X(resume_abroad, "lua_resume: argument #2 (from): a thread of another state", int n; \
    lua_State *thread = lua_newthread(L); lua_pushcfunction(thread, nothing); \
    lua_resume(thread, foreign_state(), 0, &n)) \
  X(traceback_abroad, "luaL_traceback: argument #2 (other): a thread of another", \
    luaL_traceback(L, foreign_state(), NULL, 0)) \
  X(call_of_suspended, "lua_callk: argument #1 (L): a thread that is suspended", \
    lua_State *thread = suspended_thread(L); lua_pushcfunction(thread, nothing); lua_call(thread, 0, 0)) \
  X(close_running, "lua_closethread: argument #1 (L): a thread that is running", resume(L, close_itself)) \
  X(reset_running, "lua_resetthread: argument #1 (L): a thread that is running", resume(L, reset_itself)) \
  X(yield_of_idle, "lua_yieldk: argument #1 (L): a thread that does not run", lua_yield(lua_newthread(L), 0)) \
  X(continuation_in_hook, "lua_callk: argument #5 (continuation): a hook", \
    lua_sethook(L, hook_with_continuation, LUA_MASKCOUNT, 1); luaL_dostring(L, "local a = 1")) \
  /* slots to be closed, buffers */ \
  X(close_unmarked, "lua_closeslot: argument #2 (index): not the last slot", lua_settop(L, 1); lua_closeslot(L, 1)) \
  X(mark_below, "lua_toclose: argument #2 (index): a slot at or above", \
    luaL_dostring(L, "return 1, setmetatable({}, {__close = print})"); lua_copy(L, 2, 1); \
    lua_toclose(L, 2); lua_toclose(L, 1)) \
  X(close_below, "lua_closeslot: argument #2 (index): not the last slot", push_marked(L); push_marked(L); \
    lua_closeslot(L, 1)) \
  X(rotate_marked, "lua_rotate: argument #2 (index): the value at index 2 is to be closed first", lua_pushnil(L); \
    push_marked(L); lua_pushnil(L); lua_insert(L, 1)) \
  X(copy_to_marked, "lua_copy: argument #3 (to): the value at index 1", push_marked(L); lua_pushnil(L); \
    lua_copy(L, 2, 1)) \
  X(move_marked, "lua_xmove: argument #1 (from): the value at index 2", lua_State *to = lua_newthread(L); \
    push_marked(L); lua_xmove(L, to, 1)) \
  X(call_with_marked, "lua_callk: argument #1 (L): the value at index 2", lua_pushcfunction(L, nothing); \
    push_marked(L); lua_call(L, 1, 0)) \
  X(set_marked, "lua_setfield: argument #1 (L): the value at index 1", push_marked(L); \
    lua_setfield(L, LUA_REGISTRYINDEX, "x")) \
  X(concat_marked, "lua_concat: argument #1 (L): the value at index 1", push_marked(L); lua_pushnil(L); \
    lua_concat(L, 2)) \
  X(mark_upvalue, "lua_toclose: argument #2 (index)", lua_toclose(L, lua_upvalueindex(1))) \
  X(buffer_below, "luaL_addlstring: argument #1 (buffer)", luaL_Buffer buffer; buffer_with_rest(L, &buffer); \
    luaL_addlstring(&buffer, "a", 1)) \
  X(buffer_result, "luaL_pushresult: argument #1 (buffer)", luaL_Buffer buffer; buffer_with_rest(L, &buffer); \
    luaL_pushresult(&buffer)) \
  X(buffer_popped, "luaL_prepbuffsize: argument #1", luaL_Buffer buffer; luaL_buffinit(L, &buffer); \
    lua_pop(L, 1); luaL_prepbuffsize(&buffer, 10)) \
  X(buffer_overrun, "luaL_pushresult: argument #1 (buffer): it holds more", luaL_Buffer buffer; \
    luaL_buffinit(L, &buffer); luaL_addsize(&buffer, LUAL_BUFFERSIZE + 1); luaL_pushresult(&buffer)) \
  X(buffer_underrun, "luaL_addstring: argument #1 (buffer): it holds more", luaL_Buffer buffer; \
    luaL_buffinit(L, &buffer); luaL_buffsub(&buffer, 1); luaL_addstring(&buffer, "a")) \
  X(buffer_result_size, "luaL_pushresultsize: argument #2 (size): more", luaL_Buffer buffer; \
    luaL_buffinitsize(L, &buffer, 10); luaL_pushresultsize(&buffer, LUAL_BUFFERSIZE + 1)) \
  X(buffer_ended, "luaL_addstring: argument #1 (buffer)", luaL_Buffer buffer; luaL_buffinit(L, &buffer); \
    luaL_addlstring(&buffer, (char[2000]){0}, 2000); luaL_pushresult(&buffer); luaL_addstring(&buffer, "a")) \
  /* strings that are gone, or were changed */ \
  X(name_is_gone, "lua_getglobal: argument #2 (name): the text of a string that was collected", \
    lua_getglobal(L, dead_text(L, "a name that nobody keeps"))) \
  X(file_name_is_gone, "luaL_loadfilex: argument #2 (file_name): the text of a string", \
    luaL_loadfile(L, dead_text(L, "a name of a file that nobody keeps"))) \
  X(text_is_gone, "lua_pushstring: argument #2 (text): the text of a string", \
    lua_pushstring(L, dead_text(L, "a text of more than forty bytes, which is not shared"))) \
  X(short_one_changed, "lua_tolstring: argument #2 (index): the bytes of the string were changed", \
    lua_pushstring(L, "constant"); *(char *)lua_tostring(L, 1) = 'C'; lua_tostring(L, 1)) \
  X(long_one_changed, "lua_setfield: argument #1 (L): the bytes of the string were changed", \
    lua_newtable(L); push_text_of(L, 2000); memset((char *)lua_tostring(L, -1), 0, 16); \
    lua_setfield(L, 1, "text"))

#define DEFINE(name, message, ...) \
  static void name##_misuse(lua_State *L) { (void)L; __VA_ARGS__; }
#define LIST(name, message, ...) {message, name##_misuse},

MISUSES(DEFINE)
static const Misuse misuses[] = {MISUSES(LIST)};

/* Runs it in another process; what it wrote to stderr, and how it ended. */
static int run_apart(void (*commit)(lua_State *L), char *output, size_t size) {
  int ends[2], status;
  assert_int_equal(pipe(ends), 0);
  fflush(NULL);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    dup2(ends[1], STDERR_FILENO);
    close(ends[0]);
    signal(SIGABRT, SIG_DFL);
    lua_State *L = luaL_newstate();
    luaL_openlibs(L);
    commit(L);
    _exit(0);
  }
  close(ends[1]);
  size_t length = 0;
  ssize_t count;
  while ((count = read(ends[0], output + length, size - 1 - length)) > 0) length += (size_t)count;
  output[length] = '\0';
  close(ends[0]);
  assert_int_equal(waitpid(child, &status, 0), child);
  return status;
}

static void every_misuse_is_stopped_and_named(void **state) {
  (void)state;
#if defined(FERROUS_DEBUG)
  static const char prefix[] = "ferrous: ";
  char output[8192];
  int failures = 0;
  for (size_t i = 0; i < sizeof misuses / sizeof misuses[0]; i++) {
    int status = run_apart(misuses[i].commit, output, sizeof output);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT &&
        strncmp(output, prefix, sizeof prefix - 1) == 0 &&
        strncmp(output + sizeof prefix - 1, misuses[i].message, strlen(misuses[i].message)) == 0)
      continue;
    print_message("expected '%s', got '%s'\n", misuses[i].message, output);
    failures++;
  }
  assert_int_equal(failures, 0);
#else
  (void)misuses, (void)run_apart;
  return; /* nothing is checked */
#endif
}

/* What the host frees is not what its allocator gave: the allocator stops it. */
static void free_a_string(lua_State *L) {
  push_text_of(L, 3000);
  free((void *)(uintptr_t)lua_tostring(L, 1));
}

static void a_string_that_the_host_frees_stops_it(void **state) {
  (void)state;
#if defined(FERROUS_DEBUG)
  char output[8192];
  int status = run_apart(free_a_string, output, sizeof output);
  assert_non_null(strstr(output, "free"));
  assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) != 0);
#else
  (void)free_a_string;
  return; /* nothing is checked */
#endif
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_misuse_is_stopped_and_named),
      cmocka_unit_test(a_string_that_the_host_frees_stops_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
