#include "tools_recording.hpp"

#include <nanobind/stl/function.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <new>
#include <utility>

#include "base/json.hpp"
#include "cli/recording.hpp"
#include "cli/side_by_side.hpp"

namespace nb = nanobind;

namespace benchkit::python {
namespace {

using Words = std::vector<std::string>;
using Exchange = cli::LineExchange;

/// The tools run without the GIL, which a worker in this process needs for each answer.
Exchange with_gil(Exchange exchange) {
  return [exchange = std::move(exchange)](const std::string& line) {
    const nb::gil_scoped_acquire gil;
    return exchange(line);
  };
}

void make_recording(cli::Recording* place, const std::string& called, const Words& arguments, Exchange exchange, const Words& metrics,
                    const Words& on_demand, const Words& most, const std::string& budget, std::uint64_t samples, const std::string& label,
                    const std::string& path, bool attribute, bool extend) {
  const cli::RecordingOptions options{.metrics = metrics,
                                      .on_demand = on_demand,
                                      .most = most,
                                      .budget = budget,
                                      .label = label,
                                      .path = path,
                                      .samples = samples,
                                      .attribute = attribute,
                                      .extend = extend};
  const Exchange answer = with_gil(std::move(exchange));
  const nb::gil_scoped_release released;
  new (place) cli::Recording(options, called, arguments, answer);
}

runner::SoloResult measure(cli::Recording& self, Exchange exchange, const std::string& meter, std::uint64_t samples,
                           std::uint64_t iterations, double budget, std::optional<std::uint64_t> warmup) {
  const Exchange answer = with_gil(std::move(exchange));
  const nb::gil_scoped_release released;
  return self.measure(answer, {.meter = meter,
                               .samples = samples,
                               .iterations = iterations,
                               .budget_ns = static_cast<std::int64_t>(budget * 1e9),
                               .warmup = warmup});
}

void end_case(cli::Recording& self, Exchange exchange, const std::string& extra, const std::string& status, const std::string& reason,
              const std::string& traceback) {
  const Exchange answer = with_gil(std::move(exchange));
  const nb::gil_scoped_release released;
  self.end_case(answer, extra, status, reason, traceback);
}

void side_by_side(const std::vector<std::pair<std::string, Exchange>>& sides, const std::string& path, const Words& metrics,
                  const std::string& budget, std::uint64_t samples) {
  std::vector<cli::SideHere> here;
  for (const auto& [label, exchange] : sides) here.push_back({label, with_gil(exchange)});
  const nb::gil_scoped_release released;
  cli::measure_side_by_side({.metrics = metrics, .budget = budget, .path = path, .samples = samples}, here, "benchkit.compare");
}

void restate_cases(const std::string& path, const std::string& told) { cli::restate_cases(path, base::parse_json(told, "told")); }

}  // namespace

void bind_recording(nb::module_& module) {
  using Result = runner::SoloResult;
  nb::class_<Result>(module, "Turn", "What came of a case's turn under one meter.")
      .def_prop_ro("status", [](const Result& self) { return std::string(to_string(self.outcome.status)); })
      .def_prop_ro("reason", [](const Result& self) { return self.outcome.reason; })
      .def_ro("values", &Result::values, "By metric, per call, in the order in which they were taken.");
  nb::class_<cli::RecordingMeter>(module, "RecordingMeter")
      .def_ro("name", &cli::RecordingMeter::name)
      .def_ro("batches", &cli::RecordingMeter::batches, "A sample is many calls.")
      .def_ro("on_demand", &cli::RecordingMeter::on_demand, "None of its metrics was asked for for every case.");
  nb::class_<cli::Recording>(module, "Recording", "Cases that come one by one, measured in this process and written to a snapshot.")
      .def("__init__", &make_recording, nb::arg("called"), nb::arg("arguments"), nb::arg("exchange"), nb::arg("metrics"),
           nb::arg("on_demand") = Words(), nb::arg("most") = Words(), nb::arg("budget") = "", nb::arg("samples") = 0, nb::arg("label") = "",
           nb::arg("path") = "", nb::arg("attribute") = false, nb::arg("extend") = false)
      .def_prop_ro("meters", &cli::Recording::meters, "Those of single calls first.")
      .def_prop_ro("path", &cli::Recording::path)
      .def("measure", &measure, nb::arg("exchange"), nb::arg("meter"), nb::arg("samples") = 0, nb::arg("iterations") = 0,
           nb::arg("budget") = 0.0, nb::arg("warmup").none() = nb::none())
      .def("end_case", &end_case, nb::arg("exchange"), nb::arg("extra") = "{}", nb::arg("status") = "ok", nb::arg("reason") = "",
           nb::arg("traceback") = "")
      .def("finish", &cli::Recording::finish, nb::arg("width") = 0, nb::arg("colour") = false, nb::call_guard<nb::gil_scoped_release>());
  module.def("restate_cases", &restate_cases, nb::arg("path"), nb::arg("told"), nb::call_guard<nb::gil_scoped_release>(),
             "`told`: JSON; by id what takes the place of what the file says of the case: group, labels, extra_info.");
  module.def("side_by_side", &side_by_side, nb::arg("sides"), nb::arg("path"), nb::arg("metrics"), nb::arg("budget") = "",
             nb::arg("samples") = 0);
}

}  // namespace benchkit::python
