// A program that works for one millisecond of its own clock, then ends.
#include <chrono>

int main() {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(1);
  while (std::chrono::steady_clock::now() < until) {
  }
}
