// _core: what a worker needs, and run_case.
#include <nanobind/nanobind.h>
#include <nanobind/stl/function.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>
#include <benchkit/core/run_case.hpp>

#include "base/json.hpp"
#include "base/units.hpp"
#include "core/worker.hpp"
#include "python_case.hpp"
#include "python_failure.hpp"
#include "python_memory.hpp"
#include "python_suite.hpp"

namespace nb = nanobind;

namespace benchkit::python {
namespace {

/// What sys.stdout and sys.stderr hold. A case may have closed or replaced them: that is its own affair.
void flush_streams() {
  for (const char* name : {"stdout", "stderr"}) {
    PyObject* const stream = PySys_GetObject(name);
    if (stream == nullptr || stream == Py_None) continue;
    const nb::object flushed = nb::steal(PyObject_CallMethod(stream, "flush", nullptr));
    if (!flushed.is_valid()) PyErr_Clear();
  }
}

/// Whatever goes wrong is for the cases to say that need the module.
void import_where_there(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const nb::object module = nb::steal(PyImport_ImportModule(name.c_str()));
    if (!module.is_valid()) PyErr_Clear();
  }
}

core::Host python_host(const std::string& name, const std::string& toolchain, const std::string& packages, nb::handle cases,
                       const std::vector<std::string>& imports) {
  core::Host host;
  host.program = name;
  host.language = "python";
  host.toolchain = base::parse_json(toolchain, "toolchain");
  host.packages = base::parse_json(packages, "packages");
  host.flush_output = [] {
    const nb::gil_scoped_acquire gil;
    flush_streams();
  };
  if (!imports.empty()) {
    host.prepare = [imports] {
      const nb::gil_scoped_acquire gil;
      import_where_there(imports);
    };
  }
  host.conditions = {{"garbage_collection", "off while measuring"}};
  if (nb::hasattr(cases, "_resources")) {
    const auto resources = nb::cast<std::vector<std::string>>(cases.attr("_resources"));
    if (!resources.empty()) host.conditions["shared_resources"] = resources;
  }
  // With malloc in place of its own allocators, CPython asks for each object by itself.
  host.meter_modes.push_back({"memory",
                              {.name = "python-allocator",
                               .note = "Python objects counted one by one (PYTHONMALLOC=malloc), not by the arena that they come from",
                               .launch = {.environment = {{"PYTHONMALLOC", "malloc"}}, .preload = {}, .prefix = {}}}});
  return host;
}

/// Answers the runner at `descriptor` until it says quit. Returns the exit code.
int serve(const std::string& name, const nb::object& cases, int descriptor, const std::string& toolchain, const std::string& packages,
          const ShortNames& short_names, const std::vector<std::string>& imports) {
  core::WorkerSession session(python_host(name, toolchain, packages, cases, imports), case_source(cases, short_names),
                              core::system_clock());
  const nb::gil_scoped_release released;
  return core::serve(session, descriptor);
}

/// A worker in this process: a line in, lines out. The empty line asks for its hello.
class Session {
 public:
  Session(const std::string& name, nb::object cases, const std::string& toolchain, const std::string& packages,
          const ShortNames& short_names, std::uint64_t samples, std::uint64_t iterations, std::uint64_t warmup,
          const std::vector<std::string>& imports)
      : cases_(std::move(cases)),
        session_(host_in_here(python_host(name, toolchain, packages, cases_, imports), {samples, iterations, warmup}),
                 case_source(cases_, short_names), core::system_clock()) {}

  std::vector<std::string> exchange(const std::string& line) {
    std::vector<std::string> answers;
    const auto reply = [&](const protocol::Message& message) { answers.push_back(protocol::to_line(message)); };
    const KeepException keep(exception_);
    const nb::gil_scoped_release released;
    if (line.empty()) reply(session_.hello());
    else session_.handle(protocol::from_line(line, "request"), reply);
    return answers;
  }

  /// What a case of it raised last, once; or None. Kept longer, its traceback would keep this session.
  nb::object take_exception() { return exception_.is_valid() ? std::exchange(exception_, nb::object()) : nb::none(); }

 private:
  static core::Host host_in_here(core::Host host, const core::Host::Fixed& fixed) {
    host.shares_process = true;
    host.fixed = fixed;
    return host;
  }

  nb::object cases_, exception_;
  core::WorkerSession session_;
};

CaseResult run_one(nb::handle object, const std::string& metric, double budget, std::uint64_t samples) {
  const core::HostCase host_case = python::host_case(object, 0);
  if (!host_case.broken.empty()) throw Error(host_case.broken, host_case.definition.id);
  try {
    const nb::gil_scoped_release released;
    return run_case(host_case.definition, {.meter = metric, .budget = std::chrono::duration<double>(budget), .samples = samples});
  } catch (const PythonFailure& failure) {
    failure.error().restore();
    throw nb::python_error();
  }
}

std::string repr(const CaseResult& result) {
  std::string text = fmt::format("{}: {}", result.id, base::format_value(result.median, result.metric.unit));
  if (result.low)
    text +=
        fmt::format(" [{}, {}]", base::format_value(*result.low, result.metric.unit), base::format_value(*result.high, result.metric.unit));
  return text + fmt::format(" ({} of {} samples × {} calls)", result.metric.name, result.samples.size(), result.iterations);
}

}  // namespace
}  // namespace benchkit::python

NB_MODULE(_core, module) {
  using namespace benchkit;
  nb::set_leak_warnings(false);  // a traceback that lives to the interpreter's end keeps what its frames hold
  nb::exception<Error>(module, "Error", PyExc_ValueError);
  nb::register_exception_translator(
      [](const std::exception_ptr& pointer, void* type) {
        try {
          std::rethrow_exception(pointer);
        } catch (const Error& error) {
          PyErr_SetString(static_cast<PyObject*>(type), describe(error).c_str());
        }
      },
      module.attr("Error").ptr());
  python::bind_probe(module);
  python::bind_memory(module);
  python::bind_suite(module);
  nb::class_<CaseResult>(module, "CaseResult", "What run_case() measured, in one process.")
      .def_ro("id", &CaseResult::id)
      .def_prop_ro("metric", [](const CaseResult& self) { return self.metric.name; })
      .def_prop_ro("unit", [](const CaseResult& self) { return self.metric.unit; })
      .def_ro("samples", &CaseResult::samples, "Per call, in `unit`, in the order in which they were taken.")
      .def_ro("iterations", &CaseResult::iterations, "Calls behind each sample.")
      .def_ro("median", &CaseResult::median)
      .def_ro("low", &CaseResult::low, "Lower end of the median's 95 % interval, within this process; None with too few samples.")
      .def_ro("high", &CaseResult::high)
      .def_ro("warnings", &CaseResult::warnings)
      .def("__repr__", &python::repr);
  module.def("run_case", &python::run_one, nb::arg("case"), nb::arg("metric") = "time", nb::arg("budget") = 0.5, nb::arg("samples") = 0);
  module.def("take_worker_descriptor", &core::take_worker_descriptor);
  module.def("serve", &python::serve, nb::arg("name"), nb::arg("cases"), nb::arg("descriptor"), nb::arg("toolchain"), nb::arg("packages"),
             nb::arg("short_names"), nb::arg("imports"));
  nb::class_<python::Session>(module, "Session")
      .def(nb::init<const std::string&, nb::object, const std::string&, const std::string&, const python::ShortNames&, std::uint64_t,
                    std::uint64_t, std::uint64_t, const std::vector<std::string>&>(),
           nb::arg("name"), nb::arg("cases"), nb::arg("toolchain"), nb::arg("packages") = "{}",
           nb::arg("short_names") = python::ShortNames(), nb::arg("samples") = 0, nb::arg("iterations") = 0, nb::arg("warmup") = 0,
           nb::arg("imports") = std::vector<std::string>())
      .def("exchange", &python::Session::exchange, nb::arg("line"))
      .def("take_exception", &python::Session::take_exception, "What a case of it raised last, once; or None.");
  nb::class_<core::Connection>(module, "Connection", "A worker's end of the connection to the runner.")
      .def(nb::init<int>(), nb::arg("descriptor"))
      .def("next", &core::Connection::next, nb::call_guard<nb::gil_scoped_release>(), "The next request; None: the runner is gone.")
      .def(
          "send", [](core::Connection& self, const std::string& line) { self.send(line); }, nb::arg("line"));
  module.attr("__version__") = BENCHKIT_VERSION;
}
