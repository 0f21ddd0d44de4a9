// A host with cases and commands of its own, whole: no command `benchkit` needs to be found.
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include <benchkit/benchkit.hpp>
#include <benchkit/cli/main.hpp>

namespace {

int greet(const std::vector<std::string>& arguments) {
  std::printf("hello%s%s\n", arguments.empty() ? "" : " ", arguments.empty() ? "" : arguments.front().c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  benchkit::App app("own");
  for (const char* side : {"front", "back"}) {
    app.add({.id = side, .dims = {{"side", side}}, .run = [] {
               return [data = std::vector<int>(100)]() mutable { std::ranges::sort(data); };
             }});
  }
  app.short_name("--side", "side");
  return benchkit::cli::main(app, argc, argv, {{"greet", "say hello", greet}, {"info", "in place of benchkit's", greet}});
}
