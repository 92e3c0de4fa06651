/* Memory: an allocator that counts, checks and fails on demand, and T's functions for it. All
   states of the program share it. */
#include "official_api.h"

enum { JUNK_NEW = 0x5A, JUNK_FREED = 0xA5, BORDER = 16, BORDER_BYTE = 0x3C };

/* In front of each block; a border of BORDER bytes follows it. */
typedef struct BlockHead {
  _Alignas(max_align_t) size_t size;
} BlockHead;

static struct {
  size_t total;
  size_t highest;
  size_t blocks;
  size_t limit;       /* of total; 0: none */
  bool counting;
  size_t allocations_left; /* while counting */
  bool fail_next;
} memory;

static unsigned char *block_border(BlockHead *head) {
  return (unsigned char *)(head + 1) + head->size;
}

static void block_check(BlockHead *head, size_t size) {
  bool sound = head->size == size;
  for (int i = 0; sound && i < BORDER; i++) sound = block_border(head)[i] == BORDER_BYTE;
  if (sound) return;
  fputs("a block of memory has another size, or was written past its end\n", stderr);
  abort();
}

/* Whether the allocation of so many bytes more is allowed. */
static bool may_allocate(size_t growth) {
  if (memory.fail_next) {
    memory.fail_next = false;
    return false;
  }
  if (memory.counting) {
    if (memory.allocations_left == 0) return false;
    memory.allocations_left--;
  }
  return memory.limit == 0 || memory.total + growth <= memory.limit;
}

static void block_free(BlockHead *head) {
  if (head == NULL) return;
  memory.total -= head->size;
  memory.blocks--;
  memset(head, JUNK_FREED, sizeof *head + head->size + BORDER);
  free(head);
}

static BlockHead *block_new(size_t size) {
  BlockHead *head = size < SIZE_MAX / 2 ? malloc(sizeof *head + size + BORDER) : NULL;
  if (head == NULL) return NULL;
  head->size = size;
  memset(head + 1, JUNK_NEW, size);
  memset(block_border(head), BORDER_BYTE, BORDER);
  memory.total += size;
  if (memory.total > memory.highest) memory.highest = memory.total;
  memory.blocks++;
  return head;
}

void *controlled_allocate(void *data, void *block, size_t old_size, size_t new_size) {
  (void)data;
  BlockHead *old = block == NULL ? NULL : (BlockHead *)block - 1;
  if (old == NULL)
    old_size = 0; /* it was the kind of an object */
  else
    block_check(old, old_size);
  if (new_size == 0) {
    block_free(old);
    return NULL;
  }
  if (!may_allocate(new_size > old_size ? new_size - old_size : 0)) return NULL;
  BlockHead *new = block_new(new_size);
  if (new == NULL) return NULL;
  if (old != NULL) memcpy(new + 1, block, old_size < new_size ? old_size : new_size);
  block_free(old);
  return new + 1;
}

void controlled_exempt(bool exempt) {
  static size_t limit, total;
  if (exempt) {
    limit = memory.limit;
    total = memory.total;
    memory.limit = 0;
  } else if (limit != 0) {
    memory.limit = limit + (memory.total - total);
  }
}

size_t controlled_block_count(void) { return memory.blocks; }

/* ---- T's functions --------------------------------------------------------------------------- */

/* totalmem(): bytes, blocks, most bytes ever. totalmem(limit): allows so many bytes; 0: any
   number. totalmem(type): how many objects of a type there are. */
static int t_totalmem(lua_State *L) {
  size_t count;
  switch (lua_type(L, 1)) {
    case LUA_TNONE:
      lua_pushinteger(L, (lua_Integer)memory.total);
      lua_pushinteger(L, (lua_Integer)memory.blocks);
      lua_pushinteger(L, (lua_Integer)memory.highest);
      return 3;
    case LUA_TNUMBER: memory.limit = (size_t)luaL_checkinteger(L, 1); return 0;
    default:
      if (!count_objects(L, luaL_checkstring(L, 1), &count))
        return luaL_argerror(L, 1, "unknown type");
      lua_pushinteger(L, (lua_Integer)count);
      return 1;
  }
}

/* alloccount(n): n allocations succeed, no more. alloccount(): any number. */
static int t_alloccount(lua_State *L) {
  memory.counting = !lua_isnone(L, 1);
  memory.allocations_left = (size_t)luaL_optinteger(L, 1, 0);
  return 0;
}

static int t_allocfailnext(lua_State *L) {
  (void)L;
  memory.fail_next = true;
  return 0;
}

void add_memory_functions(lua_State *L) {
  static const luaL_Reg functions[] = {{"totalmem", t_totalmem},
                                       {"alloccount", t_alloccount},
                                       {"allocfailnext", t_allocfailnext},
                                       {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
