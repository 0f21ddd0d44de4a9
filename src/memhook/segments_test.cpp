#include "memhook/segments.hpp"

#include <map>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace benchkit::memhook {
namespace {

/// A byte map of a small address space: what the segments must agree with.
using Model = std::map<std::uintptr_t, unsigned>;

RC_GTEST_PROP(Segments, AgreesWithAMapOfBytes, ()) {
  Segments segments;
  Model model;
  const auto steps = *rc::gen::inRange(1, 200);
  for (int step = 1; step <= steps; ++step) {
    const auto start = static_cast<std::uintptr_t>(*rc::gen::inRange(1, 300));
    const auto end = start + static_cast<std::uintptr_t>(*rc::gen::inRange(1, 60));
    std::size_t taken = 0;
    Segment piece;
    while (segments.take(start, end, piece)) {
      RC_ASSERT(piece.start >= start && piece.end <= end && piece.bytes() > 0);
      for (std::uintptr_t at = piece.start; at < piece.end; ++at) {
        RC_ASSERT(model.count(at) == 1 && model[at] == piece.tag);
        model.erase(at);
        ++taken;
      }
    }
    for (std::uintptr_t at = start; at < end; ++at) RC_ASSERT(model.count(at) == 0);
    if (*rc::gen::inRange(0, 2) == 0) continue;
    RC_ASSERT(segments.insert({start, end, static_cast<unsigned>(step), 1, Kind::memory}));
    for (std::uintptr_t at = start; at < end; ++at) model[at] = static_cast<unsigned>(step);
  }
  std::size_t total = 0;
  std::uintptr_t last_end = 0;
  segments.for_each([&](const Segment& segment) {
    RC_ASSERT(segment.start >= last_end);
    last_end = segment.end;
    total += segment.bytes();
  });
  RC_ASSERT(total == model.size());
  Segment found;
  const bool any = segments.find(0, found);
  RC_ASSERT(any == !model.empty());
  if (any) RC_ASSERT(found.start == model.begin()->first);
  segments.clear();
  RC_ASSERT(!segments.find(0, found));
}

}  // namespace
}  // namespace benchkit::memhook
