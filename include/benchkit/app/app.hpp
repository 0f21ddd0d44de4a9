// App: what a host is. Register cases, then hand over the command line.
#pragma once

#include <memory>
#include <source_location>
#include <string>

#include <benchkit/core/case.hpp>
#include <benchkit/core/memory.hpp>

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

/// A suite of cases with a command line.
///
///     int main(int argc, char** argv) {
///       benchkit::App app{"sorting"};
///       app.add({.id = "sort[1000]", .dims = {{"n", 1000}}, .run = [] { auto data = make(); return [data]() mutable { ... }; }});
///       return app.main(argc, argv);
///     }
class App {
 public:
  explicit App(std::string name, std::string command_path = BENCHKIT_COMMAND_PATH, std::string hooks_path = BENCHKIT_MEMHOOK_PATH);
  App(App&&) noexcept;
  App& operator=(App&&) noexcept;
  ~App();

  /// Adds a case. Two cases of one id are refused when the suite is used, with both places named.
  App& add(Case definition, std::source_location place = std::source_location::current());

  /// Started by benchkit as a worker, it answers the protocol; started by a person, it becomes the command `benchkit` (found by
  /// $BENCHKIT, then where it was at build time, then along PATH). Returns the exit code. Never throws.
  [[nodiscard]] int main(int argc, char** argv);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace benchkit
