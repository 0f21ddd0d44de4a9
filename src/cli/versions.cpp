#include "cli/versions.hpp"

#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/os.hpp"
#include "sweep/provisioner.hpp"

namespace benchkit::cli {
namespace {

bool is_program(const std::string& path) {
  const std::string found = base::find_program(path);
  return !found.empty() && std::filesystem::exists(found);
}

void check_is_program(const std::string& path, const std::string& option) {
  if (is_program(path)) return;
  throw Error(fmt::format("there is no program \"{}\"", path), option, "a path (./bench-old), python:PATH or cmd:COMMAND");
}

/// The shared object of a host, which benchkit_host() puts beside it. Absolute: the loader would look a bare name up elsewhere.
std::string loadable(const std::string& program, const std::string& option) {
  const std::string library = program.ends_with(".so") ? program : program + ".so";
  std::error_code error;
  if (std::filesystem::exists(library, error)) return std::filesystem::absolute(library).string();
  throw Error(fmt::format("there is no {}", library), option,
              "build the suite's shared object by the CMake function benchkit_host(target), or use --mode exec");
}

using sweep::VersionSpec;

/// What is neither a command nor an interpreter is a program here: nothing is made for a single run.
HostSpec host_of(const VersionSpec& spec, const HostSpec& head, const std::string& option) {
  HostSpec host = head;
  host.name = spec.what;
  host.in_process = nullptr;
  if (spec.kind != VersionSpec::Kind::python) {
    if (!spec.what.ends_with(".so")) check_is_program(spec.what, option);
    host.worker_argv = {spec.what};
  } else {
    const std::string first = head.worker_argv.empty() ? "" : std::filesystem::path(head.worker_argv.front()).filename().string();
    if (!first.starts_with("python")) {
      throw Error("python:PATH is another environment of a Python suite, and this one is none", option, "name its program: ./bench-old");
    }
    const std::string interpreter = sweep::interpreter_in(spec.what);
    if (!is_program(interpreter)) {
      throw Error(fmt::format("there is no Python environment \"{}\"", spec.what), option,
                  "an environment's folder, or its interpreter; both benchkit and what is measured are to be installed in it");
    }
    host.worker_argv.front() = interpreter;
  }
  return host;
}

CommandCaseOptions commands_of(const VersionSpec& spec, const CommandCaseOptions& head, const std::string& option) {
  if (head.commands.size() != 1) {
    throw Error("cmd:COMMAND stands for another version of a single --command", option,
                head.given() ? "give one --command at a time" : "it goes with --command 'name=CMD'");
  }
  CommandCaseOptions commands = head;
  const std::string& text = head.commands.front();
  commands.commands.front() = text.substr(0, text.find('=') + 1) + spec.what;
  return commands;
}

void check_has_workers(const Context& context, const CommandCaseOptions& commands, const std::string& option) {
  if (context.host.in_process && context.host.worker_argv.empty() && !commands.given())
    throw Error(fmt::format("versions are measured in workers, which cannot be started here ({})", context.host.in_process_reason), option);
}

/// Where a program's layout with this number lies, as benchkit_layouts() puts it beside the program.
std::string layout_of(const HostSpec& host, bool inproc, std::size_t number) {
  std::string program = base::find_program(host.worker_argv.front());
  if (program.empty()) program = host.worker_argv.front();  // a shared object
  if (program.ends_with(".so")) program.resize(program.size() - 3);
  const std::string file = fmt::format("{}-layout-{}{}", program, number, inproc ? ".so" : "");
  return inproc ? std::filesystem::absolute(file).string() : file;
}

bool has_layout(const HostSpec& host, bool inproc, std::size_t number) {
  std::error_code error;
  return std::filesystem::exists(layout_of(host, inproc, number), error);
}

void check_can_have_layouts(const HostSpec& host, const CommandCaseOptions& commands) {
  if (!commands.given() && host.worker_argv.size() == 1) return;
  throw Error("only a program's own code has layouts", "--layouts", "it goes with suites in C++, built by benchkit_layouts(target N)");
}

std::vector<std::string> layouts_of(const HostSpec& host, const CommandCaseOptions& commands, const VersionChoice& choice) {
  check_can_have_layouts(host, commands);
  std::vector<std::string> files;
  for (std::size_t number = 1; number <= choice.layouts; ++number) {
    files.push_back(layout_of(host, choice.inproc, number));
    if (has_layout(host, choice.inproc, number)) continue;
    throw Error(fmt::format("there is no {}", files.back()), "--layouts",
                fmt::format("link the suite by the CMake function benchkit_layouts(target {}){}", choice.layouts,
                            choice.inproc ? ", behind benchkit_host(target)" : ""));
  }
  return files;
}

}  // namespace

std::size_t count_layouts(const HostSpec& host, const CommandCaseOptions& commands, bool inproc) {
  check_can_have_layouts(host, commands);
  std::size_t count = 0;
  while (has_layout(host, inproc, count + 1)) ++count;
  return count;
}

Versions::Versions(const Context& context, const CommandCaseOptions& commands, const VersionChoice& choice, runner::ProcessLimits limits,
                   const base::InterruptGuard* interrupts) {
  if (choice.itself) {
    check_has_workers(context, commands, "aa");
    all_.push_back({.host = context.host, .commands = commands, .label = "itself", .spec = "itself", .workers = {}});
  } else if (!choice.against.empty()) {
    all_.push_back(base_of(context, commands, choice.against));
  }
  all_.push_back({.host = context.host, .commands = commands, .label = choice.label, .spec = {}, .workers = {}});
  if (choice.layouts > 0) {
    for (One& one : all_) one.host.layouts = layouts_of(one.host, one.commands, choice);
  }
  if (choice.inproc) {
    share_process(context, limits, interrupts);
    return;
  }
  for (One& one : all_) one.workers = workers_of(one.host, one.commands, limits, interrupts);
}

Versions::One Versions::base_of(const Context& context, const CommandCaseOptions& commands, const std::string& against) {
  const std::string option = "--against";
  const sweep::VersionSpec spec = sweep::parse_version_spec(against, option);
  check_has_workers(context, commands, option);
  if (commands.given() != (spec.kind == sweep::VersionSpec::Kind::command)) {
    throw Error(commands.given() ? "another version of a --command is cmd:COMMAND" : "cmd:COMMAND goes with --command 'name=CMD'", option);
  }
  One base{.host = context.host, .commands = commands, .label = spec.name(), .spec = spec.text, .workers = {}};
  if (spec.kind == sweep::VersionSpec::Kind::command) base.commands = commands_of(spec, commands, option);
  else base.host = host_of(spec, context.host, option);
  return base;
}

void Versions::share_process(const Context& context, runner::ProcessLimits limits, const base::InterruptGuard* interrupts) {
  const std::string option = "--mode inproc";
  if (all_.size() < 2) throw Error("one process for both versions: there is only one", option, "name the other one: --against ./prog");
  std::vector<runner::SharedProcess::Version> loaded;
  for (One& one : all_) {
    if (one.commands.given()) throw Error("a command is a process of its own", option, "use --mode exec");
    if (one.host.worker_argv.size() != 1) {
      throw Error("this suite is in Python, and an interpreter holds one version of a package", option, "use --mode exec");
    }
    one.host.worker_argv.front() = loadable(one.host.worker_argv.front(), option);
    loaded.push_back({one.host.worker_argv.front(), one.host.layouts});
  }
  std::vector<std::string> argv = context.host.command_argv;
  argv.emplace_back("serve-inproc");
  shared_ = std::make_unique<runner::SharedProcess>(std::move(argv), std::move(loaded), limits, interrupts);
  for (std::size_t i = 0; i < all_.size(); ++i) all_[i].workers = shared_->workers_of(i);
}

Version Versions::version(const One& one) {
  Json details = Json::object();
  if (one.spec.empty()) details = git_.details();
  else details["spec"] = one.spec;
  if (std::string hash = program_hash(one.host, one.commands); !hash.empty()) details["program_hash"] = std::move(hash);
  return version_of(one.label, std::move(details), called(one.host));
}

const std::vector<Version>& Versions::versions() {
  if (!versions_.empty()) return versions_;
  for (const One& one : all_) versions_.push_back(version(one));
  // One label is one version to every reader of the file.
  if (versions_.size() > 1 && versions_.front().label == versions_.back().label) versions_.front().label += " (base)";
  return versions_;
}

std::vector<runner::Target> Versions::targets() {
  std::vector<runner::Target> targets;
  for (std::size_t i = 0; i < all_.size(); ++i) {
    targets.push_back({.version = [this, i] { return versions()[i]; },
                       .workers = all_[i].workers.get(),
                       .name = all_.size() > 1 ? all_[i].spec.empty() ? called(all_[i].host) : all_[i].spec : std::string()});
  }
  return targets;
}

}  // namespace benchkit::cli
