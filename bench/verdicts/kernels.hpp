// Eight kernels, each of another kind of work, between a microsecond and a tenth of a millisecond. benchkit's host and its peers' programs measure
// the same ones. Each factory gives a callable with its own state, the same in every process.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <list>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace verdicts {

inline std::vector<std::uint32_t> random_numbers(std::size_t count) {
  std::mt19937 random(7);
  std::vector<std::uint32_t> numbers(count);
  for (std::uint32_t& number : numbers) number = static_cast<std::uint32_t>(random());
  return numbers;
}

/// Branches on data, of which a predictor learns a part.
inline auto sort() {
  return [numbers = random_numbers(1000), copy = std::vector<std::uint32_t>(1000)]() mutable {
    std::copy(numbers.begin(), numbers.end(), copy.begin());
    std::sort(copy.begin(), copy.end());
    return copy[500];
  };
}

/// A chain of multiplications.
inline auto hash() {
  return [numbers = random_numbers(2000)] {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const std::uint32_t number : numbers) hash = (hash ^ number) * 0x100000001b3;
    return hash;
  };
}

/// Memory in order: 512 KiB.
inline auto scan() {
  return [numbers = random_numbers(std::size_t{1} << 17)] { return std::accumulate(numbers.begin(), numbers.end(), std::uint64_t{0}); };
}

/// Branches that cannot be foretold: each call has numbers of its own, or the predictor would learn ten thousands of them.
inline auto branch() {
  return [state = std::uint64_t{88172645463325252}]() mutable {
    std::uint64_t sum = 0;
    for (int i = 0; i < 2000; ++i) {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      if ((state & 0x100) != 0) sum = sum * 3 + (state >> 40);
      else sum ^= sum >> 3;
    }
    return sum;
  };
}

/// Loads of which each waits for the one before: 64 KiB.
inline auto chase() {
  constexpr std::size_t kNodes = 1024;  // a cache line each
  struct alignas(64) Node {
    std::uint32_t next = 0;
  };
  std::vector<std::uint32_t> order(kNodes);
  std::iota(order.begin(), order.end(), 0u);
  std::shuffle(order.begin() + 1, order.end(), std::mt19937(7));
  std::vector<Node> nodes(kNodes);
  for (std::size_t i = 0; i < kNodes; ++i) nodes[order[i]].next = order[(i + 1) % kNodes];
  return [nodes = std::move(nodes), at = std::uint32_t{0}]() mutable {
    for (std::size_t i = 0; i < kNodes; ++i) at = nodes[at].next;
    return at;
  };
}

/// Short texts: made, joined, searched.
inline auto string() {
  return [numbers = random_numbers(100)] {
    std::string text;
    for (const std::uint32_t number : numbers) text += std::to_string(number) + ", ";
    return text.find("no such number") == std::string::npos ? text.size() : 0;
  };
}

/// 40 × 40 in double precision.
inline auto matrix() {
  constexpr std::size_t kSide = 40;
  std::vector<double> left(kSide * kSide);
  std::iota(left.begin(), left.end(), 0.5);
  return [left = left, right = left, product = left]() mutable {
    for (std::size_t i = 0; i < kSide; ++i) {
      for (std::size_t j = 0; j < kSide; ++j) {
        double sum = 0;
        for (std::size_t k = 0; k < kSide; ++k) sum += left[i * kSide + k] * right[k * kSide + j];
        product[i * kSide + j] = sum;
      }
    }
    return product[kSide];
  };
}

/// The heap: a list of two hundred nodes, made, walked and freed.
inline auto allocation() {
  return [numbers = random_numbers(200)] {
    const std::list<std::uint32_t> list(numbers.begin(), numbers.end());
    return std::accumulate(list.begin(), list.end(), std::uint64_t{0});
  };
}

/// Calls `use(name, factory)` for each of them.
template <class Use>
void each_kernel(Use&& use) {
  use("sort", sort);
  use("hash", hash);
  use("scan", scan);
  use("branch", branch);
  use("chase", chase);
  use("string", string);
  use("matrix", matrix);
  use("allocation", allocation);
}

}  // namespace verdicts
