#include "python_failure.hpp"

#include <string>
#include <utility>

namespace nb = nanobind;

namespace benchkit::python {
namespace {

std::string text_of(nb::handle object) {
  nb::object text = nb::steal(PyObject_Str(object.ptr()));
  if (!text.is_valid()) {
    PyErr_Clear();
    return "(its text cannot be had)";
  }
  Py_ssize_t size = 0;
  const char* bytes = PyUnicode_AsUTF8AndSize(text.ptr(), &size);
  if (bytes == nullptr) {
    PyErr_Clear();
    return "(its text is not UTF-8)";
  }
  return {bytes, static_cast<std::size_t>(size)};
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

}  // namespace

void throw_failure(const nb::python_error& error) {
  const std::string type = text_of(nb::getattr(error.type(), "__name__", nb::str("?")));
  const std::string message = text_of(error.value());
  Outcome outcome{Status::error, message.empty() ? type : type + ": " + message, {{"type", type}, {"traceback", traceback_of(error)}}};
  if (error.matches(PyExc_SystemExit)) {
    const int code = exit_code_of(error.value());
    outcome.status = Status::exit;
    outcome.reason = "sys.exit: exit code " + std::to_string(code);
    outcome.details["exit_code"] = code;
  } else if (error.matches(PyExc_MemoryError)) {
    outcome.status = Status::memory;
  }
  throw PythonFailure(std::move(outcome), std::make_shared<nb::python_error>(error));
}

}  // namespace benchkit::python
