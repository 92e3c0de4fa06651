/* Fuzz target: any bytes are loaded as a binary chunk; the verifier refuses them or they run. */
#include "fuzz_state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_run((const char *)data, size, "b");
  return 0;
}
