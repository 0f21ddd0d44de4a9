// The snapshots of a folder, and how far those are that a run is writing.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace benchkit::serve {

/// May be asked by several threads at once. A file is read again only where it has changed, and one that a run is writing only so often that this takes a
/// hundredth of one CPU.
class Folder {
 public:
  /// Throws benchkit::Error where there is no such folder.
  explicit Folder(const std::string& path);

  /// One object a file, the newest first: `name`, `bytes`, `changed` (seconds since 1970), `state` ("being written", "ended", "cut off", "unreadable"),
  /// and of one that can be read `versions`, `cases`, `measured` (cases that have a number in every version), `samples`, `blocks`, `planned_blocks` (0: not
  /// said), `started`; of another one `reason`.
  [[nodiscard]] Json list();
  /// Whether a run is writing one of the files.
  [[nodiscard]] bool is_written() const;
  /// The file of that name in the list, or nullopt. Names are compared, and never put together to a path.
  [[nodiscard]] std::optional<std::string> path_of(const std::string& name) const;

 private:
  struct Known {
    std::int64_t bytes = -1, changed_ns = 0;  ///< when it was read
    std::chrono::steady_clock::time_point read_at;
    std::chrono::steady_clock::duration took{};
    Json facts;
  };
  [[nodiscard]] static bool may_wait(const Known& known);
  /// The path of each file by its name: those in the folder itself, and links that stay within it.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> files() const;

  std::string path_;  ///< without links
  std::mutex mutex_;
  std::map<std::string, Known> known_;
};

}  // namespace benchkit::serve
