// What the tests of memory windows share.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include <benchkit/base/error.hpp>
#include <benchkit/core/memory.hpp>

/// Skips where memory cannot be counted; that the refusal says why is a test of its own.
class MemoryTest : public testing::Test {
 protected:
  void SetUp() override {
    try {
      benchkit::MemoryWindow window;
    } catch (const benchkit::Error& error) {
      GTEST_SKIP() << error.what();
    }
  }
};

// The compiler may remove an allocation whose block nobody uses; it cannot look into these.
[[gnu::noinline]] inline void* take(std::size_t bytes) {
  void* block = std::malloc(bytes);
  asm volatile("" : "+r"(block) : : "memory");
  return block;
}
[[gnu::noinline]] inline void give(void* block) {
  asm volatile("" : "+r"(block) : : "memory");
  std::free(block);
}
[[gnu::noinline]] inline void* regrow(void* block, std::size_t bytes) {
  asm volatile("" : "+r"(block) : : "memory");
  void* grown = std::realloc(block, bytes);
  asm volatile("" : "+r"(grown) : : "memory");
  return grown;
}
