// A case's own failure, thrown by ways to run that know more than an exception's text (commands, other languages).
#pragma once

#include <exception>
#include <utility>

#include "model/snapshot.hpp"

namespace benchkit::core {

/// Ends the case with this outcome; the worker lives on.
class CaseFailure : public std::exception {
 public:
  explicit CaseFailure(Outcome outcome) : outcome_(std::move(outcome)) {}
  [[nodiscard]] const Outcome& outcome() const noexcept { return outcome_; }
  [[nodiscard]] const char* what() const noexcept override { return outcome_.reason.c_str(); }

 private:
  Outcome outcome_;
};

/// The outcome that the exception being handled stands for; call in a catch block. `stage` is "setup", "action" or "teardown".
[[nodiscard]] Outcome outcome_of_current_exception(const char* stage);

}  // namespace benchkit::core
