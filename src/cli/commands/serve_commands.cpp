// serve-commands: what `run --command` starts as its worker. Not for people.
#include <memory>

#include <benchkit/base/error.hpp>

#include "cli/commands/command.hpp"
#include "cli/options.hpp"
#include "core/meters/command_memory.hpp"
#include "core/worker.hpp"

namespace benchkit::cli {
namespace {

int serve_commands(const CommandCaseOptions& options) {
  const int descriptor = core::take_worker_descriptor();
  if (descriptor < 0) throw Error("only benchkit itself starts this command", "serve-commands", "use run --command");
  core::Host host;
  host.program = "commands";
  host.language = "command";
  host.meters = core::command_meters();
  core::WorkerSession session(std::move(host), core::plain_cases([&] { return options.cases(); }), core::system_clock());
  return core::serve(session, descriptor);
}

Action declare(Arguments& command, const SuiteOptions& /*of_suite*/) {
  const auto options = std::make_shared<CommandCaseOptions>();
  options->declare(command);
  return [options](const Context& /*context*/) { return serve_commands(*options); };
}

}  // namespace

CommandEntry serve_commands_command() { return {"serve-commands", "the worker behind run --command", true, &declare}; }

}  // namespace benchkit::cli
