// What a suite says of itself beyond its cases: the subjects that they are about, the operations, and the options that select among them.
// Values only; a host without a suite has none of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "protocol/fields.hpp"

namespace benchkit::protocol {

/// An option that a suite declares. The command parses it, and hands it back in `describe`, word for word.
struct OptionInfo {
  std::string name;     ///< "--size"
  std::string value{};  ///< what it takes ("N"), several at once behind commas and any number of times; empty: a flag
  std::string help{};
  std::string dim{};  ///< where it is a short name for `--where DIM=VALUE` as well: the dim; else empty
  friend bool operator==(const OptionInfo&, const OptionInfo&) = default;
};

/// A subject: what several operations are measured on, at several values of its dial.
struct SubjectInfo {
  std::string name;
  std::string kind;  ///< the kind of its dial's subjects: "model"
  std::string axis;  ///< the dim of its dial: "n"
  std::vector<std::int64_t> sizes;
  std::vector<std::int64_t> quick;       ///< those of the quick tier
  std::vector<std::int64_t> long_sizes;  ///< those of the long tier alone
  std::vector<std::string> features;
  std::vector<std::string> operations;  ///< those that apply to it
  std::vector<std::string> requirements;
  std::string description;
  std::string absent;  ///< why it has no cases in this version, where that was found out; else empty
  friend bool operator==(const SubjectInfo&, const SubjectInfo&) = default;
};

struct SuiteInfo {
  std::string subject_dim;  ///< the dim of the cases that names their subject
  std::vector<SubjectInfo> subjects;
  std::vector<std::string> operations;
  std::vector<std::string> features;
  [[nodiscard]] bool empty() const noexcept { return subjects.empty(); }
  friend bool operator==(const SuiteInfo&, const SuiteInfo&) = default;
};

[[nodiscard]] Json to_json(const OptionInfo& option);
[[nodiscard]] OptionInfo option_from(const Fields& fields);
[[nodiscard]] Json to_json(const SubjectInfo& subject);
[[nodiscard]] Json to_json(const SuiteInfo& suite);
[[nodiscard]] SuiteInfo suite_from(const Fields& fields);

}  // namespace benchkit::protocol
