// How a Python action is called.
//
// The loop is what costs: up to 3.11 a call through the C API (vectorcall) is the cheapest way to call a Python function; from 3.12 on the interpreter
// calls Python from Python without leaving its own loop, so a precompiled function `for _ in calls: action()` is cheaper, and is what
// timeit does as well. The clock is read natively, directly around either.
//
// The garbage collector is off while a batch runs, as in timeit, and says so in the worker's conditions. The GIL is held by whoever calls
// Python: the worker waits for requests without it, so that an action's own threads live.
#include "python_case.hpp"

#include <climits>
#include <cmath>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nanobind/stl/string.h>

#include <benchkit/base/error.hpp>

#include "python_failure.hpp"

namespace nb = nanobind;

namespace benchkit::python {
namespace {

/// Collection is off while one of these lives, if it was on before the first: threads have one each. The GIL guards the count.
class NoCollection {
 public:
  NoCollection() {
    if (users_++ == 0) was_on_ = PyGC_Disable() == 1;
  }
  NoCollection(const NoCollection&) = delete;
  NoCollection& operator=(const NoCollection&) = delete;
  ~NoCollection() {
    if (--users_ == 0 && was_on_) PyGC_Enable();
  }

 private:
  inline static int users_ = 0;
  inline static bool was_on_ = false;
};

/// What Python code calls a Probe; empty when its batch is over, so that an action cannot keep it.
struct PythonProbe {
  Probe* probe = nullptr;
};

/// The argument of an action that wants a probe: one for each batch, for threads have batches at the same time.
class ProbeArgument {
 public:
  ProbeArgument(bool wanted, Probe& probe) {
    if (wanted) object_ = nb::cast(PythonProbe{&probe});
  }
  ProbeArgument(const ProbeArgument&) = delete;
  ProbeArgument& operator=(const ProbeArgument&) = delete;
  ~ProbeArgument() {
    if (object_.is_valid()) nb::cast<PythonProbe&>(object_).probe = nullptr;
  }
  /// Null where none is wanted.
  [[nodiscard]] PyObject* get() const { return object_.ptr(); }

 private:
  nb::object object_;
};

[[noreturn]] void fail(std::string reason) { throw core::CaseFailure({Status::error, std::move(reason), Json::object()}); }

bool is_named(nb::handle object, std::string_view type) { return text_of(nb::getattr(object.type(), "__name__", nb::str(""))) == type; }

/// contextlib's own words for a mistake in a suite say nothing of suites.
void explain_generator(nb::handle manager, const nb::python_error& error) {
  if (!is_named(manager, "_GeneratorContextManager") || !error.matches(PyExc_RuntimeError)) return;
  const std::string message = text_of(error.value());
  if (message == "generator didn't yield") fail("run never yields: it must yield the action once, between setup and teardown");
  if (message == "generator didn't stop") fail("run yields twice: it must yield the action once; what is behind the yield is teardown");
}

/// True for what a call has only begun: a coroutine that nobody awaits, a generator that nobody consumes.
bool is_unfinished(PyObject* result) { return PyCoro_CheckExact(result) || PyGen_CheckExact(result) || PyAsyncGen_CheckExact(result); }

[[noreturn]] void refuse_unfinished(const nb::object& result) {
  if (PyCoro_CheckExact(result.ptr())) {
    const nb::object closed = nb::steal(PyObject_CallMethod(result.ptr(), "close", nullptr));  // else Python warns of it
    if (!closed.is_valid()) PyErr_Clear();
    fail("the action returned a coroutine, which nobody awaits: run it, e.g. `lambda: asyncio.run(main())`");
  }
  fail(fmt::format(
      "the action returned {}, which has done no work yet: consume it, e.g. `lambda: list(rows())`; if making it is what you measure, "
      "return None",
      a_type_name(result)));
}

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
  PythonAction(nb::handle run, bool wants_probe) : wants_probe_(wants_probe) {
    try {
      enter(run);
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
      explain_generator(manager_, error);
      throw_failure(error);
    }
  }

  /// `n` calls in the window. `wait_without_gil`: others wait at the window too and need the interpreter to get there.
  void call(std::uint64_t n, bool keep_result, detail::Window& window, Probe& probe, bool wait_without_gil) {
    const ProbeArgument argument(wants_probe_, probe);
    const NoCollection no_collection;
    nb::object unfinished;
    bool good = false;
    if (keep_result) {
      good = call_and_keep(n, window, argument.get(), unfinished, wait_without_gil);
    } else if (kInterpreterLoop && n >= kFewCalls && !wants_probe_) {
      good = call_in_interpreter(n, window, wait_without_gil);
    } else {
      begin(window, wait_without_gil);
      good = call_from_c(n, argument.get(), nullptr, unfinished);
      window.end();
    }
    if (unfinished.is_valid()) refuse_unfinished(unfinished);
    if (good) return;
    const nb::python_error error;
    throw_failure(error);
  }

 private:
  void enter(nb::handle run) {
    manager_ = nb::steal(PyObject_CallNoArgs(run.ptr()));
    if (!manager_.is_valid()) throw nb::python_error();
    const nb::handle type = manager_.type();
    if (!nb::hasattr(type, "__enter__") || !nb::hasattr(type, "__exit__")) {
      fail(fmt::format("run() gave {}, which is no context manager: decorate it with @contextlib.contextmanager", a_type_name(manager_)));
    }
    if (is_named(manager_, "_GeneratorContextManager") && !nb::hasattr(manager_.attr("gen"), "__next__")) {
      fail(fmt::format("run returned {} where it should yield: write `yield action`, not `return action`",
                       a_type_name(manager_.attr("gen"))));
    }
    exit_ = manager_.attr("__exit__");
    try {
      action_ = manager_.attr("__enter__")();
    } catch (nb::python_error& error) {
      explain_generator(manager_, error);
      throw;
    }
    if (PyCallable_Check(action_.ptr()) == 0) {
      const std::string what = a_type_name(action_);
      exit_(nb::none(), nb::none(), nb::none());
      fail(fmt::format("run() yielded {}, which cannot be called: yield the action, e.g. a lambda", what));
    }
  }

  static void begin(detail::Window& window, bool wait_without_gil) {
    if (!wait_without_gil) return window.begin();
    const nb::gil_scoped_release released;
    window.begin();
  }

  /// `argument`: one, or null for none. The results go to `list` or are dropped one by one. The batch's first one is looked at (the first batch of
  /// a case is a single call, so it comes this way); an unfinished one ends the batch.
  bool call_from_c(std::uint64_t n, PyObject* argument, PyObject* list, nb::object& unfinished) {
    PyObject* const action = action_.ptr();
    const std::size_t count = argument == nullptr ? 0 : 1;
    for (std::uint64_t i = 0; i < n; ++i) {
      PyObject* const result = PyObject_Vectorcall(action, &argument, count, nullptr);
      if (result == nullptr) return false;
      if (i == 0 && is_unfinished(result)) {
        unfinished = nb::steal(result);
        return true;
      }
      if (list == nullptr) Py_DECREF(result);
      else PyList_SET_ITEM(list, static_cast<Py_ssize_t>(i), result);
    }
    return true;
  }

  bool call_and_keep(std::uint64_t n, detail::Window& window, PyObject* argument, nb::object& unfinished, bool wait_without_gil) {
    const nb::object list = nb::steal(PyList_New(static_cast<Py_ssize_t>(n)));
    if (!list.is_valid()) throw nb::python_error();
    begin(window, wait_without_gil);
    const bool good = call_from_c(n, argument, list.ptr(), unfinished);
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

  nb::object manager_, exit_, action_;
  bool wants_probe_;
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

  /// Of a result its reference alone is known.
  [[nodiscard]] Run::Footprint footprint() const override { return {0, sizeof(PyObject*)}; }

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
  throw Error(fmt::format("its {} is {} ({}), not {}", field, repr_of(value), nb::type_name(value.type()).c_str(), wanted));
}

std::string text_of_field(const std::string& field, nb::handle value) {
  if (!PyUnicode_Check(value.ptr())) complain(field, value, "a text");
  Py_ssize_t size = 0;
  const char* const bytes = PyUnicode_AsUTF8AndSize(value.ptr(), &size);
  if (bytes == nullptr) {
    PyErr_Clear();
    complain(field, value, "a text that UTF-8 can hold");
  }
  return {bytes, static_cast<std::size_t>(size)};
}

std::string text_field(nb::handle object, const char* name) {
  const nb::object value = object.attr(name);
  return value.is_none() ? std::string() : text_of_field(name, value);
}

double number_of(const std::string& field, nb::handle value) {
  const double number = PyFloat_AsDouble(value.ptr());
  if (PyErr_Occurred() != nullptr) {
    PyErr_Clear();
    complain(field, value, "a number");
  }
  return number;
}

/// A whole number in [1, most].
std::int64_t count_of(const std::string& field, nb::handle value, std::int64_t most) {
  const double number = number_of(field, value);
  if (!(number >= 1 && number <= static_cast<double>(most) && std::floor(number) == number))
    complain(field, value, "a whole number of 1 or more");
  return static_cast<std::int64_t>(number);
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
  if (PyUnicode_Check(value.ptr())) return DimValue(text_of_field("dim \"" + name + "\"", value));
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
    visit(text_of_field(fmt::format("name in {}", field), key), nb::object(item[1]));
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
  for (const nb::handle limit : nb::object(object.attr("limits"))) definition.limits.push_back(text_of_field("limit", limit));
  if (const nb::object timeout = object.attr("timeout"); !timeout.is_none())
    definition.timeout = std::chrono::duration<double>(number_of("timeout", timeout));
  definition.threads = static_cast<int>(count_of("threads", object.attr("threads"), INT_MAX));
  definition.max_states = static_cast<std::uint64_t>(count_of("max_states", object.attr("max_states"), std::int64_t{1} << 53));
}

void fill(core::HostCase& result, nb::handle object) {
  Case& definition = result.definition;
  const nb::object id = object.attr("id");
  definition.id = repr_of(id);  // where it is no text, that is what it is called
  definition.id = text_of_field("id", id);
  fill_settings(definition, object);
  const nb::object run = object.attr("run");
  if (nb::hasattr(run.type(), "__enter__")) {
    throw Error(
        "its run is a context manager, not a function that gives one: each setup needs one of its own, so write run=f, not run=f()");
  }
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
    if (!nb::hasattr(object, "id") || !nb::hasattr(object, "run"))
      throw Error(fmt::format("cases() gave {} ({}), not a benchkit.Case", repr_of(object), nb::type_name(object.type()).c_str()));
    fill(result, object);
  } catch (const Error& error) {
    result.broken = error.what();
  } catch (nb::python_error& error) {
    result.broken = fmt::format("it cannot be read: {}", text_of(error.value()));
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
