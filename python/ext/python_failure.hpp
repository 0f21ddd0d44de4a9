// A Python exception as the failure of a case.
#pragma once

#include <memory>
#include <string>

#include <nanobind/nanobind.h>

#include "core/failure.hpp"

namespace benchkit::python {

/// Keeps the exception, so that run_case() can raise it again.
class PythonFailure final : public core::CaseFailure {
 public:
  PythonFailure(Outcome outcome, std::shared_ptr<nanobind::python_error> error)
      : CaseFailure(std::move(outcome)), error_(std::move(error)) {}
  [[nodiscard]] nanobind::python_error& error() const noexcept { return *error_; }

 private:
  std::shared_ptr<nanobind::python_error> error_;
};

/// As long as it lives, the last exception that became a failure on this thread is kept in `kept`. The GIL is held where it is made and where it ends.
class KeepException {
 public:
  explicit KeepException(nanobind::object& kept);
  KeepException(const KeepException&) = delete;
  KeepException& operator=(const KeepException&) = delete;
  ~KeepException();

 private:
  nanobind::object* outer_;
};

/// str(object), as UTF-8 whatever it holds; never throws.
[[nodiscard]] std::string text_of(nanobind::handle object);
/// repr(object), likewise.
[[nodiscard]] std::string repr_of(nanobind::handle object);
/// The name of the object's type with its article: "an int".
[[nodiscard]] std::string a_type_name(nanobind::handle object);

/// Throws the exception as a PythonFailure: status `exit` for SystemExit, `skipped` for what says so, else `error`, with type and traceback in the details. The GIL is held.
[[noreturn]] void throw_failure(const nanobind::python_error& error);

}  // namespace benchkit::python
