#include "compare/scaling.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include <benchkit/base/error.hpp>

#include "compare/snapshot_maker_test.hpp"

namespace benchkit::compare {
namespace {

/// Snapshots of one metric; each case has the same value in three blocks.
class CurveMaker {
 public:
  explicit CurveMaker(const std::string& label, const std::string& cpu = "A") : maker_(label, cpu, {"allocations", "", Better::less}) {}
  CurveMaker& add(Dims dims, double value) {
    std::string id;
    for (const auto& [name, dim] : dims) id += name + "=" + dim.text() + " ";
    maker_.add(id, std::move(dims), {value, value, value});
    return *this;
  }
  template <class Cost>
  CurveMaker& curve(const std::string& op, Cost cost) {
    for (const int n : {10, 100, 1000, 10'000}) add({{"op", op}, {"n", n}}, cost(static_cast<double>(n)));
    return *this;
  }
  Snapshot snapshot() const { return maker_.snapshot(); }

 private:
  Maker maker_;
};

std::vector<Scaling> fits(const std::vector<Snapshot>& snapshots, const ScalingOptions& options = {.x = "n"},
                          CompareOptions compared = {}) {
  return scaling(compare(snapshots, compared), options);
}

const Curve& only(const std::vector<Scaling>& all, std::size_t column = 0) {
  EXPECT_EQ(all.size(), 1U);
  EXPECT_EQ(all.at(0).groups.at(0).rows.size(), 1U);
  return all[0].groups[0].rows[0].curves.at(column);
}

std::string complaint_of_fits(const std::vector<Snapshot>& snapshots, const std::string& x) {
  try {
    (void)fits(snapshots, {.x = x});
  } catch (const Error& error) {
    return describe(error);
  }
  return {};
}

TEST(Scaling, EachChoiceOfTheOtherDimsIsACurve) {
  const auto all =
      fits({CurveMaker("v1").curve("sort", [](double n) { return n * std::log(n); }).curve("look", [](double) { return 7.0; }).snapshot()});
  const std::vector<ScalingRow>& rows = all.at(0).groups.at(0).rows;
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].dims, (Dims{{"op", "sort"}}));
  EXPECT_EQ(rows[0].curves[0].laws.at(0).growth, stats::Growth::linearithmic);
  EXPECT_EQ(rows[1].curves[0].laws.at(0).growth, stats::Growth::constant);
  EXPECT_DOUBLE_EQ(rows[1].curves[0].power->exponent.value, 0);
  EXPECT_EQ(rows[1].curves[0].power->interval.high, 0) << "all equal: no doubt, and no division by it";
  EXPECT_FALSE(rows[0].curves[0].change) << "there is one version";
}

TEST(Scaling, HeadingsAreThoseOfTheComparison) {
  CompareOptions compared;
  compared.by = {"op"};
  const auto all = fits({CurveMaker("v1").curve("sort", [](double n) { return n; }).curve("scan", [](double n) { return n; }).snapshot()},
                        {.x = "n"}, compared);
  ASSERT_EQ(all.at(0).groups.size(), 2U);
  EXPECT_EQ(all[0].groups[1].title, "op=scan");
}

TEST(Scaling, AChangeOfTheExponentIsCalledBeyondTheThreshold) {
  const auto change = [](double exponent, double threshold) {
    const auto power = [&](double n) { return 1e6 * std::pow(n, exponent); };
    return *only(fits({CurveMaker("v1").curve("a", [](double n) { return 1e6 * n; }).snapshot(),
                       CurveMaker("v2").curve("a", power).snapshot()},
                      {.x = "n", .threshold = threshold}),
                 1)
                .change;
  };
  EXPECT_NEAR(change(1.4, 0.1).difference.value, 0.4, 1e-9);
  EXPECT_EQ(change(1.4, 0.1).steepness, Steepness::steeper);
  EXPECT_EQ(change(0.6, 0.1).steepness, Steepness::flatter);
  EXPECT_EQ(change(1.05, 0.1).steepness, Steepness::same);
  EXPECT_EQ(change(1.05, 0.01).steepness, Steepness::steeper);
  EXPECT_EQ(change(1, 0).steepness, Steepness::same) << "equal to the digit";
}

// One curve of many that wobbles by chance is no discovery.
TEST(Scaling, ChangesAreCorrectedTogether) {
  const auto with_flat_ones = [](int others) {
    CurveMaker base("v1");
    CurveMaker head("v2");
    base.curve("a", [](double n) { return 1000 * n; });
    head.curve("a", [i = 0](double n) mutable { return 1000 * std::pow(n, 1.18) * (i++ % 2 == 0 ? 0.99 : 1.01); });
    for (int k = 0; k < others; ++k) {
      const std::string op = "other" + std::to_string(k);
      base.curve(op, [](double n) { return 1000 * n; });
      head.curve(op, [i = k](double n) mutable { return 1000 * n * (i++ % 3 == 0 ? 1.6 : 1.0); });
    }
    return fits({base.snapshot(), head.snapshot()})[0].groups[0].rows[0].curves[1].change->steepness;
  };
  EXPECT_EQ(with_flat_ones(0), Steepness::steeper);
  EXPECT_EQ(with_flat_ones(100), Steepness::undecided);
}

TEST(Scaling, WhatMayNotBeComparedHasNoChange) {
  CurveMaker base("v1");
  CurveMaker head("v2", "B");
  for (const int n : {10, 100, 1000, 10'000}) {
    base.add({{"n", n}}, n);
    head.add({{"n", n}}, n * n);
  }
  Snapshot noisy = head.snapshot();
  EXPECT_TRUE(only(fits({base.snapshot(), noisy}), 1).change) << "an exact number is the same on every machine";
  for (Record& record : noisy.records) record.samples.push_back({.value = record.samples.value[0] * 1.01, .block = 3});
  EXPECT_FALSE(only(fits({base.snapshot(), noisy}), 1).change);
  EXPECT_TRUE(only(fits({base.snapshot(), noisy}), 1).power);
}

TEST(Scaling, WhatHasNoLogarithmIsLeftOutAndCounted) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinite = std::numeric_limits<double>::infinity();
  CurveMaker maker("v1");
  for (const int n : {1, 2, 4}) maker.add({{"n", n}}, n);
  maker.add({{"n", 8}}, 0).add({{"n", 16}}, -5).add({{"n", 32}}, nan).add({{"n", 64}}, infinite);
  maker.add({{"n", 0}}, 1).add({{"n", -3}}, 1).add({{"n", nan}}, 1).add({{"n", infinite}}, 1);
  const Curve curve = only(fits({maker.snapshot()}));
  EXPECT_EQ(curve.points.size(), 3U);
  EXPECT_EQ(curve.left_out, 8U);
  EXPECT_NEAR(curve.power->exponent.value, 1, 1e-12);
  EXPECT_TRUE(curve.laws.empty());
}

TEST(Scaling, AFailureIsNoPoint) {
  CurveMaker maker("v1");
  for (const int n : {1, 2, 4, 8}) maker.add({{"n", n}}, n);
  Snapshot snapshot = maker.snapshot();
  snapshot.records[1].outcome = {Status::timeout, "too long", Json::object()};
  EXPECT_EQ(only(fits({snapshot})).points.size(), 3U);
  EXPECT_EQ(only(fits({snapshot})).left_out, 1U);
}

TEST(Scaling, CasesWithoutTheSizeAreNamed) {
  CurveMaker maker("v1");
  for (const int n : {1, 2, 4, 8}) maker.add({{"n", n}}, n);
  maker.add({{"op", "start"}}, 5).add({{"n", "many"}}, 6);
  EXPECT_EQ(fits({maker.snapshot()}).at(0).notes.back(), "2 cases without a number in \"n\" are left out");
}

TEST(Scaling, NothingToFitIsAnError) {
  const Snapshot named =
      CurveMaker("v1").add({{"op", "a"}, {"n", 1}}, 1).add({{"op", "a"}, {"n", 2}}, 2).add({{"op", "a"}, {"n", 2}}, 2).snapshot();
  EXPECT_EQ(complaint_of_fits({named}, "op"), "--x: the dim \"op\" holds no numbers\n  hint: with numbers there are: n");
  EXPECT_EQ(complaint_of_fits({named}, "m"), "--x: no selected case has the dim \"m\"\n  hint: with numbers there are: n");
  EXPECT_NE(complaint_of_fits({named}, "n").find("--x n: the longest curve has 2 sizes"), std::string::npos)
      << complaint_of_fits({named}, "n");
  EXPECT_NE(complaint_of_fits({CurveMaker("v1").add({{"op", "a"}}, 1).snapshot()}, "op").find("there is no size"), std::string::npos);
}

}  // namespace
}  // namespace benchkit::compare
