/* Fuzz target: any text is compiled, and what compiles runs for a bounded number of instructions. */
#include "fuzz_state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_run((const char *)data, size, "t");
  return 0;
}
