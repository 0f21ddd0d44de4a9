#include "sweep/search_samples.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace benchkit::sweep {
namespace {

constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();

/// A step: of each block a pair of samples a pair of values.
Snapshot step_of(const std::vector<std::vector<std::pair<double, double>>>& blocks) {
  Snapshot snapshot;
  CaseInfo info;
  info.id = "work";
  snapshot.cases.push_back(info);
  snapshot.metrics.push_back({"time", "ns", Better::less});
  snapshot.records.resize(2);
  for (std::size_t version = 0; version < 2; ++version) {
    Record& record = snapshot.records[version];
    record.version = version;
    for (std::size_t block = 0; block < blocks.size(); ++block) {
      for (std::size_t pair = 0; pair < blocks[block].size(); ++pair) {
        Sample sample;
        sample.value = version == 0 ? blocks[block][pair].first : blocks[block][pair].second;
        sample.block = static_cast<std::int64_t>(block);
        sample.pair = static_cast<std::int64_t>(pair);
        record.samples.push_back(sample);
      }
    }
  }
  return snapshot;
}

TEST(SearchSamples, EachBlockIsOneNumber) {
  SearchSamples samples("work", "time");
  EXPECT_EQ(samples.add(0, step_of({{{100, 100}}, {{100, 100}, {200, 200}}})), 2u);
  EXPECT_EQ(samples.add(1, step_of({{{100, 110}}, {{100, 110}}, {{100, 121}}})), 3u);
  stats::Bisection bisection(2);
  samples.tell(bisection);
  EXPECT_EQ(bisection.samples(), 5u);
  EXPECT_TRUE(samples.logarithmic());
  EXPECT_NEAR(samples.last_change(), std::log(1.1), 1e-12);
  EXPECT_EQ(samples.unit(), "ns");
}

// One that is no number would be in every sum from then on, and the ends would never differ.
TEST(SearchSamples, WhatIsNoFiniteNumberSaysNothing) {
  SearchSamples samples("work", "time");
  EXPECT_EQ(samples.add(1, step_of({{{kNoNumber, 110}}, {{100, kNoNumber}}})), 0u) << "blocks with nothing on one side";
  EXPECT_EQ(samples.add(0, step_of({{{kNoNumber, 100}, {100, 100}}, {{100, 100.1}}, {{100, 99.9}}, {{100, 100}}, {{100, 100.1}}})), 5u);
  EXPECT_EQ(samples.add(1, step_of({{{100, 110}}, {{100, 110.1}}, {{100, INFINITY}}, {{100, 109.9}}, {{100, 110}}, {{100, 110.1}}})), 5u);
  stats::Bisection bisection(2);
  samples.tell(bisection);
  EXPECT_TRUE(samples.logarithmic());
  EXPECT_EQ(bisection.state(), stats::Bisection::State::found);
  EXPECT_NEAR(bisection.best().value().step, std::log(1.1), 0.002);
}

TEST(SearchSamples, WhatIsOfAnotherCaseOrMetricIsNone) {
  SearchSamples other_case("play", "time"), other_metric("work", "peak");
  EXPECT_EQ(other_case.add(0, step_of({{{100, 100}}})), 0u);
  EXPECT_EQ(other_metric.add(0, step_of({{{100, 100}}})), 0u);
}

}  // namespace
}  // namespace benchkit::sweep
