/* Threads (lua_State): the value stack, the frame stack, and what one frame holds.
   Layer: object. Passive.

   A thread's values lie in one array that moves when it grows; frames lie in another. The first
   ones are part of the cell, so that most coroutines are one allocation.
   A frame of a Lua function:

       func  [varargs ...]  func'  R[0] ... R[max_stack - 1]
                                   ^ base
   base[-1] is always the function that runs; a vararg function copies itself and its
   fixed parameters above its surplus arguments, extra_args + 1 + param_count slots up.
   A frame of a C function: func  arg 1 ...  up to thread->top, room up to frame->top. */
#ifndef FERROUS_OBJECT_THREAD_H
#define FERROUS_OBJECT_THREAD_H

#include "object/object.h"

typedef enum FrameKind {
  FRAME_LUA,
  FRAME_NATIVE, /* a C function, or the base level of a thread */
  FRAME_PCALL,  /* pcall/xpcall entered by the interpreter loop: no C frame behind it */
  FRAME_RESUME, /* coroutine.resume/wrap entered by the loop; the coroutine runs */
  FRAME_CLOSE   /* runs pending __close metamethods on behalf of the frame below */
} FrameKind;

enum {
  FRAME_ENTRY = 1,        /* returning from it leaves the interpreter loop */
  FRAME_TAIL = 2,         /* was entered by a tail call */
  FRAME_HOOKED = 4,       /* a hook function runs in it */
  FRAME_FINALIZER = 8,    /* runs a __gc metamethod */
  FRAME_YIELDABLE_PCALL = 16, /* a lua_pcallk with a continuation is under way */
  FRAME_XPCALL = 32,      /* FRAME_PCALL with a message handler */
  FRAME_WRAP = 64,        /* FRAME_RESUME made by coroutine.wrap: errors propagate */
  FRAME_YIELDED = 64,     /* FRAME_NATIVE: coroutine.yield, called by a Lua function's CALL */
  FRAME_TRANSFER = 128,   /* call/return hook: transfer fields are valid */
  FRAME_HOOK_CALLED = 16, /* FRAME_LUA: its call hook is behind it */
  FRAME_HOOK_YIELDED = 32, /* FRAME_LUA: a hook yielded before the instruction under way */
  FRAME_NEGATE = 64        /* FRAME_LUA: the comparison under way asked __lt for a <= b */
};

enum {
  WANTED_ALL = -1,   /* all results; the thread's top tells how many */
  WANTED_FINISH = -2, /* what becomes of them is for the frame below to say: its kind, and for Lua
                         functions the Finish of the instruction under way */
  WANTED_PCALL = -3,  /* the same, known to be a FRAME_PCALL */
  WANTED_LOOP = -4    /* the same, known to be the GENERIC_FOR of a Lua function, whose variables
                         begin where the iterator was called */
};

/* In State.hook_mask of every thread, while the reserve of boxes is short: see runtime/box_reserve.h. What is
   done for hooks brings calls of C functions to where that is settled. */
enum { HOOK_FEW_BOXES = 0x80 };

/* One more in both halves of State.call_counts. */
enum { ONE_CALL_NOT_YIELDABLE = 0x10001 };

/* One line of the cache. What a Lua function keeps in pc and constants lies where other kinds keep what
   they have instead. */
typedef struct Frame {
  Value *base;
  union {
    struct {             /* Lua functions */
      Instruction *pc;   /* the instruction under way (of a caller: its call) */
      Value *constants;  /* of its prototype */
      union {
        ptrdiff_t hook_top; /* while a hook that yielded waits: stack offset of what was passed to it */
        void *native_return; /* for a compiler */
      };
      int32_t concat_end; /* CONCAT under way: how many of its operands are left */
    };
    union {
      struct { /* C functions: what lua_callk, lua_pcallk, lua_yieldk left */
        lua_KFunction continuation;
        lua_KContext context;
        ptrdiff_t saved_handler; /* State.message_handler to restore */
        ptrdiff_t protected_func; /* stack offset of the function lua_pcallk called */
      } native;
      struct { /* FRAME_PCALL, FRAME_RESUME, FRAME_CLOSE */
        ptrdiff_t saved_handler;
        State *coroutine;
        ptrdiff_t results;   /* FRAME_CLOSE: stack offset of the results kept meanwhile */
        int32_t result_count;
        int32_t level;       /* FRAME_CLOSE: close down to this stack offset */
      } task;
    } as;
  };
  union {
    uint64_t call_word; /* the following as one word: see frame_lua_word */
    struct {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
      int16_t wanted; /* results its caller wants; WANTED_* */
      uint8_t kind;   /* FrameKind */
      uint8_t flags;  /* FRAME_* */
      union {
        uint32_t extra_args; /* Lua: surplus arguments of a vararg function */
        uint32_t outer_c_calls; /* FRAME_PCALL, FRAME_CLOSE, protected FRAME_NATIVE: see
                                   thread_own_c_calls */
      };
#else
      union {
        uint32_t extra_args, outer_c_calls;
      };
      uint8_t flags, kind;
      int16_t wanted;
#endif
    };
  };
  Value *top;        /* end of the slots this frame may use; Lua: only while a hook runs in it,
                        or the thread does not */
  uint8_t close_status;     /* FRAME_CLOSE: LUA_OK, or the error that goes on afterwards */
  uint8_t saved_allow_hook; /* FRAME_PCALL, protected FRAME_NATIVE: see frame_save_protection */
  int32_t entry_wanted; /* FRAME_ENTRY: results that the C caller wants */
} Frame;

STATIC_ASSERT(sizeof(Frame) == 64, "a frame is one line of the cache");

/* Five such threads fill a block. */
enum { FIRST_STACK_SLOTS = 44, FIRST_FRAMES = 4 };

STATIC_ASSERT(FIRST_STACK_SLOTS > MIN_C_STACK_SLOTS + EXTRA_STACK_SLOTS, "a new thread has room for C code");

struct lua_State {
  Object head;
  Heap *heap; /* also the Global: it begins with its Heap */
  Value *top; /* first free slot (in a Lua frame: only while something is passed) */
  Frame *frame;
  Value *stack_limit; /* slots below it are free to use; EXTRA_STACK_SLOTS more exist */
  ptrdiff_t twin_offset; /* bytes from a slot to its twin (see vm/wide.h); 0: no twins yet */
  Value *stack;
  Frame *frames;
  Frame *frames_limit;
  Upvalue *open_upvalues;
  State *next_with_upvalues; /* list of the collector; points to itself when not in it */
  State *resumer; /* the thread that resumed this one, while it runs */
  uint32_t *to_be_closed; /* stack offsets of tbc variables, ascending */
  uint32_t to_be_closed_count;
  uint32_t to_be_closed_capacity;
  ptrdiff_t message_handler; /* stack offset of xpcall's or lua_pcall's handler; 0: none */
  uint8_t status;        /* LUA_OK, LUA_YIELD, or the error that killed it */
  uint8_t allow_hook;
  uint8_t hook_mask; /* LUA_MASK* bits, and HOOK_FEW_BOXES */
  union {
    struct {
      uint16_t nonyieldable; /* C calls on the way that cannot be yielded across */
      uint16_t c_calls;      /* nested C calls, FRAME_PCALL and FRAME_CLOSE frames */
    };
    uint32_t call_counts; /* both at once */
  };
  lua_Hook hook;
  int32_t base_hook_count;
  int32_t hook_count;
  uint32_t hook_pc; /* last instruction a line hook saw */
  uint16_t resumed_c_calls; /* c_calls when the thread was last resumed */
  uint16_t transfer_first;  /* while a call or return hook runs: see lua_Debug.ftransfer */
  uint16_t transfer_count;
  uint32_t granted_boxes; /* boxes put aside for slots of its C functions: see runtime/box_reserve.h */
  Frame first_frames[FIRST_FRAMES];
  Value first_stack[FIRST_STACK_SLOTS];
};

ALWAYS_INLINE ptrdiff_t stack_offset(const State *L, const Value *slot) { return slot - L->stack; }
ALWAYS_INLINE Value *stack_slot(const State *L, ptrdiff_t offset) { return L->stack + offset; }
ALWAYS_INLINE size_t stack_capacity(const State *L) {
  return (size_t)(L->stack_limit - L->stack) + EXTRA_STACK_SLOTS;
}

/* The 64 bits of a WIDE slot. */
ALWAYS_INLINE int64_t *slot_twin(const State *L, const Value *slot) {
  return (int64_t *)((uintptr_t)slot + (uintptr_t)L->twin_offset);
}

/* Flags within call_word. Where a return may follow at once they are changed in the whole word: a
   load of the word cannot be served from the store of a byte that is still under way. */
ALWAYS_INLINE uint64_t frame_flags_word(uint8_t flags) { return (uint64_t)flags << 24; }
ALWAYS_INLINE uint64_t frame_word(FrameKind kind, int wanted, uint8_t flags, uint32_t extra_args) {
  return (uint16_t)wanted | (uint64_t)kind << 16 | frame_flags_word(flags) | (uint64_t)extra_args << 32;
}
/* call_word after a tail call. */
ALWAYS_INLINE uint64_t frame_tail_word(uint64_t word) {
  return (word | frame_flags_word(FRAME_TAIL)) & ~frame_flags_word(FRAME_HOOK_CALLED);
}
/* The call_word of a Lua function's frame without flags: a call stores it at once, a return
   compares it at once. */
ALWAYS_INLINE uint64_t frame_lua_word(int wanted, uint32_t extra_args) {
  return frame_word(FRAME_LUA, wanted, 0, extra_args);
}
/* What a call knows of the frame it pushes; the caller sets pc. */
ALWAYS_INLINE void frame_set_lua(Frame *f, Value *base, Value *constants, uint64_t word) {
  f->base = base;
  f->constants = constants;
  f->call_word = word;
}
ALWAYS_INLINE bool frame_is_lua(const Frame *f) { return f->kind == FRAME_LUA; }
ALWAYS_INLINE Closure *frame_closure(const Frame *f) { return value_closure(f->base[-1]); }
ALWAYS_INLINE Proto *frame_proto(const Frame *f) { return frame_closure(f)->proto; }
/* The end of a Lua function's registers. */
ALWAYS_INLINE Value *frame_registers_end(const Frame *f) {
  return f->base + frame_proto(f)->max_stack;
}
/* What catching an error restores: whether hooks are allowed. */
ALWAYS_INLINE void frame_save_protection(const State *L, Frame *f) {
  f->saved_allow_hook = L->allow_hook;
}
ALWAYS_INLINE void frame_restore_protection(State *L, const Frame *f) {
  L->allow_hook = f->saved_allow_hook;
}
/* What a frame keeps of c_calls, to be restored when its protected call or closing is over. That
   may be after another resume, from another depth: so it is counted from the resume. */
ALWAYS_INLINE uint16_t thread_own_c_calls(const State *L) { return L->c_calls - L->resumed_c_calls; }
/* The slot where a Lua function with surplus arguments was called: it and its parameters were copied. */
ALWAYS_INLINE Value *vararg_function_slot(Value *base, uint32_t extra_args) {
  return base - 2 - extra_args - value_closure(base[-1])->proto->param_count;
}
/* The slot where the frame's function was called, and where its results go. */
ALWAYS_INLINE Value *frame_function_slot(const Frame *f) {
  return frame_is_lua(f) && f->extra_args != 0 ? vararg_function_slot(f->base, f->extra_args) : f->base - 1;
}

#endif
