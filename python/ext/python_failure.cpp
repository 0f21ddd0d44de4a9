#include "python_failure.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace nb = nanobind;

namespace benchkit::python {
namespace {

/// A Python text as UTF-8; what cannot be (a lone surrogate) is written as an escape. Takes the reference, which may be null after an exception.
std::string utf8_of(PyObject* stolen) {
  const nb::object text = nb::steal(stolen);
  if (text.is_valid()) {
    const nb::object bytes = nb::steal(PyUnicode_AsEncodedString(text.ptr(), "utf-8", "backslashreplace"));
    if (bytes.is_valid()) return {PyBytes_AS_STRING(bytes.ptr()), static_cast<std::size_t>(PyBytes_GET_SIZE(bytes.ptr()))};
  }
  PyErr_Clear();
  return "(its text cannot be had)";
}

std::string traceback_of(const nb::python_error& error) {
  try {
    const nb::object lines = nb::module_::import_("traceback").attr("format_exception")(error.value());
    return text_of(nb::str("").attr("join")(lines));
  } catch (nb::python_error& second) {
    return "(its traceback cannot be had: " + text_of(second.value()) + ")";
  }
}

/// sys.exit(3) has 3, sys.exit() 0, sys.exit("text") 1.
int exit_code_of(nb::handle value) {
  const nb::object code = nb::getattr(value, "code", nb::none());
  if (code.is_none()) return 0;
  return PyLong_Check(code.ptr()) ? static_cast<int>(PyLong_AsLong(code.ptr())) : 1;
}

/// unittest's and pytest's way to say that something is not to be run; the latter is no `Exception`.
bool is_skip(const nb::python_error& error, const std::string& type) {
  const std::string module = text_of(nb::getattr(error.type(), "__module__", nb::str("")));
  return (type == "SkipTest" && module == "unittest.case") || (type == "Skipped" && (module == "builtins" || module == "_pytest.outcomes"));
}
/// Where this thread's last exception is to be kept; null: nowhere.
thread_local nb::object* kept_exception = nullptr;

}  // namespace

KeepException::KeepException(nb::object& kept) : outer_(kept_exception) { kept_exception = &kept; }

KeepException::~KeepException() { kept_exception = outer_; }

std::string text_of(nb::handle object) { return utf8_of(PyObject_Str(object.ptr())); }

std::string repr_of(nb::handle object) { return utf8_of(PyObject_Repr(object.ptr())); }

std::string a_type_name(nb::handle object) {
  const std::string name = text_of(nb::getattr(object.type(), "__name__", nb::str("?")));
  const bool vowel = std::string_view("aeiouAEIOU").find(name.front()) != std::string_view::npos;
  return (vowel ? "an " : "a ") + name;
}

void throw_failure(const nb::python_error& error) {
  const std::string type = text_of(nb::getattr(error.type(), "__name__", nb::str("?")));
  const std::string message = text_of(error.value());
  if (kept_exception != nullptr) *kept_exception = nb::borrow(error.value());
  Outcome outcome{Status::error, message.empty() ? type : type + ": " + message, {{"type", type}, {"traceback", traceback_of(error)}}};
  if (is_skip(error, type)) {
    outcome = {Status::skipped, message.empty() ? "it says so" : message, Json::object()};
  } else if (error.matches(PyExc_SystemExit)) {
    const int code = exit_code_of(error.value());
    outcome.status = Status::exit;
    outcome.reason = "sys.exit: exit code " + std::to_string(code);
    outcome.details["exit_code"] = code;
  } else if (type == "SkipTest" || type == "Skipped") {  // unittest's, and pytest's, which is no Exception
    outcome = {Status::skipped, message, Json::object()};
  } else if (error.matches(PyExc_MemoryError)) {
    outcome.status = Status::memory;
  }
  throw PythonFailure(std::move(outcome), std::make_shared<nb::python_error>(error));
}

}  // namespace benchkit::python
