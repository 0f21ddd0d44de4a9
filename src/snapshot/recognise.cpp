#include "snapshot/recognise.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "base/list.hpp"

namespace benchkit::snapshot {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLook = 4096;
constexpr std::size_t kMostNamed = 8;

struct Sign {
  std::string_view words;  ///< all must stand near the beginning
  std::string_view second;
  std::string_view what;
};

constexpr std::array<Sign, 3> kSigns{{
    {"\x1f\x8b", "", "a file compressed by gzip"},
    {"\x28\xb5\x2f\xfd", "", "a file compressed by zstd"},
    {"\"protocol\"", "\"type\"", "a record of the worker protocol"},
}};

std::string looks_like(std::string_view content) {
  const std::string_view start = content.substr(0, kLook);
  for (const Sign& sign : kSigns) {
    if (start.find(sign.words) != std::string_view::npos && start.find(sign.second) != std::string_view::npos)
      return std::string(sign.what);
  }
  return {};
}

}  // namespace

std::vector<std::string> snapshots_in(const std::string& folder) {
  std::vector<std::pair<fs::file_time_type, std::string>> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder.empty() ? "." : folder, error)) {
    if (entry.path().extension() != ".jsonl") continue;
    const auto time = entry.last_write_time(error);
    found.emplace_back(time, folder.empty() ? entry.path().filename().string() : entry.path().string());
  }
  std::sort(found.begin(), found.end(), std::greater<>{});
  std::vector<std::string> paths;
  paths.reserve(found.size());
  for (auto& [time, path] : found) paths.push_back(std::move(path));
  return paths;
}

Error not_a_snapshot(std::string_view content, const std::string& path) {
  if (content.empty()) return Error("the file is empty", path + ":1:1", "was the run that should have written it ended early?");
  if (const std::string kind = looks_like(content); !kind.empty()) {
    return Error(fmt::format("this is {}, not a result file", kind), path + ":1:1",
                 kind.starts_with("a file compressed") ? "unpack it first: compare <(zcat FILE)" : "name the file that a run has written");
  }
  return Error("this is no snapshot of benchkit (its first line must be a session), nor a result of a tool that is known", path + ":1:1",
               "docs/reading-other-tools.md tells what is read; --from insists on a format");
}

Error no_such_snapshot(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  std::vector<std::string> there = snapshots_in(folder);
  if (folder != kDefaultFolder) {
    for (std::string& other : snapshots_in(kDefaultFolder)) there.push_back(std::move(other));
  }
  return Error("there is no such file", path,
               there.empty() ? "there is no snapshot here yet: make one with `run`" : "there are: " + base::some_of(there, kMostNamed));
}

}  // namespace benchkit::snapshot
