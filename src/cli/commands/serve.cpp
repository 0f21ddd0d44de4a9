// serve: the snapshots of a folder, live in a browser.
#include <chrono>
#include <memory>
#include <thread>

#include <fmt/format.h>

#include "base/process.hpp"
#include "base/table.hpp"
#include "cli/commands/command.hpp"
#include "cli/open_file.hpp"
#include "serve/server.hpp"
#include "snapshot/recognise.hpp"

namespace benchkit::cli {
namespace {

struct ServeOptions {
  std::string folder = snapshot::kDefaultFolder;
  int port = 0;
  bool open = false;
};

int serve_folder(const Context& context, const ServeOptions& options) {
  const base::InterruptGuard interrupts;
  const serve::Server server(options.folder, options.port);
  context.streams.out << fmt::format("{} at {}\n", base::printable(options.folder), server.address()) << std::flush;
  context.streams.err << "Ctrl-C ends it\n" << std::flush;
  if (options.open) open_file(server.address());
  constexpr std::chrono::milliseconds kLook{50};
  while (!interrupts.interrupted()) std::this_thread::sleep_for(kLook);
  return 0;
}

Action declare(Arguments& command, const SuiteOptions& /*of_suite*/) {
  const auto options = std::make_shared<ServeOptions>();
  command.add_option("folder", options->folder, "where the snapshots are")->type_name("DIR")->capture_default_str();
  constexpr int kMostPort = 65535;
  command.add_option("--port", options->port, "on this machine alone [one that is free]")->type_name("N")->within(1, kMostPort);
  command.add_flag("--open", options->open, "show it");
  return [options](const Context& context) { return serve_folder(context, *options); };
}

}  // namespace

CommandEntry serve_command() { return {"serve", "a folder of snapshots in a browser, as runs write them", false, &declare}; }

}  // namespace benchkit::cli
