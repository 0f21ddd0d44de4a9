// serve-inproc: what `run --mode inproc` starts as its worker: several builds of a suite, each a shared object with a thread of its own. Not for people.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/os.hpp"
#include "cli/commands/command.hpp"

namespace benchkit::cli {
namespace {

using HostMain = int (*)(int, char**);

HostMain load_host(const std::string& path) {
  std::string reason;
  void* const library = base::load_library(path, reason);
  if (library == nullptr) throw Error(reason, path, "measure it by --mode exec");
  auto* const main = reinterpret_cast<HostMain>(base::symbol_of(library, "main"));
  if (main == nullptr)
    throw Error("it is no host that was built to be loaded", path, "build it by the CMake function benchkit_host(target)");
  return main;
}

/// Loads each; one that stands there already is loaded as a copy, for the loader would hand out the same one twice.
std::vector<HostMain> load_hosts(const std::vector<std::string>& paths) {
  std::vector<HostMain> hosts;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const auto is_same = [&](const std::string& before) { return std::filesystem::equivalent(before, paths[i]); };
    if (std::none_of(paths.begin(), paths.begin() + static_cast<std::ptrdiff_t>(i), is_same)) {
      hosts.push_back(load_host(paths[i]));
      continue;
    }
    const std::filesystem::path copy =
        std::filesystem::temp_directory_path() / fmt::format("benchkit-inproc-{}-{}.so", base::process_id(), i);
    std::filesystem::copy_file(paths[i], copy);
    hosts.push_back(load_host(copy.string()));
    std::filesystem::remove(copy);
  }
  return hosts;
}

/// `words`: the libraries, then as many descriptors.
int serve_inproc(const std::vector<std::string>& words) {
  const std::size_t count = words.size() / 2;
  if (count == 0 || words.size() % 2 != 0) throw Error("only benchkit itself starts this command", "serve-inproc", "use run --mode inproc");
  const std::vector<HostMain> hosts = load_hosts({words.begin(), words.begin() + static_cast<std::ptrdiff_t>(count)});
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      std::string name = words[i];
      std::string flag = "--benchkit-worker";
      std::string descriptor = words[count + i];
      char* argv[] = {name.data(), flag.data(), descriptor.data(), nullptr};
      hosts[i](3, argv);
    });
  }
  for (std::thread& thread : threads) thread.join();
  return 0;
}

Action declare(Arguments& command, const SuiteOptions& /*of_suite*/) {
  const auto words = std::make_shared<std::vector<std::string>>();
  command.add_option("words", *words, "libraries, then descriptors");
  return [words](const Context& /*context*/) { return serve_inproc(*words); };
}

}  // namespace

CommandEntry serve_inproc_command() { return {"serve-inproc", "the worker behind run --mode inproc", true, &declare}; }

}  // namespace benchkit::cli
