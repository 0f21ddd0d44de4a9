// A promise that a fuzzer checks: broken, it stops with what was promised.
#pragma once

#include <cstdio>
#include <cstdlib>

inline void require(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}
