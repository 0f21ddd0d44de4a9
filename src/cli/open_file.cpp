#include "cli/open_file.hpp"

#include <filesystem>

#include <fmt/format.h>

#include <benchkit/base/error.hpp>

#include "base/os.hpp"
#include "base/process.hpp"

namespace benchkit::cli {

void open_file(const std::string& path) {
  const auto named = base::environment("BROWSER");
  base::SpawnOptions viewer{.argv = {named && !named->empty() ? *named : "xdg-open", path}};
  try {
    viewer.own_group = true;
    (void)base::spawn(viewer);
  } catch (const Error& error) {
    throw Error(error.what(), "--open", fmt::format("open {} yourself, or name a program in $BROWSER", path));
  }
}

std::string temporary_page(const std::string& what) {
  return (std::filesystem::temp_directory_path() / fmt::format("{}-{}.html", what, base::process_id())).string();
}

}  // namespace benchkit::cli
