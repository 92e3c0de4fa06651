/* Listings: see listing.h.
   Layer: api. */
#include "api/listing.h"

#include "api/api.h"
#include "bytecode/disassemble.h"

static void write_text(void *out, const char *text, size_t n) { fwrite(text, 1, n, out); }

LUA_API int ferrous_dump_listing(lua_State *L, FILE *out) {
  Value function = L->top[-1];
  if (!value_is_closure(function)) return 1;
  disassemble_proto(value_closure(function)->proto, true, write_text, out);
  return 0;
}
