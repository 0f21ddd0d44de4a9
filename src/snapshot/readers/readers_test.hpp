// What the tests of all readers use.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "model/snapshot.hpp"
#include "snapshot/read.hpp"

namespace benchkit::snapshot {

inline std::string content_of_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  EXPECT_TRUE(stream.good()) << path;
  return {std::istreambuf_iterator<char>(stream), {}};
}

inline std::string test_data(const std::string& name) {
  return content_of_file(std::string(BENCHKIT_SOURCE_DIR) + "/src/snapshot/readers/testdata/" + name);
}

/// A file of testdata, found by its content and read without a complaint.
inline Snapshot read_test_data(const std::string& name) {
  Snapshot snapshot = read_text(test_data(name), name);
  for (const Diagnostic& found : snapshot.diagnostics) ADD_FAILURE() << found.where << ": " << found.message;
  return snapshot;
}

/// The position of the case that is the `occurrence`-th one of its id, from 0.
inline std::size_t case_named(const Snapshot& snapshot, std::string_view id, std::size_t occurrence = 0) {
  for (std::size_t i = 0; i < snapshot.cases.size(); ++i) {
    if (snapshot.cases[i].id == id && occurrence-- == 0) return i;
  }
  throw std::out_of_range("no case " + std::string(id));
}

inline bool has_record(const Snapshot& snapshot, std::string_view id, std::string_view metric) {
  return std::any_of(snapshot.records.begin(), snapshot.records.end(), [&](const Record& record) {
    return snapshot.cases[record.case_index].id == id && snapshot.metrics[record.metric].name == metric;
  });
}

inline const Record& record_of(const Snapshot& snapshot, std::string_view id, std::string_view metric, std::size_t occurrence = 0) {
  const std::size_t position = case_named(snapshot, id, occurrence);
  for (const Record& record : snapshot.records) {
    if (record.case_index == position && snapshot.metrics[record.metric].name == metric) return record;
  }
  throw std::out_of_range("no record of " + std::string(id) + ", " + std::string(metric));
}

inline std::vector<double> values_of(const Record& record) {
  std::vector<double> values;
  for (std::size_t i = 0; i < record.samples.size(); ++i) values.push_back(record.samples.value[i]);
  return values;
}

}  // namespace benchkit::snapshot
