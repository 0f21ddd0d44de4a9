// _tools: the command line, and what draws figures.
#include <optional>
#include <sstream>

#include <nanobind/nanobind.h>
#include <nanobind/stl/function.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <benchkit/base/error.hpp>

#include "base/json.hpp"
#include "cli/session.hpp"
#include "plot/renderers/renderer.hpp"
#include "tools_recording.hpp"
#include "tools_snapshot.hpp"

namespace nb = nanobind;

namespace benchkit::python {
namespace {

using Words = std::vector<std::string>;
using Exchange = std::function<Words(const std::string&)>;

using OwnCommand = std::pair<std::string, std::string>;  ///< name and help: Python carries them out before it comes here

std::vector<cli::HostCommand> own_commands(const std::vector<OwnCommand>& commands) {
  std::vector<cli::HostCommand> all;
  for (const auto& [name, help] : commands) all.push_back({name, help, {}});
  return all;
}

using InstallSpec = std::function<Words(const std::string&)>;

/// A Python function that answers lines, for threads that do not hold the interpreter's lock.
Exchange with_lock(Exchange exchange) {
  return [exchange = std::move(exchange)](const std::string& line) {
    const nb::gil_scoped_acquire gil;
    return exchange(line);
  };
}

/// The exit code. `install_spec`: a version to its requirements, or None. `here`: tells in this process what there is; None: a worker does.
int run(const Words& arguments, const std::string& name, const Words& worker_argv, const Words& command_argv,
        const std::vector<OwnCommand>& commands, std::optional<InstallSpec> install_spec, const std::string& not_resumable,
        std::optional<Exchange> here) {
  InstallSpec asked;
  if (install_spec) {
    asked = [&install_spec](const std::string& version) {
      const nb::gil_scoped_acquire gil;
      return (*install_spec)(version);
    };
  }
  const cli::HostSpec host{.name = name,
                           .worker_argv = worker_argv,
                           .in_process = here ? with_lock(std::move(*here)) : Exchange{},
                           .in_process_reason = {},
                           .command_argv = command_argv,
                           .commands = own_commands(commands),
                           .not_resumable = not_resumable,
                           .install_spec = std::move(asked)};
  const nb::gil_scoped_release released;
  return cli::run(arguments, host, cli::standard_streams());
}

/// The exit code, what went to the standard output, and to the standard error: sys.stdout may be anything where there is no program to start.
std::tuple<int, std::string, std::string> run_in_process(const Words& arguments, const std::string& name, Exchange exchange,
                                                         const std::string& reason, const Words& command_argv,
                                                         const std::vector<OwnCommand>& commands, std::size_t width, bool colour) {
  const cli::HostSpec host{.name = name,
                           .worker_argv = {},
                           .in_process = with_lock(std::move(exchange)),
                           .in_process_reason = reason,
                           .command_argv = command_argv,
                           .commands = own_commands(commands)};
  std::ostringstream out;
  std::ostringstream err;
  int code = 0;
  {
    const nb::gil_scoped_release released;
    code = cli::run(arguments, host, {.out = out, .err = err, .width = width, .colour = colour});
  }
  return {code, out.str(), err.str()};
}

/// The bytes of a picture of a figure (JSON); one engine serves the whole process.
nb::bytes draw(const std::string& figure, const std::string& format) {
  static plot::Drawing drawing;
  try {
    const plot::Figure what = plot::figure_from_json(base::parse_json(figure, "a figure"));
    const std::string bytes = plot::renderer_for("figure." + format).draw(what, drawing, {});
    return nb::bytes(bytes.data(), bytes.size());
  } catch (const Error& error) {
    throw nb::value_error(describe(error).c_str());
  }
}

}  // namespace
}  // namespace benchkit::python

NB_MODULE(_tools, module) {
  nanobind::set_leak_warnings(false);  // as in _core
  using namespace benchkit::python;
  module.def("run", &run, nb::arg("arguments"), nb::arg("name"), nb::arg("worker_argv"), nb::arg("command_argv"), nb::arg("commands"),
             nb::arg("install_spec").none() = nb::none(), nb::arg("not_resumable") = "", nb::arg("here").none() = nb::none());
  module.def("run_in_process", &run_in_process, nb::arg("arguments"), nb::arg("name"), nb::arg("exchange"), nb::arg("reason"),
             nb::arg("command_argv"), nb::arg("commands"), nb::arg("width") = 0, nb::arg("colour") = false);
  module.def("draw", &draw, nb::arg("figure"), nb::arg("format"));
  bind_recording(module);
  bind_snapshot(module);
}
