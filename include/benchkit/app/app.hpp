// App: what a host is. Register cases, then hand over the command line.
#pragma once

#include <functional>
#include <memory>
#include <source_location>
#include <string>

#include <benchkit/core/case.hpp>
#include <benchkit/core/memory.hpp>
#include <benchkit/suite/suite.hpp>

// Where the command `benchkit` is: a build in its own tree says so on the command line of the compiler, an installed package in a header
// that is written when it is installed.
#ifndef BENCHKIT_COMMAND_PATH
#if __has_include(<benchkit/base/installed.hpp>)
#include <benchkit/base/installed.hpp>
#else
#define BENCHKIT_COMMAND_PATH ""
#endif
#endif

namespace benchkit {

/// How code was compiled, as far as that changes what is measured.
struct Toolchain {
  const char* compiler = "unknown";
  long cplusplus = 0;
  bool optimised = false;
  bool assertions = false;  ///< of <cassert>
};

namespace detail {

/// Of the file that includes this: a constant of each file's own, for the library may be built otherwise than its host.
constexpr Toolchain kToolchainOfThisFile {
#if defined(__clang__)
  "clang " __clang_version__,
#elif defined(__GNUC__)
  "gcc " __VERSION__,
#else
  "unknown",
#endif
      __cplusplus,
#ifdef __OPTIMIZE__
      true,
#else
      false,
#endif
#ifdef NDEBUG
      false
#else
      true
#endif
};

}  // namespace detail

/// A suite of cases with a command line.
///
///     int main(int argc, char** argv) {
///       benchkit::App app{"sorting"};
///       app.add({.id = "sort[1000]",
///                .dims = {{"n", 1000}},
///                .run = [] { return [data = random_ints(1000)]() mutable { std::ranges::sort(data); }; },
///                .reuse = false});  // the second call would sort what is sorted
///       return app.main(argc, argv);
///     }
class App {
 public:
  /// The other arguments are filled in where the host calls it: what they say is true of the host.
  explicit App(std::string name, std::string command_path = BENCHKIT_COMMAND_PATH, std::string hooks_path = BENCHKIT_MEMHOOK_PATH,
               Toolchain toolchain = detail::kToolchainOfThisFile);
  App(App&&) noexcept;
  App& operator=(App&&) noexcept;
  ~App();

  /// Adds a case. Two cases of one id are refused when the suite is used, with both places named.
  App& add(Case definition, std::source_location place = std::source_location::current());

  /// Adds a suite's cases, and its options to the command line; plain cases may stand beside them. Throws benchkit::Error for a second suite.
  template <class Model>
  App& add(const Suite<Model>& suite) {
    return add_suite(suite.cases());
  }

  /// What a worker does once, before its first case, and what is no case's time: files that are read, a device that wakes up.
  App& prepare(std::function<void()> what);

  /// Makes an option a short name for a filter: after `short_name("--impl", "impl")`, `--impl set` says `--where impl=set`. Throws benchkit::Error for
  /// what is no option.
  App& short_name(const std::string& option, const std::string& dim);

  /// What a version that is named to `sweep` stands for: `spec("1.2")` is another text of its grammar, "git:v1.2" or "./builds/1.2/bench".
  using InstallSpec = std::function<std::string(const std::string& version)>;
  App& install_spec(InstallSpec spec);
  [[nodiscard]] const InstallSpec& install_spec() const noexcept;  ///< empty: the suite does not say

  /// Started by benchkit as a worker, it answers the protocol; started by a person, it becomes the command `benchkit` (found by
  /// $BENCHKIT, then where it was at build time, then along PATH). Returns the exit code. Never throws.
  [[nodiscard]] int main(int argc, char** argv);

 private:
  App& add_suite(detail::SuiteCases suite);

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace benchkit
