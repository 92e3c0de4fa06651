/* Budgets and interrupts: see budget.h.
   Layer: vm.

   Fuel. What may be spent before somebody must look lies in Budget.fuel, taken out of
   instructions_left; the look pays with the next slice, or stops. With a time limit a slice is small, and
   grows or shrinks so that the clock is read about every half millisecond. */
#include "vm/budget.h"

#include "runtime/string.h"
#include "runtime/throw.h"
#include "vm/hook.h"

#include <string.h>
#include <time.h>

enum {
  SLICE_MIN = 256,
  SLICE_MAX = 1 << 18,
  LOOK_NANOSECONDS = 500000 /* aimed at between two looks at the clock */
};

static const uint64_t UNLIMITED_SLICE = UINT64_C(1) << 40;

static uint64_t clock_nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Much cheaper than the clock, where there is such a counter. */
static uint64_t processor_ticks(void) {
#if defined(__x86_64__)
  return __builtin_ia32_rdtsc();
#else
  return clock_nanoseconds();
#endif
}

static void set_bits(State *L, uint32_t bits) {
  __atomic_fetch_or(&L->heap->interrupt, bits, __ATOMIC_SEQ_CST);
}

static void clear_bits(State *L, uint32_t bits) {
  __atomic_fetch_and(&L->heap->interrupt, ~bits, __ATOMIC_SEQ_CST);
}

static void install(State *L) { hook_install(global_of(L)->running); }

/* ---- stopping -------------------------------------------------------------------------------- */

static const char *stop_message(StopReason reason) {
  switch (reason) {
    case STOP_INSTRUCTIONS: return "instruction budget exceeded";
    case STOP_TIME: return "time limit exceeded";
    default: return "interrupted!";
  }
}

static void begin_stop(State *L, StopReason reason) {
  Budget *budget = &global_of(L)->budget;
  budget->reason = (uint8_t)reason;
  budget->message = NULL;
  if (budget->sticky) set_bits(L, INTERRUPT_STOPPED);
  install(L);
}

/* The message is on the top. */
static _Noreturn void raise_begun(State *L) {
  if (global_of(L)->budget.sticky) global_of(L)->budget.message = value_string(L->top[-1]);
  error_raise(L);
}

static _Noreturn void raise_stop(State *L, StopReason reason) {
  begin_stop(L, reason);
  error_push_located(L, stop_message(reason));
  raise_begun(L);
}

/* As if by a hook: its errors have the position of level 1, the caller. */
static _Noreturn void raise_in_code(State *L) {
  begin_stop(L, STOP_INTERRUPT);
  const Frame *caller = L->frame - 1;
  while (caller > L->frames && caller->kind == FRAME_CLOSE) caller--;
  error_push_located_in(L, caller, stop_message(STOP_INTERRUPT));
  raise_begun(L);
}

/* The wall of a sticky stop: the same error once more. */
static _Noreturn void raise_again(State *L) {
  const Budget *budget = &global_of(L)->budget;
  if (budget->reason == STOP_MEMORY) error_memory(L);
  if (budget->message == NULL) {
    error_push_located(L, stop_message(budget->reason));
    error_raise(L);
  }
  error_raise_string(L, budget->message);
}

void budget_memory_refused(State *L) {
  if (global_of(L)->budget.sticky && !(interrupt_bits(L) & INTERRUPT_STOPPED))
    begin_stop(L, STOP_MEMORY);
}

/* The fuel in hand goes back, and what was spent beyond it is taken, so that the limits alone say what is
   left. */
static void give_fuel_back(Budget *budget) {
  int64_t fuel = budget->fuel;
  budget->fuel = 0;
  if (budget->instructions_left == UINT64_MAX) return;
  if (fuel >= 0)
    budget->instructions_left += (uint64_t)fuel;
  else if ((uint64_t)-fuel < budget->instructions_left)
    budget->instructions_left -= (uint64_t)-fuel;
  else
    budget->instructions_left = 0;
}

/* ---- counting -------------------------------------------------------------------------------- */

/* A budget is spent when it has stopped the state once. */
static _Noreturn void exceed(State *L, StopReason reason) {
  Budget *budget = &global_of(L)->budget;
  if (reason == STOP_TIME)
    budget_limit_time(L, 0);
  else
    budget_limit_instructions(L, UINT64_MAX);
  (void)budget;
  raise_stop(L, reason);
}

static void look_at_clock(State *L) {
  Budget *budget = &global_of(L)->budget;
  uint64_t now = clock_nanoseconds(), ticks = processor_ticks();
  if (now >= budget->deadline) exceed(L, STOP_TIME);
  uint64_t passed = now - budget->looked;
  budget->looked = now;
  if (passed > LOOK_NANOSECONDS / 8) /* long enough to tell how fast the processor ticks */
    budget->patience = (uint64_t)((double)(ticks - budget->ticks) * LOOK_NANOSECONDS / (double)passed);
  budget->ticks = ticks;
  if (passed > LOOK_NANOSECONDS && budget->slice > SLICE_MIN) {
    budget->slice /= passed > 8 * LOOK_NANOSECONDS ? 8 : 2;
    if (budget->slice < SLICE_MIN) budget->slice = SLICE_MIN;
  } else if (passed < LOOK_NANOSECONDS / 4 && budget->slice < SLICE_MAX) {
    budget->slice *= 2;
  }
}

void budget_mind_clock(State *L) {
  Budget *budget = &global_of(L)->budget;
  if (budget->deadline != 0 && processor_ticks() - budget->ticks > budget->patience)
    give_fuel_back(budget);
}

/* The fuel has run out. */
static void look(State *L) {
  Budget *budget = &global_of(L)->budget;
  if (budget->deadline != 0) look_at_clock(L);
  uint64_t wanted = budget->deadline != 0 ? budget->slice : UNLIMITED_SLICE;
  if (budget->fuel < 0) wanted += (uint64_t)-budget->fuel;
  bool counted = budget->instructions_left != UINT64_MAX;
  if (counted && wanted > budget->instructions_left) wanted = budget->instructions_left;
  if (counted) budget->instructions_left -= wanted;
  budget->fuel += (int64_t)wanted;
  if (budget->fuel < 0) exceed(L, STOP_INSTRUCTIONS);
}

void budget_check(State *L, uint64_t cost) {
  Budget *budget = &global_of(L)->budget;
  uint32_t bits = interrupt_bits(L);
  if (bits & INTERRUPT_STOPPED) raise_again(L);
  if (bits & INTERRUPT_RAISED) {
    clear_bits(L, INTERRUPT_RAISED);
    raise_stop(L, STOP_INTERRUPT);
  }
  if (bits & INTERRUPT_COUNTING) {
    budget_mind_clock(L);
    budget->fuel -= cost < UNLIMITED_SLICE ? (int64_t)cost : (int64_t)UNLIMITED_SLICE;
    if (budget->fuel < 0) look(L);
  }
}

/* A host's own code, outside of all functions, has nobody to catch a stop. */
void budget_poll(State *L) {
  if (L->frame > L->frames) budget_check(L, 1);
}

void budget_check_instruction(State *L) {
  budget_check(L, 1);
  if (!(interrupt_bits(L) & INTERRUPT_CODE) || !L->allow_hook) return;
  clear_bits(L, INTERRUPT_CODE);
  raise_in_code(L);
}

/* ---- setting limits -------------------------------------------------------------------------- */

static void count_anew(State *L) {
  Budget *budget = &global_of(L)->budget;
  budget->fuel = 0;
  if (budget->deadline != 0 || budget->instructions_left != UINT64_MAX)
    set_bits(L, INTERRUPT_COUNTING);
  else
    clear_bits(L, INTERRUPT_COUNTING);
  install(L);
}

void budget_limit_instructions(State *L, uint64_t instructions) {
  global_of(L)->budget.instructions_left = instructions;
  count_anew(L);
}

void budget_limit_time(State *L, uint64_t nanoseconds) {
  Budget *budget = &global_of(L)->budget;
  give_fuel_back(budget);
  budget->looked = clock_nanoseconds();
  budget->ticks = processor_ticks();
  budget->patience = LOOK_NANOSECONDS / 8; /* until it is known how many ticks a nanosecond has: more than one */
  budget->slice = SLICE_MIN;
  if (nanoseconds == 0)
    budget->deadline = 0;
  else
    budget->deadline =
        nanoseconds < UINT64_MAX - budget->looked ? budget->looked + nanoseconds : UINT64_MAX;
  count_anew(L);
}

uint64_t budget_instructions_left(const State *L) {
  Budget budget = global_of(L)->budget;
  give_fuel_back(&budget);
  return budget.instructions_left;
}

/* ---- from anywhere --------------------------------------------------------------------------- */

/* The bit comes first: whoever puts the plain handlers back at this moment looks at it afterwards. */
static void interrupt_by(State *L, uint32_t bit) {
  set_bits(L, bit);
  hook_install_all(L);
}

void budget_interrupt(State *L) { interrupt_by(L, INTERRUPT_RAISED); }

void budget_interrupt_code(State *L) { interrupt_by(L, INTERRUPT_CODE); }

void budget_clear(State *L) {
  Budget *budget = &global_of(L)->budget;
  clear_bits(L, INTERRUPT_RAISED | INTERRUPT_CODE | INTERRUPT_STOPPED);
  /* Make room: while a chunk is loaded, which comes next perhaps, nothing is collected. */
  if (budget->reason == STOP_MEMORY) heap_collect_only(L->heap);
  budget->reason = STOP_NONE;
  budget->message = NULL;
  install(L);
}
