#include <benchkit/app/app.hpp>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/os.hpp"
#include "core/host.hpp"
#include "core/memory_hooks.hpp"
#include "core/worker.hpp"
#include "suite/suite_source.hpp"

namespace benchkit {
namespace {

constexpr int kWrongUsage = 2;
/// `--benchkit-install-spec VERSION`: the command, a process of its own, asks what the host says for a version.
constexpr std::string_view kAskInstallSpec = "--benchkit-install-spec";

std::string find_command(const std::string& built_with) {
  if (const auto named = base::environment("BENCHKIT"); named && !named->empty()) {
    if (const std::string path = base::find_program(*named); !path.empty()) return path;
    throw Error(fmt::format("{} is no program", *named), "$BENCHKIT", "set BENCHKIT to the path of the command `benchkit`, or unset it");
  }
  if (base::is_executable(built_with)) return built_with;
  if (const std::string path = base::find_program("benchkit"); !path.empty()) return path;
  throw Error("the command `benchkit` was not found: not where this program was built with it" +
                  (built_with.empty() ? std::string() : " (" + built_with + ")") + ", and not along PATH",
              {}, "install benchkit, or set BENCHKIT to the path of its command");
}

}  // namespace

struct App::State {
  std::string name;
  std::string command_path;
  Toolchain toolchain;
  std::vector<core::HostCase> cases;
  std::shared_ptr<const Registry> suite{};
  std::vector<std::string> resources{};
  std::function<void()> prepare{};
  std::vector<protocol::OptionInfo> short_names{};
  InstallSpec install_spec{};

  [[nodiscard]] std::shared_ptr<core::CaseSource> source() {
    auto take = [this] { return std::move(cases); };
    if (suite) return std::make_shared<suite::SuiteSource>(suite, std::move(take), short_names);
    return core::plain_cases(std::move(take), short_names);
  }

  int serve_runner(int descriptor) {
    core::Host host;
    host.program = name;
    host.toolchain = {{"compiler", toolchain.compiler},
                      {"cplusplus", toolchain.cplusplus},
                      {"optimised", toolchain.optimised},
                      {"assertions", toolchain.assertions}};
    host.prepare = prepare;
    if (!resources.empty()) host.conditions["shared_resources"] = resources;
    core::WorkerSession session(std::move(host), source(), core::system_clock());
    return core::serve(session, descriptor);
  }

  [[noreturn]] void hand_over(int argc, char** argv) const {
    std::vector<std::string> words{find_command(command_path), "--host", base::executable_path(), "--host-name", argv[0]};
    if (install_spec) words.insert(words.end(), {"--host-asks", std::string(kAskInstallSpec)});
    words.insert(words.end(), argv + 1, argv + argc);
    base::become(words);
  }
};

namespace {

/// `--benchkit-worker N`: a host that was loaded into a process with others has no environment of its own to find its descriptor in.
int descriptor_of(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "--benchkit-worker")
    return std::atoi(argv[2]);  // NOLINT(bugprone-unchecked-string-to-number-conversion): the runner wrote it
  return core::take_worker_descriptor();
}

}  // namespace

App::App(std::string name, std::string command_path, std::string hooks_path, Toolchain toolchain)
    : state_(std::make_unique<State>(State{std::move(name), std::move(command_path), toolchain, {}})) {
  core::set_memory_hooks_path(std::move(hooks_path));
}
App::App(App&&) noexcept = default;
App& App::operator=(App&&) noexcept = default;
App::~App() = default;

App& App::add(Case definition, std::source_location place) {
  state_->cases.push_back({std::move(definition), fmt::format("{}:{}", place.file_name(), place.line()), {}});
  return *this;
}

App& App::prepare(std::function<void()> what) {
  state_->prepare = std::move(what);
  return *this;
}

App& App::add_suite(detail::SuiteCases suite) {
  if (state_->suite) {
    throw Error(fmt::format("a host has one suite, and this is its second: \"{}\" and \"{}\"", state_->suite->spec().name,
                            suite.registry->spec().name),
                {}, "give the first one another dial or more operations, or make two programs");
  }
  state_->suite = std::move(suite.registry);
  state_->resources = std::move(suite.resources);
  for (auto& [definition, place] : suite.cases) state_->cases.push_back({std::move(definition), std::move(place), {}});
  return *this;
}

App& App::short_name(const std::string& option, const std::string& dim) {
  state_->short_names.push_back(core::short_name(option, dim));
  return *this;
}

App& App::install_spec(InstallSpec spec) {
  state_->install_spec = std::move(spec);
  return *this;
}
const App::InstallSpec& App::install_spec() const noexcept { return state_->install_spec; }

int App::main(int argc, char** argv) {
  try {
    if (state_->install_spec && argc == 3 && argv[1] == kAskInstallSpec) {
      std::printf("%s\n", state_->install_spec(argv[2]).c_str());
      return 0;
    }
    if (const int descriptor = descriptor_of(argc, argv); descriptor >= 0) return state_->serve_runner(descriptor);
    state_->hand_over(argc, argv);
  } catch (const Error& error) {
    std::fprintf(stderr, "%s: %s\n", state_->name.c_str(), describe(error).c_str());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", state_->name.c_str(), error.what());
  }
  return kWrongUsage;
}

}  // namespace benchkit
