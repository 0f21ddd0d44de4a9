// The tidy table: its columns, their kinds, what is not known.
#include "snapshot/tidy.hpp"

#include <gtest/gtest.h>

namespace benchkit::snapshot {
namespace {

Snapshot snapshot_of(std::vector<std::pair<Dims, std::vector<double>>> cases) {
  Snapshot snapshot;
  snapshot.versions = {{.label = "v1"}};
  snapshot.metrics = {{"time", "ns", Better::less}};
  for (auto& [dims, values] : cases) {
    Record& record = snapshot.records.emplace_back();
    record.case_index = snapshot.cases.size();
    for (const double value : values) record.samples.push_back({.value = value, .block = 3});
    snapshot.cases.push_back({.id = "case" + std::to_string(snapshot.cases.size()), .dims = std::move(dims)});
  }
  return snapshot;
}

const TidyColumn& column(const std::vector<TidyColumn>& columns, const std::string& name) {
  for (const TidyColumn& one : columns) {
    if (one.name == name) return one;
  }
  throw std::runtime_error("no column " + name);
}

TEST(Tidy, ARowASample) {
  const Snapshot snapshot = snapshot_of({{{{"n", 10}}, {1, 2}}, {{{"n", 20}}, {3}}});
  const auto columns = tidy({&snapshot, 1});
  EXPECT_EQ(std::get<std::vector<double>>(column(columns, "value").values), (std::vector<double>{1, 2, 3}));
  EXPECT_EQ(std::get<std::vector<std::int64_t>>(column(columns, "n").values), (std::vector<std::int64_t>{10, 10, 20}));
  EXPECT_EQ(std::get<std::vector<std::int64_t>>(column(columns, "sample").values), (std::vector<std::int64_t>{0, 1, 0}));
  EXPECT_EQ(std::get<std::vector<std::int64_t>>(column(columns, "block").values), (std::vector<std::int64_t>{3, 3, 3}));
  const auto& cases = std::get<TidyTexts>(column(columns, "case").values);
  EXPECT_EQ(cases.words, (std::vector<std::string>{"case0", "case1"}));
  EXPECT_EQ(cases.rows, (std::vector<std::uint32_t>{0, 0, 1}));
}

TEST(Tidy, WhatFailedIsLeftOut) {
  Snapshot snapshot = snapshot_of({{{{"n", 10}}, {1, 2}}, {{{"n", 20}, {"m", 1}}, {3}}});
  snapshot.records[1].outcome = {Status::error, "it is above its limit", Json::object()};
  const auto columns = tidy({&snapshot, 1});
  EXPECT_EQ(std::get<std::vector<double>>(column(columns, "value").values), (std::vector<double>{1, 2}));
  EXPECT_THROW(column(columns, "m"), std::runtime_error);
}

TEST(Tidy, ADimIsOfTheKindThatHoldsAllItsValues) {
  const Snapshot snapshot =
      snapshot_of({{{{"a", 1}, {"b", 1}, {"c", true}, {"d", 1}}, {1}}, {{{"a", 2}, {"b", 2.5}, {"c", false}, {"d", "x"}}, {1}}});
  const auto columns = tidy({&snapshot, 1});
  EXPECT_TRUE(std::holds_alternative<std::vector<std::int64_t>>(column(columns, "a").values));
  EXPECT_EQ(std::get<std::vector<double>>(column(columns, "b").values), (std::vector<double>{1, 2.5}));
  EXPECT_TRUE(std::holds_alternative<std::vector<bool>>(column(columns, "c").values));
  EXPECT_EQ(std::get<TidyTexts>(column(columns, "d").values).words, (std::vector<std::string>{"1", "x"}));
}

TEST(Tidy, ADimThatACaseHasNotIsNotKnown) {
  const Snapshot snapshot = snapshot_of({{{{"n", 1}}, {1}}, {{}, {2, 3}}});
  EXPECT_EQ(column(tidy({&snapshot, 1}), "n").known, (std::vector<bool>{true, false, false}));
}

TEST(Tidy, ADimCalledAsAColumnHasANameOfItsOwn) {
  const Snapshot snapshot = snapshot_of({{{{"value", 1}}, {2}}});
  const auto columns = tidy({&snapshot, 1});
  EXPECT_TRUE(std::holds_alternative<std::vector<std::int64_t>>(column(columns, "dim_value").values));
  EXPECT_EQ(std::get<std::vector<double>>(column(columns, "value").values), (std::vector<double>{2}));
}

TEST(Tidy, NoSampleIsNoRow) {
  const Snapshot empty;
  for (const TidyColumn& one : tidy({&empty, 1}))
    std::visit(
        [](const auto& values) {
          if constexpr (requires { values.empty(); }) EXPECT_TRUE(values.empty());
          else EXPECT_TRUE(values.rows.empty());
        },
        one.values);
}

}  // namespace
}  // namespace benchkit::snapshot
