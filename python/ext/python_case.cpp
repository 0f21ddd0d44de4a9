// How a Python action is called.
//
// The loop is what costs: up to 3.11 a call through the C API (vectorcall) is the cheapest way to call a Python function; from 3.12 on the interpreter
// calls Python from Python without leaving its own loop, so a precompiled function `for _ in calls: action()` is cheaper, and is what
// timeit does as well. The clock is read natively, directly around either.
//
// The garbage collector is off while a batch runs, as in timeit, and says so in the worker's conditions. The GIL is held by whoever calls
// Python: the worker waits for requests without it, so that an action's own threads live.
#include "python_case.hpp"

#include <cmath>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nanobind/stl/string.h>

#include <benchkit/base/error.hpp>

#include "python_failure.hpp"

namespace nb = nanobind;

namespace benchkit::python {
namespace {

/// Collection is off while it lives, if it was on.
class NoCollection {
 public:
  NoCollection() : was_on_(PyGC_Disable() == 1) {}
  NoCollection(const NoCollection&) = delete;
  NoCollection& operator=(const NoCollection&) = delete;
  ~NoCollection() {
    if (was_on_) PyGC_Enable();
  }

 private:
  bool was_on_;
};

/// What Python code calls a Probe; empty while no call is under way, so that an action cannot keep it.
struct PythonProbe {
  Probe* probe = nullptr;
};

#if PY_VERSION_HEX >= 0x030C0000
constexpr bool kInterpreterLoop = true;
#else
constexpr bool kInterpreterLoop = false;
#endif
/// Below so many calls, entering the interpreter's loop costs more than it saves.
constexpr std::uint64_t kFewCalls = 8;

/// The function `loop(calls, action)`, compiled once.
nb::handle interpreter_loop() {
  static PyObject* const loop = [] {
    nb::dict scope;
    scope["__builtins__"] = nb::module_::import_("builtins");
    nb::object done = nb::steal(
        PyRun_String("def loop(calls, action):\n    for _ in calls:\n        action()\n", Py_file_input, scope.ptr(), scope.ptr()));
    if (!done.is_valid()) throw nb::python_error();
    return nb::object(scope["loop"]).release().ptr();
  }();
  return loop;
}

/// One entered context manager and the action that it gave.
class PythonAction {
 public:
  PythonAction(nb::handle run, bool probe) {
    try {
      enter(run);
      if (probe) probe_ = nb::cast(PythonProbe{});
    } catch (nb::python_error& error) {
      throw_failure(error);
    }
  }

  /// The teardown; call once.
  void leave() {
    try {
      action_ = {};
      exit_(nb::none(), nb::none(), nb::none());
    } catch (nb::python_error& error) {
      throw_failure(error);
    }
  }

  /// `n` calls in the window. `wait_without_gil`: others wait at the window too and need the interpreter to get there.
  void call(std::uint64_t n, bool keep_result, detail::Window& window, Probe& probe, bool wait_without_gil) {
    if (probe_.is_valid()) nb::cast<PythonProbe&>(probe_).probe = &probe;
    const NoCollection no_collection;
    bool good = false;
    if (keep_result) {
      good = call_and_keep(n, window, wait_without_gil);
    } else if (kInterpreterLoop && n >= kFewCalls && !probe_.is_valid()) {
      good = call_in_interpreter(n, window, wait_without_gil);
    } else {
      begin(window, wait_without_gil);
      good = call_from_c(n, nullptr);
      window.end();
    }
    if (probe_.is_valid()) nb::cast<PythonProbe&>(probe_).probe = nullptr;
    if (good) return;
    const nb::python_error error;
    throw_failure(error);
  }

 private:
  void enter(nb::handle run) {
    manager_ = nb::steal(PyObject_CallNoArgs(run.ptr()));
    if (!manager_.is_valid()) throw nb::python_error();
    const nb::handle type = manager_.type();
    const bool is_manager = nb::hasattr(type, "__enter__") && nb::hasattr(type, "__exit__");
    if (!is_manager) {
      throw core::CaseFailure({Status::error,
                               fmt::format("run() gave a {}, which is no context manager: decorate it with @contextlib.contextmanager",
                                           nb::type_name(type).c_str()),
                               Json::object()});
    }
    exit_ = manager_.attr("__exit__");
    action_ = manager_.attr("__enter__")();
    if (PyCallable_Check(action_.ptr()) == 0) {
      const std::string what = nb::type_name(action_.type()).c_str();
      exit_(nb::none(), nb::none(), nb::none());
      throw core::CaseFailure({Status::error,
                               fmt::format("run() yielded a {}, which cannot be called: yield the action, e.g. a lambda", what),
                               Json::object()});
    }
  }

  static void begin(detail::Window& window, bool wait_without_gil) {
    if (!wait_without_gil) return window.begin();
    const nb::gil_scoped_release released;
    window.begin();
  }

  /// One argument where the case wants a probe, else none. The results go to `list` or are dropped one by one.
  bool call_from_c(std::uint64_t n, PyObject* list) {
    PyObject* const argument = probe_.ptr();
    PyObject* const action = action_.ptr();
    const std::size_t count = argument == nullptr ? 0 : 1;
    for (std::uint64_t i = 0; i < n; ++i) {
      PyObject* const result = PyObject_Vectorcall(action, &argument, count, nullptr);
      if (result == nullptr) return false;
      if (list == nullptr) Py_DECREF(result);
      else PyList_SET_ITEM(list, static_cast<Py_ssize_t>(i), result);
    }
    return true;
  }

  bool call_and_keep(std::uint64_t n, detail::Window& window, bool wait_without_gil) {
    const nb::object list = nb::steal(PyList_New(static_cast<Py_ssize_t>(n)));
    if (!list.is_valid()) throw nb::python_error();
    begin(window, wait_without_gil);
    const bool good = call_from_c(n, list.ptr());
    window.end();
    return good;
  }

  bool call_in_interpreter(std::uint64_t n, detail::Window& window, bool wait_without_gil) {
    const nb::object calls = nb::module_::import_("itertools").attr("repeat")(nb::none(), n);
    PyObject* const arguments[] = {calls.ptr(), action_.ptr()};
    PyObject* const loop = interpreter_loop().ptr();
    begin(window, wait_without_gil);
    PyObject* const result = PyObject_Vectorcall(loop, arguments, 2, nullptr);
    window.end();
    Py_XDECREF(result);
    return result != nullptr;
  }

  nb::object manager_, exit_, action_, probe_;
};

class PythonSetup final : public LiveSetup {
 public:
  PythonSetup(nb::handle run, bool probe, bool threaded) : action_(std::make_unique<PythonAction>(run, probe)), threaded_(threaded) {}
  PythonSetup(const PythonSetup&) = delete;
  PythonSetup& operator=(const PythonSetup&) = delete;
  ~PythonSetup() noexcept(false) override {
    const nb::gil_scoped_acquire gil;
    const std::unique_ptr<PythonAction> action = std::move(action_);
    action->leave();
  }
  void batch(std::uint64_t n, bool keep_result, detail::Window& window, Probe& probe) override {
    const nb::gil_scoped_acquire gil;
    action_->call(n, keep_result, window, probe, threaded_);
  }

 private:
  std::unique_ptr<PythonAction> action_;
  bool threaded_;
};

class PythonRun final : public Run::Implementation {
 public:
  PythonRun(nb::handle run, bool probe, bool threaded) : run_(nb::borrow(run)), probe_(probe), threaded_(threaded) {}
  PythonRun(const PythonRun&) = delete;
  PythonRun& operator=(const PythonRun&) = delete;
  ~PythonRun() override {
    const nb::gil_scoped_acquire gil;
    run_ = {};
  }

  std::unique_ptr<LiveSetup> open() override {
    const nb::gil_scoped_acquire gil;
    return std::make_unique<PythonSetup>(run_, probe_, threaded_);
  }

  /// One context at a time: they need not nest.
  void fresh_batch(std::uint64_t n, bool keep_result, detail::Window& window, Probe& probe) override {
    const nb::gil_scoped_acquire gil;
    for (std::uint64_t i = 0; i < n; ++i) {
      PythonAction action(run_, probe_);
      try {
        action.call(1, keep_result, window, probe, false);
      } catch (...) {
        leave_after_failure(action);
        throw;
      }
      action.leave();
    }
  }

 private:
  static void leave_after_failure(PythonAction& action) noexcept {
    try {
      action.leave();
    } catch (...) {  // NOLINT(bugprone-empty-catch): the action's own failure is the one to tell
    }
  }

  nb::object run_;
  bool probe_;
  bool threaded_;
};

/// What is wrong with a field, for people.
[[noreturn]] void complain(const std::string& field, nb::handle value, const char* wanted) {
  throw Error(fmt::format("its {} is {} ({}), not {}", field, nb::repr(value).c_str(), nb::type_name(value.type()).c_str(), wanted));
}

std::string text_field(nb::handle object, const char* name) {
  const nb::object value = object.attr(name);
  if (value.is_none()) return {};
  if (!PyUnicode_Check(value.ptr())) complain(name, value, "a text");
  return nb::cast<std::string>(value);
}

double number_of(const std::string& field, nb::handle value) {
  const double number = PyFloat_AsDouble(value.ptr());
  if (PyErr_Occurred() != nullptr) {
    PyErr_Clear();
    complain(field, value, "a number");
  }
  return number;
}

DimValue dim_value(const std::string& name, nb::handle value) {
  if (PyBool_Check(value.ptr())) return DimValue(value.is(nb::handle(Py_True)));
  if (PyLong_Check(value.ptr())) {
    int overflow = 0;
    const long long integer = PyLong_AsLongLongAndOverflow(value.ptr(), &overflow);
    if (overflow != 0) complain("dim \"" + name + "\"", value, "an integer of 64 bits");
    return DimValue(static_cast<std::int64_t>(integer));
  }
  if (PyFloat_Check(value.ptr())) return DimValue(PyFloat_AS_DOUBLE(value.ptr()));
  if (PyUnicode_Check(value.ptr())) return DimValue(nb::cast<std::string>(value));
  if (nb::hasattr(value, "item")) {  // numpy's scalars
    const nb::object plain = value.attr("item")();
    if (!plain.type().is(value.type())) return dim_value(name, plain);
  }
  complain("dim \"" + name + "\"", value, "a text, an integer, a real or a boolean");
}

/// The entries of a mapping field; none if it is None.
template <class Visit>
void for_each_item(nb::handle object, const char* field, Visit&& visit) {
  const nb::object mapping = object.attr(field);
  if (mapping.is_none()) return;
  if (!nb::hasattr(mapping, "items")) complain(field, mapping, "a mapping");
  for (const nb::handle item : mapping.attr("items")()) {
    const nb::object key = nb::borrow(item[0]);
    if (!PyUnicode_Check(key.ptr())) complain(fmt::format("name in {}", field), key, "a text");
    visit(nb::cast<std::string>(key), nb::object(item[1]));
  }
}

void fill_settings(Case& definition, nb::handle object) {
  for_each_item(object, "dims",
                [&](const std::string& name, const nb::object& value) { definition.dims.set(name, dim_value(name, value)); });
  for_each_item(object, "labels", [&](const std::string& name, const nb::object& value) {
    definition.labels.emplace_back(name, number_of("label \"" + name + "\"", value));
  });
  for_each_item(object, "work", [&](const std::string& name, const nb::object& value) {
    if (name == "items") definition.work.items = number_of("work", value);
    else if (name == "bytes") definition.work.bytes = number_of("work", value);
    else throw Error(fmt::format("its work has \"{}\"; known are items and bytes", name));
  });
  definition.skip = text_field(object, "skip");
  definition.group = text_field(object, "group");
  definition.body_hash = text_field(object, "body_hash");
  definition.reuse = nb::cast<bool>(object.attr("reuse"));
  definition.keep_result = nb::cast<bool>(object.attr("keep_result"));
  for (const nb::handle limit : nb::object(object.attr("limits"))) {
    if (!PyUnicode_Check(limit.ptr())) complain("limit", limit, "a text");
    definition.limits.push_back(nb::cast<std::string>(limit));
  }
  if (const nb::object timeout = object.attr("timeout"); !timeout.is_none())
    definition.timeout = std::chrono::duration<double>(number_of("timeout", timeout));
  definition.threads = static_cast<int>(number_of("threads", object.attr("threads")));
  definition.max_states = static_cast<std::uint64_t>(std::fmax(number_of("max_states", object.attr("max_states")), 0));
}

void fill(core::HostCase& result, nb::handle object) {
  Case& definition = result.definition;
  const nb::object id = object.attr("id");
  if (!PyUnicode_Check(id.ptr())) {
    definition.id = nb::repr(id).c_str();
    complain("id", id, "a text");
  }
  definition.id = nb::cast<std::string>(id);
  fill_settings(definition, object);
  const nb::object run = object.attr("run");
  if (PyCallable_Check(run.ptr()) == 0) complain("run", run, "a callable that gives a context manager");
  definition.run = Run(std::make_shared<PythonRun>(run, nb::cast<bool>(object.attr("probe")), definition.threads > 1));
}

}  // namespace

core::HostCase host_case(nb::handle object, std::size_t number) {
  core::HostCase result;
  result.place = fmt::format("cases()[{}]", number);
  result.definition.id = result.place;
  try {
    if (nb::hasattr(object, "_place")) result.place = nb::cast<std::string>(object.attr("_place"));
    if (!nb::hasattr(object, "id") || !nb::hasattr(object, "run")) complain("place in cases", object, "a benchkit.Case");
    fill(result, object);
  } catch (const Error& error) {
    result.broken = error.what();
  } catch (nb::python_error& error) {
    result.broken = fmt::format("it cannot be read: {}", nb::str(error.value()).c_str());
  } catch (const std::exception& error) {
    result.broken = fmt::format("a field has a value of the wrong type ({})", error.what());
  }
  return result;
}

std::vector<core::HostCase> host_cases(nb::handle source) {
  const nb::gil_scoped_acquire gil;
  std::vector<core::HostCase> cases;
  try {
    const nb::object all = PyCallable_Check(source.ptr()) != 0 ? source() : nb::borrow(source);
    for (const nb::handle one : all) cases.push_back(host_case(one, cases.size()));
  } catch (nb::python_error& error) {
    throw_failure(error);
  }
  return cases;
}

void bind_probe(nb::module_& module) {
  const auto live = [](const PythonProbe& self) -> Probe& {
    if (self.probe == nullptr) throw Error("a probe can be used only while its action runs");
    return *self.probe;
  };
  nb::class_<PythonProbe>(module, "Probe", "What an action may say while it runs; handed to it where its Case says probe=True.")
      .def(
          "report",
          [live](const PythonProbe& self, const std::string& name, double value, const std::string& unit, const std::string& better) {
            live(self).report(name, value, unit, better_from(better));
          },
          nb::arg("name"), nb::arg("value"), nb::arg("unit") = "", nb::arg("better") = "unknown",
          "Reports a number of the action's own. `better` is \"less\", \"more\" or \"unknown\". Reports of one name in one sample are "
          "averaged.")
      .def(
          "time", [live](const PythonProbe& self, double nanoseconds) { live(self).time(nanoseconds); }, nb::arg("nanoseconds"),
          "For work that times itself: what this call took, in place of what the clock saw.");
}

}  // namespace benchkit::python
